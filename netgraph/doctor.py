"""What is installed, what it will run on, and what stands in its way."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

import netgraph

__all__ = ["Report", "examine", "installed_version"]

REQUIRED = ("numpy", "scipy", "numba", "llvmlite", "networkx", "igraph", "matplotlib", "tqdm")
OPTIONAL = ("mpi4py", "mpich", "shapely", "neo", "pandas", "h5py", "bokeh", "networkit", "nest-simulator")
LAUNCHER_VARIABLES = ("PMI_SIZE", "PMIX_RANK", "OMPI_COMM_WORLD_SIZE", "MPI_LOCALNRANKS")


@dataclass
class Report:
    """What was found: lines to read, and problems that need a hand.

    Parameters
    ----------
    lines : list of (str, str)
        What was looked at, and what was found.
    problems : list of str
        Each says what is wrong and what to do about it.
    """

    lines: list[tuple[str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        width = max((len(name) for name, _ in self.lines), default=0)
        rows = [f"{name:<{width}}  {value}" for name, value in self.lines]
        verdict = [f"PROBLEM: {problem}" for problem in self.problems] or ["No problem found."]
        return "\n".join([*rows, "", *verdict])


def examine() -> Report:
    """Look at versions, cores, MPI, the cache of compiled code, and who owns ``netgraph/``.

    MPI is looked for but never started.

    Returns
    -------
    report : Report

    Examples
    --------
    >>> report = examine()
    >>> dict(report.lines)["python"].split()[0] == platform.python_version()
    True
    """
    report = Report()
    _examine_versions(report)
    _examine_owners(report)
    _examine_machine(report)
    _examine_mpi(report)
    return report


def _examine_versions(report: Report) -> None:
    report.lines.append(("netspike", installed_version("netspike") or "not installed (used from its source folder)"))
    report.lines.append(("python", f"{platform.python_version()} ({sys.executable})"))
    for name in REQUIRED:
        version = installed_version(name)
        report.lines.append((name, version or "missing"))
        if version is None:
            report.problems.append(f"{name} is missing. Run: pip install {name}")
    report.lines += [(name, version) for name in OPTIONAL if (version := installed_version(name))]


def installed_version(distribution: str) -> str | None:
    """Version of an installed distribution, None if it is not there."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _examine_owners(report: Report) -> None:
    """PyPI's `netgraph`, a plotting library, writes into the same folder and leaves a broken mixture."""
    report.lines.append(("netgraph/ is in", str(Path(__file__).parent)))
    if not hasattr(netgraph, "__netgraph_simcore__"):
        report.problems.append(
            "netgraph/__init__.py is missing or not netspike's. Install netspike again with --force-reinstall --no-deps"
        )
    owners = set(metadata.packages_distributions().get("netgraph", ()))
    for other in sorted(owners - {"netspike"}):
        report.problems.append(
            f"the distribution {other!r} writes into netgraph/ too and overwrites files of netspike. "
            f"Run: pip uninstall --yes {other}; then install netspike again with --force-reinstall --no-deps"
        )


def _examine_machine(report: Report) -> None:
    from simcore.compile import cache_folder, default_threads

    report.lines.append(("machine", f"{platform.system()} {platform.machine()}"))
    report.lines.append(("threads", f"{default_threads()} of {os.cpu_count()} cores may be used"))
    folder = cache_folder()
    if folder is None:
        report.lines.append(("compiled code", "nowhere to keep it"))
        report.problems.append(
            "no folder for compiled code can be written, so every start compiles anew. "
            "Set NETSPIKE_CACHE_DIR to a folder that can be written."
        )
        return
    files = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    report.lines.append(("compiled code", f"{folder} ({len(files)} files, {sum(files) / 1e6:.1f} MB)"))


def _examine_mpi(report: Report) -> None:
    launcher = _find_launcher()
    report.lines.append(("MPI launcher", _describe_launcher(launcher) if launcher else "none found (mpiexec)"))
    library = next(_find_libraries(), None)
    report.lines.append(("MPI library", str(library) if library else "none found"))
    launched_by = [name for name in LAUNCHER_VARIABLES if name in os.environ]
    report.lines.append(("MPI launch", f"yes ({', '.join(launched_by)})" if launched_by else "no: one process"))
    if installed_version("mpi4py") and library is None:
        report.problems.append(
            "mpi4py is installed but no MPI library was found. "
            "On a cluster load its MPI module; on a machine of your own run: pip install mpich"
        )


def _find_launcher() -> Path | None:
    """Find the launcher of this environment, else of the system."""
    beside = shutil.which("mpiexec", path=str(Path(sys.executable).parent))
    found = beside or shutil.which("mpiexec")
    return Path(found) if found else None


def _describe_launcher(launcher: Path) -> str:
    try:
        answer = subprocess.run([launcher, "--version"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return f"{launcher} (does not answer)"
    words = " ".join(answer.stdout.split())
    return f"{launcher} ({words[:60]})" if words else str(launcher)


def _find_libraries() -> Iterator[Path]:
    """List MPI libraries in the order in which mpi4py looks for them."""
    import ctypes.util

    for folder, pattern in (("lib", "libmpi*.so*"), ("lib", "libmpi*.dylib"), ("Library/bin", "impi.dll")):
        yield from sorted(Path(sys.prefix, folder).glob(pattern))
    for name in ("mpi", "mpich", "impi", "msmpi"):
        found = ctypes.util.find_library(name)
        if found:
            yield Path(found)
