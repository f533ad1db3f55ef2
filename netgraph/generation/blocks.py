"""Stochastic block models: random edges whose number or probability depends on the groups of their ends.

Holland, Laskey & Leinhardt 1983, doi:10.1016/0378-8733(83)90021-7.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Unpack, overload

import numpy as np

from netgraph._ids import as_integers
from netgraph.generation._make import make_graph, one_of, require_room
from netgraph.generation._options import MultigraphOptions, generator
from netgraph.generation._site import Rows, Site, ids_of_group, skipping
from simcore.errors import EdgeError, ParameterError, UnknownNameError
from simcore.rules import FixedIndegree, Pairs

if TYPE_CHECKING:
    from netgraph.graph import Graph
    from netgraph.network import Network
    from netgraph.population import NeuralPop

__all__ = ["StochasticBlockModel", "stochastic_block_model"]


class Blocks(NamedTuple):
    """Names of the blocks, and the number of the block of each node of the graph; -1 for nodes in none."""

    names: list[str]
    label: np.ndarray


class BlockRows(NamedTuple):
    """Rows of one target and one block of sources each, ordered by pair of blocks.

    Attributes
    ----------
    rows : Rows
    source_block, target_block : ndarray of int64, shape (n_pairs,)
        The pairs of blocks that are connected.
    begin : ndarray of int64, shape (n_pairs + 1,)
        First row of each pair.
    """

    rows: Rows
    source_block: np.ndarray
    target_block: np.ndarray
    begin: np.ndarray


@dataclass(frozen=True, eq=False)
class StochasticBlockModel:
    """A matrix by source block and target block, and what the blocks are."""

    p: Any = None
    density: Any = None
    edges: Any = None
    sizes: Any = None
    groups: Any = None

    name = "stochastic_block_model"

    def __post_init__(self) -> None:
        kind = self._kind
        if self.sizes is not None and self.groups is not None:
            raise ParameterError("stochastic_block_model: groups", got=self.groups, expected="either sizes or groups")
        matrix = getattr(self, kind)
        if not isinstance(matrix, Mapping):
            _checked_matrix(kind, matrix)
        if self.sizes is not None:
            _checked_sizes(self.sizes)

    @property
    def _kind(self) -> str:
        return one_of(f"{self.name}: edges", {"p": self.p, "density": self.density, "edges": self.edges})

    def draw(self, site: Site) -> tuple[np.ndarray, np.ndarray]:
        """Rows of each target and block draw as many partners as the matrix says."""
        blocks = self.blocks(site)
        matrix = self._matrix(blocks, directed=site.graph.directed)
        found = _block_rows(site, blocks, matrix)
        counts = self._counts(site, blocks, matrix, found)
        return site.draw(found.rows, FixedIndegree(counts, allow_multapses=site.multigraph))

    def blocks(self, site: Site) -> Blocks:
        """The blocks of the graph's nodes."""
        n = site.graph.n_nodes
        if self.sizes is not None:
            sizes = _checked_sizes(self.sizes)
            if sizes.sum() != n:
                raise ParameterError(f"{self.name}: sizes", got=f"{sizes.sum()} nodes in all", expected=f"{n}")
            return Blocks([str(k) for k in range(len(sizes))], np.repeat(np.arange(len(sizes)), sizes))
        if isinstance(self.groups, str):
            names, label = np.unique(site.graph.nodes[self.groups], return_inverse=True)
            return Blocks([str(name) for name in names], label)
        groups = site.structure if self.groups is None else self.groups
        if groups is None:
            raise ParameterError(f"{self.name}: groups", got=None, expected="groups or sizes, or a population or structure")
        items = groups.items() if isinstance(groups, Mapping) else _named(groups)
        return _labelled(site, list(items))

    def _matrix(self, blocks: Blocks, *, directed: bool) -> np.ndarray:
        """The matrix of this many blocks, from an array or a mapping of pairs of names."""
        kind, n = self._kind, len(blocks.names)
        matrix = getattr(self, kind)
        if isinstance(matrix, Mapping):
            matrix = _from_pairs(kind, matrix, blocks.names, directed=directed)
        matrix = _checked_matrix(kind, matrix)
        if matrix.shape != (n, n):
            expected = f"shape ({n}, {n}), for the groups {', '.join(blocks.names)}"
            raise ParameterError(f"{self.name}: {kind}", got=f"shape {matrix.shape}", expected=expected)
        if not directed and not (matrix == matrix.T).all():
            raise ParameterError(f"{self.name}: {kind}", got="different halves", expected="symmetry, for an undirected graph")
        return matrix

    def _counts(self, site: Site, blocks: Blocks, matrix: np.ndarray, found: BlockRows) -> np.ndarray:
        """Number of partners that each row draws."""
        from simcore.rules._rows import binomial_counts, split_totals

        available = found.rows.pairs.available
        values = matrix[found.source_block, found.target_block]
        lengths = np.diff(found.begin)
        counts = np.zeros(len(available), dtype=np.int64)
        before = np.zeros(len(available) + 1, dtype=np.int64)
        np.cumsum(available, out=before[1:])
        free = before[found.begin[1:]] - before[found.begin[:-1]]
        if self._kind == "p":
            require_room(float(values @ free))
            binomial_counts(0, available, np.repeat(values, lengths), site.stream.words(), counts)
            return counts
        wanted = values if self._kind == "edges" else np.rint(values * _possible(site, found))
        short = wanted > free if not site.multigraph else (wanted > 0) & (free == 0)
        if short.any():
            k = int(np.argmax(short))
            pair = f"{blocks.names[found.source_block[k]]!r} to {blocks.names[found.target_block[k]]!r}"
            raise EdgeError(f"{self.name}: {wanted[k]:.0f} edges wanted from {pair}, but only {free[k]} pairs are free")
        require_room(float(wanted.sum()))
        split_totals(wanted.astype(np.int64), found.begin, before, not site.multigraph, site.stream.words(), counts)
        return counts


