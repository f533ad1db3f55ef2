"""Switches of edges that bring the mean local clustering to a given value.

An edge is a row of two stubs, of which number ``2 row`` is its source and the next one its target. A switch exchanges the nodes
of two stubs. The triangles around a node are counted in the matrix ``B = A + A.T`` (of an undirected graph ``B = A``): half of
the closed walks of three steps (Fagiolo 2007, doi:10.1103/PhysRevE.76.026107).
"""

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from netgraph._progress import run_tasks
from netgraph.analysis.clustering import local_clustering
from netgraph.generation._rewire_swaps import Ends, stream_of
from netgraph.graph import Graph
from simcore.compile import compiled, compiled_inner
from simcore.errors import NumericalError
from simcore.random import philox

__all__ = ["cluster_edges"]

# Proposals for each edge at most, and those of one call.
_PER_EDGE = 500
_STEP = 1 << 17
# How much closer than asked the clustering is brought if it can be.
_CLOSER = 0.5
# Number of the stream.
_STREAM = (1 << 23) - 2

# What a stub of a row holds that is taken out for a moment.
_NOBODY = -1


@compiled_inner
def _joined(ends, begin, stubs, u, v, directed):
    """Whether there is an edge from u to v, or one between them if edges have no direction."""
    for e in range(begin[u], begin[u + 1]):
        p = stubs[e]
        if ends[p ^ 1] == v and (not directed or (p & 1) == 0):
            return True
    return False


@compiled_inner
def _note(notes, node, by):
    """Write down what was counted, to be able to take it back."""
    notes[0, 0] += 1
    notes[notes[0, 0], 0], notes[notes[0, 0], 1] = node, by


@compiled_inner
def _change(ends, begin, stubs, mark, triangles, scale, notes, u, v, sign):
    """Count the triangles that the edge between u and v closes, or closed; returns the change of the sum of clustering."""
    for e in range(begin[u], begin[u + 1]):
        w = ends[stubs[e] ^ 1]
        if w != _NOBODY:
            mark[w] += 1
    total, change = np.int64(0), 0.0
    for e in range(begin[v], begin[v + 1]):
        w = ends[stubs[e] ^ 1]
        if w != _NOBODY and mark[w] > 0 and w != u:
            triangles[w] += sign * mark[w]
            _note(notes, w, sign * mark[w])
            change += sign * mark[w] * scale[w]
            total += mark[w]
    for e in range(begin[u], begin[u + 1]):
        w = ends[stubs[e] ^ 1]
        if w != _NOBODY:
            mark[w] = 0
    triangles[u] += sign * total
    triangles[v] += sign * total
    _note(notes, u, sign * total)
    _note(notes, v, sign * total)
    return change + sign * total * (scale[u] + scale[v])


@compiled_inner
def _turn_mutual(degree, mutual, triangles, scale, u, sign):
    """Count one mutual pair more or less at a node, which has fewer or more triplets then."""
    before = scale[u]
    mutual[u] += sign
    triplets = degree[u] * (degree[u] - 1) - 2 * mutual[u]
    scale[u] = 1.0 / triplets if triplets > 0 else 0.0
    return triangles[u] * (scale[u] - before)


@compiled_inner
def _edge(state, u, v, sign, directed):
    """Change of the sum of clustering when an edge from u to v comes or goes; its row is taken out for the moment."""
    ends, begin, stubs, _, mark, triangles, scale, degree, mutual, notes = state
    change = _change(ends, begin, stubs, mark, triangles, scale, notes, u, v, sign)
    if directed and _joined(ends, begin, stubs, v, u, True):
        change += _turn_mutual(degree, mutual, triangles, scale, u, sign)
        change += _turn_mutual(degree, mutual, triangles, scale, v, sign)
        _note(notes, -1 - u, sign)
        _note(notes, -1 - v, sign)
    return change


