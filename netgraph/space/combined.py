"""Unions, differences and intersections of shapes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgraph.space._core import SMALLEST_SHARE, trial_seed, uniformly_kept, unit_cube
from netgraph.space._measure import clusters, integrated
from netgraph.space.shape import Shape
from simcore.errors import ParameterError

__all__ = ["Combined", "any_contains", "images"]

# Points on a line of the border, which is cut where it runs inside another part.
_FINE = 512

# Images of one part in a periodic shape; more than a part of twice its size has.
_MOST_IMAGES = 125

# Streams of a union: which part a point comes from, and the seeds of its parts.
_CHOICE = 2
_PART_SEED = 1 << 32


@dataclass(frozen=True, repr=False)
class Combined(Shape):
    """Shapes under one operation; see `Shape.union`, `Shape.difference` and `Shape.intersection`.

    In a difference and an intersection the first part may be periodic; the others are then seen with all their images.
    """

    operation: str
    parts: tuple[Shape, ...]

    @classmethod
    def of(cls, operation: str, parts: Sequence[Any]) -> Shape:
        """Check the parts, and that something is left of them."""
        _check_parts(operation, parts)
        parts = [part._ground() for part in parts]
        first = parts[0]
        if isinstance(first, Combined) and first.operation == operation:
            parts = [*first.parts, *parts[1:]]
        if len(parts) == 1:
            return parts[0]
        combined = cls(operation, tuple(parts))
        source = combined._source().measure if operation != "union" else 0.0
        if combined.measure <= SMALLEST_SHARE * source:
            expected = f"at least {SMALLEST_SHARE:g} of {combined._source()!r}"
            raise ParameterError(operation, got=f"{combined.measure:g} µm{'²³'[combined.ndim - 2]} left", expected=expected)
        return combined

    @property
    def ndim(self) -> int:  # type: ignore[override]
        """2 or 3."""
        return self.parts[0].ndim

    @property
    def periodic(self) -> bool:  # type: ignore[override]
        """Whether the first part is."""
        return self.parts[0].periodic

    @cached_property
    def measure(self) -> float:
        """Exact where the parts keep apart or lie well inside the first, else integrated to about 1e-6, or 1e-4 in space."""
        if self.operation == "union":
            groups = [[self.parts[i] for i in group] for group in clusters(self.parts)]
            return sum(g[0].measure if len(g) == 1 else _whole(Combined("union", tuple(g))) for g in groups)
        if self.operation == "difference":
            return self.parts[0].measure - _shared(self.parts[0], self._others)
        if self.periodic and len(self.parts) == 2:
            return _shared(self.parts[0], self._others)
        if self.periodic:
            return _whole(self)
        smallest = self._source()
        cut = [part for part in self.parts if part is not smallest and not part._covers_box(*smallest.bounds)]
        return _whole(Combined("intersection", (smallest, *cut))) if cut else smallest.measure

    @property
    def bounds(self) -> NDArray[np.float64]:
        """Around all parts of a union, of the first part of a difference or where parts of an intersection overlap."""
        low, high = np.array([part.bounds for part in self.parts]).transpose(1, 0, 2)
        if self.operation == "union":
            return np.array([low.min(axis=0), high.max(axis=0)])
        if self.operation == "difference" or self.periodic:
            return self.parts[0].bounds
        return np.array([low.max(axis=0), high.min(axis=0)])

    def outline(self) -> list[NDArray[np.float64]]:
        """The borders of the parts where they are not inside, or outside, of another one."""
        groups = [[self.parts[0]], *(images(part, self.parts[0]) for part in self.parts[1:])]
        lines = []
        for group in groups:
            for part in group:
                rest = [[p for p in other if p is not part] for other in groups]
                seen = partial(self._shows, rest, groups.index(group))
                lines += [run for line in part.outline() for run in _runs(line, seen)]
        return lines

    @cached_property
    def _others(self) -> tuple[Shape, ...]:
        """All parts but the first, with their images."""
        return tuple(image for part in self.parts[1:] for image in images(part, self.parts[0]))

    def _shows(self, groups: list[list[Shape]], own: int, points: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which points of the border of a part lie on that of the whole; `groups` holds the images of each part but itself."""
        others = [group for k, group in enumerate(groups) if k != own]
        hidden = [part for group in others for part in group]
        shown = np.ones(len(points), dtype=bool)
        if self.operation == "intersection":
            hidden, shown = [], np.all([any_contains(group, points) for group in others], axis=0)
        elif self.operation == "difference" and own > 0:
            hidden, shown = hidden[1:], self.parts[0]._contains(points)
        return shown & ~any_contains([*hidden, *groups[own]], points, border=False)

    def _contains(self, points: NDArray[np.float64], *, border: bool = True) -> NDArray[np.bool_]:
        if self.operation == "union":
            return any_contains(self.parts, points, border=border)
        inside = self.parts[0]._contains(points, border=border)
        if self.operation == "difference":
            inside[inside] = ~any_contains(self._others, points[inside], border=not border)
            return inside
        for part in self.parts[1:]:
            inside[inside] = any_contains(images(part, self.parts[0]), points[inside], border=border)
        return inside

    def _sample(self, ids: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
        if self.operation == "union":
            return uniformly_kept(self._sample_of_one, lambda points: ~np.isnan(points[:, 0]), ids, seed)
        return uniformly_kept(self._source()._sample, self._contains, ids, seed)

    def _sample_of_one(self, ids: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
        """Points of parts that are chosen in proportion to their measures; NaN if an earlier part contains them too."""
        ends = np.cumsum([part.measure for part in self.parts])
        choice = np.searchsorted(ends[:-1], unit_cube(ids, seed, 1, stream=_CHOICE)[:, 0] * ends[-1], side="right")
        points = np.empty((len(ids), self.ndim))
        for k in np.unique(choice):
            mine = choice == k
            drawn = self.parts[k]._sample(ids[mine], trial_seed(seed, _PART_SEED + int(k)))
            drawn[any_contains(self.parts[:k], drawn)] = np.nan
            points[mine] = drawn
        return points

    def _source(self) -> Shape:
        """The part that points are drawn from."""
        first, *rest = self.parts
        if self.operation == "difference":
            return first
        whole = [part for part in rest if not self.periodic or first._covers_box(*part.bounds)]
        return min((first, *whole), key=lambda part: part.measure)

    def _breaks(self) -> NDArray[np.float64]:
        return np.concatenate([part._breaks() for part in (self.parts[0], *self._others)])

    def _crossings(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack([part._crossings(y) for part in (self.parts[0], *self._others)])

    def _section(self, z: float) -> Shape | None:
        # A body that is periodic is cut into its images, so that the cut need not be.
        first, *others = (part._section(z) for part in self.parts)
        if self.periodic:
            others = [_union([part._section(z) for part in images(p, self.parts[0])]) for p in self.parts[1:]]
        if self.operation == "union":
            return _union([first, *others])
        if first is None or (self.operation == "intersection" and None in others):
            return None
        left = tuple(other for other in others if other is not None)
        return Combined(self.operation, (first, *left)) if left else first

    def _covers_box(self, low: NDArray[np.float64], high: NDArray[np.float64]) -> bool:
        covering = (part._covers_box(low, high) for part in self.parts)
        if self.operation != "difference":
            return any(covering) if self.operation == "union" else all(covering)
        bounds = np.array([part.bounds for part in self._others]).reshape(-1, 2, self.ndim)
        apart = ((bounds[:, 1] <= low) | (bounds[:, 0] >= high)).any(axis=1)
        return next(covering) and bool(apart.all())

    def _moved(self, by: NDArray[np.float64]) -> Shape:
        return Combined(self.operation, tuple(part._moved(by) for part in self.parts))

    def _kind(self) -> str:
        return self.operation

    def _data(self) -> dict[str, Any]:
        return {"parts": [part.to_dict() for part in self.parts]}

    def __repr__(self) -> str:
        first, *rest = self.parts
        listed = ", ".join(map(repr, rest)) if len(rest) <= 2 else f"{len(rest)} shapes"
        return f"{first!r}.{self.operation}({listed})"


def images(part: Shape, space: Shape) -> list[Shape]:
    """The part or, in a periodic space, its images that reach into the period."""
    if not space.periodic:
        return [part]
    low, high = space.bounds
    period = high - low
    least, most = np.ceil((low - part.bounds[1]) / period), np.floor((high - part.bounds[0]) / period)
    if np.prod(most - least + 1) > _MOST_IMAGES:
        raise ParameterError("part of a periodic shape", got=part, expected=f"nothing much larger than {space!r}")
    steps = product(*(np.arange(a, b + 1) for a, b in zip(least, most, strict=True)))
    return [part._moved(step * period) if np.any(step) else part for step in map(np.array, steps)]


def any_contains(parts: Sequence[Shape], points: NDArray[np.float64], *, border: bool = True) -> NDArray[np.bool_]:
    """Which points lie in any of the parts; each part looks at those between its bounds along x alone."""
    if len(parts) == 1:
        return parts[0]._contains(points, border=border)
    inside = np.zeros(len(points), dtype=bool)
    order = np.argsort(points[:, 0], kind="stable")
    x = points[order, 0]
    for part in parts:
        low, high = part.bounds[:, 0]
        slack = 1e-12 * max(abs(low), abs(high))
        near = order[np.searchsorted(x, low - slack) : np.searchsorted(x, high + slack, side="right")]
        inside[near] |= part._contains(points[near], border=border)
    return inside


def _check_parts(operation: str, parts: Sequence[Any]) -> None:
    for k, part in enumerate(parts):
        if not isinstance(part, Shape) or part.ndim != parts[0].ndim:
            hint = f"; those of a list as {operation}(*shapes)" if isinstance(part, (list, tuple)) else ""
            raise ParameterError(operation, got=part, expected=f"shapes of {parts[0].ndim} dimensions{hint}")
        if part.periodic and (k > 0 or operation == "union"):
            raise ParameterError(operation, got=part, expected="shapes without periodic border")


def _union(parts: Sequence[Shape | None]) -> Shape | None:
    there = tuple(part for part in parts if part is not None)
    return there[0] if len(there) == 1 else Combined("union", there) if there else None


def _whole(shape: Shape) -> float:
    return integrated(shape, *shape.bounds)


def _shared(space: Shape, parts: Sequence[Shape]) -> float:
    """Measure of what the parts, with all their images, together cover of the space."""
    groups = [[parts[i] for i in group] for group in clusters(parts)] if parts else []
    inside = [g[0] for g in groups if len(g) == 1 and space._covers_box(*g[0].bounds)]
    loose = [g for g in groups if len(g) > 1 or g[0] not in inside]
    if space.periodic and loose:
        loose = [[part for group in loose for part in group]]
    shared = [_whole(Combined("intersection", (space, Combined("union", tuple(group))))) for group in loose]
    return sum(part.measure for part in inside) + sum(shared)


def _runs(line: NDArray[np.float64], visible: Callable[..., Any]) -> list[NDArray[np.float64]]:
    """The stretches of a line that are to be seen, made of many points."""
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    place = np.unique(np.concatenate([np.linspace(0.0, along[-1], _FINE), along]))
    points = np.column_stack([np.interp(place, along, column) for column in line.T])
    seen = visible(points)
    if seen.all():
        return [line]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], seen, [False]]).astype(np.int8)))
    return [points[start:stop] for start, stop in edges.reshape(-1, 2) if stop - start > 1]
