"""From what a text file says to a document: types of columns, positions and names of nodes, and the note of our own files."""

import contextlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from netgraph._store import EDGE_DEFAULTS
from netgraph.io._document import Document
from netgraph.io._fields import unescape
from netgraph.io._json import decode, parse
from simcore.errors import FileFormatError, NetspikeError
from simcore.memory import check_free

__all__ = ["Cells", "Raw", "convert", "document_of", "doubled", "is_good", "note_of", "refusing"]

_DTYPES: dict[str, type] = {"bool": np.bool_, "int64": np.int64, "float64": np.float64, "str": np.str_}
_WORDS = {"bool": "True or False", "int64": "an integer below 2**63", "float64": "a number", "str": "text"}
_TRUTHS = {"true": True, "false": False, "1": True, "0": False}


@dataclass
class Cells:
    """Texts of a column as they stand in the file.

    Parameters
    ----------
    values : list of str, or ndarray whose type is known
    rows : list of int, optional
        Rows that have a value; all, in order, if None.
    kind : str, optional
        Type that the file declares.
    default : str, optional
        Value of the other rows that the file declares.
    """

    values: Any
    rows: Any = None
    kind: str | None = None
    default: str | None = None


@dataclass
class Raw:
    """What a text file says.

    Parameters
    ----------
    path : Path
    n_nodes : int
    source, target : ndarray of int
    directed : bool
    name : str
    edges, nodes : dict of str to Cells
        By the keys under which they stand in the file.
    note : dict, optional
        The note of our own files.
    names : list of str, optional
        How the file calls the nodes, in order.
    lines : dict of str to list of int
        Lines of ``"edges"`` and ``"nodes"``, by row, for messages.
    """

    path: Path
    n_nodes: int
    source: np.ndarray
    target: np.ndarray
    directed: bool = True
    name: str = "graph"
    edges: dict[str, Cells] = field(default_factory=dict)
    nodes: dict[str, Cells] = field(default_factory=dict)
    note: dict[str, Any] | None = None
    names: Sequence[str] | None = None
    lines: dict[str, Any] = field(default_factory=dict)

    @property
    def sizes(self) -> dict[str, int]:
        """Number of rows of each kind of column."""
        return {"edges": self.source.size, "nodes": self.n_nodes}


@contextlib.contextmanager
def refusing(path: Path, what: str) -> Iterator[None]:
    """Turn what a broken file, or a note of ours that somebody changed, raises into an error that names the file."""
    try:
        yield
    except (NetspikeError, MemoryError):
        raise
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError, RecursionError) as error:
        raise FileFormatError(path, got=f"{type(error).__name__}: {error}", expected=what) from error


def note_of(path: Path, text: str | None) -> dict[str, Any] | None:
    """The note in a file of ours; None if there is none, or one of another program."""
    if text is None or '"netgraph"' not in text[:40]:
        return None
    with refusing(path, "a note of netgraph in JSON"):
        note = parse(text)
        if (note["format"], note["version"]) != ("netgraph", 1):
            raise ValueError(f"version {note['version']!r}, which is not known here")
    return note


def document_of(raw: Raw) -> Document:
    """The document that a file holds."""
    note = raw.note
    if note is None:
        return _foreign(raw)
    with refusing(raw.path, "a note of netgraph that fits the file"):
        raw.nodes.pop("", None)
        columns: dict[str, Any] = {kind: _noted(raw, kind) for kind in ("edges", "nodes")}
        positions = _noted_positions(raw)
        for kind in columns:
            columns[kind] |= _typed_columns(raw, kind)
        name, about = note["name"], note["about"]
        return Document(
            raw.n_nodes, raw.source, raw.target, raw.directed, name, note["type"], **columns, positions=positions, about=about
        )


def doubled(document: Document, both_ways: np.ndarray) -> Document:
    """The directed document in which the edges under the mask run the other way too, after all others."""
    rows = np.concatenate([np.arange(both_ways.size), np.flatnonzero(both_ways & (document.source != document.target))])
    back = np.arange(rows.size) >= both_ways.size
    source, target = document.source[rows], document.target[rows]
    document.source, document.target = np.where(back, target, source), np.where(back, source, target)
    document.edges = {name: column[rows] if column.ndim else column for name, column in document.edges.items()}
    document.directed = True
    return document


def convert(values: Any, kind: str | None) -> np.ndarray:
    """Texts as an array of a type, or of the first that fits among int64, float64, bool and str.

    Raises
    ------
    ValueError
        A text that is none of this type.

    Examples
    --------
    >>> convert(["1", "nan"], None)
    array([ 1., nan])
    """
    if isinstance(values, np.ndarray):
        return values
    if kind is not None:
        return _CONVERTERS[kind](values)
    for one in ("int64", "float64", "bool"):
        with contextlib.suppress(ValueError, KeyError):
            return _CONVERTERS[one](values)
    return _strings(values)


