"""DeviceModel: what a stimulator's file declares."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from simcore.errors import ParameterError
from simcore.parameter import Param
from simcore.tables import ModelTable
from simcore.timegrid import TimeGrid

__all__ = ["WINDOW", "DeviceModel", "window_steps"]

# Parameters that every stimulator has.
WINDOW = {
    "start": Param(0.0, "ms", "time at which it starts, counted from origin"),
    "stop": Param(float("inf"), "ms", "time at which it stops, counted from origin", infinite=True),
    "origin": Param(0.0, "ms", "time from which start and stop are counted"),
}

_FAR = 2**62


@dataclass(frozen=True, repr=False)
class DeviceModel(ModelTable):
    """A stimulator: its parameters, and a pure scalar function of time.

    Arguments of ``value`` are found by name: ``now`` (whole steps; the device's own time, before the connection's delay),
    ``dt`` (ms), a name that ``constants`` returned (a number or an array), or a parameter.

    Parameters
    ----------
    name : str
        Name under which it is created.
    emits : {"current", "noise", "counts", "train"}
        ``"current"``: ``value(...)`` is the current in pA, one for all targets. ``"noise"``: ``value(normal, ...)`` is a
        current drawn for each target every ``interval_steps`` (a constant) from a standard normal number. ``"counts"``:
        ``value(...)`` is a rate in Hz; each target gets its own Poisson number of spikes a step. ``"train"``:
        ``train(p, grid)`` lists the spikes.
    parameters : dict of str to Param
        Its parameters; `WINDOW` is added.
    value : callable, optional
        The scalar function.
    constants : callable, optional
        ``constants(p, grid) -> dict``: computed once for one node from its parameters.
    train : callable, optional
        ``train(p, grid) -> (stamps, counts, factors)``: stamps in steps, number of spikes at each, factor on the weights.
    check : callable, optional
        ``check(p, grid)`` returns None, or a sentence that says what is wrong.

    Examples
    --------
    >>> def ramp(now, dt, slope):
    ...     return slope * now * dt
    >>> DeviceModel("ramp", "current", {"slope": Param(1.0, "pA/ms", "rate of rise")}, value=ramp).name
    'ramp'
    """

    name: str
    emits: str
    parameters: Mapping[str, Param]
    value: Callable | None = None
    constants: Callable | None = None
    train: Callable | None = None
    check: Callable | None = None
    _table: dict[str, Param] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.emits not in ("current", "noise", "counts", "train"):
            raise ParameterError(f"{self.name}: emits", got=self.emits, expected="current, noise, counts or train")
        if (self.train if self.emits == "train" else self.value) is None:
            raise ParameterError(f"{self.name}", got=None, expected="a function train (if it emits a train) or value")
        self._table.update({**WINDOW, **self.parameters})

    @property
    def settable(self) -> dict[str, Param]:
        """All parameters, with those of the window."""
        return self._table

    @property
    def takes_current(self) -> bool:
        """Stimulators take no input."""
        return False

    @property
    def is_source(self) -> bool:
        """Whether its spikes travel through synapses of any model, like a neuron's."""
        return self.emits == "train"

    def defaults(self) -> dict[str, Any]:
        """Default value of each parameter."""
        return {name: p.default for name, p in self._table.items()}


def window_steps(p: Mapping[str, Any], grid: TimeGrid) -> tuple[int, int]:
    """First and last time of the window in steps, origin included; the last is huge if it never stops.

    Parameters
    ----------
    p : mapping
        Values of `WINDOW`'s parameters: ``start``, ``stop`` and ``origin`` [ms].
    grid : TimeGrid
        Steps of the simulation.

    Returns
    -------
    first, last : int

    Examples
    --------
    >>> from simcore.timegrid import TimeGrid
    >>> window_steps({"start": 1.0, "stop": 2.0, "origin": 0.5}, TimeGrid(0.1))
    (15, 25)
    """
    first = grid.steps(p["start"] + p["origin"], "start")
    last = _FAR if np.isinf(p["stop"]) else grid.steps(p["stop"] + p["origin"], "stop")
    return first, last
