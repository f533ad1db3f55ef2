"""Kernel attributes: ``nest.resolution``, ``nest.rng_seed``, ... read and set one by one or together.

NEST's attributes are of four kinds here: settings that work, values that can only be read, knobs of NEST's own machinery, which
say that they turn nothing, and features that are not there yet, which can only be left at their default.
"""

import importlib.metadata
import os
import platform
import sys
import warnings
from collections.abc import Callable, Mapping
from copy import copy
from typing import Any

import numpy as np

from simcore.errors import did_you_mean
from simcore.memory import used_bytes
from simcore.nest._kernel import Kernel, kernel
from simcore.nest._rules import RULE_NAMES
from simcore.nest._settings import Settings, as_number
from simcore.nest.errors import UnknownKey, raised

__all__ = ["ATTRIBUTES", "GetKernelStatus", "SetKernelStatus", "read_attribute", "set_attributes"]

# Largest time in ms that NEST can count to.
_T_MAX = 1152921504606846.8

# Knobs of NEST's buffers and random generators, at their defaults: results do not depend on them here.
KNOBS: dict[str, Any] = {
    "adaptive_target_buffers": True, "buffer_size_spike_data": 2, "buffer_size_target_data": 2, "dict_miss_is_error": True,
    "growth_factor_buffer_target_data": 1.5, "keep_source_table": True, "max_buffer_size_target_data": 16777216,
    "rng_type": "mt19937_64", "spike_buffer_grow_extra": 0.5, "spike_buffer_shrink_limit": 0.2,
    "spike_buffer_shrink_spare": 0.1, "use_compressed_spikes": True, "use_wfr": True, "wfr_comm_interval": 1.0,
    "wfr_interpolation_order": 3, "wfr_max_iterations": 15, "wfr_tol": 0.0001,
}  # fmt: skip

# Features that are not there.
ABSENT: dict[str, Any] = {
    "eprop_learning_window": 1000.0, "eprop_reset_neurons_on_update": True, "eprop_update_interval": 1000.0,
    "structural_plasticity_synapses": {}, "structural_plasticity_update_interval": 10000.0, "tics_per_ms": 1000.0,
    "update_time_limit": float("inf"),
}  # fmt: skip


def _build_info() -> dict[str, Any]:
    return {
        "built": "", "datadir": "", "docdir": "", "exitcode": 0, "have_boost": False, "have_gsl": False, "have_hdf5": False,
        "have_libneurosim": False, "have_mpi": kernel.n_processes > 1, "have_music": False, "have_sionlib": False,
        "have_threads": True, "host": f"{platform.machine()}-{sys.platform}", "hostcpu": platform.machine(),
        "hostos": sys.platform, "hostvendor": "", "ndebug": True, "prefix": os.path.dirname(__file__), "test_exitcodes": {},
        "threads_model": "python", "version": version(),
    }  # fmt: skip


def version() -> str:
    """Version of netspike, as `importlib.metadata` knows it."""
    try:
        return importlib.metadata.version("netspike")
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


# What can only be read.
_READ_ONLY: dict[str, Callable[[Kernel], Any]] = {
    "T_max": lambda k: _T_MAX,
    "T_min": lambda k: -_T_MAX,
    "build_info": lambda k: _build_info(),
    "connection_rules": lambda k: [*RULE_NAMES],
    "cycle_time_log": lambda k: {},
    "growth_curves": lambda k: [],
    "kernel_status": lambda k: GetKernelStatus(),
    "local_spike_counter": lambda k: k.spikes_of_last_run,
    "max_num_syn_models": lambda k: sys.maxsize,
    "max_update_time": lambda k: -np.inf,
    "memory_size": lambda k: used_bytes() // 1000,
    "min_update_time": lambda k: np.inf,
    "ms_per_tic": lambda k: 0.001,
    "network_size": lambda k: k.n_nodes,
    "node_models": lambda k: [*k.models.nodes],
    "num_connections": lambda k: sum(link.n_edges for link in k.links),
    "num_processes": lambda k: k.n_processes,
    "off_grid_spiking": lambda k: False,
    "recording_backends": lambda k: ["ascii", "memory", "screen"],
    "recv_buffer_size_secondary_events": lambda k: 0,
    "rng_types": lambda k: ["Philox_32"],
    "send_buffer_size_secondary_events": lambda k: 0,
    "spike_buffer_resize_log": lambda k: {n: np.zeros(0) for n in ("global_max_spikes_sent", "new_buffer_size", "times")},
    "stimulation_backends": lambda k: [],
    "synapse_models": lambda k: [*k.models.synapses],
    "tics_per_step": lambda k: round(k.settings.resolution * 1000),
    "to_do": lambda k: 0,
}

# What can be set, and how it is read.
_SETTINGS: dict[str, Callable[[Kernel], Any]] = {
    "biological_time": lambda k: k.biological_time,
    "data_path": lambda k: k.settings.data_path,
    "data_prefix": lambda k: k.settings.data_prefix,
    "last_slice": lambda k: k.settings.last_slice,
    "local_num_threads": lambda k: k.settings.local_num_threads,
    "max_delay": lambda k: k.delay_range[1],
    "min_delay": lambda k: k.delay_range[0],
    "overwrite_files": lambda k: k.settings.overwrite_files,
    "print_time": lambda k: k.settings.print_time,
    "resolution": lambda k: k.settings.resolution,
    "rng_seed": lambda k: k.settings.rng_seed,
    "total_num_virtual_procs": lambda k: k.settings.local_num_threads * k.n_processes,
    "verbosity": lambda k: k.settings.verbosity,
}

