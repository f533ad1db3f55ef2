"""Compiled loops of the metrics."""

import numpy as np

from simcore.compile import compiled, run_parallel

__all__ = ["closed_walks"]


@compiled
def _closed_walks(x_start, x_index, x_value, y_start, y_index, y_value, z_start, z_index, z_value, first, last, out):
    mark = np.zeros(x_start.size - 1)
    for i in range(first, last):
        for e in range(z_start[i], z_start[i + 1]):
            mark[z_index[e]] = z_value[e]
        total = 0.0
        for e in range(x_start[i], x_start[i + 1]):
            j = x_index[e]
            inner = 0.0
            for f in range(y_start[j], y_start[j + 1]):
                inner += y_value[f] * mark[y_index[f]]
            total += x_value[e] * inner
        out[i] = total
        for e in range(z_start[i], z_start[i + 1]):
            mark[z_index[e]] = 0.0


def closed_walks(x, y, z_transposed):
    """Diagonal of the product X Y Z of sparse matrices, without forming it; all cores work on their own rows.

    Parameters
    ----------
    x, y, z_transposed : scipy.sparse.csr_array of float64, shape (n, n)
        The first two factors, and the third one transposed.

    Returns
    -------
    diagonal : ndarray of float64, shape (n,)

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> ring = csr_array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
    >>> closed_walks(ring, ring, ring.T.tocsr())
    array([1., 1., 1.])
    """
    out = np.zeros(x.shape[0])
    arrays = [a for m in (x, y, z_transposed) for a in (m.indptr, m.indices, m.data)]
    # Work of row i: the lengths of the rows of y that it visits. Pieces of equal work, small enough to be shared out evenly.
    visits = np.concatenate([[0], np.cumsum(np.diff(y.indptr)[x.indices])])[x.indptr]
    pieces = min(64, 1 + int(visits[-1]) // 5_000_000)
    borders = np.searchsorted(visits, np.linspace(0, visits[-1], pieces + 1)[1:-1])
    borders = np.concatenate([[0], borders, [x.shape[0]]])

    def piece(first, last):
        return lambda: _closed_walks(*arrays, first, last, out)

    run_parallel([piece(a, b) for a, b in zip(borders[:-1], borders[1:], strict=True)])
    return out
