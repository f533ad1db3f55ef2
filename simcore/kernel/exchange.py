"""Spike exchange: once per slice of time the spikes of all blocks, of all ranks, become one list by step, then id.

The first thread packs what the threads of its rank have logged. With several ranks a first message of fixed size carries the
number of spikes, whether to stop, and the first spikes of each rank; only if some rank has more, a second one
carries the rest. The fixed size follows the recent number of spikes, alike on all ranks.

This file is the seam for another way of exchanging: whatever fills the list may replace it.
"""

import numpy as np
from numba import types

from simcore.compile import compiled_callback, compiled_inner
from simcore.kernel.layout import ROW, Block, Exchange, ExchangeStage, Head, Status
from simcore.kernel.lowlevel import array_at, call_allgather, call_exchange
from simcore.ranks import Ranks

__all__ = ["SpikeExchange", "exchange_spikes"]

# Rows of the first message: at least, at most.
_LEAST, _MOST = 16, 1024

# Spikes of this rank for which there is room at first.
_ROOM = 1 << 12


@compiled_inner
def _pack(blocks, order, length, rows, room):
    """Put the spikes of this rank after the head, by step, then id; returns their number, even if not all have room."""
    n = np.int64(0)
    for t in range(length):
        for q in range(order.shape[0]):
            b = order[q, 0]
            n_slices = blocks[b, Block.LAST_SLICE] - blocks[b, Block.FIRST_SLICE]
            offsets = array_at(blocks[b, Block.OFFSETS_AT], length * n_slices + 1, np.int64)
            first, last = offsets[t * n_slices + order[q, 1]], offsets[t * n_slices + order[q, 1] + 1]
            log = array_at(blocks[b, Block.LOG_AT], 3 * last, np.int32)
            for row in range(first, last if n + last - first <= room else first):
                to = ROW * (1 + n + row - first)
                rows[to] = log[3 * row]
                rows[to + 1] = t
                rows[to + 2] = log[3 * row + 1]
                rows[to + 3] = log[3 * row + 2]
            n += last - first
    return n


@compiled_inner
def _send(exchange, address, to, n_rows):
    """Give `n_rows` rows at an address to all ranks; whether that worked."""
    n = n_rows * ROW
    kind, comm = exchange[Exchange.TYPE], exchange[Exchange.COMM]
    # The function returns 32 bits.
    code = call_allgather(exchange[Exchange.ALLGATHER], address, n, kind, to, n, kind, comm) & 0xFFFFFFFF
    exchange[Exchange.ERROR] = code
    return code == 0


@compiled_inner
def _look(exchange):
    """Read the heads that all ranks sent: whether one wants to stop, and where their spikes go."""
    n_ranks, level = exchange[Exchange.N_RANKS], exchange[Exchange.LEVEL]
    heads = array_at(exchange[Exchange.HEADS_AT], n_ranks * (1 + level) * ROW, np.int32)
    starts = array_at(exchange[Exchange.STARTS_AT], n_ranks + 1, np.int64)
    stopped = np.int64(0)
    longest = np.int64(0)
    starts[0] = 0
    for rank in range(n_ranks):
        head = rank * (1 + level) * ROW
        n = np.int64(heads[head + Head.N_SPIKES])
        stopped |= np.int64(heads[head + Head.STOP])
        longest = max(longest, n)
        starts[rank + 1] = starts[rank] + n
    exchange[Exchange.STOPPED] = stopped
    exchange[Exchange.LONGEST] = longest
    exchange[Exchange.N_SPIKES] = starts[n_ranks]


@compiled_inner
def _collect(exchange):
    """Put the rows of both messages behind each other, rank by rank."""
    n_ranks, level, longest = exchange[Exchange.N_RANKS], exchange[Exchange.LEVEL], exchange[Exchange.LONGEST]
    heads = array_at(exchange[Exchange.HEADS_AT], n_ranks * (1 + level) * ROW, np.int32)
    rest = array_at(exchange[Exchange.REST_AT], n_ranks * max(longest - level, 0) * ROW, np.int32)
    starts = array_at(exchange[Exchange.STARTS_AT], n_ranks + 1, np.int64)
    out = array_at(exchange[Exchange.ALL_AT], starts[n_ranks] * ROW, np.int32)
    for rank in range(n_ranks):
        n = starts[rank + 1] - starts[rank]
        to, in_head, in_rest = starts[rank] * ROW, (rank * (1 + level) + 1) * ROW, rank * (longest - level) * ROW
        for word in range(min(n, level) * ROW):
            out[to + word] = heads[in_head + word]
        for word in range(max(n - level, 0) * ROW):
            out[to + level * ROW + word] = rest[in_rest + word]


