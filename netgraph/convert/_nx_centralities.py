"""NetworkX's centralities whose results are exact, on our arrays."""

from typing import Any

import numpy as np

from netgraph.convert._nx_view import Unsupported, View, plain, view_of

__all__ = [
    "betweenness",
    "closeness",
    "communicability",
    "edge_betweenness",
    "eigenvector",
    "estrada_index",
    "harmonic",
    "hits",
    "katz",
    "subgraph_centrality",
    "subgraph_centrality_exp",
]


def betweenness(
    G: Any, k: Any = None, normalized: bool = True, weight: Any = None, endpoints: bool = False, seed: Any = None
) -> dict:
    """Share of the shortest paths over each node; with a sample of `k` nodes as sources NetworkX draws it."""
    from netgraph.analysis import betweenness as ours

    view = view_of(G)
    if k is not None and k != view.graph.n_nodes:
        raise Unsupported("a sample of nodes")
    column = _lengths_above_zero(view, weight)
    return view.by_node(ours(view.graph, weight=column, normalized=bool(normalized), endpoints=bool(endpoints)))


def edge_betweenness(G: Any, k: Any = None, normalized: bool = True, weight: Any = None, seed: Any = None) -> dict:
    """Share of the shortest paths over each edge."""
    from netgraph.analysis import edge_betweenness as ours

    view = view_of(G)
    if k is not None:
        raise Unsupported("a sample of nodes")
    if view.has_keys:
        raise Unsupported("edges with keys")
    graph = view.graph
    values = ours(graph, weight=_lengths_above_zero(view, weight), normalized=bool(normalized))
    ends = np.stack([graph.source, graph.target])
    if not graph.directed:
        ends.sort(axis=0)
    order = np.argsort(ends[0], kind="stable")  # as NetworkX lists them: node by node
    names = list(view.names)
    pairs = zip(*ends[:, order].tolist(), strict=True)
    return {(names[u], names[v]): value for (u, v), value in zip(pairs, values[order].tolist(), strict=True)}


def closeness(G: Any, u: Any = None, distance: Any = None, wf_improved: bool = True) -> Any:
    """Inverse mean distance to each node, or to one."""
    from netgraph.analysis import closeness as ours

    view = view_of(G)
    nodes = None if u is None else np.array([view.number(u)])
    values = ours(view.graph, nodes=nodes, weight=view.weight(distance), wf_improved=bool(wf_improved))
    values[np.isinf(values)] = 0.0  # all distances are zero
    return view.by_node(values) if u is None else float(values[0])


def harmonic(G: Any, nbunch: Any = None, distance: Any = None, sources: Any = None) -> dict:
    """Sum of inverse distances to each node."""
    from netgraph.analysis import harmonic as ours

    view = view_of(G)
    if sources is not None:
        raise Unsupported("paths from some nodes")
    column = _lengths_above_zero(view, distance)
    chosen, _ = view.chosen(nbunch)
    values = ours(view.graph, nodes=chosen, weight=column)
    return {name: plain(value) for name, value in view.by_node(values, chosen).items()}


def eigenvector(G: Any, weight: Any = None, max_iter: int = 50, tol: float = 0) -> dict:
    """The leading eigenvector of a connected graph."""
    from netgraph.analysis import eigenvector_centrality, is_connected

    view = view_of(G)
    if view.graph.n_nodes < 3 or not is_connected(view.graph):
        raise Unsupported("a small graph, or one that is not connected")
    return view.by_node(eigenvector_centrality(view.graph, weight=view.weight(weight)))


def katz(G: Any, alpha: float = 0.1, beta: Any = 1.0, normalized: bool = True, weight: Any = None) -> dict:
    """Number of walks to each node, each step worth `alpha`."""
    from netgraph.analysis import katz_centrality

    view = view_of(G)
    view.require(simple=True)
    if alpha is None or view.graph.n_nodes == 1:
        raise Unsupported("no alpha or one node, which are errors")
    column = view.weight(weight)
    return view.by_node(katz_centrality(view.graph, alpha=alpha, beta=beta, weight=column, normalized=bool(normalized)))


def hits(G: Any, max_iter: int = 100, tol: float = 1e-8, nstart: Any = None, normalized: bool = True) -> tuple[dict, dict]:
    """Hubs and authorities, where there is just one solution; NetworkX finds them within `tol`."""
    from netgraph.analysis import hits as ours

    view = view_of(G)
    if nstart is not None or not normalized or max_iter <= 0 or view.graph.n_nodes < 2:
        raise Unsupported("a start, a sign left to chance, no steps, or less than two nodes")
    hubs, authorities = ours(view.graph, weight=view.weight("weight"))
    return view.by_node(hubs), view.by_node(authorities)


def subgraph_centrality(G: Any, *, normalized: bool = False) -> dict:
    """Number of closed walks from each node."""
    from netgraph.analysis import subgraph_centrality as ours

    view = _walked(G)
    return view.by_node(ours(view.graph, normalized=bool(normalized)))


def subgraph_centrality_exp(G: Any, *, normalized: bool = False) -> dict:
    """The same, found in another way, which in NetworkX has no `normalized`."""
    if normalized:
        raise Unsupported("normalized=True")
    return subgraph_centrality(G)


def communicability(G: Any) -> dict:
    """Number of walks from each node to each other."""
    from netgraph.analysis import communicability as ours

    view = _walked(G)
    rows = ours(view.graph).tolist()
    return {name: dict(zip(view.names, row, strict=True)) for name, row in zip(view.names, rows, strict=True)}


def estrada_index(G: Any) -> float:
    """Number of closed walks."""
    return sum(subgraph_centrality(G).values())


def _walked(G: Any) -> View:
    """An undirected graph whose walks are counted: an edge of weight zero is none for NetworkX."""
    view = view_of(G)
    view.require(directed=False, simple=True)
    column = view.weight("weight")
    if view.graph.n_nodes == 0 or (column is not None and not view.graph.edges[column].all()):
        raise Unsupported("no nodes, or weights of zero")
    return view


def _lengths_above_zero(view: View, name: Any) -> str | None:
    """The column of lengths; those of zero NetworkX leaves out, or takes in an order of its own."""
    column = view.weight(name)
    if column is not None and not view.graph.edges[column].all():
        raise Unsupported("lengths of zero")
    return column
