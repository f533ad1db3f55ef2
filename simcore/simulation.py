"""Simulation: create, connect, stimulate, record, run, read and change."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np

from simcore.access import Access
from simcore.building import Building
from simcore.editing import Editing
from simcore.errors import ParameterError
from simcore.interrupt import Interrupt
from simcore.progress import Progress
from simcore.provenance import provenance
from simcore.recorders import generator_rows
from simcore.recording import Recording
from simcore.results import Results
from simcore.timegrid import MAX_STEPS

__all__ = ["Simulation"]


class Simulation(Building, Editing, Recording, Access):
    """A network of spiking neurons that runs on a grid of time steps.

    Parameters
    ----------
    dt : float
        Step in ms, a multiple of 0.001 ms.
    seed : int
        Seed of every random number, in [0, 2**64). The same seed gives the same spikes for any number of threads and ranks.
    threads : int, optional
        Threads to use in each process; None takes the cores that the process may use, shared with the ranks of its machine.
    comm : mpi4py communicator, optional
        Processes (ranks) that simulate the network together, each its share of the neurons with all synapses onto them. None
        takes those that ``mpiexec`` or ``python -m simcore run`` started, else this process alone. All ranks run the same
        script: every call to the simulation is made by all of them.
    local : bool
        Whether each rank keeps what its own neurons recorded; by default the results are complete on every rank.

    Attributes
    ----------
    rank, n_ranks : int
        Number of this process, and of all.

    Examples
    --------
    >>> sim = Simulation(dt=0.1, seed=1)
    >>> neuron = sim.create("iaf_psc_exp", params={"I_e": 400.0})
    >>> spikes = sim.record(neuron, "spikes")
    >>> results = sim.run(50.0)
    >>> results.spikes.times
    array([27.8])
    """

    def __init__(
        self, dt: float = 0.1, *, seed: int = 0, threads: int | None = None, comm: Any = None, local: bool = False
    ) -> None:
        super().__init__(dt, seed=seed, threads=threads, comm=comm, local=local)

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
        first = self._step
        with self._running(duration):
            timing = self._run(duration, progress, is_read=True)
            meta = provenance(self, start=self.grid.times(first), timing=timing)
            traces = [recorder.pieces[-1] for recorder in self._trace_recorders]
            return Results(self._recorded_spikes(self._spike_recorders, first), traces, meta)

    def advance(self, duration: float, *, progress: bool | None = None) -> None:
        """Simulate for a while as `run` does, and leave what is recorded to the recorders.

        For many short pieces: nothing is put together after each of them.

        Parameters
        ----------
        duration, progress
            As in `run`.

        Examples
        --------
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> recorder = sim.record(sim.create("iaf_psc_exp"), "V_m")
        >>> for _ in range(10):
        ...     sim.advance(1.0)
        >>> recorder["V_m"].shape
        (10, 1)
        """
        with self._running(duration):
            self._run(duration, progress, is_read=False)

    def _running(self, duration: float) -> AbstractContextManager[None]:
        """What the ranks do together when they run."""
        self._require_open()
        changes = ", after changes," if self._dirty else ""
        return self.ranks.together(f"run({duration}){changes} at {self.time:g} ms")

    def _steps_of(self, duration: float) -> int:
        n_steps = self.grid.steps(duration, "run: duration")
        if n_steps < 0:
            raise ParameterError("run: duration", got=duration, expected=">= 0 ms")
        if self._step + n_steps > MAX_STEPS:
            left = self.grid.times(MAX_STEPS - self._step)
            raise ParameterError("run: duration", got=duration, expected=f"<= {left:g} ms, where the count of steps ends")
        return n_steps

    def _run(self, duration: float, progress: bool | None, *, is_read: bool) -> dict[str, float]:
        """Run, and take over what was recorded, traces too if they are read at once; the wall times."""
        n_steps, first, timing = self._steps_of(duration), self._step, {"total": 0.0}
        with Interrupt() as interrupt, Progress(duration, show=progress if self.rank == 0 else False) as bar:

            def visit(step: int) -> bool:
                bar.advance_to(self.grid.times(step - first))
                return not interrupt.asked

            from simcore.kernel.health import check_health

            engine = self._prepare()
            if is_read:
                for recorder in self._trace_recorders:
                    recorder.settle()
            try:
                spikes, timing = engine.run(n_steps, visit=visit)
                stepped = time.perf_counter()
                rows = self._gathered(spikes, first)
                if len(rows) or self.local:  # local rows of ranks are put together run by run
                    self.spike_rows.append((first, rows))
            except BaseException:
                if self.n_ranks == 1:  # else the others wait for this rank's error
                    self._gather_traces(is_read)
                    self._gather_weights()
                raise
            self._gather_traces(is_read)
            self._gather_weights()
            self._mark_own_records()
            check_health(engine, self._ids)
            interrupt.settle(any(self.ranks.share(interrupt.asked)))
            gathering = time.perf_counter() - stepped
            timing["recording"] += gathering
            timing["total"] += gathering
        simulated = self.grid.times(self._step - first)
        timing["real_time_factor"] = timing["total"] / (simulated / 1000.0) if simulated else 0.0
        return timing

    def _gather_traces(self, is_read: bool) -> None:
        """Have recorders take over what was sampled; if it is not read yet, only those that cannot do so later."""
        for recorder in self._trace_recorders:
            if is_read or self.n_ranks > 1 or not recorder.can_wait:
                recorder.gather()

    def _gathered(self, spikes: np.ndarray, first: int) -> np.ndarray:
        """Spikes of all ranks, and of recorded spike generators since step `first`; only those of this rank if local."""
        from simcore.kernel.engine import sorted_rows

        parts = [spikes] if self.local else self.ranks.share(spikes)
        if not self.local or self.rank == 0:
            span = {"first": first, "last": self._step, "seed": self.seed}
            parts = [*parts, *generator_rows(self._spike_recorders, self.devices, self.grid, **span)]
            counting = [(group, k) for group in self.devices if group.model.emits == "counts" for k in range(group.size)]
            for recorder in self._spike_recorders if counting else ():
                recorder.draw(self._engine, counting, first, self._step)
        return sorted_rows(parts) if len(parts) > 1 else spikes

    @property
    def results(self) -> Results:
        """All that was recorded since the start or the last reset."""
        traces = [recorder.traces for recorder in self._trace_recorders]
        return Results(self._recorded_spikes(self._spike_recorders), traces, provenance(self, start=0.0, timing={}))

    def reset(self) -> None:
        """Go back to time zero: states, synapses and random numbers as before the first run, records empty.

        Nodes, connections and recorders stay, and so do parameters as they are now.

        Examples
        --------
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> neuron = sim.create("iaf_psc_exp", params={"I_e": 400.0})
        >>> recorder = sim.record(neuron, "V_m")
        >>> first = sim.run(20.0)["V_m"]
        >>> sim.reset()
        >>> bool((sim.run(20.0)["V_m"] == first).all())
        True
        """
        self._require_open()
        for population, columns in zip(self.populations, self.initial, strict=False):
            for name, values in columns.items():
                population.columns[name][:] = values
        self._stimuli_began = 0
        for device in self.devices:
            device.rewind()
        self.draws = self.initial_draws
        self._engine, self._dirty, self._sent = None, True, 0
        self.spike_rows.clear()
        for recorder in self._recorders:
            recorder.clear()

    def restart_stimulators(self) -> None:
        """Have stimulators count their time from now: windows, times of spikes, phases and schedules begin again.

        Neurons, synapses, recorders and the time of the simulation go on, and so does what stimulators have sent already. Their
        random numbers are new ones. A schedule goes on with its present value until its first change.

        Examples
        --------
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> source = sim.create("spike_generator", params={"spike_times": [1.0, 3.0]})
        >>> spikes = sim.record(source)
        >>> for trial in range(2):
        ...     results = sim.run(5.0)
        ...     sim.restart_stimulators()
        >>> spikes.times
        array([1., 3., 6., 8.])
        """
        self._require_open()
        for device in self.devices:
            device.restart(self._step, self.grid)
        self._stimuli_began, self._dirty = self._step, True

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

    def _restore(
        self, *, ids: np.ndarray, draws: list[int], initial: list[dict[str, np.ndarray]], recorders: list[dict[str, Any]],
        spikes: list[tuple[int, np.ndarray]], get: Callable[[str], np.ndarray],
    ) -> None:  # fmt: skip
        """Take over what `simcore.checkpoint` read, before anything is built."""
        self._ids, self.initial, self.spike_rows = ids, initial, spikes
        self.draws, self.initial_draws = draws
        self._restore_recorders(recorders, get)

    def _resume(
        self, builds: list[tuple[int, int, int, int]], step: int, last_spikes: np.ndarray, plans: list[Any]
    ) -> Any:  # fmt: skip
        """Build in the order of a saved simulation, and stand at its step; returns the compiled side."""
        from simcore.kernel.engine import Engine

        self._engine = Engine(self.grid, seed=self.seed, threads=self.threads, ranks=self.ranks, plans=plans)
        for populations, devices, projections, at in builds:
            self._engine.step = at
            self._engine.build(self.populations[:populations], self.devices[:devices], self.projections[:projections])
        self._engine.step = step
        self._engine.last_spikes[:] = last_spikes
        for recorder in self._trace_recorders:
            recorder.taken = step
        return self._prepare()

    def on_close(self, call: Callable[[], None]) -> None:
        """Have `call()` called when the simulation is closed."""
        self._closers.append(call)

    def close(self) -> None:
        """End the simulation: free its memory and let go of the network that was sent; what was recorded stays."""
        if not self.is_closed:
            for recorder in self._trace_recorders:
                recorder.settle()
            self._closed_at = self._step
        self._engine = None
        self.projections.clear()
        for call in self._closers:
            call()
        self._closers.clear()

    def __repr__(self) -> str:
        end = ", closed" if self.is_closed else ""
        parts = f"{self.n_nodes} nodes, {len(self.projections)} projections"
        ranks = f", rank {self.rank} of {self.n_ranks}" if self.n_ranks > 1 else ""
        return f"Simulation({parts}, t = {self.time:g} ms, dt = {self.dt:g} ms{ranks}{end})"

    def _repr_html_(self) -> str:
        groups: list[Any] = [*self.populations, *self.devices]
        groups.sort(key=lambda g: g.first)
        rows = "".join(f"<tr><td>{g.model.name}</td><td>{g.size}</td></tr>" for g in groups)
        return f"<p>{self!r}</p><table><tr><th>model</th><th>nodes</th></tr>{rows}</table>"
