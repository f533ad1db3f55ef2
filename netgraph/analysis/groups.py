"""The graph between groups: how strongly, and with what probability, the parts of a network are linked."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgraph.analysis._partition import labels_of
from netgraph.graph import Graph, check_graph
from simcore.errors import ParameterError

__all__ = ["structure_graph"]

Integers = NDArray[np.int64]


def structure_graph(graph: Graph, by: Any = None) -> Graph:
    """One node for each group, and one edge for each two groups with edges between them (or inside one).

    Parameters
    ----------
    graph : Graph
        A network, or any graph if `by` tells the groups. The result is directed if it is.
    by : str, array_like of shape (n_nodes,), or Structure, optional
        A node column, one label for each node, or groups; None takes those of the graph's structure. Nodes in no group are
        left out with their edges.

    Returns
    -------
    groups : Graph
        Node columns ``"name"`` (the label as text) and ``"size"``, the number of nodes; groups keep their order, labels are
        sorted. Edge columns ``"n_edges"``; ``"probability"``, the share of the possible pairs of different nodes that have an
        edge (parallel ones count once); and if the graph has weights ``"weight"``, their sum, and ``"mean_weight"``; if it has
        delays ``"delay"``, their mean [ms]. Edges are in order of source, then target.

    Raises
    ------
    UnknownNameError
        If there is no such node column.
    ParameterError
        If there is no population, or the labels do not fit the nodes.

    Examples
    --------
    >>> graph = Graph.from_edges([0, 1, 0], [1, 2, 2], weights=[1.0, 2.0, 4.0])
    >>> groups = structure_graph(graph, ["a", "a", "b"])
    >>> groups.source, groups.target, groups.edges["weight"], groups.edges["probability"]
    (array([0, 0], dtype=int32), array([0, 1], dtype=int32), array([1., 6.]), array([0.5, 1. ]))
    """
    where = "structure_graph"
    check_graph(f"{where}: graph", graph)
    if by is None:
        by = graph.structure
        if by is None:
            raise ParameterError(f"{where}: by", got="a graph without groups", expected="a node column, labels or groups")
    labels, names = labels_of(graph, by, f"{where}: by")
    sizes = np.bincount(labels[labels >= 0], minlength=names.size)
    a, b = labels[graph.source], labels[graph.target]
    rows = np.flatnonzero((a >= 0) & (b >= 0))
    present, part, count = _numbered(_keys(a[rows], b[rows], names.size, graph.directed), names.size)
    columns: dict[str, Any] = {"n_edges": count, "probability": _probability(graph, labels, sizes, present)}
    if "weight" in graph.edges:
        total = np.bincount(part, graph.edges["weight"][rows], present.size)
        columns |= {"weight": total, "mean_weight": total / count}
    if "delay" in graph.edges:
        columns["delay"] = np.bincount(part, graph.edges["delay"][rows], present.size) / count
    source, target = np.divmod(present, max(names.size, 1))
    new = Graph.from_edges(
        source, target, n_nodes=names.size, directed=graph.directed, attributes=columns, name=f"groups of {graph.name}"
    )
    new.nodes.update({"name": names.astype(str), "size": sizes})
    return new


def _keys(a: Integers, b: Integers, n: int, directed: bool) -> Integers:
    """One number for each pair of groups."""
    return a * n + b if directed else np.minimum(a, b) * n + np.maximum(a, b)


def _numbered(keys: Integers, n: int) -> tuple[Integers, Integers, Integers]:
    """The keys there are, ascending; the position of each one among them; how often each occurs."""
    if n * n > 4 * keys.size + 1024:  # a table would be longer than what it counts
        return np.unique(keys, return_inverse=True, return_counts=True)
    count = np.bincount(keys, minlength=n * n)
    present = np.flatnonzero(count)
    place = np.zeros(n * n, dtype=np.int64)
    place[present] = np.arange(present.size)
    return present, place[keys], count[present]


def _probability(graph: Graph, labels: Integers, sizes: Integers, present: Integers) -> NDArray[np.float64]:
    """Share of the possible pairs of different nodes that have an edge, for each pair of groups that is present."""
    from netgraph.analysis._ordered_pairs import ordered_pairs  # Numba loads on first use

    n = sizes.size
    pairs = ordered_pairs(graph)
    a = labels[pairs.node][np.repeat(np.arange(graph.n_nodes), np.diff(pairs.first))]
    b = labels[pairs.node][pairs.other]
    if graph.directed:
        ends = [(a[pairs.kind & 1 > 0], b[pairs.kind & 1 > 0]), (b[pairs.kind & 2 > 0], a[pairs.kind & 2 > 0])]
        a, b = (np.concatenate(end) for end in zip(*ends, strict=True))
    kept = (a >= 0) & (b >= 0)
    linked, _, count = _numbered(_keys(a[kept], b[kept], n, graph.directed), n)
    found = np.zeros(present.size)
    found[np.searchsorted(present, linked)] = count
    source, target = np.divmod(present, max(n, 1))
    possible = sizes[source].astype(np.float64) * (sizes[target] - (source == target))
    if not graph.directed:
        possible = np.where(source == target, possible / 2, possible)
    return np.divide(found, possible, out=np.zeros(present.size), where=possible > 0)
