"""One edge from each source to the target at the same position."""

from dataclasses import dataclass

import numpy as np

from simcore.errors import EdgeError
from simcore.rules._base import Pairs, Rule, Stream, check_ids

__all__ = ["OneToOne"]


@dataclass(frozen=True)
class OneToOne(Rule):
    """The i-th source connects to the i-th target; both populations have the same size.

    Examples
    --------
    >>> ids = np.arange(3)
    >>> OneToOne().draw(ids, ids + 3, Stream(1, 0), 1, 3)
    array([1, 2], dtype=int32)
    """

    def check(self, sources: np.ndarray, targets: np.ndarray) -> None:
        """Refuse populations of different sizes; see `Rule.check`."""
        check_ids(self, sources, targets)
        if len(sources) != len(targets):
            raise EdgeError(f"OneToOne: got {len(sources)} sources and {len(targets)} targets, expected the same number")

    def expected_edges(self, n_sources: int, n_targets: int) -> float:
        """One a target."""
        return float(n_targets)

    def row_counts(self, pairs: Pairs, stream: Stream, first: int, last: int) -> np.ndarray:
        """One edge each."""
        return np.ones(last - first, dtype=np.int64)

    def fill(self, pairs: Pairs, stream: Stream, first: int, counts: np.ndarray, out: np.ndarray) -> None:
        """Each target's own position."""
        out[:] = np.arange(first, first + len(counts), dtype=np.int32)
