"""Where to draw nodes that have no positions."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

__all__ = ["circles"]


def circles(n_nodes: int, groups: Mapping[str, NDArray[np.int64]]) -> NDArray[np.float64]:
    """Each group on a circle of its own, all of them around a large one; nodes of no group form one more.

    Parameters
    ----------
    n_nodes : int
    groups : mapping of names to id arrays

    Returns
    -------
    positions : ndarray of float64, shape (n_nodes, 2)
        Between -1 and 1, without unit.

    Examples
    --------
    >>> circles(4, {}).round(3).tolist()
    [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [-0.0, -1.0]]
    """
    rest = np.setdiff1d(np.arange(n_nodes), np.concatenate([np.zeros(0, dtype=np.int64), *groups.values()]))
    parts = [ids for ids in (*groups.values(), rest) if ids.size]
    positions = np.zeros((n_nodes, 2))
    # The radius of a circle grows with the root of its number of nodes; their arcs share the large circle accordingly.
    share = np.sqrt([ids.size for ids in parts]) if parts else np.zeros(0)
    middle = 2 * np.pi * (np.cumsum(share) - share / 2) / max(share.sum(), 1)
    for ids, part, angle in zip(parts, share, middle, strict=True):
        if len(parts) == 1:
            centre, radius = np.zeros(2), 1.0
        else:
            radius = 0.85 * np.sin(np.pi * part / share.sum()) / (1 + np.sin(np.pi * part / share.sum()))
            centre = (1 - radius) * np.array([np.cos(angle), np.sin(angle)])
        around = 2 * np.pi * np.arange(ids.size) / ids.size
        positions[ids] = centre + radius * np.column_stack([np.cos(around), np.sin(around)])
    return positions
