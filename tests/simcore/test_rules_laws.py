"""What the rules draw, in two levels: chi-square over the edges of a seed, then Kolmogorov-Smirnov over the p-values."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from simcore.rules import (
    DistanceBernoulli,
    FixedIndegree,
    FixedOutdegree,
    FixedTotalNumber,
    PairwiseBernoulli,
    PairwisePoisson,
)
from simcore.rules._discrete import binomial_value, hypergeometric_value, poisson_value
from simcore.rules._rows import repeated_rows
from tests.reference.drawing import N_SEEDS, assert_uniform, incidence, stream


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
        found = incidence(PairwiseBernoulli(p, allow_autapses=autapses), sources, targets, seed)
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
        found = np.minimum(incidence(PairwisePoisson(mean, allow_autapses=autapses), sources, targets, seed), 3)
        numbers = np.bincount(found @ [4, 1], minlength=16)
        p_values.append(stats.chisquare(numbers, np.outer(law, law).ravel() * len(targets)).pvalue)
    assert_uniform(p_values)


NODES, NOWHERE = np.arange(60), np.zeros((60, 2))
RULES_AND_AUTAPSES = [
    # A rule, and the law of its number of autapses where these are allowed.
    (FixedIndegree(20), stats.binom(60 * 20, 1 / 60)),
    (FixedIndegree(20, allow_multapses=False), stats.binom(60, 20 / 60)),
    (FixedOutdegree(20), stats.binom(60 * 20, 1 / 60)),
    (FixedOutdegree(20, allow_multapses=False), stats.binom(60, 20 / 60)),
    (FixedTotalNumber(1200), stats.binom(1200, 1 / 60)),
    (FixedTotalNumber(1200, allow_multapses=False), stats.hypergeom(3600, 60, 1200)),
    (PairwiseBernoulli(0.3), stats.binom(60, 0.3)),
    (PairwisePoisson(0.5), stats.poisson(60 * 0.5)),
    (DistanceBernoulli(NOWHERE, NOWHERE, 1.0, max_proba=0.3), stats.binom(60, 0.3)),
]


@pytest.mark.parametrize(("rule", "law"), RULES_AND_AUTAPSES)
def test_autapses_are_as_likely_as_other_pairs_or_none(rule, law):
    rng = np.random.default_rng(1)
    p_values = []
    for seed in range(N_SEEDS):
        found = np.trace(incidence(rule, NODES, NODES, seed))
        p_values.append(law.cdf(found - 1) + rng.uniform() * law.pmf(found))
        assert np.trace(incidence(replace(rule, allow_autapses=False), NODES, NODES, seed)) == 0
    assert_uniform(p_values)


@pytest.mark.parametrize("autapses", [True, False])
@pytest.mark.parametrize("family", [PairwiseBernoulli, PairwisePoisson, DistanceBernoulli])
def test_in_degrees_of_independent_pairs_follow_their_law(family, autapses):
    ids, n = np.arange(600), 599 + autapses
    places = {"source_positions": np.zeros((600, 2)), "target_positions": np.zeros((600, 2)), "scale": 1.0, "max_proba": 0.02}
    given = {PairwiseBernoulli: {"p": 0.02}, PairwisePoisson: {"pairwise_avg_num_conns": 0.02}, DistanceBernoulli: places}
    rule = family(**given[family], allow_autapses=autapses)
    law = stats.poisson(0.02 * n) if family is PairwisePoisson else stats.binom(n, 0.02)
    edges = np.unique(law.ppf(np.linspace(0, 1, 9)[1:-1]))
    expected = np.diff(np.r_[0.0, law.cdf(edges), 1.0]) * 600
    p_values = []
    for seed in range(N_SEEDS):
        found = np.histogram(rule.counts(ids, ids, stream(seed)), np.r_[-1, edges + 0.5, 10**6])[0]
        p_values.append(stats.chisquare(found, expected).pvalue)
    assert_uniform(p_values)


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
            found[tuple(np.flatnonzero(incidence(rule, ids, ids, seed)[:, own]).tolist())] += 1
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
        shares = incidence(rule, ids, ids, seed)[30:80, others].sum(axis=0)
        p_values.append(stats.chisquare(np.histogram(shares, np.r_[-1, edges + 0.5, 10**6])[0], expected).pvalue)
    assert_uniform(p_values)


@pytest.mark.parametrize("autapses", [True, False])
def test_repeated_targets_of_a_source_are_uniform(autapses):
    # Each of 100 targets of one source, the first of which is the source itself, in two tiles: multinomial.
    rule = FixedOutdegree(90 * 64, allow_autapses=autapses)
    p_values = []
    for seed in range(N_SEEDS):
        counts = rule.counts(np.arange(1), np.arange(100), stream(seed))
        assert autapses or counts[0] == 0
        p_values.append(stats.chisquare(counts[not autapses :]).pvalue)
    assert_uniform(p_values)


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
            t, s = np.nonzero(drawn := incidence(rule, ids, ids, seed))
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
