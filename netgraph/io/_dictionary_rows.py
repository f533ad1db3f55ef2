"""Rows of two nodes and a dictionary, ``0 1 {'weight': 2.5}``, as NetworkX writes edges unless told otherwise."""

import ast
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from netgraph.io._raw import Cells
from netgraph.io._text import lines_of
from simcore.errors import FileFormatError

__all__ = ["dictionary_rows"]

_BETWEEN = r"[\s,;|]+"


def dictionary_rows(
    path: Path, text: str, *, delimiter: str | None, comments: tuple[str, ...]
) -> tuple[dict[str, Cells], list[int]] | None:
    """Columns by name, the two ends first, and the line of each row; None if the first row has another form.

    Raises
    ------
    FileFormatError
        A row after the first that has another form, with its line.
    """
    between = re.compile(_BETWEEN if delimiter in (None, " ") else re.escape(str(delimiter)))
    rows = _rows(text, comments)
    first = next(rows, None)
    if first is None or _parts(first[1], between) is None:
        return None
    ends: tuple[list[str], list[str]] = ([], [])
    lines: list[int] = []
    found: dict[str, tuple[list[int], list[str]]] = {}
    for number, line in chain([first], rows):
        parts = _parts(line, between)
        if parts is None:
            raise FileFormatError(path, line=number, got=line[:60], expected="two nodes and a dictionary")
        for key, value in parts[1].items():
            where, texts = found.setdefault(str(key), ([], []))
            where.append(len(lines))
            texts.append(str(value))
        for end, name in zip(ends, parts[0], strict=True):
            end.append(name)
        lines.append(number)
    columns = {"source": Cells(ends[0]), "target": Cells(ends[1])}
    for key, (where, texts) in found.items():
        columns[f"{key}_attribute" if key in columns else key] = Cells(texts, where)
    return columns, lines


def _rows(text: str, comments: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines_of(text), 1):
        if line.strip() and not (comments and line.lstrip().startswith(comments)):
            yield number, line


def _parts(line: str, between: re.Pattern) -> tuple[list[str], dict] | None:
    """Two names and a dictionary of plain values, of which nothing is run; None if the row has another form."""
    head, brace, rest = line.partition("{")
    names = [name for name in between.split(head.strip()) if name] if brace else []
    if len(names) != 2:
        return None
    try:
        return names, dict(ast.literal_eval(brace + rest.rstrip()))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
