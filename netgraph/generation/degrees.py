"""Graphs in which every node has a given in-degree, or a given out-degree, with random partners."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack, overload

import numpy as np

from netgraph._checks import check_choice, check_count, check_number
from netgraph._ids import as_integers
from netgraph.generation._make import make_graph, require_directed
from netgraph.generation._options import MultigraphOptions, generator
from netgraph.generation._site import Rows, Site
from simcore.distributions import Normal
from simcore.errors import EdgeError, ParameterError
from simcore.rules import FixedIndegree

if TYPE_CHECKING:
    from netgraph.graph import Graph
    from netgraph.network import Network
    from netgraph.population import NeuralPop

__all__ = ["DegreeList", "FixedDegree", "GaussianDegree", "fixed_degree", "from_degree_list", "gaussian_degree"]

_DRAWN = {"in": "source", "out": "target"}
# Degrees are kept as int64; what the memory can hold is asked later.
_MOST = 2**62


class _Degrees:
    """What the three families share: nodes of one side draw as many partners as their degree says."""

    name: str
    degree_type: str

    def _degrees(self, site: Site, available: np.ndarray) -> np.ndarray:
        """Degree of each node; `available` is how many partners it can have."""
        raise NotImplementedError

    def draw(self, site: Site) -> tuple[np.ndarray, np.ndarray]:
        """Sources of the targets for ``"in"``, targets of the sources for ``"out"``."""
        require_directed(self.name, site)
        rows = site.rows(_DRAWN[self.degree_type])
        available = rows.pairs.available
        degrees = self._degrees(site, available)
        self._check(degrees, available, rows, site.multigraph)
        return site.draw(rows, FixedIndegree(degrees, allow_multapses=site.multigraph))

    def _check(self, degrees: np.ndarray, available: np.ndarray, rows: Rows, multigraph: bool) -> None:
        short = (available == 0) & (degrees > 0) if multigraph else degrees > available
        if short.any():
            i = int(np.argmax(short))
            raise EdgeError(
                f"{self.name}: node {rows.nodes[i]} wants an {self.degree_type}-degree of {degrees[i]}, "
                f"but only {available[i]} {rows.drawn}s are free"
            )

    def _check_type(self) -> None:
        check_choice(f"degree_type of {self.name}", self.degree_type, _DRAWN)


@dataclass(frozen=True)
class FixedDegree(_Degrees):
    """The same degree for all."""

    degree: int
    degree_type: str = "in"

    name = "fixed_degree"

    def __post_init__(self) -> None:
        self._check_type()
        check_count(self.degree, "fixed_degree: degree", most=_MOST)

    def _degrees(self, site: Site, available: np.ndarray) -> np.ndarray:
        return np.full(len(available), self.degree, dtype=np.int64)


@dataclass(frozen=True)
class GaussianDegree(_Degrees):
    """Normally distributed degrees, rounded, and clipped to what is possible."""

    avg: float
    std: float
    degree_type: str = "in"

    name = "gaussian_degree"

    def __post_init__(self) -> None:
        self._check_type()
        check_number("gaussian_degree: avg", self.avg, 0.0)
        check_number("gaussian_degree: std", self.std, 0.0)

    def _degrees(self, site: Site, available: np.ndarray) -> np.ndarray:
        from simcore.random import Purpose  # Numba loads on first use

        most = np.iinfo(np.int32).max if site.multigraph else int(available.max(initial=0))
        if round(self.avg) > most:
            raise EdgeError(
                f"gaussian_degree: a mean {self.degree_type}-degree of {self.avg:g} wanted, but at most {most} is possible"
            )
        values = Normal(float(self.avg), float(self.std)).draw(
            site.seed, Purpose.GRAPH_DEGREES + site.salt, np.arange(len(available))
        )
        return np.clip(np.rint(values), 0, most if site.multigraph else available).astype(np.int64)


@dataclass(frozen=True, eq=False)
class DegreeList(_Degrees):
    """A degree of each node's own."""

    degrees: Any
    degree_type: str = "in"

    name = "from_degree_list"

    def __post_init__(self) -> None:
        self._check_type()
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


