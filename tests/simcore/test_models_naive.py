"""Every neuron model, step by step: the naive twin against NEST, and against analytic and independent solutions."""

import importlib
import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from simcore.errors import ParameterError
from simcore.models import REGISTRY
from simcore.resizing import sized
from simcore.values import node_values
from tests.reference import naive

MODELS = REGISTRY.names()
DRIVEN = tuple(name for name in MODELS if REGISTRY.get(name).takes_current)

# Recorded values may differ by this share of the largest one, at least of one unit. With the C library's exponential adaptive
# steps are the same to the bit; propagators are computed by other formulas.
SHARE = {True: 1e-13, False: 1e-11}

# Adaptive steps amplify the last bits in which another exponential differs.
OWN_EXP = {True: 1e-10, False: 1e-11}

# NEST's escape noise draws random numbers, so it is no part of a deterministic neuron here.
NOT_OFFERED = {"iaf_psc_exp": {"rho", "delta"}}

# Values that differ from the defaults; a case applies to every model that has all of the names, with the given step in ms.
CASES = {
    "default": (0.1, {}),
    "dt 0.05": (0.05, {}),
    "dt 1": (1.0, {}),
    "not refractory": (0.1, {"t_ref": 0.0}),
    "refractory rounded up": (0.1, {"t_ref": 2.05}),
    "refractory less than a step": (1.0, {"t_ref": 0.4}),
    "own membrane": (0.1, {"C_m": 180.0, "E_L": -67.3, "V_reset": -64.2, "V_m": -61.5}),
    "starts above threshold": (0.1, {"V_m": -41.0, "V_th": -48.0}),
    "same time constants": (0.1, {"tau_m": 7.0, "tau_syn_ex": 7.0, "tau_syn_in": 7.0}),
    "nearly the same time constants": (0.1, {"tau_m": 7.0, "tau_syn_ex": 7.0 + 1e-7, "tau_syn_in": 7.0 - 1e-4}),
    "slow synapses": (0.1, {"tau_m": 7.0, "tau_syn_ex": 9.0, "tau_syn_in": 15.0}),
    "lower bound": (0.1, {"V_min": -70.4}),
    "input kept": (0.1, {"refractory_input": True}),
    "input kept for long": (0.1, {"refractory_input": True, "t_ref": 6.0, "E_L": -68.0, "V_min": -69.0}),
    "published scheme": (0.5, {"consistent_integration": False, "a": 0.1, "b": 0.26, "c": -60.0, "d": 2.0}),
    "own start of recovery": (0.1, {"V_m": -70.0, "U_m": -10.0, "V_th": 25.0}),
    "own conductances": (0.1, {"g_ex": 12.0, "g_in": 7.0, "g_L": 12.0, "E_ex": 5.0, "E_in": -80.0}),
    "own rise of conductance": (0.1, {"g_ex": 3.0, "dg_ex": 12.0, "g_in": 2.0, "dg_in": 7.0}),
    "own currents": (0.1, {"I_syn_ex": 120.0, "I_syn_in": 70.0, "gsl_error_tol": 1e-6}),
    "own rise of current": (
        0.1,
        {"I_syn_ex": 30.0, "dI_syn_ex": 120.0, "I_syn_in": 20.0, "dI_syn_in": 70.0, "gsl_error_tol": 1e-6},
    ),
    "no exponential": (0.1, {"Delta_T": 0.0, "t_ref": 1.0}),
    "no exponential, high peak": (0.1, {"Delta_T": 0.0, "V_peak": -40.0, "V_reset": -55.0}),
    "sharp onset": (0.1, {"Delta_T": 0.1, "V_peak": 10.0}),
    "loose tolerance": (0.1, {"gsl_error_tol": 1e-2, "t_ref": 2.0}),
    "strong adaptation": (0.1, {"a": 10.0, "b": 300.0, "tau_w": 40.0, "w": 200.0}),
    "receptors of other time constants": (0.1, {"tau_syn": [0.5, 3.0, 40.0]}),
    "gates out of balance": (0.1, {"Act_m": 0.6, "Inact_h": 0.2, "Act_n": 0.9, "V_m": -30.0}),
    "weak channels": (0.1, {"g_Na": 9000.0, "g_K": 2500.0, "g_L": 45.0, "E_Na": 45.0, "E_K": -80.0, "E_L": -60.0}),
    "strong adaptation by conductances": (
        0.1,
        {"q_sfa": 60.0, "q_rr": 500.0, "tau_sfa": 30.0, "tau_rr": 4.0, "g_sfa": 8.0, "g_rr": 3.0},
    ),
    "several spikes a step": (1.0, {"b": 5.0, "V_reset": -45.0, "tau_w": 30.0}),
}


