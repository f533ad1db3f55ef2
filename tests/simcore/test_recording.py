"""What recorders write down, and when: intervals, windows and offsets as NEST's, and no slice missing."""

import numpy as np
import pytest

import simcore
from simcore import Simulation
from simcore.errors import ParameterError, UnknownNameError

# interval, offset, start, stop
RHYTHMS = [
    (1.0, 0.0, 0.0, None), (0.1, 0.0, 0.0, None), (2.0, 0.5, 0.0, None), (2.0, 5.0, 0.0, None), (2.0, 2.0, 0.0, None),
    (2.0, 0.0, 3.0, 9.0), (2.0, 0.5, 3.0, 9.0), (0.7, 0.0, 1.4, 5.6), (1.0, 0.3, 0.0, 0.3), (1.0, 0.0, 4.0, 4.0),
]  # fmt: skip


def driven(n=3, *, threads=1, **params):
    sim = Simulation(dt=0.1, seed=1, threads=threads)
    return sim, sim.create("iaf_psc_exp", n, {"I_e": 1000.0, **params})


@pytest.mark.parametrize(("interval", "offset", "start", "stop"), RHYTHMS)
def test_samples_are_taken_when_nest_takes_them(interval, offset, start, stop):
    from tests.oracle.nest_runs import nest, reset

    reset(0.1)
    neuron = nest.Create("iaf_psc_exp", params={"I_e": 1000.0})
    given = {"record_from": ["V_m"], "interval": interval, "offset": offset, "start": start}
    meter = nest.Create("multimeter", params=given | ({} if stop is None else {"stop": stop}))
    nest.Connect(meter, neuron)
    nest.Simulate(16.0)
    times, values = np.round(meter.events["times"], 3), np.array(meter.events["V_m"])
    sim, nodes = driven(1)
    recorder = sim.record(nodes, "V_m", interval=interval, offset=offset, start=start, stop=stop)
    for piece in (0.1, 4.0, 0.0, 7.9):
        sim.run(piece)
    np.testing.assert_array_equal(recorder.times, times[times <= 12.0])
    np.testing.assert_allclose(recorder["V_m"][:, 0], values[times <= 12.0], rtol=0.0, atol=1e-10)


@pytest.mark.parametrize("interval", [0.1, 0.5, 5.0])
def test_the_last_sample_is_that_of_the_last_step(interval):
    sim, nodes = driven()
    recorder = sim.record(nodes, "V_m", interval=interval)
    for k in range(1, 4):
        results = sim.run(5.0)
        assert recorder.times[-1] == results.traces[0].times[-1] == sim.time == 5.0 * k


def test_a_coarse_trace_is_part_of_the_fine_one():
    sim, nodes = driven()
    fine, coarse = sim.record(nodes, "V_m", interval=0.1), sim.record(nodes, ["V_m"], interval=0.7, offset=0.3)
    sim.run(20.0)
    np.testing.assert_array_equal(coarse["V_m"], fine["V_m"][2::7])
    np.testing.assert_array_equal(coarse.times, fine.times[2::7])


def test_columns_are_the_nodes_in_the_order_given_whatever_their_populations_and_ids():
    sim = Simulation(dt=0.1, seed=1, threads=1)
    first = sim.create("iaf_psc_exp", 4, {"I_e": [0.0, 100.0, 200.0, 300.0]}, ids=[40, 10, 30, 20])
    second = sim.create("iaf_psc_alpha", 3, {"I_e": [50.0, 150.0, 250.0]}, ids=[5, 7, 6])
    mixed = second[[2]] + first[[3, 0]] + second[[0]] + first[[1]]
    recorder = sim.record(mixed, ["V_m", "I_syn_ex"], interval=1.0)
    results = sim.run(10.0)
    assert recorder.ids.tolist() == results.traces[0].ids.tolist() == [6, 20, 40, 5, 10]
    current = np.array([250.0, 300.0, 0.0, 50.0, 100.0])
    expected = -70.0 + current * 10.0 / 250.0 * (1.0 - np.exp(-0.1 * recorder.times[:, None]))
    np.testing.assert_allclose(recorder["V_m"], expected, rtol=0.0, atol=1e-10)
    np.testing.assert_array_equal(recorder["V_m"][-1], mixed.get("V_m"))


