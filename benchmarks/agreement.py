"""How far apart netspike and NEST are: distributions of single-neuron rate, irregularity and correlation in the microcircuit.

As in the acceptance tests of the cortical microcircuit (Senk et al. 2026, doi:10.1088/2634-4386/ae379a), distances are those
of Kolmogorov and Smirnov. Two simulators agree if runs of the one are as far from runs of the other as these from each other.
"""

from collections.abc import Sequence
from itertools import combinations, product
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from scipy.stats import ks_2samp

import netgraph as ng
from benchmarks.microcircuit_models import n_neurons, start_worker

__all__ = ["STATISTICS", "agreement", "compare", "distributions", "ks_distance"]

STATISTICS = ("rate", "cv_isi", "correlation")

# Of each population, so many neurons are paired with each other; their spikes are counted in bins of 2 ms.
N_PAIRED, BIN_WIDTH = 250, 2.0


def distributions(
    times: np.ndarray, ids: np.ndarray, *, sizes: Sequence[int], window: tuple[float, float]
) -> dict[str, list[np.ndarray]]:
    """Rate and CV of ISI of each neuron, and correlation of pairs of neurons.

    Parameters
    ----------
    times : ndarray of float, shape (n_spikes,) [ms]
    ids : ndarray of int, shape (n_spikes,)
        Neurons, counted from 0 through all populations.
    sizes : sequence of int
        Neurons of each population.
    window : (float, float) [ms]
        Start and stop.

    Returns
    -------
    values : dict of str to list of ndarray
        By statistic, the values of each population; neurons with too few spikes for a statistic are left out of it.
    """
    ends = np.cumsum(sizes)
    found: dict[str, list[np.ndarray]] = {name: [] for name in STATISTICS}
    for first, last in zip(ends - sizes, ends, strict=True):
        mine = (ids >= first) & (ids < last)
        chosen = {"times": times[mine], "ids": ids[mine], "window": window}
        found["rate"].append(ng.analysis.firing_rates(**chosen, nodes=np.arange(first, last)))
        found["cv_isi"].append(_finite(ng.analysis.cv_isi(**chosen, nodes=np.arange(first, last))))
        paired = np.arange(first, min(first + N_PAIRED, last))
        matrix = ng.analysis.correlation_matrix(**chosen, nodes=paired, bin_width=BIN_WIDTH)
        found["correlation"].append(_finite(matrix[np.triu_indices(paired.size, k=1)]))
    return found


def _finite(values: np.ndarray) -> np.ndarray:
    return values[np.isfinite(values)]


def ks_distance(first: np.ndarray, second: np.ndarray) -> float:
    """Largest difference of two empirical distribution functions; NaN if one has no values."""
    if first.size == 0 or second.size == 0:
        return np.nan
    return float(ks_2samp(first, second, method="asymp").statistic)


def compare(ours: Sequence[dict], theirs: Sequence[dict]) -> dict[str, tuple[float, float]]:
    """Distance between the simulators, and between runs of the second one, for each statistic.

    The distance of two runs is the mean over populations, and each figure the mean over all pairs of runs: a single pair of
    runs says little, since two networks of one simulator may be near each other or far apart by chance.

    Parameters
    ----------
    ours, theirs : sequence of dict
        `distributions` of runs with different seeds; of `theirs` at least two.

    Returns
    -------
    distances : dict of str to (float, float)
        By statistic: between the simulators, and among `theirs`.
    """
    return {
        name: (_mean_distance(name, list(product(ours, theirs))), _mean_distance(name, list(combinations(theirs, 2))))
        for name in STATISTICS
    }


def _mean_distance(name: str, pairs: list[tuple[dict, dict]]) -> float:
    return float(np.nanmean([ks_distance(a, b) for one, other in pairs for a, b in zip(one[name], other[name], strict=True)]))


def agreement(
    scale: float, drive: str, *, threads: int, seeds: Sequence[int], window: tuple[float, float]
) -> dict[str, tuple[float, float]]:
    """Run all seeds on both simulators, each in a process of its own, and `compare` them."""
    found = {
        name: [_run(name, scale, drive, threads=threads, seed=seed, window=window) for seed in seeds]
        for name in ("netspike", "nest")
    }
    return compare(found["netspike"], found["nest"])


def _run(name: str, scale: float, drive: str, *, threads: int, seed: int, window: tuple[float, float]) -> dict:
    worker = start_worker(name, scale, drive, threads=threads, seed=seed)
    worker.ask("build")
    worker.ask("run", window[1])
    with TemporaryDirectory() as folder:
        path = str(Path(folder, "spikes.npz"))
        worker.ask("save_spikes", path)
        worker.close()
        with np.load(path) as spikes:
            return distributions(spikes["times"], spikes["ids"], sizes=n_neurons(scale), window=window)
