"""Synapses that tire and synapses that warm up
=============================================

What a spike does depends on the spikes before it. Each one uses a part U of the synapse's resources, which come back with the
time constant tau_rec: the synapse tires. In some synapses each spike also raises, for a time tau_fac, the part that the next
one uses: it warms up first. ``python examples/nest/short_term_plasticity.py`` sends ten spikes at 20 Hz and a late one
through both kinds, prints the sizes of the responses, and writes ``short_term_plasticity.png``.

*Look at* how the first potentials compare with the later ones, and at the last spike, which tests how far the synapse has
recovered. Two models are compared: ``tsodyks_synapse`` also keeps account of the resources that are active (they decay with
tau_psc and only then start to recover), and its weight is the response if all resources were released at once;
``tsodyks2_synapse`` leaves the active state out, so its resources are a little further recovered at each spike. At these
rates one hardly sees it; the difference grows with tau_psc over the time between spikes.

Tsodyks, Pawelzik & Markram 1998, doi:10.1162/089976698300017502; Maass & Markram 2002, doi:10.1016/S0893-6080(01)00144-7.
"""

import matplotlib.pyplot as plt
import numpy as np

import simcore.nest as nest

# %%
# 1. Two kinds of synapses; times in ms. Facilitating ones release little at first, and recover fast.
kinds = {
    "depressing": {"U": 0.5, "tau_rec": 800.0, "tau_fac": 0.0},
    "facilitating": {"U": 0.03, "tau_rec": 130.0, "tau_fac": 530.0},
}
weights = {"depressing": 500.0, "facilitating": 2500.0}
tau_psc = 3.0
spike_times = np.append(50.0 + 50.0 * np.arange(10), 1000.0)
models = ["tsodyks_synapse", "tsodyks2_synapse"]

# %%
# 2. A train of spikes and four neurons, one behind each synapse. A parrot repeats what it hears: it stands for the neuron
#    that sends, because a generator's synapses do not change. Threshold is out of reach.
nest.ResetKernel()
generator = nest.Create("spike_generator", params={"spike_times": spike_times})
sender = nest.Create("parrot_neuron")
nest.Connect(generator, sender)
neurons = nest.Create("iaf_psc_exp", 4, {"tau_m": 20.0, "tau_syn_ex": tau_psc, "V_th": 1000.0})
multimeter = nest.Create("multimeter", params={"record_from": ["V_m", "I_syn_ex"], "interval": 0.1})
nest.Connect(multimeter, neurons)
cases = [(kind, model) for kind in kinds for model in models]
for neuron, (kind, model) in zip(neurons, cases, strict=True):
    active = {"tau_psc": tau_psc} if model == "tsodyks_synapse" else {}
    start = {"u": kinds[kind]["U"]} if model == "tsodyks2_synapse" else {}
    spec = {"synapse_model": model, "weight": weights[kind], "delay": 1.0, **kinds[kind], **active, **start}
    nest.Connect(sender, neuron, syn_spec=spec)
nest.Simulate(1200.0)

# %%
# 3. How much each spike sends: the jump of the current beyond the decay of what was there.
samples = multimeter.events
by_neuron = [samples["senders"] == neuron.global_id for neuron in neurons]
times = samples["times"][by_neuron[0]]
currents = [samples["I_syn_ex"][rows] for rows in by_neuron]
potentials = [samples["V_m"][rows] for rows in by_neuron]
jumps = [np.diff(current, prepend=0.0) + np.append(0.0, current[:-1]) * -np.expm1(-0.1 / tau_psc) for current in currents]
sent = {case: jump[jump > 1e-6] for case, jump in zip(cases, jumps, strict=True)}
for (kind, model), sizes in sent.items():
    print(f"{kind:<12} {model:<16} [pA] " + " ".join(f"{size:5.1f}" for size in sizes))

# %%
# 4. The four responses.
fig, axes = plt.subplots(2, 1, figsize=(9, 6), sharex=True, layout="constrained")
for (kind, model), V_m in zip(cases, potentials, strict=True):
    ax = axes[list(kinds).index(kind)]
    ax.plot(times, V_m, "-" if model == "tsodyks_synapse" else "--", lw=1.2, label=model)
    ax.set(ylabel="membrane potential [mV]", title=f"{kind}: U = {kinds[kind]['U']}, tau_rec = {kinds[kind]['tau_rec']:.0f} ms")
for ax in axes:
    ax.plot(spike_times, np.full(spike_times.size, ax.get_ylim()[0]), "|", color="k", ms=8)
    ax.legend(loc="upper right")
axes[1].set(xlabel="time [ms]")
fig.savefig("short_term_plasticity.png", dpi=120)
print("wrote short_term_plasticity.png")
