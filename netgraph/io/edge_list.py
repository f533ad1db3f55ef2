"""edge_list: one edge a line, ends and attributes between commas, tabs, spaces or other characters (csv, tsv, SNAP, KONECT).

A file of ours begins with a comment that holds all but the edges: node columns, positions, population.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from netgraph._checks import MAX_NODES, check_count, check_flag, check_name
from netgraph.io._dictionary_rows import dictionary_rows
from netgraph.io._document import Document, check_size
from netgraph.io._fields import Field, Style, fields_of, header_of
from netgraph.io._format import FileFormat
from netgraph.io._json import dump
from netgraph.io._nngt import header_of_nngt
from netgraph.io._nodes import numbered
from netgraph.io._raw import Cells, Raw, document_of, note_of
from netgraph.io._table import Table, checked_marks, is_number
from netgraph.io._text import open_text, pieces, read_text
from simcore.errors import FileFormatError, ParameterError, UnknownNameError

__all__ = ["FORMAT"]

_STYLE = Style(quote=lambda text: '"' + text.replace('"', '""') + '"')
_MARK = "# netgraph "
_ENDS = {"source": ("source", "from", "src", "pre", "source_id"), "target": ("target", "to", "dst", "post", "target_id")}

# Nodes from which on a table as wide as it is long is taken for a matrix.
_MATRIX = 5


def write(document: Document, path: Path, *, progress: bool | None = None, delimiter: str | None = None) -> None:
    """Write a document.

    Parameters
    ----------
    document : Document
    path : Path
    progress : bool, optional
    delimiter : str, optional
        One character; a comma for ``.csv``, a tab for ``.tsv``, a space for other files if None.
    """
    between = _default_delimiter(path) if delimiter is None else _checked_delimiter(delimiter)
    fields = fields_of(document.edges, document.n_edges, _STYLE, key=str, taken=("source", "target"))
    fields = [field if _is_plain(field.key) else _renamed(field, i) for i, field in enumerate(fields)]
    note = header_of(document, fields, None)
    with open_text(path) as file:
        file.write(f"{_MARK}{dump(note)}\n")
        file.write(between.join(["source", "target", *(_STYLE.quote(field.key) for field in fields)]) + "\n")
        for rows in pieces(document.n_edges, "save", progress):
            ends = [list(map(str, end[rows].tolist())) for end in (document.source, document.target)]
            values = [_STYLE.texts(field.piece(rows)) for field in fields]
            file.write("\n".join(map(between.join, zip(*ends, *values, strict=True))) + "\n")


def read(
    path: Path,
    *,
    progress: bool | None = None,
    delimiter: str | None = None,
    header: bool | None = None,
    names: Sequence[str] | None = None,
    source: str | int | None = None,
    target: str | int | None = None,
    attributes: Sequence[str] | None = None,
    comments: str | Sequence[str] | None = ("#", "%"),
    first_id: int | None = None,
    n_nodes: int | None = None,
    directed: bool | None = None,
    encoding: str = "utf-8",
) -> Document:
    """Read a document; of the options, files of ours need only `encoding`.

    Rows that end in dictionaries, as ``networkx.write_edgelist`` writes them, give a column for each of their keys.

    Parameters
    ----------
    path : Path
    progress : bool, optional
    delimiter : str, optional
        Character between values; None looks at the first row. ``" "`` stands for any white space.
    header : bool, optional
        Whether the first row names the columns; None looks at it.
    names : sequence of str, optional
        Names of all columns, instead of those in the file; ``"weight"``, ``"column_3"``, ... if there are none.
    source, target : str or int, optional
        Names or numbers of the columns with the ends of the edges; the first two, or those with usual names, if None.
    attributes : sequence of str, optional
        Names of the columns that become edge columns; all others if None.
    comments : str or sequence of str, optional
        What lines begin with that are no rows.
    first_id : int, optional
        Id of node 0 in the file: ids are then numbers, all up to the largest are nodes. None takes the ids that occur, numbers
        in order or texts as they come, and keeps them in the node column ``"label"`` if they are not 0, 1, 2, ...
    n_nodes : int, optional
        Number of nodes, with ids from `first_id` or 0 on.
    directed : bool, optional
        Whether edges have a direction. If None they have, unless a column ``"Type"``, as Gephi writes it, says "Undirected".
    encoding : str
        Encoding of the text.
    """
    text = read_text(path, encoding)
    if text.startswith(_MARK):
        return _read_ours(path, text, progress)
    if text.startswith("@"):
        return _read_nngt(path, text, progress)
    first, count = _checked_ids(first_id, n_nodes)
    marks = checked_marks(comments)
    by_keys: Any = None
    if header is names is source is target is None:
        by_keys = dictionary_rows(path, text, delimiter=delimiter, comments=marks)
    if by_keys is None:
        wanted = {"source": source, "target": target}
        ends, cells, lines = _columns(path, text, wanted, delimiter, marks=marks, header=header, names=names, progress=progress)
    else:
        ends, (cells, lines) = ["source", "target"], by_keys
    s, t, size, ids = numbered(path, cells.get(ends[0]), cells.get(ends[1]), first_id=first, n_nodes=count, lines=lines)
    is_directed = _direction(path, cells) if directed is None else check_flag("load: directed", directed)
    edges = {name: cells[name] for name in _taken(list(cells), ends, attributes)}
    return document_of(Raw(path, size, s, t, is_directed, edges=edges, names=ids, lines={"edges": lines}))


FORMAT = FileFormat("edge_list", (".csv", ".tsv", ".txt", ".el", ".edges", ".edgelist"), read, write)


def _columns(
    path: Path,
    text: str,
    wanted: dict[str, str | int | None],
    delimiter: str | None,
    *,
    marks: tuple[str, ...],
    header: bool | None,
    names: Sequence[str] | None,
    progress: bool | None,
) -> tuple[list[str], dict[str, Cells], Table]:
    """Names of the columns with the ends, all columns, and the rows that they are from."""
    table = Table(path, text, _found_delimiter(text, delimiter, marks), comments=marks)
    sample = table.sample()
    has_header = _has_header(sample) if header is None else check_flag("load: header", header)
    columns = _column_names(path, sample, names, has_header)
    if has_header:
        table = Table(path, text, table.delimiter, comments=marks, skip=table[0])
    ends = [_end(columns, which, given) for which, given in wanted.items()]
    if ends[0] == ends[1]:
        got, expected = f"column {ends[0]!r} for both ends", "two columns, which source= and target= name"
        if set(wanted.values()) == {None}:
            raise FileFormatError(path, got=got, expected=expected)
        raise ParameterError("load", got=got, expected=expected)
    if not sample:
        return ends, {name: Cells([]) for name in columns}, table
    kinds = ["id" if name in ends else None for name in columns]
    cells = dict(zip(columns, table.columns(kinds, progress=progress), strict=True))
    if names is None and set(wanted.values()) == {None} and not (has_header and ends[0].lower() in _ENDS["source"]):
        _refuse_matrix(path, cells)
    return ends, cells, table


def _read_ours(path: Path, text: str, progress: bool | None) -> Document:
    end = text.find("\n")
    note = note_of(path, text[len(_MARK) : end if end >= 0 else None])
    if note is None:
        raise FileFormatError(path, line=1, got="no note", expected=f"{_MARK}and JSON")
    first = text[end + 1 : text.find("\n", end + 1)]
    between = first[len("source") : len("source") + 1]
    if not first.startswith("source") or not between:
        raise FileFormatError(path, line=2, got=first[:60], expected="names of columns, source and target first")
    columns = Table(path, first, between).sample()[0]
    kinds = {entry["key"]: entry["kind"] for entry in note["edges"] if "key" in entry}
    table = Table(path, text, between, skip=2)
    wanted: list[str | None] = ["int64", "int64", *(kinds.get(name) for name in columns[2:])]
    cells = dict(zip(columns, table.columns(wanted, progress=progress), strict=True))
    n_nodes = check_size(path, note["n_nodes"], line=1)
    s, t, size, _ = numbered(path, cells.pop("source"), cells.pop("target"), first_id=0, n_nodes=n_nodes, lines=table)
    return document_of(Raw(path, size, s, t, bool(note["directed"]), edges=cells, note=note, lines={"edges": table}))


def _read_nngt(path: Path, text: str, progress: bool | None) -> Document:
    """A file of NNGT: two ends, and attributes between semicolons."""
    header = header_of_nngt(path, text)
    if header is None:
        raise FileFormatError(path, line=1, got=text[:60], expected="@name=value")
    body = text.split("\n", header.n_lines)[-1] if header.n_lines else text
    evened = "\n".join(line.strip().replace(" ", ";", 2) for line in body.split("\n"))
    table = Table(path, evened, ";", first_line=header.n_lines + 1)
    cells = table.columns(["int64", "int64", *header.edges.values()], progress=progress)
    s, t, size, _ = numbered(path, cells[0], cells[1], first_id=0, n_nodes=header.n_nodes, lines=table)
    edges = dict(zip(header.edges, cells[2:], strict=True))
    lines = {"edges": table}
    return document_of(Raw(path, size, s, t, header.directed, header.name, edges=edges, nodes=header.nodes, lines=lines))


def _checked_ids(first_id: Any, n_nodes: Any) -> tuple[int | None, int | None]:
    whole = first_id is None or (isinstance(first_id, (int, np.integer)) and not isinstance(first_id, bool))
    if not whole or abs(first_id or 0) > MAX_NODES:
        raise ParameterError("load: first_id", got=first_id, expected="a whole number")
    count = None if n_nodes is None else check_count(n_nodes, "load: n_nodes")
    return None if first_id is None else int(first_id), count


def _default_delimiter(path: Path) -> str:
    return {".csv": ",", ".tsv": "\t"}.get(Path(path.name.lower().removesuffix(".gz")).suffix, " ")


def _checked_delimiter(delimiter: Any) -> str:
    wrong = not isinstance(delimiter, str) or len(delimiter) != 1
    if wrong or delimiter.isalnum() or delimiter in "\"'\n\r#%.+-_" or not delimiter.isascii():
        expected = "one character that is no letter, digit, quote or part of a number"
        raise ParameterError("delimiter", got=delimiter, expected=expected)
    return delimiter


def _found_delimiter(text: str, given: str | None, comments: tuple[str, ...]) -> str:
    """The delimiter, ``""`` for white space."""
    if given is not None:
        return "" if given == " " else _checked_delimiter(given)
    first = next((line for line in text.splitlines() if line.strip() and not line.lstrip().startswith(comments or "\0")), "")
    bare = "".join(first.split('"')[::2])
    return next((one for one in ("\t", ",", ";", "|") if one in bare), "")


def _has_header(sample: list[list[str]]) -> bool:
    """Whether the first row names columns: usual names, or texts above numbers."""
    if not sample:
        return False
    usual = {name for names in _ENDS.values() for name in names}
    if len(usual & {name.strip().lower() for name in sample[0]}) >= 2:
        return True
    return len(sample) > 1 and any(is_number(b) and not is_number(a) for a, b in zip(sample[0], sample[1], strict=False))


def _column_names(path: Path, sample: list[list[str]], names: Sequence[str] | None, has_header: bool) -> list[str]:
    width = len(sample[0]) if sample else 0
    if sample and width < 2:
        raise FileFormatError(
            path, got=f"{width} column in the first row", expected="two at least; delimiter= says what is between"
        )
    if isinstance(names, str):
        raise ParameterError("load: names", got=names, expected="a list of names")
    if names is not None:
        listed = [check_name("load: names", name) for name in names]
        if sample and len(listed) != width:
            raise FileFormatError(path, got=f"{width} columns", expected=f"{len(listed)}, as names= has")
    elif has_header:
        listed = [name.strip() or f"column_{i}" for i, name in enumerate(sample[0])]
    else:
        listed = ["source", "target", "weight", *(f"column_{i}" for i in range(3, width))][: max(width, 2)]
    twice = next((name for i, name in enumerate(listed) if name in listed[:i]), None)
    if twice is not None:
        raise FileFormatError(path, got=f"two columns {twice!r}", expected="different names; names= gives others")
    return listed


def _end(columns: list[str], which: str, given: str | int | None) -> str:
    """Name of the column with one end of the edges."""
    if isinstance(given, int) and not isinstance(given, bool) and 0 <= given < len(columns):
        return columns[given]
    if given is not None:
        if given not in columns:
            raise UnknownNameError(f"column for {which}", got=given, choices=columns)
        return str(given)
    usual = [name for name in columns if name.lower() in _ENDS[which]]
    return usual[0] if usual else columns[0 if which == "source" else 1]


def _refuse_matrix(path: Path, cells: dict[str, Cells]) -> None:
    """Refuse a table without names of ends that is as wide as it is long."""
    width, n_rows = len(cells), max(len(column.values) for column in cells.values())
    if width >= _MATRIX and width - n_rows in (0, 1):
        expected = "a list of edges; Graph.from_matrix takes a matrix, source= and target= name columns of edges"
        raise FileFormatError(path, got=f"{n_rows} rows of {width} values, which look like a matrix", expected=expected)


def _direction(path: Path, cells: dict[str, Cells]) -> bool:
    """Whether edges have a direction by Gephi's column, which is then taken out; they have if there is none."""
    words = {str(value).lower() for value in cells["Type"].values} if "Type" in cells else set()
    if not words or not words <= {"directed", "undirected"}:
        return True
    if len(words) > 1:
        raise FileFormatError(path, got="directed and undirected edges", expected="one kind; directed= decides")
    del cells["Type"]
    return words == {"directed"}


def _taken(columns: list[str], ends: list[str], attributes: Sequence[str] | None) -> list[str]:
    others = [name for name in columns if name not in ends]
    if isinstance(attributes, str):
        raise ParameterError("load: attributes", got=attributes, expected="a list of names")
    for name in attributes or ():
        if name not in others:
            raise UnknownNameError("column of the file", got=name, choices=others)
    return others if attributes is None else list(attributes)


def _is_plain(key: str) -> bool:
    return key.isprintable()


def _renamed(field: Field, number: int) -> Field:
    return replace(field, key=f"column_{number}_")
