"""Null models: random graphs that share chosen properties with a given one."""

from collections.abc import Mapping
from typing import Any, TypedDict, TypeVar

import numpy as np

from netgraph._checks import check_choice, check_flag, check_positive
from netgraph._ids import id_dtype
from netgraph._store import as_column
from netgraph.generation._make import check_threads, new_seed
from netgraph.generation._rewire_columns import check_node_way, edge_ways, moved_values, rewired, shuffle_nodes
from netgraph.generation._rewire_swaps import Ends, Rule, check_loops, checked_swaps, other_seed, shuffled, switch_edges
from netgraph.generation.degrees import from_degree_list
from netgraph.generation.erdos import erdos_renyi
from netgraph.graph import Graph, check_graph
from simcore.errors import ParameterError

__all__ = ["random_rewire"]

AnyGraph = TypeVar("AnyGraph", bound=Graph)


class _Drawing(TypedDict):
    """What the generators are given."""

    nodes: int
    multigraph: bool
    self_loops: bool
    seed: int
    threads: int | None


_WHERE = "random_rewire"
# Which ends the values of edges may stay at: those whose numbers of edges stay.
_CONSTRAINTS: dict[str | None, tuple[str, ...]] = {
    None: (),
    "in-degree": ("preserve_in",),
    "out-degree": ("preserve_out",),
    "both-degrees": ("preserve_in", "preserve_out"),
    "total-degree": (),
    "clustering": ("preserve_in", "preserve_out"),
}
_DRAWN = (None, "in-degree", "out-degree")
_SWAPS = 10.0
_RTOL = 0.05
# Number of the shuffle of ends.
_STUBS = (1 << 22) + 1


def random_rewire(
    graph: AnyGraph,
    constraints: str | None = None,
    *,
    edge_attributes: str | Mapping[str, str] = "together",
    node_attributes: str = "preserve",
    blocks: Any = None,
    swaps_per_edge: float | None = None,
    rtol: float | None = None,
    multigraph: bool = False,
    self_loops: bool = False,
    seed: int | None = None,
    rng: np.random.Generator | None = None,
    threads: int | None = None,
    progress: bool | None = None,
) -> AnyGraph:
    """A random graph with the nodes of `graph`, as many edges, and whatever the constraints keep: a null model.

    All graphs with these properties are equally likely. With ``"both-degrees"`` and ``"total-degree"`` they are reached by
    switching edges (Maslov & Sneppen 2002, doi:10.1126/science.1065103), in a chain that counts rejected proposals
    (Artzy-Randrup & Stone 2005, doi:10.1103/PhysRevE.72.056708) and turns cycles of three directed edges round, which switches
    alone cannot (Rao et al. 1996, Sankhya A 58:225); the others are drawn directly.

    Parameters
    ----------
    graph : Graph or Network
        It stays as it is.
    constraints : {None, "in-degree", "out-degree", "both-degrees", "total-degree", "clustering"}
        What each node keeps: nothing, its in-degree, its out-degree, both, or their sum alone. In an undirected graph, whose
        nodes have one degree, ``"both-degrees"`` and ``"total-degree"`` keep it and the first two are refused.
        ``"clustering"`` keeps both degrees and, about, the mean of the local clustering: after the switches of
        ``"both-degrees"``, more of them join neighbours of a node until there are triangles enough (Bansal et al. 2009,
        doi:10.1186/1471-2105-10-405). These graphs are random, but not all of them equally likely.
    edge_attributes : {"together", "independent", "preserve_in", "preserve_out"} or dict
        Which edge gets which values: those of an edge move together to a random edge; each column is shuffled by itself; they
        move together to a random incoming edge of the same target, so that in-strengths stay, or to an outgoing one of the
        same source, so that out-strengths stay (if the constraints keep the numbers of those edges). A dictionary says it for
        each column. Distances follow from the positions.
    node_attributes : {"preserve", "together", "independent"}
        Node columns stay, are shuffled with all values of a node together, or each by itself. Positions and groups stay.
    blocks : array_like of shape (n_nodes,), str, or NeuralPop, optional
        Labels of nodes, a node column, or groups: with ``"both-degrees"``, the number of edges from each block to each other
        one stays too. All graphs that such switches reach are equally likely.
    swaps_per_edge : float, optional
        Where edges are switched, proposed switches for each edge, 10 if None; more of them forget more of `graph`.
    rtol : float, optional
        With ``"clustering"``, how far the mean local clustering may be from that of `graph`, relative to it; 0.05 if None.
    multigraph, self_loops : bool
        Whether the result may have parallel edges, and edges from a node to itself. A graph that has some is refused where they
        are not allowed and edges are switched. With both, the result is that of the configuration model; equally likely are
        then the ways to join the ends of edges, of which a graph with parallel edges has fewer.
    seed : int, optional
        Non-negative, below 2**64: the same seed gives the same graph for any number of threads. A fresh one if None.
    rng : numpy.random.Generator, optional
        Gives the seed instead.
    threads : int, optional
        Threads that work; all cores if None.
    progress : bool, optional
        Whether to show a bar; None shows it in a terminal or a notebook.

    Returns
    -------
    graph : Graph or Network
        A new graph; edges are in no particular order.

    Raises
    ------
    UnknownNameError
        Unknown constraints, columns, or ways to hand on values.
    ParameterError
        What does not fit the graph or the constraints.
    EdgeError
        Self-loops or parallel edges that are not allowed, or more edges than pairs.
    NumericalError
        The clustering is not reached.

    Examples
    --------
    >>> from netgraph.generation import gaussian_degree
    >>> graph = gaussian_degree(10.0, 2.0, nodes=100, seed=1)
    >>> null = random_rewire(graph, "both-degrees", seed=2)
    >>> bool((null.in_degree() == graph.in_degree()).all() and (null.out_degree() == graph.out_degree()).all())
    True
    """
    check_graph(f"{_WHERE}: graph", graph)
    kept = _kept_ends(graph, constraints)
    ways = edge_ways(_WHERE, graph, edge_attributes, ("together", "independent", *kept))
    check_node_way(_WHERE, node_attributes)
    swaps = checked_swaps(_WHERE, swaps_per_edge, otherwise=_SWAPS, used=constraints not in _DRAWN)
    rtol = _checked_rtol(rtol, constraints)
    allowed = {"multigraph": check_flag("multigraph", multigraph), "self_loops": check_flag("self_loops", self_loops)}
    labels = _labels(graph, blocks, constraints)
    rule = None if constraints in _DRAWN else _rule(graph, constraints, labels, **allowed)
    seed, threads = new_seed(seed, rng), check_threads(threads)
    if graph.n_edges == 0:
        source, target = graph.source.copy(), graph.target.copy()
    elif rule is None:
        source, target = _drawn(graph, constraints, seed=other_seed(seed), threads=threads, **allowed)
    else:
        source, target = _switched(graph, rule, swaps, seed=seed, threads=threads, progress=progress)
    if constraints == "clustering" and graph.n_edges:
        from netgraph.generation._rewire_clustering import cluster_edges  # Numba loads on first use

        source, target = cluster_edges(graph, (source, target), rtol, seed=seed, progress=progress)
    new = rewired(graph, source, target, moved_values(graph, source, target, ways=ways, seed=seed))
    shuffle_nodes(new, node_attributes, seed)
    new.type = _WHERE
    return new


