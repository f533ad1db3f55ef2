"""Clustering: how often the neighbours of a node are neighbours of each other."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_choice
from netgraph.analysis._matrix import simple_matrix
from netgraph.graph import Graph, check_graph
from simcore.errors import ParameterError

__all__ = ["global_clustering", "local_clustering"]

Floats = NDArray[np.float64]
_MODES = ("total", "cycle", "middleman", "fan-in", "fan-out")
_METHODS = ("onnela", "barrat")


def local_clustering(
    graph: Graph,
    *,
    weight: str | None = None,
    method: str = "onnela",
    mode: str = "total",
    nodes: Any = None,
    undefined: float = 0.0,
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
    method : {"onnela", "barrat"}
        How weights count (without `weight` both are the same). "onnela": a triangle counts with the geometric mean of its
        weights, relative to the largest weight (Onnela et al. 2005, doi:10.1103/PhysRevE.71.065103). "barrat": a triplet counts
        with the mean of its two weights (Barrat et al. 2004, doi:10.1073/pnas.0400087101; in directed graphs Clemente & Grassi
        2018, doi:10.1016/j.chaos.2017.12.007, mode "total" alone).
    mode : {"total", "cycle", "middleman", "fan-in", "fan-out"}
        Which triangles of a directed graph count, after Fagiolo; "total" takes all.
    nodes : array_like of int or Group, optional
        Nodes to return; None returns all.
    undefined : float
        Value for nodes without triplets, such as those with less than two neighbours.

    Returns
    -------
    clustering : ndarray of float64, shape (n_nodes,)

    Raises
    ------
    UnknownNameError
        If there is no such method or mode.
    ParameterError
        If a weight is negative or not finite, or the mode does not fit the graph or the method.

    Examples
    --------
    >>> from netgraph import Graph
    >>> kite = Graph.from_edges([0, 1, 2, 2], [1, 2, 0, 3], directed=False)
    >>> local_clustering(kite).round(3)
    array([1.   , 1.   , 0.333, 0.   ])
    """
    check_graph("local_clustering: graph", graph)
    chosen = slice(None) if nodes is None else graph._node_ids(nodes, "local_clustering: nodes")
    closed, triplets = _closed_and_all(graph, weight, method, mode, where="local_clustering")
    value = np.divide(closed, triplets, out=np.full(graph.n_nodes, _number("local_clustering", undefined)), where=triplets > 0)
    return value[chosen]


def global_clustering(
    graph: Graph, *, weight: str | None = None, method: str = "onnela", mode: str = "total", undefined: float = 0.0
) -> float:
    """Transitivity: closed triplets over all triplets of the whole graph.

    Parameters
    ----------
    graph, weight, method, mode
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
    check_graph("global_clustering: graph", graph)
    closed, triplets = _closed_and_all(graph, weight, method, mode, where="global_clustering")
    total, otherwise = float(triplets.sum()), _number("global_clustering", undefined)
    return float(closed.sum()) / total if total > 0 else otherwise


def _number(where: str, undefined: Any) -> float:
    if isinstance(undefined, bool) or not isinstance(undefined, (int, float, np.number)):
        raise ParameterError(f"{where}: undefined", got=undefined, expected="a number, such as 0 or NaN")
    return float(undefined)


def _closed_and_all(graph: Graph, weight: str | None, method: str, mode: str, *, where: str) -> tuple[Floats, Floats]:
    """Weighted numbers of closed triplets and of all triplets around each node."""
    check_choice(f"mode of {where}", mode, _MODES)
    check_choice(f"method of {where}", method, _METHODS)
    if mode != "total" and not graph.directed:
        raise ParameterError(f"{where}: mode", got=mode, expected="'total' for an undirected graph")
    pattern = simple_matrix(graph)
    if weight is None:
        return _directed(pattern, pattern, mode) if graph.directed else _undirected(pattern, pattern)
    weights = simple_matrix(graph, weight, where=where)
    if method == "barrat":
        if mode != "total":
            raise ParameterError(f"{where}: mode", got=mode, expected="'total' with method 'barrat'")
        return _barrat_directed(pattern, weights) if graph.directed else _barrat_undirected(pattern, weights)
    roots = weights.copy()
    roots.data = np.cbrt(weights.data / weights.data.max(initial=np.finfo(float).tiny))
    return _directed(pattern, roots, mode) if graph.directed else _undirected(pattern, roots)


def _walks(x: Any, y: Any, z_transposed: Any) -> Floats:
    from netgraph.analysis._kernels import closed_walks  # Numba loads on first use

    return closed_walks(x, y, z_transposed)


def _sums(matrix: Any, axis: int) -> Floats:
    return np.asarray(matrix.sum(axis=axis), dtype=np.float64).reshape(-1)


def _undirected(pattern: Any, roots: Any) -> tuple[Floats, Floats]:
    k = _sums(pattern, 1)
    return _walks(roots, roots, roots), k * (k - 1)


def _directed(pattern: Any, roots: Any, mode: str) -> tuple[Floats, Floats]:
    """Table 1 of Fagiolo (2007), with the cube roots of the weights in place of the adjacency matrix above."""
    back = roots.T.tocsr()
    into, out = _sums(pattern, 0), _sums(pattern, 1)
    mutual = _sums(pattern.multiply(pattern.T.tocsr()), 1)
    if mode == "total":
        both = (roots + back).tocsr()
        k = into + out
        return _walks(both, both, both) / 2, k * (k - 1) - 2 * mutual
    if mode == "cycle":
        return _walks(roots, roots, back), into * out - mutual
    if mode == "middleman":
        return _walks(roots, back, back), into * out - mutual
    if mode == "fan-in":
        return _walks(back, roots, back), into * (into - 1)
    return _walks(roots, roots, roots), out * (out - 1)


def _barrat_undirected(pattern: Any, weights: Any) -> tuple[Floats, Floats]:
    return _walks(weights, pattern, pattern), _sums(weights, 1) * (_sums(pattern, 1) - 1)


def _barrat_directed(pattern: Any, weights: Any) -> tuple[Floats, Floats]:
    both, strength = (pattern + pattern.T).tocsr(), (weights + weights.T).tocsr()
    k, s = _sums(both, 1), _sums(strength, 1)
    mutual = _sums(strength.multiply(pattern.multiply(pattern.T.tocsr())), 1) / 2
    return _walks(strength, both, both) / 2, s * (k - 1) - 2 * mutual
