"""Spikes that are under way: taken out of the wheels in a form that no partition shows, and put back into any."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from simcore.compile import compiled
from simcore.kernel.connectivity import PathwayPlan, Synapses
from simcore.kernel.layout import ENTRIES, NO_CHUNK, Wheel
from simcore.kernel.wheel import grow_wheel, new_wheel, place_of_next, push, segments

if TYPE_CHECKING:
    from simcore.kernel.blocks import TargetBlock
    from simcore.kernel.engine import Engine

__all__ = ["carry", "entries_of", "put_spikes", "put_spikes_under_way", "set_entries", "spikes_of", "spikes_under_way"]


def spikes_under_way(engine: "Engine") -> np.ndarray:
    """Spikes with arrivals still to come, by plan, step of emission and source.

    Returns
    -------
    rows : ndarray of int64, shape (n, 6)
        Plan, step of emission, source, how many spikes of that source came before in that step, steps since the source's
        previous spike, and the factor on the weight as float64 bits.
    """
    number = {id(plan): k for k, plan in enumerate(engine.plans)}
    found = [
        np.insert(spikes_of([s], engine.step), 0, number[id(s.plan)], axis=1) for block in engine.blocks for s in block.synapses
    ]
    own = np.concatenate([np.empty((0, 6), dtype=np.int64), *found])
    # Every block and every run of delays has an entry of its own for the same spike.
    return np.unique(np.concatenate(engine.ranks.share(np.unique(own, axis=0))), axis=0)


def put_spikes_under_way(engine: "Engine", rows: np.ndarray) -> None:
    """Put what `spikes_under_way` gave into the wheels of an engine without spikes under way."""
    for k, plan in enumerate(engine.plans):
        put_spikes(engine, [plan], rows[rows[:, 0] == k][:, 1:])


def spikes_of(some: Sequence[Synapses], step: int) -> np.ndarray:
    """Spikes under way over some synapses, each once: rows as `spikes_under_way` gives them, without the plan."""
    found = [np.empty((0, 5), dtype=np.int64)]
    for synapses in some:
        rows, emitted, run = entries_of(synapses, step)
        sources = np.flatnonzero(synapses.slot >= 0)[np.repeat(np.arange(synapses.base.size - 1), np.diff(synapses.run_first))]
        found.append(np.stack([emitted, sources[run], _repeats(emitted, run), rows[:, 3], rows[:, 4]], axis=1))
    return _each_once(found)


def _each_once(found: Sequence[np.ndarray]) -> np.ndarray:
    """Rows as `spikes_of` gives them, each spike once: for younger synapses an earlier spike of the source does not count."""
    rows = np.unique(np.concatenate(found), axis=0)
    # A first spike's interval is negative, and so the row with the longest memory is the last one of the spike.
    is_last = np.ones(len(rows), dtype=bool)
    is_last[:-1] = (np.diff(rows[:, :3], axis=0) != 0).any(axis=1)
    return rows[is_last]


def put_spikes(engine: "Engine", plans: Sequence[PathwayPlan], rows: np.ndarray) -> None:
    """Put spikes, as `spikes_of` gives them, into the wheels of all synapses of some plans.

    What would have arrived before this step is left out, and what was emitted before a plan began is none of its synapses'.
    """
    records = engine.records
    assert records is not None  # the caller has refreshed the engine
    for number, synapses in enumerate(records.synapses):
        if any(synapses.plan is plan for plan in plans):
            own = np.ascontiguousarray(rows[(rows[:, 1] < synapses.slot.size) & (rows[:, 0] >= synapses.plan.since)])
            needed = _count_segments(records.pathways[number], own)
            synapses.wheel = grow_wheel(synapses.wheel, needed // ENTRIES + int(synapses.wheel["heads"].size) + 1)
            records.set_wheel(number)
            _push_all(records.pathways[number], own, engine.step)


def carry(engine: "Engine", plans: Sequence[PathwayPlan]) -> None:
    """Have new synapses of some plans transmit what is under way over other edges and was emitted since their plan began."""
    found, since = [np.empty((0, 5), dtype=np.int64)], min(plan.since for plan in plans)
    for block, synapses in [(b, s) for b in engine.blocks for s in b.synapses if not any(s.plan is plan for plan in plans)]:
        rows = spikes_of([synapses], engine.step)
        rows = rows[rows[:, 0] >= since]
        found.append(rows[np.isin(rows[:, 1], _with_edges(block, synapses, np.unique(rows[:, 1])))])
    put_spikes(engine, plans, _each_once(engine.ranks.share(np.concatenate(found))))


def _with_edges(block: "TargetBlock", synapses: Synapses, sources: np.ndarray) -> np.ndarray:
    """Those of some sources that have edges left among the synapses of a block."""
    begin, end = synapses.base[synapses.slot[sources]], synapses.base[synapses.slot[sources] + 1]
    gone = np.flatnonzero(synapses.targets == block.size)
    return sources[np.searchsorted(gone, end) - np.searchsorted(gone, begin) < end - begin]


def entries_of(synapses: Synapses, step: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What is under way, by step of arrival, then in the order of delivery.

    Returns
    -------
    rows : ndarray of int64, shape (n, 5)
        Step of arrival, and the words of the entry in the wheel.
    emitted : ndarray of int64, shape (n,)
        Steps of emission.
    run : ndarray of int64, shape (n,)
        Which source and delay each belongs to.
    """
    rows = _rows_of(synapses.wheel, step)
    if synapses.plastic is not None:
        return rows, rows[:, 2], rows[:, 1]
    slot_of_run = np.repeat(np.arange(synapses.base.size - 1), np.diff(synapses.run_first))
    run = np.searchsorted(synapses.base[slot_of_run] + synapses.run_end, rows[:, 1], side="right")
    return rows, rows[:, 0] - synapses.run_delay[run], run


