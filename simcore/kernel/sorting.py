"""Synapses built from edges that are drawn twice, and sorted by source and delay in the arrays that hold them afterwards.

The edges of a projection can be produced again and again in the same order (`Projection.batches`), so no edge list is held. The
first pass counts the edges of each source. In the second, an edge first goes to the part of the arrays that belongs to its
source and some others, behind those that came before it. A part is small enough for the cache, and is then put in order. Both
steps write to few places at a time; to put each edge where it belongs at once would wait for memory at each.
"""

from typing import Any

import numpy as np

from simcore.compile import compiled
from simcore.description import Projection
from simcore.edges import EdgeBatch
from simcore.kernel.connectivity import PathwayPlan, Route, Synapses, as_array

__all__ = ["build_synapses"]

# Pairs of source and delay in a part, unless one source has more delays; all fit in 16 bits.
_CELLS = 1 << 15

# Edges that may be sorted together without a thought of the memory that it takes.
_FEW = 1 << 22

# Edges that may be kept for the second pass: to make them twice takes longer.
_KEPT = 1 << 16

_Routes = list[tuple[Projection, Route]]


def build_synapses(plans: list[PathwayPlan], routes: _Routes, own: np.ndarray, local: np.ndarray) -> list[Synapses]:
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
    counts: dict[int, np.ndarray] = {}
    groups, first_pass = _groups(routes), _routed(routes, own)
    is_kept = len(groups) == 1 and sum(projection.n_edges for projection, _ in routes) <= _KEPT
    kept = list(first_pass) if is_kept else None
    for _, k, batch in first_pass if kept is None else kept:
        if k not in counts:
            counts[k] = np.zeros(own.size, dtype=np.int64)
        _count(batch.sources, counts[k])
    sorters = {k: _Sorter(plans[k], counts[k], _delay_range(routes, k)) for k in sorted(counts)}
    room = np.empty(max((sum(s.n_edges(*ends) for s in sorters.values()) for *ends, _ in groups), default=0), dtype=np.uint16)
    for first, last, members in groups:
        begin = 0
        for sorter in sorters.values():
            begin += sorter.begin(first, last, room[begin:])
        for projection, k, batch in _routed(members, own) if kept is None else kept:
            sorters[k].add(projection, batch, local)
        for sorter in sorters.values():
            sorter.finish()
    return [sorter.synapses() for sorter in sorters.values()]


def _keep_freed_memory() -> None:
    """Have the C library keep the memory of short-lived arrays of some megabytes for the next ones.

    The GNU library returns freed memory to the system beyond twice the largest piece that was freed so far; getting it back,
    page by page, cost a tenth of the time to build. Freeing one large piece, which nothing has touched, raises that limit.
    """
    np.empty((1 << 25) - (1 << 16), dtype=np.uint8)


def _routed(routes: _Routes, own: np.ndarray) -> Any:
    for projection, route in routes:
        for batch in projection.batches(own):
            if batch.sources.size:
                for plan, part in route.split(batch):
                    yield projection, plan, part


def _groups(routes: _Routes) -> list[tuple[int, int, _Routes]]:
    """Routes that may be worked on one group after the other: first source, last source and routes of each, by source.

    No source sends through two groups. The smaller they are, the less memory it takes to sort one; small ones are joined.
    """
    ends = {p.index: p.end_nodes[0][[0, -1]].tolist() for p, _ in routes if p.end_nodes[0].size}
    groups: list[tuple[int, int, _Routes]] = []
    n_edges = 0
    for projection, route in sorted((r for r in routes if r[0].index in ends), key=lambda r: ends[r[0].index]):
        first, last = ends[projection.index]
        if groups and (first <= groups[-1][1] or n_edges + projection.n_edges <= _FEW):
            first, end, members = groups.pop()
            last = max(last, end)
        else:
            n_edges, members = 0, []
        n_edges += projection.n_edges
        members.append((projection, route))
        groups.append((first, last, members))
    for _, _, members in groups:
        members.sort(key=lambda route: route[0].index)
    return groups


def _delay_range(routes: _Routes, plan: int) -> tuple[int, int]:
    """Shortest and longest delay that an edge of a plan may have."""
    members = [projection.delay_range for projection, route in routes if (route.table == plan).any()]
    return min(low for low, _ in members), max(high for _, high in members)


