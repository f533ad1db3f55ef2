"""Spikes that are under way: taken out of the wheels in a form that no partition shows, and put back into any."""

from typing import TYPE_CHECKING

import numpy as np

from simcore.compile import compiled
from simcore.kernel.connectivity import Synapses
from simcore.kernel.layout import ENTRIES, NO_CHUNK, Wheel
from simcore.kernel.wheel import grow_wheel, push, segments

if TYPE_CHECKING:
    from simcore.kernel.engine import Engine

__all__ = ["put_spikes_under_way", "spikes_under_way"]


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
        np.insert(_entries(s, engine.step), 0, number[id(s.plan)], axis=1) for block in engine.blocks for s in block.synapses
    ]
    own = np.unique(np.concatenate([np.empty((0, 6), dtype=np.int64), *found]), axis=0)
    rows = np.concatenate(engine.ranks.share(own))
    # Every block and every run of delays has an entry of its own for the same spike.
    return np.unique(rows, axis=0)


def put_spikes_under_way(engine: "Engine", rows: np.ndarray) -> None:
    """Put what `spikes_under_way` gave into the wheels of an engine without spikes under way."""
    records = engine.records
    assert records is not None  # the caller has refreshed the engine
    for number, synapses in enumerate(records.synapses):
        plan = next(k for k, p in enumerate(engine.plans) if p is synapses.plan)
        own = np.ascontiguousarray(rows[rows[:, 0] == plan][:, 1:])
        own = own[own[:, 1] < synapses.slot.size]
        needed = _count_segments(records.pathways[number], own)
        synapses.wheel = grow_wheel(synapses.wheel, needed // ENTRIES + int(synapses.wheel["heads"].size) + 1)
        records.set_wheel(number)
        _push_all(records.pathways[number], own, engine.step)


def _entries(synapses: Synapses, step: int) -> np.ndarray:
    """Emission, source, repeat, interval and factor of each entry of a wheel."""
    heads, following, entries = (synapses.wheel[k] for k in ("heads", "following", "entries"))
    buckets = (heads.size - Wheel.WORDS) // 3
    rows = entries.reshape(-1, 4)
    arrivals, starts = [], []
    for arrives in range(step, step + buckets):
        at = Wheel.WORDS + (arrives & (buckets - 1))
        chunk = heads[at]
        while chunk != NO_CHUNK:
            is_last = chunk == heads[at + buckets]
            n = heads[at + 2 * buckets] if is_last else ENTRIES
            starts.append(rows[chunk * ENTRIES : chunk * ENTRIES + n])
            arrivals.append(np.full(n, arrives, dtype=np.int64))
            chunk = NO_CHUNK if is_last else following[chunk]
    if not starts:
        return np.empty((0, 5), dtype=np.int64)
    entry, arrival = np.concatenate(starts), np.concatenate(arrivals)
    slot_of_run = np.repeat(np.arange(synapses.base.size - 1), np.diff(synapses.run_first))
    if synapses.plastic is not None:
        run = entry[:, 0]
    else:
        run = np.searchsorted(synapses.base[slot_of_run] + synapses.run_end, entry[:, 0], side="right")
    emitted = arrival - synapses.run_delay[run]
    sources = np.flatnonzero(synapses.slot >= 0)[slot_of_run[run]]
    return np.stack([emitted, sources, _repeats(emitted, run), entry[:, 2], entry[:, 3]], axis=1)


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
