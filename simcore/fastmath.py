"""Elementary functions for kernels: the same bits on every machine, and loops around them vectorise.

Numba has no vector library any more, so `math.exp` in a kernel is one scalar call a number, and its last bit depends on the
C library. The functions here are plain arithmetic after Cody & Waite (1980, ISBN 0-13-822064-6): reduce the argument, evaluate
a polynomial, scale by a power of two, with the leading term added exactly, so that the error stays near half a unit in the last place.
"""

import math

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from simcore.compile import compiled

__all__ = ["bits_from_float", "exp", "float_from_bits", "log"]


@intrinsic
def float_from_bits(typingctx, bits):
    """The float64 whose IEEE 754 bits are the int64 `bits`."""

    def codegen(context, builder, signature, args):
        return builder.bitcast(args[0], ir.DoubleType())

    return types.float64(types.int64), codegen


@compiled(forceinline=True)
def exp(x):
    """Exponential function: relative error below 0.6 units in the last place; inf above 709.78, 0 below -708.39.

    Examples
    --------
    >>> exp(0.0)
    1.0
    """
    clipped = min(max(x, -708.39), 709.782712893384)
    n = np.floor(clipped * 1.4426950408889634 + 0.5)
    high = clipped - n * 0.6931471803691238
    low = n * 1.9082149292705877e-10
    r = high - low
    rest = (high - r) - low
    # Taylor coefficients to r**13 / 13!: the truncation is below 1e-17 on |r| <= ln(2) / 2.
    p = 1.6059043836821613e-10
    p = p * r + 2.08767569878681e-09
    p = p * r + 2.505210838544172e-08
    p = p * r + 2.755731922398589e-07
    p = p * r + 2.7557319223985893e-06
    p = p * r + 2.48015873015873e-05
    p = p * r + 0.0001984126984126984
    p = p * r + 0.001388888888888889
    p = p * r + 0.008333333333333333
    p = p * r + 0.041666666666666664
    p = p * r + 0.16666666666666666
    p = p * r + 0.5
    total = 1.0 + r
    error = (r - (total - 1.0)) + (rest + r * r * p + r * rest)
    # Two factors keep the power of two a normal number up to the overflow threshold.
    half = np.int64(n) >> np.int64(1)
    first = float_from_bits((half + np.int64(1023)) << np.int64(52))
    second = float_from_bits((np.int64(n) - half + np.int64(1023)) << np.int64(52))
    value = (total + error) * first * second
    value = 0.0 if x < -708.39 else value
    value = math.inf if x > 709.782712893384 else value
    return value if x == x else x


@intrinsic
def bits_from_float(typingctx, value):
    """The IEEE 754 bits of a float64, as an int64."""

    def codegen(context, builder, signature, args):
        return builder.bitcast(args[0], ir.IntType(64))

    return types.int64(types.float64), codegen


@compiled(forceinline=True)
def log(x):
    """Natural logarithm of a positive normal number: relative error below 2 units in the last place.

    Examples
    --------
    >>> log(1.0)
    0.0
    """
    bits = bits_from_float(x)
    # The mantissa m lies in [sqrt(1/2), sqrt(2)), so that log(m) and the exponent do not cancel.
    shifted = bits - np.int64(0x3FE6A09E667F3BCD)
    n = np.float64(shifted >> np.int64(52))
    m = float_from_bits(bits - (shifted & np.int64(-4503599627370496)))
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    # log(m) = 2 atanh(s); |s| < 0.1716, so z**11 / 23 is below 1e-18.
    p = 0.09523809523809523
    p = p * z + 0.10526315789473684
    p = p * z + 0.11764705882352941
    p = p * z + 0.13333333333333333
    p = p * z + 0.15384615384615385
    p = p * z + 0.18181818181818182
    p = p * z + 0.2222222222222222
    p = p * z + 0.2857142857142857
    p = p * z + 0.4
    p = p * z + 0.6666666666666666
    return n * 0.6931471803691238 + ((f - s * (f - z * p)) + n * 1.9082149292705877e-10)
