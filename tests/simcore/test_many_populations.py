"""Networks of many populations: whatever looks up the populations of nodes finds what a plain search finds."""

import numpy as np
import pytest

from simcore import Simulation, rules
from simcore.description import groups_between
from simcore.kernel.generate import arguments, function_sources
from simcore.models import REGISTRY

N = 40


@pytest.fixture(scope="module")
def net():
    """Populations of 0 to 3 neurons, with stimulators between them, connected in a ring."""
    sim = Simulation(0.1, seed=1, threads=1)
    populations, sizes = [], [1 + k % 3 for k in range(N)]
    for k, size in enumerate(sizes):
        populations.append(sim.create("iaf_psc_exp", size, {"I_e": 500.0 + 10.0 * k}))
        if k % 4 == 0:
            sim.create("dc_generator", 1 + k % 3)
    for k, population in enumerate(populations):
        sim.connect(population, populations[(k + 1) % N], weight=float(k), delay=1.5)
    recorders = [sim.record(population, "spikes") for population in populations[::3]]
    yield sim, populations, recorders
    sim.close()


def searched(sim, numbers):
    """The groups of some nodes, by looking at each group."""
    groups = sorted([*sim.populations, *sim.devices], key=lambda g: g.first)
    found = [(g, [n for n in numbers if g.first <= n < g.first + g.size]) for g in groups]
    return [(g, inside) for g, inside in found if inside]


@pytest.mark.parametrize("seed", range(20))
def test_nodes_in_any_order_are_split_among_their_populations(net, seed):
    sim, _, _ = net
    rng = np.random.default_rng(seed)
    numbers = rng.permutation(sim.n_nodes)[: rng.integers(0, 1 + sim.n_nodes // (1 + seed % 4))]
    found = sim._split(sim.select(numbers))
    expected = searched(sim, numbers.tolist())
    assert [group for group, _ in found] == [group for group, _ in expected]
    assert [inside.tolist() for _, inside in found] == [inside for _, inside in expected]


def test_groups_between_are_those_that_reach_into_the_range(net):
    sim, _, _ = net
    for low in range(sim.n_nodes):
        for high in range(low, min(low + 7, sim.n_nodes)):
            found = [g for g in groups_between(sim.populations, low, high) if g.size]
            assert found == [g for g in sim.populations if g.first <= high and g.first + g.size > low]


def test_edges_between_some_populations_are_those_of_all_that_touch_them(net):
    sim, populations, _ = net
    every = sim.connectivity()
    some = populations[5], populations[6] + populations[20]
    found = sim.connectivity(sources=some[0], targets=some[1])
    keep = np.isin(every["source"], some[0].ids) & np.isin(every["target"], some[1].ids)
    assert keep.any()
    for name, values in found.items():
        np.testing.assert_array_equal(values, every[name][keep], err_msg=name)


def test_symmetric_rules_are_found_from_both_ends():
    sim = Simulation(0.1, seed=1, threads=1)
    first, second = sim.create("iaf_psc_exp", 5), sim.create("iaf_psc_exp", 5)
    sim.connect(first, second, rules.OneToOne(make_symmetric=True), weight=1.0, delay=1.0)
    assert len(sim.connectivity(sources=second, targets=first)["source"]) == 5
    assert len(sim.connectivity(sources=first, targets=second)["source"]) == 5
    sim.close()


def test_every_recorder_keeps_the_spikes_of_its_own_neurons(net):
    sim, populations, recorders = net
    sim.run(60.0)
    for recorder, population in zip(recorders, populations[::3], strict=True):
        assert {*recorder.spikes.ids.tolist()} == {*population.ids.tolist()}


FACTOR = 2.0


def doubled(V_m, gain=1.0):
    """A user's function, whose meaning changes with what it calls."""
    return V_m * FACTOR * gain


def test_sources_of_a_users_function_follow_what_it_calls(monkeypatch):
    before = function_sources([doubled], ["step_"], "mine")
    assert function_sources([doubled], ["step_"], "mine") == before
    monkeypatch.setitem(doubled.__globals__, "FACTOR", 3.0)
    assert "3.0" in function_sources([doubled], ["step_"], "mine")
    assert arguments(doubled) == ("V_m", "gain")


def test_sources_of_simcores_own_functions_are_read_once():
    model = REGISTRY.get("iaf_psc_exp")
    assert function_sources([model.step], ["step_"], model.name) is function_sources([model.step], ["step_"], model.name)
