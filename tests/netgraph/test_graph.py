"""Graph: structure, adjacency, degrees, neighbours, look-up."""

import subprocess
import sys

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import netgraph
from netgraph import Graph
from simcore.distributions import Uniform
from simcore.errors import EdgeError, FrozenNetworkError, ParameterError, UnknownNameError
from tests.reference.plain_graph import PlainGraph, make, plain_graphs

few = settings(max_examples=60, deadline=None)


def edges_of(graph):
    return list(zip(graph.source.tolist(), graph.target.tolist(), graph.edges["weight"].tolist(), strict=True))


def test_import_and_an_empty_graph_load_nothing_heavy():
    heavy = "numba scipy networkx igraph matplotlib shapely pandas".split()
    code = f"import sys, netgraph; netgraph.Graph(3); print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_package_is_marked_as_ours_and_refuses_unknown_names():
    assert netgraph.__netgraph_simcore__ is True
    assert netgraph.errors.EdgeError is EdgeError
    with pytest.raises(AttributeError, match="no attribute 'Grap'"):
        netgraph.Grap  # noqa: B018


def test_ends_are_read_only_int32_in_order_of_creation():
    graph = Graph.from_edges([3, 0, 3], [1, 2, 1])
    assert graph.source.dtype == graph.target.dtype == np.int32
    assert graph.source.tolist() == [3, 0, 3]
    assert graph.target.tolist() == [1, 2, 1]
    with pytest.raises(ValueError, match="read-only"):
        graph.source[0] = 2


def test_ids_are_int64_from_two_to_the_31_nodes_on():
    graph = Graph(2**31 - 1)
    graph.add_edges([0], [2**31 - 2])
    assert graph.source.dtype == np.int32
    graph.add_nodes(1)
    assert graph.source.dtype == graph.target.dtype == np.int64
    assert graph.target.tolist() == [2**31 - 2]


def test_from_edges_does_not_follow_later_changes_of_the_users_array():
    source = np.array([0, 1], dtype=np.int32)
    graph = Graph.from_edges(source, [1, 0])
    source[0] = 1
    assert graph.source.tolist() == [0, 1]


def test_an_empty_graph_adopts_unchecked_arrays_without_a_copy():
    source, target = np.array([0, 1], dtype=np.int32), np.array([1, 2], dtype=np.int32)
    graph = Graph(3)
    graph.set_weights(2.0)
    graph._append_edges_unchecked(source, target)
    assert np.shares_memory(graph.source, source)
    assert np.shares_memory(graph.target, target)
    graph._append_edges_unchecked(np.array([2]), np.array([0]))
    assert graph.source.tolist() == [0, 1, 2]
    assert graph.edges["weight"].tolist() == [2.0, 2.0, 2.0]


@few
@given(plain_graphs())
def test_adjacency_equals_the_naive_one(plain):
    graph = make(plain)
    assert np.array_equal(graph.adjacency().toarray(), plain.adjacency())
    assert np.array_equal(graph.adjacency("weight").toarray(), plain.adjacency(weighted=True))


@few
@given(plain_graphs())
def test_degrees_equal_the_naive_ones_with_and_without_caches(plain):
    graph = make(plain)
    for _ in range(2):
        for mode in ("in", "out", "total"):
            assert graph.degree(mode=mode).tolist() == plain.degree(mode)
            assert graph.degree(mode=mode, weight="weight").tolist() == plain.degree(mode, weighted=True)
        assert graph.in_degree().tolist() == plain.degree("in")
        assert graph.out_degree().tolist() == plain.degree("out")
        graph.out_csr(), graph.in_csr()


@few
@given(plain_graphs())
def test_compressed_rows_list_neighbours_in_order_with_the_rows_of_their_edges(plain):
    graph = make(plain)
    for csr, first, second in ((graph.out_csr(), 0, 1), (graph.in_csr(), 1, 0)):
        assert csr.indptr.dtype == csr.rows.dtype == np.int64
        assert csr.indices.dtype == np.int32
        for node in range(plain.n):
            entries = [(e[second], row) for row, e in enumerate(plain.edges) if e[first] == node]
            if not plain.directed:
                entries += [(e[first], row) for row, e in enumerate(plain.edges) if e[second] == node and e[0] != e[1]]
            place = slice(csr.indptr[node], csr.indptr[node + 1])
            assert list(zip(csr.indices[place], csr.rows[place], strict=True)) == sorted(entries)


