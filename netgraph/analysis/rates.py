"""The rate of a population as a smooth function of time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netgraph._checks import check_number, check_positive
from netgraph.analysis._spikes import bin_edges, select

__all__ = ["smoothed_rate"]

Floats = NDArray[np.float64]


def smoothed_rate(
    times: Any,
    ids: ArrayLike | None = None,
    *,
    std: float,
    step: float | None = None,
    shift: float = 0.0,
    cut: float = 5.0,
    nodes: Any = None,
    window: tuple[float, float] | None = None,
) -> tuple[Floats, Floats]:
    """Mean rate of the nodes over time: a Gaussian in place of each spike.

    The rate that the nodes have together is this times their number. Nothing is known outside the window, so near its ends the
    sum of the Gaussians is divided by the part of a Gaussian that lies inside: a constant rate stays constant.

    Parameters
    ----------
    times, ids, nodes, window
        As in `netgraph.analysis.firing_rates`.
    std : float [ms]
        Standard deviation of the Gaussian.
    step : float, optional [ms]
        Time between two samples; a tenth of `std` if None.
    shift : float [ms]
        How far the centre of the Gaussian lies after its spike.
    cut : float
        The Gaussian ends at so many standard deviations, and is scaled so that its integral is one.

    Returns
    -------
    rate : ndarray of float64, shape (n_samples,) [Hz]
        Spikes per node and second; NaN where no spike of the window can reach.
    samples : ndarray of float64, shape (n_samples,) [ms]
        Times of the samples: the start of the window, and every `step` after it up to its end.

    Raises
    ------
    ParameterError
        If the arrays do not fit each other, the window is missing, or a time that must be positive is not.

    Examples
    --------
    >>> rate, samples = smoothed_rate([50.0], [0], std=10.0, step=50.0, window=(0.0, 100.0))
    >>> rate.round(3), samples
    (array([ 0.   , 39.894,  0.   ]), array([  0.,  50., 100.]))
    """
    where = "smoothed_rate"
    spikes = select(where, times, ids, nodes=nodes, window=window)
    std = check_positive(f"{where}: std", std, "ms")
    step = std / 10.0 if step is None else check_positive(f"{where}: step", step, "ms")
    shift, reach = check_number(f"{where}: shift", shift), std * check_positive(f"{where}: cut", cut, "")
    start, stop = spikes.window or (0.0, 0.0)
    samples = bin_edges(where, (start, stop), min(step, stop - start), whole=True)
    step = samples[1] - samples[0]
    # Spikes of a simulation share the times of its grid: one Gaussian for each time.
    centres, counts = np.unique(spikes.times + shift, return_counts=True)
    total = np.zeros(samples.size)
    first = np.ceil((centres - reach - start) / step).astype(np.int64)
    for offset in range(int(np.floor(2.0 * reach / step)) + 1):
        at = first + offset
        inside = (at >= 0) & (at < samples.size)
        away = (samples[at[inside]] - centres[inside]) / std
        heights = np.where(np.abs(away) <= reach / std, np.exp(-0.5 * away**2), 0.0)
        total += np.bincount(at[inside], weights=counts[inside] * heights, minlength=samples.size)
    area = _integral(samples - start - shift, std, reach) - _integral(samples - stop - shift, std, reach)
    known = np.divide(total, area, out=np.full(samples.size, np.nan), where=area > 0.0)
    return known * (1000.0 / max(spikes.nodes.size, 1)), samples


def _integral(upper: Floats, std: float, reach: float) -> Floats:
    """Integral up to `upper` [ms] of the Gaussian of height one that ends at `reach` on both sides."""
    from scipy.special import erf  # SciPy loads on first use

    return std * np.sqrt(np.pi / 2.0) * erf(np.clip(upper, -reach, reach) / (std * np.sqrt(2.0)))
