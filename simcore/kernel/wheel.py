"""The wheel of a pathway: for each step to come, what arrives in it, in lists of chunks (see `simcore.kernel.layout.Wheel`)."""

import numpy as np

from simcore.compile import compiled_inner
from simcore.kernel.layout import ENTRIES, NO_CHUNK, Context, Pathway, Record, Wheel
from simcore.kernel.lowlevel import array_at, call_deliver

__all__ = ["deliver", "grow_wheel", "lacks_room", "lacks_rows", "new_wheel", "place_of_next", "push", "segments"]


def new_wheel(buckets: int, chunks: int) -> dict[str, np.ndarray]:
    """An empty wheel of `buckets` steps with room for `chunks` chunks of entries."""
    heads = np.full(Wheel.WORDS + 3 * buckets, NO_CHUNK, dtype=np.int32)
    heads[Wheel.FREE], heads[Wheel.N_FREE] = 0, chunks
    following = np.arange(1, chunks + 1, dtype=np.int32)
    return {"heads": heads, "following": following, "entries": np.empty(chunks * ENTRIES * 4, dtype=np.int64)}


def grow_wheel(wheel: dict[str, np.ndarray], needed: int) -> dict[str, np.ndarray]:
    """The same wheel with at least `needed` free chunks."""
    old = wheel["following"].size
    chunks = max(2 * old, old + needed)
    heads, following = wheel["heads"].copy(), np.arange(1, chunks + 1, dtype=np.int32)
    following[:old] = wheel["following"]
    # The new chunks come first in the free list, the old free ones follow.
    following[chunks - 1] = heads[Wheel.FREE]
    heads[Wheel.FREE] = old
    heads[Wheel.N_FREE] += chunks - old
    entries = np.empty(chunks * ENTRIES * 4, dtype=np.int64)
    entries[: old * ENTRIES * 4] = wheel["entries"]
    return {"heads": heads, "following": following, "entries": entries}


@compiled_inner
def deliver(pathway, step):
    """Hand the segments that arrive in this step to the pathway's kernel, and free their chunks."""
    buckets = pathway[Pathway.BUCKETS]
    wheel = array_at(pathway[Pathway.WHEEL_AT], Wheel.WORDS + 3 * buckets, np.int32)
    head = Wheel.WORDS + (step & (buckets - 1))
    chunk = np.int64(wheel[head])
    if chunk == NO_CHUNK:
        return
    if pathway[Pathway.RECORD_AT] != 0:
        array_at(pathway[Pathway.RECORD_AT], Record.WORDS, np.int64)[Record.STEP] = step
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
def lacks_rows(pathway, first, last, context, index):
    """Whether what arrives from step `first` to before `last` needs more rows of its record; says in the context how many."""
    record = array_at(pathway[Pathway.RECORD_AT], Record.WORDS, np.int64)
    mask = array_at(record[Record.MASK_AT], 1 << 40, np.uint8)
    starts, is_plastic = array_at(pathway[Pathway.STARTS_AT], 1 << 40, np.int64), pathway[Pathway.STARTS_AT] != 0
    buckets = pathway[Pathway.BUCKETS]
    wheel = array_at(pathway[Pathway.WHEEL_AT], Wheel.WORDS + 3 * buckets, np.int32)
    following = array_at(pathway[Pathway.NEXT_AT], 1 << 31, np.int32)
    entries = array_at(pathway[Pathway.ENTRY_AT], 1 << 40, np.int64)
    needed = np.int64(0)
    for step in range(first, last):
        head = Wheel.WORDS + (step & (buckets - 1))
        chunk = np.int64(wheel[head])
        while chunk != NO_CHUNK:
            is_last = chunk == np.int64(wheel[head + buckets])
            n_entries = np.int64(wheel[head + 2 * buckets]) if is_last else ENTRIES
            for at in range(chunk * ENTRIES * 4, (chunk * ENTRIES + n_entries) * 4, 4):
                begin, end = entries[at], entries[at + 1]
                if is_plastic:
                    begin, end = starts[entries[at]], starts[entries[at] + 1]
                for k in range(begin, end):
                    needed += mask[k]
            chunk = np.int64(NO_CHUNK) if is_last else np.int64(following[chunk])
    if record[Record.N_ROWS] + needed <= record[Record.CAPACITY]:
        return False
    context[Context.NEEDED] = index
    context[Context.CHUNKS] = needed
    return True


@compiled_inner
def place_of_next(wheel, following, buckets, arrives):
    """Where among the words of the entries the next one goes that arrives in a step; a chunk is free if it needs one."""
    head = Wheel.WORDS + (arrives & (buckets - 1))
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
    wheel[head + 2 * buckets] = filled + 1
    return (np.int64(wheel[head + buckets]) * ENTRIES + filled) * 4


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
    # A spike of before the synapses were made is none of theirs; the first one counts from time zero.
    interval = interval if interval >= 0 and emitted - interval >= pathway[Pathway.SINCE] else -1 - emitted
    is_plastic = pathway[Pathway.STARTS_AT] != 0
    start = base
    for run in range(first_run, last_run):
        end = base + np.int64(run_end[run])
        arrives = emitted + np.int64(run_delay[run])
        for repeat in range(count if arrives >= earliest else 0):
            at = place_of_next(wheel, following, buckets, arrives)
            entries[at] = run if is_plastic else start
            entries[at + 1] = emitted if is_plastic else end
            entries[at + 2] = interval if repeat == 0 else 0
            entries[at + 3] = factor
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
