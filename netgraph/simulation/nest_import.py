"""Read the connections of a NEST kernel as a graph."""

from typing import Any

import numpy as np

from netgraph._ids import as_ids, check_unique
from netgraph.graph import Graph
from simcore.errors import ParameterError

__all__ = ["from_nest"]

_IDS = 2**63 - 1


def from_nest(nest: Any, gids: Any, *, name: str = "graph") -> Graph:
    """The connections that a NEST kernel holds between some neurons, whoever made them.

    Parameters
    ----------
    nest : module
        ``import nest``: version 3, or a module with the same functions.
    gids : array_like of int or NodeCollection, shape (n_nodes,)
        NEST's ids, as `to_nest` returns them: node ``i`` of the graph is the neuron ``gids[i]``.
    name : str
        For titles and messages.

    Returns
    -------
    graph : Graph
        Its edges have the columns ``"weight"``, with NEST's sign, ``"delay"`` [ms], ``"synapse_model"`` and ``"receptor"``, in
        the order in which NEST lists them.

    Raises
    ------
    ParameterError
        Ids that are not in the kernel, or named twice.

    Examples
    --------
    >>> net.to_nest(nest), from_nest(nest, gids).adjacency("weight")  # doctest: +SKIP
    """
    ids = as_ids(gids.tolist() if hasattr(gids, "tolist") else gids, _IDS, "from_nest: gids").astype(np.int64)
    check_unique(ids, "from_nest: gids")
    largest = int(nest.GetKernelStatus()["network_size"])
    wrong = ids[(ids < 1) | (ids > largest)]
    if wrong.size:
        raise ParameterError("from_nest: gids", got=int(wrong[0]), expected=f"ids from 1 to {largest}")
    graph = Graph(ids.size, name=name)
    if ids.size == 0:
        return graph
    order = np.argsort(ids)
    nodes = nest.NodeCollection(ids[order].tolist())
    found = nest.GetConnections(nodes, nodes)
    if len(found) == 0:
        return graph
    columns = found.get(["source", "target", "weight", "delay", "synapse_model", "receptor"])
    ends = (order[np.searchsorted(ids[order], np.atleast_1d(columns.pop(end)))] for end in ("source", "target"))
    return Graph.from_edges(*ends, n_nodes=ids.size, attributes={k: np.atleast_1d(v) for k, v in columns.items()}, name=name)
