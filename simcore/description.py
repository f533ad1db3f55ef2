"""What the user asked for: populations, devices and projections. Inert, checked once, read by the kernel's builders."""

import bisect
import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from simcore.devices import DeviceModel, Draws
from simcore.distributions import Distribution
from simcore.edges import EdgeBatch, edge_batches
from simcore.models import NeuronModel
from simcore.synapses import SynapseModel
from simcore.timegrid import MAX_DELAY_STEPS, TimeGrid

__all__ = ["FOREVER", "DevicePopulation", "Population", "Projection", "groups_between"]

# A step after all others.
FOREVER = 2**62


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
    past : list of (int, list of dict, int)
        Step up to which earlier parameters held, these, and `zero` of then: what they made may still be on its way.
    zero : int
        Step of the simulation from which the times among the parameters count.
    """

    model: DeviceModel
    first: int
    size: int
    parameters: list[dict[str, Any]]
    past: list[tuple[int, list[dict[str, Any]], int]] = field(default_factory=list)
    zero: int = 0
    _drawn: dict[int, tuple[dict[str, Any], Any]] = field(default_factory=dict, init=False, repr=False)

    def train(self, node: int, grid: TimeGrid, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Stamps in steps, numbers of spikes and factors on the weights of a node that emits a train."""
        model, parameters = self.model, self.parameters[node]
        assert model.train is not None  # asked of sources only
        if not model.is_random_train:
            stamps, counts, factors = model.train(parameters, grid)
            return stamps + self.zero, counts, factors
        # What is drawn is kept until the parameters are others: their dictionary is never changed.
        if node not in self._drawn or self._drawn[node][0] is not parameters:
            draws = Draws(seed, self.first + node, self.zero)
            stamps, counts, factors = model.train(parameters, grid, draws=draws)
            self._drawn[node] = parameters, (stamps + self.zero, counts, factors)
        return self._drawn[node][1]

    def periods(self, node: int) -> list[tuple[int, int, dict[str, Any], int]]:
        """First step, step after the last, parameters of a node and `zero`, one for each time that they changed."""
        ends = [0, *(end for end, _, _ in self.past), FOREVER]
        tables = [(parameters[node], zero) for _, parameters, zero in self.past] + [(self.parameters[node], self.zero)]
        return [(ends[k], ends[k + 1], *table) for k, table in enumerate(tables)]

    def replace(self, parameters: list[dict[str, Any]], step: int, *, zero: int | None = None) -> None:
        """Have other parameters, and another `zero` if it is given, from a step on."""
        if step > 0 and not self.model.is_source:
            # A current acts one step after its delay, so the longest delay is still waited for in this step.
            recent = [one for one in self.past if one[0] + MAX_DELAY_STEPS >= step]
            self.past = [*recent, (step, self.parameters, self.zero)]
        self.parameters = parameters
        self.zero = self.zero if zero is None else zero

    def restart(self, step: int, grid: TimeGrid) -> None:
        """Count times from a step on; what a schedule holds is held until its first change."""
        held, now = self.model.held, step - self.zero
        kept = [{} if held is None else {"since": 0, "held": held(p, grid, now)} for p in self.parameters]
        self.replace([{**p, **more} for p, more in zip(self.parameters, kept, strict=True)], step, zero=step)

    def rewind(self) -> None:
        """Be as if nothing had run, with the present parameters."""
        fresh = {} if self.model.held is None else {"since": 0, "held": 0.0}
        self.parameters = [{**p, **fresh} for p in self.parameters]
        self.zero = 0
        self.past.clear()


