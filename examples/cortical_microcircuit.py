"""The cortical microcircuit
=========================

Four layers of neurons under 1 mm² of surface (Potjans & Diesmann 2014, doi:10.1093/cercor/bhs358). ::

    python examples/cortical_microcircuit.py                 # a tenth of the neurons and of their inputs: seconds
    python examples/cortical_microcircuit.py --scale 1       # all of it: 77,169 neurons, 299 million synapses, 2 GB

prints the rates of the eight populations beside those of the full-scale model and writes ``cortical_microcircuit.png``.

A smaller model keeps the mean and variance of each neuron's input: weights grow by ``1 / sqrt(scale)``, and a constant current
makes up for the rest (van Albada et al. 2015, doi:10.1371/journal.pcbi.1004490).
"""

import argparse
import time

import matplotlib.pyplot as plt
import numpy as np

import netgraph as ng
import simcore
from simcore import rules
from simcore.distributions import Normal

NAMES = ["L2/3E", "L2/3I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I"]
N_NEURONS = np.array([20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948])

# Probability that a pair is connected at least once: rows are targets, columns are sources.
PROBABILITY = np.array([
    [0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0000, 0.0076, 0.0000],
    [0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0000, 0.0042, 0.0000],
    [0.0077, 0.0059, 0.0497, 0.1350, 0.0067, 0.0003, 0.0453, 0.0000],
    [0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0000, 0.1057, 0.0000],
    [0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0000],
    [0.0548, 0.0269, 0.0257, 0.0022, 0.0600, 0.3158, 0.0086, 0.0000],
    [0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252],
    [0.0364, 0.0010, 0.0034, 0.0005, 0.0277, 0.0080, 0.0658, 0.1443],
])  # fmt: skip

# External inputs of each neuron, each with a rate of 8 Hz; and the rates [Hz] of the full model in NEST.
N_EXTERNAL, RATE_EXTERNAL = np.array([1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100]), 8.0
FULL_RATES = np.array([0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829])

# Start values of V_m [mV] that are near those of the running network, so that it soon forgets its start.
V_MEAN = np.array([-68.28, -63.16, -63.33, -63.45, -63.11, -61.66, -66.72, -61.43])
V_STD = np.array([5.36, 4.57, 4.74, 4.94, 4.94, 4.55, 5.46, 4.48])

NEURON = {
    "C_m": 250.0, "tau_m": 10.0, "tau_syn_ex": 0.5, "tau_syn_in": 0.5, "t_ref": 2.0,
    "E_L": -65.0, "V_th": -50.0, "V_reset": -65.0,
}  # fmt: skip
DELAY_EXC, DELAY_INH = 1.5, 0.75  # mean delays in ms; their standard deviation is half the mean, that of weights a tenth


def weights() -> tuple[np.ndarray, float]:
    """Mean weight of each pair of populations, and of external inputs, in pA: what raises V_m by 0.15 mV at its peak."""
    tau_m, tau_s = NEURON["tau_m"], NEURON["tau_syn_ex"]
    ratio = tau_s / tau_m
    peak = ratio ** (tau_s / (tau_m - tau_s)) - ratio ** (tau_m / (tau_m - tau_s))
    excitatory = 0.15 * NEURON["C_m"] * (tau_m - tau_s) / (tau_m * tau_s * peak)
    table = np.full((8, 8), excitatory)
    table[:, 1::2] *= -4.0
    table[0, 2] *= 2.0  # from L4E to L2/3E
    return table, excitatory


def synapse_numbers(scale: float) -> np.ndarray:
    """Number of synapses from each population (column) onto each population (row)."""
    pairs = np.outer(N_NEURONS, N_NEURONS)
    return np.rint(np.log(1.0 - PROBABILITY) / np.log1p(-1.0 / pairs) * scale**2).astype(int)


