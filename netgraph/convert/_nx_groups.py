"""NetworkX's cores, triads, triangles, rich clubs, mixing and modularity, on our arrays."""

from collections.abc import Callable, Collection
from typing import Any

import numpy as np

from netgraph.convert._nx_view import Borrowed, Unsupported, View, view_of
from netgraph.graph import Graph

__all__ = [
    "attribute_assortativity",
    "core_number",
    "core_subgraph",
    "modularity",
    "numeric_assortativity",
    "onion_layers",
    "rich_club",
    "triadic_census",
    "triangles",
]


def core_number(G: Any) -> dict:
    """The largest core that each node is in."""
    from netgraph.analysis import core_numbers

    view = view_of(G)
    view.require(simple=True, loops=False)
    return view.by_node(core_numbers(view.graph))


def onion_layers(G: Any) -> dict:
    """When each node is taken away."""
    from netgraph.analysis import onion_layers as ours

    view = view_of(G)
    view.require(directed=False, simple=True, loops=False)
    return view.by_node(ours(view.graph))


def core_subgraph(kept: Callable[[np.ndarray, Any], np.ndarray]) -> Callable[..., Graph]:
    """The function that gives the subgraph of the nodes whose core numbers fit `k`; a network's is a network."""

    def subgraph(G: Any, k: Any = None, core_number: Any = None) -> Graph:
        from netgraph.analysis import core_numbers

        if isinstance(G, Borrowed) or core_number is not None:
            raise Unsupported("a graph of NetworkX, or core numbers that are known")
        view = view_of(G)
        view.require(simple=True, loops=False)
        graph = view.graph
        if graph.n_nodes == 0 or "label" in graph.nodes or not isinstance(k, (int, float, type(None))):
            raise Unsupported("no nodes, a column 'label', or a k that is no number")
        numbers = core_numbers(graph)
        ids = np.flatnonzero(kept(numbers, numbers.max() if k is None else k))
        part = graph.subgraph(ids)
        if ids.size and ids[-1] >= ids.size:
            part.nodes["label"] = ids
        return part

    return subgraph


def triadic_census(G: Any, nodelist: Any = None) -> dict[str, int]:
    """How often each triad occurs."""
    from netgraph.analysis import triad_census

    view = view_of(G)
    view.require(directed=True)
    if nodelist is not None:
        raise Unsupported("triads of some nodes")
    return triad_census(view.graph)


def triangles(G: Any, nodes: Any = None) -> Any:
    """Number of triangles of all nodes, of some, or of one."""
    from netgraph.analysis import triangle_count

    view = view_of(G)
    view.require(directed=False, simple=nodes is not None)
    chosen, single = view.chosen(nodes)
    values = triangle_count(view.graph, nodes=chosen)
    return values[0].item() if single else view.by_node(values, chosen)


def rich_club(G: Any, normalized: bool = True, Q: float = 100, seed: Any = None) -> dict[int, float]:
    """Density among the nodes above each degree."""
    from netgraph.analysis import rich_club as ours

    view = view_of(G)
    view.require(directed=False, simple=True, loops=False)
    if normalized:
        raise Unsupported("the random graph of NetworkX")
    club = ours(view.graph, n_nulls=0)
    return dict(zip(club.degree.tolist(), club.coefficient.tolist(), strict=True))


def attribute_assortativity(G: Any, attribute: Any, nodes: Any = None) -> float:
    """Whether edges join nodes of one category."""
    view = _mixed(G, nodes)
    return _assortativity(view, view.attribute(attribute), categorical=True)


def numeric_assortativity(G: Any, attribute: Any, nodes: Any = None) -> float:
    """Correlation of the numbers at the two ends of edges."""
    view = _mixed(G, nodes)
    values = view.attribute(attribute)
    if values.dtype.kind not in "if":
        raise Unsupported("an attribute that is no number")
    return _assortativity(view, values, categorical=False)


def modularity(G: Any, communities: Any, weight: Any = "weight", resolution: float = 1) -> float:
    """Edges inside communities beyond chance."""
    from netgraph.analysis import modularity as ours

    view = view_of(G)
    if not isinstance(communities, Collection) or not all(isinstance(c, Collection) for c in communities):
        raise Unsupported("communities that can be read only once")
    members = [[view.number(name) for name in community] for community in communities]
    sizes = [len(community) for community in members]
    nodes = np.array([node for community in members for node in community], dtype=np.int64)
    if not np.array_equal(np.sort(nodes), np.arange(view.graph.n_nodes)):
        raise Unsupported("communities that are no partition, which is an error")
    labels = np.empty(nodes.size, dtype=np.int64)
    labels[nodes] = np.repeat(np.arange(len(sizes)), sizes)
    q = ours(view.graph, labels, weight=view.weight(weight), resolution=resolution)
    if np.isnan(q):
        raise Unsupported("no edges, which is an error")
    return q


def _mixed(G: Any, nodes: Any) -> View:
    view = view_of(G)
    if nodes is not None:
        raise Unsupported("edges of some nodes")
    if not view.graph.directed:
        view.require(loops=False)  # NetworkX counts them once, other edges twice
    return view


def _assortativity(view: View, values: np.ndarray, *, categorical: bool) -> float:
    from netgraph.analysis import attribute_assortativity as ours

    r = ours(view.graph, values, categorical=categorical)
    if np.isnan(r):
        raise Unsupported("attributes that are equal along all edges")
    return r
