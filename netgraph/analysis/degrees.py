"""The distribution of degrees."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netgraph.graph import Graph, check_graph
from simcore.errors import ParameterError
from simcore.parameter import as_floats

__all__ = ["degree_distribution"]


def degree_distribution(
    graph: Graph,
    *,
    mode: str = "total",
    weight: str | None = None,
    nodes: Any = None,
    bins: int | str | ArrayLike = "auto",
    log: bool = False,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Histogram of the degrees.

    Parameters
    ----------
    graph : Graph
        Parallel edges and self-loops count as in ``graph.degree``.
    mode : {"in", "out", "total"}
    weight : str, optional
        Edge column to sum instead of counting edges.
    nodes : array_like of int or Group, optional
        Nodes to use; None takes all.
    bins : int, str or array_like of float
        Number of bins, a rule of `numpy.histogram_bin_edges`, or the borders. Bins of counted degrees are made a whole number
        wide, with their borders half-way between whole numbers, so that no bin holds more degrees than another.
    log : bool
        Make the bins equally wide in the logarithm, as far as whole numbers let them; nodes of degree zero are not counted.

    Returns
    -------
    counts : ndarray of int64, shape (n_bins,)
        Number of nodes.
    edges : ndarray of float64, shape (n_bins + 1,)
        Borders of the bins.

    Raises
    ------
    ParameterError
        If the bins make no sense, or a weighted degree is not finite.

    Examples
    --------
    >>> from netgraph import Graph
    >>> degree_distribution(Graph.from_edges([0, 1], [2, 2], n_nodes=3), mode="in")
    (array([2, 0, 1]), array([-0.5,  0.5,  1.5,  2.5]))
    """
    check_graph("degree_distribution: graph", graph)
    degree = graph.degree(nodes, mode=mode, weight=weight)
    if not np.isfinite(degree).all():
        raise ParameterError("degree_distribution: weight", got=weight, expected="a column of finite numbers")
    if log:
        degree = degree[degree > 0]
    if isinstance(bins, (list, tuple, np.ndarray)):
        edges = _borders(bins, positive=log)
    elif degree.size == 0:
        edges = np.array([0.5, 1.5])
    elif log:
        edges = 10.0 ** _edges(np.log10(degree), bins)
        edges[[0, -1]] = np.minimum(edges[0], degree.min()), np.maximum(edges[-1], degree.max())
        edges = edges if weight is not None else between_whole(edges, degree.min(), degree.max())
    elif weight is None:
        edges = _whole_edges(degree, bins)
    else:
        edges = _edges(degree, bins)
    return np.histogram(degree, bins=edges)[0], edges


def _borders(bins: Any, *, positive: bool) -> NDArray[np.float64]:
    """Borders that the user gave."""
    expected = "two or more increasing borders" + (" above 0, since log is True" if positive else "")
    edges = as_floats("degree_distribution: bins", bins, expected)
    if edges.ndim != 1 or edges.size < 2 or not (np.diff(edges) > 0).all() or (positive and edges[0] <= 0):
        raise ParameterError("degree_distribution: bins", got=bins, expected=expected)
    return edges


def _edges(values: NDArray[Any], bins: Any) -> NDArray[np.float64]:
    try:
        return np.histogram_bin_edges(values, bins=bins).astype(np.float64)
    except (TypeError, ValueError, MemoryError) as error:
        raise ParameterError("degree_distribution: bins", got=bins, expected=f"a number, rule or borders ({error})") from None


def between_whole(edges: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    """Borders half-way between whole numbers near to those given, around all from `low` to `high`.

    A narrower bin would hold a whole number in less than a unit, and its density be too high.

    Examples
    --------
    >>> between_whole(np.array([1.0, 1.4, 2.0, 2.8, 4.0]), 1, 4)
    array([0.5, 1.5, 2.5, 4.5])
    """
    inner = np.clip(np.ceil(edges[1:-1]) - 0.5, low - 0.5, high + 0.5)
    return np.unique(np.concatenate([[low - 0.5], inner, [high + 0.5]]))


def _whole_edges(degree: NDArray[Any], bins: Any) -> NDArray[np.float64]:
    """Borders at half-way points, a whole number apart, near to what the rule or the number of bins asks."""
    low, high = int(degree.min()), int(degree.max())
    asked = _edges(degree, bins)
    width = max(1, round(float(asked[1] - asked[0]))) if isinstance(bins, str) else -(-(high - low + 1) // (len(asked) - 1))
    return low - 0.5 + np.arange(0.0, width * (-(-(high - low + 1) // width)) + 1, width)
