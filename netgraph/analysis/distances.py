"""Shortest distances between nodes, and the shortest paths themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgraph._ids import one_id
from netgraph.analysis._links import Links, links_of
from netgraph.analysis._searches import Batch, run_searches
from netgraph.graph import Graph, check_graph

__all__ = ["all_shortest_paths", "shortest_distances", "shortest_path"]


def shortest_distances(
    graph: Graph, sources: Any = None, targets: Any = None, *, weight: str | None = None, progress: bool | None = None
) -> NDArray[np.float64]:
    """Lengths of the shortest paths between two sets of nodes.

    Paths follow the directions of the edges.

    Parameters
    ----------
    graph : Graph
    sources, targets : array_like of int or Group, optional
        Where paths begin and end; all nodes if None.
    weight : str, optional
        Edge column with lengths >= 0, such as "distance" or "delay"; None counts edges.
    progress : bool, optional
        Whether to show a bar; None shows it in a terminal or a notebook.

    Returns
    -------
    distances : ndarray of float64, shape (n_sources, n_targets)
        Infinite where there is no path.

    Raises
    ------
    ParameterError
        If a length is negative or not finite.
    TooLargeError
        If the result does not fit into the free memory.

    Examples
    --------
    >>> from netgraph import Graph
    >>> shortest_distances(Graph.from_edges([0, 1], [1, 2]), [0, 2])
    array([[ 0.,  1.,  2.],
           [inf, inf,  0.]])
    """
    from simcore.memory import check_free

    where = "shortest_distances"
    check_graph(f"{where}: graph", graph)
    all_nodes = np.arange(graph.n_nodes)
    start = all_nodes if sources is None else graph._node_ids(sources, f"{where}: sources").astype(np.int64)
    end = None if targets is None else graph._node_ids(targets, f"{where}: targets")
    shape = (start.size, graph.n_nodes if end is None else end.size)
    check_free(where, f"{shape[0]} x {shape[1]} distances", 8.0 * shape[0] * shape[1])
    links = links_of(graph, weight, mode="out", where=where)
    result = np.empty(shape)

    def keep(batch: Batch) -> None:
        found = batch.distances if end is None else batch.distances[end]
        result[batch.first : batch.first + batch.sources.size] = found.T

    run_searches(links, start, keep, distances=True, where=where, progress=progress)
    return result


def shortest_path(graph: Graph, source: int, target: int, *, weight: str | None = None) -> NDArray[np.int64]:
    """Nodes of one shortest path between two nodes.

    Of several, the one whose last steps come from the nodes with the lowest ids; ``graph.edge_id(path[:-1], path[1:])`` gives
    its edges where there are no parallel ones.

    Parameters
    ----------
    graph : Graph
    source, target : int
        Where the path begins and ends; it follows the directions of the edges.
    weight : str, optional
        Edge column with lengths >= 0, such as "distance" or "delay"; None counts edges.

    Returns
    -------
    path : ndarray of int64, shape (n,)
        From `source` to `target`, or empty if there is no path.

    Raises
    ------
    ParameterError
        If a node does not exist, or a length is negative or not finite.

    Examples
    --------
    >>> from netgraph import Graph
    >>> shortest_path(Graph.from_edges([0, 1, 0, 2], [1, 3, 2, 3]), 0, 3)
    array([0, 1, 3])
    """
    return next(_paths(*_tree(graph, source, target, weight, "shortest_path")), np.empty(0, dtype=np.int64))


def all_shortest_paths(graph: Graph, source: int, target: int, *, weight: str | None = None) -> Iterator[NDArray[np.int64]]:
    """Nodes of each shortest path between two nodes, one after the other, since there may be very many.

    Lengths of zero and equal lengths are treated as in `betweenness`; parallel edges are one connection.

    Parameters
    ----------
    graph : Graph
    source, target : int
        Where the paths begin and end; they follow the directions of the edges.
    weight : str, optional
        Edge column with lengths >= 0, such as "distance" or "delay"; None counts edges.

    Returns
    -------
    paths : iterator of ndarray of int64
        Nothing if there is no path; sorted by the last node before the target, then by the one before that, and so on.

    Raises
    ------
    ParameterError
        If a node does not exist, or a length is negative or not finite.

    Examples
    --------
    >>> from netgraph import Graph
    >>> list(all_shortest_paths(Graph.from_edges([0, 1, 0, 2], [1, 3, 2, 3]), 0, 3))
    [array([0, 1, 3]), array([0, 2, 3])]
    """
    return _paths(*_tree(graph, source, target, weight, "all_shortest_paths"))


def _tree(
    graph: Graph, source: int, target: int, weight: str | None, where: str
) -> tuple[Links, np.ndarray, np.ndarray, int, int]:
    """Links against the edges, distances from the source, steps on the way that add nothing, and the two nodes."""
    from netgraph.analysis._dijkstra import distances_from  # Numba loads on first use

    check_graph(f"{where}: graph", graph)
    first = one_id(source, graph.n_nodes, f"{where}: source")
    last = one_id(target, graph.n_nodes, f"{where}: target")
    links = links_of(graph, weight, mode="out", where=where)
    lengths = np.ones(links.ends.size) if links.lengths is None else links.lengths
    lengths.flags.writeable = False  # as in other calls
    n = graph.n_nodes
    distance, nothing, place = np.full(n, np.inf), np.zeros(n, dtype=np.int32), np.full(n, -1)
    distances_from(
        links.begins, links.ends, lengths, first, distance, nothing, place, np.empty(n, np.int64), np.empty(n, np.int64)
    )
    return links_of(graph, weight, mode="in", where=where), distance, nothing, first, last


def _paths(back: Links, distance: np.ndarray, nothing: np.ndarray, source: int, target: int) -> Iterator[NDArray[np.int64]]:
    """Walk back from the target, along every branch in turn."""
    if not np.isfinite(distance[target]):
        return
    path, branches = [target], [iter(_before(back, distance, nothing, target))]
    while branches:
        if path[-1] == source:
            yield np.array(path[::-1], dtype=np.int64)
        node = next(branches[-1], None)
        if node is None:
            branches.pop()
            path.pop()
        else:
            path.append(node)
            branches.append(iter(_before(back, distance, nothing, node)))


def _before(back: Links, distance: np.ndarray, nothing: np.ndarray, node: int) -> list[int]:
    """Nodes from which a shortest path leads straight to this one, ascending."""
    some = slice(back.begins[node], back.begins[node + 1])
    start = back.ends[some]
    there = distance[start] + (1.0 if back.lengths is None else back.lengths[some])
    steps = nothing[start] + (there == distance[start])
    return start[(there == distance[node]) & (steps == nothing[node]) & np.isfinite(there)].tolist()
