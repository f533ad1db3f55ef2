"""The step loop: deliver, stimulate, update, collect spikes, and once per minimal delay exchange them.

One function for every mix of models: populations, synapses and devices are records with the address of their kernel. Each
thread owns whole blocks of target neurons and meets the others only at the barriers around the exchange; everything else that
it touches is its own.
"""

import numpy as np

from simcore.compile import compiled, compiled_inner
from simcore.kernel.exchange import exchange_spikes
from simcore.kernel.history import is_crowded, make_room, remember
from simcore.kernel.layout import (
    ROW,
    Block,
    Context,
    Exchange,
    Pathway,
    Phase,
    Slice,
    Stage,
    Status,
    Task,
)  # fmt: skip
from simcore.kernel.lowlevel import array_at, barrier, call_step, load_atomically, ticks
from simcore.kernel.wheel import deliver, lacks_room, lacks_rows, push, segments

__all__ = ["BROKEN", "drive"]

# The factor 1.0 as float64 bits.
_ONE = np.float64(1.0).view(np.int64).item()

# What the barrier's counter is set to when a thread has failed, so that the others do not wait for it.
BROKEN = 1 << 62


@compiled_inner
def register(exchange, pathways, first_pathway, last_pathway, context):
    """Register the spikes of all neurons in this slice of time, by step, then id; False if a wheel must grow first."""
    n_spikes = exchange[Exchange.N_SPIKES]
    spikes = array_at(exchange[Exchange.LIST_AT], ROW * n_spikes, np.int32)
    for p in range(first_pathway, last_pathway):
        if pathways[p, Pathway.FROM_DEVICES] != 0:
            continue
        needed = np.int64(0)
        for k in range(n_spikes):
            if spikes[ROW * k] < pathways[p, Pathway.N_SOURCES]:
                needed += segments(pathways[p], np.int64(spikes[ROW * k]), np.int64(spikes[ROW * k + 2]))
        if needed > 0 and lacks_room(pathways[p], needed, context, p):
            return False
    for k in range(n_spikes):
        source, emitted = np.int64(spikes[ROW * k]), context[Context.STEP] + spikes[ROW * k + 1]
        count, interval = np.int64(spikes[ROW * k + 2]), np.int64(spikes[ROW * k + 3])
        for p in range(first_pathway, last_pathway):
            if pathways[p, Pathway.FROM_DEVICES] == 0 and source < pathways[p, Pathway.N_SOURCES]:
                push(pathways[p], source, emitted, count, interval, np.int64(_ONE), np.int64(0))
    return True


@compiled_inner
def update(part, step, log, n_rows, last_spikes, recorded, context):
    """Advance one slice by one step; append its spikes to the log and, if asked for, to the record."""
    found = call_step(part[Slice.KERNEL], part[Slice.TABLE_AT], step)
    ids = array_at(part[Slice.IDS_AT], found, np.int32)
    counts = array_at(part[Slice.COUNTS_AT], found, np.int32)
    first_id = part[Slice.FIRST_ID]
    for k in range(found):
        source = first_id + ids[k]
        previous = last_spikes[source]
        last_spikes[source] = step
        log[3 * n_rows] = source
        log[3 * n_rows + 1] = counts[k]
        log[3 * n_rows + 2] = step - previous if previous >= 0 else -1
        n_rows += 1
    if part[Slice.HISTORY_AT] != 0:
        remember(part, found, step)
    if part[Slice.RECORDED_AT] != 0:
        flags = array_at(part[Slice.RECORDED_AT], part[Slice.SIZE], np.uint8)
        n_recorded = context[Context.N_RECORDED]
        for k in range(found):
            if flags[ids[k]]:
                recorded[n_recorded, 0] = step
                recorded[n_recorded, 1] = first_id + ids[k]
                recorded[n_recorded, 2] = counts[k]
                n_recorded += 1
        context[Context.N_RECORDED] = n_recorded
    return n_rows


@compiled_inner
def lap(context, phase):
    """Count the time since the last lap for a phase."""
    now = ticks(context.ctypes.data + 8 * Context.CLOCK)
    context[Context.TIMES + phase] += now - context[Context.LAP]
    context[Context.LAP] = now


@compiled_inner
def advance(block, slices, pathways, devices, samplers, last_spikes, recorded, context):
    """Run one block through the slice of time: its spikes go into the block's log."""
    length = context[Context.LENGTH]
    first_slice, last_slice = block[Block.FIRST_SLICE], block[Block.LAST_SLICE]
    offsets = array_at(block[Block.OFFSETS_AT], length * (last_slice - first_slice) + 1, np.int64)
    log = array_at(block[Block.LOG_AT], 3 * block[Block.LOG_ROWS], np.int32)
    n_rows = np.int64(0)
    at = 0
    offsets[0] = 0
    for step in range(context[Context.STEP], context[Context.STEP] + length):
        for p in range(block[Block.FIRST_PATHWAY], block[Block.LAST_PATHWAY]):
            deliver(pathways[p], step)
        lap(context, Phase.DELIVERY)
        if block[Block.FIRST_DEVICE] < block[Block.LAST_DEVICE]:
            for d in range(block[Block.FIRST_DEVICE], block[Block.LAST_DEVICE]):
                call_step(devices[d, Task.KERNEL], devices[d, Task.TABLE_AT], step)
            lap(context, Phase.INPUT)
        for s in range(first_slice, last_slice):
            n_rows = update(slices[s], step, log, n_rows, last_spikes, recorded, context)
            at += 1
            offsets[at] = n_rows
        lap(context, Phase.UPDATE)
        if block[Block.FIRST_SAMPLER] < block[Block.LAST_SAMPLER]:
            for m in range(block[Block.FIRST_SAMPLER], block[Block.LAST_SAMPLER]):
                call_step(samplers[m, Task.KERNEL], samplers[m, Task.TABLE_AT], step)
            lap(context, Phase.RECORDING)


