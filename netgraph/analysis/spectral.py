"""Eigenvalues of the adjacency matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_flag
from netgraph.analysis.structure import connected_components
from netgraph.graph import Graph, check_graph
from simcore.errors import NumericalError, ParameterError

__all__ = ["spectral_radius"]

# Up to here all eigenvalues are computed; above, the iteration is tried first.
_DENSE = 200
_DENSE_AT_MOST = 4000


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
    matrix = _signed_adjacency(graph, weight, typed)
    # The eigenvalues are those of the strongly connected components; a single node has those of its self-loops.
    labels, sizes = connected_components(graph, mode="strong")
    radius = float(np.abs(matrix.diagonal()[sizes[labels] == 1]).max(initial=0.0))
    order = np.argsort(labels, kind="stable")
    ends = np.cumsum(sizes)
    for start, end in zip(ends - sizes, ends, strict=True):
        if end - start > 1:
            members = order[start:end]
            radius = max(radius, _radius_of(matrix[members][:, members]))
    return radius


def _signed_adjacency(graph: Graph, weight: str | None, typed: bool | None) -> Any:
    from scipy.sparse import coo_array

    values = np.ones(graph.n_edges) if weight is None else graph._numeric_column(weight).astype(np.float64)
    if not np.isfinite(values).all():
        raise ParameterError("spectral_radius: weight", got=weight, expected="a column of finite numbers")
    types = getattr(graph, "neuron_types", None)
    if typed is not None:
        check_flag("spectral_radius: typed", typed)
    if typed or (typed is None and types is not None):
        values = values * _edge_signs(graph, types)
    source, target = graph.source, graph.target
    if not graph.directed:
        loops = source == target
        source, target = np.concatenate([source, target[~loops]]), np.concatenate([target, source[~loops]])
        values = np.concatenate([values, values[~loops]])
    return coo_array((values, (source, target)), shape=(graph.n_nodes, graph.n_nodes)).tocsr()


def _edge_signs(graph: Graph, types: Any) -> NDArray[np.float64]:
    if types is not None:
        return np.asarray(types, dtype=np.float64)[graph.source]
    if "type" in graph.edges:
        return np.sign(np.asarray(graph.edges["type"], dtype=np.float64))
    raise ParameterError(
        "spectral_radius: typed", got=True, expected="a graph with a population or an edge column 'type' of +1 and -1"
    )


def _radius_of(matrix: Any) -> float:
    """Spectral radius of one strongly connected matrix."""
    from scipy.sparse.linalg import ArpackError, eigs, eigsh

    n = matrix.shape[0]
    if n > _DENSE:
        start = np.random.default_rng(0).standard_normal(n)  # fixed, so that the result is the same each time
        symmetric = abs(matrix - matrix.T).max() == 0
        try:
            solve = eigsh if symmetric else eigs
            found = solve(matrix, k=1, ncv=80, maxiter=200, tol=1e-10, v0=start, return_eigenvectors=False)
            return float(np.abs(found).max())
        except ArpackError as error:
            if n > _DENSE_AT_MOST:
                raise NumericalError(f"spectral_radius: no convergence for a component of {n} nodes ({error})") from error
    return float(np.abs(np.linalg.eigvals(matrix.toarray())).max())
