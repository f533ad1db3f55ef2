"""tsodyks2_synapse in the compiled simulator, spike by spike: against NEST, and against its own recursion in plain Python."""

import math

import numpy as np
import pytest

from simcore import Simulation
from simcore.synapses import REGISTRY
from tests.reference import compiled
from tests.simcore.test_tsodyks2 import CASES, MODEL, MULTIPLICITIES, STAMPS, amplitudes

STATIC = REGISTRY.get("static_synapse")


@pytest.mark.parametrize("multiplicities", [None, MULTIPLICITIES], ids=["single", "several in a step"])
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("dt", [0.1, 0.05])
def test_amplitudes_through_a_parrot_are_those_of_nest(case, multiplicities, dt):
    from tests.oracle import nest_runs

    theirs = nest_runs.synapse_amplitudes("tsodyks2_synapse", STAMPS, dt, multiplicities=multiplicities, **CASES[case])
    mine = compiled.synapse_amplitudes("tsodyks2_synapse", STAMPS, dt, multiplicities=multiplicities, **CASES[case])
    np.testing.assert_allclose(mine, theirs, rtol=0.0, atol=1e-9)


def arrivals(sim, target, n_steps):
    """What arrives at neurons in each step: array (n_steps, n)."""
    recorder = sim.record(target, "I_syn_ex", interval=sim.dt)
    sim.run(round(n_steps * sim.dt, 3))
    return compiled.added(recorder["I_syn_ex"], sim.dt)


def test_every_edge_has_its_own_parameters_weight_delay_and_state():
    rng, n, dt = np.random.default_rng(2), 40, 0.1
    given = {"U": rng.uniform(0.1, 0.9, n), "tau_rec": rng.uniform(5.0, 800.0, n), "tau_fac": rng.uniform(0.0, 300.0, n)}
    given |= {"x": rng.uniform(0.2, 1.0, n), "u": rng.uniform(0.1, 0.9, n)}
    given["tau_fac"][::3] = 0.0
    weight, delay = rng.uniform(10.0, 300.0, n), rng.integers(1, 90, n)
    sim = Simulation(dt=dt, seed=1, threads=1)
    source = sim.create("spike_generator", params={"spike_times": compiled.milliseconds(STAMPS, dt)})
    target = sim.create("iaf_psc_exp", n, {"V_th": 1e9})
    projection = sim.connect_edges(
        np.repeat(source.ids, n), target.ids[::-1], weight=weight, delay=delay * dt, synapse="tsodyks2_synapse", params=given
    )
    arrived = arrivals(sim, target, max(STAMPS) + 100)
    left = sim.connectivity(projection)
    for k in range(n):
        one = {name: values[k] for name, values in given.items()}
        expected = amplitudes(STAMPS, dt, weight=weight[k], **one)
        np.testing.assert_allclose(arrived[np.array(STAMPS) + delay[k] - 1, n - 1 - k], expected, rtol=0.0, atol=1e-9)
        assert (left["x"][k], left["u"][k]) == pytest.approx(state_after(STAMPS, dt, **one), abs=1e-12)
    np.testing.assert_array_equal(left["weight"], weight)


def state_after(stamps, dt, **given):
    values = {**MODEL.defaults(), **{n: s.start for n, s in MODEL.state.items()}, **given}
    x, u = values.pop("x"), values.pop("u")
    for k, stamp in enumerate(stamps):
        interval = math.inf if k == 0 else (stamp - stamps[k - 1]) * dt
        _, x, u = MODEL.on_spike(1.0, interval, x, u, **values)
    return x, u


@pytest.mark.parametrize("name", ["U", "tau_rec", "tau_fac", "x", "u"])
def test_one_parameter_may_differ_between_edges_while_the_others_are_shared(name):
    values = {"U": [0.2, 0.7], "tau_rec": [10.0, 400.0], "tau_fac": [0.0, 80.0], "x": [0.3, 1.0], "u": [0.9, 0.2]}[name]
    sim = Simulation(dt=0.1, seed=1, threads=1)
    source = sim.create("spike_generator", params={"spike_times": compiled.milliseconds(STAMPS, 0.1)})
    target = sim.create("iaf_psc_exp", 2, {"V_th": 1e9})
    given = {"U": 0.4, name: values}
    sim.connect_edges([source.ids[0]] * 2, target.ids, weight=100.0, delay=0.1, synapse="tsodyks2_synapse", params=given)
    arrived = arrivals(sim, target, max(STAMPS) + 2)[np.array(STAMPS)]
    for k in range(2):
        expected = amplitudes(STAMPS, 0.1, **{"U": 0.4, name: values[k]})
        np.testing.assert_allclose(arrived[:, k], expected, rtol=0.0, atol=1e-9)


