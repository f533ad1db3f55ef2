"""Edge switching in rounds: the nodes are dealt into random groups, and the edges of each group switch among themselves.

One switch takes two edges, drawn uniformly, and exchanges an end of theirs unless the result is not allowed (Maslov & Sneppen
2002, doi:10.1126/science.1065103). Rejected proposals count as steps, so that all graphs become equally likely (Artzy-Randrup
& Stone 2005, doi:10.1103/PhysRevE.72.056708). Here each round proposes switches only inside of groups of nodes. How nodes are
dealt does not depend on the edges and every two nodes meet in some rounds, so that each round leaves the uniform distribution
as it is and all graphs are reached. A directed graph's edges belong to the group of one end, say the source: whether an edge
exists is then known to its source's group, and groups need not know of each other. In an undirected graph the end that is
lower in a random order of the nodes has this part, and a switch may not change which end that is, in this round.
"""

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from netgraph._checks import check_number
from netgraph._ids import id_dtype
from netgraph._progress import run_tasks
from netgraph.generation._rewire_ring import MOST_ROUNDS, Ring
from simcore.errors import EdgeError, ParameterError
from simcore.memory import check_free

if TYPE_CHECKING:
    from netgraph.graph import Graph

__all__ = ["Ends", "Rule", "check_loops", "checked_swaps", "other_seed", "shuffled", "stream_of", "switch_edges"]

# Edges of a group: its table of edges lies in a core's own cache.
_GROUP = 1 << 14
# A group has some times the edges of the largest node, whose edges would else find few partners.
_LARGEST = 4
# Edges that are switched between two looks at the clock and the keyboard; edges of one piece of work in a pass over all.
_STEP = 1 << 22
_SLICE = 1 << 20
# While they are switched: four ends, and the rows in order of a node.
_BYTES_PER_EDGE = 24
# Of proposals to join other ends, a third would change which end of an edge is lower in a random order: more are made.
_ORDERED = 1.5
# Proposals that take no time to speak of.
_FEW = 1 << 18
# Numbers of streams of a seed, the rounds lying before.
_SHUFFLES = 1 << 23
_MOST_SWAPS = 1e6

Ends = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True, eq=False)
class Rule:
    """What switches keep, and what they may make.

    Parameters
    ----------
    n_nodes : int
    directed : bool
        Whether each node keeps its in-degree and its out-degree; False keeps the sum alone.
    turning : bool
        Whether edges have a direction that may turn, if not `directed`.
    loops, multi : bool
        Whether self-loops and parallel edges are allowed.
    labels : ndarray of int64, shape (n_nodes,) or (0,)
        Blocks between which the numbers of edges stay.
    on_ring : bool
        Whether edges may not become longer, two together, on the ring of nodes.
    """

    n_nodes: int
    directed: bool
    turning: bool = False
    loops: bool = False
    multi: bool = False
    labels: np.ndarray = field(default_factory=functools.partial(np.empty, 0, dtype=np.int64))
    on_ring: bool = False

    def compiled(self) -> tuple[Any, ...]:
        """As the kernels take it."""
        doubled = int(self.turning)
        return self.n_nodes << doubled, doubled, self.loops, self.multi, self.n_nodes if self.on_ring else 0


def stream_of(seed: int, number: int) -> tuple[Any, ...]:
    """Stream of random words, as the kernels take it."""
    from simcore.random import Purpose, seed_words  # Numba loads on first use

    return (np.uint64(Purpose.GRAPH_REWIRING + number), *seed_words(seed))


def checked_swaps(where: str, swaps_per_edge: Any, *, otherwise: float | None, used: bool) -> float | None:
    """Number of proposals for each edge, `otherwise` if None; refused where nothing is switched."""
    if swaps_per_edge is None:
        return otherwise
    where = f"{where}: swaps_per_edge"
    if not used:
        raise ParameterError(where, got=swaps_per_edge, expected="None: with these constraints no edges are switched")
    if check_number(where, swaps_per_edge, 0.0) > _MOST_SWAPS:
        raise ParameterError(where, got=swaps_per_edge, expected=f"at most {_MOST_SWAPS:g}")
    return float(swaps_per_edge)


