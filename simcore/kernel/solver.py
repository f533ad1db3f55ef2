"""Adaptive Runge-Kutta-Fehlberg 4(5) inside one time step, written out for a model's variables and run on many neurons at once.

Neurons of a chunk are lanes of a vector loop: each round takes one adaptive step in every lane with that lane's own step size;
a lane that has reached the end of the time step is written back and its place taken by the last one. Neurons thus keep the
step sizes that they would have alone, to the bit.

Coefficients: Fehlberg 1969 (NASA TR R-315). Step control: accept when the largest ratio of error to tolerance is at most 1.1;
then shrink by at most 5 or grow by at most 5 with a safety factor of 0.9, as the GNU Scientific Library does, whose solver
NEST uses.
"""

from simcore.kernel.generate import arguments, local
from simcore.models import NeuronModel

__all__ = ["LANES", "MAX_ROUNDS", "SUPPLIED", "advance_lines", "lane_rows"]

# Names that the kernel of a neuron model gives a meaning.
SUPPLIED = frozenset({"I_stim", "dt", "spikes"})

# Neurons in one chunk: their lanes stay in the first-level cache.
LANES = 128

# A neuron that needs more steps than this within one time step has lost its stability.
MAX_ROUNDS = 100_000

# Lanes are filled up to a multiple of this, so that no loop ends in single steps.
_VECTOR = 8

_STAGES = (
    (),
    (1 / 4,),
    (3 / 32, 9 / 32),
    (1932 / 2197, -7200 / 2197, 7296 / 2197),
    (8341 / 4104, -32832 / 4104, 29440 / 4104, -845 / 4104),
    (-6080 / 20520, 41040 / 20520, -28352 / 20520, 9295 / 20520, -5643 / 20520),
)
_RESULT = (
    (0, 902880 / 7618050),
    (2, 3953664 / 7618050),
    (3, 3855735 / 7618050),
    (4, -1371249 / 7618050),
    (5, 277020 / 7618050),
)
_ERROR = ((0, 1 / 360), (2, -128 / 4275), (3, -2197 / 75240), (4, 1 / 50), (5, 2 / 55))


def lane_rows(model: NeuronModel, varying: tuple[str, ...]) -> dict[str, int]:
    """Row of each quantity among the lanes: state, constants that differ between neurons, and what the solver keeps."""
    names = [*_state(model), "solver_step", *varying, "elapsed", "spikes", "neuron"]
    return {name: row for row, name in enumerate(names)}


def advance_lines(model: NeuronModel, varying: tuple[str, ...], integers: frozenset[str]) -> list[str]:
    """Lines that advance the neurons of a chunk by ``dt``: columns ``some_*`` in, ``some_*`` and ``some_marks`` out.

    Parameters
    ----------
    model : NeuronModel
        A model with a solver.
    varying : tuple of str
        Constants, and the stimulating current, that differ between neurons.
    integers : frozenset of str
        Which constants are whole numbers.
    """
    rows = lane_rows(model, varying)
    state = _state(model)
    whole = {local(n, SUPPLIED) for n in model.state if model.state[n].dtype == "int32"} | (integers & set(varying))
    starts = {name: f"some_{name}[j]" for name in [*state, "solver_step", *varying]}
    starts |= {"elapsed": "0.0", "spikes": "0.0", "neuron": "j"}
    back = [*state, "solver_step"]
    return [
        "for j in range(last - first):",
        *[f"    {_lane(rows, name)} = {value}" for name, value in starts.items()],
        *[f"    before[{k * LANES} + j] = some_{local(n, SUPPLIED)}[j]" for k, n in enumerate(model.earlier.values())],
        "active = last - first",
        "rounds = 0",
        "while active > 0:",
        f"    for j in range((active + {_VECTOR - 1}) // {_VECTOR} * {_VECTOR}):",
        *[f"        {name} = {_read(rows, name, whole)}" for name in [*back, *varying, "elapsed"]],
        *[f"        {line}" for line in _one_step(model)],
        *[f"        {_lane(rows, name)} = {name} if refused else next_{name}" for name in state],
        f"        {_lane(rows, 'solver_step')} = proposed",
        f"        {_lane(rows, 'elapsed')} = elapsed if refused else (dt if closes else elapsed + h)",
        f"        {_lane(rows, 'spikes')} += 0.0 if refused else np.float64(fires)",
        "    rounds += 1",
        f"    if rounds > {MAX_ROUNDS}:",
        "        for j in range(active):",
        f"            {_lane(rows, _variables(model)[0])} = math.nan",
        f"            {_lane(rows, 'elapsed')} = dt",
        "    j = 0",
        "    while j < active:",
        f"        if {_lane(rows, 'elapsed')} < dt:",
        "            j += 1",
        "            continue",
        f"        i = np.int64({_lane(rows, 'neuron')})",
        *[f"        some_{name}[i] = {_lane(rows, name)}" for name in back],
        f"        some_marks[i] = np.int32({_lane(rows, 'spikes')})",
        "        active -= 1",
        f"        for row in range({len(rows)}):",
        f"            lanes[row * {LANES} + j] = lanes[row * {LANES} + active]",
    ]


