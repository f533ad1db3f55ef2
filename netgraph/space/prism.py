"""Upright bodies: cylinders and sheets with a thickness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgraph.space._core import unit_cube
from netgraph.space.shape import Shape
from simcore.errors import ParameterError

__all__ = ["Prism"]


@dataclass(frozen=True, repr=False)
class Prism(Shape):
    """A two-dimensional shape drawn out along z; see `Shape.extruded` and `Shape.cylinder`."""

    base: Shape
    bottom: float
    height: float

    ndim = 3

    @classmethod
    def on(cls, base: Any, height: float, bottom: float) -> Prism:
        """Check the base."""
        if base.ndim != 2 or base.periodic:
            expected = "a two-dimensional shape that is not periodic; Shape.box(..., periodic=True) repeats itself"
            raise ParameterError("extruded", got=base, expected=expected)
        return cls(base, bottom, height)

    @property
    def measure(self) -> float:
        """Area of the base times height."""
        return self.base.measure * self.height

    @property
    def bounds(self) -> NDArray[np.float64]:
        """Corners of the enclosing box, shape (2, 3) [µm]."""
        return np.column_stack([self.base.bounds, (self.bottom, self.bottom + self.height)])

    def outline(self) -> list[NDArray[np.float64]]:
        """Bottom, top, and four upright edges of each line of the base."""
        low, high = self.bounds[:, 2]
        lines = []
        for line in self.base.outline():
            floor, roof = (np.column_stack([line, np.full(len(line), z)]) for z in (low, high))
            corners = np.arange(4) * (len(line) - 1) // 4
            lines += [floor, roof, *(np.array([floor[i], roof[i]]) for i in corners)]
        return lines

    def _contains(self, points: NDArray[np.float64], *, border: bool = True) -> NDArray[np.bool_]:
        low, high = self.bounds[:, 2]
        z = points[:, 2]
        level = (z >= low) & (z <= high) if border else (z > low) & (z < high)
        return self.base._contains(points[:, :2], border=border) & level

    def _sample(self, ids: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
        low, high = self.bounds[:, 2]
        z = np.clip(low + self.height * unit_cube(ids, seed, 1, stream=1), low, high)
        return np.column_stack([self.base._sample(ids, seed), z])

    def _section(self, z: float) -> Shape | None:
        low, high = self.bounds[:, 2]
        return self.base if low <= z <= high else None

    def _covers_box(self, low: NDArray[np.float64], high: NDArray[np.float64]) -> bool:
        bottom, top = self.bounds[:, 2]
        return bool(bottom <= low[2] and high[2] <= top) and self.base._covers_box(low[:2], high[:2])

    def _moved(self, by: NDArray[np.float64]) -> Shape:
        return Prism(self.base._moved(by[:2]), self.bottom + float(by[2]), self.height)

    def _kind(self) -> str:
        return "prism"

    def _data(self) -> dict[str, Any]:
        return {"base": self.base.to_dict(), "bottom": self.bottom, "height": self.height}

    def __repr__(self) -> str:
        return f"{self.base!r}.extruded({self.height:g}, bottom={self.bottom:g})"
