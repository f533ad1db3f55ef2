"""Every node connects to every other."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack, overload

import numpy as np

from netgraph.generation._make import make_graph
from netgraph.generation._options import Options, generator
from netgraph.generation._site import Site
from simcore.rules import AllToAll

if TYPE_CHECKING:
    from netgraph.graph import Graph
    from netgraph.network import Network
    from netgraph.population import NeuralPop

__all__ = ["Complete", "all_to_all"]


@dataclass(frozen=True)
class Complete:
    """All pairs that are free."""

    name = "all_to_all"

    def draw(self, site: Site) -> tuple[np.ndarray, np.ndarray]:
        """Nothing is random."""
        return site.draw(site.rows(), AllToAll())


@overload
def all_to_all(*, population: "NeuralPop", **options: Unpack[Options]) -> "Network": ...
@overload
def all_to_all(*, population: None = None, **options: Unpack[Options]) -> "Graph": ...
@generator
def all_to_all(
    *,
    population: "NeuralPop | None" = None,
    **options: Unpack[Options],
) -> "Graph | Network":
    """The complete graph.

    Parameters
    ----------
    nodes, population, shape, positions, directed, weights, delays, self_loops, name, seed, rng, threads
        See `erdos_renyi`; only weights, delays and positions are drawn.

    Returns
    -------
    graph : Graph or Network
        Edges in order of target, then source.

    Examples
    --------
    >>> all_to_all(nodes=4).n_edges, all_to_all(nodes=4, directed=False).n_edges
    (12, 6)
    """
    return make_graph(Complete(), population=population, **options)
