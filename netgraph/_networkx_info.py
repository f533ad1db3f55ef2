"""What NetworkX asks when it is imported: which of its functions run on our arrays. Nothing here loads a library."""

__all__ = ["NATIVE", "backend_info"]

# Name of a function to what its page says of our version.
NATIVE = {
    "adjacency_matrix": "Any node order, one type of numbers.",
    "average_clustering": "Weights must not be negative.",
    "average_shortest_path_length": "Lengths must not be negative.",
    "clustering": "Weights must not be negative.",
    "connected_components": "",
    "degree_assortativity_coefficient": "All nodes.",
    "degree_centrality": "",
    "degree_pearson_correlation_coefficient": "All nodes.",
    "in_degree_centrality": "",
    "is_connected": "",
    "is_empty": "",
    "is_isolate": "",
    "is_strongly_connected": "",
    "is_weakly_connected": "",
    "isolates": "",
    "node_connected_component": "",
    "number_connected_components": "",
    "number_of_isolates": "",
    "number_of_selfloops": "",
    "number_strongly_connected_components": "",
    "number_weakly_connected_components": "",
    "out_degree_centrality": "",
    "overall_reciprocity": "",
    "reciprocity": "",
    "remove_edge_attributes": "Removes columns of a netgraph.Graph, for all edges.",
    "remove_node_attributes": "Removes columns of a netgraph.Graph, for all nodes.",
    "set_edge_attributes": "Sets columns of a netgraph.Graph.",
    "set_node_attributes": "Sets columns of a netgraph.Graph.",
    "strongly_connected_components": "",
    "to_numpy_array": "No structured types; parallel edges add up.",
    "to_scipy_sparse_array": "",
    "transitivity": "Undirected graphs.",
    "weakly_connected_components": "",
}


def backend_info() -> dict:
    """What the entry point ``networkx.backend_info`` gives.

    Examples
    --------
    >>> backend_info()["backend_name"]
    'netgraph'
    """
    summary = "Arrays and compiled kernels for netgraph.Graph; what has none runs on a copy in NetworkX."
    return {
        "backend_name": "netgraph",
        "project": "netspike",
        "package": "netgraph",
        "short_summary": summary,
        "functions": {name: {"additional_docs": text} for name, text in NATIVE.items()},
    }
