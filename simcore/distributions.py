"""Distributions of weights, delays, parameters and start values, drawn from keyed streams.

Each is one small class with a quantile function: a draw is the quantile of a uniform number that belongs to one edge or node,
so a value does not depend on what else is drawn. Truncation is exact: the quantiles between the bounds are used, nothing is
redrawn.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from simcore.errors import ParameterError, UnknownNameError
from simcore.parameter import as_floats, check_names

__all__ = [
    "NAMES",
    "Constant",
    "Distribution",
    "Exponential",
    "Lognormal",
    "Normal",
    "Uniform",
    "is_distribution",
    "parse",
    "shared_table",
]


class Distribution:
    """Base of all distributions: ``quantile(u)`` turns uniform numbers into values.

    Examples
    --------
    >>> isinstance(Uniform(0.0, 1.0), Distribution)
    True
    """

    def quantile(self, u: np.ndarray) -> np.ndarray:
        """Values below which shares `u` of the distribution lie; shape (n,) in, shape (n,) out."""
        raise NotImplementedError

    def draw(self, seed: int, purpose: int, ids: Any) -> np.ndarray:
        """One value for each id from the stream of (seed, purpose); float64, shape (n,).

        Examples
        --------
        >>> bool(Uniform(1.0, 2.0).draw(seed=1, purpose=0, ids=[7])[0] < 2.0)
        True
        """
        from simcore.random import uniforms  # Numba loads on first use

        return self.quantile(uniforms(seed, purpose, ids))


def _require(name: str, ok: bool, got: Any, expected: str) -> None:
    if not ok:
        raise ParameterError(name, got=got, expected=expected)


def _require_finite(distribution: Distribution, bounds: tuple[str, ...] = ()) -> None:
    for f in fields(distribution):  # type: ignore[arg-type]
        value = getattr(distribution, f.name)
        where = f"{type(distribution).__name__}: {f.name}"
        if not isinstance(value, (int, float, np.integer, np.floating)) or np.isnan(value):
            raise ParameterError(where, got=value, expected="a number")
        _require(where, f.name in bounds or bool(np.isfinite(value)), value, "a finite number")


@dataclass(frozen=True)
class Constant(Distribution):
    """Always the same value.

    Parameters
    ----------
    value : float

    Examples
    --------
    >>> Constant(2.0).quantile([0.1, 0.9])
    array([2., 2.])
    """

    value: float

    def __post_init__(self) -> None:
        _require_finite(self)

    def quantile(self, u: np.ndarray) -> np.ndarray:
        """The constant, for each `u`."""
        return np.full(np.shape(u), float(self.value))


@dataclass(frozen=True)
class Uniform(Distribution):
    """Uniform between two bounds.

    Parameters
    ----------
    low, high : float
        The bounds, in the unit of the values.

    Examples
    --------
    >>> float(Uniform(0.0, 200.0).quantile(0.25))
    50.0
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        _require_finite(self)
        _require("Uniform: high", self.high >= self.low, self.high, f">= low = {self.low:g}")

    def quantile(self, u: np.ndarray) -> np.ndarray:
        """Linear between the bounds."""
        return self.low + (self.high - self.low) * np.asarray(u)


