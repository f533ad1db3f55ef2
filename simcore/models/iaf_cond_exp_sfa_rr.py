"""iaf_cond_exp_sfa_rr: leaky integrate-and-fire neuron with exponential conductances, adaptation and relative refractoriness.

Dayan & Abbott 2001, Theoretical Neuroscience, section 5.4: every spike adds to two conductances that decay, one slowly (spike
frequency adaptation) and one fast (relative refractoriness). Muller et al. 2007 (doi:10.1162/neco.2007.19.11.2958).
"""

from simcore.models._base import RKF45, Input, NeuronModel
from simcore.models._checks import reset_below_threshold
from simcore.parameter import Param, State
from simcore.timegrid import steps_up

PARAMETERS = {
    "C_m": Param(289.5, "pF", "membrane capacitance", above=0.0),
    "g_L": Param(28.95, "nS", "leak conductance", low=0.0),
    "E_L": Param(-70.0, "mV", "resting potential"),
    "E_ex": Param(0.0, "mV", "reversal potential of excitation"),
    "E_in": Param(-75.0, "mV", "reversal potential of inhibition"),
    "V_th": Param(-57.0, "mV", "spike threshold"),
    "V_reset": Param(-70.0, "mV", "potential after a spike"),
    "t_ref": Param(0.5, "ms", "absolute refractory period", low=0.0),
    "tau_syn_ex": Param(1.5, "ms", "decay time of the excitatory conductance", above=0.0),
    "tau_syn_in": Param(10.0, "ms", "decay time of the inhibitory conductance", above=0.0),
    "tau_sfa": Param(110.0, "ms", "decay time of the adaptation", above=0.0),
    "tau_rr": Param(1.97, "ms", "decay time of the relative refractoriness", above=0.0),
    "E_sfa": Param(-70.0, "mV", "reversal potential of the adaptation"),
    "E_rr": Param(-70.0, "mV", "reversal potential of the relative refractoriness"),
    "q_sfa": Param(14.48, "nS", "adaptation added by a spike"),
    "q_rr": Param(3214.0, "nS", "relative refractoriness added by a spike"),
    "I_e": Param(0.0, "pA", "constant input current"),
}
STATE = {
    "V_m": State("mV", "membrane potential", start=-70.0),
    "g_ex": State("nS", "excitatory conductance", low=0.0),
    "g_in": State("nS", "inhibitory conductance", low=0.0),
    "g_sfa": State("nS", "conductance of the adaptation"),
    "g_rr": State("nS", "conductance of the relative refractoriness"),
    "wait": State("steps", "steps left of the refractory period", dtype="int32"),
}
INPUTS = {"spikes_ex": Input("nS", takes="positive"), "spikes_in": Input("nS", takes="negative", scale=-1.0)}


def constants(p, dt):
    """The refractory period in steps."""
    return {"wait_steps": steps_up(p["t_ref"], dt)}


def derivatives(V_m, g_ex, g_in, g_sfa, g_rr, wait, I_stim, C_m, g_L, E_L, E_ex, E_in, E_sfa, E_rr, V_th, V_reset,
                tau_syn_ex, tau_syn_in, tau_sfa, tau_rr, I_e):  # fmt: skip
    """Currents see the reset potential while the neuron is refractory, and at most the threshold otherwise."""
    V = V_reset if wait > 0 else min(V_m, V_th)
    I_syn = g_ex * (V - E_ex) + g_in * (V - E_in)
    I_after = g_sfa * (V - E_sfa) + g_rr * (V - E_rr)
    dV = (-g_L * (V - E_L) + I_stim + I_e - I_syn - I_after) / C_m
    return 0.0 if wait > 0 else dV, -g_ex / tau_syn_ex, -g_in / tau_syn_in, -g_sfa / tau_sfa, -g_rr / tau_rr


def step(V_m, g_ex, g_in, g_sfa, g_rr, wait, spikes_ex, spikes_in, wait_steps, V_th, V_reset, q_sfa, q_rr):
    """Test the threshold unless the neuron is refractory; a spike adds to both conductances."""
    fires = wait == 0 and V_m >= V_th
    V_m = V_reset if fires or wait > 0 else V_m
    wait = wait_steps if fires else max(wait - 1, 0)
    g_sfa = g_sfa + q_sfa if fires else g_sfa
    g_rr = g_rr + q_rr if fires else g_rr
    return V_m, g_ex + spikes_ex, g_in + spikes_in, g_sfa, g_rr, wait, fires


MODEL = NeuronModel(
    "iaf_cond_exp_sfa_rr", PARAMETERS, STATE, INPUTS, step, constants=constants, derivatives=derivatives,
    solver=RKF45(("V_m", "g_ex", "g_in", "g_sfa", "g_rr"), absolute=1e-3),
    recordables=("V_m", "g_ex", "g_in", "g_sfa", "g_rr"), check=reset_below_threshold,
)  # fmt: skip
