"""Compiled searches for shortest paths along links that have lengths (Dijkstra 1959, doi:10.1007/BF01386390).

All take links as `begins` (int64), `ends` and `lengths` (>= 0): those of node v lead to ``ends[begins[v]:begins[v + 1]]``. Of
two paths of equal length the one with fewer steps that add nothing is the shorter one, as if a length of zero were infinitely
small. So no path ever returns to a node.
"""

import numpy as np

from simcore.compile import compiled, compiled_inner

__all__ = ["count_long_paths", "distances_from", "local_inverse_lengths", "search_lengths"]


@compiled_inner
def _before(distance, nothing, d, z, other):
    """Whether distance `d` with `z` steps that add nothing is less than that of node `other`."""
    return d < distance[other] or (d == distance[other] and z < nothing[other])


@compiled_inner
def _rise(heap, place, i, node, distance, nothing):
    """Put `node` into the heap (four children each) at `i` or above."""
    d, z = distance[node], nothing[node]
    while i > 0:
        above = (i - 1) >> 2
        other = heap[above]
        if not _before(distance, nothing, d, z, other):
            break
        heap[i] = other
        place[other] = i
        i = above
    heap[i] = node
    place[node] = i


@compiled_inner
def _sink(heap, place, size, node, distance, nothing):
    """Put `node` into the heap whose top is free."""
    i = 0
    while 4 * i + 1 < size:
        best = 4 * i + 1
        for child in range(best + 1, min(best + 4, size)):
            if _before(distance, nothing, distance[heap[child]], nothing[heap[child]], heap[best]):
                best = child
        if not _before(distance, nothing, distance[heap[best]], nothing[heap[best]], node):
            break
        heap[i] = heap[best]
        place[heap[i]] = i
        i = best
    heap[i] = node
    place[node] = i


@compiled
def distances_from(begins, ends, lengths, source, distance, nothing, place, heap, order):
    """Nodes in order of their distance from `source`; returns how many are reached.

    On entry all distances are infinite and all places -1. `nothing` gets the number of steps that add nothing.
    """
    distance[source], nothing[source] = 0.0, 0
    heap[0], place[source] = source, 0
    size, n_settled = 1, 0
    while size > 0:
        v = heap[0]
        size -= 1
        if size > 0:
            _sink(heap, place, size, heap[size], distance, nothing)
        order[n_settled] = v
        n_settled += 1
        for e in range(begins[v], begins[v + 1]):
            w = ends[e]
            d = distance[v] + lengths[e]
            z = nothing[v] + (1 if d == distance[v] else 0)
            if _before(distance, nothing, d, z, w):
                distance[w], nothing[w] = d, z
                i = place[w]
                if i < 0:
                    i = size
                    size += 1
                _rise(heap, place, i, w, distance, nothing)
    return n_settled


@compiled
def search_lengths(begins, ends, lengths, sources, sums, distances):
    """Search from each source; `sums` and `distances` as those of a breadth-first search, of float64."""
    n = begins.size - 1
    distance, nothing, place = np.full(n, np.inf), np.zeros(n, np.int32), np.full(n, -1, np.int64)
    heap, order = np.empty(n, np.int64), np.empty(n, np.int64)
    for b in range(sources.size):
        reached = distances_from(begins, ends, lengths, sources[b], distance, nothing, place, heap, order)
        sums[b, 0] = reached - 1
        sums[b, 3] = distance[order[reached - 1]]
        for i in range(reached):
            v = order[i]
            if i > 0:
                sums[b, 1] += distance[v]
                sums[b, 2] += 1.0 / distance[v] if distance[v] > 0.0 else np.inf
            if distances.size > 0:
                distances[v, b] = distance[v]
            distance[v] = np.inf
            place[v] = -1


@compiled_inner
def _continues(v, w, length, distance, nothing):
    """Whether a shortest path leads from v straight to w."""
    d = distance[v] + length
    return d == distance[w] and nothing[v] + (1 if d == distance[v] else 0) == nothing[w]


@compiled
def count_long_paths(begins, ends, lengths, sources, endpoints, node_sums, edge_sums):
    """As `count_paths` of a breadth-first search, for links with lengths."""
    n = begins.size - 1
    distance, nothing, place = np.full(n, np.inf), np.zeros(n, np.int32), np.full(n, -1, np.int64)
    heap, order = np.empty(n, np.int64), np.empty(n, np.int64)
    paths, gain, coefficient = np.zeros(n), np.zeros(n), np.zeros(n)
    finite = True
    for source in sources:
        n_reached = distances_from(begins, ends, lengths, source, distance, nothing, place, heap, order)
        reached = order[:n_reached]
        paths[source] = 1.0
        for v in reached:
            for e in range(begins[v], begins[v + 1]):
                if _continues(v, ends[e], lengths[e], distance, nothing):
                    paths[ends[e]] += paths[v]
        for i in range(n_reached - 1, -1, -1):
            v = reached[i]
            total = 0.0
            for e in range(begins[v], begins[v + 1]):
                if _continues(v, ends[e], lengths[e], distance, nothing):
                    total += coefficient[ends[e]]
                    _add(paths[v] * coefficient[ends[e]], edge_sums, e)
            gain[v] = total * paths[v]
            coefficient[v] = (1.0 + gain[v]) / paths[v]
            finite = finite and np.isfinite(paths[v])
        gain[source] = n_reached - 1.0 if endpoints else 0.0
        for i in range(n_reached):
            v = reached[i]
            _add(gain[v] + 1.0 if endpoints and i > 0 else gain[v], node_sums, v)
            distance[v], place[v], paths[v] = np.inf, -1, 0.0
    return finite


@compiled
def _add(value, sums, place):
    """Add a value and, if there is a second row, its square."""
    if sums.size > 0:
        sums[0, place] += value
        if sums.shape[0] > 1:
            sums[1, place] += value * value


@compiled
def local_inverse_lengths(begins, ends, lengths, around_begins, around, nodes, out):
    """Sum of the inverse distances between the neighbours of each node along paths among those neighbours alone.

    The neighbours of node v are ``around[around_begins[v]:around_begins[v + 1]]``.
    """
    number = np.full(begins.size - 1, -1, np.int64)
    none = np.empty((0, 64))
    for i in range(nodes.size):
        v = nodes[i]
        members = around[around_begins[v] : around_begins[v + 1]]
        inner_begins, inner, inner_lengths = _part(begins, ends, lengths, members, number)
        sums = np.zeros((members.size, 4))
        search_lengths(inner_begins, inner, inner_lengths, np.arange(members.size), sums, none)
        out[i] = sums[:, 2].sum()


@compiled
def _part(begins, ends, lengths, members, number):
    """Links among some nodes, which are numbered in the order given."""
    for i in range(members.size):
        number[members[i]] = i
    size = 0
    for v in members:
        size += begins[v + 1] - begins[v]
    inner_begins, inner, inner_lengths = np.zeros(members.size + 1, np.int64), np.empty(size, ends.dtype), np.empty(size)
    n = 0
    for i in range(members.size):
        v = members[i]
        for e in range(begins[v], begins[v + 1]):
            if number[ends[e]] >= 0:
                inner[n], inner_lengths[n] = number[ends[e]], lengths[e]
                n += 1
        inner_begins[i + 1] = n
    for v in members:
        number[v] = -1
    return inner_begins, inner, inner_lengths
