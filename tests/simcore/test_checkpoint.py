"""A saved simulation goes on as if it had never stopped: to the bit, on any number of threads, with everything under way."""

import json

import numpy as np
import pytest

import simcore
from simcore import Input, NeuronModel, Param, State, rules
from simcore.distributions import Normal, Uniform
from simcore.errors import NetspikeError, SimulationError, UnknownNameError


def busy_network(*, threads):
    """Several models, rules, synapses and stimulators, with spikes on long delays."""
    sim = simcore.Simulation(dt=0.1, seed=3, threads=threads)
    exc = sim.create("iaf_psc_exp", 500, {"I_e": ("uniform", 370.0, 520.0)})
    inh = sim.create("iaf_psc_alpha", 120, {"I_e": ("uniform", 370.0, 520.0)})
    facilitating = {"synapse": "tsodyks2_synapse", "params": {"tau_fac": 50.0, "U": 0.3}}
    sim.connect(exc, exc + inh, rules.FixedIndegree(40), weight=Uniform(20.0, 60.0), delay=Uniform(0.1, 3.0), **facilitating)
    sim.connect(inh, exc, rules.PairwiseBernoulli(0.1), weight=Normal(-150.0, 30.0, high=0.0), delay=1.5)
    parrots = sim.create("parrot_neuron", 10)
    sim.connect(exc, parrots, rules.FixedIndegree(50), delay=2.0)
    sim.connect(parrots, exc, weight=2.0, delay=30.0)
    sim.connect(sim.create("poisson_generator", params={"rate": 5000.0}), exc + inh, weight=10.0)
    sim.connect(sim.create("noise_generator", params={"std": 50.0}), inh)
    train = sim.create("spike_generator", params={"spike_times": np.arange(1.0, 300.0, 0.7).round(1)})
    sim.connect(train, exc, weight=100.0, delay=5.0)
    adaptive = sim.create("aeif_psc_alpha", 20, {"w": ("uniform", 0.0, 100.0)})
    sim.connect(exc, adaptive, rules.FixedIndegree(30), weight=20.0, delay=Uniform(0.1, 20.0))
    sim.record(exc + inh + adaptive + parrots + train)
    sim.record(exc[:3] + adaptive[:2], "V_m", interval=0.3)
    return sim


def assert_same(a, b):
    np.testing.assert_array_equal(a.spikes.times, b.spikes.times)
    np.testing.assert_array_equal(a.spikes.ids, b.spikes.ids)
    for one, other in zip(a.traces, b.traces, strict=True):
        np.testing.assert_array_equal(one.times, other.times)
        for name in one.values:
            np.testing.assert_array_equal(one[name], other[name])


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_loaded_simulation_goes_on_to_the_bit_on_any_number_of_threads(tmp_path, threads):
    sim = busy_network(threads=2)
    sim.run(73.4)
    sim.save(tmp_path / "state.npz")
    expected = sim.run(60.0)
    loaded = simcore.load(tmp_path / "state.npz", threads=threads)
    assert loaded.time == 73.4
    found = loaded.run(60.0)
    assert len(expected.spikes) > 1000
    assert_same(found, expected)
    assert_same(loaded.results, sim.results)


def test_nodes_and_connections_made_between_runs_survive(tmp_path):
    sim = busy_network(threads=1)
    sim.run(20.0)
    late = sim.create("iaf_psc_delta", 30, ids=np.arange(2000, 2030))
    sim.connect(sim.nodes[:500], late, rules.FixedIndegree(30), weight=2.0, delay=Uniform(1.0, 9.0))
    sim.record(late)
    sim.run(20.0)
    sim.set(late, V_m=-60.0)
    sim.save(tmp_path / "state.npz")
    expected = sim.run(30.0)
    assert np.isin(expected.spikes.ids, late.ids).any()
    assert_same(simcore.load(tmp_path / "state.npz").run(30.0), expected)


def test_state_of_synapses_is_that_of_the_moment(tmp_path):
    sim = busy_network(threads=2)
    sim.run(50.0)
    sim.save(tmp_path / "state.npz")
    loaded = simcore.load(tmp_path / "state.npz", threads=1)
    for before, after in zip(sim.projections, loaded.projections, strict=True):
        one, other = sim.connectivity(before), loaded.connectivity(after)
        assert one.keys() == other.keys()
        for name in one:
            np.testing.assert_array_equal(one[name], other[name])
    assert np.unique(sim.connectivity(sim.projections[0])["x"]).size > 1


def test_reset_after_loading_starts_from_the_beginning(tmp_path):
    sim = busy_network(threads=1)
    expected = sim.run(20.0)
    sim.save(tmp_path / "state.npz")
    loaded = simcore.load(tmp_path / "state.npz")
    loaded.reset()
    assert_same(loaded.run(20.0), expected)


