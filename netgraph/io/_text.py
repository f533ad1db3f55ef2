"""Text files: compressed or not, written in pieces, read whole after a look at their size, with a bar if they take long."""

import gzip
import io
import zlib
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, TextIO

from simcore.errors import FileFormatError, ParameterError
from simcore.memory import check_free
from simcore.progress import can_show

__all__ = ["lines_of", "open_text", "pieces", "read_bytes", "read_text"]

# Rows that are written, or parsed, between two movements of the bar.
PIECE = 1 << 16
# Bytes of Python strings and numbers that a byte of a text takes while it is read, about.
_GROWTH = 3.0
_BLOCK = 1 << 24


def open_text(path: Path) -> TextIO:
    """A file to write text to, in UTF-8, lines ending as on Unix; compressed if its name ends with ``.gz``."""
    if path.suffix.lower() == ".gz":
        binary: Any = gzip.open(path, "wb", compresslevel=6)
        return io.TextIOWrapper(binary, encoding="utf-8", newline="\n")
    return path.open("w", encoding="utf-8", newline="\n")


def pieces(n: int, where: str, progress: bool | None, *, size: int = PIECE) -> Generator[slice]:
    """Slices of `size` rows that cover `n`, with a bar that appears after half a second."""
    bar: Any = None
    if n > size and (can_show() if progress is None else progress):
        from tqdm import tqdm

        bar = tqdm(total=n, desc=where, bar_format="{l_bar}{bar}| [{elapsed}<{remaining}]", delay=0.5, leave=False)
    try:
        for start in range(0, n, size):
            piece = slice(start, min(n, start + size))
            yield piece
            if bar is not None:
                bar.update(piece.stop - start)
    finally:
        if bar is not None:
            bar.close()


def lines_of(text: str) -> Iterator[str]:
    r"""Lines without their ends; a large text is cut in pieces, so that few lines exist at a time.

    Examples
    --------
    >>> list(lines_of("a\nb"))
    ['a', 'b']
    """
    begin = 0
    while begin < len(text):
        end = text.find("\n", begin + _BLOCK // 4)
        end = len(text) if end < 0 else end
        yield from text[begin:end].split("\n")
        begin = end + 1


def read_bytes(path: Path) -> bytes:
    """The content of a file, decompressed if it is a gzip file.

    Raises
    ------
    FileFormatError
        Broken compressed data.
    TooLargeError
        More than fits into memory.
    """
    check_free(f"load {path}", "its text", _GROWTH * path.stat().st_size)
    with path.open("rb") as file:
        if file.read(2) != b"\x1f\x8b":
            file.seek(0)
            return file.read()
    blocks, size = [], 0
    try:
        with gzip.open(path, "rb") as packed:
            while block := packed.read(_BLOCK):
                blocks.append(block)
                size += len(block)
                check_free(f"load {path}", "its text", _GROWTH * size)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FileFormatError(path, got=f"broken compressed data ({error})", expected="a whole gzip file") from None
    return b"".join(blocks)


def read_text(path: Path, encoding: str = "utf-8") -> str:
    """The text of a file, with the ends of lines that it has.

    Raises
    ------
    FileFormatError
        Bytes that are no text in this encoding, with their line.
    """
    if not isinstance(encoding, str):
        raise ParameterError("load: encoding", got=encoding, expected="the name of an encoding")
    data = read_bytes(path)
    try:
        return data.decode("utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding)
    except LookupError:
        raise ParameterError("load: encoding", got=encoding, expected="the name of an encoding") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        got = f"the byte {data[error.start]:#04x}"
        raise FileFormatError(path, line=line, got=got, expected=f"text in {encoding}; encoding= names another") from None
