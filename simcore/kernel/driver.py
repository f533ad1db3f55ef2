"""The step loop: deliver, stimulate, update, collect spikes, and once per minimal delay exchange them.

One function for every mix of models: populations, synapses and devices are records with the address of their kernel. Each thread
owns whole blocks of target neurons and meets the others only at the barrier; everything else it touches is its own.
"""

import numpy as np

from simcore.compile import compiled
from simcore.kernel.layout import ENTRIES, NO_CHUNK, Block, Context, Device, Pathway, Sampler, Slice, Stage, Status, Wheel
from simcore.kernel.lowlevel import array_at, barrier, call_deliver, call_step

__all__ = ["drive", "lacks_room", "push", "segments"]

# The factor 1.0 as float64 bits; the step from which on all arrivals count.
_ONE = np.float64(1.0).view(np.int64).item()
_ALL = 0

B_FIRST_SLICE, B_LAST_SLICE = int(Block.FIRST_SLICE), int(Block.LAST_SLICE)
B_FIRST_PATHWAY, B_LAST_PATHWAY = int(Block.FIRST_PATHWAY), int(Block.LAST_PATHWAY)
B_FIRST_DEVICE, B_LAST_DEVICE = int(Block.FIRST_DEVICE), int(Block.LAST_DEVICE)
B_FIRST_SAMPLER, B_LAST_SAMPLER = int(Block.FIRST_SAMPLER), int(Block.LAST_SAMPLER)
B_LOG_AT, B_OFFSETS_AT, B_LOG_ROWS = int(Block.LOG_AT), int(Block.OFFSETS_AT), int(Block.LOG_ROWS)
S_KERNEL, S_TABLE_AT, S_FIRST_ID, S_SIZE = int(Slice.KERNEL), int(Slice.TABLE_AT), int(Slice.FIRST_ID), int(Slice.SIZE)
S_IDS_AT, S_COUNTS_AT, S_RECORDED_AT = int(Slice.IDS_AT), int(Slice.COUNTS_AT), int(Slice.RECORDED_AT)
P_KERNEL, P_TABLE_AT, P_N_SOURCES, P_SLOT_AT = (int(w) for w in (Pathway.KERNEL, Pathway.TABLE_AT, Pathway.N_SOURCES, Pathway.SLOT_AT))
P_BASE_AT, P_RUN_FIRST_AT = int(Pathway.BASE_AT), int(Pathway.RUN_FIRST_AT)
P_RUN_DELAY_AT, P_RUN_END_AT = int(Pathway.RUN_DELAY_AT), int(Pathway.RUN_END_AT)
P_FROM_DEVICES, P_BUCKETS = int(Pathway.FROM_DEVICES), int(Pathway.BUCKETS)
P_WHEEL_AT, P_NEXT_AT, P_ENTRY_AT = int(Pathway.WHEEL_AT), int(Pathway.NEXT_AT), int(Pathway.ENTRY_AT)
W_FREE, W_N_FREE, W_WORDS = int(Wheel.FREE), int(Wheel.N_FREE), int(Wheel.WORDS)
D_KERNEL, D_TABLE_AT = int(Device.KERNEL), int(Device.TABLE_AT)
M_N_NODES, M_NODES_AT, M_N_COLUMNS = int(Sampler.N_NODES), int(Sampler.NODES_AT), int(Sampler.N_COLUMNS)
M_COLUMNS_AT, M_INTERVAL, M_OFFSET = int(Sampler.COLUMNS_AT), int(Sampler.INTERVAL), int(Sampler.OFFSET)
M_START, M_STOP, M_OUT_AT, M_ROW_AT = int(Sampler.START), int(Sampler.STOP), int(Sampler.OUT_AT), int(Sampler.ROW_AT)
C_STEP, C_STAGE, C_LENGTH, C_PARITY = int(Context.STEP), int(Context.STAGE), int(Context.LENGTH), int(Context.PARITY)
C_PHASE, C_EVENT, C_N_RECORDED = int(Context.PHASE), int(Context.EVENT), int(Context.N_RECORDED)
C_NEEDED, C_CHUNKS = int(Context.NEEDED), int(Context.CHUNKS)
BEGIN, STIMULATE, ADVANCE, REGISTER = int(Stage.BEGIN), int(Stage.STIMULATE), int(Stage.ADVANCE), int(Stage.REGISTER)
DONE, FLUSH, GROW = int(Status.DONE), int(Status.FLUSH), int(Status.GROW)


