"""Spikes over time: raster and rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netgraph.analysis._spikes import check_recorded, node_ids, recorded_nodes, select
from netgraph.analysis.activity import population_rate
from netgraph.plot._style import GREY, PALETTE, axes_or_new, colours_of, frame, legend_beside, named_ids, of_groups
from simcore.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["raster", "rate_histogram"]

# Above this many spikes each one is a single pixel.
_MANY = 200_000


def raster(
    times: Any,
    ids: ArrayLike | None = None,
    *,
    order: ArrayLike | None = None,
    groups: Any = None,
    colours: Any = None,
    window: tuple[float, float] | None = None,
    marker: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """A mark for each spike: time to the right, neurons upwards.

    Parameters
    ----------
    times : array_like of float, shape (n_spikes,) [ms]
        Spike times, or an object with ``.times`` and ``.ids``.
    ids : array_like of int, shape (n_spikes,), optional
        Node of each spike; None if `times` holds both.
    order : array_like of int, optional
        Nodes from the bottom row to the top, each once; others are not drawn. None stacks the groups, or without groups draws
        each spike at the height of its id.
    groups : NeuralPop or mapping of names to groups or ids, optional
        Colours spikes by the first group that holds the node.
    colours : mapping, sequence or colour, optional
        Colours of the groups.
    window : (float, float), optional [ms]
        Draw from start to stop.
    marker : str, optional
        A matplotlib marker; None takes strokes, or pixels for very many spikes.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if None. The legend stands beside the axes of figures with a layout, such as
        ``layout="constrained"``, and else inside.

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ParameterError
        If the arrays do not fit each other, the order holds a node twice, or a neuron was not recorded.

    Examples
    --------
    >>> ax = raster([1.0, 2.0, 3.0], [0, 4, 0], order=[4, 0], window=(0.0, 10.0))
    >>> ax.get_xlabel()
    'time [ms]'
    """
    from matplotlib.ticker import MaxNLocator

    named = _recorded_groups("raster", groups, times)
    rows = _rows(order, named)
    if order is not None and rows is not None:
        check_recorded("raster: order", rows, recorded_nodes(times))
    spikes = select("raster", times, ids, nodes=rows, window=window, need_window=False)
    chosen = colours_of("raster", list(named), colours) if named else [_single("raster", colours)]
    if marker is not None:
        _check_marker(marker)
    ax = axes_or_new(ax, size=(7.5, 4.5))
    heights = spikes.nodes[spikes.rows] if rows is None else spikes.rows
    low, high = _limits(spikes.nodes, rows)
    style = _marks(ax, marker, spikes.times.size, high - low)
    number = of_groups(spikes.nodes, named)[spikes.rows] if named else np.zeros(spikes.rows.size, dtype=np.int64)
    for k, colour in [*enumerate(chosen), (-1, GREY)]:
        drawn = number == k
        if k >= 0 or drawn.any():
            label = list(named)[k] if named and k >= 0 else None
            ax.plot(spikes.times[drawn], heights[drawn], color=colour, label=label, **style)
    ax.set_ylim(low, high)
    ax.yaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 2.5, 5, 10], integer=True, min_n_ticks=1))
    if spikes.window is not None:
        ax.set_xlim(*spikes.window)
    frame(ax, x="time [ms]", y="neuron id" if rows is None else "neurons")
    if named:
        legend_beside(ax, list(named), chosen)
    return ax


def rate_histogram(
    times: Any,
    ids: ArrayLike | None = None,
    *,
    bin_width: float = 5.0,
    nodes: Any = None,
    groups: Any = None,
    colours: Any = None,
    window: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Mean rate of the neurons over time, in bins.

    Parameters
    ----------
    times, ids
        As in `raster`.
    bin_width : float [ms]
    nodes : array_like of int or Group, optional
        Average over these, silent ones included; None takes all that were recorded, or of bare arrays of spikes those that
        spike. Not together with `groups`.
    groups : NeuralPop or mapping of names to groups or ids, optional
        One line for the mean of each group.
    colours : mapping, sequence or colour, optional
        Colours of the groups.
    window : (float, float) [ms]
        Start and stop; needed unless the object knows its own.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if None. The legend stands beside the axes of figures with a layout, such as
        ``layout="constrained"``, and else inside.

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ParameterError
        If the arrays do not fit each other, the window is missing, a neuron was not recorded, or nodes and groups are both
        given.

    Examples
    --------
    >>> ax = rate_histogram([1.0, 2.0, 12.0], [0, 4, 0], bin_width=10.0, window=(0.0, 20.0))
    >>> ax.get_ylabel()
    'rate [Hz]'
    """
    named = _recorded_groups("rate_histogram", groups, times)
    if named and nodes is not None:
        raise ParameterError("rate_histogram: nodes", got=nodes, expected="None together with groups")
    members = list(named.values()) if named else [nodes]
    found = [population_rate(times, ids, bin_width=bin_width, nodes=m, window=window) for m in members]
    chosen = colours_of("rate_histogram", list(named), colours) if named else [_single("rate_histogram", colours)]
    ax = axes_or_new(ax, size=(7.5, 2.5))
    names: list[str | None] = [*named] or [None]
    for (rate, edges), name, colour in zip(found, names, chosen, strict=True):
        if named:
            ax.stairs(rate, edges, baseline=None, color=colour, linewidth=1.2, label=name)
        else:
            ax.stairs(rate, edges, fill=True, color=colour, alpha=0.8)
    ax.set_xlim(found[0][1][0], found[0][1][-1])
    ax.set_ylim(bottom=0)
    frame(ax, x="time [ms]", y="rate [Hz]")
    if named:
        legend_beside(ax, list(named), chosen)
    return ax


