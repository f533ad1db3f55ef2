"""Triplets around each node, and walks of two steps from each node, counted or weighed.

A sum over ordered pairs of *different* neighbours j, k of ``f_j g_k`` is taken as the sum over j of ``f_j (sum of g - g_j)``,
which is exactly zero for a node with one neighbour.
"""

import numpy as np
from numpy.typing import NDArray

from netgraph.analysis._ordered_pairs import OrderedPairs
from netgraph.analysis._triangles import CYCLE, FAN_IN, FAN_OUT, MIDDLEMAN, TOTAL
from simcore.compile import compiled

__all__ = ["pair_degrees", "triplet_numbers", "weigh_triplets", "weigh_walks"]


def pair_degrees(pairs: OrderedPairs) -> NDArray[np.int64]:
    """Number of neighbours of each rank that it has an edge to alone, from alone, and both; shape (n_nodes, 3)."""
    out = np.zeros((pairs.node.size, 3), dtype=np.int64)
    _count_neighbours(pairs.first, pairs.other, pairs.kind, out)
    return out


def triplet_numbers(pairs: OrderedPairs, mode: int) -> NDArray[np.int64]:
    """Number of triplets around each rank in a mode of Fagiolo (2007), those of two neighbours in both orders."""
    out, into, mutual = pair_degrees(pairs).T
    out, into = out + mutual, into + mutual
    if mode == TOTAL:
        return (out + into) * (out + into - 1) - 2 * mutual
    if mode in (CYCLE, MIDDLEMAN):
        return out * into - mutual
    return into * (into - 1) if mode == FAN_IN else out * (out - 1)


def weigh_triplets(pairs: OrderedPairs, mode: int, x: np.ndarray, y: np.ndarray) -> NDArray[np.float64]:
    """Sum over the triplets around each rank of the mean of ``x y'`` and ``y x'`` of their two edges; see `weigh_triangles`."""
    sums = np.zeros((pairs.node.size, 2))
    _sum_second(pairs.first, pairs.other, mode, x, y, sums)
    out = np.zeros(pairs.node.size)
    _add_triplets(pairs.first, pairs.other, mode, x, y, sums, out)
    return out


def weigh_walks(pairs: OrderedPairs, x: np.ndarray, *, forward: bool) -> NDArray[np.float64]:
    """Sum over the walks of two steps from each rank (or to it) to another node of the product of their values x."""
    mode = FAN_OUT if forward else FAN_IN
    sums = np.zeros((pairs.node.size, 2))
    _sum_second(pairs.first, pairs.other, mode, x, x, sums)
    out = np.zeros(pairs.node.size)
    _add_walks(pairs.first, pairs.other, 0 if forward else 1, x, sums, out)
    return out


@compiled
def _count_neighbours(first, other, kind, out):
    for u in range(first.size - 1):
        for p in range(first[u], first[u + 1]):
            out[u, kind[p] - 1] += 1
            out[other[p], 2 if kind[p] == 3 else 2 - kind[p]] += 1


@compiled(forceinline=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)
def _side(mode, edge, values, p, out):
    """Value of the first (0) or second (1) edge of a triplet, at the end of pair `p` whose outgoing edge is in column `out`."""
    if mode == TOTAL:
        return values[p, 0] + values[p, 1]
    incoming = mode == FAN_IN or (edge == 1 and mode != FAN_OUT)
    return values[p, 1 - out] if incoming else values[p, out]


@compiled
def _sum_second(first, other, mode, x, y, sums):
    second = np.int64(1)
    for u in range(first.size - 1):
        for p in range(first[u], first[u + 1]):
            for end in range(2):
                node = other[p] if end else u
                sums[node, 0] += _side(mode, second, x, p, end)
                sums[node, 1] += _side(mode, second, y, p, end)


@compiled
def _add_triplets(first, other, mode, x, y, sums, out):
    one, second = np.int64(0), np.int64(1)
    for u in range(first.size - 1):
        for p in range(first[u], first[u + 1]):
            for end in range(2):
                node = other[p] if end else u
                left_x, left_y = sums[node, 0] - _side(mode, second, x, p, end), sums[node, 1] - _side(mode, second, y, p, end)
                out[node] += (_side(mode, one, x, p, end) * left_y + _side(mode, one, y, p, end) * left_x) / 2


@compiled
def _add_walks(first, other, column, x, sums, out):
    for u in range(first.size - 1):
        for p in range(first[u], first[u + 1]):
            v = other[p]
            out[u] += x[p, column] * (sums[v, 0] - x[p, 1 - column])
            out[v] += x[p, 1 - column] * (sums[u, 0] - x[p, column])
