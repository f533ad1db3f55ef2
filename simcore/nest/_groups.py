"""Groups of nodes: what one call of ``Create`` made, and how its values are read and set.

Neurons and stimulators live in simcore, recorders here. A group answers to the names that NEST's ``get`` and ``set`` know.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.nest._missing import UNSUPPORTED
from simcore.nest._models import NodeEntry, check_names
from simcore.nest._recorder_models import FOREVER
from simcore.nest.errors import nest_errors, raised
from simcore.nodes import Nodes

if TYPE_CHECKING:
    from simcore.nest._kernel import Kernel

__all__ = ["Group", "RecorderGroup", "SimulatedGroup", "has_chosen_receptors", "in_terms_of_simcore", "same_for_all"]


class Group:
    """Nodes that were created together.

    Parameters
    ----------
    kernel : Kernel
    entry : NodeEntry
        Their model.
    first, size : int
        Id of the first one, and how many they are.
    """

    def __init__(self, kernel: "Kernel", entry: NodeEntry, first: int, size: int) -> None:
        self.kernel, self.entry, self.first, self.size = kernel, entry, first, size
        self.layer: Any = None

    @property
    def kind(self) -> str:
        """NEST's element_type: neuron, stimulator or recorder."""
        return self.entry.element_type

    def common(self, name: str, positions: np.ndarray) -> Any:
        """What every node has, or None if `name` is something else."""
        if name not in self.COMMON:
            return None
        if name == "global_id":
            return self.first + positions
        if name in ("thread", "vp"):
            threads = self.kernel.settings.local_num_threads if self.kind == "neuron" else 1
            return (self.first + positions) % threads
        if name == "local" and self.kind == "neuron" and self.kernel.n_processes > 1:
            return self.kernel.simulation._owned(self.kernel.nodes(self.first + positions).numbers)
        found = {
            "element_type": self.kind, "model": self.entry.name, "local": True, "frozen": False, "node_uses_wfr": False,
        }.get(name)  # fmt: skip
        return None if found is None else same_for_all(found, positions.size)

    COMMON = ("element_type", "frozen", "global_id", "local", "model", "node_uses_wfr", "thread", "vp")

    def names(self) -> list[str]:
        """All names that can be read, sorted."""
        raise NotImplementedError

    def read(self, name: str, positions: np.ndarray) -> np.ndarray:
        """Values of some of the nodes; shape (n,), of objects where they are no numbers."""
        raise NotImplementedError

    def change(self, values: Mapping[str, Any], positions: np.ndarray) -> Callable[[], None]:
        """What has to be done to set the values of some of the nodes, after checking that it can be."""
        raise NotImplementedError

    def set(self, values: Mapping[str, Any], positions: np.ndarray) -> None:
        """Set the values of some of the nodes, unless some are refused."""
        self.change(values, positions)()


