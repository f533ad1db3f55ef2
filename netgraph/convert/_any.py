"""A graph from whatever a known library calls one."""

from collections.abc import Callable
from typing import Any

from netgraph.convert._graph_tool import from_graph_tool
from netgraph.convert._igraph import from_igraph
from netgraph.convert._networkit import from_networkit
from netgraph.convert._networkx import from_networkx
from netgraph.convert._pandas import from_pandas
from netgraph.graph import Graph
from simcore.errors import ParameterError

__all__ = ["from_any"]

_CONVERTERS: dict[str, Callable[[Any], Graph]] = {
    "graph_tool": from_graph_tool,
    "igraph": from_igraph,
    "networkit": from_networkit,
    "networkx": from_networkx,
}


def from_any(graph: Any, *, directed: bool | None = None) -> Graph:
    """A graph from one of NetworkX, igraph, networkit or graph-tool, a matrix, or tables of pandas.

    Parameters
    ----------
    graph : object
        A graph of one of these libraries, subclasses too; a square NumPy array or SciPy sparse matrix ``A[source, target]``; a
        pandas.DataFrame of edges with columns ``"source"`` and ``"target"``, or a pair of those of nodes and of edges as
        `to_pandas` gives them; or a graph of ours, which is copied. All attributes are taken that the converter of the library
        takes by itself.
    directed : bool, optional
        Whether the edges of a matrix or of tables have a direction, True if None. Graphs know: another value is refused.

    Returns
    -------
    graph : Graph

    Raises
    ------
    ParameterError
        No such object, or what its converter refuses.

    Examples
    --------
    >>> import networkx as nx
    >>> import numpy as np
    >>> from_any(nx.path_graph(3))
    <Graph 'graph': 3 nodes, 2 undirected edges>
    >>> from_any(np.array([[0, 2], [0, 0]])).edges["weight"]
    array([2.])
    """
    converted = _converted(graph, True if directed is None else directed)
    if directed is not None and converted.directed != directed:
        raise ParameterError("from_any: directed", got=directed, expected=f"{converted.directed}, as the graph is")
    return converted


def _converted(graph: Any, directed: bool) -> Graph:
    if isinstance(graph, Graph):
        return graph.copy()
    roots = [kind.__module__.partition(".")[0] for kind in type(graph).__mro__]
    for root in roots:
        if root in _CONVERTERS:
            return _CONVERTERS[root](graph)
    if "pandas" in roots:
        return from_pandas(graph, directed=directed)
    if isinstance(graph, tuple) and len(graph) == 2 and all(type(one).__module__.startswith("pandas") for one in graph):
        return from_pandas(graph[1], graph[0], directed=directed)
    if {"numpy", "scipy"} & set(roots):
        return Graph.from_matrix(graph, directed=directed)
    known = "a graph of NetworkX, igraph, networkit, graph-tool or netgraph, a square matrix, or pandas tables"
    raise ParameterError("from_any", got=graph, expected=known)
