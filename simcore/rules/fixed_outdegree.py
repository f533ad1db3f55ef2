"""Every source sends a given number of edges to random targets."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from simcore.errors import EdgeError, ParameterError
from simcore.rules._base import Pairs, Rule, Stream

__all__ = ["FixedOutdegree"]


@dataclass(frozen=True, eq=False)
class FixedOutdegree(Rule):
    """Each source draws its targets uniformly.

    Parameters
    ----------
    outdegree : int or array_like of int, shape (n_sources,)
        Outgoing edges of each source.
    allow_autapses : bool
        Whether a node may draw itself.
    allow_multapses : bool
        Whether a source may draw the same target more than once.

    Examples
    --------
    >>> ids = np.arange(100)
    >>> int(FixedOutdegree(10).counts(ids, ids, Stream(1, 0)).sum())
    1000
    """

    outdegree: Any
    allow_autapses: bool = True
    allow_multapses: bool = True

    edges_at_once = 1 << 21

    def __post_init__(self) -> None:
        degrees = np.asarray(self.outdegree)
        where = "FixedOutdegree: outdegree"
        if degrees.dtype.kind not in "iu" or degrees.ndim > 1:
            raise ParameterError(where, got=self.outdegree, expected="a whole number, or one for each source")
        if degrees.size and degrees.min() < 0:
            raise ParameterError(where, got=int(degrees.min()), expected=">= 0")

    def check_pairs(self, pairs: Pairs, sources: np.ndarray, targets: np.ndarray) -> None:
        """Refuse out-degrees that the available targets cannot take."""
        n_targets, n_sources = len(pairs.widths), int(pairs.widths[0])
        degrees = np.asarray(self.outdegree)
        if degrees.ndim == 1 and len(degrees) != n_sources:
            expected = f"one number, or one for each of the {n_sources} sources"
            raise ParameterError("FixedOutdegree: length of outdegree", got=len(degrees), expected=expected)
        available = n_targets - (_own_targets(pairs) >= 0)
        short = (available < 1) & (degrees > 0) if self.allow_multapses else degrees > available
        if np.any(short):
            s = int(np.argmax(short))
            wanted = int(np.broadcast_to(degrees, n_sources)[s])
            raise EdgeError(
                f"FixedOutdegree: source {sources[s]} wants {wanted} edges, but only {available[s]} targets are available to it"
            )

    def expected_edges(self, n_sources: int, n_targets: int) -> float:
        """The sum of the out-degrees."""
        return float(np.broadcast_to(np.asarray(self.outdegree, dtype=np.float64), n_sources).sum())

    def row_counts(self, pairs: Pairs, stream: Stream, first: int, last: int) -> np.ndarray:
        """Number of sources that draw each target."""
        counts = np.zeros(last - first, dtype=np.int64)
        self._draw(pairs, stream, first, counts, np.empty(0, dtype=np.int32))
        return counts

    def fill(self, pairs: Pairs, stream: Stream, first: int, counts: np.ndarray, out: np.ndarray) -> None:
        """Draw the same targets again, and write down who drew them."""
        if len(out):
            self._draw(pairs, stream, first, np.cumsum(counts) - counts, out)

    def _draw(self, pairs: Pairs, stream: Stream, first: int, cursor: np.ndarray, out: np.ndarray) -> None:
        from simcore.rules._columns import draw_columns, tile_size

        n_targets, n_sources = len(pairs.widths), int(pairs.widths[0])
        degrees = np.broadcast_to(np.asarray(self.outdegree, dtype=np.int64), n_sources).copy()
        shape = (n_targets, tile_size(n_targets, int(degrees.max())), first, first + len(cursor))
        draw_columns(degrees, _own_targets(pairs), shape, not self.allow_multapses, stream.words(), cursor, out)


def _own_targets(pairs: Pairs) -> np.ndarray:
    """The target that each source may not draw, or -1; int64, shape (n_sources,)."""
    own = np.full(int(pairs.widths[0]), -1, dtype=np.int64)
    own[pairs.skip] = np.flatnonzero(np.diff(pairs.skip_start))
    return own
