"""A neuron with Poisson noise
==============================

Thousands of synapses bombard a cortical neuron; together they look like two Poisson processes, one excitatory and one
inhibitory. ``python examples/nest/one_neuron_with_noise.py`` measures the membrane potential under such input, prints it
beside what theory says of it, and writes ``one_neuron_with_noise.png``.

Two neurons get noise of the same strength, one of them with a threshold out of reach. *Look at* its histogram: the sum of
many small independent pulses is nearly normal, with the mean and variance of Campbell's theorem. The other one has a
threshold in the upper tail of that distribution: its mean input never makes it fire, the fluctuations do, and so its spikes
come irregularly (coefficient of variation of the intervals near 1).

Kuhn, Aertsen & Rotter 2004, doi:10.1523/JNEUROSCI.3349-03.2004; Burkitt 2006, doi:10.1007/s00422-006-0068-6.
"""

import matplotlib.pyplot as plt
import numpy as np

import simcore.nest as nest

# %%
# 1. Two neurons, each with its own noise: a generator sends a different train to each target. Parameters in pA, ms, mV; the
#    rates are those of all synapses of a kind together.
nest.ResetKernel()
nest.rng_seed = 12
duration, warm_up = 20000.0, 200.0
rates, weights, tau_syn = {"ex": 9000.0, "in": 800.0}, {"ex": 30.0, "in": -90.0}, {"ex": 2.0, "in": 5.0}
params = {"C_m": 250.0, "tau_m": 10.0, "E_L": -65.0, "V_reset": -65.0, "tau_syn_ex": tau_syn["ex"], "tau_syn_in": tau_syn["in"]}
neurons = nest.Create("iaf_psc_exp", 2, {**params, "V_m": -58.0, "V_th": [1000.0, -53.0]})
for kind in rates:
    noise = nest.Create("poisson_generator", params={"rate": rates[kind]})
    nest.Connect(noise, neurons, syn_spec={"weight": weights[kind]})
voltmeter = nest.Create("voltmeter", params={"interval": 0.5, "start": warm_up})
recorder = nest.Create("spike_recorder", params={"start": warm_up})
nest.Connect(voltmeter, neurons)
nest.Connect(neurons, recorder)
nest.Simulate(warm_up + duration)

# %%
# 2. Campbell's theorem: mean and variance are the rate times the integral of a single response, and of its square. A pulse of
#    current that decays with tau_s gives the potential k (exp(-t / tau_m) - exp(-t / tau_s)).
mean, variance = params["E_L"], 0.0
for kind, rate in rates.items():
    tau_m, tau_s, per_ms = params["tau_m"], tau_syn[kind], rate / 1000.0
    k = weights[kind] / params["C_m"] * tau_m * tau_s / (tau_m - tau_s)
    mean += per_ms * k * (tau_m - tau_s)
    variance += per_ms * k**2 * (tau_m - tau_s) ** 2 / (2.0 * (tau_m + tau_s))
samples = voltmeter.events
free, firing = (samples["V_m"][samples["senders"] == neuron.global_id] for neuron in neurons)
sample_times = samples["times"][samples["senders"] == neurons[0].global_id]
spikes = recorder.events["times"]
intervals = np.diff(spikes)
rate, cv = 1000.0 * spikes.size / duration, intervals.std() / intervals.mean()
print(f"potential without threshold: {free.mean():.2f} ± {free.std():.2f} mV, theory {mean:.2f} ± {variance**0.5:.2f} mV")
print(f"with threshold: {rate:.1f} Hz, CV of the intervals {cv:.2f}")

# %%
# 3. Half a second of both, and how often the free one is where.
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4), sharey=True, width_ratios=[3, 1], layout="constrained")
shown = sample_times < warm_up + 500.0
left.plot(sample_times[shown], free[shown], color="0.7", lw=0.8, label="no threshold")
left.plot(sample_times[shown], firing[shown], color="C0", lw=0.8, label="threshold")
left.plot(spikes[spikes < warm_up + 500.0], np.full(np.count_nonzero(spikes < warm_up + 500.0), -46.0), "|", color="C3", ms=10)
left.axhline(-53.0, color="0.4", ls="--", lw=0.8)
left.set(xlabel="time [ms]", ylabel="membrane potential [mV]", title=f"{rate:.1f} Hz, CV {cv:.2f}")
left.legend(loc="lower right")
v = np.linspace(free.min(), free.max(), 200)
right.hist(free, bins=60, density=True, orientation="horizontal", color="0.8", label="measured")
right.plot(np.exp(-((v - mean) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance), v, "C1", label="theory")
right.set(xlabel="density [1/mV]")
right.legend(loc="lower right")
fig.savefig("one_neuron_with_noise.png", dpi=120)
print("wrote one_neuron_with_noise.png")
