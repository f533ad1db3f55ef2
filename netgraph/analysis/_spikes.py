"""What all functions of activity share: checked arrays of spikes, rows of nodes, windows and bins.

Windows and bins are open on the left and closed on the right, ``t0 < t <= t1``: a run from 0 to T holds its spikes in (0, T],
and windows that touch share no spike.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgraph._ids import as_ids, check_unique
from simcore.errors import ParameterError
from simcore.memory import check_free

__all__ = [
    "Spikes",
    "bin_edges",
    "bin_of",
    "check_recorded",
    "checked_window",
    "intervals_of",
    "node_ids",
    "node_means",
    "recorded_nodes",
    "rows_of",
    "select",
    "window_of",
]

# Times are whole steps times dt, rounded: one within this share of a bin's border lies on it.
_SLACK = 1e-9


class Spikes(NamedTuple):
    """Spikes of chosen nodes in a window: time [ms] and row in `nodes` of each."""

    times: NDArray[np.float64]
    rows: NDArray[np.int64]
    nodes: NDArray[np.int64]
    window: tuple[float, float] | None


def select(where: str, times: Any, ids: Any, *, nodes: Any, window: Any, need_window: bool = True) -> Spikes:
    """Check the arguments that all functions of activity share, and keep the spikes asked for."""
    held = times if ids is None else None
    if held is not None:
        window = window_of(held) if window is None else window
        recorded = recorded_nodes(held)
        held = getattr(held, "spikes", held)
        if not (hasattr(held, "times") and hasattr(held, "ids")):
            raise ParameterError(
                f"{where}: ids", got=None, expected="node ids, or an object with .times and .ids in place of times"
            )
        times, ids = held.times, held.ids
        if nodes is None:
            nodes = recorded
        else:
            check_recorded(f"{where}: nodes", node_ids(f"{where}: nodes", nodes), recorded)
    times, ids = _spike_arrays(where, times, ids)
    if window is None and need_window:
        raise ParameterError(
            f"{where}: window", got=None, expected="(start, stop) [ms]; the last spike does not tell when a run ended"
        )
    if window is not None:
        window = checked_window(where, window)
        slack = _SLACK * max(1.0, abs(window[0]), abs(window[1]))
        inside = (times > window[0] + slack) & (times <= window[1] + slack)
        times, ids = times[inside], ids[inside]
    chosen = np.unique(ids) if nodes is None else node_ids(f"{where}: nodes", nodes)
    rows = rows_of(chosen, ids)
    known = rows >= 0
    if not known.all():
        times, rows = times[known], rows[known]
    return Spikes(times, rows, chosen, window)


def window_of(held: Any) -> Any:
    """Start and stop of the run that gave the results, if they tell."""
    meta = getattr(held, "meta", {})
    return (meta["start"], meta["stop"]) if "start" in meta and "stop" in meta else None


def recorded_nodes(held: Any) -> NDArray[np.int64] | None:
    """Ids of all nodes that were recorded, silent ones included; None if results or spikes do not tell."""
    return getattr(getattr(held, "spikes", held), "nodes", None)


def check_recorded(where: str, nodes: NDArray[np.int64], recorded: NDArray[np.int64] | None) -> None:
    """Refuse nodes that were not recorded: nobody knows whether they were silent."""
    missing = nodes[:0] if recorded is None else nodes[~np.isin(nodes, recorded)]
    if missing.size:
        raise ParameterError(where, got=int(missing[0]), expected="neurons that were recorded")


def _spike_arrays(where: str, times: Any, ids: Any) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    try:
        times, ids = np.asarray(times, dtype=np.float64), np.asarray(ids)
    except (TypeError, ValueError):
        raise ParameterError(f"{where}: times", got=times, expected="an array of times [ms]") from None
    if times.ndim != 1 or times.shape != ids.shape:
        raise ParameterError(
            where, got=f"times of shape {times.shape}, ids of shape {ids.shape}", expected="two arrays of one length"
        )
    if ids.size and not np.issubdtype(ids.dtype, np.integer):
        raise ParameterError(f"{where}: ids", got=ids.dtype, expected="whole numbers")
    if not np.isfinite(times).all():
        raise ParameterError(f"{where}: times", got="NaN or infinite times", expected="finite times [ms]")
    return times, ids.astype(np.int64, copy=False)


def node_ids(where: str, nodes: Any) -> NDArray[np.int64]:
    """Ids of an array, a group or a population as int64, each once; their order is kept."""
    if isinstance(nodes, str):
        raise ParameterError(where, got=nodes, expected="ids or a group, such as net.population[name]")
    array = as_ids(getattr(nodes, "ids", nodes), 2**63 - 1, where).astype(np.int64)
    check_unique(array, where)
    return array


def rows_of(nodes: NDArray[np.int64], ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Row in `nodes` of each of `ids`, -1 for those that are not there."""
    if nodes.size == 0:
        return np.full(ids.shape, -1, dtype=np.int64)
    low, high = int(nodes.min()), int(nodes.max())
    if high - low <= 4 * (nodes.size + ids.size):  # a table is faster than a search
        table = np.full(high - low + 3, -1, dtype=np.int64)
        table[nodes - low + 1] = np.arange(nodes.size)
        return table[np.clip(ids, low - 1, high + 1) - low + 1]
    order = np.argsort(nodes)
    place = np.minimum(np.searchsorted(nodes, ids, sorter=order), nodes.size - 1)
    return np.where(nodes[order[place]] == ids, order[place], -1)