@compiled
def deliver(pathway, step):
    """Hand the segments that arrive in this step to the pathway's kernel, and free their chunks."""
    buckets = pathway[P_BUCKETS]
    wheel = array_at(pathway[P_WHEEL_AT], W_WORDS + 3 * buckets, np.int32)
    head = W_WORDS + (step & (buckets - 1))
    chunk = np.int64(wheel[head])
    if chunk == NO_CHUNK:
        return
    last = np.int64(wheel[head + buckets])
    following = array_at(pathway[P_NEXT_AT], 1 << 31, np.int32)
    n_chunks = 0
    while True:
        n_entries = np.int64(wheel[head + 2 * buckets]) if chunk == last else ENTRIES
        call_deliver(pathway[P_KERNEL], pathway[P_TABLE_AT], pathway[P_ENTRY_AT] + chunk * (ENTRIES * 32), n_entries)
        n_chunks += 1
        if chunk == last:
            break
        chunk = np.int64(following[chunk])
    following[last] = wheel[W_FREE]
    wheel[W_FREE] = wheel[head]
    wheel[W_N_FREE] += n_chunks
    wheel[head] = NO_CHUNK


@compiled
def push(pathway, source, emitted, count, interval, factor, earliest):
    """Put a spike's segments into the buckets of the steps in which they arrive, from step `earliest` on."""
    slot = np.int64(array_at(pathway[P_SLOT_AT], pathway[P_N_SOURCES], np.int32)[source])
    if slot < 0:
        return
    base = array_at(pathway[P_BASE_AT], slot + 2, np.int64)[slot]
    run_first = array_at(pathway[P_RUN_FIRST_AT], slot + 2, np.int64)
    first_run, last_run = run_first[slot], run_first[slot + 1]
    run_delay = array_at(pathway[P_RUN_DELAY_AT], last_run, np.uint16)
    run_end = array_at(pathway[P_RUN_END_AT], last_run, np.uint32)
    buckets = pathway[P_BUCKETS]
    wheel = array_at(pathway[P_WHEEL_AT], W_WORDS + 3 * buckets, np.int32)
    following = array_at(pathway[P_NEXT_AT], 1 << 31, np.int32)
    entries = array_at(pathway[P_ENTRY_AT], 1 << 40, np.int64)
    start = base
    for run in range(first_run, last_run):
        end = base + np.int64(run_end[run])
        arrives = emitted + np.int64(run_delay[run])
        head = W_WORDS + (arrives & (buckets - 1))
        for repeat in range(count if arrives >= earliest else 0):
            filled = np.int64(wheel[head + 2 * buckets])
            if wheel[head] == NO_CHUNK or filled == ENTRIES:
                chunk = wheel[W_FREE]
                wheel[W_FREE] = following[chunk]
                wheel[W_N_FREE] -= 1
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


@compiled
def segments(pathway, source, count):
    """Entries that a spike will need."""
    slot = np.int64(array_at(pathway[P_SLOT_AT], pathway[P_N_SOURCES], np.int32)[source])
    if slot < 0:
        return np.int64(0)
    run_first = array_at(pathway[P_RUN_FIRST_AT], slot + 2, np.int64)
    return (run_first[slot + 1] - run_first[slot]) * count


@compiled
def lacks_room(pathway, needed, context, index):
    """Whether the free chunks may not hold `needed` entries; says in the context how many chunks would do."""
    wheel = array_at(pathway[P_WHEEL_AT], W_WORDS, np.int32)
    chunks = needed // ENTRIES + min(needed, pathway[P_BUCKETS]) + 1
    if np.int64(wheel[W_N_FREE]) >= chunks:
        return False
    context[C_NEEDED] = index
    context[C_CHUNKS] = chunks
    return True


