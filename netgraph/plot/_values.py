"""What pictures show of nodes and edges, as numbers or as names: degrees, columns, arrays, groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgraph.plot._style import degree_label, of_groups
from simcore.errors import ParameterError, UnknownNameError

if TYPE_CHECKING:
    from netgraph.graph import Graph

__all__ = ["DEGREES", "UNITS", "Shown", "as_numbers", "as_shown", "edge_values", "group_values", "node_values"]

DEGREES = ("in", "out", "total")
# Of edge columns.
UNITS = {"delay": " [ms]", "distance": " [µm]"}
_TRUTH = ["False", "True"]


class Shown(NamedTuple):
    """A value for each node or edge.

    Attributes
    ----------
    values : ndarray
        float64 numbers; or, with names, int64 places in `names`, -1 for none of them.
    label : str
        What they are, for an axis; empty for arrays.
    names : list of str or None
        None for numbers.
    """

    values: NDArray[Any]
    label: str
    names: list[str] | None


def node_values(where: str, graph: Graph, what: Any, groups: Mapping[str, NDArray[np.int64]] | None = None) -> Shown:
    """Values of all nodes: a degree, a column, ``"group"`` or an array of shape (n_nodes,)."""
    if not isinstance(what, str):
        return _of_array(where, what, graph.n_nodes, "node")
    if what in DEGREES:
        return Shown(graph.degree(mode=what).astype(np.float64), degree_label(what), None)
    if what == "group" and groups is not None:
        return group_values(np.arange(graph.n_nodes), groups)
    if what not in graph.nodes:
        choices = [*DEGREES, *graph.nodes, *([] if groups is None else ["group"])]
        raise UnknownNameError(f"value of nodes for {where}", got=what, choices=choices)
    return as_shown(graph.nodes[what], what)


def edge_values(
    where: str, graph: Graph, what: Any, *, rows: NDArray[np.int64] | None = None, groups: Mapping[str, Any] | None = None
) -> Shown:
    """Values of edges, all or `rows`: a column, ``"group"`` (of the source) or an array of shape (n_edges,)."""
    if not isinstance(what, str):
        shown = _of_array(where, what, graph.n_edges, "edge")
        return shown if rows is None else shown._replace(values=shown.values[rows])
    if what == "group" and groups is not None:
        return group_values(graph.source if rows is None else graph.source[rows], groups)
    if what not in graph.edges and not (what == "distance" and graph.positions is not None):
        computed = [] if graph.positions is None else ["distance"]
        choices = [*graph.edges, *computed, *([] if groups is None else ["group"])]
        raise UnknownNameError(f"value of edges for {where}", got=what, choices=choices)
    return as_shown(graph.edges[what] if rows is None else graph._edge_column_at(what, rows), what + UNITS.get(what, ""))


def group_values(ids: NDArray[np.int64], groups: Mapping[str, NDArray[np.int64]]) -> Shown:
    """The first group that holds each id."""
    return Shown(of_groups(ids, groups), "group", list(groups))


def as_numbers(where: str, shown: Shown) -> NDArray[np.float64]:
    """The values, which must be numbers; false is 0 and true is 1."""
    if shown.names == _TRUTH:
        return shown.values.astype(np.float64)
    if shown.names is not None:
        raise ParameterError(where, got=f"names, such as {shown.names[:1]}", expected="a column of numbers")
    return shown.values


def _of_array(where: str, values: Any, n: int, kind: str) -> Shown:
    expected = f"a name, or an array of shape ({n},), a value for each {kind}"
    try:
        array = np.asarray(values)
    except ValueError:
        raise ParameterError(where, got=values, expected=expected) from None
    if array.dtype.kind == "O" and all(isinstance(value, str) for value in array.flat):
        array = array.astype(str)  # a column of a table of pandas
    if array.shape != (n,) or array.dtype.kind not in "biufU":
        got = f"an array of {array.dtype}, shape {array.shape}" if array.ndim else values
        raise ParameterError(where, got=got, expected=expected)
    return as_shown(array, "")


def as_shown(array: NDArray[Any], label: str) -> Shown:
    """Numbers as float64, texts and truths as places in their names."""
    if array.dtype.kind == "b":
        return Shown(array.astype(np.int64), label, _TRUTH)
    if array.dtype.kind != "U":
        return Shown(array.astype(np.float64), label, None)
    names, places = np.unique(array, return_inverse=True)
    return Shown(places, label, names.tolist())