def checked_window(where: str, window: Any) -> tuple[float, float]:
    """`window` as two floats with start below stop."""
    try:
        start, stop = (float(t) for t in window)
    except (TypeError, ValueError):
        raise ParameterError(f"{where}: window", got=window, expected="(start, stop) [ms]") from None
    if not (np.isfinite(start) and np.isfinite(stop) and start < stop):
        raise ParameterError(f"{where}: window", got=window, expected="finite times with start < stop [ms]")
    return start, stop


def bin_edges(where: str, window: tuple[float, float], width: Any, *, whole: bool) -> NDArray[np.float64]:
    """Borders of the bins of a window; a last part of less than one bin is dropped if `whole`, else kept as a short bin."""
    if isinstance(width, bool) or not isinstance(width, (int, float, np.integer, np.floating)) or not 0 < width < np.inf:
        raise ParameterError(f"{where}: bin_width", got=width, expected="a time above 0 ms")
    start, stop = window
    with np.errstate(over="ignore"):
        share = (stop - start) / np.float64(width)
    check_free(where, f"{share:.3g} bins", 16.0 * share)
    n = int(np.floor(share + _SLACK * max(1.0, share)))
    edges = start + float(width) * np.arange(n + 1, dtype=np.float64)
    if n and abs(edges[-1] - stop) <= _SLACK * max(abs(start), abs(stop), stop - start):
        edges[-1] = stop
    elif not whole:
        edges = np.append(edges, stop)
    if len(edges) < 2:
        raise ParameterError(f"{where}: bin_width", got=width, expected=f"at most the window, {stop - start:g} ms")
    return edges


def bin_of(times: NDArray[np.float64], start: float, width: float) -> NDArray[np.int64]:
    """Number of the bin ``(start + k width, start + (k + 1) width]`` in which each time lies."""
    x = (times - start) / width
    near = np.rint(x)
    x = np.where(np.abs(x - near) <= _SLACK * np.maximum(1.0, np.abs(near)), near, x)
    return np.ceil(x).astype(np.int64) - 1


def intervals_of(spikes: Spikes) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Intervals sorted by row, then time, and their rows."""
    order = np.lexsort((spikes.times, spikes.rows))
    times, rows = spikes.times[order], spikes.rows[order]
    same = rows[1:] == rows[:-1]
    return np.diff(times)[same], rows[1:][same]


def node_means(values: NDArray[np.float64], rows: NDArray[np.int64], n: int, *, least: int) -> NDArray[np.float64]:
    """Mean of the values of each row; NaN for rows with fewer than `least`."""
    counts = np.bincount(rows, minlength=n)
    sums = np.bincount(rows, weights=values, minlength=n)
    return np.divide(sums, counts, out=np.full(n, np.nan), where=counts >= least)
