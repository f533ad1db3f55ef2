"""What plastic synapses remember of spikes, taken out in a form that no partition shows, and put back into any.

Weights and columns of the synapses belong to edges and are read with them.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from simcore.compile import compiled
from simcore.kernel.blocks import TargetBlock
from simcore.kernel.connectivity import MEMORY, PlasticState, Synapses
from simcore.kernel.history import fold, traces_of, update_histories
from simcore.kernel.synapse_tables import synapse_table

if TYPE_CHECKING:
    from simcore.kernel.engine import Engine

__all__ = ["put_spikes_seen", "settle", "settle_anew", "spikes_seen"]


def settle(engine: "Engine") -> None:
    """Apply the spikes of targets to all plastic synapses as far as no spike can come before them, for any partition alike.

    This changes neither what is read of the synapses nor what happens later. Whoever sets values of synapses calls it before,
    and `settle_anew` afterwards.
    """
    records = engine.records
    assert records is not None  # the caller has refreshed the engine
    for number, synapses in enumerate(records.synapses):
        if synapses.plastic is not None:
            _fold(records.pathways[number], engine.step)


@compiled
def _fold(pathway, step):
    fold(pathway, step, step)


def settle_anew(engine: "Engine", block: TargetBlock, synapses: Synapses, where: np.ndarray) -> None:
    """Apply to new values of some synapses, as `Synapses.read` shows them, what `settle` applied to the old ones.

    Of these spikes of targets, those of the last `MEMORY` steps are known for any partition, and count.
    """
    plan, plastic = synapses.plan, synapses.plastic
    assert plastic is not None  # the caller has looked
    run = np.searchsorted(plastic.starts, where, side="right") - 1
    where, run = where[synapses.is_folded[run]], run[synapses.is_folded[run]]
    names = ("weight", *plan.synapse.state)
    began = np.where(plastic.last[run] >= 0, plastic.last[run] - synapses.run_delay[run].astype(np.int64), plan.since - MEMORY)
    settled = np.maximum(np.maximum(began, plan.since - MEMORY), engine.step - MEMORY)
    own = PlasticState(np.arange(where.size + 1), plastic.last[run], settled, {name: np.empty(where.size) for name in names})
    values = {name: plastic.shown[name][where] for name in names}
    columns = {name: column[where] for name, column in synapses.columns.items()} | values
    some = replace(
        synapses, run_delay=synapses.run_delay[run], targets=synapses.targets[where], weights=columns.pop("weight"),
        columns=columns, plastic=own,
    )  # fmt: skip
    table = synapse_table(engine, block, some, block.rows)
    _fold(np.array(table.record), engine.step)
    synapses.weights[where] = some.weights
    for name in plan.synapse.state:
        synapses.columns[name][where] = some.columns[name]


def spikes_seen(engine: "Engine") -> dict[str, np.ndarray]:
    """Spikes that sources have sent through plastic synapses and spikes of their targets that the synapses may still look at.

    Returns
    -------
    last : ndarray of int64, shape (n, 4)
        Plan, source, delay in steps, and step of emission of the last spike that arrived; -1 if there was none.
    neurons : ndarray of int64, shape (m,)
        Neurons, in ascending order, by time.
    rows : ndarray of float64, shape (m, 1 + traces)
        Their spikes; see `simcore.kernel.layout.History`.
    watched : ndarray of int64
        Neurons whose spikes are kept.
    """
    number = {id(plan): k for k, plan in enumerate(engine.plans)}
    last = [_last(s, number[id(s.plan)]) for block in engine.blocks for s in block.synapses if s.plastic is not None]
    neurons, rows = [np.zeros(0, dtype=np.int64)], [np.zeros((0, 1 + len(traces_of(engine.plans))))]
    watched = [np.zeros(0, dtype=np.int64)]
    for block in engine.blocks:
        if block.history is not None:
            (places, listed), nodes = block.history.listed(), block.nodes(engine.populations)
            neurons.append(nodes[places])
            rows.append(listed)
            watched.append(nodes[block.history.wanted[:-1] > 0])
    own = [np.concatenate(parts) for parts in ([np.zeros((0, 4), dtype=np.int64), *last], neurons, rows, watched)]
    every, found, listed, kept = (np.concatenate(parts) for parts in zip(*engine.ranks.share(own), strict=True))
    order = np.argsort(found, kind="stable")
    # Every block has a run of its own for the same source and delay.
    return {"last": np.unique(every, axis=0), "neurons": found[order], "rows": listed[order], "watched": np.sort(kept)}


def put_spikes_seen(engine: "Engine", seen: dict[str, np.ndarray]) -> None:
    """Put what `spikes_seen` gave, after `settle`, into an engine that has just been built."""
    update_histories(engine, seen["watched"])
    for block in engine.blocks:
        for synapses in block.synapses:
            if synapses.plastic is not None:
                plan = next(k for k, p in enumerate(engine.plans) if p is synapses.plan)
                _put_last(synapses, seen["last"][seen["last"][:, 0] == plan], engine.step)
        if block.history is not None:
            numbers = block.nodes(engine.populations)
            place = np.full(engine.population_of.size, -1, dtype=np.int64)
            place[numbers] = np.arange(numbers.size)
            own = place[seen["neurons"]] >= 0
            order = np.argsort(place[seen["neurons"][own]], kind="stable")
            block.history.fill(place[seen["neurons"][own]][order], seen["rows"][own][order])


def _ends(synapses: Synapses) -> tuple[np.ndarray, np.ndarray]:
    """Source and delay of each run."""
    sources = np.flatnonzero(synapses.slot >= 0)
    return np.repeat(sources, np.diff(synapses.run_first)), synapses.run_delay.astype(np.int64)


def _last(synapses: Synapses, plan: int) -> np.ndarray:
    assert synapses.plastic is not None  # the caller has looked
    sources, delays = _ends(synapses)
    return np.stack([np.full(sources.size, plan), sources, delays, synapses.plastic.last], axis=1)


def _put_last(synapses: Synapses, rows: np.ndarray, step: int) -> None:
    plastic = synapses.plastic
    assert plastic is not None  # the caller has looked
    sources, delays = _ends(synapses)
    # The rows are sorted by source, then delay.
    width = 1 << 17
    at = np.searchsorted(rows[:, 1] * width + rows[:, 2], sources * width + delays)
    plastic.last[:] = rows[at, 3]
    arrived = np.where(plastic.last >= 0, plastic.last - delays, plastic.settled)
    plastic.settled[:] = np.maximum(np.maximum(arrived, plastic.settled), step - 2 * delays)
