"""Graphs in space with hubs: near nodes connect more than distant ones, and attractive ones more than others."""

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack, overload

import numpy as np

from netgraph._checks import check_choice, check_number, check_positive
from netgraph.generation._make import edge_number, make_graph, one_of, require_pairs
from netgraph.generation._options import Options, generator
from netgraph.generation._site import Ends, Site
from netgraph.generation.distance import edges_at, first_to_ring, positions_between
from simcore.errors import ParameterError
from simcore.rules import DistanceBernoulli
from simcore.rules.distance_bernoulli import FORMS

if TYPE_CHECKING:
    from netgraph.graph import Graph
    from netgraph.network import Network
    from netgraph.population import NeuralPop

__all__ = ["SpatialScaleFree", "spatial_scale_free"]


@dataclass(frozen=True, eq=False)
class _AttractiveRule(DistanceBernoulli):
    """A fall-off with distance, times a factor of the source and one of the target."""

    source_factors: Any = None
    target_factors: Any = None

    @property
    def weight(self) -> np.ndarray:
        """Those of the sources."""
        return self.source_factors

    @functools.cached_property
    def gain(self) -> np.ndarray:
        """Those of the targets."""
        return self.target_factors


@dataclass(frozen=True)
class SpatialScaleFree:
    """The exponents of the degrees, the fall-off, and the number of edges."""

    in_exp: float
    out_exp: float
    scale: float
    rule: str = "exp"
    density: float | None = None
    edges: int | None = None
    avg_deg: float | None = None

    name = "spatial_scale_free"

    def __post_init__(self) -> None:
        for word in ("in_exp", "out_exp"):
            if check_number(f"spatial_scale_free: {word}", getattr(self, word)) <= 2.0:
                got = getattr(self, word)
                raise ParameterError(f"spatial_scale_free: {word}", got=got, expected="a number above 2: the mean is finite")
        check_positive("spatial_scale_free: scale", self.scale, "µm")
        check_choice("rule of spatial_scale_free", self.rule, FORMS)
        one_of("spatial_scale_free: edges", {"density": self.density, "edges": self.edges, "avg_deg": self.avg_deg})

    def draw(self, site: Site) -> Ends:
        """Pairs one after the other, in proportion to both factors and the fall-off."""
        if not site.graph.directed and self.in_exp != self.out_exp:
            raise ParameterError(f"{self.name}: out_exp", got=self.out_exp, expected=f"in_exp, {self.in_exp:g}, if undirected")
        rows = site.rows()
        number = edge_number(self.name, site, density=self.density, edges=self.edges, avg_deg=self.avg_deg)
        require_pairs(self.name, number, int(rows.pairs.available.sum()))
        sources, targets, period = positions_between(self.name, site, rows)
        factors = self._factors(site, rows.partners, self.out_exp, 0), self._factors(site, rows.nodes, self.in_exp, 1)
        law = _AttractiveRule(sources, targets, self.scale, self.rule, 1.0, period, True, *factors)
        return edges_at(site, rows, *first_to_ring(site, law, rows.pairs, number))

    def _factors(self, site: Site, nodes: np.ndarray, exponent: float, side: int) -> np.ndarray:
        """Pareto numbers of the nodes, of mean 1; in an undirected graph a node has one number."""
        from simcore.random import Purpose, uniforms  # Numba loads on first use

        u = uniforms(site.seed, Purpose.GRAPH_DEGREES + site.salt, nodes, side if site.graph.directed else 0)
        return (exponent - 2.0) / (exponent - 1.0) * u ** (-1.0 / (exponent - 1.0))


class _ScaleFreeOptions(Options, total=False):
    """The arguments but the first and the population, for type checkers."""

    rule: str
    density: float | None
    edges: int | None
    avg_deg: float | None


@overload
def spatial_scale_free(
    in_exp: float, out_exp: float, scale: float, *, population: "NeuralPop", **options: Unpack[_ScaleFreeOptions]
) -> "Network": ...
@overload
def spatial_scale_free(
    in_exp: float, out_exp: float, scale: float, *, population: None = None, **options: Unpack[_ScaleFreeOptions]
) -> "Graph": ...
@generator
def spatial_scale_free(
    in_exp: float,
    out_exp: float,
    scale: float,
    *,
    rule: str = "exp",
    density: float | None = None,
    edges: int | None = None,
    avg_deg: float | None = None,
    population: "NeuralPop | None" = None,
    **options: Unpack[Options],
) -> "Graph | Network":
    """A graph in space with hubs: degrees fall as power laws, and the chance of an edge falls with its length.

    Every node has a factor for its in-degree and one for its out-degree, drawn from Pareto distributions; distinct pairs are
    then drawn one after the other, each time in proportion to the source's factor, the target's and the fall-off with their
    distance. The tails of the degrees have the exponents asked for as long as hubs find enough nodes within reach. In networks
    of this kind hubs reach farther than other nodes, as in the model of Barthélemy (2003, doi:10.1209/epl/i2003-00600-6).

    Parameters
    ----------
    in_exp, out_exp : float
        Exponents of the densities of degrees, above 2; equal if the graph is undirected.
    scale, rule
        The fall-off; see `distance_rule`.
    density, edges, avg_deg : float, int, float
        Exactly one of them; see `erdos_renyi`.
    nodes, population, shape, positions, directed, weights, delays, self_loops, name, seed, rng, threads
        See `erdos_renyi`; a shape or positions are needed.

    Returns
    -------
    graph : Graph or Network
        With positions.

    Raises
    ------
    ParameterError
        Exponents of 2 or less, no positions.
    EdgeError
        More edges than pairs that the rule reaches.

    Examples
    --------
    >>> from netgraph.space import Shape
    >>> graph = spatial_scale_free(2.5, 3.0, 200.0, nodes=1000, avg_deg=10, shape=Shape.disk(500.0), seed=1)
    >>> graph.n_edges, bool(graph.in_degree().max() > 10 * graph.in_degree().mean())
    (10000, True)
    """
    model = SpatialScaleFree(in_exp, out_exp, scale, rule, density, edges, avg_deg)
    return make_graph(model, population=population, **options)
