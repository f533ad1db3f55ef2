"""Graphs made from a graph: copies, parts, the reverse and the undirected one."""

from collections.abc import Mapping
from typing import Any, Self

import numpy as np

from netgraph._base import GraphBase
from netgraph._checks import check_choice
from netgraph._ids import check_unique
from netgraph._store import EDGE_DEFAULTS, ColumnStore, GrowingArray
from simcore.errors import ParameterError
from simcore.parameter import check_names

__all__ = ["DerivedMethods"]

_COMBINE = {"sum": np.add, "mean": np.add, "min": np.minimum, "max": np.maximum}


class DerivedMethods(GraphBase):
    """Copies and parts of a graph."""

    def copy(self) -> Self:
        """An independent graph with the same nodes, edges, columns and rules for later edges, and no simulation.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> graph = Graph.from_edges([0], [1])
        >>> twin = graph.copy()
        >>> twin.delete_edges([0])
        >>> graph.n_edges
        1
        """
        return self._with_edges(self._empty_like(), self.source.copy(), self.target.copy(), None)

    __copy__ = copy

    def reverse(self) -> Self:
        """The graph with every edge turned round; rows and columns stay.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> Graph.from_edges([0], [1]).reverse().has_edge(1, 0)
        True
        """
        return self._with_edges(self._empty_like(), self.target.copy(), self.source.copy(), None)

    def subgraph(self, nodes: Any) -> Self:
        """The given nodes and the edges among them.

        Parameters
        ----------
        nodes : array_like of int or Group
            Node ids, each once; node ``i`` of the result is ``nodes[i]``.

        Returns
        -------
        graph : Graph
            Edges keep their order, columns their values.

        Raises
        ------
        ParameterError
            A node that does not exist or that is named twice.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> part = Graph.from_edges([0, 1, 2], [1, 2, 0]).subgraph([2, 1])
        >>> part.source, part.target
        (array([1], dtype=int32), array([0], dtype=int32))
        """
        ids = self._node_ids(nodes, "subgraph: nodes")
        check_unique(ids, "subgraph: nodes")
        renumbered = np.full(self._n_nodes, -1, dtype=self.source.dtype)
        renumbered[ids] = np.arange(ids.size)
        source, target = renumbered[self.source], renumbered[self.target]
        rows = np.flatnonzero((source >= 0) & (target >= 0))
        return self._with_edges(self._empty_like(ids), source[rows], target[rows], rows)

    def to_undirected(self, combine: str | Mapping[str, str] = "sum") -> Any:
        """The graph without directions: edges between the same two nodes become one.

        Parameters
        ----------
        combine : {"sum", "mean", "min", "max"} or dict
            How the values of edges that become one are combined; a dictionary names the way for each column, ``"sum"`` for the
            others. Columns that are not numbers are left out. Delays are averaged where others are summed, unless a dictionary
            says so; types of edges that become one must be equal unless ``"min"`` or ``"max"`` chooses one.

        Returns
        -------
        graph : Graph
            Undirected; the groups of a population stay as a plain structure. Edges are in the order of the first of each pair.

        Raises
        ------
        UnknownNameError
            Unknown way to combine, or unknown column.
        ParameterError
            Types that differ between edges that become one.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> graph = Graph.from_edges([0, 1, 1], [1, 0, 2], weights=[1.0, 2.0, 5.0]).to_undirected("mean")
        >>> graph.edges["weight"]
        array([1.5, 5. ])
        """
        from netgraph.graph import Graph

        ways = _ways(combine, list(self._edge_store))
        low, high = np.minimum(self.source, self.target), np.maximum(self.source, self.target)
        order, starts = _groups_of_pairs(low, high, self._n_nodes)
        first = order[starts]
        group_at = np.full(self.n_edges, -1)
        group_at[first] = np.arange(first.size)
        rows = np.flatnonzero(group_at >= 0)
        by_row = group_at[rows]
        new = Graph(self._n_nodes, directed=False, name=self.name, positions=self._positions, shape=self._shape)
        new.type = self.type
        new._node_store = self._node_store.copy()
        new._attach_structure(None if self.structure is None else self.structure._as_plain())
        store = ColumnStore(rows.size, EDGE_DEFAULTS)
        for name in self._edge_store:
            column = self._edge_store.raw(name)
            if column.dtype.kind not in "if":
                continue
            if column.ndim > 0 or ways[name] == "sum":
                column = _combined(np.broadcast_to(column, low.shape), order, starts, way=ways[name])[by_row]
            store.put(name, self._check_column("edge", name, column))
        new._adopt_edges(low[rows], high[rows], store)
        return new

    def _with_edges(self, new: Any, source: np.ndarray, target: np.ndarray, rows: np.ndarray | None) -> Any:
        """Give `new` these ends, and the edge columns and rules of this graph (of some `rows` only, if given)."""
        new._adopt_edges(source, target, self._edge_store.copy(rows, source.size))
        new._rules = {name: rule.copy() for name, rule in self._rules.items()}
        for rule in new._rules.values():
            rule.shift += self.n_edges - source.size
        return new

    def _adopt_edges(self, source: np.ndarray, target: np.ndarray, store: ColumnStore) -> None:
        """Replace all edges by arrays that are known to be right and belong to this graph from here on."""
        self._source, self._target = GrowingArray(source), GrowingArray(target)
        self._edge_store = store
        self._changed()


def _ways(combine: str | Mapping[str, str], columns: list[str]) -> dict[str, str]:
    """How each column is combined."""
    given = combine if isinstance(combine, Mapping) else dict.fromkeys(columns, combine)
    check_names("edge column", given, dict.fromkeys(columns))
    for way in given.values() if isinstance(combine, Mapping) else (combine,):
        check_choice("way to combine edges", way, _COMBINE)
    ways = {name: given.get(name, "sum") for name in columns}
    if ways.get("type") in ("sum", "mean"):
        ways["type"] = "equal"
    if ways.get("delay") == "sum" and not (isinstance(combine, Mapping) and "delay" in combine):
        ways["delay"] = "mean"
    return ways


def _groups_of_pairs(low: np.ndarray, high: np.ndarray, n_nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows sorted by pair, then by row, and where in that order each pair begins."""
    from netgraph._counting_sort import sort_by_pair  # Numba loads on first use

    _, order = sort_by_pair(low, high, n_nodes)
    low, high = low[order], high[order]
    begins = np.ones(order.size, dtype=bool)
    begins[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    return order, np.flatnonzero(begins)


def _combined(column: np.ndarray, order: np.ndarray, starts: np.ndarray, *, way: str) -> np.ndarray:
    """One value for each group of equal pairs; `order` sorts the rows by pair, `starts` is where each pair begins."""
    if starts.size == 0:
        return np.empty(0, dtype=column.dtype)
    if way == "equal":
        lowest, highest = (_combined(column, order, starts, way=extreme) for extreme in ("min", "max"))
        if (lowest != highest).any():
            got = "edges of both types between two nodes"
            raise ParameterError("to_undirected: edges['type']", got=got, expected='combine={"type": "min"} or "max"')
        return lowest
    total = _COMBINE[way].reduceat(column[order], starts)
    return total / np.diff(starts, append=order.size) if way == "mean" else total
