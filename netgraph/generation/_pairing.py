"""Edges with given degrees: ends paired at random, then the few pairs that must not be are mended by swaps.

The ends of all edges are paired in a uniformly random way (Bollobás 1980, doi:10.1016/S0195-6698(80)80030-8). Where that makes
a self-loop, a parallel edge or an edge that exists already, the edge is swapped with random others until all are allowed, and
swaps follow at random (as many as ten for each mended edge, and more in small graphs), so that where the mending began is
forgotten. Without anything to mend the graph is drawn uniformly from all with its degrees; else nearly so: the part of the
edges that was mended is of the order of ``<k**2>**2 / (<k>**3 n)``.
"""

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from netgraph._ids import id_dtype
from netgraph.generation._graphical import require_digraphic, require_graphical
from netgraph.generation._site import Site
from simcore.errors import EdgeError
from simcore.memory import check_free

__all__ = [
    "BIPARTITE",
    "DIRECTED",
    "ONE_WAY",
    "UNDIRECTED",
    "Ends",
    "chosen_units",
    "pair_directed",
    "pair_undirected",
    "random_pairs",
    "settle",
    "settle_one_end",
    "shake",
    "state_of",
    "words_of",
    "turned_at_random",
]

Ends = tuple[np.ndarray, np.ndarray]

# Third words of the counters begin here, above those of rules; a draw uses some, the next draw of the same call the next ones.
_FIRST_COUNTER = 32
_COUNTERS = 8
_SHUFFLE, _REPAIR, _SHAKE, _MORE, _TURN = 0, 2, 3, 4, 5

_NONE = np.empty(0, dtype=np.int64)
# While they are drawn: the ends, their order, a key, a number, and one to three places of the set.
_BYTES_PER_EDGE = 56
_CHUNK = 1 << 20
# Places of a block of keys, and of one of bits, as powers of two: half a megabyte.
_BLOCK_BITS = 16
_BIT_BLOCK_BITS = 22


@dataclass(frozen=True)
class _Kind:
    """What makes two edges the same, and what swaps may do.

    Parameters
    ----------
    unordered : bool
        Whether an edge back counts as the same edge.
    turn : bool
        Whether swaps may turn edges round.
    solvable : bool
        Whether something else than swaps finds a graph if there is one.
    """

    unordered: bool
    turn: bool
    solvable: bool


DIRECTED = _Kind(unordered=False, turn=False, solvable=True)
BIPARTITE = _Kind(unordered=True, turn=False, solvable=True)
ONE_WAY = _Kind(unordered=True, turn=False, solvable=False)
UNDIRECTED = _Kind(unordered=True, turn=True, solvable=True)


def pair_directed(name: str, site: Site, out_degrees: np.ndarray, in_degrees: np.ndarray) -> Ends:
    """Edges with an out-degree for each source of the site and an in-degree for each target.

    Raises
    ------
    EdgeError
        If there is no such graph.
    """
    out_of, in_of = np.zeros((2, site.graph.n_nodes), dtype=np.int64)
    out_of[site.sources], in_of[site.targets] = out_degrees, in_degrees
    require_digraphic(name, out_of, in_of, multigraph=site.multigraph, loops=site.self_loops)
    ends = random_pairs(site, out_degrees, in_degrees)
    return settle(name, site, ends, DIRECTED if site.graph.directed else BIPARTITE)


