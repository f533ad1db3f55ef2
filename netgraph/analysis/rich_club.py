"""Rich club: whether the nodes of many links are linked among themselves more than their degrees imply."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_choice
from netgraph.analysis._nulls import checked_nulls, null_values, random_graph, simple_graph, z_scores
from netgraph.graph import Graph, check_graph

__all__ = ["RichClub", "rich_club"]

Floats = NDArray[np.float64]


class RichClub(NamedTuple):
    """How densely the nodes above each degree are linked, there and in random graphs of the same degrees.

    Attributes
    ----------
    degree : ndarray of int64, shape (n_degrees,)
        0, 1, ..., as long as two nodes have more.
    coefficient : ndarray of float64, shape (n_degrees,)
        Of the nodes with a degree above: their edges over all that are possible among them, or their weight over that of as
        many of the strongest edges of the graph.
    null_mean, null_std : ndarray of float64, shape (n_degrees,)
        Mean and standard deviation of the coefficients of the random graphs; NaN without such graphs, or (the second) with one.
    normalised : ndarray of float64, shape (n_degrees,)
        ``coefficient / null_mean``: above 1 in a rich club.
    z : ndarray of float64, shape (n_degrees,)
        ``(coefficient - null_mean) / null_std``.
    p_value : ndarray of float64, shape (n_degrees,)
        Share of the random graphs, the graph itself counted as one, with at least this coefficient.
    """

    degree: NDArray[np.int64]
    coefficient: Floats
    null_mean: Floats
    null_std: Floats
    normalised: Floats
    z: Floats
    p_value: Floats


def rich_club(
    graph: Graph,
    *,
    mode: str = "total",
    weight: str | None = None,
    n_nulls: int = 100,
    seed: int | None = None,
    progress: bool | None = None,
) -> RichClub:
    """Rich-club coefficients of all degrees, and those of random graphs that keep every node's degrees.

    Colizza et al. (2006, doi:10.1038/nphys209); with weights Opsahl et al. (2008, doi:10.1103/PhysRevLett.101.168702).

    Parameters
    ----------
    graph : Graph
        Self-loops are left out; parallel edges count once, or with the sum of their weights.
    mode : {"total", "in", "out"}
        Which degree makes a node rich.
    weight : str, optional
        Edge column with numbers >= 0. The random graphs deal the weights out to other edges.
    n_nulls : int
        Number of random graphs; 0 for the coefficients alone.
    seed : int, optional
        Seed of the random graphs; None draws others each time.
    progress : bool, optional
        Whether to show a bar and an estimate; None shows them in a terminal or a notebook.

    Returns
    -------
    club : RichClub

    Raises
    ------
    UnknownNameError
        If there is no such mode or column.
    ParameterError
        If a weight is negative or not finite.

    Examples
    --------
    >>> from netgraph import Graph
    >>> kite = Graph.from_edges([0, 1, 2, 2], [1, 2, 0, 3], directed=False)
    >>> rich_club(kite, n_nulls=0).coefficient
    array([0.66666667, 1.        ])
    """
    where = "rich_club"
    check_graph(f"{where}: graph", graph)
    check_choice(f"mode of {where}", mode, ("total", "in", "out"))
    n_nulls = checked_nulls(where, n_nulls, seed, least=0)
    plain = simple_graph(graph, weight, where=where)
    measure = partial(_coefficients, mode=mode, weighted=weight is not None)
    coefficient, make = measure(plain), partial(random_graph, plain, "both-degrees")
    nulls = null_values(where, make, measure, n_nulls, seed=seed, progress=progress)
    return _compared(coefficient, np.array(nulls).reshape(n_nulls, coefficient.size))


def _coefficients(graph: Graph, *, mode: str, weighted: bool) -> Floats:
    """Rich-club coefficient for the nodes above each degree, of a graph without self-loops and parallel edges."""
    degree = graph.degree(mode=mode)
    size = int(degree.max(initial=0))
    # Nodes and edges above a degree are those from the next degree on.
    n_nodes = np.cumsum(np.bincount(degree, minlength=size + 1)[::-1])[::-1][1:]
    lower = np.minimum(degree[graph.source], degree[graph.target])
    n_edges = np.cumsum(np.bincount(lower, minlength=size + 1)[::-1])[::-1][1:]
    several = n_nodes >= 2
    n_nodes, n_edges = n_nodes[several], n_edges[several]
    if not weighted:
        return n_edges / (n_nodes * (n_nodes - 1.0) / (1 if graph.directed else 2))
    values = graph.edges["weight"]
    total = np.cumsum(np.bincount(lower, values, size + 1)[::-1])[::-1][1:][several]
    strongest = np.concatenate([[0.0], np.cumsum(np.sort(values)[::-1])])[n_edges]
    return np.divide(total, strongest, out=np.full(total.size, np.nan), where=strongest > 0)


def _compared(found: Floats, nulls: Floats) -> RichClub:
    n, unknown = len(nulls), np.full(found.size, np.nan)
    mean = nulls.mean(axis=0) if n else unknown
    std = nulls.std(axis=0, ddof=1) if n > 1 else unknown
    normalised = np.divide(found, mean, out=unknown.copy(), where=mean > 0)
    # Coefficients that are equal but for rounding are equal.
    as_large = (nulls >= found * (1 - 1e-12)).sum(axis=0)
    p_value = (1 + as_large) / (1 + n) if n else unknown
    z = z_scores(found, mean, std) if n > 1 else unknown
    return RichClub(np.arange(found.size), found, mean, std, normalised, z, p_value)
