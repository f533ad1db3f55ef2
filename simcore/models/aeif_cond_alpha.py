"""aeif_cond_alpha: adaptive exponential integrate-and-fire neuron with alpha-shaped synaptic conductances.

Brette & Gerstner 2005 (doi:10.1152/jn.00686.2005).
"""

import math

import numpy as np

from simcore.fastmath import exp
from simcore.models._base import RKF45, Input, NeuronModel
from simcore.models._checks import LARGEST_W, LOWEST_V, adaptive_exponential
from simcore.parameter import Param, State
from simcore.timegrid import steps_up

PARAMETERS = {
    "C_m": Param(281.0, "pF", "membrane capacitance", above=0.0),
    "g_L": Param(30.0, "nS", "leak conductance", low=0.0),
    "E_L": Param(-70.6, "mV", "leak reversal potential"),
    "E_ex": Param(0.0, "mV", "reversal potential of excitation"),
    "E_in": Param(-85.0, "mV", "reversal potential of inhibition"),
    "V_th": Param(-50.4, "mV", "threshold of the exponential current; of the spike if Delta_T is 0"),
    "V_peak": Param(0.0, "mV", "potential at which a spike is cut off"),
    "V_reset": Param(-60.0, "mV", "potential after a spike"),
    "Delta_T": Param(2.0, "mV", "sharpness of spike onset; 0 switches the exponential current off", low=0.0),
    "a": Param(4.0, "nS", "subthreshold adaptation"),
    "b": Param(80.5, "pA", "adaptation added by a spike"),
    "tau_w": Param(144.0, "ms", "time constant of adaptation", above=0.0),
    "t_ref": Param(0.0, "ms", "absolute refractory period", low=0.0),
    "tau_syn_ex": Param(0.2, "ms", "rise time of the excitatory conductance", above=0.0),
    "tau_syn_in": Param(2.0, "ms", "rise time of the inhibitory conductance", above=0.0),
    "I_e": Param(0.0, "pA", "constant input current"),
    "gsl_error_tol": Param(1e-6, "", "tolerance of the adaptive step, absolute and relative to the derivative", above=0.0),
}
STATE = {
    "V_m": State("mV", "membrane potential", start=-70.6),
    "w": State("pA", "adaptation current"),
    "g_ex": State("nS", "excitatory conductance", low=0.0),
    "dg_ex": State("nS/ms", "rise of the excitatory conductance"),
    "g_in": State("nS", "inhibitory conductance", low=0.0),
    "dg_in": State("nS/ms", "rise of the inhibitory conductance"),
    "wait": State("steps", "steps left of the refractory period", dtype="int32"),
}
INPUTS = {"spikes_ex": Input("nS", takes="positive"), "spikes_in": Input("nS", takes="negative", scale=-1.0)}


def constants(p, dt):
    """The potential that counts as a spike, the refractory period in steps, and the rise that makes a peak of one weight."""
    return {
        "V_spike": np.where(np.equal(p["Delta_T"], 0.0), p["V_th"], p["V_peak"]),
        "wait_steps": steps_up(p["t_ref"], dt),
        "peak_ex": np.e / p["tau_syn_ex"],
        "peak_in": np.e / p["tau_syn_in"],
    }


def derivatives(V_m, w, g_ex, dg_ex, g_in, dg_in, wait, I_stim, C_m, g_L, E_L, E_ex, E_in, V_th, V_peak, V_reset,
                Delta_T, a, tau_w, tau_syn_ex, tau_syn_in, I_e):  # fmt: skip
    """Currents see the reset potential while the neuron is refractory, and at most V_peak otherwise."""
    V = V_reset if wait > 0 else min(V_m, V_peak)
    I_spike = g_L * Delta_T * exp((V - V_th) / Delta_T) if Delta_T > 0.0 else 0.0
    dV = (-g_L * (V - E_L) + I_spike - g_ex * (V - E_ex) - g_in * (V - E_in) - w + I_e + I_stim) / C_m
    return (
        0.0 if wait > 0 else dV, (a * (V - E_L) - w) / tau_w,
        dg_ex - g_ex / tau_syn_ex, -dg_ex / tau_syn_ex,
        dg_in - g_in / tau_syn_in, -dg_in / tau_syn_in,
    )  # fmt: skip


def substep(V_m, w, g_ex, dg_ex, g_in, dg_in, wait, wait_steps, V_spike, V_reset, b):
    """Reset after an adaptive step: spikes are found inside the time step, so one step may hold several."""
    V_is_lost, w_is_lost = V_m < LOWEST_V, abs(w) > LARGEST_W
    fires = wait == 0 and V_m >= V_spike
    V_m = V_reset if fires or wait > 0 else V_m
    V_m = math.nan if V_is_lost else V_m
    w = w + b if fires else w
    w = math.nan if w_is_lost else w
    wait = wait_steps + 1 if fires and wait_steps > 0 else wait
    return V_m, w, g_ex, dg_ex, g_in, dg_in, wait, fires


def step(V_m, w, g_ex, dg_ex, g_in, dg_in, wait, spikes, spikes_ex, spikes_in, peak_ex, peak_in):
    """Count the refractory period down and add the spikes that arrived."""
    dg_ex += peak_ex * spikes_ex
    dg_in += peak_in * spikes_in
    return V_m, w, g_ex, dg_ex, g_in, dg_in, max(wait - 1, 0), spikes


MODEL = NeuronModel(
    "aeif_cond_alpha", PARAMETERS, STATE, INPUTS, step, constants=constants, derivatives=derivatives, substep=substep,
    solver=RKF45(
        ("V_m", "w", "g_ex", "dg_ex", "g_in", "dg_in"),
        "gsl_error_tol", "gsl_error_tol", scale_y=0.0, scale_dydt=1.0,
    ),
    recordables=("V_m", "w", "g_ex", "g_in"), check=adaptive_exponential,
)  # fmt: skip