ATTRIBUTES = tuple(sorted({*_READ_ONLY, *_SETTINGS, *KNOBS, *ABSENT}))

# Settings that a network is made with.
_BEFORE_NODES = ("resolution", "local_num_threads", "total_num_virtual_procs")


def read_attribute(name: str) -> Any:
    """Value of a kernel attribute.

    Parameters
    ----------
    name : str
        One of `ATTRIBUTES`.
    """
    for table in (_SETTINGS, _READ_ONLY):
        if name in table:
            return table[name](kernel)
    return {**KNOBS, **ABSENT}[name]


def set_attributes(values: Mapping[str, Any]) -> None:
    """Set kernel attributes, all or none.

    Parameters
    ----------
    values : mapping
        Names and values.
    """
    new = copy(kernel.settings)
    for name, value in values.items():
        _set(new, name, value, values)
    changed = {name for name in values if getattr(new, name, None) != getattr(kernel.settings, name, None)}
    kernel.take_settings(new)
    if "biological_time" in values:
        kernel.restart_clock()
    if "rng_seed" in changed or "rng_seed" in values:
        kernel.reseed()


def _set(new: Settings, name: str, value: Any, together: Mapping[str, Any]) -> None:
    if name in KNOBS or name in ABSENT:
        _leave(name, value)
    elif name in _READ_ONLY:
        raise raised("UnaccessedDictionaryEntry", f"nest.{name} can only be read")
    elif name not in _SETTINGS:
        raise raised("UnaccessedDictionaryEntry", unknown_attribute(name))
    elif name in _BEFORE_NODES and kernel.n_nodes and value != read_attribute(name):
        raise raised(
            "KernelException", f"nest.{name}: got {value!r}, but nodes exist: set it before Create(), or ResetKernel()"
        )
    elif name == "total_num_virtual_procs":
        new.set_virtual_processes(value, kernel.n_processes)
    elif name in ("min_delay", "max_delay"):
        if {"min_delay", "max_delay"} - together.keys():
            raise raised(
                "BadProperty", "nest.min_delay and nest.max_delay are set together: nest.set(min_delay=..., max_delay=...)"
            )
        if kernel.has_run or any(link.n_edges for link in kernel.links):
            raise raised(
                "BadProperty",
                "nest.min_delay and nest.max_delay are set before the first Connect() and Simulate(); call ResetKernel()",
            )
        new.set_delays(together["min_delay"], together["max_delay"])
    elif name == "biological_time":
        if as_number("biological_time", value) != 0:
            raise raised("BadProperty", f"nest.biological_time: got {value!r}, expected 0")
    elif name in ("overwrite_files", "print_time", "last_slice"):
        new.set_truth(name, value)
    else:
        getattr(new, f"set_{name}")(value)


def _leave(name: str, value: Any) -> None:
    """Say that a value of NEST's means nothing here, if it is not the default."""
    default = {**KNOBS, **ABSENT}[name]
    if type(value) is not bool and isinstance(default, bool) or value != default:
        if name in ABSENT:
            raise raised(
                "NotImplemented", f"nest.{name}: got {value!r}, expected only {default!r}: what it sets is not there yet"
            )
        warnings.warn(f"nest.{name} has no effect here; it stays {default!r}", UserWarning, stacklevel=4)


def unknown_attribute(name: str) -> str:
    """What is said of an attribute that there is not."""
    return f"nest has no kernel attribute {name!r}{did_you_mean(name, ATTRIBUTES)}"


def GetKernelStatus(keys: Any = None) -> Any:
    """Kernel attributes.

    Parameters
    ----------
    keys : str or list of str, optional
        One value, or a tuple of values; None gives a dictionary of all.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> nest.GetKernelStatus(["resolution", "rng_seed"])
    (0.1, 143202461)
    """
    if keys is None:
        seconds = {f"time_construction_{name}": kernel.seconds[name] for name in ("create", "connect")}
        seconds |= {"time_simulate": kernel.seconds["simulate"]}
        found = {name: read_attribute(name) for name in ATTRIBUTES if name != "kernel_status"}
        return dict(sorted({**found, **seconds, "prepared": kernel.is_prepared, "mpi_rank": kernel.rank}.items()))
    if not isinstance(keys, str) and not np.iterable(keys):
        raise TypeError(f"GetKernelStatus: keys: got {keys!r}, expected a name or a list of names")
    status = GetKernelStatus()
    for key in [keys] if isinstance(keys, str) else keys:
        if key not in status:
            raise UnknownKey(unknown_attribute(str(key)))
    return status[keys] if isinstance(keys, str) else tuple(status[key] for key in keys)


def SetKernelStatus(params: Mapping[str, Any]) -> None:
    """Set kernel attributes, all or none.

    Parameters
    ----------
    params : dict
        Names and values.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> nest.SetKernelStatus({"resolution": 0.2, "rng_seed": 7})
    >>> nest.resolution
    0.2
    >>> nest.ResetKernel()
    """
    if not isinstance(params, Mapping):
        raise TypeError(f"SetKernelStatus: params: got {params!r}, expected a dictionary")
    set_attributes(params)


def get(*keys: Any) -> Any:
    """Kernel attributes; see `GetKernelStatus`.

    Parameters
    ----------
    *keys : str or list of str
        One name, several names, or a list of them; none for a dictionary of all.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> nest.get("resolution")
    0.1
    """
    return GetKernelStatus(keys[0] if len(keys) == 1 else keys or None)


def set(**kwargs: Any) -> None:
    """Set kernel attributes, all or none: ``nest.set(resolution=0.1, rng_seed=7)``."""
    set_attributes(kwargs)
