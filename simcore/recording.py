"""Recording: write down spikes and state variables, and give out what was written down."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from simcore.contents import Contents
from simcore.description import DevicePopulation, Projection
from simcore.errors import ParameterError
from simcore.nodes import Nodes
from simcore.parameter import check_names
from simcore.recorders import NEVER, SamplerRequest, SpikeRecorder, TraceRecorder, kept_spikes, needed_columns
from simcore.results import Spikes
from simcore.stimulus_recorder import StimulusRecorder
from simcore.weight_recorder import WeightRecorder, rows_of

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
        first, last = self._window(start, stop)
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

    def _window(self, start: float, stop: float | None) -> tuple[int, int]:
        """Step after which, and last step at which, something is recorded."""
        first = self.grid.steps(start, "record: start")
        last = NEVER if stop is None or stop == np.inf else self.grid.steps(stop, "record: stop")
        if not 0 <= first <= last:
            raise ParameterError("record: start", got=start, expected=f">= 0 ms, and not after stop = {stop}")
        return first, last

    def record_weights(
        self, projections: Any, *, sources: Any = None, targets: Any = None, start: float = 0.0, stop: float | None = None,
        since: float | None = None,
    ) -> WeightRecorder:  # fmt: skip
        """Record the weight that synapses send with each spike that they transmit.

        Parameters
        ----------
        projections : Projection or sequence of Projection
            What ``connect`` or ``connect_edges`` returned. Its sources are neurons or spike generators.
        sources, targets : Nodes or array_like of int, shape (n,), optional
            Only edges from these sources, onto these targets: nodes or their ids.
        start, stop : float
            Record spikes that the sources send after `start` and not after `stop` [ms]; None never stops.
        since : float, optional
            Time in ms, within the range that `set_edges` gives: also record what is under way and was emitted since then. None
            is now.

        Returns
        -------
        recorder : WeightRecorder
            Holds everything since the start or the last reset: ``.times``, ``.sources``, ``.targets``, ``.weights``, one row
            for each spike that has arrived at its target.

        Raises
        ------
        ParameterError
            No projections of this simulation, or one of a stimulator that sends to each target on its own.

        Examples
        --------
        >>> from simcore import Simulation
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> source = sim.create("spike_generator", params={"spike_times": [1.0, 9.0]})
        >>> made = sim.connect(source, sim.create("iaf_psc_exp"), weight=30.0, synapse="tsodyks2_synapse")
        >>> recorder = sim.record_weights(made)
        >>> results = sim.run(20.0)
        >>> recorder.times, recorder.weights.round(2)
        (array([1., 9.]), array([15.  ,  7.57]))
        """
        self._require_open()
        first, last = self._window(start, stop)
        chosen = [projections] if isinstance(projections, Projection) else projections
        if not isinstance(chosen, (list, tuple)) or not chosen:
            raise ParameterError("record_weights: projections", got=projections, expected="what connect() returned, or a list")
        ends = {"sources": sources, "targets": targets}
        numbers = {
            name: None if nodes is None else np.unique(self._numbers_of(nodes, f"record_weights: {name}")).astype(np.int64)
            for name, nodes in ends.items()
        }
        indices = [self._position(projection) for projection in chosen]
        with self.ranks.together("record_weights()"):
            begin = self._step if since is None else self._boundary("record_weights", since)
        recorder = WeightRecorder(self, indices, **numbers, start=first, stop=last, since=begin)
        self._recorders.append(recorder)
        self._dirty = True
        return recorder

    def _position(self, projection: Any) -> int:
        """Position of a projection whose edges are kept as synapses."""
        where = "record_weights: projections"
        if not any(projection is p for p in self.projections):
            raise ParameterError(where, got=projection, expected="projections of this simulation, as connect() returns them")
        for device in self.devices:
            nodes = projection.end_nodes[0]
            if not device.model.is_source and nodes.size and device.first <= nodes[0] < device.first + device.size:
                expected = "projections of neurons or spike generators; put a parrot_neuron between"
                raise ParameterError(where, got=f"one of {device.model.name}", expected=expected)
        return projection.index

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
        if isinstance(recorder, WeightRecorder) or not any(recorder is own for own in self._recorders):
            raise ParameterError("forget: recorder", got=recorder, expected="what record() of this simulation returned")
        last = self._step if until is None else min(self._step, self.grid.steps(until, "forget: until"))
        if isinstance(recorder, TraceRecorder):
            recorder.forget(self.grid.times(last))
            return
        recorder.since = max(recorder.since, last)
        recorder.drawn[:] = [(began, rows[rows[:, 0] >= recorder.since]) for began, rows in recorder.drawn]
        # Spikes that no recorder holds any more are let go, run by run.
        oldest = min(r.since for r in self._spike_recorders)
        ends = [*(began for began, _ in self.spike_rows), self._step][1:]
        self.spike_rows[:] = [run for run, end in zip(self.spike_rows, ends, strict=True) if end > oldest]

    def shift_samples(self, recorder: TraceRecorder, offset: float) -> None:
        """Have a recorder of traces take its samples from now on at other times, at the same interval.

        Parameters
        ----------
        recorder : TraceRecorder
            What `record` of this simulation returned.
        offset : float
            Time of the first sample in ms, as in `record`; it may have passed.

        Examples
        --------
        >>> from simcore import Simulation
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> V_m = sim.record(sim.create("iaf_psc_exp"), "V_m")
        >>> results = sim.run(2.5)
        >>> sim.shift_samples(V_m, 2.5)
        >>> results = sim.run(2.5)
        >>> V_m.times
        array([1. , 2. , 3.5, 4.5])
        """
        self._require_open()
        if not any(recorder is own for own in self._recorders) or not isinstance(recorder, TraceRecorder):
            raise ParameterError("shift_samples: recorder", got=recorder, expected="a recorder of traces of this simulation")
        interval, _, start, stop = recorder.timing
        _, first = self._rhythm(None, offset)
        recorder.shift((interval, first, max(start, first - 1), stop))
        self._dirty = True

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
        runs = itertools.takewhile(lambda run: run[0] >= first, reversed(self.spike_rows))
        parts = [rows for _, rows in runs][::-1]
        return kept_spikes(parts, recorders, self._ids, self.grid, own=self._own_records(), first=first)

    def _own_records(self) -> np.ndarray | None:
        """Which nodes' records this rank keeps, if it keeps its own only: stimulators belong to the first rank."""
        if not self.local or self.n_ranks == 1 or self._engine is None:
            return None
        own = self._owned(np.arange(self.n_nodes))
        for device in self.devices if self.rank == 0 else ():
            own[device.first : device.first + device.size] = True
        return own

    def _weight_recorder(self, saved: Mapping[str, Any], get: Callable[[str], np.ndarray]) -> WeightRecorder:
        """The recorder that `_recorder_states` described."""
        sources, targets = (None if name is None else get(name) for name in saved["ends"])
        window = {k: saved[k] for k in ("start", "stop", "since")}
        recorder = WeightRecorder(self, get(saved["projections"]), sources=sources, targets=targets, **window)
        columns = {name: get(stored) for name, stored in saved["rows"].items()}
        recorder.restore(rows_of(columns))
        return recorder

    def _all_spike_rows(self) -> list[tuple[int, np.ndarray]]:
        """Recorded spikes of all ranks: for each run the step at which it began, and rows of step, number and count."""
        if not self.local:
            return self.spike_rows
        from simcore.kernel.engine import sorted_rows

        return [(began, sorted_rows(self.ranks.share(rows))) for began, rows in self.spike_rows]

    def _mark_own_records(self) -> None:
        """Tell the recorders of spikes whose spikes this rank knows."""
        own = self._own_records()
        for recorder in self._spike_recorders:
            recorder.own = own

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
            elif isinstance(recorder, WeightRecorder):
                recorder.restore(recorder.rows[own[recorder.rows["target"]]])
            else:
                recorder.drawn = [(began, rows[own[rows[:, 1]]]) for began, rows in recorder.drawn]

    def _recorder_states(self, put: Callable[[Any], str]) -> list[dict[str, Any]]:
        """Recorders and what they hold, for `simcore.checkpoint`; `put` stores an array and returns its name."""
        states = []
        for recorder in self._recorders:
            states.append(recorder.state(put))
            if isinstance(recorder, WeightRecorder):
                states[-1]["rows"] = {name: put(column) for name, column in self._whole_rows(recorder).items()}
        return states

    def _whole_rows(self, recorder: WeightRecorder) -> dict[str, np.ndarray]:
        """Columns of the rows of all ranks, in order."""
        every = WeightRecorder(self, recorder.numbers, start=0, stop=NEVER)
        for rows in self.ranks.share(recorder.rows) if self.local else [recorder.rows]:
            every.gather(rows, self.n_nodes)
        return {name: every.rows[name] for name in every.rows.dtype.names or ()}

    def _restore_recorders(self, recorders: Sequence[Mapping[str, Any]], get: Callable[[str], np.ndarray]) -> None:
        """Make the recorders that `recorder_states` described; `get` finds an array by its name."""
        for number, saved in enumerate(recorders):
            if "projections" in saved:
                self._recorders.append(self._weight_recorder(saved, get))
                continue
            numbers = get(saved["numbers"])
            if saved["names"] is None:
                spikes = SpikeRecorder(self, numbers, **{k: saved[k] for k in ("start", "stop", "since")}, number=number)
                spikes.drawn = [(began, get(rows)) for began, rows in saved.get("drawn", ())]
                self._recorders.append(spikes)
            else:
                recorder = self._trace_recorder(Nodes(self, numbers), tuple(saved["names"]), tuple(saved["timing"]))
                recorder.restore(saved["pieces"], get)
                self._recorders.append(recorder)
