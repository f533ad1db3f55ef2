"""The configuration model: random graphs with given in- and out-degrees (Newman, Strogatz & Watts 2001).

The ends of all edges are paired in a uniformly random order. Where that makes a self-loop, a parallel edge or an edge that
exists already, the edge exchanges its source with random others until all are allowed; ten more random swaps follow for each
mended edge (at most one for each edge of the graph, at least a hundred for each edge of a small one). A graph in which nothing
had to be mended is drawn uniformly from all with these degrees. The others are drawn with a small bias, which the swaps lessen:
it stems from the mended share of the edges, of the order of ``<k_in**2> <k_out**2> / (<k>**3 n_nodes)``.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack, overload

import numpy as np

from netgraph._ids import as_integers
from netgraph.generation._make import make_graph
from netgraph.generation._options import MultigraphOptions, generator
from netgraph.generation._pairing import Ends, pair_directed
from netgraph.generation._reciprocal import check_reciprocity, pair_reciprocal
from netgraph.generation._site import Site
from simcore.errors import ParameterError

if TYPE_CHECKING:
    from netgraph.graph import Graph
    from netgraph.network import Network
    from netgraph.population import NeuralPop

__all__ = ["Configuration", "configuration_model"]


@dataclass(frozen=True, eq=False)
class Configuration:
    """An in-degree and an out-degree for each node."""

    in_degrees: Any
    out_degrees: Any
    reciprocity: float | None = None

    name = "configuration_model"

    def __post_init__(self) -> None:
        for word, values in (("in_degrees", self.in_degrees), ("out_degrees", self.out_degrees)):
            checked_degrees(f"configuration_model: {word}", values)
        check_reciprocity(self.name, self.reciprocity)

    def draw(self, site: Site) -> Ends:
        """Random pairs of ends, mended."""
        if not site.graph.directed and site.n_common:
            expected = "True, or sources that are no targets; from_degree_list draws undirected graphs"
            raise ParameterError("configuration_model: directed", got=False, expected=expected)
        ins = fitting_degrees("configuration_model: in_degrees", self.in_degrees, len(site.targets), "targets")
        outs = fitting_degrees("configuration_model: out_degrees", self.out_degrees, len(site.sources), "sources")
        if self.reciprocity is None:
            return pair_directed(self.name, site, outs, ins)
        return pair_reciprocal(self.name, site, outs, ins, float(self.reciprocity))


def checked_degrees(where: str, values: Any) -> np.ndarray:
    """Whole numbers, one for each node."""
    degrees = as_integers(values, where)
    if np.ndim(values) == 0:
        raise ParameterError(where, got=values, expected="one whole number for each node")
    wrong = np.flatnonzero((degrees < 0) | (degrees > np.iinfo(np.int32).max))
    if wrong.size:
        expected = f"numbers from 0 to {np.iinfo(np.int32).max}"
        raise ParameterError(where, got=f"{degrees[wrong[0]]} at position {wrong[0]}", expected=expected)
    return degrees.astype(np.int64)


def fitting_degrees(where: str, values: Any, n: int, what: str) -> np.ndarray:
    """As many degrees as nodes."""
    degrees = checked_degrees(where, values)
    if len(degrees) != n:
        raise ParameterError(where, got=f"{len(degrees)} numbers", expected=f"one for each of the {n} {what}")
    return degrees


class _ConfigurationOptions(MultigraphOptions, total=False):
    """All arguments but the population, for type checkers."""

    reciprocity: float | None


@overload
def configuration_model(
    in_degrees: Any, out_degrees: Any, *, population: "NeuralPop", **options: Unpack[_ConfigurationOptions]
) -> "Network": ...
@overload
def configuration_model(
    in_degrees: Any, out_degrees: Any, *, population: None = None, **options: Unpack[_ConfigurationOptions]
) -> "Graph": ...
@generator
def configuration_model(
    in_degrees: Any,
    out_degrees: Any,
    *,
    reciprocity: float | None = None,
    population: "NeuralPop | None" = None,
    **options: Unpack[MultigraphOptions],
) -> "Graph | Network":
    """A directed graph in which each node has an in-degree and an out-degree of its own, and is otherwise random.

    Nearly uniform among the graphs with these degrees; if it is a multigraph with self-loops, its ends are paired uniformly at
    random (Newman, Strogatz & Watts 2001, doi:10.1103/PhysRevE.64.026118).

    Parameters
    ----------
    in_degrees, out_degrees : array_like of int, shape (n_nodes,)
        Incoming and outgoing edges of each node; both sum to the number of edges. Between groups, those of the targets and
        those of the sources; undirected edges are drawn only there.
    reciprocity : float, optional
        Share of edges whose reverse is an edge too, met to the nearest pair. A node has no more of them than the smaller of its
        degrees. Without it, reverses are left to chance. Needs a directed graph without parallel edges and self-loops.
    nodes, population, shape, positions, directed, weights, delays, multigraph, self_loops, name, seed, rng, threads
        See `erdos_renyi`; the number of nodes is that of the degrees unless something else says it.

    Returns
    -------
    graph : Graph or Network

    Raises
    ------
    EdgeError
        Different sums, degrees that no graph has (Gale & Ryser 1957; Fulkerson, Chen & Anstee 1982), or a reciprocity that they
        do not allow.

    Examples
    --------
    >>> graph = configuration_model([0, 1, 1], [1, 1, 0], seed=1)
    >>> graph.in_degree(), graph.out_degree()
    (array([0, 1, 1]), array([1, 1, 0]))
    """
    model = Configuration(in_degrees, out_degrees, reciprocity)
    if population is None and options.get("nodes") is None and options.get("positions") is None:
        options["nodes"] = len(model.in_degrees)
    return make_graph(model, population=population, **options)
