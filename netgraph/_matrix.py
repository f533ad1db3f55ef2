"""Edges of an adjacency matrix."""

from typing import Any

import numpy as np

from netgraph._checks import check_flag
from simcore.errors import ParameterError

__all__ = ["matrix_edges"]

_WHERE = "from_matrix: matrix"


def matrix_edges(matrix: Any, *, directed: bool, weighted: bool) -> dict[str, Any]:
    """Ends, weights and number of nodes of ``A[source, target]``, as `Graph.from_edges` takes them.

    Non-zero entries of a dense matrix are edges, and all stored entries of a sparse one, in order of source, then target; those
    of the upper triangle if undirected.
    """
    check_flag("from_matrix: weighted", weighted)
    rows, columns, values, n_nodes = _entries(matrix)
    if not np.isfinite(values).all():
        wrong = int(np.flatnonzero(~np.isfinite(values))[0])
        got = f"{values[wrong]} at [{rows[wrong]}, {columns[wrong]}]"
        raise ParameterError(_WHERE, got=got, expected="finite real numbers")
    if not directed:
        _check_symmetric(rows, columns, values)
        upper = rows <= columns
        rows, columns, values = rows[upper], columns[upper], values[upper]
    weights = values.astype(np.float64) if weighted else None
    return {"source": rows, "target": columns, "weights": weights, "n_nodes": n_nodes}


def _entries(matrix: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Rows, columns and values in order of row, then column, and the number of rows, of a square matrix of real numbers."""
    import scipy.sparse

    is_sparse = scipy.sparse.issparse(matrix)
    try:
        given: Any = matrix if is_sparse else np.asarray(matrix)
    except ValueError:
        raise ParameterError(_WHERE, got=matrix, expected="a square matrix") from None
    if given.ndim != 2 or given.shape[0] != given.shape[1]:
        raise ParameterError(_WHERE, got=f"shape {given.shape}", expected="a square matrix")
    if given.dtype.kind not in "biuf":
        raise ParameterError(_WHERE, got=f"entries of type {given.dtype}", expected="finite real numbers")
    if not is_sparse:
        rows, columns = np.nonzero(given)
        return rows, columns, given[rows, columns], given.shape[0]
    from netgraph._counting_sort import sort_by_pair  # Numba loads on first use

    coo = given.tocoo()
    _, order = sort_by_pair(coo.coords[0], coo.coords[1], coo.shape[0])
    rows, columns = (ends[order] for ends in coo.coords)
    return rows, columns, coo.data[order], int(coo.shape[0])


def _check_symmetric(rows: np.ndarray, columns: np.ndarray, values: np.ndarray) -> None:
    """Entries must equal those of the transpose, parallel ones in any order."""
    here = np.lexsort((values, columns, rows))
    there = np.lexsort((values, rows, columns))
    different = (rows[here] != columns[there]) | (columns[here] != rows[there]) | (values[here] != values[there])
    if different.any():
        place = here[int(np.flatnonzero(different)[0])]
        got = f"an entry [{rows[place]}, {columns[place]}] that differs from its mirror image"
        raise ParameterError(_WHERE, got=got, expected="a symmetric matrix for an undirected graph")
