"""Motifs: connected patterns of three or four nodes, how often they occur and whether that is more than chance."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgraph.analysis._nulls import checked_nulls, null_values, random_graph, simple_graph, z_scores
from netgraph.analysis.census import TRIADS, triad_census
from netgraph.graph import Graph, check_graph
from simcore.errors import ParameterError

__all__ = ["Motifs", "MotifSignificance", "motif_counts", "motif_significance"]

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

# Edges of the connected triads.
_EDGES = {
    "021D": [(0, 1), (0, 2)],
    "021U": [(1, 0), (2, 0)],
    "021C": [(1, 0), (0, 2)],
    "111D": [(0, 1), (1, 0), (2, 0)],
    "111U": [(0, 1), (1, 0), (0, 2)],
    "030T": [(0, 1), (0, 2), (1, 2)],
    "030C": [(0, 1), (1, 2), (2, 0)],
    "201": [(0, 1), (1, 0), (0, 2), (2, 0)],
    "120D": [(0, 1), (0, 2), (1, 2), (2, 1)],
    "120U": [(1, 0), (2, 0), (1, 2), (2, 1)],
    "120C": [(0, 1), (2, 0), (1, 2), (2, 1)],
    "210": [(0, 1), (0, 2), (2, 0), (1, 2), (2, 1)],
    "300": [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)],
}

# Isomorphism classes of four nodes that igraph numbers.
_CLASSES_OF_FOUR = {True: 218, False: 11}


class Motifs(NamedTuple):
    """How often each connected pattern occurs.

    Attributes
    ----------
    names : tuple of str
        Of three nodes those of `triad_census`, of four the numbers of igraph's isomorphism classes.
    patterns : ndarray of bool, shape (n_motifs, size, size)
        Adjacency matrices.
    counts : ndarray of int64, shape (n_motifs,)
        Number of sets of nodes whose edges form just this pattern.
    """

    names: tuple[str, ...]
    patterns: NDArray[np.bool_]
    counts: Integers


class MotifSignificance(NamedTuple):
    """How often each connected pattern occurs, there and in random graphs.

    Attributes
    ----------
    names, patterns, counts
        As in `Motifs`.
    null_mean, null_std : ndarray of float64, shape (n_motifs,)
        Mean and standard deviation of the counts of the random graphs.
    z : ndarray of float64, shape (n_motifs,)
        ``(counts - null_mean) / null_std``; 0 where all are equal.
    """

    names: tuple[str, ...]
    patterns: NDArray[np.bool_]
    counts: Integers
    null_mean: Floats
    null_std: Floats
    z: Floats


def motif_counts(graph: Graph, *, size: int = 3, progress: bool | None = None) -> Motifs:
    """Number of the sets of three or four nodes whose edges form each connected pattern (Milo et al. 2002).

    Parameters
    ----------
    graph : Graph
        Self-loops and parallel edges do not matter.
    size : {3, 4}
        Number of nodes. Four are counted by igraph, which takes far longer.
    progress : bool, optional
        Whether to show a bar; None shows one in a terminal or a notebook. While igraph works there is none.

    Returns
    -------
    motifs : Motifs
        13 patterns of three nodes, or 199 of four; in undirected graphs 2, or 6.

    Examples
    --------
    >>> from netgraph import Graph
    >>> motifs = motif_counts(Graph.from_edges([0, 1, 2, 2], [1, 2, 0, 3], directed=False))
    >>> motifs.names, motifs.counts
    (('201', '300'), array([2, 1]))
    """
    check_graph("motif_counts: graph", graph)
    _check_size("motif_counts", size)
    return _of_three(graph, progress) if size == 3 else _of_four(graph)


def motif_significance(
    graph: Graph,
    *,
    size: int = 3,
    n_nulls: int = 100,
    constraints: str | None = "both-degrees",
    seed: int | None = None,
    progress: bool | None = None,
) -> MotifSignificance:
    """Counts of motifs beside those in random graphs that share properties with the graph.

    Milo et al. (2002, doi:10.1126/science.298.5594.824): what occurs more often than in graphs of the same degrees asks for
    another explanation than the degrees.

    Parameters
    ----------
    graph : Graph
        Self-loops and parallel edges do not matter.
    size : {3, 4}
        Number of nodes.
    n_nulls : int
        Number of random graphs, at least 2.
    constraints : str, optional
        What they keep, see `netgraph.generation.random_rewire`; None keeps nothing but the number of edges.
    seed : int, optional
        Seed of the random graphs; None draws others each time.
    progress : bool, optional
        Whether to show a bar and an estimate; None shows them in a terminal or a notebook.

    Returns
    -------
    significance : MotifSignificance

    Examples
    --------
    >>> from netgraph.generation import erdos_renyi
    >>> found = motif_significance(erdos_renyi(nodes=50, edges=200, seed=1), n_nulls=5, seed=2)
    >>> found.names[5], found.z.shape
    ('030T', (13,))
    """
    where = "motif_significance"
    check_graph(f"{where}: graph", graph)
    _check_size(where, size)
    n_nulls = checked_nulls(where, n_nulls, seed, least=2)
    plain = simple_graph(graph, where=where)
    found = motif_counts(plain, size=size, progress=False)

    def measure(null: Graph) -> Integers:
        return motif_counts(null, size=size, progress=False).counts

    make = partial(random_graph, plain, constraints)
    counts = np.array(null_values(where, make, measure, n_nulls, seed=seed, progress=progress), dtype=np.float64)
    mean, std = counts.mean(axis=0), counts.std(axis=0, ddof=1)
    return MotifSignificance(*found, mean, std, z_scores(found.counts, mean, std))


def _check_size(where: str, size: Any) -> None:
    if isinstance(size, bool) or size not in (3, 4):
        raise ParameterError(f"{where}: size", got=size, expected="3 or 4")


def _of_three(graph: Graph, progress: bool | None) -> Motifs:
    census = triad_census(graph, progress=progress)
    names = tuple(name for name in TRIADS if name in (_EDGES if graph.directed else ("201", "300")))
    patterns = np.zeros((len(names), 3, 3), dtype=bool)
    for pattern, name in zip(patterns, names, strict=True):
        pattern[tuple(np.transpose(_EDGES[name]))] = True
    return Motifs(names, patterns, np.array([census[name] for name in names], dtype=np.int64))


def _of_four(graph: Graph) -> Motifs:
    import igraph

    plain = simple_graph(graph, where="motif_counts")
    other = igraph.Graph(n=plain.n_nodes, edges=np.column_stack([plain.source, plain.target]), directed=plain.directed)
    counts = np.array(other.motifs_randesu(size=4, cut_prob=[0.0] * 4))
    classes = [igraph.Graph.Isoclass(4, k, directed=plain.directed) for k in range(_CLASSES_OF_FOUR[plain.directed])]
    connected = [k for k, pattern in enumerate(classes) if pattern.is_connected(mode="weak")]
    patterns = np.array([classes[k].get_adjacency().data for k in connected], dtype=bool)
    return Motifs(tuple(map(str, connected)), patterns, counts[connected].astype(np.int64))
