"""Who fired first decides: spike-timing dependent plasticity
==========================================================

A synapse grows if its source fires shortly before its target, and shrinks if it fires shortly after: causes are strengthened.
``python examples/nest/stdp_pair.py`` pairs spikes at many time differences, prints the change of the weight for some, and
writes the window of plasticity to ``stdp_pair.png``.

*Look at* where the window changes sign: not at equal times. The synapse compares the times at which the spikes reach it, and
here the delay of the connection lies on the side of the target (its spike travels back along the dendrite): both arrive
together if the target fires one delay *earlier*. On the right, the weight of some synapses from pairing to pairing, as a
``weight_recorder`` sees it whenever a spike is sent; all steps are alike because the rule is additive (mu = 0).

Bi & Poo 1998, doi:10.1523/JNEUROSCI.18-24-10464.1998; Morrison, Diesmann & Gerstner 2008, doi:10.1007/s00422-008-0233-1.
"""

import matplotlib.pyplot as plt
import numpy as np

import simcore.nest as nest

# %%
# 1. Sixty pairings, one a second, for each difference of times. Potentiation is `lambda` times the largest weight, depression
#    `alpha` times as much; times in ms. The time constant of depression, `tau_minus`, belongs to the target.
differences = np.arange(-80.0, 81.0, 4.0)
n_pairings, start_weight, delay, tau_plus, tau_minus = 60, 50.0, 1.0, 17.0, 34.0
rule = {"lambda": 0.005, "alpha": 0.6, "mu_plus": 0.0, "mu_minus": 0.0, "tau_plus": tau_plus, "Wmax": 100.0}
pre_times = 200.0 + 1000.0 * np.arange(n_pairings)

# %%
# 2. A pair of parrots for each difference: they repeat the spikes of generators. The plastic synapse ends at the target's
#    second port, which hears and does not repeat. A last spike of the source reads what the pairings have done.
nest.ResetKernel()
n = differences.size
pre, post = nest.Create("parrot_neuron", n), nest.Create("parrot_neuron", n, {"tau_minus": tau_minus})
pre_generator = nest.Create("spike_generator", params={"spike_times": np.append(pre_times, pre_times[-1] + 1000.0)})
post_generators = nest.Create("spike_generator", n, [{"spike_times": pre_times + dt} for dt in differences])
weight_recorder = nest.Create("weight_recorder")
nest.CopyModel("stdp_synapse", "recorded_stdp", {"weight_recorder": weight_recorder, **rule})
nest.Connect(pre_generator, pre)
nest.Connect(post_generators, post, "one_to_one")
spec = {"synapse_model": "recorded_stdp", "weight": start_weight, "delay": delay, "receptor_type": 1}
nest.Connect(pre, post, "one_to_one", spec)
nest.Simulate(pre_times[-1] + 1100.0)

# %%
# 3. The change per pairing, beside what the rule says of one pair: an exponential on each side of minus one delay.
weights = np.array(nest.GetConnections(synapse_model="recorded_stdp").weight)
change = (weights - start_weight) / n_pairings


def one_pair(lag):
    """Change of the weight [pA] by a target's spike that arrives `lag` [ms] after the source's."""
    step = rule["lambda"] * rule["Wmax"]
    return step * np.exp(-lag / tau_plus) if lag > 0.0 else -step * rule["alpha"] * np.exp(lag / tau_minus)


predicted = np.array([one_pair(lag) for lag in differences + delay])
print(" target - source   change per pairing   predicted")
for k in range(0, n, 4):
    print(f"{differences[k]:10.0f} ms {change[k]:17.4f} pA {predicted[k]:13.4f} pA")

# %%
# 4. The window, and the course of some weights.
fig, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
left.axhline(0.0, color="0.8", lw=0.8)
left.axvline(-delay, color="0.8", lw=0.8)
fine = np.linspace(-80.0, 80.0, 801)
left.plot(fine, [one_pair(lag) for lag in fine + delay], color="0.6", label="predicted")
left.plot(differences, change, "o", ms=4, label="measured")
left.set(xlabel="target fires after source by [ms]", ylabel="change per pairing [pA]", title="window of plasticity")
left.legend()
events = weight_recorder.events
for k in range(16, 26, 2):
    mine = events["targets"] == post[k].global_id
    right.plot(events["times"][mine] / 1000.0, events["weights"][mine], label=f"{differences[k]:.0f} ms")
right.set(xlabel="time [s]", ylabel="weight [pA]", title="from pairing to pairing")
right.legend()
fig.savefig("stdp_pair.png", dpi=120)
print("wrote stdp_pair.png")
