"""NetworkX's lengths of shortest paths and what follows from them, on our arrays."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from netgraph.analysis._links import Links, links_of
from netgraph.convert._nx_view import Unsupported, View, plain, view_of

__all__ = [
    "all_pairs",
    "all_pairs_dijkstra",
    "center",
    "diameter",
    "dijkstra_length",
    "eccentricity",
    "floyd_warshall_numpy",
    "from_source",
    "from_source_bellman_ford",
    "from_source_dijkstra",
    "global_efficiency",
    "local_efficiency",
    "periphery",
    "radius",
    "shortest_path_length",
    "to_target",
]

# Sources that a search from all nodes looks at before it gives something back.
_AT_ONCE = 256


def from_source(G: Any, source: Any, cutoff: Any = None) -> dict:
    """Numbers of steps from a node to those that it reaches."""
    return _from_one(G, source, cutoff=_whole(cutoff))


def to_target(G: Any, target: Any, cutoff: Any = None) -> dict:
    """Numbers of steps to a node from those that reach it."""
    return _from_one(G, target, cutoff=_whole(cutoff), mode="in")


def from_source_dijkstra(G: Any, source: Any, cutoff: Any = None, weight: Any = "weight") -> dict:
    """Lengths of paths from a node to those that it reaches."""
    return _from_one(G, source, weight=_named(weight), cutoff=cutoff)


def from_source_bellman_ford(G: Any, source: Any, weight: Any = "weight") -> dict:
    """The same, where no length is negative."""
    return _from_one(G, source, weight=_named(weight))


def all_pairs(G: Any, cutoff: Any = None) -> Iterator[tuple[Any, dict]]:
    """Numbers of steps from each node."""
    return _from_all(G, cutoff=_whole(cutoff))


def all_pairs_dijkstra(G: Any, cutoff: Any = None, weight: Any = "weight") -> Iterator[tuple[Any, dict]]:
    """Lengths of paths from each node."""
    return _from_all(G, weight=_named(weight), cutoff=cutoff)


def dijkstra_length(G: Any, source: Any, target: Any, weight: Any = "weight") -> float:
    """Length of the path between two nodes."""
    view, links, whole = _searched(G, _named(weight))
    begin, end = view.number(source), view.number(target)
    length = _distances(links, np.array([begin]))[0, end]
    if np.isinf(length):
        raise Unsupported("no path, which is an error")
    return int(length) if whole else plain(length)


def shortest_path_length(
    G: Any, source: Any = None, target: Any = None, weight: Any = None, method: str = "dijkstra"
) -> dict | float | Iterator[tuple[Any, dict]]:
    """Lengths from a node, to a node, between two, or between all."""
    if method not in ("dijkstra", "bellman-ford"):
        raise Unsupported("a method that is an error")
    if source is None and target is None:
        return _from_all(G, weight=weight)
    if source is None or target is None:
        return _from_one(G, target if source is None else source, weight=weight, mode="in" if source is None else "out")
    if weight is None:
        raise Unsupported("steps between two nodes, which NetworkX searches for from both ends")
    return dijkstra_length(G, source, target, weight)


def floyd_warshall_numpy(G: Any, nodelist: Any = None, weight: Any = "weight") -> np.ndarray:
    """Matrix of lengths of paths."""
    from netgraph.analysis import shortest_distances

    view = view_of(G)
    n = view.graph.n_nodes
    order = np.arange(n) if nodelist is None else np.array([view.number(name) for name in nodelist], dtype=np.int64)
    if not np.array_equal(np.sort(order), np.arange(n)):
        raise Unsupported("nodes that are not all, or some twice")
    return shortest_distances(view.graph, weight=view.weight(weight))[order][:, order]


def eccentricity(G: Any, v: Any = None, sp: Any = None, weight: Any = None) -> Any:
    """Distance from each of some nodes, or from one, to the farthest."""
    if sp is not None:
        raise Unsupported("distances that are known")
    view = view_of(G)
    chosen, single = view.chosen(v)
    values = _eccentricity(view, chosen, weight)
    return values[0].item() if single else view.by_node(values, chosen)


def diameter(G: Any, e: Any = None, usebounds: bool = False, weight: Any = None) -> float:
    """The largest eccentricity."""
    return _of_all(view_of(G), e, weight).max().item()


def radius(G: Any, e: Any = None, usebounds: bool = False, weight: Any = None) -> float:
    """The smallest eccentricity."""
    return _of_all(view_of(G), e, weight).min().item()


def center(G: Any, e: Any = None, usebounds: bool = False, weight: Any = None) -> list:
    """The nodes with the smallest eccentricity."""
    return _with(G, e, usebounds, weight, np.min)


def periphery(G: Any, e: Any = None, usebounds: bool = False, weight: Any = None) -> list:
    """The nodes with the largest eccentricity."""
    return _with(G, e, usebounds, weight, np.max)


def global_efficiency(G: Any) -> float:
    """Mean inverse number of steps between nodes."""
    from netgraph.analysis import global_efficiency as ours

    view = view_of(G)
    view.require(directed=False)
    return plain(ours(view.graph)) if view.graph.n_nodes > 1 else 0


def local_efficiency(G: Any) -> float:
    """Mean efficiency among the neighbours of each node."""
    from netgraph.analysis import local_efficiency as ours

    view = view_of(G)
    view.require(directed=False, loops=False)  # NetworkX takes a node with a loop for its own neighbour
    if view.graph.n_nodes == 0:
        raise Unsupported("no nodes, which is an error")
    return plain(ours(view.graph).mean())


def _searched(G: Any, weight: Any, mode: str = "out") -> tuple[View, Links, bool]:
    """A graph, where its edges lead, and whether lengths of paths are whole."""
    view = view_of(G)
    column, whole = view.lengths(weight)
    return view, links_of(view.graph, column, mode=mode, where="shortest_path_length"), whole


def _from_one(G: Any, node: Any, *, weight: Any = None, cutoff: Any = None, mode: str = "out") -> dict:
    view, links, whole = _searched(G, weight, mode)
    number = view.number(node)
    return _reached(view, _distances(links, np.array([number]))[0], whole, _limit(cutoff))


def _from_all(G: Any, *, weight: Any = None, cutoff: Any = None) -> Iterator[tuple[Any, dict]]:
    """Checks at once; the graph may change while the iterator is read."""
    view, links, whole = _searched(G, weight)
    names, limit = list(view.names), _limit(cutoff)
    frozen = View(view.graph, names)

    def rows() -> Iterator[tuple[Any, dict]]:
        for first in range(0, len(names), _AT_ONCE):
            ids = np.arange(first, min(first + _AT_ONCE, len(names)))
            for i, distances in zip(ids.tolist(), _distances(links, ids), strict=True):
                yield names[i], _reached(frozen, distances, whole, limit)

    return rows()


def _distances(links: Links, sources: np.ndarray) -> np.ndarray:
    """Lengths of paths, shape (n_sources, n_nodes)."""
    from netgraph.analysis._searches import run_searches

    found = run_searches(
        links, sources, lambda batch: batch.distances.T, distances=True, where="shortest_path_length", progress=False
    )
    return np.concatenate(found)


def _reached(view: View, distances: np.ndarray, whole: bool, limit: float) -> dict:
    """Distances of the nodes that are not too far, the nearest first."""
    reached = np.flatnonzero(np.isfinite(distances) & (distances <= limit))
    order = reached[np.argsort(distances[reached], kind="stable")]
    values = distances[order]
    return view.by_node(values.astype(np.int64) if whole else values, order)


def _whole(cutoff: Any) -> Any:
    """A largest number of steps; NetworkX rounds others up."""
    if cutoff is not None and not isinstance(cutoff, (int, np.integer)):
        raise Unsupported("a cutoff that is no whole number")
    return cutoff


def _limit(cutoff: Any) -> float:
    if cutoff is None:
        return np.inf
    if not isinstance(cutoff, (int, float, np.integer, np.floating)) or not cutoff >= 0:
        raise Unsupported("a cutoff that is no number >= 0")
    return float(cutoff)


def _named(weight: Any) -> Any:
    """Where NetworkX needs a name of lengths."""
    if weight is None:
        raise Unsupported("no name of lengths")
    return weight


def _eccentricity(view: View, nodes: np.ndarray, weight: Any) -> np.ndarray:
    from netgraph.analysis import eccentricity as ours

    column, whole = view.lengths(weight)
    values = ours(view.graph, nodes=nodes, weight=column)
    if np.isinf(values).any():
        raise Unsupported("nodes without a path, which is an error")
    return values.astype(np.int64) if whole else values


def _of_all(view: View, e: Any, weight: Any) -> np.ndarray:
    if e is not None or view.graph.n_nodes == 0:
        raise Unsupported("eccentricities that are known, or no nodes")
    return _eccentricity(view, np.arange(view.graph.n_nodes), weight)


def _with(G: Any, e: Any, usebounds: bool, weight: Any, extreme: Callable[[np.ndarray], Any]) -> list:
    view = view_of(G)
    graph = view.graph
    if usebounds or (not graph.directed and graph.n_edges < graph.n_nodes):
        raise Unsupported("bounds or trees, of which NetworkX lists the nodes in another order")
    values = _of_all(view, e, weight)
    names = list(view.names)
    return [names[i] for i in np.flatnonzero(values == extreme(values))]
