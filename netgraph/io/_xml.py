"""XML read by expat, piece by piece; a document type, and with it every entity, is refused."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.parsers import expat

from netgraph.io._fields import Style, escape
from netgraph.io._text import pieces, read_bytes
from simcore.errors import FileFormatError

__all__ = ["STYLE", "VALUE_STYLE", "parse_xml", "quoted", "safe"]

ILLEGAL = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_VALUE = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})

# Numbers as XML Schema spells them; texts as they stand between tags.
STYLE = Style(
    truth=("false", "true"),
    special={"nan": "NaN", "inf": "INF", "-inf": "-INF"},
    illegal=ILLEGAL,
    quote=lambda text: text.translate(_TEXT),
)


# The same inside an attribute.
VALUE_STYLE = replace(STYLE, quote=lambda text: text.translate(_VALUE))


def quoted(text: str) -> str:
    """A text as it stands in an attribute, without the quotes; `safe` texts only.

    Examples
    --------
    >>> quoted('a "b"')
    'a &quot;b&quot;'
    """
    return text.translate(_VALUE)


def safe(text: str) -> str:
    """A text without characters that XML cannot hold; these are replaced by their numbers."""
    escaped = escape(text, ILLEGAL)
    return text if escaped.replace("&#38;", "&") == text else escaped


def parse_xml(
    path: Path,
    handlers: Callable[[Any], tuple[Callable[[str, dict[str, str]], None], Callable[[str], None]]],
    *,
    root: str,
    progress: bool | None,
) -> None:
    """Call ``start(tag, attributes)`` and ``end(tag)`` for each element inside the root; `handlers(parser)` gives the two.

    Raises
    ------
    FileFormatError
        No well-formed XML, another root, a document type, or an attribute that `start` misses, with the line.
    """
    data = read_bytes(path)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    start, parser.EndElementHandler = handlers(parser)

    def first(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] != root:
            raise FileFormatError(path, line=parser.CurrentLineNumber, got=f"<{tag}>", expected=f"<{root}>")
        parser.StartElementHandler = start

    parser.StartElementHandler = first
    try:
        for piece in pieces(len(data), f"load {path.name}", progress, size=1 << 20):
            parser.Parse(data[piece], False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        got = expat.errors.messages.get(error.code, str(error))
        raise FileFormatError(path, line=error.lineno, got=got, expected="well-formed XML") from None
    except _DoctypeError:
        expected = "none: entities can read other files and fill the memory"
        raise FileFormatError(path, line=parser.CurrentLineNumber, got="a document type", expected=expected) from None
    except KeyError as error:
        got = f"no attribute {error.args[0]!r}"
        raise FileFormatError(path, line=parser.CurrentLineNumber, got=got, expected="one in this element") from None
    except LookupError as error:
        raise FileFormatError(path, line=1, got=str(error), expected="an encoding that is known") from None


class _DoctypeError(Exception):
    pass


def _refuse_doctype(*_: Any) -> None:
    raise _DoctypeError
