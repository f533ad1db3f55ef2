"""Where edges lie among the synapses of a block, and what is kept there.

The synapses of a source with one delay lie in the order in which the edges are drawn. Edges that are drawn again in this order,
all or only those between some nodes, are therefore found by going on from the last one to the next with the same target.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from simcore.compile import compiled
from simcore.description import Projection
from simcore.edges import EdgeBatch, edge_pieces
from simcore.kernel.blocks import TargetBlock
from simcore.kernel.connectivity import Group, Synapses, as_array

if TYPE_CHECKING:
    from simcore.kernel.engine import Engine

__all__ = ["laid", "places", "stored_values"]

# Bytes of a table of sources and delays that need no thought.
_SMALL_TABLE = 1 << 26


def places(
    engine: "Engine",
    block: TargetBlock,
    wanted: Sequence[Projection],
    *,
    sources: np.ndarray | None = None,
    targets: np.ndarray | None = None,
) -> Iterator[tuple[Projection, Synapses, EdgeBatch, np.ndarray]]:
    """Synapses of a block that hold edges of some projections, with these edges and their positions.

    Parameters
    ----------
    engine : Engine
    block : TargetBlock
    wanted : sequence of Projection
        Projections that are kept as synapses.
    sources, targets : ndarray of bool, shape (n_nodes,), optional
        Nodes whose edges are wanted; all if None.
    """
    own, local = engine.membership(block)
    own = own if targets is None else own & targets
    ends = _ends(engine, wanted)
    cursors = {id(s.plan): _Cursor(s) for s in block.synapses if id(s.plan) in ends}
    numbers = {p.index for p in wanted}
    for projection in engine.projections if own.any() else ():
        if not any(projection.index <= ends.get(plan, -1) for plan in _plans(engine, projection)):
            continue
        plans, route = engine.plans_of[projection.index], engine.route_of[projection.index]
        for piece in edge_pieces(projection, sources=sources, targets=own, joined=targets is not None):
            batch = piece.edges()
            for k, part in route.split(batch) if batch.sources.size else ():
                plan = id(plans[k])
                if projection.index <= ends.get(plan, -1):
                    where = cursors[plan].places(part, local)
                    if projection.index in numbers:
                        yield projection, cursors[plan].synapses, part, where


def _ends(engine: "Engine", wanted: Sequence[Projection]) -> dict[int, int]:
    """For each plan that holds edges of the projections, the last projection whose edges have to be drawn."""
    return {plan: p.index for p in sorted(wanted, key=lambda p: p.index) for plan in _plans(engine, p)}


def _plans(engine: "Engine", projection: Projection) -> list[int]:
    if projection.index not in engine.plans_of:
        return []
    table = engine.route_of[projection.index].table
    return [id(engine.plans_of[projection.index][k]) for k in np.unique(table[table >= 0])]


class _Cursor:
    """How far a search through the synapses of a pathway has come, for each source and delay.

    A table of both is looked up fastest; where it would be large, there is a number for each run of equal delays.
    """

    def __init__(self, synapses: Synapses) -> None:
        self.synapses = s = synapses
        low, width = s.min_delay, s.max_delay - s.min_delay + 1
        n_sources = s.base.size - 1
        if 4 * n_sources * width > max(_SMALL_TABLE, 2 * s.n_synapses):
            width = 0
        self._table = (np.zeros(n_sources * width or s.run_delay.size, dtype=np.uint32), low, width)

    def places(self, batch: EdgeBatch, local: np.ndarray) -> np.ndarray:
        """Positions of a batch's edges."""
        s, out = self.synapses, np.empty(batch.sources.size, dtype=np.int64)
        edges = (batch.sources, *as_array(batch.delays, np.uint16), local[batch.targets])
        found = _find(*edges, (s.slot, s.base, s.run_first, s.run_delay, s.run_end), s.targets, self._table, out)
        assert found == out.size  # the same edges were placed here when the block was built
        return out


@compiled
def _find(sources, delays, step, targets, runs, stored, table, out):
    """Go on to the next synapse with each edge's source, delay and target; returns how many edges have one."""
    slot, base, run_first, run_delay, run_end = runs
    cells, low, width = table
    for e in range(sources.size):
        s = np.int64(slot[sources[e]])
        c = _cell(s, np.int64(delays[e * step]), run_first, run_delay, low, width)
        if cells[c] == 0:
            # A source that is met for the first time: its runs begin where the ones before them end.
            begin = np.uint32(1)
            for r in range(run_first[s], run_first[s + 1]):
                cells[s * width + np.int64(run_delay[r]) - low if width > 0 else r] = begin
                begin = run_end[r] + np.uint32(1)
        k, end = base[s] + np.int64(cells[c]) - 1, base[s + 1]
        while k < end and stored[k] != targets[e]:
            k += 1
        if k == end:
            return e
        out[e] = k
        cells[c] = np.uint32(k - base[s] + 2)
    return sources.size


@compiled
def _cell(s, delay, run_first, run_delay, low, width):
    """Where the table holds a source and a delay: by both, or by the number of the run."""
    if width > 0:
        return s * width + delay - low
    first, last = run_first[s], run_first[s + 1] - 1
    while first < last:
        middle = (first + last) >> 1
        if run_delay[middle] < delay:
            first = middle + 1
        else:
            last = middle
    return first


def laid(engine: "Engine", block: TargetBlock, group: Group) -> dict[int, np.ndarray]:
    """For each projection of a group its edges onto a block: number, plan and position; int64, shape (3, n), by number."""
    found: dict[int, list[np.ndarray]] = {}
    number = {id(plan): k for k, plan in enumerate(group.plans)}
    wanted = [projection for projection, _ in group.routes]
    for projection, synapses, edges, where in places(engine, block, wanted):
        rows = np.stack([edges.numbers, np.full(where.size, number[id(synapses.plan)]), where])
        found.setdefault(projection.index, []).append(rows)
    joined = {index: np.concatenate(parts, axis=1) for index, parts in found.items()}
    return {index: rows[:, np.argsort(rows[0], kind="stable")] for index, rows in joined.items()}


def stored_values(synapses: Synapses, edges: EdgeBatch, where: np.ndarray, columns: Sequence[str]) -> dict[str, np.ndarray]:
    """Present weights of some edges, and what else is asked for.

    Parameters
    ----------
    synapses : Synapses
    edges : EdgeBatch
    where : ndarray of int64
        Their positions among the synapses.
    columns : sequence of str
        What else `Synapses.read` shall give.
    """
    plan = synapses.plan
    if plan.synapse.is_plastic:
        weights = synapses.read("weight", where)
    elif plan.counts:
        weights = edges.weights
    elif plan.weight_form == "constant":
        weights = plan.weight / plan.scale
    else:
        weights = synapses.weights[where] / plan.scale
    return {"weight": weights} | {name: synapses.read(name, where) for name in columns}
