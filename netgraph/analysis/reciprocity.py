"""Reciprocity: the share of the edges, or of their weight, that is matched in the opposite direction."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgraph.graph import Graph, check_graph

__all__ = ["local_reciprocity", "reciprocity"]

Floats = NDArray[np.float64]


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
    _, matched, total = _pairs(graph, weight, "reciprocity")
    whole = float(total.sum())
    return float(matched.sum()) / whole if whole > 0 else float("nan")


def local_reciprocity(graph: Graph, *, weight: str | None = None, nodes: Any = None) -> Floats:
    """Share of the edges of each node that have an edge in the opposite direction.

    Self-loops are left out and parallel edges count once.

    Parameters
    ----------
    graph : Graph
        The nodes of an undirected graph have reciprocity 1.
    weight : str, optional
        Edge column; the result is then the share of the weight of the node's edges, incoming and outgoing, that is matched by
        the opposite edges: for node i twice the sum of ``min(w_ij, w_ji)`` over that of ``w_ij + w_ji`` (Squartini et al. 2013,
        doi:10.1038/srep02729).
    nodes : array_like of int or Group, optional
        Nodes to return, in this order; None returns all.

    Returns
    -------
    r : ndarray of float64, shape (n,)
        NaN for nodes without edges (or weight) to or from other nodes.

    Raises
    ------
    ParameterError
        If a weight is negative or not finite.

    Examples
    --------
    >>> from netgraph import Graph
    >>> local_reciprocity(Graph.from_edges([0, 1, 1, 2], [1, 0, 2, 0]))
    array([0.66666667, 0.66666667, 0.        ])
    """
    where = "local_reciprocity"
    check_graph(f"{where}: graph", graph)
    chosen = slice(None) if nodes is None else graph._node_ids(nodes, f"{where}: nodes")
    pairs, *values = _pairs(graph, weight, where)
    ends = np.repeat(np.arange(graph.n_nodes), np.diff(pairs.first)), pairs.other
    matched, total = (pairs.by_node(sum(np.bincount(end, x, graph.n_nodes) for end in ends)) for x in values)
    return np.divide(matched, total, out=np.full(total.shape, np.nan), where=total > 0)[chosen]


def _pairs(graph: Graph, weight: str | None, where: str) -> tuple[Any, NDArray[Any], NDArray[Any]]:
    """Pairs of linked nodes, with the matched and the total number, or weight, of their edges."""
    from netgraph.analysis._ordered_pairs import ordered_pairs  # Numba loads on first use

    pairs = ordered_pairs(graph, weight, where=where)
    if weight is None:
        mutual = pairs.kind == 3
        return pairs, 2 * mutual, 1 + mutual
    return pairs, 2.0 * pairs.weight.min(axis=1), pairs.weight.sum(axis=1)
