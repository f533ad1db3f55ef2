"""Groups of another population are refused wherever nodes are asked for: their ids mean other neurons."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

import netgraph as ng
import netgraph.generation as gen
import netgraph.simulation as ns
from simcore.errors import ParameterError


def network():
    """Two groups, the second with the lower ids, and an edge."""
    groups = [ng.NeuralGroup([4, 3], neuron_model="iaf_psc_exp"), ng.NeuralGroup([0, 2, 1], neuron_model="iaf_psc_exp")]
    return ng.Network.from_edges([0], [3], population=ng.NeuralPop.from_groups(groups, ["a", "b"]))


USES = {
    "connect_groups": lambda net, group: gen.connect_groups(net, group, "a", "all_to_all"),
    "connect_groups, a list": lambda net, group: gen.connect_groups(net, "b", ["a", group], "all_to_all"),
    "connect_nodes": lambda net, group: gen.connect_nodes(net, None, group, "all_to_all"),
    "in_degree": lambda net, group: net.in_degree(group),
    "out_degree": lambda net, group: net.out_degree(group),
    "subgraph": lambda net, group: net.subgraph(group),
    "delete_nodes": lambda net, group: net.delete_nodes(group),
    "set_param": lambda net, group: net.population.set_param({"I_e": 1.0}, nodes=group),
    "get_param": lambda net, group: net.population.get_param("I_e", group),
    "group_of": lambda net, group: net.population.group_of(group),
    "create_meta_group": lambda net, group: net.population.create_meta_group(group, f"{len(net.population.meta_groups)}"),
    "local_clustering": lambda net, group: ng.analysis.local_clustering(net, nodes=group),
    "degree_distribution": lambda net, group: ng.analysis.degree_distribution(net, nodes=group),
    "average_path_length": lambda net, group: ng.analysis.average_path_length(net, sources=group, unconnected="pairs"),
    "plot.draw_network": lambda net, group: ng.plot.draw_network(net, groups={"x": group}),
}
IN_SIMULATION = {
    "monitor_nodes": lambda net, group: ns.monitor_nodes(net, group),
    "set_noise": lambda net, group: ns.set_noise(net, group, mean=1.0, std=1.0),
}


@pytest.mark.parametrize("use", [*USES, *IN_SIMULATION])
def test_a_group_of_another_population_is_refused_and_a_free_one_is_not(use):
    own, other = network(), network()
    call = (USES | IN_SIMULATION)[use]
    if use in IN_SIMULATION:
        own.to_sim()
    before = own.copy()
    with pytest.raises(ParameterError, match="group 'a' of another NeuralPop"):
        call(own, other.population["a"])
    np.testing.assert_array_equal(own.source, before.source)
    assert own.population == before.population
    call(own, own.population["b"])
    if use != "delete_nodes":
        call(own, other.population["b"].copy())
    plt.close("all")


@pytest.mark.parametrize("use", ["connect_groups", "in_degree", "delete_nodes"])
def test_a_whole_other_population_is_refused(use):
    with pytest.raises(ParameterError, match="got 'another NeuralPop', expected ids, free groups, or groups of its own"):
        USES[use](network(), network().population)


@pytest.mark.parametrize(
    "call", [ns.monitor_groups, ns.monitor_nodes, lambda net, groups: ns.plot_activity(net, groups=groups)]
)
def test_names_of_another_population_or_structure_are_not_taken_for_ones_own(call):
    own = network()
    own.to_sim()
    ns.monitor_groups(own)
    with pytest.raises(ParameterError, match="got 'another NeuralPop'"):
        call(own, network().population)
    with pytest.raises(ParameterError, match="got Structure.*, expected ids, a group, a name, or a list"):
        call(own, ng.Structure.from_groups([ng.Group([0, 4])], ["a"]))
    assert len(own.simulation.recorders) == 2


def test_plots_refuse_the_groups_of_another_population():
    own = network()
    ng.plot.draw_network(own, groups=own.population)
    with pytest.raises(ParameterError, match=r"draw_network: groups\['a'\]: got .*group 'a' of another NeuralPop"):
        ng.plot.draw_network(own, groups=network().population)
    plt.close("all")


def test_networks_that_share_a_population_take_its_groups():
    own = network()
    twin = ng.Network(own.population)
    assert twin.in_degree(own.population["a"]).tolist() == [0, 0]


def test_a_structure_divides_the_same_neurons_in_another_way():
    layers = ng.Structure.from_groups([ng.Group([0, 4]), ng.Group([1, 2, 3])], ["upper", "lower"])
    assert network().in_degree(layers["lower"]).tolist() == [0, 0, 1]
    ng.plot.draw_network(network(), groups=layers)
    plt.close("all")
