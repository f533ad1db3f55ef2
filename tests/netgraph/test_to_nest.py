"""Networks sent to real NEST: ids, parameters and connections are those that simcore gets."""

import numpy as np
import pytest

import netgraph as ng
from simcore.distributions import Uniform
from simcore.errors import ParameterError, SimulationError, UnknownNameError
from simcore.models import Input, NeuronModel
from simcore.parameter import State

# The oracle: skips without NEST.
from tests.oracle import nest_runs

nest = nest_runs.nest


@pytest.fixture(autouse=True)
def kernel():
    """An empty kernel before and after each test."""
    nest_runs.reset(0.1)
    yield nest
    nest_runs.reset(0.1)


SPEC = {
    "default": "tsodyks2_synapse",
    (1, 1): {"U": 0.2, "tau_rec": 300.0},
    ("e", "i"): {"synapse_model": "static_synapse"},
    (-1, "x"): {"U": Uniform(0.3, 0.9), "tau_fac": 20.0},
}


def network(seed=0, *, n=30, n_edges=400):
    """Three groups with interleaved ids, parameters of all forms, parallel edges, self-loops and weights of zero."""
    rng = np.random.default_rng(seed)
    ids = rng.permutation(n)
    voltages = {"V_m": rng.uniform(-70.0, -60.0, 12), "tau_m": 12.0}
    groups = [
        ng.NeuralGroup(ids[:12], neuron_model="iaf_psc_exp", neuron_param=voltages),
        ng.NeuralGroup(ids[12:20], neuron_model="aeif_cond_exp", neuron_param={"V_m": ("uniform", -75.0, -60.0)}),
        ng.NeuralGroup(ids[20:], -1, neuron_model="iaf_cond_alpha", neuron_param={"t_ref": 3.0}),
    ]
    population = ng.NeuralPop.from_groups(groups, ["e", "x", "i"], syn_spec=SPEC)
    source, target = rng.integers(0, n, (2, n_edges))
    weights, delays = rng.choice([0.0, *rng.uniform(0.0, 50.0, 20)], n_edges), rng.integers(1, 80, n_edges) / 10.0
    return ng.Network.from_edges(source, target, population=population, weights=weights, delays=delays, name="net")


COLUMNS = ("source", "target", "weight", "delay", "U", "tau_rec", "tau_fac", "x", "u")


def table(columns, n):
    """The columns, delays in steps, as rows sorted by all of them; NaN where a synapse has no such parameter."""
    columns = {**columns, "delay": np.rint(np.multiply(columns["delay"], 10.0))}
    rows = np.column_stack([np.broadcast_to(columns.get(name, np.nan), n).astype(float) for name in COLUMNS])
    return rows[np.lexsort(rows.T[::-1])]


def connections_in_nest(gids):
    node_of = np.full(gids.max() + 1, -1)
    node_of[gids] = np.arange(gids.size)
    models = {}
    for model in set(nest.GetConnections().get("synapse_model")):
        found = nest.GetConnections(synapse_model=model)
        columns = found.get(list(COLUMNS[: 4 if model == "static_synapse" else None]))
        ends = {name: node_of[np.array(columns[name])] for name in ("source", "target")}
        models[model] = table({**columns, **ends}, len(found))
    return models


def connections_in_simcore(sim):
    models = {}
    for projection in sim.projections:
        columns = {**projection.parameters, **sim.connectivity(projection)}
        models.setdefault(projection.synapse.name, []).append(table(columns, projection.n_edges))
    joined = {model: np.concatenate(tables) for model, tables in models.items()}
    return {model: rows[np.lexsort(rows.T[::-1])] for model, rows in joined.items()}


def test_connections_in_nest_are_those_in_simcore():
    net = network()
    in_nest = connections_in_nest(net.to_nest(nest, seed=4))
    in_simcore = connections_in_simcore(net.to_sim(seed=4))
    assert sum(len(rows) for rows in in_nest.values()) == net.n_edges
    assert set(in_nest) == set(in_simcore)
    for model in in_nest:
        np.testing.assert_array_equal(in_nest[model], in_simcore[model], err_msg=model)
    # The network has what these tables must keep.
    assert (in_nest["tsodyks2_synapse"][:, 2] < 0).any()
    assert (in_nest["tsodyks2_synapse"][:, 2] == 0).any()
    assert (in_nest["tsodyks2_synapse"][:, 0] == in_nest["tsodyks2_synapse"][:, 1]).any()
    assert np.unique(in_nest["tsodyks2_synapse"][:, 4]).size > 20


