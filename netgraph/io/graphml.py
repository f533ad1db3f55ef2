"""graphml: GraphML, which NetworkX, igraph, Gephi, yEd and many others read and write."""

from pathlib import Path
from typing import Any

import numpy as np

from netgraph.io._document import Document
from netgraph.io._fields import Field, fields_of, header_of, numbers, write_rows
from netgraph.io._format import FileFormat
from netgraph.io._json import dump
from netgraph.io._nodes import ends_by_name
from netgraph.io._raw import Cells, Raw, document_of, doubled, note_of
from netgraph.io._text import open_text
from netgraph.io._xml import STYLE, parse_xml, quoted, safe
from simcore.errors import FileFormatError

__all__ = ["FORMAT"]

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
<key id="netgraph" for="graph" attr.name="netgraph" attr.type="string"/>
<key id="name" for="graph" attr.name="name" attr.type="string"/>
"""
_WORDS = {"bool": "boolean", "int64": "long", "float64": "double", "str": "string"}
_KINDS = {"boolean": "bool", "int": "int64", "long": "int64", "integer": "int64", "float": "float64", "double": "float64"}
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}


def write(document: Document, path: Path, *, progress: bool | None = None) -> None:
    """Write a document."""
    axes = list("xyz"[: document.positions.shape[1]]) if document.positions is not None else []
    edges = fields_of(document.edges, document.n_edges, STYLE, key=safe)
    nodes = fields_of(document.nodes, document.n_nodes, STYLE, key=safe, taken=axes)
    note = header_of(document, edges, nodes, positions=axes or None)
    places = [] if document.positions is None else list(document.positions.T)
    nodes = [*(Field(axis, axis, place, document.n_nodes) for axis, place in zip(axes, places, strict=True)), *nodes]

    with open_text(path) as file:
        file.write(_HEAD)
        for kind, fields in (("node", nodes), ("edge", edges)):
            for i, field in enumerate(fields):
                named = f'attr.name="{quoted(field.key)}" attr.type="{_WORDS[field.kind]}"'
                file.write(f'<key id="{kind[0]}{i}" for="{kind}" {named}/>\n')
        default = "directed" if document.directed else "undirected"
        file.write(f'<graph id="graph" edgedefault="{default}">\n<data key="netgraph">{STYLE.quote(dump(note))}</data>\n')
        file.write(f'<data key="name">{STYLE.quote(safe(document.name))}</data>\n')
        write_rows(
            file,
            f'<node id="%s">{_data(nodes, "n")}</node>\n',
            document.n_nodes,
            lambda rows: [numbers(rows), *(STYLE.texts(field.piece(rows)) for field in nodes)],
            progress=progress,
        )
        write_rows(
            file,
            f'<edge source="%s" target="%s">{_data(edges, "e")}</edge>\n',
            document.n_edges,
            lambda rows: [
                STYLE.texts(document.source[rows]),
                STYLE.texts(document.target[rows]),
                *(STYLE.texts(field.piece(rows)) for field in edges),
            ],
            progress=progress,
        )
        file.write("</graph>\n</graphml>\n")


def read(path: Path, *, progress: bool | None = None) -> Document:
    """Read a document."""
    reader = _Reader(path)
    parse_xml(path, reader.handlers, root="graphml", progress=progress)
    return reader.document()


FORMAT = FileFormat("graphml", (".graphml", ".xml"), read, write)


def _data(fields: list[Field], letter: str) -> str:
    return "".join(f'<data key="{letter}{i}">%s</data>' for i in range(len(fields)))


class _Reader:
    """Collects what stands in the elements."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.keys: dict[str, dict[str, str]] = {}
        self.defaults: dict[str, str] = {}
        self.names: list[str] = []
        self.source: list[str] = []
        self.target: list[str] = []
        self.directions: dict[int, bool] = {}
        self.lines: dict[str, list[int]] = {"nodes": [], "edges": []}
        self.cells: dict[str, dict[str, tuple[list[int], list[str]]]] = {"graph": {}, "nodes": {}, "edges": {}}
        self._n_graphs, self._in_graph = 0, False
        self._directed: bool | None = None

    def handlers(self, parser: Any) -> tuple[Any, Any]:
        """What to call at the start and at the end of an element; what is called for each edge is written for speed."""
        kind, key = "graph", ""
        texts: list[str] = []
        hear = texts.append
        source, names, edge_lines = self.source, self.names, self.lines["edges"]

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal kind, key
            if tag == "data" or tag == "default":
                key = attributes.get("key", key)
                texts.clear()
                parser.CharacterDataHandler = hear
            elif tag == "edge":
                kind = "edges"
                source.append(attributes["source"])
                self.target.append(attributes["target"])
                edge_lines.append(parser.CurrentLineNumber)
                if "directed" in attributes:
                    self.directions[len(source) - 1] = _TRUTHS.get(attributes["directed"].lower(), True)
            elif tag == "node":
                kind = "nodes"
                names.append(attributes["id"])
                self.lines["nodes"].append(parser.CurrentLineNumber)
            else:
                key = attributes.get("id", key)
                self._start_other(parser, tag, attributes)

        def end(tag: str) -> None:
            nonlocal kind
            if tag == "data":
                parser.CharacterDataHandler = None
                rows, values = self.cells[kind].setdefault(key, ([], []))
                rows.append((len(source) if kind == "edges" else len(names)) - 1)
                values.append("".join(texts))
            elif tag == "default":
                parser.CharacterDataHandler = None
                self.defaults[key] = "".join(texts).strip()
            elif tag == "node" or tag == "edge":
                kind = "graph"
            elif tag == "graph":
                self._in_graph = False

        return start, end

    def _start_other(self, parser: Any, tag: str, attributes: dict[str, str]) -> None:
        if tag == "key":
            self.keys[attributes["id"]] = attributes
        if tag == "hyperedge":
            raise FileFormatError(self.path, line=parser.CurrentLineNumber, got="a hyperedge", expected="edges of two ends")
        if tag == "graph":
            self._n_graphs += 1
            if self._in_graph or self._n_graphs > 1:
                got = "a graph inside a graph" if self._in_graph else "a second graph"
                raise FileFormatError(self.path, line=parser.CurrentLineNumber, got=got, expected="one graph a file")
            self._in_graph = True
            self._directed = attributes.get("edgedefault", "directed") == "directed"

    def document(self) -> Document:
        """What was collected."""
        if self._directed is None:
            raise FileFormatError(self.path, got="no element <graph>", expected="GraphML")
        source, target = ends_by_name(self.path, self.source, self.target, self.names, lines=self.lines["edges"])
        about = {self.keys.get(key, {}).get("attr.name", key): values[0] for key, (_, values) in self.cells["graph"].items()}
        directed = np.full(source.size, self._directed)
        directed[list(self.directions)] = list(self.directions.values())
        is_directed = bool(directed.any()) if directed.size else self._directed
        raw = Raw(self.path, len(self.names), source, target, is_directed, names=self.names, lines=self.lines)
        raw.name = about.get("name", "graph")
        raw.note = note_of(self.path, about.get("netgraph"))
        raw.edges, raw.nodes = self._columns("edges"), self._columns("nodes")
        document = document_of(raw)
        return doubled(document, ~directed) if is_directed and not directed.all() else document

    def _columns(self, kind: str) -> dict[str, Cells]:
        """Columns by name, those without values too if they have a default."""
        found = dict(self.cells[kind])
        for key, attributes in self.keys.items():
            if attributes.get("for") in (kind[:-1], "all") and key in self.defaults:
                found.setdefault(key, ([], []))
        columns = {}
        for key, (rows, values) in found.items():
            declared = self.keys.get(key, {})
            if "yfiles.type" in declared:
                continue
            word = declared.get("attr.type")
            kind_of_value = "str" if word == "string" else _KINDS.get(word or "")
            name = declared.get("attr.name", key)
            columns[name if name not in columns else key] = Cells(values, rows, kind_of_value, self.defaults.get(key))
        return columns
