"""Nodes of a drawn network: areas, colours, shapes and labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_number
from netgraph.plot._edges import CROWD, MANY, members
from netgraph.plot._style import GREY, PALETTE, SEQUENTIAL, colours_of, limits
from netgraph.plot._values import DEGREES, as_numbers, node_values
from simcore.errors import ParameterError

if TYPE_CHECKING:
    from netgraph.graph import Graph

__all__ = ["NodeLook", "add_labels", "add_nodes", "node_areas", "node_colours", "node_look"]

MARKERS = ("o", "s", "^", "D", "v", "P", "*", "X")
# More labels than these would hide the picture, and take long to place.
_MOST_LABELS = 300


class NodeLook(NamedTuple):
    """How nodes are drawn.

    Attributes
    ----------
    drawn : ndarray of int64
        Which nodes.
    areas : ndarray of float64, shape (n_nodes,) [pt²]
    rgba : ndarray of float64, shape (n_nodes, 4)
        Grey where `numbers` tell the colour.
    numbers, label : ndarray of float64, shape (n_nodes,), and what it is; or None
        For a colour bar.
    legend : tuple of names and colours, or None
    markers : list of str
    marker_of : ndarray of int64, shape (n_nodes,)
        Place of each node's marker.
    shapes : list of str, or None
        Names of the markers.
    labels : list of str, or None
    """

    drawn: NDArray[np.int64]
    areas: NDArray[np.float64]
    rgba: NDArray[np.float64]
    numbers: Any
    label: str
    legend: Any
    markers: list[str]
    marker_of: NDArray[np.int64]
    shapes: list[str] | None
    labels: list[str] | None


def node_look(
    graph: Graph, named: Mapping[str, NDArray[np.int64]], *, size: Any, colour: Any, shape: Any, nodes: Any, labels: Any
) -> NodeLook:
    """How `draw_network` draws nodes."""
    where = "draw_network"
    drawn = np.arange(graph.n_nodes) if nodes is None else np.unique(members(f"{where}: nodes", graph, nodes, named))
    written = None if labels is None or labels is False else _texts(graph, labels)
    markers = _markers(graph, shape, named)
    return NodeLook(drawn, node_areas(where, graph, size), *node_colours(where, graph, colour, named), *markers, written)


def node_areas(where: str, graph: Graph, size: Any) -> NDArray[np.float64]:
    """Areas of the nodes [pt²]; the largest ones still leave room for the others."""
    if not isinstance(size, str) and np.ndim(size) == 0:
        return np.full(graph.n_nodes, check_number(f"{where}: node_size", size, 0.0, unit="pt²"))
    values = as_numbers(f"{where}: node_size", node_values(f"{where}: node_size", graph, size))
    largest = float(np.clip(12_000.0 / max(graph.n_nodes, 1), 0.5, 260.0))
    values = np.clip(np.nan_to_num(values, posinf=np.nanmax(values[np.isfinite(values)], initial=0.0)), 0.0, None)
    top = values.max(initial=0.0)
    share = values / top if top > 0 else np.ones(graph.n_nodes)
    return largest * (0.12 + 0.88 * share)


def node_colours(where: str, graph: Graph, colour: Any, named: Mapping[str, NDArray[np.int64]]) -> tuple[Any, Any, str, Any]:
    """`rgba`, `numbers`, `label` and `legend` of a `NodeLook`, from a value, the groups, or one colour."""
    from matplotlib.colors import is_color_like, to_rgba_array

    known = isinstance(colour, str) and (colour in graph.nodes or colour in ("group", *DEGREES))
    if isinstance(colour, str) and colour == "group" and not named:
        colour, known = PALETTE[0], False
    if not known and not isinstance(colour, (np.ndarray, list)) and is_color_like(colour):
        return to_rgba_array([colour] * graph.n_nodes), None, "", None
    shown = node_values(f"{where}: node_colour", graph, colour, named)
    if shown.names is None:
        return to_rgba_array([GREY] * graph.n_nodes), shown.values, shown.label, None
    chosen = colours_of(where, shown.names, None)
    table = to_rgba_array([*chosen, GREY])  # the last one, -1, is for nodes of no group
    return table[shown.values], None, shown.label, (shown.names, chosen)


def _markers(graph: Graph, shape: Any, named: Mapping[str, NDArray[np.int64]]) -> tuple[list[str], NDArray[np.int64], Any]:
    """Markers, the number of each node's one, and names for the legend or None."""
    known = isinstance(shape, str) and (shape in graph.nodes or shape == "group")
    if isinstance(shape, str) and not known:
        return [_marker(shape)], np.zeros(graph.n_nodes, dtype=np.int64), None
    shown = node_values("draw_network: node_shape", graph, shape, named)
    if shown.names is None or len(shown.names) > len(MARKERS) - 1:
        got = "numbers" if shown.names is None else f"{len(shown.names)} names"
        expected = f"a marker of matplotlib, or at most {len(MARKERS) - 1} names to tell apart"
        raise ParameterError("draw_network: node_shape", got=got, expected=expected)
    return list(MARKERS), shown.values % len(MARKERS), shown.names


