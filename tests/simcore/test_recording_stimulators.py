"""What stimulators show of themselves: currents and rates as in NEST, and spike trains drawn for the recorder."""

import numpy as np
import pytest

from simcore import NeuronModel, Simulation, State, load
from simcore.errors import ParameterError
from tests.reference import mpi
from tests.reference.meters import AMMETER, COUNTER

WINDOWS = [
    {},
    {"start": 1.0, "stop": 2.0},
    {"start": 0.5, "stop": 4.0, "origin": 2.0},
    {"start": 0.1},
    {"start": 2.0, "stop": 2.0},
]

STEPS = {"amplitude_times": [0.1, 0.4, 1.5, 3.0, 7.0], "amplitude_values": [1.0, 2.0, 3.0, -1.0, 5.0]}
SINE = {"amplitude": 10.0, "offset": 3.0, "frequency": 137.0, "phase": 33.0}
CURRENTS = {
    "dc_generator": [{"amplitude": 7.5}, {"amplitude": -2.0}, {"amplitude": 3.0, "start": 7.3, "stop": 50.0}],
    "ac_generator": [SINE, {"frequency": 411.0, "phase": -90.0, "stop": 11.0}, {"offset": 0.0}],
    "step_current_generator": [STEPS, {"start": 4.0, "stop": 50.0}, {"stop": 9.0}],
    "noise_generator": [{"mean": 12.0, "dt": 0.1}, {"mean": -3.0, "stop": 50.0}, {"start": 8.0}],
}


@pytest.fixture(scope="module")
def nest():
    from tests.oracle import nest_runs

    nest_runs.reset(0.1)
    return nest_runs.nest


def theirs(nest, device, changes, name, *, interval=0.1, n_targets=0):
    """What a multimeter sees of a generator whose parameters change every 4 ms."""
    nest.ResetKernel()
    nest.resolution = 0.1
    generator = nest.Create(device)
    if n_targets:
        nest.Connect(generator, nest.Create("iaf_psc_delta", n_targets), syn_spec={"delay": 0.1})
    meter = nest.Create("multimeter", params={"record_from": [name], "interval": interval})
    nest.Connect(meter, generator, syn_spec={"delay": 0.1})
    for change in changes:
        generator.set(change)
        nest.Simulate(4.0)
    nest.Simulate(1.0)
    return np.array(meter.events[name])


def ours(device, changes, name, *, interval=0.1, n_targets=0):
    sim = Simulation(dt=0.1, seed=1, threads=1)
    generator = sim.create(device)
    if n_targets:
        sim.connect(generator, sim.create("iaf_psc_delta", n_targets), delay=0.1)
    recorder = sim.record(generator, name, interval=interval)
    for change in changes:
        generator.set(change)
        for piece in (0.3, 0.0, 3.7):
            sim.run(piece)
    sim.run(1.0)
    return recorder[name][:, 0]


@pytest.mark.parametrize("device", CURRENTS)
def test_currents_are_those_that_a_multimeter_sees_in_nest(device, nest):
    seen = 0
    for window in WINDOWS:
        first, *others = CURRENTS[device]
        changes = [first | window, *others]
        for interval in (0.1, 0.7):
            expected = theirs(nest, device, changes, "I", interval=interval, n_targets=2)
            found = ours(device, changes, "I", interval=interval, n_targets=2)[: expected.size]
            np.testing.assert_allclose(found, expected, rtol=0.0, atol=1e-12, err_msg=f"{window}")
            seen += np.count_nonzero(expected)
    assert seen > 300


def test_rate_of_a_sinusoidal_generator_is_what_a_multimeter_sees_in_nest_window_or_not(nest):
    sine = {"rate": 20.0, "amplitude": 50.0, "frequency": 100.0, "phase": 30.0}
    for window in WINDOWS:
        changes = [sine | window, {"rate": 70.0, "frequency": 331.0}, {"amplitude": -80.0}]
        expected = theirs(nest, "sinusoidal_poisson_generator", changes, "rate")
        found = ours("sinusoidal_poisson_generator", changes, "rate")[: expected.size]
        np.testing.assert_allclose(found, expected, rtol=0.0, atol=1e-11)
        assert (found == 0.0).any()


