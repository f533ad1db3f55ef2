"""Edges in both directions: `SymmetricPairwiseBernoulli`, `OneToOne` with `make_symmetric`, their weights and delays."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simcore import Input, NeuronModel, Simulation, State, load, rules
from simcore.compile import run_parallel
from simcore.distributions import Normal, Uniform
from simcore.errors import EdgeError
from simcore.rules import OneToOne, SymmetricPairwiseBernoulli, pair_keys
from simcore.rules._tiles import tile_bits
from tests.reference import graphs
from tests.reference.drawing import N_SEEDS, PURPOSE, adjacency, assert_uniform, stream
from tests.reference.meters import count

DT = 0.1
# Sources and targets: one population, the same in another order, some nodes in common, none in common.
OVERLAPS = {
    "same": (np.arange(30), np.arange(30)),
    "shuffled": (np.arange(30), np.random.default_rng(1).permutation(30)),
    "some": (np.arange(20), np.arange(8, 37)[::-1]),
    "none": (np.arange(5), np.arange(5, 70)),
}


def pairs_of(rule, sources, targets, seed):
    """Ids of the ends of the edges, in the order drawn."""
    senders, receivers = rule.ends(sources, targets)
    counts = rule.counts(sources, targets, stream(seed))
    positions = rule.draw(sources, targets, stream(seed), 0, len(counts))
    return list(zip(senders[positions].tolist(), np.repeat(receivers, counts).tolist(), strict=True))


@pytest.mark.parametrize("multapses", [True, False])
@pytest.mark.parametrize("p", [1e-9, 0.004, 0.07, 0.6, 1.0])
@pytest.mark.parametrize("overlap", OVERLAPS)
def test_joined_pairs_equal_the_naive_twin_there_and_back(overlap, p, multapses):
    sources, targets = OVERLAPS[overlap]
    seed = 2**40 + 5
    rule = SymmetricPairwiseBernoulli(p, allow_multapses=multapses)
    joined = graphs.symmetric_bernoulli(sources, targets, p, seed, PURPOSE, multapses=multapses)
    position = {node: k for k, node in enumerate(sources.tolist())}
    back = sorted(joined, key=lambda pair: position[pair[0]])
    assert pairs_of(rule, sources, targets, seed) == joined + [(t, s) for s, t in back]


@given(n=st.integers(1, 300), m=st.integers(1, 300), shared=st.integers(0, 300), seed=st.integers(0, 2**64 - 1), data=st.data())
@settings(max_examples=60, deadline=None)
def test_edges_come_in_both_directions_and_never_as_autapses(n, m, shared, seed, data):
    ids = np.random.default_rng(seed).permutation(n + m)
    first = max(0, n - min(shared, n, m))
    sources, targets = ids[:n], ids[first : first + m]
    multapses, p = data.draw(st.booleans()), data.draw(st.floats(0.0, 1.0))
    found = adjacency(SymmetricPairwiseBernoulli(p, allow_multapses=multapses), sources, targets, seed, n + m)
    np.testing.assert_array_equal(found, found.T)
    assert not found.diagonal().any()
    assert found.max() <= 1 + multapses
    possible = np.zeros_like(found)
    possible[np.ix_(sources, targets)] += 1
    assert (found <= possible + possible.T).all()


@pytest.mark.parametrize("multapses", [True, False])
@pytest.mark.parametrize("overlap", OVERLAPS)
def test_certain_pairs_are_joined_as_often_as_they_are_tried(overlap, multapses):
    sources, targets = OVERLAPS[overlap]
    n = 70
    tried = np.zeros((n, n), dtype=int)
    tried[np.ix_(sources, targets)] = 1
    tried = tried + tried.T
    np.fill_diagonal(tried, 0)
    found = adjacency(SymmetricPairwiseBernoulli(1.0, allow_multapses=multapses), sources, targets, 3, n)
    np.testing.assert_array_equal(found, tried if multapses else np.minimum(tried, 1))
    assert not adjacency(SymmetricPairwiseBernoulli(0.0, allow_multapses=multapses), sources, targets, 3, n).any()


@pytest.mark.parametrize("p", [0.001, 0.05])
@pytest.mark.parametrize("multapses", [True, False])
def test_partners_ascend_and_slices_drawn_by_threads_agree(multapses, p):
    ids = np.arange(3000)
    rule = SymmetricPairwiseBernoulli(p, allow_multapses=multapses)
    counts = rule.counts(ids, ids, stream())
    whole = rule.draw(ids, ids, stream(), 0, 6000)
    falls = np.flatnonzero(np.diff(whole) <= 0) + 1
    assert set(falls) <= set(np.cumsum(counts))
    cuts = [0, 1, 2, 700, 2999, 3001, 4000, 5999, 6000]
    tasks = [lambda a=a, b=b: rule.draw(ids, ids, stream(), a, b) for a, b in itertools.pairwise(cuts)]
    np.testing.assert_array_equal(np.concatenate(run_parallel(tasks, 4)), whole)


@given(n_rows=st.integers(1, 2**31), n_columns=st.integers(1, 2**31), p=st.floats(0.0, 1.0))
def test_tiles_hold_few_edges_and_hardly_more_pairs_than_there_are(n_rows, n_columns, p):
    row_bits, column_bits = tile_bits(n_rows, n_columns, p)
    assert 2**row_bits < 2 * n_rows
    assert 2**column_bits < 2 * n_columns
    assert p * 2.0 ** (row_bits + column_bits) <= 112
    is_whole = 2**row_bits >= n_rows and 2**column_bits >= n_columns
    assert is_whole or p * 2.0 ** (row_bits + column_bits) > 56


# Distributions.

# Number of times that a pair is tried in one population, in one population in either order, and between two populations.
SETTINGS = [("same", False, 1, 0.3), ("same", True, 2, 0.5), ("none", True, 1, 0.3), ("none", False, 1, 0.4)]


@pytest.mark.parametrize(("overlap", "multapses", "times", "p"), SETTINGS)
def test_pairs_are_joined_independently_of_each_other(overlap, multapses, times, p):
    # Three pairs of nodes that share a node, or two: every pattern, over triples of nodes from all over the matrix.
    n = 450
    everyone = np.random.default_rng(5).permutation(n)
    sources, targets = (np.arange(n),) * 2 if overlap == "same" else (everyone[: 2 * n // 3], everyone[2 * n // 3 :])
    a, b, c = everyone.reshape(3, -1)
    pairs = [(a, b), (b, c), (a, c)] if overlap == "same" else [(a, c), (b, c), (a, np.roll(c, 1))]
    rule = SymmetricPairwiseBernoulli(p, allow_multapses=multapses)
    law = stats.binom(times, p).pmf(np.arange(times + 1))
    expected = np.einsum("i,j,k->ijk", law, law, law).ravel() * len(a)
    p_values = []
    for seed in range(N_SEEDS):
        found = adjacency(rule, sources, targets, seed, n)
        numbers = [found[x, y] for x, y in pairs]
        patterns = np.ravel_multi_index(numbers, (times + 1,) * 3)
        p_values.append(stats.chisquare(np.bincount(patterns, minlength=expected.size), expected).pvalue)
    assert_uniform(p_values)


@pytest.mark.parametrize(("overlap", "multapses", "times", "p"), SETTINGS)
def test_the_number_of_edges_of_many_tiles_is_binomial(overlap, multapses, times, p):
    n = 1500
    sources, targets = np.arange(n), np.arange(n) + (0 if overlap == "same" else n)
    rule = SymmetricPairwiseBernoulli(0.01 * p, allow_multapses=multapses)
    law = stats.binom(times * n * (n - 1) // 2 if overlap == "same" else n * n, 0.01 * p)
    rng = np.random.default_rng(2)
    p_values = []
    for seed in range(N_SEEDS):
        total = rule.counts(sources, targets, stream(seed)).sum() // 2
        p_values.append(law.cdf(total - 1) + rng.uniform() * law.pmf(total))
    assert_uniform(p_values)


@pytest.mark.parametrize(("n_sources", "n_targets", "p"), [(12, 12, 0.3), (40, 3, 0.02), (1, 60, 0.5)])
def test_every_pair_has_the_probability_p(n_sources, n_targets, p):
    # The exact two-sided p-value of each pair, made continuous, is uniform.
    sources, targets = np.arange(n_sources), 100 + np.arange(n_targets)
    n = 1000
    rule = SymmetricPairwiseBernoulli(p)
    found = sum(adjacency(rule, sources, targets, seed, 200) for seed in range(n))[np.ix_(sources, targets)]
    law = stats.binom(n, p)
    assert_uniform((law.cdf(found - 1) + np.random.default_rng(3).uniform(size=found.shape) * law.pmf(found)).ravel())


# NEST.


def nest_adjacency(n, sources, targets, seed, **spec):
    """Number of connections from each of `n` nodes to each in NEST."""
    from tests.oracle.nest_runs import nest, reset

    reset(DT)
    nest.rng_seed = 1 + seed
    nodes = nest.Create("iaf_psc_exp", n)
    nest.Connect(nodes[sources[0] : sources[-1] + 1], nodes[targets[0] : targets[-1] + 1], spec)
    ends = nest.GetConnections().get(["source", "target"])
    out = np.zeros((n, n), dtype=np.int64)
    np.add.at(out, (np.atleast_1d(ends["source"]) - 1, np.atleast_1d(ends["target"]) - 1), 1)
    return out


@pytest.mark.parametrize("overlap", ["same", "some", "none"])
def test_numbers_of_edges_of_pairs_are_those_of_nest(overlap):
    # NEST spreads a binomial number out of all sources over all but the target: p n / (n - 1) for n common nodes.
    n, p, n_seeds = 150, 0.2, 6
    sources = np.arange(0, 100)
    targets = {"same": sources, "some": np.arange(50, 150), "none": np.arange(100, 150)}[overlap]
    spec = {"rule": "symmetric_pairwise_bernoulli", "p": p, "allow_autapses": False, "make_symmetric": True}
    theirs = [nest_adjacency(n, sources, targets, seed, **spec) for seed in range(n_seeds)]
    assert all((found == found.T).all() for found in theirs)
    ours = [adjacency(SymmetricPairwiseBernoulli(p), sources, targets, seed, n) for seed in range(n_seeds)]
    pairs = np.triu_indices(n, 1)
    numbers = [np.bincount(np.concatenate([found[pairs] for found in runs]), minlength=3) for runs in (theirs, ours)]
    assert [k.size for k in numbers] == [3, 3]
    seen = np.array(numbers)[:, np.sum(numbers, axis=0) > 0]
    assert stats.chi2_contingency(seen).pvalue > 1e-3
    assert (numbers[1][2] > 0) == (overlap != "none")


@pytest.mark.parametrize("overlap", ["same", "some", "none"])
@pytest.mark.parametrize("autapses", [True, False])
def test_symmetric_pairs_of_positions_are_those_of_nest(overlap, autapses):
    sources = np.arange(4)
    targets = sources + {"same": 0, "some": 2, "none": 4}[overlap]
    rule = OneToOne(make_symmetric=True, allow_autapses=autapses)
    if overlap == "same" and not autapses:
        assert not adjacency(rule, sources, targets, 1, 8).any()
        return
    theirs = nest_adjacency(8, sources, targets, 1, rule="one_to_one", make_symmetric=True, allow_autapses=autapses)
    np.testing.assert_array_equal(adjacency(rule, sources, targets, 1, 8), theirs)


# In a simulation.


ONCE = SymmetricPairwiseBernoulli(0.2, allow_multapses=False)
SYMMETRIC = [OneToOne(make_symmetric=True), SymmetricPairwiseBernoulli(0.3), ONCE]


def both_ways(sim, made, numbers_below):
    """Edges from the sources, and back, each as sorted rows of (source, target, weight, delay) with the ends of the first."""
    edges = sim.connectivity(made)
    table = np.stack([edges[name] for name in ("source", "target", "weight", "delay")], axis=1)
    there = table[table[:, 0] < numbers_below]
    back = table[table[:, 0] >= numbers_below][:, [1, 0, 2, 3]]
    return (part[np.lexsort(part.T)] for part in (there, back))


@pytest.mark.parametrize("rule", SYMMETRIC, ids=repr)
def test_both_directions_have_the_same_weight_and_delay(rule):
    sim = Simulation(dt=DT, seed=8, threads=1)
    here, there = sim.create("iaf_psc_exp", 60), sim.create("iaf_psc_alpha", 60)
    made = sim.connect(here, there, rule, weight=Normal(5.0, 1.0), delay=Uniform(0.5, 3.0))
    forth, back = both_ways(sim, made, 60)
    np.testing.assert_array_equal(forth, back)
    assert len(forth) == made.n_edges // 2 > 30
    for column, law in ((2, stats.norm(5.0, 1.0)), (3, stats.uniform(0.5 - DT / 2, 2.5 + DT))):
        assert stats.kstest(forth[:, column], law.cdf).statistic < 1.63 / np.sqrt(len(forth)) + DT


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("rule", SYMMETRIC, ids=repr)
def test_edges_both_ways_do_not_depend_on_threads(rule, threads):
    found = []
    for n_threads in (1, threads):
        sim = Simulation(dt=DT, seed=8, threads=n_threads)
        nodes = sim.create("iaf_psc_exp", 200)
        made = sim.connect(nodes[:120], nodes[40:160], rule, weight=Normal(5.0, 1.0), delay=Uniform(0.5, 3.0))
        sim.run(DT)
        found.append(sim.connectivity(made))
    for name in found[0]:
        np.testing.assert_array_equal(found[0][name], found[1][name])


def test_a_number_for_both_edges_of_a_pair_is_unlike_that_of_any_other_pair():
    sources, targets = np.arange(7), np.arange(4, 30)
    rule = SymmetricPairwiseBernoulli(0.5)
    counts = rule.counts(sources, targets, stream())
    positions = rule.draw(sources, targets, stream(), 0, 33)
    keys = pair_keys((7, 26), 0, counts, positions)
    n_forward = counts[:26].sum()
    assert np.unique(keys).size == n_forward == keys.size // 2
    np.testing.assert_array_equal(np.sort(keys[:n_forward]), np.sort(keys[n_forward:]))
    np.testing.assert_array_equal(pair_keys((7, 26), 20, counts[20:30], positions[counts[:20].sum() : counts[:30].sum()]),
                                  keys[counts[:20].sum() : counts[:30].sum()])  # fmt: skip


def test_spikes_travel_both_ways():
    sim = Simulation(dt=DT, seed=8, threads=1)
    here, there = sim.create("parrot_neuron", 2), sim.create("parrot_neuron", 2)
    sim.connect(here, there, OneToOne(make_symmetric=True), delay=1.0)
    trains = sim.create("spike_generator", params={"spike_times": [1.0]})
    sim.connect(trains, here[:1], delay=DT)
    sim.connect(trains, there[1:], delay=DT)
    spikes = sim.record(sim.nodes[:4], "spikes")
    sim.run(2.5)
    found = sorted(zip(np.round(spikes.times, 1).tolist(), spikes.ids.tolist(), strict=True))
    assert found == [(1.1, 0), (1.1, 3), (2.1, 1), (2.1, 2)]


# Refusals.


@pytest.mark.parametrize("rule", SYMMETRIC, ids=repr)
def test_nodes_that_cannot_receive_what_comes_back_are_refused(rule):
    sim = Simulation(dt=DT, seed=8, threads=1)
    second = NeuronModel("second", {}, {"count": State("", "what arrives")}, {"arriving": Input("", receptor=2)}, count)
    neurons, ports = sim.create("iaf_psc_exp", 3), sim.create(second, 3)
    for stimulator in ("poisson_generator", "dc_generator", "spike_generator"):
        device = sim.create(stimulator, 3)
        with pytest.raises(
            EdgeError, match=f"{stimulator} is a stimulator and takes no input, and {type(rule).__name__} makes edges both ways"
        ):
            sim.connect(device, neurons, rule)
    with pytest.raises(EdgeError, match="iaf_psc_exp has no receptor 2"):
        sim.connect(neurons, ports, rule, receptor=2)
    assert not sim.projections


@pytest.mark.parametrize("rule", SYMMETRIC, ids=repr)
def test_populations_too_large_to_go_both_ways_are_refused(rule):
    with pytest.raises(EdgeError, match="got 2000000000 sources and 2000000000 targets, expected at most 2147483647 in all"):
        rule.check(range(2 * 10**9), range(2 * 10**9))


@pytest.mark.parametrize("make", [rules.AllToAll, rules.FixedIndegree, rules.PairwiseBernoulli, SymmetricPairwiseBernoulli])
def test_other_rules_have_no_make_symmetric(make):
    with pytest.raises(TypeError, match=f"{make.__name__}.*unexpected keyword argument 'make_symmetric'"):
        make(make_symmetric=True)


def test_a_saved_simulation_has_its_edges_both_ways(tmp_path):
    sim = Simulation(dt=DT, seed=8, threads=1)
    nodes = sim.create("iaf_psc_exp", 50)
    for rule in SYMMETRIC:
        sim.connect(nodes[:30], nodes[20:], rule, weight=Normal(5.0, 1.0))
    sim.save(tmp_path / "state.npz")
    again = load(tmp_path / "state.npz", threads=2)
    for before, after in zip(sim.projections, again.projections, strict=True):
        for name, values in sim.connectivity(before).items():
            np.testing.assert_array_equal(again.connectivity(after)[name], values)