def _rows_of(wheel: dict[str, np.ndarray], step: int) -> np.ndarray:
    heads, following, entries = (wheel[k] for k in ("heads", "following", "entries"))
    buckets = (heads.size - Wheel.WORDS) // 3
    rows = entries.reshape(-1, 4)
    found = [np.empty((0, 5), dtype=np.int64)]
    for arrives in range(step, step + buckets):
        at = Wheel.WORDS + (arrives & (buckets - 1))
        chunk = heads[at]
        while chunk != NO_CHUNK:
            is_last = chunk == heads[at + buckets]
            n = heads[at + 2 * buckets] if is_last else ENTRIES
            found.append(np.insert(rows[chunk * ENTRIES : chunk * ENTRIES + n], 0, arrives, axis=1))
            chunk = NO_CHUNK if is_last else following[chunk]
    return np.concatenate(found)


def set_entries(synapses: Synapses, rows: np.ndarray) -> None:
    """Have nothing under way but some of the rows that `entries_of` gave, in their order."""
    buckets = (synapses.wheel["heads"].size - Wheel.WORDS) // 3
    chunks = len(rows) // ENTRIES + np.unique(rows[:, 0]).size + 1
    synapses.wheel = new_wheel(buckets, max(chunks, min(buckets, 64)))
    _put_entries(*(synapses.wheel[k] for k in ("heads", "following", "entries")), buckets, np.ascontiguousarray(rows))


@compiled
def _put_entries(heads, following, entries, buckets, rows):
    for k in range(rows.shape[0]):
        at = place_of_next(heads, following, buckets, rows[k, 0])
        for word in range(4):
            entries[at + word] = rows[k, 1 + word]


def _repeats(emitted: np.ndarray, run: np.ndarray) -> np.ndarray:
    """How many entries with the same step of emission and run came before each entry."""
    order = np.lexsort((np.arange(emitted.size), run, emitted))
    is_new = np.ones(emitted.size, dtype=bool)
    is_new[1:] = (np.diff(emitted[order]) != 0) | (np.diff(run[order]) != 0)
    first = np.maximum.accumulate(np.where(is_new, np.arange(emitted.size), 0))
    out = np.empty(emitted.size, dtype=np.int64)
    out[order] = np.arange(emitted.size) - first
    return out


@compiled
def _count_segments(pathway, rows):
    needed = np.int64(0)
    for k in range(rows.shape[0]):
        needed += segments(pathway, rows[k, 1], np.int64(1))
    return needed


@compiled
def _push_all(pathway, rows, step):
    for k in range(rows.shape[0]):
        push(pathway, rows[k, 1], rows[k, 0], np.int64(1), rows[k, 3], rows[k, 4], step)
