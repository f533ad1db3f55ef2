"""What the step loop needs from the machine and Numba does not offer: atomics, calls by address, arrays at addresses."""

import sys

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import populate_array

from simcore.compile import compiled_inner

__all__ = [
    "add_atomically",
    "array_at",
    "barrier",
    "call_allgather",
    "call_deliver",
    "call_exchange",
    "call_fold",
    "call_step",
    "load_atomically",
    "prefetch",
    "ticks",
]

_WORD = ir.IntType(64)


@intrinsic
def add_atomically(typingctx, address, value):
    """Add int64 `value` to the int64 at `address`."""

    def codegen(context, builder, signature, args):
        return builder.atomic_rmw("add", builder.inttoptr(args[0], _WORD.as_pointer()), args[1], "seq_cst")

    return types.int64(types.int64, types.int64), codegen


@intrinsic
def load_atomically(typingctx, address):
    """The int64 at `address`, as other threads left it."""

    def codegen(context, builder, signature, args):
        return builder.load_atomic(builder.inttoptr(args[0], _WORD.as_pointer()), "acquire", 8, typ=_WORD)

    return types.int64(types.int64), codegen


@intrinsic
def prefetch(typingctx, address):
    """Ask for the cache line at `address` before it is read."""

    def codegen(context, builder, signature, args):
        byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(function, [builder.inttoptr(args[0], byte), word(0), word(3), word(1)])
        return context.get_dummy_value()

    return types.void(types.int64), codegen


@intrinsic
def array_at(typingctx, address, size, dtype):
    """The array of `size` numbers of type `dtype` that lies at `address`.

    As `numba.carray` would make it, but without a compilation for each type.
    """
    item = dtype.dtype
    kind = types.Array(item, 1, "C")

    def codegen(context, builder, signature, args):
        array, data_type = context.make_array(kind)(context, builder), context.get_data_type(item)
        item_size = context.get_constant(types.intp, context.get_abi_sizeof(data_type))
        data = builder.inttoptr(args[0], data_type.as_pointer())
        populate_array(array, data=data, shape=[args[1]], strides=[item_size], itemsize=item_size, meminfo=None)
        return array._getvalue()

    return kind(types.int64, types.int64, dtype), codegen


def _call(arguments):
    """An intrinsic that calls the function at an address with `arguments` int64 arguments and returns its int64."""
    kind = ir.FunctionType(_WORD, [_WORD] * arguments)

    def codegen(context, builder, signature, args):
        return builder.call(builder.inttoptr(args[0], kind.as_pointer()), args[1:])

    return types.int64(*[types.int64] * (arguments + 1)), codegen


@intrinsic
def call_step(typingctx, function, table, step):
    """Call the neuron or device kernel at address `function`: ``kernel(table, step)``."""
    return _call(2)


@intrinsic
def call_deliver(typingctx, function, table, entries, n_entries):
    """Call the delivery kernel at address `function`: ``kernel(table, entries, n_entries)``."""
    return _call(3)


@intrinsic
def call_fold(typingctx, function, table, latest, step):
    """Call the kernel at address `function` that folds spikes into plastic weights: ``fold(table, latest, step)``."""
    return _call(3)


@intrinsic
def call_exchange(typingctx, function, record):
    """Call the exchange between ranks at address `function`: ``exchange(record)``."""
    return _call(1)


@intrinsic
def call_allgather(typingctx, function, give, n_give, give_type, take, n_take, take_type, comm):
    """Call MPI_Allgather at address `function`."""
    return _call(7)


# What the operating system calls giving up the rest of a time slice.
_yield_thread = types.ExternalFunction("SwitchToThread" if sys.platform == "win32" else "sched_yield", types.int32())


if sys.platform == "win32":
    _read_clock = types.ExternalFunction("QueryPerformanceCounter", types.int32(types.intp))

    @compiled_inner
    def ticks(address):
        """Wall time in ticks of some length; `address` is that of two int64 to be written."""
        _read_clock(address)
        return array_at(address, 2, np.int64)[0]

else:
    _MONOTONIC = 6 if sys.platform == "darwin" else 1
    _read_clock = types.ExternalFunction("clock_gettime", types.int32(types.int32, types.intp))

    @compiled_inner
    def ticks(address):
        """Wall time in ticks of some length; `address` is that of two int64 to be written."""
        _read_clock(_MONOTONIC, address)
        seconds_and_rest = array_at(address, 2, np.int64)
        return seconds_and_rest[0] * 1_000_000_000 + seconds_and_rest[1]


@compiled_inner
def barrier(counter, phase, n_threads):
    """Wait until all threads have come here `phase` + 1 times; `counter` is the address of a shared int64.

    Spins for about a microsecond, then lets other processes run, which keeps a busy neighbour from costing a time slice a step.
    """
    if n_threads > 1:
        add_atomically(counter, 1)
        goal = (phase + 1) * n_threads
        spins = 0
        while load_atomically(counter) < goal:
            spins += 1
            if spins > 300:
                _yield_thread()
                spins = 0
    return phase + np.int64(1)
