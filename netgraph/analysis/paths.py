"""How long shortest paths are: their mean, the farthest nodes, the diameter."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_choice
from netgraph.analysis._links import Links, links_among, links_of
from netgraph.analysis._sampling import Estimate, error_of_mean, sampled_nodes
from netgraph.analysis._searches import COUNT, FARTHEST, INVERSE, TOTAL, Batch, path_sums, run_searches
from netgraph.analysis.components import connected_components
from netgraph.graph import Graph, check_graph
from simcore.errors import ParameterError

__all__ = ["average_path_length", "diameter", "eccentricity", "sampled_diameter", "sampled_path_length"]

_UNCONNECTED = ("error", "infinite", "largest", "pairs")


def average_path_length(
    graph: Graph,
    *,
    weight: str | None = None,
    unconnected: str = "error",
    sources: Any = None,
    progress: bool | None = None,
) -> float:
    """Mean length of the shortest paths between all ordered pairs of different nodes.

    Paths follow the directions of the edges. Self-loops do not matter, and of parallel edges the shortest counts.

    Parameters
    ----------
    graph : Graph
    weight : str, optional
        Edge column with lengths >= 0, such as "distance" or "delay"; None counts edges.
    unconnected : {"error", "infinite", "largest", "pairs", "harmonic"}
        What to do if some node cannot be reached from another: refuse, return infinity, use the largest (strongly) connected
        component alone, or take the mean over the pairs that have a path. The last takes the harmonic mean over all pairs, in
        which no path counts as infinitely long (Newman 2003, doi:10.1137/S003614450342480), also of connected graphs.
    sources : array_like of int or Group, optional
        Start from these nodes alone; `sampled_path_length` chooses them by chance and tells the error.
    progress : bool, optional
        Whether to show a bar; None shows it in a terminal or a notebook.

    Returns
    -------
    length : float
        NaN if no pair is left.

    Raises
    ------
    ParameterError
        If the graph is not connected and `unconnected` is "error", or a length is negative or not finite.
    UnknownNameError
        If `unconnected` is none of those words.

    Examples
    --------
    >>> from netgraph import Graph
    >>> average_path_length(Graph.from_edges([0, 1, 2], [1, 2, 0]))
    1.5
    """
    where = "average_path_length"
    check_graph(f"{where}: graph", graph)
    check_choice(f"way of {where} with unconnected nodes", unconnected, (*_UNCONNECTED, "harmonic"))
    start = None if sources is None else np.unique(graph._node_ids(sources, f"{where}: sources")).astype(np.int64)
    links, inside = _connected_links(graph, weight, unconnected, where)
    if start is None:
        start = np.arange(links.n_nodes)
    elif inside is not None:
        start = np.searchsorted(inside, start[np.isin(start, inside)])
    sums = path_sums(links, start, where=where, progress=progress, hint="sampled_path_length is faster")
    return _mean_length(sums, links.n_nodes, unconnected)[0]


def sampled_path_length(
    graph: Graph,
    n_sources: int,
    *,
    weight: str | None = None,
    unconnected: str = "error",
    seed: int | None = None,
    progress: bool | None = None,
) -> Estimate:
    """Average path length estimated from the paths that begin at some random nodes.

    Parameters
    ----------
    graph : Graph
    n_sources : int
        Number of different nodes where paths begin, at least 3; with all nodes the result is exact.
    weight, unconnected, progress
        See `average_path_length`.
    seed : int, optional
        Chooses the nodes; None takes a fresh one.

    Returns
    -------
    value, error : float
        The estimate and its standard error, to first order for "pairs" and "harmonic"; NaN if no pair is left.

    Raises
    ------
    ParameterError
        If the graph is not connected and `unconnected` is "error", a length is negative or not finite, or `n_sources` is less
        than 3.
    UnknownNameError
        If `unconnected` is none of those words.

    Examples
    --------
    >>> from netgraph import Graph
    >>> sampled_path_length(Graph.from_edges([0, 1, 2, 3], [1, 2, 3, 0]), 3, seed=1)
    Estimate(value=2.0, error=0.0)
    """
    where = "sampled_path_length"
    check_graph(f"{where}: graph", graph)
    check_choice(f"way of {where} with unconnected nodes", unconnected, (*_UNCONNECTED, "harmonic"))
    links, _ = _connected_links(graph, weight, unconnected, where)
    start = sampled_nodes(links.n_nodes, n_sources, seed, where)
    sums = path_sums(links, start, where=where, progress=progress)
    value, deviations = _mean_length(sums, links.n_nodes, unconnected)
    if not np.isfinite(value):
        return Estimate(value, value if np.isnan(value) else 0.0)
    return Estimate(value, error_of_mean(deviations, links.n_nodes))


def eccentricity(
    graph: Graph, *, nodes: Any = None, mode: str = "out", weight: str | None = None, progress: bool | None = None
) -> NDArray[np.float64]:
    """Distance from each node to the node that is farthest from it.

    Parameters
    ----------
    graph : Graph
    nodes : array_like of int or Group, optional
        All if None.
    mode : {"out", "in", "all"}
        Distances from the node, to the node, or without regard to the directions of the edges.
    weight : str, optional
        Edge column with lengths >= 0, such as "distance" or "delay"; None counts edges.
    progress : bool, optional
        Whether to show a bar; None shows it in a terminal or a notebook.

    Returns
    -------
    distance : ndarray of float64, shape (n,)
        Infinite if there is no path between the node and some other.

    Raises
    ------
    ParameterError
        If a length is negative or not finite.
    UnknownNameError
        If there is no such mode.

    Examples
    --------
    >>> from netgraph import Graph
    >>> eccentricity(Graph.from_edges([0, 1], [1, 2], directed=False))
    array([2., 1., 2.])
    """
    where = "eccentricity"
    check_graph(f"{where}: graph", graph)
    check_choice(f"mode of {where}", mode, ("out", "in", "all"))
    ids = np.arange(graph.n_nodes) if nodes is None else graph._node_ids(nodes, f"{where}: nodes").astype(np.int64)
    links = links_of(graph, weight, mode=mode, where=where)
    sums = path_sums(links, ids, where=where, progress=progress)
    return np.where(sums[:, COUNT] == graph.n_nodes - 1, sums[:, FARTHEST], np.inf)


def diameter(graph: Graph, *, weight: str | None = None, unconnected: str = "error", progress: bool | None = None) -> float:
    """Length of the longest of the shortest paths between two nodes.

    Parameters
    ----------
    graph : Graph
    weight : str, optional
        Edge column with lengths >= 0, such as "distance" or "delay"; None counts edges.
    unconnected : {"error", "infinite", "largest", "pairs"}
        What to do if some node cannot be reached from another: refuse, return infinity, use the largest (strongly) connected
        component alone, or look at the pairs that have a path.
    progress : bool, optional
        Whether to show a bar; None shows it in a terminal or a notebook.

    Returns
    -------
    length : float
        0.0 for a single node, NaN without nodes.

    Raises
    ------
    ParameterError
        If the graph is not connected and `unconnected` is "error", or a length is negative or not finite.
    UnknownNameError
        If `unconnected` is none of those words.

    Examples
    --------
    >>> from netgraph import Graph
    >>> diameter(Graph.from_edges([0, 1, 2], [1, 2, 0]))
    2.0
    """
    where = "diameter"
    check_graph(f"{where}: graph", graph)
    check_choice(f"way of {where} with unconnected nodes", unconnected, _UNCONNECTED)
    links, _ = _connected_links(graph, weight, unconnected, where)
    hint = "sampled_diameter gives a lower bound faster"
    return _longest(path_sums(links, np.arange(links.n_nodes), where=where, progress=progress, hint=hint), links, unconnected)


def sampled_diameter(
    graph: Graph,
    n_sources: int,
    *,
    weight: str | None = None,
    unconnected: str = "error",
    seed: int | None = None,
    progress: bool | None = None,
) -> float:
    """Lower bound of the diameter: the longest path that begins at, or leads to a node farthest from, some random nodes.

    Paths back from the nodes that are farthest from the random ones are long: the bound is often the diameter (Magnien et al.
    2009, doi:10.1145/1412228.1455266).

    Parameters
    ----------
    graph : Graph
    n_sources : int
        Number of different random nodes, at least 3.
    weight, unconnected, progress
        See `diameter`.
    seed : int, optional
        Chooses the nodes; None takes a fresh one.

    Returns
    -------
    bound : float

    Raises
    ------
    ParameterError
        If the graph is not connected and `unconnected` is "error", a length is negative or not finite, or `n_sources` is less
        than 3.
    UnknownNameError
        If `unconnected` is none of those words.

    Examples
    --------
    >>> from netgraph import Graph
    >>> sampled_diameter(Graph.from_edges(range(9), range(1, 10), directed=False), 3, seed=1)
    9.0
    """
    where = "sampled_diameter"
    check_graph(f"{where}: graph", graph)
    check_choice(f"way of {where} with unconnected nodes", unconnected, _UNCONNECTED)
    links, inside = _connected_links(graph, weight, unconnected, where)
    start = sampled_nodes(links.n_nodes, n_sources, seed, where)

    def farthest(batch: Batch) -> tuple[np.ndarray, np.ndarray]:
        return batch.sums, np.where(np.isfinite(batch.distances), batch.distances, -1.0).argmax(axis=0)

    parts = run_searches(links, start, farthest, distances=True, where=where, progress=progress)
    if not parts:
        return _longest(np.zeros((0, 4)), links, unconnected)
    back = links_of(graph, weight, mode="in", where=where)
    back = back if inside is None else links_among(back, inside)
    ends = np.unique(np.concatenate([nodes for _, nodes in parts]))
    sums = [sums for sums, _ in parts]
    return _longest(np.concatenate([*sums, path_sums(back, ends, where=where, progress=progress)]), links, unconnected)


def _connected_links(graph: Graph, weight: str | None, unconnected: str, where: str) -> tuple[Links, np.ndarray | None]:
    """Links of the graph, or those among the nodes of its largest component, which are returned too, if that is asked for."""
    links = links_of(graph, weight, mode="out", where=where)
    if unconnected in ("error", "largest"):
        labels, sizes = connected_components(graph, mode="strong")
        if sizes.size > 1 and unconnected == "error":
            got = f"{sizes.size} components, the largest of {sizes[0]} nodes"
            raise ParameterError(where, got=got, expected="a connected graph, or unconnected='infinite', 'largest' or 'pairs'")
        if sizes.size > 1:
            inside = np.flatnonzero(labels == 0)
            return links_among(links, inside), inside
    return links, None


def _mean_length(sums: np.ndarray, n_nodes: int, unconnected: str) -> tuple[float, np.ndarray]:
    """The mean, and by how much each source, if it had the weight of all, would move it."""
    others = n_nodes - 1
    if unconnected == "infinite" and (sums[:, COUNT] < others).any():
        return float("inf"), np.zeros(len(sums))
    parts, wholes = (INVERSE, None) if unconnected == "harmonic" else (COUNT, TOTAL)
    below = sums[:, parts]
    above = np.full(len(sums), float(others)) if wholes is None else sums[:, wholes]
    if len(sums) == 0 or others < 1 or (below.sum() == 0 and unconnected != "harmonic"):
        return float("nan"), np.zeros(len(sums))
    with np.errstate(divide="ignore"):
        mean = float(np.divide(above.sum(), below.sum()))
    with np.errstate(invalid="ignore"):
        return mean, (above - mean * below) / below.mean()


def _longest(sums: np.ndarray, links: Links, unconnected: str) -> float:
    if len(sums) == 0:
        return float("nan")
    if unconnected == "infinite" and (sums[:, COUNT] < links.n_nodes - 1).any():
        return float("inf")
    return float(sums[:, FARTHEST].max())
