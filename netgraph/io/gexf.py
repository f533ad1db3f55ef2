"""gexf: GEXF 1.3 of Gephi, NetworkX and others; versions 1.1 and 1.2 are read too."""

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
from netgraph.io._xml import STYLE, VALUE_STYLE, parse_xml, quoted, safe
from simcore.errors import FileFormatError

__all__ = ["FORMAT"]

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">
<meta><creator>netgraph</creator><title>%s</title><description>%s</description></meta>
<graph defaultedgetype="%s" mode="static">
"""
_WORDS = {"bool": "boolean", "int64": "long", "float64": "double", "str": "string"}
_KINDS = {
    **dict.fromkeys(("integer", "long", "short", "byte", "int", "biginteger"), "int64"),
    **dict.fromkeys(("float", "double", "bigdecimal"), "float64"),
    "boolean": "bool",
}


def write(document: Document, path: Path, *, progress: bool | None = None) -> None:
    """Write a document; nodes have their column ``"label"`` as label if it holds texts, else their number."""
    has_labels = "label" in document.nodes and document.nodes["label"].dtype.kind == "U"
    edges = fields_of(document.edges, document.n_edges, VALUE_STYLE, key=safe)
    nodes = fields_of(document.nodes, document.n_nodes, VALUE_STYLE, key=safe, taken="xyz")
    axes = [] if document.positions is None else list("xyz"[: document.positions.shape[1]])
    note = dump(header_of(document, edges, nodes, positions=axes or None))
    own_weight = [field for field in edges if field.name == "weight"]
    shown = [field for field in nodes if has_labels and field.name == "label"]
    edges = [field for field in edges if field not in own_weight]
    nodes = [field for field in nodes if field not in shown]
    places = [] if document.positions is None else list(document.positions.T)
    point = "<viz:position " + " ".join(f'{axis}="%s"' for axis in axes) + "/>" if axes else ""
    weight = ' weight="%s"' if own_weight else ""
    with open_text(path) as file:
        title, description = STYLE.quote(safe(document.name)), STYLE.quote(note)
        file.write(_HEAD % (title, description, "directed" if document.directed else "undirected"))
        file.write(f"{_declared('node', nodes)}{_declared('edge', edges)}<nodes>\n")
        write_rows(
            file,
            f'<node id="%s" label="%s">{_values(nodes)}{point}</node>\n',
            document.n_nodes,
            lambda rows: [
                numbers(rows),
                *([VALUE_STYLE.texts(field.piece(rows)) for field in shown] or [numbers(rows)]),
                *(VALUE_STYLE.texts(field.piece(rows)) for field in nodes),
                *(VALUE_STYLE.texts(place[rows]) for place in places),
            ],
            progress=progress,
        )
        file.write("</nodes>\n<edges>\n")
        write_rows(
            file,
            f'<edge id="%s" source="%s" target="%s"{weight}>{_values(edges)}</edge>\n',
            document.n_edges,
            lambda rows: [
                numbers(rows),
                *(VALUE_STYLE.texts(end[rows]) for end in (document.source, document.target)),
                *(VALUE_STYLE.texts(field.piece(rows)) for field in (*own_weight, *edges)),
            ],
            progress=progress,
        )
        file.write("</edges>\n</graph>\n</gexf>\n")


def read(path: Path, *, progress: bool | None = None) -> Document:
    """Read a document; times of dynamic graphs are left out, nodes inside nodes are nodes like others."""
    reader = _Reader(path)
    parse_xml(path, reader.handlers, root="gexf", progress=progress)
    return reader.document()


FORMAT = FileFormat("gexf", (".gexf",), read, write)


def _declared(kind: str, fields: list[Field]) -> str:
    rows = (f'<attribute id="{i}" title="{quoted(f.key)}" type="{_WORDS[f.kind]}"/>\n' for i, f in enumerate(fields))
    return f'<attributes class="{kind}">\n{"".join(rows)}</attributes>\n' if fields else ""


def _values(fields: list[Field]) -> str:
    values = "".join(f'<attvalue for="{i}" value="%s"/>' for i in range(len(fields)))
    return f"<attvalues>{values}</attvalues>" if fields else ""


class _Reader:
    """Collects what stands in the elements."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names: list[str] = []
        self.labels: tuple[list[int], list[str]] = ([], [])
        self.source: list[str] = []
        self.target: list[str] = []
        self.directions: dict[int, str] = {}
        self.lines: dict[str, list[int]] = {"nodes": [], "edges": []}
        self.declared: dict[str, dict[str, dict[str, str]]] = {"nodes": {}, "edges": {}}
        self.cells: dict[str, dict[str, tuple[list[int], list[str]]]] = {"nodes": {}, "edges": {}}
        self.about: dict[str, str] = {}
        self.default: str | None = None
        self._kind, self._declared = "nodes", ""
        self._parser: Any = None

    def handlers(self, parser: Any) -> tuple[Any, Any]:
        """What to call at the start and at the end of an element."""
        starts = {
            "node": self._start_node,
            "edge": self._start_edge,
            "attvalue": self._put_value,
            "position": self._put_place,
            "viz:position": self._put_place,
            "attributes": self._declare_kind,
            "attribute": self._declare,
            "graph": self._start_graph,
        }
        heard = ("default", "title", "description")
        texts: list[str] = []
        self._parser = parser

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag in starts:
                starts[tag](attributes)
            elif tag in heard:
                texts.clear()
                parser.CharacterDataHandler = texts.append

        def end(tag: str) -> None:
            if tag not in heard:
                return
            parser.CharacterDataHandler = None
            if tag == "default":
                self.declared[self._kind][self._declared]["default"] = "".join(texts).strip()
            else:
                self.about[tag] = "".join(texts)

        return start, end

    def _start_edge(self, attributes: dict[str, str]) -> None:
        self._kind = "edges"
        self.source.append(attributes["source"])
        self.target.append(attributes["target"])
        self.lines["edges"].append(self._parser.CurrentLineNumber)
        for key in ("weight", "label", "kind"):
            if key in attributes:
                self._put(f"own {key}", attributes[key])
        if "type" in attributes:
            self.directions[len(self.source) - 1] = attributes["type"].lower()

    def _start_node(self, attributes: dict[str, str]) -> None:
        self._kind = "nodes"
        self.names.append(attributes["id"])
        self.lines["nodes"].append(self._parser.CurrentLineNumber)
        if "label" in attributes:
            self.labels[0].append(len(self.names) - 1)
            self.labels[1].append(attributes["label"])

    def _start_graph(self, attributes: dict[str, str]) -> None:
        self.default = attributes.get("defaultedgetype", "undirected").lower()

    def _put_value(self, attributes: dict[str, str]) -> None:
        self._put(attributes["for"] if "for" in attributes else attributes["id"], attributes["value"])

    def _put_place(self, attributes: dict[str, str]) -> None:
        for axis in sorted(set("xyz") & attributes.keys()) if self._kind == "nodes" else ():
            self._put(f"own {axis}", attributes[axis])

    def _declare_kind(self, attributes: dict[str, str]) -> None:
        self._kind = f"{attributes.get('class', 'node')}s"
        if self._kind not in self.declared:
            line = self._parser.CurrentLineNumber
            raise FileFormatError(self.path, line=line, got=f"attributes of class {self._kind[:-1]!r}", expected="node or edge")

    def _declare(self, attributes: dict[str, str]) -> None:
        self._declared = attributes["id"]
        self.declared[self._kind][self._declared] = attributes

    def _put(self, key: str, value: str) -> None:
        rows, values = self.cells[self._kind].setdefault(key, ([], []))
        rows.append(len(self.source if self._kind == "edges" else self.names) - 1)
        values.append(value)

    def document(self) -> Document:
        """What was collected."""
        if self.default is None:
            raise FileFormatError(self.path, got="no element <graph>", expected="GEXF")
        source, target = ends_by_name(self.path, self.source, self.target, self.names, lines=self.lines["edges"])
        kinds = np.full(source.size, self.default, dtype="U10")
        kinds[list(self.directions)] = list(self.directions.values())
        directed = kinds == "directed"
        is_directed = bool((kinds != "undirected").any()) if kinds.size else self.default != "undirected"
        raw = Raw(self.path, len(self.names), source, target, is_directed, names=self.names, lines=self.lines)
        raw.name = self.about.get("title", "graph")
        raw.note = note_of(self.path, self.about.get("description"))
        raw.edges, raw.nodes = self._columns("edges"), self._columns("nodes")
        shown = Cells(self.labels[1], self.labels[0])
        noted = {entry.get("key") for entry in (raw.note or {"nodes": []})["nodes"]}
        raw.nodes["label" if "label" in noted and "label" not in raw.nodes else ""] = shown
        document = document_of(raw)
        return doubled(document, ~directed) if is_directed and not directed.all() else document

    def _columns(self, kind: str) -> dict[str, Cells]:
        """Columns by name, those without values too if they have a default."""
        found = dict(self.cells[kind])
        for key, attributes in self.declared[kind].items():
            if "default" in attributes:
                found.setdefault(key, ([], []))
        columns: dict[str, Cells] = {}
        for key, (rows, values) in found.items():
            declared = self.declared[kind].get(key, {})
            name = key.removeprefix("own ") if key.startswith("own ") else declared.get("title", key)
            kind_of_value = _KINDS.get(declared.get("type", "").lower(), "str" if "type" in declared else None)
            if name not in columns:
                columns[name] = Cells(values, rows, kind_of_value, declared.get("default"))
        return columns
