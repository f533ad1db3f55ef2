"""Simulation: create, connect, stimulate, record, run, read and change."""

import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from simcore.description import DevicePopulation, Population, Projection
from simcore.errors import ParameterError, SimulationError, UnknownNameError
from simcore.nodes import Nodes
from simcore.parameter import check_names
from simcore.progress import Progress
from simcore.provenance import provenance
from simcore.recorders import NEVER, SamplerRequest, SpikeRecorder, TraceRecorder
from simcore.results import Results, Spikes
from simcore.timegrid import TimeGrid
from simcore.values import check_together, device_values, node_values, start_column
from simcore.wiring import describe

__all__ = ["Simulation"]

_LARGEST_NETWORK = 2**31 - 1


class Simulation:
    """A network of spiking neurons that runs on a grid of time steps.

    Parameters
    ----------
    dt : float
        Step in ms, a multiple of 0.001 ms.
    seed : int
        Seed of every random number, in [0, 2**64). The same seed gives the same spikes for any number of threads.
    threads : int, optional
        Threads to use; None takes all cores that the process may use.

    Examples
    --------
    >>> sim = Simulation(dt=0.1, seed=1)
    >>> neuron = sim.create("iaf_psc_exp", params={"I_e": 400.0})
    >>> spikes = sim.record(neuron, "spikes")
    >>> results = sim.run(50.0)
    >>> results.spikes.times
    array([17.7, 37.4])
    """

    def __init__(self, dt: float = 0.1, *, seed: int = 0, threads: int | None = None) -> None:
        from simcore.compile import default_threads
        from simcore.random import check_seed

        self.grid = TimeGrid(float(dt))
        self.seed = check_seed(seed, "Simulation: seed")
        if threads is not None and (not isinstance(threads, (int, np.integer)) or threads < 1):
            raise ParameterError("Simulation: threads", got=threads, expected="a whole number >= 1, or None")
        self.threads = default_threads() if threads is None else int(threads)
        self.populations: list[Population] = []
        self.devices: list[DevicePopulation] = []
        self.projections: list[Projection] = []
        self._ids = np.zeros(0, dtype=np.int64)
        self._number_of: np.ndarray | None = None
        self._recorders: list[SpikeRecorder | TraceRecorder] = []
        self.spike_rows: list[tuple[int, np.ndarray]] = []
        self._engine: Any = None
        self.initial: list[dict[str, np.ndarray]] = []
        self._dirty = True
        self.draws = 0
        self._closers: list[Callable[[], None]] = []
        self._closed = False

    # -- the state of things -------------------------------------------------------------------------------------------------

    @property
    def dt(self) -> float:
        """Step in ms."""
        return self.grid.dt

    @property
    def time(self) -> float:
        """Simulated time so far in ms."""
        return self.grid.times(self._step)

    @property
    def n_nodes(self) -> int:
        """Number of neurons and stimulators."""
        return self._ids.size

    @property
    def nodes(self) -> Nodes:
        """All neurons and stimulators, in order of creation."""
        return Nodes(self, np.arange(self.n_nodes))

    @property
    def _step(self) -> int:
        return 0 if self._engine is None else self._engine.step

    @property
    def is_closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    def ids_of(self, numbers: np.ndarray) -> np.ndarray:
        """The user's ids of nodes given by number of creation."""
        return self._ids[numbers]

    def split(self, nodes: Nodes) -> list[tuple[Population | DevicePopulation, np.ndarray]]:
        """The populations that some nodes belong to, with the numbers of the nodes in each, in the given order."""
        groups = sorted([*self.populations, *self.devices], key=lambda g: g.first)
        inside = [(g, nodes.numbers[(nodes.numbers >= g.first) & (nodes.numbers < g.first + g.size)]) for g in groups]
        return [(g, numbers) for g, numbers in inside if numbers.size]

    # -- building ------------------------------------------------------------------------------------------------------------

    def create(self, model: Any, n: int = 1, params: Mapping[str, Any] | None = None, *, ids: Any = None) -> Nodes:
        """Create neurons or stimulators of one model.

        Parameters
        ----------
        model : str, NeuronModel or DeviceModel
            Name of a model, or a model of your own.
        n : int
            How many.
        params : dict, optional
            Parameters and start values: numbers, arrays of shape (n,) or distributions such as ``("uniform", -70.0, -55.0)``.
        ids : array_like of int, shape (n,), optional
            Ids to use in results; None counts on from the largest so far.

        Returns
        -------
        nodes : Nodes

        Raises
        ------
        UnknownNameError
            Unknown model or parameter.
        ParameterError
            A value that is not allowed.

        Examples
        --------
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> sim.create("iaf_psc_exp", 3, {"V_m": ("uniform", -70.0, -60.0)})
        Nodes(3 iaf_psc_exp)
        """
        self._require_open()
        record = _model(model)
        if not isinstance(n, (int, np.integer)) or isinstance(n, bool) or n < 1:
            raise ParameterError("create: n", got=n, expected="a whole number >= 1")
        if self.n_nodes + n > _LARGEST_NETWORK:
            raise ParameterError("create: n", got=n, expected=f"at most {_LARGEST_NETWORK - self.n_nodes} more nodes")
        new_ids = self._new_ids(int(n), ids)
        if hasattr(record, "emits"):
            self.devices.append(self._device_population(record, int(n), params or {}))
        else:
            self.populations.append(self._population(record, new_ids, params or {}))
        numbers = np.arange(self.n_nodes, self.n_nodes + n)
        self._ids = np.concatenate([self._ids, new_ids])
        self._number_of = None
        self._dirty = True
        return Nodes(self, numbers)

    def _population(self, model: Any, ids: np.ndarray, params: Mapping[str, Any]) -> Population:
        values = node_values(model, params, ids, seed=self.seed, draw=0)
        parameters = model.defaults() | {k: v for k, v in values.items() if k in model.parameters}
        check_together(model, parameters, self.grid)
        columns = {name: start_column(state, parameters, ids.size) for name, state in model.state.items()}
        for name in columns:
            columns[name][:] = values.get(name, columns[name])
        if model.solver:
            columns["solver_step"] = np.full(ids.size, self.dt)
        return Population(model, self.n_nodes, ids.size, parameters, columns)

    def _device_population(self, model: Any, n: int, params: Mapping[str, Any]) -> DevicePopulation:
        parameters = [model.defaults() | values for values in device_values(model, params, n)]
        for one in parameters:
            self._check_device(model, one)
        return DevicePopulation(model, self.n_nodes, n, parameters)

    def _check_device(self, model: Any, values: Mapping[str, Any]) -> None:
        from simcore.devices import window_steps

        first, last = window_steps(values, self.grid)
        if last < first:
            raise ParameterError(f"{model.name}: stop", got=values["stop"], expected=f">= start = {values['start']:g} ms")
        check_together(model, values, self.grid)

    def _new_ids(self, n: int, ids: Any) -> np.ndarray:
        if ids is None:
            return np.arange(n, dtype=np.int64) + int(self._ids.max(initial=-1) + 1)
        new = np.asarray(ids)
        if new.size and new.dtype.kind in "iu" and new.max() >= _LARGEST_NETWORK:
            raise ParameterError("create: ids", got=int(new.max()), expected=f"ids below {_LARGEST_NETWORK}")
        if new.shape != (n,) or new.dtype.kind not in "iu":
            raise ParameterError("create: ids", got=ids, expected=f"{n} whole numbers")
        if np.unique(new).size < n or (new < 0).any() or np.isin(new, self._ids).any():
            raise ParameterError("create: ids", got=ids, expected="ids >= 0 that are not in use, each once")
        return new.astype(np.int64)

    def connect(
        self, pre: Nodes, post: Nodes, rule: Any = None, *, weight: Any = 1.0, delay: Any = None,
        synapse: Any = "static_synapse", params: Mapping[str, Any] | None = None, receptor: int = 0,
    ) -> Projection:  # fmt: skip
        """Connect two sets of nodes by a rule.

        Parameters
        ----------
        pre, post : Nodes
            Sources and targets.
        rule : rule of simcore.rules, optional
            Which sources each target gets; None connects all to all.
        weight : float or Distribution
            Weight in the unit of the targets' input (pA, nS or mV); drawn for each edge from a distribution.
        delay : float or Distribution, optional
            Delay in ms, rounded to the grid; None is 1 ms, or one step if that is longer.
        synapse : str or SynapseModel
            Synapse model.
        params : dict, optional
            Its parameters and start values.
        receptor : int
            Receptor type of the targets.

        Returns
        -------
        projection : Projection
            Handle for `connectivity`.

        Examples
        --------
        >>> from simcore import rules
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> neurons = sim.create("iaf_psc_exp", 100)
        >>> sim.connect(neurons, neurons, rules.FixedIndegree(10), weight=20.0, delay=1.5).n_edges
        1000
        """
        from simcore.rules import AllToAll

        for where, nodes in (("pre", pre), ("post", post)):
            if not isinstance(nodes, Nodes) or nodes.simulation is not self:
                raise ParameterError(f"connect: {where}", got=nodes, expected="Nodes of this simulation")
        return self._add_projection(pre.numbers, post.numbers, rule or AllToAll(), weight, delay, synapse, params, receptor)

    def connect_edges(
        self, source_ids: Any, target_ids: Any, *, weight: Any = 1.0, delay: Any = None,
        synapse: Any = "static_synapse", params: Mapping[str, Any] | None = None, receptor: int = 0,
    ) -> Projection:  # fmt: skip
        """Connect pairs of nodes given by two arrays of ids.

        Parameters
        ----------
        source_ids, target_ids : array_like of int, shape (n_edges,)
            One edge a row; parallel edges and self-connections are ordinary.
        weight, delay : float, array_like of shape (n_edges,) or Distribution
            Weights, and delays in ms. Weights are stored in single precision where that loses nothing.
        synapse, params, receptor
            As in `connect`; parameters may be arrays of shape (n_edges,).

        Examples
        --------
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> neurons = sim.create("iaf_psc_exp", 3)
        >>> sim.connect_edges([0, 0, 1], [1, 2, 2], weight=[10.0, 20.0, 30.0], delay=1.5).n_edges
        3
        """
        sources = self._numbers_of(source_ids, "connect_edges: source_ids")
        targets = self._numbers_of(target_ids, "connect_edges: target_ids")
        if sources.size != targets.size:
            raise ParameterError("connect_edges", got=f"{sources.size} sources, {targets.size} targets", expected="as many of each")
        return self._add_projection(sources, targets, None, weight, delay, synapse, params, receptor)

    def check_edges(
        self, source_ids: Any, target_ids: Any, *, weight: Any = 1.0, delay: Any = None,
        synapse: Any = "static_synapse", params: Mapping[str, Any] | None = None, receptor: int = 0,
    ) -> None:  # fmt: skip
        """Refuse what `connect_edges` would refuse, and make nothing."""
        sources = self._numbers_of(source_ids, "check_edges: source_ids")
        targets = self._numbers_of(target_ids, "check_edges: target_ids")
        self._describe(sources, targets, None, weight, delay, synapse, params, receptor)

    def _describe(
        self, sources: np.ndarray, targets: np.ndarray, rule: Any, weight: Any, delay: Any, synapse: Any, params: Any, receptor: int
    ) -> Projection:
        return describe(
            len(self.projections), sources, targets, rule=rule, weight=weight,
            delay=max(1.0, self.dt) if delay is None else delay, synapse=synapse, params=params,
            receptor=receptor, groups=[*self.populations, *self.devices], grid=self.grid, seed=self.seed,
        )  # fmt: skip

    def _add_projection(self, *description: Any) -> Projection:
        self._require_open()
        projection = self._describe(*description)
        self.projections.append(projection)
        self._dirty = True
        return projection

    def _numbers_of(self, ids: Any, where: str) -> np.ndarray:
        """Numbers of creation of nodes given by id."""
        if isinstance(ids, Nodes):
            return ids.numbers
        ids = np.asarray(ids)
        if ids.ndim != 1 or (ids.size and ids.dtype.kind not in "iu"):
            raise ParameterError(where, got=ids, expected="a one-dimensional array of whole numbers")
        if ids.size == 0:
            return np.zeros(0, dtype=np.int32)
        if self._number_of is None:
            self._number_of = np.full(int(self._ids.max(initial=-1)) + 1, -1, dtype=np.int32)
            self._number_of[self._ids] = np.arange(self.n_nodes)
        inside = (ids >= 0) & (ids < self._number_of.size)
        if inside.all():
            numbers = ids if self._ids_are_numbers else self._number_of[ids]
            inside = numbers >= 0
        if not inside.all():
            raise ParameterError(where, got=int(ids[~inside][0]), expected="ids of nodes that exist")
        return numbers

    def select(self, ids: Any) -> Nodes:
        """The nodes with some ids, in that order.

        Examples
        --------
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> neurons = sim.create("iaf_psc_exp", 3, ids=[7, 5, 9])
        >>> sim.select([5]).numbers
        array([1])
        """
        return Nodes(self, self._numbers_of(ids, "select: ids"))

    @property
    def _ids_are_numbers(self) -> bool:
        return bool(np.array_equal(self._ids, np.arange(self.n_nodes)))

    # -- recording -----------------------------------------------------------------------------------------------------------

    def record(
        self, nodes: Nodes, what: Any = "spikes", *, interval: float | None = None, start: float = 0.0,
        stop: float | None = None, offset: float = 0.0,
    ) -> Any:  # fmt: skip
        """Record spikes or state variables of some nodes.

        Parameters
        ----------
        nodes : Nodes
            What to record from.
        what : "spikes", str or list of str
            Spikes, or names of recordable state variables.
        interval : float, optional
            Time between samples in ms; None is 1 ms, or one step if that is longer.
        start, stop : float
            Record after `start` and not after `stop` [ms]; None never stops.
        offset : float
            Time of the first sample, if not one interval after zero.

        Returns
        -------
        recorder : SpikeRecorder or TraceRecorder
            Holds everything since the start or the last reset: ``.times``, ``.ids``, ``recorder["V_m"]``.

        Examples
        --------
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> neurons = sim.create("iaf_psc_exp", 2)
        >>> traces = sim.record(neurons, ["V_m"], interval=0.5)
        >>> results = sim.run(2.0)
        >>> traces.times, traces["V_m"].shape
        (array([0.5, 1. , 1.5, 2. ]), (4, 2))
        """
        self._require_open()
        if not isinstance(nodes, Nodes) or nodes.simulation is not self:
            raise ParameterError("record: nodes", got=nodes, expected="Nodes of this simulation")
        first = self.grid.steps(start, "record: start")
        last = NEVER if stop is None or np.isinf(stop) else self.grid.steps(stop, "record: stop")
        self.check_recordable(nodes, what)
        recorder: SpikeRecorder | TraceRecorder
        if isinstance(what, str) and what == "spikes":
            if interval is not None or offset:
                raise ParameterError("record: interval", got=interval or offset, expected="nothing for spikes, which are all recorded")
            recorder = SpikeRecorder(self, nodes.numbers, start=first, stop=last)
        else:
            step = self.grid.steps(max(1.0, self.dt) if interval is None else interval, "record: interval")
            if step < 1:
                raise ParameterError("record: interval", got=interval, expected=f">= dt = {self.dt:g} ms")
            names = (what,) if isinstance(what, str) else tuple(what)
            recorder = self._trace_recorder(nodes, names, (step, self.grid.steps(offset, "record: offset"), first, last))
        self._recorders.append(recorder)
        self._dirty = True
        return recorder

    def check_recordable(self, nodes: Nodes, what: Any) -> None:
        """Refuse what `record` would refuse of these nodes, and make nothing."""
        names = (what,) if isinstance(what, str) else tuple(what)
        if not names:
            raise ParameterError("record: what", got=what, expected="'spikes' or names of state variables")
        for group, _ in self.split(nodes):
            is_device = isinstance(group, DevicePopulation)
            if names == ("spikes",):
                if is_device and not group.model.is_source:
                    raise ParameterError(
                        "record", got=f"spikes of {group.model.name}",
                        expected="neurons or spike generators; connect it to a parrot_neuron",
                    )  # fmt: skip
            else:
                known = {} if is_device else group.model.recordable_units
                check_names(f"recordable of {group.model.name}", dict.fromkeys(names), known)

    def _trace_recorder(self, nodes: Nodes, names: tuple[str, ...], timing: tuple[int, int, int, int]) -> TraceRecorder:
        from simcore.kernel.generate import arguments

        requests = []
        for group, numbers in self.split(nodes):
            assert isinstance(group, Population)  # a stimulator has no recordables
            needed: list[str] = []
            for name in names:
                derived = group.model.derived.get(name)
                needed += [a for a in arguments(derived[1]) if a != "dt"] if derived else [name]
            request = SamplerRequest(
                self.populations.index(group), numbers - group.first, tuple(dict.fromkeys(needed)), *timing
            )
            requests.append((request, np.flatnonzero(np.isin(nodes.numbers, numbers))))
        return TraceRecorder(self, nodes.numbers, names, requests)

    def recorded_spikes(self, recorders: Sequence[SpikeRecorder], first: int = 0) -> Spikes:
        """Spikes that any of the recorders keeps, of the runs that began at step `first` or later."""
        parts = [Spikes.empty()]
        for began, rows in self.spike_rows:
            if began >= first:
                stamps, numbers = rows[:, 0] + 1, rows[:, 1]
                keep = np.zeros(len(rows), dtype=bool)
                for recorder in recorders:
                    keep |= recorder.keeps(stamps, numbers)
                rows = rows[keep]
                times, ids = self.grid.times(rows[:, 0] + 1), self._ids[rows[:, 1]]
                if (rows[:, 2] != 1).any():
                    times, ids = np.repeat(times, rows[:, 2]), np.repeat(ids, rows[:, 2])
                order = slice(None) if self._ids_are_numbers else np.lexsort((ids, times))
                parts.append(Spikes(times[order], ids[order]))
        return Spikes(np.concatenate([p.times for p in parts]), np.concatenate([p.ids for p in parts]))

    # -- running -------------------------------------------------------------------------------------------------------------

    def run(self, duration: float, *, progress: bool | None = None) -> Results:
        """Simulate for a while.

        Ctrl-C stops at a step of the grid: what was recorded stays, and the run can go on with another call.

        Parameters
        ----------
        duration : float
            Time in ms, a multiple of dt.
        progress : bool, optional
            Show a progress bar; None shows one in a terminal or a notebook.

        Returns
        -------
        results : Results
            What was recorded during this call.

        Raises
        ------
        NumericalError
            A state variable became NaN or infinite; the message names neuron, variable and time.
        """
        self._require_open()
        n_steps = self.grid.steps(duration, "run: duration")
        if n_steps < 0:
            raise ParameterError("run: duration", got=duration, expected=">= 0 ms")
        self.prepare()
        first = self._step
        timing = {"total": 0.0}
        with _Interrupt() as interrupt, Progress(duration, show=progress) as bar:

            def visit(step: int) -> bool:
                bar.advance_to(self.grid.times(step - first))
                return not interrupt.asked

            try:
                spikes, timing = self._engine.run(n_steps, visit=visit)
                self.spike_rows.append((first, self._with_generators(spikes, first)))
            finally:
                traces = [r.gather(first, self._step) for r in self._recorders if isinstance(r, TraceRecorder)]
        simulated = self.grid.times(self._step - first)
        timing["real_time_factor"] = timing["total"] / (simulated / 1000.0) if simulated else 0.0
        meta = provenance(self, start=self.grid.times(first), timing=timing)
        return Results(self.recorded_spikes(self._spike_recorders, first), [t for t in traces if t is not None], meta)

    @property
    def _spike_recorders(self) -> list[SpikeRecorder]:
        return [r for r in self._recorders if isinstance(r, SpikeRecorder)]

    @property
    def results(self) -> Results:
        """All that was recorded since the start or the last reset."""
        traces = [r.traces for r in self._recorders if isinstance(r, TraceRecorder)]
        return Results(self.recorded_spikes(self._spike_recorders), traces, provenance(self, start=0.0, timing={}))

    def prepare(self) -> Any:
        """Build what was asked for since the last run; returns the compiled side."""
        from simcore.kernel.engine import Engine

        if self._engine is None:
            self._engine = Engine(self.grid, seed=self.seed, threads=self.threads)
        fresh = self.populations[len(self.initial) :]
        self.initial += [{name: column.copy() for name, column in p.columns.items()} for p in fresh]
        if self._dirty:
            self._engine.build(self.populations, self.devices, self.projections)
            requests = [request for r in self._recorders if isinstance(r, TraceRecorder) for request, _ in r.requests]
            self._engine.refresh(self._recorded_flags(), requests)
            self._dirty = False
        return self._engine

    def _recorded_flags(self) -> dict[int, np.ndarray]:
        flags: dict[int, np.ndarray] = {}
        for recorder in self._spike_recorders:
            for k, population in enumerate(self.populations):
                inside = recorder.numbers[(recorder.numbers >= population.first) & (recorder.numbers < population.first + population.size)]
                if inside.size:
                    flags.setdefault(k, np.zeros(population.size, dtype=np.uint8))[inside - population.first] = 1
        return flags

    def _with_generators(self, spikes: np.ndarray, first: int) -> np.ndarray:
        """Add the spikes of recorded spike generators."""
        from simcore.kernel.engine import sorted_rows

        rows = [spikes]
        recorded = np.unique(np.concatenate([np.zeros(0, np.int64), *(r.numbers for r in self._spike_recorders)]))
        for device in self.devices:
            for k in range(device.size) if device.model.is_source else ():
                if device.first + k in recorded:
                    stamps, counts, _ = device.model.train(device.parameters[k], self.grid)  # type: ignore[misc]
                    inside = (stamps > first) & (stamps <= self._step)
                    numbers = np.full(int(inside.sum()), device.first + k)
                    rows.append(np.stack([stamps[inside] - 1, numbers, counts[inside]], axis=1).astype(np.int32))
        return spikes if len(rows) == 1 else sorted_rows(rows)

    def reset(self) -> None:
        """Go back to time zero: states, synapses and random numbers as before the first run, records empty."""
        self._require_open()
        for population, columns in zip(self.populations, self.initial, strict=False):
            for name, values in columns.items():
                population.columns[name][:] = values
        self._engine, self._dirty = None, True
        self.spike_rows.clear()
        for recorder in self._recorders:
            if isinstance(recorder, TraceRecorder):
                recorder.pieces.clear()

    # -- reading and changing ------------------------------------------------------------------------------------------------

    def get(self, nodes: Nodes, name: str) -> np.ndarray:
        """Value of a parameter or state variable of each node.

        Parameters
        ----------
        nodes : Nodes
        name : str

        Returns
        -------
        values : ndarray, shape (n,)
            In the order of `nodes`. A list of numbers a node (spike times) gives an array of objects.

        Examples
        --------
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> sim.get(sim.create("iaf_psc_exp", 2), "V_m")
        array([-70., -70.])
        """
        out: np.ndarray | None = None
        for group, numbers in self.split(nodes):
            check_names(f"parameter of {group.model.name}", {name: None}, group.model.settable)
            values = _values_of(group, name, numbers - group.first)
            if out is None:
                out = np.empty(len(nodes), dtype=values.dtype)
            where = (nodes.numbers >= group.first) & (nodes.numbers < group.first + group.size)
            out[where] = values
        return np.zeros(0) if out is None else out

    def set(self, nodes: Nodes, values: Mapping[str, Any] | None = None, **named: Any) -> None:
        """Set parameters or state variables of some nodes; all is checked before anything changes.

        Parameters
        ----------
        nodes : Nodes
        values : dict, optional
            Name to number, array of shape (n,) in the order of `nodes`, or distribution.
        **named
            The same as keywords.

        Examples
        --------
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> neurons = sim.create("iaf_psc_exp", 2)
        >>> sim.set(neurons, V_m=[-65.0, -60.0])
        >>> neurons.get("V_m")
        array([-65., -60.])
        """
        self._require_open()
        given = {**(values or {}), **named}
        changes = [change for group, numbers in self.split(nodes) for change in self._changes(nodes, group, numbers, given)]
        for change in changes:
            change()
        self.draws += 1
        self._dirty = True

    def _changes(self, nodes: Nodes, group: Any, numbers: np.ndarray, given: Mapping[str, Any]) -> Iterator[Callable[[], None]]:
        """What has to be done for one population, after checking that it can be."""
        inside = (nodes.numbers >= group.first) & (nodes.numbers < group.first + group.size)
        own = {k: v[inside] if isinstance(v, np.ndarray) and v.shape == inside.shape else _part(v, inside) for k, v in given.items()}
        positions = numbers - group.first
        if isinstance(group, DevicePopulation):
            new = device_values(group.model, own, numbers.size)
            merged = [group.parameters[p] | one for p, one in zip(positions, new, strict=True)]
            for one in merged:
                self._check_device(group.model, one)
            yield lambda: [group.parameters.__setitem__(p, one) for p, one in zip(positions, merged, strict=True)] and None
            return
        checked = node_values(group.model, own, self.ids_of(numbers), seed=self.seed, draw=1 + self.draws)
        parameters = dict(group.parameters)
        for name, value in checked.items():
            if name in group.model.parameters:
                parameters[name] = _replaced(parameters[name], value, positions, group.size)
        check_together(group.model, parameters, self.grid)
        columns = {name: value for name, value in checked.items() if name in group.model.state}
        yield lambda: group.parameters.update(parameters)
        for name, value in columns.items():
            yield lambda name=name, value=value: group.columns[name].__setitem__(positions, value)

    def connectivity(self, projection: Projection | None = None) -> dict[str, np.ndarray]:
        """Edges as arrays, with present weights.

        Parameters
        ----------
        projection : Projection, optional
            What a connect call returned; None gives all edges, in the order in which they were made.

        Returns
        -------
        edges : dict of str to ndarray, shape (n_edges,)
            ``"source"``, ``"target"`` (ids), ``"weight"``, ``"delay"`` [ms], and the state variables of the synapse model if one
            projection is asked for.

        Examples
        --------
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> neurons = sim.create("iaf_psc_exp", 3)
        >>> edges = sim.connectivity(sim.connect_edges([0, 1], [2, 2], weight=[10.0, 20.0]))
        >>> edges["weight"]
        array([10., 20.])
        """
        if projection is None:
            parts = [self.connectivity(p) for p in self.projections]
            names = ("source", "target", "weight", "delay")
            return {n: np.concatenate([np.zeros(0, np.int64 if n in names[:2] else float), *(p[n] for p in parts)]) for n in names}
        if not any(projection is p for p in self.projections):
            raise ParameterError("connectivity: projection", got=projection, expected="a projection of this simulation")
        self.prepare()
        n = projection.n_edges
        out = {"source": np.empty(n, np.int64), "target": np.empty(n, np.int64), "weight": np.empty(n), "delay": np.empty(n)}
        for batch in projection.batches():
            out["source"][batch.numbers], out["target"][batch.numbers] = self._ids[batch.sources], self._ids[batch.targets]
            out["weight"][batch.numbers], out["delay"][batch.numbers] = batch.weights, self.grid.times(batch.delays)
        if self._engine.stores(projection):
            out |= self._engine.read_back(projection)
        return out

    # -- saving --------------------------------------------------------------------------------------------------------------

    def save(self, path: str | Path) -> Path:
        """Write the whole simulation to a file, so that `simcore.load` goes on from it as if it had never stopped.

        Parameters
        ----------
        path : str or Path
            The file; an ``.npz`` archive without pickle, whatever its name.

        Returns
        -------
        path : Path

        Examples
        --------
        >>> sim.save("state.npz")  # doctest: +SKIP
        """
        from simcore.checkpoint import save

        self._require_open()
        return save(self, path)

    def recorder_states(self, put: Callable[[Any], str]) -> list[dict[str, Any]]:
        """Recorders and what they hold, for `simcore.checkpoint`; `put` stores an array and returns its name."""
        return [recorder.state(put) for recorder in self._recorders]

    def restore(
        self, *, ids: np.ndarray, draws: int, initial: list[dict[str, np.ndarray]], recorders: list[dict[str, Any]],
        spikes: list[tuple[int, np.ndarray]], get: Callable[[str], np.ndarray],
    ) -> None:  # fmt: skip
        """Take over what `simcore.checkpoint` read, before anything is built."""
        self._ids, self.draws, self.initial, self.spike_rows = ids, draws, initial, spikes
        for saved in recorders:
            numbers = get(saved["numbers"])
            if saved["names"] is None:
                self._recorders.append(SpikeRecorder(self, numbers, start=saved["start"], stop=saved["stop"]))
            else:
                recorder = self._trace_recorder(Nodes(self, numbers), tuple(saved["names"]), tuple(saved["timing"]))
                recorder.restore(saved["pieces"], get)
                self._recorders.append(recorder)

    def resume(self, builds: list[tuple[int, int, int]], step: int, last_spikes: np.ndarray) -> Any:
        """Build in the order of a saved simulation, and stand at its step; returns the compiled side."""
        from simcore.kernel.engine import Engine

        self._engine = Engine(self.grid, seed=self.seed, threads=self.threads)
        for populations, devices, projections in builds:
            self._engine.build(self.populations[:populations], self.devices[:devices], self.projections[:projections])
        self._engine.step = step
        self._engine.last_spikes[:] = last_spikes
        return self.prepare()

    # -- the end -------------------------------------------------------------------------------------------------------------

    def on_close(self, call: Callable[[], None]) -> None:
        """Have `call()` called when the simulation is closed."""
        self._closers.append(call)

    def close(self) -> None:
        """End the simulation: free its memory and let go of the network that was sent; results that were returned stay."""
        self._closed = True
        self._engine = None
        for call in self._closers:
            call()
        self._closers.clear()

    def _require_open(self) -> None:
        if self._closed:
            raise SimulationError("this simulation is closed; make a new one")

    def __repr__(self) -> str:
        return f"Simulation({self.n_nodes} nodes, {len(self.projections)} projections, t = {self.time:g} ms, dt = {self.dt:g} ms)"

    def _repr_html_(self) -> str:
        groups = sorted([*self.populations, *self.devices], key=lambda g: g.first)
        rows = "".join(f"<tr><td>{g.model.name}</td><td>{g.size}</td></tr>" for g in groups)
        return f"<p>{self!r}</p><table><tr><th>model</th><th>nodes</th></tr>{rows}</table>"


