"""Edges in order of their sources, by counting: nothing is compared."""

from collections.abc import Sequence

import numpy as np

from simcore.compile import compiled

__all__ = ["ordered_by_source"]


def ordered_by_source(sources: np.ndarray, columns: Sequence[np.ndarray], n_nodes: int) -> list[np.ndarray]:
    """Columns of edges, rearranged so that those with one source follow each other, sources ascending, and otherwise as before.

    Parameters
    ----------
    sources : ndarray of int64, shape (n,)
        Numbers below `n_nodes`.
    columns : sequence of ndarray of int64, shape (n,)
    n_nodes : int

    Returns
    -------
    ordered : list of ndarray of int64, shape (n,)
        The sources, then the columns, each as of ``column[numpy.argsort(sources, kind="stable")]``.

    Examples
    --------
    >>> ordered_by_source(np.array([2, 0, 2, 1]), [np.arange(4)], 3)
    [array([0, 1, 2, 2]), array([1, 3, 0, 2])]
    """
    sources = np.ascontiguousarray(sources)
    counts = np.bincount(sources, minlength=n_nodes)
    begins = np.cumsum(counts) - counts
    ordered = [np.repeat(np.arange(counts.size), counts)]
    for column in columns:
        ordered.append(np.empty(sources.size, dtype=np.int64))
        _put(sources, begins.copy(), np.ascontiguousarray(column), ordered[-1])
    return ordered


@compiled
def _put(sources, places, column, out):
    for e in range(sources.size):
        place = places[sources[e]]
        out[place] = column[e]
        places[sources[e]] = place + 1
