"""Points in a shape: at random, apart from each other, on a grid."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netgraph._checks import check_count, check_given_seed, check_number, check_positive
from netgraph.space._core import ShapeCore, trial_seed, unit_cube
from simcore.errors import ParameterError
from simcore.memory import check_free
from simcore.parameter import as_floats

__all__ = ["PlacingMethods", "points_apart"]

_MOST_POINTS = 100_000_000

# Trials of a point of a grid to stay inside the shape when it is moved.
_TRIALS = 100


class PlacingMethods(ShapeCore):
    """Points in a shape."""

    def sample(
        self,
        n: int,
        seed: int | None = None,
        *,
        first: int = 0,
        area: str | None = None,
        min_distance: float | None = None,
        others: ArrayLike | None = None,
    ) -> NDArray[np.float64]:
        """Points drawn uniformly in the shape, if wanted apart from each other.

        Point i depends on `seed` and on ``first + i`` alone: a longer sample begins with the shorter one.

        Parameters
        ----------
        n : int
            Number of points.
        seed : int, optional
            Non-negative, below 2**64; None draws another sample each time.
        first : int
            Number of the first point, so that nodes added later go on with the same stream.
        area : str, optional
            Place points in this area alone; "" stands for what lies outside all areas.
        min_distance : float, optional [µm]
            Least distance between any two points, such as the diameter of a soma; around the border if the shape is periodic.
            Points are drawn one after the other, and one that is too near to an earlier one is drawn again (random sequential
            addition). `first` then counts draws.
        others : array_like of float, shape (m, ndim), optional [µm]
            Points that are there already, from which the new ones keep `min_distance` too.

        Returns
        -------
        points : ndarray of float64, shape (n, ndim) [µm]

        Raises
        ------
        ParameterError
            No room for so many points, saying how many there were.
        TooLargeError
            More points than fit into the free memory.
        UnknownNameError
            No such area.

        References
        ----------
        J. Feder, Random sequential adsorption, J. Theor. Biol. 87 (1980), doi:10.1016/0022-5193(80)90358-6: disks of diameter
        `min_distance` around such points cover at most 0.547 of a plane, and balls 0.384 of space.

        Examples
        --------
        >>> from netgraph.space import Shape
        >>> square = Shape.rectangle(1.0, 1.0)
        >>> bool((square.sample(5, seed=3)[2:] == square.sample(3, seed=3, first=2)).all())
        True
        >>> square.sample(100, seed=3, min_distance=0.05).shape
        (100, 2)
        """
        from simcore.random import check_seed, fresh_seed

        n, first = check_count(n, "Shape.sample: n"), check_count(first, "Shape.sample: first")
        seed = fresh_seed() if seed is None else check_seed(seed, "Shape.sample: seed")
        where = self if area is None else self.region(area)  # type: ignore[attr-defined]
        check_free("Shape.sample", f"{n:.1e} points", 8.0 * n * (2 * self.ndim + 1))
        if min_distance is None:
            if others is not None:
                raise ParameterError("Shape.sample: others", got=others, expected="none without min_distance")
            return where._sample(np.arange(first, first + n, dtype=np.int64), seed)
        return points_apart(where, n, seed, distance=min_distance, first=first, others=others)

    def grid(
        self,
        spacing: ArrayLike | None = None,
        *,
        counts: ArrayLike | None = None,
        jitter: float = 0.0,
        seed: int | None = None,
        area: str | None = None,
    ) -> NDArray[np.float64]:
        """Points of a rectangular grid that lie in the shape, each at the middle of its cell or moved at random inside it.

        Parameters
        ----------
        spacing : float or array_like of float, shape (ndim,) [µm]
            Sides of the cells; as many as fit into the bounds, with equal margins. Or:
        counts : int or array_like of int, shape (ndim,)
            Number of cells along each axis, which fill the bounds.
        jitter : float
            Share of its cell that a point may move over: 0 stays in the middle, 1 goes anywhere in the cell. Points stay in the
            shape.
        seed : int, optional
            Seed of the jitter.
        area : str, optional
            Points of this area alone, on the grid of its own bounds.

        Returns
        -------
        points : ndarray of float64, shape (n, ndim) [µm]
            The last axis goes fastest.

        Raises
        ------
        ParameterError
            Both or none of spacing and counts, or a spacing with which the grid does not go on across a periodic border.
        UnknownNameError
            No such area.

        Examples
        --------
        >>> from netgraph.space import Shape
        >>> Shape.rectangle(4.0, 2.0).grid(2.0)
        array([[-1.,  0.],
               [ 1.,  0.]])
        >>> len(Shape.disk(1.0).grid(counts=10, jitter=0.5, seed=1))
        80
        """
        from simcore.random import fresh_seed

        check_given_seed(seed, "Shape.grid: seed")
        if not 0.0 <= check_number("Shape.grid: jitter", jitter) <= 1.0:
            raise ParameterError("Shape.grid: jitter", got=jitter, expected="a number in [0, 1]")
        where = self if area is None else self.region(area)  # type: ignore[attr-defined]
        low, sides, numbers = _cells(where, spacing, counts)
        axes = [start + side * (np.arange(k) + 0.5) for start, side, k in zip(low, sides, numbers, strict=True)]
        points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, where.ndim)
        ids = np.flatnonzero(where._contains(points))
        reach = check_number("Shape.grid: jitter", jitter) * sides
        return _jittered(where, points[ids], ids, reach, fresh_seed() if seed is None else seed) if jitter else points[ids]


def points_apart(
    shape: Any, n: int, seed: int, *, distance: Any, first: int = 0, others: Any = None, what: str = "Shape.sample"
) -> NDArray[np.float64]:
    """`n` points at least `distance` from each other and from the others; ParameterError if there is no room."""
    from netgraph.space._packing import packed  # Numba loads on first use

    distance = check_positive(f"{what}: min_distance", distance, "µm")
    there = np.empty((0, shape.ndim)) if others is None else shape._own_points(f"{what}: others", others)
    found = packed(shape, lambda ids: shape._sample(ids + first, seed), n, distance=distance, others=there)
    if isinstance(found, np.ndarray):
        return found
    got = f"{distance:g} µm, with which {found} of {n} points found room in {shape!r}"
    if not found:
        got = f"{distance:g} µm, with which {n} points have no room in {shape!r}"
    raise ParameterError(f"{what}: min_distance", got=got, expected="a smaller distance, or fewer points")


def _cells(shape: Any, spacing: Any, counts: Any) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Lowest corner of the grid, sides of its cells and number of cells along each axis."""
    low, high = shape.bounds
    if (spacing is None) == (counts is None):
        raise ParameterError("Shape.grid", got="both" if counts is not None else "neither", expected="either spacing or counts")
    if spacing is not None:
        sides = _each_axis("Shape.grid: spacing", spacing, shape.ndim)
        if (sides <= 0).any() or not np.isfinite(sides).all():
            raise ParameterError("Shape.grid: spacing", got=spacing, expected="finite numbers > 0 µm")
        fits = (high - low) / sides
        if shape.periodic and not np.allclose(fits, np.rint(fits), rtol=1e-9, atol=0.0):
            raise ParameterError("Shape.grid: spacing", got=spacing, expected=f"divisors of the period {high - low} µm")
        numbers = np.maximum(np.floor(fits * (1 + 1e-12)), 1.0)
    else:
        numbers = _each_axis("Shape.grid: counts", counts, shape.ndim)
        if (numbers < 1).any() or (numbers != np.rint(numbers)).any():
            raise ParameterError("Shape.grid: counts", got=counts, expected="whole numbers >= 1")
        sides = (high - low) / numbers
    if np.prod(numbers) > _MOST_POINTS:
        raise ParameterError("Shape.grid", got=f"{np.prod(numbers):.3g} cells", expected=f"at most {_MOST_POINTS:g}")
    return 0.5 * (low + high) - 0.5 * numbers * sides, sides, numbers.astype(np.int64)


def _each_axis(where: str, value: Any, ndim: int) -> NDArray[np.float64]:
    array = as_floats(where, value)
    if array.shape not in ((), (ndim,)):
        raise ParameterError(where, got=value, expected=f"a number, or {ndim} of them")
    return np.broadcast_to(array, (ndim,)).copy()


def _jittered(shape: Any, points: NDArray[np.float64], ids: NDArray[np.int64], reach: Any, seed: int) -> NDArray[np.float64]:
    """The points, each moved by the first of its draws that keeps it in the shape; after many it stays."""
    moved = points.copy()
    left = np.arange(len(points))
    for trial in range(_TRIALS):
        way = reach * (unit_cube(ids[left], trial_seed(seed, trial), shape.ndim) - 0.5)
        inside = shape._contains(points[left] + way)
        moved[left[inside]] = (points[left] + way)[inside]
        left = left[~inside]
        if not left.size:
            break
    return moved
