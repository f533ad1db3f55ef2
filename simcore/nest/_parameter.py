"""Parameters: expressions of random numbers and of positions, evaluated for many values at once."""

from collections.abc import Callable, Iterable
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.nest._where import Stream, Where
from simcore.nest.errors import raised

if TYPE_CHECKING:
    from simcore.distributions import Distribution

__all__ = ["Parameter", "Stream", "Where", "as_parameter", "checked_number"]

_MOST_TURNS = 1000

# Values that are computed at a time: what lies between stays small.
_CHUNK = 1 << 17


class Parameter:
    """A value that is drawn, or that depends on positions: of nodes, weights, delays and connection probabilities.

    Arithmetic with numbers and other parameters, and comparisons, give parameters. One that stands twice in an expression is
    drawn twice.

    Examples
    --------
    >>> import simcore.nest.random as random
    >>> weight = 20.0 + 2.0 * random.normal()
    >>> weight
    Parameter(random)
    >>> weight.is_spatial()
    False
    """

    _own_draws = 0
    _needs_space = False
    _children: tuple["Parameter", ...] = ()

    @property
    def n_draws(self) -> int:
        """Number of random parts, each counted as often as it stands in the expression."""
        return self._own_draws + sum(child.n_draws for child in self._children)

    def __repr__(self) -> str:
        kinds = [kind for kind, holds in (("random", self.n_draws), ("of positions", self.is_spatial())) if holds]
        return f"Parameter({', '.join(kinds) or 'constant'})"

    def is_spatial(self) -> bool:
        """Whether values depend on positions.

        Returns
        -------
        depends : bool
        """
        return self._needs_space or any(child.is_spatial() for child in self._children)

    def GetValue(self) -> float:
        """One value, drawn anew at each call.

        Returns
        -------
        value : float

        Raises
        ------
        BadParameterValue
            If it depends on positions.

        Examples
        --------
        >>> (as_parameter(2.0) ** 3).GetValue()
        8.0
        """
        return float(self.evaluate(Where(1, _new_stream()))[0])

    def apply(self, spatial_nc: Any, positions: Any = None) -> tuple[float, ...]:
        """Values of nodes, or of connections from one node to some places.

        Parameters
        ----------
        spatial_nc : NodeCollection
            Nodes; a single one if `positions` are given.
        positions : sequence of sequence of float, shape (n, d), optional
            Where connections from the node would end.

        Returns
        -------
        values : tuple of float
            One for each node, or for each position.
        """
        from simcore.nest._layers import as_points, collection_layer

        ids, layer = collection_layer(spatial_nc, "Parameter.apply: spatial_nc")
        if positions is None:
            where = Where(len(ids), _new_stream(), positions=None if layer is None else layer.positions)
            return tuple(self.evaluate(where).tolist())
        if len(ids) != 1:
            raise ValueError(f"Parameter.apply: got {len(ids)} nodes and positions, expected one node")
        if layer is None:
            raise raised("LayerExpected", "Parameter.apply: spatial_nc: got a node without a position")
        targets = as_points(positions, layer.n_dimensions, "Parameter.apply: positions")
        sources = np.broadcast_to(layer.positions, targets.shape)
        ways = layer.displacement(sources, targets)
        where = Where(len(targets), _new_stream(), sources=sources, targets=targets, displacement=ways)
        return tuple(self.evaluate(where).tolist())

    def evaluate(self, where: Where) -> np.ndarray:
        """Values in a context.

        Parameters
        ----------
        where : Where

        Returns
        -------
        values : ndarray of float64, shape (where.n,)
        """
        with np.errstate(all="ignore"):
            if where.n <= _CHUNK:
                return np.ascontiguousarray(self._values(where, 0))
            starts = range(0, where.n, _CHUNK)
            return np.concatenate([self._values(where.take(slice(a, a + _CHUNK)), 0) for a in starts])

    def distribution(self) -> "Distribution | None":
        """The same as a distribution of `simcore.distributions`; None if there is none, as where positions decide."""
        return None

    def _values(self, where: Where, part: int) -> np.ndarray:
        """Values; the random parts are numbered from `part` on."""
        raise NotImplementedError

    def _values_of_children(self, where: Where, part: int) -> list[np.ndarray]:
        out = []
        for child in self._children:
            out.append(child._values(where, part))
            part += child.n_draws
        return out

    __hash__ = None  # type: ignore[assignment]

    def __neg__(self) -> "Parameter":
        return Operation(np.multiply, "*", self, -1.0)

    def __pos__(self) -> "Parameter":
        return self

    def __add__(self, other: Any) -> "Parameter":
        return Operation(np.add, "+", self, other)

    def __radd__(self, other: Any) -> "Parameter":
        return Operation(np.add, "+", other, self)

    def __sub__(self, other: Any) -> "Parameter":
        return Operation(np.subtract, "-", self, other)

    def __rsub__(self, other: Any) -> "Parameter":
        return Operation(np.subtract, "-", other, self)

    def __mul__(self, other: Any) -> "Parameter":
        return Operation(np.multiply, "*", self, other)

    def __rmul__(self, other: Any) -> "Parameter":
        return Operation(np.multiply, "*", other, self)

    def __truediv__(self, other: Any) -> "Parameter":
        return Operation(np.divide, "/", self, other)

    def __rtruediv__(self, other: Any) -> "Parameter":
        return Operation(np.divide, "/", other, self)

    def __pow__(self, other: Any) -> "Parameter":
        return Operation(np.power, "**", self, other)

    def __rpow__(self, other: Any) -> "Parameter":
        return Operation(np.power, "**", other, self)

    def __lt__(self, other: Any) -> "Parameter":
        return Operation(np.less, "lt", self, other)

    def __le__(self, other: Any) -> "Parameter":
        return Operation(np.less_equal, "le", self, other)

    def __gt__(self, other: Any) -> "Parameter":
        return Operation(np.greater, "gt", self, other)

    def __ge__(self, other: Any) -> "Parameter":
        return Operation(np.greater_equal, "ge", self, other)

    def __eq__(self, other: Any) -> "Parameter":  # type: ignore[override]
        return Operation(np.equal, "eq", self, other)

    def __ne__(self, other: Any) -> "Parameter":  # type: ignore[override]
        return Operation(np.not_equal, "ne", self, other)


