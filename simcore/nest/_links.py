"""Links: connections as the kernel remembers them, each one projection of simcore or one connected recorder.

An edge is named by its link and its number in it, for as long as it exists.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.edge_changes import checked_values
from simcore.nest._models import SynapseEntry
from simcore.nest.errors import nest_errors, raised
from simcore.parameter import as_floats
from simcore.timegrid import MAX_DELAY_STEPS, TimeGrid

if TYPE_CHECKING:
    from simcore.description import Projection
    from simcore.nest._kernel import Kernel
    from simcore.nest._recorders import Recorder

__all__ = ["Link", "RecorderLink", "SimulatedLink", "delays_on_grid"]

# Share of a link's edges, as one in so many, from which on all of them are read.
_MANY = 20


class Link:
    """Connections that were made together, all through one synapse model.

    Parameters
    ----------
    kernel : Kernel
    entry : SynapseEntry
        Synapse model under the name that the script used.
    place : {0, 1, 2}
        Where NEST lists it among those of its model: between neurons, to a device, from a device.
    """

    def __init__(self, kernel: "Kernel", entry: SynapseEntry, place: int) -> None:
        self.kernel, self.entry, self.place = kernel, entry, place
        # Numbers of edges that were removed.
        self.removed = np.zeros(0, dtype=np.int64)

    @property
    def n_edges(self) -> int:
        """Connections that there are."""
        raise NotImplementedError

    @property
    def delay_range(self) -> tuple[float, float]:
        """Shortest and longest delay in ms that an edge ever had: what NEST goes by."""
        raise NotImplementedError

    def read(self, columns: Sequence[str], targets: np.ndarray | None = None) -> dict[str, np.ndarray]:
        """Columns of edges, in order of their numbers.

        Parameters
        ----------
        columns : sequence of str
            Of number, weight, delay, receptor, parameters and state of the synapse model.
        targets : ndarray of int64, optional
            Ids of nodes: edges onto others may be left out.
        """
        raise NotImplementedError

    @property
    def receptor(self) -> int:
        """Receptor of the connections."""
        raise NotImplementedError

    def values(self, name: str, numbers: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """A column of some edges, given by number and target."""
        # Of many edges all are read, which looks for no target.
        found = self.read(("number", name), None if _MANY * numbers.size > self.n_edges else np.unique(targets))
        if found["number"].size and found["number"][-1] == found["number"].size - 1:  # no edge is missing
            return found[name][numbers]
        return found[name][np.searchsorted(found["number"], numbers)]

    def change(self, numbers: np.ndarray, values: Mapping[str, Any]) -> Callable[[], None]:
        """What has to be done to set values of some edges, after checking that it can be."""
        raise NotImplementedError

    def remove(self, numbers: np.ndarray) -> None:
        """Remove some edges."""
        raise NotImplementedError

    def take_back(self) -> None:
        """Undo what making the link has done to recorders, when the call that makes it fails later."""


class SimulatedLink(Link):
    """Synapses, or connections of stimulators: a projection of simcore."""

    def __init__(self, kernel: "Kernel", entry: SynapseEntry, place: int, projection: "Projection") -> None:
        super().__init__(kernel, entry, place)
        self.projection, self.made = projection, kernel.step
        if kernel.step and projection.n_edges:
            _check_shortest(kernel, projection.present_delays[0])
        # Shortest and longest delay in steps that an edge ever had.
        self._delays = projection.delay_range

    @property
    def n_edges(self) -> int:
        return self.projection.n_edges

    @property
    def delay_range(self) -> tuple[float, float]:
        low, high = self._delays
        dt = self.kernel.settings.resolution
        return round(low * dt, 9), round(high * dt, 9)

    @property
    def receptor(self) -> int:
        return self.projection.receptor

    def read(self, columns: Sequence[str], targets: np.ndarray | None = None) -> dict[str, np.ndarray]:
        kernel = self.kernel
        with nest_errors():
            return kernel.simulation.connectivity(
                self.projection, columns=list(columns), targets=targets, since=kernel.sent_until
            )

    def change(self, numbers: np.ndarray, values: Mapping[str, Any]) -> Callable[[], None]:
        sim = self.kernel.simulation
        groups: list[Any] = [*sim.populations, *sim.devices]
        if "delay" in values and np.asarray(values["delay"]).dtype.kind in "iuf":
            values = {**values, "delay": delays_on_grid(self.kernel, values["delay"])}
            _check_shortest(self.kernel, int(np.min(sim.grid.steps_nearest(values["delay"]), initial=MAX_DELAY_STEPS)))
        with nest_errors(EdgeError="BadProperty"):
            checked_values(self.projection, numbers, values, groups=groups, grid=sim.grid)

        def change() -> None:
            sim.set_edges(self.projection, numbers, values, since=self.kernel.sent_until)
            (low, high), (new_low, new_high) = self._delays, self.projection.delay_range
            self._delays = min(low, new_low), max(high, new_high)

        return change

    def remove(self, numbers: np.ndarray) -> None:
        self.kernel.simulation.disconnect(self.projection, numbers, since=self.kernel.sent_until)
        self.kernel.carried_since.clear()
        self.removed = np.union1d(self.removed, numbers)


class RecorderLink(Link):
    """Connections between nodes and recorders: nothing travels, so weight and delay are remembered here.

    Parameters
    ----------
    sources, targets : ndarray of int64, shape (n,)
        Ids.
    weight, delay : ndarray of float64, shape (n,)
        As given; a delay in ms.
    """

    def __init__(
        self, kernel: "Kernel", entry: SynapseEntry, place: int, sources: np.ndarray, targets: np.ndarray,
        *, weight: np.ndarray, delay: np.ndarray,
    ) -> None:  # fmt: skip
        super().__init__(kernel, entry, place)
        self.columns = {
            "source": sources, "target": targets, "weight": weight, "delay": delay, "number": np.arange(sources.size),
            "receptor": np.full(sources.size, int(place == 2)),
        }  # fmt: skip
        self._delays = self._present_delays
        self._attached: list[Recorder] = []

    def attach(self, recorder: "Recorder", ids: np.ndarray) -> None:
        """Have a recorder record from some nodes."""
        recorder.sources.append(ids)
        self._attached.append(recorder)

    def take_back(self) -> None:
        for recorder in self._attached:
            recorder.sources.pop()

    @property
    def n_edges(self) -> int:
        return self.columns["source"].size

    @property
    def receptor(self) -> int:
        return int(self.place == 2)

    @property
    def delay_range(self) -> tuple[float, float]:
        return self._delays

    @property
    def _present_delays(self) -> tuple[float, float]:
        delay = self.columns["delay"]
        return (float(delay.min()), float(delay.max())) if delay.size else (np.inf, -np.inf)

    def read(self, columns: Sequence[str], targets: np.ndarray | None = None) -> dict[str, np.ndarray]:
        values = self.entry.values()
        n = self.n_edges
        return {name: self.columns[name] if name in self.columns else np.full(n, values[name]) for name in columns}

    def change(self, numbers: np.ndarray, values: Mapping[str, Any]) -> Callable[[], None]:
        at = np.searchsorted(self.columns["number"], numbers)
        new = {}
        for name, value in values.items():
            if name not in ("weight", "delay"):
                raise raised(
                    "BadProperty", f"{name}: got {value!r} for a connection of a recorder, which has weight and delay alone"
                )
            with nest_errors():
                new[name] = np.broadcast_to(as_floats(name, value), at.shape)
            if not np.isfinite(new[name]).all():
                raise raised("BadProperty", f"{name}: got {value!r}, expected finite numbers")
        if "delay" in new:
            new["delay"] = delays_on_grid(self.kernel, new["delay"])

        def change() -> None:
            for name, value in new.items():
                self.columns[name][at] = value
            (low, high), (new_low, new_high) = self._delays, self._present_delays
            self._delays = min(low, new_low), max(high, new_high)

        return change

    def remove(self, numbers: np.ndarray) -> None:
        gone = np.isin(self.columns["number"], numbers)
        recorded, recorders = ("source", "target") if self.place == 1 or not self._is_meter else ("target", "source")
        for recorder in self._attached:
            own = gone & (self.columns[recorders] == recorder.node)
            recorder.detach(self.columns[recorded][own])
        self.columns = {name: column[~gone] for name, column in self.columns.items()}
        self.removed = np.union1d(self.removed, numbers)

    @property
    def _is_meter(self) -> bool:
        return bool(self._attached) and self._attached[0].model.is_meter


def delays_on_grid(kernel: "Kernel", delay: Any) -> Any:
    """Delays in ms, rounded to the grid as NEST rounds them: half a step is one step."""
    grid = TimeGrid(kernel.settings.resolution)
    steps = grid.steps_nearest(np.minimum(delay, 1e12))  # more would not fit an integer
    if np.any(steps < 1):
        raise raised("BadDelay", f"delay: got {float(np.min(delay)):g}, expected >= the resolution of {grid.dt:g} ms")
    return grid.times(steps)


def _check_shortest(kernel: "Kernel", steps: int) -> None:
    """Refuse delays that are shorter than the slices in which the network has begun to run."""
    if kernel.step and steps < kernel.slice_steps:
        times = kernel.simulation.grid.times
        expected = f">= {times(kernel.slice_steps):g} ms, the minimal delay, which stays after the first run"
        raise raised("BadDelay", f"delay: got {times(steps):g} ms, expected {expected} (nest.set(min_delay=...) before it)")
