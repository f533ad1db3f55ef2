"""When stimulators act: windows, delays and origins to the step, against NEST; and how they are refused."""

import numpy as np
import pytest

from simcore import Simulation
from simcore.devices import REGISTRY, WINDOW, DeviceModel
from simcore.errors import EdgeError, InconsistentError, ParameterError, UnknownNameError
from simcore.parameter import Param

DEVICES = REGISTRY.names()

# A membrane that adds up what arrives and forgets next to nothing.
MEMBRANE = {"tau_m": 1e7, "E_L": 0.0, "V_m": 0.0, "V_th": 1e9, "V_reset": -1.0, "C_m": 100.0}
N_STEPS = 80

# start, stop, origin
WINDOWS = [
    (0.0, None, 0.0), (1.0, 2.0, 0.0), (0.0, 3.0, 0.0), (0.5, 4.0, 2.0), (0.1, 3.0, 0.0), (2.0, 2.0, 0.0), (0.0, 1.0, 3.0),
    (0.3, 0.4, 0.0), (0.2, 0.3, 0.1),
]  # fmt: skip
DELAYS = [0.1, 1.0, 2.3]

DRIVES = {
    "dc_generator": {"amplitude": 10.0},
    "ac_generator": {"amplitude": 10.0, "offset": 3.0, "frequency": 237.0, "phase": 33.0},
    "step_current_generator": {
        "amplitude_times": [0.1, 0.4, 1.5, 3.0, 7.0], "amplitude_values": [1.0, 2.0, 3.0, -1.0, 5.0],
    },
    "spike_generator": {
        "spike_times": [0.1, 0.2, 0.5, 0.5, 1.0, 1.1, 2.0, 2.1, 3.0, 3.1, 4.1, 5.0],
        "spike_weights": [1.0, 2.0, -3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0],
        "spike_multiplicities": [1, 1, 1, 2, 0, 3, 1, 1, 1, 1, 1, 1],
    },
}  # fmt: skip

# A hundred spikes and more a step, so that no step in which spikes are sent is empty.
CROWDS = {
    "poisson_generator": {"rate": 1e6},
    "mip_generator": {"rate": 4e6, "p_copy": 0.5},
    "sinusoidal_poisson_generator": {"rate": 0.0, "amplitude": 4e6, "frequency": 625.0, "phase": 20.0},
    "inhomogeneous_poisson_generator": {
        "rate_times": [0.1, 0.4, 0.9, 1.5, 2.0, 3.0, 7.0], "rate_values": [1e6, 0.0, 2e6, -1.0, 1e6, 3e6, 0.0],
    },
}  # fmt: skip

# What each stimulator that is not in the other tables is given where it only has to do something.
SOME = {
    "noise_generator": {"std": 50.0, "dt": 0.7},
    "pulsepacket_generator": {"pulse_times": [1.0, 1.5, 1.5, 4.0, 6.0], "activity": 20, "sdev": 1.0},
}


@pytest.fixture(scope="module")
def nest():
    from tests.oracle import nest_runs

    return nest_runs


def increments(potential):
    return np.diff(np.concatenate([np.zeros_like(potential[:1]), potential]), axis=0)


def ours(device, params, delay, *, weight=1.0, n_steps=N_STEPS, pieces=(1.0,)):
    """What each step adds to the potential of a neuron."""
    sim = Simulation(dt=0.1, seed=3, threads=1)
    neuron, generator = sim.create("iaf_psc_delta", params=MEMBRANE), sim.create(device, params=params)
    sim.connect(generator, neuron, delay=delay, weight=weight)
    recorder = sim.record(neuron, "V_m", interval=0.1)
    for share in pieces:
        sim.run(round(round(n_steps * share) * 0.1, 1))
    return increments(recorder["V_m"][:, 0])


