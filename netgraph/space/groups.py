"""Each group of nodes in a place of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_mapping
from netgraph.space._core import trial_seed
from netgraph.space._placing import points_apart
from netgraph.space.distance import checked_points
from netgraph.space.shape import Shape
from simcore.errors import ParameterError
from simcore.parameter import check_names

__all__ = ["group_positions"]

# Where the seeds of groups begin, away from those of trials.
_GROUP_SEED = 1 << 33


def group_positions(
    groups: Any,
    places: Mapping[str, Any],
    *,
    shape: Shape | None = None,
    seed: int | None = None,
    min_distance: float | None = None,
) -> NDArray[np.float64]:
    """Positions of all nodes, those of each group in a place of its own.

    Parameters
    ----------
    groups : Structure or NeuralPop
        Groups that together hold every node once.
    places : dict
        For each group the name of an area of `shape`, a Shape, or positions of shape (size of the group, ndim) in the order of
        its ids.
    shape : Shape, optional
        Where everything lies: its areas have the names, shapes lend only what lies in it, and distances go round its border.
    seed : int, optional
    min_distance : float, optional [µm]
        Least distance of every drawn point from all others, across groups; see `Shape.sample`. Positions that were given stay.

    Returns
    -------
    positions : ndarray of float64, shape (n_nodes, ndim) [µm]
        Without `min_distance`, that of a node depends on the seed, its id and its place alone.

    Raises
    ------
    UnknownNameError
        No such group or area.
    ParameterError
        A group without place, nodes in no group or in several, places of different dimensions, or no room.

    Examples
    --------
    >>> from netgraph import NeuralGroup, NeuralPop
    >>> from netgraph.space import Shape
    >>> pop = NeuralPop.from_groups([NeuralGroup(3), NeuralGroup(2)], ["deep", "upper"])
    >>> sheet = Shape.box(100.0, 100.0, 50.0).with_area("top", Shape.box(100.0, 100.0, 10.0, centre=(0.0, 0.0, 20.0)))
    >>> group_positions(pop, {"deep": "", "upper": "top"}, shape=sheet, seed=1)[3:, 2] > 15.0
    array([ True,  True])
    """
    from simcore.random import check_seed, fresh_seed

    seed = fresh_seed() if seed is None else check_seed(seed, "group_positions: seed")
    ids = _ids(groups)
    chosen = check_mapping("group_positions: places", places)
    check_names("group", chosen, dict.fromkeys(ids))
    for name in ids:
        if name not in chosen:
            raise ParameterError(f"group_positions: places[{name!r}]", got="nothing", expected="a place for each group")
    found = {name: _place(f"group_positions: places[{name!r}]", chosen[name], shape, ids[name].size) for name in ids}
    dimensions = {place.shape[1] if isinstance(place, np.ndarray) else place.ndim for place in found.values()}
    if len(dimensions) != 1 or (shape is not None and shape.ndim not in dimensions):
        raise ParameterError("group_positions: places", got=f"{sorted(dimensions)} dimensions", expected="as many everywhere")
    positions = np.full((sum(map(len, ids.values())), dimensions.pop()), np.nan)
    for name, place in found.items():
        if isinstance(place, np.ndarray):
            positions[ids[name]] = place
    for number, (name, place) in enumerate(found.items()):
        if isinstance(place, np.ndarray):
            continue
        if min_distance is None:
            positions[ids[name]] = place._sample(ids[name], seed)
            continue
        there = positions[~np.isnan(positions[:, 0])]
        own = trial_seed(seed, _GROUP_SEED + number)
        what = f"group_positions: places[{name!r}]"
        positions[ids[name]] = points_apart(place, ids[name].size, own, distance=min_distance, others=there, what=what)
    return positions


def _ids(groups: Any) -> dict[str, NDArray[np.int64]]:
    """Ids of each group; together they are 0, 1, 2, ..."""
    if not isinstance(groups, Mapping) or not all(hasattr(group, "ids") for group in groups.values()):
        raise ParameterError("group_positions: groups", got=groups, expected="a Structure or a NeuralPop")
    ids = {name: np.asarray(group.ids, dtype=np.int64) for name, group in groups.items()}
    every = np.sort(np.concatenate([*ids.values(), np.empty(0, dtype=np.int64)]))
    size = getattr(groups, "size", None)
    if every.size == 0 or not np.array_equal(every, np.arange(every.size)) or (size is not None and size != every.size):
        raise ParameterError("group_positions: groups", got=groups, expected="groups that hold each of nodes 0, 1, 2, ... once")
    return ids


def _place(where: str, place: Any, shape: Shape | None, size: int) -> Shape | NDArray[np.float64]:
    """A shape to draw from, or positions."""
    if isinstance(place, str):
        if shape is None:
            raise ParameterError(where, got=place, expected="a shape: without shape= there are no areas")
        return shape.region(place)
    if isinstance(place, Shape):
        if (
            shape is None
            or place._ground() == shape._ground()
            or (shape.ndim == place.ndim and not shape.periodic and shape._covers_box(*place.bounds))
        ):
            return place
        return shape._ground().intersection(place)
    points = checked_points(where, place)
    if len(points) != size:
        raise ParameterError(where, got=f"{len(points)} positions", expected=f"{size}, one for each node of the group")
    return points
