"""The step loop: deliver, stimulate, update, collect spikes, and once per minimal delay exchange them.

One function for every mix of models: populations, synapses and devices are records with the address of their kernel. Each
thread owns whole blocks of target neurons and meets the others only at the barriers around the exchange; everything else that
it touches is its own.
"""

import numpy as np

from simcore.compile import compiled, compiled_inner
from simcore.kernel.exchange import exchange_spikes
from simcore.kernel.layout import (
    ENTRIES,
    NO_CHUNK,
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
    Wheel,
)  # fmt: skip
from simcore.kernel.lowlevel import array_at, barrier, call_deliver, call_step, load_atomically, ticks

__all__ = ["BROKEN", "drive", "lacks_room", "push", "segments"]

# The factor 1.0 as float64 bits; the step from which on all arrivals count.
_ONE = np.float64(1.0).view(np.int64).item()
_ALL = 0

# What the barrier's counter is set to when a thread has failed, so that the others do not wait for it.
BROKEN = 1 << 62


@compiled_inner
def deliver(pathway, step):
    """Hand the segments that arrive in this step to the pathway's kernel, and free their chunks."""
    buckets = pathway[Pathway.BUCKETS]
    wheel = array_at(pathway[Pathway.WHEEL_AT], Wheel.WORDS + 3 * buckets, np.int32)
    head = Wheel.WORDS + (step & (buckets - 1))
    chunk = np.int64(wheel[head])
    if chunk == NO_CHUNK:
        return
    last = np.int64(wheel[head + buckets])
    following = array_at(pathway[Pathway.NEXT_AT], 1 << 31, np.int32)
    n_chunks = 0
    while True:
        n_entries = np.int64(wheel[head + 2 * buckets]) if chunk == last else ENTRIES
        call_deliver(
            pathway[Pathway.KERNEL], pathway[Pathway.TABLE_AT], pathway[Pathway.ENTRY_AT] + chunk * (ENTRIES * 32), n_entries
        )
        n_chunks += 1
        if chunk == last:
            break
        chunk = np.int64(following[chunk])
    following[last] = wheel[Wheel.FREE]
    wheel[Wheel.FREE] = wheel[head]
    wheel[Wheel.N_FREE] += n_chunks
    wheel[head] = NO_CHUNK


@compiled_inner
def push(pathway, source, emitted, count, interval, factor, earliest):
    """Put a spike's segments into the buckets of the steps in which they arrive, from step `earliest` on."""
    slot = np.int64(array_at(pathway[Pathway.SLOT_AT], pathway[Pathway.N_SOURCES], np.int32)[source])
    if slot < 0:
        return
    base = array_at(pathway[Pathway.BASE_AT], slot + 2, np.int64)[slot]
    run_first = array_at(pathway[Pathway.RUN_FIRST_AT], slot + 2, np.int64)
    first_run, last_run = run_first[slot], run_first[slot + 1]
    run_delay = array_at(pathway[Pathway.RUN_DELAY_AT], last_run, np.uint16)
    run_end = array_at(pathway[Pathway.RUN_END_AT], last_run, np.uint32)
    buckets = pathway[Pathway.BUCKETS]
    wheel = array_at(pathway[Pathway.WHEEL_AT], Wheel.WORDS + 3 * buckets, np.int32)
    following = array_at(pathway[Pathway.NEXT_AT], 1 << 31, np.int32)
    entries = array_at(pathway[Pathway.ENTRY_AT], 1 << 40, np.int64)
    # A spike of before the synapses were made is none of theirs.
    interval = interval if emitted - interval >= pathway[Pathway.SINCE] else np.int64(-1)
    start = base
    for run in range(first_run, last_run):
        end = base + np.int64(run_end[run])
        arrives = emitted + np.int64(run_delay[run])
        head = Wheel.WORDS + (arrives & (buckets - 1))
        for repeat in range(count if arrives >= earliest else 0):
            filled = np.int64(wheel[head + 2 * buckets])
            if wheel[head] == NO_CHUNK or filled == ENTRIES:
                chunk = wheel[Wheel.FREE]
                wheel[Wheel.FREE] = following[chunk]
                wheel[Wheel.N_FREE] -= 1
                if wheel[head] == NO_CHUNK:
                    wheel[head] = chunk
                else:
                    following[wheel[head + buckets]] = chunk
                wheel[head + buckets] = chunk
                filled = 0
            at = (np.int64(wheel[head + buckets]) * ENTRIES + filled) * 4
            entries[at] = start
            entries[at + 1] = end
            entries[at + 2] = interval if repeat == 0 else 0
            entries[at + 3] = factor
            wheel[head + 2 * buckets] = filled + 1
        start = end


