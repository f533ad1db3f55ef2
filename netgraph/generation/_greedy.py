"""Graphs that have given degrees, found without search.

Undirected ones after Havel (1955) and Hakimi (1962, doi:10.1137/0110037), directed ones after Kleitman and Wang (1973,
doi:10.1016/0012-365X(73)90037-X).
"""

import numpy as np

from simcore.compile import compiled, compiled_inner

__all__ = ["havel_hakimi", "kleitman_wang"]


def havel_hakimi(degrees: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the edges of a simple undirected graph with these degrees, of which there must be one.

    The node of highest degree is joined to those of the next highest degrees, and again, in linear time.

    Examples
    --------
    >>> havel_hakimi(np.array([1, 2, 1]))
    (array([1, 1]), array([2, 0]))
    """
    degrees = np.asarray(degrees, dtype=np.int64)
    order = np.argsort(-degrees, kind="stable")
    ends = np.empty((2, int(degrees.sum()) // 2), dtype=np.int64)
    at_least = np.cumsum(np.bincount(degrees, minlength=int(degrees.max(initial=0)) + 3)[::-1])[::-1]
    _join(order, degrees[order], at_least[1:].copy(), ends)
    return ends[0], ends[1]


@compiled
def _join(order, degree, above, ends):
    """Join nodes, which stand in descending order of the degrees that are left; ``above[k]`` is how many are above k."""
    n_edges = 0
    for first in range(order.size):
        d = degree[first]
        if d == 0:
            break
        last = first + d
        lowest = degree[last]
        highest = degree[first + 1]
        # All nodes of a higher degree than the last partner are joined, and of those of its degree the last ones.
        begin = max(above[lowest], first + 1)
        n_equal = last + 1 - begin
        end = above[lowest - 1]
        for k in range(d):
            place = first + 1 + k if first + 1 + k < begin else end - 1 - (k - (begin - first - 1))
            ends[0, n_edges] = order[first]
            ends[1, n_edges] = order[place]
            degree[place] -= 1
            n_edges += 1
        for k in range(lowest, highest + 1):
            above[k] = max(above[k + 1], first + 1)
        above[lowest - 1] = end - n_equal


def kleitman_wang(out_degrees: np.ndarray, in_degrees: np.ndarray, *, loops: bool) -> tuple[np.ndarray, np.ndarray]:
    """Sources and targets of the edges of a directed graph with these degrees, of which there must be one.

    Each node, those of large out-degree first, sends its edges where the most in-degree is left, and among equals to the nodes
    that have themselves the most to send.

    Examples
    --------
    >>> kleitman_wang(np.array([1, 1, 0]), np.array([0, 1, 1]), loops=False)
    (array([1, 0]), array([2, 1]))
    """
    n = len(out_degrees)
    order = np.lexsort((-in_degrees, -out_degrees))
    rank = np.empty(n, dtype=np.int64)
    rank[order] = np.arange(n)
    # Larger is sent to first; whoever has sent gives up its n of precedence.
    keys = np.asarray(in_degrees, dtype=np.int64) * (2 * n) + (2 * n - 1 - rank)
    heap = np.argsort(-keys, kind="stable")
    ends = np.empty((2, int(out_degrees.sum())), dtype=np.int64)
    _send(order, np.asarray(out_degrees, dtype=np.int64), keys, heap, loops, ends)
    return ends[0], ends[1]


@compiled_inner
def _sink(heap, place, n, keys):
    """Put right a heap with the largest key on top, of which one place may hold too small a key."""
    node = heap[place]
    while True:
        child = 2 * place + 1
        if child >= n:
            break
        if child + 1 < n and keys[heap[child + 1]] > keys[heap[child]]:
            child += 1
        if keys[heap[child]] <= keys[node]:
            break
        heap[place] = heap[child]
        place = child
    heap[place] = node


@compiled_inner
def _rise(heap, place, keys):
    """The same for a place that may hold too large a key."""
    node = heap[place]
    while place > 0 and keys[heap[(place - 1) // 2]] < keys[node]:
        heap[place] = heap[(place - 1) // 2]
        place = (place - 1) // 2
    heap[place] = node


@compiled
def _send(order, out_degrees, keys, heap, loops, ends):
    """Let each node in order send its edges to those on top of the heap, which are put back with one less to receive."""
    n = heap.size
    taken = np.empty(n, np.int64)
    # Nodes that have sent, but whose keys do not say so yet.
    is_late = np.zeros(n, np.uint8)
    n_edges = 0
    for node in order:
        n_taken, n_left, wanted = 0, n, out_degrees[node]
        while wanted > 0:
            top = heap[0]
            if is_late[top]:
                is_late[top] = 0
                keys[top] -= n
                _sink(heap, 0, n_left, keys)
                continue
            taken[n_taken] = top
            n_taken += 1
            n_left -= 1
            heap[0] = heap[n_left]
            _sink(heap, 0, n_left, keys)
            if top == node and not loops:
                continue
            ends[0, n_edges], ends[1, n_edges] = node, top
            n_edges += 1
            wanted -= 1
            keys[top] -= 2 * n
        for k in range(n_taken):
            heap[n_left] = taken[k]
            _rise(heap, n_left, keys)
            n_left += 1
        is_late[node] = 1
