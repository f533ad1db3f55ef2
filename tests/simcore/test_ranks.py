"""Several MPI ranks give the same as one process, to the bit, and end together."""

from pathlib import Path

import numpy as np
import pytest

from simcore import Results
from tests.reference import mpi, programme

pytestmark = mpi.needs_mpi


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
        mpi.BUILD
        + """
rng = np.random.default_rng(1)
listed = sim.connect_edges(rng.integers(0, 600, 9000), rng.integers(0, 600, 9000), weight=rng.normal(0.0, 1.0, 9000), delay=1.0)
sim.run(5.0)
engine = sim._prepare()
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
    script = mpi.BUILD.replace("threads=1", "threads=1, local=True") + f"""
import simcore
sim.record(neurons[::7], "V_m", interval=0.5)
sim.run(20.0)
sim.save({str(tmp_path / "state.npz")!r})
sim.run(20.0)
results = sim.results
V_m = results["V_m"]
own = set(neurons.ids[sim._owned(neurons.numbers)])
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
    exec(mpi.BUILD + 'sim.record(neurons[::7], "V_m", interval=0.5)\nresults = sim.run(40.0)', space)  # noqa: S102
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


def test_all_ranks_may_save_their_results_to_one_file(tmp_path):
    path = str(tmp_path / "results.npz")
    script = mpi.BUILD + f"r = sim.run(20.0)\nfor k in range(20): r.save({path!r})\ntell(len(r.spikes))"
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
