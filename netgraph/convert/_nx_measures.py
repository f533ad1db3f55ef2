"""NetworkX's measures of degrees, clustering, reciprocity and paths, on our arrays."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from netgraph.convert._nx_view import Unsupported, View, plain, view_of

__all__ = [
    "average_clustering",
    "average_shortest_path_length",
    "clustering",
    "degree_assortativity",
    "degree_centrality",
    "is_empty",
    "is_isolate",
    "isolates",
    "number_of_isolates",
    "number_of_selfloops",
    "overall_reciprocity",
    "reciprocity",
    "transitivity",
]


def degree_centrality(mode: str) -> Callable[[Any], dict]:
    """The function that gives degrees relative to the number of other nodes."""

    def centrality(G: Any) -> dict:
        view = view_of(G)
        n = view.graph.n_nodes
        if n <= 1:
            return dict.fromkeys(view.names, 1)
        return view.by_node(view.graph.degree(mode=mode) * (1.0 / (n - 1.0)))

    return centrality


def is_empty(G: Any) -> bool:
    """Whether there are no edges."""
    return view_of(G).graph.n_edges == 0


def is_isolate(G: Any, n: Any) -> bool:
    """Whether a node has no edges."""
    view = view_of(G)
    nodes, single = view.chosen(n)
    if not single:
        raise Unsupported("a node that the graph has not")
    return int(view.graph.degree()[nodes[0]]) == 0


def isolates(G: Any) -> Iterator[Any]:
    """Nodes without edges."""
    view = view_of(G)
    names = list(view.names)
    return iter([names[i] for i in np.flatnonzero(view.graph.degree() == 0)])


def number_of_isolates(G: Any) -> int:
    """How many nodes have no edges."""
    return int((view_of(G).graph.degree() == 0).sum())


def number_of_selfloops(G: Any) -> int:
    """How many edges join a node to itself."""
    return int(view_of(G).loops.sum())


def clustering(G: Any, nodes: Any = None, weight: Any = None) -> Any:
    """Clustering of all nodes, of some, or of one."""
    view = view_of(G)
    chosen, single = view.chosen(nodes)
    values = _clustering(view, weight)[chosen]
    return plain(values[0]) if single else {name: plain(v) for name, v in view.by_node(values, chosen).items()}


def average_clustering(G: Any, nodes: Any = None, weight: Any = None, count_zeros: bool = True) -> float:
    """Mean clustering of nodes."""
    view = view_of(G)
    chosen, single = view.chosen(nodes)
    if single:
        raise Unsupported("one node")
    values = _clustering(view, weight)[chosen]
    values = values if count_zeros else values[values != 0]
    if values.size == 0:
        raise Unsupported("no nodes")
    return sum(values.tolist()) / values.size


def transitivity(G: Any) -> float:
    """Share of connected triplets that are triangles."""
    from netgraph.analysis import global_clustering

    view = view_of(G)
    view.require(simple=True)
    if view.graph.directed:
        raise Unsupported("a directed graph")
    return plain(global_clustering(view.graph))


def overall_reciprocity(G: Any) -> float:
    """Share of the edges that have one in the opposite direction."""
    from netgraph.analysis import reciprocity

    view = view_of(G)
    view.require(simple=True)
    if not view.graph.directed or view.graph.n_edges == 0 or view.loops.any():
        raise Unsupported("an undirected graph, no edges, or self-loops, which NetworkX counts")
    return reciprocity(view.graph)


def reciprocity(G: Any, nodes: Any = None) -> Any:
    """Share of the edges that have one in the opposite direction, of the graph or around each of some nodes."""
    if nodes is None:
        return overall_reciprocity(G)
    view = view_of(G)
    view.require(simple=True)
    if not view.graph.directed:
        raise Unsupported("an undirected graph")
    chosen, single = view.chosen(nodes)
    pattern = view.graph.adjacency()
    pattern.data[:] = 1
    mutual = np.asarray(pattern.multiply(pattern.T).sum(axis=1)).reshape(-1)[chosen]
    total = view.graph.degree()[chosen]
    if single and total[0] == 0:
        raise Unsupported("an isolated node")
    shares = [None if t == 0 else 2 * int(m) / int(t) for m, t in zip(mutual, total, strict=True)]
    return shares[0] if single else dict(zip(view.by_node(total, chosen), shares, strict=True))


def average_shortest_path_length(G: Any, weight: Any = None, method: str | None = None) -> float:
    """Mean length of shortest paths between all pairs."""
    from netgraph.analysis import average_path_length

    view = view_of(G)
    if method not in (None, "dijkstra" if weight is not None else "unweighted"):
        raise Unsupported("a method of NetworkX")
    if view.graph.n_nodes < 2:
        raise Unsupported("less than two nodes")
    return average_path_length(view.graph, weight=view.weight(weight))


def degree_assortativity(G: Any, x: str = "out", y: str = "in", weight: Any = None, nodes: Any = None) -> float:
    """Correlation of the degrees at the two ends of edges."""
    from netgraph.analysis import assortativity

    view = view_of(G)
    if nodes is not None or {x, y} - {"in", "out"} or view.graph.n_edges == 0:
        raise Unsupported("some nodes, other degrees, or no edges")
    if not view.graph.directed and view.loops.any():
        raise Unsupported("self-loops of an undirected graph, which NetworkX counts once")
    if view.graph.is_multigraph():
        raise Unsupported("parallel edges, which NetworkX counts in its own way")
    r = assortativity(view.graph, source=x, target=y, weight=view.weight(weight))
    if np.isnan(r):
        raise Unsupported("equal degrees")
    return r


def _clustering(view: View, weight: Any) -> np.ndarray:
    from netgraph.analysis import local_clustering

    view.require(simple=True)
    column = view.weight(weight)
    if column is not None and view.loops.any():
        raise Unsupported("weighted self-loops, which NetworkX looks at for the largest weight")
    if column is not None and not view.graph.edges[column].any():
        raise Unsupported("weights that are all zero")
    return local_clustering(view.graph, weight=column)
