"""Groups of graphs without neurons: they follow every change, copy and file, and their names stand for their nodes."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import netgraph as ng
import netgraph.generation as gen
from netgraph import analysis
from simcore.errors import ParameterError, UnknownNameError


def divided():
    """Six nodes in two groups whose ids are in no order, with a label, node 4 in no group."""
    graph = ng.Graph.from_edges([0, 1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 0], weights=[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], name="g")
    structure = ng.Structure(6)
    structure.add_group(ng.Group([5, 0, 2], name="a", properties={"layer": "L4"}))
    structure.add_group(ng.Group([3, 1], name="b"))
    structure.create_meta_group([0, 1], "both")
    graph.structure = structure
    return graph


def ids(structure):
    return {name: group.ids.tolist() for name, group in (*structure.items(), *structure.meta_groups.items())}


def test_a_structure_is_set_replaced_and_taken_away():
    graph = divided()
    first = graph.structure
    assert ids(first) == {"a": [5, 0, 2], "b": [3, 1], "both": [0, 1]}
    assert not first.is_valid
    graph.structure = ng.Structure.from_groups([ng.Group(6)], ["all"])
    assert list(graph.structure) == ["all"]
    with pytest.warns(UserWarning, match="takes it to 7"):
        first.create_group([4, 6], "free again")
    graph.structure = None
    assert graph.structure is None
    assert ng.Graph(3).structure is None


def test_the_structure_of_a_network_is_its_population():
    net = ng.Network.uniform(3, neuron_model="iaf_psc_exp")
    assert net.structure is net.population
    with pytest.raises(ParameterError, match="its population divides the nodes"):
        net.structure = ng.Structure(3)


@pytest.mark.parametrize(
    ("structure", "message"),
    [
        (ng.Structure(5), "structure: got '5 nodes', expected 6"),
        ({"a": [0, 1]}, "expected a netgraph.Structure"),
        (ng.NeuralPop.uniform(6, neuron_model="iaf_psc_exp"), "Network.from_graph"),
    ],
)
def test_what_cannot_divide_the_nodes_is_refused(structure, message):
    graph = divided()
    with pytest.raises(ParameterError, match=message):
        graph.structure = structure
    assert list(graph.structure) == ["a", "b"]


def test_deleted_nodes_leave_their_groups_and_the_rest_is_renumbered():
    graph = divided()
    graph.delete_nodes([0, 3])
    assert ids(graph.structure) == {"a": [3, 1], "b": [0], "both": [0]}
    assert graph.structure.size == graph.n_nodes == 4
    graph.delete_nodes([0])
    assert ids(graph.structure) == {"a": [2, 0]}
    graph.delete_nodes([0, 1, 2])
    assert (len(graph.structure), graph.structure.size) == (0, 0)


def test_new_nodes_join_a_group_or_none():
    graph = divided()
    assert graph.add_nodes(2, group="b").tolist() == [6, 7]
    assert graph.add_nodes(1).tolist() == [8]
    assert ids(graph.structure) == {"a": [5, 0, 2], "b": [3, 1, 6, 7], "both": [0, 1]}
    assert graph.structure.group_index().tolist() == [0, 1, 0, 1, -1, 0, 1, 1, -1]
    graph.add_nodes(1, group=graph.structure["a"])
    assert graph.structure["a"].ids.tolist() == [5, 0, 2, 9]


def test_groups_cannot_outgrow_the_graph_and_wrong_groups_change_nothing():
    graph = divided()
    with pytest.raises(ParameterError, match=r"ids below 6, the number of nodes of its graph; use graph.add_nodes"):
        graph.structure.create_group([4, 6], "c")
    with pytest.raises(UnknownNameError, match="'b'"):
        graph.add_nodes(1, group="bb")
    with pytest.raises(ParameterError, match="add_nodes: group: got 'a', expected none: the graph has no structure"):
        ng.Graph(2).add_nodes(1, group="a")
    assert graph.n_nodes == graph.structure.size == 6


def test_a_structure_of_two_graphs_is_not_renumbered_under_the_other():
    first, second = divided(), ng.Graph(6, name="second")
    second.structure = first.structure
    for change in (lambda: first.delete_nodes([0]), lambda: first.add_nodes(1)):
        with pytest.raises(ParameterError, match=r"structure: got .*graph 'second' uses too.*change graph.copy\(\)"):
            change()
    assert first.n_nodes == 6
    twin = first.copy()
    twin.delete_nodes([0])
    second.structure = None
    first.delete_nodes([0])
    assert ids(first.structure) == ids(twin.structure)


@pytest.mark.parametrize(
    "make", [ng.Graph.copy, copy.copy, copy.deepcopy, lambda g: pickle.loads(pickle.dumps(g)), ng.Graph.reverse]
)
def test_copies_have_a_structure_of_their_own(make):
    graph = divided()
    twin = make(graph)
    assert twin.structure == graph.structure
    assert twin.structure is not graph.structure
    twin.delete_nodes([0])
    assert ids(graph.structure) == {"a": [5, 0, 2], "b": [3, 1], "both": [0, 1]}
    with pytest.raises(ParameterError, match="use graph.add_nodes"):
        twin.structure.create_group([77], "c")


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(6)), st.integers(0, 6))
def test_a_subgraph_has_the_groups_of_its_nodes(order, size):
    graph, nodes = divided(), list(order[:size])
    part = graph.subgraph(nodes)
    expected = {name: [nodes.index(i) for i in members if i in nodes] for name, members in ids(graph.structure).items()}
    assert ids(part.structure) == {name: members for name, members in expected.items() if members}
    assert part.structure.size == part.n_nodes == size


def test_losing_directions_keeps_groups_also_those_of_a_population():
    graph = divided()
    assert graph.to_undirected().structure == graph.structure
    pop = ng.NeuralPop.exc_and_inhib(10, en_model="iaf_psc_exp", in_model="iaf_psc_exp")
    pop.create_meta_group([9, 0], "some")
    plain = ng.Network.from_edges([0], [9], population=pop).to_undirected()
    assert type(plain.structure) is ng.Structure
    assert ids(plain.structure) == ids(pop)


def test_names_stand_for_their_nodes():
    graph = divided()
    rows = gen.connect_groups(graph, "a", "b", "all_to_all", multigraph=True)
    assert set(graph.source[rows]) == {0, 2, 5}
    assert set(graph.target[rows]) == {1, 3}
    with pytest.raises(UnknownNameError, match="'a'"):
        gen.connect_groups(graph, "aa", "b", "all_to_all")
    graph.nodes.set_rows("layer", graph.structure["b"], "deep")
    assert graph.nodes["layer"].tolist() == ["", "deep", "", "deep", "", ""]
    with pytest.raises(ParameterError, match=r"degree: nodes: got 'a', expected ids or a group, as graph.structure\[name\]"):
        graph.degree("a")


@pytest.mark.parametrize(
    ("family", "parameters"),
    [
        ("stochastic_block_model", {"groups": ["a", "b"], "p": [[0.0, 1.0], [0.0, 0.0]]}),
        ("stochastic_block_model", {"p": {("a", "b"): 1.0}}),
        ("fixed_degree", {"degree": {("a", "b"): 3}}),
        ("erdos_renyi", {"p": {("a", "b"): 1.0}}),
    ],
)
def test_families_know_the_names_of_a_structure(family, parameters):
    graph = divided()
    graph.clear_edges()
    gen.connect_nodes(graph, None, None, family, seed=1, **parameters)
    assert sorted(zip(graph.source, graph.target, strict=True)) == [(0, 1), (0, 3), (2, 1), (2, 3), (5, 1), (5, 3)]


def test_the_graph_between_groups_takes_them_from_the_structure():
    groups = analysis.structure_graph(divided())
    assert groups.nodes["name"].tolist() == ["a", "b"]
    assert groups.nodes["size"].tolist() == [3, 2]
    np.testing.assert_array_equal(groups.adjacency("weight").toarray(), [[6.0, 4.0], [2.0, 0.0]])


def test_pictures_colour_the_groups():
    plt = pytest.importorskip("matplotlib.pyplot")
    ax = ng.plot.draw_network(divided(), node_colour="group")
    assert {"a", "b"} <= {text.get_text() for text in ax.get_legend().get_texts()}
    assert "a" in [text.get_text() for text in ng.plot.chord_diagram(divided()).texts]
    plt.close("all")
    assert "<td>a</td>" in divided()._repr_html_()


@pytest.mark.parametrize("fmt", ["npz", "edge_list", "graphml", "gml", "gexf", "pajek", "dot", "matrix_market"])
def test_files_keep_the_groups(fmt, tmp_path):
    if fmt not in ng.io.formats():
        pytest.fail(f"no format {fmt!r} in {ng.io.formats()}")
    path = divided().to_file(tmp_path / "graph.file", fmt)
    back = ng.Graph.from_file(path, fmt)
    assert back.structure == divided().structure
    assert back.structure["a"].properties == {"layer": "L4"}


def test_a_null_model_keeps_the_groups():
    assert gen.random_rewire(divided(), seed=1).structure == divided().structure
