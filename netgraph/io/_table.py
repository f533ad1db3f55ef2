"""Rows of values between delimiters, quoted or not: by NumPy's reader where all are numbers, else by the csv module."""

import csv
import warnings
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from netgraph.io._raw import Cells, convert, is_good
from netgraph.io._text import lines_of, pieces
from simcore.errors import FileFormatError, ParameterError

__all__ = ["Table", "checked_marks", "is_number"]

_NUMBERS = {"int64": "i8", "float64": "f8"}
_SAMPLE = 1000


class Table:
    """The rows of a text.

    Parameters
    ----------
    path : Path
        For messages.
    text : str
        All of the file.
    delimiter : str
        One character, or ``""`` for any white space.
    comments : tuple of str
        Lines that begin with one of these are no rows.
    skip : int
        Number of lines at the start that are no rows.
    first_line : int
        Number of the first line of the text, if it is a part of the file.
    """

    def __init__(
        self, path: Path, text: str, delimiter: str, *, comments: tuple[str, ...] = (), skip: int = 0, first_line: int = 1
    ) -> None:
        begin = 0
        for _ in range(skip):
            begin = text.find("\n", begin) + 1 or len(text)
        self._path, self._text, self.delimiter = path, text[begin:] if begin else text, delimiter
        self._comments, self._first_line = tuple(mark for mark in comments if mark in self._text), skip + first_line
        self._quoted = '"' in self._text

    def sample(self) -> list[list[str]]:
        """The first rows."""
        return [row for _, row in islice(self._rows(), _SAMPLE)]

    def columns(self, kinds: Sequence[str | None], *, progress: bool | None = None) -> list[Cells]:
        """Columns of all rows.

        Parameters
        ----------
        kinds : sequence of str or None
            Type of each column; None where the file must tell, ``"id"`` for names of nodes: integers, or texts as they stand.
        progress : bool, optional
            Whether to show a bar.

        Raises
        ------
        FileFormatError
            A row of another length, with its line.
        """
        if not self._quoted:
            found = self.numbers(self._guessed(kinds), progress)
            if found is not None:
                return found
        parts: list[list[Any]] = [[] for _ in kinds]
        for rows in self._pieces(len(kinds), progress):
            for part, kind, texts in zip(parts, kinds, zip(*rows, strict=True), strict=True):
                part.append(_tried(texts, kind))
        return [_joined(part, kind) for part, kind in zip(parts, kinds, strict=True)]

    def __len__(self) -> int:
        return len(self._text)

    def __getitem__(self, row: int) -> int:
        """Line of a row, from 1."""
        return next(islice(self._rows(), row, None))[0]

    def _guessed(self, kinds: Sequence[str | None]) -> list[str | None]:
        """Types, from the first rows where they are not known."""
        rows = [row for row in self.sample() if len(row) == len(kinds)]
        texts = zip(*rows, strict=True) if rows else ((),) * len(kinds)
        words = {"i": "int64", "f": "float64"}
        guessed: list[str | None] = []
        for kind, some in zip(kinds, texts, strict=True):
            found = words.get(convert(some, None).dtype.kind) if kind in (None, "id") else kind
            guessed.append(None if kind == "id" and found != "int64" else found)
        return guessed

    def numbers(self, kinds: Sequence[str | None], progress: bool | None) -> list[Cells] | None:
        """The columns, if all hold numbers of these types."""
        if not all(kind in _NUMBERS for kind in kinds):
            return None
        dtype = np.dtype([(f"f{i}", _NUMBERS[str(kind)]) for i, kind in enumerate(kinds)])
        parts, lines = [], self._bare_lines()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                for _ in pieces(self._text.count("\n", 0) + 1, f"load {self._path.name}", progress):
                    some = list(islice(lines, 1 << 16))
                    if some:
                        parts.append(np.loadtxt(some, dtype=dtype, delimiter=self.delimiter or None, comments=None, ndmin=1))
        except (ValueError, Warning):
            return None
        whole = np.concatenate(parts) if parts else np.empty(0, dtype)
        return [Cells(np.ascontiguousarray(whole[name])) for name in dtype.names or ()]

    def floats(self, cells: Cells) -> np.ndarray:
        """A column as numbers; the first text that is none is refused with its line."""
        try:
            return convert(cells.values, "float64").astype(np.float64, copy=False)
        except ValueError:
            row = next(row for row, text in enumerate(cells.values) if not is_good(text, "float64"))
            raise FileFormatError(self._path, line=self[row], got=cells.values[row][:60], expected="a number") from None

    def _bare_lines(self) -> Iterator[str]:
        return (line for _, line in self.numbered_lines()) if self._comments else lines_of(self._text)

    def numbered_lines(self) -> Iterator[tuple[int, str]]:
        """Lines with their numbers, without comments and empty ones; the inside of quotes stays as it is."""
        inside = False
        for number, line in enumerate(lines_of(self._text), self._first_line):
            if not inside and (not line.strip() or (self._comments and line.lstrip().startswith(self._comments))):
                continue
            if self._quoted and line.count('"') % 2:
                inside = not inside
            yield number, f"{line}\n" if inside or self._quoted else line

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """Rows, each with the number of the line in which it ends."""
        if not self.delimiter and not self._quoted:
            yield from ((number, line.split()) for number, line in self.numbered_lines())
            return
        last = [0]

        def lines() -> Iterator[str]:
            for number, line in self.numbered_lines():
                last[0] = number
                yield line if self.delimiter else f"{line.strip().replace(chr(9), ' ')}\n"

        old = csv.field_size_limit(max(csv.field_size_limit(), len(self._text) + 1))
        try:
            for row in csv.reader(lines(), delimiter=self.delimiter or " ", skipinitialspace=self.delimiter != " "):
                yield last[0], row
        except csv.Error as error:
            raise FileFormatError(self._path, line=last[0], got=str(error), expected="values between delimiters") from None
        finally:
            csv.field_size_limit(old)

    def _pieces(self, width: int, progress: bool | None) -> Iterator[list[list[str]]]:
        rows = self._rows()
        for _ in pieces(self._text.count("\n") + 1, f"load {self._path.name}", progress):
            some = list(islice(rows, 1 << 16))
            for number, row in some:
                if len(row) != width:
                    got = f"{len(row)} values"
                    raise FileFormatError(self._path, line=number, got=got, expected=f"{width}, as in the first row")
            if some:
                yield [row for _, row in some]


