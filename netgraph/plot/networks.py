"""A network in space, or in a layout if it has no positions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from netgraph._checks import check_flag
from netgraph.graph import Graph, check_graph
from netgraph.plot._edges import EdgeLook, add_edges, check_arrows, chosen_rows, edge_look, sampled
from netgraph.plot._layout import places
from netgraph.plot._nodes import NodeLook, add_labels, add_nodes, node_look
from netgraph.plot._paths import check_curve
from netgraph.plot._style import GREY, legend_beside, named_ids, note, of_groups
from netgraph.plot.shapes import draw_outline, finish, space_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_network"]


def draw_network(
    graph: Graph,
    *,
    layout: Any = None,
    node_size: Any = "total",
    node_colour: Any = "group",
    node_shape: Any = "o",
    labels: Any = None,
    edge_colour: Any = None,
    edge_width: Any = None,
    edge_alpha: float | None = None,
    arrows: bool | None = None,
    curve: str = "reciprocal",
    nodes: Any = None,
    edges: Any = None,
    sources: Any = None,
    targets: Any = None,
    threshold: float | tuple[str, float] | None = None,
    max_edges: int = 5000,
    seed: int = 0,
    groups: Any = None,
    show_shape: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """Nodes and edges in space; without positions, each group in a circle.

    Values that sizes, colours, shapes and widths show are a column, an array with one value for each node or edge, for nodes
    also a degree, ``"in"``, ``"out"`` or ``"total"``, and for colours and shapes ``"group"``. Numbers get a colour bar, names a
    legend. In a periodic shape, edges that go round leave on one side and come in on the other.

    Parameters
    ----------
    graph : Graph
    layout : str or array_like of float, shape (n_nodes, 2) or (n_nodes, 3), optional
        ``"positions"``, a kind of `netgraph.plot.layout`, or places; None takes positions, or else ``"grouped"``.
    node_size : str, array_like or float
        Value that the area of the nodes grows with; a number is the area of all [pt²].
    node_colour : str, array_like or colour
        Value that colours the nodes; or all in this colour.
    node_shape : str or array_like
        Names that give the marker; or the matplotlib marker of all.
    labels : bool, str or array_like, optional
        True writes ids, else a value, beside the nodes; those that would lie on others are left out, and the picture says so.
    edge_colour : str, array_like or colour, optional
        Value that colours the edges, or all in this colour; None takes the colour of the source's group, or grey.
    edge_width : str, array_like or float, optional
        Value whose size the width grows with, or the width of all [pt].
    edge_alpha : float, optional
        From 0, invisible, to 1; None makes many edges fainter.
    arrows : bool, optional
        Draw the direction of edges: heads, in three dimensions thick ends; None does so for up to 1000 edges, in three
        dimensions 200.
    curve : {"reciprocal", "groups", "all", "none"}
        Bend edges that have the same two nodes, so that all can be seen; or those between groups towards the middle; or all to
        their left; or none. In three dimensions ``"groups"`` alone bends.
    nodes : array_like of int, Group or str, optional
        Draw these nodes alone, or those of the group of this name, and the edges among them.
    edges : array_like of int, optional
        Draw only edges of these rows.
    sources, targets : array_like of int, Group or str, optional
        Draw only edges from these nodes, and only edges to these.
    threshold : float or (str, float), optional
        Draw only edges whose weight, or the column named, has at least this size.
    max_edges : int
        Of more edges, a random sample of this many is drawn, and the picture says so.
    seed : int
        Seed of the sample and the layout.
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
        Its artists have the gids ``"nodes"``, ``"edges"``, ``"arrows"``, ``"loops"``, ``"label"``, ``"shape"`` and
        ``"area"``.

    Raises
    ------
    UnknownNameError
        If a value, group, layout or curve is none.
    ParameterError
        If a value cannot be drawn, or `ax` has the wrong number of dimensions.

    Examples
    --------
    >>> from netgraph import Graph
    >>> graph = Graph.from_edges([0, 1, 2], [1, 2, 0], positions=[[0, 0], [50, 0], [0, 50]])
    >>> draw_network(graph, node_size=30.0).get_xlabel()
    'x [µm]'
    """
    check_graph("draw_network: graph", graph)
    check_flag("draw_network: show_shape", show_shape)
    named = named_ids("draw_network", graph.structure if groups is None else groups, graph=graph)
    only = {"nodes": nodes, "edges": edges, "sources": sources, "targets": targets, "threshold": threshold}
    rows, n_candidates = sampled("draw_network", chosen_rows(graph, named, **only), max_edges, seed)
    points = node_look(graph, named, size=node_size, colour=node_colour, shape=node_shape, nodes=nodes, labels=labels)
    lines = edge_look(graph, rows, named, colour=edge_colour, width=edge_width, alpha=edge_alpha, sources=points)
    positions, in_space = places("draw_network", graph, layout, named, seed=seed)
    check_curve("draw_network", curve, positions.shape[1])
    arrows = check_arrows(graph, rows, arrows, ndim=positions.shape[1])
    options: dict[str, Any] = {"curve": curve, "arrows": arrows, "groups": of_groups(np.arange(graph.n_nodes), named)}
    axes = space_axes("draw_network", ax, positions.shape[1])
    shape: Any = graph.shape if in_space else None
    if show_shape and shape is not None:
        draw_outline(axes, shape)
    options["space"] = shape if shape is not None and shape.periodic else None
    bars = add_nodes(axes, positions, points), add_edges(axes, graph, positions, rows, lines, points, **options)
    _explain(axes, points, lines, bars)
    finish(axes, in_space=in_space)
    said = [f"{rows.size:,} of {n_candidates:,} edges drawn"] if rows.size < n_candidates else []
    unknown = 0 if points.numbers is None else int((~np.isfinite(points.numbers[points.drawn])).sum())
    said += [f"{unknown:,} of {points.drawn.size:,} nodes grey, without {points.label or 'value'}"] if unknown else []
    if points.labels is None and not said:
        return axes
    remark = note(axes, " ")  # takes its place before labels are placed
    if points.labels is not None:
        written, wanted = add_labels(axes, positions, points)
        said += [f"{written:,} of {wanted:,} labels written"] if written < wanted else []
    remark.set_text(", ".join(said))
    return axes


def _explain(ax: Any, points: NodeLook, lines: EdgeLook, bars: tuple[Any, Any]) -> None:
    """A legend of all names, and a colour bar for each value that is a number: of edges below, where no legend stands."""
    entries = [(name, colour, "s") for name, colour in zip(*points.legend, strict=True)] if points.legend else []
    if points.shapes is not None:
        known = dict((name, colour) for name, colour, _ in entries)
        shown = [(name, known.get(name, GREY), marker) for name, marker in zip(points.shapes, points.markers, strict=False)]
        entries = shown if set(known) == set(points.shapes) else entries + shown
    if lines.legend and lines.legend != points.legend:
        entries += [(name, colour, "-") for name, colour in zip(*lines.legend, strict=True)]
    if entries:
        names, colours, markers = zip(*entries, strict=True)
        legend_beside(ax, names, colours, markers=markers, upwards=False)
    for artist, label, where in ((bars[0], points.label, "right"), (bars[1], lines.label, "bottom")):
        if artist is not None:
            where = "left" if where == "right" and entries and ax.name != "3d" else where
            bar = ax.get_figure().colorbar(artist, ax=ax, shrink=0.8, location=where, pad=0.12 if ax.name == "3d" else 0.02)
            bar.set_label(label, parse_math=False)
            bar.solids.set(alpha=1.0)
