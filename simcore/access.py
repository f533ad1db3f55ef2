"""Access: read and change parameters and states of nodes, and read connections back."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from simcore.contents import Contents
from simcore.description import DevicePopulation, Population, Projection
from simcore.model_checks import check_constants, is_own
from simcore.models import NeuronModel
from simcore.nodes import Nodes
from simcore.parameter import check_names
from simcore.readback import checked_columns, chosen_projections, read_edges
from simcore.resizing import check_resize, replaced_list, resize, sized
from simcore.values import check_device, check_together, device_values, node_values, part_of
from simcore.wiring import check_ends, sends_negative

if TYPE_CHECKING:
    from simcore.simulation import Simulation

__all__ = ["Access"]


class Access(Contents):
    """The part of a simulation that reads and changes what is there."""

    def get(self, nodes: Nodes, name: str) -> np.ndarray:
        """Value of a parameter or state variable of each node.

        Parameters
        ----------
        nodes : Nodes
        name : str

        Returns
        -------
        values : ndarray, shape (n,)
            In the order of `nodes`. A list of numbers a node (spike times, time constants of receptors) gives an array of
            objects.

        Examples
        --------
        >>> from simcore import Simulation
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> sim.get(sim.create("iaf_psc_exp", 2), "V_m")
        array([-70., -70.])
        """
        with self.ranks.together(f"get({name!r})"):
            return self._get(self._own(nodes, "get: nodes"), name)

    def get_of_group(self, group: Population | DevicePopulation, name: str, positions: np.ndarray) -> np.ndarray:
        """Value of a parameter or state variable of each node at some positions of a population; see `get`."""
        with self.ranks.together(f"get({name!r})"):
            return self._get_of_group(group, name, positions)

    def _get_of_group(self, group: Population | DevicePopulation, name: str, positions: np.ndarray) -> np.ndarray:
        check_names(f"parameter of {group.model.name}", {name: None}, _readable(group.model))
        self._gather_states(group, (name,))
        return _values_of(group, name, positions)

    def _get(self, nodes: Nodes, name: str) -> np.ndarray:
        found = []
        for group, numbers in self._split(nodes):
            where = (nodes.numbers >= group.first) & (nodes.numbers < group.first + group.size)
            found.append((where, self._get_of_group(group, name, numbers - group.first)))
        out = np.empty(len(nodes), dtype=np.result_type(*(values for _, values in found)) if found else np.float64)
        for where, values in found:
            out[where] = values
        return out

    def last_spikes(self, nodes: Nodes) -> np.ndarray:
        """Time of the latest spike of each node in ms, -1 before the first; float64, shape (n,).

        Examples
        --------
        >>> from simcore import Simulation
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> neuron = sim.create("iaf_psc_exp", params={"I_e": 400.0})
        >>> results = sim.run(50.0)
        >>> sim.last_spikes(neuron)
        array([27.8])
        """
        numbers = self._own(nodes, "last_spikes: nodes").numbers
        out = np.full(numbers.size, -1.0)
        if self._engine is None or self._step == 0:
            return out
        # Nodes that are to be built have not fired.
        there = numbers < self._engine.last_spikes.size
        with self.ranks.together("last_spikes()"):
            steps = np.max(self.ranks.share(self._engine.last_spikes[numbers[there]]), axis=0)
        out[there] = np.where(steps < 0, -1.0, self.grid.times(steps + 1))
        return out

    def _gather_states(self, group: Population | DevicePopulation, names: Iterable[str]) -> None:
        """Have this rank know the state of the neurons of all ranks, for those of `names` that are state variables."""
        if self.n_ranks == 1 or self._step == 0 or isinstance(group, DevicePopulation):
            return
        own = np.flatnonzero(self._owned(np.arange(group.first, group.first + group.size)))
        columns = {name: group.columns[name][own] for name in names if name in group.columns}
        for name, values in (self.ranks.join(group.size, own, columns) if columns else {}).items():
            group.columns[name][:] = values

    def set(self, nodes: Nodes, values: Mapping[str, Any] | None = None, **named: Any) -> None:
        """Set parameters or state variables of some nodes; all is checked before anything changes.

        Parameters
        ----------
        nodes : Nodes
        values : dict, optional
            Name to number, array of shape (n,) in the order of `nodes`, or distribution. Parameters of receptors are lists, one
            for all nodes or one for each; all neurons that were created together may get lists of another length, and so
            another number of receptors, unless connections lead to one that would vanish.
        **named
            The same as keywords.

        Examples
        --------
        >>> from simcore import Simulation
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> neurons = sim.create("iaf_psc_exp", 2)
        >>> sim.set(neurons, V_m=[-65.0, -60.0])
        >>> neurons.get("V_m")
        array([-65., -60.])
        """
        for change in self._changes(nodes, {**(values or {}), **named}):
            change()
        self.draws += 1
        self._dirty = True

    def check_set(self, nodes: Nodes, values: Mapping[str, Any]) -> None:
        """Refuse what `set` would refuse, and change nothing."""
        self._changes(nodes, values)

    def _changes(self, nodes: Nodes, given: Mapping[str, Any]) -> list[Callable[[], None]]:
        """What has to be done, one step a population, after checking that all can be."""
        self._require_open()
        return [self._change(nodes, group, numbers, given) for group, numbers in self._split(self._own(nodes, "set: nodes"))]

    def _change(self, nodes: Nodes, group: Any, numbers: np.ndarray, given: Mapping[str, Any]) -> Callable[[], None]:
        """What has to be done for one population, after checking that it can be."""
        table = group.model.settable | dict.fromkeys(group.model.read_only if isinstance(group, Population) else ())
        check_names(f"parameter of {group.model.name}", given, table)
        inside = (nodes.numbers >= group.first) & (nodes.numbers < group.first + group.size)
        own = {name: part_of(f"{group.model.name}: {name}", value, inside, table[name]) for name, value in given.items()}
        if isinstance(group, DevicePopulation):
            return self._device_change(group, numbers - group.first, own)
        return self._neuron_change(group, numbers - group.first, own)

    def _device_change(self, group: DevicePopulation, positions: np.ndarray, given: Mapping[str, Any]) -> Callable[[], None]:
        parameters = list(group.parameters)
        for position, one in zip(positions, device_values(group.model, given, positions.size), strict=True):
            now = self._step - group.zero
            parameters[position] = group.model.changed(parameters[position], one, self.grid, now=now)
            check_device(group.model, parameters[position], self.grid)
        self._check_factors(group, parameters, positions)

        return lambda: group.replace(parameters, self._step)

    def _check_factors(self, group: DevicePopulation, parameters: list[dict[str, Any]], positions: np.ndarray) -> None:
        """Refuse factors that turn weights to a sign that some target does not take."""
        if not group.model.is_source:
            return
        changed = DevicePopulation(group.model, group.first, group.size, parameters)
        if not any(sends_negative(changed, k, self.grid, self.seed) for k in np.unique(positions)):
            return
        groups: list[Population | DevicePopulation] = [*self.populations]
        groups += [changed if g is group else g for g in self.devices]
        for projection in self.projections:
            sources = projection.end_nodes[0]
            if ((sources >= group.first) & (sources < group.first + group.size)).any():
                check_ends(projection, groups, self.grid)

    def _neuron_change(self, group: Population, positions: np.ndarray, given: Mapping[str, Any]) -> Callable[[], None]:
        ids, model = self.ids_of(group.first + positions), sized(group.model, given)
        check_resize(self, group, positions, model)
        checked = node_values(model, given, ids, seed=self.seed, draw=1 + self.draws)
        columns = {name: value for name, value in checked.items() if name in model.state}
        parameters = dict(group.parameters)
        for name in checked.keys() - columns.keys():
            replaced: Callable = replaced_list if model.parameters[name].is_list else _replaced
            parameters[name] = replaced(parameters[name], checked[name], positions, group.size)
        check_together(model, parameters, self.grid)
        if is_own(model):
            check_constants(model, parameters, group.size, self.grid)

        def change() -> None:
            group.parameters = parameters
            if model is not group.model:
                resize(self, group, model)
            for name, value in columns.items():
                group.columns[name][positions] = value

        return change

    def connectivity(
        self,
        projection: Projection | None = None,
        *,
        sources: Any = None,
        targets: Any = None,
        synapse: Any = None,
        columns: Any = None,
        local: bool | None = None,
        since: float | None = None,
    ) -> dict[str, np.ndarray]:
        """Edges as arrays, with present weights, in the order in which they were made.

        The edges of the first connect call come first. Those of a rule are in the order of its targets; those of
        `connect_edges` as they were given. The order depends neither on threads nor on the filters: these leave edges out.

        Parameters
        ----------
        projection : Projection, optional
            What a connect call returned; None stands for all.
        sources, targets : Nodes or array_like of int, shape (n,), optional
            Only edges from these sources, onto these targets: nodes or their ids. Few targets take less time than all.
        synapse : str or SynapseModel, optional
            Only edges with this synapse model.
        columns : list of str, optional
            What is wanted, and nothing else: any of ``"source"``, ``"target"``, ``"weight"``, ``"delay"``, ``"projection"``,
            ``"number"`` (of the edge in its projection, which never changes), ``"receptor"``, and parameters and state
            variables of synapse models. None stands for those below.
        local : bool, optional
            With several ranks, whether only edges onto this rank's own neurons; None as the simulation keeps its results.
        since : float, optional
            Weights and states are those that a spike emitted at this time, in ms, will find: spikes of before count as sent,
            those from then on do not, even if they are under way. See `set_edges` for its range and default.

        Returns
        -------
        edges : dict of str to ndarray, shape (n_edges,)
            ``"source"``, ``"target"`` (ids, int64), ``"weight"``, ``"delay"`` [ms] (float64). With a projection or a synapse
            model also the state variables of the synapse model; without a projection also ``"projection"`` (int64), the
            position in ``simulation.projections`` of the one that made the edge. With `columns` these, numbers and receptors as
            int64; parameters and states (float64) are NaN for edges whose synapse model does not have them.

        Raises
        ------
        ParameterError, UnknownNameError
            No projection of this simulation, ids without nodes, no synapse model or no column of that name.

        Examples
        --------
        >>> from simcore import Simulation
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> neurons = sim.create("iaf_psc_exp", 3)
        >>> made = sim.connect_edges([0, 1, 2], [2, 2, 0], weight=[10.0, 20.0, 30.0])
        >>> sim.connectivity(made)["weight"]
        array([10., 20., 30.])
        >>> sim.connectivity(targets=neurons[2:])["source"]
        array([0, 1])
        >>> sim.connectivity(targets=neurons[2:], columns=["number", "weight"])
        {'number': array([0, 1]), 'weight': array([10., 20.])}
        """
        self._require_open()
        chosen, model = chosen_projections(self.projections, projection, synapse)
        wanted = {"sources": self._mask(sources, "sources"), "targets": self._mask(targets, "targets")}
        if columns is None:
            columns = ["source", "target", "weight", "delay", *(model.state if model else ())]
            columns += ["projection"] if projection is None else []
        names = checked_columns(self.projections, columns)
        with self.ranks.together("connectivity()"):
            is_local = self.local if local is None else local
            sent = self._boundary("connectivity", since)
            return read_edges(cast("Simulation", self), chosen, **wanted, columns=names, sent=sent, local=is_local)

    def _mask(self, nodes: Any, name: str) -> np.ndarray | None:
        """Which of all nodes are among the given ones; None for None."""
        if nodes is None:
            return None
        mask = np.zeros(self.n_nodes, dtype=bool)
        mask[self._numbers_of(nodes, f"connectivity: {name}")] = True
        return mask


def _readable(model: Any) -> dict[str, Any]:
    """What can be read of a neuron or a stimulator."""
    return {**model.settable, **(model.read_only if isinstance(model, NeuronModel) else {})}


def _values_of(group: Population | DevicePopulation, name: str, positions: np.ndarray) -> np.ndarray:
    if isinstance(group, DevicePopulation):
        values = [group.parameters[p][name] for p in positions]
        return _lists(values) if group.model.settable[name].is_list else np.array(values)
    if name in group.model.read_only:
        return np.full(positions.size, group.model.read_only[name])
    if name in group.model.parameters and group.model.parameters[name].is_list:
        rows = np.asarray(group.parameters[name], dtype=np.float64)
        return _lists([rows if rows.ndim == 1 else rows[:, p] for p in positions])
    column = group.columns[name] if name in group.columns else group.parameters[name]
    return np.full(positions.size, column) if np.ndim(column) == 0 else np.array(column[positions])


def _lists(values: Iterable[Any]) -> np.ndarray:
    """An array of objects, each an array of float64."""
    arrays = [np.array(v, dtype=np.float64) for v in values]
    out = np.empty(len(arrays), dtype=object)
    out[:] = arrays
    return out


def _replaced(old: Any, value: Any, positions: np.ndarray, size: int) -> Any:
    """A parameter with a new value at some positions: a number if it is one for all neurons, else an array."""
    if np.ndim(value) == 0 and np.unique(positions).size == size:
        return value
    new = np.array(np.broadcast_to(old, size), dtype=np.result_type(old, value))
    new[positions] = value
    return new
