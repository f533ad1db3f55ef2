"""Every pair gets a Poisson number of edges, independently."""

from dataclasses import dataclass

import numpy as np

from simcore.errors import ParameterError
from simcore.rules._base import Pairs, Rule, Stream

__all__ = ["PairwisePoisson"]

_MOST_A_TARGET = 2**31 - 1


@dataclass(frozen=True)
class PairwisePoisson(Rule):
    """Each pair gets a Poisson number of edges: a Poisson number of independent, uniform sources for each target.

    Parameters
    ----------
    pairwise_avg_num_conns : float
        Mean number of edges of a pair, not negative.
    allow_autapses : bool
        Whether a node may connect to itself.

    Examples
    --------
    >>> ids = np.arange(100)
    >>> PairwisePoisson(0.0).counts(ids, ids[:3], Stream(1, 0))
    array([0, 0, 0])
    """

    pairwise_avg_num_conns: float
    allow_autapses: bool = True

    # A pair may get more than one edge.
    allow_multapses = True

    def __post_init__(self) -> None:
        mean = self.pairwise_avg_num_conns
        if not isinstance(mean, (int, float, np.integer, np.floating)) or not 0.0 <= mean < np.inf:
            expected = "a finite number >= 0"
            raise ParameterError("PairwisePoisson: pairwise_avg_num_conns", got=mean, expected=expected)

    def check_pairs(self, pairs: Pairs, sources: np.ndarray, targets: np.ndarray) -> None:
        """Refuse a mean that would give a target more edges than can be counted."""
        most = _MOST_A_TARGET / 2 / max(1, int(pairs.available.max()))
        if self.pairwise_avg_num_conns > most:
            raise ParameterError(
                "PairwisePoisson: pairwise_avg_num_conns",
                got=self.pairwise_avg_num_conns,
                expected=f"at most {most:g} for {int(pairs.available.max())} sources",
            )

    def expected_edges(self, n_sources: int, n_targets: int) -> float:
        """The mean."""
        return float(self.pairwise_avg_num_conns) * n_sources * n_targets

    def row_counts(self, pairs: Pairs, stream: Stream, first: int, last: int) -> np.ndarray:
        """One Poisson number for each target, from its own stream."""
        from simcore.rules._rows import poisson_counts

        out = np.empty(last - first, dtype=np.int64)
        available = pairs.rows(first, last).available
        poisson_counts(first, available, float(self.pairwise_avg_num_conns), stream.words(), out)
        return out
