"""All triangles of a graph, counted or weighed for each node.

A triangle is found once, from its node `u` of highest rank: the other ends of its pairs are marked, and then met again among
those of one of them, `v`, as the third node `w`.
"""

from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgraph._progress import run_tasks
from netgraph.analysis._ordered_pairs import OrderedPairs
from simcore.compile import compiled

__all__ = [
    "CYCLE",
    "FAN_IN",
    "FAN_OUT",
    "MIDDLEMAN",
    "TOTAL",
    "count_plain",
    "count_triangles",
    "total_plain",
    "triangle_table",
    "weigh_triangles",
]

TOTAL, CYCLE, MIDDLEMAN, FAN_IN, FAN_OUT = 0, 1, 2, 3, 4

# Steps of one piece of work, some thousandths of a second, besides one for each node; and the number of partial sums, which are
# the same for any number of threads.
_STEPS = 1_000_000
_LANES = 16


def _gain(mode, out_j, in_j, out_k, in_k, jk, kj):
    """What the triangle of node i with j and k adds to i, after Fagiolo (2007, doi:10.1103/PhysRevE.76.026107).

    The edges at i are pairs of values (x, y), those from j to k and back have one; two edges count with ``(x y' + y x') / 2``.
    """
    if mode == TOTAL:
        x_j, y_j, x_k, y_k = out_j[0] + in_j[0], out_j[1] + in_j[1], out_k[0] + in_k[0], out_k[1] + in_k[1]
        return (x_j * y_k + y_j * x_k) / 2 * (jk + kj)
    if mode == FAN_IN:
        return (in_j[0] * in_k[1] + in_j[1] * in_k[0]) / 2 * (jk + kj)
    if mode == FAN_OUT:
        return (out_j[0] * out_k[1] + out_j[1] * out_k[0]) / 2 * (jk + kj)
    via_j = (out_j[0] * in_k[1] + out_j[1] * in_k[0]) / 2
    via_k = (out_k[0] * in_j[1] + out_k[1] * in_j[0]) / 2
    return via_j * jk + via_k * kj if mode == CYCLE else via_j * kj + via_k * jk


