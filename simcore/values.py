"""Values for nodes: numbers, arrays or distributions in, checked numbers and arrays out."""

import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from simcore.devices import DeviceModel, window_steps
from simcore.distributions import Distribution, is_distribution, parse
from simcore.errors import InconsistentError, ParameterError
from simcore.models import NeuronModel
from simcore.parameter import Param, State, as_floats, check_names, check_value
from simcore.timegrid import TimeGrid

__all__ = [
    "check_device",
    "check_together",
    "device_values",
    "is_nested",
    "is_sequence",
    "node_values",
    "part_of",
    "start_column",
]


def node_values(
    model: NeuronModel, given: Mapping[str, Any], ids: np.ndarray, *, seed: int, draw: int
) -> dict[str, float | bool | str | np.ndarray]:
    """Checked parameters and state variables of some neurons.

    Parameters
    ----------
    model : NeuronModel
    given : dict
        Name to number, array of shape (n,) or distribution; what receptors have, as lists of numbers.
    ids : ndarray of int64, shape (n,)
        Ids of the neurons; they key the draws.
    seed, draw : int
        Seed, and which draw for these neurons this is.
    """
    table = model.settable
    check_names(f"parameter of {model.name}", given, table)
    out: dict[str, float | bool | str | np.ndarray] = {}
    for name, value in given.items():
        where, param = f"{model.name}: {name}", table[name]
        if isinstance(param, Param) and param.is_list:
            out[name] = _list_values(where, value, param, ids.size)
            continue
        if is_distribution(value):
            from simcore.random import Purpose, uniforms

            stream = Purpose.STATES + (zlib.crc32(name.encode()) & 0xFFFFFF)
            distribution = parse(value, where)
            assert isinstance(distribution, Distribution)  # parse of these forms gives nothing else
            value = distribution.quantile(uniforms(seed, stream, ids, counter=draw))
        out[name] = check_value(where, value, param, size=ids.size)
    return out


def _list_values(where: str, value: Any, param: Param, size: int) -> np.ndarray:
    """Checked numbers of the receptors of some neurons.

    Parameters
    ----------
    where : str
        Start of the message if the value is refused.
    value : array_like, shape (n,) or (size, n)
        One list for all neurons, or one for each, all of one length.
    param : Param
        What is allowed.
    size : int
        Number of neurons.

    Returns
    -------
    values : ndarray of float64, shape (n,) or (n, size)
        In the second case a row holds the values of one receptor.
    """
    if not is_nested(value):
        return np.asarray(check_value(where, value, param, size=len(value)), dtype=np.float64)
    if len(value) != size:
        raise ParameterError(
            where, got=f"{len(value)} lists", expected=f"one list of numbers, or one for each of {size} neurons"
        )
    if isinstance(value, np.ndarray) and value.ndim == 2:
        rows = as_floats(where, value)
    else:
        rows = np.stack([as_floats(where, one, "a list of numbers") for one in value])
    for one in rows.T:
        check_value(where, one, param, size=size)
    return np.ascontiguousarray(rows.T)


def device_values(model: DeviceModel, given: Mapping[str, Any], n: int) -> list[dict[str, Any]]:
    """Checked parameters of `n` stimulators, one dictionary each, defaults not included.

    A list parameter takes one list for all nodes, or `n` lists; any other one number for all, or `n` numbers.
    """
    table = model.settable
    check_names(f"parameter of {model.name}", given, table)
    out: list[dict[str, Any]] = [{} for _ in range(n)]
    for name, value in given.items():
        param = table[name]
        where = f"{model.name}: {name}"
        for k, one in enumerate(_one_each(where, value, param, n)):
            out[k][name] = _list_of_numbers(where, one, param) if param.is_list else check_value(where, one, param)
    return out


def part_of(where: str, value: Any, inside: np.ndarray, param: Param | State) -> Any:
    """The share of some nodes in a value given for more of them.

    Parameters
    ----------
    where : str
        Start of the message if there is not one value for each node.
    value : Any
        One value for all, or one for each.
    inside : ndarray of bool, shape (n,)
        Which of the nodes.
    param : Param or State
        What the value is for.
    """
    is_list = isinstance(param, Param) and param.is_list
    if is_distribution(value) or not (is_nested(value) if is_list else is_sequence(value)):
        return value
    if len(value) != inside.size:
        raise ParameterError(where, got=f"{len(value)} values", expected=f"one, or one for each of the {inside.size} nodes")
    if is_list and not isinstance(value, np.ndarray):
        return [one for one, keep in zip(value, inside, strict=True) if keep]
    return np.asarray(value)[inside]


def is_sequence(value: Any) -> bool:
    """Whether the value holds several: a list, tuple or array, and no distribution."""
    several = hasattr(value, "__len__") and getattr(value, "ndim", 1) > 0
    return several and not isinstance(value, (str, bytes)) and not is_distribution(value)


def is_nested(value: Any) -> bool:
    """Whether the value is a list of lists."""
    return is_sequence(value) and len(value) > 0 and is_sequence(next(iter(value)))


def _one_each(where: str, value: Any, param: Param, n: int) -> list[Any]:
    if param.is_list and not is_sequence(value):
        raise ParameterError(where, got=value, expected="a list of numbers")
    if not (is_nested(value) if param.is_list else is_sequence(value)):
        return [value] * n
    if len(value) != n:
        raise ParameterError(where, got=f"{len(value)} values", expected=f"one, or one for each of the {n} nodes")
    return list(value)


def _list_of_numbers(where: str, value: Any, param: Param) -> np.ndarray:
    if not is_sequence(value):
        raise ParameterError(where, got=value, expected="a list of numbers")
    return check_value(where, value, param, size=len(value))


def check_together(model: NeuronModel | DeviceModel, values: Mapping[str, Any], grid: TimeGrid) -> None:
    """Refuse values that do not go together, in the model's own words."""
    if model.check is None:
        return
    reason = model.check(values, grid) if isinstance(model, DeviceModel) else model.check(values)
    if reason:
        raise InconsistentError(model.name, reason)


def check_device(model: DeviceModel, values: Mapping[str, Any], grid: TimeGrid) -> None:
    """Refuse parameters of one stimulator that do not go together, or a window off the grid."""
    first, last = window_steps(values, grid)
    if last < first:
        raise ParameterError(f"{model.name}: stop", got=values["stop"], expected=f">= start = {values['start']:g} ms")
    check_together(model, values, grid)
    copied = model.copies(values) if model.copies else None
    if copied is not None and not 0.0 <= copied <= 1.0:
        raise ParameterError(f"{model.name}: copies()", got=copied, expected="a probability, or None")


def start_column(state: State, parameters: Mapping[str, Any], size: int) -> np.ndarray:
    """A column of start values."""
    value = parameters[state.start] if isinstance(state.start, str) else state.start
    return np.full(size, value, dtype=state.dtype)
