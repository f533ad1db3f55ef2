"""noise_generator as a process: normal amplitudes, independent over targets and time, constant between draws, modulated."""

import numpy as np
import pytest
from scipy import stats

from simcore import Simulation
from tests.reference.meters import AMMETER


def currents(params, *, n=300, n_steps=400, seed=0, delay=0.1, weight=1.0):
    """Current of each step and target from the first driven step on: array (n_steps, n)."""
    sim = Simulation(dt=0.1, seed=seed, threads=1)
    targets = sim.create(AMMETER, n)
    sim.connect(sim.create("noise_generator", params=params), targets, delay=delay, weight=weight)
    recorder = sim.record(targets, "current", interval=0.1)
    sim.run(round((n_steps + 2) * 0.1, 1))
    return recorder["current"][2:]


def test_amplitudes_are_normal_with_the_mean_and_the_standard_deviation_asked_for():
    found = []
    for seed in range(20):
        x = currents({"mean": 120.0, "std": 35.0, "dt": 0.1}, n=100, n_steps=200, seed=seed).ravel()
        found.append(stats.kstest((x - 120.0) / 35.0, "norm").pvalue)
    assert min(found) > 1e-5
    assert stats.kstest(found, "uniform").pvalue > 1e-3


def test_tails_reach_as_far_as_those_of_a_normal_distribution():
    x = currents({"std": 1.0, "dt": 0.1}, n=1000, n_steps=1000, seed=2).ravel()
    for limit in (3.0, 4.0):
        expected = 2.0 * stats.norm.sf(limit) * x.size
        assert abs((np.abs(x) > limit).sum() - expected) < 4.5 * np.sqrt(expected)
    assert 4.4 < np.abs(x).max() < 6.5


def test_targets_and_draws_are_independent():
    x = currents({"std": 1.0, "dt": 0.1}, n=400, n_steps=400, seed=5)
    for other in (x[:, 1:], x[:, 7:]):
        shift = x.shape[1] - other.shape[1]
        assert abs((x[:, :-shift] * other).sum() / np.sqrt(other.size)) < 4.0
    for lag in (1, 2, 4, 64):
        assert abs((x[lag:] * x[:-lag]).sum() / np.sqrt(x[lag:].size)) < 4.0
    assert abs(x.sum(axis=1).var() / x.shape[1] - 1.0) < 4.0 * np.sqrt(2.0 / x.shape[0])


@pytest.mark.parametrize("interval", [3, 10])
def test_amplitudes_stay_between_draws(interval):
    x = currents({"std": 1.0, "dt": 0.1 * interval}, n_steps=20 * interval)
    blocks = x.reshape(20, interval, -1)
    assert (blocks == blocks[:, :1]).all()
    assert (np.diff(blocks[:, 0], axis=0) != 0.0).all()
    assert abs(blocks[:, 0].std() - 1.0) < 4.0 / np.sqrt(2.0 * blocks[:, 0].size)


def test_variance_follows_the_sine_of_the_modulation():
    given = {"mean": -10.0, "std": 40.0, "std_mod": 30.0, "frequency": 250.0, "phase": 60.0, "dt": 0.1}
    x = currents(given, n=4000, n_steps=120, seed=3) + 10.0
    now = np.arange(1, 121)
    variance = 40.0**2 + 30.0**2 * np.sin(2.0 * np.pi * 250.0 * now * 1e-4 + np.deg2rad(60.0))
    ratio = (x**2).mean(axis=1) / variance
    assert np.abs(ratio - 1.0).max() < 4.5 * np.sqrt(2.0 / 4000)


def test_modulation_by_the_whole_deviation_vanishes_and_never_turns_into_nan():
    given = {"std": 30.0, "std_mod": 30.0, "frequency": 100.0, "phase": 36.0, "dt": 0.1}
    x = currents(given, n=50, n_steps=400)
    assert np.isfinite(x).all()
    assert (np.abs(x).max(axis=1) < 1e-5).sum() >= 4


def test_variance_of_the_modulation_is_that_of_nest_step_by_step():
    from tests.oracle.nest_runs import nest, reset

    n, given = 800, {"std": 1000.0, "std_mod": 900.0, "frequency": 100.0, "phase": 30.0, "dt": 0.3}
    reset(0.1)
    membrane = {"tau_m": 1e7, "E_L": 0.0, "V_m": 0.0, "V_th": 1e9, "V_reset": -1.0, "C_m": 100.0}
    neurons = nest.Create("iaf_psc_delta", n, params=membrane)
    nest.Connect(nest.Create("noise_generator", params=given), neurons, syn_spec={"delay": 0.1})
    meter = nest.Create("multimeter", params={"record_from": ["V_m"], "interval": 0.1})
    nest.Connect(meter, neurons)
    nest.Simulate(20.0)
    order = np.lexsort((meter.events["senders"], meter.events["times"]))
    potential = np.array(meter.events["V_m"])[order].reshape(-1, n)
    theirs = np.diff(potential, axis=0)[1:150].std(axis=1) * 1000.0
    mine = currents(given, n=n, n_steps=149).std(axis=1)
    np.testing.assert_allclose(mine / theirs, 1.0, atol=4.5 / np.sqrt(n))
