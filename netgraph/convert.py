"""Graphs to and from NetworkX and igraph, with all attributes; matrices are `Graph.adjacency` and `Graph.from_matrix`.

Nodes keep their order. Names of nodes that are not 0, 1, 2, ... are kept in the node column ``"label"``.
"""

from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np

from netgraph._pairs import first_occurrence, pair_keys
from netgraph._store import EDGE_DEFAULTS
from netgraph.attributes import Columns
from netgraph.graph import Graph, check_graph
from simcore.errors import ParameterError, UnknownNameError

if TYPE_CHECKING:
    import igraph
    import networkx

__all__ = ["from_igraph", "from_networkx", "to_igraph", "to_networkx"]


def to_networkx(graph: Graph) -> "networkx.Graph":
    """A NetworkX graph with the same nodes, edges and columns.

    Parameters
    ----------
    graph : Graph
        Parallel edges make the result a multigraph.

    Returns
    -------
    converted : networkx.DiGraph, Graph, MultiDiGraph or MultiGraph
        Nodes are the integers from 0, in order; columns are attributes, positions the node attribute ``"pos"`` [um].

    Raises
    ------
    ParameterError
        No graph, or a node column ``"pos"`` beside positions.

    Examples
    --------
    >>> to_networkx(Graph.from_edges([0], [1], weights=2.0)).edges[0, 1]
    {'weight': 2.0}
    """
    import networkx as nx

    check_graph("to_networkx", graph)
    keys = pair_keys(graph.source, graph.target, n_nodes=graph.n_nodes, directed=graph.directed)
    has_parallel = not first_occurrence(keys).all()
    classes = {(True, False): nx.DiGraph, (False, False): nx.Graph, (True, True): nx.MultiDiGraph, (False, True): nx.MultiGraph}
    converted = classes[graph.directed, has_parallel](name=graph.name)
    node_data = _records(graph.nodes, graph.n_nodes)
    if graph.positions is not None:
        _require_no_column("to_networkx", graph, ["pos"])
        node_data = [{**data, "pos": tuple(place)} for data, place in zip(node_data, graph.positions.tolist(), strict=True)]
    converted.add_nodes_from(enumerate(node_data))
    edge_data = _records(graph.edges, graph.n_edges)
    converted.add_edges_from(zip(graph.source.tolist(), graph.target.tolist(), edge_data, strict=True))
    return converted


def from_networkx(
    nx_graph: "networkx.Graph", *, node_attributes: Sequence[str] | None = None, edge_attributes: Sequence[str] | None = None
) -> Graph:
    """A graph with the nodes, edges and attributes of a NetworkX graph.

    Parameters
    ----------
    nx_graph : networkx.DiGraph, Graph, MultiDiGraph or MultiGraph
        Its nodes become 0, 1, 2, ... in its own order. The node attribute ``"pos"`` becomes positions [um]; all nodes or none
        must have it, and an edge attribute ``"distance"`` is then left out, since distances follow from the positions. A node
        attribute ``"label"`` beside names of nodes becomes ``"label_attribute"``.
    node_attributes, edge_attributes : sequence of str, optional
        Attributes to take; all if None. Where an attribute is missing, the column holds NaN, False or ""; integers with gaps
        become floats; a missing weight or delay is 1.0, a missing type 1.

    Returns
    -------
    graph : Graph

    Raises
    ------
    ParameterError
        An attribute that is not of one type among bool, int, float and str.
    UnknownNameError
        An attribute that no node or edge has.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = from_networkx(nx.DiGraph([("b", "a"), ("a", "c")]))
    >>> graph.nodes["label"].tolist(), graph.source.tolist()
    (['b', 'a', 'c'], [0, 1])
    """
    if not (hasattr(nx_graph, "nodes") and hasattr(nx_graph, "is_multigraph")):
        raise ParameterError("from_networkx", got=nx_graph, expected="a NetworkX graph")
    number = {label: i for i, label in enumerate(nx_graph.nodes)}
    edges = list(nx_graph.edges(data=True))
    source = np.fromiter((number[edge[0]] for edge in edges), dtype=np.int64, count=len(edges))
    target = np.fromiter((number[edge[1]] for edge in edges), dtype=np.int64, count=len(edges))
    node_columns = _gathered([data for _, data in nx_graph.nodes(data=True)], node_attributes, "node")
    positions = _as_positions(node_columns.pop("pos", None), "pos")
    labels = None if list(number) == list(range(len(number))) else list(number)
    edge_columns = _gathered([edge[2] for edge in edges], edge_attributes, "edge")
    ends = source, target, len(number)
    name = str(nx_graph.name or "graph")
    return _build(
        ends, node_columns, edge_columns, directed=nx_graph.is_directed(), name=name, positions=positions, labels=labels
    )


