"""Polygons from closed outlines: which lie in which, what is a hole, an area or a part of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgraph.space.polygon import Polygon, as_ring, shapely_module
from netgraph.space.shape import Shape
from simcore.errors import ParameterError

__all__ = ["Outline", "chosen_parts", "shape_of_outlines"]


class Outline(NamedTuple):
    """A closed line of a drawing, with the name that it has there."""

    name: str
    corners: NDArray[np.float64]


def shape_of_outlines(where: str, outlines: Sequence[Outline], parts: str, inner: str) -> Shape:
    """The shape whose border the outer outlines are; the inner ones are holes, or areas."""
    shapely = shapely_module()
    rings = [as_ring(f"{where}: {_called(outlines, k)}", outline.corners) for k, outline in enumerate(outlines)]
    polygons = np.array([shapely.Polygon(ring) for ring in rings])
    wrong = np.flatnonzero(~shapely.is_valid(polygons) | (shapely.area(polygons) <= 0))
    if wrong.size:
        reason = shapely.is_valid_reason(polygons[wrong[0]])
        raise ParameterError(
            f"{where}: {_called(outlines, wrong[0])}", got=reason, expected="an outline that does not cross itself"
        )
    outer, inside = _containment(where, outlines, polygons)
    depth = np.bincount(inside, minlength=len(outlines))
    parent = np.full(len(outlines), -1)
    deepest = np.argsort(depth[outer], kind="stable")
    parent[inside[deepest]] = outer[deepest]
    is_shell = depth % 2 == 0 if inner == "holes" else depth == 0
    shells = chosen_parts(where, np.flatnonzero(is_shell), shapely.area(polygons), parts)
    children = {k: np.flatnonzero(parent == k).tolist() if inner == "holes" else [] for k in shells}
    shape: Shape = Polygon.from_parts([(rings[k], *(rings[c] for c in children[k])) for k in shells])
    if inner == "holes":
        return shape
    within = np.isin(inside, inside[np.isin(outer, shells)])
    for name, members in _by_name(outlines, np.unique(inside[within]), depth).items():
        first, *rest = [Polygon.from_parts([(rings[k],)]) for k in members]
        shape = shape.with_area(name, first.union(*rest))
    return shape


def chosen_parts(where: str, numbers: Any, measures: Any, parts: str) -> list[int]:
    """The outer outlines that are wanted: the only one, the largest or all."""
    if parts == "largest":
        return [int(max(numbers, key=lambda k: measures[k]))]
    if parts == "one" and len(numbers) > 1:
        expected = 'one; parts="largest" takes the largest, parts="all" makes one shape of all'
        raise ParameterError(where, got=f"{len(numbers)} separate polygons", expected=expected)
    return [int(k) for k in numbers]


def _containment(where: str, outlines: Sequence[Outline], polygons: Any) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of outlines, the second inside the first; outlines that cross are refused."""
    shapely = shapely_module()
    shapely.prepare(polygons)
    a, b = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    a, b = a[a != b], b[a != b]
    holds = shapely.contains(polygons[a], polygons[b])
    held = shapely.contains(polygons[b], polygons[a])
    bad = np.flatnonzero((holds & held) | ~(holds | held | shapely.touches(polygons[a], polygons[b])))
    if bad.size:
        one, other = _called(outlines, a[bad[0]]), _called(outlines, b[bad[0]])
        expected = "outlines apart or inside each other"
        raise ParameterError(where, got=f"{one} and {other} that cross or are the same", expected=expected)
    return a[holds], b[holds]


def _by_name(outlines: Sequence[Outline], numbers: NDArray[np.int64], depth: NDArray[np.int64]) -> dict[str, list[int]]:
    """Inner outlines by name, the outermost first; those without get "area 1", "area 2", ..."""
    names: dict[str, list[int]] = {}
    for k in numbers[np.argsort(depth[numbers], kind="stable")]:
        free = next(f"area {i}" for i in range(1, len(outlines) + 1) if f"area {i}" not in names)
        names.setdefault(outlines[k].name or free, []).append(int(k))
    return names


def _called(outlines: Sequence[Outline], number: int) -> str:
    name = outlines[number].name
    return f"outline {number + 1}" + (f" ({name!r})" if name else "")
