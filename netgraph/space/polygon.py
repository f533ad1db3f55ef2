"""Polygons with holes, by shapely (extra ``geo``)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netgraph.space.distance import checked_points
from netgraph.space.forms import unit_cube
from netgraph.space.shape import Shape
from simcore.errors import ParameterError

__all__ = ["Polygon"]

Ring = tuple[tuple[float, float], ...]

# A polygon this thin inside its bounds would need too many trials for each point.
_SMALLEST_SHARE = 1e-4


@dataclass(frozen=True, repr=False)
class Polygon(Shape):
    """Polygon with holes; see `Shape.polygon`."""

    shell: Ring
    holes: tuple[Ring, ...] = ()

    @classmethod
    def from_points(cls, points: ArrayLike, holes: Any) -> Polygon:
        """Check the rings and build the polygon."""
        shapely = _shapely()
        if not isinstance(holes, (list, tuple, np.ndarray)):
            raise ParameterError("polygon: holes", got=holes, expected="a list of rings of points, one for each hole")
        polygon = cls(_ring("polygon: points", points), tuple(_ring(f"polygon: holes[{i}]", h) for i, h in enumerate(holes)))
        geometry = polygon._geometry
        if not geometry.is_valid or geometry.area <= 0:
            reason = shapely.is_valid_reason(geometry)
            raise ParameterError("polygon", got=reason, expected="rings that neither cross nor touch along a side")
        if geometry.area < _SMALLEST_SHARE * np.prod(np.diff(polygon.bounds, axis=0)):
            least = f"an area of at least {_SMALLEST_SHARE:g} of its bounding rectangle"
            raise ParameterError("polygon", got=polygon, expected=least)
        return polygon

    @cached_property
    def _geometry(self) -> Any:
        shapely = _shapely()
        geometry = shapely.Polygon(self.shell, self.holes)
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
        """The outer border, then those of the holes."""
        return [np.array([*ring, ring[0]]) for ring in (self.shell, *self.holes)]

    def _contains(self, points: NDArray[np.float64]) -> NDArray[np.bool_]:
        return _shapely().intersects_xy(self._geometry, points[:, 0], points[:, 1])

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

    def __repr__(self) -> str:
        holes = f", {len(self.holes)} holes" if self.holes else ""
        return f"Shape.polygon({len(self.shell)} corners{holes})"


def _ring(where: str, points: ArrayLike) -> Ring:
    array = checked_points(where, points)
    if array.shape[1] != 2:
        raise ParameterError(where, got=f"shape {array.shape}", expected="shape (n, 2)")
    if len(array) > 1 and (array[0] == array[-1]).all():
        array = array[:-1]
    if len(array) < 3:
        raise ParameterError(where, got=f"{len(array)} corners", expected="at least 3 corners")
    return tuple((float(x), float(y)) for x, y in array)


def _shapely() -> ModuleType:
    try:
        import shapely
    except ImportError as error:
        raise ImportError('polygons need shapely; install it with: pip install "netspike[geo]"') from error
    return shapely
