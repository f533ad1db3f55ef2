"""Small worlds in space: edges to the nearest nodes, some of them moved to nodes anywhere."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack, overload

import numpy as np

from netgraph._checks import check_count
from netgraph._ids import id_dtype
from netgraph._pairs import first_occurrence, pair_keys
from netgraph.generation._make import make_graph
from netgraph.generation._options import Options, generator
from netgraph.generation._site import Ends, Site
from netgraph.generation.ring import new_edges
from netgraph.generation.small_world import check_share, moved
from netgraph.space import nearest
from simcore.errors import EdgeError, ParameterError

if TYPE_CHECKING:
    from netgraph.graph import Graph
    from netgraph.network import Network
    from netgraph.population import NeuralPop

__all__ = ["SpatialSmallWorld", "spatial_small_world"]

# Counter of the uniform numbers of edges, above those of rings and small worlds.
_WHICH_MOVE = 23


@dataclass(frozen=True)
class SpatialSmallWorld:
    """How many near nodes a node connects to, and the chance that an edge is moved."""

    n_nearest: int
    proba_shortcut: float

    name = "spatial_small_world"

    def __post_init__(self) -> None:
        check_count(self.n_nearest, "spatial_small_world: n_nearest")
        check_share("spatial_small_world: proba_shortcut", self.proba_shortcut)

    def draw(self, site: Site) -> Ends:
        """Edges from each source to the nearest targets, then some targets moved."""
        if site.multigraph:
            raise ParameterError(f"{self.name}: multigraph", got=True, expected="False: edges are distinct")
        source, target = new_edges(site, *self._nearest(site))
        chosen = site.chosen(len(source), self.proba_shortcut, _WHICH_MOVE)
        return moved(site, (source, target), chosen, np.zeros(len(chosen), dtype=np.uint8))

    def _nearest(self, site: Site) -> Ends:
        """The nearest targets of each source; a pair that both ends choose is one edge of an undirected graph."""
        if site.graph.positions is None:
            raise ParameterError(f"{self.name}: positions", got=None, expected="a graph with positions; see set_positions")
        others = len(site.targets) - (site.n_common > 0)
        if self.n_nearest > others:
            raise EdgeError(f"{self.name}: the {self.n_nearest} nearest of {others} nodes wanted")
        none = np.empty((len(site.sources), 0), dtype=np.int64)
        near = nearest(site.graph, self.n_nearest, nodes=site.sources, among=site.targets).nodes if self.n_nearest else none
        dtype = id_dtype(site.graph.n_nodes)
        source, target = np.repeat(site.sources, self.n_nearest).astype(dtype), near.ravel().astype(dtype)
        if site.graph.directed:
            return source, target
        kept = first_occurrence(pair_keys(source, target, n_nodes=site.graph.n_nodes, directed=False))
        return source[kept], target[kept]


@overload
def spatial_small_world(
    n_nearest: int, proba_shortcut: float, *, population: "NeuralPop", **options: Unpack[Options]
) -> "Network": ...
@overload
def spatial_small_world(
    n_nearest: int, proba_shortcut: float, *, population: None = None, **options: Unpack[Options]
) -> "Graph": ...
@generator
def spatial_small_world(
    n_nearest: int, proba_shortcut: float, *, population: "NeuralPop | None" = None, **options: Unpack[Options]
) -> "Graph | Network":
    """A small world in space: each node connects to its nearest nodes, and some edges are moved to nodes anywhere.

    The model of Watts & Strogatz (1998, doi:10.1038/30918) with the nearest nodes in space in place of those on a ring.

    Parameters
    ----------
    n_nearest : int
        Number of nearest nodes that each node connects to: the out-degree of all nodes. In an undirected graph a pair that
        chooses each other has one edge, so degrees are `n_nearest` or more.
    proba_shortcut : float
        Chance of each edge that its target is moved to a node that is uniform among those to which no edge leads then.
    nodes, population, shape, positions, directed, weights, delays, self_loops, name, seed, rng, threads
        See `erdos_renyi`; a shape or positions are needed, and distances are the shortest way around if the shape is periodic.

    Returns
    -------
    graph : Graph or Network
        With positions.

    Raises
    ------
    ParameterError
        No positions, or a chance outside [0, 1].
    EdgeError
        More near nodes than there are others.

    Examples
    --------
    >>> from netgraph.space import Shape
    >>> graph = spatial_small_world(6, 0.1, nodes=500, shape=Shape.disk(300.0), seed=1)
    >>> set(graph.out_degree().tolist())
    {6}
    """
    return make_graph(SpatialSmallWorld(n_nearest, proba_shortcut), population=population, **options)
