"""Waves in a strip of tissue
==========================

Neurons in space, joined to their neighbours, delays that grow with distance, and waves that run along the strip.
``python examples/spatial_network.py``
prints what was built and writes the network and its spikes, sorted by position, to ``spatial_network.png``.
"""

import matplotlib.pyplot as plt
import numpy as np

import netgraph as ng
import netgraph.generation as gen
import netgraph.simulation as ns
from netgraph.attributes import DistanceDelay
from netgraph.space import Shape

# %%
# 1. Where the neurons are: anywhere in a strip of 3 mm by 0.6 mm. Lengths are in µm.
strip = Shape.rectangle(3000.0, 600.0)
positions = strip.sample(2000, seed=1)

# %%
# 2. What they are: four of five excitatory, and each of their spikes tires them: it adds b [pA] for tau_w [ms]. All start
#    somewhere below threshold.
common = {"E_L": -70.0, "V_m": ("uniform", -70.0, -60.0), "I_e": 300.0, "t_ref": 3.0, "tau_syn_ex": 2.0, "tau_syn_in": 5.0}
tiring, steady = {"a": 0.0, "b": 500.0, "tau_w": 60.0}, {"a": 0.0, "b": 0.0}
models = {"en_model": "aeif_psc_exp", "in_model": "aeif_psc_exp"}
population = ng.NeuralPop.exc_and_inhib(2000, **models, en_param={**common, **tiring}, in_param={**common, **steady})
net = ng.Network(population, shape=strip, positions=positions, name="strip")

# %%
# 3. Who is joined to whom: the chance falls with distance, and spikes travel at 0.3 m/s (300 µm/ms) after half a millisecond.
#    Weights are positive, in pA; the type of the source gives the sign.
near = {"scale": 100.0, "max_proba": 0.5, "delays": DistanceDelay(velocity=300.0, offset=0.5)}
gen.connect_neural_types(net, 1, [1, -1], "distance_rule", weights=400.0, seed=2, **near)
gen.connect_neural_types(net, -1, [1, -1], "distance_rule", weights=400.0, seed=3, **near)

distances, delays = net.edge_distances(), net.edges["delay"]
print(net)
print(f"inputs of a neuron: {net.in_degree().mean():.1f} ± {net.in_degree().std():.1f}")
print(f"length of an edge: {distances.mean():.0f} µm on average, {distances.max():.0f} µm at most")
print(f"delay of an edge: {delays.min():.2f} to {delays.max():.2f} ms")

# %%
# 4. What happens to them: a background of noise, a push at the left end, and later one at the right end.
sim = net.to_sim(dt=0.1, seed=4)
ns.set_poisson_input(net, rate=3000.0, weight=30.0)
x = net.positions[:, 0]
ns.set_step_currents(net, np.flatnonzero(x < -1350.0), times=[50.0, 60.0], currents=[1500.0, 0.0])
ns.set_step_currents(net, np.flatnonzero(x > 1350.0), times=[350.0, 360.0], currents=[1500.0, 0.0])
ns.monitor_groups(net)
results = sim.run(500.0)
print(results)

# %%
# 5. What one sees: with neurons sorted by x, a wave is a slanted band; the first one colours the neurons in space.
times = results.spikes.between(50.0, 200.0).by_node(np.arange(net.n_nodes))
net.nodes["first spike [ms]"] = [t[0] if t.size else np.nan for t in times]
fig = plt.figure(figsize=(9, 8), layout="constrained")
above, below = fig.subfigures(2, 1, height_ratios=[1, 2])
ng.plot.draw_network(net, node_colour="first spike [ms]", node_size=12.0, max_edges=2000, ax=above.subplots())
ns.plot_activity(net, sort="x", ax=below.subplots())
fig.savefig("spatial_network.png", dpi=120)
print("wrote spatial_network.png")
