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
from netgraph.analysis.assortativity import assortativity, attribute_assortativity
from netgraph.analysis.census import triad_census
from netgraph.analysis.closure import local_closure
from netgraph.analysis.clustering import global_clustering, local_clustering
from netgraph.analysis.degrees import degree_distribution
from netgraph.analysis.groups import structure_graph
from netgraph.analysis.motifs import Motifs, MotifSignificance, motif_counts, motif_significance
from netgraph.analysis.paths import average_path_length
from netgraph.analysis.reciprocity import local_reciprocity, reciprocity
from netgraph.analysis.rich_club import RichClub, rich_club
from netgraph.analysis.small_world import (
    SmallWorldPropensity,
    small_world_omega,
    small_world_propensity,
    small_world_sigma,
)
from netgraph.analysis.spectral import spectral_radius
from netgraph.analysis.structure import connected_components
from netgraph.analysis.triangles import triangle_count, triplet_count

__all__ = [
    "MotifSignificance",
    "Motifs",
    "RichClub",
    "SmallWorldPropensity",
    "assortativity",
    "attribute_assortativity",
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
    "local_closure",
    "local_clustering",
    "local_reciprocity",
    "lv_isi",
    "motif_counts",
    "motif_significance",
    "pairwise_correlation",
    "population_rate",
    "reciprocity",
    "rich_club",
    "small_world_omega",
    "small_world_propensity",
    "small_world_sigma",
    "spectral_radius",
    "spike_counts",
    "structure_graph",
    "triad_census",
    "triangle_count",
    "triplet_count",
]
