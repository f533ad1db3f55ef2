"""Triangles and triplets around each node: what clustering, closure and their counts share."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_choice
from netgraph.graph import Graph
from simcore.errors import ParameterError

__all__ = ["METHODS", "Triads", "divided", "triads_of", "undefined_value"]

Floats = NDArray[np.float64]
Exponents = tuple[float, float]

MODES = ("total", "cycle", "middleman", "fan-in", "fan-out")

# Powers of the weights: x and y of triangles, x and y of triplets. Both count with the mean of x y' and y x' of their edges at
# the node, a triangle also with the y of its third edge. The power zero is 1 where there is an edge.
METHODS: dict[str, tuple[Exponents, Exponents]] = {
    "onnela": ((1 / 3, 1 / 3), (0, 0)),
    "barrat": ((1, 0), (1, 0)),
    "zhang": ((1, 1), (1, 1)),
    "continuous": ((2 / 3, 2 / 3), (1 / 2, 1 / 2)),
}


class Triads(NamedTuple):
    """The pairs of linked nodes of a graph, and which triangles and triplets of them count.

    Attributes
    ----------
    where : str
        What asks, for messages and the bar.
    pairs : OrderedPairs
    mode : int
        Number of the mode in `netgraph.analysis._triangles`.
    directed, weighted : bool
    largest : float
        Largest weight of the graph.
    """

    where: str
    pairs: Any
    mode: int
    directed: bool
    weighted: bool
    largest: float

    def triangles(self, exponents: Exponents, progress: bool | None) -> NDArray[Any]:
        """Closed triplets around each node, both orders of two neighbours counted; integers without weights.

        Of a directed graph this is the number of its directed triangles, as in Table 1 of Fagiolo (2007).
        """
        from netgraph.analysis._triangles import count_plain, count_triangles, weigh_triangles  # Numba loads on first use

        if not self.weighted and not self.directed:
            return self.pairs.by_node(2 * count_plain(self.where, self.pairs, progress=progress))
        if not self.weighted:
            return self.pairs.by_node(count_triangles(self.where, self.pairs, self.mode, progress=progress)[0])
        x, y = self.powers(exponents)
        return self.pairs.by_node(weigh_triangles(self.where, self.pairs, self.mode, x, y, progress=progress))

    def closed(self, exponents: Exponents, progress: bool | None) -> Any:
        """Sum of `triangles` over all nodes."""
        from netgraph.analysis._triangles import total_plain

        if not self.weighted and not self.directed:
            return 6 * total_plain(self.where, self.pairs, progress=progress)
        return self.triangles(exponents, progress).sum()

    def triplets(self, exponents: Exponents) -> NDArray[Any]:
        """All triplets around each node, in the same way."""
        from netgraph.analysis._triplets import triplet_numbers, weigh_triplets

        if not self.weighted or exponents == (0, 0):
            return self.pairs.by_node(triplet_numbers(self.pairs, self.mode))
        x, y = self.powers(exponents)
        return self.pairs.by_node(weigh_triplets(self.pairs, self.mode, x, y))

    def powers(self, exponents: Exponents) -> tuple[Floats, Floats]:
        """Two powers of the weights relative to the largest, one array if they are the same."""
        x = self._power(exponents[0])
        return x, x if exponents[0] == exponents[1] else self._power(exponents[1])

    def _power(self, exponent: float) -> Floats:
        if exponent == 0:
            return np.column_stack([self.pairs.kind & 1, self.pairs.kind >> 1]).astype(np.float64)
        values = self.pairs.weight / self.largest
        if exponent == 1 / 2:
            return np.sqrt(values, out=values)
        if exponent != 1:
            np.cbrt(values, out=values)
        return np.square(values, out=values) if exponent == 2 / 3 else values


def triads_of(graph: Graph, weight: str | None, mode: str, *, where: str, nodes: NDArray[np.int64] | None = None) -> Triads:
    """The triads of a graph that count in a mode, checked; with all triangles and triplets around `nodes` alone if given."""
    from netgraph.analysis import _triangles  # Numba loads on first use
    from netgraph.analysis._ordered_pairs import ordered_pairs

    check_choice(f"mode of {where}", mode, MODES)
    if mode != "total" and not graph.directed:
        raise ParameterError(f"{where}: mode", got=mode, expected="'total' for an undirected graph")
    pairs = ordered_pairs(graph, weight, where=where)
    largest = float(pairs.weight.max(initial=np.finfo(float).tiny))
    # An undirected edge stands for one in each direction: its fans are the triplets without direction.
    number = MODES.index(mode) if graph.directed else _triangles.FAN_OUT
    return Triads(where, pairs if nodes is None else pairs.around(nodes), number, graph.directed, weight is not None, largest)


def divided(closed: NDArray[Any], triplets: NDArray[Any], undefined: float) -> Floats:
    """Quotient, `undefined` where there is nothing to divide by."""
    return np.divide(closed, triplets, out=np.full(closed.shape, undefined), where=triplets > 0)


def undefined_value(where: str, undefined: Any) -> float:
    """A number, which may be NaN."""
    if isinstance(undefined, bool) or not isinstance(undefined, (int, float, np.integer, np.floating)):
        raise ParameterError(f"{where}: undefined", got=undefined, expected="a number, such as 0 or NaN")
    return float(undefined)