def test_a_node_may_be_recorded_twice_in_one_trace():
    sim, nodes = driven(I_e=[0.0, 10.0, 20.0])
    recorder = sim.record(nodes[[2, 0, 2]], "V_m")
    sim.run(3.0)
    np.testing.assert_array_equal(recorder["V_m"][:, 0], recorder["V_m"][:, 2])
    assert recorder.ids.tolist() == [2, 0, 2]
    assert (recorder["V_m"][:, 0] > recorder["V_m"][:, 1]).all()


def test_a_recorder_made_between_runs_starts_there():
    sim, nodes = driven()
    early = [sim.record(nodes), sim.record(nodes, "V_m", interval=0.5)]
    sim.run(12.0)
    late = [sim.record(nodes), sim.record(nodes, "V_m", interval=0.5)]
    results = sim.run(8.0)
    assert late[1].times.tolist() == np.arange(12.5, 20.1, 0.5).tolist()
    np.testing.assert_array_equal(late[1]["V_m"], early[1]["V_m"][24:])
    assert early[0].times.min() < 12.0 < late[0].times.min()
    np.testing.assert_array_equal(late[0].times, early[0].times[early[0].times > 12.0])
    np.testing.assert_array_equal(results.spikes.times, late[0].times)
    assert len(results.traces) == 2


def watched(sim, neurons, go):
    """Recorders made before and between pieces of a run, with changes on the way."""
    noise = sim.create("noise_generator", params={"std": 100.0})
    sim.connect(noise, neurons)
    found = [sim.record(neurons, "V_m", interval=0.5), sim.record(noise, "I", interval=0.5)]
    go(3.0)
    go(0.0)
    found.append(sim.record(neurons[1:], ["V_m", "I_syn_ex"], interval=1.0))
    go(0.7)
    sim.set(neurons[:1], I_e=700.0)
    sim.reseed(77)
    go(1.3)
    found.append(sim.record(neurons[2:], "V_m", interval=0.3, start=1.0, stop=6.0))
    sim.create("iaf_psc_exp", 2)
    go(2.2)
    return [recorder.traces for recorder in found]


@pytest.mark.parametrize("is_read", [False, True])
def test_pieces_after_which_nothing_is_read_leave_the_same_traces(is_read):
    held = []
    for name in ("run", "advance"):
        sim, neurons = driven()

        def go(duration, sim=sim, name=name):
            getattr(sim, name)(duration)
            assert not is_read or [recorder.times.size for recorder in sim.recorders]

        held.append(watched(sim, neurons, go))
    for run, advanced in zip(*held, strict=True):
        np.testing.assert_array_equal(run.times, advanced.times)
        assert run.units == advanced.units
        for name in run.values:
            assert run[name].shape == (run.times.size, run.ids.size)
            np.testing.assert_array_equal(run[name], advanced[name])
    assert [traces.times.size for traces in held[0]] == [14, 14, 4, 4]


def test_run_gives_its_own_traces_after_pieces_that_nobody_read():
    sim, neurons = driven()
    recorder = sim.record(neurons, "V_m")
    sim.advance(3.0)
    assert sim.run(2.0).traces[0].times.tolist() == [4.0, 5.0]
    assert recorder.times.tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_traces_that_nobody_read_outlive_closing_and_saving_but_no_reset(tmp_path):
    sim, neurons = driven()
    recorder = sim.record(neurons, "V_m")
    sim.advance(3.0)
    loaded = simcore.load(sim.save(tmp_path / "state.npz"))
    for one in (sim, loaded):
        one.advance(2.0)
    sim.close()
    (again,) = (r for r in loaded.recorders if hasattr(r, "traces"))
    assert recorder.times.tolist() == again.times.tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]
    np.testing.assert_array_equal(recorder["V_m"], again["V_m"])
    loaded.reset()
    assert again.times.size == 0
    loaded.advance(1.0)
    assert again.times.tolist() == [1.0]
    loaded.forget(again)
    assert again.times.size == 0