class Constant(Parameter):
    """Always the same number."""

    def __init__(self, value: float) -> None:
        self.value = value

    def _values(self, where: Where, part: int) -> np.ndarray:
        return np.full(where.n, self.value)

    def distribution(self) -> "Distribution | None":
        from simcore import distributions

        return distributions.Constant(self.value) if np.isfinite(self.value) else None


class Draw(Parameter):
    """Random numbers of one distribution.

    Parameters
    ----------
    quantile : callable
        Uniform numbers to values.
    made : Distribution, optional
        The same as simcore has it.
    """

    _own_draws = 1

    def __init__(self, quantile: Callable[[np.ndarray], np.ndarray], made: "Distribution | None" = None) -> None:
        self._quantile, self._made = quantile, made

    def _values(self, where: Where, part: int) -> np.ndarray:
        return self._quantile(where.uniforms(part))

    def distribution(self) -> "Distribution | None":
        return self._made


class Place(Parameter):
    """A distance, or a coordinate; `read` takes it from a `Where`."""

    _needs_space = True

    def __init__(self, read: Callable[[Where], np.ndarray]) -> None:
        self._read = read

    def _values(self, where: Where, part: int) -> np.ndarray:
        return self._read(where)


class Function(Parameter):
    """A function of the values of other parameters.

    Parameters
    ----------
    function : callable
        One array for each child to an array.
    children : iterable of Parameter
    needs_space : bool
        Whether it is one of those that NEST has for positions only.
    """

    def __init__(
        self, function: Callable[..., np.ndarray], children: Iterable[Parameter], *, needs_space: bool = False
    ) -> None:
        self._function, self._children, self._needs_space = function, tuple(children), needs_space

    def _values(self, where: Where, part: int) -> np.ndarray:
        return np.asarray(self._function(*self._values_of_children(where, part)), dtype=np.float64)


