"""What recorders have written down, as a table of columns: from a recorder itself, or from files of the backend ascii."""

import os
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from simcore.nest._kernel import kernel
from simcore.nest._nodes import NodeCollection
from simcore.nest.errors import raised

__all__ = ["Table", "chosen", "file_table", "paths_of", "recorder_table"]

# Columns by name: senders, times (ms, or steps), and values.
Table = dict[str, np.ndarray]

# Titles in files by names of columns of a recorder.
_NAMES = {"sender": "senders", "time_ms": "times", "time_step": "times", "time_offset": "offsets"}


def recorder_table(device: Any, where: str, *, wants_meter: bool) -> tuple[Table, bool]:
    """Events of a recorder, and whether its times are steps.

    Parameters
    ----------
    device : NodeCollection
        One recorder; it may have recorded to memory or to a file.
    where : str
        Which function asks.
    wants_meter : bool
        Whether it must be a multimeter or voltmeter; else it must be a spike_recorder.

    Raises
    ------
    TypeMismatch, BadProperty
        No such recorder, or one that has no events.
    """
    kind = "a voltmeter or multimeter" if wants_meter else "a spike_recorder"
    if not isinstance(device, NodeCollection) or len(device) != 1:
        raise raised("TypeMismatch", f"{where}: detec: got {device!r}, expected {kind}: a NodeCollection of one node")
    record = kernel.group_of(device.tolist()[0]).entry.record
    if not (getattr(record, "is_meter", False) if wants_meter else record.name == "spike_recorder"):
        raise raised("TypeMismatch", f"{where}: detec: got a {device.get('model')}, expected {kind}")
    target = device.get("record_to")
    if target == "memory":
        table, in_steps = device.get("events"), device.get("time_in_steps")
    elif target == "ascii":
        table, in_steps = file_table(device.get("filenames"), where)
    else:
        raise raised("BadProperty", f"{where}: detec: records to {target}, expected record_to 'memory' or 'ascii'")
    if not table["times"].size:
        raise raised("BadProperty", f"{where}: detec: the {device.get('model')} has recorded nothing; connect it and simulate")
    return table, bool(in_steps)


def paths_of(names: Any, where: str) -> list[str]:
    """Names of one file or of several."""
    listed = [names] if isinstance(names, (str, os.PathLike)) else list(names) if isinstance(names, Iterable) else []
    if not listed or not all(isinstance(name, (str, os.PathLike)) for name in listed):
        raise TypeError(f"{where}: fname: got {names!r}, expected the name of a file, or a list of names")
    return [os.fspath(name) for name in listed]


def file_table(names: Any, where: str, untitled: Sequence[str] = ("senders", "times")) -> tuple[Table, bool]:
    """Rows of one file or of several, one after the other, and whether times are steps.

    Parameters
    ----------
    names : str or list of str
    where : str
        Which function asks.
    untitled : sequence of str
        Names of the columns of a file that has no line of titles.

    Raises
    ------
    BadProperty
        A file that is no table of a recorder, or files with different columns.
    """
    tables = [_read(path, where, untitled) for path in paths_of(names, where)]
    (first, in_steps), *rest = tables
    for path, (table, other) in zip(paths_of(names, where)[1:], rest, strict=True):
        if table.keys() != first.keys() or other != in_steps:
            raise raised("BadProperty", f"{where}: {path!r} has columns {[*table]}, the files before it {[*first]}")
    return {name: np.concatenate([table[name] for table, _ in tables]) for name in first}, in_steps


def _read(path: str, where: str, untitled: Sequence[str]) -> tuple[Table, bool]:
    with open(path) as file:
        lines = 0
        for line in file:
            lines += 1
            if line.strip() and not line.startswith("#"):
                break
        else:
            return {name: np.zeros(0) for name in untitled}, False
    titles = line.split()
    is_titled = not _is_number(titles[0])
    try:
        values = np.loadtxt(path, skiprows=lines if is_titled else 0, ndmin=2)
    except ValueError as error:
        raise raised("BadProperty", f"{where}: {path!r} is no table of numbers: {error}") from error
    if is_titled:
        names = [_NAMES.get(title, title) for title in titles]
        values = values if values.size else np.zeros((0, len(names)))
    else:
        names = list(untitled)[: values.shape[1]]
    if len(names) != values.shape[1] or "senders" not in names:
        expected = "the columns that a recorder writes with record_to='ascii'"
        raise raised("BadProperty", f"{where}: {path!r} has {values.shape[1]} columns {names}, expected {expected}")
    return {name: values[:, k] for k, name in enumerate(names)}, "time_step" in titles


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def chosen(nodes: Any, where: str) -> np.ndarray:
    """Ids of nodes given as a collection, an id or a list of ids."""
    ids = np.atleast_1d(np.asarray(nodes.tolist() if isinstance(nodes, NodeCollection) else nodes))
    if ids.ndim != 1 or (ids.size and ids.dtype.kind not in "iu"):
        raise raised("TypeMismatch", f"{where}: got {nodes!r}, expected a NodeCollection or a list of ids")
    return ids
