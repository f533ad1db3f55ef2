"""Distributions: quantiles against SciPy, exact truncation, and every form in which users write them."""

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simcore.distributions import Constant, Distribution, Exponential, Lognormal, Normal, Uniform, parse
from simcore.errors import NetspikeError, ParameterError, UnknownNameError

SHARES = np.array([2.0**-53, 1e-9, 0.01, 0.25, 0.5, 0.75, 0.99, 1.0 - 1e-9, 1.0 - 2.0**-53])

LAWS = [
    (Constant(3.0), None),
    (Uniform(-2.0, 5.0), stats.uniform(-2.0, 7.0)),
    (Normal(1.0, 2.0), stats.norm(1.0, 2.0)),
    (Normal(1.0, 2.0, low=0.0), stats.truncnorm(-0.5, np.inf, 1.0, 2.0)),
    (Normal(1.0, 2.0, high=0.0), stats.truncnorm(-np.inf, -0.5, 1.0, 2.0)),
    (Normal(0.0, 1.0, 3.0, 4.0), stats.truncnorm(3.0, 4.0)),
    (Normal(0.0, 1.0, 30.0, 31.0), stats.truncnorm(30.0, 31.0)),
    (Normal(0.0, 1.0, -31.0, -30.0), stats.truncnorm(-31.0, -30.0)),
    (Lognormal(0.5, 0.8), stats.lognorm(0.8, scale=np.exp(0.5))),
    (Exponential(2.5), stats.expon(scale=2.5)),
]


@pytest.mark.parametrize(("distribution", "law"), LAWS, ids=[str(d) for d, _ in LAWS])
def test_quantiles_are_those_of_scipy(distribution, law):
    expected = np.full(SHARES.size, 3.0) if law is None else law.ppf(SHARES)
    np.testing.assert_allclose(distribution.quantile(SHARES), expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("distribution", "law"), LAWS, ids=[str(d) for d, _ in LAWS])
def test_quantiles_keep_shape_and_order(distribution, law):
    shares = np.linspace(0.001, 0.999, 60).reshape(3, 4, 5)
    values = distribution.quantile(shares)
    assert values.shape == (3, 4, 5)
    assert (np.diff(values.reshape(-1)) >= 0.0).all()
    assert np.shape(distribution.quantile(0.3)) == ()


@pytest.mark.parametrize(("distribution", "law"), LAWS[1:], ids=[str(d) for d, _ in LAWS[1:]])
def test_draws_follow_the_law_and_belong_to_their_ids(distribution, law):
    ids = np.arange(20_000)
    values = distribution.draw(5, 77, ids)
    assert stats.kstest(values, law.cdf).pvalue > 1e-3
    np.testing.assert_array_equal(distribution.draw(5, 77, ids[::-3]), values[::-3])
    assert not np.isin(distribution.draw(6, 77, ids), values).any()
    assert not np.isin(distribution.draw(5, 78, ids), values).any()


@settings(deadline=None)
@given(
    mean=st.floats(-100.0, 100.0), std=st.floats(0.01, 50.0), low=st.floats(-200.0, 200.0), width=st.floats(0.01, 100.0),
    u=st.floats(2.0**-53, 1.0 - 2.0**-53),
)  # fmt: skip
def test_truncated_values_lie_within_their_bounds_or_the_bounds_are_refused(mean, std, low, width, u):
    if min(abs(low - mean), abs(low + width - mean)) > 30.0 * std and not low < mean < low + width:
        with contextlib.suppress(ParameterError):
            assert low <= Normal(mean, std, low, low + width).quantile(np.array([u]))[0] <= low + width
        return
    distribution = Normal(mean, std, low, low + width)
    assert low <= distribution.quantile(np.array([u]))[0] <= low + width


@given(mu=st.floats(-5.0, 5.0), sigma=st.floats(0.01, 3.0), low=st.floats(0.0, 10.0), u=st.floats(0.01, 0.99))
def test_truncated_lognormal_lies_within_its_bounds(mu, sigma, low, u):
    try:
        distribution = Lognormal(mu, sigma, low, low + 5.0)
    except ParameterError:
        return
    assert low * (1 - 1e-12) <= distribution.quantile(np.array([u]))[0] <= (low + 5.0) * (1 + 1e-12)


def test_no_spread_gives_the_mean():
    assert Normal(4.0, 0.0).quantile(SHARES).tolist() == [4.0] * SHARES.size
    assert Uniform(4.0, 4.0).quantile(SHARES).tolist() == [4.0] * SHARES.size


