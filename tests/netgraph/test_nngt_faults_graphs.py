"""What NNGT 2.8 gets wrong with graphs, groups and values, by its own examples: here it is right."""

import tracemalloc

import numpy as np
import pytest

import netgraph as ng
from netgraph import Graph, Network, NeuralGroup, NeuralPop, analysis, convert, plot
from netgraph.attributes import Linear
from simcore.errors import EdgeError, ParameterError, UnknownNameError


def signed():
    """Two excitatory and two inhibitory edges of a graph without a population."""
    return Graph.from_edges([0, 1, 2, 2], [1, 2, 0, 1], weights=[1.0, 2.0, 3.0, 4.0], attributes={"type": [1, 1, -1, -1]})


def small():
    pop = NeuralPop.exc_and_inhib(10, en_model="iaf_psc_exp", in_model="iaf_psc_exp")
    return Network.from_edges([0, 1, 8, 9, 9], [9, 0, 1, 0, 1], population=pop, weights=[1.0, 2.0, 3.0, 4.0, 5.0])


@pytest.mark.parametrize(
    "call",
    [
        lambda: Graph(3, weight=3.0),
        lambda: Graph.from_edges([0], [1], weight=3.0),
        lambda: Network.exc_and_inhib(10, ei_ratio=0.2),
        lambda: ng.generation.erdos_renyi(nodes=10, density=0.1, weight=3.0),
        lambda: Graph(2).set_weights(1.0, noise_scale=0.1),
    ],
)
def test_misspelt_arguments_are_errors_not_log_lines(call):
    with pytest.raises(TypeError, match="unexpected keyword argument"):
        call()


def test_the_adjacency_of_an_untyped_graph_has_no_signs_and_says_so():
    graph = Graph.from_edges([0], [1])
    with pytest.raises(ParameterError, match="type of edges: got .*without types.*edge column 'type'"):
        graph.adjacency(typed=True)
    with pytest.raises(ParameterError, match="without types"):
        graph.in_degree(edge_type="inhibitory")
    with pytest.raises(UnknownNameError, match="'type'"):
        graph.edges["type"]
    with pytest.raises(ParameterError, match="adjacency: typed: got 1"):
        graph.adjacency(typed=1)


def test_rows_of_inhibitory_sources_are_negative_in_the_typed_adjacency():
    expected = np.zeros((3, 3))
    expected[[0, 1, 2, 2], [1, 2, 0, 1]] = [1.0, 2.0, -3.0, -4.0]
    np.testing.assert_array_equal(signed().adjacency("weight", typed=True).toarray(), expected)
    np.testing.assert_array_equal(signed().adjacency(typed=True).toarray(), np.sign(expected))
    net = small()
    sign = np.where(np.arange(10) < 8, 1.0, -1.0)[:, None]
    np.testing.assert_array_equal(net.adjacency("weight", typed=True).toarray(), sign * net.adjacency("weight").toarray())


def test_the_typed_adjacency_of_an_undirected_graph_is_symmetric():
    graph = Graph.from_edges([0, 1], [1, 2], directed=False, weights=[2.0, 3.0], attributes={"type": [-1, 1]})
    matrix = graph.adjacency("weight", typed=True).toarray()
    np.testing.assert_array_equal(matrix, [[0, -2, 0], [-2, 0, 3], [0, 3, 0]])


@pytest.mark.parametrize("mode", ["in", "out", "total"])
def test_degrees_by_type_are_right_for_every_mode(mode):
    for graph in (signed(), small()):
        kinds = ("excitatory", "inhibitory")
        parts = [graph.degree(mode=mode, edge_type=kind) for kind in kinds]
        np.testing.assert_array_equal(parts[0] + parts[1], graph.degree(mode=mode))
        assert parts[1].sum() == (2 if graph.n_nodes == 3 else 3) * (2 if mode == "total" else 1)
        for part, kind in zip(parts, kinds, strict=True):
            typed = graph.adjacency(typed=True).toarray()
            chosen = typed > 0 if kind == "excitatory" else typed < 0
            sums = {"in": chosen.sum(axis=0), "out": chosen.sum(axis=1)}
            np.testing.assert_array_equal(part, sums[mode] if mode in sums else sums["in"] + sums["out"])


def test_a_complete_digraph_of_three_nodes_has_density_one():
    assert Graph.from_matrix(1 - np.eye(3, dtype=int)).density == 1.0
    assert Graph.from_matrix(1 - np.eye(3, dtype=int), directed=False).density == 1.0


def test_connectedness_follows_its_mode():
    chain = Graph.from_edges([0, 1], [1, 2])
    assert not analysis.is_connected(chain, mode="strong")
    assert analysis.is_connected(chain, mode="weak")


