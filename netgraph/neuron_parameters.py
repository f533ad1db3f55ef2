"""Parameters of a group of neurons: checked against the model on every change, read-only while a simulation uses the group."""

from collections.abc import Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

import numpy as np

from netgraph._checks import check_mapping
from simcore.distributions import Constant, Distribution, Uniform, is_distribution, parse
from simcore.errors import ParameterError, UnknownNameError
from simcore.models import NeuronModel
from simcore.parameter import Param, State, check_names, check_value
from simcore.resizing import sized
from simcore.values import is_nested, is_sequence

if TYPE_CHECKING:
    from netgraph.groups import NeuralGroup

__all__ = [
    "NeuronParameters",
    "check_distribution",
    "check_parameter",
    "check_parameters",
    "check_together",
    "is_array",
    "same_value",
]


class NeuronParameters(MutableMapping):
    """The parameters of a `NeuralGroup` that differ from its model's defaults.

    Reads give a number, a read-only array with one value for each neuron in the order of the group's ids, or a distribution.
    Setting an item checks its name, range and length; deleting one brings the default back. Both raise `FrozenNetworkError`
    while a simulation uses the group.

    Examples
    --------
    >>> from netgraph.groups import NeuralGroup
    >>> group = NeuralGroup(2, neuron_model="iaf_psc_exp")
    >>> group.neuron_param["tau_m"] = 15.0
    >>> group.neuron_param
    {'tau_m': 15.0}
    """

    def __init__(self, group: "NeuralGroup") -> None:
        self._group = group

    def __getitem__(self, name: str) -> Any:
        values = self._group._param
        if name not in values:
            raise UnknownNameError(f"parameter set in {self._group._label}", got=name, choices=values)
        return values[name]

    def __setitem__(self, name: str, value: Any) -> None:
        group = self._group
        group._check_mutable(f"neuron_param[{name!r}]")
        if group.model is None:
            raise ParameterError(f"{group._label}: neuron_param[{name!r}]", got=value, expected="a neuron model first")
        group._param[name] = check_parameter(group._label, group.model, name, value=value, size=group.size)

    def update(self, given: Mapping[str, Any] | None = None, /, **params: Any) -> None:  # type: ignore[override]
        """Set several parameters, or none if one of them, or all together, are refused.

        Parameters
        ----------
        given : dict, optional
            Name to value.
        **params
            More of them.

        Examples
        --------
        >>> from netgraph.groups import NeuralGroup
        >>> group = NeuralGroup(2, neuron_model="iaf_psc_exp")
        >>> group.neuron_param.update(V_reset=-90.0, V_th=-80.0)
        >>> group.neuron_param
        {'V_reset': -90.0, 'V_th': -80.0}
        """
        self._group._check_mutable("neuron_param")
        new = check_mapping(f"{self._group._label}: neuron_param", given) | params
        self._group.neuron_param = dict(self) | new

    def __delitem__(self, name: str) -> None:
        self._group._check_mutable(f"neuron_param[{name!r}]")
        self[name]
        del self._group._param[name]

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._group._param))

    def __len__(self) -> int:
        return len(self._group._param)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        return self.keys() == other.keys() and all(same_value(self[name], other[name]) for name in self)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self._group._param)


def check_parameters(label: str, model: NeuronModel, params: Mapping[str, Any], *, size: int) -> dict[str, Any]:
    """Check names and values of `params` for `size` neurons of `model`; see `check_parameter`."""
    params = check_mapping(f"{label}: neuron_param", params)
    model = sized(model, params)
    check_names(f"parameter of {model.name} in {label}", params, model.settable)
    return {name: check_parameter(label, model, name, value=value, size=size) for name, value in params.items()}


def check_parameter(label: str, model: NeuronModel, name: str, *, value: Any, size: int) -> Any:
    """One parameter or start value after checking it.

    Parameters
    ----------
    label : str
        Words for the group in messages, e.g. ``"group 'a'"``.
    model : NeuronModel
        Model whose table allows names and ranges.
    name : str
        Parameter or state variable.
    value : number, array_like of shape (size,), or distribution in any form of `simcore.distributions.parse`
        What the user gave; a list of numbers for the whole group where the model wants one (time constants of receptors).
    size : int
        Number of neurons.

    Returns
    -------
    value : float, bool, str, tuple of float, read-only ndarray of float64, or Distribution

    Raises
    ------
    UnknownNameError
        The model has no such parameter.
    ParameterError
        Out of range, or an array of another length.

    Examples
    --------
    >>> from simcore.models import REGISTRY
    >>> check_parameter("group 'a'", REGISTRY.get("iaf_psc_exp"), "tau_m", value=("uniform", 9.0, 11.0), size=5)
    Uniform(low=9.0, high=11.0)
    """
    check_names(f"parameter of {model.name} in {label}", {name: value}, model.settable)
    where = f"{label}: {model.name}: {name}"
    param = model.settable[name]
    if isinstance(param, Param) and param.is_list:
        return _list_of_group(where, value, param)
    if is_distribution(value):
        return check_distribution(where, parse(value, where), param)
    if size == 0 and is_array(value):
        raise ParameterError(where, got=value, expected="a number or a distribution, since the group has no nodes yet")
    checked = check_value(where, value, param, size=size)
    if isinstance(checked, np.ndarray):
        checked.setflags(write=False)
    return checked


def _list_of_group(where: str, value: Any, param: Param) -> tuple[float, ...]:
    if is_distribution(value) or not is_sequence(value) or is_nested(value):
        expected = "one list of numbers for the whole group; after sending, set() of the simulation gives each neuron its own"
        raise ParameterError(where, got=value, expected=expected)
    return tuple(check_value(where, value, param, size=len(value)).tolist())


def check_together(label: str, model: NeuronModel, params: Mapping[str, Any]) -> None:
    """Refuse parameters that do not go together by the model's own check; distributions are checked when they are drawn."""
    if model.check is None or any(isinstance(value, Distribution) for value in params.values()):
        return
    complaint = model.check({**model.defaults(), **{n: v for n, v in params.items() if n in model.parameters}})
    if complaint:
        raise ParameterError(f"{label}: {model.name}", got=dict(params), expected=complaint)


def same_value(a: Any, b: Any) -> bool:
    """Whether two parameter values are equal: numbers, arrays or distributions."""
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return np.shape(a) == np.shape(b) and bool(np.array_equal(a, b))
    return bool(a == b)


def is_array(value: Any) -> bool:
    """Whether `value` holds one number for each of several neurons."""
    return not is_distribution(value) and (isinstance(value, (list, tuple)) or np.ndim(value) > 0)


def check_distribution(where: str, distribution: Any, param: Param | State) -> Distribution:
    """Refuse at once what must fail later: a bounded distribution that leaves the allowed range."""
    default = getattr(param, "default", 0.0)
    if isinstance(default, (bool, str)):
        raise ParameterError(where, got=distribution, expected=f"a {type(default).__name__}")
    if isinstance(distribution, (Constant, Uniform)):
        check_value(where, distribution.quantile(np.array([0.0, 1.0])), param, size=2)
    return distribution
