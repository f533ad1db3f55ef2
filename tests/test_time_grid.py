"""The claims of docs/time_grid.md, number by number (NEST's numbers, measured on version 3.10)."""

import numpy as np
import pytest

import simcore
from simcore.errors import ParameterError

FIRST_MOVES = {
    "iaf_psc_delta": 2.0,
    "izhikevich": 2.0,
    "iaf_psc_exp": 2.1,
    "iaf_cond_exp": 2.1,
    "aeif_psc_exp": 2.1,
    "aeif_cond_exp": 2.1,
    "iaf_psc_alpha": 2.1,
    "iaf_cond_alpha": 2.1,
    "aeif_psc_alpha": 2.1,
    "aeif_cond_alpha": 2.1,
}
SYNAPTIC = {
    ("iaf_psc_exp", "I_syn_ex"): 2.0,
    ("iaf_cond_exp", "g_ex"): 2.0,
    ("aeif_psc_exp", "I_syn_ex"): 2.0,
    ("aeif_cond_exp", "g_ex"): 2.0,
    ("iaf_psc_alpha", "I_syn_ex"): 2.1,
    ("iaf_cond_alpha", "g_ex"): 2.1,
    ("aeif_psc_alpha", "I_syn_ex"): 2.1,
    ("aeif_cond_alpha", "g_ex"): 2.1,
}


def difference(model, device, params, *, weight=1.0, delay=1.0, record="V_m", duration=6.0):
    """Stamps at which a neuron with the device differs from one without, and by how much."""
    sim = simcore.Simulation(dt=0.1, seed=1, threads=1)
    driven, free = sim.create(model), sim.create(model)
    sim.connect(sim.create(device, 1, params), driven, weight=weight, delay=delay)
    traces = [sim.record(neuron, record, interval=0.1) for neuron in (driven, free)]
    sim.run(duration)
    gap = traces[0][record][:, 0] - traces[1][record][:, 0]
    return traces[0].times[gap != 0.0], gap[gap != 0.0]


def spikes_of(model, params, duration, dt=0.1):
    sim = simcore.Simulation(dt=dt, seed=1, threads=1)
    neuron = sim.create(model, 1, params)
    sim.record(neuron)
    trace = sim.record(neuron, "V_m", interval=dt)
    return sim.run(duration).spikes.times, trace.times, trace["V_m"][:, 0]


@pytest.mark.parametrize("model", FIRST_MOVES)
def test_potential_first_moves_where_the_page_says(model):
    times, _ = difference(model, "spike_generator", {"spike_times": [1.0]})
    assert times[0] == FIRST_MOVES[model]


@pytest.mark.parametrize(("model", "variable"), SYNAPTIC)
def test_synaptic_variable_is_first_seen_where_the_page_says(model, variable):
    times, _ = difference(model, "spike_generator", {"spike_times": [1.0]}, record=variable)
    assert times[0] == SYNAPTIC[model, variable]


def test_a_parrot_repeats_a_spike_in_the_step_in_which_it_arrives():
    sim = simcore.Simulation(dt=0.1, seed=1)
    parrot = sim.create("parrot_neuron")
    sim.connect(sim.create("spike_generator", 1, {"spike_times": [1.0]}), parrot, delay=1.5)
    sim.record(parrot)
    assert sim.run(5.0).spikes.times.tolist() == [2.5]


@pytest.mark.parametrize(("delay", "arrives"), [(0.14, 1.1), (0.15, 1.2), (1.04, 2.0)])
def test_delays_are_rounded_to_the_nearest_step_half_up(delay, arrives):
    times, _ = difference("iaf_psc_delta", "spike_generator", {"spike_times": [1.0]}, delay=delay)
    assert times[0] == arrives


def test_a_delay_below_one_step_is_refused():
    with pytest.raises(ParameterError, match=r"0\.04"):
        difference("iaf_psc_delta", "spike_generator", {"spike_times": [1.0]}, delay=0.04)


def test_spike_times_off_the_grid_are_refused():
    with pytest.raises(ParameterError, match=r"1\.04"):
        difference("iaf_psc_delta", "spike_generator", {"spike_times": [1.04]})


def test_a_run_that_ends_off_the_grid_is_refused():
    with pytest.raises(ParameterError, match=r"1\.05"):
        simcore.Simulation(dt=0.1).run(1.05)


def test_spikes_are_stamped_with_the_decimal_number():
    times, _, _ = spikes_of("iaf_psc_alpha", {"I_e": 1000.0}, 30.0)
    assert times.tolist() == [4.8, 11.6, 18.4, 25.2]