def theirs(nest, device, params, delay, *, weight=1.0):
    nest.reset(0.1)
    neuron, generator = nest.nest.Create("iaf_psc_delta", params=MEMBRANE), nest.nest.Create(device, params=params)
    nest.nest.Connect(generator, neuron, syn_spec={"delay": delay, "weight": weight})
    meter = nest.nest.Create("multimeter", params={"record_from": ["V_m"], "interval": 0.1})
    nest.nest.Connect(meter, neuron)
    nest.nest.Simulate(N_STEPS * 0.1 + 3.0)
    return increments(np.array(meter.events["V_m"])[:N_STEPS])


def window(start, stop, origin):
    return {"start": start, "origin": origin} | ({} if stop is None else {"stop": stop})


@pytest.mark.parametrize("device", DRIVES)
def test_currents_and_spikes_arrive_in_the_steps_in_which_they_do_in_nest(device, nest):
    moved = 0
    for bounds in WINDOWS:
        for delay in DELAYS:
            params = {**DRIVES[device], **window(*bounds)}
            expected = theirs(nest, device, params, delay, weight=2.0)
            np.testing.assert_allclose(
                ours(device, params, delay, weight=2.0), expected, rtol=0.0, atol=2e-5, err_msg=f"{bounds}, delay {delay}"
            )
            moved += np.count_nonzero(np.abs(expected) > 1e-3)
    assert moved > 90


@pytest.mark.parametrize("device", CROWDS)
def test_random_spikes_arrive_in_the_steps_in_which_they_do_in_nest(device, nest):
    n_driven = 0
    for bounds in WINDOWS:
        # NEST looks at the window of a mip_generator once a slice of its minimal delay; here a slice is one step.
        for delay in DELAYS[:1] if device == "mip_generator" else DELAYS:
            params = {**CROWDS[device], **window(*bounds)}
            driven = [np.abs(x) > 0.5 for x in (ours(device, params, delay), theirs(nest, device, params, delay))]
            np.testing.assert_array_equal(*driven, err_msg=f"{bounds}, delay {delay}")
            n_driven += np.count_nonzero(driven[0])
    assert n_driven > 100


def test_packets_without_jitter_arrive_in_the_steps_in_which_they_do_in_nest(nest):
    # NEST looks at the window once a slice of its minimal delay, so that is one step here.
    times = [
        -0.1,
        0.0,
        0.04,
        0.1,
        0.15,
        0.8,
        0.85,
        0.9,
        0.95,
        1.0,
        1.3,
        1.3,
        1.0004,
        1.0006,
        1.85,
        2.0,
        2.1,
        2.5,
        2.9,
        5.0,
        4.0,
    ]
    for bounds in WINDOWS:
        for some in (times, times[::-1], times[5:6], times[1:2]):
            params = {"pulse_times": some, "activity": 3, **window(*bounds)}
            found = [
                x.round(3)
                for x in (ours("pulsepacket_generator", params, 0.1), theirs(nest, "pulsepacket_generator", params, 0.1))
            ]
            np.testing.assert_array_equal(*found, err_msg=f"{bounds}, {some}")
    assert ours("pulsepacket_generator", {"pulse_times": times, "activity": 3}, 0.1).sum() > 50


@pytest.mark.parametrize("interval", [0.1, 0.7, 1.0])
def test_noise_changes_in_the_steps_in_which_it_does_in_nest(interval, nest):
    def changes(x):
        return np.abs(np.diff(x, prepend=0.0)) > 1e-8

    for bounds in WINDOWS:
        for delay in DELAYS:
            params = {"mean": 50.0, "std": 10.0, "dt": interval, **window(*bounds)}
            both = [
                changes(x) for x in (ours("noise_generator", params, delay), theirs(nest, "noise_generator", params, delay))
            ]
            np.testing.assert_array_equal(*both, err_msg=f"{bounds}, delay {delay}")


