"""Adaptive Runge-Kutta-Fehlberg 4(5) inside one time step, written out for a model's variables.

Coefficients: Fehlberg 1969 (NASA TR R-315). Step control: accept when the largest ratio of error to tolerance is at most 1.1; then
shrink by at most 5 or grow by at most 5 with a safety factor of 0.9, as the GNU Scientific Library does, whose solver NEST uses.
"""

from simcore.kernel.generate import arguments
from simcore.models import NeuronModel

__all__ = ["MAX_SUBSTEPS", "advance_source"]

# A neuron that needs more steps than this within one time step has lost its stability.
MAX_SUBSTEPS = 100_000

_STAGES = (
    (),
    (1 / 4,),
    (3 / 32, 9 / 32),
    (1932 / 2197, -7200 / 2197, 7296 / 2197),
    (8341 / 4104, -32832 / 4104, 29440 / 4104, -845 / 4104),
    (-6080 / 20520, 41040 / 20520, -28352 / 20520, 9295 / 20520, -5643 / 20520),
)
_RESULT = ((0, 902880 / 7618050), (2, 3953664 / 7618050), (3, 3855735 / 7618050), (4, -1371249 / 7618050), (5, 277020 / 7618050))
_ERROR = ((0, 1 / 360), (2, -128 / 4275), (3, -2197 / 75240), (4, 1 / 50), (5, 2 / 55))


def advance_source(model: NeuronModel) -> list[str]:
    """Lines that advance the solver's variables by ``dt``, keeping ``solver_step`` and counting ``spikes``."""
    assert model.solver is not None  # the caller asks only for models with a solver
    names = model.solver.variables
    loop = [
        "# One accepted step of the solver.",
        "closes = solver_step > dt - elapsed",
        "h = dt - elapsed if closes else solver_step",
        *_derivatives(model, "k0", {}),
        "while True:",
        *[f"    {line}" for line in _trial(model)],
        *[f"    {line}" for line in _control()],
        *[f"{y} = new_{y}" for y in names],
        "elapsed = dt if closes else elapsed + h",
        "solver_step = proposed",
        *_substep(model),
        "tries += 1",
        f"if tries > {MAX_SUBSTEPS}:",
        f"    {names[0]} = math.nan",
        "    break",
    ]
    return ["spikes = 0", "elapsed = 0.0", "tries = 0", "while elapsed < dt:", *[f"    {line}" for line in loop]]


def _trial(model: NeuronModel) -> list[str]:
    """Six stages from the present values with step ``h``: ``new_y``, and ``ratio`` of error to tolerance."""
    solver = model.solver
    assert solver is not None
    names = solver.variables
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
        lines.append(f"tolerance = {solver.relative} * ({scale}) + {solver.absolute}")
        lines.append("ratio = max(ratio, abs(error) / abs(tolerance))")
    return lines


def _control() -> list[str]:
    """Repeat with a smaller ``h``, or propose the next step and leave the loop."""
    return [
        "proposed = h",
        "if ratio > 1.1:",
        "    smaller = max(0.9 / ratio ** 0.2, 0.2) * h",
        "    end = dt if closes else elapsed + h",
        "    if smaller < h and end + smaller != end:",
        "        h = smaller",
        "        closes = False",
        "        continue",
        "elif ratio < 0.5:",
        "    proposed = min(max(0.9 / ratio ** (1.0 / 6.0), 1.0), 5.0) * h",
        "break",
    ]


def _derivatives(model: NeuronModel, prefix: str, values: dict[str, str]) -> list[str]:
    assert model.solver is not None and model.derivatives is not None
    results = ", ".join(f"{prefix}_{y}" for y in model.solver.variables)
    given = ", ".join(values.get(a, a) for a in arguments(model.derivatives))
    comma = "," if len(model.solver.variables) == 1 else ""
    return [f"{results}{comma} = derivatives_({given})"]


def _substep(model: NeuronModel) -> list[str]:
    if model.substep is None:
        return []
    results = ", ".join([*model.state, "fires"])
    return [f"{results} = substep_({', '.join(arguments(model.substep))})", "spikes += np.int32(fires)"]
