"""Random graphs: one family of generators a file, and functions that add random edges to a graph that exists."""

from netgraph.generation.blocks import stochastic_block_model
from netgraph.generation.clustered import sparse_clustered
from netgraph.generation.complete import all_to_all
from netgraph.generation.configuration import configuration_model
from netgraph.generation.connect import connect_groups, connect_neural_types, connect_nodes
from netgraph.generation.correlated import correlated_degrees
from netgraph.generation.degrees import fixed_degree, from_degree_list, gaussian_degree
from netgraph.generation.distance import distance_rule
from netgraph.generation.erdos import erdos_renyi
from netgraph.generation.generate import generate
from netgraph.generation.growth import barabasi_albert, price_scale_free
from netgraph.generation.profile import connectivity_profile, read_profile
from netgraph.generation.rewire import random_rewire
from netgraph.generation.rewire_lattice import lattice_rewire
from netgraph.generation.ring import circular
from netgraph.generation.scale_free import random_scale_free
from netgraph.generation.small_world import newman_watts, watts_strogatz
from netgraph.generation.spatial_scale_free import spatial_scale_free
from netgraph.generation.spatial_small_world import spatial_small_world

__all__ = [
    "all_to_all",
    "barabasi_albert",
    "circular",
    "configuration_model",
    "connect_groups",
    "connect_neural_types",
    "connect_nodes",
    "connectivity_profile",
    "correlated_degrees",
    "distance_rule",
    "erdos_renyi",
    "fixed_degree",
    "from_degree_list",
    "gaussian_degree",
    "generate",
    "lattice_rewire",
    "newman_watts",
    "price_scale_free",
    "random_rewire",
    "random_scale_free",
    "read_profile",
    "sparse_clustered",
    "spatial_scale_free",
    "spatial_small_world",
    "stochastic_block_model",
    "watts_strogatz",
]
