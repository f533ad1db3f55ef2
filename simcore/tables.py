"""Small tables as aligned text and as HTML: for what users print, and for what a notebook shows."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

__all__ = ["ModelTable", "html_table", "text_table"]

_HEADER = ("name", "default", "unit", "allowed", "meaning")


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


class ModelTable:
    """What a model shows of itself: its name in a line, and all that can be set as a table, printed or in a notebook.

    A model has a ``name`` and ``settable``, a mapping of names to `Param` and `State`.
    """

    name: str

    @property
    def settable(self) -> Mapping[str, Any]:
        """All that can be set."""
        raise NotImplementedError

    def _notes(self) -> list[str]:
        """Lines below the table."""
        return []

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}: {', '.join(self.settable) or 'no parameters'})"

    def __str__(self) -> str:
        return "\n".join([self.name, text_table(_HEADER, _rows(self.settable)), *self._notes()])

    def _repr_html_(self) -> str:
        notes = "".join(f"<p>{escape(note)}</p>" for note in self._notes())
        return html_table(_HEADER, _rows(self.settable), caption=self.name) + notes


def _rows(settable: Mapping[str, Any]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for name, item in settable.items():
        default = item.default if hasattr(item, "default") else item.start
        shown = f"{default:g}" if isinstance(default, float) else str(default)
        bounded = any(getattr(item, bound, None) is not None for bound in ("low", "high", "above", "below"))
        allowed = item.allowed().removesuffix(item.unit).rstrip() if bounded else ""
        rows.append((name, shown, item.unit, allowed, item.doc))
    return rows
