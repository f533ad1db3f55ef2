"""Where to draw nodes that have no positions."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_choice, check_given_seed
from netgraph.graph import Graph, check_graph
from netgraph.plot._style import named_ids
from netgraph.space.distance import checked_points
from simcore.errors import ParameterError

__all__ = ["circles", "layout", "places"]

# Layouts whose time grows with the square of the number of nodes, and the most nodes that they take.
_SQUARE = {"graphopt": 3000, "kamada_kawai": 2000}
# Sum of the radii of two neighbouring circles relative to the distance of their middles.
_CLOSE = 0.85
LAYOUTS = ("circular", "graphopt", "grouped", "kamada_kawai", "spring")


def layout(graph: Graph, kind: str = "spring", *, groups: Any = None, seed: int = 0) -> NDArray[np.float64]:
    """Places for nodes on a plane, the same for the same seed.

    Parameters
    ----------
    graph : Graph
    kind : {"circular", "grouped", "spring", "graphopt", "kamada_kawai"}
        All nodes on a circle, group by group; each group on a circle of its own, around a large one; edges as springs
        (Fruchterman & Reingold 1991, doi:10.1002/spe.4380211102); springs between electric charges, in which hubs keep apart;
        or distances as in the graph (Kamada & Kawai 1989, doi:10.1016/0020-0190(89)90102-6). igraph computes the last three.
    groups : NeuralPop or mapping of names to groups or ids, optional
        For the circles; None takes the groups of the graph's population, if it has one.
    seed : int
        Where the springs start.

    Returns
    -------
    positions : ndarray of float64, shape (n_nodes, 2)
        Between -1 and 1, without unit.

    Raises
    ------
    UnknownNameError
        If there is no such kind.
    ParameterError
        If the kind cannot take so many nodes.

    Examples
    --------
    >>> layout(Graph(4), "circular").round(3).tolist()
    [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [-0.0, -1.0]]
    """
    check_graph("layout: graph", graph)
    check_choice("layout", kind, LAYOUTS)
    check_given_seed(seed, "layout: seed")
    if graph.n_nodes > _SQUARE.get(kind, graph.n_nodes):
        expected = f"at most {_SQUARE[kind]} for {kind!r}; 'spring' takes more"
        raise ParameterError("layout: graph", got=f"{graph.n_nodes} nodes", expected=expected)
    named = named_ids("layout", graph.structure if groups is None else groups, graph=graph)
    if kind == "grouped":
        return circles(graph.n_nodes, named)
    if kind == "circular":
        return _circle(graph.n_nodes, named)
    return _by_igraph(graph, kind, seed)


def places(where: str, graph: Graph, wanted: Any, named: Mapping[str, NDArray[np.int64]], *, seed: int) -> tuple[Any, bool]:
    """Position of each node as asked, or the graph's, or circles; and whether they are positions in space."""
    if wanted is None:
        in_space = graph.positions is not None
        return (graph.positions if in_space else circles(graph.n_nodes, named)), in_space
    if isinstance(wanted, str):
        if wanted == "positions" and graph.positions is None:
            raise ParameterError(f"{where}: layout", got=wanted, expected=f"a layout: {graph.name!r} has no positions")
        check_choice("layout", wanted, ("positions", *LAYOUTS))
        if wanted == "positions":
            return graph.positions, True
        return layout(graph, wanted, groups=dict(named), seed=seed), False
    given = checked_points(f"{where}: layout", wanted)
    if len(given) != graph.n_nodes:
        raise ParameterError(f"{where}: layout", got=f"{len(given)} points", expected=f"one for each of {graph.n_nodes} nodes")
    return given, False


