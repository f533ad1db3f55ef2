"""dot: the language of Graphviz: nodes, edges, subgraphs and attributes, without pictures and layouts."""

import re
from pathlib import Path
from typing import Any

import numpy as np

from netgraph.io._document import Document
from netgraph.io._dot_parser import DotParser
from netgraph.io._fields import Style, escape, fields_of, header_of, identifier, numbers, unescape, write_rows
from netgraph.io._format import FileFormat
from netgraph.io._json import dump
from netgraph.io._raw import Cells, Raw, document_of, note_of
from netgraph.io._text import open_text, read_text

__all__ = ["FORMAT"]

# The language has no way to write a backslash before a quote.
_ILLEGAL = "\x00\\\\\ud800-\udfff"
_STYLE = Style(illegal=_ILLEGAL, quote=lambda text: text.replace('"', '\\"'))
_PLACE = re.compile(r"^\s*([^,\s]+)[,\s]\s*([^,\s!]+)(?:[,\s]\s*([^,\s!]+))?!?\s*$")


def write(document: Document, path: Path, *, progress: bool | None = None) -> None:
    """Write a document; positions are ``pos``, so that ``neato -n`` leaves nodes where they are."""
    has_labels = "label" in document.nodes and document.nodes["label"].dtype.kind == "U"
    taken = ["pos"] if has_labels else ["pos", "label"]
    places = [] if document.positions is None else list(document.positions.T)
    edges = fields_of(document.edges, document.n_edges, _STYLE, key=_key)
    nodes = fields_of(document.nodes, document.n_nodes, _STYLE, key=_key, taken=[*taken, *"xyz"[: len(places)]])
    note = dump(header_of(document, edges, nodes, positions=["x", "y", "z"][: len(places)] or None))
    pos = [f'pos="{",".join(["%s"] * len(places))}!"'] if places else []
    node_keys, edge_keys = ([*(f'{field.key}="%s"' for field in fields)] for fields in (nodes, edges))
    arrow = "->" if document.directed else "--"
    with open_text(path) as file:
        name = escape(document.name, _ILLEGAL).replace("&#38;", "&").replace('"', '\\"')
        file.write(f'{"digraph" if document.directed else "graph"} "{name}" {{\n')
        file.write(f'graph [netgraph="{escape(note, _ILLEGAL + chr(34))}"];\n')
        write_rows(
            file,
            f"%s{_listed([*node_keys, *pos])};\n",
            document.n_nodes,
            lambda rows: [
                numbers(rows),
                *(_STYLE.texts(field.piece(rows)) for field in nodes),
                *(_STYLE.texts(place[rows]) for place in places),
            ],
            progress=progress,
        )
        write_rows(
            file,
            f"%s {arrow} %s{_listed(edge_keys)};\n",
            document.n_edges,
            lambda rows: [
                *(_STYLE.texts(end[rows]) for end in (document.source, document.target)),
                *(_STYLE.texts(field.piece(rows)) for field in edges),
            ],
            progress=progress,
        )
        file.write("}\n")


def read(path: Path, *, progress: bool | None = None, encoding: str = "utf-8") -> Document:
    """Read a document: the first graph of the file.

    Edges between subgraphs join all their nodes; attributes that are set for all nodes or edges hold for those that follow; the
    named subgraph in which a node first stands is its column ``"subgraph"``, and ports are left out.

    Parameters
    ----------
    path : Path
    progress : bool, optional
    encoding : str
        Encoding of the text.
    """
    parser = DotParser(path, read_text(path, encoding))
    parser.run(progress=progress)
    source, target = (np.array(end, dtype=np.int64) for end in (parser.source, parser.target))
    raw = Raw(path, len(parser.names), source, target, parser.directed, name=parser.name or "graph", names=parser.names)
    note = parser.attributes.get("netgraph")
    raw.note = note_of(path, None if note is None else unescape(note))
    raw.lines = {"edges": parser.edge_lines}
    raw.nodes = {key: _cells(by_row) for key, by_row in parser.nodes.items()}
    raw.edges = {key: _edge_cells(*found) for key, found in parser.edges.items()}
    _take_places(raw)
    noted = {entry.get("key") for entry in (raw.note or {"nodes": []})["nodes"]}
    if "label" in raw.nodes and "label" not in noted:
        raw.nodes[""] = raw.nodes.pop("label")
    return document_of(raw)


FORMAT = FileFormat("dot", (".dot", ".gv"), read, write)


def _key(name: str) -> str:
    return (
        f"{identifier(name)}_"
        if name.lower() in ("node", "edge", "graph", "digraph", "subgraph", "strict")
        else identifier(name)
    )


def _listed(items: list[str]) -> str:
    return f" [{', '.join(items)}]" if items else ""


def _cells(by_row: dict[int, str]) -> Cells:
    rows = sorted(by_row)
    return Cells([by_row[row] for row in rows], rows)


def _edge_cells(rows: list[int], values: list[str]) -> Cells:
    increasing = (np.diff(rows) > 0).all()
    return Cells(values, rows) if increasing else _cells(dict(zip(rows, values, strict=True)))


def _take_places(raw: Raw) -> None:
    """Positions of nodes out of their attribute ``pos``, if all have one."""
    cells = raw.nodes.get("pos")
    if cells is None or len(cells.values) < raw.n_nodes:
        return
    found: list[Any] = [_PLACE.match(text) for text in cells.values]
    if not all(found):
        return
    ndim = 2 if any(one.group(3) is None for one in found) else 3
    del raw.nodes["pos"]
    for i, axis in enumerate("xyz"[:ndim], 1):
        raw.nodes[axis] = Cells([one.group(i) for one in found], list(range(raw.n_nodes)))
