"""Walks of all lengths between nodes: the exponential of the adjacency matrix."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_count, check_flag
from netgraph._progress import run_tasks
from netgraph.analysis._matrix import edge_weights
from netgraph.analysis._sampling import Estimate
from netgraph.analysis._searches import OrderedSum
from netgraph.analysis.spectral import component_radii
from netgraph.graph import Graph, check_graph
from simcore.errors import NumericalError, ParameterError

__all__ = ["communicability", "sampled_subgraph_centrality", "subgraph_centrality"]

Floats = NDArray[np.float64]

# The largest number whose exponential is finite.
_LARGEST = 709.0

# Spectral radius of the matrix in one Taylor series.
_PART = 50.0

# Random vectors that are multiplied together.
_AT_ONCE = 16


def communicability(graph: Graph, *, weight: str | None = None, normalized: bool = False) -> Floats:
    """Number of walks from each node to each other, those of k steps divided by k factorial.

    The exponential of the adjacency matrix (Estrada & Hatano 2008, doi:10.1103/PhysRevE.77.036111). Self-loops count, parallel
    edges add up. The memory grows as n_nodes**2 and the time as n_nodes**3: about a minute for 3000 nodes.

    Parameters
    ----------
    graph : Graph
    weight : str, optional
        Edge column >= 0 to use instead of counting edges.
    normalized : bool
        Whether to divide by the exponential of the spectral radius, which may be more than a number can hold.

    Returns
    -------
    walks : ndarray of float64, shape (n_nodes, n_nodes)

    Raises
    ------
    ParameterError
        If a weight is negative or not finite.
    NumericalError
        If the numbers are too large and `normalized` is False.
    TooLargeError
        If the matrix does not fit into the free memory.

    Examples
    --------
    >>> from netgraph import Graph
    >>> communicability(Graph.from_edges([0, 1], [1, 2])).round(6)
    array([[1. , 1. , 0.5],
           [0. , 1. , 1. ],
           [0. , 0. , 1. ]])
    """
    from scipy.linalg import expm

    from simcore.memory import check_free

    matrix, _, shift = _shifted(graph, weight, normalized, "communicability")
    n = graph.n_nodes
    check_free("communicability", f"a matrix of {n} x {n} numbers", 6 * 8.0 * n * n)
    dense = matrix.toarray()
    if n == 0:
        return dense
    dense[np.diag_indices(n)] -= shift
    if not graph.directed:
        values, vectors = np.linalg.eigh(dense)
        return (vectors * np.exp(values)) @ vectors.T
    return expm(dense)


def subgraph_centrality(graph: Graph, *, weight: str | None = None, normalized: bool = False) -> Floats:
    """Number of closed walks from each node back to it, those of k steps divided by k factorial.

    The diagonal of `communicability`, which says what that takes (Estrada & Rodriguez-Velazquez 2005,
    doi:10.1103/PhysRevE.71.056103); `sampled_subgraph_centrality` is for larger graphs.

    Parameters
    ----------
    graph : Graph
    weight : str, optional
        Edge column >= 0 to use instead of counting edges.
    normalized : bool
        Whether to divide by the exponential of the spectral radius, which may be more than a number can hold.

    Returns
    -------
    centrality : ndarray of float64, shape (n_nodes,)

    Raises
    ------
    ParameterError
        If a weight is negative or not finite.
    NumericalError
        If the numbers are too large and `normalized` is False.
    TooLargeError
        If the matrix does not fit into the free memory.

    Examples
    --------
    >>> from netgraph import Graph
    >>> subgraph_centrality(Graph.from_edges([0, 1], [1, 2]))
    array([1., 1., 1.])
    """
    check_graph("subgraph_centrality: graph", graph)
    return np.diagonal(communicability(graph, weight=weight, normalized=normalized)).copy()


def sampled_subgraph_centrality(
    graph: Graph,
    n_samples: int,
    *,
    weight: str | None = None,
    normalized: bool = False,
    seed: int | None = None,
    progress: bool | None = None,
) -> Estimate:
    """Subgraph centrality estimated from random vectors, for graphs too large for `subgraph_centrality`.

    The part of the leading eigenvectors is exact; the diagonal of the rest of the exponential is the mean of z times (rest z)
    over random vectors z of +1 and -1 (Bekas et al. 2007, doi:10.1016/j.apnum.2007.01.003). Each vector takes some hundred
    products with the adjacency matrix.

    Parameters
    ----------
    graph : Graph
    n_samples : int
        Number of random vectors, at least 2. The error falls as its square root.
    weight, normalized
        See `subgraph_centrality`.
    seed : int, optional
        Chooses the vectors; None takes a fresh one.
    progress : bool, optional
        Whether to show a bar; None shows it in a terminal or a notebook.

    Returns
    -------
    value, error : ndarray of float64, shape (n_nodes,)
        The estimates, without bias, and their standard errors.

    Raises
    ------
    ParameterError
        If a weight is negative or not finite, or `n_samples` is less than 2.
    NumericalError
        If the numbers are too large and `normalized` is False.

    Examples
    --------
    >>> from netgraph import Graph
    >>> ring = Graph.from_edges(range(100), [*range(1, 100), 0], directed=False)
    >>> value, error = sampled_subgraph_centrality(ring, 100, seed=1)
    >>> exact = subgraph_centrality(ring)
    >>> bool((abs(value - exact) < 5 * error).all())
    True
    """
    where = "sampled_subgraph_centrality"
    matrix, radius, shift = _shifted(graph, weight, normalized, where)
    if check_count(n_samples, f"{where}: n_samples") < 2:
        raise ParameterError(f"{where}: n_samples", got=n_samples, expected="at least 2, to tell the error")
    signs = _random_signs(graph.n_nodes, seed, where)
    if graph.n_nodes == 0:
        return Estimate(np.zeros(0), np.zeros(0))
    left, right = _leading_part(matrix, directed=graph.directed)
    total = OrderedSum(np.zeros((2, graph.n_nodes)))

    def some(number: int) -> None:
        z = np.stack([signs(k) for k in range(number * _AT_ONCE, min((number + 1) * _AT_ONCE, n_samples))], axis=1)
        found = z * _exponential_times(matrix, z - right[:, None] * (left @ z), radius, shift)
        total.add(number, np.stack([found.sum(axis=1), (found**2).sum(axis=1)]))

    run_tasks(where, [partial(some, k) for k in range(-(-n_samples // _AT_ONCE))], progress=progress)
    mean = total.array[0] / n_samples
    variance = np.maximum(total.array[1] / n_samples - mean**2, 0.0) / (n_samples - 1)
    return Estimate(mean + _exponential_times(matrix, right, radius, shift) * left, np.sqrt(variance))


def _shifted(graph: Graph, weight: str | None, normalized: bool, where: str) -> tuple[Any, float, float]:
    """The adjacency matrix, its spectral radius, and what to subtract from its diagonal."""
    check_graph(f"{where}: graph", graph)
    check_flag(f"{where}: normalized", normalized)
    if weight is not None:
        edge_weights(graph, weight, where=where)
    matrix = graph.adjacency(weight).astype(np.float64)
    radius = float(component_radii(matrix)[1].max(initial=0.0))
    if radius > _LARGEST and not normalized:
        raise NumericalError(f"{where}: exp({radius:.4g}) is more than a number can hold; choose normalized=True")
    return matrix, radius, radius if normalized else 0.0


def _leading_part(matrix: Any, *, directed: bool) -> tuple[Floats, Floats]:
    """Left and right eigenvector to the largest eigenvalue, whose product is 1; zeros if they are not found.

    Any two vectors give an estimate without bias; these give a small error.
    """
    from scipy.sparse.linalg import ArpackError, eigs, eigsh

    n = matrix.shape[0]
    nothing = np.zeros(n), np.zeros(n)
    if n < 20:
        return nothing
    try:
        if not directed:
            _, vectors = eigsh(matrix, k=1, which="LA", v0=np.ones(n))
            return vectors[:, 0], vectors[:, 0]
        _, right = eigs(matrix, k=1, which="LR", v0=np.ones(n))
        _, left = eigs(matrix.T.tocsr(), k=1, which="LR", v0=np.ones(n))
    except ArpackError:
        return nothing
    one, other = left[:, 0].real, right[:, 0].real
    product = one @ other
    return (one / product, other) if abs(product) > 1e-3 else nothing


def _exponential_times(matrix: Any, vector: Floats, radius: float, shift: float) -> Floats:
    """The exponential of ``matrix - shift`` times a vector or some, by Taylor series of parts that are not too large."""
    parts = max(1, int(np.ceil(radius / _PART)))
    for _ in range(parts):
        term = vector * np.exp(-shift / parts)
        vector, k = term.copy(), 0
        while np.abs(term).max() > 1e-17 * np.abs(vector).max():
            k += 1
            term = (matrix @ term) / (parts * k)
            vector += term
    return vector


def _random_signs(n: int, seed: int | None, where: str) -> Any:
    """A function that gives the k-th random vector of +1 and -1."""
    from simcore.random import Purpose, check_seed, fresh_seed, uniforms  # Numba loads on first use

    seed = fresh_seed() if seed is None else check_seed(seed, f"{where}: seed")
    return lambda k: np.where(uniforms(seed, Purpose.GRAPH_SAMPLES + 1, np.arange(n), k) < 0.5, -1.0, 1.0)
