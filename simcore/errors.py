"""Errors that say where, what was given, what is allowed and the nearest known name."""

import difflib
from collections.abc import Iterable
from typing import Any

__all__ = [
    "EdgeError",
    "FileFormatError",
    "FrozenNetworkError",
    "InconsistentError",
    "NetspikeError",
    "NumericalError",
    "OtherRankError",
    "ParameterError",
    "SimulationError",
    "TooLargeError",
    "UnknownNameError",
    "did_you_mean",
]


# Characters from which on a list of names is cut to the nearest ones, and how many these are.
_LONG, _SHOWN = 400, 10


class NetspikeError(Exception):
    """Base class of every error that netspike raises on purpose."""

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors travel between processes as their message: the arguments that made it are gone.
        return _restored, (type(self), self.args, self.__dict__)


class ParameterError(NetspikeError, ValueError):
    """A value that is not allowed.

    Parameters
    ----------
    where : str
        What was being set, e.g. ``"iaf_psc_exp: C_m"``.
    got : object
        The refused value.
    expected : str
        What is allowed.

    Examples
    --------
    >>> print(ParameterError("to_sim: delay", got=0.05, expected=">= dt = 0.1 ms"))
    to_sim: delay: got 0.05, expected >= dt = 0.1 ms
    """

    def __init__(self, where: str, *, got: Any, expected: str) -> None:
        super().__init__(f"{where}: got {_brief(got)}, expected {expected}")


class InconsistentError(ParameterError):
    """Values that are allowed one by one but not together.

    Parameters
    ----------
    where : str
        Which model.
    reason : str
        A sentence that names the parameters.

    Examples
    --------
    >>> print(InconsistentError("iaf_psc_exp", "V_reset must be below V_th"))
    iaf_psc_exp: V_reset must be below V_th
    """

    def __init__(self, where: str, reason: str) -> None:
        NetspikeError.__init__(self, f"{where}: {reason}")


class FileFormatError(ParameterError):
    """A file that does not hold what its format says.

    Parameters
    ----------
    path : str or Path
        The file.
    line : int, optional
        Where in a text file, from 1.
    got : object
        What stands there.
    expected : str
        What is allowed there.

    Examples
    --------
    >>> print(FileFormatError("a.csv", line=3, got="x", expected="an integer"))
    a.csv, line 3: got 'x', expected an integer
    """

    def __init__(self, path: Any, *, line: int | None = None, got: Any, expected: str) -> None:
        super().__init__(str(path) if line is None else f"{path}, line {line}", got=got, expected=expected)
        self.path, self.line = str(path), line

    @classmethod
    def because(cls, path: Any, reason: str) -> "FileFormatError":
        """An error whose reason is a sentence.

        Examples
        --------
        >>> print(FileFormatError.because("a.npz", "not an archive"))
        a.npz: not an archive
        """
        error = cls(path, got=None, expected="")
        error.args = (f"{path}: {reason}",)
        return error


class UnknownNameError(NetspikeError, KeyError):
    """A name that nothing answers to; the message gives the nearest one that exists.

    Parameters
    ----------
    kind : str
        What the name should name, e.g. ``"parameter of iaf_psc_exp"``.
    got : str
        The unknown name.
    choices : iterable of str
        The names that exist.

    Examples
    --------
    >>> print(UnknownNameError("parameter of iaf_psc_exp", got="V_mm", choices=["V_m", "C_m"]))
    unknown parameter of iaf_psc_exp 'V_mm'; did you mean 'V_m'? choose from: C_m, V_m
    """

    def __init__(self, kind: str, *, got: Any, choices: Iterable[str]) -> None:
        names = sorted(str(c) for c in choices)
        listed = ", ".join(names) if names else "(none)"
        if len(listed) > _LONG:
            some = difflib.get_close_matches(str(got), names, n=_SHOWN, cutoff=0.0)
            listed = f"{', '.join(sorted(some))}, ... ({len(names)} in all)"
        self.message = f"unknown {kind} {got!r}{did_you_mean(got, names) or ';'} choose from: {listed}"
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message


def did_you_mean(got: Any, names: Iterable[str]) -> str:
    """What a message says behind a name that is unknown: the nearest one that exists, or nothing.

    Parameters
    ----------
    got : str
        The unknown name.
    names : iterable of str
        The names that exist.

    Returns
    -------
    text : str

    Examples
    --------
    >>> did_you_mean("V_mm", ["C_m", "V_m"])
    "; did you mean 'V_m'?"
    """
    near = difflib.get_close_matches(str(got), list(names), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


class EdgeError(NetspikeError, ValueError):
    """Edges that cannot be made: wrong ids, lengths, ports or synapse models."""


class TooLargeError(NetspikeError, MemoryError):
    """A size that does not fit into the memory that is free; nothing was allocated.

    Parameters
    ----------
    where : str
        Which call, e.g. ``"connect"``.
    what : str
        What needs the memory, e.g. ``"4.0e+12 edges"``.
    needed, free : float
        Bytes that are needed, about, and bytes that are free.
    promised : float
        Bytes that what was asked for before will take besides.

    Examples
    --------
    >>> print(TooLargeError("connect", "4.0e+12 edges", needed=2.4e13, free=2e10))
    connect: 4.0e+12 edges need about 24 TB, and 20 GB of memory are free
    """

    def __init__(self, where: str, what: str, *, needed: float, free: float, promised: float = 0.0) -> None:
        before = f", of which {_amount(promised)} are for what was made before" if promised >= free / 100 else ""
        super().__init__(f"{where}: {what} need about {_amount(needed)}, and {_amount(free)} of memory are free{before}")


class SimulationError(NetspikeError, RuntimeError):
    """A call that does not fit the state of the simulation."""


class NumericalError(SimulationError, ArithmeticError):
    """A state variable became NaN or infinite during a run."""


class OtherRankError(SimulationError):
    """Another rank failed; the message is its own."""


class FrozenNetworkError(NetspikeError, RuntimeError):
    """A change to a network that has been sent to a simulation."""


def _restored(kind: type[NetspikeError], args: tuple[Any, ...], attributes: dict[str, Any]) -> NetspikeError:
    error = Exception.__new__(kind, *args)
    error.__dict__.update(attributes)
    return error


def _amount(n_bytes: float) -> str:
    """Bytes in a unit that suits them, e.g. ``"2.4 TB"``."""
    units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
    while n_bytes >= 999.5 and len(units) > 1:
        n_bytes /= 1000.0
        del units[0]
    return f"{n_bytes:.1f} {units[0]}" if n_bytes < 9.95 and units[0] != "B" else f"{n_bytes:.0f} {units[0]}"


def _brief(value: Any, limit: int = 80) -> str:
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 3] + "..."
