"""Spikes of neurons with plastic synapses onto them, kept until the synapses have seen them.

A synapse looks at the spikes of its target when its source spikes. So that a silent source does not make the lists grow without
end, the oldest spikes are folded into the weights, ahead of their sources' next spikes, when a list is full. The operations on
a weight and their order are the same, so results do not depend on when this happens.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from simcore.compile import compiled, compiled_inner
from simcore.fastmath import exp
from simcore.kernel.connectivity import MEMORY, PathwayPlan
from simcore.kernel.layout import Block, History, Pathway, Slice
from simcore.kernel.lowlevel import array_at, call_fold

if TYPE_CHECKING:
    from simcore.kernel.blocks import TargetBlock
    from simcore.kernel.engine import Engine

__all__ = [
    "MOST_STEPS",
    "SpikeHistory",
    "fold",
    "grow_history",
    "is_crowded",
    "make_room",
    "remember",
    "traces_of",
    "update_histories",
]

# Spikes of each neuron for which there is room at first.
_ROOM = 64

# Longest slice of time in steps with plastic synapses: each list has room for as many spikes before it begins.
MOST_STEPS = 32

# Share of the plastic synapses that may be folded at once before more room is made, and share of their memory for the lists.
_OFTEN = 1 / 8
_COMFORT = 1 / 4


class SpikeHistory:
    """The lists of spikes of one block; see `simcore.kernel.layout.History`.

    Parameters
    ----------
    size : int
        How many lists: one for each neuron of the block, and one more.
    traces : sequence of str
        Parameters that are the time constants of traces.
    """

    def __init__(self, size: int, traces: Sequence[str]) -> None:
        self.size, self.traces, self.capacity = size, tuple(traces), _ROOM
        self.rows = np.empty((size, self.capacity, 1 + len(self.traces)))
        self.lengths, self.wanted = np.zeros(size, dtype=np.int32), np.zeros(size, dtype=np.uint8)
        self.rates = np.zeros((len(self.traces), size))
        self.table = np.zeros(History.WORDS, dtype=np.int64)
        self._point()

    def _point(self) -> None:
        """Put sizes and addresses into the table."""
        words = {
            History.SIZE: self.size, History.CAPACITY: self.capacity, History.WIDTH: self.rows.shape[2],
            History.ROWS_AT: self.rows.ctypes.data, History.LENGTHS_AT: self.lengths.ctypes.data,
            History.WANTED_AT: self.wanted.ctypes.data, History.RATES_AT: self.rates.ctypes.data,
            History.FULLEST: int(self.lengths.max(initial=0)),
        }  # fmt: skip
        for word, value in words.items():
            self.table[word] = value

    def widen(self, traces: Sequence[str]) -> None:
        """Keep these traces too, which begin at zero."""
        self.traces += tuple(traces)
        self._resize(self.capacity)
        self.rates = np.zeros((len(self.traces), self.size))
        self._point()

    def grow(self, least: int) -> None:
        """Twice the room in each list, or room for as many spikes."""
        self._resize(max(2 * self.capacity, least))
        self._point()

    def _resize(self, capacity: int) -> None:
        rows = np.empty((self.size, capacity, 1 + len(self.traces)))
        _copy(self.rows, self.lengths, rows)
        self.rows, self.capacity = rows, capacity

    def listed(self) -> tuple[np.ndarray, np.ndarray]:
        """Positions of the neurons, and rows, of all spikes, by neuron and time."""
        inside = np.arange(self.capacity) < self.lengths[:, None]
        return np.repeat(np.arange(self.size), self.lengths), self.rows[inside]

    def fill(self, neurons: np.ndarray, rows: np.ndarray) -> None:
        """Take over what `listed` gave, in lists that are empty."""
        lengths = np.bincount(neurons, minlength=self.size)
        if lengths.max(initial=0) > self.capacity:
            self._resize(int(lengths.max()))
        self.lengths[:] = lengths
        first = np.cumsum(lengths) - lengths
        self.rows[neurons, np.arange(neurons.size) - first[neurons]] = rows
        self._point()


def traces_of(plans: Sequence[PathwayPlan]) -> tuple[str, ...]:
    """Time constants of the traces that some plans need."""
    return tuple(dict.fromkeys(tau for plan in plans for tau in plan.synapse.target_traces.values()))


def update_histories(engine: "Engine", watched: Sequence[int] | np.ndarray = ()) -> None:
    """Give each block with plastic synapses its lists, for the neurons and the traces that are looked at.

    A neuron that was looked at once still is when its plastic synapses are gone; after a load, `watched` says which.
    """
    # The plans of all blocks, so that a trace begins for all neurons at the same time.
    traces = traces_of(engine.plans)
    for block in engine.blocks:
        plastic = [s for s in block.synapses if s.plastic is not None]
        # Looked up at a load only: a network without plastic synapses pays nothing when it is built.
        still = np.flatnonzero(np.isin(block.nodes(engine.populations), watched)) if len(watched) else []
        if not plastic and len(still) == 0 and block.history is None:
            continue
        if block.history is None:
            # Behind the neurons a place without spikes, for synapses whose edge was removed.
            block.history = SpikeHistory(block.size + 1, traces)
        history = block.history
        if len(history.traces) < len(traces):
            history.widen(traces[len(history.traces) :])
        for synapses in plastic:
            history.wanted[synapses.targets] = 1
        history.wanted[still] = 1
        history.table[History.REACH] = max([MEMORY, *(2 * s.max_delay for s in plastic)])
        _set_comfort(block)


def _set_comfort(block: "TargetBlock") -> None:
    """Say when more room is worth its memory."""
    assert block.history is not None  # the caller has made it
    plastic = [s for s in block.synapses if s.plastic is not None]
    is_large = 2 * block.history.rows.nbytes > _COMFORT * sum(s.n_bytes for s in plastic)
    block.history.table[History.COMFORT] = -1 if is_large else int(_OFTEN * sum(s.n_synapses for s in plastic))


def grow_history(block: "TargetBlock", needed: int) -> None:
    """More room in each list, for at least `needed` spikes more than the fullest has."""
    assert block.history is not None  # it was full
    block.history.grow(int(block.history.table[History.FULLEST]) + needed)
    _set_comfort(block)


@compiled
def _copy(rows, lengths, to):
    width = min(rows.shape[2], to.shape[2])
    for j in range(lengths.size):
        for k in range(lengths[j]):
            to[j, k, :width] = rows[j, k, :width]
            to[j, k, width:] = 0.0


@compiled_inner
def remember(part, found, step):
    """Append the spikes of a slice in this step to the lists of neurons that synapses look at."""
    history = array_at(part[Slice.HISTORY_AT], History.WORDS, np.int64)
    ids, counts = array_at(part[Slice.IDS_AT], found, np.int32), array_at(part[Slice.COUNTS_AT], found, np.int32)
    size, capacity, width = history[History.SIZE], history[History.CAPACITY], history[History.WIDTH]
    rows = array_at(history[History.ROWS_AT], size * capacity * width, np.float64)
    pairs = array_at(history[History.ROWS_AT], 2 * size * capacity * width, np.int32)
    lengths, wanted = (
        array_at(history[History.LENGTHS_AT], size, np.int32),
        array_at(history[History.WANTED_AT], size, np.uint8),
    )
    rates = array_at(history[History.RATES_AT], size * (width - 1), np.float64)
    for k in range(found):
        j = part[Slice.START] + ids[k]
        if wanted[j] == 0:
            continue
        n = np.int64(lengths[j])
        at = (j * capacity + n) * width
        before = at - width
        for t in range(width - 1):
            value = 0.0
            if n > 0:
                passed = np.float64(step - pairs[2 * before])
                value = (rows[before + 1 + t] + pairs[2 * before + 1]) * exp(-passed * rates[t * size + j])
            rows[at + 1 + t] = value
        pairs[2 * at] = step
        pairs[2 * at + 1] = counts[k]
        lengths[j] = n + 1
        history[History.FULLEST] = max(history[History.FULLEST], n + 1)


@compiled_inner
def is_crowded(block, length):
    """Whether a list may not have room for the spikes of a slice of time."""
    history = array_at(block[Block.HISTORY_AT], History.WORDS, np.int64)
    return history[History.FULLEST] + length > history[History.CAPACITY]


@compiled_inner
def make_room(block, pathways, step, length):
    """Fold the oldest spikes into the weights and drop them; False if Python must give more room."""
    history = array_at(block[Block.HISTORY_AT], History.WORDS, np.int64)
    latest = _enough(history, step - history[History.REACH])
    folded = np.int64(0)
    for p in range(block[Block.FIRST_PATHWAY], block[Block.LAST_PATHWAY]):
        if pathways[p, Pathway.FOLD] != 0:
            folded += fold(pathways[p], latest, step)
    _drop(history, latest)
    is_often = history[History.COMFORT] >= 0 and folded > history[History.COMFORT]
    return not is_often and not is_crowded(block, length)


@compiled_inner
def fold(pathway, latest, step):
    """Apply spikes of targets up to step `latest` to all synapses of a pathway, as far as no spike can come before them.

    Returns the number of synapses to which this had not been done yet.
    """
    return call_fold(pathway[Pathway.FOLD], pathway[Pathway.TABLE_AT], latest, step)


@compiled_inner
def _enough(history, latest):
    """The latest step, `latest` at most, whose earlier spikes fill half of the fullest lists."""
    size, capacity, width = history[History.SIZE], history[History.CAPACITY], history[History.WIDTH]
    pairs = array_at(history[History.ROWS_AT], 2 * size * capacity * width, np.int32)
    lengths = array_at(history[History.LENGTHS_AT], size, np.int32)
    for j in range(size):
        surplus = np.int64(lengths[j]) - capacity // 2
        if surplus > 0:
            latest = min(latest, np.int64(pairs[2 * (j * capacity + surplus) * width]))
    return latest


@compiled_inner
def _drop(history, latest):
    """Drop the spikes of before step `latest`, but the last one of each neuron: from it the traces go on."""
    size, capacity, width = history[History.SIZE], history[History.CAPACITY], history[History.WIDTH]
    rows = array_at(history[History.ROWS_AT], size * capacity * width, np.float64)
    pairs = array_at(history[History.ROWS_AT], 2 * size * capacity * width, np.int32)
    lengths = array_at(history[History.LENGTHS_AT], size, np.int32)
    fullest = np.int64(0)
    for j in range(size):
        n, at = np.int64(lengths[j]), j * capacity * width
        first = np.int64(0)
        while first + 1 < n and pairs[2 * (at + (first + 1) * width)] < latest:
            first += 1
        if first > 0:
            for k in range(at, at + (n - first) * width):
                rows[k] = rows[k + first * width]
            lengths[j] = n - first
        fullest = max(fullest, n - first)
    history[History.FULLEST] = fullest
