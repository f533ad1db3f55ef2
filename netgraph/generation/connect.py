"""Add random edges to a graph that exists: between nodes, between groups, between neurons of given types."""

from collections.abc import Iterable
from dataclasses import MISSING, fields
from typing import Any

import numpy as np

from netgraph._checks import check_choice, check_flag
from netgraph._ids import check_unique
from netgraph.generation._make import Model, check_threads, check_values, new_seed
from netgraph.generation._models import models
from netgraph.generation._site import Site, ids_of_group
from netgraph.graph import Graph, check_graph
from simcore.errors import EdgeError, ParameterError
from simcore.parameter import check_names

__all__ = ["connect_groups", "connect_neural_types", "connect_nodes"]

# What connect_nodes itself takes: a misspelt one must find its name.
_SHARED = ("weights", "delays", "multigraph", "self_loops", "seed", "rng", "threads")


def connect_nodes(
    graph: Graph,
    sources: Any,
    targets: Any,
    graph_model: str,
    *,
    weights: Any = None,
    delays: Any = None,
    multigraph: bool = False,
    self_loops: bool = False,
    seed: int | None = None,
    rng: np.random.Generator | None = None,
    threads: int | None = None,
    **parameters: Any,
) -> np.ndarray:
    """Add edges from `sources` to `targets`, drawn as a generator would; edges that exist stay and are not drawn again.

    Parameters
    ----------
    graph : Graph or Network
        What is changed.
    sources, targets : array_like of int or Group
        Node ids, each once on either side; None for all nodes.
    graph_model : str
        Name of a generator, e.g. ``"erdos_renyi"``.
    weights, delays : number, array_like, Distribution, tuple or dict, optional
        Of the new edges; without them, the graph's rule for later edges holds.
    multigraph : bool
        Whether edges may be parallel, to each other (if the generator draws with replacement) and to those that exist.
    self_loops : bool
        Whether a node on both sides may connect to itself.
    seed : int, optional
        Calls with one seed draw different numbers if the graph has grown between them.
    rng, threads
        See `erdos_renyi`.
    **parameters
        Parameters of the generator. Densities are relative to the pairs of different nodes, ``avg_deg`` to the number of
        sources; in-degrees are those of the targets from these sources, out-degrees those of the sources.

    Returns
    -------
    rows : ndarray of int64, shape (n_added,)
        Rows of the new edges.

    Raises
    ------
    UnknownNameError
        An unknown generator or parameter.
    EdgeError, ParameterError
        No or repeated nodes, or what the generator cannot draw; the graph is then unchanged.

    Examples
    --------
    >>> from netgraph.graph import Graph
    >>> graph = Graph(5)
    >>> rows = connect_nodes(graph, [0, 1, 2], [3, 4], "fixed_degree", degree=2, degree_type="in")
    >>> graph.in_degree()
    array([0, 0, 0, 2, 2])
    """
    check_graph("connect_nodes: graph", graph)
    graph._check_mutable("add edges")
    model = make_model(graph_model, parameters)
    check_values(weights, delays)
    check_flag("multigraph", multigraph)
    check_flag("self_loops", self_loops)
    source_ids, target_ids = _checked_ids(graph, sources, "sources"), _checked_ids(graph, targets, "targets")
    seed = new_seed(seed, rng)
    salt = graph.n_edges % 2**24
    site = Site(graph, source_ids, target_ids, multigraph, self_loops, seed, salt, check_threads(threads), graph.structure)
    source, target = model.draw(site)
    given = {name: value for name, value in (("weight", weights), ("delay", delays)) if value is not None}
    columns = graph._edge_attributes(given, (source, target), seed)
    begin = graph.n_edges
    graph._append(source, target, columns)
    return np.arange(begin, graph.n_edges)


def connect_groups(
    graph: Graph,
    source_groups: Any,
    target_groups: Any,
    graph_model: str,
    *,
    weights: Any = None,
    delays: Any = None,
    multigraph: bool = False,
    self_loops: bool = False,
    seed: int | None = None,
    rng: np.random.Generator | None = None,
    threads: int | None = None,
    **parameters: Any,
) -> np.ndarray:
    """Add edges from groups to groups; the groups of one side act as one set of nodes.

    Parameters
    ----------
    graph : Graph or Network
        What is changed.
    source_groups, target_groups : str, Group, population, or a list of names and groups
        Names are those of the graph's population or structure.
    graph_model, weights, delays, multigraph, self_loops, seed, rng, threads, **parameters
        See `connect_nodes`.

    Returns
    -------
    rows : ndarray of int64, shape (n_added,)
        Rows of the new edges.

    Raises
    ------
    UnknownNameError
        An unknown group, generator or parameter.

    Examples
    --------
    >>> import netgraph as ng
    >>> net = ng.Network.exc_and_inhib(10, en_model="iaf_psc_exp", in_model="iaf_psc_exp")
    >>> rows = connect_groups(net, "inhibitory", ["excitatory", "inhibitory"], "all_to_all", weights=5.0)
    >>> len(rows)
    18
    """
    check_graph("connect_groups: graph", graph)
    return connect_nodes(
        graph,
        _ids_of_groups(graph, source_groups, "source_groups"),
        _ids_of_groups(graph, target_groups, "target_groups"),
        graph_model,
        weights=weights,
        delays=delays,
        multigraph=multigraph,
        self_loops=self_loops,
        seed=seed,
        rng=rng,
        threads=threads,
        **parameters,
    )


