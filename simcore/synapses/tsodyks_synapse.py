"""tsodyks_synapse: short-term depression and facilitation, with the postsynaptic current as a state of the resource.

Tsodyks, Uziel & Markram 2000 (doi:10.1523/JNEUROSCI.20-01-j0003.2000), integrated exactly. A share x of the resource is
recovered, y is active, and the rest inactive: a spike makes the share u of x active, y decays with tau_psc into the inactive
share, and that recovers with tau_rec. tau_psc is to be the decay time of the target's synaptic current. Before the source's
first spike the states relax from time zero.
"""

import numpy as np

from simcore.fastmath import exp
from simcore.parameter import Param, State
from simcore.synapses._base import SynapseModel

PARAMETERS = {
    "U": Param(0.5, "", "share of 1 - u that a spike adds to u", low=0.0, high=1.0),
    "tau_psc": Param(3.0, "ms", "time constant of the postsynaptic current", above=0.0),
    "tau_rec": Param(800.0, "ms", "time constant of recovery from depression", above=0.0),
    "tau_fac": Param(0.0, "ms", "time constant of facilitation; 0 switches it off", low=0.0),
}
STATE = {
    "x": State("", "recovered share of the resource", start=1.0, low=0.0, high=1.0),
    "y": State("", "active share of the resource", low=0.0, high=1.0),
    "u": State("", "release probability", low=0.0, high=1.0),
}


def inactivated(elapsed, tau_psc, tau_rec):
    """Share of what was active `elapsed` ms ago that is inactive now.

    It is ``(exp(-t / tau_psc) - exp(-t / tau_rec)) tau_rec / (tau_psc - tau_rec)``; where both time constants are nearly equal,
    its series loses no digits.
    """
    difference = tau_psc - tau_rec
    if abs(difference) > 1e-3 * tau_psc:
        return (exp(-elapsed / tau_psc) - exp(-elapsed / tau_rec)) * tau_rec / difference
    z = difference / tau_rec * (elapsed / tau_psc)
    series = 1.0 + z / 2.0 * (1.0 + z / 3.0 * (1.0 + z / 4.0 * (1.0 + z / 5.0 * (1.0 + z / 6.0))))
    return elapsed / tau_psc * exp(-elapsed / tau_rec) * series


def on_spike(weight, elapsed, x, y, u, U, tau_psc, tau_rec, tau_fac):
    """Relax x, y and u over the time since the previous spike, then send ``u x weight``."""
    active, inactive = exp(-elapsed / tau_psc), inactivated(elapsed, tau_psc, tau_rec)
    x = x + (1.0 - x - y) * (1.0 - exp(-elapsed / tau_rec)) + y * (1.0 - active - inactive)
    u = u * exp(-elapsed / tau_fac) if tau_fac > 0.0 else 0.0
    u = u + U * (1.0 - u)
    released = u * x
    return released * weight, x - released, y * active + released, u


def check(p):
    """The shares of the resource add up to one with what is inactive."""
    return "x + y must be <= 1" if np.any(np.add(p["x"], p["y"]) > 1.0) else None


MODEL = SynapseModel("tsodyks_synapse", PARAMETERS, STATE, on_spike, check=check)
