"""Send a network to NEST, or to any module with the PyNEST interface."""

from typing import Any

import numpy as np

from netgraph.network import Network
from netgraph.simulation.translate import check_sendable, edge_sets, group_parameters
from simcore.errors import ParameterError, SimulationError
from simcore.models import REGISTRY

__all__ = ["to_nest"]


def to_nest(network: Network, nest: Any, *, seed: int = 0) -> np.ndarray:
    """Create the network's neurons and connections in a NEST kernel.

    Models, parameters, signs and synapses are those that `to_sim` sends; with the same `seed`, drawn parameters are too.

    Parameters
    ----------
    network : Network
        Its population must be complete, and delays at least the kernel's resolution.
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
    SimulationError
        The network is in this kernel already; call ``nest.ResetKernel()`` first.

    Examples
    --------
    >>> gids = net.to_nest(nest)  # doctest: +SKIP
    """
    status = nest.GetKernelStatus()
    check_sendable(network, float(status["resolution"]))
    _check_models(network)
    _check_not_sent(network, nest, int(status["network_size"]))
    parameters = {name: group_parameters(group, seed=seed) for name, group in network.population.items()}
    sets = list(edge_sets(network, seed=seed))
    gids = np.full(network.n_nodes, -1, dtype=np.int64)
    for name, group in network.population.items():
        values = {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in parameters[name].items()}
        gids[group.ids] = nest.Create(group.model.name, group.size, params=values).tolist()
    for edges in sets:
        sources, targets = gids[network.source[edges.rows]], gids[network.target[edges.rows]]
        columns = {"weight": edges.weight, "delay": edges.delay, **edges.params}
        spec = {name: np.array(np.broadcast_to(value, sources.size), dtype=np.float64) for name, value in columns.items()}
        if edges.receptor:
            spec["receptor_type"] = np.full(sources.size, edges.receptor, dtype=np.int64)
        nest.Connect(sources, targets, "one_to_one", {"synapse_model": edges.synapse.name, **spec})
    network._nest_gids = (nest, gids)
    return gids


def _check_models(network: Network) -> None:
    """NEST has simcore's built-in models under the same names, not models of the user's own."""
    for name, group in network.population.items():
        if group.model.name not in REGISTRY or REGISTRY.get(group.model.name) is not group.model:
            raise ParameterError(f"to_nest: group {name!r}", got=group.model.name, expected="a built-in neuron model")


def _check_not_sent(network: Network, nest: Any, kernel_size: int) -> None:
    kernel, gids = network._nest_gids or (None, None)
    if kernel is nest and gids is not None and gids.size and gids.max() <= kernel_size:
        raise SimulationError(f"{network.name!r} is in this NEST kernel already; call nest.ResetKernel() first")
