"""Spikes that generators emit: listed before a run, and put on their way slice by slice; compiled only where there are some."""

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import types

from simcore.compile import compiled_callback
from simcore.description import DevicePopulation
from simcore.kernel.layout import Context, Emission, Pathway, SpikeRow
from simcore.kernel.lowlevel import array_at
from simcore.kernel.wheel import lacks_room, push, segments
from simcore.timegrid import TimeGrid

__all__ = ["GeneratorSpikes"]


class GeneratorSpikes:
    """Spikes of all generators in a stretch of time, by step, then source.

    Parameters
    ----------
    devices : sequence of DevicePopulation
    grid : TimeGrid
    first, end : int
        Steps `first` to ``end - 1``.
    last_spikes : ndarray of int64, shape (n_nodes,)
        Step of each node's last spike, -1 before the first.
    seed : int
        Seed of the simulation.
    """

    def __init__(
        self,
        devices: Sequence[DevicePopulation],
        grid: TimeGrid,
        first: int,
        end: int,
        last_spikes: np.ndarray,
        *,
        seed: int,
    ) -> None:
        found = [np.empty((0, SpikeRow.WORDS), dtype=np.int64)]
        for device in devices:
            for k in range(device.size) if device.model.is_source else ():
                stamps, counts, factors = device.train(k, grid, seed)
                steps = stamps - 1
                keep = (steps >= first) & (steps < end)
                rows = np.empty((np.count_nonzero(keep), SpikeRow.WORDS), dtype=np.int64)
                rows[:, SpikeRow.STEP], rows[:, SpikeRow.COUNT] = steps[keep], counts[keep]
                rows[:, SpikeRow.SOURCE] = device.first + k
                rows[:, SpikeRow.FACTOR] = factors[keep].astype(np.float64).view(np.int64)
                previous = np.concatenate([[last_spikes[device.first + k]], steps[keep][:-1]])[: len(rows)]
                rows[:, SpikeRow.INTERVAL] = np.where(previous >= 0, steps[keep] - previous, -1)
                found.append(rows)
        rows = np.concatenate(found)
        self._rows = rows[np.lexsort((rows[:, SpikeRow.SOURCE], rows[:, SpikeRow.STEP]))]

    def enter(self, contexts: np.ndarray, pathways: np.ndarray) -> None:
        """Have the threads of some contexts send the spikes through their pathways; keeps what they need."""
        if len(self._rows):
            table = np.array([pathways.ctypes.data, len(self._rows), self._rows.ctypes.data], dtype=np.int64)
            contexts[:, Context.EMIT], contexts[:, Context.EMISSION_AT] = _kernel().address, table.ctypes.data
            self._kept = table, pathways

    def remember(self, last_spikes: np.ndarray, end: int) -> None:
        """Keep the step of each generator's last spike before `end`."""
        done = self._rows[self._rows[:, SpikeRow.STEP] < end]
        np.maximum.at(last_spikes, done[:, SpikeRow.SOURCE], done[:, SpikeRow.STEP])


@functools.cache
def _kernel() -> Any:
    return compiled_callback(types.int64(types.int64, types.int64))(_emit)


def _emit(table, context_at):
    """Register the spikes that are emitted before this slice of time ends; 0 if a wheel must grow first."""
    emission, context = array_at(table, Emission.WORDS, np.int64), array_at(context_at, Context.WORDS, np.int64)
    n_spikes = emission[Emission.N_SPIKES]
    spikes = array_at(emission[Emission.SPIKES_AT], SpikeRow.WORDS * n_spikes, np.int64)
    end = context[Context.STEP] + context[Context.LENGTH]
    first = context[Context.EVENT]
    last = first
    while last < n_spikes and spikes[SpikeRow.WORDS * last + SpikeRow.STEP] < end:
        last += 1
    # Twice through all pathways: nothing is sent before there is room for everything.
    for sends in range(2):
        for p in range(context[Context.FIRST_PATHWAY], context[Context.LAST_PATHWAY]):
            pathway = array_at(emission[Emission.PATHWAYS_AT] + 8 * Pathway.WORDS * p, Pathway.WORDS, np.int64)
            if pathway[Pathway.FROM_DEVICES] == 0:
                continue
            needed = np.int64(0)
            for k in range(first, last):
                spike = array_at(emission[Emission.SPIKES_AT] + 8 * SpikeRow.WORDS * k, SpikeRow.WORDS, np.int64)
                source, count = spike[SpikeRow.SOURCE], spike[SpikeRow.COUNT]
                if source >= pathway[Pathway.N_SOURCES]:
                    continue
                if sends:
                    push(pathway, source, spike[SpikeRow.STEP], count, spike[SpikeRow.INTERVAL], spike[SpikeRow.FACTOR], 0)
                else:
                    needed += segments(pathway, source, count)
            if needed > 0 and lacks_room(pathway, needed, context, p):
                return 0
    context[Context.EVENT] = last
    return 1