def test_after_a_reset_a_late_recorder_records_from_time_zero():
    sim, nodes = driven()
    sim.run(10.0)
    recorder, trace = sim.record(nodes), sim.record(nodes, "V_m")
    sim.run(10.0)
    sim.reset()
    sim.run(20.0)
    assert recorder.times.min() < 10.0
    assert trace.times.tolist() == np.arange(1.0, 21.0).tolist()


def test_run_returns_what_that_run_recorded_and_the_simulation_holds_all():
    sim, nodes = driven()
    recorder, trace = sim.record(nodes), sim.record(nodes, "V_m")
    parts = [sim.run(duration) for duration in (7.0, 0.0, 13.0)]
    assert len(parts[1].spikes) == 0
    assert parts[1]["V_m"].shape == (0, 3)
    for whole in (recorder.spikes, sim.results.spikes):
        np.testing.assert_array_equal(np.concatenate([p.spikes.times for p in parts]), whole.times)
        np.testing.assert_array_equal(np.concatenate([p.spikes.ids for p in parts]), whole.ids)
    np.testing.assert_array_equal(np.concatenate([p["V_m"] for p in parts]), trace["V_m"])
    np.testing.assert_array_equal(sim.results["V_m"], trace["V_m"])


def test_spikes_are_sorted_by_time_then_by_the_users_id():
    sim = Simulation(dt=0.1, seed=1, threads=1)
    nodes = sim.create("parrot_neuron", 4, ids=[9, 2, 7, 4])
    train = sim.create("spike_generator", params={"spike_times": [1.0, 2.0]})
    sim.connect(train, nodes, delay=0.5)
    sim.record(nodes)
    spikes = sim.run(5.0).spikes
    assert spikes.times.tolist() == [1.5] * 4 + [2.5] * 4
    assert spikes.ids.tolist() == [2, 4, 7, 9] * 2


def test_window_of_a_spike_recorder_excludes_its_start_and_includes_its_stop_as_in_nest():
    from tests.oracle.nest_runs import nest, reset

    times = [0.9, 1.0, 1.1, 1.9, 2.0, 2.1]
    reset(0.1)
    train, parrot = nest.Create("spike_generator", params={"spike_times": times}), nest.Create("parrot_neuron")
    recorder = nest.Create("spike_recorder", params={"start": 1.2, "stop": 2.2})
    nest.Connect(train, parrot, syn_spec={"delay": 0.2})
    nest.Connect(parrot, recorder)
    nest.Simulate(5.0)
    sim = Simulation(dt=0.1, seed=1, threads=1)
    train, parrot = sim.create("spike_generator", params={"spike_times": times}), sim.create("parrot_neuron")
    sim.connect(train, parrot, delay=0.2)
    sim.record(parrot, start=1.2, stop=2.2)
    assert sim.run(5.0).spikes.times.tolist() == np.array(recorder.events["times"]).tolist() == [1.3, 2.1, 2.2]


def test_spikes_of_generators_are_recorded_within_their_window_each_as_often_as_it_happens():
    sim = Simulation(dt=0.1, seed=1, threads=1)
    given = {"spike_times": [1.0, 2.0, 3.0, 4.0], "spike_multiplicities": [1, 3, 0, 1], "stop": 3.5}
    trains, parrot = sim.create("spike_generator", 2, given), sim.create("parrot_neuron")
    trains[1].set(origin=0.5, spike_multiplicities=[1, 1, 1, 2])
    sim.connect(trains, parrot, delay=1.5)
    sim.record(trains + parrot)
    parts = [sim.run(2.0).spikes, sim.run(6.0).spikes]
    assert parts[0].times.tolist() == [1.0, 1.5] + [2.0] * 3
    assert parts[1].of(trains).times.tolist() == [2.5, 3.5]
    assert parts[1].of(parrot).times.tolist() == [2.5, 3.0, 3.5, 3.5, 3.5, 4.0, 5.0]


