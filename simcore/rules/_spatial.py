"""Compiled draws of pairs whose probability falls with distance, at a cost that follows the number of edges.

The sources lie in a binary tree of boxes. For each target the tree is walked down until a box is so far, so small or so
sparsely connected that one bound on the probability serves all its sources; they are then visited by geometric skips under
that bound, and each is kept with the ratio of its own probability to the bound. Every pair is thus an exact, independent
draw, without a cut-off.
"""

import math
from typing import NamedTuple

import numpy as np

from simcore.compile import compiled
from simcore.fastmath import exp
from simcore.random import philox, unit_interval

__all__ = ["EXPONENTIAL", "GAUSSIAN", "LINEAR", "TABLE", "Tree", "build_tree", "distance_rows", "padded"]

EXPONENTIAL = 0
GAUSSIAN = 1
LINEAR = 2
TABLE = 3

DISTANCE = 3
_PAIRS = 64
_LEAF = 32
_DEEPEST = 24
_LEVEL = 40
_NODE = (1 << _LEVEL) - 1
# A box is divided while it would take more skips than this and its bound is this much above its least probability.
_MOST_SKIPS = 16.0
_FLAT = 0.3


class Tree(NamedTuple):
    """Points in a binary tree of boxes; node 1 is the root, the children of node i are 2 i and 2 i + 1.

    Parameters
    ----------
    points : ndarray of float64, shape (n, 3)
        Coordinates in the order of the leaves.
    order : ndarray of int32, shape (n,)
        Position of each of them before sorting.
    start : ndarray of int64, shape (2**depth + 1,)
        Points of leaf i: from ``start[i]`` to ``start[i + 1]``.
    boxes : ndarray of float64, shape (2**(depth + 1), 7)
        Centre, half sides and diagonal of each node, tight around its points.
    depth : int
    weight : ndarray of float64, shape (n,)
        Factor of the probability of each point, in the order of the leaves.
    top : ndarray of float64, shape (2**(depth + 1),)
        Largest of them in each node.
    """

    points: np.ndarray
    order: np.ndarray
    start: np.ndarray
    boxes: np.ndarray
    depth: int
    weight: np.ndarray
    top: np.ndarray


def padded(points: np.ndarray) -> np.ndarray:
    """Coordinates with as many columns of zeros as make three; float64, C-contiguous."""
    out = np.zeros((len(points), 3))
    out[:, : points.shape[1]] = points
    return out


def build_tree(points: np.ndarray, weight: np.ndarray | None = None) -> Tree:
    """Sort points, shape (n, 3), into boxes that halve the longest side at each level, about `_LEAF` points in each leaf.

    `weight`, shape (n,), is a factor of the probability of each of them; 1 if None.
    """
    n = len(points)
    depth = min(max(math.ceil(math.log2(max(n, 1) / _LEAF)), 0), _DEEPEST)
    low, high = points.min(axis=0), points.max(axis=0)
    sides = high - low
    scaled = (points - low) / np.where(sides > 0, sides, 1.0)
    code = np.zeros(n, dtype=np.int64)
    lengths = sides.copy()
    for _ in range(depth):
        axis = int(np.argmax(lengths))
        lengths[axis] /= 2
        scaled[:, axis] *= 2
        upper = scaled[:, axis] >= 1.0
        scaled[:, axis] -= upper
        code = 2 * code + upper
    order = np.argsort(code, kind="stable")
    ordered = np.ascontiguousarray(points[order])
    start = np.searchsorted(code[order], np.arange(2**depth + 1))
    own = np.ones(n) if weight is None else np.ascontiguousarray(weight[order], dtype=np.float64)
    boxes, top = _boxes(ordered, start, depth), _top(own, start, depth)
    return Tree(ordered, order.astype(np.int32), start.astype(np.int64), boxes, depth, own, top)


def _top(weight: np.ndarray, start: np.ndarray, depth: int) -> np.ndarray:
    """Largest weight in each node, 0 in empty ones, from the leaves up."""
    leaves = 2**depth
    top = np.zeros(2 * leaves)
    filled = np.flatnonzero(start[1:] > start[:-1])
    top[leaves + filled] = np.maximum.reduceat(weight, start[filled])
    for level in range(depth - 1, -1, -1):
        children = slice(2 ** (level + 1), 2 ** (level + 2))
        top[2**level : 2 ** (level + 1)] = top[children].reshape(-1, 2).max(axis=1)
    return top


def _boxes(points: np.ndarray, start: np.ndarray, depth: int) -> np.ndarray:
    """Tight boxes of all nodes, from the leaves up."""
    leaves = 2**depth
    low = np.full((2 * leaves, 3), np.inf)
    high = np.full((2 * leaves, 3), -np.inf)
    filled = np.flatnonzero(start[1:] > start[:-1])
    low[leaves + filled] = np.minimum.reduceat(points, start[filled])
    high[leaves + filled] = np.maximum.reduceat(points, start[filled])
    for level in range(depth - 1, -1, -1):
        nodes = slice(2**level, 2 ** (level + 1))
        children = slice(2 ** (level + 1), 2 ** (level + 2))
        low[nodes] = low[children].reshape(-1, 2, 3).min(axis=1)
        high[nodes] = high[children].reshape(-1, 2, 3).max(axis=1)
    boxes = np.zeros((2 * leaves, 7))
    some = low[:, 0] <= high[:, 0]
    boxes[some, :3] = (low[some] + high[some]) / 2
    boxes[some, 3:6] = (high[some] - low[some]) / 2
    boxes[:, 6] = 2.0 * np.sqrt((boxes[:, 3:6] ** 2).sum(axis=1))
    return boxes


