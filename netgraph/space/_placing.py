"""Points in a shape."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_count
from netgraph.space._core import ShapeCore

__all__ = ["PlacingMethods"]


class PlacingMethods(ShapeCore):
    """Points in a shape."""

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
        >>> from netgraph.space import Shape
        >>> square = Shape.rectangle(1.0, 1.0)
        >>> bool((square.sample(5, seed=3)[2:] == square.sample(3, seed=3, first=2)).all())
        True
        """
        from simcore.random import check_seed, fresh_seed

        n, first = check_count(n, "Shape.sample: n"), check_count(first, "Shape.sample: first")
        seed = fresh_seed() if seed is None else check_seed(seed, "Shape.sample: seed")
        return self._sample(np.arange(first, first + n, dtype=np.int64), seed)