def test_recorders_of_the_same_neurons_share_their_spikes_which_results_hold_once():
    sim, nodes = driven()
    every, two, early = sim.record(nodes), sim.record(nodes[:2]), sim.record(nodes, stop=10.0)
    results = sim.run(30.0)
    np.testing.assert_array_equal(results.spikes.times, every.times)
    np.testing.assert_array_equal(two.times, every.spikes.of([0, 1]).times)
    np.testing.assert_array_equal(early.times, every.spikes.between(0.0, 10.0).times)
    assert sim.recorders == (every, two, early)
    assert (len(every), len(two)) == (12, 8)


def test_results_hold_the_spikes_that_any_recorder_keeps():
    sim, nodes = driven()
    sim.record(nodes[[0]], stop=10.0)
    sim.record(nodes[[2]], start=20.0)
    spikes = sim.run(30.0).spikes
    assert spikes.of([0]).times.max() < 10.0
    assert spikes.of([2]).times.min() > 20.0
    assert len(spikes.of([1])) == 0


@pytest.mark.parametrize("model", ["iaf_cond_alpha"])
def test_derived_recordable_counts_the_refractory_period_down(model):
    sim = Simulation(dt=0.1, seed=1, threads=1)
    neuron = sim.create(model, params={"I_e": 900.0, "t_ref": 2.05})
    recorder, spikes = sim.record(neuron, ["t_ref_remaining", "V_m"], interval=0.1), sim.record(neuron)
    sim.run(20.0)
    remaining = recorder["t_ref_remaining"][:, 0]
    at = round(spikes.times[0] / 0.1) - 1
    np.testing.assert_allclose(remaining[at : at + 23], np.append(np.arange(21, -1, -1), 0) * 0.1, atol=1e-12)
    assert (remaining[:at] == 0.0).all()
    assert (recorder["V_m"][at : at + 22, 0] == -60.0).all()


def test_a_derived_recordable_is_recorded_alone_and_with_others():
    alone, together = [], []
    for names, found in ((["t_ref_remaining"], alone), (["g_ex", "t_ref_remaining", "V_m"], together)):
        sim = Simulation(dt=0.1, seed=1, threads=1)
        neurons = sim.create("iaf_cond_alpha", 3, {"I_e": [800.0, 900.0, 1000.0]})
        recorder = sim.record(neurons[::-1], names, interval=0.3)
        sim.run(15.0)
        found.append(recorder["t_ref_remaining"])
    assert alone[0].any()
    np.testing.assert_array_equal(alone, together)


def test_traces_larger_than_their_buffer_lose_no_sample():
    sim, nodes = driven(1000, I_e=np.linspace(0.0, 370.0, 1000))
    recorder = sim.record(nodes, "V_m", interval=0.1)
    sim.run(500.0)
    assert recorder["V_m"].shape == (5000, 1000)
    expected = -70.0 + np.linspace(0.0, 370.0, 1000) * 0.04 * (1.0 - np.exp(-0.1 * recorder.times[:, None]))
    np.testing.assert_allclose(recorder["V_m"], expected, rtol=0.0, atol=1e-10)


@pytest.mark.parametrize("threads", [1, 2])
def test_more_spikes_than_their_buffer_holds_are_all_recorded(threads):
    n, n_steps = 800, 1200
    sim = Simulation(dt=0.1, seed=1, threads=threads)
    parrots = sim.create("parrot_neuron", n)
    train = sim.create("spike_generator", params={"spike_times": [round(0.1 * k, 1) for k in range(1, n_steps + 1)]})
    sim.connect(train, parrots, delay=0.1)
    sim.record(parrots)
    spikes = sim.run((n_steps + 1) * 0.1).spikes
    assert len(spikes) == n * n_steps
    np.testing.assert_array_equal(spikes.ids.reshape(n_steps, n), np.tile(np.arange(n), (n_steps, 1)))
    np.testing.assert_array_equal(spikes.times.reshape(n_steps, n)[:, 0], np.arange(2, n_steps + 2) / 10)


def test_recording_no_nodes_gives_times_and_no_columns():
    sim, nodes = driven()
    recorder, spikes = sim.record(nodes[:0], "V_m"), sim.record(nodes[:0])
    results = sim.run(3.0)
    assert recorder["V_m"].shape == results["V_m"].shape == (3, 0)
    assert len(spikes) == 0


