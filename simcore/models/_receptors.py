"""Receptor: what one receptor of a neuron model is, where the user chooses how many there are.

A model file declares the neuron and one receptor; for each number of receptors a `NeuronModel` is made of them, whose functions
call those of the receptor once for each. Equal numbers share a model, and so a compiled kernel.
"""

import inspect
import keyword
import linecache
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from simcore.errors import ParameterError
from simcore.models._base import Input, NeuronModel
from simcore.parameter import Param, State

__all__ = ["Family", "Receptor", "with_receptors"]

# What the functions that are called are named in the functions that call them.
_CALLED = ("neuron_step", "neuron_substep", "neuron_derivatives", "receptor_step", "receptor_derivatives")


@dataclass(frozen=True)
class Receptor:
    """One receptor of a neuron model; `with_receptors` joins it to the neuron.

    The user gives each of its parameters as a list with one number a receptor; its length is the number of receptors. Spikes
    reach receptor k, from 1, as receptor type k. Its state variables are called ``I_syn_1``, ``I_syn_2`` and so on.

    Its functions take by name its own state variables, inputs, parameters and constants, and whatever the functions of the
    neuron may take. What all receptors do to the neuron is the sum of what each of them returns: the function of the neuron
    takes the sum as an argument.

    Parameters
    ----------
    parameters : dict of str to Param
        Table of parameters, at least one; a default is that of each receptor.
    state : dict of str to State
        Table of state variables; a start value is a number or a parameter of the neuron.
    inputs : dict of str to Input
        Where its spikes arrive; the receptor type is filled in.
    step : callable
        ``step(...) -> (*state, *sums)``: one time step, from the state at its start. With a solver
        ``step(...) -> (*state,)``, what follows the integration.
    sums : tuple of str
        What the neuron takes: arguments of its ``step``, or with a solver of its ``derivatives``.
    constants : callable, optional
        ``constants(p, dt) -> dict``, as in `NeuronModel`, for one receptor: ``p`` holds the parameters of the neuron and its
        own ones.
    derivatives : callable, optional
        ``derivatives(...) -> (*rates, *sums)``: time derivatives per ms of ``variables``, and the sums. For neurons with a
        solver.
    variables : tuple of str
        State variables that the neuron's solver integrates too.
    recordables : tuple of str, optional
        State variables that can be recorded; all float64 ones if None.
    totals : dict of str to str
        Recordables that are the sum of a state variable over the receptors: name to state variable.
    count : str
        Name under which the number of receptors can be read.

    Examples
    --------
    >>> import simcore
    >>> def receptor_step(I_syn, arriving, tau_syn, dt):
    ...     return I_syn - dt * I_syn / tau_syn + arriving, I_syn
    >>> def step(V_m, I_all, dt, C_m):
    ...     return V_m + dt * I_all / C_m, False
    >>> leakless = simcore.NeuronModel(
    ...     "leakless", {"C_m": Param(250.0, "pF", "capacitance")}, {"V_m": State("mV", "potential")}, {}, step
    ... )
    >>> model = with_receptors(leakless, Receptor(
    ...     {"tau_syn": Param(2.0, "ms", "decay time", above=0.0)}, {"I_syn": State("pA", "current")},
    ...     inputs={"arriving": Input("pA")}, step=receptor_step, sums=("I_all",),
    ... ))
    >>> model.resized(2).receptors(), list(model.resized(2).recordable_units)
    ((1, 2), ['V_m', 'I_syn_1', 'I_syn_2'])
    """

    parameters: Mapping[str, Param]
    state: Mapping[str, State]
    inputs: Mapping[str, Input]
    step: Callable
    sums: tuple[str, ...]
    constants: Callable | None = None
    derivatives: Callable | None = None
    variables: tuple[str, ...] = ()
    recordables: tuple[str, ...] | None = None
    totals: Mapping[str, str] = field(default_factory=dict)
    count: str = "n_receptors"

    def __post_init__(self) -> None:
        if not self.parameters:
            raise ParameterError("Receptor: parameters", got={}, expected="one at least: the user gives a list of its values")
        for name, param in self.parameters.items():
            if not isinstance(param.default, float):
                raise ParameterError(f"Receptor: {name}", got=param.default, expected="a number as default")
        for name, state in self.state.items():
            if state.start in self.parameters:
                raise ParameterError(f"Receptor: {name}: start", got=state.start, expected="a number, or one of the neuron's")
        for name in (*self.variables, *(self.recordables or ()), *self.totals.values()):
            if name not in self.state:
                raise ParameterError("Receptor", got=name, expected=f"state variables: {', '.join(self.state)}")


