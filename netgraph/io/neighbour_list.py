"""neighbour_list: a node and its neighbours a line, attributes after semicolons: ``0 1;0.5 2;1.5`` (NNGT, adjacency lists).

A file of ours begins with a comment that holds all but the edges and their numbers.
"""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from netgraph._checks import check_flag
from netgraph.io._document import Document, check_size
from netgraph.io._fields import Style, fields_of, header_of
from netgraph.io._format import FileFormat
from netgraph.io._json import decode, dump, encode
from netgraph.io._nngt import header_of_nngt
from netgraph.io._nodes import numbered
from netgraph.io._raw import Cells, Raw, document_of, note_of
from netgraph.io._table import Table, checked_marks
from netgraph.io._text import lines_of, open_text, pieces, read_text
from simcore.errors import FileFormatError

__all__ = ["FORMAT"]

_STYLE = Style()
_MARK = "# netgraph "


def write(document: Document, path: Path, *, progress: bool | None = None) -> None:
    """Write a document; columns of texts stand in the comment."""
    plain = {name: values for name, values in document.edges.items() if values.dtype.kind != "U"}
    fields = fields_of(plain, document.n_edges, _STYLE, key=str)
    order = np.argsort(document.source, kind="stable")
    is_sorted = bool((order == np.arange(order.size)).all())
    note = header_of(document, fields, None, **({} if is_sorted else {"rows": encode(order, "rows")}))
    ends = np.cumsum(np.bincount(document.source, minlength=document.n_nodes)).tolist()
    with open_text(path) as file:
        file.write(f"{_MARK}{dump(note)}\n")
        items: list[str] = []
        for rows in pieces(document.n_edges, "save", progress):
            chosen = order[rows]
            whole = [field.piece(slice(None))[chosen] for field in fields]
            items += map(";".join, zip(*(_STYLE.texts(part) for part in (document.target[chosen], *whole)), strict=True))
        file.writelines(
            f"{node} {' '.join(items[begin:end])}\n"
            for node, (begin, end) in enumerate(zip([0, *ends], ends, strict=False))
            if end > begin
        )


def read(
    path: Path,
    *,
    progress: bool | None = None,
    directed: bool = True,
    comments: str | Sequence[str] | None = "#",
    encoding: str = "utf-8",
) -> Document:
    """Read a document; of the options, files of ours and of NNGT need only `encoding`.

    Parameters
    ----------
    path : Path
    progress : bool, optional
    directed : bool
        Whether edges have a direction.
    comments : str or sequence of str, optional
        What lines begin with that are no rows.
    encoding : str
        Encoding of the text.
    """
    text = read_text(path, encoding)
    note = note_of(path, text[len(_MARK) : text.find("\n")] if text.startswith(_MARK) else None)
    header = header_of_nngt(path, text)
    marks = checked_marks(comments)
    skip = 1 if note is not None else 0 if header is None else header.n_lines
    lines, first, items = _rows(text, skip, () if note is not None else marks)
    kinds: dict[str, str | None] | None = None
    if note is not None:
        kinds = {entry["key"]: entry["kind"] for entry in note["edges"] if "key" in entry}
    elif header is not None:
        kinds = dict(header.edges)
    target, columns = _columns(path, items, kinds, lines, progress)
    counts = np.array(list(map(len, items)), dtype=np.int64)
    is_directed = check_flag("load: directed", directed)
    if note is None and header is None:
        raw = _of_names(path, first, counts, target, directed=is_directed, lines=lines)
    else:
        known = note if note is not None else {"n_nodes": header.n_nodes, "directed": header.directed}  # type: ignore[union-attr]
        raw = _of_numbers(path, first, counts, target, known=known, lines=lines)
    if header is not None:
        raw.name, raw.nodes = header.name, header.nodes
    raw.edges, raw.note = columns, note
    return document_of(_in_order(raw) if note is not None and "rows" in note else raw)


FORMAT = FileFormat("neighbour_list", (".nn",), read, write)


def _rows(text: str, skip: int, comments: tuple[str, ...]) -> tuple[list[int], list[str], list[list[str]]]:
    """Numbers of the lines, the nodes with which they begin, and what follows."""
    numbers, first, items = [], [], []
    for number, line in enumerate(lines_of(text), 1):
        parts = line.split()
        if number <= skip or not parts or (comments and parts[0].startswith(comments)):
            continue
        numbers.append(number)
        first.append(parts[0])
        items.append(parts[1:])
    return numbers, first, items


def _columns(
    path: Path, items: list[list[str]], kinds: dict[str, str | None] | None, lines: list[int], progress: bool | None
) -> tuple[Cells, dict[str, Cells]]:
    """Targets and attributes of all edges."""
    flat = list(chain.from_iterable(items))
    table = Table(path, "\n".join(flat), ";")
    if kinds is None:
        width = flat[0].count(";") if flat else 0
        kinds = dict.fromkeys(["weight", *(f"column_{i}" for i in range(2, width + 1))][:width])
        ends = "id"
    else:
        ends = "int64"
    try:
        cells = table.columns([ends, *kinds.values()], progress=progress)
    except FileFormatError as error:
        if error.line is None:
            raise
        row = int(np.searchsorted(np.cumsum(list(map(len, items))), error.line - 1, side="right"))
        got = flat[error.line - 1]
        expected = f"a neighbour with {len(kinds)} attributes"
        raise FileFormatError(path, line=lines[row], got=got, expected=expected) from None
    if len(cells[0].values) != len(flat):
        raise FileFormatError(path, got=f"quotes around {len(flat)} neighbours", expected="texts without quotes")
    return cells[0], dict(zip(kinds, cells[1:], strict=True))


def _of_numbers(path: Path, first: list[str], counts: np.ndarray, target: Cells, *, known: Any, lines: list[int]) -> Raw:
    n_nodes = check_size(path, known["n_nodes"])
    rows = np.repeat(np.arange(counts.size), counts)
    where = np.array(lines, dtype=np.int64)[rows]
    source = Cells(np.array(first, dtype=np.str_)[rows].tolist())
    s, t, size, _ = numbered(path, source, target, first_id=0, n_nodes=n_nodes, lines=where)
    return Raw(path, size, s, t, bool(known["directed"]), lines={"edges": where})


def _of_names(path: Path, first: list[str], counts: np.ndarray, target: Cells, *, directed: bool, lines: list[int]) -> Raw:
    """Nodes by any names; those without neighbours begin lines too."""
    rows = np.repeat(np.arange(counts.size), counts)
    names = np.array(first, dtype=np.str_)
    targets = list(map(str, np.asarray(target.values).tolist()))
    sources = Cells([*first, *names[rows].tolist()])
    where = [*lines, *(lines[row] for row in rows.tolist())]
    s, t, size, ids = numbered(path, sources, Cells([*first, *targets]), first_id=None, n_nodes=None, lines=where)
    n = len(first)
    return Raw(path, size, s[n:], t[n:], directed, names=ids)


def _in_order(raw: Raw) -> Raw:
    """The edges in the rows that they had."""
    rows = np.asarray(decode((raw.note or {})["rows"]), dtype=np.int64)
    if not np.array_equal(np.sort(rows), np.arange(raw.source.size)):
        raise ValueError("rows of edges that are not there")
    back = np.argsort(rows)
    raw.source, raw.target = raw.source[back], raw.target[back]
    raw.edges = {key: Cells(np.asarray(cells.values)[back]) for key, cells in raw.edges.items()}
    return raw
