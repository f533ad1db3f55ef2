"""Spikes that are sent ahead of their arrival.

What changes between runs reaches the spikes that are emitted from some step on; those of before go as things were. So synapses
transmit these before the change: what each neuron is to get waits at its block for the step of arrival. Who only wants to read
what synapses are like then has copies of them transmit.
"""

import functools
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import types

from simcore.compile import compiled, compiled_callback, roomy, run_parallel
from simcore.kernel.blocks import TargetBlock, Waiting
from simcore.kernel.connectivity import PathwayPlan, Synapses
from simcore.kernel.layout import Pathway, Record
from simcore.kernel.lowlevel import array_at, call_deliver
from simcore.kernel.synapse_tables import synapse_table
from simcore.kernel.underway import entries_of, set_entries
from simcore.kernel.weight_recording import ROW, WeightRecord

if TYPE_CHECKING:
    from simcore.kernel.engine import Engine

__all__ = ["put_waiting", "send", "sent_copies", "sent_rows", "waiting_rows", "waiting_task"]


@roomy
def send(engine: "Engine", plans: Sequence[PathwayPlan], before: int) -> bool:
    """Have synapses transmit the spikes that are under way and were emitted before a step.

    Parameters
    ----------
    engine : Engine
        Whose records are up to date; they are to be filled anew if there was something to send.
    plans : sequence of PathwayPlan
        Of the synapses. Those of stimulators transmit whatever is under way.
    before : int
        Step of emission.

    Returns
    -------
    sent : bool
        Whether there was something to send.
    """
    records = engine.records
    assert records is not None  # the caller has refreshed the engine
    found = _due(engine, plans, before)

    def send_to(block: TargetBlock) -> None:
        for synapses, rows, is_due in (due for at, *due in found if at is block):
            watch = records.weights.get(id(synapses))
            pieces = [block.waiting, *_transmitted(engine, block, synapses, rows[is_due], watch)]
            block.waiting = Waiting.joined(pieces, engine.step)
            set_entries(synapses, rows[~is_due])
            synapses.sent = engine.step if synapses.plan.from_devices else before

    run_parallel([lambda b=b: send_to(b) for b in engine.blocks], engine.threads)
    for number, synapses in enumerate(records.synapses):
        if any(synapses is one for _, one, *_ in found):
            records.set_wheel(number)
    return bool(found)


def sent_copies(engine: "Engine", plans: Sequence[PathwayPlan], before: int) -> dict[int, Synapses]:
    """By the identity of synapses that spikes change: copies that have transmitted what `send` would have them transmit."""
    copies = {}
    for block, synapses, rows, is_due in _due(engine, [p for p in plans if p.synapse.is_plastic or p.synapse.state], before):
        copies[id(synapses)] = _copy(synapses)
        _transmitted(engine, block, copies[id(synapses)], rows[is_due])
    return copies


def sent_rows(engine: "Engine", before: int) -> np.ndarray:
    """What `send` would have recorded synapses of this rank write down; rows of `simcore.kernel.weight_recording.ROW`."""
    records = engine.records
    assert records is not None  # the caller has refreshed the engine
    found = [np.empty(0, dtype=ROW)]
    for block, synapses, rows, is_due in _due(engine, engine.plans, before):
        if id(synapses) in records.weights:
            copy, watch = _copy(synapses), records.weights[id(synapses)].empty(synapses)
            _transmitted(engine, block, copy, rows[is_due], watch)
            found.append(watch.take())
    return np.concatenate(found)


def _copy(synapses: Synapses) -> Synapses:
    """Synapses that spikes may change while others stay as they are."""
    plastic, columns = synapses.plastic, {name: synapses.columns[name].copy() for name in synapses.plan.synapse.state}
    if plastic is not None:
        shown = {name: values.copy() for name, values in plastic.shown.items()}
        plastic = replace(plastic, last=plastic.last.copy(), settled=plastic.settled.copy(), shown=shown)
    weights = synapses.weights if plastic is None else synapses.weights.copy()
    return replace(synapses, weights=weights, columns={**synapses.columns, **columns}, plastic=plastic)


def _due(
    engine: "Engine", plans: Sequence[PathwayPlan], before: int
) -> list[tuple[TargetBlock, Synapses, np.ndarray, np.ndarray]]:
    """Synapses with spikes under way that were emitted before a step: all their entries, and which of these they are."""
    found = []
    for block, synapses in [(b, s) for b in engine.blocks for s in b.synapses]:
        end = engine.step if synapses.plan.from_devices else before
        if end <= synapses.sent or not any(synapses.plan is plan for plan in plans):
            continue
        rows, emitted, _ = entries_of(synapses, engine.step)
        if (emitted < end).any():
            found.append((block, synapses, rows, emitted < end))
        else:
            synapses.sent = end
    return found


