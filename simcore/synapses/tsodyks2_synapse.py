"""tsodyks2_synapse: short-term depression and facilitation.

Tsodyks, Uziel & Markram 2000 (doi:10.1523/JNEUROSCI.20-01-j0003.2000), equations of Maass & Markram 2002
(doi:10.1016/S0893-6080(01)00144-7): the resource x recovers towards 1, the release probability u relaxes towards U. The first
spike finds x and u as they were given; u starts at 0.5 whatever U is, as in NEST.
"""

import math

from simcore.fastmath import exp
from simcore.parameter import Param, State
from simcore.synapses._base import SynapseModel

PARAMETERS = {
    "U": Param(0.5, "", "release probability at rest, and share of 1 - u that a spike adds to it", low=0.0, high=1.0),
    "tau_rec": Param(800.0, "ms", "time constant of recovery from depression", above=0.0),
    "tau_fac": Param(0.0, "ms", "time constant of facilitation; 0 switches it off", low=0.0),
}
STATE = {
    "x": State("", "available share of the resource", start=1.0, low=0.0, high=1.0),
    "u": State("", "release probability", start=0.5, low=0.0, high=1.0),
}


def on_spike(weight, interval, x, u, U, tau_rec, tau_fac):
    """Relax x and u over the interval since the previous spike, if there was one, then send ``x u weight``."""
    started = interval < math.inf
    recovered = 1.0 + (x - x * u - 1.0) * exp(-interval / tau_rec)
    facilitated = U + u * (1.0 - U) * exp(-interval / tau_fac) if tau_fac > 0.0 else U
    x = recovered if started else x
    u = facilitated if started else u
    return x * u * weight, x, u


MODEL = SynapseModel("tsodyks2_synapse", PARAMETERS, STATE, on_spike)
