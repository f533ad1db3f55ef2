"""What scripts change between runs acts here as on NEST, to the step."""

import numpy as np
import pytest

import simcore.nest as ours
from tests.simcore.nest.sides import assert_same_result

# An integrator: its potential sums what arrives.
SUM = {"tau_m": 1e9, "C_m": 1e5, "V_th": 1e9}

# By name: model, first parameters, then changes, one every 2 ms.
CHANGES = {
    "a new schedule has begun": (
        "step_current_generator", {"amplitude_times": [0.5, 1.0], "amplitude_values": [10.0, 20.0]},
        [{"amplitude_times": [0.7, 2.0, 3.0], "amplitude_values": [30.0, 40.0, 50.0]}],
    ),
    "a change was due in the step of now": (
        "step_current_generator", {"amplitude_times": [0.5, 2.0, 2.1], "amplitude_values": [10.0, 50.0, 60.0]},
        [{"amplitude_times": [2.5], "amplitude_values": [30.0]}, {"amplitude_times": [2.5, 4.1], "amplitude_values": [9, 5]}],
    ),
    "a schedule is emptied": (
        "step_current_generator", {"amplitude_times": [0.5, 3.0], "amplitude_values": [10.0, 50.0], "stop": 1.0},
        [{"amplitude_times": [], "amplitude_values": []}, {"stop": 100.0}],
    ),
    "windows of a schedule": (
        "step_current_generator", {"amplitude_times": [0.5, 3.0], "amplitude_values": [10.0, 50.0], "start": 100.0},
        [{"start": 1.0}, {"origin": 3.5}, {"amplitude_times": [6.3], "amplitude_values": [1.0], "stop": 3.0}],
    ),
    "windows of a wave": (
        "ac_generator", {"amplitude": 10.0, "frequency": 90.0, "start": 1.0},
        [{"start": 0.5, "phase": 40.0, "frequency": 150.0}, {"origin": 1.2, "offset": 3.0}, {"stop": 2.6}],
    ),
    "spikes": (
        "spike_generator",
        {"spike_times": [1.0, 3.0], "spike_weights": [2.0, 3.0], "spike_multiplicities": [1, 2]},
        [{"spike_times": [1.0, 3.5]}, {"spike_weights": [7.0, 8.0], "origin": 1.0},
         {"spike_multiplicities": [3, 1], "origin": 3.1}],
    ),
    "spikes of now": (
        "spike_generator", {"spike_times": [0.0, 1.0], "shift_now_spikes": True},
        [{"spike_times": [2.0, 3.0]}, {"spike_times": [0.0, 1.0], "origin": 4.0}, {"spike_times": [5.96, 6.5], "origin": 0.0,
                                                                                  "allow_offgrid_times": True}],
    ),
}  # fmt: skip


@pytest.mark.parametrize("late", [False, True], ids=["from the start", "created late"])
@pytest.mark.parametrize("case", CHANGES)
def test_a_stimulator_that_is_changed_sends_what_nest_sends(case, late):
    model, first, changes = CHANGES[case]

    def script(nest):
        nest.set(min_delay=0.1, max_delay=2.0)
        neuron, meter = nest.Create("iaf_psc_delta", params=SUM), nest.Create("voltmeter", params={"interval": 0.1})
        nest.Connect(meter, neuron, syn_spec={"delay": 0.1})
        if late:
            nest.Simulate(0.8)
        generator = nest.Create(model, params=first)
        nest.Connect(generator, neuron, syn_spec={"delay": 0.3})
        for change in [*changes, {}]:
            nest.Simulate(2.0)
            generator.set(change)
        nest.Simulate(5.0)
        V_m = np.array(meter.events["V_m"])
        assert late or np.unique(np.diff(V_m).round(6)).size > 1
        return {"V_m": V_m * 1e-2, "read": {name: generator.get(name) for name in first}}

    assert_same_result(script)


@pytest.mark.parametrize("late", [False, True], ids=["from the start", "created late"])
def test_a_rate_goes_on_until_the_new_schedule_changes_it(late):
    def script(nest):
        nest.set(min_delay=0.1, max_delay=2.0)
        parrot, recorder = nest.Create("parrot_neuron"), nest.Create("spike_recorder")
        nest.Connect(parrot, recorder, syn_spec={"delay": 0.1})
        times = {"rate_times": [1.5, 2.1], "rate_values": [1e6, 5e6]}
        if late:
            nest.Simulate(1.0)
        generator = nest.Create("inhomogeneous_poisson_generator", params=times)
        nest.Connect(generator, parrot, syn_spec={"delay": 0.3})
        for run, change in ((2.0, [3.5, 4.0]), (2.0, [])):
            nest.Simulate(run)
            generator.set(rate_times=change, rate_values=[3e6, 1e6][: len(change)])
        nest.Simulate(2.0)
        counts = np.bincount(np.rint(np.array(recorder.events["times"]) * 10).astype(int), minlength=80)
        # 100, 300 or 500 spikes a step, told apart without doubt.
        return {"levels": np.digitize(counts, [50, 200, 400])}

    assert_same_result(script)


