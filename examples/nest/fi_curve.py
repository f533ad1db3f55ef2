"""How the rate depends on the current
======================================

The f–I curve of a neuron: its rate against a constant current, without noise and with more and more of it. ``python
examples/nest/fi_curve.py`` prints a table and writes ``fi_curve.png``.

*Look at* the foot of the curve. Without noise the neuron is silent up to the rheobase and its rate then rises with infinite
slope; noise lets it fire below (the fluctuations reach threshold where the mean does not) and makes the foot smooth, while
far above threshold nearly nothing changes. The dashed line is the period of a leaky integrator, which the curve without noise
follows to the rounding of times to steps.

Two ways to vary something are shown: one neuron for each value in a single simulation, which is fast, and one simulation for
each value, after ``ResetKernel``, which works for everything.

Gerstner, Kistler, Naud & Paninski 2014, *Neuronal Dynamics*, chapters 1 and 8, doi:10.1017/CBO9781107447615.
"""

import matplotlib.pyplot as plt
import numpy as np

import simcore.nest as nest

# %%
# 1. One simulation: a neuron for each current, all with independent white noise of the same strength. A generator of noise
#    sends each target a current of its own, drawn again in every step of 1 ms.
currents = np.linspace(200.0, 800.0, 61)
noise_levels = [0.0, 200.0, 400.0]
warm_up, duration = 100.0, 10000.0


def rates(noise):
    """Rate [Hz] of a neuron at each of the currents."""
    nest.ResetKernel()
    nest.rng_seed = 3
    neurons = nest.Create("iaf_psc_exp", currents.size, {"I_e": currents})
    generator = nest.Create("noise_generator", params={"std": noise, "dt": 1.0})
    recorder = nest.Create("spike_recorder", params={"start": warm_up})
    nest.Connect(generator, neurons)
    nest.Connect(neurons, recorder)
    nest.Simulate(warm_up + duration)
    counts = np.bincount(recorder.events["senders"], minlength=currents.size + 1)
    return 1000.0 * counts[neurons.tolist()] / duration


# %%
# 2. One curve for each strength of the noise.
curves = {noise: rates(noise) for noise in noise_levels}

# %%
# 3. Without noise the rate is known: one over the refractory period and the time that the potential takes to threshold.
p = nest.GetDefaults("iaf_psc_exp")
rheobase = p["C_m"] / p["tau_m"] * (p["V_th"] - p["E_L"])
above = currents[currents > rheobase]
theory = 1000.0 / (p["t_ref"] + p["tau_m"] * np.log(above / (above - rheobase)))
print("current   theory" + "".join(f"   noise {noise:3.0f} pA" for noise in noise_levels))
for k in range(0, currents.size, 10):
    known = theory[k - currents.size] if currents[k] > rheobase else 0.0
    print(f"{currents[k]:4.0f} pA  {known:6.2f} Hz" + "".join(f"  {curves[noise][k]:9.2f} Hz" for noise in noise_levels))

# %%
# 4. The curves.
fig, ax = plt.subplots(figsize=(7, 4.5), layout="constrained")
ax.plot(np.append(rheobase, above), np.append(0.0, theory), "k--", lw=1.0, label="theory, no noise")
for noise, curve in curves.items():
    ax.plot(currents, curve, "o-", ms=3, lw=0.8, label=f"noise of {noise:.0f} pA")
ax.axvline(rheobase, color="0.8", zorder=0)
ax.set(xlabel="current [pA]", ylabel="rate [Hz]", title="leaky integrate-and-fire neuron")
ax.legend()
fig.savefig("fi_curve.png", dpi=120)
print("wrote fi_curve.png")
