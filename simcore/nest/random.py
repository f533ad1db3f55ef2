"""Parameters that are random numbers; each value is drawn anew."""

import numpy as np

from simcore.distributions import Exponential, Lognormal, Normal, Uniform
from simcore.nest._parameter import Draw, Parameter, checked_number
from simcore.nest.errors import raised

__all__ = ["exponential", "lognormal", "normal", "uniform", "uniform_int"]


def uniform(min: float = 0.0, max: float = 1.0) -> Parameter:  # noqa: A002 - NEST's names
    """Uniform between two bounds.

    Parameters
    ----------
    min, max : float
        Bounds, ``min < max``.

    Returns
    -------
    parameter : Parameter

    Raises
    ------
    BadProperty
        Bounds in the wrong order.

    Examples
    --------
    >>> bool(2.0 <= uniform(2.0, 3.0).GetValue() <= 3.0)
    True
    """
    low, high = checked_number(min, "nest.random.uniform: min"), checked_number(max, "nest.random.uniform: max")
    if not low < high:
        raise raised("BadProperty", f"nest.random.uniform: max: got {high:g}, expected > min = {low:g}")
    made = Uniform(low, high)
    return Draw(made.quantile, made)


def uniform_int(max: int) -> Parameter:  # noqa: A002 - NEST's name
    """Whole numbers from 0 to ``max - 1``, all equally likely.

    Parameters
    ----------
    max : int
        Above 0.

    Returns
    -------
    parameter : Parameter

    Raises
    ------
    BadProperty, TypeMismatch
        No whole number above 0.

    Examples
    --------
    >>> uniform_int(1).GetValue()
    0.0
    """
    if not isinstance(max, (int, np.integer)) or isinstance(max, (bool, np.bool_)):
        raise raised("TypeMismatch", f"nest.random.uniform_int: max: got {max!r}, expected a whole number")
    if not 0 < max < 2**52:
        raise raised("BadProperty", f"nest.random.uniform_int: max: got {max}, expected a number in [1, 2**52)")
    # The uniform number is below 1, but its product with `max` may be rounded up.
    return Draw(lambda u: np.minimum(np.floor(u * max), max - 1))


def normal(mean: float = 0.0, std: float = 1.0) -> Parameter:
    """Normal distribution.

    Parameters
    ----------
    mean, std : float
        Mean, and standard deviation above 0.

    Returns
    -------
    parameter : Parameter

    Raises
    ------
    BadProperty
        A standard deviation that is not positive.

    Examples
    --------
    >>> normal(20.0, 2.0).distribution()
    Normal(mean=20.0, std=2.0, low=-inf, high=inf)
    """
    made = Normal(checked_number(mean, "nest.random.normal: mean"), _positive(std, "nest.random.normal: std"))
    return Draw(made.quantile, made)


def lognormal(mean: float = 0.0, std: float = 1.0) -> Parameter:
    """Lognormal distribution: the logarithm is normal.

    Parameters
    ----------
    mean, std : float
        Mean of the logarithm, and its standard deviation, above 0.

    Returns
    -------
    parameter : Parameter

    Raises
    ------
    BadProperty
        A standard deviation that is not positive.

    Examples
    --------
    >>> bool(lognormal().GetValue() > 0.0)
    True
    """
    made = Lognormal(checked_number(mean, "nest.random.lognormal: mean"), _positive(std, "nest.random.lognormal: std"))
    return Draw(made.quantile, made)


def exponential(beta: float = 1.0) -> Parameter:
    """Exponential distribution.

    Parameters
    ----------
    beta : float
        Mean; values are negative if it is.

    Returns
    -------
    parameter : Parameter

    Examples
    --------
    >>> exponential(2.0).distribution()
    Exponential(scale=2.0)
    """
    beta = checked_number(beta, "nest.random.exponential: beta")
    if beta > 0.0:
        made = Exponential(beta)
        return Draw(made.quantile, made)
    return Draw(lambda u: -beta * np.log1p(-u))


def _positive(value: float, where: str) -> float:
    number = checked_number(value, where)
    if number <= 0.0:
        raise raised("BadProperty", f"{where}: got {number:g}, expected > 0")
    return number
