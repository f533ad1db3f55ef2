"""The lines with which text files of NNGT begin, ``@size=100`` and so on; populations, which it pickles, are never read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from netgraph._membership import warn
from netgraph.io._document import check_size
from netgraph.io._raw import Cells
from netgraph.io._text import lines_of
from simcore.errors import FileFormatError

__all__ = ["NngtHeader", "header_of_nngt"]

_KINDS = {"double": "float64", "int": "int64", "string": "str", "object": "str", "bool": "bool"}
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")


@dataclass
class NngtHeader:
    """What the lines say.

    Attributes
    ----------
    n_lines : int
        Number of the lines.
    n_nodes : int
    directed : bool
    name : str
    edges : dict of str to str
        Edge attributes and their types, in the order of the columns.
    nodes : dict of str to Cells
        Node attributes, and coordinates under ``x``, ``y``, ``z``.
    """

    n_lines: int = 0
    n_nodes: int = 0
    directed: bool = True
    name: str = "graph"
    edges: dict[str, str] = field(default_factory=dict)
    nodes: dict[str, Cells] = field(default_factory=dict)


def header_of_nngt(path: Path, text: str) -> NngtHeader | None:
    """The header of a file of NNGT; None for other files."""
    if not text.startswith("@"):
        return None
    known: dict[str, str] = {}
    n_lines = 0
    for line in _lines(text):
        n_lines += 1
        key, is_there, value = line[1:].partition("=")
        if not is_there:
            raise FileFormatError(path, line=n_lines, got=line[:60], expected="@name=value")
        known[key] = value.strip()
    header = NngtHeader(n_lines, directed=known.get("directed", "True") == "True", name=known.get("name", "graph"))
    if not known.get("size", "").isdigit():
        raise FileFormatError(path, line=1, got=f"size={known.get('size')!r}", expected="@size= and the number of nodes")
    header.n_nodes = check_size(path, int(known["size"]))
    header.edges = _attributes(path, known, "edge")
    for name, kind in _attributes(path, known, "node").items():
        values = known.get(f"na_{name}", "")
        header.nodes[name] = Cells(_listed(values) if '"' in values else values.split(), kind=kind)
    header.nodes |= {axis: Cells(known[axis].split(), kind="float64") for axis in "xyz" if axis in known}
    if "structure" in known or "population" in known:
        warn(f"{path} holds a pickled population, which could run anything and is not read")
    return header


def _attributes(path: Path, known: dict[str, str], kind: str) -> dict[str, str]:
    """Names of attributes of edges or nodes, and their types."""
    names, kinds = (_listed(known.get(f"{kind}_{which}", "")) for which in ("attributes", "attr_types"))
    if len(names) != len(kinds):
        expected = f"as many in @{kind}_attributes as in @{kind}_attr_types"
        raise FileFormatError(path, got=f"{len(names)} names and {len(kinds)} types", expected=expected)
    return {name: _KINDS.get(word, "str") for name, word in zip(names, kinds, strict=True)}


def _lines(text: str) -> Iterator[str]:
    for line in lines_of(text):
        if not line.startswith("@"):
            return
        yield line


def _listed(text: str) -> list[str]:
    """Texts in quotes of a list."""
    return [single or double for single, double in _QUOTED.findall(text)]
