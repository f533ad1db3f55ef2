"""Positions of nodes, and parameters that depend on them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from simcore.nest._layers import Layer, Places, as_points, side_lengths
from simcore.nest._masks import as_vector
from simcore.nest._parameter import Parameter, Place, Stream, Where
from simcore.nest.errors import raised

__all__ = ["distance", "free", "grid", "pos", "source_pos", "target_pos"]


class grid(Places):  # noqa: N801 - NEST's name
    """Positions on a grid, column by column from the left, in a column from the top.

    Parameters
    ----------
    shape : sequence of int, shape (2,) or (3,)
        Numbers of columns and rows, and of layers in 3 dimensions.
    center : sequence of float, optional
        Middle of the grid; the origin if None.
    extent : sequence of float, optional
        Side lengths; 1 in each dimension if None. A node lies in the middle of its cell.
    edge_wrap : bool
        Whether space repeats after its side lengths.

    Raises
    ------
    BadProperty, TypeMismatch
        Numbers that make no grid.

    Examples
    --------
    >>> grid([2, 1], extent=[4.0, 1.0]).layer(1, Stream(1, 0)).positions
    array([[-1.,  0.],
           [ 1.,  0.]])
    """

    def __init__(self, shape: Any, center: Any = None, extent: Any = None, edge_wrap: bool = False) -> None:
        self.shape, self.center, self.extent, self.edge_wrap = shape, center, extent, _flag(edge_wrap, "nest.spatial.grid")
        where = "nest.spatial.grid"
        if not isinstance(shape, (list, tuple, np.ndarray)) or len(shape) not in (2, 3):
            raise raised("BadProperty", f"{where}: shape: got {shape!r}, expected 2 or 3 whole numbers")
        if not all(isinstance(k, (int, np.integer)) and not isinstance(k, (bool, np.bool_)) for k in shape):
            raise raised("TypeMismatch", f"{where}: shape: got {shape!r}, expected whole numbers")
        if not all(k > 0 for k in shape):
            raise raised("BadProperty", f"{where}: shape: got {shape!r}, expected numbers above 0")
        n = len(shape)
        self._shape = tuple(int(k) for k in shape)
        self._center = np.zeros(n) if center is None else as_vector(center, n, f"{where}: center")
        self._extent = np.ones(n) if extent is None else side_lengths(extent, n, f"{where}: extent", wraps=edge_wrap)

    def layer(self, n: int, stream: Stream) -> Layer:
        """The layer of new nodes; the grid says how many they are, so `n` must be the 1 that Create has by default."""
        if n != 1:
            raise ValueError(f"Create: got n = {n} and positions on a grid, which says itself how many nodes it has")
        cells = np.indices(self._shape).reshape(len(self._shape), -1).T
        low, step = self._center - self._extent / 2, self._extent / np.array(self._shape)
        positions = low + cells * step + step / 2
        # Rows are counted from the top.
        positions[:, 1] = low[1] + self._extent[1] - cells[:, 1] * step[1] - step[1] / 2
        return Layer(positions, self._center, self._extent, self.edge_wrap, self._shape, np.ascontiguousarray(cells))


class free(Places):  # noqa: N801 - NEST's name
    """Positions anywhere.

    Parameters
    ----------
    pos : sequence of sequence of float, shape (n, d), or Parameter, or sequence of Parameter
        The positions themselves; or what each coordinate is drawn from, when the nodes are created.
    extent : sequence of float, optional
        Side lengths of the space, whose middle is that of the positions; the whole numbers that hold them if None.
    edge_wrap : bool
        Whether space repeats after its side lengths.
    num_dimensions : int, optional
        2 or 3; for a single `Parameter` without `extent`.

    Raises
    ------
    TypeError, ValueError, BadProperty
        No positions, or no number of dimensions, or two.

    Examples
    --------
    >>> layer = free([[0.0, 0.0], [1.0, 2.5]]).layer(1, Stream(1, 0))
    >>> layer.center, layer.extent
    (array([0.5 , 1.25]), array([1., 3.]))
    """

    def __init__(self, pos: Any, extent: Any = None, edge_wrap: bool = False, num_dimensions: int | None = None) -> None:
        self.pos, self.extent, self.edge_wrap = pos, extent, _flag(edge_wrap, "nest.spatial.free")
        where = "nest.spatial.free"
        self._drawn: list[Parameter] | None = None
        if isinstance(pos, Parameter):
            self._drawn = [pos] * _dimensions(extent, num_dimensions)
        elif not isinstance(pos, (list, tuple, np.ndarray)):
            raise TypeError(f"{where}: pos: got {pos!r}, expected a list of positions, or one or several Parameters")
        elif num_dimensions is not None:
            raise TypeError(
                f"{where}: num_dimensions: got {num_dimensions}, expected none beside positions that say it themselves"
            )
        elif any(isinstance(p, Parameter) for p in pos):
            if not all(isinstance(p, Parameter) for p in pos) or len(pos) not in (2, 3):
                raise ValueError(f"{where}: pos: got {pos!r}, expected 2 or 3 Parameters")
            self._drawn = list(pos)
        self._given = None if self._drawn is not None else as_points(pos, None, f"{where}: pos")
        self.num_dimensions = len(self._drawn) if self._drawn is not None else self._given.shape[1]  # type: ignore[union-attr]
        if extent is not None:
            side_lengths(extent, self.num_dimensions, f"{where}: extent", wraps=edge_wrap)

    def layer(self, n: int, stream: Stream) -> Layer:
        """The layer of new nodes: as many as there are positions, `n` of them if they are drawn."""
        positions = self._given
        if positions is None:
            positions = self._draw(n, stream)
        elif n not in (1, len(positions)):
            raise ValueError(f"Create: got n = {n} and {len(positions)} positions, expected one for each node")
        low, high = positions.min(axis=0), positions.max(axis=0)
        center = (low + high) / 2
        if self.extent is None:
            if len(positions) == 1:
                raise raised("KernelException", "nest.spatial.free: extent: got none, but a single position needs one")
            extent = side_lengths(np.ceil(high - low), None, "nest.spatial.free: extent", wraps=self.edge_wrap)
        else:
            extent = np.asarray(self.extent, dtype=np.float64)
        if (high - low > extent * (1.0 + 1e-12)).any():
            got = f"{extent.tolist()} for positions between {low.tolist()} and {high.tolist()}"
            raise raised("BadProperty", f"nest.spatial.free: extent: got {got}, which lie outside")
        return Layer(positions, center, extent, self.edge_wrap)

    def _draw(self, n: int, stream: Stream) -> np.ndarray:
        columns = []
        for axis, parameter in enumerate(self._drawn or []):
            columns.append(parameter.evaluate(Where(n, stream, ids=np.arange(n) + (axis << 40))))
        positions = np.column_stack(columns)
        for row in np.flatnonzero(~np.isfinite(positions).all(axis=1))[:1]:
            raise raised("BadProperty", f"nest.spatial.free: pos: drew {positions[row].tolist()}, expected finite numbers")
        return positions


def _dimensions(extent: Any, num_dimensions: Any) -> int:
    """Number of coordinates that a single Parameter is drawn for."""
    where = "nest.spatial.free"
    if extent is not None and num_dimensions is not None:
        raise TypeError(f"{where}: num_dimensions: got {num_dimensions} beside extent, expected one of both")
    if extent is None and num_dimensions is None:
        raise TypeError(f"{where}: num_dimensions: got none, expected it, or extent, when pos is a Parameter")
    if extent is not None:
        return len(side_lengths(extent, None, f"{where}: extent", wraps=False))
    if num_dimensions not in (2, 3):
        raise ValueError(f"{where}: num_dimensions: got {num_dimensions!r}, expected 2 or 3")
    return int(num_dimensions)


def _flag(value: Any, where: str) -> bool:
    if not isinstance(value, (bool, np.bool_)):
        raise raised("TypeMismatch", f"{where}: edge_wrap: got {value!r}, expected True or False")
    return bool(value)


def coordinate(name: str, axis: Any) -> Parameter:
    """One coordinate of ``"positions"``, ``"sources"`` or ``"targets"``."""
    k = _axis(axis, (0, 1, 2), "dimension of a position")
    return Place(lambda where: where.place(name, k))


def length(axis: Any = 0) -> Parameter:
    """The distance between two nodes; along one axis if `axis` is 1, 2 or 3."""
    k = _axis(axis, (0, 1, 2, 3), "dimension of a distance (0 for all)")
    read: Callable[[Where], np.ndarray] = (lambda where: where.component(k - 1)) if k else (lambda where: where.distance())
    return Place(read)


def _axis(axis: Any, known: tuple[int, ...], what: str) -> int:
    if not isinstance(axis, (int, np.integer)) or isinstance(axis, bool) or axis not in known:
        raise raised("BadParameterValue", f"nest.spatial: got {axis!r}, expected the {what}: {', '.join(map(str, known))}")
    return int(axis)


class _Distance(Place):
    """Distance between the ends of a connection; ``.x``, ``.y`` and ``.z`` along one axis, never negative."""

    def __init__(self) -> None:
        super().__init__(lambda where: where.distance())
        self.x, self.y, self.z = length(1), length(2), length(3)

    def n(self, dimension: int) -> Parameter:
        """Distance along an axis, counted from 1; 0 for all."""
        return length(dimension)


class _Position:
    """Coordinates ``.x``, ``.y`` and ``.z`` of a node."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.x, self.y, self.z = (coordinate(name, axis) for axis in range(3))

    def n(self, dimension: int) -> Parameter:
        """A coordinate by its number, from 0."""
        return coordinate(self._name, dimension)


distance = _Distance()
pos, source_pos, target_pos = _Position("positions"), _Position("sources"), _Position("targets")
