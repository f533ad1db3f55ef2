"""Stable sorting of edges by node, in linear time."""

import numpy as np

from simcore.compile import compiled

__all__ = ["sort_by_pair"]


def sort_by_pair(key: np.ndarray, other: np.ndarray, n_nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows sorted by `key`, then by `other`, then by row, and where each key begins.

    Parameters
    ----------
    key, other : ndarray of int, shape (n,)
        Node ids below `n_nodes`.
    n_nodes : int
        Number of keys.

    Returns
    -------
    begins : ndarray of int64, shape (n_nodes + 1,)
    rows : ndarray of int64, shape (n,)

    Examples
    --------
    >>> sort_by_pair(np.array([1, 0, 1]), np.array([2, 0, 0]), 3)
    (array([0, 1, 3, 3]), array([1, 2, 0]))
    """
    by_other = np.empty(key.size, dtype=np.int32 if key.size < 2**31 else np.int64)
    _place(_begins(other, n_nodes), other, by_other)
    begins = _begins(key, n_nodes)
    rows = np.empty(key.size, dtype=np.int64)
    _place_in_order(begins, key, by_other, rows)
    return begins, rows


def _begins(values: np.ndarray, n_nodes: int) -> np.ndarray:
    begins = np.zeros(n_nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(values, minlength=n_nodes), out=begins[1:])
    return begins


@compiled
def _place(begins, values, rows):
    """Put each row number where its value's turn is."""
    place = begins.copy()
    for row in range(values.size):
        value = values[row]
        rows[place[value]] = row
        place[value] += 1


@compiled
def _place_in_order(begins, values, order, rows):
    """As `_place`, taking the rows in the given order."""
    place = begins.copy()
    for i in range(order.size):
        row = order[i]
        value = values[row]
        rows[place[value]] = row
        place[value] += 1
