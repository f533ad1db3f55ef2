"""Graphs to and from other libraries, with all attributes; matrices are `Graph.adjacency` and `Graph.from_matrix`.

Nodes keep their order. Names of nodes that are not 0, 1, 2, ... are kept in the node column ``"label"``.
"""

from netgraph.convert._igraph import from_igraph, to_igraph
from netgraph.convert._networkx import from_networkx, to_networkx

__all__ = ["from_igraph", "from_networkx", "to_igraph", "to_networkx"]
