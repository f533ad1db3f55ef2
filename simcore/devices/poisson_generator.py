"""poisson_generator: Poisson spikes at a constant rate, an independent train for each target."""

from simcore.devices._base import DeviceModel
from simcore.parameter import Param

# Spikes are drawn one by one, so a step must not hold more of them than a step's time allows.
_MOST_A_STEP = 1e5


def value(rate):
    """The rate, at any time of the window."""
    return rate


def check(p, grid):
    """Bound the spikes of one step."""
    highest = _MOST_A_STEP / (grid.dt * 1e-3)
    return f"rate must be at most {highest:g} Hz ({_MOST_A_STEP:g} spikes a step)" if p["rate"] > highest else None


MODEL = DeviceModel(
    "poisson_generator", "counts", {"rate": Param(0.0, "Hz", "mean firing rate", low=0.0)}, value=value, check=check
)
