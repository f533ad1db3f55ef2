"""What the user asked for: populations, devices and projections. Inert, checked once, read by the kernel's builders."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from simcore.devices import DeviceModel
from simcore.distributions import Distribution
from simcore.models import NeuronModel
from simcore.synapses import SynapseModel

__all__ = ["MAX_DELAY_STEPS", "DevicePopulation", "EdgeBatch", "Population", "Projection"]

# Delays are stored in 16 bits.
MAX_DELAY_STEPS = 65_535

# A step after all others.
_FOREVER = 2**62

# Edges that are drawn and placed at once: their arrays stay in the cache's reach and the interpreter stays out of the way.
_BATCH = 1 << 18


@dataclass(eq=False)
class Population:
    """Neurons of one model, created together; `columns` holds their state, whole and in order.

    Parameters
    ----------
    model : NeuronModel
        Their model.
    first, size : int
        Number of the first neuron and number of neurons.
    parameters : dict of str to float, bool or ndarray, shape (size,)
        Value of every parameter of the model.
    columns : dict of str to ndarray, shape (size,)
        State variables.
    """

    model: NeuronModel
    first: int
    size: int
    parameters: dict[str, Any]
    columns: dict[str, np.ndarray]


@dataclass(eq=False)
class DevicePopulation:
    """Stimulators of one model, created together; every node has its own dictionary of parameters.

    Parameters
    ----------
    model : DeviceModel
        Their model.
    first, size : int
        Number of the first node and number of nodes.
    parameters : list of dict
        Parameters of each node.
    past : list of (int, list of dict)
        Step up to which earlier parameters held, and these: what they made may still be on its way.
    """

    model: DeviceModel
    first: int
    size: int
    parameters: list[dict[str, Any]]
    past: list[tuple[int, list[dict[str, Any]]]] = field(default_factory=list)

    def periods(self, node: int) -> list[tuple[int, int, dict[str, Any]]]:
        """First step, step after the last, and parameters of a node, one for each time that they changed."""
        ends = [end for end, _ in self.past]
        tables = [parameters[node] for _, parameters in self.past] + [self.parameters[node]]
        return [(0 if k == 0 else ends[k - 1], _FOREVER if k == len(ends) else ends[k], p) for k, p in enumerate(tables)]


@dataclass(frozen=True)
class EdgeBatch:
    """Some edges of a projection: numbers of sources, targets and edges, delays in steps, weights.

    Parameters
    ----------
    sources, targets : ndarray of int32, shape (n,)
    numbers : ndarray of int64, shape (n,)
        Position of each edge in its projection.
    delays : int or ndarray of uint16, shape (n,)
    weights : float or ndarray of float64, shape (n,)
    """

    sources: np.ndarray
    targets: np.ndarray
    numbers: np.ndarray
    delays: Any
    weights: Any


@dataclass(eq=False)
class Projection:
    """Edges of one connect call: an explicit list, or a rule between two lists of nodes.

    Parameters
    ----------
    index : int
        Number of the projection; keys its random streams.
    sources, targets : ndarray of int32
        One an edge if `rule` is None, else the two lists of nodes.
    rule : object or None
        A rule of `simcore.rules`.
    weight : float, ndarray of float64 or Distribution
    delay : int, ndarray of uint16 or Distribution
        In steps; a distribution is in ms.
    synapse : SynapseModel
    parameters : dict of str to float or ndarray, shape (n_edges,)
        Every parameter and start value of the synapse model that is not at its default, and the defaults.
    receptor : int
        Receptor type of the targets.
    seed, dt : int, float
        Seed of the simulation and step in ms.
    """

    index: int
    sources: np.ndarray
    targets: np.ndarray
    rule: Any
    weight: Any
    delay: Any
    synapse: SynapseModel
    parameters: dict[str, Any]
    receptor: int
    seed: int
    dt: float
    _counts: np.ndarray | None = field(default=None, repr=False)

    @property
    def n_edges(self) -> int:
        """Number of edges."""
        return self.targets.size if self.rule is None else int(self.counts.sum())

    @property
    def stream(self) -> Any:
        """Random stream of the rule."""
        from simcore.random import Purpose
        from simcore.rules import Stream

        return Stream(self.seed, Purpose.EDGES + self.index)

    @property
    def counts(self) -> np.ndarray:
        """Edges of each target of the rule, shape (n_targets,)."""
        if self._counts is None:
            self._counts = np.asarray(self.rule.counts(self.sources, self.targets, self.stream), dtype=np.int64)
        return self._counts

    def batches(self, own: np.ndarray | None = None) -> Iterator[EdgeBatch]:
        """The edges, some at a time, always in the same order.

        Parameters
        ----------
        own : ndarray of bool, shape (n_nodes,), optional
            Targets whose edges are wanted; all if None.
        """
        return self._explicit(own) if self.rule is None else self._drawn(own)

    def _explicit(self, own: np.ndarray | None) -> Iterator[EdgeBatch]:
        for first in range(0, self.targets.size, _BATCH):
            part = slice(first, min(first + _BATCH, self.targets.size))
            numbers = np.arange(part.start, part.stop, dtype=np.int64)
            if own is not None:
                numbers = numbers[own[self.targets[part]]]
            yield self._batch(self.sources[numbers], self.targets[numbers], numbers, numbers)

    def _drawn(self, own: np.ndarray | None) -> Iterator[EdgeBatch]:
        ends = np.cumsum(self.counts)
        positions = np.arange(self.targets.size) if own is None else np.flatnonzero(own[self.targets])
        for first, last in _pieces(positions, ends):
            counts = self.counts[first:last]
            start = int(ends[first] - counts[0])
            chosen = self.rule.draw(self.sources, self.targets, self.stream, first, last)
            numbers = np.arange(start, start + chosen.size, dtype=np.int64)
            keys = numbers
            if isinstance(self.weight, Distribution) or isinstance(self.delay, Distribution):
                within = numbers - np.repeat(ends[first:last] - counts, counts)
                keys = (np.repeat(np.arange(first, last, dtype=np.int64), counts) << 32) | within
            yield self._batch(self.sources[chosen], np.repeat(self.targets[first:last], counts), numbers, keys)

    def _batch(self, sources: np.ndarray, targets: np.ndarray, numbers: np.ndarray, keys: np.ndarray) -> EdgeBatch:
        return EdgeBatch(sources, targets, numbers, self._delays(numbers, keys), self._weights(numbers, keys))

    def _weights(self, numbers: np.ndarray, keys: np.ndarray) -> Any:
        from simcore.random import Purpose

        if isinstance(self.weight, Distribution):
            # Drawn weights are defined in single precision, in which they are stored.
            return self.weight.draw(self.seed, Purpose.WEIGHTS + self.index, keys).astype(np.float32).astype(np.float64)
        return self.weight[numbers] if isinstance(self.weight, np.ndarray) else self.weight

    def _delays(self, numbers: np.ndarray, keys: np.ndarray) -> Any:
        from simcore.random import Purpose
        from simcore.timegrid import TimeGrid

        if isinstance(self.delay, Distribution):
            drawn = self.delay.draw(self.seed, Purpose.DELAYS + self.index, keys)
            return np.clip(TimeGrid(self.dt).steps_nearest(drawn), 1, MAX_DELAY_STEPS).astype(np.uint16)
        return self.delay[numbers] if isinstance(self.delay, np.ndarray) else self.delay


def _pieces(positions: np.ndarray, ends: np.ndarray) -> Iterator[tuple[int, int]]:
    """Ranges of consecutive target positions with about `_BATCH` edges each; targets without edges are passed over."""
    counts = np.diff(ends, prepend=0)
    positions = positions[counts[positions] > 0]
    if positions.size == 0:
        return
    breaks = np.flatnonzero(np.diff(positions) > 1) + 1
    for run in np.split(positions, breaks):
        before = ends[run] - counts[run]
        first = 0
        while first < run.size:
            last = max(first + 1, int(np.searchsorted(ends[run], before[first] + _BATCH, side="right")))
            yield int(run[first]), int(run[min(last, run.size) - 1]) + 1
            first = last
