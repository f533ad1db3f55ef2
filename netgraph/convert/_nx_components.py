"""NetworkX's connected components, on our arrays."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from netgraph.convert._nx_view import Unsupported, View, view_of

__all__ = ["components", "is_connected", "node_connected_component", "number_of_components"]


def components(mode: str) -> Callable[[Any], Iterator[set]]:
    """The function that gives sets of nodes, those with the lowest node first."""

    def found(G: Any) -> Iterator[set]:
        view = view_of(G)
        labels, n = _labels(view, mode)
        first = np.full(n, view.graph.n_nodes)
        np.minimum.at(first, labels, np.arange(labels.size))
        sets = view.sets(labels, n)
        return iter([sets[i] for i in np.argsort(first)])

    return found


def number_of_components(mode: str) -> Callable[[Any], int]:
    """The function that counts the components."""
    return lambda G: _labels(view_of(G), mode)[1]


def is_connected(mode: str) -> Callable[[Any], bool]:
    """The function that tells whether there is one component; NetworkX refuses an empty graph in its own words."""

    def answer(G: Any) -> bool:
        view = view_of(G)
        if view.graph.n_nodes == 0:
            raise Unsupported("a graph without nodes")
        return _labels(view, mode)[1] == 1

    return answer


def node_connected_component(G: Any, n: Any) -> set:
    """The nodes that are connected to `n`."""
    view = view_of(G)
    number = view.number(n)
    labels, _ = _labels(view, "weak")
    names = list(view.names)
    return {names[i] for i in np.flatnonzero(labels == labels[number])}


def _labels(view: View, mode: str) -> tuple[np.ndarray, int]:
    from netgraph.analysis import connected_components

    labels, sizes = connected_components(view.graph, mode=mode)
    return labels, int(sizes.size)
