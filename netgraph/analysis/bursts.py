"""Bursts: how much single neurons burst, and when the whole network does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netgraph._checks import check_choice, check_flag, check_number
from netgraph.analysis._spikes import Spikes, intervals_of, node_means, select
from simcore.errors import ParameterError

__all__ = ["ActivityPhases", "activity_phases", "burst_index"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

KINDS = ("bursting", "mixed", "quiescent", "localised")
BURSTING, MIXED, QUIESCENT, LOCALISED = range(4)


def burst_index(
    times: Any, ids: ArrayLike | None = None, *, nodes: Any = None, window: tuple[float, float] | None = None
) -> Floats:
    """Burst index B2 of each node: ``(2 var(I) - var(I2)) / (2 mean(I)**2)``.

    I are the intervals between successive spikes and I2 those between every spike and the next but one. It is 0 where
    successive intervals do not depend on each other, as in a Poisson process or a regular train, positive where short and long
    ones follow each other, as in bursts (van Elburg & van Ooyen 2004, doi:10.1016/j.neucom.2004.01.086).

    Parameters
    ----------
    times, ids, nodes, window
        As in `netgraph.analysis.isi`.

    Returns
    -------
    index : ndarray of float64, shape (n_nodes,)
        NaN for nodes with fewer than three intervals, that is four spikes, or whose spikes all come at once.

    Examples
    --------
    >>> burst_index([0.0, 1.0, 10.0, 11.0, 20.0, 21.0], [0, 0, 0, 0, 0, 0]).round(3)
    array([0.871])
    """
    spikes = select("burst_index", times, ids, nodes=nodes, window=window, need_window=False)
    single, rows = intervals_of(spikes)
    same = rows[1:] == rows[:-1]
    double, double_rows = (single[1:] + single[:-1])[same], rows[1:][same]
    n = spikes.nodes.size
    mean = node_means(single, rows, n, least=3)
    difference = 2.0 * _variances(single, rows, n) - _variances(double, double_rows, n)
    return np.divide(difference, 2.0 * mean**2, out=np.full(n, np.nan), where=mean > 0)


@dataclass(frozen=True)
class ActivityPhases:
    """Phases of the activity of a network, one after the other without a gap; `activity_phases` finds them.

    Attributes
    ----------
    kinds : ndarray of str, shape (n_phases,)
        ``"bursting"``, ``"mixed"``, ``"quiescent"`` or ``"localised"``.
    starts, stops : ndarray of float64, shape (n_phases,) [ms]
    bursts : ndarray of float64, shape (n_bursts, 2) [ms]
        First and last spike of each burst.
    participation : ndarray of float64, shape (n_bursts,)
        Share of the nodes that spike in each burst.
    spikes_per_burst : ndarray of float64, shape (n_bursts,)
        Mean number of spikes of the nodes that take part.
    isi : ndarray of float64, shape (n_bursts,) [ms]
        Mean interval between successive spikes of one node in each burst; NaN where no node spikes twice.
    rate : float [Hz]
        Spikes per node and second in the whole window.

    Examples
    --------
    >>> phases = activity_phases([1.0, 1.2, 50.0, 50.3], [0, 1, 1, 0], window=(0.0, 100.0), quiet=1.0)
    >>> phases.kinds.tolist()
    ['mixed', 'bursting', 'quiescent', 'bursting', 'quiescent']
    >>> phases.durations.round(3), phases.periods
    (array([0.2, 0.3]), array([49.]))
    """

    kinds: NDArray[np.str_]
    starts: Floats
    stops: Floats
    bursts: Floats
    participation: Floats
    spikes_per_burst: Floats
    isi: Floats
    rate: float

    @property
    def durations(self) -> Floats:
        """How long each burst lasts [ms], shape (n_bursts,)."""
        return self.bursts[:, 1] - self.bursts[:, 0]

    @property
    def intervals(self) -> Floats:
        """From the end of each burst to the start of the next [ms], shape (n_bursts - 1,)."""
        return self.bursts[1:, 0] - self.bursts[:-1, 1]

    @property
    def periods(self) -> Floats:
        """From the start of each burst to the start of the next [ms], shape (n_bursts - 1,)."""
        return np.diff(self.bursts[:, 0])

    def of(self, kind: str) -> Floats:
        """Start and stop of each phase of a kind [ms], shape (n, 2).

        Examples
        --------
        >>> activity_phases([1.0, 1.2], [0, 1], window=(0.0, 100.0)).of("bursting")
        array([[1. , 1.2]])
        """
        check_choice("kind of phase", kind, KINDS)
        return np.column_stack([self.starts, self.stops])[self.kinds == kind]


def activity_phases(
    times: Any,
    ids: ArrayLike | None = None,
    *,
    nodes: Any = None,
    window: tuple[float, float] | None = None,
    dense: float = 0.5,
    quiet: float = 10.0,
    shortest: float = 0.5,
    burst_share: float = 0.2,
    local_share: float = 0.05,
    join_mixed: bool = False,
) -> ActivityPhases:
    """When the network bursts, is quiescent, or neither.

    The intervals between successive spikes of all nodes together are measured in mean intervals, the length of the window over
    the number of spikes (cf. Bakkum et al. 2014, doi:10.3389/fncom.2013.00193). Successive intervals below `dense` make up a
    burst if enough nodes take part, else a localised burst, or with very few nodes a mixed phase. Those above `quiet` are
    quiescent, all others mixed. Before the first and after the last spike there is no burst.

    Parameters
    ----------
    times, ids, nodes, window
        As in `netgraph.analysis.firing_rates`.
    dense, quiet : float
        Limits of dense and of quiet intervals, in mean intervals.
    shortest : float [ms]
        Intervals below are always dense.
    burst_share, local_share : float
        Share of the nodes that must spike in a burst, and in a localised one.
    join_mixed : bool
        Whether mixed phases next to a burst belong to it.

    Returns
    -------
    phases : ActivityPhases

    Raises
    ------
    ParameterError
        If the arrays do not fit each other, the window is missing, or the limits are out of order.

    Examples
    --------
    >>> phases = activity_phases([10.0, 10.5, 11.0, 60.0, 60.5, 61.5], [0, 1, 0, 0, 1, 1], window=(0.0, 100.0))
    >>> phases.bursts
    array([[10. , 11. ], [60. , 61.5]])
    >>> phases.intervals, phases.spikes_per_burst
    (array([49.]), array([1.5, 1.5]))
    """
    where = "activity_phases"
    spikes = select(where, times, ids, nodes=nodes, window=window)
    dense, quiet = _ordered(where, ("dense", dense), ("quiet", quiet))
    local_share, burst_share = _ordered(where, ("local_share", local_share), ("burst_share", burst_share), most=1.0)
    shortest = check_number(f"{where}: shortest", shortest, 0.0, unit="ms")
    check_flag(f"{where}: join_mixed", join_mixed)
    order = np.lexsort((spikes.rows, spikes.times))
    rows = spikes.rows[order]
    start, stop = spikes.window or (0.0, 0.0)
    borders = np.concatenate([[start], spikes.times[order], [stop]])
    mean_interval = (stop - start) / max(rows.size, 1)
    kinds = _kinds_of_gaps(borders, dense=max(dense * mean_interval, shortest), quiet=quiet * mean_interval)
    _sort_out_bursts(kinds, rows, n_nodes=spikes.nodes.size, shares=(local_share, burst_share))
    if join_mixed:
        _join_mixed(kinds)
    return _phases(spikes, kinds, borders, rows)


def _ordered(where: str, low: tuple[str, Any], high: tuple[str, Any], *, most: float = np.inf) -> tuple[float, float]:
    """Two limits of which the first is not above the second."""
    below, above = (check_number(f"{where}: {name}", value, 0.0) for name, value in (low, high))
    if not below <= above <= most:
        upper = "" if most == np.inf else f" <= {most:g}"
        raise ParameterError(f"{where}: {low[0]}, {high[0]}", got=(below, above), expected=f"{low[0]} <= {high[0]}{upper}")
    return below, above


def _kinds_of_gaps(borders: Floats, *, dense: float, quiet: float) -> Integers:
    """Kind of each gap between successive spikes and the ends of the window; dense ones bear the kind of bursts."""
    gaps = np.diff(borders)
    kinds = np.full(gaps.size, MIXED)
    kinds[gaps > quiet] = QUIESCENT
    kinds[1:-1][gaps[1:-1] < dense] = BURSTING
    if gaps.size == 1:
        kinds[:] = QUIESCENT
    return kinds


def _runs(kinds: Integers) -> tuple[Integers, Integers, Integers]:
    """First gap of each run of one kind, the gap after its last, and the run of each gap."""
    begins = np.ones(kinds.size, dtype=bool)
    begins[1:] = kinds[1:] != kinds[:-1]
    first = np.flatnonzero(begins)
    return first, np.append(first[1:], kinds.size), np.cumsum(begins) - 1


def _spikes_in(kinds: Integers, kind: int) -> tuple[Integers, Integers, Integers]:
    """Runs of a kind, and for each spike in one of them its number and which of these runs it is in.

    A run of the gaps a to b holds the spikes on both sides of each; the gap before spike k has the number k.
    """
    first, last, _ = _runs(kinds)
    wanted = np.flatnonzero(kinds[first] == kind)
    sizes = last[wanted] - first[wanted] + 1
    of_run = np.repeat(np.arange(wanted.size), sizes)
    ends = np.cumsum(sizes)
    number = np.arange(of_run.size) - np.repeat(ends - sizes, sizes) + np.repeat(first[wanted] - 1, sizes)
    inside = (number >= 0) & (number < kinds.size - 1)
    return wanted, number[inside], of_run[inside]


def _sort_out_bursts(kinds: Integers, rows: Integers, *, n_nodes: int, shares: tuple[float, float]) -> None:
    """Make dense runs with too few nodes localised or mixed ones."""
    wanted, number, of_run = _spikes_in(kinds, BURSTING)
    share = _n_members(of_run, rows[number], wanted.size, n_nodes) / max(n_nodes, 1)
    kind_of_run = np.where(share < shares[0], MIXED, np.where(share < shares[1], LOCALISED, BURSTING))
    first, last, _ = _runs(kinds)
    gaps = np.repeat(kind_of_run, last[wanted] - first[wanted])
    kinds[kinds == BURSTING] = gaps


def _n_members(of_run: Integers, rows: Integers, n_runs: int, n_nodes: int) -> Integers:
    """Number of different nodes that spike in each run."""
    pairs = np.unique(of_run * n_nodes + rows)
    return np.bincount(pairs // max(n_nodes, 1), minlength=n_runs)


def _join_mixed(kinds: Integers) -> None:
    """Make mixed runs between spikes that touch a burst part of it."""
    first, last, run = _runs(kinds)
    of_run = kinds[first]
    before, after = np.roll(of_run, 1), np.roll(of_run, -1)
    before[0], after[-1] = MIXED, MIXED
    between = (first > 0) & (last < kinds.size)
    joined = (of_run == MIXED) & between & ((before == BURSTING) | (after == BURSTING))
    kinds[joined[run]] = BURSTING


def _phases(spikes: Spikes, kinds: Integers, borders: Floats, rows: Integers) -> ActivityPhases:
    first, last, _ = _runs(kinds)
    starts, stops, names = borders[first], borders[last], np.array(KINDS)[kinds[first]]
    wanted, number, of_run = _spikes_in(kinds, BURSTING)
    n_nodes, n_bursts = spikes.nodes.size, wanted.size
    members = _n_members(of_run, rows[number], n_bursts, n_nodes)
    in_bursts = Spikes(borders[1:-1][number], of_run * n_nodes + rows[number], np.arange(n_bursts * n_nodes), None)
    intervals, owners = intervals_of(in_bursts)
    kept = np.arange(first.size) < first.size - (borders[first[-1]] == borders[-1])  # no time is left after a spike at the end
    return ActivityPhases(
        kinds=names[kept],
        starts=starts[kept],
        stops=stops[kept],
        bursts=np.column_stack([starts, stops])[wanted],
        participation=members / max(n_nodes, 1),
        spikes_per_burst=np.bincount(of_run, minlength=n_bursts) / np.maximum(members, 1),
        isi=node_means(intervals, owners // max(n_nodes, 1), n_bursts, least=1),
        rate=float(rows.size / max(n_nodes, 1) / ((borders[-1] - borders[0]) / 1000.0)),
    )


def _variances(values: Floats, rows: Integers, n: int) -> Floats:
    mean = node_means(values, rows, n, least=1)
    return node_means((values - mean[rows]) ** 2, rows, n, least=1)
