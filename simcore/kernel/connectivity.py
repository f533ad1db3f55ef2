"""Synapses onto a block, by (source, delay, target), built straight into their final arrays from regenerated edges.

The edges of a projection can be produced again and again in the same order (`Projection.batches`), so the arrays are filled in
two passes that hold no edge list: count the edges of each source and delay, then place targets, weights and all else. Where a
table of all sources and delays would be large beside the synapses, a pass more places the delays.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from simcore.compile import compiled
from simcore.description import Projection
from simcore.edges import EdgeBatch
from simcore.kernel.lowlevel import prefetch_to_write
from simcore.synapses import SynapseModel

__all__ = ["PathwayPlan", "Route", "Synapses", "as_array", "build_synapses"]

# Bytes of a table of sources and delays that need no thought.
_SMALL_TABLE = 1 << 26

# Edges between the one that is counted and the one whose cell is asked for from memory.
_AHEAD = 32


@dataclass(eq=False)
class PathwayPlan:
    """A kind of synapse that is stored together: same input, synapse model, forms of weight and parameters.

    Parameters
    ----------
    channel : int
        Which input of the targets' models.
    synapse : SynapseModel
    from_devices : bool
        Whether the sources are spike generators.
    counts : bool
        Whether the input counts spikes.
    weight_form : {"constant", "float32", "float64"}
    weight : float
        The weight, if constant.
    scalars : dict of str to float
        Parameters that are one number.
    arrays : tuple of str
        Parameters that differ between connections.
    scale : float
        Factor of the input on weights; stored weights contain it.
    opposite : (int, float)
        Input for weights of the other sign, and its factor.
    since : int
        Step at which it was made.
    """

    channel: int
    synapse: SynapseModel
    from_devices: bool
    counts: bool
    weight_form: str
    weight: float
    scalars: dict[str, float]
    arrays: tuple[str, ...]
    scale: float
    opposite: tuple[int, float]
    since: int

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns with one float64 a synapse, as the delivery kernel wants them."""
        return (*self.synapse.state, *self.arrays)


@dataclass(eq=False)
class Synapses:
    """The arrays of one pathway in one block."""

    plan: PathwayPlan
    slot: np.ndarray
    base: np.ndarray
    run_first: np.ndarray
    run_delay: np.ndarray
    run_end: np.ndarray
    targets: np.ndarray
    weights: np.ndarray
    columns: dict[str, np.ndarray]
    wheel: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def n_synapses(self) -> int:
        """Number of synapses."""
        return self.targets.size

    @property
    def min_delay(self) -> int:
        """Shortest delay in steps."""
        return int(self.run_delay.min())

    @property
    def max_delay(self) -> int:
        """Longest delay in steps."""
        return int(self.run_delay.max())

    @property
    def n_bytes(self) -> int:
        """Bytes held by synapses and their index."""
        arrays = [self.slot, self.base, self.run_first, self.run_delay, self.run_end, self.targets, self.weights]
        return sum(a.nbytes for a in [*arrays, *self.columns.values()])

    def positions(self, batch: EdgeBatch, used: np.ndarray) -> np.ndarray:
        """Where the edges of a batch lie; `used` counts the edges met so far in each run and is advanced."""
        delays, step = as_array(batch.delays, np.uint16)
        out = np.empty(batch.sources.size, dtype=np.int64)
        _find(batch.sources, delays, step, self.slot, self.base, self.run_first, self.run_delay, self.run_end, used, out)
        return out


@compiled(forceinline=True)
def _cell(sources, delays, step, low, width, e):
    return np.int64(sources[e]) * width + (np.int64(delays[e * step]) - low)


@compiled
def _count_cells(sources, delays, step, low, width, cells):
    last = sources.size - 1
    for e in range(sources.size):
        later = _cell(sources, delays, step, low, width, min(e + _AHEAD, last))
        prefetch_to_write(cells.ctypes.data + cells.itemsize * later)
        cells[_cell(sources, delays, step, low, width, e)] += 1


@compiled
def _runs_of_cells(cells, width, low, sources, run_first, run_delay, run_end, fill):
    """Count (or with `fill` write) the runs of each source; then its cells hold where each run begins."""
    total = 0
    begin = np.int64(0)
    for s in range(sources.size):
        run_first[s] = total
        base = begin
        for d in range(width):
            number = np.int64(cells[sources[s] * width + d])
            if number > 0:
                if fill:
                    cells[sources[s] * width + d] = begin
                    begin += number
                    run_delay[total] = low + d
                    run_end[total] = begin - base
                total += 1
    run_first[sources.size] = total
    return total


@compiled
def _next_places(sources, delays, step, low, width, cells, out):
    last = sources.size - 1
    for e in range(sources.size):
        later = _cell(sources, delays, step, low, width, min(e + _AHEAD, last))
        prefetch_to_write(cells.ctypes.data + cells.itemsize * later)
        cell = _cell(sources, delays, step, low, width, e)
        out[e] = cells[cell]
        cells[cell] += 1


# Targets and weights are put in loops of their own: with one array at a time, more scattered writes are under way at once.
@compiled
def _put_targets(where, targets, local, out):
    for e in range(where.size):
        out[where[e]] = local[targets[e]]


