"""Several MPI ranks give the same as one process, to the bit, and end together."""

import sys
from pathlib import Path

import numpy as np
import pytest

from simcore import Results
from simcore.errors import ParameterError, SimulationError
from simcore.launch import command, launcher_of
from simcore.ranks import Ranks, launched, library_kind
from tests.reference import mpi, programme

pytestmark = mpi.needs_mpi

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


@pytest.fixture(scope="module")
def alone():
    return programme.run(threads=1)


@pytest.mark.parametrize(("ranks", "threads"), [(2, 1), (2, 2), (4, 1)])
def test_any_number_of_ranks_and_threads_gives_the_same_bits(ranks, threads, alone, tmp_path):
    path = tmp_path / "found.npz"
    code, out, err = mpi.start(Path(programme.__file__), threads, path, n=ranks).wait(280.0)
    assert code == 0, out + err
    with np.load(path) as found:
        assert set(found.files) == set(alone)
        for name, expected in alone.items():
            np.testing.assert_array_equal(found[name], expected, err_msg=name)


def test_the_programme_has_spikes_in_every_part(alone):
    for part in ("whole", "pieces", "resumed", "grown"):
        assert alone[f"{part}: times"].size > 2000, part
    np.testing.assert_array_equal(alone["pieces: times"], alone["whole: times"])
    times, counts = np.unique(alone["burst: times"], return_counts=True)
    assert times.size >= 3
    assert counts.max() == 12_000  # more than a message holds


def test_two_threads_give_the_same_bits_in_one_process(alone):
    for name, values in programme.run(threads=2).items():
        np.testing.assert_array_equal(values, alone[name], err_msg=name)


def test_each_rank_holds_its_own_synapses_and_listed_edges_only(tmp_path):
    script = (
        BUILD
        + """
rng = np.random.default_rng(1)
listed = sim.connect_edges(rng.integers(0, 600, 9000), rng.integers(0, 600, 9000), weight=rng.normal(0.0, 1.0, 9000), delay=1.0)
sim.run(5.0)
engine = sim.prepare()
sizes = [engine.n_synapses, listed.sources.size, listed.weight.size, listed.n_edges, engine.owned.sum()]
tell("held", sim.rank, *sizes)
"""
    )
    code, out, err = mpi.start(script, n=3).wait()
    assert code == 0, err
    rows = np.array([[int(word) for word in line.split()[1:]] for line in sorted(out.splitlines())])
    np.testing.assert_array_equal(rows[:, 0], [0, 1, 2])
    assert rows[:, 1].sum() == 27_000
    assert rows[:, 2].sum() == 9000
    np.testing.assert_array_equal(rows[:, 2], rows[:, 3])
    assert set(rows[:, 4]) == {9000}
    np.testing.assert_array_equal(rows[:, 5], [200, 200, 200])
    assert rows[:, 1].max() < 9600


def test_local_results_hold_what_own_neurons_recorded(tmp_path):
    script = BUILD.replace("threads=1", "threads=1, local=True") + f"""
import simcore
sim.record(neurons[::7], "V_m", interval=0.5)
sim.run(20.0)
sim.save({str(tmp_path / "state.npz")!r})
sim.run(20.0)
results = sim.results
V_m = results["V_m"]
own = set(neurons.ids[sim.owned(neurons.numbers)])
assert set(results.spikes.nodes) == set(spikes.spikes.nodes) == own
assert V_m.shape == (80, results.traces[0].ids.size)
again = simcore.load({str(tmp_path / "state.npz")!r}, threads=1, local=True)
again.run(20.0)
np.testing.assert_array_equal(again.results.spikes.times, results.spikes.times)
np.testing.assert_array_equal(again.results["V_m"], V_m)
np.savez({str(tmp_path)!r} + f"/{{sim.rank}}.npz", times=results.spikes.times, ids=results.spikes.ids,
         traced=results.traces[0].ids, V_m=V_m)
"""  # fmt: skip
    code, out, err = mpi.start(script, n=2).wait()
    assert code == 0, out + err
    parts = [np.load(tmp_path / f"{rank}.npz") for rank in range(2)]
    space = {}
    exec(BUILD + 'sim.record(neurons[::7], "V_m", interval=0.5)\nresults = sim.run(40.0)', space)  # noqa: S102
    expected = space["results"]
    assert all(part["ids"].size > 100 for part in parts)
    assert not set(parts[0]["ids"]) & set(parts[1]["ids"])
    times, ids = (np.concatenate([part[name] for part in parts]) for name in ("times", "ids"))
    order = np.lexsort((ids, times))
    np.testing.assert_array_equal(times[order], expected.spikes.times)
    np.testing.assert_array_equal(ids[order], expected.spikes.ids)
    traced = np.concatenate([part["traced"] for part in parts])
    V_m = np.concatenate([part["V_m"] for part in parts], axis=1)
    np.testing.assert_array_equal(V_m[:, np.argsort(traced)], expected["V_m"])


