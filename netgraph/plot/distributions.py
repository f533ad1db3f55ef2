"""Distributions of any value of nodes or edges, and how it differs between groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netgraph._checks import check_choice, check_flag
from netgraph.graph import check_graph
from netgraph.plot._histogram import Series, bin_borders, draw_series, fit_names, fitted
from netgraph.plot._style import axes_or_new, colours_of, frame, ink, legend_beside, name_ticks, named_ids, note_missing
from netgraph.plot._values import DEGREES, Shown, as_numbers, edge_values, node_values
from simcore.errors import ParameterError, UnknownNameError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from netgraph.graph import Graph

__all__ = ["attribute_distribution", "compare_groups", "parts_of", "whose"]

_OF = ("edges", "nodes")
# Single values are drawn beside a box for up to this many of them.
_POINTS = 200


def attribute_distribution(
    graph: Graph,
    attribute: Any,
    *,
    of: str | None = None,
    groups: Any = None,
    bins: int | str | ArrayLike = "auto",
    log: bool = False,
    density: bool | None = None,
    fit: str | Sequence[str] | None = None,
    colours: Any = None,
    ax: Axes | None = None,
) -> Axes:
    """Histogram of a value of edges, such as weights or delays, or of nodes; bars for a column of names.

    Parameters
    ----------
    graph : Graph
    attribute : str or array_like
        A column, or one value for each edge or node. Missing values (NaN) are left out, and the picture says so.
    of : {"edges", "nodes"}, optional
        Whose; None finds out, if there is one answer.
    groups : NeuralPop or mapping of names to groups or ids, optional
        Draw one histogram for each group, in the same bins; edges belong to the group of their source.
    bins : int, str or array_like of float
        Number of bins, a rule of `numpy.histogram_bin_edges` (of more than 1e5 values: 100 bins), or the borders.
    log : bool
        Make bins equally wide in the logarithm and both axes logarithmic; values that are not above 0 are left out, and the
        picture says so.
    density, fit, colours, ax
        As in `degree_distribution`.

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    UnknownNameError
        If there is no such column.
    ParameterError
        If edges and nodes both have it, or it cannot be fitted.

    Examples
    --------
    >>> from netgraph import Graph
    >>> graph = Graph.from_edges([0, 1, 2], [1, 2, 0], weights=[1.0, 2.0, 4.0])
    >>> attribute_distribution(graph, "weight").get_xlabel()
    'weight'
    """
    where = "attribute_distribution"
    check_graph(f"{where}: graph", graph)
    check_flag(f"{where}: log", log)
    kinds = fit_names(where, fit)
    of = whose(where, graph, [attribute], of)
    named = named_ids(where, groups, graph=graph)
    shown = (edge_values if of == "edges" else node_values)(f"{where}: attribute", graph, attribute)
    parts = parts_of(graph, of, named, shown.values.size)
    if shown.names is not None:
        if kinds or log:
            raise ParameterError(f"{where}: attribute", got="names", expected="numbers, for fits and logarithmic axes")
        return _bars(where, shown, parts, colours=colours, ax=ax, y=of)
    values = {name: shown.values[rows] for name, rows in parts.items()}
    known = {name: v[np.isfinite(v) & (v > 0 if log else True)] for name, v in values.items()}
    edges = bin_borders(where, np.concatenate(list(known.values())), bins, log=log)
    series = [Series(name, np.histogram(v, edges)[0], edges, fitted(v, kinds)) for name, v in known.items()]
    ax = draw_series(where, series, log=log, density=density, colours=colours, ax=ax, x=shown.label or "value", y=of)
    note_missing(ax, sum(v.size for v in values.values()), sum(v.size for v in known.values()), "values")
    return ax


def compare_groups(
    graph: Graph, attribute: Any, *, of: str | None = None, groups: Any = None, log: bool = False, colours: Any = None,
    seed: int = 0, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Boxes that compare a value between groups.

    A box goes from the lower to the upper quartile, its line is the median, its whiskers reach the last values within 1.5 times
    the box's height of it (Tukey 1977, *Exploratory Data Analysis*). Up to 200 values of a group are drawn as dots, too.

    Parameters
    ----------
    graph : Graph
    attribute, of
        Numbers, as in `attribute_distribution`; of nodes also a degree, ``"in"``, ``"out"`` or ``"total"``.
    groups : NeuralPop or mapping of names to groups or ids, optional
        None takes the groups of the graph's population.
    log : bool
        Make the axis of values logarithmic; values that are not above 0 are left out, and the picture says so.
    colours : mapping, sequence or colour, optional
        Colours of the groups.
    seed : int
        Scatters the dots sideways.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ParameterError
        If there are no groups, or the values are no numbers.

    Examples
    --------
    >>> from netgraph import Graph
    >>> graph = Graph.from_edges([0, 1, 2], [1, 2, 0])
    >>> ax = compare_groups(graph, "in", groups={"a": [0, 1], "b": [2]})
    >>> [tick.get_text() for tick in ax.get_xticklabels()]
    ['a', 'b']
    """
    where = "compare_groups"
    check_graph(f"{where}: graph", graph)
    of = whose(where, graph, [attribute], of)
    named = named_ids(where, graph.structure if groups is None else groups, graph=graph)
    if not named:
        raise ParameterError(f"{where}: groups", got=groups, expected="groups, or a network with a population")
    shown = (edge_values if of == "edges" else node_values)(f"{where}: attribute", graph, attribute)
    numbers = as_numbers(f"{where}: attribute", shown)
    values = [numbers[rows] for rows in parts_of(graph, of, named, numbers.size).values()]
    check_flag(f"{where}: log", log)
    known = [v[np.isfinite(v) & ((v > 0) | (not log))] for v in values]
    chosen = colours_of(where, list(named), colours)
    ax = axes_or_new(ax)
    drawn = ax.boxplot(known, widths=0.55, showfliers=True, patch_artist=True, medianprops={"color": ink()})
    jitter = np.random.default_rng(seed)
    for k, (box, colour, v) in enumerate(zip(drawn["boxes"], chosen, known, strict=True), start=1):
        box.set(facecolor=colour, alpha=0.5)
        few = v.size <= _POINTS
        drawn["fliers"][k - 1].set(marker=".", markersize=3, markeredgecolor=colour, visible=not few, rasterized=True)
        if few:
            ax.scatter(k + jitter.uniform(-0.18, 0.18, v.size), v, s=6.0, color=colour, zorder=2.5, linewidths=0.0)
    ax.set_yscale("log" if log else "linear")
    frame(ax, x="", y=shown.label or "value")
    name_ticks(ax, range(1, len(named) + 1), list(named))
    note_missing(ax, sum(v.size for v in values), sum(v.size for v in known), "values")
    return ax


