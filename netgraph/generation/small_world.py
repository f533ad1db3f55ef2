"""Small worlds: rings of near neighbours with shortcuts added, or with edges moved."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Unpack, overload

import numpy as np

from netgraph._checks import check_choice, check_count, check_number
from netgraph.generation._by_pair import part_seed
from netgraph.generation._make import make_graph, one_of, require_pairs
from netgraph.generation._options import Options, generator
from netgraph.generation._site import Ends, Site, together
from netgraph.generation.ring import Ring, at_nodes, new_edges
from simcore.errors import EdgeError, ParameterError
from simcore.rules import FixedTotalNumber

if TYPE_CHECKING:
    from netgraph.graph import Graph
    from netgraph.network import Network
    from netgraph.population import NeuralPop

__all__ = ["NewmanWatts", "WattsStrogatz", "check_share", "moved", "newman_watts", "watts_strogatz"]

# Counters of the uniform numbers of edges, above those of the ring.
_WHICH_MOVE = 21
_WHICH_END = 22
_SHUFFLES = ("random", "sources", "targets")


@dataclass(frozen=True)
class NewmanWatts(Ring):
    """The ring, and how many shortcuts are added."""

    coord_nb: int
    proba_shortcut: float | None = None
    edges: int | None = None
    reciprocity_circular: float = 1.0
    reciprocity_choice_circular: str = "random"

    name = "newman_watts"

    def __post_init__(self) -> None:
        self.check_ring(self.reciprocity_circular, self.reciprocity_choice_circular)
        one_of("newman_watts: shortcuts", {"proba_shortcut": self.proba_shortcut, "edges": self.edges})
        if self.proba_shortcut is not None:
            check_share("newman_watts: proba_shortcut", self.proba_shortcut)
        else:
            check_count(self.edges, "newman_watts: edges", most=None)

    def draw(self, site: Site) -> Ends:
        """The ring, then uniform pairs that are still free."""
        self.check_site(site)
        ring = at_nodes(site, self.ring(site, self.reciprocity_circular, self.reciprocity_choice_circular))
        number, rows = self._shortcuts(site, len(ring[0])), site.rows(taken=ring)
        require_pairs(self.name, number, int(rows.pairs.available.sum()))
        # Shortcuts have streams of their own: other seeds than those of the ring.
        extra = replace(site, seed=part_seed(site, 0)).draw(rows, FixedTotalNumber(number, allow_multapses=False))
        return together(new_edges(site, *ring), extra)

    def _shortcuts(self, site: Site, n_ring: int) -> int:
        """How many shortcuts: binomial, one chance for each edge of the ring, or what is missing to the number of edges."""
        from simcore.rules._rows import binomial_counts

        if self.edges is not None:
            if self.edges < n_ring:
                raise EdgeError(f"newman_watts: {self.edges} edges wanted, but the ring alone has {n_ring}")
            return self.edges - n_ring
        out = np.empty(1, dtype=np.int64)
        binomial_counts(0, np.array([n_ring]), np.array([float(self.proba_shortcut or 0.0)]), site.stream.words(), out)
        return int(out[0])


@dataclass(frozen=True)
class WattsStrogatz(Ring):
    """The ring, and the chance that an edge is moved."""

    coord_nb: int
    proba_shortcut: float
    shuffle: str = "random"
    reciprocity_circular: float = 1.0
    reciprocity_choice_circular: str = "random"

    name = "watts_strogatz"

    def __post_init__(self) -> None:
        self.check_ring(self.reciprocity_circular, self.reciprocity_choice_circular)
        check_share("watts_strogatz: proba_shortcut", self.proba_shortcut)
        check_choice("shuffle of watts_strogatz", self.shuffle, _SHUFFLES)

    def draw(self, site: Site) -> Ends:
        """The ring with some ends moved to random nodes."""
        self.check_site(site)
        ring = at_nodes(site, self.ring(site, self.reciprocity_circular, self.reciprocity_choice_circular))
        source, target = new_edges(site, *ring)
        chosen = site.chosen(len(source), self.proba_shortcut, _WHICH_MOVE)
        return moved(site, (source, target), chosen, self._moved_end(site, chosen))

    def _moved_end(self, site: Site, chosen: np.ndarray) -> np.ndarray:
        """1 where the source moves, 0 where the target does."""
        if self.shuffle != "random":
            return np.full(len(chosen), self.shuffle == "sources", dtype=np.uint8)
        from simcore.random import uniforms  # Numba loads on first use

        return (uniforms(site.seed, site.stream.purpose, chosen, _WHICH_END) < 0.5).astype(np.uint8)


def moved(site: Site, ends: Ends, chosen: np.ndarray, end: np.ndarray) -> Ends:
    """Edges of which the chosen ones have one end, the source where `end` is 1, moved to random nodes of the site's targets.

    The edges, which are changed in place, stay distinct, from each other and from those of the graph.
    """
    from netgraph.generation._move_kernels import move_ends  # Numba loads on first use

    graph = site.graph
    forwards = [(graph.source, graph.target), ends]
    backwards = [(target, source) for source, target in forwards]
    if graph.directed:
        grouped = _grouped(forwards, graph.n_nodes), _grouped(backwards, graph.n_nodes)
    else:
        grouped = (_grouped(forwards + backwards, graph.n_nodes),) * 2
    table = np.full(1 << (3 * len(chosen) // 2).bit_length(), -1, dtype=np.int64)
    pool, check = site.targets.astype(np.int64), (graph.directed, site.self_loops)
    move_ends(pool, *ends, chosen, end, *grouped, table, *check, site.stream.words())
    return ends


def _grouped(parts: list[Ends], n_nodes: int) -> Ends:
    """Where the edges of each node begin, as those of the first end of each part, and their other ends."""
    from netgraph.generation._move_kernels import count_ends, place_ends

    begins = np.zeros(n_nodes + 1, dtype=np.int64)
    for node, _ in parts:
        count_ends(node, begins)
    np.cumsum(begins, out=begins)
    others, place = np.empty(begins[-1], dtype=parts[0][1].dtype), begins[:-1].copy()
    for node, other in parts:
        place_ends(node, other, place, others)
    return begins, others


def check_share(where: str, value: Any) -> None:
    """Refuse what is no number in [0, 1]."""
    if not 0.0 <= check_number(where, value) <= 1.0:
        raise ParameterError(where, got=value, expected="a number in [0, 1]")


class _NewmanOptions(Options, total=False):
    """The arguments but the first and the population, for type checkers."""

    proba_shortcut: float | None
    edges: int | None
    reciprocity_circular: float
    reciprocity_choice_circular: str


class _WattsOptions(Options, total=False):
    """The same of the other family."""

    shuffle: str
    reciprocity_circular: float
    reciprocity_choice_circular: str


@overload
def newman_watts(coord_nb: int, *, population: "NeuralPop", **options: Unpack[_NewmanOptions]) -> "Network": ...
@overload
def newman_watts(coord_nb: int, *, population: None = None, **options: Unpack[_NewmanOptions]) -> "Graph": ...
@generator
def newman_watts(
    coord_nb: int,
    *,
    proba_shortcut: float | None = None,
    edges: int | None = None,
    reciprocity_circular: float = 1.0,
    reciprocity_choice_circular: str = "random",
    population: "NeuralPop | None" = None,
    **options: Unpack[Options],
) -> "Graph | Network":
    """A ring of near neighbours with random shortcuts added: a small world in which no edge is lost.

    Newman & Watts 1999, doi:10.1016/S0375-9601(99)00757-4. Exactly one of `proba_shortcut` and `edges` is given.

    Parameters
    ----------
    coord_nb : int
        Even number of neighbours on the ring; see `circular`.
    proba_shortcut : float
        For each edge of the ring the chance that a shortcut is added; shortcuts are uniform among the pairs that are free.
    edges : int
        Number of edges, those of the ring included.
    reciprocity_circular, reciprocity_choice_circular
        Of the ring; see `circular`.
    nodes, population, shape, positions, directed, weights, delays, self_loops, name, seed, rng, threads
        See `erdos_renyi`.

    Returns
    -------
    graph : Graph or Network
        The ring's edges first.

    Raises
    ------
    ParameterError
        See `circular`.
    EdgeError
        Fewer edges than the ring has, or more than pairs.

    Examples
    --------
    >>> newman_watts(4, edges=430, nodes=100, seed=1).n_edges
    430
    """
    return make_graph(
        NewmanWatts(coord_nb, proba_shortcut, edges, reciprocity_circular, reciprocity_choice_circular),
        population=population,
        **options,
    )


@overload
def watts_strogatz(
    coord_nb: int, proba_shortcut: float, *, population: "NeuralPop", **options: Unpack[_WattsOptions]
) -> "Network": ...
@overload
def watts_strogatz(
    coord_nb: int, proba_shortcut: float, *, population: None = None, **options: Unpack[_WattsOptions]
) -> "Graph": ...
@generator
def watts_strogatz(
    coord_nb: int,
    proba_shortcut: float,
    *,
    shuffle: str = "random",
    reciprocity_circular: float = 1.0,
    reciprocity_choice_circular: str = "random",
    population: "NeuralPop | None" = None,
    **options: Unpack[Options],
) -> "Graph | Network":
    """A ring of near neighbours of which some edges are moved to random nodes: a small world.

    Watts & Strogatz 1998, doi:10.1038/30918. Edges stay distinct, and their number is that of the ring for any reciprocity.

    Parameters
    ----------
    coord_nb : int
        Even number of neighbours on the ring; see `circular`.
    proba_shortcut : float
        Chance of each edge to be moved. One edge after the other, the end goes to a node that is uniform among those to which
        no edge leads then.
    shuffle : {"random", "sources", "targets"}
        Which end moves: either one, the source (which keeps all in-degrees) or the target (which keeps all out-degrees).
    reciprocity_circular, reciprocity_choice_circular
        Of the ring, before edges are moved; see `circular`.
    nodes, population, shape, positions, directed, weights, delays, self_loops, name, seed, rng, threads
        See `erdos_renyi`.

    Returns
    -------
    graph : Graph or Network
        In order of the ring's edges.

    Raises
    ------
    ParameterError
        See `circular`.

    Examples
    --------
    >>> graph = watts_strogatz(4, 0.1, shuffle="targets", nodes=100, seed=1)
    >>> graph.n_edges, set(graph.out_degree().tolist())
    (400, {4})
    """
    return make_graph(
        WattsStrogatz(coord_nb, proba_shortcut, shuffle, reciprocity_circular, reciprocity_choice_circular),
        population=population,
        **options,
    )
