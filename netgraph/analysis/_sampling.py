"""Sums over all nodes estimated from a random sample of them."""

from typing import Any, NamedTuple

import numpy as np

from netgraph._checks import check_count
from simcore.errors import ParameterError

__all__ = ["Estimate", "error_of_mean", "sampled_nodes", "total_from_sums"]


class Estimate(NamedTuple):
    """What a sample tells about a quantity.

    Attributes
    ----------
    value : float or ndarray of float64
        The estimate.
    error : float or ndarray of float64
        Its standard error; zero if the sample was everything, NaN if the estimate is infinite.

    Examples
    --------
    >>> value, error = Estimate(2.5, 0.1)
    """

    value: Any
    error: Any


def sampled_nodes(n_nodes: int, n_sources: Any, seed: Any, where: str) -> np.ndarray:
    """Different nodes, each as likely as any other, ascending; int64.

    Parameters
    ----------
    n_nodes : int
    n_sources : int
        How many; all nodes if there are fewer.
    seed : int or None
    where : str
        What asks, for messages.
    """
    from simcore.random import Purpose, check_seed, fresh_seed, uniforms  # Numba loads on first use

    count = min(check_count(n_sources, f"{where}: n_sources"), n_nodes)
    if count < min(3, n_nodes):
        raise ParameterError(f"{where}: n_sources", got=n_sources, expected="at least 3, to tell the error")
    seed = fresh_seed() if seed is None else check_seed(seed, f"{where}: seed")
    drawn = uniforms(seed, Purpose.GRAPH_SAMPLES, np.arange(n_nodes))
    return np.sort(np.argsort(drawn, kind="stable")[:count])


def error_of_mean(values: np.ndarray, n: int) -> float:
    """Standard error of the mean of values that were drawn from `n` without putting back."""
    k = values.size
    if k == n or not np.isfinite(values).all():
        return 0.0 if k == n else float("nan")
    return float(np.sqrt(values.var(ddof=1) / k * (1 - k / n)))


def total_from_sums(sums: np.ndarray, counts: Any, n: int, *, scale: float = 1.0) -> Estimate:
    """Totals over `n` values times `scale`.

    Of the values `counts` were drawn without putting back; `sums` are their sums and sums of squares.
    """
    k = np.maximum(counts, 1)
    with np.errstate(invalid="ignore"):  # an infinite sum has no error
        variance = np.maximum(sums[1] - sums[0] ** 2 / k, 0.0) / np.maximum(k - 1, 1)
        error = n * np.sqrt(variance / k * np.maximum(1 - k / max(n, 1), 0.0))
    return Estimate(sums[0] * (n / k) * scale, error * scale)
