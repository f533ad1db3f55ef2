"""An error, a difference or Ctrl-C on one MPI rank reaches all of them, and all end together."""

import numpy as np
import pytest

from simcore.errors import SimulationError
from simcore.ranks import Ranks
from tests.reference import mpi

pytestmark = mpi.needs_mpi


@pytest.mark.parametrize("where", ["", "sim.run(3.0)\n", "sim.run(3.0)\nsim.save('/nowhere/at/all')\n"])
def test_an_error_on_one_rank_ends_all_with_one_message(where):
    script = mpi.BUILD + where + 'if sim.rank == 1:\n    raise RuntimeError("marker of the one")\nsim.run(1e6)'
    code, out, err = mpi.start(script, n=3).wait(60.0)
    assert code != 0
    said = "No such file" if "nowhere" in where else "marker of the one"
    assert err.count("ends all") == 1
    assert said in err
    assert err.count("Traceback") == 1


def test_an_error_of_all_ranks_is_told_once():
    code, _, err = mpi.start(mpi.BUILD + 'sim.create("iaf_psc_expo", 3)', n=3).wait(60.0)
    assert code != 0
    assert err.count("did you mean 'iaf_psc_exp'") == 1


@pytest.mark.parametrize("failing", ["divide", "plan_pathways", "build_synapses", "Records"])
def test_an_error_of_one_rank_inside_a_call_reaches_the_others_as_an_error(failing):
    script = (
        mpi.BUILD
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
        mpi.BUILD
        + """
if sim.rank == 1:
    import simcore.kernel.records as records
    def fails(self, n_steps):
        raise MemoryError("no room for traces")
    records.Records.fill = fails
sim.run(1e6)
"""
    )
    code, _, err = mpi.start(script, n=2).wait(60.0)
    assert code != 0
    assert "no room for traces" in err


def test_a_sick_neuron_stops_all_ranks_with_the_same_error():
    script = (
        mpi.BUILD
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
    job = mpi.start(mpi.BUILD + f'sim.run(1.0)\nif sim.rank == 0: print("runs {marker}", flush=True)\nsim.run(1e6)', n=3)
    job.read_until("runs")
    job.interrupt()
    code, _, err = job.wait(60.0)
    assert code != 0
    assert err.count("KeyboardInterrupt") <= 2, err
    assert err.count("ends all") <= 1, err
    assert mpi.still_running(marker) == []


def test_a_run_goes_on_after_ctrl_c_on_one_rank_as_if_nothing_had_been(tmp_path):
    script = (
        mpi.BUILD
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
    assert out.count("the next run goes on") == 2
    assert len({line.split("stopped at ")[1] for line in out.splitlines()}) == 1
    space = {}
    with np.load(tmp_path / "found.npz") as found:
        assert 1.0 < found["at"] < 1e6
        exec(mpi.BUILD + f"sim.run(round({found['at']} + 30.0, 1))", space)  # noqa: S102
        np.testing.assert_array_equal(found["times"], space["spikes"].times)
        np.testing.assert_array_equal(found["ids"], space["spikes"].ids)


def test_ctrl_c_at_any_time_on_one_rank_loses_nothing_and_leaves_nobody_waiting():
    """The second rank gets it every few milliseconds, wherever it happens to be in many short runs."""
    script = (
        mpi.BUILD
        + """
import os, signal
inside, caught = False, 0
signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGINT) if inside else None)
sim.run(1.0)
if sim.rank == 1:
    signal.setitimer(signal.ITIMER_REAL, 0.0051, 0.0051)
while sim.time < 120.0:
    try:
        inside = True
        sim.run(0.3)
        inside = False
    except KeyboardInterrupt:
        inside, caught = False, caught + 1
signal.setitimer(signal.ITIMER_REAL, 0.0)
tell(sim.time, caught >= 20 or sim.rank == 0, spikes.times.size, round(float(spikes.times.sum()), 1))
"""
    )
    code, out, err = mpi.start(script, n=2).wait(100.0)
    assert code == 0, err
    space = {}
    exec(mpi.BUILD + "sim.run(120.1)", space)  # noqa: S102
    times = space["spikes"].times
    told = {tuple(line.split()) for line in out.splitlines()}
    assert len(told) == 1
    time, interrupted, n_spikes, total = told.pop()
    times = times[times <= float(time)]
    assert (interrupted, int(n_spikes), float(total)) == ("True", times.size, round(float(times.sum()), 1))


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
    script = mpi.BUILD + f"sim.run(5.0)\nif sim.rank == 0:\n    {first}\nelse:\n    {second}\nsim.run(5.0)"
    code, _, err = mpi.start(script, n=2).wait(60.0)
    assert code != 0
    assert said in err
    assert "every call to a simulation must be made by all ranks" in err


def test_a_refusal_on_one_rank_reaches_the_others():
    script = (
        mpi.BUILD
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
    script = mpi.BUILD + 'sim.create("iaf_psc_exp", 2, {"V_m": [-60.0 - sim.rank, -60.0]})\nsim.run(1.0)'
    code, _, err = mpi.start(script, n=2).wait(60.0)
    assert code != 0
    assert "different networks: 2 iaf_psc_exp" in err


def test_ranks_that_describe_different_networks_are_refused():
    script = mpi.BUILD + "neurons.set(I_e=np.arange(600.0) + sim.rank)\nsim.run(1.0)"
    code, _, err = mpi.start(script, n=2).wait(60.0)
    assert code != 0
    assert "different networks: 600 iaf_psc_exp" in err
    assert "same script with the same seeds" in err


def test_different_descriptions_are_named():
    ranks = Ranks()
    ranks.share = lambda value: [value, value[:1]]
    with pytest.raises(SimulationError, match="the seed on rank 0, nothing more on rank 1"):
        ranks.check_same([("dt", 0.1), ("the seed", 3)])
