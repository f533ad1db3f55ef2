"""NetworkX's adjacency matrices, on our arrays."""

from typing import Any

import numpy as np

from netgraph.convert._nx_view import Unsupported, View, view_of

__all__ = ["to_numpy_array", "to_scipy_sparse_array"]


def to_scipy_sparse_array(G: Any, nodelist: Any = None, dtype: Any = None, weight: Any = "weight", format: str = "csr") -> Any:  # noqa: A002
    """Adjacency matrix as a sparse array."""
    _require_plain(dtype)
    if format not in ("bsr", "csr", "csc", "coo", "lil", "dia", "dok"):
        raise Unsupported("a format that SciPy has not")
    view = view_of(G)
    if view.graph.n_edges == 0:
        raise Unsupported("a graph without edges")
    return _adjacency(view, nodelist, weight, dtype).asformat(format)


def to_numpy_array(
    G: Any,
    nodelist: Any = None,
    dtype: Any = None,
    order: Any = None,
    multigraph_weight: Any = sum,
    weight: Any = "weight",
    nonedge: Any = 0.0,
) -> np.ndarray:
    """Adjacency matrix as a dense array."""
    view = view_of(G)
    _require_plain(dtype)
    if multigraph_weight is not sum and view.graph.is_multigraph():
        raise Unsupported("another way to combine parallel edges")
    n = view.graph.n_nodes if nodelist is None else len(nodelist)
    dense = np.full((n, n), nonedge, dtype=dtype, order=order)
    if n and view.graph.n_edges:
        entries = _adjacency(view, nodelist, weight, None).tocoo()
        dense[entries.coords] = entries.data
    return dense


def _require_plain(dtype: Any) -> None:
    if dtype is not None and np.dtype(dtype).kind not in "biuf":
        raise Unsupported("a type that is no real number")


def _adjacency(view: View, nodelist: Any, weight: Any, dtype: Any) -> Any:
    matrix = view.graph.adjacency(view.weight(weight))
    if dtype is not None:
        matrix = matrix.astype(dtype)
    if nodelist is None:
        return matrix
    order = np.array([view.number(name) for name in nodelist], dtype=np.int64)
    if order.size == 0 or np.unique(order).size < order.size:
        raise Unsupported("no nodes, or some twice")
    return matrix[order][:, order]