class _Sorter:
    """The synapses of a pathway in the making: for one range of sources after the other, `begin`, `add` all edges, `finish`.

    Parameters
    ----------
    plan : PathwayPlan
    counts : ndarray of int64, shape (n_nodes,)
        Edges of each source.
    delay_range : (int, int)
        Shortest and longest delay that an edge may have, in steps.
    """

    def __init__(self, plan: PathwayPlan, counts: np.ndarray, delay_range: tuple[int, int]) -> None:
        self._plan = plan
        self._sources = np.flatnonzero(counts)
        self._base = np.zeros(self._sources.size + 1, dtype=np.int64)
        np.cumsum(counts[self._sources], out=self._base[1:])
        self._slot = np.full(counts.size, -1, dtype=np.int32)
        self._slot[self._sources] = np.arange(self._sources.size, dtype=np.int32)
        self._low, self._width = delay_range[0], delay_range[1] - delay_range[0] + 1
        self._shift = max(0, (_CELLS // self._width).bit_length() - 1)
        n = int(self._base[-1])
        self._targets = np.empty(n, dtype=np.uint16)
        self._weights = np.empty(0 if plan.weight_form == "constant" else n, plan.weight_form.replace("constant", "float32"))
        self._columns = {name: np.empty(n) for name in plan.columns}
        self._run_first = np.zeros(self._base.size, dtype=np.int64)
        self._runs: list[tuple[np.ndarray, np.ndarray]] = []
        self._n_runs = 0

    def _slots(self, first: int, last: int) -> tuple[int, int]:
        low, high = np.searchsorted(self._sources, [first, last + 1])
        return int(low), int(high)

    def n_edges(self, first: int, last: int) -> int:
        """Number of edges of the sources from `first` to `last`."""
        low, high = self._slots(first, last)
        return int(self._base[high] - self._base[low])

    def begin(self, first: int, last: int, room: np.ndarray) -> int:
        """Expect the edges of the sources from `first` to `last`; returns how much of `room` (uint16) they take."""
        self._range = self._slots(first, last)
        begins = np.minimum(np.arange(*self._range, 1 << self._shift), self._range[1])
        self._ends = self._base[begins]
        n = self.n_edges(first, last)
        self._cells = room[:n]
        return n

    def add(self, projection: Projection, batch: EdgeBatch, local: np.ndarray) -> None:
        """Put the next edges into their parts; `local` has the position of each node in the block."""
        first = self._base[self._range[0]]
        where = np.empty(batch.sources.size, dtype=np.int64)
        delays = as_array(batch.delays, np.uint16)
        parts = (self._slot, self._range[0], self._shift, self._low, self._width)
        _append(batch.sources, *delays, *parts, self._ends, self._cells, first, where)
        _put_targets(where, batch.targets, local, self._targets)
        if self._weights.size:
            weights = as_array(batch.weights, np.result_type(batch.weights))
            _put_weights(where, *weights, self._plan.stored_scale, self._weights)
        for name, column in self._columns.items():
            value = projection.parameters[name]
            column[where] = value[batch.places] if isinstance(value, np.ndarray) else value

    def finish(self) -> None:
        """Put the edges of each part in order; edges of one source and delay stay in the order in which they came."""
        first, last = self._range
        cells = np.empty(self._width << self._shift, dtype=np.int64)
        run_delay, run_end = np.empty(cells.size, dtype=np.uint16), np.empty(cells.size, dtype=np.uint32)
        arrays = [self._targets, *([self._weights] if self._weights.size else []), *self._columns.values()]
        for slot in range(first, last, 1 << self._shift):
            end = min(slot + (1 << self._shift), last)
            part = slice(self._base[slot], self._base[end])
            keys = self._cells[part.start - self._base[first] : part.stop - self._base[first]]
            where = np.empty(keys.size, dtype=np.int64)
            run_first = self._run_first[slot : end + 1]
            n_runs = _sort(keys, self._low, self._width, cells, self._n_runs, run_first, run_delay, run_end, where)
            self._runs.append((run_delay[:n_runs].copy(), run_end[:n_runs].copy()))
            self._n_runs += n_runs
            for array in arrays:
                _put(where, array[part].copy(), array[part])

    def synapses(self) -> Synapses:
        """What was made."""
        run_delay, run_end = (np.concatenate([run[k] for run in self._runs]) for k in range(2))
        runs = (self._run_first, run_delay, run_end)
        return Synapses(self._plan, self._slot, self._base, *runs, self._targets, self._weights, self._columns)


@compiled
def _count(sources, counts):
    for e in range(sources.size):
        counts[sources[e]] += 1


@compiled
def _append(sources, delays, step, slot, first_slot, shift, low, width, ends, cells, first, where):
    """The next place in the part of each edge; `cells` gets its source and delay among those of the part."""
    mask = (np.int64(1) << shift) - 1
    part, cell = np.empty(sources.size, np.int32), np.empty(sources.size, np.uint16)
    for e in range(sources.size):
        s = np.int64(slot[sources[e]]) - first_slot
        part[e] = s >> shift
        cell[e] = (s & mask) * width + np.int64(delays[e * step]) - low
    # In a loop of its own, as only this one cannot be done for several edges at once.
    for e in range(sources.size):
        place = ends[part[e]]
        ends[part[e]] = place + 1
        where[e] = place
        cells[place - first] = cell[e]


@compiled
def _sort(keys, low, width, cells, n_runs, run_first, run_delay, run_end, where):
    """The runs of equal delays of the sources of a part, which are counted, and where in the part each edge goes."""
    n_sources = run_first.size - 1
    for c in range(n_sources * width):
        cells[c] = 0
    for e in range(keys.size):
        cells[keys[e]] += 1
    total, begin = 0, np.int64(0)
    for s in range(n_sources):
        base = begin
        for d in range(width):
            number = cells[s * width + d]
            if number > 0:
                cells[s * width + d] = begin
                begin += number
                run_delay[total] = low + d
                run_end[total] = begin - base
                total += 1
        run_first[s + 1] = n_runs + total
    for e in range(keys.size):
        where[e] = cells[keys[e]]
        cells[keys[e]] += 1
    return total


# Each array is put in a loop of its own: then more scattered writes are under way at once.
@compiled
def _put(where, values, out):
    for e in range(where.size):
        out[where[e]] = values[e]


@compiled
def _put_targets(where, targets, local, out):
    for e in range(where.size):
        out[where[e]] = local[targets[e]]


@compiled
def _put_weights(where, weights, step, scale, out):
    for e in range(where.size):
        out[where[e]] = weights[e * step] * scale
