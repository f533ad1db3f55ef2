"""poisson_generator as a process: exact distribution of counts, rate, independence of targets, steps and generators."""

import numpy as np
import pytest
from scipy import stats

from simcore import Simulation
from tests.reference.meters import COUNTER

# Expected spikes a step: thresholds of 16 and of 64 (up to 32), and sums of 2, 3 and 15 draws.
MEANS = [0.004, 0.3, 1.0, 4.99, 5.01, 14.0, 31.9, 32.1, 70.0, 451.0]
SEEDS = range(6)


def counts(rate_or_mean, *, n=300, n_steps=250, seed=0, **params):
    """Spikes of each step and target: array (n_steps, n)."""
    sim = Simulation(dt=0.1, seed=seed, threads=1)
    targets = sim.create(COUNTER, n)
    sim.connect(sim.create("poisson_generator", params={"rate": 1e4 * rate_or_mean, **params}), targets, delay=0.1)
    recorder = sim.record(targets, "count", interval=0.1)
    sim.run(round((n_steps + 2) * 0.1, 1))
    return recorder["count"][2:]


def goodness(sample, mean):
    """p-value of a chi-square test of counts against the Poisson distribution; bins with 20 expected counts at least."""
    low, high = (int(stats.poisson.ppf(q, mean)) for q in (20.0 / sample.size, 1.0 - 20.0 / sample.size))
    edges = np.arange(low, high + 1)
    observed = np.histogram(sample, bins=[-0.5, *(edges + 0.5), np.inf])[0]
    expected = np.diff([0.0, *stats.poisson.cdf(edges, mean), 1.0]) * sample.size
    enough = np.concatenate([[True], expected[1:-1] > 5.0, [True]])
    return stats.chisquare(observed[enough], expected[enough] * observed[enough].sum() / expected[enough].sum()).pvalue


def test_counts_follow_the_poisson_distribution_for_small_medium_and_large_means():
    found = np.array([[goodness(counts(mean, seed=seed).ravel(), mean) for seed in SEEDS] for mean in MEANS])
    assert found.min() > 1e-5, found
    assert stats.kstest(found.ravel(), "uniform").pvalue > 1e-3
    for of_mean in found:
        assert stats.kstest(of_mean, "uniform").pvalue > 1e-4


def test_the_rule_of_the_test_notices_a_distribution_that_is_nearly_poisson():
    # Binomial with n = 1000 has a variance that is 0.5 % smaller than its mean of 5.
    rng = np.random.default_rng(0)
    assert min(goodness(rng.binomial(200, 5.0 / 200, 300_000), 5.0) for _ in range(3)) < 1e-5
    assert goodness(rng.poisson(5.0, 300_000), 5.0) > 1e-5


def test_rare_large_counts_are_as_frequent_as_they_should_be():
    # Beyond the 16 thresholds that small means are compared with.
    x = counts(4.99, n=2000, n_steps=800, seed=1)
    for limit in (15, 16, 17):
        expected = stats.poisson.sf(limit - 1, 4.99) * x.size
        assert abs((x >= limit).sum() - expected) < 4.0 * np.sqrt(expected)
    assert x.max() >= 18


@pytest.mark.parametrize("mean", [0.05, 3.0, 40.0, 20_000.0])
def test_rate_and_fano_factor_over_windows_are_those_of_a_poisson_process(mean):
    n, n_windows, length = 200, 10, 50
    sums = counts(mean, n=n, n_steps=n_windows * length, seed=4).reshape(n_windows, length, n).sum(axis=1).ravel()
    total = sums.sum()
    assert abs(total - mean * length * sums.size) < 4.0 * np.sqrt(mean * length * sums.size)
    fano = sums.var(ddof=1) / sums.mean()
    assert abs(fano - 1.0) < 4.0 * np.sqrt(2.0 / sums.size)


def z_of_correlation(a, b):
    """Mean product of standardised columns in units of its standard error."""
    a, b = ((x - x.mean()) / x.std() for x in (a, b))
    return (a * b).sum() / np.sqrt(a.size)


@pytest.mark.parametrize("mean", [0.2, 3.0, 9.0, 50.0])
def test_targets_and_steps_are_independent(mean):
    x = counts(mean, n=400, n_steps=300, seed=8)
    for shift in (1, 2, 3, 16, 128):
        assert abs(z_of_correlation(x[:, shift:], x[:, :-shift])) < 4.0, f"targets {shift} apart"
    for lag in (1, 2, 3, 4, 5, 8, 64):
        assert abs(z_of_correlation(x[lag:], x[:-lag])) < 4.0, f"lag of {lag} steps"
    # Common fluctuations of all targets: the variance of the sum is the sum of the variances.
    share = x.sum(axis=1).var(ddof=1) / (mean * x.shape[1])
    assert abs(share - 1.0) < 4.0 * np.sqrt(2.0 / x.shape[0])


