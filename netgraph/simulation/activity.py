"""Spikes of a network's neurons on paper and on disk."""

import errno
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from netgraph.analysis._spikes import check_recorded, window_of
from netgraph.analysis.bursts import burst_index
from netgraph.network import Network
from netgraph.simulation.select import groups_by_name
from netgraph.simulation.send import live_simulation
from simcore.errors import ParameterError, SimulationError, UnknownNameError
from simcore.parameter import as_floats
from simcore.recorders import SpikeRecorder
from simcore.results import Results, Spikes

__all__ = ["plot_activity", "save_spikes"]

_INSTEAD = ", or give the results of a run"
_SORTS = ("in-degree", "out-degree", "total-degree", "rate", "burst-index", "x", "y", "z")


def plot_activity(
    network: Network, results: Any = None, *, groups: Any = None, sort: Any = None, window: tuple[float, float] | None = None,
    histogram: bool = False, ax: Any = None,
) -> Any:  # fmt: skip
    """Raster of the spikes, neurons stacked group by group and sorted within each.

    Parameters
    ----------
    network : Network
        As it was when it was sent: deleting nodes renumbers the others, and not the results.
    results : Results, Spikes, SpikeRecorder or dict of these recorders, optional
        What to draw: results of a run, or what `monitor_groups` returned; all spikes of the live simulation if None.
    groups : None, NeuralPop, str, Group or list of these
        Which groups, from the bottom up; all their neurons must have been recorded. None takes the recorded neurons of all.
    sort : {None, "in-degree", "out-degree", "total-degree", "rate", "burst-index", "x", "y", "z"} or array_like
        Order within a group, ascending upwards: by degree, firing rate or burst index in the window (neurons with too few
        spikes to have one at the bottom), position, or an array of shape (n_nodes,), e.g.
        ``network.in_degree(weight="weight")``; None keeps the order of ids in the group.
    window : (float, float), optional
        From and to [ms]; the whole run if None.
    histogram : bool
        Also draw the mean rate of the drawn neurons over time in a panel below.
    ax : matplotlib Axes, or a pair of these with `histogram`, optional
        Where to draw; a new figure if None. The legend stands beside the axes of figures with a layout, such as
        ``layout="constrained"``, and else inside.

    Returns
    -------
    ax : matplotlib Axes, or a pair of these with `histogram`

    Raises
    ------
    SimulationError
        Without `results`: the network is in no simulation, or no spikes are recorded.
    UnknownNameError
        No such order.
    ParameterError
        Results without spikes, groups that were not recorded, positions without that axis, or values of another length.

    Examples
    --------
    >>> ax = plot_activity(net, sort="in-degree")  # doctest: +SKIP
    """
    from netgraph import plot

    spikes, span = _spikes(network, results, "plot_activity")
    window = window or span
    chosen = _recorded_groups(network, groups, spikes)
    keys = _sort_keys(network, spikes if window is None else spikes.between(*window), sort)
    if keys is not None:
        _check_keys(keys, chosen)
    order = [ids if keys is None else ids[np.argsort(keys[ids], kind="stable")] for ids in chosen.values()]
    stacked = np.concatenate(order)
    drawing: dict[str, Any] = {"order": stacked, "groups": chosen, "colours": _colours(network, chosen), "window": window}
    if not histogram:
        return _label(plot.raster(spikes, **drawing, ax=ax), sort)
    above, below = _two_axes(ax)
    plot.raster(spikes, **drawing, ax=above)
    plot.rate_histogram(spikes, nodes=stacked, window=above.get_xlim() if window is None else window, ax=below)
    above.set_xlabel("")
    above.tick_params(labelbottom=False)
    return _label(above, sort), below


def _spikes(network: Network, results: Any, where: str) -> tuple[Spikes, tuple[float, float] | None]:
    """Spikes, and the time that they come from if it is known."""
    if results is None:
        simulation = live_simulation(network, where, instead=_INSTEAD)
        if not any(isinstance(recorder, SpikeRecorder) for recorder in simulation.recorders):
            raise SimulationError(f"{where}: no spikes are recorded; call monitor_groups or monitor_nodes before the run")
        results = simulation.results
    recorders = list(results.values()) if isinstance(results, Mapping) else [results]
    if recorders and all(isinstance(recorder, SpikeRecorder) for recorder in recorders):
        return _union([recorder.spikes for recorder in recorders]), _span(network, recorders)
    spikes = getattr(results, "spikes", results)
    if not isinstance(spikes, Spikes):
        raise ParameterError(f"{where}: results", got=results, expected="Results, Spikes or spike recorders")
    return spikes, window_of(results)


def _span(network: Network, recorders: list[SpikeRecorder]) -> tuple[float, float] | None:
    """From the start until now, if the recorders belong to the live simulation."""
    simulation = network.simulation
    if simulation is None or not all(recorder in simulation.recorders for recorder in recorders):
        return None
    return 0.0, simulation.time


def _recorded_groups(network: Network, groups: Any, spikes: Spikes) -> dict[str, np.ndarray]:
    """Ids of the chosen groups by name; without a choice, of the neurons of each that were recorded."""
    chosen = {name: group.ids for name, group in groups_by_name(network, groups, "plot_activity: groups").items()}
    if spikes.nodes is None:
        return chosen
    if groups is None:
        chosen = {name: ids[np.isin(ids, spikes.nodes)] for name, ids in chosen.items()}
        chosen = {name: ids for name, ids in chosen.items() if ids.size}
    for name, ids in chosen.items():
        check_recorded(f"plot_activity: group {name!r}", ids, spikes.nodes)
    if not chosen:
        raise ParameterError("plot_activity: results", got=spikes, expected="spikes of neurons that were recorded")
    return chosen