class SimulatedGroup(Group):
    """Neurons or stimulators: their values are simcore's.

    Parameters
    ----------
    kernel, entry, first, size
        As for `Group`.
    population : Population or DevicePopulation
        What simcore made of them.
    """

    def __init__(self, kernel: "Kernel", entry: NodeEntry, first: int, size: int, population: Any) -> None:
        super().__init__(kernel, entry, first, size)
        self._population = population

    @property
    def model(self) -> Any:
        """Their model as it is: with as many receptors as were chosen."""
        return self._population.model

    def names(self) -> list[str]:
        own = list(self.model.settable)
        more = ["recordables"] if self._recordables() else []
        more += ["t_spike"] if self.kind == "neuron" else ["label", "stimulus_source"]
        more += ["n_synapses"] if has_chosen_receptors(self.model) else []
        return sorted([*own, *self.COMMON, *more])

    def _last_spikes(self, nodes: Any) -> np.ndarray:
        """Times in ms of their last spikes, as the clock showed them, -1 before the first."""
        grid, last = self.kernel.simulation.grid, self.kernel.simulation.last_spikes(nodes)
        shown = grid.times(self.kernel.shown(grid.steps_nearest(np.maximum(last, 0.0))))
        return np.where(last < 0.0, -1.0, shown)

    def _recordables(self) -> list[str]:
        return sorted(self.model.recordable_units)

    def read(self, name: str, positions: np.ndarray) -> np.ndarray:
        found = self.common(name, positions)
        if found is not None:
            return found
        if name == "recordables" and self._recordables():
            return same_for_all(self._recordables(), positions.size)
        if name == "t_spike" and self.kind == "neuron":
            return self._last_spikes(self._nodes(positions))
        if name in ("label", "stimulus_source") and self.kind == "stimulator":
            return same_for_all("", positions.size)
        if name == "n_synapses" and has_chosen_receptors(self.model):
            return same_for_all(len(self.model.receptors()), positions.size)
        if name not in self.model.settable:
            raise KeyError(name)
        with nest_errors():
            values = self.kernel.simulation.get_of_group(self._population, name, positions)
        return np.where(np.isinf(values), FOREVER, values) if name == "stop" else values

    def change(self, values: Mapping[str, Any], positions: np.ndarray) -> Callable[[], None]:
        nodes, given, sim = self._nodes(positions), self.simulated(values), self.kernel.simulation
        with nest_errors():
            sim.check_set(nodes, given)
        return lambda: sim.set(nodes, given)

    def set(self, values: Mapping[str, Any], positions: np.ndarray) -> None:
        given = self.simulated(values)
        with nest_errors():
            self.kernel.simulation.set(self._nodes(positions), given)

    def _nodes(self, positions: np.ndarray) -> Nodes:
        return Nodes(self.kernel.simulation, self._population.first + positions)

    def simulated(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values in simcore's terms, without those that NEST has and that can only be left as they are."""
        return in_terms_of_simcore(self.entry, values, self.model)


def has_chosen_receptors(model: Any) -> bool:
    """Whether the user chooses the number of receptors of a model."""
    return getattr(model, "family", None) is not None


def in_terms_of_simcore(entry: NodeEntry, values: Mapping[str, Any], model: Any = None) -> dict[str, Any]:
    """Values for nodes of a simulated model; what NEST has and simcore not must be at its default.

    Parameters
    ----------
    entry : NodeEntry
    values : mapping
    model : NeuronModel or DeviceModel, optional
        The model of nodes that exist; None takes the entry's.
    """
    fixed = {**UNSUPPORTED["all"], **UNSUPPORTED[entry.element_type], **UNSUPPORTED.get(entry.record.name, {})}
    settable = (entry.record if model is None else model).settable
    fixed = {name: default for name, default in fixed.items() if name not in settable}
    check_names(entry.name, values, {**settable, **fixed})
    out = {}
    for name, value in values.items():
        if name not in fixed:
            out[name] = np.where(np.equal(value, FOREVER), np.inf, value)[()] if name == "stop" else value
        elif not _is_default(value, fixed[name]):
            only = f"only its default {fixed[name]!r}, since nothing else is there yet"
            raise raised("NotImplemented", f"{entry.name}: {name}: got {value!r}, expected {only}")
    return out


def _is_default(value: Any, default: Any) -> bool:
    if isinstance(default, (dict, str)):
        return bool(value == default)
    with np.errstate(invalid="ignore"):
        return np.asarray(value).dtype.kind in "iufb" and bool(np.all(np.asarray(value) == default))


class RecorderGroup(Group):
    """Recorders, whose values and events are kept here."""

    def __init__(self, kernel: "Kernel", entry: NodeEntry, first: int, size: int) -> None:
        from simcore.nest._recorders import Recorder

        super().__init__(kernel, entry, first, size)
        self.recorders: list[Recorder] = [Recorder(kernel, entry, first + k) for k in range(size)]

    def names(self) -> list[str]:
        return sorted([*self.COMMON, *dict.fromkeys(n for r in self.recorders for n in r.names())])

    def read(self, name: str, positions: np.ndarray) -> np.ndarray:
        found = self.common(name, positions)
        if found is not None:
            return found
        out = np.empty(positions.size, dtype=object)
        for k, position in enumerate(positions):
            out[k] = self.recorders[position].read(name)
        return out

    def change(self, values: Mapping[str, Any], positions: np.ndarray) -> Callable[[], None]:
        shares = [_share(self.entry.record, values, k, positions.size) for k in range(positions.size)]
        changes = [self.recorders[p].change(share) for p, share in zip(positions, shares, strict=True)]

        def change() -> None:
            for one in changes:
                one()

        return change


def _share(model: Any, values: Mapping[str, Any], k: int, n: int) -> dict[str, Any]:
    """The part of one recorder in values given for several."""
    out = {}
    for name, value in values.items():
        is_many = isinstance(value, (list, tuple, np.ndarray)) and np.ndim(value) > 0 and name in model.parameters
        if is_many and len(value) != n:
            raise raised("BadProperty", f"{model.name}: {name}: got {len(value)} values, expected one, or one for each of {n}")
        out[name] = value[k] if is_many else value
    return out


def same_for_all(value: Any, n: int) -> np.ndarray:
    """The same object n times."""
    out = np.empty(n, dtype=object)
    out[:] = [value] * n
    return out
