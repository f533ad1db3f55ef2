"""Analysis: metrics of graphs, and statistics of activity in `netgraph.analysis.activity`."""

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
from netgraph.analysis.clustering import global_clustering, local_clustering
from netgraph.analysis.degrees import assortativity, degree_distribution
from netgraph.analysis.paths import average_path_length
from netgraph.analysis.spectral import spectral_radius
from netgraph.analysis.structure import connected_components, reciprocity

__all__ = [
    "assortativity",
    "average_path_length",
    "connected_components",
    "correlation_matrix",
    "cv2_isi",
    "cv_isi",
    "degree_distribution",
    "fano_factor",
    "firing_rates",
    "global_clustering",
    "isi",
    "local_clustering",
    "lv_isi",
    "pairwise_correlation",
    "population_rate",
    "reciprocity",
    "spectral_radius",
    "spike_counts",
]
