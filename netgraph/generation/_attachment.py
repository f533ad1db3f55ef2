"""Kernels of growth by preferential attachment: nodes come one after the other, each with its own stream of random numbers."""

import numpy as np

from simcore.compile import compiled, compiled_inner
from simcore.fastmath import exp, log
from simcore.random import philox, unit_interval

__all__ = ["grow", "grow_by_power"]

# Third words of the counters: which node, and whether an edge runs back.
_WHICH, _BACK = 32, 33


@compiled_inner
def _number(place, node, use, words):
    """A uniform number in (0, 1) of a node."""
    purpose, k0, k1 = words
    w0, w1, _, _ = philox(np.uint64(place), np.uint64(node), np.uint64(use), purpose, k0, k1)
    return unit_interval(w0, w1)


@compiled_inner
def _is_among(value, values, first, last):
    """Whether a value is in part of an array."""
    found = False
    for i in range(first, last):
        found |= values[i] == value
    return found


@compiled_inner
def _by_degree(u, n_edges, n_nodes, c, both_ends, source, target):
    """A node, with probability proportional to its degree plus `c`; the ends of edges are drawn as they are listed."""
    n_ends = 2 * n_edges if both_ends else n_edges
    r = u * (n_ends + c * n_nodes)
    if r < n_ends:
        k = np.int64(r)
        if both_ends:
            return np.int64(source[k // 2] if k % 2 else target[k // 2])
        return np.int64(target[k])
    return min(np.int64((r - n_ends) / c), n_nodes - 1) if c > 0.0 else np.int64(0)


@compiled
def grow(n_nodes, m, c, back, flags, words, source, target):
    """Let each node send `m` edges to nodes before it, drawn with a probability proportional to degree plus `c`.

    Parameters
    ----------
    n_nodes, m : int
    c, back : float
        Addend to the degree; probability that an edge gets an edge back.
    flags : ndarray of uint8
        Whether both ends of edges count as degree, else that of the target; whether a node may be drawn again by the same one.
    words : tuple of uint64
        Where random numbers come from.
    source, target : ndarray of int32
        Room for all edges.

    Returns
    -------
    n_edges : int
    """
    n_edges = 0
    drawn = np.empty(m, np.int32)
    for node in range(1, n_nodes):
        before = n_edges
        draw = 0
        wanted = m if flags[1] else min(m, node)
        while n_edges < before + wanted:
            # As many as are still wanted at once, so that the memory answers for all of them together.
            some = before + wanted - n_edges
            for k in range(some):
                u = _number(draw + k, node, _WHICH, words)
                is_all = wanted == node and not flags[1]
                drawn[k] = k if is_all else _by_degree(u, before, node, c, flags[0], source, target)
            draw += some
            for k in range(some):
                if flags[1] or not _is_among(drawn[k], target, before, n_edges):
                    source[n_edges], target[n_edges] = node, drawn[k]
                    n_edges += 1
        for k in range(wanted):
            if back > 0.0 and _number(k, node, _BACK, words) < back:
                source[n_edges], target[n_edges] = target[before + k], node
                n_edges += 1
    return n_edges


@compiled_inner
def _set_weight(tree, leaf, weight):
    """Set the weight of a node, and all sums of which it is part."""
    place = leaf + tree.size // 2
    tree[place] = weight
    place //= 2
    while place > 0:
        tree[place] = tree[2 * place] + tree[2 * place + 1]
        place //= 2


@compiled_inner
def _by_weight(tree, u):
    """A node, with probability proportional to its weight."""
    r = u * tree[1]
    place = 1
    while place < tree.size // 2:
        place *= 2
        if r >= tree[place] and tree[place + 1] > 0.0:
            r -= tree[place]
            place += 1
    return place - tree.size // 2


@compiled_inner
def _weight(degree, gamma, c):
    """``degree**gamma + c``, the same on all machines."""
    if degree == 0:
        return (1.0 if gamma == 0.0 else 0.0) + c
    return exp(gamma * log(np.float64(degree))) + c


@compiled
def grow_by_power(degree, m, gamma, c, back, flags, joined, words, source, target):
    """As `grow`, with a probability proportional to ``degree**gamma + c``, and never where a pair is joined.

    Parameters
    ----------
    degree : ndarray of int64, shape (n_nodes,)
        What edges that exist give each node, which counts; updated.
    joined : tuple of ndarray of int64
        ``begins, nodes``: the nodes before node t that it is joined to are ``nodes[begins[t]:begins[t + 1]]``.
    """
    n_nodes = degree.size
    begins, others = joined
    size = 1
    while size < n_nodes:
        size *= 2
    tree = np.zeros(2 * max(size, 2))
    n_edges = 0
    _set_weight(tree, 0, _weight(degree[0], gamma, c))
    for node in range(1, n_nodes):
        before = n_edges
        for k in range(begins[node], begins[node + 1]):
            _set_weight(tree, others[k], 0.0)
        for draw in range(m):
            if tree[1] <= 0.0 and not (node == 1 and begins[1] == begins[2]):
                break
            chosen = _by_weight(tree, _number(draw, node, _WHICH, words)) if tree[1] > 0.0 else np.int64(0)
            source[n_edges], target[n_edges] = node, chosen
            n_edges += 1
            if not flags[1]:
                _set_weight(tree, chosen, 0.0)
                if node == 1:
                    break
        for k in range(before, n_edges):
            degree[target[k]] += 1
            degree[node] += np.int64(flags[0])
        for k in range(n_edges - before):
            if back > 0.0 and _number(k, node, _BACK, words) < back:
                source[n_edges], target[n_edges] = target[before + k], node
                degree[node] += 1
                n_edges += 1
        for k in range(begins[node], begins[node + 1]):
            _set_weight(tree, others[k], _weight(degree[others[k]], gamma, c))
        for k in range(before, n_edges):
            _set_weight(tree, source[k], _weight(degree[source[k]], gamma, c))
            _set_weight(tree, target[k], _weight(degree[target[k]], gamma, c))
        _set_weight(tree, node, _weight(degree[node], gamma, c))
    return n_edges
