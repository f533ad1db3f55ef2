"""Parameters: their arithmetic and functions are NEST's to the last digits, their draws follow the laws that they name."""

import operator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import simcore.nest as ours
from simcore import distributions
from simcore.nest._parameter import Where, as_parameter
from simcore.nest._where import Stream

pytestmark = pytest.mark.usefixtures("fresh")


PLACES = np.random.default_rng(8).uniform(-1.5, 1.5, (40, 3)).tolist()

EXPRESSIONS = {
    "number on the right": lambda n, d: ((d + 2) * 3.5 - 1) / 0.7,
    "number on the left": lambda n, d: 5 - 2.0 / (1 + 3 * d),
    "numpy's numbers": lambda n, d: np.float64(2.0) * d + np.float64(1.0),
    "signs": lambda n, d: -d + +d * 3,
    "powers": lambda n, d: d**2 + d**0.5 - d**-1,
    "NaN inside": lambda n, d: n.logic.conditional(d < 1.0, (d - 5.0) ** 2, (1.0 - d) / d),
    "two": lambda n, d: d.x * d.y - d.z / d,
    "less": lambda n, d: (d < 1.0) + 2 * (d <= 1.0) + 4 * (d > 0.5) + 8 * (d >= 0.5),
    "equal": lambda n, d: (d.x == d.x) + 2 * (d.x != d.y),
    "exp": lambda n, d: n.math.exp(-d),
    "sin": lambda n, d: n.math.sin(3.0 * d) + n.math.cos(d.x),
    "min": lambda n, d: n.math.min(d, 0.7) - n.math.max(d.x, 0.2),
    "redraw within": lambda n, d: n.math.redraw(d, 0.0, 10.0),
    "conditional": lambda n, d: n.logic.conditional(d.x > 0.3, n.logic.conditional(d.y > 0.3, 1.0, d), 3),
    "exponential": lambda n, d: n.spatial_distributions.exponential(d, beta=0.3),
    "gaussian": lambda n, d: n.spatial_distributions.gaussian(d, mean=0.2, std=0.4),
    "gaussian2D": lambda n, d: n.spatial_distributions.gaussian2D(d.x, d.y, 0.1, 0.2, 0.7, 0.9, 0.3),
    "gamma": lambda n, d: n.spatial_distributions.gamma(d, kappa=2.5, theta=0.3),
    "steep gamma": lambda n, d: n.spatial_distributions.gamma(d, kappa=120.0, theta=0.01),
    "gabor": lambda n, d: n.spatial_distributions.gabor(d.x, d.y, 30.0, 0.7, 1.3, 2.5, 20.0),
    "ends": lambda n, d: n.spatial.source_pos.x - n.spatial.target_pos.z * n.spatial.target_pos.n(1),
    "by name": lambda n, d: n.CreateParameter("distance", {"dimension": 2}) + n.CreateParameter("constant", {"value": 2}),
    "by name, place": lambda n, d: n.CreateParameter("position", {"dimension": 2, "synaptic_endpoint": 2}),
    "by name, shape": lambda n, d: n.CreateParameter("exp_distribution", {"x": d, "beta": 2.0}),
}


@pytest.mark.parametrize("name", EXPRESSIONS)
@pytest.mark.parametrize("wraps", [False, True])
def test_expressions_give_the_values_of_nest(name, wraps, theirs):
    values = []
    for nest in (ours, theirs):
        nest.ResetKernel()
        node = nest.Create("parrot_neuron", positions=nest.spatial.grid([1, 1, 1], center=[0.1, 0.2, 0.3], edge_wrap=wraps))
        parameter = EXPRESSIONS[name](nest, nest.spatial.distance)
        values.append((parameter.is_spatial(), parameter.apply(node, PLACES)))
    assert values[0][0] == values[1][0]
    np.testing.assert_allclose(values[0][1], values[1][1], rtol=1e-12, atol=1e-12)


