"""NetworkX's functions that run on our arrays: one line each in `TABLE`, of an adapter with NetworkX's arguments and results.

An adapter raises `Unsupported` for arguments that it does not do as NetworkX does; NetworkX then does them itself.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from netgraph.convert import _nx_attributes as attributes
from netgraph.convert import _nx_centralities as centralities
from netgraph.convert import _nx_components as components
from netgraph.convert import _nx_groups as groups
from netgraph.convert import _nx_iterations as iterations
from netgraph.convert import _nx_matrices as matrices
from netgraph.convert import _nx_measures as measures
from netgraph.convert import _nx_paths as paths

__all__ = ["SETTERS", "SUBGRAPHS", "TABLE"]

# They change our graph in place.
SETTERS: dict[str, Callable[..., Any]] = {
    "remove_edge_attributes": attributes.remove_edge_attributes,
    "remove_node_attributes": attributes.remove_node_attributes,
    "set_edge_attributes": attributes.set_edge_attributes,
    "set_node_attributes": attributes.set_node_attributes,
}

# They give parts of our graphs; those of a NetworkX graph are made there.
SUBGRAPHS = frozenset({"k_core", "k_shell"})

TABLE: dict[str, Callable[..., Any]] = SETTERS | {
    "adjacency_matrix": matrices.to_scipy_sparse_array,
    "all_pairs_dijkstra_path_length": paths.all_pairs_dijkstra,
    "all_pairs_shortest_path_length": paths.all_pairs,
    "attribute_assortativity_coefficient": groups.attribute_assortativity,
    "average_clustering": measures.average_clustering,
    "average_shortest_path_length": measures.average_shortest_path_length,
    "betweenness_centrality": centralities.betweenness,
    "center": paths.center,
    "closeness_centrality": centralities.closeness,
    "clustering": measures.clustering,
    "communicability": centralities.communicability,
    "communicability_exp": centralities.communicability,
    "connected_components": components.components("weak"),
    "core_number": groups.core_number,
    "degree_assortativity_coefficient": measures.degree_assortativity,
    "degree_centrality": measures.degree_centrality("total"),
    "degree_pearson_correlation_coefficient": measures.degree_assortativity,
    "diameter": paths.diameter,
    "dijkstra_path_length": paths.dijkstra_length,
    "eccentricity": paths.eccentricity,
    "edge_betweenness_centrality": centralities.edge_betweenness,
    "eigenvector_centrality": iterations.eigenvector,
    "eigenvector_centrality_numpy": centralities.eigenvector,
    "estrada_index": centralities.estrada_index,
    "floyd_warshall_numpy": paths.floyd_warshall_numpy,
    "global_efficiency": paths.global_efficiency,
    "harmonic_centrality": centralities.harmonic,
    "hits": centralities.hits,
    "in_degree_centrality": measures.degree_centrality("in"),
    "is_connected": components.is_connected("weak"),
    "is_empty": measures.is_empty,
    "is_isolate": measures.is_isolate,
    "is_strongly_connected": components.is_connected("strong"),
    "is_weakly_connected": components.is_connected("weak"),
    "isolates": measures.isolates,
    "k_core": groups.core_subgraph(np.greater_equal),
    "k_shell": groups.core_subgraph(np.equal),
    "katz_centrality": iterations.katz,
    "katz_centrality_numpy": centralities.katz,
    "local_efficiency": paths.local_efficiency,
    "modularity": groups.modularity,
    "node_connected_component": components.node_connected_component,
    "number_connected_components": components.number_of_components("weak"),
    "number_of_isolates": measures.number_of_isolates,
    "number_of_selfloops": measures.number_of_selfloops,
    "number_strongly_connected_components": components.number_of_components("strong"),
    "number_weakly_connected_components": components.number_of_components("weak"),
    "numeric_assortativity_coefficient": groups.numeric_assortativity,
    "onion_layers": groups.onion_layers,
    "out_degree_centrality": measures.degree_centrality("out"),
    "overall_reciprocity": measures.overall_reciprocity,
    "pagerank": iterations.pagerank,
    "periphery": paths.periphery,
    "radius": paths.radius,
    "reciprocity": measures.reciprocity,
    "rich_club_coefficient": groups.rich_club,
    "shortest_path_length": paths.shortest_path_length,
    "single_source_bellman_ford_path_length": paths.from_source_bellman_ford,
    "single_source_dijkstra_path_length": paths.from_source_dijkstra,
    "single_source_shortest_path_length": paths.from_source,
    "single_target_shortest_path_length": paths.to_target,
    "strongly_connected_components": components.components("strong"),
    "subgraph_centrality": centralities.subgraph_centrality,
    "subgraph_centrality_exp": centralities.subgraph_centrality_exp,
    "to_numpy_array": matrices.to_numpy_array,
    "to_scipy_sparse_array": matrices.to_scipy_sparse_array,
    "transitivity": measures.transitivity,
    "triadic_census": groups.triadic_census,
    "triangles": groups.triangles,
    "weakly_connected_components": components.components("weak"),
}
