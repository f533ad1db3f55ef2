"""Which neurons a function of the bridge is meant for: all, groups, or ids."""

from typing import Any

import numpy as np

from netgraph._ids import as_ids, check_unique
from netgraph.groups import Group
from netgraph.network import Network
from simcore.errors import ParameterError

__all__ = ["chosen_ids", "groups_by_name"]


def chosen_ids(network: Network, nodes: Any, where: str) -> np.ndarray:
    """Ids of neurons in the order given; int64.

    Parameters
    ----------
    network : Network
    nodes : None, str, Group, list of these, or array_like of int
        None means all neurons; a name is that of a group or meta group.
    where : str
        Start of the message if they are refused.
    """
    if nodes is None:
        return np.arange(network.n_nodes)
    if isinstance(nodes, (str, Group)):
        nodes = [nodes]
    if len(nodes) and all(isinstance(n, (str, Group)) for n in nodes):
        ids = np.concatenate([_group(network, n).ids for n in nodes])
    else:
        ids = as_ids(nodes, network.n_nodes, where).astype(np.int64)
    check_unique(ids, where)
    return ids


def groups_by_name(network: Network, groups: Any) -> dict[str, Group]:
    """Groups by name: all of the population, one, or a list of names and groups."""
    population = network.population
    if groups is None or groups is population:
        return dict(population.items())
    listed = [groups] if isinstance(groups, (str, Group)) else list(groups)
    return {str(_group(network, g).name): _group(network, g) for g in listed}


def _group(network: Network, group: Any) -> Group:
    found = network.population[group.name if isinstance(group, Group) else group]
    if isinstance(group, Group) and found is not group:
        raise ParameterError("groups", got=group, expected=f"groups of {network.name!r}")
    return found
