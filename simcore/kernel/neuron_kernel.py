"""The generated update kernel of a neuron model: one time step of one slice of a population.

The kernel reads a table of int64 words: the number of neurons, addresses of the scalars, of the spikes that it writes, of the
flag for a bad value, then of the columns: state, inputs, the stimulating current if there is one, and the constants that
differ between neurons. Which constants differ decides the text, so a constant shared by all neurons stays in a register.
"""

from collections.abc import Iterable, Sequence
from types import ModuleType

from simcore.kernel.generate import arguments, function_sources, load_kernel, local
from simcore.kernel.layout import Illness
from simcore.kernel.solver import LANES, SUPPLIED, advance_lines, lane_rows
from simcore.models import NeuronModel

__all__ = ["CHUNK", "HEADER_WORDS", "MAX_SPIKES", "needed_constants", "neuron_kernel"]

# Neurons in one vectorised loop, whose spike marks share one small array.
CHUNK = 256

# Spikes of one neuron in one step: more are taken for an error of its model.
MAX_SPIKES = 1_000_000

# Words before the columns: n, scalars, spike ids, spike counts, marks, what is not finite.
HEADER_WORDS = 6


def needed_constants(model: NeuronModel) -> tuple[str, ...]:
    """Names of parameters and derived constants that the model's functions take, in order of first use."""
    own = SUPPLIED | set(model.state) | set(model.inputs) | set(model.earlier)
    names = [a for f in model.functions for a in arguments(f)]
    solver = [t for t in (model.solver.absolute, model.solver.relative) if isinstance(t, str)] if model.solver else []
    return tuple(dict.fromkeys(n for n in [*names, *solver] if n not in own))


def neuron_kernel(
    model: NeuronModel, arrays: Sequence[str], *, integers: frozenset[str] = frozenset(), current: bool = False
) -> ModuleType:
    """Module whose ``kernel`` advances a slice of neurons of `model` by one step.

    Parameters
    ----------
    model : NeuronModel
        The model.
    arrays : sequence of str
        Constants that differ between neurons.
    integers : frozenset of str
        Constants that are whole numbers.
    current : bool
        Whether stimulating currents arrive; otherwise ``I_stim`` is zero.
    """
    body = _functions(model) + _kernel(model, tuple(arrays), integers, current)
    return load_kernel(f"update of {model.name}", body)


def _functions(model: NeuronModel) -> str:
    names = ["step"] + (["derivatives"] if model.derivatives else []) + (["substep"] if model.substep else [])
    functions = [getattr(model, name) for name in names]
    return function_sources(functions, [f"{name}_" for name in names], model.name)


