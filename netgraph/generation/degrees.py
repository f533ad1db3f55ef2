"""Graphs in which every node has a given in-degree, out-degree or total degree, with random partners.

Partners of in- and out-degrees are drawn uniformly for each node by itself. Total degrees, and those of undirected graphs, are
met by pairing the ends of all edges at random and mending what must not be (`configuration_model` tells how): the graph is
uniform among all with these degrees up to a small bias where much had to be mended.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack, overload

import numpy as np

from netgraph._checks import check_choice, check_count, check_number
from netgraph._ids import as_integers
from netgraph.generation._by_pair import by_pair
from netgraph.generation._make import make_graph, require_directed
from netgraph.generation._options import MultigraphOptions, generator
from netgraph.generation._reciprocal import check_reciprocity, require_same_nodes, with_partners
from netgraph.generation._site import Rows, Site
from netgraph.generation._total_degrees import draw_total, free_partners, mended
from simcore.distributions import Normal
from simcore.errors import EdgeError, ParameterError
from simcore.rules import FixedIndegree

if TYPE_CHECKING:
    from netgraph.graph import Graph
    from netgraph.network import Network
    from netgraph.population import NeuralPop

__all__ = ["DegreeList", "FixedDegree", "GaussianDegree", "fixed_degree", "from_degree_list", "gaussian_degree"]

_DRAWN = {"in": "source", "out": "target"}
_TYPES = ("in", "out", "total")
# Degrees are kept as int64; what the memory can hold is asked later.
_MOST = 2**62


class _Degrees:
    """What the three families share: each node of one side draws as many partners as its degree says, or all pair up."""

    name: str
    degree_type: str
    reciprocity: float | None

    def _degrees(self, site: Site, available: np.ndarray) -> np.ndarray:
        """Degree of each node; `available` is how many partners it can have."""
        raise NotImplementedError

    def _total_degrees(self, site: Site) -> np.ndarray:
        """Degree of each node if edges count at both ends."""
        return self._degrees(site, free_partners(self.name, site))

    def draw(self, site: Site) -> tuple[np.ndarray, np.ndarray]:
        """Sources of the targets for ``"in"``, targets of the sources for ``"out"``, pairs for ``"total"`` or if undirected."""
        if self.reciprocity is not None:
            require_directed(f"{self.name}: reciprocity", site, "an undirected edge is its own reverse")
        if self.degree_type == "total" or (not site.graph.directed and site.n_common):
            return draw_total(self.name, site, self._total_degrees(site), self.reciprocity)
        rows = site.rows(_DRAWN[self.degree_type])
        available = rows.pairs.available
        degrees = self._degrees(site, available)
        self._check(degrees, available, rows, site.multigraph)
        if self.reciprocity is None:
            return site.draw(rows, FixedIndegree(degrees, allow_multapses=site.multigraph))
        return self._draw_reciprocal(site, rows, degrees, self.reciprocity)

    def _draw_reciprocal(self, site: Site, rows: Rows, degrees: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
        require_same_nodes(f"{self.name}: reciprocity", site)
        of_node = np.zeros(site.graph.n_nodes, dtype=np.int64)

        def partners(of_sources: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            of_node[site.sources] = of_sources
            return site.draw(rows, FixedIndegree(of_node[rows.nodes], allow_multapses=False))

        of_node[rows.nodes] = degrees
        return with_partners(self.name, site, of_node[site.sources], share, int(rows.drawn == "target"), partners)

    def _check(self, degrees: np.ndarray, available: np.ndarray, rows: Rows, multigraph: bool) -> None:
        short = (available == 0) & (degrees > 0) if multigraph else degrees > available
        if short.any():
            i = int(np.argmax(short))
            raise EdgeError(
                f"{self.name}: node {rows.nodes[i]} wants an {self.degree_type}-degree of {degrees[i]}, "
                f"but only {available[i]} {rows.drawn}s are free"
            )

    def _check_options(self) -> None:
        check_choice(f"degree_type of {self.name}", self.degree_type, _TYPES)
        check_reciprocity(self.name, self.reciprocity)


@by_pair
@dataclass(frozen=True)
class FixedDegree(_Degrees):
    """The same degree for all."""

    degree: int
    degree_type: str = "in"
    reciprocity: float | None = None

    name = "fixed_degree"

    def __post_init__(self) -> None:
        self._check_options()
        check_count(self.degree, "fixed_degree: degree", most=_MOST)

    def _degrees(self, site: Site, available: np.ndarray) -> np.ndarray:
        return np.full(len(available), self.degree, dtype=np.int64)


@by_pair
@dataclass(frozen=True)
class GaussianDegree(_Degrees):
    """Normally distributed degrees, rounded, and clipped to what is possible."""

    avg: float
    std: float
    degree_type: str = "in"
    reciprocity: float | None = None

    name = "gaussian_degree"

    def __post_init__(self) -> None:
        self._check_options()
        check_number("gaussian_degree: avg", self.avg, 0.0)
        check_number("gaussian_degree: std", self.std, 0.0)

    def _degrees(self, site: Site, available: np.ndarray) -> np.ndarray:
        most = np.iinfo(np.int32).max if site.multigraph else int(available.max(initial=0))
        if round(self.avg) > most:
            raise EdgeError(
                f"gaussian_degree: a mean {self.degree_type} degree of {self.avg:g} wanted, but at most {most} is possible"
            )
        values = self._values(site, len(available))
        return np.clip(np.rint(values), 0, most if site.multigraph else available).astype(np.int64)

    def _total_degrees(self, site: Site) -> np.ndarray:
        available = free_partners(self.name, site)
        degrees = self._degrees(site, available)
        return mended(degrees, self._values(site, len(degrees)), available, multigraph=site.multigraph)

    def _values(self, site: Site, n: int) -> np.ndarray:
        from simcore.random import Purpose  # Numba loads on first use

        law = Normal(float(self.avg), float(self.std))
        return law.draw(site.seed, Purpose.GRAPH_DEGREES + site.salt, np.arange(n))


@by_pair
@dataclass(frozen=True, eq=False)
class DegreeList(_Degrees):
    """A degree of each node's own."""

    degrees: Any
    degree_type: str = "in"
    reciprocity: float | None = None

    name = "from_degree_list"

    def __post_init__(self) -> None:
        self._check_options()
        where = "from_degree_list: degrees"
        values = as_integers(self.degrees, where)
        if np.ndim(self.degrees) == 0:
            raise ParameterError(where, got=self.degrees, expected="one whole number for each node")
        wrong = np.flatnonzero((values < 0) | (values > _MOST))
        if wrong.size:
            raise ParameterError(where, got=f"{values[wrong[0]]} at position {wrong[0]}", expected=f"numbers from 0 to {_MOST}")

    def _degrees(self, site: Site, available: np.ndarray) -> np.ndarray:
        values = np.asarray(self.degrees, dtype=np.int64)
        if len(values) != len(available):
            expected = f"one for each of the {len(available)} nodes"
            raise ParameterError("from_degree_list: degrees", got=f"{len(values)} numbers", expected=expected)
        return values


