"""Who lies near whom: within a radius, or the nearest, by a k-d tree; around the border in periodic space."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_count, check_number
from netgraph._ids import as_node_ids, check_unique
from netgraph.space.distance import checked_points, distances
from netgraph.space.shape import Shape
from simcore.errors import ParameterError

__all__ = ["Nearest", "Neighbours", "Pairs", "nearest", "neighbours_within", "pairs_within"]


class Neighbours(NamedTuple):
    """Neighbours of several points, one after the other: those of the k-th lie from ``starts[k]`` to ``starts[k + 1]``."""

    starts: NDArray[np.int64]
    nodes: NDArray[np.int64]
    distances: NDArray[np.float64]


class Nearest(NamedTuple):
    """The nearest points and their distances [µm], one row for each point, the nearest first."""

    nodes: NDArray[np.int64]
    distances: NDArray[np.float64]


class Pairs(NamedTuple):
    """Pairs of points, ``first`` below ``second``, and their distances [µm]."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    distances: NDArray[np.float64]


def neighbours_within(
    points: Any, radius: float, *, nodes: Any = None, among: Any = None, shape: Shape | None = None
) -> Neighbours:
    """All points within a radius of each point, itself left out.

    Parameters
    ----------
    points : Graph, or array_like of float, shape (n, ndim) [µm]
        A graph with positions, whose shape counts, or the positions.
    radius : float [µm]
        Not negative; points at this distance are in.
    nodes : array_like of int or Group, optional
        Whose neighbours, in this order; all if None.
    among : array_like of int or Group, optional
        Who can be a neighbour; all if None.
    shape : Shape, optional
        With positions: distances go round its border if it is periodic.

    Returns
    -------
    neighbours : Neighbours
        ``starts`` (n_nodes + 1,), ``nodes`` and ``distances``: of each node, in order of their ids.

    Raises
    ------
    ParameterError
        No positions, ids that do not exist or come twice, or no radius.

    Examples
    --------
    >>> near = neighbours_within([[0.0, 0.0], [1.0, 0.0], [0.0, 3.0]], 2.0)
    >>> near.starts, near.nodes
    (array([0, 1, 2, 2]), array([1, 0]))
    """
    where = "neighbours_within"
    places, shape = _places(where, points, shape)
    radius = check_number(f"{where}: radius", radius, 0.0, unit="µm")
    rows, others = _subset(nodes, len(places), f"{where}: nodes"), _subset(among, len(places), f"{where}: among")
    row, node = _near(places, shape, rows, others, radius)
    starts, order = _sorted(row, node, max(len(places), len(rows)))
    row, node = row[order], node[order]
    return Neighbours(starts[: len(rows) + 1], node, distances(places[rows[row]], places[node], shape))


def nearest(points: Any, k: int, *, nodes: Any = None, among: Any = None, shape: Shape | None = None) -> Nearest:
    """The `k` nearest points of each point, itself left out.

    Parameters
    ----------
    points : Graph, or array_like of float, shape (n, ndim) [µm]
        A graph with positions, whose shape counts, or the positions.
    k : int
        How many, at least 1 and fewer than there are.
    nodes, among, shape
        See `neighbours_within`.

    Returns
    -------
    nearest : Nearest
        ``nodes`` and ``distances`` of shape (n_nodes, k). Of points at the same distance the lower id comes first; which of
        several at the k-th distance are in is left to the tree.

    Raises
    ------
    ParameterError
        No positions, ids that do not exist or come twice, or not so many others.

    Examples
    --------
    >>> nearest([[0.0, 0.0], [1.0, 0.0], [0.0, 3.0]], 1).nodes.ravel()
    array([1, 0, 0])
    """
    where = "nearest"
    places, shape = _places(where, points, shape)
    rows, others = _subset(nodes, len(places), f"{where}: nodes"), _subset(among, len(places), f"{where}: among")
    most = len(others) - int(np.isin(rows, others).any())
    if not 1 <= check_count(k, f"{where}: k") <= most:
        raise ParameterError(f"{where}: k", got=k, expected=f"from 1 to {most}, the number of other points")
    # The point itself is found too, though not always first: others may lie in the same place.
    asked = min(k + 1, len(others))
    queries = _wrapped(places[rows], shape)
    _, found = _tree(places[others], shape).query(queries, k=np.arange(1, asked + 1), workers=-1)
    found = others[found]
    itself = found == rows[:, None]
    itself[~itself.any(axis=1), -1] = asked > k
    found = found[~itself].reshape(len(rows), -1)[:, :k]
    apart = distances(np.repeat(places[rows], k, axis=0), places[found.ravel()], shape).reshape(found.shape)
    order = np.lexsort((found, apart), axis=1)
    return Nearest(np.take_along_axis(found, order, axis=1), np.take_along_axis(apart, order, axis=1))


