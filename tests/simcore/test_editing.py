"""Columns of edges, and what is changed, removed, drawn with another seed or refused; against NEST where it does the same."""

import copy

import numpy as np
import pytest

import simcore
from simcore import Simulation, rules
from simcore.distributions import Uniform
from simcore.errors import EdgeError, ParameterError, TooLargeError, UnknownNameError
from simcore.kernel.ordering import ordered_by_source

DT = 0.1
TSODYKS = {"synapse": "tsodyks2_synapse", "params": {"tau_rec": 50.0}}


def network(seed=1, threads=1):
    sim = Simulation(dt=DT, seed=seed, threads=threads)
    neurons = sim.create("iaf_psc_exp", 20, {"I_e": 400.0})
    noise = sim.create("poisson_generator", params={"rate": 5000.0})
    drawn = sim.connect(neurons, neurons, rules.FixedIndegree(4), weight=Uniform(1.0, 50.0), delay=Uniform(0.5, 3.0))
    listed = sim.connect_edges([0, 1, 2, 0], [3, 3, 4, 3], weight=[1.0, 2.0, 3.0, 4.0], delay=1.5, **TSODYKS)
    driven = sim.connect(noise, neurons, weight=20.0, delay=0.4)
    return sim, neurons, (drawn, listed, driven)


# Columns


def test_columns_are_those_that_are_asked_for_in_that_order():
    sim, neurons, (drawn, listed, driven) = network()
    found = sim.connectivity(columns=["number", "receptor", "projection", "U", "x", "tau_rec", "delay", "weight", "source"])
    assert list(found) == ["number", "receptor", "projection", "U", "x", "tau_rec", "delay", "weight", "source"]
    plain = sim.connectivity()
    for name in ("projection", "delay", "weight", "source"):
        np.testing.assert_array_equal(found[name], plain[name])
    assert found["number"].tolist() == [*range(80), *range(4), *range(20)]
    assert [found[name].dtype.kind for name in found] == ["i", "i", "i", "f", "f", "f", "f", "f", "i"]
    has = found["projection"] == listed.index
    for name, value in {"U": 0.5, "x": 1.0, "tau_rec": 50.0}.items():
        assert found[name][has].tolist() == [value] * 4
        assert np.isnan(found[name][~has]).all()
    assert list(sim.connectivity(driven, targets=neurons[3:4], columns="number")["number"]) == [3]
    assert sim.connectivity(columns=[]) == {}


def test_an_unknown_column_names_the_nearest():
    sim, *_ = network()
    with pytest.raises(UnknownNameError, match="did you mean 'weight'"):
        sim.connectivity(columns=["wieght"])


def test_states_of_before_the_first_run_are_read_without_building():
    sim, _, (_, listed, _) = network()
    assert sim.connectivity(listed, columns=["x", "weight"])["x"].tolist() == [1.0] * 4
    assert sim._engine is None
    sim.run(30.0)
    assert (sim.connectivity(listed, columns=["x"])["x"] < 1.0).all()


def test_ordering_by_source_is_a_stable_sort():
    rng = np.random.default_rng(1)
    for n, n_nodes in ((0, 3), (1, 1), (1000, 7), (1000, 5000)):
        sources, columns = rng.integers(0, n_nodes, n), rng.integers(0, 100, (2, n))
        order = np.argsort(sources, kind="stable")
        for ordered, column in zip(ordered_by_source(sources, columns, n_nodes), [sources, *columns], strict=True):
            np.testing.assert_array_equal(ordered, column[order])


# Delays


def test_delay_range_is_of_the_edges_that_there_are():
    sim = Simulation(dt=DT, seed=1, threads=1)
    neurons, drive = sim.create("iaf_psc_exp", 4), sim.create("dc_generator")
    assert np.isnan(sim.delay_range).all()
    drawn = sim.connect(neurons, neurons, delay=Uniform(0.1, 9.0))
    delays = sim.connectivity(drawn)["delay"]
    assert sim.delay_range == (delays.min(), delays.max())
    driven = sim.connect(drive, neurons, delay=20.0)
    assert sim.delay_range == (delays.min(), 20.0)
    sim.run(1.0)
    sim.disconnect(driven)
    sim.disconnect(drawn, [int(np.argmax(delays))])
    left = np.delete(delays, np.argmax(delays))
    assert sim.delay_range == (left.min(), left.max())
    sim.set_edges(drawn, [int(sim.connectivity(drawn, columns=["number"])["number"][0])], delay=30.0)
    assert sim.delay_range[1] == 30.0