_compiled_gain = compiled(_gain, forceinline=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def triangle_table(mode: int) -> NDArray[np.int64]:
    """What a triangle adds to its three nodes, by its kind; shape (64, 3).

    The kind of a triangle is that of its pairs: ``kind(u, v) + 4 kind(u, w) + 16 kind(v, w)``.
    """
    bits = (np.arange(64) >> np.arange(6)[:, None]) & 1
    uv, vu, uw, wu, vw, wv = (np.array([row, row]) for row in bits)
    gains = [
        _gain(mode, uv, vu, uw, wu, vw[0], wv[0]),
        _gain(mode, vu, uv, vw, wv, uw[0], wu[0]),
        _gain(mode, wu, uw, wv, vw, uv[0], vu[0]),
    ]
    return np.column_stack(gains).astype(np.int64)


def count_triangles(
    where: str, pairs: OrderedPairs, mode: int, *, progress: bool | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number of triangles around each rank that count in a mode, and of all triangles by their kind (see `triangle_table`).

    Returns
    -------
    counts : ndarray of int64, shape (n_nodes,)
    kinds : ndarray of int64, shape (64,)
    """
    table, n = triangle_table(mode), pairs.node.size

    def work(first: int, last: int, sums: np.ndarray) -> None:
        mark = np.zeros(n, dtype=np.uint8)
        _count_piece(pairs.first, pairs.other, pairs.kind, table, first, last, mark, sums[:n], sums[n:])

    sums = _sum_of_pieces(where, pairs, work, n + 64, dtype=np.int64, progress=progress)
    return sums[:n], sums[n:]


def count_plain(where: str, pairs: OrderedPairs, *, progress: bool | None = None) -> NDArray[np.int64]:
    """Number of triangles around each rank of a graph without directions."""
    n = pairs.node.size

    def work(first: int, last: int, sums: np.ndarray) -> None:
        _count_plain_piece(pairs.first, pairs.other, first, last, np.zeros(n, dtype=np.uint8), sums)

    return _sum_of_pieces(where, pairs, work, n, dtype=np.int64, progress=progress)


def total_plain(where: str, pairs: OrderedPairs, *, progress: bool | None = None) -> int:
    """Number of triangles of a graph without directions."""

    def work(first: int, last: int, sums: np.ndarray) -> None:
        sums[0] += _total_plain_piece(pairs.first, pairs.other, first, last, np.zeros(pairs.node.size, dtype=np.uint8))

    return int(_sum_of_pieces(where, pairs, work, 1, dtype=np.int64, progress=progress)[0])


def weigh_triangles(
    where: str, pairs: OrderedPairs, mode: int, x: np.ndarray, y: np.ndarray, *, progress: bool | None = None
) -> NDArray[np.float64]:
    """Sum over the triangles around each rank of the product of their values.

    Parameters
    ----------
    where : str
        What works, for the bar.
    pairs : OrderedPairs
    mode : int
    x, y : ndarray of float64, shape (n_pairs, 2)
        Values of the edges to the other node and back. The two edges at the node count with the mean of ``x y'`` and ``y x'``,
        the third edge with y.
    progress : bool, optional

    Returns
    -------
    sums : ndarray of float64, shape (n_nodes,)
    """

    def work(first: int, last: int, sums: np.ndarray) -> None:
        place = np.full(pairs.node.size, -1, dtype=np.int32)
        _weigh_piece(pairs.first, pairs.other, mode, x, y, first, last, place, sums)

    return _sum_of_pieces(where, pairs, work, pairs.node.size, dtype=np.float64, progress=progress)


def _sum_of_pieces(
    where: str, pairs: OrderedPairs, work: Callable, size: int, *, dtype: type, progress: bool | None
) -> NDArray[Any]:
    """Sum of the `size` numbers that `work` adds up for pieces of equally many steps, the same bits for any number of threads.

    Pieces share a few arrays of sums, to each of which its pieces add in their order.
    """
    steps = np.zeros(pairs.node.size + 1, dtype=np.int64)
    _count_steps(pairs.first, pairs.other, steps)
    np.cumsum(steps, out=steps)
    n_pieces = 1 + int(steps[-1]) // (_STEPS + pairs.node.size)
    borders = np.searchsorted(steps, np.linspace(0, steps[-1], n_pieces + 1)[1:-1])
    borders = np.concatenate([[0], borders, [pairs.node.size]])
    lanes = min(_LANES, n_pieces)
    sums: NDArray[Any] = np.zeros((lanes, size), dtype=dtype)
    queues, locks = [iter(range(lane, n_pieces, lanes)) for lane in range(lanes)], [Lock() for _ in range(lanes)]

    def next_of(lane: int) -> None:
        with locks[lane]:
            piece = next(queues[lane])
            work(borders[piece], borders[piece + 1], sums[lane])

    run_tasks(where, [partial(next_of, piece % lanes) for piece in range(n_pieces)], progress=progress)
    return sums.sum(axis=0)


@compiled
def _count_steps(first, other, steps):
    """Steps that each rank takes, one place behind it: its pairs, and those of their other nodes."""
    for u in range(first.size - 1):
        n = 1 + 4 * (first[u + 1] - first[u])
        for p in range(first[u], first[u + 1]):
            n += first[other[p] + 1] - first[other[p]]
        steps[u + 1] = n


@compiled
def _count_piece(first, other, kind, table, begin, end, mark, counts, kinds):
    """Count the triangles whose `u` is from `begin` up to `end`; `mark` is zero for each rank, before and after."""
    for u in range(begin, end):
        for p in range(first[u], first[u + 1]):
            mark[other[p]] = kind[p]
        of_u = np.int64(0)
        for p in range(first[u], first[u + 1]):
            v = other[p]
            of_v = np.int64(0)
            for q in range(first[v], first[v + 1]):
                w = other[q]
                if mark[w] != 0:
                    k = np.int64(kind[p]) | (np.int64(mark[w]) << 2) | (np.int64(kind[q]) << 4)
                    kinds[k] += 1
                    of_u += table[k, 0]
                    of_v += table[k, 1]
                    counts[w] += table[k, 2]
            counts[v] += of_v
        counts[u] += of_u
        for p in range(first[u], first[u + 1]):
            mark[other[p]] = 0


@compiled
def _count_plain_piece(first, other, begin, end, mark, counts):
    """As `_count_piece`, without kinds."""
    for u in range(begin, end):
        for p in range(first[u], first[u + 1]):
            mark[other[p]] = 1
        of_u = np.int64(0)
        for p in range(first[u], first[u + 1]):
            v = other[p]
            of_v = np.int64(0)
            for q in range(first[v], first[v + 1]):
                w = other[q]
                if mark[w] != 0:
                    counts[w] += 1
                    of_v += 1
            counts[v] += of_v
            of_u += of_v
        counts[u] += of_u
        for p in range(first[u], first[u + 1]):
            mark[other[p]] = 0


@compiled
def _total_plain_piece(first, other, begin, end, mark):
    """Triangles whose `u` is from `begin` up to `end`, in a loop without branches."""
    total = np.int64(0)
    for u in range(begin, end):
        for p in range(first[u], first[u + 1]):
            mark[other[p]] = 1
        for p in range(first[u], first[u + 1]):
            v = other[p]
            for q in range(first[v], first[v + 1]):
                total += np.int64(mark[other[q]])
        for p in range(first[u], first[u + 1]):
            mark[other[p]] = 0
    return total


@compiled(forceinline=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)
def _corner(mode, x, y, j, out_j, k, out_k, jk, out_jk):
    """Gain of a node by the triangle of its pairs `j` and `k` with the pair `jk`; `out_*` is the column of the way there."""
    return _compiled_gain(
        mode,
        (x[j, out_j], y[j, out_j]),
        (x[j, 1 - out_j], y[j, 1 - out_j]),
        (x[k, out_k], y[k, out_k]),
        (x[k, 1 - out_k], y[k, 1 - out_k]),
        y[jk, out_jk],
        y[jk, 1 - out_jk],
    )


@compiled
def _weigh_piece(first, other, mode, x, y, begin, end, place, sums):
    """As `_count_piece`; `place`, -1 before and after, is where among the pairs of `u` that with each rank is."""
    there, back = np.int64(0), np.int64(1)  # constants would compile a function for each of their values
    for u in range(begin, end):
        start = first[u]
        for p in range(start, first[u + 1]):
            place[other[p]] = p - start
        for uv in range(start, first[u + 1]):
            v = other[uv]
            for vw in range(first[v], first[v + 1]):
                w = other[vw]
                if place[w] >= 0:
                    uw = start + place[w]
                    sums[u] += _corner(mode, x, y, uv, there, uw, there, vw, there)
                    sums[v] += _corner(mode, x, y, uv, back, vw, there, uw, there)
                    sums[w] += _corner(mode, x, y, uw, back, vw, back, uv, there)
        for p in range(start, first[u + 1]):
            place[other[p]] = -1
