"""Graphs to and from igraph, with all attributes."""

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from netgraph._columns import Columns
from netgraph.convert._build import build, chosen, edge_table, node_table, positions_of
from netgraph.convert._description import KEY, description_of, restored
from netgraph.graph import Graph, check_graph
from simcore.errors import ParameterError

if TYPE_CHECKING:
    import igraph

__all__ = ["from_igraph", "to_igraph"]


def to_igraph(graph: Graph) -> "igraph.Graph":
    """An igraph graph with the same nodes, edges (in order of rows) and columns.

    Parameters
    ----------
    graph : Graph
        Columns become vertex and edge attributes, a text column ``"label"`` the vertex attribute ``"name"``, positions
        ``"x"``, ``"y"`` (and ``"z"``) and the edge attribute ``"distance"`` [um]. With a structure, vertices have the
        attribute ``"group"``, those of a network ``"type"`` too. Groups, shape and rules are the attribute
        ``"netgraph"`` of the graph, as of `to_networkx`.

    Returns
    -------
    converted : igraph.Graph

    Raises
    ------
    ParameterError
        No graph, a node column ``"x"``, ``"y"`` or ``"z"`` beside positions, or ``"group"`` or ``"type"`` beside groups.

    Examples
    --------
    >>> to_igraph(Graph.from_edges([0, 2], [1, 1])).indegree()
    [0, 2, 0]
    """
    import igraph

    check_graph("to_igraph", graph)
    axes = "" if graph.positions is None else "xyz"[: graph.positions.shape[1]]
    table = node_table("to_igraph", graph, axes)
    pairs = np.column_stack([graph.source, graph.target]).astype(np.int64)
    converted = igraph.Graph(graph.n_nodes, pairs.data if pairs.size else [], directed=graph.directed)
    converted["name"] = graph.name
    described = description_of(graph, "to_igraph")
    if described is not None:
        converted[KEY] = described
    for name, values in table.items():
        converted.vs["name" if name == _named_column(graph.nodes) else name] = values.tolist()
    for name, values in edge_table(graph).items():
        converted.es[name] = values.tolist()
    for axis, values in zip(axes, () if graph.positions is None else graph.positions.T, strict=True):
        converted.vs[axis] = values.tolist()
    return converted


def from_igraph(
    ig_graph: "igraph.Graph",
    *,
    node_attributes: Sequence[str] | None = None,
    edge_attributes: Sequence[str] | None = None,
    models: Sequence[Any] = (),
) -> Graph:
    """A graph with the vertices, edges (rows in order of their ids) and attributes of an igraph graph.

    Parameters
    ----------
    ig_graph : igraph.Graph
        The vertex attribute ``"name"`` becomes the column ``"label"``; ``"x"``, ``"y"`` (and ``"z"``) become positions [um],
        and an edge attribute ``"distance"`` is then left out.
    node_attributes, edge_attributes, models
        See `from_networkx`.

    Returns
    -------
    graph : Graph or Network
        With the groups, shape and rules that the attribute ``"netgraph"`` of the graph tells, as `from_networkx` says.

    Raises
    ------
    ParameterError
        An attribute that is not of one type among bool, int, float and str.
    FileFormatError
        What ``"netgraph"`` says is broken, does not fit, or needs `models`.
    UnknownNameError
        An attribute that the graph has not.

    Examples
    --------
    >>> import igraph
    >>> from_igraph(igraph.Graph([(0, 1), (1, 2)], directed=True)).target.tolist()
    [1, 2]
    """
    if not hasattr(ig_graph, "get_edgelist"):
        raise ParameterError("from_igraph", got=ig_graph, expected="an igraph.Graph")
    n_edges = ig_graph.ecount()
    pairs = np.fromiter(chain.from_iterable(ig_graph.get_edgelist()), dtype=np.int64, count=2 * n_edges).reshape(-1, 2)
    node_columns = {name: ig_graph.vs[name] for name in chosen(ig_graph.vs.attributes(), node_attributes, "node")}
    edge_columns = {name: ig_graph.es[name] for name in chosen(ig_graph.es.attributes(), edge_attributes, "edge")}
    labels = node_columns.pop("name", None)
    axes = [axis for axis in "xyz" if axis in node_columns]
    positions = None
    if axes in (["x", "y"], ["x", "y", "z"]) and ig_graph.vcount() > 0:
        positions = positions_of(list(zip(*(node_columns.pop(axis) for axis in axes), strict=True)), "x, y")
    graph = build(
        (pairs[:, 0], pairs[:, 1], ig_graph.vcount()),
        node_columns,
        edge_columns,
        directed=ig_graph.is_directed(),
        name=str((ig_graph["name"] if "name" in ig_graph.attributes() else None) or "graph"),
        positions=positions,
        labels=labels,
    )
    if node_attributes is not None or edge_attributes is not None:
        return graph
    described = ig_graph[KEY] if KEY in ig_graph.attributes() else None
    return restored(graph, described, "from_igraph", models=models)


def _named_column(nodes: Columns) -> str | None:
    """The node column that igraph calls the name of a vertex."""
    is_label = "label" in nodes and nodes.dtype("label").kind == "U" and "name" not in nodes
    return "label" if is_label else None