@given(
    st.lists(
        st.tuples(st.sampled_from("add sub mul truediv lt le gt ge eq ne".split()), st.floats(-3, 3), st.booleans()), max_size=6
    )
)
@settings(max_examples=60, deadline=None)
def test_arithmetic_is_that_of_arrays(steps):
    place = np.linspace(-2.0, 2.0, 9)
    parameter, expected = ours.spatial.pos.x, place
    with np.errstate(all="ignore"):
        for name, number, is_swapped in steps:
            apply = getattr(operator, name)
            parameter = apply(number, parameter) if is_swapped else apply(parameter, number)
            expected = np.asarray(apply(number, expected) if is_swapped else apply(expected, number), dtype=float)
    found = parameter.evaluate(Where(9, Stream(1, 0), positions=place[:, None]))
    np.testing.assert_array_equal(found, expected)


LAWS = {
    "uniform": (lambda n: n.random.uniform(-1.0, 3.0), stats.uniform(-1.0, 4.0)),
    "normal": (lambda n: n.random.normal(2.0, 3.0), stats.norm(2.0, 3.0)),
    "lognormal": (lambda n: n.random.lognormal(0.5, 0.7), stats.lognorm(0.7, scale=np.exp(0.5))),
    "exponential": (lambda n: n.random.exponential(2.5), stats.expon(scale=2.5)),
    "sum": (lambda n: n.random.normal(1.0, 3.0) + n.random.normal(1.0, 4.0), stats.norm(2.0, 5.0)),
    "one twice": (lambda n: (lambda x: x - x)(n.random.normal(1.0, 3.0)), stats.norm(0.0, 3.0 * np.sqrt(2.0))),
    "redrawn": (lambda n: n.math.redraw(n.random.normal(), 0.5, 2.0), stats.truncnorm(0.5, 2.0)),
    "redrawn sum": (
        lambda n: n.math.redraw(n.random.uniform() + n.math.redraw(n.random.uniform(), 0.0, 0.5) * 0, 0.2, 0.6),
        stats.uniform(0.2, 0.4),
    ),
    "chosen": (
        lambda n: n.logic.conditional(n.random.uniform() < 0.5, n.random.uniform(), 1.0 + n.random.uniform()),
        stats.uniform(0.0, 2.0),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LAWS)
def test_draws_follow_their_law_and_that_of_nest(name, theirs):
    make, law = LAWS[name]
    assert stats.kstest(make(ours).evaluate(Where(20_000, Stream(5, 1))), law.cdf).pvalue > 1e-3
    theirs.ResetKernel()
    nodes = theirs.Create("parrot_neuron", 4000)
    assert stats.kstest(make(theirs).apply(nodes), law.cdf).pvalue > 1e-3


def test_whole_numbers_are_all_as_likely():
    drawn = ours.random.uniform_int(7).evaluate(Where(20_000, Stream(5, 1)))
    assert stats.chisquare(np.bincount(drawn.astype(int), minlength=7)).pvalue > 1e-3
    assert set(drawn) == set(range(7))


def test_values_belong_to_their_place_however_they_are_taken():
    random, math, logic = ours.random, ours.math, ours.logic
    parameter = logic.conditional(random.uniform() < 0.3, math.redraw(random.normal(), 1.0, 2.0), random.exponential())
    whole = Where(300_000, Stream(3, 4))
    values = parameter.evaluate(whole)
    rows = np.array([5, 17, 299_999])
    assert np.array_equal(parameter.evaluate(whole.take(rows)), values[rows])
    assert np.array_equal(parameter.evaluate(Where(10, Stream(3, 4))), values[:10])
    assert not np.array_equal(parameter.evaluate(Where(10, Stream(3, 5))), values[:10])
    assert not np.array_equal(parameter.evaluate(Where(10, Stream(3, 4 + 2**24))), values[:10])


def test_each_value_asked_for_is_drawn_anew_and_the_same_after_a_reset():
    values = [ours.random.uniform().GetValue() for _ in range(3)]
    assert len(set(values)) == 3
    ours.ResetKernel()
    assert [ours.random.uniform().GetValue() for _ in range(3)] == values
    nodes = ours.Create("iaf_psc_alpha", 3)
    assert len(set(ours.random.uniform().apply(nodes))) == 3


DISTRIBUTIONS = {
    "constant": (lambda n: 2.0 * as_parameter(3.0) - 1, distributions.Constant(5.0)),
    "uniform": (lambda n: 1.0 - 2.0 * n.random.uniform(0.0, 3.0), distributions.Uniform(-5.0, 1.0)),
    "normal": (lambda n: 20.0 + 4 * n.random.normal(1.0, 2.0) / 2, distributions.Normal(22.0, 4.0)),
    "negative normal": (lambda n: -n.random.normal(1.0, 2.0), distributions.Normal(-1.0, 2.0)),
    "lognormal": (lambda n: 3.0 * n.random.lognormal(0.0, 0.5), distributions.Lognormal(float(np.log(3.0)), 0.5)),
    "exponential": (lambda n: n.random.exponential(2.0) * 4, distributions.Exponential(8.0)),
    "redrawn": (lambda n: n.math.redraw(n.random.normal(1.5, 0.5), 0.1, np.inf), distributions.Normal(1.5, 0.5, 0.1)),
    "redrawn, then scaled": (
        lambda n: 2.0 * n.math.redraw(n.random.normal(1.0, 0.5), 0.5, 2.0), distributions.Normal(2.0, 1.0, 1.0, 4.0),
    ),
    "redrawn uniform": (lambda n: n.math.redraw(n.random.uniform(0.0, 2.0), 1.0, 5.0), distributions.Uniform(1.0, 2.0)),
    "shifted lognormal": (lambda n: 1.0 + n.random.lognormal(), None),
    "square": (lambda n: n.random.normal() ** 2, None),
    "two": (lambda n: n.random.normal() + n.random.normal(), None),
    "function": (lambda n: n.math.exp(n.random.normal()), None),
    "place": (lambda n: n.spatial.distance + 1.0, None),
    "comparison": (lambda n: n.random.uniform() < 0.5, None),
    "nothing left": (lambda n: n.math.redraw(n.random.uniform(), 2.0, 3.0), None),
    "hardly anything left": (lambda n: n.math.redraw(n.random.normal(), 50.0, 60.0), None),
    "inverse": (lambda n: 1.0 / n.random.uniform(1.0, 2.0), None),
    "nothing": (lambda n: 0.0 * n.random.normal(), None),
}  # fmt: skip


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_simple_parameters_are_distributions_of_simcore_with_the_same_law(name):
    make, expected = DISTRIBUTIONS[name]
    parameter = make(ours)
    found = parameter.distribution()
    assert found == expected
    if found is not None and not isinstance(found, distributions.Constant):
        drawn = found.quantile((np.arange(20_000) + 0.5) / 20_000)
        assert stats.ks_2samp(drawn, parameter.evaluate(Where(20_000, Stream(2, 2)))).pvalue > 1e-3


REFUSED = {
    "bounds": (lambda n: n.random.uniform(1.0, 1.0), "BadProperty", "> min = 1"),
    "NaN": (lambda n: n.random.normal(np.nan), "BadProperty", "finite number"),
    "word": (lambda n: n.random.normal("a"), "TypeMismatch", "expected a number"),
    "parameter": (lambda n: n.random.normal(n.random.uniform()), "TypeMismatch", "expected a number"),
    "std": (lambda n: n.random.normal(0.0, 0.0), "BadProperty", "> 0"),
    "std of a lognormal": (lambda n: n.random.lognormal(0.0, -1.0), "BadProperty", "> 0"),
    "whole": (lambda n: n.random.uniform_int(2.5), "TypeMismatch", "whole number"),
    "none": (lambda n: n.random.uniform_int(0), "BadProperty", r"\[1, "),
    "redraw": (lambda n: n.math.redraw(n.random.uniform(), 3.0, 1.0), "BadParameterValue", ">= min = 3"),
    "redraw of a number": (lambda n: n.math.redraw(1.0, 0.0, 1.0), "TypeMismatch", "a Parameter"),
    "bound": (lambda n: n.math.min(n.random.uniform(), n.random.uniform()), "TypeMismatch", "a number"),
    "exp": (lambda n: n.math.exp(2.0), "TypeMismatch", "a Parameter"),
    "condition": (lambda n: n.logic.conditional(True, 1.0, 2.0), "TypeMismatch", "a comparison"),
    "branch": (lambda n: n.logic.conditional(n.random.uniform() < 1.0, "a", 2.0), "TypeMismatch", "a Parameter or a number"),
    "beta": (lambda n: n.spatial_distributions.exponential(n.spatial.distance, 0.0), "BadProperty", "beta: got 0"),
    "rho": (lambda n: n.spatial_distributions.gaussian2D(n.spatial.pos.x, n.spatial.pos.y, rho=1.0), "BadProperty", "rho"),
    "wavelength": (
        lambda n: n.spatial_distributions.gabor(n.spatial.pos.x, n.spatial.pos.y, lam=0.0),
        "BadProperty",
        "wavelength",
    ),
    "distance of a number": (
        lambda n: n.spatial_distributions.gaussian(2.0),
        "TypeMismatch",
        r"such as nest\.spatial\.distance",
    ),
    "axis": (lambda n: n.spatial.pos.n(3), "BadParameterValue", "0, 1, 2"),
    "unknown type": (lambda n: n.CreateParameter("norml", {}), "UndefinedName", "did you mean 'normal'"),
    "unknown key": (lambda n: n.CreateParameter("normal", {"sdt": 1.0}), "UnaccessedDictionaryEntry", "did you mean 'std'"),
    "missing key": (lambda n: n.CreateParameter("constant", {}), "BadProperty", "'value'"),
    "no dictionary": (lambda n: n.CreateParameter("constant", 3.0), "TypeMismatch", "a dictionary"),
    "sum with a word": (lambda n: n.random.uniform() + "a", "TypeMismatch", "a Parameter or a number"),
    "comparison with nothing": (lambda n: n.random.uniform() == None, "TypeMismatch", "a Parameter or a number"),  # noqa: E711
    "distance alone": (lambda n: n.spatial.distance.GetValue(), "BadParameterValue", "two nodes"),
    "position alone": (lambda n: n.spatial.pos.x.GetValue(), "BadParameterValue", "nodes with positions"),
    "never inside": (lambda n: n.math.redraw(n.random.uniform(), 2.0, 3.0).GetValue(), "KernelException", "1000 draws"),
    "never changes": (
        lambda n: n.math.redraw(0.0 * n.spatial.pos.x, 2.0, 3.0).apply(_node(n)),
        "KernelException",
        "got 0, expected",
    ),
    "third axis": (lambda n: n.spatial.pos.z.apply(_node(n)), "BadParameterValue", "2 dimensions"),
    "third axis of a distance": (
        lambda n: n.spatial.distance.z.apply(_node(n), [[0.0, 0.0]]),
        "BadParameterValue",
        "2 dimensions",
    ),
    "places in three dimensions": (
        lambda n: n.spatial.distance.apply(_node(n), [[0.0, 0.0, 0.0]]),
        "BadProperty",
        "of 2 coordinates",
    ),
}


def _node(nest):
    return nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([1, 1]))


@pytest.mark.parametrize("name", REFUSED)
def test_wrong_parameters_are_refused(name):
    make, error, message = REFUSED[name]
    with pytest.raises(getattr(ours.NESTErrors, error), match=message):
        make(ours)


def test_an_impossible_branch_that_is_not_taken_is_no_error():
    impossible = ours.math.redraw(ours.random.uniform(), 2.0, 3.0)
    assert ours.logic.conditional(ours.random.uniform() < 2.0, 5.0, impossible).GetValue() == 5.0
