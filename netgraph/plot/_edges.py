"""Edges of a drawn network: which ones, their widths and colours, and the few artists that hold all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_count, check_flag, check_given_seed, check_number
from netgraph._ids import as_ids
from netgraph.plot._paths import bends, heads, lines, loops, wrapped
from netgraph.plot._style import GREY, SEQUENTIAL, colours_of, limits
from netgraph.plot._values import as_numbers, edge_values
from netgraph.space.distance import displacements
from simcore.errors import ParameterError, UnknownNameError

if TYPE_CHECKING:
    from netgraph.graph import Graph

__all__ = [
    "CROWD",
    "MANY",
    "EdgeLook",
    "add_edges",
    "check_arrows",
    "chosen_rows",
    "edge_look",
    "members",
    "opacity",
    "sampled",
]

# Widths of edges [pt]: of all, and of the least and the largest value.
_WIDTH = 0.6
_WIDTHS = 0.3, 3.0
# Arrows are drawn unasked up to this many edges, in two and three dimensions.
_ARROWS = {2: 1000, 3: 200}
# More of them are drawn in random order, so that none hide others because they are later; and as pixels in files of vectors.
CROWD = 2000
MANY = 20_000


class EdgeLook(NamedTuple):
    """Colours and widths of the drawn edges.

    Attributes
    ----------
    colour : one colour, or ndarray of shape (n, 4)
        None if `numbers` are.
    numbers, norm : ndarray of float64, shape (n,), and its matplotlib norm; or None
        For a colour bar.
    label : str
        Of the colour bar.
    legend : tuple of names and colours, or None
    width : ndarray of float64, shape (n,) [pt]
    alpha : float
    """

    colour: Any
    numbers: Any
    norm: Any
    label: str
    legend: Any
    width: NDArray[np.float64]
    alpha: float


def chosen_rows(
    graph: Graph, named: Mapping[str, Any], *, nodes: Any, edges: Any, sources: Any, targets: Any, threshold: Any
) -> NDArray[np.int64] | int:
    """Rows of the edges that may be drawn; their number if these are all."""
    rows = None if edges is None else as_ids(edges, graph.n_edges, "draw_network: edges").astype(np.int64)
    for name, which, ends in (("nodes", nodes, "both"), ("sources", sources, "source"), ("targets", targets, "target")):
        if which is None:
            continue
        inside = np.zeros(graph.n_nodes, dtype=bool)
        inside[members(f"draw_network: {name}", graph, which, named)] = True
        for end in (graph.source, graph.target) if ends == "both" else (getattr(graph, ends),):
            rows = np.flatnonzero(inside[end]) if rows is None else rows[inside[end[rows]]]
    if threshold is not None:
        name, least = threshold if isinstance(threshold, (tuple, list)) and len(threshold) == 2 else ("weight", threshold)
        least = check_number("draw_network: threshold", least)
        rows = np.arange(graph.n_edges) if rows is None else rows
        shown = edge_values("draw_network: threshold", graph, name, rows=rows)
        rows = rows[np.abs(as_numbers("draw_network: threshold", shown)) >= least]
    return graph.n_edges if rows is None else rows


def members(where: str, graph: Graph, which: Any, named: Mapping[str, Any]) -> NDArray[np.int64]:
    """Ids of nodes from ids, a group, or the name of one."""
    if isinstance(which, str):
        if which not in named:
            raise UnknownNameError(f"group for {where}", got=which, choices=named)
        return named[which]
    return graph._node_ids(which, where)


def sampled(where: str, rows: NDArray[np.int64] | int, most: Any, seed: int) -> tuple[NDArray[np.int64], int]:
    """At most so many of the rows, or of the first ones if `rows` is their number; and of how many.

    Many are in random order, so that none hide others because they are later.
    """
    check_count(most, f"{where}: max_edges", most=None)
    check_given_seed(seed, f"{where}: seed")
    n = rows if isinstance(rows, int) else rows.size
    if n <= min(most, CROWD):
        return np.arange(n) if isinstance(rows, int) else rows, n
    return np.random.default_rng(seed).choice(rows, size=min(n, most), replace=False), n


def edge_look(
    graph: Graph, rows: NDArray[np.int64], named: Mapping[str, Any], *, colour: Any, width: Any, alpha: Any, sources: Any
) -> EdgeLook:
    """Colours from a value, one colour, or that of the groups of `sources`; widths; opacity."""
    from matplotlib.colors import is_color_like, to_rgba_array

    alpha = opacity("draw_network: edge_alpha", alpha, rows.size)
    widths = _widths(graph, rows, width)
    known = isinstance(colour, str) and (colour in graph.edges or colour in ("group", "distance"))
    if colour is None:
        drawn = GREY if sources.legend is None else sources.rgba[graph.source[rows]]
        return EdgeLook(drawn, None, None, "", None, widths, alpha)
    if not known and not isinstance(colour, (np.ndarray, list)) and is_color_like(colour):
        return EdgeLook(colour, None, None, "", None, widths, alpha)
    shown = edge_values("draw_network: edge_colour", graph, colour, rows=rows, groups=named)
    if shown.names is None:
        return EdgeLook(None, shown.values, limits(shown.values), shown.label, None, widths, alpha)
    chosen = colours_of("draw_network", shown.names, None)
    table = to_rgba_array([*chosen, GREY])  # the last one, -1, is for edges from no group
    return EdgeLook(table[shown.values], None, None, "", (shown.names, chosen), widths, alpha)


def check_arrows(graph: Graph, rows: NDArray[np.int64], arrows: bool | None, *, ndim: int) -> bool:
    """Whether to draw directions; None says so where they are few enough to be seen."""
    if arrows is None:
        return graph.directed and rows.size <= _ARROWS[ndim]
    if check_flag("draw_network: arrows", arrows) and not graph.directed:
        raise ParameterError("draw_network: arrows", got=True, expected="a directed graph")
    return arrows


def add_edges(
    ax: Any,
    graph: Graph,
    positions: Any,
    rows: Any,
    look: EdgeLook,
    nodes: Any,
    *,
    curve: str,
    arrows: bool,
    groups: Any,
    space: Any,
) -> Any:
    """Draw edges between `nodes`, in the periodic shape `space` or in none; returns an artist for a colour bar, or None."""
    source, target = graph.source[rows], graph.target[rows]
    start, end = positions[source], positions[target]
    way = displacements(start, end, space) if space is not None and rows.size else end - start
    centre = (positions.min(axis=0) + positions.max(axis=0)) / 2 if len(positions) else np.zeros(positions.shape[1])
    middle = None
    if curve == "groups":
        between = (groups[source] != groups[target]) & np.isclose(start + way, end).all(axis=1)
        middle = np.where(between[:, None], centre, np.nan)
    bend = bends("none" if curve == "groups" else curve, source, target)
    apart = source != target
    points, single = lines(start, way, bend, middle)[apart], _part(look, apart)
    if positions.shape[1] == 3:
        if not apart.all():
            size = 4.0 + np.sqrt(nodes.areas[source[~apart]]) / 2  # [pt], of the about 300 of the axes
            _add_rings(ax, start[~apart], np.ptp(positions) * size / 300.0, _part(look, ~apart))
        return _add_in_space(ax, points, single, arrows=arrows)
    drawn, place = wrapped(points, end[apart])
    found = _add_lines(ax, drawn, _part(single, place), space)
    radius = np.sqrt(nodes.areas) / 2
    if arrows:
        corners = heads(points, radius[target[apart]], 3.5 + 1.6 * single.width)
        _add_polygons(ax, corners, end[apart], single, name="arrows")
    if not apart.all():
        at = start[~apart]
        _add_polygons(ax, loops(at - centre, radius[source[~apart]]), at, _part(look, ~apart), name="loops")
    return found


def _part(look: EdgeLook, kept: Any) -> EdgeLook:
    """The look of some of the edges."""
    colour = look.colour[kept] if isinstance(look.colour, np.ndarray) and look.colour.ndim == 2 else look.colour
    numbers = None if look.numbers is None else look.numbers[kept]
    return look._replace(colour=colour, numbers=numbers, width=look.width[kept])


def _style(look: EdgeLook) -> dict[str, Any]:
    """Arguments of a collection of matplotlib; numbers run over the same colours in all of them."""
    style: dict[str, Any] = {"alpha": look.alpha, "zorder": 1, "rasterized": len(look.width) > MANY}
    return style if look.numbers is None else {**style, "array": look.numbers, "norm": look.norm, "cmap": SEQUENTIAL["edges"]}


def _add_lines(ax: Any, points: Any, look: EdgeLook, space: Any) -> Any:
    from matplotlib.collections import LineCollection
    from matplotlib.patches import Rectangle

    colours = {} if look.colour is None else {"colors": look.colour}
    drawn = LineCollection(points, linewidths=look.width, gid="edges", **colours, **_style(look))
    ax.add_collection(drawn, autolim=space is None and len(points) > 0)  # bent edges may reach beyond the nodes
    if space is not None and len(points):
        low, high = space.bounds
        drawn.set_clip_path(Rectangle(low, *(high - low), transform=ax.transData))
    return drawn if look.numbers is not None else None


def _add_polygons(ax: Any, corners: Any, at: Any, look: EdgeLook, *, name: str) -> None:
    """Arrow heads (full) or loops (outlines), in points around places in data coordinates."""
    from matplotlib.collections import PolyCollection
    from matplotlib.transforms import IdentityTransform

    style = {**_style(look), "alpha": min(1.0, 1.5 * look.alpha) if name == "arrows" else look.alpha}
    if name == "arrows":
        colours = {} if look.colour is None else {"facecolors": look.colour}
        style.update(colours, linewidths=0.0)
    else:
        style.update({} if look.colour is None else {"edgecolors": look.colour}, facecolors="none", linewidths=look.width)
        ax.margins(0.1)  # the outermost loops lie beyond the nodes
    style.update(sizes=[1.0], offsets=at, offset_transform=ax.transData, transform=IdentityTransform())
    drawn = PolyCollection(corners, gid=name, **style)
    ax.add_collection(drawn, autolim=False)


def _add_in_space(ax: Any, points: Any, look: EdgeLook, *, arrows: bool) -> Any:
    """Lines in three dimensions; the last part of a directed one is thick, as a triangle would need a viewpoint."""
    from mpl_toolkits.mplot3d.art3d import Line3DCollection

    colours = {} if look.colour is None else {"colors": look.colour}
    drawn = Line3DCollection(points, linewidths=look.width, gid="edges", **colours, **_style(look))
    ax.add_collection3d(drawn, autolim=False)
    if arrows:
        last = np.stack([points[:, -1] - 0.12 * (points[:, -1] - points[:, 0]), points[:, -1]], axis=1)
        ends = Line3DCollection(last, linewidths=3 * look.width, gid="arrows", **colours, **_style(look))
        ax.add_collection3d(ends, autolim=False)
    return drawn if look.numbers is not None else None


def opacity(where: str, alpha: Any, n: int) -> float:
    """What was asked for, or for None the fainter, the more edges there are."""
    if alpha is None:
        return float(np.clip(14.0 / np.sqrt(max(n, 1)), 0.1, 0.6))
    if check_number(where, alpha, 0.0) > 1.0:
        raise ParameterError(where, got=alpha, expected="a number from 0 to 1")
    return float(alpha)


def _add_rings(ax: Any, at: Any, radius: NDArray[np.float64], look: EdgeLook) -> None:
    """Self-loops in three dimensions: level rings beside their nodes."""
    from mpl_toolkits.mplot3d.art3d import Line3DCollection

    angle = np.linspace(0.0, 2 * np.pi, 25)
    ring = radius[:, None, None] * np.column_stack([1.0 - np.cos(angle), np.sin(angle), np.zeros(25)])
    colours = {} if look.colour is None else {"colors": look.colour}
    drawn = Line3DCollection(at[:, None] + ring, linewidths=look.width, gid="loops", **colours, **_style(look))
    ax.add_collection3d(drawn, autolim=False)


def _widths(graph: Graph, rows: NDArray[np.int64], width: Any) -> NDArray[np.float64]:
    """Widths [pt] that grow with the size of a value, or one for all."""
    if width is None:
        return np.full(rows.size, _WIDTH)
    if not isinstance(width, str) and np.ndim(width) == 0:
        return np.full(rows.size, check_number("draw_network: edge_width", width, 0.0, unit="pt"))
    shown = edge_values("draw_network: edge_width", graph, width, rows=rows)
    size = np.abs(np.nan_to_num(as_numbers("draw_network: edge_width", shown)))
    top = size.max(initial=0.0)
    return _WIDTHS[0] + (_WIDTHS[1] - _WIDTHS[0]) * (size / top if top > 0 else size)
