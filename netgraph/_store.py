"""Storage of named columns: arrays of one length that grow, and constants that are one number."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from simcore.errors import ParameterError

__all__ = ["EDGE_DEFAULTS", "ColumnStore", "GrowingArray", "as_column"]

# What an edge gets that was given no weight, delay or type, when the column has no rule.
EDGE_DEFAULTS: Mapping[str, float | int] = {"weight": 1.0, "delay": 1.0, "type": 1}

_KINDS = {"b": "bool", "i": "int64", "u": "int64", "f": "float64", "U": "str"}


def as_column(value: Any, size: int, where: str) -> np.ndarray:
    """A column, copied, from what the user gave: a number or string of shape (), or an array of shape (size,).

    Parameters
    ----------
    value : bool, int, float, str or array_like, shape (size,)
        Stored as bool, int64, float64 or fixed-width str.
    size : int
        Number of rows.
    where : str
        Start of the message if the value is refused.

    Raises
    ------
    ParameterError
        Another type or length.

    Examples
    --------
    >>> as_column([1, 2], 2, "edges['x']").dtype
    dtype('int64')
    """
    try:
        array = np.asarray(value)
    except ValueError:
        raise ParameterError(where, got=value, expected="a number, a string or a flat array") from None
    if array.dtype.kind in "OTU":
        array = _strings(value, array, where)
    if array.size == 0 and not hasattr(value, "dtype"):
        array = array.astype(np.float64)
    kind = array.dtype.kind
    if kind not in _KINDS:
        raise ParameterError(where, got=f"values of type {array.dtype}", expected="bool, int, float or str")
    if array.ndim > 0 and array.shape != (size,):
        raise ParameterError(where, got=f"an array of shape {array.shape}", expected=f"a number or shape ({size},)")
    if kind == "u" and array.size and int(array.max()) > np.iinfo(np.int64).max:
        raise ParameterError(where, got=int(array.max()), expected="integers below 2**63")
    return np.array(array, dtype=array.dtype if kind == "U" else _KINDS[kind])


def _strings(value: Any, array: np.ndarray, where: str) -> np.ndarray:
    """`array`, made from `value`, as fixed-width text; numbers among texts, which NumPy would turn into text, are refused."""
    if array.dtype.kind == "U" and (array.ndim == 0 or hasattr(value, "dtype")):
        return array
    odd = [v for v in (value if array.dtype.kind == "U" else array.ravel().tolist()) if not isinstance(v, str)]
    if odd:
        raise ParameterError(where, got=odd[0], expected="bool, int, float or str, one type for the whole column")
    return array.astype(str)


class GrowingArray:
    """A flat array that grows at its end; small additions leave an eighth of spare room."""

    __slots__ = ("_buffer", "_size")

    def __init__(self, values: np.ndarray) -> None:
        self._buffer = values
        self._size = values.size

    @property
    def view(self) -> np.ndarray:
        """The values, read-only."""
        view = self._buffer[: self._size]
        view.flags.writeable = False
        return view

    def append(self, values: np.ndarray) -> None:
        """Add values at the end; an empty array adopts them without a copy."""
        dtype = np.result_type(self._buffer, values)
        old, new = self._size, self._size + values.size
        if old == 0:
            self._buffer = values.astype(dtype, copy=False)
        elif dtype == self._buffer.dtype and new <= self._buffer.size:
            self._buffer[old:new] = values
        else:
            spare = old // 8 if values.size <= old // 8 else 0
            grown = np.empty(new + spare, dtype=dtype)
            grown[:old] = self._buffer[:old]
            grown[old:new] = values
            self._buffer = grown
        self._size = new

    def put(self, rows: np.ndarray, values: np.ndarray) -> None:
        """Overwrite some rows; the array widens its type when it must."""
        dtype = np.result_type(self._buffer, values)
        self._buffer = np.array(self._buffer[: self._size], dtype=dtype)
        self._buffer[rows] = values


class ColumnStore:
    """Named columns of `size` rows; a constant column keeps one number.

    Each column also has a fill value for later rows: the constant itself when the whole column was set to it, else what
    `defaults` has under its name, else NaN, 0, False or an empty string. `version` counts the changes.
    """

    __slots__ = ("_columns", "_defaults", "_fill", "size", "version")

    def __init__(self, size: int = 0, defaults: Mapping[str, float | int] | None = None) -> None:
        self.size = size
        self.version = 0
        self._defaults = defaults or {}
        self._columns: dict[str, GrowingArray | np.ndarray] = {}
        self._fill: dict[str, np.ndarray] = {}

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def raw(self, name: str) -> np.ndarray:
        """The column as it is kept: shape () for a constant, else a read-only view of shape (size,)."""
        column = self._columns[name]
        return column.view if isinstance(column, GrowingArray) else column

    def array(self, name: str) -> np.ndarray:
        """The column with one value for each row, read-only."""
        return np.broadcast_to(self.raw(name), (self.size,))

    def fill(self, name: str) -> np.ndarray:
        """What later rows get, shape ()."""
        return self._fill[name]

    def put(self, name: str, column: np.ndarray) -> None:
        """Set a whole column; `column` has shape () or (size,) and belongs to the store from here on."""
        self.version += 1
        constant = column.ndim == 0
        self._columns[name] = column if constant else GrowingArray(column)
        self._fill[name] = column if constant else self._missing(name, column.dtype)

    def _put_missing(self, name: str, dtype: np.dtype) -> None:
        """Make a column that is missing everywhere, also in later rows."""
        self._columns[name] = self._fill[name] = self._missing(name, dtype)

    def _missing(self, name: str, dtype: np.dtype) -> np.ndarray:
        """What a row gets that was given nothing, shape ()."""
        if name in self._defaults:
            return np.asarray(self._defaults[name])
        return np.full((), np.nan if dtype.kind == "f" else "" if dtype.kind == "U" else 0, dtype=dtype)

    def put_at(self, name: str, rows: np.ndarray, values: np.ndarray) -> None:
        """Set some rows; a column that did not exist is missing elsewhere."""
        self.version += 1
        if name not in self._columns:
            self._put_missing(name, values.dtype)
        column = self._columns[name]
        if not isinstance(column, GrowingArray):
            column = self._columns[name] = GrowingArray(np.full(self.size, column))
        column.put(rows, values)

    def remove(self, name: str) -> None:
        """Forget a column."""
        self.version += 1
        del self._columns[name], self._fill[name]

    def check(self, name: str, column: np.ndarray, where: str) -> None:
        """Refuse text for a column of numbers, and the other way round."""
        if name not in self._columns or column.size == 0:
            return
        if (self.raw(name).dtype.kind == "U") != (column.dtype.kind == "U"):
            wanted = "strings" if self.raw(name).dtype.kind == "U" else "numbers"
            raise ParameterError(where, got=f"values of type {column.dtype}", expected=wanted)

    def grow(self, n: int, values: Mapping[str, np.ndarray]) -> None:
        """Add `n` rows; a column without values here is filled with its constant or with what marks a missing value."""
        self.version += 1
        for name, column in values.items():
            if name not in self._columns:
                self._put_missing(name, column.dtype)
        if n == 0:
            return
        for name in self._columns:
            self._grow_column(name, n, values.get(name, self._fill[name]))
        self.size += n

    def _grow_column(self, name: str, n: int, value: np.ndarray) -> None:
        column = self._columns[name]
        if not isinstance(column, GrowingArray):
            if value.ndim == 0 and (self.size == 0 or _same(column, value)):
                self._columns[name] = value if self.size == 0 else column
                return
            column = self._columns[name] = GrowingArray(np.full(self.size, column))
        column.append(np.full(n, value) if value.ndim == 0 else value)

    def take(self, rows: np.ndarray, size: int) -> None:
        """Keep the given rows (a mask, or row numbers in the order wanted)."""
        self.version += 1
        for name, column in self._columns.items():
            if isinstance(column, GrowingArray):
                self._columns[name] = GrowingArray(column.view[rows])
        self.size = size

    def copy(self, rows: np.ndarray | None = None, size: int | None = None) -> "ColumnStore":
        """An independent store, of some rows only if `rows` is given."""
        new = ColumnStore(self.size, self._defaults)
        new._fill = dict(self._fill)
        for name, column in self._columns.items():
            if not isinstance(column, GrowingArray):
                new._columns[name] = column
            else:
                new._columns[name] = GrowingArray(column.view.copy() if rows is None else column.view[rows])
        new.size = self.size if size is None else size
        return new


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    return bool(a == b) or bool(a != a and b != b)
