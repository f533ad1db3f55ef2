"""pajek: networks of Pajek (.net), with vertices from 1, arcs and edges.

Labels, coordinates and weights have their places; other columns and the population stand in a comment.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from netgraph.io._document import Document, check_size
from netgraph.io._fields import Field, Style, header_of, numbers, write_rows
from netgraph.io._format import FileFormat
from netgraph.io._json import dump
from netgraph.io._nodes import numbered
from netgraph.io._raw import Cells, Raw, document_of, doubled, note_of
from netgraph.io._table import Table, is_number
from netgraph.io._text import lines_of, open_text, read_text
from simcore.errors import FileFormatError

__all__ = ["FORMAT"]

_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\"\\\\']")
_STYLE = Style(quote=lambda text: f'"{_UNFIT.sub("_", text)}"')
_MARK = "% netgraph "
_WORD = re.compile(r'"[^"]*"|\S+')
_SECTIONS = ("network", "vertices", "arcs", "edges", "arcslist", "edgeslist", "matrix")


def write(document: Document, path: Path, *, progress: bool | None = None) -> None:
    """Write a document; vertices have their column ``"label"`` as label if it holds texts, else their number."""
    label = document.nodes.get("label")
    shown = [] if label is None or label.dtype.kind != "U" else [Field("label", "label", label, document.n_nodes)]
    weights = [Field("weight", "weight", document.edges["weight"], document.n_edges)] if "weight" in document.edges else []
    places = [] if document.positions is None else list(document.positions.T)
    axes = ["x", "y", "z"][: len(places)]
    name = _UNFIT.sub("_", document.name)
    with open_text(path) as file:
        file.write(f"{_MARK}{dump(header_of(document, weights, None, positions=axes or None))}\n")
        file.write(f"*Network {name}\n*Vertices {document.n_nodes}\n")
        write_rows(
            file,
            f"%s {'%s' if shown else chr(34) + '%s' + chr(34)}{' %s' * len(places)}\n",
            document.n_nodes,
            lambda rows: [
                list(map(str, range(rows.start + 1, rows.stop + 1))),
                *([_STYLE.texts(field.piece(rows)) for field in shown] or [numbers(rows)]),
                *(_STYLE.texts(place[rows]) for place in places),
            ],
            progress=progress,
        )
        file.write("*Arcs\n" if document.directed else "*Edges\n")
        write_rows(
            file,
            "%s %s %s\n" if weights else "%s %s\n",
            document.n_edges,
            lambda rows: [
                *(_STYLE.texts(end[rows].astype(np.int64) + 1) for end in (document.source, document.target)),
                *(_STYLE.texts(field.piece(rows)) for field in weights),
            ],
            progress=progress,
        )


def read(path: Path, *, progress: bool | None = None, encoding: str = "utf-8") -> Document:
    """Read a document; arcs and edges together make a directed graph, in which edges run both ways.

    Parameters
    ----------
    path : Path
    progress : bool, optional
    encoding : str
        Encoding of the text; ``"cp1252"`` for older files.
    """
    text = read_text(path, encoding)
    reader = _Reader(path, text)
    for section in _sections(path, text):
        reader.add(*section, progress=progress)
    return reader.document()


FORMAT = FileFormat("pajek", (".net",), read, write)


def _sections(path: Path, text: str) -> Iterator[tuple[str, str, str, int]]:
    """Name of each section, the rest of its line, its text, and the line where that begins."""
    starts = [found.start() for found in re.finditer(r"^\*", text, re.MULTILINE)]
    line, last = 1, 0
    for begin, end in pairwise([*starts, len(text)]):
        line += text.count("\n", last, begin)
        last = begin
        head, _, body = text[begin:end].partition("\n")
        words = head[1:].split(None, 1)
        name = words[0].lower() if words else ""
        if name not in _SECTIONS:
            if name in ("partition", "vector", "cluster", "permutation"):
                continue
            raise FileFormatError(path, line=line, got=head[:60], expected=f"one of *{', *'.join(_SECTIONS)}")
        yield name, words[1].strip() if len(words) > 1 else "", body, line + 1


class _Reader:
    """Collects vertices and edges."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        first = text[: text.find("\n")] if text.startswith(_MARK) else ""
        self.note = note_of(path, first[len(_MARK) :] or None)
        self.name, self.n_nodes = "graph", -1
        self.nodes: dict[str, tuple[list[int], list[str]]] = {}
        self.ends: list[tuple[np.ndarray, np.ndarray]] = []
        self.edges: dict[str, tuple[list[int], list[str]]] = {}
        self.weights: list[Cells] = []
        self.both_ways: list[np.ndarray] = []
        self.lines: list[Any] = []
        self._n_edges = 0

    def add(self, name: str, rest: str, body: str, line: int, *, progress: bool | None) -> None:
        """Take in a section."""
        if name == "network":
            self.name = rest or self.name
            return
        if name == "vertices":
            self._add_vertices(rest, body, line)
            return
        if self.n_nodes < 0:
            raise FileFormatError(self.path, line=line - 1, got=f"*{name}", expected="*Vertices before it")
        table = Table(self.path, body, "", comments=("%",), first_line=line)
        if name == "matrix":
            self._add_matrix(table, progress)
        elif name.endswith("list"):
            self._add_lists(table, name == "edgeslist")
        else:
            self._add_rows(table, name == "edges", progress)

    def _add_vertices(self, rest: str, body: str, line: int) -> None:
        words = rest.split()
        if not words or not words[0].isdigit():
            raise FileFormatError(self.path, line=line - 1, got=rest[:60], expected="the number of vertices")
        if self.n_nodes >= 0:
            raise FileFormatError(self.path, line=line - 1, got="*Vertices twice", expected="one network a file")
        self.n_nodes = check_size(self.path, int(words[0]), line=line - 1)
        if len(words) > 1 and words[1].isdigit() and int(words[1]) < self.n_nodes:
            modes = np.where(np.arange(self.n_nodes) < int(words[1]), "1", "2").tolist()
            self.nodes["mode"] = (list(range(self.n_nodes)), modes)
        for number, row in enumerate(lines_of(body), line):
            parts = _WORD.findall(row)
            if not parts or row.startswith("%"):
                continue
            if not parts[0].isdigit() or not 1 <= int(parts[0]) <= self.n_nodes:
                raise FileFormatError(self.path, line=number, got=parts[0], expected=f"a vertex from 1 to {self.n_nodes}")
            self._add_vertex(int(parts[0]) - 1, parts[1:])

    def _add_vertex(self, row: int, parts: list[str]) -> None:
        """A label, up to three coordinates, a shape, and pairs of names and values, all of which may be missing."""
        if parts:
            self._put(self.nodes, "", row, parts[0].strip('"'))
        place = 1
        while place < min(4, len(parts)) and is_number(parts[place]):
            self._put(self.nodes, "xyz"[place - 1], row, parts[place])
            place += 1
        others = [part for part in parts[place:] if not part.startswith("[")]
        if len(others) % 2:
            self._put(self.nodes, "shape", row, others[0].strip('"'))
        for key, value in zip(others[len(others) % 2 :: 2], others[len(others) % 2 + 1 :: 2], strict=True):
            self._put(self.nodes, key.strip('"'), row, value.strip('"'))

    def _add_rows(self, table: Table, undirected: bool, progress: bool | None) -> None:
        """Two ends a line, perhaps a weight, and pairs of names and values."""
        sample = table.sample()
        width = len(sample[0]) if sample else 2
        cells = table.numbers(["int64", "int64", "float64"][:width], progress) if 2 <= width <= 3 else None
        if cells is None:
            cells = self._mixed(table)
        self._add_ends(cells[0], cells[1], table, undirected)
        self.weights.append(cells[2] if len(cells) > 2 else Cells([], []))

    def _mixed(self, table: Table) -> list[Cells]:
        """Rows of several lengths."""
        source, target, weighted, weights = [], [], [], []
        for row, (number, line) in enumerate(table.numbered_lines()):
            parts = _WORD.findall(line)
            if len(parts) < 2:
                raise FileFormatError(self.path, line=number, got=line[:60], expected="two vertices, and perhaps a weight")
            source.append(parts[0])
            target.append(parts[1])
            rest = [part for part in parts[2:] if not part.startswith("[")]
            if rest and is_number(rest[0]):
                weighted.append(row)
                weights.append(rest.pop(0))
            if len(rest) % 2:
                raise FileFormatError(self.path, line=number, got=rest[-1], expected="names and values in pairs")
            for key, value in zip(rest[::2], rest[1::2], strict=True):
                self._put(self.edges, key.strip('"'), self._n_edges + row, value.strip('"'))
        return [Cells(source), Cells(target), Cells(weights, weighted)]

    def _add_lists(self, table: Table, undirected: bool) -> None:
        """A vertex and its neighbours a line."""
        source, target, lines = [], [], []
        for number, line in table.numbered_lines():
            first, *others = line.split() or [""]
            source += [first] * len(others)
            target += others
            lines += [number] * len(others)
        self._add_ends(Cells(source), Cells(target), lines, undirected)
        self.weights.append(Cells([], []))

    def _add_matrix(self, table: Table, progress: bool | None) -> None:
        """All entries, one row of the matrix a line."""
        cells = table.columns(["float64"] * self.n_nodes, progress=progress)
        values = np.array([table.floats(cell) for cell in cells]).T.reshape(-1, self.n_nodes)
        if len(values) != self.n_nodes:
            raise FileFormatError(self.path, got=f"{len(values)} rows of the matrix", expected=str(self.n_nodes))
        source, target = np.nonzero(values)
        self._add_ends(Cells(source + 1), Cells(target + 1), table, undirected=False)
        self.weights.append(Cells(values[source, target]))

    def _add_ends(self, source: Cells, target: Cells, lines: Any, undirected: bool) -> None:
        s, t, _, _ = numbered(self.path, source, target, first_id=1, n_nodes=self.n_nodes, lines=lines)
        self.ends.append((s, t))
        self.both_ways.append(np.full(s.size, undirected))
        self._n_edges += s.size

    @staticmethod
    def _put(columns: dict[str, tuple[list[int], list[str]]], key: str, row: int, value: str) -> None:
        rows, values = columns.setdefault(key, ([], []))
        rows.append(row)
        values.append(value)

    def document(self) -> Document:
        """What was collected."""
        if self.n_nodes < 0:
            raise FileFormatError(self.path, got="no *Vertices", expected="a network of Pajek")
        source, target = (np.concatenate([np.empty(0, np.int64), *(pair[i] for pair in self.ends)]) for i in (0, 1))
        both = np.concatenate([np.empty(0, bool), *self.both_ways])
        is_directed = not both.all() if both.size or self.note is None else bool(self.note["directed"])
        raw = Raw(self.path, self.n_nodes, source, target, is_directed, name=self.name, note=self.note)
        raw.nodes = {key: Cells(values, rows) for key, (rows, values) in self.nodes.items()}
        raw.edges = {key: Cells(values, rows) for key, (rows, values) in self.edges.items()}
        weights = self._weights()
        if weights is not None:
            raw.edges["weight"] = weights
        document = document_of(raw)
        return doubled(document, both) if is_directed and both.any() else document

    def _weights(self) -> Cells | None:
        """The weights of all sections; None if no edge has one."""
        if all(len(cells.values) == 0 for cells in self.weights):
            return None
        rows, values, first = [], [], 0
        for cells, (source, _) in zip(self.weights, self.ends, strict=True):
            own = np.arange(len(cells.values)) if cells.rows is None else np.asarray(cells.rows, dtype=np.int64)
            rows.append(first + own)
            values.append(np.asarray(cells.values, dtype=np.float64))
            first += source.size
        return Cells(np.concatenate([np.empty(0), *values]), np.concatenate([np.empty(0, np.int64), *rows]))
