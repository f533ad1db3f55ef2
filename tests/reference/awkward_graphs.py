"""Small graphs with all that path metrics can stumble over, and their twins in NetworkX."""

import networkx as nx
import numpy as np

from netgraph import Graph


def random_graph(n, n_edges, seed, *, directed=True, lengths="real"):
    """Random edges, parallel ones and self-loops among them; lengths are real, or whole numbers from 0 or 1 to 3."""
    rng = np.random.default_rng(seed)
    source, target = rng.integers(0, n, size=(2, n_edges))
    drawn = {
        "real": rng.uniform(0.1, 3.0, size=n_edges),
        "whole": rng.integers(1, 4, size=n_edges).astype(float),
        "zeros": rng.integers(0, 4, size=n_edges).astype(float),
    }
    return Graph.from_edges(source, target, n_nodes=n, directed=directed, weights=drawn[lengths])


def awkward_graphs():
    """Name to graph: connected and not, with isolated nodes, parallel edges, self-loops, hardly any node."""
    graphs = {}
    for directed in (True, False):
        kind = "directed" if directed else "undirected"
        for lengths in ("real", "whole"):
            graphs[f"{kind} dense {lengths}"] = random_graph(25, 120, 1, directed=directed, lengths=lengths)
            graphs[f"{kind} in pieces {lengths}"] = random_graph(40, 45, 2, directed=directed, lengths=lengths)
        graphs[f"{kind} ring"] = Graph.from_edges(range(7), [*range(1, 7), 0], directed=directed, weights=2.0)
        graphs[f"{kind} chain"] = Graph.from_edges(range(6), range(1, 7), directed=directed, weights=0.5)
        graphs[f"{kind} loops alone"] = Graph.from_edges([0, 1], [0, 1], n_nodes=3, directed=directed, weights=1.0)
        for n in (1, 2, 3):
            graphs[f"{kind} {n} without edges"] = Graph(n, directed=directed)
            graphs[f"{kind} {n} without edges"].set_weights(1.0)
        parallel = Graph.from_edges([0, 0, 0, 1], [1, 1, 1, 2], directed=directed, weights=[2.0, 1.0, 1.0, 1.0])
        graphs[f"{kind} parallel"] = parallel
    return graphs


def as_networkx(graph, *, zero=0.0):
    """A multigraph with the edge attribute "weight", in which lengths of zero become `zero`, and the rows as keys."""
    other = nx.MultiDiGraph() if graph.directed else nx.MultiGraph()
    other.add_nodes_from(range(graph.n_nodes))
    weights = graph.edges["weight"] if "weight" in graph.edges else np.ones(graph.n_edges)
    for row, (s, t, w) in enumerate(zip(graph.source.tolist(), graph.target.tolist(), weights.tolist(), strict=True)):
        other.add_edge(s, t, key=row, weight=w or zero)
    return other


def by_node(values, n):
    """The values of a dictionary of nodes as an array."""
    return np.array([values[i] for i in range(n)], dtype=float)


def relabelled(graph, new):
    """The same graph with node i called ``new[i]``, its edges in another order."""
    order = np.random.default_rng(0).permutation(graph.n_edges)
    kwargs = {"n_nodes": graph.n_nodes, "directed": graph.directed, "weights": graph.edges["weight"][order]}
    return Graph.from_edges(new[graph.source[order]], new[graph.target[order]], **kwargs), order
