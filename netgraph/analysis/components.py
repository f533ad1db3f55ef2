"""Connected components: which nodes reach each other, whether all do, and the largest part that does."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_choice
from netgraph.analysis._matrix import simple_matrix
from netgraph.graph import Graph, check_graph

__all__ = ["connected_components", "is_connected", "largest_component"]

AnyGraph = TypeVar("AnyGraph", bound=Graph)


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


def is_connected(graph: Graph, *, mode: str = "strong") -> bool:
    """Whether every node can be reached from every other.

    Parameters
    ----------
    graph : Graph
    mode : {"strong", "weak"}
        Whether paths follow the directions of the edges; the same for undirected graphs.

    Returns
    -------
    connected : bool
        True for a single node, False without nodes.

    Raises
    ------
    UnknownNameError
        If there is no such mode.

    Examples
    --------
    >>> chain = Graph.from_edges([0, 1], [1, 2])
    >>> is_connected(chain), is_connected(chain, mode="weak")
    (False, True)
    """
    return connected_components(graph, mode=mode)[1].size == 1


def largest_component(graph: AnyGraph, *, mode: str = "strong") -> AnyGraph:
    """The subgraph of the largest set of nodes that reach each other.

    Parameters
    ----------
    graph : Graph
    mode : {"strong", "weak"}
        Whether paths follow the directions of the edges; the same for undirected graphs.

    Returns
    -------
    graph : Graph
        Nodes keep their order; of components of one size, the one with the lowest node. Which nodes those are tells
        ``numpy.flatnonzero(connected_components(graph)[0] == 0)``.

    Raises
    ------
    UnknownNameError
        If there is no such mode.

    Examples
    --------
    >>> largest_component(Graph.from_edges([0, 2, 1], [1, 1, 2])).n_nodes
    2
    """
    labels, _ = connected_components(graph, mode=mode)
    return graph.subgraph(np.flatnonzero(labels == 0))
