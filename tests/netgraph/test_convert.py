"""Graphs of NetworkX and igraph: names of nodes, missing values, types, positions, and what is refused."""

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from netgraph import Graph
from netgraph.convert import from_igraph, from_networkx, to_igraph, to_networkx
from simcore.errors import ParameterError, UnknownNameError
from tests.reference.drawn_graphs import graphs

few = settings(max_examples=50, deadline=None)


@few
@given(graphs())
def test_libraries_see_the_degrees_that_we_see(graph):
    theirs, ig = to_networkx(graph), to_igraph(graph)
    assert [d for _, d in theirs.degree()] == ig.degree() == graph.degree().tolist()
    if graph.directed:
        assert [d for _, d in theirs.in_degree(weight="delay")] == graph.in_degree(weight="delay").tolist()
        assert ig.strength(mode="in", weights="delay" if graph.n_edges else None) == graph.in_degree(weight="delay").tolist()
    assert list(theirs.nodes) == list(range(graph.n_nodes))


@pytest.mark.parametrize(
    ("target", "directed", "kind"),
    [
        ([1, 2], True, nx.DiGraph),
        ([1, 2], False, nx.Graph),
        ([1, 1], True, nx.MultiDiGraph),
        ([1, 1], False, nx.MultiGraph),
    ],
)
def test_parallel_edges_make_a_multigraph(target, directed, kind):
    converted = to_networkx(Graph.from_edges([0, 0], target, directed=directed))
    assert type(converted) is kind
    assert converted.number_of_edges() == 2


def test_reverse_edges_are_parallel_in_an_undirected_graph_only():
    assert type(to_networkx(Graph.from_edges([0, 1], [1, 0], directed=False))) is nx.MultiGraph
    assert type(to_networkx(Graph.from_edges([0, 1], [1, 0]))) is nx.DiGraph


def test_values_are_plain_python_objects():
    graph = Graph.from_edges([0], [1], weights=2.0, attributes={"k": 3, "kind": "a", "flag": True})
    graph.nodes["layer"] = 4
    converted, ig = to_networkx(graph), to_igraph(graph)
    assert {name: type(value) for name, value in converted.edges[0, 1].items()} == {
        "weight": float,
        "k": int,
        "kind": str,
        "flag": bool,
    }
    assert [type(value) for value in ig.es[0].attributes().values()] == [int, str, bool, float]
    assert type(converted.nodes[0]["layer"]) is type(ig.vs[0]["layer"]) is int


def test_names_of_foreign_nodes_are_kept_in_their_order():
    theirs = nx.karate_club_graph()
    renamed = nx.relabel_nodes(theirs, {i: f"member {i}" for i in theirs})
    graph = from_networkx(renamed)
    assert graph.nodes["label"].tolist() == [f"member {i}" for i in range(34)]
    assert graph.nodes["club"].tolist() == [theirs.nodes[i]["club"] for i in range(34)]
    assert np.array_equal(graph.adjacency("weight").toarray(), nx.to_numpy_array(theirs))
    assert "label" not in from_networkx(theirs).nodes
    assert from_networkx(nx.path_graph([5, 3, 9])).nodes["label"].tolist() == [5, 3, 9]
    assert from_networkx(nx.path_graph([("a", 1), 3])).nodes["label"].tolist() == ["('a', 1)", "3"]
    assert to_igraph(graph).vs["name"] == graph.nodes["label"].tolist()
    assert from_igraph(to_igraph(graph)).nodes["label"].tolist() == graph.nodes["label"].tolist()


def test_an_attribute_label_beside_names_is_kept_too():
    theirs = nx.DiGraph()
    theirs.add_node("x", label="first")
    graph = from_networkx(theirs)
    assert graph.nodes["label"].tolist() == ["x"]
    assert graph.nodes["label_attribute"].tolist() == ["first"]


def test_missing_values_become_nan_false_or_empty_and_missing_weights_one():
    theirs = nx.DiGraph()
    theirs.add_edge(0, 1, k=3, x=0.5, kind="a", flag=True, weight=2)
    theirs.add_edge(1, 2)
    graph = from_networkx(theirs)
    assert np.array_equal(graph.edges["k"], [3.0, np.nan], equal_nan=True)
    assert np.array_equal(graph.edges["x"], [0.5, np.nan], equal_nan=True)
    assert graph.edges["kind"].tolist() == ["a", ""]
    assert graph.edges["flag"].tolist() == [True, False]
    assert graph.edges["weight"].tolist() == [2.0, 1.0]
    ig = igraph.Graph([(0, 1), (1, 2)], directed=True)
    ig.es["weight"] = [2, None]
    assert from_igraph(ig).edges["weight"].tolist() == [2.0, 1.0]


