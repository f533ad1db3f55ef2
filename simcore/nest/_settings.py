"""Settings: what scripts set as kernel attributes, ``nest.resolution = 0.1`` or ``nest.set(resolution=0.1)``."""

import os
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np

from simcore.nest.errors import nest_errors, raised
from simcore.timegrid import TimeGrid

__all__ = ["Settings", "VerbosityLevel", "as_number"]


class VerbosityLevel(IntEnum):
    """How important a message must be to be shown."""

    ALL = 0
    DEBUG = 5
    STATUS = 7
    INFO = 10
    PROGRESS = 15
    DEPRECATED = 18
    WARNING = 20
    ERROR = 30
    FATAL = 40
    QUIET = 100


@dataclass
class Settings:
    """Values of the kernel attributes that can be set, at NEST's defaults.

    Parameters
    ----------
    resolution : float
        Step in ms.
    rng_seed : int
        Seed of every random number.
    local_num_threads : int
        Threads to use; spikes do not depend on them.
    delays : (float, float), optional
        Least and largest delay in ms that were set; None takes those of the connections.
    data_path, data_prefix : str
        Folder and start of the names of recorded files.
    overwrite_files, print_time : bool
        Whether recorded files may be replaced, and whether a run shows its progress.
    last_slice : bool
        Whether meters give what they sampled in the last slice of the minimal delay, which NEST holds back until the next run.
    verbosity : VerbosityLevel
        Least severity of the messages that are shown.
    """

    resolution: float = 0.1
    rng_seed: int = 143202461
    local_num_threads: int = 1
    delays: tuple[float, float] | None = None
    data_path: str = ""
    data_prefix: str = ""
    overwrite_files: bool = False
    print_time: bool = False
    last_slice: bool = False
    verbosity: VerbosityLevel = VerbosityLevel.INFO

    def set_resolution(self, value: Any) -> None:
        """A multiple of 0.001 ms."""
        with nest_errors(ParameterError="KernelException"):
            self.resolution = TimeGrid(as_number("resolution", value)).dt

    def set_rng_seed(self, value: Any) -> None:
        """A whole number in [1, 2**32)."""
        seed = _whole("rng_seed", value)
        if not 0 < seed < 2**32:
            raise raised("BadProperty", f"rng_seed: got {seed}, expected a whole number from 1 to 2**32 - 1")
        self.rng_seed = seed

    def set_local_num_threads(self, value: Any) -> None:
        """A whole number, at least 1."""
        threads = _whole("local_num_threads", value)
        if threads < 1:
            raise raised("BadProperty", f"local_num_threads: got {threads}, expected a whole number >= 1")
        self.local_num_threads = threads

    def set_virtual_processes(self, value: Any, n_processes: int) -> None:
        """A whole multiple of the number of processes."""
        count = _whole("total_num_virtual_procs", value)
        if count < 1 or count % n_processes:
            expected = f"a multiple of the {n_processes} processes"
            raise raised("BadProperty", f"total_num_virtual_procs: got {count}, expected {expected}")
        self.local_num_threads = count // n_processes

    def set_delays(self, low: Any, high: Any) -> None:
        """Both bounds at once, on the grid."""
        low, high = as_number("min_delay", low), as_number("max_delay", high)
        with nest_errors(ParameterError="BadDelay"):
            grid = TimeGrid(self.resolution)
            steps = grid.steps(low, "min_delay"), grid.steps(high, "max_delay")
        if not 1 <= steps[0] <= steps[1]:
            expected = f"{self.resolution:g} ms <= min_delay <= max_delay"
            raise raised("BadDelay", f"min_delay, max_delay: got {low:g} and {high:g}, expected {expected}")
        self.delays = low, high

    def set_data_path(self, value: Any) -> None:
        """A folder that exists; an empty name is the present folder."""
        path = os.fspath(_text("data_path", value))
        if path and not os.path.isdir(path):
            raise raised("IOError", f"data_path: got {path!r}, expected a folder that exists")
        self.data_path = path

    def set_data_prefix(self, value: Any) -> None:
        """Any text without a separator of folders."""
        prefix = _text("data_prefix", value)
        if "/" in prefix:
            raise raised("BadProperty", f"data_prefix: got {prefix!r}, expected a text without '/'; data_path names the folder")
        self.data_prefix = prefix

    def set_verbosity(self, value: Any) -> None:
        """A VerbosityLevel, its number, or its name in any of NEST's spellings."""
        name = str(value).removeprefix("M_").upper()
        names = {level.name: level for level in VerbosityLevel}
        if isinstance(value, str) and name in names:
            self.verbosity = names[name]
            return
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value not in set(VerbosityLevel):
            raise raised("TypeMismatch", f"verbosity: got {value!r}, expected one of nest.VerbosityLevel: {', '.join(names)}")
        self.verbosity = VerbosityLevel(int(value))

    def set_truth(self, name: str, value: Any) -> None:
        """True or False."""
        if not isinstance(value, (bool, np.bool_)):
            raise raised("TypeMismatch", f"{name}: got {value!r}, expected True or False")
        setattr(self, name, bool(value))


def as_number(name: str, value: Any) -> float:
    """A number; anything else is refused in the name of an attribute."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise raised("TypeMismatch", f"{name}: got {value!r}, expected a number")
    return float(value)


def _whole(name: str, value: Any) -> int:
    is_whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not is_whole and not (isinstance(value, (float, np.floating)) and float(value).is_integer()):
        raise raised("TypeMismatch", f"{name}: got {value!r}, expected a whole number")
    return int(value)


def _text(name: str, value: Any) -> str:
    if not isinstance(value, (str, os.PathLike)):
        raise raised("TypeMismatch", f"{name}: got {value!r}, expected a text")
    return os.fspath(value)