@compiled
def stimulate(pathways, first_pathway, last_pathway, event_steps, events, factors, context):
    """Register the spikes that generators emit before this slice of time ends; False if a wheel must grow first."""
    first = context[C_EVENT]
    end = context[C_STEP] + context[C_LENGTH]
    last = first
    while last < event_steps.size and event_steps[last] < end:
        last += 1
    for p in range(first_pathway, last_pathway):
        if pathways[p, P_FROM_DEVICES] == 0:
            continue
        needed = np.int64(0)
        for k in range(first, last):
            if events[k, 0] < pathways[p, P_N_SOURCES]:
                needed += segments(pathways[p], events[k, 0], events[k, 1])
        if needed > 0 and lacks_room(pathways[p], needed, context, p):
            return False
    for p in range(first_pathway, last_pathway):
        if pathways[p, P_FROM_DEVICES] == 0:
            continue
        for k in range(first, last):
            if events[k, 0] < pathways[p, P_N_SOURCES]:
                push(pathways[p], events[k, 0], event_steps[k], events[k, 1], events[k, 2], factors[k], _ALL)
    context[C_EVENT] = last
    return True


@compiled
def register(blocks, pathways, first_pathway, last_pathway, order, context):
    """Register the spikes of all blocks in this slice of time, by step, then id; False if a wheel must grow first."""
    parity = context[C_PARITY]
    for p in range(first_pathway, last_pathway):
        if pathways[p, P_FROM_DEVICES] != 0:
            continue
        needed = np.int64(0)
        for b in range(blocks.shape[0]):
            n_slices = blocks[b, B_LAST_SLICE] - blocks[b, B_FIRST_SLICE]
            offsets = array_at(blocks[b, B_OFFSETS_AT + parity], context[C_LENGTH] * n_slices + 1, np.int64)
            n_rows = offsets[context[C_LENGTH] * n_slices]
            log = array_at(blocks[b, B_LOG_AT + parity], 3 * n_rows, np.int32)
            for row in range(n_rows):
                if log[3 * row] < pathways[p, P_N_SOURCES]:
                    needed += segments(pathways[p], np.int64(log[3 * row]), np.int64(log[3 * row + 1]))
        if needed > 0 and lacks_room(pathways[p], needed, context, p):
            return False
    for t in range(context[C_LENGTH]):
        for q in range(order.shape[0]):
            b = order[q, 0]
            n_slices = blocks[b, B_LAST_SLICE] - blocks[b, B_FIRST_SLICE]
            offsets = array_at(blocks[b, B_OFFSETS_AT + parity], context[C_LENGTH] * n_slices + 1, np.int64)
            at = t * n_slices + order[q, 1]
            if offsets[at] == offsets[at + 1]:
                continue
            log = array_at(blocks[b, B_LOG_AT + parity], 3 * offsets[at + 1], np.int32)
            for p in range(first_pathway, last_pathway):
                if pathways[p, P_FROM_DEVICES] != 0:
                    continue
                for row in range(offsets[at], offsets[at + 1]):
                    source = np.int64(log[3 * row])
                    if source < pathways[p, P_N_SOURCES]:
                        count, interval = np.int64(log[3 * row + 1]), np.int64(log[3 * row + 2])
                        push(pathways[p], source, context[C_STEP] + t, count, interval, _ONE, _ALL)
    return True


@compiled
def update(part, step, log, n_rows, last_spikes, recorded, context):
    """Advance one slice by one step; append its spikes to the log and, if asked for, to the record."""
    found = call_step(part[S_KERNEL], part[S_TABLE_AT], step)
    ids = array_at(part[S_IDS_AT], found, np.int32)
    counts = array_at(part[S_COUNTS_AT], found, np.int32)
    first_id = part[S_FIRST_ID]
    for k in range(found):
        source = first_id + ids[k]
        previous = last_spikes[source]
        last_spikes[source] = step
        log[3 * n_rows] = source
        log[3 * n_rows + 1] = counts[k]
        log[3 * n_rows + 2] = step - previous if previous >= 0 else -1
        n_rows += 1
    if part[S_RECORDED_AT] != 0:
        flags = array_at(part[S_RECORDED_AT], part[S_SIZE], np.uint8)
        n_recorded = context[C_N_RECORDED]
        for k in range(found):
            if flags[ids[k]]:
                recorded[n_recorded, 0] = step
                recorded[n_recorded, 1] = first_id + ids[k]
                recorded[n_recorded, 2] = counts[k]
                n_recorded += 1
        context[C_N_RECORDED] = n_recorded
    return n_rows