@dataclass(eq=False)
class Projection:
    """Edges of one connect call: an explicit list, or a rule between two lists of nodes.

    Parameters
    ----------
    index : int
        Number of the projection; keys its random streams.
    sources, targets : ndarray of int32
        One an edge if `rule` is None, else the two lists of nodes that the rule is given.
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
    kept : ndarray of int64, optional
        Numbers of the listed edges that are held: this rank's, without most of those that were removed; None if all.
    gone : ndarray of bool, shape (n_numbers,), optional
        Which edges were removed, those of other ranks included; None if none.
    since : int, optional
        Step of emission of the first spikes that go over the edges, where some were under way when these were made.
    promised : float
        Bytes, about, that this projection and those that wait to be built with it take.
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
    kept: np.ndarray | None = field(default=None, repr=False)
    gone: np.ndarray | None = field(default=None, repr=False)
    is_cut: bool = field(default=False, repr=False)
    since: int | None = None
    promised: float = 0.0
    _counts: np.ndarray | None = field(default=None, repr=False)
    _n_numbers: int | None = field(default=None, repr=False)

    @property
    def n_numbers(self) -> int:
        """Number of edges that were made, removed ones included: their numbers are those below."""
        if self._n_numbers is None:
            return self.targets.size if self.rule is None else int(self.counts.sum())
        return self._n_numbers

    @property
    def n_edges(self) -> int:
        """Number of edges that there are, those of other ranks included."""
        return self.n_numbers - self._n_gone

    @functools.cached_property
    def _n_gone(self) -> int:
        return 0 if self.gone is None else int(np.count_nonzero(self.gone))

    def keep(self, own: np.ndarray) -> None:
        """Forget the listed edges onto other targets than `own` (bool, shape (n_nodes,)); a rule stays as it is."""
        if self.rule is not None or self.is_cut:
            return
        # What is asked of the whole projection is answered before it is cut.
        _ = self.delay_range, self.end_nodes, self.weight_range, self.same_weight
        self.hold(np.flatnonzero(own[self.targets]))
        self.is_cut = True

    def hold(self, places: np.ndarray) -> None:
        """Forget the listed edges at other places than these, which ascend; numbers stay."""
        self._n_numbers = self.n_numbers
        self.kept = places if self.kept is None else self.kept[places]
        self.sources, self.targets = self.sources[places], self.targets[places]
        self.weight, self.delay = _rows(self.weight, places), _rows(self.delay, places)
        self.parameters = {name: _rows(value, places) for name, value in self.parameters.items()}

    def present(self, values: np.ndarray) -> np.ndarray:
        """Of an array with one value a place, those of edges that are there."""
        if self.gone is None:
            return values
        return values[~(self.gone if self.kept is None else self.gone[self.kept])]

    @functools.cached_property
    def live_counts(self) -> np.ndarray:
        """Edges that there are of each of the rule's nodes that receive, as in `counts`."""
        if self.gone is None:
            return self.counts
        gone = np.concatenate([[0], np.cumsum(self.gone, dtype=np.int64)])
        ends = np.cumsum(self.counts)
        return self.counts - (gone[ends] - gone[ends - self.counts])

    @functools.cached_property
    def end_nodes(self) -> tuple[np.ndarray, np.ndarray]:
        """The different nodes that send, and those that receive, in ascending order; of a rule, those that may."""
        sources, targets = self.ends
        if self.rule is None:
            sources, targets = self.present(sources), self.present(targets)
        return _different(sources), _different(targets)

    @functools.cached_property
    def weight_range(self) -> tuple[float, float]:
        """Lowest and highest weight that an edge has or may draw."""
        if isinstance(self.weight, Distribution):
            low, high = self.weight.quantile(np.array([2.0**-53, 1.0 - 2.0**-53]))
            return float(low), float(high)
        if isinstance(self.weight, np.ndarray):
            weight = self.present(self.weight)
            return float(np.min(weight, initial=np.inf)), float(np.max(weight, initial=-np.inf))
        return float(self.weight), float(self.weight)

    @functools.cached_property
    def same_weight(self) -> float | None:
        """The weight that all edges have; None if they differ or are drawn."""
        if isinstance(self.weight, Distribution):
            return None
        low, high = self.weight_range
        return low if low == high else None

    def is_single(self, scale: float) -> bool:
        """Whether listed weights times a factor are numbers of single precision."""
        if scale not in self.singles:
            with np.errstate(over="ignore"):
                weight = self.present(self.weight) * scale
                self.singles[scale] = bool(np.all(weight.astype(np.float32).astype(np.float64) == weight))
        return self.singles[scale]

    @functools.cached_property
    def singles(self) -> dict[float, bool]:
        """What `is_single` has found."""
        return {}

    @property
    def ends(self) -> tuple[np.ndarray, np.ndarray]:
        """Nodes that send, and nodes that receive: a rule may make edges both ways."""
        return (self.sources, self.targets) if self.rule is None else self._ends_of_rule

    @functools.cached_property
    def _ends_of_rule(self) -> tuple[np.ndarray, np.ndarray]:
        return self.rule.ends(self.sources, self.targets)

    @property
    def stream(self) -> Any:
        """Random stream of the rule."""
        from simcore.random import Purpose
        from simcore.rules import Stream

        return Stream(self.seed, Purpose.EDGES + self.index)

    @property
    def counts(self) -> np.ndarray:
        """Edges of each of the rule's nodes that receive; int64, of the length of the second of `ends`."""
        if self._counts is None:
            self._counts = np.asarray(self.rule.counts(self.sources, self.targets, self.stream), dtype=np.int64)
        return self._counts

    @functools.cached_property
    def sources_in_a_row(self) -> bool:
        """Whether the numbers of the sources follow each other."""
        return bool(np.all(np.diff(self.ends[0]) == 1))

    def batches(self, own: np.ndarray | None = None) -> Iterator[EdgeBatch]:
        """The edges, some at a time; see `simcore.edges.edge_batches`."""
        return edge_batches(self, own)

    def values_of(self, batch: EdgeBatch) -> tuple[Any, Any]:
        """Delays and weights of some edges; what is drawn comes from the two random numbers of each edge.

        Returns
        -------
        delays : int or ndarray of uint16, shape (n,)
            In steps.
        weights : float or ndarray of float32 (drawn) or float64 (given), shape (n,)
        """
        from simcore.random import Purpose

        n, delay_table, weight_table, left = batch.sources.size, self._delay_table, self._weight_table, []
        delays = np.empty(n, dtype=np.uint16) if delay_table else _rows(self.delay, batch.places)
        weights = np.empty(n, dtype=np.float32) if weight_table else _rows(self.weight, batch.places)
        if delay_table or weight_table:
            for part, (for_delay, for_weight) in batch.uniform_pairs(Purpose.EDGE_VALUES + self.index):
                if delay_table:
                    delay_table.fill(for_delay, delays[part])
                if weight_table:
                    left.append(weight_table.fill(for_weight, weights[part], part.start))
        if weight_table:
            weight_table.mend(weights, left)
        return delays, weights

    def check_delays(self) -> None:
        """Refuse a distribution of delays that cannot be drawn on the grid."""
        _ = self._delay_table

    @functools.cached_property
    def _weight_table(self) -> Any:
        from simcore.weights import weight_table

        return weight_table(self.weight) if isinstance(self.weight, Distribution) else None

    @functools.cached_property
    def _delay_table(self) -> Any:
        from simcore.delays import delay_table

        return delay_table(self.delay, TimeGrid(self.dt)) if isinstance(self.delay, Distribution) else None

    @functools.cached_property
    def delay_range(self) -> tuple[int, int]:
        """Shortest and longest delay in steps that an edge has or may draw."""
        if self._delay_table is not None:
            return self._delay_table.low, self._delay_table.high
        delay = self.present(self.delay) if isinstance(self.delay, np.ndarray) else self.delay
        return int(np.min(delay, initial=MAX_DELAY_STEPS)), int(np.max(delay, initial=0))

    @functools.cached_property
    def present_delays(self) -> tuple[int, int]:
        """Shortest and longest delay in steps of the edges that are held here; those of a distribution are drawn."""
        possible = self.delay_range
        if self._delay_table is None or possible[0] == possible[1]:
            return possible
        low, high = MAX_DELAY_STEPS, 0
        for batch in self.batches():
            low, high = min(low, int(batch.delays.min())), max(high, int(batch.delays.max()))
            if (low, high) == possible:
                break
        return low, high


def _rows(values: Any, places: np.ndarray) -> Any:
    """Some rows of an array; a number is the same for all."""
    return values[places] if isinstance(values, np.ndarray) else values


def _different(numbers: np.ndarray) -> np.ndarray:
    present = np.zeros(int(numbers.max(initial=-1)) + 1, dtype=bool)
    present[numbers] = True
    return np.flatnonzero(present)


def groups_between(groups: Sequence[Any], low: int, high: int, start: int = 0, end: int | None = None) -> Sequence[Any]:
    """Those of some populations, in order of their numbers, that reach into the numbers from `low` to `high`.

    Parameters
    ----------
    groups : sequence of Population or of DevicePopulation
    low, high : int
        First and last number.
    start, end : int
        Positions between which is looked.
    """
    begin = bisect.bisect_right(groups, low, start, end, key=lambda group: group.first + group.size)
    return groups[begin : bisect.bisect_right(groups, high, begin, end, key=lambda group: group.first)]
