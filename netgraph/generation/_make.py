"""What all generators share: the new graph or network, its seed, and its weights and delays."""

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from netgraph._base import checked_shape
from netgraph._checks import check_count, check_flag, check_number
from netgraph.attributes import parse_edge_value
from netgraph.generation._site import Site
from netgraph.graph import Graph
from netgraph.space.distance import checked_points
from simcore.errors import EdgeError, ParameterError
from simcore.memory import check_free

if TYPE_CHECKING:
    from netgraph.network import Network
    from netgraph.population import NeuralPop
    from netgraph.space import Shape

__all__ = [
    "Model",
    "check_threads",
    "check_values",
    "edge_number",
    "make_graph",
    "new_seed",
    "number_of_nodes",
    "one_of",
    "require_directed",
    "require_pairs",
    "require_room",
]


class Model(Protocol):
    """A family of random graphs with its parameters, checked when made."""

    @property
    def name(self) -> str:
        """Name for messages and for the type of graphs."""

    def draw(self, site: Site) -> tuple[np.ndarray, np.ndarray]:
        """Check the numbers against the site, then draw: sources and targets of the new edges."""


def make_graph(
    model: Model,
    *,
    nodes: int | None = None,
    population: "NeuralPop | None" = None,
    shape: "Shape | None" = None,
    positions: Any = None,
    directed: bool = True,
    weights: Any = None,
    delays: Any = None,
    multigraph: bool = False,
    self_loops: bool = False,
    name: str | None = None,
    seed: int | None = None,
    rng: np.random.Generator | None = None,
    threads: int | None = None,
) -> "Graph | Network":
    """A new graph, or a network if there is a population, with the edges that the model draws.

    Raises
    ------
    ParameterError, EdgeError
        No or contradicting numbers of nodes, an undirected network, or what the model cannot draw.
    """
    seed = new_seed(seed, rng)
    n = number_of_nodes(nodes, population, positions)
    shape = checked_shape(shape)
    if shape is not None and positions is None:
        positions = shape.sample(n, seed)
    name = model.name if name is None else name
    graph = Graph(n, directed=directed, name=name, positions=positions, shape=shape)
    if population is not None and not directed:
        raise ParameterError(f"{model.name}: directed", got=False, expected="True for a network (with a population)")
    check_values(weights, delays)
    everyone = np.arange(n)
    site = Site(
        graph,
        everyone,
        everyone,
        check_flag("multigraph", multigraph),
        check_flag("self_loops", self_loops),
        seed,
        0,
        check_threads(threads),
        population,
    )
    source, target = model.draw(site)
    if population is not None:  # made when nothing can be refused for the edges' sake any more
        from netgraph.network import Network

        graph = Network(population, name=name, positions=positions, shape=shape)
    graph.type = model.name
    graph._load_edges(source, target, weights=weights, delays=delays, seed=seed, drawn=True)
    return graph


def new_seed(seed: int | None, rng: np.random.Generator | None) -> int:
    """The seed of all draws: `seed`, one from `rng`, or a fresh one."""
    from simcore.random import check_seed, fresh_seed  # Numba loads on first use

    if seed is not None and rng is not None:
        raise ParameterError("rng", got=rng, expected="either seed or rng")
    if rng is not None:
        if not isinstance(rng, np.random.Generator):
            raise ParameterError("rng", got=rng, expected="a numpy.random.Generator")
        return int(rng.integers(2**64, dtype=np.uint64))
    return fresh_seed() if seed is None else check_seed(seed)


def check_threads(threads: Any) -> int | None:
    """A number of threads, or None for all cores."""
    if threads is None:
        return None
    if isinstance(threads, bool) or not isinstance(threads, (int, np.integer)) or threads < 1:
        raise ParameterError("threads", got=threads, expected="a whole number >= 1, or None for all cores")
    return int(threads)


def one_of(where: str, given: dict[str, Any]) -> str:
    """The name of the one value that is given."""
    names = [name for name, value in given.items() if value is not None]
    if len(names) != 1:
        raise ParameterError(where, got=names or "none of them", expected=f"exactly one of {', '.join(given)}")
    return names[0]


def check_values(weights: Any, delays: Any) -> None:
    """Refuse weights and delays that make no sense, before edges are drawn."""
    for quantity, value in (("weight", weights), ("delay", delays)):
        if value is not None:
            parse_edge_value(value, quantity)


def edge_number(model: str, site: Site, *, density: float | None, edges: int | None, avg_deg: float | None) -> int:
    """Number of edges, from the one way in which it was asked for.

    ``density`` is relative to the possible pairs of different nodes; ``avg_deg`` is the number of edges for each source or, if
    the graph is undirected, the mean degree of the nodes.

    Raises
    ------
    ParameterError
        A density outside [0, 1], a negative number.
    """
    if edges is not None:
        return check_count(edges, f"{model}: edges", most=None)
    if density is not None:
        value = check_number(f"{model}: density", density, 0.0)
        if value > 1.0 and not site.multigraph:
            raise ParameterError(f"{model}: density", got=density, expected="a number in [0, 1]")
        return round(value * site.n_possible)
    value = check_number(f"{model}: avg_deg", avg_deg, 0.0)
    return round(value * len(site.sources)) if site.graph.directed else round(value * site.n_nodes / 2)


def require_pairs(model: str, wanted: int, available: int, *, distinct: bool = True) -> None:
    """Refuse more distinct edges than there are free pairs, or any edge if there is no pair."""
    if wanted > available and (distinct or available == 0):
        kind = "distinct edges" if distinct else "edges"
        raise EdgeError(f"{model}: {wanted} {kind} wanted, but only {available} pairs are free")


def require_room(n_edges: float, bytes_per_edge: float = 8.0) -> None:
    """Refuse more edges than fit into the free memory, before the time is spent to draw them."""
    check_free("generate", f"{n_edges:.1e} edges", n_edges * bytes_per_edge)


def require_directed(model: str, site: Site, why: str = "in- and out-degrees need directed edges") -> None:
    """Refuse undirected graphs."""
    if not site.graph.directed:
        raise ParameterError(f"{model}: directed", got=False, expected=f"True: {why}")


def number_of_nodes(nodes: int | None, population: Any, positions: Any = None) -> int:
    """How many nodes a new graph has, by all that say it."""
    from netgraph.population import NeuralPop

    if population is not None and not isinstance(population, NeuralPop):
        raise ParameterError("population", got=population, expected="a NeuralPop")
    sizes = {}
    if nodes is not None:
        sizes["nodes"] = check_count(nodes, "nodes")
    if population is not None:
        sizes["population"] = population.size
    if positions is not None:
        sizes["positions"] = len(checked_points("positions", positions))
    if not sizes:
        raise ParameterError("nodes", got=None, expected="a number of nodes, or a population, or positions")
    if len(set(sizes.values())) > 1:
        raise ParameterError("number of nodes", got=sizes, expected="the same number from each")
    n = next(iter(sizes.values()))
    if n == 0:
        raise ParameterError("nodes", got=0, expected="at least one node")
    return n
