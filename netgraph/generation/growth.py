"""Graphs that grow by preferential attachment (Price 1976, doi:10.1002/asi.4630270505; Barabási & Albert 1999)."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack, overload

import numpy as np

from netgraph._checks import check_count, check_number
from netgraph._ids import id_dtype
from netgraph.generation._make import make_graph, require_directed
from netgraph.generation._options import MultigraphOptions, generator
from netgraph.generation._reciprocal import check_reciprocity, require_same_nodes
from netgraph.generation._site import Site
from simcore.errors import ParameterError
from simcore.memory import check_free

if TYPE_CHECKING:
    from netgraph.graph import Graph
    from netgraph.network import Network
    from netgraph.population import NeuralPop

__all__ = ["BarabasiAlbert", "PriceScaleFree", "barabasi_albert", "price_scale_free"]

# While they grow: both ends, and twice again to cut them off and to take on the nodes' numbers.
_BYTES_PER_EDGE = 16
_MOST_EDGES_OF_A_NODE = 2**31 - 1
_LARGEST_EXPONENT = 300.0


@dataclass(frozen=True)
class PriceScaleFree:
    """Each node sends `m` edges to earlier ones, drawn in proportion to degree to the power `gamma`, plus `c`."""

    m: int
    c: float | None = None
    gamma: float = 1.0
    reciprocity: float = 0.0

    name = "price_scale_free"

    def __post_init__(self) -> None:
        check_edges_of_a_node(self.name, self.m)
        if self.c is not None:
            check_number("price_scale_free: c", self.c, 0.0)
        check_number("price_scale_free: gamma", self.gamma, 0.0)
        check_number("price_scale_free: reciprocity", self.reciprocity)
        check_reciprocity(self.name, self.reciprocity)

    def draw(self, site: Site) -> tuple[np.ndarray, np.ndarray]:
        """Grow over the sources in their order; undirected, all edges of a node are its degree."""
        directed = site.graph.directed
        c = self.c if self.c is not None else float(directed)
        if directed and c == 0.0:
            expected = "a number > 0: nodes without incoming edges would never get any"
            raise ParameterError("price_scale_free: c", got=self.c, expected=expected)
        if self.reciprocity > 0.0:
            require_directed("price_scale_free: reciprocity", site, "an undirected edge is its own reverse")
        return _grow(self, site, float(c), float(self.gamma), float(self.reciprocity), both_ends=not directed)


@dataclass(frozen=True)
class BarabasiAlbert:
    """Each node sends `m` edges to earlier ones, drawn in proportion to their total degree."""

    m: int

    name = "barabasi_albert"

    def __post_init__(self) -> None:
        check_edges_of_a_node(self.name, self.m)

    def draw(self, site: Site) -> tuple[np.ndarray, np.ndarray]:
        """Grow over the sources in their order."""
        return _grow(self, site, 0.0, 1.0, 0.0, both_ends=True)


def check_edges_of_a_node(name: str, m: Any) -> None:
    """Refuse what is no positive number of edges."""
    if check_count(m, f"{name}: m", most=_MOST_EDGES_OF_A_NODE) == 0:
        raise ParameterError(f"{name}: m", got=m, expected="a whole number >= 1")


def _grow(
    model: PriceScaleFree | BarabasiAlbert, site: Site, c: float, gamma: float, back: float, *, both_ends: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Edges from nodes to earlier ones, and from those back."""
    from netgraph.generation._attachment import grow, grow_by_power  # Numba loads on first use

    require_same_nodes(model.name, site)
    if site.self_loops:
        raise ParameterError(f"{model.name}: self_loops", got=True, expected="False: edges go to earlier nodes")
    n, m = len(site.sources), int(model.m)
    if gamma * math.log10(max(n * m, 2)) > _LARGEST_EXPONENT:
        raise ParameterError(f"{model.name}: gamma", got=gamma, expected="less: the largest degrees to this power overflow")
    most = (n - 1) * m if site.multigraph else min(m, n - 1) * (min(m, n - 1) + 1) // 2 + max(n - 1 - m, 0) * m
    most = 2 * most if back > 0.0 else most
    check_free("generate", f"{most:.1e} edges", float(most) * _BYTES_PER_EDGE)
    source, target = np.empty((2, most), dtype=np.int32)
    flags = np.array([both_ends, site.multigraph], dtype=np.uint8)
    degree, joined = _present(site, both_ends)
    if gamma == 1.0 and not degree.any():
        n_edges = grow(n, m, c, back, flags, site.stream.words(), source, target)
    else:
        n_edges = grow_by_power(degree, m, gamma, c, back, flags, joined, site.stream.words(), source, target)
    ids = site.sources.astype(id_dtype(site.graph.n_nodes))
    return ids[source[:n_edges]], ids[target[:n_edges]]


