"""A given number of edges in all, between random pairs."""

import operator
from dataclasses import dataclass

import numpy as np

from simcore.errors import EdgeError, ParameterError
from simcore.rules._base import Pairs, Rule, Stream

__all__ = ["FixedTotalNumber"]


@dataclass(frozen=True)
class FixedTotalNumber(Rule):
    """Exactly `N` edges, drawn uniformly from all pairs.

    The targets' shares follow by halving the targets again and again, with one binomial (or, without multapses, hypergeometric)
    number for each cut, so that a slice of the targets is drawn without the others and the total is exact.

    Parameters
    ----------
    N : int
        Number of edges.
    allow_autapses : bool
        Whether a node may connect to itself.
    allow_multapses : bool
        Whether a pair may be drawn more than once.

    Examples
    --------
    >>> ids = np.arange(100)
    >>> int(FixedTotalNumber(250).counts(ids, ids, Stream(1, 0)).sum())
    250
    """

    N: int
    allow_autapses: bool = True
    allow_multapses: bool = True

    def __post_init__(self) -> None:
        try:
            number = operator.index(self.N)
        except TypeError:
            number = -1
        if number < 0:
            raise ParameterError("FixedTotalNumber: N", got=self.N, expected="a whole number >= 0")

    def check_pairs(self, pairs: Pairs, sources: np.ndarray, targets: np.ndarray) -> None:
        """Refuse more edges than pairs."""
        total = int(pairs.available.sum())
        if self.N > 0 and total == 0:
            raise EdgeError(f"FixedTotalNumber: {self.N} edges wanted, but no pair is available")
        if not self.allow_multapses and total < self.N:
            raise EdgeError(f"FixedTotalNumber: {self.N} distinct edges wanted, but only {total} pairs are available")

    def expected_edges(self, n_sources: int, n_targets: int) -> float:
        """The total as given."""
        return float(self.N)

    def row_counts(self, pairs: Pairs, stream: Stream, first: int, last: int) -> np.ndarray:
        """Shares of the total."""
        from simcore.rules._rows import split_total

        before = np.zeros(len(pairs.widths) + 1, dtype=np.int64)
        np.cumsum(pairs.available, out=before[1:])
        out = np.empty(last - first, dtype=np.int64)
        split_total(int(self.N), (0, len(pairs.widths)), before, not self.allow_multapses, (first, last), stream.words(), out)
        return out
