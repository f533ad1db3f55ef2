"""Columns of nodes and edges, and the values of weights and delays: a number, an array, or a rule that draws them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from netgraph._checks import check_choice, check_given_seed, check_number, check_positive
from netgraph._columns import Columns
from netgraph._ids import as_ids
from simcore.distributions import NAMES, Constant, Distribution, parse
from simcore.errors import ParameterError
from simcore.parameter import check_names

if TYPE_CHECKING:
    from netgraph.graph import Graph

__all__ = ["Columns", "DistanceDelay", "Linear", "edge_values"]

_QUANTITIES = ("weight", "delay")
_CHUNK = 1 << 20


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
            check_number(f"Linear: {name}", getattr(self, name))

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
        check_positive("DistanceDelay: velocity", self.velocity, "um/ms")
        check_number("DistanceDelay: offset", self.offset, 0.0, unit="ms")

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
        check_number("lin_corr: lower", self.lower)
        check_number("lin_corr: upper", self.upper)

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
    check_choice("quantity of edges", quantity, _QUANTITIES)
    if isinstance(value, (Linear, DistanceDelay, LinearRange)):
        return value
    if isinstance(value, Mapping) and value.get("distribution") == "lin_corr":
        return _linear_from_dict({k: v for k, v in value.items() if k != "distribution"}, quantity)
    _check_distribution_name(value, quantity)
    spec = parse(value, quantity)
    if isinstance(spec, np.ndarray) and not (spec.flags.owndata and spec.flags.writeable):
        return spec.copy()  # a read-only view, of an array that others may change
    return float(spec.value) if isinstance(spec, Constant) else spec


def _check_distribution_name(value: Any, quantity: str) -> None:
    """Refuse the name of no distribution with those that edges have: lin_corr too, which is known here alone."""
    if isinstance(value, Mapping):
        name = value.get("distribution")
    else:
        name = value[0] if isinstance(value, tuple) and value else None
    if not isinstance(name, str):
        return
    if name == "lin_corr":
        expected = 'a dictionary, {"distribution": "lin_corr", "correl_attribute": ..., ...}, or netgraph.attributes.Linear'
        raise ParameterError(f"{quantity}: distribution 'lin_corr'", got=value, expected=expected)
    check_choice(f"distribution for {quantity}", name, [*NAMES, "lin_corr"])


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
        A value that is not finite, a negative delay (or weight of a network), an array of the wrong length.
    UnknownNameError
        An unknown distribution, parameter or column.

    Examples
    --------
    >>> from netgraph.graph import Graph
    >>> graph = Graph.from_edges([0, 1], [1, 0])
    >>> edge_values(("constant", 3.0), graph, [0, 1], quantity="weight")
    3.0
    """
    spec = parse_edge_value(value, quantity)
    check_given_seed(seed, "edge_values: seed")
    ids = as_ids(rows, graph.n_edges, "edge_values: rows")
    values = evaluate(spec, quantity, seed, keys=ids, lookup=lambda name: graph._edge_column_at(name, ids))
    graph._check_column("edge", quantity, np.asarray(values))
    return values


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
