"""Models of one's own whose number of receptors is chosen: against NEST, saved, copied, and refused."""

import copy
import pickle
from dataclasses import replace

import numpy as np
import pytest

import simcore
from simcore import RKF45, Input, NeuronModel, Param, Receptor, Simulation, State, with_receptors
from simcore.errors import EdgeError, ParameterError, UnknownNameError
from simcore.fastmath import exp
from simcore.models import REGISTRY
from simcore.timegrid import steps_up
from tests.reference import compiled
from tests.simcore.test_multisynapse import EXP, assert_equals_nest, trains


@pytest.fixture(scope="module")
def oracle():
    from tests.oracle import nest_runs

    return nest_runs


@pytest.fixture
def sim():
    return Simulation(dt=0.1, seed=1, threads=1)


def own_check(p):
    return "V_reset must be below V_peak" if np.any(np.greater_equal(p["V_reset"], p["V_peak"])) else None


def own_constants(p, dt):
    return {"wait_steps": steps_up(p["t_ref"], dt)}


def own_derivatives(V_m, w, wait, I_syn, I_stim, C_m, g_L, E_L, V_th, V_peak, V_reset, Delta_T, a, tau_w, I_e):
    V = V_reset if wait > 0 else min(V_m, V_peak)
    I_spike = g_L * Delta_T * exp((V - V_th) / Delta_T)
    dV = (-g_L * (V - E_L) + I_spike + I_syn - w + I_e + I_stim) / C_m
    return 0.0 if wait > 0 else dV, (a * (V - E_L) - w) / tau_w


def own_substep(V_m, w, wait, wait_steps, V_peak, V_reset, b):
    fires = wait == 0 and V_m >= V_peak
    V_m = V_reset if fires or wait > 0 else V_m
    return V_m, w + b if fires else w, wait_steps + 1 if fires and wait_steps > 0 else wait, fires


def own_step(V_m, w, wait, spikes):
    return V_m, w, max(wait - 1, 0), spikes


def receptor_constants(p, dt):
    return {"peak": np.e / p["tau_syn"]}


def receptor_derivatives(g, dg, V_m, wait, V_reset, V_peak, E_rev, tau_syn):
    V = V_reset if wait > 0 else min(V_m, V_peak)
    return dg - g / tau_syn, -dg / tau_syn, g * (E_rev - V)


def receptor_step(g, dg, arriving, peak):
    return g, dg + peak * arriving


NUMBERS = {
    "C_m": 281.0, "g_L": 30.0, "E_L": -70.6, "V_th": -50.4, "V_peak": 0.0, "V_reset": -60.0, "Delta_T": 2.0, "a": 4.0,
    "b": 80.5, "tau_w": 144.0, "t_ref": 0.0, "I_e": 0.0, "gsl_error_tol": 1e-6,
}  # fmt: skip
NEURON = NeuronModel(
    "own_aeif", {name: Param(value, "", "as in NEST") for name, value in NUMBERS.items()},
    {"V_m": State("mV", "potential", start=-70.6), "w": State("pA", "adaptation"), "wait": State("", "steps", dtype="int32")},
    {}, own_step, constants=own_constants, derivatives=own_derivatives, substep=own_substep, check=own_check,
    solver=RKF45(("V_m", "w"), "gsl_error_tol", "gsl_error_tol", scale_y=0.0, scale_dydt=1.0),
)  # fmt: skip
RECEPTOR = Receptor(
    {"tau_syn": Param(2.0, "ms", "rise time", above=0.0), "E_rev": Param(0.0, "mV", "reversal potential")},
    {"g": State("nS", "conductance", low=0.0), "dg": State("nS/ms", "its rise")},
    inputs={"arriving": Input("nS", takes="positive")}, step=receptor_step, sums=("I_syn",), constants=receptor_constants,
    derivatives=receptor_derivatives, variables=("g", "dg"), recordables=("g",),
)  # fmt: skip
OWN = with_receptors(NEURON, RECEPTOR)


