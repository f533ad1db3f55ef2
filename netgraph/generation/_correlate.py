"""Random exchanges until a correlation is what is wanted."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from netgraph.generation._pairing import Ends, words_of
from netgraph.generation._site import Site
from simcore.errors import EdgeError

__all__ = ["correlate_ends", "deal_correlated"]

# How near a correlation is brought, and how far from it it may stay: this, or the part of the standard error.
_NEAR = 1e-3
_NEAR_ENOUGH = 0.01
_OF_ERROR = 0.2

# Tries for each edge: at a time, and after the correlation is met; in between they go on while they bring it nearer.
_AT_A_TIME = 1
_AFTER = 2

_LINKS_STAGE, _NODES_STAGE, _SORT = 6, 7, 6


@dataclass(frozen=True)
class _Marks:
    """Whole numbers of the nodes at either end of edges; sums are exact, so that the same edges come out everywhere.

    Parameters
    ----------
    values : ndarray of int64, shape (2, n_nodes)
        What counts of a node as source, and as target.
    counts : ndarray of int64, shape (2, n_nodes)
        How many ends each node has; edges without direction count in both.
    """

    values: np.ndarray
    counts: np.ndarray

    @property
    def n(self) -> int:
        return int(self.counts[0].sum())

    def mean(self, side: int) -> float:
        """Mean over the ends of one side."""
        return int(self.counts[side] @ self.values[side]) / max(self.n, 1)

    def spread(self, side: int) -> float:
        """Standard deviation over the ends of one side."""
        total, squares = (int(self.counts[side] @ self.values[side] ** power) for power in (1, 2))
        return max(self.n * squares - total**2, 0) ** 0.5 / max(self.n, 1)

    def product(self, r: float) -> float:
        """Mean product of the two ends of edges that have the correlation `r`."""
        return self.mean(0) * self.mean(1) + r * self.spread(0) * self.spread(1)

    def correlation(self, source: np.ndarray, target: np.ndarray) -> float:
        """Correlation over these edges."""
        mean = int(self.values[0][source] @ self.values[1][target]) / len(source)
        return (mean - self.mean(0) * self.mean(1)) / (self.spread(0) * self.spread(1))

    def limits(self) -> tuple[float, float]:
        """The least and the largest correlation if any pairs were allowed."""
        orders = [np.argsort(row, kind="stable") for row in self.values]
        first, second = (np.repeat(orders[side], self.counts[side][orders[side]]) for side in range(2))
        return self.correlation(first, second[::-1]), self.correlation(first, second)


def correlate_ends(name: str, site: Site, state: Any, values: np.ndarray, wanted: float) -> Ends:
    """Swap edges until numbers of their sources and targets have a correlation, and some more that keep it.

    Parameters
    ----------
    state : tuple
        Edges and their set, see `netgraph.generation._pairing.state_of`.
    values : ndarray of int64, shape (2, n_nodes)
        What is correlated: for nodes as sources, and as targets; the same for both if edges have no direction.
    wanted : float
        The correlation.

    Raises
    ------
    EdgeError
        One that cannot be, or was not found.
    """
    ends, may_turn = state[0], bool(state[-1][6])
    counts = np.stack([np.bincount(end, minlength=values.shape[1]) for end in ends])
    if may_turn:
        counts[:] = counts.sum(axis=0)
    _approach(name, site, state, _checked(name, _Marks(values, counts), wanted), wanted, _LINKS_STAGE)
    return ends


def deal_correlated(name: str, site: Site, fixed: np.ndarray, values: np.ndarray, wanted: float) -> np.ndarray:
    """The values in a random order in which they have a correlation with those that are fixed."""
    from netgraph.generation._shuffle import shuffled
    from simcore.random import Purpose
    from simcore.rules import Stream

    n = len(fixed)
    marks = _checked(name, _Marks(np.stack([values, fixed]), np.ones((2, n), dtype=np.int64)), wanted)
    stream = Stream(site.seed, Purpose.GRAPH_DEGREES + site.salt)
    which = shuffled(np.arange(n), stream, 0, site.threads)
    low, high = marks.limits()
    if low + _NEAR < wanted < high - _NEAR:
        # Each value is an end that any node may take.
        rules = np.array([n, 0, 1, 0, 0, 0, 0], dtype=np.int64)
        state = (which, np.arange(n)), np.zeros(n, dtype=np.uint8), np.zeros(1, dtype=np.uint64), rules
        _approach(name, site, state, marks, wanted, _NODES_STAGE)
    else:
        which[np.argsort(fixed, kind="stable")] = np.argsort(values, kind="stable")[:: 1 if wanted >= high - _NEAR else -1]
    return values[which]


def _checked(name: str, marks: _Marks, wanted: float) -> _Marks:
    """Refuse a correlation that cannot be."""
    if marks.spread(0) == 0.0 or marks.spread(1) == 0.0:
        raise EdgeError(f"{name}: all degrees at one end of the edges are equal: they have no correlation")
    low, high = marks.limits()
    if not low - _NEAR <= wanted <= high + _NEAR:
        raise EdgeError(f"{name} of {wanted:g} wanted, but with these degrees it lies between {low:.3g} and {high:.3g}")
    return marks


def _approach(name: str, site: Site, state: Any, marks: _Marks, wanted: float, stage: int) -> None:
    """Swap until the correlation is as wanted."""
    from netgraph.generation._swaps import sort_into_order  # Numba loads on first use

    source, target = state[0]
    n = len(source)
    near = _NEAR * n * marks.spread(0) * marks.spread(1)
    values = marks.values.astype(np.float64)
    aim = np.array([marks.product(wanted) * n - int(marks.values[0][source] @ marks.values[1][target]), near])
    weight = np.abs(values[1] - marks.mean(1))
    words, done, step, before = words_of(site, stage, _SORT), 0, _AT_A_TIME * n + 10_000, np.inf
    while near < abs(aim[0]) < before - near / 20:
        # Edges whose targets count most are tried most.
        order, before = np.argsort(-weight[target], kind="stable"), abs(aim[0])
        sort_into_order(done, done + step, words, values, aim, order, *state)
        done += step
    sort_into_order(done, done + _AFTER * n, words, values, aim, np.empty(0, dtype=np.int64), *state)
    reached = marks.correlation(source, target)
    if abs(reached - wanted) > max(_NEAR_ENOUGH, _OF_ERROR / np.sqrt(n)):
        raise EdgeError(f"{name} of {wanted:g} was not found: {reached:.3g} is about what these degrees allow")
