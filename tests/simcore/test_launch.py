"""Starting scripts on MPI ranks: which launcher and library there are, and whether they belong together."""

import sys
import time

import pytest

from simcore.errors import ParameterError
from simcore.launch import command, launcher_of
from simcore.ranks import Ranks, launched, library_kind
from tests.reference import mpi

pytestmark = mpi.needs_mpi


def test_simcore_run_waits_for_a_script_that_handles_ctrl_c(tmp_path):
    (tmp_path / "script.py").write_text(
        mpi.BUILD
        + f"""
import time
sim.run(1.0)
if sim.rank == 0:
    print("runs", flush=True)
try:
    sim.run(1e6)
except KeyboardInterrupt:
    time.sleep(1.0)
    sim.save({str(tmp_path / "state.npz")!r})
"""
    )
    job = mpi.Job([sys.executable, "-m", "simcore", "run", "-n", "2", str(tmp_path / "script.py")])
    job.read_until("runs")
    time.sleep(1.0)  # until all are in the next call
    job.interrupt()
    code, _, err = job.wait(60.0)
    assert (tmp_path / "state.npz").is_file(), err
    assert "Traceback" not in err


def test_a_launcher_of_another_mpi_is_refused_before_the_library_starts():
    job = mpi.Job([sys.executable, "-c", mpi.BUILD], OMPI_COMM_WORLD_SIZE="2", OMPI_COMM_WORLD_RANK="0")
    code, _, err = job.wait(60.0)
    assert code == 1
    assert "do not belong together" in err
    assert "launcher: Open MPI, for 2 processes" in err
    assert "library: MPICH" in err


def test_a_missing_mpi4py_says_how_to_get_it():
    script = 'import sys\nsys.modules["mpi4py"] = None\n' + mpi.BUILD
    code, _, err = mpi.Job([sys.executable, "-c", script], PMI_SIZE="4", PMI_RANK="1").wait(60.0)
    assert code == 1
    assert "MPICH started 4 processes, but mpi4py cannot be used" in err
    assert 'pip install "netspike[mpi]"' in err


def test_a_process_on_its_own_never_loads_mpi():
    script = mpi.BUILD + 'sim.run(1.0)\nassert not any(name.startswith("mpi4py") for name in sys.modules)'
    for settings in ({}, {"PMI_SIZE": "1", "PMI_RANK": "0"}, {"SLURM_STEP_NUM_TASKS": "4"}):
        code, _, err = mpi.Job([sys.executable, "-c", script], **settings).wait(60.0)
        assert code == 0, err


def test_simcore_run_starts_a_script_on_ranks_that_share_the_cores(tmp_path):
    (tmp_path / "script.py").write_text(
        "import sys, simcore\nsim = simcore.Simulation()\n"
        "lines = sim.ranks.share((sim.rank, sim.n_ranks, sim.threads, sys.argv[1:]))\n"
        "for line in lines if sim.rank == 0 else ():\n    print(*line)"
    )
    line = [sys.executable, "-m", "simcore", "run", "-n", "3"]
    code, out, err = mpi.Job([*line, "--threads", "5", str(tmp_path / "script.py"), "--x", "1"]).wait(60.0)
    assert code == 0, err
    assert sorted(out.splitlines()) == [f"{rank} 3 5 ['--x', '1']" for rank in range(3)]
    code, out, err = mpi.Job([*line, str(tmp_path / "script.py")]).wait(60.0)
    threads = {int(row.split()[2]) for row in out.splitlines()}
    assert len(threads) == 1
    assert threads.pop() == max(1, Ranks().threads() // 3)
    code, _, err = mpi.Job([*line, str(tmp_path / "no_such.py")]).wait(60.0)
    assert code != 0
    assert "no_such.py" in err


def test_simcore_run_names_launcher_and_library_that_do_not_belong_together(tmp_path):
    other = tmp_path / "mpiexec"
    other.write_text("#!/bin/sh\necho 'mpiexec (OpenRTE) 4.1.4'\n")
    other.chmod(0o755)
    script = f"""
import sys, simcore.launch as launch
launch._find = lambda: {str(other)!r}
from simcore.__main__ import main
sys.exit(main(["run", "-n", "2", "script.py"]))
"""
    code, _, err = mpi.Job([sys.executable, "-c", script]).wait(60.0)
    assert code == 2
    assert "is of Open MPI, but mpi4py uses MPICH" in err


@pytest.mark.parametrize(
    ("says", "kind"),
    [
        ("HYDRA build details:\n    Version: 5.0.2", "MPICH"),
        ("mpiexec (OpenRTE) 4.1.4", "Open MPI"),
        ("prterun (PRRTE) 3.0.12", "Open MPI"),
        ("Intel(R) MPI Library for Linux* OS, Version 2021.18 Build", "Intel"),
        ("something else", "an unknown MPI"),
    ],
)
def test_launchers_are_known_by_what_they_say(says, kind):
    assert launcher_of(says) == kind


def test_flags_of_the_launchers():
    assert command("MPICH", "m", n=4, is_root=True) == (["m", "-n", "4"], {})
    assert command("Intel", "m", n=4, is_root=True) == (["m", "-n", "4"], {"I_MPI_PIN": "0"})
    line, settings = command("Open MPI", "m", n=4, is_root=True)
    assert line == ["m", "-n", "4", "--allow-run-as-root", "--bind-to", "none", "--map-by", ":OVERSUBSCRIBE"]
    assert settings == {}
    assert "--allow-run-as-root" not in command("Open MPI", "m", n=4, is_root=False)[0]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, None),
        ({"PMI_RANK": "0", "PMI_SIZE": "1"}, None),
        ({"PMIX_RANK": "2", "OMPI_COMM_WORLD_SIZE": "8"}, ("Open MPI", 8)),
        ({"PMI_RANK": "1", "PMI_SIZE": "2"}, ("MPICH", 2)),
        ({"PMI_RANK": "1", "PMI_SIZE": "2", "SLURM_STEP_ID": "0"}, ("Slurm", 2)),
        ({"PMIX_RANK": "1", "SLURM_STEP_NUM_TASKS": "16"}, ("Slurm", 16)),
        ({"PMIX_RANK": "1"}, ("an unknown launcher", 0)),
        ({"SLURM_NTASKS": "16"}, None),
    ],
)
def test_launchers_are_known_by_the_environment(given, expected):
    assert launched(given) == expected


def test_libraries_are_known_by_their_version():
    assert library_kind("MPICH Version:      5.0.2") == "MPICH"
    assert library_kind("Intel(R) MPI Library 2021.18 for Linux* OS") == "Intel"


def test_a_foreign_communicator_is_refused():
    with pytest.raises(ParameterError, match="Simulation: comm: got 3, expected an mpi4py communicator"):
        Ranks.find(3)


def test_threads_may_be_set_from_outside(monkeypatch):
    monkeypatch.setenv("NETSPIKE_THREADS", "7")
    assert Ranks().threads() == 7
    monkeypatch.setenv("NETSPIKE_THREADS", "many")
    with pytest.raises(ParameterError, match="NETSPIKE_THREADS: got 'many'"):
        Ranks().threads()
