"""What every shape can tell of itself; the methods of `Shape` are built on it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netgraph.space.distance import checked_points
from simcore.errors import ParameterError

if TYPE_CHECKING:
    from netgraph.space.areas import Area
    from netgraph.space.shape import Shape

__all__ = ["SMALLEST_SHARE", "ShapeCore", "trial_seed", "uniformly_kept", "unit_cube"]

# A shape this thin inside what its points are drawn from would need too many trials for each point.
SMALLEST_SHARE = 1e-4


class ShapeCore(ABC):
    """Measure, bounds, membership, border and description of a shape."""

    ndim: int = 2
    periodic: bool = False

    @property
    @abstractmethod
    def measure(self) -> float:
        """Area [µm²] in two dimensions, volume [µm³] in three."""

    @property
    def area(self) -> float:
        """Area of a two-dimensional shape [µm²]."""
        if self.ndim != 2:
            raise ParameterError("Shape.area", got=self, expected="a two-dimensional shape (see `volume`)")
        return self.measure

    @property
    def volume(self) -> float:
        """Volume of a three-dimensional shape [µm³]."""
        if self.ndim != 3:
            raise ParameterError("Shape.volume", got=self, expected="a three-dimensional shape (see `area`)")
        return self.measure

    @property
    @abstractmethod
    def bounds(self) -> NDArray[np.float64]:
        """Lowest and highest coordinates, shape (2, ndim) [µm]; of a periodic shape, the period lies between them."""

    @property
    def period(self) -> NDArray[np.float64] | None:
        """Lengths after which a periodic shape repeats itself, shape (ndim,) [µm]; None for any other.

        Examples
        --------
        >>> from netgraph.space import Shape
        >>> Shape.rectangle(20.0, 10.0, periodic=True).period
        array([20., 10.])
        """
        if not self.periodic:
            return None
        low, high = self.bounds
        return high - low

    def contains(self, points: ArrayLike) -> NDArray[np.bool_]:
        """Which points lie in the shape or on its border.

        Parameters
        ----------
        points : array_like of float, shape (n, ndim) or (ndim,) [µm]

        Returns
        -------
        inside : ndarray of bool, shape (n,)

        Examples
        --------
        >>> from netgraph.space import Shape
        >>> Shape.rectangle(2.0, 2.0).contains([[1.0, 1.0], [1.0, 1.1]])
        array([ True, False])
        """
        return self._contains(self._own_points("Shape.contains: points", points))

    @abstractmethod
    def outline(self) -> list[NDArray[np.float64]]:
        """Lines that draw the border; each of shape (n, ndim) [µm].

        Examples
        --------
        >>> from netgraph.space import Shape
        >>> len(Shape.rectangle(1.0, 1.0).outline()[0])
        5
        """

    def moved(self, by: ArrayLike) -> Shape:
        """The same shape elsewhere.

        Parameters
        ----------
        by : array_like of float, shape (ndim,) [µm]
            Way that every point goes.

        Examples
        --------
        >>> from netgraph.space import Shape
        >>> Shape.disk(2.0).moved((10.0, 0.0))
        Shape.disk(2, centre=(10.0, 0.0))
        """
        way = self._own_points("Shape.moved: by", by)
        if len(way) != 1:
            raise ParameterError("Shape.moved: by", got=by, expected=f"{self.ndim} lengths [µm]")
        return self._moved(way[0])

    def to_dict(self) -> dict[str, Any]:
        """Everything about the shape in texts, numbers, lists and dictionaries, as JSON has them; `from_dict` reads it.

        Numbers are exact: reading them gives an equal shape.

        Returns
        -------
        description : dict

        Examples
        --------
        >>> from netgraph.space import Shape
        >>> Shape.disk(2.0).to_dict()
        {'kind': 'ellipse', 'radii': [2.0, 2.0], 'centre': [0.0, 0.0]}
        """
        return {"kind": self._kind(), **self._data()}

    def _own_points(self, where: str, points: ArrayLike) -> NDArray[np.float64]:
        """Checked points of as many coordinates as the shape has."""
        array = checked_points(where, points)
        if array.shape[1] != self.ndim:
            raise ParameterError(where, got=f"shape {array.shape}", expected=f"shape (n, {self.ndim})")
        return array

    @abstractmethod
    def _contains(self, points: NDArray[np.float64], *, border: bool = True) -> NDArray[np.bool_]:
        """Which of the checked points lie inside, with or without those on the border."""

    @abstractmethod
    def _sample(self, ids: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
        """Uniform points of these numbers; each depends on the seed and its number alone."""

    def _breaks(self) -> NDArray[np.float64]:
        """Where along the last axis the cut changes abruptly, the ends among them; in any order."""
        return self.bounds[:, -1]

    def _crossings(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where horizontal lines at `y` meet the border of a two-dimensional shape; shape (n, k), NaN where there is nothing.

        More places than those of the border do no harm.
        """
        raise NotImplementedError(f"{type(self).__name__} has no lines in a plane")

    def _section(self, z: float) -> Shape | None:
        """The cut of a three-dimensional shape at this height; None where there is nothing."""
        raise NotImplementedError(f"{type(self).__name__} has no height")

    @abstractmethod
    def _covers_box(self, low: NDArray[np.float64], high: NDArray[np.float64]) -> bool:
        """Whether the box surely lies inside; False where it is hard to say."""

    def _ball(self) -> tuple[NDArray[np.float64], float]:
        """Centre and radius of a ball around the shape."""
        low, high = self.bounds
        return 0.5 * (low + high), float(0.5 * np.linalg.norm(high - low))

    @property
    def areas(self) -> Mapping[str, Area]:
        """Name to area, in the order in which they were added; read-only."""
        return MappingProxyType({})

    def _ground(self) -> Shape:
        """The shape without its areas."""
        return self  # type: ignore[return-value]

    @abstractmethod
    def _moved(self, by: NDArray[np.float64]) -> Shape:
        """The shape, every point moved."""

    @abstractmethod
    def _kind(self) -> str:
        """Name of the kind in descriptions."""

    @abstractmethod
    def _data(self) -> dict[str, Any]:
        """What a description holds beside the kind."""


def unit_cube(ids: NDArray[np.int64], seed: int, ndim: int, *, first: int = 0, stream: int = 0) -> NDArray[np.float64]:
    """One point of the open unit square or cube for each id, from draws `first`, `first` + 1, ...; shape (n, ndim)."""
    from simcore.random import Purpose, uniforms  # Numba loads on first use

    return np.column_stack([uniforms(seed, Purpose.GRAPH_POSITIONS + stream, ids, first + k) for k in range(ndim)])


def uniformly_kept(draw: Any, keep: Any, ids: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
    """For each id the first of its points ``draw(ids, seed)``, under a seed for each trial, that `keep` accepts."""
    points = draw(ids, seed)
    left = np.flatnonzero(~keep(points))
    trial = 0
    while left.size:
        trial += 1
        points[left] = draw(ids[left], trial_seed(seed, trial))
        left = left[~keep(points[left])]
    return points


def trial_seed(seed: int, trial: int) -> int:
    """Seed of a later trial, so that it shares no draws with the trials of other shapes inside the one at hand."""
    return int(np.random.SeedSequence([seed, trial]).generate_state(1, np.uint64)[0])