class _BlockOptions(MultigraphOptions, total=False):
    """All arguments but the population, for type checkers."""

    p: Any
    density: Any
    edges: Any
    sizes: Any
    groups: Any


@overload
def stochastic_block_model(*, population: "NeuralPop", **options: Unpack[_BlockOptions]) -> "Network": ...
@overload
def stochastic_block_model(*, population: None = None, **options: Unpack[_BlockOptions]) -> "Graph": ...
@generator
def stochastic_block_model(
    *,
    p: Any = None,
    density: Any = None,
    edges: Any = None,
    sizes: Any = None,
    groups: Any = None,
    population: "NeuralPop | None" = None,
    **options: Unpack[MultigraphOptions],
) -> "Graph | Network":
    """A random graph whose edges depend on the groups of their ends: a probability, density or number for each pair of groups.

    Exactly one of `p`, `density` and `edges` is given: a matrix ``M[source block, target block]``, symmetric if the graph is
    undirected, or a mapping ``{(source name, target name): value}``, whose other pairs stay unconnected.

    Parameters
    ----------
    p : array_like of float, shape (n_blocks, n_blocks), or dict
        Probability of each pair of nodes; the number of edges is then random.
    density : array_like of float, shape (n_blocks, n_blocks), or dict
        Edges relative to the possible ones between the two blocks, without self-loops; the number is rounded.
    edges : array_like of int, shape (n_blocks, n_blocks), or dict
        Number of edges between the two blocks; in an undirected graph, once for both orders.
    sizes : array_like of int, shape (n_blocks,), optional
        Nodes of each block, which follow each other; their blocks become the node column ``"block"``.
    groups : dict, list or str, optional
        The blocks: ids or groups by name, a list of groups, lists of ids or names, or a node column (in `connect_nodes`) whose
        values tell the blocks. The groups of the population or structure, in their order, if neither this nor `sizes` is given.
    nodes, population, shape, positions, directed, weights, delays, multigraph, self_loops, name, seed, rng, threads
        See `erdos_renyi`; the number of nodes is the sum of `sizes` unless something else says it.

    Returns
    -------
    graph : Graph or Network
        Edges in order of the pair of blocks.

    Raises
    ------
    ParameterError
        A matrix of another shape or with impossible values, groups that overlap.
    EdgeError
        More edges than pairs between two blocks, which are named.

    Examples
    --------
    >>> graph = stochastic_block_model(p=[[0.5, 0.0], [0.1, 0.5]], sizes=[40, 60], seed=1)
    >>> graph.n_nodes, bool((graph.nodes["block"][graph.source] >= graph.nodes["block"][graph.target]).all())
    (100, True)
    """
    if p is not None and options.get("multigraph"):
        where = "stochastic_block_model: multigraph with p"
        raise ParameterError(where, got=True, expected="False: each pair is drawn once")
    model = StochasticBlockModel(p, density, edges, sizes, groups)
    if sizes is None:
        return make_graph(model, population=population, **options)
    sizes = _checked_sizes(sizes)
    if population is None and options.get("nodes") is None and options.get("positions") is None:
        options["nodes"] = int(sizes.sum())
    graph = make_graph(model, population=population, **options)
    graph.nodes["block"] = np.repeat(np.arange(len(sizes)), sizes)
    return graph