NOISE = [{"mean": 5.0, "std": 1.0, "dt": 0.5, "start": 0.3}, {"mean": 100.0}, {"std": 30.0, "stop": 11.0}]


def test_noise_changes_when_it_does_in_nest_and_is_zero_without_targets(nest):
    expected, found = (f("noise_generator", NOISE, "I", n_targets=3) for f in ((lambda *a, **k: theirs(nest, *a, **k)), ours))
    for x in (expected, found):
        x[:] = np.diff(x, prepend=0.0) != 0.0
    np.testing.assert_array_equal(found[: expected.size], expected)
    assert expected.sum() > 20
    assert not ours("noise_generator", NOISE, "I").any()
    assert not theirs(nest, "noise_generator", NOISE, "I").any()


def noisy(path=None):
    """Current of a noise generator, and what its edges carry, with parameters changed in the middle of its intervals."""
    sim = Simulation(dt=0.1, seed=1, threads=2)
    noise = sim.create("noise_generator", params={"mean": 5.0, "std": 1.0, "dt": 0.7})
    few, more = sim.create(AMMETER, 3), sim.create(AMMETER, 600)
    sim.connect(noise, few, delay=0.1, weight=2.0)
    sim.connect(noise, more, delay=0.4)
    sim.record(noise, "I", interval=0.1)
    sim.record(few + more, "current", interval=0.1)
    for change in [{}, {"mean": 100.0}, {"std": 0.0}, {"std": 5.0}, {"dt": 0.3}, {"stop": 9.0}]:
        sim.nodes[:1].set(change)
        if path is not None:
            sim = load(sim.save(path), own_models=[AMMETER])
        sim.run(1.6)
    return sim.recorders[0]["I"][:, 0], sim.recorders[1]["current"]


def test_current_of_noise_is_the_mean_over_its_edges_of_what_these_carry(tmp_path):
    mean, carried = noisy()
    # A current drawn at some stamp acts in the step that ends one step after its delay.
    expected = (carried[2:-3, :3].sum(axis=1) / 2.0 + carried[5:, 3:].sum(axis=1)) / 603
    np.testing.assert_allclose(mean[: expected.size], expected, rtol=1e-12)
    assert np.unique(mean.round(9)).size > 12
    assert mean[88] != 0.0
    assert not mean[89:].any()
    # What was drawn before a checkpoint holds after it.
    for one, same in zip(noisy(tmp_path / "state"), (mean, carried), strict=True):
        np.testing.assert_array_equal(one, same)


CROWDS = {
    "poisson_generator": {"rate": 1e6},
    "mip_generator": {"rate": 4e6, "p_copy": 0.5},
    "sinusoidal_poisson_generator": {"rate": 0.0, "amplitude": 4e6, "frequency": 625.0, "phase": 20.0},
    "inhomogeneous_poisson_generator": {"rate_times": [0.1, 0.4, 0.9, 1.5], "rate_values": [1e6, 0.0, 2e6, 1e6]},
    "pulsepacket_generator": {"pulse_times": [0.0, 0.5, 1.0, 1.5, 2.5], "activity": 200},
}


@pytest.mark.parametrize("device", CROWDS)
def test_recorded_spikes_have_the_stamps_that_a_spike_recorder_sees_in_nest(device, nest):
    for window in WINDOWS:
        nest.ResetKernel()
        nest.resolution = 0.1
        generator, recorder = nest.Create(device, params=CROWDS[device] | window), nest.Create("spike_recorder")
        nest.Connect(generator, recorder, syn_spec={"delay": 0.1})
        nest.Simulate(6.0)
        sim = Simulation(dt=0.1, seed=1, threads=1)
        sim.record(sim.create(device, params=CROWDS[device] | window))
        times = sim.run(6.0).spikes.times
        np.testing.assert_array_equal(np.unique(times), np.unique(np.round(recorder.events["times"], 3)), err_msg=f"{window}")
        assert abs(times.size - recorder.n_events) <= 6.0 * np.sqrt(2.0 * recorder.n_events)


RANDOM = {
    "poisson_generator": {"rate": 4000.0},
    "mip_generator": {"rate": 20000.0, "p_copy": 0.2},
    "sinusoidal_poisson_generator": {"rate": 4000.0},
    "inhomogeneous_poisson_generator": {"rate_times": [0.1], "rate_values": [4000.0]},
}


