"""Recorders: handles on what a simulation writes down, and what they hold."""

import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.description import DevicePopulation, Population
from simcore.models import NeuronModel
from simcore.results import Spikes, Traces
from simcore.timegrid import TimeGrid

if TYPE_CHECKING:
    from simcore.contents import Contents

__all__ = [
    "NEVER",
    "SamplerRequest",
    "SpikeRecorder",
    "TraceRecorder",
    "generator_rows",
    "kept_spikes",
    "needed_columns",
    "recorded_flags",
    "sample_stamps",
]

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


def sample_stamps(timing: tuple[int, int, int, int], first: int, last: int) -> np.ndarray:
    """Steps after `first`, up to `last`, at which a sample is taken; `timing` is interval, offset, start and stop.

    Examples
    --------
    >>> sample_stamps((10, 0, 20, 45), 0, 100)
    array([30, 40])
    """
    interval, offset, start, stop = timing
    begin, end = max(first, start) + 1, min(last, stop)
    begin += (offset - begin) % interval
    return np.arange(begin, end + 1, interval, dtype=np.int64)


class SpikeRecorder:
    """Spikes of some nodes: ``times`` [ms] and ``ids``, sorted by time, then id.

    Parameters
    ----------
    simulation : Simulation
    numbers : ndarray of int64
        Recorded nodes.
    start, stop : int
        Spikes after `start` and not after `stop`, in steps, are kept.
    since : int
        Step at which it was made: it holds no spikes of before.
    number : int
        Number of the recorder in the simulation: the key of the trains that stimulators draw for it.
    """

    def __init__(
        self, simulation: "Contents", numbers: np.ndarray, *, start: int, stop: int, since: int = 0, number: int
    ) -> None:
        # What it needs when the simulation is closed or gone.
        self._rows, self._grid, self._ids = simulation.spike_rows, simulation.grid, simulation.ids_of(numbers)
        self.numbers, self.start, self.stop, self.since, self.number = numbers, start, stop, since, number
        # What was drawn for this recorder: the step at which the run began, and rows as those of the simulation.
        self.drawn: list[tuple[int, np.ndarray]] = []
        self.wanted = np.zeros(int(numbers.max(initial=-1)) + 1, dtype=bool)
        self.wanted[numbers] = True
        # Which nodes this rank knows about, where results are local.
        self.own: np.ndarray | None = None

    def has(self, number: int) -> bool:
        """Whether this recorder records a node."""
        return number < self.wanted.size and bool(self.wanted[number])

    def keeps(self, stamps: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        """Which of some spikes this recorder keeps."""
        inside = numbers < self.wanted.size
        inside[inside] = self.wanted[numbers[inside]]
        return inside & (stamps > max(self.start, self.since)) & (stamps <= self.stop)

    def state(self, put: Callable[[Any], str]) -> dict[str, Any]:
        """What a saved simulation needs of this recorder; `put` stores an array and returns its name."""
        times = {name: getattr(self, name) for name in ("start", "stop", "since")}
        drawn = [(began, put(rows)) for began, rows in self.drawn]
        return {"numbers": put(self.numbers), "names": None, **times, "drawn": drawn}

    def draw(self, engine: Any, stimulators: Sequence[tuple[DevicePopulation, int]], first: int, last: int) -> None:
        """Take a train of its own from each of the stimulators that it records, for steps up to `last`.

        Stimulators are given by population and position; they draw spikes for each target.
        """
        recorded = [(group, k) for group, k in stimulators if self.has(group.first + k)]
        begin, end = max(first, self.start, self.since), min(last, self.stop)
        if not recorded or begin >= end:
            return
        from simcore.kernel.probing import device_spikes

        rows = []
        for group, k in recorded:
            steps, counts = device_spikes(engine, group, k, self.number, first=begin, last=end)
            rows.append(np.stack([steps, np.full(steps.size, group.first + k), counts], axis=1).astype(np.int32))
        self.drawn.append((first, np.concatenate(rows)))

    def clear(self) -> None:
        """Forget everything, at a reset."""
        self.since = 0
        self.drawn.clear()

    @property
    def spikes(self) -> Spikes:
        """All spikes since the start or the last reset."""
        ids = np.zeros(self.wanted.size, dtype=np.int64)
        ids[self.numbers] = self._ids
        own = None if self.own is None else self.own[: ids.size]
        return kept_spikes([rows for _, rows in self._rows], [self], ids, self._grid, own=own)

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
    timing : tuple of int
        Interval, offset, start and stop of the samples, in steps.
    """

    # Whether samples may be taken over later than after the run.
    can_wait = True

    def __init__(
        self,
        simulation: "Contents",
        numbers: np.ndarray,
        names: tuple[str, ...],
        requests: list[tuple[SamplerRequest, np.ndarray]],
        *,
        timing: tuple[int, int, int, int],
    ) -> None:
        self._simulation, self._ids = weakref.ref(simulation), simulation.ids_of(numbers)
        self.numbers, self.names, self.requests, self.timing = numbers, names, requests, timing
        self.pieces: list[Traces] = []
        # Step up to which samples have been taken over.
        self.taken = simulation._step

    def shift(self, timing: tuple[int, int, int, int]) -> None:
        """Sample at other times from now on."""
        self.settle()
        self.timing = timing
        for request, _ in self.requests:
            request.interval, request.offset, request.start, request.stop = timing

    def gather(self) -> None:
        """Take over what was sampled since the last call; all of it on every rank, if results are not local."""
        simulation = self._simulation()
        assert simulation is not None  # it calls this
        simulation._collect()
        stamps = sample_stamps(self.timing, self.taken, simulation._step)
        own = np.flatnonzero(simulation._owned(self.numbers))
        values, units = self._sampled(simulation, own, stamps.size)
        if simulation.local:
            piece = Traces(simulation.grid.times(stamps), self._ids[own], values, units)
        else:
            values = simulation.ranks.join(self.numbers.size, own, values)
            piece = Traces(simulation.grid.times(stamps), self._ids, values, units)
        self.pieces.append(piece)
        self.taken = simulation._step
        for request, _ in self.requests:
            request.samples.clear()

    def _sampled(self, simulation: "Contents", own: np.ndarray, n_stamps: int) -> tuple[dict[str, np.ndarray], dict[str, str]]:
        """Samples of this rank's neurons, shape (n_stamps, own.size), and the units."""
        values, units = {name: np.empty((n_stamps, own.size)) for name in self.names}, {}
        for request, where in self.requests:
            population = simulation.populations[request.population]
            _, mine, columns_of_own = np.intersect1d(where, own, assume_unique=True, return_indices=True)
            taken = slice(None) if mine.size == where.size else mine
            pieces = [samples[:, :, taken] for samples in request.samples]
            sampled = np.concatenate([*pieces, np.empty((0, len(request.columns), mine.size))])[:n_stamps]
            columns = {name: sampled[:, k] for k, name in enumerate(request.columns)}
            for name in self.names:
                units[name] = population.model.recordable_units[name]
                if mine.size:
                    values[name][:, columns_of_own] = _value(population.model, name, columns, simulation.dt)
        return values, units

    def settle(self) -> None:
        """Take over what waits, unless there is nothing, or the simulation is gone and with it what it held."""
        simulation = self._simulation()
        if simulation is not None and simulation.n_ranks == 1 and self.taken < simulation._step:
            self.gather()

    def state(self, put: Callable[[Any], str]) -> dict[str, Any]:
        """What a saved simulation needs of this recorder; `put` stores an array and returns its name."""
        self.settle()
        pieces = [
            {"times": put(p.times), "values": {n: put(v) for n, v in self._whole(p).items()}, "units": p.units}
            for p in self.pieces
        ]
        return {"numbers": put(self.numbers), "names": list(self.names), "timing": list(self.timing), "pieces": pieces}

    def _whole(self, piece: Traces) -> dict[str, np.ndarray]:
        """The traces of all ranks."""
        simulation = self._simulation()
        assert simulation is not None  # it calls this
        if not simulation.local:
            return piece.values
        return simulation.ranks.join(self.numbers.size, np.flatnonzero(simulation._owned(self.numbers)), piece.values)

    def keep(self, own: np.ndarray) -> None:
        """Forget the traces of all but some of the recorded nodes, given by position."""
        self.pieces = [Traces(p.times, p.ids[own], {n: v[:, own] for n, v in p.values.items()}, p.units) for p in self.pieces]

    def restore(self, pieces: list[dict[str, Any]], get: Callable[[str], np.ndarray]) -> None:
        """Take over what `state` stored."""
        self.pieces = [
            Traces(get(p["times"]), self._ids, {n: get(v) for n, v in p["values"].items()}, p["units"]) for p in pieces
        ]

    def clear(self) -> None:
        """Forget everything, at a reset."""
        self.pieces.clear()
        for request, _ in self.requests:
            request.samples.clear()
        self.taken = 0

    def forget(self, until: float) -> None:
        """Forget the samples that are not later than a time in ms."""
        self.settle()
        later = [(piece, int(np.searchsorted(piece.times, until, side="right"))) for piece in self.pieces]
        self.pieces = [
            Traces(p.times[k:], p.ids, {name: v[k:].copy() for name, v in p.values.items()}, p.units)
            for p, k in later if k < p.times.size
        ]  # fmt: skip

    @property
    def traces(self) -> Traces:
        """All samples since the start or the last reset."""
        self.settle()
        return Traces.joined(self.pieces, self.pieces[0].ids if self.pieces else self._ids, self.names)

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


def kept_spikes(
    parts: Sequence[np.ndarray],
    recorders: Sequence[SpikeRecorder],
    ids: np.ndarray,
    grid: TimeGrid,
    own: np.ndarray | None = None,
    first: int = 0,
) -> Spikes:
    """Spikes that any of the recorders keeps, by time, then id.

    Parameters
    ----------
    parts : sequence of ndarray of int, shape (n, 3)
        Step, number and count of spikes, by step, then number; one part after the other in time.
    recorders : sequence of SpikeRecorder
    ids : ndarray of int64
        The user's id of each number.
    grid : TimeGrid
    own : ndarray of bool, optional
        Which nodes this rank knows about; None if all.
    first : int
        What was drawn for recorders in runs that began at this step or later is among the spikes.
    """
    rows = parts[0] if len(parts) == 1 else np.concatenate([np.empty((0, 3), dtype=np.int32), *parts])
    stamps, numbers = rows[:, 0] + 1, rows[:, 1]
    keep = np.zeros(len(rows), dtype=bool)
    for recorder in recorders:
        keep |= recorder.keeps(stamps, numbers)
    pieces = [_sorted_spikes(rows[keep], ids, grid)]
    drawn = [rows for recorder in recorders for began, rows in recorder.drawn if began >= first]
    if drawn:
        pieces += [_sorted_spikes(rows, ids, grid) for rows in drawn]
        times, found = np.concatenate([p.times for p in pieces]), np.concatenate([p.ids for p in pieces])
        order = np.lexsort((found, times))
        pieces = [Spikes(times[order], found[order])]
    wanted = np.zeros(ids.size, dtype=bool)
    for recorder in recorders:
        wanted[recorder.numbers] = True
    wanted = wanted if own is None else wanted & own
    nodes = np.sort(ids[wanted])
    return Spikes(np.concatenate([p.times for p in pieces]), np.concatenate([p.ids for p in pieces]), nodes)


def _sorted_spikes(rows: np.ndarray, ids: np.ndarray, grid: TimeGrid) -> Spikes:
    """Rows of step, number and count as spikes by time, then id."""
    times, found = grid.times(rows[:, 0] + 1), ids[rows[:, 1]]
    if (rows[:, 2] != 1).any():
        times, found = np.repeat(times, rows[:, 2]), np.repeat(found, rows[:, 2])
    is_sorted = np.all((times[1:] > times[:-1]) | ((times[1:] == times[:-1]) & (found[1:] >= found[:-1])))
    order = slice(None) if is_sorted else np.lexsort((found, times))
    return Spikes(times[order], found[order])


def recorded_flags(recorders: Sequence[SpikeRecorder], populations: Sequence[Population]) -> dict[int, np.ndarray]:
    """For each population with recorded spikes, which of its neurons; uint8, shape (size,)."""
    flags: dict[int, np.ndarray] = {}
    firsts = np.array([population.first for population in populations], dtype=np.int64)
    for recorder in recorders:
        # Numbers of stimulators lie between those of populations.
        of = np.searchsorted(firsts, recorder.numbers, side="right") - 1
        for k in np.unique(of[of >= 0]).tolist():
            positions = recorder.numbers[of == k] - populations[k].first
            positions = positions[positions < populations[k].size]
            if positions.size:
                flags.setdefault(k, np.zeros(populations[k].size, dtype=np.uint8))[positions] = 1
    return flags


def generator_rows(
    recorders: Sequence[SpikeRecorder],
    devices: Sequence[DevicePopulation],
    grid: TimeGrid,
    *,
    first: int,
    last: int,
    seed: int,
) -> list[np.ndarray]:
    """Spikes of the recorded spike generators after step `first`, up to `last`: rows of step of emission, number, count."""
    rows = []
    for device in devices:
        for k in range(device.size) if device.model.is_source else ():
            if any(recorder.has(device.first + k) for recorder in recorders):
                stamps, counts, _ = device.train(k, grid, seed)
                inside = (stamps > first) & (stamps <= last)
                numbers = np.full(int(inside.sum()), device.first + k)
                rows.append(np.stack([stamps[inside] - 1, numbers, counts[inside]], axis=1).astype(np.int32))
    return rows


def needed_columns(model: NeuronModel, names: Sequence[str]) -> tuple[str, ...]:
    """State variables from which some recordables are computed."""
    from simcore.kernel.generate import arguments

    needed: list[str] = []
    for name in names:
        derived = model.derived.get(name)
        needed += [a for a in arguments(derived[1]) if a != "dt"] if derived else [name]
    return tuple(dict.fromkeys(needed))


def _value(model: Any, name: str, columns: dict[str, np.ndarray], dt: float) -> np.ndarray:
    if name in columns:
        return columns[name]
    from simcore.kernel.generate import arguments

    function = model.derived[name][1]
    return function(*(dt if a == "dt" else columns[a] for a in arguments(function)))
