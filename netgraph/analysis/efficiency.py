"""Efficiency: how close nodes are to each other, where no path is no closeness (Latora & Marchiori 2001)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_number
from netgraph._progress import run_tasks
from netgraph.analysis._links import Links, links_of
from netgraph.analysis._sampling import Estimate, error_of_mean, sampled_nodes
from netgraph.analysis._searches import INVERSE, path_sums
from netgraph.graph import Graph, check_graph

__all__ = ["global_efficiency", "local_efficiency", "sampled_efficiency"]

# Links among neighbours that one task may look at.
_STEPS = 20_000_000


def global_efficiency(graph: Graph, *, weight: str | None = None, progress: bool | None = None) -> float:
    """Mean of the inverse distances between all ordered pairs of different nodes; no path counts as infinitely long.

    Source: Latora & Marchiori 2001, doi:10.1103/PhysRevLett.87.198701. Self-loops do not matter, and of parallel edges the
    shortest counts. A distance of zero makes the mean infinite.

    Parameters
    ----------
    graph : Graph
    weight : str, optional
        Edge column with lengths >= 0, such as "distance" or "delay"; None counts edges.
    progress : bool, optional
        Whether to show a bar; None shows it in a terminal or a notebook.

    Returns
    -------
    efficiency : float
        NaN with fewer than two nodes.

    Raises
    ------
    ParameterError
        If a length is negative or not finite.

    Examples
    --------
    >>> from netgraph import Graph
    >>> global_efficiency(Graph.from_edges([0, 1, 2], [1, 2, 0]))
    0.75
    """
    where = "global_efficiency"
    check_graph(f"{where}: graph", graph)
    links = links_of(graph, weight, mode="out", where=where)
    sums = path_sums(links, np.arange(graph.n_nodes), where=where, progress=progress, hint="sampled_efficiency is faster")
    n = graph.n_nodes
    return float(sums[:, INVERSE].sum() / (n * (n - 1))) if n > 1 else float("nan")


def sampled_efficiency(
    graph: Graph, n_sources: int, *, weight: str | None = None, seed: int | None = None, progress: bool | None = None
) -> Estimate:
    """Global efficiency estimated, without bias, from the paths that begin at some random nodes.

    Parameters
    ----------
    graph : Graph
    n_sources : int
        Number of different nodes where paths begin, at least 3; with all nodes the result is exact.
    weight, progress
        See `global_efficiency`.
    seed : int, optional
        Chooses the nodes; None takes a fresh one.

    Returns
    -------
    value, error : float
        The estimate and its standard error; NaN with fewer than two nodes.

    Raises
    ------
    ParameterError
        If a length is negative or not finite, or `n_sources` is less than 3.

    Examples
    --------
    >>> from netgraph import Graph
    >>> sampled_efficiency(Graph.from_edges([0, 1, 2], [1, 2, 0]), 3)
    Estimate(value=0.75, error=0.0)
    """
    where = "sampled_efficiency"
    check_graph(f"{where}: graph", graph)
    links = links_of(graph, weight, mode="out", where=where)
    sources = sampled_nodes(graph.n_nodes, n_sources, seed, where)
    if graph.n_nodes < 2:
        return Estimate(float("nan"), float("nan"))
    means = path_sums(links, sources, where=where, progress=progress)[:, INVERSE] / (graph.n_nodes - 1)
    return Estimate(float(means.mean()), error_of_mean(means, graph.n_nodes))


def local_efficiency(
    graph: Graph,
    *,
    nodes: Any = None,
    weight: str | None = None,
    undefined: float = 0.0,
    progress: bool | None = None,
) -> NDArray[np.float64]:
    """Global efficiency of the graph that the neighbours of each node make, without the node.

    Neighbours are the nodes with an edge in either direction. Their mean over nodes is what NetworkX calls the local efficiency
    of a graph. Source: Latora & Marchiori 2001, doi:10.1103/PhysRevLett.87.198701.

    Parameters
    ----------
    graph : Graph
    nodes : array_like of int or Group, optional
        All if None.
    weight : str, optional
        Edge column with lengths >= 0; None counts edges.
    undefined : float
        Value of nodes with fewer than two neighbours.
    progress : bool, optional
        Whether to show a bar; None shows it in a terminal or a notebook.

    Returns
    -------
    efficiency : ndarray of float64, shape (n,)

    Raises
    ------
    ParameterError
        If a length is negative or not finite.

    Examples
    --------
    >>> from netgraph import Graph
    >>> local_efficiency(Graph.from_edges([0, 1, 2, 2], [1, 2, 0, 3], directed=False))
    array([1.        , 1.        , 0.33333333, 0.        ])
    """
    where = "local_efficiency"
    check_graph(f"{where}: graph", graph)
    ids = np.arange(graph.n_nodes) if nodes is None else graph._node_ids(nodes, f"{where}: nodes").astype(np.int64)
    if not (isinstance(undefined, float) and np.isnan(undefined)):
        check_number(f"{where}: undefined", undefined)
    links = links_of(graph, weight, mode="out", where=where)
    around = links if not graph.directed else links_of(graph, None, mode="all", where=where)
    sums = _inverse_sums(links, around, ids, where=where, progress=progress)
    k = np.diff(around.begins)[ids].astype(np.float64)
    result = np.full(ids.size, float(undefined))
    return np.divide(sums, k * (k - 1), out=result, where=k > 1)


def _inverse_sums(links: Links, around: Links, ids: np.ndarray, *, where: str, progress: bool | None) -> np.ndarray:
    """Sum of inverse distances between the neighbours of each of the nodes."""
    from netgraph.analysis._breadth import local_inverse_distances  # Numba loads on first use
    from netgraph.analysis._dijkstra import local_inverse_lengths

    # Each neighbour walks along the links of all neighbours.
    degrees = np.diff(links.begins)
    per_node = np.add.reduceat(np.append(degrees[around.ends], 0), around.begins[:-1]) * (np.diff(around.begins) > 0)
    work = np.cumsum((per_node * np.diff(around.begins))[ids])
    cuts = np.searchsorted(work, np.arange(_STEPS, work[-1] if work.size else 0, _STEPS))
    borders = np.unique(np.concatenate([[0], cuts, [ids.size]]))
    out = np.zeros(ids.size)

    def piece(first: int, last: int) -> None:
        args = around.begins, around.ends, ids[first:last], out[first:last]
        if links.lengths is None:
            local_inverse_distances(links.begins, links.ends, *args)
        else:
            local_inverse_lengths(links.begins, links.ends, links.lengths, *args)

    tasks = [lambda a=a, b=b: piece(a, b) for a, b in zip(borders[:-1], borders[1:], strict=True)]
    run_tasks(where, tasks, progress=progress)
    return out
