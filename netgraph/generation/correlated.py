"""Random graphs with given degrees that are correlated: across edges, and between in- and out-degrees of the same node."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack, overload

import numpy as np

from netgraph._checks import check_choice, check_number
from netgraph.generation._make import make_graph
from netgraph.generation._options import MultigraphOptions, generator
from netgraph.generation._pairing import BIPARTITE, DIRECTED, UNDIRECTED, Ends, pair_directed, pair_undirected, state_of
from netgraph.generation._reciprocal import on_both_sides, require_same_nodes
from netgraph.generation._site import Site
from netgraph.generation.configuration import checked_degrees, fitting_degrees
from simcore.errors import ParameterError
from simcore.rules import positions_of

if TYPE_CHECKING:
    from netgraph.graph import Graph
    from netgraph.network import Network
    from netgraph.population import NeuralPop

__all__ = ["CorrelatedDegrees", "correlated_degrees"]

_KINDS = ("in", "out", "total")


@dataclass(frozen=True, eq=False)
class CorrelatedDegrees:
    """Degrees of each node, and how they are correlated."""

    in_degrees: Any
    out_degrees: Any = None
    assortativity: float | None = None
    source: str = "out"
    target: str = "in"
    correlation: float | None = None

    name = "correlated_degrees"

    def __post_init__(self) -> None:
        for word, values in (("in_degrees", self.in_degrees), ("out_degrees", self.out_degrees)):
            if word == "in_degrees" or values is not None:
                checked_degrees(f"correlated_degrees: {word}", values)
        for word, value in (("assortativity", self.assortativity), ("correlation", self.correlation)):
            if value is not None and not -1.0 <= check_number(f"correlated_degrees: {word}", value) <= 1.0:
                raise ParameterError(f"correlated_degrees: {word}", got=value, expected="a number in [-1, 1]")
        for word, kind in (("source", self.source), ("target", self.target)):
            check_choice(f"{word} of correlated_degrees", kind, _KINDS)
        if self.assortativity is None and self.correlation is None:
            expected = "an assortativity, a correlation, or both"
            raise ParameterError("correlated_degrees", got="neither", expected=expected)

    def draw(self, site: Site) -> Ends:
        """Random edges with these degrees, swapped until they are correlated."""
        if site.graph.directed or site.n_common == 0:
            ends, kind = self._draw_two_sided(site)
        else:
            ends, kind = self._draw_undirected(site), UNDIRECTED
        if self.assortativity is None:
            return ends
        from netgraph.generation._correlate import correlate_ends  # Numba loads on first use

        where = "correlated_degrees: an assortativity"
        return correlate_ends(where, site, state_of(site, ends, kind), self._marks(site, ends), float(self.assortativity))

    def _draw_two_sided(self, site: Site) -> tuple[Ends, Any]:
        if self.out_degrees is None:
            raise ParameterError("correlated_degrees: out_degrees", got=None, expected="one whole number for each source")
        ins = fitting_degrees("correlated_degrees: in_degrees", self.in_degrees, len(site.targets), "targets")
        outs = fitting_degrees("correlated_degrees: out_degrees", self.out_degrees, len(site.sources), "sources")
        if self.correlation is not None:
            from netgraph.generation._correlate import deal_correlated

            where = "correlated_degrees: a correlation"
            require_same_nodes(where, site)
            of_sources = deal_correlated(where, site, outs, on_both_sides(site, ins), float(self.correlation))
            ins = of_sources[positions_of(site.targets, site.sources)]
        return pair_directed(self.name, site, outs, ins), DIRECTED if site.graph.directed else BIPARTITE

    def _draw_undirected(self, site: Site) -> Ends:
        for word, value in (("out_degrees", self.out_degrees), ("correlation", self.correlation)):
            if value is not None:
                expected = "None: the nodes of an undirected graph have one degree"
                raise ParameterError(f"correlated_degrees: {word}", got=value, expected=expected)
        if site.self_loops and not site.multigraph:
            expected = "multigraph=True too, or False"
            raise ParameterError("correlated_degrees: self_loops in an undirected graph", got=True, expected=expected)
        require_same_nodes(self.name, site, ", or none on both, in an undirected graph")
        degrees = fitting_degrees("correlated_degrees: in_degrees", self.in_degrees, len(site.sources), "nodes")
        return pair_undirected(self.name, site, site.sources, degrees)

    def _marks(self, site: Site, ends: Ends) -> np.ndarray:
        """The degrees, by the new edges, that are correlated: of nodes as sources and as targets."""
        outs, ins = (np.bincount(end, minlength=site.graph.n_nodes) for end in ends)
        kinds = {"in": ins, "out": outs, "total": ins + outs}
        if not site.graph.directed:
            kinds = dict.fromkeys(_KINDS, ins + outs)
        return np.stack([kinds[self.source], kinds[self.target]])


class _CorrelatedOptions(MultigraphOptions, total=False):
    """All arguments but the population, for type checkers."""

    assortativity: float | None
    source: str
    target: str
    correlation: float | None


@overload
def correlated_degrees(
    in_degrees: Any, out_degrees: Any = None, *, population: "NeuralPop", **options: Unpack[_CorrelatedOptions]
) -> "Network": ...
@overload
def correlated_degrees(
    in_degrees: Any, out_degrees: Any = None, *, population: None = None, **options: Unpack[_CorrelatedOptions]
) -> "Graph": ...
@generator
def correlated_degrees(
    in_degrees: Any,
    out_degrees: Any = None,
    *,
    assortativity: float | None = None,
    source: str = "out",
    target: str = "in",
    correlation: float | None = None,
    population: "NeuralPop | None" = None,
    **options: Unpack[MultigraphOptions],
) -> "Graph | Network":
    """A random graph with given degrees that are correlated across edges, or between in and out, as asked.

    The edges are those of a `configuration_model` at first. Then random pairs of edges exchange their ends where this brings
    the assortativity nearer to what is asked (Xulvi-Brunet & Sokolov 2004, doi:10.1103/PhysRevE.70.066102), until it is met to
    a thousandth, or in small graphs to a fifth of ``1 / sqrt(n_edges)``; two more tries for each edge exchange ends where this
    keeps it. In the same way nodes exchange their in-degrees, before edges are drawn, until these and the out-degrees are
    correlated.

    Parameters
    ----------
    in_degrees, out_degrees : array_like of int, shape (n_nodes,)
        See `configuration_model`; in an undirected graph `in_degrees` are the degrees and the others are None.
    assortativity : float, optional
        Correlation, over the edges, of the degree of the source and that of the target: what ``assortativity(graph,
        source=source, target=target)`` of `netgraph.analysis` gives.
    source, target : {"in", "out", "total"}
        Which degree counts at the source and at the target.
    correlation : float, optional
        Correlation, over the nodes, of in- and out-degree. The in-degrees are then dealt anew among the nodes.
    nodes, population, shape, positions, directed, weights, delays, multigraph, self_loops, name, seed, rng, threads
        See `erdos_renyi`; the number of nodes is that of the degrees unless something else says it. Exchanges are made by one
        thread.

    Returns
    -------
    graph : Graph or Network

    Raises
    ------
    EdgeError
        Degrees that no graph has, or a correlation that they do not allow.

    Examples
    --------
    >>> from netgraph.analysis import assortativity
    >>> degrees = [2] * 200 + [8] * 200
    >>> graph = correlated_degrees(degrees, degrees, assortativity=0.3, seed=1)
    >>> bool(abs(assortativity(graph) - 0.3) < 0.01)
    True
    """
    model = CorrelatedDegrees(in_degrees, out_degrees, assortativity, source, target, correlation)
    if population is None and options.get("nodes") is None and options.get("positions") is None:
        options["nodes"] = len(model.in_degrees)
    return make_graph(model, population=population, **options)