# Before the first run


def test_edges_changed_before_the_first_run_are_as_if_made_so():
    sim, _, projections = network()
    rng, made = np.random.default_rng(3), Simulation(dt=DT, seed=1, threads=1)
    neurons = made.create("iaf_psc_exp", 20, {"I_e": 400.0})
    noise = made.create("poisson_generator", params={"rate": 5000.0})
    edges = sim.connectivity(projections[0])
    some = rng.permutation(80)[:30]
    edges["weight"][some], edges["delay"][some] = -7.0, rng.integers(1, 30, 30) * DT
    sim.set_edges(projections[0], some, weight=-7.0, delay=edges["delay"][some])
    gone = rng.permutation(80)[:9]
    sim.disconnect(projections[0], gone)
    ends = [np.delete(edges.pop(name), gone) for name in ("source", "target")]
    values = {name: np.delete(value, gone) for name, value in edges.items()}
    made.connect_edges(*ends, **values)
    sim.set_edges(projections[1], x=[0.1, 0.2, 0.3, 0.4], weight=2.0)
    made.connect_edges(
        [0, 1, 2, 0], [3, 3, 4, 3], weight=2.0, delay=1.5, synapse="tsodyks2_synapse",
        params={"tau_rec": 50.0, "x": [0.1, 0.2, 0.3, 0.4]},
    )  # fmt: skip
    sim.set_edges(projections[2], weight=30.0)
    made.connect(noise, neurons, weight=30.0, delay=0.4)
    first, second = (s.record(s.nodes[:20], "V_m", interval=DT) for s in (sim, made))
    sim.run(50.0)
    made.run(50.0)
    np.testing.assert_allclose(first["V_m"], second["V_m"], rtol=0, atol=1e-9)
    assert (projections[0].n_edges, sim._engine.n_synapses) == (71, 75)
    before = first["V_m"].copy()
    sim.set_edges(projections[1], x=0.9)  # a state, which a reset takes back
    sim.reset()
    sim.run(50.0)
    np.testing.assert_array_equal(first["V_m"], before)


def test_all_edges_get_one_weight_without_an_array():
    for time in (0.0, 5.0):
        sim, _, (drawn, *_) = network()
        sim.run(time)
        sim.set_edges(drawn, weight=9.0)
        assert drawn.weight == 9.0
        assert set(sim.connectivity(drawn)["weight"]) == {9.0}


# Against NEST


MODELS = {"spike_generator": 3, "parrot_neuron": 3, "iaf_psc_exp": 4}


