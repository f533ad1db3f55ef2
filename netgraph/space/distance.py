"""Distances between points, row by row, in open or periodic space."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simcore.errors import ParameterError

if TYPE_CHECKING:
    from netgraph.space.shape import Shape

__all__ = ["checked_points", "displacements", "distances"]


def displacements(a: ArrayLike, b: ArrayLike, shape: Shape | None = None) -> NDArray[np.float64]:
    """Vectors from the points `a` to the points `b`, row by row.

    Parameters
    ----------
    a, b : array_like of float, shape (n, ndim) or (ndim,) [µm]
        Points in two or three dimensions; a single point is paired with every row of the other.
    shape : Shape, optional
        If it is periodic, the vector leads to the nearest image of `b`.

    Returns
    -------
    vectors : ndarray of float64, shape (n, ndim) [µm]

    Raises
    ------
    ParameterError
        If the points do not fit each other or the shape, or a coordinate is not finite.

    Examples
    --------
    >>> from netgraph.space import Shape
    >>> displacements([[1.0, 1.0]], [[9.0, 1.0]], Shape.rectangle(10.0, 10.0, (5.0, 5.0), periodic=True))
    array([[-2.,  0.]])
    """
    start, end = checked_points("displacements: a", a), checked_points("displacements: b", b)
    if start.shape[1] != end.shape[1] or (len(start) != len(end) and 1 not in (len(start), len(end))):
        raise ParameterError("displacements: b", got=np.shape(b), expected=f"points to pair with those of shape {np.shape(a)}")
    if shape is not None and start.shape[1] != shape.ndim:
        raise ParameterError("displacements: a", got=np.shape(a), expected=f"{shape.ndim} coordinates as in {shape}")
    vectors = end - start
    period = None if shape is None else shape.period
    if period is not None:
        vectors -= period * np.rint(vectors / period)
    return vectors


def distances(a: ArrayLike, b: ArrayLike, shape: Shape | None = None) -> NDArray[np.float64]:
    """Euclidean distances from the points `a` to the points `b`, row by row.

    Parameters
    ----------
    a, b : array_like of float, shape (n, ndim) or (ndim,) [µm]
        Points in two or three dimensions; a single point is paired with every row of the other.
    shape : Shape, optional
        If it is periodic, the distance is the one to the nearest image.

    Returns
    -------
    distance : ndarray of float64, shape (n,) [µm]

    Raises
    ------
    ParameterError
        If the points do not fit each other or the shape, or a coordinate is not finite.

    Examples
    --------
    >>> distances([[0.0, 0.0], [1.0, 1.0]], [3.0, 4.0])
    array([5.        , 3.60555128])
    """
    vectors = displacements(a, b, shape)
    return np.sqrt(np.einsum("ij,ij->i", vectors, vectors))


def checked_points(where: str, points: ArrayLike) -> NDArray[np.float64]:
    """`points` as a float64 array of shape (n, 2 or 3), checked."""
    try:
        array = np.atleast_2d(np.asarray(points, dtype=np.float64))
    except (TypeError, ValueError):
        raise ParameterError(where, got=points, expected="an array of coordinates [µm]") from None
    if array.ndim != 2 or array.shape[1] not in (2, 3):
        raise ParameterError(where, got=f"shape {np.shape(points)}", expected="shape (n, 2) or (n, 3)")
    if not np.isfinite(array).all():
        raise ParameterError(where, got="NaN or infinite coordinates", expected="finite coordinates [µm]")
    return array
