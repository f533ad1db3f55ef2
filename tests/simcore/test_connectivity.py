"""Reading edges back: all of them, or those between some nodes, always in the order in which they were made."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simcore import Param, Simulation, State, edges, rules
from simcore.distributions import Normal, Uniform
from simcore.errors import ParameterError, UnknownNameError
from simcore.kernel import places
from simcore.synapses import SynapseModel
from tests.reference import everything
from tests.reference.edges import assert_same, edges_of

DT = 0.1
COLUMNS = ("source", "target", "weight", "delay", "projection")


def rows_of(found):
    return list(zip(*(found[name].tolist() for name in COLUMNS), strict=True))


def small_pieces(monkeypatch, size):
    """Cut edges into pieces of about `size`, so that small networks have many."""
    monkeypatch.setattr(edges, "_BATCH", size)
    for rule in (rules.Rule, rules.FixedOutdegree):
        monkeypatch.setattr(rule, "edges_at_once", size)


# Against the plain loop


@st.composite
def simulations(draw):
    """A simulation whose ids are in no order, with some projections of any kind."""
    n, threads = draw(st.integers(1, 9)), draw(st.integers(1, 3))
    sim = Simulation(dt=DT, seed=draw(st.integers(0, 99)), threads=threads)
    ids = np.array(draw(st.permutations(range(3, 3 + 2 * n))))
    a, b = sim.create("iaf_psc_exp", n, ids=ids[:n]), sim.create("iaf_psc_alpha", n, ids=ids[n:])
    noise = sim.create("poisson_generator", ids=[50])
    for _ in range(draw(st.integers(0, 4))):
        pre, post = draw(st.sampled_from([(a, b[::-1]), (b, a), (a, a), (a + b, b + a), (noise, a)]))
        synapse = draw(st.sampled_from(["static_synapse", "tsodyks2_synapse"])) if pre is not noise else "static_synapse"
        weight = draw(st.sampled_from([3.0, Uniform(-2.0, 2.0), Normal(1.0, 0.5, 0.0)]))
        delay = draw(st.sampled_from([0.4, Uniform(0.1, 0.9), Normal(1.0, 3.0, 0.1, 20.0)]))
        if draw(st.booleans()):
            sim.connect(pre, post, draw(rule_between(len(pre), len(post))), weight=weight, delay=delay, synapse=synapse)
            continue
        size = draw(st.integers(0, 12))
        ends = [draw(st.lists(st.sampled_from(g.ids.tolist()), min_size=size, max_size=size)) for g in (pre, post)]
        if draw(st.booleans()):
            weight, delay = np.linspace(-1.0, 2.0, size), 0.1 * np.arange(1, size + 1)
        sim.connect_edges(*ends, weight=weight, delay=delay, synapse=synapse)
    return sim


def rule_between(n_sources, n_targets):
    some = [
        rules.AllToAll(), rules.FixedIndegree(3), rules.FixedIndegree(1, allow_multapses=False), rules.PairwiseBernoulli(0.4),
        rules.FixedTotalNumber(7), rules.FixedOutdegree(2), rules.PairwisePoisson(0.5), rules.FixedIndegree(0),
    ]  # fmt: skip
    return st.sampled_from(some + ([rules.OneToOne()] if n_sources == n_targets else []))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(sim=simulations(), data=st.data())
def test_edges_are_those_of_a_plain_loop_whatever_the_filter(sim, data):
    some = st.none() | st.lists(st.sampled_from(sim.nodes.ids.tolist()), max_size=6)
    sources, targets = data.draw(some), data.draw(some)
    with pytest.MonkeyPatch.context() as monkeypatch:
        small_pieces(monkeypatch, data.draw(st.sampled_from([1, 5, 64, 1 << 18])))
        monkeypatch.setattr(edges, "_GAP", data.draw(st.sampled_from([0.0, 0.5, 1 / 32])))
        found = sim.connectivity(sources=sources, targets=targets)
        assert_same(rows_of(found), edges_of(sim, sources=sources, targets=targets))
        for projection in sim.projections:
            one = sim.connectivity(projection, sources=sources, targets=targets)
            part = found["projection"] == projection.index
            for name in COLUMNS[:-1]:
                np.testing.assert_array_equal(one[name], found[name][part])


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_state_of_a_filtered_edge_is_that_of_the_same_edge_among_all(data):
    """Projections share the arrays of synapses, with parallel edges of one delay, and every edge has a state of its own."""
    sim = Simulation(dt=DT, seed=5, threads=data.draw(st.integers(1, 3)))
    sources, targets = sim.create("parrot_neuron", 300), sim.create("iaf_psc_exp", 600)
    for k, rule in enumerate([rules.FixedIndegree(9), rules.FixedTotalNumber(5000), rules.FixedIndegree(9)]):
        sim.connect(sources[k:], targets[::-1], rule, weight=1.0 + k, delay=Uniform(0.1, 0.5), **TSODYKS)
    twice = np.repeat(np.arange(40), 3)
    sim.connect_edges(twice, 300 + twice % 4, weight=np.linspace(1.0, 2.0, 120), delay=0.3, synapse="tsodyks2_synapse")
    engine, rng, given_state = sim._prepare(), np.random.default_rng(data.draw(st.integers(0, 99))), []
    for projection in sim.projections:
        given_state.append(rng.random(projection.n_edges))
        engine.write_back(projection, {"x": given_state[-1], "u": 1.0 - given_state[-1]})
    filters = {}
    n_sources, n_targets = data.draw(st.sampled_from([(0, 1), (0, 30), (1, 0), (50, 50), (300, 2)]))
    if n_sources:
        filters["sources"] = rng.choice(300, n_sources, replace=False)
    if n_targets:
        filters["targets"] = 300 + rng.choice(600, n_targets, replace=False)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(places, "_SMALL_TABLE", data.draw(st.sampled_from([0, 1 << 26])))
        all_edges = sim.connectivity(synapse="tsodyks2_synapse")
        found = sim.connectivity(synapse="tsodyks2_synapse", **filters)
    np.testing.assert_array_equal(all_edges["x"], np.concatenate(given_state))
    kept = np.ones(all_edges["source"].size, dtype=bool)
    for name, ids in filters.items():
        kept &= np.isin(all_edges[name.removesuffix("s")], ids)
    assert list(found) == ["source", "target", "weight", "delay", "x", "u", "projection"]
    for name, values in found.items():
        np.testing.assert_array_equal(values, all_edges[name][kept], err_msg=name)


TSODYKS = {"synapse": "tsodyks2_synapse", "params": {"U": 0.4, "tau_rec": 50.0, "tau_fac": 20.0}}


def test_order_and_values_do_not_depend_on_threads():
    found = []
    for threads in (1, 2, 3):
        sim, *_ = everything.build(threads=threads)
        sim.run(5.0, progress=False)
        nodes = sim.nodes[10:700:7]
        calls = [{}, {"targets": nodes}, {"sources": nodes}, {"synapse": "tsodyks2_synapse", "targets": nodes}]
        found.append([sim.connectivity(**call) for call in calls])
    assert [f["source"].size > 100 for f in found[0]] == [True] * 4
    for other in found[1:]:
        for one, two in zip(found[0], other, strict=True):
            assert list(one) == list(two)
            for name in one:
                np.testing.assert_array_equal(one[name], two[name])


def test_weights_that_synapses_hold_are_read_from_them():
    sim = Simulation(dt=DT, seed=1, threads=1)
    neurons = sim.create("iaf_psc_exp", 3)
    sim.connect_edges([0, 1, 2, 0], [1, 2, 0, 1], weight=[1.0, 2.0, 3.0, 4.0], delay=[1.0, 1.0, 1.0, 2.0], **TSODYKS)
    (synapses,) = sim._prepare().blocks[0].synapses
    synapses.weights[:] *= 10.0
    assert sim.connectivity()["weight"].tolist() == [10.0, 20.0, 30.0, 40.0]
    assert sim.connectivity(targets=neurons[1:2])["weight"].tolist() == [10.0, 40.0]


# What is drawn, and what is not


def test_few_targets_are_drawn_without_the_others(monkeypatch):
    sim = Simulation(dt=DT, seed=1, threads=1)
    neurons = sim.create("iaf_psc_exp", 5000)
    made = sim.connect(neurons, neurons, rules.FixedIndegree(100), weight=Uniform(1.0, 2.0))
    expected = sim.connectivity(made)
    rows, draw = [], rules.FixedIndegree.draw
    monkeypatch.setattr(rules.FixedIndegree, "draw", lambda *a: (rows.append(a[4:6]), draw(*a))[1])
    for targets in ([7], [7, 4000], neurons[900:1000]):
        rows.clear()
        found = sim.connectivity(made, targets=targets)
        kept = np.isin(expected["target"], getattr(targets, "ids", targets))
        for name in found:
            np.testing.assert_array_equal(found[name], expected[name][kept])
        assert sum(last - first for first, last in rows) == len(targets)


def test_reading_static_edges_builds_nothing():
    sim = Simulation(dt=DT, seed=1, threads=1)
    neurons = sim.create("iaf_psc_exp", 30)
    sim.connect(neurons, neurons, rules.FixedIndegree(10))
    assert sim.connectivity()["source"].size == 300
    assert sim._engine is None
    assert sim.time == 0.0


# Columns and filters


def test_columns_say_which_projection_made_an_edge_and_what_its_synapse_model_keeps():
    sim = Simulation(dt=DT, seed=1, threads=1)
    neurons = sim.create("iaf_psc_exp", 4, ids=[9, 7, 8, 6])
    sim.connect_edges([9, 7], [8, 8], weight=-1.0)
    made = sim.connect_edges([6], [9], synapse="tsodyks2_synapse", params={"x": 0.25})
    sim.connect_edges([7], [7])
    edges = sim.connectivity()
    assert list(edges) == ["source", "target", "weight", "delay", "projection"]
    assert [edges[name].dtype.kind for name in edges] == ["i", "i", "f", "f", "i"]
    assert edges["projection"].tolist() == [0, 0, 1, 2]
    assert list(sim.connectivity(made)) == ["source", "target", "weight", "delay", "x", "u"]
    by_model = sim.connectivity(synapse="tsodyks2_synapse", sources=neurons)
    assert (by_model["x"].tolist(), by_model["projection"].tolist()) == ([0.25], [1])
    assert sim.connectivity(synapse="static_synapse")["source"].tolist() == [9, 7, 7]


def add_on_spike(weight, s, a):
    return weight, s + a


def test_synapse_models_of_the_user_are_found_by_name_and_told_apart_by_themselves():
    def model(name):
        return SynapseModel(name, {"a": Param(1.0, "", "")}, {"s": State("", "")}, add_on_spike)

    sim = Simulation(dt=DT, seed=1, threads=1)
    neurons = sim.create("iaf_psc_exp", 2)
    one, two, three = model("mine"), model("mine"), model("other")
    for synapse in (one, two, three):
        sim.connect(neurons, neurons, synapse=synapse, params={"s": 2.0})
    assert sim.connectivity(synapse="other")["s"].tolist() == [2.0] * 4
    assert sim.connectivity(synapse=two)["projection"].tolist() == [1] * 4
    assert sim.connectivity(synapse=model("mine"))["s"].size == 0
    with pytest.raises(ParameterError, match="connectivity: synapse: got 'mine', expected the model itself, since 2 have"):
        sim.connectivity(synapse="mine")
    with pytest.raises(UnknownNameError, match="unknown synapse model 'othr'; did you mean 'other'.*static_synapse"):
        sim.connectivity(synapse="othr")


def test_state_that_no_spike_changes_is_read_back_from_stimulators_too():
    sim = Simulation(dt=DT, seed=1, threads=1)
    held = SynapseModel("held", {}, {"s": State("", "what is kept", start=2.0)})
    noise, neurons = sim.create("poisson_generator"), sim.create("iaf_psc_exp", 3)
    made = sim.connect_edges([0, 0], [1, 3], synapse=held, params={"s": [5.0, 6.0]}, weight=3.0)
    sim.connect(noise, neurons, synapse=held)
    assert sim.connectivity(made, targets=[3])["s"].tolist() == [6.0]
    found = sim.connectivity(synapse=held)
    assert (found["s"].tolist(), found["weight"].tolist()) == ([5.0, 6.0, 2.0, 2.0, 2.0], [3.0, 3.0, 1.0, 1.0, 1.0])


def test_filters_of_no_nodes_and_simulations_without_edges_give_empty_arrays():
    sim = Simulation(dt=DT, seed=1, threads=1)
    neurons = sim.create("iaf_psc_exp", 3)
    assert {name: values.size for name, values in sim.connectivity().items()} == dict.fromkeys(COLUMNS, 0)
    made = sim.connect(neurons, neurons, synapse="tsodyks2_synapse")
    for call in ({"sources": []}, {"targets": neurons[:0]}, {"sources": [0], "targets": []}):
        assert {name: values.size for name, values in sim.connectivity(made, **call).items()}["x"] == 0
    assert sim.connectivity(synapse="static_synapse")["source"].size == 0


def test_a_node_named_twice_counts_once_and_order_is_that_of_the_edges():
    sim = Simulation(dt=DT, seed=1, threads=1)
    sim.create("iaf_psc_exp", 3)
    sim.connect_edges([0, 1, 2, 1], [1, 2, 0, 0], weight=[1.0, 2.0, 3.0, 4.0])
    assert sim.connectivity(sources=[2, 1, 2])["weight"].tolist() == [2.0, 3.0, 4.0]


REFUSED = {
    "an id that no node has": ({"sources": [0, 7]}, "connectivity: sources: got 7, expected ids of nodes that exist"),
    "a negative id": ({"targets": [-1]}, "connectivity: targets: got -1, expected ids of nodes that exist"),
    "ids with a point": ({"targets": [1.0]}, "connectivity: targets: .*one-dimensional array of whole numbers"),
    "one number": ({"sources": 1}, "connectivity: sources: got array.1., expected a one-dimensional array"),
    "a projection of nothing": ({"projection": 0}, "connectivity: projection: got 0, expected a projection of this simulation"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_wrong_filters_are_refused(case):
    given_arguments, message = REFUSED[case]
    sim = Simulation(dt=DT, seed=1, threads=1)
    neurons = sim.create("iaf_psc_exp", 3)
    sim.connect(neurons, neurons)
    with pytest.raises(ParameterError, match=message):
        sim.connectivity(**given_arguments)


def test_projections_and_nodes_of_another_simulation_and_two_ways_to_choose_are_refused():
    sims = [Simulation(dt=DT, seed=1, threads=1) for _ in range(2)]
    nodes = [sim.create("iaf_psc_exp", 2) for sim in sims]
    made = [sim.connect(n, n) for sim, n in zip(sims, nodes, strict=True)]
    with pytest.raises(ParameterError, match="a projection of this simulation"):
        sims[0].connectivity(made[1])
    with pytest.raises(ParameterError, match="connectivity: targets: .*Nodes of this simulation, not of another one"):
        sims[0].connectivity(targets=nodes[1])
    with pytest.raises(ParameterError, match="got 'a synapse model too', expected one of them"):
        sims[0].connectivity(made[0], synapse="static_synapse")


# Against NEST


def test_connections_are_those_that_nest_gives_for_the_same_filter():
    from tests.oracle.nest_runs import nest, reset

    rng = np.random.default_rng(3)
    ends, weights = rng.integers(0, 20, (2, 300)), rng.normal(0.0, 5.0, 300)
    steps, plain = rng.integers(1, 40, 300), rng.random(300) < 0.5
    reset(DT)
    gids = np.array(nest.Create("iaf_psc_exp", 20).tolist())
    sim = Simulation(dt=DT, seed=1, threads=2)
    neurons = sim.create("iaf_psc_exp", 20)
    for model, some in (("static_synapse", plain), ("tsodyks2_synapse", ~plain)):
        columns = {"weight": weights[some], "delay": DT * steps[some]}
        sim.connect_edges(*ends[:, some], **columns, synapse=model)
        nest.Connect(*gids[ends[:, some]], "one_to_one", {"synapse_model": model, **columns})
    some = np.array([2, 3, 5, 7, 11, 13])
    for call in (
        {},
        {"sources": some},
        {"targets": some},
        {"sources": some, "targets": some[::-1]},
        {"synapse": "static_synapse"},
    ):
        ours = sim.connectivity(**{k: neurons[v] if k != "synapse" else v for k, v in call.items()})
        names = {"sources": "source", "targets": "target", "synapse": "synapse_model"}
        asked = {names[k]: v if k == "synapse" else nest.NodeCollection(sorted(gids[v])) for k, v in call.items()}
        theirs = nest.GetConnections(**asked).get(["source", "target", "weight", "delay"])
        rows = zip(ours["source"] + gids[0], ours["target"] + gids[0], ours["weight"], np.rint(ours["delay"] / DT), strict=True)
        expected = zip(
            *(theirs[k] for k in ("source", "target", "weight")), np.rint(np.array(theirs["delay"]) / DT), strict=True
        )
        assert sorted(rows) == sorted(expected)
        assert ours["source"].size > 20
