"""iaf_psc_delta: leaky integrate-and-fire neuron whose potential jumps at each arriving spike."""

import numpy as np

from simcore.models._base import Input, NeuronModel
from simcore.models._checks import reset_below_threshold
from simcore.models._propagators import constant_propagator
from simcore.parameter import Param, State
from simcore.timegrid import steps_up

PARAMETERS = {
    "C_m": Param(250.0, "pF", "membrane capacitance", above=0.0),
    "tau_m": Param(10.0, "ms", "membrane time constant", above=0.0),
    "E_L": Param(-70.0, "mV", "resting potential"),
    "V_th": Param(-55.0, "mV", "spike threshold"),
    "V_reset": Param(-70.0, "mV", "potential after a spike"),
    "V_min": Param(-np.inf, "mV", "smallest potential that the membrane can reach", infinite=True),
    "t_ref": Param(2.0, "ms", "absolute refractory period", low=0.0),
    "I_e": Param(0.0, "pA", "constant input current"),
    "refractory_input": Param(False, "", "keep spikes of the refractory period, decaying with tau_m, until it ends"),
}
STATE = {
    "V_m": State("mV", "membrane potential", start=-70.0),
    "held": State("mV", "what the spikes of the refractory period will add when it ends"),
    "wait": State("steps", "steps left of the refractory period", dtype="int32"),
}
INPUTS = {"arriving": Input("mV")}


def constants(p, dt):
    """Exact one-step propagators (Rotter & Diesmann 1999, doi:10.1007/s004220050570)."""
    P_VV = np.exp(-dt / p["tau_m"])
    return {
        "P_VV": P_VV,
        "P_V1": constant_propagator(p["tau_m"], p["C_m"], dt),
        "P_held": np.where(p["refractory_input"], P_VV, 0.0),
        "wait_steps": steps_up(p["t_ref"], dt),
    }


def step(V_m, held, wait, arriving, I_stim, P_VV, P_V1, P_held, wait_steps, I_e, E_L, V_th, V_reset, V_min):
    """Advance one neuron by one step; arriving spikes count before the threshold test."""
    free = E_L + (P_VV * (V_m - E_L) + P_V1 * (I_e + I_stim) + arriving) + held
    free = V_min if free < V_min else free
    V_m = free if wait == 0 else V_m
    held = P_held * (held + arriving) if wait > 0 else 0.0
    wait = wait - 1 if wait > 0 else 0
    fires = V_m >= V_th
    V_m = V_reset if fires else V_m
    wait = wait_steps if fires else wait
    return V_m, held, wait, fires


MODEL = NeuronModel(
    "iaf_psc_delta", PARAMETERS, STATE, INPUTS, step,
    constants=constants, recordables=("V_m",), check=reset_below_threshold,
)  # fmt: skip
