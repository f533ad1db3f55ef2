"""Hive plots: nodes on axes from one centre, edges as arcs between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_choice, check_count
from netgraph.graph import check_graph
from netgraph.plot._edges import MANY, sampled
from netgraph.plot._nodes import node_areas
from netgraph.plot._style import GREY, axes_or_new, colours_of, named_ids, note
from netgraph.plot._values import Shown, as_numbers, node_values
from simcore.errors import ParameterError

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
        None takes the groups of the graph's population. Nodes on no axis are left out with their edges, and the picture says so.
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
    named = named_ids(where, getattr(graph, "population", None) if groups is None else groups, graph=graph)
    axis, names = _axes_of(graph, axes, bins, named)
    radius = _radii(as_numbers(f"{where}: radial", node_values(f"{where}: radial", graph, radial)), axis, scale)
    areas = node_areas(where, graph, node_size)
    chosen = colours_of(where, names, colours)
    alpha = _opacity(edge_alpha)
    placed = (axis >= 0) & np.isfinite(radius)
    candidates = np.flatnonzero(placed[graph.source] & placed[graph.target])
    rows = sampled(where, candidates, max_edges, seed)
    ax = axes_or_new(ax, size=(5.6, 5.6))
    step = 2 * np.pi / max(len(names), 1)
    inside = np.unique(axis[graph.source[rows]][axis[graph.source[rows]] == axis[graph.target[rows]]])
    apart = np.where(np.isin(np.arange(len(names)), inside), _APART * step, 0.0)
    middle = np.pi / 2 - step * np.arange(len(names))
    _draw_edges(ax, graph, rows, axis, radius, middle, apart, chosen, alpha)
    _draw_axes(ax, middle, apart, names)
    shown = np.flatnonzero(placed)
    copies = [(shown, 1.0)] + ([(shown[apart[axis[shown]] > 0], -1.0)] if inside.size else [])
    for some, side in copies:
        angle = middle[axis[some]] + side * apart[axis[some]]
        at = radius[some][:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
        style = {"edgecolors": "white", "linewidths": 0.3, "zorder": 3, "gid": "nodes", "rasterized": some.size > MANY}
        ax.scatter(*at.T, s=areas[some], c=[chosen[k] for k in axis[some]], **style)
    _finish(ax, len(names))
    said = [f"{rows.size:,} of {candidates.size:,} edges drawn"] if rows.size < candidates.size else []
    said += [f"{shown.size:,} of {graph.n_nodes:,} nodes on an axis"] if shown.size < graph.n_nodes else []
    if said:
        note(ax, ", ".join(said))
    return ax
