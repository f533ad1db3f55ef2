"""Plots: every function takes ``ax=None``, a new figure, and returns the axes; matplotlib loads when first used."""

from netgraph.plot._layout import layout
from netgraph.plot.animation import animate_activity, save_animation
from netgraph.plot.betweenness import betweenness_distribution
from netgraph.plot.browser import BrowserView, browse
from netgraph.plot.chords import chord_diagram
from netgraph.plot.correlations import attribute_correlation
from netgraph.plot.degrees import degree_distribution
from netgraph.plot.distributions import attribute_distribution, compare_groups
from netgraph.plot.hive import hive_plot
from netgraph.plot.matrices import adjacency_heatmap
from netgraph.plot.networks import draw_network
from netgraph.plot.over_time import shade_phases, traces
from netgraph.plot.shapes import draw_shape
from netgraph.plot.spikes import raster, rate_histogram

__all__ = [
    "BrowserView",
    "adjacency_heatmap",
    "animate_activity",
    "attribute_correlation",
    "attribute_distribution",
    "betweenness_distribution",
    "browse",
    "chord_diagram",
    "compare_groups",
    "degree_distribution",
    "draw_network",
    "draw_shape",
    "hive_plot",
    "layout",
    "raster",
    "rate_histogram",
    "save_animation",
    "shade_phases",
    "traces",
]