@compiled_inner
def _merge_two(rows, first, middle, last, out):
    """Merge two sorted pieces of rows."""
    a, b = first, middle
    for to in range(first, last):
        take_b = a == middle
        if a < middle and b < last:
            step_a, step_b = rows[ROW * a + 1], rows[ROW * b + 1]
            take_b = step_b < step_a or (step_b == step_a and rows[ROW * b] < rows[ROW * a])
        at = b if take_b else a
        for word in range(ROW):
            out[ROW * to + word] = rows[ROW * at + word]
        a, b = (a, b + 1) if take_b else (a + 1, b)


@compiled_inner
def _merge(exchange):
    """Sort the spikes of all ranks by step, then id: pieces are merged by twos."""
    n_ranks = exchange[Exchange.N_RANKS]
    starts = array_at(exchange[Exchange.STARTS_AT], n_ranks + 1, np.int64)
    here, there = exchange[Exchange.ALL_AT], exchange[Exchange.SPARE_AT]
    width = 1
    while width < n_ranks:
        rows, out = array_at(here, starts[n_ranks] * ROW, np.int32), array_at(there, starts[n_ranks] * ROW, np.int32)
        for rank in range(0, n_ranks, 2 * width):
            middle, last = starts[min(rank + width, n_ranks)], starts[min(rank + 2 * width, n_ranks)]
            _merge_two(rows, starts[rank], middle, last, out)
        here, there = there, here
        width *= 2
    exchange[Exchange.LIST_AT] = here


@compiled_inner
def _set_level(exchange):
    """Rows of the next first message: a power of two above the recent number of spikes of a rank."""
    exchange[Exchange.PEAK] = max(exchange[Exchange.LONGEST], exchange[Exchange.PEAK] - (exchange[Exchange.PEAK] >> 5))
    level = _LEAST
    while level < exchange[Exchange.PEAK] and level < _MOST:
        level *= 2
    exchange[Exchange.LEVEL] = level


@compiled_inner
def exchange_spikes(exchange, blocks, order, length):
    """Make the list of all spikes of a slice of time.

    Parameters
    ----------
    exchange : ndarray of int64
        See `Exchange`.
    blocks, order : ndarray of int64
        Blocks of this rank, and (block, slice) by first id.
    length : int
        Steps in the slice.

    Returns
    -------
    status : int
        DONE, or WIDEN if Python must make room and call again, or LOST.
    """
    if exchange[Exchange.STAGE] == ExchangeStage.PACK:
        own = array_at(exchange[Exchange.OWN_AT], (1 + exchange[Exchange.OWN_ROOM]) * ROW, np.int32)
        n_spikes = _pack(blocks, order, length, own, exchange[Exchange.OWN_ROOM])
        exchange[Exchange.N_SPIKES] = n_spikes
        exchange[Exchange.LONGEST] = n_spikes
        if n_spikes > exchange[Exchange.OWN_ROOM]:
            return np.int64(Status.WIDEN)
        exchange[Exchange.SENT] += n_spikes
        own[Head.N_SPIKES] = n_spikes
        own[Head.STOP] = exchange[Exchange.STOP]
        exchange[Exchange.LIST_AT] = exchange[Exchange.OWN_AT] + 4 * ROW
        if exchange[Exchange.WITH_RANKS] == 0:
            return np.int64(Status.DONE)
        exchange[Exchange.STAGE] = ExchangeStage.SEND
    return call_exchange(exchange[Exchange.WITH_RANKS], exchange.ctypes.data)


