"""Schedules: values that hold from given times on."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from simcore.devices._base import times_in_steps
from simcore.timegrid import TimeGrid

__all__ = ["level_at", "levels", "wrong_times"]


def levels(p: Mapping[str, Any], times: str, values: str, grid: TimeGrid, *, where: str) -> dict[str, np.ndarray]:
    """Steps at which a value changes, and the values: first the one that is held since the schedule was given.

    Parameters
    ----------
    p : mapping
        Parameters of the device.
    times, values : str
        Which of them is the schedule: times [ms], and the value from each on.
    grid : TimeGrid
    where : str
        Start of the message if a time is off the grid.

    Returns
    -------
    constants : dict
        ``change_steps`` (int64, ascending) and ``levels`` (float64).
    """
    steps, since = _steps(p, times, grid, where), p.get("since", 0)
    to_come = steps > since
    return {
        "change_steps": np.concatenate([[np.iinfo(np.int64).min], steps[to_come]]).astype(np.int64),
        "levels": np.concatenate([[p.get("held", 0.0)], np.asarray(p[values], dtype=np.float64)[to_come]]),
    }


def level_at(constants: Mapping[str, np.ndarray], step: int) -> float:
    """The value that holds at a step, of what `levels` returned."""
    return float(constants["levels"][np.searchsorted(constants["change_steps"], step, side="right") - 1])


def wrong_times(p: Mapping[str, Any], times: str, values: str, grid: TimeGrid, *, where: str) -> str | None:
    """What is wrong with a schedule, or None."""
    if len(p[times]) != len(p[values]):
        return f"{times} and {values} must have the same length"
    steps = _steps(p, times, grid, where)
    return f"{times} must increase from one grid point to a later one" if np.any(np.diff(steps) <= 0) else None


def _steps(p: Mapping[str, Any], times: str, grid: TimeGrid, where: str) -> np.ndarray:
    return times_in_steps(p[times], grid, f"{where}: {times}", off_grid=p["allow_offgrid_times"])
