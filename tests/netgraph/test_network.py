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
from simcore.errors import EdgeError, FrozenNetworkError, ParameterError, SimulationError, UnknownNameError

MODEL = "iaf_psc_exp"


def population(*groups):
    """One group for each list of ids (or number), excitatory and inhibitory in turn; V_m tells the neuron."""
    made = []
    for i, nodes in enumerate(groups):
        group = NeuralGroup(nodes, 1 if i % 2 == 0 else -1, neuron_model=MODEL)
        if group.ids.size:
            group.neuron_param["V_m"] = -70.0 - group.ids
        made.append(group)
    return NeuralPop.from_groups(made, [f"g{i}" for i in range(len(made))])


def small():
    net = Network(population([5, 0, 2], [4, 1, 3]), name="small")
    net.add_edges([0, 1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 0], attributes={"weight": np.arange(1.0, 7.0)})
    return net


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


# Nodes come and go


def by_label(net):
    """Each neuron's label and start value, both of which name the node that it was, by present id."""
    return net.nodes["was"].tolist(), (-70.0 - net.population.get_param("V_m")).tolist()


@st.composite
def labelled_networks(draw):
    """Networks with 2 to 12 neurons in up to three groups of shuffled ids, and some edges."""
    n = draw(st.integers(2, 12))
    order = draw(st.permutations(range(n)))
    cuts = sorted(draw(st.sets(st.integers(1, n - 1), max_size=2)))
    groups = [part.tolist() for part in np.split(np.array(order), cuts)]
    net = Network(population(*groups))
    net.nodes["was"] = np.arange(n)
    ends = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=20))
    net.add_edges([s for s, _ in ends], [t for _, t in ends], allow_multi_edges=True, allow_self_loops=True)
    return net, groups


@given(labelled_networks(), st.data())
def test_deleted_neurons_leave_their_groups_and_the_rest_stays_aligned(made, data):
    net, groups = made
    gone = data.draw(st.lists(st.sampled_from(range(net.n_nodes)), unique=True, max_size=net.n_nodes - 1))
    net.delete_nodes(np.array(gone, dtype=int))
    was, by_parameter = by_label(net)
    assert was == sorted(set(range(len(was) + len(gone))) - set(gone))
    assert by_parameter == was
    left = {f"g{i}": [n for n in g if n not in gone] for i, g in enumerate(groups)}
    assert {n: [was[i] for i in g.ids] for n, g in net.population.items()} == {n: g for n, g in left.items() if g}
    assert (net.population.is_valid, net.population.size) == (True, net.n_nodes)


@given(labelled_networks(), st.data())
def test_subgraph_keeps_groups_parameters_and_their_order(made, data):
    net, groups = made
    nodes = data.draw(st.lists(st.sampled_from(range(net.n_nodes)), unique=True, min_size=1))
    part = net.subgraph(nodes)
    was, by_parameter = by_label(part)
    assert was == nodes
    assert by_parameter == nodes
    kept = {f"g{i}": [n for n in g if n in nodes] for i, g in enumerate(groups)}
    assert {n: [was[i] for i in g.ids] for n, g in part.population.items()} == {n: g for n, g in kept.items() if g}
    assert net.population == population(*groups)
    edges = {(was[s], was[t]) for s, t in zip(part.source, part.target, strict=True)}
    assert edges == {(s, t) for s, t in zip(net.source.tolist(), net.target.tolist(), strict=True) if {s, t} <= set(nodes)}


def test_labels_follow_deleted_nodes():
    net = small()
    net.population.create_meta_group([3, 5, 1], "m")
    net.delete_nodes([1, 4])
    assert net.population["m"].ids.tolist() == [2, 3]
    assert net.population["g1"].ids.tolist() == [2]


def test_group_without_neurons_leaves_with_its_synapses():
    pop = NeuralPop.from_groups(
        [NeuralGroup(2, neuron_model=MODEL), NeuralGroup(1, -1, neuron_model=MODEL)],
        ["a", "b"],
        syn_spec={"default": "static_synapse", ("a", "b"): "tsodyks2_synapse", ("a", "a"): "tsodyks2_synapse"},
    )
    group, net = pop["b"], Network(pop)
    net.delete_nodes(group)
    assert list(pop) == ["a"]
    assert list(pop.syn_spec) == ["default", ("a", "a")]
    assert group.parent is None
    pop.check()


def test_deleting_all_neurons_leaves_an_empty_network():
    net = small()
    net.delete_nodes(np.arange(6))
    assert (net.n_nodes, net.n_edges, len(net.population), net.population.size) == (0, 0, 0, 0)


def test_new_neurons_join_a_group():
    net = Network(population(3, 2))
    assert net.add_nodes(2, group="g0").tolist() == [5, 6]
    assert net.population["g0"].ids.tolist() == [0, 1, 2, 5, 6]
    assert net.add_nodes(1, group=net.population["g1"]).tolist() == [7]
    assert net.neuron_types.tolist() == [1, 1, 1, -1, -1, 1, 1, -1]
    assert (net.population.size, net.population.is_valid) == (8, True)
    net.population.add_group(NeuralGroup(neuron_model=MODEL), "new")
    net.add_nodes(2, group="new")
    assert net.population["new"].ids.tolist() == [8, 9]


def test_new_neurons_need_a_group_that_can_take_them():
    net = small()
    with pytest.raises(TypeError, match="group"):
        net.add_nodes(1)
    with pytest.raises(UnknownNameError, match="unknown group 'g2'"):
        net.add_nodes(1, group="g2")
    with pytest.raises(ParameterError, match="group 'g0': neuron_param.'V_m'.*an array would no longer fit"):
        net.add_nodes(1, group="g0")
    net.population["g1"].neuron_param.clear()
    with pytest.raises(ParameterError, match="add_nodes: positions"):
        net.add_nodes(1, group="g1", positions=[[0.0, 0.0]])
    assert (net.n_nodes, net.population.size) == (6, 6)


def test_population_of_a_network_cannot_outgrow_it():
    net = Network(population(3, 2))
    with pytest.raises(
        ParameterError, match=r"ids below 5, the number of nodes of its network; use net.add_nodes\(n, group=...\)"
    ):
        net.population.create_group(2, "x", neuron_model=MODEL)
    with pytest.raises(ParameterError, match="use net.add_nodes"):
        net.population.add_to_group("g0", 1)
    assert (list(net.population), net.population.size) == (["g0", "g1"], 5)


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
