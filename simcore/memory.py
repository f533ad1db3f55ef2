"""Free memory, and the refusal of what needs more than that before anything is allocated."""

import ctypes
import os
import sys
from pathlib import Path

from simcore.errors import TooLargeError

__all__ = ["check_free", "free_bytes", "used_bytes"]

# Version 1 of control groups writes a number near 2**63 where there is no limit.
_NO_LIMIT = 1 << 60

# Amounts that need no thought: asking the system would take longer than a small network.
_SMALL = 1 << 26


def check_free(where: str, what: str, needed: float, *, promised: float = 0.0) -> None:
    """Refuse what does not fit into the memory that is free; where this is not known, nothing is refused.

    Parameters
    ----------
    where : str
        Which call, e.g. ``"connect"``.
    what : str
        What needs the memory, e.g. ``"4.0e+12 edges"``.
    needed : float
        Bytes, about; no more than what will be allocated.
    promised : float
        Bytes that will be allocated too, for what was asked for before.

    Raises
    ------
    TooLargeError
        The message gives both amounts.

    Examples
    --------
    >>> check_free("connect", "10 edges", 60.0)
    """
    if needed + promised <= _SMALL:
        return
    free = free_bytes()
    if free is not None and needed + promised > free:
        raise TooLargeError(where, what, needed=needed, free=free, promised=promised)


def free_bytes() -> int | None:
    """Bytes that this process may still use, None if the system does not say.

    On Linux what is available without swapping, inside the limits of its control groups (containers, batch systems); on Windows
    the physical memory that is available; elsewhere all physical memory.

    Examples
    --------
    >>> free_bytes() > 1_000_000  # doctest: +SKIP
    True
    """
    if sys.platform == "win32":
        return _windows()
    machine = _available(Path("/proc/meminfo")) if sys.platform == "linux" else _physical()
    return min((n for n in (machine, *_control_groups(Path("/"))) if n is not None), default=None)


def used_bytes() -> int:
    """Memory that the process holds now in bytes; where the system does not tell, the most that it has held; else 0.

    Examples
    --------
    >>> used_bytes() > 1_000_000
    True
    """
    pages = _text(Path("/proc/self/statm")).split()
    if pages:
        return int(pages[1]) * os.sysconf("SC_PAGE_SIZE")
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


def _available(meminfo: Path) -> int | None:
    """What Linux could give without swapping."""
    for line in _text(meminfo).splitlines():
        name, _, rest = line.partition(":")
        if name == "MemAvailable":
            return 1024 * int(rest.split()[0])
    return None


def _control_groups(root: Path) -> list[int]:
    """What is left in the control groups of this process, version 1 and 2, and in those that hold them."""
    left = []
    for line in _text(root / "proc/self/cgroup").splitlines():
        number, _, rest = line.partition(":")
        kinds, _, path = rest.partition(":")
        if number == "0" or "memory" in kinds.split(","):
            mounted = root / "sys/fs/cgroup" / ("" if number == "0" else "memory")
            names = _VERSION_2 if number == "0" else _VERSION_1
            group = mounted / path.lstrip("/")
            left += [_left(folder, *names) for folder in (group, *group.parents) if folder.is_relative_to(mounted)]
    return [n for n in left if n is not None]


# Files with the limit and with what is in use, and the line of memory.stat with pages of files that can be dropped.
_VERSION_1 = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
_VERSION_2 = ("memory.max", "memory.current", "inactive_file")


def _left(folder: Path, limit: str, usage: str, droppable: str) -> int | None:
    """Limit of one group less what is in use; None if it has no limit or does not exist here."""
    most = _text(folder / limit).strip()
    if not most.isdigit() or int(most) > _NO_LIMIT:
        return None
    used = _text(folder / usage).strip()
    if not used.isdigit():
        return None
    stat = dict(line.split()[:2] for line in _text(folder / "memory.stat").splitlines() if len(line.split()) > 1)
    return max(0, int(most) - int(used) + int(stat.get(droppable, 0)))


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _physical() -> int | None:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


def _windows() -> int | None:
    """What GlobalMemoryStatusEx calls available physical memory."""
    record = (ctypes.c_uint64 * 8)()
    # The record begins with its length and the load in percent, 32 bits each; total and available memory follow.
    ctypes.cast(record, ctypes.POINTER(ctypes.c_uint32))[0] = ctypes.sizeof(record)
    library = getattr(ctypes, "windll", None)
    if library is None or not library.kernel32.GlobalMemoryStatusEx(ctypes.byref(record)):
        return None
    return int(record[2])
