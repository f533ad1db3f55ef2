"""How projections are stored: which kinds of synapse there are, and which edge belongs to which.

Plans do not look at the partition, so every thread adds up a neuron's input in the same order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simcore.description import Population, Projection
from simcore.distributions import Distribution
from simcore.kernel.connectivity import PathwayPlan, Route
from simcore.synapses import SynapseModel

__all__ = ["array_form", "input_channels", "plan_pathways"]

# More different constants than this are stored one a synapse: each constant of its own costs a pass over the spikes.
_MAX_CONSTANTS = 8


def input_channels(population: Population, receptor: int) -> tuple[int, int]:
    """Number of the input that takes weights that are not negative, and of the one for negative weights; -1 for none."""
    positive, negative = -1, -1
    for channel, port in enumerate(population.model.inputs.values()):
        if port.receptor == receptor:
            if port.takes in ("any", "positive", "count"):
                positive = channel
            if port.takes in ("any", "negative", "count"):
                negative = channel
    return positive, negative


@dataclass(frozen=True)
class _Kind:
    """What must be the same for synapses to be stored together."""

    channel: int
    synapse: SynapseModel
    from_devices: bool
    counts: bool
    scale: float
    opposite: tuple[int, float]
    since: int


@dataclass
class _Member:
    projection: Projection
    position: int
    targets: list[tuple[int, int]]


def plan_pathways(
    projections: Sequence[Projection],
    populations: Sequence[Population],
    population_of: np.ndarray,
    device_nodes: np.ndarray,
    *,
    since: int,
) -> tuple[list[PathwayPlan], list[tuple[Projection, Route]]]:
    """Plans for the projections, and the route of each projection's edges.

    Parameters
    ----------
    projections : sequence of Projection
    populations : sequence of Population
    population_of : ndarray of int32, shape (n_nodes,)
        Population of each node, -1 for devices.
    device_nodes : ndarray of bool, shape (n_nodes,)
        Nodes that are stimulators.
    since : int
        Step at which they are made.
    """
    kinds: dict[Any, tuple[_Kind, list[_Member]]] = {}
    for position, projection in enumerate(projections):
        from_devices = bool(device_nodes[projection.end_nodes[0][:1]].any())
        begins = since if from_devices or projection.since is None else min(projection.since, since)
        for kind, target in _kinds(projection, populations, population_of, from_devices, begins):
            key = (kind.channel, id(kind.synapse), from_devices, kind.counts, kind.scale, kind.opposite, kind.since)
            _, members = kinds.setdefault(key, (kind, []))
            if not members or members[-1].projection is not projection:
                members.append(_Member(projection, position, []))
            members[-1].targets.append(target)
    plans: list[PathwayPlan] = []
    tables = [np.full((len(populations), 2), -1, dtype=np.int32) for _ in projections]
    for kind, members in kinds.values():
        for member, plan in zip(members, _plans_of(kind, members, plans), strict=True):
            for population, sign in member.targets:
                tables[member.position][population, sign] = plan
    return plans, [(p, Route(t, population_of)) for p, t in zip(projections, tables, strict=True)]


def _kinds(
    projection: Projection, populations: Sequence[Population], population_of: np.ndarray, from_devices: bool, since: int
) -> Any:
    """The kinds that a projection's edges may belong to, with (population, sign) of the target."""
    low, high = projection.weight_range
    signs = [s for s, some in enumerate((high >= 0, low < 0)) if some]
    for population in np.unique(population_of[projection.end_nodes[1]]):
        ports = list(populations[population].model.inputs.values())
        for sign in signs:
            channels = input_channels(populations[population], projection.receptor)
            # A plastic weight may change its sign.
            first = (0 if channels[0] >= 0 else 1) if projection.synapse.is_plastic else sign
            channel = channels[first]
            other = channels[1 - first] if channels[1 - first] >= 0 else channel
            port = ports[channel]
            turns = from_devices or projection.synapse.is_plastic
            opposite = (other, ports[other].scale) if turns else (channel, port.scale)
            yield (
                _Kind(channel, projection.synapse, from_devices, port.takes == "count", port.scale, opposite, since),
                (int(population), sign),
            )


def _plans_of(kind: _Kind, members: list[_Member], plans: list[PathwayPlan]) -> list[int]:
    """Append the plans of one kind; returns the number of each member's plan."""
    forms = [_weight_form(m.projection, kind) for m in members]
    constants = {w for form, w in forms if form == "constant"}
    if len(constants) > _MAX_CONSTANTS:
        forms = [(array_form(w), 0.0) if form == "constant" else (form, w) for form, w in forms]
    names = list(kind.synapse.parameters)
    varying = {n for m in members for n in names if isinstance(m.projection.parameters[n], np.ndarray)}
    sets = {tuple(m.projection.parameters[n] for n in names if n not in varying) for m in members}
    if len(sets) > _MAX_CONSTANTS:
        varying = {n for n in names if len({_scalar(m.projection.parameters[n]) for m in members}) > 1}
    found: dict[Any, int] = {}
    chosen = []
    for member, (form, weight) in zip(members, forms, strict=True):
        scalars = {n: float(member.projection.parameters[n]) for n in names if n not in varying}
        key = (form, weight, tuple(scalars.items()))
        if key not in found:
            found[key] = len(plans)
            arrays = tuple(n for n in names if n in varying)
            plans.append(
                PathwayPlan(
                    kind.channel, kind.synapse, kind.from_devices, kind.counts, form, weight, scalars, arrays, kind.scale,
                    kind.opposite, kind.since,
                )
            )  # fmt: skip
        chosen.append(found[key])
    return chosen


def _scalar(value: Any) -> Any:
    return id(value) if isinstance(value, np.ndarray) else value


def _weight_form(projection: Projection, kind: _Kind) -> tuple[str, float]:
    """The narrowest form that loses nothing: one number, single or double precision."""
    if kind.synapse.is_plastic:
        return "float64", 0.0
    if kind.counts:
        return "constant", 1.0
    if isinstance(projection.weight, Distribution):
        return "float32", 0.0
    if projection.same_weight is not None:
        return "constant", projection.same_weight * kind.scale
    return ("float32" if projection.is_single(kind.scale) else "float64"), 0.0


def array_form(weights: Any) -> str:
    """The narrowest form that loses nothing of some weights, if it is to be one a synapse."""
    with np.errstate(over="ignore"):
        is_single = np.all(np.asarray(weights, dtype=np.float32).astype(np.float64) == weights)
    return "float32" if is_single else "float64"
