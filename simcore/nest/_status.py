"""Values of nodes: read in all forms that NEST's ``get`` has, and set together or not at all."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from simcore.errors import did_you_mean
from simcore.nest._kernel import kernel
from simcore.nest._parameter import Parameter, Where
from simcore.nest.errors import UnknownKey, raised

__all__ = ["as_json", "as_python", "change_nodes", "plain", "read_nodes", "shown"]


def read_nodes(ids: np.ndarray, name: str, *, absent: bool = False) -> list[Any]:
    """A value of each node.

    Parameters
    ----------
    ids : ndarray of int64
    name : str
    absent : bool
        Whether nodes may lack it; they get None.
    """
    return _read(kernel.split(ids), ids.size, name, absent)


def _read(parts: Sequence[Any], n: int, name: str, absent: bool) -> list[Any]:
    """A value of each of `n` nodes, which belong to some groups."""
    out = np.empty(n, dtype=object)
    for group, positions, where in parts:
        try:
            values = group.read(name, positions)
        except KeyError:
            if absent:
                continue
            raise _unknown(name, group) from None
        if len(parts) == 1:
            return as_python(values)
        out[where] = as_python(values)
    return out.tolist()


def _unknown(name: str, group: Any) -> UnknownKey:
    hint = did_you_mean(name, group.names()) or ";"
    return UnknownKey(f"{group.entry.name} has no {name!r}{hint} it has: {', '.join(group.names())}")


def as_python(values: np.ndarray) -> list[Any]:
    """Elements of an array as Python objects."""
    return values.tolist()


def all_names(ids: np.ndarray) -> list[str]:
    """Names of all values that some of the nodes have, sorted."""
    return sorted({name for group, _, _ in kernel.split(ids) for name in group.names()})


def shown(ids: np.ndarray, params: Sequence[Any], output: str) -> Any:
    """What ``get`` returns; see `NodeCollection.get`."""
    if output not in ("", "pandas", "json"):
        raise ValueError(f"get: output: got {output!r}, expected '', 'pandas' or 'json'")
    if len(params) > 2:
        raise TypeError(f"get: got {len(params)} arguments, expected at most two: a name, and what is wanted of that value")
    if ids.size == 0:
        raise raised("BadProperty", "get: the NodeCollection is empty")
    if len(params) == 2:
        return _hierarchical(ids, params[0], params[1], output)
    names = params[0] if params else all_names(ids)
    if not isinstance(names, str) and not (np.iterable(names) and all(isinstance(n, str) for n in names)):
        raise TypeError(f"get: got {names!r}, expected a name or a list of names")
    listed = [names] if isinstance(names, str) else list(names)
    parts = kernel.split(ids)
    columns = {name: _read(parts, ids.size, name, not params) for name in listed}
    if output == "pandas":
        return _frame(ids, columns)
    found = {name: _one_or_all(values) for name, values in columns.items()}
    result = found[names] if isinstance(names, str) else found
    return as_json(result) if output == "json" else result


def _one_or_all(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else tuple(values)


def _hierarchical(ids: np.ndarray, name: Any, wanted: Any, output: str) -> Any:
    """Entries of a value that is a dictionary: of the events of recorders."""
    if not isinstance(name, str):
        raise TypeError(f"get: got {name!r}, expected the name of a value that is a dictionary, such as 'events'")
    tables = read_nodes(ids, name)
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    for table in tables:
        for entry in names:
            if not isinstance(table, Mapping) or entry not in table:
                has = ", ".join(table) if isinstance(table, Mapping) else "no entries"
                raise UnknownKey(f"{name} has no {entry!r}; it has: {has}")
    columns = {entry: [table[entry] for table in tables] for entry in names}
    if output == "pandas":
        return _frame(ids, columns)
    found = {entry: values[0] if len(values) == 1 else values for entry, values in columns.items()}
    result = found[wanted] if isinstance(wanted, str) else found
    return as_json(result) if output == "json" else result


def _frame(ids: np.ndarray, columns: Mapping[str, list[Any]]) -> Any:
    try:
        import pandas as pd
    except ImportError as error:
        raise ImportError("get(output='pandas') needs pandas: pip install netspike[pandas]") from error
    cells = {name: pd.Series(values, index=ids.tolist(), dtype=None if values else object) for name, values in columns.items()}
    return pd.DataFrame(cells, index=ids.tolist())


def plain(value: Any) -> Any:
    """A value made of what JSON has: lists, dictionaries, numbers and texts."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value.tolist() if hasattr(value, "tolist") else value