@pytest.mark.parametrize("device", DEVICES)
def test_split_runs_give_the_same_input_to_the_bit(device):
    params = (DRIVES | CROWDS | SOME)[device]
    whole = ours(device, params, 0.4)
    assert np.count_nonzero(whole) > 4
    np.testing.assert_array_equal(ours(device, params, 0.4, pieces=(0.0125, 0.2, 0.0, 0.4125, 0.375)), whole)


@pytest.mark.parametrize("device", DEVICES)
def test_names_and_defaults_are_those_of_nest(device, nest):
    values, _ = nest.defaults(device)
    model = REGISTRY.get(device)
    assert set(model.settable) <= set(values)
    not_offered = {"precise_times", "mean", "std", "n_events"} if device == "spike_generator" else {"n_events"}
    extra = (
        set(values) - set(model.settable) - not_offered - {"I", "stimulus_source", "label", "synaptic_endings", "y_0", "y_1"}
    )
    assert extra == set()
    for name, param in model.settable.items():
        theirs = values[name]
        if name == "stop":
            assert param.default == np.inf
        elif param.is_list:
            assert list(param.default) == list(theirs)
        elif not (device == "noise_generator" and name == "dt"):
            assert param.default == theirs, name


def test_spikes_off_the_grid_move_to_its_next_point_and_spikes_at_zero_to_its_first():
    given = {"spike_times": [0.0, 1.04, 1.05, 1.1, 1.11], "allow_offgrid_times": True, "shift_now_spikes": True}
    arrived = ours("spike_generator", given, 0.1)
    assert np.flatnonzero(np.abs(arrived) > 0.5).tolist() == [1, 11, 12]
    assert np.round(arrived[[1, 11, 12]], 4).tolist() == [1.0, 3.0, 1.0]


def test_currents_off_the_grid_move_to_its_next_point():
    given = {"amplitude_times": [1.04, 2.0], "amplitude_values": [100.0, 0.0], "allow_offgrid_times": True}
    assert np.flatnonzero(np.abs(ours("step_current_generator", given, 0.1)) > 0.01).tolist() == list(range(12, 21))


def test_nodes_of_one_call_have_windows_and_trains_of_their_own():
    sim = Simulation(dt=0.1, seed=1, threads=1)
    neurons = sim.create("iaf_psc_delta", 3, MEMBRANE)
    trains = sim.create("spike_generator", 3, {"spike_times": [[1.0], [], [1.0, 2.0]], "start": [0.0, 0.0, 1.0]})
    sim.connect_edges(trains.ids, neurons.ids, weight=5.0, delay=0.5)
    recorder = sim.record(neurons, "V_m", interval=0.1)
    sim.run(4.0)
    stamps = [np.flatnonzero(column > 1.0) + 1 for column in increments(recorder["V_m"]).T]
    assert [s.tolist() for s in stamps] == [[15], [], [25]]


def test_weight_scales_currents_and_zero_weight_silences_them():
    one = ours("dc_generator", {"amplitude": 10.0}, 0.1)
    np.testing.assert_allclose(ours("dc_generator", {"amplitude": 10.0}, 0.1, weight=-2.5), -2.5 * one, rtol=1e-12, atol=1e-12)
    assert not ours("dc_generator", {"amplitude": 10.0}, 0.1, weight=0.0).any()


def test_currents_of_several_generators_add_up():
    sim = Simulation(dt=0.1, seed=1, threads=1)
    neurons = sim.create("iaf_psc_delta", 2, MEMBRANE)
    many = sim.create("dc_generator", 3, {"amplitude": [1.0, 2.0, 4.0]})
    sim.connect(many, neurons[0], delay=0.1)
    sim.connect(sim.create("dc_generator", params={"amplitude": 7.0}), neurons[1], delay=0.1)
    recorder = sim.record(neurons, "V_m", interval=0.1)
    sim.run(3.0)
    np.testing.assert_allclose(recorder["V_m"][:, 0], recorder["V_m"][:, 1], rtol=1e-12)


