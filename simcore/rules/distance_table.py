"""Every pair is an edge with a probability that a measured table gives for its distance, independently."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from simcore.rules._distance import DistanceRows

__all__ = ["DistanceTable"]


@dataclass(frozen=True, eq=False)
class DistanceTable(DistanceRows):
    """Each pair is an edge with the probability measured at its distance, whatever the others do; beyond the table with none.

    Parameters
    ----------
    source_positions, target_positions : array_like of float, shape (n, 2) or (n, 3) [µm]
        Positions, in the order of the populations.
    distances : array_like of float, shape (n_points,) or (n_bins + 1,) [µm]
        Ascending; where the probabilities were measured, or the borders of the bins for which they hold.
    probabilities : array_like of float, shape (n_points,) or (n_bins,)
        In [0, 1]. One for each distance: the line through them holds. One fewer: each holds within its bin,
        ``border <= d < next border``.
    period : array_like of float, shape (ndim,), optional [µm]
        Lengths after which space repeats.
    allow_autapses : bool
        Whether a node may connect to itself.

    Examples
    --------
    >>> from simcore.rules import Stream
    >>> points, ids = np.array([[0.0, 0.0], [0.0, 0.0], [9.0, 0.0]]), np.arange(3)
    >>> rule = DistanceTable(points, points, [0.0, 5.0, 10.0], [0.0, 1.0])
    >>> rule.counts(ids, ids, Stream(1, 0))
    array([1, 1, 2])
    """

    source_positions: Any
    target_positions: Any
    distances: Any
    probabilities: Any
    period: Any = None
    allow_autapses: bool = True

    def __post_init__(self) -> None:
        for name in ("distances", "probabilities"):
            values = np.atleast_1d(np.asarray(getattr(self, name), dtype=np.float64))
            self.require(name, getattr(self, name), values.ndim == 1 and bool(np.isfinite(values).all()), "finite numbers")
            object.__setattr__(self, name, values)
        d, p = self.distances, self.probabilities
        ascends = len(d) > 1 and d[0] >= 0 and bool((np.diff(d) > 0).all())
        self.require("distances", d.tolist(), ascends, "two or more that ascend from 0 or above")
        fits = len(p) in (len(d), len(d) - 1)
        self.require("probabilities", f"{len(p)} for {len(d)} distances", fits, "one for each distance or one for each bin")
        self.require("probabilities", p.tolist(), bool(((p >= 0) & (p <= 1)).all()), "numbers in [0, 1]")
        self.check_space()

    @property
    def _ends(self) -> tuple[np.ndarray, np.ndarray]:
        """Probability at the begin and at the end of each interval."""
        p = self.probabilities
        return (p[:-1], p[1:]) if len(p) == len(self.distances) else (p, p)

    def law(self) -> tuple[int, float, float, np.ndarray]:
        """The table, with the highest value from each interval on."""
        from simcore.rules._spatial import TABLE

        begin, end = self._ends
        highest = np.maximum.accumulate(np.maximum(begin, end)[::-1])[::-1]
        rows = [np.append(row, 0.0) for row in (begin, end, highest)]
        return TABLE, 1.0, 1.0, np.array([self.distances, *rows])

    def highest(self) -> float:
        """The highest of the table."""
        return float(self.probabilities.max())

    def probability(self, distance: np.ndarray) -> np.ndarray:
        """Probability of pairs at these distances [µm]."""
        begin, end = self._ends
        i = np.searchsorted(self.distances, distance, side="right") - 1
        inside = (i >= 0) & (i < len(begin))
        i = np.where(inside, i, 0)
        share = (distance - self.distances[i]) / np.diff(self.distances)[i]
        return np.where(inside, begin[i] + share * (end[i] - begin[i]), 0.0)
