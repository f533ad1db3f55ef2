"""Recorders: handles on what a simulation writes down, and what they hold."""

import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.results import Spikes, Traces

if TYPE_CHECKING:
    from simcore.simulation import Simulation

__all__ = ["SamplerRequest", "SpikeRecorder", "TraceRecorder"]

NEVER = 2**62


@dataclass(eq=False)
class SamplerRequest:
    """Columns of some neurons of one population, wanted at multiples of an interval; all times in steps."""

    population: int
    positions: np.ndarray
    columns: tuple[str, ...]
    interval: int
    offset: int
    start: int
    stop: int
    samples: list[np.ndarray] = field(default_factory=list)

    def stamps(self, first: int, last: int) -> np.ndarray:
        """Steps after `first`, up to `last`, at which a sample is taken."""
        begin, end = max(first, self.start) + 1, min(last, self.stop)
        begin += (self.offset - begin) % self.interval
        return np.arange(begin, end + 1, self.interval, dtype=np.int64)


class SpikeRecorder:
    """Spikes of some nodes: ``times`` [ms] and ``ids``, sorted by time, then id.

    Parameters
    ----------
    simulation : Simulation
    numbers : ndarray of int64
        Recorded nodes.
    start, stop : int
        Spikes after `start` and not after `stop`, in steps, are kept.
    """

    def __init__(self, simulation: "Simulation", numbers: np.ndarray, *, start: int, stop: int) -> None:
        self._simulation = weakref.ref(simulation)
        self.numbers, self.start, self.stop = numbers, start, stop
        self.wanted = np.zeros(int(numbers.max(initial=-1)) + 1, dtype=bool)
        self.wanted[numbers] = True

    def keeps(self, stamps: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        """Which of some spikes this recorder keeps."""
        inside = numbers < self.wanted.size
        inside[inside] = self.wanted[numbers[inside]]
        return inside & (stamps > self.start) & (stamps <= self.stop)

    def state(self, put: Callable[[Any], str]) -> dict[str, Any]:
        """What a saved simulation needs of this recorder; `put` stores an array and returns its name."""
        return {"numbers": put(self.numbers), "names": None, "start": self.start, "stop": self.stop}

    @property
    def spikes(self) -> Spikes:
        """All spikes since the start or the last reset."""
        simulation = self._simulation()
        return Spikes.empty() if simulation is None else simulation.recorded_spikes([self])

    @property
    def times(self) -> np.ndarray:
        """Times of the spikes in ms."""
        return self.spikes.times

    @property
    def ids(self) -> np.ndarray:
        """Ids of the nodes that spiked."""
        return self.spikes.ids

    def __len__(self) -> int:
        return len(self.spikes)

    def __repr__(self) -> str:
        return f"SpikeRecorder({self.numbers.size} nodes, {len(self)} spikes)"


class TraceRecorder:
    """Traces of state variables of some nodes: ``recorder["V_m"]`` has shape (n_times, n_nodes).

    Parameters
    ----------
    simulation : Simulation
    numbers : ndarray of int64
        Recorded nodes, in the order of the traces' columns.
    names : tuple of str
        Recorded variables.
    requests : list of (SamplerRequest, ndarray)
        One for each population, with the columns of the result that it fills.
    """

    def __init__(
        self,
        simulation: "Simulation",
        numbers: np.ndarray,
        names: tuple[str, ...],
        requests: list[tuple[SamplerRequest, np.ndarray]],
    ) -> None:
        self._simulation = weakref.ref(simulation)
        self.numbers, self.names, self.requests = numbers, names, requests
        self.pieces: list[Traces] = []

    def gather(self, first: int, last: int) -> Traces | None:
        """Take over what was sampled between two steps."""
        simulation = self._simulation()
        if simulation is None or not self.requests:
            return None
        stamps = self.requests[0][0].stamps(first, last)
        values = {name: np.empty((stamps.size, self.numbers.size)) for name in self.names}
        units = {}
        for request, where in self.requests:
            population = simulation.populations[request.population]
            sampled = np.concatenate([*request.samples, np.empty((0, len(request.columns), where.size))])[: stamps.size]
            request.samples.clear()
            columns = {name: sampled[:, k] for k, name in enumerate(request.columns)}
            for name in self.names:
                values[name][:, where] = _value(population.model, name, columns, simulation.dt)
                units[name] = population.model.recordable_units[name]
        piece = Traces(simulation.grid.times(stamps), simulation.ids_of(self.numbers), values, units)
        self.pieces.append(piece)
        return piece

    def state(self, put: Callable[[Any], str]) -> dict[str, Any]:
        """What a saved simulation needs of this recorder; `put` stores an array and returns its name."""
        request = self.requests[0][0]
        pieces = [
            {"times": put(p.times), "values": {n: put(v) for n, v in p.values.items()}, "units": p.units} for p in self.pieces
        ]
        timing = [request.interval, request.offset, request.start, request.stop]
        return {"numbers": put(self.numbers), "names": list(self.names), "timing": timing, "pieces": pieces}

    def restore(self, pieces: list[dict[str, Any]], get: Callable[[str], np.ndarray]) -> None:
        """Take over what `state` stored."""
        simulation = self._simulation()
        ids = np.zeros(0, dtype=np.int64) if simulation is None else simulation.ids_of(self.numbers)
        self.pieces = [
            Traces(get(p["times"]), ids, {n: get(v) for n, v in p["values"].items()}, p["units"]) for p in pieces
        ]

    @property
    def traces(self) -> Traces:
        """All samples since the start or the last reset."""
        simulation = self._simulation()
        ids = np.zeros(0, dtype=np.int64) if simulation is None else simulation.ids_of(self.numbers)
        return Traces.joined(self.pieces, ids, self.names)

    @property
    def times(self) -> np.ndarray:
        """Times of the samples in ms."""
        return self.traces.times

    @property
    def ids(self) -> np.ndarray:
        """Ids of the nodes, one a column."""
        return self.traces.ids

    def __getitem__(self, name: str) -> np.ndarray:
        return self.traces[name]

    def __repr__(self) -> str:
        return f"TraceRecorder({', '.join(self.names)} of {self.numbers.size} nodes, {self.times.size} samples)"


def _value(model: Any, name: str, columns: dict[str, np.ndarray], dt: float) -> np.ndarray:
    if name in columns:
        return columns[name]
    from simcore.kernel.generate import arguments

    function = model.derived[name][1]
    return function(*(dt if a == "dt" else columns[a] for a in arguments(function)))