def _possible(site: Site, found: BlockRows) -> np.ndarray:
    """Pairs of different nodes between the blocks of each pair, those that are edges already included."""
    without_loops = found.rows.pairs.widths - _own_place(site, found)
    total = np.concatenate([[0], np.cumsum(without_loops)])
    return total[found.begin[1:]] - total[found.begin[:-1]]


def _own_place(site: Site, found: BlockRows) -> np.ndarray:
    """1 for rows whose node is among the partners that the row may draw, else 0."""
    rows = found.rows
    if not site.graph.directed:  # of a block with itself, a row ends before its own node, or with it
        same = np.repeat(found.source_block == found.target_block, np.diff(found.begin))
        return (same & site.self_loops).astype(np.int64)
    place = np.full(site.graph.n_nodes, -1, dtype=np.int64)
    place[rows.partners] = np.arange(len(rows.partners))
    own = place[rows.nodes] - rows.begin
    return ((own >= 0) & (own < rows.pairs.widths)).astype(np.int64)


def _block_rows(site: Site, blocks: Blocks, matrix: np.ndarray) -> BlockRows:
    """Rows of each pair of blocks that is to be connected; of an undirected pair, only one of its two orders."""
    directed = site.graph.directed
    same_sides = site.n_common == len(site.sources) == len(site.targets)
    if not directed and site.n_common and not same_sides:
        got = "sources and targets that overlap in part"
        raise ParameterError("stochastic_block_model", got=got, expected="the same nodes on both sides, or different ones")
    partners, source_start, source_place = _sorted_by_block(site.sources, blocks, len(matrix))
    nodes, target_start, place = _sorted_by_block(site.targets, blocks, len(matrix))
    triangle = not directed and same_sides
    a, b = np.nonzero(np.triu(matrix) if triangle else matrix)
    lengths = np.diff(target_start)[b]
    begin = np.concatenate([[0], np.cumsum(lengths)])
    pair = np.repeat(np.arange(len(a)), lengths)
    within = np.arange(begin[-1]) - begin[pair]
    widths = np.diff(source_start)[a][pair]
    if triangle:
        widths = np.where((a == b)[pair], within + int(site.self_loops), widths)
    row_nodes = nodes[target_start[b][pair] + within]
    number = np.full(matrix.shape, -1, dtype=np.int64)
    number[a, b] = np.arange(len(a))

    def rows_of(target: np.ndarray, source: np.ndarray) -> np.ndarray:
        """Row of each pair of nodes, -1 if it has none."""
        one, other = blocks.label[target], blocks.label[source]
        which = np.where((one >= 0) & (other >= 0) & (place[target] >= 0), number[other, one], -1)
        return np.where(which >= 0, begin[which] + place[target], -1)

    pairs = _without_existing(site, widths, rows_of, source_place)
    return BlockRows(Rows(row_nodes, partners, pairs, "source", source_start[a][pair]), a, b, begin)


