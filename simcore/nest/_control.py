"""Run the simulation, in one call or in pieces."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from simcore.nest._kernel import kernel
from simcore.nest.errors import raised

__all__ = ["Cleanup", "Prepare", "ResetKernel", "Run", "RunManager", "Simulate"]


def Simulate(t: float) -> None:
    """Simulate the network for a while.

    Ctrl-C stops at a step of the grid; the network stays valid, and another call goes on.

    Parameters
    ----------
    t : float
        Time in ms, a multiple of the resolution.

    Raises
    ------
    BadParameter
        A time that is negative, not finite or off the grid; nothing has changed then.
    KernelException
        Called between ``Prepare`` and ``Cleanup``.
    NumericalInstability
        A state variable became NaN or infinite; the message names neuron, variable and time.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> neuron = nest.Create("iaf_psc_alpha", params={"I_e": 376.0})
    >>> recorder = nest.Create("spike_recorder")
    >>> nest.Connect(neuron, recorder)
    >>> nest.Simulate(200.0)
    >>> recorder.get("events", "times")
    array([ 59.3, 120.6, 181.9])
    """
    if kernel.is_prepared:
        raise raised(
            "KernelException", "Simulate: called between Prepare() and Cleanup(); call Run(t) there, or Cleanup() first"
        )
    _timed(t)


def Prepare() -> None:
    """Get ready for calls of ``Run``; parameters of recorders are fixed until ``Cleanup``."""
    if kernel.is_prepared:
        raise raised("KernelException", "Prepare: called twice; call Cleanup() before")
    kernel.is_prepared = True


def Run(t: float) -> None:
    """Simulate for a while, between ``Prepare`` and ``Cleanup``; see `Simulate`."""
    if not kernel.is_prepared:
        raise raised("KernelException", "Run: call Prepare() before")
    _timed(t)


def Cleanup() -> None:
    """End what ``Prepare`` began."""
    if not kernel.is_prepared:
        raise raised("KernelException", "Cleanup: call Prepare() before")
    kernel.is_prepared = False


def _timed(t: float) -> None:
    began = time.perf_counter()
    try:
        kernel.run(t)
    finally:
        kernel.seconds["simulate"] += time.perf_counter() - began


@contextmanager
def RunManager() -> Iterator[None]:
    """Call ``Prepare``, and ``Cleanup`` at the end of the block.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> with nest.RunManager():
    ...     for _ in range(10):
    ...         nest.Run(1.0)
    >>> nest.biological_time
    10.0
    """
    Prepare()
    try:
        yield
    finally:
        Cleanup()


def ResetKernel() -> None:
    """Remove all nodes, connections and copied models, and put settings back to their defaults.

    The verbosity, ``nest.data_path`` and ``nest.data_prefix`` stay, as in NEST.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> neuron = nest.Create("iaf_psc_alpha")
    >>> nest.ResetKernel()
    >>> nest.network_size
    0
    """
    kernel.reset()
