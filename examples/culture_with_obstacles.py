"""A culture with obstacles
========================

Neurons in a dish with pillars, wired by distance. ``python examples/culture_with_obstacles.py`` prints lengths and degrees and
writes ``culture_with_obstacles.png``.
"""

import matplotlib.pyplot as plt
import numpy as np

import netgraph as ng
import netgraph.generation as gen
from netgraph.space import Shape, neighbours_within, random_obstacles

# %%
# 1. The dish: 1 mm across, with 14 pillars of 50 µm that do not touch, and neurons at least 12 µm apart.
dish = Shape.disk(500.0)
culture = dish.difference(*random_obstacles(dish, Shape.disk(50.0), n=14, gap=30.0, seed=3))
positions = culture.sample(700, min_distance=12.0, seed=1)
print(f"area {culture.area / 1e6:.3f} mm² of {dish.area / 1e6:.3f} mm²")

# %%
# 2. The edges: the chance falls with distance.
graph = gen.distance_rule(60.0, avg_deg=8, shape=culture, positions=positions, seed=2)
print(f"length of an edge {graph.edge_distances().mean():.0f} ± {graph.edge_distances().std():.0f} µm")
crowd = np.diff(neighbours_within(graph, 100.0).starts)
print(f"correlation of in-degree and neighbours within 100 µm: {np.corrcoef(graph.in_degree(), crowd)[0, 1]:.2f}")

# %%
# 3. Who has many inputs, and how long edges are.
fig, (left, right) = plt.subplots(1, 2, figsize=(12, 5), width_ratios=[1.3, 1], layout="constrained")
ng.plot.draw_network(graph, node_colour="in", node_size="in", arrows=False, edge_alpha=0.15, max_edges=6000, ax=left)
ng.plot.attribute_distribution(graph, "distance", ax=right)
fig.savefig("culture_with_obstacles.png", dpi=120)
print("wrote culture_with_obstacles.png")