def connect_neural_types(
    network: Graph,
    source_type: Any,
    target_type: Any,
    graph_model: str,
    *,
    weights: Any = None,
    delays: Any = None,
    multigraph: bool = False,
    self_loops: bool = False,
    seed: int | None = None,
    rng: np.random.Generator | None = None,
    threads: int | None = None,
    **parameters: Any,
) -> np.ndarray:
    """Add edges from neurons of one type to those of another.

    Parameters
    ----------
    network : Network
        What is changed.
    source_type, target_type : int or list of int
        1 for excitatory neurons, -1 for inhibitory ones, or both.
    graph_model, weights, delays, multigraph, self_loops, seed, rng, threads, **parameters
        See `connect_nodes`.

    Returns
    -------
    rows : ndarray of int64, shape (n_added,)
        Rows of the new edges.

    Raises
    ------
    ParameterError
        Another type, or a graph without a population.

    Examples
    --------
    >>> import netgraph as ng
    >>> net = ng.Network.exc_and_inhib(10, en_model="iaf_psc_exp", in_model="iaf_psc_exp")
    >>> rows = connect_neural_types(net, -1, 1, "fixed_degree", degree=2)
    >>> len(rows)
    16
    """
    return connect_nodes(
        network,
        _ids_of_types(network, source_type, "source_type"),
        _ids_of_types(network, target_type, "target_type"),
        graph_model,
        weights=weights,
        delays=delays,
        multigraph=multigraph,
        self_loops=self_loops,
        seed=seed,
        rng=rng,
        threads=threads,
        **parameters,
    )


def make_model(name: str, parameters: dict[str, Any]) -> Model:
    """The generator of that name with its parameters, checked."""
    check_choice("graph_model", name, models())
    kind = models()[name]
    known = {field.name: field for field in fields(kind)}
    check_names(f"parameter of {name}", parameters, [*known, *_SHARED])
    missing = [n for n, field in known.items() if field.default is MISSING and n not in parameters]
    if missing:
        raise ParameterError(f"{name}: parameters", got=sorted(parameters), expected=f"{', '.join(missing)} too")
    return kind(**parameters)


def _checked_ids(graph: Graph, ids: Any, where: str) -> np.ndarray:
    if ids is None:
        return np.arange(graph.n_nodes)
    first = ids[0] if isinstance(ids, (list, tuple)) and ids else ids
    if isinstance(first, str) or (first is not ids and hasattr(first, "ids")):
        expected = "ids or a group; connect_groups takes names, and several groups"
        raise ParameterError(f"connect_nodes: {where}", got=ids, expected=expected)
    array = graph._node_ids(ids, f"connect_nodes: {where}").astype(np.int64)
    if array.size == 0:
        raise EdgeError(f"connect_nodes: there are no {where}")
    check_unique(array, f"connect_nodes: {where}")
    return array


def _ids_of_groups(graph: Graph, groups: Any, where: str) -> np.ndarray:
    """Ids of all nodes of the groups in order, each once."""
    alone = isinstance(groups, str) or hasattr(groups, "ids") or not isinstance(groups, Iterable)
    found = [_ids_of_group(graph, group, f"connect_groups: {where}") for group in ([groups] if alone else groups)]
    ids = np.concatenate([np.empty(0, dtype=np.int64), *found])
    _, first = np.unique(ids, return_index=True)
    return ids[np.sort(first)]


def _ids_of_group(graph: Graph, group: Any, where: str) -> np.ndarray:
    if isinstance(group, str):
        return ids_of_group(graph.structure, group, where)
    if not hasattr(group, "ids"):
        raise ParameterError(where, got=group, expected="names or groups; connect_nodes takes ids")
    return graph._node_ids(group, where)


def _ids_of_types(network: Graph, types: Any, where: str) -> np.ndarray:
    where = f"connect_neural_types: {where}"
    neuron_types = getattr(network, "neuron_types", None)
    if neuron_types is None:
        raise ParameterError(where, got=network, expected="a Network: neurons have types")
    wanted = np.atleast_1d(types)
    if wanted.size == 0 or not np.isin(wanted, (1, -1)).all():
        raise ParameterError(where, got=types, expected="1 (excitatory), -1 (inhibitory) or a list of both")
    ids = np.flatnonzero(np.isin(neuron_types, wanted))
    if ids.size == 0:
        raise EdgeError(f"{where}: there are no neurons of type {types}")
    return ids
