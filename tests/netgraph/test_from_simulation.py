"""Networks read out of simulations: ids, groups, signs, parameters, synapses; and sent again they do the same."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import netgraph as ng
from netgraph.generation import connect_groups, erdos_renyi
from netgraph.space import Shape
from simcore import Simulation, rules
from simcore.distributions import Lognormal, Normal, Uniform
from simcore.models import Input, NeuronModel
from simcore.parameter import State
from tests.reference.edges import edges_of
from tests.reference.populations import in_full

DT = 0.1


def two_populations(n_exc=40, n_inh=10, **options):
    sim = Simulation(dt=DT, seed=3, threads=2)
    exc, inh = sim.create("iaf_psc_exp", n_exc, **options), sim.create("iaf_psc_exp", n_inh, **options)
    return sim, exc, inh


def edge_table(net):
    columns = (net.source, net.target, net.edges["weight"], net.edges["delay"])
    return sorted(zip(*(column.tolist() for column in columns), strict=True))


# Against the plain loop


@st.composite
def simulations(draw):
    """A simulation with ids in no order and stimulators between neurons, each of which sends weights of one sign."""
    n = draw(st.integers(1, 6))
    sim = Simulation(dt=DT, seed=draw(st.integers(0, 99)), threads=1)
    ids = np.array(draw(st.permutations(range(5, 5 + 2 * n))))
    one = sim.create("iaf_psc_exp", n, ids=ids[:n])
    noise = sim.create("poisson_generator", 2, ids=[2, 3])
    two = sim.create("iaf_cond_exp", n, ids=ids[n:])
    signs = {int(i): draw(st.sampled_from([1.0, -1.0])) for i in ids}
    for _ in range(draw(st.integers(0, 4))):
        pre = draw(st.sampled_from([one, two, one + two]))
        kind = draw(st.sampled_from([1.0, -1.0]))
        chosen = np.array([i for i in pre.ids if signs[i] == kind], dtype=int)
        weight = draw(st.sampled_from([2.5, 0.0, Uniform(0.5, 3.0)]))
        if isinstance(weight, Uniform):
            weight = weight if kind > 0 else Uniform(-3.0, -0.5)
        else:
            weight *= kind
        if draw(st.booleans()) and chosen.size:
            rule = draw(st.sampled_from([rules.AllToAll(), rules.FixedIndegree(2), rules.PairwiseBernoulli(0.3)]))
            sim.connect(sim.select(chosen), one + two, rule, weight=weight, delay=Uniform(0.1, 1.0))
        elif chosen.size:
            size = draw(st.integers(0, 8))
            ends = [draw(st.lists(st.sampled_from(some.tolist()), min_size=size, max_size=size)) for some in (chosen, ids)]
            sim.connect_edges(*ends, weight=weight, delay=np.arange(1, size + 1) * DT)
    sim.connect(noise, two, weight=5.0)
    return sim


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(simulations())
def test_network_is_that_of_a_plain_loop_over_edges(sim):
    net = ng.Network.from_simulation(sim)
    neurons = sorted(i for p in sim.populations for i in sim.ids_of(np.arange(p.first, p.first + p.size)).tolist())
    rows = [row for row in edges_of(sim) if row[0] in neurons]
    assert net.nodes["id"].tolist() == neurons
    assert [neurons[s] for s in net.source] == [row[0] for row in rows]
    assert [neurons[t] for t in net.target] == [row[1] for row in rows]
    np.testing.assert_allclose(net.edges["weight"], [abs(row[2]) for row in rows], rtol=2.0**-23, atol=2.0**-23)
    assert net.edges["delay"].tolist() == [row[3] for row in rows]
    for node, neuron in enumerate(neurons):
        sent = {np.sign(row[2]) for row in rows if row[0] == neuron} - {0.0}
        assert not sent or sent == {float(net.neuron_types[node])}
    for population in sim.populations:
        own = sim.ids_of(np.arange(population.first, population.first + population.size)).tolist()
        groups = [g for g in net.population.values() if g.model is population.model]
        in_groups = [[neurons[node] for node in group.ids] for group in groups]
        assert sorted(sum(in_groups, [])) == sorted(own)
        for members in in_groups:
            assert members == [i for i in own if i in members]


# There and back


@st.composite
def networks(draw):
    n = draw(st.integers(1, 7))
    inhibitory = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    ids = np.array(draw(st.permutations(range(n))))
    groups = [
        ng.NeuralGroup(own, kind, neuron_model=model, neuron_param=param, name=name)
        for own, kind, model, name, param in (
            (ids[~inhibitory], 1, "iaf_psc_exp", "e", {"I_e": np.linspace(1.0, 2.0, (~inhibitory).sum()), "tau_m": 7.0}),
            (ids[inhibitory], -1, "iaf_cond_exp", "i", {"V_m": -61.5}),
        )
        if own.size
    ]
    names = [group.name for group in groups]
    key = st.tuples(st.sampled_from(names), st.sampled_from(names))
    entry = st.sampled_from([{"synapse_model": "tsodyks2_synapse", "U": 0.3}, {"synapse_model": "tsodyks2_synapse"}, {}])
    spec = {"default": draw(entry)} | draw(st.dictionaries(key, entry, max_size=3))
    population = ng.NeuralPop.from_groups(groups, syn_spec=spec)
    node, weight = st.integers(0, n - 1), st.floats(0.5, 1e3)
    edges = draw(st.lists(st.tuples(node, node, weight, st.integers(1, 90)), max_size=25))
    source, target, weights, steps = (list(column) for column in zip(*edges, strict=True)) if edges else ([], [], [], [])
    return ng.Network.from_edges(source, target, population=population, weights=weights, delays=np.array(steps) / 10.0)


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(networks())
def test_a_network_that_was_sent_comes_back_as_it_was(net):
    sim = net.to_sim(dt=DT)
    back = ng.Network.from_simulation(sim, names=list(net.population))
    sim.close()
    assert edge_table(back) == edge_table(net)
    sending = np.unique(net.source)
    np.testing.assert_array_equal(back.neuron_types[sending], net.neuron_types[sending])
    for name, group in net.population.items():
        np.testing.assert_array_equal(back.population[name].ids, group.ids)
        assert back.population[name].model is group.model
        assert back.population[name].neuron_param == _constants_as_numbers(group.neuron_param)
    group_of = np.array([*net.population])[net.population.group_index()]
    for s, t in set(zip(group_of[net.source], group_of[net.target], strict=True)):
        assert in_full(back, s, t) == in_full(net, s, t)


def _constants_as_numbers(params):
    return {k: float(v[0]) if isinstance(v, np.ndarray) and (v == v[0]).all() else v for k, v in params.items()}


def spiking(seed=5):
    """A network without noise of several models, rules and synapses, that fires irregularly; its ids are those of its nodes."""
    sim = Simulation(dt=DT, seed=seed, threads=2)
    start = {"V_m": Uniform(-70.0, -55.0)}
    exc = sim.create("iaf_psc_exp", 300, start | {"I_e": Uniform(390.0, 500.0), "tau_syn_ex": 1.5})
    inh = sim.create("iaf_psc_alpha", 80, start | {"I_e": Normal(400.0, 10.0)})
    adapting = sim.create("aeif_cond_exp", 60, start | {"I_e": 700.0, "b": np.linspace(20.0, 90.0, 60)})
    truths = {"consistent_integration": np.arange(40) % 2 == 0, "I_e": 12.0}
    bursting = sim.create("izhikevich", 40, truths)
    every = exc + inh + adapting + bursting
    sim.connect(exc, exc + inh, rules.FixedIndegree(30), weight=Lognormal(3.0, 0.3), delay=Uniform(0.3, 4.0))
    sim.connect(inh, every[:440], rules.PairwiseBernoulli(0.1), weight=Normal(-60.0, 5.0, high=-1.0), delay=1.5)
    sim.connect(
        exc, adapting, rules.FixedTotalNumber(900), weight=2.0, delay=0.7, synapse="tsodyks2_synapse", params={"U": 0.3}
    )
    sim.connect(adapting, bursting, rules.FixedOutdegree(3), weight=1.5, delay=Uniform(0.1, 1.0))
    sim.connect(bursting, adapting, rules.FixedIndegree(4), weight=4.0, synapse="tsodyks2_synapse", params={"tau_fac": 30.0})
    return sim


def spikes_of(sim, duration=150.0):
    recorder = sim.record(sim.nodes)
    sim.run(duration, progress=False)
    return recorder.times, recorder.ids


def test_a_network_read_from_a_simulation_fires_the_same_spikes_to_the_bit():
    sim = spiking()
    net = ng.Network.from_simulation(sim)
    times, ids = spikes_of(sim)
    again = net.to_sim(dt=DT, threads=1)
    times_again, ids_again = spikes_of(again)
    assert 2000 < times.size
    assert np.unique(ids).size > 400
    np.testing.assert_array_equal(times_again, times)
    np.testing.assert_array_equal(ids_again, ids)
    # From the sent network once more, and from the first simulation after it has run.
    for other in (again, sim):
        third = ng.Network.from_simulation(other)
        np.testing.assert_array_equal(spikes_of(third.to_sim(dt=DT))[0], times)


# Nodes, groups and their parameters


def test_nodes_are_neurons_by_id_and_stimulators_are_left_out():
    sim = Simulation(dt=DT, seed=1, threads=1)
    sim.create("poisson_generator", 2)
    some = sim.create("iaf_psc_exp", 3, {"I_e": [1.0, 2.0, 3.0]}, ids=[30, 10, 20])
    train = sim.create("spike_generator", ids=[15])
    sim.connect(sim.nodes[:2], some, weight=-5.0)
    sim.connect(train, some, weight=5.0)
    sim.connect_edges([30, 30, 10, 30], [10, 10, 10, 20], weight=[1.0, 2.0, 0.0, 3.0])
    net = ng.Network.from_simulation(sim, name="few")
    assert (net.name, net.n_nodes, net.n_edges, net.simulation) == ("few", 3, 4, None)
    assert net.nodes["id"].tolist() == [10, 20, 30]
    assert (net.source.tolist(), net.target.tolist()) == ([2, 2, 0, 2], [0, 0, 0, 1])
    assert net.edges["weight"].tolist() == [1.0, 2.0, 0.0, 3.0]
    assert net.population["iaf_psc_exp"].ids.tolist() == [2, 0, 1]
    assert net.population.get_param("I_e").tolist() == [2.0, 3.0, 1.0]


def test_groups_are_named_by_model_and_number_or_as_the_user_says():
    sim = Simulation(dt=DT, seed=1, threads=1)
    for model in ("iaf_psc_exp", "iaf_psc_alpha", "iaf_psc_exp", "iaf_psc_exp"):
        sim.create(model, 2)
    net = ng.Network.from_simulation(sim)
    assert list(net.population) == ["iaf_psc_exp", "iaf_psc_alpha", "iaf_psc_exp_2", "iaf_psc_exp_3"]
    named = ng.Network.from_simulation(sim, names=["L2", "L4", "L5", "L6"])
    assert list(named.population) == ["L2", "L4", "L5", "L6"]
    assert named.population["L5"].ids.tolist() == [4, 5]


def test_models_whose_names_collide_get_groups_of_their_own():
    def model(name):
        return NeuronModel(name, {}, {"V_m": State("mV", "")}, {"arriving": Input("mV")}, still)

    sim = Simulation(dt=DT, seed=1, threads=1)
    for name in ("default", "a", "a_2", "a"):
        sim.create(model(name), 1)
    assert list(ng.Network.from_simulation(sim).population) == ["default_2", "a", "a_2", "a_3"]


def still(V_m, arriving):
    return V_m + arriving, False


def test_types_follow_the_signs_and_a_population_of_both_types_becomes_two_groups():
    sim = Simulation(dt=DT, seed=1, threads=1)
    mixed, inhibitory, silent = (sim.create("iaf_psc_exp", n, {"I_e": np.arange(n) * 1.0}) for n in (5, 3, 2))
    sim.connect(mixed[:2], silent, weight=3.0)
    sim.connect(mixed[3:], silent, weight=-3.0)
    sim.connect(inhibitory[1:], mixed, weight=-1.0)
    sim.connect(inhibitory[1:], mixed, weight=0.0)
    net = ng.Network.from_simulation(sim, names=["m", "i", "s"])
    assert list(net.population) == ["m_excitatory", "m_inhibitory", "i", "s"]
    assert net.neuron_types.tolist() == [1, 1, 1, -1, -1, -1, -1, -1, 1, 1]
    assert net.population["m_inhibitory"].neuron_param == {"I_e": np.array([3.0, 4.0])}
    assert (net.edges["weight"] >= 0.0).all()
    sim_again = net.to_sim(dt=DT)
    assert np.sort(sim_again.connectivity()["weight"]).tolist() == np.sort(sim.connectivity()["weight"]).tolist()


def test_receptors_with_a_sign_of_their_own_say_nothing_about_the_type_of_a_source():
    inputs = {"one": Input("nS", receptor=1, takes="positive"), "any": Input("mV", receptor=5)}
    ports = NeuronModel("ports", {}, {"V_m": State("mV", "")}, inputs, sum_of_ports)
    sim = Simulation(dt=DT, seed=1, threads=1)
    sources, targets = sim.create("iaf_psc_exp", 2), sim.create(ports, 2)
    sim.connect(sources, targets, weight=2.0, receptor=1)
    assert ng.Network.from_simulation(sim).neuron_types.tolist() == [1, 1, 1, 1]
    sim.connect(sources[1:], sources, weight=-4.0)
    net = ng.Network.from_simulation(sim)
    assert net.neuron_types.tolist() == [-1, -1, 1, 1]
    assert net.population.resolve_synapse("iaf_psc_exp", "ports")["receptor_type"] == 1
    sent = net.to_sim(dt=DT).connectivity()
    assert sorted(zip(sent["source"], sent["weight"], strict=True)) == [
        (0, 2.0),
        (0, 2.0),
        (1, -4.0),
        (1, -4.0),
        (1, 2.0),
        (1, 2.0),
    ]


def sum_of_ports(V_m, one, any):  # noqa: A002
    return V_m + one + any, False


def test_only_what_differs_from_the_model_is_a_parameter_of_a_group():
    sim = Simulation(dt=DT, seed=1, threads=1)
    sim.create("iaf_psc_exp", 3, {"C_m": 250.0, "tau_m": [9.0, 9.0, 9.0], "E_L": -65.0})
    sim.create("iaf_psc_exp", 2, {"V_m": [-60.0, -60.0], "I_e": [0.0, 1.0]})
    first, second = ng.Network.from_simulation(sim).population.values()
    assert first.neuron_param == {"tau_m": 9.0, "E_L": -65.0}
    assert second.neuron_param == {"V_m": -60.0, "I_e": np.array([0.0, 1.0])}


def test_parameters_are_those_of_now_and_start_values_those_of_time_zero():
    sim = Simulation(dt=DT, seed=1, threads=1)
    old = sim.create("iaf_psc_exp", 2, {"V_m": [-60.0, -61.0], "I_e": 300.0})
    sim.run(5.0, progress=False)
    new = sim.create("iaf_psc_exp", 1, {"V_m": -57.0})
    old.set(I_e=100.0, V_m=-70.0)
    new.set(V_m=-58.0)
    for _ in range(2):
        first, second = ng.Network.from_simulation(sim).population.values()
        assert first.neuron_param == {"I_e": 100.0, "V_m": np.array([-60.0, -61.0])}
        assert second.neuron_param in ({"V_m": -58.0}, {"V_m": -57.0})
    sim.reset()
    sim.nodes.set(V_m=-59.0)
    assert ng.Network.from_simulation(sim).population[0].neuron_param == {"I_e": 100.0, "V_m": -59.0}


# Edges, positions, synapses


def test_degrees_and_other_analysis_work_at_once():
    sim, exc, inh = two_populations()
    sim.connect(exc, exc + inh, rules.FixedIndegree(7), weight=20.0)
    sim.connect(inh, exc, rules.FixedIndegree(3), weight=-80.0)
    net = ng.Network.from_simulation(sim, names=["exc", "inh"])
    assert net.in_degree()[net.population["exc"].ids].tolist() == [10] * 40
    assert net.in_degree(net.population["inh"].ids, edge_type="excitatory").tolist() == [7] * 10
    assert net.edges.constant("delay") == 1.0
    assert 0.0 <= ng.analysis.reciprocity(net) < 1.0
    assert net.adjacency(weight="weight").sum() == 20.0 * 350 + 80.0 * 120


def test_the_network_is_a_copy_that_can_be_changed_while_the_simulation_goes_on():
    sim, exc, inh = two_populations()
    sim.connect(exc, inh, rules.FixedIndegree(5), weight=3.0)
    net = ng.Network.from_simulation(sim)
    net.set_weights(7.0)
    net.add_edges([0], [1])
    net.population["iaf_psc_exp"].neuron_param["I_e"] = 9.0
    assert set(sim.connectivity()["weight"]) == {3.0}
    assert set(exc.get("I_e")) == {0.0}
    assert sim.run(1.0, progress=False).spikes.times.size == 0


def test_positions_are_those_of_the_user_or_of_rules_that_look_at_distances():
    sim, exc, inh = two_populations()
    points = np.random.default_rng(1).uniform(0.0, 100.0, (50, 2))
    sim.connect(exc, inh[::-1], rules.DistanceBernoulli(points[:40], points[40:][::-1], 30.0))
    np.testing.assert_array_equal(ng.Network.from_simulation(sim).positions, points)
    shape = Shape.rectangle(300.0, 300.0)
    net = ng.Network.from_simulation(sim, positions=points / 2.0, shape=shape)
    np.testing.assert_array_equal(net.positions, points / 2.0)
    assert net.shape is shape
    sim.connect(exc, exc, rules.DistanceBernoulli(points[:40] + 1.0, points[:40], 30.0), weight=2.0)
    assert ng.Network.from_simulation(sim).positions is None


@pytest.mark.parametrize("period", [None, [100.0, 100.0]])
def test_positions_of_some_neurons_or_around_a_border_are_not_taken(period):
    sim, exc, inh = two_populations()
    points = np.random.default_rng(1).uniform(0.0, 100.0, (50, 2))
    pre, post = (exc, exc) if period is None else (exc, inh)
    ends = (points[: len(pre)], points[: len(post)] if period is None else points[40:])
    sim.connect(pre, post, rules.DistanceBernoulli(*ends, 30.0, period=period))
    assert ng.Network.from_simulation(sim).positions is None


def test_a_graph_designed_here_that_was_sent_and_ran_can_be_read_back_with_its_groups():
    pop = ng.NeuralPop.exc_and_inhib(60, en_model="iaf_psc_exp", in_model="iaf_psc_alpha")
    net = erdos_renyi(avg_deg=5, population=pop, weights=("uniform", 1.0, 2.0), delays=1.5, seed=1)
    connect_groups(net, "inhibitory", "excitatory", "all_to_all", weights=9.0, delays=0.5)
    sim = net.to_sim(dt=DT)
    sim.run(10.0, progress=False)
    back = ng.Network.from_simulation(sim, names=["excitatory", "inhibitory"])
    assert edge_table(back) == [(s, t, float(w), d) for s, t, w, d in edge_table(net)]
    assert back.population == net.population
