"""Elementary functions for kernels: the same bits on every machine, and loops around them vectorise.

Numba has no vector library any more, so `math.exp` in a kernel is one scalar call a number, and its last bit depends on the C
library and the processor. `exp` here is the table method of S. Nagy in Arm Optimized Routines (MIT licence; the GNU C library
uses it too), with every fused multiply-add written out. Its bits are those that the GNU C library gives on processors with that
instruction, so adaptive steps take the decisions of a C++ simulator there; elsewhere it is emulated, to the same bits.
"""

import math
from decimal import Decimal, localcontext

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from simcore.compile import compiled

__all__ = ["bits_from_float", "exp", "float_from_bits", "fused_multiply_add", "log"]

_BITS = 7
_ENTRIES = 1 << _BITS


def _powers_of_two() -> tuple[np.ndarray, np.ndarray]:
    """Bits of 2**(i / 128) without i in the exponent field's place, and the relative error of those floats."""
    with localcontext(prec=50):
        exact = [Decimal(2) ** (Decimal(i) / _ENTRIES) for i in range(_ENTRIES)]
        tails = np.array([float(e / Decimal(float(e)) - 1) for e in exact])
    bits = np.array([float(e) for e in exact]).view(np.int64)
    return bits - (np.arange(_ENTRIES, dtype=np.int64) << np.int64(52 - _BITS)), tails


_HEADS, _TAILS = _powers_of_two()
_PER_LN2 = 1.4426950408889634 * _ENTRIES
_LN2_HIGH = float.fromhex("-0x1.62e42fefa0000p-8")
_LN2_LOW = float.fromhex("-0x1.cf79abc9e3b39p-47")
# Adding 1.5 * 2**52 rounds to an integer that stands in the lowest bits.
_SHIFT = 6755399441055744.0
_C2, _C3 = float.fromhex("0x1.ffffffffffdbdp-2"), float.fromhex("0x1.555555555543cp-3")
_C4, _C5 = float.fromhex("0x1.55555cf172b91p-5"), float.fromhex("0x1.1111167a4d017p-7")


@intrinsic
def float_from_bits(typingctx, bits):
    """The float64 whose IEEE 754 bits are the int64 `bits`."""

    def codegen(context, builder, signature, args):
        return builder.bitcast(args[0], ir.DoubleType())

    return types.float64(types.int64), codegen


@intrinsic
def bits_from_float(typingctx, value):
    """The int64 of the IEEE 754 bits of a float64."""

    def codegen(context, builder, signature, args):
        return builder.bitcast(args[0], ir.IntType(64))

    return types.int64(types.float64), codegen


@intrinsic
def fused_multiply_add(typingctx, a, b, c):
    """``a * b + c``, rounded once."""

    def codegen(context, builder, signature, args):
        return builder.fma(*args)

    return types.float64(types.float64, types.float64, types.float64), codegen


@compiled(forceinline=True)
def exp(x):
    """Exponential function: relative error below 0.511 units in the last place; inf above 709.78, 0 below -708.39.

    Examples
    --------
    >>> exp(0.0)
    1.0
    """
    clipped = min(max(x, -708.39), 709.782712893384)
    shifted = fused_multiply_add(_PER_LN2, clipped, _SHIFT)
    k = bits_from_float(shifted)
    n = shifted - _SHIFT
    r = fused_multiply_add(n, _LN2_LOW, fused_multiply_add(n, _LN2_HIGH, clipped))
    i = np.uint64(k) & np.uint64(127)
    r2 = r * r
    low = fused_multiply_add(r2, fused_multiply_add(r, _C3, _C2), _TAILS[i] + r)
    rest = fused_multiply_add(r2 * r2, fused_multiply_add(r, _C5, _C4), low)
    # Half the power where it is large, so that it stays finite up to the overflow threshold.
    large = n > 0.0
    halved = np.int64(128) if large else np.int64(0)
    power = float_from_bits(_HEADS[i] + ((k - halved) << np.int64(45)))
    value = fused_multiply_add(power, rest, power) * (2.0 if large else 1.0)
    value = 0.0 if x < -708.39 else value
    value = math.inf if x > 709.782712893384 else value
    return value if x == x else x


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
