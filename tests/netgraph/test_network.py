"""Networks: a graph and a population that stay together when nodes come and go, and hold still while a simulation lives."""

import copy
import gc
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netgraph.graph import Graph
from netgraph.groups import NeuralGroup
from netgraph.network import Network
from netgraph.population import NeuralPop
from simcore.distributions import Uniform
from simcore.errors import EdgeError, FrozenNetworkError, ParameterError, SimulationError
from tests.reference.populations import MODEL, population, small

# A graph with a population


def test_nodes_are_the_neurons_and_edges_have_weight_and_delay():
    net = Network(population(3, 2))
    net.add_edges([0, 4], [1, 1])
    assert isinstance(net, Graph)
    assert (net.n_nodes, net.directed, net.simulation) == (5, True, None)
    assert net.neuron_types.tolist() == [1, 1, 1, -1, -1]
    assert (net.edges.constant("weight"), net.edges.constant("delay")) == (1.0, 1.0)


def test_incomplete_population_warns_and_still_makes_a_network():
    pop = NeuralPop(1000, default_model=MODEL)
    pop.create_group(900, "first")
    with pytest.warns(UserWarning, match=r"population of 'net' is not complete.*100 of 1000 nodes are in no group") as caught:
        net = Network(pop, name="net")
    assert caught[0].filename == __file__
    assert net.n_nodes == 1000
    pop.create_group(100, "second", neuron_type=-1)
    assert (net.neuron_types[900:] == -1).all()
    pop.check()


@pytest.mark.parametrize("wrong", [None, 10, {}, Graph(3)])
def test_anything_but_a_population_is_refused(wrong):
    with pytest.raises(ParameterError, match="Network: population.*a NeuralPop"):
        Network(wrong)
    with pytest.raises(ParameterError, match="Network: population.*a NeuralPop"):
        Network.from_edges([0], [1], population=wrong, n_nodes=10)


def test_compact_networks_have_their_groups():
    net = Network.exc_and_inhib(10, iratio=0.3, en_model=MODEL, in_model=MODEL, syn_spec="tsodyks2_synapse", name="ei")
    assert [g.size for g in net.population.values()] == [7, 3]
    assert net.population.resolve_synapse("inhibitory", "excitatory")["synapse_model"] == "tsodyks2_synapse"
    alike = Network.uniform(4, neuron_type=-1, neuron_model=MODEL, syn_model="tsodyks2_synapse", syn_param={"U": 0.2})
    assert alike.population.resolve_synapse(0, 0) == {"synapse_model": "tsodyks2_synapse", "receptor_type": 0, "U": 0.2}
    assert (alike.neuron_types == -1).all()


def test_from_edges_keeps_zero_weights_and_parallel_edges():
    net = Network.from_edges([0, 0, 0], [1, 1, 2], population=population(3), weights=[0.0, 2.0, 0.0], delays=[1.0, 2.0, 3.0])
    assert net.edges["weight"].tolist() == [0.0, 2.0, 0.0]
    assert net.edges["delay"].tolist() == [1.0, 2.0, 3.0]
    assert net.n_nodes == 3


def test_from_edges_refuses_another_number_of_nodes():
    with pytest.raises(ParameterError, match="n_nodes: got 4, expected the size of the population, 3"):
        Network.from_edges([0], [1], population=population(3), n_nodes=4)
    with pytest.raises(EdgeError, match="got node 3"):
        Network.from_edges([0], [3], population=population(3))
    with pytest.raises(ParameterError, match="n_nodes: got 2, expected the size of the population, 3"):
        Network.from_matrix(np.ones((2, 2)), population=population(3))


def test_from_matrix_reads_source_by_row():
    matrix = np.array([[0.0, 2.0, 0.0], [0.0, 0.0, 3.0], [4.0, 0.0, 0.0]])
    net = Network.from_matrix(matrix, population=population(3), delays=2.0)
    np.testing.assert_array_equal(net.adjacency("weight").toarray(), matrix)
    assert net.edges.constant("delay") == 2.0


def test_from_graph_copies_edges_columns_and_positions():
    graph = Graph.from_edges([0, 1], [1, 2], weights=3.0, attributes={"kind": ["a", "b"]}, positions=np.eye(3), name="g")
    graph.nodes["x"] = [1.0, 2.0, 3.0]
    net = Network.from_graph(graph, population(3))
    assert (net.name, net.edges.constant("weight"), net.edges.constant("delay")) == ("g", 3.0, 1.0)
    assert net.edges["kind"].tolist() == ["a", "b"]
    assert net.nodes["x"].tolist() == [1.0, 2.0, 3.0]
    np.testing.assert_array_equal(net.positions, np.eye(3))
    net.add_edges([2], [0])
    assert (graph.n_edges, net.n_edges, net.edges["weight"].tolist()) == (2, 3, [3.0] * 3)