def pair_undirected(
    name: str, site: Site, nodes: np.ndarray, degrees: np.ndarray, *, stage: int = 0, avoid: Ends | None = None
) -> Ends:
    """Edges between `nodes` with these degrees, each in a random direction; pairs in `avoid` count as edges that exist.

    Raises
    ------
    EdgeError
        If there is no such graph, or none could be found beside the edges that exist.
    """
    require_graphical(name, degrees, multigraph=site.multigraph, loops=site.self_loops)
    _check_memory(int(degrees.sum()) // 2)
    stubs = _shuffled(site, np.repeat(nodes.astype(id_dtype(site.graph.n_nodes)), degrees), stage)
    half = len(stubs) // 2
    return settle(name, site, (stubs[:half], stubs[half:]), UNDIRECTED, stage=stage, avoid=avoid)


def random_pairs(site: Site, out_degrees: np.ndarray, in_degrees: np.ndarray, *, stage: int = 0) -> Ends:
    """Random sources for the targets in order, loops and parallel edges included."""
    _check_memory(int(out_degrees.sum()))
    dtype = id_dtype(site.graph.n_nodes)
    source = _shuffled(site, np.repeat(site.sources.astype(dtype), out_degrees), stage)
    return source, np.repeat(site.targets.astype(dtype), in_degrees)


def settle(
    name: str, site: Site, ends: Ends, kind: _Kind, *, stage: int = 0, avoid: Ends | None = None, why: str = "these degrees"
) -> Ends:
    """Swap ends of edges, in place, until all edges are allowed, and then some more."""
    if len(ends[0]) == 0 or (site.multigraph and site.self_loops):
        return ends
    state = state_of(site, ends, kind, avoid)
    n, n_bad = len(ends[0]), int(np.count_nonzero(state[1]))
    if n_bad == 0:
        return ends
    bad = _mend(words_of(site, stage, _REPAIR), state, 5 * n + 100_000)
    if bad.size:
        state = _search(name, site, bad, state, kind, stage, avoid, why)
        n_bad = n
    shake(words_of(site, stage, _SHAKE), state, max(min(10 * n_bad, n), min(100 * n, 100_000)))
    return ends


def settle_one_end(site: Site, ends: Ends, side: int, *, stage: int, avoid: Ends) -> int:
    """Draw one end (0: source) anew where a pair is joined already, then of random edges; how many edges found no place."""
    from netgraph.generation._swaps import redraw_some

    if len(ends[0]) == 0:
        return 0
    state = state_of(site, ends, ONE_WAY, avoid)
    wrong, nodes = state[1], site.sources.astype(ends[0].dtype)
    n, n_bad, done, rounds = len(wrong), int(np.count_nonzero(state[1])), 0, 0
    words = words_of(site, stage, _REPAIR)
    while (bad := np.flatnonzero(wrong)).size and done < 20 * n + 1_000_000:
        some = np.tile(bad, max(1, min(1000 // len(bad), 64)))
        redraw_some(some, done, done + len(some), words, nodes, side, *state)
        done, rounds = done + len(some), rounds + 1
        if rounds % 8 == 0:  # others make room
            redraw_some(_NONE, done, done + n, words, nodes, side, *state)
            done += n
    if n_bad:
        n_tries = max(min(10 * n_bad, n), min(100 * n, 100_000))
        redraw_some(_NONE, 0, n_tries, words_of(site, stage, _SHAKE), nodes, side, *state)
    return int(np.count_nonzero(wrong))


def shake(words: Any, state: Any, n_tries: int) -> None:
    """Swap random pairs of edges."""
    from netgraph.generation._swaps import swap_some  # Numba loads on first use

    swap_some(_NONE, False, 0, n_tries, words, *state)


def _mend(words: Any, state: Any, n_tries: int, *, loose: bool = False) -> np.ndarray:
    """Swap wrong edges with random ones, each once a round, until none is left or there were too many tries; those left."""
    from netgraph.generation._swaps import swap_some

    wrong = state[1]
    bad = np.flatnonzero(wrong)
    done = 0
    while bad.size and done < n_tries:
        # Few are tried several times a round, or most of the time would go into rounds.
        some = np.tile(bad, max(1, min(1000 // len(bad), 64)))
        swap_some(some, loose, done, done + len(some), words, *state)
        done += len(some)
        bad = np.flatnonzero(wrong) if loose else bad[wrong[bad] > 0]
    return bad


def _search(name: str, site: Site, bad: np.ndarray, state: Any, kind: _Kind, stage: int, avoid: Ends | None, why: str) -> Any:
    """Settle what random swaps did not: from another start if all pairs are free, else by paths, or by wandering."""
    ends, wrong = state[0], state[1]
    beside = (site.graph.n_edges > 0 or avoid is not None) and not site.multigraph
    if not beside and not site.multigraph and kind.solvable:
        _start_again(site, ends, kind)
        return state_of(site, ends, kind, avoid)
    there = " beside the edges that exist" if beside and avoid is None else ""
    if kind.solvable and not kind.turn:
        _follow_paths(name, bad, state, there)
    elif _mend(words_of(site, stage, _MORE), state, 20 * len(wrong) + 1_000_000, loose=True).size:
        raise EdgeError(f"{name}: no graph with {why} was found{there}: {np.count_nonzero(wrong)} edges found no place")
    return state


def _follow_paths(name: str, bad: np.ndarray, state: Any, there: str) -> None:
    """Find each wrong edge a place by moving others out of the way, which works if and only if there is a graph."""
    from netgraph._counting_sort import sort_by_pair
    from netgraph.generation._swaps import follow_paths

    ends, wrong = state[0], state[1]
    begins, slots = sort_by_pair(ends[1], np.zeros(len(wrong), dtype=np.int32), int(state[-1][0]))
    targets = np.flatnonzero(np.diff(begins))
    while bad.size:
        if not follow_paths(bad, begins, slots, targets, *state):
            raise EdgeError(f"{name}: no graph has these degrees{there}: node {ends[0][bad[0]]} finds no target")
        bad = bad[wrong[bad] > 0]


def _start_again(site: Site, ends: Ends, kind: _Kind) -> None:
    """Put a graph that is found without search in place of one that could not be mended."""
    from netgraph.generation._greedy import havel_hakimi, kleitman_wang

    nodes, where = np.unique(np.concatenate(ends), return_inverse=True)
    if kind.turn:
        first, second = havel_hakimi(np.bincount(where, minlength=len(nodes)))
    else:
        out_degrees, in_degrees = (np.bincount(part, minlength=len(nodes)) for part in np.split(where, 2))
        first, second = kleitman_wang(out_degrees, in_degrees, loops=site.self_loops)
    ends[0][:], ends[1][:] = nodes[first], nodes[second]


def state_of(site: Site, ends: Ends, kind: _Kind, avoid: Ends | None = None) -> tuple[Ends, np.ndarray, np.ndarray, np.ndarray]:
    """What swaps work on: the ends, marks of wrong edges, the set of pairs, and the rules."""
    old = np.empty((2, 0), dtype=ends[0].dtype) if site.multigraph else _existing(site, kind, avoid)
    n = len(ends[0])
    n_places = site.graph.n_nodes**2
    bits = max(1, (3 * (n + old.shape[1]) // 2).bit_length())
    if n_places <= 64 << bits:  # a bit for each pair takes no more room
        bits, block_bits, n_words = 0, _BIT_BLOCK_BITS, n_places // 64 + 1
    else:
        block_bits, n_words = min(bits, _BLOCK_BITS), 1 << bits
    distinct = not site.multigraph
    values = [site.graph.n_nodes, kind.unordered, site.self_loops, distinct, bits, (1 << block_bits) - 1, kind.turn]
    rules = np.array(values, dtype=np.int64)
    if not distinct:
        return ends, (ends[0] == ends[1]).astype(np.uint8), np.zeros(1, dtype=np.uint64), rules
    table, wrong = np.zeros(n_words, dtype=np.uint64), np.zeros(n, dtype=np.uint8)
    _fill_table(site, (old, ends), rules, block_bits, table, wrong)
    return ends, wrong, table, rules


def _fill_table(site: Site, parts: tuple[Any, Ends], rules: np.ndarray, block_bits: int, table: np.ndarray, wrong: Any) -> None:
    """Put all edges into the set, block by block, those that exist first; edges that cannot be there are marked."""
    from netgraph.generation._swaps import count_blocks, deal_keys, fill_block
    from simcore.compile import run_parallel

    n_places = len(table) if rules[4] else 64 * len(table)
    n_old, n = parts[0].shape[1], parts[0].shape[1] + len(wrong)
    chunks = []
    for begin, (source, target) in ((0, parts[0]), (n_old, parts[1])):
        spans = [slice(first, first + _CHUNK) for first in range(0, len(source), _CHUNK)]
        chunks += [(begin + span.start, source[span], target[span]) for span in spans]
    counts = np.zeros((len(chunks), (n_places - 1 >> block_bits) + 1), dtype=np.int64)
    tasks = [
        functools.partial(count_blocks, *chunk[1:], rules, block_bits, row) for chunk, row in zip(chunks, counts, strict=True)
    ]
    run_parallel(tasks, site.threads)
    places = np.ascontiguousarray(np.cumsum(counts.T.ravel()).reshape(counts.T.shape).T - counts)
    keys, edges = np.empty(n, dtype=np.uint64), np.empty(n, dtype=id_dtype(n))
    tasks = [
        functools.partial(deal_keys, *chunk, rules, block_bits, row, keys, edges)
        for chunk, row in zip(chunks, places, strict=True)
    ]
    run_parallel(tasks, site.threads)
    borders = np.concatenate([[0], np.cumsum(counts.sum(axis=0))]).tolist()
    run_parallel(
        [
            functools.partial(fill_block, keys[a:b], edges[a:b], n_old, rules, table, wrong)
            for a, b in zip(borders[:-1], borders[1:], strict=True)
        ],
        site.threads,
    )


def _existing(site: Site, kind: _Kind, avoid: Ends | None) -> np.ndarray:
    """Edges of the graph that new ones could repeat, and those in `avoid`."""
    graph = site.graph
    from_here, to_here = np.zeros((2, graph.n_nodes), dtype=bool)
    from_here[site.sources], to_here[site.targets] = True, True
    if kind.unordered:
        from_here = to_here = from_here | to_here
    rows = np.flatnonzero(from_here[graph.source] & to_here[graph.target]) if graph.n_edges else np.empty(0, dtype=np.int64)
    old = np.stack([graph.source[rows], graph.target[rows]])
    return old if avoid is None else np.concatenate([old, np.stack(avoid)], axis=1)


def chosen_units(site: Site, amounts: np.ndarray, n_chosen: int, *, stage: int) -> np.ndarray:
    """How many are chosen of each node's units if that many are, all units being equally likely; int64."""
    units = _shuffled(site, np.repeat(np.arange(len(amounts), dtype=np.int32), amounts), stage)
    return np.bincount(units[:n_chosen], minlength=len(amounts))


def turned_at_random(site: Site, ends: Ends, *, stage: int = 0) -> Ends:
    """The same edges, each in a random direction."""
    from simcore.random import uniforms  # Numba loads on first use

    counter = _FIRST_COUNTER + _COUNTERS * stage + _TURN
    turned = np.concatenate(
        [
            np.empty(0, dtype=bool),
            *site.in_slices(
                len(ends[0]), lambda a, b: uniforms(site.seed, site.stream.purpose, np.arange(a, b), counter) < 0.5
            ),
        ]
    )
    return np.where(turned, ends[1], ends[0]), np.where(turned, ends[0], ends[1])


def _shuffled(site: Site, values: np.ndarray, stage: int) -> np.ndarray:
    from netgraph.generation._shuffle import shuffled

    return shuffled(values, site.stream, _FIRST_COUNTER + _COUNTERS * stage + _SHUFFLE, site.threads)


def words_of(site: Site, stage: int, use: int) -> tuple[Any, ...]:
    """Where the random numbers of some swaps come from, as the kernels want it."""
    return (*site.stream.words(), np.uint64(_FIRST_COUNTER + _COUNTERS * stage + use))


def _check_memory(n_edges: int) -> None:
    check_free("generate", f"{n_edges:.1e} edges", float(n_edges) * _BYTES_PER_EDGE)
