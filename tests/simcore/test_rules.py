"""Connection rules: exact small cases, properties, distributions, refusals."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simcore.compile import run_parallel
from simcore.errors import EdgeError, ParameterError, UnknownNameError
from simcore.random import Purpose
from simcore.rules import (
    AllToAll,
    DistanceBernoulli,
    FixedIndegree,
    FixedOutdegree,
    FixedTotalNumber,
    OneToOne,
    PairwiseBernoulli,
    PairwisePoisson,
    Stream,
    positions_of,
)
from simcore.rules._discrete import binomial_value, hypergeometric_value, poisson_value
from simcore.rules._rows import repeated_rows
from tests.reference import graphs

PURPOSE = Purpose.EDGES + 7
N_SEEDS = 120
IDS = np.arange(12)


def stream(seed=1):
    return Stream(seed, PURPOSE)


def rows_of(rule, sources, targets, seed=1):
    """Positions drawn by each target, as a list of arrays."""
    rule.check(sources, targets)
    counts = rule.counts(sources, targets, stream(seed))
    drawn = rule.draw(sources, targets, stream(seed), 0, len(targets))
    return np.split(drawn, np.cumsum(counts)[:-1])


def incidence(rule, sources, targets, seed):
    """Number of edges of each pair, shape (n_targets, n_sources)."""
    out = np.zeros((len(targets), len(sources)), dtype=np.int64)
    for t, row in enumerate(rows_of(rule, sources, targets, seed)):
        np.add.at(out[t], row, 1)
    return out


def name(rule):
    """Name of a parametrised test."""
    return type(rule).__name__


def assert_uniform(p_values):
    """Second level: the p-values of many seeds are uniform."""
    assert stats.kstest(p_values, "uniform").pvalue > 1e-3, np.sort(p_values)


RULES = [
    OneToOne(),
    AllToAll(),
    AllToAll(allow_autapses=False),
    FixedIndegree(3),
    FixedIndegree(3, allow_autapses=False),
    FixedIndegree(3, allow_multapses=False),
    FixedIndegree(9, allow_autapses=False, allow_multapses=False),
    PairwiseBernoulli(0.3),
    PairwiseBernoulli(0.8, allow_autapses=False),
    FixedOutdegree(3),
    FixedOutdegree(3, allow_autapses=False),
    FixedOutdegree(np.arange(12), allow_autapses=False, allow_multapses=False),
    FixedOutdegree(70),
    PairwisePoisson(0.4),
    PairwisePoisson(2.5, allow_autapses=False),
    FixedTotalNumber(40),
    FixedTotalNumber(40, allow_autapses=False, allow_multapses=False),
    DistanceBernoulli(np.c_[IDS, IDS], np.c_[IDS, IDS], 3.0),
]


@pytest.mark.parametrize("rule", RULES, ids=name)
@given(cuts=st.lists(st.integers(0, 12), max_size=4), seed=st.integers(0, 2**64 - 1))
@settings(max_examples=15, deadline=None)
def test_any_slicing_of_the_targets_gives_the_same_edges(rule, cuts, seed):
    whole = rule.draw(IDS, IDS, stream(seed), 0, 12)
    edges = sorted({0, 12, *cuts})
    parts = [rule.draw(IDS, IDS, stream(seed), a, b) for a, b in itertools.pairwise(edges)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)
    assert whole.dtype == np.int32
    assert len(whole) == rule.counts(IDS, IDS, stream(seed)).sum()


@pytest.mark.parametrize("rule", RULES[3:], ids=name)
def test_another_seed_or_purpose_gives_other_edges(rule):
    here = incidence(rule, IDS, IDS, 1)
    assert (here != incidence(rule, IDS, IDS, 2)).any()
    other = rule.draw(IDS, IDS, Stream(1, PURPOSE + 1), 0, 12)
    assert not np.array_equal(rule.draw(IDS, IDS, stream(1), 0, 12), other)


@pytest.mark.parametrize("autapses", [True, False])
@pytest.mark.parametrize("multapses", [True, False])
@pytest.mark.parametrize(("n", "k"), [(6, 0), (6, 1), (7, 3), (7, 5), (7, 6), (40, 12), (300, 280), (300, 100)])
def test_fixed_indegree_equals_its_naive_twin(n, k, autapses, multapses):
    sources = np.random.default_rng(n).permutation(2 * n)[:n]
    targets = sources[::-1][: n // 2].copy()
    seed = 2**40 + 5
    rule = FixedIndegree(k, allow_autapses=autapses, allow_multapses=multapses)
    rows = rows_of(rule, sources, targets, seed)
    twin = graphs.fixed_indegree(sources, targets, k, seed, PURPOSE, autapses=autapses, multapses=multapses)
    assert [row.tolist() for row in rows] == twin


def test_one_to_one_joins_equal_positions():
    assert [r.tolist() for r in rows_of(OneToOne(), np.array([7, 3, 5]), np.array([1, 2, 9]))] == [[0], [1], [2]]


def test_all_to_all_gives_every_pair_once_without_autapses_if_asked():
    sources, targets = np.array([4, 2, 9]), np.array([9, 5, 4])
    every = [r.tolist() for r in rows_of(AllToAll(), sources, targets)]
    assert every == [[0, 1, 2]] * 3
    others = [r.tolist() for r in rows_of(AllToAll(allow_autapses=False), sources, targets)]
    assert others == [[0, 1], [0, 1, 2], [1, 2]]


@given(
    n_sources=st.integers(1, 90), n_targets=st.integers(1, 20), data=st.data(), autapses=st.booleans(), multapses=st.booleans()
)
@settings(max_examples=60, deadline=None)
def test_fixed_indegree_respects_degrees_autapses_and_multapses(n_sources, n_targets, data, autapses, multapses):
    ids = data.draw(st.permutations(range(100)))
    sources, targets = np.array(ids[:n_sources]), np.array(ids[10 : 10 + n_targets])
    available = np.array([n_sources - (not autapses and t in sources) for t in targets])
    most = np.where(available > 0, 200, 0) if multapses else available
    degrees = np.array([data.draw(st.integers(0, int(m))) for m in most])
    rule = FixedIndegree(degrees, allow_autapses=autapses, allow_multapses=multapses)
    for target, degree, row in zip(targets, degrees, rows_of(rule, sources, targets), strict=True):
        assert len(row) == degree
        assert all(0 <= i < n_sources for i in row)
        assert autapses or target not in sources[row]
        assert multapses or len(set(row.tolist())) == len(row)


@given(
    n_sources=st.integers(1, 40), n_targets=st.integers(1, 300), data=st.data(), autapses=st.booleans(), multapses=st.booleans()
)
@settings(max_examples=60, deadline=None)
def test_fixed_outdegree_respects_degrees_autapses_and_multapses(n_sources, n_targets, data, autapses, multapses):
    sources = np.random.default_rng(n_sources).permutation(n_sources + 5)[:n_sources]
    targets = np.random.default_rng(n_targets).permutation(n_targets)
    available = n_targets - (0 if autapses else np.isin(sources, targets).astype(int))
    most = 400 if multapses else int(np.min(available))
    degrees = np.array(data.draw(st.lists(st.integers(0, most), min_size=n_sources, max_size=n_sources)))
    if np.any((degrees > 0) & (available < 1)):
        return
    rule = FixedOutdegree(degrees, allow_autapses=autapses, allow_multapses=multapses)
    seed = data.draw(st.integers(0, 2**64 - 1))
    found = incidence(rule, sources, targets, seed)
    np.testing.assert_array_equal(found.sum(axis=0), degrees)
    assert multapses or found.max() <= 1
    if not autapses:
        assert not found[targets[:, None] == sources].any()


@pytest.mark.parametrize("autapses", [True, False])
def test_all_sets_of_distinct_targets_are_equally_likely(autapses):
    n, k = 6, 2
    ids = np.arange(n)
    rule = FixedOutdegree(k, allow_autapses=autapses, allow_multapses=False)
    own = 3
    subsets = [c for c in itertools.combinations(ids, k) if autapses or own not in c]
    p_values = []
    for batch in range(40):
        found = dict.fromkeys(subsets, 0)
        for seed in range(batch * 150, (batch + 1) * 150):
            found[tuple(np.flatnonzero(incidence_fast(rule, ids, ids, seed)[:, own]).tolist())] += 1
        p_values.append(stats.chisquare(list(found.values())).pvalue)
    assert_uniform(p_values)


@pytest.mark.parametrize("autapses", [True, False])
@pytest.mark.parametrize("multapses", [True, False])
def test_shares_of_a_fixed_outdegree_follow_the_exact_law_across_tiles(multapses, autapses):
    # 130 edges of each source into 200 targets, drawn in four tiles: those into targets 30 to 79.
    ids = np.arange(200)
    rule = FixedOutdegree(130, allow_autapses=autapses, allow_multapses=multapses)
    others = np.r_[0:30, 80:200]
    n = 200 if autapses else 199
    law = stats.binom(130, 50 / n) if multapses else stats.hypergeom(n, 50, 130)
    edges = np.unique(law.ppf(np.linspace(0, 1, 9)[1:-1]))
    expected = np.diff(np.r_[0.0, law.cdf(edges), 1.0]) * others.size
    p_values = []
    for seed in range(N_SEEDS):
        shares = incidence_fast(rule, ids, ids, seed)[30:80, others].sum(axis=0)
        p_values.append(stats.chisquare(np.histogram(shares, np.r_[-1, edges + 0.5, 10**6])[0], expected).pvalue)
    assert_uniform(p_values)


def test_repeated_targets_of_a_source_are_uniform():
    # Each of 100 targets of one source, in two tiles: multinomial.
    p_values = []
    for seed in range(N_SEEDS):
        counts = FixedOutdegree(90 * 64).counts(np.arange(1), np.arange(100), stream(seed))
        p_values.append(stats.chisquare(counts).pvalue)
    assert_uniform(p_values)


@given(n=st.integers(2, 40), seed=st.integers(0, 2**64 - 1), data=st.data(), autapses=st.booleans(), multapses=st.booleans())
@settings(max_examples=60, deadline=None)
def test_fixed_total_number_is_exact(n, seed, data, autapses, multapses):
    ids = np.arange(n)
    available = n * n if autapses else n * (n - 1)
    total = data.draw(st.integers(0, 3 * available if multapses else available))
    drawn = incidence(FixedTotalNumber(total, allow_autapses=autapses, allow_multapses=multapses), ids, ids, seed)
    assert drawn.sum() == total
    assert multapses or drawn.max() <= 1
    assert autapses or not drawn.diagonal().any()


@pytest.mark.parametrize(("p", "n_edges"), [(0.0, 0), (1.0, 132)])
def test_certain_bernoulli_pairs_are_certain(p, n_edges):
    assert incidence(PairwiseBernoulli(p, allow_autapses=False), IDS, IDS, 3).sum() == n_edges


def test_threads_drawing_slices_at_once_give_the_same_edges():
    ids = np.arange(3000)
    rule = FixedIndegree(50, allow_autapses=False, allow_multapses=False)
    cuts = np.linspace(0, 3000, 9).astype(int)
    tasks = [lambda a=a, b=b: rule.draw(ids, ids, stream(), a, b) for a, b in itertools.pairwise(cuts)]
    np.testing.assert_array_equal(np.concatenate(run_parallel(tasks, 4)), rule.draw(ids, ids, stream(), 0, 3000))


# Distributions: chi-square over the rows of a seed, then Kolmogorov-Smirnov over the p-values of the seeds.


@pytest.mark.parametrize(("n", "k"), [(5, 2), (6, 4), (9, 2)])
@pytest.mark.parametrize("autapses", [True, False])
def test_all_sets_of_distinct_sources_are_equally_likely(n, k, autapses):
    sources = np.arange(n)
    targets = np.arange(4000) if autapses else np.r_[2, np.arange(n, 4000)]
    rule = FixedIndegree(k, allow_autapses=autapses, allow_multapses=False)
    p_values = []
    for seed in range(N_SEEDS):
        rows = rule.draw(sources, targets, stream(seed), 0, len(targets)).reshape(-1, k)
        rows = rows if autapses else rows[1:]
        keys = np.bincount((1 << rows).sum(axis=1), minlength=1 << n)
        sets = [sum(1 << i for i in c) for c in itertools.combinations(range(n), k)]
        assert keys[sets].sum() == len(rows)
        p_values.append(stats.chisquare(keys[sets]).pvalue)
    assert_uniform(p_values)


@pytest.mark.parametrize("autapses", [True, False])
def test_repeated_sources_are_independent_and_uniform(autapses):
    sources, targets = np.arange(4), np.array([1])
    rule = FixedIndegree(6000, allow_autapses=autapses)
    p_values = []
    for seed in range(N_SEEDS):
        row = rule.draw(sources, targets, stream(seed), 0, 1)
        kinds = [0, 1, 2, 3] if autapses else [0, 2, 3]
        pairs = np.array([[np.count_nonzero((row[::2] == a) & (row[1::2] == b)) for b in kinds] for a in kinds])
        assert pairs.sum() == 3000
        p_values.append(stats.chisquare(pairs.ravel()).pvalue)
    assert_uniform(p_values)


def test_huge_populations_are_drawn_without_the_bias_of_32_bit_words():
    # 2**32 words cannot be shared out evenly among 3 * 2**29 positions: unless some are dropped, every third gets less.
    width = 3 * 2**29
    rows = np.array([width]), np.zeros(2, dtype=np.int64), np.empty(0, dtype=np.int32)
    out = np.empty(60000, dtype=np.int32)
    repeated_rows(0, np.array([60000]), rows, stream().words(), out)
    assert out.min() >= 0
    assert out.max() < width
    assert stats.chisquare(np.bincount(out % 3)).pvalue > 1e-3


@pytest.mark.parametrize("autapses", [True, False])
def test_bernoulli_pairs_are_independent_with_probability_p(autapses):
    # Every subset of three sources has the probability of three independent coins.
    sources = np.arange(3)
    targets = np.arange(5000) + (0 if autapses else 3)
    p = 0.3
    expected = np.array([p ** bin(m).count("1") * (1 - p) ** (3 - bin(m).count("1")) for m in range(8)])
    p_values = []
    for seed in range(N_SEEDS):
        found = incidence_fast(PairwiseBernoulli(p, allow_autapses=autapses), sources, targets, seed)
        subsets = np.bincount(found @ [1, 2, 4], minlength=8)
        p_values.append(stats.chisquare(subsets, expected * len(targets)).pvalue)
    assert_uniform(p_values)


@pytest.mark.parametrize("autapses", [True, False])
def test_pairs_get_independent_poisson_numbers(autapses):
    # Edges of two sources onto one target: every pair of numbers, those of three and more taken together.
    sources = np.arange(2)
    targets = np.arange(5000) + (0 if autapses else 2)
    mean = 0.7
    law = np.append(stats.poisson(mean).pmf([0, 1, 2]), stats.poisson(mean).sf(2))
    p_values = []
    for seed in range(N_SEEDS):
        found = np.minimum(incidence_fast(PairwisePoisson(mean, allow_autapses=autapses), sources, targets, seed), 3)
        numbers = np.bincount(found @ [4, 1], minlength=16)
        p_values.append(stats.chisquare(numbers, np.outer(law, law).ravel() * len(targets)).pvalue)
    assert_uniform(p_values)


def test_poisson_pairs_keep_autapses_out():
    ids = np.arange(50)
    assert np.trace(incidence(PairwisePoisson(3.0), ids, ids, 1)) > 100
    assert np.trace(incidence(PairwisePoisson(3.0, allow_autapses=False), ids, ids, 1)) == 0


def incidence_fast(rule, sources, targets, seed):
    counts = rule.counts(sources, targets, stream(seed))
    out = np.zeros((len(targets), len(sources)), dtype=np.int64)
    np.add.at(out, (np.repeat(np.arange(len(targets)), counts), rule.draw(sources, targets, stream(seed), 0, len(targets))), 1)
    return out


@pytest.mark.parametrize("multapses", [True, False])
@pytest.mark.parametrize("autapses", [True, False])
def test_fixed_total_number_draws_uniformly_from_all_pairs(autapses, multapses):
    # Two nodes, or three: every outcome is enumerated.
    ids = np.arange(2 if autapses else 3)
    pairs = [(t, s) for t in ids for s in ids if autapses or s != t]
    rule = FixedTotalNumber(2, allow_autapses=autapses, allow_multapses=multapses)
    drawn_from = itertools.product(pairs, repeat=2) if multapses else itertools.permutations(pairs, 2)
    outcomes = {}
    for a, b in drawn_from:
        outcomes[tuple(sorted([a, b]))] = outcomes.get(tuple(sorted([a, b])), 0) + 1
    expected = np.array(list(outcomes.values())) / sum(outcomes.values())
    p_values = []
    for batch in range(40):
        found = dict.fromkeys(outcomes, 0)
        for seed in range(batch * 150, (batch + 1) * 150):
            t, s = np.nonzero(drawn := incidence_fast(rule, ids, ids, seed))
            repeats = np.repeat(np.arange(len(t)), drawn[t, s])
            found[tuple(sorted(zip(t[repeats].tolist(), s[repeats].tolist(), strict=True)))] += 1
        p_values.append(stats.chisquare(list(found.values()), expected * 150).pvalue)
    assert_uniform(p_values)


@pytest.mark.parametrize("multapses", [True, False])
def test_shares_of_a_fixed_total_follow_the_exact_law(multapses):
    # One target of 100: binomial with replacement, hypergeometric without.
    ids = np.arange(100)
    rule = FixedTotalNumber(3000, allow_autapses=True, allow_multapses=multapses)
    counts = np.array([rule.counts(ids, ids, stream(seed))[37] for seed in range(1500)])
    law = stats.binom(3000, 0.01) if multapses else stats.hypergeom(10000, 100, 3000)
    edges = np.unique(law.ppf(np.linspace(0, 1, 12)[1:-1]))
    observed = np.histogram(counts, np.r_[-1, edges + 0.5, 10**6])[0]
    expected = np.diff(np.r_[0.0, law.cdf(edges), 1.0]) * 1500
    assert stats.chisquare(observed, expected).pvalue > 1e-3


@pytest.mark.parametrize(
    ("n", "p"), [(1, 0.5), (7, 0.3), (40, 0.99), (1000, 1e-3), (10**5, 0.1), (10**9, 1e-8), (10**9, 0.37), (50, 1e-9)]
)
def test_binomial_numbers_have_the_exact_law(n, p):
    # A fine grid of uniform numbers must map to each value with its probability: no statistics involved.
    grid = (np.arange(4000) + 0.5) / 4000
    values = np.sort([binomial_value(u, n, p) for u in grid])
    law = stats.binom(n, p)
    points = np.unique(values)
    np.testing.assert_allclose(
        np.searchsorted(values, points, "right") / 4000, law.cdf(points), atol=2e-2 if n > 10**8 else 5e-3
    )


@pytest.mark.parametrize("mean", [1e-9, 0.3, 1.0, 7.5, 31.9, 1e3, 1e6, 1e9])
def test_poisson_numbers_have_the_exact_law(mean):
    grid = (np.arange(4000) + 0.5) / 4000
    values = np.sort([poisson_value(u, mean) for u in grid])
    law = stats.poisson(mean)
    points = np.unique(values)
    shares = np.searchsorted(values, points, "right") / 4000
    np.testing.assert_allclose(shares, law.cdf(points), atol=2e-2 if mean > 10**5 else 5e-3)


@pytest.mark.parametrize(
    ("draws", "good", "bad"), [(3, 4, 5), (10, 4, 6), (7, 4, 6), (50, 100, 1000), (10**6, 10**7, 10**7), (10**9 - 5, 10**9, 3)]
)
def test_hypergeometric_numbers_have_the_exact_law(draws, good, bad):
    grid = (np.arange(4000) + 0.5) / 4000
    values = np.sort([hypergeometric_value(u, draws, good, bad) for u in grid])
    law = stats.hypergeom(good + bad, good, draws)
    points = np.unique(values)
    shares = np.searchsorted(values, points, "right") / 4000
    np.testing.assert_allclose(shares, law.cdf(points), atol=2e-2 if draws > 10**5 else 5e-3)


# Distance.


@pytest.mark.parametrize("form", ["exp", "gaussian", "lin"])
@pytest.mark.parametrize(("ndim", "period"), [(2, None), (3, None), (2, (10.0, 6.0)), (3, (8.0, 10.0, 10.0))])
def test_distance_rule_gives_each_pair_its_own_probability(form, ndim, period):
    rng = np.random.default_rng(ndim)
    source_points = rng.uniform(0, 8 if period else 20, (150, ndim)) * (np.array(period) / 8 if period else 1.0)
    target_points = source_points[rng.permutation(150)[:40]]
    rule = DistanceBernoulli(source_points, target_points, 3.0, form, 0.8, period)
    sources, targets = np.arange(150), 1000 + np.arange(40)
    n = 400
    found = sum(incidence_fast(rule, sources, targets, seed) for seed in range(n))
    p = 0.8 * graphs.probabilities(source_points, target_points, 3.0, form, period)
    assert not found[p == 0.0].any()
    # The exact two-sided p-value of each pair, made continuous, is uniform.
    law = stats.binom(n, p)
    u = law.cdf(found - 1) + rng.uniform(size=p.shape) * law.pmf(found)
    enough = n * p > 1e-3
    assert stats.kstest(u[enough], "uniform").pvalue > 1e-3
    total = np.sqrt((n * p * (1 - p)).sum())
    assert abs(found.sum() - n * p.sum()) < 4 * total


def test_distant_pairs_are_drawn_with_their_small_probability():
    # Two clusters: nearly all edges between them are accepted far below the bound of their box.
    rng = np.random.default_rng(4)
    near, far = rng.normal(0, 0.5, (2000, 2)), rng.normal(0, 0.5, (2000, 2)) + [60.0, 0.0]
    rule = DistanceBernoulli(np.r_[near, far], near, 10.0)
    sources, targets = np.arange(4000), 10000 + np.arange(2000)
    p = np.exp(-np.sqrt(((near[:, None] - far[None]) ** 2).sum(-1)) / 10.0)
    drawn = rule.draw(sources, targets, stream(), 0, 2000)
    assert abs(np.count_nonzero(drawn >= 2000) - p.sum()) < 4 * np.sqrt(p.sum())


def test_distance_rule_keeps_autapses_out_and_draws_nobody_twice():
    points = np.zeros((50, 2))
    rule = DistanceBernoulli(points, points, 1.0, allow_autapses=False)
    ids = np.arange(50)
    np.testing.assert_array_equal(incidence(rule, ids, ids, 1), 1 - np.eye(50, dtype=int))


def test_one_pass_and_two_passes_over_the_distances_agree():
    points = np.random.default_rng(1).uniform(0, 100, (3000, 2))
    ids = np.arange(3000)
    rule = DistanceBernoulli(points, points, 10.0, max_proba=0.5)
    counts, places, times = rule.collect(rule.pairs(ids, ids), stream(), 0, 3000)
    np.testing.assert_array_equal(counts, rule.counts(ids, ids, stream()))
    np.testing.assert_array_equal(places, rule.draw(ids, ids, stream(), 0, 3000))
    assert len(times) == 0


def test_clocks_ring_at_exponential_times():
    points = np.r_[np.zeros((1, 2)), [[0.0, 1.0]] * 4000]
    rule = DistanceBernoulli(points[:1], points[1:], 1.0)
    pairs = rule.pairs(np.array([0]), np.arange(1, 4001))
    counts, _, times = rule.collect(pairs, stream(), 0, 4000, rate=3.0)
    rate = 3.0 * np.exp(-1.0)
    assert abs(counts.mean() - (1 - np.exp(-rate))) < 4 * np.sqrt(0.25 / 4000)
    assert stats.kstest(times, lambda t: -np.expm1(-rate * t) / -np.expm1(-rate)).pvalue > 1e-3


# Refusals.


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_empty_and_repeated_populations_are_refused(rule):
    nobody = np.empty(0, dtype=np.int64)
    with pytest.raises(EdgeError, match="source population is empty"):
        rule.check(nobody, IDS)
    with pytest.raises(EdgeError, match="target population is empty"):
        rule.check(IDS, nobody)
    with pytest.raises(EdgeError, match="target population holds 1 repeated"):
        rule.check(IDS, np.r_[IDS[:-1], 0])


@pytest.mark.parametrize(
    ("rule", "sources", "targets", "message"),
    [
        (OneToOne(), 3, 4, "3 sources and 4 targets"),
        (FixedIndegree(4, allow_multapses=False), 3, 5, "target 0 wants 4 edges, but only 3"),
        (FixedIndegree(3, allow_autapses=False, allow_multapses=False), 3, 5, "target 0 wants 3 edges, but only 2"),
        (FixedIndegree(1, allow_autapses=False), 1, 1, "only 0 sources"),
        (FixedOutdegree(6, allow_multapses=False), 3, 5, "source 0 wants 6 edges, but only 5 targets"),
        (FixedOutdegree([0, 3, 3], allow_autapses=False, allow_multapses=False), 3, 3, "source 1 wants 3 edges, but only 2"),
        (FixedOutdegree(1, allow_autapses=False), 1, 1, "only 0 targets"),
        (FixedTotalNumber(7, allow_autapses=False, allow_multapses=False), 3, 3, "7 distinct edges wanted, but only 6"),
        (FixedTotalNumber(7, allow_autapses=False), 1, 1, "no pair is available"),
        (DistanceBernoulli(np.zeros((2, 2)), np.zeros((5, 2)), 1.0), 3, 5, "3 sources and 2 positions"),
    ],
)
def test_more_edges_than_there_are_pairs_are_refused(rule, sources, targets, message):
    with pytest.raises(EdgeError, match=message):
        rule.check(np.arange(sources), np.arange(targets))


def test_a_list_of_indegrees_of_the_wrong_length_is_refused():
    with pytest.raises(ParameterError, match="one for each of the 3 targets"):
        FixedIndegree([1, 2]).check(np.arange(5), np.arange(3))
    with pytest.raises(ParameterError, match="one for each of the 5 sources"):
        FixedOutdegree([1, 2]).check(np.arange(5), np.arange(3))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: FixedIndegree(-1), "indegree: got -1"),
        (lambda: FixedIndegree(1.5), "indegree: got 1.5"),
        (lambda: FixedOutdegree(-1), "outdegree: got -1"),
        (lambda: FixedOutdegree(1.5), "outdegree: got 1.5"),
        (lambda: PairwiseBernoulli(1.1), "p: got 1.1"),
        (lambda: PairwiseBernoulli(float("nan")), "p: got nan"),
        (lambda: PairwisePoisson(-0.1), "pairwise_avg_num_conns: got -0.1"),
        (lambda: PairwisePoisson(np.inf), "pairwise_avg_num_conns: got inf"),
        (lambda: PairwisePoisson(1e9).check(np.arange(5), np.arange(3)), "expected at most 2.14748e\\+08 for 5 sources"),
        (lambda: FixedTotalNumber(-2), "N: got -2"),
        (lambda: FixedTotalNumber(2.5), "N: got 2.5"),
        (lambda: DistanceBernoulli(np.zeros((2, 2)), np.zeros((2, 3)), 1.0), "2 coordinates"),
        (lambda: DistanceBernoulli(np.zeros((2, 2)), np.zeros((2, 2)), 0.0), "scale: got 0.0"),
        (lambda: DistanceBernoulli(np.zeros((2, 2)), np.zeros((2, 2)), 1.0, max_proba=2), "max_proba: got 2"),
        (lambda: DistanceBernoulli(np.full((2, 2), np.nan), np.zeros((2, 2)), 1.0), "finite coordinates"),
        (lambda: DistanceBernoulli(np.zeros((2, 2)), np.zeros((2, 2)), 1.0, period=(1.0,)), "2 finite lengths"),
    ],
)
def test_impossible_parameters_are_refused(make, message):
    with pytest.raises(ParameterError, match=message):
        make()


def test_unknown_forms_are_refused_with_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean 'gaussian'"):
        DistanceBernoulli(np.zeros((2, 2)), np.zeros((2, 2)), 1.0, "gausian")


def test_positions_are_found_in_ordered_and_unordered_ids():
    for ids in (np.array([4, 5, 6, 7]), np.array([1, 5, 6, 9]), np.array([9, 1, 6, 5])):
        found = positions_of(np.array([6, 2, 9, 5]), ids)
        assert [ids[i] if i >= 0 else -1 for i in found] == [6, -1, 9 if 9 in ids else -1, 5]
    assert positions_of(np.array([3]), np.array([], dtype=np.int64)).tolist() == [-1]
