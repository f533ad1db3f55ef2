"""Small tables as aligned text and as HTML, for the `__str__` and `_repr_html_` of what users look at."""

from typing import Any

from simcore.tables import html_table, text_table

__all__ = ["brief", "html_table", "text_table"]


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
