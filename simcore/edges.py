"""The edges of a projection, some at a time: every pass over them draws the same ones in the same order."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.rules import pair_keys

if TYPE_CHECKING:
    from simcore.description import Projection

__all__ = ["EdgeBatch", "EdgePiece", "edge_batches", "edge_pieces"]

# Listed edges that are worked on at once; rules say how many they draw at once.
_BATCH = 1 << 18

# Numbers that are worked on at a time, so that those in between stay in the cache.
_IN_CACHE = 1 << 14

# Share of the edges that a rule draws at once that take about as long to draw as it takes to begin another piece.
_GAP = 1 / 32


class EdgeBatch:
    """Some edges of a projection; their delays and weights are drawn when they are asked for.

    Parameters
    ----------
    projection : Projection
    sources : ndarray of int32, shape (n,)
        Numbers of the nodes that send.
    targets : ndarray of int32, shape (n,), optional
        Numbers of the nodes that receive; None if `rows` says it.
    numbers : ndarray of int64, shape (n,), optional
        Position of each edge in its projection; None if `rows` says it.
    keys : ndarray of int64, shape (n,), optional
        What the random numbers of each edge are keyed by; None if `rows` says it.
    rows : (int, int, ndarray of int64), optional
        Number of the first edge, position of its target among those that receive, and edges of this and the following targets.
    places : ndarray of int64, shape (n,), optional
        Position of each edge in the arrays of its projection; None if that is its number.
    """

    def __init__(
        self, projection: "Projection", sources: np.ndarray, targets: np.ndarray | None, *, numbers: np.ndarray | None = None,
        keys: np.ndarray | None = None, rows: tuple[int, int, np.ndarray] | None = None, places: np.ndarray | None = None,
    ) -> None:  # fmt: skip
        self.sources, self._targets = sources, targets
        self._projection, self.seed, self.rows = projection, projection.seed, rows
        self._numbers, self._keys, self._places = numbers, keys, places

    @property
    def targets(self) -> np.ndarray:
        """Numbers of the nodes that receive; int32, shape (n,)."""
        if self._targets is None:
            assert self.rows is not None  # one of the two is given
            _, first, counts = self.rows
            self._targets = np.repeat(self._projection.ends[1][first : first + counts.size], counts)
        return self._targets

    @property
    def numbers(self) -> np.ndarray:
        """Position of each edge in its projection; int64, shape (n,)."""
        if self._numbers is None:
            assert self.rows is not None  # one of the two is given
            self._numbers = np.arange(self.rows[0], self.rows[0] + self.sources.size, dtype=np.int64)
        return self._numbers

    @property
    def places(self) -> np.ndarray:
        """Position of each edge in the arrays of its projection; int64, shape (n,)."""
        return self.numbers if self._places is None else self._places

    def uniform_pairs(self, purpose: int) -> Iterator[tuple[slice, np.ndarray]]:
        """Two random numbers in (0, 1) for each edge, for some edges at a time: which, and float64 of shape (2, n)."""
        from simcore.random import row_uniform_pairs, uniform_pairs

        if self._keys is not None:
            parts = [slice(first, first + _IN_CACHE) for first in range(0, self.sources.size, _IN_CACHE)]
            yield from ((part, uniform_pairs(self.seed, purpose, self._keys[part])) for part in parts)
            return
        assert self.rows is not None  # one of the two is given
        first = 0
        for drawn in row_uniform_pairs(self.seed, purpose, *self.rows[1:], _IN_CACHE):
            yield slice(first, first + drawn.shape[1]), drawn
            first += drawn.shape[1]

    @property
    def delays(self) -> Any:
        """Delays in steps: an int, or an ndarray of uint16."""
        return self._values[0]

    @property
    def weights(self) -> Any:
        """Weights: a float, or an ndarray of float32 or float64."""
        return self._values[1]

    @functools.cached_property
    def _values(self) -> tuple[Any, Any]:
        return self._projection.values_of(self)

    def take(self, chosen: np.ndarray) -> "EdgeBatch":
        """The edges at some positions of the batch, which ascend."""
        from simcore.random import row_keys

        ends = (self.sources[chosen], self.targets[chosen])
        if self.rows is not None:
            keys = row_keys(*self.rows[1:], chosen)
            return EdgeBatch(self._projection, *ends, numbers=self.rows[0] + chosen, keys=keys)
        assert self._keys is not None  # one of the two is given
        places = None if self._places is None else self._places[chosen]
        return EdgeBatch(self._projection, *ends, numbers=self.numbers[chosen], keys=self._keys[chosen], places=places)


@dataclass(frozen=True, eq=False)
class EdgePiece:
    """Edges that follow each other in their projection; they are drawn when they are asked for.

    Parameters
    ----------
    projection : Projection
    first, last : int
        Rows of the rule, or places in the list: those from `first` to ``last - 1``.
    before : int
        Number of the first edge.
    sources, targets : ndarray of bool, shape (n_nodes,), optional
        Nodes whose edges are wanted; all if None.
    """

    projection: "Projection"
    first: int
    last: int
    before: int
    sources: np.ndarray | None = None
    targets: np.ndarray | None = None

    @property
    def n_edges(self) -> int:
        """Edges onto the wanted targets, whatever their sources."""
        p = self.projection
        wanted = None if self.targets is None else self.targets[p.ends[1][self.first : self.last]]
        if p.rule is None:
            there = self._there(slice(self.first, self.last) if p.kept is None else p.kept[self.first : self.last])
            both = there if wanted is None else wanted if there is None else wanted & there
            return self.last - self.first if both is None else int(np.count_nonzero(both))
        counts = p.live_counts[self.first : self.last]
        return int(counts.sum() if wanted is None else counts[wanted].sum())

    def _there(self, numbers: Any) -> np.ndarray | None:
        """Which of the edges with some numbers, given as a slice or an array, have not been removed; None for all."""
        return None if self.projection.gone is None else ~self.projection.gone[numbers]

    def edges(self) -> EdgeBatch:
        """Those of the edges that are wanted, in their order."""
        return self._listed() if self.projection.rule is None else self._drawn()

    def _listed(self) -> EdgeBatch:
        part = slice(self.first, self.last)
        sources, targets = (ends[part] for ends in self.projection.ends)
        places = np.arange(self.first, self.last, dtype=np.int64)
        numbers = places if self.projection.kept is None else self.projection.kept[places]
        batch = EdgeBatch(self.projection, sources, targets, numbers=numbers, keys=numbers, places=places)
        wanted = self._wanted(batch, self._there(numbers))
        return batch if wanted is None else batch.take(wanted)

    def _drawn(self) -> EdgeBatch:
        p = self.projection
        senders, receivers = p.ends
        counts = p.counts[self.first : self.last]
        chosen = p.rule.draw(p.sources, p.targets, p.stream, self.first, self.last, counts)
        keyed: dict[str, Any] = {"rows": (self.before, self.first, counts)}
        if p.rule.make_symmetric:
            numbers = np.arange(self.before, self.before + chosen.size, dtype=np.int64)
            keyed = {"numbers": numbers, "keys": pair_keys((p.sources.size, p.targets.size), self.first, counts, chosen)}
        if p.sources_in_a_row:
            chosen += senders[0]
        sources = chosen if p.sources_in_a_row else senders[chosen]
        targets = np.repeat(receivers[self.first : self.last], counts) if p.rule.make_symmetric else None
        batch = EdgeBatch(p, sources, targets, **keyed)
        wanted = self._wanted(batch, self._there(slice(self.before, self.before + chosen.size)))
        return batch if wanted is None else batch.take(wanted)

    def _wanted(self, batch: EdgeBatch, there: np.ndarray | None) -> np.ndarray | None:
        """Positions of the edges that are wanted, of those that are `there`; None if all are."""
        wanted = [] if there is None else [there]
        wanted += [] if self.sources is None else [self.sources[batch.sources]]
        wanted += [] if self.targets is None else [self.targets[batch.targets]]
        if not wanted:
            return None
        every = functools.reduce(np.logical_and, wanted)
        return None if every.all() else np.flatnonzero(every)


def edge_batches(projection: "Projection", own: np.ndarray | None = None) -> Iterator[EdgeBatch]:
    """The edges of a projection, some at a time, always in the same order.

    Parameters
    ----------
    projection : Projection
    own : ndarray of bool, shape (n_nodes,), optional
        Targets whose edges are wanted; all if None.
    """
    return (piece.edges() for piece in edge_pieces(projection, targets=own))


def edge_pieces(
    projection: "Projection", *, sources: np.ndarray | None = None, targets: np.ndarray | None = None, joined: bool = False
) -> Iterator[EdgePiece]:
    """The edges of a projection, or those between some nodes, in pieces of a good size, in their order.

    Parameters
    ----------
    projection : Projection
    sources, targets : ndarray of bool, shape (n_nodes,), optional
        Nodes whose edges are wanted; all if None.
    joined : bool
        Whether a few unwanted edges of a rule may be drawn, and dropped, rather than making two pieces of one.
    """
    if projection.n_edges == 0:
        return
    if projection.rule is None:
        for first in range(0, projection.targets.size, _BATCH):
            yield EdgePiece(projection, first, min(first + _BATCH, projection.targets.size), first, sources, targets)
        return
    ends = np.cumsum(projection.counts)
    for first, last in _ranges(projection, ends, targets, joined):
        before = int(ends[first] - projection.counts[first])
        whole = targets is None or not joined or bool(targets[projection.ends[1][first:last]].all())
        yield EdgePiece(projection, first, last, before, sources, None if whole else targets)


def _ranges(projection: "Projection", ends: np.ndarray, targets: np.ndarray | None, joined: bool) -> Iterator[tuple[int, int]]:
    """Ranges of rows with about as many edges as the rule draws at once; ranges without edges are passed over."""
    counts, at_once = projection.counts, projection.rule.edges_at_once
    if ends[-1] <= at_once and (targets is None or targets[projection.ends[1]].all()):
        yield 0, ends.size
        return
    rows = np.arange(ends.size) if targets is None else np.flatnonzero(targets[projection.ends[1]])
    between = (ends[rows[1:]] - counts[rows[1:]]) - ends[rows[:-1]]
    breaks = np.flatnonzero((np.diff(rows) > 1) & (between >= joined * _GAP * at_once)) + 1
    for run in np.split(rows, breaks) if rows.size else ():
        first = int(run[0])
        while first <= run[-1]:
            before = int(ends[first] - counts[first])
            last = max(first + 1, int(np.searchsorted(ends, before + at_once, side="right")))
            last = min(last, int(run[-1]) + 1)
            if ends[last - 1] > before:
                yield first, last
            first = last
