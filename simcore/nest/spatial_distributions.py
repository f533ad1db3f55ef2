"""Functions of distances, most of them shapes of probability densities with the value 1 at the peak."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from simcore.nest._parameter import Function, Parameter, checked_number
from simcore.nest.errors import raised

__all__ = ["exponential", "gabor", "gamma", "gaussian", "gaussian2D"]


def exponential(x: Parameter, beta: float = 1.0) -> Parameter:
    """Exponential fall-off, ``exp(-x / beta)``.

    Parameters
    ----------
    x : Parameter
        Usually ``nest.spatial.distance``.
    beta : float
        Length, above 0.

    Returns
    -------
    parameter : Parameter

    Raises
    ------
    BadProperty
        A length that is not positive.

    Examples
    --------
    >>> from simcore.nest import spatial
    >>> exponential(spatial.distance, beta=0.5).is_spatial()
    True
    """
    where = "nest.spatial_distributions.exponential"
    own = _positive(where, beta=beta)
    return _shape(where, lambda v: np.exp(-v / own["beta"]), x=x)


def gaussian(x: Parameter, mean: float = 0.0, std: float = 1.0) -> Parameter:
    """Gaussian fall-off, ``exp(-(x - mean)**2 / (2 std**2))``.

    Parameters
    ----------
    x : Parameter
        Usually ``nest.spatial.distance``.
    mean, std : float
        Where the peak lies, and the standard deviation, above 0.

    Returns
    -------
    parameter : Parameter

    Raises
    ------
    BadProperty
        A standard deviation that is not positive.

    Examples
    --------
    >>> from simcore.nest import spatial
    >>> gaussian(spatial.distance, std=0.5).is_spatial()
    True
    """
    where = "nest.spatial_distributions.gaussian"
    m, s = checked_number(mean, f"{where}: mean"), _positive(where, std=std)["std"]
    return _shape(where, lambda v: np.exp(-((v - m) ** 2) / (2.0 * s * s)), x=x)


def gaussian2D(
    x: Parameter,
    y: Parameter,
    mean_x: float = 0.0,
    mean_y: float = 0.0,
    std_x: float = 1.0,
    std_y: float = 1.0,
    rho: float = 0.0,
) -> Parameter:
    """Bivariate Gaussian fall-off, with the value 1 at its peak.

    Parameters
    ----------
    x, y : Parameter
        Usually ``nest.spatial.distance.x`` and ``.y``.
    mean_x, mean_y : float
        Where the peak lies.
    std_x, std_y : float
        Standard deviations, above 0.
    rho : float
        Correlation, in (-1, 1).

    Returns
    -------
    parameter : Parameter

    Raises
    ------
    BadProperty
        A standard deviation that is not positive, or a correlation out of range.

    Examples
    --------
    >>> from simcore.nest import spatial
    >>> gaussian2D(spatial.distance.x, spatial.distance.y, std_y=2.0).is_spatial()
    True
    """
    where = "nest.spatial_distributions.gaussian2D"
    mx, my = checked_number(mean_x, f"{where}: mean_x"), checked_number(mean_y, f"{where}: mean_y")
    own, r = _positive(where, std_x=std_x, std_y=std_y), checked_number(rho, f"{where}: rho")
    if not -1.0 < r < 1.0:
        raise raised("BadProperty", f"{where}: rho: got {r:g}, expected a number in (-1, 1)")

    def value(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        a, b = (u - mx) / own["std_x"], (v - my) / own["std_y"]
        return np.exp(-(a * a + b * b - 2.0 * r * a * b) / (2.0 * (1.0 - r * r)))

    return _shape(where, value, x=x, y=y)


def gamma(x: Parameter, kappa: float = 1.0, theta: float = 1.0) -> Parameter:
    """Density of the gamma distribution.

    Parameters
    ----------
    x : Parameter
        Usually ``nest.spatial.distance``.
    kappa, theta : float
        Shape and scale, above 0.

    Returns
    -------
    parameter : Parameter

    Raises
    ------
    BadProperty
        A shape or scale that is not positive.

    Examples
    --------
    >>> from simcore.nest import spatial
    >>> gamma(spatial.distance, kappa=2.0, theta=0.1).is_spatial()
    True
    """
    where = "nest.spatial_distributions.gamma"
    own = _positive(where, kappa=kappa, theta=theta)
    k, scale = own["kappa"], own["theta"]
    # By its logarithm, which stays finite for any shape.
    factor = math.exp(-math.lgamma(k)) / scale if k < 100.0 else None

    def value(v: np.ndarray) -> np.ndarray:
        t = v / scale
        if factor is not None:
            return factor * t ** (k - 1.0) * np.exp(-t)
        return np.exp((k - 1.0) * np.log(t) - t - math.lgamma(k)) / scale

    return _shape(where, value, x=x)


def gabor(
    x: Parameter, y: Parameter, theta: float = 0.0, gamma: float = 1.0, std: float = 1.0, lam: float = 1.0, psi: float = 0.0
) -> Parameter:
    """Rectified Gabor function: a plane wave under a Gaussian, 0 where the wave is negative.

    Parameters
    ----------
    x, y : Parameter
        Usually ``nest.spatial.distance.x`` and ``.y``.
    theta : float [degree]
        Orientation.
    gamma : float
        Aspect ratio, above 0.
    std : float
        Standard deviation, above 0.
    lam : float
        Wavelength, not 0.
    psi : float [degree]
        Phase.

    Returns
    -------
    parameter : Parameter

    Raises
    ------
    BadProperty
        A standard deviation or aspect ratio that is not positive, or no wavelength.

    Examples
    --------
    >>> from simcore.nest import spatial
    >>> gabor(spatial.distance.x, spatial.distance.y, lam=0.5).is_spatial()
    True
    """
    where = "nest.spatial_distributions.gabor"
    own = _positive(where, gamma=gamma, std=std)
    angle, wave, phase = (checked_number(v, f"{where}: {n}") for v, n in ((theta, "theta"), (lam, "lam"), (psi, "psi")))
    if wave == 0.0:
        raise raised("BadProperty", f"{where}: lam: got 0, expected a wavelength")
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))

    def value(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        along, across = u * cosine + v * sine, v * cosine - u * sine
        carrier = np.cos(2.0 * math.pi * across / wave + math.radians(phase))
        envelope = np.exp(-(own["gamma"] ** 2 * along**2 + across**2) / (2.0 * own["std"] ** 2))
        return np.maximum(carrier, 0.0) * envelope

    return _shape(where, value, x=x, y=y)


def _shape(where: str, function: Callable[..., np.ndarray], **places: Any) -> Parameter:
    for name, place in places.items():
        if not isinstance(place, Parameter):
            raise raised("TypeMismatch", f"{where}: {name}: got {place!r}, expected a Parameter, such as nest.spatial.distance")
    return Function(function, places.values(), needs_space=True)


def _positive(where: str, **values: float) -> dict[str, float]:
    numbers = {name: checked_number(value, f"{where}: {name}") for name, value in values.items()}
    for name, number in numbers.items():
        if number <= 0.0:
            raise raised("BadProperty", f"{where}: {name}: got {number:g}, expected > 0")
    return numbers
