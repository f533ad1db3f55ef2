"""Triad census: how often each of the sixteen ways to link three nodes occurs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netgraph.graph import Graph, check_graph

__all__ = ["triad_census"]

# Number of asymmetric and of mutual pairs, and the letter that tells triads of equal numbers apart: D down, U up, C cyclic,
# T transitive.
TRIADS = (
    *("003", "012", "102", "021D", "021U", "021C", "111D", "111U"),
    *("030T", "030C", "201", "120D", "120U", "120C", "210", "300"),
)
_OPEN = ("021D", "021U", "021C", "111D", "111U", "201")


def triad_census(graph: Graph, *, progress: bool | None = None) -> dict[str, int]:
    """Number of triples of nodes of each kind of triad (Holland & Leinhardt 1976, doi:10.2307/270703).

    Found from the triangles and the numbers of neighbours: the other triads follow, as in Batagelj & Mrvar (2001,
    doi:10.1016/S0378-8733(01)00035-1) the unconnected ones do.

    Parameters
    ----------
    graph : Graph
        Self-loops and parallel edges do not matter. An undirected edge counts as one in each direction: the triads are then
        003, 102, 201 and 300.
    progress : bool, optional
        Whether to show a bar; None shows one in a terminal or a notebook.

    Returns
    -------
    census : dict of str to int
        The sixteen names, such as ``"030T"`` for a transitive triangle: the numbers of mutual, asymmetric and absent links, and
        a letter where these are not enough. In ``"021D"`` two edges leave one node, in ``"021U"`` they meet, ``"021C"`` is a
        path; in ``"111D"`` an edge comes to a mutual link, in ``"111U"`` it leaves one; ``"030C"`` is a cycle; in ``"120D"``
        two edges leave one node for the ends of a mutual link, in ``"120U"`` they come from them, ``"120C"`` has a path between
        them.

    Examples
    --------
    >>> from netgraph import Graph
    >>> census = triad_census(Graph.from_edges([0, 1, 0, 3], [1, 2, 2, 2]))
    >>> {name: number for name, number in census.items() if number}
    {'012': 1, '021U': 2, '030T': 1}
    """
    from netgraph.analysis._ordered_pairs import ordered_pairs  # Numba loads on first use
    from netgraph.analysis._triangles import TOTAL, count_triangles
    from netgraph.analysis._triplets import pair_degrees

    check_graph("triad_census: graph", graph)
    pairs = ordered_pairs(graph)
    _, kinds = count_triangles("triad_census", pairs, TOTAL, progress=progress)
    census = dict.fromkeys(TRIADS, 0)
    census |= _open_ones(*pair_degrees(pairs).T)
    for kind in np.flatnonzero(kinds).tolist():
        name, corners = _of_kind(kind)
        census[name] += int(kinds[kind])
        for corner in corners:
            census[corner] -= int(kinds[kind])
    mutual = int((pairs.kind == 3).sum())
    n, asymmetric = graph.n_nodes, pairs.kind.size - mutual
    # Each linked pair lies in n - 2 triples, in which the links of each kind are counted.
    census["012"] = asymmetric * (n - 2) - sum(int(name[1]) * census[name] for name in TRIADS[3:])
    census["102"] = mutual * (n - 2) - sum(int(name[0]) * census[name] for name in TRIADS[3:])
    census["003"] = n * (n - 1) * (n - 2) // 6 - sum(census.values())
    return census


def _open_ones(out: NDArray[np.int64], into: NDArray[np.int64], both: NDArray[np.int64]) -> dict[str, int]:
    """Triads of two links at a node, whether or not there is a third link, from numbers of neighbours."""
    two = [k * (k - 1) // 2 for k in (out, into, both)]
    numbers = (two[0], two[1], out * into, both * into, both * out, two[2])
    return {name: int(number.sum()) for name, number in zip(_OPEN, numbers, strict=True)}


def _of_kind(kind: int) -> tuple[str, list[str]]:
    """Name of a triangle of this kind (see `triangle_table`), and of the triads of two links at its corners.

    Examples
    --------
    >>> _of_kind(1 + 4 * 1 + 16 * 1)
    ('030T', ['021D', '021C', '021U'])
    """
    uv, uw, vw = kind & 3, kind >> 2 & 3, kind >> 4
    turned = {1: 2, 2: 1, 3: 3}
    corners = [_open_name(uv, uw), _open_name(turned[uv], vw), _open_name(turned[uw], turned[vw])]
    mutual = [uv, uw, vw].count(3)
    letters = {corner[3:] for corner in corners}
    if mutual == 0:
        return ("030C" if letters == {"C"} else "030T"), corners
    if mutual == 1:
        return "120" + next(corner for corner in corners if corner.startswith("021"))[3:], corners
    return ("210" if mutual == 2 else "300"), corners


def _open_name(first: int, second: int) -> str:
    """Name of the triad of two links at a node, each 1 from it, 2 to it, or 3 both."""
    links = {(1, 1): "021D", (2, 2): "021U", (1, 2): "021C", (2, 3): "111D", (1, 3): "111U", (3, 3): "201"}
    return links[min(first, second), max(first, second)]
