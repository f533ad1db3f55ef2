"""Compiled loops that move the ends of edges."""

import numpy as np

from simcore.compile import compiled
from simcore.random import philox, unit_interval

__all__ = ["count_ends", "move_ends", "place_ends"]

_MOVE = np.uint64(18)
_MASK = np.uint64(0xFFFFFFFF)
_EMPTY = -1


@compiled
def count_ends(node, begins):
    """Count the edges of each node, one place behind it."""
    for e in range(node.size):
        begins[node[e] + 1] += 1


@compiled
def place_ends(node, other, place, others):
    """Put the other end of each edge to those of its node; `place` is where the next one goes."""
    for e in range(node.size):
        others[place[node[e]]] = other[e]
        place[node[e]] += 1


@compiled
def _place_of(begins, grouped, node, other):
    """Where the edge of the node to the other one lies, or -1."""
    for place in range(begins[node], begins[node + 1]):
        if grouped[place] == other:
            return place
    return np.int64(_EMPTY)


@compiled
def _slot(table, key):
    """Where the key is in a table whose size is a power of two, or belongs."""
    mask = table.size - 1
    at = np.int64((np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20)) & mask
    while table[at] != _EMPTY and table[at] != key:
        at = (at + 1) & mask
    return at


@compiled
def move_ends(pool, source, target, chosen, end, by_source, by_target, table, directed, self_loops, stream):
    """Move one end of each chosen edge to a random node, one edge after the other; no two edges ever join the same nodes.

    The candidates of an edge come from its own stream, and the first that is free is taken; the place that it leaves is free.
    Whether one is free is looked up at the end that stays, whose edges are in the cache.

    Parameters
    ----------
    pool : ndarray of int64
        Nodes to which ends may move.
    source, target : ndarray of int, shape (n_edges,)
        Ends of the edges, changed in place.
    chosen : ndarray of int64
        Rows of the edges to move.
    end : ndarray of uint8, shape (n_chosen,)
        1 to move the source, 0 to move the target.
    by_source, by_target : tuple of ndarray
        Where the edges of each node begin, and their other ends; those that move are taken out. The same for undirected edges,
        which are there at both ends.
    table : ndarray of int64
        Room for a set of the pairs of the moved edges, its size a power of two above their number, filled with -1.
    directed, self_loops : bool
    stream : tuple of uint64
        ``purpose, k0, k1``.
    """
    purpose, k0, k1 = stream
    first_target, targets = by_source
    first_source, sources = by_target
    n = np.int64(first_target.size - 1)
    for i in range(chosen.size):
        e = chosen[i]
        s, t, at, attempt = np.int64(source[e]), np.int64(target[e]), np.int64(0), np.int64(0)
        targets[_place_of(first_target, targets, s, t)] = _EMPTY
        sources[_place_of(first_source, sources, t, s)] = _EMPTY
        free = False
        while not free:
            w0, w1, _, _ = philox(np.uint64(e) & _MASK, np.uint64(attempt), _MOVE, purpose, k0, k1)
            other = pool[np.int64(unit_interval(w0, w1) * pool.size)]
            attempt += 1
            if end[i]:
                s = other
                free = _place_of(first_source, sources, t, s) < 0
            else:
                t = other
                free = _place_of(first_target, targets, s, t) < 0
            at = _slot(table, s * n + t if directed else min(s, t) * n + max(s, t))
            free = free and (s != t or self_loops) and table[at] == _EMPTY
        table[at] = s * n + t if directed else min(s, t) * n + max(s, t)
        source[e], target[e] = s, t