def _with_ranks(address):
    """Exchange with the other ranks what this one has packed; `address` is that of the exchange's record. As above."""
    exchange = array_at(address, Exchange.WORDS, np.int64)
    if exchange[Exchange.STAGE] == ExchangeStage.SEND:
        if not _send(exchange, exchange[Exchange.OWN_AT], exchange[Exchange.HEADS_AT], 1 + exchange[Exchange.LEVEL]):
            return np.int64(Status.LOST)
        _look(exchange)
        exchange[Exchange.STAGE] = ExchangeStage.REST
    more = exchange[Exchange.LONGEST] - exchange[Exchange.LEVEL]
    room = min(exchange[Exchange.OWN_ROOM], exchange[Exchange.REST_ROOM] + exchange[Exchange.LEVEL])
    if exchange[Exchange.N_SPIKES] > exchange[Exchange.ALL_ROOM] or exchange[Exchange.LONGEST] > room:
        return np.int64(Status.WIDEN)
    if more > 0:
        after_first = exchange[Exchange.OWN_AT] + (1 + exchange[Exchange.LEVEL]) * ROW * 4
        if not _send(exchange, after_first, exchange[Exchange.REST_AT], more):
            return np.int64(Status.LOST)
    _collect(exchange)
    _merge(exchange)
    _set_level(exchange)
    exchange[Exchange.STAGE] = ExchangeStage.PACK
    return np.int64(Status.DONE)


class SpikeExchange:
    """The exchange's record and the arrays that it points to.

    Parameters
    ----------
    ranks : Ranks
        Who takes part.
    """

    def __init__(self, ranks: Ranks) -> None:
        self.record = np.zeros(Exchange.WORDS, dtype=np.int64)
        function, comm, kind = ranks.allgather_call()
        self.record[[Exchange.ALLGATHER, Exchange.COMM, Exchange.TYPE]] = function, comm, kind
        if function:
            # Compiled only where there are other ranks.
            self._with_ranks = compiled_callback(types.int64(types.int64))(_with_ranks)
            self.record[Exchange.WITH_RANKS] = self._with_ranks.address
        self.record[[Exchange.N_RANKS, Exchange.LEVEL]] = ranks.size, _LEAST
        self._arrays: dict[Exchange, np.ndarray] = {}
        self._put(Exchange.STARTS_AT, np.zeros(ranks.size + 1, dtype=np.int64))
        self._put(Exchange.HEADS_AT, np.zeros((ranks.size * (1 + _MOST if function else 0), ROW), dtype=np.int32))
        self.record[Exchange.LONGEST] = _ROOM
        self.widen()

    def widen(self) -> None:
        """Make room for the spikes that the record tells of; what this rank has packed stays."""
        record = self.record
        longest, n_spikes = int(record[Exchange.LONGEST]), int(record[Exchange.N_SPIKES])
        if longest > record[Exchange.OWN_ROOM]:
            own = np.zeros((1 + 2 * longest, ROW), dtype=np.int32)
            old = self._arrays.get(Exchange.OWN_AT, own[:0])
            own[: len(old)] = old
            self._put(Exchange.OWN_AT, own)
            record[Exchange.OWN_ROOM] = 2 * longest
        if record[Exchange.WITH_RANKS] and longest > record[Exchange.REST_ROOM] + record[Exchange.LEVEL]:
            self._put(Exchange.REST_AT, np.zeros((int(record[Exchange.N_RANKS]) * 2 * longest, ROW), dtype=np.int32))
            record[Exchange.REST_ROOM] = 2 * longest
        if record[Exchange.WITH_RANKS] and n_spikes > record[Exchange.ALL_ROOM]:
            for word in (Exchange.ALL_AT, Exchange.SPARE_AT):
                self._put(word, np.zeros((2 * n_spikes, ROW), dtype=np.int32))
            record[Exchange.ALL_ROOM] = 2 * n_spikes

    def _put(self, word: Exchange, array: np.ndarray) -> None:
        self._arrays[word] = array
        self.record[word] = array.ctypes.data

    def begin(self) -> None:
        """Forget that an earlier run was stopped."""
        self.record[[Exchange.STOP, Exchange.STOPPED]] = 0

    def stop(self) -> None:
        """Have all ranks end the run after the next slice of time."""
        self.record[Exchange.STOP] = 1

    @property
    def n_sent(self) -> int:
        """Spikes of this rank's neurons so far."""
        return int(self.record[Exchange.SENT])

    @property
    def is_stopped(self) -> bool:
        """Whether some rank has ended the run."""
        return bool(self.record[Exchange.STOPPED])
