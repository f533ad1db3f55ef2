"""DeviceModel: what a stimulator's file declares."""

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from simcore.errors import ParameterError
from simcore.parameter import Param
from simcore.tables import ModelTable
from simcore.timegrid import TimeGrid, steps_up

__all__ = ["WINDOW", "DeviceModel", "Draws", "times_in_steps", "window_steps"]

# Parameters that every stimulator has.
WINDOW = {
    "start": Param(0.0, "ms", "time at which it starts, counted from origin", low=0.0),
    "stop": Param(float("inf"), "ms", "time at which it stops, counted from origin", low=0.0, infinite=True),
    "origin": Param(0.0, "ms", "time from which start and stop are counted", low=0.0),
}

_FAR = 2**62

# An odd number with many bits: its multiples are seeds that lie far from each other.
_MIX = 0x9E3779B97F4A7C15


# Of stamps after start and after stop, in steps: the first and the last at which a stimulator acts.
_ACTING = {"current": (0, -1), "noise": (0, -1), "counts": (2, 1), "train": (1, 0)}


@dataclass(frozen=True)
class Draws:
    """Random numbers of one stimulator: functions of the seed, the stimulator, a key and a position alone.

    Parameters
    ----------
    seed : int
        Seed of the simulation.
    device : int
        Number of the node.
    zero : int
        Step from which the device counts its time: a time that begins anew has numbers of its own.

    Examples
    --------
    >>> draws = Draws(seed=1, device=3)
    >>> bool((draws.uniforms([5, 7], 2)[1] == draws.uniforms([7], 2)).all())
    True
    """

    seed: int
    device: int
    zero: int = 0

    def uniforms(self, keys: Any, n: int, *, first: Any = 0) -> np.ndarray:
        """Uniform numbers in (0, 1): for each key a row of `n`, from position `first` of the endless row of that key.

        Parameters
        ----------
        keys : array_like of int64, shape (k,)
            What they are for: steps, tics or counts, of any sign.
        n : int
            Length of a row.
        first : int or array_like of int, shape (k,)
            Positions, below 2**32, at which the rows begin.

        Returns
        -------
        values : ndarray of float64, shape (k, n)
        """
        from simcore.random import Purpose, uniforms

        keys = np.asarray(keys, dtype=np.int64)
        places = np.broadcast_to(first, keys.shape)[:, None] + np.arange(n)
        ids = ((keys & 0xFFFFFFFF)[:, None] << 32) | places
        out, seed = np.empty(ids.shape), (self.seed + self.zero * _MIX) % 2**64
        for high in np.unique(keys >> 32):
            some = keys >> 32 == high
            values = uniforms(seed, Purpose.DEVICES + self.device, ids[some].reshape(-1), counter=int(high) & 0xFFFFFFFF)
            out[some] = values.reshape(-1, n)
        return out


