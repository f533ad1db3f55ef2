"""Where edges are drawn: the nodes on either side, the pairs still free between them, and the streams of random numbers."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from netgraph._ids import id_dtype
from simcore.errors import ParameterError
from simcore.memory import check_free
from simcore.rules import Pairs, Rule, Stream, positions_of

if TYPE_CHECKING:
    from netgraph.graph import Graph
    from netgraph.structure import Structure

__all__ = ["Ends", "Rows", "Site", "ids_of_group", "skipping", "together"]

# Edges whose partners are looked up at a time, in the place where their positions were.
_PIECE = 1 << 16


Ends = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True, eq=False)
class Rows:
    """Pairs by rows: each row is a node that draws partners.

    Parameters
    ----------
    nodes, partners : ndarray of int64
        Ids of the rows' nodes, and of the nodes that they draw.
    pairs : Pairs
        What each row may draw.
    drawn : str
        Which end of the edges the partners are: ``"source"`` or ``"target"``.
    begin : ndarray of int64, optional
        Where in `partners` each row's own begin; 0 for all rows if None.
    """

    nodes: np.ndarray
    partners: np.ndarray
    pairs: Pairs
    drawn: str
    begin: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Site:
    """The nodes between which edges are drawn.

    Parameters
    ----------
    graph : Graph
        Edges that it has are not drawn again, unless `multigraph`.
    sources, targets : ndarray of int64
        Distinct node ids.
    multigraph, self_loops : bool
        Whether several edges between two nodes, and edges from a node to itself, are drawn.
    seed : int
    salt : int
        Tells apart calls with one seed, below 2**24.
    threads : int, optional
        All cores if None.
    structure : Structure or NeuralPop, optional
        Knows the names of groups.
    """

    graph: "Graph"
    sources: np.ndarray
    targets: np.ndarray
    multigraph: bool
    self_loops: bool
    seed: int
    salt: int
    threads: int | None
    structure: "Structure | None" = None

    @functools.cached_property
    def stream(self) -> Stream:
        """Where the edges' random numbers come from."""
        from simcore.random import Purpose  # Numba loads on first use

        return Stream(self.seed, Purpose.GRAPH_EDGES + self.salt)

    @functools.cached_property
    def n_common(self) -> int:
        """Number of nodes that are both sources and targets."""
        return int(np.count_nonzero(positions_of(self.targets, self.sources) >= 0))

    @property
    def n_possible(self) -> int:
        """Number of pairs of different nodes; in an undirected graph, of pairs without order."""
        ordered = len(self.sources) * len(self.targets) - self.n_common
        return ordered if self.graph.directed else ordered - self.n_common * (self.n_common - 1) // 2

    @property
    def n_nodes(self) -> int:
        """Number of different nodes."""
        return len(self.sources) + len(self.targets) - self.n_common

    def rows(self, drawn: str = "source", taken: Ends | None = None) -> Rows:
        """The pairs that are free, by rows of targets that draw sources, or the other way round.

        `taken` are sources and targets of edges that are drawn beside those of the rows.
        """
        nodes, partners = (self.targets, self.sources) if drawn == "source" else (self.sources, self.targets)
        if not self.graph.directed:
            return self._unordered_rows(nodes, partners, drawn, taken)
        source, target = self._existing(taken)
        if source.size == 0:
            pairs = Pairs.between(partners, nodes, allow_autapses=self.self_loops)
            return Rows(nodes, partners, pairs, drawn)
        ends = (target, source) if drawn == "source" else (source, target)
        widths = np.full(len(nodes), len(partners), dtype=np.int64)
        return Rows(nodes, partners, self._without(nodes, partners, widths, ends), drawn)

    def unordered_rows(self) -> Rows:
        """Free pairs without order: those between which there is no edge in either direction."""
        return self._unordered_rows(self.targets, self.sources, "source")

    def _existing(self, taken: Ends | None) -> Ends:
        """Edges that are not to be drawn again: those of the graph, unless edges may be parallel, and those `taken`."""
        none = np.empty(0, dtype=np.int32)
        source, target = (none, none) if self.multigraph else (self.graph.source, self.graph.target)
        if taken is None:
            return source, target
        return np.concatenate([source, taken[0]]), np.concatenate([target, taken[1]])

    def _unordered_rows(self, nodes: np.ndarray, partners: np.ndarray, drawn: str, taken: Ends | None = None) -> Rows:
        """Each pair once: nodes of both sides come last among the partners, and each draws only those before it."""
        where = positions_of(nodes, partners)
        common = where >= 0
        others = np.ones(len(partners), dtype=bool)
        others[where[common]] = False
        partners = np.concatenate([partners[others], nodes[common]])
        widths = np.full(len(nodes), len(partners), dtype=np.int64)
        widths[common] = np.count_nonzero(others) + np.arange(np.count_nonzero(common)) + int(self.self_loops)
        source, target = self._existing(taken)
        if source.size == 0:
            nothing = Pairs.between(partners, nodes)
            return Rows(nodes, partners, Pairs(widths, nothing.skip_start, nothing.skip), drawn)
        ends = np.concatenate([source, target]), np.concatenate([target, source])
        return Rows(nodes, partners, self._without(nodes, partners, widths, ends), drawn)

    def _without(self, nodes: np.ndarray, partners: np.ndarray, widths: np.ndarray, ends: tuple[Any, Any]) -> Pairs:
        """Pairs without the existing edges, from their ends on the rows' side and on the partners', and without self-loops."""
        row_of = np.full(self.graph.n_nodes, -1, dtype=np.int64)
        row_of[nodes] = np.arange(len(nodes))
        place_of = np.full(self.graph.n_nodes, -1, dtype=np.int64)
        place_of[partners] = np.arange(len(partners))
        row, place = row_of[ends[0]], place_of[ends[1]]
        if not self.self_loops:
            own = place_of[nodes]
            row, place = np.concatenate([row, np.flatnonzero(own >= 0)]), np.concatenate([place, own[own >= 0]])
        inside = (row >= 0) & (place >= 0)
        row, place = row[inside], place[inside]
        below = place < widths[row]
        return skipping(widths, row[below], place[below])

    def draw(self, rows: Rows, rule: Rule) -> tuple[np.ndarray, np.ndarray]:
        """Sources and targets of edges drawn by a rule, row after row, by all threads."""
        from simcore.compile import run_parallel

        n = len(rows.nodes)
        found = self.in_slices(n, lambda a, b: rule.row_counts(rows.pairs, self.stream, a, b))
        counts = np.concatenate([np.empty(0, dtype=np.int64), *found])
        before = np.zeros(n + 1, dtype=np.int64)
        np.cumsum(counts, out=before[1:])
        dtype = id_dtype(self.graph.n_nodes)
        check_free("generate", f"{before[-1]:.1e} edges", float(before[-1]) * 2 * dtype.itemsize)
        edges = np.empty((2, int(before[-1])), dtype=dtype)
        nodes, partners = rows.nodes.astype(dtype), rows.partners.astype(dtype)
        every = rows.begin is None and bool((partners == np.arange(len(partners))).all())

        def fill(a: int, b: int) -> None:
            drawn = edges[0, before[a] : before[b]]
            places = drawn if dtype == np.int32 else np.empty(len(drawn), dtype=np.int32)
            rule.fill(rows.pairs, self.stream, a, counts[a:b], places)
            edges[1, before[a] : before[b]] = np.repeat(nodes[a:b], counts[a:b])
            if rows.begin is not None:
                places += np.repeat(rows.begin[a:b].astype(np.int32), counts[a:b])
            if not every:
                for begin in range(0, len(drawn), _PIECE):
                    drawn[begin : begin + _PIECE] = partners[places[begin : begin + _PIECE]]

        wanted = np.linspace(0, before[-1], self._n_slices(n) + 1)
        cuts = np.unique(np.concatenate([[0], np.searchsorted(before, wanted[1:-1]), [n]]))
        run_parallel([functools.partial(fill, *cut) for cut in zip(cuts[:-1], cuts[1:], strict=True)], self.threads)
        return self.oriented(rows, edges[0], edges[1])

    def in_slices(self, n: int, task: Callable[[int, int], Any]) -> list[Any]:
        """Results of ``task(first, last)`` for slices of `n` rows, in order."""
        from simcore.compile import run_parallel

        cuts = np.unique(np.linspace(0, n, self._n_slices(n) + 1).astype(np.int64)).tolist()
        slices: Sequence[tuple[int, int]] = list(zip(cuts[:-1], cuts[1:], strict=True))
        return run_parallel([functools.partial(task, *cut) for cut in slices], self.threads)

    def uniforms(self, n: int, counter: int) -> np.ndarray:
        """A uniform number in (0, 1) for each of `n` things that are counted from 0, by all threads.

        Counters below 16 belong to the rules' kernels; each use in one family has its own.
        """
        from simcore.random import uniforms  # Numba loads on first use

        def piece(first: int, last: int) -> np.ndarray:
            return uniforms(self.seed, self.stream.purpose, np.arange(first, last), counter)

        return np.concatenate([np.empty(0), *self.in_slices(n, piece)])

    def chosen(self, n: int, share: float, counter: int) -> np.ndarray:
        """Those of `n` things whose number of `uniforms` is below the share, ascending."""
        from simcore.random import uniforms

        def piece(first: int, last: int) -> np.ndarray:
            return first + np.flatnonzero(uniforms(self.seed, self.stream.purpose, np.arange(first, last), counter) < share)

        return np.concatenate([np.empty(0, dtype=np.int64), *self.in_slices(n, piece)])

    def oriented(self, rows: Rows, partners: np.ndarray, nodes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Sources and targets from the ends that were drawn and those that drew."""
        return (partners, nodes) if rows.drawn == "source" else (nodes, partners)

    def _n_slices(self, n: int) -> int:
        from simcore.compile import default_threads

        threads = default_threads() if self.threads is None else self.threads
        return 1 if threads == 1 else max(1, min(4 * threads, n // 64))


def ids_of_group(structure: "Structure | None", name: Any, where: str) -> np.ndarray:
    """Ids of a group by its name."""
    if structure is None:
        expected = "ids or a Group: the graph has no population or structure that knows names"
        raise ParameterError(where, got=name, expected=expected)
    return np.asarray(structure[name].ids)


def skipping(widths: np.ndarray, row: np.ndarray, place: np.ndarray) -> Pairs:
    """Pairs of those widths without the places listed by row, which may repeat."""
    from netgraph._counting_sort import sort_by_pair  # Numba loads on first use

    _, order = sort_by_pair(row, place, max(len(widths), int(widths.max(initial=0))))
    row, place = row[order], place[order]
    is_new = np.ones(len(row), dtype=bool)
    is_new[1:] = (row[1:] != row[:-1]) | (place[1:] != place[:-1])
    skip_start = np.zeros(len(widths) + 1, dtype=np.int64)
    np.cumsum(np.bincount(row[is_new], minlength=len(widths)), out=skip_start[1:])
    return Pairs(widths, skip_start, place[is_new].astype(np.int32))


def together(*parts: Ends) -> Ends:
    """Edges of several parts, one part after the other."""
    source, target = (np.concatenate(ends) for ends in zip(*parts, strict=True))
    return source, target
