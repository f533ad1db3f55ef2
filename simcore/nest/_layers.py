"""Layers: positions of nodes, the space that they lie in, and ways between them."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from simcore.nest._masks import GridMask, Mask, inside_periodic
from simcore.nest._parameter import Stream, checked_number
from simcore.nest.errors import raised

__all__ = ["Layer", "Places", "as_points", "check_mask", "collection_layer", "make_layer", "side_lengths"]


@dataclass(frozen=True, eq=False)
class Layer:
    """Nodes in space.

    Parameters
    ----------
    positions : ndarray of float64, shape (n, d)
        Of the nodes in the order of their ids; d is 2 or 3.
    center, extent : ndarray of float64, shape (d,)
        Middle and side lengths of the space.
    edge_wrap : bool
        Whether space repeats after its side lengths.
    shape : tuple of int, optional
        Columns, rows (and layers) if the nodes lie on a grid.
    cells : ndarray of int64, shape (n, d), optional
        Column, row (and layer) of each node on the grid.
    """

    positions: np.ndarray
    center: np.ndarray
    extent: np.ndarray
    edge_wrap: bool = False
    shape: tuple[int, ...] | None = None
    cells: np.ndarray | None = None

    @property
    def n_dimensions(self) -> int:
        """2 or 3."""
        return self.positions.shape[1]

    @property
    def lower_left(self) -> np.ndarray:
        """The corner with the smallest coordinates."""
        return self.center - self.extent / 2

    def take(self, positions: Any) -> "Layer":
        """The layer of some of the nodes; the space stays as it is.

        Parameters
        ----------
        positions : slice or array_like
            Which nodes, counted from 0.
        """
        cells = None if self.cells is None else self.cells[positions]
        return replace(self, positions=self.positions[positions], cells=cells)

    def joined(self, other: "Layer", order: np.ndarray) -> "Layer | None":
        """The layer of nodes of this one and then of another; None if they do not lie in the same space.

        Parameters
        ----------
        other : Layer
        order : ndarray of int64, shape (n,)
            Which of all nodes comes where.
        """
        mine, theirs = ((own.edge_wrap, own.shape, *own.center, *own.extent) for own in (self, other))
        if mine != theirs:
            return None
        cells = None if self.cells is None or other.cells is None else np.concatenate([self.cells, other.cells])[order]
        return replace(self, positions=np.concatenate([self.positions, other.positions])[order], cells=cells)

    def displacement(self, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        """The shortest way from each place to another; where space repeats, in ``[-extent / 2, extent / 2)``.

        Parameters
        ----------
        start, end : ndarray of float64, shape (..., d)
            Shapes that go together.

        Returns
        -------
        displacement : ndarray of float64, shape (..., d)
        """
        way = end - start
        return way - self.extent * np.floor(way / self.extent + 0.5) if self.edge_wrap else way

    def distance(self, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Length of `displacement`."""
        way = self.displacement(start, end)
        return np.sqrt((way * way).sum(axis=-1))

    def nearest(self, place: np.ndarray) -> np.ndarray:
        """Nodes that are nearest to a place, counted from 0: that of the least distance, then all that are as near.

        Parameters
        ----------
        place : ndarray of float64, shape (d,)
        """
        lengths = self.distance(place, self.positions)
        first = int(np.argmin(lengths))
        # Equal distances differ in their last digits.
        ties = np.flatnonzero(lengths <= lengths[first] + 1e-14 * max(lengths[first], 1.0))
        return np.concatenate([[first], ties[ties != first]])

    def within(self, mask: Mask, place: np.ndarray) -> np.ndarray:
        """Nodes inside a mask around a place, counted from 0, ascending.

        Parameters
        ----------
        mask : Mask
        place : ndarray of float64, shape (d,)
        """
        return np.flatnonzero(self.inside(mask, place[None], np.zeros(len(self.positions), dtype=np.int64), slice(None)))

    def inside(self, mask: Mask, places: np.ndarray, rows: Any, columns: Any) -> np.ndarray:
        """Which nodes lie inside a mask around some places.

        Parameters
        ----------
        mask : Mask
        places : ndarray of float64, shape (m, d)
        rows, columns : ndarray of int64, shape (n,)
            For each pair, the number of the place and that of the node.

        Returns
        -------
        is_inside : ndarray of bool, shape (n,)
        """
        if isinstance(mask, GridMask):
            ways = self.cells[columns] - self.cell_of(places)[rows]  # type: ignore[index]
            mask, period = mask.in_cells(), np.array(self.shape, dtype=np.float64)
        else:
            ways, period = self.positions[columns] - places[rows], self.extent
        return inside_periodic(mask, ways, period) if self.edge_wrap else mask.inside(ways)

    def cell_of(self, places: np.ndarray) -> np.ndarray:
        """Columns, rows (and layers) of the cells of the grid that places lie in, as if it went on; int64, shape (n, d)."""
        share = (places - self.lower_left) / self.extent
        share[:, 1] = 1.0 - share[:, 1]
        return np.floor(share * np.array(self.shape)).astype(np.int64)

    def described(self, ids: np.ndarray) -> dict[str, Any]:
        """What NEST's ``NodeCollection.spatial`` tells of the nodes with these ids."""
        own: dict[str, Any] = {"center": self.center.copy(), "edge_wrap": self.edge_wrap, "extent": self.extent.copy()}
        own["network_size"] = len(ids)
        if self.shape is not None:
            return {**own, "shape": np.array(self.shape)}
        return {**own, "positions": self.positions.copy()}


