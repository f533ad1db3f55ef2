"""Degree distributions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from netgraph.analysis import degrees as analysis
from netgraph.graph import check_graph
from netgraph.plot._histogram import Series, draw_series, fit_names, fitted
from netgraph.plot._style import degree_label, named_ids, note_missing
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
    groups: Any = None,
    bins: int | str | ArrayLike = "auto",
    log: bool = False,
    density: bool | None = None,
    fit: str | Sequence[str] | None = None,
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
        As in `netgraph.analysis.degree_distribution`; `log` makes both axes logarithmic. The picture says how many nodes lie in
        no bin.
    groups : NeuralPop or mapping of names to groups or ids, optional
        Draw one histogram for each group, of one mode, in the same bins. Not together with `nodes`.
    density : bool, optional
        Draw shares of nodes per unit of degree instead of numbers of nodes; None does so if `log`, where bins differ in width,
        and with fits.
    fit : {"power law", "normal", "lognormal", "exponential"} or several of them, optional
        Draw these distributions, fitted by `netgraph.analysis.fit_distribution`.
    colours : mapping, sequence or colour, optional
        Colour of each mode or group.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if None. The legend stands beside the axes of figures with a layout, such as
        ``layout="constrained"``, and else inside.

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    UnknownNameError
        If there is no such mode, weight or distribution.
    ParameterError
        If the degrees cannot be fitted, or several modes are to be drawn for several groups.

    Examples
    --------
    >>> from netgraph import Graph
    >>> ax = degree_distribution(Graph.from_edges([0, 1], [2, 2]), mode=["in", "out"])
    >>> ax.get_xlabel()
    'degree'
    """
    where = "degree_distribution"
    modes = [mode] if isinstance(mode, str) else list(mode)
    if not modes:
        raise ParameterError(f"{where}: mode", got=mode, expected="at least one of 'in', 'out' and 'total'")
    check_graph(f"{where}: graph", graph)
    kinds = fit_names(where, fit)
    named = named_ids(where, groups, graph=graph)
    if named and (nodes is not None or len(modes) > 1):
        raise ParameterError(f"{where}: groups", got=groups, expected="None together with nodes or several modes")
    found: dict[str, Any] = {"weight": weight, "bins": bins, "log": log}
    if named:
        everyone = np.unique(np.concatenate(list(named.values())))
        found["bins"] = analysis.degree_distribution(graph, mode=modes[0], nodes=everyone, **found)[1]
    parts = [(name, modes[0], ids) for name, ids in named.items()] or [(m, m, nodes) for m in modes]
    series, sizes = [], []
    for name, m, ids in parts:
        counts, edges = analysis.degree_distribution(graph, mode=m, nodes=ids, **found)
        values = graph.degree(ids, mode=m, weight=weight)
        series.append(Series(name, counts, edges, fitted(values, kinds)))
        sizes.append(values.size)
    kind = "degree" if len(modes) > 1 else degree_label(modes[0])
    x = kind if weight is None else f"{kind}, weighted by {weight}"
    ax = draw_series(where, series, log=log, density=density, colours=colours, ax=ax, x=x, y="nodes")
    note_missing(ax, sum(sizes), sum(int(s.counts.sum()) for s in series), "degrees")
    return ax