@compiled
def _put_weights(where, weights, step, scale, out):
    for e in range(where.size):
        out[where[e]] = weights[e * step] * scale


@compiled
def _place_delays(sources, delays, step, slot, base, used, out):
    for e in range(sources.size):
        s = slot[sources[e]]
        out[base[s] + np.int64(used[s])] = delays[e * step]
        used[s] += np.uint32(1)


@compiled
def _find_runs(delays, base, histogram, run_first, run_delay, run_end, fill):
    """Count (or with `fill` write) the runs of equal delays of each slot; returns their number."""
    total = 0
    for s in range(base.size - 1):
        run_first[s] = total
        low, high = histogram.size, 0
        for k in range(base[s], base[s + 1]):
            d = np.int64(delays[k])
            histogram[d] += np.uint32(1)
            low = min(low, d)
            high = max(high, d)
        end = np.uint32(0)
        for d in range(low, high + 1):
            if histogram[d] > 0:
                if fill:
                    end += histogram[d]
                    run_delay[total] = d
                    run_end[total] = end
                histogram[d] = np.uint32(0)
                total += 1
    run_first[base.size - 1] = total
    return total


@compiled
def _find(sources, delays, step, slot, base, run_first, run_delay, run_end, used, out):
    for e in range(sources.size):
        s = slot[sources[e]]
        low, high = run_first[s], run_first[s + 1] - 1
        delay = delays[e * step]
        while low < high:
            middle = (low + high) >> 1
            if run_delay[middle] < delay:
                low = middle + 1
            else:
                high = middle
        start = np.int64(run_end[low - 1]) if low > run_first[s] else 0
        out[e] = base[s] + start + np.int64(used[low])
        used[low] += np.uint32(1)


def build_synapses(
    plans: list[PathwayPlan], routes: list[tuple[Projection, "Route"]], own: np.ndarray, local: np.ndarray
) -> list[Synapses]:
    """Synapses of each plan onto one block, in the order of `plans`, leaving out plans without any.

    Parameters
    ----------
    plans : list of PathwayPlan
        Kinds of synapse.
    routes : list of (Projection, Route)
        Projections to store, and where their edges go.
    own : ndarray of bool, shape (n_nodes,)
        Nodes of the block.
    local : ndarray of uint16, shape (n_nodes,)
        Position of each node in its block.
    """
    _keep_freed_memory()
    tables: dict[int, _Cells] = {}
    sizes = _table_sizes(plans, routes, own)
    for _, k, batch in _routed(routes, own):
        if k not in tables:
            tables[k] = _Cells(own.size, *sizes[k])
        tables[k].count(batch)
    built = {k: tables[k].synapses(plans[k]) for k in sorted(tables)}
    _place_all_delays(routes, own, built)
    used = {k: np.zeros(s.run_delay.size, dtype=np.uint32) for k, s in built.items() if not tables[k].knows_runs}
    for projection, k, batch in _routed(routes, own):
        where = built[k].positions(batch, used[k]) if k in used else tables[k].places(batch)
        _fill(built[k], projection, batch, where, local)
    return list(built.values())


def _keep_freed_memory() -> None:
    """Have the C library keep the memory of short-lived arrays of some megabytes for the next ones.

    The GNU library returns freed memory to the system beyond twice the largest piece that was freed so far; getting it back,
    page by page, cost a tenth of the time to build. Freeing one large piece, which nothing has touched, raises that limit.
    """
    np.empty((1 << 25) - (1 << 16), dtype=np.uint8)


class _Cells:
    """How many edges there are of each source and delay, and where the next of them goes.

    Parameters
    ----------
    n_nodes : int
    low, high : int
        Shortest and longest delay that an edge may have.
    n_synapses : int
        No less than the edges to be counted.
    is_wide : bool
        Whether the table has a column for each delay, or one for all.
    """

    def __init__(self, n_nodes: int, low: int, high: int, n_synapses: int, is_wide: bool) -> None:
        self._low, self._width = low, high - low + 1 if is_wide else 1
        self.knows_runs = is_wide
        self._cells = np.zeros(n_nodes * self._width, dtype=np.uint32 if n_synapses < 2**32 else np.int64)

    def _delays(self, batch: EdgeBatch) -> tuple[np.ndarray, int]:
        return as_array(batch.delays if self.knows_runs else self._low, np.uint16)

    def count(self, batch: EdgeBatch) -> None:
        """Count the edges of a batch."""
        _count_cells(batch.sources, *self._delays(batch), self._low, self._width, self._cells)

    def synapses(self, plan: PathwayPlan) -> Synapses:
        """Arrays of the right sizes, for the edges counted so far; their runs too, if the table knows them."""
        counts = self._cells.reshape(-1, self._width).sum(axis=1)
        sources = np.flatnonzero(counts)
        slot = np.full(counts.size, -1, dtype=np.int32)
        slot[sources] = np.arange(sources.size, dtype=np.int32)
        base = np.zeros(sources.size + 1, dtype=np.int64)
        np.cumsum(counts[sources], out=base[1:])
        n = int(base[-1])
        run_first = np.zeros(sources.size + 1, dtype=np.int64)
        run_delay, run_end = np.zeros(0, dtype=np.uint16), np.zeros(0, dtype=np.uint32)
        if self.knows_runs:
            table = (self._cells, self._width, self._low, sources, run_first)
            n_runs = _runs_of_cells(*table, run_delay, run_end, False)
            run_delay, run_end = np.empty(n_runs, dtype=np.uint16), np.empty(n_runs, dtype=np.uint32)
            _runs_of_cells(*table, run_delay, run_end, True)
        targets = np.empty(n, dtype=np.uint16)
        weights = np.empty(0 if plan.weight_form == "constant" else n, dtype=plan.weight_form.replace("constant", "float32"))
        columns = {name: np.empty(n) for name in plan.columns}
        return Synapses(plan, slot, base, run_first, run_delay, run_end, targets, weights, columns)

    def places(self, batch: EdgeBatch) -> np.ndarray:
        """Where the edges of a batch go."""
        out = np.empty(batch.sources.size, dtype=self._cells.dtype)
        _next_places(batch.sources, *self._delays(batch), self._low, self._width, self._cells, out)
        return out