@compiled
def _interval(distance, table):
    """Number of the last border of the table that is not beyond the distance; -1 before the first."""
    low, high = -1, table.shape[1]
    while high - low > 1:
        middle = (low + high) // 2
        beyond = table[0, middle] > distance
        low, high = (low, middle) if beyond else (middle, high)
    return low


@compiled(forceinline=True)
def _falloff(distance, form, scale, table):
    """Relative probability at a distance: at most 1, that at 0, unless it comes from a table."""
    if form == TABLE:
        return _looked_up(distance, table)
    x = distance / scale
    if form == LINEAR:
        return max(1.0 - x, 0.0)
    return exp(-x if form == EXPONENTIAL else -0.5 * x * x)


@compiled
def _looked_up(distance, table):
    """Value of a table whose rows are borders of intervals, and the values at their begins and ends; 0 outside of them."""
    i = _interval(distance, table)
    if i < 0 or i == table.shape[1] - 1:
        return 0.0
    share = (distance - table[0, i]) / (table[0, i + 1] - table[0, i])
    return table[1, i] + share * (table[2, i] - table[1, i])


@compiled(forceinline=True)
def _highest(distance, form, scale, table):
    """An upper bound of the relative probability at this distance and beyond."""
    if form != TABLE:
        return _falloff(distance, form, scale, table)
    return table[3, max(_interval(distance, table), 0)]


@compiled(forceinline=True)
def _rings(rate):
    """Probability ``1 - exp(-rate)`` that a clock rings before time 1; the series keeps the digits of small rates."""
    tail = 1.0 - rate / 5.0 * (1.0 - rate / 6.0 * (1.0 - rate / 7.0))
    series = rate * (1.0 - rate / 2.0 * (1.0 - rate / 3.0 * (1.0 - rate / 4.0 * tail)))
    return series if rate < 0.01 else 1.0 - exp(-rate)


@compiled(forceinline=True)
def _separation(dx, dy, dz, boxes, node, period):
    """Least distance along the shortest way, over all periodic images, from a box whose centre is that far off."""
    dx -= period[0] * np.rint(dx * period[3])
    dy -= period[1] * np.rint(dy * period[4])
    dz -= period[2] * np.rint(dz * period[5])
    dx = max(abs(dx) - boxes[node, 3], 0.0)
    dy = max(abs(dy) - boxes[node, 4], 0.0)
    dz = max(abs(dz) - boxes[node, 5], 0.0)
    return math.sqrt(dx * dx + dy * dy + dz * dz)


@compiled
def _refill(numbers, target, block, purpose, k0, k1):
    """Twice `_PAIRS` fresh numbers of the stream of `target`; the trip count is constant so that the loop vectorises."""
    for q in range(_PAIRS):
        w0, w1, w2, w3 = philox(np.uint64(target), np.uint64(block + q), np.uint64(DISTANCE), purpose, k0, k1)
        numbers[2 * q] = unit_interval(w0, w1)
        numbers[2 * q + 1] = unit_interval(w2, w3)
    return block + _PAIRS


@compiled
def _propose(target, at, tree, law, period, stream, numbers, stack, places, bars):
    """Visit sources by skips under the bound of their box; return how many were visited.

    `places` takes their places among the leaves, `bars` what their probability must exceed.
    """
    x, y, z = at
    form, scale, factor, clocks, table = law
    purpose, k0, k1 = stream
    _, _, start, boxes, depth, _, top = tree
    used, block, visited, height = np.int64(2 * _PAIRS), np.int64(0), np.int64(0), np.int64(1)
    stack[0] = 1
    while height > 0:
        height -= 1
        node = stack[height] & _NODE
        below = depth - (stack[height] >> _LEVEL)
        leaf = (node << below) - (1 << depth)
        a, b = start[leaf], start[leaf + (1 << below)]
        if a == b:
            continue
        near = _separation(x - boxes[node, 0], y - boxes[node, 1], z - boxes[node, 2], boxes, node, period)
        falloff = _highest(near, form, scale, table)
        bound = _rings(factor * top[node] * falloff) if clocks else factor * top[node] * falloff
        if bound <= 0.0:
            continue
        crowded = below > 0 and (b - a) * bound > _MOST_SKIPS
        uneven = crowded and min(top[2 * node], top[2 * node + 1]) < _FLAT * top[node]
        if crowded and (uneven or _falloff(near + boxes[node, 6], form, scale, table) < _FLAT * falloff):
            child = ((depth - below + 1) << _LEVEL) + 2 * node
            stack[height], stack[height + 1] = child, child + 1
            height += 2
            continue
        per_skip = 1.0 / math.log1p(-bound) if bound < 1.0 else -0.0
        q = a - 1
        while True:
            if used == 2 * _PAIRS:
                block = _refill(numbers, target, block, purpose, k0, k1)
                used = 0
            u, v = numbers[used], numbers[used + 1]
            used += 2
            # The chance that any is visited is at most the sum of the bounds: most far boxes are passed without a logarithm.
            if 1.0 - u >= (b - 1 - q) * bound:
                break
            skipped = math.log(u) * per_skip
            if skipped >= b - 1 - q:
                break
            q += 1 + np.int64(skipped)
            places[visited] = q
            bars[visited] = v * bound
            visited += 1
    return visited


