"""Numbers, texts, lists, dictionaries, arrays and distributions as plain JSON and back; nothing else, and never code.

What JSON has no word for is a dictionary with one key that starts with ``$`` and says what it is.
"""

import dataclasses
import json
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from netgraph.attributes import DistanceDelay, Linear, LinearRange
from simcore.distributions import Constant, Exponential, Lognormal, Normal, Uniform
from simcore.errors import ParameterError
from simcore.memory import check_free

__all__ = ["Arrays", "decode", "dump", "encode", "parse"]

# Arrays that are stored beside the JSON text, by name.
Arrays = dict[str, np.ndarray]

_RULES: dict[str, type] = {
    "constant": Constant,
    "uniform": Uniform,
    "normal": Normal,
    "lognormal": Lognormal,
    "exponential": Exponential,
    "linear": Linear,
    "linear_range": LinearRange,
    "distance_delay": DistanceDelay,
}
_RULE_NAMES = {cls: name for name, cls in _RULES.items()}


def encode(value: Any, where: str, arrays: Arrays | None = None) -> Any:
    """`value` as what `json.dumps` writes without loss.

    Parameters
    ----------
    value : None, bool, int, float, str, list, tuple, dict, NumPy array or number, Distribution or linear rule
        What is to be kept.
    where : str
        Its place, for the message if it is refused.
    arrays : dict, optional
        Takes the arrays of numbers, which the JSON then only names; None writes their values into the JSON.

    Raises
    ------
    ParameterError
        Anything else: an object that only code could make again.

    Examples
    --------
    >>> encode((1, float("nan")), "x")
    {'$tuple': [1, {'$float': 'nan'}]}
    """
    if value is None or type(value) in (bool, int, str):
        return value
    if isinstance(value, np.ndarray):
        return _encode_array(value, where, arrays)
    if isinstance(value, np.generic):
        return {"$scalar": _encode_array(np.asarray(value), where, None)}
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {"$float": repr(float(value))}
    if type(value) in (list, tuple):
        items = [encode(v, f"{where}[{i}]", arrays) for i, v in enumerate(value)]
        return items if type(value) is list else {"$tuple": items}
    if isinstance(value, Mapping):
        return _encode_mapping(value, where, arrays)
    if type(value) in _RULE_NAMES:
        named = {f.name: encode(getattr(value, f.name), where) for f in dataclasses.fields(value)}
        return {"$rule": _RULE_NAMES[type(value)], **named}
    got = f"a {type(value).__name__}: {value!r}"
    expected = "numbers, texts, lists, dictionaries, arrays or distributions: files hold no objects and no code"
    raise ParameterError(where, got=got, expected=expected)


def decode(tree: Any, arrays: Arrays | None = None) -> Any:
    """What `encode` was given.

    Raises
    ------
    ValueError
        A word that `encode` does not write, or an array that is missing.

    Examples
    --------
    >>> decode({"$tuple": [1, 2.5]})
    (1, 2.5)
    """
    if isinstance(tree, list):
        return [decode(item, arrays) for item in tree]
    if not isinstance(tree, dict):
        return tree
    word = next(iter(tree), "")
    if not word.startswith("$"):
        return {key: decode(value, arrays) for key, value in tree.items()}
    if word not in _DECODERS:
        raise ValueError(f"unknown word {word!r}")
    return _DECODERS[word](tree, arrays)


def dump(tree: Any) -> str:
    """JSON in one line of ASCII characters."""
    return json.dumps(tree, allow_nan=False, separators=(",", ":"))


def parse(text: str | bytes) -> dict[str, Any]:
    """The dictionary that a JSON text holds.

    Raises
    ------
    ValueError
        No JSON, or something else than a dictionary.
    """
    try:
        tree = json.loads(text)
    except RecursionError:
        raise ValueError("JSON that is nested too deeply") from None
    if not isinstance(tree, dict):
        raise ValueError(f"JSON that holds a {type(tree).__name__}, not a dictionary")
    return tree


def _encode_mapping(value: Mapping, where: str, arrays: Arrays | None) -> Any:
    if all(isinstance(key, str) and not key.startswith("$") for key in value):
        return {key: encode(item, f"{where}[{key!r}]", arrays) for key, item in value.items()}
    pairs = [[encode(k, f"{where}: key"), encode(v, f"{where}[{k!r}]", arrays)] for k, v in value.items()]
    return {"$dict": pairs}


def _encode_array(array: np.ndarray, where: str, arrays: Arrays | None) -> Any:
    if array.dtype.kind not in "biufU":
        raise ParameterError(where, got=f"an array of type {array.dtype}", expected="bool, int, float or str")
    if arrays is not None and array.dtype.kind != "U":
        name = f"extra/{len(arrays)}"
        arrays[name] = np.array(array)
        return {"$array": name}
    if array.dtype.kind in "iu" and array.ndim == 1 and array.size > 2 and (np.diff(array) == 1).all():
        return {"$range": [int(array[0]), int(array[-1]) + 1], "dtype": array.dtype.str}
    values: list[Any] = array.ravel().tolist()
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        values = [v if math.isfinite(v) else repr(v) for v in values]
    return {"$array": values, "dtype": array.dtype.str, "shape": list(array.shape)}


def _decode_array(tree: dict[str, Any], arrays: Arrays | None) -> np.ndarray:
    if isinstance(tree["$array"], str):
        if tree["$array"] not in (arrays or {}):
            raise ValueError(f"an array {tree['$array']!r} that is missing")
        return arrays[tree["$array"]]  # type: ignore[index]
    dtype = _dtype(tree["dtype"])
    values = [float(v) for v in tree["$array"]] if dtype.kind == "f" else tree["$array"]
    return np.array(values, dtype=dtype).reshape(tree["shape"])


def _decode_range(tree: dict[str, Any], arrays: Arrays | None) -> np.ndarray:
    start, stop = (int(end) for end in tree["$range"])
    check_free("load", f"{max(0, stop - start):.1e} ids of nodes", 8.0 * (stop - start))
    return np.arange(start, stop).astype(_dtype(tree["dtype"]))


def _dtype(text: Any) -> np.dtype:
    dtype = np.dtype(str(text))
    if dtype.kind not in "biufU" or dtype.fields:
        raise ValueError(f"an array of type {text!r}")
    return dtype


def _decode_rule(tree: dict[str, Any], arrays: Arrays | None) -> Any:
    if tree["$rule"] not in _RULES:
        raise ValueError(f"unknown distribution {tree['$rule']!r}")
    return _RULES[tree["$rule"]](**{name: decode(value) for name, value in tree.items() if name != "$rule"})


_DECODERS: dict[str, Callable[[dict[str, Any], Arrays | None], Any]] = {
    "$array": _decode_array,
    "$range": _decode_range,
    "$rule": _decode_rule,
    "$float": lambda tree, arrays: float(tree["$float"]),
    "$scalar": lambda tree, arrays: decode(tree["$scalar"])[()],
    "$tuple": lambda tree, arrays: tuple(decode(tree["$tuple"], arrays)),
    "$dict": lambda tree, arrays: {decode(key): decode(value, arrays) for key, value in tree["$dict"]},
}
