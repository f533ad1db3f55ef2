"""Blocks: a thread's share of the targets, with their input rows, synapses, stimulators, samplers and spike logs."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from simcore.description import FOREVER, Population
from simcore.kernel.connectivity import Synapses
from simcore.kernel.device_kernel import GUIDE_BITS, OPEN_COUNT
from simcore.kernel.history import SpikeHistory
from simcore.kernel.layout import Illness
from simcore.kernel.neuron_kernel import CHUNK

__all__ = ["MAX_BLOCK", "NO_GUIDE", "BlockPart", "DeviceEdges", "DeviceLink", "TargetBlock", "Waiting", "divide"]

# Positions in a block are 16-bit numbers.
MAX_BLOCK = 65_536

# For links with too few targets for a guide to the numbers of their spikes: one that leaves all open.
NO_GUIDE = np.full(1 << GUIDE_BITS, OPEN_COUNT, dtype=np.uint8)

# Fewer neurons than this are not worth a second thread's barrier.
_WORTH_A_THREAD = 256


@dataclass(eq=False)
class BlockPart:
    """Neurons ``first`` to ``last - 1`` of a population, at position ``start`` of their block."""

    population: int
    first: int
    last: int
    start: int
    ids: np.ndarray
    counts: np.ndarray
    marks: np.ndarray
    bad: np.ndarray

    @property
    def size(self) -> int:
        """Number of neurons."""
        return self.last - self.first


@dataclass(eq=False)
class DeviceEdges:
    """Edges of one device node, all with the same delay, and what is kept between draws."""

    device: int
    delay: int
    targets: np.ndarray
    weights: np.ndarray
    numbers: np.ndarray
    projection: int
    held: np.ndarray
    state: np.ndarray
    thresholds: np.ndarray
    guide: np.ndarray


@dataclass(eq=False)
class DeviceLink(DeviceEdges):
    """Edges of one device node onto one input of one part of a block, over which it sends from a step until before another."""

    part: BlockPart
    channel: int
    since: int
    until: int = FOREVER


@dataclass(frozen=True, eq=False)
class Waiting:
    """Inputs that have been sent and wait for their step; see `simcore.kernel.sending`.

    Parameters
    ----------
    arrives : ndarray of int64, shape (n,)
        Steps, ascending.
    where : ndarray of int64, shape (n,)
        Position in the block's rows, counted through all of them.
    values : ndarray of float64, shape (n,)
    """

    arrives: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    where: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    values: np.ndarray = field(default_factory=lambda: np.empty(0))

    @classmethod
    def joined(cls, pieces: Sequence["Waiting"], step: int) -> "Waiting":
        """All that waits for some step or later ones; for each step in the order of the pieces."""
        arrives, where, values = (
            np.concatenate([getattr(piece, name) for piece in pieces]) for name in ("arrives", "where", "values")
        )
        order = np.argsort(arrives, kind="stable")
        return cls(arrives[order], where[order], values[order]).after(step)

    def after(self, step: int) -> "Waiting":
        """What waits for this step or later ones."""
        return self.some(slice(int(np.searchsorted(self.arrives, step)), None))

    def some(self, rows: slice | np.ndarray) -> "Waiting":
        """A part of it."""
        return Waiting(self.arrives[rows], self.where[rows], self.values[rows])


@dataclass(eq=False)
class TargetBlock:
    """All that one block of target neurons needs; nothing in it is written by another thread."""

    thread: int
    parts: list[BlockPart]
    rows: np.ndarray
    synapses: list[Synapses] = field(default_factory=list)
    links: list[DeviceLink] = field(default_factory=list)
    log: np.ndarray | None = None
    offsets: np.ndarray | None = None
    history: SpikeHistory | None = None
    waiting: Waiting = field(default_factory=Waiting)

    @property
    def size(self) -> int:
        """Number of neurons, and the target of synapses that were removed."""
        return sum(part.size for part in self.parts)

    def nodes(self, populations: Sequence[Population]) -> np.ndarray:
        """Numbers of its neurons; int64, shape (size,)."""
        return np.concatenate([populations[p.population].first + np.arange(p.first, p.last) for p in self.parts])

    def make_room(self, populations: Sequence[Population]) -> None:
        """A row for each input of its neurons, which may have got more receptors; what was to come to others is dropped."""
        inputs = {part: len(populations[part.population].model.inputs) for part in self.parts}
        channels = max(inputs.values())
        if channels > len(self.rows):
            self.rows = np.concatenate([self.rows, np.zeros((channels - len(self.rows), self.rows.shape[1]))])
        self.links = [link for link in self.links if link.channel < inputs[link.part]]
        if self.waiting.where.size:
            n_inputs = np.repeat([inputs[part] for part in self.parts], [part.size for part in self.parts])
            channel, position = np.divmod(self.waiting.where, self.rows.shape[1])
            self.waiting = self.waiting.some(channel < n_inputs[position])


def divide(populations: list[tuple[int, Population]], threads: Sequence[int], rank: int = 0) -> list[TargetBlock]:
    """One rank's blocks of those that share the neurons of some populations evenly.

    Every block gets a slice of every population. Every rank gets neurons, every thread only if that is worth it.

    Parameters
    ----------
    populations : list of (int, Population)
        Numbers and populations.
    threads : sequence of int
        Threads that each rank may use.
    rank : int
        Whose blocks are wanted.
    """
    total = sum(p.size for _, p in populations)
    if total == 0:
        return []
    worth = max(1, total // len(threads) // _WORTH_A_THREAD)
    first_worker = np.cumsum([0, *(min(n, worth) for n in threads)])
    workers = int(first_worker[-1])
    # Spare neurons go round the blocks in turn, so that block sizes differ by one at most.
    n_blocks = workers * -(-total // (workers * (MAX_BLOCK - 1)))
    edges = [_edges(p.size, n_blocks, turn) for turn, p in _turns(populations, n_blocks)]
    blocks = []
    for b in range(n_blocks):
        thread = b % workers - int(first_worker[rank])
        if not 0 <= thread < min(threads[rank], worth):
            continue
        parts, start = [], 0
        for (number, _), cut in zip(populations, edges, strict=True):
            size = int(cut[b + 1] - cut[b])
            if size:
                parts.append(_part(number, int(cut[b]), size, start))
                start += size
        if parts:
            channels = max(1, *(len(p.model.inputs) for _, p in populations))
            # Behind the neurons is a column for what goes to synapses that were removed.
            blocks.append(TargetBlock(thread, parts, np.zeros((channels, start + 1))))
    return blocks


def _turns(populations: list[tuple[int, Population]], n_blocks: int) -> list[tuple[int, Population]]:
    """Which block gets a population's first spare neuron: the one after the last to get one."""
    turn, out = 0, []
    for _, population in populations:
        out.append((turn, population))
        turn = (turn + population.size) % n_blocks
    return out


def _edges(size: int, n_blocks: int, turn: int) -> np.ndarray:
    sizes = np.full(n_blocks, size // n_blocks)
    sizes[(turn + np.arange(size % n_blocks)) % n_blocks] += 1
    return np.concatenate([[0], np.cumsum(sizes)])


def _part(population: int, first: int, size: int, start: int) -> BlockPart:
    ids, counts, marks = (np.zeros(n, dtype=np.int32) for n in (size, size, CHUNK))
    return BlockPart(population, first, first + size, start, ids, counts, marks, np.full(Illness.WORDS, -1, dtype=np.int64))
