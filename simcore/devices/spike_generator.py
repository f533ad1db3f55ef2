"""spike_generator: spikes at given times."""

import numpy as np

from simcore.devices._base import DeviceModel, times_in_steps, window_steps
from simcore.errors import ParameterError
from simcore.parameter import Param

PARAMETERS = {
    "spike_times": Param((), "ms", "times of the spikes: positive, in ascending order, on the grid", low=0.0),
    "spike_weights": Param((), "", "factor on the weight of each spike; none: all 1"),
    "spike_multiplicities": Param((), "", "number of spikes at each time; none: all 1", low=0.0),
    "allow_offgrid_times": Param(False, "", "round times off the grid to its next point"),
    "shift_now_spikes": Param(False, "", "move spikes that are given for the present time to the next step"),
}


def _stamps(p, grid):
    where = "spike_generator: spike_times"
    return times_in_steps(p["spike_times"], grid, where, off_grid=p["allow_offgrid_times"])


def taken(before, given, grid, now):
    """Times on the grid; those of the present step are moved to the next one if that is wanted."""
    p = {**before, **given}
    if "spike_times" in given or len(p["spike_times"]) == 0:
        stamps = _stamps(p, grid)
        is_now = p["shift_now_spikes"] & (stamps + grid.steps(p["origin"], "origin") == now)
        return {"spike_times": grid.times(stamps + is_now)}
    for name in ("allow_offgrid_times", "shift_now_spikes"):
        if p[name] != before[name]:
            raise ParameterError(f"spike_generator: {name}", got=p[name], expected="to be set together with spike_times")
    return {}


def train(p, grid):
    """Spikes after the start and not after the stop; all times count from the origin."""
    stamps = _stamps(p, grid)
    counts = np.asarray(p["spike_multiplicities"] if len(p["spike_multiplicities"]) else np.ones(stamps.size)).astype(np.int64)
    factors = np.asarray(p["spike_weights"] if len(p["spike_weights"]) else np.ones(stamps.size), dtype=np.float64)
    stamps = stamps + grid.steps(p["origin"], "origin")
    first, last = window_steps(p, grid)
    keep = (stamps > first) & (stamps <= last) & (counts > 0)
    return stamps[keep], counts[keep], factors[keep]


def check(p, grid):
    """Times ascend and are positive; weights and multiplicities are as many."""
    n = len(p["spike_times"])
    for name in ("spike_weights", "spike_multiplicities"):
        if len(p[name]) not in (0, n):
            return f"{name} must be empty or as long as spike_times ({n})"
    if np.any(np.diff(p["spike_times"]) < 0):
        return "spike_times must be in ascending order"
    if np.any(_stamps(p, grid) < 1) and not p["shift_now_spikes"]:
        return "spike_times must be positive (or set shift_now_spikes)"
    whole = np.asarray(p["spike_multiplicities"], dtype=np.float64)
    return "spike_multiplicities must be whole numbers" if np.any(whole != np.rint(whole)) else None


MODEL = DeviceModel("spike_generator", "train", PARAMETERS, train=train, check=check, taken=taken)