FORMS = [
    (3, 3.0),
    (np.float32(0.5), 0.5),
    (Uniform(1.0, 2.0), Uniform(1.0, 2.0)),
    (("uniform", 1.0, 2.0), Uniform(1.0, 2.0)),
    ({"distribution": "uniform", "lower": 1.0, "upper": 2.0}, Uniform(1.0, 2.0)),
    ({"distribution": "uniform", "low": 1.0, "high": 2.0}, Uniform(1.0, 2.0)),
    (("normal", 1.0, 2.0), Normal(1.0, 2.0)),
    (("normal", 1.0, 2.0, 0.0), Normal(1.0, 2.0, 0.0)),
    ({"distribution": "gaussian", "avg": 1.0, "std": 2.0}, Normal(1.0, 2.0)),
    ({"distribution": "normal", "mean": 1.0, "std": 2.0, "lower": 0.0, "upper": 9.0}, Normal(1.0, 2.0, 0.0, 9.0)),
    ({"distribution": "lognormal", "position": 1.0, "scale": 2.0}, Lognormal(1.0, 2.0)),
    (("lognormal", 1.0, 2.0), Lognormal(1.0, 2.0)),
    (("exponential", 3.0), Exponential(3.0)),
    (("constant", 3.0), Constant(3.0)),
    ({"distribution": "constant", "value": 3.0}, Constant(3.0)),
]


@pytest.mark.parametrize(("form", "expected"), FORMS, ids=str)
def test_all_ways_to_write_a_value_mean_the_same(form, expected):
    assert parse(form, "weight") == expected


def test_lists_and_arrays_become_arrays_of_their_own():
    given_values = np.array([1.0, 2.0])
    values = parse(given_values, "weight")
    given_values[:] = 0.0
    assert values.tolist() == [1.0, 2.0]
    assert parse([1, 2], "weight").dtype == np.float64
    assert parse([], "weight").shape == (0,)


REFUSED = [
    ("strong", ParameterError, "weight: got 'strong', expected a number, an array or a distribution"),
    (None, ParameterError, "weight: got None"),
    (True, ParameterError, "weight: got True"),
    ([1.0, "a"], ParameterError, "weight: got"),
    ([[1.0], [2.0]], ParameterError, r"an array of shape \(2, 1\)"),
    (np.nan, ParameterError, "expected finite numbers"),
    ({"distribution": ["uniform"]}, UnknownNameError, r"unknown distribution for weight \['uniform'\]"),
    ({"distribution": "uniform", "lower": 1.0, "low": 0.0, "upper": 2.0}, ParameterError, "each value under one name"),
    ([1.0, np.inf], ParameterError, "expected finite numbers"),
    (("unifrom", 1.0, 2.0), UnknownNameError, "unknown distribution for weight 'unifrom'; did you mean 'uniform'"),
    (("uniform", 1.0), ParameterError, "values for low, high"),
    (("uniform", 1.0, 2.0, 3.0), ParameterError, "values for low, high"),
    (("uniform", "a", 2.0), ParameterError, "Uniform: low: got 'a', expected a number"),
    (("uniform", 2.0, 1.0), ParameterError, "Uniform: high: got 1.0, expected >= low = 2"),
    (("uniform", 1.0, np.inf), ParameterError, "Uniform: high: got inf, expected a finite number"),
    (("normal", np.nan, 1.0), ParameterError, "Normal: mean: got nan"),
    (("normal", 0.0, -1.0), ParameterError, "Normal: std: got -1.0, expected >= 0"),
    (("normal", 0.0, 1.0, 2.0, 1.0), ParameterError, "Normal: high: got 1.0, expected > low = 2"),
    (("normal", 0.0, 1.0, 50.0, 51.0), ParameterError, "bounds within about 37 std"),
    (("normal", 5.0, 0.0, 6.0, 7.0), ParameterError, "inside the bounds when std = 0"),
    (("lognormal", 0.0, -1.0), ParameterError, "Lognormal: sigma: got -1.0"),
    (("lognormal", 0.0, 1.0, -1.0), ParameterError, "Lognormal: low: got -1.0"),
    (("exponential", 0.0), ParameterError, "Exponential: scale: got 0.0, expected > 0"),
    ({"lower": 1.0, "upper": 2.0}, ParameterError, "the key 'distribution'"),
    ({"distribution": "uniform", "lower": 1.0, "uper": 2.0}, UnknownNameError, "'uper'; did you mean 'upper'"),
]


@pytest.mark.parametrize(("form", "error", "message"), REFUSED, ids=str)
def test_wrong_forms_are_refused_by_name(form, error, message):
    with pytest.raises(error, match=message) as caught:
        parse(form, "weight")
    assert isinstance(caught.value, NetspikeError)


def test_a_distribution_of_ones_own_is_drawn_like_the_others():
    class Coin(Distribution):
        def quantile(self, u):
            return np.where(u < 0.25, -1.0, 1.0)

    values = Coin().draw(1, 2, np.arange(10_000))
    assert abs((values < 0.0).mean() - 0.25) < 4.0 * np.sqrt(0.25 * 0.75 / 10_000)
    assert parse(Coin(), "weight").quantile(np.array([0.1])).tolist() == [-1.0]
    with pytest.raises(NotImplementedError):
        Distribution().quantile(SHARES)
