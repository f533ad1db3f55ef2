"""Degree distributions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from netgraph.analysis import degrees as analysis
from netgraph.plot._style import axes_or_new, colours_of, degree_label, frame, legend_beside
from simcore.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from netgraph.graph import Graph

__all__ = ["degree_distribution"]


def degree_distribution(
    graph: Graph,
    *,
    mode: str | Sequence[str] = "total",
    weight: str | None = None,
    nodes: Any = None,
    bins: int | str | ArrayLike = "auto",
    log: bool = False,
    density: bool | None = None,
    colours: Any = None,
    ax: Axes | None = None,
) -> Axes:
    """Histogram of the degrees.

    Parameters
    ----------
    graph : Graph
    mode : {"in", "out", "total"} or several of them
        Several are drawn over each other.
    weight, nodes, bins, log
        As in `netgraph.analysis.degree_distribution`; `log` makes both axes logarithmic.
    density : bool, optional
        Draw shares of nodes per unit of degree instead of numbers of nodes; None does so if `log`, where bins differ in width.
    colours : mapping, sequence or colour, optional
        Colour of each mode.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if None. The legend stands beside the axes of figures with a layout, such as
        ``layout="constrained"``, and else inside.

    Returns
    -------
    ax : matplotlib Axes

    Examples
    --------
    >>> from netgraph import Graph
    >>> ax = degree_distribution(Graph.from_edges([0, 1], [2, 2]), mode=["in", "out"])
    >>> ax.get_xlabel()
    'degree'
    """
    modes = [mode] if isinstance(mode, str) else list(mode)
    if not modes:
        raise ParameterError("degree_distribution: mode", got=mode, expected="at least one of 'in', 'out' and 'total'")
    density = log if density is None else density
    found = [analysis.degree_distribution(graph, mode=m, weight=weight, nodes=nodes, bins=bins, log=log) for m in modes]
    chosen = colours_of("degree_distribution", modes, colours)
    ax = axes_or_new(ax)
    for (counts, edges), label, colour in zip(found, modes, chosen, strict=True):
        height = counts / (max(counts.sum(), 1) * np.diff(edges)) if density else counts
        if log:
            full = counts > 0  # an empty bin has no place on a logarithmic axis
            middle = np.sqrt(edges[1:] * edges[:-1])
            if full.any():
                ax.plot(middle[full], height[full], color=colour, marker="o", markersize=4, linewidth=1.0, label=label)
        else:
            ax.stairs(height, edges, color=colour, fill=True, alpha=0.35)
            ax.stairs(height, edges, color=colour, linewidth=1.2, label=label)
    if log:
        if not ax.has_data():
            ax.set(xlim=(1, 10), ylim=(1, 10))  # the limits of empty axes have no logarithm
        ax.set_xscale("log")
        ax.set_yscale("log")
    else:
        ax.set_ylim(bottom=0)
    kind = "degree" if len(modes) > 1 else degree_label(modes[0])
    frame(ax, x=kind if weight is None else f"{kind}, weighted by {weight}", y="probability density" if density else "nodes")
    if len(modes) > 1:
        legend_beside(ax, modes, chosen)
    return ax
