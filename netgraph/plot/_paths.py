"""The way of drawn edges: straight or bent lines, their turn round a periodic border, loops and arrow heads; all in arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_choice
from netgraph.space.distance import displacements
from simcore.errors import ParameterError

__all__ = ["CURVES", "bends", "check_curve", "heads", "lines", "loops", "straight", "wrapped"]

CURVES = ("reciprocal", "groups", "all", "none")
# Points of a bent line; how far its middle lies from the straight one, relative to that one's length.
_POINTS = 16
_BEND = 0.12
# Share of the way to the middle of the picture that edges between groups are bent.
_BUNDLE = 0.7


def bends(curve: str, source: NDArray[Any], target: NDArray[Any]) -> NDArray[np.float64]:
    """How far each edge bends to its left, so that edges of the same two nodes can be told apart.

    An edge with an opposite one bends, which keeps the two apart; parallel ones bend further each.

    Examples
    --------
    >>> bends("reciprocal", np.array([0, 1, 1, 2, 2]), np.array([1, 0, 2, 3, 3])).tolist()
    [0.12, 0.12, 0.0, 0.0, 0.12]
    """
    if curve == "none" or source.size == 0:
        return np.zeros(source.size)
    n = int(max(source.max(), target.max())) + 1
    key, back = source.astype(np.int64) * n + target, target.astype(np.int64) * n + source
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    rank = np.empty(key.size, dtype=np.int64)
    rank[order] = np.arange(key.size) - np.searchsorted(ordered, ordered)
    place = np.minimum(np.searchsorted(ordered, back), key.size - 1)
    opposite = (ordered[place] == back) & (source != target)
    bent = np.ones(key.size, dtype=np.int64) if curve == "all" else opposite.astype(np.int64)
    return _BEND * (bent + rank)


def lines(start: Any, way: Any, bend: NDArray[np.float64], middle: Any = None) -> Any:
    """Points of each edge, shape (n, 2, d) if all are straight, else (n, 16, d).

    Parameters
    ----------
    start, way : ndarray, shape (n, d)
        Where the edges begin, and the vectors to where they end.
    bend : ndarray, shape (n,)
        Distance of an edge's middle from the straight line, to the left, relative to its length; straight in three dimensions.
    middle : ndarray, shape (n, d), optional
        Points that the edges bend towards besides; NaN for edges that do not.
    """
    towards = np.zeros(len(start), dtype=bool) if middle is None else ~np.isnan(middle).any(axis=1)
    if not (bend.any() or towards.any()):
        return np.stack([start, start + way], axis=1)
    control = way / 2
    if start.shape[1] == 2:
        control = control + 2 * bend[:, None] * np.column_stack([-way[:, 1], way[:, 0]])
    if middle is not None:
        control = np.where(towards[:, None], control + _BUNDLE * (middle - start - way / 2), control)
    t = np.linspace(0.0, 1.0, _POINTS)[None, :, None]
    points = start[:, None] + 2 * t * (1 - t) * control[:, None] + t**2 * way[:, None]
    points[:, -1] = start + way
    return points


def wrapped(points: Any, end: Any) -> tuple[Any, NDArray[np.int64]]:
    """Lines that end beyond a periodic border a second time, moved so that they end at their targets; and whose each is."""
    round_ = np.flatnonzero(~np.isclose(points[:, -1], end).all(axis=1))
    moved = points[round_] + (end - points[:, -1])[round_, None]
    return np.concatenate([points, moved]), np.concatenate([np.arange(len(points)), round_])


def straight(start: Any, end: Any, space: Any) -> tuple[Any, NDArray[np.int64]]:
    """Straight edges, the short way round if `space` is periodic; and whose each is."""
    if space is None or not space.periodic or not len(start):
        return np.stack([start, end], axis=1), np.arange(len(start))
    return wrapped(np.stack([start, start + displacements(start, end, space)], axis=1), end)


def heads(points: Any, radius: NDArray[np.float64], length: NDArray[np.float64]) -> NDArray[np.float64]:
    """Triangles [pt] with their tips at the border of the nodes that the edges end at, around the origin.

    Parameters
    ----------
    points : ndarray, shape (n, k, 2)
        From `lines`.
    radius, length : ndarray, shape (n,)
        Of the target nodes, and of the triangles [pt].

    Returns
    -------
    corners : ndarray, shape (n, 3, 2)
    """
    along = points[:, -1] - points[:, -2]
    size = np.linalg.norm(along, axis=1, keepdims=True)
    along = np.divide(along, size, out=np.zeros_like(along), where=size > 0)
    across = np.column_stack([-along[:, 1], along[:, 0]])
    tip, base = -radius[:, None] * along, -(radius + length)[:, None] * along
    half = 0.38 * length[:, None] * across
    return np.stack([tip, base + half, base - half], axis=1)


def loops(at: Any, radius: NDArray[np.float64]) -> NDArray[np.float64]:
    """Circles [pt] for self-loops, which lie away from the middle of the picture.

    Parameters
    ----------
    at : ndarray, shape (n, 2)
        Positions of the nodes from the middle.
    radius : ndarray, shape (n,)
        Of the nodes [pt].

    Returns
    -------
    corners : ndarray, shape (n, 25, 2)
    """
    size = np.linalg.norm(at, axis=1, keepdims=True)
    out = np.where(size > 0, at / np.maximum(size, 1e-300), [[0.0, 1.0]])
    angle = np.linspace(0.0, 2 * np.pi, 25)
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    ring = (3.0 + 0.6 * radius)[:, None]
    return (radius[:, None] + 0.6 * ring)[:, None] * out[:, None] + ring[:, None] * circle


def check_curve(where: str, curve: Any, ndim: int) -> None:
    """Refuse unknown curves, and bends to the left in three dimensions, where there is no left."""
    check_choice(f"curve of {where}", curve, CURVES)
    if ndim == 3 and curve == "all":
        raise ParameterError(f"{where}: curve", got=curve, expected="'none' or 'groups' in three dimensions")