@few
@given(plain_graphs())
def test_neighbours_and_look_up_equal_the_naive_ones(plain):
    graph = make(plain)
    for _ in range(2):
        for s in range(plain.n):
            for mode in ("all", "in", "out"):
                assert graph.neighbours(s, mode=mode).tolist() == plain.neighbours(s, mode)
            for t in range(plain.n):
                rows = plain.rows(s, t)
                assert graph.edge_rows(s, t).tolist() == rows
                assert graph.has_edge(s, t) is bool(rows)
        graph.out_csr()


@few
@given(plain_graphs())
def test_edge_id_is_the_first_row_of_each_pair(plain):
    graph = make(plain)
    pairs = [edge[:2] for edge in plain.edges]
    expected = [plain.rows(*pair)[0] for pair in pairs]
    assert graph.edge_id([s for s, _ in pairs], [t for _, t in pairs]).tolist() == expected


def test_edge_id_names_the_first_missing_pair():
    graph = Graph.from_edges([0, 1], [1, 2], name="ring")
    with pytest.raises(EdgeError, match=r"'ring' has no edge from 2 to 0 \(position 1\)"):
        graph.edge_id([0, 2, 1], [1, 0, 0])


def test_edge_id_finds_each_of_many_edges():
    rng = np.random.default_rng(5)
    keys = rng.permutation(np.unique(rng.integers(0, 10**6, 300_000)))
    graph = Graph.from_edges(keys // 1000, keys % 1000, n_nodes=1000)
    wanted = rng.permutation(keys.size)[:100_000]
    assert np.array_equal(graph.edge_id(graph.source[wanted], graph.target[wanted]), wanted)


@few
@given(plain_graphs(), st.randoms(use_true_random=False))
def test_permuting_the_labels_permutes_degrees_and_adjacency(plain, random):
    new = list(range(plain.n))
    random.shuffle(new)
    graph, permuted = make(plain), make(PlainGraph(plain.n, [(new[s], new[t], w) for s, t, w in plain.edges], plain.directed))
    assert np.array_equal(permuted.in_degree(new, weight="weight"), graph.in_degree(weight="weight"))
    assert np.array_equal(permuted.adjacency("weight").toarray()[np.ix_(new, new)], graph.adjacency("weight").toarray())


@pytest.mark.parametrize("directed", [True, False])
def test_degrees_and_density_agree_with_networkx_and_igraph(directed):
    rng = np.random.default_rng(3)
    pairs = np.unique(np.sort(rng.integers(0, 40, (200, 2)), axis=1), axis=0)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    graph = Graph.from_edges(*pairs.T, n_nodes=40, directed=directed)
    theirs = (nx.DiGraph if directed else nx.Graph)()
    theirs.add_nodes_from(range(40))
    theirs.add_edges_from(pairs.tolist())
    ig = igraph.Graph(40, pairs.tolist(), directed=directed)
    assert graph.degree().tolist() == [d for _, d in theirs.degree()] == ig.degree()
    assert graph.in_degree().tolist() == ig.indegree()
    assert graph.density == pytest.approx(nx.density(theirs))
    assert np.array_equal(graph.adjacency().toarray(), nx.to_numpy_array(theirs, weight=None))


def test_density_of_a_complete_graph_is_one():
    source, target = np.nonzero(~np.eye(3, dtype=bool))
    assert Graph.from_edges(source, target).density == 1.0
    assert Graph.from_edges([0, 0, 1], [1, 2, 2], directed=False).density == 1.0
    assert Graph(1).density == 0.0


def test_density_is_relative_to_pairs_of_different_nodes_where_self_loops_are_allowed_too():
    assert netgraph.generation.all_to_all(nodes=10, self_loops=True).density == pytest.approx(100 / 90)


def test_a_self_loop_counts_at_both_ends_of_the_total_degree_and_once_on_the_diagonal():
    for directed in (True, False):
        graph = Graph.from_edges([0], [0], directed=directed)
        assert graph.degree().tolist() == [2]
        assert graph.adjacency().toarray().tolist() == [[1]]


def test_adjacency_keeps_zero_weights_and_adds_parallel_edges():
    graph = Graph.from_edges([0, 0, 1], [1, 1, 0], weights=[2.0, 3.0, 0.0])
    matrix = graph.adjacency("weight")
    assert matrix.nnz == 2
    assert matrix.toarray().tolist() == [[0.0, 5.0], [0.0, 0.0]]
    assert graph.adjacency().toarray().tolist() == [[0, 2], [1, 0]]


@pytest.mark.parametrize("mode", ["in", "out", "total"])
@pytest.mark.parametrize("weight", [None, "weight", "delay"])
def test_degrees_of_one_sign_equal_the_naive_ones_in_every_mode(mode, weight):
    rng = np.random.default_rng(1)
    source, target = rng.integers(0, 9, (2, 40))
    types = np.where(source < 5, 1, -1)
    graph = Graph.from_edges(source, target, n_nodes=9, weights=rng.integers(1, 5, 40), delays=2.0, attributes={"type": types})
    column = np.ones(40) if weight is None else graph.edges[weight]
    plain = PlainGraph(9, list(zip(source, target, column, strict=True)))
    for name, kept in (("excitatory", lambda e: e[0] < 5), ("inhibitory", lambda e: e[0] >= 5)):
        expected = plain.degree(mode, weighted=True, kept=kept)
        assert graph.degree(mode=mode, weight=weight, edge_type=name).tolist() == expected


def test_degrees_of_one_node_come_as_an_array_in_the_order_asked_for():
    graph = Graph.from_edges([0, 1, 2], [2, 2, 1])
    assert graph.in_degree(2).tolist() == [2]
    assert graph.in_degree([2, 0, 2]).tolist() == [2, 0, 2]
    assert graph.in_degree().dtype == np.int64
    assert graph.in_degree(weight=None).tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda g: g.degree(mode="inn"), UnknownNameError, "unknown mode of degree 'inn'; did you mean 'in'"),
        (lambda g: g.in_degree(weight="weigth"), UnknownNameError, "did you mean 'weight'"),
        (lambda g: g.in_degree(weight="layer"), ParameterError, "expected a column of numbers"),
        (lambda g: g.in_degree(edge_type="excitatory"), ParameterError, "an edge column 'type'"),
        (lambda g: g.in_degree(edge_type="exc"), UnknownNameError, "unknown edge type 'exc'"),
        (lambda g: g.in_degree([0, 3]), ParameterError, "got 3, expected numbers from 0 to 2"),
        (lambda g: g.in_degree([0.5]), ParameterError, "expected integers"),
        (lambda g: g.in_degree([True, False, True]), ParameterError, "expected integers"),
        (lambda g: g.neighbours(-1), ParameterError, "got -1"),
        (lambda g: g.neighbours(0, mode="total"), UnknownNameError, "mode of neighbours"),
        (lambda g: g.has_edge(0, 9), EdgeError, "target: got node 9"),
        (lambda g: g.adjacency("wei"), UnknownNameError, "unknown edge column 'wei'"),
        (lambda g: g.adjacency("layer"), ParameterError, "expected a column of numbers"),
        (lambda g: g.edge_distances(), ParameterError, "no positions"),
        (lambda g: g.subgraph([0, 0]), ParameterError, "0 more than once"),
        (lambda g: g.to_undirected("average"), UnknownNameError, "way to combine edges 'average'"),
        (lambda g: g.to_undirected({"weigh": "sum"}), UnknownNameError, "did you mean 'weight'"),
        (lambda g: Graph(-1), ParameterError, "n_nodes: got -1"),
        (lambda g: Graph(2.0), ParameterError, "n_nodes: got 2.0"),
        (lambda g: Graph(2, directed="no"), ParameterError, "directed: got 'no'"),
        (lambda g: Graph(4 * 10**9), ParameterError, "a whole number from 0 to"),
        (lambda g: Graph.from_edges([0, 1], [1]), EdgeError, "got 2 sources and 1 targets"),
        (lambda g: Graph.from_edges([0.0], [1]), EdgeError, "source: got 'values of type float64'"),
        (lambda g: Graph.from_edges([[0]], [[1]]), EdgeError, r"shape \(1, 1\)"),
        (lambda g: Graph.from_edges([0, -1], [1, 1]), EdgeError, "source: got node -1 at position 1"),
        (lambda g: Graph.from_edges([0], [5], n_nodes=3), EdgeError, "got node 5 at position 0, expected ids from 0 to 2"),
        (lambda g: Graph.from_edges([0, 0], [1, 1], allow_multi_edges=False), EdgeError, "from 0 to 1 .* is given twice"),
        (lambda g: Graph.from_edges([0], [0], allow_self_loops=False), EdgeError, "is a self-loop"),
        (lambda g: Graph(0).add_edge(0, 0), EdgeError, "the graph has no nodes"),
    ],
)
def test_wrong_calls_are_refused_by_name(call, error, message):
    graph = Graph.from_edges([0, 1], [1, 2], weights=1.5, attributes={"layer": "L4"})
    with pytest.raises(error, match=message):
        call(graph)


