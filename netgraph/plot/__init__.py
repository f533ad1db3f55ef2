"""Plots: every function takes ``ax=None``, a new figure, and returns the axes; matplotlib loads when first used."""

from netgraph.plot._layout import layout
from netgraph.plot.correlations import attribute_correlation
from netgraph.plot.degrees import degree_distribution
from netgraph.plot.distributions import attribute_distribution, compare_groups
from netgraph.plot.matrices import adjacency_heatmap
from netgraph.plot.networks import draw_network
from netgraph.plot.spikes import raster, rate_histogram

__all__ = [
    "adjacency_heatmap",
    "attribute_correlation",
    "attribute_distribution",
    "compare_groups",
    "degree_distribution",
    "draw_network",
    "layout",
    "raster",
    "rate_histogram",
]
