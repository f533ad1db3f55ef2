"""Compiled search for the nodes near some places, and choice among them."""

from typing import NamedTuple

import numpy as np

from simcore.compile import compiled
from simcore.random import philox, unit_interval
from simcore.rules._discrete import poisson_value

__all__ = ["Cells", "choose", "count_near", "find_near", "in_three", "poisson_numbers", "sort_into_cells"]

# Third word of the counter: keeps these draws apart from those that belong to single pairs, where it is 0.
_CHOICE = 1

# Draws in a row that hit nodes which are taken already, before these are taken out of the list.
_MOST_MISSES = 16

# Cells along the sides of the box around a mask; nodes in a cell on average at least.
_FINENESS = 6
_FILLING = 2

# Cells beyond which nobody looks.
_FAR = 1e15


class Cells(NamedTuple):
    """Nodes sorted into the cells of a regular grid, in up to three dimensions.

    Parameters
    ----------
    order : ndarray of int32, shape (n,)
        Nodes, cell after cell.
    points : ndarray of float64, shape (n, 3)
        Their coordinates, in that order.
    start : ndarray of int64, shape (n_cells + 1,)
        Where the nodes of each cell begin.
    origin, size : ndarray of float64, shape (3,)
        Corner of the first cell, and side lengths of the cells.
    number : ndarray of int64, shape (3,)
        Cells along each axis.
    period : ndarray of float64, shape (3,)
        Lengths after which the cells, and space, go on with the first; zeros if they end.
    """

    order: np.ndarray
    points: np.ndarray
    start: np.ndarray
    origin: np.ndarray
    size: np.ndarray
    number: np.ndarray
    period: np.ndarray


def sort_into_cells(points: np.ndarray, box: np.ndarray, period: np.ndarray | None, corner: np.ndarray) -> Cells:
    """Sort nodes into cells that suit a search.

    Parameters
    ----------
    points : ndarray of float64, shape (n, d)
    box : ndarray of float64, shape (d,)
        Side lengths of what will be searched around each place.
    period : ndarray of float64, shape (d,), optional
        Lengths after which space repeats.
    corner : ndarray of float64, shape (d,)
        The smallest coordinates.
    """
    n, d = points.shape
    # No cell is thinner than what is searched needs: nodes may all lie in a plane.
    sides = np.maximum(points.max(axis=0) - corner, np.maximum(box / _FINENESS, 1e-9)) if period is None else period
    number = np.clip(np.floor(_FINENESS * sides / np.maximum(box, sides * 1e-6)), 1, None)
    most = max(1.0, n / _FILLING)
    if number.prod() > most:
        number = np.maximum(np.floor(number * (most / number.prod()) ** (1.0 / d)), 1)
    size = sides / number
    cell = np.clip(np.floor((points - corner) / size), 0, number - 1).astype(np.int64)
    flat = np.ravel_multi_index(tuple(cell.T), number.astype(np.int64))
    order = np.argsort(flat, kind="stable")
    start = np.searchsorted(flat[order], np.arange(int(number.prod()) + 1))
    return Cells(
        order.astype(np.int32), in_three(points[order]), start.astype(np.int64), in_three(corner), in_three(size, 1.0),
        in_three(number, 1.0).astype(np.int64), in_three(np.zeros(d) if period is None else period),
    )  # fmt: skip


def in_three(points: np.ndarray, value: float = 0.0) -> np.ndarray:
    """Coordinates, shape (..., d), with a number up to the third; C-contiguous."""
    out = np.full((*points.shape[:-1], 3), value)
    out[..., : points.shape[-1]] = points
    return out


@compiled
def _cells_around(place, low, high, cells, first, last):
    """First and last cell along each axis of the box around a place; those beyond the end stand for images."""
    _, _, _, origin, size, number, period = cells
    for k in range(3):
        # A little more, since the last digits of the distances may differ.
        begin, end = (place[k] + low[k] - origin[k]) / size[k] - 1e-6, (place[k] + high[k] - origin[k]) / size[k] + 1e-6
        first[k] = np.int64(np.floor(min(max(begin, -_FAR), _FAR)))
        last[k] = np.int64(np.floor(min(max(end, -_FAR), _FAR)))
        if period[k] > 0.0:
            last[k] = min(last[k], first[k] + number[k] - 1)
        else:
            first[k], last[k] = max(first[k], np.int64(0)), min(last[k], number[k] - 1)


@compiled
def count_near(places, low, high, cells, counts):
    """Number of nodes in the cells that the box around each place touches.

    Parameters
    ----------
    places : ndarray of float64, shape (m, 3)
    low, high : ndarray of float64, shape (3,)
        The box, seen from the place.
    cells : Cells
    counts : ndarray of int64, shape (m,)
        Filled.
    """
    _, _, start, _, _, number, _ = cells
    first, last = np.empty(3, np.int64), np.empty(3, np.int64)
    for i in range(places.shape[0]):
        _cells_around(places[i], low, high, cells, first, last)
        counts[i] = 0
        for a in range(first[0], last[0] + 1):
            for b in range(first[1], last[1] + 1):
                row = ((a % number[0]) * number[1] + b % number[1]) * number[2]
                for c in range(first[2], last[2] + 1):
                    cell = row + c % number[2]
                    counts[i] += start[cell + 1] - start[cell]


