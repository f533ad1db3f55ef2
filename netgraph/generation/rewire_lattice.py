"""The regular counterpart of a graph: its edges, and perhaps its strongest ones, between neighbours on a ring."""

from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np

from netgraph._checks import check_choice, check_number
from netgraph._ids import id_dtype
from netgraph._pairs import pair_keys
from netgraph.generation._make import check_threads, new_seed
from netgraph.generation._rewire_columns import check_node_way, edge_ways, moved_values, rewired, shuffle_nodes
from netgraph.generation._rewire_swaps import Ends, Rule, check_loops, checked_swaps, shuffled, switch_edges
from netgraph.graph import Graph, check_graph
from simcore.errors import EdgeError, ParameterError

__all__ = ["lattice_rewire"]

AnyGraph = TypeVar("AnyGraph", bound=Graph)

_WHERE = "lattice_rewire"
# Numbers of shuffles.
_BOTH_WAYS, _TIES, _VALUES = (1 << 22) + 2, (1 << 22) + 3, (1 << 22) + 4


def lattice_rewire(
    graph: AnyGraph,
    constraints: str | None = None,
    *,
    reciprocity: float | None = None,
    weight: str | None = None,
    distance_sort: str = "inverse",
    edge_attributes: str | Mapping[str, str] = "together",
    node_attributes: str = "preserve",
    swaps_per_edge: float | None = None,
    seed: int | None = None,
    rng: np.random.Generator | None = None,
    threads: int | None = None,
    progress: bool | None = None,
) -> AnyGraph:
    """A ring lattice with the nodes of `graph` and as many edges, or the closest to it that switches of edges reach.

    The nodes lie on a ring in the order of their ids. Without constraints, pairs of nodes are joined in order of their distance
    on it, the last of them evenly spread; with ``"both-degrees"``, edges are switched as long as two together do not become
    longer, so that each node keeps its degrees (Sporns & Zwi 2004, doi:10.1385/NI:2:2:145), nor, if they stay as long, less
    equal. Partners come from arcs of the ring that are about as long as edges are by then.

    Parameters
    ----------
    graph : Graph or Network
        It stays as it is.
    constraints : {None, "both-degrees"}
        What each node keeps.
    reciprocity : float, optional
        Share of edges whose reverse is an edge too, in a directed lattice without constraints; which pairs are joined both ways
        is random, and the others point up the ring. Met to the nearest pair, if there are pairs enough; 1 if None.
    weight : str, optional
        Edge column whose values are sorted by distance on the ring; the two edges of a pair get neighbouring values.
    distance_sort : {"inverse", "linear"}
        Whether the shortest edges get the largest values or the smallest ones.
    edge_attributes : {"together", "independent", "distance"} or dict
        The other values of an edge go where its weight goes, or to a random edge without `weight`; or each column is shuffled
        by itself; or each column of numbers is sorted by distance by itself. A dictionary says it for each column.
    node_attributes : {"preserve", "together", "independent"}
        See `random_rewire`.
    swaps_per_edge : float, optional
        With ``"both-degrees"``, proposed switches for each edge; if None, as many as still make the edges shorter: about 300.
    seed, rng, threads, progress
        See `random_rewire`.

    Returns
    -------
    graph : Graph or Network
        A new graph without self-loops and parallel edges.

    Raises
    ------
    UnknownNameError
        Unknown constraints, columns, or ways to hand on values.
    ParameterError
        What does not fit the graph or the constraints.
    EdgeError
        More edges than pairs, or, with constraints, self-loops or parallel edges.

    Examples
    --------
    >>> from netgraph import Graph
    >>> lattice = lattice_rewire(Graph.from_edges([0, 0, 0, 0], [1, 2, 3, 4], directed=False, n_nodes=5), seed=1)
    >>> lattice.source, lattice.target
    (array([0, 1, 2, 3], dtype=int32), array([1, 2, 3, 4], dtype=int32))
    """
    check_graph(f"{_WHERE}: graph", graph)
    if constraints is not None:
        check_choice(f"constraints of {_WHERE}", constraints, ["both-degrees"])
    share = _reciprocity(graph, constraints, reciprocity)
    check_choice(f"distance_sort of {_WHERE}", distance_sort, ("inverse", "linear"))
    ways = edge_ways(_WHERE, graph, edge_attributes, ("together", "independent", "distance"))
    _check_weight(graph, weight)
    check_node_way(_WHERE, node_attributes)
    swaps = checked_swaps(_WHERE, swaps_per_edge, otherwise=None, used=constraints is not None)
    seed, threads = new_seed(seed, rng), check_threads(threads)
    if constraints is None:
        source, target = _ring(graph, share, seed)
    else:
        check_loops(_WHERE, graph)
        rule, ends = Rule(graph.n_nodes, graph.directed, on_ring=True), (graph.source, graph.target)
        source, target, _ = switch_edges(ends, rule, swaps, seed=seed, threads=threads, progress=progress, where=_WHERE)
    rows = _values(graph, (source, target), ways=ways, weight=weight, inverse=distance_sort == "inverse", seed=seed)
    new = rewired(graph, source, target, rows)
    shuffle_nodes(new, node_attributes, seed)
    new.type = _WHERE
    return new


