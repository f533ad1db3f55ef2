"""The Leiden algorithm for directed modularity (Traag et al. 2019, doi:10.1038/s41598-019-41695-z).

A level is a graph whose nodes stand for sets of nodes. Its links are symmetric, the weights of both directions added up, but
those of a node to itself left out; `out` and `into` are what leaves and reaches each node. Node v gains, when it joins C,

    weight between v and C - scale * (out[v] into(C) + into[v] out(C)),

with the resolution divided by the weight of all edges as scale (Leicht & Newman 2008, doi:10.1103/PhysRevLett.100.118703).
"""

from typing import NamedTuple

import numpy as np

from netgraph._counting_sort import sort_by_pair
from simcore.compile import compiled
from simcore.random import Purpose, uniforms

__all__ = ["Level", "leiden"]

# Links that are looked at between two chances for Ctrl-C.
_STEPS = 20_000_000

# How much better, in mean weights of a link, a community must be to be joined for certain rather than by chance.
_TEMPERATURE = 0.01


class Level(NamedTuple):
    """Symmetric links and the strengths of nodes."""

    begins: np.ndarray
    ends: np.ndarray
    weights: np.ndarray
    out: np.ndarray
    into: np.ndarray


def leiden(level: Level, scale: float, seed: int, n_iterations: int) -> np.ndarray:
    """Community of each node of the first level; int64, from 0 on."""
    chance = _Chance(seed)
    labels = np.arange(level.out.size)
    for _ in range(n_iterations):
        found = _improved(level, labels, scale, chance)
        if found is None:
            break
        labels = found
    return labels


class _Chance:
    """Random numbers, other ones with each call."""

    def __init__(self, seed: int) -> None:
        self._seed, self._calls = seed, 0

    def uniforms(self, n: int) -> np.ndarray:
        self._calls += 1
        return uniforms(self._seed, Purpose.GRAPH_COMMUNITIES, np.arange(n), self._calls)

    def order(self, n: int) -> np.ndarray:
        return np.argsort(self.uniforms(n), kind="stable")


def _improved(level: Level, labels: np.ndarray, scale: float, chance: _Chance) -> np.ndarray | None:
    """Better communities, found by moving nodes and then ever larger sets of nodes; None if nothing moves."""
    node, community, n_moved = np.arange(labels.size), labels, 0
    while True:
        community, moved = _moved(level, community, scale, chance)
        n_moved += moved
        n = level.out.size
        if community.max(initial=-1) + 1 == n:
            return community[node] if n_moved else None
        parts = _refined(level, community, scale, chance)
        if parts.max() + 1 == n:
            parts = community
        above = np.zeros(parts.max() + 1, dtype=np.int64)
        above[parts] = community
        level, node, community = _aggregated(level, parts), parts[node], above


def _moved(level: Level, community: np.ndarray, scale: float, chance: _Chance) -> tuple[np.ndarray, int]:
    """Move nodes as long as one gains by it; the communities, from 0 on without gaps, and the number of moves."""
    n = level.out.size
    community = community.copy()
    sums = np.stack([np.bincount(community, weights=x, minlength=n) for x in (level.out, level.into)])
    sizes = np.bincount(community, minlength=n)
    free = np.flatnonzero(sizes == 0)[::-1].copy()
    # Where the queue begins, how long it is, the number of free communities, and of moves.
    state = np.array([0, n, free.size, 0])
    free = np.concatenate([free, np.zeros(n - free.size, dtype=np.int64)])
    queue, waiting = chance.order(n), np.ones(n, dtype=np.bool_)
    least = 1e-10 * level.weights.sum() / max(n, 1)
    while state[1] > 0:
        _move(*level, scale, least, community, sums, sizes, free, queue, waiting, state, _STEPS)
    return np.unique(community, return_inverse=True)[1], int(state[3])


def _refined(level: Level, community: np.ndarray, scale: float, chance: _Chance) -> np.ndarray:
    """Well connected parts of the communities, numbered from 0 on."""
    n = level.out.size
    parts, order, drawn = np.arange(n), chance.order(n), chance.uniforms(n)
    whole = np.stack([np.bincount(community, weights=x) for x in (level.out, level.into)])
    sums, sizes, inside = np.stack([level.out, level.into]), np.ones(n, dtype=np.int64), np.zeros(n)
    _sum_inside(level.begins, level.ends, level.weights, community, inside)
    heat = _TEMPERATURE * level.weights.mean()
    size = max(1, _STEPS // (1 + level.ends.size // n))
    for i in range(0, n, size):
        _refine(*level, scale, heat, community, whole, order[i : i + size], drawn, parts, sums, sizes, inside)
    return np.unique(parts, return_inverse=True)[1]


def _aggregated(level: Level, parts: np.ndarray) -> Level:
    """The level whose nodes are the parts."""
    k = int(parts.max()) + 1
    start = np.repeat(parts, np.diff(level.begins))
    end = parts[level.ends]
    between = start != end
    start, end, weights = start[between], end[between], level.weights[between]
    _, rows = sort_by_pair(start, end, k)
    start, end = start[rows], end[rows]
    first = np.ones(rows.size, dtype=bool)
    first[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1])
    first = np.flatnonzero(first)
    begins = np.searchsorted(start[first], np.arange(k + 1))
    sums = np.add.reduceat(weights[rows], first) if first.size else np.zeros(0)
    strengths = [np.bincount(parts, weights=x, minlength=k) for x in (level.out, level.into)]
    return Level(begins, end[first].astype(level.ends.dtype), sums, *strengths)