# -- ending together ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["", "sim.run(3.0)\n", "sim.run(3.0)\nsim.save('/nowhere/at/all')\n"])
def test_an_error_on_one_rank_ends_all_with_one_message(where):
    script = BUILD + where + 'if sim.rank == 1:\n    raise RuntimeError("marker of the one")\nsim.run(1e6)'
    code, out, err = mpi.start(script, n=3).wait(60.0)
    assert code != 0
    said = "No such file" if "nowhere" in where else "marker of the one"
    assert err.count("ends all") == 1
    assert said in err
    assert err.count("Traceback") == 1


def test_an_error_of_all_ranks_is_told_once():
    code, _, err = mpi.start(BUILD + 'sim.create("iaf_psc_expo", 3)', n=3).wait(60.0)
    assert code != 0
    assert err.count("did you mean 'iaf_psc_exp'") == 1


@pytest.mark.parametrize("failing", ["divide", "plan_pathways", "build_synapses", "Records"])
def test_an_error_of_one_rank_inside_a_call_reaches_the_others_as_an_error(failing):
    script = (
        BUILD
        + f"""
from simcore.errors import NetspikeError
import simcore.kernel.engine as engine
if sim.rank == 1:
    def fails(*args, **options):
        raise MemoryError("no room for synapses")
    engine.{failing} = fails
try:
    sim.run(1.0)
except (NetspikeError, MemoryError) as error:
    tell(f"rank {{sim.rank}} got {{type(error).__name__}}: {{error}}")
"""
    )
    code, out, err = mpi.start(script, n=3).wait(60.0)
    assert code == 0, err
    assert out.count("no room for synapses") == 3
    assert "rank 1 got MemoryError" in out
    assert "rank 0 got OtherRankError: rank 1: MemoryError: no room" in out


def test_an_error_in_the_middle_of_a_run_ends_all():
    script = (
        BUILD
        + """
if sim.rank == 1:
    import simcore.kernel.records as records
    def fails(self):
        raise MemoryError("no room for traces")
    records.Records.collect = fails
sim.run(1e6)
"""
    )
    code, _, err = mpi.start(script, n=2).wait(60.0)
    assert code != 0
    assert "no room for traces" in err


def test_a_sick_neuron_stops_all_ranks_with_the_same_error():
    script = (
        BUILD
        + """
from simcore.errors import NumericalError
sick = sim.create("aeif_cond_exp", 3, {"I_e": [0.0, -1e7, 0.0]})
try:
    sim.run(50.0)
except NumericalError as error:
    tell("rank", sim.rank, error)
"""
    )
    code, out, err = mpi.start(script, n=2).wait(60.0)
    assert code == 0, err
    lines = sorted(out.splitlines())
    assert len(lines) == 2
    assert lines[0].replace("rank 0", "") == lines[1].replace("rank 1", "")
    assert "aeif_cond_exp: V_m of node 601 became NaN" in lines[0]


def test_ctrl_c_that_nobody_catches_ends_all_ranks_with_one_message():
    marker = "ctrl_c_uncaught_7391"
    job = mpi.start(BUILD + f'sim.run(1.0)\nif sim.rank == 0: print("runs {marker}", flush=True)\nsim.run(1e6)', n=3)
    job.read_until("runs")
    job.interrupt()
    code, _, err = job.wait(60.0)
    assert code != 0
    assert err.count("KeyboardInterrupt") <= 2, err
    assert err.count("ends all") <= 1, err
    assert mpi.still_running(marker) == []


def test_a_run_goes_on_after_ctrl_c_on_one_rank_as_if_nothing_had_been(tmp_path):
    script = (
        BUILD
        + f"""
import os, signal, threading
if sim.rank == 1:
    threading.Timer(1.0, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
sim.run(1.0)
try:
    sim.run(1e6)
except KeyboardInterrupt as error:
    tell("rank", sim.rank, "stopped at", sim.time, error)
at = sim.time
sim.run(30.0)
if sim.rank == 0:
    np.savez({str(tmp_path / "found.npz")!r}, times=spikes.times, ids=spikes.ids, at=at)
"""
    )
    code, out, err = mpi.start(script, n=2).wait(60.0)
    assert code == 0, err
    assert out.count("can go on") == 2
    assert len({line.split("stopped at ")[1] for line in out.splitlines()}) == 1
    space = {}
    with np.load(tmp_path / "found.npz") as found:
        assert 1.0 < found["at"] < 1e6
        exec(BUILD + f"sim.run(round({found['at']} + 30.0, 1))", space)  # noqa: S102
        np.testing.assert_array_equal(found["times"], space["spikes"].times)
        np.testing.assert_array_equal(found["ids"], space["spikes"].ids)


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("sim.get(neurons, 'V_m')", "sim.run(5.0)", "is in get('V_m'), rank 1 in run(5.0) at 5 ms"),
        ("sim.run(7.0)", "sim.run(5.0)", "is in run(7.0) at 5 ms, rank 1 in run(5.0) at 5 ms"),
        (
            "neurons.set(I_e=1.0); sim.run(5.0)",
            "sim.run(5.0)",
            "is in run(5.0), after changes, at 5 ms, rank 1 in run(5.0) at 5 ms",
        ),
        ("sim.connectivity()", "sim.save('x')", "is in connectivity(), rank 1 in save()"),
        ("sim.get(neurons, 'V_m')", "sim.get(neurons, 'I_syn_ex')", "is in get('V_m'), rank 1 in get('I_syn_ex')"),
    ],
)
def test_ranks_that_do_different_things_are_told_instead_of_waiting(first, second, said):
    script = BUILD + f"sim.run(5.0)\nif sim.rank == 0:\n    {first}\nelse:\n    {second}\nsim.run(5.0)"
    code, _, err = mpi.start(script, n=2).wait(60.0)
    assert code != 0
    assert said in err
    assert "every call to a simulation must be made by all ranks" in err


