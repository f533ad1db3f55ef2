"""The grammar of the DOT language: statements of nodes, edges, attributes and subgraphs (graphviz.org/doc/info/lang.html)."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from netgraph.io._text import pieces
from simcore.errors import FileFormatError
from simcore.memory import check_free

__all__ = ["DotParser"]

_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_ID = r"(?:[A-Za-z_\x80-\U0010ffff][\w\x80-\U0010ffff]*+|-?(?:\.\d+|\d+(?:\.\d*)?))"
_SPACE = re.compile(r"(?:\s++|//[^\n]*+|/\*.*?\*/|\#[^\n]*+)*+", re.DOTALL)
_TOKEN = re.compile(rf"{_STRING}|->|--|{_ID}|[{{}}\[\];,=:+<]", re.DOTALL)
# An edge on its own, of plain names and attributes, which large files are made of.
_NAME = rf"(?!(?i:node|edge|graph|subgraph|digraph|strict)\b)({_ID}|{_STRING})\s*+"
_LIST = rf"(?:\[\s*+((?:(?:{_ID}|{_STRING})\s*+=\s*+(?:{_ID}|{_STRING})\s*+[,;]?\s*+)*+)\]\s*+)?"
_EDGE = re.compile(rf"\s*+{_NAME}(->|--)\s*+{_NAME}{_LIST};", re.DOTALL)
_PAIR = re.compile(rf"({_ID}|{_STRING})\s*+=\s*+({_ID}|{_STRING})", re.DOTALL)
_MANY = 1 << 16
# Bytes that an edge takes while a file is read, about.
_EDGE_BYTES = 100.0


@dataclass
class _Scope:
    """What holds inside a pair of braces."""

    node: dict[str, str] = field(default_factory=dict)
    edge: dict[str, str] = field(default_factory=dict)
    members: dict[int, None] = field(default_factory=dict)
    name: str = ""


class DotParser:
    """The first graph of a text.

    Parameters
    ----------
    path : Path
        For messages.
    text : str
        All of the file.

    Attributes
    ----------
    directed : bool
    name : str
    names : list of str
        Names of the nodes in order of appearance.
    source, target : list of int
        Ends of the edges.
    nodes : dict of str to dict of int to str
        For each attribute the values by row.
    edges : dict of str to (list of int, list of str)
        For each attribute rows and values; of a row that is there twice the last one counts.
    attributes : dict of str to str
        Attributes of the graph.
    edge_lines : sequence of int
        Line of each edge.
    """

    def __init__(self, path: Path, text: str) -> None:
        self._path, self._text, self._at = path, text, 0
        self.directed, self.name = True, ""
        self._index: dict[str, int] = {}
        self.source: list[int] = []
        self.target: list[int] = []
        self.nodes: dict[str, dict[int, str]] = {}
        self.edges: dict[str, tuple[list[int], list[str]]] = {}
        self.attributes: dict[str, str] = {}
        self._tokens: dict[str, int] = {}
        self._places: list[int] = []
        self._known: dict[tuple[int, int], int] = {}
        self._strict = False
        self._subgraphs: dict[str, _Scope] = {}

    @property
    def names(self) -> list[str]:
        """Names of the nodes in order of appearance."""
        return list(self._index)

    @property
    def edge_lines(self) -> "_Lines":
        """Line of each edge."""
        return _Lines(self._text, self._places)

    def run(self, *, progress: bool | None) -> None:
        """Read the text."""
        word = self._next().lower()
        if word == "strict":
            self._strict = True
            word = self._next().lower()
        if word not in ("graph", "digraph"):
            raise self._refusal(word, "graph or digraph")
        self.directed = word == "digraph"
        if self._peek() != "{":
            self.name = self._id()
        self._expect("{")
        scope = _Scope()
        bar = pieces(len(self._text), f"load {self._path.name}", progress, size=1 << 20)
        reached = next(bar, slice(0, 0))
        while self._peek() != "}":
            self._statement(scope)
            while self._at > reached.stop:
                reached = next(bar, slice(0, len(self._text)))
        bar.close()

    # Words

    def _skip(self) -> None:
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _peek(self) -> str:
        self._skip()
        found = _TOKEN.match(self._text, self._at)
        if found is None:
            got = self._text[self._at : self._at + 20] or "the end of the file"
            raise self._refusal(got, "a word, a text in quotes or a bracket")
        return found.group()

    def _next(self) -> str:
        token = self._peek()
        self._at += len(token)
        return token

    def _expect(self, token: str) -> None:
        got = self._peek()
        if got != token:
            raise self._refusal(got, repr(token))
        self._at += len(token)

    def _refusal(self, got: str, expected: str) -> FileFormatError:
        line = self._text.count("\n", 0, self._at) + 1
        return FileFormatError(self._path, line=line, got=got, expected=expected)

    def _id(self) -> str:
        """A name or a value: a word, a number, texts in quotes joined by plus signs, or HTML."""
        token = self._next()
        if token == "<":
            return self._html()
        if token[0] != '"':
            if token in ("->", "--") or token in "{}[];,=:+":
                raise self._refusal(token, "a name")
            return token
        text = _plain(token)
        while self._peek() == "+":
            self._next()
            text += _plain(self._next())
        return text

    def _html(self) -> str:
        begin, depth = self._at, 1
        for found in re.compile("[<>]").finditer(self._text, begin):
            depth += 1 if found.group() == "<" else -1
            if depth == 0:
                self._at = found.end()
                return self._text[begin : found.start()]
        raise self._refusal("<", "a closing >")

    # Statements

    def _statement(self, scope: _Scope) -> None:
        if self._plain_edges(scope):
            return
        token = self._peek()
        word = token.lower()
        if token == ";":
            self._next()
        elif word in ("node", "edge", "graph"):
            self._next()
            given = self._attributes()
            self.attributes |= given if word == "graph" and not scope.name else {}
            target = {"node": scope.node, "edge": scope.edge}.get(word)
            if target is not None:
                target |= given
        else:
            self._chain(scope)

    def _plain_edges(self, scope: _Scope) -> int:
        """Take in the edges that stand here one after the other with the same attributes; how many there were."""
        first = _EDGE.match(self._text, self._at)
        if first is None:
            return 0
        self._check_arrow(first.group(2))
        keys = tuple(key for key, _ in _PAIR.findall(first.group(4) or ""))
        match = _edge_like(first.group(2), keys).match
        add = self._adder(tuple(map(_plain, keys)), scope)
        at, n = self._at, 0
        while n < _MANY and (found := match(self._text, at)) is not None:
            add(*found.groups(), place=found.start(1))
            at = found.end()
            n += 1
        self._at = at
        return n

    def _adder(self, keys: tuple[str, ...], scope: _Scope) -> Any:
        """What takes in the ends of an edge and the values of its attributes, as they stand in the text."""
        tokens, source, target, places = self._tokens, self.source, self.target, self._places
        columns = [self.edges.setdefault(key, ([], [])) for key in keys]

        def add(a: str, b: str, *values: str, place: int) -> None:
            s, t = tokens.get(a), tokens.get(b)
            if s is None or t is None:
                s, t = (tokens.setdefault(token, self._node(_plain(token), scope)) for token in (a, b))
            for (rows, texts), value in zip(columns, values, strict=True):
                rows.append(len(source))
                texts.append(_plain(value))
            source.append(s)
            target.append(t)
            places.append(place)

        def add_slowly(a: str, b: str, *values: str, place: int) -> None:
            given = dict(zip(keys, map(_plain, values), strict=True))
            self._add_edge(self._node(_plain(a), scope), self._node(_plain(b), scope), scope.edge | given, place)

        return add_slowly if scope.name or scope.edge or self._strict else add

    def _chain(self, scope: _Scope) -> None:
        """Nodes, edges from one to the next, subgraphs among them, and an attribute of the graph."""
        self._skip()
        begin = self._at
        groups = [self._operand(scope)]
        if groups[0] is None:
            return
        while self._peek() in ("->", "--"):
            self._check_arrow(self._next())
            groups.append(self._operand(scope, must=True))
        given = self._attributes()
        if len(groups) == 1 and given:
            for row in groups[0]:
                self._put(self.nodes, row, given)
        for sources, targets in zip(groups, groups[1:], strict=False):
            check_free(f"load {self._path}", "edges between subgraphs", _EDGE_BYTES * len(sources) * len(targets))
            for source in sources:
                for target in targets:
                    self._add_edge(source, target, scope.edge | given, begin)
        if self._peek() == ";":
            self._next()

    def _check_arrow(self, arrow: str) -> None:
        if arrow != ("->" if self.directed else "--"):
            raise self._refusal(arrow, "-> in a digraph, -- in a graph")

    def _operand(self, scope: _Scope, *, must: bool = False) -> Any:
        """Nodes on one side of an edge; None for an attribute of the graph."""
        word = self._peek()
        if word.lower() == "subgraph" or word == "{":
            return self._subgraph(scope)
        name = self._id()
        if not must and self._peek() == "=":
            self._next()
            value = self._id()
            if not scope.name:
                self.attributes[name] = value
            return None
        row = self._node(name, scope)
        for _ in range(2):
            if self._peek() == ":":
                self._next()
                self._id()
        return [row]

    def _subgraph(self, outer: _Scope) -> list[int]:
        name = ""
        if self._next().lower() == "subgraph":
            if self._peek() != "{":
                name = self._id()
            if self._peek() != "{":
                return list(self._subgraphs[name].members) if name in self._subgraphs else []
            self._next()
        scope = _Scope(dict(outer.node), dict(outer.edge), name=name or outer.name or "{")
        while self._peek() != "}":
            self._statement(scope)
        self._next()
        if name:
            self._subgraphs[name] = scope
        outer.members |= scope.members
        return list(scope.members)

    def _attributes(self) -> dict[str, str]:
        given: dict[str, str] = {}
        while self._peek() == "[":
            self._next()
            while self._peek() != "]":
                key = self._id()
                given[key] = "true"
                if self._peek() == "=":
                    self._next()
                    given[key] = self._id()
                if self._peek() in (",", ";"):
                    self._next()
            self._next()
        return given

    # What they make

    def _node(self, name: str, scope: _Scope) -> int:
        row = self._index.get(name)
        if row is None:
            row = self._index[name] = len(self._index)
            self._put(self.nodes, row, scope.node)
            if scope.name not in ("", "{"):
                self._put(self.nodes, row, {"subgraph": scope.name})
        if scope.name:
            scope.members[row] = None
        return row

    def _add_edge(self, source: int, target: int, given: dict[str, str], place: int) -> None:
        row = len(self.source)
        if self._strict:
            pair = (source, target) if self.directed or source <= target else (target, source)
            row = self._known.setdefault(pair, row)
        if row == len(self.source):
            self.source.append(source)
            self.target.append(target)
            self._places.append(place)
        for key, value in given.items():
            rows, values = self.edges.get(key) or self.edges.setdefault(key, ([], []))
            rows.append(row)
            values.append(value)

    @staticmethod
    def _put(columns: dict[str, dict[int, str]], row: int, given: dict[str, str]) -> None:
        for key, value in given.items():
            columns.setdefault(key, {})[row] = value


class _Lines:
    """Lines of edges from their places in the text."""

    def __init__(self, text: str, places: list[int]) -> None:
        self._text, self._places = text, places

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, row: int) -> int:
        return self._text.count("\n", 0, self._places[row]) + 1


@lru_cache(maxsize=64)
def _edge_like(arrow: str, keys: tuple[str, ...]) -> re.Pattern:
    """An edge with these attributes in this order; its groups are the ends and the values."""
    listed = r"[,;]?\s*+".join(rf"{re.escape(key)}\s*+=\s*+({_ID}|{_STRING})\s*+" for key in keys)
    attributes = rf"\[\s*+{listed}[,;]?\s*+\]\s*+" if keys else ""
    return re.compile(rf"\s*+{_NAME}{arrow}\s*+{_NAME}{attributes};", re.DOTALL)


def _plain(token: str) -> str:
    """The text that a token stands for."""
    if token[:1] != '"':
        return token
    inner = token[1:-1]
    return inner.replace("\\\n", "").replace('\\"', '"') if "\\" in inner else inner
