"""iaf_cond_alpha: leaky integrate-and-fire neuron with alpha-shaped synaptic conductances."""

import numpy as np

from simcore.models._base import RKF45, Input, NeuronModel
from simcore.models._checks import reset_below_threshold
from simcore.parameter import Param, State
from simcore.timegrid import steps_up

PARAMETERS = {
    "C_m": Param(250.0, "pF", "membrane capacitance", above=0.0),
    "g_L": Param(16.6667, "nS", "leak conductance", low=0.0),
    "E_L": Param(-70.0, "mV", "resting potential"),
    "E_ex": Param(0.0, "mV", "reversal potential of excitation"),
    "E_in": Param(-85.0, "mV", "reversal potential of inhibition"),
    "V_th": Param(-55.0, "mV", "spike threshold"),
    "V_reset": Param(-60.0, "mV", "potential after a spike"),
    "t_ref": Param(2.0, "ms", "absolute refractory period", low=0.0),
    "tau_syn_ex": Param(0.2, "ms", "rise time of the excitatory conductance", above=0.0),
    "tau_syn_in": Param(2.0, "ms", "rise time of the inhibitory conductance", above=0.0),
    "I_e": Param(0.0, "pA", "constant input current"),
}
STATE = {
    "V_m": State("mV", "membrane potential", start=-70.0),
    "g_ex": State("nS", "excitatory conductance", low=0.0),
    "dg_ex": State("nS/ms", "rise of the excitatory conductance"),
    "g_in": State("nS", "inhibitory conductance", low=0.0),
    "dg_in": State("nS/ms", "rise of the inhibitory conductance"),
    "wait": State("steps", "steps left of the refractory period", dtype="int32"),
}
INPUTS = {"spikes_ex": Input("nS", takes="positive"), "spikes_in": Input("nS", takes="negative", scale=-1.0)}


def constants(p, dt):
    """The refractory period in steps, and the rise after a spike whose peak conductance is its weight."""
    return {
        "wait_steps": steps_up(p["t_ref"], dt),
        "peak_ex": np.e / p["tau_syn_ex"],
        "peak_in": np.e / p["tau_syn_in"],
    }


def derivatives(V_m, g_ex, dg_ex, g_in, dg_in, wait, I_stim, C_m, g_L, E_L, E_ex, E_in, V_th, V_reset,
                tau_syn_ex, tau_syn_in, I_e):  # fmt: skip
    """Currents see the reset potential while the neuron is refractory, and at most the threshold otherwise."""
    V = V_reset if wait > 0 else min(V_m, V_th)
    dV = (-g_L * (V - E_L) - g_ex * (V - E_ex) - g_in * (V - E_in) + I_stim + I_e) / C_m
    return (
        0.0 if wait > 0 else dV,
        dg_ex - g_ex / tau_syn_ex, -dg_ex / tau_syn_ex,
        dg_in - g_in / tau_syn_in, -dg_in / tau_syn_in,
    )  # fmt: skip


def step(V_m, g_ex, dg_ex, g_in, dg_in, wait, spikes_ex, spikes_in, wait_steps, peak_ex, peak_in, V_th, V_reset):
    """Test the threshold unless the neuron is refractory, then add the arrived spikes."""
    fires = wait == 0 and V_m >= V_th
    V_m = V_reset if fires or wait > 0 else V_m
    wait = wait_steps if fires else max(wait - 1, 0)
    dg_ex += peak_ex * spikes_ex
    dg_in += peak_in * spikes_in
    return V_m, g_ex, dg_ex, g_in, dg_in, wait, fires


def t_ref_remaining(wait, dt):
    """Time left of the refractory period [ms]."""
    return wait * dt


MODEL = NeuronModel(
    "iaf_cond_alpha", PARAMETERS, STATE, INPUTS, step, constants=constants, derivatives=derivatives,
    solver=RKF45(("V_m", "g_ex", "dg_ex", "g_in", "dg_in"), absolute=1e-3),
    recordables=("V_m", "g_ex", "g_in"), derived={"t_ref_remaining": ("ms", t_ref_remaining)}, check=reset_below_threshold,
)  # fmt: skip