@compiled
def _build(state, both, directed):
    """Put in the ends of all rows, one row after the other; returns the sum of clustering."""
    ends, notes, total = state[0], state[9], 0.0
    for i in range(0, both.size, 2):
        notes[0, 0] = 0
        total += _edge(state, both[i], both[i + 1], 1, directed)
        ends[i], ends[i + 1] = both[i], both[i + 1]
    return total


@compiled_inner
def _exchange(state, p, q, directed):
    """Exchange the nodes of two stubs of different rows; returns the change of the sum of clustering."""
    ends, _, stubs, places, _, _, _, _, _, notes = state
    notes[0, 0] = 0
    i, j = p & ~1, q & ~1
    a, b, c, d = ends[i], ends[i + 1], ends[j], ends[j + 1]
    ends[i], ends[i + 1] = _NOBODY, _NOBODY
    change = _edge(state, a, b, -1, directed)
    ends[j], ends[j + 1] = _NOBODY, _NOBODY
    change += _edge(state, c, d, -1, directed)
    stubs[places[p]], stubs[places[q]] = q, p
    places[p], places[q] = places[q], places[p]
    at_p, at_q = (a if p == i else b), (c if q == j else d)
    a, b = (at_q if p == i else a), (b if p == i else at_q)
    c, d = (at_p if q == j else c), (d if q == j else at_p)
    change += _edge(state, a, b, 1, directed)
    ends[i], ends[i + 1] = a, b
    change += _edge(state, c, d, 1, directed)
    ends[j], ends[j + 1] = c, d
    return change


@compiled_inner
def _take_back(state, p, q):
    """Undo the last exchange, which was of these stubs."""
    ends, _, stubs, places, _, triangles, scale, degree, mutual, notes = state
    ends[p], ends[q] = ends[q], ends[p]
    places[p], places[q] = places[q], places[p]
    stubs[places[p]], stubs[places[q]] = p, q
    for k in range(1, notes[0, 0] + 1):
        node, by = notes[k, 0], notes[k, 1]
        if node >= 0:
            triangles[node] -= by
        else:
            _turn_mutual(degree, mutual, triangles, scale, -1 - node, -by)


@compiled(forceinline=True)
def _below(word, n):
    return np.int64((word * np.uint64(n)) >> np.uint64(32))


@compiled_inner
def _closing_stubs(state, words):
    """Two stubs whose exchange joins two neighbours of a random node; the first is -1 if none were found."""
    ends, begin, stubs = state[:3]
    x = ends[_below(words[0], ends.size)]
    n = begin[x + 1] - begin[x]
    y1 = ends[stubs[begin[x] + _below(words[1], n)] ^ 1]
    y2 = ends[stubs[begin[x] + _below(words[2], n)] ^ 1]
    s1 = stubs[begin[y1] + _below(words[3], begin[y1 + 1] - begin[y1])]
    s2 = stubs[begin[y2] + _below(words[4], begin[y2 + 1] - begin[y2])]
    if y1 == y2 or ends[s1 ^ 1] == x or ends[s2 ^ 1] == x:
        return -1, -1
    return s1 ^ 1, s2


@compiled_inner
def _allowed(state, p, q, directed):
    """Whether the exchange of two stubs keeps directions and makes no self-loops and parallel edges."""
    ends, begin, stubs = state[:3]
    if p < 0 or (p >> 1) == (q >> 1) or ends[p] == ends[q] or ends[p ^ 1] == ends[q ^ 1]:
        return False
    if directed and ((p ^ q) & 1):
        return False
    u, v, x, y = ends[p ^ 1], ends[q], ends[q ^ 1], ends[p]
    if u == v or x == y or (not directed and u == y and v == x):
        return False
    if directed and (p & 1) == 0:
        u, v, x, y = v, u, y, x
    return not (_joined(ends, begin, stubs, u, v, directed) or _joined(ends, begin, stubs, x, y, directed))


