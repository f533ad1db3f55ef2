"""Where one step leads from each node: the table that searches for paths walk along."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgraph.analysis._matrix import edge_weights

if TYPE_CHECKING:
    from netgraph._csr import CSR
    from netgraph.graph import Graph

__all__ = ["Links", "links_among", "links_of", "values_of_edges"]


class Links(NamedTuple):
    """Read-only arrays of links: one for each ordered pair of different nodes with an edge, as long as the shortest edge.

    Attributes
    ----------
    begins : ndarray of int64, shape (n_nodes + 1,)
        The links of node v are ``begins[v]:begins[v + 1]``.
    ends : ndarray of int32 or int64, shape (n_links,)
        Where they lead, ascending for each node.
    lengths : ndarray of float64, shape (n_links,), or None
        None if all have length 1.
    """

    begins: np.ndarray
    ends: np.ndarray
    lengths: np.ndarray | None

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return self.begins.size - 1


def links_of(graph: "Graph", weight: str | None, *, mode: str, where: str) -> Links:
    """Links of a graph.

    Parameters
    ----------
    graph : Graph
    weight : str or None
        Edge column with lengths.
    mode : {"out", "in", "all"}
        Along the edges, against them, or both ways.
    where : str
        What asks, for messages.

    Returns
    -------
    links : Links
    """
    lengths = None if weight is None else edge_weights(graph, weight, where=where)
    csr = _entries(graph, mode)
    first, kept = _runs(csr)
    chosen = first[kept[first]]
    values = None if lengths is None else lengths[csr.rows]
    if chosen.size == csr.rows.size:
        return _read_only(csr.indptr, csr.indices, values)
    if values is not None:
        values = np.minimum.reduceat(values, first)[kept[first]]
    return _read_only(np.searchsorted(chosen, csr.indptr), csr.indices[chosen], values)


def links_among(links: Links, members: np.ndarray) -> Links:
    """The links among some nodes, which get the numbers 0, 1, ... in ascending order."""
    number = np.full(links.n_nodes, -1, dtype=links.ends.dtype)
    number[members] = np.arange(members.size)
    start = np.repeat(number, np.diff(links.begins))
    kept = (start >= 0) & (number[links.ends] >= 0)
    begins = np.concatenate([[0], np.cumsum(np.bincount(start[kept], minlength=members.size))])
    lengths = None if links.lengths is None else links.lengths[kept]
    return _read_only(begins.astype(np.int64), number[links.ends[kept]], lengths)


def values_of_edges(graph: "Graph", weight: str | None, values: NDArray[np.float64], *, power: int = 1) -> NDArray[np.float64]:
    """Values of edges from those of the links ``mode="out"``.

    The shortest of parallel edges share that of their link equally, the others and self-loops get 0.0; an undirected edge gets
    the sum of its two links.

    Parameters
    ----------
    graph : Graph
    weight : str or None
        The column of the lengths.
    values : ndarray of float64, shape (n_links,)
    power : int
        2 for squares, of which each of two edges gets a quarter.
    """
    csr = _entries(graph, "out")
    first, kept = _runs(csr)
    run = np.zeros(csr.rows.size, dtype=np.int64)
    run[first[1:]] = 1
    run = np.cumsum(run)
    shortest = kept.copy()
    if weight is not None and first.size:
        lengths = graph._numeric_column(weight).astype(np.float64)[csr.rows]
        shortest &= lengths == np.minimum.reduceat(lengths, first)[run]
    link = np.cumsum(kept[first]) - 1
    sharers = np.bincount(run[shortest], minlength=first.size)
    rows, runs = csr.rows[shortest], run[shortest]
    shares = values[link[runs]] / sharers[runs].astype(np.float64) ** power
    return np.bincount(rows, weights=shares, minlength=graph.n_edges).astype(np.float64, copy=False)


def _read_only(begins: np.ndarray, ends: np.ndarray, lengths: np.ndarray | None) -> Links:
    """All alike, since compiled functions are compiled again for arrays that can be written."""
    links = Links(begins, ends, lengths)
    for array in links:
        if array is not None:
            array.flags.writeable = False
    return links


def _entries(graph: "Graph", mode: str) -> "CSR":
    from netgraph._csr import CSR, group_edges

    if mode == "out" or not graph.directed:
        return graph.out_csr()
    if mode == "in":
        return graph.in_csr()
    ends = np.concatenate([graph.source, graph.target]), np.concatenate([graph.target, graph.source])
    both = group_edges(*ends, graph.n_nodes)
    return CSR(both.indptr, both.indices, both.rows % max(1, graph.n_edges))


def _runs(csr: "CSR") -> tuple[np.ndarray, np.ndarray]:
    """Where each run of parallel entries begins, and for each entry whether it is no self-loop."""
    start = np.repeat(np.arange(csr.indptr.size - 1, dtype=csr.indices.dtype), np.diff(csr.indptr))
    begins = np.ones(csr.rows.size, dtype=bool)
    begins[1:] = (csr.indices[1:] != csr.indices[:-1]) | (start[1:] != start[:-1])
    return np.flatnonzero(begins), start != csr.indices
