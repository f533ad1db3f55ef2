"""iaf_psc_alpha_multisynapse: leaky integrate-and-fire neuron with alpha-shaped currents of any number of time constants."""

import numpy as np

from simcore.models._base import Input, NeuronModel
from simcore.models._checks import reset_below_threshold
from simcore.models._propagators import alpha_propagator, constant_propagator, current_propagator
from simcore.models._receptors import Receptor, with_receptors
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
}
STATE = {
    "V_m": State("mV", "membrane potential", start=-70.0),
    "wait": State("steps", "steps left of the refractory period", dtype="int32"),
}


def constants(p, dt):
    """Exact one-step propagators (Rotter & Diesmann 1999, doi:10.1007/s004220050570)."""
    return {
        "P_VV": np.exp(-dt / p["tau_m"]),
        "P_V1": constant_propagator(p["tau_m"], p["C_m"], dt),
        "wait_steps": steps_up(p["t_ref"], dt),
    }


def step(V_m, wait, driven, I_stim, P_VV, P_V1, wait_steps, I_e, E_L, V_th, V_reset, V_min):
    """Advance one neuron by one step; `driven` is what the currents from the step's start add to the potential."""
    free = E_L + (P_VV * (V_m - E_L) + driven + P_V1 * (I_e + I_stim))
    free = V_min if free < V_min else free
    V_m = free if wait == 0 else V_m
    wait = wait - 1 if wait > 0 else 0
    fires = V_m >= V_th
    V_m = V_reset if fires else V_m
    wait = wait_steps if fires else wait
    return V_m, wait, fires


def receptor_constants(p, dt):
    """Propagators of one synaptic current, and the rise after a spike whose peak current is its weight."""
    return {
        "P_VI": current_propagator(p["tau_m"], p["tau_syn"], p["C_m"], dt),
        "P_VdI": alpha_propagator(p["tau_m"], p["tau_syn"], p["C_m"], dt),
        "P_II": np.exp(-dt / p["tau_syn"]),
        "peak": np.e / p["tau_syn"],
    }


def receptor_step(I_syn, dI_syn, arriving, dt, P_VI, P_VdI, P_II, peak):
    """The current and its rise after the step, and what they add to the potential in it."""
    return P_II * (I_syn + dt * dI_syn), P_II * dI_syn + peak * arriving, P_VI * I_syn + P_VdI * dI_syn


MODEL = with_receptors(
    NeuronModel(
        "iaf_psc_alpha_multisynapse", PARAMETERS, STATE, {}, step,
        constants=constants, recordables=("V_m",), check=reset_below_threshold,
    ),
    Receptor(
        {"tau_syn": Param(2.0, "ms", "rise time of the synaptic current of each receptor", above=0.0)},
        {"I_syn": State("pA", "synaptic current"), "dI_syn": State("pA/ms", "rise of the synaptic current")},
        inputs={"arriving": Input("pA")}, step=receptor_step, sums=("driven",), constants=receptor_constants,
        recordables=("I_syn",), totals={"I_syn": "I_syn"}, count="n_synapses",
    ),
)  # fmt: skip