def test_weights_and_removal_between_runs_are_as_in_nest():
    from tests.oracle.nest_runs import nest, reset

    reset(DT)
    sim = Simulation(dt=DT, seed=1, threads=1)
    times = np.unique(np.random.default_rng(2).integers(5, 800, 300)) * DT
    generators, sources, neurons = (sim.create(m, n) for m, n in MODELS.items())
    nest_generators, nest_sources, nest_neurons = (nest.Create(m, n) for m, n in MODELS.items())
    for k in range(3):
        generators[k].set(spike_times=[times[k::3]])
        nest_generators[k].spike_times = times[k::3]
    sim.connect(generators, sources, rules.OneToOne())
    nest.Connect(nest_generators, nest_sources, "one_to_one")
    made = sim.connect(sources, neurons, weight=30.0)
    nest.Connect(nest_sources, nest_neurons, syn_spec={"weight": 30.0, "delay": 1.0})
    traces = sim.record(neurons, "V_m", interval=DT)
    meter = nest.Create("multimeter", 1, {"record_from": ["V_m"], "interval": DT})
    nest.Connect(meter, nest_neurons)
    edges = sim.connectivity(made)
    for weights in (30.0, -20.0, 0.0, 55.5):
        for number in (1, 5, 8):
            pair = edges["source"][number] - 3, edges["target"][number] - 6
            sim.set_edges(made, [number], weight=weights + number)
            nest.GetConnections(nest_sources[int(pair[0])], nest_neurons[int(pair[1])]).weight = weights + number
        sim.run(20.0)
        nest.Simulate(20.0)
    sim.disconnect(made, [0, 8])
    for number in (0, 8):
        pair = edges["source"][number] - 3, edges["target"][number] - 6
        nest.Disconnect(nest.GetConnections(nest_sources[int(pair[0])], nest_neurons[int(pair[1])]))
    sim.run(20.0)
    nest.Simulate(20.0)
    events = meter.events
    expected = events["V_m"][np.lexsort((events["senders"], events["times"]))].reshape(-1, 4)
    np.testing.assert_allclose(traces["V_m"][: len(expected)], expected, rtol=0, atol=1e-9)
    assert len(expected) > 900


# Another seed


def test_another_seed_holds_for_what_is_drawn_from_then_on(tmp_path):
    sim, neurons, (drawn, *_) = network(seed=1)
    edges = sim.connectivity(drawn)
    sim.reseed(2)
    for name, values in sim.connectivity(drawn).items():
        np.testing.assert_array_equal(values, edges[name])
    later = sim.connect(neurons, neurons, rules.FixedIndegree(4), weight=Uniform(1.0, 50.0))
    other, n, _ = network(seed=2)
    same = other.connect(n, n, rules.FixedIndegree(4), weight=Uniform(1.0, 50.0))
    np.testing.assert_array_equal(sim.connectivity(later)["weight"], other.connectivity(same)["weight"])
    loaded = simcore.load(sim.save(tmp_path / "state.npz"))
    assert loaded.seed == 2
    for one, two in zip(loaded.projections, sim.projections, strict=True):
        for name, values in sim.connectivity(two).items():
            np.testing.assert_array_equal(loaded.connectivity(one)[name], values)


def test_another_seed_between_runs_changes_what_stimulators_draw_from_then_on(tmp_path):
    def spikes_of(seeds, file=None):
        sim = Simulation(dt=DT, seed=seeds[0], threads=1)
        noise, neurons = sim.create("poisson_generator", params={"rate": 900.0}), sim.create("parrot_neuron", 30)
        sim.connect(noise, neurons, delay=0.1)
        sim.record(neurons, "spikes")
        for seed in seeds:
            sim.reseed(seed)
            sim.run(10.1)
            sim = simcore.load(sim.save(file)) if file else sim
        return sim, [(t, i) for t, i in zip(*[getattr(sim.recorders[0], n) for n in ("times", "ids")], strict=True)]

    (sim, found), (_, first), (_, second) = (spikes_of(seeds) for seeds in ((1, 2), (1, 1), (2, 2)))
    split = 10.3
    assert [s for s in found if s[0] < 10.1] == [s for s in first if s[0] < 10.1]
    assert [s for s in found if s[0] > split] == [s for s in second if s[0] > split]
    assert first != second
    assert spikes_of((1, 2), tmp_path / "state.npz")[1] == found
    sim.reset()
    sim.run(20.2)
    assert list(sim.recorders[0].times) == [t for t, _ in second]


# Refusals


