"""Both sides of a comparison: the same code on this simulator and on NEST."""

import numpy as np

import simcore.nest as ours


def nest_itself():
    """NEST, quiet; the test is skipped where it is not installed."""
    from tests.oracle import nest_runs

    nest_runs.nest.verbosity = nest_runs.nest.VerbosityLevel.QUIET
    return nest_runs.nest


def run(script, nest):
    """What a script, given as a function of the module, returns on an empty kernel."""
    nest.ResetKernel()
    try:
        return script(nest)
    finally:
        nest.ResetKernel()


def assert_same_result(script):
    """The script returns the same here and on NEST."""
    assert_same(run(script, ours), run(script, nest_itself()))


def assert_same(ours, theirs, path="result"):
    """Dictionaries, lists, texts and numbers are the same; numbers to 1e-9."""
    if isinstance(theirs, dict):
        assert sorted(ours) == sorted(theirs), path
        for name in theirs:
            assert_same(ours[name], theirs[name], f"{path}[{name!r}]")
    elif isinstance(theirs, (list, tuple)) and any(isinstance(one, (dict, list, tuple, str)) for one in theirs):
        assert len(ours) == len(theirs), path
        for k, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            assert_same(one, other, f"{path}[{k}]")
    elif isinstance(theirs, str) or theirs is None:
        assert ours == theirs, path
    else:
        got, expected = (np.asarray(values, dtype=float) for values in (ours, theirs))
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-9, err_msg=path)