def test_an_integer_is_a_weight():
    graph = Graph.from_edges([0], [1])
    graph.set_weights(2)
    assert graph.edges["weight"].tolist() == [2.0]


def test_distances_are_never_stale():
    graph = Graph.from_edges([0], [1], positions=[[0.0, 0.0], [3.0, 4.0]])
    assert graph.edges["distance"].tolist() == [5.0]
    graph.set_positions([[0.0, 0.0], [6.0, 8.0]])
    assert graph.edges["distance"].tolist() == [10.0]


def test_edges_among_many_placed_nodes_make_no_matrix_of_distances():
    graph = Graph(5000, positions=np.random.default_rng(0).uniform(0.0, 100.0, (5000, 2)))
    graph.add_edges(range(10), range(10, 20))
    tracemalloc.start()
    graph.add_edges(range(100), range(100, 200))
    assert graph.edges["distance"].shape == (110,)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2e6


def test_inhibitory_weights_are_scaled_by_the_types_of_their_sources():
    net = small()
    net.set_weights(np.where(net.neuron_types[net.source] < 0, 4.0, 1.0))
    assert net.edges["weight"].tolist() == [1.0, 1.0, 4.0, 4.0, 4.0]


def test_types_of_neurons_and_numbers_of_inhibitory_edges_can_be_asked():
    net = small()
    assert net.neuron_types[[0, 9]].tolist() == [1, -1]
    assert net.out_degree(edge_type="inhibitory").sum() == 3


def test_types_of_edges_are_set_by_source_and_refused_in_a_network():
    graph = Graph.from_edges([0, 1, 2], [1, 2, 0])
    graph.edges["type"] = np.where(np.isin(graph.source, [1]), -1, 1)
    assert graph.edges["type"].tolist() == [1, -1, 1]
    with pytest.raises(ParameterError, match="source neuron's type gives the sign"):
        small().edges["type"] = -1


def test_nodes_and_edges_are_found_by_value_in_their_order():
    graph = signed()
    graph.nodes["layer"] = ["L4", "L5", "L4"]
    assert analysis.find_nodes(graph, "layer", equal="L4").tolist() == [0, 2]
    assert np.flatnonzero(graph.nodes["layer"] == "L4").tolist() == [0, 2]
    assert np.flatnonzero(graph.edges["weight"] >= 2.0).tolist() == [1, 2, 3]
    assert np.flatnonzero(np.isin(graph.source, [2]) & np.isin(graph.target, [0, 1])).tolist() == [2, 3]


def test_the_order_of_ids_is_kept_and_parameters_land_on_their_neurons():
    assert ng.Group([5, 3, 1000, 1]).ids.tolist() == [5, 3, 1000, 1]
    group = NeuralGroup([9, 3, 8, 1], neuron_model="iaf_psc_exp", neuron_param={"V_m": [-61.0, -62.0, -63.0, -64.0]})
    rest = NeuralGroup([0, 2, 4, 5, 6, 7], neuron_model="iaf_psc_exp")
    net = Network(NeuralPop.from_groups([group, rest], ["a", "b"]))
    sim = net.to_sim()
    assert sim.get(sim.select([9, 3, 8, 1]), "V_m").tolist() == [-61.0, -62.0, -63.0, -64.0]
    sim.close()
    assert net.population.get_param("V_m", [8, 9]).tolist() == [-63.0, -61.0]


def test_groups_with_other_neurons_are_not_equal():
    assert NeuralGroup([1, 2]) != NeuralGroup([3, 4])
    assert NeuralGroup([1, 2]) == NeuralGroup([1, 2])
    assert (NeuralGroup([1, 2]) == NeuralGroup([3, 4])) is False


def test_parallel_edges_keep_values_of_their_own():
    graph = Graph.from_edges([0, 0], [1, 1], weights=[1.0, 2.0])
    assert graph.edge_rows(0, 1).tolist() == [0, 1]
    graph.edges.set_rows("weight", [1], [5.0])
    assert graph.edges["weight"].tolist() == [1.0, 5.0]


def test_deleting_nodes_takes_positions_groups_and_columns_along():
    net = small()
    net.set_positions(np.column_stack([np.arange(10.0), np.zeros(10)]))
    net.nodes["depth"] = np.arange(10)
    net.delete_nodes([0, 5])
    assert net.positions[:, 0].tolist() == net.nodes["depth"].tolist() == [1, 2, 3, 4, 6, 7, 8, 9]
    assert net.population["inhibitory"].ids.tolist() == [6, 7]