@compiled
def sample(sampler, stamp):
    """Copy the sampled columns if `stamp` is one of the sampler's times."""
    if stamp <= sampler[M_START] or stamp > sampler[M_STOP] or (stamp - sampler[M_OFFSET]) % sampler[M_INTERVAL] != 0:
        return
    n_nodes, n_columns = sampler[M_N_NODES], sampler[M_N_COLUMNS]
    nodes = array_at(sampler[M_NODES_AT], n_nodes, np.int32)
    columns = array_at(sampler[M_COLUMNS_AT], 2 * n_columns, np.int64)
    row = array_at(sampler[M_ROW_AT], 1, np.int64)
    out = array_at(sampler[M_OUT_AT], (row[0] + 1) * n_columns * n_nodes, np.float64)
    at = row[0] * n_columns * n_nodes
    for c in range(n_columns):
        if columns[2 * c + 1] == 1:
            whole = array_at(columns[2 * c], 1 << 40, np.int32)
            for k in range(n_nodes):
                out[at + c * n_nodes + k] = whole[nodes[k]]
        else:
            values = array_at(columns[2 * c], 1 << 40, np.float64)
            for k in range(n_nodes):
                out[at + c * n_nodes + k] = values[nodes[k]]
    row[0] += 1


@compiled
def advance(block, slices, pathways, devices, samplers, last_spikes, recorded, context):
    """Run one block through the slice of time: its spikes go into the block's log."""
    parity, length = context[C_PARITY], context[C_LENGTH]
    first_slice, last_slice = block[B_FIRST_SLICE], block[B_LAST_SLICE]
    offsets = array_at(block[B_OFFSETS_AT + parity], length * (last_slice - first_slice) + 1, np.int64)
    log = array_at(block[B_LOG_AT + parity], 3 * block[B_LOG_ROWS], np.int32)
    n_rows = np.int64(0)
    at = 0
    offsets[0] = 0
    for step in range(context[C_STEP], context[C_STEP] + length):
        for p in range(block[B_FIRST_PATHWAY], block[B_LAST_PATHWAY]):
            deliver(pathways[p], step)
        for d in range(block[B_FIRST_DEVICE], block[B_LAST_DEVICE]):
            call_step(devices[d, D_KERNEL], devices[d, D_TABLE_AT], step)
        for s in range(first_slice, last_slice):
            n_rows = update(slices[s], step, log, n_rows, last_spikes, recorded, context)
            at += 1
            offsets[at] = n_rows
        for m in range(block[B_FIRST_SAMPLER], block[B_LAST_SAMPLER]):
            sample(samplers[m], step + 1)


@compiled
def drive(blocks, own_blocks, slices, pathways, devices, samplers, order, event_steps, events, factors,
          last_spikes, recorded, context, counter, n_threads, end, max_length):  # fmt: skip
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
    counter : int
        Address of the barrier's counter.
    n_threads, end, max_length : int
        Threads at the barrier; step to stop at; longest slice of time in steps (the minimal delay).

    Returns
    -------
    status : int
        A `Status`.
    """
    first_pathway = blocks[own_blocks[0], B_FIRST_PATHWAY]
    last_pathway = blocks[own_blocks[1] - 1, B_LAST_PATHWAY]
    rows = np.int64(0)
    for b in range(own_blocks[0], own_blocks[1]):
        for s in range(blocks[b, B_FIRST_SLICE], blocks[b, B_LAST_SLICE]):
            rows += slices[s, S_SIZE] if slices[s, S_RECORDED_AT] != 0 else 0
    while True:
        if context[C_STAGE] == BEGIN:
            if context[C_STEP] >= end:
                return DONE
            context[C_LENGTH] = min(max_length, end - context[C_STEP])
            if context[C_N_RECORDED] + rows * context[C_LENGTH] > recorded.shape[0]:
                return FLUSH
            context[C_STAGE] = STIMULATE
        if context[C_STAGE] == STIMULATE:
            if not stimulate(pathways, first_pathway, last_pathway, event_steps, events, factors, context):
                return GROW
            context[C_STAGE] = ADVANCE
        if context[C_STAGE] == ADVANCE:
            for b in range(own_blocks[0], own_blocks[1]):
                advance(blocks[b], slices, pathways, devices, samplers, last_spikes, recorded, context)
            context[C_PHASE] = barrier(counter, context[C_PHASE], n_threads)
            context[C_STAGE] = REGISTER
        if context[C_STAGE] == REGISTER:
            if not register(blocks, pathways, first_pathway, last_pathway, order, context):
                return GROW
            context[C_STEP] += context[C_LENGTH]
            context[C_PARITY] = 1 - context[C_PARITY]
            context[C_STAGE] = BEGIN