def check_loops(where: str, graph: "Graph") -> None:
    """Refuse self-loops, where switches do not make them."""
    loops = np.flatnonzero(graph.source == graph.target)
    if loops.size:
        what = f"{graph.name!r} has {loops.size} self-loops, the first at node {graph.source[loops[0]]}"
        raise EdgeError(f"{where}: {what}; random_rewire with self_loops=True allows them")


def other_seed(seed: int) -> int:
    """A seed for generators that the graph to be rewired is unlikely to be made from."""
    from simcore.random import philox

    zero = np.uint64(0)
    high, low, _, _ = philox(zero, zero, zero, *stream_of(seed, _SHUFFLES - 1))
    return int(high) << 32 | int(low)


def shuffled(values: np.ndarray, seed: int, number: int) -> np.ndarray:
    """The values in random order, which depends on the seed and the number of the shuffle."""
    from netgraph.generation._rewire_kernels import shuffle

    out = np.array(values)
    shuffle(out, stream_of(seed, _SHUFFLES + number))
    return out


def switch_edges(
    ends: Ends,
    rule: Rule,
    swaps_per_edge: float | None,
    *,
    seed: int,
    threads: int | None = None,
    progress: bool | None = None,
    where: str = "random_rewire",
    group_edges: int = _GROUP,
) -> tuple[np.ndarray, np.ndarray, int]:
    """Sources and targets after so many proposed switches for each edge, and how many switches were accepted.

    Parameters
    ----------
    ends : pair of ndarray of int
        Sources and targets of the edges, which `rule` allows.
    rule : Rule
    swaps_per_edge : float, optional
        Proposed switches for each edge; on the ring None for as many as still shorten the edges.
    seed : int
        Of the random numbers.
    threads : int, optional
        All cores if None; they do not change the result.
    progress : bool, optional
        See `netgraph._progress.run_tasks`.
    where : str
        What works, for the bar.
    group_edges : int
        Edges of a group; smaller groups are for tests.
    """
    if ends[0].size == 0 or swaps_per_edge == 0:
        return *(np.array(end) for end in ends), 0  # type: ignore[return-value]
    check_free(where, f"{ends[0].size:.1e} edges", float(ends[0].size) * _BYTES_PER_EDGE)
    chain: _BySource | _ByRank = (_BySource if rule.directed else _ByRank)(ends, rule, seed, threads, group_edges)
    chain.where = where
    chain.until_settled = swaps_per_edge is None
    most = MOST_ROUNDS if swaps_per_edge is None else swaps_per_edge
    rounds = math.ceil(most)
    chain.share = most / rounds
    steps = [step for number in range(rounds) for step in chain.steps(number)]
    if most * ends[0].size <= _FEW:
        accepted = [step() for step in steps]
    else:
        accepted = run_tasks(where, steps, threads=1, progress=progress, hint="fewer swaps_per_edge take less time")
    return *chain.ends(), sum(accepted)


