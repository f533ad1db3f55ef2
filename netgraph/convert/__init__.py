"""Graphs to and from other libraries, with their attributes; matrices are `Graph.adjacency` and `Graph.from_matrix`.

Nodes keep their order. Names of nodes that are not 0, 1, 2, ... are kept in the node column ``"label"``.
"""

from netgraph.convert._any import from_any
from netgraph.convert._graph_tool import from_graph_tool, to_graph_tool
from netgraph.convert._igraph import from_igraph, to_igraph
from netgraph.convert._networkit import from_networkit, to_networkit
from netgraph.convert._networkx import from_networkx, to_networkx
from netgraph.convert._pandas import from_pandas, to_pandas

__all__ = [
    "from_any",
    "from_graph_tool",
    "from_igraph",
    "from_networkit",
    "from_networkx",
    "from_pandas",
    "to_graph_tool",
    "to_igraph",
    "to_networkit",
    "to_networkx",
    "to_pandas",
]
