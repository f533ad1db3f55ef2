"""Betweenness: the share of the shortest paths that leads over each node or edge."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_flag
from netgraph._progress import run_tasks
from netgraph.analysis._links import Links, links_of, values_of_edges
from netgraph.analysis._sampling import Estimate, sampled_nodes, total_from_sums
from netgraph.analysis._searches import OrderedSum, slice_size
from netgraph.graph import Graph, check_graph
from simcore.errors import NumericalError

__all__ = ["betweenness", "edge_betweenness", "sampled_betweenness", "sampled_edge_betweenness"]

Floats = NDArray[np.float64]


def betweenness(
    graph: Graph,
    *,
    weight: str | None = None,
    normalized: bool = True,
    endpoints: bool = False,
    progress: bool | None = None,
) -> Floats:
    """Share of the shortest paths between other nodes that leads over each node.

    The sum over all pairs s, t of the number of shortest paths from s to t over the node, divided by the number of all shortest
    paths from s to t (Brandes 2001, doi:10.1080/0022250X.2001.9990249). Self-loops do not matter; parallel edges are one
    connection, as long as the shortest of them. Zero lengths count as infinitely small ones: of two paths of equal length, the
    one with fewer edges of length zero is the shorter. Paths are equally long if their lengths, added up in float64, are equal:
    give lengths on a grid, such as delays, in whole steps.

    The time grows as n_nodes times n_edges; `sampled_betweenness` is for graphs where this is too long.

    Parameters
    ----------
    graph : Graph
    weight : str, optional
        Edge column with lengths >= 0, such as "distance" or "delay"; None counts edges.
    normalized : bool
        Whether to divide by the number of pairs of other nodes, ordered ones in directed graphs. Without, undirected graphs
        count each pair once. Both as NetworkX does.
    endpoints : bool
        Whether paths count for the nodes where they begin and end, too.
    progress : bool, optional
        Whether to show a bar; None shows it in a terminal or a notebook.

    Returns
    -------
    share : ndarray of float64, shape (n_nodes,)
        The same bits for any number of threads.

    Raises
    ------
    ParameterError
        If a length is negative or not finite.
    NumericalError
        If two nodes have more than 1e308 shortest paths.

    Examples
    --------
    >>> from netgraph import Graph
    >>> betweenness(Graph.from_edges([0, 1, 2], [1, 2, 3]), normalized=False)
    array([0., 2., 2., 0.])
    """
    where = "betweenness"
    links = _checked_links(graph, weight, where, normalized=normalized, endpoints=endpoints)
    sources = np.arange(graph.n_nodes)
    hint = "sampled_betweenness is faster"
    sums = _sums(links, sources, over="nodes", endpoints=endpoints, where=where, progress=progress, hint=hint)
    return sums[0] * _scale(graph, graph.n_nodes - (not endpoints), normalized=normalized)


def edge_betweenness(
    graph: Graph, *, weight: str | None = None, normalized: bool = True, progress: bool | None = None
) -> Floats:
    """Share of the shortest paths between all nodes that leads over each edge.

    As `betweenness`. Parallel edges share what leads over their connection equally if they are the shortest, others get 0.0.

    Parameters
    ----------
    graph : Graph
    weight : str, optional
        Edge column with lengths >= 0; None counts edges.
    normalized : bool
        Whether to divide by the number of pairs of nodes, ordered ones in directed graphs.
    progress : bool, optional
        Whether to show a bar; None shows it in a terminal or a notebook.

    Returns
    -------
    share : ndarray of float64, shape (n_edges,)
        In order of the edges.

    Raises
    ------
    ParameterError
        If a length is negative or not finite.
    NumericalError
        If two nodes have more than 1e308 shortest paths.

    Examples
    --------
    >>> from netgraph import Graph
    >>> edge_betweenness(Graph.from_edges([0, 1, 2], [1, 2, 3]), normalized=False)
    array([3., 4., 3.])
    """
    where = "edge_betweenness"
    links = _checked_links(graph, weight, where, normalized=normalized)
    sources = np.arange(graph.n_nodes)
    hint = "sampled_edge_betweenness is faster"
    sums = _sums(links, sources, over="links", where=where, progress=progress, hint=hint)
    return values_of_edges(graph, weight, sums[0]) * _scale(graph, graph.n_nodes, normalized=normalized)


def sampled_betweenness(
    graph: Graph,
    n_sources: int,
    *,
    weight: str | None = None,
    normalized: bool = True,
    endpoints: bool = False,
    seed: int | None = None,
    progress: bool | None = None,
) -> Estimate:
    """Betweenness of nodes estimated from the paths that begin at some random nodes.

    Without bias, and with a standard error for each node (Brandes & Pich 2007, doi:10.1142/S0218127407018403).

    Parameters
    ----------
    graph : Graph
    n_sources : int
        Number of different nodes where paths begin, at least 3; with all nodes the result is exact.
    weight, normalized, endpoints, progress
        See `betweenness`.
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
    NumericalError
        If two nodes have more than 1e308 shortest paths.

    Examples
    --------
    >>> from netgraph import Graph
    >>> ring = Graph.from_edges([0, 1, 2, 3], [1, 2, 3, 0])
    >>> sampled_betweenness(ring, 4).value
    array([0.5, 0.5, 0.5, 0.5])
    """
    where = "sampled_betweenness"
    links = _checked_links(graph, weight, where, normalized=normalized, endpoints=endpoints)
    sources = sampled_nodes(graph.n_nodes, n_sources, seed, where)
    sums = _sums(links, sources, over="nodes", endpoints=endpoints, squares=True, where=where, progress=progress)
    others = 0 if endpoints else 1  # a path that begins at a node does not lead over it
    counts = sources.size - others * np.isin(np.arange(graph.n_nodes), sources)
    n = graph.n_nodes - others
    return total_from_sums(sums, counts, n, scale=_scale(graph, n, normalized=normalized))


def sampled_edge_betweenness(
    graph: Graph,
    n_sources: int,
    *,
    weight: str | None = None,
    normalized: bool = True,
    seed: int | None = None,
    progress: bool | None = None,
) -> Estimate:
    """Betweenness of edges estimated from the paths that begin at some random nodes.

    Parameters
    ----------
    graph : Graph
    n_sources : int
        Number of different nodes where paths begin, at least 3; with all nodes the result is exact.
    weight, normalized, progress
        See `edge_betweenness`.
    seed : int, optional
        Chooses the nodes; None takes a fresh one.

    Returns
    -------
    value, error : ndarray of float64, shape (n_edges,)
        The estimates and their standard errors.

    Raises
    ------
    ParameterError
        If a length is negative or not finite, or `n_sources` is less than 3.
    NumericalError
        If two nodes have more than 1e308 shortest paths.

    Examples
    --------
    >>> from netgraph import Graph
    >>> ring = Graph.from_edges([0, 1, 2, 3], [1, 2, 3, 0])
    >>> sampled_edge_betweenness(ring, 4).value
    array([0.5, 0.5, 0.5, 0.5])
    """
    where = "sampled_edge_betweenness"
    links = _checked_links(graph, weight, where, normalized=normalized)
    sources = sampled_nodes(graph.n_nodes, n_sources, seed, where)
    sums = _sums(links, sources, over="links", squares=True, where=where, progress=progress)
    # Only one of the two links of an undirected edge is on shortest paths from a source, so that squares add up, too.
    sums = np.stack([values_of_edges(graph, weight, row, power=k + 1) for k, row in enumerate(sums)])
    scale = _scale(graph, graph.n_nodes, normalized=normalized)
    return total_from_sums(sums, sources.size, graph.n_nodes, scale=scale)


def _checked_links(graph: Graph, weight: str | None, where: str, **flags: Any) -> Links:
    check_graph(f"{where}: graph", graph)
    for name, flag in flags.items():
        check_flag(f"{where}: {name}", flag)
    return links_of(graph, weight, mode="out", where=where)


def _sums(
    links: Links,
    sources: np.ndarray,
    *,
    over: str,
    endpoints: bool = False,
    squares: bool = False,
    where: str,
    progress: bool | None,
    hint: str = "",
) -> np.ndarray:
    """Sums over sources in row 0, and those of squares in row 1 if asked for, at each of the "nodes" or "links"."""
    from netgraph.analysis._breadth import count_paths  # Numba loads on first use
    from netgraph.analysis._dijkstra import count_long_paths

    shape = (2 if squares else 1, links.n_nodes if over == "nodes" else links.ends.size)
    total = OrderedSum(np.zeros(shape))

    def count(number: int, some: np.ndarray) -> bool:
        sums, none = np.zeros(shape), np.zeros((0, 0))
        wanted = (sums, none) if over == "nodes" else (none, sums)
        if links.lengths is None:
            finite = count_paths(links.begins, links.ends, some, endpoints, *wanted)
        else:
            finite = count_long_paths(links.begins, links.ends, links.lengths, some, endpoints, *wanted)
        total.add(number, sums)
        return finite

    size = slice_size(links, sources.size)
    parts = [sources[i : i + size] for i in range(0, sources.size, size)]
    tasks = [lambda k=k, part=part: count(k, part) for k, part in enumerate(parts)]
    if not all(run_tasks(where, tasks, progress=progress, hint=hint)):
        raise NumericalError(f"{where}: some nodes have more than 1e308 shortest paths between them")
    return total.array


def _scale(graph: Graph, n: int, *, normalized: bool) -> float:
    """Factor of the sum over ordered pairs of `n` nodes."""
    if normalized and n > 1:
        return 1.0 / (n * (n - 1))
    return 1.0 if graph.directed or normalized else 0.5
