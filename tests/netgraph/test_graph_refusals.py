"""What is easily got wrong with graphs and their columns is refused by name, and a refused call changes nothing."""

import copy
import pickle

import numpy as np
import pytest
import scipy.sparse as sp

from netgraph import Graph, Network, NeuralGroup, NeuralPop
from netgraph.attributes import Linear, edge_values
from netgraph.space import Shape
from simcore.errors import EdgeError, FrozenNetworkError, ParameterError, UnknownNameError

PLACES = [[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]]


def triangle(**options):
    return Graph.from_edges([0, 1, 2], [1, 2, 0], **options)


def network():
    return Network.from_edges([0, 1], [1, 2], population=NeuralPop.uniform(3, neuron_model="iaf_psc_exp"))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Graph(3, name=5), ParameterError, "name: got 5, expected a text"),
        (lambda: setattr(Graph(3), "name", None), ParameterError, "name: got None"),
        (lambda: Graph(3, shape="disk"), ParameterError, "shape: got 'disk', expected a netgraph.space.Shape"),
        (lambda: Graph(3).set_positions(PLACES, shape=5), ParameterError, "shape: got 5"),
        (lambda: Graph(3, positions=[["1", "2"]] * 3), ParameterError, "expected numbers, shape"),
        (lambda: Graph.from_edges([0], [1], seed="x"), ParameterError, "seed: got 'x'"),
        (lambda: triangle().set_weights(2.0, seed=-1), ParameterError, "seed of weights: got -1"),
        (lambda: edge_values(2.0, triangle(), [0], quantity="weight", seed=1.5), ParameterError, "seed: got 1.5"),
        (lambda: edge_values(-1.0, triangle(), [0], quantity="delay"), ParameterError, "got '-1'"),
        (lambda: Graph.from_edges([0], [1], weights=1.0, attributes={"weight": 2.0}), ParameterError, "weights twice"),
        (lambda: Graph.from_edges([0], [1], attributes=[3]), ParameterError, r"got \[3\], expected a dictionary"),
        (lambda: Graph(0).add_nodes(2, attributes=[1, 2]), ParameterError, "expected a dictionary"),
        (lambda: Graph(0).add_nodes(2, attributes={5: [1, 2]}), ParameterError, "got 5, expected a name"),
        (lambda: Graph(2).add_edges([0], [1], attributes={"": 1}), ParameterError, "expected a name"),
        (lambda: Graph(2).add_edges([0], [1], allow_multi_edges="no"), ParameterError, "allow_multi_edges: got 'no'"),
        (lambda: Graph(2).add_edges([0], [1], ignore_invalid=1), ParameterError, "ignore_invalid: got"),
        (lambda: triangle().delete_nodes(None), ParameterError, "delete_nodes: ids: got None"),
        (lambda: triangle().delete_edges([True, False, True]), ParameterError, r"expected integers; numpy.flatnonzero\(mask\)"),
        (lambda: triangle().subgraph(None), ParameterError, "subgraph"),
        (lambda: triangle().has_edge([0, 1], [1, 2]), EdgeError, "expected one node, not an array"),
        (lambda: triangle().edge_rows([], []), EdgeError, "expected one node, not an array"),
        (lambda: triangle().neighbours([0, 1]), ParameterError, "expected one node, not an array"),
        (lambda: triangle().degree(weight=["x"]), UnknownNameError, "unknown edge column"),
        (lambda: triangle().degree(edge_type=["x"]), UnknownNameError, "unknown edge type"),
        (lambda: triangle().edges[["x"]], UnknownNameError, "unknown edge column"),
        (lambda: triangle().to_undirected(["x"]), UnknownNameError, "unknown way to combine"),
        (lambda: triangle().edges.update([1]), ParameterError, "expected a dictionary"),
        (lambda: triangle().edges.update(type=[1.0, -1.0, 1.0]), ParameterError, "values of type float64., expected integers"),
        (lambda: triangle().edges.update(type=[1, 3, 1]), ParameterError, "got '3 at row 1'"),
        (lambda: triangle().nodes.update(x=[1, "a", 2]), ParameterError, "got 1, expected .* one type"),
        (lambda: triangle().nodes.update(x=("uniform", 0, 1)), ParameterError, "set_weights and set_delays draw"),
        (lambda: triangle(attributes={"x": ("uniform", 0, 1)}), ParameterError, "set_weights and set_delays draw"),
        (lambda: Graph(2).add_edges([0], [1], attributes={"x": ("uniform", 0, 1)}), ParameterError, "only weights and delays"),
        (lambda: triangle(delays=Linear("distance", 1.0)), ParameterError, "got 'no positions'"),
        (lambda: triangle().nodes.set_rows("x", [0, 0], [1, 2]), ParameterError, "0 more than once"),
        (lambda: Graph.from_matrix([1, 2]), ParameterError, r"got 'shape \(2,\)', expected a square matrix"),
        (lambda: Graph.from_matrix(5), ParameterError, "expected a square matrix"),
        (lambda: Graph.from_matrix(None), ParameterError, "expected a square matrix"),
        (lambda: Graph.from_matrix(sp.coo_array([1, 2])), ParameterError, "expected a square matrix"),
        (lambda: Graph.from_matrix([[0, np.nan], [0, 0]]), ParameterError, r"got 'nan at \[0, 1\]'"),
        (lambda: Graph.from_matrix([[0, 1], [0, 0]], weighted="x"), ParameterError, "weighted: got 'x'"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_the_distance_column_cannot_be_given_to_new_edges_of_a_graph_in_space():
    graph = Graph(3, positions=PLACES)
    with pytest.raises(ParameterError, match="computed from the positions"):
        graph.add_edges([0], [1], attributes={"distance": [1.0]})
    assert graph.n_edges == 0


def test_update_sets_all_columns_or_none():
    graph = triangle()
    with pytest.raises(ParameterError, match=r"edges\['b'\]"):
        graph.edges.update({"a": 1, "b": [1, 2]})
    assert list(graph.edges) == []
    graph.edges.update({"a": 1}, b=[1, 2, 3])
    assert graph.edges["b"].tolist() == [1, 2, 3]


def test_columns_of_a_sent_network_are_updated_or_cleared_together_or_not_at_all():
    net = network()
    net.edges["x"] = 1
    with pytest.raises(ParameterError, match="every edge of a network has one"):
        net.edges.clear()
    net.to_sim()
    with pytest.raises(FrozenNetworkError):
        net.edges.update({"y": 2, "weight": 3.0})
    assert sorted(net.edges) == ["delay", "weight", "x"]


def test_add_edge_takes_the_options_of_add_edges_and_makes_no_columns_of_them():
    graph = Graph(2)
    assert graph.add_edge(0, 0, allow_self_loops=True, seed=1, weight=("uniform", 1.0, 2.0)) == 0
    assert graph.add_edge(0, 0, allow_self_loops=True, allow_multi_edges=True) == 1
    assert list(graph.edges) == ["weight"]


def test_shallow_copies_are_independent():
    graph = triangle(weights=2.0)
    twin = copy.copy(graph)
    twin.add_edge(0, 2)
    assert (graph.n_edges, twin.n_edges, graph.edges["weight"].size) == (3, 4, 3)
    net = network()
    twin = copy.copy(net)
    twin.delete_nodes([0])
    assert (net.n_nodes, net.population.size, twin.n_nodes) == (3, 3, 2)


@pytest.mark.parametrize("twin", [copy.deepcopy, lambda g: pickle.loads(pickle.dumps(g)), lambda g: g.copy()])
def test_arrays_of_copies_cannot_be_written_into(twin):
    group = NeuralGroup([2, 0, 1], neuron_model="iaf_psc_exp", neuron_param={"V_m": [-61.0, -62.0, -63.0]})
    net = Network.from_edges([0, 1], [1, 2], population=NeuralPop.from_groups([group], ["g"]), positions=PLACES)
    net.out_csr(), net.population.group_index(), net.nodes.update(x=[1, 2, 3])
    new = twin(net)
    group = new.population["g"]
    arrays = [new.positions, new.source, new.nodes["x"], *new.out_csr(), group.ids, group.neuron_param["V_m"]]
    arrays += [new.population.group_index(), new.neuron_types]
    assert not any(array.flags.writeable for array in arrays)


def test_a_pickle_leaves_out_what_can_be_computed_again():
    graph = Graph.from_edges(np.arange(1000), np.roll(np.arange(1000), 1))
    size = len(pickle.dumps(graph))
    graph.out_csr(), graph.in_csr()
    assert len(pickle.dumps(graph)) == size


def test_an_empty_graph_is_true_as_a_graph():
    assert bool(Graph(0))
    assert len(Graph(0)) == 0


def test_edges_without_a_type_are_excitatory_in_a_graph_with_types():
    graph = triangle(attributes={"type": [1, -1, 1]})
    graph.add_edge(0, 2)
    assert graph.edges["type"].tolist() == [1, -1, 1, 1]
    graph.set_weights(2.0)
    assert graph.in_degree(edge_type="excitatory").tolist() == [1, 1, 1]


def test_node_columns_called_like_quantities_of_edges_are_ordinary():
    graph = Graph(2)
    graph.nodes.update(delay=["a", "b"], weight=[1, 2])
    graph.add_nodes(1)
    assert graph.nodes["delay"].tolist() == ["a", "b", ""]
    assert graph.nodes["weight"].tolist() == [1, 2, 0]


def test_types_survive_losing_directions_unless_they_differ():
    both = Graph.from_edges([0, 1, 1], [1, 0, 2], attributes={"type": [-1, -1, 1]})
    assert both.to_undirected().edges["type"].tolist() == [-1, 1]
    both.edges["type"] = [1, -1, 1]
    with pytest.raises(ParameterError, match="edges of both types between two nodes"):
        both.to_undirected("mean")
    assert both.to_undirected({"type": "max"}).edges["type"].tolist() == [1, 1]


def test_delays_are_averaged_where_weights_are_summed():
    both = Graph.from_edges([0, 1, 1], [1, 0, 2], weights=[1.0, 2.0, 4.0], delays=[1.0, 2.0, 4.0])
    assert both.to_undirected().edges["weight"].tolist() == [3.0, 4.0]
    assert both.to_undirected().edges["delay"].tolist() == [1.5, 4.0]
    assert both.to_undirected({"weight": "max"}).edges["delay"].tolist() == [1.5, 4.0]
    assert both.to_undirected({"delay": "sum"}).edges["delay"].tolist() == [3.0, 4.0]
    assert both.to_undirected("min").edges["delay"].tolist() == [1.0, 4.0]


def test_weights_and_delays_may_stand_among_the_attributes():
    graph = triangle(attributes={"weight": ("uniform", 1.0, 2.0), "delay": Linear("weight", 1.0)}, seed=3)
    assert np.array_equal(graph.edges["weight"], triangle(weights=("uniform", 1.0, 2.0), seed=3).edges["weight"])
    assert np.array_equal(graph.edges["delay"], graph.edges["weight"])


def test_new_edges_name_the_column_that_their_weights_follow_when_it_is_gone():
    graph = triangle(positions=PLACES, delays=Linear("distance", 1.0))
    graph.set_positions(None)
    with pytest.raises(ParameterError, match="no positions"):
        graph.add_edge(0, 2)
    graph.edges["k"] = [1, 2, 3]
    graph.set_delays(Linear("k", 1.0))
    del graph.edges["k"]
    with pytest.raises(UnknownNameError, match="which the delays of new edges follow"):
        graph.add_edge(0, 2)
    assert graph.n_edges == 3


def test_a_refused_addition_leaves_rules_as_they_were():
    graph = Graph(4, positions=[[0.0, 0.0], [1.0, 0.0], [3.0, 0.0], [7.0, 0.0]])
    graph.set_delays({"distribution": "lin_corr", "correl_attribute": "distance", "lower": -1.0, "upper": 5.0})
    with pytest.raises(ParameterError, match="edges.'delay'.: got '-1 at row 0'"):
        graph.add_edges([0, 0], [1, 2])
    with pytest.raises(ParameterError, match="got '-1 at row 1'"):  # the range is still that of the first edges
        graph.add_edges([0, 0], [3, 1])
    assert graph.n_edges == 0


def test_weights_do_not_change_with_the_array_that_gave_them():
    mine = np.array([1.0, 2.0, 3.0])
    view = mine.view()
    view.flags.writeable = False
    graph = triangle(weights=view)
    mine[0] = 99.0
    assert graph.edges["weight"].tolist() == [1.0, 2.0, 3.0]


def test_a_column_of_texts_may_be_a_tuple():
    graph = triangle()
    graph.nodes["layer"] = ("uniform", "L4", "L5")
    assert graph.nodes["layer"].tolist() == ["uniform", "L4", "L5"]


@pytest.mark.parametrize("form", ["csr", "csc", "coo", "lil", "dok", "bsr", "dia"])
@pytest.mark.parametrize("kind", [np.float32, np.int8, bool])
def test_sparse_matrices_of_every_format_and_type_come_back(form, kind):
    matrix = sp.random_array((6, 6), density=0.4, format=form, dtype=kind, rng=1)
    graph = Graph.from_matrix(matrix)
    assert np.array_equal(graph.adjacency("weight").toarray(), matrix.toarray().astype(float))
    assert (np.diff(graph.source * 6 + graph.target) > 0).all()


def test_rows_of_parallel_edges_increase_whichever_way_round_they_were_given():
    graph = Graph.from_edges([1, 0, 1, 1, 1], [0, 1, 0, 1, 1], directed=False)
    table = graph.out_csr()
    assert graph.edge_rows(0, 1).tolist() == [0, 1, 2]
    assert table.rows.tolist() == [0, 1, 2, 0, 1, 2, 3, 4]
    assert table.indices.tolist() == [1, 1, 1, 0, 0, 0, 1, 1]


def test_a_shape_is_one_of_the_known_ones():
    with pytest.raises(TypeError, match="abstract"):
        Shape()


def test_positions_lie_in_the_shape_or_on_its_border():
    square = Shape.rectangle(2.0, 2.0)
    graph = Graph(2, shape=square, positions=[[1.0, 1.0], [-1.0, 0.0]])
    before = graph.positions
    wrong = [[0.0, 0.0], [1.5, 0.0]]
    message = r"positions: got '1 of 2 outside, the first \[1.5, 0.0\] of node 1', expected all in Shape.rectangle"
    for refused in (lambda: Graph(2, shape=square, positions=wrong), lambda: graph.set_positions(wrong)):
        with pytest.raises(ParameterError, match=message):
            refused()
    with pytest.raises(ParameterError, match="2 of 2 outside"):
        graph.set_positions(graph.positions, shape=Shape.disk(0.5))
    with pytest.raises(ParameterError, match="1 of 1 outside"):
        graph.add_nodes(1, positions=[[0.0, 3.0]])
    assert graph.positions is before
    assert graph.shape is square


def test_a_shape_alone_places_no_nodes_and_says_how():
    shape = Shape.disk(5.0)
    graph = Graph(3, shape=shape)
    assert graph.positions is None
    assert "shape.sample(n_nodes, seed)" in Graph.__doc__
    graph.set_positions(shape.sample(3, seed=1))
    assert graph.positions.shape == (3, 2)