def _table_sizes(
    plans: list[PathwayPlan], routes: list[tuple[Projection, "Route"]], own: np.ndarray
) -> list[tuple[int, int, int, bool]]:
    """For each plan its shortest and longest delay, its most edges, and whether a table of sources and delays is worth it."""
    out = []
    for k in range(len(plans)):
        members = [projection for projection, route in routes if (route.table == k).any()]
        low, high = min(p.delay_range[0] for p in members), max(p.delay_range[1] for p in members)
        n_synapses = sum(p.n_edges for p in members)
        n_bytes = 4 * own.size * (high - low + 1)
        out.append((low, high, n_synapses, low == high or n_bytes <= max(_SMALL_TABLE, 2 * n_synapses * own.mean())))
    return out


@dataclass(frozen=True)
class Route:
    """Which plan an edge belongs to, by the population of its target and the sign of its weight.

    Parameters
    ----------
    table : ndarray of int32, shape (n_populations, 2)
        Plan for weights that are not negative, and for negative ones; -1 where no edge may go.
    population_of : ndarray of int32, shape (n_nodes,)
    """

    table: np.ndarray
    population_of: np.ndarray

    def split(self, batch: EdgeBatch) -> list[tuple[int, EdgeBatch]]:
        """The batch in parts, one a plan."""
        plans = np.unique(self.table[self.table >= 0])
        if plans.size == 1:
            return [(int(plans[0]), batch)]
        chosen = self.table[self.population_of[batch.targets], (np.asarray(batch.weights) < 0).astype(np.int8)]
        return [(int(k), batch.take(np.flatnonzero(chosen == k))) for k in np.unique(chosen)]


def _routed(routes: list[tuple[Projection, Route]], own: np.ndarray) -> Any:
    for projection, route in routes:
        for batch in projection.batches(own):
            if batch.sources.size:
                for plan, part in route.split(batch):
                    yield projection, plan, part


def as_array(value: Any, dtype: Any) -> tuple[np.ndarray, int]:
    """An array and the stride that reads it: a single number is read with stride 0."""
    if np.ndim(value) == 0:
        return np.full(1, value, dtype=dtype), 0
    return np.ascontiguousarray(value, dtype=dtype), 1


def _place_all_delays(routes: list[tuple[Projection, Route]], own: np.ndarray, built: dict[int, Synapses]) -> None:
    """Find the runs of the pathways that have several delays."""
    todo = {k for k, s in built.items() if s.run_delay.size == 0}
    if not todo:
        return
    placed = {k: np.empty(built[k].n_synapses, dtype=np.uint16) for k in todo}
    used = {k: np.zeros(built[k].base.size - 1, dtype=np.uint32) for k in todo}
    for _, k, batch in _routed(routes, own):
        if k in todo:
            delays, step = as_array(batch.delays, np.uint16)
            _place_delays(batch.sources, delays, step, built[k].slot, built[k].base, used[k], placed[k])
    for k in todo:
        s = built[k]
        histogram = np.zeros(int(placed[k].max()) + 1, dtype=np.uint32)
        n_runs = _find_runs(placed[k], s.base, histogram, s.run_first, s.run_delay, s.run_end, False)
        s.run_delay, s.run_end = np.empty(n_runs, dtype=np.uint16), np.empty(n_runs, dtype=np.uint32)
        _find_runs(placed[k], s.base, histogram, s.run_first, s.run_delay, s.run_end, True)


def _fill(s: Synapses, projection: Projection, batch: EdgeBatch, where: np.ndarray, local: np.ndarray) -> None:
    _put_targets(where, batch.targets, local, s.targets)
    if s.weights.size:
        _put_weights(where, *as_array(batch.weights, np.result_type(batch.weights)), s.plan.scale, s.weights)
    for name in s.plan.columns:
        value = projection.parameters[name]
        s.columns[name][where] = value[batch.places] if isinstance(value, np.ndarray) else value
