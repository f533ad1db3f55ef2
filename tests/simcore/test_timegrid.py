"""The time grid: milliseconds and steps, rounded as NEST rounds them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcore.errors import ParameterError
from simcore.timegrid import TimeGrid, steps_up

GRIDS = [0.001, 0.025, 0.1, 0.125, 0.3, 1.0, 2.5]


@pytest.mark.parametrize("dt", GRIDS)
def test_steps_and_times_are_inverse_and_times_are_the_nearest_decimals(dt):
    grid = TimeGrid(dt)
    steps = np.array([0, 1, 2, 3, 7, 1000, 123_457, 10**9])
    times = grid.times(steps)
    assert times.tolist() == [float(f"{int(s) * grid.tics // 1000}.{int(s) * grid.tics % 1000:03d}") for s in steps]
    np.testing.assert_array_equal(grid.steps_exact(times), steps)
    assert [grid.times(int(s)) for s in steps] == times.tolist()
    assert [grid.steps(t) for t in times] == steps.tolist()


@given(step=st.integers(0, 10**10), tics=st.integers(1, 5000))
def test_any_time_of_any_grid_finds_its_step(step, tics):
    grid = TimeGrid(tics / 1000)
    assert grid.steps(grid.times(step)) == step
    assert grid.steps(step * grid.dt) == step


@pytest.mark.parametrize("time", [0.05, 1.0006, 0.1004 * 3, -0.02, np.nan, np.inf, -np.inf, 1e300])
def test_times_off_the_grid_are_refused(time):
    with pytest.raises(ParameterError, match="here: got .*expected a multiple of dt = 0.1 ms"):
        TimeGrid(0.1).steps(time, "here")


@pytest.mark.parametrize("time", ["1.0", None, [1.0], np.array([1.0]), 1j, True])
def test_what_is_no_time_is_refused(time):
    with pytest.raises(ParameterError, match="here: got .*expected (one number|a number)"):
        TimeGrid(0.1).steps(time, "here")


def test_times_within_half_a_microsecond_belong_to_the_grid():
    assert TimeGrid(0.1).steps(1.0004) == 10
    assert TimeGrid(0.1).steps(0.9996) == 10
    assert TimeGrid(0.1).steps(-0.3) == -3


@pytest.mark.parametrize(
    ("time", "steps"), [(0.05, 1), (0.14, 1), (0.15, 2), (1.04, 10), (1.05, 11), (1.0, 10), (0.2494, 2), (0.2499, 2)]
)
def test_delays_go_to_the_nearest_step_half_up(time, steps):
    assert TimeGrid(0.1).steps_nearest(time) == steps
    assert TimeGrid(0.1).steps_nearest([time, time]).tolist() == [steps, steps]


@given(tics=st.integers(1, 3000), time=st.integers(0, 10**6))
def test_rounding_is_that_of_whole_numbers_but_for_the_last_bit_of_a_tie(tics, time):
    nearest, is_tie = (2 * time + tics) // (2 * tics), (2 * time) % (2 * tics) == tics
    assert TimeGrid(tics / 1000).steps_nearest(time / 1000) in ({nearest - 1, nearest} if is_tie else {nearest})


@pytest.mark.parametrize(("duration", "steps"), [(2.0, 20), (2.04, 21), (2.05, 21), (2.06, 21), (0.04, 1), (0.0, 0), (0.1, 1)])
def test_refractory_periods_are_rounded_up_as_in_nest(duration, steps):
    assert int(steps_up(duration, 0.1)) == steps


@given(tics=st.integers(1, 3000), time=st.integers(0, 10**6))
def test_rounding_up_is_that_of_whole_numbers(tics, time):
    assert int(steps_up(time / 1000, tics / 1000)) == -(-time // tics)
    assert steps_up(np.array([time / 1000] * 2), tics / 1000).tolist() == [-(-time // tics)] * 2


@pytest.mark.parametrize("dt", [0.0, -0.1, 0.0005, 0.1004, np.nan, np.inf])
def test_steps_that_are_no_whole_microseconds_are_refused(dt):
    with pytest.raises(ParameterError, match="dt: got .*expected (>= 0.001 ms|a multiple of 0.001 ms)"):
        TimeGrid(dt)
