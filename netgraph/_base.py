"""What a graph stores, and the few private methods through which everything changes it."""

from typing import TYPE_CHECKING, Any

import numpy as np

from netgraph._checks import check_count, check_flag, check_name
from netgraph._columns import Columns
from netgraph._ids import as_node_ids, id_dtype
from netgraph._store import EDGE_DEFAULTS, ColumnStore, GrowingArray
from netgraph.attributes import Rule
from netgraph.space import Shape, distances
from simcore.errors import FrozenNetworkError, ParameterError
from simcore.parameter import as_floats

if TYPE_CHECKING:
    from netgraph.structure import Structure

__all__ = ["GraphBase", "checked_shape"]


class GraphBase:
    """Ends of edges, columns, positions and caches; the methods of `Graph` are built on it."""

    # Edge columns that travel to a simulation, and so cannot change while it lives.
    _sent_columns = frozenset({"weight", "delay", "type"})

    def __init__(
        self,
        n_nodes: int = 0,
        *,
        directed: bool = True,
        name: str = "graph",
        positions: Any = None,
        shape: Shape | None = None,
    ) -> None:
        self._n_nodes = check_count(n_nodes, "Graph: n_nodes")
        self._directed = check_flag("Graph: directed", directed)
        self.name = name
        self.type = "custom"
        self._source = GrowingArray(np.empty(0, dtype=id_dtype(self._n_nodes)))
        self._target = GrowingArray(np.empty(0, dtype=id_dtype(self._n_nodes)))
        self._edge_store = ColumnStore(0, EDGE_DEFAULTS)
        self._node_store = ColumnStore(self._n_nodes)
        self._rules: dict[str, Rule] = {}
        self._caches: dict[str, Any] = {}
        self._frozen_by: str | None = None
        self._structure: Structure | None = None
        self._shape = checked_shape(shape)
        self._positions = None if positions is None else self._checked_positions(positions, self._n_nodes)

    @property
    def name(self) -> str:
        """Name for titles and messages; can be set."""
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        self._name = check_name(f"{type(self).__name__}: name", name)

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return self._n_nodes

    @property
    def n_edges(self) -> int:
        """Number of edges; an undirected edge counts once."""
        return self._edge_store.size

    @property
    def directed(self) -> bool:
        """Whether edges have a direction."""
        return self._directed

    @property
    def source(self) -> np.ndarray:
        """Source of each edge in order of creation; read-only, int32, shape (n_edges,)."""
        return self._source.view

    @property
    def target(self) -> np.ndarray:
        """Target of each edge in order of creation; read-only, int32, shape (n_edges,)."""
        return self._target.view

    @property
    def edges(self) -> Columns:
        """Edge columns: a mapping from name to array, ``graph.edges["weight"]``."""
        return Columns(self, "edge")  # type: ignore[arg-type]

    @property
    def nodes(self) -> Columns:
        """Node columns: a mapping from name to array, ``graph.nodes["V_m"]``."""
        return Columns(self, "node")  # type: ignore[arg-type]

    @property
    def positions(self) -> np.ndarray | None:
        """Positions of the nodes [um], read-only, shape (n_nodes, 2) or (n_nodes, 3); None without space."""
        return self._positions

    @property
    def shape(self) -> Shape | None:
        """The space that the nodes lie in, or None."""
        return self._shape

    @property
    def structure(self) -> "Structure | None":
        """The groups of the nodes, or None; a `Structure` of as many nodes can be set. Of a network, its population.

        Groups follow when nodes are added or deleted, into copies, subgraphs and files; their names stand for their nodes.
        """
        return self._structure

    @structure.setter
    def structure(self, structure: "Structure | None") -> None:
        self._check_structure(structure)
        self._attach_structure(structure)

    # Copies and pickles leave out what can be computed again; NumPy makes their arrays writeable, and that is undone.

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_caches": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._attach_structure(self._structure)
        if self._positions is not None:
            self._positions.flags.writeable = False

    def _check_structure(self, structure: Any) -> None:
        """Refuse what cannot divide the nodes of this graph."""
        from netgraph.structure import Structure

        if structure is None:
            return
        if type(structure) is not Structure:
            expected = "a netgraph.Structure, or None; Network.from_graph(graph, population) takes a population"
            raise ParameterError("structure", got=structure, expected=expected)
        if structure.size != self._n_nodes:
            expected = f"{self._n_nodes}, as the graph has: Structure({self._n_nodes}) leaves nodes in no group"
            raise ParameterError("structure", got=f"{structure.size} nodes", expected=expected)

    def _attach_structure(self, structure: "Structure | None") -> None:
        if self._structure is not None:
            self._structure._networks.discard(self)
        self._structure = structure
        if structure is not None:
            structure._networks.add(self)

    def _changed(self) -> None:
        """Drop what was computed from the structure; every structural change ends here."""
        self._caches.clear()

    def _stamp(self) -> tuple[tuple, tuple]:
        """Objects that stay the same, and values that stay equal, as long as no column, position or name changes."""
        stores = self._edge_store, self._node_store
        return (*stores, self._positions), (*(store.version for store in stores), self._name)

    def _check_mutable(self, what: str) -> None:
        """Refuse `what` while a simulation that was made from this graph lives."""
        if self._frozen_by is not None:
            raise FrozenNetworkError(
                f"cannot {what}: {self.name!r} was sent to {self._frozen_by}; close it first with sim.close()"
            )

    def _check_column(self, kind: str, name: str, column: np.ndarray) -> np.ndarray:
        """The column as it is to be stored, or ParameterError if the values are not allowed."""
        if kind == "edge" and name in ("weight", "delay"):
            return _checked_quantity(name, column)
        if kind == "edge" and name == "type":
            _check_types(column)
        return column

    def _check_sent(self, kind: str, name: str, verb: str) -> None:
        """Refuse to change a column that a living simulation was made from."""
        if kind == "edge" and name in self._sent_columns:
            self._check_mutable(f"{verb} the {name}s of edges")

    def _check_removable(self, kind: str, name: str) -> None:
        """Refuse to remove a column that must stay."""
        self._check_sent(kind, name, "remove")

    def _node_ids(self, nodes: Any, where: str) -> np.ndarray:
        """Ids of nodes of the graph from a number, an array or anything with ``.ids`` (a group)."""
        if isinstance(nodes, str):
            raise ParameterError(where, got=nodes, expected="ids or a group, as graph.structure[name] gives it")
        return as_node_ids(nodes, self._n_nodes, where)

    def _store(self, kind: str) -> ColumnStore:
        return self._edge_store if kind == "edge" else self._node_store

    def _put_column(self, kind: str, name: str, column: np.ndarray) -> None:
        """Set a whole column that was checked; a rule that drew it ends."""
        self._store(kind).put(name, column)
        if kind == "edge":
            self._rules.pop(name, None)

    def _put_rows(self, kind: str, name: str, rows: np.ndarray, values: np.ndarray) -> None:
        """Set some rows of a column; a rule for later edges stays."""
        values = self._check_column(kind, name, values)
        self._store(kind).check(name, values, f"{kind}s[{name!r}]")
        self._check_sent(kind, name, "set")
        self._store(kind).put_at(name, rows, values)

    def _remove_column(self, kind: str, name: str) -> None:
        self._store(kind).remove(name)
        if kind == "edge":
            self._rules.pop(name, None)

    def _edge_column_at(self, name: str, rows: np.ndarray) -> np.ndarray:
        """Values of an edge column for some rows."""
        if self._follows_positions(name):
            return self._distances_between(self.source[rows], self.target[rows])
        self.edges._require(name)
        return self._edge_store.array(name)[rows]

    def _follows_positions(self, name: str) -> bool:
        """Whether an edge column is the distance, which needs positions."""
        return name == "distance" and name not in self._edge_store

    def _distances_between(self, source: np.ndarray, target: np.ndarray) -> np.ndarray:
        """Distances [um] from positions, in pieces so that the gathered positions take little memory."""
        if self._positions is None:
            raise ParameterError(f"distances of {self.name!r}", got="no positions", expected="positions: see set_positions")
        out = np.empty(source.size)
        for start in range(0, source.size, 1 << 20):
            piece = slice(start, start + (1 << 20))
            out[piece] = distances(self._positions[source[piece]], self._positions[target[piece]], self._shape)
        return out

    def _checked_positions(self, positions: Any, n: int) -> np.ndarray:
        where = "positions"
        array = np.array(as_floats(where, positions, f"numbers, shape ({n}, 2) or ({n}, 3)"), order="C")
        if array.ndim != 2 or array.shape[0] != n or array.shape[1] not in (2, 3):
            raise ParameterError(where, got=f"an array of shape {array.shape}", expected=f"shape ({n}, 2) or ({n}, 3)")
        if not np.isfinite(array).all():
            row = int(np.flatnonzero(~np.isfinite(array).all(axis=1))[0])
            raise ParameterError(where, got=f"{array[row].tolist()} for node {row}", expected="finite numbers")
        if self._shape is not None and array.shape[1] != self._shape.ndim:
            raise ParameterError(where, got=f"{array.shape[1]} coordinates", expected=f"{self._shape.ndim}, as the shape has")
        outside = np.zeros(0, dtype=np.int64) if self._shape is None else np.flatnonzero(~self._shape.contains(array))
        if outside.size:
            got = f"{outside.size} of {n} outside, the first {array[outside[0]].tolist()} of node {outside[0]}"
            raise ParameterError(where, got=got, expected=f"all in {self._shape!r}")
        array.flags.writeable = False
        return array

    def _empty_like(self, nodes: np.ndarray | None = None) -> "GraphBase":
        """A graph of the same class without edges, with the same nodes or with the given ones in that order."""
        positions = self._positions if nodes is None or self._positions is None else self._positions[nodes]
        n_nodes = self._n_nodes if nodes is None else nodes.size
        structure = None if self._structure is None else self._structure.copy()
        if structure is not None and nodes is not None:
            structure._remap(_new_ids(nodes, self._n_nodes), n_nodes)
        new = self._bare(n_nodes, structure, positions)
        new._node_store = self._node_store.copy(nodes, n_nodes)
        new.type = self.type
        return new

    def _bare(self, n_nodes: int, structure: "Structure | None", positions: np.ndarray | None) -> "GraphBase":
        """A graph of the same class, name and shape, with these nodes."""
        new = type(self)(n_nodes, directed=self._directed, name=self.name, positions=positions, shape=self._shape)
        new._attach_structure(structure)
        return new


