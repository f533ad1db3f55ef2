"""Raster plots: a dot for every spike, and below them the mean rate of the neurons that spiked."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.nest._kernel import kernel
from simcore.nest._nodes import NodeCollection
from simcore.nest._recorded import Table, chosen, file_table, recorder_table
from simcore.nest.errors import raised

if TYPE_CHECKING:
    from matplotlib.lines import Line2D

__all__ = ["extract_events", "from_data", "from_device", "from_file", "from_file_numpy", "from_file_pandas"]


def extract_events(data: Any, time: Sequence[float] | None = None, sel: Any = None) -> np.ndarray:
    """Spikes within some time, and of some neurons.

    Parameters
    ----------
    data : array_like, shape (n, 2)
        A row for each spike: id of the neuron, time.
    time : sequence of float, optional
        ``[end]`` takes times below it, ``[begin, end]`` those with begin <= time < end.
    sel : NodeCollection or list of int, optional
        Neurons to take.

    Returns
    -------
    events : ndarray, shape (m, 2), float64

    Examples
    --------
    >>> extract_events([[1, 2.0], [2, 3.0], [1, 9.0]], time=[2.5, 10.0], sel=[1])
    array([[1., 9.]])
    """
    data = _rows(data, "raster_plot.extract_events")
    keep = np.ones(len(data), dtype=bool)
    if time is not None:
        bounds = np.atleast_1d(np.asarray(time, dtype=float))
        if bounds.shape not in ((1,), (2,)) or (bounds.size == 2 and bounds[0] > bounds[1]):
            raise raised("BadProperty", f"raster_plot.extract_events: time: got {time!r}, expected [end] or [begin, end]")
        keep &= data[:, 1] < bounds[-1]
        if bounds.size == 2:
            keep &= data[:, 1] >= bounds[0]
    if sel is not None:
        keep &= np.isin(data[:, 0], chosen(sel, "raster_plot.extract_events: sel"))
    return data[keep]


def _rows(data: Any, where: str) -> np.ndarray:
    rows = np.asarray(data, dtype=float)
    if rows.size == 0:
        return np.zeros((0, 2))
    if rows.ndim != 2 or rows.shape[1] != 2:
        raise raised("BadProperty", f"{where}: data: got an array of shape {rows.shape}, expected (n, 2): ids and times")
    return rows


def from_data(data: Any, sel: Any = None, *, hist: bool = True, hist_binwidth: float = 5.0, grayscale: bool = False,
              title: str | None = None, xlabel: str | None = None) -> "list[Line2D]":  # fmt: skip
    """Raster plot of spikes given as an array.

    Parameters
    ----------
    data : array_like, shape (n, 2)
        A row for each spike: id of the neuron, time in ms.
    sel : NodeCollection or list of int, optional
        Neurons whose spikes are shown; None shows all.
    hist : bool
        Whether the mean rate of all neurons that spiked, selected or not, is drawn below.
    hist_binwidth : float
        Width of a bar in ms.
    grayscale : bool
        Black and grey only.
    title, xlabel : str, optional

    Returns
    -------
    lines : list of matplotlib.lines.Line2D
        The dots.
    """
    senders, times = _rows(data, "raster_plot.from_data").T
    options = {"sel": sel, "hist": hist, "binwidth": hist_binwidth, "grayscale": grayscale}
    titles: dict[str, Any] = {"title": _or("Raster plot", title), "xlabel": _or("Time (ms)", xlabel)}
    return _plot({"senders": senders, "times": times}, "from_data", **titles, **options)


def from_device(detec: NodeCollection, *, hist: bool = True, hist_binwidth: float = 5.0, grayscale: bool = False,
                title: str | None = None, xlabel: str | None = None, sel: Any = None) -> "list[Line2D]":  # fmt: skip
    """Raster plot of what a spike_recorder has recorded, in memory or in files.

    Parameters
    ----------
    detec : NodeCollection
        The spike_recorder.
    hist, hist_binwidth, grayscale, title, xlabel, sel
        As for `from_data`.

    Returns
    -------
    lines : list of matplotlib.lines.Line2D
        The dots.

    Raises
    ------
    TypeMismatch, BadProperty
        It is no spike_recorder, or has recorded nothing.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> recorder = nest.Create("spike_recorder")
    >>> nest.Connect(nest.Create("iaf_psc_alpha", params={"I_e": 376.0}), recorder)
    >>> nest.Simulate(200.0)
    >>> (dots,) = nest.raster_plot.from_device(recorder)
    >>> dots.get_xdata()
    array([ 59.3, 120.6, 181.9])
    """
    table, in_steps = recorder_table(detec, "raster_plot.from_device", wants_meter=False)
    name = f"Raster plot from device '{detec.tolist()[0]}'" if detec.get("record_to") == "memory" else "Raster plot"
    options = {"sel": sel, "hist": hist, "binwidth": hist_binwidth, "grayscale": grayscale, "in_steps": in_steps}
    return _plot(table, "from_device", title=_or(name, title), xlabel=_or(_time_label(in_steps), xlabel), **options)


def from_file(fname: Any, *, hist: bool = True, hist_binwidth: float = 5.0, grayscale: bool = False,
              title: str | None = None, xlabel: str | None = None, sel: Any = None) -> "list[Line2D]":  # fmt: skip
    """Raster plot of files that a spike_recorder has written with ``record_to="ascii"``, here or in NEST.

    Parameters
    ----------
    fname : str or list of str
        One file, or several that are parts of one table.
    hist, hist_binwidth, grayscale, title, xlabel, sel
        As for `from_data`; a file that counts time in steps is taken to have the present resolution.

    Returns
    -------
    lines : list of matplotlib.lines.Line2D
        The dots.

    Raises
    ------
    BadProperty
        No table of spikes.
    OSError
        A file that is not there.
    """
    table, in_steps = file_table(fname, "raster_plot.from_file")
    if table.keys() - {"senders", "times", "offsets"}:
        raise raised("BadProperty", f"raster_plot.from_file: got columns {[*table]} in {fname!r}, expected sender and time")
    options = {"sel": sel, "hist": hist, "binwidth": hist_binwidth, "grayscale": grayscale, "in_steps": in_steps}
    return _plot(table, "from_file", title=_or("Raster plot", title), xlabel=_or(_time_label(in_steps), xlabel), **options)


# NEST's names for two ways to read a file; here they are one.
from_file_numpy = from_file_pandas = from_file


def _or(usual: str, given: str | None) -> str:
    return usual if given is None else given


def _time_label(in_steps: bool) -> str:
    return "Steps" if in_steps else "Time (ms)"


def _plot(table: Table, name: str, *, sel: Any, title: str, xlabel: str, hist: bool, binwidth: float, grayscale: bool,
          in_steps: bool = False) -> "list[Line2D]":  # fmt: skip
    """A new figure: dots, and the rate below if it is wanted."""
    senders, times = table["senders"], table["times"]
    shown = np.isin(senders, chosen(sel, f"raster_plot.{name}: sel")) if sel is not None else slice(None)
    if not times[shown].size:
        raise raised("BadProperty", f"raster_plot.{name}: there are no spikes to plot")
    is_number = isinstance(binwidth, (int, float, np.integer, np.floating)) and not isinstance(binwidth, bool)
    if not is_number or not 0 < binwidth < np.inf:
        raise raised("BadProperty", f"raster_plot.{name}: hist_binwidth: got {binwidth!r}, expected a width > 0 ms")
    from matplotlib import pyplot as plt

    figure = plt.figure()
    above = figure.add_axes((0.1, 0.3, 0.85, 0.6)) if hist else figure.add_subplot()
    above.set(title=title, ylabel="Neuron ID")
    above.locator_params(axis="y", integer=True)
    lines = above.plot(times[shown], senders[shown], ".", color="black" if grayscale else "C0")
    if not hist:
        above.set_xlabel(xlabel)
        return lines
    above.set_xticks([])
    below = figure.add_axes((0.1, 0.1, 0.85, 0.17))
    width = binwidth / kernel.settings.resolution if in_steps else binwidth
    left, rate = _rates(times, np.unique(senders).size, width=width, ms=binwidth)
    bars: dict[str, Any] = {"color": "grey" if grayscale else "C0", "edgecolor": "black", "linewidth": 0.5}
    below.bar(left, rate, width=width, align="edge", **bars)
    below.locator_params(axis="y", nbins=4)
    below.set(xlabel=xlabel, ylabel="Rate (spks/s)", xlim=above.get_xlim())
    figure.align_ylabels()
    plt.sca(above)
    return lines


def _rates(times: np.ndarray, n_neurons: int, *, width: float, ms: float) -> tuple[np.ndarray, np.ndarray]:
    """Left edges of bins from the first spike on, and the mean rate in each in 1/s; NEST draws them half a bin too early."""
    first = float(times.min())
    at = ((times - first) / width).astype(np.int64)
    counts = np.bincount(at)
    return first + width * np.arange(counts.size), 1000.0 * counts / (n_neurons * ms)
