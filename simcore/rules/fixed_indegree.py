"""Every target gets a given number of incoming edges from random sources."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from simcore.errors import EdgeError, ParameterError
from simcore.rules._base import Pairs, Rule, Stream

__all__ = ["FixedIndegree"]


@dataclass(frozen=True, eq=False)
class FixedIndegree(Rule):
    """Each target draws its sources uniformly.

    Parameters
    ----------
    indegree : int or array_like of int, shape (n_targets,)
        Incoming edges of each target.
    allow_autapses : bool
        Whether a node may draw itself.
    allow_multapses : bool
        Whether a target may draw the same source more than once.

    Examples
    --------
    >>> ids = np.arange(100)
    >>> FixedIndegree(10).draw(ids, ids, Stream(1, 0), 0, 5).shape
    (50,)
    """

    indegree: Any
    allow_autapses: bool = True
    allow_multapses: bool = True

    def __post_init__(self) -> None:
        degrees = np.asarray(self.indegree)
        where = "FixedIndegree: indegree"
        if degrees.dtype.kind not in "iu" or degrees.ndim > 1:
            raise ParameterError(where, got=self.indegree, expected="a whole number, or one for each target")
        if degrees.size and degrees.min() < 0:
            raise ParameterError(where, got=int(degrees.min()), expected=">= 0")

    def check_pairs(self, pairs: Pairs, sources: np.ndarray, targets: np.ndarray) -> None:
        """Refuse in-degrees that the available sources cannot give."""
        n_targets = len(pairs.widths)
        degrees = np.asarray(self.indegree)
        if degrees.ndim == 1 and len(degrees) != n_targets:
            expected = f"one number, or one for each of the {n_targets} targets"
            raise ParameterError("FixedIndegree: length of indegree", got=len(degrees), expected=expected)
        available = pairs.available
        short = (available < 1) & (degrees > 0) if self.allow_multapses else degrees > available
        if np.any(short):
            t = int(np.argmax(short))
            wanted = int(np.broadcast_to(degrees, n_targets)[t])
            raise EdgeError(
                f"FixedIndegree: target {targets[t]} wants {wanted} edges, but only {available[t]} sources are available to it"
            )

    def expected_edges(self, n_sources: int, n_targets: int) -> float:
        """The sum of the in-degrees."""
        return float(np.broadcast_to(np.asarray(self.indegree, dtype=np.float64), n_targets).sum())

    def row_counts(self, pairs: Pairs, stream: Stream, first: int, last: int) -> np.ndarray:
        """The in-degrees as given."""
        degrees = np.asarray(self.indegree, dtype=np.int64)
        return np.broadcast_to(degrees, len(pairs.widths))[first:last].copy()