def _integers(values: Sequence[str]) -> np.ndarray:
    _check_plain(values)
    try:
        return np.array(list(map(int, values)), dtype=np.int64)
    except OverflowError:
        raise ValueError("an integer that does not fit into 64 bits") from None


def _floats(values: Sequence[str]) -> np.ndarray:
    _check_plain(values)
    return np.array(list(map(float, values)), dtype=np.float64)


def _truths(values: Sequence[str]) -> np.ndarray:
    known = {text: _TRUTHS[text.strip().lower()] for text in set(values)}
    return np.array([known[text] for text in values], dtype=np.bool_)


def _strings(values: Sequence[str]) -> np.ndarray:
    width = max(map(len, values), default=0)
    check_free("load", f"{len(values)} texts of up to {width} characters", 4.0 * width * len(values))
    return np.array(values, dtype=np.str_)


_CONVERTERS: dict[str, Any] = {"int64": _integers, "float64": _floats, "bool": _truths, "str": _strings}


def _check_plain(values: Sequence[str]) -> None:
    """Refuse what Python takes for numbers and nobody else: underscores, and digits of other scripts."""
    joined = "".join(values)
    if "_" in joined or not joined.isascii():
        raise ValueError("no number")


def _typed(raw: Raw, kind: str, key: str, cells: Cells, *, wanted: str | None = None) -> np.ndarray:
    """A whole column, with what is missing filled in."""
    size = raw.sizes[kind]
    try:
        values = convert(cells.values, wanted or cells.kind)
    except (ValueError, KeyError):
        raise _wrong_cell(raw, kind, key, cells, wanted or cells.kind) from None
    if cells.rows is None or (len(cells.rows) == size and np.array_equal(cells.rows, np.arange(size))):
        if values.shape != (size,):
            got = f"{values.size} values of {key!r}"
            raise FileFormatError(raw.path, got=got, expected=f"{size}, one for each of the {kind}")
        return values
    return _filled(values, np.asarray(cells.rows, dtype=np.int64), size, _missing(raw, kind, key, values=values, cells=cells))


def _missing(raw: Raw, kind: str, key: str, *, values: np.ndarray, cells: Cells) -> Any:
    if cells.default is not None:
        word = cells.kind or "str"
        if not is_good(cells.default, word):
            raise FileFormatError(raw.path, got=f"{cells.default:.60} as default of {key!r}", expected=_WORDS[word])
        return convert([cells.default], cells.kind)[0]
    default = EDGE_DEFAULTS.get(key) if kind == "edges" else None
    if default is not None and values.dtype.kind != "U":
        return default
    return math.nan if values.dtype.kind == "i" else {"b": False, "f": math.nan, "U": ""}[values.dtype.kind]


def _filled(values: np.ndarray, rows: np.ndarray, size: int, missing: Any) -> np.ndarray:
    whole = np.full(size, missing, dtype=np.result_type(values.dtype, np.asarray(missing).dtype))
    whole[rows] = values
    return whole


def _wrong_cell(raw: Raw, kind: str, key: str, cells: Cells, wanted: str | None) -> FileFormatError:
    """The error that names the first text that is not of the type."""
    word = wanted or "str"
    at = next(i for i, text in enumerate(cells.values) if not is_good(text, word))
    row = at if cells.rows is None else int(cells.rows[at])
    lines = raw.lines.get(kind)
    line = None if lines is None or row >= len(lines) else int(lines[row])
    got = f"{cells.values[at]!s:.60} as {key!r} of row {row} of the {kind}"
    return FileFormatError(raw.path, line=line, got=got, expected=_WORDS[word])


def is_good(text: str, kind: str) -> bool:
    """Whether a text is of a type."""
    try:
        convert([text], kind)
    except (ValueError, KeyError):
        return False
    return True


def _noted(raw: Raw, kind: str) -> dict[str, np.ndarray]:
    """The columns that our note lists."""
    columns: dict[str, np.ndarray] = {}
    cells_of = getattr(raw, kind)
    for entry in (raw.note or {})[kind]:
        name, wanted = entry["name"], entry["kind"]
        if wanted not in _DTYPES:
            raise ValueError(f"a column {name!r} of type {wanted!r}")
        if "key" not in entry:
            content = entry["constant"] if "constant" in entry else entry["values"]
            columns[name] = np.asarray(decode(content), dtype=_DTYPES[wanted])
            continue
        cells = cells_of.pop(entry["key"], Cells([], []))
        column: np.ndarray = _typed(raw, kind, entry["key"], cells, wanted=wanted)
        if column.dtype.kind == "f" and wanted != "float64":
            raise ValueError(f"gaps in the column {name!r} of the {kind}")
        column = column.astype(_DTYPES[wanted], copy=False)
        if entry.get("escaped"):
            column = _strings([unescape(text) for text in column.tolist()])
        columns[name] = _as_constant(column, entry)
    return columns


