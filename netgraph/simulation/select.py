"""Which neurons a function of the bridge is meant for: all, groups, or ids."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from netgraph._ids import as_ids, check_unique
from netgraph.groups import Group
from netgraph.network import Network
from simcore.errors import ParameterError

__all__ = ["chosen_ids", "groups_by_name"]


def chosen_ids(network: Network, nodes: Any, where: str) -> np.ndarray:
    """Ids of neurons in the order given; int64, at least one.

    Parameters
    ----------
    network : Network
    nodes : None, NeuralPop, str, Group, list of these, or array_like of int
        None means all neurons; a name is that of a group or meta group.
    where : str
        Start of the message if they are refused.
    """
    if nodes is None or nodes is network.population:
        return np.arange(network.n_nodes)
    _check_no_mapping(network, nodes, where)
    listed = [nodes] if isinstance(nodes, (str, Group)) else nodes
    if hasattr(listed, "__len__") and len(listed) and all(isinstance(n, (str, Group)) for n in listed):
        ids = np.concatenate([_ids_of_group(network, n, where) for n in listed])
    else:
        ids = as_ids(listed, network.n_nodes, where).astype(np.int64)
    if ids.size == 0:
        raise ParameterError(where, got=nodes, expected="at least one neuron")
    check_unique(ids, where)
    return ids


def groups_by_name(network: Network, groups: Any, where: str) -> dict[str, Group]:
    """Groups by name: all of the population, one, or a list of names and groups.

    Parameters
    ----------
    network : Network
    groups : None, NeuralPop, str, Group or list of these
        None means all groups; a name is that of a group or meta group.
    where : str
        Start of the message if there are none.
    """
    population = network.population
    if groups is None or groups is population:
        return dict(population.items())
    _check_no_mapping(network, groups, where)
    listed = [groups] if isinstance(groups, (str, int, Group)) else list(groups)
    if not listed:
        raise ParameterError(where, got=groups, expected="at least one group")
    found = [_named_group(network, g, where) for g in listed]
    return {str(g.name): g for g in found}


def _check_no_mapping(network: Network, groups: Any, where: str) -> None:
    """Refuse another population or structure, whose names may also be names of groups here."""
    network.population._check_own(groups, where)
    if isinstance(groups, Mapping):
        raise ParameterError(where, got=groups, expected="ids, a group, a name, or a list of groups and names")


def _ids_of_group(network: Network, group: Any, where: str) -> np.ndarray:
    """Ids of a group given by name or as it is; a free one will do."""
    return network._node_ids(network.population[group] if isinstance(group, str) else group, where).astype(np.int64)


def _named_group(network: Network, group: Any, where: str) -> Group:
    """A group of the population given by name, number or as it is: results are listed under its name there."""
    if not isinstance(group, Group):
        return network.population[group]
    network.population._check_own(group, where)
    if group.parent is not network.population:
        raise ParameterError(where, got=group, expected=f"groups of {network.name!r}")
    return group
