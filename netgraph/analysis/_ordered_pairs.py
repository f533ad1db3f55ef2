"""Linked nodes as pairs: each pair stored once, at its end of lower degree, without self-loops and parallel edges.

Triangles are then found in a time that grows as the edges to the power 3/2 at most, however large the hubs (Chiba & Nishizeki
1985, doi:10.1137/0214017; Latapy 2008, doi:10.1016/j.tcs.2008.07.017).
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from netgraph._ids import id_dtype
from netgraph.analysis._matrix import edge_weights
from simcore.compile import compiled

if TYPE_CHECKING:
    from netgraph.graph import Graph

__all__ = ["OrderedPairs", "ordered_pairs"]


class OrderedPairs(NamedTuple):
    """Pairs of linked nodes; nodes go by their rank, which is 0 for the highest degree.

    Attributes
    ----------
    node : ndarray of int64, shape (n_nodes,)
        Node of each rank.
    first : ndarray of int64, shape (n_nodes + 1,)
        Where the pairs of each rank begin.
    other : ndarray of int32, shape (n_pairs,)
        Rank of the other node of each pair, which is the lower one.
    kind : ndarray of uint8, shape (n_pairs,)
        1 for an edge to the other node, 2 for one from it, 3 for both; an undirected edge is both.
    weight : ndarray of float64, shape (n_pairs, 2), or (0, 2) without weights
        Sum of the weights of the edges to the other node, and of those from it.
    """

    node: np.ndarray
    first: np.ndarray
    other: np.ndarray
    kind: np.ndarray
    weight: np.ndarray

    def by_node(self, values: np.ndarray) -> np.ndarray:
        """Values that lie by rank, in the order of the nodes."""
        out = np.empty_like(values)
        out[self.node] = values
        return out

    def around(self, nodes: np.ndarray) -> "OrderedPairs":
        """Only the pairs whose ends both are among `nodes` and their neighbours."""
        rank = np.empty(self.node.size, dtype=np.int64)
        rank[self.node] = np.arange(self.node.size)
        wanted = np.zeros(self.node.size, dtype=bool)
        wanted[rank[nodes]] = True
        owner = np.repeat(np.arange(self.node.size), np.diff(self.first))
        near = wanted.copy()
        near[owner[wanted[self.other]]] = True
        near[self.other[wanted[owner]]] = True
        kept = near[owner] & near[self.other]
        before = np.concatenate([[0], np.cumsum(kept)])
        weight = self.weight[kept] if self.weight.size else self.weight
        return OrderedPairs(self.node, before[self.first], self.other[kept], self.kind[kept], weight)


def ordered_pairs(graph: "Graph", weight: str | None = None, *, where: str = "weight") -> OrderedPairs:
    """The pairs of linked nodes of a graph.

    Parameters
    ----------
    graph : Graph
    weight : str, optional
        Edge column with finite numbers >= 0.
    where : str
        What asks, for messages.

    Examples
    --------
    >>> from netgraph import Graph
    >>> pairs = ordered_pairs(Graph.from_edges([0, 1, 1, 2], [1, 0, 2, 2]))
    >>> pairs.node.tolist(), pairs.first.tolist(), pairs.other.tolist(), pairs.kind.tolist()
    ([1, 2, 0], [0, 0, 1, 2], [0, 0], [2, 3])
    """
    values = np.empty(0) if weight is None else edge_weights(graph, weight, where=where)
    n = graph.n_nodes
    degree = np.bincount(graph.source, minlength=n) + np.bincount(graph.target, minlength=n)
    few = degree.max(initial=0) < 2**15  # numbers of 16 bits are sorted in linear time
    node = np.argsort(-degree.astype(np.int16) if few else -degree, kind="stable")
    rank = np.empty(n, dtype=id_dtype(n))
    rank[node] = np.arange(n)
    first = np.zeros(n + 1, dtype=np.int64)
    _count(rank, graph.source, graph.target, first)
    np.cumsum(first, out=first)
    size = int(first[-1])
    other, kind = np.empty(size, dtype=rank.dtype), np.empty(size, dtype=np.uint8)
    weights = np.zeros((size if weight is not None else 0, 2))
    _place(rank, graph.source, graph.target, values, graph.directed, first.copy(), other, kind, weights)
    size = _merge(first, other, kind, weights, np.full(n, -1, dtype=np.int64))
    return OrderedPairs(node, first, other[:size], kind[:size], weights[:size])


@compiled
def _count(rank, source, target, first):
    """Number of edges of each rank towards lower ranks, one place behind it."""
    for e in range(source.size):
        a, b = rank[source[e]], rank[target[e]]
        if a != b:
            first[max(a, b) + 1] += 1


@compiled
def _place(rank, source, target, values, directed, place, other, kind, weight):
    """Put each edge to the pairs of its end of higher rank; `place` is where the next one goes."""
    for e in range(source.size):
        a, b = rank[source[e]], rank[target[e]]
        if a == b:
            continue
        back = 1 if a < b else 0
        owner, at = max(a, b), place[max(a, b)]
        other[at] = min(a, b)
        kind[at] = 1 + back if directed else 3
        if values.size > 0:
            weight[at, back] = values[e]
            if not directed:
                weight[at, 1 - back] = values[e]
        place[owner] += 1


@compiled
def _merge(first, other, kind, weight, found):
    """Make one pair of those that are equal, and close the gaps; returns the number of pairs.

    `found` holds, for each rank, the last pair in which it was the other node.
    """
    begin, at = first[0], first[0]
    for owner in range(first.size - 1):
        start, end = at, first[owner + 1]
        for e in range(begin, end):
            same = found[other[e]]
            if same >= start:
                kind[same] |= kind[e]
                if weight.shape[0] > 0:
                    weight[same, 0] += weight[e, 0]
                    weight[same, 1] += weight[e, 1]
                continue
            found[other[e]] = at
            other[at], kind[at] = other[e], kind[e]
            if weight.shape[0] > 0:
                weight[at, 0], weight[at, 1] = weight[e, 0], weight[e, 1]
            at += 1
        begin = end
        first[owner + 1] = at
    return at
