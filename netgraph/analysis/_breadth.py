"""Compiled breadth-first searches: distances from many sources at once, and how many shortest paths lead over nodes and links.

All take links as `begins` (int64) and `ends`: those of node v lead to ``ends[begins[v]:begins[v + 1]]``.
"""

import numpy as np

from simcore.compile import compiled

__all__ = ["SOURCES_AT_ONCE", "count_paths", "local_inverse_distances", "search"]

# Bits of a word: each stands for one source.
SOURCES_AT_ONCE = 64


@compiled
def search(begins, ends, sources, sums, distances):
    """Breadth-first search from up to 64 sources at once (Then et al. 2014, doi:10.14778/2735496.2735507).

    Row b of `sums` gets, over the nodes that source b reaches besides itself: their number, the sum of their distances, that of
    the inverse distances, and the largest distance. Column b of `distances`, unless it is empty, gets them all, where reached.
    """
    n = begins.size - 1
    seen, now, coming = np.zeros(n, np.uint64), np.zeros(n, np.uint64), np.zeros(n, np.uint64)
    active, touched = np.empty(n, np.int64), np.empty(n, np.int64)
    counts = np.zeros(64, np.int64)
    n_active, level = _start(sources, seen, now, active, distances), 0
    while n_active > 0:
        level += 1
        n_touched = _reach(begins, ends, now, active[:n_active], coming, touched)
        n_active = _arrive(touched[:n_touched], coming, seen, now, active, counts)
        if distances.size > 0:
            _write(level, active[:n_active], now, distances, sources.size)
        for b in range(sources.size):
            if counts[b] > 0:
                sums[b, 0] += counts[b]
                sums[b, 1] += level * counts[b]
                sums[b, 2] += counts[b] / level
                sums[b, 3] = level
                counts[b] = 0


@compiled
def _start(sources, seen, now, active, distances):
    n_active = 0
    for b in range(sources.size):
        v = sources[b]
        if now[v] == 0:
            active[n_active] = v
            n_active += 1
        now[v] |= np.uint64(1) << np.uint64(b)
        seen[v] = now[v]
        if distances.size > 0:
            distances[v, b] = 0
    return n_active


@compiled
def _reach(begins, ends, now, active, coming, touched):
    """Hand the words of the active nodes on to their neighbours; returns how many those are."""
    n_touched = 0
    for v in active:
        word = now[v]
        now[v] = 0
        for e in range(begins[v], begins[v + 1]):
            w = ends[e]
            before = coming[w]
            if before == 0:
                touched[n_touched] = w
                n_touched += 1
            coming[w] = before | word
    return n_touched


@compiled
def _arrive(touched, coming, seen, now, active, counts):
    """Keep what is new to the nodes, count it by source, and return how many nodes got something new."""
    n_active = 0
    for w in touched:
        new = coming[w] & ~seen[w]
        coming[w] = 0
        if new != 0:
            seen[w] |= new
            now[w] = new
            active[n_active] = w
            n_active += 1
            for b in range(64):
                counts[b] += np.int64((new >> np.uint64(b)) & np.uint64(1))
    return n_active


@compiled
def _write(level, active, now, distances, n_sources):
    for w in active:
        for b in range(n_sources):
            if (now[w] >> np.uint64(b)) & np.uint64(1):
                distances[w, b] = level


@compiled
def count_paths(begins, ends, sources, endpoints, node_sums, edge_sums):
    """Share of the shortest paths from `sources` that leads over each node and link.

    After Brandes 2001 (doi:10.1080/0022250X.2001.9990249).
    Row 0 of `node_sums` and `edge_sums` gets the sums over sources, row 1, if there, those of the squares; either may be empty.
    Returns whether all numbers of paths were finite.
    """
    n = begins.size - 1
    level, order, borders = np.full(n, -1, np.int32), np.empty(n, np.int32), np.empty(n + 2, np.int64)
    # Coefficients are zero except at the nodes one step farther than those that are looked at.
    paths, gain, coefficient = np.zeros(n), np.zeros(n), np.zeros(n)
    finite = True
    for source in sources:
        depth = _levels(begins, ends, source, level, paths, order, borders)
        for d in range(depth - 1, -1, -1):
            nodes, farther = order[borders[d] : borders[d + 1]], order[borders[d + 1] : borders[d + 2]]
            if farther.size > 0:
                _gather(begins, ends, nodes, paths, coefficient, gain, edge_sums)
            else:  # no path goes on from the farthest nodes
                for v in nodes:
                    gain[v] = 0.0
            for v in farther:
                coefficient[v] = 0.0
            for v in nodes:
                coefficient[v] = (1.0 + gain[v]) / paths[v]
        coefficient[source] = 0.0
        reached = order[: borders[depth]]
        for v in reached:
            finite = finite and np.isfinite(paths[v])
            level[v] = -1
        if node_sums.size > 0:
            _add_nodes(reached, gain, endpoints, node_sums)
    return finite


