"""Small worlds: as clustered as a lattice, with paths as short as in a random graph."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from netgraph._checks import check_choice, check_flag
from netgraph.analysis._clustering_sums import METHODS
from netgraph.analysis._nulls import checked_nulls, lattice_graph, null_values, random_graph, simple_graph
from netgraph.analysis.clustering import global_clustering, local_clustering
from netgraph.analysis.components import connected_components
from netgraph.analysis.paths import average_path_length
from netgraph.graph import Graph, check_graph
from simcore.errors import ParameterError

__all__ = ["SmallWorldPropensity", "small_world_omega", "small_world_propensity", "small_world_sigma"]

_UNCONNECTED = ("error", "largest", "pairs")


class SmallWorldPropensity(NamedTuple):
    """Small-world propensity, and the deviations that it is made of.

    Attributes
    ----------
    propensity : float
        1 for clustering as in the lattice and paths as in the random graph, 0 for the opposite.
    path_deviation : float
        ``(L - L_random) / (L_lattice - L_random)``, as measured: it may lie outside 0 to 1.
    clustering_deviation : float
        ``(C_lattice - C) / (C_lattice - C_random)``, as measured.
    """

    propensity: float
    path_deviation: float
    clustering_deviation: float


class _Measures(NamedTuple):
    """How clustering and paths are measured, in the graph and in its references alike."""

    where: str
    weight: str | None
    method: str
    use_global_clustering: bool
    unconnected: str

    def of(self, graph: Graph, what: str = "") -> tuple[float, float]:
        """Clustering and mean path length of a graph.

        One that is not connected is refused as `what`, if so asked; without `what` its pairs that have a path are taken.
        """
        if self.use_global_clustering:
            clustering = global_clustering(graph, weight=self.weight, method=self.method, progress=False)
        else:
            local = local_clustering(graph, weight=self.weight, method=self.method, progress=False)
            clustering = float(local.mean()) if local.size else float("nan")
        return clustering, self._path_length(graph, what)

    def _path_length(self, graph: Graph, what: str) -> float:
        if self.weight is not None:  # an edge of weight 0 is infinitely long
            kept = np.flatnonzero(graph.edges[self.weight] > 0)
            source, target, lengths = graph.source[kept], graph.target[kept], 1.0 / graph.edges[self.weight][kept]
            options: dict[str, Any] = {"n_nodes": graph.n_nodes, "directed": graph.directed}
            graph = Graph.from_edges(source, target, attributes={"length": lengths}, **options)
        unconnected = self.unconnected if what or self.unconnected != "error" else "pairs"
        _, sizes = connected_components(graph)
        if sizes.size > 1 and unconnected == "error":
            got = f"{sizes.size} components, the largest of {sizes[0]} nodes"
            expected = "a connected graph, or unconnected='largest' or 'pairs'"
            raise ParameterError(f"{self.where}: {what}", got=got, expected=expected)
        return average_path_length(graph, weight=self.weight and "length", unconnected=unconnected)

    def mean_of(self, make: Callable[[int], Graph], n: int, *, seed: int | None, progress: bool | None) -> Any:
        """Mean clustering and mean path length of `n` graphs."""
        return np.mean(null_values(self.where, make, self.of, n, seed=seed, progress=progress), axis=0)


def small_world_propensity(
    graph: Graph,
    *,
    weight: str | None = None,
    method: str = "continuous",
    use_global_clustering: bool = False,
    unconnected: str = "error",
    lattice: Graph | None = None,
    random: Graph | None = None,
    n_nulls: int = 10,
    seed: int | None = None,
    progress: bool | None = None,
) -> SmallWorldPropensity:
    """How close a graph comes to a lattice in its clustering and to a random graph in its paths.

    ``1 - sqrt((D_C² + D_L²) / 2)`` with the deviations of clustering and path length, limited to 0 to 1 (Muldoon, Bridgeford &
    Bassett 2016, doi:10.1038/srep22057). The references have the nodes, the number of edges and the weights of the graph: a
    ring lattice whose strongest edges are the shortest, and random graphs whose edges lie anywhere.

    Parameters
    ----------
    graph : Graph
        Self-loops are left out; parallel edges count once, or with the sum of their weights. For a directed graph without
        directions give ``graph.to_undirected()``.
    weight : str, optional
        Edge column with numbers >= 0; paths then take an edge to be ``1 / weight`` long.
    method : {"continuous", "onnela", "barrat", "zhang"}
        How weights count in the clustering, see `local_clustering`.
    use_global_clustering : bool
        Whether to take `global_clustering` in place of the mean of `local_clustering`.
    unconnected : {"error", "largest", "pairs"}
        What to do if the graph, or a reference that was given, is not (strongly) connected, see `average_path_length`. Of drawn
        references that are not, "error" takes the pairs of nodes that have a path.
    lattice, random : Graph, optional
        References to use in place of those drawn, with the column `weight` if it is asked for.
    n_nulls : int
        Number of random graphs, whose means are taken; of lattices, which hardly differ, there is one.
    seed : int, optional
        Seed of the references; None draws others each time.
    progress : bool, optional
        Whether to show a bar and an estimate; None shows them in a terminal or a notebook.

    Returns
    -------
    result : SmallWorldPropensity
        ``propensity``, ``path_deviation`` and ``clustering_deviation``; NaN where the references do not differ.

    Raises
    ------
    ParameterError
        If the graph or a given reference is not connected and `unconnected` is "error".

    Examples
    --------
    >>> from netgraph import Graph
    >>> import numpy as np
    >>> nodes = np.arange(60)
    >>> ends = [(nodes + k) % 60 for k in (1, 2, 3)]
    >>> ring = Graph.from_edges(np.tile(nodes, 3), np.concatenate(ends), directed=False)
    >>> result = small_world_propensity(ring, seed=1)
    >>> round(result.path_deviation, 2), round(result.propensity, 2)
    (1.0, 0.29)
    """
    where = "small_world_propensity"
    plain, measures = _checked(where, graph, weight, method, use_global_clustering, unconnected)
    n_nulls = checked_nulls(where, n_nulls, seed)
    given = {"lattice": _reference(where, "lattice", lattice, weight), "random": _reference(where, "random", random, weight)}
    clustering, length = measures.of(plain, "graph")
    made = {"lattice": partial(lattice_graph, plain, None, measures.weight), "random": partial(random_graph, plain, None)}
    found = {}
    for name, reference in given.items():
        if reference is not None:
            found[name] = measures.of(reference, name)
        else:
            found[name] = measures.mean_of(made[name], n_nulls if name == "random" else 1, seed=seed, progress=progress)
    (c_lattice, l_lattice), (c_random, l_random) = found["lattice"], found["random"]
    of_path = _quotient(length - l_random, l_lattice - l_random)
    of_clustering = _quotient(c_lattice - clustering, c_lattice - c_random)
    limited = np.clip([of_path, of_clustering], 0.0, 1.0)
    return SmallWorldPropensity(1.0 - float(np.sqrt(np.mean(limited**2))), of_path, of_clustering)


def small_world_sigma(
    graph: Graph,
    *,
    weight: str | None = None,
    method: str = "continuous",
    use_global_clustering: bool = False,
    unconnected: str = "error",
    constraints: str | None = "both-degrees",
    n_nulls: int = 10,
    seed: int | None = None,
    progress: bool | None = None,
) -> float:
    """Clustering relative to that of random graphs, over path length relative to theirs: above 1 in a small world.

    ``(C / C_random) / (L / L_random)`` (Humphries & Gurney 2008, doi:10.1371/journal.pone.0002051). It grows with the number of
    nodes; `small_world_propensity` and `small_world_omega` do not.

    Parameters
    ----------
    graph, weight, method, use_global_clustering, unconnected, n_nulls, seed, progress
        As in `small_world_propensity`.
    constraints : str, optional
        What random graphs keep, see `netgraph.generation.random_rewire`; None for nothing but the number of edges.

    Returns
    -------
    sigma : float
        NaN if the random graphs have no triangles.

    Examples
    --------
    >>> from netgraph import Graph
    >>> import numpy as np
    >>> nodes = np.arange(60)
    >>> ends = [(nodes + k) % 60 for k in (1, 2, 3)]
    >>> ring = Graph.from_edges(np.tile(nodes, 3), np.concatenate(ends), directed=False)
    >>> small_world_sigma(ring, seed=1) > 1
    True
    """
    where = "small_world_sigma"
    plain, measures = _checked(where, graph, weight, method, use_global_clustering, unconnected)
    n_nulls = checked_nulls(where, n_nulls, seed)
    clustering, length = measures.of(plain, "graph")
    options: dict[str, Any] = {"seed": seed, "progress": progress}
    c_random, l_random = measures.mean_of(partial(random_graph, plain, constraints), n_nulls, **options)
    return _quotient(_quotient(clustering, c_random), _quotient(length, l_random))


def small_world_omega(
    graph: Graph,
    *,
    weight: str | None = None,
    method: str = "continuous",
    use_global_clustering: bool = False,
    unconnected: str = "error",
    n_nulls: int = 10,
    seed: int | None = None,
    progress: bool | None = None,
) -> float:
    """Place between lattice and randomness: near 0 in a small world, towards -1 in a lattice, towards 1 in a random graph.

    ``L_random / L - C / C_lattice`` (Telesford et al. 2011, doi:10.1089/brain.2011.0038), with random graphs and a lattice that
    keep every node's degrees.

    Parameters
    ----------
    graph, weight, method, use_global_clustering, unconnected, n_nulls, seed, progress
        As in `small_world_propensity`.

    Returns
    -------
    omega : float
        NaN if the lattice has no triangles.

    Examples
    --------
    >>> from netgraph import Graph
    >>> import numpy as np
    >>> nodes = np.arange(60)
    >>> ends = [(nodes + k) % 60 for k in (1, 2, 3)]
    >>> ring = Graph.from_edges(np.tile(nodes, 3), np.concatenate(ends), directed=False)
    >>> small_world_omega(ring, seed=1) < -0.3
    True
    """
    where = "small_world_omega"
    plain, measures = _checked(where, graph, weight, method, use_global_clustering, unconnected)
    n_nulls = checked_nulls(where, n_nulls, seed)
    clustering, length = measures.of(plain, "graph")
    options: dict[str, Any] = {"seed": seed, "progress": progress}
    _, l_random = measures.mean_of(partial(random_graph, plain, "both-degrees"), n_nulls, **options)
    lattice = partial(lattice_graph, plain, "both-degrees", measures.weight)
    c_lattice, _ = measures.mean_of(lattice, 1, **options)
    return _quotient(l_random, length) - _quotient(clustering, c_lattice)


def _checked(
    where: str, graph: Graph, weight: str | None, method: str, use_global_clustering: bool, unconnected: str
) -> tuple[Graph, _Measures]:
    """The bare graph, and how it and its references are measured."""
    check_graph(f"{where}: graph", graph)
    check_choice(f"method of {where}", method, METHODS)
    check_choice(f"way of {where} with unconnected nodes", unconnected, _UNCONNECTED)
    use_global = check_flag(f"{where}: use_global_clustering", use_global_clustering)
    plain = simple_graph(graph, weight, where=where)
    return plain, _Measures(where, weight and "weight", method, use_global, unconnected)


def _reference(where: str, name: str, graph: Graph | None, weight: str | None) -> Graph | None:
    if graph is None:
        return None
    check_graph(f"{where}: {name}", graph)
    return simple_graph(graph, weight, where=where)


def _quotient(above: float, below: float) -> float:
    return float(above / below) if below != 0 else float("nan")