def circles(n_nodes: int, groups: Mapping[str, NDArray[np.int64]]) -> NDArray[np.float64]:
    """Each group on a circle of its own, all of them around a large one; nodes of no group form one more.

    Examples
    --------
    >>> circles(4, {}).round(3).tolist()
    [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [-0.0, -1.0]]
    """
    parts = _parts(n_nodes, groups)
    positions = np.zeros((n_nodes, 2))
    # The radius of a circle grows with the root of its number of nodes; their arcs share the large circle accordingly.
    share = np.sqrt([ids.size for ids in parts])
    share /= max(share.sum(), 1.0)
    middle = 2 * np.pi * (np.cumsum(share) - share / 2)
    radii = _largest_factor(share, middle) * share
    for ids, radius, angle in zip(parts, radii, middle, strict=True):
        around = 2 * np.pi * np.arange(ids.size) / ids.size
        centre = (1 - radius) * np.array([np.cos(angle), np.sin(angle)])
        positions[ids] = centre + radius * np.column_stack([np.cos(around), np.sin(around)])
    return positions


def _largest_factor(share: NDArray[np.float64], angle: NDArray[np.float64]) -> float:
    """What makes shares the radii of circles that touch the unit circle from inside and keep apart from each other.

    Two circles of radii c a and c b, whose middles lie in directions that differ by t, are (a + b) c / 0.85 apart if
    K - (a + b) K c - A c² = 0, where K = 2 - 2 cos t and A = ((a + b) / 0.85)² - a² - b² + 2 a b cos t.
    """
    found = 1.0 / share.max(initial=1e-300)
    for step in range(1, share.size // 2 + 1):
        a, b, cosine = share, np.roll(share, step), np.cos(angle - np.roll(angle, step))
        k, both = 2 - 2 * cosine, a + b
        square = (both / _CLOSE) ** 2 - a**2 - b**2 + 2 * a * b * cosine
        found = min(found, float((2 * k / (both * k + np.sqrt((both * k) ** 2 + 4 * square * k))).min()))
    return found


def _circle(n_nodes: int, groups: Mapping[str, NDArray[np.int64]]) -> NDArray[np.float64]:
    """All nodes on one circle, group by group."""
    order = np.concatenate([np.zeros(0, dtype=np.int64), *_parts(n_nodes, groups)])
    first = np.sort(np.unique(order, return_index=True)[1])  # a node of two groups stands with the first
    around = 2 * np.pi * np.arange(n_nodes) / max(n_nodes, 1)
    positions = np.empty((n_nodes, 2))
    positions[order[first]] = np.column_stack([np.cos(around), np.sin(around)])
    return positions


def _parts(n_nodes: int, groups: Mapping[str, NDArray[np.int64]]) -> list[NDArray[np.int64]]:
    """Ids of the groups that are not empty, and of the nodes of none."""
    rest = np.setdiff1d(np.arange(n_nodes), np.concatenate([np.zeros(0, dtype=np.int64), *groups.values()]))
    return [ids for ids in (*groups.values(), rest) if ids.size]


def _by_igraph(graph: Graph, kind: str, seed: int) -> NDArray[np.float64]:
    if graph.n_nodes == 0:
        return np.zeros((0, 2))
    import igraph  # loads on first use

    # Parallel edges would pull harder.
    drawn = igraph.Graph(n=graph.n_nodes, edges=np.column_stack([graph.source, graph.target])).simplify()
    start = np.random.default_rng(seed).uniform(-1.0, 1.0, (graph.n_nodes, 2)) * np.sqrt(graph.n_nodes)
    # As many steps as a second or two allow: without a grid, all pairs of nodes repel each other.
    grid = graph.n_nodes > 500
    steps = int(np.clip((2e7 if grid else 5e7) / (graph.n_nodes + drawn.ecount() if grid else graph.n_nodes**2), 50, 500))
    with _igraph_seeded(seed):
        if kind == "spring":
            found = drawn.layout_fruchterman_reingold(seed=start.tolist(), niter=steps, grid=grid)
        elif kind == "graphopt":
            found = drawn.layout_graphopt(seed=start.tolist(), niter=int(np.clip(1e9 / graph.n_nodes**2, 100, 500)))
        else:
            found = drawn.layout_kamada_kawai()
    positions = np.array(found.coords)
    positions -= (positions.min(axis=0) + positions.max(axis=0)) / 2
    return positions / max(float(np.abs(positions).max()), 1e-300)


@contextlib.contextmanager
def _igraph_seeded(seed: int) -> Iterator[None]:
    """Let igraph, which draws from Python's generator, begin with `seed`, and leave that generator as it was."""
    state = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(state)
