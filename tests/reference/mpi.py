"""Start scripts on several ranks from a test, and never leave one running."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MPIEXEC = Path(sys.executable).with_name("mpiexec")
MPIEXEC = str(MPIEXEC) if MPIEXEC.exists() else shutil.which("mpiexec")

needs_mpi = [
    pytest.mark.mpi,
    pytest.mark.skipif(MPIEXEC is None, reason="there is no mpiexec: pip install netspike[mpi]"),
]


def environment(**more):
    """The environment of this process without traces of a launcher, with the project on the path."""
    mine = {k: v for k, v in os.environ.items() if not k.startswith(("PMI", "OMPI_", "PRTE", "HYDRA", "HYDI", "MPI_LOCAL"))}
    return {**mine, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", **more}


class Job:
    """Processes started together: a script on some ranks, or any command."""

    def __init__(self, command, **more):
        self.process = subprocess.Popen(
            command, env=environment(**more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
            start_new_session=True,
        )  # fmt: skip

    def wait(self, timeout=120.0):
        """Exit status, output and errors; the job is killed when it takes too long."""
        try:
            out, err = self.process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            out, err = self.process.communicate()
            raise AssertionError(f"the job did not end within {timeout} s\n{out}\n{err}") from None
        return self.process.returncode, out, err

    def read_until(self, word):
        """Lines of the output up to one that holds a word."""
        lines = []
        while not lines or word not in lines[-1]:
            line = self.process.stdout.readline()
            assert line, (lines, self.process.stderr.read())
            lines.append(line)
        return lines

    def interrupt(self):
        """Ctrl-C, as a terminal sends it: to all processes of the job in the foreground."""
        os.killpg(self.process.pid, signal.SIGINT)


def start(script, *arguments, n, **more):
    """Start a script, a file or text, on `n` ranks."""
    given = [str(script)] if isinstance(script, Path) else ["-c", script]
    return Job([MPIEXEC, "-n", str(n), sys.executable, "-m", "mpi4py", *given, *map(str, arguments)], **more)


def still_running(marker, patience=5.0):
    """Command lines with a marker in them that still run after a while."""
    end = time.monotonic() + patience
    while True:
        lines = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout.splitlines()
        left = [line for line in lines if marker in line and " ps " not in line]
        if not left or time.monotonic() > end:
            return left
        time.sleep(0.1)


# A script with a recurrent network, and a way to say something on all ranks.
BUILD = """
import sys, numpy as np
from simcore import Simulation, rules
from simcore.distributions import Uniform
sim = Simulation(dt=0.1, seed=3, threads=1)
neurons = sim.create("iaf_psc_exp", 600, {"V_m": Uniform(-70.0, -55.0), "I_e": 450.0})
sim.connect(neurons, neurons, rules.FixedIndegree(30), weight=5.0, delay=Uniform(1.0, 3.0))
spikes = sim.record(neurons, "spikes")

def tell(*words):
    # One line of each rank, from the first one, so that they do not mix.
    lines = sim.ranks.share(" ".join(map(str, words)))
    if sim.rank == 0:
        print("\\n".join(lines), flush=True)
"""
