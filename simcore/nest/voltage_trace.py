"""Voltage traces: the membrane potential of each recorded neuron over time, drawn into the current axes."""

from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.nest._nodes import NodeCollection
from simcore.nest._recorded import Table, chosen, file_table, paths_of, recorder_table
from simcore.nest.errors import raised

if TYPE_CHECKING:
    from matplotlib.lines import Line2D

__all__ = ["from_device", "from_file"]

# Units of time in ms.
_UNITS = {"ms": 1.0, "s": 1000.0}

# Most lines that a legend names.
_IN_LEGEND = 20


def from_device(detec: NodeCollection, neurons: Any = None, title: str | None = None, grayscale: bool = False,
                timeunit: str = "ms") -> "list[list[Line2D]]":  # fmt: skip
    """Traces of what a voltmeter, or a multimeter that records V_m, has recorded, in memory or in files.

    Parameters
    ----------
    detec : NodeCollection
        The recorder.
    neurons : NodeCollection or list of int, optional
        Neurons to show, in this order; None shows all.
    title : str, optional
    grayscale : bool
        Black and greys only.
    timeunit : {"ms", "s"}
        Unit of the axis of time.

    Returns
    -------
    lines : list of list of matplotlib.lines.Line2D
        A list with one line for each neuron.

    Raises
    ------
    TypeMismatch, BadProperty
        It does not record V_m, has recorded nothing, or not from a neuron that is asked for.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> meter = nest.Create("voltmeter")
    >>> nest.Connect(meter, nest.Create("iaf_psc_alpha", 2))
    >>> nest.Simulate(10.0)
    >>> len(nest.voltage_trace.from_device(meter))
    2
    """
    where = "voltage_trace.from_device"
    if timeunit not in _UNITS:
        raise raised("BadProperty", f"{where}: timeunit: got {timeunit!r}, expected 'ms' or 's'")
    table, in_steps = recorder_table(detec, where, wants_meter=True)
    if in_steps and timeunit != "ms":
        raise raised("BadProperty", f"{where}: timeunit: got {timeunit!r}, but the recorder counts steps: leave it out")
    label = "Steps" if in_steps else f"Time ({timeunit})"
    table = {**table, "times": table["times"] / _UNITS[timeunit]}
    name = "Membrane potential" if title is None else title
    return _plot(table, where, neurons=neurons, title=name, xlabel=label, grayscale=grayscale)


def from_file(fname: Any, title: str | None = None, grayscale: bool = False) -> "list[list[Line2D]]":
    """Traces in files that a voltmeter or multimeter has written with ``record_to="ascii"``, here or in NEST.

    A file without titles has the columns sender, time and potential.

    Parameters
    ----------
    fname : str or list of str
        One file, or several that are parts of one table.
    title : str, optional
    grayscale : bool
        Black and greys only.

    Returns
    -------
    lines : list of list of matplotlib.lines.Line2D
        A list with one line for each neuron.

    Raises
    ------
    BadProperty
        No table of membrane potentials.
    OSError
        A file that is not there.
    """
    where = "voltage_trace.from_file"
    table, in_steps = file_table(fname, where, ("senders", "times", "V_m"))
    name = f"Membrane potential from file '{', '.join(paths_of(fname, where))}'" if title is None else title
    label = "Steps" if in_steps else "Time (ms)"
    return _plot(table, where, neurons=None, title=name, xlabel=label, grayscale=grayscale)


def _plot(table: Table, where: str, *, neurons: Any, title: str, xlabel: str, grayscale: bool) -> "list[list[Line2D]]":
    """One line for each neuron."""
    if "V_m" not in table:
        recorded = [name for name in table if name not in ("senders", "times", "offsets")]
        raise raised("BadProperty", f"{where}: V_m was not recorded; there are: {', '.join(recorded) or 'no values'}")
    there = np.unique(table["senders"]).astype(np.int64)
    if not there.size:
        raise raised("BadProperty", f"{where}: there are no samples to plot")
    ids = there if neurons is None else chosen(neurons, f"{where}: neurons")
    missing = np.setdiff1d(ids, there)
    if missing.size:
        raise raised("BadProperty", f"{where}: neurons: neuron {missing[0]} was not recorded; recorded were {there.tolist()}")
    order = np.argsort(table["senders"], kind="stable")
    first = np.searchsorted(table["senders"][order], [ids, ids + 1])
    from matplotlib import pyplot as plt

    axes = plt.gca()
    lines = []
    for k, (node, begin, end) in enumerate(zip(ids, *first, strict=True)):
        rows = order[begin:end]
        colour: dict[str, Any] = {"color": str(0.75 * k / max(1, ids.size - 1))} if grayscale else {}
        lines.append(axes.plot(table["times"][rows], table["V_m"][rows], label=f"Neuron {node}", **colour))
    axes.set(title=title, xlabel=xlabel, ylabel="Membrane potential (mV)")
    if ids.size <= _IN_LEGEND:
        axes.legend(loc="best")
    return lines
