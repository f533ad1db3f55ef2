"""Models of the user's own with derivatives: adaptive steps against SciPy at tight tolerance."""

import math

import numpy as np
from scipy.integrate import solve_ivp

from simcore import RKF45, Input, NeuronModel, Param, Simulation, State


def simulation():
    return Simulation(dt=0.1, seed=1, threads=1)


def linoid(x):
    """x / (1 - exp(-x)), without the hole at zero."""
    return x / (1.0 - math.exp(-x)) if abs(x) > 1e-6 else 1.0 + 0.5 * x


def gates(V, m, h, n, I_stim, g_Na, g_K, g_L, E_Na, E_K, E_L, C_m, I_e):
    """Hodgkin & Huxley 1952 (doi:10.1113/jphysiol.1952.sp004764), rest at -65 mV."""
    rise_m, fall_m = linoid(0.1 * (V + 40.0)), 4.0 * math.exp(-(V + 65.0) / 18.0)
    rise_h, fall_h = 0.07 * math.exp(-(V + 65.0) / 20.0), 1.0 / (1.0 + math.exp(-0.1 * (V + 35.0)))
    rise_n, fall_n = 0.1 * linoid(0.1 * (V + 55.0)), 0.125 * math.exp(-(V + 65.0) / 80.0)
    current = g_Na * m**3 * h * (V - E_Na) + g_K * n**4 * (V - E_K) + g_L * (V - E_L)
    return (
        (I_e + I_stim - current) / C_m,
        rise_m * (1 - m) - fall_m * m,
        rise_h * (1 - h) - fall_h * h,
        rise_n * (1 - n) - fall_n * n,
    )


def upstroke(V, m, h, n, before, arriving):
    """A spike is an upward crossing of 0 mV."""
    return V + arriving, m, h, n, V, V >= 0.0 and before < 0.0


SQUID = NeuronModel(
    "squid",
    {
        "g_Na": Param(120.0, "mS/cm2", "sodium"), "g_K": Param(36.0, "mS/cm2", "potassium"),
        "g_L": Param(0.3, "mS/cm2", "leak"),
        "E_Na": Param(50.0, "mV", "sodium"), "E_K": Param(-77.0, "mV", "potassium"), "E_L": Param(-54.4, "mV", "leak"),
        "C_m": Param(1.0, "uF/cm2", "capacitance"), "I_e": Param(0.0, "uA/cm2", "current"),
        "tol": Param(1e-11, "", "tolerance"),
    },
    {
        "V": State("mV", "potential", -65.0), "m": State("", "activation", 0.05), "h": State("", "inactivation", 0.6),
        "n": State("", "activation", 0.32), "before": State("mV", "potential a step ago", -65.0),
    },
    {"arriving": Input("mV")}, upstroke, derivatives=gates, solver=RKF45(("V", "m", "h", "n"), absolute="tol", relative="tol"),
)  # fmt: skip


def exact(parameters, current, duration):
    """The same equations by SciPy, at tight tolerance."""
    p = {**SQUID.defaults(), **parameters}
    order = ("g_Na", "g_K", "g_L", "E_Na", "E_K", "E_L", "C_m", "I_e")

    def slope(t, y):
        return gates(*y, current, *(p[name] for name in order))

    times = np.arange(1, round(duration / 0.1) + 1) / 10
    return solve_ivp(slope, (0.0, duration), [-65.0, 0.05, 0.6, 0.32], method="DOP853", rtol=1e-12, atol=1e-12, t_eval=times).y


def test_adaptive_steps_of_a_hodgkin_huxley_model_follow_scipy_neuron_by_neuron():
    n = 140
    values = {"I_e": np.linspace(5.0, 15.0, n), "g_K": np.linspace(30.0, 40.0, n)}
    sim = simulation()
    nodes = sim.create(SQUID, n, values)
    sim.connect(sim.create("dc_generator", params={"amplitude": 2.0, "start": 0.0}), nodes, delay=0.1)
    nodes.set(I_e=values["I_e"] - 2.0)
    recorder, spikes = sim.record(nodes, ["V", "m", "h", "n"], interval=0.1), sim.record(nodes)
    # The current arrives two steps late; until then I_e makes up for it.
    nodes.set(I_e=values["I_e"])
    sim.run(0.2)
    nodes.set(I_e=values["I_e"] - 2.0)
    sim.run(29.8)
    for k in (0, 77, 127, 128, 139):
        expected = exact({name: value[k] for name, value in values.items()}, 0.0, 30.0)
        for name, trace in zip(("V", "m", "h", "n"), expected, strict=True):
            np.testing.assert_allclose(recorder[name][:, k], trace, rtol=0.0, atol=2e-6 if name == "V" else 1e-8)
        crossings = np.flatnonzero((expected[0][1:] >= 0.0) & (expected[0][:-1] < 0.0)) + 2
        assert np.rint(10 * spikes.spikes.of([k]).times).tolist() == crossings.tolist()
        assert crossings.size >= 1


def pulled(V, pull, tau):
    return (-V / tau + pull,)


def jumps(V, pull):
    return V + 10.0 * pull, False


def counts_pulls(V, pull):
    return V, False


def test_inputs_reach_derivatives_and_substeps():
    tau, V = {"tau": Param(10.0, "ms", "time constant")}, {"V": State("mV", "potential")}
    pull = {"pull": Input("mV/ms")}
    gentle = NeuronModel("gentle", tau, V, pull, counts_pulls, derivatives=pulled, solver=RKF45(("V",), absolute=1e-12))
    rough = NeuronModel(
        "rough", tau, V, pull, counts_pulls, derivatives=no_drift, substep=jumps, solver=RKF45(("V",), absolute=1e-12)
    )
    found = {}
    for model in (gentle, rough):
        sim = simulation()
        neurons = sim.create(model, 130)  # more than one chunk of lanes
        source = sim.create("spike_generator", params={"spike_times": [1.0]})
        sim.connect(source, neurons[1::2], weight=3.0, delay=0.5)
        recorder = sim.record(neurons, "V", interval=0.1)
        sim.run(2.0)
        assert not recorder["V"][:, ::2].any()
        assert np.ptp(recorder["V"][:, 1::2], axis=1).max() == 0.0
        found[model.name] = recorder["V"][:, 1]
    # The input lasts one step: the one in which the spike arrives, 1.4 to 1.5 ms.
    rise = 30.0 * (1.0 - math.exp(-0.01))
    expected = np.concatenate([np.zeros(14), rise * np.exp(-0.01 * np.arange(6))])
    np.testing.assert_allclose(found["gentle"], expected, rtol=1e-9)
    np.testing.assert_allclose(found["rough"], np.repeat([0.0, 30.0], [14, 6]), rtol=1e-12)


def no_drift(V):
    return (0.0 * V,)


def test_error_of_adaptive_steps_falls_with_the_tolerance():
    expected = exact({"I_e": 10.0}, 0.0, 15.0)[0]
    errors = []
    for tol in (1e-4, 1e-6, 1e-8, 1e-10):
        sim = simulation()
        recorder = sim.record(sim.create(SQUID, params={"I_e": 10.0, "tol": tol}), "V", interval=0.1)
        sim.run(15.0)
        errors.append(np.abs(recorder["V"][:, 0] - expected).max())
    assert errors[0] < 1.0
    for large, small in zip(errors, errors[1:], strict=False):
        assert small < 0.1 * large
