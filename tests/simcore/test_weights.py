"""Weights drawn from a distribution: its quantiles, to the precision in which they are stored."""

from dataclasses import dataclass

import numpy as np
import pytest

from simcore import Simulation
from simcore.description import Projection
from simcore.distributions import Constant, Distribution, Exponential, Lognormal, Normal, Uniform
from simcore.edges import EdgeBatch
from simcore.random import Purpose, row_keys, uniform_pairs
from simcore.synapses import REGISTRY
from simcore.timegrid import TimeGrid
from simcore.weights import WeightTable, weight_table


class Steps(Distribution):
    """A law that no polynomial follows."""

    def quantile(self, u):
        return np.floor(10.0 * np.asarray(u))


def drawn(table, u):
    """Weights of uniform numbers, some at a time."""
    out, left = np.full(u.size, np.nan, dtype=np.float32), []
    for first in range(0, u.size, 1000):
        left.append(table.fill(u[first : first + 1000], out[first : first + 1000], first))
    table.mend(out, left)
    return out


LAWS = [
    Constant(1.5), Uniform(-0.2, 0.5), Normal(0.0, 1.0), Normal(87.8, 8.78, 0.0), Normal(-351.2, 35.12, high=0.0),
    Normal(0.0, 1.0, 6.0), Normal(10.0, 0.0), Lognormal(0.0, 1.0), Lognormal(2.0, 4.0, 0.1, 3000.0), Exponential(3.0), Steps(),
]  # fmt: skip


@pytest.mark.parametrize("distribution", LAWS, ids=lambda d: type(d).__name__)
def test_weights_are_the_quantiles_in_single_precision(distribution):
    rng = np.random.default_rng(1)
    tails = 2.0 ** -rng.uniform(1.0, 52.0, 20_000)
    u = np.concatenate([rng.random(100_000), tails, np.maximum(1.0 - tails, 2.0**-53), [2.0**-53, 0.5, 1.0 - 2.0**-53]])
    u = np.clip(u, 2.0**-53, 1.0 - 2.0**-53)
    found, exact = drawn(WeightTable(distribution), u), distribution.quantile(u)
    assert found.dtype == np.float32
    ends = np.clip((np.floor(u * 256) + np.arange(2)[:, None]) / 256, 2.0**-53, 1.0 - 2.0**-53)
    largest = np.abs([exact, *(distribution.quantile(end) for end in ends)]).max(axis=0)
    # Half a last bit for rounding, and a quarter of one for the polynomial.
    assert (np.abs(found - exact) <= 2.0**-24 * np.abs(exact) + 2.0**-26 * largest).all()
    low, high = distribution.quantile(np.array([2.0**-53, 1.0 - 2.0**-53])).astype(np.float32)
    assert low <= found.min() <= found.max() <= high


def test_nearly_all_weights_of_the_usual_laws_come_from_a_polynomial():
    assert WeightTable(Uniform(1.0, 2.0)).is_exact.sum() == 0
    assert WeightTable(Normal(87.8, 8.78, 0.0)).is_exact.sum() <= 4
    assert WeightTable(Steps()).is_exact.sum() == 9


def projection(**given):
    nothing = np.zeros(0, dtype=np.int32)
    given = {"weight": 1.0, "delay": 1} | given
    return Projection(
        5, nothing, nothing, None, synapse=REGISTRY.get("static_synapse"), parameters={}, receptor=0, seed=3, dt=0.1, **given
    )


def test_values_belong_to_their_edge_whoever_draws_them_and_whatever_else_is_drawn():
    weight, delay, counts = Normal(1.0, 0.1), Uniform(0.1, 5.0), np.array([5000, 0, 3, 1, 34996])
    nothing, keys = np.zeros(counts.sum(), dtype=np.int32), row_keys(11, counts)
    numbers = uniform_pairs(3, Purpose.EDGE_VALUES + 5, keys)
    delays = np.maximum(1, TimeGrid(0.1).steps_nearest(delay.quantile(numbers[0])))
    weights = drawn(weight_table(weight), numbers[1])
    assert weight_table(weight) is weight_table(Normal(1.0, 0.1))
    assert abs(np.corrcoef(delays, weights)[0, 1]) < 4.0 / np.sqrt(keys.size)
    for p, expected in (
        (projection(weight=weight, delay=delay), (delays, weights)),
        (projection(weight=weight), (1, weights)),
        (projection(delay=delay), (delays, 1.0)),
        (projection(), (1, 1.0)),
    ):
        for batch in (
            EdgeBatch(p, nothing, nothing, rows=(0, 11, counts)),
            EdgeBatch(p, nothing, nothing, numbers=keys, keys=keys),
        ):
            np.testing.assert_array_equal(batch.delays, expected[0])
            np.testing.assert_array_equal(batch.weights, expected[1])
    none = EdgeBatch(projection(weight=weight, delay=delay), nothing[:0], nothing[:0], numbers=keys[:0], keys=keys[:0])
    assert (none.delays.size, none.weights.size) == (0, 0)


def test_distributions_of_the_users_own_may_change_and_need_no_hash():
    @dataclass
    class Shifted(Distribution):
        shift: float

        def quantile(self, u):
            return self.shift + np.asarray(u)

    law = Shifted(1.0)
    sim = Simulation(dt=0.1, seed=1, threads=1)
    neurons = sim.create("iaf_psc_exp", 30)
    first = sim.connectivity(sim.connect(neurons, neurons, weight=law, delay=law))
    law.shift = 5.0
    second = sim.connectivity(sim.connect(neurons, neurons, weight=law, delay=law))
    for name in ("weight", "delay"):
        assert 1.0 <= first[name].min() <= first[name].max() <= 2.0
        assert 5.0 <= second[name].min() <= second[name].max() <= 6.0
