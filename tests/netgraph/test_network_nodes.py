"""Neurons come and go: groups, parameters, labels and positions follow."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netgraph.groups import NeuralGroup
from netgraph.network import Network
from netgraph.population import NeuralPop
from simcore.errors import ParameterError, UnknownNameError
from tests.reference.populations import MODEL, population, small


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
