"""Searches from many sources, shared out among the cores: what each reaches and how far that is."""

import threading
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from netgraph._progress import run_tasks
from netgraph.analysis._links import Links

__all__ = ["COUNT", "FARTHEST", "INVERSE", "TOTAL", "Batch", "OrderedSum", "path_sums", "run_searches", "slice_size"]

# Columns of the sums: nodes reached, their distances, inverse distances, and the largest distance.
COUNT, TOTAL, INVERSE, FARTHEST = range(4)

# Links that one task may look at: some tenths of a second.
_STEPS = 20_000_000
_STEPS_WITH_LENGTHS = 2_000_000

# Distances that one task may hold.
_NUMBERS = 20_000_000


def slice_size(links: Links, n: int, *, most: int | None = None) -> int:
    """Number of sources, of `n`, for one task of some tenths of a second; it depends on the work alone, not on the cores."""
    steps = _STEPS if links.lengths is None else _STEPS_WITH_LENGTHS
    return max(1, min(steps // (links.n_nodes + links.ends.size + 1), -(-n // 8), n if most is None else most))


class Batch(NamedTuple):
    """What searches from some sources found.

    Attributes
    ----------
    number : int
        From 0 on, in order of the sources.
    first : int
        How many sources come before.
    sources : ndarray of int64, shape (n_sources,)
    sums : ndarray of float64, shape (n_sources, 4)
        Columns `COUNT`, `TOTAL`, `INVERSE` and `FARTHEST`, over the nodes that each source reaches besides itself.
    distances : ndarray of float64, shape (n_nodes, n_sources)
        Infinite where nothing was reached; without nodes unless asked for.
    """

    number: int
    first: int
    sources: np.ndarray
    sums: np.ndarray
    distances: np.ndarray


def run_searches(
    links: Links,
    sources: np.ndarray,
    finish: Callable[[Batch], Any],
    *,
    distances: bool,
    where: str,
    progress: bool | None,
    hint: str = "",
) -> list[Any]:
    """Search from all sources, some at a time.

    Parameters
    ----------
    links : Links
    sources : ndarray of int64, shape (n,)
    finish : callable
        Makes something of each batch.
    distances : bool
        Whether batches shall have the distances.
    where : str
        What works, for the bar.
    progress : bool or None
        Whether to show it.
    hint : str
        What could be done instead.

    Returns
    -------
    results : list
        What `finish` made, in order of the sources.
    """
    from netgraph.analysis._breadth import SOURCES_AT_ONCE, search  # Numba loads on first use
    from netgraph.analysis._dijkstra import search_lengths

    def batch(number: int, first: int) -> Any:
        some = sources[first : first + size]
        sums, shape = np.zeros((some.size, 4)), (links.n_nodes if distances else 0, some.size)
        if links.lengths is not None:
            found = np.full(shape, np.inf)
            search_lengths(links.begins, links.ends, links.lengths, some, sums, found)
            return finish(Batch(number, first, some, sums, found))
        steps = np.full(shape, -1, dtype=np.int32)
        search(links.begins, links.ends, some, sums, steps)
        return finish(Batch(number, first, some, sums, np.where(steps < 0, np.inf, steps)))

    most = min(SOURCES_AT_ONCE, max(1, _NUMBERS // (links.n_nodes + 1))) if distances else SOURCES_AT_ONCE
    size = most if links.lengths is None else slice_size(links, sources.size, most=most)
    tasks = [lambda k=k, first=first: batch(k, first) for k, first in enumerate(range(0, sources.size, size))]
    return run_tasks(where, tasks, progress=progress, hint=hint)


def path_sums(links: Links, sources: np.ndarray, *, where: str, progress: bool | None, hint: str = "") -> np.ndarray:
    """The sums of `Batch` for all sources; float64, shape (n_sources, 4)."""
    found = run_searches(links, sources, lambda batch: batch.sums, distances=False, where=where, progress=progress, hint=hint)
    return np.concatenate([np.zeros((0, 4)), *found])


class OrderedSum:
    """Adds arrays up in the order of their numbers, in whatever order they come: the same bits for any number of threads.

    Parameters
    ----------
    array : ndarray
        Where to begin; the sum so far.

    Examples
    --------
    >>> total = OrderedSum(np.zeros(1))
    >>> total.add(1, np.array([2.0]))
    >>> total.array
    array([0.])
    >>> total.add(0, np.array([1.0]))
    >>> total.array
    array([3.])
    """

    def __init__(self, array: np.ndarray) -> None:
        self.array = array
        self._next = 0
        self._early: dict[int, np.ndarray] = {}
        self._lock = threading.Lock()

    def add(self, number: int, array: np.ndarray) -> None:
        """Take in the array with this number; each number from 0 on comes once."""
        with self._lock:
            self._early[number] = array
            while self._next in self._early:
                self.array += self._early.pop(self._next)
                self._next += 1
