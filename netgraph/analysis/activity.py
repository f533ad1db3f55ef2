"""Statistics of spike trains: rates, irregularity, variability of counts, correlation.

All functions take arrays of spike times [ms] and node ids of equal length, in any order, or in place of both the results of a
run, or any object with ``.times`` and ``.ids``. Windows and bins are open on the left and closed on the right.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netgraph._checks import check_given_seed
from netgraph.analysis._spikes import Spikes, bin_edges, bin_of, intervals_of, node_means, select
from simcore.errors import ParameterError
from simcore.memory import check_free

__all__ = [
    "correlation_matrix",
    "cv2_isi",
    "cv_isi",
    "fano_factor",
    "firing_rates",
    "isi",
    "lv_isi",
    "pairwise_correlation",
    "population_rate",
    "spike_counts",
]

Window = tuple[float, float]
Floats = NDArray[np.float64]


def firing_rates(times: Any, ids: ArrayLike | None = None, *, nodes: Any = None, window: Window | None = None) -> Floats:
    """Number of spikes of each node over the length of the window.

    Parameters
    ----------
    times : array_like of float, shape (n_spikes,) [ms]
        Spike times, or an object with ``.times`` and ``.ids``.
    ids : array_like of int, shape (n_spikes,), optional
        Node of each spike; None if `times` holds both.
    nodes : array_like of int or Group, optional
        Nodes to return, in this order. None takes all that were recorded, in the order of their ids, silent ones included; of
        bare arrays of spikes it takes those that spike.
    window : (float, float) [ms]
        Start and stop; needed unless `times` is the results of a run, which know theirs.

    Returns
    -------
    rates : ndarray of float64, shape (n_nodes,) [Hz]

    Raises
    ------
    ParameterError
        If the arrays do not fit each other, the window is missing or empty, or one of `nodes` was not recorded.

    Examples
    --------
    >>> firing_rates([10.0, 30.0, 50.0], [0, 2, 2], nodes=[0, 1, 2], window=(0.0, 100.0))
    array([10.,  0., 20.])
    """
    spikes = select("firing_rates", times, ids, nodes=nodes, window=window)
    start, stop = _window(spikes)
    return np.bincount(spikes.rows, minlength=spikes.nodes.size) / np.float64((stop - start) / 1000.0)


def population_rate(
    times: Any, ids: ArrayLike | None = None, *, bin_width: float, nodes: Any = None, window: Window | None = None
) -> tuple[Floats, Floats]:
    """Mean rate of the nodes in successive bins.

    Parameters
    ----------
    times, ids, nodes, window
        As in `firing_rates`.
    bin_width : float [ms]
        Width of the bins; the last one is cut at the end of the window.

    Returns
    -------
    rate : ndarray of float64, shape (n_bins,) [Hz]
        Spikes per node and second.
    edges : ndarray of float64, shape (n_bins + 1,) [ms]
        Borders of the bins.

    Examples
    --------
    >>> population_rate([5.0, 10.0, 15.0], [0, 1, 1], bin_width=10.0, nodes=[0, 1], window=(0.0, 20.0))
    (array([100.,  50.]), array([ 0., 10., 20.]))
    """
    spikes = select("population_rate", times, ids, nodes=nodes, window=window)
    edges = bin_edges("population_rate", _window(spikes), bin_width, whole=False)
    which = np.minimum(bin_of(spikes.times, edges[0], bin_width), len(edges) - 2)
    counts = np.bincount(which, minlength=len(edges) - 1)
    return counts * 1000.0 / (np.diff(edges) * max(spikes.nodes.size, 1)), edges


def isi(
    times: Any, ids: ArrayLike | None = None, *, nodes: Any = None, window: Window | None = None
) -> tuple[Floats, NDArray[np.int64]]:
    """Intervals between successive spikes of each node.

    Parameters
    ----------
    times, ids, nodes
        As in `firing_rates`.
    window : (float, float), optional [ms]
        Only spikes inside it are used; None uses all.

    Returns
    -------
    intervals : ndarray of float64, shape (n,) [ms]
        Sorted by the place of the node in `nodes`, then by time.
    owners : ndarray of int64, shape (n,)
        Node of each interval.

    Examples
    --------
    >>> isi([1.0, 2.0, 4.0, 5.0], [7, 3, 7, 7])
    (array([3., 1.]), array([7, 7]))
    """
    spikes = select("isi", times, ids, nodes=nodes, window=window, need_window=False)
    intervals, rows = intervals_of(spikes)
    return intervals, spikes.nodes[rows]


def cv_isi(times: Any, ids: ArrayLike | None = None, *, nodes: Any = None, window: Window | None = None) -> Floats:
    """Coefficient of variation of the inter-spike intervals of each node: standard deviation over mean.

    0 for a regular train, 1 for a Poisson process.

    Parameters
    ----------
    times, ids, nodes, window
        As in `isi`.

    Returns
    -------
    cv : ndarray of float64, shape (n_nodes,)
        NaN for nodes with fewer than two intervals, that is three spikes.

    Examples
    --------
    >>> cv_isi([1.0, 2.0, 5.0, 3.0, 4.0, 5.0], [0, 0, 0, 1, 1, 1])
    array([0.5, 0. ])
    """
    spikes = select("cv_isi", times, ids, nodes=nodes, window=window, need_window=False)
    intervals, rows = intervals_of(spikes)
    mean = node_means(intervals, rows, spikes.nodes.size, least=2)
    variance = node_means((intervals - mean[rows]) ** 2, rows, spikes.nodes.size, least=2)
    return _ratio(np.sqrt(variance), mean)


def cv2_isi(times: Any, ids: ArrayLike | None = None, *, nodes: Any = None, window: Window | None = None) -> Floats:
    """Local irregularity CV2 of each node: mean of ``2 |b - a| / (a + b)`` over successive intervals a, b.

    1 for a Poisson process; slow changes of the rate hardly matter (Holt et al. 1996, doi:10.1152/jn.1996.75.5.1806).

    Parameters
    ----------
    times, ids, nodes, window
        As in `isi`.

    Returns
    -------
    cv2 : ndarray of float64, shape (n_nodes,)
        NaN for nodes with fewer than two intervals.

    Examples
    --------
    >>> cv2_isi([1.0, 2.0, 5.0], [0, 0, 0])
    array([1.])
    """
    contrast, rows, n = _contrasts(select("cv2_isi", times, ids, nodes=nodes, window=window, need_window=False))
    return node_means(2.0 * np.abs(contrast), rows, n, least=1)


def lv_isi(times: Any, ids: ArrayLike | None = None, *, nodes: Any = None, window: Window | None = None) -> Floats:
    """Local variation LV of each node: mean of ``3 (b - a)² / (a + b)²`` over successive intervals a, b.

    1 for a Poisson process (Shinomoto et al. 2003, doi:10.1162/089976603322518759).

    Parameters
    ----------
    times, ids, nodes, window
        As in `isi`.

    Returns
    -------
    lv : ndarray of float64, shape (n_nodes,)
        NaN for nodes with fewer than two intervals.

    Examples
    --------
    >>> lv_isi([1.0, 2.0, 5.0], [0, 0, 0])
    array([0.75])
    """
    contrast, rows, n = _contrasts(select("lv_isi", times, ids, nodes=nodes, window=window, need_window=False))
    return node_means(3.0 * contrast**2, rows, n, least=1)


def spike_counts(
    times: Any, ids: ArrayLike | None = None, *, bin_width: float, nodes: Any = None, window: Window | None = None
) -> tuple[NDArray[np.int64], Floats]:
    """Numbers of spikes of each node in successive whole bins.

    Parameters
    ----------
    times, ids, nodes, window
        As in `firing_rates`.
    bin_width : float [ms]
        Width of the bins; what is left of the window after the last whole one is not used.

    Returns
    -------
    counts : ndarray of int64, shape (n_nodes, n_bins)
    edges : ndarray of float64, shape (n_bins + 1,) [ms]

    Examples
    --------
    >>> spike_counts([5.0, 10.0, 15.0], [0, 1, 1], bin_width=10.0, window=(0.0, 20.0))[0]
    array([[1, 0], [1, 1]])
    """
    spikes = select("spike_counts", times, ids, nodes=nodes, window=window)
    return _counts("spike_counts", spikes, bin_width)


def fano_factor(
    times: Any, ids: ArrayLike | None = None, *, bin_width: float, nodes: Any = None, window: Window | None = None
) -> Floats:
    """Variance over mean of the spike counts of each node in successive whole bins.

    1 for a Poisson process, less for a regular one. The variance is the unbiased one.

    Parameters
    ----------
    times, ids, nodes, window, bin_width
        As in `spike_counts`; the window must hold at least two bins.

    Returns
    -------
    fano : ndarray of float64, shape (n_nodes,)
        NaN for silent nodes.

    Examples
    --------
    >>> fano_factor([5.0, 6.0, 15.0], [0, 0, 1], bin_width=10.0, nodes=[0, 1, 2], window=(0.0, 20.0))
    array([ 2.,  1., nan])
    """
    spikes = select("fano_factor", times, ids, nodes=nodes, window=window)
    edges = bin_edges("fano_factor", _window(spikes), bin_width, whole=True)
    n_bins, n = len(edges) - 1, spikes.nodes.size
    if n_bins < 2:
        raise ParameterError("fano_factor: bin_width", got=bin_width, expected="at least two bins in the window")
    which = bin_of(spikes.times, edges[0], bin_width)
    inside = which < n_bins
    occupied, counts = np.unique(spikes.rows[inside] * n_bins + which[inside], return_counts=True)
    total = np.bincount(occupied // n_bins, weights=counts, minlength=n)
    squares = np.bincount(occupied // n_bins, weights=counts.astype(np.float64) ** 2, minlength=n)
    return _ratio((squares - total**2 / n_bins) / (n_bins - 1), total / n_bins)


def correlation_matrix(
    times: Any, ids: ArrayLike | None = None, *, bin_width: float, nodes: Any = None, window: Window | None = None
) -> Floats:
    """Pearson correlation of the binned spike counts of all pairs of nodes.

    Parameters
    ----------
    times, ids, nodes, window, bin_width
        As in `spike_counts`.

    Returns
    -------
    correlation : ndarray of float64, shape (n_nodes, n_nodes)
        Rows and columns of nodes whose count never changes are NaN.

    Examples
    --------
    >>> correlation_matrix([5.0, 6.0, 15.0], [0, 1, 2], bin_width=10.0, window=(0.0, 30.0)).round(3)
    array([[ 1. ,  1. , -0.5], [ 1. ,  1. , -0.5], [-0.5, -0.5,  1. ]])
    """
    spikes = select("correlation_matrix", times, ids, nodes=nodes, window=window)
    check_free("correlation_matrix", f"correlations of {spikes.nodes.size} nodes", 16.0 * spikes.nodes.size**2)
    z = _standardised(_counts("correlation_matrix", spikes, bin_width)[0])
    return np.clip(z @ z.T, -1.0, 1.0)


def pairwise_correlation(
    times: Any,
    ids: ArrayLike | None = None,
    *,
    bin_width: float,
    nodes: Any = None,
    window: Window | None = None,
    n_pairs: int | None = None,
    seed: int | None = None,
) -> tuple[Floats, NDArray[np.int64]]:
    """Pearson correlation of the binned spike counts of distinct pairs of nodes, all or a random sample.

    Parameters
    ----------
    times, ids, nodes, window, bin_width
        As in `spike_counts`.
    n_pairs : int, optional
        Number of distinct pairs to draw; None, or more than there are, takes all.
    seed : int, optional
        Seed of the draw; None draws others each time.

    Returns
    -------
    correlation : ndarray of float64, shape (n_pairs,)
        NaN where the count of one node never changes; ``numpy.nanmean`` gives the mean.
    pairs : ndarray of int64, shape (n_pairs, 2)
        The two nodes of each.

    Examples
    --------
    >>> values, pairs = pairwise_correlation([5.0, 6.0, 15.0], [0, 1, 2], bin_width=10.0, window=(0.0, 20.0))
    >>> values.round(3).tolist(), pairs.tolist()
    ([1.0, -1.0, -1.0], [[0, 1], [0, 2], [1, 2]])
    """
    where = "pairwise_correlation"
    spikes = select(where, times, ids, nodes=nodes, window=window)
    first, second = _pairs(where, spikes.nodes.size, n_pairs, seed)
    used, place = np.unique(np.concatenate([first, second]), return_inverse=True)
    kept = np.isin(spikes.rows, used)
    thinned = Spikes(spikes.times[kept], np.searchsorted(used, spikes.rows[kept]), spikes.nodes[used], spikes.window)
    z = _standardised(_counts(where, thinned, bin_width)[0])
    values = np.empty(first.size)
    step = max(1, 4_000_000 // max(z.shape[1], 1))
    for i in range(0, first.size, step):
        a, b = place[i : i + step][: first.size - i], place[first.size + i : first.size + i + step]
        values[i : i + step] = np.einsum("ij,ij->i", z[a], z[b])
    return np.clip(values, -1.0, 1.0), np.column_stack([spikes.nodes[first], spikes.nodes[second]])


def _window(spikes: Spikes) -> Window:
    if spikes.window is None:  # select(need_window=True) has refused this already
        raise ParameterError("window", got=None, expected="(start, stop) [ms]")
    return spikes.window


def _contrasts(spikes: Spikes) -> tuple[Floats, NDArray[np.int64], int]:
    """(b - a) / (a + b) of successive intervals of one node, their rows, and the number of nodes."""
    intervals, rows = intervals_of(spikes)
    same = rows[1:] == rows[:-1]
    a, b = intervals[:-1][same], intervals[1:][same]
    contrast = np.divide(b - a, a + b, out=np.zeros_like(a), where=a + b > 0)
    return contrast, rows[1:][same], spikes.nodes.size


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.full(below.shape, np.nan), where=below > 0)


def _counts(where: str, spikes: Spikes, bin_width: float) -> tuple[NDArray[np.int64], Floats]:
    edges = bin_edges(where, _window(spikes), bin_width, whole=True)
    n_bins, n = len(edges) - 1, spikes.nodes.size
    check_free(where, f"counts of {n} nodes in {n_bins} bins", 8.0 * n * n_bins)
    which = bin_of(spikes.times, edges[0], bin_width)
    inside = which < n_bins
    flat = np.bincount(spikes.rows[inside] * n_bins + which[inside], minlength=n * n_bins)
    return flat.astype(np.int64, copy=False).reshape(n, n_bins), edges


def _standardised(counts: NDArray[np.int64]) -> Floats:
    """Rows of mean 0 and norm 1; NaN where the count never changes."""
    z = counts - counts.mean(axis=1, keepdims=True)
    norm = np.sqrt((z**2).sum(axis=1, keepdims=True))
    varies = (counts != counts[:, :1]).any(axis=1, keepdims=True)
    return np.divide(z, norm, out=np.full(z.shape, np.nan), where=varies)


def _pairs(where: str, n: int, n_pairs: int | None, seed: int | None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows i < j of all pairs in order, or of `n_pairs` distinct ones drawn at random."""
    if n_pairs is not None and (isinstance(n_pairs, bool) or not isinstance(n_pairs, (int, np.integer)) or n_pairs < 1):
        raise ParameterError(f"{where}: n_pairs", got=n_pairs, expected="a whole number >= 1")
    check_given_seed(seed, f"{where}: seed")
    total = n * (n - 1) // 2
    if n_pairs is None or n_pairs >= total:
        check_free(where, f"all {total} pairs (n_pairs= draws some)", 56.0 * total)
        first, second = np.triu_indices(n, 1)
        return first.astype(np.int64), second.astype(np.int64)
    number = np.random.default_rng(seed).choice(total, size=n_pairs, replace=False)
    # Pairs (i, j) with i < j lie at number j (j - 1) / 2 + i; the root is corrected by one where rounding failed.
    second = ((1.0 + np.sqrt(1.0 + 8.0 * number)) / 2.0).astype(np.int64)
    second -= second * (second - 1) // 2 > number
    second += (second + 1) * second // 2 <= number
    return number - second * (second - 1) // 2, second
