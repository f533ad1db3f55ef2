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
