"""Random graphs whose degrees follow power laws, and which are otherwise random."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack, overload

import numpy as np

from netgraph._checks import check_choice, check_count, check_number
from netgraph.generation._by_pair import by_pair
from netgraph.generation._graphical import is_digraphic, is_graphical
from netgraph.generation._make import edge_number, make_graph, one_of, require_directed
from netgraph.generation._options import MultigraphOptions, generator
from netgraph.generation._pairing import Ends, pair_directed, pair_undirected
from netgraph.generation._reciprocal import check_reciprocity, on_both_sides, pair_reciprocal, require_same_nodes
from netgraph.generation._site import Site
from simcore.errors import EdgeError, ParameterError
from simcore.rules import Stream, positions_of

if TYPE_CHECKING:
    from netgraph.graph import Graph
    from netgraph.network import Network
    from netgraph.population import NeuralPop

__all__ = ["RandomScaleFree", "random_scale_free"]

_CUTOFFS = ("natural", "structural")
# Sequences of degrees that are tried until there is a graph with them.
_TRIES = 20
# A counter beyond those of the tries.
_ORDER = 1000


@by_pair
@dataclass(frozen=True)
class RandomScaleFree:
    """Exponents of the in- and out-degrees, a number of edges, and the share of edges with a reverse edge."""

    in_exp: float
    out_exp: float | None = None
    density: float | None = None
    edges: int | None = None
    avg_deg: float | None = None
    reciprocity: float | None = None
    cutoff: str | int | None = "natural"

    name = "random_scale_free"

    def __post_init__(self) -> None:
        for word, value in (("in_exp", self.in_exp), ("out_exp", self.out_exp)):
            if (word == "in_exp" or value is not None) and check_number(f"random_scale_free: {word}", value) <= 1.0:
                raise ParameterError(f"random_scale_free: {word}", got=value, expected="a number > 1")
        given = {"density": self.density, "edges": self.edges, "avg_deg": self.avg_deg}
        one_of("random_scale_free: number of edges", given)
        check_reciprocity(self.name, self.reciprocity)
        if isinstance(self.cutoff, str):
            check_choice("cutoff of random_scale_free", self.cutoff, _CUTOFFS)
        elif self.cutoff is not None and check_count(self.cutoff, "random_scale_free: cutoff", most=None) == 0:
            raise ParameterError("random_scale_free: cutoff", got=0, expected="a whole number >= 1, or a name")

    def draw(self, site: Site) -> Ends:
        """Degrees until a graph has them, then edges between their ends."""
        number = edge_number(self.name, site, density=self.density, edges=self.edges, avg_deg=self.avg_deg)
        if not site.graph.directed:
            self._check_undirected(site)
        if not site.graph.directed and site.n_common:
            degrees = self._degrees(site, number)
            return pair_undirected(self.name, site, site.sources, degrees)
        outs, ins = self._both_degrees(site, number)
        if self.reciprocity is None:
            return pair_directed(self.name, site, outs, ins)
        require_directed(f"{self.name}: reciprocity", site, "an undirected edge is its own reverse")
        require_same_nodes(f"{self.name}: reciprocity", site)
        ins = self._coupled(site, outs, ins, number)
        return pair_reciprocal(self.name, site, outs, ins, float(self.reciprocity))

    def _check_undirected(self, site: Site) -> None:
        if self.reciprocity is not None:
            require_directed(f"{self.name}: reciprocity", site, "an undirected edge is its own reverse")
        if site.n_common == 0:
            return
        require_same_nodes(self.name, site, ", or none on both, in an undirected graph")
        if self.out_exp is not None and self.out_exp != self.in_exp:
            raise ParameterError(
                "random_scale_free: out_exp", got=self.out_exp, expected="none: undirected edges have one degree"
            )
        if site.self_loops and not site.multigraph:
            expected = "multigraph=True too, or False"
            raise ParameterError("random_scale_free: self_loops in an undirected graph", got=True, expected=expected)

    def _degrees(self, site: Site, number: int) -> np.ndarray:
        """Degrees of the nodes of an undirected graph."""
        for attempt in range(_TRIES):
            degrees = self._side(site, self.in_exp, len(site.sources), 2 * number, 2 * attempt)
            if site.multigraph or is_graphical(degrees):
                return degrees
        raise self._no_graph()

    def _both_degrees(self, site: Site, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Out-degrees of the sources and in-degrees of the targets."""
        out_exp = self.in_exp if self.out_exp is None else self.out_exp
        out_of, in_of = np.zeros((2, site.graph.n_nodes), dtype=np.int64)
        for attempt in range(_TRIES):
            outs = self._side(site, out_exp, len(site.sources), number, 2 * attempt)
            ins = self._side(site, self.in_exp, len(site.targets), number, 2 * attempt + 1)
            out_of[site.sources], in_of[site.targets] = outs, ins
            if site.multigraph or is_digraphic(out_of, in_of, loops=site.self_loops):
                return outs, ins
        raise self._no_graph()

    def _side(self, site: Site, exponent: float, n: int, total: int, turn: int) -> np.ndarray:
        """Degrees of one side in one attempt."""
        from netgraph.generation._power_law import PowerLaw  # Numba loads on first use
        from simcore.random import Purpose

        partners = len(site.sources) + len(site.targets) - n - int(site.n_common > 0 and not site.self_loops)
        if total > 0 and partners < 1:
            raise EdgeError(f"{self.name}: {total} edges wanted, but nodes have no partners")
        law = PowerLaw(float(exponent), self.cutoff, max(total if site.multigraph else partners, 1))
        return law.draw(self.name, site, n, total, Stream(site.seed, Purpose.GRAPH_DEGREES + site.salt), turn=turn)

    def _coupled(self, site: Site, outs: np.ndarray, ins: np.ndarray, number: int) -> np.ndarray:
        """In-degrees of the targets, dealt so that as many edges as wanted can have a reverse."""
        from netgraph.generation._power_law import couple
        from netgraph.generation._shuffle import shuffled
        from simcore.random import Purpose

        of_sources = on_both_sides(site, ins)
        wanted = 2 * min(round(float(self.reciprocity or 0.0) * number / 2), number // 2)
        # If every node gave all it has, so few would have other edges that the largest degrees find no partners.
        ample = wanted + (number - wanted) // 4
        if np.minimum(outs, of_sources).sum() < ample:
            stream = Stream(site.seed, Purpose.GRAPH_DEGREES + site.salt)
            order = shuffled(np.arange(len(outs)), stream, _ORDER, site.threads)
            of_sources = couple(outs, of_sources, order, ample)
        if np.minimum(outs, of_sources).sum() < wanted and self.out_exp in (None, self.in_exp):
            of_sources = outs
        return of_sources[positions_of(site.targets, site.sources)]

    def _no_graph(self) -> EdgeError:
        return EdgeError(
            f"{self.name}: no simple graph has the degrees drawn, {_TRIES} times: fewer edges, a larger exponent or a cutoff, "
            "such as 'structural', would allow one"
        )


class _ScaleFreeOptions(MultigraphOptions, total=False):
    """All arguments but the population, for type checkers."""

    out_exp: float | None
    density: float | None
    edges: int | None
    avg_deg: float | None
    reciprocity: float | None
    cutoff: str | int | None


@overload
def random_scale_free(in_exp: float, *, population: "NeuralPop", **options: Unpack[_ScaleFreeOptions]) -> "Network": ...
@overload
def random_scale_free(in_exp: float, *, population: None = None, **options: Unpack[_ScaleFreeOptions]) -> "Graph": ...
@generator
def random_scale_free(
    in_exp: float,
    out_exp: float | None = None,
    *,
    density: float | None = None,
    edges: int | None = None,
    avg_deg: float | None = None,
    reciprocity: float | None = None,
    cutoff: str | int | None = "natural",
    population: "NeuralPop | None" = None,
    **options: Unpack[MultigraphOptions],
) -> "Graph | Network":
    """A random graph whose degrees follow power laws: the share of nodes of degree k is proportional to ``k**-exponent``.

    Exactly one of `density`, `edges` and `avg_deg` is given; it is met exactly. The law holds from a lowest degree x on, which
    the mean decides; the other nodes all have the degree x - 1, and are as many as make the sum right (if the mean is so low
    that x is 1, they have no edges). So the exponent of a fit (Clauset, Shalizi & Newman 2009, doi:10.1137/070710111) to the
    degrees from x on is the one asked for. In- and out-degrees are independent. Edges then pair at random, see
    `configuration_model`.

    Parameters
    ----------
    in_exp, out_exp : float
        Exponents, above 1, of the in- and of the out-degrees; the same for both if there is one. Undirected graphs have one.
    density, edges, avg_deg
        See `erdos_renyi`.
    reciprocity : float, optional
        Share of edges whose reverse is an edge too, met to the nearest pair; without it, reverses are left to chance. If the
        smaller of the two degrees of all nodes do not amply allow for it, some nodes, as few as are needed, have their larger
        in-degrees where their out-degrees are larger; if that is not enough and both exponents are the same, so are both
        degrees. Needs a directed graph without parallel edges and self-loops.
    cutoff : {"natural", "structural"}, int or None
        Largest degree. Natural is what one node is expected to reach, ``x n**(1 / (exponent - 1))``; structural the square root
        of the sum of the degrees, below which degrees at the ends of edges can be independent (Boguñá, Pastor-Satorras &
        Vespignani 2004, doi:10.1140/epjb/e2004-00038-8). All are limited by the number of partners, None by
        it alone; in a multigraph by the number of edges.
    nodes, population, shape, positions, directed, weights, delays, multigraph, self_loops, name, seed, rng, threads
        See `erdos_renyi`.

    Returns
    -------
    graph : Graph or Network

    Raises
    ------
    ParameterError
        Numbers out of range, none or several ways to say how many edges.
    EdgeError
        More edges than the cutoff or the number of pairs allows, or a reciprocity that the degrees do not.

    Examples
    --------
    >>> graph = random_scale_free(2.5, 3.0, nodes=1000, avg_deg=5, seed=1)
    >>> graph.n_edges
    5000
    """
    model = RandomScaleFree(in_exp, out_exp, density, edges, avg_deg, reciprocity, cutoff)
    return make_graph(model, population=population, **options)
