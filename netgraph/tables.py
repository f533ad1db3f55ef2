"""Small tables as aligned text and as HTML, for the `__str__` and `_repr_html_` of what users look at."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

__all__ = ["brief", "html_table", "text_table"]


def text_table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Columns aligned by spaces, one row a line.

    Examples
    --------
    >>> print(text_table(["name", "size"], [["a", 5], ["bursters", 200]]))
    name      size
    a         5
    bursters  200
    """
    lines = [[str(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines)


def html_table(header: Sequence[str], rows: Iterable[Sequence[Any]], *, caption: str = "") -> str:
    """The same as an HTML table; every cell is escaped.

    Examples
    --------
    >>> html_table(["a"], [["<b>"]])
    '<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>&lt;b&gt;</td></tr></tbody></table>'
    """
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    head = "".join(f"<th>{escape(str(cell))}</th>" for cell in header)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def brief(value: Any) -> str:
    """A parameter's value in a table cell: a number, the range of an array, or a distribution.

    Examples
    --------
    >>> import numpy as np
    >>> brief(0.6), brief(np.array([1.0, 3.0]))
    ('0.6', '2 values in 1..3')
    """
    if hasattr(value, "shape") and value.shape:
        return f"{value.size} values in {value.min():g}..{value.max():g}"
    return f"{value:g}" if isinstance(value, float) else str(value)