@compiled
def _keep(at, tree, law, period, visited, places, bars, own, taken, width, kept):
    """Keep the visited sources whose probability exceeds their bar; return how many. `own` takes their relative probability."""
    x, y, z = at
    form, scale, factor, clocks, table = law
    points, order, _, boxes, _, weight, _ = tree
    for j in range(visited):
        q = places[j]
        dx = x - points[q, 0]
        dy = y - points[q, 1]
        dz = z - points[q, 2]
        dx -= period[0] * np.rint(dx * period[3])
        dy -= period[1] * np.rint(dy * period[4])
        dz -= period[2] * np.rint(dz * period[5])
        own[j] = weight[q] * _falloff(math.sqrt(dx * dx + dy * dy + dz * dz), form, scale, table)
    c = np.int64(0)
    for j in range(visited):
        s = np.int64(order[places[j]])
        probability = _rings(factor * own[j]) if clocks else factor * own[j]
        free = (taken[s >> 6] >> np.uint64(s & 63)) & np.uint64(1) == np.uint64(0)
        kept[c] = np.int32(s)
        own[c] = own[j]
        bars[c] = bars[j]
        c += np.int64(free and s < width and bars[j] < probability)
    return c


@compiled
def distance_rows(first, targets, gain, allowed, tree, law, period, stream, counts, out, times):
    """Draw the sources of each target, each pair with its own probability, as long as there is room.

    Parameters
    ----------
    first : int
        Position of the first target: the stream's number.
    targets : ndarray of float64, shape (rows, 3)
        Coordinates.
    gain : ndarray of float64, shape (rows,)
        Factor of the probability of each row.
    allowed : tuple of ndarray
        ``widths, skip_start, skip`` as in `simcore.rules._rows.distinct_rows`.
    tree : Tree
        Of the sources.
    law : tuple
        ``form, scale, factor, clocks, table``: the probability at distance d is ``factor * falloff(d)`` times the factors of
        the two ends, or, with clocks of that rate, that of ringing before time 1. A table, float64, shape (4, n + 1), holds
        the borders of n intervals, the values at their begins and at their ends, and the highest value from each interval on.
    period : ndarray of float64, shape (6,)
        Periods and their inverses; zeros where space is open.
    stream : tuple of uint64
        ``purpose, k0, k1``.
    counts : ndarray of int64, shape (rows,)
        Filled with the number of sources of each row.
    out : ndarray of int32
        Filled with the positions of the sources, row after row; of length 0 to count only.
    times : ndarray of float64
        Filled with the times at which the clocks ring, in (0, 1); of length 0 if they are not wanted.

    Returns
    -------
    rows : int
        Rows done before `out` was full.
    """
    widths, skip_start, skip = allowed
    form, scale, factor, clocks, table = law
    one = np.uint64(1)
    n = tree[1].size
    taken = np.zeros((n + 63) >> 6, np.uint64)
    numbers, stack = np.empty(2 * _PAIRS), np.empty(_DEEPEST + 2, np.int64)
    places, bars, own, kept = np.empty(n, np.int64), np.empty(n), np.empty(n), np.empty(n + 1, np.int32)
    begin = np.int64(0)
    for r in range(counts.size):
        at = (targets[r, 0], targets[r, 1], targets[r, 2])
        own_law = (form, scale, factor * gain[r], clocks, table)
        visited = _propose(first + r, at, tree, own_law, period, stream, numbers, stack, places, bars)
        for e in range(skip_start[r], skip_start[r + 1]):
            taken[skip[e] >> 6] |= one << np.uint64(skip[e] & 63)
        c = _keep(at, tree, own_law, period, visited, places, bars, own, taken, widths[r], kept)
        for e in range(skip_start[r], skip_start[r + 1]):
            taken[skip[e] >> 6] = np.uint64(0)
        counts[r] = c
        if out.size > 0:
            if begin + c > out.size:
                return r
            for j in range(c):
                out[begin + j] = kept[j]
        if times.size > 0:
            # Given that the bar was cleared, it is uniform below the probability: it is the clock's quantile.
            for j in range(c):
                times[begin + j] = -math.log1p(-bars[j]) / (own_law[2] * own[j])
        begin += c
    return counts.size
