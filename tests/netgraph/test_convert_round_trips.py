"""Graphs of every kind go to each library and come back with all that they had; libraries agree on what they are."""

import sys
import types

import igraph
import networkit
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from netgraph import Graph, Network, NeuralPop
from netgraph.analysis import global_clustering, local_clustering
from netgraph.convert import (
    from_any,
    from_graph_tool,
    from_igraph,
    from_networkit,
    from_networkx,
    from_pandas,
    to_graph_tool,
    to_igraph,
    to_networkit,
    to_networkx,
    to_pandas,
)
from simcore.errors import ParameterError, UnknownNameError
from tests.reference import graph_tool_double
from tests.reference.drawn_graphs import assert_same_edges, assert_same_nodes, graphs

few = settings(max_examples=40, deadline=None)
NODES = {"node": int, "whole": int, "real": float, "text": str, "flag": int}
EDGES = {"row": int, "whole": int, "real": float, "text": str, "flag": int, "delay": float}


@pytest.fixture(autouse=True, scope="module")
def graph_tool():
    """graph-tool, or its stand-in where it is not installed."""
    patch = pytest.MonkeyPatch()
    if "graph_tool" not in sys.modules:
        module = types.ModuleType("graph_tool")
        module.Graph = graph_tool_double.Graph
        patch.setitem(sys.modules, "graph_tool", module)
    yield
    patch.undo()


@few
@given(graphs())
def test_a_graph_comes_back_from_networkx(graph):
    back = from_networkx(to_networkx(graph))
    assert_same_nodes(graph, back)
    assert_same_edges(graph, back, in_order=False)


@few
@given(graphs())
def test_a_graph_comes_back_from_igraph_in_order_of_rows(graph):
    back = from_igraph(to_igraph(graph))
    assert_same_nodes(graph, back)
    assert_same_edges(graph, back, in_order=True)


@few
@given(graphs())
def test_a_graph_comes_back_from_graph_tool_in_order_of_rows(graph):
    back = from_graph_tool(to_graph_tool(graph))
    assert_same_nodes(graph, back)
    assert_same_edges(graph, back, in_order=True)


@few
@given(graphs())
def test_a_graph_comes_back_from_pandas_in_order_of_rows(graph):
    nodes, edges = to_pandas(graph)
    back = from_pandas(edges, nodes, directed=graph.directed, name="drawn")
    assert_same_nodes(graph, back)
    assert_same_edges(graph, back, in_order=True)


@few
@given(graphs(parallel=False))
def test_a_graph_comes_back_from_networkit_in_order_of_rows(graph):
    for columns in (graph.nodes, graph.edges):  # networkit's integers have 32 bits
        columns["whole"] = columns["whole"] % 2**32 - 2**31
    converted = to_networkit(graph, weight="weight", node_attributes=list(NODES), edge_attributes=list(EDGES))
    back = from_networkit(converted, node_attributes=NODES, edge_attributes=EDGES, name="drawn")
    for columns in (back.nodes, back.edges):  # networkit has no bool
        columns["flag"] = columns["flag"] == 1
    graph.set_positions(None)
    assert_same_nodes(graph, back)
    assert_same_edges(graph, back, in_order=True)


@few
@given(graphs())
def test_networkit_has_the_same_edges_and_weights_with_parallel_ones_too(graph):
    theirs = to_networkit(graph, weight="weight")
    assert (theirs.numberOfNodes(), theirs.numberOfEdges()) == (graph.n_nodes, graph.n_edges)
    assert theirs.numberOfSelfLoops() == (graph.source == graph.target).sum()
    back = from_networkit(theirs)

    def rows(g):
        triples = zip(g.source.tolist(), g.target.tolist(), g.edges["weight"].tolist(), strict=True)
        return sorted(triples if g.directed else ((min(s, t), max(s, t), w) for s, t, w in triples))

    assert rows(back) == rows(graph)


@few
@given(graphs())
def test_the_adjacency_matrix_comes_back_with_zeros_and_the_sums_of_parallel_edges(graph):
    graph.edges["weight"] = np.round(np.arctan(graph.edges["weight"]), 3)
    matrix = graph.adjacency("weight")
    back = Graph.from_matrix(matrix, directed=graph.directed)
    assert back.n_nodes == graph.n_nodes
    assert np.array_equal(back.adjacency("weight").toarray(), matrix.toarray())
    assert np.array_equal(back.adjacency().toarray() > 0, graph.adjacency().toarray() > 0)