@dataclass(frozen=True, repr=False)
class DeviceModel(ModelTable):
    """A stimulator: its parameters, and a pure scalar function of time.

    Arguments of ``value`` are found by name: ``now`` (whole steps; the device's own time, before the connection's delay),
    ``dt`` (ms), a name that ``constants`` returned (a number or an array), or a parameter. A current at the time ``now`` has
    the stamp ``now``; spikes are drawn for the step from ``now`` to ``now + 1`` and have the stamp ``now + 1``.

    Parameters
    ----------
    name : str
        Name under which it is created.
    emits : {"current", "noise", "counts", "train"}
        ``"current"``: ``value(...)`` is the current in pA, one for all targets. ``"noise"``: ``value(normal, ...)`` is a
        current drawn for each target every ``interval_steps`` (a constant) from a standard normal number. ``"counts"``:
        ``value(...)`` is a rate in Hz; each target gets its own Poisson number of spikes a step, none if the rate is
        negative. ``"train"``: ``train(p, grid)`` lists the spikes, which all targets get, through synapses of any model.
    parameters : dict of str to Param
        Its parameters; `WINDOW` is added.
    value : callable, optional
        The scalar function.
    constants : callable, optional
        ``constants(p, grid) -> dict``: computed once for one node from its parameters.
    train : callable, optional
        ``train(p, grid) -> (stamps, counts, factors)``: stamps in steps, ascending, number of spikes at each, factor on the
        weights; it heeds its window itself (`stamps`). A random train takes a third argument named ``draws``: see `Draws`.
    check : callable, optional
        ``check(p, grid)`` returns None, or a sentence that says what is wrong.
    copies : callable, optional
        With ``"counts"``: ``copies(p)`` is the probability with which each target gets each spike of one hidden Poisson train
        of the device (1: all get this train), or None if each target has a train of its own.
    acting : tuple of int, optional
        First and last stamp at which it acts, in steps after ``start`` and after ``stop``; None is (0, -1) for currents,
        (2, 1) for counts and (1, 0) for trains.
    taken : callable, optional
        ``taken(before, given, grid, now)`` returns, as a dictionary, the parameters that become others than those `given` at
        the device's time `now` (steps) to a node that had those `before`.
    held : callable, optional
        ``held(p, grid, now)``: the number that a device with a schedule goes on with when it is given another at its time `now`
        (steps). ``constants`` finds it as ``p["held"]``, and this time as ``p["since"]``: what is due until then is over.
    recordables : dict of str to (str, callable), optional
        What else can be recorded, at any time: name to (unit, scalar function with arguments as those of ``value``). The
        current ``"I"`` of a device that sends one always can.

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
    copies: Callable | None = None
    acting: tuple[int, int] | None = None
    taken: Callable | None = None
    held: Callable | None = None
    recordables: Mapping[str, tuple[str, Callable]] = field(default_factory=dict)
    _table: dict[str, Param] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.emits not in _ACTING:
            raise ParameterError(f"{self.name}: emits", got=self.emits, expected="current, noise, counts or train")
        if (self.train if self.emits == "train" else self.value) is None:
            raise ParameterError(f"{self.name}", got=None, expected="a function train (if it emits a train) or value")
        if self.copies is not None and self.emits != "counts":
            raise ParameterError(f"{self.name}: copies", got=self.copies, expected="none, since it emits no counts")
        if self.acting is not None and [type(shift) for shift in self.acting] != [int, int]:
            raise ParameterError(f"{self.name}: acting", got=self.acting, expected="two whole numbers of steps")
        if self.is_source and self.recordables:
            raise ParameterError(
                f"{self.name}: recordables", got=list(self.recordables), expected="none, since it has no value"
            )
        if self.sends_current and "I" in self.recordables:
            raise ParameterError(f"{self.name}: recordables", got="I", expected="other names: I is the current that it sends")
        if self.held is not None and {"since", "held"} & self.parameters.keys():
            raise ParameterError(f"{self.name}: parameters", got=list(self.parameters), expected="none called since or held")
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

    @property
    def sends_current(self) -> bool:
        """Whether it sends a current, and no spikes."""
        return self.emits in ("current", "noise")

    @functools.cached_property
    def is_random_train(self) -> bool:
        """Whether ``train`` draws its spikes."""
        return self.train is not None and "draws" in inspect.signature(self.train).parameters

    @property
    def recordable_units(self) -> dict[str, str]:
        """Name to unit of all that can be recorded besides spikes."""
        current = {"I": "pA"} if self.sends_current else {}
        return current | {name: unit for name, (unit, _) in self.recordables.items()}

    def _notes(self) -> list[str]:
        names = [*([] if self.sends_current else ["spikes"]), *self.recordable_units]
        return [f"can be recorded: {', '.join(names)}"]

    def defaults(self) -> dict[str, Any]:
        """Default value of each parameter."""
        return {name: p.default for name, p in self._table.items()}

    def changed(self, before: Mapping[str, Any], given: Mapping[str, Any], grid: TimeGrid, *, now: int) -> dict[str, Any]:
        """Parameters of a node that had those `before` (a new one: its defaults) and is `given` some at its step `now`."""
        p = {**before, **given}
        if self.taken is not None:
            p |= self.taken(before, given, grid, now)
        if self.held is not None:
            p |= {"since": now, "held": self.held(before, grid, now)}
        return p

    def stamps(self, p: Mapping[str, Any], grid: TimeGrid) -> tuple[int, int]:
        """First and last stamp at which it acts, in steps."""
        first, last = window_steps(p, grid)
        after_start, after_stop = self.acting or _ACTING[self.emits]
        return max(first + after_start, 1), last + after_stop


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
    >>> from simcore.timegrid import TimeGrid, steps_up
    >>> window_steps({"start": 1.0, "stop": 2.0, "origin": 0.5}, TimeGrid(0.1))
    (15, 25)
    """
    first = grid.steps(p["start"] + p["origin"], "start")
    last = _FAR if np.isinf(p["stop"]) else grid.steps(p["stop"] + p["origin"], "stop")
    return first, last


def times_in_steps(times: Any, grid: TimeGrid, where: str, *, off_grid: bool) -> np.ndarray:
    """Times [ms] in steps; those off the grid are refused, or moved to its next point if that is allowed.

    Parameters
    ----------
    times : array_like of float, shape (n,)
    grid : TimeGrid
    where : str
        Start of the message if one is refused.
    off_grid : bool
        Whether times off the grid are allowed.

    Returns
    -------
    steps : ndarray of int64, shape (n,)

    Examples
    --------
    >>> times_in_steps([1.0, 1.04, 1.1], TimeGrid(0.1), "spike_times", off_grid=True)
    array([10, 11, 11])
    """
    if not off_grid:
        return grid.steps_exact(times, where)
    return steps_up(np.asarray(times, dtype=np.float64), grid.dt)
