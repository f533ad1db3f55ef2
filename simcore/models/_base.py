"""NeuronModel: what a model file declares, and how an arriving spike finds its input."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simcore.errors import ParameterError
from simcore.parameter import Param, State
from simcore.tables import ModelTable

if TYPE_CHECKING:
    from simcore.models._receptors import Family

__all__ = ["PLASTICITY", "RKF45", "Input", "NeuronModel", "argument_names"]

# Parameters that every neuron has: what plastic synapses onto it read.
PLASTICITY = {"tau_minus": Param(20.0, "ms", "time constant of the trace of its spikes in plastic synapses onto it", above=0.0)}

# Arguments that the kernel supplies to a model's functions.
RESERVED = frozenset({"I_stim", "dt", "spikes", "solver_step"})


@dataclass(frozen=True)
class Input:
    """A place where spikes arrive: one sum of weights a neuron and a step.

    Parameters
    ----------
    unit : str
        Unit of the weights.
    receptor : int
        Receptor type that leads here; weights of both signs may share one receptor through two inputs.
    takes : {"any", "positive", "negative", "count"}
        Sign of the weights that this input takes. ``"count"`` ignores weights and counts spikes. A receptor with a
        ``"positive"`` input and no ``"negative"`` one refuses negative weights.
    scale : float
        Factor on the weight; -1 turns a negative weight into a positive conductance.

    Examples
    --------
    >>> Input("nS", takes="negative", scale=-1.0).receptor
    0
    """

    unit: str
    receptor: int = 0
    takes: str = "any"
    scale: float = 1.0

    def __post_init__(self) -> None:
        if self.takes not in ("any", "positive", "negative", "count"):
            raise ParameterError("Input: takes", got=self.takes, expected="any, positive, negative or count")


@dataclass(frozen=True)
class RKF45:
    """Adaptive Runge-Kutta-Fehlberg 4(5) steps inside each time step (Fehlberg 1969, NASA TR R-315).

    A step is accepted when the error estimate of each variable is below
    ``absolute + relative * (scale_y * abs(y) + scale_dydt * abs(h * y'))``; the step size is kept from one time step to the
    next.

    Parameters
    ----------
    variables : tuple of str
        State variables that are integrated, in the order in which ``derivatives`` returns their derivatives.
    absolute, relative : float
        Error tolerances; a string names the parameter that gives it.
    scale_y, scale_dydt : float
        Share of the value and of the derivative in the tolerance.

    Examples
    --------
    >>> RKF45(("V_m", "w"), absolute=1e-8)
    RKF45(variables=('V_m', 'w'), absolute=1e-08, relative=0.0, scale_y=1.0, scale_dydt=0.0)
    """

    variables: tuple[str, ...]
    absolute: float | str = 1e-6
    relative: float | str = 0.0
    scale_y: float = 1.0
    scale_dydt: float = 0.0


@dataclass(frozen=True, repr=False)
class NeuronModel(ModelTable):
    """A neuron model: tables of parameters and state, and one step of one neuron.

    Arguments of ``step``, ``derivatives`` and ``substep`` are found by name: a state variable, an input (the weights that
    arrived in this step), ``I_stim`` (the current of stimulators in this step, pA), ``dt`` (ms), a name that ``constants``
    returned, or a parameter. The functions are pure and scalar; they may call ``math`` functions, `simcore.fastmath` and
    other such functions.

    Parameters
    ----------
    name : str
        Name under which the model is created.
    parameters : dict of str to Param
        Table of parameters; `PLASTICITY` is added.
    state : dict of str to State
        Table of state variables; ``step`` returns them in this order.
    inputs : dict of str to Input
        Where spikes arrive.
    step : callable
        ``step(...) -> (*state, spikes)``: one time step; ``spikes`` is a bool, or the number of spikes. With a solver it is
        what follows the integration, and may take as arguments ``spikes`` (the number that ``substep`` counted) and a variable
        of the solver as it was before the step, e.g. ``V_m_before``.
    constants : callable, optional
        ``constants(p, dt) -> dict``: what depends on parameters alone, computed once with NumPy. ``p`` maps each parameter to a
        float or an array with one value a neuron.
    derivatives : callable, optional
        ``derivatives(...) -> tuple``: time derivatives per ms of ``solver.variables``. Needs ``solver``.
    solver : RKF45, optional
        How the derivatives are integrated.
    substep : callable, optional
        ``substep(...) -> (*state, spikes)``: applied after each adaptive step, e.g. a spike test inside the step.
    recordables : tuple of str, optional
        State variables that can be recorded; all float64 ones if None.
    derived : dict of str to (str, callable), optional
        Recordables computed from others: name to (unit, function of state columns and ``dt`` found by argument name).
    check : callable, optional
        ``check(p)`` returns None, or a sentence that says which parameters do not go together.
    family : Family, optional
        The neuron and the receptor that the model is made of, if the user chooses how many receptors it has; see
        `simcore.with_receptors`, which sets it.

    Examples
    --------
    >>> leaky = NeuronModel("leaky", {"tau": Param(10.0, "ms", "time constant", above=0.0)}, {"V_m": State("mV", "potential")},
    ...     inputs={"arriving": Input("mV")}, step=lambda V_m, arriving, tau: (V_m - V_m / tau + arriving, False))
    >>> leaky.takes_current
    False
    """

    name: str
    parameters: Mapping[str, Param]
    state: Mapping[str, State]
    inputs: Mapping[str, Input]
    step: Callable
    constants: Callable | None = None
    derivatives: Callable | None = None
    solver: RKF45 | None = None
    substep: Callable | None = None
    recordables: tuple[str, ...] | None = None
    derived: Mapping[str, tuple[str, Callable]] = field(default_factory=dict)
    check: Callable | None = None
    family: "Family | None" = None

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise ParameterError("NeuronModel: name", got=self.name, expected="a Python identifier")
        if (self.derivatives is None) != (self.solver is None):
            raise ParameterError(f"{self.name}: solver", got=self.solver, expected="derivatives and solver together")
        object.__setattr__(self, "parameters", {**self.parameters, **PLASTICITY, **self.parameters})
        clash = (set(self.parameters) & set(self.state)) | ((set(self.parameters) | set(self.state)) & set(self.inputs))
        clash |= RESERVED & {*self.parameters, *self.state, *self.inputs}
        if clash:
            raise ParameterError(
                self.name, got=sorted(clash), expected="names used once, and not dt, I_stim, spikes or solver_step"
            )
        if self.family is not None:
            self.family.refuse_changed(self)

    @property
    def n_receptors(self) -> int | None:
        """Number of receptors, if the user chooses it."""
        if self.family is None:
            return None
        return len(self.parameters[next(iter(self.family.receptor.parameters))].default)

    @property
    def read_only(self) -> dict[str, int]:
        """What can be read as if it were a parameter, and its value."""
        return {} if self.n_receptors is None or self.family is None else {self.family.receptor.count: self.n_receptors}

    def resized(self, n: int) -> "NeuronModel":
        """The same model with `n` receptors; see `simcore.with_receptors`."""
        if self.family is None:
            raise ParameterError(f"{self.name}: receptors", got=n, expected="a model whose number of receptors can be chosen")
        return self if n == self.n_receptors else self.family.member(n)

    def __reduce_ex__(self, protocol: Any) -> Any:
        # The functions of a model with receptors stand in no file: it is made anew.
        return super().__reduce_ex__(protocol) if self.family is None else self.family.reduced(self.n_receptors)

    @property
    def functions(self) -> tuple[Callable, ...]:
        """The scalar functions that make up one step."""
        return tuple(f for f in (self.derivatives, self.substep, self.step) if f is not None)

    @property
    def earlier(self) -> dict[str, str]:
        """Names under which ``step`` takes variables of the solver as they were before the step, and the variables."""
        variables = self.solver.variables if self.solver else ()
        taken = argument_names(self.step)
        return {f"{name}_before": name for name in variables if f"{name}_before" in taken}

    @property
    def takes_current(self) -> bool:
        """Whether stimulating currents (pA) can be connected."""
        return any("I_stim" in argument_names(f) for f in self.functions)

    @property
    def recordable_units(self) -> dict[str, str]:
        """Name to unit of all that can be recorded."""
        names = self.recordables
        if names is None:
            names = tuple(n for n, s in self.state.items() if s.dtype == "float64")
        return {n: self.state[n].unit for n in names} | {n: unit for n, (unit, _) in self.derived.items()}

    @property
    def settable(self) -> dict[str, Param | State]:
        """Parameters and float64 state variables: all that ``create`` and ``set`` accept."""
        return {**self.parameters, **{n: s for n, s in self.state.items() if s.dtype == "float64"}}

    def _notes(self) -> list[str]:
        receptors = ", ".join(str(r) for r in self.receptors()) or "none"
        notes = [f"can be recorded: {', '.join(['spikes', *self.recordable_units])}", f"receptor types: {receptors}"]
        if self.family is None:
            return notes
        return [*notes, f"one receptor for each number in {' and '.join(self.family.receptor.parameters)}"]

    def receptors(self) -> tuple[int, ...]:
        """The receptor types that connections may name."""
        return tuple(sorted({i.receptor for i in self.inputs.values()}))

    def takes_signed_weights(self, receptor: int = 0) -> bool:
        """Whether a negative weight means something at this receptor."""
        return any(i.receptor == receptor and i.takes in ("any", "negative", "count") for i in self.inputs.values())

    def defaults(self) -> dict[str, Any]:
        """Default value of each parameter."""
        return {name: p.default for name, p in self.parameters.items()}


def argument_names(function: Callable) -> tuple[str, ...]:
    """Names of what a function takes, in order; of a compiled one, what the Python function inside takes."""
    plain = getattr(function, "py_func", function)
    if hasattr(plain, "__wrapped__") or hasattr(plain, "__signature__") or not hasattr(plain, "__code__"):
        return tuple(inspect.signature(plain).parameters)
    # Far faster than a signature, and asked for at every build.
    return plain.__code__.co_varnames[: plain.__code__.co_argcount + plain.__code__.co_kwonlyargcount]
