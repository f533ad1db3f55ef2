"""Delays drawn from a distribution, straight onto the time grid."""

import numpy as np

from simcore.compile import compiled
from simcore.distributions import Distribution, shared_table
from simcore.errors import ParameterError
from simcore.timegrid import MAX_DELAY_STEPS, TimeGrid

__all__ = ["DelayTable", "delay_table"]

# Random bits of a uniform number, and entries of the guide for each threshold: with them a search takes one comparison or two.
_BITS = 52
_PER_THRESHOLD = 4


class DelayTable:
    """Where the delay of a uniform number goes from one step of the grid to the next.

    A delay on the grid takes few values, so drawing one is a look-up: the same delays as rounding the distribution's quantiles,
    for a fraction of the time.

    Parameters
    ----------
    distribution : Distribution
        Of delays in ms; its quantiles must not fall.
    grid : TimeGrid

    Examples
    --------
    >>> from simcore.distributions import Uniform
    >>> table = DelayTable(Uniform(0.2, 0.5), TimeGrid(0.1))
    >>> table.low, table.high
    (2, 5)
    """

    def __init__(self, distribution: Distribution, grid: TimeGrid) -> None:
        self._distribution, self._grid = distribution, grid
        ends = self._at(np.array([0, 2**_BITS - 1]))
        self.low, self.high = int(ends[0]), int(ends[1])
        if not np.all(np.diff(self._at(np.linspace(0, 2**_BITS - 1, 999).astype(np.int64))) >= 0):
            raise ParameterError("connect: delay", got=distribution, expected="a distribution whose quantiles do not fall")
        self._thresholds = self._find_thresholds()
        entries = 1 << int(_PER_THRESHOLD * (self.high - self.low + 1)).bit_length()
        self._guide = np.searchsorted(self._thresholds, np.arange(entries) / entries, side="right").astype(np.int32)

    def _at(self, numbers: np.ndarray) -> np.ndarray:
        """Steps of the uniform numbers that `simcore.random.unit_interval` makes of 52-bit integers."""
        drawn = self._distribution.quantile((numbers.astype(np.float64) + 0.5) * 2.0**-_BITS)
        return np.clip(self._grid.steps_nearest(drawn), 1, MAX_DELAY_STEPS)

    def _find_thresholds(self) -> np.ndarray:
        """For each step above the lowest, the least uniform number that gives it or more, by bisection of all at once."""
        wanted = np.arange(self.low + 1, self.high + 1)
        below, above = np.zeros(wanted.size, dtype=np.int64), np.full(wanted.size, 2**_BITS - 1, dtype=np.int64)
        for _ in range(_BITS if wanted.size else 0):
            middle = (below + above) >> 1
            enough = self._at(middle) >= wanted
            above, below = np.where(enough, middle, above), np.where(enough, below, middle)
        return (above.astype(np.float64) + 0.5) * 2.0**-_BITS

    def fill(self, u: np.ndarray, out: np.ndarray) -> None:
        """Put the delays in steps of uniform numbers into `out` (uint16)."""
        _look_up(u, self._thresholds, self._guide, self.low, out)


@shared_table
def delay_table(distribution: Distribution, grid: TimeGrid) -> DelayTable:
    """The table of a distribution; projections of equal ones share it."""
    return DelayTable(distribution, grid)


@compiled
def _look_up(u, thresholds, guide, low, out):
    for i in range(u.size):
        k = np.int64(guide[np.int64(u[i] * guide.size)])
        while k < thresholds.size and thresholds[k] <= u[i]:
            k += 1
        out[i] = low + k
