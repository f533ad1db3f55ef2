"""Small worlds
============

A ring of neighbours has many triangles and long paths, a random graph neither. Between them lie small worlds (Watts & Strogatz
1998, doi:10.1038/30918): a few shortcuts are enough for short paths. ``python examples/small_worlds.py`` prints both numbers by
share of moved edges and writes ``small_worlds.png``.
"""

import matplotlib.pyplot as plt
import numpy as np

import netgraph as ng
import netgraph.generation as gen

# %%
# 1. Graphs of 500 nodes, each joined to its 10 nearest ones on a ring; then a share of the edges is moved to random nodes.
shares = np.logspace(-3.5, 0.0, 12)
graphs = [gen.watts_strogatz(10, share, nodes=500, directed=False, seed=1) for share in shares]
clustering = np.array([ng.analysis.global_clustering(graph) for graph in graphs])
length = np.array([ng.analysis.average_path_length(graph) for graph in graphs])
for share, c, steps in zip(shares, clustering, length, strict=True):
    print(f"share moved {share:6.4f}: clustering {c:.3f}, average path length {steps:5.2f}")

# %%
# 2. Three of them on a smaller ring, and both numbers relative to the ring's.
fig, axes = plt.subplots(1, 4, figsize=(14, 3.6), width_ratios=[1, 1, 1, 1.6], layout="constrained")
for ax, share in zip(axes, (0.0, 0.08, 1.0), strict=False):
    small = gen.watts_strogatz(6, share, nodes=24, directed=False, seed=2)
    ng.plot.draw_network(small, layout="circular", node_size=14.0, edge_colour="0.4", ax=ax)
    ax.set_title(f"share moved {share:g}")
axes[3].semilogx(shares, clustering / clustering[0], "o-", label="clustering")
axes[3].semilogx(shares, length / length[0], "s-", label="average path length")
axes[3].set(xlabel="share of moved edges", ylabel="relative to the ring")
axes[3].legend()
fig.savefig("small_worlds.png", dpi=120)
print("wrote small_worlds.png")