@overload
def fixed_degree(
    degree: int, degree_type: str = "in", *, population: "NeuralPop", **options: Unpack[MultigraphOptions]
) -> "Network": ...
@overload
def fixed_degree(
    degree: int, degree_type: str = "in", *, population: None = None, **options: Unpack[MultigraphOptions]
) -> "Graph": ...
@generator
def fixed_degree(
    degree: int,
    degree_type: str = "in",
    *,
    population: "NeuralPop | None" = None,
    **options: Unpack[MultigraphOptions],
) -> "Graph | Network":
    """A directed graph in which all nodes have the same in-degree, or the same out-degree.

    Parameters
    ----------
    degree : int
        Edges of each node.
    degree_type : {"in", "out"}
        Which of its edges are counted.
    nodes, population, shape, positions, directed, weights, delays, multigraph, self_loops, name, seed, rng, threads
        See `erdos_renyi`.

    Returns
    -------
    graph : Graph or Network

    Raises
    ------
    EdgeError
        A degree above the number of other nodes.

    Examples
    --------
    >>> fixed_degree(3, nodes=5, seed=1).in_degree()
    array([3, 3, 3, 3, 3])
    """
    return make_graph(FixedDegree(degree, degree_type), population=population, **options)


@overload
def gaussian_degree(
    avg: float, std: float, degree_type: str = "in", *, population: "NeuralPop", **options: Unpack[MultigraphOptions]
) -> "Network": ...
@overload
def gaussian_degree(
    avg: float, std: float, degree_type: str = "in", *, population: None = None, **options: Unpack[MultigraphOptions]
) -> "Graph": ...
@generator
def gaussian_degree(
    avg: float,
    std: float,
    degree_type: str = "in",
    *,
    population: "NeuralPop | None" = None,
    **options: Unpack[MultigraphOptions],
) -> "Graph | Network":
    """A directed graph whose in-degrees, or out-degrees, are normally distributed.

    Degrees are rounded to whole numbers, and clipped to be at least 0 and at most what is possible.

    Parameters
    ----------
    avg, std : float
        Mean and standard deviation before rounding.
    degree_type : {"in", "out"}
        Which edges of a node are counted.
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
    return make_graph(GaussianDegree(avg, std, degree_type), population=population, **options)


@overload
def from_degree_list(
    degrees: Any, degree_type: str = "in", *, population: "NeuralPop", **options: Unpack[MultigraphOptions]
) -> "Network": ...
@overload
def from_degree_list(
    degrees: Any, degree_type: str = "in", *, population: None = None, **options: Unpack[MultigraphOptions]
) -> "Graph": ...
@generator
def from_degree_list(
    degrees: Any,
    degree_type: str = "in",
    *,
    population: "NeuralPop | None" = None,
    **options: Unpack[MultigraphOptions],
) -> "Graph | Network":
    """A directed graph in which each node has an in-degree, or an out-degree, of its own.

    Parameters
    ----------
    degrees : array_like of int, shape (n_nodes,)
        Edges of each node.
    degree_type : {"in", "out"}
        Which edges of a node are counted.
    nodes, population, shape, positions, directed, weights, delays, multigraph, self_loops, name, seed, rng, threads
        See `erdos_renyi`; the number of nodes is that of the degrees unless something else says it.

    Returns
    -------
    graph : Graph or Network

    Raises
    ------
    EdgeError
        A degree above the number of other nodes.

    Examples
    --------
    >>> from_degree_list([2, 0, 1], "out", seed=1).out_degree()
    array([2, 0, 1])
    """
    model = DegreeList(degrees, degree_type)
    if population is None and options.get("nodes") is None and options.get("positions") is None:
        options["nodes"] = len(model.degrees)
    return make_graph(model, population=population, **options)
