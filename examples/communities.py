"""Communities
===========

Groups that were planted in a graph are found again from its edges alone, and drawn in four ways.
``python examples/communities.py`` prints what was found and writes ``communities.png``.
"""

import matplotlib.pyplot as plt
import numpy as np

import netgraph as ng
import netgraph.generation as gen

# %%
# 1. Four groups with many edges inside and few between; the nodes are then renamed at random, so that nothing shows.
names = ["A", "B", "C", "D"]
sizes = np.array([60, 50, 40, 30])
probability = np.array([[0.25, 0.02, 0.01, 0.03], [0.02, 0.25, 0.02, 0.01], [0.01, 0.05, 0.30, 0.02], [0.02, 0.01, 0.02, 0.35]])
planted = gen.stochastic_block_model(p=probability, sizes=sizes, seed=1)
graph = planted.subgraph(np.random.default_rng(1).permutation(planted.n_nodes))

# %%
# 2. Communities of the highest modularity that the Leiden algorithm finds, with directions.
labels, found = ng.analysis.communities(graph, seed=1)
print(f"{len(found)} communities of {found.tolist()} nodes, modularity {ng.analysis.modularity(graph, labels):.3f}")
groups = {names[k]: np.flatnonzero(labels == k) for k in range(len(found))}

# %%
# 3. The adjacency matrix before and after sorting, the groups as a network, and what goes between them.
fig, axes = plt.subplots(2, 2, figsize=(11, 9), layout="constrained")
ng.plot.adjacency_heatmap(graph, ax=axes[0, 0])
axes[0, 0].set_title("as it came")
ng.plot.adjacency_heatmap(graph, groups=groups, ax=axes[0, 1])
axes[0, 1].set_title("sorted by community")
ng.plot.draw_network(graph, layout="spring", groups=groups, max_edges=1500, ax=axes[1, 0])
ng.plot.chord_diagram(graph, groups=groups, ax=axes[1, 1])
fig.savefig("communities.png", dpi=120)
print("wrote communities.png")