def _model(name: Any) -> Any:
    """A neuron model or a device by name; an object is taken as it is."""
    from simcore import devices, models

    for registry in (models.REGISTRY, devices.REGISTRY):
        if isinstance(name, registry.record) or (isinstance(name, str) and name in registry):
            return registry.get(name)
    raise UnknownNameError("model", got=name, choices=[*models.REGISTRY.names(), *devices.REGISTRY.names()])


def _values_of(group: Population | DevicePopulation, name: str, positions: np.ndarray) -> np.ndarray:
    if isinstance(group, DevicePopulation):
        values = [group.parameters[p][name] for p in positions]
        if not group.model.settable[name].is_list:
            return np.array(values)
        out = np.empty(len(values), dtype=object)
        out[:] = [np.asarray(v, dtype=np.float64) for v in values]
        return out
    column = group.columns[name] if name in group.columns else np.broadcast_to(group.parameters[name], group.size)
    return np.array(column[positions])


def _part(value: Any, inside: np.ndarray) -> Any:
    """The values of the chosen nodes, if `value` holds one for each node."""
    if isinstance(value, (list, tuple)) and len(value) == inside.size and inside.size > 1 and not isinstance(value[0], str):
        return [v for v, keep in zip(value, inside, strict=True) if keep]
    return value


def _replaced(old: Any, value: Any, positions: np.ndarray, size: int) -> Any:
    if positions.size == size and np.ndim(value) == 0:
        return value
    new = np.array(np.broadcast_to(old, size), dtype=np.float64)
    new[positions] = value
    return new


class _Interrupt:
    """Ctrl-C waits until the run is at a step of the grid, then is raised."""

    def __enter__(self) -> "_Interrupt":
        self.asked = False
        self._main = threading.current_thread() is threading.main_thread()
        if self._main:
            self._before = signal.signal(signal.SIGINT, self._ask)
        return self

    def _ask(self, number: int, frame: Any) -> None:
        self.asked = True

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if self._main:
            signal.signal(signal.SIGINT, self._before)
        if self.asked and kind is None:
            raise KeyboardInterrupt("the simulation stopped at a step of the grid and can go on with run()")