class Places:
    """Base of `nest.spatial.grid` and `nest.spatial.free`: what the argument ``positions`` of Create may be."""

    def layer(self, n: int, stream: Stream) -> Layer:
        """The layer of new nodes."""
        raise NotImplementedError


def make_layer(positions: Any, n: int, stream: Stream) -> Layer:
    """The layer that Create makes.

    Parameters
    ----------
    positions : Places
        ``nest.spatial.grid(...)`` or ``nest.spatial.free(...)``.
    n : int
        Number of nodes that Create was given.
    stream : Stream
        For positions that are drawn.

    Raises
    ------
    TypeError
        Something else.
    """
    if not isinstance(positions, Places):
        raise TypeError(f"Create: positions: got {positions!r}, expected nest.spatial.grid(...) or nest.spatial.free(...)")
    return positions.layer(n, stream)


def as_points(value: Any, n_dimensions: int | None, where: str) -> np.ndarray:
    """Several positions as an array of float64, shape (n, d).

    Parameters
    ----------
    value : sequence of sequence of float, shape (n, d)
    n_dimensions : int, optional
        How many coordinates each must have; 2 or 3 if None.
    where : str
        Start of the message if it is none.

    Examples
    --------
    >>> as_points([(0, 1), (2, 3)], None, "positions").shape
    (2, 2)
    """
    expected = f"positions of {n_dimensions or '2 or 3'} coordinates"
    if not isinstance(value, (list, tuple, np.ndarray)) or not all(isinstance(p, (list, tuple, np.ndarray)) for p in value):
        raise TypeError(f"{where}: got {value!r}, expected a list of positions")
    lengths = {len(p) for p in value}
    if len(lengths) != 1 or not lengths <= ({2, 3} if n_dimensions is None else {n_dimensions}):
        got = f"positions of {' and '.join(map(str, sorted(lengths)))} coordinates" if lengths else "none"
        raise raised("BadProperty", f"{where}: got {got}, expected {expected}")
    array = np.asarray(value)
    if array.dtype.kind not in "iuf":
        raise raised("TypeMismatch", f"{where}: got {value!r}, expected numbers")
    points = array.astype(np.float64)
    for row in np.flatnonzero(~np.isfinite(points).all(axis=1))[:1]:
        raise raised("BadProperty", f"{where}: got {points[row].tolist()} for position {row}, expected finite numbers")
    return points


def check_mask(mask: Mask, layer: Layer, *, allow_oversized: bool, where: str) -> None:
    """Refuse a mask that does not fit a layer: of other dimensions, for grids only, or larger than a space that repeats."""
    if mask.n_dimensions != layer.n_dimensions:
        got = f"a mask of {mask.n_dimensions} dimensions"
        raise raised("BadProperty", f"{where}: mask: got {got}, expected {layer.n_dimensions} as the nodes have")
    is_grid = isinstance(mask, GridMask)
    if is_grid and layer.shape is None:
        raise raised("BadProperty", f"{where}: mask: got a grid mask, which only nodes on a grid can use")
    low, high = mask.bounds()
    size, space = (mask.shape, np.array(layer.shape)) if isinstance(mask, GridMask) else (high - low, layer.extent)
    if layer.edge_wrap and not allow_oversized and (size > space * (1.0 + 1e-9)).any():
        got = f"{size.tolist()}, larger than the space of {space.tolist()}, which repeats"
        raise raised("BadProperty", f"{where}: mask: got the size {got}; allow_oversized_mask=True allows it")


def collection_layer(nodes: Any, where: str) -> tuple[np.ndarray, Layer | None]:
    """Ids and layer of a collection.

    Parameters
    ----------
    nodes : NodeCollection
    where : str
        Start of the message if it is none.
    """
    from simcore.nest._nodes import NodeCollection

    if not isinstance(nodes, NodeCollection):
        raise TypeError(f"{where}: got {nodes!r}, expected a NodeCollection")
    return nodes._current(), nodes._layer


def side_lengths(value: Any, n_dimensions: int | None, where: str, *, wraps: bool) -> np.ndarray:
    """Side lengths of a space as an array of float64; none negative, and none 0 where space repeats."""
    if not isinstance(value, (list, tuple, np.ndarray)) or len(value) not in (
        {2, 3} if n_dimensions is None else {n_dimensions}
    ):
        raise raised("BadProperty", f"{where}: got {value!r}, expected {n_dimensions or '2 or 3'} lengths")
    lengths = np.array([checked_number(v, where) for v in value])
    if (lengths < 0).any() or (wraps and (lengths == 0).any()):
        expected = "lengths above 0, as edge_wrap needs" if wraps else "no negative length"
        raise raised("BadProperty", f"{where}: got {lengths.tolist()}, expected {expected}")
    return lengths
