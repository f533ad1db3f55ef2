"""Tables of the kernels of synapses: where their arrays lie, and the inputs that they add to."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.kernel import plastic_kernel, synapse_kernel
from simcore.kernel.blocks import TargetBlock
from simcore.kernel.connectivity import Synapses
from simcore.kernel.layout import Pathway, Plastic
from simcore.kernel.weight_recording import WeightRecord

if TYPE_CHECKING:
    from simcore.kernel.engine import Engine

__all__ = ["SynapseTable", "synapse_table"]


@dataclass(frozen=True)
class SynapseTable:
    """The record of a pathway, without its wheel, after `simcore.kernel.layout.Pathway`; and the arrays that it points to."""

    record: list[int]
    kept: tuple[Any, ...]


def synapse_table(
    engine: "Engine", block: TargetBlock, synapses: Synapses, rows: np.ndarray, watch: WeightRecord | None = None
) -> SynapseTable:
    """The record of some synapses onto a block.

    Parameters
    ----------
    engine : Engine
    block : TargetBlock
    synapses : Synapses
    rows : ndarray of float64, shape of the block's inputs
        What they add to.
    watch : WeightRecord, optional
        What they send is written there.
    """
    plan = synapses.plan
    fill = _static if synapses.plastic is None else _plastic
    kernel, words, kept = fill(engine, block, synapses, rows, watch is not None)
    table = np.array([*words, *([] if watch is None else [_at(watch.table)])], dtype=np.int64)
    record = [0] * Pathway.WORDS
    record[Pathway.KERNEL], record[Pathway.TABLE_AT] = kernel.kernel.address, _at(table)
    record[Pathway.N_SOURCES] = synapses.slot.size
    index = (synapses.slot, synapses.base, synapses.run_first, synapses.run_delay, synapses.run_end)
    record[Pathway.SLOT_AT : Pathway.RUN_END_AT + 1] = [_at(a) for a in index]
    record[Pathway.FROM_DEVICES], record[Pathway.SINCE] = int(plan.from_devices), plan.since
    record[Pathway.RECORD_AT] = 0 if watch is None else _at(watch.table)
    if synapses.plastic is not None:
        record[Pathway.STARTS_AT], record[Pathway.FOLD] = _at(synapses.plastic.starts), kernel.fold.address
    return SynapseTable(record, (synapses, rows, watch, table, kept))


def _scalars(engine: "Engine", synapses: Synapses, *head: float) -> np.ndarray:
    plan = synapses.plan
    names = synapse_kernel.scalar_parameters(plan.synapse, plan.arrays)
    return np.array([engine.grid.dt, *head, *(plan.scalars[name] for name in names)])


def _static(
    engine: "Engine", block: TargetBlock, synapses: Synapses, rows: np.ndarray, is_watched: bool
) -> tuple[Any, list[int], np.ndarray]:
    """Kernel, words and scalars of synapses that do not look at the spikes of their targets."""
    plan = synapses.plan
    options = {"weights": plan.weight_form, "counts": plan.counts, "recorded": is_watched}
    kernel = engine.kernel(synapse_kernel.deliver_kernel, plan.synapse, plan.arrays, options)
    other, other_scale = plan.opposite
    scalars = _scalars(engine, synapses, plan.weight, other_scale / plan.scale)
    columns = [synapses.columns[name] for name in plan.columns]
    arrays = (synapses.targets, rows[plan.channel], rows[other], synapses.weights, scalars, *columns)
    return kernel, [synapses.n_synapses, *(_at(a) for a in arrays)], scalars


def _plastic(
    engine: "Engine", block: TargetBlock, synapses: Synapses, rows: np.ndarray, is_watched: bool
) -> tuple[Any, list[int], np.ndarray]:
    """Kernels, words and scalars of plastic synapses."""
    plan, plastic, history = synapses.plan, synapses.plastic, block.history
    assert plastic is not None  # the caller has looked
    assert history is not None  # the engine has made it
    options = {"counts": plan.counts, "recorded": is_watched}
    kernels = engine.kernel(plastic_kernel.plastic_kernel, plan.synapse, plan.arrays, options)
    other, other_scale = plan.opposite
    scalars = _scalars(engine, synapses, plan.scale, other_scale)
    arrays = {
        Plastic.TARGETS_AT: synapses.targets, Plastic.ROW_AT: rows[plan.channel], Plastic.NEGATIVE_ROW_AT: rows[other],
        Plastic.SCALARS_AT: scalars, Plastic.STARTS_AT: plastic.starts, Plastic.DELAYS_AT: synapses.run_delay,
        Plastic.LAST_AT: plastic.last, Plastic.SETTLED_AT: plastic.settled, Plastic.HISTORY_AT: history.table,
        Plastic.WEIGHTS_AT: synapses.weights, Plastic.SHOWN_AT: plastic.shown["weight"],
    }  # fmt: skip
    words = [0] * Plastic.WORDS
    words[Plastic.N_SYNAPSES], words[Plastic.N_RUNS] = synapses.n_synapses, synapses.run_delay.size
    words[Plastic.SINCE] = plan.since
    for word, array in arrays.items():
        words[word] = _at(array)
    words += [_at(a) for name in plan.synapse.state for a in (synapses.columns[name], plastic.shown[name])]
    words += [_at(synapses.columns[name]) for name in plan.arrays]
    words += [history.traces.index(tau) for tau in plan.synapse.target_traces.values()]
    return kernels, words, scalars


def _at(array: np.ndarray) -> int:
    return array.ctypes.data
