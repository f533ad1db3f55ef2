"""How columns are spelled in text files: keys that a format can hold, numbers to the bit, illegal characters escaped."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TextIO

import numpy as np

from netgraph.io._document import KINDS, Document
from netgraph.io._json import encode
from netgraph.io._text import pieces

__all__ = ["Field", "Style", "escape", "fields_of", "header_of", "identifier", "numbers", "unescape", "write_rows"]

_REFERENCE = re.compile(r"&#(\d{1,7});")
_SURROGATES = "\x00\ud800-\udfff"


@dataclass(frozen=True)
class Style:
    """How a format spells values.

    Parameters
    ----------
    truth : (str, str)
        Words for False and True.
    special : dict of str to str
        Words for ``nan``, ``inf`` and ``-inf``.
    illegal : str
        Characters that no text of the format can hold, as inside ``[]`` of a regular expression; a column that has one is
        written with numbers of characters, ``&#1;``.
    quote : callable
        Turns a text into what stands in the file.
    point : bool
        Whether each number that is no integer needs a decimal point.
    """

    truth: tuple[str, str] = ("False", "True")
    special: Mapping[str, str] = field(default_factory=dict)
    illegal: str = _SURROGATES
    quote: Callable[[str], str] = str
    point: bool = False

    def texts(self, values: np.ndarray) -> list[str]:
        """What stands in the file for each value, shape (n,)."""
        kind = values.dtype.kind
        if kind == "U":
            return _mapped(self.quote, values.tolist())
        if kind == "b":
            return [self.truth[v] for v in values.tolist()]
        if kind in "iu":
            return list(map(str, values.tolist()))
        texts = list(map(repr, values.tolist()))
        if self.special and not np.isfinite(values).all():
            texts = [self.special.get(text, text) for text in texts]
        if self.point and any("e" in text for text in texts):
            texts = [text if "." in text or "e" not in text else text.replace("e", ".0e") for text in texts]
        return texts


@dataclass(frozen=True)
class Field:
    """A column on its way into a text file; `values` has shape () if it is constant, and texts in it are legal."""

    name: str
    key: str
    values: np.ndarray
    size: int
    escaped: bool = False

    @property
    def kind(self) -> str:
        """``"bool"``, ``"int64"``, ``"float64"`` or ``"str"``."""
        return KINDS[self.values.dtype.kind]

    def piece(self, rows: slice) -> np.ndarray:
        """Values of some rows."""
        return np.broadcast_to(self.values, (self.size,))[rows]


def fields_of(
    columns: Mapping[str, np.ndarray], size: int, style: Style, *, key: Callable[[str], str], taken: Iterable[str] = ()
) -> list[Field]:
    """Columns with keys that the format can hold, each its own and none among `taken`."""
    used, fields = set(taken), []
    for name, values in columns.items():
        mine = key(name)
        while mine in used:
            mine += "_"
        used.add(mine)
        escaped = False
        if values.dtype.kind == "U":
            values, escaped = _legal(values, style.illegal)
        fields.append(Field(name, mine, values, size, escaped))
    return fields


def header_of(document: Document, edges: Iterable[Field], nodes: Iterable[Field] | None, **more: Any) -> dict[str, Any]:
    """The note that makes a text file lossless: what the format has no place for.

    Parameters
    ----------
    document : Document
    edges, nodes : list of Field
        Columns that the file holds; None puts the node columns, and edge columns that are not listed, into the note.
    **more
        Whatever else the format needs to know.
    """
    listed = {field.name for field in edges}
    hidden = {name: values for name, values in document.edges.items() if name not in listed}
    note: dict[str, Any] = {
        "format": "netgraph",
        "version": 1,
        "n_nodes": document.n_nodes,
        "n_edges": document.n_edges,
        "directed": document.directed,
        "name": document.name,
        "type": document.type,
        "edges": [*map(_entry, edges), *(_whole(name, values) for name, values in hidden.items())],
        "about": document.about,
    }
    order = {name: i for i, name in enumerate(document.edges)}
    note["edges"].sort(key=lambda entry: order[entry["name"]])
    if nodes is None:
        note["nodes"] = [_whole(name, values) for name, values in document.nodes.items()]
    else:
        note["nodes"] = list(map(_entry, nodes))
    if document.positions is not None and "positions" not in more:
        note["positions"] = encode(document.positions, "positions")
    return note | more


def write_rows(
    file: TextIO, template: str, size: int, texts: Callable[[slice], list[list[str]]], *, progress: bool | None
) -> None:
    """Write `template` once a row, its ``%s`` filled from the lists that `texts` gives for some rows."""
    for rows in pieces(size, "save", progress):
        file.write("".join(map(template.__mod__, zip(*texts(rows), strict=True))))


def numbers(rows: slice) -> list[str]:
    """Numbers of rows."""
    return list(map(str, range(rows.start, rows.stop)))


def identifier(name: str) -> str:
    """A name of ASCII letters, digits and underscores that begins with a letter.

    Examples
    --------
    >>> identifier("V_m [mV]"), identifier("1")
    ('V_m__mV_', 'a1')
    """
    text = re.sub(r"[^A-Za-z0-9_]", "_", name)
    return text if re.match("[A-Za-z]", text) else f"a{text}"


def escape(text: str, illegal: str) -> str:
    r"""`text` with numbers of characters for ampersands and what is illegal.

    Examples
    --------
    >>> escape("a\x01&", "\x01")
    'a&#1;&#38;'
    """
    return re.sub(f"[&{illegal}]", lambda found: f"&#{ord(found.group())};", text)


def unescape(text: str) -> str:
    """What `escape` was given."""
    return _REFERENCE.sub(lambda found: chr(int(found.group(1))) if int(found.group(1)) < 0x110000 else found.group(), text)


def _entry(field: Field) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": field.name, "key": field.key, "kind": field.kind}
    if field.values.ndim == 0:
        value = field.values.item()
        entry["constant"] = encode(unescape(value) if field.escaped else value, field.name)
    if field.escaped:
        entry["escaped"] = True
    return entry


def _whole(name: str, values: np.ndarray) -> dict[str, Any]:
    """A column that stands in the note itself."""
    content = encode(values.item() if values.ndim == 0 else values, name)
    return {"name": name, "kind": KINDS[values.dtype.kind], "constant" if values.ndim == 0 else "values": content}


def _legal(values: np.ndarray, illegal: str) -> tuple[np.ndarray, bool]:
    """Texts without illegal characters, and whether they had to be escaped."""
    texts = values.ravel().tolist()
    if not illegal or not re.search(f"[{illegal}]", "".join(set(texts))):
        return values, False
    return np.array(_mapped(lambda text: escape(text, illegal), texts)).reshape(values.shape), True


def _mapped(function: Callable[[str], str], texts: list[str]) -> list[str]:
    """The function of each text; equal texts, which columns of names are full of, are worked out once."""
    known = {text: function(text) for text in set(texts)}
    return [known[text] for text in texts]
