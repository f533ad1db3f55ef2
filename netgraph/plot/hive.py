"""Hive plots: nodes on axes from one centre, edges as arcs between them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_choice, check_count
from netgraph.graph import check_graph
from netgraph.plot._edges import MANY, opacity, sampled
from netgraph.plot._nodes import node_areas
from netgraph.plot._style import axes_or_new, colours_of, folded, named_ids, note
from netgraph.plot._values import Shown, as_numbers, node_values
from simcore.errors import ParameterError
from simcore.parameter import as_floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from netgraph.graph import Graph

__all__ = ["hive_plot"]

_MOST_AXES = 12
# Where axes begin and end; half the angle between the two copies of an axis, as a share of the angle between axes.
_INNER, _OUTER, _APART = 0.12, 1.0, 0.16
_POINTS = 20


def hive_plot(
    graph: Graph,
    *,
    axes: Any = "group",
    bins: int | Sequence[float] = 3,
    radial: Any = "total",
    scale: str = "linear",
    node_size: Any = 8.0,
    edge_alpha: float | None = None,
    max_edges: int = 5000,
    seed: int = 0,
    groups: Any = None,
    colours: Any = None,
    ax: Axes | None = None,
) -> Axes:
    """Nodes on axes by what they are, at a distance by how much of it; edges between axes.

    Nothing depends on chance, so that hive plots of several networks can be compared (Krzywinski et al. 2012,
    doi:10.1093/bib/bbr069). Axes of which a drawn edge joins two nodes are doubled, and such edges run between the two copies,
    clockwise. Edges have the colour of their source's axis.

    Parameters
    ----------
    graph : Graph
    axes : str or array_like
        Which axis a node lies on: ``"group"``, a column, a degree, ``"in"``, ``"out"`` or ``"total"``, or an array. Numbers are
        divided into `bins`.
    bins : int or sequence of float
        Number of axes for numbers, with about as many nodes each; or the borders between them.
    radial : str or array_like
        Numbers that tell how far out a node lies: a degree, a column or an array.
    scale : {"linear", "log", "rank"}
        Distance in proportion to the value, to its logarithm, or by order along each axis.
    node_size : str, array_like or float
        As in `draw_network`.
    edge_alpha : float, optional
        From 0, invisible, to 1; None makes many edges fainter.
    max_edges, seed
        Of more edges, a random sample of this many is drawn, and the picture says so.
    groups : NeuralPop or mapping of names to groups or ids, optional
        None takes the groups of the graph's population. Nodes on no axis are left out with
        their edges, and the picture says so.
    colours : mapping, sequence or colour, optional
        Colours of the axes.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    ax : matplotlib Axes
        Its artists have the gids ``"nodes"``, ``"edges"`` and ``"axis"``.

    Raises
    ------
    UnknownNameError
        If there is no such value or scale.
    ParameterError
        If there are no groups, more than 12 axes, or values at a logarithmic distance that are not above 0.

    Examples
    --------
    >>> from netgraph import Graph
    >>> graph = Graph.from_edges([0, 1, 2], [1, 2, 0])
    >>> ax = hive_plot(graph, axes=["a", "b", "c"])
    >>> [text.get_text() for text in ax.texts]
    ['a', 'b', 'c']
    """
    where = "hive_plot"
    check_graph(f"{where}: graph", graph)
    check_choice(f"scale of {where}", scale, ("linear", "log", "rank"))
    named = named_ids(where, graph.structure if groups is None else groups, graph=graph)
    axis, names = _axes_of(graph, axes, bins, named)
    radius = _radii(as_numbers(f"{where}: radial", node_values(f"{where}: radial", graph, radial)), axis, scale)
    areas = node_areas(where, graph, node_size)
    chosen = colours_of(where, names, colours)
    axis[~np.isfinite(radius)] = -1
    candidates = np.flatnonzero((axis[graph.source] >= 0) & (axis[graph.target] >= 0))
    rows, n_candidates = sampled(where, candidates, max_edges, seed)
    alpha = opacity(f"{where}: edge_alpha", edge_alpha, rows.size)
    ax = axes_or_new(ax, size=(5.6, 5.6))
    place = _Places(axis, radius, _angles(graph, rows, axis, len(names)))
    _draw_edges(ax, place, graph.source[rows], graph.target[rows], chosen, alpha)
    _draw_axes(ax, place.angles, names)
    _draw_nodes(ax, place, areas, chosen)
    n_placed = int((axis >= 0).sum())
    said = [f"{rows.size:,} of {n_candidates:,} edges drawn"] if rows.size < n_candidates else []
    said += [f"{n_placed:,} of {graph.n_nodes:,} nodes on an axis"] if n_placed < graph.n_nodes else []
    if said:
        note(ax, ", ".join(said))
    return ax


class _Places(NamedTuple):
    """Where nodes lie: the number of their axis, -1 for none; distance; and the angles of both copies of each axis."""

    axis: NDArray[np.int64]
    radius: NDArray[np.float64]
    angles: NDArray[np.float64]

    def at(self, nodes: NDArray[Any], copy: Any) -> NDArray[np.float64]:
        """Positions on the copy of the axis."""
        angle = self.angles[self.axis[nodes], copy]
        return self.radius[nodes][:, None] * np.column_stack([np.cos(angle), np.sin(angle)])


def _axes_of(graph: Graph, axes: Any, bins: Any, named: Any) -> tuple[NDArray[np.int64], list[str]]:
    """Axis of each node, and their names."""
    if isinstance(axes, str) and axes == "group" and not named:
        raise ParameterError("hive_plot: axes", got=axes, expected="groups=, or other axes, such as 'total' or a column")
    shown = node_values("hive_plot: axes", graph, axes, named)
    axis, names = (shown.values.copy(), shown.names) if shown.names is not None else _binned(shown, bins)
    if len(names) > _MOST_AXES:
        raise ParameterError("hive_plot: axes", got=f"{len(names)} axes", expected=f"at most {_MOST_AXES}")
    return axis, names


def _binned(shown: Shown, bins: Any) -> tuple[NDArray[np.int64], list[str]]:
    """Numbers in intervals, which are named by their borders; missing ones lie on no axis."""
    where, known = "hive_plot: bins", shown.values[np.isfinite(shown.values)]
    if np.ndim(bins) == 0:
        if check_count(bins, where) < 1:
            raise ParameterError(where, got=bins, expected="a whole number >= 1, or borders")
        borders = np.unique(np.quantile(known, np.linspace(0.0, 1.0, bins + 1))) if known.size else np.array([0.0, 1.0])
        borders = np.array([borders[0], borders[0]]) if borders.size == 1 else borders
    else:
        borders = as_floats(where, bins, "increasing borders")
        if borders.ndim != 1 or borders.size < 2 or not (np.diff(borders) > 0).all():
            raise ParameterError(where, got=bins, expected="two or more increasing borders")
    axis = np.searchsorted(borders[1:-1], shown.values, side="right")
    axis[~((shown.values >= borders[0]) & (shown.values <= borders[-1]))] = -1
    return axis, [f"{shown.label} {low:.3g} to {high:.3g}".strip() for low, high in itertools.pairwise(borders)]


def _radii(values: NDArray[np.float64], axis: NDArray[np.int64], scale: str) -> NDArray[np.float64]:
    """Distance from the centre; NaN where there is no value."""
    used = (axis >= 0) & np.isfinite(values)
    share = np.full(values.size, np.nan)
    if scale == "rank":
        for k in np.unique(axis[used]):
            some = np.flatnonzero(used & (axis == k))
            share[some[np.argsort(values[some], kind="stable")]] = (np.arange(some.size) + 0.5) / some.size
    elif used.any():
        least = values[used].min()
        if scale == "log" and least <= 0:
            raise ParameterError("hive_plot: radial", got=least, expected="values > 0 for scale='log'")
        v = np.log(values[used]) if scale == "log" else values[used]
        share[used] = (v - v.min()) / np.ptp(v) if np.ptp(v) > 0 else 0.5
    return _INNER + (_OUTER - _INNER) * share


def _angles(graph: Graph, rows: NDArray[np.int64], axis: NDArray[np.int64], k: int) -> NDArray[np.float64]:
    """Angles of both copies of each axis, shape (k, 2), clockwise from the top; equal where no edge needs two."""
    step = 2 * np.pi / max(k, 1)
    source, target = axis[graph.source[rows]], axis[graph.target[rows]]
    apart = np.zeros(k)
    apart[source[source == target]] = _APART * step
    middle = np.pi / 2 - step * np.arange(k)
    return np.column_stack([middle + apart, middle - apart])


def _draw_edges(ax: Any, place: _Places, source: Any, target: Any, colours: Sequence[Any], alpha: float) -> None:
    """Spirals between the nearest copies of two axes; clockwise between those of one, and between opposite axes."""
    from matplotlib.collections import LineCollection
    from matplotlib.colors import to_rgba_array

    a, b, k = place.axis[source], place.axis[target], len(place.angles)
    clockwise = (b - a) % max(k, 1) <= k / 2
    begin = place.angles[a, np.where(clockwise & (a != b), 1, 0)]
    turn = (place.angles[b, np.where(clockwise, np.where(a == b, 1, 0), 1)] - begin) % (2 * np.pi)
    turn = np.where(clockwise & (turn > 0), turn - 2 * np.pi, turn)
    t = np.linspace(0.0, 1.0, _POINTS)
    angle = begin[:, None] + turn[:, None] * t
    radius = place.radius[source][:, None] * (1 - t) + place.radius[target][:, None] * t
    points = radius[..., None] * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    shown = to_rgba_array(list(colours))[a] if len(colours) else "none"
    style = {"linewidths": 0.6, "alpha": alpha, "zorder": 1, "rasterized": len(points) > MANY}
    ax.add_collection(LineCollection(points, colors=shown, gid="edges", **style), autolim=False)


def _draw_axes(ax: Any, angles: NDArray[np.float64], names: Sequence[str]) -> None:
    reach = np.array([_INNER, _OUTER])
    for pair, name in zip(angles, names, strict=True):
        for angle in np.unique(pair):
            ax.plot(reach * np.cos(angle), reach * np.sin(angle), color="0.6", linewidth=1.0, zorder=2, gid="axis")
        x, y = 1.07 * np.cos(pair.mean()), 1.07 * np.sin(pair.mean())
        ha = "center" if abs(x) < 0.3 else "left" if x > 0 else "right"
        va = "center" if abs(y) < 0.3 else "bottom" if y > 0 else "top"
        ax.text(x, y, folded(name, 20), ha=ha, va=va, parse_math=False)
    ax.set(xlim=(-1.15, 1.15), ylim=(-1.15, 1.3), aspect="equal")
    ax.set_axis_off()


def _draw_nodes(ax: Any, place: _Places, areas: NDArray[np.float64], colours: Sequence[Any]) -> None:
    from matplotlib.colors import to_rgba_array

    nodes = np.flatnonzero(place.axis >= 0)
    twice = nodes[np.ptp(place.angles, axis=1)[place.axis[nodes]] > 0] if nodes.size else nodes
    table = to_rgba_array(list(colours)) if len(colours) else np.zeros((0, 4))
    both = np.concatenate([place.at(nodes, 0), place.at(twice, 1)])
    shown = np.concatenate([nodes, twice])
    style = {"edgecolors": "white", "linewidths": 0.3, "zorder": 3, "gid": "nodes", "rasterized": shown.size > MANY}
    ax.scatter(*both.T, s=areas[shown], c=table[place.axis[shown]], **style)
