"""Distributions of betweenness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from numpy.typing import ArrayLike

from netgraph import analysis
from netgraph._checks import check_choice
from netgraph.graph import check_graph
from netgraph.plot._histogram import fit_names
from netgraph.plot._style import named_ids
from netgraph.plot.distributions import attribute_distribution

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from netgraph.graph import Graph

__all__ = ["betweenness_distribution"]


def betweenness_distribution(
    graph: Graph,
    *,
    of: str = "nodes",
    weight: str | None = None,
    n_sources: int | None = None,
    seed: int | None = None,
    groups: Any = None,
    bins: int | str | ArrayLike = "auto",
    log: bool = False,
    density: bool | None = None,
    fit: str | Sequence[str] | None = None,
    colours: Any = None,
    progress: bool | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Histogram of the betweenness of nodes or edges.

    Parameters
    ----------
    graph : Graph
    of : {"nodes", "edges"}
    weight : str, optional
        Edge column with lengths, as in `netgraph.analysis.betweenness`; None counts edges.
    n_sources : int, optional
        Estimate from paths that begin at this many random nodes, as `netgraph.analysis.sampled_betweenness` does; None takes
        all paths, whose time grows as n_nodes times n_edges.
    seed : int, optional
        Chooses the nodes; None takes a fresh one.
    groups, bins, log, density, fit, colours
        As in `attribute_distribution`.
    progress : bool, optional
        Whether to show a bar; None shows it in a terminal or a notebook.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    UnknownNameError
        If there is no such column or distribution.
    ParameterError
        If lengths are negative, or there are too few nodes to sample.

    Examples
    --------
    >>> from netgraph import Graph
    >>> betweenness_distribution(Graph.from_edges([0, 1, 2], [1, 2, 3])).get_xlabel()
    'betweenness of nodes'
    """
    where = "betweenness_distribution"
    check_graph(f"{where}: graph", graph)
    check_choice(f"choice of {where}: of", of, ("edges", "nodes"))
    fit_names(where, fit)  # refused before the long computation
    named_ids(where, groups, graph=graph)
    options: dict[str, Any] = {"weight": weight, "progress": progress}
    if n_sources is None:
        values = (analysis.betweenness if of == "nodes" else analysis.edge_betweenness)(graph, **options)
    else:
        sampled = analysis.sampled_betweenness if of == "nodes" else analysis.sampled_edge_betweenness
        values = sampled(graph, n_sources, seed=seed, **options).value
    drawn: dict[str, Any] = {"groups": groups, "bins": bins, "log": log, "density": density, "fit": fit, "colours": colours}
    ax = attribute_distribution(graph, values, of=of, ax=ax, **drawn)
    ax.set_xlabel(f"betweenness of {of}" + ("" if weight is None else f", lengths from {weight}"))
    return ax
