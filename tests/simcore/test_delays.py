"""Delays drawn on the grid: the same as rounding the distribution's quantiles."""

import numpy as np
import pytest

from simcore import Simulation
from simcore.delays import DelayTable
from simcore.distributions import Constant, Distribution, Exponential, Lognormal, Normal, Uniform
from simcore.errors import ParameterError
from simcore.random import row_keys, row_uniform_pairs, uniform_pairs, uniforms
from simcore.timegrid import MAX_DELAY_STEPS, TimeGrid

LAWS = [
    (Constant(1.5), 0.1), (Uniform(0.2, 0.5), 0.1), (Uniform(0.2, 0.2), 0.1), (Normal(1.5, 0.75, 0.05), 0.1),
    (Normal(0.75, 0.375, 0.1), 0.1), (Normal(20.0, 5.0, 1.0, 40.0), 0.25), (Lognormal(0.0, 1.0, 0.1, 3000.0), 0.1),
    (Exponential(3.0), 1.0),
]  # fmt: skip


def drawn_by_rounding(distribution, grid, u):
    return np.clip(grid.steps_nearest(distribution.quantile(u)), 1, MAX_DELAY_STEPS)


@pytest.mark.parametrize(("distribution", "dt"), LAWS, ids=str)
def test_delays_are_the_rounded_quantiles(distribution, dt):
    grid = TimeGrid(dt)
    table, u, out = DelayTable(distribution, grid), uniforms(3, 9, np.arange(20_000)), np.empty(20_000, dtype=np.uint16)
    table.fill(u, out)
    np.testing.assert_array_equal(out, drawn_by_rounding(distribution, grid, u))
    ends = drawn_by_rounding(distribution, grid, np.array([2.0**-53, 1.0 - 2.0**-53]))
    assert [table.low, table.high] == ends.tolist()


def test_random_numbers_of_rows_are_those_of_their_keys():
    counts = np.array([0, 1, 700, 0, 512, 511, 513, 0])
    keys = row_keys(2**31, counts)
    expected = uniform_pairs(1, 5, keys)
    np.testing.assert_array_equal(expected[0], uniforms(1, 5, keys))
    for size in (None, 1, 512, 600, 10_000):
        found = [drawn.copy() for drawn in row_uniform_pairs(1, 5, 2**31, counts, size)]
        np.testing.assert_array_equal(np.concatenate(found, axis=1), expected)
        assert all(drawn.shape[1] == min(size or 10_000, keys.size) for drawn in found[:-1])
    assert list(row_uniform_pairs(1, 5, 0, np.zeros(3, dtype=np.int64))) == []


class Falling(Distribution):
    def quantile(self, u):
        return 5.0 - np.asarray(u)

    def __repr__(self):
        return "Falling()"


@pytest.mark.parametrize(
    ("delay", "message"),
    [
        (Normal(1.0, 0.5), r"connect: delay: got Normal.*expected >= dt / 2 = 0.05 ms, which rounds to one step; truncate"),
        (Uniform(0.04, 1.0), "expected >= dt / 2"),
        (Uniform(1.0, 7000.0), "expected <= 6553.5 ms"),
        (Falling(), "a distribution whose quantiles do not fall"),
    ],
    ids=str,
)
def test_delays_that_do_not_fit_the_grid_are_refused_before_anything_is_made(delay, message):
    sim = Simulation(dt=0.1, seed=1, threads=1)
    neurons = sim.create("iaf_psc_exp", 3)
    with pytest.raises(ParameterError, match=message):
        sim.connect(neurons, neurons, delay=delay)
    assert not sim.projections


def test_half_a_step_is_the_least_delay_that_a_distribution_may_have():
    sim = Simulation(dt=0.1, seed=1, threads=1)
    neurons = sim.create("iaf_psc_exp", 30)
    edges = sim.connectivity(sim.connect(neurons, neurons, delay=Uniform(0.05, 0.149)))
    assert np.unique(edges["delay"]).tolist() == [0.1]