def test_the_potential_at_the_stamp_of_a_spike_is_the_reset_and_stays_for_the_refractory_period():
    spikes, times, potential = spikes_of("iaf_psc_alpha", {"I_e": 1000.0, "t_ref": 2.0}, 10.0)
    clamped = times[potential == -70.0]
    assert spikes[0] == 4.8
    assert clamped.size == 21
    assert clamped[0] == 4.8
    assert clamped[-1] == 6.8


@pytest.mark.parametrize(("t_ref", "interval"), [(2.0, 6.8), (2.05, 6.9), (0.0, 4.8)])
def test_the_refractory_period_is_rounded_up(t_ref, interval):
    spikes, _, _ = spikes_of("iaf_psc_alpha", {"I_e": 1000.0, "t_ref": t_ref}, 30.0)
    np.testing.assert_allclose(np.diff(spikes), interval, atol=1e-9)


def test_a_start_above_threshold_fires_in_the_first_step():
    spikes, _, _ = spikes_of("iaf_psc_exp", {"V_m": -50.0}, 1.0)
    assert spikes[0] == 0.1


@pytest.mark.parametrize(("delay", "first", "last"), [(0.1, 1.2, 2.1), (0.5, 1.6, 2.5), (1.0, 2.1, 3.0)])
@pytest.mark.parametrize("device", ["dc_generator", "step_current_generator"])
def test_a_current_acts_one_step_after_its_delay_until_stop_plus_delay(device, delay, first, last):
    params = {
        "dc_generator": {"amplitude": 100.0, "start": 1.0, "stop": 2.0},
        "step_current_generator": {"amplitude_times": [1.0, 2.0], "amplitude_values": [100.0, 0.0]},
    }
    times, gap = difference("iaf_psc_exp", device, params[device], delay=delay)
    assert times[0] == first
    assert times[np.argmax(gap)] == last


def test_a_current_from_time_zero_loses_one_step():
    times, _ = difference("iaf_psc_exp", "dc_generator", {"amplitude": 100.0}, delay=0.1)
    assert times[0] == 0.3


def test_spike_times_outside_the_window_are_not_sent():
    params = {"spike_times": [1.0, 2.0, 3.0, 4.0], "start": 1.0, "stop": 3.0}
    sim = simcore.Simulation(dt=0.1, seed=1)
    generator = sim.create("spike_generator", 1, params)
    sim.record(generator)
    assert sim.run(5.0).spikes.times.tolist() == [2.0, 3.0]


@pytest.mark.parametrize(("start", "stop", "first", "last"), [(0.0, 3.0, 0.2, 3.1), (1.0, 2.0, 1.2, 2.1)])
def test_poisson_stamps_are_those_of_the_page(start, stop, first, last):
    sim = simcore.Simulation(dt=0.1, seed=1)
    parrot = sim.create("parrot_neuron")
    generator = sim.create("poisson_generator", 1, {"rate": 1e5, "start": start, "stop": stop})
    sim.connect(generator, parrot, delay=1.0)
    sim.record(parrot)
    emitted = np.unique(np.round(sim.run(6.0).spikes.times - 1.0, 9))
    assert emitted[0] == first
    assert emitted[-1] == last


def test_samples_are_taken_at_multiples_of_the_interval_up_to_the_end_of_the_run():
    sim = simcore.Simulation(dt=0.1, seed=1)
    neuron = sim.create("iaf_psc_exp")
    trace = sim.record(neuron, "V_m", interval=2.5)
    sim.run(10.0)
    assert trace.times.tolist() == [2.5, 5.0, 7.5, 10.0]


def test_recording_windows_open_after_start_and_close_at_stop():
    sim = simcore.Simulation(dt=0.1, seed=1)
    trace = sim.record(sim.create("iaf_psc_exp"), "V_m", interval=1.0, start=2.0, stop=5.0)
    sim.run(10.0)
    assert trace.times.tolist() == [3.0, 4.0, 5.0]


def test_shorter_delays_can_be_connected_after_a_run():
    sim = simcore.Simulation(dt=0.1, seed=1)
    parrots = sim.create("parrot_neuron", 2)
    generator = sim.create("spike_generator", 1, {"spike_times": [1.0, 11.0]})
    sim.connect(generator, parrots[:1], delay=2.0)
    sim.record(parrots)
    sim.run(10.0)
    sim.connect(generator, parrots[1:], delay=0.5)
    assert sim.run(10.0).spikes.times.tolist() == [11.5, 13.0]
