"""Read a network out of a simulation: the way back from `netgraph.simulation.send`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from netgraph.groups import NeuralGroup
from netgraph.population import NeuralPop
from netgraph.simulation._pair_kinds import pair_synapses
from simcore.description import Population
from simcore.errors import ParameterError
from simcore.rules import positions_of
from simcore.simulation import Simulation
from simcore.values import start_column

__all__ = ["Received", "receive"]

_WHERE = "from_simulation"


@dataclass(frozen=True, eq=False)
class Received:
    """Neurons and edges of a simulation, as a network has them.

    Parameters
    ----------
    population : NeuralPop
        One group for each population of neurons, or two where neurons of both types are in it.
    ids : ndarray of int64, shape (n_nodes,)
        Id in the simulation of each node, ascending.
    source, target : ndarray of int32, shape (n_edges,)
        Nodes; edges in the order in which they were made.
    weight, delay : ndarray of float64, shape (n_edges,)
        Weights without sign, and delays [ms].
    positions : ndarray of float64, shape (n_nodes, 2) or (n_nodes, 3), optional
        Where rules that look at distances have the neurons [um].
    """

    population: NeuralPop
    ids: np.ndarray
    source: np.ndarray
    target: np.ndarray
    weight: np.ndarray
    delay: np.ndarray
    positions: np.ndarray | None


def receive(simulation: Any, *, names: Sequence[str] | None = None) -> Received:
    """Read neurons and edges; see `netgraph.network.Network.from_simulation`."""
    if not isinstance(simulation, Simulation):
        raise ParameterError(f"{_WHERE}: simulation", got=simulation, expected="a simcore.Simulation")
    if not simulation.populations:
        raise ParameterError(f"{_WHERE}: simulation", got="no neurons", expected="a simulation with neurons")
    labels = _labels(simulation.populations, names)
    members = [simulation.ids_of(np.arange(p.first, p.first + p.size)) for p in simulation.populations]
    ids = np.sort(np.concatenate(members))
    nodes = [positions_of(own, ids) for own in members]
    edges = _edges(simulation, ids)
    population_of = np.empty(ids.size, dtype=np.int64)
    for number, own in enumerate(nodes):
        population_of[own] = number
    types = _types(simulation, edges, population_of, ids)
    groups: dict[str, NeuralGroup] = {}
    for number, own in enumerate(nodes):
        made = _groups(simulation, number, own, types=types[own], label=labels[number])
        if made.keys() & groups.keys():
            got = f"{min(made.keys() & groups.keys())!r} for two groups"
            raise ParameterError(f"{_WHERE}: names", got=got, expected="others: a population of both types adds to its name")
        groups |= made
    spec = pair_synapses(simulation.projections, edges, groups)
    return Received(
        NeuralPop.from_groups(groups, syn_spec=spec), ids, edges["source"], edges["target"],
        np.abs(edges["weight"]), edges["delay"], _positions(simulation, ids),
    )  # fmt: skip


def _labels(populations: Sequence[Population], names: Sequence[str] | None) -> list[str]:
    """A name for each population: what was given, or its model with a number if it is not the first of that name."""
    if names is not None:
        given = [n for n in names if isinstance(n, str)] if isinstance(names, (list, tuple)) else []
        if len(given) != len(populations) or len(set(given)) < len(given):
            expected = f"a list of {len(populations)} different names, one a population: {_listed(populations)}"
            raise ParameterError(f"{_WHERE}: names", got=names, expected=expected)
        return given
    labels: list[str] = []
    for population in populations:
        stem, number = population.model.name, 1
        while (label := stem if number == 1 else f"{stem}_{number}") in (*labels, "default"):
            number += 1
        labels.append(label)
    return labels


def _listed(populations: Sequence[Population]) -> str:
    return ", ".join(f"{p.size} {p.model.name}" for p in populations)


def _edges(simulation: Simulation, ids: np.ndarray) -> dict[str, np.ndarray]:
    """Edges between neurons, their ends as nodes: those that stimulators send have no source among the nodes."""
    edges = simulation.connectivity(local=False)
    for name in ("source", "target"):
        edges[name] = positions_of(edges[name], ids).astype(np.int32)
    if simulation.devices and (edges["source"] < 0).any():
        kept = np.flatnonzero(edges["source"] >= 0)
        edges = {name: column[kept] for name, column in edges.items()}
    return edges


def _types(simulation: Simulation, edges: Mapping[str, np.ndarray], population_of: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """Type of each neuron by the sign of what it sends: 1, -1, or 0 if it sends nothing; int8, shape (n_nodes,)."""
    signs = np.sign(edges["weight"]).astype(np.int8)
    takes = [[p.model.takes_signed_weights(q.receptor) for p in simulation.populations] for q in simulation.projections]
    if not all(map(all, takes)):
        # A receptor with a sign of its own gets weights without one, whatever the type of the source.
        signs[~np.array(takes)[edges["projection"], population_of[edges["target"]]]] = 0
    sends = np.zeros((2, ids.size), dtype=bool)
    sends[0, edges["source"][signs > 0]] = True
    sends[1, edges["source"][signs < 0]] = True
    mixed = np.flatnonzero(sends.all(axis=0))
    if mixed.size:
        own = signs[edges["source"] == mixed[0]]
        got = f"{(own > 0).sum()} positive and {(own < 0).sum()} negative weights"
        others = f" (and {mixed.size - 1} more neurons)" if mixed.size > 1 else ""
        expected = (
            "one sign, which the type of a network's neuron gives; Graph.from_edges takes those of simulation.connectivity()"
        )
        raise ParameterError(f"{_WHERE}: edges from {ids[mixed[0]]}{others}", got=got, expected=expected)
    return sends[0].astype(np.int8) - sends[1]


def _groups(simulation: Simulation, number: int, nodes: np.ndarray, *, types: np.ndarray, label: str) -> dict[str, NeuralGroup]:
    """The groups of a population; neurons that send nothing go with the excitatory ones if there are both types."""
    population = simulation.populations[number]
    values = _values(population, _start(simulation, number))
    parts = {label: (-1 if (types < 0).any() else 1, np.ones(types.size, dtype=bool))}
    if (types > 0).any() and (types < 0).any():
        parts = {f"{label}_excitatory": (1, types >= 0), f"{label}_inhibitory": (-1, types < 0)}
    return {
        name: NeuralGroup(
            nodes[own], kind, neuron_model=population.model, neuron_param={k: _part(v, own) for k, v in values.items()}
        )
        for name, (kind, own) in parts.items()
    }


def _start(simulation: Simulation, number: int) -> Mapping[str, np.ndarray]:
    """State of a population at time zero, or when it was created later."""
    has_run = simulation.time > 0.0 and number < len(simulation.initial)
    return simulation.initial[number] if has_run else simulation.populations[number].columns


def _values(population: Population, start: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Parameters and start values that differ from the model's defaults."""
    model, defaults = population.model, population.model.defaults()
    lists = [name for name, param in model.parameters.items() if param.is_list]
    others = population.parameters.keys() - lists
    values = {
        name: value for name, value in population.parameters.items() if name in others and np.any(value != defaults[name])
    }
    values |= {name: _list_of_all(f"{model.name}: {name}", population.parameters[name]) for name in lists}
    for name, state in model.state.items():
        if name in model.settable and np.any(start[name] != start_column(state, population.parameters, population.size)):
            values[name] = start[name]
    return values


