"""Edges in order of their sources, by counting: nothing is compared."""

import numpy as np

from simcore.compile import compiled

__all__ = ["order_by_source"]


def order_by_source(sources: np.ndarray, n_nodes: int) -> np.ndarray:
    """The order in which edges with one source follow each other, sources ascending, and otherwise as they are.

    Parameters
    ----------
    sources : ndarray of int, shape (n,)
        Numbers below `n_nodes`.
    n_nodes : int

    Returns
    -------
    order : ndarray of int64, shape (n,)
        Positions, as of ``numpy.argsort(sources, kind="stable")``.

    Examples
    --------
    >>> order_by_source(np.array([2, 0, 2, 1, 0]), 3)
    array([1, 4, 3, 0, 2])
    """
    order = np.empty(sources.size, dtype=np.int64)
    _order(np.ascontiguousarray(sources), np.zeros(n_nodes + 1, dtype=np.int64), order)
    return order


@compiled
def _order(sources, ends, order):
    for e in range(sources.size):
        ends[sources[e] + 1] += 1
    for s in range(ends.size - 1):
        ends[s + 1] += ends[s]
    for e in range(sources.size):
        order[ends[sources[e]]] = e
        ends[sources[e]] += 1