def test_generators_projections_and_seeds_have_streams_of_their_own():
    def two(seed):
        sim = Simulation(dt=0.1, seed=seed, threads=1)
        first, second, third = (sim.create(COUNTER, 300) for _ in range(3))
        generators = sim.create("poisson_generator", 2, {"rate": 2e4})
        sim.connect(generators[0], first, delay=0.1)
        sim.connect(generators[0], second, delay=0.1)
        sim.connect(generators[1], third, delay=0.1)
        recorders = [sim.record(nodes, "count", interval=0.1) for nodes in (first, second, third)]
        sim.run(30.0)
        return [r["count"][2:] for r in recorders]

    found = [*two(1), *two(2)]
    for i in range(len(found)):
        for j in range(i):
            assert abs(z_of_correlation(found[i], found[j])) < 4.0, (i, j)
    for again, before in zip(two(1), found, strict=False):
        np.testing.assert_array_equal(again, before)


def test_parallel_edges_of_one_generator_are_independent_trains():
    sim = Simulation(dt=0.1, seed=3, threads=1)
    target = sim.create(COUNTER, 200)
    generator = sim.create("poisson_generator", params={"rate": 1e4})
    # Weights 1 and 1000 keep the two apart in one sum.
    sim.connect_edges(np.repeat(generator.ids, 400), np.tile(target.ids, 2), weight=np.repeat([1.0, 1000.0], 200), delay=0.1)
    recorder = sim.record(target, "count", interval=0.1)
    sim.run(40.0)
    large, small = np.divmod(recorder["count"][2:], 1000.0)
    assert abs(z_of_correlation(small, large)) < 4.0
    assert goodness(small.ravel(), 1.0) > 1e-4
    assert goodness(large.ravel(), 1.0) > 1e-4


def test_an_edge_draws_the_same_whichever_neurons_the_targets_are():
    """The loop over a whole slice and the one over some of its neurons give the same numbers to the bit."""
    found = []
    for chosen in (slice(0, 50), slice(1, None, 2), slice(None, None, -1)):
        sim = Simulation(dt=0.1, seed=9, threads=1)
        generator = sim.create("poisson_generator", params={"rate": 7e4})
        targets = sim.create(COUNTER, 50 if chosen == slice(0, 50) else 100)[chosen][:50]
        sim.connect(generator, targets, delay=0.3)
        recorder = sim.record(targets, "count", interval=0.1)
        sim.run(5.0)
        found.append(recorder["count"])
    assert found[0].sum() > 1000
    for other in found[1:]:
        np.testing.assert_array_equal(other, found[0])


def test_weights_and_delays_of_edges_count_each_for_itself():
    sim = Simulation(dt=0.1, seed=9, threads=1)
    targets = sim.create(COUNTER, 3)
    generator = sim.create("poisson_generator", params={"rate": 1e6, "stop": 0.5})
    sim.connect_edges(np.repeat(generator.ids, 3), targets.ids, weight=[1.0, -2.5, 0.5], delay=[0.1, 1.0, 2.05])
    recorder = sim.record(targets, "count", interval=0.1)
    sim.run(4.0)
    driven = [np.flatnonzero(column) + 1 for column in recorder["count"].T]
    assert [d.tolist() for d in driven] == [list(range(3, 8)), list(range(12, 17)), list(range(23, 28))]
    np.testing.assert_allclose(recorder["count"].sum(axis=0) / [500, -1250, 250], 1.0, atol=0.2)


def test_a_parrot_repeats_every_spike_of_its_own_train_and_each_target_of_the_parrot_gets_the_same():
    sim = Simulation(dt=0.1, seed=6, threads=1)
    parrots, counters = sim.create("parrot_neuron", 2), sim.create(COUNTER, 4)
    sim.connect(sim.create("poisson_generator", params={"rate": 2e4}), parrots, delay=0.1)
    sim.connect_edges([0, 0, 1, 1], counters.ids, delay=0.1)
    spikes = sim.record(parrots, "spikes")
    recorder = sim.record(counters, "count", interval=0.1)
    sim.run(100.0)
    repeated = recorder["count"]
    np.testing.assert_array_equal(repeated[:, 0], repeated[:, 1])
    np.testing.assert_array_equal(repeated[:, 2], repeated[:, 3])
    assert abs(z_of_correlation(repeated[:, 0], repeated[:, 2])) < 4.0
    assert len(spikes.spikes.of([0]).between(0.0, 99.9)) == repeated[:, 0].sum()
    assert goodness(repeated[3:, ::2].ravel(), 2.0) > 1e-4


def test_a_rate_of_zero_is_silent_and_a_changed_rate_acts_from_the_next_run_on():
    sim = Simulation(dt=0.1, seed=6, threads=1)
    targets, generator = sim.create(COUNTER, 400), sim.create("poisson_generator")
    sim.connect(generator, targets, delay=0.1)
    recorder = sim.record(targets, "count", interval=0.1)
    means = [0.0, 2.0, 80.0, 0.5, 0.0]
    for mean in means:
        generator.set(rate=1e4 * mean)
        sim.run(5.0)
    for k, mean in enumerate(means):
        part = recorder["count"][50 * k + 2 : 50 * (k + 1)]
        assert abs(part.mean() - mean) <= 4.0 * np.sqrt(mean / part.size)
        assert part.any() == (mean > 0.0)
