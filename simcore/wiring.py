"""Check what ``connect`` was asked for, before anything is made, and describe it as a Projection."""

import bisect
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from simcore.description import DevicePopulation, Population, Projection, groups_between
from simcore.distributions import Distribution, parse
from simcore.errors import EdgeError, InconsistentError, ParameterError
from simcore.memory import check_free
from simcore.model_checks import check_synapse_model
from simcore.models import NeuronModel
from simcore.parameter import check_names, check_value
from simcore.synapses import REGISTRY, SynapseModel
from simcore.timegrid import MAX_DELAY_STEPS, TimeGrid

__all__ = ["check_ends", "delay_steps", "describe", "sends_negative"]

# Bytes that an edge of a stimulator takes that sends to each target on its own.
_DIRECT = 60


def describe(
    index: int,
    sources: np.ndarray,
    targets: np.ndarray,
    *,
    rule: Any,
    weight: Any,
    delay: Any,
    synapse: str | SynapseModel,
    params: Mapping[str, Any] | None,
    receptor: int,
    groups: Sequence[Population | DevicePopulation],
    grid: TimeGrid,
    seed: int,
    promised: float,
    share: float,
) -> Projection:
    """A checked Projection; see `Simulation.connect` for the arguments.

    `promised` are the bytes that earlier projections will take when they are built, `share` the part of the edges that this
    machine will hold.
    """
    model = REGISTRY.get(synapse)
    if not isinstance(synapse, str):
        check_synapse_model(model)
    n_edges = targets.size if rule is None else None
    if rule is not None:
        _check_rule(rule, sources, targets)
    if not isinstance(receptor, (int, np.integer)) or isinstance(receptor, bool):
        raise ParameterError("connect: receptor", got=receptor, expected="a whole number")
    value, parameters = _weight(weight, n_edges), _parameters(model, params or {}, n_edges)
    expected = float(targets.size) if rule is None else rule.expected_edges(sources.size, targets.size)
    is_direct = any(isinstance(g, DevicePopulation) and not g.model.is_source for g in _groups_of(sources[:1], groups))
    needed = share * expected * (_DIRECT if is_direct else _bytes_an_edge(value, parameters, model, is_listed=rule is None))
    check_free("connect", f"{expected:.1e} edges", needed, promised=promised)
    projection = Projection(
        index, _numbers(sources), _numbers(targets), rule, value, _delay(delay, n_edges, grid), model, parameters,
        int(receptor), seed, grid.dt, promised=promised + needed,
    )  # fmt: skip
    check_ends(projection, groups, grid)
    _check_together(projection)
    projection.check_delays()
    return projection


def _check_together(projection: Projection) -> None:
    """Refuse values that do not go together, in the synapse model's own words."""
    model, weight = projection.synapse, projection.weight
    for some in projection.weight_range if isinstance(weight, Distribution) else (weight,):
        reason = model.check({"weight": some, **projection.parameters}) if model.check else None
        if reason:
            raise InconsistentError(model.name, reason)


def _bytes_an_edge(weight: Any, parameters: Mapping[str, Any], model: SynapseModel, *, is_listed: bool) -> int:
    """Bytes of an edge: its target, its weight unless all have the same, its state; and its ends, if edges are listed."""
    columns = len(model.state) + sum(isinstance(parameters[name], np.ndarray) for name in model.parameters)
    of_weight = 8 if model.is_plastic else 4 * (not isinstance(weight, float))
    return 2 + of_weight + 8 * columns + 8 * is_listed


def _check_rule(rule: Any, sources: np.ndarray, targets: np.ndarray) -> None:
    from simcore.rules import Rule

    if not isinstance(rule, Rule):
        raise ParameterError("connect: rule", got=rule, expected="a rule such as simcore.rules.FixedIndegree(100), or None")
    for name in ("allow_autapses", "allow_multapses", "make_symmetric"):
        if not isinstance(getattr(rule, name), (bool, np.bool_)):
            raise ParameterError(f"{type(rule).__name__}: {name}", got=getattr(rule, name), expected="True or False")
    rule.check(sources, targets)


