"""Masks: regions around a node that its connections stay in."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from simcore.nest._parameter import checked_number
from simcore.nest.errors import raised

__all__ = ["GridMask", "Mask", "inside_periodic", "search_box"]

# Share of a length by which rounding may put a node beyond the border that it lies on.
_ROUNDING = 1e-12


class Mask:
    """A region of the displacements from a node, made by `CreateMask`; ``|``, ``&`` and ``-`` combine regions.

    Examples
    --------
    >>> from simcore.nest._create_mask import CreateMask
    >>> ring = CreateMask("circular", {"radius": 2.0}) - CreateMask("circular", {"radius": 1.0})
    >>> ring.Inside([1.5, 0.0]), ring.Inside([0.5, 0.0])
    (True, False)
    """

    n_dimensions: int

    def inside(self, displacements: np.ndarray) -> np.ndarray:
        """Which displacements lie inside; the border belongs to the mask.

        Parameters
        ----------
        displacements : ndarray of float64, shape (n, n_dimensions)

        Returns
        -------
        is_inside : ndarray of bool, shape (n,)
        """
        raise NotImplementedError

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper corner of a box around the mask; each of shape (n_dimensions,)."""
        raise NotImplementedError

    def Inside(self, point: Any) -> bool:
        """Whether a point lies inside.

        Parameters
        ----------
        point : sequence of float, shape (n_dimensions,)

        Returns
        -------
        is_inside : bool
        """
        return bool(self.inside(as_vector(point, self.n_dimensions, "Mask.Inside: point")[None])[0])

    def __or__(self, other: Any) -> "Mask":
        return Combined("|", self, other)

    def __and__(self, other: Any) -> "Mask":
        return Combined("&", self, other)

    def __sub__(self, other: Any) -> "Mask":
        return Combined("-", self, other)


class Ball(Mask):
    """Everything that is not further away than a radius."""

    def __init__(self, radius: float, n_dimensions: int) -> None:
        self._radius, self.n_dimensions = radius, n_dimensions

    def inside(self, displacements: np.ndarray) -> np.ndarray:
        return np.einsum("ij,ij->i", displacements, displacements) <= (self._radius * (1.0 + _ROUNDING)) ** 2

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        corner = np.full(self.n_dimensions, self._radius)
        return -corner, corner


class Box(Mask):
    """A rectangle or box, turned around its centre.

    Parameters
    ----------
    low, high : ndarray of float64, shape (d,)
        Corners before it is turned.
    turn : ndarray of float64, shape (d, d), optional
        Rotation matrix.
    """

    def __init__(self, low: np.ndarray, high: np.ndarray, turn: np.ndarray | None) -> None:
        self._low, self._high, self._turn, self.n_dimensions = low, high, turn, len(low)

    def inside(self, displacements: np.ndarray) -> np.ndarray:
        center, half = (self._low + self._high) / 2, (self._high - self._low) / 2
        slack = _ROUNDING * max(half.max(), np.abs(center).max())
        if self._turn is None:
            return ((displacements >= self._low - slack) & (displacements <= self._high + slack)).all(axis=1)
        return (np.abs((displacements - center) @ self._turn) <= half + slack).all(axis=1)

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        center, half = (self._low + self._high) / 2, (self._high - self._low) / 2
        if self._turn is None:
            return self._low, self._high
        half = np.abs(self._turn) @ half
        return center - half, center + half


class Ellipsoid(Mask):
    """An ellipse or ellipsoid around the origin.

    Parameters
    ----------
    axes : ndarray of float64, shape (d,)
        Full lengths.
    turn : ndarray of float64, shape (d, d), optional
        Rotation matrix.
    """

    def __init__(self, axes: np.ndarray, turn: np.ndarray | None) -> None:
        self._half, self._turn, self.n_dimensions = axes / 2, turn, len(axes)

    def inside(self, displacements: np.ndarray) -> np.ndarray:
        own = displacements if self._turn is None else displacements @ self._turn
        return ((own / self._half) ** 2).sum(axis=1) <= 1.0 + 2.0 * _ROUNDING

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        turn = np.eye(self.n_dimensions) if self._turn is None else self._turn
        corner = np.sqrt(((turn * self._half) ** 2).sum(axis=1))
        return -corner, corner


class Shifted(Mask):
    """A mask around another point than the node."""

    def __init__(self, mask: Mask, anchor: np.ndarray) -> None:
        self._mask, self._anchor, self.n_dimensions = mask, anchor, mask.n_dimensions

    def inside(self, displacements: np.ndarray) -> np.ndarray:
        return self._mask.inside(displacements - self._anchor)

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        low, high = self._mask.bounds()
        return low + self._anchor, high + self._anchor


