"""What NetworkX asks of a graph, so that its functions take ours; for all else that its graphs have, an error says the way."""

from typing import TYPE_CHECKING, NoReturn

from netgraph._csr import AdjacencyMethods
from netgraph._pairs import first_occurrence, pair_keys

__all__ = ["NetworkXMethods"]

# What the graphs of NetworkX have and ours do not, since columns take their place.
_FOREIGN = frozenset(
    {
        "_adj",
        "_node",
        "_pred",
        "_succ",
        "add_edges_from",
        "add_node",
        "add_nodes_from",
        "add_weighted_edges_from",
        "adj",
        "adjlist_inner_dict_factory",
        "adjlist_outer_dict_factory",
        "clear",
        "edge_attr_dict_factory",
        "edge_key_dict_factory",
        "edge_subgraph",
        "get_edge_data",
        "graph",
        "graph_attr_dict_factory",
        "has_node",
        "has_predecessor",
        "has_successor",
        "in_edges",
        "nbunch_iter",
        "neighbors",
        "new_edge_key",
        "node_attr_dict_factory",
        "node_dict_factory",
        "out_edges",
        "pred",
        "predecessors",
        "remove_edge",
        "remove_edges_from",
        "remove_node",
        "remove_nodes_from",
        "size",
        "succ",
        "successors",
        "to_directed",
        "to_directed_class",
        "to_undirected_class",
        "update",
    }
)
_WAY_OUT = "netgraph.convert.to_networkx(graph) makes a NetworkX graph"


class NetworkXMethods(AdjacencyMethods):
    """The questions that NetworkX asks before it hands a graph over; none of them changes it."""

    __networkx_backend__ = "netgraph"
    # NetworkX keeps no copy that could grow old: ours is kept, and dropped on every change, by the backend itself.
    __networkx_cache__ = None

    def is_directed(self) -> bool:
        """Whether edges have a direction: `directed`, as NetworkX asks for it.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> Graph(2, directed=False).is_directed()
        False
        """
        return self._directed

    def is_multigraph(self) -> bool:
        """Whether there are parallel edges; kept until the structure changes.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> Graph.from_edges([0, 1], [1, 0]).is_multigraph()
        False
        >>> Graph.from_edges([0, 1], [1, 0], directed=False).is_multigraph()
        True
        """
        return self._cached("parallel", self._has_parallel)

    def number_of_nodes(self) -> int:
        """Number of nodes: `n_nodes`, as NetworkX asks for it.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> Graph(3).number_of_nodes()
        3
        """
        return self._n_nodes

    order = number_of_nodes

    def number_of_edges(self) -> int:
        """Number of edges: `n_edges`, as NetworkX asks for it.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> Graph.from_edges([0, 1], [1, 0]).number_of_edges()
        2
        """
        return self.n_edges

    def _has_parallel(self) -> bool:
        keys = pair_keys(self.source, self.target, n_nodes=self._n_nodes, directed=self._directed)
        return not first_occurrence(keys).all()

    if not TYPE_CHECKING:  # or type checkers would know of every name, and of loops over graphs

        def __iter__(self) -> NoReturn:
            nodes = "range(graph.n_nodes) are its nodes, zip(graph.source, graph.target) its edges"
            raise TypeError(f"{type(self).__name__!r} object is not iterable: {nodes}; {_WAY_OUT}")

        def __getattr__(self, name: str) -> NoReturn:
            way_out = f", which graphs of NetworkX have; {_WAY_OUT}" if name in _FOREIGN else ""
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}{way_out}", name=name, obj=self)