def test_a_refusal_on_one_rank_reaches_the_others():
    script = (
        BUILD
        + """
from simcore.errors import NetspikeError
try:
    sim.run(-1.0 if sim.rank == 1 else 5.0)
except NetspikeError as error:
    tell(sim.rank, error)
sim.run(5.0)
"""
    )
    code, out, err = mpi.start(script, n=2).wait(60.0)
    assert code == 0, err
    assert out.count("the ranks do different things") == 2


def test_start_values_that_differ_between_ranks_are_refused():
    script = BUILD + 'sim.create("iaf_psc_exp", 2, {"V_m": [-60.0 - sim.rank, -60.0]})\nsim.run(1.0)'
    code, _, err = mpi.start(script, n=2).wait(60.0)
    assert code != 0
    assert "different networks: 2 iaf_psc_exp" in err


def test_all_ranks_may_save_their_results_to_one_file(tmp_path):
    path = str(tmp_path / "results.npz")
    script = BUILD + f"r = sim.run(20.0)\nfor k in range(20): r.save({path!r})\ntell(len(r.spikes))"
    code, out, err = mpi.start(script, n=3).wait(60.0)
    assert code == 0, err
    assert len(Results.load(path).spikes) == int(out.split()[0])
    assert [p.name for p in tmp_path.iterdir()] == ["results.npz"]


def test_a_graph_of_a_simulation_with_local_results_is_whole(tmp_path):
    script = """
import netgraph as ng
from simcore import Simulation
sim = Simulation(dt=0.1, seed=1, threads=1, local=True)
n = sim.create("iaf_psc_exp", 6)
sim.connect(n[:3], n[3:], weight=-2.0)
sim.connect(n[3:], n[:3], weight=3.0)
net = ng.Network.from_simulation(sim)
lines = sim.ranks.share((net.n_edges, *net.neuron_types))
for line in lines if sim.rank == 0 else ():
    print(*line)
"""
    code, out, err = mpi.start(script, n=2).wait(60.0)
    assert code == 0, err
    assert out.splitlines() == ["18 -1 -1 -1 1 1 1"] * 2


def test_simcore_run_waits_for_a_script_that_handles_ctrl_c(tmp_path):
    (tmp_path / "script.py").write_text(
        BUILD
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
    job.interrupt()
    code, _, err = job.wait(60.0)
    assert (tmp_path / "state.npz").is_file(), err
    assert "Traceback" not in err


def test_ranks_that_describe_different_networks_are_refused():
    script = BUILD + "neurons.set(I_e=np.arange(600.0) + sim.rank)\nsim.run(1.0)"
    code, _, err = mpi.start(script, n=2).wait(60.0)
    assert code != 0
    assert "different networks: 600 iaf_psc_exp" in err
    assert "same script with the same seeds" in err


# -- launchers ---------------------------------------------------------------------------------------------------------------


def test_a_launcher_of_another_mpi_is_refused_before_the_library_starts():
    job = mpi.Job([sys.executable, "-c", BUILD], OMPI_COMM_WORLD_SIZE="2", OMPI_COMM_WORLD_RANK="0")
    code, _, err = job.wait(60.0)
    assert code == 1
    assert "do not belong together" in err
    assert "launcher: Open MPI, for 2 processes" in err
    assert "library: MPICH" in err


def test_a_missing_mpi4py_says_how_to_get_it():
    script = 'import sys\nsys.modules["mpi4py"] = None\n' + BUILD
    code, _, err = mpi.Job([sys.executable, "-c", script], PMI_SIZE="4", PMI_RANK="1").wait(60.0)
    assert code == 1
    assert "MPICH started 4 processes, but mpi4py cannot be used" in err
    assert 'pip install "netspike[mpi]"' in err


def test_a_process_on_its_own_never_loads_mpi():
    script = BUILD + 'sim.run(1.0)\nassert not any(name.startswith("mpi4py") for name in sys.modules)'
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


def test_different_descriptions_are_named():
    ranks = Ranks()
    ranks.share = lambda value: [value, value[:1]]
    with pytest.raises(SimulationError, match="the seed on rank 0, nothing more on rank 1"):
        ranks.check_same([("dt", 0.1), ("the seed", 3)])
