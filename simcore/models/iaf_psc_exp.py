"""iaf_psc_exp: leaky integrate-and-fire neuron with exponential synaptic currents."""

import numpy as np

from simcore.models._base import Input, NeuronModel
from simcore.models._checks import reset_below_threshold
from simcore.models._propagators import constant_propagator, current_propagator
from simcore.parameter import Param, State
from simcore.timegrid import steps_up

PARAMETERS = {
    "C_m": Param(250.0, "pF", "membrane capacitance", above=0.0),
    "tau_m": Param(10.0, "ms", "membrane time constant", above=0.0),
    "tau_syn_ex": Param(2.0, "ms", "decay time of the excitatory current", above=0.0),
    "tau_syn_in": Param(2.0, "ms", "decay time of the inhibitory current", above=0.0),
    "E_L": Param(-70.0, "mV", "resting potential"),
    "V_th": Param(-55.0, "mV", "spike threshold"),
    "V_reset": Param(-70.0, "mV", "potential after a spike"),
    "t_ref": Param(2.0, "ms", "absolute refractory period", low=0.0),
    "I_e": Param(0.0, "pA", "constant input current"),
}
STATE = {
    "V_m": State("mV", "membrane potential", start=-70.0),
    "I_syn_ex": State("pA", "excitatory synaptic current"),
    "I_syn_in": State("pA", "inhibitory synaptic current, negative"),
    "wait": State("steps", "steps left of the refractory period", dtype="int32"),
}
INPUTS = {"spikes_ex": Input("pA", takes="positive"), "spikes_in": Input("pA", takes="negative")}


def constants(p, dt):
    """Exact one-step propagators (Rotter & Diesmann 1999, doi:10.1007/s004220050570)."""
    return {
        "P_VV": np.exp(-dt / p["tau_m"]),
        "P_V1": constant_propagator(p["tau_m"], p["C_m"], dt),
        "P_Vex": current_propagator(p["tau_m"], p["tau_syn_ex"], p["C_m"], dt),
        "P_Vin": current_propagator(p["tau_m"], p["tau_syn_in"], p["C_m"], dt),
        "P_ex": np.exp(-dt / p["tau_syn_ex"]),
        "P_in": np.exp(-dt / p["tau_syn_in"]),
        "wait_steps": steps_up(p["t_ref"], dt),
    }


def step(V_m, I_syn_ex, I_syn_in, wait, spikes_ex, spikes_in, I_stim,
         P_VV, P_V1, P_Vex, P_Vin, P_ex, P_in, wait_steps, I_e, E_L, V_th, V_reset):  # fmt: skip
    """Advance one neuron by one step; the potential sees the currents from the step's start."""
    free = E_L + (P_VV * (V_m - E_L) + P_Vex * I_syn_ex + P_Vin * I_syn_in + P_V1 * (I_e + I_stim))
    V_m = free if wait == 0 else V_m
    wait = wait - 1 if wait > 0 else 0
    I_syn_ex = P_ex * I_syn_ex + spikes_ex
    I_syn_in = P_in * I_syn_in + spikes_in
    fires = V_m >= V_th
    V_m = V_reset if fires else V_m
    wait = wait_steps if fires else wait
    return V_m, I_syn_ex, I_syn_in, wait, fires


MODEL = NeuronModel(
    "iaf_psc_exp", PARAMETERS, STATE, INPUTS, step,
    constants=constants, recordables=("V_m", "I_syn_ex", "I_syn_in"), check=reset_below_threshold,
)  # fmt: skip
