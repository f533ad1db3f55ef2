"""A naive twin of the generated kernels: one neuron, plain Python, one step after another.

It calls a model's own scalar functions and brings its own loop and its own adaptive solver, so that a generated kernel can be
compared with it, and it with NEST. Time is counted in stamps: step 1 ends at stamp 1, `dt` ms after the start.
"""

import functools
import inspect
from collections import namedtuple

import numpy as np

from simcore.resizing import sized

Run = namedtuple("Run", "traces spikes state")

# Fehlberg 1969, NASA TR R-315: stages, fifth-order solution, and its difference from the fourth-order one.
STAGES = (
    (),
    (1 / 4,),
    (3 / 32, 9 / 32),
    (1932 / 2197, -7200 / 2197, 7296 / 2197),
    (8341 / 4104, -32832 / 4104, 29440 / 4104, -845 / 4104),
    (-6080 / 20520, 41040 / 20520, -28352 / 20520, 9295 / 20520, -5643 / 20520),
)
SOLUTION = (902880 / 7618050, 0.0, 3953664 / 7618050, 3855735 / 7618050, -1371249 / 7618050, 277020 / 7618050)
ERROR = (1 / 360, 0.0, -128 / 4275, -2197 / 75240, 1 / 50, 2 / 55)


def run(model, n_steps, dt, *, params=None, state=None, inputs=None, current=0.0):
    """Simulate one neuron.

    Parameters
    ----------
    model : NeuronModel
    n_steps : int
    dt : float, ms
    params, state : dict, optional
        Values that differ from the defaults.
    inputs : dict of str to dict of int to float, optional
        Input name to {stamp: sum of the weights that arrive in the step that ends there}; `route` makes it from spikes.
    current : float or array_like of shape (n_steps,), pA
        Stimulating current in each step.

    Returns
    -------
    run : Run
        ``traces``: recordable name to array (n_steps,), values at the steps' ends; ``spikes``: list of (stamp, multiplicity);
        ``state``: the state at the end, with the adaptive step size as ``step_size``.
    """
    model = sized(model, params or {})
    values = {**model.defaults(), **(params or {})}
    fixed = {**values, **_scalars(model.constants(values, dt) if model.constants else {}), "dt": dt}
    state = {**_start(model, values), "step_size": dt, **(state or {})}
    current = np.broadcast_to(np.asarray(current, dtype=np.float64), (n_steps,))
    traces = {name: np.zeros(n_steps) for name in model.recordable_units}
    spikes = []
    for k in range(n_steps):
        arriving = {name: (inputs or {}).get(name, {}).get(k + 1, 0.0) for name in model.inputs}
        fired = _one_step(model, state, {**fixed, **arriving, "I_stim": float(current[k])}, dt)
        if fired:
            spikes.append((k + 1, int(fired)))
        for name in traces:
            traces[name][k] = state[name] if name in state else _call(model.derived[name][1], state, fixed)
    return Run(traces, spikes, state)


def route(model, spikes, receptor=None):
    """Sort spikes, a list of (stamp of arrival, weight), into the model's inputs; the result goes to `run` as ``inputs``.

    They go to one receptor, the first one if it is not said.
    """
    receptor = model.receptors()[0] if receptor is None else receptor
    inputs = {name: {} for name in model.inputs}
    for stamp, weight in spikes:
        for name, port in model.inputs.items():
            if port.receptor == receptor and port.takes in ("any", "count", "positive" if weight > 0 else "negative"):
                amount = 1 if port.takes == "count" else weight * port.scale
                inputs[name][stamp] = inputs[name].get(stamp, 0) + amount
    return inputs


@np.errstate(invalid="ignore", over="ignore")
def rkf45_step(derivatives, y, h, t, dt, solver):
    """One accepted step from `t`, of `h` ms if that does not lead beyond `dt`.

    Returns
    -------
    y : ndarray
        The new values.
    t : float, ms
        The new time, exactly `dt` if the step was cut there.
    h : float, ms
        Suggested next step.
    """
    while True:
        closes = h > dt - t
        taken = dt - t if closes else h
        end = dt if closes else t + taken
        slopes = []
        for weights in STAGES:
            slopes.append(derivatives(y + taken * sum((c * k for c, k in zip(weights, slopes, strict=True)), 0.0 * y)))
        new = y + taken * sum(c * k for c, k in zip(SOLUTION, slopes, strict=True))
        error = np.abs(taken * sum(c * k for c, k in zip(ERROR, slopes, strict=True)))
        size = solver.scale_y * np.abs(new) + solver.scale_dydt * np.abs(taken * derivatives(new))
        # The largest share that is a number: a trial that goes far off is refused for those that are infinite.
        worst = np.fmax.reduce(error / (solver.relative * size + solver.absolute))
        h = taken
        if worst > 1.1:
            h = taken * max(0.9 / worst**0.2, 0.2)
            # A step that no longer moves the time is taken as it is.
            if h < taken and end + h != end:
                continue
            h = taken
        elif worst < 0.5:
            h = taken * min(max(0.9 / max(worst, 1e-300) ** (1 / 6), 1.0), 5.0)
        return new, end, h


def _one_step(model, state, fixed, dt):
    spikes, before = 0, {f"{name}_before": value for name, value in state.items()}
    if model.solver is not None:
        spikes = _integrate(model, state, fixed, dt)
    return _update(model, model.step, state, {**fixed, **before, "spikes": spikes} if model.solver else fixed)


def _integrate(model, state, fixed, dt):
    names = model.solver.variables
    solver = _resolved(model.solver, fixed)
    spikes, t = 0, 0.0
    while t < dt:
        y = np.array([state[n] for n in names])

        def slope(values):
            return np.array(_call(model.derivatives, {**state, **dict(zip(names, values.tolist(), strict=True))}, fixed))

        y, t, state["step_size"] = rkf45_step(slope, y, state["step_size"], t, dt, solver)
        state.update(zip(names, y.tolist(), strict=True))
        if model.substep:
            spikes += int(_update(model, model.substep, state, fixed))
    return spikes


def _update(model, function, state, fixed):
    *new, spikes = _call(function, state, fixed)
    state.update(zip(model.state, new, strict=True))
    return spikes


def _call(function, state, fixed):
    return function(*[state[n] if n in state else fixed[n] for n in _arguments(function)])


@functools.cache
def _arguments(function):
    return tuple(inspect.signature(function).parameters)


def _resolved(solver, fixed):
    tolerances = [fixed[t] if isinstance(t, str) else t for t in (solver.absolute, solver.relative)]
    return type(solver)(solver.variables, *tolerances, scale_y=solver.scale_y, scale_dydt=solver.scale_dydt)


def _start(model, values):
    start = {name: values[s.start] if isinstance(s.start, str) else s.start for name, s in model.state.items()}
    return {name: int(value) if model.state[name].dtype == "int32" else float(value) for name, value in start.items()}


def _scalars(constants):
    return {name: np.asarray(value).item() for name, value in constants.items()}
