"""What the metrics share: matrices without self-loops or parallel edges, checked weights, conversion to igraph."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simcore.errors import ParameterError

if TYPE_CHECKING:
    from netgraph.graph import Graph

__all__ = ["edge_weights", "igraph_of", "simple_matrix"]


def simple_matrix(graph: "Graph", weight: str | None = None, *, where: str = "weight") -> Any:
    """``A[source, target]`` without self-loops; symmetric for undirected graphs.

    Parameters
    ----------
    graph : Graph
    weight : str, optional
        Edge column, whose values of parallel edges are summed; None gives 1.0 for each pair with at least one edge.
    where : str
        What asks, for messages.

    Returns
    -------
    matrix : scipy.sparse.csr_array of float64, shape (n_nodes, n_nodes)
        Edges of weight zero stay as explicit zeros.
    """
    from scipy.sparse import coo_array

    if weight is not None:
        edge_weights(graph, weight, where=where)
    matrix = graph.adjacency(weight).tocoo()
    kept = matrix.row != matrix.col
    values = np.ones(int(kept.sum())) if weight is None else matrix.data[kept].astype(np.float64)
    return coo_array((values, (matrix.row[kept], matrix.col[kept])), shape=matrix.shape).tocsr()


def edge_weights(graph: "Graph", weight: str, *, where: str) -> NDArray[np.float64]:
    """The edge column `weight` as float64, which must be finite and not negative."""
    values = graph._numeric_column(weight).astype(np.float64)
    bad = ~(np.isfinite(values) & (values >= 0))
    if bad.any():
        row = int(bad.argmax())
        got = f"{values[row]} in row {row} of column {weight!r}"
        raise ParameterError(f"{where}: weight", got=got, expected="finite numbers >= 0")
    return values


def igraph_of(graph: "Graph", nodes: NDArray[np.int64] | None = None) -> tuple[Any, NDArray[np.int64]]:
    """The edges as an igraph.Graph, and their rows; of `nodes` alone if given (node k of the result is the k-th of them)."""
    import igraph

    source, target, rows = graph.source, graph.target, np.arange(graph.n_edges)
    n = graph.n_nodes
    if nodes is not None:
        new = np.full(n, -1, dtype=np.int64)
        new[nodes] = np.arange(nodes.size)
        source, target, n = new[source], new[target], nodes.size
        rows = np.flatnonzero((source >= 0) & (target >= 0))
        source, target = source[rows], target[rows]
    return igraph.Graph(n=n, edges=np.column_stack([source, target]), directed=graph.directed), rows