@pytest.mark.parametrize("device", RANDOM)
def test_each_recorder_gets_a_train_of_its_own_and_disturbs_none(device):
    def run(n_recorders):
        sim = Simulation(dt=0.1, seed=4, threads=1)
        sources, targets = sim.create(device, 2, RANDOM[device]), sim.create(COUNTER, 3)
        sim.connect(sources, targets, delay=0.1)
        counts = sim.record(targets, "count", interval=0.1)
        recorders = [sim.record(sources) for _ in range(n_recorders)]
        results = sim.run(1000.0)
        return counts["count"], [np.histogram(r.spikes.of([k]).times, np.arange(1e4 + 1) / 10 + 0.05)[0]
                                 for r in recorders for k in (0, 1)], results  # fmt: skip

    undisturbed, _, _ = run(0)
    counts, trains, results = run(2)
    np.testing.assert_array_equal(counts, undisturbed)
    assert len(results.spikes) == sum(train.sum() for train in trains)
    assert np.array_equal(results.spikes.times, np.sort(results.spikes.times))
    trains += list(counts[1:].T)
    for k, train in enumerate(trains[:4]):
        assert abs(train.sum() - 4000) < 4.0 * np.sqrt(4000)
        assert abs(train.var() / train.mean() - 1.0) < 4.0 * np.sqrt(2.0 / train.size)
        others = [trains[j] for j in range(4) if j != k]
        # Copies of one mother process are correlated; all others are independent.
        same = 0.2 if device == "mip_generator" else 0.0
        for j, other in zip([j for j in range(4) if j != k], others, strict=True):
            expected = same if j % 2 == k % 2 else 0.0
            assert abs(np.corrcoef(train[: other.size], other)[0, 1] - expected) < 4.5 / np.sqrt(train.size)


def test_a_shared_train_is_recorded_as_it_is():
    sim = Simulation(dt=0.1, seed=4, threads=1)
    params = {"rate": 3000.0, "individual_spike_trains": False}
    source, target = sim.create("sinusoidal_poisson_generator", params=params), sim.create(COUNTER)
    sim.connect(source, target, delay=0.1)
    recorders, counts = [sim.record(source), sim.record(source)], sim.record(target, "count", interval=0.1)
    sim.run(100.0)
    stamps = np.repeat(np.arange(1, 1000), counts["count"][1:, 0].astype(int))
    for recorder in recorders:
        np.testing.assert_array_equal(np.rint(recorder.times * 10).astype(int)[: stamps.size], stamps)
    assert stamps.size > 200


def drawn(*, pieces=(30.0,), path=None, threads=1):
    """Recorders of all kinds of random stimulators, and what they hold."""
    sim = Simulation(dt=0.1, seed=2, threads=threads)
    generators = [sim.create(name, 2, params) for name, params in RANDOM.items()]
    every = sum(generators[1:], generators[0]) + sim.create("spike_generator", params={"spike_times": [4.0, 5.0]})
    sim.connect(every[:1], sim.create("parrot_neuron", 3), delay=0.3)
    sim.record(every + sim.nodes[-3:])
    sim.record(every[:3], start=4.0, stop=21.3)
    sim.record(every[4:5], "rate", interval=0.7, start=3.0)
    parts = []
    for k, piece in enumerate(pieces):
        if k == 2 and path is not None:
            sim = load(sim.save(path), threads=threads)
        parts.append(sim.run(piece))
    return sim, parts


def test_trains_drawn_for_recorders_do_not_depend_on_pieces_threads_or_a_checkpoint(tmp_path):
    whole, (results,) = drawn()
    assert len(whole.recorders[0]) > 800
    window = whole.recorders[1].times
    assert (window.min(), window.max()) == (pytest.approx(4.2, abs=0.2), pytest.approx(21.1, abs=0.2))
    np.testing.assert_array_equal(results.spikes.times, whole.results.spikes.times)
    for options in ({"threads": 2}, {"path": tmp_path / "state"}):
        other, parts = drawn(pieces=(4.0, 0.0, 0.1, 17.2, 8.7), **options)
        for one, same in zip(whole.recorders[:2], other.recorders[:2], strict=True):
            np.testing.assert_array_equal(same.times, one.times)
            np.testing.assert_array_equal(same.ids, one.ids)
        np.testing.assert_array_equal(other.recorders[2]["rate"], whole.recorders[2]["rate"])
        np.testing.assert_array_equal(other.results.spikes.times, whole.results.spikes.times)
        np.testing.assert_array_equal(np.concatenate([p.spikes.times for p in parts]), whole.results.spikes.times)
        np.testing.assert_array_equal(np.concatenate([p.spikes.ids for p in parts]), whole.results.spikes.ids)
        assert [len(p.spikes) > 0 for p in parts] == [True, False, True, True, True]


