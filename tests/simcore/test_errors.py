"""Errors: the class that fits, and a message that says where, what was got, what is allowed and the nearest known name."""

import pickle

import numpy as np
import pytest

from simcore import errors
from simcore.errors import InconsistentError, ParameterError, UnknownNameError

FITS = {
    "ParameterError": ValueError, "InconsistentError": ValueError, "UnknownNameError": KeyError, "EdgeError": ValueError,
    "SimulationError": RuntimeError, "TooLargeError": MemoryError, "NumericalError": ArithmeticError,
    "FrozenNetworkError": RuntimeError, "OtherRankError": RuntimeError,
    "FileFormatError": ValueError,
}  # fmt: skip


@pytest.mark.parametrize("name", FITS)
def test_every_error_is_one_of_ours_and_the_builtin_one_that_fits(name):
    kind = getattr(errors, name)
    assert issubclass(kind, errors.NetspikeError)
    assert issubclass(kind, FITS[name])


def test_all_errors_are_exported_and_tested():
    assert set(errors.__all__) == {*FITS, "NetspikeError", "did_you_mean"}


def test_long_values_are_cut_and_others_shown_as_python_writes_them():
    assert str(ParameterError("a", got="x", expected="y")) == "a: got 'x', expected y"
    assert str(ParameterError("a", got=np.arange(3), expected="y")) == "a: got array([0, 1, 2]), expected y"
    long = str(ParameterError("a", got=list(range(1000)), expected="y"))
    assert long.startswith("a: got [0, 1, 2")
    assert long.endswith("..., expected y")
    assert len(long) < 120


def test_unknown_names_come_with_the_nearest_one_and_all_others():
    error = UnknownNameError("model", got="iaf_psc_epx", choices=["iaf_psc_exp", "iaf_cond_exp"])
    assert str(error) == "unknown model 'iaf_psc_epx'; did you mean 'iaf_psc_exp'? choose from: iaf_cond_exp, iaf_psc_exp"
    assert str(UnknownNameError("model", got="zzz", choices=["a"])) == "unknown model 'zzz'; choose from: a"
    assert str(UnknownNameError("model", got=3, choices=[])) == "unknown model 3; choose from: (none)"


def test_values_that_do_not_go_together_are_told_in_the_models_words():
    assert str(InconsistentError("iaf_psc_exp", "V_reset must be below V_th")) == "iaf_psc_exp: V_reset must be below V_th"


@pytest.mark.parametrize(
    "error",
    [
        ParameterError("a", got=1, expected="2"), InconsistentError("a", "b"), UnknownNameError("a", got="b", choices=["c"]),
        errors.EdgeError("a"), errors.NumericalError("a"), errors.FileFormatError("a.csv", line=3, got="b", expected="c"),
    ],
    ids=lambda e: type(e).__name__,
)  # fmt: skip
def test_errors_travel_between_processes(error):
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
