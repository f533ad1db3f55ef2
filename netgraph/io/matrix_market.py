"""matrix_market: the entries ``A[source, target]`` as text (.mtx), as the SuiteSparse collection and SciPy have them.

The weights are the entries; other columns, nodes and population stand in comments.
"""

from pathlib import Path
from typing import Any

import numpy as np

from netgraph.io._document import Document, check_size
from netgraph.io._fields import Field, Style, header_of, write_rows
from netgraph.io._format import FileFormat
from netgraph.io._json import decode, dump, encode
from netgraph.io._nodes import numbered
from netgraph.io._raw import Cells, Raw, document_of, doubled, note_of
from netgraph.io._table import Table
from netgraph.io._text import open_text, read_text
from simcore.errors import FileFormatError

__all__ = ["FORMAT"]

_STYLE = Style()
_MARK = "%netgraph:"
# Lines of the format have at most 1024 characters.
_WIDTH = 1000
_BANNER = "%%MatrixMarket matrix coordinate or array, real, integer or pattern, general, symmetric or skew-symmetric"


def write(document: Document, path: Path, *, progress: bool | None = None) -> None:
    """Write a document; of an undirected edge the lower triangle has the entry."""
    source, target = document.source, document.target
    weights = [Field("weight", "weight", document.edges["weight"], document.n_edges)] if "weight" in document.edges else []
    more: dict[str, Any] = {}
    if not document.directed:
        swapped = source < target
        source, target = np.maximum(source, target), np.minimum(source, target)
        more["swapped"] = encode(np.flatnonzero(swapped), "swapped")
    note = dump(header_of(document, weights, None, **more))
    with open_text(path) as file:
        symmetry = "general" if document.directed else "symmetric"
        file.write(f"%%MatrixMarket matrix coordinate {'real' if weights else 'pattern'} {symmetry}\n")
        file.writelines(f"{_MARK}{note[i : i + _WIDTH]}\n" for i in range(0, len(note), _WIDTH))
        file.write(f"{document.n_nodes} {document.n_nodes} {document.n_edges}\n")
        write_rows(
            file,
            "%s %s %s\n" if weights else "%s %s\n",
            document.n_edges,
            lambda rows: [
                _STYLE.texts(source[rows].astype(np.int64) + 1),
                _STYLE.texts(target[rows].astype(np.int64) + 1),
                *(_STYLE.texts(field.piece(rows)) for field in weights),
            ],
            progress=progress,
        )


def read(path: Path, *, progress: bool | None = None, directed: bool | None = None) -> Document:
    """Read a document.

    Parameters
    ----------
    path : Path
    progress : bool, optional
    directed : bool, optional
        True takes an entry of a symmetric matrix as edges both ways; None makes it one edge of an undirected graph.
    """
    text = read_text(path)
    form, values, symmetry = _banner(path, text)
    lines = text.split("\n", _n_comments(text))
    n_head = len(lines)
    note = note_of(path, "".join(line[len(_MARK) :].rstrip("\r") for line in lines if line.startswith(_MARK)) or None)
    sizes = _sizes(path, lines[-1].split("\n", 1)[0], n_head, count=3 if form == "coordinate" else 2)
    n = check_size(path, sizes[0], line=n_head)
    if sizes[1] != n:
        raise FileFormatError(path, line=n_head, got=f"{n} rows and {sizes[1]} columns", expected="a square matrix")
    table = Table(path, text, "", comments=("%",), skip=n_head)
    if form == "array":
        source, target, weights = _dense(path, table, n, symmetry, progress=progress)
    else:
        source, target, weights = _entries(path, table, sizes, values, progress=progress)
    if note is not None and "swapped" in note:
        rows = np.asarray(decode(note["swapped"]), dtype=np.int64)
        source[rows], target[rows] = target[rows], source[rows]
    is_directed = symmetry != "symmetric"
    raw = Raw(path, n, source, target, is_directed, edges=weights, note=note, lines={"edges": table})
    document = document_of(raw)
    both = np.ones(source.size, dtype=bool)
    if symmetry == "skew-symmetric":
        document = doubled(document, both)
        document.edges["weight"][source.size :] *= -1.0
    return doubled(document, both) if directed and not is_directed else document


FORMAT = FileFormat("matrix_market", (".mtx",), read, write)


def _banner(path: Path, text: str) -> tuple[str, str, str]:
    words = text[: text.find("\n") if "\n" in text else None].lower().split()
    known = (
        ("%%matrixmarket",),
        ("matrix",),
        ("coordinate", "array"),
        ("real", "double", "integer", "pattern"),
        ("general", "symmetric", "skew-symmetric"),
    )
    right = len(words) == len(known) and all(word in some for word, some in zip(words, known, strict=True))
    if not right or words[2:4] == ["array", "pattern"] or words[3:] == ["pattern", "skew-symmetric"]:
        raise FileFormatError(path, line=1, got=text[: max(text.find("\n"), 0)][:100], expected=_BANNER)
    return words[2], words[3], words[4]


def _n_comments(text: str) -> int:
    """Number of lines before the one with the sizes."""
    begin = n = 0
    while begin < len(text):
        end = text.find("\n", begin)
        line = text[begin : end if end >= 0 else None]
        if line.strip() and not line.startswith("%"):
            return n
        begin, n = (end + 1 if end >= 0 else len(text)), n + 1
    return n


def _sizes(path: Path, line: str, number: int, *, count: int) -> list[int]:
    words = line.split()
    if len(words) != count or not all(word.isascii() and word.isdigit() for word in words):
        expected = "rows, columns and number of entries" if count == 3 else "rows and columns"
        raise FileFormatError(path, line=number, got=line[:60], expected=expected)
    return list(map(int, words))


def _entries(
    path: Path, table: Table, sizes: list[int], values: str, *, progress: bool | None
) -> tuple[np.ndarray, np.ndarray, dict[str, Cells]]:
    kinds = ["int64", "int64"] if values == "pattern" else ["int64", "int64", "float64"]
    cells = table.columns(kinds, progress=progress)
    n_entries = len(cells[0].values)
    if n_entries != sizes[2]:
        raise FileFormatError(path, got=f"{n_entries} entries", expected=f"{sizes[2]}, as the line with the sizes says")
    source, target, _, _ = numbered(path, cells[0], cells[1], first_id=1, n_nodes=sizes[0], lines=table)
    return source, target, {} if values == "pattern" else {"weight": cells[2]}


def _dense(
    path: Path, table: Table, n: int, symmetry: str, *, progress: bool | None
) -> tuple[np.ndarray, np.ndarray, dict[str, Cells]]:
    """Ends and weights of the entries that are not zero, in order of the source; the file goes down the columns."""
    (cells,) = table.columns(["float64"], progress=progress)
    values = table.floats(cells)
    size = {"general": n * n, "symmetric": n * (n + 1) // 2, "skew-symmetric": n * (n - 1) // 2}[symmetry]
    if values.size != size:
        raise FileFormatError(path, got=f"{values.size} entries", expected=f"{size} of a {symmetry} matrix of {n} rows")
    columns, rows = np.triu_indices(n, int(symmetry == "skew-symmetric")) if symmetry != "general" else np.indices((n, n))
    source, target = rows.ravel(), columns.ravel()
    kept = np.flatnonzero(values)
    kept = kept[np.lexsort((target[kept], source[kept]))]
    return source[kept], target[kept], {"weight": Cells(values[kept])}
