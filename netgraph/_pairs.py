"""Pairs of nodes as single numbers: duplicates, self-loops and look-up, without a loop over edges."""

import numpy as np

__all__ = ["find_rows", "first_occurrence", "pair_keys"]

# Edges looked at together: their keys stay in the cache.
_CHUNK = 1 << 18


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
    ends: tuple[np.ndarray, np.ndarray], wanted: tuple[np.ndarray, np.ndarray], *, n_nodes: int, directed: bool
) -> np.ndarray:
    """First row of each wanted pair among the edges between `ends`, -1 where there is none.

    Parameters
    ----------
    ends, wanted : pair of ndarray of int
        Sources and targets of the edges, and of the pairs to look up.
    n_nodes : int
        Number of nodes.
    directed : bool
        False takes the ends in either order.

    Returns
    -------
    rows : ndarray of int64, shape (n_wanted,)

    Examples
    --------
    >>> edges = np.array([0, 1]), np.array([1, 2])
    >>> find_rows(edges, (np.array([1, 2]), np.array([2, 1])), n_nodes=3, directed=True)
    array([ 1, -1])
    """
    wanted_keys = pair_keys(*wanted, n_nodes=n_nodes, directed=directed)
    rows = np.full(wanted_keys.size, -1, dtype=np.int64)
    if wanted_keys.size == 1:
        found = _rows_of_pair(ends, wanted, directed)[:1]
        rows[: found.size] = found
        return rows
    candidates, keys = _candidates(ends, wanted_keys, n_nodes, directed)
    if candidates.size == 0:
        return rows
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    place = np.minimum(np.searchsorted(ordered, wanted_keys), ordered.size - 1)
    found = ordered[place] == wanted_keys
    rows[found] = candidates[order[place[found]]]
    return rows


def _rows_of_pair(ends: tuple[np.ndarray, np.ndarray], wanted: tuple[np.ndarray, np.ndarray], directed: bool) -> np.ndarray:
    (source, target), (s, t) = ends, (wanted[0][0], wanted[1][0])
    found = (source == s) & (target == t)
    return np.flatnonzero(found if directed else found | ((source == t) & (target == s)))


def _candidates(
    ends: tuple[np.ndarray, np.ndarray], wanted_keys: np.ndarray, n_nodes: int, directed: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Rows, and their keys, that may be wanted: a table of hashes leaves out nearly all others without sorting them."""
    source, target = ends
    if wanted_keys.size == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    bits = min(26, int(16 * wanted_keys.size).bit_length())
    is_wanted = np.zeros(1 << bits, dtype=bool)
    is_wanted[_hash(wanted_keys, bits)] = True
    rows, keys = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for start in range(0, source.size, _CHUNK):
        piece = slice(start, start + _CHUNK)
        piece_keys = pair_keys(source[piece], target[piece], n_nodes=n_nodes, directed=directed)
        hits = np.flatnonzero(is_wanted[_hash(piece_keys, bits)])
        rows.append(hits + start)
        keys.append(piece_keys[hits])
    return np.concatenate(rows), np.concatenate(keys)


def _hash(keys: np.ndarray, bits: int) -> np.ndarray:
    """The upper bits of a product with an odd constant (Knuth's multiplicative hash)."""
    return (keys.view(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - bits)