def _as_constant(column: np.ndarray, entry: dict[str, Any]) -> np.ndarray:
    """One number, if the column was one and nobody has changed it since."""
    if "constant" not in entry:
        return column
    constant: np.ndarray = np.asarray(decode(entry["constant"]), dtype=_DTYPES[entry["kind"]])
    is_same = (column == constant) | ((column != column) & (constant != constant))
    return constant if is_same.all() else column


def _noted_positions(raw: Raw) -> np.ndarray | None:
    where = (raw.note or {}).get("positions")
    if where is None:
        return None
    if isinstance(where, list):
        axes = [_typed(raw, "nodes", key, raw.nodes.pop(key, Cells([], [])), wanted="float64") for key in where]
        return np.column_stack(axes).reshape(raw.n_nodes, len(where))
    return np.asarray(decode(where), dtype=np.float64)


def _foreign(raw: Raw) -> Document:
    """The document of a file of another program."""
    names = _names(raw)
    positions = _foreign_positions(raw)
    columns: dict[str, Any] = {kind: _typed_columns(raw, kind) for kind in ("edges", "nodes")}
    if positions is not None:
        columns["edges"].pop("distance", None)
    for name, column in names.items():
        if name in columns["nodes"]:
            columns["nodes"][f"{name}_attribute"] = columns["nodes"].pop(name)
        columns["nodes"][name] = column
    return Document(raw.n_nodes, raw.source, raw.target, raw.directed, raw.name, **columns, positions=positions)


def _typed_columns(raw: Raw, kind: str) -> dict[str, np.ndarray]:
    columns = {}
    for key, cells in getattr(raw, kind).items():
        column = _typed(raw, kind, key, cells)
        fits = kind != "edges" or _fits(key, column)
        name = key if fits else f"{key}_attribute"
        columns[name] = column.astype(np.float64) if kind == "edges" and fits and key in ("weight", "delay") else column
    return columns


def _fits(key: str, column: np.ndarray) -> bool:
    """Whether a column can have a name that means something for edges."""
    if key == "type":
        return column.dtype.kind == "i" and bool((np.abs(column) == 1).all())
    return key not in ("weight", "delay") or column.dtype.kind != "U"


def _foreign_positions(raw: Raw) -> np.ndarray | None:
    """Positions, if every node has numbers x and y, and z or not."""
    axes = [axis for axis in "xyz" if axis in raw.nodes]
    if axes not in (["x", "y"], ["x", "y", "z"]) or raw.n_nodes == 0:
        return None
    columns = [_typed(raw, "nodes", axis, raw.nodes[axis]) for axis in axes]
    if not all(column.dtype.kind in "if" and np.isfinite(column).all() for column in columns):
        return None
    for axis in axes:
        del raw.nodes[axis]
    return np.column_stack(columns).astype(np.float64)


def _names(raw: Raw) -> dict[str, np.ndarray]:
    """Columns of the names of nodes that say more than their numbers: of labels, and of ids if these are others."""
    labels = raw.nodes.pop("", None)  # what the file shows for a node, where it has a place for that
    ids = list(raw.names) if raw.names is not None else None
    found: dict[str, np.ndarray] = {}
    if labels is not None:
        shown = _filled_labels(labels, ids, raw.n_nodes)
        if shown != ids and not _is_trivial(shown):
            found["label"] = _label_column(shown)
    if ids is not None and not _is_trivial(ids):
        found["id" if "label" in found else "label"] = _label_column(ids)
    return found


def _filled_labels(labels: Cells, ids: list[str] | None, n: int) -> list[str]:
    shown = list(ids) if ids is not None else [""] * n
    for row, text in zip(range(n) if labels.rows is None else labels.rows, labels.values, strict=True):
        shown[row] = text
    return shown


def _is_trivial(names: list[str]) -> bool:
    """Whether names only count the nodes, from 0 or 1."""
    starts = (("", 0), ("", 1), ("n", 0), ("n", 1))
    counts = (map(f"{prefix}%d".__mod__, range(first, first + len(names))) for prefix, first in starts)
    return any(all(map(str.__eq__, names, count)) for count in counts)


def _label_column(names: list[str]) -> np.ndarray:
    """Names as integers if all are, else as texts."""
    with contextlib.suppress(ValueError):
        numbers = _integers(names)
        if list(map(str, numbers.tolist())) == names:
            return numbers
    return _strings(names)
