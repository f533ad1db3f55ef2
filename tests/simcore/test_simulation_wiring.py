"""Edges: what was connected is read back in order, and every spike arrives where and when a plain loop says."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simcore import Input, NeuronModel, Simulation, State, rules
from simcore.distributions import Normal, Uniform
from simcore.errors import EdgeError, ParameterError
from tests.reference.meters import COUNTER

DT = 0.1


def arrivals(trains, edges, n_targets, n_steps):
    """The naive loop: weights that arrive in each step, added by step of emission, then source, then edge."""
    total = np.zeros((n_steps, n_targets))
    for stamp in range(1, n_steps + 1):
        for source, stamps in enumerate(trains):
            for target, weight, delay in [e[1:] for e in edges if e[0] == source and stamp in stamps]:
                if stamp + delay <= n_steps:
                    total[stamp + delay - 1, target] += weight
    return total


def with_sources(trains, n_targets, *, threads=1, model=COUNTER):
    """A simulation with one parrot a train, that repeats its stamps, and neurons that show what arrives."""
    sim = Simulation(dt=DT, seed=1, threads=threads)
    sources, targets = sim.create("parrot_neuron", len(trains)), sim.create(model, n_targets)
    generators = sim.create("spike_generator", len(trains), {"spike_times": [[(s - 1) / 10 for s in t] for t in trains]})
    sim.connect(generators, sources, rules.OneToOne(), delay=DT)
    return sim, sources, targets


def run(sim, targets, n_steps, pieces=1):
    recorder = sim.record(targets, "count", interval=DT)
    for piece in np.array_split(np.arange(n_steps), pieces):
        sim.run(round(piece.size * DT, 1))
    return recorder["count"]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_spike_arrives_where_and_when_a_plain_loop_says_to_the_bit(data):
    n_sources, n_targets, n_steps = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4)), 40
    trains = [sorted(data.draw(st.sets(st.integers(2, 30), max_size=6))) for _ in range(n_sources)]
    weight = st.sampled_from([0.5, -2.0, 1.0]) if data.draw(st.booleans()) else st.floats(-1e3, 1e3)
    edge = st.tuples(st.integers(0, n_sources - 1), st.integers(0, n_targets - 1), weight, st.integers(1, 12))
    edges = data.draw(st.lists(edge, max_size=25))
    sim, sources, targets = with_sources(trains, n_targets)
    columns = list(zip(*edges, strict=True)) or [[], [], [], []]
    made = sim.connect_edges(
        sources.ids[np.array(columns[0], dtype=int)], targets.ids[np.array(columns[1], dtype=int)],
        weight=np.array(columns[2], dtype=float), delay=DT * np.array(columns[3], dtype=float),
    )  # fmt: skip
    np.testing.assert_array_equal(
        run(sim, targets, n_steps, data.draw(st.integers(1, 4))), arrivals(trains, edges, n_targets, n_steps)
    )
    found = sim.connectivity(made)
    assert found["source"].tolist() == [sources.ids[s] for s in columns[0]]
    assert found["target"].tolist() == [targets.ids[t] for t in columns[1]]
    assert found["weight"].tolist() == list(columns[2])
    assert np.rint(found["delay"] / DT).tolist() == list(columns[3])


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_several_projections_add_up_whatever_their_weights_are_stored_as(data):
    trains, n_steps = [[2, 9, 10], [3, 10, 20], []], 45
    sim, sources, targets = with_sources(trains, 3)
    edges, made = [], []
    for _ in range(data.draw(st.integers(1, 5))):
        some = data.draw(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=8))
        pairs = np.array(some, dtype=int).reshape(-1, 2)
        weight = data.draw(st.sampled_from([1.5, "single", "double"]))
        weights = np.full(len(some), weight) if weight == 1.5 else np.linspace(-3.0, 2.7, len(some))
        weights = weights.astype(np.float32).astype(float) if weight == "single" else weights
        delay = data.draw(st.integers(1, 20))
        made.append((weights, sim.connect_edges(
            sources.ids[pairs[:, 0]], targets.ids[pairs[:, 1]], weight=1.5 if weight == 1.5 else weights, delay=DT * delay
        )))  # fmt: skip
        edges += [(s, t, w, delay) for (s, t), w in zip(some, weights.tolist(), strict=True)]
    found = run(sim, targets, n_steps)
    np.testing.assert_allclose(found, arrivals(trains, edges, 3, n_steps), rtol=0.0, atol=1e-12)
    for weights, projection in made:
        np.testing.assert_array_equal(sim.connectivity(projection)["weight"], weights)


def test_more_than_eight_different_constant_weights_each_arrive():
    sim, sources, targets = with_sources([[2]], 20)
    weights = 0.1 * np.arange(1, 21)
    made = [sim.connect(sources, targets[k], weight=weights[k], delay=1.0) for k in range(20)]
    np.testing.assert_array_equal(run(sim, targets, 15)[11], weights)
    assert [sim.connectivity(p)["weight"].tolist() for p in made] == [[w] for w in weights]


def test_more_than_eight_sets_of_constant_parameters_each_keep_their_own():
    sim, sources, targets = with_sources([[2, 40]], 20)
    shares = np.linspace(0.05, 0.95, 20)
    for k in range(20):
        params = {"U": shares[k], "u": shares[k], "tau_rec": 1e9}
        sim.connect(sources, targets[k], weight=2.0, delay=1.0, synapse="tsodyks2_synapse", params=params)
    found = run(sim, targets, 55)
    np.testing.assert_allclose(found[11], 2.0 * shares, rtol=1e-14)
    np.testing.assert_allclose(found[49], 2.0 * shares * (1.0 - shares), rtol=1e-7)


@pytest.mark.parametrize(
    ("delay", "steps"),
    [(0.1, 1), (0.14, 1), (0.15, 2), (0.25, 3), (1.04, 10), (1.05, 11), (2.349, 23), (2.35, 24), (0.2499, 2)],
)
def test_delays_are_rounded_half_up_as_in_nest(delay, steps):
    from tests.oracle.nest_runs import nest, reset

    reset(DT)
    first, second = nest.Create("parrot_neuron"), nest.Create("parrot_neuron")
    nest.Connect(first, second, syn_spec={"delay": delay})
    assert round(nest.GetConnections(first, second).delay / DT) == steps
    for given_delay in (delay, np.array([delay]), [delay, 5.0]):
        sim, sources, targets = with_sources([[2]], 2)
        n = np.size(given_delay)
        made = sim.connect_edges(np.repeat(sources.ids, n), targets.ids[:n], delay=given_delay)
        assert np.flatnonzero(run(sim, targets, 60)[:, 0]).tolist() == [2 + steps - 1]
        assert sim.connectivity(made)["delay"][0] == round(steps * DT, 1)


@pytest.mark.parametrize("dt", [0.05, 0.1, 0.25, 0.3])
def test_any_delay_is_rounded_to_the_step_of_nest(dt):
    from tests.oracle.nest_runs import nest, reset

    rng = np.random.default_rng(0)
    ties = np.round(dt * np.arange(1, 300) + dt / 2, 6)
    delays = np.concatenate([ties, np.round(rng.uniform(dt, 60.0, 500), 4), rng.uniform(dt, 60.0, 200)])
    reset(dt)
    nest.Create("parrot_neuron", 2)
    ends, given_delays = np.ones(delays.size, dtype=int), {"delay": delays, "weight": np.arange(delays.size, dtype=float)}
    nest.Connect(ends, 2 * ends, "one_to_one", syn_spec=given_delays)
    connections = nest.GetConnections()
    theirs = np.array(connections.delay)[np.argsort(connections.weight)]
    sim = Simulation(dt=dt, seed=1, threads=1)
    nodes = sim.create("parrot_neuron", 2)
    made = sim.connect_edges(nodes.ids[0].repeat(delays.size), nodes.ids[1].repeat(delays.size), delay=delays)
    np.testing.assert_allclose(sim.connectivity(made)["delay"], theirs, rtol=0.0, atol=1e-9)


def test_the_longest_delay_arrives_after_65535_steps_and_the_shortest_after_one():
    sim, sources, targets = with_sources([[2, 700]], 1)
    sim.connect_edges(
        np.repeat(sources.ids, 3), np.repeat(targets.ids, 3), weight=[1.0, 10.0, 100.0], delay=[6553.5, 0.1, 3000.0]
    )
    recorder = sim.record(targets, "count", interval=DT)
    for piece in (0.3, 100.0, 6500.0, 30.0):
        sim.run(piece)
    where = np.flatnonzero(recorder["count"][:, 0])
    assert (where + 1).tolist() == [3, 701, 30002, 30700, 65537, 66235]
    assert recorder["count"][where, 0].tolist() == [10.0, 10.0, 100.0, 100.0, 1.0, 1.0]


def test_a_delay_without_value_is_one_millisecond_or_one_step():
    for dt, expected in ((0.1, 1.0), (1.0, 1.0), (2.0, 2.0)):
        sim = Simulation(dt=dt, seed=1, threads=1)
        nodes = sim.create("iaf_psc_exp", 2)
        assert sim.connectivity(sim.connect(nodes, nodes))["delay"].tolist() == [expected] * 4


@pytest.mark.parametrize("model", ["iaf_cond_exp", "iaf_cond_alpha", "aeif_cond_exp", "iaf_psc_exp"])
def test_negative_weights_lead_to_inhibition_and_are_read_back_negative(model):
    sim, sources, _ = with_sources([[2], [2]], 1)
    target = sim.create(model, 2)
    weight = [5.0, -5.0, -0.1, 0.3]
    made = sim.connect_edges(sources.ids[[0, 1, 0, 1]], target.ids[[0, 0, 1, 1]], weight=weight, delay=1.0)
    names = ["I_syn_ex", "I_syn_in"] if model == "iaf_psc_exp" else ["g_ex", "g_in"]
    recorder = sim.record(target, names, interval=DT)
    sim.run(1.5)
    assert (np.abs(recorder[names[0]][-1]) > 0.0).all()
    assert (np.abs(recorder[names[1]][-1]) > 0.0).all()
    assert (np.sign(recorder[names[1]][-1]) == (-1.0 if model == "iaf_psc_exp" else 1.0)).all()
    assert sim.connectivity(made)["weight"].tolist() == weight


def test_weights_in_double_precision_lose_nothing():
    weights = np.array([0.1, 1.0 / 3.0, 1e-300, -1e300])
    sim, sources, targets = with_sources([[2]], 4)
    made = sim.connect_edges(np.repeat(sources.ids, 4), targets.ids, weight=weights, delay=1.0)
    np.testing.assert_array_equal(run(sim, targets, 15)[11], weights)
    np.testing.assert_array_equal(sim.connectivity(made)["weight"], weights)


def test_scaled_inputs_lose_nothing_of_weights_in_single_precision():
    def step(total, arriving, extra):
        return total + arriving + extra, False

    inputs = {"arriving": Input("mV", takes="positive", scale=0.1), "extra": Input("mV", takes="negative", scale=-0.3)}
    model = NeuronModel("scaled", {}, {"total": State("mV", "sum")}, inputs, step)
    sim, sources, targets = with_sources([[2]], 2, model=model)
    weights = np.array([0.5, 1.25, -0.5, -3.75])
    sim.connect_edges(np.repeat(sources.ids, 4), targets.ids[[0, 1, 0, 1]], weight=weights, delay=1.0)
    sim.run(1.5)
    assert targets.get("total").tolist() == [0.5 * 0.1 + -0.5 * -0.3, 1.25 * 0.1 + -3.75 * -0.3]


def test_arrays_of_edges_are_copied():
    sim, sources, targets = with_sources([[2]], 3)
    arrays = {
        "source_ids": np.repeat(sources.ids, 3).astype(np.int32), "target_ids": targets.ids.astype(np.int32),
        "weight": np.array([1.0, 2.0, 3.0]), "delay": np.array([1.0, 1.0, 1.5]),
    }  # fmt: skip
    params = {"u": np.array([0.5, 1.0, 0.25])}
    made = sim.connect_edges(**arrays, synapse="tsodyks2_synapse", params=params)
    for array in (*arrays.values(), *params.values()):
        array[:] = 0
    found = run(sim, targets, 20)
    assert found[11].tolist() == [0.5, 2.0, 0.0]
    assert found[16].tolist() == [0.0, 0.0, 0.75]
    edges = sim.connectivity(made)
    assert edges["target"].tolist() == targets.ids.tolist()
    assert edges["weight"].tolist() == [1.0, 2.0, 3.0]
    assert edges["u"].tolist() == [0.5, 1.0, 0.25]


def test_state_of_synapses_is_read_back_edge_by_edge_through_merged_projections_and_parallel_edges():
    sim, sources, targets = with_sources([[2, 30, 31], [5]], 3)
    rng, made, expected = np.random.default_rng(0), [], []
    for k in range(3):
        pairs = rng.integers(0, [2, 3], (7, 2))
        x, u = rng.uniform(0.0, 1.0, 7), rng.uniform(0.0, 1.0, 7)
        expected.append((pairs, x, u))
        params = {"x": x, "u": u, "U": 0.4, "tau_rec": [100.0, 300.0, 300.0][k]}
        made.append(sim.connect_edges(
            sources.ids[pairs[:, 0]], targets.ids[pairs[:, 1]], weight=rng.uniform(1.0, 2.0, 7),
            delay=rng.choice([0.3, 1.0], 7), synapse="tsodyks2_synapse", params=params,
        ))  # fmt: skip
    for projection, (pairs, x, u) in zip(made, expected, strict=True):
        before = sim.connectivity(projection)
        np.testing.assert_array_equal(before["x"], x)
        np.testing.assert_array_equal(before["u"], u)
        np.testing.assert_array_equal(before["target"], targets.ids[pairs[:, 1]])
    sim.run(1.0)
    for projection, (_, x, _) in zip(made, expected, strict=True):
        after = sim.connectivity(projection)
        # One spike leaves x and u as they were: they change with the interval between two.
        np.testing.assert_array_equal(after["x"], x)
    sim.run(4.0)
    for k, (projection, (pairs, x, u)) in enumerate(zip(made, expected, strict=True)):
        tau = [100.0, 300.0, 300.0][k]
        twice = pairs[:, 0] == 0
        for interval in (2.8, 0.1):
            x, u = np.where(twice, 1.0 + (x - x * u - 1.0) * np.exp(-interval / tau), x), np.where(twice, 0.4, u)
        after = sim.connectivity(projection)
        np.testing.assert_allclose(after["x"], x, rtol=0.0, atol=1e-12)
        np.testing.assert_allclose(after["u"], u, rtol=0.0, atol=1e-12)


def test_edges_of_all_projections_come_in_the_order_in_which_they_were_made():
    sim = Simulation(dt=DT, seed=8, threads=1)
    nodes = sim.create("iaf_psc_exp", 3, ids=[30, 10, 20])
    assert {k: (v.size, v.dtype.kind) for k, v in sim.connectivity().items()} == {
        "source": (0, "i"), "target": (0, "i"), "weight": (0, "f"), "delay": (0, "f"), "projection": (0, "i"),
    }  # fmt: skip
    sim.connect_edges([20, 10], [30, 30], weight=[2.0, 1.0])
    sim.connect_edges([], [])
    sim.connect(sim.create("poisson_generator"), nodes[1:], weight=5.0, delay=2.5)
    sim.connect(nodes[:1], nodes, weight=3.0)
    edges = sim.connectivity()
    assert edges["source"].tolist() == [20, 10, 31, 31, 30, 30, 30]
    assert edges["target"].tolist() == [30, 30, 10, 20, 30, 10, 20]
    assert edges["weight"].tolist() == [2.0, 1.0, 5.0, 5.0, 3.0, 3.0, 3.0]
    assert edges["delay"].tolist() == [1.0, 1.0, 2.5, 2.5, 1.0, 1.0, 1.0]


@pytest.mark.parametrize("explicit", [True, False])
def test_projections_without_edges_are_no_trouble(explicit):
    sim, sources, targets = with_sources([[2]], 2)
    if explicit:
        made = sim.connect_edges([], [], weight=[], delay=[], synapse="tsodyks2_synapse", params={"U": []})
        other = sim.connect_edges(np.zeros(0, dtype=int), [], weight=Uniform(0.0, 1.0))
    else:
        made = sim.connect(sources, targets, rules.FixedIndegree(0), synapse="tsodyks2_synapse")
        other = sim.connect(sources, targets, rules.PairwiseBernoulli(0.0), weight=Uniform(0.0, 1.0))
    assert (made.n_edges, other.n_edges) == (0, 0)
    assert not run(sim, targets, 20).any()
    assert sim.connectivity(made)["u"].size == sim.connectivity(other)["weight"].size == 0


def test_receptors_lead_to_their_own_inputs():
    def step(left, right, one, two):
        return left + one, right + two, False

    inputs = {"one": Input("", receptor=3), "two": Input("", receptor=7, takes="positive")}
    model = NeuronModel("ears", {}, {"left": State("", "one"), "right": State("", "two")}, inputs, step)
    sim, sources, targets = with_sources([[2]], 2, model=model)
    sim.connect(sources, targets, weight=-2.0, receptor=3)
    sim.connect(sources, targets, weight=5.0, receptor=7)
    generator = sim.create("spike_generator", params={"spike_times": [1.0]})
    sim.connect(generator, targets[0], weight=0.5, receptor=7)
    noise = sim.create("poisson_generator", params={"rate": 1e6, "stop": 0.1})
    sim.connect(noise, targets[1], weight=100.0, receptor=7)
    sim.run(3.0)
    assert targets.get("left").tolist() == [-2.0, -2.0]
    assert targets.get("right")[0] == 5.5
    assert targets.get("right")[1] > 5000.0
    with pytest.raises(EdgeError, match="ears has no receptor 0; it has: 3, 7"):
        sim.connect(sources, targets)
    with pytest.raises(EdgeError, match="receptor 7 of ears takes weights >= 0, and some are negative"):
        sim.connect(sources, targets, weight=-1.0, receptor=7)
    with pytest.raises(EdgeError, match="receptor 7 of ears takes weights >= 0, and some are negative"):
        sim.connect(sources, targets, weight=Normal(5.0, 1.0), receptor=7)
    sim.connect(sources, targets, weight=Normal(5.0, 1.0, 0.0), receptor=7)


def test_spikes_of_a_parrot_that_go_to_receptor_1_are_not_repeated():
    sim, sources, _ = with_sources([[2]], 1)
    parrots = sim.create("parrot_neuron", 2)
    sim.connect(sources, parrots[0], weight=-3.0)
    sim.connect(sources, parrots[1], receptor=1)
    sim.record(parrots)
    assert sim.run(3.0).spikes.ids.tolist() == [parrots.ids[0]]


def one_sided(takes):
    def step(total, arriving):
        return total + arriving, False

    return NeuronModel("one_sided", {}, {"total": State("", "sum")}, {"arriving": Input("", takes=takes)}, step)


ONE_SIDED = [
    ("positive", 2.0, -2.0, "takes weights >= 0, and some are negative"),
    ("negative", -2.0, 2.0, "takes weights < 0, and some are not"),
]


@pytest.mark.parametrize(("takes", "good", "bad", "message"), ONE_SIDED)
def test_receptors_of_one_sign_refuse_the_other_also_when_a_generator_turns_it(takes, good, bad, message):
    sim, sources, targets = with_sources([[2]], 1, model=one_sided(takes))
    both = sim.create("spike_generator", 2, {"spike_times": [1.0], "spike_weights": [[], [-1.0]]})
    plain, turning = both[0], both[1]
    for pre, weight in ((sources, bad), (plain, bad), (turning, good), (turning, bad)):
        with pytest.raises(EdgeError, match=message):
            sim.connect(pre, targets, weight=weight)
    n_projections = len(sim.projections)
    sim.connect(plain, targets, weight=good)
    sim.connect(sources, targets, weight=good)
    with pytest.raises(EdgeError, match=message):
        plain.set(spike_weights=[-1.0])
    assert plain.get("spike_weights")[0].tolist() == []
    assert len(sim.projections) == n_projections + 2
    sim.run(3.0)
    assert targets.get("total").tolist() == [2 * good]


@pytest.mark.parametrize("rule", [rules.OneToOne(make_symmetric="yes"), rules.FixedIndegree(1, allow_autapses="no")])
def test_flags_of_rules_that_are_neither_true_nor_false_are_refused(rule):
    sim = Simulation(dt=0.1, seed=1)
    neurons = sim.create("iaf_psc_exp", 3)
    with pytest.raises(ParameterError, match=rf"{type(rule).__name__}: \w+: got '\w+', expected True or False"):
        sim.connect(neurons, neurons, rule)
    assert sim.projections == []
