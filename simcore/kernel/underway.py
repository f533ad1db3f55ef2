"""Spikes that are under way: taken out of the wheels in a form that no partition shows, and put back into any."""

from typing import TYPE_CHECKING

import numpy as np

from simcore.compile import compiled
from simcore.kernel.blocks import TargetBlock
from simcore.kernel.connectivity import Group, Synapses
from simcore.kernel.layout import ENTRIES, NO_CHUNK, Wheel
from simcore.kernel.places import laid
from simcore.kernel.wheel import grow_wheel, new_wheel, push, segments
from simcore.memory import check_free

if TYPE_CHECKING:
    from simcore.kernel.engine import Engine

__all__ = [
    "put_entries",
    "put_single_spikes",
    "put_spikes_under_way",
    "single_spikes_under_way",
    "spikes_under_way",
    "wheel_rows",
]


def spikes_under_way(engine: "Engine") -> np.ndarray:
    """Spikes with arrivals still to come, by plan, step of emission and source.

    Returns
    -------
    rows : ndarray of int64, shape (n, 6)
        Plan, step of emission, source, how many spikes of that source came before in that step, steps since the source's
        previous spike, and the factor on the weight as float64 bits.
    """
    moved = {id(plan) for group in _moved(engine) for plan in group.plans}
    number = {id(plan): k for k, plan in enumerate(engine.plans)}
    found = [
        np.insert(_entries(s, engine.step), 0, number[id(s.plan)], axis=1)
        for block in engine.blocks
        for s in block.synapses
        if id(s.plan) not in moved
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


def single_spikes_under_way(engine: "Engine") -> np.ndarray:
    """What is on its way, edge by edge, where delays were changed so lately that not all goes as `spikes_under_way` says.

    Returns
    -------
    rows : ndarray of int64, shape (n, 5)
        Projection, number of the edge, step of arrival, interval and factor; those onto one neuron in the order of delivery.
    """
    found = [np.empty((0, 5), dtype=np.int64)]
    for group, block in ((group, block) for group in _moved(engine) for block in engine.blocks):
        at = laid(engine, block, group)
        for number, synapses in _members(group, block):
            rows = wheel_rows(synapses, engine.step)
            edge_of = np.full((2, synapses.n_synapses), -1, dtype=np.int64)
            for index, (numbers, plans, where) in at.items():
                here = plans == number
                edge_of[:, where[here]] = np.full(np.count_nonzero(here), index), numbers[here]
            sizes = rows[:, 2] - rows[:, 1]
            check_free("save", f"{sizes.sum():.1e} spikes under way", 80.0 * sizes.sum())
            which = np.repeat(np.arange(sizes.size), sizes)
            where = rows[which, 1] + np.arange(which.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
            singles = np.column_stack([edge_of[:, where].T, rows[which][:, [0, 3, 4]]])
            found.append(singles[singles[:, 0] >= 0])
    return np.concatenate(engine.ranks.share(np.concatenate(found)))


def put_single_spikes(engine: "Engine", rows: np.ndarray) -> None:
    """Put what `single_spikes_under_way` gave into the wheels of an engine without other spikes under way there."""
    moved = _moved(engine)
    for plan in (plan for group in moved for plan in group.plans):
        # Until all of them have arrived they are told edge by edge.
        plan.moved = max(plan.moved, int(rows[:, 2].max(initial=-1)) + 1)
    for group, block in ((group, block) for group in moved for block in engine.blocks):
        at = laid(engine, block, group)
        for number, synapses in _members(group, block):
            entries = [np.empty((0, 5), dtype=np.int64)]
            order = [np.empty(0, dtype=np.int64)]
            for index, (numbers, plans, where) in at.items():
                here = plans == number
                mine = np.flatnonzero(rows[:, 0] == index)
                mine = mine[np.isin(rows[mine, 1], numbers[here])]
                to = where[here][np.searchsorted(numbers[here], rows[mine, 1])]
                entries.append(np.column_stack([rows[mine, 2], to, to + 1, rows[mine, 3:]]))
                order.append(mine)
            put_entries(synapses, np.concatenate(entries)[np.argsort(np.concatenate(order))], engine.step, engine.max_length)
            assert engine.records is not None  # the caller has refreshed the engine
            engine.records.set_wheel(next(k for k, s in enumerate(engine.records.synapses) if s is synapses))


def _moved(engine: "Engine") -> list[Group]:
    return [group for group in engine.groups if any(plan.moved > engine.step for plan in group.plans)]


def _members(group: Group, block: TargetBlock) -> list[tuple[int, Synapses]]:
    """The synapses of a block that belong to a group, with the numbers of their plans."""
    return [(k, s) for k, plan in enumerate(group.plans) for s in block.synapses if s.plan is plan]


def wheel_rows(synapses: Synapses, step: int) -> np.ndarray:
    """What is under way, by step of arrival, then in the order of delivery.

    Returns
    -------
    rows : ndarray of int64, shape (n, 5)
        Step of arrival, first synapse and the one after the last, interval and factor.
    """
    heads, following, entries = (synapses.wheel[k] for k in ("heads", "following", "entries"))
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


def put_entries(synapses: Synapses, rows: np.ndarray, step: int, length: int) -> None:
    """Give synapses a wheel that holds what `wheel_rows` describes at a step, and has room for slices of time of `length`."""
    # What was on its way before delays were changed may take longer than they do now.
    longest = max(synapses.max_delay, int(rows[:, 0].max(initial=step)) - step + 1)
    buckets = 1 << (longest + length).bit_length()
    ordered = np.ascontiguousarray(rows[np.argsort(rows[:, 0], kind="stable")])
    chunks = len(rows) // ENTRIES + np.unique(rows[:, 0]).size + 1
    synapses.wheel = new_wheel(buckets, max(chunks, min(buckets, 64)))
    _put_entries(*(synapses.wheel[k] for k in ("heads", "following", "entries")), buckets, ordered)


@compiled
def _put_entries(heads, following, entries, buckets, rows):
    for k in range(rows.shape[0]):
        head = Wheel.WORDS + (rows[k, 0] & (buckets - 1))
        filled = np.int64(heads[head + 2 * buckets])
        if heads[head] == NO_CHUNK or filled == ENTRIES:
            chunk = heads[Wheel.FREE]
            heads[Wheel.FREE] = following[chunk]
            heads[Wheel.N_FREE] -= 1
            if heads[head] == NO_CHUNK:
                heads[head] = chunk
            else:
                following[heads[head + buckets]] = chunk
            heads[head + buckets] = chunk
            filled = 0
        at = (np.int64(heads[head + buckets]) * ENTRIES + filled) * 4
        for word in range(4):
            entries[at + word] = rows[k, 1 + word]
        heads[head + 2 * buckets] = filled + 1


def _entries(synapses: Synapses, step: int) -> np.ndarray:
    """Emission, source, repeat, interval and factor of each entry of a wheel."""
    arrival, first, _, interval, factor = wheel_rows(synapses, step).T
    slot_of_run = np.repeat(np.arange(synapses.base.size - 1), np.diff(synapses.run_first))
    # The entries of plastic synapses name a run.
    ends = synapses.base[slot_of_run] + synapses.run_end
    run = first if synapses.plastic is not None else np.searchsorted(ends, first, side="right")
    emitted = arrival - synapses.run_delay[run]
    sources = np.flatnonzero(synapses.slot >= 0)[slot_of_run[run]]
    return np.stack([emitted, sources, _repeats(emitted, run), interval, factor], axis=1)


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
