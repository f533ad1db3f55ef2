"""Ranks: the processes that simulate one network together, found through MPI; one process alone is the ordinary case.

Every rank runs the same script. What one rank knows and the others need goes through `Ranks.share`, which also carries an error
of one rank to all others, so that nobody waits for a rank that has given up.
"""

import functools
import os
import socket
import sys
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from simcore.errors import OtherRankError, ParameterError, SimulationError
from simcore.interrupt import Interrupt

__all__ = ["Ranks", "launched", "library_kind"]

# Environment variables by which launchers tell a process how many there are, and whose launcher it is then.
_SIZES = {"OMPI_COMM_WORLD_SIZE": "Open MPI", "PMI_SIZE": "MPICH", "SLURM_STEP_NUM_TASKS": "Slurm"}
# And their number of this process: a size alone may be left over from a job that contains this process.
_RANKS = ("PMI_RANK", "PMIX_RANK", "OMPI_COMM_WORLD_RANK")

# How long other ranks than the first wait with their message, one after the other, since they may all have the same to say [s].
_PATIENCE, _AFTER_ANOTHER = 1.0, 0.3

# How long the launcher gets to read a message before all ends [s].
_TO_BE_READ = 0.2


class Ranks:
    """The processes that share a simulation.

    Parameters
    ----------
    comm : mpi4py communicator, optional
        None: this process alone.

    Attributes
    ----------
    rank, size, on_this_machine : int
        Number of this process, number of all, and of those on its machine.

    Examples
    --------
    >>> alone = Ranks()
    >>> alone.size, alone.share("all that there is")
    (1, ['all that there is'])
    """

    def __init__(self, comm: Any = None) -> None:
        self._comm = None if comm is None or comm.Get_size() == 1 else _own_channel(comm)
        self.rank = 0 if self._comm is None else self._comm.Get_rank()
        self.size = 1 if self._comm is None else self._comm.Get_size()
        self.on_this_machine = 1
        # The error that all ranks know of already.
        self._told: BaseException | None = None
        if self.size > 1:
            _end_all_on_errors()
            self.on_this_machine = self.share(socket.gethostname()).count(socket.gethostname())

    @classmethod
    def find(cls, comm: Any = None) -> "Ranks":
        """The ranks of a communicator; without one those that a launcher such as mpiexec started, if it did.

        Raises
        ------
        SimulationError
            The launcher and the MPI library do not belong together, or mpi4py is missing.
        """
        if comm is not None:
            if not all(hasattr(comm, name) for name in ("Get_rank", "Get_size", "allgather", "Dup")):
                raise ParameterError("Simulation: comm", got=comm, expected="an mpi4py communicator, or None")
            return cls(comm)
        started = launched(os.environ)
        return cls() if started is None else cls(_world(*started))

    # -- talking -------------------------------------------------------------------------------------------------------------

    def share(self, value: Any) -> list[Any]:
        """What every rank gave, in order of rank; all ranks must call it.

        Raises
        ------
        SimulationError
            Another rank failed instead of sharing; the message is its own.
        """
        if self._comm is None:
            return [value]
        found = self._comm.allgather(value)
        failures = [v for v in found if isinstance(v, _Failure)]
        if failures:
            raise OtherRankError(failures[0].message)
        return found

    def least(self, number: int) -> int:
        """The least of the ranks' numbers."""
        return min(self.share(number))

    def join(self, size: int, places: np.ndarray, columns: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Arrays of which every rank has a part: `size` entries along the last axis, this rank's at `places`.

        Examples
        --------
        >>> Ranks().join(3, np.array([2, 0, 1]), {"weight": np.array([7.0, 5.0, 6.0])})
        {'weight': array([5., 6., 7.])}
        """
        if self._comm is None and np.array_equal(places, np.arange(size)):
            return dict(columns)
        whole = {name: np.empty((*part.shape[:-1], size), dtype=part.dtype) for name, part in columns.items()}
        for where, parts in self.share((places, dict(columns))):
            for name, part in parts.items():
                whole[name][..., where] = part
        return whole

    @contextmanager
    def together(self, call: str) -> Iterator[None]:
        """Work that all ranks do: if one fails, the others get its error too, instead of waiting for it.

        `call` says which work, so that ranks that begin different work find out.
        """
        if self._comm is None:
            yield
            return
        # Ctrl-C between two messages would leave the others waiting: all ranks raise it together, at the end.
        with Interrupt() as interrupt:
            self._check_call(call)
            try:
                yield
            except OtherRankError:
                raise
            except BaseException as error:
                if error is not self._told:
                    self._comm.allgather(_Failure(f"rank {self.rank}: {type(error).__name__}: {error}"))
                    self._told = error
                raise
            interrupt.settle(any(self.share(interrupt.asked)))

    def _check_call(self, call: str) -> None:
        for rank, other in enumerate(self.share(call)):
            if other != call:
                self._told = SimulationError(
                    f"the ranks do different things: rank {self.rank} is in {call}, rank {rank} in {other}; "
                    "every call to a simulation must be made by all ranks"
                )
                raise self._told

    @contextmanager
    def first_alone(self) -> Iterator[None]:
        """Work that the first rank does before the others, which then find what it compiled."""
        if self.rank > 0:
            self.share("compiled by the first rank")
        try:
            yield
        finally:
            if self.rank == 0:
                self.share("compiled by the first rank")

    def check_same(self, what: Sequence[tuple[str, Any]]) -> None:
        """Refuse to go on if the ranks do not describe the same network; `what` holds names and values."""
        for rank, other in enumerate(self.share(list(what))):
            for k in range(max(len(what), len(other))):
                mine, theirs = (x[k] if k < len(x) else ("nothing more", None) for x in (what, other))
                if mine != theirs:
                    raise SimulationError(
                        f"the ranks describe different networks: {mine[0]} on rank {self.rank}, {theirs[0]} on rank {rank}, "
                        "or with other values; every rank must run the same script with the same seeds"
                    )

    def allgather_call(self) -> tuple[int, int, int]:
        """Address of MPI_Allgather, and MPI's handles of the communicator and of int32, for compiled code; zeros if alone."""
        if self._comm is None:
            return 0, 0, 0
        import ctypes

        from mpi4py import MPI

        function = ctypes.cast(_library(MPI).MPI_Allgather, ctypes.c_void_p).value or 0
        handles = [MPI._handleof(thing) for thing in (self._comm, MPI.INT32_T)]
        comm, kind = (h - 2**64 if h >= 2**63 else h for h in handles)
        return function, comm, kind

    def threads(self) -> int:
        """Threads for this rank: ``NETSPIKE_THREADS``, else the cores that it may use, shared with the ranks of its machine."""
        from simcore.compile import default_threads

        asked = os.environ.get("NETSPIKE_THREADS", "")
        if asked:
            if not asked.isdigit() or int(asked) < 1:
                raise ParameterError("NETSPIKE_THREADS", got=asked, expected="a whole number >= 1")
            return int(asked)
        if self._comm is None:
            return default_threads()
        cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(default_threads()))
        found = self.share((socket.gethostname(), cores))
        together = set().union(*(others for name, others in found if name == found[self.rank][0]))
        return max(1, min(default_threads(), len(together) // self.on_this_machine))

    def abort(self, error: BaseException) -> None:
        """End all ranks because of an error in the middle of a run, where the others cannot be told; alone does nothing."""
        if self._comm is not None:
            _abort(self._comm, self.rank, error)

    def __repr__(self) -> str:
        return f"Ranks(rank {self.rank} of {self.size})"


class _Failure:
    """What a rank that failed shares instead of a value."""

    def __init__(self, message: str) -> None:
        self.message = message


def launched(environment: Any) -> tuple[str, int] | None:
    """Whose launcher started this process, and how many of them; None for a process on its own.

    Examples
    --------
    >>> launched({"PMI_RANK": "0", "PMI_SIZE": "4"})
    ('MPICH', 4)
    >>> launched({}) is None
    True
    """
    if not any(name in environment for name in _RANKS):
        return None
    for name, kind in _SIZES.items():
        if environment.get(name, "").isdigit():
            size = int(environment[name])
            kind = "Slurm" if kind == "MPICH" and "SLURM_STEP_ID" in environment else kind
            return None if size == 1 else (kind, size)
    return "an unknown launcher", 0


def library_kind(version: str) -> str:
    """Short name of an MPI library by what it says of itself.

    Examples
    --------
    >>> library_kind("Open MPI v5.0.8, package: ...")
    'Open MPI'
    """
    known = ("Open MPI", "Intel", "MPICH", "MVAPICH", "Microsoft")
    return next((name for name in known if name.lower() in version.lower()), version.split("\n")[0])


def _world(launcher: str, size: int) -> Any:
    """All processes that the launcher started."""
    try:
        import mpi4py

        fresh = "mpi4py.MPI" not in sys.modules
        if fresh:
            # A library that meets a foreign launcher may end the process when it starts, so it is looked at before.
            mpi4py.rc.initialize, mpi4py.rc.finalize = False, True
        from mpi4py import MPI
    except (ImportError, RuntimeError) as error:  # RuntimeError: mpi4py without an MPI library
        raise SimulationError(
            f"{launcher} started {size or 'several'} processes, but mpi4py cannot be used ({error}): "
            'pip install "netspike[mpi]", or on a cluster mpi4py beside its own MPI'
        ) from error
    version = MPI.Get_library_version().split("\n")[0]
    kind = library_kind(version)
    pair = f"launcher: {launcher}, for {size} processes; library: {version} ({_path(MPI)})"
    advice = "start with the mpiexec of that library, or with: python -m simcore run -n N script.py"
    if "Open MPI" in (launcher, kind) and launcher not in (kind, "Slurm", "an unknown launcher"):
        raise SimulationError(f"the MPI launcher and library do not belong together ({pair}); {advice}")
    if fresh and not MPI.Is_initialized():
        MPI.Init_thread()
    if size and MPI.COMM_WORLD.Get_size() != size:
        raise SimulationError(
            f"the MPI library sees {MPI.COMM_WORLD.Get_size()} of the launcher's processes ({pair}); {advice}"
        )
    return MPI.COMM_WORLD


def _path(module: Any) -> str:
    """Where the MPI library is, as far as the system tells."""
    try:
        with open("/proc/self/maps") as maps:
            return next(line.split()[-1] for line in maps if "/libmpi" in line)
    except (OSError, StopIteration):
        return module.__file__


def _library(module: Any) -> Any:
    """The MPI library as ctypes sees it, through the module that is linked to it."""
    import ctypes

    for name in (module.__file__, "impi.dll", "msmpi.dll"):
        try:
            library = ctypes.CDLL(name)
            _ = library.MPI_Allgather
        except (OSError, AttributeError):
            continue
        return library
    raise SimulationError(f"MPI_Allgather is not to be found through {module.__file__}")


def _own_channel(comm: Any) -> Any:
    """A duplicate of the communicator, made once and kept with it, so that our messages never meet the user's."""
    key = _channel_key()
    channel = comm.Get_attr(key)
    if channel is None:
        channel = comm.Dup()
        comm.Set_attr(key, channel)
    return channel


@functools.cache
def _channel_key() -> int:
    from mpi4py import MPI

    return MPI.Comm.Create_keyval()


@functools.cache
def _end_all_on_errors() -> None:
    """From now on an error that nobody catches ends all ranks, with the message of one."""
    before = sys.excepthook

    def hook(kind: type[BaseException], error: BaseException, trace: Any) -> None:
        from mpi4py import MPI

        world = MPI.COMM_WORLD
        if world.Get_rank() > 0:
            time.sleep(_PATIENCE + _AFTER_ANOTHER * min(world.Get_rank(), 20))
        if world.Get_size() == 1 or MPI.Is_finalized():
            before(kind, error, trace)
        else:
            _abort(world, world.Get_rank(), error)

    sys.excepthook = hook


def _abort(comm: Any, rank: int, error: BaseException) -> None:
    lines = "".join(traceback.format_exception(error))
    sys.stdout.flush()
    sys.stderr.write(f"rank {rank} of {comm.Get_size()} ends all:\n{lines}")
    sys.stderr.flush()
    time.sleep(_TO_BE_READ)
    comm.Abort(130 if isinstance(error, KeyboardInterrupt) else 1)
