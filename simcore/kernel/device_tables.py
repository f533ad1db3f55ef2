"""Tables of the kernels of stimulators: when each acts, with which parameters, and where its arrays lie."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.description import DevicePopulation
from simcore.devices import DeviceModel
from simcore.kernel.blocks import NO_GUIDE, DeviceEdges
from simcore.kernel.device_kernel import Link, device_kernel, needed_constants
from simcore.kernel.generate import modules_of
from simcore.random import Purpose, seed_words
from simcore.timegrid import TimeGrid

if TYPE_CHECKING:
    from simcore.kernel.engine import Engine

__all__ = ["DeviceTable", "Period", "device_table", "periods", "probing_edges"]


@dataclass(frozen=True)
class Period:
    """Time before the delay, from `first` to ``last - 1``, in which a device acts with some parameters.

    Its draws begin at `phase`; the times among its parameters count from `zero`.
    """

    parameters: dict[str, Any]
    phase: int
    first: int
    last: int
    zero: int

    def within(self, since: int, until: int, model: DeviceModel) -> "Period":
        """The part of it in which a stimulator sends from a step until before another."""
        early = _earliness(model)
        return replace(self, first=max(self.first, since + early), last=min(self.last, until + early))


@dataclass(frozen=True)
class DeviceTable:
    """A kernel's address and its table, with the arrays that the table points to."""

    kernel: int
    words: np.ndarray
    kept: tuple[Any, ...]

    @property
    def task(self) -> list[int]:
        """A row of `simcore.kernel.layout.Task`."""
        return [self.kernel, self.words.ctypes.data]


def periods(group: DevicePopulation, node: int, grid: TimeGrid, *, heeds_window: bool = True) -> list[Period]:
    """When a stimulator acts with which of its parameters, past and present.

    Parameters
    ----------
    group : DevicePopulation
    node : int
        Position of the stimulator in it.
    grid : TimeGrid
    heeds_window : bool
        Whether it acts in its window only.
    """
    model = group.model
    early = _earliness(model)
    found = []
    for begin, end, parameters, zero in group.periods(node):
        first, last = model.stamps(parameters, grid) if heeds_window else (1 - zero, end + 1 - zero)
        phase = zero + first - 1 + early
        found.append(Period(parameters, phase, max(phase, begin + early), min(zero + last + early, end + early), zero))
    return (
        [piece for k in range(len(found)) for piece in _with_held(model, found, k, grid)] if model.emits == "noise" else found
    )


def _earliness(model: DeviceModel) -> int:
    """By how much a step is before the own time of a current, its stamp; that of spikes is the step (see docs/time_grid.md)."""
    return 1 if model.sends_current else 0


def _with_held(model: DeviceModel, found: list[Period], k: int, grid: TimeGrid) -> list[Period]:
    """A period of noise; what was drawn before it began, with earlier parameters, holds until the next draw."""
    own = found[k]
    every = _interval(model, own, grid)
    drawn = own.first - (own.first - own.phase) % every
    for before in found[:k]:
        same_rhythm = before.phase == own.phase and _interval(model, before, grid) == every
        if drawn < own.first and same_rhythm and before.first <= drawn < before.last:
            held = replace(before, first=own.first, last=min(drawn + every, own.last))
            return [held, replace(own, first=drawn + every)]
    return [own]


def _interval(model: DeviceModel, period: Period, grid: TimeGrid) -> int:
    values = {**period.parameters, **(model.constants(period.parameters, grid) if model.constants else {})}
    return int(values["interval_steps"])


def device_table(
    engine: "Engine", edges: DeviceEdges, row: np.ndarray, model: DeviceModel, period: Period, *, name: str | None = None
) -> DeviceTable:
    """The table of some edges in one period.

    Parameters
    ----------
    engine : Engine
    edges : DeviceEdges
    row : ndarray of float64
        What it adds to.
    model : DeviceModel
    period : Period
    name : str, optional
        One of the model's recordables, to add its value in the place of what the device sends.
    """
    p = period.parameters
    values = {**p, **(model.constants(p, engine.grid) if model.constants else {})}
    copied = model.copies(p) if model.copies else None
    function = model.value if name is None else model.recordables[name][1]
    assert function is not None  # only devices without a train come here
    kind = "current" if name is not None else model.emits if copied is None else "copies"
    needed = needed_constants(function, kind)
    kept = {n: np.ascontiguousarray(values[n]) for n in needed if np.ndim(values[n])}
    integers = tuple(n for n, array in kept.items() if array.dtype.kind == "i")
    module = _kernel(modules_of(model, engine.kernels), function, tuple(kept), integers, kind, model.name)
    scalars = np.array([engine.grid.dt, *(float(values[n]) for n in needed if n not in kept)])
    words = _words(edges, row, period, engine.seed)
    words[Link.SCALARS_AT] = _at(scalars)
    words[Link.COPIED] = np.float64(0.0 if copied is None else copied).view(np.int64)
    tail = [word for array in kept.values() for word in (_at(array), array.size)]
    words = np.concatenate([words, np.array(tail, dtype=np.int64)])
    return DeviceTable(module.kernel.address, words, (edges, row, scalars, kept))


def _words(edges: DeviceEdges, row: np.ndarray, period: Period, seed: int) -> np.ndarray:
    """What does not depend on the model's function."""
    words = np.zeros(Link.WORDS, dtype=np.int64)
    words[Link.N], words[Link.TARGETS_AT], words[Link.WEIGHTS_AT] = edges.targets.size, _at(edges.targets), _at(edges.weights)
    words[Link.ROW_AT], words[Link.DELAY], words[Link.PHASE] = _at(row), edges.delay, period.phase
    words[Link.FIRST], words[Link.LAST], words[Link.ZERO] = period.first, period.last, period.zero
    words[Link.NUMBERS_AT], words[Link.HELD_AT] = _at(edges.numbers), _at(edges.held)
    words[Link.PROJECTION], words[Link.PURPOSE] = edges.projection, Purpose.DEVICES + edges.device
    words[Link.KEY_0], words[Link.KEY_1] = (int(word) for word in seed_words(seed))
    words[Link.STATE_AT], words[Link.THRESHOLDS_AT] = _at(edges.state), _at(edges.thresholds)
    words[Link.GUIDE_AT], words[Link.HAS_GUIDE] = _at(edges.guide), edges.guide is not NO_GUIDE
    words[Link.IS_DENSE] = int(np.array_equal(edges.targets, np.arange(row.size)))
    return words


def probing_edges(device: int, projection: int, numbers: np.ndarray, weight: float) -> DeviceEdges:
    """Edges without delay from a stimulator to one place, which draw what edges with their numbers draw."""
    n = numbers.size
    return DeviceEdges(
        device, 0, np.zeros(n, dtype=np.int32), np.full(n, weight), numbers, projection,
        held=np.zeros(2 * n, dtype=np.float64), state=np.array([-1, 0, 0, 0], dtype=np.int64),
        thresholds=np.zeros(64, dtype=np.uint32), guide=NO_GUIDE,
    )  # fmt: skip


def _kernel(modules: dict[tuple[Any, ...], Any], function: Callable, *choice: Any) -> Any:
    """The module of a generated kernel, made once for each function and choice."""
    key = (device_kernel, id(function), *choice)
    if key not in modules:
        modules[key] = device_kernel(function, *choice)
    return modules[key]


def _at(array: np.ndarray) -> int:
    return array.ctypes.data
