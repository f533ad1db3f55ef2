"""Polygons with holes, of one part or several, by shapely (extra ``geo``)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netgraph.space._core import SMALLEST_SHARE, unit_cube
from netgraph.space.distance import checked_points
from netgraph.space.shape import Shape
from simcore.errors import ParameterError

__all__ = ["Polygon", "shapely_module"]

Ring = tuple[tuple[float, float], ...]

# Numbers that the search for crossings of lines with sides handles at a time.
_PIECE = 1 << 20


@dataclass(frozen=True, repr=False)
class Polygon(Shape):
    """Polygon with holes; see `Shape.polygon`. Each part is a tuple of its outer ring and those of its holes."""

    parts: tuple[tuple[Ring, ...], ...]

    @classmethod
    def from_points(cls, points: ArrayLike, holes: Any = ()) -> Polygon:
        """Check the rings and build the polygon."""
        if not isinstance(holes, (list, tuple, np.ndarray)):
            raise ParameterError("polygon: holes", got=holes, expected="a list of rings of points, one for each hole")
        shell = as_ring("polygon: points", points)
        return cls.from_parts([(shell, *(as_ring(f"polygon: holes[{i}]", hole) for i, hole in enumerate(holes)))])

    @classmethod
    def from_parts(cls, parts: Iterable[tuple[Ring, ...]]) -> Polygon:
        """Check parts of checked rings together."""
        shapely = shapely_module()
        polygon = cls(tuple(parts))
        geometry = polygon._geometry
        if not geometry.is_valid or geometry.area <= 0:
            reason = shapely.is_valid_reason(geometry)
            raise ParameterError("polygon", got=reason, expected="rings that neither cross nor touch along a side")
        if geometry.area < SMALLEST_SHARE * np.prod(np.diff(polygon.bounds, axis=0)):
            least = f"an area of at least {SMALLEST_SHARE:g} of its bounding rectangle"
            raise ParameterError("polygon", got=polygon, expected=least)
        return polygon

    @cached_property
    def _geometry(self) -> Any:
        shapely = shapely_module()
        polygons = [shapely.Polygon(shell, holes) for shell, *holes in self.parts]
        geometry = polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)
        shapely.prepare(geometry)
        return geometry

    @property
    def measure(self) -> float:
        """Area without the holes."""
        return float(self._geometry.area)

    @property
    def bounds(self) -> NDArray[np.float64]:
        """Corners of the enclosing rectangle, shape (2, 2) [µm]."""
        return np.reshape(self._geometry.bounds, (2, 2))

    def outline(self) -> list[NDArray[np.float64]]:
        """The outer border of each part, followed by those of its holes."""
        return [np.array([*ring, ring[0]]) for part in self.parts for ring in part]

    def _contains(self, points: NDArray[np.float64], *, border: bool = True) -> NDArray[np.bool_]:
        shapely = shapely_module()
        inside = shapely.intersects_xy if border else shapely.contains_xy
        return inside(self._geometry, points[:, 0], points[:, 1])

    def _sample(self, ids: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
        """Trial k of a point uses draws 2k and 2k + 1 of its id, so the others do not matter."""
        low, high = self.bounds
        points = np.empty((len(ids), 2))
        left = np.arange(len(ids))
        trial = 0
        while left.size:
            points[left] = low + (high - low) * unit_cube(ids[left], seed, 2, first=2 * trial)
            left = left[~self._contains(points[left])]
            trial += 1
        return points

    def _breaks(self) -> NDArray[np.float64]:
        return np.unique(np.concatenate(self.outline())[:, 1])

    def _crossings(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        x, from_y = np.concatenate([line[:-1] for line in self.outline()]).T
        to_x, to_y = np.concatenate([line[1:] for line in self.outline()]).T
        step = max(1, _PIECE // len(x))
        found = []
        for start in range(0, len(y), step):
            line = y[start : start + step, None]
            row, side = np.nonzero((from_y <= line) != (to_y <= line))
            share = (line[row, 0] - from_y[side]) / (to_y[side] - from_y[side])
            found.append((row + start, x[side] + share * (to_x[side] - x[side])))
        rows, where = (np.concatenate(arrays) for arrays in zip(*found, strict=True))
        turn = np.arange(len(rows)) - np.searchsorted(rows, rows)
        crossings = np.full((len(y), int(turn.max(initial=-1)) + 1), np.nan)
        crossings[rows, turn] = where
        return crossings

    def _covers_box(self, low: NDArray[np.float64], high: NDArray[np.float64]) -> bool:
        return bool(self._geometry.covers(shapely_module().box(*low, *high)))

    def _moved(self, by: NDArray[np.float64]) -> Shape:
        def ring(corners: Ring) -> Ring:
            return tuple((x + float(by[0]), y + float(by[1])) for x, y in corners)

        return Polygon.from_parts([tuple(map(ring, part)) for part in self.parts])

    def _kind(self) -> str:
        return "polygon"

    def _data(self) -> dict[str, Any]:
        return {"parts": [[[list(corner) for corner in ring] for ring in part] for part in self.parts]}

    def __repr__(self) -> str:
        corners = sum(len(part[0]) for part in self.parts)
        holes = sum(len(part) - 1 for part in self.parts)
        parts = f", {len(self.parts)} parts" if len(self.parts) > 1 else ""
        return f"Shape.polygon({corners} corners{f', {holes} holes' if holes else ''}{parts})"


def as_ring(where: str, points: ArrayLike) -> Ring:
    """Checked corners; the first is not repeated at the end."""
    array = checked_points(where, points)
    if array.shape[1] != 2:
        raise ParameterError(where, got=f"shape {array.shape}", expected="shape (n, 2)")
    if len(array) > 1 and (array[0] == array[-1]).all():
        array = array[:-1]
    if len(array) < 3:
        raise ParameterError(where, got=f"{len(array)} corners", expected="at least 3 corners")
    return tuple((float(x), float(y)) for x, y in array)


def shapely_module() -> ModuleType:
    """Shapely, or an error that tells how to get it."""
    try:
        import shapely
    except ImportError as error:
        raise ImportError('polygons need shapely; install it with: pip install "netspike[geo]"') from error
    return shapely