def _recorded_groups(where: str, groups: Any, held: Any) -> dict[str, NDArray[np.int64]]:
    """Ids of the groups by name; refuses a group with neurons of which `held` knows that they were not recorded."""
    named = named_ids(where, groups)
    for name, ids in named.items():
        check_recorded(f"{where}: group {name!r}", ids, recorded_nodes(held))
    return named


def _check_marker(marker: Any) -> None:
    from matplotlib.markers import MarkerStyle

    try:
        MarkerStyle(marker)
    except ValueError:
        raise ParameterError("raster: marker", got=marker, expected="a marker of matplotlib, such as '.' or '|'") from None


def _single(where: str, colours: Any) -> Any:
    return PALETTE[0] if colours is None else colours_of(where, ["all"], colours)[0]


def _rows(order: ArrayLike | None, named: dict[str, NDArray[np.int64]]) -> NDArray[np.int64] | None:
    """Nodes from the bottom up; None if heights are ids."""
    if order is not None:
        return node_ids("raster: order", order)
    if not named:
        return None
    stacked = np.concatenate(list(named.values())).astype(np.int64)
    first = np.sort(np.unique(stacked, return_index=True)[1])
    return stacked[first]


def _limits(nodes: NDArray[np.int64], rows: NDArray[np.int64] | None) -> tuple[float, float]:
    if rows is not None:
        return -0.5, max(rows.size, 1) - 0.5
    return (nodes.min() - 0.5, nodes.max() + 0.5) if nodes.size else (-0.5, 0.5)


def _marks(ax: Axes, marker: str | None, n_spikes: int, n_rows: float) -> dict[str, Any]:
    """Style of the marks: strokes as high as a row where there is room for them."""
    figure = ax.get_figure(root=True)
    height = 72.0 * (figure.get_figheight() if figure else 4.0) * ax.get_position().height
    if marker is None:
        marker = "," if n_spikes > _MANY else "|"
    stroke = float(np.clip(0.8 * height / n_rows, 1.4, 14.0))
    return {
        "linestyle": "none",
        "marker": marker,
        "markersize": stroke,
        "markeredgewidth": 0.8,
        "rasterized": n_spikes > 10_000,  # a file of vector marks would be huge
    }
