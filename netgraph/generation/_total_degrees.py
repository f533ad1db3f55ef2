"""Total degrees: edges counted at both of their ends, in undirected graphs and in directed ones."""

import numpy as np

from netgraph.generation._graphical import is_graphical
from netgraph.generation._pairing import Ends, pair_undirected, turned_at_random
from netgraph.generation._reciprocal import require_same_nodes, total_reciprocal
from netgraph.generation._site import Site
from simcore.errors import EdgeError, ParameterError

__all__ = ["draw_total", "free_partners", "mended"]


def draw_total(name: str, site: Site, degrees: np.ndarray, reciprocity: float | None) -> Ends:
    """Edges with these degrees of the sources, which are the targets too, in random directions."""
    if site.self_loops and not site.multigraph:
        raise ParameterError(f"{name}: self_loops with total degrees", got=True, expected="multigraph=True too, or False")
    _check_free(name, site, degrees)
    if reciprocity is not None:
        return total_reciprocal(name, site, degrees, reciprocity)
    ends = pair_undirected(name, site, site.sources, degrees)
    return turned_at_random(site, ends) if site.graph.directed else ends


def free_partners(name: str, site: Site) -> np.ndarray:
    """Number of other nodes to which each source is not joined yet, in any direction."""
    require_same_nodes(f"{name}: total degrees", site, "; configuration_model takes degrees of sources and of targets")
    n = len(site.sources)
    if site.multigraph or site.graph.n_edges == 0:
        return np.full(n, np.iinfo(np.int32).max if site.multigraph else n - 1, dtype=np.int64)
    place = np.full(site.graph.n_nodes, -1, dtype=np.int64)
    place[site.sources] = np.arange(n)
    first, second = place[site.graph.source], place[site.graph.target]
    inside = (first >= 0) & (second >= 0) & (first != second)
    low, high = np.minimum(first, second)[inside], np.maximum(first, second)[inside]
    joined = np.unique(low * n + high)
    return n - 1 - np.bincount(np.concatenate([joined // n, joined % n]), minlength=n)


def mended(degrees: np.ndarray, values: np.ndarray, most: np.ndarray, *, multigraph: bool) -> np.ndarray:
    """The degrees changed as little as needed for a graph, a simple one unless `multigraph`, to have them.

    If their sum is odd, the value that was nearest to being rounded the other way is. If no graph has them still, degrees above
    the highest limit that helps are lowered to it.

    Parameters
    ----------
    degrees : ndarray of int64
        From 0 to `most`.
    values : ndarray of float64
        What the degrees were before rounding.
    most : ndarray of int64
        Largest degree of each node.
    """
    even = _made_even(degrees, values, most)
    if multigraph or is_graphical(even):
        return even
    low, high = 0, int(degrees.max())
    while high - low > 1:
        middle = (low + high) // 2
        fits = is_graphical(_made_even(np.minimum(degrees, middle), values, np.minimum(most, middle)))
        low, high = (middle, high) if fits else (low, middle)
    return _made_even(np.minimum(degrees, low), values, np.minimum(most, low))


def _made_even(degrees: np.ndarray, values: np.ndarray, most: np.ndarray) -> np.ndarray:
    if int(degrees.sum()) % 2 == 0:
        return degrees
    step = np.where(values > degrees, 1, -1)
    step = np.where(degrees + step > most, -1, np.where(degrees + step < 0, 1, step))
    possible = (degrees + step >= 0) & (degrees + step <= most)
    if not possible.any():  # no node has a free partner: nothing can be drawn anyway
        return degrees
    chosen = int(np.argmax(np.where(possible, step * (values - degrees), -np.inf)))
    changed = degrees.copy()
    changed[chosen] += step[chosen]
    return changed


def _check_free(name: str, site: Site, degrees: np.ndarray) -> None:
    available = free_partners(name, site)
    short = degrees > available
    if short.any():
        i = int(np.argmax(short))
        raise EdgeError(
            f"{name}: node {site.sources[i]} wants a degree of {degrees[i]}, but only {available[i]} partners are free"
        )
