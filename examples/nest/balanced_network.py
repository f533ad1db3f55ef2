"""A balanced random network, with three shapes of synapses
=========================================================

Excitatory and inhibitory neurons, connected at random, hold each other in check: inhibition is so strong that the mean input
stays below threshold, and the neurons fire irregularly, driven by fluctuations. The network is Brunel's, but smaller, and
with stronger synapses in return. ``python examples/nest/balanced_network.py`` prints how each variant fires and writes their
spikes to ``balanced_network.png``.

The same network is run with synapses that are instantaneous (a spike moves the potential at once), exponential, and
alpha-shaped. All have the same postsynaptic potential at the peak, which is measured first. *Look at* the rates and the
irregularity: they are nearly the same, since what counts is the size and sign of the potentials; the slower the synapse, the
smoother the input and the lower the rate. *Then change* g to 3.5 or eta to 0.9, and see the network leave the state: below g
= 4 excitation wins and the neurons fire fast and regularly; below eta = 1 the external input alone does not bring the mean
potential to threshold, and few fire.

Brunel 2000, doi:10.1023/A:1008925309027, figures 7 and 8.
"""

import matplotlib.pyplot as plt
import numpy as np

import simcore.nest as nest

# %%
# 1. The network. Potentials [mV] count from rest; the peaks are J for excitatory and -g J for inhibitory synapses, and eta is
#    the rate of the external input over the one that would bring the mean potential to threshold.
n_ex, n_in, connected = 1600, 400, 0.1
J, g, eta, delay = 0.5, 6.0, 1.5, 1.5
warm_up, duration = 200.0, 1000.0
inputs = {"ex": int(connected * n_ex), "in": int(connected * n_in)}
neuron = {"C_m": 250.0, "tau_m": 20.0, "t_ref": 2.0, "E_L": 0.0, "V_m": 0.0, "V_reset": 10.0, "V_th": 20.0}
short = {"tau_syn_ex": 0.5, "tau_syn_in": 0.5}
models = {"iaf_psc_delta": neuron, "iaf_psc_exp": neuron | short, "iaf_psc_alpha": neuron | short}


def potential(model, params):
    """Peak [mV] and area [mV ms] of the postsynaptic potential for a synapse of weight 1."""
    nest.ResetKernel()
    target = nest.Create(model, params=params)
    spike = nest.Create("spike_generator", params={"spike_times": [1.0]})
    voltmeter = nest.Create("voltmeter", params={"interval": 0.1})
    nest.Connect(spike, target)
    nest.Connect(voltmeter, target)
    nest.Simulate(300.0)
    V_m = voltmeter.events["V_m"]
    return V_m.max(), V_m.sum() * 0.1


def simulate(model, params):
    """Spikes of the network: times [ms] and senders, excitatory ones first."""
    peak, area = potential(model, params)
    weight = J / peak
    threshold_rate = 1000.0 * params["V_th"] / (area * weight)
    nest.ResetKernel()
    nest.rng_seed = 7
    excitatory, inhibitory = nest.Create(model, n_ex, params), nest.Create(model, n_in, params)
    everyone = excitatory + inhibitory
    noise = nest.Create("poisson_generator", params={"rate": eta * threshold_rate})
    recorder = nest.Create("spike_recorder", params={"start": warm_up})
    nest.CopyModel("static_synapse", "excites", {"weight": weight, "delay": delay})
    nest.CopyModel("static_synapse", "inhibits", {"weight": -g * weight, "delay": delay})
    nest.Connect(noise, everyone, syn_spec="excites")
    nest.Connect(excitatory, everyone, {"rule": "fixed_indegree", "indegree": inputs["ex"]}, "excites")
    nest.Connect(inhibitory, everyone, {"rule": "fixed_indegree", "indegree": inputs["in"]}, "inhibits")
    nest.Connect(everyone, recorder)
    nest.Simulate(warm_up + duration)
    events = recorder.events
    return events["times"], events["senders"]


def irregularity(times, senders):
    """Coefficient of variation of the intervals of each neuron that fired ten times or more."""
    order = np.lexsort((times, senders))
    trains = np.split(times[order], np.flatnonzero(np.diff(senders[order])) + 1)
    intervals = [np.diff(train) for train in trains if train.size > 9]
    return np.array([each.std() / each.mean() for each in intervals])


# %%
# 2. The three variants: each 50th neuron, and how many spikes all fire in 2 ms.
fig, axes = plt.subplots(2, 3, figsize=(10, 5), sharex=True, sharey="row", height_ratios=[3, 1], layout="constrained")
spikes, rates, cvs = {}, {}, {}
for column, (model, params) in zip(axes.T, models.items(), strict=True):
    times, senders = spikes[model] = simulate(model, params)
    rates[model] = 1000.0 * times.size / (n_ex + n_in) / duration
    cvs[model] = irregularity(times, senders)
    counts, edges = np.histogram(times, bins=np.arange(warm_up, warm_up + duration + 1.0, 2.0))
    print(f"{model:<14} {rates[model]:.1f} Hz, CV {cvs[model].mean():.2f}")
    shown = (senders % 50 == 0) & (times < warm_up + 300.0)
    column[0].plot(times[shown], senders[shown] // 50, "k|", ms=4, mew=0.8)
    column[1].stairs(counts / (n_ex + n_in) / 0.002, edges, fill=True)
    column[0].set(title=f"{model}: {rates[model]:.0f} Hz, CV {cvs[model].mean():.2f}", xlim=(warm_up, warm_up + 300.0))
    column[1].set(xlabel="time [ms]")
axes[0, 0].set(ylabel="every 50th neuron")
axes[1, 0].set(ylabel="rate [Hz]")
fig.savefig("balanced_network.png", dpi=120)
print("wrote balanced_network.png")