# NEST loses spikes of the last slice when its clock is put back, and delivers others at their time modulo the sum of the
# shortest and the longest delay: the trials below have none in the last slice, and last multiples of this sum.


def clock_is_put_back(nest):
    neurons = nest.Create("iaf_psc_alpha", 3, {"I_e": [1000.0, 700.0, 0.0], "t_ref": 5.0})
    train = nest.Create("spike_generator", params={"spike_times": [1.5, 4.0, 19.0]})
    parrots, recorders = nest.Create("parrot_neuron", 2), nest.Create("spike_recorder", 2, [{}, {"start": 2.0, "stop": 15.0}])
    devices = nest.Create("dc_generator", params={"amplitude": 300.0, "start": 2.0, "stop": 6.0})
    steps = nest.Create("step_current_generator", params={"amplitude_times": [1.0], "amplitude_values": [200.0]})
    wave = nest.Create("ac_generator", params={"amplitude": 500.0, "frequency": 70.0, "phase": 20.0})
    pairs = [(train, parrots[0]), (parrots[0], parrots[1]), (devices, neurons[1]), (steps, neurons[0]), (wave, neurons[2])]
    for source, target in pairs:
        nest.Connect(source, target, syn_spec={"delay": 0.1})
    nest.Connect(neurons[:2], neurons[2], syn_spec={"weight": 900.0, "delay": 0.1})
    nest.Connect(neurons + parrots, recorders, syn_spec={"delay": 0.1})
    seen = []
    for _ in range(3):
        for run in (7.3, 13.3):
            nest.Simulate(run)
            seen.append({"V_m": neurons.V_m, "time": nest.biological_time})
        nest.biological_time = 0
        seen.append({"time": nest.biological_time, "t_spike": neurons.t_spike})
        train.spike_times = [1.5, 4.0, 19.0]
        steps.set(amplitude_times=[1.0, 3.0], amplitude_values=[200.0, 100.0])
    return {"seen": seen, "spikes": recorders.get("events"), "t_spike": neurons.t_spike}


def clock_is_put_back_with_spikes_under_way(nest):
    train, recorder = nest.Create("spike_generator", params={"spike_times": [4.4, 5.9]}), nest.Create("spike_recorder")
    parrots = nest.Create("parrot_neuron", 2)
    nest.Connect(train, parrots[0], syn_spec={"delay": 1.0})
    nest.Connect(parrots[0], parrots[1], syn_spec={"delay": 3.0})
    nest.Connect(parrots, recorder)
    for _ in range(3):
        nest.Simulate(8.0)
        nest.SetKernelStatus({"biological_time": 0.0})
        train.spike_times = [4.4, 5.9]
    return {"spikes": recorder.events, "t_spike": parrots.t_spike}


def stimulators_are_connected_later(nest):
    nest.set(min_delay=0.1, max_delay=2.0)
    neurons, meter = nest.Create("iaf_psc_delta", 3, SUM), nest.Create("voltmeter", params={"interval": 0.1})
    nest.Connect(meter, neurons, syn_spec={"delay": 0.1})
    sources = [nest.Create("dc_generator", params={"amplitude": 10.0}), nest.Create("ac_generator", params={"offset": 10.0})]
    nest.Simulate(3.0)
    sources.append(nest.Create("noise_generator", params={"mean": 10.0}))
    for k, source in enumerate(sources):
        nest.Connect(source, neurons[k], syn_spec={"delay": 0.7})
    nest.Simulate(3.0)
    return {"V_m": np.array(meter.events["V_m"]) * 1e-2}


def meters_are_connected_later(nest):
    neuron = nest.Create("iaf_psc_exp", params={"I_e": 500.0})
    nest.Connect(neuron, neuron, syn_spec={"weight": 0.0})
    found = []
    for time in (0.0, 6.4, 0.1):
        nest.Simulate(time)
        for offset in (0.0, 0.1, 0.5, 2.0):
            timing = {"record_from": ["V_m"], "interval": 0.3, "offset": offset}
            found.append(nest.Create("multimeter", params=timing))
            nest.Connect(found[-1], neuron)
    nest.Simulate(12.0)
    return {"events": [meter.events for meter in found]}