class Operation(Function):
    """Arithmetic of two parameters, or of one and a number."""

    def __init__(self, function: Callable[..., np.ndarray], sign: str, left: Any, right: Any) -> None:
        super().__init__(function, (as_parameter(left), as_parameter(right)))
        self._sign = sign

    def distribution(self) -> "Distribution | None":
        from simcore.nest._transforms import combined

        left, right = self._children
        if self.n_draws > 1 or self.is_spatial():
            return None
        return combined(self._sign, left.distribution(), right.distribution())


class Conditional(Parameter):
    """One parameter where another is not 0, else a third one."""

    def __init__(self, condition: Parameter, if_true: Parameter, if_false: Parameter) -> None:
        self._children = (condition, if_true, if_false)

    def _values(self, where: Where, part: int) -> np.ndarray:
        condition, *branches = self._children
        is_true = condition._values(where, part) != 0.0
        part += condition.n_draws
        out = np.empty(where.n)
        for branch, chosen in zip(branches, (is_true, ~is_true), strict=True):
            rows = np.flatnonzero(chosen)
            if rows.size:
                out[rows] = branch._values(where if rows.size == where.n else where.take(rows), part)
            part += branch.n_draws
        return out


class Redraw(Parameter):
    """A parameter drawn again until it lies between two bounds."""

    def __init__(self, parameter: Parameter, low: float, high: float) -> None:
        self._children, self._low, self._high = (parameter,), low, high

    def _outside(self, values: np.ndarray) -> np.ndarray:
        # Written so that NaN is outside.
        return np.flatnonzero(~((values >= self._low) & (values <= self._high)))

    def _values(self, where: Where, part: int) -> np.ndarray:
        (child,) = self._children
        out = np.array(child._values(where, part))
        rows = self._outside(out)
        for turn in range(1, _MOST_TURNS + 1 if child.n_draws else 1):
            if rows.size == 0:
                return out
            out[rows] = child._values(where.take(rows).redrawn(turn, _MOST_TURNS), part)
            rows = rows[self._outside(out[rows])]
        if rows.size:
            bounds = f"[{self._low:g}, {self._high:g}]"
            got = f"got {out[rows[0]]:g}" if child.n_draws == 0 else f"none of {_MOST_TURNS} draws"
            raise raised("KernelException", f"nest.math.redraw: {got}, expected a value in {bounds}")
        return out

    def distribution(self) -> "Distribution | None":
        from simcore.nest._transforms import truncated

        return truncated(self._children[0].distribution(), self._low, self._high)


def checked_number(value: Any, where: str, *, is_finite: bool = True) -> float:
    """A number as a float; NaN is none.

    Parameters
    ----------
    value : object
    where : str
        Start of the message if it is no number.
    is_finite : bool
        Whether infinity is refused.

    Examples
    --------
    >>> checked_number(np.float32(2.0), "std")
    2.0
    """
    if not isinstance(value, (Real, np.number)):
        raise raised("TypeMismatch", f"{where}: got {value!r}, expected a number")
    number = float(value)
    if np.isnan(number) or (is_finite and np.isinf(number)):
        raise raised("BadProperty", f"{where}: got {value}, expected a {'finite ' if is_finite else ''}number")
    return number


def as_parameter(value: Any, where: str = "Parameter") -> Parameter:
    """A parameter as it is, a number as one that is constant.

    Parameters
    ----------
    value : Parameter or float
    where : str
        Start of the message if it is neither.

    Examples
    --------
    >>> as_parameter(2).GetValue()
    2.0
    """
    if isinstance(value, Parameter):
        return value
    if not isinstance(value, (Real, np.number)):
        raise raised("TypeMismatch", f"{where}: got {value!r}, expected a Parameter or a number")
    return Constant(checked_number(value, where, is_finite=False))


def _new_stream() -> Stream:
    from simcore.nest._kernel import kernel

    return kernel.new_stream()
