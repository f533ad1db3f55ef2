"""What a simulator must be told about a network: neurons by group, and edges by kind of synapse with signed weights."""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from netgraph.network import Network
from simcore.distributions import Distribution
from simcore.errors import ParameterError
from simcore.synapses import REGISTRY, SynapseModel

__all__ = ["EdgeSet", "check_sendable", "edge_sets", "group_parameters"]


@dataclass(frozen=True)
class EdgeSet:
    """Edges that one connect call can send.

    Parameters
    ----------
    rows : ndarray of int64 or slice
        Rows of the graph.
    synapse : SynapseModel
    params : dict of str to float or ndarray
        Parameters that were given; arrays have one value an edge.
    receptor : int
        Receptor type of the targets.
    weight, delay : float or ndarray, shape (n_edges,)
        Signed weights, and delays in ms.
    """

    rows: Any
    synapse: SynapseModel
    params: dict[str, Any]
    receptor: int
    weight: Any
    delay: Any


def check_sendable(network: Network, dt: float, where: str) -> None:
    """Refuse, before anything is made, what a simulator with steps of `dt` [ms] cannot take.

    Parameters
    ----------
    network : Network
    dt : float
        Step in ms.
    where : str
        Start of the message if it is refused.

    Raises
    ------
    ParameterError
        An incomplete population, parameters that do not go together, or delays shorter than `dt`, naming the first edge.
    """
    network.population.check()
    delays = np.broadcast_to(_column(network, "delay"), network.n_edges)
    short = delays < dt - 1e-9
    if short.any():
        row = int(np.argmax(short))
        ends = f"edge {row} ({int(network.source[row])} -> {int(network.target[row])})"
        raise ParameterError(
            f"{where}: delay of {ends}",
            got=float(delays[row]),
            expected=f">= dt = {dt:g} ms; set longer ones with set_delays, or take a smaller dt",
        )


def group_parameters(group: Any, *, seed: int) -> dict[str, Any]:
    """Parameters and start values that were set in a group, with distributions drawn by neuron id."""
    from simcore.values import node_values

    given = dict(group.neuron_param)
    drawn = {name: value for name, value in given.items() if isinstance(value, Distribution)}
    return given | node_values(group.model, drawn, group.ids, seed=seed, draw=0)


def edge_sets(network: Network, *, seed: int) -> Iterator[EdgeSet]:
    """All edges, those with the same synapse and sign together, in the order in which their kind first occurs.

    Every edge is sent once, parallel edges and edges of weight zero too. The source's type gives the sign where the receptor
    of the target takes signed weights; a receptor with a sign of its own gets the weight as it is.
    """
    population = network.population
    groups: list[Any] = list(population.values())
    group_of = population.group_index()
    # The number of the source's group times the number of groups, plus the number of the target's.
    pair_of = np.zeros(network.n_edges, dtype=np.uint8)
    if len(groups) > 1:
        pair_of = group_of[network.source] * len(groups) + group_of[network.target]
    kinds: dict[Any, tuple[int, dict[str, Any], list[int]]] = {}
    for pair in np.flatnonzero(np.bincount(pair_of)).tolist():
        s, t = divmod(pair, len(groups))
        spec = population.resolve_synapse(s, t)
        _check_receptor(spec["receptor_type"], groups[s], groups[t])
        sign = groups[s].neuron_type if groups[t].model.takes_signed_weights(spec["receptor_type"]) else 1
        key = (sign, *(sorted((k, _hashable(v)) for k, v in spec.items())))
        kinds.setdefault(key, (sign, spec, []))[2].append(pair)
    for sign, spec, pairs in kinds.values():
        rows = slice(None) if len(kinds) == 1 else np.flatnonzero(np.isin(pair_of, pairs))
        yield _edge_set(network, rows, sign, spec, seed)


def _check_receptor(receptor: int, source: Any, target: Any) -> None:
    allowed = target.model.receptors()
    if receptor not in allowed:
        where = f"receptor_type of edges from {source.name!r} to {target.name!r}"
        expected = (
            f"one of {target.model.name}: {allowed}; set it in syn_spec"
            if allowed
            else f"no edges: {target.model.name} has none"
        )
        raise ParameterError(where, got=receptor, expected=expected)


def _edge_set(network: Network, rows: Any, sign: int, spec: Mapping[str, Any], seed: int) -> EdgeSet:
    model = REGISTRY.get(spec["synapse_model"])
    given = {k: v for k, v in spec.items() if k not in ("synapse_model", "receptor_type")}
    params = {name: _drawn(value, name, network, rows, seed) for name, value in given.items()}
    weight, delay = _column(network, "weight", rows), _column(network, "delay", rows)
    return EdgeSet(rows, model, params, spec["receptor_type"], weight if sign == 1 else -weight, delay)


def _drawn(value: Any, name: str, network: Network, rows: Any, seed: int) -> Any:
    if not isinstance(value, Distribution):
        return value
    from simcore.random import Purpose

    return value.draw(seed, Purpose.SYNAPSES + (zlib.crc32(name.encode()) & 0xFFFFFF), np.arange(network.n_edges)[rows])


def _column(network: Network, name: str, rows: Any = slice(None)) -> Any:
    """A column as one number if it is constant, else its rows."""
    constant = network.edges.constant(name)
    return float(constant) if constant is not None else network.edges[name][rows]


def _hashable(value: Any) -> Any:
    return value if isinstance(value, (str, int, float, Distribution)) else id(value)
