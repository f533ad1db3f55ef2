"""Parameters of a population's neurons one by one: spread over the groups' arrays, and gathered again."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from netgraph._ids import check_unique
from netgraph.groups import NeuralGroup
from netgraph.neuron_parameters import is_array
from simcore.distributions import Distribution, is_distribution
from simcore.errors import ParameterError, UnknownNameError
from simcore.models import NeuronModel
from simcore.parameter import State, as_floats, check_names, check_value

if TYPE_CHECKING:
    from netgraph.population import NeuralPop

__all__ = ["gather", "spread"]


def spread(population: "NeuralPop", params: Mapping[str, Any], ids: np.ndarray) -> dict[str, dict[str, Any]]:
    """New values for some neurons, as parameters of their groups.

    Parameters
    ----------
    population : NeuralPop
        Where the neurons are.
    params : dict
        Name to a number or an array with one value for each of `ids`.
    ids : ndarray of int, shape (n,)
        Which neurons, each once.

    Returns
    -------
    changes : dict
        Name of each group that has some of the neurons to all that it sets, with arrays for the names in `params`.

    Raises
    ------
    ParameterError
        Values of another length, distributions, a neuron that is in no group.
    UnknownNameError
        A parameter that a group's model does not have.
    """
    check_unique(ids, "set_param: nodes")
    _check_values(params, ids.size)
    index = population.group_index()[ids]
    if (index < 0).any():
        raise ParameterError("set_param: nodes", got=int(ids[index < 0][0]), expected="neurons that are in a group")
    changes: dict[str, dict[str, Any]] = {}
    for i in np.unique(index):
        group, chosen = population[int(i)], np.flatnonzero(index == i)
        order = np.argsort(group.ids)
        positions = order[np.searchsorted(group.ids, ids[chosen], sorter=order)]
        changes[str(group.name)] = _in_group(group, params, positions, chosen=chosen)
    return changes


def gather(groups: list[NeuralGroup], name: str, size: int) -> np.ndarray:
    """A parameter by node id; NaN where the model has none; see `NeuralPop.get_param`."""
    having = [g for g in groups if isinstance(name, str) and g.model is not None and name in g.model.settable]
    if not having:
        known = {n for g in groups if g.model is not None for n in g.model.settable}
        raise UnknownNameError("parameter of the population", got=name, choices=known)
    out = np.full(size, np.nan)
    for group in having:
        value = current(group, _model(group), name)
        if isinstance(value, tuple):
            _refuse_list(group, name, value)
        if isinstance(value, Distribution):
            raise ParameterError(
                f"{group._label}: {group.neuron_model}: {name}",
                got=value,
                expected="a value; distributions are drawn on sending",
            )
        out[group.ids] = value
    return out


def current(group: NeuralGroup, model: NeuronModel, name: str) -> Any:
    """What was set in the group, or the model's default; a state variable may start at a parameter."""
    if name in group.neuron_param:
        return group.neuron_param[name]
    entry = model.settable[name]
    if not isinstance(entry, State):
        return entry.default
    return current(group, model, entry.start) if isinstance(entry.start, str) else entry.start


def _in_group(group: NeuralGroup, params: Mapping[str, Any], positions: np.ndarray, *, chosen: np.ndarray) -> dict[str, Any]:
    """The group's parameters after entry ``chosen[i]`` of each array has gone to neuron ``positions[i]`` of the group."""
    model = _model(group)
    check_names(f"parameter of {model.name} in {group._label}", params, model.settable)
    result: dict[str, Any] = dict(group.neuron_param)
    for name, value in params.items():
        where = f"{group._label}: {model.name}: {name}"
        old = current(group, model, name)
        if isinstance(old, tuple):
            _refuse_list(group, name, value)
        if isinstance(old, Distribution) and chosen.size < group.size:
            raise ParameterError(where, got=old, expected="a number or an array in the whole group first")
        if isinstance(old, (bool, str)):
            raise ParameterError(where, got="a value for some neurons", expected="one value for the whole group")
        part = np.asarray(value)[chosen] if is_array(value) else value
        values = np.full(group.size, np.nan if isinstance(old, Distribution) else old)
        values[positions] = check_value(where, part, model.settable[name], size=chosen.size)
        result[name] = values
    return result


def _refuse_list(group: NeuralGroup, name: str, value: Any) -> None:
    where = f"{group._label}: {group.neuron_model}: {name}"
    raise ParameterError(where, got=value, expected=f"a list for the whole group in neuron_param[{name!r}]")


def _check_values(params: Mapping[str, Any], n: int) -> None:
    """Refuse what is neither a number nor an array with one value for each of `n` neurons."""
    for name, value in params.items():
        if is_distribution(value):
            raise ParameterError(
                f"set_param: {name}", got=value, expected="a number or an array; distributions go to whole groups"
            )
        if is_array(value):
            shape = as_floats(f"set_param: {name}", value).shape
            if shape != (n,):
                expected = f"a number, or one value for each of the {n} neurons"
                raise ParameterError(f"set_param: {name}", got=f"an array of shape {shape}", expected=expected)


def _model(group: NeuralGroup) -> NeuronModel:
    if group.model is None:
        raise ParameterError(f"{group._label}: neuron_param", got="parameters", expected="a neuron model first")
    return group.model
