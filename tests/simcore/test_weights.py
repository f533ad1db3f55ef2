"""Weights drawn from a distribution: its quantiles, to the precision in which they are stored."""

import numpy as np
import pytest

from simcore.distributions import Constant, Distribution, Exponential, Lognormal, Normal, Uniform
from simcore.edges import EdgeBatch
from simcore.random import row_keys, uniforms
from simcore.weights import WeightTable, weight_table


class Steps(Distribution):
    """A law that no polynomial follows."""

    def quantile(self, u):
        return np.floor(10.0 * np.asarray(u))


class Edges:
    """As much of a batch as the table needs, with numbers of our choice."""

    def __init__(self, u):
        self.sources, self._u = np.zeros(u.size, dtype=np.int32), u

    def uniforms(self, purpose):
        parts = [slice(first, min(first + 1000, self._u.size)) for first in range(0, self._u.size, 1000)]
        return ((part, self._u[part]) for part in parts)


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
    found, exact = WeightTable(distribution).draw(Edges(u), 9), distribution.quantile(u)
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


def test_a_weight_belongs_to_its_edge_whoever_draws_it():
    class Rows:
        seed = 3

    counts = np.array([5000, 0, 3, 1, 34996])
    nothing, keys = np.zeros(counts.sum(), dtype=np.int32), row_keys(11, counts)
    table = weight_table(Normal(1.0, 0.1))
    assert table is weight_table(Normal(1.0, 0.1))
    by_rows = table.draw(EdgeBatch(Rows(), nothing, nothing, rows=(0, 11, counts)), 9)
    by_keys = table.draw(EdgeBatch(Rows(), nothing, nothing, numbers=keys, keys=keys), 9)
    np.testing.assert_array_equal(by_rows, by_keys)
    np.testing.assert_array_equal(by_rows, table.draw(Edges(uniforms(3, 9, keys)), 9))
    assert table.draw(Edges(np.empty(0)), 9).size == 0