def add_nodes(ax: Any, positions: Any, look: NodeLook) -> Any:
    """Draw nodes, an artist for each marker; returns one that a colour bar can be made for, or None."""
    drawn = look.drawn if look.drawn.size <= CROWD else np.random.default_rng(0).permutation(look.drawn)
    style: dict[str, Any] = {"edgecolors": "white", "linewidths": 0.4 if len(drawn) <= CROWD else 0.0, "zorder": 2}
    style.update(rasterized=len(drawn) > MANY, gid="nodes")
    norm = None if look.numbers is None else limits(look.numbers[drawn])
    found = None
    for k in np.unique(look.marker_of[drawn]) if len(drawn) else [0]:
        some = drawn[look.marker_of[drawn] == k]
        style.update(s=look.areas[some], marker=look.markers[k])
        if norm is None:
            ax.scatter(*positions[some].T, c=look.rgba[some], **style)
        else:
            colours = {"c": look.numbers[some], "norm": norm, "cmap": SEQUENTIAL["nodes"], "plotnonfinite": True}
            found = ax.scatter(*positions[some].T, **colours, **style)
            found.set_cmap(found.get_cmap().with_extremes(bad=GREY))
    return found


def add_labels(ax: Any, positions: Any, look: NodeLook) -> tuple[int, int]:
    """Write labels beside nodes, the largest first, unless they would lie on one another; how many of how many."""
    from matplotlib.patheffects import withStroke

    style: dict[str, Any] = {"fontsize": "small", "va": "center", "zorder": 3, "gid": "label", "parse_math": False}
    style["path_effects"] = [withStroke(linewidth=2.0, foreground=ax.get_facecolor(), alpha=0.8)]  # over edges
    order = look.drawn[np.argsort(-look.areas[look.drawn], kind="stable")]
    labels = []
    for node in order[:_MOST_LABELS]:
        text, away = (look.labels or [])[node], 0.5 * float(np.sqrt(look.areas[node])) + 2.0
        if ax.name == "3d":
            label = ax.text(*positions[node], f"  {text}", **style)
        else:
            label = ax.annotate(text, positions[node], (away, 0.0), textcoords="offset points", **style)
        label.set_in_layout(False)
        labels.append(label)
    figure = ax.get_figure(root=True)
    for _ in range(3):  # labels at the border make the axes smaller, so that others may meet
        figure.draw_without_rendering()
        labels = _apart(ax, labels)
        for label in labels:
            label.set_in_layout(ax.name != "3d")
    return len(labels), len(look.drawn)


def _apart(ax: Any, labels: list[Any]) -> list[Any]:
    """Remove labels that lie on earlier ones."""
    kept: list[Any] = []
    taken: list[Any] = []
    for label in labels:
        box = _box(ax, label)
        if any((box[0] < other[1]).all() and (other[0] < box[1]).all() for other in taken):
            label.remove()
        else:
            kept.append(label)
            taken.append(box)
    return kept


def _box(ax: Any, label: Any) -> Any:
    """Corners of a label on the screen; in three dimensions where it is seen from now."""
    if ax.name != "3d":
        return label.get_window_extent().get_points()
    from mpl_toolkits.mplot3d.proj3d import proj_transform

    x, y, _ = proj_transform(*label.get_position_3d(), ax.M)
    probe = ax.text2D(x, y, label.get_text(), fontsize="small", va="center", transform=ax.transData, parse_math=False)
    box = probe.get_window_extent().get_points()
    probe.remove()
    return box


def _texts(graph: Graph, labels: Any) -> list[str]:
    if labels is True:
        return [str(i) for i in range(graph.n_nodes)]
    shown = node_values("draw_network: labels", graph, labels)
    if shown.names is None:
        return [f"{value:.4g}" for value in shown.values]
    return [shown.names[k] for k in shown.values]


def _marker(shape: str) -> str:
    from matplotlib.markers import MarkerStyle

    try:
        MarkerStyle(shape)
    except ValueError:
        expected = "'group', a column of names, or a marker of matplotlib, such as 'o' or 's'"
        raise ParameterError("draw_network: node_shape", got=shape, expected=expected) from None
    return shape
