"""Functions of parameters."""

from collections.abc import Callable

import numpy as np

from simcore.nest._parameter import Function, Parameter, Redraw, checked_number
from simcore.nest.errors import raised

__all__ = ["cos", "exp", "max", "min", "redraw", "sin"]


def exp(parameter: Parameter) -> Parameter:
    """Exponential of a parameter.

    Parameters
    ----------
    parameter : Parameter

    Returns
    -------
    parameter : Parameter

    Examples
    --------
    >>> from simcore.nest import CreateParameter
    >>> exp(CreateParameter("constant", {"value": 0.0})).GetValue()
    1.0
    """
    return _function("exp", np.exp, parameter)


def sin(parameter: Parameter) -> Parameter:
    """Sine of a parameter, in radians.

    Parameters
    ----------
    parameter : Parameter

    Returns
    -------
    parameter : Parameter

    Examples
    --------
    >>> from simcore.nest import CreateParameter
    >>> sin(CreateParameter("constant", {"value": 0.0})).GetValue()
    0.0
    """
    return _function("sin", np.sin, parameter)


def cos(parameter: Parameter) -> Parameter:
    """Cosine of a parameter, in radians.

    Parameters
    ----------
    parameter : Parameter

    Returns
    -------
    parameter : Parameter

    Examples
    --------
    >>> from simcore.nest import CreateParameter
    >>> cos(CreateParameter("constant", {"value": 0.0})).GetValue()
    1.0
    """
    return _function("cos", np.cos, parameter)


def min(parameter: Parameter, value: float) -> Parameter:  # noqa: A001 - NEST's name
    """The smaller of a parameter and a number.

    Parameters
    ----------
    parameter : Parameter
    value : float

    Returns
    -------
    parameter : Parameter

    Examples
    --------
    >>> from simcore.nest import CreateParameter
    >>> min(CreateParameter("constant", {"value": 2.0}), 1.0).GetValue()
    1.0
    """
    bound = checked_number(value, "nest.math.min: value", is_finite=False)
    return _function("min", lambda x: np.minimum(x, bound), parameter)


def max(parameter: Parameter, value: float) -> Parameter:  # noqa: A001 - NEST's name
    """The larger of a parameter and a number.

    Parameters
    ----------
    parameter : Parameter
    value : float

    Returns
    -------
    parameter : Parameter

    Examples
    --------
    >>> from simcore.nest import CreateParameter
    >>> max(CreateParameter("constant", {"value": 2.0}), 1.0).GetValue()
    2.0
    """
    bound = checked_number(value, "nest.math.max: value", is_finite=False)
    return _function("max", lambda x: np.maximum(x, bound), parameter)


def redraw(parameter: Parameter, min: float, max: float) -> Parameter:  # noqa: A002 - NEST's names
    """A parameter drawn again until it lies between two bounds; both belong to it.

    Parameters
    ----------
    parameter : Parameter
    min, max : float
        Bounds, ``min <= max``.

    Returns
    -------
    parameter : Parameter
        A value that 1000 draws do not give is an error of class KernelException.

    Raises
    ------
    BadParameterValue
        Bounds in the wrong order.

    Examples
    --------
    >>> from simcore.nest import random
    >>> bool(0.0 <= redraw(random.normal(), 0.0, 1.0).GetValue() <= 1.0)
    True
    """
    where = "nest.math.redraw"
    low, high = (checked_number(v, f"{where}: {n}", is_finite=False) for v, n in ((min, "min"), (max, "max")))
    if low > high:
        raise raised("BadParameterValue", f"{where}: max: got {high:g}, expected >= min = {low:g}")
    return Redraw(_checked(parameter, where), low, high)


def _function(name: str, function: Callable[[np.ndarray], np.ndarray], parameter: Parameter) -> Parameter:
    return Function(function, [_checked(parameter, f"nest.math.{name}")])


def _checked(parameter: Parameter, where: str) -> Parameter:
    if not isinstance(parameter, Parameter):
        raise raised("TypeMismatch", f"{where}: got {parameter!r}, expected a Parameter")
    return parameter
