"""A neuron with a constant current
===================================

An integrate-and-fire neuron charges like a capacitor with a leak. A current that is strong enough carries it to threshold, it
fires, is reset, rests for the refractory period, and starts again: a clock. ``python examples/nest/one_neuron.py`` prints the
measured period beside the predicted one and writes the potential, with the spikes, to ``one_neuron.png``.

*Look at* the bend of the potential below threshold: the closer the potential's goal, E_L + R I, lies to threshold, the longer
the last millivolt takes; a few pA less and the neuron never fires. The spikes themselves are not drawn by the model: it knows
only when they happen.

Lapicque 1907, in Brunel & van Rossum 2007, doi:10.1007/s00422-007-0190-0.
"""

import matplotlib.pyplot as plt
import numpy as np

import simcore.nest as nest

# %%
# 1. The neuron as it comes, but with a current; a voltmeter that reads it every 0.1 ms, and a recorder of its spikes. A
#    device that reads is the source of its connection, one that spikes reach is the target.
nest.ResetKernel()
neuron = nest.Create("iaf_psc_alpha", params={"I_e": 376.0})
voltmeter = nest.Create("voltmeter", params={"interval": 0.1})
recorder = nest.Create("spike_recorder")
nest.Connect(voltmeter, neuron)
nest.Connect(neuron, recorder)
nest.Simulate(400.0)

# %%
# 2. The period that theory gives: the refractory period and the time in which the potential rises from reset to threshold.
#    Here resting and reset potential are the same, and R = tau_m / C_m. In steps of 0.1 ms both times are rounded up.
times = recorder.events["times"]
p = neuron.get(["tau_m", "C_m", "E_L", "V_th", "t_ref", "I_e"])
rise = p["tau_m"] / p["C_m"] * p["I_e"]
predicted = p["t_ref"] + p["tau_m"] * np.log(rise / (rise - (p["V_th"] - p["E_L"])))
rheobase = (p["V_th"] - p["E_L"]) * p["C_m"] / p["tau_m"]
print(f"spikes at {', '.join(f'{time:.1f}' for time in times)} ms")
print(f"period {np.diff(times).mean():.2f} ms, predicted {predicted:.2f} ms; no spike below {rheobase:.0f} pA")

# %%
# 3. The potential, with a tick at each spike.
samples = voltmeter.events
fig, ax = plt.subplots(figsize=(8, 4), layout="constrained")
ax.plot(samples["times"], samples["V_m"], lw=1.0, label="membrane potential")
ax.axhline(p["V_th"], color="0.6", ls="--", lw=0.8, label="threshold")
ax.vlines(times, p["V_th"], p["V_th"] + 4.0, color="C3", label="spikes")
fig.legend(loc="outside lower center", ncols=3)
ax.set(xlabel="time [ms]", ylabel="membrane potential [mV]", title=f"{p['I_e']:.0f} pA, just above rheobase")
fig.savefig("one_neuron.png", dpi=120)
print("wrote one_neuron.png")
