"""Send a network to NEST, or to any module with the PyNEST interface."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from netgraph.network import Network
from netgraph.simulation.translate import EdgeSet, check_sendable, edge_sets, group_parameters
from simcore.errors import ParameterError, SimulationError, UnknownNameError
from simcore.model_checks import is_own
from simcore.synapses import REGISTRY as SYNAPSES

__all__ = ["to_nest"]


def to_nest(network: Network, nest: Any, *, seed: int = 0) -> np.ndarray:
    """Create the network's neurons and connections in a NEST kernel.

    Models, parameters, signs and synapses are those that `to_sim` sends; with the same `seed`, drawn parameters are too. NEST
    gets a copy: the network can be changed afterwards, and NEST does not hear of it.

    Parameters
    ----------
    network : Network
        Its population must be complete, its models built-in ones, and delays at least the kernel's resolution.
    nest : module
        ``import nest``: version 3, or a module with the same functions.
    seed : int
        Seed of parameters given as distributions.

    Returns
    -------
    gids : ndarray of int64, shape (n_nodes,)
        NEST's id of each node.

    Raises
    ------
    ParameterError
        What `to_sim` refuses too, and models that NEST does not have.
    UnknownNameError
        A parameter or start value that NEST cannot set.
    SimulationError
        The network is in this kernel already; call ``nest.ResetKernel()`` first.

    Examples
    --------
    >>> gids = net.to_nest(nest)  # doctest: +SKIP
    """
    if not isinstance(network, Network):
        raise ParameterError("to_nest: network", got=network, expected="a Network")
    status = nest.GetKernelStatus()
    check_sendable(network, float(status["resolution"]), "to_nest")
    if _is_sent(network, nest, n_nodes=int(status["network_size"])):
        raise SimulationError(f"{network.name!r} is in this NEST kernel already; call nest.ResetKernel() first")
    parameters = {name: group_parameters(group, seed=seed) for name, group in network.population.items()}
    for name, group in network.population.items():
        _check_neurons(nest, f"group {name!r}", group.model, parameters[name])
    sets = list(edge_sets(network, seed=seed))
    for edges in sets:
        if edges.synapse.name not in SYNAPSES or SYNAPSES.get(edges.synapse.name) is not edges.synapse:
            raise ParameterError("to_nest: synapse model", got=edges.synapse.name, expected="a built-in one")
    gids = np.full(network.n_nodes, -1, dtype=np.int64)
    for name, group in network.population.items():
        values = {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in parameters[name].items()}
        gids[group.ids] = nest.Create(group.model.name, group.size, params=values).tolist()
    for edges in sets:
        _connect(nest, gids[network.source[edges.rows]], gids[network.target[edges.rows]], edges)
    some = np.unique(np.linspace(0, network.n_edges - 1, min(network.n_edges, 5), dtype=np.int64))
    network._nest_sent = (nest, int(gids.max()), gids[network.source[some]], gids[network.target[some]])
    return gids


def _connect(nest: Any, sources: np.ndarray, targets: np.ndarray, edges: EdgeSet) -> None:
    columns = {"weight": edges.weight, "delay": edges.delay, **edges.params}
    spec: dict[str, Any] = {name: np.array(np.broadcast_to(v, sources.size), dtype=np.float64) for name, v in columns.items()}
    if edges.receptor:
        spec["receptor_type"] = np.full(sources.size, edges.receptor, dtype=np.int64)
    nest.Connect(sources, targets, "one_to_one", {"synapse_model": edges.synapse.name, **spec})


def _check_neurons(nest: Any, label: str, model: Any, params: Mapping[str, Any]) -> None:
    """NEST has our built-in models under the same names, not those of the user's own, and not all of their start values."""
    if is_own(model):
        raise ParameterError(f"to_nest: {label}", got=model.name, expected="a built-in neuron model")
    known = set(nest.GetDefaults(model.name)) & set(model.settable)
    for name in params:
        if name not in known:
            raise UnknownNameError(f"parameter of NEST's {model.name} in {label}", got=name, choices=known)


def _is_sent(network: Network, nest: Any, *, n_nodes: int) -> bool:
    """Whether what was sent before is still in the kernel: a reset, after which others may have its ids, leaves no sign."""
    if network._nest_sent is None:
        return False
    kernel, last, sources, targets = network._nest_sent
    if kernel is not nest or last > n_nodes:
        return False
    pairs = ((nest.NodeCollection([int(s)]), nest.NodeCollection([int(t)])) for s, t in zip(sources, targets, strict=True))
    return all(len(nest.GetConnections(source, target)) > 0 for source, target in pairs)