def to_igraph(graph: Graph) -> "igraph.Graph":
    """An igraph graph with the same nodes, edges (in order of rows) and columns.

    Parameters
    ----------
    graph : Graph
        Columns become vertex and edge attributes, a text column ``"label"`` the vertex attribute ``"name"``, positions
        ``"x"``, ``"y"`` (and ``"z"``) [um].

    Returns
    -------
    converted : igraph.Graph

    Raises
    ------
    ParameterError
        No graph, or a node column ``"x"``, ``"y"`` or ``"z"`` beside positions.

    Examples
    --------
    >>> to_igraph(Graph.from_edges([0, 2], [1, 1])).indegree()
    [0, 2, 0]
    """
    import igraph

    check_graph("to_igraph", graph)
    pairs = np.column_stack([graph.source, graph.target]).astype(np.int64)
    converted = igraph.Graph(graph.n_nodes, pairs.data if pairs.size else [], directed=graph.directed)
    converted["name"] = graph.name
    for table, sequence in ((graph.nodes, converted.vs), (graph.edges, converted.es)):
        for name, values in table.items():
            sequence[_igraph_name(graph, table, name)] = values.tolist()
    if graph.positions is not None:
        axes = "xyz"[: graph.positions.shape[1]]
        _require_no_column("to_igraph", graph, axes)
        for axis, values in zip(axes, graph.positions.T, strict=True):
            converted.vs[axis] = values.tolist()
    return converted


