"""Degrees of nodes: in, out and total, counted or weighted, of all edges or of one sign."""

from typing import Any

import numpy as np

from netgraph._checks import check_choice
from netgraph._csr import AdjacencyMethods

__all__ = ["DegreeMethods"]

_SIGNS = {"excitatory": 1, "inhibitory": -1}


class DegreeMethods(AdjacencyMethods):
    """Degrees, their mean, and density."""

    def in_degree(self, nodes: Any = None, *, weight: str | None = None, edge_type: str | None = None) -> np.ndarray:
        """Number, or total weight, of the incoming edges of each node.

        Parameters
        ----------
        nodes : int, array_like of int or Group, optional
            Which nodes, in this order; all if None.
        weight : str, optional
            Edge column to sum instead of counting edges.
        edge_type : {"excitatory", "inhibitory"}, optional
            Only edges whose source neuron has this type; in a graph without a population, edges whose column ``"type"`` is
            +1 or -1.

        Returns
        -------
        degree : ndarray, shape (n,), int64 or float64
            In an undirected graph, the total degree.

        Raises
        ------
        UnknownNameError
            Unknown column or edge type.
        ParameterError
            A node that does not exist, or an edge type in a graph that has none.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> Graph.from_edges([0, 1], [2, 2]).in_degree()
        array([0, 0, 2])
        """
        return self.degree(nodes, mode="in", weight=weight, edge_type=edge_type)

    def out_degree(self, nodes: Any = None, *, weight: str | None = None, edge_type: str | None = None) -> np.ndarray:
        """Number, or total weight, of the outgoing edges of each node; see `in_degree`.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> Graph.from_edges([0, 0], [1, 2], weights=[2.0, 3.0]).out_degree([0], weight="weight")
        array([5.])
        """
        return self.degree(nodes, mode="out", weight=weight, edge_type=edge_type)

    def degree(
        self, nodes: Any = None, *, mode: str = "total", weight: str | None = None, edge_type: str | None = None
    ) -> np.ndarray:
        """Number, or total weight, of the edges of each node; a self-loop counts at both of its ends.

        Parameters
        ----------
        nodes : int, array_like of int or Group, optional
            Which nodes, in this order; all if None.
        mode : {"total", "in", "out"}
            Which ends count; an undirected graph knows the total alone.
        weight : str, optional
            Edge column to sum instead of counting edges.
        edge_type : {"excitatory", "inhibitory"}, optional
            Only edges of this type; see `in_degree`.

        Returns
        -------
        degree : ndarray, shape (n,), int64 or float64

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> Graph.from_edges([0, 1, 2], [1, 2, 2]).degree()
        array([1, 2, 3])
        """
        check_choice("mode of degree", mode, ("total", "in", "out"))
        if edge_type is not None:
            check_choice("edge type", edge_type, _SIGNS)
        ids = None if nodes is None else self._node_ids(nodes, "degree: nodes")
        rows = None if edge_type is None else np.flatnonzero(self._edge_signs() == _SIGNS[edge_type])
        values = None if weight is None else self._numeric_column(weight)
        constant = None if weight is None else self.edges.constant(weight)
        total = self._sum_ends(mode if self._directed else "total", rows, values if constant is None else None)
        if weight is not None:
            total = total.astype(np.float64, copy=False) if constant is None else total * float(constant)
        return total if ids is None else total[ids]

    @property
    def density(self) -> float:
        """Number of edges relative to the possible ones: 1 for a complete graph without self-loops; 0 below two nodes."""
        if self._n_nodes < 2:
            return 0.0
        possible = self._n_nodes * (self._n_nodes - 1)
        return self.n_edges / (possible if self._directed else possible / 2)

    @property
    def average_degree(self) -> float:
        """Mean in-degree (and out-degree) of a directed graph, or mean degree of an undirected one; 0 without nodes.

        ``n_edges / n_nodes`` if directed, ``2 n_edges / n_nodes`` if not: what generators call ``avg_deg``.
        """
        ends = self.n_edges if self._directed else 2 * self.n_edges
        return ends / self._n_nodes if self._n_nodes else 0.0

    def _sum_ends(self, mode: str, rows: np.ndarray | None, values: np.ndarray | None) -> np.ndarray:
        """Sum of ones or of `values` over the edges `rows` (all if None) at the ends that `mode` names."""
        if values is not None and rows is not None:
            values = values[rows]
        total: Any = 0
        for end, cache, wanted in ((self.source, "out", "out"), (self.target, "in", "in")):
            if mode not in ("total", wanted):
                continue
            if rows is None and values is None and cache in self._caches:
                total = total + np.diff(self._caches[cache].indptr)
            else:
                ends = end if rows is None else end[rows]
                total = total + np.bincount(ends, weights=values, minlength=self._n_nodes)
        return total
