"""Sparse random graphs with a given clustering."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Unpack, overload

import numpy as np

from netgraph._checks import check_flag, check_number
from netgraph._ids import id_dtype
from netgraph.generation._by_pair import part_seed
from netgraph.generation._make import edge_number, make_graph, one_of, require_pairs, require_room
from netgraph.generation._options import Options, generator
from netgraph.generation._site import Ends, Rows, Site, skipping, together
from simcore.errors import EdgeError, ParameterError
from simcore.rules import FixedTotalNumber

if TYPE_CHECKING:
    from netgraph.graph import Graph
    from netgraph.network import Network
    from netgraph.population import NeuralPop

__all__ = ["SparseClustered", "sparse_clustered"]

# Counters of the uniform numbers of nodes and edges, above those of other families.
_WHICH_GROUP = 24
_WHICH_MOVE = 25
_WHICH_WAY = 26
# How often a number of moved edges is tried at most, and how much nearer than it must be the clustering should come.
_TRIALS = 40
_CLOSE = 0.2
# Groups are denser than the clustering by this factor, if they can be: moving edges thins it out.
_MARGIN = 1.4
# At the peak, the edges included.
_BYTES_PER_EDGE = 35.0


@dataclass(frozen=True)
class SparseClustered:
    """The clustering, the number of edges, and how near the clustering must be."""

    c: float
    density: float | None = None
    edges: int | None = None
    avg_deg: float | None = None
    connected: bool = True
    rtol: float = 0.02

    name = "sparse_clustered"

    def __post_init__(self) -> None:
        if not 0.0 < check_number("sparse_clustered: c", self.c) <= 1.0:
            raise ParameterError("sparse_clustered: c", got=self.c, expected="a number in (0, 1]")
        if not 0.0 < check_number("sparse_clustered: rtol", self.rtol) <= 1.0:
            raise ParameterError("sparse_clustered: rtol", got=self.rtol, expected="a number in (0, 1]")
        check_flag("sparse_clustered: connected", self.connected)
        one_of("sparse_clustered: edges", {"density": self.density, "edges": self.edges, "avg_deg": self.avg_deg})

    def draw(self, site: Site) -> Ends:
        """Edges inside of groups, of which so many are moved anywhere that the clustering is the one asked for."""
        self._check_site(site)
        number = edge_number(self.name, site, density=self.density, edges=self.edges, avg_deg=self.avg_deg)
        require_pairs(self.name, number, site.n_possible)
        require_room(number, _BYTES_PER_EDGE)
        if number == 0:
            raise EdgeError(f"{self.name}: no edges wanted, which have no clustering")
        if number > self.c * site.n_possible:
            got = f"{self.c:g} with a density of {number / site.n_possible:.3g}"
            raise ParameterError(f"{self.name}: c", got=got, expected="a clustering above the density")
        if self.connected and number < len(site.sources) - 1:
            raise EdgeError(f"{self.name}: {number} edges cannot connect {len(site.sources)} nodes; connected=False allows it")
        error, best = np.inf, (np.nan, (site.sources[:0], site.sources[:0]))
        for inside in sorted({min(1.0, _MARGIN * self.c), 1.0}):
            groups = _Groups(site, number, inside)
            path = groups.path() if self.connected else groups.nothing()
            grouped = groups.inside(path, number - len(path[0]))
            order = np.argsort(site.uniforms(len(grouped[0]), _WHICH_MOVE), kind="stable")
            found, ends = self._tuned(site, path, (grouped[0][order], grouped[1][order]))
            if abs(found - self.c) < error:
                error, best = abs(found - self.c), (found, ends)
            if error <= self.rtol * self.c:
                return best[1]
        hint = "; a larger rtol, more nodes or connected=False may help"
        raise EdgeError(f"{self.name}: the nearest clustering found for c = {self.c:g} is {best[0]:.3g}{hint}")

    def _tuned(self, site: Site, path: Ends, grouped: Ends) -> tuple[float, Ends]:
        """Look for the number of moved edges that brings the clustering near enough: the nearest, and its edges.

        All three edges of a triangle must stay, so that the cube root of the clustering above the density falls about evenly:
        the number lies on the line through the last two trials, or else halfway between those on either side of it.
        """
        density = (len(path[0]) + len(grouped[0])) / site.n_possible
        goal = float(np.cbrt(self.c - density))
        low, high, moved, best = -1, len(grouped[0]) + 1, 0, (np.inf, path)
        before, off_before = high, -goal
        for _ in range(_TRIALS):
            ends = self._with_moved(site, path, grouped, moved)
            found = self._clustering(site, ends)
            if abs(found - self.c) < abs(best[0] - self.c):
                best = found, ends
            near = abs(found - self.c) <= _CLOSE * self.rtol * self.c
            if near or (moved == 0 and found <= self.c):
                break
            off = float(np.cbrt(found - density)) - goal
            low, high = (moved, high) if off > 0.0 else (low, moved)
            if high - low < 2:
                break
            falls = (off_before - off) / (before - moved)
            before, off_before = moved, off
            moved = round(moved - off / falls) if falls < 0.0 else low
            if not low < moved < high:
                moved = (low + high) // 2
        return best

    def _with_moved(self, site: Site, path: Ends, grouped: Ends, n_moved: int) -> Ends:
        """The path, the edges inside of groups without the first of them, and as many uniform ones in their place."""
        stay = together(path, (grouped[0][n_moved:], grouped[1][n_moved:]))
        rule = FixedTotalNumber(n_moved, allow_multapses=False)
        new = replace(site, seed=part_seed(site, 1)).draw(site.rows(taken=stay), rule)
        return together(stay, new)

    def _clustering(self, site: Site, ends: Ends) -> float:
        """Global clustering of these edges among the nodes of the site."""
        from netgraph.analysis import global_clustering
        from netgraph.graph import Graph

        place = np.zeros(site.graph.n_nodes, dtype=np.int64)
        place[site.sources] = np.arange(len(site.sources))
        graph = Graph.from_edges(place[ends[0]], place[ends[1]], n_nodes=len(site.sources), directed=site.graph.directed)
        return global_clustering(graph)

    def _check_site(self, site: Site) -> None:
        if not site.n_common == len(site.sources) == len(site.targets):
            raise ParameterError(self.name, got="different sources and targets", expected="the same nodes on both sides")
        for word, wrong in (("multigraph", site.multigraph), ("self_loops", site.self_loops)):
            if wrong:
                raise ParameterError(f"{self.name}: {word}", got=True, expected="False")
        if site.graph.n_edges:
            inside = np.isin(site.graph.source, site.sources) & np.isin(site.graph.target, site.targets)
            if inside.any():
                raise ParameterError(self.name, got="nodes with edges among them", expected="nodes that have none yet")


class _Groups:
    """Random nodes in groups of nearly equal size, one group after the other.

    Parameters
    ----------
    site : Site
    number : int
        Edges in all.
    inside : float
        Share of the pairs inside of groups that are to be edges.
    """

    def __init__(self, site: Site, number: int, inside: float) -> None:
        self._site, n = site, len(site.sources)
        each = number / n if site.graph.directed else 2.0 * number / n
        size = min(n, max(2, 1 + int(np.ceil(each / inside))))
        borders = np.round(np.linspace(0, n, max(1, n // size) + 1)).astype(np.int64)
        self._nodes = site.sources[np.argsort(site.uniforms(n, _WHICH_GROUP), kind="stable")]
        self._sizes = np.repeat(np.diff(borders), np.diff(borders))
        self._begin = np.repeat(borders[:-1], np.diff(borders))

    def nothing(self) -> Ends:
        """No edge."""
        none = np.empty(0, dtype=id_dtype(self._site.graph.n_nodes))
        return none, none

    def path(self) -> Ends:
        """Edges from each node to the next, in a random direction: they hold all nodes together."""
        first, second = self._steps()
        nodes = self._nodes.astype(id_dtype(self._site.graph.n_nodes))
        return nodes[first], nodes[second]

    def inside(self, path: Ends, number: int) -> Ends:
        """Distinct edges, uniform among the pairs inside of groups that the path leaves; fewer if there are not so many."""
        site, n = self._site, len(self._nodes)
        own = np.arange(n) - self._begin
        first, second = self._steps() if len(path[0]) else (own[:0], own[:0])
        if not site.graph.directed:
            first, second = np.minimum(first, second), np.maximum(first, second)
        same = self._begin[first] == self._begin[second]
        row, place = second[same], own[first[same]]
        if site.graph.directed:
            row, place = np.concatenate([np.arange(n), row]), np.concatenate([own, place])
        pairs = skipping(self._sizes if site.graph.directed else own, row, place)
        rule = FixedTotalNumber(min(number, int(pairs.available.sum())), allow_multapses=False)
        rows = Rows(self._nodes, self._nodes, pairs, "source", self._begin)
        found = replace(site, seed=part_seed(site, 0)).draw(rows, rule)
        missing = number - len(found[0])
        if missing == 0:
            return found
        rows = site.rows(taken=together(path, found))
        rest = replace(site, seed=part_seed(site, 2)).draw(rows, FixedTotalNumber(missing, allow_multapses=False))
        return together(found, rest)

    def _steps(self) -> Ends:
        """Places of the ends of the path's edges."""
        first = np.arange(len(self._nodes) - 1)
        turned = self._site.uniforms(len(first), _WHICH_WAY) < 0.5
        return np.where(turned, first + 1, first), np.where(turned, first, first + 1)


