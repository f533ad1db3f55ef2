"""Centrality of nodes by the centrality of those that point to them: eigenvector, Katz, PageRank, hubs and authorities."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netgraph._checks import check_flag, check_number
from netgraph.analysis._matrix import edge_weights
from netgraph.analysis.spectral import alternating_steps, component_radii, leading_vector
from netgraph.graph import Graph, check_graph
from simcore.errors import NumericalError, ParameterError

__all__ = ["eigenvector_centrality", "hits", "katz_centrality", "pagerank"]

Floats = NDArray[np.float64]

# Two eigenvalues that differ less than this, relatively, are one: their vectors are not determined.
_SAME = 1e-9
_MOST_STEPS = 100_000


def eigenvector_centrality(graph: Graph, *, weight: str | None = None) -> Floats:
    """Each node's share in the leading eigenvector: proportional to the sum of the shares of the nodes that point to it.

    Source: Bonacich 1987, doi:10.1086/228631. Self-loops count, parallel edges add up. Nodes that cannot be reached from the
    strongly connected component with the largest eigenvalue have 0.0.

    Parameters
    ----------
    graph : Graph
    weight : str, optional
        Edge column >= 0 to use instead of counting edges.

    Returns
    -------
    centrality : ndarray of float64, shape (n_nodes,)
        Of Euclidean norm 1, as NetworkX has it.

    Raises
    ------
    ParameterError
        If a weight is negative or not finite, or no single eigenvector leads: without cycles, or with several components of the
        same largest eigenvalue, of which `Graph.subgraph` chooses one.

    Examples
    --------
    >>> from netgraph import Graph
    >>> eigenvector_centrality(Graph.from_edges([0, 1], [1, 2], directed=False)).round(6)
    array([0.5     , 0.707107, 0.5     ])
    """
    where = "eigenvector_centrality"
    matrix = _matrix(graph, weight, where)
    return _leading(matrix, _reached(matrix, where), where, symmetric=not graph.directed)


def katz_centrality(
    graph: Graph, *, alpha: float | None = None, beta: float = 1.0, weight: str | None = None, normalized: bool = True
) -> Floats:
    """Number of walks that end at each node, each step of a walk worth the factor `alpha`.

    The solution of ``x = alpha A^T x + beta`` (Katz 1953, doi:10.1007/BF02289026). Self-loops count, parallel edges add up.

    Parameters
    ----------
    graph : Graph
    alpha : float, optional
        From 0 to less than 1 divided by the spectral radius; None takes 0.9 of that, or 0.1 if there are no cycles.
    beta : float
        Centrality that every node has by itself, above 0.
    weight : str, optional
        Edge column >= 0 to use instead of counting edges.
    normalized : bool
        Whether to scale to Euclidean norm 1, as NetworkX does.

    Returns
    -------
    centrality : ndarray of float64, shape (n_nodes,)

    Raises
    ------
    ParameterError
        If `alpha` is too large, `beta` is not above 0, or a weight is negative or not finite.

    Examples
    --------
    >>> from netgraph import Graph
    >>> katz_centrality(Graph.from_edges([0, 1], [1, 2]), alpha=0.5, normalized=False)
    array([1.  , 1.5 , 1.75])
    """
    where = "katz_centrality"
    matrix = _matrix(graph, weight, where)
    check_flag(f"{where}: normalized", normalized)
    beta = check_number(f"{where}: beta", beta)
    if beta <= 0:
        raise ParameterError(f"{where}: beta", got=beta, expected="a finite number > 0")
    radius = component_radii(matrix)[1].max(initial=0.0)
    limit = 1 / radius if radius > 0 else np.inf
    step = min(0.9 * limit, 0.1 if radius == 0 else np.inf) if alpha is None else check_number(f"{where}: alpha", alpha, 0.0)
    if step >= limit * (1 - _SAME):
        raise ParameterError(f"{where}: alpha", got=alpha, expected=f"less than 1 / spectral radius = {limit:.6g}")
    matrix, x = matrix.T.tocsr(), np.full(graph.n_nodes, beta)
    for _ in range(_MOST_STEPS):
        new = step * (matrix @ x) + beta
        change = np.abs(new - x).max(initial=0.0)
        x = new
        if change <= 1e-15 * np.abs(x).max(initial=0.0):
            break
    else:
        raise NumericalError(f"{where}: no convergence with alpha = {step:g}, so near to its limit {limit:g}")
    return x / np.linalg.norm(x) if normalized and x.size else x


def pagerank(
    graph: Graph, *, damping: float = 0.85, weight: str | None = None, personalization: ArrayLike | None = None
) -> Floats:
    """How often someone is at each node who follows edges by chance, and sometimes jumps.

    Source: Brin & Page 1998, doi:10.1016/S0169-7552(98)00110-X. From nodes without outgoing edges, or weight, there is always a
    jump. Self-loops count, parallel edges add up.

    Parameters
    ----------
    graph : Graph
    damping : float
        Probability of following an edge rather than jumping, from 0 to less than 1.
    weight : str, optional
        Edge column >= 0 in proportion to which edges are followed; None takes all alike.
    personalization : array_like of float, shape (n_nodes,), optional
        Numbers >= 0 in proportion to which nodes are jumped to; None takes all alike.

    Returns
    -------
    probability : ndarray of float64, shape (n_nodes,)
        Of sum 1.

    Raises
    ------
    ParameterError
        If `damping` or `personalization` is out of range, or a weight is negative or not finite.

    Examples
    --------
    >>> from netgraph import Graph
    >>> pagerank(Graph.from_edges([0, 1, 2], [1, 2, 0])).round(6)
    array([0.333333, 0.333333, 0.333333])
    """
    where = "pagerank"
    matrix = _matrix(graph, weight, where)
    damping = check_number(f"{where}: damping", damping, 0.0)
    if damping >= 1:
        raise ParameterError(f"{where}: damping", got=damping, expected="less than 1")
    jump = _checked_jump(personalization, graph.n_nodes, where)
    out = np.asarray(matrix.sum(axis=1)).ravel()
    share = np.divide(1.0, out, out=np.zeros_like(out), where=out > 0)
    back = matrix.T.tocsr()
    x = jump.copy()
    # What is still wrong shrinks by the factor `damping` with each step.
    for _ in range(int(np.ceil(np.log(1e-16) / np.log(max(damping, 1e-16))))):
        new = damping * (back @ (share * x) + x[out == 0].sum() * jump) + (1 - damping) * jump
        change = np.abs(new - x).sum()
        x = new
        if change < 1e-15:
            break
    return x / x.sum() if x.size else x


def hits(graph: Graph, *, weight: str | None = None) -> tuple[Floats, Floats]:
    """Hubs, which point to good authorities, and authorities, which good hubs point to.

    The leading singular vectors of the adjacency matrix (Kleinberg 1999, doi:10.1145/324133.324140). Self-loops count, parallel
    edges add up.

    Parameters
    ----------
    graph : Graph
    weight : str, optional
        Edge column >= 0 to use instead of counting edges.

    Returns
    -------
    hubs, authorities : ndarray of float64, shape (n_nodes,)
        Each of sum 1, as NetworkX has it.

    Raises
    ------
    ParameterError
        If a weight is negative or not finite, or no single pair of vectors leads, as without edges.

    Examples
    --------
    >>> from netgraph import Graph
    >>> hits(Graph.from_edges([0, 1, 1], [2, 2, 3]))[1].round(6)
    array([0.      , 0.      , 0.618034, 0.381966])
    """
    from scipy.sparse import csr_array

    where = "hits"
    matrix = _matrix(graph, weight, where)
    n = graph.n_nodes
    back = matrix.T.tocsr()
    # The leading eigenvector of the graph in which every node is there twice: as one that points, and as one pointed to.
    data, columns = np.concatenate([matrix.data, back.data]), np.concatenate([matrix.indices + n, back.indices])
    begins = np.concatenate([matrix.indptr, matrix.indptr[-1] + back.indptr[1:]])
    twice = csr_array((data, columns, begins), shape=(2 * n, 2 * n))
    one = "one; take the subgraph of one component"
    reached = _reached(twice, where, one if graph.directed else f"{one}, or eigenvector_centrality if the graph is bipartite")
    steps = alternating_steps(matrix, back) if n else None
    if steps is None:
        vector = _leading(twice, reached, where, symmetric=True)
    else:
        vector = np.zeros(2 * n)
        vector[reached] = np.concatenate([steps.between, steps.vector])[reached]
    hubs, authorities = vector[:n], vector[n:]
    return hubs / max(hubs.sum(), 1e-300), authorities / max(authorities.sum(), 1e-300)


def _leading(matrix: Any, reached: NDArray[np.int64], where: str, *, symmetric: bool) -> Floats:
    """Left eigenvector of norm 1 to the largest eigenvalue of the part of a matrix >= 0, zero elsewhere."""
    result = np.zeros(matrix.shape[0])
    if result.size:
        inside = matrix if reached.size == result.size else matrix[reached][:, reached]
        result[reached] = leading_vector(inside if symmetric else inside.T, where)
    return result


def _reached(matrix: Any, where: str, one: str = "one; take the subgraph of one component") -> NDArray[np.int64]:
    """Nodes that are reached from the component with the largest eigenvalue of a matrix >= 0, which must not be ambiguous."""
    from scipy.sparse.csgraph import breadth_first_order, connected_components

    matrix.eliminate_zeros()  # an edge of no weight leads nowhere
    if matrix.shape[0] == 0:
        return np.zeros(0, dtype=np.int64)
    n, labels = connected_components(matrix, directed=True, connection="strong")
    with_cycles = np.flatnonzero((np.bincount(labels, minlength=n) > 1) | (np.bincount(labels, matrix.diagonal()) > 0))
    if with_cycles.size == 0:
        raise ParameterError(where, got="a graph without cycles", expected="a graph with an eigenvalue above zero")
    if with_cycles.size > 1:
        labels, radii = component_radii(matrix)
        with_cycles = np.flatnonzero(radii >= radii.max() * (1 - _SAME))
    if with_cycles.size > 1:
        got = f"{with_cycles.size} components that share the largest eigenvalue {radii.max():g}"
        raise ParameterError(where, got=got, expected=one)
    start = int(np.flatnonzero(labels == with_cycles[0])[0])
    return np.sort(breadth_first_order(matrix, start, directed=True, return_predecessors=False))


def _matrix(graph: Graph, weight: str | None, where: str) -> Any:
    """Adjacency matrix of float64, whose weights are checked."""
    check_graph(f"{where}: graph", graph)
    if weight is not None:
        edge_weights(graph, weight, where=where)
    matrix = graph.adjacency(weight)
    matrix.data = matrix.data.astype(np.float64)
    return matrix


def _checked_jump(personalization: Any, n_nodes: int, where: str) -> Floats:
    if personalization is None:
        return np.full(n_nodes, 1.0 / max(n_nodes, 1))
    try:
        jump = np.array(personalization, dtype=np.float64)
    except (TypeError, ValueError):
        jump = np.full(1, np.nan)
    good = jump.shape == (n_nodes,) and np.isfinite(jump).all() and (jump >= 0).all() and jump.sum() > 0
    if not good:
        expected = f"{n_nodes} finite numbers >= 0, one a node, some of them above 0"
        raise ParameterError(f"{where}: personalization", got=personalization, expected=expected)
    return jump / jump.sum()