def test_sizes_names_and_identity():
    graph = Graph.from_edges([0], [1], n_nodes=4, name="a & b", weights=Uniform(1.0, 2.0), seed=1)
    assert len(graph) == graph.n_nodes == 4
    assert graph != graph.copy()
    assert repr(graph) == "<Graph 'a & b': 4 nodes, 1 directed edges; weight>"
    assert graph.type == "custom"
    assert repr(Graph(2, directed=False)) == "<Graph 'graph': 2 nodes, 0 undirected edges>"


def test_html_shows_sizes_ranges_and_a_histogram_and_escapes_the_name():
    graph = Graph.from_edges([0, 0, 0], [1, 2, 3], name="a <b>", weights=[1.0, 2.5, 2.0], delays=1.5)
    html = graph._repr_html_()
    assert "a &lt;b&gt;" in html
    assert "1 to 2.5" in html
    assert "1.5 ms" in html
    assert "degree 1 to 3, mean 1.5" in html
    assert html.count("<rect") == 3
    assert "<svg" not in Graph(0)._repr_html_()
    empty = Graph(2)
    empty.set_weights([])
    assert "none yet" in empty._repr_html_()


def test_frozen_graph_refuses_structure_and_sent_columns_but_takes_node_columns():
    graph = Graph.from_edges([0, 1], [1, 2], weights=1.0, attributes={"mark": 1})
    graph._frozen_by = "a simulation"
    for change in (
        lambda: graph.add_nodes(1),
        lambda: graph.add_edge(0, 2),
        lambda: graph.add_edges([0], [2]),
        lambda: graph.delete_nodes([0]),
        lambda: graph.delete_edges([0]),
        lambda: graph.clear_edges(),
        lambda: graph.set_weights(2.0),
        lambda: graph.set_delays(2.0),
        lambda: graph.edges.__setitem__("weight", 2.0),
        lambda: graph.edges.__setitem__("type", 1),
        lambda: graph.edges.__delitem__("weight"),
        lambda: graph.edges.set_rows("delay", [0], 2.0),
    ):
        with pytest.raises(FrozenNetworkError, match=r"'graph' was sent to a simulation; close it first with sim.close\(\)"):
            change()
    assert graph.edges.constant("weight") == 1.0
    graph.nodes["V_m"] = [-70.0, -60.0, -65.0]
    graph.nodes.set_rows("V_m", [1], -50.0)
    graph.edges["mark"] = 2
    assert graph.copy()._frozen_by is None
    assert graph.nodes["V_m"].tolist() == [-70.0, -50.0, -65.0]
