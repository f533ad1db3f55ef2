"""Statistics of spike trains against naive loops, analytic values of point processes, and refusals."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netgraph.analysis import activity
from simcore.errors import ParameterError
from simcore.results import Results, Spikes


def trains(n=6, length=500.0, seed=0, dt=0.1):
    """Some spikes on a grid of `dt` [ms] with nodes of very different rates; node 3 is silent, node 4 spikes twice."""
    rng = np.random.default_rng(seed)
    by_node = {i: np.unique(rng.integers(1, int(length / dt) + 1, size=5 * (i + 1))) * dt for i in range(n)}
    by_node[3], by_node[4] = np.array([]), np.array([0.1, length])
    times = np.concatenate(list(by_node.values()))
    ids = np.concatenate([np.full(len(t), i) for i, t in by_node.items()])
    order = rng.permutation(len(times))
    return times[order], ids[order], by_node


def poisson(n_nodes, rate, length, seed):
    """Poisson processes of `rate` [Hz] for `length` [ms]."""
    rng = np.random.default_rng(seed)
    number = rng.poisson(rate * length / 1000.0, size=n_nodes)
    ids = np.repeat(np.arange(n_nodes), number)
    return rng.uniform(0.0, length, size=ids.size), ids


def gamma(n_nodes, shape, n_spikes, seed):
    """Renewal processes with gamma intervals of mean 10 ms."""
    intervals = np.random.default_rng(seed).gamma(shape, 10.0 / shape, size=(n_nodes, n_spikes))
    return np.cumsum(intervals, axis=1).ravel(), np.repeat(np.arange(n_nodes), n_spikes)


NODES = [5, 3, 0, 4, 1, 2]


def naive_counts(by_node, nodes, edges):
    return np.array(
        [[sum(1 for t in by_node[i] if a + 1e-6 < t <= b + 1e-6) for a, b in itertools.pairwise(edges)] for i in nodes]
    )


def test_rates_count_spikes_over_the_window_in_the_order_of_nodes():
    times, ids, by_node = trains()
    naive = [sum(100.0 < t <= 300.0 for t in by_node[i]) / 0.2 for i in NODES]
    np.testing.assert_allclose(activity.firing_rates(times, ids, nodes=NODES, window=(100.0, 300.0)), naive)


def test_windows_that_touch_share_no_spike_and_lose_none():
    times, ids = np.array([0.1 * k for k in range(1, 1001)]), np.zeros(1000, dtype=int)
    for border in (0.3, 0.7, 10.0, 33.3):
        left = activity.firing_rates(times, ids, nodes=[0], window=(0.0, border)) * border / 1000
        right = activity.firing_rates(times, ids, nodes=[0], window=(border, 100.0)) * (100.0 - border) / 1000
        assert left.round(9) == round(border / 0.1)
        assert (left + right).round(9) == 1000


def test_population_rate_is_the_histogram_of_all_nodes():
    times, ids, by_node = trains()
    rate, edges = activity.population_rate(times, ids, bin_width=10.0, nodes=NODES, window=(0.0, 500.0))
    np.testing.assert_allclose(edges, np.arange(0.0, 501.0, 10.0))
    np.testing.assert_allclose(rate, naive_counts(by_node, NODES, edges).sum(axis=0) / (6 * 0.01))


def test_population_rate_cuts_the_last_bin_at_the_end_of_the_window():
    rate, edges = activity.population_rate([3.0, 11.0, 14.0], [0, 0, 0], bin_width=10.0, window=(0.0, 15.0))
    np.testing.assert_allclose(edges, [0.0, 10.0, 15.0])
    np.testing.assert_allclose(rate, [100.0, 400.0])


@pytest.mark.parametrize("width", [0.3, 0.7, 1.0, 10.0])
def test_bins_hold_equal_numbers_of_a_spike_at_every_step(width):
    """Times that are multiples of 0.1 ms, with the rounding of floating point, fall into the bin that ends with them."""
    times = np.arange(1, 21_001) * 0.1
    counts, _ = activity.spike_counts(times, np.zeros(times.size, dtype=int), bin_width=width, window=(0.0, 2100.0))
    assert (counts == round(width / 0.1)).all()
    rate, _ = activity.population_rate(times, np.zeros(times.size, dtype=int), bin_width=width, window=(0.0, 2100.0))
    np.testing.assert_allclose(rate, 1e4)


def test_isi_lists_the_intervals_of_each_node_in_order():
    times, ids, by_node = trains()
    intervals, owners = activity.isi(times, ids, nodes=NODES)
    np.testing.assert_allclose(intervals, np.concatenate([np.diff(by_node[i]) for i in NODES if len(by_node[i])]))
    np.testing.assert_array_equal(owners, np.concatenate([[i] * max(len(by_node[i]) - 1, 0) for i in NODES]))


def test_isi_uses_the_spikes_inside_the_window_alone():
    intervals, _ = activity.isi([1.0, 5.0, 7.0, 30.0], [0, 0, 0, 0], window=(1.0, 10.0))
    np.testing.assert_allclose(intervals, [2.0])


def naive_cv(d):
    return np.std(d) / np.mean(d) if len(d) >= 2 else np.nan


def naive_cv2(d):
    return np.mean([2 * abs(b - a) / (a + b) for a, b in itertools.pairwise(d)]) if len(d) >= 2 else np.nan


def naive_lv(d):
    return 3 / (len(d) - 1) * sum((b - a) ** 2 / (a + b) ** 2 for a, b in itertools.pairwise(d)) if len(d) >= 2 else np.nan


@pytest.mark.parametrize(("name", "naive"), [("cv_isi", naive_cv), ("cv2_isi", naive_cv2), ("lv_isi", naive_lv)])
def test_irregularity_equals_the_naive_loop_with_nan_below_three_spikes(name, naive):
    times, ids, by_node = trains()
    got = getattr(activity, name)(times, ids, nodes=NODES)
    np.testing.assert_allclose(got, [naive(np.diff(by_node[i])) for i in NODES])
    assert np.isnan(got[[NODES.index(3), NODES.index(4)]]).all()


@pytest.mark.parametrize("name", ["cv_isi", "cv2_isi", "lv_isi"])
def test_irregularity_of_a_poisson_process_is_one_and_of_a_regular_train_zero(name):
    times, ids = poisson(200, 100.0, 20_000.0, seed=3)
    assert np.mean(getattr(activity, name)(times, ids)) == pytest.approx(1.0, abs=0.01)
    regular = np.arange(1.0, 100.0)
    np.testing.assert_allclose(getattr(activity, name)(regular, np.zeros(99, dtype=int)), [0.0], atol=1e-12)


@pytest.mark.parametrize("shape", [0.5, 2.0, 4.0])
def test_cv_of_a_gamma_process_is_one_over_the_root_of_its_shape(shape):
    times, ids = gamma(50, shape, 4000, seed=4)
    assert np.mean(activity.cv_isi(times, ids)) == pytest.approx(1 / np.sqrt(shape), rel=0.01)


@pytest.mark.parametrize("shape", [0.5, 2.0, 4.0])
def test_lv_of_a_gamma_process_is_three_over_twice_its_shape_plus_one(shape):
    times, ids = gamma(50, shape, 4000, seed=5)
    assert np.mean(activity.lv_isi(times, ids)) == pytest.approx(3 / (2 * shape + 1), rel=0.015)


def test_counts_and_fano_factor_equal_the_naive_loop():
    times, ids, by_node = trains()
    counts, edges = activity.spike_counts(times, ids, bin_width=30.0, nodes=NODES, window=(0.0, 500.0))
    assert edges[-1] == 480.0
    naive = naive_counts(by_node, NODES, edges)
    np.testing.assert_array_equal(counts, naive)
    fano = activity.fano_factor(times, ids, bin_width=30.0, nodes=NODES, window=(0.0, 500.0))
    with np.errstate(invalid="ignore"):
        expected = naive.var(axis=1, ddof=1) / naive.mean(axis=1)
    np.testing.assert_allclose(fano, expected)


def test_fano_factor_of_a_poisson_process_is_one():
    times, ids = poisson(300, 50.0, 10_000.0, seed=6)
    fano = activity.fano_factor(times, ids, bin_width=100.0, window=(0.0, 10_000.0))
    assert np.mean(fano) == pytest.approx(1.0, abs=4 * np.sqrt(2 / 99 / 300))


def test_fano_factor_of_long_counts_of_a_renewal_process_is_the_squared_cv():
    times, ids = gamma(200, 4.0, 3000, seed=7)
    fano = activity.fano_factor(times, ids, bin_width=1000.0, window=(1000.0, 25_000.0))
    assert np.mean(fano) == pytest.approx(0.25, abs=0.03)


def test_correlations_equal_numpy_and_are_nan_where_a_count_never_changes():
    times, ids, by_node = trains(seed=8)
    kwargs = {"bin_width": 20.0, "nodes": NODES, "window": (0.0, 500.0)}
    matrix = activity.correlation_matrix(times, ids, **kwargs)
    counts, _ = activity.spike_counts(times, ids, **kwargs)
    with np.errstate(invalid="ignore", divide="ignore"):
        np.testing.assert_allclose(matrix, np.corrcoef(counts), atol=1e-12)
    assert np.isnan(matrix[NODES.index(3)]).all()
    values, pairs = activity.pairwise_correlation(times, ids, **kwargs)
    place = {node: row for row, node in enumerate(NODES)}
    np.testing.assert_allclose(values, [matrix[place[a], place[b]] for a, b in pairs], atol=1e-12)
    assert sorted(map(tuple, np.sort(pairs, axis=1))) == [(i, j) for i in range(6) for j in range(i + 1, 6)]


def test_sampled_pairs_are_distinct_reproducible_and_have_their_own_correlations():
    times, ids = poisson(40, 30.0, 2000.0, seed=9)
    kwargs = {"bin_width": 20.0, "nodes": range(40), "window": (0.0, 2000.0)}
    values, pairs = activity.pairwise_correlation(times, ids, n_pairs=300, seed=1, **kwargs)
    assert len({(min(p), max(p)) for p in pairs.tolist()}) == 300
    assert (pairs[:, 0] != pairs[:, 1]).all()
    matrix = activity.correlation_matrix(times, ids, **kwargs)
    np.testing.assert_allclose(values, matrix[pairs[:, 0], pairs[:, 1]], atol=1e-12)
    again, _ = activity.pairwise_correlation(times, ids, n_pairs=300, seed=1, **kwargs)
    np.testing.assert_array_equal(values, again)
    assert not np.array_equal(pairs, activity.pairwise_correlation(times, ids, n_pairs=300, seed=2, **kwargs)[1])


def test_every_pair_number_belongs_to_one_pair():
    """All but one pair drawn without replacement: the numbering of pairs has no gap."""
    for n in (2, 3, 4, 9, 50):
        total = n * (n - 1) // 2
        first, second = activity._pairs("test", n, max(total - 1, 1), 0)
        assert (first >= 0).all()
        assert (first < second).all()
        assert (second < n).all()
        assert len(set(zip(first.tolist(), second.tolist(), strict=True))) == max(total - 1, 1)


def test_correlation_of_independent_poisson_processes_is_zero_and_of_a_shared_one_its_share():
    times, ids = poisson(100, 40.0, 20_000.0, seed=10)
    kwargs = {"bin_width": 10.0, "window": (0.0, 20_000.0)}
    values, _ = activity.pairwise_correlation(times, ids, n_pairs=2000, seed=0, **kwargs)
    assert abs(np.mean(values)) < 0.003
    shared, _ = poisson(1, 40.0, 20_000.0, seed=11)
    both_times, both_ids = (
        np.concatenate([times, *[shared] * 100]),
        np.concatenate([ids, np.repeat(np.arange(100), shared.size)]),
    )
    values, _ = activity.pairwise_correlation(both_times, both_ids, n_pairs=2000, seed=0, **kwargs)
    assert np.mean(values) == pytest.approx(0.5, abs=0.02)


def functions():
    window = {"window": (0.0, 500.0)}
    bins = {"bin_width": 25.0, **window}
    return {
        "firing_rates": window,
        "cv_isi": {},
        "cv2_isi": {},
        "lv_isi": {},
        "fano_factor": bins,
    }


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(6)), st.integers(0, 2**32 - 1))
def test_relabelling_nodes_and_shuffling_spikes_permutes_the_statistics(new, seed):
    times, ids, _ = trains(seed=12)
    new = np.array(new)
    order = np.random.default_rng(seed).permutation(len(times))
    for name, kwargs in functions().items():
        before = getattr(activity, name)(times, ids, nodes=range(6), **kwargs)
        after = getattr(activity, name)(times[order], new[ids][order], nodes=range(6), **kwargs)
        np.testing.assert_allclose(after[new], before, rtol=1e-12)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 1000), st.integers(0, 10**12)), max_size=40))
def test_rows_of_nodes_are_found_however_sparse_the_ids(pairs):
    """Ids up to 1e12 take the search, small ones the table."""
    times = np.array([p[0] for p in pairs], dtype=float)
    ids = np.array([p[1] for p in pairs], dtype=np.int64)
    wanted = np.unique(np.append(ids[::2], [17, 10**11]))
    rates = activity.firing_rates(times, ids, nodes=wanted, window=(0.0, 1000.0))
    np.testing.assert_allclose(rates, [(ids == w).sum() for w in wanted])


def test_an_object_with_times_and_ids_stands_for_both_arrays():
    times, ids, _ = trains()
    spikes = SimpleNamespace(times=times, ids=ids)
    expected = activity.cv_isi(times, ids)
    np.testing.assert_array_equal(activity.cv_isi(spikes), expected)
    np.testing.assert_array_equal(activity.cv_isi(SimpleNamespace(spikes=spikes)), expected)


def test_the_results_of_a_run_know_their_window():
    times, ids, _ = trains()
    results = Results(Spikes(times, ids), [], {"start": 0.0, "stop": 500.0})
    expected = activity.firing_rates(times, ids, nodes=NODES, window=(0.0, 500.0))
    np.testing.assert_array_equal(activity.firing_rates(results, nodes=NODES), expected)
    np.testing.assert_array_equal(activity.firing_rates(results.spikes, nodes=NODES, window=(0.0, 500.0)), expected)
    with pytest.raises(ParameterError, match="firing_rates: window"):
        activity.firing_rates(results.spikes)


def test_a_group_gives_its_ids():
    times, ids, _ = trains()
    group = SimpleNamespace(ids=np.array([2, 0]))
    np.testing.assert_array_equal(
        activity.firing_rates(times, ids, nodes=group, window=(0.0, 500.0)),
        activity.firing_rates(times, ids, nodes=[2, 0], window=(0.0, 500.0)),
    )


def test_no_spikes_at_all_give_zero_rates_and_nan_elsewhere():
    none = {"nodes": [0, 1]}
    np.testing.assert_array_equal(activity.firing_rates([], [], window=(0.0, 1.0), **none), [0.0, 0.0])
    assert np.isnan(activity.cv_isi([], [], **none)).all()
    assert np.isnan(activity.fano_factor([], [], bin_width=1.0, window=(0.0, 2.0), **none)).all()
    assert np.isnan(activity.correlation_matrix([], [], bin_width=1.0, window=(0.0, 2.0), **none)).all()
    assert activity.isi([], [])[0].shape == (0,)
    assert activity.firing_rates([], [], window=(0.0, 1.0)).shape == (0,)
    rate, _ = activity.population_rate([], [], bin_width=1.0, window=(0.0, 2.0))
    np.testing.assert_array_equal(rate, [0.0, 0.0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: activity.firing_rates([1.0], [0]), "firing_rates: window"),
        (lambda: activity.firing_rates([1.0], [0], window=(5.0, 5.0)), "start < stop"),
        (lambda: activity.firing_rates([1.0], [0], window=3.0), "start, stop"),
        (lambda: activity.firing_rates([1.0], [0], window=(0.0, np.inf)), "finite times"),
        (lambda: activity.firing_rates([1.0, 2.0], [0], window=(0.0, 1.0)), "one length"),
        (lambda: activity.firing_rates([[1.0]], [[0]], window=(0.0, 1.0)), "one length"),
        (lambda: activity.firing_rates([1.0], [0.5], window=(0.0, 1.0)), "whole numbers"),
        (lambda: activity.firing_rates([np.nan], [0], window=(0.0, 1.0)), "finite times"),
        (lambda: activity.firing_rates(["a"], [0], window=(0.0, 1.0)), "array of times"),
        (lambda: activity.firing_rates([1.0], window=(0.0, 1.0)), r"\.times and \.ids"),
        (lambda: activity.firing_rates([1.0], [0], nodes=[1, 1], window=(0.0, 1.0)), "each id once"),
        (lambda: activity.firing_rates([1.0], [0], nodes=[0.5], window=(0.0, 1.0)), "integers"),
        (lambda: activity.population_rate([1.0], [0], bin_width=0.0, window=(0.0, 1.0)), "population_rate: bin_width"),
        (lambda: activity.spike_counts([1.0], [0], bin_width=2.0, window=(0.0, 1.0)), "at most the window"),
        (lambda: activity.fano_factor([1.0], [0], bin_width=1.0, window=(0.0, 1.0)), "at least two bins"),
        (lambda: activity.fano_factor([1.0], [0], bin_width="a", window=(0.0, 1.0)), "a time above 0 ms"),
        (lambda: activity.pairwise_correlation([1.0], [0], bin_width=1.0, window=(0.0, 2.0), n_pairs=0), "n_pairs"),
        (
            lambda: activity.pairwise_correlation(
                [1.0], [0], bin_width=1.0, window=(0.0, 2.0), nodes=range(9), n_pairs=3, seed=-1
            ),
            "pairwise_correlation: seed",
        ),
    ],
)
def test_wrong_arguments_are_refused(call, message):
    with pytest.raises(ParameterError, match=message):
        call()
