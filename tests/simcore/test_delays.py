"""Delays drawn on the grid: the same as rounding the distribution's quantiles, whichever way the synapses are laid out."""

import numpy as np
import pytest

from simcore import Simulation, rules
from simcore.delays import DelayTable
from simcore.distributions import Constant, Distribution, Exponential, Lognormal, Normal, Uniform
from simcore.edges import EdgeBatch
from simcore.errors import ParameterError
from simcore.kernel import connectivity
from simcore.random import row_keys, row_uniforms, uniforms
from simcore.timegrid import MAX_DELAY_STEPS, TimeGrid

LAWS = [
    (Constant(1.5), 0.1), (Uniform(0.2, 0.5), 0.1), (Uniform(0.2, 0.2), 0.1), (Normal(1.5, 0.75, 0.05), 0.1),
    (Normal(0.75, 0.375, 0.1), 0.1), (Normal(20.0, 5.0, 1.0, 40.0), 0.25), (Lognormal(0.0, 1.0, 0.1, 3000.0), 0.1),
    (Exponential(3.0), 1.0),
]  # fmt: skip


def drawn_by_rounding(distribution, grid, u):
    return np.clip(grid.steps_nearest(distribution.quantile(u)), 1, MAX_DELAY_STEPS)


class Rows:
    """As much of a projection as a batch of edges needs."""

    seed = 3


@pytest.mark.parametrize(("distribution", "dt"), LAWS, ids=str)
def test_delays_are_the_rounded_quantiles(distribution, dt):
    grid, counts = TimeGrid(dt), np.array([5000, 0, 3, 1, 14996])
    table = DelayTable(distribution, grid)
    nothing = np.zeros(counts.sum(), dtype=np.int32)
    keys = row_keys(11, counts)
    expected = drawn_by_rounding(distribution, grid, uniforms(3, 9, keys))
    by_rows = EdgeBatch(Rows(), nothing, nothing, rows=(0, 11, counts))
    by_keys = EdgeBatch(Rows(), nothing, nothing, numbers=keys, keys=keys)
    np.testing.assert_array_equal(table.draw(by_rows, 9), expected)
    np.testing.assert_array_equal(table.draw(by_keys, 9), expected)
    ends = drawn_by_rounding(distribution, grid, np.array([2.0**-53, 1.0 - 2.0**-53]))
    assert [table.low, table.high] == ends.tolist()


def test_random_numbers_of_rows_are_those_of_their_keys():
    counts = np.array([0, 1, 700, 0, 512, 511, 513, 0])
    np.testing.assert_array_equal(row_uniforms(1, 5, 2**31, counts), uniforms(1, 5, row_keys(2**31, counts)))
    assert row_uniforms(1, 5, 0, np.zeros(3, dtype=np.int64)).size == 0


def network(threads):
    sim = Simulation(dt=0.1, seed=6, threads=threads)
    exc, inh = (
        sim.create("iaf_psc_exp", 500, {"I_e": 500.0}),
        sim.create("iaf_psc_exp", 200, {"V_m": ("uniform", -70.0, -55.0)}),
    )
    both = exc + inh
    made = [
        sim.connect(exc, both, rules.FixedIndegree(20), weight=Normal(40.0, 30.0), delay=Normal(1.5, 0.75, 0.05)),
        sim.connect(inh, both, rules.PairwiseBernoulli(0.05), weight=-80.0, delay=Lognormal(0.5, 0.8, 0.1, 300.0)),
        sim.connect_edges([0, 1, 1, 600], [3, 2, 2, 0], weight=[1.0, 2.0, 3.0, -4.0], delay=[0.1, 50.0, 0.3, 0.1]),
    ]  # fmt: skip
    sim.record(both)
    return sim, [sim.connectivity(p) for p in made]


@pytest.mark.parametrize("threads", [1, 2])
def test_synapses_are_the_same_with_and_without_a_table_of_sources_and_delays(threads, monkeypatch):
    sim, edges = network(threads)
    expected = sim.run(50.0).spikes
    tables = []
    monkeypatch.setattr(connectivity, "_SMALL_TABLE", 0)
    decide = connectivity._table_sizes
    monkeypatch.setattr(
        connectivity, "_table_sizes", lambda *a: tables.append([t[:3] + (False,) for t in decide(*a)]) or tables[-1]
    )
    sim, others = network(threads)
    found = sim.run(50.0).spikes
    assert tables
    for one, other in zip(edges, others, strict=True):
        for name in one:
            np.testing.assert_array_equal(one[name], other[name])
    np.testing.assert_array_equal(found.times, expected.times)
    np.testing.assert_array_equal(found.ids, expected.ids)
    assert len(expected) > 500


class Falling(Distribution):
    def quantile(self, u):
        return 5.0 - np.asarray(u)


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
