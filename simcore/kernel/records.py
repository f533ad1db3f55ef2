"""Records: the int64 tables that the step loop reads, filled from blocks, and the arrays that they point to."""

import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.description import Population
from simcore.kernel import neuron_kernel
from simcore.kernel.blocks import BlockPart, DeviceLink, TargetBlock
from simcore.kernel.connectivity import Synapses
from simcore.kernel.device_tables import device_table, periods
from simcore.kernel.history import grow_history
from simcore.kernel.layout import Block, Context, Pathway, Sampler, Slice, Status, Task
from simcore.kernel.sampling import sampling_kernel
from simcore.kernel.sending import waiting_task
from simcore.kernel.synapse_tables import synapse_table
from simcore.kernel.weight_recording import ROW, watched_synapses

if TYPE_CHECKING:
    from simcore.kernel.engine import Engine

__all__ = ["Records"]

# Room for recorded spikes beyond one slice of time in which every neuron fires at every step.
_RECORD_ROWS = 1 << 17

# Bytes of a request's samples that there is room for, and bytes of all samples that may lie there between two visits to Python.
_SAMPLE_BYTES = 1 << 24
_WAITING_BYTES = 1 << 20
_NO_LIMIT = 1 << 40


class Records:
    """Tables of one state of the simulation; made anew when structure, parameters or recorders change.

    Parameters
    ----------
    engine : Engine
        What has been built.
    recorded : dict of int to ndarray of uint8
        For each population with recorded spikes, which of its neurons.
    samplers : sequence of SamplerRequest
        Traces that are asked for.
    weights : sequence of WeightRequest
        Edges whose weights are asked for.
    """

    def __init__(
        self, engine: "Engine", recorded: dict[int, np.ndarray], samplers: Sequence[Any], weights: Sequence[Any] = ()
    ) -> None:
        # Of no weight, so that an engine that nobody holds any more is freed at once, and its memory with it.
        self.engine: Engine = weakref.proxy(engine)
        self._alive: list[Any] = [recorded]
        self._constants = [_Constants(p, engine.grid.dt) for p in engine.populations]
        self._currents = _current_columns(engine)
        self.synapses: list[Synapses] = [s for block in engine.blocks for s in block.synapses]
        self.requests = list(samplers)
        self.weights = watched_synapses(engine, weights)
        self._outputs: list[tuple[Any, np.ndarray, np.ndarray, slice]] = []
        self._most_steps = min([_NO_LIMIT, *(self._rows_of(r) * r.interval for r in self.requests)])
        self._bytes_a_step = sum(8 * len(r.columns) * r.positions.size / r.interval for r in self.requests)
        # Steps whose samples have not been handed to their requests.
        self._filled = 0
        rows: dict[str, list[list[int]]] = {k: [] for k in ("blocks", "slices", "pathways", "devices", "samplers")}
        for block in engine.blocks:
            self._add_block(block, rows, recorded)
        self.blocks = _table(rows["blocks"], Block.WORDS)
        self.slices = _table(rows["slices"], Slice.WORDS)
        self.pathways = _table(rows["pathways"], Pathway.WORDS)
        self.devices = _table(rows["devices"], Task.WORDS)
        self.samplers = _table(rows["samplers"], Task.WORDS)
        for number in range(len(self.synapses)):
            self.set_wheel(number)
        self.order = self._order()
        self.own_blocks, self.room = self._shares()

    # -- tables --------------------------------------------------------------------------------------------------------------

    def _add_block(self, block: TargetBlock, rows: dict[str, list[list[int]]], recorded: dict[int, np.ndarray]) -> None:
        assert block.log is not None  # the engine makes log and offsets when it builds
        assert block.offsets is not None
        before = [len(rows[k]) for k in ("slices", "pathways", "devices", "samplers")]
        rows["slices"] += [self._slice(block, part, recorded) for part in block.parts]
        rows["pathways"] += [self._pathway(block, s) for s in block.synapses]
        waiting = waiting_task(block, self.engine.step)
        if waiting is not None:
            rows["devices"].append(waiting[0])
            self._alive.append(waiting[1])
        rows["devices"] += [row for link in block.links for row in self._devices(block, link)]
        rows["samplers"] += [row for request in self.requests for part in block.parts for row in self._sampler(request, part)]
        after = [len(rows[k]) for k in ("slices", "pathways", "devices", "samplers")]
        ranges = [x for pair in zip(before, after, strict=True) for x in pair]
        history_at = 0 if block.history is None else self._history(block)
        rows["blocks"].append([*ranges, self._at(block.log), self._at(block.offsets), block.log.size // 3, history_at])

    def _slice(self, block: TargetBlock, part: BlockPart, recorded: dict[int, np.ndarray]) -> list[int]:
        population, constants = self.engine.populations[part.population], self._constants[part.population]
        current = self._currents.get(part.population)
        model, options = population.model, {"integers": constants.integers, "current": current is not None}
        module = self.engine.kernel(neuron_kernel.neuron_kernel, model, constants.arrays, options)
        here = slice(part.first, part.last)
        columns = [population.columns[name][here] for name in population.columns]
        columns += [block.rows[c, part.start : part.start + part.size] for c in range(len(population.model.inputs))]
        columns += [current[here]] if current is not None else []
        columns += [constants.values[name][here] for name in constants.arrays]
        head = [part.size, *(self._at(a) for a in (constants.scalars, part.ids, part.counts, part.marks, part.bad))]
        table = self._keep(np.array([*head, *(self._at(c) for c in columns)], dtype=np.int64))
        flags = recorded.get(part.population)
        recorded_at = 0 if flags is None or not flags[here].any() else self._at(flags[here])
        kernel, first_id = module.kernel.address, population.first + part.first
        spikes = [self._at(part.ids), self._at(part.counts), recorded_at]
        history, own = block.history, slice(part.start, part.start + part.size)
        history_at = self._at(history.table) if history is not None and history.wanted[own].any() else 0
        return [kernel, self._at(table), first_id, part.size, *spikes, part.start, history_at]

    def _history(self, block: TargetBlock) -> int:
        """Address of the table of a block's spikes, with the time constants as they are now."""
        assert block.history is not None  # the caller has looked
        for part in block.parts:
            population, own = self.engine.populations[part.population], slice(part.start, part.start + part.size)
            for t, tau in enumerate(block.history.traces):
                if tau in population.parameters:
                    taus = np.broadcast_to(population.parameters[tau], population.size)[part.first : part.last]
                    block.history.rates[t, own] = self.engine.grid.dt / taus
        return self._at(block.history.table)

    def _pathway(self, block: TargetBlock, s: Synapses) -> list[int]:
        """The record of a pathway; `set_wheel` completes it."""
        table = synapse_table(self.engine, block, s, block.rows, self.weights.get(id(s)))
        self._alive.append(table)
        return table.record

    def _devices(self, block: TargetBlock, link: DeviceLink) -> list[list[int]]:
        """A row for each period of the stimulator's parameters from which something may still arrive."""
        engine, part = self.engine, link.part
        device = next(d for d in engine.devices if d.first <= link.device < d.first + d.size)
        row = self._currents[part.population][part.first : part.last] if link.channel < 0 else None
        row = block.rows[link.channel, part.start : part.start + part.size] if row is None else row
        acting = [p for p in periods(device, link.device - device.first, engine.grid) if p.last + link.delay > engine.step]
        pieces = [p.within(link.since, link.until, device.model) for p in acting]
        tables = [
            device_table(engine, link, row, device.model, p) for p in pieces if max(p.first, engine.step - link.delay) < p.last
        ]
        self._alive += tables
        return [table.task for table in tables]

    def _sampler(self, request: Any, part: BlockPart) -> list[list[int]]:
        """Rows for the part of a request that lies in a part of a block: one, or none."""
        if request.population != part.population:
            return []
        inside = np.flatnonzero((request.positions >= part.first) & (request.positions < part.last))
        if inside.size == 0:
            return []
        population = self.engine.populations[part.population]
        nodes = self._keep((request.positions[inside] - part.first).astype(np.int32))
        columns = [population.columns[name] for name in request.columns]
        addresses = [(self._at(c[part.first :]), int(c.dtype == np.int32)) for c in columns]
        pairs = self._keep(np.array(addresses, dtype=np.int64).reshape(-1))
        out = self._keep(np.empty((self._rows_of(request) + 1, len(columns), inside.size)))
        row = self._keep(np.zeros(1, dtype=np.int64))
        self._outputs.append((request, out, row, inside))
        timing = [request.interval, request.offset, request.start, request.stop]
        words = np.empty(Sampler.WORDS, dtype=np.int64)
        words[:] = [inside.size, self._at(nodes), len(columns), self._at(pairs), *timing, self._at(out), self._at(row)]
        return [[sampling_kernel().address, self._at(self._keep(words))]]

    def set_wheel(self, number: int) -> None:
        """Put the addresses of a pathway's wheel into its record."""
        wheel, record = self.synapses[number].wheel, self.pathways[number]
        record[Pathway.BUCKETS] = (wheel["heads"].size - 2) // 3
        record[Pathway.WHEEL_AT] = wheel["heads"].ctypes.data
        record[Pathway.NEXT_AT] = wheel["following"].ctypes.data
        record[Pathway.ENTRY_AT] = wheel["entries"].ctypes.data

    def make_room(self, status: int, context: np.ndarray) -> None:
        """More room in the lists of spikes of a block, or in the record of what a pathway has sent."""
        needed = int(context[Context.NEEDED])
        if status == Status.CROWDED:
            grow_history(self.engine.blocks[needed], int(context[Context.LENGTH]))
        else:
            self.weights[id(self.synapses[needed])].make_room(int(context[Context.CHUNKS]))

    def sent_weights(self) -> np.ndarray:
        """What recorded synapses of this rank have sent since the last call: rows of `simcore.kernel.weight_recording.ROW`."""
        return np.concatenate([*(record.take() for record in self.weights.values()), np.empty(0, dtype=ROW)])

    def _order(self) -> np.ndarray:
        """Slices by first id: (block, position in the block)."""
        populations = self.engine.populations
        found = [
            (populations[part.population].first + part.first, b, k)
            for b, block in enumerate(self.engine.blocks)
            for k, part in enumerate(block.parts)
        ]
        return np.array([(b, k) for _, b, k in sorted(found)], dtype=np.int64).reshape(-1, 2)

    def _shares(self) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """Range of blocks of each thread, and room for the spikes that it records."""
        threads = [block.thread for block in self.engine.blocks]
        own, room = [], []
        for thread in range(max(threads, default=0) + 1):
            first, last = (threads.index(thread), len(threads) - threads[::-1].index(thread)) if threads else (0, 0)
            neurons = sum(self.engine.blocks[b].size for b in range(first, last))
            own.append(np.array([first, last], dtype=np.int64))
            room.append(np.empty((neurons * self.engine.max_length + _RECORD_ROWS, 3), dtype=np.int32))
        return own, room

    # -- traces --------------------------------------------------------------------------------------------------------------

    def _rows_of(self, request: Any) -> int:
        """Samples that there is room for."""
        return max(1, _SAMPLE_BYTES // max(1, 8 * len(request.columns) * request.positions.size))

    @property
    def steps_left(self) -> int:
        """Steps for whose samples there is room."""
        return self._most_steps - self._filled

    def fill(self, n_steps: int) -> None:
        """Know that some steps were sampled; many samples are handed on at once, few when somebody asks for them."""
        self._filled += n_steps
        if self._filled * self._bytes_a_step > _WAITING_BYTES or self._filled == self._most_steps:
            self.collect()

    def collect(self) -> None:
        """Hand the samples taken since the last call to their requests."""
        if self._filled == 0:
            return
        gathered: dict[int, tuple[Any, np.ndarray]] = {}
        for request, out, row, inside in self._outputs:
            if id(request) not in gathered:
                gathered[id(request)] = (request, np.empty((int(row[0]), len(request.columns), request.positions.size)))
            gathered[id(request)][1][:, :, inside] = out[: int(row[0])]
            row[0] = 0
        for request, samples in gathered.values():
            if len(samples):
                request.samples.append(samples)
        self._filled = 0

    # -- memory --------------------------------------------------------------------------------------------------------------

    def _keep(self, array: np.ndarray) -> np.ndarray:
        self._alive.append(array)
        return array

    @staticmethod
    def _at(array: np.ndarray) -> int:
        return array.ctypes.data


class _Constants:
    """Parameters and derived constants of a population: numbers, and arrays where neurons differ."""

    def __init__(self, population: Population, dt: float) -> None:
        model, size = population.model, population.size
        derived = model.constants(population.parameters, dt) if model.constants else {}
        values = {**population.parameters, **derived}
        needed = neuron_kernel.needed_constants(model)
        missing = [n for n in needed if n not in values]
        if missing:
            raise TypeError(f"{model.name}: step() takes {missing[0]!r}, which is no state, input, parameter or constant")
        collapsed = {n: _collapse(values[n]) for n in needed}
        self.integers = frozenset(n for n in needed if np.asarray(values[n]).dtype.kind in "iu")
        self.arrays = tuple(n for n in needed if np.ndim(collapsed[n]))
        self.values = {n: np.ascontiguousarray(np.broadcast_to(collapsed[n], size), dtype=np.float64) for n in self.arrays}
        self.scalars = np.array([dt, *(float(collapsed[n]) for n in needed if n not in self.arrays)])


def _collapse(value: Any) -> Any:
    """A single number if all are equal."""
    array = np.asarray(value)
    return array.flat[0] if array.ndim and array.size and np.all(array == array.flat[0]) else value


def _current_columns(engine: "Engine") -> dict[int, np.ndarray]:
    """A column of stimulating current for each population that gets one."""
    stimulated = {link.part.population for block in engine.blocks for link in block.links if link.channel < 0}
    return {p: np.zeros(engine.populations[p].size) for p in stimulated}


def _table(rows: list[list[int]], words: int) -> np.ndarray:
    return np.array(rows, dtype=np.int64).reshape(-1, words)
