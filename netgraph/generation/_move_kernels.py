"""Compiled loops that move the ends of edges."""

import numpy as np

from simcore.compile import compiled
from simcore.random import philox, unit_interval

__all__ = ["move_ends"]

_MOVE = np.uint64(18)
_MASK = np.uint64(0xFFFFFFFF)
_EMPTY = np.int64(-1)


@compiled(forceinline=True)
def _slot(key, mask):
    """Where the search for a key begins in a table of ``mask + 1`` places."""
    mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
    return np.int64(mixed >> np.uint64(20)) & mask


@compiled
def _find(table, key):
    """Place of the key, or of the free slot where it belongs; an entry is twice the key, plus 1 while its edge is there."""
    mask = table.size - 1
    at = _slot(key, mask)
    while table[at] != _EMPTY and table[at] >> 1 != key:
        at = (at + 1) & mask
    return at


@compiled(forceinline=True)
def _key(s, t, n, directed):
    if not directed and s > t:
        s, t = t, s
    return s * n + t


@compiled
def move_ends(n, pool, source, target, chosen, end, existing, table, directed, self_loops, stream):
    """Move one end of each chosen edge to a random node, one edge after the other; no two edges ever join the same nodes.

    The candidates of an edge come from its own stream, and the first that is free is taken; the place that it leaves is free.

    Parameters
    ----------
    n : int
        Number of nodes.
    pool : ndarray of int64
        Nodes to which ends may move.
    source, target : ndarray of int64, shape (n_edges,)
        Ends of the edges, changed in place.
    chosen : ndarray of int64
        Rows of the edges to move.
    end : ndarray of uint8, shape (n_chosen,)
        1 to move the source, 0 to move the target.
    existing : ndarray of int64, shape (2, n_existing)
        Edges that stay where they are.
    table : ndarray of int64
        Room for a set of the pairs of all edges and of those that are moved, its size a power of two, filled with -1.
    directed, self_loops : bool
    stream : tuple of uint64
        ``purpose, k0, k1``.
    """
    purpose, k0, k1 = stream
    for e in range(existing.shape[1]):
        key = _key(existing[0, e], existing[1, e], n, directed)
        table[_find(table, key)] = 2 * key + 1
    for e in range(source.size):
        key = _key(source[e], target[e], n, directed)
        table[_find(table, key)] = 2 * key + 1
    for i in range(chosen.size):
        e = chosen[i]
        own = _key(source[e], target[e], n, directed)
        table[_find(table, own)] = 2 * own
        s, t, attempt = source[e], target[e], np.int64(0)
        free = False
        while not free:
            w0, w1, _, _ = philox(np.uint64(e) & _MASK, np.uint64(attempt), _MOVE, purpose, k0, k1)
            other = pool[np.int64(unit_interval(w0, w1) * pool.size)]
            attempt += 1
            s, t = (other, target[e]) if end[i] else (source[e], other)
            at = _find(table, _key(s, t, n, directed))
            free = (s != t or self_loops) and (table[at] == _EMPTY or table[at] & 1 == 0)
        key = _key(s, t, n, directed)
        table[_find(table, key)] = 2 * key + 1
        source[e], target[e] = s, t
