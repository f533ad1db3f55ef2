"""Values for nodes: numbers, arrays or distributions in, checked numbers and arrays out."""

import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from simcore.devices import DeviceModel
from simcore.distributions import Distribution, parse
from simcore.errors import InconsistentError, ParameterError
from simcore.models import NeuronModel
from simcore.parameter import Param, State, check_names, check_value
from simcore.timegrid import TimeGrid

__all__ = ["check_together", "device_values", "is_distribution", "node_values", "start_column"]


def is_distribution(value: Any) -> bool:
    """Whether the value names a distribution: an object, a tuple that starts with a name, or a dictionary."""
    named = isinstance(value, tuple) and bool(value) and isinstance(value[0], str)
    return isinstance(value, (Distribution, Mapping)) or named


def node_values(
    model: NeuronModel, given: Mapping[str, Any], ids: np.ndarray, *, seed: int, draw: int
) -> dict[str, float | bool | str | np.ndarray]:
    """Checked parameters and state variables of some neurons.

    Parameters
    ----------
    model : NeuronModel
    given : dict
        Name to number, array of shape (n,) or distribution.
    ids : ndarray of int64, shape (n,)
        Ids of the neurons; they key the draws.
    seed, draw : int
        Seed, and which draw for these neurons this is.
    """
    table = model.settable
    check_names(f"parameter of {model.name}", given, table)
    out = {}
    for name, value in given.items():
        where = f"{model.name}: {name}"
        if is_distribution(value):
            from simcore.random import Purpose, uniforms

            stream = Purpose.STATES + (zlib.crc32(name.encode()) & 0xFFFFFF)
            distribution = parse(value, where)
            assert isinstance(distribution, Distribution)  # parse of these forms gives nothing else
            value = distribution.quantile(uniforms(seed, stream, ids, counter=draw))
        out[name] = check_value(where, value, table[name], size=ids.size)
    return out


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
            if param.is_list:
                one = np.asarray(one, dtype=np.float64)
                out[k][name] = check_value(where, one, param, size=one.size)
            else:
                out[k][name] = check_value(where, one, param)
    return out


def _one_each(where: str, value: Any, param: Param, n: int) -> list[Any]:
    if param.is_list:
        nested = len(value) > 0 and np.ndim(value[0]) > 0 if np.ndim(value) != 0 or isinstance(value, (list, tuple)) else None
        if nested is None:
            raise ParameterError(where, got=value, expected="a list of numbers")
        many = nested
    else:
        many = np.ndim(value) > 0
    if not many:
        return [value] * n
    if len(value) != n:
        raise ParameterError(where, got=f"{len(value)} values", expected=f"one, or one for each of the {n} nodes")
    return list(value)


def check_together(model: NeuronModel | DeviceModel, values: Mapping[str, Any], grid: TimeGrid) -> None:
    """Refuse values that do not go together, in the model's own words."""
    if model.check is None:
        return
    reason = model.check(values, grid) if isinstance(model, DeviceModel) else model.check(values)
    if reason:
        raise InconsistentError(model.name, reason)


def start_column(state: State, parameters: Mapping[str, Any], size: int) -> np.ndarray:
    """A column of start values."""
    value = parameters[state.start] if isinstance(state.start, str) else state.start
    return np.array(np.broadcast_to(value, size), dtype=state.dtype)
