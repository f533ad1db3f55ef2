"""Weights drawn from a distribution, in the single precision in which they are stored."""

import numpy as np

from simcore.compile import compiled
from simcore.distributions import Distribution, shared_table
from simcore.fastmath import fused_multiply_add as fma

__all__ = ["WeightTable", "weight_table"]

# Pieces of (0, 1) with a polynomial each, and its coefficients: 16 KB, which stay in the first-level cache.
_PIECES = 256
_COEFFICIENTS = 8

# Largest error of a polynomial, relative to the largest value of its piece: a quarter of the last bit of single precision.
_TOLERANCE = 2.0**-26


class WeightTable:
    """The quantile function of a distribution in polynomials, where they are as good as single precision.

    A quantile takes a logarithm, a root and a quotient of polynomials; one polynomial takes a fraction of the time. Where it
    is not good enough, as in the tails, the distribution's own quantile is used.

    Parameters
    ----------
    distribution : Distribution

    Attributes
    ----------
    is_exact : ndarray of bool, shape (pieces,)
        Pieces of equal width of the unit interval for which the distribution's own quantile is used.

    Examples
    --------
    >>> from simcore.distributions import Normal
    >>> float(WeightTable(Normal(0.0, 1.0)).is_exact.mean())
    0.015625
    """

    def __init__(self, distribution: Distribution) -> None:
        self._distribution = distribution
        first = np.arange(_PIECES)[:, None]
        nodes = np.cos(np.pi * (np.arange(_COEFFICIENTS) + 0.5) / _COEFFICIENTS)
        # Between the nodes, and at the ends, the polynomial is compared with what it stands for.
        checks = np.cos(np.pi * np.arange(_COEFFICIENTS + 1) / _COEFFICIENTS)
        with np.errstate(all="ignore"):
            at_nodes, at_checks = (self._exact((first + 0.5 * (x + 1.0)) / _PIECES) for x in (nodes, checks))
            powers = np.linalg.inv(np.vander(nodes, increasing=True))
            self._polynomials = np.ascontiguousarray(at_nodes @ powers.T)
            error = np.abs(self._polynomials @ np.vander(checks, _COEFFICIENTS, increasing=True).T - at_checks)
            good = error.max(axis=1) <= _TOLERANCE * np.abs(at_checks).max(axis=1)
        self.is_exact = ~good
        low, high = self._exact(np.array([0.0, 1.0]))
        self._range = np.float32(low), np.float32(high)

    def _exact(self, u: np.ndarray) -> np.ndarray:
        """Quantiles, those of 0 and 1 taken as near to them as a drawn number comes."""
        return self._distribution.quantile(np.clip(u, 2.0**-53, 1.0 - 2.0**-53).reshape(-1)).reshape(u.shape)

    def fill(self, u: np.ndarray, out: np.ndarray, first: int) -> tuple[np.ndarray, np.ndarray]:
        """Put the quantiles of uniform numbers into `out` (float32), as far as polynomials give them.

        Returns
        -------
        where, left : ndarray of int64, ndarray of float64
            Positions, counted from `first` on, of the numbers that are left to `mend`, and these.
        """
        where = np.empty(u.size, dtype=np.int64)
        where = where[: _evaluate(u, self._polynomials, self.is_exact, *self._range, out, where)]
        return first + where, u[where]

    def mend(self, out: np.ndarray, left: list[tuple[np.ndarray, np.ndarray]]) -> None:
        """Put the distribution's own quantiles where `fill` left them out."""
        if left:
            where, u = (np.concatenate(arrays) for arrays in zip(*left, strict=True))
            out[where] = self._distribution.quantile(u)


@shared_table
def weight_table(distribution: Distribution) -> WeightTable:
    """The table of a distribution; projections of equal ones share it."""
    return WeightTable(distribution)


@compiled
def _evaluate(u, polynomials, is_exact, low, high, out, left):
    """Values of the polynomials between the bounds; `left` gets the positions of the other numbers, which are counted."""
    n_left = 0
    for i in range(u.size):
        x = u[i] * polynomials.shape[0]
        k = np.int64(x)
        x = 2.0 * (x - k) - 1.0
        c = polynomials[k]
        xx = x * x
        even = fma(xx, fma(xx, fma(xx, c[6], c[4]), c[2]), c[0])
        odd = fma(xx, fma(xx, fma(xx, c[7], c[5]), c[3]), c[1])
        out[i] = min(max(np.float32(fma(x, odd, even)), low), high)
        if is_exact[k]:
            left[n_left] = i
            n_left += 1
    return n_left
