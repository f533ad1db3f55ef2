"""The adjacency matrix as a picture, sorted by group and binned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_choice, check_count, check_flag
from netgraph.graph import check_graph
from netgraph.plot._style import axes_or_new, folded, named_ids, note
from netgraph.plot._values import UNITS, as_numbers, node_values
from simcore.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from netgraph.graph import Graph

__all__ = ["adjacency_heatmap"]

# Edges that are binned at a time, so that little is held besides.
_PIECE = 1 << 21
# Height of a line of text [pt].
_LINE = 8.5
_LABELS = {
    ("density", False): "edges per pair of nodes",
    ("sum", False): "edges",
    ("density", True): "{} per pair of nodes",
    ("sum", True): "total {}",
    ("mean", True): "mean {}",
}


def adjacency_heatmap(
    graph: Graph,
    *,
    weight: str | None = None,
    show: str = "density",
    sort: Any = None,
    groups: Any = None,
    signed: bool = False,
    log: bool = False,
    bins: int = 400,
    ax: Axes | None = None,
) -> Axes:
    """Edges from each node, downwards, to each node, rightwards; nodes sorted by group.

    Parameters
    ----------
    graph : Graph
        Parallel edges add up; an undirected edge counts in both directions, and a self-loop once.
    weight : str, optional
        Edge column to show instead of numbers of edges.
    show : {"density", "sum", "mean"}
        Of each cell: edges or weight per pair of nodes (one of which is a node with itself), their sum, or, with `weight`, the
        mean over its edges.
    sort : str or array_like, optional
        Order nodes within their group by a degree, a column or an array, ascending; None keeps the order of ids in the group.
    groups : NeuralPop or mapping of names to groups or ids, optional
        None takes the groups of the graph's population, if it has one. A node stands with the first group that holds it; those
        of no group come last.
    signed : bool
        Count edges of inhibitory neurons as negative; needs a population or an edge column "type".
    log : bool
        Colour by the logarithm of the size.
    bins : int
        About how many cells in a row: with more nodes a cell stands for several nodes of one group.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    UnknownNameError
        If there is no such column or choice.
    ParameterError
        If a mean is asked for without a weight.

    Examples
    --------
    >>> from netgraph import Graph
    >>> adjacency_heatmap(Graph.from_edges([0, 1, 2], [1, 2, 0])).get_xlabel()
    'target'
    """
    where = "adjacency_heatmap"
    check_graph(f"{where}: graph", graph)
    check_choice(f"choice of {where}: show", show, ("density", "sum", "mean"))
    if show == "mean" and weight is None:
        raise ParameterError(f"{where}: show", got=show, expected="'density' or 'sum' without weight")
    check_flag(f"{where}: log", log)
    check_flag(f"{where}: signed", signed)
    if check_count(bins, f"{where}: bins") < 1:
        raise ParameterError(f"{where}: bins", got=bins, expected="a whole number >= 1")
    named = named_ids(where, graph.structure if groups is None else groups, graph=graph)
    order, sizes, names = _order(graph, named, _keys(where, graph, sort))
    cells = _cells(sizes, bins)
    bin_of = np.empty(graph.n_nodes, dtype=np.int64)
    bin_of[order] = np.repeat(np.arange(cells.size - 1), np.diff(cells))
    values = _binned(graph, bin_of, cells, weight=weight, show=show, signed=signed)
    ax = axes_or_new(ax, size=(6.0, 5.0))
    label = _LABELS[show, weight is not None].format(f"{weight}{UNITS.get(str(weight), '')}")
    _draw(ax, cells, values, log=log, label=f"signed {label}" if signed else label)
    _name_groups(ax, sizes, names)
    return ax


def _keys(where: str, graph: Graph, sort: Any) -> NDArray[np.float64] | None:
    return None if sort is None else as_numbers(f"{where}: sort", node_values(f"{where}: sort", graph, sort))


def _order(
    graph: Graph, named: Mapping[str, NDArray[np.int64]], keys: NDArray[np.float64] | None
) -> tuple[NDArray[np.int64], list[int], list[str]]:
    """Nodes in the order of rows, sizes of the groups that are not empty, and their names."""
    left = np.ones(graph.n_nodes, dtype=bool)
    parts, names = [], []
    for name, ids in (*named.items(), ("", np.arange(graph.n_nodes))):
        some = ids[left[ids]]
        some = some[np.sort(np.unique(some, return_index=True)[1])]
        left[some] = False
        if some.size:
            parts.append(some if keys is None else some[np.argsort(keys[some], kind="stable")])
            names.append(name if name or not named else "no group")
    order = np.concatenate([np.zeros(0, dtype=np.int64), *parts])
    return order, [p.size for p in parts], names


def _cells(sizes: list[int], bins: int) -> NDArray[np.int64]:
    """Borders of the cells, of about equal size; a cell lies in one group."""
    n = sum(sizes)
    borders = [np.zeros(1, dtype=np.int64)]
    for size in sizes:
        parts = min(size, max(1, round(bins * size / n)))
        borders.append(borders[-1][-1] + np.rint(np.linspace(0, size, parts + 1)[1:]).astype(np.int64))
    return np.concatenate(borders)


def _binned(
    graph: Graph, bin_of: NDArray[np.int64], cells: NDArray[np.int64], *, weight: str | None, show: str, signed: bool
) -> NDArray[np.float64]:
    """Value of each cell, from source to target; NaN where there is no edge."""
    n = cells.size - 1
    count, total = np.zeros(n * n, dtype=np.int64), np.zeros(n * n)
    if weight is not None:
        graph._numeric_column(weight)  # refused before anything is counted
    signs = graph._edge_signs() if signed else None
    for start in range(0, graph.n_edges, _PIECE):
        rows = slice(start, start + _PIECE)
        source, target = bin_of[graph.source[rows]], bin_of[graph.target[rows]]
        value = None if weight is None else graph._edge_column_at(weight, np.arange(graph.n_edges)[rows]).astype(np.float64)
        if signs is not None:
            value = signs[rows] * (1.0 if value is None else value)
        pairs = [(source * n + target, value)]
        if not graph.directed:
            apart = graph.source[rows] != graph.target[rows]
            pairs.append(((target * n + source)[apart], None if value is None else value[apart]))
        for place, v in pairs:
            count += np.bincount(place, minlength=n * n)
            if v is not None:
                total += np.bincount(place, v, minlength=n * n)
    if weight is None and signs is None:
        total = count.astype(np.float64)
    width = np.diff(cells).astype(np.float64)
    divisor = {"density": np.outer(width, width).ravel(), "sum": np.ones(n * n), "mean": np.maximum(count, 1)}[show]
    return np.where(count > 0, total / divisor, np.nan).reshape(n, n)


def _draw(ax: Any, cells: NDArray[np.int64], values: NDArray[np.float64], *, log: bool, label: str) -> None:
    """Cells on white, dark where there is much; blue and red if some are negative."""
    from matplotlib.colors import LogNorm, Normalize, SymLogNorm
    from matplotlib.ticker import MaxNLocator

    size = np.sort(np.abs(values[np.isfinite(values) & (values != 0)]))
    # A few outliers among very many cells would make all others pale; the arrow of the colour bar stands for them.
    few = size.size // 200 if size.size > 2000 else 0
    low, top = (size[0], size[-1 - few]) if size.size else (0.1, 1.0)
    beyond = bool(size.size and size[-1] > top)
    negative = bool((values < 0).any())
    if log:
        low = min(low, top / 10)
        norm: Any = SymLogNorm(low, vmin=-top, vmax=top) if negative else LogNorm(low, top)
    else:
        norm = Normalize(-top if negative else 0.0, top)
    style = {"norm": norm, "cmap": "RdBu_r" if negative else "magma_r", "rasterized": True, "gid": "cells"}
    mesh = ax.pcolormesh(cells, cells, np.ma.masked_invalid(values), **style)
    if log:
        mesh.set_cmap(mesh.get_cmap().with_extremes(bad="white", under="white"))
    ax.set_facecolor("white")  # where there is no edge, whatever the style
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(6, integer=True, min_n_ticks=1))
    ax.set(xlim=(0, max(cells[-1], 1)), ylim=(max(cells[-1], 1), 0), aspect="equal", xlabel="target", ylabel="source")
    extend = ("both" if negative else "max") if beyond else "neither"
    ax.get_figure().colorbar(mesh, ax=ax, shrink=0.8, label=label, extend=extend)


def _name_groups(ax: Any, sizes: list[int], names: list[str]) -> None:
    """Lines between groups, and the names that have room at their middles."""
    if names in ([], [""]):
        return
    borders = np.concatenate([[0], np.cumsum(sizes)])
    for at in borders[1:-1]:
        ax.axhline(at, color="0.3", linewidth=0.6, gid="border")
        ax.axvline(at, color="0.3", linewidth=0.6, gid="border")
    middle = (borders[1:] + borders[:-1]) / 2
    box = ax.get_window_extent().transformed(ax.get_figure(root=True).dpi_scale_trans.inverted())
    names = [folded(name) for name in names]
    lines = np.array([1 + name.count("\n") for name in names])
    longest = np.array([max(map(len, name.split("\n"))) for name in names])
    at = middle * 72.0 * max(min(box.height, 0.85 * box.width), 1.0) / borders[-1]  # [pt]; the colour bar takes some width
    rows = _apart(at, _LINE * lines, sizes)
    flat = _apart(at, 0.6 * _LINE * longest, sizes)
    columns = flat if flat.size == len(names) else rows
    ax.set_yticks(middle[rows], [names[k] for k in rows], parse_math=False)
    ax.set_xticks(middle[columns], [names[k] for k in columns], parse_math=False, rotation=0 if columns is flat else 90)
    ax.tick_params(length=0, labelsize="small")
    written = min(rows.size, columns.size)
    if written < len(names):
        note(ax, f"{written} of {len(names)} groups named")


def _apart(at: NDArray[np.float64], length: NDArray[np.float64], sizes: list[int]) -> NDArray[np.int64]:
    """Those of the names at these places that do not overlap, of large groups first."""
    kept: list[int] = []
    for k in np.argsort(-np.array(sizes), kind="stable"):
        if all(abs(at[k] - at[other]) >= (length[k] + length[other]) / 2 for other in kept):
            kept.append(int(k))
    return np.sort(kept).astype(np.int64)
