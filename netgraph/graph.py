"""Graph: nodes, edges and their columns; no algorithms."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from netgraph._base import checked_shape
from netgraph._checks import check_given_seed, check_mapping
from netgraph._degrees import DegreeMethods
from netgraph._derived import DerivedMethods
from netgraph._edit import EditMethods
from netgraph._html import graph_html
from netgraph._ids import end_ids
from netgraph._matrix import matrix_edges
from netgraph._networkx_methods import NetworkXMethods
from netgraph.attributes import parse_edge_value
from simcore.errors import FileFormatError, ParameterError

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    from netgraph.space import Shape

__all__ = ["Graph", "check_graph"]


class Graph(DegreeMethods, DerivedMethods, EditMethods, NetworkXMethods):
    """A directed or undirected graph whose nodes and edges carry named columns.

    Nodes are numbered from 0. The row of an edge, its place in order of creation, is its identity: parallel edges and
    self-loops are ordinary. An undirected edge is stored once, its ends as they were given.

    Parameters
    ----------
    n_nodes : int
        Number of nodes.
    directed : bool
        Whether edges have a direction.
    name : str
        For titles and messages.
    positions : array_like, shape (n_nodes, 2) or (n_nodes, 3), optional
        Where the nodes are [um], inside the shape if there is one.
    shape : netgraph.space.Shape, optional
        The space that they lie in; distances go round its edges if it is periodic. It places no nodes: without positions there
        are none, and ``shape.sample(n_nodes, seed)`` gives some, as generators do.

    Attributes
    ----------
    type : str
        What drew the edges: the name of a generator, else ``"custom"``.

    Examples
    --------
    >>> graph = Graph(3)
    >>> graph.add_edges([0, 1], [1, 2], attributes={"weight": [0.5, 2.0]})
    array([0, 1])
    >>> graph
    <Graph 'graph': 3 nodes, 2 directed edges; weight>
    """

    @classmethod
    def from_edges(
        cls,
        source: Any,
        target: Any,
        *,
        n_nodes: int | None = None,
        directed: bool = True,
        weights: Any = None,
        delays: Any = None,
        attributes: Mapping[str, Any] | None = None,
        allow_multi_edges: bool = True,
        allow_self_loops: bool = True,
        name: str = "graph",
        positions: Any = None,
        shape: "Shape | None" = None,
        seed: int | None = None,
    ) -> Self:
        """A graph from the ends of its edges.

        Parameters
        ----------
        source, target : array_like of int, shape (n_edges,)
            Node ids.
        n_nodes : int, optional
            Number of nodes; one more than the largest id if None.
        directed : bool
            Whether edges have a direction.
        weights, delays : number, array_like, Distribution, tuple or dict, optional
            See `set_weights`; delays in ms. No such column if None.
        attributes : dict, optional
            More edge columns: a number, a string or an array of shape (n_edges,) for each name. Weights and delays may be here
            instead of in the arguments above.
        allow_multi_edges, allow_self_loops : bool
            False refuses them.
        name, positions, shape
            See `Graph`.
        seed : int, optional
            Seed of drawn weights and delays.

        Raises
        ------
        EdgeError
            Unequal lengths, ids out of range, refused edges.

        Examples
        --------
        >>> Graph.from_edges([0, 0, 2], [1, 1, 2], weights=1.5).n_nodes
        3
        """
        if n_nodes is None:
            n_nodes = _nodes_needed(source, target)
        graph = cls(n_nodes, directed=directed, name=name, positions=positions, shape=shape)
        allowed = {"allow_multi_edges": allow_multi_edges, "allow_self_loops": allow_self_loops}
        graph._load_edges(source, target, weights=weights, delays=delays, attributes=attributes, seed=seed, **allowed)
        return graph

    @classmethod
    def from_matrix(
        cls,
        matrix: Any,
        *,
        directed: bool = True,
        weighted: bool = True,
        delays: Any = None,
        name: str = "graph",
        positions: Any = None,
        shape: "Shape | None" = None,
        seed: int | None = None,
    ) -> Self:
        """A graph from its adjacency matrix ``A[source, target]``.

        Parameters
        ----------
        matrix : array_like or SciPy sparse array, shape (n_nodes, n_nodes)
            Non-zero entries of a dense matrix, or stored entries of a sparse one (zeros too), are edges, in order of source,
            then target.
        directed : bool
            False needs a symmetric matrix, whose upper triangle is taken.
        weighted : bool
            Whether the entries become weights.
        delays, name, positions, shape, seed
            See `from_edges`.

        Raises
        ------
        ParameterError
            Not square, not finite, or not symmetric.

        Examples
        --------
        >>> Graph.from_matrix([[0, 2], [0, 0]]).edges["weight"]
        array([2.])
        """
        edges = matrix_edges(matrix, directed=directed, weighted=weighted)
        where = {"directed": directed, "name": name, "positions": positions, "shape": shape}
        return cls.from_edges(**edges, delays=delays, seed=seed, **where)

    @classmethod
    def from_file(cls, path: "str | PathLike[str]", fmt: str = "auto", **options: Any) -> Self:
        """A graph, or a network if the file has a population, from a file; see `netgraph.io.load`.

        Parameters
        ----------
        path : str or Path
            The file.
        fmt : str
            Name of a format of `netgraph.io.formats`; the end of the file's name tells it if ``"auto"``.
        **options
            See `netgraph.io.load`.

        Raises
        ------
        FileFormatError
            A broken file, with the line, or for `Network.from_file` one without population.

        Examples
        --------
        >>> Graph.from_file("graph.npz")  # doctest: +SKIP
        <Graph 'graph': 3 nodes, 2 directed edges; weight>
        """
        import netgraph  # files stand above graphs: found on first use

        graph = netgraph.io.load(path, fmt, **options)
        if not isinstance(graph, cls):
            raise FileFormatError(path, got="a graph without population", expected=f"a {cls.__name__}")
        return graph

    def to_file(self, path: "str | PathLike[str]", fmt: str = "auto", **options: Any) -> "Path":
        """Write everything to a file; see `netgraph.io.save`.

        Parameters
        ----------
        path : str or Path
            The file; the end of its name tells the format.
        fmt : str
            Name of a format of `netgraph.io.formats`.
        **options
            See `netgraph.io.save`.

        Returns
        -------
        path : Path

        Examples
        --------
        >>> Graph(3).to_file("graph.graphml")  # doctest: +SKIP
        PosixPath('graph.graphml')
        """
        import netgraph

        return netgraph.io.save(self, path, fmt, **options)

    def set_positions(self, positions: Any, *, shape: "Shape | None" = None) -> None:
        """Place the nodes; distances follow.

        Positions are not sent to a simulation, so they may change while it lives; weights and delays that were made from
        distances stay as they are.

        Parameters
        ----------
        positions : array_like, shape (n_nodes, 2) or (n_nodes, 3), or None
            Where the nodes are [um], inside the shape if there is one; None takes the graph out of space.
        shape : netgraph.space.Shape, optional
            The space that they lie in; the present one stays if None.

        Examples
        --------
        >>> graph = Graph.from_edges([0], [1])
        >>> graph.set_positions([[0.0, 0.0], [3.0, 4.0]])
        >>> graph.edges["distance"]
        array([5.])
        """
        old = self._shape
        self._shape = old if shape is None else checked_shape(shape)
        try:
            checked = None if positions is None else self._checked_positions(positions, self._n_nodes)
        except ParameterError:
            self._shape = old
            raise
        if checked is not None and "distance" in self._edge_store:
            self._edge_store.remove("distance")
        self._positions = checked

    def __len__(self) -> int:
        return self._n_nodes

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        kind = "directed" if self._directed else "undirected"
        columns = "; " + ", ".join(self._edge_store) if len(self._edge_store) else ""
        return f"<{type(self).__name__} {self.name!r}: {self._n_nodes} nodes, {self.n_edges} {kind} edges{columns}>"

    def _repr_html_(self) -> str:
        return graph_html(self) + ("" if self._structure is None else self._structure._repr_html_())

    def _load_edges(
        self,
        source: Any,
        target: Any,
        *,
        weights: Any = None,
        delays: Any = None,
        attributes: Mapping[str, Any] | None = None,
        allow_multi_edges: bool = True,
        allow_self_loops: bool = True,
        seed: int | None = None,
        drawn: bool = False,
    ) -> None:
        """Give a new graph its edges, their columns, and then weights and delays (which may be linear in a column).

        Ends that were drawn are known to be right, and adopted without a copy.
        """
        check_given_seed(seed, "seed")
        given = check_mapping("attributes of edges", attributes)
        ruled = {name: given.pop(name, None) for name in ("delay", "weight")}
        for name, value in (("delay", delays), ("weight", weights)):
            if value is not None and ruled[name] is not None:
                raise ParameterError(f"attributes[{name!r}]", got=f"{name}s twice", expected=f"either it or {name}s=")
            ruled[name] = ruled[name] if value is None else value
        if drawn:
            self._append_edges_unchecked(source, target)
        else:
            self._add_edges(source, target, None, multi=allow_multi_edges, loops=allow_self_loops, strict=True)
        self.edges.update(given)
        rules = {name: parse_edge_value(value, name) for name, value in ruled.items() if value is not None}
        delays_follow = getattr(rules.get("delay"), "attribute", None) == "weight"
        for name in sorted(rules, reverse=delays_follow):
            self._set_quantity(name, rules[name], seed)


def _nodes_needed(source: Any, target: Any) -> int:
    """One more than the largest id."""
    largest = [int(ids.max()) for ids in (end_ids(source, "source"), end_ids(target, "target")) if ids.size]
    return max(largest, default=-1) + 1


def check_graph(where: str, graph: Any) -> None:
    """Refuse what is no graph."""
    if not isinstance(graph, Graph):
        raise ParameterError(where, got=graph, expected="a netgraph.Graph")