@pytest.mark.parametrize("time", [0.0, 2.0])
@pytest.mark.parametrize(
    ("numbers", "values", "error", "message"),
    [
        ([0], {}, ParameterError, "some of: weight, delay"),
        ([0], {"wieght": 1.0}, UnknownNameError, "did you mean 'weight'"),
        ([0], {"U": 0.5}, UnknownNameError, "unknown value of edges with static_synapse 'U'"),
        ([0], {"weight": np.nan}, ParameterError, "finite"),
        ([0], {"weight": [1.0, 2.0]}, ParameterError, r"shape \(1,\)"),
        ([0], {"weight": Uniform(0.0, 1.0)}, ParameterError, "one value an edge"),
        ([0], {"delay": 0.01}, ParameterError, ">= dt"),
        ([0, 1], {"weight": 2.0, "delay": [1.0, -1.0]}, ParameterError, ">= dt"),
        ([0, 80], {"weight": 2.0}, ParameterError, "got 80"),
        ([0, -1], {"weight": 2.0}, ParameterError, "got -1"),
        ([5], {"weight": 2.0}, ParameterError, "got 5"),
        ([3, 2, 3], {"weight": 2.0}, ParameterError, "3 more than once"),
        ([0.5], {"weight": 2.0}, ParameterError, "whole numbers"),
        ([[0]], {"weight": 2.0}, ParameterError, "one-dimensional"),
    ],
)
def test_what_is_refused_changes_nothing(time, numbers, values, error, message):
    sim, _, (drawn, *_) = network()
    sim.disconnect(drawn, [5])
    sim.run(time)
    before = copy.deepcopy(sim.connectivity())
    with pytest.raises(error, match=message):
        sim.set_edges(drawn, numbers, values)
    if "numbers" in message or "got" in message or "once" in message:
        with pytest.raises(error, match=message.replace("set_edges", "disconnect")):
            sim.disconnect(drawn, numbers)
    for name, column in sim.connectivity().items():
        np.testing.assert_array_equal(column, before[name])


def test_times_that_are_too_early_or_to_come_are_refused():
    sim = Simulation(dt=DT, seed=1, threads=1)
    neurons = sim.create("iaf_psc_exp", 5)
    made = sim.connect(neurons, neurons, rules.FixedIndegree(2), delay=("uniform", 1.0, 3.0))
    sim.set_edges(made, [0], delay=1.0)
    sim.run(5.0)
    for since in (3.9, 5.1, 4.05, np.nan):
        for call in (sim.set_edges, sim.disconnect):
            with pytest.raises(ParameterError, match="since"):
                call(made, [0], since=since, **({"weight": 2.0} if call == sim.set_edges else {}))
        for call in (sim.connectivity, lambda _, since: sim.connect(neurons, neurons, since=since)):
            with pytest.raises(ParameterError, match="since"):
                call(made, since=since)
    with pytest.raises(ParameterError, match=r"since.*5 ms"):
        sim.set_edges(made, [0], delay=0.3, since=4.0)  # a spike of 4.0 ms would have arrived
    assert (made.n_edges, len(sim.projections)) == (10, 1)
    sim.set_edges(made, [0], weight=2.0, since=4.5)
    with pytest.raises(ParameterError, match=r"since.*from 4.5 to 5 ms"):
        sim.disconnect(made, [0], since=4.4)
    sim.disconnect(made, [0], since=4.5)
    assert made.n_edges == 9


def test_states_out_of_range_and_signs_that_a_receptor_does_not_take_are_refused():
    sim, neurons, (_, listed, _) = network()
    with pytest.raises(ParameterError, match="tsodyks2_synapse: x"):
        sim.set_edges(listed, x=1.5)
    other = sim.create(one_sided(), 2)
    made = sim.connect(neurons, other, weight=1.0)
    for time in (0.0, 1.0):
        sim.run(time)
        with pytest.raises(EdgeError, match=r"set_edges: receptor 0 .* takes weights >= 0"):
            sim.set_edges(made, [0], weight=-1.0)
    foreign = network()[2][0]
    for call in (lambda: sim.set_edges(foreign, weight=1.0), lambda: sim.disconnect(foreign)):
        with pytest.raises(ParameterError, match="a projection of this simulation"):
            call()


def one_sided():
    from simcore import Input, NeuronModel, Param, State

    def step(V_m, arriving, V_th):
        V_m = V_m + arriving
        fires = V_m >= V_th
        return 0.0 if fires else V_m, fires

    inputs = {"arriving": Input("mV", takes="positive")}
    return NeuronModel("one_sided", {"V_th": Param(1e9, "mV", "")}, {"V_m": State("mV", "")}, inputs=inputs, step=step)