class _DegreeOptions(MultigraphOptions, total=False):
    """All arguments but the population, for type checkers."""

    reciprocity: float | None


@overload
def fixed_degree(
    degree: int, degree_type: str = "in", *, population: "NeuralPop", **options: Unpack[_DegreeOptions]
) -> "Network": ...
@overload
def fixed_degree(
    degree: int, degree_type: str = "in", *, population: None = None, **options: Unpack[_DegreeOptions]
) -> "Graph": ...
@generator
def fixed_degree(
    degree: int,
    degree_type: str = "in",
    *,
    reciprocity: float | None = None,
    population: "NeuralPop | None" = None,
    **options: Unpack[MultigraphOptions],
) -> "Graph | Network":
    """A graph in which all nodes have the same in-degree, out-degree, or total degree.

    Parameters
    ----------
    degree : int
        Edges of each node. This and the other parameters may be mappings by pair of groups, see `erdos_renyi`: the degree is
        then that from these sources, or to these targets.
    degree_type : {"in", "out", "total"}
        Which of its edges are counted; all of them if the graph is undirected. With ``"total"`` in a directed graph, the pairs
        of nodes are those of an undirected graph, and each edge runs in a random direction.
    reciprocity : float, optional
        Share of edges whose reverse is an edge too, met to the nearest pair. Without it, in- and out-degrees leave reverses to
        chance, and with total degrees no edge has one. Needs a directed graph without parallel edges and self-loops.
    nodes, population, shape, positions, directed, weights, delays, multigraph, self_loops, name, seed, rng, threads
        See `erdos_renyi`.

    Returns
    -------
    graph : Graph or Network

    Raises
    ------
    EdgeError
        A degree above the number of other nodes, an odd sum of total degrees, or a reciprocity that these degrees do not allow.

    Examples
    --------
    >>> fixed_degree(3, nodes=5, seed=1).in_degree()
    array([3, 3, 3, 3, 3])
    >>> fixed_degree(3, nodes=6, directed=False, seed=1).degree()
    array([3, 3, 3, 3, 3, 3])
    """
    return make_graph(FixedDegree(degree, degree_type, reciprocity), population=population, **options)


