"""Cores: the densest parts of a graph, found by taking away the nodes of lowest degree."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_choice, check_count
from netgraph.analysis._links import links_of
from netgraph.graph import Graph, check_graph

__all__ = ["core_numbers", "k_core", "onion_layers"]

AnyGraph = TypeVar("AnyGraph", bound=Graph)


def core_numbers(graph: Graph, *, mode: str = "total") -> NDArray[np.int64]:
    """The largest k such that each node is in a subgraph whose nodes all have degree k or more in it.

    Self-loops are left out and parallel edges count once. Source: Batagelj & Zaversnik 2011, doi:10.1007/s11634-010-0079-y.

    Parameters
    ----------
    graph : Graph
    mode : {"total", "in", "out"}
        Which degree; in "total" two edges in opposite directions count twice. The same for undirected graphs.

    Returns
    -------
    numbers : ndarray of int64, shape (n_nodes,)
        Their maximum is the degeneracy of the graph.

    Raises
    ------
    UnknownNameError
        If there is no such mode.

    Examples
    --------
    >>> from netgraph import Graph
    >>> core_numbers(Graph.from_edges([0, 1, 2, 2], [1, 2, 0, 3], directed=False))
    array([2, 2, 2, 1])
    """
    return _peeled(graph, mode, "core_numbers")[0]


def onion_layers(graph: Graph, *, mode: str = "total") -> NDArray[np.int64]:
    """In which round each node is taken away, if each round takes all nodes that have no more than the lowest degree.

    Finer than `core_numbers` (Hebert-Dufresne et al. 2016, doi:10.1038/srep31708). Self-loops are left out and parallel edges
    count once.

    Parameters
    ----------
    graph : Graph
    mode : {"total", "in", "out"}
        Which degree; the same for undirected graphs.

    Returns
    -------
    layers : ndarray of int64, shape (n_nodes,)
        From 1 on.

    Raises
    ------
    UnknownNameError
        If there is no such mode.

    Examples
    --------
    >>> from netgraph import Graph
    >>> onion_layers(Graph.from_edges([0, 1, 2], [1, 2, 3], directed=False))
    array([1, 2, 2, 1])
    """
    return _peeled(graph, mode, "onion_layers")[1]


def k_core(graph: AnyGraph, k: int | None = None, *, mode: str = "total") -> AnyGraph:
    """The largest subgraph whose nodes all have degree `k` or more in it.

    Parameters
    ----------
    graph : Graph
    k : int, optional
        None takes the largest k for which there is one.
    mode : {"total", "in", "out"}
        See `core_numbers`.

    Returns
    -------
    graph : Graph
        Nodes keep their order; without nodes if there is no such subgraph.

    Raises
    ------
    ParameterError
        If `k` is no whole number >= 0.
    UnknownNameError
        If there is no such mode.

    Examples
    --------
    >>> from netgraph import Graph
    >>> k_core(Graph.from_edges([0, 1, 2, 2], [1, 2, 0, 3], directed=False)).n_nodes
    3
    """
    least = None if k is None else check_count(k, "k_core: k")
    numbers, _ = _peeled(graph, mode, "k_core")
    return graph.subgraph(np.flatnonzero(numbers >= (numbers.max(initial=0) if least is None else least)))


def _peeled(graph: Graph, mode: str, where: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Core number and layer of each node."""
    from netgraph._csr import group_edges
    from netgraph.analysis._peeling import peel  # Numba loads on first use

    check_graph(f"{where}: graph", graph)
    check_choice(f"mode of {where}", mode, ("total", "in", "out"))
    # A node that goes takes an incoming edge from those that it points to.
    links = links_of(graph, None, mode="in" if mode == "out" else "out", where=where)
    begins, ends = links.begins, links.ends
    if mode == "total" and graph.directed:
        start = np.repeat(np.arange(graph.n_nodes, dtype=ends.dtype), np.diff(begins))
        both = group_edges(np.concatenate([start, ends]), np.concatenate([ends, start]), graph.n_nodes)
        begins, ends = both.indptr, both.indices
    degrees = np.bincount(ends, minlength=graph.n_nodes)
    cores, layers = np.zeros(graph.n_nodes, dtype=np.int64), np.zeros(graph.n_nodes, dtype=np.int64)
    peel(begins, ends, degrees, cores, layers)
    return cores, layers
