"""Tables of parameters: what a value may be, and how a wrong one is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from simcore import devices, models, synapses
from simcore.errors import NetspikeError, ParameterError, UnknownNameError
from simcore.parameter import Param, State, as_floats, check_names, check_value, check_values

POSITIVE = Param(1.0, "pF", "capacitance", above=0.0)
BETWEEN = Param(0.5, "", "share", low=0.0, high=1.0)
BELOW = Param(0.0, "mV", "potential", below=10.0)
ENDLESS = Param(np.inf, "ms", "stop", infinite=True)


@pytest.mark.parametrize("value", [1, 1.5, np.float32(2.0), np.int8(3), np.array(4.0)])
def test_numbers_become_floats(value):
    found = check_value("here", value, POSITIVE)
    assert type(found) is float
    assert found == float(value)


@given(npst.arrays(np.float64, st.integers(0, 5), elements=st.floats(0.1, 1e9)))
def test_arrays_become_arrays_of_their_own(values):
    found = check_value("here", values, POSITIVE, size=values.size)
    np.testing.assert_array_equal(found, values)
    assert found.dtype == np.float64
    values[:] = -1.0
    assert (found > 0.0).all()


def test_read_only_arrays_are_not_handed_on():
    values = np.array([1.0, 2.0])
    values.flags.writeable = False
    found = check_value("here", values, POSITIVE, size=2)
    found[0] = 3.0
    assert values.tolist() == [1.0, 2.0]


REFUSED = [
    (0.0, POSITIVE, None, "here: got 0.0, expected > 0 pF"),
    (-1.0, BETWEEN, None, "here: got -1.0, expected >= 0 and <= 1"),
    (1.5, BETWEEN, None, "here: got 1.5, expected >= 0 and <= 1"),
    (10.0, BELOW, None, "here: got 10.0, expected < 10 mV"),
    ([1.0, 0.0], POSITIVE, 2, "here: got '0 at position 1', expected > 0 pF"),
    (np.nan, POSITIVE, None, "here: got nan, expected a finite number"),
    (np.nan, ENDLESS, None, "here: got nan"),
    (np.inf, POSITIVE, None, "here: got inf, expected a finite number"),
    ([1.0], POSITIVE, None, r"here: got \[1.0\], expected one number"),
    ([1.0], POSITIVE, 2, r"an array of shape \(1,\)', expected shape \(2,\)"),
    ([[1.0, 2.0]], POSITIVE, 2, r"an array of shape \(1, 2\)"),
    ([[1.0], [1.0, 2.0]], POSITIVE, 2, "here: got .*expected a number or an array of numbers"),
    ("1.0", POSITIVE, None, "here: got '1.0', expected a number"),
    (["1.0"], POSITIVE, 1, r"here: got \['1.0'\]"),
    (None, POSITIVE, None, "here: got None"),
    (True, POSITIVE, None, "here: got True"),
    (1 + 0j, POSITIVE, None, "here: got "),
    ({}, POSITIVE, None, "here: got {}"),
    (1, Param(True, "", "switch"), None, "here: got 1, expected a bool"),
    ("yes", Param(True, "", "switch"), None, "here: got 'yes', expected a bool"),
    (1, Param("linear", "", "kind"), None, "here: got 1, expected a str"),
    (np.inf, State("mV", "potential"), None, "here: got inf"),
]


@pytest.mark.parametrize(("value", "param", "size", "message"), REFUSED, ids=str)
def test_values_that_are_not_allowed_are_refused(value, param, size, message):
    with pytest.raises(ParameterError, match=message):
        check_value("here", value, param, size=size)


def test_values_at_the_bounds_are_allowed_where_the_bounds_are_inclusive():
    assert check_value("here", 0.0, BETWEEN) == 0.0
    assert check_value("here", 1.0, BETWEEN) == 1.0
    assert check_value("here", np.inf, ENDLESS) == np.inf
    assert check_value("here", np.bool_(False), Param(True, "", "switch")) is False
    assert check_value("here", "cubic", Param("linear", "", "kind")) == "cubic"


def test_dictionaries_are_checked_name_by_name():
    table = {"C_m": POSITIVE, "share": BETWEEN}
    assert check_values("parameter of thing", {"C_m": 2}, table) == {"C_m": 2.0}
    with pytest.raises(UnknownNameError, match="unknown parameter of thing 'c_m'; did you mean 'C_m'"):
        check_values("parameter of thing", {"C_m": 2.0, "c_m": 1.0}, table)
    with pytest.raises(ParameterError, match="thing: share: got 2.0"):
        check_values("parameter of thing", {"share": 2.0}, table)
    check_names("name", {}, table)


@pytest.mark.parametrize(
    ("param", "words"),
    [(POSITIVE, "> 0 pF"), (BETWEEN, ">= 0 and <= 1"), (BELOW, "< 10 mV"), (Param(1.0, "", "any"), "a finite number")],
)
def test_allowed_ranges_are_told_in_words(param, words):
    assert param.allowed() == words


def test_whole_default_values_become_floats_and_lists_are_marked():
    assert type(Param(3, "", "number").default) is float
    assert Param(True, "", "switch").default is True
    assert Param((), "ms", "times").is_list
    assert not POSITIVE.is_list


@pytest.mark.parametrize("value", [np.arange(3), [1, 2.5], 7, np.float16(0.5), [], np.zeros((2, 0))])
def test_numbers_of_any_kind_become_double_precision(value):
    found = as_floats("here", value)
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, np.asarray(value, dtype=float))


def test_arrays_that_can_change_are_copied_and_others_taken_as_they_are():
    values = np.array([1.0, 2.0])
    assert not np.shares_memory(as_floats("here", values), values)
    values.flags.writeable = False
    assert np.shares_memory(as_floats("here", values), values)


@pytest.mark.parametrize("registry", [models.REGISTRY, devices.REGISTRY, synapses.REGISTRY], ids=lambda r: r.kind)
def test_every_table_of_every_registry_has_units_texts_and_defaults_within_its_bounds(registry):
    assert registry.names()
    for name in registry.names():
        model = registry.get(name)
        assert registry.get(model) is model
        for key, param in model.settable.items():
            assert param.doc, (name, key)
            assert isinstance(param.unit, str)
            if isinstance(param, Param) and not isinstance(param.default, (bool, str)):
                check_value(key, param.default, param, size=len(param.default) if param.is_list else None)


def test_an_unknown_name_of_a_registry_is_refused_with_the_nearest_one():
    with pytest.raises(UnknownNameError, match="unknown synapse model 'static'; did you mean 'static_synapse'") as caught:
        synapses.REGISTRY.get("static")
    assert isinstance(caught.value, (KeyError, NetspikeError))
    with pytest.raises(UnknownNameError):
        models.REGISTRY.get(5)
