"""Every pair is an edge with the same probability, independently."""

from dataclasses import dataclass

import numpy as np

from simcore.errors import ParameterError
from simcore.rules._base import Pairs, Rule, Stream

__all__ = ["PairwiseBernoulli"]


@dataclass(frozen=True)
class PairwiseBernoulli(Rule):
    """Each pair is an edge with probability `p`: a binomial number of distinct sources for each target.

    Parameters
    ----------
    p : float
        In [0, 1].
    allow_autapses : bool
        Whether a node may connect to itself.

    Examples
    --------
    >>> ids = np.arange(100)
    >>> PairwiseBernoulli(1.0).counts(ids, ids[:3], Stream(1, 0))
    array([100, 100, 100])
    """

    p: float
    allow_autapses: bool = True

    def __post_init__(self) -> None:
        if not isinstance(self.p, (int, float, np.integer, np.floating)) or not 0.0 <= self.p <= 1.0:
            raise ParameterError("PairwiseBernoulli: p", got=self.p, expected="a number in [0, 1]")

    def expected_edges(self, n_sources: int, n_targets: int) -> float:
        """The mean."""
        return float(self.p) * n_sources * n_targets

    def row_counts(self, pairs: Pairs, stream: Stream, first: int, last: int) -> np.ndarray:
        """One binomial number for each target, from its own stream."""
        from simcore.rules._rows import binomial_counts

        out = np.empty(last - first, dtype=np.int64)
        p = np.full(last - first, float(self.p))
        binomial_counts(first, pairs.rows(first, last).available, p, stream.words(), out)
        return out