def with_receptors(neuron: NeuronModel, receptor: Receptor) -> NeuronModel:
    """A neuron model whose number of receptors the user chooses; by default there is one.

    Parameters
    ----------
    neuron : NeuronModel
        The neuron without its receptors; its functions take the receptors' sums as arguments. It may have inputs of its own, of
        receptor type 0.
    receptor : Receptor
        What one receptor is.

    Returns
    -------
    model : NeuronModel
        With one receptor; ``model.resized(n)`` has n.

    Raises
    ------
    ParameterError
        A neuron and a receptor that do not go together.

    Examples
    --------
    >>> neuron = NeuronModel("summing", {"C_m": Param(250.0, "pF", "capacitance")}, {"V_m": State("mV", "potential")}, {},
    ...     step=lambda V_m, I_all, dt, C_m: (V_m + dt * I_all / C_m, False))
    >>> receptor = Receptor({"tau": Param(2.0, "ms", "decay time", above=0.0)}, {"I": State("pA", "current")},
    ...     inputs={"arriving": Input("pA")}, sums=("I_all",),
    ...     step=lambda I, arriving, tau, dt: (I - dt * I / tau + arriving, I))
    >>> with_receptors(neuron, receptor).resized(3).receptors()
    (1, 2, 3)
    """
    return Family(neuron, receptor).member(1)


