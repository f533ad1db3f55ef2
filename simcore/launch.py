"""Start a script on several ranks, whichever MPI is installed: ``python -m simcore run -n 4 script.py``."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from simcore.errors import SimulationError
from simcore.ranks import library_kind

__all__ = ["command", "launch", "launcher_of"]

# What the launchers say of themselves, and whose they are.
_SAYS = {
    "open mpi": "Open MPI",
    "prte": "Open MPI",
    "openrte": "Open MPI",
    "intel": "Intel",
    "hydra": "MPICH",
    "mpich": "MPICH",
}

# Libraries that each launcher can start: these share an interface.
_STARTS = {"Open MPI": ("Open MPI",), "Intel": ("Intel", "MPICH"), "MPICH": ("MPICH", "Intel", "MVAPICH")}

# What an MPI library tells before it starts, without starting it.
_ASK = "import mpi4py; mpi4py.rc.initialize = False; from mpi4py import MPI; print(MPI.Get_library_version())"


def launch(script: Sequence[str], *, n: int, threads: int | None = None) -> int:
    """Run a script with its arguments on `n` ranks, and wait for its end.

    Parameters
    ----------
    script : sequence of str
        File and arguments.
    n : int
        Number of ranks.
    threads : int, optional
        Threads of each rank where the script does not say; None shares the cores of a machine among its ranks.

    Returns
    -------
    code : int
        Exit status of the launcher.

    Raises
    ------
    SimulationError
        No launcher, no mpi4py, or the two do not belong together.
    """
    mpiexec = _find()
    kind, library = launcher_of(_first_words([mpiexec, "--version"])), _library()
    if library_kind(library) not in _STARTS.get(kind, (library_kind(library),)):
        raise SimulationError(
            f"{mpiexec} is of {kind}, but mpi4py uses {library}: the two do not belong together; "
            "install one MPI alone, or put the other's mpiexec first on the PATH"
        )
    line, settings = command(kind, mpiexec, n=n, is_root=hasattr(os, "geteuid") and os.geteuid() == 0)
    if threads is not None:
        settings["NETSPIKE_THREADS"] = str(threads)
    process = subprocess.Popen([*line, sys.executable, "-m", "mpi4py", *script], env={**os.environ, **settings})
    # Ctrl-C reaches the ranks too: they end, or go on, as the script says, and are waited for.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return process.wait()
    finally:
        signal.signal(signal.SIGINT, before)


def command(kind: str, mpiexec: str, *, n: int, is_root: bool) -> tuple[list[str], dict[str, str]]:
    """The launcher's part of the command line, and what to set in the environment.

    Ranks are not bound to one core each, since their threads need several; more ranks than cores are allowed.

    Examples
    --------
    >>> command("MPICH", "mpiexec", n=4, is_root=False)
    (['mpiexec', '-n', '4'], {})
    """
    line = [mpiexec, "-n", str(n)]
    if kind == "Open MPI":
        root = ["--allow-run-as-root"] if is_root else []
        return [*line, *root, "--bind-to", "none", "--map-by", ":OVERSUBSCRIBE"], {}
    return line, {"I_MPI_PIN": "0"} if kind == "Intel" else {}


def launcher_of(says: str) -> str:
    """Whose launcher it is, by what it says with ``--version``.

    Examples
    --------
    >>> launcher_of("HYDRA build details: Version: 5.0.2")
    'MPICH'
    """
    lower = says.lower()
    return next((kind for word, kind in _SAYS.items() if word in lower), "an unknown MPI")


def _find() -> str:
    """The launcher beside this Python, else the one on the PATH."""
    beside = Path(sys.executable).with_name("mpiexec")
    found = str(beside) if beside.exists() else shutil.which("mpiexec")
    if found is None:
        raise SimulationError('there is no mpiexec: pip install "netspike[mpi]", or load the MPI of your cluster')
    return found


def _library() -> str:
    """First line of what the MPI library under mpi4py says of itself."""
    asked = subprocess.run([sys.executable, "-c", _ASK], capture_output=True, text=True, env=_plain(os.environ), check=False)
    if asked.returncode != 0:
        reason = (asked.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise SimulationError(f'mpi4py cannot be used ({reason}): pip install "netspike[mpi]"')
    return asked.stdout.strip().splitlines()[0]


def _plain(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without what a launcher has put there."""
    return {k: v for k, v in environment.items() if not k.startswith(("PMI", "OMPI_", "PRTE", "HYDRA", "HYDI", "MPI_LOCAL"))}


def _first_words(line: Sequence[str]) -> str:
    asked = subprocess.run(line, capture_output=True, text=True, check=False)
    return asked.stdout + asked.stderr
