"""Plots: every function takes ``ax=None``, a new figure, and returns the axes; matplotlib loads when first used."""

from netgraph.plot._layout import layout
from netgraph.plot.degrees import degree_distribution
from netgraph.plot.networks import draw_network
from netgraph.plot.spikes import raster, rate_histogram

__all__ = ["degree_distribution", "draw_network", "layout", "raster", "rate_histogram"]
