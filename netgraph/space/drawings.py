"""Shapes from drawings: SVG, DXF and WKT, in files or texts (extra ``geo``)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_choice, check_name, check_positive
from netgraph.space._rings import Outline, chosen_parts, shape_of_outlines
from netgraph.space.distance import checked_points
from netgraph.space.polygon import Polygon, as_ring, shapely_module
from netgraph.space.shape import Shape
from simcore.errors import ParameterError

__all__ = ["shape_from_file", "shape_from_wkt"]

_PARTS = ("one", "largest", "all")
_INNER = ("holes", "areas")

# Finer chords than this share of the drawing serve nobody and take all memory.
_FINEST = 1e-6


def shape_from_file(path: Any, size: dict[str, Any], *, tolerance: Any, parts: str, inner: str, names: Any) -> Shape:
    """See `Shape.from_file`; `size` holds scale, width and centre."""
    if not isinstance(path, (str, os.PathLike)):
        raise ParameterError("Shape.from_file: path", got=path, expected="a path")
    file = Path(path)
    kind = check_choice("ending of a drawing", file.suffix.lower(), (*_READERS, ".wkt"))
    _check_choices("Shape.from_file", parts, inner)
    if kind == ".wkt":
        for name, value, default in (("tolerance", tolerance, None), ("inner", inner, "holes"), ("names", names, None)):
            if value != default:
                raise ParameterError(
                    f"Shape.from_file: {name}", got=value, expected="nothing: WKT has polygons with holes alone"
                )
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise ParameterError(str(file), got="bytes that are no text", expected="WKT") from None
        return shape_from_wkt(text, size, parts=parts, where=str(file))
    if names is not None and (isinstance(names, str) or not all(isinstance(name, str) for name in names)):
        raise ParameterError("Shape.from_file: names", got=names, expected="a list of texts")
    shapely_module()
    outlines = _outlines(file, size, tolerance, names)
    corners = _placed(str(file), [outline.corners for outline in outlines], size)
    named = [Outline(outline.name, ring) for outline, ring in zip(outlines, corners, strict=True)]
    return shape_of_outlines(str(file), named, parts, inner)


def shape_from_wkt(text: Any, size: dict[str, Any], *, parts: str, where: str = "Shape.from_wkt") -> Shape:
    """See `Shape.from_wkt`."""
    shapely = shapely_module()
    _check_choices(where, parts, "holes")
    try:
        with np.errstate(all="ignore"):  # numbers that are none are refused below
            geometry = shapely.from_wkt(check_name(f"{where}: text", text))
    except (shapely.errors.ShapelyError, NotImplementedError) as error:
        raise ParameterError(where, got=f"what cannot be read ({error})", expected="WKT") from None
    if geometry is None or geometry.geom_type not in ("Polygon", "MultiPolygon") or geometry.is_empty or geometry.has_z:
        got = "nothing" if geometry is None or geometry.is_empty else geometry.geom_type + (" Z" if geometry.has_z else "")
        raise ParameterError(where, got=got, expected="a plane POLYGON or MULTIPOLYGON that is not empty")
    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        raise ParameterError(where, got="NaN or infinite coordinates", expected="finite coordinates")
    pieces = shapely.get_parts(geometry)
    kept = [pieces[k] for k in chosen_parts(where, range(len(pieces)), shapely.area(pieces), parts)]
    rings = [[shapely.get_coordinates(ring) for ring in (piece.exterior, *piece.interiors)] for piece in kept]
    placed = iter(_placed(where, [ring for part in rings for ring in part], size))
    return Polygon.from_parts([tuple(as_ring(where, next(placed)) for _ in part) for part in rings])


def _outlines(file: Path, size: dict[str, Any], tolerance: Any, names: Any) -> list[Outline]:
    """The outlines of a file in its own units."""
    read = _READERS[file.suffix.lower()]
    outlines = read(file, None, names)
    missing = [name for name in names or () if name not in {outline.name for outline in outlines}]
    if missing or not outlines:
        given = f" named {', '.join(missing)}" if missing else ""
        raise ParameterError(str(file), got=f"no outlines{given}", expected="closed outlines")
    if tolerance is None:
        return outlines
    every = np.concatenate([outline.corners for outline in outlines])
    finest = check_positive("Shape.from_file: tolerance", tolerance, "µm") / _scale(str(file), every, size)
    least = _FINEST * float(np.ptp(every, axis=0).max())
    if finest < least:
        expected = f"at least {_FINEST:g} of the drawing"
        raise ParameterError("Shape.from_file: tolerance", got=tolerance, expected=expected)
    return read(file, finest, names)


def _placed(where: str, rings: list[NDArray[np.float64]], size: dict[str, Any]) -> list[NDArray[np.float64]]:
    """The rings in µm, around the centre if there is one."""
    every = np.concatenate(rings)
    scale = _scale(where, every, size)
    if size["centre"] is None:
        return [ring * scale for ring in rings]
    centre = checked_points(f"{where}: centre", size["centre"])
    if centre.shape != (1, 2):
        raise ParameterError(f"{where}: centre", got=size["centre"], expected="2 coordinates [µm]")
    middle = 0.5 * (every.min(axis=0) + every.max(axis=0))
    return [(ring - middle) * scale + centre for ring in rings]


def _scale(where: str, points: NDArray[np.float64], size: dict[str, Any]) -> float:
    """Length of a unit [µm]."""
    scale, width = size["scale"], size["width"]
    if scale is not None and width is not None:
        raise ParameterError(f"{where}: width", got=width, expected="either scale or width")
    if width is None:
        return 1.0 if scale is None else check_positive(f"{where}: scale", scale, "µm")
    extent = float(np.ptp(points[:, 0]))
    if not extent > 0:
        raise ParameterError(where, got="a drawing without width", expected="outlines with an area")
    return check_positive(f"{where}: width", width, "µm") / extent


def _check_choices(where: str, parts: Any, inner: Any) -> None:
    check_choice(f"parts of {where}", parts, _PARTS)
    check_choice(f"inner of {where}", inner, _INNER)


def _svg(file: Path, tolerance: float | None, names: Any) -> list[Outline]:
    from netgraph.space._svg import svg_outlines

    return svg_outlines(file, tolerance, names)


def _dxf(file: Path, tolerance: float | None, names: Any) -> list[Outline]:
    from netgraph.space._dxf import dxf_outlines

    return dxf_outlines(file, tolerance, names)


_READERS = {".svg": _svg, ".dxf": _dxf}