@compiled
def drive(blocks, own_blocks, slices, pathways, devices, samplers, order, last_spikes, recorded, context, exchange,
          counter, thread, n_threads, end, max_length):  # fmt: skip
    """Run one thread's blocks ``own_blocks[0]`` to ``own_blocks[1]`` up to step `end`, or until Python must help.

    Parameters
    ----------
    blocks, slices, pathways, devices, samplers : ndarray of int64, shape (n, words)
        Records after `simcore.kernel.layout`.
    own_blocks : ndarray of int64, shape (2,)
        First and last block of this thread.
    order : ndarray of int64, shape (n_slices, 2)
        Block, and slice in the block, by first id.
    last_spikes : ndarray of int64, shape (n_nodes,)
        Step of each node's last spike, -1 before the first.
    recorded : ndarray of int32, shape (n, 3)
        Room for recorded spikes: step, id, count.
    context : ndarray of int64
        What the thread keeps between calls; see `Context`.
    exchange : ndarray of int64
        See `Exchange`; the first thread fills it between the two barriers, and all read it after the second.
    counter : int
        Address of the barrier's counter.
    thread, n_threads : int
        Number of this thread, and of all.
    end, max_length : int
        Step to stop at, the same for all ranks; longest slice of time in steps (the minimal delay).

    Returns
    -------
    status : int
        A `Status`.
    """
    first_pathway, last_pathway, rows = np.int64(0), np.int64(0), np.int64(0)
    if own_blocks[0] < own_blocks[1]:
        first_pathway = blocks[own_blocks[0], Block.FIRST_PATHWAY]
        last_pathway = blocks[own_blocks[1] - 1, Block.LAST_PATHWAY]
    for b in range(own_blocks[0], own_blocks[1]):
        for s in range(blocks[b, Block.FIRST_SLICE], blocks[b, Block.LAST_SLICE]):
            rows += slices[s, Slice.SIZE] if slices[s, Slice.RECORDED_AT] != 0 else 0
    context[Context.FIRST_PATHWAY], context[Context.LAST_PATHWAY] = first_pathway, last_pathway
    context[Context.LAP] = ticks(context.ctypes.data + 8 * Context.CLOCK)
    while True:
        if context[Context.STAGE] == Stage.BEGIN:
            if context[Context.STEP] >= end:
                return Status.DONE
            context[Context.LENGTH] = min(max_length, end - context[Context.STEP])
            if context[Context.N_RECORDED] + rows * context[Context.LENGTH] > recorded.shape[0]:
                return Status.FLUSH
            for b in range(own_blocks[0], own_blocks[1]):
                if blocks[b, Block.HISTORY_AT] != 0 and is_crowded(blocks[b], context[Context.LENGTH]):
                    if not make_room(blocks[b], pathways, context[Context.STEP], context[Context.LENGTH]):
                        context[Context.NEEDED] = b
                        return Status.CROWDED
            context[Context.STAGE] = Stage.EMIT
        if context[Context.STAGE] == Stage.EMIT:
            if context[Context.EMIT] != 0:
                if call_step(context[Context.EMIT], context[Context.EMISSION_AT], context.ctypes.data) == 0:
                    return Status.GROW
            context[Context.STAGE] = Stage.ADVANCE
            lap(context, Phase.INPUT)
        if context[Context.STAGE] == Stage.ADVANCE:
            for p in range(first_pathway, last_pathway):
                if pathways[p, Pathway.RECORD_AT] != 0:
                    step = context[Context.STEP]
                    if lacks_rows(pathways[p], step, step + context[Context.LENGTH], context, p):
                        return Status.FILLED
            for b in range(own_blocks[0], own_blocks[1]):
                advance(blocks[b], slices, pathways, devices, samplers, last_spikes, recorded, context)
            context[Context.PHASE] = barrier(counter, context[Context.PHASE], n_threads)
            if load_atomically(counter) >= BROKEN:
                return Status.BROKEN
            context[Context.STAGE] = Stage.EXCHANGE
        if context[Context.STAGE] == Stage.EXCHANGE:
            if thread == 0:
                status = exchange_spikes(exchange, blocks, order, context[Context.LENGTH])
                if status != Status.DONE:
                    return status
            context[Context.PHASE] = barrier(counter, context[Context.PHASE], n_threads)
            if load_atomically(counter) >= BROKEN:
                return Status.BROKEN
            context[Context.STAGE] = Stage.REGISTER
            lap(context, Phase.EXCHANGE)
        if context[Context.STAGE] == Stage.REGISTER:
            if not register(exchange, pathways, first_pathway, last_pathway, context):
                return Status.GROW
            context[Context.STEP] += context[Context.LENGTH]
            context[Context.STAGE] = Stage.BEGIN
            lap(context, Phase.DELIVERY)
            if exchange[Exchange.STOPPED] != 0:
                return Status.DONE
