"""What stimulators send when their parameters change between runs: what was sent before arrives as it was sent."""

import numpy as np
import pytest

from simcore import Simulation, load
from simcore.timegrid import MAX_DELAY_STEPS
from tests.simcore.test_devices import DELAYS, MEMBRANE, increments


@pytest.fixture(scope="module")
def nest():
    from tests.oracle import nest_runs

    return nest_runs


def test_changed_parameters_act_from_the_next_run_on():
    sim = Simulation(dt=0.1, seed=1, threads=1)
    neuron, source = sim.create("iaf_psc_delta", params=MEMBRANE), sim.create("dc_generator", params={"amplitude": 100.0})
    sim.connect(source, neuron, delay=0.1)
    recorder = sim.record(neuron, "V_m", interval=0.1)
    sim.run(2.0)
    source.set(amplitude=-300.0)
    sim.run(2.0)
    steps = increments(recorder["V_m"][:, 0])
    np.testing.assert_allclose(steps[2:22], 0.1, rtol=1e-6)
    np.testing.assert_allclose(steps[22:], -0.3, rtol=1e-6)


CHANGES = {
    "level": ("dc_generator", {"amplitude": 10.0}, [{"amplitude": -30.0}, {"amplitude": 5.0}]),
    "window": ("dc_generator", {"amplitude": 10.0, "start": 1.0}, [{"stop": 2.5}, {"stop": 9.0, "amplitude": 7.0}]),
    "levels to come": (
        "step_current_generator", {"amplitude_times": [0.5, 5.0], "amplitude_values": [10.0, 0.0]},
        [
            {"amplitude_times": [0.5, 3.7, 4.5], "amplitude_values": [10.0, -20.0, 40.0]},
            {"amplitude_times": [0.5, 3.7, 4.6], "amplitude_values": [10.0, -20.0, 80.0]},
        ],
    ),
    "spikes": ("spike_generator", {"spike_times": [1.0, 1.9, 3.0]}, [{"spike_times": [2.6, 2.9]}, {"spike_times": [5.0]}]),
}  # fmt: skip


@pytest.mark.parametrize("delay", DELAYS)
@pytest.mark.parametrize("case", CHANGES)
def test_what_a_stimulator_sent_before_a_change_arrives_as_in_nest(case, delay, nest):
    device, params, changes = CHANGES[case]
    nest.reset(0.1)
    sim = Simulation(dt=0.1, seed=1, threads=1)
    neuron, generator = sim.create("iaf_psc_delta", params=MEMBRANE), sim.create(device, params=params)
    their_neuron, theirs = nest.nest.Create("iaf_psc_delta", params=MEMBRANE), nest.nest.Create(device, params=params)
    sim.connect(generator, neuron, delay=delay)
    nest.nest.Connect(theirs, their_neuron, syn_spec={"delay": delay})
    meter = nest.nest.Create("multimeter", params={"record_from": ["V_m"], "interval": 0.1})
    nest.nest.Connect(meter, their_neuron, syn_spec={"delay": 0.1})
    recorder = sim.record(neuron, "V_m", interval=0.1)
    for change in [*changes, {}]:
        sim.run(2.0)
        nest.nest.Simulate(2.0)
        generator.set(change)
        theirs.set(change)
    sim.run(3.0)
    nest.nest.Simulate(3.0)
    expected = increments(np.array(meter.events["V_m"]))
    np.testing.assert_allclose(increments(recorder["V_m"][:, 0])[: expected.size], expected, rtol=0.0, atol=2e-5)
    assert np.unique(expected.round(3)).size > 1


def test_parameters_of_the_past_are_kept_as_long_as_the_longest_delay():
    sim = Simulation(dt=0.1, seed=1, threads=1)
    neuron, source = sim.create("iaf_psc_delta", params=MEMBRANE), sim.create("dc_generator", params={"amplitude": 10.0})
    sim.connect(source, neuron, delay=MAX_DELAY_STEPS * 0.1)
    sim.run(1.0)
    source.set(amplitude=-30.0)
    sim.run(MAX_DELAY_STEPS * 0.1)
    source.set(amplitude=5.0)
    recorder = sim.record(neuron, "V_m", interval=0.1)
    before = neuron.get("V_m")[0]
    sim.run(0.3)
    steps = np.diff(np.concatenate([[before], recorder["V_m"][:, 0]]))
    np.testing.assert_allclose(steps, [0.01, -0.03, -0.03], rtol=1e-5)


