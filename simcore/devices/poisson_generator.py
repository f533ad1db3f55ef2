"""poisson_generator: Poisson spikes at a constant rate, an independent train for each target."""

from simcore.devices._base import DeviceModel
from simcore.devices._rates import too_high
from simcore.parameter import Param


def value(rate):
    """The rate, at any time of the window."""
    return rate


def check(p, grid):
    """Bound the spikes of one step."""
    return too_high("rate", p["rate"], grid)


MODEL = DeviceModel(
    "poisson_generator", "counts", {"rate": Param(0.0, "Hz", "mean firing rate", low=0.0)}, value=value, check=check
)
