"""Bursts and smooth rates: naive twins, trains of which the answer is known, properties, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netgraph.analysis import activity_phases, burst_index, firing_rates, smoothed_rate
from simcore.errors import ParameterError, UnknownNameError
from simcore.results import Results, Spikes
from tests.reference.phases import naive_phases


def naive_index(times):
    single = np.diff(np.sort(times))
    if single.size < 3 or single.mean() == 0:
        return np.nan
    return (2 * np.var(single) - np.var(single[1:] + single[:-1])) / (2 * single.mean() ** 2)


def test_burst_index_equals_the_naive_loop_with_nan_below_four_spikes():
    rng = np.random.default_rng(0)
    trains = [rng.uniform(0.0, 100.0, size) for size in (50, 4, 3, 0, 17)] + [np.full(5, 3.0)]
    times, ids = np.concatenate(trains), np.repeat(np.arange(6), [t.size for t in trains])
    nodes = [4, 2, 0, 3, 5, 1]
    got = burst_index(times, ids, nodes=nodes)
    np.testing.assert_allclose(got, [naive_index(trains[i]) for i in nodes])
    assert np.isnan(got[[1, 3, 4]]).all()


def test_burst_index_of_alternating_intervals_is_their_squared_contrast():
    intervals = np.tile([2.0, 18.0], 500)
    times = np.append(0.0, np.cumsum(intervals))
    assert burst_index(times, np.zeros(1001, dtype=int))[0] == pytest.approx((16.0 / 20.0) ** 2)


def test_burst_index_of_regular_and_of_poisson_trains_is_zero():
    regular = np.arange(100.0)
    np.testing.assert_allclose(burst_index(regular, np.zeros(100, dtype=int)), [0.0], atol=1e-12)
    times = np.cumsum(np.random.default_rng(1).exponential(5.0, (200, 2000)), axis=1)
    values = burst_index(times.ravel(), np.repeat(np.arange(200), 2000))
    assert abs(values.mean()) < 4 * values.std() / np.sqrt(200) + 1 / 2000


def test_smoothed_rate_is_the_sum_of_gaussians_over_the_part_inside_the_window():
    rng = np.random.default_rng(2)
    times, ids = rng.uniform(0.0, 400.0, 60), rng.integers(0, 5, 60)
    rate, samples = smoothed_rate(times, ids, std=12.0, step=3.0, shift=4.0, cut=3.0, nodes=range(6), window=(10.0, 380.0))
    fine = np.arange(10.0, 380.0, 0.01) + 0.005

    def kernel(away):
        return np.where(np.abs(away) <= 36.0, np.exp(-0.5 * (away / 12.0) ** 2), 0.0)

    inside = times[(times > 10.0) & (times <= 380.0)]
    area = np.array([kernel(t - fine - 4.0).sum() * 0.01 for t in samples])
    naive = np.array([kernel(t - inside - 4.0).sum() for t in samples]) / area * 1000.0 / 6
    np.testing.assert_allclose(samples, np.arange(10.0, 380.1, 3.0))
    np.testing.assert_allclose(rate, naive, rtol=2e-4)


def test_smoothed_rate_of_a_constant_rate_is_constant_to_the_ends():
    times = np.arange(1, 10_001) * 0.1
    rate, _ = smoothed_rate(times, np.zeros(10_000, dtype=int), std=20.0, window=(0.0, 1000.0))
    np.testing.assert_allclose(rate, 1e4, rtol=0.005)


def test_the_mean_of_a_smoothed_rate_is_the_firing_rate_and_the_peak_lies_at_the_shifted_spikes():
    spikes = Spikes(np.full(7, 500.0), np.arange(7), np.arange(10))
    results = Results(spikes, [], {"start": 0.0, "stop": 1000.0})
    rate, samples = smoothed_rate(results, std=10.0, shift=-30.0)
    assert np.trapezoid(rate, samples) / 1000.0 == pytest.approx(firing_rates(results).mean(), rel=1e-6)
    assert samples[rate.argmax()] == pytest.approx(470.0)
    assert rate.max() == pytest.approx(0.7 * 1000.0 / (10.0 * np.sqrt(2 * np.pi)), rel=1e-6)


def test_a_smoothed_rate_is_nan_where_no_spike_of_the_window_can_reach():
    rate, samples = smoothed_rate([5.0], [0], std=1.0, step=1.0, shift=50.0, cut=3.0, window=(0.0, 100.0))
    assert np.isnan(rate[samples <= 47.0]).all()
    assert np.isfinite(rate[samples > 47.0]).all()
    silent, _ = smoothed_rate([], [], std=5.0, nodes=[1, 2], window=(0.0, 20.0))
    np.testing.assert_array_equal(silent, 0.0)


LIMITS = {"dense": 0.5, "quiet": 4.0, "shortest": 0.25, "burst_share": 0.5, "local_share": 0.3}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 400), st.integers(0, 5)), max_size=40), st.randoms(use_true_random=False))
def test_phases_are_those_of_the_definition_whatever_the_order_and_labels(pairs, random):
    spikes = [(t / 4.0, i) for t, i in pairs]
    names = random.sample(range(100), 6)
    shuffled = random.sample(spikes, len(spikes))
    times, ids = np.array([t for t, _ in shuffled]), np.array([names[i] for _, i in shuffled], dtype=int)
    phases = activity_phases(times, ids, nodes=names, window=(0.0, 100.0), **LIMITS)
    naive = naive_phases(spikes, (0.0, 100.0), 6, **LIMITS)
    assert phases.kinds.tolist() == [kind for kind, *_ in naive]
    np.testing.assert_allclose(phases.starts, [start for _, start, *_ in naive])
    np.testing.assert_allclose(phases.stops, [stop for _, _, stop, _ in naive])
    ordered = sorted(spikes)
    members = [[ordered[k] for k in range(g[0] - 1, g[-1] + 1)] for kind, *_, g in naive if kind == "bursting"]
    np.testing.assert_allclose(phases.participation, [len({i for _, i in m}) / 6 for m in members])
    np.testing.assert_allclose(phases.spikes_per_burst, [len(m) / len({i for _, i in m}) for m in members])
    for m, isi in zip(members, phases.isi, strict=True):
        gaps = [g for node in range(6) for g in np.diff([t for t, i in m if i == node])]
        np.testing.assert_allclose(isi, np.mean(gaps) if gaps else np.nan)


def test_intervals_below_the_shortest_are_dense_even_if_they_are_long_among_the_others():
    times = np.append(np.full(1000, 50.0), [50.2, 50.3])
    found = activity_phases(times, np.arange(1002) % 5, nodes=range(5), window=(0.0, 100.0), quiet=1.0, shortest=0.25)
    np.testing.assert_allclose(found.bursts, [[50.0, 50.3]])
    assert activity_phases(times, np.arange(1002) % 5, nodes=range(5), window=(0.0, 100.0), quiet=1.0).bursts[0, 1] == 50.3


def bursting_culture(n_bursts=8, n=50, seed=3):
    """All of `n` neurons spike three times, 4 ms apart, around every 500 ms, and seldom in between."""
    rng = np.random.default_rng(seed)
    middles = 250.0 + 500.0 * np.arange(n_bursts)
    parts = [m + 4.0 * k + rng.uniform(-1.0, 1.0, n) for m in middles for k in range(3)]
    times, ids = np.concatenate(parts), np.tile(np.arange(n), 3 * n_bursts)
    lonely = (middles[:-1] + 250.0)[rng.uniform(size=n_bursts - 1) < 0.9]
    return np.append(times, lonely), np.append(ids, np.zeros(lonely.size, dtype=int)), middles


def test_bursts_of_a_culture_are_found_with_their_durations_intervals_and_spikes():
    times, ids, middles = bursting_culture()
    phases = activity_phases(times, ids, nodes=range(50), window=(0.0, 4000.0), join_mixed=True)
    np.testing.assert_allclose(phases.bursts.mean(axis=1), middles + 4.0, atol=1.0)
    np.testing.assert_allclose(phases.durations, 10.0, atol=0.5)
    np.testing.assert_allclose(phases.periods, 500.0, atol=1.0)
    np.testing.assert_allclose(phases.intervals, 490.0, atol=1.5)
    np.testing.assert_allclose(phases.intervals + phases.durations[:-1], phases.periods)
    np.testing.assert_allclose(phases.spikes_per_burst, 3.0)
    np.testing.assert_allclose(phases.participation, 1.0)
    np.testing.assert_allclose(phases.isi, 4.0, atol=0.2)
    assert phases.rate == pytest.approx(times.size / 50 / 4.0)
    assert set(phases.kinds) == {"bursting", "quiescent"}


def test_phases_follow_each_other_without_a_gap_and_none_like_its_neighbour():
    times, ids, _ = bursting_culture()
    for join in (False, True):
        phases = activity_phases(times, ids, nodes=range(50), window=(0.0, 4000.0), join_mixed=join)
        assert (phases.starts[0], phases.stops[-1]) == (0.0, 4000.0)
        np.testing.assert_array_equal(phases.starts[1:], phases.stops[:-1])
        assert (phases.kinds[1:] != phases.kinds[:-1]).all()
        np.testing.assert_array_equal(phases.of("bursting"), phases.bursts)


def test_mixed_phases_between_spikes_join_the_bursts_that_they_touch():
    times = np.array([20.0, 20.1, 20.2, 23.0, 23.1, 23.2, 27.0, 60.0])
    ids = np.array([0, 1, 2, 0, 1, 2, 0, 1])
    limits = {"dense": 0.1, "quiet": 1.0, "shortest": 0.0, "window": (0.0, 100.0), "nodes": range(3)}
    apart = activity_phases(times, ids, **limits)
    np.testing.assert_allclose(apart.bursts, [[20.0, 20.2], [23.0, 23.2]])
    joined = activity_phases(times, ids, join_mixed=True, **limits)
    np.testing.assert_allclose(joined.bursts, [[20.0, 27.0]])
    assert joined.kinds.tolist() == ["quiescent", "bursting", "quiescent"]


def test_a_dense_train_of_few_neurons_is_localised_and_of_very_few_mixed():
    times = np.append(np.arange(50.0, 55.0, 0.1), 99.0)
    for n, kind in ((10, "bursting"), (4, "localised"), (1, "mixed")):
        phases = activity_phases(times, np.arange(51) % n, nodes=range(40), window=(0.0, 100.0))
        at = np.flatnonzero((phases.starts <= 51.0) & (phases.stops >= 54.0))
        assert phases.kinds[at].tolist() == [kind]


def test_silence_is_one_quiescent_phase_and_simultaneous_spikes_are_a_burst():
    silent = activity_phases([], [], nodes=range(3), window=(0.0, 50.0))
    assert (silent.kinds.tolist(), silent.starts[0], silent.stops[0], silent.rate) == (["quiescent"], 0.0, 50.0, 0.0)
    assert silent.durations.shape == silent.intervals.shape == silent.periods.shape == (0,)
    nobody = activity_phases([], [], window=(0.0, 50.0))
    assert (nobody.kinds.tolist(), nobody.rate) == (["quiescent"], 0.0)
    at_once = activity_phases([50.0] * 3, [0, 1, 2], nodes=range(3), window=(0.0, 50.0))
    np.testing.assert_array_equal(at_once.bursts, [[50.0, 50.0]])
    assert np.isnan(at_once.isi[0])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: burst_index([1.0], [0, 1]), ParameterError, "burst_index: got .times of shape"),
        (lambda: smoothed_rate([1.0], [0], std=0.0, window=(0.0, 5.0)), ParameterError, "smoothed_rate: std: got 0"),
        (lambda: smoothed_rate([1.0], [0], std=1.0, step=-1.0, window=(0.0, 5.0)), ParameterError, "step: got -1"),
        (lambda: smoothed_rate([1.0], [0], std=1.0, cut=0.0, window=(0.0, 5.0)), ParameterError, "cut: got 0"),
        (lambda: smoothed_rate([1.0], [0], std=1.0, shift=np.nan, window=(0.0, 5.0)), ParameterError, "shift: got nan"),
        (lambda: smoothed_rate([1.0], [0], std=1.0), ParameterError, "smoothed_rate: window"),
        (lambda: activity_phases([1.0], [0]), ParameterError, "activity_phases: window"),
        (lambda: activity_phases([1.0], [0], dense=3.0, quiet=2.0, window=(0.0, 5.0)), ParameterError, "dense <= quiet"),
        (lambda: activity_phases([1.0], [0], burst_share=1.2, window=(0.0, 5.0)), ParameterError, "burst_share <= 1"),
        (lambda: activity_phases([1.0], [0], local_share=0.5, window=(0.0, 5.0)), ParameterError, "local_share <= burst"),
        (lambda: activity_phases([1.0], [0], shortest=-1.0, window=(0.0, 5.0)), ParameterError, "shortest: got -1"),
        (lambda: activity_phases([1.0], [0], join_mixed=1, window=(0.0, 5.0)), ParameterError, "join_mixed: got 1"),
        (lambda: activity_phases([1.0], [0], window=(0.0, 5.0)).of("burst"), UnknownNameError, "bursting"),
    ],
)
def test_wrong_arguments_are_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
