"""What the metrics share: matrices without self-loops or parallel edges and checked weights."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simcore.errors import ParameterError

if TYPE_CHECKING:
    from netgraph.graph import Graph

__all__ = ["LARGEST_SUM", "edge_weights", "simple_matrix"]

# Far enough from the largest number for what is computed with sums.
LARGEST_SUM = 1e300


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
    """The edge column `weight` as float64, which must be finite and not negative, and not so large that sums are infinite."""
    values = graph._numeric_column(weight).astype(np.float64)
    bad = ~(np.isfinite(values) & (values >= 0))
    if bad.any():
        row = int(bad.argmax())
        got = f"{values[row]} in row {row} of column {weight!r}"
        raise ParameterError(f"{where}: weight", got=got, expected="finite numbers >= 0")
    if values.max(initial=0.0) > LARGEST_SUM / max(values.size, 1):
        raise ParameterError(f"{where}: weight", got=values.max(), expected=f"numbers whose sum is below {LARGEST_SUM:g}")
    return values
