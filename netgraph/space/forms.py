"""Shapes with exact transforms of uniform numbers: rectangle and box; disk, ellipse, ball and ellipsoid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgraph.space._core import unit_cube
from netgraph.space.shape import Shape

__all__ = ["Cuboid", "Ellipsoid"]


@dataclass(frozen=True, repr=False)
class Cuboid(Shape):
    """Rectangle (two sides) or box (three); see `Shape.rectangle` and `Shape.box`."""

    sides: tuple[float, ...]
    centre: tuple[float, ...]
    periodic: bool = False

    @property
    def ndim(self) -> int:  # type: ignore[override]
        """2 for a rectangle, 3 for a box."""
        return len(self.sides)

    @property
    def measure(self) -> float:
        """Product of the sides."""
        return float(np.prod(self.sides))

    @property
    def bounds(self) -> NDArray[np.float64]:
        """Two opposite corners, shape (2, ndim) [µm]."""
        centre, half = np.array(self.centre), 0.5 * np.array(self.sides)
        return np.array([centre - half, centre + half])

    def outline(self) -> list[NDArray[np.float64]]:
        """The rectangle; of a box, bottom, top and the four upright edges."""
        (x0, *y0), (x1, *y1) = self.bounds
        ring = np.array([(x0, y0[0]), (x1, y0[0]), (x1, y1[0]), (x0, y1[0]), (x0, y0[0])])
        if self.ndim == 2:
            return [ring]
        bottom, top = (np.column_stack([ring, np.full(5, z)]) for z in (y0[1], y1[1]))
        return [bottom, top, *(np.array([bottom[i], top[i]]) for i in range(4))]

    def _contains(self, points: NDArray[np.float64], *, border: bool = True) -> NDArray[np.bool_]:
        low, high = self.bounds
        inside = (points >= low) & (points <= high) if border else (points > low) & (points < high)
        return inside.all(axis=1)

    def _sample(self, ids: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
        u = unit_cube(ids, seed, self.ndim)
        low, high = self.bounds
        return np.clip(low + u * np.array(self.sides), low, high)

    def _crossings(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        low, high = self.bounds
        return np.where(((y >= low[1]) & (y <= high[1]))[:, None], (low[0], high[0]), np.nan)

    def _section(self, z: float) -> Shape | None:
        low, high = self.bounds[:, 2]
        return Cuboid(self.sides[:2], self.centre[:2]) if low <= z <= high else None

    def _covers_box(self, low: NDArray[np.float64], high: NDArray[np.float64]) -> bool:
        return bool(self._contains(np.array([low, high])).all())

    def _moved(self, by: NDArray[np.float64]) -> Shape:
        return Cuboid(self.sides, _sum(self.centre, by), self.periodic)

    def _kind(self) -> str:
        return "rectangle" if self.ndim == 2 else "box"

    def _data(self) -> dict[str, Any]:
        return {"sides": list(self.sides), "centre": list(self.centre), "periodic": self.periodic}

    def __repr__(self) -> str:
        return f"Shape.{self._kind()}({_listed(self.sides)}, centre={self.centre}, periodic={self.periodic})"


@dataclass(frozen=True, repr=False)
class Ellipsoid(Shape):
    """Disk, ellipse (two half-axes), ball or ellipsoid (three); see the methods of `Shape` of these names."""

    radii: tuple[float, ...]
    centre: tuple[float, ...]

    @property
    def ndim(self) -> int:  # type: ignore[override]
        """2 for an ellipse, 3 for an ellipsoid."""
        return len(self.radii)

    @property
    def measure(self) -> float:
        """Pi times the half-axes; 4/3 of it in three dimensions."""
        return float(np.pi * np.prod(self.radii)) * (1.0 if self.ndim == 2 else 4.0 / 3.0)

    @property
    def bounds(self) -> NDArray[np.float64]:
        """Corners of the enclosing rectangle or box, shape (2, ndim) [µm]."""
        centre, radii = np.array(self.centre), np.array(self.radii)
        return np.array([centre - radii, centre + radii])

    def outline(self) -> list[NDArray[np.float64]]:
        """The border as a polygon of 128 sides; in three dimensions, those of the three cuts through two axes."""
        angle = np.linspace(0.0, 2 * np.pi, 129)
        lines = []
        for first, second in [(0, 1), (0, 2), (1, 2)][: 2 * self.ndim - 3]:
            line = np.zeros((129, self.ndim))
            line[:, first], line[:, second] = np.cos(angle), np.sin(angle)
            lines.append(self.centre + line * self.radii)
        return lines

    def _contains(self, points: NDArray[np.float64], *, border: bool = True) -> NDArray[np.bool_]:
        # The slack is the rounding of centre + offset: a sampled point on the border counts as lying there.
        slack = 8 * np.finfo(np.float64).eps * (1.0 + np.abs(self.centre).max() / min(self.radii))
        square = (((points - self.centre) / self.radii) ** 2).sum(axis=1)
        return square <= 1.0 + slack if border else square < 1.0 - slack

    def _sample(self, ids: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
        u = unit_cube(ids, seed, self.ndim)
        angle = 2 * np.pi * u[:, 1]
        if self.ndim == 2:
            r = np.sqrt(u[:, 0])
            return self.centre + np.column_stack([r * np.cos(angle), r * np.sin(angle)]) * self.radii
        r, height = np.cbrt(u[:, 0]), 2 * u[:, 2] - 1
        across = r * np.sqrt(1 - height**2)
        return self.centre + np.column_stack([across * np.cos(angle), across * np.sin(angle), r * height]) * self.radii

    def _crossings(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        half = self.radii[0] * self._narrowing(y)
        return np.column_stack([self.centre[0] - half, self.centre[0] + half])

    def _section(self, z: float) -> Shape | None:
        narrow = float(self._narrowing(np.array([z]))[0])
        return Ellipsoid((self.radii[0] * narrow, self.radii[1] * narrow), self.centre[:2]) if narrow > 0 else None

    def _narrowing(self, height: NDArray[np.float64]) -> NDArray[np.float64]:
        """Share of the other half-axes at these places along the last axis; NaN beyond its ends."""
        square = 1 - ((height - self.centre[-1]) / self.radii[-1]) ** 2
        return np.sqrt(np.where(square >= 0, square, np.nan))

    def _covers_box(self, low: NDArray[np.float64], high: NDArray[np.float64]) -> bool:
        farthest = np.maximum(np.abs(low - self.centre), np.abs(high - self.centre))
        return bool(self._contains(self.centre + farthest[None])[0])

    def _ball(self) -> tuple[NDArray[np.float64], float]:
        return np.array(self.centre), max(self.radii)

    def _moved(self, by: NDArray[np.float64]) -> Shape:
        return Ellipsoid(self.radii, _sum(self.centre, by))

    def _kind(self) -> str:
        return "ellipse" if self.ndim == 2 else "ellipsoid"

    def _data(self) -> dict[str, Any]:
        return {"radii": list(self.radii), "centre": list(self.centre)}

    def __repr__(self) -> str:
        if len(set(self.radii)) == 1:
            return f"Shape.{'disk' if self.ndim == 2 else 'ball'}({self.radii[0]:g}, centre={self.centre})"
        return f"Shape.{self._kind()}({_listed(self.radii)}, centre={self.centre})"


def _listed(values: tuple[float, ...]) -> str:
    return ", ".join(f"{v:g}" for v in values)


def _sum(place: tuple[float, ...], by: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple((np.array(place) + by).tolist())
