"""Named areas with properties inside a shape."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_choice, check_mapping, check_name, check_number
from netgraph.space.combined import Combined, any_contains, images
from netgraph.space.shape import Shape
from simcore.errors import ParameterError, UnknownNameError

__all__ = ["Area", "Zoned", "check_area", "property_values"]


@dataclass(frozen=True)
class Area:
    """A named part of a shape; see `Shape.with_area`.

    Attributes
    ----------
    name : str
    shape : Shape
        What it covers as it was given; see `Shape.region` for what counts of it.
    height : float [µm]
        Level above the rest of the shape.
    """

    name: str
    shape: Shape
    height: float = 0.0
    _text: str = "{}"

    @classmethod
    def checked(cls, name: Any, shape: Any, height: Any, properties: Any) -> Area:
        """An area from what a user gave."""
        if not check_name("with_area: name", name):
            raise ParameterError("with_area: name", got=name, expected='a text; "" is what lies outside all areas')
        if not isinstance(shape, Shape):
            raise ParameterError(f"area {name!r}: where", got=shape, expected="a shape")
        where = f"area {name!r}: properties"
        given = check_mapping(where, properties)
        if "height" in given or not all(isinstance(key, str) for key in given):
            raise ParameterError(where, got=sorted(map(str, given)), expected="texts as names, none of them 'height'")
        return cls(name, shape._ground(), check_number(f"area {name!r}: height", height), _as_json(where, given))

    @property
    def properties(self) -> dict[str, Any]:
        """Whatever was given with the area; a copy, with lists for tuples."""
        return json.loads(self._text)

    def on(self, shape: Shape) -> Area:
        """The same area with another shape."""
        return replace(self, shape=shape)

    def to_dict(self) -> dict[str, Any]:
        """Everything about the area, as JSON has it."""
        return {"name": self.name, "shape": self.shape.to_dict(), "height": self.height, "properties": self.properties}


@dataclass(frozen=True, repr=False)
class Zoned(Shape):
    """A shape with areas; see `Shape.with_area`."""

    ground: Shape
    zones: tuple[Area, ...]

    @classmethod
    def of(cls, ground: Shape, zones: tuple[Area, ...]) -> Zoned:
        """Check that names differ, and that something is left of each area."""
        names = [zone.name for zone in zones]
        for zone in zones:
            where = f"area {zone.name!r}"
            if names.count(zone.name) > 1:
                raise ParameterError(where, got="another area of this name", expected="a name that is not taken")
            if zone.shape.ndim != ground.ndim or zone.shape.periodic:
                expected = f"a shape of {ground.ndim} dimensions without periodic border"
                raise ParameterError(f"{where}: where", got=zone.shape, expected=expected)
        zoned = cls(ground, zones)
        for name in names:
            try:
                zoned.region(name)
            except ParameterError as error:
                raise ParameterError(
                    f"area {name!r}", got=f"nothing to lie in ({error})", expected="room in the shape"
                ) from None
        return zoned

    @property
    def ndim(self) -> int:  # type: ignore[override]
        """2 or 3."""
        return self.ground.ndim

    @property
    def periodic(self) -> bool:  # type: ignore[override]
        """Whether opposite sides are joined."""
        return self.ground.periodic

    @property
    def measure(self) -> float:
        """Area or volume of the whole."""
        return self.ground.measure

    @property
    def bounds(self) -> NDArray[np.float64]:
        """Lowest and highest coordinates of the whole, shape (2, ndim) [µm]."""
        return self.ground.bounds

    @property
    def areas(self) -> Mapping[str, Area]:
        """Name to area, in the order in which they were added; read-only."""
        return MappingProxyType({zone.name: zone for zone in self.zones})

    def region(self, area: str) -> Shape:
        """The shape of an area, without what lies outside the whole or under areas on top of it; "" is the rest."""
        check_area(self, area)
        if area not in self._regions:
            self._regions[area] = self._region(area)
        return self._regions[area]

    def outline(self) -> list[NDArray[np.float64]]:
        """Border of the whole; see `region` for those of areas."""
        return self.ground.outline()

    @cached_property
    def _regions(self) -> dict[str, Shape]:
        return {}

    def _region(self, name: str) -> Shape:
        number = list(self.areas).index(name) if name else -1
        above = [zone.shape for zone in self.zones[number + 1 :]]
        part = self.ground
        if name:
            shape = self.zones[number].shape
            inside = not part.periodic and part._covers_box(*shape.bounds)
            part = shape if inside else Combined.of("intersection", (part, shape))
            above = [shape for shape in above if part.periodic or _overlap(shape, part)]
        return Combined.of("difference", (part, *above)) if above else part

    def _area_numbers(self, points: NDArray[np.float64]) -> NDArray[np.int64]:
        numbers = np.full(len(points), -1)
        for k, zone in enumerate(self.zones):
            numbers[any_contains(images(zone.shape, self.ground), points)] = k
        numbers[~self.ground._contains(points)] = -1
        return numbers

    def _ground(self) -> Shape:
        return self.ground

    def _contains(self, points: NDArray[np.float64], *, border: bool = True) -> NDArray[np.bool_]:
        return self.ground._contains(points, border=border)

    def _sample(self, ids: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
        return self.ground._sample(ids, seed)

    def _covers_box(self, low: NDArray[np.float64], high: NDArray[np.float64]) -> bool:
        return self.ground._covers_box(low, high)

    def _moved(self, by: NDArray[np.float64]) -> Shape:
        return self._with_areas(self.ground._moved(by), lambda part: part._moved(by))

    def _kind(self) -> str:
        return "zoned"

    def _data(self) -> dict[str, Any]:
        return {"shape": self.ground.to_dict(), "areas": [zone.to_dict() for zone in self.zones]}

    def __repr__(self) -> str:
        return f"{self.ground!r} with areas {', '.join(map(repr, self.areas))}"


def check_area(shape: Shape, area: Any) -> str:
    """The name of an area of the shape, or "" for the rest."""
    return check_choice(f"area of {shape!r}", area, ("", *shape.areas))


def property_values(areas: Mapping[str, Area], name: str, default: Any) -> NDArray[Any]:
    """The default, and then the property of each area, as an array."""
    check_name("area_values: name", name)
    if name == "height":
        return np.array([0.0, *(area.height for area in areas.values())])
    known = {key for area in areas.values() for key in area.properties}
    if name not in known:
        raise UnknownNameError("property of areas", got=name, choices=known | {"height"})
    values = [default, *(area.properties.get(name, default) for area in areas.values())]
    numbers = all(isinstance(value, (int, float, np.number)) for value in values)
    if not numbers and not all(isinstance(value, str) for value in values):
        raise ParameterError(f"area_values: {name}", got=values, expected="numbers alone or texts alone, also as default")
    return np.array(values, dtype=np.float64 if numbers else None)


def _overlap(a: Shape, b: Shape) -> bool:
    return bool((np.maximum(a.bounds[0], b.bounds[0]) < np.minimum(a.bounds[1], b.bounds[1])).all())


def _as_json(where: str, properties: dict[str, Any]) -> str:
    try:
        text = json.dumps(properties, allow_nan=False, sort_keys=True, default=np.generic.item)
    except (TypeError, ValueError, RecursionError):
        expected = "what JSON can hold: texts, finite numbers, True, False, None, and lists and dictionaries of them"
        raise ParameterError(where, got=properties, expected=expected) from None
    return text
