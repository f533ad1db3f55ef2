"""step_current_generator: a current that changes at given times."""

from simcore.devices._base import DeviceModel
from simcore.devices._schedules import level_at, levels, wrong_times
from simcore.parameter import Param

PARAMETERS = {
    "amplitude_times": Param((), "ms", "times at which the current changes: positive, increasing, on the grid", above=0.0),
    "amplitude_values": Param((), "pA", "current from each of these times on"),
    "allow_offgrid_times": Param(False, "", "round times off the grid to its next point"),
}


def constants(p, grid):
    """Times in steps, with a first one from which on the current holds that was there before; of a new generator it is zero."""
    return levels(p, "amplitude_times", "amplitude_values", grid, where="step_current_generator")


def held(p, grid, now):
    """The current that goes on when the schedule is replaced."""
    return level_at(constants(p, grid), now)


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
    return wrong_times(p, "amplitude_times", "amplitude_values", grid, where="step_current_generator")


MODEL = DeviceModel(
    "step_current_generator", "current", PARAMETERS, value=value, constants=constants, check=check, held=held
)  # fmt: skip
