"""The arrays that a function of NetworkX needs: of a graph of ours, or of one of NetworkX that was handed to our backend."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from netgraph.convert._build import node_table, typed
from netgraph.convert._networkx import from_networkx
from netgraph.graph import Graph

if TYPE_CHECKING:
    import networkx

__all__ = ["Borrowed", "Unsupported", "View", "plain", "view_of"]


class Unsupported(Exception):  # noqa: N818  (no error: the function then runs in NetworkX)
    """Why our function does not do what these arguments ask."""


class Borrowed:
    """A NetworkX graph that its dispatcher converted for us: the graph itself, and its arrays once a function asks."""

    __networkx_backend__ = "netgraph"
    __networkx_cache__ = None

    def __init__(self, original: "networkx.Graph") -> None:
        self.original = original

    def is_directed(self) -> bool:
        """Whether edges have a direction."""
        return self.original.is_directed()

    def is_multigraph(self) -> bool:
        """Whether there can be parallel edges."""
        return self.original.is_multigraph()

    @cached_property
    def graph(self) -> Graph:
        """Its nodes and edges, without attributes."""
        return from_networkx(self.original, node_attributes=[], edge_attributes=[])

    @cached_property
    def names(self) -> list:
        """Its nodes in order."""
        return list(self.original)

    def has_weight(self, name: Any) -> bool:
        """Make the edge attribute `name` a column, 1 where it is missing; False if no edge has it."""
        if name not in self.graph.edges:
            found = [data.get(name, Unsupported) for _, _, data in self.original.edges(data=True)]
            if all(value is Unsupported for value in found):
                return False
            self.graph.edges[name] = _complete([1 if value is Unsupported else value for value in found], "edge")
        return True

    def attribute(self, name: Any) -> np.ndarray:
        """Values of a node attribute in order of the nodes, which all must have it."""
        return _complete([data.get(name) for _, data in self.original.nodes(data=True)], "node")


def _complete(values: list, kind: str) -> np.ndarray:
    """A column of values of which none is missing and none must be rounded."""
    column = typed(values, "values", kind)
    if None in values or (column.dtype.kind == "f" and set(map(type, values)) == {int}):
        raise Unsupported("values that are missing, such as weights of hidden edges, or integers beyond 64 bits")
    return column


class View:
    """A graph with the names that NetworkX knows its nodes by.

    Parameters
    ----------
    graph : Graph
        Nodes and edges.
    names : list, optional
        Name of each node; None for the numbers from 0.
    borrowed : Borrowed, optional
        Where edge columns come from when they are asked for.
    """

    def __init__(self, graph: Graph, names: list | None = None, borrowed: Borrowed | None = None) -> None:
        self.graph = graph
        self._names = names
        self._borrowed = borrowed

    @property
    def names(self) -> Iterable[Any]:
        """Names of the nodes in order."""
        return range(self.graph.n_nodes) if self._names is None else self._names

    @cached_property
    def _number(self) -> dict[Any, int]:
        return dict(zip(self.names, range(self.graph.n_nodes), strict=True))

    def number(self, name: Any) -> int:
        """Number of one node."""
        try:
            return self._number[name]
        except (KeyError, TypeError):
            raise Unsupported("a node that the graph has not") from None

    @property
    def has_keys(self) -> bool:
        """Whether NetworkX tells edges of the graph by their ends and a key, since they can be parallel."""
        return (self.graph if self._borrowed is None else self._borrowed).is_multigraph()

    @property
    def loops(self) -> np.ndarray:
        """Whether each edge is a self-loop."""
        return self.graph.source == self.graph.target

    def require(self, *, directed: bool | None = None, simple: bool = False, loops: bool = True) -> None:
        """Leave a graph of another kind to NetworkX."""
        if directed is not None and self.graph.directed != directed:
            raise Unsupported("a directed graph" if self.graph.directed else "an undirected graph")
        if simple and self.graph.is_multigraph():
            raise Unsupported("parallel edges")
        if not loops and self.loops.any():
            raise Unsupported("self-loops")

    def weight(self, name: Any) -> str | None:
        """The column of edge weights; None if all are 1, as NetworkX takes missing ones to be."""
        if name is None:
            return None
        if not isinstance(name, str):
            raise Unsupported("a weight that is no name of an attribute")
        has_it = self._borrowed.has_weight(name) if self._borrowed is not None else name in self.graph.edges
        if has_it and self.graph.edges.dtype(name).kind not in "if":
            raise Unsupported("weights that are no numbers")
        return name if has_it else None

    def lengths(self, name: Any) -> tuple[str | None, bool]:
        """The column of lengths of edges, and whether lengths of paths are whole numbers, as those of NetworkX then are."""
        column = self.weight(name)
        if column is None or self.graph.edges.dtype(column).kind != "i":
            return column, column is None
        if self.graph.edges[column].max(initial=0) > 2**53 // max(1, self.graph.n_nodes):
            raise Unsupported("whole lengths that floats would round")
        return column, True

    def attribute(self, name: Any) -> np.ndarray:
        """A node attribute, which a network has for its groups and types, too."""
        if self._borrowed is not None:
            return self._borrowed.attribute(name)
        table = node_table("to_networkx", self.graph, ["pos"])
        if not isinstance(name, str) or name not in table:
            raise Unsupported("an attribute that is no column")
        return table[name]

    def chosen(self, nodes: Any) -> tuple[np.ndarray, bool]:
        """Numbers of the nodes that an argument such as ``nodes=`` means, and whether it names a single one."""
        if nodes is None:
            return np.arange(self.graph.n_nodes), False
        if isinstance(nodes, Iterator):
            raise Unsupported("nodes that can be read only once, which NetworkX might need to read")
        try:
            if nodes in self._number:
                return np.array([self._number[nodes]]), True
        except TypeError:  # a list cannot be a name
            pass
        try:
            return np.array([self._number[name] for name in nodes if name in self._number], dtype=np.int64), False
        except TypeError:
            raise Unsupported("nodes that are neither a node nor a list of them") from None

    def by_node(self, values: np.ndarray, nodes: np.ndarray | None = None) -> dict[Any, Any]:
        """Values by name of node, of all nodes or of the numbers `nodes`, whose values then are in `values`."""
        if nodes is None:
            return dict(zip(self.names, values.tolist(), strict=True))
        names = self._names
        keys = nodes.tolist() if names is None else [names[i] for i in nodes]
        return dict(zip(keys, values.tolist(), strict=True))

    def sets(self, labels: np.ndarray, n: int) -> list[set]:
        """Sets of names of nodes with equal labels from 0 to ``n - 1``."""
        order = np.argsort(labels, kind="stable")
        parts = np.split(order, np.cumsum(np.bincount(labels, minlength=n))[:-1])
        names = self._names
        return [set(part.tolist()) if names is None else {names[i] for i in part} for part in parts]


def view_of(graph: Any) -> View:
    """The view of a graph of ours or of a borrowed one."""
    if isinstance(graph, Borrowed):
        return View(graph.graph, graph.names, graph)
    return View(graph)


def plain(value: float) -> float:
    """A Python number; zero is whole, as in NetworkX."""
    return float(value) if value else 0