def test_attributes_of_mixed_or_foreign_types_are_refused_or_left_out():
    theirs = nx.DiGraph()
    theirs.add_edge(0, 1, odd=[1, 2], mixed=1, weight=2.0)
    theirs.add_edge(1, 2, odd=[1, 2], mixed="one", weight=3.0)
    for name, found in (("odd", "values of type list, such as"), ("mixed", "values of type int, str, such as")):
        with pytest.raises(ParameterError, match=f"edge attribute '{name}': got ['\"]{found}.* edge_attributes chooses"):
            from_networkx(theirs, edge_attributes=[name])
    assert list(from_networkx(theirs, edge_attributes=["weight"]).edges) == ["weight"]
    with pytest.raises(UnknownNameError, match="unknown edge attribute 'weigth'; did you mean 'weight'"):
        from_networkx(theirs, edge_attributes=["weigth"])
    with pytest.raises(UnknownNameError, match="unknown node attribute 'club'"):
        from_igraph(igraph.Graph(2), node_attributes=["club"])
    theirs = nx.path_graph(2, create_using=nx.DiGraph)
    theirs.edges[0, 1]["weight"] = "strong"
    with pytest.raises(ParameterError, match="expected a number, an array"):
        from_networkx(theirs)


def test_positions_must_be_given_for_all_nodes():
    theirs = nx.path_graph(3)
    theirs.nodes[0]["pos"] = (0.0, 1.0)
    with pytest.raises(ParameterError, match="'pos'.*for every node"):
        from_networkx(theirs)
    places = nx.random_geometric_graph(10, 0.3, seed=1)
    graph = from_networkx(places)
    assert graph.positions.tolist() == [list(places.nodes[i]["pos"]) for i in places]
    assert to_networkx(graph).nodes[3]["pos"] == tuple(places.nodes[3]["pos"])
    assert to_igraph(graph).vs["x"] == graph.positions[:, 0].tolist()


def test_integers_beyond_64_bits_become_floats():
    theirs = nx.DiGraph([(0, 1, {"big": 2**70})])
    assert from_networkx(theirs).edges["big"].tolist() == [float(2**70)]


def test_matrix_of_scipy_comes_back():
    graph = Graph.from_edges([0, 2, 1], [1, 0, 2], weights=[1.5, 0.0, 2.5])
    back = Graph.from_matrix(graph.adjacency("weight"))
    assert np.array_equal(back.edge_id(graph.source, graph.target), [0, 2, 1])
    assert back.edges["weight"].tolist() == [1.5, 2.5, 0.0]


def test_igraph_agrees_with_networkx_on_a_converted_graph():
    rng = np.random.default_rng(8)
    matrix = rng.random((30, 30)) * (rng.random((30, 30)) < 0.15)
    graph = Graph.from_matrix(matrix)
    ranks = nx.pagerank(to_networkx(graph), weight="weight", tol=1e-12)
    assert to_igraph(graph).pagerank(weights="weight") == pytest.approx([ranks[i] for i in range(30)], abs=1e-8)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: to_networkx(5), "to_networkx: got 5"),
        (lambda: to_igraph(nx.Graph()), "expected a netgraph.Graph"),
        (lambda: from_networkx(igraph.Graph(2)), "expected a NetworkX graph"),
        (lambda: from_igraph(nx.Graph()), "expected an igraph.Graph"),
        (lambda: from_networkx(nx.Graph(), node_attributes="pos"), "node_attributes: got 'pos', expected a list of names"),
    ],
)
def test_graphs_of_another_kind_and_single_names_are_refused(make, message):
    with pytest.raises(ParameterError, match=message):
        make()


def test_columns_that_positions_would_overwrite_are_refused():
    graph = Graph(2, positions=[[0.0, 1.0], [2.0, 3.0]])
    graph.nodes.update(pos=1, y=2)
    with pytest.raises(ParameterError, match=r"nodes\['pos'\]"):
        to_networkx(graph)
    with pytest.raises(ParameterError, match=r"nodes\['y'\]"):
        to_igraph(graph)
    graph.nodes["z"] = 3
    del graph.nodes["y"]
    assert to_igraph(graph).vs["z"] == [3, 3]


def test_distances_of_a_foreign_graph_give_way_to_those_of_its_positions():
    theirs = nx.Graph()
    theirs.add_node(0, pos=(0.0, 0.0))
    theirs.add_node(1, pos=(3.0, 4.0))
    theirs.add_edge(0, 1, distance=99.0)
    assert from_networkx(theirs).edges["distance"].tolist() == [5.0]
    assert from_networkx(theirs, node_attributes=[]).edges["distance"].tolist() == [99.0]


def test_types_that_are_no_signs_say_how_to_leave_them_out():
    theirs = igraph.Graph([(0, 1), (1, 2)], directed=True, edge_attrs={"type": ["a", "b"]})
    with pytest.raises(ParameterError, match=r"'type': got .*such as 'a'.* edge_attributes chooses"):
        from_igraph(theirs)
    theirs.es["type"] = [-1, None]
    assert from_igraph(theirs).edges["type"].tolist() == [-1, 1]


def test_values_that_are_all_missing_are_nan_and_missing_names_empty():
    theirs = igraph.Graph([(0, 1)], directed=True, edge_attrs={"w": [None]}, vertex_attrs={"name": ["a", None]})
    theirs["name"] = None
    graph = from_igraph(theirs)
    assert np.isnan(graph.edges["w"]).all()
    assert graph.nodes["label"].tolist() == ["a", ""]
    assert graph.name == "graph"
