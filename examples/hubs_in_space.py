"""Hubs in space
=============

Degrees that fall as a power law among nodes that prefer near partners, and who carries the traffic.
``python examples/hubs_in_space.py`` prints the fitted exponents and writes ``hubs_in_space.png``.
"""

import matplotlib.pyplot as plt
import numpy as np

import netgraph as ng
import netgraph.generation as gen
from netgraph.space import Shape

# %%
# 1. In-degrees with an exponent of 2.5, out-degrees with 3, and a scale of 200 µm for the lengths of edges.
graph = gen.spatial_scale_free(2.5, 3.0, 200.0, avg_deg=10, nodes=1500, shape=Shape.rectangle(2000.0, 1000.0), seed=1)
fits = {"in": ng.analysis.fit_power_law(graph.in_degree()), "out": ng.analysis.fit_power_law(graph.out_degree())}
for name, fit in fits.items():
    print(
        f"{name}-degree: exponent {fit.parameters['exponent']:.2f} ± {fit.error:.2f} from {fit.parameters['xmin']:.0f} edges on"
    )

# %%
# 2. Betweenness from the paths of 200 random nodes, with its error.
value, error = ng.analysis.sampled_betweenness(graph, 200, seed=1)
graph.nodes["betweenness"] = value
top = np.argsort(value)[-5:][::-1]
print("most traffic:", ", ".join(f"node {k}: {value[k]:.3f} ± {error[k]:.3f}" for k in top))

# %%
# 3. The network, and both distributions of degrees.
fig, (above, below) = plt.subplots(2, 1, figsize=(9, 9), height_ratios=[1.2, 1], layout="constrained")
ng.plot.draw_network(graph, node_colour="betweenness", node_size="betweenness", max_edges=3000, edge_alpha=0.1, ax=above)
ng.plot.degree_distribution(graph, mode=["in", "out"], log=True, ax=below)
fig.savefig("hubs_in_space.png", dpi=120)
print("wrote hubs_in_space.png")