def test_a_reset_gives_the_same_trains_again_and_a_late_recorder_one_from_its_making_on():
    sim = Simulation(dt=0.1, seed=2, threads=1)
    source = sim.create("poisson_generator", params={"rate": 5000.0})
    early = sim.record(source)
    sim.run(10.0)
    late, rate = sim.record(source), sim.record(sim.create("dc_generator", params={"amplitude": 2.0}), "I")
    sim.run(10.0)
    before = early.times
    assert late.times.min() > 10.0
    assert rate.times.tolist() == np.arange(11.0, 21.0).tolist()
    sim.reset()
    assert (len(early), len(late), rate.times.size) == (0, 0, 0)
    sim.run(20.0)
    np.testing.assert_array_equal(early.times, before)
    assert late.times.min() < 10.0
    source.set(rate=0.0)
    sim.run(10.0)
    assert early.times.max() <= 20.0


def test_traces_are_of_neurons_or_of_stimulators_which_may_be_of_several_models():
    sim = Simulation(dt=0.1, seed=2, threads=1)
    dc, ac = sim.create("dc_generator", 2, {"amplitude": [1.0, 2.0]}), sim.create("ac_generator", params={"offset": 3.0})
    recorder = sim.record(ac + dc[::-1], "I", interval=0.5)
    results = sim.run(2.0)
    assert recorder.ids.tolist() == results.traces[0].ids.tolist() == [2, 1, 0]
    np.testing.assert_array_equal(results["I"], [[3.0, 2.0, 1.0]] * 4)
    assert recorder.traces.units == {"I": "pA"}

    def step(rate):
        return rate, False

    neuron = sim.create(NeuronModel("rated", {}, {"rate": State("Hz", "rate")}, {}, step))
    sine = sim.create("sinusoidal_poisson_generator")
    for nodes in (neuron + sine, sine + neuron):
        with pytest.raises(ParameterError, match="record: nodes.*neurons or stimulators, each in a call of their own"):
            sim.record(nodes, "rate")
    assert len(sim.recorders) == 1


@pytest.mark.mpi
@pytest.mark.skipif(mpi.MPIEXEC is None, reason="there is no mpiexec: pip install netspike[mpi]")
def test_with_local_results_the_first_rank_holds_what_stimulators_show(tmp_path):
    script = mpi.BUILD.replace("threads=1", "threads=1, local=True") + f"""
import simcore
drive, noise = sim.create("poisson_generator", params={{"rate": 3000.0}}), sim.create("noise_generator", params={{"std": 9.0}})
sim.connect(noise, neurons)
sim.record(drive)
sim.record(noise, "I")
sim.run(20.0)
sim.save({str(tmp_path / "state.npz")!r})
sim.run(20.0)
again = simcore.load({str(tmp_path / "state.npz")!r}, threads=1, local=True)
again.run(20.0)
for s in (sim, again):
    train, current = s.recorders[1:]
    tell(train.times.size, train.times.sum().round(1), current["I"].shape, current["I"].sum())
"""  # fmt: skip
    code, out, err = mpi.start(script, n=2).wait()
    assert code == 0, out + err
    space = {}
    exec(mpi.BUILD + script.split(mpi.BUILD[-20:])[-1].split("sim.save")[0].replace("sim.run(20.0)", "sim.run(40.0)"), space)  # noqa: S102
    train, current = space["sim"].recorders[1:]
    whole = f"{train.times.size} {train.times.sum().round(1)} {current['I'].shape} {current['I'].sum()}"
    assert out.splitlines() == [whole, "0 0.0 (40, 0) 0.0"] * 2
