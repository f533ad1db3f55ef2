"""Eigenvalues of the adjacency matrix."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_count, check_flag
from netgraph.analysis._matrix import LARGEST_SUM
from netgraph.graph import Graph, check_graph
from simcore.errors import NumericalError, ParameterError

__all__ = ["alternating_steps", "component_radii", "eigenvalues", "leading_vector", "spectral_radius"]

# Up to here all eigenvalues are computed; above, the iteration is tried first.
_DENSE = 200
_DENSE_AT_MOST = 4000

# Numbers of dense matrices that are taken together.
_NUMBERS = 4_000_000


def spectral_radius(graph: Graph, *, weight: str | None = None, typed: bool | None = None) -> float:
    """Largest absolute value of the eigenvalues of the adjacency matrix.

    Self-loops count; parallel edges add up. The linear dynamics ``x <- W x`` is stable below 1.

    Parameters
    ----------
    graph : Graph
    weight : str, optional
        Edge column to use instead of counting edges.
    typed : bool, optional
        Whether edges from inhibitory neurons count as negative: by the types in the population, or by the edge column "type" of
        +1 and -1. None does so if there is a population.

    Returns
    -------
    radius : float

    Raises
    ------
    ParameterError
        If `typed` is True and nothing tells the signs.
    NumericalError
        If the iteration does not converge and the graph is too large for the direct method.

    Examples
    --------
    >>> from netgraph import Graph
    >>> round(spectral_radius(Graph.from_edges([0, 1, 2], [1, 2, 0])), 9)
    1.0
    """
    check_graph("spectral_radius: graph", graph)
    matrix = _signed_adjacency(graph, weight, typed, "spectral_radius")
    return float(component_radii(matrix)[1].max(initial=0.0))


def eigenvalues(
    graph: Graph, k: int | None = None, *, weight: str | None = None, typed: bool | None = None
) -> NDArray[np.complex128]:
    """Eigenvalues of the adjacency matrix, in order of decreasing absolute value.

    Self-loops count; parallel edges add up.

    Parameters
    ----------
    graph : Graph
    k : int, optional
        How many; all if None, which takes memory for n_nodes**2 numbers and a time that grows as n_nodes**3.
    weight, typed
        See `spectral_radius`.

    Returns
    -------
    values : ndarray of complex128, shape (k,)
        Of those with one absolute value, the one with the largest real part comes first, then that with the largest imaginary
        part.

    Raises
    ------
    ParameterError
        If there are fewer than `k` nodes, or `typed` is True and nothing tells the signs.
    NumericalError
        If the iteration does not converge.
    TooLargeError
        If all eigenvalues are asked for and the matrix does not fit into the free memory.

    Examples
    --------
    >>> from netgraph import Graph
    >>> eigenvalues(Graph.from_edges([0, 0], [1, 2], directed=False)).real.round(6) + 0.0
    array([ 1.414214, -1.414214,  0.      ])
    """
    from simcore.memory import check_free

    where = "eigenvalues"
    check_graph(f"{where}: graph", graph)
    n = graph.n_nodes
    count = n if k is None else check_count(k, f"{where}: k", most=n)
    matrix = _signed_adjacency(graph, weight, typed, where)
    if n <= _DENSE or count > n - 2:
        check_free(where, f"all eigenvalues of {n} nodes", 16.0 * n * n)
        dense = matrix.toarray()
        found = np.linalg.eigvalsh(dense) if _is_symmetric(matrix) else np.linalg.eigvals(dense)
    else:
        found = _iterated(matrix, count, where) if count else np.zeros(0)
    values = found.astype(np.complex128)
    # Rounding must not decide which of two conjugate values comes first.
    scaled = values / max(np.abs(values).max(initial=0.0), 1e-300)
    order = np.lexsort((-scaled.imag, -scaled.real.round(9), -np.abs(scaled).round(9)))
    return values[order][:count]


def component_radii(matrix: Any) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Strongly connected component of each node of a sparse matrix, and the spectral radius of each component.

    The eigenvalues of a matrix are those of its components; a single node has that of its self-loops.
    """
    from scipy.sparse.csgraph import connected_components

    if matrix.shape[0] == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    n, labels = connected_components(matrix, directed=True, connection="strong")
    if n == 1 and matrix.shape[0] > _DENSE:
        return labels.astype(np.int64), np.array([_radius_of(matrix)])
    sizes = np.bincount(labels, minlength=n)
    radii = np.zeros(n)
    radii[labels] = np.abs(matrix.diagonal())  # right for single nodes
    order = np.argsort(labels, kind="stable")
    begins = np.cumsum(sizes) - sizes
    for label in np.flatnonzero(sizes > _DENSE):
        members = order[begins[label] : begins[label] + sizes[label]]
        radii[label] = _radius_of(matrix[members][:, members])
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.arange(order.size) - np.repeat(begins, sizes)
    entries = matrix.tocoo()
    of_entry = labels[entries.row]
    small = (of_entry == labels[entries.col]) & (sizes[of_entry] > 1) & (sizes[of_entry] <= _DENSE)
    inside = of_entry[small], place[entries.row[small]], place[entries.col[small]], entries.data[small]
    for size in np.unique(sizes[inside[0]]).tolist():
        _add_small_radii(size, sizes, inside, radii)
    return labels.astype(np.int64), radii