def test_poisson_spikes_under_way_survive_a_change_of_rate_and_a_checkpoint(tmp_path):
    sim = Simulation(dt=0.1, seed=1, threads=1)
    parrots, source = sim.create("parrot_neuron", 200), sim.create("poisson_generator", params={"rate": 1000.0})
    sim.connect(source, parrots, delay=10.0)
    sim.record(parrots)
    sim.run(50.0)
    source.set(rate=0.0)
    saved = load(sim.save(tmp_path / "state"))
    results = sim.run(50.0)
    assert abs(len(results.spikes) - 2000) < 5 * 2000**0.5
    assert (results.spikes.times.min(), results.spikes.times.max()) == (50.1, 60.0)
    again = saved.run(50.0)
    assert np.array_equal(again.spikes.times, results.spikes.times)
    assert np.array_equal(again.spikes.ids, results.spikes.ids)


def test_noise_keeps_its_rhythm_and_its_draw_when_its_strength_changes():
    sim = Simulation(dt=0.1, seed=1, threads=1)
    neurons, source = sim.create("iaf_psc_delta", 3, MEMBRANE), sim.create("noise_generator", params={"std": 10.0, "dt": 1.0})
    sim.connect(source, neurons, delay=0.3)
    recorder = sim.record(neurons, "V_m", interval=0.1)
    sim.run(3.5)
    source.set(std=0.0, mean=5.0)
    sim.run(3.5)
    steps = increments(recorder["V_m"]).round(6)
    changes = np.flatnonzero(np.any(np.diff(steps, axis=0) != 0, axis=1)) + 1
    assert changes.tolist() == [4, 14, 24, 34, 44]
    np.testing.assert_allclose(steps[44:], 0.005, rtol=1e-5)


def test_spike_times_set_between_runs_replace_the_old_ones():
    sim = Simulation(dt=0.1, seed=1, threads=1)
    neuron, source = (
        sim.create("iaf_psc_delta", params=MEMBRANE),
        sim.create("spike_generator", params={"spike_times": [1.0, 5.0]}),
    )
    sim.connect(source, neuron, delay=0.5)
    recorder = sim.record(neuron, "V_m", interval=0.1)
    sim.run(2.0)
    source.set(spike_times=[3.0, 4.5])
    sim.run(4.0)
    assert (np.flatnonzero(increments(recorder["V_m"][:, 0]) > 0.5) + 1).tolist() == [15, 35, 50]


# -- time that begins anew, and links that are made later ---------------------------------------------------------------------


def stimulated(seed=1, threads=1):
    """Neurons with stimulators of every kind, one of which draws packets; and recorders of spikes and of potentials."""
    sim = Simulation(dt=0.1, seed=seed, threads=threads)
    neurons, parrots = sim.create("iaf_psc_delta", 4, MEMBRANE), sim.create("parrot_neuron", 30)
    for k, (name, params) in enumerate({
        "dc_generator": {"amplitude": 10.0, "start": 1.0, "stop": 4.0},
        "ac_generator": {"amplitude": 10.0, "frequency": 90.0, "stop": 7.0},
        "step_current_generator": {"amplitude_times": [1.0, 2.0, 5.0], "amplitude_values": [10.0, -5.0, 0.0]},
        "spike_generator": {"spike_times": [0.5, 3.0, 6.5]},
    }.items()):  # fmt: skip
        sim.connect(sim.create(name, params=params), neurons[k], delay=0.4)
    noise = sim.create("poisson_generator", params={"rate": 2000.0, "start": 1.0, "stop": 5.0})
    packets = sim.create("pulsepacket_generator", params={"pulse_times": [4.0], "activity": 20, "sdev": 1.0})
    sim.connect(noise, parrots, delay=0.4)
    sim.connect(packets, parrots[0], delay=0.4)
    return sim, sim.record(neurons, "V_m", interval=0.1), sim.record(parrots), parrots


def trials(threads=1, path=None):
    sim, V_m, spikes, parrots = stimulated(threads=threads)
    for trial in range(3):
        sim.run(3.3)
        if path and trial == 1:
            sim = load(sim.save(path), threads=threads)
            V_m, spikes = sim.recorders
        sim.run(5.0)
        sim.restart_stimulators()
    return V_m["V_m"], spikes.spikes


