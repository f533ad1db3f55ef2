"""Connections of stimulators onto a block."""

from collections.abc import Sequence

import numpy as np

from simcore.description import DevicePopulation, Population, Projection
from simcore.kernel.blocks import NO_GUIDE, DeviceLink, TargetBlock
from simcore.kernel.planning import input_channels

__all__ = ["build_links"]

# Targets of a link from which on a table to look up numbers of spikes pays.
_WORTH_A_GUIDE = 64


def build_links(
    block: TargetBlock,
    projections: Sequence[Projection],
    devices: Sequence[DevicePopulation],
    populations: Sequence[Population],
    own: np.ndarray,
    local: np.ndarray,
    *,
    seed: int,
) -> list[DeviceLink]:
    """Edges of stimulators onto a block, grouped by device node, target population, input and delay."""
    links: list[DeviceLink] = []
    for projection in projections:
        parts = [b for b in projection.batches(own) if b.sources.size]
        if not parts:
            continue
        sources, targets, numbers = (
            np.concatenate([getattr(b, name) for b in parts]) for name in ("sources", "targets", "numbers")
        )
        delays = np.concatenate([np.broadcast_to(b.delays, b.sources.shape) for b in parts]).astype(np.int64)
        weights = np.concatenate([np.broadcast_to(b.weights, b.sources.shape) for b in parts]).astype(np.float64)
        for part in block.parts:
            population = populations[part.population]
            here = (local[targets] >= part.start) & (local[targets].astype(np.int64) < part.start + part.size)
            channels = _channels(population, projection, devices, weights)
            for rows in _groups(np.flatnonzero(here), sources, channels, delays):
                channel = int(channels[rows[0]])
                port = list(population.model.inputs.values())[channel] if channel >= 0 else None
                scaled = np.ones(rows.size) if port is not None and port.takes == "count" else weights[rows]
                links.append(
                    DeviceLink(
                        device=int(sources[rows[0]]),
                        part=part,
                        channel=channel,
                        delay=int(delays[rows[0]]),
                        targets=(local[targets[rows]].astype(np.int64) - part.start).astype(np.int32),
                        weights=scaled * (port.scale if port is not None and port.takes != "count" else 1.0),
                        numbers=numbers[rows],
                        projection=projection.index,
                        held=np.zeros(2 * rows.size, dtype=np.float64),
                        state=np.array([-1, 0, 0, 0], dtype=np.int64),
                        thresholds=np.zeros(64, dtype=np.uint32),
                        guide=NO_GUIDE.copy() if rows.size >= _WORTH_A_GUIDE else NO_GUIDE,
                    )
                )
    return links


def _channels(
    population: Population, projection: Projection, devices: Sequence[DevicePopulation], weights: np.ndarray
) -> np.ndarray:
    """Input of each edge: -1 is the stimulating current."""
    source = projection.sources[0]
    device = next(d for d in devices if d.first <= source < d.first + d.size)
    if device.model.sends_current:
        return np.full(weights.size, -1)
    positive, negative = input_channels(population, projection.receptor)
    return np.where(weights < 0, negative, positive)


def _groups(rows: np.ndarray, *keys: np.ndarray) -> list[np.ndarray]:
    """Rows with equal keys, each group in ascending order."""
    if rows.size == 0:
        return []
    table = np.stack([key[rows] for key in keys])
    order = np.lexsort((rows, *table[::-1]))
    ordered = table[:, order]
    breaks = np.flatnonzero(np.any(np.diff(ordered, axis=1) != 0, axis=0)) + 1
    return [rows[group] for group in np.split(order, breaks)]
