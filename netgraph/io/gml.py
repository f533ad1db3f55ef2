"""gml: the Graph Modelling Language of NetworkX, igraph, Cytoscape and yEd: keys, values and lists in brackets."""

import re
from collections.abc import Iterable, Iterator, Sequence
from html.entities import name2codepoint
from pathlib import Path
from typing import Any

import numpy as np

from netgraph._pairs import first_occurrence, pair_keys
from netgraph.io._document import Document
from netgraph.io._fields import Field, Style, fields_of, header_of, identifier, numbers, write_rows
from netgraph.io._format import FileFormat
from netgraph.io._json import dump
from netgraph.io._nodes import ends_by_name
from netgraph.io._raw import Cells, Raw, document_of, note_of
from netgraph.io._text import open_text, read_text
from simcore.errors import FileFormatError

__all__ = ["FORMAT"]

_ODD = re.compile('[^ -~]|[&"]')
# These two igraph reads too.
_NAMED = {"&": "&amp;", '"': "&quot;"}
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(\w{2,8}));")
_STYLE = Style(
    truth=("0", "1"),
    special={"nan": "NAN", "inf": "+INF", "-inf": "-INF"},
    illegal="",
    quote=lambda text: f'"{_ODD.sub(lambda found: _NAMED.get(found.group()) or f"&#{ord(found.group())};", text)}"',
    point=True,
)
# A comment, a text, a node or edge without lists in it, a bracket, a word; a quote alone is a mistake.
_PLAIN = r'\b(?:node|edge)\s*+\[(?:[^\[\]"#]++|"[^"]*+")*+\]'
_TOKEN = re.compile(rf'#.*|"[^"]*+"|{_PLAIN}|[\[\]]|[^\s\[\]"]+|"')
_WORD = re.compile(r'"[^"]*"|[^\s\[\]"]+')


def write(document: Document, path: Path, *, progress: bool | None = None) -> None:
    """Write a document; nodes have their column ``"label"`` as label if it holds texts, else their number."""
    axes = list("xyz"[: document.positions.shape[1]]) if document.positions is not None else []
    has_labels = "label" in document.nodes and document.nodes["label"].dtype.kind == "U"
    edges = fields_of(document.edges, document.n_edges, _STYLE, key=identifier, taken=("source", "target", "id"))
    taken = ["id", *axes, *([] if has_labels else ["label"])]
    nodes = fields_of(document.nodes, document.n_nodes, _STYLE, key=identifier, taken=taken)
    note = header_of(document, edges, nodes, positions=axes or None)
    places = [] if document.positions is None else list(document.positions.T)
    nodes += [Field(axis, axis, place, document.n_nodes) for axis, place in zip(axes, places, strict=True)]
    label = "" if has_labels else ' label "%s"'
    with open_text(path) as file:
        file.write(f'Creator "netgraph"\ngraph [\n  directed {int(document.directed)}\n')
        file.write("  multigraph 1\n" if _has_parallel(document) else "")
        file.write(f"  name {_STYLE.quote(document.name)}\n  netgraph {_STYLE.quote(dump(note))}\n")
        write_rows(
            file,
            f"  node [ id %s{label}{_keys(nodes)} ]\n",
            document.n_nodes,
            lambda rows: [numbers(rows)] * (1 if has_labels else 2) + [_STYLE.texts(field.piece(rows)) for field in nodes],
            progress=progress,
        )
        write_rows(
            file,
            f"  edge [ source %s target %s{_keys(edges)} ]\n",
            document.n_edges,
            lambda rows: (
                [_STYLE.texts(end[rows]) for end in (document.source, document.target)]
                + [_STYLE.texts(field.piece(rows)) for field in edges]
            ),
            progress=progress,
        )
        file.write("]\n")


def read(path: Path, *, progress: bool | None = None, encoding: str = "utf-8") -> Document:
    """Read a document; keys inside further lists are left out, but for ``graphics`` with positions.

    Parameters
    ----------
    path : Path
    progress : bool, optional
        Not needed: one expression reads the whole text.
    encoding : str
        Encoding of the text.
    """
    text = read_text(path, encoding)
    graph = next((value for key, value in _tree(path, text) if key == "graph" and isinstance(value, list)), None)
    if graph is None:
        raise FileFormatError(path, got="no graph [ ... ]", expected="GML")
    about = {key: value for key, value in graph if isinstance(value, str)}
    node_lines, edge_lines = (_Lines(text, kind) for kind in ("node", "edge"))
    nodes, edges = (
        _table(path, [value for key, value in graph if key == kind], lines)
        for kind, lines in (("node", node_lines), ("edge", edge_lines))
    )
    n_nodes, names = _required(path, nodes, "id", node_lines)
    n_edges, source = _required(path, edges, "source", edge_lines)
    _, target = _required(path, edges, "target", edge_lines)
    s, t = ends_by_name(path, source, target, names, lines=edge_lines)
    raw = Raw(path, n_nodes, s, t, about.get("directed", "0") == "1", names=names)
    raw.lines = {"nodes": node_lines, "edges": edge_lines}
    raw.name = _plain(about.get("name", about.get("label", '"graph"')))
    raw.note = note_of(path, _plain(about["netgraph"]) if "netgraph" in about else None)
    raw.nodes, raw.edges = _cells(nodes), _cells(edges)
    noted = {entry.get("key") for entry in (raw.note or {"nodes": []})["nodes"]}
    if "label" in raw.nodes and "label" not in noted:
        raw.nodes[""] = raw.nodes.pop("label")
    return document_of(raw)


