"""NetworkX's centralities that are iterated until they change little, on our matrices.

Their results are not exact but within a tolerance, and depend on how the iteration starts and when it stops: ours does both in
the way that NetworkX describes. Exact results give `netgraph.analysis.pagerank` and its neighbours.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from netgraph.convert._nx_view import Unsupported, View, view_of

__all__ = ["eigenvector", "katz", "pagerank"]


def eigenvector(G: Any, max_iter: int = 100, tol: float = 1e-6, nstart: Any = None, weight: Any = None) -> dict:
    """Powers of the adjacency matrix plus one, times equal numbers."""
    view = _iterated(G, nstart)
    view.require(simple=True)
    n, into = view.graph.n_nodes, _matrix(view, weight).T.tocsr()

    def step(x: np.ndarray) -> np.ndarray:
        new = x + into @ x
        return new / (np.linalg.norm(new) or 1.0)

    return view.by_node(_settled(step, np.full(n, 1.0 / n), max_iter, tol))


def katz(
    G: Any,
    alpha: float = 0.1,
    beta: Any = 1.0,
    max_iter: int = 1000,
    tol: float = 1e-6,
    nstart: Any = None,
    normalized: bool = True,
    weight: Any = None,
) -> dict:
    """Walks of more and more steps."""
    view = _iterated(G, nstart)
    view.require(simple=True)
    if not isinstance(alpha, (int, float)) or not isinstance(beta, (int, float)):
        raise Unsupported("numbers for each node")
    into = _matrix(view, weight).T.tocsr()
    x = _settled(lambda x: alpha * (into @ x) + float(beta), np.zeros(view.graph.n_nodes), max_iter, tol)
    return view.by_node(x / (np.linalg.norm(x) or 1.0) if normalized else x)


def pagerank(
    G: Any,
    alpha: float = 0.85,
    personalization: Any = None,
    max_iter: int = 100,
    tol: float = 1e-6,
    nstart: Any = None,
    weight: Any = "weight",
    dangling: Any = None,
) -> dict:
    """Steps of someone who follows edges, or jumps."""
    view = _iterated(G, nstart)
    n, matrix = view.graph.n_nodes, _matrix(view, weight)
    total = matrix.sum(axis=1)
    follow = (matrix.T / np.where(total == 0, 1.0, total)).tocsr()
    jump = _shares(view, personalization, np.full(n, 1.0 / n))
    leave = _shares(view, dangling, jump)
    ends = total == 0

    def step(x: np.ndarray) -> np.ndarray:
        return alpha * (follow @ x + x[ends].sum() * leave) + (1 - alpha) * jump

    return view.by_node(_settled(step, np.full(n, 1.0 / n), max_iter, tol))


def _iterated(G: Any, nstart: Any) -> View:
    view = view_of(G)
    if nstart is not None or view.graph.n_nodes == 0:
        raise Unsupported("a start, or no nodes")
    return view


def _matrix(view: View, weight: Any) -> Any:
    return view.graph.adjacency(view.weight(weight)).astype(np.float64)


def _shares(view: View, numbers: Any, otherwise: np.ndarray) -> np.ndarray:
    """Numbers of some nodes as shares, 0 for the others."""
    if numbers is None:
        return otherwise
    if not isinstance(numbers, Mapping):
        raise Unsupported("numbers of nodes that are no dictionary")
    shares = np.array([numbers.get(name, 0) for name in view.names], dtype=np.float64)
    if not np.isfinite(shares).all() or shares.sum() == 0:
        raise Unsupported("numbers of nodes without a finite sum above zero")
    return shares / shares.sum()


def _settled(step: Callable[[np.ndarray], np.ndarray], x: np.ndarray, max_iter: int, tol: float) -> np.ndarray:
    """What steps lead to; without an end NetworkX tells so in its own words."""
    for _ in range(max_iter):
        last, x = x, step(x)
        if np.abs(x - last).sum() < x.size * tol:
            return x
    raise Unsupported("no convergence")
