"""Groups of nodes: a `Group` is named and ordered, a `NeuralGroup` has neurons of one model, a `MetaGroup` may overlap others.

A group keeps its ids in the order in which the user gave them, and arrays of parameters follow that order. Nothing of a group
changes while a simulation uses it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from netgraph._checks import MAX_NODES, check_count, check_mapping
from netgraph._ids import as_array, as_ids, check_unique
from netgraph.neuron_parameters import NeuronParameters, check_parameters, check_together, same_value
from simcore.errors import ParameterError
from simcore.models import REGISTRY, NeuronModel
from simcore.resizing import sized

__all__ = ["DEFAULT_MODEL", "Group", "MetaGroup", "NeuralGroup", "check_name", "node_ids"]

DEFAULT_MODEL = "aeif_cond_alpha"


def node_ids(nodes: Any, where: str, *, size: int | None = None) -> np.ndarray:
    """Node ids as a read-only array in the order given, after checking them.

    Parameters
    ----------
    nodes : array_like of int, shape (n,), or Group
        Ids, each once; sets are refused because they have no order.
    where : str
        Start of the message if they are refused.
    size : int, optional
        Number of nodes that exist; ids must be smaller.

    Returns
    -------
    ids : ndarray of int64, shape (n,)

    Raises
    ------
    ParameterError
        No ids, not integers, negative, too large, or an id twice.

    Examples
    --------
    >>> node_ids([9, 3, 8, 1], "group")
    array([9, 3, 8, 1])
    """
    nodes = getattr(nodes, "ids", nodes)
    if as_array(nodes, where).ndim == 0:
        raise ParameterError(where, got=nodes, expected="a list or an array of integers")
    ids = as_ids(nodes, MAX_NODES if size is None else size, where).astype(np.int64)
    if ids.size == 0:
        raise ParameterError(where, got=nodes, expected="at least one node")
    check_unique(ids, where)
    ids.setflags(write=False)
    return ids


class Group:
    """Nodes that belong together.

    Parameters
    ----------
    nodes : int or array_like of int, optional
        Number of nodes, whose ids are given when the group joins a structure, or the ids themselves, whose order is kept. None
        makes a group that is filled later by the structure.
    name : str, optional
        Name; a structure may give another.
    properties : dict, optional
        Anything worth keeping with the group.

    Raises
    ------
    ParameterError
        An empty group, wrong ids, or a name that is not a non-empty string.

    Examples
    --------
    >>> Group([5, 3, 1000, 1], name="a").ids
    array([   5,    3, 1000,    1])
    """

    def __init__(self, nodes: Any = None, *, name: str | None = None, properties: Mapping[str, Any] | None = None) -> None:
        self._name = None if name is None else check_name(name, f"{type(self).__name__}: name")
        self._parent: Any = None
        self._declared: int | None = None
        self._ids = _no_ids()
        self._properties = check_mapping(f"{self._label}: properties", properties)
        if nodes is None:
            return
        if isinstance(nodes, (int, np.integer)) and not isinstance(nodes, bool):
            if nodes < 1:
                raise ParameterError(f"{self._label}: nodes", got=nodes, expected="at least one node")
            self._declared = check_count(nodes, f"{self._label}: nodes")
        else:
            self._ids = node_ids(nodes, f"{self._label}: nodes")

    @property
    def name(self) -> str | None:
        """Name of the group, or None."""
        return self._name

    @property
    def parent(self) -> Any:
        """The structure or population that holds the group, or None."""
        return self._parent

    @property
    def ids(self) -> np.ndarray:
        """Ids of the nodes in the user's order; read-only int64 array, empty until the group has some."""
        return self._ids

    @property
    def size(self) -> int:
        """Number of nodes; 0 for a group that is still to be filled."""
        return self._ids.size or self._declared or 0

    @property
    def properties(self) -> Mapping[str, Any]:
        """What is kept with the group; a dictionary that is set replaces it all. Values of single nodes are node columns."""
        return MappingProxyType(self._properties)

    @properties.setter
    def properties(self, properties: Mapping[str, Any]) -> None:
        self._check_mutable("properties")
        self._properties = check_mapping(f"{self._label}: properties", properties)

    def copy(self) -> Self:
        """An independent group of the same content, outside any structure.

        Examples
        --------
        >>> group = Group([4, 2], name="a")
        >>> group.copy() == group, group.copy() is group
        (True, False)
        """
        new = object.__new__(type(self))
        new.__dict__.update(self.__dict__)
        new._parent = None
        new._properties = dict(self._properties)
        return new

    def __copy__(self) -> Self:
        return self.copy()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._set_ids(self._ids)  # NumPy makes the arrays of pickles and deep copies writeable

    @property
    def _label(self) -> str:
        kind = "meta group" if isinstance(self, MetaGroup) else "group"
        return f"{kind} {self._name!r}" if self._name else type(self).__name__

    def _check_mutable(self, what: str) -> None:
        if self._parent is not None:
            self._parent._check_mutable(f"{what} of {self._label}")

    def _changed(self) -> None:
        if self._parent is not None:
            self._parent._changed()

    def _set_ids(self, ids: np.ndarray) -> None:
        self._ids = ids
        self._ids.setflags(write=False)

    def _keep(self, mask: np.ndarray, ids: np.ndarray) -> None:
        """Keep the nodes in `mask` under the new `ids` (used when nodes are deleted or renumbered)."""
        self._set_ids(ids)
        self._declared = None

    def _check_extendable(self) -> None:
        """Refuse more nodes when something of the group would no longer fit."""

    def _content(self) -> dict[str, Any]:
        """All that makes two groups equal, apart from their class."""
        declared = self._declared if self._ids.size == 0 else None
        properties = {f"property {name}": value for name, value in self._properties.items()}
        return {"name": self._name, "ids": self._ids, "size": declared, **properties}

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        mine, others = self._content(), other._content()
        return mine.keys() == others.keys() and all(same_value(mine[key], others[key]) for key in mine)

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        return self.size

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._name!r}, {self.size} nodes)"


