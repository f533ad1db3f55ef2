"""What recorders get from stimulators: values at given times, and spike trains drawn for the recorder."""

from typing import TYPE_CHECKING

import numpy as np

from simcore.compile import compiled
from simcore.description import DevicePopulation
from simcore.kernel.device_kernel import RECORDERS
from simcore.kernel.device_tables import DeviceTable, device_table, periods, probing_edges
from simcore.kernel.lowlevel import call_step

if TYPE_CHECKING:
    from simcore.kernel.engine import Engine

__all__ = ["device_spikes", "device_values"]

# Steps between two looks at how much was drawn.
_CHUNK = 1 << 16


def device_spikes(
    engine: "Engine", group: DevicePopulation, node: int, recorder: int, *, first: int, last: int
) -> tuple[np.ndarray, np.ndarray]:
    """The train that a recorder gets from a stimulator that draws spikes for each target.

    Parameters
    ----------
    engine : Engine
    group : DevicePopulation
    node : int
        Position of the stimulator in it.
    recorder : int
        Number of the recorder, in the place of an edge's.
    first, last : int
        Steps ``first`` to ``last - 1``.

    Returns
    -------
    steps, counts : ndarray of int64
        Steps of emission, and spikes in each.
    """
    edges, row = probing_edges(group.first + node, RECORDERS, np.array([recorder]), 1.0), np.zeros(1)
    tables = [device_table(engine, edges, row, group.model, period) for period in periods(group, node, engine.grid)]
    tasks, found = _tasks(tables), [np.empty((2, 0), dtype=np.int64)]
    for begin in range(first, last, _CHUNK):
        drawn = np.empty((2, min(_CHUNK, last - begin)), dtype=np.int64)
        found.append(drawn[:, : _draw(tasks, begin, row, drawn)].copy())
    steps, counts = np.concatenate(found, axis=1)
    return steps, counts


def device_values(engine: "Engine", group: DevicePopulation, node: int, name: str, stamps: np.ndarray) -> np.ndarray:
    """Values of one of a stimulator's recordables at some stamps (in steps); float64.

    A current is 0 outside the window; that of a noise generator is the mean of what its edges draw.
    """
    device, model, row = group.first + node, group.model, np.zeros(1)
    is_current = name not in model.recordables
    edges = _edges_of(engine, device) if is_current and model.emits == "noise" else [(RECORDERS, np.zeros(1, dtype=np.int64))]
    weight = 1.0 / max(1, sum(numbers.size for _, numbers in edges))
    tables = []
    for projection, numbers in edges:
        probe = probing_edges(device, projection, numbers, weight)
        for period in periods(group, node, engine.grid, heeds_window=is_current):
            tables.append(device_table(engine, probe, row, model, period, name=None if is_current else name))
    out = np.empty(stamps.size)
    _sample(_tasks(tables), stamps if model.sends_current else stamps - 1, row, out)
    return out


def _edges_of(engine: "Engine", device: int) -> list[tuple[int, np.ndarray]]:
    """Numbers of a stimulator's edges onto the neurons of all ranks, by projection."""
    links = [link for block in engine.blocks for link in block.links if link.device == device]
    of_all = [pair for rank in engine.ranks.share([(link.projection, link.numbers) for link in links]) for pair in rank]
    projections = sorted({projection for projection, _ in of_all})
    return [(p, np.sort(np.concatenate([numbers for q, numbers in of_all if q == p]))) for p in projections]


def _tasks(tables: list[DeviceTable]) -> np.ndarray:
    return np.array([table.task for table in tables], dtype=np.int64).reshape(-1, 2)


@compiled
def _draw(tasks, first, row, drawn):
    """Steps in which something is sent, and how much, into the two rows of `drawn`; returns how many steps."""
    n = 0
    for step in range(first, first + drawn.shape[1]):
        row[0] = 0.0
        for k in range(len(tasks)):
            call_step(tasks[k, 0], tasks[k, 1], step)
        if row[0] > 0.0:
            drawn[0, n] = step
            drawn[1, n] = np.int64(row[0])
            n += 1
    return n


@compiled
def _sample(tasks, steps, row, out):
    """What is sent in each of some steps."""
    for i in range(steps.size):
        row[0] = 0.0
        for k in range(len(tasks)):
            call_step(tasks[k, 0], tasks[k, 1], steps[i])
        out[i] = row[0]