class Family:
    """The models that differ in their number of receptors alone.

    Parameters
    ----------
    neuron : NeuronModel
    receptor : Receptor
    """

    def __init__(self, neuron: NeuronModel, receptor: Receptor) -> None:
        if (neuron.solver is None) != (receptor.derivatives is None):
            where, expected = f"{neuron.name}: derivatives of its receptors", "some if, and only if, the neuron has a solver"
            raise ParameterError(where, got=receptor.derivatives, expected=expected)
        ports = [name for name, port in neuron.inputs.items() if port.receptor != 0]
        if ports:
            raise ParameterError(f"{neuron.name}: inputs", got=ports, expected="receptor type 0; the others are the receptors'")
        self.neuron, self.receptor = neuron, receptor
        self.own = {*receptor.parameters, *receptor.state, *receptor.inputs, *self._constants_of_one()}
        self._refuse_clashes()
        self._members: dict[int, NeuronModel] = {}
        self._fields: dict[int, dict[str, Any]] = {}

    def member(self, n: int) -> NeuronModel:
        """The model with `n` receptors."""
        if n not in self._members:
            self._fields[n] = self._parts(n)
            self._members[n] = NeuronModel(**self._fields[n], family=self)
        return self._members[n]

    def reduced(self, n: int | None) -> tuple[Any, ...]:
        """How pickle makes a member again, in this process or another one."""
        return _found_or_made, (self.neuron, self.receptor, n)

    def refuse_changed(self, model: NeuronModel) -> None:
        """Refuse a copy of a member with other parts: with another number of receptors it would lose them."""
        for name, value in self._fields[model.n_receptors or 0].items():
            own = getattr(model, name)
            is_table = isinstance(value, dict)
            if own.keys() != value.keys() or any(own[k] is not v for k, v in value.items()) if is_table else own != value:
                expected = "the model made anew by with_receptors(neuron, receptor), out of changed copies of its family's two"
                raise ParameterError(f"{model.name}: {name}", got=own, expected=expected)

    def parts(self) -> list[tuple[str, Callable, list[str]]]:
        """The functions of the neuron and of a receptor: in words, themselves, and names of their results."""
        neuron, receptor = self.neuron, self.receptor
        sums = () if receptor.derivatives else receptor.sums
        found: list[tuple[str, Callable, list[str]]] = [
            ("step of a receptor", receptor.step, [*receptor.state, *sums]),
            ("step of the neuron", neuron.step, [*neuron.state, "spikes"]),
        ]
        if neuron.substep is not None:
            found.append(("substep of the neuron", neuron.substep, [*neuron.state, "spikes"]))
        if receptor.derivatives is not None and neuron.derivatives is not None and neuron.solver is not None:
            rates = [[f"d{name}/dt" for name in variables] for variables in (receptor.variables, neuron.solver.variables)]
            found.append(("derivatives of a receptor", receptor.derivatives, [*rates[0], *receptor.sums]))
            found.append(("derivatives of the neuron", neuron.derivatives, rates[1]))
        return found

    def _constants_of_one(self) -> list[str]:
        """Names of the constants of a receptor."""
        if self.receptor.constants is None:
            return []
        defaults = {**self.neuron.defaults(), **{name: param.default for name, param in self.receptor.parameters.items()}}
        try:
            return list(self.receptor.constants(defaults, 0.1))
        except Exception as error:
            got = f"{type(error).__name__}: {error}"
            raise ParameterError(f"{self.neuron.name}: constants() of a receptor", got=got, expected="a dictionary") from error

    def _refuse_clashes(self) -> None:
        neuron, receptor = self.neuron, self.receptor
        names = [*neuron.parameters, *neuron.state, *neuron.inputs, *self.own, *receptor.sums, receptor.count]
        twice = sorted({name for name in names if names.count(name) > 1} | (set(names) & set(_CALLED)))
        if twice:
            raise ParameterError(neuron.name, got=twice, expected="names used once, by the neuron or its receptors")

    def _parts(self, n: int) -> dict[str, Any]:
        neuron, receptor, numbers = self.neuron, self.receptor, range(1, n + 1)
        lists = {name: replace(param, default=(param.default,) * n) for name, param in receptor.parameters.items()}
        state = {f"{name}_{k}": item for k in numbers for name, item in receptor.state.items()}
        inputs = {f"{name}_{k}": replace(port, receptor=k) for k in numbers for name, port in receptor.inputs.items()}
        solver = neuron.solver
        if solver is not None:
            variables = (*solver.variables, *(f"{name}_{k}" for k in numbers for name in receptor.variables))
            solver = replace(solver, variables=variables)
        totals = {name: self._total(variable, n) for name, variable in receptor.totals.items()}
        return {
            "name": neuron.name,
            "parameters": {**neuron.parameters, **lists},
            "state": {**neuron.state, **state},
            "inputs": {**neuron.inputs, **inputs},
            "step": self._step(n),
            "constants": self._constants(n),
            "derivatives": None if solver is None else self._derivatives(n),
            "solver": solver,
            "substep": None if neuron.substep is None else self._substep(n),
            "recordables": self._recordables(n),
            "derived": {**neuron.derived, **totals},
            "check": neuron.check,
        }

    def _recordables(self, n: int) -> tuple[str, ...]:
        parts = []
        for part in (self.neuron, self.receptor):
            floats = (name for name, state in part.state.items() if state.dtype == "float64")
            parts.append(tuple(floats) if part.recordables is None else part.recordables)
        return (*parts[0], *(f"{name}_{k}" for k in range(1, n + 1) for name in parts[1]))

    def _total(self, variable: str, n: int) -> tuple[str, Callable]:
        names = [f"{variable}_{k}" for k in range(1, n + 1)]
        return self.receptor.state[variable].unit, self._written("total", [f"return {' + '.join(['0.0', *names])}"], {}, n)

    def _constants(self, n: int) -> Callable:
        """Constants of the neuron, and numbered ones of the receptors, with their parameters."""
        neuron, receptor = self.neuron, self.receptor

        def constants(p: Mapping[str, Any], dt: float) -> dict[str, Any]:
            found = dict(neuron.constants(p, dt)) if neuron.constants else {}
            for k in range(n):
                own = {name: np.asarray(p[name])[k] for name in receptor.parameters}
                derived = receptor.constants({**p, **own}, dt) if receptor.constants else {}
                found |= {f"{name}_{k + 1}": value for name, value in {**own, **derived}.items()}
            return found

        return constants

    # -- the functions of a model, written around those of the neuron and of a receptor --------------------------------------

    def _numbered(self, name: str, k: int) -> str:
        """What a name of the receptor is called in the model: its own ones are numbered."""
        if name.endswith("_") and keyword.iskeyword(name[:-1]):
            # The argument ``lambda_`` takes what is called by Python's own word.
            name = name[:-1] if name[:-1] in self.own else name
        earlier = name.removesuffix("_before")
        if earlier != name and earlier in self.receptor.variables:
            return f"{earlier}_{k}_before"
        return f"{name}_{k}" if name in self.own else name

    def _step(self, n: int) -> Callable:
        neuron, receptor = self.neuron, self.receptor
        sums = () if receptor.derivatives else receptor.sums
        lines = self._receptor_calls("receptor_step", receptor.step, [*receptor.state, *sums], n) + _sum_lines(sums, n)
        lines.append(_call([*neuron.state, "spikes"], "neuron_step", _arguments(neuron.step)))
        lines.append(_return([*neuron.state, *self._state(n), "spikes"]))
        return self._written("step", lines, {"receptor_step": receptor.step, "neuron_step": neuron.step}, n)

    def _substep(self, n: int) -> Callable:
        neuron = self.neuron
        assert neuron.substep is not None  # the caller asks only for neurons with one
        lines = [
            _call([*neuron.state, "spikes"], "neuron_substep", _arguments(neuron.substep)),
            _return([*neuron.state, *self._state(n), "spikes"]),
        ]
        return self._written("substep", lines, {"neuron_substep": neuron.substep}, n)

    def _derivatives(self, n: int) -> Callable:
        neuron, receptor = self.neuron, self.receptor
        assert neuron.solver is not None  # the caller asks only for neurons with one
        assert neuron.derivatives is not None
        assert receptor.derivatives is not None
        rates = [f"rate_of_{name}" for name in receptor.variables]
        lines = self._receptor_calls("receptor_derivatives", receptor.derivatives, [*rates, *receptor.sums], n)
        lines += _sum_lines(receptor.sums, n)
        results = [f"rate_of_{name}" for name in neuron.solver.variables]
        lines.append(_call(results, "neuron_derivatives", _arguments(neuron.derivatives)))
        lines.append(_return([*results, *(f"{rate}_{k}" for k in range(1, n + 1) for rate in rates)]))
        called = {"receptor_derivatives": receptor.derivatives, "neuron_derivatives": neuron.derivatives}
        return self._written("derivatives", lines, called, n)

    def _state(self, n: int) -> list[str]:
        return [f"{name}_{k}" for k in range(1, n + 1) for name in self.receptor.state]

    def _receptor_calls(self, name: str, function: Callable, results: Sequence[str], n: int) -> list[str]:
        return [
            _call([f"{r}_{k}" for r in results], name, [self._numbered(a, k) for a in _arguments(function)])
            for k in range(1, n + 1)
        ]

    def _written(self, name: str, body: Sequence[str], called: Mapping[str, Callable], n: int) -> Callable:
        """A function made of its lines, whose source others can read as if it stood in a file."""
        source = f"def {name}({', '.join(_read_first(body, called))}):\n" + "".join(f"    {line}\n" for line in body)
        place = f"<{name} of {self.neuron.name} with {n} receptors, {id(self):x}>"
        linecache.cache[place] = (len(source), None, source.splitlines(keepends=True), place)
        # It belongs to where the neuron was written: what stands in a notebook may change.
        namespace: dict[str, Any] = {**called, "__name__": self.neuron.step.__module__}
        exec(compile(source, place, "exec"), namespace)
        return namespace[name]


