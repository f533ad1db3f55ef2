"""Node ids and edge rows as checked integer arrays."""

from typing import Any

import numpy as np

from simcore.errors import EdgeError, ParameterError

__all__ = [
    "as_array",
    "as_ids",
    "as_integers",
    "as_node_ids",
    "check_unique",
    "end_ids",
    "endpoints",
    "id_dtype",
    "one_end",
    "one_id",
]


def id_dtype(n_nodes: int) -> np.dtype:
    """Type of node ids: int32, or int64 from 2**31 nodes on."""
    return np.dtype(np.int32 if n_nodes < 2**31 else np.int64)


def as_ids(values: Any, size: int, where: str) -> np.ndarray:
    """Integers from 0 to ``size - 1`` as a flat array; one number gives an array of length 1.

    Raises
    ------
    ParameterError
        No integers, or one out of range, naming it.
    """
    array = as_integers(values, where)
    if array.size:
        low, high = int(array.min()), int(array.max())
        if low < 0 or high >= size:
            expected = f"numbers from 0 to {size - 1}" if size else "nothing: there are none"
            raise ParameterError(where, got=low if low < 0 else high, expected=expected)
    return array


def as_node_ids(nodes: Any, n_nodes: int, where: str) -> np.ndarray:
    """Node ids from a number, an array or anything with ``.ids`` (a group)."""
    return as_ids(getattr(nodes, "ids", nodes), n_nodes, where)


def one_id(node: Any, size: int, where: str) -> int:
    """One integer from 0 to ``size - 1``; arrays are refused, also those of length 1."""
    if as_array(node, where).ndim > 0:
        raise ParameterError(where, got=node, expected="one node, not an array")
    return int(as_ids(node, size, where)[0])


def check_unique(ids: np.ndarray, where: str) -> None:
    """Refuse an id that occurs twice."""
    ordered = np.sort(ids)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    if twice.size:
        raise ParameterError(where, got=f"{int(twice[0])} more than once", expected="each id once")


def end_ids(values: Any, name: str) -> np.ndarray:
    """One end of edges as integers whose range is not checked yet; EdgeError if they are none."""
    try:
        return as_integers(values, name)
    except ParameterError as error:
        raise EdgeError(str(error)) from None


def one_end(node: Any, name: str, where: str) -> Any:
    """One end of one edge; EdgeError for an array."""
    if np.ndim(node) > 0:
        raise EdgeError(f"{where}: {name}: got {node!r}, expected one node, not an array")
    return node


def endpoints(source: Any, target: Any, n_nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Checked ends of edges, copied, in the type of node ids.

    Raises
    ------
    EdgeError
        Unequal lengths, no integers, or an id that is not a node, naming the first.
    """
    ends = []
    for name, values in (("source", source), ("target", target)):
        array = end_ids(values, name)
        wrong = array.size > 0 and (int(array.min()) < 0 or int(array.max()) >= n_nodes)
        if wrong:
            row = int(np.flatnonzero((array < 0) | (array >= n_nodes))[0])
            allowed = f"ids from 0 to {n_nodes - 1}" if n_nodes else "none: the graph has no nodes"
            raise EdgeError(f"{name}: got node {int(array[row])} at position {row}, expected {allowed}")
        ends.append(array.astype(id_dtype(n_nodes)))
    if ends[0].size != ends[1].size:
        raise EdgeError(f"edges: got {ends[0].size} sources and {ends[1].size} targets, expected as many of each")
    return ends[0], ends[1]


def as_integers(values: Any, where: str) -> np.ndarray:
    """Integers of any range as a flat array; one number gives an array of length 1."""
    array = np.atleast_1d(as_array(values, where))
    if array.ndim != 1:
        raise ParameterError(where, got=f"an array of shape {array.shape}", expected="a flat array of integers")
    if array.size == 0:
        return array.astype(np.int64)
    if array.dtype.kind not in "iu":
        got = values if np.ndim(values) == 0 else f"values of type {array.dtype}"
        expected = "integers" if array.dtype.kind != "b" else "integers; numpy.flatnonzero(mask) gives those of a mask"
        raise ParameterError(where, got=got, expected=expected)
    return array


def as_array(values: Any, where: str) -> np.ndarray:
    """The values as an array; lists of several lengths are refused."""
    try:
        return np.asarray(values)
    except ValueError:
        raise ParameterError(where, got=values, expected="a flat array of integers") from None