def _add_small_radii(size: int, sizes: NDArray[np.int64], entries: Any, radii: NDArray[np.float64]) -> None:
    """Spectral radii of all components of one size, from their entries: component, row, column and value."""
    chosen = np.flatnonzero(sizes == size)
    of_size = sizes[entries[0]] == size
    of_entry, row, column, value = (x[of_size] for x in entries)
    step = max(1, _NUMBERS // size**2)
    for first in range(0, chosen.size, step):
        some = chosen[first : first + step]
        dense = np.zeros((some.size, size, size))
        here = np.isin(of_entry, some)
        dense[np.searchsorted(some, of_entry[here]), row[here], column[here]] = value[here]
        radii[some] = np.abs(np.linalg.eigvals(dense)).max(axis=1)


def leading_vector(matrix: Any, where: str) -> NDArray[np.float64]:
    """Eigenvector of norm 1 to the largest eigenvalue of a sparse matrix >= 0, where there is just one."""
    from scipy.sparse.linalg import ArpackError, eigs, eigsh

    n = matrix.shape[0]
    vector, _ = _leading_pair(matrix)
    if not vector.any():
        symmetric = _is_symmetric(matrix)
        try:
            if n > _DENSE:
                solve, which = (eigsh, "LA") if symmetric else (eigs, "LR")
                vector = solve(matrix, k=1, which=which, maxiter=1000, v0=np.ones(n))[1][:, 0]
        except ArpackError as error:
            if n > _DENSE_AT_MOST:
                raise NumericalError(f"{where}: no convergence for {n} nodes ({error})") from error
    if not vector.any():
        values, vectors = (np.linalg.eigh if symmetric else np.linalg.eig)(matrix.toarray())
        vector = vectors[:, values.real.argmax()]
    vector = np.abs(vector) / np.linalg.norm(vector)
    image = matrix @ vector
    if np.abs(image - (vector @ image) * vector).max() > 1e-7 * np.abs(image).max():
        raise NumericalError(f"{where}: no eigenvector found for {n} nodes")
    return vector


class Steps(NamedTuple):
    """Where steps along two matrices in turn end: ``one @ vector = first * between``, ``other @ between = second * vector``.

    Both vectors sum to 1.
    """

    vector: NDArray[np.float64]
    between: NDArray[np.float64]
    first: float
    second: float


def alternating_steps(one: Any, other: Any) -> Steps | None:
    """Leading eigenvector of ``other @ one``, both >= 0, by multiplying again and again; None if that takes long."""
    vector = np.full(one.shape[0], 1.0 / one.shape[0])
    change = np.inf
    while True:
        between = one @ vector
        first = between.sum()
        between /= first
        new = other @ between
        second = new.sum()
        new /= second
        last, change = change, np.abs(new - vector).sum()
        vector = new
        if not change < last / 2:
            return Steps(vector, between, float(first), float(second)) if change < 1e-13 else None


def _leading_pair(matrix: Any) -> tuple[NDArray[np.float64], float]:
    """Leading eigenvector of a matrix >= 0 and its eigenvalue, or zeros if the steps take long.

    In a bipartite graph they go to and fro between two vectors, whose weighted sum is the eigenvector.
    """
    steps = alternating_steps(matrix, matrix)
    if steps is None:
        return np.zeros(matrix.shape[0]), 0.0
    vector = np.sqrt(steps.first) * steps.between + np.sqrt(steps.second) * steps.vector
    return vector, float(np.sqrt(steps.first * steps.second))


def _signed_adjacency(graph: Graph, weight: str | None, typed: bool | None, where: str) -> Any:
    from scipy.sparse import coo_array

    values = np.ones(graph.n_edges) if weight is None else graph._numeric_column(weight).astype(np.float64)
    if not np.abs(values).max(initial=0.0) <= LARGEST_SUM / max(values.size, 1):  # nor NaN
        expected = f"a column of finite numbers whose sum is below {LARGEST_SUM:g}"
        raise ParameterError(f"{where}: weight", got=weight, expected=expected)
    types = getattr(graph, "neuron_types", None)
    if typed is not None:
        check_flag(f"{where}: typed", typed)
    if typed or (typed is None and types is not None):
        values = values * _edge_signs(graph, types, where)
    source, target = graph.source, graph.target
    if not graph.directed:
        loops = source == target
        source, target = np.concatenate([source, target[~loops]]), np.concatenate([target, source[~loops]])
        values = np.concatenate([values, values[~loops]])
    return coo_array((values, (source, target)), shape=(graph.n_nodes, graph.n_nodes)).tocsr()


def _edge_signs(graph: Graph, types: Any, where: str) -> NDArray[np.float64]:
    if types is not None:
        return np.asarray(types, dtype=np.float64)[graph.source]
    if "type" in graph.edges:
        return np.sign(np.asarray(graph.edges["type"], dtype=np.float64))
    expected = "a graph with a population or an edge column 'type' of +1 and -1"
    raise ParameterError(f"{where}: typed", got=True, expected=expected)


def _is_symmetric(matrix: Any) -> bool:
    """Whether a matrix in compressed rows or columns is symmetric."""
    if (np.diff(matrix.indptr) != np.bincount(matrix.indices, minlength=matrix.shape[0])).any():
        return False
    return matrix.nnz == 0 or abs(matrix - matrix.T).max() == 0


def _iterated(matrix: Any, k: int, where: str) -> Any:
    """The `k` eigenvalues with the largest absolute values, and maybe one more so that no conjugate pair is torn apart."""
    from scipy.sparse.linalg import ArpackError, eigs, eigsh

    n = matrix.shape[0]
    start = np.random.default_rng(0).standard_normal(n)  # fixed, so that the result is the same each time
    ncv = min(n - 1, max(80, 3 * k))
    solve, more = (eigsh, 0) if _is_symmetric(matrix) else (eigs, min(1, n - 2 - k))
    try:
        return solve(matrix, k=k + more, ncv=ncv, maxiter=1000, tol=1e-10, v0=start, return_eigenvectors=False)
    except ArpackError as error:
        raise NumericalError(f"{where}: no convergence for {n} nodes ({error})") from error


def _radius_of(matrix: Any) -> float:
    """Spectral radius of one large strongly connected matrix."""
    from scipy.sparse.linalg import ArpackError, eigs, eigsh

    n = matrix.shape[0]
    radius = _leading_pair(matrix)[1] if matrix.data.min() >= 0 else 0.0
    if radius > 0:
        return radius
    start = np.random.default_rng(0).standard_normal(n)  # fixed, so that the result is the same each time
    try:
        solve = eigsh if _is_symmetric(matrix) else eigs
        found = solve(matrix, k=1, ncv=80, maxiter=200, tol=1e-10, v0=start, return_eigenvectors=False)
        return float(np.abs(found).max())
    except ArpackError as error:
        if n > _DENSE_AT_MOST:
            raise NumericalError(f"spectral_radius: no convergence for a component of {n} nodes ({error})") from error
    return float(np.abs(np.linalg.eigvals(matrix.toarray())).max())