def _kernel(model: NeuronModel, arrays: tuple[str, ...], integers: frozenset[str], current: bool) -> str:
    scalars = _locals(name for name in needed_constants(model) if name not in arrays)
    state, inputs, arrays, integers = _locals(model.state), _locals(model.inputs), _locals(arrays), frozenset(_locals(integers))
    hidden = ["solver_step"] if model.solver else []
    varying = (*(["I_stim"] if current else []), *arrays)
    columns = [*state, *hidden, *inputs, *varying]
    dtypes = {local(name, SUPPLIED): "np.int32" for name in model.state if model.state[name].dtype == "int32"}
    floats = [name for name in state if name not in dtypes]
    # What the solver's functions read of each neuron besides its state.
    read = (*_inputs_of_solver(model), *varying)
    rows = lane_rows(model, read) if model.solver else {}
    chunk = LANES if model.solver else CHUNK
    lines = [
        "",
        "",
        "@compiled_callback(int64(int64, int64))",
        "def kernel(table, step):",
        f"    words = array_at(table, {HEADER_WORDS + len(columns)}, np.int64)",
        "    n = words[0]",
        f"    scalars = array_at(words[1], {len(scalars) + 1}, np.float64)",
        "    ids = array_at(words[2], n, np.int32)",
        "    counts = array_at(words[3], n, np.int32)",
        f"    marks = array_at(words[4], {CHUNK}, np.int32)",
        *[
            f"    all_{c} = array_at(words[{HEADER_WORDS + k}], n, {dtypes.get(c, 'np.float64')})"
            for k, c in enumerate(columns)
        ],
        "    dt = scalars[0]",
        *[f"    {name} = {_typed(f'scalars[{k + 1}]', name, integers)}" for k, name in enumerate(scalars)],
        *([f"    lanes = np.zeros({len(rows) * chunk}, np.float64)"] if model.solver else []),
        *([f"    before = np.zeros({len(model.earlier) * chunk}, np.float64)"] if model.earlier else []),
        *([] if current else ["    I_stim = 0.0"]),
        "    found = 0",
        f"    for first in range(0, n, {chunk}):",
        f"        last = min(first + {chunk}, n)",
        "        fired = 0",
        "        bad = 0",
        *[f"        some_{c} = all_{c}[first:last]" for c in columns],
        "        some_marks = marks[:last - first]",
        *[f"        {line}" for line in (advance_lines(model, read, integers) if model.solver else [])],
        "        for i in range(last - first):",
        *[f"            {c} = {_typed(f'some_{c}[i]', c, integers if c in arrays else frozenset())}" for c in columns],
        *(["            spikes = some_marks[i]"] if model.solver else []),
        *[f"            {name} = before[{k * LANES} + i]" for k, name in enumerate(_locals(model.earlier))],
        f"            {_step_call(model)}",
        *[f"            some_{name}[i] = {name}" for name in state],
        *[f"            some_{name}[i] = 0.0" for name in [*inputs, *(["I_stim"] if current else [])]],
        *_count_spikes(),
        *_health(floats),
        "        if fired:",
        "            for i in range(last - first):",
        "                if some_marks[i] > 0:",
        "                    ids[found] = first + i",
        "                    counts[found] = some_marks[i]",
        "                    found += 1",
        *_diagnosis(state, floats),
        "    return found",
        "",
    ]
    return "\n".join(lines)


def _inputs_of_solver(model: NeuronModel) -> tuple[str, ...]:
    taken = {a for f in (model.derivatives, model.substep) if f is not None for a in arguments(f)}
    return _locals(name for name in model.inputs if name in taken)


def _locals(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(local(name, SUPPLIED) for name in names)


def _typed(text: str, name: str, integers: frozenset[str]) -> str:
    return f"np.int32({text})" if name in integers else text


def _step_call(model: NeuronModel) -> str:
    results = ", ".join([*_locals(model.state), "spikes"]) + ("" if model.state else ",")
    return f"{results} = step_({', '.join(_locals(arguments(model.step)))})"


def _count_spikes() -> list[str]:
    """Write down the number of spikes; one that is no count is marked -1."""
    return [
        "            number = np.float64(spikes)",
        f"            counts_well = (number >= 0.0) & (number <= {MAX_SPIKES}.0) & (number == np.floor(number))",
        "            some_marks[i] = np.int32(spikes) if counts_well else np.int32(-1)",
        "            fired |= some_marks[i]",
        "            bad |= np.int32(not counts_well)",
    ]


def _health(floats: list[str]) -> list[str]:
    """A NaN or an infinity anywhere makes the sum minus itself differ from zero."""
    if not floats:
        return []
    return [f"            health = {' + '.join(floats)}", "            bad |= np.int32(not (health - health == 0.0))"]


def _diagnosis(state: Sequence[str], floats: list[str]) -> list[str]:
    """Write down the first neuron, and its first state variable, that is not finite; spikes come after the variables."""
    step, neuron, variable, sign = (
        f"flag[{int(word)}]" for word in (Illness.STEP, Illness.NEURON, Illness.VARIABLE, Illness.SIGN)
    )
    lines = [
        "        if bad:",
        f"            flag = array_at(words[5], {int(Illness.WORDS)}, np.int64)",
        f"            if {step} < 0:",
        f"                {step} = step",
        "                for i in range(last - first):",
    ]
    for name in floats:
        lines += [
            f"                    if {neuron} < 0 and not (some_{name}[i] - some_{name}[i] == 0.0):",
            f"                        {neuron} = first + i",
            f"                        {variable} = {state.index(name)}",
            f"                        {sign} = 1 if some_{name}[i] > 0.0 else (-1 if some_{name}[i] < 0.0 else 0)",
        ]
    return [
        *lines,
        f"                    if {neuron} < 0 and some_marks[i] < 0:",
        f"                        {neuron} = first + i",
        f"                        {variable} = {len(state)}",
    ]
