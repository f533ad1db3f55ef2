"""A patch of cortex after a measured profile
==========================================

Who connects to whom by kind of neuron and distance, and what activity follows.
``python examples/cortical_column.py``
reads ``cortical_column.csv``, builds the network, measures its profile again, and writes both, the network's activity and a
picture of how a local push spreads to ``cortical_column.png``. The probabilities in the table are of the order of those that
paired recordings in rat and mouse neocortex found (Perin et al. 2011, doi:10.1073/pnas.1016051108, for excitatory pairs;
Packer & Yuste 2011, doi:10.1523/JNEUROSCI.3131-11.2011, for inhibitory ones); put your own in their place.
"""

import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import netgraph as ng
import netgraph.generation as gen
import netgraph.simulation as ns
from netgraph.attributes import DistanceDelay
from netgraph.space import Shape

# %%
# 1. The table: for each pair of kinds the bins of distance [µm] and the probability in each.
distances, probabilities = gen.read_profile(Path(sys.argv[0]).with_name("cortical_column.csv"))

# %%
# 2. The neurons: a sheet of 0.8 mm by 0.8 mm whose opposite sides are joined, so that no neuron lies at a border.
sheet = Shape.rectangle(800.0, 800.0, periodic=True)
kinds = {
    "E": ng.NeuralGroup(3200, neuron_type=1, neuron_model="iaf_psc_exp", neuron_param={"V_m": ("uniform", -70.0, -55.0)}),
    "I": ng.NeuralGroup(800, neuron_type=-1, neuron_model="iaf_psc_exp", neuron_param={"V_m": ("uniform", -70.0, -55.0)}),
}
population = ng.NeuralPop.from_groups(list(kinds.values()), names=list(kinds))

# %%
# 3. The edges: weights in pA, stronger where they inhibit; spikes travel at 0.3 m/s after half a millisecond.
delay = DistanceDelay(velocity=300.0, offset=0.5)
net = gen.connectivity_profile(distances, probabilities, population=population, shape=sheet, delays=delay, seed=1)
inhibits = net.neuron_types[net.source] < 0
net.set_weights(np.where(inhibits, 180.0, 45.0))
print(net)

# %%
# 4. The profile of what was built: edges over pairs in rings around each neuron.
rings = np.arange(0.0, 325.0, 25.0)
lengths = net.edge_distances()
per_ring = np.pi * np.diff(rings**2) / 800.0**2
fig, axes = plt.subplots(1, 3, figsize=(13, 4), layout="constrained")
for colour, (source, target) in zip(("#0072B2", "#D55E00", "#009E73", "#CC79A7"), distances, strict=True):
    own = np.isin(net.source, population[source].ids) & np.isin(net.target, population[target].ids)
    found = np.histogram(lengths[own], rings)[0] / (population[source].size * population[target].size * per_ring)
    measured = probabilities[source, target]
    axes[0].stairs(measured, distances[source, target], color=colour, label=f"{source} to {target}")
    axes[0].plot(rings[:-1] + 12.5, found, ".", color=colour)
    print(f"{source} to {target}: {own.sum()} edges, {own.sum() / population[target].size:.0f} for each target")
axes[0].set(xlabel="distance [µm]", ylabel="probability of connection", title="table (lines) and network (dots)")
axes[0].legend()

# 5. The activity: noise keeps all neurons near threshold; after 200 ms the middle of the sheet gets a push.
sim = net.to_sim(dt=0.1, seed=2)
ns.set_poisson_input(net, rate=7800.0, weight=45.0)
middle = np.hypot(*net.positions.T) < 100.0
ns.set_step_currents(net, np.flatnonzero(middle), times=[200.0, 215.0], currents=[800.0, 0.0])
ns.monitor_groups(net)
results = sim.run(300.0)
for name in kinds:
    rate = ng.analysis.firing_rates(results, nodes=population[name].ids, window=(100.0, 200.0)).mean()
    print(f"rate of {name} before the push: {rate:.1f} Hz")
ns.plot_activity(net, sort="in-degree", ax=axes[1])
axes[1].set_title("spikes, sorted by in-degree")

# 6. How far the push spreads: spikes in the 30 ms after it began, against those in the 30 ms before.
after, before = (ng.analysis.firing_rates(results, nodes=np.arange(4000), window=w) for w in ((200.0, 230.0), (170.0, 200.0)))
points = axes[2].scatter(*net.positions.T, c=after - before, s=6, cmap="RdBu_r", vmin=-100.0, vmax=100.0)
axes[2].set(aspect="equal", xlabel="x [µm]", ylabel="y [µm]", title="change of rate by the push [Hz]")
fig.colorbar(points, ax=axes[2])
fig.savefig("cortical_column.png", dpi=120)
print("wrote cortical_column.png")
