"""Checks of single arguments, with the messages that all modules share."""

import math
import operator
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from simcore.errors import ParameterError, UnknownNameError

__all__ = [
    "MAX_NODES",
    "check_choice",
    "check_count",
    "check_flag",
    "check_given_seed",
    "check_mapping",
    "check_name",
    "check_number",
    "check_positive",
]

# Keys of node pairs, source * n_nodes + target, must fit into 64 bits.
MAX_NODES = 3_037_000_499


def check_count(value: Any, where: str, *, most: int | None = MAX_NODES) -> int:
    """A whole number from 0 to `most` as an int; without an upper limit if `most` is None."""
    expected = "a whole number >= 0" if most is None else f"a whole number from 0 to {most}"
    try:
        count = operator.index(value)
    except TypeError:
        count = -1
    if isinstance(value, (bool, np.bool_)) or count < 0 or (most is not None and count > most):
        raise ParameterError(where, got=value, expected=expected)
    return count


def check_number(where: str, value: Any, low: float = -math.inf, *, unit: str = "") -> float:
    """A finite number, at least `low`."""
    known = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    if not known or not math.isfinite(value) or value < low:
        expected = "a finite number" if low == -math.inf else f"a finite number >= {low:g} {unit}"
        raise ParameterError(where, got=value, expected=expected.rstrip())
    return float(value)


def check_positive(where: str, value: Any, unit: str) -> float:
    """A finite number above 0."""
    try:
        number = check_number(where, value)
    except ParameterError:
        number = 0.0
    if number <= 0.0:
        raise ParameterError(where, got=value, expected=f"a finite number > 0 {unit}".rstrip())
    return number


def check_flag(where: str, value: Any) -> bool:
    """True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise ParameterError(where, got=value, expected="True or False")
    return bool(value)


def check_name(where: str, value: Any) -> str:
    """A text."""
    if not isinstance(value, str):
        raise ParameterError(where, got=value, expected="a text")
    return value


def check_mapping(where: str, value: Any) -> dict[Any, Any]:
    """A copy of a dictionary; an empty one for None."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ParameterError(where, got=value, expected="a dictionary")
    return dict(value)


def check_choice(kind: str, value: Any, choices: Iterable[str]) -> str:
    """One of the names in `choices`."""
    names = tuple(choices)
    if not isinstance(value, str) or value not in names:
        raise UnknownNameError(kind, got=value, choices=names)
    return value


def check_given_seed(seed: Any, where: str) -> None:
    """Refuse a seed that is none, also where nothing is drawn; None stands for a fresh one."""
    if seed is not None:
        from simcore.random import check_seed  # Numba loads on first use

        check_seed(seed, where)