class Combined(Mask):
    """Union, intersection or difference of two masks."""

    def __init__(self, sign: str, left: Mask, right: Any) -> None:
        if not isinstance(right, Mask):
            raise raised("NotImplemented", f"Mask: got {right!r} after {sign}, expected a mask")
        if isinstance(left, GridMask) or isinstance(right, GridMask):
            raise raised("KernelException", "Mask: grid masks cannot be combined")
        if left.n_dimensions != right.n_dimensions:
            got = f"masks of {left.n_dimensions} and {right.n_dimensions} dimensions"
            raise raised("BadProperty", f"Mask: got {got}, expected as many in both")
        self._sign, self._left, self._right, self.n_dimensions = sign, left, right, left.n_dimensions

    def inside(self, displacements: np.ndarray) -> np.ndarray:
        left, right = self._left.inside(displacements), self._right.inside(displacements)
        if self._sign == "-":
            return left & ~right
        return left | right if self._sign == "|" else left & right

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        (low, high), (other_low, other_high) = self._left.bounds(), self._right.bounds()
        if self._sign == "-":
            return low, high
        if self._sign == "|":
            return np.minimum(low, other_low), np.maximum(high, other_high)
        low, high = np.maximum(low, other_low), np.minimum(high, other_high)
        return low, np.maximum(low, high)


class GridMask(Mask):
    """Columns and rows (and layers) of a grid, counted from the node's own to the right and downwards.

    Parameters
    ----------
    shape : ndarray of int64, shape (d,)
        Columns, rows and layers.
    anchor : ndarray of int64, shape (d,)
        Column and row of the mask that lies on the node.
    """

    def __init__(self, shape: np.ndarray, anchor: np.ndarray) -> None:
        self.shape, self.anchor, self.n_dimensions = shape, anchor, len(shape)

    def inside(self, displacements: np.ndarray) -> np.ndarray:
        raise raised("KernelException", "Mask: a grid mask has no points inside; it applies to nodes on a grid")

    def in_cells(self) -> Box:
        """The same for displacements that are counted in cells of the grid."""
        low = -self.anchor.astype(np.float64)
        return Box(low - 0.25, low + self.shape - 0.75, None)

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        return self.in_cells().bounds()


def inside_periodic(mask: Mask, displacements: np.ndarray, period: np.ndarray) -> np.ndarray:
    """Which displacements lie inside a mask, themselves or an image of theirs where space repeats.

    Parameters
    ----------
    mask : Mask
    displacements : ndarray of float64, shape (n, d)
    period : ndarray of float64, shape (d,)
        Lengths after which space repeats.

    Returns
    -------
    is_inside : ndarray of bool, shape (n,)
    """
    low, high = search_box(mask, period)
    first = displacements - period * np.floor((displacements - low) / period)
    images = np.floor((high - low) / period).astype(np.int64) + 1
    if (images == 1).all():
        return mask.inside(first)
    found = np.zeros(len(displacements), dtype=bool)
    for shift in np.ndindex(*images.tolist()):
        found |= mask.inside(first + shift * period)
    return found


def search_box(mask: Mask, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The bounds of a mask with some room for rounding in numbers as large as `lengths`, shape (d,)."""
    low, high = mask.bounds()
    room = 1e-9 * np.maximum(lengths, high - low)
    return low - room, high + room


def rotation(azimuth: float, polar: float, n_dimensions: int) -> np.ndarray | None:
    """Matrix that turns by the azimuth [degree] around z, after the polar angle [degree] that tilts x; None if both are 0."""
    if azimuth == 0.0 and polar == 0.0:
        return None
    a, p = np.radians(azimuth), np.radians(polar)
    around_z = np.array([[np.cos(a), -np.sin(a), 0.0], [np.sin(a), np.cos(a), 0.0], [0.0, 0.0, 1.0]])
    around_y = np.array([[np.cos(p), 0.0, np.sin(p)], [0.0, 1.0, 0.0], [-np.sin(p), 0.0, np.cos(p)]])
    return np.ascontiguousarray((around_z @ around_y)[:n_dimensions, :n_dimensions])


def as_vector(value: Any, n_dimensions: int, where: str) -> np.ndarray:
    """A point as an array of float64, shape (n_dimensions,)."""
    if isinstance(value, (str, Mapping)) or not isinstance(value, (Sequence, np.ndarray)):
        raise raised("TypeMismatch", f"{where}: got {value!r}, expected {n_dimensions} numbers")
    if len(value) != n_dimensions:
        raise raised("BadProperty", f"{where}: got {len(value)} coordinates, expected {n_dimensions}")
    return np.array([checked_number(v, where) for v in value])
