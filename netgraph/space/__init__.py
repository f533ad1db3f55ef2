"""Space: shapes in which neurons lie, placement, distances and neighbourhoods; lengths in µm."""

from netgraph.space.distance import distances
from netgraph.space.groups import group_positions
from netgraph.space.neighbours import nearest, neighbours_within, pairs_within
from netgraph.space.obstacles import random_obstacles
from netgraph.space.shape import Shape

__all__ = [
    "Shape",
    "distances",
    "group_positions",
    "nearest",
    "neighbours_within",
    "pairs_within",
    "random_obstacles",
]
