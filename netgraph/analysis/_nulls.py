"""Comparing a graph with random ones that share some of its properties."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_count, check_given_seed
from netgraph._progress import run_tasks

if TYPE_CHECKING:
    from netgraph.graph import Graph

__all__ = ["checked_nulls", "lattice_graph", "null_values", "random_graph", "simple_graph", "z_scores"]

# Differences of this share of a value are rounding errors.
_ROUNDING = 1e-12


def checked_nulls(where: str, n_nulls: Any, seed: Any, *, least: int = 1) -> int:
    """A number of random graphs, after a look at the seed as well."""
    from simcore.errors import ParameterError

    check_given_seed(seed, f"{where}: seed")
    number = check_count(n_nulls, f"{where}: n_nulls", most=None)
    if number < least:
        raise ParameterError(f"{where}: n_nulls", got=n_nulls, expected=f"a whole number >= {least}")
    return number


def simple_graph(graph: "Graph", weight: str | None = None, *, where: str) -> "Graph":
    """The bare graph without self-loops and parallel edges; if asked for with column "weight", summed over parallel edges."""
    from netgraph.analysis._ordered_pairs import ordered_pairs  # Numba loads on first use
    from netgraph.graph import Graph

    pairs = ordered_pairs(graph, weight, where=where)
    a, b = np.repeat(pairs.node, np.diff(pairs.first)), pairs.node[pairs.other]
    there, back = np.flatnonzero(pairs.kind & 1), np.flatnonzero(pairs.kind & 2 if graph.directed else np.zeros(0))
    columns = {}
    if weight is not None:
        columns["weight"] = np.concatenate([pairs.weight[there, 0], pairs.weight[back, 1]])
    source, target = np.concatenate([a[there], b[back]]), np.concatenate([b[there], a[back]])
    return Graph.from_edges(source, target, n_nodes=graph.n_nodes, directed=graph.directed, attributes=columns)


def random_graph(graph: "Graph", constraints: str | None, seed: int) -> "Graph":
    """A random graph that keeps what the constraints say."""
    from netgraph.generation import random_rewire  # generators load on first use

    return random_rewire(graph, constraints, seed=seed, threads=1, progress=False)


def lattice_graph(graph: "Graph", constraints: str | None, weight: str | None, seed: int) -> "Graph":
    """A ring lattice that keeps what the constraints say, the largest weights on its shortest edges."""
    from netgraph.generation import lattice_rewire

    return lattice_rewire(graph, constraints, weight=weight, seed=seed, threads=1, progress=False)


def null_values(
    where: str,
    make: "Callable[[int], Graph]",
    measure: "Callable[[Graph], Any]",
    n_nulls: int,
    *,
    seed: int | None,
    progress: bool | None,
    hint: str = "fewer n_nulls take less",
) -> list[Any]:
    """What `measure` finds in the graphs that `make` draws from seeds of their own; the same for any number of threads."""
    from simcore.random import fresh_seed  # Numba loads on first use

    base = fresh_seed() if seed is None else seed
    # Streams of children never meet those of the seed itself.
    seeds = [int(np.random.SeedSequence(base, spawn_key=(k,)).generate_state(1, np.uint64)[0]) for k in range(n_nulls)]
    tasks = [partial(_measured, make, measure, child) for child in seeds]
    return run_tasks(where, tasks, progress=progress, hint=hint)


def _measured(make: "Callable[[int], Graph]", measure: "Callable[[Graph], Any]", seed: int) -> Any:
    return measure(make(seed))


def z_scores(value: NDArray[Any], mean: NDArray[np.float64], std: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance from the mean in standard deviations: 0 on the mean, also without spread, and infinite beside it.

    Examples
    --------
    >>> z_scores(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 1.0]), np.array([0.5, 0.0, 0.0]))
    array([ 4.,  0., inf])
    """
    apart, rounding = value - mean, _ROUNDING * np.abs(mean)
    apart, std = np.where(np.abs(apart) <= rounding, 0.0, apart), np.where(std <= rounding, 0.0, std)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(apart == 0, 0.0, apart / std)
