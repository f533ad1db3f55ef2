"""Spikes and traces are equal to the bit for any number of threads and any split of a run, and after a reset."""

import numpy as np
import pytest

from simcore import Simulation, models, rules
from simcore.distributions import Uniform
from tests.reference import everything
from tests.reference.programme import contents

DURATION = 25.0


def run(threads, pieces=(DURATION,), seed=3, between=None):
    """Spikes, traces, and edges with the state of their synapses, of the network of everything."""
    sim, spikes, traces = everything.build(threads=threads, seed=seed)
    for piece in pieces:
        sim.run(piece)
        if between is not None:
            between(sim)
    return contents(sim, spikes, traces)


def assert_same(found, expected):
    assert found.keys() == expected.keys()
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values, err_msg=name)


@pytest.fixture(scope="module")
def whole():
    return run(1)


def test_the_network_holds_every_model_and_every_model_fires(whole):
    sim, *_ = everything.build(threads=1)
    assert {p.model.name for p in sim.populations} == set(models.REGISTRY.names())
    for population in sim.populations:
        fired = (whole["ids"] >= population.first) & (whole["ids"] < population.first + population.size)
        assert fired.sum() > 20, population.model.name
    assert 2000 < whole["ids"].size < 200_000
    assert {type(p.rule) for p in sim.projections} >= everything.RULES
    assert any(p.rule is not None and p.rule.make_symmetric and isinstance(p.rule, rules.OneToOne) for p in sim.projections)


@pytest.mark.parametrize("threads", [2, 3])
def test_number_of_threads_changes_no_bit(threads, whole):
    sim, *_ = everything.build(threads=threads)
    sim._prepare()
    assert len({block.thread for block in sim._prepare().blocks}) == threads
    assert_same(run(threads), whole)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_odd_pieces_of_a_run_change_no_bit(threads, whole):
    assert_same(run(threads, pieces=(0.1, 0.7, 0.0, 3.3, 0.2, 11.6, 9.1)), whole)


def test_looking_at_everything_between_runs_changes_no_bit(whole):
    def look(sim):
        for nodes in (sim.nodes[:50], sim.nodes[100:120]):
            repr(nodes)
        for group in sim.populations:
            for name in group.model.settable:
                sim.nodes[group.first : group.first + group.size].get(name)
        sim.connectivity()
        _ = sim.results, sim.time, repr(sim)

    assert_same(run(2, pieces=(4.0, 8.1, 12.9), between=look), whole)


def test_another_seed_changes_spikes_and_drawn_edges(whole):
    other = run(1, seed=4)
    assert not np.array_equal(other["times"], whole["times"])
    assert sum(not np.array_equal(other[k], whole[k]) for k in whole if k.startswith("edges") and k.endswith("delay")) >= 5


def test_reset_goes_back_to_the_first_spike_to_the_bit(whole):
    sim, spikes, traces = everything.build(threads=2)
    for _ in range(2):
        sim.run(7.3)
        sim.run(2.0)
        sim.reset()
        assert (sim.time, len(spikes), traces[0].times.size) == (0.0, 0, 0)
    sim.run(DURATION)
    assert_same(contents(sim, spikes, traces), whole)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_growing_a_network_between_runs_is_the_same_for_any_number_of_threads(threads):
    """New neurons, edges onto old and new ones, shorter delays, changed parameters, states and stimuli."""

    def grown(threads, split):
        sim = Simulation(dt=0.1, seed=5, threads=threads)
        old = sim.create("iaf_psc_exp", 900, {"V_m": Uniform(-70.0, -55.0), "I_e": 380.0})
        drive = sim.create("poisson_generator", params={"rate": 5000.0})
        sim.connect(drive, old, weight=40.0)
        sim.connect(old, old, rules.FixedIndegree(20), weight=8.0, delay=Uniform(2.0, 6.0))
        recorders = [sim.record(old, "spikes"), sim.record(old[::90], "V_m", interval=0.3)]

        def go(duration):
            for piece in (0.3, duration - 0.3) if split else (duration,):
                sim.run(round(piece, 1))

        go(8.0)
        new = sim.create("iaf_cond_alpha", 700, {"V_m": Uniform(-69.0, -56.0)}, ids=np.arange(5000, 4300, -1))
        sim.connect(old, new, rules.FixedIndegree(30), weight=3.0, delay=0.4, synapse="tsodyks2_synapse")
        sim.connect(new, old, rules.PairwiseBernoulli(0.01), weight=-30.0, delay=0.2)
        sim.connect(drive, new, weight=2.0, delay=0.1)
        recorders += [sim.record(new, "spikes"), sim.record(new[::70] + old[3:5], "V_m", interval=0.2)]
        go(8.0)
        old[::3].set(I_e=Uniform(300.0, 500.0), V_m=-66.0)
        drive.set(rate=9000.0)
        new.set(g_L=15.0)
        go(8.0)
        results = sim.results
        return [results.spikes.times, results.spikes.ids, *(r["V_m"] for r in recorders[1::2])]

    expected = grown(1, split=False)
    assert expected[0].size > 3000
    assert np.unique(expected[1]).max() > 4900
    for found, values in zip(grown(threads, split=True), expected, strict=True):
        np.testing.assert_array_equal(found, values)


def test_blocks_of_the_largest_size_and_many_of_them_change_no_bit():
    """More than 65,536 neurons: one thread has several blocks."""

    def large(threads):
        sim = Simulation(dt=0.1, seed=2, threads=threads)
        neurons = sim.create("iaf_psc_delta", 140_000, {"V_m": Uniform(-70.0, -55.01)})
        sim.connect(neurons, neurons, rules.FixedIndegree(3), weight=2.0, delay=Uniform(0.1, 1.0))
        sim.connect(sim.create("poisson_generator", params={"rate": 20_000.0}), neurons, weight=1.0, delay=0.1)
        sim.record(neurons, "spikes")
        trace = sim.record(neurons[::7000], "V_m", interval=0.1)
        return sim, sim.run(1.5), trace

    sim, expected, trace = large(1)
    assert len(sim._prepare().blocks) == 3
    assert np.unique(expected.spikes.ids // 50_000).tolist() == [0, 1, 2]
    _, found, other = large(2)
    np.testing.assert_array_equal(found.spikes.times, expected.spikes.times)
    np.testing.assert_array_equal(found.spikes.ids, expected.spikes.ids)
    np.testing.assert_array_equal(other["V_m"], trace["V_m"])
