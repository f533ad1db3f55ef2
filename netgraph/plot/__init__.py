"""Plots: every function takes ``ax=None``, a new figure, and returns the axes; matplotlib loads when first used."""

from netgraph.plot.degrees import degree_distribution
from netgraph.plot.networks import network
from netgraph.plot.spikes import raster, rate_histogram

__all__ = ["degree_distribution", "network", "raster", "rate_histogram"]
