"""The graph that has new edges between the nodes of another: which of the old values each of its edges and nodes gets."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from netgraph._checks import check_choice
from netgraph.generation._rewire_swaps import shuffled
from simcore.parameter import check_names

if TYPE_CHECKING:
    from netgraph._store import ColumnStore
    from netgraph.graph import Graph

__all__ = ["check_node_way", "edge_ways", "moved_values", "rewired", "shuffle_nodes"]

NODE_WAYS = ("preserve", "together", "independent")

# Numbers of shuffles: of edges and of nodes each one for all columns and one for each.
_EDGES, _NODES = 0, 1 << 21
_MATCHED = 1 << 22


def edge_ways(where: str, graph: "Graph", ways: str | Mapping[str, str], allowed: tuple[str, ...]) -> dict[str, str]:
    """How the values of each edge column are handed on; a column that a mapping leaves out goes "together" with the others."""
    kind = f"edge_attributes of {where}"
    if not isinstance(ways, Mapping):
        return dict.fromkeys(graph._edge_store, check_choice(kind, ways, allowed))
    check_names(f"edge column in {kind}", ways, dict.fromkeys(graph._edge_store))
    for way in ways.values():
        check_choice(kind, way, allowed)
    return {name: ways.get(name, "together") for name in graph._edge_store}


def check_node_way(where: str, way: str) -> str:
    """One of the ways in which nodes get values."""
    return check_choice(f"node_attributes of {where}", way, NODE_WAYS)


def rewired(graph: "Graph", source: np.ndarray, target: np.ndarray, rows: Mapping[str, np.ndarray]) -> Any:
    """A graph like another, with as many new edges; `rows` says for a column which old row each new edge has its value from.

    The nodes keep their columns, positions and groups; later edges follow the same rules.
    """
    new = graph._with_edges(graph._empty_like(), source, target, None)
    put_permuted(new._edge_store, rows)
    return new


def put_permuted(store: "ColumnStore", rows: Mapping[str, np.ndarray]) -> None:
    """Reorder the values of some columns."""
    everywhere = np.arange(store.size)
    for name, order in rows.items():
        if store.raw(name).ndim > 0:
            store.put_at(name, everywhere, store.raw(name)[order])


def moved_values(
    graph: "Graph", source: np.ndarray, target: np.ndarray, *, ways: Mapping[str, str], seed: int
) -> dict[str, np.ndarray]:
    """For each column of `ways` that has several values, the old row that each new edge has its value from."""
    rows: dict[str, np.ndarray] = {}
    known: dict[str, np.ndarray] = {}
    for number, name in enumerate(graph._edge_store):
        if name not in ways or graph._edge_store.raw(name).ndim == 0:
            continue
        way = ways[name]
        if way == "independent":
            rows[name] = shuffled(np.arange(graph.n_edges), seed, _EDGES + 1 + number)
        else:
            if way not in known:
                known[way] = _moved_together(graph, source, target, way=way, seed=seed)
            rows[name] = known[way]
    return rows


def _moved_together(graph: "Graph", source: np.ndarray, target: np.ndarray, *, way: str, seed: int) -> np.ndarray:
    order = shuffled(np.arange(graph.n_edges), seed, _EDGES)
    if way == "together":
        return order
    old, new = (graph.target, target) if way == "preserve_in" else (graph.source, source)
    rows = np.empty_like(order)
    rows[_by_node(new, graph.n_nodes)] = order[_by_node(old[order], graph.n_nodes)]
    return rows


def _by_node(nodes: np.ndarray, n_nodes: int) -> np.ndarray:
    """Positions in order of the nodes there, those of a node in their order."""
    from netgraph._counting_sort import sort_by_pair  # Numba loads on first use

    return sort_by_pair(nodes, np.zeros_like(nodes), n_nodes)[1]


def shuffle_nodes(graph: "Graph", way: str, seed: int) -> None:
    """Deal the values of the node columns of a new graph out to other nodes."""
    if way == "preserve":
        return
    rows = {
        name: shuffled(np.arange(graph.n_nodes), seed, _NODES + (1 + number if way == "independent" else 0))
        for number, name in enumerate(graph._node_store)
    }
    put_permuted(graph._node_store, rows)
