"""What all converters share: values of foreign attributes as columns, names of nodes, positions, and the graph made of them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from netgraph._columns import Columns
from netgraph._store import EDGE_DEFAULTS
from netgraph.graph import Graph
from simcore.errors import ParameterError, UnknownNameError

__all__ = [
    "build",
    "chosen",
    "edge_table",
    "gathered",
    "node_table",
    "positions_of",
    "records",
    "require_no_column",
    "typed",
]

Ends = tuple[np.ndarray, np.ndarray, int]
Values = Sequence[Any] | np.ndarray

_NUMBERS: tuple[set[str], ...] = ({"bool"}, {"int"}, {"float"}, {"int", "float"}, set())


def build(
    ends: Ends,
    node_columns: Mapping[str, Values],
    edge_columns: Mapping[str, Values],
    *,
    directed: bool,
    name: str,
    positions: np.ndarray | None = None,
    labels: Sequence[Any] | None = None,
) -> Graph:
    """A graph from the ends of its edges and the number of its nodes, foreign values of columns, and names of nodes."""
    source, target, n_nodes = ends
    if positions is not None:
        edge_columns = {column: values for column, values in edge_columns.items() if column != "distance"}
    attributes = {column: typed(values, column, "edge") for column, values in edge_columns.items()}
    graph = Graph.from_edges(
        source, target, n_nodes=n_nodes, directed=directed, attributes=attributes, name=name, positions=positions
    )
    for column, values in node_columns.items():
        graph.nodes["label_attribute" if column == "label" and labels is not None else column] = typed(values, column, "node")
    if labels is not None:
        graph.nodes["label"] = _label_column(labels)
    return graph


def records(columns: Mapping[str, np.ndarray], n: int) -> list[dict[str, Any]]:
    """One dictionary of plain Python values for each row."""
    names = list(columns)
    if not names:
        return [{} for _ in range(n)]
    return [dict(zip(names, row, strict=True)) for row in zip(*(columns[name].tolist() for name in names), strict=True)]


def node_table(where: str, graph: Graph, positions_take: Sequence[str]) -> dict[str, np.ndarray]:
    """Node columns by name; ``"group"`` of each node if there is a structure, and ``"type"`` if that is a population.

    Columns that would take a name of these, or one of `positions_take` beside positions, are refused.
    """
    table = {name: graph.nodes[name] for name in graph.nodes}
    if graph.positions is not None:
        require_no_column(where, graph.nodes, positions_take, "positions")
    structure = graph.structure
    if structure is None:
        return table
    names = np.array([*structure, ""])  # the last for nodes in no group
    told = {"group": names[structure.group_index()]}
    population = getattr(graph, "population", None)
    if population is not None:
        told["type"] = population.neuron_types().astype(np.int64)
    require_no_column(where, graph.nodes, told, "groups of nodes")
    return table | told


def edge_table(graph: Graph) -> dict[str, np.ndarray]:
    """Edge columns by name, with the distances that follow from positions, so that other libraries can weigh by them."""
    names = [*graph.edges, "distance"] if graph.positions is not None else graph.edges
    return {name: graph.edges[name] for name in names}


def require_no_column(where: str, columns: Columns, names: Iterable[str], beside: str) -> None:
    """Refuse columns whose name something else takes."""
    for name in names:
        if name in columns:
            got = f"a column beside {beside}, which take this name"
            raise ParameterError(f"{where}: {columns._where(name)}", got=got, expected="another name")


def chosen(existing: Iterable[str], wanted: Sequence[str] | None, kind: str) -> list[str]:
    """The names that are wanted of those that exist; all if None."""
    names = list(existing)
    if isinstance(wanted, str):
        raise ParameterError(f"{kind}_attributes", got=wanted, expected="a list of names")
    for name in wanted or ():
        if name not in names:
            raise UnknownNameError(f"{kind} attribute", got=name, choices=names)
    return names if wanted is None else list(wanted)


def gathered(rows: Sequence[Mapping[str, Any]], wanted: Sequence[str] | None, kind: str) -> dict[str, Values]:
    """Values of each attribute in order of the rows, None where it is missing."""
    existing: dict[str, None] = {}
    for row in rows:
        existing.update(dict.fromkeys(row))
    return {name: [row.get(name) for row in rows] for name in chosen(existing, wanted, kind)}


def typed(values: Values, name: str, kind: str) -> np.ndarray:
    """A column of one type among bool, int64, float64 and str; None marks a missing value.

    Missing values become NaN, False or "", those of a weight, delay or type of edges its default; integers with gaps or beyond
    64 bits become floats.
    """
    if isinstance(values, np.ndarray):
        return values
    kinds = {_kind(one) for one in set(map(type, values))}
    present = kinds - {"missing"}
    default = EDGE_DEFAULTS.get(name) if kind == "edge" else None
    if name == "type" and default is not None and not (present <= {"int"} and set(values) <= {1, -1, None}):
        raise _refusal(values, name, kind, "+1 (excitatory) and -1 (inhibitory)")
    if present == {"str"}:
        return np.array(["" if v is None else v for v in values] if "missing" in kinds else values, dtype=np.str_)
    if present not in _NUMBERS:
        raise _refusal(values, name, kind, "one type among bool, int (64 bits), float and str")
    if default is not None:
        return np.array([default if v is None else v for v in values], dtype=type(default))
    if present == {"bool"}:
        return np.array(values, dtype=np.bool_)  # None becomes False
    try:
        return np.array(values, dtype=np.int64 if kinds == {"int"} else np.float64)  # None becomes NaN
    except OverflowError:
        return np.array(values, dtype=np.float64)


def _kind(one: type) -> str:
    if one is type(None):
        return "missing"
    for kinds, name in (
        ((bool, np.bool_), "bool"),
        ((int, np.integer), "int"),
        ((float, np.floating), "float"),
        ((str,), "str"),
    ):
        if issubclass(one, kinds):
            return name
    return "other"


def _refusal(values: Values, name: str, kind: str, expected: str) -> ParameterError:
    present = [v for v in values if v is not None]
    found = ", ".join(sorted({type(v).__name__ for v in present}))
    got = f"values of type {found}, such as {present[0]!r}"
    return ParameterError(f"{kind} attribute {name!r}", got=got, expected=f"{expected}; {kind}_attributes chooses what to take")


def _label_column(labels: Sequence[Any]) -> np.ndarray:
    """Names of nodes as integers if all are, else as text."""
    if {_kind(one) for one in set(map(type, labels))} == {"int"}:
        column = typed(labels, "label", "node")
        if column.dtype.kind == "i":
            return column
    return np.array(["" if label is None else str(label) for label in labels])


def positions_of(places: Values | None, name: str) -> np.ndarray | None:
    """Positions from one place for every node; None if there are none."""
    if places is None or len(places) == 0:
        return None
    try:
        return np.array(places, dtype=np.float64)
    except (TypeError, ValueError):
        raise ParameterError(
            f"node attribute {name!r}", got=places[0], expected="two or three numbers for every node"
        ) from None
