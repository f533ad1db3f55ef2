"""Node ids and edge rows as checked integer arrays."""

import operator
from typing import Any

import numpy as np

from simcore.errors import EdgeError, ParameterError

__all__ = ["as_ids", "as_node_ids", "check_count", "check_unique", "end_ids", "endpoints", "id_dtype"]

# Keys of node pairs, source * n_nodes + target, must fit into 64 bits.
MAX_NODES = 3_037_000_499


def id_dtype(n_nodes: int) -> np.dtype:
    """Type of node ids: int32, or int64 from 2**31 nodes on."""
    return np.dtype(np.int32 if n_nodes < 2**31 else np.int64)


def check_count(value: Any, where: str) -> int:
    """A number of nodes as an int from 0 to `MAX_NODES`."""
    try:
        count = operator.index(value)
    except TypeError:
        raise ParameterError(where, got=value, expected="a whole number >= 0") from None
    if isinstance(value, (bool, np.bool_)) or not 0 <= count <= MAX_NODES:
        raise ParameterError(where, got=value, expected=f"a whole number from 0 to {MAX_NODES}")
    return count


def as_ids(values: Any, size: int, where: str) -> np.ndarray:
    """Integers from 0 to ``size - 1`` as a flat array; one number gives an array of length 1.

    Raises
    ------
    ParameterError
        No integers, or one out of range, naming it.
    """
    array = _integers(values, where)
    if array.size:
        low, high = int(array.min()), int(array.max())
        if low < 0 or high >= size:
            expected = f"numbers from 0 to {size - 1}" if size else "nothing: there are none"
            raise ParameterError(where, got=low if low < 0 else high, expected=expected)
    return array


def as_node_ids(nodes: Any, n_nodes: int, where: str) -> np.ndarray:
    """Node ids from a number, an array or anything with ``.ids`` (a group); all nodes if None."""
    if nodes is None:
        return np.arange(n_nodes)
    return as_ids(getattr(nodes, "ids", nodes), n_nodes, where)


def check_unique(ids: np.ndarray, where: str) -> None:
    """Refuse an id that occurs twice."""
    ordered = np.sort(ids)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    if twice.size:
        raise ParameterError(where, got=f"{int(twice[0])} more than once", expected="each id once")


def end_ids(values: Any, name: str) -> np.ndarray:
    """One end of edges as integers whose range is not checked yet; EdgeError if they are none."""
    try:
        return _integers(values, name)
    except ParameterError as error:
        raise EdgeError(str(error)) from None


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


def _integers(values: Any, where: str) -> np.ndarray:
    try:
        array = np.atleast_1d(np.asarray(values))
    except ValueError:
        raise ParameterError(where, got=values, expected="a flat array of integers") from None
    if array.ndim != 1:
        raise ParameterError(where, got=f"an array of shape {array.shape}", expected="a flat array of integers")
    if array.size == 0:
        return array.astype(np.int64)
    if array.dtype.kind not in "iu":
        raise ParameterError(where, got=f"values of type {array.dtype}", expected="integers")
    return array
