"""How edges and nodes hang together: reciprocity and connected components."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_choice
from netgraph.analysis._matrix import simple_matrix
from netgraph.graph import Graph, check_graph

__all__ = ["connected_components", "reciprocity"]


def reciprocity(graph: Graph, *, weight: str | None = None) -> float:
    """Share of the edges that have an edge in the opposite direction.

    Self-loops are left out and parallel edges count once.

    Parameters
    ----------
    graph : Graph
        Undirected graphs have reciprocity 1.
    weight : str, optional
        Edge column; the result is then the share of the total weight that is matched by the opposite edge,
        the sum of ``min(w_ij, w_ji)`` over that of ``w_ij`` (Squartini et al. 2013, doi:10.1038/srep02729). The weights of
        parallel edges are summed.

    Returns
    -------
    r : float
        NaN without edges (or weight) between different nodes.

    Raises
    ------
    ParameterError
        If a weight is negative or not finite.

    Examples
    --------
    >>> from netgraph import Graph
    >>> reciprocity(Graph.from_edges([0, 1, 1, 2], [1, 0, 2, 0]))
    0.5
    """
    check_graph("reciprocity: graph", graph)
    matrix = simple_matrix(graph, weight, where="reciprocity")
    total = float(matrix.sum())
    if total == 0:
        return float("nan")
    return float(matrix.minimum(matrix.T.tocsr()).sum()) / total


def connected_components(graph: Graph, *, mode: str = "strong") -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sets of nodes that reach each other; the largest is number 0.

    Parameters
    ----------
    graph : Graph
    mode : {"strong", "weak"}
        Whether paths follow the directions of the edges; the same for undirected graphs.

    Returns
    -------
    labels : ndarray of int64, shape (n_nodes,)
        Number of each node's component; components of one size are in the order of their lowest node.
    sizes : ndarray of int64, shape (n_components,)
        Number of nodes of each component, decreasing.

    Raises
    ------
    UnknownNameError
        If there is no such mode.

    Examples
    --------
    >>> from netgraph import Graph
    >>> connected_components(Graph.from_edges([0, 2, 1], [1, 1, 2]))
    (array([1, 0, 0]), array([2, 1]))
    """
    from scipy.sparse.csgraph import connected_components as components

    check_graph("connected_components: graph", graph)
    check_choice("mode of connected_components", mode, ("strong", "weak"))
    _, found = components(simple_matrix(graph), directed=graph.directed, connection=mode)
    _, lowest, labels, sizes = np.unique(found, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((lowest, -sizes))
    rank = np.empty(order.size, dtype=np.int64)
    rank[order] = np.arange(order.size)
    return rank[labels], sizes[order].astype(np.int64)