def test_a_conductance_based_model_of_ones_own_is_that_of_nest(oracle, sim):
    """The neuron of NEST's aeif_cond_alpha_multisynapse, with adaptive steps, spikes inside them, and two lists."""
    params = {"tau_syn": [0.5, 3.0, 8.0], "E_rev": [0.0, -85.0, -20.0], "I_e": 500.0, "t_ref": 1.0, "V_peak": -10.0}
    spikes = trains(oracle, (1, 2, 3), scale=8.0, positive=True)
    theirs = oracle.single_neuron("aeif_cond_alpha_multisynapse", 600, 0.1, params=params, spikes=spikes)
    mine = compiled.single_neuron(OWN, 600, 0.1, params=params, spikes=spikes)
    assert set(theirs.traces) == {"V_m", "w", "g_1", "g_2", "g_3"}
    assert_equals_nest(mine, theirs, 1e-7)
    neurons = sim.create(OWN, 2, {**params, "E_rev": [[0.0, -85.0, -20.0], [0.0, -70.0, -20.0]]})
    assert neurons.get("n_receptors").tolist() == [3, 3]
    with pytest.raises(ParameterError, match="own_aeif: E_rev: got 'nothing', expected 2 numbers: tau_syn and E_rev have one"):
        neurons.set(tau_syn=[1.0, 2.0])
    with pytest.raises(ParameterError, match="own_aeif: E_rev: got '2 numbers', expected 3 numbers"):
        neurons.set(tau_syn=[1.0, 2.0, 3.0], E_rev=[0.0, -80.0])
    with pytest.raises(EdgeError, match="receptor 2 of own_aeif takes weights >= 0"):
        sim.connect(neurons, neurons, weight=-1.0, receptor=2)
    with pytest.raises(ParameterError, match="own_aeif: V_reset must be below V_peak"):
        neurons.set(V_reset=5.0)


def test_a_saved_simulation_finds_a_model_of_ones_own_with_its_number_of_receptors(sim, tmp_path):
    neurons = sim.create(OWN, 2, {"tau_syn": [1.0, 2.0, 3.0], "E_rev": [0.0, -80.0, 5.0], "I_e": 700.0, "g_2": 7.0})
    recorder = sim.record(neurons, ["V_m", "g_2"], interval=0.1)
    sim.run(5.0)
    loaded = simcore.load(sim.save(tmp_path / "state.npz"), own_models=[OWN], threads=1)
    assert loaded.populations[0].model is OWN.resized(3)
    sim.run(5.0)
    loaded.run(5.0)
    np.testing.assert_array_equal(loaded.recorders[0]["V_m"], recorder["V_m"])


def test_a_parameter_of_a_receptor_may_have_the_name_of_a_word_of_python(sim):
    def receptor_step(I_syn, arriving, lambda_, dt):
        return I_syn - dt * lambda_ * I_syn + arriving, lambda_ * I_syn

    def step(V_m, driven):
        return V_m + driven, False

    neuron = NeuronModel("own_lambda", {}, {"V_m": State("mV", "potential")}, {}, step)
    model = with_receptors(
        neuron,
        Receptor(
            {"lambda": Param(0.5, "1/ms", "rate")}, {"I_syn": State("pA", "current", start=1.0)},
            inputs={"arriving": Input("pA")}, step=receptor_step, sums=("driven",),
        ),
    )  # fmt: skip
    neurons = sim.create(model, 2, {"lambda": [0.25, 2.0]})
    sim.run(0.2)
    expected = 0.25 + 2.0 + 0.25 * (1.0 - 0.025) + 2.0 * (1.0 - 0.2)
    np.testing.assert_allclose(neurons.get("V_m"), expected, rtol=1e-15)