def windows_of_meters_are_changed_within_a_slice(nest):
    neuron = nest.Create("iaf_psc_exp", params={"I_e": 500.0})
    nest.Connect(neuron, neuron, syn_spec={"weight": 0.0, "delay": 1.7})
    meters = nest.Create("multimeter", 3, {"record_from": ["V_m"], "interval": 0.5})
    nest.Connect(meters, neuron, syn_spec={"delay": 1.7})
    nest.Simulate(5.8)
    seen = []
    for first, second, third in (
        ({"start": 7.5, "stop": 8.0}, {"stop": 5.3}, {"start": 5.2}),
        ({"start": 7.0, "stop": 15.0}, {"stop": 12.2}, {"origin": 7.0}),
        ({"start": 7.6, "stop": 15.0}, {"n_events": 0}, {"start": 0.0, "origin": 20.0}),
    ):
        for meter, change in zip(meters, (first, second, third), strict=True):
            meter.set(change)
        nest.Simulate(7.0)
        seen.append(meters.get("events"))
    return {"seen": seen}


SCRIPTS = [
    clock_is_put_back, clock_is_put_back_with_spikes_under_way, stimulators_are_connected_later,
    meters_are_connected_later, windows_of_meters_are_changed_within_a_slice,
]  # fmt: skip


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.__name__)
def test_script_gives_what_nest_gives(script):
    assert_same_result(script)


# -- what NEST does not do when its clock is put back: its meters stay silent until the old time is reached again -------------


def test_recorders_of_every_kind_go_on_when_the_clock_is_put_back(tmp_path):
    nest = ours
    nest.ResetKernel()
    nest.set(data_path=str(tmp_path), last_slice=True)
    neurons = nest.Create("iaf_psc_alpha", 2, {"I_e": [3000.0, 0.0]})
    source = nest.Create("step_current_generator", params={"amplitude_times": [1.0], "amplitude_values": [50.0], "stop": 4.0})
    weights = nest.Create("weight_recorder")
    nest.CopyModel("static_synapse", "watched", {"weight_recorder": weights})
    nest.Connect(neurons[0], neurons[1], syn_spec={"synapse_model": "watched", "weight": 7.0})
    nest.Connect(source, neurons[0])
    meters = nest.Create("multimeter", 3, [{"interval": 0.7}, {"interval": 2.0, "offset": 0.5}, {"start": 2.0, "stop": 4.0}])
    current = nest.Create("multimeter", params={"record_from": ["I"], "interval": 1.0})
    file = nest.Create("spike_recorder", params={"record_to": "ascii", "time_in_steps": True})
    meters.record_from = ["V_m"]
    nest.Connect(meters, neurons[0])
    nest.Connect(current, source)
    nest.Connect(neurons, file)
    late = None
    for trial in range(3):
        nest.Simulate(5.0)
        nest.Simulate(0.3)
        if trial < 2:
            nest.biological_time = 0.0
        if trial == 0:
            late = nest.Create("multimeter", params={"record_from": ["V_m"], "start": 3.0})
            nest.Connect(late, neurons)
    times = [meter["times"].tolist() for meter in meters.get("events")]
    assert times == [[0.7, 1.4, 2.1, 2.8, 3.5, 4.2, 4.9] * 3, [0.5, 2.5, 4.5] * 3, [3.0, 4.0] * 3]
    assert late.events["times"].tolist() == [4.0, 4.0, 5.0, 5.0] * 2
    assert current.events["times"].tolist() == [1.0, 2.0, 3.0, 4.0, 5.0] * 3
    # The schedule goes on with what it held when the clock was put back.
    assert current.events["I"].tolist() == [50.0, 50.0, 50.0, 0.0, 0.0] * 3
    with open(file.filenames[0]) as lines:
        rows = [line.split() for line in lines.read().splitlines()[3:]]
    steps = np.array([int(row[1]) for row in rows if row[0] == "1"])
    assert (np.diff(steps) < 0).sum() == 2
    assert neurons[0].t_spike == steps[-1] / 10
    # Spikes that have not arrived have no weight yet.
    sent = np.rint(np.array(weights.events["times"]) * 10)
    assert steps.size - 1 <= sent.size
    np.testing.assert_array_equal(sent, steps[: sent.size])
    nest.ResetKernel()
    assert nest.biological_time == 0.0


def test_two_halves_after_the_clock_was_put_back_are_one_whole():
    found = []
    for runs in ([20.0], [7.3, 12.7]):
        ours.ResetKernel()
        parrots, noise = ours.Create("parrot_neuron", 20), ours.Create("poisson_generator", params={"rate": 200.0})
        recorder = ours.Create("spike_recorder")
        ours.Connect(noise, parrots, syn_spec={"delay": 3.0})
        ours.Connect(parrots, recorder)
        ours.Simulate(10.0)
        ours.biological_time = 0
        for run in runs:
            ours.Simulate(run)
        found.append(recorder.events)
        assert len(found[-1]["times"]) > 60
    np.testing.assert_array_equal(np.sort(found[0]["times"]), np.sort(found[1]["times"]))
    ours.ResetKernel()
