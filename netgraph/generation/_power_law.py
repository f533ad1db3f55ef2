"""Degrees that follow a power law from some degree on and have a given sum.

A node whose law begins at x has the degree k >= x with a probability proportional to ``k**-exponent``, up to a cutoff. Laws of
the same exponent that begin at x and at x + 1 differ at x alone: mixed, they are the same power law from x + 1 on, and the
share of nodes with the second sets the mean. Nodes take the second law one after the other, in a random order, each keeping its
quantile, until the sum is met; so what chance gives to the few large degrees is made up for by the many small ones.
"""

import math
from dataclasses import dataclass

import numpy as np

from netgraph.generation._shuffle import shuffled
from netgraph.generation._site import Site
from simcore.compile import compiled
from simcore.errors import EdgeError
from simcore.fastmath import exp, log
from simcore.random import uniforms
from simcore.rules import Stream

__all__ = ["PowerLaw", "couple"]

_OVERFLOW = 700.0
# Counters of a turn: one for the quantiles, two for the order.
_COUNTERS = 4


@dataclass(frozen=True)
class PowerLaw:
    """What the degrees of some nodes follow.

    Parameters
    ----------
    exponent : float
        Above 1.
    cutoff : str, int or None
        ``"natural"``, ``"structural"``, or the largest degree.
    most : int
        Largest degree that is possible.
    """

    exponent: float
    cutoff: str | int | None
    most: int

    def draw(self, name: str, site: Site, n: int, total: int, stream: Stream, *, turn: int) -> np.ndarray:
        """Degrees of `n` nodes that sum to `total`, other ones each turn; int64.

        Raises
        ------
        EdgeError
            A sum that the cutoff does not allow.
        """
        lowest, largest = self._limits(n, total)
        if total > n * largest:
            raise EdgeError(f"{name}: a mean degree of {total / n:g} wanted, but degrees end at {largest}")
        tail = np.empty((2, largest + 2))
        _sum_tail(self.exponent, tail)
        u = np.concatenate(
            site.in_slices(n, lambda a, b: uniforms(site.seed, stream.purpose, np.arange(a, b), _COUNTERS * turn))
        )
        degrees = self._quantiles(site, lowest, u, tail[0])
        while degrees.sum() > total:
            lowest -= 1
            degrees = self._quantiles(site, lowest, u, tail[0])
        order = shuffled(np.arange(n, dtype=np.int32), stream, _COUNTERS * turn + 1, site.threads)
        left = total - int(degrees.sum())
        while left > 0 and lowest < largest:
            lowest += 1
            left = _raise_some(order, self._quantiles(site, lowest, u, tail[0]), left, degrees)
        while left > 0:  # so few nodes that no quantile fits
            left = _raise_some(order, np.minimum(degrees + 1, largest), left, degrees)
        return degrees

    def _quantiles(self, site: Site, lowest: int, u: np.ndarray, tail: np.ndarray) -> np.ndarray:
        """What the law that begins at `lowest` gives for uniform numbers; zeros if it begins at 0."""
        degrees = np.zeros(len(u), dtype=np.int64)
        if lowest > 0:
            site.in_slices(len(u), lambda a, b: _find_quantiles(u[a:b], lowest, self.exponent, tail, degrees[a:b]))
        return degrees

    def _limits(self, n: int, total: int) -> tuple[int, int]:
        """Where about the law begins if it has this mean, and the largest degree."""
        mean, most = total / n, self.most
        if self.cutoff == "structural":
            most = min(most, max(1, int(np.sqrt(total))))
        elif self.cutoff is not None and self.cutoff != "natural":
            most = min(most, int(self.cutoff))
        sums = np.empty((2, most + 2))
        _sum_tail(self.exponent, sums)
        # One of n nodes is expected beyond ``lowest * reach`` (Dorogovtsev & Mendes 2002, doi:10.1080/00018730110112519).
        powers = math.log(n) / (self.exponent - 1.0) if self.cutoff == "natural" else math.inf
        reach = math.exp(powers) if powers < _OVERFLOW else math.inf

        def end(lowest: int) -> int:
            return int(min(most, max(1.0, lowest * reach)))

        low, high = 0, most + 1
        while high - low > 1:
            middle = (low + high) // 2
            weight, moment = sums[:, middle] - sums[:, end(middle) + 1]
            low, high = (middle, high) if moment <= mean * weight else (low, middle)
        return low, end(max(low, 1))


def couple(out_degrees: np.ndarray, in_degrees: np.ndarray, order: np.ndarray, wanted: int) -> np.ndarray:
    """In-degrees dealt anew, so that the smaller degrees of all nodes sum to `wanted` at least, if that can be.

    Among the first nodes of the order, as few as are needed, the larger in-degrees go to the larger out-degrees.
    """

    def coupled(n: int) -> np.ndarray:
        chosen, dealt = order[:n], in_degrees.copy()
        dealt[chosen[np.argsort(out_degrees[chosen], kind="stable")]] = np.sort(in_degrees[chosen])
        return dealt

    low, high = 0, len(order)
    while high - low > max(1, len(order) // 4096):
        middle = (low + high) // 2
        low, high = (low, middle) if np.minimum(out_degrees, coupled(middle)).sum() >= wanted else (middle, high)
    return coupled(high)


@compiled
def _sum_tail(exponent, sums):
    """Sums over all degrees from k on of ``k**-exponent`` and of ``k**(1 - exponent)``, from the last degree down."""
    sums[0, sums.shape[1] - 1] = sums[1, sums.shape[1] - 1] = 0.0
    for k in range(sums.shape[1] - 2, 0, -1):
        power = exp(-exponent * log(np.float64(k)))
        sums[0, k] = sums[0, k + 1] + power
        sums[1, k] = sums[1, k + 1] + k * power
    sums[0, 0], sums[1, 0] = sums[0, 1], sums[1, 1]


@compiled
def _find_quantiles(u, lowest, exponent, tail, degrees):
    """Largest k with ``tail[k] >= u tail[lowest]``, from the k at which a continuous law has its quantile."""
    largest = tail.size - 2
    a = 1.0 - exponent
    first, last = exp(a * log(lowest - 0.5)), exp(a * log(largest + 0.5))
    for i in range(u.size):
        guess = 0.5 + exp(log(u[i] * (first - last) + last) / a)
        k = np.int64(min(max(guess, np.float64(lowest)), np.float64(largest)))
        aim = u[i] * tail[lowest]
        while k > lowest and tail[k] < aim:
            k -= 1
        while k < largest and tail[k + 1] >= aim:
            k += 1
        degrees[i] = k


@compiled
def _raise_some(order, higher, left, degrees):
    """Raise degrees in order, where this does not exceed what is left to add; what is left then."""
    for i in order:
        step = higher[i] - degrees[i]
        if 0 < step <= left:
            degrees[i] = higher[i]
            left -= step
        if left == 0:
            break
    return left
