"""Outlines of SVG drawings, by svgelements (extra ``geo``), which skips what it does not know: that is refused before."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from netgraph.space._rings import Outline
from simcore.errors import ParameterError

__all__ = ["svg_outlines"]

_DEEPEST = 100
_MOST_ELEMENTS = 100_000

# Patterns that match a text in one way alone, so that no text makes them try for long.
_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
_LENGTH = re.compile(rf"{_NUMBER} ?(?:px|pt|pc|mm|cm|in|%)?")
_TRANSFORM = re.compile(r"(?:matrix|translate|scale|rotate|skewX|skewY) ?\(([^()]*)\)")
_BLANK = " ,\t\r\n"
_LENGTHS = ("x", "y", "width", "height", "cx", "cy", "r", "rx", "ry", "x1", "y1", "x2", "y2")
_SHAPES = ("rect", "circle", "ellipse", "line", "polyline", "polygon", "path", "use")
_ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}

# What is drawn only where something refers to it.
_HIDDEN = ("symbol", "clipPath", "mask", "pattern", "marker")


def svg_outlines(path: Path, tolerance: float | None, names: Any) -> list[Outline]:
    """Closed outlines in units of the drawing, y upwards; curves within `tolerance`, or a thousandth of the drawing."""
    try:
        import svgelements as se
    except ImportError as error:
        raise ImportError('SVG files need svgelements; install it with: pip install "netspike[geo]"') from error
    where, data = str(path), path.read_bytes()
    try:
        root = _checked_root(where, data)
        svg = se.SVG.parse(io.StringIO(ElementTree.tostring(root, encoding="unicode")), reify=True, on_error="raise")
        units = ~se.Matrix(svg.viewbox_transform or "")
        drawn = [(e.values.get("id") or "", abs(se.Path(e) * units)) for e in svg.elements() if _is_drawn(se, e)]
        paths = [(name, sub) for name, path in drawn if names is None or name in names for sub in path.as_subpaths()]
        curves = [(name, [_curve(where, name, segment) for segment in se.Path(sub)]) for name, sub in paths]
    except (ValueError, TypeError, ZeroDivisionError, OverflowError, AttributeError, RecursionError) as error:
        if isinstance(error, ParameterError):
            raise
        raise ParameterError(where, got=f"what cannot be read ({error})", expected="an SVG drawing") from error
    curves = [(name, [curve for curve in pieces if curve is not None]) for name, pieces in curves]
    every = np.concatenate([np.empty((0, 2)), *(curve[1] for _, pieces in curves for curve in pieces)])
    if tolerance is None:
        tolerance = (float(np.ptp(every, axis=0).max()) / 1000 if len(every) else 0.0) or 1.0
    return [_outline(where, name, pieces, tolerance) for name, pieces in curves if pieces]


def _is_drawn(se: Any, element: Any) -> bool:
    hidden = hasattr(element, "values") and element.values.get("visibility") in ("hidden", "collapse")
    return isinstance(element, se.Shape) and not hidden


def _curve(where: str, name: str, segment: Any) -> Any:
    """The segment, points around it, and how far one chord may be from it; None for what draws nothing."""
    kind = type(segment).__name__
    if kind == "Move" or (kind == "Close" and (segment.start is None or segment.end is None)):
        return None
    controls = [getattr(segment, k) for k in ("control", "control1", "control2") if hasattr(segment, k)]
    points = np.array([[p.x, p.y] for p in (segment.start, *controls, segment.end)], dtype=np.float64)
    bend = 0.0
    if kind in ("QuadraticBezier", "CubicBezier"):
        # A chord over a share h of a curve with second derivative below B leaves it by at most B h**2 / 8.
        order = len(points) - 1
        bend = order * (order - 1) * float(np.linalg.norm(np.diff(points, 2, axis=0), axis=1).max()) / 8
    elif kind == "Arc":
        radius = max(abs(complex(segment.rx)), abs(complex(segment.ry)))
        bend = float(radius * segment.sweep**2 / 8)
        points = np.concatenate([points, np.array(segment.npoint(np.linspace(0.0, 1.0, 65)))])
    if not np.isfinite(points).all() or not np.isfinite(bend):
        raise ParameterError(f"{where}: {name!r}", got="numbers that are too large", expected="finite coordinates")
    return segment, points, bend


def _outline(where: str, name: str, pieces: list[Any], tolerance: float) -> Outline:
    """The corners of a closed line."""
    corners = []
    for segment, points, bend in pieces:
        n = max(1, int(np.ceil(np.sqrt(bend / tolerance))))
        inner = np.array(segment.npoint(np.linspace(0.0, 1.0, n + 1)[:-1])) if n > 1 else points[:1]
        corners.append(inner.reshape(-1, 2))
    end = pieces[-1][0].end
    ring = np.concatenate([*corners, [[end.x, end.y]]])
    if np.linalg.norm(ring[0] - ring[-1]) > 1e-6 * np.ptp(ring, axis=0).max():
        got = f"a line from {ring[0].tolist()} to {ring[-1].tolist()}"
        raise ParameterError(f"{where}: {name!r}" if name else where, got=got, expected="closed outlines alone")
    ring[-1] = ring[0]
    return Outline(name, _distinct(ring) * (1.0, -1.0))


def _distinct(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """The corners without those that repeat the one before."""
    return ring[np.concatenate([[True], (np.diff(ring, axis=0) != 0).any(axis=1)])]


def _checked_root(where: str, data: bytes) -> Any:
    """The drawing as a tree of XML elements, all of whose numbers are some, and which draws a bearable number of shapes."""
    if b"<!DOCTYPE" in data and b"<!ENTITY" in data:
        raise ParameterError(where, got="a file that defines entities", expected="a plain SVG drawing")
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise ParameterError(where, got=f"malformed XML ({error})", expected="an SVG drawing") from None
    if _tag(root) != "svg":
        raise ParameterError(where, got=f"<{_tag(root)}>", expected="<svg>")
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > _DEEPEST:
            raise ParameterError(where, got="elements inside each other without end", expected=f"at most {_DEEPEST} levels")
        for element in level:
            _check_numbers(where, element)
        level = [child for element in level for child in element]
    by_id = {element.get("id"): element for element in root.iter()}
    if _drawn(where, root, by_id, {}) > _MOST_ELEMENTS:
        raise ParameterError(
            where, got="elements that refer to each other", expected=f"at most {_MOST_ELEMENTS} drawn elements"
        )
    for parent in list(root.iter()):
        for place, child in enumerate(list(parent)):
            if _tag(child) in _HIDDEN:
                parent[place] = ElementTree.Element("{http://www.w3.org/2000/svg}defs")
                parent[place].append(child)
    return root


def _check_numbers(where: str, element: Any) -> None:
    """Refuse attributes that svgelements would read in part, or not at all."""
    tag = _tag(element)
    given = dict(element.attrib)
    if tag in _SHAPES:
        for name in _LENGTHS:
            if name in given and not _LENGTH.fullmatch(given[name].strip()) and given[name] != "auto":
                raise ParameterError(f"{where}: <{tag}>: {name}", got=given[name], expected="a length")
            if name in ("width", "height", "r", "rx", "ry") and given.get(name, "").strip().startswith("-"):
                raise ParameterError(f"{where}: <{tag}>: {name}", got=given[name], expected="a length >= 0")
    turns = given.get("transform", "")
    if not all(map(_count, _TRANSFORM.findall(turns))) or _TRANSFORM.sub("", turns).strip(_BLANK):
        raise ParameterError(f"{where}: <{tag}>: transform", got=given["transform"], expected="SVG transformations")
    if "points" in given:
        number = _count(given["points"])
        if number is None or number % 2:
            raise ParameterError(f"{where}: <{tag}>: points", got=given["points"], expected="pairs of numbers")
    if tag == "path":
        _check_path(f"{where}: <path>: d", given.get("d", ""))


def _check_path(where: str, d: str) -> None:
    pieces = re.split(r"([A-Za-z])", re.sub(r"(?<=\d)[eE](?=[+-]?\d)", "@", d))
    if pieces[0].strip() or (len(pieces) > 1 and pieces[1] not in "Mm"):
        raise ParameterError(where, got=d, expected="a path that begins with M")
    for command, text in zip(pieces[1::2], pieces[2::2], strict=True):
        wanted = _ARGUMENTS.get(command.upper(), -1)
        text = text.replace("@", "e")
        number = _count(text)
        # The two flags of an arc may stand without space before what follows, which makes fewer numbers of them.
        right = wanted >= 0 and number is not None and (number > 0) == (wanted > 0)
        if not right or (wanted not in (0, 7) and number is not None and number % wanted):
            raise ParameterError(where, got=f"{command}{text}", expected="a command of SVG paths and its numbers")


def _count(text: str) -> int | None:
    """How many numbers a list has; None if there is anything else in it."""
    rest, number = re.subn(_NUMBER, " ", text)
    return None if rest.strip(_BLANK) or set(rest) - set(_BLANK) else number


def _drawn(where: str, element: Any, by_id: dict[Any, Any], known: dict[int, int]) -> int:
    """Number of elements that drawing this one draws; a reference to itself, by whatever way, is refused."""
    key = id(element)
    if known.get(key) == -1:
        raise ParameterError(where, got="an element that draws itself", expected="<use> of other elements")
    if key not in known:
        known[key] = -1
        href = next((v for k, v in element.attrib.items() if k.endswith("href")), "") if _tag(element) == "use" else ""
        if href and by_id.get(href[1:]) is None:
            raise ParameterError(f"{where}: <use>", got=href, expected="the id of an element of the drawing, after #")
        others = [*element, *([by_id[href[1:]]] if href else [])]
        known[key] = 1 + sum(_drawn(where, other, by_id, known) for other in others)
    return known[key]


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
