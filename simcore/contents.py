"""Contents: the nodes, connections and recorders of a simulation, and where it stands. What all its parts share."""

from collections.abc import Callable
from typing import Any

import numpy as np

from simcore.description import DevicePopulation, Population, Projection, groups_between
from simcore.errors import ParameterError, SimulationError
from simcore.fingerprint import fingerprint
from simcore.nodes import Nodes
from simcore.ranks import Ranks
from simcore.recorders import SpikeRecorder, TraceRecorder, recorded_flags
from simcore.timegrid import TimeGrid
from simcore.weight_recorder import WeightRecorder

__all__ = ["Contents"]


class Contents:
    """What a simulation holds; its parts (building, recording, access) add what can be done with it.

    Parameters
    ----------
    dt : float
        Step in ms.
    seed : int
        Seed of every random number.
    threads : int, optional
        Threads to use; None takes all cores.
    comm : mpi4py communicator, optional
        Processes that simulate the network together; None takes those that were started together.
    local : bool
        Whether each process keeps its own results.
    """

    def __init__(self, dt: float, *, seed: int, threads: int | None, comm: Any, local: bool) -> None:
        from simcore.random import check_seed

        if not isinstance(dt, (int, float, np.integer, np.floating)) or isinstance(dt, bool):
            raise ParameterError("dt", got=dt, expected="a number, in ms")
        self.grid = TimeGrid(float(dt))
        self.seed = check_seed(seed, "Simulation: seed")
        is_whole = isinstance(threads, (int, np.integer)) and not isinstance(threads, bool)
        if threads is not None and (not is_whole or threads < 1):
            raise ParameterError("Simulation: threads", got=threads, expected="a whole number >= 1, or None")
        self.ranks = Ranks.find(comm)
        self.threads = self.ranks.threads() if threads is None else int(threads)
        self.local = bool(local)
        self.populations: list[Population] = []
        self.devices: list[DevicePopulation] = []
        self.projections: list[Projection] = []
        self.spike_rows: list[tuple[int, np.ndarray]] = []
        self.initial: list[dict[str, np.ndarray]] = []
        # How often values were drawn by `set`, now and at time zero.
        self.draws = 0
        self.initial_draws = 0
        # Step from which stimulators count their time.
        self._stimuli_began = 0
        self._ids = np.zeros(0, dtype=np.int64)
        self._number_of: np.ndarray | None = None
        self._recorders: list[SpikeRecorder | TraceRecorder | WeightRecorder] = []
        self._engine: Any = None
        self._dirty = True
        # Step of the first spike that the latest change of edges has reached.
        self._sent = 0
        self._closers: list[Callable[[], None]] = []
        # Step at which the simulation was closed.
        self._closed_at: int | None = None

    @property
    def dt(self) -> float:
        """Step in ms."""
        return self.grid.dt

    @property
    def time(self) -> float:
        """Simulated time so far in ms."""
        return self.grid.times(self._step)

    @property
    def rank(self) -> int:
        """Number of this process among those that simulate the network together; 0 for one alone."""
        return self.ranks.rank

    @property
    def n_ranks(self) -> int:
        """Number of processes that simulate the network together."""
        return self.ranks.size

    def _owned(self, numbers: np.ndarray) -> np.ndarray:
        """Which of some nodes, given by number, are neurons of this rank; all are for a process alone."""
        if self.ranks.size == 1:
            return np.ones(len(numbers), dtype=bool)
        return self._prepare().owned[numbers]

    @property
    def n_nodes(self) -> int:
        """Number of neurons and stimulators."""
        return self._ids.size

    @property
    def n_spikes(self) -> int:
        """Spikes of the neurons of this process since the start, the last reset or a load, recorded or not."""
        return 0 if self._engine is None else self._engine.exchange.n_sent

    @property
    def nodes(self) -> Nodes:
        """All neurons and stimulators, in order of creation; ``select(ids)`` gives some in the order of their ids."""
        return Nodes(self, np.arange(self.n_nodes))

    @property
    def recorders(self) -> tuple[SpikeRecorder | TraceRecorder | WeightRecorder, ...]:
        """Everything that `record` and `record_weights` returned, in that order."""
        return tuple(self._recorders)

    @property
    def is_closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed_at is not None

    @property
    def _step(self) -> int:
        if self._engine is None:
            return self._closed_at or 0
        return self._engine.step

    def ids_of(self, numbers: np.ndarray) -> np.ndarray:
        """The user's ids of nodes given by number of creation."""
        return self._ids[numbers]

    def _numbers_of(self, ids: Any, where: str) -> np.ndarray:
        """Numbers of creation of nodes given by id.

        Parameters
        ----------
        ids : array_like of int, shape (n,), or Nodes
        where : str
            Start of the message if there are no such nodes.

        Returns
        -------
        numbers : ndarray of an integer type, shape (n,)
            May be `ids` itself.
        """
        if isinstance(ids, Nodes):
            return self._own(ids, where).numbers
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
            # Few are looked up; of many no copy is made if they are the same.
            numbers = ids if ids.size >= self.n_nodes and self._ids_are_numbers else self._number_of[ids]
            inside = numbers >= 0
        if not inside.all():
            raise ParameterError(where, got=int(ids[~inside][0]), expected="ids of nodes that exist")
        return numbers

    def _own(self, nodes: Any, where: str) -> Nodes:
        """The nodes, unless they are none or belong to another simulation."""
        if not isinstance(nodes, Nodes):
            raise ParameterError(where, got=nodes, expected="Nodes, as create() and select() return them")
        if nodes.simulation is not self:
            raise ParameterError(where, got=nodes, expected="Nodes of this simulation, not of another one")
        return nodes

    def _split(self, nodes: Nodes) -> list[tuple[Population | DevicePopulation, np.ndarray]]:
        """The populations that some nodes belong to, with the numbers of the nodes in each, in the given order."""
        numbers = nodes.numbers
        if not numbers.size:
            return []
        span = int(numbers.min()), int(numbers.max())
        groups = [*groups_between(self.populations, *span), *groups_between(self.devices, *span)]
        if len(groups) == 1:
            return [(groups[0], numbers)]
        groups.sort(key=lambda g: g.first)
        of = np.searchsorted([g.first for g in groups], numbers, side="right") - 1
        order = np.argsort(of, kind="stable")
        parts = np.split(order, np.flatnonzero(np.diff(of[order])) + 1)
        return [(groups[of[part[0]]], numbers[part]) for part in parts]

    def _boundary(self, where: str, since: float | None, new_delays: Any = None) -> int:
        """Step of the first spike that a change of edges reaches, or that reading them leaves out."""
        shortest = self._delays_in_steps()[0]
        if new_delays is not None:
            shortest = min(shortest, int(np.min(new_delays, initial=shortest)))
        earliest = max(self._step - shortest, self._sent)
        if since is None:
            return earliest
        step = self.grid.steps(since, f"{where}: since")
        if not earliest <= step <= self._step:
            low, high = self.grid.times(max(earliest, 0)), self.grid.times(self._step)
            expected = f"a time from {low:g} to {high:g} ms: at most the shortest of all delays before now, and not before"
            expected += " that of an earlier change"
            raise ParameterError(f"{where}: since", got=since, expected=expected)
        return step

    def _delays_in_steps(self) -> tuple[int, int]:
        """Shortest and longest delay of all edges; (2**16, 0) if there are none."""
        ranges = [p.present_delays for p in self.projections if p.n_edges]
        if any(p.is_cut for p in self.projections):
            ranges = [one for of_rank in self.ranks.share(ranges) for one in of_rank]
        low, high = min((low for low, _ in ranges), default=1 << 16), max((high for _, high in ranges), default=0)
        return int(low), int(high)

    def _gather_weights(self) -> None:
        """Hand what synapses have sent to the recorders; on every rank all of it, unless the simulation keeps results local."""
        recorders = [r for r in self._recorders if isinstance(r, WeightRecorder)]
        if not recorders:
            return
        rows = self._engine.records.sent_weights()
        rows = rows if self.local else np.concatenate(self.ranks.share(rows))
        for recorder in recorders:
            recorder.gather(rows, self.n_nodes)

    def weights_under_way(self, recorder: WeightRecorder, *, since: float | None = None) -> np.ndarray:
        """What spikes under way will bring to targets, as things are: rows that the recorder will have when they have arrived.

        Parameters
        ----------
        recorder : WeightRecorder
            What `record_weights` returned.
        since : float, optional
            Time in ms before which the spikes were emitted; see `set_edges` for its range and default.

        Returns
        -------
        rows : ndarray
            With the fields of `WeightRecorder.rows`, in their order.

        Raises
        ------
        ParameterError
            A recorder of something else, or a time out of its range.

        Examples
        --------
        >>> from simcore import Simulation
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> source = sim.create("spike_generator", params={"spike_times": [1.0]})
        >>> edges = sim.connect(source, sim.create("iaf_psc_exp"), weight=5.0, delay=3.0)
        >>> recorder = sim.record_weights(edges)
        >>> sim.advance(2.0)
        >>> recorder.weights, sim.weights_under_way(recorder)["weight"]
        (array([], dtype=float64), array([5.]))
        """
        where = "weights_under_way"
        self._require_open()
        if not isinstance(recorder, WeightRecorder) or not any(recorder is own for own in self._recorders):
            expected = "what record_weights() of this simulation returned"
            raise ParameterError(f"{where}: recorder", got=recorder, expected=expected)
        with self.ranks.together(f"{where}()"):
            before = self._boundary(where, since)
            if self._step == 0:
                return recorder.chosen(recorder.rows[:0], self.n_nodes)
            from simcore.kernel.sending import sent_rows

            rows = sent_rows(self._prepare(), before)
            return recorder.chosen(rows if self.local else np.concatenate(self.ranks.share(rows)), self.n_nodes)

    def _prepare(self) -> Any:
        """Build what was asked for since the last run; returns the compiled side. All ranks do it."""
        if self._engine is not None and not self._dirty:
            return self._engine
        with self.ranks.together("building what was created, connected or recorded"):
            return self._prepare_on_all_ranks()

    def _prepare_on_all_ranks(self) -> Any:
        from simcore.kernel.engine import Engine

        if self._engine is None:
            self._engine = Engine(self.grid, seed=self.seed, threads=self.threads, ranks=self.ranks)
        if self._step == 0:
            self.initial, self.initial_draws = [], self.draws
        fresh = self.populations[len(self.initial) :]
        self.initial += [{name: column.copy() for name, column in p.columns.items()} for p in fresh]
        if self._dirty:
            self.ranks.check_same(fingerprint(self))
            self._build()
            requests = [request for r in self._trace_recorders for request, _ in r.requests]
            weights = [r.request(self) for r in self._recorders if isinstance(r, WeightRecorder)]
            self._engine.refresh(recorded_flags(self._spike_recorders, self.populations), requests, weights)
            self._dirty = False
        return self._engine

    def _build(self) -> None:
        try:
            self._engine.build(self.populations, self.devices, self.projections)
        except BaseException:
            # Nothing half built is used: it is built anew if nothing has run yet, and else the engine refuses to go on.
            if self._step == 0:
                self._engine = None
            else:
                self._engine.broken = True
            raise

    def _collect(self) -> None:
        """Have the samples that the compiled side holds handed to the recorders' requests."""
        if self._engine is not None:
            self._engine.collect()

    @property
    def _spike_recorders(self) -> list[SpikeRecorder]:
        return [r for r in self._recorders if isinstance(r, SpikeRecorder)]

    @property
    def _trace_recorders(self) -> list[TraceRecorder]:
        return [r for r in self._recorders if isinstance(r, TraceRecorder)]

    @property
    def _ids_are_numbers(self) -> bool:
        return bool(np.array_equal(self._ids, np.arange(self.n_nodes)))

    def _require_open(self) -> None:
        if self.is_closed:
            raise SimulationError("this simulation is closed; make a new one")
