"""Synapses onto a block, by (source, delay, target): of which kinds they are, and the arrays that hold them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from simcore.description import Projection
from simcore.edges import EdgeBatch
from simcore.synapses import SynapseModel

__all__ = ["MEMORY", "Group", "PathwayPlan", "PlasticState", "Route", "Synapses", "as_array"]

# Steps for which the spikes of targets are kept at least, so that new synapses find those that they look for, whatever delays
# the older ones have. What is older than this before synapses are made does not reach them.
MEMORY = 512

# Before the name of a weight or column: with what has been folded into it ahead of the source's next spike.
_SETTLED = "settled "


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
        Factor of the input on weights; stored weights contain it, unless they are plastic.
    opposite : (int, float)
        Input for weights of the other sign, and its factor. For plastic synapses, `channel` is for what is positive.
    since : int
        Step of emission of the first spikes that it transmits: that at which it was made, or a little before.
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

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns with one float64 a synapse, as the delivery kernel wants them."""
        return (*self.synapse.state, *self.arrays)

    @property
    def stored_scale(self) -> float:
        """Factor that stored weights contain."""
        return 1.0 if self.synapse.is_plastic else self.scale


@dataclass(eq=False)
class PlasticState:
    """What plastic synapses remember besides weights and columns; see `simcore.kernel.layout.Plastic`.

    Parameters
    ----------
    starts : ndarray of int64, shape (n_runs + 1,)
    last, settled : ndarray of int64, shape (n_runs,)
    shown : dict of str to ndarray, shape (n_synapses,)
        Weights and state variables after the last spike of their source, where later spikes of their target have been applied
        since; elsewhere they are not written.
    """

    starts: np.ndarray
    last: np.ndarray
    settled: np.ndarray
    shown: dict[str, np.ndarray]

    @classmethod
    def begin(cls, plan: PathwayPlan, ends: np.ndarray) -> "PlasticState":
        """That of new synapses, whose runs of equal source and delay end where it is said."""
        starts = np.concatenate([np.zeros(1, dtype=np.int64), ends.astype(np.int64)])
        last, settled = np.full(ends.size, -1, dtype=np.int64), np.full(ends.size, plan.since - MEMORY, dtype=np.int64)
        # Nothing is written there, so no memory is taken, until it is needed.
        return cls(starts, last, settled, {name: np.empty(int(starts[-1])) for name in ("weight", *plan.synapse.state)})

    @property
    def arrays(self) -> tuple[np.ndarray, ...]:
        """What certainly takes memory."""
        return self.starts, self.last, self.settled


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
    # Step before which nothing was emitted that is still under way.
    sent: int = 0
    plastic: PlasticState | None = None

    def __post_init__(self) -> None:
        if self.plan.synapse.is_plastic and self.plastic is None:
            ends = np.repeat(self.base[:-1], np.diff(self.run_first)) + self.run_end
            self.plastic = PlasticState.begin(self.plan, ends)

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
    def is_folded(self) -> np.ndarray:
        """For which runs spikes of targets have been folded into the weights since the last spike of the source; bool."""
        assert self.plastic is not None  # only plastic synapses are asked
        first, last = self.plan.since - MEMORY, self.plastic.last
        return self.plastic.settled > np.where(last >= 0, np.maximum(last - self.run_delay, first), first)

    def read(self, name: str, where: np.ndarray) -> np.ndarray:
        """Weights, or values of a column, of some synapses; plastic ones as they were after the last spike of their source.

        ``"settled weight"``, and so for a column, is the value that contains what has been folded into it since.
        """
        values = self._stored(name.removeprefix(_SETTLED))[where]
        if self.plastic is not None and name in self.plastic.shown:
            values = np.where(self._is_folded_at(where), self.plastic.shown[name][where], values)
        return values

    def write(self, name: str, where: np.ndarray, values: np.ndarray) -> None:
        """Set what `read` reads; plastic synapses have been settled, and go on from these values."""
        self._stored(name.removeprefix(_SETTLED))[where] = values
        if self.plastic is not None and name in self.plastic.shown:
            folded = self._is_folded_at(where)
            self.plastic.shown[name][where[folded]] = np.broadcast_to(values, where.shape)[folded]

    def _stored(self, name: str) -> np.ndarray:
        return self.weights if name == "weight" else self.columns[name]

    def _is_folded_at(self, where: np.ndarray) -> np.ndarray:
        assert self.plastic is not None  # the caller has looked
        return self.is_folded[np.searchsorted(self.plastic.starts, where, side="right") - 1]

    @property
    def n_bytes(self) -> int:
        """Bytes held by synapses and their index."""
        arrays = [self.slot, self.base, self.run_first, self.run_delay, self.run_end, self.targets, self.weights]
        return sum(a.nbytes for a in [*arrays, *self.columns.values(), *(self.plastic.arrays if self.plastic else ())])


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
