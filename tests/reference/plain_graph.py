"""A naive twin of `netgraph.Graph`: lists of Python numbers and one loop after another."""

import numpy as np
from hypothesis import strategies as st

from netgraph import Graph


class PlainGraph:
    """Nodes 0 to n - 1 and a list of edges (source, target, weight)."""

    def __init__(self, n, edges, directed=True):
        self.n = n
        self.edges = [tuple(edge) for edge in edges]
        self.directed = directed

    def adjacency(self, weighted=False):
        matrix = np.zeros((self.n, self.n))
        for s, t, w in self.edges:
            matrix[s, t] += w if weighted else 1
            if not self.directed and s != t:
                matrix[t, s] += w if weighted else 1
        return matrix

    def degree(self, mode, weighted=False, kept=lambda edge: True):
        degree = [0.0] * self.n
        for s, t, w in filter(kept, self.edges):
            value = w if weighted else 1
            if mode in ("out", "total") or not self.directed:
                degree[s] += value
            if mode in ("in", "total") or not self.directed:
                degree[t] += value
        return degree

    def neighbours(self, node, mode):
        found = set()
        for s, t, _ in self.edges:
            if s == node and (mode in ("out", "all") or not self.directed):
                found.add(t)
            if t == node and (mode in ("in", "all") or not self.directed):
                found.add(s)
        return sorted(found)

    def same(self, a, b):
        return a == b or (not self.directed and a == b[::-1])

    def rows(self, s, t):
        return [row for row, edge in enumerate(self.edges) if self.same(edge[:2], (s, t))]

    def valid(self, new, multi, loops):
        """Positions of the new pairs that may be added, one after another."""
        present = [edge[:2] for edge in self.edges]
        good = []
        for position, pair in enumerate(new):
            if (not loops and pair[0] == pair[1]) or (not multi and any(self.same(pair, old) for old in present)):
                continue
            present.append(pair)
            good.append(position)
        return good

    def without_nodes(self, deleted):
        kept = [node for node in range(self.n) if node not in deleted]
        return self.part(kept)

    def part(self, nodes):
        number = {node: i for i, node in enumerate(nodes)}
        edges = [(number[s], number[t], w) for s, t, w in self.edges if s in number and t in number]
        return PlainGraph(len(nodes), edges, self.directed)

    def undirected(self, combine):
        pairs = {}
        for s, t, w in self.edges:
            pairs.setdefault((min(s, t), max(s, t)), []).append(w)
        return PlainGraph(self.n, [(*pair, combine(weights)) for pair, weights in pairs.items()], directed=False)


@st.composite
def plain_graphs(draw, max_nodes=7):
    """Up to 14 edges, parallel ones and self-loops too, in either kind of graph."""
    n = draw(st.integers(1, max_nodes))
    node = st.integers(0, n - 1)
    weight = st.integers(-4, 4).map(float)
    edges = draw(st.lists(st.tuples(node, node, weight), max_size=14))
    return PlainGraph(n, edges, draw(st.booleans()))


def make(plain):
    """The graph of a naive twin."""
    source, target, weight = (list(column) for column in zip(*plain.edges, strict=True)) if plain.edges else ([], [], [])
    return Graph.from_edges(source, target, n_nodes=plain.n, directed=plain.directed, weights=weight)
