"""Randomise states and parameters of a network that is in a simulation."""

import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from netgraph._checks import check_given_seed
from netgraph.network import Network
from netgraph.simulation.select import chosen_ids
from netgraph.simulation.send import live_simulation
from simcore.distributions import Distribution, parse
from simcore.errors import ParameterError, UnknownNameError

__all__ = ["randomize_neural_states"]


def randomize_neural_states(
    network: Network, instructions: Mapping[str, Any], *, groups: Any = None, nodes: Any = None, seed: int | None = None
) -> None:
    """Draw state variables or parameters of neurons, after the network was sent.

    The values are also kept in the node columns of the network, under the same names and by id, as ``sim.select(ids)`` reads
    them; neurons that were never drawn have NaN there. ``sim.nodes`` has another order, that of creation: group after group.

    Parameters
    ----------
    network : Network
        A network with a live simulation.
    instructions : dict of str to distribution, number or array_like
        For each variable, e.g. ``("uniform", 0.0, 200.0)`` or ``{"distribution": "normal", "avg": -65.0, "std": 2.0}``. An
        array has one value for each chosen neuron, in the order of `nodes`, or of the ids in `groups`.
    groups : str, Group or list of these, optional
        Which groups; all if neither `groups` nor `nodes` is given.
    nodes : array_like of int, optional
        Which neurons.
    seed : int, optional
        Seed of the draws; the simulation's if None. A neuron's draw depends on seed, variable and id alone.

    Raises
    ------
    SimulationError
        The network is in no simulation.
    UnknownNameError
        A chosen neuron's model has no such variable, naming its group; nothing is changed then.
    ParameterError
        Values that are not allowed, arrays of another length, or both groups and nodes; nothing is changed then.

    Examples
    --------
    >>> from netgraph import Network
    >>> net = Network.uniform(3, neuron_model="iaf_psc_exp")
    >>> sim = net.to_sim(dt=0.1)
    >>> randomize_neural_states(net, {"V_m": ("uniform", -70.0, -60.0)})
    >>> bool((net.nodes["V_m"] == sim.select(range(net.n_nodes)).get("V_m")).all())
    True
    >>> sim.close()
    """
    simulation = live_simulation(network, "randomize_neural_states")
    if groups is not None and nodes is not None:
        raise ParameterError("randomize_neural_states", got="groups and nodes", expected="one of them, or neither")
    if not isinstance(instructions, Mapping):
        raise ParameterError("randomize_neural_states", got=instructions, expected="a dictionary of names to distributions")
    ids = chosen_ids(network, nodes if groups is None else groups, "randomize_neural_states: nodes")
    check_given_seed(seed, "randomize_neural_states: seed")
    _check_variables(network, ids, instructions)
    seed = simulation.seed if seed is None else seed
    values = {name: _values(name, spec, ids, seed) for name, spec in instructions.items()}
    for name, drawn in values.items():
        network._node_store.check(name, drawn, f"nodes[{name!r}]")
    simulation.set(simulation.select(ids), values)
    for name, drawn in values.items():
        network.nodes.set_rows(name, ids, drawn)


def _check_variables(network: Network, ids: np.ndarray, names: Iterable[str]) -> None:
    """Refuse a name that the model of a chosen group does not have; if those of others have it, say which."""
    groups = list(network.population.values())
    chosen = [groups[index] for index in np.unique(network.population.group_index()[ids])]
    for name in names:
        having = [group.name for group in chosen if name in group.model.settable]
        for group in chosen:
            if name not in group.model.settable:
                way_out = f" (groups={having} leaves it out)" if having else ""
                kind = f"parameter of {group.model.name} in group {group.name!r}{way_out}"
                raise UnknownNameError(kind, got=name, choices=group.model.settable)
            if getattr(group.model.settable[name], "is_list", False):
                where = f"randomize_neural_states: {name} of {group.model.name}"
                raise ParameterError(where, got=name, expected="something else: a neuron has a list of it; set() gives it")


def _values(name: str, spec: Any, ids: np.ndarray, seed: int) -> np.ndarray:
    value = parse(spec, f"randomize_neural_states: {name}")
    if isinstance(value, Distribution):
        from simcore.random import Purpose

        # A stream of its own: the one under the bare name belongs to values that are drawn on sending.
        return value.draw(seed, Purpose.STATES + (zlib.crc32(f"{name} after sending".encode()) & 0xFFFFFF), ids)
    if isinstance(value, np.ndarray) and value.shape != ids.shape:
        raise ParameterError(
            f"randomize_neural_states: {name}", got=f"{value.size} values", expected=f"{ids.size}, one for each chosen neuron"
        )
    return np.array(np.broadcast_to(value, ids.shape), dtype=np.float64)