def currents(scale: float, drive: str) -> np.ndarray:
    """Constant current of each population in pA: what scaling takes from the mean input, and a constant drive."""
    weight, weight_external = weights()
    charge = 1e-3 * NEURON["tau_syn_ex"]  # of a spike of weight 1 pA, in pA s
    inputs = synapse_numbers(scale) / scale**2 / N_NEURONS[:, None]
    recurrent = charge * (1.0 - np.sqrt(scale)) * (weight * inputs) @ FULL_RATES
    external = charge * weight_external * N_EXTERNAL * RATE_EXTERNAL
    return recurrent + (external if drive == "dc" else (1.0 - np.sqrt(scale)) * external)


def microcircuit(sim: simcore.Simulation, *, scale: float = 1.0, drive: str = "poisson") -> dict[str, simcore.Nodes]:
    """Build the network in a simulation; returns its populations by name."""
    n_synapses, current = synapse_numbers(scale), currents(scale, drive)
    weight, weight_external = weights()
    populations = {}
    for k, name in enumerate(NAMES):
        start = {"V_m": Normal(V_MEAN[k], V_STD[k]), "I_e": float(current[k])}
        populations[name] = sim.create("iaf_psc_exp", int(np.rint(N_NEURONS[k] * scale)), NEURON | start)
    for t, target in enumerate(populations.values()):
        for s, source in enumerate(populations.values()):
            if n_synapses[t, s] == 0:
                continue
            mean, delay = weight[t, s] / np.sqrt(scale), DELAY_INH if s % 2 else DELAY_EXC
            bounds = {"high": 0.0} if mean < 0 else {"low": 0.0}
            sim.connect(
                source, target, rules.FixedTotalNumber(int(n_synapses[t, s])),
                weight=Normal(mean, 0.1 * abs(mean), **bounds), delay=Normal(delay, 0.5 * delay, low=sim.dt / 2),
            )  # fmt: skip
        if drive == "poisson":
            noise = sim.create("poisson_generator", params={"rate": RATE_EXTERNAL * N_EXTERNAL[t] * scale})
            sim.connect(noise, target, weight=weight_external / np.sqrt(scale), delay=DELAY_EXC)
    return populations


def main() -> None:
    """Build, run and draw."""
    parser = argparse.ArgumentParser(description="The cortical microcircuit at any scale.")
    parser.add_argument("--scale", type=float, default=0.1, help="share of the neurons and of the inputs of each")
    parser.add_argument("--drive", choices=["poisson", "dc"], default="poisson")
    parser.add_argument("--duration", type=float, default=1000.0, help="in ms, after 500 ms of warm-up")
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--seed", type=int, default=55)
    options = parser.parse_args()

    began = time.perf_counter()
    sim = simcore.Simulation(dt=0.1, seed=options.seed, threads=options.threads)
    populations = microcircuit(sim, scale=options.scale, drive=options.drive)
    sim.record(sim.select(np.concatenate([p.ids for p in populations.values()])), "spikes")
    sim.run(0.0)
    print(f"{sum(len(p) for p in populations.values()):,} neurons, {sum(p.n_edges for p in sim.projections):,} connections,")
    print(f"built in {time.perf_counter() - began:.1f} s")
    sim.run(500.0)
    results = sim.run(options.duration)
    took = results.meta["timing"]["total"]
    print(f"{options.duration:g} ms simulated in {took:.2f} s, {len(results.spikes):,} spikes\n")

    print("population   rate [Hz]   full model")
    for name, reference in zip(NAMES, FULL_RATES, strict=True):
        rate = ng.analysis.firing_rates(results, nodes=populations[name].ids).mean()
        print(f"{name:10} {rate:11.2f} {reference:12.2f}")

    figure, ax = plt.subplots(figsize=(9.0, 6.0), layout="constrained")
    # Groups are drawn from the bottom up; L2/3 lies on top.
    ng.plot.raster(results, groups={name: populations[name].ids for name in NAMES[::-1]}, ax=ax)
    ax.set_xlim(results.meta["stop"] - min(300.0, options.duration), results.meta["stop"])
    ax.set_title(f"cortical microcircuit, scale {options.scale:g}, {options.drive} drive")
    figure.savefig("cortical_microcircuit.png", dpi=150)
    print("\nlast spikes: cortical_microcircuit.png")


if __name__ == "__main__":
    main()
