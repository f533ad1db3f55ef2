"""step_current_generator: a current that changes at given times."""

import numpy as np

from simcore.devices._base import DeviceModel, times_in_steps
from simcore.parameter import Param

PARAMETERS = {
    "amplitude_times": Param((), "ms", "times at which the current changes: positive, increasing, on the grid", above=0.0),
    "amplitude_values": Param((), "pA", "current from each of these times on"),
    "allow_offgrid_times": Param(False, "", "round times off the grid to its next point"),
}


def constants(p, grid):
    """Times in steps, with a first one at which the current is zero."""
    where = "step_current_generator: amplitude_times"
    steps = times_in_steps(p["amplitude_times"], grid, where, off_grid=p["allow_offgrid_times"])
    return {
        "change_steps": np.concatenate([[np.iinfo(np.int64).min], steps]).astype(np.int64),
        "levels": np.concatenate([[0.0], p["amplitude_values"]]),
    }


def value(now, change_steps, levels):
    """The level of the last change: bisection."""
    low, high = 0, change_steps.size - 1
    while low < high:
        middle = (low + high + 1) >> 1
        if change_steps[middle] <= now:
            low = middle
        else:
            high = middle - 1
    return levels[low]


def check(p, grid):
    """As many values as times, and times that increase."""
    if len(p["amplitude_times"]) != len(p["amplitude_values"]):
        return "amplitude_times and amplitude_values must have the same length"
    steps = constants(p, grid)["change_steps"]
    return "amplitude_times must increase from one grid point to a later one" if np.any(steps[1:] <= steps[:-1]) else None


MODEL = DeviceModel("step_current_generator", "current", PARAMETERS, value=value, constants=constants, check=check)
