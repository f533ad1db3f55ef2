"""Rings of near neighbours."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack, overload

import numpy as np

from netgraph._checks import check_choice, check_count, check_number
from netgraph._ids import id_dtype
from netgraph.generation._make import make_graph, require_room
from netgraph.generation._options import Options, generator
from netgraph.generation._site import Ends, Site
from simcore.errors import ParameterError

if TYPE_CHECKING:
    from netgraph.graph import Graph
    from netgraph.network import Network
    from netgraph.population import NeuralPop

__all__ = ["Circular", "Ring", "at_nodes", "circular", "new_edges"]

# Counters of the uniform numbers of pairs, above those that the rules' kernels use.
_WHICH_WAY = 19
_WHICH_BOTH = 20
_CHOICES = ("random", "closest")
# At the peak, the edges included.
_BYTES_PER_PAIR = 20.0


class Ring:
    """What all families share that begin with a ring, whose nodes are those of the site in their order."""

    name: str
    coord_nb: int

    def check_ring(self, reciprocity: float, choice: str) -> None:
        """Refuse an odd number of neighbours, no share, and no choice."""
        number = check_count(self.coord_nb, f"{self.name}: coord_nb")
        if number % 2:
            raise ParameterError(f"{self.name}: coord_nb", got=number, expected="an even number: half of them on either side")
        if not 0.0 <= check_number(f"{self.name}: reciprocity", reciprocity) <= 1.0:
            raise ParameterError(f"{self.name}: reciprocity", got=reciprocity, expected="a number in [0, 1]")
        check_choice(f"choice of reciprocal edges of {self.name}", choice, _CHOICES)

    def check_site(self, site: Site) -> None:
        """Refuse sites on which there is no ring."""
        if not site.n_common == len(site.sources) == len(site.targets):
            raise ParameterError(self.name, got="different sources and targets", expected="the same nodes on both sides")
        if site.multigraph:
            raise ParameterError(f"{self.name}: multigraph", got=True, expected="False: edges are distinct")
        if self.coord_nb >= len(site.sources):
            got = f"{self.coord_nb} neighbours among {len(site.sources)} nodes"
            raise ParameterError(f"{self.name}: coord_nb", got=got, expected="fewer neighbours than nodes")
        require_room(0.5 * self.coord_nb * len(site.sources), _BYTES_PER_PAIR)

    def ring(self, site: Site, reciprocity: float, choice: str) -> Ends:
        """Places on the ring that the edges join: each pair once, in a random direction, then the reverse ones."""
        n, half = len(site.sources), self.coord_nb // 2
        dtype = id_dtype(2 * n)
        first = np.repeat(np.arange(n, dtype=dtype), half)
        second = first + np.tile(np.arange(1, half + 1, dtype=dtype), n)
        second[second >= n] -= n
        if not site.graph.directed:
            if reciprocity != 1.0:
                raise ParameterError(f"{self.name}: reciprocity", got=reciprocity, expected="1 for an undirected graph")
            return first, second
        turned = site.uniforms(len(first), _WHICH_WAY) < 0.5
        source, target = np.where(turned, second, first), np.where(turned, first, second)
        both = round(reciprocity * len(first) / (2.0 - reciprocity))
        if both == len(first):
            chosen = np.arange(both)
        elif choice == "closest":
            chosen = np.sort(np.argsort(np.tile(np.arange(half), n), kind="stable")[:both])
        else:
            chosen = np.sort(np.argpartition(site.uniforms(len(first), _WHICH_BOTH), both)[:both])
        return np.concatenate([source, target[chosen]]), np.concatenate([target, source[chosen]])


@dataclass(frozen=True)
class Circular(Ring):
    """Neighbours on the ring, and the share of edges with a reverse edge."""

    coord_nb: int
    reciprocity: float = 1.0
    reciprocity_choice: str = "random"

    name = "circular"

    def __post_init__(self) -> None:
        self.check_ring(self.reciprocity, self.reciprocity_choice)

    def draw(self, site: Site) -> Ends:
        """The ring without the edges that are there."""
        self.check_site(site)
        return new_edges(site, *at_nodes(site, self.ring(site, self.reciprocity, self.reciprocity_choice)))


def at_nodes(site: Site, places: Ends) -> Ends:
    """Ids of the nodes at these places of the ring."""
    dtype = id_dtype(site.graph.n_nodes)
    if len(site.sources) == site.graph.n_nodes and bool((np.diff(site.sources) == 1).all()):
        return places[0].astype(dtype, copy=False), places[1].astype(dtype, copy=False)
    nodes = site.sources.astype(dtype)
    return nodes[places[0]], nodes[places[1]]


def new_edges(site: Site, source: np.ndarray, target: np.ndarray) -> Ends:
    """Those of the edges that the graph does not have."""
    if site.graph.n_edges == 0:
        return source, target
    from netgraph._pairs import find_rows

    ends = (site.graph.source, site.graph.target)
    rows = find_rows(ends, (source, target), n_nodes=site.graph.n_nodes, directed=site.graph.directed)
    return source[rows < 0], target[rows < 0]


class _CircularOptions(Options, total=False):
    """The arguments but the first and the population, for type checkers."""

    reciprocity: float
    reciprocity_choice: str


@overload
def circular(coord_nb: int, *, population: "NeuralPop", **options: Unpack[_CircularOptions]) -> "Network": ...
@overload
def circular(coord_nb: int, *, population: None = None, **options: Unpack[_CircularOptions]) -> "Graph": ...
@generator
def circular(
    coord_nb: int,
    *,
    reciprocity: float = 1.0,
    reciprocity_choice: str = "random",
    population: "NeuralPop | None" = None,
    **options: Unpack[Options],
) -> "Graph | Network":
    """A ring on which each node is joined to its nearest neighbours.

    Parameters
    ----------
    coord_nb : int
        Even number of neighbours, half of them on either side; below the number of nodes.
    reciprocity : float
        Share of the edges of a directed graph whose reverse is an edge too, met to the nearest pair. Of the ``n coord_nb / 2``
        joined pairs, those without a reverse edge have a random direction, so there are
        ``n coord_nb / (2 - reciprocity)`` edges. 1 for an undirected graph.
    reciprocity_choice : {"random", "closest"}
        Which pairs are joined both ways: random ones, or the closest on the ring.
    nodes, population, shape, positions, directed, weights, delays, self_loops, name, seed, rng, threads
        See `erdos_renyi`.

    Returns
    -------
    graph : Graph or Network

    Raises
    ------
    ParameterError
        An odd number of neighbours, or as many as nodes.

    Examples
    --------
    >>> circular(2, nodes=4, directed=False).adjacency().toarray()
    array([[0, 1, 0, 1],
           [1, 0, 1, 0],
           [0, 1, 0, 1],
           [1, 0, 1, 0]])
    """
    return make_graph(Circular(coord_nb, reciprocity, reciprocity_choice), population=population, **options)
