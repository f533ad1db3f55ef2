"""Clustering: how often the neighbours of a node are neighbours of each other."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_choice
from netgraph.analysis._clustering_sums import METHODS, divided, triads_of, undefined_value
from netgraph.graph import Graph, check_graph

__all__ = ["global_clustering", "local_clustering"]

Floats = NDArray[np.float64]


def local_clustering(
    graph: Graph,
    *,
    weight: str | None = None,
    method: str = "onnela",
    mode: str = "total",
    nodes: Any = None,
    undefined: float = 0.0,
    progress: bool | None = None,
) -> Floats:
    """Clustering coefficient of each node: closed triplets around it over all triplets.

    Without weights that of Watts & Strogatz (1998, doi:10.1038/30918) in undirected graphs and of Fagiolo (2007,
    doi:10.1103/PhysRevE.76.026107) in directed ones. Self-loops are left out; parallel edges count once, or with the sum of
    their weights.

    Parameters
    ----------
    graph : Graph
    weight : str, optional
        Edge column with numbers >= 0.
    method : {"onnela", "barrat", "zhang", "continuous"}
        How weights count (without `weight`, and for equal weights of 1, all are the same). All but "barrat" take the weights
        relative to the largest.

        - "onnela": a triangle counts with the geometric mean of its weights, a triplet with 1 (Onnela et al. 2005,
          doi:10.1103/PhysRevE.71.065103).
        - "barrat": a triplet, closed or not, counts with the mean of its two weights (Barrat et al. 2004,
          doi:10.1073/pnas.0400087101; for directed graphs Clemente & Grassi 2018, doi:10.1016/j.chaos.2017.12.007).
        - "zhang": a triplet counts with the product of its two weights, times the third weight if it is closed (Zhang & Horvath
          2005, doi:10.2202/1544-6115.1128).
        - "continuous": a triangle counts with the square of the geometric mean of its weights, a triplet with that of its two,
          so that an edge of weight 0 is as none (Fardet & Levina 2021, doi:10.1103/PhysRevResearch.3.043124).
    mode : {"total", "cycle", "middleman", "fan-in", "fan-out"}
        Which triangles of a directed graph count, after Fagiolo; "total" takes all.
    nodes : array_like of int or Group, optional
        Nodes to return, in this order, looked at alone; None returns all.
    undefined : float
        Value for nodes without triplets, such as those with less than two neighbours.
    progress : bool, optional
        Whether to show a bar; None shows one in a terminal or a notebook.

    Returns
    -------
    clustering : ndarray of float64, shape (n,)

    Raises
    ------
    UnknownNameError
        If there is no such method or mode.
    ParameterError
        If a weight is negative or not finite, or the mode does not fit the graph.

    Examples
    --------
    >>> from netgraph import Graph
    >>> kite = Graph.from_edges([0, 1, 2, 2], [1, 2, 0, 3], directed=False)
    >>> local_clustering(kite).round(3)
    array([1.   , 1.   , 0.333, 0.   ])
    """
    where = "local_clustering"
    check_graph(f"{where}: graph", graph)
    check_choice(f"method of {where}", method, METHODS)
    chosen = None if nodes is None else graph._node_ids(nodes, f"{where}: nodes")
    otherwise = undefined_value(where, undefined)
    triads = triads_of(graph, weight, mode, where=where, nodes=chosen)
    closed, triplets = triads.triangles(METHODS[method][0], progress), triads.triplets(METHODS[method][1])
    if chosen is not None:
        closed, triplets = closed[chosen], triplets[chosen]
    return divided(closed, triplets, otherwise)


def global_clustering(
    graph: Graph,
    *,
    weight: str | None = None,
    method: str = "onnela",
    mode: str = "total",
    undefined: float = 0.0,
    progress: bool | None = None,
) -> float:
    """Transitivity: closed triplets over all triplets of the whole graph.

    Parameters
    ----------
    graph, weight, method, mode, progress
        As in `local_clustering`.
    undefined : float
        Value for a graph without triplets.

    Returns
    -------
    clustering : float

    Examples
    --------
    >>> from netgraph import Graph
    >>> global_clustering(Graph.from_edges([0, 1, 2, 2], [1, 2, 0, 3], directed=False))
    0.6
    """
    where = "global_clustering"
    check_graph(f"{where}: graph", graph)
    check_choice(f"method of {where}", method, METHODS)
    otherwise = undefined_value(where, undefined)
    triads = triads_of(graph, weight, mode, where=where)
    closed, triplets = triads.closed(METHODS[method][0], progress), triads.triplets(METHODS[method][1]).sum()
    return float(closed / triplets) if triplets > 0 else otherwise
