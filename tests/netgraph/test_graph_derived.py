"""Graphs made from graphs and from matrices: parts, copies, reverse, undirected."""

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from netgraph import Graph
from netgraph.space import Shape
from simcore.errors import ParameterError
from tests.reference.plain_graph import PlainGraph, make, plain_graphs

few = settings(max_examples=60, deadline=None)


def edges_of(graph):
    return list(zip(graph.source.tolist(), graph.target.tolist(), graph.edges["weight"].tolist(), strict=True))


@few
@given(plain_graphs(), st.data())
def test_subgraph_keeps_the_given_order_of_nodes(plain, data):
    nodes = data.draw(st.permutations(range(plain.n)).map(lambda p: p[: plain.n // 2 + 1]))
    graph = make(plain)
    graph.nodes["old"] = np.arange(plain.n)
    part = graph.subgraph(nodes)
    assert edges_of(part) == plain.part(nodes).edges
    assert part.nodes["old"].tolist() == nodes
    assert edges_of(graph) == plain.edges


@few
@given(plain_graphs(), st.sampled_from([("sum", sum), ("min", min), ("max", max), ("mean", np.mean)]))
def test_undirected_graph_combines_edges_between_the_same_nodes(plain, way):
    result = make(plain).to_undirected(way[0])
    assert not result.directed
    assert edges_of(result) == plain.undirected(way[1]).edges


def test_undirected_graph_combines_each_column_in_its_own_way_and_drops_text():
    attributes = {"contacts": [1, 2, 4], "layer": ["a", "b", "c"]}
    graph = Graph.from_edges([0, 1, 1], [1, 0, 2], weights=2.0, delays=[1.0, 3.0, 5.0], attributes=attributes)
    result = graph.to_undirected({"delay": "mean", "contacts": "max"})
    assert set(result.edges) == {"weight", "delay", "contacts"}
    assert result.edges["weight"].tolist() == [4.0, 2.0]
    assert result.edges["delay"].tolist() == [2.0, 5.0]
    assert result.edges["contacts"].tolist() == [2, 4]
    assert graph.to_undirected("max").edges.constant("weight") == 2.0


@few
@given(plain_graphs())
def test_reverse_transposes_and_copy_is_independent(plain):
    graph = make(plain)
    assert np.array_equal(graph.reverse().adjacency("weight").toarray(), graph.adjacency("weight").toarray().T)
    twin = graph.copy()
    twin.add_nodes(1)
    twin.edges["weight"] = 7.0
    twin.clear_edges()
    assert edges_of(graph) == plain.edges
    assert graph.n_nodes == plain.n


def test_copy_keeps_columns_positions_shape_name_and_direction():
    shape = Shape.rectangle(10.0, 10.0)
    graph = Graph(2, directed=False, name="twin", positions=[[0.0, 0.0], [1.0, 1.0]], shape=shape)
    graph.nodes["layer"] = ["a", "b"]
    graph.add_edge(0, 1, kind="x")
    graph.type = "lattice"
    twin = graph.copy()
    assert (twin.name, twin.type, twin.directed, twin.shape) == ("twin", "lattice", False, shape)
    assert twin.nodes["layer"].tolist() == ["a", "b"]
    assert twin.edges["kind"].tolist() == ["x"]
    assert twin.positions.tolist() == [[0.0, 0.0], [1.0, 1.0]]


@few
@given(plain_graphs())
def test_matrix_and_graph_are_one_where_there_are_no_parallel_edges(plain):
    matrix = PlainGraph(plain.n, plain.undirected(sum).edges, plain.directed).adjacency(weighted=True)
    for form in (np.asarray, scipy.sparse.csr_array, scipy.sparse.coo_matrix, scipy.sparse.csc_array):
        graph = Graph.from_matrix(form(matrix), directed=plain.directed)
        assert np.array_equal(graph.adjacency("weight").toarray(), matrix)
        assert graph.n_edges == np.count_nonzero(matrix if plain.directed else np.triu(matrix))


def test_from_matrix_takes_rows_as_sources_and_keeps_stored_zeros_and_duplicates():
    matrix = scipy.sparse.coo_array(([1.0, 0.0, 5.0, 6.0], ([0, 1, 1, 1], [2, 0, 2, 2])), shape=(3, 3))
    graph = Graph.from_matrix(matrix)
    assert edges_of(graph) == [(0, 2, 1.0), (1, 0, 0.0), (1, 2, 5.0), (1, 2, 6.0)]
    assert not Graph.from_matrix(matrix, weighted=False).is_weighted
    assert Graph.from_matrix(np.eye(2), delays=2.0).edges.constant("delay") == 2.0
    assert Graph.from_matrix(np.array([[False, True], [False, False]])).edges["weight"].tolist() == [1.0]


def test_parallel_entries_of_a_symmetric_matrix_may_come_in_any_order():
    matrix = scipy.sparse.coo_array(([1.0, 2.0, 2.0, 1.0, 3.0], ([0, 0, 1, 1, 1], [1, 1, 0, 0, 1])), shape=(2, 2))
    assert edges_of(Graph.from_matrix(matrix, directed=False)) == [(0, 1, 1.0), (0, 1, 2.0), (1, 1, 3.0)]


@pytest.mark.parametrize(
    ("matrix", "directed", "message"),
    [
        (np.ones((2, 3)), True, r"shape \(2, 3\)"),
        ([[0, 1], [0]], True, "square matrix"),
        ([[0, np.nan], [0, 0]], True, "finite real numbers"),
        ([[0, 1j], [0, 0]], True, "finite real numbers"),
        ([[0, 1], [2, 0]], False, r"entry \[0, 1\] that differs"),
        ([[0, 1], [0, 0]], False, "symmetric matrix"),
        (scipy.sparse.coo_array(([1.0, 1.0, 2.0], ([0, 0, 1], [1, 1, 0])), shape=(2, 2)), False, "symmetric matrix"),
    ],
)
def test_from_matrix_refuses_what_is_no_adjacency_matrix(matrix, directed, message):
    with pytest.raises(ParameterError, match=message):
        Graph.from_matrix(matrix, directed=directed)
