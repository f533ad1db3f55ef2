"""State variables over time, and the phases of a network's activity behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_flag
from netgraph.analysis._spikes import node_ids
from netgraph.analysis.bursts import KINDS, ActivityPhases
from netgraph.plot._style import GREY, PALETTE, axes_or_new, colours_of, frame, legend_beside, named_ids, of_groups
from simcore.errors import ParameterError, UnknownNameError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["shade_phases", "traces"]

_PHASES = dict(zip(KINDS, ("#D55E00", "#E69F00", "#56B4E9", "#009E73"), strict=True))


def traces(
    recorded: Any, variable: str = "V_m", *, nodes: Any = None, groups: Any = None, mean: bool = False, colours: Any = None,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """A line for each recorded neuron, or for the mean of each group.

    Parameters
    ----------
    recorded : Results, Traces or TraceRecorder
        Where the traces are; of results, the first recorder that holds the variable.
    variable : str
        What to draw.
    nodes : array_like of int or Group, optional
        Which neurons; all that were recorded if None.
    groups : NeuralPop or mapping of names to groups or ids, optional
        Colours lines by the first group that holds the neuron; neurons in none are grey.
    mean : bool
        Draw the mean of each group (of all without groups) instead of single neurons.
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
        The variable was not recorded.
    ParameterError
        Nothing that holds traces, or a neuron that was not recorded.

    Examples
    --------
    >>> from simcore.results import Traces
    >>> held = Traces(np.array([1.0, 2.0]), np.array([7]), {"V_m": np.array([[-70.0], [-69.0]])}, {"V_m": "mV"})
    >>> traces(held).get_ylabel()
    'V_m [mV]'
    """
    from matplotlib.collections import LineCollection

    held = _held(recorded, variable)
    named = named_ids("traces: groups", groups)
    chosen = colours_of("traces", list(named), colours) if named else [colours_of("traces", ["all"], colours or PALETTE[0])[0]]
    place, ids = _columns(held.ids, nodes)
    group = of_groups(ids, named) if named else np.zeros(ids.size, dtype=np.int64)
    values = held[variable][:, place]
    if check_flag("traces: mean", mean):
        kinds, values = _means(group, values)
        label = f"mean {variable}"
    else:
        kinds, label = group, variable
    ax = axes_or_new(ax, size=(7.5, 3.5))
    lines = np.empty((kinds.size, held.times.size, 2))
    lines[:, :, 0], lines[:, :, 1] = held.times, values.T
    ax.add_collection(LineCollection(list(lines), colors=[chosen[k] if k >= 0 else GREY for k in kinds], linewidths=1.0))
    ax.autoscale_view()
    unit = held.units.get(variable, "")
    frame(ax, x="time [ms]", y=f"{label} [{unit}]" if unit else label)
    if named:
        legend_beside(ax, list(named), chosen)
    return ax


def shade_phases(phases: ActivityPhases, *, alpha: float = 0.2, ax: Axes | None = None) -> Axes:
    """Colour the background of a raster, or of any axes whose x is time, by the phase of the activity.

    Parameters
    ----------
    phases : netgraph.analysis.ActivityPhases
        What `netgraph.analysis.activity_phases` found.
    alpha : float
        How strong the colours are, from 0 to 1.
    ax : matplotlib Axes, optional
        Where to draw; a new figure, with a legend, if None.

    Returns
    -------
    ax : matplotlib Axes

    Examples
    --------
    >>> from netgraph.analysis import activity_phases
    >>> from netgraph.plot import raster
    >>> ax = raster([1.0, 1.1, 8.0], [0, 1, 0], window=(0.0, 10.0))
    >>> shade_phases(activity_phases([1.0, 1.1, 8.0], [0, 1, 0], window=(0.0, 10.0)), ax=ax) is ax
    True
    """
    if not isinstance(phases, ActivityPhases):
        raise ParameterError("shade_phases: phases", got=phases, expected="what activity_phases returns")
    if not isinstance(alpha, (int, float)) or not 0.0 <= alpha <= 1.0:
        raise ParameterError("shade_phases: alpha", got=alpha, expected="a number from 0 to 1")
    alone, ax = ax is None, axes_or_new(ax, size=(7.5, 1.5))
    for kind, colour in _PHASES.items():
        for k, (start, stop) in enumerate(phases.of(kind)):
            ax.axvspan(start, stop, facecolor=colour, alpha=alpha, linewidth=0.0, zorder=0, label=kind if k == 0 else None)
    if alone:
        frame(ax, x="time [ms]", y="")
        ax.set_yticks([])
        legend_beside(ax, list(_PHASES), [(colour, alpha) for colour in _PHASES.values()], upwards=False)
    return ax


def _held(recorded: Any, variable: str) -> Any:
    """The traces that hold the variable."""
    listed = getattr(recorded, "traces", recorded)
    listed = listed if isinstance(listed, list) else [listed]
    if not listed or not all(hasattr(t, "values") and hasattr(t, "ids") and hasattr(t, "times") for t in listed):
        raise ParameterError("traces: recorded", got=recorded, expected="results, traces or a recorder of state variables")
    for held in listed:
        if variable in held.values:
            return held
    raise UnknownNameError("recorded variable", got=variable, choices={name for held in listed for name in held.values})


def _columns(recorded: NDArray[np.int64], nodes: Any) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Columns of the chosen neurons, and their ids."""
    if nodes is None:
        return np.arange(recorded.size), recorded
    ids = node_ids("traces: nodes", nodes)
    missing = ids[~np.isin(ids, recorded)]
    if missing.size:
        raise ParameterError("traces: nodes", got=int(missing[0]), expected="neurons that were recorded")
    order = np.argsort(recorded)
    return order[np.searchsorted(recorded[order], ids)], ids


def _means(group: NDArray[np.int64], values: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Groups that have neurons, those in none last, and the mean of each: shape (n_times, n_groups)."""
    kinds = np.unique(group)
    kinds = np.append(kinds[kinds >= 0], kinds[kinds < 0])
    means = [values[:, group == kind].mean(axis=1) for kind in kinds]
    return kinds, np.stack(means, axis=1) if means else values
