"""iaf_psc_alpha: leaky integrate-and-fire neuron with alpha-shaped synaptic currents."""

import numpy as np

from simcore.models._base import Input, NeuronModel
from simcore.models._checks import reset_below_threshold
from simcore.models._propagators import alpha_propagator, constant_propagator, current_propagator
from simcore.parameter import Param, State
from simcore.timegrid import steps_up

PARAMETERS = {
    "C_m": Param(250.0, "pF", "membrane capacitance", above=0.0),
    "tau_m": Param(10.0, "ms", "membrane time constant", above=0.0),
    "tau_syn_ex": Param(2.0, "ms", "rise time of the excitatory current", above=0.0),
    "tau_syn_in": Param(2.0, "ms", "rise time of the inhibitory current", above=0.0),
    "E_L": Param(-70.0, "mV", "resting potential"),
    "V_th": Param(-55.0, "mV", "spike threshold"),
    "V_reset": Param(-70.0, "mV", "potential after a spike"),
    "V_min": Param(-np.inf, "mV", "smallest potential that the membrane can reach", infinite=True),
    "t_ref": Param(2.0, "ms", "absolute refractory period", low=0.0),
    "I_e": Param(0.0, "pA", "constant input current"),
}
STATE = {
    "V_m": State("mV", "membrane potential", start=-70.0),
    "I_syn_ex": State("pA", "excitatory synaptic current"),
    "I_syn_in": State("pA", "inhibitory synaptic current, negative"),
    "dI_syn_ex": State("pA/ms", "rise of the excitatory current"),
    "dI_syn_in": State("pA/ms", "rise of the inhibitory current"),
    "wait": State("steps", "steps left of the refractory period", dtype="int32"),
}
INPUTS = {"spikes_ex": Input("pA", takes="positive"), "spikes_in": Input("pA", takes="negative")}


def constants(p, dt):
    """Exact one-step propagators (Rotter & Diesmann 1999, doi:10.1007/s004220050570); a spike's peak current is its weight."""
    return {
        "P_VV": np.exp(-dt / p["tau_m"]),
        "P_V1": constant_propagator(p["tau_m"], p["C_m"], dt),
        "P_Vex": current_propagator(p["tau_m"], p["tau_syn_ex"], p["C_m"], dt),
        "P_Vin": current_propagator(p["tau_m"], p["tau_syn_in"], p["C_m"], dt),
        "P_Vdex": alpha_propagator(p["tau_m"], p["tau_syn_ex"], p["C_m"], dt),
        "P_Vdin": alpha_propagator(p["tau_m"], p["tau_syn_in"], p["C_m"], dt),
        "P_ex": np.exp(-dt / p["tau_syn_ex"]),
        "P_in": np.exp(-dt / p["tau_syn_in"]),
        "peak_ex": np.e / p["tau_syn_ex"],
        "peak_in": np.e / p["tau_syn_in"],
        "wait_steps": steps_up(p["t_ref"], dt),
    }


def step(V_m, I_syn_ex, I_syn_in, dI_syn_ex, dI_syn_in, wait, spikes_ex, spikes_in, I_stim,
         P_VV, P_V1, P_Vex, P_Vin, P_Vdex, P_Vdin, P_ex, P_in, peak_ex, peak_in,
         wait_steps, dt, I_e, E_L, V_th, V_reset, V_min):  # fmt: skip
    """Advance one neuron by one step; the potential sees the currents from the step's start."""
    driven = P_Vex * I_syn_ex + P_Vdex * dI_syn_ex + P_Vin * I_syn_in + P_Vdin * dI_syn_in + P_V1 * (I_e + I_stim)
    free = E_L + (P_VV * (V_m - E_L) + driven)
    free = V_min if free < V_min else free
    V_m = free if wait == 0 else V_m
    wait = wait - 1 if wait > 0 else 0
    I_syn_ex = P_ex * (I_syn_ex + dt * dI_syn_ex)
    I_syn_in = P_in * (I_syn_in + dt * dI_syn_in)
    dI_syn_ex = P_ex * dI_syn_ex + peak_ex * spikes_ex
    dI_syn_in = P_in * dI_syn_in + peak_in * spikes_in
    fires = V_m >= V_th
    V_m = V_reset if fires else V_m
    wait = wait_steps if fires else wait
    return V_m, I_syn_ex, I_syn_in, dI_syn_ex, dI_syn_in, wait, fires


MODEL = NeuronModel(
    "iaf_psc_alpha", PARAMETERS, STATE, INPUTS, step,
    constants=constants, recordables=("V_m", "I_syn_ex", "I_syn_in"), check=reset_below_threshold,
)  # fmt: skip