def _sorted_by_block(ids: np.ndarray, blocks: Blocks, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Nodes sorted by block, where each block begins, and the place of each node of the graph in its block."""
    ids = ids[blocks.label[ids] >= 0]
    ordered = ids[np.argsort(blocks.label[ids], kind="stable")]
    start = np.concatenate([[0], np.cumsum(np.bincount(blocks.label[ids], minlength=n))])
    place = np.full(len(blocks.label), -1, dtype=np.int64)
    place[ordered] = np.arange(len(ordered)) - np.repeat(start[:-1], np.diff(start))
    return ordered, start, place


def _without_existing(site: Site, widths: np.ndarray, rows_of: Any, place: np.ndarray) -> Pairs:
    """Pairs of those widths without the graph's edges and, unless wanted, without self-loops."""
    graph = site.graph
    target, source = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    if not site.multigraph and graph.n_edges:
        target.append(graph.target)
        source.append(graph.source)
        if not graph.directed:
            target.append(graph.source)
            source.append(graph.target)
    if not site.self_loops and graph.directed:
        target.append(site.targets)
        source.append(site.targets)
    ends = np.concatenate(target), np.concatenate(source)
    row, where = rows_of(*ends), place[ends[1]]
    inside = (row >= 0) & (where >= 0)
    row, where = row[inside], where[inside]
    below = where < widths[row]
    return skipping(widths, row[below], where[below])


def _named(groups: Any) -> list[tuple[str, Any]]:
    """Names of listed groups: their own, or their number."""
    if isinstance(groups, (str, bytes)) or not hasattr(groups, "__iter__"):
        raise ParameterError("stochastic_block_model: groups", got=groups, expected="groups, lists of ids, or names")
    named = []
    for k, group in enumerate(groups):
        name = group if isinstance(group, str) else getattr(group, "name", None)
        named.append((str(k) if name is None else name, group))
    return named


def _labelled(site: Site, groups: list[tuple[str, Any]]) -> Blocks:
    """Number of the group of each node; groups must not overlap."""
    label = np.full(site.graph.n_nodes, -1, dtype=np.int64)
    for k, (name, group) in enumerate(groups):
        where = f"stochastic_block_model: group {name!r}"
        if isinstance(group, str):
            group = ids_of_group(site.structure, group, where)
        ids = site.graph._node_ids(group, where)
        twice = ids[label[ids] >= 0]
        if twice.size:
            got = f"node {twice[0]}, which is in {groups[label[twice[0]]][0]!r} too"
            raise ParameterError(where, got=got, expected="groups that share no node")
        label[ids] = k
    return Blocks([name for name, _ in groups], label)


def _checked_sizes(sizes: Any) -> np.ndarray:
    values = as_integers(sizes, "stochastic_block_model: sizes")
    if np.ndim(sizes) != 1 or (values < 0).any():
        raise ParameterError("stochastic_block_model: sizes", got=sizes, expected="a number of nodes for each block")
    return values.astype(np.int64)


def _checked_matrix(kind: str, matrix: Any) -> np.ndarray:
    """A square matrix of numbers that can be a probability, a density or a number of edges."""
    where = f"stochastic_block_model: {kind}"
    try:
        array = np.asarray(matrix, dtype=np.float64)
    except (TypeError, ValueError):
        raise ParameterError(where, got=matrix, expected="a matrix of numbers") from None
    if array.ndim != 2 or array.shape[0] != array.shape[1]:
        raise ParameterError(where, got=f"shape {array.shape}", expected="a square matrix, A[source block, target block]")
    allowed = array >= 0
    if kind == "p":
        allowed &= array <= 1
        expected = "numbers in [0, 1]"
    else:
        expected = "finite numbers >= 0" if kind == "density" else "whole numbers >= 0"
        allowed &= np.isfinite(array) if kind == "density" else array == np.rint(array)
    if not allowed.all():
        i, j = np.argwhere(~allowed)[0]
        raise ParameterError(where, got=f"{array[i, j]:g} in row {i}, column {j}", expected=expected)
    return array


def _from_pairs(kind: str, table: Mapping[Any, Any], names: list[str], *, directed: bool) -> np.ndarray:
    """The matrix of a mapping ``{(source block, target block): value}``; 0 for pairs without an entry."""
    matrix = np.zeros((len(names), len(names)))
    for pair, value in table.items():
        if not (isinstance(pair, tuple) and len(pair) == 2):
            raise ParameterError(f"stochastic_block_model: {kind}", got=pair, expected="pairs: (source group, target group)")
        for name in pair:
            if name not in names:
                raise UnknownNameError("group in stochastic_block_model", got=name, choices=names)
        i, j = (names.index(name) for name in pair)
        matrix[i, j] = value
        if not directed and (pair[1], pair[0]) not in table:
            matrix[j, i] = value
    return matrix