def _found_or_made(neuron: NeuronModel, receptor: Receptor, n: int) -> NeuronModel:
    from simcore.models import REGISTRY

    built_in = REGISTRY.get(neuron.name) if neuron.name in REGISTRY else None
    if built_in is not None and built_in.family and (built_in.family.neuron, built_in.family.receptor) == (neuron, receptor):
        return built_in.resized(n)
    return with_receptors(neuron, receptor).resized(n)


def _call(results: Sequence[str], name: str, given: Iterable[str]) -> str:
    return f"{', '.join(results)}{',' if len(results) == 1 else ''} = {name}({', '.join(given)})"


def _return(results: Sequence[str]) -> str:
    return f"return {', '.join(results)}{',' if len(results) == 1 else ''}"


def _sum_lines(sums: Iterable[str], n: int) -> list[str]:
    return [f"{name} = {' + '.join(f'{name}_{k}' for k in range(1, n + 1)) or '0.0'}" for name in sums]


def _arguments(function: Callable) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)


def _read_first(lines: Sequence[str], called: Iterable[str]) -> list[str]:
    """Names that are read before they are assigned, in order."""
    import ast

    assigned: set[str] = set(called)
    found: dict[str, None] = {}
    for line in lines:
        (statement,) = ast.parse(f"def f():\n    {line}").body[0].body  # type: ignore[attr-defined]
        names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        found.update({node.id: None for node in names if isinstance(node.ctx, ast.Load) and node.id not in assigned})
        assigned.update(node.id for node in names if isinstance(node.ctx, ast.Store))
    return list(found)