def whose(where: str, graph: Graph, attributes: Sequence[Any], of: str | None) -> str:
    """``"edges"`` or ``"nodes"``, as asked or as there is one answer for all attributes."""
    if of is not None:
        return check_choice(f"choice of {where}: of", of, _OF)
    possible = set(_OF)
    for attribute in attributes:
        some = {kind for kind in _OF if _can_be_of(graph, attribute, kind)}
        if not some:
            _refuse(where, graph, attribute)
        possible &= some
    if len(possible) != 1:
        expected = "'edges' or 'nodes', as both could be meant" if possible else "values of edges alone, or of nodes alone"
        raise ParameterError(f"{where}: of", got=of, expected=expected)
    return possible.pop()


def _can_be_of(graph: Graph, attribute: Any, kind: str) -> bool:
    if not isinstance(attribute, str):
        return np.shape(attribute) == ((graph.n_edges if kind == "edges" else graph.n_nodes),)
    if kind == "nodes":
        return attribute in graph.nodes or attribute in DEGREES
    return attribute in graph.edges or (attribute == "distance" and graph.positions is not None)


def _refuse(where: str, graph: Graph, attribute: Any) -> None:
    if isinstance(attribute, str):
        raise UnknownNameError(f"attribute for {where}", got=attribute, choices=[*graph.edges, *graph.nodes, *DEGREES])
    size = np.shape(attribute)
    expected = f"a name, or an array of shape ({graph.n_edges},) for edges or ({graph.n_nodes},) for nodes"
    raise ParameterError(f"{where}: attribute", got=f"an array of shape {size}" if size else attribute, expected=expected)


def parts_of(graph: Graph, of: str, named: Mapping[str, NDArray[np.int64]], n: int) -> dict[str, Any]:
    """Rows of the values of each group; all without groups."""
    if not named:
        return {of: slice(0, n)}
    if of == "nodes":
        return dict(named)
    rows = {}
    for name, ids in named.items():
        inside = np.zeros(graph.n_nodes, dtype=bool)
        inside[ids] = True
        rows[name] = np.flatnonzero(inside[graph.source])
    return rows


def _bars(where: str, shown: Shown, parts: Mapping[str, Any], *, colours: Any, ax: Any, y: str) -> Any:
    """Numbers of each name, a row of bars for each group."""
    names = shown.names or []
    chosen = colours_of(where, list(parts), colours)
    ax = axes_or_new(ax)
    width = 0.8 / len(parts)
    for k, ((name, rows), colour) in enumerate(zip(parts.items(), chosen, strict=True)):
        counts = np.bincount(shown.values[rows], minlength=len(names))
        ax.bar(np.arange(len(names)) + (k - (len(parts) - 1) / 2) * width, counts, width, color=colour, label=name)
    frame(ax, x=shown.label, y=y)
    name_ticks(ax, range(len(names)), names)
    if len(parts) > 1:
        legend_beside(ax, list(parts), chosen, upwards=False)
    return ax
