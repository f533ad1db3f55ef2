"""Param and State: every model's table of parameters and of state variables is made of these."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from simcore.errors import ParameterError, UnknownNameError

__all__ = ["Param", "State", "as_floats", "check_names", "check_value", "check_values"]


@dataclass(frozen=True)
class Param:
    """A parameter: default, unit, meaning and allowed range.

    Parameters
    ----------
    default : float, bool, str or tuple
        Value used when none is given; an int becomes a float. A tuple marks a parameter that holds a list of numbers per node.
    unit : str
        Unit of the value, ``""`` for a pure number.
    doc : str
        One line that says what it is.
    low, high : float, optional
        Inclusive bounds.
    above, below : float, optional
        Exclusive bounds.
    infinite : bool
        Whether an infinite value is allowed (e.g. a stop time).

    Examples
    --------
    >>> Param(250.0, "pF", "membrane capacitance", above=0.0).default
    250.0
    """

    default: Any
    unit: str
    doc: str
    low: float | None = None
    high: float | None = None
    above: float | None = None
    below: float | None = None
    infinite: bool = False

    def __post_init__(self) -> None:
        if isinstance(self.default, int) and not isinstance(self.default, bool):
            object.__setattr__(self, "default", float(self.default))

    @property
    def is_list(self) -> bool:
        """Whether one node holds a list of numbers (spike times, amplitudes)."""
        return isinstance(self.default, tuple)

    def allowed(self) -> str:
        """The allowed range in words, e.g. ``"> 0 pF"``."""
        bounds = [(">=", self.low), ("<=", self.high), (">", self.above), ("<", self.below)]
        parts = [f"{sign} {bound:g}" for sign, bound in bounds if bound is not None]
        text = " and ".join(parts) if parts else "a finite number"
        return f"{text} {self.unit}".rstrip()


@dataclass(frozen=True)
class State:
    """A state variable: unit, meaning and start value.

    Parameters
    ----------
    unit : str
        Unit of the value.
    doc : str
        One line that says what it is.
    start : float or str
        Start value, or the name of the parameter that gives it.
    dtype : str
        ``"float64"`` or ``"int32"``.
    low, high : float, optional
        Inclusive bounds of values that are set.

    Examples
    --------
    >>> State("mV", "membrane potential", start="E_L").start
    'E_L'
    """

    unit: str
    doc: str
    start: float | str = 0.0
    dtype: str = "float64"
    low: float | None = None
    high: float | None = None

    def allowed(self) -> str:
        """The allowed range in words."""
        return Param(0.0, self.unit, self.doc, low=self.low, high=self.high).allowed()


def check_names(kind: str, given: Mapping[str, Any], known: Iterable[str]) -> None:
    """Refuse a name of `given` that `known` has not, naming the nearest one."""
    for name in given:
        if name not in known:
            raise UnknownNameError(kind, got=name, choices=known)


def check_value(where: str, value: Any, param: Param | State, *, size: int | None = None) -> Any:
    """Return `value` as a float, bool, str or array after checking it against `param`.

    Parameters
    ----------
    where : str
        Start of the message if the value is refused.
    value : number, bool, str or array_like, shape (size,)
        What the user gave.
    param : Param or State
        What is allowed.
    size : int, optional
        Length that an array must have; None refuses arrays.

    Returns
    -------
    value : float, bool, str or ndarray of float64 or bool, shape (size,)

    Raises
    ------
    ParameterError
        Wrong type, length, range, NaN or infinite.
    """
    default = getattr(param, "default", 0.0)
    if isinstance(default, str):
        return _check_type(where, value, str)
    is_truth = isinstance(default, (bool, np.bool_))
    array = _as_truths(where, value) if is_truth else as_floats(where, value)
    if array.ndim > 0 and size is None:
        raise ParameterError(where, got=value, expected="one number")
    if array.ndim > 0 and array.shape != (size,):
        raise ParameterError(where, got=f"an array of shape {array.shape}", expected=f"shape ({size},)")
    if is_truth:
        return array if array.ndim else bool(array)
    _check_range(where, array, param)
    return array.copy() if array.ndim else float(array)


def as_floats(where: str, value: Any, expected: str = "a number or an array of numbers") -> np.ndarray:
    """The value as a float64 array of any shape that nobody else changes; refuses text and truth values.

    Examples
    --------
    >>> as_floats("weight", [1, 2])
    array([1., 2.])
    """
    try:
        array = np.asarray(value)
    except ValueError:  # lists of several lengths
        array = np.asarray(None)
    if array.dtype.kind not in "iuf" and array.size:
        raise ParameterError(where, got=value, expected=expected)
    # What the caller may change later is copied; columns of a graph are read-only and taken as they are.
    return array.astype(np.float64, copy=array.flags.writeable)


def _as_truths(where: str, value: Any) -> np.ndarray:
    """The value as an array of truth values that nobody else changes."""
    array = np.array(value)
    if array.dtype != bool:
        raise ParameterError(where, got=value, expected="a bool")
    return array


def check_values(
    kind: str, given: Mapping[str, Any], table: Mapping[str, Param | State], *, size: int | None = None
) -> dict[str, Any]:
    """Check names and values of a whole dictionary against a table; see `check_value`."""
    check_names(kind, given, table)
    owner = kind.rsplit(" of ", 1)[-1]
    return {name: check_value(f"{owner}: {name}", v, table[name], size=size) for name, v in given.items()}


def _check_type(where: str, value: Any, types: Any) -> Any:
    if not isinstance(value, types):
        name = getattr(types, "__name__", "bool")
        raise ParameterError(where, got=value, expected=f"a {name}")
    return value


def _check_range(where: str, array: np.ndarray, param: Param | State) -> None:
    infinite_allowed = getattr(param, "infinite", False)
    finite = ~np.isnan(array) if infinite_allowed else np.isfinite(array)
    if not finite.all():
        raise ParameterError(where, got=_first(array, ~finite), expected="a finite number")
    tests: list[tuple[float | None, Callable]] = [
        (param.low, np.less),
        (param.high, np.greater),
        (getattr(param, "above", None), np.less_equal),
        (getattr(param, "below", None), np.greater_equal),
    ]
    for bound, wrong in tests:
        if bound is not None and wrong(array, bound).any():
            raise ParameterError(where, got=_first(array, wrong(array, bound)), expected=param.allowed())


def _first(array: np.ndarray, mask: np.ndarray) -> Any:
    if array.ndim == 0:
        return float(array)
    index = int(np.flatnonzero(mask)[0])
    return f"{array[index]:g} at position {index}"
