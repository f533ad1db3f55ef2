"""Edges in order of their source or target: compressed rows, neighbours and look-up of edges."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from netgraph._base import GraphBase
from netgraph._checks import check_choice, check_flag
from netgraph._ids import endpoints, one_end, one_id
from netgraph._pairs import find_rows
from simcore.errors import EdgeError, ParameterError

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["CSR", "AdjacencyMethods"]


class CSR(NamedTuple):
    """Edges grouped by node: those of node ``i`` lie at ``indptr[i]:indptr[i + 1]``, sorted by neighbour, then by row.

    Attributes
    ----------
    indptr : ndarray of int64, shape (n_nodes + 1,)
        Where each node's edges begin.
    indices : ndarray of int32, shape (n_entries,)
        The neighbour at the other end.
    rows : ndarray of int64, shape (n_entries,)
        Row of the edge in the graph's columns.
    """

    indptr: np.ndarray
    indices: np.ndarray
    rows: np.ndarray


def group_edges(key: np.ndarray, other: np.ndarray, n_nodes: int) -> CSR:
    """Edges grouped by `key`, inside a group by `other`, then by row."""
    from netgraph._counting_sort import sort_by_pair  # Numba loads on first use

    begins, rows = sort_by_pair(key, other, n_nodes)
    return _read_only(CSR(begins, other[rows], rows))


def _read_only(csr: CSR) -> CSR:
    for array in csr:
        array.flags.writeable = False
    return csr


class AdjacencyMethods(GraphBase):
    """Adjacency matrix, grouped edges, neighbours and look-up."""

    def out_csr(self) -> CSR:
        """Edges grouped by source; kept until the structure changes.

        In an undirected graph each edge is listed at both of its ends (a self-loop once).

        Returns
        -------
        csr : CSR
            ``indptr``, ``indices`` (targets) and ``rows``, read-only.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> Graph.from_edges([1, 0, 1], [2, 1, 0]).out_csr().indices
        array([1, 0, 2], dtype=int32)
        """
        return self._grouped("out", self.source, self.target)

    def in_csr(self) -> CSR:
        """Edges grouped by target; kept until the structure changes. See `out_csr`.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> Graph.from_edges([1, 0, 1], [2, 1, 0]).in_csr().indices
        array([1, 0, 1], dtype=int32)
        """
        return self._grouped("in", self.target, self.source)

    def adjacency(self, weight: str | None = None, *, typed: bool = False) -> "csr_array":
        """Adjacency matrix ``A[source, target]``; parallel edges add up.

        Symmetric for an undirected graph, whose self-loops stand once on the diagonal.

        Parameters
        ----------
        weight : str, optional
            Edge column to sum instead of counting edges; zero weights stay as explicit entries.
        typed : bool
            Whether inhibitory edges count as negative: those of inhibitory neurons, or in a graph without a population those
            whose column ``"type"`` is -1.

        Returns
        -------
        matrix : csr_array, shape (n_nodes, n_nodes), int64 or float64

        Raises
        ------
        UnknownNameError
            No such edge column.
        ParameterError
            If `typed` is True and nothing tells the types.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> Graph.from_edges([0, 0], [1, 1], weights=[2.0, 3.0]).adjacency("weight").toarray()
        array([[0., 5.],
               [0., 0.]])
        """
        from scipy.sparse import csr_array

        csr = self.out_csr()
        if weight is None:
            values = np.ones(csr.rows.size, dtype=np.int64)
        else:
            values = self._numeric_column(weight)[csr.rows]
            values = values.astype(np.result_type(values, np.int64), copy=False)
        if check_flag("adjacency: typed", typed):
            values = values * self._edge_signs()[csr.rows]
        matrix = csr_array((values, csr.indices, csr.indptr), shape=(self._n_nodes, self._n_nodes), copy=True)
        matrix.sum_duplicates()
        return matrix

    def neighbours(self, node: int, *, mode: str = "all") -> np.ndarray:
        """Nodes that share an edge with `node`.

        Parameters
        ----------
        node : int
            A node id.
        mode : {"all", "in", "out"}
            Sources of incoming edges, targets of outgoing ones, or both; the same in an undirected graph.

        Returns
        -------
        ids : ndarray of int, shape (n_neighbours,)
            Sorted, each once.

        Raises
        ------
        ParameterError
            An id that is no node, or an array.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> Graph.from_edges([0, 1], [1, 2]).neighbours(1)
        array([0, 2], dtype=int32)
        """
        check_choice("mode of neighbours", mode, ("all", "in", "out"))
        index = one_id(node, self._n_nodes, "neighbours: node")
        tables = [t for t, wanted in ((self.out_csr, "out"), (self.in_csr, "in")) if mode in ("all", wanted)]
        parts = []
        for table in tables:
            csr = table()
            parts.append(csr.indices[csr.indptr[index] : csr.indptr[index + 1]])
        return np.unique(np.concatenate(parts))

    def has_edge(self, source: int, target: int) -> bool:
        """Whether there is an edge from `source` to `target` (in either order if undirected).

        Parameters
        ----------
        source, target : int
            Node ids; `edge_id` looks for many edges at once.

        Returns
        -------
        found : bool

        Raises
        ------
        EdgeError
            An id that is no node, or an array.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> Graph.from_edges([0], [1]).has_edge(1, 0)
        False
        """
        return bool(self.edge_rows(source, target).size)

    def edge_rows(self, source: int, target: int) -> np.ndarray:
        """Rows of all edges from `source` to `target`, parallel ones included.

        Parameters
        ----------
        source, target : int
            Node ids; in either order if the graph is undirected.

        Returns
        -------
        rows : ndarray of int64, shape (n,)
            Increasing; empty if there is no such edge.

        Raises
        ------
        EdgeError
            An id that is no node, or an array.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> Graph.from_edges([0, 1, 0], [1, 0, 1]).edge_rows(0, 1)
        array([0, 2])
        """
        ends = one_end(source, "source", "edge_rows"), one_end(target, "target", "edge_rows")
        s, t = (int(end[0]) for end in endpoints(*ends, self._n_nodes))
        both = "both" if not self._directed else "out"
        if both in self._caches:
            csr = self._caches[both]
            begin, end = csr.indptr[s], csr.indptr[s + 1]
            low, high = np.searchsorted(csr.indices[begin:end], [t, t + 1])
            return csr.rows[begin + low : begin + high].copy()
        found = (self.source == s) & (self.target == t)
        if not self._directed:
            found |= (self.source == t) & (self.target == s)
        return np.flatnonzero(found)

    def edge_id(self, source: Any, target: Any) -> np.ndarray:
        """Row of the edge between each pair; of parallel edges, the first.

        Parameters
        ----------
        source, target : int or array_like of int, shape (n,)
            Ends of the edges; in either order if the graph is undirected.

        Returns
        -------
        rows : ndarray of int64, shape (n,)

        Raises
        ------
        EdgeError
            There is no such edge; the first missing pair is named.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> Graph.from_edges([0, 1, 2], [1, 2, 0]).edge_id([2, 0], [0, 1])
        array([2, 0])
        """
        s, t = endpoints(source, target, self._n_nodes)
        rows = find_rows((self.source, self.target), (s, t), n_nodes=self._n_nodes, directed=self._directed)
        if (rows < 0).any():
            first = int(np.flatnonzero(rows < 0)[0])
            raise EdgeError(f"edge_id: {self.name!r} has no edge from {int(s[first])} to {int(t[first])} (position {first})")
        return rows

    def _grouped(self, name: str, key: np.ndarray, other: np.ndarray) -> CSR:
        """Edges grouped by one end, or by both if undirected; kept under that name."""
        if not self._directed:
            return self._cached("both", self._group_both)
        return self._cached(name, lambda: group_edges(key, other, self._n_nodes))

    def _cached(self, name: str, build: Any) -> Any:
        if name not in self._caches:
            self._caches[name] = build()
        return self._caches[name]

    def _group_both(self) -> CSR:
        """Grouped edges of an undirected graph: both ends of each, self-loops once."""
        # The two ends of a row follow each other, so that rows of parallel edges increase whichever way round each was given.
        key, other = np.column_stack([self.source, self.target]).ravel(), np.column_stack([self.target, self.source]).ravel()
        row = np.repeat(np.arange(self.n_edges), 2)
        is_loop = self.source == self.target
        if is_loop.any():
            keep = np.ones(row.size, dtype=bool)
            keep[1::2] = ~is_loop
            key, other, row = key[keep], other[keep], row[keep]
        csr = group_edges(key, other, self._n_nodes)
        return _read_only(CSR(csr.indptr, csr.indices, row[csr.rows]))

    def _numeric_column(self, name: str) -> np.ndarray:
        """An edge column that can be summed."""
        values = self.edges[name]
        if values.dtype.kind == "U":
            raise ParameterError(f"edges[{name!r}]", got="strings", expected="a column of numbers")
        return values

    def _edge_signs(self) -> np.ndarray:
        """+1 or -1 for each edge; a network takes them from its population."""
        if "type" not in self.edges:
            expected = "a network with a population, or an edge column 'type' of +1 and -1"
            raise ParameterError("type of edges", got=f"{self.name!r} without types", expected=expected)
        return self.edges["type"]