def test_poisson_spikes_of_negative_weight_inhibit():
    sim = Simulation(dt=0.1, seed=1, threads=1)
    neurons = sim.create("iaf_cond_exp", 2)
    sim.connect_edges(sim.create("poisson_generator", params={"rate": 1e5}).ids.repeat(2), neurons.ids, weight=[3.0, -3.0])
    sim.run(10.0)
    assert (neurons.get("g_ex") > 0.0).tolist() == [True, False]
    assert (neurons.get("g_in") > 0.0).tolist() == [False, True]


def test_a_device_of_the_users_own_is_created_by_its_record():
    def value(now, dt, slope):
        return slope * now * dt

    ramp = DeviceModel("ramp", "current", {"slope": Param(1.0, "pA/ms", "rate of rise")}, value=value)
    steps = ours(ramp, {"slope": 20.0}, 0.1)
    np.testing.assert_allclose(steps[2:], 20.0 * 0.1 * np.arange(1, N_STEPS - 1) * 0.1 / 100.0, rtol=1e-5)


REFUSED = [
    ("dc_generator", {"amplitude": np.nan}, ParameterError, "amplitude: got nan, expected a finite number"),
    ("dc_generator", {"amplitude": "big"}, ParameterError, "amplitude: got 'big'"),
    ("dc_generator", {"amplitud": 1.0}, UnknownNameError, "did you mean 'amplitude'"),
    ("dc_generator", {"start": 0.05}, ParameterError, "start: got 0.05, expected a multiple of dt"),
    ("dc_generator", {"start": 3.0, "stop": 2.0}, ParameterError, "stop: got 2.0, expected >= start = 3 ms"),
    ("dc_generator", {"start": np.inf}, ParameterError, "start: got inf"),
    ("dc_generator", {"start": [1.0, 2.0, 3.0]}, ParameterError, "3 values.*one, or one for each of the 2 nodes"),
    ("poisson_generator", {"rate": -1.0}, ParameterError, "rate: got -1.0, expected >= 0 Hz"),
    ("poisson_generator", {"rate": 1.1e9}, InconsistentError, r"rate must be at most 1e\+09 Hz \(100000 spikes a step\)"),
    ("noise_generator", {"std": -1.0}, ParameterError, "std: got -1.0, expected >= 0 pA"),
    ("noise_generator", {"dt": 0.15}, ParameterError, "dt: got 0.15, expected a multiple of dt"),
    ("noise_generator", {"dt": 0.0}, ParameterError, "dt: got 0.0, expected > 0 ms"),
    ("noise_generator", {"std": 1.0, "std_mod": 2.0}, InconsistentError, "std_mod must not exceed std"),
    ("step_current_generator", {"amplitude_times": [1.0]}, InconsistentError, "must have the same length"),
    ("step_current_generator", {"amplitude_times": [0.0], "amplitude_values": [1.0]}, ParameterError, "expected > 0 ms"),
    ("step_current_generator", {"amplitude_times": [2.0, 1.0], "amplitude_values": [1.0, 2.0]}, InconsistentError, "increase"),
    ("step_current_generator", {"amplitude_times": [1.0, 1.0], "amplitude_values": [1.0, 2.0]}, InconsistentError, "increase"),
    ("step_current_generator", {"amplitude_times": [1.05], "amplitude_values": [1.0]}, ParameterError, "1.05.*multiple of dt"),
    ("spike_generator", {"spike_times": 1.0}, ParameterError, "spike_times: got 1.0, expected a list of numbers"),
    ("spike_generator", {"spike_times": "abc"}, ParameterError, "spike_times: got 'abc', expected a list of numbers"),
    ("spike_generator", {"spike_times": ["a"]}, ParameterError, r"spike_times: got \['a'\]"),
    ("spike_generator", {"spike_times": [1.0, np.nan]}, ParameterError, "nan at position 1"),
    ("spike_generator", {"spike_times": [2.0, 1.0]}, InconsistentError, "must be in ascending order"),
    ("spike_generator", {"spike_times": [0.0]}, InconsistentError, "must be positive"),
    ("spike_generator", {"spike_times": [1.05]}, ParameterError, "1.05.*multiple of dt"),
    ("spike_generator", {"spike_times": [[1.0], [2.0], [3.0]]}, ParameterError, "3 values"),
    ("spike_generator", {"spike_times": [[1.0], 2.0]}, ParameterError, "expected a list of numbers"),
    ("spike_generator", {"spike_times": [1.0], "spike_weights": [1.0, 2.0]}, InconsistentError, "must be empty or as long"),
    ("spike_generator", {"spike_times": [1.0], "spike_multiplicities": [0.5]}, InconsistentError, "must be whole numbers"),
    ("spike_generator", {"spike_times": [1.0], "spike_multiplicities": [-1]}, ParameterError, "expected >= 0"),
    ("spike_generator", {"allow_offgrid_times": 1.0}, ParameterError, "allow_offgrid_times: got 1.0, expected a bool"),
]  # fmt: skip