def test_from_graph_refuses_what_cannot_be_a_network():
    typed = Graph.from_edges([0, 2], [1, 1], attributes={"type": [1, -1]})
    assert "type" not in Network.from_graph(typed, population(2, 1)).edges
    with pytest.raises(ParameterError, match="edges.'type'..*the types of the source neurons"):
        Network.from_graph(typed, population(3))
    with pytest.raises(ParameterError, match="an undirected graph"):
        Network.from_graph(Graph(3, directed=False), population(3))
    with pytest.raises(ParameterError, match="4 neurons.*expected 3"):
        Network.from_graph(Graph(3), population(4))
    with pytest.raises(ParameterError, match=r"edges\['weight'\]: got -1.0, expected >= 0 in a network"):
        Network.from_graph(Graph.from_edges([0], [1], weights=-1.0), population(2))


# Weights are positive


@pytest.mark.parametrize(
    "change",
    [
        lambda net: net.set_weights(-1.0),
        lambda net: net.set_weights(("uniform", -3.0, -1.0), seed=1),
        lambda net: net.set_weights([1.0, 1.0, 1.0, 1.0, 1.0, -2.0]),
        lambda net: net.edges.__setitem__("weight", -1.0),
        lambda net: net.edges.set_rows("weight", [2], -1.0),
        lambda net: net.add_edges([0], [3], attributes={"weight": -1.0}),
        lambda net: net.add_edge(0, 3, weight=-1.0),
        lambda net: Network.from_edges([0], [1], population=net.population.copy(), weights=-1.0),
        lambda net: Network.from_matrix(-np.eye(6), population=net.population.copy()),
    ],
)
def test_negative_weights_are_refused_without_a_trace(change):
    net = small()
    with pytest.raises(
        ParameterError,
        match=r"edges\['weight'\]: got -\d.*, expected >= 0 in a network: the source neuron's type gives the sign",
    ):
        change(net)
    assert net.edges["weight"].tolist() == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]


def test_signs_of_edges_and_missing_weights_are_refused():
    net = small()
    with pytest.raises(ParameterError, match=r"edges\['type'\].*none in a network"):
        net.edges["type"] = 1
    for name in ("weight", "delay"):
        with pytest.raises(ParameterError, match=f"edges.'{name}'..*every edge of a network has one"):
            del net.edges[name]


# Degrees by the type of the source


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=30), st.sampled_from(["in", "out", "total"]))
def test_degrees_by_type_equal_a_loop_over_edges(pairs, mode):
    net = Network(population([5, 0, 2], [4, 1, 3]))
    inhibitory = {4, 1, 3}
    source, target = [p[0] for p in pairs], [p[1] for p in pairs]
    net.add_edges(source, target, allow_multi_edges=True, allow_self_loops=True)
    for kind, wanted in (("excitatory", False), ("inhibitory", True)):
        degree = [0] * 6
        for s, t in pairs:
            if (s in inhibitory) == wanted:
                degree[t] += mode in ("in", "total")
                degree[s] += mode in ("out", "total")
        assert net.degree(mode=mode, edge_type=kind).tolist() == degree


def test_weighted_degrees_by_type_and_group():
    net = small()
    assert net.in_degree(net.population["g0"], edge_type="inhibitory", weight="weight").tolist() == [5.0, 0.0, 2.0]
    assert net.out_degree([1, 0], edge_type="excitatory").tolist() == [0, 1]


# Sharing and copying


def test_copy_has_a_population_of_its_own():
    net = small()
    net.set_delays(("uniform", 1.0, 2.0), seed=3)
    twin = net.copy()
    assert twin.population == net.population
    assert twin.population is not net.population
    twin.delete_nodes([0])
    twin.population.set_param({"tau_m": 3.0})
    assert (net.n_nodes, net.population["g0"].size, dict(net.population["g1"].neuron_param).keys()) == (6, 3, {"V_m"})
    np.testing.assert_array_equal(net.copy().edges["delay"], net.edges["delay"])


def test_reverse_keeps_the_population_and_undirected_drops_it():
    net = small()
    assert net.reverse().population == net.population
    assert net.reverse().source.tolist() == net.target.tolist()
    assert type(net.to_undirected()) is Graph


def test_shared_population_is_not_renumbered_under_another_network():
    pop = population(3, 2)
    first, second = Network(pop, name="first"), Network(pop, name="second")
    with pytest.raises(ParameterError, match=r"delete_nodes: population.*network 'first' uses too.*change net.copy\(\)"):
        second.delete_nodes([0])
    with pytest.raises(ParameterError, match="add_nodes: population"):
        second.add_nodes(1, group="g0")
    assert (first.n_nodes, second.n_nodes, pop.size) == (5, 5, 5)
    del first
    gc.collect()
    second.delete_nodes([0])
    assert pop.size == 4


