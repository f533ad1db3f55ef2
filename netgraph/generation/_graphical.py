"""Whether there is a graph with given degrees.

Gale (1957) and Ryser (1957) with loops, Fulkerson (1960), Chen (1966) and Anstee (1982) without them, Erdős and Gallai (1960)
for undirected graphs, which is the same question asked of equal in- and out-degrees (Sierksma & Hoogeveen 1991,
doi:10.1002/jgt.3190150209; Berger 2014, doi:10.1016/j.disc.2013.09.010).
"""

import numpy as np

from simcore.errors import EdgeError

__all__ = ["is_digraphic", "is_graphical", "require_digraphic", "require_even", "require_graphical"]


def is_graphical(degrees: np.ndarray) -> bool:
    """Whether a simple undirected graph has these degrees.

    Examples
    --------
    >>> is_graphical(np.array([2, 2, 2])), is_graphical(np.array([3, 1, 1, 0])), is_graphical(np.array([1, 1, 1]))
    (True, False, False)
    """
    return int(degrees.sum()) % 2 == 0 and _violation(degrees, degrees, loops=False) is None


def is_digraphic(out_degrees: np.ndarray, in_degrees: np.ndarray, *, loops: bool) -> bool:
    """Whether a simple directed graph has these degrees, one of each kind for each node.

    Examples
    --------
    >>> is_digraphic(np.array([1, 0]), np.array([1, 0]), loops=False)
    False
    """
    return out_degrees.sum() == in_degrees.sum() and _violation(out_degrees, in_degrees, loops=loops) is None


def require_even(name: str, degrees: np.ndarray) -> None:
    """Refuse degrees that no number of undirected edges gives."""
    total = int(degrees.sum())
    if total % 2:
        raise EdgeError(f"{name}: the degrees sum to {total}, but every edge adds two: the sum must be even")


def require_graphical(name: str, degrees: np.ndarray, *, multigraph: bool, loops: bool) -> None:
    """Refuse degrees that no undirected graph has."""
    require_even(name, degrees)
    if multigraph:
        largest = int(degrees.max(initial=0))
        if not loops and 2 * largest > degrees.sum():
            raise EdgeError(f"{name}: a degree of {largest} needs self-loops: all others sum to {degrees.sum() - largest}")
        return
    _refuse(name, _violation(degrees, degrees, loops=False), "degrees")


def require_digraphic(name: str, out_degrees: np.ndarray, in_degrees: np.ndarray, *, multigraph: bool, loops: bool) -> None:
    """Refuse degrees, one of each kind for each node, that no directed graph has."""
    if out_degrees.sum() != in_degrees.sum():
        raise EdgeError(f"{name}: the out-degrees sum to {out_degrees.sum()}, the in-degrees to {in_degrees.sum()}")
    if multigraph:
        both = out_degrees + in_degrees
        worst = int(np.argmax(both)) if both.size else 0
        if not loops and both.size and both[worst] > out_degrees.sum():
            raise EdgeError(
                f"{name}: an out-degree of {out_degrees[worst]} and an in-degree of {in_degrees[worst]} of the same node need "
                f"self-loops: there are {out_degrees.sum()} edges"
            )
        return
    _refuse(name, _violation(out_degrees, in_degrees, loops=loops), "out-degrees")


def _refuse(name: str, violation: tuple[int, int, int] | None, what: str) -> None:
    if violation is not None:
        k, wanted, possible = violation
        who = f"the {k} nodes with the largest {what} want" if k > 1 else f"the node with the largest {what[:-1]} wants"
        raise EdgeError(f"{name}: no simple graph has these degrees: {who} {wanted} ends of edges, but {possible} are possible")


def _violation(out_degrees: np.ndarray, in_degrees: np.ndarray, *, loops: bool) -> tuple[int, int, int] | None:
    """How many nodes want too much, how much, and what is possible; None if there is a graph.

    The k nodes with the largest out-degrees can send at most ``min(b, k)`` edges to a node of in-degree b, one less to
    themselves if there are no loops.
    """
    n = len(out_degrees)
    if _has_room(out_degrees, in_degrees):
        return None
    order = np.lexsort((-in_degrees, -out_degrees))
    a, b = out_degrees[order].astype(np.int64), in_degrees[order].astype(np.int64)
    wanted = np.cumsum(a)
    at_least = np.cumsum(np.bincount(np.minimum(b, n), minlength=n + 1)[::-1])[::-1]
    possible = np.cumsum(at_least[1:])
    if not loops:
        k = np.arange(1, n + 1)
        covers = b >= k
        change = np.bincount(k[covers], minlength=n + 2) - np.bincount(np.minimum(b[covers], n) + 1, minlength=n + 2)
        possible = possible - np.cumsum(change)[1 : n + 1]
    over = np.flatnonzero(wanted > possible)
    if over.size == 0:
        return None
    return int(over[0]) + 1, int(wanted[over[0]]), int(possible[over[0]])


def _has_room(out_degrees: np.ndarray, in_degrees: np.ndarray) -> bool:
    """Whether there is a graph even if ever so many nodes were to send edges to themselves: quick, and mostly enough."""
    largest = int(in_degrees.max(initial=0))
    k = np.arange(1, min(largest, len(in_degrees)) + 1)
    wanted = np.cumsum(np.sort(out_degrees)[::-1][: len(k)])
    at_least = np.cumsum(np.bincount(np.minimum(in_degrees, len(k)), minlength=len(k) + 1)[::-1])[::-1]
    return bool((wanted <= np.cumsum(at_least[1:]) - np.minimum(k, at_least[1:])).all()) and largest < len(in_degrees)