def test_a_copy_of_an_undirected_graph_and_its_matrix_are_undirected():
    graph = Graph.from_matrix([[0, 2, 0], [2, 0, 3], [0, 3, 0]], directed=False)
    assert graph.n_edges == 2
    assert not graph.copy().directed
    np.testing.assert_array_equal(graph.copy().adjacency("weight").toarray(), [[0, 2, 0], [2, 0, 3], [0, 3, 0]])


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ({"distribution": "foo"}, UnknownNameError, "unknown distribution for weight 'foo'"),
        ({"distribution": "uniform", "lower": 1.0}, ParameterError, "uniform"),
        ({"distribution": "delta", "value": 1.0}, UnknownNameError, "choose from.*constant"),
        ({"distribution": "log_corr"}, UnknownNameError, "lin_corr"),
    ],
)
def test_wrong_distributions_are_refused_by_name(value, error, message):
    with pytest.raises(error, match=message):
        Graph.from_edges([0], [1]).set_weights(value)


def test_ids_that_are_refused_are_named_with_their_place():
    with pytest.raises(EdgeError, match="target: got node 7 at position 1, expected ids from 0 to 2"):
        Graph(3).add_edges([0, 1], [1, 7])


def test_a_linear_rule_is_the_same_for_a_graph_that_grows_in_pieces():
    whole = Graph.from_edges([0, 1, 2], [1, 2, 0], attributes={"x": [1.0, 3.0, 11.0]})
    whole.set_weights({"distribution": "lin_corr", "correl_attribute": "x", "lower": 0.0, "upper": 10.0})
    grown = Graph.from_edges([0, 1], [1, 2], attributes={"x": [1.0, 11.0]}, n_nodes=3)
    grown.set_weights({"distribution": "lin_corr", "correl_attribute": "x", "lower": 0.0, "upper": 10.0})
    grown.add_edges([2], [0], attributes={"x": [21.0]})
    assert whole.edges["weight"].tolist() == [0.0, 2.0, 10.0]
    assert grown.edges["weight"].tolist() == [0.0, 10.0, 20.0]
    with pytest.raises(ParameterError, match="got '1 everywhere', expected different values"):
        Graph.from_edges([0], [1], attributes={"x": 1.0}).set_weights(
            {"distribution": "lin_corr", "correl_attribute": "x", "lower": 0.0, "upper": 1.0}
        )


def test_weights_follow_the_betweenness_of_edges():
    graph = ng.generation.erdos_renyi(nodes=30, density=0.2, seed=1)
    graph.edges["betweenness"] = analysis.edge_betweenness(graph)
    rules = [
        {"distribution": "lin_corr", "correl_attribute": "betweenness", "slope": 2.0, "offset": 0.5},
        Linear("betweenness", 2.0, 0.5),
    ]
    for rule in rules:
        graph.set_weights(rule)
        np.testing.assert_allclose(graph.edges["weight"], 0.5 + 2.0 * analysis.edge_betweenness(graph))


def test_delays_below_zero_are_refused_with_the_way_to_truncate():
    graph = Graph.from_edges(np.zeros(500, dtype=int), np.ones(500, dtype=int))
    with pytest.raises(ParameterError, match="expected a finite number >= 0 ms; a distribution takes bounds"):
        graph.set_delays(("normal", 1.0, 2.0), seed=0)
    graph.set_delays(("normal", 1.0, 2.0, 0.1, 5.0), seed=0)
    assert graph.edges["delay"].min() >= 0.1


def test_values_of_nodes_follow_the_order_of_a_group():
    graph = Graph(4)
    group = ng.Group([3, 1], name="a", properties={"layer": "L4"})
    graph.nodes.set_rows("depth", group.ids, [30.0, 10.0])
    np.testing.assert_array_equal(graph.nodes["depth"], [np.nan, 10.0, np.nan, 30.0])
    group.properties = {"layer": "L5"}
    assert ng.Structure.from_groups([ng.Group([1, 0], name="b", properties=group.properties)])["b"].properties["layer"] == "L5"


def test_graphs_of_networkx_are_drawn_and_measured_as_they_come():
    """Outside users hand their NetworkX graphs over for the small-world propensity, and draw them."""
    nx, plt = pytest.importorskip("networkx"), pytest.importorskip("matplotlib.pyplot")
    theirs = nx.connected_watts_strogatz_graph(60, 6, 0.1, seed=1)
    graph = convert.from_any(nx.relabel_nodes(theirs, {i: f"n{i}" for i in theirs}))
    found = analysis.small_world_propensity(graph, seed=1)
    assert 0.6 < found.propensity <= 1.0
    assert analysis.spectral_radius(graph) == pytest.approx(max(abs(nx.adjacency_spectrum(theirs))))
    ax = plot.draw_network(graph)
    (nodes,) = [artist for artist in ax.collections if artist.get_gid() == "nodes"]
    assert len(nodes.get_offsets()) == 60
    plt.close("all")