def _kept_ends(graph: Graph, constraints: str | None) -> tuple[str, ...]:
    """Ends at which values of edges may stay."""
    if constraints is not None:
        check_choice(f"constraints of {_WHERE}", constraints, [name for name in _CONSTRAINTS if name])
    if graph.directed:
        return _CONSTRAINTS[constraints]
    if constraints in ("in-degree", "out-degree"):
        raise ParameterError(f"{_WHERE}: constraints", got=constraints, expected="'both-degrees' for an undirected graph")
    return ()


def _checked_rtol(rtol: Any, constraints: str | None) -> float:
    """Tolerance of the clustering."""
    if rtol is None:
        return _RTOL
    where = f"{_WHERE}: rtol"
    if constraints != "clustering":
        raise ParameterError(where, got=rtol, expected="None, unless constraints='clustering'")
    return check_positive(where, rtol, "")


def _labels(graph: Graph, blocks: Any, constraints: str | None) -> np.ndarray:
    """Number of each node's block; none without blocks."""
    if blocks is None:
        return np.empty(0, dtype=np.int64)
    where = f"{_WHERE}: blocks"
    if constraints != "both-degrees":
        raise ParameterError(where, got=f"blocks with constraints={constraints!r}", expected="constraints='both-degrees'")
    if hasattr(blocks, "group_index"):
        blocks = blocks.group_index()
    column = graph.nodes[blocks] if isinstance(blocks, str) else as_column(blocks, graph.n_nodes, where)
    if column.shape != (graph.n_nodes,):
        raise ParameterError(where, got=blocks, expected=f"a label for each of the {graph.n_nodes} nodes, or a node column")
    return np.unique(column, return_inverse=True)[1].astype(np.int64)


def _drawn(
    graph: Graph, constraints: str | None, *, seed: int, threads: int | None, multigraph: bool, self_loops: bool
) -> Ends:
    """Ends of new edges that are independent of the old ones, but for one degree of each node."""
    options = _Drawing(nodes=graph.n_nodes, multigraph=multigraph, self_loops=self_loops, seed=seed, threads=threads)
    if constraints is None:
        new = erdos_renyi(edges=graph.n_edges, directed=graph.directed, **options)
    else:
        degree = graph.in_degree() if constraints == "in-degree" else graph.out_degree()
        new = from_degree_list(degree, constraints.removesuffix("-degree"), **options)
    return new.source, new.target


def _rule(graph: Graph, constraints: str | None, labels: np.ndarray, *, multigraph: bool, self_loops: bool) -> Rule:
    """What switches keep; refuses a graph that it does not allow."""
    directed = graph.directed and constraints != "total-degree"
    if constraints == "clustering" and (multigraph or self_loops):
        got = "multigraph" if multigraph else "self_loops"
        raise ParameterError(f"{_WHERE}: {got}", got=True, expected="False with constraints='clustering'")
    if self_loops and not directed and (labels.size or not multigraph):
        why = "False: switches of edges that may turn do not reach all graphs with self-loops"
        raise ParameterError(f"{_WHERE}: self_loops", got=True, expected=f"{why}, unless multigraph=True without blocks")
    if not self_loops:
        check_loops(_WHERE, graph)
    return Rule(graph.n_nodes, directed, graph.directed and not directed, self_loops, multigraph, labels)


def _switched(
    graph: Graph, rule: Rule, swaps_per_edge: float | None, *, seed: int, threads: int | None, progress: bool | None
) -> Ends:
    """Ends of edges after switches, or joined anew where everything is allowed."""
    if rule.loops and rule.multi and rule.labels.size == 0:
        if rule.directed:
            return graph.source.copy(), shuffled(graph.target, seed, _STUBS)
        stubs = shuffled(np.concatenate([graph.source, graph.target]), seed, _STUBS)
        return stubs[: graph.n_edges].copy(), stubs[graph.n_edges :].copy()
    ends = graph.source, graph.target
    source, target, _ = switch_edges(ends, rule, swaps_per_edge, seed=seed, threads=threads, progress=progress)
    return source.astype(id_dtype(graph.n_nodes), copy=False), target.astype(id_dtype(graph.n_nodes), copy=False)
