"""The exponential of kernels: bits, error, limits."""

import math
import platform
from decimal import Decimal, localcontext

import numpy as np
import pytest

from simcore.compile import compiled
from simcore.fastmath import exp, log


@compiled
def exp_of(x, out):
    for i in range(x.size):
        out[i] = exp(x[i])


@compiled
def libm_exp_of(x, out):
    for i in range(x.size):
        out[i] = math.exp(x[i])


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (-1e-3, 1e-3), (-30.0, 30.0), (-708.3, 709.78), (700.0, 709.78)])
def test_error_stays_near_half_a_unit_in_the_last_place(low, high):
    x = np.random.default_rng(1).uniform(low, high, 500)
    out = np.empty_like(x)
    exp_of(x, out)
    with localcontext(prec=40):
        errors = [abs((Decimal(v) - Decimal(a).exp()) / Decimal(math.ulp(v))) for a, v in zip(x, out, strict=True)]
    assert max(errors) < Decimal("0.512")


def test_limits():
    assert exp(0.0) == 1.0
    assert exp(709.782712893384) == math.exp(709.782712893384)
    assert [exp(710.0), exp(math.inf), exp(-709.0), exp(-math.inf)] == [math.inf, math.inf, 0.0, 0.0]
    assert math.isnan(exp(math.nan))


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc" or " fma " not in " ".join(open("/proc/cpuinfo").read().split()),
    reason="other C libraries, and processors without fused multiply-add, round otherwise",
)
def test_bits_are_those_of_the_gnu_c_library():
    x = np.random.default_rng(2).uniform(-500.0, 700.0, 200_000)
    x[::2] /= 100.0
    ours, theirs = np.empty_like(x), np.empty_like(x)
    exp_of(x, ours)
    libm_exp_of(x, theirs)
    np.testing.assert_array_equal(ours, theirs)


@compiled
def log_of(x, out):
    for i in range(x.size):
        out[i] = log(x[i])


@pytest.mark.parametrize(("low", "high"), [(-300.0, 300.0), (-1.0, 1.0), (-1e-3, 1e-3), (-1e-9, 1e-9)])
def test_logarithm_is_right_to_two_units_in_the_last_place(low, high):
    x = 10.0 ** np.random.default_rng(1).uniform(low, high, 500)
    out = np.empty_like(x)
    log_of(x, out)
    with localcontext(prec=40):
        errors = [abs((Decimal(v) - Decimal(a).ln()) / Decimal(math.ulp(v))) for a, v in zip(x, out, strict=True)]
    assert max(errors) < 2
    assert log(1.0) == 0.0
