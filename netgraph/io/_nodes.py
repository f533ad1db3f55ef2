"""Numbers of nodes from what a file calls them."""

import contextlib
import re
from pathlib import Path
from typing import Any

import numpy as np

from netgraph.io._document import check_size
from netgraph.io._raw import Cells, convert
from simcore.errors import FileFormatError

__all__ = ["ends_by_name", "numbered"]

# Below this floats hold every whole number.
_EXACT = 2.0**53


def numbered(
    path: Path, source: Cells | None, target: Cells | None, *, first_id: int | None, n_nodes: int | None, lines: Any
) -> tuple[np.ndarray, np.ndarray, int, list[str] | None]:
    """Ends of edges as numbers from 0.

    Parameters
    ----------
    path : Path
        For messages.
    source, target : Cells, optional
        The ends as they stand in the file; None if there are no edges.
    first_id : int, optional
        What the file calls node 0; None takes the names that occur.
    n_nodes : int, optional
        Number of nodes, if known.
    lines : sequence of int
        Line of each row, for messages.

    Returns
    -------
    source, target : ndarray of int64, shape (n_edges,)
    n_nodes : int
    names : list of str, or None
        What the file calls the nodes, if they are no numbers from `first_id` on.
    """
    ends = _alike([convert([], "int64") if cells is None else cells.values for cells in (source, target)])
    if first_id is None and n_nodes is None:
        return _named(path, *ends, lines=lines)
    first = 0 if first_id is None else first_id
    for name, end in zip(("source", "target"), ends, strict=True):
        _check_ids(path, name, end, first=first, n_nodes=n_nodes, lines=lines)
    if any(end.dtype.kind != "i" for end in ends):  # such as a number and a NUL, which arrays of texts drop
        raise FileFormatError(path, got="texts", expected="numbers of nodes")
    size = max((int(end.max()) - first + 1 for end in ends if end.size), default=0) if n_nodes is None else n_nodes
    return ends[0] - first, ends[1] - first, check_size(path, size), None


def ends_by_name(
    path: Path, source: list[str], target: list[str], names: list[str], *, lines: Any = None
) -> tuple[np.ndarray, np.ndarray]:
    """Ends of edges as numbers from the names of the nodes.

    Raises
    ------
    FileFormatError
        A node twice, or an end that is no node, with the line of its edge.
    """
    if all(map(str.__eq__, names, map(str, range(len(names))))):
        with contextlib.suppress(ValueError):
            ends = [convert(end, "int64") for end in (source, target)]
            if all(end.size == 0 or (end.min() >= 0 and end.max() < len(names)) for end in ends):
                return ends[0], ends[1]
    index = {name: i for i, name in enumerate(names)}
    if len(index) < len(names):
        twice = next(name for i, name in enumerate(names) if index[name] != i)
        raise FileFormatError(path, got=f"two nodes {twice!r}", expected="each node once")
    try:
        ends = [np.array(list(map(index.__getitem__, end)), dtype=np.int64) for end in (source, target)]
    except KeyError as error:
        wrong = error.args[0]
        row = next(i for i, pair in enumerate(zip(source, target, strict=True)) if wrong in pair)
        line = None if lines is None else lines[row]
        raise FileFormatError(path, line=line, got=f"an edge with {wrong!r}", expected="ends that are nodes") from None
    return ends[0], ends[1]


def _alike(ends: list[Any]) -> list[np.ndarray]:
    """Ids of both ends as integers if all are whole, such as 3 or 3.0, else as texts."""
    if all(isinstance(end, np.ndarray) and end.dtype.kind == "i" for end in ends):
        return ends
    texts = [list(map(str, end.tolist() if isinstance(end, np.ndarray) else end)) for end in ends]
    with contextlib.suppress(ValueError):
        return [convert(end, "int64") for end in texts]
    with contextlib.suppress(ValueError):
        numbers = [convert(end, "float64") for end in texts]
        if all((np.abs(end) < _EXACT).all() and (end == np.floor(end)).all() for end in numbers):
            return [end.astype(np.int64) for end in numbers]
    return [convert([text.strip() for text in end], "str") for end in texts]


def _named(
    path: Path, source: np.ndarray, target: np.ndarray, *, lines: Any
) -> tuple[np.ndarray, np.ndarray, int, list[str] | None]:
    if source.dtype.kind == "i":
        known, where = np.unique(np.concatenate([source, target]), return_inverse=True)
        return where[: source.size], where[source.size :], known.size, list(map(str, known.tolist()))
    index: dict[str, int] = {}
    for row, pair in enumerate(zip(source.tolist(), target.tolist(), strict=True)):
        if "" in pair:
            raise FileFormatError(path, line=lines[row], got="an edge without an end", expected="names of two nodes")
        for name in pair:
            index.setdefault(name, len(index))
    ends = [np.array([index[name] for name in end.tolist()], dtype=np.int64) for end in (source, target)]
    return ends[0], ends[1], len(index), list(index)


def _check_ids(path: Path, name: str, ids: np.ndarray, *, first: int, n_nodes: int | None, lines: Any) -> None:
    """Refuse ids that are no numbers, below the first or too large."""
    top = "" if n_nodes is None else f" to {first + n_nodes - 1}"
    if ids.dtype.kind == "i":
        wrong = np.flatnonzero((ids < first) if n_nodes is None else (ids < first) | (ids >= first + n_nodes))
    else:
        wrong = np.flatnonzero([re.fullmatch(r"-?[0-9]{1,18}", text) is None for text in ids.tolist()])[:1]
    if wrong.size:
        row = int(wrong[0])
        got = f"{str(ids[row]) or 'nothing'} as {name}"
        raise FileFormatError(path, line=lines[row], got=got, expected=f"a node from {first}{top}")
