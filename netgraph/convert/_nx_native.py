"""NetworkX's functions that run on our arrays: one line each in `TABLE`, of an adapter with NetworkX's arguments and results.

An adapter raises `Unsupported` for arguments that it does not do as NetworkX does; NetworkX then does them itself.
"""

from collections.abc import Callable
from typing import Any

from netgraph.convert import _nx_attributes as attributes
from netgraph.convert import _nx_components as components
from netgraph.convert import _nx_matrices as matrices
from netgraph.convert import _nx_measures as measures

__all__ = ["SETTERS", "TABLE"]

# They change our graph in place.
SETTERS: dict[str, Callable[..., Any]] = {
    "remove_edge_attributes": attributes.remove_edge_attributes,
    "remove_node_attributes": attributes.remove_node_attributes,
    "set_edge_attributes": attributes.set_edge_attributes,
    "set_node_attributes": attributes.set_node_attributes,
}

TABLE: dict[str, Callable[..., Any]] = SETTERS | {
    "adjacency_matrix": matrices.to_scipy_sparse_array,
    "average_clustering": measures.average_clustering,
    "average_shortest_path_length": measures.average_shortest_path_length,
    "clustering": measures.clustering,
    "connected_components": components.components("weak"),
    "degree_assortativity_coefficient": measures.degree_assortativity,
    "degree_centrality": measures.degree_centrality("total"),
    "degree_pearson_correlation_coefficient": measures.degree_assortativity,
    "in_degree_centrality": measures.degree_centrality("in"),
    "is_connected": components.is_connected("weak"),
    "is_empty": measures.is_empty,
    "is_isolate": measures.is_isolate,
    "is_strongly_connected": components.is_connected("strong"),
    "is_weakly_connected": components.is_connected("weak"),
    "isolates": measures.isolates,
    "node_connected_component": components.node_connected_component,
    "number_connected_components": components.number_of_components("weak"),
    "number_of_isolates": measures.number_of_isolates,
    "number_of_selfloops": measures.number_of_selfloops,
    "number_strongly_connected_components": components.number_of_components("strong"),
    "number_weakly_connected_components": components.number_of_components("weak"),
    "out_degree_centrality": measures.degree_centrality("out"),
    "overall_reciprocity": measures.overall_reciprocity,
    "reciprocity": measures.reciprocity,
    "strongly_connected_components": components.components("strong"),
    "to_numpy_array": matrices.to_numpy_array,
    "to_scipy_sparse_array": matrices.to_scipy_sparse_array,
    "transitivity": measures.transitivity,
    "weakly_connected_components": components.components("weak"),
}