def applies(model, params):
    return set(params) <= set(model.settable)


MATRIX = [(name, case) for name in MODELS for case in CASES if applies(REGISTRY.get(name), CASES[case][1])]


@pytest.fixture(scope="module")
def oracle():
    from tests.oracle import nest_runs

    return nest_runs


def spike_train(model, oracle, n_steps, *, seed, strength=1.0):
    """Spikes of mixed signs and delays, some in the same step, strong enough to fire the neuron and to hold it down."""
    rng = np.random.default_rng(seed)
    unit = next(iter(model.inputs.values())).unit
    scale = {"mV": 9.0, "pA": 1000.0, "nS": 30.0, "": 1.0}[unit]
    n = n_steps // 10
    stamps, weights, delays = rng.integers(1, n_steps, n), rng.normal(0.4, 1.0, n) * scale * strength, rng.choice([1, 3, 15], n)
    return [oracle.Spike(*spike) for spike in zip(stamps.tolist(), weights.tolist(), delays.tolist(), strict=True)]


def driven_train(model, oracle, n_steps):
    """Two overlapping pulses and a negative one, and a constant current, near and above rheobase."""
    unit = 7.0 * model.parameters["C_m"].default if "C_m" in model.parameters else 12.0
    pulses = [
        oracle.Pulse(n_steps // 20, n_steps // 2, 0.6 * unit, 1),
        oracle.Pulse(n_steps // 5, n_steps // 3, 0.9 * unit, 4),
        oracle.Pulse(n_steps // 2, 3 * n_steps // 4, -0.8 * unit, 2),
    ]
    return pulses, {"I_e": 0.35 * unit}


def agree(model, dt, n_steps, oracle, *, share, params, spikes=(), pulses=()):
    """Twin and NEST: same spikes, and recordables within a share of the largest value; returns the spikes."""
    own = {n: v for n, v in params.items() if n in model.parameters}
    arriving = naive.route(model, [(s.stamp + s.delay, s.weight) for s in spikes])
    mine = naive.run(
        model, n_steps, dt, params=own, state={n: v for n, v in params.items() if n not in own},
        inputs=arriving, current=oracle.driving_current(pulses, n_steps),
    )  # fmt: skip
    receptor = model.receptors()[0]
    theirs = oracle.single_neuron(model.name, n_steps, dt, params=params, spikes=spikes, pulses=pulses, receptor=receptor)
    assert mine.spikes == theirs.spikes
    assert set(mine.traces) == set(theirs.traces)
    for name, trace in theirs.traces.items():
        largest = max(1.0, np.abs(trace).max())
        np.testing.assert_allclose(mine.traces[name], trace, rtol=0.0, atol=share * largest, err_msg=name)
    return mine.spikes


def libm(x):
    """The exponential of the C library, infinite where Python's function raises."""
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


@pytest.fixture
def libm_exp(monkeypatch):
    """The C library's exponential instead of ours, so that adaptive steps can be the same to the bit."""
    for name in MODELS:
        module = importlib.import_module(f"simcore.models.{name}")
        if hasattr(module, "exp"):
            monkeypatch.setattr(module, "exp", libm)


@pytest.mark.usefixtures("libm_exp")
@pytest.mark.parametrize(("name", "case"), MATRIX)
def test_twin_equals_nest_under_spikes_and_currents(name, case, oracle):
    if not oracle.has_model(name):
        pytest.skip("NEST has no such model")
    model, (dt, params) = REGISTRY.get(name), CASES[case]
    n_steps = {0.05: 600, 1.0: 120}.get(dt, 400)
    spikes = spike_train(model, oracle, n_steps, seed=len(case))
    pulses, constant = driven_train(model, oracle, n_steps) if model.takes_current else ((), {})
    share = SHARE[model.solver is not None]
    assert agree(model, dt, n_steps, oracle, share=share, params={**constant, **params}, spikes=spikes, pulses=pulses)


@pytest.mark.usefixtures("libm_exp")
@pytest.mark.parametrize("name", MODELS)
def test_twin_equals_nest_under_a_spike_train(name, oracle):
    if not oracle.has_model(name):
        pytest.skip("NEST has no such model")
    model = REGISTRY.get(name)
    spikes = spike_train(model, oracle, 1000, seed=7, strength=3.0)
    slow = {"tau_syn_ex": 2.0} if "tau_syn_ex" in model.parameters else {}
    assert agree(model, 0.1, 1000, oracle, share=SHARE[model.solver is not None], params=slow, spikes=spikes)


@pytest.mark.parametrize("name", DRIVEN)
def test_twin_with_its_own_exponential_equals_nest_under_a_current_step(name, oracle):
    if not oracle.has_model(name):
        pytest.skip("NEST has no such model")
    model = REGISTRY.get(name)
    pulses, constant = driven_train(model, oracle, 1000)
    assert agree(model, 0.1, 1000, oracle, share=OWN_EXP[model.solver is not None], params=constant, pulses=pulses)


@pytest.mark.parametrize("name", MODELS)
def test_names_and_defaults_are_those_of_nest(name, oracle):
    if not oracle.has_model(name):
        pytest.skip("NEST has no such model")
    model = REGISTRY.get(name)
    values, recordables = oracle.defaults(name)
    start = {n: model.parameters[s.start].default if isinstance(s.start, str) else s.start for n, s in model.state.items()}
    mine = {**model.defaults(), **start}
    assert set(model.parameters) <= set(values)
    assert set(values) <= set(model.settable) | set(model.read_only) | NOT_OFFERED.get(name, set())
    assert all(values[key] == value for key, value in model.read_only.items())
    assert set(model.recordable_units) == recordables
    for key in set(values) & set(model.settable):
        # NEST's smallest float means no lower bound.
        assert mine[key] == (-np.inf if values[key] == np.finfo(float).min else values[key]), key


REFUSED = [
    {"V_reset": -50.0, "V_th": -50.0}, {"V_reset": -40.0, "V_th": -50.0}, {"V_reset": 0.0, "V_peak": 0.0},
    {"V_peak": -50.5}, {"V_peak": -50.4}, {"Delta_T": -1.0}, {"Delta_T": 0.0}, {"Delta_T": 0.06}, {"Delta_T": 0.08},
    {"Delta_T": 0.0, "V_peak": -51.0}, {"C_m": 0.0}, {"tau_m": 0.0}, {"tau_syn_ex": 0.0}, {"tau_syn_in": -1.0},
    {"tau_w": 0.0}, {"t_ref": -0.1}, {"t_ref": 0.0}, {"gsl_error_tol": 0.0}, {"V_min": -50.0}, {"g_L": 0.0}, {"a": -1.0},
    {"b": -1.0}, {"c": 40.0}, {"V_th": -90.0}, {"g_Na": -1.0}, {"g_K": -0.1}, {"g_K": 0.0}, {"tau_sfa": 0.0}, {"tau_rr": -1.0},
    {"q_sfa": -1.0}, {"Act_m": -0.1}, {"Act_n": 1.5}, {"Inact_h": -1e-9}, {"tau_syn": [2.0, 0.0]}, {"tau_syn": [-1.0]},
    {"tau_syn": [1.0, 2.0, 3.0]}, {"tau_syn": []}, {"tau_syn": 2.0},
]  # fmt: skip


@pytest.mark.parametrize("params", REFUSED, ids=str)
def test_parameters_are_refused_as_nest_refuses_them(params, oracle):
    for name in MODELS:
        model = REGISTRY.get(name)
        if oracle.has_model(name) and set(params) <= set(model.settable):
            assert refuses(model, params) == oracle.refuses(name, params), name


def refuses(model, params):
    try:
        values = node_values(sized(model, params), params, np.arange(1), seed=0, draw=0)
    except ParameterError:
        return True
    return model.check is not None and model.check({**model.defaults(), **values}) is not None


def test_checks_name_the_fault_in_arrays_of_parameters():
    model = REGISTRY.get("aeif_cond_exp")
    p = {**model.defaults(), "V_peak": np.array([0.0, -60.0, 10.0])}
    assert model.check(p) == "V_reset must be below V_peak"
    assert model.check({**p, "V_peak": np.array([0.0, -51.0, 10.0])}) == "V_peak must not be below V_th"
    assert "overflow" in model.check({**p, "V_peak": 0.0, "Delta_T": np.array([2.0, 0.01, 0.0])})
    assert model.check({**p, "V_peak": 0.0, "Delta_T": np.array([2.0, 1.0, 0.0])}) is None


@pytest.mark.parametrize("name", ["iaf_psc_delta", "iaf_psc_exp", "iaf_psc_alpha"])
def test_linear_membrane_charges_as_the_exponential_says(name):
    run = naive.run(REGISTRY.get(name), 200, 0.1, params={"I_e": 300.0})
    t = 0.1 * np.arange(1, 201)
    np.testing.assert_allclose(run.traces["V_m"], -70.0 + 12.0 * (1.0 - np.exp(-t / 10.0)), rtol=0.0, atol=1e-12)


@pytest.mark.parametrize(("t_ref", "interval"), [(0.0, 48), (2.0, 68), (2.05, 69)])
def test_interspike_interval_is_rise_plus_refractory_period_rounded_up(t_ref, interval):
    run = naive.run(REGISTRY.get("iaf_psc_exp"), 200, 0.1, params={"I_e": 1000.0, "t_ref": t_ref})
    assert run.spikes == [(48, 1), (48 + interval, 1)] + ([(48 + 2 * interval, 1)] if 48 + 2 * interval <= 200 else []) + (
        [(192, 1)] if interval == 48 else []
    )


def test_potential_equal_to_the_threshold_fires():
    model = REGISTRY.get("iaf_psc_delta")
    run = naive.run(model, 3, 0.1, inputs=naive.route(model, [(2, 15.0)]))
    assert run.spikes == [(2, 1)]


@pytest.mark.parametrize("name", [n for n in MODELS if REGISTRY.get(n).solver])
def test_adaptive_steps_follow_an_independent_solver(name):
    model = REGISTRY.get(name)
    values = {**model.defaults(), "I_e": 150.0}
    names = model.solver.variables
    start = {"g_ex": 4.0, "g_in": 2.0} if "g_ex" in names else {"I_syn_ex": 60.0, "I_syn_in": 20.0}
    params = {"I_e": 150.0} | ({"gsl_error_tol": 1e-12} if "gsl_error_tol" in values else {})
    run = naive.run(model, 100, 0.1, params=params, state=start)
    fixed = {**values, "wait": 0, "I_stim": 0.0}

    def slope(_, y):
        return naive._call(model.derivatives, dict(zip(names, y, strict=True)), fixed)

    y0 = [start.get(n, model.state[n].start) for n in names]
    exact = solve_ivp(slope, (0.0, 10.0), y0, method="DOP853", rtol=1e-12, atol=1e-12)
    assert not run.spikes
    tolerance = 1e-8 if "gsl_error_tol" in values else 2e-3
    np.testing.assert_allclose([run.state[n] for n in names], exact.y[:, -1], rtol=0.0, atol=tolerance)


def test_gates_start_in_equilibrium_and_their_rates_are_finite_everywhere():
    model = REGISTRY.get("hh_psc_alpha")
    fixed = {**model.defaults(), **{name: state.start for name, state in model.state.items()}, "I_stim": 0.0}
    for V_m in (-65.0, -55.0, -40.0):
        slopes = naive._call(model.derivatives, {"V_m": V_m}, fixed)
        assert np.isfinite(slopes).all()
        # The rates have gaps at -55 and -40 mV, which limits fill.
        near = naive._call(model.derivatives, {"V_m": V_m + 1e-7}, fixed)
        np.testing.assert_allclose(slopes, near, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(naive._call(model.derivatives, {}, fixed)[1:4], 0.0, atol=1e-15)


def test_parrot_repeats_each_spike_and_only_hears_those_of_receptor_1():
    model = REGISTRY.get("parrot_neuron")
    assert naive.run(model, 5, 0.1, inputs=naive.route(model, [(2, -3.0), (4, 0.0), (4, 7.0)])).spikes == [(2, 1), (4, 2)]
    assert naive.run(model, 5, 0.1, inputs=naive.route(model, [(2, 1.0)], receptor=1)).spikes == []


@pytest.mark.parametrize("name", [n for n in MODELS if n.startswith("aeif")])
def test_adaptive_neuron_that_diverges_becomes_nan(name):
    run = naive.run(REGISTRY.get(name), 20, 0.1, params={"I_e": -1e7})
    assert np.isnan(run.traces["V_m"][-1])
