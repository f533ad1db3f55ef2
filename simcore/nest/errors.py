"""NESTErrors: errors under NEST's class names, so that ``except nest.NESTErrors.BadProperty`` works as it does there.

Every message says where, what was given, what is allowed and the nearest known name. What this simulator has no use for (MUSIC,
sockets, modules) exists as a name alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from simcore.errors import (
    EdgeError,
    NetspikeError,
    NumericalError,
    SimulationError,
    UnknownNameError,
)

__all__ = ["KernelException", "UnknownKey", "nest_errors", "raised"]


class KernelException(NetspikeError):  # noqa: N818 - NEST's name
    """Base class of NEST's errors; ``nest.NESTError`` is another name for it."""


class UnknownKey(KernelException, KeyError, AttributeError):  # noqa: N818 - beside NEST's names
    """A value that nodes or connections do not have, asked for as a key or as an attribute."""

    __str__ = Exception.__str__


# NEST's names, each a class of its own below KernelException.
NAMES = (
    "BackendAlreadyRegistered", "BackendNotPrepared", "BackendPrepared", "BadDelay", "BadParameter", "BadParameterValue",
    "BadProperty", "DimensionMismatch", "DistributionError", "DynamicModuleManagementError", "GSLSolverFailure", "IOError",
    "IllegalConnection", "IncompatibleReceptorType", "InexistentConnection", "InternalError", "InvalidDefaultResolution",
    "InvalidTimeInModel", "KeyError", "LayerExpected", "LayerNodeExpected", "LocalNodeExpected", "MPIErrorCode",
    "MPIPortsFileMissing", "MPIPortsFileUnknown", "MUSICChannelAlreadyMapped", "MUSICChannelUnknown",
    "MUSICPortAlreadyPublished", "MUSICPortHasNoWidth", "MUSICPortUnconnected", "MUSICPortUnknown", "MUSICSimulationHasRun",
    "ModelInUse", "NamingConflict", "NewModelNameExists", "NoThreadSiblingsAvailable", "NodeWithProxiesExpected",
    "NotImplemented", "NumericalInstability", "RangeCheck", "StepMultipleRequired", "TimeMultipleRequired", "TypeMismatch",
    "UnaccessedDictionaryEntry", "UndefinedName", "UnexpectedEvent", "UnknownCompartment", "UnknownComponent",
    "UnknownModelName", "UnknownNode", "UnknownPort", "UnknownReceptorType", "UnknownSynapseType", "UnknownThread",
    "UnmatchedSteps", "UnsupportedEvent",
)  # fmt: skip

# Errors that Python's own handlers should catch as well, as NEST's Python layer raises them for the same mistakes.
_ALSO = {
    "BadParameter": ValueError, "BadParameterValue": ValueError, "BadProperty": ValueError, "BadDelay": ValueError,
    "DimensionMismatch": ValueError, "IOError": OSError, "KeyError": KeyError, "TypeMismatch": TypeError,
    "NotImplemented": NotImplementedError, "NumericalInstability": ArithmeticError, "UnknownNode": LookupError,
    "UnaccessedDictionaryEntry": ValueError,
}  # fmt: skip


def _made(name: str) -> type[KernelException]:
    bases = (KernelException, _ALSO[name]) if name in _ALSO else (KernelException,)
    own = {"__doc__": f"NEST's {name}.", "__module__": __name__, "__str__": Exception.__str__}
    return type(name, bases, own)


globals().update({name: _made(name) for name in NAMES})


def raised(name: str, message: str) -> KernelException:
    """An error of one of NEST's classes.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    message : str
        What is said.

    Examples
    --------
    >>> print(raised("BadDelay", "delay: got 0, expected >= 0.1 ms"))
    delay: got 0, expected >= 0.1 ms
    """
    return globals()[name](message)


# What simcore raises, and the class under which NEST reports the same mistake.
_CLASSES = (
    (UnknownNameError, "UnaccessedDictionaryEntry"),
    (EdgeError, "IllegalConnection"),
    (NumericalError, "NumericalInstability"),
    (SimulationError, "KernelException"),
    (NetspikeError, "BadProperty"),
)

# Mistakes for which NEST has a class of their own, by what simcore says of them.
_SAID = ((": delay: ", "BadDelay"), (" has no receptor ", "UnknownReceptorType"))


@contextmanager
def nest_errors(**classes: str) -> Iterator[None]:
    """Report what simcore refuses under NEST's class names; the message stays.

    Parameters
    ----------
    **classes : str
        Name of a simcore error to the NEST name that fits this call better than the usual one.

    Examples
    --------
    >>> from simcore.errors import ParameterError
    >>> with nest_errors(ParameterError="BadDelay"):
    ...     raise ParameterError("Connect: delay", got=0, expected=">= 0.1 ms")
    Traceback (most recent call last):
    simcore.nest.errors.BadDelay: Connect: delay: got 0, expected >= 0.1 ms
    """
    try:
        yield
    except KernelException:
        raise
    except MemoryError:
        raise
    except NetspikeError as error:
        name = next((classes[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in classes), None)
        name = next((own for text, own in _SAID if text in str(error)), None) or name
        name = name or next(name for kind, name in _CLASSES if isinstance(error, kind))
        raise globals()[name](str(error)) from error
