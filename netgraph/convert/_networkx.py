"""Graphs to and from NetworkX, with all attributes."""

from collections.abc import Sequence
from itertools import count
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from netgraph.convert._build import build, edge_table, gathered, node_table, positions_of, records
from netgraph.convert._description import KEY, description_of, restored
from netgraph.graph import Graph, check_graph
from simcore.errors import ParameterError

if TYPE_CHECKING:
    import networkx

__all__ = ["from_networkx", "to_networkx"]


def to_networkx(graph: Graph) -> "networkx.Graph":
    """A NetworkX graph with the same nodes, edges and columns.

    Parameters
    ----------
    graph : Graph
        Parallel edges make the result a multigraph, whose keys number them in order of rows.

    Returns
    -------
    converted : networkx.DiGraph, Graph, MultiDiGraph or MultiGraph
        Nodes are the integers from 0, in order; columns are attributes, positions the node attribute ``"pos"`` and the edge
        attribute ``"distance"`` [um]. Nodes in groups have the attribute ``"group"``, those of a network ``"type"`` too.
        Groups, shape and rules for later edges are the attribute ``"netgraph"`` of the graph, as JSON text, which
        `from_networkx` reads; what has no JSON, such as an object among the properties of a group, makes them stay behind, with
        a warning.

    Raises
    ------
    ParameterError
        No graph, a node column ``"pos"`` beside positions, or ``"group"`` or ``"type"`` beside groups.

    Examples
    --------
    >>> to_networkx(Graph.from_edges([0], [1], weights=2.0)).edges[0, 1]
    {'weight': 2.0}
    """
    import networkx as nx

    check_graph("to_networkx", graph)
    node_data = records(node_table("to_networkx", graph, ["pos"]), graph.n_nodes)
    if graph.positions is not None:
        for data, place in zip(node_data, graph.positions.tolist(), strict=True):
            data["pos"] = tuple(place)
    classes = {(True, False): nx.DiGraph, (False, False): nx.Graph, (True, True): nx.MultiDiGraph, (False, True): nx.MultiGraph}
    converted = classes[graph.directed, graph.is_multigraph()]()
    if graph.name != "graph":  # what a graph without a name is called here
        converted.name = graph.name
    described = description_of(graph, "to_networkx")
    if described is not None:
        converted.graph[KEY] = described
    converted.add_nodes_from(enumerate(node_data))
    edge_data = records(edge_table(graph), graph.n_edges)
    converted.add_edges_from(zip(graph.source.tolist(), graph.target.tolist(), edge_data, strict=True))
    return converted


def from_networkx(
    nx_graph: "networkx.Graph",
    *,
    node_attributes: Sequence[str] | None = None,
    edge_attributes: Sequence[str] | None = None,
    models: Sequence[Any] = (),
) -> Graph:
    """A graph with the nodes, edges and attributes of a NetworkX graph.

    Parameters
    ----------
    nx_graph : networkx.DiGraph, Graph, MultiDiGraph or MultiGraph
        Its nodes become 0, 1, 2, ... in its own order, and names that are not these numbers the column ``"label"``. The node
        attribute ``"pos"`` becomes positions [um]; all nodes or none must have it, and an edge attribute ``"distance"`` is then
        left out, since distances follow from the positions. A node attribute ``"label"`` beside names of nodes becomes
        ``"label_attribute"``. Keys of parallel edges that do not number them become the edge column ``"key"``. Of the
        attributes of the graph itself the name is taken, and ``"netgraph"`` if `to_networkx` wrote it.
    node_attributes, edge_attributes : sequence of str, optional
        Attributes to take; all if None. Where an attribute is missing, the column holds NaN, False or ""; integers with gaps
        become floats; a missing weight or delay is 1.0, a missing type 1. Chosen ones give columns alone: without groups,
        shape and rules.
    models : sequence of NeuronModel or SynapseModel, optional
        Models of your own that the population has.

    Returns
    -------
    graph : Graph or Network
        With the groups, shape and rules of the graph that `to_networkx` was given. Groups are left out, with
        a warning, if there are other nodes now, or their attributes ``"group"`` and ``"type"`` say something else; these
        then are columns.

    Raises
    ------
    ParameterError
        An attribute that is not of one type among bool, int, float and str.
    FileFormatError
        What ``"netgraph"`` says is broken, does not fit, such as positions outside of the shape, or needs `models`. Without
        this attribute the graph has just its columns.
    UnknownNameError
        An attribute that no node or edge has.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = from_networkx(nx.DiGraph([("b", "a"), ("a", "c")]))
    >>> graph.nodes["label"].tolist(), graph.source.tolist()
    (['b', 'a', 'c'], [0, 1])
    """
    if not (hasattr(nx_graph, "adj") and hasattr(nx_graph, "is_multigraph")):
        raise ParameterError("from_networkx", got=nx_graph, expected="a NetworkX graph")
    labels = list(nx_graph)
    numbered = labels == list(range(len(labels)))
    edges = list(nx_graph.edges(data=True))
    edge_columns = gathered([edge[2] for edge in edges], edge_attributes, "edge")
    keys = _unusual_keys(nx_graph)
    if keys is not None and edge_attributes is None:
        edge_columns["key_attribute" if "key" in edge_columns else "key"] = keys
    node_columns = gathered([data for _, data in nx_graph.nodes(data=True)], node_attributes, "node")
    graph = build(
        (*_ends(edges, None if numbered else labels), len(labels)),
        {name: values for name, values in node_columns.items() if name != "pos"},
        edge_columns,
        directed=nx_graph.is_directed(),
        name=str(nx_graph.name or "graph"),
        positions=positions_of(node_columns.get("pos"), "pos"),
        labels=None if numbered else labels,
    )
    if node_attributes is not None or edge_attributes is not None:
        return graph
    return restored(graph, nx_graph.graph.get(KEY), "from_networkx", models=models)


def _ends(edges: Sequence[tuple], labels: list | None) -> tuple[np.ndarray, np.ndarray]:
    """Sources and targets as numbers of nodes."""
    ends = [map(itemgetter(end), edges) for end in (0, 1)]
    if labels is not None:
        number = dict(zip(labels, count()))
        ends = [map(number.__getitem__, names) for names in ends]
    source, target = (np.fromiter(numbers, dtype=np.int64, count=len(edges)) for numbers in ends)
    return source, target


def _unusual_keys(nx_graph: Any) -> list | None:
    """Keys of the edges of a multigraph as integers or text; None if they just number parallel edges from 0."""
    if not nx_graph.is_multigraph():
        return None
    if all(list(keys) == list(range(len(keys))) for _, row in nx_graph.adjacency() for keys in row.values()):
        return None
    keys = [key for _, _, key in nx_graph.edges(keys=True)]
    return keys if set(map(type, keys)) == {int} else [str(key) for key in keys]
