"""Points one after the other, each at least so far from all before: random sequential addition with a list of cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcore.compile import compiled, compiled_inner

__all__ = ["Packing", "packed"]

# Candidates for each wanted point before the search is given up, and for few points together.
_TRIES = 300
_LEAST_TRIES = 100_000
_FEWEST = 4096
_MOST = 1 << 20

# Share of a plane and of space that equal disks and balls can cover at most (Thue 1910; Hales 2005,
# doi:10.4007/annals.2005.162.1065).
_DENSEST = {2: np.pi / np.sqrt(12.0), 3: np.pi / np.sqrt(18.0)}


class Packing:
    """Points that keep a distance, kept in cells so that only neighbours are compared."""

    def __init__(self, shape: Any, distance: float, room: int) -> None:
        low, high = shape.bounds
        self._ndim = shape.ndim
        extent = np.ones(3)
        extent[: self._ndim] = high - low
        self._low = np.zeros(3)
        self._low[: self._ndim] = low
        self._period = np.zeros(3)
        if shape.periodic:
            self._period[: self._ndim] = high - low
        side = max(distance, float(np.prod(extent[: self._ndim]) / (4 * max(room, 1))) ** (1 / self._ndim))
        self._cells = np.ones(3, dtype=np.int64)
        self._cells[: self._ndim] = np.maximum(np.floor((high - low) / side), 1)
        self._per_length = self._cells / extent
        self._first = np.full(int(np.prod(self._cells)), -1, dtype=np.int32)
        self._next = np.empty(room, dtype=np.int32)
        self._points = np.empty((room, 3))
        # A little more than asked, so that distances computed in another way are not below it by their rounding.
        self._least = (distance * (1.0 + 1e-12)) ** 2
        self.size = 0

    @property
    def points(self) -> NDArray[np.float64]:
        """All points, in the order in which they came; shape (size, ndim)."""
        return self._points[: self.size, : self._ndim]

    def add(self, candidates: NDArray[np.float64], *, check: bool = True) -> None:
        """Take one candidate after the other if it is far enough from all before; without `check`, take all."""
        padded = np.zeros((len(candidates), 3))
        padded[:, : self._ndim] = candidates
        geometry = (self._low, self._period, self._per_length, self._cells)
        least = self._least if check else -1.0
        self.size = int(_add(padded, self.size, least, geometry, (self._first, self._next, self._points)))


def packed(
    shape: Any, draw: Callable[[NDArray[np.int64]], NDArray[np.float64]], n: int, *, distance: float, others: Any
) -> NDArray[np.float64] | int:
    """`n` points drawn as candidates 0, 1, 2, ..., or how many there were when the search was given up.

    The search ends when the share of candidates that find room tells that too many more would be needed.
    """
    ball = (np.pi * distance**2 / 4) if shape.ndim == 2 else (np.pi * distance**3 / 6)
    around = np.prod(np.diff(shape.bounds, axis=0) + (0.0 if shape.periodic else distance))
    if n > 1 and n * ball > _DENSEST[shape.ndim] * around:
        return 0
    packing = Packing(shape, distance, n + len(others))
    packing.add(others, check=False)
    budget, used = _LEAST_TRIES + _TRIES * n, 0
    while packing.size < n + len(others):
        before = packing.size
        left = n + len(others) - before
        size = int(np.clip(2 * left, _FEWEST, _MOST))
        packing.add(draw(np.arange(used, used + size, dtype=np.int64)))
        used += size
        left = n + len(others) - packing.size
        share = (packing.size - before + 5) / size
        if left and used + left / share > budget:
            return packing.size - len(others)
    return packing.points[len(others) :].copy()


@compiled
def _add(candidates, size, least, geometry, store):
    """Append candidates until the store is full; returns how many points there are then."""
    low, period, per_length, cells = geometry
    first, following, points = store
    begin, number, at = np.empty(3, np.int64), np.empty(3, np.int64), np.empty(3, np.int64)
    for c in range(candidates.shape[0]):
        if size == points.shape[0]:
            break
        for k in range(3):
            place = np.int64(np.floor((candidates[c, k] - low[k]) * per_length[k]))
            if period[k] > 0.0 and not 0 <= place < cells[k]:
                place = (place % cells[k] + cells[k]) % cells[k]
            at[k] = min(max(place, 0), cells[k] - 1)
            if period[k] > 0.0:
                begin[k] = at[k] - 1 if cells[k] >= 3 else 0
                number[k] = min(cells[k], 3)
            else:
                begin[k] = max(at[k] - 1, 0)
                number[k] = min(at[k] + 1, cells[k] - 1) - begin[k] + 1
        if least >= 0.0 and not _is_free(candidates, c, least, period, cells, begin, number, first, following, points):
            continue
        cell = (at[0] * cells[1] + at[1]) * cells[2] + at[2]
        for k in range(3):
            points[size, k] = candidates[c, k]
        following[size] = first[cell]
        first[cell] = size
        size += 1
    return size


@compiled_inner
def _is_free(candidates, c, least, period, cells, begin, number, first, following, points):
    """Whether no point in the cells around is nearer than allowed."""
    for i in range(number[0]):
        x = _around(begin[0] + i, cells[0])
        for j in range(number[1]):
            row = (x * cells[1] + _around(begin[1] + j, cells[1])) * cells[2]
            for k in range(number[2]):
                other = first[row + _around(begin[2] + k, cells[2])]
                while other >= 0:
                    if _square(candidates, c, points, other, period) < least:
                        return False
                    other = following[other]
    return True


@compiled_inner
def _around(place, cells):
    """Number of the cell, across the border if it lies beyond."""
    if place < 0:
        return place + cells
    return place - cells if place >= cells else place


@compiled_inner
def _square(candidates, c, points, other, period):
    """Square of the distance to the nearest image."""
    total = 0.0
    for axis in range(3):
        way = candidates[c, axis] - points[other, axis]
        if period[axis] > 0.0:
            way -= period[axis] * np.rint(way / period[axis])
        total += way * way
    return total
