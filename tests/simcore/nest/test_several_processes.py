"""A script for PyNEST that several processes run together gives what one process gives, on each of them."""

import numpy as np
import pytest

import simcore.nest as ours
from tests.reference import mpi

pytestmark = mpi.needs_mpi

SCRIPT = """
import numpy as np
found = {}
nest.ResetKernel()
neurons = nest.Create("iaf_psc_exp", 60, {"V_m": nest.random.uniform(-70.0, -55.0), "I_e": 450.0})
noise = nest.Create("poisson_generator", params={"rate": 8000.0})
spikes, meter = nest.Create("spike_recorder"), nest.Create("multimeter", params={"record_from": ["V_m"], "interval": 0.5})
weights = nest.Create("weight_recorder")
nest.CopyModel("stdp_synapse", "recorded", {"weight_recorder": weights})
nest.Connect(noise, neurons, syn_spec={"weight": 10.0})
spec = {"weight": nest.random.uniform(4.0, 6.0), "delay": 1.5}
nest.Connect(neurons, neurons, {"rule": "fixed_indegree", "indegree": 9}, spec)
nest.Connect(neurons[:6], neurons[6:9], "all_to_all", {"synapse_model": "recorded", "weight": 3.0})
nest.Connect(neurons, spikes)
nest.Connect(meter, neurons[::7])
nest.SyncProcesses()
nest.Simulate(20.0)
refused = []
for call in (
    lambda: nest.Create("iaf_psc_epx"),
    lambda: nest.Connect(neurons, neurons, "one_to_one", {"delay": -1.0}),
    lambda: neurons.set(tau_m=-1.0),
    lambda: nest.Simulate(-1.0),
    lambda: nest.NodeCollection([10**6]).get("V_m"),
):
    try:
        call()
    except nest.NESTError as error:
        refused.append(type(error).__name__)
neurons[:10].set(V_m=-60.0, I_e=500.0)
nest.GetConnections(neurons[:3], neurons).weight = 7.0
nest.biological_time = 0.0
nest.Simulate(20.0)
fired = neurons[[k for k, t in enumerate(neurons.t_spike) if t > 19.0]]  # in the last slice
nest.Connect(fired, neurons[30:40], syn_spec={"weight": 50.0, "delay": 1.5})
nest.Connect(neurons, neurons[40:43], syn_spec={"synapse_model": "recorded", "weight": 8.0, "delay": 1.5})
nest.Simulate(10.0)
for name, recorder in {"spikes": spikes, "samples": meter, "weights": weights}.items():
    found |= {f"{name}: {column}": values for column, values in recorder.events.items()}
made = nest.GetConnections(neurons, neurons).get(["source", "target", "weight"])
found |= {f"connections: {name}": np.array(values) for name, values in made.items()}
found |= {"V_m": np.array(neurons.V_m), "t_spike": np.array(neurons.t_spike), "refused": np.array(refused)}
found["n"] = np.array([nest.num_connections, nest.network_size, spikes.n_events, meter.n_events, len(fired)])
own = {"local": np.array(neurons.local), "listed": np.array(nest.GetLocalNodeCollection(neurons).tolist()),
       "devices": np.array(nest.GetLocalNodeCollection(noise + spikes + meter).tolist()), "sent": nest.local_spike_counter,
       "local of devices": np.array((noise + spikes + meter).local), "places": np.array([nest.Rank(), nest.NumProcesses()]),
       "got": np.array(nest.GetNodes({"model": "iaf_psc_exp"}, local_only=True).tolist())}
"""  # fmt: skip


@pytest.fixture(scope="module")
def alone():
    space = {"nest": ours}
    exec(SCRIPT, space)  # noqa: S102
    ours.ResetKernel()
    return space["found"], space["own"]


@pytest.fixture(scope="module")
def ranks(tmp_path_factory):
    path = tmp_path_factory.mktemp("ranks")
    script = f"import simcore.nest as nest\n{SCRIPT}\nnp.savez({str(path)!r} + f'/{{nest.Rank()}}.npz', **found, **own)\n"
    code, out, err = mpi.start(script, n=2).wait(120.0)
    assert code == 0, out + err
    return [dict(np.load(path / f"{rank}.npz")) for rank in range(2)]


def test_every_process_reads_what_one_process_gives(alone, ranks):
    found, _ = alone
    assert found["n"][2] > 200
    assert found["n"][4] > 2
    assert found["weights: weights"].size > 20
    assert found["refused"].tolist() == ["UnknownModelName", "BadDelay", "BadProperty", "BadParameter", "UnknownNode"]
    for rank in ranks:
        for name, expected in found.items():
            np.testing.assert_array_equal(rank[name], expected, err_msg=name)


def test_each_process_knows_its_own_nodes(alone, ranks):
    _, own = alone
    assert own["local"].all()
    assert own["listed"].tolist() == list(range(1, 61))
    assert own["places"].tolist() == [0, 1]
    assert [rank["places"].tolist() for rank in ranks] == [[0, 2], [1, 2]]
    assert np.array_equal(ranks[0]["local"], ~ranks[1]["local"])
    for rank in ranks:
        np.testing.assert_array_equal(rank["listed"], np.flatnonzero(rank["local"]) + 1)
        np.testing.assert_array_equal(rank["got"], rank["listed"])
        assert rank["listed"].size == 30
        # Every process has a copy of each device, as in NEST.
        np.testing.assert_array_equal(rank["devices"], own["devices"])
        assert rank["local of devices"].all()
    assert sum(int(rank["sent"]) for rank in ranks) == int(own["sent"]) > 0
