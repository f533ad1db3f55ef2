"""The rule of distance: probabilities of pairs, borders, clocks, and what it refuses."""

import numpy as np
import pytest
from scipy import stats

from simcore.errors import EdgeError, ParameterError, UnknownNameError
from simcore.rules import DistanceBernoulli, DistanceTable
from tests.reference import graphs
from tests.reference.drawing import incidence, stream


@pytest.mark.parametrize("form", ["exp", "gaussian", "lin"])
@pytest.mark.parametrize(("ndim", "period"), [(2, None), (3, None), (2, (10.0, 6.0)), (3, (8.0, 10.0, 10.0))])
def test_distance_rule_gives_each_pair_its_own_probability(form, ndim, period):
    rng = np.random.default_rng(ndim)
    source_points = rng.uniform(0, 8 if period else 20, (150, ndim)) * (np.array(period) / 8 if period else 1.0)
    target_points = source_points[rng.permutation(150)[:40]]
    rule = DistanceBernoulli(source_points, target_points, 3.0, form, 0.8, period)
    sources, targets = np.arange(150), 1000 + np.arange(40)
    n = 400
    found = sum(incidence(rule, sources, targets, seed) for seed in range(n))
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


def test_unknown_forms_are_refused_with_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean 'gaussian'"):
        DistanceBernoulli(np.zeros((2, 2)), np.zeros((2, 2)), 1.0, "gausian")


@pytest.mark.parametrize(
    ("distances", "values"),
    [
        ([0.0, 2.0, 3.0, 8.0], [0.1, 0.9, 0.4]),
        ([0.0, 2.0, 3.0, 8.0], [0.1, 0.9, 0.4, 0.6]),
        ([1.0, 4.0], [1.0]),
        ([0.0, 0.5, 1.0, 5.0, 9.0], [0.0, 0.0, 0.3, 0.0]),
    ],
)
@pytest.mark.parametrize("period", [None, (10.0, 6.0)])
def test_a_table_gives_each_pair_the_probability_measured_at_its_distance(distances, values, period):
    rng = np.random.default_rng(len(values))
    source_points = rng.uniform(0, 1, (200, 2)) * (period or (15.0, 15.0))
    target_points = source_points[rng.permutation(200)[:40]]
    rule = DistanceTable(source_points, target_points, distances, values, period)
    n = 400
    found = sum(incidence(rule, np.arange(200), 1000 + np.arange(40), seed) for seed in range(n))
    apart = np.abs(target_points[:, None] - source_points[None])
    apart = apart if period is None else np.minimum(apart, np.array(period) - apart)
    d = np.sqrt((apart**2).sum(axis=-1))
    if len(values) == len(distances):
        p = np.where(d < distances[-1], np.interp(d, distances, values), 0.0)
    else:
        which = sum((d >= border).astype(int) for border in distances)
        p = np.array([0.0, *values, 0.0])[which]
    assert not found[p == 0.0].any()
    assert (found[p == 1.0] == n).all()
    law = stats.binom(n, p)
    u = law.cdf(found - 1) + rng.uniform(size=p.shape) * law.pmf(found)
    between = (p > 0.0) & (p < 1.0)
    if between.any():
        assert stats.kstest(u[between], "uniform").pvalue > 1e-3
    np.testing.assert_allclose(rule.probability(d), p)


@pytest.mark.parametrize(
    ("distances", "values", "message"),
    [
        ([1.0], [0.5], "distances: got .* expected two or more that ascend"),
        ([0.0, 0.0], [0.5], "expected two or more that ascend"),
        ([-1.0, 2.0], [0.5], "expected two or more that ascend from 0"),
        ([0.0, 1.0, 2.0], [0.5], "probabilities: got '1 for 3 distances'"),
        ([0.0, 1.0], [1.5], r"probabilities: got \[1.5\], expected numbers in \[0, 1\]"),
        ([0.0, np.nan], [0.5], "distances: .* finite"),
    ],
)
def test_tables_that_make_no_sense_are_refused(distances, values, message):
    with pytest.raises(ParameterError, match=message):
        DistanceTable(np.zeros((2, 2)), np.zeros((2, 2)), distances, values)


def test_a_table_needs_a_position_for_each_node():
    with pytest.raises(EdgeError, match="DistanceTable: got 3 sources and 2 positions"):
        DistanceTable(np.zeros((2, 2)), np.zeros((5, 2)), [0.0, 1.0], [0.5]).check(np.arange(3), np.arange(5))
