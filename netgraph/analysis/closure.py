"""Closure: how often the walks of two steps that begin at a node lead to one of its neighbours."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_choice
from netgraph.analysis._clustering_sums import divided, triads_of, undefined_value
from netgraph.graph import Graph, check_graph
from simcore.errors import ParameterError

__all__ = ["local_closure"]

# The mode of clustering that counts the same triangles, and whether the walks leave the node.
_MODES = {"cycle-out": ("cycle", True), "cycle-in": ("cycle", False), "fan-in": ("fan-in", False), "fan-out": ("fan-out", True)}

# Powers of the weights of triangles and of walks.
_METHODS = {"zhang": (1.0, 1.0), "continuous": (2 / 3, 1 / 2)}


def local_closure(
    graph: Graph,
    *,
    weight: str | None = None,
    method: str = "continuous",
    mode: str = "cycle-out",
    nodes: Any = None,
    undefined: float = 0.0,
    progress: bool | None = None,
) -> NDArray[np.float64]:
    """Closure coefficient of each node: the share of the walks of two steps from it whose ends are linked.

    Where clustering looks from the middle of a triplet, closure looks from its end (Yin, Benson & Leskovec 2019,
    doi:10.1145/3289600.3290991). Self-loops are left out; parallel edges count once, or with the sum of their weights.

    Parameters
    ----------
    graph : Graph
    weight : str, optional
        Edge column with numbers >= 0, which are taken relative to the largest.
    method : {"continuous", "zhang"}
        How weights count (without `weight` both are the same). "zhang": walks and triangles count with the product of their
        weights. "continuous": a triangle counts with the square of the geometric mean of its weights, a walk with that of its
        two (Fardet & Levina 2021, doi:10.1103/PhysRevResearch.3.043124).
    mode : {"cycle-out", "cycle-in", "fan-in", "fan-out"}
        Which walks of a directed graph count, and which edge closes them. "cycle-out": from the node, closed by an edge to it;
        "fan-out": from the node, closed by an edge from it; "cycle-in": to the node, closed by an edge from it; "fan-in": to
        the node, closed by an edge to it.
    nodes : array_like of int or Group, optional
        Nodes to return, in this order; None returns all.
    undefined : float
        Value for nodes without such walks.
    progress : bool, optional
        Whether to show a bar; None shows one in a terminal or a notebook.

    Returns
    -------
    closure : ndarray of float64, shape (n,)

    Raises
    ------
    UnknownNameError
        If there is no such method or mode.
    ParameterError
        If a weight is negative or not finite, or the mode does not fit the graph.

    Examples
    --------
    >>> from netgraph import Graph
    >>> kite = Graph.from_edges([0, 1, 2, 2], [1, 2, 0, 3], directed=False)
    >>> local_closure(kite).round(3)
    array([0.667, 0.667, 1.   , 0.   ])
    """
    from netgraph.analysis._triplets import weigh_walks  # Numba loads on first use

    where = "local_closure"
    check_graph(f"{where}: graph", graph)
    check_choice(f"method of {where}", method, _METHODS)
    check_choice(f"mode of {where}", mode, _MODES)
    if mode != "cycle-out" and not graph.directed:
        raise ParameterError(f"{where}: mode", got=mode, expected="'cycle-out' for an undirected graph, where all are the same")
    chosen = slice(None) if nodes is None else graph._node_ids(nodes, f"{where}: nodes")
    otherwise = undefined_value(where, undefined)
    triangles, forward = _MODES[mode]
    triads = triads_of(graph, weight, triangles if graph.directed else "total", where=where)
    of_triangles, of_walks = _METHODS[method] if weight is not None else (0.0, 0.0)
    closed = triads.triangles((of_triangles, of_triangles), progress)
    walks = triads.pairs.by_node(weigh_walks(triads.pairs, triads.powers((of_walks, of_walks))[0], forward=forward))
    return divided(closed, walks, otherwise)[chosen]
