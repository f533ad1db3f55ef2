"""A whole network, sent by the same Network object to simcore and to real NEST: every spike is equal."""

from collections import namedtuple

import numpy as np
import pytest

import netgraph as ng
import netgraph.simulation as ns
from netgraph.demo import build_network

# The oracle: skips without NEST.
from tests.oracle import nest_runs

nest = nest_runs.nest

N_NEURONS = 1000
N_TRAINS = 100
DT = 0.1
N_STEPS = 5000

# Weights are multiples of `unit`, a power of two, so that sums of them are exact in any order.
Case = namedtuple("Case", "model synapse unit params drive", defaults=({}, (0.0, 0.0)))

ADAPTIVE = {"tau_syn_ex": 2.0, "tau_syn_in": 4.0, "tau_w": 100.0, "b": 40.0}
CASES = {
    "iaf_psc_delta": Case("iaf_psc_delta", "static_synapse", 2.0**-8, drive=(250.0, 370.0)),
    "iaf_psc_exp": Case("iaf_psc_exp", "static_synapse", 0.25, drive=(250.0, 370.0)),
    "iaf_psc_alpha": Case("iaf_psc_alpha", "static_synapse", 0.125, drive=(250.0, 370.0)),
    "izhikevich": Case("izhikevich", "static_synapse", 2.0**-7, drive=(2.0, 4.0)),
    "aeif_psc_exp": Case("aeif_psc_exp", "static_synapse", 0.5, ADAPTIVE, (500.0, 700.0)),
    "aeif_psc_alpha with tsodyks2": Case("aeif_psc_alpha", "tsodyks2_synapse", 0.5, ADAPTIVE, (500.0, 700.0)),
}

Trains = namedtuple("Trains", "times generators targets weights delays")


def network(case, rng):
    """Two excitatory groups and an inhibitory one, their ids in no order, joined within and between groups."""
    ids = rng.permutation(N_NEURONS)
    parts = {"large": (ids[:500], 1), "small": (ids[500:800], 1), "inhibitory": (ids[800:], -1)}
    groups = [
        ng.NeuralGroup(
            part, kind, neuron_model=case.model, neuron_param={**case.params, "I_e": rng.uniform(*case.drive, part.size)}
        )
        for part, kind in parts.values()
    ]
    syn_spec = {"default": case.synapse}
    if case.synapse == "tsodyks2_synapse":
        syn_spec |= {("large", "small"): {"U": 0.6}, ("inhibitory", 1): {"tau_rec": 100.0, "tau_fac": 50.0}}
    population = ng.NeuralPop.from_groups(groups, list(parts), syn_spec=syn_spec)
    source, target = rng.integers(0, N_NEURONS, (2, 50 * N_NEURONS))
    weights = case.unit * rng.integers(40, 200, source.size) * np.where(population.neuron_types()[source] < 0, 5, 1)
    return ng.Network.from_edges(
        source, target, population=population, weights=weights, delays=DT * rng.integers(1, 36, source.size)
    )


def trains(case, rng):
    """Spikes at fixed times, sent to ten targets in a hundred each."""
    times = [DT * np.sort(rng.choice(np.arange(1, N_STEPS), 40, replace=False)) for _ in range(N_TRAINS)]
    targets = np.repeat(np.arange(N_NEURONS), 10)
    weights = case.unit * rng.integers(100, 400, targets.size)
    return Trains(
        [np.round(t, 1) for t in times],
        rng.integers(0, N_TRAINS, targets.size),
        targets,
        weights,
        DT * rng.integers(1, 16, targets.size),
    )


def in_simcore(net, given, *, threads=1, parts=(500.0,)):
    """Steps and ids of all spikes."""
    sim = net.to_sim(dt=DT, threads=threads)
    generators = sim.create("spike_generator", N_TRAINS, {"spike_times": given.times})
    sim.connect_edges(generators.ids[given.generators], given.targets, weight=given.weights, delay=given.delays)
    recorder = sim.record(sim.select(np.arange(N_NEURONS)))
    for duration in parts:
        sim.run(duration, progress=False)
    spikes = recorder.spikes
    sim.close()
    return np.rint(spikes.times / DT).astype(int), spikes.ids


def in_nest(net, given):
    """Steps and ids of all spikes, by step and id."""
    nest_runs.reset(DT)
    gids = net.to_nest(nest)
    generators = nest.Create("spike_generator", N_TRAINS, params=[{"spike_times": t} for t in given.times])
    wiring = {"weight": given.weights, "delay": given.delays}
    nest.Connect(np.array(generators.tolist())[given.generators], gids[given.targets], "one_to_one", wiring)
    return simulated_in_nest(gids, DT * N_STEPS)


def simulated_in_nest(gids, duration):
    """Steps and ids of all spikes, by step and id."""
    recorder = nest.Create("spike_recorder", params={"stop": duration})
    nest.Connect(nest.NodeCollection(np.sort(gids)), recorder)
    # The last slice of recorded spikes comes with the next one.
    nest.Simulate(duration + 10.0)
    ids = np.argsort(gids)[np.searchsorted(np.sort(gids), recorder.events["senders"])]
    steps = np.rint(np.asarray(recorder.events["times"]) / DT).astype(int)
    order = np.lexsort((ids, steps))
    return steps[order], ids[order]


def network_and_trains(name):
    case = CASES[name]
    rng = np.random.default_rng(1)
    return network(case, rng), trains(case, rng)


@pytest.mark.parametrize("name", CASES)
def test_every_spike_is_that_of_nest_for_any_threads_and_split(name):
    net, given = network_and_trains(name)
    steps, ids = in_simcore(net, given)
    assert len(steps) > 5000
    assert np.bincount(net.population.group_index()[ids], minlength=3).min() > 500
    np.testing.assert_array_equal((steps, ids), in_nest(net, given))
    np.testing.assert_array_equal((steps, ids), in_simcore(net, given, threads=2, parts=(123.4, 0.1, 376.5)))


@pytest.mark.parametrize("name", CASES)
def test_spikes_of_the_compared_network_come_from_its_edges(name):
    net, given = network_and_trains(name)
    assert all(np.array_equal(w.astype(np.float32), w) for w in (net.edges["weight"], given.weights))
    with_edges = set(zip(*in_simcore(net, given), strict=True))
    net.clear_edges()
    without = set(zip(*in_simcore(net, given), strict=True))
    assert len(with_edges & without) < len(with_edges) / 4


def test_the_demo_network_has_every_spike_of_nest():
    net = build_network()
    sim = net.to_sim(dt=DT, seed=42)
    ns.randomize_neural_states(net, {"w": ("uniform", 0.0, 200.0)})
    ns.monitor_groups(net)
    spikes = sim.run(400.0, progress=False).spikes
    nest_runs.reset(DT)
    gids = net.to_nest(nest)
    order = np.argsort(gids)
    nest.NodeCollection(gids[order]).w = net.nodes["w"][order].tolist()
    assert len(spikes) > 5000
    np.testing.assert_array_equal((np.rint(spikes.times / DT), spikes.ids), simulated_in_nest(gids, 400.0))
