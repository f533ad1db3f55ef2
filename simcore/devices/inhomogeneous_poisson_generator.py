"""inhomogeneous_poisson_generator: Poisson spikes at a rate that changes at given times, a train for each target."""

import numpy as np

from simcore.devices._base import DeviceModel, times_in_steps
from simcore.devices._rates import too_high
from simcore.parameter import Param

PARAMETERS = {
    "rate_times": Param((), "ms", "times at which the rate changes: positive, increasing, on the grid", above=0.0),
    "rate_values": Param((), "Hz", "rate from each of these times on; negative ones count as 0"),
    "allow_offgrid_times": Param(False, "", "round times off the grid to its next point"),
}


def constants(p, grid):
    """Times in steps, with a first one at which the rate is zero."""
    where = "inhomogeneous_poisson_generator: rate_times"
    steps = times_in_steps(p["rate_times"], grid, where, off_grid=p["allow_offgrid_times"])
    return {
        "change_steps": np.concatenate([[np.iinfo(np.int64).min], steps]).astype(np.int64),
        "levels": np.concatenate([[0.0], p["rate_values"]]),
    }


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
    if len(p["rate_times"]) != len(p["rate_values"]):
        return "rate_times and rate_values must have the same length"
    steps = constants(p, grid)["change_steps"]
    if np.any(steps[1:] <= steps[:-1]):
        return "rate_times must increase from one grid point to a later one"
    return too_high("rate_values", np.max(p["rate_values"], initial=0.0), grid)


MODEL = DeviceModel("inhomogeneous_poisson_generator", "counts", PARAMETERS, value=value, constants=constants, check=check)
