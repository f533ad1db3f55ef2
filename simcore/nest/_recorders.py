"""Recorders: what they are connected to, when they record, and their events in NEST's order.

What simcore records is cut to the recorder's windows here, and put into the order in which NEST writes it: nodes advance in
slices of the minimal delay, one node after the other.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.nest._backends import BACKENDS, Output, check_property
from simcore.nest._links import SimulatedLink
from simcore.nest._models import NodeEntry, check_names
from simcore.nest._old_names import without_old_parameters
from simcore.nest._recorder_models import FOREVER
from simcore.nest.errors import nest_errors, raised
from simcore.parameter import check_value

if TYPE_CHECKING:
    from simcore.nest._kernel import Kernel

__all__ = ["Recorder", "after_run", "before_run"]

# What cannot be changed once a meter is connected.
_FROZEN = ("interval", "offset", "record_from")

# Properties of the backends.
_PROPERTIES = {name: value for properties in BACKENDS.values() for name, value in properties.items()}


class Recorder:
    """One spike_recorder, multimeter, voltmeter or weight_recorder.

    Parameters
    ----------
    kernel : Kernel
    entry : NodeEntry
    node : int
        Its id.
    """

    def __init__(self, kernel: "Kernel", entry: NodeEntry, node: int) -> None:
        self.kernel, self.entry, self.node = kernel, entry, node
        self.model: Any = entry.record
        self.values: dict[str, Any] = {**self.model.settable, **_PROPERTIES, **entry.defaults}
        # Ids of what it records from, one array a connection, and the recorders of simcore, made before the next run.
        self.sources: list[np.ndarray] = []
        self.feeds: list[Any] = []
        # Links whose weights are recorded, one a feed.
        self.synapses: list[int] = []
        # Windows (start, stop] in steps, each with the step from which on it holds.
        self.windows: list[tuple[int, int, int]] = [(0, *self._window(self.values))]
        # Nodes that were disconnected, with the step of then.
        self.detached: list[tuple[np.ndarray, int]] = []
        self.cleared = 0
        self.output = Output(self)
        self._cached: tuple[Any, dict[str, np.ndarray]] | None = None

    # -- values --------------------------------------------------------------------------------------------------------------

    def names(self) -> list[str]:
        """All names that can be read."""
        backend = self.values["record_to"]
        stored = ["events"] if backend == "memory" else [*BACKENDS[backend]]
        stored += ["filenames"] if backend == "ascii" else []
        return sorted([*self.model.settable, "n_events", *stored])

    def read(self, name: str) -> Any:
        """The value of that name."""
        if name not in self.names():
            raise KeyError(name)
        if name == "events":
            return self.events
        if name == "n_events":
            return len(self.events["times"]) if self.values["record_to"] == "memory" else self.output.n_rows
        if name == "filenames":
            return [str(self.output.path)]
        if name in ("senders", "targets"):
            from simcore.nest._nodes import NodeCollection

            return NodeCollection() if self.values[name] is None else NodeCollection(self.values[name])
        if name == "record_from":
            return list(self.values[name])
        return self.values[name]

    def change(self, values: Mapping[str, Any]) -> Callable[[], None]:
        """What has to be done to set some values, after checking that it can be."""
        values = without_old_parameters(self.model.name, values)
        check_names(self.model.name, values, [*self.values, "n_events"])
        if self.kernel.is_prepared:
            raise raised("BadProperty", f"{self.model.name}: parameters cannot be changed between Prepare() and Cleanup()")
        checked = {name: self._checked(name, value) for name, value in values.items()}
        new = {**self.values, **checked}
        self._check_backend(new["record_to"], values)
        window = self._window(new)
        return lambda: self._take(new, window)

    def _check_backend(self, backend: str, given: Mapping[str, Any]) -> None:
        """Refuse properties of a backend that is not in use."""
        for name in (_PROPERTIES.keys() & given.keys()) - BACKENDS.get(backend, {}).keys():
            users = " or ".join(repr(other) for other, properties in BACKENDS.items() if name in properties)
            text = f"{self.model.name}: {name}: means nothing with record_to {backend!r}, only with {users}"
            raise raised("UnaccessedDictionaryEntry", text)

    def _checked(self, name: str, value: Any) -> Any:
        if name in _FROZEN and self.sources:
            raise raised("BadProperty", f"{self.model.name}: {name} cannot be changed once it is connected; make another one")
        if name == "n_events":
            if isinstance(value, bool) or value != 0:
                raise raised("BadProperty", f"{self.model.name}: n_events: got {value!r}, expected 0, which forgets all events")
            return 0
        if name == "record_from":
            return _names(self.model.name, value)
        if name in ("senders", "targets"):
            return np.asarray(value.tolist() if hasattr(value, "tolist") else value, dtype=np.int64)
        if name == "label" or name in _PROPERTIES:
            return check_property(self.model.name, name, value)
        if name == "time_in_steps" and self.kernel.has_run:
            raise raised("BadProperty", f"{self.model.name}: time_in_steps cannot be set after Simulate has been called")
        with nest_errors():
            checked = check_value(f"{self.model.name}: {name}", value, self.model.parameters[name])
            if name in ("start", "stop", "origin", "interval", "offset") and checked < FOREVER:
                self.kernel.simulation.grid.steps(checked, f"{self.model.name}: {name}")
        if name == "interval" and checked < self.kernel.settings.resolution:
            raise raised("BadProperty", f"{self.model.name}: interval: got {checked:g}, expected at least the resolution")
        if name == "record_to" and checked not in ("memory", *BACKENDS):
            backends = ", ".join(["memory", *BACKENDS])
            raise raised("BadProperty", f"{self.model.name}: record_to: got {checked!r}, expected one of: {backends}")
        return checked

    def _window(self, values: Mapping[str, Any]) -> tuple[int, int]:
        """First and last step of the window, origin included, by the present clock."""
        if values["stop"] < values["start"]:
            got = f"start {values['start']:g} and stop {values['stop']:g}"
            raise raised("BadProperty", f"{self.model.name}: got {got}, expected stop >= start")
        steps, zero = self.kernel.simulation.grid.steps, self.kernel.zero
        last = 2**62 if values["stop"] >= FOREVER else zero + steps(values["stop"] + values["origin"], "stop")
        return zero + steps(values["start"] + values["origin"], "start"), last

    def _take(self, values: dict[str, Any], window: tuple[int, int]) -> None:
        # NEST looks at what is not shown yet with the window of the time when it is shown.
        begin = max(self.shown_until, self.kernel.zero)
        if values.pop("n_events", None) == 0:
            self.forget()
            self.output.n_rows = 0
        if values["record_to"] != self.values["record_to"]:
            self.forget()
        self.values = values
        self.windows = [w for w in self.windows if w[0] < begin] + [(begin, *window)]

    def forget(self) -> None:
        """Drop all events that are shown."""
        self.cleared, self._cached = self.shown_until, None
        sim = self.kernel.simulation
        for feed in self.feeds:
            if feed is not None:
                sim.forget(feed, until=sim.grid.times(max(0, self.cleared)))

    def restart_clock(self) -> None:
        """Count windows and the times of samples from now on."""
        self.windows.append((self.kernel.step, *self._window(self.values)))
        for feed in self.feeds:
            if feed is not None and self.model.is_meter:
                self.kernel.simulation.shift_samples(feed, self._first_sample())

    def _first_sample(self) -> float:
        """Time of the first sample in ms of simcore's time."""
        times, zero = self.kernel.simulation.grid.times, self.kernel.zero
        return times(zero + self.kernel.simulation.grid.steps(self.values["offset"]))

    # -- recording -----------------------------------------------------------------------------------------------------------

    def attach(self) -> None:
        """Have simcore record what was connected since the last run."""
        sim = self.kernel.simulation
        if self.model.columns:
            self._attach_synapses()
            return
        for ids in self.sources[len(self.feeds) :]:
            if ids.size == 0:
                self.feeds.append(None)
                continue
            nodes = self.kernel.nodes(ids)
            if not self.model.is_meter:
                self.feeds.append(sim.record(nodes, "spikes"))
                continue
            if not self.values["record_from"]:
                self.feeds.append(None)
                continue
            timing = {"interval": self.values["interval"], "offset": self._first_sample()}
            if self.values["offset"]:
                # With an offset NEST takes no sample in the first step.
                timing["start"] = sim.grid.times(self.kernel.step + 1)
            self.feeds.append(sim.record(nodes, list(self.values["record_from"]), **timing))

    def _attach_synapses(self) -> None:
        """Have simcore record the weights of connections whose model names this recorder."""
        for k, link in enumerate(self.kernel.links):
            is_mine = link.entry.defaults.get("weight_recorder") == self.node
            if is_mine and isinstance(link, SimulatedLink) and link.place == 0 and link.n_edges and k not in self.synapses:
                self.synapses.append(k)
                self.feeds.append(self.kernel.simulation.record_weights(link.projection, since=self.kernel.sent_until))

    def detach(self, ids: np.ndarray) -> None:
        """Record no more from some nodes."""
        self.detached.append((ids, self.kernel.step))
        # What has not been handed to simcore is as if it had never been connected.
        for k in range(len(self.feeds), len(self.sources)):
            self.sources[k] = self.sources[k][~np.isin(self.sources[k], ids)]

    def inside(self, stamps: np.ndarray) -> np.ndarray:
        """Which of some steps lie in the windows that held then, and were not cleared."""
        windows = self.windows
        begins = np.array([begin for begin, _, _ in windows])
        at = np.maximum(np.searchsorted(begins, stamps - 1, side="right") - 1, 0)
        start, stop = (np.array([w[k] for w in windows])[at] for k in (1, 2))
        return (stamps > start) & (stamps <= stop) & (stamps > self.cleared)

    @property
    def events(self) -> dict[str, np.ndarray]:
        """Columns of what was recorded, rows in NEST's order."""
        key = self.kernel.step, self.cleared, len(self.feeds), self.kernel.settings.last_slice
        if self._cached is None or self._cached[0] != key:
            self._cached = key, self.rows()
        return dict(self._cached[1])

    def rows(self) -> dict[str, np.ndarray]:
        """The events that have not been cleared or written to a file."""
        read = self._sampled if self.model.is_meter else self._weights if self.model.columns else self._spikes
        columns = read()
        keep = self.inside(columns["times"])
        for ids, step in self.detached:
            keep &= (columns["times"] <= step) | ~np.isin(columns["senders"], ids)
        columns = columns if keep.all() else {name: values[keep] for name, values in columns.items()}
        stamps = self.kernel.shown(columns.pop("times"))
        if self.values["time_in_steps"]:
            columns |= {"times": stamps, "offsets": np.zeros(stamps.size)}
        else:
            columns["times"] = self.kernel.simulation.grid.times(stamps)
        return dict(sorted(columns.items()))

    def _spikes(self) -> dict[str, np.ndarray]:
        """Senders and steps: by slice, sender, time; a run that ends within a slice cuts it in two."""
        found = [feed.spikes for feed in self.feeds if feed is not None]
        stamps = np.concatenate([np.zeros(0, dtype=np.int64), *(self._steps(s.times) for s in found)])
        senders = np.concatenate([np.zeros(0, dtype=np.int64), *(s.ids for s in found)])
        order = np.lexsort((stamps, senders, self._pieces(stamps), self.kernel.slices(stamps)))
        return {"senders": senders[order], "times": stamps[order]}

    def _sampled(self) -> dict[str, np.ndarray]:
        """Senders, steps and values: by slice, sender in the order of connection, time."""
        parts = [self._samples_of(feed, ids) for feed, ids in zip(self.feeds, self.sources, strict=False) if feed]
        names = ["senders", "times", *self.values["record_from"]]
        if not parts:
            return {name: np.zeros(0, dtype=np.int64 if name in names[:2] else np.float64) for name in names}
        if len(parts) == 1:
            return parts[0]
        columns = {name: np.concatenate([part[name] for part in parts]) for name in names}
        order = np.argsort(self.kernel.slices(columns["times"]), kind="stable")
        return {name: values[order] for name, values in columns.items()}

    def _weights(self) -> dict[str, np.ndarray]:
        """What synapses sent: by slice, as spikes; then in the order in which the sender's connections are listed."""
        from simcore.nest._listing import ports

        # NEST writes down what is sent, as soon as the source's slice has ended; simcore what arrives.
        sim, since = self.kernel.simulation, self.kernel.sent_until
        rows = [np.concatenate([feed.rows, sim.weights_under_way(feed, since=since)]) for feed in self.feeds]
        links = np.repeat(np.array(self.synapses, dtype=np.int64), [len(r) for r in rows])
        names = {"source": np.int64, "target": np.int64, "step": np.int64, "edge": np.int64, "weight": np.float64}
        found = {n: np.concatenate([np.zeros(0, kind), *(r[n].astype(kind) for r in rows)]) for n, kind in names.items()}
        ids = sim.ids_of
        senders, targets, stamps = ids(found["source"]), ids(found["target"]), found["step"] + 1
        keep = np.ones(links.size, dtype=bool)
        for filtered, values in (("senders", senders), ("targets", targets)):
            keep &= True if self.values[filtered] is None else np.isin(values, self.values[filtered])
        listed = np.array([[*self.kernel.models.synapses].index(link.entry.name) for link in self.kernel.links], dtype=np.int64)
        order = np.lexsort(
            (found["edge"], links, listed[links], stamps, senders, self._pieces(stamps), self.kernel.slices(stamps))
        )
        order = order[keep[order]]
        receptors = np.array([link.receptor for link in self.kernel.links], dtype=np.int64)
        columns = {"senders": senders, "targets": targets, "times": stamps, "weights": found["weight"]}
        columns["receptors"], columns["ports"] = receptors[links], ports(links, found["edge"])
        return {name: values[order] for name, values in columns.items()}

    def _samples_of(self, feed: Any, ids: np.ndarray) -> dict[str, np.ndarray]:
        traces = feed.traces
        stamps = self._steps(traces.times)
        stamps = stamps[stamps <= self.shown_until]
        node, time = np.arange(ids.size), np.arange(stamps.size)
        slices = self.kernel.slices(stamps)
        order: Any = slice(None)
        if np.unique(slices).size < slices.size:  # else rows are in order as they are
            order = np.lexsort((np.tile(node, time.size), np.repeat(slices, node.size)))
        columns = {"senders": np.tile(ids, time.size)[order], "times": np.repeat(stamps, node.size)[order]}
        return columns | {n: traces[n][: stamps.size].ravel()[order] for n in dict.fromkeys(self.values["record_from"])}

    @property
    def shown_until(self) -> int:
        """Step up to which events are shown: a meter's samples of the last slice come with the next one, unless asked for."""
        is_whole = self.kernel.settings.last_slice or not self.model.is_meter
        return self.kernel.step if is_whole else self.kernel.slice_begin

    def _pieces(self, stamps: np.ndarray) -> np.ndarray:
        """Which run each stamp belongs to."""
        return np.searchsorted(self.kernel.ends, stamps - 1, side="right")

    def _steps(self, times: np.ndarray) -> np.ndarray:
        return np.rint(times / self.kernel.settings.resolution).astype(np.int64)


def _names(model: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not all(isinstance(name, str) for name in (value if np.iterable(value) else [value])):
        raise raised("TypeMismatch", f"{model}: record_from: got {value!r}, expected a list of names, such as ['V_m']")
    return tuple(str(name) for name in value)


def before_run(kernel: "Kernel") -> None:
    """Connect the recorders to simcore, and open files; what cannot be opened is refused before anything runs."""
    recorders = all_recorders(kernel)
    to_files = [recorder for recorder in recorders if recorder.values["record_to"] == "ascii"]
    for recorder in to_files:
        recorder.output.check()
    for recorder in to_files:
        recorder.output.open()
    for recorder in recorders:
        if recorder.model.columns or len(recorder.feeds) < len(recorder.sources):
            recorder.attach()


def after_run(kernel: "Kernel") -> None:
    """Write out what has been recorded."""
    for recorder in all_recorders(kernel):
        if recorder.values["record_to"] != "memory":
            recorder.output.write()


def all_recorders(kernel: "Kernel") -> list[Recorder]:
    """All recorders, in order of their ids."""
    return [recorder for group in kernel.groups if group.kind == "recorder" for recorder in group.recorders]  # type: ignore[attr-defined]