def _new_ids(nodes: np.ndarray, n_nodes: int) -> np.ndarray:
    """Place of each old node among `nodes`, -1 for those that are not there."""
    new_of_old = np.full(n_nodes, -1, dtype=np.int64)
    new_of_old[nodes] = np.arange(nodes.size)
    return new_of_old


def checked_shape(shape: Any) -> Shape | None:
    """A Shape, or None."""
    if shape is not None and not isinstance(shape, Shape):
        raise ParameterError("shape", got=shape, expected="a netgraph.space.Shape")
    return shape


def _checked_quantity(name: str, column: np.ndarray) -> np.ndarray:
    where = f"edges[{name!r}]"
    if column.dtype.kind == "U":
        raise ParameterError(where, got="strings", expected="numbers")
    column = column.astype(np.float64, copy=False)
    wrong = ~np.isfinite(column) if name == "weight" else ~(np.isfinite(column) & (column >= 0.0))
    if wrong.any():
        value = column[wrong][0]
        at = f" at row {int(np.flatnonzero(wrong)[0])}" if column.ndim else ""
        expected = "a finite number" if name == "weight" else "a finite number >= 0 ms"
        hint = '; a distribution takes bounds, such as ("normal", mean, std, low, high)' if column.ndim else ""
        raise ParameterError(where, got=f"{value:g}{at}", expected=expected + hint)
    return column


def _check_types(column: np.ndarray) -> None:
    expected = "integers, +1 (excitatory) or -1 (inhibitory)"
    if column.dtype.kind != "i":
        raise ParameterError("edges['type']", got=f"values of type {column.dtype}", expected=expected)
    wrong = np.flatnonzero(np.abs(column) != 1)
    if wrong.size:
        at = f" at row {wrong[0]}" if column.ndim else ""
        raise ParameterError("edges['type']", got=f"{column.flat[wrong[0]]}{at}", expected=expected)
