"""SynapseModel: what a synapse file declares."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simcore.errors import ParameterError
from simcore.parameter import Param, State
from simcore.tables import ModelTable

__all__ = ["SynapseModel"]


@dataclass(frozen=True, repr=False)
class SynapseModel(ModelTable):
    """A synapse model: its parameters, the state of a connection, and what a presynaptic spike does.

    Weight and delay belong to every connection and are not listed.

    Parameters
    ----------
    name : str
        Name under which connections ask for it.
    parameters : dict of str to Param
        Table of parameters; each is one number a projection or one a connection.
    state : dict of str to State
        Table of state variables of a connection; ``on_spike`` returns them in this order after the weight that is sent.
    on_spike : callable, optional
        ``on_spike(weight, interval, ...) -> (sent, *state)``: one presynaptic spike. ``interval`` is the time in ms since the
        source's previous spike, or infinite for its first; ``elapsed`` is the same, but since time zero before the first. Other
        arguments are found by name among state and parameters. None sends the weight unchanged.
    check : callable, optional
        ``check(p)`` returns None, or a sentence that says which values do not go together. ``p`` maps ``"weight"``, each
        parameter and each state variable to a number or to an array with one value a connection.

    Examples
    --------
    >>> SynapseModel("static", {}, {}).is_static
    True
    """

    name: str
    parameters: Mapping[str, Param]
    state: Mapping[str, State]
    on_spike: Callable | None = None
    check: Callable | None = None

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise ParameterError("SynapseModel: name", got=self.name, expected="a Python identifier")

    @property
    def is_static(self) -> bool:
        """Whether every spike sends the weight as it is."""
        return self.on_spike is None

    @property
    def settable(self) -> dict[str, Param | State]:
        """Parameters and state variables that a connection accepts besides weight and delay."""
        return {**self.parameters, **self.state}

    def defaults(self) -> dict[str, Any]:
        """Default value of each parameter."""
        return {name: p.default for name, p in self.parameters.items()}