def _reciprocity(graph: Graph, constraints: str | None, reciprocity: Any) -> float:
    """Share of edges with a reverse."""
    if reciprocity is None:
        return 1.0
    where = f"{_WHERE}: reciprocity"
    if not graph.directed or constraints is not None:
        raise ParameterError(where, got=reciprocity, expected="None for undirected graphs and with constraints")
    if check_number(where, reciprocity, 0.0) > 1.0:
        raise ParameterError(where, got=reciprocity, expected="a number in [0, 1]")
    return float(reciprocity)


def _check_weight(graph: Graph, weight: str | None) -> None:
    if weight is not None:
        graph.edges._require(weight)
        graph._numeric_column(weight)


def _ring(graph: Graph, reciprocity: float, seed: int) -> Ends:
    """Ends of the edges of the ring: one of each pair, in order of their distance, then the reverse ones."""
    n, m = graph.n_nodes, graph.n_edges
    possible = n * (n - 1) // 2
    if m > possible * (1 + graph.directed):
        raise EdgeError(f"{_WHERE}: {m} distinct edges wanted, but {n} nodes have only {possible * (1 + graph.directed)} pairs")
    both = max(min(round(reciprocity * m / 2), m // 2), m - possible) if graph.directed else 0
    pairs = np.arange(m - both)
    distance, start = pairs // max(n, 1) + 1, pairs % max(n, 1)
    in_last = distance == (distance[-1] if m else 0)
    on_last = n // 2 if m and 2 * distance[-1] == n else n
    start[in_last] = start[in_last] * on_last // np.count_nonzero(in_last)
    source, target = start, (start + distance) % n
    chosen = np.sort(shuffled(pairs, seed, _BOTH_WAYS)[:both])
    dtype = id_dtype(n)
    return np.concatenate([source, target[chosen]]).astype(dtype), np.concatenate([target, source[chosen]]).astype(dtype)


def _values(
    graph: Graph,
    ends: Ends,
    *,
    ways: Mapping[str, str],
    weight: str | None,
    inverse: bool,
    seed: int,
) -> dict[str, np.ndarray]:
    """For each column, the old row that each new edge has its value from."""
    leaders = {name: name for name, way in ways.items() if way == "distance" and graph.edges.dtype(name).kind != "U"}
    if weight is not None:
        leaders |= {name: weight for name, way in ways.items() if way == "together" or name == weight}
    others = {name: "independent" if way == "distance" else way for name, way in ways.items() if name not in leaders}
    rows = moved_values(graph, *ends, ways=others, seed=seed)
    if leaders:
        new_order = _by_distance(ends, graph.n_nodes, seed)
        known = {leader: _by_value(graph.edges[leader], inverse=inverse, seed=seed) for leader in set(leaders.values())}
        for name, leader in leaders.items():
            rows[name] = np.empty_like(new_order)
            rows[name][new_order] = known[leader]
    return rows


def _by_distance(ends: Ends, n_nodes: int, seed: int) -> np.ndarray:
    """Rows in order of distance on the ring, pairs of the same distance in random order, the two edges of a pair together."""
    source, target = (end.astype(np.int64) for end in ends)
    apart = np.abs(source - target)
    distance = np.minimum(apart, n_nodes - apart)
    keys = pair_keys(source, target, n_nodes=n_nodes, directed=False)
    pairs, pair = np.unique(keys, return_inverse=True)
    return np.lexsort((shuffled(np.arange(pairs.size), seed, _TIES)[pair], distance))


def _by_value(values: np.ndarray, *, inverse: bool, seed: int) -> np.ndarray:
    """Rows in order of their values, equal ones in random order, missing ones last."""
    order = shuffled(np.arange(values.size), seed, _VALUES)
    keys = values[order].astype(np.float64)
    return order[np.argsort(-keys if inverse else keys, kind="stable")]
