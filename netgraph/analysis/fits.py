"""Distributions fitted to samples by maximum likelihood: power law, normal, lognormal, exponential."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netgraph._checks import check_choice, check_flag, check_positive
from simcore.errors import ParameterError
from simcore.parameter import as_floats

__all__ = ["Fit", "fit_distribution", "fit_power_law"]

KINDS = ("exponential", "lognormal", "normal", "power law")
# Fewest values in the tail of a power law; most starts of the tail that are tried.
_LEAST = 10
_TRIED = 200
# Exponents that are looked for.
_EXPONENTS = 1.0001, 30.0


@dataclass(frozen=True)
class Fit:
    """A distribution fitted to a sample.

    Attributes
    ----------
    kind : str
        ``"power law"``, ``"normal"``, ``"lognormal"`` or ``"exponential"``.
    parameters : dict of str to float
        ``exponent`` and ``xmin``; ``mean`` and ``std``; ``mu`` and ``sigma`` (of the logarithm); or ``mean``.
    n : int
        Values that were fitted, for a power law those from `xmin` on.
    share : float
        Of all values, those that were fitted.
    log_likelihood : float
        Of those values; the higher, the better the fit, among fits to the same values.
    distance : float
        Kolmogorov–Smirnov distance of the distribution from those values.
    error : float
        Standard error of the exponent of a power law; NaN for the others.
    discrete : bool
        Whether the distribution is one of whole numbers.

    Examples
    --------
    >>> fit = fit_distribution([1.0, 2.0, 3.0], "normal")
    >>> fit.parameters["mean"], fit.pdf([2.0]).round(3)
    (2.0, array([0.489]))
    """

    kind: str
    parameters: dict[str, float]
    n: int
    share: float
    log_likelihood: float
    distance: float
    error: float = float("nan")
    discrete: bool = False

    def pdf(self, x: ArrayLike) -> NDArray[np.float64]:
        """Probability density, or of a discrete fit the probability of each whole number, among the fitted values.

        Examples
        --------
        >>> fit_distribution([1.0, 3.0], "exponential").pdf([0.0])
        array([0.5])
        """
        return np.exp(self._law().logpdf(as_floats("Fit.pdf: x", x)))

    def cdf(self, x: ArrayLike) -> NDArray[np.float64]:
        """Probability of values up to `x`, among the fitted values.

        Examples
        --------
        >>> fit_distribution([1.0, 3.0], "normal").cdf([2.0])
        array([0.5])
        """
        return np.asarray(self._law().cdf(as_floats("Fit.cdf: x", x)))

    def _law(self) -> Any:
        if self.kind == "power law":
            return (_Whole if self.discrete else _Real)(self.parameters["exponent"], self.parameters["xmin"])
        return _law(self.kind, self.parameters)


def fit_distribution(values: ArrayLike, kind: str) -> Fit:
    """Fit a distribution by maximum likelihood.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        Of which a lognormal takes those above 0, and a power law those from its start on.
    kind : {"normal", "lognormal", "exponential", "power law"}
        An exponential begins at 0. For a power law see `fit_power_law`.

    Returns
    -------
    fit : Fit

    Raises
    ------
    UnknownNameError
        If there is no such distribution.
    ParameterError
        If the values are too few, all equal, or negative for an exponential.

    Examples
    --------
    >>> fit_distribution([1.0, 2.0, 6.0], "exponential").parameters
    {'mean': 3.0}
    """
    check_choice("distribution to fit", kind, KINDS)
    if kind == "power law":
        return fit_power_law(values)
    x = _sample("fit_distribution", values)
    n_all = x.size
    x = x[x > 0] if kind == "lognormal" else x
    if kind == "exponential":
        if x.size < 1 or x.min() < 0 or x.max() == 0:
            raise ParameterError(
                "fit_distribution: values", got=_told(x), expected="values >= 0, not all 0, for an exponential"
            )
        parameters = {"mean": float(x.mean())}
    else:
        y = np.log(x) if kind == "lognormal" else x
        if y.size < 2 or np.ptp(y) == 0:
            above = " above 0" if kind == "lognormal" else ""
            raise ParameterError("fit_distribution: values", got=_told(x), expected=f"two or more different values{above}")
        names = ("mu", "sigma") if kind == "lognormal" else ("mean", "std")
        parameters = dict(zip(names, (float(y.mean()), float(y.std())), strict=True))
    law = _law(kind, parameters)
    likelihood, distance = float(law.logpdf(x).sum()), _distance(x, law.cdf)
    return Fit(kind, parameters, n=x.size, share=x.size / n_all, log_likelihood=likelihood, distance=distance)


def fit_power_law(values: ArrayLike, *, xmin: float | None = None, discrete: bool | None = None) -> Fit:
    """Fit the tail of a power law, p(x) ∝ x^-exponent from `xmin` on, by maximum likelihood.

    After Clauset, Shalizi & Newman 2009 (doi:10.1137/070710111): the tail starts where the fitted law is nearest to the values
    in the distance of Kolmogorov and Smirnov. Of more than 200 different values, 200 are tried, evenly spaced by rank of size;
    at least 10 values must remain.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        Those that are not above 0 never belong to the tail.
    xmin : float, optional
        Start of the tail; None looks for it.
    discrete : bool, optional
        Whether to fit a law of whole numbers; None does so if all values are whole.

    Returns
    -------
    fit : Fit

    Raises
    ------
    ParameterError
        If fewer than 10 values, or no two different ones, can make a tail, or they are to be whole and are not.

    Examples
    --------
    >>> fit = fit_power_law(1.0 / np.linspace(0.001, 1.0, 1000))
    >>> round(fit.parameters["exponent"], 1), fit.discrete
    (2.0, False)
    """
    x = _sample("fit_power_law", values)
    n_all, x = x.size, np.sort(x[x > 0])
    whole = bool((x == np.rint(x)).all())
    if discrete is not None and check_flag("fit_power_law: discrete", discrete) and not whole:
        raise ParameterError(
            "fit_power_law: values", got=_told(x[x != np.rint(x)]), expected="whole numbers, as discrete is True"
        )
    discrete = whole if discrete is None else discrete
    if xmin is not None:
        check_positive("fit_power_law: xmin", xmin, "")
        x = x[x >= xmin]
    if x.size < _LEAST or x[0] == x[-1]:
        which = "above 0" if xmin is None else f"from {xmin} on"
        expected = f"{_LEAST} or more values {which}, not all equal"
        raise ParameterError("fit_power_law: values", got=_told(x), expected=expected)
    law = _Whole if discrete else _Real
    tried = _starts(x) if xmin is None else np.array([np.ceil(xmin) if discrete else xmin])
    distance, low, exponent = min(_nearest(law, x, tried))
    tail, best = x[np.searchsorted(x, low) :], law(exponent, low)
    return Fit(
        "power law",
        {"exponent": exponent, "xmin": low},
        n=tail.size,
        share=tail.size / n_all,
        log_likelihood=float(best.logpdf(tail).sum()),
        distance=distance,
        error=best.error(tail.size),
        discrete=discrete,
    )


def _nearest(
    law: type[_Real] | type[_Whole], ordered: NDArray[np.float64], tried: NDArray[np.float64]
) -> Iterator[tuple[float, float, float]]:
    """Distance, start and exponent of the law that is fitted to the tail from each start."""
    places, first, counts = np.unique(ordered, return_index=True, return_counts=True)
    logs = np.log(places)
    above = np.cumsum((counts * logs)[::-1])[::-1]
    for low in tried.tolist():
        k = np.searchsorted(places, low)
        n = ordered.size - first[k]
        fit = law(law.best_exponent(float(above[k] / n), low), low)
        before = (first[k:] - first[k]) / n
        upto = before + counts[k:] / n
        below, here = fit.around(places[k:], logs[k:])
        yield float(max(np.abs(upto - here).max(), np.abs(before - below).max())), low, fit.exponent


def _law(kind: str, parameters: dict[str, float]) -> Any:
    """The distribution of SciPy with these parameters."""
    from scipy import stats

    if kind == "exponential":
        return stats.expon(scale=parameters["mean"])
    if kind == "normal":
        return stats.norm(parameters["mean"], parameters["std"])
    return stats.lognorm(parameters["sigma"], scale=np.exp(parameters["mu"]))


class _Real(NamedTuple):
    """Power law of real numbers from `low` on."""

    exponent: float
    low: float

    @staticmethod
    def best_exponent(mean_log: float, low: float) -> float:
        """The most likely one, from the mean of the logarithms."""
        return 1.0 + 1.0 / (mean_log - float(np.log(low)))

    def error(self, n: int) -> float:
        return (self.exponent - 1.0) / float(np.sqrt(n))

    def logpdf(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        logs = np.log(np.maximum(x, self.low) / self.low)
        return np.where(x >= self.low, np.log((self.exponent - 1.0) / self.low) - self.exponent * logs, -np.inf)

    def cdf(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        return 1.0 - (np.maximum(x, self.low) / self.low) ** (1.0 - self.exponent)

    def around(self, places: NDArray[np.float64], logs: NDArray[np.float64]) -> tuple[Any, Any]:
        """Probability below each place, and up to it."""
        upto = -np.expm1((1.0 - self.exponent) * (logs - np.log(self.low)))
        return upto, upto


class _Whole(NamedTuple):
    """Power law of whole numbers from `low` on, normalised by the zeta function of Hurwitz."""

    exponent: float
    low: float

    @staticmethod
    def best_exponent(mean_log: float, low: float) -> float:
        """The most likely one, from the mean of the logarithms."""
        from scipy.optimize import minimize_scalar
        from scipy.special import zeta

        def cost(exponent: float) -> float:
            return float(np.log(zeta(exponent, low))) + exponent * mean_log

        return float(minimize_scalar(cost, bounds=_EXPONENTS, method="bounded", options={"xatol": 1e-8}).x)

    def error(self, n: int) -> float:
        from scipy.special import zeta

        h = 1e-3 * (self.exponent - 1.0)
        logs = np.log(zeta(self.exponent + h * np.array([-1.0, 0.0, 1.0]), self.low))
        return float(1.0 / np.sqrt(n * (logs[0] - 2 * logs[1] + logs[2]) / h**2))

    def logpdf(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        from scipy.special import zeta

        inside = (x >= self.low) & (x == np.rint(x))
        logs = np.log(np.maximum(x, self.low))
        return np.where(inside, -self.exponent * logs - np.log(zeta(self.exponent, self.low)), -np.inf)

    def cdf(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        from scipy.special import zeta

        return 1.0 - zeta(self.exponent, np.maximum(np.floor(x) + 1.0, self.low)) / zeta(self.exponent, self.low)

    def around(self, places: NDArray[np.float64], logs: NDArray[np.float64]) -> tuple[Any, Any]:
        """Probability below each place, and up to it."""
        return self.cdf(places - 1.0), self.cdf(places)


def _starts(ordered: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where a tail of enough values may start."""
    places = np.unique(ordered)
    enough = ordered.size - np.searchsorted(ordered, places) >= _LEAST
    places = places[enough & (places < ordered[-1])]
    if places.size == 0:  # all but a few values are equal to the largest
        places = ordered[:1]
    return places[np.unique(np.linspace(0, places.size - 1, min(_TRIED, places.size)).astype(np.int64))]


def _distance(x: NDArray[np.float64], cdf: Callable[[Any], Any]) -> float:
    """Largest difference of the distribution of a sample from a continuous one."""
    found = cdf(np.sort(x))
    steps = np.arange(x.size + 1) / x.size
    return float(max(np.abs(steps[1:] - found).max(), np.abs(found - steps[:-1]).max()))


def _sample(where: str, values: ArrayLike) -> NDArray[np.float64]:
    expected = "finite numbers, shape (n,)"
    x = as_floats(f"{where}: values", values, expected)
    if x.ndim != 1 or not np.isfinite(x).all():
        raise ParameterError(f"{where}: values", got=_told(x), expected=expected)
    return x


def _told(x: NDArray[Any]) -> str:
    return f"{x.size} values" + (f" from {x.min():g} to {x.max():g}" if x.size else "")