def _list_of_all(where: str, value: Any) -> tuple[float, ...]:
    """The numbers of the receptors of all neurons of a population."""
    rows = np.asarray(value, dtype=np.float64)
    if rows.ndim == 2 and np.any(rows != rows[:, :1]):
        raise ParameterError(
            where, got="a list for each neuron", expected="one list for all neurons that were created together"
        )
    return tuple((rows[:, 0] if rows.ndim == 2 else rows).tolist())


def _part(value: Any, own: Any) -> Any:
    """The share of some neurons in a value: one number if it is the same for all of them."""
    if not isinstance(value, np.ndarray):
        return value
    part = value[own]
    return part[0].item() if np.all(part == part[0]) else part


def _positions(simulation: Simulation, ids: np.ndarray) -> np.ndarray | None:
    """Positions that rules were given, if they are there for all neurons, agree, and do not go round a border."""
    rules = [p for p in simulation.projections if hasattr(p.rule, "source_positions")]
    if not rules or any(p.rule.period is not None for p in rules):
        return None
    found = np.full((ids.size, rules[0].rule.source_positions.shape[1]), np.nan)
    for p in rules:
        for numbers, points in ((p.sources, p.rule.source_positions), (p.targets, p.rule.target_positions)):
            nodes = positions_of(simulation.ids_of(numbers), ids)
            inside = nodes >= 0
            nodes, points = nodes[inside], points[inside]
            known = ~np.isnan(found[nodes, 0])
            if points.shape[1] != found.shape[1] or not np.array_equal(found[nodes[known]], points[known]):
                return None
            found[nodes] = points
    return None if np.isnan(found).any() else found
