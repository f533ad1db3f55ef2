"""Synapses onto a block, by (source, delay, target): of which kinds they are, and the arrays that hold them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from simcore.description import Projection
from simcore.edges import EdgeBatch
from simcore.synapses import SynapseModel

__all__ = ["Group", "PathwayPlan", "Route", "Synapses", "as_array"]


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
    moved : int
        Step up to which spikes may be on their way that do not go to all synapses of their source and one delay.
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
    moved: int = 0

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
    wheel: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def n_synapses(self) -> int:
        """Number of synapses."""
        return self.targets.size

    @property
    def min_delay(self) -> int:
        """Shortest delay in steps."""
        return int(self.run_delay.min())

    @property
    def max_delay(self) -> int:
        """Longest delay in steps."""
        return int(self.run_delay.max())

    @property
    def n_bytes(self) -> int:
        """Bytes held by synapses and their index."""
        arrays = [self.slot, self.base, self.run_first, self.run_delay, self.run_end, self.targets, self.weights]
        return sum(a.nbytes for a in [*arrays, *self.columns.values()])


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
        return [(int(k), batch.take(np.flatnonzero(chosen == k))) for k in np.unique(chosen)]


@dataclass(frozen=True, eq=False)
class Group:
    """Projections that were built together.

    Parameters
    ----------
    plans : list of PathwayPlan
    routes : list of (Projection, Route)
        Those whose edges are kept as synapses, with where these go.
    """

    plans: list[PathwayPlan]
    routes: list[tuple[Projection, Route]]


def as_array(value: Any, dtype: Any) -> tuple[np.ndarray, int]:
    """An array and the stride that reads it: a single number is read with stride 0."""
    if np.ndim(value) == 0:
        return np.full(1, value, dtype=dtype), 0
    return np.ascontiguousarray(value, dtype=dtype), 1
