"""Fitted distributions: what was drawn is found again, and the numbers are those of other ways to compute them."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, special, stats

from netgraph.analysis import fit_distribution, fit_power_law
from simcore.errors import ParameterError, UnknownNameError


def whole_power_law(exponent, xmin, n, seed):
    """Exact draws, by the inverse of the cumulated zeta distribution up to 10 million, where 1e-9 of it is left."""
    k = np.arange(xmin, 100_000)
    survival = special.zeta(exponent, k) / special.zeta(exponent, xmin)
    u = np.random.default_rng(seed).uniform(size=n)
    # The number of k with P(X >= k) > u, the survival falling.
    return xmin + np.searchsorted(-survival[1:], -u)


def real_power_law(exponent, xmin, n, seed):
    u = np.random.default_rng(seed).uniform(size=n)
    return xmin * (1 - u) ** (-1.0 / (exponent - 1.0))


def errors(fits, exponent):
    """Deviations in units of the standard error."""
    return [(fit.parameters["exponent"] - exponent) / fit.error for fit in fits]


@pytest.mark.parametrize(("exponent", "xmin"), [(2.5, 1), (2.2, 6), (3.5, 2)])
def test_exponents_of_whole_power_laws_are_found_within_their_errors(exponent, xmin):
    fits = [fit_power_law(whole_power_law(exponent, xmin, 2000, seed), xmin=xmin) for seed in range(60)]
    assert stats.kstest(errors(fits, exponent), "norm").pvalue > 1e-3
    assert all(fit.discrete and fit.share == 1.0 for fit in fits)


def test_exponents_of_real_power_laws_are_found_within_their_errors():
    fits = [fit_power_law(real_power_law(2.5, 3.0, 2000, seed), xmin=3.0) for seed in range(60)]
    assert stats.kstest(errors(fits, 2.5), "norm").pvalue > 1e-3
    assert not any(fit.discrete for fit in fits)


@pytest.mark.parametrize("draw", [whole_power_law, real_power_law])
def test_the_start_of_the_tail_is_found(draw):
    body = np.random.default_rng(1).integers(1, 20, 20_000)
    values = np.concatenate([body, draw(2.5, 20, 5000, 2)])
    fit = fit_power_law(values)
    assert 18 <= fit.parameters["xmin"] <= 30
    assert abs(fit.parameters["exponent"] - 2.5) < 4 * fit.error
    assert fit.n == (values >= fit.parameters["xmin"]).sum()
    assert fit.share == pytest.approx(fit.n / values.size)


def test_discrete_fits_maximise_the_likelihood_of_the_zipf_distribution():
    values = whole_power_law(2.7, 1, 500, 3)
    fit = fit_power_law(values, xmin=1)
    best = optimize.minimize_scalar(lambda a: -stats.zipf.logpmf(values, a).sum(), bounds=(1.1, 8.0), method="bounded")
    assert fit.parameters["exponent"] == pytest.approx(best.x, abs=1e-4)
    assert fit.log_likelihood == pytest.approx(-best.fun, rel=1e-9)
    np.testing.assert_allclose(fit.pdf([1, 2, 7]), stats.zipf.pmf([1, 2, 7], fit.parameters["exponent"]))
    np.testing.assert_allclose(fit.cdf([1, 2.5, 7]), stats.zipf.cdf([1, 2, 7], fit.parameters["exponent"]))


def naive_distance(values, cdf):
    """The largest difference of two step functions, looked for at and just below all steps."""
    places = np.arange(values.min(), values.max() + 1)
    seen = np.array([(values <= p).mean() for p in places])
    return np.abs(seen - cdf(places)).max()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=12, max_size=60).filter(lambda v: len(set(v)) > 1))
def test_the_start_is_the_one_with_the_least_distance(values):
    values = np.array(values)
    fit = fit_power_law(values)
    for xmin in np.unique(values)[:-1]:
        tail = values[values >= xmin]
        if tail.size < 10:
            continue
        other = fit_power_law(values, xmin=int(xmin))
        assert other.distance == pytest.approx(naive_distance(tail, other.cdf), abs=1e-9)
        assert fit.distance <= other.distance + 1e-12


def test_real_distances_are_those_of_scipy():
    values = real_power_law(3.0, 1.0, 300, 1)
    fit = fit_power_law(values, xmin=1.0)
    assert fit.distance == pytest.approx(stats.kstest(values, fit.cdf).statistic)
    for kind in ("normal", "lognormal", "exponential"):
        found = fit_distribution(values, kind)
        assert found.distance == pytest.approx(stats.kstest(values, found.cdf).statistic)


def test_other_distributions_have_the_parameters_of_scipy_s_fits():
    values = np.random.default_rng(0).lognormal(1.0, 0.5, 500)
    fit = fit_distribution(values, "lognormal")
    shape, _, scale = stats.lognorm.fit(values, floc=0)
    assert fit.parameters == {"mu": pytest.approx(np.log(scale), rel=1e-4), "sigma": pytest.approx(shape, rel=1e-4)}
    assert fit.log_likelihood == pytest.approx(stats.lognorm.logpdf(values, shape, 0, scale).sum(), rel=1e-6)
    mean, std = stats.norm.fit(values)
    assert fit_distribution(values, "normal").parameters == {"mean": pytest.approx(mean), "std": pytest.approx(std)}
    assert fit_distribution(values, "exponential").parameters["mean"] == pytest.approx(stats.expon.fit(values, floc=0)[1])
    np.testing.assert_allclose(fit_distribution(values, "normal").pdf([1.0]), stats.norm.pdf([1.0], mean, std))


def test_the_right_distribution_has_the_highest_likelihood():
    rng = np.random.default_rng(0)
    draws = {"normal": rng.normal(10, 2, 2000), "lognormal": rng.lognormal(1, 1, 2000), "exponential": rng.exponential(3, 2000)}
    for drawn, values in draws.items():
        kinds = [k for k in draws if k == "normal" or values.min() > 0]
        found = {kind: fit_distribution(values, kind).log_likelihood for kind in kinds}
        assert max(found, key=found.get) == drawn


def test_values_that_are_not_above_zero_are_no_part_of_a_lognormal_or_a_tail():
    values = np.concatenate([np.zeros(10), np.random.default_rng(0).lognormal(0, 1, 90)])
    fit = fit_distribution(values, "lognormal")
    assert (fit.n, fit.share) == (90, 0.9)
    assert fit_power_law(np.concatenate([-values, values])).n <= 90


def test_fits_can_be_pickled():
    for values, kind in ((whole_power_law(2.5, 1, 100, 0), "power law"), (real_power_law(2.5, 1.0, 100, 0), "lognormal")):
        fit = fit_distribution(values, kind)
        again = pickle.loads(pickle.dumps(fit))
        assert repr(again) == repr(fit)
        np.testing.assert_array_equal(again.pdf([2.0, 3.0]), fit.pdf([2.0, 3.0]))


def test_permuted_and_scaled_values_give_the_same_exponent():
    values = real_power_law(2.5, 1.0, 400, 5)
    fit = fit_power_law(values)
    other = fit_power_law(1000.0 * np.random.default_rng(0).permutation(values))
    assert other.parameters["exponent"] == pytest.approx(fit.parameters["exponent"])
    assert other.parameters["xmin"] == pytest.approx(1000.0 * fit.parameters["xmin"])


REFUSED = {
    "kind": (lambda: fit_distribution([1.0, 2.0], "normla"), UnknownNameError, "did you mean 'normal'"),
    "equal": (lambda: fit_distribution([1.0, 1.0], "normal"), ParameterError, "two or more different values"),
    "none": (lambda: fit_distribution([], "exponential"), ParameterError, "0 values"),
    "zero": (lambda: fit_distribution([0.0, 0.0], "exponential"), ParameterError, "not all 0"),
    "negative": (lambda: fit_distribution([-1.0, 2.0], "exponential"), ParameterError, "values >= 0"),
    "no positive": (lambda: fit_distribution([-1.0, 0.0], "lognormal"), ParameterError, "above 0"),
    "nan": (lambda: fit_distribution([np.nan, 0.0], "normal"), ParameterError, "finite numbers"),
    "texts": (lambda: fit_power_law(["a", "b"]), ParameterError, "finite numbers"),
    "few": (lambda: fit_power_law(np.arange(1, 10)), ParameterError, "10 or more values above 0"),
    "same": (lambda: fit_power_law(np.ones(50)), ParameterError, "not all equal"),
    "tail": (lambda: fit_power_law(np.arange(50), xmin=45), ParameterError, "10 or more values from 45 on"),
    "xmin": (lambda: fit_power_law(np.arange(50), xmin=-1), ParameterError, "xmin: got -1"),
    "whole": (lambda: fit_power_law(np.arange(50) + 0.5, discrete=True), ParameterError, "whole numbers, as discrete is True"),
    "flag": (lambda: fit_power_law(np.arange(50), discrete=1), ParameterError, "discrete: got 1"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_fitted_is_refused(case):
    call, error, message = REFUSED[case]
    with pytest.raises(error, match=message):
        call()
