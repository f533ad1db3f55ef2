"""Postsynaptic potentials: analytic ones, an independent solver, the simulator itself, and refusals."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import netgraph as ng
import netgraph.simulation as ns
from netgraph.simulation import psp_amplitude, weight_for_psp
from simcore.errors import ParameterError, UnknownNameError
from simcore.models import REGISTRY

GRID = np.arange(0, 2001) * 0.1
WITH_POTENTIAL = [name for name in REGISTRY.names() if "V_m" in REGISTRY.get(name).recordable_units]


def peak_of_exponential_current(weight, *, C_m, tau_m, tau_s):
    """Rotter & Diesmann 1999, doi:10.1007/s004220050570, at the steps of the grid."""
    rise = tau_m * tau_s / (tau_m - tau_s) * (np.exp(-GRID / tau_m) - np.exp(-GRID / tau_s))
    return weight / C_m * rise.max()


def peak_of_alpha_current(weight, *, C_m, tau_m, tau_s):
    a = 1.0 / tau_s - 1.0 / tau_m
    shape = (np.exp(-GRID / tau_m) - np.exp(-GRID / tau_s)) / a**2 - GRID * np.exp(-GRID / tau_s) / a
    return weight / C_m * np.e / tau_s * shape.max()


@pytest.mark.parametrize(
    ("model", "peak"), [("iaf_psc_exp", peak_of_exponential_current), ("iaf_psc_alpha", peak_of_alpha_current)]
)
@pytest.mark.parametrize("syn_type", [1, -1])
def test_potentials_of_current_based_neurons_are_the_analytic_ones(model, peak, syn_type):
    tau = "tau_syn_ex" if syn_type == 1 else "tau_syn_in"
    given = {"C_m": 180.0, "tau_m": 15.0, tau: 3.0, "I_e": 50.0}
    weights = np.array([[0.0, 10.0], [40.0, 300.0]])
    expected = peak(weights, C_m=180.0, tau_m=15.0, tau_s=3.0)
    found = psp_amplitude(model, weights, neuron_param=given, syn_type=syn_type)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(weight_for_psp(model, expected[1], neuron_param=given, syn_type=syn_type), weights[1], rtol=1e-6)


def test_a_delta_neuron_moves_by_its_weight():
    np.testing.assert_allclose(psp_amplitude("iaf_psc_delta", 3.0), 3.0)
    np.testing.assert_allclose(weight_for_psp("iaf_psc_delta", [0.2, 7.0], syn_type=-1), [0.2, 7.0])


def test_potentials_of_conductance_based_neurons_are_those_of_an_independent_solver():
    C_m, g_L, E_L, E_ex, tau = 250.0, 16.6667, -70.0, 0.0, 0.2

    def derivatives(t, y):
        return (-g_L * (y[0] - E_L) - y[1] * (y[0] - E_ex)) / C_m, -y[1] / tau

    for weight in (5.0, 60.0):
        solved = solve_ivp(derivatives, (0.0, 20.0), [E_L, weight], rtol=1e-10, atol=1e-12, t_eval=GRID[:200])
        assert psp_amplitude("iaf_cond_exp", weight) == pytest.approx(solved.y[0].max() - E_L, rel=2e-3)


@pytest.mark.parametrize("model", WITH_POTENTIAL)
@pytest.mark.parametrize("syn_type", [1, -1])
def test_the_weight_gives_the_potential_asked_for_in_every_model(model, syn_type):
    wanted = np.array([1.5, 0.1, 0.4])
    given = {"syn_type": syn_type, "receptor": REGISTRY.get(model).receptors()[0]}
    weights = weight_for_psp(model, wanted, **given)
    assert (weights > 0).all()
    np.testing.assert_allclose(psp_amplitude(model, weights, **given), wanted, rtol=1e-3)


@pytest.mark.parametrize("model", ["iaf_psc_exp", "iaf_cond_alpha"])
def test_a_network_with_that_weight_shows_that_potential(model):
    pop = ng.NeuralPop.exc_and_inhib(10, en_model=model, in_model=model)
    net = ng.Network.from_edges([0, 9], [1, 2], population=pop, delays=1.0)
    net.set_weights([float(weight_for_psp(model, 0.8)), float(weight_for_psp(model, 0.6, syn_type=-1))])
    sim = net.to_sim(dt=0.1)
    sim.set(sim.select([0, 9]), V_m=[-50.0, -50.0])
    voltage = ns.monitor_nodes(net, [1, 2], "V_m", interval=0.1)
    sim.run(100.0)
    rest = voltage["V_m"][0]
    moved = voltage["V_m"] - rest
    assert moved[:, 0].max() == pytest.approx(0.8, rel=1e-3)
    assert moved[:, 1].min() == pytest.approx(-0.6, rel=1e-3)
    sim.close()


def test_many_potentials_are_interpolated_between_those_that_were_solved():
    wanted = np.random.default_rng(0).lognormal(-1.0, 0.5, 5000)
    weights = weight_for_psp("iaf_cond_alpha", wanted)
    sample = np.random.default_rng(1).choice(5000, 40, replace=False)
    np.testing.assert_allclose(psp_amplitude("iaf_cond_alpha", weights[sample]), wanted[sample], rtol=1e-4)


def test_the_amplitude_of_a_neuron_that_fires_is_not_a_number():
    found = psp_amplitude("iaf_psc_exp", [100.0, 1e5])
    assert np.isfinite(found).tolist() == [True, False]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: weight_for_psp("iaf_psc_exp", 30.0), ParameterError, "psp: got 30.0, expected fewer mV: the neuron fires"),
        (lambda: weight_for_psp("iaf_cond_exp", 20.0, syn_type=-1), ParameterError, "do not move the potential further"),
        (lambda: weight_for_psp("iaf_psc_exp", [1.0, 0.0]), ParameterError, "psp: got .* expected numbers > 0"),
        (lambda: psp_amplitude("iaf_psc_exp", -1.0), ParameterError, "weight: got -1.0, expected numbers >= 0"),
        (lambda: psp_amplitude("iaf_psc_exp", [np.nan]), ParameterError, "weight: got"),
        (lambda: psp_amplitude("iaf_psc_exp", 1.0, syn_type=0), ParameterError, "syn_type: got 0"),
        (lambda: psp_amplitude("iaf_psc_exp", 1.0, receptor=4), ParameterError, "receptor: got 4"),
        (lambda: psp_amplitude("iaf_psc_exp", 1.0, duration=0.0), ParameterError, "duration: got 0"),
        (lambda: psp_amplitude("iaf_psc_exp", 1.0, duration=0.5), ParameterError, "a time after the peak"),
        (lambda: psp_amplitude("parrot_neuron", 1.0), ParameterError, "a model with a potential V_m"),
        (lambda: psp_amplitude("iaf_psc_expp", 1.0), UnknownNameError, "iaf_psc_exp"),
        (lambda: psp_amplitude("iaf_psc_exp", 1.0, neuron_param={"tau_n": 1.0}), UnknownNameError, "tau_m"),
        (lambda: psp_amplitude("iaf_psc_exp", 1.0, neuron_param={"tau_m": [1.0, 2.0]}), ParameterError, "expected one number"),
        (lambda: psp_amplitude("iaf_psc_exp", 1.0, neuron_param={"tau_m": ("uniform", 1.0, 2.0)}), ParameterError, "one num"),
        (lambda: psp_amplitude("iaf_psc_exp", 1.0, neuron_param={"I_e": 900.0}), ParameterError, "rests without input"),
    ],
)
def test_wrong_questions_are_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
