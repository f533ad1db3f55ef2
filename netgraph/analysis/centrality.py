"""Centrality of nodes by their distances: closeness and harmonic centrality."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_choice, check_flag
from netgraph.analysis._links import Links, links_of
from netgraph.analysis._sampling import Estimate, sampled_nodes, total_from_sums
from netgraph.analysis._searches import COUNT, INVERSE, TOTAL, Batch, OrderedSum, path_sums, run_searches
from netgraph.graph import Graph, check_graph

__all__ = ["closeness", "harmonic", "sampled_closeness", "sampled_harmonic"]

Floats = NDArray[np.float64]
_OPPOSITE = {"in": "out", "out": "in", "all": "all"}


def closeness(
    graph: Graph,
    *,
    nodes: Any = None,
    mode: str = "in",
    weight: str | None = None,
    wf_improved: bool = True,
    progress: bool | None = None,
) -> Floats:
    """Inverse of the mean distance between each node and those that it is connected with.

    Parallel edges are one connection, as long as the shortest of them. A node that is connected with none has 0.0, one whose
    distances are all zero infinity.

    Parameters
    ----------
    graph : Graph
    nodes : array_like of int or Group, optional
        All if None.
    mode : {"in", "out", "all"}
        Distances to the node, as NetworkX takes them, from the node, or without regard to the directions of the edges.
    weight : str, optional
        Edge column with lengths >= 0, such as "distance" or "delay"; None counts edges.
    wf_improved : bool
        Whether to multiply by the share of the other nodes that is reached, so that nodes of small components do not look
        central (Wasserman & Faust 1994, doi:10.1017/CBO9780511815478).
    progress : bool, optional
        Whether to show a bar; None shows it in a terminal or a notebook.

    Returns
    -------
    closeness : ndarray of float64, shape (n,)

    Raises
    ------
    ParameterError
        If a length is negative or not finite.
    UnknownNameError
        If there is no such mode.

    Examples
    --------
    >>> from netgraph import Graph
    >>> closeness(Graph.from_edges([0, 1], [1, 2], directed=False))
    array([0.66666667, 1.        , 0.66666667])
    """
    where = "closeness"
    links, ids = _prepared(graph, nodes, mode, weight, where)
    check_flag(f"{where}: wf_improved", wf_improved)
    sums = path_sums(links, ids, where=where, progress=progress, hint="sampled_closeness is faster")
    return _closeness(sums[:, COUNT], sums[:, TOTAL], graph.n_nodes, wf_improved=wf_improved)


def harmonic(
    graph: Graph,
    *,
    nodes: Any = None,
    mode: str = "in",
    weight: str | None = None,
    normalized: bool = False,
    progress: bool | None = None,
) -> Floats:
    """Sum of the inverse distances between each node and all others; no path counts as infinitely long.

    Parallel edges are one connection, as long as the shortest of them. A distance of zero makes the sum infinite.
    Source: Boldi & Vigna 2014, doi:10.1080/15427951.2013.865686.

    Parameters
    ----------
    graph : Graph
    nodes : array_like of int or Group, optional
        All if None.
    mode : {"in", "out", "all"}
        Distances to the node, as NetworkX takes them, from the node, or without regard to the directions of the edges.
    weight : str, optional
        Edge column with lengths >= 0, such as "distance" or "delay"; None counts edges.
    normalized : bool
        Whether to divide by the number of other nodes.
    progress : bool, optional
        Whether to show a bar; None shows it in a terminal or a notebook.

    Returns
    -------
    centrality : ndarray of float64, shape (n,)

    Raises
    ------
    ParameterError
        If a length is negative or not finite.
    UnknownNameError
        If there is no such mode.

    Examples
    --------
    >>> from netgraph import Graph
    >>> harmonic(Graph.from_edges([0, 1], [1, 2]))
    array([0. , 1. , 1.5])
    """
    where = "harmonic"
    links, ids = _prepared(graph, nodes, mode, weight, where)
    scale = _harmonic_scale(graph, where, normalized)
    return path_sums(links, ids, where=where, progress=progress, hint="sampled_harmonic is faster")[:, INVERSE] * scale


def sampled_closeness(
    graph: Graph,
    n_sources: int,
    *,
    mode: str = "in",
    weight: str | None = None,
    wf_improved: bool = True,
    seed: int | None = None,
    progress: bool | None = None,
) -> Estimate:
    """Closeness of all nodes estimated from their distances to some random nodes.

    After Eppstein & Wang 2004 (doi:10.7155/jgaa.00081). The error is that of a ratio, to first order. Nodes that the sample
    does not reach have 0.0, and an error that is not known: NaN.

    Parameters
    ----------
    graph : Graph
    n_sources : int
        Number of different nodes to measure the distances to, at least 3; with all nodes the result is exact.
    mode, weight, wf_improved, progress
        See `closeness`.
    seed : int, optional
        Chooses the nodes; None takes a fresh one.

    Returns
    -------
    value, error : ndarray of float64, shape (n_nodes,)
        The estimates and their standard errors.

    Raises
    ------
    ParameterError
        If a length is negative or not finite, or `n_sources` is less than 3.
    UnknownNameError
        If there is no such mode.

    Examples
    --------
    >>> from netgraph import Graph
    >>> sampled_closeness(Graph.from_edges([0, 1], [1, 2], directed=False), 3).value
    array([0.66666667, 1.        , 0.66666667])
    """
    where = "sampled_closeness"
    check_flag(f"{where}: wf_improved", wf_improved)
    sums, counts = _sampled_sums(graph, n_sources, seed, mode=mode, weight=weight, where=where, progress=progress)
    n = max(graph.n_nodes - 1, 1)
    reached, total, squares = sums[0] * (n / np.maximum(counts, 1)), sums[1] * (n / np.maximum(counts, 1)), sums[2]
    value = _closeness(reached, total, graph.n_nodes, wf_improved=wf_improved)
    # Each source moves the estimate by value * (power * its count / reached - its distance / total); here are sum and squares.
    power = 2 if wf_improved else 1
    a, b = np.zeros_like(value), np.zeros_like(value)
    usable = (total > 0) & np.isfinite(value)
    np.divide(power * value, reached, out=a, where=usable)
    np.divide(value, total, out=b, where=usable)
    moved = np.stack([a * sums[0] - b * sums[1], a**2 * sums[0] - 2 * a * b * sums[1] + b**2 * squares])
    error = total_from_sums(moved, counts, n).error
    # One distance alone does not tell how distances scatter.
    unknown = (sums[0] < (1 if wf_improved else 2)) | np.isinf(value)
    return Estimate(value, np.where(unknown & (counts < n), np.nan, error))


def sampled_harmonic(
    graph: Graph,
    n_sources: int,
    *,
    mode: str = "in",
    weight: str | None = None,
    normalized: bool = False,
    seed: int | None = None,
    progress: bool | None = None,
) -> Estimate:
    """Harmonic centrality of all nodes estimated, without bias, from their distances to some random nodes.

    Parameters
    ----------
    graph : Graph
    n_sources : int
        Number of different nodes to measure the distances to, at least 3; with all nodes the result is exact.
    mode, weight, normalized, progress
        See `harmonic`.
    seed : int, optional
        Chooses the nodes; None takes a fresh one.

    Returns
    -------
    value, error : ndarray of float64, shape (n_nodes,)
        The estimates and their standard errors.

    Raises
    ------
    ParameterError
        If a length is negative or not finite, or `n_sources` is less than 3.
    UnknownNameError
        If there is no such mode.

    Examples
    --------
    >>> from netgraph import Graph
    >>> sampled_harmonic(Graph.from_edges([0, 1], [1, 2]), 3).value
    array([0. , 1. , 1.5])
    """
    where = "sampled_harmonic"
    check_graph(f"{where}: graph", graph)
    scale = _harmonic_scale(graph, where, normalized)
    sums, counts = _sampled_sums(graph, n_sources, seed, mode=mode, weight=weight, where=where, progress=progress)
    return total_from_sums(sums[3:], counts, graph.n_nodes - 1, scale=scale)


def _prepared(graph: Graph, nodes: Any, mode: str, weight: str | None, where: str) -> tuple[Links, np.ndarray]:
    """Links to search along from the nodes, and those nodes."""
    check_graph(f"{where}: graph", graph)
    check_choice(f"mode of {where}", mode, _OPPOSITE)
    ids = np.arange(graph.n_nodes) if nodes is None else graph._node_ids(nodes, f"{where}: nodes").astype(np.int64)
    return links_of(graph, weight, mode=mode, where=where), ids


def _closeness(reached: Floats, total: Floats, n_nodes: int, *, wf_improved: bool) -> Floats:
    with np.errstate(divide="ignore"):
        value = np.divide(reached, total, out=np.zeros_like(total), where=reached > 0)
    return value * (reached / max(n_nodes - 1, 1)) if wf_improved else value


def _harmonic_scale(graph: Graph, where: str, normalized: bool) -> float:
    return 1.0 / max(graph.n_nodes - 1, 1) if check_flag(f"{where}: normalized", normalized) else 1.0


def _sampled_sums(
    graph: Graph, n_sources: int, seed: int | None, *, mode: str, weight: str | None, where: str, progress: bool | None
) -> tuple[Floats, np.ndarray]:
    """Sums over sampled nodes for each node, and the number of those that are not the node itself.

    The rows are: how many have a path, the sum of distances, of their squares, of inverse distances, and of their squares.
    """
    check_choice(f"mode of {where}", mode, _OPPOSITE)
    check_graph(f"{where}: graph", graph)
    links = links_of(graph, weight, mode=_OPPOSITE[mode], where=where)
    sources = sampled_nodes(graph.n_nodes, n_sources, seed, where)

    total = OrderedSum(np.zeros((5, graph.n_nodes)))

    def add(batch: Batch) -> None:
        distances = batch.distances
        distances[batch.sources, np.arange(batch.sources.size)] = np.inf  # not to itself
        found = np.isfinite(distances)
        known = np.where(found, distances, 0.0)
        with np.errstate(divide="ignore"):
            inverse = 1.0 / distances
        sums = [found.sum(axis=1), *((x**p).sum(axis=1) for x in (known, inverse) for p in (1, 2))]
        total.add(batch.number, np.stack(sums))

    run_searches(links, sources, add, distances=True, where=where, progress=progress)
    return total.array, sources.size - np.isin(np.arange(graph.n_nodes), sources)
