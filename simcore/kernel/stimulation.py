"""Connections of stimulators onto a block."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from simcore.description import FOREVER, DevicePopulation, Population, Projection
from simcore.kernel.blocks import NO_GUIDE, BlockPart, DeviceLink, TargetBlock
from simcore.kernel.planning import input_channels

if TYPE_CHECKING:
    from simcore.kernel.engine import Engine

__all__ = ["build_links", "end_links", "past_edges", "relinked", "sort_links"]

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
    since: int,
) -> list[DeviceLink]:
    """Edges of stimulators onto a block, grouped by device node, target population, input and delay.

    Parameters
    ----------
    block : TargetBlock
    projections : sequence of Projection
    devices, populations : sequence of DevicePopulation, Population
        All of the simulation.
    own, local : ndarray, shape (n_nodes,)
        Which nodes are in the block, and where.
    since : int
        Step from which on the stimulators send over them.
    """
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
                edges = {
                    "device": sources[rows[:1]], "delay": delays[rows[:1]], "targets": local[targets[rows]],
                    "weights": scaled * (port.scale if port is not None and port.takes != "count" else 1.0),
                    "numbers": numbers[rows],
                }  # fmt: skip
                links.append(_link(part, channel, edges, projection=projection.index, since=since))
    return links


def _link(part: BlockPart, channel: int, edges: Mapping[str, np.ndarray], **values: int) -> DeviceLink:
    """A link of edges of one device with one delay, onto neurons at some positions in the block."""
    n = edges["targets"].size
    return DeviceLink(
        device=int(edges["device"][0]),
        part=part,
        channel=channel,
        delay=int(edges["delay"][0]),
        targets=(edges["targets"].astype(np.int64) - part.start).astype(np.int32),
        weights=edges["weights"],
        numbers=edges["numbers"],
        held=np.zeros(2 * n, dtype=np.float64),
        state=np.array([-1, 0, 0, 0], dtype=np.int64),
        thresholds=np.zeros(64, dtype=np.uint32),
        guide=NO_GUIDE.copy() if n >= _WORTH_A_GUIDE else NO_GUIDE,
        **values,
    )


def end_links(block: TargetBlock, projection: Projection, step: int) -> None:
    """Have stimulators send over the present edges of a projection before a step only; forget those of which nothing comes."""
    for link in (link for link in block.links if link.projection == projection.index and link.until == FOREVER):
        link.until = step
    # A current of the step before may have the stamp of the step.
    block.links = [link for link in block.links if link.until > link.since and link.until + link.delay + 1 > step]


def past_edges(engine: "Engine") -> np.ndarray:
    """Edges of stimulators that were changed or removed and of which something may still arrive.

    Returns
    -------
    rows : ndarray of int64, shape (n, 9)
        Projection, step from which on and before which they were used, device, delay, input, number, target, and the weight on
        the input as float64 bits.
    """
    found = [np.empty((0, 9), dtype=np.int64)]
    for block in engine.blocks:
        nodes = block.nodes(engine.populations)
        for link in (link for link in block.links if link.until < FOREVER):
            head = (link.projection, link.since, link.until, link.device, link.delay, link.channel)
            columns = [link.numbers, nodes[link.part.start + link.targets], link.weights.view(np.int64)]
            found.append(np.column_stack([np.tile(head, (link.targets.size, 1)), *columns]))
    return np.unique(np.concatenate(engine.ranks.share(np.concatenate(found))), axis=0)


def relinked(engine: "Engine", linked: dict[int, int], rows: np.ndarray) -> None:
    """Have links as they were: present ones since some step by the number of their projection, and what `past_edges` gave."""
    engine.linked = linked
    for link in (link for block in engine.blocks for link in block.links):
        link.since = linked.get(link.projection, link.since)
    for block in engine.blocks:
        own, local = engine.membership(block)
        for part in block.parts:
            here = own[rows[:, 7]] & (local[rows[:, 7]] >= part.start) & (local[rows[:, 7]] < part.start + part.size)
            for some in _groups(np.flatnonzero(here), *rows[:, :6].T):
                projection, since, until, *_, channel = rows[some[0], :6].tolist()
                names = {"device": 3, "delay": 4, "numbers": 6, "targets": 7, "weights": 8}
                edges = {name: np.ascontiguousarray(rows[some, column]) for name, column in names.items()}
                edges |= {"targets": local[edges["targets"]], "weights": edges["weights"].view(np.float64)}
                block.links.append(_link(part, channel, edges, projection=projection, since=since, until=until))
        sort_links(block)


def sort_links(block: TargetBlock) -> None:
    """Put the links of a block into the order in which they add to inputs."""
    block.links.sort(key=lambda link: (link.projection, link.since, link.until, link.device, link.channel, link.delay))


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
    parts = [key[rows] for key in keys]
    differing = [part for part in parts if (part != part[0]).any()]
    if not differing:
        return [rows]
    table = np.stack(differing)
    order = np.lexsort((rows, *table[::-1]))
    ordered = table[:, order]
    breaks = np.flatnonzero(np.any(np.diff(ordered, axis=1) != 0, axis=0)) + 1
    return [rows[group] for group in np.split(order, breaks)]
