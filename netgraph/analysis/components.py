"""Whether a graph hangs together, and its largest part that does."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from netgraph.analysis.structure import connected_components
from netgraph.graph import Graph

__all__ = ["is_connected", "largest_component"]

AnyGraph = TypeVar("AnyGraph", bound=Graph)


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
