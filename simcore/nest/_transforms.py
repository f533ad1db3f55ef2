"""Distributions of sums, products and bounds of a random number: so that connections drawn from them need no list of values."""

import math
from dataclasses import replace

import numpy as np

from simcore.distributions import Constant, Distribution, Exponential, Lognormal, Normal, Uniform
from simcore.errors import ParameterError

__all__ = ["combined", "truncated"]


def combined(sign: str, left: Distribution | None, right: Distribution | None) -> Distribution | None:
    """Distribution of ``left + right`` and the like, where one of both is constant; None if it has no name.

    Parameters
    ----------
    sign : str
        ``+ - * / **`` or the name of a comparison.
    left, right : Distribution or None

    Examples
    --------
    >>> combined("*", Normal(1.0, 2.0), Constant(3.0))
    Normal(mean=3.0, std=6.0, low=-inf, high=inf)
    """
    if isinstance(left, Constant) and isinstance(right, Constant):
        return _of_constants(sign, float(left.value), float(right.value))
    if isinstance(right, Constant) and left is not None:
        c = float(right.value)
        scale, shift = {"+": (1.0, c), "-": (1.0, -c), "*": (c, 0.0)}.get(sign, (0.0, 0.0))
        if sign == "/" and c != 0.0:
            scale = 1.0 / c
        return _affine(left, scale, shift) if sign in "+-*/" and scale else None
    if isinstance(left, Constant) and right is not None:
        c = float(left.value)
        scale, shift = {"+": (1.0, c), "-": (-1.0, c), "*": (c, 0.0)}.get(sign, (0.0, 0.0))
        return _affine(right, scale, shift) if scale else None
    return None


def _of_constants(sign: str, a: float, b: float) -> Distribution | None:
    functions = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "**": np.power}
    if sign not in functions:
        compare = {
            "lt": np.less,
            "le": np.less_equal,
            "gt": np.greater,
            "ge": np.greater_equal,
            "eq": np.equal,
            "ne": np.not_equal,
        }
        return Constant(float(compare[sign](a, b)))
    with np.errstate(all="ignore"):
        value = float(functions[sign](a, b))
    return Constant(value) if math.isfinite(value) else None


def _affine(x: Distribution, scale: float, shift: float) -> Distribution | None:
    """Distribution of ``scale * x + shift``, with a scale that is not 0."""
    if isinstance(x, (Uniform, Normal)):
        low, high = sorted((scale * x.low + shift, scale * x.high + shift))
        if isinstance(x, Uniform):
            return Uniform(low, high)
        return Normal(scale * x.mean + shift, abs(scale) * x.std, low, high)
    if shift != 0.0 or scale < 0.0:
        return None
    if isinstance(x, Lognormal):
        return Lognormal(x.mu + math.log(scale), x.sigma, scale * x.low, scale * x.high)
    return Exponential(scale * x.scale) if isinstance(x, Exponential) else None


def truncated(x: Distribution | None, low: float, high: float) -> Distribution | None:
    """Distribution of those values that lie between two bounds; None if it has no name, or if there are hardly any.

    Examples
    --------
    >>> truncated(Uniform(0.0, 2.0), 1.0, 5.0)
    Uniform(low=1.0, high=2.0)
    """
    if isinstance(x, Constant):
        return x if low <= x.value <= high else None
    if isinstance(x, (Uniform, Normal, Lognormal)):
        low, high = max(low, x.low), min(high, x.high)
        try:
            return replace(x, low=low, high=high) if low < high else None
        except ParameterError:
            return None
    return None
