"""Communities: sets of nodes with more edges among them than chance would give, and how much more."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netgraph._checks import check_count, check_positive
from netgraph.analysis._matrix import edge_weights
from netgraph.graph import Graph, check_graph
from simcore.errors import ParameterError

__all__ = ["communities", "modularity"]


def communities(
    graph: Graph,
    *,
    weight: str | None = None,
    resolution: float = 1.0,
    n_iterations: int = 5,
    seed: int | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Communities of high modularity, found by the Leiden algorithm; the largest is number 0.

    Directions count: of a directed graph the directed modularity is maximised (Leicht & Newman 2008,
    doi:10.1103/PhysRevLett.100.118703), by moving nodes and refining communities as in Traag et al. 2019
    (doi:10.1038/s41598-019-41695-z).

    Parameters
    ----------
    graph : Graph
    weight : str, optional
        Edge column >= 0 to use instead of counting edges; parallel edges add up.
    resolution : float
        The larger, the smaller the communities; above 0.
    n_iterations : int
        At most so many times is an attempt made to improve what was found.
    seed : int, optional
        Decides where chance does; None takes a fresh one.

    Returns
    -------
    labels : ndarray of int64, shape (n_nodes,)
        Number of each node's community; communities of one size are in the order of their lowest node.
    sizes : ndarray of int64, shape (n_communities,)
        Number of nodes of each community, decreasing.

    Raises
    ------
    ParameterError
        If a weight is negative or not finite, `resolution` is not above 0, or `n_iterations` is less than 1.

    Examples
    --------
    >>> from netgraph import Graph
    >>> two_triangles = Graph.from_edges([0, 1, 2, 3, 4, 5, 2], [1, 2, 0, 4, 5, 3, 3])
    >>> communities(two_triangles, seed=1)
    (array([0, 0, 0, 1, 1, 1]), array([3, 3]))
    """
    from netgraph.analysis._leiden import leiden  # Numba loads on first use
    from simcore.random import check_seed, fresh_seed

    where = "communities"
    check_graph(f"{where}: graph", graph)
    check_positive(f"{where}: resolution", resolution, "")
    if check_count(n_iterations, f"{where}: n_iterations") < 1:
        raise ParameterError(f"{where}: n_iterations", got=n_iterations, expected="at least 1")
    seed = fresh_seed() if seed is None else check_seed(seed, f"{where}: seed")
    level, total = _first_level(graph, weight, where)
    found = leiden(level, resolution / total, seed, n_iterations) if total > 0 else np.arange(graph.n_nodes)
    _, lowest, labels, sizes = np.unique(found, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((lowest, -sizes))
    rank = np.empty(order.size, dtype=np.int64)
    rank[order] = np.arange(order.size)
    return rank[labels], sizes[order].astype(np.int64)


def modularity(graph: Graph, labels: ArrayLike, *, weight: str | None = None, resolution: float = 1.0) -> float:
    """Share of the edges inside communities less the share that chance would give with the same degrees.

    Of directed graphs with the same in- and out-degrees (Leicht & Newman 2008, doi:10.1103/PhysRevLett.100.118703). Self-loops
    count, parallel edges add up.

    Parameters
    ----------
    graph : Graph
    labels : array_like of int or str, shape (n_nodes,)
        What the nodes of one community have in common, such as the labels of `communities` or the names of groups.
    weight : str, optional
        Edge column >= 0 to use instead of counting edges.
    resolution : float
        Factor of the share that chance would give, above 0.

    Returns
    -------
    q : float
        NaN without edges, or weight.

    Raises
    ------
    ParameterError
        If there is not one label a node, a weight is negative or not finite, or `resolution` is not above 0.

    Examples
    --------
    >>> from netgraph import Graph
    >>> two_triangles = Graph.from_edges([0, 1, 2, 3, 4, 5], [1, 2, 0, 4, 5, 3])
    >>> modularity(two_triangles, [0, 0, 0, 1, 1, 1])
    0.5
    """
    where = "modularity"
    check_graph(f"{where}: graph", graph)
    check_positive(f"{where}: resolution", resolution, "")
    community = _checked_labels(labels, graph.n_nodes, where)
    values = _edge_values(graph, weight, where)
    total = float(values.sum())
    if total == 0:
        return float("nan")
    source, target = community[graph.source], community[graph.target]
    k = int(community.max()) + 1
    out, into = (np.bincount(end, weights=values, minlength=k) / total for end in (source, target))
    if not graph.directed:
        out = into = (out + into) / 2  # half of the edges each way
    inside = float(values[source == target].sum())
    return inside / total - resolution * float(out @ into)


def _edge_values(graph: Graph, weight: str | None, where: str) -> NDArray[np.float64]:
    return np.ones(graph.n_edges) if weight is None else edge_weights(graph, weight, where=where)


def _checked_labels(labels: Any, n_nodes: int, where: str) -> NDArray[np.int64]:
    """Labels as numbers from 0 on."""
    try:
        given = np.asarray(labels)
    except ValueError:
        given = np.zeros((0, 0))
    if given.shape != (n_nodes,) or given.dtype.kind not in "iubUS":
        raise ParameterError(f"{where}: labels", got=labels, expected=f"{n_nodes} integers or strings, one a node")
    return np.unique(given, return_inverse=True)[1].astype(np.int64)


def _first_level(graph: Graph, weight: str | None, where: str) -> tuple[Any, float]:
    """Links in both directions with what leaves and reaches each node, and the weight of all edges, undirected ones twice."""
    from netgraph.analysis._leiden import Level  # Numba loads on first use

    values = _edge_values(graph, weight, where)
    n = graph.n_nodes
    out, into = (np.bincount(end, weights=values, minlength=n) for end in (graph.source, graph.target))
    if not graph.directed:
        out = into = out + into
    csr = graph.out_csr()
    matrix = _symmetric(csr, values, n, directed=graph.directed)
    return Level(matrix.indptr.astype(np.int64), matrix.indices, matrix.data, out, into), float(out.sum())


def _symmetric(csr: Any, values: NDArray[np.float64], n: int, *, directed: bool) -> Any:
    """Sum of the adjacency matrix and its transpose, without diagonal and zeros."""
    from scipy.sparse import csr_array

    matrix = csr_array((values[csr.rows], csr.indices, csr.indptr), shape=(n, n))
    both = (matrix + matrix.T).tocsr() if directed else 2.0 * matrix
    both.sum_duplicates()
    start = np.repeat(np.arange(n), np.diff(both.indptr))
    both.data[start == both.indices] = 0.0
    both.eliminate_zeros()
    return both
