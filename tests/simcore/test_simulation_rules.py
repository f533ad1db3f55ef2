"""Edges of rules and drawn values in a simulation: what is read back is what arrives, and follows its distribution."""

import numpy as np
import pytest
from scipy import stats

from simcore import Simulation, rules
from simcore.distributions import Exponential, Lognormal, Normal, Uniform
from tests.reference.meters import COUNTER

DT = 0.1


def run(sim, targets, n_steps):
    recorder = sim.record(targets, "count", interval=DT)
    sim.run(round(n_steps * DT, 1))
    return recorder["count"]


RULES = [
    rules.AllToAll(), rules.AllToAll(allow_autapses=False), rules.OneToOne(), rules.FixedIndegree(7),
    rules.FixedIndegree(7, allow_autapses=False, allow_multapses=False), rules.FixedIndegree(np.arange(40)),
    rules.PairwiseBernoulli(0.2), rules.PairwisePoisson(0.3), rules.FixedOutdegree(5), rules.FixedTotalNumber(333),
    rules.OneToOne(make_symmetric=True), rules.SymmetricPairwiseBernoulli(0.2),
]  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_edges_of_a_rule_are_those_that_arrive(rule):
    sim = Simulation(dt=DT, seed=8, threads=1)
    sources = sim.create("parrot_neuron", 40)
    targets = sim.create("parrot_neuron", 40) if "Autapse" in repr(rule) else sim.create(COUNTER, 40)
    made = sim.connect(sources, targets[::-1], rule, weight=Uniform(1.0, 2.0), delay=Normal(2.0, 1.0, 0.3, 4.0))
    edges = sim.connectivity(made)
    assert edges["source"].size == made.n_edges > 0
    train = sim.create("spike_generator", params={"spike_times": [1.0]})
    sim.connect(train, sources, delay=DT)
    expected = np.zeros((60, 40))
    onto, steps = edges["target"] >= 40, 10 + np.rint(edges["delay"] / DT).astype(int)
    np.add.at(expected, (steps[onto], edges["target"][onto] - 40), edges["weight"][onto])
    np.testing.assert_allclose(run(sim, targets, 60), expected, rtol=1e-12)


def test_autapses_and_parallel_edges_appear_only_where_they_are_allowed():
    sim = Simulation(dt=DT, seed=8, threads=1)
    nodes = sim.create("iaf_psc_exp", 30)
    for rule, autapses, parallel in [
        (rules.FixedIndegree(20), True, True),
        (rules.FixedIndegree(20, allow_autapses=False), False, True),
        (rules.FixedIndegree(20, allow_autapses=False, allow_multapses=False), False, False),
        (rules.AllToAll(allow_autapses=False), False, False),
    ]:
        edges = sim.connectivity(sim.connect(nodes, nodes, rule))
        pairs = edges["source"] * 30 + edges["target"]
        assert (edges["source"] == edges["target"]).any() == autapses
        assert (np.unique(pairs).size < pairs.size) == parallel


LAWS = [
    (Uniform(5.0, 9.0), stats.uniform(5.0, 4.0)), (Normal(7.0, 2.0), stats.norm(7.0, 2.0)),
    (Lognormal(0.0, 0.5), stats.lognorm(0.5)), (Exponential(3.0), stats.expon(scale=3.0)),
    (("normal", 7.0, 2.0, 6.0, 8.0), stats.truncnorm(-0.5, 0.5, 7.0, 2.0)),
]  # fmt: skip


@pytest.mark.parametrize("explicit", [True, False], ids=["edges", "rule"])
@pytest.mark.parametrize(("form", "law"), LAWS, ids=lambda x: type(x).__name__)
def test_drawn_weights_follow_their_distribution_one_an_edge_in_single_precision(form, law, explicit):
    sim = Simulation(dt=DT, seed=8, threads=1)
    nodes = sim.create("iaf_psc_exp", 60)
    pairs = np.random.default_rng(1).integers(0, 60, (2, 3600))
    made = sim.connect_edges(*pairs, weight=form) if explicit else sim.connect(nodes, nodes, weight=form)
    weights = sim.connectivity(made)["weight"]
    assert stats.kstest(weights, law.cdf).pvalue > 1e-3
    assert np.unique(weights).size > 3500
    np.testing.assert_array_equal(weights.astype(np.float32).astype(float), weights)


def test_drawn_delays_follow_their_distribution_rounded_to_the_grid():
    sim = Simulation(dt=DT, seed=8, threads=1)
    nodes = sim.create("iaf_psc_exp", 60)
    delays = sim.connectivity(sim.connect(nodes, nodes, delay=Uniform(1.0, 2.0)))["delay"]
    observed = np.bincount(np.rint(delays / DT).astype(int), minlength=21)[10:]
    expected = 3600 * np.array([0.05] + [0.1] * 9 + [0.05])
    assert observed.size == 11
    assert stats.chisquare(observed, expected).pvalue > 1e-3


def test_edges_drawn_do_not_depend_on_what_else_is_connected_before_a_projection_of_the_same_number():
    found = []
    for model in ("iaf_psc_exp", "iaf_psc_alpha"):
        sim = Simulation(dt=DT, seed=8, threads=1)
        nodes = sim.create(model, 50)
        sim.connect(nodes, nodes, rules.FixedIndegree(3 if model == "iaf_psc_exp" else 9))
        found.append(sim.connectivity(sim.connect(nodes, nodes, rules.FixedIndegree(5), weight=Uniform(0.0, 1.0))))
    for name in found[0]:
        np.testing.assert_array_equal(found[0][name], found[1][name])
