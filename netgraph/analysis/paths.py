"""Shortest paths."""

from typing import Any

import numpy as np

from netgraph._checks import check_choice
from netgraph.analysis._matrix import edge_weights, igraph_of
from netgraph.analysis.structure import connected_components
from netgraph.graph import Graph, check_graph
from simcore.errors import ParameterError

__all__ = ["average_path_length"]

_UNCONNECTED = ("error", "infinite", "largest", "pairs")


def average_path_length(graph: Graph, *, weight: str | None = None, unconnected: str = "error", sources: Any = None) -> float:
    """Mean length of the shortest paths between all ordered pairs of different nodes.

    Paths follow the directions of the edges. Self-loops do not matter, and of parallel edges the shortest counts.

    Parameters
    ----------
    graph : Graph
    weight : str, optional
        Edge column with lengths >= 0, such as "distance" or "delay"; None counts edges.
    unconnected : {"error", "infinite", "largest", "pairs"}
        What to do if some node cannot be reached from another: refuse, return infinity, use the largest (strongly) connected
        component alone, or take the mean over the pairs that have a path.
    sources : array_like of int or Group, optional
        Start from these nodes alone: an estimate for large graphs, where all pairs take too long.

    Returns
    -------
    length : float
        NaN if no pair is left.

    Raises
    ------
    ParameterError
        If the graph is not connected and `unconnected` is "error", or a length is negative or not finite.
    UnknownNameError
        If `unconnected` is none of those words.

    Examples
    --------
    >>> from netgraph import Graph
    >>> average_path_length(Graph.from_edges([0, 1, 2], [1, 2, 0]))
    1.5
    """
    where = "average_path_length"
    check_graph("average_path_length: graph", graph)
    check_choice(f"way of {where} with unconnected nodes", unconnected, _UNCONNECTED)
    start = None if sources is None else np.unique(graph._node_ids(sources, f"{where}: sources"))
    lengths = None if weight is None else edge_weights(graph, weight, where=where)
    labels, sizes = connected_components(graph, mode="strong")
    inside = None
    if sizes.size > 1:
        if unconnected == "error":
            got = f"{sizes.size} components, the largest of {sizes[0]} nodes"
            raise ParameterError(where, got=got, expected="a connected graph, or unconnected='infinite', 'largest' or 'pairs'")
        if unconnected == "largest":
            inside = np.flatnonzero(labels == 0)
            start = None if start is None else np.searchsorted(inside, start[labels[start] == 0])
    other, rows = igraph_of(graph, inside)
    return _mean_length(other, None if lengths is None else lengths[rows].tolist(), start, infinite=unconnected == "infinite")


def _mean_length(other: Any, lengths: list[float] | None, start: Any, *, infinite: bool) -> float:
    """Mean over the pairs that have a path, or infinity if one has none and `infinite`; NaN without pairs."""
    n = other.vcount()
    if n < 2 or (start is not None and start.size == 0):
        return float("nan")
    if start is None:
        return float(other.average_path_length(directed=other.is_directed(), unconn=not infinite, weights=lengths))
    total, pairs = 0.0, 0
    chunk = max(1, 1_000_000 // n)  # igraph returns lists: some million numbers at a time
    for i in range(0, start.size, chunk):
        found = np.array(other.distances(source=start[i : i + chunk].tolist(), weights=lengths, mode="out"))
        reached = np.isfinite(found)
        if infinite and not reached.all():
            return float("inf")
        total += float(found[reached].sum())
        pairs += int(reached.sum()) - len(found)  # without the paths of length zero to oneself
    return total / pairs if pairs else float("nan")
