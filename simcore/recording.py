"""Recording: write down spikes and state variables, and give out what was written down."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from simcore.contents import Contents
from simcore.description import DevicePopulation
from simcore.errors import ParameterError
from simcore.nodes import Nodes
from simcore.parameter import check_names
from simcore.recorders import NEVER, SamplerRequest, SpikeRecorder, TraceRecorder, kept_spikes, needed_columns
from simcore.results import Spikes
from simcore.stimulus_recorder import StimulusRecorder

__all__ = ["Recording"]


class Recording(Contents):
    """The part of a simulation that records."""

    def record(
        self, nodes: Nodes, what: Any = "spikes", *, interval: float | None = None, start: float = 0.0,
        stop: float | None = None, offset: float = 0.0,
    ) -> Any:  # fmt: skip
        """Record spikes or state variables of some nodes.

        Parameters
        ----------
        nodes : Nodes
            What to record from. A stimulator that draws spikes for each target (a ``poisson_generator``) draws a train of
            its own for each call too.
        what : "spikes", str or list of str
            Spikes, or names of recordables: state variables of neurons, or the current ``"I"`` or ``"rate"`` of stimulators.
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
        >>> from simcore import Simulation
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> neurons = sim.create("iaf_psc_exp", 2)
        >>> traces = sim.record(neurons, ["V_m"], interval=0.5)
        >>> results = sim.run(2.0)
        >>> traces.times, traces["V_m"].shape
        (array([0.5, 1. , 1.5, 2. ]), (4, 2))
        """
        self._require_open()
        self.check_recordable(nodes, what)
        first = self.grid.steps(start, "record: start")
        last = NEVER if stop is None or stop == np.inf else self.grid.steps(stop, "record: stop")
        if not 0 <= first <= last:
            raise ParameterError("record: start", got=start, expected=f">= 0 ms, and not after stop = {stop}")
        recorder: SpikeRecorder | TraceRecorder
        if isinstance(what, str) and what == "spikes":
            if interval is not None or offset:
                raise ParameterError("record: interval", got=interval or offset, expected="none for spikes: all are recorded")
            times = {"start": first, "stop": last, "since": self._step}
            recorder = SpikeRecorder(self, nodes.numbers, **times, number=len(self._recorders))
        else:
            names = (what,) if isinstance(what, str) else tuple(what)
            recorder = self._trace_recorder(nodes, names, (*self._rhythm(interval, offset), first, last))
        self._recorders.append(recorder)
        self._dirty = True
        return recorder

    def _rhythm(self, interval: float | None, offset: float) -> tuple[int, int]:
        """Interval between samples, and time of the first one or 0, in steps."""
        every = self.grid.steps(max(1.0, self.dt) if interval is None else interval, "record: interval")
        if every < 1:
            raise ParameterError("record: interval", got=interval, expected=f">= dt = {self.dt:g} ms")
        shift = self.grid.steps(offset, "record: offset")
        if shift < 0:
            raise ParameterError("record: offset", got=offset, expected=">= 0 ms")
        return every, shift

    def check_recordable(self, nodes: Nodes, what: Any) -> None:
        """Refuse what `record` would refuse of these nodes, and make nothing."""
        self._own(nodes, "record: nodes")
        names = (what,) if isinstance(what, str) else what
        if not isinstance(names, (tuple, list)) or not names or not all(isinstance(name, str) for name in names):
            raise ParameterError("record: what", got=what, expected="'spikes' or names of state variables")
        groups = [group for group, _ in self._split(nodes)]
        for group in groups:
            if what != "spikes":
                check_names(f"recordable of {group.model.name}", dict.fromkeys(names), group.model.recordable_units)
            elif isinstance(group, DevicePopulation) and group.model.sends_current:
                raise ParameterError("record", got=f"spikes of {group.model.name}", expected="'I', since it sends a current")
        if what != "spikes" and len({type(group) for group in groups}) > 1:
            raise ParameterError("record: nodes", got=nodes, expected="neurons or stimulators, each in a call of their own")

    def forget(self, recorder: SpikeRecorder | TraceRecorder, *, until: float | None = None) -> None:
        """Drop what a recorder holds so far; it goes on recording.

        Parameters
        ----------
        recorder : SpikeRecorder or TraceRecorder
            What `record` of this simulation returned.
        until : float, optional
            Drop only what is not later than this time in ms; None drops all.

        Examples
        --------
        >>> from simcore import Simulation
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> spikes = sim.record(sim.create("iaf_psc_exp", params={"I_e": 400.0}))
        >>> results = sim.run(50.0)
        >>> sim.forget(spikes)
        >>> len(spikes)
        0
        """
        if not any(recorder is own for own in self._recorders):
            raise ParameterError("forget: recorder", got=recorder, expected="what record() of this simulation returned")
        last = self._step if until is None else min(self._step, self.grid.steps(until, "forget: until"))
        if isinstance(recorder, TraceRecorder):
            recorder.forget(self.grid.times(last))
            return
        recorder.since = max(recorder.since, last)
        recorder.drawn[:] = [(began, rows[rows[:, 0] >= recorder.since]) for began, rows in recorder.drawn]
        # Spikes that no recorder holds any more are let go, run by run.
        oldest = min(r.since for r in self._spike_recorders)
        ends = [*(began for began, _ in self.spike_rows[1:]), self._step]
        self.spike_rows[:] = [run for run, end in zip(self.spike_rows, ends, strict=True) if end > oldest]

    def _trace_recorder(self, nodes: Nodes, names: tuple[str, ...], timing: tuple[int, int, int, int]) -> TraceRecorder:
        interval, offset, first, last = timing
        timing = (interval, offset, max(first, offset - 1), last)
        requests = []
        for group, numbers in self._split(nodes):
            if isinstance(group, DevicePopulation):
                return StimulusRecorder(self, nodes.numbers, names, timing=timing)
            columns = needed_columns(group.model, names)
            request = SamplerRequest(self.populations.index(group), numbers - group.first, columns, *timing)
            requests.append((request, np.flatnonzero(np.isin(nodes.numbers, numbers))))
        return TraceRecorder(self, nodes.numbers, names, requests, timing=timing)

    def _recorded_spikes(self, recorders: Sequence[SpikeRecorder], first: int = 0) -> Spikes:
        """Spikes that any of the recorders keeps, of the runs that began at step `first` or later."""
        parts = [rows for began, rows in self.spike_rows if began >= first]
        return kept_spikes(parts, recorders, self._ids, self.grid, own=self._own_records(), first=first)

    def _own_records(self) -> np.ndarray | None:
        """Which nodes' records this rank keeps, if it keeps its own only: stimulators belong to the first rank."""
        if not self.local or self.n_ranks == 1 or self._engine is None:
            return None
        own = self._owned(np.arange(self.n_nodes))
        for device in self.devices if self.rank == 0 else ():
            own[device.first : device.first + device.size] = True
        return own

    def _all_spike_rows(self) -> list[tuple[int, np.ndarray]]:
        """Recorded spikes of all ranks: for each run the step at which it began, and rows of step, number and count."""
        if not self.local:
            return self.spike_rows
        from simcore.kernel.engine import sorted_rows

        return [(began, sorted_rows(self.ranks.share(rows))) for began, rows in self.spike_rows]

    def _mark_own_records(self) -> None:
        """Tell the recorders of spikes whose spikes this rank knows."""
        for recorder in self._spike_recorders:
            recorder.own = self._own_records()

    def _keep_own_records(self) -> None:
        """Forget what neurons of other ranks recorded, if results are local."""
        own = self._own_records()
        self._mark_own_records()
        if own is None:
            return
        self.spike_rows[:] = [(began, rows[own[rows[:, 1]]]) for began, rows in self.spike_rows]
        for recorder in self._recorders:
            if isinstance(recorder, TraceRecorder):
                recorder.keep(np.flatnonzero(own[recorder.numbers]))
            else:
                recorder.drawn = [(began, rows[own[rows[:, 1]]]) for began, rows in recorder.drawn]

    def _recorder_states(self, put: Callable[[Any], str]) -> list[dict[str, Any]]:
        """Recorders and what they hold, for `simcore.checkpoint`; `put` stores an array and returns its name."""
        return [recorder.state(put) for recorder in self._recorders]

    def _restore_recorders(self, recorders: Sequence[Mapping[str, Any]], get: Callable[[str], np.ndarray]) -> None:
        """Make the recorders that `recorder_states` described; `get` finds an array by its name."""
        for number, saved in enumerate(recorders):
            numbers = get(saved["numbers"])
            if saved["names"] is None:
                spikes = SpikeRecorder(self, numbers, **{k: saved[k] for k in ("start", "stop", "since")}, number=number)
                spikes.drawn = [(began, get(rows)) for began, rows in saved.get("drawn", ())]
                self._recorders.append(spikes)
            else:
                recorder = self._trace_recorder(Nodes(self, numbers), tuple(saved["names"]), tuple(saved["timing"]))
                recorder.restore(saved["pieces"], get)
                self._recorders.append(recorder)
