"""Columns of nodes and edges, and the values of weights and delays: a number, an array, or a rule that draws them."""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from netgraph._store import as_column
from simcore.distributions import Constant, Distribution, parse
from simcore.errors import ParameterError, UnknownNameError
from simcore.parameter import check_names

if TYPE_CHECKING:
    from netgraph.graph import Graph

__all__ = ["Columns", "DistanceDelay", "Linear", "edge_values"]

_QUANTITIES = ("weight", "delay")
_CHUNK = 1 << 20


class Columns(MutableMapping[str, np.ndarray]):
    """The named, typed columns of a graph's edges or nodes: a mapping from name to array.

    Reading gives a read-only array with one value for each row; a constant column stores one number whatever its length.
    Types are bool, int64, float64 and str. Rows added later get the constant of a column that was set to one, else NaN, 0,
    False or an empty string (1.0 for ``"weight"`` and ``"delay"``; see `Graph.set_weights` for drawn values).

    Edges of a graph with positions also have the read-only column ``"distance"``, computed when asked for; it is not listed.

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
        self._store = graph._edge_store if kind == "edge" else graph._node_store

    def __getitem__(self, name: str) -> np.ndarray:
        if self._is_distance(name):
            return self._graph.edge_distances()
        self._require(name)
        return self._store.array(name)

    def __setitem__(self, name: str, value: Any) -> None:
        where = self._where(name)
        self._refuse_computed(name)
        if isinstance(value, Distribution):
            raise ParameterError(where, got=value, expected="a number or an array; set_weights and set_delays draw values")
        column = as_column(value, self._store.size, where)
        self._graph._put_column(self._kind, name, column)

    def __delitem__(self, name: str) -> None:
        self._refuse_computed(name)
        self._require(name)
        self._graph._remove_column(self._kind, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._store)

    def __len__(self) -> int:
        return len(self._store)

    def __contains__(self, name: object) -> bool:
        return name in self._store or self._is_distance(name)

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
        rows : array_like of int, shape (n,)
            Row numbers: edge rows or node ids.
        values : number, str or array_like, shape (n,)
            Values in the order of `rows`.

        Raises
        ------
        ParameterError
            Rows out of range, or values of another type or length.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> graph = Graph(3)
        >>> graph.nodes.set_rows("V_m", [2, 0], [-60.0, -70.0])
        >>> graph.nodes["V_m"]
        array([-70.,  nan, -60.])
        """
        from netgraph._ids import as_ids

        where = self._where(name)
        self._refuse_computed(name)
        ids = as_ids(rows, self._store.size, f"{where}, rows")
        self._graph._put_rows(self._kind, name, ids, as_column(values, ids.size, where))

    def _is_distance(self, name: object) -> bool:
        return name == "distance" and self._kind == "edge" and self._graph.positions is not None

    def _refuse_computed(self, name: str) -> None:
        if not isinstance(name, str) or not name:
            raise ParameterError(f"column of {self._kind}s", got=name, expected="a name")
        if self._is_distance(name):
            raise ParameterError(self._where(name), got="a value", expected="none: it is computed from the positions")

    def _require(self, name: Any) -> None:
        if name not in self._store:
            raise UnknownNameError(f"{self._kind} column", got=name, choices=self._store)

    def _where(self, name: Any) -> str:
        return f"{self._kind}s[{name!r}]"

    def _describe(self, name: str) -> str:
        column = self._store.raw(name)
        kind = "str" if column.dtype.kind == "U" else str(column.dtype)
        return f"{kind} = {column.item()!r}" if column.ndim == 0 else kind


@dataclass(frozen=True)
class Linear:
    """Values that are linear in another edge column: ``offset + slope * column``.

    Parameters
    ----------
    attribute : str
        Edge column, e.g. ``"distance"``.
    slope : float
        Factor.
    offset : float
        Value where the column is zero.

    Examples
    --------
    >>> from netgraph.graph import Graph
    >>> graph = Graph.from_edges([0, 1], [1, 0], attributes={"contacts": [2, 5]})
    >>> graph.set_weights(Linear("contacts", 0.5, 1.0))
    >>> graph.edges["weight"]
    array([2. , 3.5])
    """

    attribute: str
    slope: float
    offset: float = 0.0

    def __post_init__(self) -> None:
        for name in ("slope", "offset"):
            _require_finite(f"Linear: {name}", getattr(self, name))

    def of(self, column: np.ndarray) -> np.ndarray:
        """Values for the given values of the column."""
        return self.offset + self.slope * column


