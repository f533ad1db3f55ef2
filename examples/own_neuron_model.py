"""A neuron model of your own
==========================

Typed here, then created, connected, run and recorded like a built-in one.
``python examples/own_neuron_model.py``
prints how fast the neurons fire at first and when they have adapted, and writes ``own_neuron_model.png``.
"""

import matplotlib.pyplot as plt
import numpy as np

from simcore import Input, NeuronModel, Param, Simulation, State

# %%
# 1. The model: an integrate-and-fire neuron whose threshold jumps up at each of its spikes and falls back slowly (in the spirit
#    of Chacron et al. 2003, doi:10.1162/089976603762552915). First its parameters, with unit, meaning and allowed range.
parameters = {
    "tau_m": Param(10.0, "ms", "membrane time constant", above=0.0),
    "tau_theta": Param(120.0, "ms", "time constant of the threshold", above=0.0),
    "C_m": Param(200.0, "pF", "membrane capacitance", above=0.0),
    "E_L": Param(-70.0, "mV", "resting potential"),
    "V_reset": Param(-70.0, "mV", "potential after a spike"),
    "theta_0": Param(-55.0, "mV", "threshold at rest"),
    "jump": Param(3.0, "mV", "rise of the threshold at a spike", low=0.0),
    "I_e": Param(0.0, "pA", "constant input current"),
}

# %%
# 2. What changes in time, and where spikes arrive: each spike moves the potential by the weight of its connection, in mV.
state = {"V_m": State("mV", "membrane potential", start="E_L"), "theta": State("mV", "threshold", start="theta_0")}
inputs = {"arriving": Input("mV")}


def constants(p, dt):
    """What follows from the parameters alone, once, in NumPy: exact decay over one step of `dt` ms."""
    return {"decay": np.exp(-dt / p["tau_m"]), "decay_theta": np.exp(-dt / p["tau_theta"]), "R_m": p["tau_m"] / p["C_m"]}


def step(V_m, theta, arriving, I_stim, decay, decay_theta, R_m, E_L, V_reset, theta_0, jump, I_e):
    """One step of one neuron, in plain Python; netspike writes the fast loop around it."""
    V_end = E_L + R_m * (I_e + I_stim)
    V_m = V_end + (V_m - V_end) * decay + arriving
    theta = theta_0 + (theta - theta_0) * decay_theta
    fires = V_m >= theta
    return V_reset if fires else V_m, theta + jump if fires else theta, fires


moving_threshold = NeuronModel("moving_threshold", parameters, state, inputs, step, constants=constants)

# %%
# 3. It is used like any other: 41 neurons, each with a current of its own, and one that also gets noise and a step of current.
currents = np.linspace(250.0, 1250.0, 41)
sim = Simulation(dt=0.1, seed=1)
neurons = sim.create(moving_threshold, currents.size, {"I_e": currents})
watched = sim.create(moving_threshold)
sim.connect(sim.create("poisson_generator", params={"rate": 5000.0}), watched, weight=0.15, delay=0.1)
pulse = sim.create("step_current_generator", params={"amplitude_times": [100.0, 400.0], "amplitude_values": [500.0, 0.0]})
sim.connect(pulse, watched, delay=0.1)
spikes = sim.record(neurons, "spikes")
traces = sim.record(watched, ["V_m", "theta"], interval=0.1)
results = sim.run(1000.0)
print(sim)
print(f"{len(results.spikes)} spikes; 1 s took {1000.0 * results.timing['total']:.0f} ms")

# %%
# 4. How fast each neuron fires: from its first interval, and over the last half second.
trains = results.spikes.between(0.0, 1000.0).by_node(neurons)
onset = np.array([1000.0 / (times[1] - times[0]) if times.size > 1 else 0.0 for times in trains])
adapted = np.array([np.count_nonzero(times > 500.0) / 0.5 for times in trains])
print(" current    first    adapted")
for k in range(0, currents.size, 8):
    print(f"{currents[k]:5.0f} pA  {onset[k]:5.1f} Hz  {adapted[k]:5.1f} Hz")

# %%
# 5. The threshold follows the spikes of the watched neuron, and that is what divides the slope of the rate.
fig, (above, below) = plt.subplots(2, 1, figsize=(8, 7), layout="constrained")
above.plot(traces.times, traces["V_m"][:, 0], lw=0.8, label="membrane potential")
above.plot(traces.times, traces["theta"][:, 0], lw=1.2, label="threshold")
above.axvspan(100.0, 400.0, color="0.92", zorder=0)
above.set(xlabel="time [ms]", ylabel="[mV]", xlim=(0.0, 700.0), title="noise, and 500 pA from 100 to 400 ms")
above.legend(loc="upper right")
below.plot(currents, onset, "o-", ms=3, label="first interval")
below.plot(currents, adapted, "o-", ms=3, label="last half second")
below.set(xlabel="current [pA]", ylabel="rate [Hz]", title="the same neurons, at first and adapted")
below.legend()
fig.savefig("own_neuron_model.png", dpi=120)
print("wrote own_neuron_model.png")
