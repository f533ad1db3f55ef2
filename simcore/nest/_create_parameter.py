"""CreateParameter: parameters by the names and numbers that NEST gives them."""

from collections.abc import Callable, Mapping
from typing import Any

from simcore.errors import did_you_mean
from simcore.nest import random, spatial, spatial_distributions
from simcore.nest._models import check_names
from simcore.nest._parameter import Parameter, as_parameter
from simcore.nest.errors import raised

__all__ = ["CreateParameter"]

_ENDPOINTS = ("positions", "sources", "targets")


def CreateParameter(parametertype: str, specs: Mapping[str, Any]) -> Parameter:
    """A parameter by name.

    Parameters
    ----------
    parametertype : str
        ``"constant"`` (``value``), ``"uniform"`` (``min, max``), ``"uniform_int"`` (``max``), ``"normal"`` and ``"lognormal"``
        (``mean, std``), ``"exponential"`` (``beta``), ``"distance"`` (``dimension``), ``"position"`` (``dimension,
        synaptic_endpoint``), ``"exp_distribution"``, ``"gaussian"``, ``"gaussian2d"``, ``"gamma"`` or ``"gabor"`` (as the
        functions of `nest.spatial_distributions`).
    specs : dict
        Its numbers.

    Returns
    -------
    parameter : Parameter

    Raises
    ------
    UndefinedName, UnaccessedDictionaryEntry, BadProperty, TypeMismatch
        A parameter that does not exist, or cannot have these numbers.

    Examples
    --------
    >>> CreateParameter("normal", {"mean": 20.0, "std": 2.0}).distribution()
    Normal(mean=20.0, std=2.0, low=-inf, high=inf)
    """
    if parametertype not in _TYPES:
        hint = did_you_mean(parametertype, _TYPES)
        raise raised(
            "UndefinedName", f"CreateParameter: unknown parameter {parametertype!r}{hint} (there are: {', '.join(_TYPES)})"
        )
    if not isinstance(specs, Mapping):
        raise raised("TypeMismatch", f"CreateParameter: {parametertype}: got {specs!r}, expected a dictionary")
    make, needed, optional = _TYPES[parametertype]
    check_names(f"CreateParameter: {parametertype}", specs, (*needed, *optional))
    for key in needed:
        if key not in specs:
            raise raised(
                "BadProperty", f"CreateParameter: {parametertype}: got {', '.join(specs) or 'nothing'}, expected {key!r}"
            )
    return make(**specs)


def _constant(value: Any) -> Parameter:
    if isinstance(value, Parameter):
        raise raised("TypeMismatch", f"CreateParameter: constant: value: got {value!r}, expected a number")
    return as_parameter(value, "CreateParameter: constant: value")


def _uniform_int(max: int = 1) -> Parameter:  # noqa: A002 - NEST's name
    return random.uniform_int(max)


def _position(dimension: int, synaptic_endpoint: int = 0) -> Parameter:
    if synaptic_endpoint not in range(len(_ENDPOINTS)):
        expected = "0 for a node, 1 for the source, 2 for the target"
        raise raised(
            "BadParameterValue", f"CreateParameter: position: synaptic_endpoint: got {synaptic_endpoint}, expected {expected}"
        )
    return spatial.coordinate(_ENDPOINTS[synaptic_endpoint], dimension)


def _distance(dimension: int = 0) -> Parameter:
    return spatial.length(dimension)


# Function that makes it, keys that it needs, and keys that it may have.
_TYPES: dict[str, tuple[Callable[..., Parameter], tuple[str, ...], tuple[str, ...]]] = {
    "constant": (_constant, ("value",), ()),
    "uniform": (random.uniform, (), ("min", "max")),
    "uniform_int": (_uniform_int, (), ("max",)),
    "normal": (random.normal, (), ("mean", "std")),
    "lognormal": (random.lognormal, (), ("mean", "std")),
    "exponential": (random.exponential, (), ("beta",)),
    "distance": (_distance, (), ("dimension",)),
    "position": (_position, ("dimension",), ("synaptic_endpoint",)),
    "exp_distribution": (spatial_distributions.exponential, ("x",), ("beta",)),
    "gaussian": (spatial_distributions.gaussian, ("x",), ("mean", "std")),
    "gaussian2d": (spatial_distributions.gaussian2D, ("x", "y"), ("mean_x", "mean_y", "std_x", "std_y", "rho")),
    "gamma": (spatial_distributions.gamma, ("x",), ("kappa", "theta")),
    "gabor": (spatial_distributions.gabor, ("x", "y"), ("theta", "gamma", "std", "lam", "psi")),
}