def _numbers(numbers: np.ndarray) -> np.ndarray:
    """As int32; an array that the caller may change later is copied."""
    return numbers.astype(np.int32, copy=numbers.flags.writeable)


def _weight(weight: Any, n_edges: int | None) -> Any:
    value = parse(weight, "connect: weight")
    return _one_an_edge("connect: weight", value, n_edges)


def _one_an_edge(where: str, value: Any, n_edges: int | None) -> Any:
    if isinstance(value, np.ndarray):
        if n_edges is None:
            raise ParameterError(where, got=f"an array of {value.size}", expected="a number or a distribution with a rule")
        if value.size != n_edges:
            raise ParameterError(where, got=f"{value.size} values", expected=f"{n_edges}, one an edge")
    return value


def _delay(delay: Any, n_edges: int | None, grid: TimeGrid) -> Any:
    where = "connect: delay"
    return delay_steps(where, _one_an_edge(where, parse(delay, where), n_edges), grid)


def delay_steps(where: str, value: Any, grid: TimeGrid) -> Any:
    """Delays in steps, rounded to the nearest, half up; a distribution stays in ms, and half a step is its least delay.

    Parameters
    ----------
    where : str
        Start of the message if some delay is too short or too long.
    value : float, ndarray of float64 or Distribution
        In ms.
    grid : TimeGrid

    Returns
    -------
    steps : int, ndarray of uint16 or Distribution
    """
    ends = value.quantile(np.array([2.0**-53, 1.0 - 2.0**-53])) if isinstance(value, Distribution) else value
    is_one = isinstance(ends, float)
    low, high = (ends, ends) if is_one else (float(np.min(ends, initial=np.inf)), float(np.max(ends, initial=-np.inf)))
    if isinstance(value, Distribution):
        if grid.steps_nearest(low) < 1:
            expected = f">= dt / 2 = {grid.dt / 2:g} ms, which rounds to one step; truncate the distribution with low=dt / 2"
            raise ParameterError(where, got=value, expected=expected)
    elif low < grid.dt - 1e-9:
        raise ParameterError(where, got=low, expected=f">= dt = {grid.dt:g} ms")
    if high > (MAX_DELAY_STEPS + 0.4) * grid.dt:
        raise ParameterError(where, got=high, expected=f"<= {MAX_DELAY_STEPS * grid.dt:g} ms ({MAX_DELAY_STEPS} steps)")
    if isinstance(value, Distribution):
        return value
    steps = grid.steps_nearest(value)
    if is_one:
        return int(steps)
    if np.ndim(steps) == 0 or (steps.size and np.all(steps == steps[0])):
        return int(np.atleast_1d(steps)[0])
    return steps.astype(np.uint16)


def _parameters(model: SynapseModel, given: Mapping[str, Any], n_edges: int | None) -> dict[str, Any]:
    """Value of every parameter and start value of every state variable: numbers, or arrays with one value an edge."""
    for name in ("weight", "delay"):
        if name in given:
            raise ParameterError(f"connect: params[{name!r}]", got=given[name], expected=f"the argument {name}= instead")
    table = model.settable
    check_names(f"parameter of {model.name}", given, table)
    values = {k: check_value(f"{model.name}: {k}", v, table[k], size=n_edges) for k, v in given.items()}
    values = {**model.defaults(), **values}
    for name, state in model.state.items():
        if name not in values:
            values[name] = values[state.start] if isinstance(state.start, str) else state.start
    return values