@compiled
def _keep_near(place, low, high, points, period, begin, end, found):
    """Ways to the nodes from `begin` to `end` that lie in the box; returns how many."""
    n = 0
    for k in range(begin, end):
        inside = True
        for axis in range(3):
            way = points[k, axis] - place[axis]
            if period[axis] > 0.0:
                way -= period[axis] * np.floor((way - low[axis]) / period[axis])
            found[n, axis] = way
            inside &= way >= low[axis] and way <= high[axis]
        found[n, 3] = k
        n += np.int64(inside)
    return n


@compiled
def find_near(places, low, high, cells, number_of_first, rows, columns, ways):
    """The nodes in the box around each place, place after place.

    Parameters
    ----------
    places, low, high, cells
        See `count_near`.
    number_of_first : int
        Number of the first place.
    rows, columns : ndarray of int64
        Filled with the number of the place and that of the node; at least as long as `count_near` says.
    ways : ndarray of float64, shape (n, 3)
        Filled with the way from the place to the node; where space repeats, to its first image in the box.

    Returns
    -------
    n : int
        How many.
    """
    order, points, start, _, _, number, period = cells
    first, last = np.empty(3, np.int64), np.empty(3, np.int64)
    most = 0
    for cell in range(start.size - 1):
        most = max(most, start[cell + 1] - start[cell])
    found = np.empty((most + 1, 4))
    at = np.int64(0)
    for i in range(places.shape[0]):
        _cells_around(places[i], low, high, cells, first, last)
        for a in range(first[0], last[0] + 1):
            for b in range(first[1], last[1] + 1):
                row = ((a % number[0]) * number[1] + b % number[1]) * number[2]
                for c in range(first[2], last[2] + 1):
                    cell = row + c % number[2]
                    n = _keep_near(places[i], low, high, points, period, start[cell], start[cell + 1], found)
                    for k in range(n):
                        rows[at] = number_of_first + i
                        columns[at] = order[np.int64(found[k, 3])]
                        ways[at, 0], ways[at, 1], ways[at, 2] = found[k, 0], found[k, 1], found[k, 2]
                        at += 1
    return at


@compiled
def _sum_up(weights, taken, sums):
    """Cumulative weights of those that are not taken; the position of the last one that has weight."""
    total, last = 0.0, np.int64(-1)
    for j in range(weights.size):
        if not taken[j] and weights[j] > 0.0:
            total += weights[j]
            last = j
        sums[j] = total
    return last


@compiled
def _position(sums, x, last):
    """First position whose cumulative weight exceeds `x`; at most `last`."""
    low, high = np.int64(-1), last
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if sums[middle] > x else (middle, high)
    return high


@compiled
def choose(numbers, starts, weights, wanted, repeats, stream, out):
    """Choose partners for each node from its list, with chances in proportion to the weights.

    Parameters
    ----------
    numbers : ndarray of int64, shape (m,)
        Numbers of the nodes, whose streams are used.
    starts : ndarray of int64, shape (m + 1,)
        Where the list of each node begins in `weights`.
    weights : ndarray of float64
        Not negative.
    wanted : ndarray of int64, shape (m,)
        How many; without repetition at most as many as have weight.
    repeats : bool
        Whether a partner may be chosen more than once.
    stream : tuple of uint64
        ``purpose, k0, k1``.
    out : ndarray of int64, shape (wanted.sum(),)
        Filled with positions in `weights`.
    """
    purpose, k0, k1 = stream
    mask, shift = np.uint64(0xFFFFFFFF), np.uint64(32)
    at = 0
    for i in range(numbers.size):
        own = weights[starts[i] : starts[i + 1]]
        taken, sums = np.zeros(own.size, np.bool_), np.empty(own.size)
        last = _sum_up(own, taken, sums)
        end, misses, draw = at + wanted[i], 0, np.uint64(0)
        while at < end:
            w0, w1, _, _ = philox(np.uint64(numbers[i]), draw & mask, np.uint64(_CHOICE) + (draw >> shift), purpose, k0, k1)
            draw += np.uint64(1)
            j = _position(sums, unit_interval(w0, w1) * sums[own.size - 1], last)
            if not taken[j]:
                taken[j] = not repeats
                out[at] = starts[i] + j
                at += 1
                misses = 0
                continue
            misses += 1
            if misses == _MOST_MISSES:
                last, misses = _sum_up(own, taken, sums), 0


@compiled
def poisson_numbers(u, mean, out):
    """Poisson numbers of given means from uniform numbers; 0 where the mean is not above 0."""
    for i in range(u.size):
        out[i] = poisson_value(u[i], mean[i])