@dataclass(frozen=True)
class Normal(Distribution):
    """Normal, if wanted truncated: values outside the bounds do not occur, and the rest keeps its form.

    Parameters
    ----------
    mean, std : float
        Of the distribution before it is truncated; `std` is at least 0.
    low, high : float
        Bounds.

    Examples
    --------
    >>> float(Normal(5.0, 1.0).quantile(0.5))
    5.0
    """

    mean: float
    std: float
    low: float = -np.inf
    high: float = np.inf

    def __post_init__(self) -> None:
        _require_finite(self, bounds=("low", "high"))
        _require("Normal: std", self.std >= 0, self.std, ">= 0")
        _require("Normal: high", self.high > self.low, self.high, f"> low = {self.low:g}")
        if self.std == 0:
            _require("Normal: mean", self.low <= self.mean <= self.high, self.mean, "inside the bounds when std = 0")
            return
        a, b = self._bounds()
        _require("Normal: bounds", b > a, (self.low, self.high), "bounds within about 37 std of the mean")

    def _bounds(self) -> tuple[float, float]:
        from scipy.special import ndtr

        side = -1.0 if self.mean < self.low else 1.0
        a, b = (self.low - self.mean) / self.std, (self.high - self.mean) / self.std
        # Both shares are taken in the tail where they are small, so that a far truncation keeps its digits.
        return (float(ndtr(a)), float(ndtr(b))) if side > 0 else (float(ndtr(-b)), float(ndtr(-a)))

    def quantile(self, u: np.ndarray) -> np.ndarray:
        """Quantile of the truncated normal."""
        from simcore.quantiles import normal_quantiles

        u = np.asarray(u, dtype=np.float64)
        if self.std == 0:
            return np.full(u.shape, float(self.mean))
        a, b = self._bounds()
        upper = self.mean < self.low
        value = 1.0 - u if upper else u.copy()
        if (a, b) != (0.0, 1.0):
            value *= b - a
            value += a
            # Rounding may reach 0 and 1, whose quantiles are infinite.
            value = np.clip(value, 5e-324, 1.0 - 2.0**-53)
        value = normal_quantiles(value)
        value *= -self.std if upper else self.std
        value += self.mean
        return value if np.isinf([self.low, self.high]).all() else np.clip(value, self.low, self.high)


@dataclass(frozen=True)
class Lognormal(Distribution):
    """Lognormal: the logarithm is normal; if wanted truncated.

    Parameters
    ----------
    mu, sigma : float
        Mean and standard deviation of the logarithm; `sigma` is at least 0.
    low, high : float
        Bounds of the values.

    Examples
    --------
    >>> float(Lognormal(0.0, 1.0).quantile(0.5))
    1.0
    """

    mu: float
    sigma: float
    low: float = 0.0
    high: float = np.inf

    def __post_init__(self) -> None:
        _require_finite(self, bounds=("low", "high"))
        _require("Lognormal: sigma", self.sigma >= 0, self.sigma, ">= 0")
        _require("Lognormal: low", self.low >= 0, self.low, ">= 0")
        self._log()

    def _log(self) -> Normal:
        with np.errstate(divide="ignore"):
            return Normal(self.mu, self.sigma, float(np.log(self.low)), float(np.log(self.high)))

    def quantile(self, u: np.ndarray) -> np.ndarray:
        """Exponential of the normal quantile."""
        return np.exp(self._log().quantile(u))


@dataclass(frozen=True)
class Exponential(Distribution):
    """Exponential.

    Parameters
    ----------
    scale : float
        Mean, above 0.

    Examples
    --------
    >>> Exponential(2.0).quantile(0.5).round(3)
    np.float64(1.386)
    """

    scale: float

    def __post_init__(self) -> None:
        _require_finite(self)
        _require("Exponential: scale", self.scale > 0, self.scale, "> 0")

    def quantile(self, u: np.ndarray) -> np.ndarray:
        """Negative logarithm of what remains."""
        return -self.scale * np.log1p(-np.asarray(u))


#: Name to (class, {keyword in a dictionary: field of the class}); the keywords are NNGT's, the fields' own names work too.
NAMES: dict[str, tuple[type[Distribution], dict[str, str]]] = {
    "constant": (Constant, {"value": "value"}),
    "uniform": (Uniform, {"lower": "low", "upper": "high"}),
    "normal": (Normal, {"avg": "mean", "std": "std", "lower": "low", "upper": "high"}),
    "gaussian": (Normal, {"avg": "mean", "std": "std", "lower": "low", "upper": "high"}),
    "lognormal": (Lognormal, {"position": "mu", "scale": "sigma", "lower": "low", "upper": "high"}),
    "exponential": (Exponential, {"scale": "scale"}),
}


