"""SynapseModel: what a synapse file declares."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simcore.errors import ParameterError
from simcore.parameter import Param, State
from simcore.tables import ModelTable

__all__ = ["SynapseModel"]


@dataclass(frozen=True, repr=False)
class SynapseModel(ModelTable):
    """A synapse model: its parameters, the state of a connection, and what spikes of its source and of its target do.

    Weight and delay belong to every connection and are not listed. The functions are pure and scalar; their arguments are found
    by name among what is listed for each, state and parameters (``lambda_`` stands for the parameter ``lambda``).

    The whole delay lies between the synapse and its target, both ways: a spike of the source at time t reaches the synapse at t
    and the target at t + delay; a spike of the target at time t reaches the synapse at t + delay, before a spike of the source
    at that time.

    Parameters
    ----------
    name : str
        Name under which connections ask for it.
    parameters : dict of str to Param
        Table of parameters; each is one number a projection or one a connection.
    state : dict of str to State
        Table of state variables of a connection; the functions return them in this order.
    on_spike : callable, optional
        ``on_spike(weight, interval, ...) -> (sent, *state)``: one spike of the source. ``interval`` is the time in ms since the
        source's previous spike, or infinite for its first; ``elapsed`` is the same, but since time zero before the first. None
        sends the weight unchanged. In a plastic model it is ``on_spike(weight, interval, ...) -> (sent, weight, *state)``,
        it may take the traces of ``target_traces``, and before the source's first spike ``interval`` counts from time zero.
    on_post : callable, optional
        ``on_post(weight, after, ...) -> (weight, *state)``: one spike of the target, as it reaches the synapse. ``after`` is
        the time in ms since the source's previous spike, before its first since time zero. A model with it is plastic.
    target_traces : dict of str to str, optional
        Name of a trace of the target's spikes, and the parameter of the target's model that is its time constant: it jumps by
        one at each spike and decays exponentially. ``on_spike`` gets its value at the synapse, by spikes that reached it
        before; ``on_post`` its value just before the spike.
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
    on_post: Callable | None = None
    target_traces: Mapping[str, str] = field(default_factory=dict)
    check: Callable | None = None

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise ParameterError("SynapseModel: name", got=self.name, expected="a Python identifier")
        if self.on_post is not None and self.on_spike is None:
            raise ParameterError(f"{self.name}: on_spike", got=None, expected="a function, since there is on_post")
        if self.target_traces and self.on_post is None:
            raise ParameterError(f"{self.name}: target_traces", got=dict(self.target_traces), expected="none without on_post")
        names = [*self.parameters, *self.state, *self.target_traces, "weight", "interval", "elapsed", "after"]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ParameterError(self.name, got=twice, expected="names used once, and not weight, interval, elapsed or after")

    @property
    def is_static(self) -> bool:
        """Whether every spike sends the weight as it is."""
        return self.on_spike is None

    @property
    def is_plastic(self) -> bool:
        """Whether its weight changes with the spikes of its target."""
        return self.on_post is not None

    @property
    def settable(self) -> dict[str, Param | State]:
        """Parameters and state variables that a connection accepts besides weight and delay."""
        return {**self.parameters, **self.state}

    def defaults(self) -> dict[str, Any]:
        """Default value of each parameter."""
        return {name: p.default for name, p in self.parameters.items()}