def every_library(graph):
    """The graph after a way through each library."""
    nodes, edges = to_pandas(graph)
    yield from_any(to_networkx(graph))
    yield from_any(to_igraph(graph))
    yield from_any(to_graph_tool(graph))
    yield from_any(to_networkit(graph, weight="weight" if graph.is_weighted else None))
    yield from_any((nodes, edges), directed=graph.directed)
    yield from_any(graph)


# What users of NNGT met: its issues 97, 111, 114 and 131 are results that differed from one library below to the next.


@pytest.mark.parametrize("directed", [True, False])
def test_copies_and_conversions_keep_whether_edges_have_a_direction(directed):
    graph = Graph.from_edges([0, 1, 2, 3], [1, 2, 0, 3], n_nodes=5, directed=directed, weights=[1.0, 2.0, 3.0, 0.0])
    for other in (*every_library(graph), graph.copy(), graph.subgraph(range(5)), graph.reverse()):
        assert (other.directed, other.n_nodes, other.n_edges) == (directed, 5, 4)
        assert other.degree().tolist() == [2, 2, 2, 2, 0]
        assert other.degree(weight="weight").tolist() == [4.0, 3.0, 5.0, 0.0, 0.0]


def test_an_undirected_matrix_is_the_same_graph_in_every_library():
    matrix = np.array([[0, 2, 0, 1], [2, 0, 3, 0], [0, 3, 4, 0], [1, 0, 0, 0]])
    graph = Graph.from_matrix(matrix, directed=False)
    assert (graph.n_edges, graph.directed) == (4, False)
    for other in every_library(graph):
        assert np.array_equal(other.adjacency("weight").toarray(), matrix)
        assert not other.directed
    with pytest.raises(ParameterError, match="symmetric"):
        Graph.from_matrix(np.triu(matrix), directed=False)


def test_weighted_clustering_of_an_undirected_version_is_that_of_networkx_however_edges_combine():
    rng = np.random.default_rng(3)
    matrix = np.where(rng.random((12, 12)) < 0.4, rng.random((12, 12)), 0.0)
    np.fill_diagonal(matrix, 0.0)
    directed = Graph.from_matrix(matrix)
    both = np.maximum(matrix > 0, matrix.T > 0)
    expected = {
        "sum": matrix + matrix.T,
        "max": np.maximum(matrix, matrix.T),
        "min": np.where((matrix > 0) & (matrix.T > 0), np.minimum(matrix, matrix.T), matrix + matrix.T),
        "mean": np.where((matrix > 0) & (matrix.T > 0), (matrix + matrix.T) / 2, matrix + matrix.T),
    }
    for combine, undirected in expected.items():
        assert (both == (undirected > 0)).all()
        theirs = nx.clustering(nx.from_numpy_array(undirected), weight="weight")
        for other in every_library(directed.to_undirected(combine)):
            assert local_clustering(other, weight="weight") == pytest.approx([theirs[i] for i in range(12)])


def test_clustering_of_a_directed_graph_is_the_same_from_every_library_and_follows_its_mode():
    rng = np.random.default_rng(5)
    graph = Graph.from_matrix((rng.random((30, 30)) < 0.2) & ~np.eye(30, dtype=bool))
    modes = ("total", "cycle", "middleman", "fan-in", "fan-out")
    values = {mode: global_clustering(graph, mode=mode) for mode in modes}
    assert len(set(values.values())) == 5
    for other in every_library(graph):
        assert {mode: global_clustering(other, mode=mode) for mode in modes} == pytest.approx(values)


def test_an_object_of_any_library_is_recognised():
    class MyGraph(nx.DiGraph):
        """A subclass, as users write them."""

    assert from_any(MyGraph([(0, 1)])).directed
    assert from_any(nx.MultiGraph([(0, 1), (0, 1)])).n_edges == 2
    assert from_any(igraph.Graph.Ring(4)).n_edges == 4
    assert from_any(networkit.Graph(3)).n_nodes == 3
    matrix = Graph.from_edges([0, 1], [1, 0], weights=[0.0, 2.0]).adjacency("weight")
    assert from_any(matrix).edges["weight"].tolist() == [0.0, 2.0]
    assert from_any(matrix.toarray()).edges["weight"].tolist() == [2.0]
    assert not from_any(np.array([[0, 1], [1, 0]]), directed=False).directed
    for odd in ("a.txt", 5, None, {0: [1]}, [(0, 1), (1, 2)], object()):
        with pytest.raises(ParameterError, match="a graph of NetworkX, igraph"):
            from_any(odd)
    with pytest.raises(ParameterError, match="directed: got True, expected False"):
        from_any(nx.Graph([(0, 1)]), directed=True)