@pytest.mark.parametrize(("device", "params", "error", "message"), REFUSED, ids=[f"{d}-{p}" for d, p, _, _ in REFUSED])
def test_wrong_parameters_are_refused_at_create_and_at_set_and_leave_nothing_changed(device, params, error, message):
    sim = Simulation(dt=0.1, seed=1, threads=1)
    with pytest.raises(error, match=message):
        sim.create(device, 2, params)
    assert (sim.n_nodes, sim.devices) == (0, [])
    nodes = sim.create(device, 2)
    before = [dict(one) for one in sim.devices[0].parameters]
    with pytest.raises(error, match=message):
        nodes.set(params)
    assert sim.devices[0].parameters == before


def test_stimulators_take_no_input_and_send_currents_only_to_neurons_that_take_them():
    sim = Simulation(dt=0.1, seed=1, threads=1)
    neuron, parrot = sim.create("iaf_psc_exp"), sim.create("parrot_neuron")
    dc, poisson, train = sim.create("dc_generator"), sim.create("poisson_generator"), sim.create("spike_generator")
    for pre, post, message in [
        (neuron, poisson, "poisson_generator is a stimulator and takes no input"),
        (dc, parrot, "parrot_neuron takes no current, which dc_generator sends"),
        (neuron + dc, neuron, "sources of different kinds"),
        (dc + poisson, neuron, "sources of different kinds"),
        (train + neuron, neuron, "sources of different kinds"),
    ]:
        with pytest.raises(EdgeError, match=message):
            sim.connect(pre, post)
    with pytest.raises(EdgeError, match="poisson_generator sends to each target on its own.*put a parrot_neuron between"):
        sim.connect(poisson, neuron, synapse="tsodyks2_synapse")
    assert sim.projections == []


@pytest.mark.parametrize("device", DEVICES)
def test_every_stimulator_has_a_window_and_describes_its_parameters(device):
    model = REGISTRY.get(device)
    assert model.name == device
    assert set(WINDOW) <= set(model.settable)
    assert all(p.doc and isinstance(p.unit, str) for p in model.settable.values())


@pytest.mark.parametrize(("emits", "function"), [("light", {}), ("current", {}), ("train", {"value": print})])
def test_a_device_record_without_its_function_is_refused(emits, function):
    with pytest.raises(ParameterError, match="emits|function"):
        DeviceModel("odd", emits, {}, **function)


@pytest.mark.parametrize("device", ["dc_generator", "step_current_generator", "noise_generator"])
def test_currents_have_no_receptor_but_0(device):
    sim = Simulation(dt=0.1, seed=1, threads=1)
    source, neurons = sim.create(device), sim.create("iaf_psc_exp", 2)
    with pytest.raises(EdgeError, match=f"connect: got receptor 7, but {device} sends a current, which has receptor 0"):
        sim.connect(source, neurons, receptor=7)
    assert not sim.projections
