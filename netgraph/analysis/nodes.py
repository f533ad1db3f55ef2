"""Nodes with given properties."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_number
from netgraph.graph import Graph, check_graph
from simcore.errors import ParameterError, UnknownNameError

__all__ = ["find_nodes"]

_DEGREES = {"in-degree": "in", "out-degree": "out", "total-degree": "total"}


def find_nodes(
    graph: Graph,
    by: Any,
    *,
    equal: Any = None,
    lower_bound: float | None = None,
    upper_bound: float | None = None,
    lower_fraction: float | None = None,
    upper_fraction: float | None = None,
) -> NDArray[np.int64]:
    """Nodes whose degree, column or any other value meets all the given conditions.

    Parameters
    ----------
    graph : Graph
    by : str or array_like, shape (n_nodes,)
        ``"in-degree"``, ``"out-degree"``, ``"total-degree"``, a node column, or a value for each node, such as what a function
        of `netgraph.analysis` returns.
    equal : number or str, optional
        The value that the nodes have.
    lower_bound, upper_bound : float, optional
        Values from the lower bound on, and below the upper one.
    lower_fraction, upper_fraction : float, optional
        This share of the nodes, from 0 to 1, with the lowest or the highest values; with all that equal the last of them.

    Returns
    -------
    ids : ndarray of int64, shape (n_found,)
        In ascending order; nodes with NaN meet no condition.

    Raises
    ------
    UnknownNameError
        No such column.
    ParameterError
        No condition, values of another length, or texts where numbers are compared.

    Examples
    --------
    >>> from netgraph import Graph
    >>> star = Graph.from_edges([0, 1, 2], [3, 3, 0])
    >>> find_nodes(star, "in-degree", lower_bound=1), find_nodes(star, "in-degree", upper_fraction=0.25)
    (array([0, 3]), array([3]))
    """
    check_graph("find_nodes: graph", graph)
    values = _values(graph, by)
    bounds = {"lower_bound": lower_bound, "upper_bound": upper_bound}
    shares = {"lower_fraction": lower_fraction, "upper_fraction": upper_fraction}
    numeric = {name: check_number(f"find_nodes: {name}", x) for name, x in (bounds | shares).items() if x is not None}
    if equal is None and not numeric:
        raise ParameterError("find_nodes", got="no condition", expected="equal=, a bound or a fraction")
    if numeric and values.dtype.kind == "U":
        raise ParameterError("find_nodes: by", got="texts", expected="numbers for bounds and fractions; texts have equal=")
    found = np.ones(graph.n_nodes, dtype=bool)
    if values.dtype.kind == "f":
        found = ~np.isnan(values)
    if equal is not None:
        found &= _is_equal(values, equal)
    if lower_bound is not None:
        found &= values >= lower_bound
    if upper_bound is not None:
        found &= values < upper_bound
    for name, sign in (("lower_fraction", 1.0), ("upper_fraction", -1.0)):
        if name in numeric:
            found &= _among_lowest(sign * values.astype(np.float64), numeric[name], f"find_nodes: {name}")
    return np.flatnonzero(found)


def _values(graph: Graph, by: Any) -> NDArray[Any]:
    if isinstance(by, str):
        if by in _DEGREES:
            return graph.degree(mode=_DEGREES[by])
        if by not in graph.nodes:
            raise UnknownNameError("value of nodes for find_nodes", got=by, choices=[*_DEGREES, *graph.nodes])
        return graph.nodes[by]
    values = np.asarray(by)
    if values.shape != (graph.n_nodes,) or values.dtype.kind not in "biufU":
        got = f"an array of {values.dtype}, shape {values.shape}"
        raise ParameterError("find_nodes: by", got=got, expected=f"a name, or numbers or texts of shape ({graph.n_nodes},)")
    return values


def _is_equal(values: NDArray[Any], equal: Any) -> NDArray[np.bool_]:
    wanted = np.asarray(equal)
    if wanted.ndim > 0 or (wanted.dtype.kind == "U") != (values.dtype.kind == "U") or wanted.dtype.kind not in "biufU":
        kind = "a text" if values.dtype.kind == "U" else "a number"
        raise ParameterError("find_nodes: equal", got=equal, expected=kind)
    return values == wanted


def _among_lowest(values: NDArray[np.float64], share: float, where: str) -> NDArray[np.bool_]:
    """Whether each value is as low as the last of the `share` of all values that are lowest; NaN comes after all others."""
    if not 0.0 <= share <= 1.0:
        raise ParameterError(where, got=share, expected="a share from 0 to 1")
    n_numbers = int((~np.isnan(values)).sum())
    count = min(round(share * values.size), n_numbers)
    if count == 0:
        return np.zeros(values.size, dtype=bool)
    return values <= np.partition(values, count - 1)[count - 1]
