"""Layers in space: masks and distances
=====================================

Neurons at places, connected by rules of place: a mask cuts out the region in which partners are sought, and a probability
that falls with distance chooses among them. ``python examples/nest/layers_in_space.py`` prints how many targets neurons have
and how far away they are, and writes ``layers_in_space.png``.

*Look at* the upper left: around a neuron of the grid, all targets lie in the mask's ring and none elsewhere, and since the
layer is closed to a torus the region goes on at the other side; *then at* the upper right, where distance alone decides.
Below is why a Gaussian profile does not mean that most targets are near: rings grow with their radius, so the number of
targets first rises with distance. Delays grow with distance as well, as for spikes that travel at a constant speed.

Hellwig 2000, doi:10.1007/PL00007964, on the Gaussian profile in cortex; Nordlie, Gewaltig & Plesser 2009,
doi:10.1371/journal.pcbi.1000456, on how such networks are described.
"""

import matplotlib.pyplot as plt
import numpy as np

import simcore.nest as nest

# %%
# 1. Two layers of 2 mm by 2 mm: a grid of 30 by 30 neurons, and 900 neurons anywhere. Lengths in mm.
nest.ResetKernel()
nest.rng_seed = 21
extent, sigma, max_probability = [2.0, 2.0], 0.25, 0.8
grid = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid(shape=[30, 30], extent=extent, edge_wrap=True))
anywhere = nest.spatial.free(nest.random.uniform(-1.0, 1.0), extent=extent, edge_wrap=True)
free = nest.Create("iaf_psc_alpha", n=900, positions=anywhere)

# %%
# 2. Within the grid: from every neuron to all that lie in a ring around it.
ring = {"doughnut": {"inner_radius": 0.31, "outer_radius": 0.51}}
nest.Connect(grid, grid, {"rule": "pairwise_bernoulli", "p": 1.0, "mask": ring}, {"weight": -20.0, "delay": 1.0})

# %%
# 3. From the grid to the free layer: a Gaussian of the distance, and delays of 0.5 ms plus the time on the way at 0.3 mm/ms.
distance = nest.spatial.distance
profile = max_probability * nest.spatial_distributions.gaussian(distance, std=sigma)
spec = {"weight": 20.0, "delay": 0.5 + distance / 0.3}
nest.Connect(grid, free, {"rule": "pairwise_bernoulli", "p": profile, "mask": {"circular": {"radius": 1.0}}}, spec)

# %%
# 4. What was made: numbers and distances, from the connections themselves. On a torus the shorter way round counts.
in_ring, to_free = nest.GetConnections(grid, grid), nest.GetConnections(grid, free)
ring_sizes = np.bincount(in_ring.source)[grid.tolist()]
out_degrees = np.bincount(to_free.source)[grid.tolist()]
delays = np.array(to_free.delay)
places = np.array(nest.GetPosition(grid) + nest.GetPosition(free))
offset = np.abs(places[np.array(to_free.target) - 1] - places[np.array(to_free.source) - 1])
distances = np.linalg.norm(np.minimum(offset, extent - offset), axis=1)
bins = np.linspace(0.0, 1.0, 41)
density = len(free) / (extent[0] * extent[1])
by_theory = -2.0 * np.pi * sigma**2 * max_probability * density * np.diff(np.exp(-(bins**2) / (2.0 * sigma**2)))
print(f"ring: {ring_sizes.min()} to {ring_sizes.max()} targets of each neuron")
print(f"Gaussian: {out_degrees.mean():.1f} ± {out_degrees.std():.1f} targets, {by_theory.sum():.1f} expected")
print(f"distance {distances.mean():.3f} mm on average, delays {delays.min():.1f} to {delays.max():.1f} ms")

# %%
# 5. Targets of one neuron by each rule, and what holds for all.
source = grid[27 * 30 + 20]
fig, axes = plt.subplots(2, 2, figsize=(10, 9), layout="constrained")
for ax, layer, title in ((axes[0, 0], grid, "grid: all in a ring"), (axes[0, 1], free, "free layer: by distance")):
    plt.sca(ax)
    nest.PlotLayer(layer, fig=fig, nodecolor="0.85", nodesize=4)
    nest.PlotTargets(source, layer, fig=fig, src_size=60, tgt_size=10)
    ax.set(title=title, xlabel="x [mm]", ylabel="y [mm]", xlim=(-1.0, 1.0), ylim=(-1.0, 1.0), aspect="equal")
axes[1, 0].stairs(np.histogram(distances, bins)[0] / len(grid), bins, fill=True, color="0.8", label="measured")
axes[1, 0].plot(0.5 * (bins[1:] + bins[:-1]), by_theory, "C1", label="profile times area of the ring")
axes[1, 0].set(xlabel="distance [mm]", ylabel="targets of a neuron in 0.025 mm", title="number of targets")
axes[1, 0].legend()
axes[1, 1].plot(distances[::200], delays[::200], ".", ms=3)
axes[1, 1].set(xlabel="distance [mm]", ylabel="delay [ms]", title="delays, in steps of 0.1 ms")
fig.savefig("layers_in_space.png", dpi=120)
print("wrote layers_in_space.png")
