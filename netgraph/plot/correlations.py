"""How two values of nodes or edges hang together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_choice, check_flag
from netgraph.graph import check_graph
from netgraph.plot._style import PALETTE, axes_or_new, colours_of, frame, ink, legend_beside, named_ids, note_missing
from netgraph.plot._values import as_numbers, edge_values, node_values
from netgraph.plot.distributions import parts_of, whose
from simcore.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from netgraph.graph import Graph

__all__ = ["attribute_correlation"]

# Above this many points, which would hide each other, cells are coloured by their number.
_MANY = 5000
_CELLS = 45


def attribute_correlation(
    graph: Graph,
    x: Any,
    y: Any,
    *,
    of: str | None = None,
    kind: str | None = None,
    groups: Any = None,
    line: bool = True,
    log: bool = False,
    colours: Any = None,
    ax: Axes | None = None,
) -> Axes:
    """One value of nodes or edges against another, with the line of least squares and Pearson's r.

    Parameters
    ----------
    graph : Graph
    x, y : str or array_like
        Numbers: columns, of nodes also the degrees ``"in"``, ``"out"`` and ``"total"``, or arrays, such as what the functions
        of `netgraph.analysis` return. Pairs with a missing value (NaN) are left out, and the picture says so.
    of : {"edges", "nodes"}, optional
        Whose values; None finds out, if there is one answer.
    kind : {"scatter", "hexbin"}, optional
        Points, or cells coloured by the number of points in them; None takes cells for more than 5000 points without groups.
    groups : NeuralPop or mapping of names to groups or ids, optional
        Colour points by group, with a line for each; edges belong to the group of their source.
    line : bool
        Draw the line.
    log : bool
        Make both axes logarithmic and fit the line to the logarithms; pairs of which one is not above 0 are left out, and the
        picture says so.
    colours : mapping, sequence or colour, optional
        Colours of the groups.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    UnknownNameError
        If there is no such column.
    ParameterError
        If the values are no numbers, or of edges and of nodes.

    Examples
    --------
    >>> from netgraph import Graph
    >>> ax = attribute_correlation(Graph.from_edges([0, 0, 1], [1, 2, 2]), "in", "out")
    >>> ax.get_legend().get_texts()[0].get_text()
    'r = -1, slope -1 ± 0'
    """
    where = "attribute_correlation"
    check_graph(f"{where}: graph", graph)
    check_flag(f"{where}: line", line)
    check_flag(f"{where}: log", log)
    of = whose(where, graph, [x, y], of)
    values = edge_values if of == "edges" else node_values
    shown = [values(f"{where}: {name}", graph, what) for name, what in (("x", x), ("y", y))]
    both = np.stack([as_numbers(f"{where}: {name}", s) for name, s in zip("xy", shown, strict=True)])
    named = named_ids(where, groups, graph=graph)
    kind = ("hexbin" if both.shape[1] > _MANY and not named else "scatter") if kind is None else kind
    if check_choice(f"kind of {where}", kind, ("hexbin", "scatter")) == "hexbin" and named:
        raise ParameterError(f"{where}: kind", got=kind, expected="'scatter' with groups")
    parts = {name: both[:, rows] for name, rows in parts_of(graph, of, named, both.shape[1]).items()}
    known = {name: v[:, np.isfinite(v).all(axis=0) & ((v > 0).all(axis=0) | (not log))] for name, v in parts.items()}
    chosen = colours_of(where, list(known), colours) if named else [PALETTE[0]]
    ax = axes_or_new(ax, size=(5.6, 4.2))
    entries = []
    for (name, points), colour in zip(known.items(), chosen, strict=True):
        _draw(ax, points, kind, colour=colour, log=log)
        entries += [(name, colour, "o")] if named else []
        told = _draw_line(ax, points, colour=colour if named else ink(), log=log) if line else None
        entries += [] if told is None else [(told, colour if named else ink(), "-")]
    _finish(ax, [s.label or name for s, name in zip(shown, "xy", strict=True)], entries, log=log)
    drawn, n = (sum(v.shape[1] for v in some.values()) for some in (known, parts))
    note_missing(ax, n, drawn, "pairs")
    return ax


def _draw(ax: Any, points: NDArray[np.float64], kind: str, *, colour: Any, log: bool) -> None:
    if kind == "scatter" or points.shape[1] == 0:
        n = points.shape[1]
        size, alpha = float(np.clip(4000.0 / max(n, 1), 4.0, 25.0)), float(np.clip(40.0 / max(n, 1) ** 0.5, 0.2, 0.8))
        ax.scatter(*points, s=size, color=colour, alpha=alpha, linewidths=0.0, rasterized=n > 10_000, gid="points")
        return
    scale = "log" if log else "linear"
    spread = np.ptp(points, axis=1)
    # Whole numbers lie in the middles of cells, if these are as many.
    whole = not log and (points == np.rint(points)).all() and (spread > 0).all() and (spread <= _CELLS).all()
    grid = tuple(spread.astype(int).tolist()) if whole else _CELLS
    cells = ax.hexbin(*points, gridsize=grid, mincnt=1, bins="log", cmap="viridis", xscale=scale, yscale=scale, linewidths=0.1)
    ax.get_figure().colorbar(cells, ax=ax, label="number", shrink=0.8)


def _draw_line(ax: Any, points: NDArray[np.float64], *, colour: Any, log: bool) -> str | None:
    """The regression; None if there is none."""
    from scipy.stats import linregress

    x, y = np.log10(points) if log else points
    if x.size < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    fit = linregress(x, y)
    ends = np.array([x.min(), x.max()])
    drawn = np.stack([ends, fit.intercept + fit.slope * ends])
    ax.plot(*(10.0**drawn if log else drawn), color=colour, linewidth=1.8, gid="line", zorder=3)
    kind = "exponent" if log else "slope"
    return f"r = {fit.rvalue:.3g}, {kind} {fit.slope:.3g} ± {fit.stderr:.2g}"


def _finish(ax: Any, labels: list[str], entries: list[Any], *, log: bool) -> None:
    if log:
        ax.set_xscale("log")
        ax.set_yscale("log")
    frame(ax, x=labels[0], y=labels[1])
    if entries:
        names, colours, markers = zip(*entries, strict=True)
        legend_beside(ax, names, colours, markers=markers, upwards=False, inside=len(entries) == 1)