def check_ends(
    projection: Projection, groups: Sequence[Population | DevicePopulation], grid: TimeGrid, *, where: str = "connect"
) -> None:
    """Refuse sources that cannot send, and targets that cannot receive, what the projection carries."""
    senders, receivers = (_groups_of(nodes, groups) for nodes in projection.end_nodes)
    for group in receivers:
        if isinstance(group, DevicePopulation):
            is_symmetric = projection.rule is not None and projection.rule.make_symmetric
            why = f", and {type(projection.rule).__name__} makes edges both ways" if is_symmetric else ""
            raise EdgeError(f"{where}: {group.model.name} is a stimulator and takes no input{why}")
    direct = [g.model for g in senders if isinstance(g, DevicePopulation) and not g.model.is_source]
    if len({_sending(g) for g in senders}) > 1:
        names = ", ".join(dict.fromkeys(g.model.name for g in senders))
        raise EdgeError(f"{where}: sources of different kinds ({names}); connect neurons and stimulators in calls of their own")
    if direct and not projection.synapse.is_static:
        raise EdgeError(
            f"{where}: {direct[0].name} sends to each target on its own, so it needs static_synapse, "
            f"not {projection.synapse.name}; put a parrot_neuron between"
        )
    for group in receivers:
        if direct and direct[0].sends_current:
            if not group.model.takes_current:
                raise EdgeError(f"{where}: {group.model.name} takes no current, which {direct[0].name} sends")
            if projection.receptor != 0:
                raise EdgeError(
                    f"{where}: got receptor {projection.receptor}, but {direct[0].name} sends a current, which has receptor 0"
                )
        else:
            _check_port(group.model, projection, senders, grid, where)
            _check_traces(group.model, projection.synapse)


def _check_traces(model: NeuronModel, synapse: SynapseModel) -> None:
    """The target must have the time constants of the traces that the synapses look at."""
    for name in synapse.target_traces.values():
        if name not in model.parameters:
            raise EdgeError(f"connect: {synapse.name} needs the parameter {name!r} of its targets, which {model.name} has not")


def _check_port(model: NeuronModel, projection: Projection, senders: Sequence[Any], grid: TimeGrid, where: str) -> None:
    """The receptor must exist, and take the signs of the weights."""
    receptor = projection.receptor
    if receptor not in model.receptors():
        allowed = ", ".join(str(r) for r in model.receptors()) or "none"
        raise EdgeError(f"{where}: {model.name} has no receptor {receptor}; it has: {allowed}")
    taken = {port.takes for port in model.inputs.values() if port.receptor == receptor}
    if taken == {"positive"} and "negative" in _signs(projection, senders, grid):
        raise EdgeError(f"{where}: receptor {receptor} of {model.name} takes weights >= 0, and some are negative")
    if taken == {"negative"} and "positive" in _signs(projection, senders, grid):
        raise EdgeError(f"{where}: receptor {receptor} of {model.name} takes weights < 0, and some are not")


def _signs(projection: Projection, senders: Sequence[Any], grid: TimeGrid) -> set[str]:
    """Signs of what arrives: of the weights, and of the weights times the factors of spike generators."""
    low, high = projection.weight_range
    signs = {"negative"} if low < 0 else set()
    signs |= {"positive"} if high >= 0 else set()
    for group in senders:
        if isinstance(group, DevicePopulation) and group.model.is_source:
            sources = projection.end_nodes[0]
            positions = sources[(sources >= group.first) & (sources < group.first + group.size)] - group.first
            if any(sends_negative(group, p, grid, projection.seed) for p in positions):
                return {"negative", "positive"}
    return signs


def sends_negative(group: DevicePopulation, node: int, grid: TimeGrid, seed: int) -> bool:
    """Whether a spike generator turns the sign of weights."""
    _, _, factors = group.train(int(node), grid, seed)
    return bool(np.any(factors < 0))


def _sending(group: Population | DevicePopulation) -> str:
    if isinstance(group, Population):
        return "neurons"
    return "spike trains" if group.model.is_source else group.model.name


def _groups_of(numbers: np.ndarray, groups: Sequence[Any]) -> list[Any]:
    """The groups, populations before devices, that some nodes in ascending order belong to."""
    if not numbers.size:
        return []
    n_populations = bisect.bisect_left(groups, True, key=lambda g: isinstance(g, DevicePopulation))
    span = int(numbers[0]), int(numbers[-1])
    near = [*groups_between(groups, *span, 0, n_populations), *groups_between(groups, *span, n_populations)]
    if len(near) == 1:
        return near
    first = np.array([g.first for g in near])
    last = first + np.array([g.size for g in near])
    some = np.searchsorted(numbers, first) < np.searchsorted(numbers, last)
    return [group for group, has_some in zip(near, some, strict=True) if has_some]
