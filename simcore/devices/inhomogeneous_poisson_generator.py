"""inhomogeneous_poisson_generator: Poisson spikes at a rate that changes at given times, a train for each target."""

import numpy as np

from simcore.devices._base import DeviceModel
from simcore.devices._rates import too_high
from simcore.devices._schedules import level_at, levels, wrong_times
from simcore.parameter import Param

PARAMETERS = {
    "rate_times": Param((), "ms", "times at which the rate changes: positive, increasing, on the grid", above=0.0),
    "rate_values": Param((), "Hz", "rate from each of these times on; negative ones count as 0"),
    "allow_offgrid_times": Param(False, "", "round times off the grid to its next point"),
}


def constants(p, grid):
    """Times in steps, with a first one from which on the rate holds that was there before; of a new generator it is zero."""
    return levels(p, "rate_times", "rate_values", grid, where="inhomogeneous_poisson_generator")


def held(p, grid, now):
    """The rate that goes on when the schedule is replaced."""
    return level_at(constants(p, grid), now)


def value(now, change_steps, levels):
    """The rate that holds at the stamp of the step, its right end: bisection."""
    low, high = 0, change_steps.size - 1
    while low < high:
        middle = (low + high + 1) >> 1
        if change_steps[middle] <= now + 1:
            low = middle
        else:
            high = middle - 1
    return levels[low]


def check(p, grid):
    """As many values as times, times that increase, and bounded rates."""
    wrong = wrong_times(p, "rate_times", "rate_values", grid, where="inhomogeneous_poisson_generator")
    return wrong or too_high("rate_values", np.max(p["rate_values"], initial=0.0), grid)


MODEL = DeviceModel(
    "inhomogeneous_poisson_generator", "counts", PARAMETERS, value=value, constants=constants, check=check, held=held
)  # fmt: skip
