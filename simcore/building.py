"""Building: create neurons and stimulators, and connect them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from simcore import devices, models
from simcore.contents import Contents
from simcore.description import DevicePopulation, Population, Projection
from simcore.devices import DeviceModel
from simcore.distributions import is_distribution
from simcore.errors import ParameterError, UnknownNameError
from simcore.memory import check_free
from simcore.model_checks import check_constants, check_device_model, check_neuron_model, is_own
from simcore.models import NeuronModel
from simcore.nodes import Nodes
from simcore.resizing import sized
from simcore.values import check_device, check_together, device_values, node_values, start_column
from simcore.wiring import describe

__all__ = ["Building"]

_LARGEST_NETWORK = 2**31 - 1

# Bytes of a stimulator: a dictionary of parameters.
_STIMULATOR = 400


class Building(Contents):
    """The part of a simulation that creates and connects."""

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
            Parameters of receptors (``tau_syn`` of ``iaf_psc_exp_multisynapse``) are lists with one number a receptor, or n
            lists of one length: the neurons get as many receptors.
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
        >>> from simcore import Simulation
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
        if params is not None and not isinstance(params, Mapping):
            raise ParameterError("create: params", got=params, expected="a dictionary of names and values")
        record = record if isinstance(record, DeviceModel) else sized(record, params or {})
        check_free("create", f"{n:.1e} nodes", float(n) * _bytes_a_node(record, params or {}) * self.ranks.on_this_machine)
        new_ids = self._new_ids(int(n), ids)
        if isinstance(record, DeviceModel):
            self.devices.append(self._device_population(record, int(n), params or {}))
        else:
            if is_own(record):
                check_neuron_model(record, self.grid)
            self.populations.append(self._population(record, new_ids, params or {}))
        numbers = np.arange(self.n_nodes, self.n_nodes + n)
        self._ids = np.concatenate([self._ids, new_ids])
        self._number_of = None
        self._dirty = True
        return Nodes(self, numbers)

    def check_create(self, model: Any, params: Mapping[str, Any]) -> None:
        """Refuse values that `create` would refuse of a single node, and make nothing."""
        record = _model(model)
        if isinstance(record, DeviceModel):
            self._device_population(record, 1, params)
        else:
            self._population(record, np.zeros(1, dtype=np.int64), params)

    def _population(self, model: NeuronModel, ids: np.ndarray, params: Mapping[str, Any]) -> Population:
        values = node_values(model, params, ids, seed=self.seed, draw=0)
        parameters = model.defaults() | {k: v for k, v in values.items() if k in model.parameters}
        check_together(model, parameters, self.grid)
        if is_own(model):
            check_constants(model, parameters, ids.size, self.grid)
        columns = {name: start_column(state, parameters, ids.size) for name, state in model.state.items()}
        for name in columns:
            columns[name][:] = values.get(name, columns[name])
        if model.solver:
            columns["solver_step"] = np.full(ids.size, self.dt)
        return Population(model, self.n_nodes, ids.size, parameters, columns)

    def _device_population(self, model: DeviceModel, n: int, params: Mapping[str, Any]) -> DevicePopulation:
        before, now = model.defaults(), self._step - self._stimuli_began
        parameters = [model.changed(before, values, self.grid, now=now) for values in device_values(model, params, n)]
        for one in parameters:
            check_device(model, one, self.grid)
        if is_own(model):
            check_device_model(model, parameters[0], self.grid)
        return DevicePopulation(model, self.n_nodes, n, parameters, zero=self._stimuli_began)

    def _new_ids(self, n: int, ids: Any) -> np.ndarray:
        if ids is None:
            first = int(self._ids.max(initial=-1) + 1)
            if first + n > _LARGEST_NETWORK:
                raise ParameterError("create: ids", got=None, expected=f"ids, since counting on from {first} leads too far")
            return np.arange(first, first + n, dtype=np.int64)
        new = np.asarray(ids)
        if new.shape != (n,) or new.dtype.kind not in "iu":
            raise ParameterError("create: ids", got=ids, expected=f"{n} whole numbers")
        if new.max() >= _LARGEST_NETWORK:
            raise ParameterError("create: ids", got=int(new.max()), expected=f"ids below {_LARGEST_NETWORK}")
        is_after = new.min() > self._ids.max(initial=-1)
        if np.unique(new).size < n or not is_after and ((new < 0).any() or np.isin(new, self._ids).any()):
            raise ParameterError("create: ids", got=ids, expected="ids >= 0 that are not in use, each once")
        return new.astype(np.int64)

    def connect(
        self, pre: Nodes, post: Nodes, rule: Any = None, *, weight: Any = 1.0, delay: Any = None,
        synapse: Any = "static_synapse", params: Mapping[str, Any] | None = None, receptor: int = 0, since: float | None = None,
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
        since : float, optional
            Time in ms, within the range that `set_edges` gives: the new edges also carry the spikes that neurons have emitted
            since then and that are under way over other edges, unless they would have arrived already. None is now, and so it
            is for what stimulators send.

        Returns
        -------
        projection : Projection
            Handle for `connectivity`.

        Raises
        ------
        ParameterError, UnknownNameError, EdgeError, TooLargeError
            What cannot be connected; nothing has changed then.

        Examples
        --------
        >>> from simcore import Simulation, rules
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> neurons = sim.create("iaf_psc_exp", 100)
        >>> sim.connect(neurons, neurons, rules.FixedIndegree(10), weight=20.0, delay=1.5).n_edges
        1000
        """
        from simcore.rules import AllToAll

        sources, targets = self._own(pre, "connect: pre").numbers, self._own(post, "connect: post").numbers
        rule = AllToAll() if rule is None else rule
        return self._add_projection(
            sources, targets, rule=rule, weight=weight, delay=delay, synapse=synapse, params=params, receptor=receptor,
            since=since,
        )  # fmt: skip

    def connect_edges(
        self, source_ids: Any, target_ids: Any, *, weight: Any = 1.0, delay: Any = None,
        synapse: Any = "static_synapse", params: Mapping[str, Any] | None = None, receptor: int = 0, since: float | None = None,
    ) -> Projection:  # fmt: skip
        """Connect pairs of nodes given by two arrays of ids.

        Parameters
        ----------
        source_ids, target_ids : array_like of int, shape (n_edges,)
            One edge a row; parallel edges and self-connections are ordinary.
        weight, delay : float, array_like of shape (n_edges,) or Distribution
            Weights, and delays in ms. Weights are stored in single precision where that loses nothing.
        synapse, params, receptor, since
            As in `connect`; parameters may be arrays of shape (n_edges,).

        Examples
        --------
        >>> from simcore import Simulation
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> neurons = sim.create("iaf_psc_exp", 3)
        >>> sim.connect_edges([0, 0, 1], [1, 2, 2], weight=[10.0, 20.0, 30.0], delay=1.5).n_edges
        3
        """
        sources, targets = self._pairs(source_ids, target_ids, "connect_edges")
        return self._add_projection(
            sources, targets, rule=None, weight=weight, delay=delay, synapse=synapse, params=params, receptor=receptor,
            since=since,
        )  # fmt: skip

    def check_edges(
        self, source_ids: Any, target_ids: Any, *, weight: Any = 1.0, delay: Any = None,
        synapse: Any = "static_synapse", params: Mapping[str, Any] | None = None, receptor: int = 0,
    ) -> None:  # fmt: skip
        """Refuse what `connect_edges` would refuse, and make nothing."""
        sources, targets = self._pairs(source_ids, target_ids, "check_edges")
        self._describe(
            sources, targets, rule=None, weight=weight, delay=delay, synapse=synapse, params=params, receptor=receptor
        )

    def _pairs(self, source_ids: Any, target_ids: Any, where: str) -> tuple[np.ndarray, np.ndarray]:
        sources = self._numbers_of(source_ids, f"{where}: source_ids")
        targets = self._numbers_of(target_ids, f"{where}: target_ids")
        if sources.size != targets.size:
            raise ParameterError(where, got=f"{sources.size} sources, {targets.size} targets", expected="as many of each")
        return sources, targets

    def _describe(self, sources: np.ndarray, targets: np.ndarray, *, delay: Any, **given: Any) -> Projection:
        n_built = 0 if self._engine is None else len(self._engine.projections)
        promised = self.projections[-1].promised if len(self.projections) > n_built else 0.0
        return describe(
            len(self.projections), sources, targets, delay=max(1.0, self.dt) if delay is None else delay,
            groups=[*self.populations, *self.devices], grid=self.grid, seed=self.seed, promised=promised,
            share=self.ranks.on_this_machine / self.n_ranks, **given,
        )  # fmt: skip

    def _add_projection(self, sources: np.ndarray, targets: np.ndarray, *, since: float | None, **given: Any) -> Projection:
        self._require_open()
        projection = self._describe(sources, targets, **given)
        if since is not None:
            with self.ranks.together("connect()"):
                projection.since = self._boundary("connect", since)
        self.projections.append(projection)
        self._dirty = True
        return projection

    def select(self, ids: Any) -> Nodes:
        """The nodes with some ids, in that order.

        Examples
        --------
        >>> from simcore import Simulation
        >>> sim = Simulation(dt=0.1, seed=1)
        >>> neurons = sim.create("iaf_psc_exp", 3, ids=[7, 5, 9])
        >>> sim.select([5]).numbers
        array([1])
        """
        return Nodes(self, self._numbers_of(ids, "select: ids"))


def _model(name: Any) -> NeuronModel | DeviceModel:
    """A neuron model or a device by name; an object is taken as it is."""
    for registry in (models.REGISTRY, devices.REGISTRY):
        if isinstance(name, registry.record) or (isinstance(name, str) and name in registry):
            return registry.get(name)
    raise UnknownNameError("model", got=name, choices=[*models.REGISTRY.names(), *devices.REGISTRY.names()])


def _bytes_a_node(model: NeuronModel | DeviceModel, params: Mapping[str, Any]) -> int:
    """Bytes of a node: its ids, its state now and at time zero, parameters drawn for it, its inputs and its share of lists."""
    if isinstance(model, DeviceModel):
        return _STIMULATOR
    state = sum(np.dtype(variable.dtype).itemsize for variable in model.state.values())
    drawn = sum(is_distribution(value) for value in params.values())
    return 16 + 2 * state + 8 * (drawn + len(model.inputs)) + 12