def _present(site: Site, both_ends: bool) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Degrees by the edges that exist between the nodes, and which earlier nodes each is joined to, unless it may be again."""
    n = len(site.sources)
    place = np.full(site.graph.n_nodes, -1, dtype=np.int64)
    place[site.sources] = np.arange(n)
    source, target = place[site.graph.source], place[site.graph.target]
    inside = (source >= 0) & (target >= 0)
    source, target = source[inside], target[inside]
    degree = np.bincount(target, minlength=n)
    if both_ends:
        degree += np.bincount(source, minlength=n)
    if site.multigraph:
        return degree, (np.zeros(n + 1, dtype=np.int64), np.empty(0, dtype=np.int64))
    low, high = np.minimum(source, target), np.maximum(source, target)
    pairs = np.unique((high * n + low)[low < high])
    begins = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(pairs // n, minlength=n), out=begins[1:])
    return degree, (begins, pairs % n)


class _PriceOptions(MultigraphOptions, total=False):
    """All arguments but the population, for type checkers."""

    c: float | None
    gamma: float
    reciprocity: float


@overload
def price_scale_free(m: int, *, population: "NeuralPop", **options: Unpack[_PriceOptions]) -> "Network": ...
@overload
def price_scale_free(m: int, *, population: None = None, **options: Unpack[_PriceOptions]) -> "Graph": ...
@generator
def price_scale_free(
    m: int,
    *,
    c: float | None = None,
    gamma: float = 1.0,
    reciprocity: float = 0.0,
    population: "NeuralPop | None" = None,
    **options: Unpack[MultigraphOptions],
) -> "Graph | Network":
    """A graph that grows: each new node sends edges to different earlier ones, which are the likelier the more they have got.

    The probability is proportional to ``k**gamma + c``, where k is the in-degree at the time or, in an undirected graph, the
    degree (Price 1976, doi:10.1002/asi.4630270505; Krapivsky, Redner & Leyvraz 2000, doi:10.1103/PhysRevLett.85.4629). With
    ``gamma=1`` the tail of these degrees is a power law of exponent ``2 + reciprocity + c / m`` if directed, ``3 + c / m`` if
    undirected. The first ``m + 1`` nodes are all joined.

    Parameters
    ----------
    m : int
        Edges that each new node sends, or one to each earlier node if there are fewer.
    c : float, optional
        Addend to the degree; 1 if directed, 0 if undirected.
    gamma : float
        Power of the degree; 0 makes all earlier nodes equally likely.
    reciprocity : float
        Probability of an edge to get an edge back, which counts for the in-degree of the new node. The share of edges with a
        reverse is then ``2 * reciprocity / (1 + reciprocity)``. Needs a directed graph.
    nodes, population, shape, positions, directed, weights, delays, multigraph, self_loops, name, seed, rng, threads
        See `erdos_renyi`. In a multigraph a node may send several edges to the same one. Growth is made by one thread.

    Returns
    -------
    graph : Graph or Network

    Raises
    ------
    ParameterError
        Numbers out of range, ``c=0`` in a directed graph, self-loops, or different sources and targets.

    Examples
    --------
    >>> price_scale_free(2, nodes=6, seed=1).out_degree()
    array([0, 1, 2, 2, 2, 2])
    """
    return make_graph(PriceScaleFree(m, c, gamma, reciprocity), population=population, **options)


@overload
def barabasi_albert(m: int, *, population: "NeuralPop", **options: Unpack[MultigraphOptions]) -> "Network": ...
@overload
def barabasi_albert(m: int, *, population: None = None, **options: Unpack[MultigraphOptions]) -> "Graph": ...
@generator
def barabasi_albert(
    m: int,
    *,
    population: "NeuralPop | None" = None,
    **options: Unpack[MultigraphOptions],
) -> "Graph | Network":
    """A graph that grows: each new node is joined to different earlier ones, drawn in proportion to their total degree.

    The tail of the degrees is a power law of exponent 3 (Barabási & Albert 1999, doi:10.1126/science.286.5439.509). The first
    ``m + 1`` nodes are all joined.

    Parameters
    ----------
    m : int
        Edges that each new node brings, or one to each earlier node if there are fewer.
    nodes, population, shape, positions, directed, weights, delays, multigraph, self_loops, name, seed, rng, threads
        See `erdos_renyi`. If directed, edges run from new nodes to earlier ones. In a multigraph a node may be joined to the
        same one several times. Growth is made by one thread.

    Returns
    -------
    graph : Graph or Network

    Raises
    ------
    ParameterError
        Numbers out of range, self-loops, or different sources and targets.

    Examples
    --------
    >>> barabasi_albert(2, nodes=100, directed=False, seed=1).n_edges
    197
    """
    return make_graph(BarabasiAlbert(m), population=population, **options)