@pytest.mark.parametrize("twin", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_networks_survive_copying_and_pickling_without_their_simulation(twin):
    net = small()
    net._attach("sim", "a simulation")
    new = twin(net)
    assert new.simulation is None
    assert new.population == net.population
    new.delete_nodes([0])
    assert (new.n_nodes, net.n_nodes) == (5, 6)


# Freezing


CHANGES = {
    "weights": lambda net: net.set_weights(2.0),
    "delays": lambda net: net.set_delays(2.0),
    "weight column": lambda net: net.edges.__setitem__("weight", 2.0),
    "weight rows": lambda net: net.edges.set_rows("weight", [0], 2.0),
    "add edges": lambda net: net.add_edges([0], [3]),
    "delete edges": lambda net: net.delete_edges([0]),
    "clear edges": lambda net: net.clear_edges(),
    "add nodes": lambda net: net.add_nodes(1, group="g2"),
    "delete nodes": lambda net: net.delete_nodes([0]),
    "parameters": lambda net: net.population["g0"].neuron_param.update({"tau_m": 1.0}),
    "set_param": lambda net: net.population.set_param({"tau_m": 1.0}),
    "model": lambda net: net.population.set_model("iaf_psc_alpha"),
    "groups": lambda net: net.population.create_group([0], "x"),
    "synapses": lambda net: setattr(net.population, "syn_spec", "tsodyks2_synapse"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_sent_network_refuses_changes_until_it_is_closed(name):
    net = small()
    net.population.add_group(NeuralGroup(neuron_model=MODEL), "g2")
    before = net.copy()
    simulation = object()
    net._attach(simulation, "a simulation")
    assert net.simulation is simulation
    with pytest.raises(FrozenNetworkError, match=r"sent to a simulation; close it first with sim.close\(\)"):
        CHANGES[name](net)
    assert net.population == before.population
    assert (net.source.tolist(), net.edges["weight"].tolist()) == (before.source.tolist(), before.edges["weight"].tolist())
    net._detach()
    assert net.simulation is None
    if name != "groups":
        CHANGES[name](net)


def test_sent_network_can_still_be_read_copied_and_labelled():
    net = small()
    net._attach(object(), "a simulation")
    net.nodes["w"] = np.arange(6.0)
    net.copy().delete_nodes([0])
    net.copy().population.set_param({"tau_m": 1.0})
    net.subgraph([0, 1]).set_weights(2.0)


def test_sending_twice_is_refused():
    net = small()
    net._attach(object(), "a simulation")
    with pytest.raises(SimulationError, match=r"'small' was sent to a simulation before; close that first with sim.close\(\)"):
        net._attach(object(), "another")


def test_shared_population_stays_frozen_until_the_last_simulation_is_closed():
    pop = population(3, 2)
    first, second = Network(pop), Network(pop)
    first._attach(object(), "the first simulation")
    second._attach(object(), "the second simulation")
    first._detach()
    first.set_weights(2.0)
    with pytest.raises(FrozenNetworkError, match="the second simulation"):
        pop.set_param({"tau_m": 1.0})
    second._detach()
    pop.set_param({"tau_m": 1.0})


def test_population_of_a_lost_network_can_be_changed():
    pop = population(3, 2)
    Network(pop)._attach(object(), "a simulation")
    pop.set_param({"tau_m": 1.0})
    assert pop["g0"].neuron_param["tau_m"] == 1.0


# Looks and space


def test_html_shows_the_graph_and_the_groups():
    html = small()._repr_html_()
    for part in ("Network &#x27;small&#x27;", ">6<", "g0", "inhibitory", MODEL):
        assert part in html
    assert repr(small()).endswith("groups g0 (3), g1 (3)>")


def test_positions_follow_added_and_deleted_neurons():
    net = Network(population(2, 2), positions=[[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0]])
    net.add_nodes(1, group="g1", positions=[[4.0, 0.0]])
    net.delete_nodes([1])
    assert net.positions[:, 0].tolist() == [0.0, 2.0, 3.0, 4.0]
    assert net.population["g1"].ids.tolist() == [1, 2, 3]


def test_later_edges_follow_the_drawn_rule():
    net = Network(population(50))
    net.set_weights(Uniform(2.0, 3.0), seed=1)
    net.add_edges(np.arange(49), np.arange(1, 50))
    weights = net.edges["weight"]
    assert ((weights >= 2.0) & (weights < 3.0)).all()
    assert np.unique(weights).size == 49