def as_json(value: Any, **options: Any) -> str:
    """The value as a JSON text."""
    return json.dumps(plain(value), **options)


def change_nodes(ids: np.ndarray, values: Any, layer: Any = None) -> None:
    """Set values of nodes, given for all of them or by one dictionary each; all is checked before anything changes."""
    if isinstance(values, Mapping):
        requests: list[tuple[np.ndarray, Any]] = [(np.arange(ids.size), values)]
    else:
        requests = _one_each(ids, values)
    with kernel.may_refuse():
        shares = []
        for where, given in requests:
            drawn = draw_values(given, ids[where], None if layer is None else layer.positions[where])
            shares += [(group, _share(drawn, at, where.size), positions) for group, positions, at in kernel.split(ids[where])]
        if len(shares) == 1:
            shares[0][0].set(*shares[0][1:])
            return
        changes = [group.change(values, positions) for group, values, positions in shares]
    for change in changes:
        change()


def _one_each(ids: np.ndarray, values: Any) -> list[tuple[np.ndarray, Any]]:
    """Dictionaries of nodes with the same names become one of arrays."""
    is_list = isinstance(values, (list, tuple)) and all(isinstance(one, Mapping) for one in values)
    if not is_list:
        raise TypeError(f"set: got {values!r}, expected a dictionary, or a list of one for each of the {ids.size} nodes")
    if len(values) not in (1, ids.size):
        raise raised(
            "BadParameter", f"set: got {len(values)} dictionaries, expected one, or one for each of the {ids.size} nodes"
        )
    if len(values) == 1:
        return [(np.arange(ids.size), values[0])]
    by_names: dict[tuple[str, ...], list[int]] = {}
    for k, one in enumerate(values):
        by_names.setdefault(tuple(sorted(one)), []).append(k)
    return [
        (
            np.array(where),
            {name: [values[k][name] for k in where] if len(where) > 1 else values[where[0]][name] for name in names},
        )
        for names, where in by_names.items()
    ]


def draw_values(values: Mapping[str, Any], ids: np.ndarray, positions: np.ndarray | None) -> dict[str, Any]:
    """The values with every `Parameter` drawn for the nodes, also one that stands in a list with a value for each."""
    out = dict(values)
    for name, value in values.items():
        is_list = isinstance(value, (list, tuple)) and any(isinstance(one, Parameter) for one in value)
        if isinstance(value, Parameter) or (is_list and len(value) == ids.size):
            where = Where(ids.size, kernel.new_stream(), positions=positions)
            out[name] = _drawn_each(value, where) if is_list else value.evaluate(where)
    return out


def _drawn_each(values: Sequence[Any], where: Where) -> list[Any]:
    out, rows_of = list(values), dict[int, list[int]]()
    for k, value in enumerate(values):
        if isinstance(value, Parameter):
            rows_of.setdefault(id(value), []).append(k)
    for rows in rows_of.values():
        drawn = values[rows[0]].evaluate(where.take(np.array(rows))).tolist()
        for k, number in zip(rows, drawn, strict=True):
            out[k] = number
    return out


def _share(values: Mapping[str, Any], at: np.ndarray, n: int) -> dict[str, Any]:
    """The part of some of the nodes in values that may be given one for each."""
    if at.size == n:
        return dict(values)
    out = {}
    for name, value in values.items():
        is_many = isinstance(value, (list, tuple, np.ndarray)) and np.ndim(value) > 0 and len(value) == n
        out[name] = [value[k] for k in at] if is_many and not isinstance(value, np.ndarray) else value
        out[name] = value[at] if is_many and isinstance(value, np.ndarray) else out[name]
    return out
