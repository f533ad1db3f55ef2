"""A network in space, or in circles if it has no positions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_count, check_given_seed, check_number
from netgraph.graph import Graph, check_graph
from netgraph.plot._layout import circles
from netgraph.plot._style import GREY, axes_or_new, colours_of, degree_label, frame, legend_beside, named_ids, of_groups
from netgraph.space.distance import displacements
from simcore.errors import ParameterError, UnknownNameError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["network"]

_DEGREES = ("in", "out", "total")


def network(
    graph: Graph,
    *,
    node_size: str | float = "total",
    node_colour: Any = "group",
    edge_colour: Any = None,
    edge_alpha: float | None = None,
    max_edges: int = 5000,
    seed: int = 0,
    groups: Any = None,
    show_shape: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """Nodes and edges in space; without positions, each group in a circle.

    Directions are not drawn, and self-loops and parallel edges cannot be seen. In a periodic shape, edges that go round leave
    on one side and come in on the other.

    Parameters
    ----------
    graph : Graph
    node_size : {"in", "out", "total"}, str or float
        Make the area of the nodes grow with this degree or with this node column; a number is the area of all [pt²].
    node_colour : {"group", "in", "out", "total"}, str or colour
        Colour nodes by group, by this degree or by this node column; or all in this colour.
    edge_colour : colour, optional
        None takes the colour of the source's group, or grey.
    edge_alpha : float, optional
        From 0, invisible, to 1; None makes many edges fainter.
    max_edges : int
        Of more edges, a random sample of this many is drawn, and the plot says so.
    seed : int
        Seed of the sample.
    groups : NeuralPop or mapping of names to groups or ids, optional
        None takes the groups of the graph's population, if it has one.
    show_shape : bool
        Draw the border of the graph's shape.
    ax : matplotlib Axes, optional
        Where to draw, three-dimensional for three-dimensional positions; a new figure if None. The legend stands beside the
        axes of figures with a layout, such as ``layout="constrained"``, and else inside.

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    UnknownNameError
        If a size or colour names no column, degree or colour.
    ParameterError
        If a column cannot be drawn, or `ax` has the wrong number of dimensions.

    Examples
    --------
    >>> from netgraph import Graph
    >>> graph = Graph.from_edges([0, 1, 2], [1, 2, 0], positions=[[0, 0], [50, 0], [0, 50]])
    >>> network(graph, node_size=30.0).get_xlabel()
    'x [µm]'
    """
    check_graph("network: graph", graph)
    named = named_ids("network", getattr(graph, "population", None) if groups is None else groups, graph=graph)
    in_space = graph.positions is not None
    positions: Any = graph.positions if in_space else circles(graph.n_nodes, named)
    sizes = _sizes(graph, node_size)
    colours, legend, values = _node_colours(graph, node_colour, named)
    rows = _sampled_rows(graph, max_edges, seed)
    lines = _edge_colours(edge_colour, colours[graph.source[rows]] if legend else GREY)
    alpha = float(np.clip(14.0 / np.sqrt(max(rows.size, 1)), 0.1, 0.6)) if edge_alpha is None else _opacity(edge_alpha)
    three = positions.shape[1] == 3
    if ax is not None and three != (getattr(ax, "name", None) == "3d"):
        raise ParameterError("network: ax", got=ax, expected=f"axes for {positions.shape[1]} dimensions")
    axes: Any = axes_or_new(ax, size=(6.4, 5.2), projection="3d" if three else None)
    if show_shape and in_space and graph.shape is not None:
        _draw_shape(axes, graph.shape)
    _draw_edges(axes, graph, positions, rows, colour=lines, alpha=alpha)
    if values is None:
        _draw_nodes(axes, positions, sizes, colours)
    else:
        _draw_nodes(axes, positions, sizes, values, label=degree_label(node_colour) if node_colour in _DEGREES else node_colour)
    if legend:
        legend_beside(axes, *legend)
    _finish(axes, in_space=in_space)
    if rows.size < graph.n_edges:
        _note(axes, f"{rows.size:,} of {graph.n_edges:,} edges drawn")
    return axes


def _sampled_rows(graph: Graph, max_edges: Any, seed: int) -> NDArray[np.int64]:
    check_count(max_edges, "network: max_edges", most=None)
    check_given_seed(seed, "network: seed")
    if graph.n_edges <= max_edges:
        return np.arange(graph.n_edges)
    return np.sort(np.random.default_rng(seed).choice(graph.n_edges, size=max_edges, replace=False))


def _opacity(value: Any) -> float:
    if check_number("network: edge_alpha", value, 0.0) > 1.0:
        raise ParameterError("network: edge_alpha", got=value, expected="a number from 0 to 1")
    return float(value)


def _column(graph: Graph, name: str) -> NDArray[Any] | None:
    """A degree or a node column; None if there is no such name."""
    if name in _DEGREES:
        return graph.degree(mode=name)
    return np.asarray(graph.nodes[name]) if name in graph.nodes else None


def _numbers(where: str, name: str, values: NDArray[Any]) -> NDArray[np.float64]:
    if values.dtype.kind not in "biuf":
        raise ParameterError(where, got=f"column {name!r} of {values.dtype}", expected="a column of numbers")
    return values.astype(np.float64)


def _sizes(graph: Graph, node_size: Any) -> NDArray[np.float64]:
    """Areas of the nodes [pt²]; the largest ones still leave room for the others."""
    if isinstance(node_size, str):
        values = _column(graph, node_size)
        if values is None:
            raise UnknownNameError("size of nodes", got=node_size, choices=[*_DEGREES, *graph.nodes])
        values = _numbers("network: node_size", node_size, values)
        largest = float(np.clip(12_000.0 / max(graph.n_nodes, 1), 14.0, 260.0))
        top = np.nanmax(values, initial=0.0)
        share = np.clip(np.nan_to_num(values), 0.0, None) / top if top > 0 else np.ones(graph.n_nodes)
        return largest * (0.12 + 0.88 * share)
    return np.full(graph.n_nodes, check_number("network: node_size", node_size, 0.0, unit="pt²"))


def _node_colours(graph: Graph, node_colour: Any, named: dict[str, NDArray[np.int64]]) -> tuple[Any, Any, Any]:
    """Colour of each node, names and colours of the legend or None, and values for a colour bar or None."""
    from matplotlib.colors import is_color_like, to_rgba_array

    number, names = np.zeros(graph.n_nodes, dtype=np.int64), [""]
    column = _column(graph, node_colour) if isinstance(node_colour, str) and node_colour != "group" else None
    if column is not None and column.dtype.kind in "biuf":
        return to_rgba_array([GREY] * graph.n_nodes), None, column.astype(np.float64)
    if column is not None:
        labels, number = np.unique(column.astype(str), return_inverse=True)
        names = labels.tolist()
    elif isinstance(node_colour, str) and node_colour == "group":
        if named:
            number, names = of_groups(np.arange(graph.n_nodes), named), list(named)
    elif is_color_like(node_colour):
        return to_rgba_array([node_colour] * graph.n_nodes), None, None
    else:
        raise UnknownNameError("colour of nodes", got=node_colour, choices=["group", *_DEGREES, *graph.nodes])
    chosen = colours_of("network", names, None)
    table = to_rgba_array([*chosen, GREY])  # the last one, -1, is for nodes of no group
    return table[number], (names, chosen) if names != [""] else None, None


def _edge_colours(edge_colour: Any, otherwise: Any) -> Any:
    from matplotlib.colors import is_color_like

    if edge_colour is None:
        return otherwise
    if not is_color_like(edge_colour):
        raise ParameterError("network: edge_colour", got=edge_colour, expected="a colour")
    return edge_colour


def _draw_shape(ax: Any, shape: Any) -> None:
    for line in shape.outline():
        ax.plot(*line.T, color="0.45", linewidth=1.2, zorder=1.5, solid_joinstyle="round")


def _draw_edges(ax: Any, graph: Graph, positions: Any, rows: Any, *, colour: Any, alpha: float) -> None:
    start, end = positions[graph.source[rows]], positions[graph.target[rows]]
    segments: Any = np.stack([start, end], axis=1)
    style: dict[str, Any] = {"linewidths": 0.6, "alpha": alpha, "zorder": 1}
    if ax.name == "3d":
        from mpl_toolkits.mplot3d.art3d import Line3DCollection

        ax.add_collection3d(Line3DCollection(segments, colors=colour, **style), autolim=False)
        return
    from matplotlib.collections import LineCollection
    from matplotlib.patches import Rectangle

    shape: Any = graph.shape if graph.positions is not None else None
    periodic = shape is not None and shape.periodic and rows.size > 0
    if periodic:
        way = displacements(start, end, shape)
        wraps = ~np.isclose(start + way, end).all(axis=1)
        segments[:, 1] = start + way
        # The second half of an edge that goes round: the same line, moved so that it ends at its target.
        segments = np.concatenate([segments, np.stack([end - way, end], axis=1)[wraps]])
        colour = np.concatenate([colour, colour[wraps]]) if isinstance(colour, np.ndarray) else colour
    lines = LineCollection(segments, colors=colour, **style)
    ax.add_collection(lines, autolim=False)
    if periodic:
        low, high = shape.bounds
        lines.set_clip_path(Rectangle(low, *(high - low), transform=ax.transData))


def _draw_nodes(ax: Any, positions: Any, sizes: Any, colours: Any, *, label: str | None = None) -> None:
    """Nodes as disks; with a label, `colours` are numbers for a colour bar."""
    style: dict[str, Any] = {"edgecolors": "white", "linewidths": 0.4 if len(sizes) <= 2000 else 0.0, "zorder": 2}
    if label is None:
        ax.scatter(*positions.T, s=sizes, c=colours, **style)
        return
    nodes = ax.scatter(*positions.T, s=sizes, c=colours, cmap="viridis", **style)
    ax.get_figure().colorbar(nodes, ax=ax, shrink=0.8, label=label)


def _note(ax: Any, text: str) -> None:
    style: dict[str, Any] = {"transform": ax.transAxes, "fontsize": "small", "color": "0.35", "va": "bottom"}
    if ax.name == "3d":
        ax.text2D(0.0, 1.0, text, **style)
    else:
        ax.text(0.0, 1.01, text, **style)


def _finish(ax: Any, *, in_space: bool) -> None:
    ax.set_aspect("equal")
    if not in_space:
        ax.set_axis_off()
        return
    if ax.name == "3d":
        ax.set_xlabel("x [µm]")
        ax.set_ylabel("y [µm]")
        ax.set_zlabel("z [µm]")
        return
    frame(ax, x="x [µm]", y="y [µm]")
