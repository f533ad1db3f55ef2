"""Motifs against chance
=====================

Which patterns of three nodes does a network in space have more often than random graphs with the same degrees (Milo et al.
2002, doi:10.1126/science.298.5594.824)? ``python examples/motifs.py`` prints counts and scores and writes ``motifs.png``.
"""

import matplotlib.pyplot as plt
import numpy as np

import netgraph as ng
import netgraph.generation as gen
from netgraph.space import Shape

# %%
# 1. A network in space, and the same with its edges switched so that all degrees stay.
graph = gen.distance_rule(60.0, avg_deg=12, nodes=600, shape=Shape.rectangle(800.0, 800.0, periodic=True), seed=1)
null = gen.random_rewire(graph, "both-degrees", seed=1)

# %%
# 2. Counts of all connected patterns, beside those of 30 such graphs.
found = ng.analysis.motif_significance(graph, size=3, n_nulls=30, seed=2)
for name, count, mean, z in zip(found.names, found.counts, found.null_mean, found.z, strict=True):
    print(f"{name:>6}: {count:7d} here, {mean:9.1f} by chance, z = {z:6.1f}")

# %%
# 3. Both networks in space, and the counts. The null model has the degrees, but not the triangles of neighbours.
fig, axes = plt.subplots(1, 3, figsize=(14, 4.2), layout="constrained")
for ax, one, title in zip(axes, (graph, null), ("by distance", "switched"), strict=False):
    ng.plot.draw_network(one, node_size=6.0, edge_colour="0.4", edge_alpha=0.15, arrows=False, max_edges=8000, ax=ax)
    ax.set_title(title)
place = np.arange(len(found.names))
axes[2].barh(place - 0.2, found.counts, height=0.4, label="by distance")
axes[2].barh(place + 0.2, found.null_mean, height=0.4, label="switched")
axes[2].set_yticks(place, found.names)
axes[2].set(xscale="log", xlim=(0.5, None), xlabel="number of motifs")
axes[2].legend()
fig.savefig("motifs.png", dpi=120)
print("wrote motifs.png")