def pairs_within(points: Any, radius: float, *, nodes: Any = None, shape: Shape | None = None) -> Pairs:
    """All pairs of points that are not farther apart than a radius.

    Parameters
    ----------
    points : Graph, or array_like of float, shape (n, ndim) [µm]
        A graph with positions, whose shape counts, or the positions.
    radius : float [µm]
        Not negative; pairs at this distance are in.
    nodes : array_like of int or Group, optional
        Pairs of these nodes alone.
    shape : Shape, optional
        With positions: distances go round its border if it is periodic.

    Returns
    -------
    pairs : Pairs
        ``first``, ``second`` and ``distances``, in order of the first, then of the second.

    Raises
    ------
    ParameterError
        No positions, ids that do not exist or come twice, or no radius.

    Examples
    --------
    >>> pairs_within([[0.0, 0.0], [1.0, 0.0], [0.0, 3.0]], 3.0)
    Pairs(first=array([0, 0]), second=array([1, 2]), distances=array([1., 3.]))
    """
    where = "pairs_within"
    places, shape = _places(where, points, shape)
    radius = check_number(f"{where}: radius", radius, 0.0, unit="µm")
    rows = np.sort(_subset(nodes, len(places), f"{where}: nodes"))
    first, second = rows[_tree(places[rows], shape).query_pairs(radius, output_type="ndarray")].T
    _, order = _sorted(first, second, len(places))
    first, second = first[order], second[order]
    return Pairs(first, second, distances(places[first], places[second], shape))


def _near(places: Any, shape: Any, rows: Any, others: Any, radius: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number of the row, and the node near it, of every neighbour."""
    if len(rows) == len(others) == len(places) and (rows == others).all():
        first, second = rows[_tree(places[rows], shape).query_pairs(radius, output_type="ndarray")].T
        number = np.empty(len(rows), dtype=np.int64)
        number[rows] = np.arange(len(rows))
        return np.concatenate([number[first], number[second]]), np.concatenate([second, first])
    near = _tree(places[rows], shape).sparse_distance_matrix(_tree(places[others], shape), radius, output_type="ndarray")
    row, node = near["i"], others[near["j"]]
    other = rows[row] != node
    return row[other], node[other]


def _places(where: str, points: Any, shape: Shape | None) -> tuple[NDArray[np.float64], Shape | None]:
    """Positions and shape, of a graph or as they were given."""
    if hasattr(points, "positions"):
        if shape is not None:
            raise ParameterError(f"{where}: shape", got=shape, expected="none beside a graph, which has its own")
        points, shape = points.positions, points.shape
        if points is None:
            raise ParameterError(f"{where}: positions", got=None, expected="a graph with positions; see set_positions")
    places = np.asarray(points)
    places = checked_points(f"{where}: points", points) if places.size else places.astype(np.float64)
    if shape is not None and not isinstance(shape, Shape):
        raise ParameterError(f"{where}: shape", got=shape, expected="a netgraph.space.Shape")
    if places.ndim != 2 or (shape is not None and places.shape[1] != shape.ndim):
        expected = "shape (n, 2) or (n, 3)" if shape is None else f"shape (n, {shape.ndim})"
        raise ParameterError(f"{where}: points", got=f"shape {places.shape}", expected=expected)
    return places, shape


def _subset(nodes: Any, n: int, where: str) -> NDArray[np.int64]:
    if nodes is None:
        return np.arange(n)
    ids = as_node_ids(nodes, n, where).astype(np.int64)
    check_unique(ids, where)
    return ids


def _tree(places: NDArray[np.float64], shape: Shape | None) -> Any:
    from scipy.spatial import cKDTree

    period = None if shape is None else shape.period
    return cKDTree(_wrapped(places, shape), boxsize=period)


def _wrapped(places: NDArray[np.float64], shape: Shape | None) -> NDArray[np.float64]:
    """Positions from the low corner of a periodic shape on, all within one period."""
    period = None if shape is None else shape.period
    if shape is None or period is None:
        return places
    inside = np.mod(places - shape.bounds[0], period)
    return np.where(inside >= period, 0.0, inside)


def _sorted(key: NDArray[np.int64], other: NDArray[np.int64], n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    from netgraph._counting_sort import sort_by_pair  # Numba loads on first use

    return sort_by_pair(np.ascontiguousarray(key), np.ascontiguousarray(other), n)
