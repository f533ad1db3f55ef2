"""Every pair is joined in both directions with the same probability, independently."""

from dataclasses import dataclass

import numpy as np

from simcore.errors import ParameterError
from simcore.rules._base import Rule, Stream, is_ascending, positions_of

__all__ = ["SymmetricPairwiseBernoulli"]


@dataclass(frozen=True)
class SymmetricPairwiseBernoulli(Rule):
    """Each pair of a source and a target, different nodes, is joined with probability `p`: by an edge, and by one back.

    Parameters
    ----------
    p : float
        In [0, 1].
    allow_multapses : bool
        Whether a pair of which both nodes are sources and targets is tried in either order, as in NEST, and may get two edges
        each way: in one population, a pair is then joined with probability ``1 - (1 - p)**2``. If false, it is tried once.

    Notes
    -----
    There are no autapses. NEST deviates from `p` in small populations: it draws a binomial number out of all n sources of a
    target, again if that is n, and then none of them is the target itself.

    Examples
    --------
    >>> ids = np.arange(4)
    >>> rule = SymmetricPairwiseBernoulli(1.0, allow_multapses=False)
    >>> sources, targets = rule.ends(ids, ids)
    >>> drawn = rule.draw(ids, ids, Stream(1, 0), 0, 8)
    >>> sources[drawn], np.repeat(targets, rule.counts(ids, ids, Stream(1, 0)))
    (array([0, 0, 1, 0, 1, 2, 1, 2, 3, 2, 3, 3]), array([1, 2, 2, 3, 3, 3, 0, 0, 0, 1, 1, 2]))
    """

    p: float
    allow_multapses: bool = True

    allow_autapses = False
    make_symmetric = True

    def __post_init__(self) -> None:
        is_number = isinstance(self.p, (int, float, np.integer, np.floating)) and not isinstance(self.p, bool)
        if not is_number or not 0.0 <= self.p <= 1.0:
            raise ParameterError("SymmetricPairwiseBernoulli: p", got=self.p, expected="a number in [0, 1]")

    def expected_edges(self, n_sources: int, n_targets: int) -> float:
        """Two for each pair that is joined; in one population whose pairs are tried once, there are half as many pairs."""
        return self.p * n_sources * n_targets * (2 if self.allow_multapses else 1)

    def counts(self, sources: np.ndarray, targets: np.ndarray, stream: Stream) -> np.ndarray:
        """Edges onto each target, then edges back onto each source."""
        return self._counts(sources, targets, stream, 0, len(sources) + len(targets))

    def draw(
        self, sources: np.ndarray, targets: np.ndarray, stream: Stream, first: int, last: int, counts: np.ndarray | None = None
    ) -> np.ndarray:
        """Partners in ascending order; see `Rule.draw`."""
        if counts is None:
            counts = self._counts(sources, targets, stream, first, last)
        out = np.empty(int(counts.sum()), dtype=np.int32)
        self._scan(sources, targets, stream, first, np.cumsum(counts) - counts, out)
        # Edges back come from the targets, which follow the sources among the ends.
        out[counts[: max(len(targets) - first, 0)].sum() :] += len(sources)
        return out

    def _counts(self, sources: np.ndarray, targets: np.ndarray, stream: Stream, first: int, last: int) -> np.ndarray:
        counts = np.zeros(last - first, dtype=np.int64)
        self._scan(sources, targets, stream, first, counts, np.empty(0, dtype=np.int32))
        return counts

    def _scan(
        self, sources: np.ndarray, targets: np.ndarray, stream: Stream, first: int, cursor: np.ndarray, out: np.ndarray
    ) -> None:
        """Toss the coins of the rows (targets), and then of the columns (sources), that are wanted."""
        from simcore.rules._tiles import draw_tiles, gap_scale, tile_bits

        p, n_rows = float(self.p), len(targets)
        also_target, also_source, is_triangle = self._tried_once(sources, targets)
        nodes = (sources, targets, also_target, also_source)
        shape = (*tile_bits(n_rows, len(sources), p), gap_scale(p), is_triangle)
        n_forward = min(max(n_rows - first, 0), len(cursor))
        for part, begin, by_column in (
            (cursor[:n_forward], first, False),
            (cursor[n_forward:], first + n_forward - n_rows, True),
        ):
            if len(part):
                draw_tiles(begin, by_column, nodes, shape, stream.words(), part, out)

    def _tried_once(self, sources: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray, bool]:
        """Sources, and targets, whose pairs are tried in one order only, and whether these are the pairs below the diagonal."""
        if self.allow_multapses:
            return np.zeros(len(sources), dtype=bool), np.zeros(len(targets), dtype=bool), False
        if np.array_equal(sources, targets):
            return np.ones(len(sources), dtype=bool), np.ones(len(targets), dtype=bool), is_ascending(sources)
        return positions_of(sources, targets) >= 0, positions_of(targets, sources) >= 0, False
