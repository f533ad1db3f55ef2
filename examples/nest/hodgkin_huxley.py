"""Spikes of a Hodgkin–Huxley neuron
==================================

Here spikes are not added by a rule: they arise from two currents through the membrane, sodium that rushes in and potassium
that flows out, whose channels open and close with the potential. ``python examples/nest/hodgkin_huxley.py`` prints the height
and width of a spike and the rate for some currents, and writes ``hodgkin_huxley.png``.

*Look at* the gates: the fast one of sodium (m) opens and the potential shoots up; then sodium's slow gate (h) closes and
potassium's (n) opens, and the neuron is brought back below rest, where it is refractory. *Then look at* the rate: unlike in
an integrate-and-fire neuron it does not grow from zero but jumps to tens of spikes per second; just below the jump the neuron
fires once or a few times and stops.

Hodgkin & Huxley 1952, doi:10.1113/jphysiol.1952.sp004764; Rinzel & Ermentrout 1998 on the two kinds of excitability, in
*Methods in Neuronal Modeling*, chapter 7.
"""

import matplotlib.pyplot as plt
import numpy as np

import simcore.nest as nest

# %%
# 1. Many neurons, each with a current of its own, and one of them is watched closely.
nest.ResetKernel()
warm_up, duration = 200.0, 1000.0
currents = np.linspace(0.0, 2000.0, 41)
neurons = nest.Create("hh_psc_alpha", currents.size, {"I_e": currents})
recorder = nest.Create("spike_recorder")
watched = neurons[16]
names = ["V_m", "Act_m", "Inact_h", "Act_n"]
multimeter = nest.Create("multimeter", params={"record_from": names, "interval": 0.1, "stop": 60.0})
nest.Connect(neurons, recorder)
nest.Connect(multimeter, watched)
nest.Simulate(warm_up + duration)

# %%
# 2. A spike is counted when the potential has passed its peak. Its width is measured at half of its height over rest.
samples, spikes = multimeter.events, recorder.events
times, V_m = samples["times"], samples["V_m"]
E_L = watched.E_L
around = np.abs(times - spikes["times"][spikes["senders"] == watched.global_id][1]) < 5.0
wide = np.count_nonzero(V_m[around] - E_L > 0.5 * (V_m[around].max() - E_L)) * 0.1
print(f"at {watched.I_e:.0f} pA: a spike goes from {V_m[around].min():.1f} to {V_m[around].max():.1f} mV, {wide:.1f} ms wide")

# %%
# 3. Rates, of the steady state; and the neurons that fire only at the onset.
first = neurons[0].global_id
late = spikes["times"] > warm_up
rates = np.bincount(spikes["senders"][late] - first, minlength=currents.size) * 1000.0 / duration
onset_only = (np.bincount(spikes["senders"] - first, minlength=currents.size) > 0) & (rates == 0.0)
lowest = np.flatnonzero(rates)[0]
print(f"only at the onset: {', '.join(f'{current:.0f}' for current in currents[onset_only])} pA")
print(f"for ever: from {currents[lowest]:.0f} pA on, at once with {rates[lowest]:.0f} Hz")
print(f"at {currents[-1]:.0f} pA: {rates[-1]:.0f} Hz")

# %%
# 4. Potential and gates of one neuron, and the rates of all.
fig, (top, middle, bottom) = plt.subplots(3, 1, figsize=(8, 8), height_ratios=[2, 1.5, 2], layout="constrained")
top.plot(times, V_m, "k", lw=1.0)
top.set(ylabel="potential [mV]", title=f"{watched.I_e:.0f} pA", xlim=(0.0, 60.0))
for name, label in {"Act_m": "m, opens sodium", "Inact_h": "h, closes it", "Act_n": "n, opens potassium"}.items():
    middle.plot(times, samples[name], lw=1.2, label=label)
middle.set(xlabel="time [ms]", ylabel="gate", xlim=(0.0, 60.0))
middle.legend(loc="upper right")
bottom.plot(currents, rates, "o-", ms=3)
bottom.plot(currents[onset_only], rates[onset_only], "o", ms=5, color="C3", label="one or a few spikes, then none")
bottom.set(xlabel="current [pA]", ylabel="rate [Hz]")
bottom.legend(loc="upper left")
fig.savefig("hodgkin_huxley.png", dpi=120)
print("wrote hodgkin_huxley.png")
