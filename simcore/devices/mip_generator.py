"""mip_generator: correlated spike trains, copies of one Poisson process from which spikes are left out at random.

Source: Kuhn, Aertsen & Rotter 2003, doi:10.1162/089976603321043702 (multiple interaction process).
"""

from simcore.devices._base import DeviceModel
from simcore.devices._rates import too_high
from simcore.parameter import Param

PARAMETERS = {
    "rate": Param(0.0, "Hz", "mean rate of the hidden process", low=0.0),
    "p_copy": Param(1.0, "", "probability with which each target gets each spike of the hidden process", low=0.0, high=1.0),
}


def value(rate):
    """The rate of the hidden process, at any time of the window."""
    return rate


def copies(p):
    """Share of the hidden process that each target gets."""
    return p["p_copy"]


def check(p, grid):
    """Bound the spikes of one step."""
    return too_high("rate", p["rate"], grid)


MODEL = DeviceModel("mip_generator", "counts", PARAMETERS, value=value, check=check, copies=copies)
