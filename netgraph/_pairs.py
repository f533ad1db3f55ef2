"""Pairs of nodes as single numbers: duplicates, self-loops and look-up, without a loop over edges."""

import numpy as np

__all__ = ["find_rows", "first_occurrence", "pair_keys"]


def pair_keys(source: np.ndarray, target: np.ndarray, *, n_nodes: int, directed: bool) -> np.ndarray:
    """One int64 for each pair, equal for equal pairs; the order of the ends does not count if undirected.

    Examples
    --------
    >>> pair_keys(np.array([2, 0]), np.array([0, 2]), n_nodes=3, directed=False)
    array([2, 2])
    """
    if not directed:
        source, target = np.minimum(source, target), np.maximum(source, target)
    keys = source.astype(np.int64)
    keys *= n_nodes
    keys += target
    return keys


def first_occurrence(keys: np.ndarray) -> np.ndarray:
    """Mask of the entries that no earlier entry equals.

    Examples
    --------
    >>> first_occurrence(np.array([5, 3, 5]))
    array([ True,  True, False])
    """
    ordered = np.sort(keys)
    if not (ordered[1:] == ordered[:-1]).any():
        return np.ones(keys.size, dtype=bool)
    order = np.argsort(keys, kind="stable")
    repeated = np.zeros(keys.size, dtype=bool)
    repeated[order[1:]] = keys[order[1:]] == keys[order[:-1]]
    return ~repeated


def find_rows(
    source: np.ndarray,
    target: np.ndarray,
    wanted_source: np.ndarray,
    wanted_target: np.ndarray,
    *,
    n_nodes: int,
    directed: bool,
) -> np.ndarray:
    """First row of each wanted pair among the edges, -1 where there is none.

    Returns
    -------
    rows : ndarray of int64, shape (n_wanted,)
    """
    rows = np.full(wanted_source.size, -1, dtype=np.int64)
    candidates = _candidates(source, target, wanted_source, wanted_target, n_nodes=n_nodes, directed=directed)
    if candidates.size == 0 or rows.size == 0:
        return rows
    keys = pair_keys(source[candidates], target[candidates], n_nodes=n_nodes, directed=directed)
    wanted = pair_keys(wanted_source, wanted_target, n_nodes=n_nodes, directed=directed)
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    place = np.minimum(np.searchsorted(ordered, wanted), ordered.size - 1)
    found = ordered[place] == wanted
    rows[found] = candidates[order[place[found]]]
    return rows


def _candidates(
    source: np.ndarray,
    target: np.ndarray,
    wanted_source: np.ndarray,
    wanted_target: np.ndarray,
    *,
    n_nodes: int,
    directed: bool,
) -> np.ndarray:
    """Rows whose ends both occur among the wanted ones: few, when edges are added between other groups than before."""
    if source.size == 0 or wanted_source.size == 0:
        return np.empty(0, dtype=np.int64)
    if wanted_source.size == 1:
        s, t = wanted_source[0], wanted_target[0]
        found = (source == s) & (target == t)
        return np.flatnonzero(found if directed else found | ((source == t) & (target == s)))
    is_source = np.zeros(n_nodes, dtype=bool)
    is_target = is_source if not directed else np.zeros(n_nodes, dtype=bool)
    is_source[wanted_source] = True
    is_target[wanted_target] = True
    return np.flatnonzero(is_source[source] & is_target[target])