@dataclass(frozen=True)
class DistanceDelay:
    """Delays of conduction: ``offset + distance / velocity`` [ms].

    Parameters
    ----------
    velocity : float
        Speed of conduction [um/ms], equal to mm/s.
    offset : float
        Delay at distance zero [ms].

    Examples
    --------
    >>> from netgraph.graph import Graph
    >>> graph = Graph.from_edges([0], [1])
    >>> graph.set_positions([[0.0, 0.0], [300.0, 0.0]])
    >>> graph.set_delays(DistanceDelay(velocity=300.0, offset=0.5))
    >>> graph.edges["delay"]
    array([1.5])
    """

    velocity: float
    offset: float = 0.0

    attribute = "distance"

    def __post_init__(self) -> None:
        _require_finite("DistanceDelay: velocity", self.velocity)
        _require_finite("DistanceDelay: offset", self.offset)
        if self.velocity <= 0:
            raise ParameterError("DistanceDelay: velocity", got=self.velocity, expected="> 0 um/ms")
        if self.offset < 0:
            raise ParameterError("DistanceDelay: offset", got=self.offset, expected=">= 0 ms")

    def of(self, column: np.ndarray) -> np.ndarray:
        """Delays [ms] for the given distances [um]."""
        return self.offset + column / self.velocity


@dataclass(frozen=True)
class LinearRange:
    """Linear from `lower` at the column's smallest value to `upper` at its largest, among the edges that it first meets."""

    attribute: str
    lower: float
    upper: float

    def __post_init__(self) -> None:
        _require_finite("lin_corr: lower", self.lower)
        _require_finite("lin_corr: upper", self.upper)

    def settled(self, column: np.ndarray) -> Linear:
        """The fixed linear rule, which later edges follow too."""
        low, high = float(column.min()), float(column.max())
        if low == high:
            raise ParameterError(f"lin_corr: edges[{self.attribute!r}]", got=f"{low:g} everywhere", expected="different values")
        slope = (self.upper - self.lower) / (high - low)
        return Linear(self.attribute, slope, self.lower - slope * low)


@dataclass
class Rule:
    """How later edges get their value: a distribution with its seed, or a linear rule.

    `shift` counts the rows that were deleted, so that no draw is used twice.
    """

    spec: "Distribution | Linear | DistanceDelay | LinearRange"
    seed: int
    shift: int = 0

    def copy(self) -> "Rule":
        """An independent rule with the same future."""
        return replace(self)


def parse_edge_value(value: Any, quantity: str) -> Any:
    """A float, a float64 array, a distribution or a linear rule from any of the forms that users write."""
    if quantity not in _QUANTITIES:
        raise UnknownNameError("quantity of edges", got=quantity, choices=_QUANTITIES)
    if isinstance(value, (Linear, DistanceDelay, LinearRange)):
        return value
    if isinstance(value, Mapping) and value.get("distribution") == "lin_corr":
        return _linear_from_dict({k: v for k, v in value.items() if k != "distribution"}, quantity)
    spec = parse(value, quantity)
    return float(spec.value) if isinstance(spec, Constant) else spec