FORMAT = FileFormat("gml", (".gml",), read, write)

_Pairs = list[tuple[str, Any]]
# Rows and values of each key.
_Columns = dict[str, tuple[Sequence[int], list[str]]]


def _has_parallel(document: Document) -> bool:
    """Whether several edges join two nodes, which NetworkX wants to be told."""
    keys = pair_keys(document.source, document.target, n_nodes=document.n_nodes, directed=document.directed)
    return not first_occurrence(keys).all()


def _keys(fields: Iterable[Field]) -> str:
    return "".join(f" {field.key} %s" for field in fields)


def _plain(text: str) -> str:
    """The text that a value holds."""
    return _REFERENCE.sub(_character, text[1:-1]) if text.startswith('"') else text


def _character(found: re.Match) -> str:
    decimal, hexadecimal, name = found.groups()
    code = int(decimal) if decimal else int(hexadecimal, 16) if hexadecimal else name2codepoint.get(name, -1)
    return chr(code) if 0 <= code < 0x110000 else found.group()


def _tokens(text: str) -> Iterator[re.Match]:
    """Tokens of the text, without comments."""
    return (found for found in _TOKEN.finditer(text) if found.group()[0] != "#")


def _tree(path: Path, text: str) -> _Pairs:
    """Keys and values of the text; a value is a text, or a list of keys and values; plain nodes and edges stay texts."""
    tokens = [found.group() for found in _tokens(text)] if "#" in text else _TOKEN.findall(text)
    top: _Pairs = []
    stack, key = [top], ""
    for i, token in enumerate(tokens):
        if key and token not in ("[", "]", '"'):
            stack[-1].append((key, token))
            key = ""
        elif key and token == "[":
            inner: _Pairs = []
            stack[-1].append((key, inner))
            stack.append(inner)
            key = ""
        elif not key and token[-1] == "]" and len(token) > 1:
            stack[-1].append((token[:4], token))
        elif not key and token == "]" and len(stack) > 1:
            stack.pop()
        elif not key and token[0] not in '"[]':
            key = token
        else:
            found = next(found for k, found in enumerate(_tokens(text)) if k == i)
            line = text.count("\n", 0, found.start()) + 1
            raise FileFormatError(path, line=line, got=token[:60], expected="a value" if key else "a key")
    if len(stack) > 1 or key:
        line = text.count("\n") + 1
        raise FileFormatError(path, line=line, got="the end of the file", expected="a value" if key else "a closing bracket")
    return top


class _Lines:
    """Lines of the nodes or edges, found when an error needs them."""

    def __init__(self, text: str, kind: str) -> None:
        self._text, self._kind = text, kind

    def __len__(self) -> int:
        return len(self._text)

    def __getitem__(self, row: int) -> int:
        found = [m.start() for m in re.finditer(rf'"[^"]*+"|\b({self._kind})\s*\[', self._text) if m.group(1)]
        return self._text.count("\n", 0, found[row]) + 1


def _table(path: Path, items: list[Any], lines: Any) -> tuple[int, _Columns]:
    """Number of items, and for each key the rows that have it and their values."""
    if items and all(isinstance(item, str) for item in items):
        joined = "\n".join(items)
        words = joined.replace("[", " ").replace("]", " ").split() if '"' not in joined else []
        width = len(words) // len(items)
        if words and len(words) % len(items) == 0 and all(len(set(words[i::width])) == 1 for i in range(1, width, 2)):
            rows = range(len(items))
            return len(items), {words[i]: (rows, words[i + 1 :: width]) for i in range(1, width, 2)}
    columns: dict[str, tuple[list[int], list[str]]] = {}
    for row, item in enumerate(items):
        pairs = _pairs(item)
        if pairs is None:
            raise FileFormatError(path, line=lines[row], got="a key without a value", expected="keys and values in turn")
        for key, value in pairs:
            rows_of, values = columns.setdefault(key, ([], []))
            if not rows_of or rows_of[-1] != row:
                rows_of.append(row)
                values.append(value)
    return len(items), dict(columns)


def _pairs(item: Any) -> Iterable[tuple[str, str]] | None:
    """Keys and values of a node or edge; None if they are not in pairs."""
    if isinstance(item, str):
        words = _WORD.findall(item[item.index("[") :])
        return None if len(words) % 2 else zip(words[::2], words[1::2], strict=True)
    flat = [(key, value) for key, value in item if isinstance(value, str)]
    graphics = next((value for key, value in item if key == "graphics" and isinstance(value, list)), [])
    return flat + [(key, value) for key, value in graphics if key in ("x", "y", "z") and isinstance(value, str)]


def _required(path: Path, table: tuple[int, _Columns], key: str, lines: Any) -> tuple[int, list[str]]:
    """Number of items and the values of a key that each must have."""
    n, columns = table
    rows, values = columns.pop(key, ([], []))
    if len(rows) < n:
        row = next(i for i in range(n) if i >= len(rows) or rows[i] != i)
        raise FileFormatError(path, line=lines[row], got=f"no {key!r}", expected="one in each node or edge")
    return n, [_plain(value) for value in values] if any('"' in value for value in values[:1]) else values


def _cells(table: tuple[int, _Columns]) -> dict[str, Cells]:
    n, columns = table
    cells = {}
    for key, (rows, values) in columns.items():
        is_text = [value.startswith('"') for value in values]
        kind = "str" if any(is_text) else None
        texts = [_plain(value) for value in values] if kind else values
        cells[key] = Cells(texts, None if len(rows) == n else np.asarray(rows), kind)
    return cells
