"""Areas and volumes of shapes made from shapes: exact where the parts keep apart, else integrated line by line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from netgraph.space.shape import Shape

__all__ = ["clusters", "integrated"]

# Lines across a plane shape, cuts through a body, and lines across each cut.
_LINES = 1 << 13
_CUTS = 1 << 8
_LINES_OF_CUT = 1 << 10
_FEWEST = 8

# Numbers that are handled at a time.
_PIECE = 1 << 20


def clusters(parts: Sequence[Shape]) -> list[list[int]]:
    """Numbers of the parts in groups that keep apart from each other.

    Parts keep apart if their bounds do, or the balls around them.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    balls = [part._ball() for part in parts]
    centre, radius = np.array([c for c, _ in balls]), np.array([r for _, r in balls])
    low, high = np.array([part.bounds for part in parts]).transpose(1, 0, 2)
    a, b = cKDTree(centre).query_pairs(2 * radius.max(), output_type="ndarray").T
    meet = np.linalg.norm(centre[a] - centre[b], axis=1) < radius[a] + radius[b]
    meet &= ((low[a] < high[b]) & (low[b] < high[a])).all(axis=1)
    graph = coo_array((np.ones(meet.sum()), (a[meet], b[meet])), shape=(len(parts), len(parts)))
    n, label = connected_components(graph, directed=False)
    return [np.flatnonzero(label == k).tolist() for k in range(n)]


def integrated(shape: Shape, low: NDArray[np.float64], high: NDArray[np.float64], lines: int = _LINES) -> float:
    """Measure of the part of the shape between two corners, to about a millionth of that of a rectangle, or 1e-4 of a box."""
    if (low >= high).any():
        return 0.0
    if shape.ndim == 2:
        y, width = _nodes(shape._breaks(), low[1], high[1], lines)
        return float(_lengths(shape, y, low[0], high[0]) @ width)
    z, height = _nodes(shape._breaks(), low[2], high[2], _CUTS)
    return sum(h * _of_cut(shape._section(float(k)), low[:2], high[:2]) for k, h in zip(z, height, strict=True))


def _of_cut(cut: Shape | None, low: NDArray[np.float64], high: NDArray[np.float64]) -> float:
    if cut is None:
        return 0.0
    inner_low, inner_high = np.maximum(low, cut.bounds[0]), np.minimum(high, cut.bounds[1])
    return integrated(cut, inner_low, inner_high, _LINES_OF_CUT)


def _nodes(breaks: NDArray[np.float64], low: float, high: float, n: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places between the limits and their weights, close together on both sides of each break.

    Between two breaks they are the cosines of equally spaced angles: lengths that begin or end as those across a disk do,
    with a vertical tangent, become smooth functions of the angle.
    """
    ends = np.unique(np.concatenate([[low, high], breaks[(breaks > low) & (breaks < high)]]))
    places, weights = [], []
    for start, stop in zip(ends[:-1], ends[1:], strict=True):
        number = max(_FEWEST, round(n * (stop - start) / (high - low)))
        angle = np.pi * (np.arange(number) + 0.5) / number
        places.append(0.5 * (start + stop) - 0.5 * (stop - start) * np.cos(angle))
        weights.append((stop - start) * np.sin(angle) / np.sin(angle).sum())
    return np.concatenate(places), np.concatenate(weights)


def _lengths(shape: Shape, y: NDArray[np.float64], left: float, right: float) -> NDArray[np.float64]:
    """Length inside the shape of each horizontal line from left to right."""
    length = np.empty(len(y))
    done = 0
    while done < len(y):
        # A first line tells how many crossings there are to expect.
        step = max(1, _PIECE // max(1, shape._crossings(y[done : done + 1]).shape[1] + 2))
        piece = slice(done, done + step)
        x = shape._crossings(y[piece])
        ends = np.full((len(x), 1), 1.0)
        x = np.sort(np.column_stack([left * ends, np.clip(np.where(np.isnan(x), right, x), left, right), right * ends]), axis=1)
        gap = np.diff(x, axis=1)
        row, column = np.nonzero(gap > 0)
        middle = np.column_stack([0.5 * (x[row, column] + x[row, column + 1]), y[piece][row]])
        inside = shape._contains(middle)
        length[piece] = np.bincount(row[inside], weights=gap[row, column][inside], minlength=len(x))
        done += step
    return length
