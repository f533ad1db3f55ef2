"""Binomial, hypergeometric and Poisson numbers, each from one uniform number, exact to double precision.

The probability of the most likely value comes from the saddle-point form (Loader 2000, "Fast and accurate computation of
binomial probabilities"), which keeps full precision for counts of any size; its neighbours follow by the ratio of successive
terms. Values are tried outward from the mode, so a draw costs a few standard deviations of steps.
"""

import math

import numpy as np

from simcore.compile import compiled

__all__ = ["binomial_value", "hypergeometric_value", "poisson_value"]


@compiled
def _stirling_error(n):
    """log(n!) minus Stirling's formula for it."""
    if n < 16.0:
        return math.lgamma(n + 1.0) - (n + 0.5) * math.log(n) + n - 0.9189385332046727
    s = 1.0 / (n * n)
    return (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - s / 1188.0) * s) * s) * s) / n


@compiled
def _deviance(x, mean):
    """``x log(x / mean) + mean - x`` without cancellation."""
    if abs(x - mean) >= 0.1 * (x + mean):
        return x * math.log(x / mean) + mean - x
    v = (x - mean) / (x + mean)
    total = (x - mean) * v
    term = 2.0 * x * v
    for j in range(1, 1000):
        term *= v * v
        previous = total
        total += term / (2 * j + 1)
        if total == previous:
            break
    return total


@compiled
def _binomial_probability(k, n, p, q):
    """Probability of `k` among `n`; ``q = 1 - p`` is given too, since a difference would lose its digits."""
    if k == 0.0:
        return math.exp(n * (math.log1p(-p) if p < 0.5 else math.log(q)))
    if k == n:
        return math.exp(n * (math.log1p(-q) if q < 0.5 else math.log(p)))
    exponent = _stirling_error(n) - _stirling_error(k) - _stirling_error(n - k)
    exponent -= _deviance(k, n * p) + _deviance(n - k, n * q)
    return math.exp(exponent) * math.sqrt(n / (2.0 * math.pi * k * (n - k)))


@compiled
def hypergeometric_value(u, draws, good, bad):
    """How many of `draws` items, taken without replacement from `good` + `bad` items, are good.

    Parameters
    ----------
    u : float
        Uniform in (0, 1).
    draws, good, bad : int
        ``0 <= draws <= good + bad``.

    Returns
    -------
    k : int64
    """
    low = max(np.int64(0), draws - bad)
    high = min(draws, good)
    if low >= high:
        return low
    population = np.float64(good + bad)
    mode = np.int64((draws + 1.0) * (good + 1.0) / (population + 2.0))
    mode = min(max(mode, low), high)
    p, q = draws / population, (population - draws) / population
    at_mode = _binomial_probability(np.float64(mode), np.float64(good), p, q)
    at_mode *= _binomial_probability(np.float64(draws - mode), np.float64(bad), p, q)
    at_mode /= _binomial_probability(np.float64(draws), population, p, q)
    return _outward(u, at_mode, mode, low, high, np.float64(draws), np.float64(good), np.float64(bad), 0.0)


@compiled
def binomial_value(u, draws, p):
    """Number of successes in `draws` independent trials of probability `p`.

    Parameters
    ----------
    u : float
        Uniform in (0, 1).
    draws : int
    p : float
        In [0, 1].

    Returns
    -------
    k : int64
    """
    if p <= 0.0 or draws == 0:
        return np.int64(0)
    if p >= 1.0:
        return np.int64(draws)
    mode = min(np.int64((draws + 1.0) * p), np.int64(draws))
    at_mode = _binomial_probability(np.float64(mode), np.float64(draws), p, 1.0 - p)
    return _outward(u, at_mode, mode, np.int64(0), np.int64(draws), np.float64(draws), 0.0, 0.0, p / (1.0 - p))


@compiled
def poisson_value(u, mean):
    """Poisson number.

    Parameters
    ----------
    u : float
        Uniform in (0, 1).
    mean : float
        Not negative, below 2**31.

    Returns
    -------
    k : int64
    """
    if mean <= 0.0:
        return np.int64(0)
    mode = np.int64(mean)
    at_mode = math.exp(-mean)
    if mode > 0:
        k = np.float64(mode)
        at_mode = math.exp(-_stirling_error(k) - _deviance(k, mean)) / math.sqrt(2.0 * math.pi * k)
    return _outward(u, at_mode, mode, np.int64(0), np.int64(2**62), 0.0, 0.0, 0.0, -mean)


@compiled
def _ratio(k, draws, good, bad, odds):
    """Probability of k + 1 over that of k: binomial if `odds` > 0, Poisson of mean -odds if it is < 0, else hypergeometric."""
    if odds > 0.0:
        return (draws - k) * odds / (k + 1.0)
    if odds < 0.0:
        return -odds / (k + 1.0)
    return (good - k) * (draws - k) / ((k + 1.0) * (bad - draws + k + 1.0))


@compiled
def _outward(u, at_mode, mode, low, high, draws, good, bad, odds):
    """First value, in the order mode, +1, -1, +2, ..., whose summed probability exceeds `u`."""
    u -= at_mode
    if u < 0.0:
        return mode
    up, down = mode, mode
    p_up, p_down = at_mode, at_mode
    while p_up > 0.0 or p_down > 0.0:
        if up < high:
            p_up *= _ratio(np.float64(up), draws, good, bad, odds)
            up += 1
            u -= p_up
            if u < 0.0:
                return up
        else:
            p_up = 0.0
        if down > low:
            p_down /= _ratio(np.float64(down - 1), draws, good, bad, odds)
            down -= 1
            u -= p_down
            if u < 0.0:
                return down
        else:
            p_down = 0.0
    return mode
