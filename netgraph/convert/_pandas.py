"""Graphs to and from pandas: one table of nodes and one of edges."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from netgraph.convert._build import build, chosen, edge_table, node_table, require_no_column
from netgraph.convert._description import KEY, description_of, restored
from netgraph.graph import Graph, check_graph
from simcore.errors import ParameterError, UnknownNameError

if TYPE_CHECKING:
    import pandas

__all__ = ["from_pandas", "to_pandas"]


def to_pandas(graph: Graph) -> "tuple[pandas.DataFrame, pandas.DataFrame]":
    """Tables of the nodes and of the edges.

    Parameters
    ----------
    graph : Graph

    Returns
    -------
    nodes : pandas.DataFrame
        A row for each node, its id as the index: the columns, ``"x"``, ``"y"`` (and ``"z"``) [um] of positions, and
        ``"group"`` if there is a structure and ``"type"`` of a network. Its ``attrs`` have the text ``"netgraph"`` of
        `to_networkx` with groups, shape and rules.
    edges : pandas.DataFrame
        A row for each edge in order: ``"source"``, ``"target"``, the columns, and ``"distance"`` [um] if there are positions.

    Raises
    ------
    ParameterError
        No graph, or a column whose name one of these takes.
    ImportError
        pandas is not installed: ``pip install 'netspike[pandas]'``.

    Examples
    --------
    >>> nodes, edges = to_pandas(Graph.from_edges([0, 2], [1, 1], weights=[0.5, 2.0]))
    >>> len(nodes), edges["weight"].tolist()
    (3, [0.5, 2.0])
    """
    pandas = _pandas()
    check_graph("to_pandas", graph)
    axes = "" if graph.positions is None else "xyz"[: graph.positions.shape[1]]
    table = node_table("to_pandas", graph, axes)
    if graph.positions is not None:
        table |= dict(zip(axes, graph.positions.T, strict=True))
    require_no_column("to_pandas", graph.edges, ("source", "target"), "the ends of edges")
    ends = {"source": graph.source, "target": graph.target}
    nodes = pandas.DataFrame({name: np.array(column) for name, column in table.items()}, index=range(graph.n_nodes))
    described = description_of(graph, "to_pandas")
    if described is not None:
        nodes.attrs[KEY] = described
    edges = {name: np.array(column) for name, column in (ends | edge_table(graph)).items()}
    return nodes, pandas.DataFrame(edges, index=range(graph.n_edges))


def from_pandas(
    edges: "pandas.DataFrame",
    nodes: "pandas.DataFrame | None" = None,
    *,
    source: str = "source",
    target: str = "target",
    directed: bool = True,
    node_attributes: Sequence[str] | None = None,
    edge_attributes: Sequence[str] | None = None,
    name: str = "graph",
    models: Sequence[Any] = (),
) -> Graph:
    """A graph from a table of edges, and one of nodes.

    Parameters
    ----------
    edges : pandas.DataFrame
        A row for each edge; the columns beside the two ends become edge columns.
    nodes : pandas.DataFrame, optional
        A row for each node, in order, with the name that the ends use as its index; columns become node columns, ``"x"`` and
        ``"y"`` (and ``"z"``) positions [um]. Names that are not 0, 1, 2, ... become the column ``"label"``. None takes the
        names that the ends have: whole numbers as ids of nodes, text in order of its first mention.
    source, target : str
        Columns of the ends.
    directed : bool
        Whether edges have a direction.
    node_attributes, edge_attributes : sequence of str, optional
        Columns to take; all if None.
    name : str
        Name of the graph.
    models : sequence of NeuronModel or SynapseModel, optional
        See `from_networkx`.

    Returns
    -------
    graph : Graph or Network
        With the groups, shape and rules that the ``attrs`` of `nodes` tell, if all columns are taken; see `from_networkx`.
        Categories become their values. Missing values of floats and of text become NaN and "", a missing weight or delay 1.0;
        other missing values are refused.

    Raises
    ------
    UnknownNameError
        No such column, or an end that is no node.
    ParameterError
        No tables, two nodes of one name, missing ends, or a column that is not of one type among bool, int, float and str.
    FileFormatError
        What ``attrs["netgraph"]`` says is broken, does not fit, or needs `models`.

    Examples
    --------
    >>> import pandas
    >>> graph = from_pandas(pandas.DataFrame({"source": ["a", "b"], "target": ["b", "c"], "weight": [0.5, 2.0]}))
    >>> graph.nodes["label"].tolist(), graph.edges["weight"].tolist()
    (['a', 'b', 'c'], [0.5, 2.0])
    """
    pandas = _pandas()
    for table in (edges,) if nodes is None else (edges, nodes):
        if not isinstance(table, pandas.DataFrame):
            raise ParameterError("from_pandas", got=table, expected="pandas.DataFrame")
        if not table.columns.is_unique:
            raise ParameterError("from_pandas: columns", got=list(table.columns), expected="each name once")
    for end in (source, target):
        if end not in edges.columns:
            raise UnknownNameError("column of an end", got=end, choices=map(str, edges.columns))
    names, ends = _numbered(pandas, [edges[source], edges[target]], None if nodes is None else nodes.index)
    others = [column for column in edges.columns if column not in (source, target)]
    edge_columns = {column: _values(pandas, edges[column], "edge") for column in chosen(others, edge_attributes, "edge")}
    node_columns = {}
    if nodes is not None:
        wanted = chosen(nodes.columns, node_attributes, "node")
        node_columns = {column: _values(pandas, nodes[column], "node") for column in wanted}
    axes = [axis for axis in "xyz" if axis in node_columns]
    positions = None
    if axes in (["x", "y"], ["x", "y", "z"]):
        positions = np.column_stack([node_columns.pop(axis) for axis in axes])
    numbered = isinstance(names, range) or names == list(range(len(names)))
    graph = build(
        (ends[0], ends[1], len(names)),
        node_columns,
        edge_columns,
        directed=directed,
        name=name,
        positions=positions,
        labels=None if numbered else names,
    )
    if nodes is None or node_attributes is not None or edge_attributes is not None:
        return graph
    return restored(graph, nodes.attrs.get(KEY), "from_pandas", models=models)


def _numbered(pandas: Any, ends: list, index: Any) -> tuple[Any, list[np.ndarray]]:
    """Names of the nodes, and the ends as their numbers."""
    for end in ends:
        if end.isna().any():
            raise ParameterError(f"column {end.name!r}", got=f"{int(end.isna().sum())} missing ends", expected="none")
    if index is None:
        if all(pandas.api.types.is_integer_dtype(end.dtype) for end in ends):
            numbers = [end.to_numpy(dtype=np.int64) for end in ends]
            return range(max((int(end.max()) for end in numbers if end.size), default=-1) + 1), numbers
        codes, names = pandas.factorize(np.column_stack([end.astype(object) for end in ends]).ravel())
        return list(names), [codes[0::2], codes[1::2]]
    if not index.is_unique:
        raise ParameterError("nodes: index", got=f"{index[index.duplicated()][0]!r} more than once", expected="each name once")
    numbers = [index.get_indexer(end) for end in ends]
    for end, found in zip(ends, numbers, strict=True):
        if (found < 0).any():
            raise UnknownNameError(f"node in column {end.name!r}", got=end[found < 0].iloc[0], choices=map(str, index))
    return index.tolist(), numbers


def _values(pandas: Any, column: Any, kind: str) -> Any:
    """Values of a column: an array, or a list for text and objects, with None where one is missing."""
    if isinstance(column.dtype, pandas.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    types = pandas.api.types
    missing = int(column.isna().sum())
    if types.is_bool_dtype(column.dtype) or types.is_integer_dtype(column.dtype):
        if missing:
            got = f"{missing} missing values of type {column.dtype}"
            raise ParameterError(f"{kind} attribute {column.name!r}", got=got, expected="none, or a column of floats")
        return column.to_numpy(dtype=bool if types.is_bool_dtype(column.dtype) else None)
    if types.is_float_dtype(column.dtype):
        is_quantity = kind == "edge" and column.name in ("weight", "delay")
        return column.to_numpy(dtype=np.float64, na_value=1.0 if is_quantity else np.nan)
    if types.is_string_dtype(column.dtype) or column.dtype == object:
        return [None if gap else value for value, gap in zip(column.tolist(), column.isna().tolist(), strict=True)]
    raise ParameterError(f"{kind} attribute {column.name!r}", got=f"type {column.dtype}", expected="bool, int, float or str")


def _pandas() -> Any:
    try:
        import pandas
    except ImportError:
        raise ImportError("pandas is not installed; install it with: pip install 'netspike[pandas]'") from None
    return pandas