def from_igraph(
    ig_graph: "igraph.Graph", *, node_attributes: Sequence[str] | None = None, edge_attributes: Sequence[str] | None = None
) -> Graph:
    """A graph with the vertices, edges (rows in order of their ids) and attributes of an igraph graph.

    Parameters
    ----------
    ig_graph : igraph.Graph
        The vertex attribute ``"name"`` becomes the column ``"label"``; ``"x"``, ``"y"`` (and ``"z"``) become positions [um],
        and an edge attribute ``"distance"`` is then left out.
    node_attributes, edge_attributes : sequence of str, optional
        Attributes to take; all if None. See `from_networkx` for missing values.

    Returns
    -------
    graph : Graph

    Raises
    ------
    ParameterError
        An attribute that is not of one type among bool, int, float and str.
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
    pairs = np.array(ig_graph.get_edgelist(), dtype=np.int64).reshape(-1, 2)
    node_columns = {name: ig_graph.vs[name] for name in _chosen(ig_graph.vs.attributes(), node_attributes, "node")}
    edge_columns = {name: ig_graph.es[name] for name in _chosen(ig_graph.es.attributes(), edge_attributes, "edge")}
    labels = node_columns.pop("name", None)
    axes = [axis for axis in "xyz" if axis in node_columns]
    positions = None
    if axes in (["x", "y"], ["x", "y", "z"]) and ig_graph.vcount() > 0:
        positions = _as_positions(list(zip(*(node_columns.pop(axis) for axis in axes), strict=True)), "x, y")
    name = str((ig_graph["name"] if "name" in ig_graph.attributes() else None) or "graph")
    ends = pairs[:, 0], pairs[:, 1], ig_graph.vcount()
    return _build(
        ends, node_columns, edge_columns, directed=ig_graph.is_directed(), name=name, positions=positions, labels=labels
    )


def _build(
    ends: tuple[np.ndarray, np.ndarray, int],
    node_columns: Mapping[str, list],
    edge_columns: Mapping[str, list],
    *,
    directed: bool,
    name: str,
    positions: np.ndarray | None,
    labels: list | None,
) -> Graph:
    source, target, n_nodes = ends
    if positions is not None:
        edge_columns = {column: values for column, values in edge_columns.items() if column != "distance"}
    attributes = {column: _typed(values, column, "edge") for column, values in edge_columns.items()}
    graph = Graph.from_edges(
        source, target, n_nodes=n_nodes, directed=directed, attributes=attributes, name=name, positions=positions
    )
    for column, values in node_columns.items():
        graph.nodes["label_attribute" if column == "label" and labels is not None else column] = _typed(values, column, "node")
    if labels is not None:
        graph.nodes["label"] = _label_column(labels)
    return graph


def _records(columns: Columns, n: int) -> list[dict[str, Any]]:
    """One dictionary of plain Python values for each row."""
    names = list(columns)
    if not names:
        return [{} for _ in range(n)]
    return [dict(zip(names, row, strict=True)) for row in zip(*(columns[name].tolist() for name in names), strict=True)]


def _igraph_name(graph: Graph, table: Columns, name: str) -> str:
    is_label = name == "label" and table.dtype(name).kind == "U" and "name" not in graph.nodes
    return "name" if is_label and table._kind == "node" else name


def _chosen(existing: Iterable[str], wanted: Sequence[str] | None, kind: str) -> list[str]:
    names = list(existing)
    if isinstance(wanted, str):
        raise ParameterError(f"{kind}_attributes", got=wanted, expected="a list of names")
    for name in wanted or ():
        if name not in names:
            raise UnknownNameError(f"{kind} attribute", got=name, choices=names)
    return names if wanted is None else list(wanted)


def _gathered(records: Sequence[Mapping[str, Any]], wanted: Sequence[str] | None, kind: str) -> dict[str, list]:
    """Values of each attribute in order of the records, None where it is missing."""
    existing = list(dict.fromkeys(name for record in records for name in record))
    return {name: [record.get(name) for record in records] for name in _chosen(existing, wanted, kind)}


def _typed(values: list, name: str, kind: str) -> np.ndarray:
    """A column of one type; None marks a missing value."""
    present = [v for v in values if v is not None]
    gaps = len(present) < len(values)
    default = EDGE_DEFAULTS.get(name) if kind == "edge" else None
    if name == "type" and default is not None and not all(isinstance(v, Integral) and abs(v) == 1 for v in present):
        raise _refusal(kind, name, present, "+1 (excitatory) and -1 (inhibitory)")
    for one, dtype, missing in _TYPES:
        if not all(_is_one(v, one) for v in present) or (one == "bool" and not present):
            continue
        if default is not None and one != "str":
            dtype, missing = type(default), default
        elif gaps and one == "int":
            dtype = np.float64
        return np.array([missing if v is None else v for v in values], dtype=dtype)
    raise _refusal(kind, name, present, "one type among bool, int (64 bits), float and str")


def _refusal(kind: str, name: str, values: list, expected: str) -> ParameterError:
    found = ", ".join(sorted({type(v).__name__ for v in values}))
    got = f"values of type {found}, such as {values[0]!r}"
    return ParameterError(f"{kind} attribute {name!r}", got=got, expected=f"{expected}; {kind}_attributes chooses what to take")


def _require_no_column(where: str, graph: Graph, names: Iterable[str]) -> None:
    """Refuse node columns that positions would overwrite."""
    for name in names:
        if name in graph.nodes:
            got = "a column beside positions, which take this name"
            raise ParameterError(f"{where}: nodes[{name!r}]", got=got, expected="another name")


_TYPES: tuple[tuple[str, Any, Any], ...] = (
    ("bool", np.bool_, False),
    ("int", np.int64, np.nan),
    ("float", np.float64, np.nan),
    ("str", np.str_, ""),
)


def _is_one(value: Any, kind: str) -> bool:
    if isinstance(value, (bool, np.bool_)):
        return kind == "bool"
    if isinstance(value, (int, np.integer)):
        return kind == "float" or (kind == "int" and -(2**63) <= int(value) < 2**63)
    return isinstance(value, str) if kind == "str" else kind == "float" and isinstance(value, (float, np.floating))


def _label_column(labels: list) -> np.ndarray:
    for kind, dtype in (("int", np.int64), ("str", np.str_)):
        if all(_is_one(label, kind) for label in labels):
            return np.array(labels, dtype=dtype)
    return np.array(["" if label is None else str(label) for label in labels])


def _as_positions(places: list | None, name: str) -> np.ndarray | None:
    if places is None or not places:
        return None
    try:
        return np.array(places, dtype=np.float64)
    except (TypeError, ValueError):
        raise ParameterError(
            f"node attribute {name!r}", got=places[0], expected="two or three numbers for every node"
        ) from None