def test_saving_changes_nothing(tmp_path):
    sim, other = busy_network(threads=1), busy_network(threads=1)
    sim.save(tmp_path / "start.npz")
    sim.run(20.0)
    sim.save(tmp_path / "middle.npz")
    sim.run(20.0)
    other.run(40.0)
    assert_same(sim.results, other.results)


def leaky_step(V_m, arriving, rate):
    V_m = V_m * rate + arriving
    fires = V_m >= 1.0
    V_m = 0.0 if fires else V_m
    return V_m, fires


LEAKY = NeuronModel(
    "leaky_of_ours",
    {"rate": Param(0.99, "", "share kept in a step")},
    {"V_m": State("mV", "potential")},
    {"arriving": Input("mV")},
    leaky_step,
)


def test_own_models_are_asked_for_by_name_and_no_code_is_stored(tmp_path):
    sim = simcore.Simulation(dt=0.1, seed=1)
    neurons = sim.create(LEAKY, 5)
    sim.connect(sim.create("poisson_generator", params={"rate": 4000.0}), neurons, weight=0.3)
    sim.record(neurons)
    sim.run(30.0)
    path = sim.save(tmp_path / "state.npz")
    assert b"def leaky_step" not in path.read_bytes()
    with pytest.raises(UnknownNameError, match=r"own_models=\[model\]\) 'leaky_of_ours'"):
        simcore.load(path)
    expected = sim.run(30.0)
    assert len(expected.spikes) > 10
    assert_same(simcore.load(path, own_models=[LEAKY]).run(30.0), expected)


def test_closed_simulation_cannot_be_saved(tmp_path):
    sim = busy_network(threads=1)
    sim.close()
    with pytest.raises(SimulationError, match="closed"):
        sim.save(tmp_path / "state.npz")
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"", b"not a file of arrays", b"PK\x03\x04broken"])
def test_broken_file_is_refused_by_name(tmp_path, content):
    path = tmp_path / "broken.npz"
    path.write_bytes(content)
    with pytest.raises(NetspikeError, match=r"broken\.npz: not a saved simulation"):
        simcore.load(path)


@pytest.mark.parametrize(
    "header", [[], {"format": "netspike-results", "version": 1}, {"format": "netspike-simulation", "version": 99}]
)
def test_file_of_another_kind_is_refused(tmp_path, header):
    path = tmp_path / "other.npz"
    np.savez(path, header=np.array(json.dumps(header)))
    with pytest.raises(NetspikeError, match="not a saved simulation"):
        simcore.load(path)


def test_missing_array_and_unknown_model_are_named(tmp_path):
    sim = simcore.Simulation(dt=0.1, seed=1)
    sim.create("iaf_psc_exp", 3)
    path = sim.save(tmp_path / "state.npz")
    with np.load(path) as file:
        arrays = dict(file)
    incomplete = {name: a for name, a in arrays.items() if name != "a0"}
    np.savez(tmp_path / "incomplete.npz", **incomplete)
    with pytest.raises(NetspikeError, match="a0"):
        simcore.load(tmp_path / "incomplete.npz")
    header = str(arrays.pop("header")).replace("iaf_psc_exp", "iaf_psc_expo")
    np.savez(tmp_path / "strange.npz", header=np.array(header), **arrays)
    with pytest.raises(UnknownNameError, match="did you mean 'iaf_psc_exp'"):
        simcore.load(tmp_path / "strange.npz")


def test_neurons_whose_plastic_synapses_were_removed_keep_their_spikes(tmp_path):
    sim = simcore.Simulation(dt=0.1, seed=1, threads=1)
    trains = [np.arange(1.0, 80.0, gap) for gap in (3.0, 4.0)]
    generators, parrots = sim.create("spike_generator", 2), sim.create("parrot_neuron", 2)
    sim.set(generators, spike_times=trains)
    for k in range(2):
        sim.connect(generators[k : k + 1], parrots[k : k + 1])
    made = sim.connect(parrots[:1], parrots[1:], synapse="stdp_synapse")
    sim.run(20.0)
    sim.disconnect(made)
    weights = []
    for one in (simcore.load(sim.save(tmp_path / "state.npz"), threads=2), sim):
        one.run(10.0)
        source, target = one.nodes[2:3], one.nodes[3:4]
        late = one.connect(source, target, weight=30.0, synapse="stdp_synapse")
        one.run(20.0)
        weights.append(one.connectivity(late)["weight"].tolist())
    assert weights[0] == weights[1]
