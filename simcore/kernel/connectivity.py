"""Synapses onto a block, by (source, delay, target), built straight into their final arrays from regenerated edges.

The edges of a projection can be produced again and again in the same order (`Projection.batches`), so the arrays are filled in
three passes that hold no edge list: count the edges of each source, place the delays, place all else. Reading a projection's
weights back is the third pass once more.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from simcore.compile import compiled
from simcore.description import EdgeBatch, Projection
from simcore.kernel.layout import ENTRIES, NO_CHUNK, Wheel
from simcore.synapses import SynapseModel

__all__ = ["PathwayPlan", "Route", "Synapses", "build_synapses", "grow_wheel", "new_wheel"]


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
    min_delay: int
    max_delay: int
    wheel: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def n_synapses(self) -> int:
        """Number of synapses."""
        return self.targets.size

    @property
    def n_bytes(self) -> int:
        """Bytes held by synapses and their index."""
        arrays = [self.slot, self.base, self.run_first, self.run_delay, self.run_end, self.targets, self.weights]
        return sum(a.nbytes for a in [*arrays, *self.columns.values()])

    def positions(self, batch: EdgeBatch, used: np.ndarray) -> np.ndarray:
        """Where the edges of a batch lie; `used` counts the edges met so far in each run and is advanced."""
        delays, step = _as_array(batch.delays, np.uint16)
        out = np.empty(batch.sources.size, dtype=np.int64)
        _find(batch.sources, delays, step, self.slot, self.base, self.run_first, self.run_delay, self.run_end, used, out)
        return out


@compiled
def _count(sources, counts):
    for e in range(sources.size):
        counts[sources[e]] += np.uint32(1)


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
    n_nodes = own.size
    counts = [np.zeros(0, dtype=np.uint32) for _ in plans]
    delays: list[set[int]] = [set() for _ in plans]
    for _, plan, batch in _routed(routes, own):
        if counts[plan].size == 0:
            counts[plan] = np.zeros(n_nodes, dtype=np.uint32)
        _count(batch.sources, counts[plan])
        delays[plan].update({int(np.min(batch.delays)), int(np.max(batch.delays))})
    found = [k for k in range(len(plans)) if counts[k].size]
    built = {k: _empty(plans[k], counts[k], delays[k]) for k in found}
    _place_all_delays(routes, own, built)
    used = {k: np.zeros(s.run_delay.size, dtype=np.uint32) for k, s in built.items()}
    for projection, k, batch in _routed(routes, own):
        where = built[k].positions(batch, used[k])
        _fill(built[k], projection, batch, where, local)
    return [built[k] for k in found]


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
        return [(int(k), _subset(batch, np.flatnonzero(chosen == k))) for k in np.unique(chosen)]


def _routed(routes: list[tuple[Projection, Route]], own: np.ndarray) -> Any:
    for projection, route in routes:
        for batch in projection.batches(own):
            if batch.sources.size:
                for plan, part in route.split(batch):
                    yield projection, plan, part


def _subset(batch: EdgeBatch, rows: np.ndarray) -> EdgeBatch:
    def take(x: Any) -> Any:
        return x[rows] if isinstance(x, np.ndarray) else x

    return EdgeBatch(*(take(x) for x in (batch.sources, batch.targets, batch.numbers, batch.delays, batch.weights)))


def _as_array(value: Any, dtype: Any) -> tuple[np.ndarray, int]:
    """An array and the stride that reads it: a single number is read with stride 0."""
    if np.ndim(value) == 0:
        return np.full(1, value, dtype=dtype), 0
    return np.ascontiguousarray(value, dtype=dtype), 1


def _empty(plan: PathwayPlan, counts: np.ndarray, delays: set[int]) -> Synapses:
    """Arrays of the right sizes; with several delays the runs are still to be found."""
    sources = np.flatnonzero(counts)
    slot = np.full(counts.size, -1, dtype=np.int32)
    slot[sources] = np.arange(sources.size, dtype=np.int32)
    base = np.zeros(sources.size + 1, dtype=np.int64)
    np.cumsum(counts[sources], out=base[1:])
    n = int(base[-1])
    run_first = np.arange(sources.size + 1, dtype=np.int64)
    run_delay, run_end = np.zeros(0, dtype=np.uint16), np.zeros(0, dtype=np.uint32)
    if len(delays) == 1:
        run_delay, run_end = np.full(sources.size, next(iter(delays)), dtype=np.uint16), counts[sources]
    weights = np.empty(0 if plan.weight_form == "constant" else n, dtype=plan.weight_form.replace("constant", "float32"))
    columns = {name: np.empty(n) for name in plan.columns}
    return Synapses(
        plan,
        slot,
        base,
        run_first,
        run_delay,
        run_end,
        np.empty(n, dtype=np.uint16),
        weights,
        columns,
        min(delays),
        max(delays),
    )


def _place_all_delays(routes: list[tuple[Projection, Route]], own: np.ndarray, built: dict[int, Synapses]) -> None:
    """Find the runs of the pathways that have several delays."""
    todo = {k for k, s in built.items() if s.run_delay.size == 0}
    if not todo:
        return
    placed = {k: np.empty(built[k].n_synapses, dtype=np.uint16) for k in todo}
    used = {k: np.zeros(built[k].base.size - 1, dtype=np.uint32) for k in todo}
    for _, k, batch in _routed(routes, own):
        if k in todo:
            delays, step = _as_array(batch.delays, np.uint16)
            _place_delays(batch.sources, delays, step, built[k].slot, built[k].base, used[k], placed[k])
    for k in todo:
        s = built[k]
        histogram = np.zeros(s.max_delay + 1, dtype=np.uint32)
        n_runs = _find_runs(placed[k], s.base, histogram, s.run_first, s.run_delay, s.run_end, False)
        s.run_delay, s.run_end = np.empty(n_runs, dtype=np.uint16), np.empty(n_runs, dtype=np.uint32)
        _find_runs(placed[k], s.base, histogram, s.run_first, s.run_delay, s.run_end, True)


def _fill(s: Synapses, projection: Projection, batch: EdgeBatch, where: np.ndarray, local: np.ndarray) -> None:
    s.targets[where] = local[batch.targets]
    if s.weights.size:
        s.weights[where] = batch.weights * s.plan.scale
    for name in s.plan.columns:
        value = projection.parameters[name]
        s.columns[name][where] = value[batch.numbers] if isinstance(value, np.ndarray) else value


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