class _Chain:
    """Rounds of switches: what both ways have in common."""

    share: float
    where: str
    until_settled: bool

    def __init__(self, rule: Rule, seed: int, threads: int | None, n_edges: int, n_groups: int) -> None:
        self.rule, self.seed, self.threads = rule, seed, threads
        self.n_edges, self.n_groups = n_edges, n_groups
        self.group_of = np.empty(rule.n_nodes, dtype=np.int32)
        self.ring: Ring | None = None
        self.arcs, self.parts = 1, n_groups
        self.done = False

    def steps(self, number: int) -> list[Callable[[], int]]:
        """The pieces of a round, to be done one after the other; each gives its number of accepted switches."""
        n_steps = -(-self.n_edges // _STEP)
        switches = [functools.partial(self.switch, number, step, n_steps) for step in range(n_steps)]
        return [functools.partial(self.begin, number), *switches]

    def begin(self, number: int) -> int:
        """Deal the nodes into groups, unless no more rounds are needed."""
        if self.ring is not None and not self.done:
            self.ring.look(*self.rows(), int(self.rule.turning))
            self.done = self.until_settled and self.ring.settled
            self.arcs = self.ring.n_arcs
            self.parts = max(1, self.n_groups // self.arcs)
        if not self.done:
            self.deal(self.arcs * self.parts, stream_of(self.seed, number))
        return 0

    def rows(self) -> Ends:
        """The end of each edge that stays, and the one that is switched."""
        raise NotImplementedError

    def deal(self, n_groups: int, stream: tuple[Any, ...]) -> None:
        """Deal the nodes into groups."""
        raise NotImplementedError

    def switch_groups(self, first: int, last: int, stream: tuple[Any, ...]) -> int:
        """Switch some groups; returns how many switches were accepted."""
        raise NotImplementedError

    def compiled_rule(self) -> tuple[Any, ...]:
        """As the kernels take it in this round."""
        return *self.rule.compiled(), *((0, 0) if self.ring is None else self.ring.asked(self.arcs * self.parts))

    def switch(self, number: int, step: int, n_steps: int) -> int:
        """Switch the groups of one step with all threads."""
        from simcore.compile import default_threads

        if self.done:
            return 0
        first, last = _cuts(self.arcs * self.parts, n_steps)[step]
        threads = default_threads() if self.threads is None else self.threads
        cuts = _cuts(last - first, min(last - first, 4 * threads))
        stream = stream_of(self.seed, number)
        tasks = [functools.partial(self.switch_groups, first + a, first + b, stream) for a, b in cuts]
        accepted = _run(tasks, threads)
        if min(accepted) < 0:
            u, v = divmod(-1 - min(accepted), self.rule.n_nodes << self.rule.turning)
            pair = f"{u} and {v >> self.rule.turning}"
            way_out = "random_rewire with multigraph=True allows them"
            raise EdgeError(f"{self.where}: there are parallel edges between the nodes {pair}; {way_out}")
        return sum(accepted)


class _BySource(_Chain):
    """Rows in order of one end, which they keep: the one whose largest degree is smaller."""

    def __init__(self, ends: Ends, rule: Rule, seed: int, threads: int | None, group_edges: int) -> None:
        from netgraph._csr import group_edges as grouped

        degrees = [np.bincount(end, minlength=rule.n_nodes) for end in ends]
        self._turned = int(degrees[1].max() < degrees[0].max())
        kept, moved = ends[self._turned], ends[1 - self._turned]
        most = max(group_edges, _LARGEST * int(degrees[self._turned].max()))
        super().__init__(rule, seed, threads, kept.size, max(1, kept.size // most))
        csr = grouped(kept, moved, rule.n_nodes)
        self._indptr, self._moved = csr.indptr, np.array(csr.indices)
        self._kept = kept[csr.rows]
        self._begin, self._degree = np.empty(rule.n_nodes, dtype=np.int64), degrees[self._turned]
        self._nodes = np.arange(rule.n_nodes)
        self._bounds = np.array([0, rule.n_nodes])
        if rule.on_ring:
            self.ring = Ring(rule.n_nodes, kept.size, degrees[self._turned] - degrees[1 - self._turned])

    def rows(self) -> Ends:
        return self._kept, self._moved

    def deal(self, n_groups: int, stream: tuple[Any, ...]) -> None:
        from netgraph.generation._rewire_kernels import draw_groups

        draw_groups(self.arcs, self.parts, stream, self.group_of, np.empty(0, dtype=np.int64))
        self._nodes = np.argsort(self.group_of, kind="stable")
        self._bounds = np.searchsorted(self.group_of[self._nodes], np.arange(n_groups + 1))

    def switch_groups(self, first: int, last: int, stream: tuple[Any, ...]) -> int:
        from netgraph.generation._rewire_kernels import switch_by_source

        places = self._begin, self._degree, self.group_of
        rows = self._indptr, self._moved, self._nodes, self._bounds, places, self.rule.labels
        return switch_by_source(*rows, first, last, self.share, stream, self.compiled_rule())

    def ends(self) -> Ends:
        """Sources and targets."""
        return (self._moved, self._kept) if self._turned else (self._kept, self._moved)


class _ByRank(_Chain):
    """Rows that are dealt out to their groups in each round, because their owners change."""

    def __init__(self, ends: Ends, rule: Rule, seed: int, threads: int | None, group_edges: int) -> None:
        largest = int(np.bincount(np.concatenate(ends)).max())
        n_edges = ends[0].size
        super().__init__(rule, seed, threads, n_edges, max(1, n_edges // max(group_edges, _LARGEST * largest)))
        dtype = id_dtype(rule.n_nodes << rule.turning)
        self._owner, self._other = ends[0].astype(dtype), ends[1].astype(dtype) << int(rule.turning)
        self._room = np.empty_like(self._owner), np.empty_like(self._other)
        self._ranks = np.empty(rule.n_nodes, dtype=np.int64)
        if rule.on_ring:
            self.ring = Ring(rule.n_nodes, n_edges, None)

    def rows(self) -> Ends:
        return self._owner, self._other

    def deal(self, n_groups: int, stream: tuple[Any, ...]) -> None:
        from netgraph.generation._rewire_kernels import count_groups, draw_groups, place_groups

        draw_groups(self.arcs, self.parts, stream, self.group_of, self._ranks)
        rows = self._owner, self._other, self._ranks, self.group_of, int(self.rule.turning)
        slices = _cuts(self.n_edges, -(-self.n_edges // _SLICE))
        counts = np.zeros((len(slices), n_groups), dtype=np.int64)
        _run([functools.partial(count_groups, *rows, *s, c) for s, c in zip(slices, counts, strict=True)], self.threads)
        by_group = np.concatenate([[0], np.cumsum(counts.T)])
        places = np.array(by_group[:-1].reshape(n_groups, -1).T, order="C")  # a copy, which the threads move on
        tasks = [functools.partial(place_groups, *rows, *s, p, *self._room) for s, p in zip(slices, places, strict=True)]
        _run(tasks, self.threads)
        self._bounds = by_group[:: len(slices)]
        self._room, (self._owner, self._other) = (self._owner, self._other), self._room

    def switch_groups(self, first: int, last: int, stream: tuple[Any, ...]) -> int:
        from netgraph.generation._rewire_kernels import switch_segments

        rows = self._owner, self._other, self._bounds, self._ranks, self.rule.labels
        return switch_segments(*rows, first, last, _ORDERED * self.share, stream, self.compiled_rule())

    def ends(self) -> Ends:
        """Sources and targets; of an undirected graph, its ends in any order."""
        dtype = id_dtype(self.rule.n_nodes)
        if not self.rule.turning:
            return self._owner, self._other
        other, from_other = self._other >> 1, (self._other & 1).astype(bool)
        source, target = np.where(from_other, other, self._owner), np.where(from_other, self._owner, other)
        return source.astype(dtype, copy=False), target.astype(dtype, copy=False)


def _run(tasks: Sequence[Callable[[], int]], threads: int | None) -> list[int]:
    """Results of tasks that all threads do; a single one, as small graphs have, is called without ado."""
    from simcore.compile import run_parallel  # Numba loads on first use

    return [tasks[0]()] if len(tasks) == 1 else run_parallel(tasks, threads)


def _cuts(n: int, pieces: int) -> list[tuple[int, int]]:
    """The numbers below `n` as about equal pieces, each from its first to behind its last."""
    if pieces <= 1:
        return [(0, n)]
    cuts = np.linspace(0, n, pieces + 1).astype(np.int64).tolist()
    return list(zip(cuts[:-1], cuts[1:], strict=True))