@compiled
def _move(begins, ends, weights, out, into, scale, least, community, sums, sizes, free, queue, waiting, state, steps):
    """Work on the queue until it is empty or `steps` links were looked at."""
    n = out.size
    to, near = np.zeros(n), np.empty(n, np.int64)
    while state[1] > 0 and steps > 0:
        v = queue[state[0]]
        state[0] = (state[0] + 1) % n
        state[1] -= 1
        waiting[v] = False
        steps -= begins[v + 1] - begins[v] + 1
        old = community[v]
        n_near = _look_around(begins, ends, weights, community, v, to, near)
        _count(sums, sizes, old, v, out, into, -1)
        best, best_gain = old, to[old] - scale * (out[v] * sums[1, old] + into[v] * sums[0, old])
        if sizes[old] == 0:
            free[state[2]] = old
            state[2] += 1
        elif best_gain < -least:
            best, best_gain = free[state[2] - 1], 0.0
        for i in range(n_near):
            c = near[i]
            gain = to[c] - scale * (out[v] * sums[1, c] + into[v] * sums[0, c])
            to[c] = 0.0
            if gain > best_gain + least:
                best, best_gain = c, gain
        if sizes[best] == 0:
            state[2] -= 1  # the last one that became free
        _count(sums, sizes, best, v, out, into, 1)
        community[v] = best
        if best != old:
            state[3] += 1
            _wake(begins, ends, community, v, queue, waiting, state)


@compiled
def _look_around(begins, ends, weights, community, v, to, near):
    """Weight between a node and each community around; returns how many those are."""
    n_near = 0
    for e in range(begins[v], begins[v + 1]):
        c = community[ends[e]]
        if to[c] == 0.0 and weights[e] > 0.0:
            near[n_near] = c
            n_near += 1
        to[c] += weights[e]
    return n_near


@compiled
def _count(sums, sizes, community, v, out, into, sign):
    """Add a node to the sums of a community, or take it away."""
    sizes[community] += sign
    sums[0, community] += sign * out[v]
    sums[1, community] += sign * into[v]
    if sizes[community] == 0:
        sums[0, community], sums[1, community] = 0.0, 0.0


@compiled
def _wake(begins, ends, community, v, queue, waiting, state):
    """Queue the neighbours outside the community that a node has joined."""
    for e in range(begins[v], begins[v + 1]):
        w = ends[e]
        if not waiting[w] and community[w] != community[v]:
            waiting[w] = True
            queue[(state[0] + state[1]) % queue.size] = w
            state[1] += 1


@compiled
def _sum_inside(begins, ends, weights, community, inside):
    """Weight between each node and the rest of its community."""
    for v in range(community.size):
        for e in range(begins[v], begins[v + 1]):
            if community[ends[e]] == community[v]:
                inside[v] += weights[e]


@compiled
def _is_well_connected(part, community, scale, sums, whole, inside):
    """Whether a part gains by being in its community."""
    out, into = sums[0, part], sums[1, part]
    return inside[part] >= scale * (out * (whole[1, community] - into) + into * (whole[0, community] - out))


@compiled
def _refine(begins, ends, weights, out, into, scale, heat, community, whole, nodes, drawn, parts, sums, sizes, inside):
    """Let each node that is still alone join, by chance, a part of its community that it gains by joining."""
    to, near, chances = np.zeros(out.size), np.empty(out.size, np.int64), np.empty(out.size)
    for v in nodes:
        c = community[v]
        if sizes[parts[v]] != 1 or not _is_well_connected(parts[v], c, scale, sums, whole, inside):
            continue
        n_near = _look_around(begins, ends, weights, parts, v, to, near)
        most = 0.0
        for i in range(n_near):
            p = near[i]
            gain = to[p] - scale * (out[v] * sums[1, p] + into[v] * sums[0, p])
            joins = community[p] == c and _is_well_connected(p, c, scale, sums, whole, inside)
            chances[i] = gain if joins else -1.0
            most = max(most, chances[i])
        total = np.exp(-most / heat)
        for i in range(n_near):
            chances[i] = np.exp((chances[i] - most) / heat) if chances[i] >= 0.0 else 0.0
            total += chances[i]
        left = drawn[v] * total
        chosen = parts[v]
        for i in range(n_near):
            left -= chances[i]
            if left < 0.0 and chosen == parts[v]:
                chosen = near[i]
        if chosen != parts[v]:
            _count(sums, sizes, parts[v], v, out, into, -1)
            _count(sums, sizes, chosen, v, out, into, 1)
            inside[chosen] += inside[v] - 2.0 * to[chosen]
            parts[v] = chosen
        for i in range(n_near):
            to[near[i]] = 0.0