@compiled
def _approach(state, total, goal, enough, first, last, stream, directed):
    """Propose exchanges and keep those that lead the sum of clustering no further from the goal; returns the sum."""
    ends = state[0]
    purpose, k0, k1 = stream
    words = np.empty(8, np.uint64)
    for step in range(first, last):
        if abs(total - goal) <= enough:
            break
        for half in range(2):
            w0, w1, w2, w3 = philox(np.uint64(step), np.uint64(step >> 32), np.uint64(half), purpose, k0, k1)
            words[4 * half], words[4 * half + 1], words[4 * half + 2], words[4 * half + 3] = w0, w1, w2, w3
        if total < goal:
            p, q = _closing_stubs(state, words)
        else:
            p, q = _below(words[0], ends.size), _below(words[1], ends.size)
        if not _allowed(state, p, q, directed):
            continue
        change = _exchange(state, p, q, directed)
        if abs(total + change - goal) > abs(total - goal):
            _take_back(state, p, q)
        else:
            total += change
    return total


def cluster_edges(graph: Graph, ends: Ends, rtol: float, *, seed: int, progress: bool | None) -> Ends:
    """Sources and targets after switches that give the graph with these ends the mean local clustering of another graph.

    Triangles are made by switches that join two neighbours of a node (Bansal et al. 2009, doi:10.1186/1471-2105-10-405), and
    unmade by random ones.

    Raises
    ------
    NumericalError
        The clustering does not come so close.
    """
    search = _Search.of(graph, ends, seed)
    goal = float(local_clustering(graph).sum())
    steps = range(0, _PER_EDGE * graph.n_edges, _STEP)
    tasks = [functools.partial(search.approach, first, goal, _CLOSER * rtol * goal) for first in steps]
    run_tasks("random_rewire: clustering", tasks, threads=1, progress=progress, hint="a larger rtol takes less time")
    if abs(search.total - goal) > rtol * goal:
        reached, wanted = search.total / graph.n_nodes, goal / graph.n_nodes
        way_out = f"a larger rtol than {rtol:g} accepts that"
        what = f"switches of edges brought the mean local clustering to {reached:.3g}, not to {wanted:.3g}"
        raise NumericalError(f"random_rewire: {what}; {way_out}")
    return search.ends()


@dataclass(eq=False)
class _Search:
    """Stubs, triangles and triplets of a graph that is being changed, and the sum of its clustering."""

    state: tuple[np.ndarray, ...]
    total: float
    directed: bool
    stream: tuple[Any, ...]

    @classmethod
    def of(cls, graph: Graph, ends: Ends, seed: int) -> "_Search":
        """The start, with these ends of the edges."""
        both = np.stack(ends, axis=1).ravel().astype(np.int64)
        degree = np.bincount(both, minlength=graph.n_nodes)
        stubs = np.argsort(both, kind="stable")
        places = np.empty_like(stubs)
        places[stubs] = np.arange(stubs.size)
        begin, pairs = np.concatenate([[0], np.cumsum(degree)]), degree * (degree - 1) // (1 if graph.directed else 2)
        scale = np.divide(1.0, pairs, out=np.zeros(graph.n_nodes), where=pairs > 0)
        mark, triangles, mutual = (np.zeros(graph.n_nodes, dtype=np.int64) for _ in range(3))
        notes = np.zeros((1 + 4 * (int(degree.max()) + 4), 2), dtype=np.int64)
        state = np.full(both.size, _NOBODY), begin, stubs, places, mark, triangles, scale, degree, mutual, notes
        return cls(state, _build(state, both, graph.directed), graph.directed, stream_of(seed, _STREAM))

    def approach(self, first: int, goal: float, enough: float) -> None:
        """Some of the steps."""
        last = first + _STEP
        self.total = _approach(self.state, self.total, goal, enough, first, last, self.stream, self.directed)

    def ends(self) -> Ends:
        """Sources and targets."""
        return self.state[0][::2].copy(), self.state[0][1::2].copy()
