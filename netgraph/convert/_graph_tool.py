"""Graphs to and from graph-tool, which pip cannot install: conda and some distributions have it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from netgraph.convert._build import build, chosen, edge_table, node_table, positions_of
from netgraph.convert._description import KEY, description_of, restored
from netgraph.graph import Graph, check_graph
from simcore.errors import ParameterError

if TYPE_CHECKING:
    import graph_tool

__all__ = ["from_graph_tool", "to_graph_tool"]

_VALUE_TYPES = {"b": "bool", "i": "int64_t", "f": "double", "U": "string"}


def to_graph_tool(graph: Graph) -> "graph_tool.Graph":
    """A graph-tool graph with the same nodes, edges (in order of rows) and columns.

    Parameters
    ----------
    graph : Graph
        Columns become internal property maps of vertices and edges (bool, int64_t, double, string), positions the vertex
        property ``"pos"`` and the edge property ``"distance"`` [um], the name the graph property ``"name"``. With a
        structure, vertices have ``"group"``, those of a network ``"type"`` too. Groups, shape and rules are
        the graph property ``"netgraph"``, as of `to_networkx`.

    Returns
    -------
    converted : graph_tool.Graph

    Raises
    ------
    ParameterError
        No graph, a node column ``"pos"`` beside positions, or ``"group"`` or ``"type"`` beside groups.
    ImportError
        graph-tool is not installed.
    """
    try:
        import graph_tool
    except ImportError:
        raise ImportError("graph-tool is not installed; see https://graph-tool.skewed.de (conda has it, pip has not)") from None
    check_graph("to_graph_tool", graph)
    table = node_table("to_graph_tool", graph, ["pos"])
    converted = graph_tool.Graph(directed=graph.directed)
    converted.add_vertex(graph.n_nodes)
    converted.add_edge_list(np.column_stack([graph.source, graph.target]).astype(np.int64))
    for name, column in table.items():
        converted.vp[name] = converted.new_vertex_property(_VALUE_TYPES[column.dtype.kind])
        _fill(converted.vp[name], column, converted.vertices, converted.vertex_index)
    for name, column in edge_table(graph).items():
        converted.ep[name] = converted.new_edge_property(_VALUE_TYPES[column.dtype.kind])
        _fill(converted.ep[name], column, converted.edges, converted.edge_index)
    if graph.positions is not None:
        converted.vp["pos"] = converted.new_vertex_property("vector<double>", vals=graph.positions.tolist())
    described = description_of(graph, "to_graph_tool")
    if described is not None:
        converted.gp[KEY] = converted.new_graph_property("string", val=described)
    converted.gp["name"] = converted.new_graph_property("string", val=graph.name)
    return converted


def from_graph_tool(
    gt_graph: "graph_tool.Graph",
    *,
    node_attributes: Sequence[str] | None = None,
    edge_attributes: Sequence[str] | None = None,
    models: Sequence[Any] = (),
) -> Graph:
    """A graph with the vertices, edges (rows in order of their indices) and internal properties of a graph-tool graph.

    Parameters
    ----------
    gt_graph : graph_tool.Graph
        Without filters; ``graph_tool.Graph(view, prune=True)`` makes one of a filtered view. The vertex property ``"pos"``
        becomes positions [um], and an edge property ``"distance"`` is then left out; ``"name"`` of the graph is its name.
    node_attributes, edge_attributes : sequence of str, optional
        Properties to take; all if None.
    models : sequence of NeuronModel or SynapseModel, optional
        See `from_networkx`.

    Returns
    -------
    graph : Graph or Network
        With the groups, shape and rules that the graph property ``"netgraph"`` tells, as `from_networkx` says.

    Raises
    ------
    ParameterError
        No graph-tool graph, a filtered one, or a property that is not of bool, numbers or text.
    UnknownNameError
        A property that the graph has not.
    FileFormatError
        What ``"netgraph"`` says is broken, does not fit, or needs `models`.
    """
    if not (hasattr(gt_graph, "num_vertices") and hasattr(gt_graph, "edge_index")):
        raise ParameterError("from_graph_tool", got=gt_graph, expected="a graph_tool.Graph")
    n_nodes = gt_graph.num_vertices(ignore_filter=True)
    if (gt_graph.num_vertices(), gt_graph.num_edges()) != (n_nodes, gt_graph.num_edges(ignore_filter=True)):
        raise ParameterError("from_graph_tool", got="a filtered graph", expected="graph_tool.Graph(view, prune=True)")
    found = gt_graph.get_edges([gt_graph.edge_index]).astype(np.int64)
    found = found[np.argsort(found[:, 2], kind="stable")]
    vertices = {name: gt_graph.vp[name] for name in chosen(gt_graph.vp, node_attributes, "node")}
    edges = {name: gt_graph.ep[name] for name in chosen(gt_graph.ep, edge_attributes, "edge")}
    places = vertices.pop("pos", None)
    name = gt_graph.gp["name"] if "name" in gt_graph.gp else "graph"
    edge_keys = {int(gt_graph.edge_index[e]): e for e in gt_graph.edges()} if any(map(_is_text, edges.values())) else {}
    keys = [edge_keys[i] for i in found[:, 2].tolist()] if edge_keys else []
    everywhere = np.arange(n_nodes)
    graph = build(
        (found[:, 0], found[:, 1], n_nodes),
        {name: _column(name, values, everywhere, everywhere.tolist()) for name, values in vertices.items()},
        {name: _column(name, values, found[:, 2], keys) for name, values in edges.items()},
        directed=gt_graph.is_directed(),
        name=str(name or "graph"),
        positions=None if places is None else positions_of([list(places[v]) for v in gt_graph.vertices()], "pos"),
    )
    if node_attributes is not None or edge_attributes is not None:
        return graph
    return restored(graph, gt_graph.gp[KEY] if KEY in gt_graph.gp else None, "from_graph_tool", models=models)


def _fill(values: Any, column: np.ndarray, keys: Any, index: Any) -> None:
    """Set a property map, whose arrays are in order of indices; iteration over edges is not."""
    if column.dtype.kind != "U":
        values.get_array()[:] = column
        return
    texts = column.tolist()
    for key in keys():
        values[key] = texts[index[key]]


def _is_text(values: Any) -> bool:
    return values.value_type() == "string"


def _column(name: str, values: Any, indices: np.ndarray, keys: Sequence[Any]) -> Any:
    """Values of a property map: numbers by index, text by vertex or edge."""
    if _is_text(values):
        return [values[key] for key in keys]
    array = values.get_array()
    if array is None:
        got = f"values of type {values.value_type()}"
        raise ParameterError(f"property {name!r}", got=got, expected="bool, numbers or text; *_attributes choose what to take")
    column = np.asarray(array)[indices]
    return column.astype(bool) if values.value_type() == "bool" else column
