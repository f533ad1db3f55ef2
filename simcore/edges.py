"""The edges of a projection, some at a time: every pass over them draws the same ones in the same order."""

import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.rules import pair_keys

if TYPE_CHECKING:
    from simcore.description import Projection

__all__ = ["EdgeBatch", "edge_batches"]

# Edges that are drawn and placed at once: their arrays stay in the cache's reach and the interpreter stays out of the way.
_BATCH = 1 << 18


class EdgeBatch:
    """Some edges of a projection; their delays and weights are drawn when they are asked for.

    Parameters
    ----------
    projection : Projection
    sources, targets : ndarray of int32, shape (n,)
        Numbers of the nodes.
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
        self, projection: "Projection", sources: np.ndarray, targets: np.ndarray, *, numbers: np.ndarray | None = None,
        keys: np.ndarray | None = None, rows: tuple[int, int, np.ndarray] | None = None, places: np.ndarray | None = None,
    ) -> None:  # fmt: skip
        self.sources, self.targets = sources, targets
        self._projection, self.seed, self.rows = projection, projection.seed, rows
        self._numbers, self._keys, self._places = numbers, keys, places

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

    def uniforms(self, purpose: int) -> np.ndarray:
        """A random number in (0, 1) for each edge; float64, shape (n,)."""
        from simcore.random import row_uniforms, uniforms

        if self.rows is None:
            return uniforms(self.seed, purpose, self._keys)
        return row_uniforms(self.seed, purpose, *self.rows[1:])

    @functools.cached_property
    def delays(self) -> Any:
        """Delays in steps: an int, or an ndarray of uint16."""
        return self._projection.delays_of(self)

    @functools.cached_property
    def weights(self) -> Any:
        """Weights: a float, or an ndarray of float32 or float64."""
        return self._projection.weights_of(self)

    def take(self, chosen: np.ndarray) -> "EdgeBatch":
        """The edges at some positions of the batch."""
        from simcore.random import row_keys

        keys = self._keys if self.rows is None else row_keys(*self.rows[1:])
        assert keys is not None  # one of the two is given
        ends = (self.sources[chosen], self.targets[chosen])
        places = None if self._places is None else self._places[chosen]
        return EdgeBatch(self._projection, *ends, numbers=self.numbers[chosen], keys=keys[chosen], places=places)


def edge_batches(projection: "Projection", own: np.ndarray | None = None) -> Iterator[EdgeBatch]:
    """The edges of a projection, some at a time, always in the same order.

    Parameters
    ----------
    projection : Projection
    own : ndarray of bool, shape (n_nodes,), optional
        Targets whose edges are wanted; all if None.
    """
    return _explicit(projection, own) if projection.rule is None else _drawn(projection, own)


def _explicit(projection: "Projection", own: np.ndarray | None) -> Iterator[EdgeBatch]:
    sources, targets, kept = projection.sources, projection.targets, projection.kept
    for first in range(0, targets.size, _BATCH):
        places = np.arange(first, min(first + _BATCH, targets.size), dtype=np.int64)
        if own is not None:
            places = places[own[targets[places]]]
        numbers = places if kept is None else kept[places]
        yield EdgeBatch(projection, sources[places], targets[places], numbers=numbers, keys=numbers, places=places)


def _drawn(projection: "Projection", own: np.ndarray | None) -> Iterator[EdgeBatch]:
    (sources, targets), rule = projection.ends, projection.rule
    given = projection.sources, projection.targets
    ends = np.cumsum(projection.counts)
    positions = np.arange(targets.size) if own is None else np.flatnonzero(own[targets])
    in_a_row = bool(np.all(np.diff(sources) == 1))
    for first, last in _pieces(positions, projection.counts, ends):
        counts = projection.counts[first:last]
        number = int(ends[first] - counts[0])
        chosen = rule.draw(*given, projection.stream, first, last, counts)
        keyed: dict[str, Any] = {"rows": (number, first, counts)}
        if rule.make_symmetric:
            numbers = np.arange(number, number + chosen.size, dtype=np.int64)
            keyed = {"numbers": numbers, "keys": pair_keys((given[0].size, given[1].size), first, counts, chosen)}
        if in_a_row:
            chosen += sources[0]
        pairs = chosen if in_a_row else sources[chosen], np.repeat(targets[first:last], counts)
        yield EdgeBatch(projection, *pairs, **keyed)


def _pieces(positions: np.ndarray, counts: np.ndarray, ends: np.ndarray) -> Iterator[tuple[int, int]]:
    """Ranges of consecutive target positions with about `_BATCH` edges each; ranges without edges are passed over."""
    breaks = np.flatnonzero(np.diff(positions) > 1) + 1
    for run in np.split(positions, breaks):
        before, after = ends[run] - counts[run], ends[run]
        first = 0
        while first < run.size:
            last = max(first + 1, int(np.searchsorted(after, before[first] + _BATCH, side="right")))
            end = min(last, run.size) - 1
            if after[end] > before[first]:
                yield int(run[first]), int(run[end]) + 1
            first = last