def test_a_time_that_begins_anew_repeats_windows_waves_schedules_and_spikes():
    V_m, spikes = trials()
    steps = np.diff(V_m, axis=0, prepend=V_m[:1]).reshape(3, 83, 4)
    for trial in (1, 2):
        # What was sent before arrives first; then all is as in the first trial, but that the wave is not off at its start.
        np.testing.assert_allclose(steps[trial, 8:, :], steps[0, 8:, :], rtol=0.0, atol=1e-6)
    assert np.unique(steps[0].round(3)).size > 10
    inside = [np.floor((spikes.times - 0.05) / 8.3).astype(int) == trial for trial in range(3)]
    times = [spikes.times[one] - 8.3 * trial for trial, one in enumerate(inside)]
    for one in times:
        assert len(one) > 200
        assert one.min() > 1.4
    drawn = [np.bincount(np.rint(one * 10).astype(int), minlength=100) for one in times]
    assert not np.array_equal(drawn[0], drawn[1])
    assert not np.array_equal(drawn[1], drawn[2])


def test_a_time_that_begins_anew_is_the_same_for_threads_and_after_a_load(tmp_path):
    V_m, spikes = trials()
    for other in (trials(threads=2), trials(path=tmp_path / "state")):
        np.testing.assert_array_equal(other[0], V_m)
        np.testing.assert_array_equal(other[1].times, spikes.times)
        np.testing.assert_array_equal(other[1].ids, spikes.ids)


def test_a_reset_lets_stimulators_begin_with_the_simulation_again():
    sim, V_m, spikes, _ = stimulated()
    sim.run(8.3)
    first = V_m["V_m"], spikes.times
    sim.restart_stimulators()
    sim.run(4.0)
    sim.reset()
    sim.run(8.3)
    np.testing.assert_array_equal(V_m["V_m"], first[0])
    np.testing.assert_array_equal(spikes.times, first[1])


@pytest.mark.parametrize("reloads", [False, True])
def test_what_a_stimulator_sent_before_it_was_connected_does_not_arrive(reloads, tmp_path):
    sim = Simulation(dt=0.1, seed=1, threads=1)
    neuron, source = sim.create("iaf_psc_delta", params=MEMBRANE), sim.create("dc_generator", params={"amplitude": 100.0})
    V_m = sim.record(neuron, "V_m", interval=0.1)
    sim.run(2.0)
    sim.connect(source, neuron, delay=0.5)
    sim.run(0.2)
    if reloads:
        sim = load(sim.save(tmp_path / "state"))
        V_m = sim.recorders[0]
    sim.run(1.0)
    steps = np.diff(V_m["V_m"][:, 0])
    assert (np.flatnonzero(steps > 0.05) + 2).tolist() == list(range(27, 33))


def test_a_schedule_refuses_parameters_of_the_names_that_it_needs():
    from simcore.devices import DeviceModel
    from simcore.errors import ParameterError
    from simcore.parameter import Param

    with pytest.raises(ParameterError, match="none called since or held"):
        DeviceModel("own", "current", {"held": Param(0.0, "", "x")}, value=lambda held: held, held=lambda p, grid, now: 0.0)


def test_samples_may_be_shifted(tmp_path):
    sim = Simulation(dt=0.1, seed=1, threads=1)
    V_m = sim.record(sim.create("iaf_psc_exp", params={"I_e": 300.0}), "V_m")
    sim.run(2.5)
    sim.shift_samples(V_m, 2.5)
    sim = load(sim.save(tmp_path / "state"))
    (V_m,) = sim.recorders
    sim.run(3.0)
    np.testing.assert_array_equal(V_m.times, [1.0, 2.0, 3.5, 4.5, 5.5])
    with pytest.raises(ValueError, match="shift_samples: recorder"):
        sim.shift_samples(None, 2.5)


def test_a_change_of_one_generator_looks_at_this_one_alone():
    from simcore.devices import DeviceModel

    calls = []

    def train(p, grid):
        calls.append(1)
        return np.array([10]), np.array([1]), np.array([1.0])

    sim = Simulation(dt=0.1, seed=1, threads=1)
    sources = sim.create(DeviceModel("own", "train", {}, train=train), 500)
    calls.clear()
    sources[7:8].set(start=1.0)
    assert len(calls) <= 2