def test_neurons_of_a_network_keep_their_group_and_type_everywhere():
    population = NeuralPop.exc_and_inhib(5, iratio=0.4, en_model="iaf_psc_exp", in_model="iaf_psc_exp")
    net = Network.from_edges([0, 1, 4], [1, 2, 0], population=population, weights=2.0, delays=3.0)
    groups, signs = ["excitatory"] * 3 + ["inhibitory"] * 2, [1, 1, 1, -1, -1]
    plain = {"node_attributes": ["group", "type"]}
    tables = to_pandas(net)
    for other in (
        from_networkx(to_networkx(net), **plain),
        from_igraph(to_igraph(net), **plain),
        from_graph_tool(to_graph_tool(net), **plain),
        from_pandas(tables[1], tables[0], **plain),
    ):
        assert other.nodes["group"].tolist() == groups
        assert other.nodes["type"].tolist() == signs
        assert other.edges["delay"].tolist() == [3.0, 3.0, 3.0]
    assert isinstance(from_any(net), Network)
    net.nodes["group"] = 1
    for convert in (to_networkx, to_igraph, to_graph_tool, to_pandas, to_networkit):
        with pytest.raises(ParameterError, match=r"nodes\['group'\].*beside groups"):
            convert(net)


def test_networkit_refuses_what_it_cannot_hold_and_keeps_ids_of_removed_nodes():
    graph = Graph.from_edges([0, 0, 1], [1, 1, 2], weights=[1.0, 2.0, 3.0], attributes={"kind": ["a", "b", "c"]})
    with pytest.raises(ParameterError, match="parallel edges"):
        to_networkit(graph, edge_attributes=["kind"])
    with pytest.raises(ParameterError, match="strings"):
        to_networkit(graph, weight="kind")
    with pytest.raises(UnknownNameError, match="unknown edge column 'size'"):
        to_networkit(graph, weight="size")
    graph.nodes["big"] = 2**40
    with pytest.raises(ParameterError, match=r"nodes\['big'\]: got .*expected integers of 32 bits"):
        to_networkit(graph, node_attributes=["big"])
    with pytest.raises(ParameterError, match="expected a networkit.Graph"):
        from_networkit(nx.Graph())
    theirs = to_networkit(graph)
    with pytest.raises(ParameterError, match="attribute 'kind'"):
        from_networkit(theirs, node_attributes={"kind": str})
    theirs.removeNode(0)
    back = from_networkit(theirs)
    assert back.nodes["label"].tolist() == [1, 2]
    assert (back.source.tolist(), back.target.tolist(), back.is_weighted) == ([0], [1], False)


def test_missing_attributes_of_networkit_are_marked():
    theirs = to_networkit(Graph(3))
    size, kind = theirs.attachNodeAttribute("size", int), theirs.attachNodeAttribute("kind", str)
    size[1], kind[2] = 7, "a"
    back = from_networkit(theirs, node_attributes={"size": int, "kind": str})
    assert np.array_equal(back.nodes["size"], [np.nan, 7.0, np.nan], equal_nan=True)
    assert back.nodes["kind"].tolist() == ["", "", "a"]


def test_graph_tool_graphs_that_are_filtered_or_hold_objects_are_refused():
    theirs = to_graph_tool(Graph.from_edges([1, 0], [0, 1], attributes={"k": [1, 2]}))
    theirs.vp["thing"] = theirs.new_vertex_property("python::object")
    with pytest.raises(ParameterError, match="property 'thing': got 'values of type python::object'"):
        from_graph_tool(theirs)
    assert from_graph_tool(theirs, node_attributes=[]).edges["k"].tolist() == [1, 2]
    theirs.is_filtered = True
    with pytest.raises(ParameterError, match="prune=True"):
        from_graph_tool(theirs, node_attributes=[])
    with pytest.raises(ParameterError, match="expected a graph_tool.Graph"):
        from_graph_tool(nx.Graph())


def test_keys_of_parallel_edges_are_kept_unless_they_count():
    theirs = nx.MultiDiGraph([(0, 1, "a"), (0, 1, "b")])
    assert from_networkx(theirs).edges["key"].tolist() == ["a", "b"]
    assert "key" not in from_networkx(nx.MultiDiGraph([(0, 1), (0, 1)])).edges
    assert from_networkx(nx.MultiGraph([(0, 1, 7, {"key": "x"})])).edges["key_attribute"].tolist() == [7]


@pytest.mark.parametrize("library", ["networkit", "pandas", "graph_tool"])
def test_a_missing_library_says_how_to_install_it(library, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)
    convert = {"networkit": to_networkit, "pandas": to_pandas, "graph_tool": to_graph_tool}[library]
    with pytest.raises(ImportError, match="is not installed; "):
        convert(Graph(2))
