"""Shapes from their descriptions, which may come from anywhere: everything is checked as if a user had written it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from netgraph._checks import check_choice
from netgraph.space.shape import Shape
from simcore.errors import ParameterError
from simcore.parameter import as_floats

__all__ = ["shape_of"]

# Deeper than anyone nests shapes, and far from the depth at which Python stops.
_DEEPEST = 50


def shape_of(description: Any, where: str = "Shape.from_dict", depth: int = 0) -> Shape:
    """The described shape; `where` is the place inside the whole description."""
    if depth > _DEEPEST:
        raise ParameterError(where, got="shapes within shapes without end", expected=f"at most {_DEEPEST} levels")
    if not isinstance(description, Mapping):
        raise ParameterError(where, got=description, expected="a dictionary that describes a shape")
    kind = check_choice(f"kind of shape in {where}", description.get("kind"), _READERS)
    read, names = _READERS[kind]
    data = {name: value for name, value in description.items() if name != "kind"}
    if set(data) != set(names):
        raise ParameterError(
            f"{where}: {kind}", got=f"the names {sorted(map(str, data))}", expected=f"the names {sorted(names)}"
        )
    return read(data, f"{where}: {kind}", depth + 1)


def _numbers(where: str, value: Any, n: int) -> list[float]:
    array = as_floats(where, value, f"{n} numbers")
    if array.shape != (n,):
        raise ParameterError(where, got=value, expected=f"{n} numbers")
    return array.tolist()


def _items(where: str, value: Any) -> list[Any]:
    if not isinstance(value, (list, tuple)) or not value:
        raise ParameterError(where, got=value, expected="a list that is not empty")
    return list(value)


def _cuboid(ndim: int) -> Callable[[Any, str, int], Shape]:
    def read(data: dict[str, Any], where: str, _: int) -> Shape:
        make: Any = Shape.rectangle if ndim == 2 else Shape.box
        centre = _numbers(f"{where}: centre", data["centre"], ndim)
        return make(*_numbers(f"{where}: sides", data["sides"], ndim), centre=centre, periodic=data["periodic"])

    return read


def _ellipsoid(ndim: int) -> Callable[[Any, str, int], Shape]:
    def read(data: dict[str, Any], where: str, _: int) -> Shape:
        make: Any = Shape.ellipse if ndim == 2 else Shape.ellipsoid
        return make(
            *_numbers(f"{where}: radii", data["radii"], ndim), centre=_numbers(f"{where}: centre", data["centre"], ndim)
        )

    return read


def _polygon(data: dict[str, Any], where: str, _: int) -> Shape:
    from netgraph.space.polygon import Polygon, as_ring

    return Polygon.from_parts(
        tuple(
            as_ring(f"{where}: parts[{i}][{k}]", as_floats(f"{where}: parts[{i}][{k}]", ring, "rings of points"))
            for k, ring in enumerate(_items(f"{where}: parts[{i}]", part))
        )
        for i, part in enumerate(_items(f"{where}: parts", data["parts"]))
    )


def _prism(data: dict[str, Any], where: str, depth: int) -> Shape:
    return shape_of(data["base"], f"{where}: base", depth).extruded(data["height"], data["bottom"])


def _combined(operation: str) -> Callable[[Any, str, int], Shape]:
    def read(data: dict[str, Any], where: str, depth: int) -> Shape:
        from netgraph.space.combined import Combined

        parts = _items(f"{where}: parts", data["parts"])
        return Combined.of(operation, [shape_of(part, f"{where}: parts[{i}]", depth) for i, part in enumerate(parts)])

    return read


def _zoned(data: dict[str, Any], where: str, depth: int) -> Shape:
    from netgraph.space.areas import Area, Zoned

    zones = []
    for i, area in enumerate(_items(f"{where}: areas", data["areas"])):
        here = f"{where}: areas[{i}]"
        if not isinstance(area, Mapping) or set(area) != set(_AREA):
            raise ParameterError(here, got=area, expected=f"a dictionary of the names {sorted(_AREA)}")
        zones.append(Area.checked(area["name"], shape_of(area["shape"], here, depth), area["height"], area["properties"]))
    ground = shape_of(data["shape"], f"{where}: shape", depth)
    if ground.areas:
        raise ParameterError(f"{where}: shape", got=ground, expected="a shape without areas")
    return Zoned.of(ground, tuple(zones))


_AREA = ("name", "shape", "height", "properties")
_READERS: dict[str, tuple[Callable[[Any, str, int], Shape], tuple[str, ...]]] = {
    "rectangle": (_cuboid(2), ("sides", "centre", "periodic")),
    "box": (_cuboid(3), ("sides", "centre", "periodic")),
    "ellipse": (_ellipsoid(2), ("radii", "centre")),
    "ellipsoid": (_ellipsoid(3), ("radii", "centre")),
    "polygon": (_polygon, ("parts",)),
    "prism": (_prism, ("base", "bottom", "height")),
    "union": (_combined("union"), ("parts",)),
    "difference": (_combined("difference"), ("parts",)),
    "intersection": (_combined("intersection"), ("parts",)),
    "zoned": (_zoned, ("shape", "areas")),
}
