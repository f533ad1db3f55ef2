"""The columns of a graph's edges or nodes, as a mapping from name to array."""

from collections.abc import Iterator, Mapping, MutableMapping
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from netgraph._checks import check_mapping
from netgraph._ids import as_ids, check_unique
from netgraph._store import as_column
from simcore.distributions import is_distribution
from simcore.errors import ParameterError, UnknownNameError

if TYPE_CHECKING:
    from netgraph.graph import Graph

__all__ = ["Columns", "is_drawn"]


class Columns(MutableMapping[str, np.ndarray]):
    """The named, typed columns of a graph's edges or nodes: a mapping from name to array.

    Reading gives a read-only array with one value for each row; a constant column stores one number whatever its length.
    Types are bool, int64, float64 and str. Rows added later get the constant of a column that was set to one, else NaN, 0,
    False or an empty string (edges: 1.0 for ``"weight"`` and ``"delay"``, 1 for ``"type"``; see `Graph.set_weights` for drawn
    values).

    Edges of a graph with positions also have the read-only column ``"distance"``, computed when asked for; it is not listed.

    Parameters
    ----------
    graph : Graph
        It makes its own: `Graph.edges` and `Graph.nodes`.
    kind : {"edges", "nodes"}

    Examples
    --------
    >>> from netgraph.graph import Graph
    >>> graph = Graph.from_edges([0, 1], [1, 2])
    >>> graph.edges["weight"] = 2.0
    >>> graph.edges["weight"]
    array([2., 2.])
    >>> graph.edges.constant("weight")
    2.0
    """

    __slots__ = ("_graph", "_kind", "_store")

    def __init__(self, graph: "Graph", kind: str) -> None:
        self._graph = graph
        self._kind = kind
        self._store = graph._store(kind)

    def __getitem__(self, name: str) -> np.ndarray:
        if self._is_distance(name):
            return self._graph.edge_distances()
        self._require(name)
        return self._store.array(name)

    def __setitem__(self, name: str, value: Any) -> None:
        self._graph._put_column(self._kind, name, self._checked(name, value))

    def update(self, given: Mapping[str, Any] | None = None, /, **columns: Any) -> None:  # type: ignore[override]
        """Set several columns, or none if one of them is refused.

        Parameters
        ----------
        given : dict, optional
            Name to values; see the class.
        **columns
            More of them.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> graph = Graph(2)
        >>> graph.nodes.update(layer=["L4", "L5"], depth=[300.0, 500.0])
        >>> list(graph.nodes)
        ['layer', 'depth']
        """
        everything = check_mapping(f"columns of {self._kind}s", given) | columns
        checked = {name: self._checked(name, value) for name, value in everything.items()}
        for name, column in checked.items():
            self._graph._put_column(self._kind, name, column)

    def __delitem__(self, name: str) -> None:
        self._refuse_computed(name)
        self._require(name)
        self._graph._check_removable(self._kind, name)
        self._graph._remove_column(self._kind, name)

    def clear(self) -> None:
        """Remove all columns, or none if one of them must stay.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> graph = Graph.from_edges([0], [1], weights=2.0)
        >>> graph.edges.clear()
        >>> graph.is_weighted
        False
        """
        for name in self:
            self._graph._check_removable(self._kind, name)
        for name in list(self):
            self._graph._remove_column(self._kind, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._store)

    def __len__(self) -> int:
        return len(self._store)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (name in self._store or self._is_distance(name))

    def __call__(self, *_: Any, **__: Any) -> NoReturn:
        way_out = f"netgraph.convert.to_networkx(graph).{self._kind}s() lists them as NetworkX does"
        raise TypeError(f"graph.{self._kind}s holds columns by name and is not called; {way_out}")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Columns):
            return NotImplemented
        return self.keys() == other.keys() and all(_equal(self[name], other[name]) for name in self)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        listed = ", ".join(f"{name}: {self._describe(name)}" for name in self)
        return f"<{self._store.size} {self._kind}s; {listed or 'no columns'}>"

    def constant(self, name: str) -> Any:
        """The number or string that the whole column holds, or None if it is an array.

        Parameters
        ----------
        name : str
            Name of a column.

        Returns
        -------
        value : bool, int, float, str or None

        Raises
        ------
        UnknownNameError
            No such column.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> graph = Graph(3)
        >>> graph.nodes["V_m"] = [-70.0, -60.0, -65.0]
        >>> graph.nodes.constant("V_m") is None
        True
        """
        if self._is_distance(name):
            return None
        self._require(name)
        column = self._store.raw(name)
        return column.item() if column.ndim == 0 else None

    def dtype(self, name: str) -> np.dtype:
        """NumPy type of a column.

        Parameters
        ----------
        name : str
            Name of a column.

        Returns
        -------
        dtype : numpy.dtype
            bool, int64, float64 or fixed-width text.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> graph = Graph(2)
        >>> graph.nodes["layer"] = ["L4", "L5"]
        >>> graph.nodes.dtype("layer").kind
        'U'
        """
        if self._is_distance(name):
            return np.dtype(np.float64)
        self._require(name)
        return self._store.raw(name).dtype

    def set_rows(self, name: str, rows: Any, values: Any) -> None:
        """Set some rows of a column; a new column is missing elsewhere (NaN, 0, False, empty string).

        Parameters
        ----------
        name : str
            Name of the column.
        rows : array_like of int, shape (n,), or Group
            Row numbers: edge rows or node ids.
        values : number, str or array_like, shape (n,)
            Values in the order of `rows`.

        Raises
        ------
        ParameterError
            Rows out of range or named twice, or values of another type or length.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> graph = Graph(3)
        >>> graph.nodes.set_rows("V_m", [2, 0], [-60.0, -70.0])
        >>> graph.nodes["V_m"]
        array([-70.,  nan, -60.])
        """
        where = self._where(name)
        self._refuse_computed(name)
        check = self._graph._node_ids if self._kind == "node" else partial(as_ids, size=self._store.size)
        ids = check(rows, where=f"{where}, rows")
        check_unique(ids, f"{where}, rows")
        self._graph._put_rows(self._kind, name, ids, as_column(values, ids.size, where))

    def _checked(self, name: str, value: Any) -> np.ndarray:
        """The whole column as it is to be stored."""
        self._refuse_computed(name)
        where = self._where(name)
        if is_drawn(value):
            raise ParameterError(where, got=value, expected="a number or an array; set_weights and set_delays draw values")
        column = self._graph._check_column(self._kind, name, as_column(value, self._store.size, where))
        self._graph._check_sent(self._kind, name, "set")
        return column

    def _is_distance(self, name: object) -> bool:
        return isinstance(name, str) and name == "distance" and self._kind == "edge" and self._graph.positions is not None

    def _refuse_computed(self, name: str) -> None:
        if not isinstance(name, str) or not name:
            raise ParameterError(f"column of {self._kind}s", got=name, expected="a name")
        if self._is_distance(name):
            raise ParameterError(self._where(name), got="a value", expected="none: it is computed from the positions")

    def _require(self, name: Any) -> None:
        if name not in self:
            raise UnknownNameError(f"{self._kind} column", got=name, choices=self._store)

    def _where(self, name: Any) -> str:
        return f"{self._kind}s[{name!r}]"

    def _describe(self, name: str) -> str:
        column = self._store.raw(name)
        kind = "str" if column.dtype.kind == "U" else str(column.dtype)
        return f"{kind} = {column.item()!r}" if column.ndim == 0 else kind


def _equal(a: np.ndarray, b: np.ndarray) -> bool:
    return np.array_equal(a, b, equal_nan=a.dtype.kind == b.dtype.kind == "f")


def is_drawn(value: Any) -> bool:
    """Whether `value` names a distribution; a tuple of texts is a column."""
    return is_distribution(value) and not (isinstance(value, tuple) and all(isinstance(v, str) for v in value))