@overload
def gaussian_degree(
    avg: float, std: float, degree_type: str = "in", *, population: "NeuralPop", **options: Unpack[_DegreeOptions]
) -> "Network": ...
@overload
def gaussian_degree(
    avg: float, std: float, degree_type: str = "in", *, population: None = None, **options: Unpack[_DegreeOptions]
) -> "Graph": ...
@generator
def gaussian_degree(
    avg: float,
    std: float,
    degree_type: str = "in",
    *,
    reciprocity: float | None = None,
    population: "NeuralPop | None" = None,
    **options: Unpack[MultigraphOptions],
) -> "Graph | Network":
    """A graph whose in-degrees, out-degrees, or total degrees are normally distributed.

    Degrees are rounded to whole numbers, and clipped to be at least 0 and at most what is possible. If total degrees sum to an
    odd number, the one that was nearest to being rounded the other way is; if no simple graph has them (which takes a standard
    deviation that is large for the number of nodes), the largest are lowered to the highest limit that helps.

    Parameters
    ----------
    avg, std : float
        Mean and standard deviation before rounding.
    degree_type : {"in", "out", "total"}
        Which edges of a node are counted; see `fixed_degree`.
    reciprocity : float, optional
        Share of edges whose reverse is an edge too; see `fixed_degree`.
    nodes, population, shape, positions, directed, weights, delays, multigraph, self_loops, name, seed, rng, threads
        See `erdos_renyi`.

    Returns
    -------
    graph : Graph or Network

    Raises
    ------
    EdgeError
        A mean above the number of other nodes.

    Examples
    --------
    >>> graph = gaussian_degree(20.0, 3.0, nodes=1000, seed=1)
    >>> bool(abs(graph.in_degree().mean() - 20.0) < 0.5)
    True
    """
    return make_graph(GaussianDegree(avg, std, degree_type, reciprocity), population=population, **options)


@overload
def from_degree_list(
    degrees: Any, degree_type: str = "in", *, population: "NeuralPop", **options: Unpack[_DegreeOptions]
) -> "Network": ...
@overload
def from_degree_list(
    degrees: Any, degree_type: str = "in", *, population: None = None, **options: Unpack[_DegreeOptions]
) -> "Graph": ...
@generator
def from_degree_list(
    degrees: Any,
    degree_type: str = "in",
    *,
    reciprocity: float | None = None,
    population: "NeuralPop | None" = None,
    **options: Unpack[MultigraphOptions],
) -> "Graph | Network":
    """A graph in which each node has an in-degree, an out-degree, or a total degree of its own.

    Parameters
    ----------
    degrees : array_like of int, shape (n_nodes,)
        Edges of each node.
    degree_type : {"in", "out", "total"}
        Which edges of a node are counted; see `fixed_degree`.
    reciprocity : float, optional
        Share of edges whose reverse is an edge too; see `fixed_degree`.
    nodes, population, shape, positions, directed, weights, delays, multigraph, self_loops, name, seed, rng, threads
        See `erdos_renyi`; the number of nodes is that of the degrees unless something else says it.

    Returns
    -------
    graph : Graph or Network

    Raises
    ------
    EdgeError
        A degree above the number of other nodes, total degrees that no graph has (Erdős & Gallai 1960), or a reciprocity that
        these degrees do not allow.

    Examples
    --------
    >>> from_degree_list([2, 0, 1], "out", seed=1).out_degree()
    array([2, 0, 1])
    >>> from_degree_list([2, 1, 1, 0], "total", seed=1).degree()
    array([2, 1, 1, 0])
    """
    model = DegreeList(degrees, degree_type, reciprocity)
    if population is None and options.get("nodes") is None and options.get("positions") is None:
        options["nodes"] = len(model.degrees)
    return make_graph(model, population=population, **options)