def _transmitted(
    engine: "Engine", block: TargetBlock, synapses: Synapses, rows: np.ndarray, watch: WeightRecord | None = None
) -> list[Waiting]:
    """What synapses make of some entries, for each step of arrival."""
    inputs = np.zeros_like(block.rows)
    table = synapse_table(engine, block, synapses, inputs, watch)
    bounds = np.concatenate([[0], np.flatnonzero(np.diff(rows[:, 0])) + 1, [len(rows)]])
    entries, found = np.ascontiguousarray(rows[:, 1:]), []
    for first, last in zip(bounds[:-1], bounds[1:], strict=True):
        arrives = int(rows[first, 0])
        if watch is not None:
            _make_room(watch, synapses, rows[first:last], arrives)
        _transmit(table.record[Pathway.KERNEL], table.record[Pathway.TABLE_AT], entries[first:last])
        inputs[:, -1] = 0.0  # what goes to synapses that were removed
        where = np.flatnonzero(inputs)
        found.append(Waiting(np.full(where.size, arrives), where, inputs.flat[where]))
        inputs.flat[where] = 0.0
    return found


def _make_room(watch: WeightRecord, synapses: Synapses, rows: np.ndarray, step: int) -> None:
    """Have a record ready for what some entries make synapses transmit in a step."""
    begin, end = rows[:, 1], rows[:, 2]
    if synapses.plastic is not None:
        begin, end = synapses.plastic.starts[rows[:, 1]], synapses.plastic.starts[rows[:, 1] + 1]
    watch.make_room(int((end - begin).sum()))
    watch.table[Record.STEP] = step


@compiled
def _transmit(kernel, table, entries):
    call_deliver(kernel, table, entries.ctypes.data, entries.shape[0])


# -- what waits ----------------------------------------------------------------------------------------------------------------


def waiting_task(block: TargetBlock, step: int) -> tuple[list[int], Any] | None:
    """The task that adds what waits at a block from a step on, and the arrays that it needs; None if nothing waits."""
    waiting = block.waiting.after(step)
    if waiting.arrives.size == 0:
        return None
    arrays = (waiting.arrives, waiting.where, waiting.values, block.rows)
    words = np.array([waiting.arrives.size, 0, *(array.ctypes.data for array in arrays)], dtype=np.int64)
    return [_adding_kernel().address, words.ctypes.data], (words, *arrays)


@functools.cache
def _adding_kernel() -> Any:
    """The kernel ``add(table, step)``, compiled only where something waits."""
    return compiled_callback(types.int64(types.int64, types.int64))(_add)


def _add(table, step):
    """Add what waits for this step; the table says how much waits, and how much of it has been added."""
    words = array_at(table, 6, np.int64)
    n = words[0]
    arrives, where = array_at(words[2], n, np.int64), array_at(words[3], n, np.int64)
    values, inputs = array_at(words[4], n, np.float64), array_at(words[5], 1 << 40, np.float64)
    k = words[1]
    while k < n and arrives[k] == step:
        inputs[where[k]] += values[k]
        k += 1
    words[1] = k
    return 0


def waiting_rows(engine: "Engine") -> np.ndarray:
    """What waits at all blocks, in a form that no partition shows.

    Returns
    -------
    rows : ndarray of int64, shape (n, 4)
        Step of arrival, node, number of the input, and what is added, as float64 bits; what goes to one input in order.
    """
    found = [np.empty((0, 4), dtype=np.int64)]
    for block in engine.blocks:
        waiting = block.waiting.after(engine.step)
        channel, position = np.divmod(waiting.where, block.rows.shape[1])
        found.append(
            np.stack(
                [waiting.arrives, block.nodes(engine.populations)[position], channel, waiting.values.view(np.int64)], axis=1
            )
        )
    rows = np.concatenate(engine.ranks.share(np.concatenate(found)))
    return rows[np.lexsort((rows[:, 2], rows[:, 1], rows[:, 0]))]


def put_waiting(engine: "Engine", rows: np.ndarray) -> None:
    """Have wait what `waiting_rows` gave; the engine's records are to be filled anew."""
    for block in engine.blocks:
        own, local = engine.membership(block)
        arrives, nodes, channels, values = np.ascontiguousarray(rows[own[rows[:, 1]]].T)
        block.waiting = Waiting(arrives, channels * block.rows.shape[1] + local[nodes], values.view(np.float64))