class MetaGroup(Group):
    """A label on nodes that may overlap groups and other labels: a layer, a cell class.

    Nodes that join a group join the labels that hold all of it.

    Parameters
    ----------
    nodes : array_like of int or Group
        Ids; their order is kept.
    name : str, optional
        Name; a structure may give another.
    properties : dict, optional
        Anything worth keeping with it.

    Examples
    --------
    >>> MetaGroup(range(10, 14), name="layer 4").size
    4
    """

    def __init__(self, nodes: Any, *, name: str | None = None, properties: Mapping[str, Any] | None = None) -> None:
        super().__init__(name=name, properties=properties)
        self._set_ids(node_ids(nodes, f"{self._label}: nodes"))

    @property
    def excitatory(self) -> np.ndarray:
        """Ids of its excitatory neurons, in its order; empty outside a population."""
        return self._of_type(1)

    @property
    def inhibitory(self) -> np.ndarray:
        """Ids of its inhibitory neurons, in its order; empty outside a population."""
        return self._of_type(-1)

    def _of_type(self, neuron_type: int) -> np.ndarray:
        types = getattr(self._parent, "neuron_types", None)
        return self._ids[types()[self._ids] == neuron_type] if types is not None else _no_ids()


class NeuralGroup(Group):
    """Neurons that share a type, a model and its parameters.

    Parameters
    ----------
    nodes : int or array_like of int, optional
        Number of neurons or their ids; see `Group`.
    neuron_type : {1, -1}
        1 for excitatory, -1 for inhibitory.
    neuron_model : str or NeuronModel, optional
        Name of a model of ``simcore.models``, or a model of your own. None takes the population's default, which is
        ``aeif_cond_alpha`` unless the population says otherwise; with `neuron_param` it is ``aeif_cond_alpha`` right away.
    neuron_param : dict, optional
        Parameters and start values that differ from the model's defaults: a number, an array with one value for each neuron in
        the order of the ids, or a distribution, which is drawn for each neuron when the network is sent.
    name : str, optional
        Name; a population may give another.

    Raises
    ------
    UnknownNameError
        A model or parameter that does not exist.
    ParameterError
        A value out of range, an array of the wrong length, an empty group, or a type other than 1 and -1.

    Examples
    --------
    >>> group = NeuralGroup([9, 3], neuron_model="iaf_psc_exp", neuron_param={"V_m": [-61.0, -62.0]})
    >>> group.neuron_param["tau_m"] = 20.0
    >>> group.neuron_model, dict(group.neuron_param)
    ('iaf_psc_exp', {'V_m': array([-61., -62.]), 'tau_m': 20.0})
    """

    def __init__(
        self,
        nodes: Any = None,
        neuron_type: int = 1,
        *,
        neuron_model: str | NeuronModel | None = None,
        neuron_param: Mapping[str, Any] | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(nodes, name=name)
        if isinstance(neuron_type, bool) or not np.isscalar(neuron_type) or neuron_type not in (1, -1):
            raise ParameterError(f"{self._label}: neuron_type", got=neuron_type, expected="1 (excitatory) or -1 (inhibitory)")
        self._neuron_type = int(neuron_type)
        if neuron_model is None and neuron_param:
            neuron_model = DEFAULT_MODEL
        self._model: NeuronModel | None = None if neuron_model is None else REGISTRY.get(neuron_model)
        self._param: dict[str, Any] = {}
        if neuron_param:
            self.neuron_param = neuron_param

    @property
    def neuron_type(self) -> int:
        """1 for excitatory, -1 for inhibitory neurons."""
        return self._neuron_type

    @property
    def model(self) -> NeuronModel | None:
        """Record of the neuron model, with as many receptors as the parameters say; None until it is known."""
        return None if self._model is None else sized(self._model, self._param)

    @property
    def neuron_model(self) -> str | None:
        """Name of the neuron model; can be set to a name or a `NeuronModel`. None until it is known."""
        return None if self._model is None else self._model.name

    @neuron_model.setter
    def neuron_model(self, model: str | NeuronModel) -> None:
        self._check_mutable("neuron_model")
        record = REGISTRY.get(model)
        check_parameters(self._label, record, self._param, size=self.size)
        self._model = record

    @property
    def neuron_param(self) -> NeuronParameters:
        """Parameters that differ from the model's defaults; items can be set and deleted, each is checked."""
        return NeuronParameters(self)

    @neuron_param.setter
    def neuron_param(self, params: Mapping[str, Any]) -> None:
        self._check_mutable("neuron_param")
        self._param = self._checked_param(params)

    def copy(self) -> Self:
        """An independent group of the same content, outside any population.

        Examples
        --------
        >>> inhibitory = NeuralGroup(10, -1, neuron_model="iaf_psc_exp")
        >>> inhibitory.copy() == inhibitory
        True
        """
        new = super().copy()
        new._param = dict(self._param)
        return new

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        for value in self._param.values():
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    def _checked_param(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """All of `params` checked against the model, alone and together."""
        if self._model is None and not params:
            return {}
        if self._model is None:
            raise ParameterError(f"{self._label}: neuron_param", got=dict(params), expected="a neuron model first")
        checked = check_parameters(self._label, self._model, params, size=self.size)
        check_together(self._label, self._model, checked)
        return checked

    def _keep(self, mask: np.ndarray, ids: np.ndarray) -> None:
        super()._keep(mask, ids)
        for name, value in self._param.items():
            if isinstance(value, np.ndarray):
                self._param[name] = value[mask]
                self._param[name].setflags(write=False)

    def _check_extendable(self) -> None:
        arrays = [name for name, value in self._param.items() if isinstance(value, np.ndarray)]
        if arrays:
            expected = "a number or a distribution before nodes are added, since an array would no longer fit"
            raise ParameterError(f"{self._label}: neuron_param[{arrays[0]!r}]", got="an array", expected=expected)

    def _content(self) -> dict[str, Any]:
        return super()._content() | {"type": self._neuron_type, "model": self._model, "parameters": self.neuron_param}

    def __repr__(self) -> str:
        kind = "excitatory" if self._neuron_type == 1 else "inhibitory"
        return f"NeuralGroup({self._name!r}, {self.size} {kind} neurons, {self.neuron_model or 'default model'})"


def check_name(name: Any, where: str) -> str:
    """`name` if it can name a group: a non-empty string, but not ``"default"``, which belongs to the synapse specification."""
    if not isinstance(name, str) or not name or name == "default":
        raise ParameterError(where, got=name, expected="a non-empty string other than 'default'")
    return name


def _no_ids() -> np.ndarray:
    ids = np.empty(0, dtype=np.int64)
    ids.setflags(write=False)
    return ids