class _ClusteredOptions(Options, total=False):
    """The arguments but the first and the population, for type checkers."""

    density: float | None
    edges: int | None
    avg_deg: float | None
    connected: bool
    rtol: float


@overload
def sparse_clustered(c: float, *, population: "NeuralPop", **options: Unpack[_ClusteredOptions]) -> "Network": ...
@overload
def sparse_clustered(c: float, *, population: None = None, **options: Unpack[_ClusteredOptions]) -> "Graph": ...
@generator
def sparse_clustered(
    c: float,
    *,
    density: float | None = None,
    edges: int | None = None,
    avg_deg: float | None = None,
    connected: bool = True,
    rtol: float = 0.02,
    population: "NeuralPop | None" = None,
    **options: Unpack[Options],
) -> "Graph | Network":
    """A sparse random graph with the clustering asked for.

    Nodes are put into groups at random; edges are uniform among the pairs inside of groups, as in the model of Newman (2003,
    doi:10.1103/PhysRevE.68.026121). Then a share of them is moved to pairs that are uniform among all, the share that gives
    the clustering.

    Parameters
    ----------
    c : float
        Global clustering coefficient, above the density and at most 1; see `netgraph.analysis.global_clustering`.
    density, edges, avg_deg : float, int, float
        Exactly one of them; see `erdos_renyi`.
    connected : bool
        Whether all nodes hang together (whatever the directions of edges): an edge then leads from each node to the next, in
        an order in which groups follow each other.
    rtol : float
        Largest difference from `c`, relative to it.
    nodes, population, shape, positions, directed, weights, delays, self_loops, name, seed, rng, threads
        See `erdos_renyi`; self-loops are refused.

    Returns
    -------
    graph : Graph or Network

    Raises
    ------
    ParameterError
        A clustering that is not above the density.
    EdgeError
        A clustering that is not reached, or too few edges to hang together.

    Examples
    --------
    >>> import netgraph as ng
    >>> graph = sparse_clustered(0.4, avg_deg=10, nodes=500, seed=1)
    >>> graph.n_edges, round(ng.analysis.global_clustering(graph), 2)
    (5000, 0.4)
    """
    model = SparseClustered(c, density, edges, avg_deg, connected, rtol)
    return make_graph(model, population=population, **options)