def test_recorders_say_what_they_hold():
    sim, nodes = driven()
    spikes, trace = sim.record(nodes), sim.record(nodes, ["V_m", "I_syn_ex"], interval=0.5)
    sim.run(10.0)
    assert repr(spikes) == "SpikeRecorder(3 nodes, 3 spikes)"
    assert repr(trace) == "TraceRecorder(V_m, I_syn_ex of 3 nodes, 20 samples)"
    assert trace.traces.units == {"V_m": "mV", "I_syn_ex": "pA"}


REFUSED = [
    ("V_mm", {}, UnknownNameError, "unknown recordable of iaf_psc_exp 'V_mm'; did you mean 'V_m'"),
    (["V_m", "w"], {}, UnknownNameError, "unknown recordable of iaf_psc_exp 'w'"),
    (["spikes", "V_m"], {}, UnknownNameError, "unknown recordable of iaf_psc_exp 'spikes'"),
    ("wait", {}, UnknownNameError, "unknown recordable of iaf_psc_exp 'wait'"),
    ("C_m", {}, UnknownNameError, "unknown recordable of iaf_psc_exp 'C_m'"),
    ([], {}, ParameterError, "record: what: got "),
    (5, {}, ParameterError, "record: what: got 5"),
    ([5], {}, ParameterError, "record: what: got "),
    ("V_m", {"interval": 0.0}, ParameterError, "interval: got 0.0, expected >= dt = 0.1 ms"),
    ("V_m", {"interval": -1.0}, ParameterError, "interval: got -1.0, expected >= dt"),
    ("V_m", {"interval": 0.15}, ParameterError, "interval: got 0.15, expected a multiple of dt"),
    ("V_m", {"interval": np.nan}, ParameterError, "interval: got nan"),
    ("V_m", {"interval": "1"}, ParameterError, "interval: got '1'"),
    ("V_m", {"offset": -0.1}, ParameterError, "offset: got -0.1, expected >= 0 ms"),
    ("V_m", {"offset": 0.05}, ParameterError, "offset: got 0.05, expected a multiple of dt"),
    ("V_m", {"start": -1.0}, ParameterError, "start: got -1.0, expected >= 0 ms"),
    ("V_m", {"start": 2.0, "stop": 1.0}, ParameterError, "start: got 2.0, expected >= 0 ms, and not after stop = 1.0"),
    ("V_m", {"stop": np.nan}, ParameterError, "stop: got nan"),
    ("spikes", {"interval": 1.0}, ParameterError, "interval: got 1.0, expected none for spikes"),
    ("spikes", {"start": [1.0]}, ParameterError, r"start: got \[1.0\], expected one number"),
]


@pytest.mark.parametrize(("what", "options", "error", "message"), REFUSED, ids=str)
def test_wrong_requests_are_refused_and_leave_no_recorder(what, options, error, message):
    sim, nodes = driven()
    with pytest.raises(error, match=message):
        sim.record(nodes, what, **options)
    assert sim.recorders == ()


def test_what_a_node_has_not_and_what_is_not_of_this_simulation_is_not_recorded():
    sim, neurons = driven()
    other, foreign = driven()
    dc, train = sim.create("dc_generator"), sim.create("spike_generator")
    with pytest.raises(ParameterError, match="spikes of dc_generator', expected 'I', since it sends a current"):
        sim.record(dc)
    with pytest.raises(UnknownNameError, match="unknown recordable of dc_generator 'V_m'"):
        sim.record(neurons + dc, "V_m")
    with pytest.raises(UnknownNameError, match="unknown recordable of poisson_generator 'rate'"):
        sim.record(sim.create("poisson_generator"), "rate")
    with pytest.raises(UnknownNameError, match="unknown recordable of spike_generator 'V_m'"):
        sim.record(train, "V_m")
    with pytest.raises(ParameterError, match="Nodes of this simulation, not of another one"):
        sim.record(foreign)
    with pytest.raises(ParameterError, match=r"record: nodes: got \[0\]"):
        sim.record([0])
    assert sim.recorders == ()
    assert other.recorders == ()
