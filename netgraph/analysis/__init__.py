"""Analysis: metrics of graphs, and statistics of activity in `netgraph.analysis.activity`."""

from netgraph.analysis._sampling import Estimate
from netgraph.analysis.activity import (
    correlation_matrix,
    cv2_isi,
    cv_isi,
    fano_factor,
    firing_rates,
    isi,
    lv_isi,
    pairwise_correlation,
    population_rate,
    spike_counts,
)
from netgraph.analysis.assortativity import assortativity, attribute_assortativity
from netgraph.analysis.between import betweenness, edge_betweenness, sampled_betweenness, sampled_edge_betweenness
from netgraph.analysis.bursts import ActivityPhases, activity_phases, burst_index
from netgraph.analysis.census import triad_census
from netgraph.analysis.centrality import closeness, harmonic, sampled_closeness, sampled_harmonic
from netgraph.analysis.closure import local_closure
from netgraph.analysis.clustering import global_clustering, local_clustering
from netgraph.analysis.community import communities, modularity
from netgraph.analysis.components import connected_components, is_connected, largest_component
from netgraph.analysis.cores import core_numbers, k_core, onion_layers
from netgraph.analysis.degrees import degree_distribution
from netgraph.analysis.distances import all_shortest_paths, shortest_distances, shortest_path
from netgraph.analysis.efficiency import global_efficiency, local_efficiency, sampled_efficiency
from netgraph.analysis.eigenvectors import eigenvector_centrality, hits, katz_centrality, pagerank
from netgraph.analysis.fits import Fit, fit_distribution, fit_power_law
from netgraph.analysis.groups import structure_graph
from netgraph.analysis.motifs import Motifs, MotifSignificance, motif_counts, motif_significance
from netgraph.analysis.nodes import find_nodes
from netgraph.analysis.paths import average_path_length, diameter, eccentricity, sampled_diameter, sampled_path_length
from netgraph.analysis.rates import smoothed_rate
from netgraph.analysis.reciprocity import local_reciprocity, reciprocity
from netgraph.analysis.rich_club import RichClub, rich_club
from netgraph.analysis.small_world import SmallWorldPropensity, small_world_omega, small_world_propensity, small_world_sigma
from netgraph.analysis.spectral import eigenvalues, spectral_radius
from netgraph.analysis.triangles import triangle_count, triplet_count
from netgraph.analysis.walks import communicability, sampled_subgraph_centrality, subgraph_centrality

__all__ = [
    "ActivityPhases",
    "Estimate",
    "Fit",
    "MotifSignificance",
    "Motifs",
    "RichClub",
    "SmallWorldPropensity",
    "activity_phases",
    "all_shortest_paths",
    "assortativity",
    "attribute_assortativity",
    "average_path_length",
    "betweenness",
    "burst_index",
    "closeness",
    "communicability",
    "communities",
    "connected_components",
    "core_numbers",
    "correlation_matrix",
    "cv2_isi",
    "cv_isi",
    "degree_distribution",
    "diameter",
    "eccentricity",
    "edge_betweenness",
    "eigenvalues",
    "eigenvector_centrality",
    "fano_factor",
    "find_nodes",
    "firing_rates",
    "fit_distribution",
    "fit_power_law",
    "global_clustering",
    "global_efficiency",
    "harmonic",
    "hits",
    "is_connected",
    "isi",
    "k_core",
    "katz_centrality",
    "largest_component",
    "local_closure",
    "local_clustering",
    "local_efficiency",
    "local_reciprocity",
    "lv_isi",
    "modularity",
    "motif_counts",
    "motif_significance",
    "onion_layers",
    "pagerank",
    "pairwise_correlation",
    "population_rate",
    "reciprocity",
    "rich_club",
    "sampled_betweenness",
    "sampled_closeness",
    "sampled_diameter",
    "sampled_edge_betweenness",
    "sampled_efficiency",
    "sampled_harmonic",
    "sampled_path_length",
    "sampled_subgraph_centrality",
    "shortest_distances",
    "shortest_path",
    "small_world_omega",
    "small_world_propensity",
    "small_world_sigma",
    "smoothed_rate",
    "spectral_radius",
    "spike_counts",
    "structure_graph",
    "subgraph_centrality",
    "triad_census",
    "triangle_count",
    "triplet_count",
]