def checked_marks(comments: Any) -> tuple[str, ...]:
    """What lines begin with that are no rows, from the option of that name."""
    marks = (comments,) if isinstance(comments, str) else () if comments is None else comments
    if not isinstance(marks, (list, tuple, set)) or not all(isinstance(mark, str) and mark for mark in marks):
        raise ParameterError("load: comments", got=comments, expected="a text, a list of texts, or None")
    return tuple(marks)


def is_number(text: str) -> bool:
    """Whether Python reads a text as a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def _tried(texts: Sequence[str], kind: str | None) -> Any:
    """Texts as an array, or as they are if their type is not known or not theirs."""
    if kind is None or kind == "id":
        return list(texts)
    try:
        return convert(texts, kind)
    except (ValueError, KeyError):
        return list(texts)


def _joined(parts: Iterable[Any], kind: str | None) -> Cells:
    parts = list(parts)
    if parts and all(isinstance(part, np.ndarray) for part in parts):
        return Cells(np.concatenate(parts))
    texts = [text for part in parts for text in (part.tolist() if isinstance(part, np.ndarray) else part)]
    if kind is None and "" in texts and not all(text == "" for text in texts):
        rows = [i for i, text in enumerate(texts) if text]
        return Cells([texts[i] for i in rows], rows)
    return Cells(list(map(str, texts)), kind=None if kind == "id" else kind)