def edge_values(value: Any, graph: "Graph", rows: Any, *, quantity: str, seed: int | None = None) -> Any:
    """Weights or delays of the edges `rows` from a number, an array, a distribution or a linear rule.

    Parameters
    ----------
    value : number, array_like, Distribution, Linear, DistanceDelay, tuple or dict
        An array has one value for each of `rows`. ``("uniform", 1.0, 2.0)`` and ``{"distribution": "uniform", "lower": 1.0,
        "upper": 2.0}`` name a distribution: constant (value), uniform (lower, upper), normal or gaussian (avg, std, and
        lower, upper to truncate), lognormal (position, scale), lin_corr (correl_attribute with slope and offset, or with
        lower and upper).
    graph : Graph
        Where the columns that a linear rule needs come from.
    rows : array_like of int, shape (n,)
        Rows of edges. The draw of an edge depends on the seed and its row only.
    quantity : str
        ``"weight"`` or ``"delay"``: each has random numbers of its own.
    seed : int, optional
        Seed of the draws; a fresh one if None.

    Returns
    -------
    values : float or ndarray of float64, shape (n,)

    Raises
    ------
    ParameterError
        A value that is not finite, an array of the wrong length.
    UnknownNameError
        An unknown distribution, parameter or column.

    Examples
    --------
    >>> from netgraph.graph import Graph
    >>> graph = Graph.from_edges([0, 1], [1, 0])
    >>> edge_values(("constant", 3.0), graph, [0, 1], quantity="weight")
    3.0
    """
    from netgraph._ids import as_ids

    spec = parse_edge_value(value, quantity)
    ids = as_ids(rows, graph.n_edges, "edge_values: rows")
    return evaluate(spec, quantity, seed, keys=ids, lookup=lambda name: graph._edge_column_at(name, ids))


def evaluate(
    spec: Any, quantity: str, seed: int | None, *, keys: "np.ndarray | range", lookup: Callable[[str], np.ndarray]
) -> Any:
    """Values of a parsed `spec` for as many edges as there are `keys`; `lookup` gives the columns of linear rules."""
    if isinstance(spec, float):
        return spec
    if isinstance(spec, np.ndarray):
        if spec.shape != (len(keys),):
            expected = f"a number or one value for each of the {len(keys)} edges"
            raise ParameterError(quantity, got=f"an array of length {spec.size}", expected=expected)
        return spec
    if isinstance(spec, Distribution):
        return _draw(spec, quantity, seed, keys)
    column = lookup(spec.attribute)
    if column.dtype.kind == "U":
        raise ParameterError(f"{quantity}: edges[{spec.attribute!r}]", got="strings", expected="numbers")
    if isinstance(spec, LinearRange):
        spec = spec.settled(column)
    return spec.of(column)


def _draw(distribution: Distribution, quantity: str, seed: int | None, keys: "np.ndarray | range") -> np.ndarray:
    """Draws in pieces, so that the uniform numbers take little memory."""
    from simcore.random import Purpose, fresh_seed  # Numba loads on first use

    purpose = Purpose.GRAPH_WEIGHTS if quantity == "weight" else Purpose.GRAPH_DELAYS
    seed = fresh_seed() if seed is None else seed
    out = np.empty(len(keys))
    for start in range(0, len(keys), _CHUNK):
        piece = keys[start : start + _CHUNK]
        ids = np.arange(piece.start, piece.stop) if isinstance(piece, range) else piece
        out[start : start + _CHUNK] = distribution.draw(seed, purpose, ids)
    return out


def _linear_from_dict(given: Mapping[str, Any], quantity: str) -> "Linear | LinearRange":
    known = ("correl_attribute", "slope", "offset", "lower", "upper")
    check_names(f"parameter of the distribution 'lin_corr' for {quantity}", given, dict.fromkeys(known))
    names = set(given) - {"correl_attribute", "offset"}
    if "correl_attribute" not in given or names not in ({"slope"}, {"lower", "upper"}):
        expected = "correl_attribute with slope (and offset), or with lower and upper"
        raise ParameterError(f"{quantity}: distribution 'lin_corr'", got=dict(given), expected=expected)
    if names == {"slope"}:
        return Linear(given["correl_attribute"], given["slope"], given.get("offset", 0.0))
    if "offset" in given:
        raise ParameterError(f"{quantity}: distribution 'lin_corr'", got=dict(given), expected="no offset with lower and upper")
    return LinearRange(given["correl_attribute"], given["lower"], given["upper"])


def _equal(a: np.ndarray, b: np.ndarray) -> bool:
    return np.array_equal(a, b, equal_nan=a.dtype.kind == b.dtype.kind == "f")


def _require_finite(where: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)) or not np.isfinite(value):
        raise ParameterError(where, got=value, expected="a finite number")