@compiled_inner
def segments(pathway, source, count):
    """Entries that a spike will need."""
    slot = np.int64(array_at(pathway[Pathway.SLOT_AT], pathway[Pathway.N_SOURCES], np.int32)[source])
    if slot < 0:
        return np.int64(0)
    run_first = array_at(pathway[Pathway.RUN_FIRST_AT], slot + 2, np.int64)
    return (run_first[slot + 1] - run_first[slot]) * count


@compiled_inner
def lacks_room(pathway, needed, context, index):
    """Whether the free chunks may not hold `needed` entries; says in the context how many chunks would do."""
    wheel = array_at(pathway[Pathway.WHEEL_AT], Wheel.N_FREE + 1, np.int32)
    chunks = needed // ENTRIES + min(needed, pathway[Pathway.BUCKETS]) + 1
    if np.int64(wheel[Wheel.N_FREE]) >= chunks:
        return False
    context[Context.NEEDED] = index
    context[Context.CHUNKS] = chunks
    return True


@compiled_inner
def stimulate(pathways, first_pathway, last_pathway, event_steps, events, factors, context):
    """Register the spikes that generators emit before this slice of time ends; False if a wheel must grow first."""
    first = context[Context.EVENT]
    end = context[Context.STEP] + context[Context.LENGTH]
    last = first
    while last < event_steps.size and event_steps[last] < end:
        last += 1
    for p in range(first_pathway, last_pathway):
        if pathways[p, Pathway.FROM_DEVICES] == 0:
            continue
        needed = np.int64(0)
        for k in range(first, last):
            if events[k, 0] < pathways[p, Pathway.N_SOURCES]:
                needed += segments(pathways[p], events[k, 0], events[k, 1])
        if needed > 0 and lacks_room(pathways[p], needed, context, p):
            return False
    for p in range(first_pathway, last_pathway):
        if pathways[p, Pathway.FROM_DEVICES] == 0:
            continue
        for k in range(first, last):
            if events[k, 0] < pathways[p, Pathway.N_SOURCES]:
                push(pathways[p], events[k, 0], event_steps[k], events[k, 1], events[k, 2], factors[k], np.int64(_ALL))
    context[Context.EVENT] = last
    return True


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
                push(pathways[p], source, emitted, count, interval, np.int64(_ONE), np.int64(_ALL))
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
def drive(blocks, own_blocks, slices, pathways, devices, samplers, order, event_steps, events, factors,
          last_spikes, recorded, context, exchange, counter, thread, n_threads, end, max_length):  # fmt: skip
    """Run one thread's blocks ``own_blocks[0]`` to ``own_blocks[1]`` up to step `end`, or until Python must help.

    Parameters
    ----------
    blocks, slices, pathways, devices, samplers : ndarray of int64, shape (n, words)
        Records after `simcore.kernel.layout`.
    own_blocks : ndarray of int64, shape (2,)
        First and last block of this thread.
    order : ndarray of int64, shape (n_slices, 2)
        Block, and slice in the block, by first id.
    event_steps, events, factors : ndarray of int64 (n,), int64 (n, 3), int64 (n,)
        Spikes of generators: step of emission; source, count, interval; weight factor as float64 bits.
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
    context[Context.LAP] = ticks(context.ctypes.data + 8 * Context.CLOCK)
    while True:
        if context[Context.STAGE] == Stage.BEGIN:
            if context[Context.STEP] >= end:
                return Status.DONE
            context[Context.LENGTH] = min(max_length, end - context[Context.STEP])
            if context[Context.N_RECORDED] + rows * context[Context.LENGTH] > recorded.shape[0]:
                return Status.FLUSH
            context[Context.STAGE] = Stage.STIMULATE
        if context[Context.STAGE] == Stage.STIMULATE:
            if not stimulate(pathways, first_pathway, last_pathway, event_steps, events, factors, context):
                return Status.GROW
            context[Context.STAGE] = Stage.ADVANCE
            lap(context, Phase.INPUT)
        if context[Context.STAGE] == Stage.ADVANCE:
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