def _state(model: NeuronModel) -> list[str]:
    return [local(name, SUPPLIED) for name in model.state]


def _variables(model: NeuronModel) -> list[str]:
    assert model.solver is not None  # the caller asks only for models with a solver
    return [local(name, SUPPLIED) for name in model.solver.variables]


def _lane(rows: dict[str, int], name: str) -> str:
    return f"lanes[{rows[name] * LANES} + j]"


def _read(rows: dict[str, int], name: str, whole: set[str]) -> str:
    return f"np.int32({_lane(rows, name)})" if name in whole else _lane(rows, name)


def _one_step(model: NeuronModel) -> list[str]:
    """One trial step: ``next_*`` holds the new state, ``fires`` its spikes, ``refused`` whether it does not count."""
    return [
        "closes = solver_step > dt - elapsed",
        "h = dt - elapsed if closes else solver_step",
        *_derivatives(model, "k0", {}),
        *_trial(model),
        "power = ratio ** (0.2 if ratio > 1.1 else 1.0 / 6.0)",
        "smaller = max(0.9 / power, 0.2) * h",
        "larger = min(max(0.9 / power, 1.0), 5.0) * h",
        "end = dt if closes else elapsed + h",
        "refused = (ratio > 1.1) & (smaller < h) & (end + smaller != end)",
        "proposed = larger if ratio < 0.5 else h",
        "proposed = smaller if refused else proposed",
        *_substep(model),
    ]


def _trial(model: NeuronModel) -> list[str]:
    """Six stages from the present values with step ``h``: ``new_*``, and ``ratio`` of error to tolerance."""
    solver = model.solver
    assert solver is not None  # the caller asks only for models with a solver
    names = _variables(model)
    lines = []
    for stage in range(1, 6):
        sums = {y: " + ".join(f"{c!r} * k{j}_{y}" for j, c in enumerate(_STAGES[stage])) for y in names}
        lines += [f"at_{y} = {y} + h * ({sums[y]})" for y in names]
        lines += _derivatives(model, f"k{stage}", {y: f"at_{y}" for y in names})
    for y in names:
        lines.append(f"new_{y} = {y} + h * ({' + '.join(f'{c!r} * k{j}_{y}' for j, c in _RESULT)})")
    if solver.scale_dydt:
        lines += _derivatives(model, "slope", {y: f"new_{y}" for y in names})
    lines.append("ratio = 2.2250738585072014e-308")
    for y in names:
        lines.append(f"error = h * ({' + '.join(f'{c!r} * k{j}_{y}' for j, c in _ERROR)})")
        scale = f"{solver.scale_y!r} * abs(new_{y})"
        scale += f" + {solver.scale_dydt!r} * abs(h * slope_{y})" if solver.scale_dydt else ""
        lines.append(f"tolerance = {_tolerance(solver.relative)} * ({scale}) + {_tolerance(solver.absolute)}")
        lines.append("share = abs(error) / abs(tolerance)")
        lines.append("ratio = share if share > ratio else ratio")
    return lines


def _tolerance(value: float | str) -> str:
    return local(value, SUPPLIED) if isinstance(value, str) else repr(value)


def _derivatives(model: NeuronModel, prefix: str, values: dict[str, str]) -> list[str]:
    assert model.derivatives is not None  # the caller asks only for models with a solver
    variables = _variables(model)
    results = ", ".join(f"{prefix}_{y}" for y in variables)
    given = ", ".join(values.get(a, a) for a in (local(a, SUPPLIED) for a in arguments(model.derivatives)))
    comma = "," if len(variables) == 1 else ""
    return [f"{results}{comma} = derivatives_({given})"]


def _substep(model: NeuronModel) -> list[str]:
    """The new state, after the model's own reaction to it."""
    new = {y: f"new_{y}" for y in _variables(model)}
    if model.substep is None:
        return [*(f"next_{name} = {new.get(name, name)}" for name in _state(model)), "fires = 0"]
    results = ", ".join([*(f"next_{name}" for name in _state(model)), "fires"])
    given = ", ".join(new.get(a, a) for a in (local(a, SUPPLIED) for a in arguments(model.substep)))
    return [f"{results} = substep_({given})"]
