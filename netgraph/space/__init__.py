"""Space: shapes in which neurons lie, placement, and distances; lengths in µm."""

from netgraph.space.distance import distances
from netgraph.space.shape import Shape

__all__ = ["Shape", "distances"]