def is_distribution(value: Any) -> bool:
    """Whether a value names a distribution: an object, a tuple that starts with a name, or a dictionary.

    Parameters
    ----------
    value : object

    Returns
    -------
    named : bool

    Examples
    --------
    >>> is_distribution(("uniform", 0.0, 1.0)), is_distribution([0.0, 1.0])
    (True, False)
    """
    named = isinstance(value, tuple) and bool(value) and isinstance(value[0], str)
    return isinstance(value, (Distribution, Mapping)) or named


def parse(spec: Any, where: str) -> "float | np.ndarray | Distribution":
    """A number, a float64 array or a Distribution from any of the forms that users write.

    Parameters
    ----------
    spec : number, array_like, Distribution, tuple or dict
        ``("uniform", 0.0, 200.0)`` and ``{"distribution": "uniform", "lower": 0.0, "upper": 200.0}`` name a distribution.
    where : str
        Start of the message if the form is wrong.

    Returns
    -------
    value : float, ndarray of float64 or Distribution

    Examples
    --------
    >>> parse(("uniform", 0.0, 200.0), "weight")
    Uniform(low=0.0, high=200.0)
    """
    if isinstance(spec, Distribution):
        return spec
    if isinstance(spec, tuple) and spec and isinstance(spec[0], str):
        return _from_name(spec[0], spec[1:], {}, where)
    if isinstance(spec, Mapping):
        if "distribution" not in spec:
            raise ParameterError(where, got=dict(spec), expected="a dictionary with the key 'distribution'")
        return _from_name(spec["distribution"], (), {k: v for k, v in spec.items() if k != "distribution"}, where)
    values = as_floats(where, spec, "a number, an array or a distribution")
    if not np.isfinite(values).all():
        raise ParameterError(where, got=spec, expected="finite numbers")
    if values.ndim > 1:
        raise ParameterError(where, got=f"an array of shape {values.shape}", expected="a number or a one-dimensional array")
    return values if values.ndim else float(values)


def _from_name(name: Any, args: tuple, keywords: Mapping[str, Any], where: str) -> Distribution:
    if not isinstance(name, str) or name not in NAMES:
        raise UnknownNameError(f"distribution for {where}", got=name, choices=NAMES)
    cls, aliases = NAMES[name]
    known = {**aliases, **{f.name: f.name for f in fields(cls)}}  # type: ignore[arg-type]
    check_names(f"parameter of the distribution {name!r} for {where}", keywords, known)
    names = [f.name for f in fields(cls)]  # type: ignore[arg-type]
    required = names[: 1 if len(names) == 1 else 2]
    given = dict(zip(names, args, strict=False)) | {known[k]: v for k, v in keywords.items()}
    if len(given) < len(keywords):
        raise ParameterError(f"{where}: distribution {name!r}", got=dict(keywords), expected="each value under one name")
    if len(args) > len(names) or any(r not in given for r in required):
        raise ParameterError(
            f"{where}: distribution {name!r}", got=args or dict(keywords), expected=f"values for {', '.join(required)}"
        )
    return cls(**given)


def shared_table(make: Callable[..., Any]) -> Callable[..., Any]:
    """Have equal distributions share the table that is made of them; those of a user's own class, which may change, do not.

    Parameters
    ----------
    make : callable
        ``make(distribution, ...)``.

    Returns
    -------
    table : callable
        The same function, which remembers what it made.

    Examples
    --------
    >>> edges_of = shared_table(lambda distribution: [distribution.quantile(u) for u in (0.0, 0.5, 1.0)])
    >>> edges_of(Uniform(0.0, 2.0)) is edges_of(Uniform(0.0, 2.0))
    True
    """
    shared = functools.lru_cache(maxsize=256)(make)
    known = {cls for cls, _ in NAMES.values()}

    @functools.wraps(make)
    def table(distribution: Distribution, *more: Any) -> Any:
        return (shared if type(distribution) in known else make)(distribution, *more)

    return table
