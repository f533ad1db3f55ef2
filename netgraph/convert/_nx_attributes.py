"""NetworkX's functions that set and remove attributes: they change the columns of our graph, or nothing if one is refused."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from netgraph._columns import Columns
from netgraph.convert._build import typed
from netgraph.graph import Graph
from simcore.errors import ParameterError

__all__ = ["remove_edge_attributes", "remove_node_attributes", "set_edge_attributes", "set_node_attributes"]


def set_node_attributes(G: Graph, values: Any, name: str | None = None) -> None:
    """Set node columns; ``"pos"`` sets positions. Nodes that do not exist are left out, as in NetworkX."""
    if name is not None and not isinstance(values, Mapping):
        G.nodes[name] = values
        return
    columns = _by_attribute(values, name)
    places = columns.pop("pos", None)
    if places is not None and places.keys() != set(range(G.n_nodes)):
        raise ParameterError("set_node_attributes: 'pos'", got=f"{len(places)} places", expected="one for every node")
    if places is not None and columns:
        raise ParameterError("set_node_attributes: 'pos'", got="positions beside columns", expected="a call of their own")
    if places is not None:
        G.set_positions([places[node] for node in range(G.n_nodes)])
    row_of = range(G.n_nodes)
    _set_rows(G.nodes, {column: {i: v for i, v in by_node.items() if i in row_of} for column, by_node in columns.items()})


def set_edge_attributes(G: Graph, values: Any, name: str | None = None) -> None:
    """Set edge columns; of parallel edges the key counts them in order of rows. Edges that do not exist are left out."""
    if name is not None and not isinstance(values, Mapping):
        G.edges[name] = values
        return
    row_of = _edge_rows(G)
    columns = _by_attribute(values, name)
    _set_rows(G.edges, {column: {row_of[e]: v for e, v in found.items() if e in row_of} for column, found in columns.items()})


def remove_node_attributes(G: Graph, *attr_names: str, nbunch: Any = None) -> None:
    """Remove node columns; those that do not exist are left out."""
    _require_all("remove_node_attributes: nbunch", nbunch)
    for name in attr_names:
        if name in G.nodes:
            del G.nodes[name]


def remove_edge_attributes(G: Graph, *attr_names: str, ebunch: Any = None) -> None:
    """Remove edge columns; those that do not exist are left out."""
    _require_all("remove_edge_attributes: ebunch", ebunch)
    for name in attr_names:
        if name in G.edges:
            del G.edges[name]


def _set_rows(table: Columns, columns: Mapping[str, Mapping[int, Any]]) -> None:
    """Set the rows of several columns once all values are known to be right."""
    kind, graph = table._kind, table._graph
    checked = {}
    for name, by_row in columns.items():
        values = graph._check_column(kind, name, typed(list(by_row.values()), name, kind))
        table._refuse_computed(name)
        table._store.check(name, values, table._where(name))
        graph._check_sent(kind, name, "set")
        checked[name] = np.array(list(by_row), dtype=np.int64), values
    for name, (rows, values) in checked.items():
        table.set_rows(name, rows, values)


def _require_all(where: str, given: Any) -> None:
    if given is not None:
        raise ParameterError(where, got=given, expected="None: a column has a value in every row")


def _by_attribute(values: Any, name: str | None) -> dict[str, dict]:
    """Values of each attribute, from ``{item: value}`` with a name or ``{item: {name: value}}`` without."""
    if name is not None:
        return {name: dict(values)}
    columns: dict[str, dict] = {}
    for item, attributes in values.items():
        for attribute, value in attributes.items():
            columns.setdefault(attribute, {})[item] = value
    return columns


def _edge_rows(graph: Graph) -> dict[tuple, int]:
    """Row of each edge by its ends, in a multigraph by its ends and its number among parallel edges."""
    rows: dict[tuple, int] = {}
    seen: dict[tuple, int] = {}
    for row, ends in enumerate(zip(graph.source.tolist(), graph.target.tolist(), strict=True)):
        key = ends if graph.directed else (min(ends), max(ends))
        number = seen[key] = seen.get(key, -1) + 1
        for pair in {ends} if graph.directed else {ends, ends[::-1]}:
            rows[(*pair, number) if graph.is_multigraph() else pair] = row
    return rows
