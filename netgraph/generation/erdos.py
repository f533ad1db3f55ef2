"""Random graphs whose edges are uniform among all pairs (Erdős & Rényi 1959; Gilbert 1959, doi:10.1214/aoms/1177706098)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack, overload

import numpy as np

from netgraph._checks import check_number
from netgraph._ids import id_dtype
from netgraph.generation._by_pair import by_pair
from netgraph.generation._make import edge_number, make_graph, one_of, require_directed, require_pairs, require_room
from netgraph.generation._options import MultigraphOptions, generator
from netgraph.generation._site import Site
from simcore.errors import EdgeError, ParameterError
from simcore.rules import FixedTotalNumber, PairwiseBernoulli

if TYPE_CHECKING:
    from netgraph.graph import Graph
    from netgraph.network import Network
    from netgraph.population import NeuralPop

__all__ = ["ErdosRenyi", "erdos_renyi"]

# Counters of the uniform numbers of pairs, above those that the rules' kernels use.
_WHICH_BOTH = 16
_WHICH_WAY = 17


@by_pair
@dataclass(frozen=True)
class ErdosRenyi:
    """A number of edges, or a probability, and the share of edges with a reverse edge."""

    density: float | None = None
    edges: int | None = None
    avg_deg: float | None = None
    p: float | None = None
    reciprocity: float | None = None

    name = "erdos_renyi"

    def __post_init__(self) -> None:
        given = {"density": self.density, "edges": self.edges, "avg_deg": self.avg_deg, "p": self.p}
        one_of("erdos_renyi: number of edges", given)
        if self.p is not None and not 0.0 <= check_number("erdos_renyi: p", self.p) <= 1.0:
            raise ParameterError("erdos_renyi: p", got=self.p, expected="a number in [0, 1]")
        if self.reciprocity is None:
            return
        if not 0.0 <= check_number("erdos_renyi: reciprocity", self.reciprocity) <= 1.0:
            raise ParameterError("erdos_renyi: reciprocity", got=self.reciprocity, expected="a number in [0, 1]")
        if self.p is not None:
            raise ParameterError(
                "erdos_renyi: reciprocity", got=self.reciprocity, expected="none with p: edges are independent"
            )

    def draw(self, site: Site) -> tuple[np.ndarray, np.ndarray]:
        """G(n, p) if `p` is given, else G(n, m)."""
        if self.p is not None:
            require_room(float(self.p) * site.n_possible)
            return site.draw(site.rows(), PairwiseBernoulli(float(self.p)))
        number = edge_number(self.name, site, density=self.density, edges=self.edges, avg_deg=self.avg_deg)
        if self.reciprocity is not None:
            return self._draw_reciprocal(site, number)
        rows = site.rows()
        available = int(rows.pairs.available.sum())
        require_pairs(self.name, number, available, distinct=not site.multigraph)
        require_room(number)
        return site.draw(rows, FixedTotalNumber(number, allow_multapses=site.multigraph))

    def _draw_reciprocal(self, site: Site, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Pairs without order, some of them joined both ways and the others in a random direction."""
        self._check_reciprocal(site)
        both = min(round(float(self.reciprocity or 0.0) * number / 2), number // 2)
        joined = number - both
        rows = site.unordered_rows()
        available = int(rows.pairs.available.sum())
        if joined > available:
            raise EdgeError(
                f"erdos_renyi: {number} edges with reciprocity {self.reciprocity:g} need {joined} pairs of nodes, "
                f"but only {available} are free"
            )
        first, second = site.draw(rows, FixedTotalNumber(joined, allow_multapses=False))
        turned = site.uniforms(joined, _WHICH_WAY) < 0.5
        source, target = np.where(turned, second, first), np.where(turned, first, second)
        if both == 0:
            return source, target
        order = np.argpartition(site.uniforms(joined, _WHICH_BOTH), both - 1)
        chosen = np.sort(order[:both])
        dtype = id_dtype(site.graph.n_nodes)
        return (
            np.concatenate([source, target[chosen]], dtype=dtype),
            np.concatenate([target, source[chosen]], dtype=dtype),
        )

    def _check_reciprocal(self, site: Site) -> None:
        where = "erdos_renyi: reciprocity"
        require_directed(where, site, "an undirected edge is its own reverse")
        for word, wrong in (("multigraph", site.multigraph), ("self_loops", site.self_loops)):
            if wrong:
                raise ParameterError(f"{where} with {word}", got=True, expected="False")
        if not site.n_common == len(site.sources) == len(site.targets):
            raise ParameterError(where, got="different sources and targets", expected="the same nodes on both sides")


class _ErdosOptions(MultigraphOptions, total=False):
    """All arguments but the population, for type checkers."""

    density: float | None
    edges: int | None
    avg_deg: float | None
    p: float | None
    reciprocity: float | None


@overload
def erdos_renyi(*, population: "NeuralPop", **options: Unpack[_ErdosOptions]) -> "Network": ...
@overload
def erdos_renyi(*, population: None = None, **options: Unpack[_ErdosOptions]) -> "Graph": ...
@generator
def erdos_renyi(
    *,
    density: float | None = None,
    edges: int | None = None,
    avg_deg: float | None = None,
    p: float | None = None,
    reciprocity: float | None = None,
    population: "NeuralPop | None" = None,
    **options: Unpack[MultigraphOptions],
) -> "Graph | Network":
    """A random graph: exactly so many edges, all sets of them being equally likely, or each pair an edge with probability `p`.

    Exactly one of `density`, `edges`, `avg_deg` and `p` is given. Each, and `reciprocity`, may be a mapping by pair of a
    population's groups, ``{(source group, target group): value}``; pairs without an entry stay unconnected.

    Parameters
    ----------
    density : float
        Edges relative to the possible ones, ``n (n - 1)`` or, if undirected, half of it: what `Graph.density` gives.
    edges : int
        Number of edges.
    avg_deg : float
        Edges for each node or, if undirected, mean degree.
    p : float
        Probability of each pair; the number of edges is then random.
    reciprocity : float, optional
        Share of edges whose reverse is an edge too, met to the nearest pair; without it, edges are independent of their
        reverses. Needs a directed graph without parallel edges and self-loops.
    nodes : int, optional
        Number of nodes; follows from the population or the positions if there are any.
    population : NeuralPop, optional
        The neurons; the result is then a `Network`.
    shape : Shape, optional
        Where the nodes lie, uniformly unless there are positions.
    positions : array_like of float, shape (n_nodes, 2) or (n_nodes, 3), optional [µm]
        Where each node lies.
    directed : bool
        Whether edges have a direction.
    weights, delays : number, array_like, Distribution, tuple or dict, optional
        See `Graph.set_weights`; delays in ms.
    multigraph : bool
        Whether pairs are drawn with replacement, so that edges may be parallel.
    self_loops : bool
        Whether a node may connect to itself.
    name : str, optional
        Name of the graph; that of the generator if None.
    seed : int, optional
        Non-negative, below 2**64: the same seed gives the same graph for any number of threads. A fresh one if None.
    rng : numpy.random.Generator, optional
        Gives the seed instead.
    threads : int, optional
        Threads that draw; all cores if None.

    Returns
    -------
    graph : Graph or Network

    Raises
    ------
    ParameterError
        Numbers out of range, none or several ways to say how many edges.
    EdgeError
        More edges than pairs.

    Examples
    --------
    >>> graph = erdos_renyi(nodes=100, avg_deg=10, reciprocity=0.5, seed=1)
    >>> graph.n_edges
    1000
    """
    if p is not None and options.get("multigraph"):
        raise ParameterError("erdos_renyi: multigraph with p", got=True, expected="False: each pair is drawn once")
    return make_graph(ErdosRenyi(density, edges, avg_deg, p, reciprocity), population=population, **options)
