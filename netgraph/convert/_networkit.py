"""Graphs to and from networkit, whose edges carry one weight; other columns become attributes when they are named."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from netgraph.convert._build import build, chosen, edge_table, node_table
from netgraph.graph import Graph, check_graph
from simcore.errors import ParameterError

if TYPE_CHECKING:
    import networkit

__all__ = ["from_networkit", "to_networkit"]

# Its attributes hold these; a bool travels as an int.
_PYTHON = {"b": int, "i": int, "f": float, "U": str}


def to_networkit(
    graph: Graph,
    *,
    weight: str | None = None,
    node_attributes: Sequence[str] = (),
    edge_attributes: Sequence[str] = (),
) -> "networkit.Graph":
    """A networkit graph with the same nodes and edges.

    Parameters
    ----------
    graph : Graph
        Parallel edges and self-loops stay; networkit's functions differ in what they make of them. Groups, shape and rules stay
        behind, since graphs of networkit have no place for them: `from_networkit` gives a graph, not a network, and no
        structure; ``node_attributes=["group"]`` keeps the names of the groups.
    weight : str, optional
        Edge column that becomes the weight; None makes an unweighted graph.
    node_attributes, edge_attributes : sequence of str, optional
        Columns that become attributes of networkit (bool as int), one Python call for each value: the arrays above take
        hundredths of that time. Those of edges give the edges ids, the rows; parallel edges share no attribute, so that such a
        graph is refused. Positions are ``"x"``, ``"y"`` (and ``"z"``) [um]; ``"group"`` and ``"type"`` are those of a structure
        or network.

    Returns
    -------
    converted : networkit.Graph

    Raises
    ------
    UnknownNameError
        No such column.
    ParameterError
        No graph, a column of text as weight, edge attributes of parallel edges, or integers beyond 32 bits as attributes.
    ImportError
        networkit is not installed: ``pip install 'netspike[networkit]'``.

    Examples
    --------
    >>> to_networkit(Graph.from_edges([0, 2], [1, 1], weights=2.5), weight="weight").weight(2, 1)
    2.5
    """
    networkit = _networkit()
    check_graph("to_networkit", graph)
    axes = "" if graph.positions is None else "xyz"[: graph.positions.shape[1]]
    table = node_table("to_networkit", graph, axes)
    if graph.positions is not None:
        table |= dict(zip(axes, graph.positions.T, strict=True))
    wanted = [(name, table[name]) for name in chosen(table, node_attributes, "node")]
    edges = edge_table(graph)
    edge_columns = [(name, edges[name]) for name in chosen(edges, edge_attributes, "edge")]
    if edge_columns and graph.is_multigraph():
        raise ParameterError("to_networkit: edge_attributes", got="parallel edges", expected="none: they would share values")
    values = np.ones(graph.n_edges) if weight is None else graph._numeric_column(weight).astype(np.float64)
    ends = graph.source.astype(np.uint64), graph.target.astype(np.uint64)
    options = {"weighted": weight is not None, "directed": graph.directed, "edgesIndexed": bool(edge_columns)}
    converted = networkit.GraphFromCoo((np.ascontiguousarray(values), ends), n=graph.n_nodes, **options)
    for name, column in wanted:
        _fill(
            converted.attachNodeAttribute(name, _PYTHON[column.dtype.kind]),
            range(graph.n_nodes),
            column,
            where=f"nodes[{name!r}]",
        )
    pairs = list(zip(graph.source.tolist(), graph.target.tolist(), strict=True)) if edge_columns else []
    for name, column in edge_columns:
        _fill(converted.attachEdgeAttribute(name, _PYTHON[column.dtype.kind]), pairs, column, where=f"edges[{name!r}]")
    return converted


def from_networkit(
    nk_graph: "networkit.Graph",
    *,
    node_attributes: Mapping[str, type] | None = None,
    edge_attributes: Mapping[str, type] | None = None,
    name: str = "graph",
) -> Graph:
    """A graph with the nodes, edges and weights of a networkit graph.

    Parameters
    ----------
    nk_graph : networkit.Graph
        Weights become the column ``"weight"``. Edges with ids come in their order, others by source. If nodes were removed,
        the ids of the others become the column ``"label"``.
    node_attributes, edge_attributes : dict of str to type, optional
        Attributes to take, which networkit does not list, with their type: int, float or str. Missing values become NaN or "",
        integers with gaps floats.
    name : str
        Name of the graph.

    Returns
    -------
    graph : Graph

    Raises
    ------
    UnknownNameError
        No attribute of this name and type.
    ParameterError
        No networkit graph.

    Examples
    --------
    >>> from networkit import GraphFromCoo
    >>> ends = np.array([0, 0], dtype=np.uint64), np.array([1, 2], dtype=np.uint64)
    >>> from_networkit(GraphFromCoo((np.ones(2), ends), n=3, directed=True))
    <Graph 'graph': 3 nodes, 2 directed edges>
    """
    if not (hasattr(nk_graph, "iterEdgesWeights") and hasattr(nk_graph, "upperNodeIdBound")):
        raise ParameterError("from_networkit", got=nk_graph, expected="a networkit.Graph")
    ids = np.fromiter(nk_graph.iterNodes(), dtype=np.int64, count=nk_graph.numberOfNodes())
    number = np.full(nk_graph.upperNodeIdBound(), -1, dtype=np.int64)
    number[ids] = np.arange(ids.size)
    edges, edge_ids = _edges(nk_graph)
    columns: dict[str, Any] = {"weight": edges[:, 2].copy()} if nk_graph.isWeighted() else {}
    for attribute, kind in (edge_attributes or {}).items():
        found = dict(iter(_attribute(nk_graph.getEdgeAttribute, attribute, kind)))
        columns[attribute] = [found.get(i) for i in edge_ids]
    node_columns = {}
    for attribute, kind in (node_attributes or {}).items():
        found = dict(iter(_attribute(nk_graph.getNodeAttribute, attribute, kind)))
        node_columns[attribute] = [found.get(i) for i in ids.tolist()]
    return build(
        (number[edges[:, 0].astype(np.int64)], number[edges[:, 1].astype(np.int64)], ids.size),
        node_columns,
        columns,
        directed=nk_graph.isDirected(),
        name=name,
        labels=None if ids.size == number.size else ids.tolist(),
    )


def _edges(nk_graph: Any) -> tuple[np.ndarray, list[int]]:
    """Source, target and weight of each edge, and its id; in order of ids if there are any."""
    count = nk_graph.numberOfEdges()
    if not nk_graph.hasEdgeIds():
        flat = np.fromiter(chain.from_iterable(nk_graph.iterEdgesWeights()), dtype=np.float64, count=3 * count)
        return flat.reshape(-1, 3), []
    rows: list[tuple] = []
    nk_graph.forEdges(lambda *row: rows.append(row))
    rows.sort(key=itemgetter(3))
    return np.array(rows, dtype=np.float64).reshape(-1, 4)[:, :3], [row[3] for row in rows]


def _attribute(get: Any, name: str, kind: type) -> Any:
    """An attribute of networkit, which knows it by name and type."""
    try:
        return get(name, kind)
    except (RuntimeError, ValueError, TypeError, KeyError) as error:
        raise ParameterError(f"from_networkit: attribute {name!r}", got=kind, expected=f"its type ({error})") from None


def _fill(attribute: Any, places: Iterable, column: np.ndarray, *, where: str) -> None:
    """Set the attribute of each node or edge; networkit's integers have 32 bits."""
    values = column.astype(np.int64) if column.dtype.kind == "b" else column
    if values.dtype.kind == "i" and values.size and (values.min() < -(2**31) or values.max() >= 2**31):
        got = f"integers from {values.min()} to {values.max()}"
        raise ParameterError(f"to_networkit: {where}", got=got, expected="integers of 32 bits; as floats they fit")
    for place, value in zip(places, values.tolist(), strict=True):
        attribute[place] = value


def _networkit() -> Any:
    try:
        import networkit
    except ImportError:
        raise ImportError("networkit is not installed; install it with: pip install 'netspike[networkit]'") from None
    return networkit
