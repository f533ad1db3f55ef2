"""Small plastic networks, drawn at random, and spike-timing dependent plasticity from pairs of spikes, without traces."""

from collections import namedtuple

import numpy as np

from simcore import Simulation

# Nodes of one model whose spikes come from trains (times and multiplicities), and plastic edges between them.
Network = namedtuple("Network", "model tau_minus trains sources targets weights delays params duration")

# Weight of the spikes that drive a node, and receptor of its plastic synapses: parrots repeat what comes to receptor 0.
DRIVE = {"parrot_neuron": (1.0, 1), "iaf_psc_exp": (1800.0, 0)}


def drawn(seed, model, *, one_an_edge=False, duration=300.0, n=12, n_edges=60):
    """A network with random trains, delays and parameters; every fourth node is silent but at the beginning and the end."""
    rng = np.random.default_rng(seed)
    trains = []
    for k in range(n):
        times = np.unique(rng.uniform(1.0, duration - 20.0, rng.integers(5, 60)).round(1))
        times = np.array([9.0, 10.0, duration - 30.0]) if k % 4 == 0 else times
        trains.append((times, rng.integers(1, 4, times.size)))
    pairs = rng.permutation(n * n)[:n_edges]

    def values(low, high):
        return rng.uniform(low, high, n_edges) if one_an_edge else float(rng.uniform(low, high))

    params = {
        "lambda": values(0.01, 0.3),
        "alpha": values(0.5, 1.5),
        "Wmax": values(60.0, 100.0),
        "tau_plus": values(5.0, 40.0),
    }
    params |= {"mu_plus": float(rng.choice([0.0, 0.4, 1.0])), "mu_minus": float(rng.choice([0.0, 0.4, 1.0]))}
    delays = rng.choice([0.1, 1.0, 1.7, 5.0], n_edges)
    return Network(
        model,
        rng.uniform(5.0, 40.0, n),
        trains,
        pairs // n,
        pairs % n,
        rng.uniform(20.0, 50.0, n_edges),
        delays,
        params,
        duration,
    )


def built(network, *, threads=1, synapse="stdp_synapse"):
    """The network in the compiled simulator: simulation, projection with the synapses, recorder of spikes."""
    sim = Simulation(dt=0.1, seed=1, threads=threads)
    nodes = sim.create(network.model, network.tau_minus.size, {"tau_minus": network.tau_minus})
    drive, receptor = DRIVE[network.model]
    for k, (times, multiplicities) in enumerate(network.trains):
        generator = sim.create("spike_generator", params={"spike_times": times, "spike_multiplicities": multiplicities})
        sim.connect(generator, nodes[k], weight=drive, delay=1.0)
    edges = sim.connect_edges(
        network.sources, network.targets, weight=network.weights, delay=network.delays, synapse=synapse,
        params=network.params, receptor=receptor,
    )  # fmt: skip
    return sim, edges, sim.record(nodes)


def contents(sim, edges, spikes):
    """What is there after a run: spikes, weights and traces."""
    state = sim.connectivity(edges)
    return spikes.times, spikes.ids, state["weight"], state["Kplus"]


def sent_weights(pre, post, delay, weight, *, alpha, mu_plus, mu_minus, Wmax, tau_plus, tau_minus, **rest):
    """Weight that each spike of the source sends, from sums over pairs of spikes; times in ms.

    A spike of the target reaches the synapse `delay` later, and before a spike of the source at that time.
    """
    step, sent, seen = rest.pop("lambda"), [], 0
    arriving = [t + delay for t in post]
    for k, now in enumerate(pre):
        while seen < len(arriving) and arriving[seen] <= now + 1e-9:
            trace = sum(np.exp((t - arriving[seen]) / tau_plus) for t in pre[:k])
            weight = min(weight + step * Wmax * (1.0 - weight / Wmax) ** mu_plus * trace, Wmax)
            seen += 1
        trace = sum(np.exp((t - now) / tau_minus) for t in arriving if t < now - 1e-9)
        weight = max(weight - alpha * step * Wmax * (weight / Wmax) ** mu_minus * trace, 0.0)
        sent.append(weight)
    return sent
