"""hh_psc_alpha: Hodgkin-Huxley neuron with alpha-shaped synaptic currents.

Hodgkin & Huxley 1952 (doi:10.1113/jphysiol.1952.sp004764), potentials shifted so that the neuron rests near -65 mV; Gerstner &
Kistler 2002 (doi:10.1017/CBO9780511815706). A spike is the peak of the potential: the first step above 0 mV in which it falls.
"""

import numpy as np

from simcore.fastmath import exp
from simcore.models._base import RKF45, Input, NeuronModel
from simcore.parameter import Param, State
from simcore.timegrid import steps_up

PARAMETERS = {
    "C_m": Param(100.0, "pF", "membrane capacitance", above=0.0),
    "g_Na": Param(12000.0, "nS", "peak conductance of sodium", low=0.0),
    "g_K": Param(3600.0, "nS", "peak conductance of potassium", low=0.0),
    "g_L": Param(30.0, "nS", "leak conductance", low=0.0),
    "E_Na": Param(50.0, "mV", "reversal potential of sodium"),
    "E_K": Param(-77.0, "mV", "reversal potential of potassium"),
    "E_L": Param(-54.402, "mV", "leak reversal potential"),
    "t_ref": Param(2.0, "ms", "time after a spike in which no other one is counted", low=0.0),
    "tau_syn_ex": Param(0.2, "ms", "rise time of the excitatory current", above=0.0),
    "tau_syn_in": Param(2.0, "ms", "rise time of the inhibitory current", above=0.0),
    "I_e": Param(0.0, "pA", "constant input current"),
}
# The gates are in equilibrium at -65 mV when a neuron is created, wherever its own potential starts.
STATE = {
    "V_m": State("mV", "membrane potential", start=-65.0),
    "Act_m": State("", "activation of sodium", start=0.05293248525724958, low=0.0),
    "Inact_h": State("", "inactivation of sodium", start=0.5961207535084603, low=0.0),
    "Act_n": State("", "activation of potassium", start=0.3176769140606974, low=0.0),
    "I_syn_ex": State("pA", "excitatory synaptic current"),
    "dI_syn_ex": State("pA/ms", "rise of the excitatory current"),
    "I_syn_in": State("pA", "inhibitory synaptic current, negative"),
    "dI_syn_in": State("pA/ms", "rise of the inhibitory current"),
    "wait": State("steps", "steps left in which no spike is counted", dtype="int32"),
}
INPUTS = {"spikes_ex": Input("pA", takes="positive"), "spikes_in": Input("pA", takes="negative")}


def rates(V):
    """Rates [1/ms] at which the gates m, h and n open and close at a potential [mV]."""
    from_m, from_n = V + 40.0, V + 55.0
    alpha_m = 0.1 * from_m / (1.0 - exp(-from_m / 10.0)) if from_m != 0.0 else 1.0
    alpha_n = 0.01 * from_n / (1.0 - exp(-from_n / 10.0)) if from_n != 0.0 else 0.1
    alpha_h = 0.07 * exp(-(V + 65.0) / 20.0)
    beta_m = 4.0 * exp(-(V + 65.0) / 18.0)
    beta_h = 1.0 / (1.0 + exp(-(V + 35.0) / 10.0))
    beta_n = 0.125 * exp(-(V + 65.0) / 80.0)
    return alpha_m, beta_m, alpha_h, beta_h, alpha_n, beta_n


def constants(p, dt):
    """The refractory period in steps, and the rise after a spike whose peak current is its weight."""
    return {
        "wait_steps": steps_up(p["t_ref"], dt),
        "peak_ex": np.e / p["tau_syn_ex"],
        "peak_in": np.e / p["tau_syn_in"],
    }


def derivatives(V_m, Act_m, Inact_h, Act_n, I_syn_ex, dI_syn_ex, I_syn_in, dI_syn_in, I_stim, C_m, g_Na, g_K, g_L,
                E_Na, E_K, E_L, tau_syn_ex, tau_syn_in, I_e):  # fmt: skip
    """Ionic currents, gates with rates that depend on the potential, and two alpha-shaped currents."""
    alpha_m, beta_m, alpha_h, beta_h, alpha_n, beta_n = rates(V_m)
    I_Na = g_Na * Act_m * Act_m * Act_m * Inact_h * (V_m - E_Na)
    I_K = g_K * Act_n * Act_n * Act_n * Act_n * (V_m - E_K)
    I_L = g_L * (V_m - E_L)
    return (
        (-(I_Na + I_K + I_L) + I_stim + I_e + I_syn_ex + I_syn_in) / C_m,
        alpha_m * (1.0 - Act_m) - beta_m * Act_m,
        alpha_h * (1.0 - Inact_h) - beta_h * Inact_h,
        alpha_n * (1.0 - Act_n) - beta_n * Act_n,
        dI_syn_ex - I_syn_ex / tau_syn_ex, -dI_syn_ex / tau_syn_ex,
        dI_syn_in - I_syn_in / tau_syn_in, -dI_syn_in / tau_syn_in,
    )  # fmt: skip


def step(V_m, Act_m, Inact_h, Act_n, I_syn_ex, dI_syn_ex, I_syn_in, dI_syn_in, wait, V_m_before, spikes_ex, spikes_in,
         wait_steps, peak_ex, peak_in):  # fmt: skip
    """Add the arrived spikes, then look for the peak of an action potential unless one has just been counted."""
    dI_syn_ex += peak_ex * spikes_ex
    dI_syn_in += peak_in * spikes_in
    fires = wait == 0 and V_m >= 0.0 and V_m < V_m_before
    wait = wait_steps if fires else max(wait - 1, 0)
    return V_m, Act_m, Inact_h, Act_n, I_syn_ex, dI_syn_ex, I_syn_in, dI_syn_in, wait, fires


MODEL = NeuronModel(
    "hh_psc_alpha", PARAMETERS, STATE, INPUTS, step, constants=constants, derivatives=derivatives,
    solver=RKF45(
        ("V_m", "Act_m", "Inact_h", "Act_n", "I_syn_ex", "dI_syn_ex", "I_syn_in", "dI_syn_in"), absolute=1e-3,
    ),
    recordables=("V_m", "Act_m", "Inact_h", "Act_n", "I_syn_ex", "I_syn_in"),
)  # fmt: skip
