"""Rhythms and packets as input
=============================

Two ways in which many neurons tell time together: by a rate that goes up and down, and by spikes that come close together.
``python examples/nest/rhythms_and_packets.py`` sends both to a population of neurons that also hears noise, prints how it
follows, and writes ``rhythm.png`` and ``packets.png``.

*Look at* the rhythm first: a single neuron fires at a few Hz and skips most of its cycles, but the population follows it,
because noise lets its neurons take part in different ones. *Then at* the packets: 60 spikes to every neuron, the same number
each time but spread over more and more time. Tight packets make nearly everyone fire, and at nearly the same time; loose ones
not even half: the membrane forgets, and so it detects coincidence. On this rests the idea of synfire chains.

Knight 1972, doi:10.1085/jgp.59.6.734; Diesmann, Gewaltig & Aertsen 1999, doi:10.1038/990101.
"""

import matplotlib.pyplot as plt
import numpy as np

import simcore.nest as nest

# %%
# 1. A population under balanced noise: spikes that move the potential by about 0.14 mV, inhibitory ones by twice as much.
n, weight = 400, 80.0
synapse = {"weight": weight, "delay": 1.0}


def population():
    """Neurons in noise, and the recorder of their spikes."""
    nest.ResetKernel()
    nest.rng_seed = 5
    neurons = nest.Create("iaf_psc_exp", n, {"tau_syn_ex": 0.5, "tau_syn_in": 0.5, "V_m": -60.0})
    for rate, times_weight in ((15000.0, 1.0), (4500.0, -2.0)):
        noise = nest.Create("poisson_generator", params={"rate": rate})
        nest.Connect(noise, neurons, syn_spec={**synapse, "weight": times_weight * weight})
    recorder = nest.Create("spike_recorder", params={"start": 100.0})
    nest.Connect(neurons, recorder)
    return neurons, recorder


# %%
# 2. The rhythm: every neuron hears a spike train of its own, whose rate is a sine around its mean. The first Fourier
#    coefficient of the population's spikes says how deeply they are modulated, and how late.
frequency, cycles = 10.0, 40
neurons, recorder = population()
sine = {"rate": 1000.0, "amplitude": 800.0, "frequency": frequency, "phase": 0.0}
generator = nest.Create("sinusoidal_poisson_generator", params=sine)
nest.Connect(generator, neurons, syn_spec=synapse)
nest.Simulate(100.0 + cycles * 1000.0 / frequency)
rhythm = recorder.events["times"]
rate = rhythm.size / n / (cycles / frequency)
wave = 2.0 * np.exp(-2j * np.pi * frequency * rhythm / 1000.0).mean()
depth, lag = abs(wave), -np.angle(1j * wave) / (2.0 * np.pi) * 1000.0 / frequency
print(f"rhythm: {rate:.1f} Hz, modulated by {100.0 * depth:.0f} %, {lag:.1f} ms behind its input")

fig, ax = plt.subplots(figsize=(8, 4), layout="constrained")
counts, edges = np.histogram(rhythm % (1000.0 / frequency), bins=np.linspace(0.0, 1000.0 / frequency, 51))
ax.stairs(1000.0 * counts / (n * cycles * np.diff(edges)), edges, fill=True, color="0.8", label="neurons")
ax.plot(edges, rate * (1.0 + depth * np.sin(2.0 * np.pi * frequency * (edges - lag) / 1000.0)), label="their first harmonic")
ax.plot(edges, rate * (1.0 + 0.8 * np.sin(2.0 * np.pi * frequency * edges / 1000.0)), "k:", label="input, scaled")
ax.set(xlabel="time in the cycle [ms]", ylabel="rate [Hz]", title=f"{frequency:.0f} Hz, {cycles} cycles laid over each other")
ax.legend()
fig.savefig("rhythm.png", dpi=120)

# %%
# 3. The packets: a generator sends the same packet to all of its targets, so each neuron has one of its own for each spread.
spreads, packet_times = np.array([0.5, 2.0, 5.0, 10.0]), np.array([200.0, 300.0, 400.0, 500.0])
neurons, recorder = population()
for spread, time in zip(spreads, packet_times, strict=True):
    packet = {"pulse_times": [time], "activity": 60, "sdev": spread}
    nest.Connect(nest.Create("pulsepacket_generator", n, packet), neurons, "one_to_one", synapse)
nest.Simulate(600.0)
times, senders = recorder.events["times"], recorder.events["senders"]
answers, widths = np.zeros(spreads.size), np.zeros(spreads.size)
for k, (spread, time) in enumerate(zip(spreads, packet_times, strict=True)):
    answering = np.abs(times - time - 3.0) < 2.0 * spread + 3.0
    answers[k], widths[k] = np.unique(senders[answering]).size / n, times[answering].std()
    print(f"packet spread by {spread:4.1f} ms: {100.0 * answers[k]:3.0f} % of the neurons fire, spread by {widths[k]:.1f} ms")

# %%
# 4. ``nest.raster_plot`` draws what a recorder of spikes holds, with their rate below.
nest.raster_plot.from_device(recorder, hist=True, hist_binwidth=2.0, title="packets at 200, 300, 400, 500 ms, ever looser")
plt.savefig("packets.png", dpi=120)
print("wrote rhythm.png and packets.png")
