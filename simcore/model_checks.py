"""Look at a model of the user's own before anything is made of it: names, constants, and whether its functions compile."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from simcore import devices
from simcore.devices import DeviceModel
from simcore.errors import ParameterError, UnknownNameError
from simcore.models import REGISTRY, NeuronModel
from simcore.synapses import SynapseModel
from simcore.timegrid import TimeGrid

__all__ = ["check_constants", "check_device_model", "check_neuron_model", "check_synapse_model", "is_own"]


def check_neuron_model(model: NeuronModel, grid: TimeGrid) -> None:
    """Refuse a neuron model whose functions cannot become a kernel, naming the model and the function.

    Parameters
    ----------
    model : NeuronModel
    grid : TimeGrid
        Grid of the simulation that is to have it.

    Raises
    ------
    UnknownNameError
        A function takes an argument that nothing gives.
    ParameterError
        A function without readable source, one that Numba cannot compile, or a wrong number of results.
    """
    if model.family is not None:
        _check_parts(model, grid)
    known = _known(model, grid)
    state = [*model.state, "spikes"]
    after = {"spikes": "int32", **dict.fromkeys(model.earlier, "float64")} if model.solver else {}
    _check(model.name, "step", model.step, known | after, state)
    if model.solver is not None and model.derivatives is not None:
        _check_solver(model, known)
        _check(model.name, "derivatives", model.derivatives, known, [f"d{name}/dt" for name in model.solver.variables])
    if model.substep is not None:
        _check(model.name, "substep", model.substep, known, state)
    _check_recordables(model)


def _known(model: NeuronModel, grid: TimeGrid) -> dict[str, str]:
    """Types of what the functions of a model may take."""
    constants = check_constants(model, model.defaults(), 1, grid)
    known = {name: "int32" if s.dtype == "int32" else "float64" for name, s in model.state.items()}
    known |= dict.fromkeys([*model.inputs, "I_stim", "dt"], "float64")
    known |= {name: "float64" for name, p in model.parameters.items() if not isinstance(p.default, (str, tuple))}
    known |= {name: "int32" if np.asarray(c).dtype.kind in "iu" else "float64" for name, c in constants.items()}
    return known


def _check_parts(model: NeuronModel, grid: TimeGrid) -> None:
    """The functions of the neuron and of a receptor by themselves, before those that are written around them."""
    family = model.family
    assert family is not None  # the caller asks only for models that have one
    known = _known(family.member(1), grid)
    known |= {name: known[f"{name}_1"] for name in family.own}
    known |= dict.fromkeys([f"{name}_before" for name in known], "float64") if model.solver else {}
    known |= {"spikes": "int32"} | dict.fromkeys(family.receptor.sums, "float64")
    for name, function, results in family.parts():
        _check(model.name, name, function, known, results)


def check_synapse_model(model: SynapseModel) -> None:
    """Refuse a synapse model whose functions cannot become a kernel; see `check_neuron_model`."""
    known = dict.fromkeys(["weight", *model.target_traces, *model.state, *model.parameters], "float64")
    weight = ["weight"] if model.is_plastic else []
    if model.on_spike is not None:
        times = {"interval": "float64"} | ({} if model.is_plastic else {"elapsed": "float64"})
        _check(model.name, "on_spike", model.on_spike, {**known, **times}, ["sent", *weight, *model.state])
    if model.on_post is not None:
        _check(model.name, "on_post", model.on_post, {**known, "after": "float64"}, ["weight", *model.state])


def check_device_model(model: DeviceModel, parameters: Mapping[str, Any], grid: TimeGrid) -> None:
    """Refuse a stimulator whose scalar functions cannot become kernels; see `check_neuron_model`.

    Parameters
    ----------
    model : DeviceModel
    parameters : mapping
        Of one node.
    grid : TimeGrid
    """
    if model.value is None:
        return
    values = {name: value for name, value in parameters.items() if not isinstance(value, str)}
    values |= _device_constants(model, parameters, grid)
    if model.emits == "noise" and "interval_steps" not in values:
        raise ParameterError(f"{model.name}: constants()", got=sorted(values), expected="interval_steps among them")
    known = {"now": "int64", "dt": "float64"} | {name: _kind(value) for name, value in values.items()}
    _check(model.name, "value", model.value, known | ({"normal": "float64"} if model.emits == "noise" else {}), ["value"])
    for name, (_, function) in model.recordables.items():
        _check(model.name, name, function, known, [name])


def _device_constants(model: DeviceModel, parameters: Mapping[str, Any], grid: TimeGrid) -> Mapping[str, Any]:
    if model.constants is None:
        return {}
    where = f"{model.name}: constants()"
    try:
        constants = model.constants(parameters, grid)
    except Exception as error:
        raise ParameterError(where, got=f"{type(error).__name__}: {error}", expected="a result") from error
    if not isinstance(constants, Mapping):
        raise ParameterError(where, got=constants, expected="a dictionary of names and numbers")
    for name, value in constants.items():
        if np.asarray(value).dtype.kind not in "iufb" or np.ndim(value) > 1:
            raise ParameterError(f"{where}: {name}", got=value, expected="a number, or an array of numbers")
    return constants


def _kind(value: Any) -> str:
    """What a kernel takes a parameter or constant of a stimulator for."""
    if np.ndim(value) == 0:
        return "float64"
    return "int64[::1]" if np.asarray(value).dtype.kind == "i" else "float64[::1]"


def is_own(model: NeuronModel | DeviceModel) -> bool:
    """Whether the model is the user's own, not one of the registry, be it with any number of receptors."""
    if isinstance(model, DeviceModel):
        return devices.REGISTRY.is_own(model)
    if model.name not in REGISTRY:
        return True
    return REGISTRY.is_own(model) and (model.family is None or REGISTRY.get(model.name).family is not model.family)


