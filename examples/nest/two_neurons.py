"""Two connected neurons
========================

The first neuron is driven by a current and fires regularly; each of its spikes reaches the second one after a delay and moves
its potential. ``python examples/nest/two_neurons.py`` prints when spikes leave, arrive and act, and writes both potentials to
``two_neurons.png``.

*Look at* the second trace: each postsynaptic potential starts one delay after the spike, peaks some milliseconds later, and
when the next one comes before it has gone, they add up. In this model they do so exactly, as it is linear below threshold;
the script shows it by laying shifted copies of the first potential on top of each other.

Rotter & Diesmann 1999, doi:10.1007/s004220050570.
"""

import matplotlib.pyplot as plt
import numpy as np

import simcore.nest as nest

# %%
# 1. Two neurons and one synapse, of 250 pA at the peak of its current and 4 ms long.
nest.ResetKernel()
weight, delay = 250.0, 4.0
neurons = nest.Create("iaf_psc_alpha", 2, {"I_e": [1100.0, 0.0]})
voltmeter = nest.Create("voltmeter", params={"interval": 0.1})
recorder = nest.Create("spike_recorder")
nest.Connect(neurons[0], neurons[1], syn_spec={"weight": weight, "delay": delay})
nest.Connect(voltmeter, neurons)
nest.Connect(neurons, recorder)
print(nest.GetConnections(neurons, neurons))
nest.Simulate(60.0)

# %%
# 2. What came out. Both neurons are read by one voltmeter: the column ``senders`` says which row belongs to whom.
samples, spikes = voltmeter.events, recorder.events
second = samples["senders"] == neurons[1].global_id
times, V_m = samples["times"][second], samples["V_m"][second]
E_L = neurons[1].E_L
moved = times[V_m > E_L + 1e-12]
sent = spikes["times"][spikes["senders"] == neurons[0].global_id]
print(f"the first neuron fires at {', '.join(f'{time:.1f}' for time in sent)} ms")
print(f"the second one moves from {moved[0]:.1f} ms on, by {V_m.max() - E_L:.2f} mV at most")

# %%
# 3. The first potential alone lasts until the second spike arrives; after that it is calculated.
tau_m, tau_s, C_m = (neurons[1].get(name) for name in ("tau_m", "tau_syn_ex", "C_m"))
lag = np.maximum(times[:, None] - sent - delay, 0.0)
a = 1.0 / tau_s - 1.0 / tau_m
single = weight * np.e / (tau_s * C_m) * (np.exp(-lag / tau_m) * (1.0 - np.exp(-a * lag) * (1.0 + a * lag)) / a**2)
print(f"sum of single potentials: wrong by {np.abs(E_L + single.sum(axis=1) - V_m).max():.0e} mV at most")

# %%
# 4. ``nest.voltage_trace`` draws what a voltmeter holds; below, the sum and what it is made of.
fig, (above, below) = plt.subplots(2, 1, figsize=(8, 6), sharex=True, layout="constrained")
plt.sca(above)
nest.voltage_trace.from_device(voltmeter, title="both neurons")
above.vlines(sent, -55.0, -50.0, color="k")
below.plot(times, V_m - E_L, label="second neuron")
below.plot(times, single, color="0.6", lw=0.8)
below.plot(times, single.sum(axis=1), "k:", lw=2.0, label="sum of single potentials")
below.vlines(sent + delay, -0.3, 0.0, color="C3", label="a spike arrives")
below.set(xlabel="time [ms]", ylabel="above rest [mV]", title=f"{weight:.0f} pA, {delay:.0f} ms after each spike")
below.legend(loc="upper left")
fig.savefig("two_neurons.png", dpi=120)
print("wrote two_neurons.png")