def test_ids_and_parameters_of_each_node_are_those_in_simcore():
    net = network()
    gids = net.to_nest(nest, seed=4)
    assert gids.dtype == np.int64
    assert sorted(gids) == list(range(1, 31))
    sim = net.to_sim(seed=4)
    for group in net.population.values():
        nodes = [nest.NodeCollection([gid]) for gid in gids[group.ids]]
        assert {node.get("model") for node in nodes} == {group.neuron_model}
        for name in ("V_m", "t_ref", "E_L"):
            values = [node.get(name) for node in nodes]
            np.testing.assert_array_equal(values, sim.get(sim.select(group.ids), name), err_msg=name)


def test_a_group_of_one_neuron_and_a_network_without_edges_can_be_sent():
    group = ng.NeuralGroup([0], neuron_model="iaf_psc_exp", neuron_param={"V_m": [-61.0]})
    gids = ng.Network(ng.NeuralPop.from_groups([group], ["one"])).to_nest(nest)
    assert nest.NodeCollection(gids).get("V_m") == -61.0
    assert nest.num_connections == 0


def test_ids_follow_nodes_that_the_kernel_has_already():
    nest.Create("parrot_neuron", 7)
    assert sorted(network().to_nest(nest)) == list(range(8, 38))


def test_the_same_spikes_come_out():
    net = network(n_edges=0)
    net.population.set_param({"I_e": 900.0})
    gids = net.to_nest(nest, seed=1)
    recorder = nest.Create("spike_recorder", params={"stop": 50.0})
    nest.Connect(nest.NodeCollection(np.sort(gids)), recorder)
    nest.Simulate(51.0)
    sim = net.to_sim(seed=1)
    record = sim.record(sim.nodes)
    sim.run(50.0, progress=False)
    spikes = zip(np.rint(np.multiply(recorder.get("events", "times"), 10.0)), recorder.get("events", "senders"), strict=True)
    assert len(record) > 30
    assert sorted(spikes) == sorted(zip(np.rint(record.times * 10.0), gids[record.ids], strict=True))


# Refusals


def test_sending_twice_to_one_kernel_is_refused_until_it_is_reset():
    net, other = network(), network(1)
    net.to_nest(nest)
    size = nest.network_size
    with pytest.raises(SimulationError, match=r"'net' is in this NEST kernel already; call nest.ResetKernel\(\) first"):
        net.to_nest(nest)
    assert (nest.network_size, nest.num_connections) == (size, 400)
    other.to_nest(nest)
    nest.ResetKernel()
    net.to_nest(nest)


def test_a_reset_is_noticed_when_another_network_has_the_ids_now():
    net, other = network(), network(1, n=40)
    net.to_nest(nest)
    nest.ResetKernel()
    other.to_nest(nest)
    assert sorted(net.to_nest(nest)) == list(range(41, 71))


def refused(net, message, *, error=ParameterError):
    with pytest.raises(error, match=message):
        net.to_nest(nest)
    assert (nest.network_size, nest.num_connections) == (0, 0)


def test_delays_below_the_resolution_are_refused_before_anything_is_made():
    net = network()
    nest.resolution = 0.5
    refused(net, r"to_nest: delay of edge .*expected >= dt = 0.5 ms")


def test_start_values_that_nest_cannot_set_are_refused_before_anything_is_made():
    net = network()
    net.population.set_param({"I_syn_ex": 10.0}, group="e")
    refused(net, "parameter of NEST's iaf_psc_exp in group 'e' 'I_syn_ex'", error=UnknownNameError)


def test_models_of_ones_own_are_refused_before_anything_is_made():
    inputs = {"arriving": Input("mV")}
    own = NeuronModel("iaf_psc_exp", {}, {"V_m": State("mV", "potential")}, inputs, lambda V_m, arriving: (V_m, False))
    refused(
        ng.Network.uniform(3, neuron_model=own), "group 'default_group': got 'iaf_psc_exp', expected a built-in neuron model"
    )


def test_anything_but_a_network_and_unknown_options_are_refused():
    with pytest.raises(ParameterError, match="to_nest: network"):
        ng.simulation.to_nest(ng.Graph(3), nest)
    with pytest.raises(TypeError, match="weights"):
        network().to_nest(nest, weights=False)


def test_the_network_stays_free_after_sending_to_nest():
    net = network()
    net.to_nest(nest)
    net.set_weights(2.0)
    net.delete_nodes([0])
    assert nest.num_connections == 400
