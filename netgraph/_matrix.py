"""Edges of an adjacency matrix."""

from typing import Any

import numpy as np

from simcore.errors import ParameterError

__all__ = ["matrix_edges"]


def matrix_edges(matrix: Any, *, directed: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Sources, targets, values and number of nodes of ``A[source, target]``; the upper triangle if undirected.

    Non-zero entries of a dense matrix are edges, and all stored entries of a sparse one, in order of source, then target.
    """
    import scipy.sparse

    if scipy.sparse.issparse(matrix):
        coo = matrix.tocoo()
        shape, rows, columns, values = coo.shape, coo.coords[0], coo.coords[1], coo.data
    else:
        dense = _dense(matrix)
        shape = dense.shape
        rows, columns = np.nonzero(dense)
        values = dense[rows, columns]
    if len(shape) != 2 or shape[0] != shape[1]:
        raise ParameterError("from_matrix: matrix", got=f"shape {shape}", expected="a square matrix")
    if values.dtype.kind not in "biuf" or not np.isfinite(values).all():
        raise ParameterError("from_matrix: matrix", got=f"entries of type {values.dtype}", expected="finite real numbers")
    order = np.lexsort((columns, rows))
    rows, columns, values = rows[order], columns[order], values[order]
    if not directed:
        _check_symmetric(rows, columns, values)
        upper = rows <= columns
        rows, columns, values = rows[upper], columns[upper], values[upper]
    return rows, columns, values, int(shape[0])


def _dense(matrix: Any) -> np.ndarray:
    try:
        return np.asarray(matrix)
    except ValueError:
        raise ParameterError("from_matrix: matrix", got=matrix, expected="a square matrix") from None


def _check_symmetric(rows: np.ndarray, columns: np.ndarray, values: np.ndarray) -> None:
    """Entries must equal those of the transpose, parallel ones in any order."""
    here = np.lexsort((values, columns, rows))
    there = np.lexsort((values, rows, columns))
    different = (rows[here] != columns[there]) | (columns[here] != rows[there]) | (values[here] != values[there])
    if different.any():
        place = here[int(np.flatnonzero(different)[0])]
        pair = f"[{rows[place]}, {columns[place]}]"
        expected = "a symmetric matrix for an undirected graph"
        raise ParameterError(
            "from_matrix: matrix", got=f"an entry {pair} that differs from its mirror image", expected=expected
        )