def test_factors_of_a_spike_generator_multiply_what_the_synapse_sends():
    factors = [1.0, -2.0, 0.5] + [1.0] * (len(STAMPS) - 3)
    sim = Simulation(dt=0.1, seed=1, threads=1)
    given = {"spike_times": compiled.milliseconds(STAMPS, 0.1), "spike_weights": factors}
    source, target = sim.create("spike_generator", params=given), sim.create("iaf_psc_exp", params={"V_th": 1e9})
    sim.connect(source, target, weight=100.0, delay=0.1, synapse="tsodyks2_synapse", params={"U": 0.3})
    recorder = sim.record(target, ["I_syn_ex", "I_syn_in"], interval=0.1)
    sim.run(round((max(STAMPS) + 2) * 0.1, 1))
    expected = amplitudes(STAMPS, 0.1, U=0.3) * factors
    for name, sign in (("I_syn_ex", np.maximum), ("I_syn_in", np.minimum)):
        arrived = compiled.added(recorder[name][:, 0], 0.1)[np.array(STAMPS)]
        np.testing.assert_allclose(arrived, sign(expected, 0.0), rtol=0.0, atol=1e-9)


def late_connection(kind):
    """Potential of a neuron that is connected after 10 ms to a source that spikes before and after; NEST's, or ours."""
    times, membrane = [2.0, 5.0, 9.0, 12.0, 15.0, 20.0], {"V_th": 1e9}
    if kind == "ours":
        sim = Simulation(dt=0.1, seed=1, threads=1)
        source, target = sim.create("parrot_neuron"), sim.create("iaf_psc_delta", params=membrane)
        sim.connect(sim.create("spike_generator", params={"spike_times": times}), source, delay=0.1)
        recorder = sim.record(target, "V_m", interval=0.1)
        sim.run(10.0)
        sim.connect(source, target, weight=10.0, delay=0.1, synapse="tsodyks2_synapse")
        sim.run(20.0)
        return recorder["V_m"][:, 0]
    from tests.oracle.nest_runs import nest, reset

    reset(0.1)
    source, target = nest.Create("parrot_neuron"), nest.Create("iaf_psc_delta", params=membrane)
    nest.Connect(nest.Create("spike_generator", params={"spike_times": times}), source, syn_spec={"delay": 0.1})
    meter = nest.Create("multimeter", params={"record_from": ["V_m"], "interval": 0.1})
    nest.Connect(meter, target, syn_spec={"delay": 0.1})
    nest.Simulate(10.0)
    nest.Connect(source, target, syn_spec={"synapse_model": "tsodyks2_synapse", "weight": 10.0, "delay": 0.1})
    nest.Simulate(20.1)
    return np.array(meter.events["V_m"])[:300]


def test_a_synapse_made_during_the_simulation_counts_its_own_spikes_only_as_in_nest():
    theirs, mine = late_connection("theirs"), late_connection("ours")
    assert theirs.max() > -66.0
    np.testing.assert_allclose(mine, theirs, rtol=0.0, atol=1e-9)


def test_static_synapses_send_the_same_whatever_came_before():
    assert STATIC.is_static
    sim = Simulation(dt=0.1, seed=1, threads=1)
    source = sim.create("spike_generator", params={"spike_times": [1.0, 1.1, 2.0], "spike_multiplicities": [1, 3, 1]})
    target = sim.create("iaf_psc_exp", params={"V_th": 1e9})
    sim.connect(source, target, weight=7.0, delay=0.1)
    np.testing.assert_allclose(arrivals(sim, target, 30)[[10, 11, 20], 0], [7.0, 21.0, 7.0], rtol=0.0, atol=1e-12)