def test_what_the_functions_of_ones_own_call_may_be_defined_anew():
    gain = 1.0

    def receptor_step(I_syn, arriving, rate, dt):
        return I_syn - dt * rate * I_syn + arriving, gain * I_syn

    def step(V_m, driven):
        return V_m + driven, False

    neuron = NeuronModel("own_gain", {}, {"V_m": State("mV", "potential")}, {}, step)
    receptor = Receptor(
        {"rate": Param(0.5, "1/ms", "rate")}, {"I_syn": State("pA", "current", start=1.0)},
        inputs={"arriving": Input("pA")}, step=receptor_step, sums=("driven",),
    )  # fmt: skip
    model, found = with_receptors(neuron, receptor), []
    for value in (1.0, 3.0):
        gain = value
        sim = Simulation(dt=0.1, seed=1, threads=1)
        neurons = sim.create(model, 1, {"rate": [0.0, 0.0]})
        sim.run(0.1)
        found.append(neurons.get("V_m")[0])
    assert found == [2.0, 6.0]


def test_models_travel_between_processes_and_are_copied():
    built_in = REGISTRY.get(EXP).resized(3)
    assert pickle.loads(pickle.dumps(built_in)) is copy.deepcopy(built_in) is built_in
    own = pickle.loads(pickle.dumps(OWN.resized(2)))
    assert (own.name, own.n_receptors, own.family.neuron.step) == ("own_aeif", 2, own_step)


def one_result_too_few(g, dg, arriving, peak):
    return dg + peak * arriving


def unknown_argument(g, dg, arriving, peek):
    return g, dg + peek * arriving


def fails(p, dt):
    return {"peak": np.e / p["tau_sin"]}


@pytest.mark.parametrize(
    ("receptor", "error", "message"),
    [
        ({"step": one_result_too_few}, ParameterError, r"own_aeif: step of a receptor\(\): got '1 results', expected 2: g, dg"),
        ({"step": unknown_argument}, UnknownNameError, r"step of a receptor\(\) 'peek'; did you mean 'peak'"),
        ({"constants": fails}, ParameterError, "constants.. of a receptor: got \"KeyError: 'tau_sin'\""),
        ({"derivatives": None}, ParameterError, "some if, and only if, the neuron has a solver"),
        ({"sums": ("V_m",)}, ParameterError, "got .'V_m'., expected names used once"),
        ({"sums": ("I_syn", "I_more")}, ParameterError, "derivatives of a receptor.*expected 4"),
        ({"parameters": {}}, ParameterError, "parameters: got {}, expected one at least"),
        (
            {"parameters": {"tau_syn": Param((1.0,), "ms", "")}},
            ParameterError,
            "tau_syn: got .1.0,., expected a number as default",
        ),
        ({"state": {"g": State("nS", "", start="tau_syn"), "dg": State("", "")}}, ParameterError, "start: got 'tau_syn'"),
        ({"variables": ("g", "dgg")}, ParameterError, "got 'dgg', expected state variables: g, dg"),
    ],
)
def test_a_receptor_that_cannot_work_is_refused_in_its_own_words(receptor, error, message, sim):
    with pytest.raises(error, match=message):
        sim.create(with_receptors(NEURON, replace(RECEPTOR, **receptor)))
    assert sim.n_nodes == 0


def test_neurons_and_models_that_do_not_fit_are_refused():
    port = replace(NEURON, inputs={"spikes_ex": Input("nS", receptor=1)})
    with pytest.raises(ParameterError, match=r"own_aeif: inputs: got \['spikes_ex'\], expected receptor type 0"):
        with_receptors(port, RECEPTOR)
    with pytest.raises(ParameterError, match="own_aeif: check: got .*made anew by with_receptors"):
        replace(OWN, check=None)
    with pytest.raises(ParameterError, match="other: name: got 'other'"):
        replace(OWN, name="other")
    with pytest.raises(ParameterError, match="iaf_psc_exp: receptors: got 2, expected a model whose number"):
        REGISTRY.get("iaf_psc_exp").resized(2)
    renamed = with_receptors(replace(NEURON, name="renamed"), RECEPTOR)
    assert renamed.resized(3).name == "renamed"
