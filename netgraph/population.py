"""NeuralPop: a network's neurons in groups with types, models and parameters, and the synapses between the groups."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np

from netgraph._checks import check_count, check_flag, check_mapping, check_number
from netgraph._pair_synapses import PairSynapses
from netgraph._parameter_values import gather, spread
from netgraph.groups import DEFAULT_MODEL, Group, MetaGroup, NeuralGroup
from netgraph.neuron_parameters import NeuronParameters, check_together, is_array
from netgraph.structure import Structure
from netgraph.synapse_spec import SynapseSpec, SynapseTable, describe
from simcore.errors import ParameterError, UnknownNameError
from simcore.models import REGISTRY, NeuronModel

__all__ = ["Group", "MetaGroup", "NeuralGroup", "NeuralPop", "NeuronParameters", "Structure", "SynapseTable"]


class NeuralPop(PairSynapses, Structure):
    """The neurons of a network: a mapping from name to `NeuralGroup`, and the synapses between the groups.

    Groups can be made first (`from_groups`) or created from a population of a given size (`create_group`).

    Parameters
    ----------
    size : int, optional
        Number of neurons that the groups are going to share. A warning says when the groups need more, or when a network is
        built while neurons are left over.
    syn_spec : None, str or dict, optional
        Synapse models and parameters between groups: one for all, or ``{"default": {...}, (source, target): {...}}``, where
        source and target are names of groups or meta groups, or neuron types 1 and -1. Entries merge from general to specific;
        see `synapse_table` and `netgraph.synapse_spec`. Weights and delays belong to the graph's edges.
    with_models : bool
        Whether groups without a neuron model get the default one; a population without models cannot be sent.
    default_model : str or NeuronModel
        Model of groups that name none.

    Examples
    --------
    >>> pop = NeuralPop(1000)
    >>> pop.create_group(800, "first", neuron_model="iaf_psc_exp")
    NeuralGroup('first', 800 excitatory neurons, iaf_psc_exp)
    >>> pop.create_group(200, "second", neuron_type=-1, neuron_model="iaf_psc_exp").ids[[0, -1]]
    array([800, 999])
    >>> pop.is_valid, pop.inhibitory.size
    (True, 200)
    """

    _group_class = NeuralGroup
    _words = ("population", "network", "net")

    def __init__(
        self,
        size: int | None = None,
        *,
        syn_spec: Any = None,
        with_models: bool = True,
        default_model: str | NeuronModel = DEFAULT_MODEL,
    ) -> None:
        super().__init__(size)
        self._spec = SynapseSpec(syn_spec)
        if not isinstance(default_model, NeuronModel) and default_model not in REGISTRY.names():
            raise UnknownNameError("neuron model", got=default_model, choices=REGISTRY.names())
        self._default_model = default_model if check_flag("NeuralPop: with_models", with_models) else None

    @classmethod
    def from_groups(
        cls, groups: Any, names: Sequence[str] | None = None, *, syn_spec: Any = None, meta_groups: Any = None
    ) -> Self:
        """A population of groups that were made before.

        Groups made with ids keep them; groups made with a number get the lowest free ids, in the order given: 0..n0-1,
        n0..n0+n1-1, and so on when no group has ids.

        Parameters
        ----------
        groups : list of NeuralGroup, or dict of str to NeuralGroup
            The groups; they become part of the population, which is their `parent`.
        syn_spec : None, str or dict, optional
            Synapses between the groups; see `NeuralPop`.
        names, meta_groups
            See `Structure.from_groups`.

        Returns
        -------
        population : NeuralPop

        Raises
        ------
        ParameterError
            Groups that overlap, belong to another population, or share a name.
        UnknownNameError
            A group, synapse model or synapse parameter in `syn_spec` that does not exist.

        Examples
        --------
        >>> e, i = NeuralGroup(80, neuron_model="iaf_psc_exp"), NeuralGroup(20, -1, neuron_model="iaf_psc_exp")
        >>> pop = NeuralPop.from_groups([e, i], ["e", "i"], syn_spec={("e", "i"): "tsodyks2_synapse"})
        >>> i.ids[0], pop.resolve_synapse("e", "i")["synapse_model"]
        (np.int64(80), 'tsodyks2_synapse')
        """
        new = cls(syn_spec=syn_spec)
        new._join(groups, names, meta_groups)
        return new

    @classmethod
    def uniform(
        cls,
        size: int,
        *,
        neuron_type: int = 1,
        neuron_model: str | NeuronModel = DEFAULT_MODEL,
        neuron_param: Mapping[str, Any] | None = None,
        syn_model: Any = "static_synapse",
        syn_param: Mapping[str, Any] | None = None,
    ) -> Self:
        """A population of one group, named ``"default_group"``.

        Parameters
        ----------
        size : int
            Number of neurons.
        neuron_type, neuron_model, neuron_param
            See `NeuralGroup`.
        syn_model : str or SynapseModel
            Model of all synapses.
        syn_param : dict, optional
            Its parameters.

        Examples
        --------
        >>> pop = NeuralPop.uniform(10, neuron_model="iaf_psc_exp", syn_model="tsodyks2_synapse", syn_param={"U": 0.3})
        >>> pop.resolve_synapse(0, 0)
        {'synapse_model': 'tsodyks2_synapse', 'receptor_type': 0, 'U': 0.3}
        """
        param = check_mapping("NeuralPop.uniform: syn_param", syn_param)
        spec = {"default": param | {"synapse_model": syn_model}}
        pop = cls(check_count(size, "NeuralPop.uniform: size"), syn_spec=spec, default_model=neuron_model)
        pop.create_group(size, "default_group", neuron_type=neuron_type, neuron_model=neuron_model, neuron_param=neuron_param)
        return pop

    @classmethod
    def exc_and_inhib(
        cls,
        size: int,
        *,
        iratio: float = 0.2,
        en_model: str | NeuronModel = DEFAULT_MODEL,
        en_param: Mapping[str, Any] | None = None,
        in_model: str | NeuronModel = DEFAULT_MODEL,
        in_param: Mapping[str, Any] | None = None,
        syn_spec: Any = None,
    ) -> Self:
        """Groups ``"excitatory"``, with the lower ids, and ``"inhibitory"``.

        Parameters
        ----------
        size : int
            Number of neurons.
        iratio : float
            Share of inhibitory neurons; their number is ``round(size * iratio)``.
        en_model, in_model : str or NeuronModel
            Models of the excitatory and of the inhibitory neurons.
        en_param, in_param : dict, optional
            Their parameters; see `NeuralGroup`.
        syn_spec : None, str or dict, optional
            Synapses between the groups; see `NeuralPop`.

        Raises
        ------
        ParameterError
            A share that leaves one of the groups empty; `uniform` makes populations of one type.

        Examples
        --------
        >>> pop = NeuralPop.exc_and_inhib(1000, iratio=0.2, en_model="iaf_psc_exp", in_model="iaf_psc_exp")
        >>> pop["excitatory"].size, pop["inhibitory"].ids[0]
        (800, np.int64(800))
        """
        pop = cls(check_count(size, "NeuralPop.exc_and_inhib: size"), syn_spec=syn_spec)
        n_inhibitory = round(size * check_number("NeuralPop.exc_and_inhib: iratio", iratio))
        if not 0 < n_inhibitory < size:
            expected = "a share that leaves neurons of both types; NeuralPop.uniform makes one type"
            raise ParameterError("NeuralPop.exc_and_inhib: iratio", got=iratio, expected=expected)
        pop.create_group(size - n_inhibitory, "excitatory", neuron_model=en_model, neuron_param=en_param)
        pop.create_group(n_inhibitory, "inhibitory", neuron_type=-1, neuron_model=in_model, neuron_param=in_param)
        pop._check_joined()
        return pop

    def create_group(  # type: ignore[override]
        self,
        nodes: Any,
        name: str,
        *,
        neuron_type: int = 1,
        neuron_model: str | NeuronModel | None = None,
        neuron_param: Mapping[str, Any] | None = None,
    ) -> NeuralGroup:
        """Make a group of neurons that are in no group yet.

        Parameters
        ----------
        nodes : int or array_like of int
            Number of neurons, which takes the lowest free ids, or the ids, whose order is kept.
        name : str
            Name of the new group. The name of a group that is still empty fills it, and takes no other arguments.
        neuron_type, neuron_model, neuron_param
            See `NeuralGroup`; without a model the group gets the population's default one.

        Examples
        --------
        >>> NeuralPop(10, default_model="iaf_psc_exp").create_group([9, 3], "a", neuron_param={"V_m": [-61.0, -62.0]}).ids
        array([9, 3])
        """
        if self._is_unfilled(name):
            if neuron_type != 1 or neuron_model is not None or neuron_param:
                expected = "only the neurons: the group exists already; use set_model and set_param"
                raise ParameterError(f"group {name!r}", got="a neuron type, model or parameters", expected=expected)
            return self.add_to_group(name, nodes)
        model = self._default_model if neuron_model is None else neuron_model
        return self.add_group(NeuralGroup(nodes, neuron_type, neuron_model=model, neuron_param=neuron_param, name=name))

    def neuron_types(self) -> np.ndarray:
        """Type of each neuron, by id.

        Returns
        -------
        types : ndarray of int8, shape (size,)
            1 excitatory, -1 inhibitory, 0 in no group. Read-only.

        Examples
        --------
        >>> NeuralPop.from_groups([NeuralGroup([2, 0]), NeuralGroup([1], -1)]).neuron_types()
        array([ 1, -1,  1], dtype=int8)
        """
        types = np.array([*(group.neuron_type for group in self.values()), 0], dtype=np.int8)[self.group_index()]
        types.setflags(write=False)
        return types

    @property
    def excitatory(self) -> np.ndarray:
        """Ids of the excitatory neurons, ascending; int64."""
        return np.flatnonzero(self.neuron_types() == 1)

    @property
    def inhibitory(self) -> np.ndarray:
        """Ids of the inhibitory neurons, ascending; int64."""
        return np.flatnonzero(self.neuron_types() == -1)

    def set_model(self, model: str | NeuronModel, *, group: Any = None) -> None:
        """Give groups another neuron model.

        Parameters
        ----------
        model : str or NeuronModel
            The model; it must have the parameters that the groups set (delete those of the old model first).
        group : str, NeuralGroup or list of these, optional
            Which groups; all if None.

        Raises
        ------
        UnknownNameError
            No such model or group, or a parameter set in a group that the model does not have; nothing is changed then.
        FrozenNetworkError
            A simulation uses the population.

        Examples
        --------
        >>> pop = NeuralPop.uniform(5, neuron_model="iaf_psc_exp")
        >>> pop.set_model("iaf_psc_alpha")
        >>> pop[0].neuron_model
        'iaf_psc_alpha'
        """
        self._check_mutable("the neuron models")
        groups = self._chosen(group)
        for g in groups:
            trial = g.copy()
            trial.neuron_model = model
        for g in groups:
            g.neuron_model = model

    def set_param(self, params: Mapping[str, Any], *, group: Any = None, nodes: Any = None) -> None:
        """Set parameters or start values of neurons, before the network is sent.

        Parameters
        ----------
        params : dict
            Name to value: a number, a distribution (for whole groups only), or an array: with one value for each neuron of the
            group in the order of its ids; of `nodes`, in their order; or of the population, by id, when neither is given.
        group : str, NeuralGroup or list of these, optional
            Which groups; all if None.
        nodes : array_like of int, optional
            Which neurons; the others of their groups keep their values.

        Raises
        ------
        UnknownNameError
            No such group, or a parameter that the model of a group does not have.
        ParameterError
            A value out of range, an array of the wrong length, or both `group` and `nodes`.
        FrozenNetworkError
            A simulation uses the population.

        Examples
        --------
        >>> pop = NeuralPop.uniform(3, neuron_model="iaf_psc_exp")
        >>> pop.set_param({"E_L": -65.0})
        >>> pop.set_param({"I_e": [10.0, 20.0]}, nodes=[2, 0])
        >>> pop.get_param("I_e")
        array([20.,  0., 10.])
        """
        self._check_mutable("neuron parameters")
        params = check_mapping("set_param: params", params)
        if group is not None and nodes is not None:
            raise ParameterError("set_param", got="group and nodes", expected="either group or nodes")
        by_node = {n: v for n, v in params.items() if nodes is not None or (group is None and is_array(v))}
        changes: dict[str, dict[str, Any]] = {}
        if nodes is None:
            changes = {str(g.name): dict(g.neuron_param) for g in self._chosen(group)}
        if by_node:
            ids = np.arange(self.size) if nodes is None else self._node_ids(nodes, "set_param: nodes")
            changes |= spread(self, by_node, ids)
        for values in changes.values():
            values |= {n: v for n, v in params.items() if n not in by_node}
        checked = {name: self._groups[name]._checked_param(values) for name, values in changes.items()}
        for name, values in checked.items():
            self._groups[name]._param = values

    def get_param(self, name: str, nodes: Any = None) -> np.ndarray:
        """A parameter or start value of neurons: what was set, or the default of their model.

        Parameters
        ----------
        name : str
            Name of the parameter or state variable.
        nodes : array_like of int, optional
            Which neurons; all by id if None.

        Returns
        -------
        values : ndarray of float64, shape (n,)
            In the order of `nodes`; NaN for neurons whose model does not have the parameter.

        Raises
        ------
        UnknownNameError
            No group's model has it.
        ParameterError
            It is a distribution, which is drawn when the network is sent.

        Examples
        --------
        >>> NeuralPop.uniform(3, neuron_model="iaf_psc_exp", neuron_param={"I_e": [1.0, 2.0, 3.0]}).get_param("I_e", [2, 0])
        array([3., 1.])
        """
        values = gather(list(self.values()), name, self.size)
        return values if nodes is None else values[self._node_ids(nodes, "get_param: nodes")]

    def check(self) -> None:
        """Refuse a population that cannot be sent to a simulation.

        Raises
        ------
        ParameterError
            Empty groups, neurons in no group, groups without a model, parameters that do not go together.
        UnknownNameError
            Names in ``syn_spec`` that do not exist.

        Examples
        --------
        >>> NeuralPop.uniform(3, neuron_model="iaf_psc_exp").check()
        """
        problems = self._problems()
        problems += [f"group {name!r} has no neuron model" for name, group in self.items() if group.model is None]
        if problems:
            raise ParameterError("population", got="; ".join(problems), expected="every neuron in one group, with a model")
        for group in self.values():
            check_together(group._label, group.model, dict(group.neuron_param))
        self.synapse_table()

    def _chosen(self, group: Any) -> list[NeuralGroup]:
        if group is None and not self._groups:
            raise ParameterError("population", got="no groups", expected="groups that have models and parameters")
        if group is None:
            return list(self.values())
        many = group if isinstance(group, (list, tuple)) else [group]
        return [self._member(g) for g in many]

    def _take_in(self, name: str, group: NeuralGroup) -> None:
        if group.model is None and self._default_model is not None:
            group._model = REGISTRY.get(self._default_model)
        super()._take_in(name, group)

    def _check_joined(self) -> None:
        if self.is_valid:
            self._table_of(self._spec)
        self._spec.check_names([*self._groups, *self._meta_groups])

    def _remap(self, new_of_old: np.ndarray, size: int) -> None:
        before = {*self._groups, *self._meta_groups}
        super()._remap(new_of_old, size)
        self._spec = self._spec.without(before - {*self._groups, *self._meta_groups})

    def _content(self) -> tuple:
        return (*super()._content(), self._spec)

    def _table(self) -> tuple[list[str], list[list[Any]]]:
        kinds = {1: "excitatory", -1: "inhibitory"}
        rows = [[n, g.size, kinds[g.neuron_type], g.neuron_model or "", describe(g.neuron_param)] for n, g in self.items()]
        return ["group", "size", "type", "model", "parameters"], rows
