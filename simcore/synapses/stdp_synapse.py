"""stdp_synapse: spike-timing dependent plasticity with all pairs of spikes, and any dependence on the weight.

Guetig, Aharonov, Rotter & Sompolinsky 2003 (doi:10.1523/JNEUROSCI.23-09-03697.2003): mu_plus and mu_minus lead from the
additive rule (0; Song, Miller & Abbott 2000, doi:10.1038/78829) to the multiplicative one (1; Rubin, Lee & Sompolinsky 2001,
doi:10.1103/PhysRevLett.86.364). The time constant of depression is the target's tau_minus.
"""

import numpy as np

from simcore.fastmath import exp, log
from simcore.parameter import Param, State
from simcore.synapses._base import SynapseModel

PARAMETERS = {
    "lambda": Param(0.01, "", "step size"),
    "alpha": Param(1.0, "", "depression over potentiation"),
    "mu_plus": Param(1.0, "", "exponent of the weight dependence of potentiation"),
    "mu_minus": Param(1.0, "", "exponent of the weight dependence of depression"),
    "Wmax": Param(100.0, "", "largest weight, in the unit of the weight and with its sign"),
    "tau_plus": Param(20.0, "ms", "time constant of potentiation", above=0.0),
}
STATE = {"Kplus": State("", "trace of the source's spikes", low=0.0)}

# Below the least normal number the logarithm is none.
_TINY = 2.2250738585072014e-308


def power(base, exponent):
    """``base ** exponent``, with the same bits everywhere where the base is positive."""
    if exponent == 1.0:
        return base
    if exponent == 0.0:
        return 1.0
    return exp(exponent * log(base)) if base >= _TINY else base**exponent


def on_post(weight, after, Kplus, lambda_, mu_plus, Wmax, tau_plus):
    """Potentiate by the trace of the source; Wmax is the limit."""
    share = weight / Wmax
    share = share + lambda_ * power(1.0 - share, mu_plus) * Kplus * exp(-after / tau_plus)
    return (share * Wmax if share < 1.0 else Wmax), Kplus


def on_spike(weight, interval, Kminus, Kplus, lambda_, alpha, mu_minus, Wmax, tau_plus):
    """Depress by the trace of the target, send what is left, and let the trace of the source jump."""
    share = weight / Wmax
    share = share - alpha * lambda_ * power(share, mu_minus) * Kminus
    weight = share * Wmax if share > 0.0 else 0.0
    return weight, weight, Kplus * exp(-interval / tau_plus) + 1.0


def check(p):
    """Weights lie between 0 and Wmax."""
    if np.any((np.asarray(p["weight"]) >= 0.0) != (np.asarray(p["Wmax"]) >= 0.0)):
        return "weight and Wmax must have the same sign"
    return None


MODEL = SynapseModel("stdp_synapse", PARAMETERS, STATE, on_spike, on_post, target_traces={"Kminus": "tau_minus"}, check=check)
