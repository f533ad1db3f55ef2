"""Three groups of neurons
=======================

Designed as a graph, analysed, simulated, and drawn by their place in the graph.
``python examples/three_groups.py``
prints what was built and how it behaves, and writes the spikes, sorted by in-degree, to ``three_groups.png``. It is the network
of ``netspike demo``, in a user's words.
"""

import matplotlib.pyplot as plt
import numpy as np

import netgraph as ng
import netgraph.generation as gen
import netgraph.simulation as ns

# %%
# 1. Three groups of one model, adaptive exponential integrate-and-fire; parameters in pF, nS, mV, ms, pA. The firing patterns
#    are those of Naud et al. 2008, table 1 (doi:10.1007/s00422-008-0264-7); the oscillators get half of the current there, so
#    that the network sets their rhythm.
common = {"C_m": 200.0, "V_th": -50.0, "Delta_T": 2.0, "a": 2.0}
oscillate = {**common, "g_L": 10.0, "E_L": -70.0, "tau_w": 30.0, "b": 0.0, "V_reset": -58.0, "I_e": 250.0}
burst = {**common, "g_L": 10.0, "E_L": -58.0, "tau_w": 120.0, "b": 100.0, "V_reset": -46.0, "I_e": 210.0}
adapt = {**common, "g_L": 12.0, "E_L": -70.0, "tau_w": 300.0, "b": 60.0, "V_reset": -58.0, "I_e": 500.0}
groups = {
    "oscillators": ng.NeuralGroup(400, neuron_model="aeif_psc_alpha", neuron_param=oscillate),
    "bursters": ng.NeuralGroup(200, neuron_model="aeif_psc_alpha", neuron_param=burst),
    "adaptive": ng.NeuralGroup(200, neuron_model="aeif_psc_alpha", neuron_param=adapt),
}

# %%
# 2. The synapses between them: depressing ones everywhere, and another release probability on three pairs (source, target).
synapses = {
    "default": {"synapse_model": "tsodyks2_synapse"},
    ("oscillators", "bursters"): {"U": 0.6},
    ("oscillators", "oscillators"): {"U": 0.7},
    ("oscillators", "adaptive"): {"U": 0.5},
}
population = ng.NeuralPop.from_groups(groups, syn_spec=synapses)
print(population.synapse_table(), end="\n\n")

# %%
# 3. The graph: every neuron gets 100 ± 15 inputs, from anywhere, of 155 pA after 5 ms.
net = gen.gaussian_degree(100.0, 15.0, population=population, weights=155.0, delays=5.0, seed=42)
print(net)
print(f"in-degree            {net.in_degree().mean():.1f} ± {net.in_degree().std():.1f}")
print(f"reciprocity          {ng.analysis.reciprocity(net):.3f}")
print(f"clustering           {ng.analysis.global_clustering(net):.3f}")
print(f"average path length  {ng.analysis.average_path_length(net):.3f}", end="\n\n")

# %%
# 4. The simulation: adaptation starts at random, every group is watched.
sim = net.to_sim(dt=0.1, seed=42)
ns.randomize_neural_states(net, {"w": ("uniform", 0.0, 200.0)})
ns.monitor_groups(net)
results = sim.run(1600.0)

# %%
# 5. What came out, by group, against the graph.
in_degree = net.in_degree()
for name, group in population.items():
    rate = ng.analysis.firing_rates(results, nodes=group)
    cv = np.nanmean(ng.analysis.cv_isi(results, nodes=group))
    correlation = np.corrcoef(in_degree[group.ids], rate)[0, 1]
    print(f"{name:<12} {rate.mean():5.1f} Hz, CV {cv:.2f}, correlation of rate and in-degree {correlation:5.2f}")

fig, ax = plt.subplots(figsize=(9, 5), layout="constrained")
ns.plot_activity(net, sort="in-degree", ax=ax)
fig.savefig("three_groups.png", dpi=120)
print("wrote three_groups.png")