def check_constants(model: NeuronModel, parameters: Mapping[str, Any], size: int, grid: TimeGrid) -> Mapping[str, Any]:
    """What ``constants`` returns for some parameters, if these are numbers for `size` neurons.

    Raises
    ------
    ParameterError
        An error inside ``constants``, or a result that is no dictionary of numbers.
    """
    if model.constants is None:
        return {}
    where = f"{model.name}: constants()"
    try:
        constants = model.constants(parameters, grid.dt)
    except Exception as error:
        kind = "arrays, one value a neuron" if any(np.ndim(p) for p in parameters.values()) else "numbers"
        expected = f"a result; parameters are {kind}"
        raise ParameterError(where, got=f"{type(error).__name__}: {error}", expected=expected) from error
    if not isinstance(constants, Mapping):
        raise ParameterError(where, got=constants, expected="a dictionary of names and numbers")
    for name, value in constants.items():
        if np.asarray(value).dtype.kind not in "iufb" or np.shape(value) not in ((), (size,)):
            raise ParameterError(f"{where}: {name}", got=value, expected=f"a number, or an array of shape ({size},)")
    return constants


def _check_solver(model: NeuronModel, known: Mapping[str, str]) -> None:
    solver = model.solver
    assert solver is not None  # the caller asks only for models with a solver
    for name in solver.variables:
        if name not in model.state:
            raise UnknownNameError(f"variable of the solver of {model.name}", got=name, choices=model.state)
    for tolerance in (solver.absolute, solver.relative):
        if isinstance(tolerance, str) and tolerance not in known:
            raise UnknownNameError(f"tolerance of the solver of {model.name}", got=tolerance, choices=model.parameters)


def _check_recordables(model: NeuronModel) -> None:
    from simcore.kernel.generate import arguments

    for name in model.recordables or ():
        if name not in model.state:
            raise UnknownNameError(f"recordable of {model.name}", got=name, choices=model.state)
    for name, (_, function) in model.derived.items():
        for argument in arguments(function):
            if argument != "dt" and argument not in model.state:
                raise UnknownNameError(f"argument of {model.name}: {name}()", got=argument, choices=["dt", *model.state])


def _check(model: str, name: str, function: Callable, known: Mapping[str, str], results: Sequence[str]) -> None:
    """Compile one function by itself, and count what it returns."""
    from numba import types
    from numba.core.errors import NumbaError

    from simcore.kernel.generate import arguments, function_sources, load_kernel

    where = f"{model}: {name}()"
    for argument in arguments(function):
        if argument not in known:
            raise UnknownNameError(f"argument of {where}", got=argument, choices=known)
    module = load_kernel(f"{name} of {model}", function_sources([function], ["checked_"], model))
    compiled = module.checked_
    scalars = [getattr(types, known[a].removesuffix("[::1]")) for a in arguments(function)]
    signature = tuple(s[::1] if known[a].endswith("]") else s for s, a in zip(scalars, arguments(function), strict=True))
    try:
        compiled.compile(signature)
    except NumbaError as error:
        raise ParameterError(where, got=_reason(error), expected="numbers, if, loops, and functions of numbers only") from None
    returned = compiled.overloads[signature].signature.return_type
    found = list(getattr(returned, "types", (returned,)))
    listed = ", ".join(results)
    if len(found) != len(results):
        raise ParameterError(where, got=f"{len(found)} results", expected=f"{len(results)}: {listed}")
    for result, kind in zip(results, found, strict=True):
        if not isinstance(kind, (types.Integer, types.Float, types.Boolean)):
            raise ParameterError(f"{where}: result {result}", got=str(kind), expected="a number")


def _reason(error: Exception) -> str:
    """The line of Numba's message that says what is wrong."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith(("Failed in", "File", "During", "[1]", "[2]"))]
    return (told or lines or [type(error).__name__])[0].replace("Numba type", "type").replace("numba type", "type")
