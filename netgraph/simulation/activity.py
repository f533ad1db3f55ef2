"""Spikes of a network's neurons on paper and on disk."""

from pathlib import Path
from typing import Any

import numpy as np

from netgraph.network import Network
from netgraph.simulation.select import groups_by_name
from netgraph.simulation.send import live_simulation
from simcore.errors import ParameterError, UnknownNameError
from simcore.results import Results, Spikes

__all__ = ["plot_activity", "save_spikes"]

_SORTS = ("in-degree", "out-degree", "rate", "x", "y", "z")


def plot_activity(
    network: Network, results: Any = None, *, groups: Any = None, sort: Any = None, window: tuple[float, float] | None = None,
    histogram: bool = False, ax: Any = None,
) -> Any:  # fmt: skip
    """Raster of the spikes, neurons stacked group by group and sorted within each.

    Parameters
    ----------
    network : Network
    results : Results, Spikes or SpikeRecorder, optional
        What to draw; all spikes of the live simulation if None.
    groups : None, NeuralPop, str, Group or list of these
        Which groups, from the bottom up; None means all.
    sort : {None, "in-degree", "out-degree", "rate", "x", "y", "z"} or array_like, shape (n_nodes,)
        Order within a group, ascending: by degree, firing rate, position, or a value for each node; None keeps the order of ids
        in the group.
    window : (float, float), optional
        From and to [ms]; the whole run if None.
    histogram : bool
        Also draw the rate of the drawn neurons over time in a panel below. Needs `ax` to be None or a pair of axes.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    ax : matplotlib Axes, or a pair of these with `histogram`

    Examples
    --------
    >>> ax = plot_activity(net, sort="in-degree")  # doctest: +SKIP
    """
    from netgraph import plot

    spikes, span = _spikes(network, results)
    window = window or span
    chosen = groups_by_name(network, groups)
    keys = _sort_keys(network, spikes, sort)
    order = [group.ids if keys is None else group.ids[np.argsort(keys[group.ids], kind="stable")] for group in chosen.values()]
    stacked = np.concatenate([np.zeros(0, dtype=np.int64), *order])
    if not histogram:
        return _label(plot.raster(spikes.times, spikes.ids, order=stacked, groups=chosen, window=window, ax=ax), sort)
    above, below = _two_axes(ax)
    plot.raster(spikes.times, spikes.ids, order=stacked, groups=chosen, window=window, ax=above)
    plot.rate_histogram(spikes.times, spikes.ids, nodes=stacked, window=window, ax=below)
    above.set_xlabel("")
    return _label(above, sort), below


def _spikes(network: Network, results: Any) -> tuple[Spikes, tuple[float, float] | None]:
    if results is None:
        results = live_simulation(network, "plot_activity").results
    span = (results.meta["start"], results.meta["stop"]) if isinstance(results, Results) else None
    return getattr(results, "spikes", results), span


def _sort_keys(network: Network, spikes: Spikes, sort: Any) -> np.ndarray | None:
    """A value for each node, by which to sort."""
    if sort is None:
        return None
    if isinstance(sort, str):
        if sort not in _SORTS:
            raise UnknownNameError("sort of plot_activity", got=sort, choices=_SORTS)
        if sort == "rate":
            return np.bincount(spikes.ids, minlength=network.n_nodes)
        if sort in ("in-degree", "out-degree"):
            return network.in_degree() if sort == "in-degree" else network.out_degree()
        axis = "xyz".index(sort)
        if network.positions is None or axis >= network.positions.shape[1]:
            raise ParameterError("plot_activity: sort", got=sort, expected="positions with that axis")
        return network.positions[:, axis]
    keys = np.asarray(sort, dtype=np.float64)
    if keys.shape != (network.n_nodes,):
        raise ParameterError("plot_activity: sort", got=f"shape {keys.shape}", expected=f"({network.n_nodes},)")
    return keys


def _label(ax: Any, sort: Any) -> Any:
    if sort is not None:
        ax.set_ylabel(f"neurons, sorted by {sort}" if isinstance(sort, str) else "neurons, sorted")
    return ax


def _two_axes(ax: Any) -> tuple[Any, Any]:
    if ax is not None:
        if np.size(ax) != 2:
            raise ParameterError("plot_activity: ax", got=ax, expected="a pair of axes with histogram=True")
        return tuple(np.ravel(ax))
    import matplotlib.pyplot as plt

    return tuple(plt.subplots(2, 1, sharex=True, height_ratios=[3, 1], figsize=(7.5, 5.5), layout="constrained")[1])


def save_spikes(network: Network, path: str | Path, *, results: Any = None, save_positions: bool = True) -> Path:
    """Write spikes to a file: everything as ``.npz``, or a table ``time, id[, x, y, z]`` as ``.csv``.

    Parameters
    ----------
    network : Network
    path : str or Path
        Ends in ``.npz`` (read it with `simcore.Results.load`) or ``.csv``.
    results : Results, Spikes or SpikeRecorder, optional
        What to write; all spikes of the live simulation if None.
    save_positions : bool
        Whether a table has the positions of neurons in space.

    Returns
    -------
    path : Path

    Examples
    --------
    >>> save_spikes(net, "spikes.csv")  # doctest: +SKIP
    """
    path = Path(path)
    if path.suffix not in (".npz", ".csv"):
        raise ParameterError("save_spikes: path", got=str(path), expected="a name that ends in .npz or .csv")
    results = live_simulation(network, "save_spikes").results if results is None else results
    spikes = getattr(results, "spikes", results)
    if path.suffix == ".npz":
        whole = results if isinstance(results, Results) else Results(Spikes(spikes.times, spikes.ids), [], {})
        return whole.save(path)
    names, columns, forms = ["time", "id"], [spikes.times, spikes.ids], ["%.10g", "%d"]
    if save_positions and network.positions is not None:
        n_dims = network.positions.shape[1]
        names, forms = [*names, *"xyz"[:n_dims]], [*forms, *["%.10g"] * n_dims]
        columns += list(network.positions[spikes.ids].T)
    np.savetxt(path, np.column_stack(columns), fmt=forms, delimiter=",", header=",".join(names), comments="")
    return path
