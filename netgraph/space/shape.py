"""Shape: an area or a volume in which neurons lie; lengths in µm."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netgraph._checks import check_count, check_flag, check_positive
from netgraph.space.distance import checked_points
from simcore.errors import ParameterError

__all__ = ["Shape"]


class Shape(ABC):
    """An area (2-D) or a volume (3-D), made by one of the class methods; it never changes.

    Shapes are closed: their border belongs to them. Two shapes are equal if their kind and their measures are.

    Attributes
    ----------
    ndim : int
        2 or 3.
    periodic : bool
        Whether opposite sides are joined, so that distances go to the nearest image.

    Examples
    --------
    >>> dish = Shape.disk(500.0)
    >>> dish.sample(3, seed=1).shape
    (3, 2)
    >>> bool(dish.contains(dish.sample(3, seed=1)).all())
    True
    """

    ndim: int = 2
    periodic: bool = False

    @staticmethod
    def rectangle(width: float, height: float, centre: ArrayLike = (0.0, 0.0), *, periodic: bool = False) -> Shape:
        """Rectangle with sides along the axes.

        Parameters
        ----------
        width, height : float [µm]
            Extent along x and y, above 0.
        centre : array_like of float, shape (2,) [µm]
        periodic : bool
            Join opposite sides (a torus).

        Examples
        --------
        >>> Shape.rectangle(20.0, 10.0).area
        200.0
        """
        from netgraph.space.forms import Cuboid

        sides = (check_positive("rectangle: width", width, "µm"), check_positive("rectangle: height", height, "µm"))
        return Cuboid(sides, _centre("rectangle: centre", centre, 2), check_flag("rectangle: periodic", periodic))

    @staticmethod
    def box(width: float, height: float, depth: float, *, centre: ArrayLike = (0.0, 0.0, 0.0), periodic: bool = False) -> Shape:
        """Box in three dimensions with sides along the axes.

        Parameters
        ----------
        width, height, depth : float [µm]
            Extent along x, y and z, above 0.
        centre : array_like of float, shape (3,) [µm]
        periodic : bool
            Join opposite sides.

        Examples
        --------
        >>> Shape.box(10.0, 10.0, 2.0).volume
        200.0
        """
        from netgraph.space.forms import Cuboid

        sides = tuple(check_positive(f"box: {k}", v, "µm") for k, v in [("width", width), ("height", height), ("depth", depth)])
        return Cuboid(sides, _centre("box: centre", centre, 3), check_flag("box: periodic", periodic))

    @staticmethod
    def disk(radius: float, centre: ArrayLike = (0.0, 0.0)) -> Shape:
        """Disk.

        Parameters
        ----------
        radius : float [µm]
            Above 0.
        centre : array_like of float, shape (2,) [µm]

        Examples
        --------
        >>> Shape.disk(2.0).bounds
        array([[-2., -2.],
               [ 2.,  2.]])
        """
        from netgraph.space.forms import Ellipse

        r = check_positive("disk: radius", radius, "µm")
        return Ellipse((r, r), _centre("disk: centre", centre, 2))

    @staticmethod
    def ellipse(radius_x: float, radius_y: float, centre: ArrayLike = (0.0, 0.0)) -> Shape:
        """Ellipse with half-axes along x and y.

        Parameters
        ----------
        radius_x, radius_y : float [µm]
            Half-axes, above 0.
        centre : array_like of float, shape (2,) [µm]

        Examples
        --------
        >>> Shape.ellipse(2.0, 1.0).contains([[1.5, 0.0], [0.0, 1.5]])
        array([ True, False])
        """
        from netgraph.space.forms import Ellipse

        radii = (check_positive("ellipse: radius_x", radius_x, "µm"), check_positive("ellipse: radius_y", radius_y, "µm"))
        return Ellipse(radii, _centre("ellipse: centre", centre, 2))

    @staticmethod
    def polygon(points: ArrayLike, holes: Any = ()) -> Shape:
        """Polygon, with holes if wanted; needs shapely (``pip install "netspike[geo]"``).

        Parameters
        ----------
        points : array_like of float, shape (n, 2) [µm]
            Corners in order, n >= 3; repeating the first at the end is not needed.
        holes : sequence of array_like of float, shape (m, 2) [µm]
            Corners of the obstacles, inside the polygon and apart from each other.

        Raises
        ------
        ImportError
            If shapely is not installed.
        ParameterError
            If a ring crosses itself, has no area, or a hole does not lie inside.

        Examples
        --------
        >>> Shape.polygon([(0, 0), (4, 0), (0, 4)]).area
        8.0
        """
        from netgraph.space.polygon import Polygon

        return Polygon.from_points(points, holes)

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
        """Lowest and highest coordinates, shape (2, ndim) [µm]."""

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
        >>> Shape.rectangle(2.0, 2.0).contains([[1.0, 1.0], [1.0, 1.1]])
        array([ True, False])
        """
        array = checked_points("Shape.contains: points", points)
        if array.shape[1] != self.ndim:
            raise ParameterError("Shape.contains: points", got=f"shape {array.shape}", expected=f"shape (n, {self.ndim})")
        return self._contains(array)

    def sample(self, n: int, seed: int | None = None, *, first: int = 0) -> NDArray[np.float64]:
        """Points drawn uniformly in the shape.

        Point i depends on `seed` and on ``first + i`` alone: a longer sample begins with the shorter one.

        Parameters
        ----------
        n : int
            Number of points.
        seed : int, optional
            Non-negative, below 2**64; None draws another sample each time.
        first : int
            Number of the first point, so that nodes added later go on with the same stream.

        Returns
        -------
        points : ndarray of float64, shape (n, ndim) [µm]

        Examples
        --------
        >>> square = Shape.rectangle(1.0, 1.0)
        >>> bool((square.sample(5, seed=3)[2:] == square.sample(3, seed=3, first=2)).all())
        True
        """
        from simcore.random import check_seed, fresh_seed

        n, first = check_count(n, "Shape.sample: n"), check_count(first, "Shape.sample: first")
        seed = fresh_seed() if seed is None else check_seed(seed, "Shape.sample: seed")
        return self._sample(np.arange(first, first + n, dtype=np.int64), seed)

    @abstractmethod
    def outline(self) -> list[NDArray[np.float64]]:
        """Closed lines that draw the border; each of shape (n, ndim) [µm].

        Examples
        --------
        >>> len(Shape.rectangle(1.0, 1.0).outline()[0])
        5
        """

    @abstractmethod
    def _contains(self, points: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which of the checked points lie inside."""

    @abstractmethod
    def _sample(self, ids: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
        """The points of these numbers."""


def _centre(where: str, value: ArrayLike, ndim: int) -> tuple[float, ...]:
    array = checked_points(where, value)
    if array.shape != (1, ndim):
        raise ParameterError(where, got=value, expected=f"{ndim} coordinates [µm]")
    return tuple(array[0].tolist())
