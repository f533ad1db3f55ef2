"""What NetworkX asks when it is imported: which of its functions run on our arrays. Nothing here loads a library."""

__all__ = ["NATIVE", "backend_info"]

# Name of a function to what its page says of our version.
NATIVE = {
    "adjacency_matrix": "Any node order, one type of numbers.",
    "all_pairs_dijkstra_path_length": "Lengths must not be negative.",
    "all_pairs_shortest_path_length": "A whole cutoff.",
    "attribute_assortativity_coefficient": "All nodes.",
    "average_clustering": "Weights must not be negative.",
    "average_shortest_path_length": "Lengths must not be negative.",
    "betweenness_centrality": "All nodes as sources; lengths must be above 0.",
    "center": "Graphs with cycles; lengths must not be negative.",
    "closeness_centrality": "Lengths must not be negative.",
    "clustering": "Weights must not be negative.",
    "communicability": "",
    "communicability_exp": "",
    "connected_components": "",
    "core_number": "",
    "degree_assortativity_coefficient": "All nodes.",
    "degree_centrality": "",
    "degree_pearson_correlation_coefficient": "All nodes.",
    "diameter": "Lengths must not be negative.",
    "dijkstra_path_length": "Lengths must not be negative.",
    "eccentricity": "Lengths must not be negative.",
    "edge_betweenness_centrality": "Graphs without parallel edges, all nodes as sources; lengths must be above 0.",
    "eigenvector_centrality": "From the start of equal numbers.",
    "eigenvector_centrality_numpy": "Weights must not be negative.",
    "estrada_index": "",
    "floyd_warshall_numpy": "Lengths must not be negative.",
    "global_efficiency": "",
    "harmonic_centrality": "All nodes as sources; lengths must be above 0.",
    "hits": "Exact; weights must not be negative.",
    "in_degree_centrality": "",
    "is_connected": "",
    "is_empty": "",
    "is_isolate": "",
    "is_strongly_connected": "",
    "is_weakly_connected": "",
    "isolates": "",
    "k_core": "The part of a netgraph.Network is a network.",
    "k_shell": "The part of a netgraph.Network is a network.",
    "katz_centrality": "From the start of zeros, one beta.",
    "katz_centrality_numpy": "Alpha from 0 to less than the inverse spectral radius, one beta; weights must not be negative.",
    "local_efficiency": "Graphs without self-loops.",
    "modularity": "Weights must not be negative.",
    "node_connected_component": "",
    "number_connected_components": "",
    "number_of_isolates": "",
    "number_of_selfloops": "",
    "number_strongly_connected_components": "",
    "number_weakly_connected_components": "",
    "numeric_assortativity_coefficient": "All nodes.",
    "onion_layers": "",
    "out_degree_centrality": "",
    "overall_reciprocity": "",
    "pagerank": "From the start of equal numbers.",
    "periphery": "Graphs with cycles; lengths must not be negative.",
    "radius": "Lengths must not be negative.",
    "reciprocity": "",
    "remove_edge_attributes": "Removes columns of a netgraph.Graph, for all edges.",
    "remove_node_attributes": "Removes columns of a netgraph.Graph, for all nodes.",
    "rich_club_coefficient": "Only normalized=False.",
    "set_edge_attributes": "Sets columns of a netgraph.Graph.",
    "set_node_attributes": "Sets columns of a netgraph.Graph.",
    "shortest_path_length": "Not the number of steps between two nodes; lengths must not be negative.",
    "single_source_bellman_ford_path_length": "Lengths must not be negative.",
    "single_source_dijkstra_path_length": "Lengths must not be negative.",
    "single_source_shortest_path_length": "A whole cutoff.",
    "single_target_shortest_path_length": "A whole cutoff.",
    "strongly_connected_components": "",
    "subgraph_centrality": "",
    "subgraph_centrality_exp": "Not normalized.",
    "to_numpy_array": "No structured types; parallel edges add up.",
    "to_scipy_sparse_array": "",
    "transitivity": "Undirected graphs.",
    "triadic_census": "All nodes.",
    "triangles": "",
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
