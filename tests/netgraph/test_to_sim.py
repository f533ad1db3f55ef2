"""Networks sent to simcore: ids, parameters, edges, signs, synapses, refusals, freezing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import netgraph as ng
from netgraph.generation import connect_groups
from simcore.distributions import Normal, Uniform
from simcore.errors import FrozenNetworkError, ParameterError, SimulationError, UnknownNameError
from simcore.models import Input, NeuronModel
from simcore.parameter import Param, State
from simcore.synapses import REGISTRY as SYNAPSES

# Fires in the first step.
FIRING = {"V_m": -50.0}
DRIVEN = {"I_e": 500.0}


def grouped(kinds, *, model="iaf_psc_exp", syn_spec=None):
    """A population from {name: (ids, type)}."""
    groups = [ng.NeuralGroup(ids, kind, neuron_model=model) for ids, kind in kinds.values()]
    return ng.NeuralPop.from_groups(groups, list(kinds), syn_spec=syn_spec)


def small(**kwargs):
    """Five neurons whose ids are in no order, and edges among which are a parallel pair, a self-loop and a weight of zero."""
    population = grouped({"e": ([4, 0, 2], 1), "i": ([3, 1], -1)}, **kwargs)
    source, target = [4, 0, 0, 1, 3, 2, 3], [0, 2, 2, 1, 4, 3, 0]
    weights, delays = [1.0, 2.0, 3.0, 4.0, 5.0, 0.0, 0.1], [1.0, 0.1, 2.0, 0.5, 0.3, 7.0, 1.5]
    return ng.Network.from_edges(source, target, population=population, weights=weights, delays=delays, name="small")


def sent_edges(net, **options):
    """Rows (source, target, weight, delay) of all connections, sorted."""
    sim = net.to_sim(**options)
    edges = sim.connectivity()
    sim.close()
    return sorted(zip(*(edges[name].tolist() for name in ("source", "target", "weight", "delay")), strict=True))


# Neurons


def test_neurons_keep_the_ids_of_the_graph_when_groups_interleave_without_order():
    groups = [ng.NeuralGroup([5, 2, 0], neuron_model="iaf_psc_exp"), ng.NeuralGroup([1, 4, 3], neuron_model="iaf_psc_alpha")]
    net = ng.Network(ng.NeuralPop.from_groups(groups, ["a", "b"]))
    net.population.set_param({"I_e": [0.0, 0.0, 500.0, 400.0, 0.0, 0.0]})
    sim = net.to_sim()
    recorder = sim.record(sim.nodes)
    sim.run(100.0, progress=False)
    assert sorted(set(recorder.ids)) == [2, 3]
    assert sim.select([2]).models == ("iaf_psc_exp",)
    assert sim.select([4, 1, 3]).models == ("iaf_psc_alpha",)
    assert sorted(sim.nodes.ids) == list(range(6))


def test_parameter_arrays_go_to_neurons_in_the_order_of_the_groups_ids():
    group = ng.NeuralGroup(
        [9, 3, 8, 1], neuron_model="iaf_psc_exp", neuron_param={"V_m": [-61.0, -62.0, -63.0, -64.0], "tau_m": 9.0}
    )
    rest = ng.NeuralGroup([0, 2, 4, 5, 6, 7], neuron_model="iaf_psc_exp")
    sim = ng.Network(ng.NeuralPop.from_groups([rest, group], ["rest", "group"])).to_sim()
    assert sim.get(sim.select([1, 3, 8, 9]), "V_m").tolist() == [-64.0, -62.0, -63.0, -61.0]
    assert sim.get(sim.select(range(10)), "tau_m").tolist() == [10.0, 9.0, 10.0, 9.0, 10.0, 10.0, 10.0, 10.0, 9.0, 9.0]


def test_distributed_parameters_are_drawn_for_each_node_id_whatever_its_group():
    def drawn(kinds, seed):
        net = ng.Network(grouped(kinds))
        net.population.set_param(
            {"V_m": ("uniform", -70.0, -60.0), "tau_m": {"distribution": "normal", "avg": 10.0, "std": 1.0}}
        )
        sim = net.to_sim(seed=seed)
        return sim.get(sim.select(range(40)), "V_m"), sim.get(sim.select(range(40)), "tau_m")

    one = drawn({"a": (np.arange(40), 1)}, 3)
    mixed = np.random.default_rng(1).permutation(40)
    two = drawn({"b": (mixed[:11], -1), "c": (mixed[11:], 1)}, 3)
    np.testing.assert_array_equal(one, two)
    assert np.unique(one[0]).size == 40
    assert -70.0 <= one[0].min() < -68.0 < -62.0 < one[0].max() < -60.0
    assert not np.array_equal(one[0], drawn({"a": (np.arange(40), 1)}, 4)[0])
    assert abs(np.corrcoef(one)[0, 1]) < 0.5


def test_unknown_parameters_are_refused_instead_of_dropped():
    with pytest.raises(UnknownNameError, match="did you mean 'V_m'"):
        ng.NeuralGroup(3, neuron_model="iaf_psc_exp", neuron_param={"V_mm": -60.0})


# Edges


def test_every_edge_is_sent_with_its_own_weight_delay_and_the_sign_of_its_source():
    assert sent_edges(small()) == [
        (0, 2, 2.0, 0.1), (0, 2, 3.0, 2.0), (1, 1, -4.0, 0.5), (2, 3, 0.0, 7.0),
        (3, 0, -0.1, 1.5), (3, 4, -5.0, 0.3), (4, 0, 1.0, 1.0),
    ]  # fmt: skip


@st.composite
def networks(draw):
    n = draw(st.integers(1, 7))
    inhibitory = draw(st.lists(st.booleans(), min_size=n, max_size=n))
    ids = np.array(draw(st.permutations(range(n))))
    kinds = {"e": (ids[~np.array(inhibitory)], 1), "i": (ids[np.array(inhibitory)], -1)}
    spec = draw(st.sampled_from([None, {("e", "e"): {"synapse_model": "tsodyks2_synapse"}} if not all(inhibitory) else None]))
    population = grouped({name: kind for name, kind in kinds.items() if kind[0].size}, syn_spec=spec)
    node = st.integers(0, n - 1)
    weight = st.one_of(st.just(0.0), st.floats(0.0, 1e3, allow_subnormal=False))
    edges = draw(st.lists(st.tuples(node, node, weight, st.integers(1, 90)), max_size=25))
    source, target, weights, steps = (list(column) for column in zip(*edges, strict=True)) if edges else ([], [], [], [])
    return ng.Network.from_edges(source, target, population=population, weights=weights, delays=np.array(steps) / 10.0)


@settings(max_examples=40, deadline=None)
@given(networks())
def test_what_is_sent_is_the_edge_table_with_signs(net):
    sign = net.population.neuron_types()
    rows = zip(net.source.tolist(), net.target.tolist(), net.edges["weight"].tolist(), net.edges["delay"].tolist(), strict=True)
    assert sent_edges(net) == sorted((s, t, float(sign[s] * w), d) for s, t, w, d in rows)


def test_connections_of_one_kind_keep_the_order_of_the_edges():
    net = ng.Network.from_edges([2, 0, 1, 0], [0, 1, 2, 1], population=ng.NeuralPop.uniform(3, neuron_model="iaf_psc_exp"))
    net.set_weights([4.0, 3.0, 2.0, 1.0])
    sim = net.to_sim()
    (projection,) = sim.projections
    assert sim.connectivity(projection)["weight"].tolist() == [4.0, 3.0, 2.0, 1.0]


def test_scalar_delays_stay_apart_from_weights():
    net = ng.Network.exc_and_inhib(10, en_model="iaf_psc_exp", in_model="iaf_psc_exp")
    connect_groups(net, "excitatory", "inhibitory", "all_to_all", weights=3.0, delays=7.0)
    connect_groups(net, "inhibitory", "excitatory", "all_to_all", delays=2.0)
    edges = sent_edges(net)
    assert {(w, d) for s, _, w, d in edges if s < 8} == {(3.0, 7.0)}
    assert {(w, d) for s, _, w, d in edges if s >= 8} == {(-1.0, 2.0)}


def test_delays_are_rounded_to_the_grid_half_up():
    net = small()
    net.set_delays([0.5, 0.74, 0.75, 1.25, 1.0, 3.0, 0.9])
    delays = {w: d for _, _, w, d in sent_edges(net, dt=0.5)}
    assert delays == {1.0: 0.5, 2.0: 0.5, 3.0: 1.0, -4.0: 1.5, -5.0: 1.0, 0.0: 3.0, -0.1: 1.0}


def test_a_network_without_edges_runs():
    net = ng.Network.uniform(3, neuron_model="iaf_psc_exp", neuron_param=DRIVEN)
    sim = net.to_sim()
    recorder = sim.record(sim.nodes)
    sim.run(30.0, progress=False)
    assert sorted(set(recorder.ids)) == [0, 1, 2]


# Synapses

SPEC = {
    "default": {"synapse_model": "tsodyks2_synapse", "tau_rec": 300.0},
    (1, 1): {"U": 0.2},
    (1, "i"): {"synapse_model": "static_synapse"},
    ("x", -1): {"U": 0.3, "synapse_model": "tsodyks2_synapse"},
    ("e", "x"): {"U": 0.9, "tau_fac": 10.0},
}


def kinds_by_edge(net):
    """(source, target) to the synapse model and the parameters that differ from its defaults."""
    sim = net.to_sim()
    found = {}
    for projection in sim.projections:
        defaults = SYNAPSES.get(projection.synapse).defaults()
        given = {k: v for k, v in projection.parameters.items() if k in defaults and v != defaults[k]}
        edges = sim.connectivity(projection)
        found |= {pair: (projection.synapse.name, given) for pair in zip(edges["source"], edges["target"], strict=True)}
    sim.close()
    return found


def test_each_edge_gets_the_merged_synapse_of_its_pair_of_groups():
    population = grouped({"e": ([0, 5], 1), "x": ([4, 1], 1), "i": ([3, 2], -1)}, syn_spec=SPEC)
    source, target = np.divmod(np.arange(36), 6)
    found = kinds_by_edge(ng.Network.from_edges(source, target, population=population))
    general = {"tau_rec": 300.0}
    expected = {
        "ee": ("tsodyks2_synapse", general | {"U": 0.2}), "ex": ("tsodyks2_synapse", general | {"U": 0.9, "tau_fac": 10.0}),
        "xe": ("tsodyks2_synapse", general | {"U": 0.2}), "xx": ("tsodyks2_synapse", general | {"U": 0.2}),
        "ei": ("static_synapse", {}), "xi": ("tsodyks2_synapse", {"U": 0.3}),
        "ie": ("tsodyks2_synapse", general), "ix": ("tsodyks2_synapse", general), "ii": ("tsodyks2_synapse", general),
    }  # fmt: skip
    group = dict(zip([0, 5, 4, 1, 3, 2], "eexxii", strict=True))
    assert found == {(s, t): expected[group[s] + group[t]] for s, t in zip(source.tolist(), target.tolist(), strict=True)}


def test_default_synapse_is_honoured_with_and_without_other_entries():
    alone = kinds_by_edge(small(syn_spec={"default": {"synapse_model": "tsodyks2_synapse"}}))
    assert set(map(str, alone.values())) == {"('tsodyks2_synapse', {})"}
    named = kinds_by_edge(small(syn_spec={"default": {"synapse_model": "tsodyks2_synapse"}, ("e", "e"): {"U": 0.6}}))
    assert {pair for pair, kind in named.items() if kind[1] == {"U": 0.6}} == {(4, 0), (0, 2)}
    assert {model for model, _ in named.values()} == {"tsodyks2_synapse"}


def test_synapses_of_uniform_networks_reach_the_simulator():
    net = ng.Network.uniform(3, neuron_model="iaf_psc_exp", syn_model="tsodyks2_synapse", syn_param={"U": 0.3})
    net.add_edges([0, 1], [2, 2])
    assert kinds_by_edge(net) == dict.fromkeys([(0, 2), (1, 2)], ("tsodyks2_synapse", {"U": 0.3}))


def test_meta_groups_name_synapses():
    population = grouped({"a": ([0, 3], 1), "b": ([1], 1), "c": ([2], 1)})
    population.create_meta_group([0, 3, 1], "upper")
    population.syn_spec = {("upper", "c"): "tsodyks2_synapse"}
    found = kinds_by_edge(ng.Network.from_edges([0, 1, 2, 3], [2, 2, 2, 0], population=population))
    assert {pair: model for pair, (model, _) in found.items()} == {
        (0, 2): "tsodyks2_synapse", (1, 2): "tsodyks2_synapse", (2, 2): "static_synapse", (3, 0): "static_synapse",
    }  # fmt: skip


def test_synapse_parameters_may_be_distributions_drawn_for_each_edge():
    def drawn(seed):
        sim = small(syn_spec={"default": {"synapse_model": "tsodyks2_synapse", "U": Uniform(0.1, 0.3)}}).to_sim(seed=seed)
        return np.concatenate([p.parameters["U"] for p in sim.projections])

    values = drawn(1)
    assert np.unique(values).size == 7
    assert 0.1 <= values.min() < values.max() <= 0.3
    np.testing.assert_array_equal(values, drawn(1))
    assert not np.array_equal(values, drawn(2))


def test_weights_and_old_keys_in_the_synapse_specification_are_refused_with_a_hint():
    for key, hint in {
        "weight": "belongs to the graph's edges",
        "delay": "belongs to the graph's edges",
        "model": "synapse_model",
    }.items():
        with pytest.raises(ParameterError, match=hint):
            grouped({"e": ([0], 1)}, syn_spec={"default": {key: 1.0}})


# Signs


def ports_step(V_m, g_exc, g_inh, arriving_exc, arriving_inh, arriving_any, dt, tau):
    """Two conductances that decay with `tau`, and jumps of the potential, around 0 mV."""
    V_m = V_m + dt * (g_exc * (70.0 - V_m) + g_inh * (-15.0 - V_m) - 0.1 * V_m) + arriving_any
    return V_m, g_exc - dt * g_exc / tau + arriving_exc, g_inh - dt * g_inh / tau + arriving_inh, False


PORTS = NeuronModel(
    "three_ports",
    {"tau": Param(5.0, "ms", "decay time of conductances", above=0.0)},
    {"V_m": State("mV", "potential"), "g_exc": State("1/ms", "excitation"), "g_inh": State("1/ms", "inhibition")},
    {
        "arriving_exc": Input("1/ms", receptor=1, takes="positive"),
        "arriving_inh": Input("1/ms", receptor=3, takes="positive"),
        "arriving_any": Input("mV", receptor=5),
    },
    ports_step,
)


RECEPTORS = {(1, "target"): {"receptor_type": 1}, (-1, "target"): {"receptor_type": 3}}
SIGNED = {(1, "target"): {"receptor_type": 5}, (-1, "target"): {"receptor_type": 5}}


def response(syn_spec, *, source_type, weight, model=PORTS):
    """Potential, after 5 ms, of a neuron that one spike reached, and the weight that was sent."""
    source = ng.NeuralGroup([1], source_type, neuron_model="iaf_psc_exp", neuron_param=FIRING)
    population = ng.NeuralPop.from_groups(
        [source, ng.NeuralGroup([0], neuron_model=model)], ["source", "target"], syn_spec=syn_spec
    )
    sim = ng.Network.from_edges([1], [0], population=population, weights=weight, delays=0.1).to_sim()
    before = sim.get(sim.select([0]), "V_m")[0]
    sim.run(5.0, progress=False)
    return sim.get(sim.select([0]), "V_m")[0] - before, sim.connectivity()["weight"].tolist()


def test_receptors_with_a_sign_of_their_own_get_positive_weights():
    inhibition, sent = response(RECEPTORS, source_type=-1, weight=0.05)
    assert inhibition < -0.1
    assert sent == [0.05]
    excitation, sent = response(RECEPTORS, source_type=1, weight=0.05)
    assert excitation > 0.1
    assert sent == [0.05]


def test_receptors_that_take_signed_weights_get_the_sign_of_the_source():
    inhibition, sent = response(SIGNED, source_type=-1, weight=2.0)
    assert inhibition < -0.1
    assert sent == [-2.0]
    excitation, sent = response(SIGNED, source_type=1, weight=2.0)
    assert excitation == pytest.approx(-inhibition)
    assert sent == [2.0]


@pytest.mark.parametrize(
    "model", ["iaf_cond_exp", "iaf_cond_alpha", "aeif_cond_exp", "aeif_cond_alpha", "iaf_psc_exp", "iaf_psc_delta"]
)
def test_inhibitory_sources_pull_the_potential_down_in_models_with_one_signed_receptor(model):
    inhibition, sent = response(None, source_type=-1, weight=10.0, model=model)
    excitation, _ = response(None, source_type=1, weight=10.0, model=model)
    assert inhibition < -1e-3 < 1e-3 < excitation
    assert sent == [-10.0]


def test_receptors_that_the_model_has_not_are_refused_where_there_are_edges():
    with pytest.raises(
        ParameterError, match=r"edges from 'source' to 'target': got 0.* three_ports: \(1, 3, 5\); set it in syn_spec"
    ):
        response(None, source_type=1, weight=1.0)
    with pytest.raises(
        ParameterError, match=r"from group 'source' to group 'target': got 2, expected one of three_ports: \(1, 3, 5\)"
    ):
        response({("source", "target"): {"receptor_type": 2}}, source_type=1, weight=1.0)
    response({("source", "target"): {"receptor_type": 1}}, source_type=1, weight=1.0)


def counting_step(n):
    """Fires every tenth step."""
    return n + 1.0, (n + 1.0) % 10.0 == 0.0


def test_models_without_receptors_can_be_sources_and_no_targets():
    counter = NeuronModel("counter", {}, {"n": State("", "steps so far")}, {}, counting_step)
    groups = [ng.NeuralGroup([1], neuron_model=counter), ng.NeuralGroup([0], neuron_model="parrot_neuron")]
    net = ng.Network.from_edges([1], [0], population=ng.NeuralPop.from_groups(groups, ["counter", "parrot"]), delays=0.3)
    sim = net.to_sim()
    recorder = sim.record(sim.select([0]))
    sim.run(3.0, progress=False)
    assert recorder.times.tolist() == [1.3, 2.3]
    sim.close()
    net.add_edges([0], [1])
    refused(net, "edges from 'parrot' to 'counter': got 0, expected no edges: counter has none")


def test_negative_weights_are_refused_instead_of_excited():
    net = small()
    for change in (lambda: net.set_weights(-1.0), lambda: net.edges.set_rows("weight", [4], -5.0)):
        with pytest.raises(ParameterError, match="the source neuron's type gives the sign"):
            change()
    assert (3, 4, -5.0, 0.3) in sent_edges(net)


# Refusals


def refused(net, message, *, error=ParameterError, **options):
    """`to_sim` refuses; the network is as free as before."""
    with pytest.raises(error, match=message):
        net.to_sim(**options)
    assert net.simulation is None
    net.population.set_param({}, group=None)
    net.set_weights(1.0)


def test_delays_below_the_step_are_refused_before_anything_changes():
    refused(small(), r"to_sim: delay of edge 1 \(0 -> 2\): got 0.1, expected >= dt = 0.2 ms", dt=0.2)
    net = small()
    net.set_delays(0.05)
    refused(net, r"edge 0 \(4 -> 0\): got 0.05, expected >= dt = 0.1 ms; set longer ones with set_delays")
    net.set_delays(0.1)
    net.to_sim().close()


def test_delays_beyond_the_longest_that_can_be_stored_are_refused():
    net = small()
    net.set_delays(1e5)
    refused(net, "65535 steps")


def test_parameters_that_are_drawn_out_of_range_are_refused_without_a_trace():
    refused(small(syn_spec={"default": {"synapse_model": "tsodyks2_synapse", "U": Normal(0.5, 5.0)}}), "tsodyks2_synapse: U")
    net = small()
    net.population.set_param({"tau_m": Normal(0.0, 1.0)})
    refused(net, "iaf_psc_exp: tau_m")


def test_incomplete_populations_are_refused():
    population = ng.NeuralPop(5)
    population.create_group(3, "a", neuron_model="iaf_psc_exp")
    with pytest.warns(UserWarning, match="cannot be sent"):
        refused(ng.Network(population), "2 neurons|in no group")


def test_populations_without_models_are_refused():
    population = ng.NeuralPop(2, with_models=False)
    population.create_group(2, "a")
    with pytest.raises(ParameterError, match="group 'a' has no neuron model"):
        ng.Network(population).to_sim()


def test_wrong_options_are_refused():
    for options, message in (({"dt": 0.0005}, "dt"), ({"threads": 0}, "threads"), ({"seed": -1}, "seed")):
        refused(small(), message, **options)
    with pytest.raises(TypeError, match="resolution"):
        small().to_sim(resolution=0.1)
    with pytest.raises(ParameterError, match="to_sim: network"):
        ng.simulation.to_sim(ng.Graph(3))


def test_sending_twice_is_refused_with_the_way_out():
    net = small()
    sim = net.to_sim()
    with pytest.raises(SimulationError, match=r"'small' is in a simulation already.*net.simulation.close\(\)"):
        net.to_sim()
    assert net.simulation is sim
    assert sim.n_nodes == 5
    net.simulation.close()
    assert net.to_sim().n_nodes == 5


# Freezing

CHANGES = {
    "add edges": lambda net: net.add_edges([0], [4]),
    "connect": lambda net: connect_groups(net, "e", "i", "all_to_all"),
    "delete edges": lambda net: net.delete_edges([0]),
    "clear edges": lambda net: net.clear_edges(),
    "add nodes": lambda net: net.add_nodes(1, group="e"),
    "delete nodes": lambda net: net.delete_nodes([0]),
    "weights": lambda net: net.set_weights(2.0),
    "delays": lambda net: net.set_delays(2.0),
    "weight column": lambda net: net.edges.__setitem__("weight", 2.0),
    "delay rows": lambda net: net.edges.set_rows("delay", [0], 2.0),
    "synapses": lambda net: setattr(net.population, "syn_spec", "tsodyks2_synapse"),
    "parameters": lambda net: net.population.set_param({"tau_m": 1.0}),
    "parameter of a group": lambda net: net.population["e"].neuron_param.__setitem__("tau_m", 1.0),
    "update of a group's parameters": lambda net: net.population["e"].neuron_param.update({"tau_m": 1.0}),
    "all parameters of a group": lambda net: setattr(net.population["e"], "neuron_param", {}),
    "model": lambda net: net.population.set_model("iaf_psc_alpha"),
    "model of a group": lambda net: setattr(net.population["e"], "neuron_model", "iaf_psc_alpha"),
    "groups": lambda net: net.population.create_group([5], "new"),
    "members": lambda net: net.population.add_to_group("e", [5]),
    "meta groups": lambda net: net.population.create_meta_group([0, 1], "new"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_sent_network_refuses_every_change_of_what_was_sent(name):
    net = small()
    sim = net.to_sim()
    with pytest.raises(FrozenNetworkError, match=r"a simulation with dt = 0.1 ms; close it first with sim.close\(\)"):
        CHANGES[name](net)
    assert sent_before_and_after(net, sim)


def sent_before_and_after(net, sim):
    sim.close()
    return sent_edges(net) == sent_edges(small()) and net.population == small().population


def test_closed_network_can_be_changed_and_sent_again():
    net = small()
    sim = net.to_sim()
    sim.run(1.0, progress=False)
    sim.close()
    assert net.simulation is None
    net.set_weights(7.0)
    net.delete_nodes([0])
    net.population.set_param({"tau_m": 5.0})
    net.population.syn_spec = "tsodyks2_synapse"
    again = net.to_sim(dt=0.2, seed=1)
    assert again is net.simulation
    assert again.dt == 0.2
    assert sorted(again.connectivity()["weight"].tolist()) == [-7.0, -7.0, 7.0]
    assert set(again.get(again.nodes, "tau_m")) == {5.0}
    assert {p.synapse.name for p in again.projections} == {"tsodyks2_synapse"}


def test_reset_starts_again_and_leaves_the_network_frozen():
    net = small()
    net.population.set_param(DRIVEN)
    sim = net.to_sim()
    recorder = sim.record(sim.nodes)
    sim.run(50.0, progress=False)
    first = recorder.times.copy()
    sim.reset()
    with pytest.raises(FrozenNetworkError):
        net.set_weights(1.0)
    sim.run(50.0, progress=False)
    assert first.size > 0
    np.testing.assert_array_equal(recorder.times, first)


# Several networks


def spikes_of(net, sim):
    recorder = sim.record(sim.nodes)
    sim.run(30.0, progress=False)
    sim.run(30.0, progress=False)
    return recorder.times.tolist(), recorder.ids.tolist()


def test_networks_in_one_process_do_not_disturb_each_other():
    def build(current):
        net = small()
        net.population.set_param({"I_e": current})
        return net

    alone = [spikes_of(net, net.to_sim()) for net in (build(500.0), build(800.0))]
    first, second = build(500.0), build(800.0)
    sims = first.to_sim(), second.to_sim()
    records = [sim.record(sim.nodes) for sim in sims]
    for _ in range(2):
        for sim in sims:
            sim.run(30.0, progress=False)
    assert [(r.times.tolist(), r.ids.tolist()) for r in records] == alone
    sims[0].close()
    assert (first.simulation, second.simulation) == (None, sims[1])


def test_networks_that_share_a_population_are_sent_each_on_its_own():
    population = grouped({"e": ([0, 1], 1)})
    first, second = ng.Network.from_edges([0], [1], population=population), ng.Network(population)
    sims = first.to_sim(), second.to_sim()
    assert [sim.connectivity()["source"].size for sim in sims] == [1, 0]
    sims[0].close()
    with pytest.raises(FrozenNetworkError):
        population.set_param({"tau_m": 1.0})
    sims[1].close()
    population.set_param({"tau_m": 1.0})


def test_the_same_seed_gives_the_same_spikes_for_any_number_of_threads():
    def run(seed, threads):
        net = small()
        net.population.set_param({"I_e": ("uniform", 400.0, 800.0)})
        return spikes_of(net, net.to_sim(seed=seed, threads=threads))

    assert run(1, 1) == run(1, 2)
    assert run(1, 1) != run(2, 1)


def test_positions_are_not_sent_and_may_change_while_the_simulation_lives():
    net = ng.Network.uniform(2, neuron_model="iaf_psc_exp", positions=[[0.0, 0.0], [1.0, 0.0]])
    sim = net.to_sim()
    net.set_positions([[0.0, 0.0], [3.0, 4.0]])
    assert net.positions[1].tolist() == [3.0, 4.0]
    assert "not sent to a simulation" in net.set_positions.__doc__
    sim.close()