def test_columns_that_memory_cannot_hold_are_refused(monkeypatch):
    from simcore import memory

    sim, _, (drawn, *_) = network()
    monkeypatch.setattr(memory, "free_bytes", lambda: 1000)
    monkeypatch.setattr(memory, "_SMALL", 0)
    with pytest.raises(TooLargeError, match="set_edges"):
        sim.set_edges(drawn, [0], weight=1.0)
    assert isinstance(drawn.weight, Uniform)


# Removal


@pytest.mark.parametrize("time", [0.0, 3.0])
def test_a_projection_without_edges_stays_and_others_may_follow(time, tmp_path):
    sim, neurons, projections = network()
    ids = neurons.ids
    sim.run(time)
    for projection in projections:
        sim.disconnect(projection)
        sim.disconnect(projection)
        assert projection.n_edges == 0
    assert sim.connectivity()["source"].size == 0
    sim = simcore.load(sim.save(tmp_path / "state.npz"))
    assert [p.n_edges for p in sim.projections] == [0, 0, 0]
    sim.set_edges(sim.projections[0], weight=3.0)
    sim.run(5.0)
    made = sim.connect(sim.select(ids), sim.select(ids), rules.OneToOne())
    sim.run(5.0)
    sim.reset()
    sim.run(5.0)
    assert sim.connectivity(columns=["projection"])["projection"].tolist() == [made.index] * 20
    assert sim._engine.n_synapses == 20


def test_stimulators_no_longer_reach_what_they_are_disconnected_from():
    sim = Simulation(dt=DT, seed=1, threads=1)
    noise, neurons = sim.create("poisson_generator", params={"rate": 5000.0}), sim.create("parrot_neuron", 4)
    made, spikes = sim.connect(noise, neurons, delay=0.3), sim.record(neurons, "spikes")
    sim.run(10.0)
    sim.disconnect(made, [0, 3])
    sim.set_edges(made, [1], delay=5.0)
    sim.run(20.0)
    # What was sent before arrives.
    assert set(spikes.ids[spikes.times > 10.2]) == {2, 3, 4}
    assert set(spikes.ids[spikes.times > 10.3]) == {2, 3}
    # The same draws, later: they belong to the edge and the device's own time.
    whole = Simulation(dt=DT, seed=1, threads=1)
    noise, neurons = whole.create("poisson_generator", params={"rate": 5000.0}), whole.create("parrot_neuron", 4)
    whole.connect(noise, neurons, delay=0.3)
    expected = whole.record(neurons, "spikes")
    whole.run(30.0)
    of_2 = spikes.times[(spikes.ids == 2) & (spikes.times > 15.5)]
    later = expected.times[expected.ids == 2] + 4.7
    np.testing.assert_allclose(of_2, later[(later > 15.5) & (later < 30.05)])


def test_currents_of_a_stimulator_have_their_new_weight_after_the_delay():
    # With a delay of 0.8 ms the first step that a current acts in begins 0.9 ms later.
    traces, later = [], 0.9
    for is_edited in (True, False):
        sim = Simulation(dt=DT, seed=1, threads=1)
        neurons, dc = sim.create("iaf_psc_exp", 3), sim.create("dc_generator", params={"amplitude": 100.0})
        made, trace = sim.connect(dc, neurons, delay=0.8), sim.record(neurons, "V_m", interval=DT)
        if is_edited:
            sim.run(5.0)
            sim.set_edges(made, [2, 0], weight=[2.0, -1.0])
            sim.run(5.0)
            sim.disconnect(made, [2])
            sim.run(5.0)
        else:
            sim.run(5.0 + later)
            neurons.set(I_e=[-200.0, 0.0, 100.0])
            sim.run(5.0)
            neurons.set(I_e=[-200.0, 0.0, -100.0])
            sim.run(5.0 - later)
        traces.append(trace["V_m"])
    np.testing.assert_allclose(*traces, rtol=0, atol=1e-9)
