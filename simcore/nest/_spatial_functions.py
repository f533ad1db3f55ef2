"""Functions of PyNEST about nodes with positions: where they are, and which are near."""

from typing import Any

import numpy as np

from simcore.nest._layers import Layer, as_points, check_mask, collection_layer
from simcore.nest._masks import Mask, as_vector
from simcore.nest.errors import raised

__all__ = [
    "Displacement",
    "Distance",
    "FindCenterElement",
    "FindNearestElement",
    "GetPosition",
    "SelectNodesByMask",
    "with_positions",
]


def GetPosition(nodes: Any) -> list[Any]:
    """Positions of nodes.

    Parameters
    ----------
    nodes : NodeCollection
        With positions.

    Returns
    -------
    positions : list of list of float
        One for each node; of a single node its coordinates alone.

    Raises
    ------
    LayerExpected, TypeError
        Nodes without positions, or no nodes.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> nest.GetPosition(nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([2, 1])))
    [[-0.25, 0.0], [0.25, 0.0]]
    """
    _, layer = with_positions(nodes, "GetPosition: nodes")
    return _listed(layer.positions)


def Displacement(from_arg: Any, to_arg: Any) -> list[list[float]]:
    """Ways between nodes, by the shortest path where space repeats.

    Of nodes in `from_arg` it is their own position minus that in `to_arg`, in the space of the former; of places in `from_arg`
    it is the position of the node in `to_arg` minus the place, in the space of the node: NEST has it so.

    Parameters
    ----------
    from_arg : NodeCollection, or sequence of sequence of float, shape (n, d)
        Nodes or places.
    to_arg : NodeCollection
        Nodes; as many as in `from_arg`, unless there is a single one in either.

    Returns
    -------
    displacement : list of list of float

    Raises
    ------
    LayerExpected, ValueError, BadProperty, TypeError
        Nodes without positions, numbers that do not go together, or other dimensions.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> nodes = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([2, 1]))
    >>> nest.Displacement(nodes[0], nodes)
    [[0.0, 0.0], [-0.5, 0.0]]
    """
    return _ways("Displacement", from_arg, to_arg).tolist()


def Distance(from_arg: Any, to_arg: Any) -> list[float]:
    """Lengths of the ways between nodes; see `Displacement`.

    Parameters
    ----------
    from_arg : NodeCollection, or sequence of sequence of float, shape (n, d)
    to_arg : NodeCollection

    Returns
    -------
    distance : list of float

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> nodes = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([2, 1]))
    >>> nest.Distance([[0.0, 0.0]], nodes)
    [0.25, 0.25]
    """
    ways = _ways("Distance", from_arg, to_arg)
    return np.sqrt((ways * ways).sum(axis=1)).tolist()


def FindNearestElement(layer: Any, locations: Any, find_all: bool = False) -> Any:
    """Nodes that are nearest to places.

    Parameters
    ----------
    layer : NodeCollection
        Among these.
    locations : sequence of float, shape (d,) or (n, d)
        A place or several.
    find_all : bool
        Whether to give all nodes that are as near, instead of one.

    Returns
    -------
    nodes : NodeCollection, or list of NodeCollection, or list of lists of them
        A node for each place, or with `find_all` a list of single nodes; a single place gives no list around it.

    Raises
    ------
    LayerExpected, TypeError, BadProperty
        Nodes without positions, or no places.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> nodes = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([3, 1]))
    >>> nest.FindNearestElement(nodes, [0.3, 0.2]).tolist()
    [3]
    """
    _, space = with_positions(layer, "FindNearestElement: layer")
    if not isinstance(locations, (list, tuple, np.ndarray)) or len(locations) == 0:
        raise TypeError(f"FindNearestElement: locations: got {locations!r}, expected a place or a list of places")
    several = np.ndim(locations[0]) > 0
    places = as_points(locations if several else [locations], space.n_dimensions, "FindNearestElement: locations")
    found = []
    for place in places:
        numbers = space.nearest(place)
        found.append([layer[int(k)] for k in np.sort(numbers)] if find_all else layer[int(numbers[0])])
    return found[0] if len(found) == 1 else found


def FindCenterElement(layer: Any) -> Any:
    """The node that is nearest to the middle of the space.

    Parameters
    ----------
    layer : NodeCollection

    Returns
    -------
    node : NodeCollection

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> nodes = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([3, 3]))
    >>> nest.FindCenterElement(nodes).tolist()
    [5]
    """
    _, space = with_positions(layer, "FindCenterElement: layer")
    return layer[int(space.nearest(space.center)[0])]


def SelectNodesByMask(layer: Any, anchor: Any, mask_obj: Mask) -> Any:
    """Nodes inside a mask around a place.

    Parameters
    ----------
    layer : NodeCollection
        Among these.
    anchor : sequence of float, shape (d,)
        The place.
    mask_obj : Mask

    Returns
    -------
    nodes : NodeCollection

    Raises
    ------
    LayerExpected, TypeError, BadProperty
        Nodes without positions, or a mask that does not fit them.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> nodes = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([3, 3]))
    >>> nest.SelectNodesByMask(nodes, [0.0, 0.0], nest.CreateMask("circular", {"radius": 0.4})).tolist()
    [2, 4, 5, 6, 8]
    """
    _, space = with_positions(layer, "SelectNodesByMask: layer")
    if not isinstance(mask_obj, Mask):
        raise TypeError(f"SelectNodesByMask: mask_obj: got {mask_obj!r}, expected a mask of CreateMask")
    place = as_vector(anchor, space.n_dimensions, "SelectNodesByMask: anchor")
    check_mask(mask_obj, space, allow_oversized=False, where="SelectNodesByMask")
    return layer[space.within(mask_obj, place)]


def with_positions(nodes: Any, where: str) -> tuple[np.ndarray, Layer]:
    """Ids and layer of nodes that have positions."""
    ids, layer = collection_layer(nodes, where)
    if layer is None:
        raise raised("LayerExpected", f"{where}: got nodes without positions")
    return ids, layer


def _listed(positions: np.ndarray) -> list[Any]:
    return positions[0].tolist() if len(positions) == 1 else positions.tolist()


def _ways(name: str, from_arg: Any, to_arg: Any) -> np.ndarray:
    """What `Displacement` gives, as an array."""
    _, space = with_positions(to_arg, f"{name}: to_arg")
    is_places = isinstance(from_arg, (list, tuple, np.ndarray))
    if is_places:
        is_one = isinstance(from_arg, np.ndarray) and from_arg.ndim == 1
        starts = as_points([from_arg] if is_one else from_arg, space.n_dimensions, f"{name}: from_arg")
    else:
        _, start_space = with_positions(from_arg, f"{name}: from_arg")
        starts = start_space.positions
        if start_space.n_dimensions != space.n_dimensions:
            got = f"{start_space.n_dimensions} and {space.n_dimensions} dimensions"
            raise raised("BadProperty", f"{name}: got nodes in {got}, expected as many")
    n, m = len(starts), len(space.positions)
    if n != m and 1 not in (n, m):
        raise ValueError(f"{name}: got {n} and {m} places, expected as many, or a single one")
    return space.displacement(starts, space.positions) if is_places else start_space.displacement(space.positions, starts)