def _union(parts: list[Spikes]) -> Spikes:
    """Spikes of recorders that may share neurons, each once; a neuron may spike more than once in a step."""
    if len(parts) == 1:
        return parts[0]
    rows = []
    for spikes in parts:
        index = np.arange(len(spikes))
        again = (np.diff(spikes.times, prepend=-1.0) == 0.0) & (np.diff(spikes.ids, prepend=-1) == 0)
        first = np.maximum.accumulate(np.where(again, 0, index)) if len(spikes) else index
        rows.append(np.column_stack([spikes.times, spikes.ids, index - first]))
    joined = np.unique(np.concatenate(rows), axis=0)
    nodes = np.unique(np.concatenate([spikes.nodes for spikes in parts]))  # a recorder always knows its nodes
    return Spikes(joined[:, 0], joined[:, 1].astype(np.int64), nodes)


def _sort_keys(network: Network, spikes: Spikes, sort: Any) -> np.ndarray | None:
    """A value for each node, by which to sort."""
    if sort is None:
        return None
    if isinstance(sort, str):
        if sort not in _SORTS:
            raise UnknownNameError("sort of plot_activity", got=sort, choices=_SORTS)
        if sort == "rate":
            return np.bincount(spikes.ids, minlength=network.n_nodes)
        if sort == "burst-index":
            index = burst_index(spikes.times, spikes.ids, nodes=np.arange(network.n_nodes))
            return np.where(np.isnan(index), -np.inf, index)
        if sort.endswith("-degree"):
            return network.degree(mode=sort.removesuffix("-degree"))
        axis = "xyz".index(sort)
        if network.positions is None or axis >= network.positions.shape[1]:
            raise ParameterError("plot_activity: sort", got=sort, expected="positions with that axis")
        return network.positions[:, axis]
    keys = as_floats("plot_activity: sort", sort, "a name, or a number for each node")
    if keys.shape != (network.n_nodes,):
        raise ParameterError("plot_activity: sort", got=f"shape {keys.shape}", expected=f"({network.n_nodes},)")
    return keys


def _check_keys(keys: np.ndarray, chosen: Mapping[str, np.ndarray]) -> None:
    """Refuse NaN, which has no place in an order, for neurons that are drawn."""
    for name, ids in chosen.items():
        lost = ids[np.isnan(keys[ids])]
        if lost.size:
            got = f"NaN for neuron {lost[0]} of group {name!r}"
            raise ParameterError("plot_activity: sort", got=got, expected="a number for each neuron that is drawn")


def _colours(network: Network, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """A colour for each group: the same whichever groups are chosen."""
    from netgraph.plot._style import colours_of

    names = [*network.population, *(name for name in chosen if name not in network.population)]
    return dict(zip(names, colours_of("plot_activity", names, None), strict=True))


def _label(ax: Any, sort: Any) -> Any:
    if sort is not None:
        ax.set_ylabel(f"neurons, sorted by {sort}" if isinstance(sort, str) else "neurons, sorted")
    return ax


def _two_axes(ax: Any) -> tuple[Any, Any]:
    if ax is not None:
        if np.size(ax) != 2:
            raise ParameterError("plot_activity: ax", got=ax, expected="a pair of axes with histogram=True")
        above, below = np.ravel(ax)
        return above, below
    from matplotlib import pyplot as plt

    _, (above, below) = plt.subplots(2, 1, sharex=True, height_ratios=[3, 1], figsize=(7.5, 5.5), layout="constrained")
    return above, below


def save_spikes(network: Network, path: str | Path, *, results: Any = None, save_positions: bool = True) -> Path:
    """Write spikes to a file: everything as ``.npz``, or a table ``time, id[, x, y, z]`` as ``.csv``.

    Parameters
    ----------
    network : Network
    path : str or Path
        Ends in ``.npz`` (read it with `simcore.Results.load`) or ``.csv``.
    results : Results, Spikes, SpikeRecorder or dict of these recorders, optional
        What to write; all that the live simulation recorded if None.
    save_positions : bool
        Whether a table has the positions [um] of neurons in space.

    Returns
    -------
    path : Path

    Raises
    ------
    SimulationError
        Without `results`: the network is in no simulation, or no spikes are recorded.
    ParameterError
        Another kind of file, or results without spikes.
    FileNotFoundError
        The folder does not exist.

    Examples
    --------
    >>> save_spikes(net, "spikes.csv")  # doctest: +SKIP
    """
    path = Path(path)
    if path.suffix not in (".npz", ".csv"):
        raise ParameterError("save_spikes: path", got=str(path), expected="a name that ends in .npz or .csv")
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "save_spikes: there is no such folder", str(path.parent))
    spikes, span = _spikes(network, results, "save_spikes")
    if path.suffix == ".npz":
        if results is None:
            results = live_simulation(network, "save_spikes", instead=_INSTEAD).results
        meta = {} if span is None else dict(zip(("start", "stop"), span, strict=True))
        return (results if isinstance(results, Results) else Results(spikes, [], meta)).save(path)
    names, columns, forms = ["time", "id"], [spikes.times, spikes.ids], ["%.10g", "%d"]
    if save_positions and network.positions is not None:
        positions = _positions_of(network.positions, spikes.ids)
        n_dims = positions.shape[1]
        names, forms = [*names, *"xyz"[:n_dims]], [*forms, *["%.10g"] * n_dims]
        columns += list(positions.T)
    np.savetxt(path, np.column_stack(columns), fmt=forms, delimiter=",", header=",".join(names), comments="")
    return path


def _positions_of(positions: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """Positions of neurons; NaN for recorded stimulators, whose ids lie above those of the network."""
    nowhere = np.full(positions.shape[1], np.nan)
    return np.vstack([positions, nowhere])[np.minimum(ids, len(positions))]
