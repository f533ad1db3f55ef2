"""Assortativity: whether edges join nodes that are alike, in their degree or in an attribute."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_flag
from netgraph.analysis._matrix import edge_weights
from netgraph.analysis._partition import labels_of
from netgraph.graph import Graph, check_graph
from simcore.errors import ParameterError
from simcore.parameter import as_floats

__all__ = ["assortativity", "attribute_assortativity"]

Floats = NDArray[np.float64]


def assortativity(graph: Graph, *, source: str = "out", target: str = "in", weight: str | None = None) -> float:
    """Pearson correlation, over the edges, of the degrees at their two ends.

    Above 0, edges join nodes of like degree (Newman 2003, doi:10.1103/PhysRevE.67.026126). Every edge counts, parallel ones and
    self-loops too; one of an undirected graph counts in both directions.

    Parameters
    ----------
    graph : Graph
    source, target : {"in", "out", "total"}
        Which degree to take at the source and at the target.
    weight : str, optional
        Edge column to sum in the degrees instead of counting edges: the assortativity of strengths.

    Returns
    -------
    r : float
        From -1 to 1; NaN if all degrees at one end are equal.

    Examples
    --------
    >>> from netgraph import Graph
    >>> star = Graph.from_edges([0, 0, 0], [1, 2, 3], directed=False)
    >>> assortativity(star)
    -1.0
    """
    check_graph("assortativity: graph", graph)
    x, y = (graph.degree(mode=mode, weight=weight).astype(np.float64) for mode in (source, target))
    return _correlation(graph, x, y, None)


def attribute_assortativity(
    graph: Graph, attribute: Any, *, weight: str | None = None, categorical: bool | None = None
) -> float:
    """Whether edges join nodes of like attribute, above 0, or of unlike ones, below 0.

    Of numbers it is the Pearson correlation of the values at the two ends of the edges. Of categories it is the share of edges
    inside categories beyond that of random edges, ``(sum of e_kk - sum of a_k b_k) / (1 - sum of a_k b_k)`` with the shares
    ``e_kk`` of edges inside category k, ``a_k`` from it and ``b_k`` to it (Newman 2003, doi:10.1103/PhysRevE.67.026126). Every
    edge counts, parallel ones and self-loops too; one of an undirected graph counts in both directions.

    Parameters
    ----------
    graph : Graph
    attribute : str, array_like of shape (n_nodes,), or Structure
        A node column, one value for each node, or groups such as ``net.population``, whose edges to nodes in no group are left
        out.
    weight : str, optional
        Edge column with numbers >= 0, in proportion to which edges count.
    categorical : bool, optional
        Whether numbers stand for categories; None takes numbers as numbers, and anything else as categories.

    Returns
    -------
    r : float
        NaN if the values at one end, or all categories, are equal.

    Raises
    ------
    UnknownNameError
        If there is no such node column.
    ParameterError
        If the values do not fit the nodes or are not finite.

    Examples
    --------
    >>> from netgraph import Graph
    >>> graph = Graph.from_edges([0, 1, 2], [1, 0, 3])
    >>> attribute_assortativity(graph, ["a", "a", "b", "b"])
    1.0
    """
    where = "attribute_assortativity"
    check_graph(f"{where}: graph", graph)
    by_categories = None if categorical is None else check_flag(f"{where}: categorical", categorical)
    share = None if weight is None else edge_weights(graph, weight, where=where)
    values = _numbers(graph, attribute, where) if by_categories is not True else None
    if values is not None:
        return _correlation(graph, values, values, share)
    if by_categories is False:
        raise ParameterError(f"{where}: attribute", got=attribute, expected="numbers, since categorical is False")
    labels, names = labels_of(graph, attribute, f"{where}: attribute")
    return _beyond_chance(labels[graph.source], labels[graph.target], share, len(names), directed=graph.directed)


def _numbers(graph: Graph, attribute: Any, where: str) -> Floats | None:
    """Values of the attribute if they are numbers, else None."""
    values = graph.nodes[attribute] if isinstance(attribute, str) else attribute
    if hasattr(values, "group_index") or np.asarray(values).dtype.kind not in "iuf":
        return None
    numbers = as_floats(f"{where}: attribute", values, "one number for each node")
    if numbers.shape != (graph.n_nodes,) or not np.isfinite(numbers).all():
        raise ParameterError(f"{where}: attribute", got=attribute, expected="one finite number for each node")
    return numbers


def _correlation(graph: Graph, x: Floats, y: Floats, share: Floats | None) -> float:
    """Pearson correlation over the edges of x at the source and y at the target, which are the same if undirected.

    NaN where one of them is constant.
    """
    out, into = (np.bincount(end, share, graph.n_nodes) for end in (graph.source, graph.target))
    if not graph.directed:
        out = into = out + into
    for values, number in ((x, out), (y, into)):
        if not number.any() or np.ptp(values[number > 0]) == 0:
            return float("nan")
    x, y = x - (out * x).sum() / out.sum(), y - (into * y).sum() / into.sum()
    products = x[graph.source] * y[graph.target]
    together = (products if share is None else products * share).sum() * (1 if graph.directed else 2)
    return float(np.clip(together / np.sqrt((out * x**2).sum() * (into * y**2).sum()), -1.0, 1.0))


def _beyond_chance(a: NDArray[np.int64], b: NDArray[np.int64], share: Floats | None, n: int, *, directed: bool) -> float:
    """Share of edges inside categories beyond chance; NaN if chance already gives all."""
    kept = (a >= 0) & (b >= 0)
    a, b = a[kept], b[kept]
    share = np.ones(a.size) if share is None else share[kept]
    total = share.sum()
    if total == 0:
        return float("nan")
    inside = share[a == b].sum() / total
    out, into = np.bincount(a, share, n) / total, np.bincount(b, share, n) / total
    if not directed:
        out = into = (out + into) / 2
    if np.count_nonzero(out + into) < 2:
        return float("nan")
    chance = out @ into
    return float((inside - chance) / (1.0 - chance))
