"""Outlines of DXF drawings, by ezdxf (extra ``geo``)."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgraph.space._rings import Outline
from netgraph.space.polygon import shapely_module
from simcore.errors import ParameterError

__all__ = ["dxf_outlines"]

_KINDS = ("LINE", "ARC", "CIRCLE", "ELLIPSE", "LWPOLYLINE", "POLYLINE", "SPLINE")
_MOST_ENTITIES = 100_000

# What ezdxf raises for files that are no drawings, besides its own errors.
_FAULTS = (OSError, StopIteration, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)


def dxf_outlines(path: Path, tolerance: float | None, names: Any) -> list[Outline]:
    """Closed outlines in units of the drawing; curves within `tolerance`, or a thousandth of the drawing."""
    try:
        import ezdxf
        from ezdxf.lldxf.const import DXFError
        from ezdxf.path import make_path
    except ImportError as error:
        raise ImportError('DXF files need ezdxf; install it with: pip install "netspike[geo]"') from error
    where = str(path)
    path.open("rb").close()  # a file that cannot be opened is told from one that is no drawing
    try:
        found = _entities(where, ezdxf.readfile(path), names)
        if tolerance is None:
            every = np.concatenate([np.zeros((0, 3)), *(_points(make_path(entity).control_vertices()) for entity in found)])
            tolerance = (float(np.ptp(every, axis=0).max()) / 1000 if len(every) else 0.0) or 1.0
        # ezdxf draws arcs as cubic curves: so many to a circle are within 1e-8 of its radius.
        curves = [e if e.dxftype() == "SPLINE" else make_path(e, segments=32) for e in found]
        lines = [(e.dxf.layer, _points(curve.flattening(tolerance))) for e, curve in zip(found, curves, strict=True)]
    except (DXFError, *_FAULTS) as error:
        if isinstance(error, ParameterError):
            raise
        raise ParameterError(where, got=f"what cannot be read ({error})", expected="a DXF drawing") from error
    for name, line in lines:
        if len(line) and (not np.isfinite(line).all() or np.ptp(line[:, 2]) > tolerance):
            raise ParameterError(f"{where}: layer {name!r}", got="a line that is not flat", expected="a plane drawing")
    return _closed(where, [(name, line[:, :2]) for name, line in lines if len(line) > 1], tolerance)


def _entities(where: str, document: Any, names: Any) -> list[Any]:
    """The lines of the drawing, those in blocks too."""
    from ezdxf.disassemble import recursive_decompose

    entities = list(islice(recursive_decompose(document.modelspace()), _MOST_ENTITIES + 1))
    if len(entities) > _MOST_ENTITIES:
        raise ParameterError(where, got="blocks that repeat each other", expected=f"at most {_MOST_ENTITIES} entities")
    return [e for e in entities if e.dxftype() in _KINDS and (names is None or e.dxf.layer in names)]


def _points(vectors: Any) -> NDArray[np.float64]:
    return np.array([point.xyz for point in vectors]).reshape(-1, 3)


def _closed(where: str, lines: list[tuple[str, NDArray[np.float64]]], tolerance: float) -> list[Outline]:
    """The lines that are closed, and those that others on the same layer close."""
    shapely = shapely_module()
    outlines = [Outline(name, line) for name, line in lines if (line[0] == line[-1]).all()]
    for layer in dict.fromkeys(name for name, _ in lines):
        open_ones = [line.copy() for name, line in lines if name == layer and (line[0] != line[-1]).any()]
        if not open_ones:
            continue
        _join_ends(open_ones, tolerance)
        merged = shapely.line_merge(shapely.multilinestrings([shapely.linestrings(line) for line in open_ones]))
        for part in shapely.get_parts(merged):
            corners = shapely.get_coordinates(part)
            if not part.is_closed:
                got = f"a line from {corners[0].tolist()} to {corners[-1].tolist()}"
                raise ParameterError(f"{where}: layer {layer!r}", got=got, expected="lines that together close")
            outlines.append(Outline(layer, corners))
    return outlines


def _join_ends(lines: list[NDArray[np.float64]], tolerance: float) -> None:
    """Make ends that almost meet the same point."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    ends = np.array([point for line in lines for point in (line[0], line[-1])])
    a, b = cKDTree(ends).query_pairs(tolerance, output_type="ndarray").T
    near = coo_array((np.ones(len(a)), (a, b)), shape=(len(ends), len(ends)))
    _, group = connected_components(near, directed=False)
    _, first = np.unique(group, return_index=True)
    for k, line in enumerate(lines):
        line[0], line[-1] = ends[first[group[2 * k]]], ends[first[group[2 * k + 1]]]