@compiled
def _levels(begins, ends, source, level, paths, order, borders):
    """Nodes in order of their distance from `source`, how many shortest paths lead to each, and where each distance begins."""
    order[0], level[source], paths[source] = source, 0, 1.0
    borders[0], borders[1] = 0, 1
    n_seen, depth = 1, 0
    while borders[depth] < n_seen:
        for i in range(borders[depth], borders[depth + 1]):
            v = order[i]
            for e in range(begins[v], begins[v + 1]):
                w = ends[e]
                if level[w] < 0:
                    level[w] = depth + 1
                    paths[w] = paths[v]
                    order[n_seen] = w
                    n_seen += 1
                elif level[w] == depth + 1:
                    paths[w] += paths[v]
        depth += 1
        borders[depth + 1] = n_seen
    return depth


@compiled
def _gather(begins, ends, nodes, paths, coefficient, gain, edge_sums):
    """What the nodes and their links get from the paths that go on to the next ones."""
    for v in nodes:
        total = 0.0
        for e in range(begins[v], begins[v + 1]):
            total += coefficient[ends[e]]
        gain[v] = total * paths[v]
        if edge_sums.size > 0 and total > 0.0:
            for e in range(begins[v], begins[v + 1]):
                value = paths[v] * coefficient[ends[e]]
                edge_sums[0, e] += value
                if edge_sums.shape[0] > 1:
                    edge_sums[1, e] += value * value


@compiled
def _add_nodes(reached, gain, endpoints, node_sums):
    """Add the shares of one source, which comes first among the nodes that it reached."""
    gain[reached[0]] = reached.size - 1.0 if endpoints else 0.0
    for i in range(reached.size):
        v = reached[i]
        value = gain[v] + 1.0 if endpoints and i > 0 else gain[v]
        node_sums[0, v] += value
        if node_sums.shape[0] > 1:
            node_sums[1, v] += value * value


@compiled
def local_inverse_distances(begins, ends, around_begins, around, nodes, out):
    """Sum of the inverse distances between the neighbours of each node along paths among those neighbours alone.

    The neighbours of node v are ``around[around_begins[v]:around_begins[v + 1]]``.
    """
    number = np.full(begins.size - 1, -1, np.int64)
    none = np.empty((0, 64), np.int32)
    for i in range(nodes.size):
        v = nodes[i]
        members = around[around_begins[v] : around_begins[v + 1]]
        k = members.size
        inner_begins, inner = _part(begins, ends, members, number)
        all_members = np.arange(k)
        for b in range(0, k, 64):
            some = all_members[b : min(b + 64, k)]
            sums = np.zeros((64, 4))
            search(inner_begins, inner, some, sums, none)
            out[i] += sums[:, 2].sum()


@compiled
def _part(begins, ends, members, number):
    """Links among some nodes, which are numbered in the order given."""
    for i in range(members.size):
        number[members[i]] = i
    inner_begins = np.zeros(members.size + 1, np.int64)
    size = 0
    for v in members:
        size += begins[v + 1] - begins[v]
    inner, n = np.empty(size, ends.dtype), 0
    for i in range(members.size):
        v = members[i]
        for e in range(begins[v], begins[v + 1]):
            if number[ends[e]] >= 0:
                inner[n] = number[ends[e]]
                n += 1
        inner_begins[i + 1] = n
    for v in members:
        number[v] = -1
    return inner_begins, inner
