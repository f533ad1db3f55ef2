"""Triangles and triplets around each node: the two numbers whose ratio is the clustering coefficient."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_choice
from netgraph.analysis._clustering_sums import METHODS, Triads, triads_of
from netgraph.graph import Graph, check_graph

__all__ = ["triangle_count", "triplet_count"]

Numbers = NDArray[np.int64] | NDArray[np.float64]


def triangle_count(
    graph: Graph,
    *,
    weight: str | None = None,
    method: str = "onnela",
    mode: str = "total",
    nodes: Any = None,
    progress: bool | None = None,
) -> Numbers:
    """Number, or weight, of the triangles that each node is part of.

    An undirected triangle counts once at each of its nodes. In a directed graph every choice of one edge between each two of
    three nodes is a triangle, so that all six edges between them form eight (Fagiolo 2007, doi:10.1103/PhysRevE.76.026107).
    Self-loops are left out; parallel edges count once, or with the sum of their weights.

    Parameters
    ----------
    graph, weight, method, mode, nodes, progress
        As in `local_clustering`, which is this over `triplet_count`.

    Returns
    -------
    triangles : ndarray of int64, or with `weight` of float64, shape (n,)

    Examples
    --------
    >>> from netgraph import Graph
    >>> triangle_count(Graph.from_edges([0, 1, 2, 2], [1, 2, 0, 3], directed=False))
    array([1, 1, 1, 0])
    """
    triads, chosen = _triads(graph, weight, method, mode, nodes, where="triangle_count")
    return _once(triads.triangles(METHODS[method][0], progress)[chosen], graph)


def triplet_count(
    graph: Graph,
    *,
    weight: str | None = None,
    method: str = "onnela",
    mode: str = "total",
    nodes: Any = None,
) -> Numbers:
    """Number, or weight, of the triplets around each node: two edges to different neighbours, which a third may close.

    Two edges of an undirected graph are one triplet. In a directed graph two edges to a node, or from it, count twice, since an
    edge in either direction closes them: the number is that of the triangles there could be (Fagiolo 2007).

    Parameters
    ----------
    graph, weight, method, mode, nodes
        As in `local_clustering`.

    Returns
    -------
    triplets : ndarray of int64 or float64, shape (n,)
        Floats for a method whose triplets have weights.

    Examples
    --------
    >>> from netgraph import Graph
    >>> triplet_count(Graph.from_edges([0, 1, 2, 2], [1, 2, 0, 3], directed=False))
    array([1, 1, 3, 0])
    """
    triads, chosen = _triads(graph, weight, method, mode, nodes, where="triplet_count")
    return _once(triads.triplets(METHODS[method][1])[chosen], graph)


def _triads(graph: Graph, weight: str | None, method: str, mode: str, nodes: Any, *, where: str) -> tuple[Triads, Any]:
    """Checked triads, and the rows to return."""
    check_graph(f"{where}: graph", graph)
    check_choice(f"method of {where}", method, METHODS)
    chosen = None if nodes is None else graph._node_ids(nodes, f"{where}: nodes")
    return triads_of(graph, weight, mode, where=where, nodes=chosen), slice(None) if chosen is None else chosen


def _once(counts: Numbers, graph: Graph) -> Numbers:
    """Two neighbours in an undirected graph have no order."""
    if graph.directed:
        return counts
    return counts // 2 if counts.dtype == np.int64 else counts / 2
