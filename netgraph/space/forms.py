"""Shapes with exact transforms of uniform numbers: rectangle and box, disk and ellipse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netgraph.space.shape import Shape

__all__ = ["Cuboid", "Ellipse"]


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

    def _contains(self, points: NDArray[np.float64]) -> NDArray[np.bool_]:
        low, high = self.bounds
        return ((points >= low) & (points <= high)).all(axis=1)

    def _sample(self, ids: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
        u = unit_cube(ids, seed, self.ndim)
        low, high = self.bounds
        return np.clip(low + u * np.array(self.sides), low, high)

    def __repr__(self) -> str:
        kind = "rectangle" if self.ndim == 2 else "box"
        return f"Shape.{kind}({_listed(self.sides)}, centre={self.centre}, periodic={self.periodic})"


@dataclass(frozen=True, repr=False)
class Ellipse(Shape):
    """Ellipse or disk; see `Shape.ellipse` and `Shape.disk`."""

    radii: tuple[float, float]
    centre: tuple[float, ...]

    @property
    def measure(self) -> float:
        """Area, pi times the half-axes."""
        return float(np.pi * self.radii[0] * self.radii[1])

    @property
    def bounds(self) -> NDArray[np.float64]:
        """Corners of the enclosing rectangle, shape (2, 2) [µm]."""
        centre, radii = np.array(self.centre), np.array(self.radii)
        return np.array([centre - radii, centre + radii])

    def outline(self) -> list[NDArray[np.float64]]:
        """The border as a polygon of 128 sides."""
        angle = np.linspace(0.0, 2 * np.pi, 129)
        return [self.centre + np.column_stack([np.cos(angle), np.sin(angle)]) * self.radii]

    def _contains(self, points: NDArray[np.float64]) -> NDArray[np.bool_]:
        # The slack is the rounding of centre + offset: a sampled point on the border counts as inside.
        slack = 8 * np.finfo(np.float64).eps * (1.0 + np.abs(self.centre).max() / min(self.radii))
        return (((points - self.centre) / self.radii) ** 2).sum(axis=1) <= 1.0 + slack

    def _sample(self, ids: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
        u = unit_cube(ids, seed, 2)
        r, angle = np.sqrt(u[:, 0]), 2 * np.pi * u[:, 1]
        return self.centre + np.column_stack([r * np.cos(angle), r * np.sin(angle)]) * self.radii

    def __repr__(self) -> str:
        if self.radii[0] == self.radii[1]:
            return f"Shape.disk({self.radii[0]:g}, centre={self.centre})"
        return f"Shape.ellipse({_listed(self.radii)}, centre={self.centre})"


def unit_cube(ids: NDArray[np.int64], seed: int, ndim: int, *, first: int = 0) -> NDArray[np.float64]:
    """One point of the open unit square or cube for each id, from draws `first`, `first` + 1, ...; shape (n, ndim)."""
    from simcore.random import Purpose, uniforms  # Numba loads on first use

    return np.column_stack([uniforms(seed, Purpose.GRAPH_POSITIONS, ids, first + k) for k in range(ndim)])


def _listed(values: tuple[float, ...]) -> str:
    return ", ".join(f"{v:g}" for v in values)
