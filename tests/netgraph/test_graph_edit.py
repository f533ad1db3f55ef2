"""Adding and deleting nodes and edges: nothing changes unless all of it is right."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netgraph import Graph
from netgraph.space import Shape
from simcore.distributions import Uniform
from simcore.errors import EdgeError, ParameterError, UnknownNameError
from tests.reference.plain_graph import PlainGraph

few = settings(max_examples=80, deadline=None)
pairs = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=10)


def graph_of(edges, directed=True):
    return Graph.from_edges([s for s, _ in edges], [t for _, t in edges], n_nodes=5, directed=directed)


def edges_of(graph):
    return list(zip(graph.source.tolist(), graph.target.tolist(), strict=True))


@few
@given(pairs, pairs, st.booleans(), st.booleans(), st.booleans())
def test_invalid_edges_are_left_out_as_if_added_one_after_another(old, new, directed, multi, loops):
    graph = graph_of(old, directed)
    good = PlainGraph(5, [(*pair, 1.0) for pair in old], directed).valid(new, multi, loops)
    ends = [s for s, _ in new], [t for _, t in new]
    values = {"rank": np.arange(len(new))}
    if old:
        graph.edges["rank"] = -1
    allowed = {"allow_multi_edges": multi, "allow_self_loops": loops}
    rows = graph.add_edges(*ends, attributes=values, ignore_invalid=True, **allowed)
    assert rows.tolist() == list(range(len(old), len(old) + len(good)))
    assert edges_of(graph) == old + [new[i] for i in good]
    assert graph.edges["rank"][len(old) :].tolist() == good


@few
@given(pairs, pairs, st.booleans(), st.booleans(), st.booleans())
def test_one_invalid_edge_refuses_all(old, new, directed, multi, loops):
    graph = graph_of(old, directed)
    good = PlainGraph(5, [(*pair, 1.0) for pair in old], directed).valid(new, multi, loops)
    ends = [s for s, _ in new], [t for _, t in new]
    if len(good) < len(new):
        with pytest.raises(EdgeError, match="add_edges: the edge from"):
            graph.add_edges(*ends, allow_multi_edges=multi, allow_self_loops=loops)
        assert edges_of(graph) == old
    else:
        graph.add_edges(*ends, allow_multi_edges=multi, allow_self_loops=loops)
        assert edges_of(graph) == old + new


@pytest.mark.parametrize(
    ("ends", "message"),
    [
        (([0, 2], [2, 2]), r"from 2 to 2 \(position 1\) is a self-loop; allow_self_loops=True adds it"),
        (([2, 0], [0, 1]), r"from 0 to 1 \(position 1\) exists already; allow_multi_edges=True adds it"),
        (([0, 0, 0], [2, 3, 2]), r"from 0 to 2 \(position 2\) is given twice; .* ignore_invalid=True leaves it out"),
    ],
)
def test_the_refused_edge_is_named_with_its_position_and_the_way_out(ends, message):
    with pytest.raises(EdgeError, match=message):
        graph_of([(0, 1)]).add_edges(*ends)


def test_reverse_duplicates_count_in_undirected_graphs_only():
    assert graph_of([(0, 1)]).add_edges([1], [0]).tolist() == [1]
    with pytest.raises(EdgeError, match="exists already"):
        graph_of([(0, 1)], directed=False).add_edges([1], [0])


def test_a_million_edges_are_checked_against_as_many():
    rng = np.random.default_rng(0)
    keys = rng.permutation(np.unique(rng.integers(0, 10**10, 1_000_000)))
    source, target = keys // 10**5, keys % 10**5
    half = keys.size // 2
    graph = Graph.from_edges(source[:half], target[:half], n_nodes=10**5)
    assert graph.add_edges(source[half:], target[half:], allow_self_loops=True).size == keys.size - half
    again = rng.permutation(keys.size)[:1000]
    assert graph.add_edges(source[again], target[again], allow_self_loops=True, ignore_invalid=True).size == 0
    with pytest.raises(EdgeError, match=r"\(position 2\) exists already"):
        graph.add_edges([5, 5, source[-1]], [10**5 - 1, 10**5 - 2, target[-1]], allow_self_loops=True)


def test_many_single_edges_grow_the_columns():
    graph = Graph(300)
    graph.set_weights(Uniform(1.0, 2.0), seed=4)
    for i in range(299):
        assert graph.add_edge(i, i + 1, rank=i) == i
    assert graph.edges["rank"].tolist() == list(range(299))
    assert np.array_equal(graph.source + 1, graph.target)
    whole = Graph(300)
    whole.set_weights(Uniform(1.0, 2.0), seed=4)
    whole.add_edges(np.arange(299), np.arange(1, 300))
    assert np.array_equal(graph.edges["weight"], whole.edges["weight"])


def test_an_array_seen_before_does_not_change_when_edges_are_added():
    graph = Graph(50)
    for i in range(20):
        graph.add_edge(i, i + 1, x=float(i))
    seen = graph.edges["x"]
    graph.add_edge(30, 31, x=-1.0)
    graph.edges.set_rows("x", [0], 99.0)
    assert seen.tolist() == [float(i) for i in range(20)]


def test_edges_get_given_values_else_what_marks_a_missing_one():
    graph = Graph(4)
    graph.add_edges([0], [1], attributes={"x": 1.5, "k": 2, "label": "a", "flag": True})
    graph.add_edges([1, 2], [2, 3], attributes={"weight": [3.0, 4.0]})
    assert graph.edges["weight"].tolist() == [1.0, 3.0, 4.0]
    assert np.array_equal(graph.edges["x"], [1.5, np.nan, np.nan], equal_nan=True)
    assert graph.edges["k"].tolist() == [2, 0, 0]
    assert graph.edges["label"].tolist() == ["a", "", ""]
    assert graph.edges["flag"].tolist() == [True, False, False]
    graph.add_edge(3, 0, label="longer than before", k=0.5)
    assert graph.edges["label"].tolist()[-1] == "longer than before"
    assert graph.edges["k"].tolist() == [2.0, 0.0, 0.0, 0.5]


def test_constant_column_gives_later_rows_its_value_and_stays_one_number():
    graph = Graph.from_edges([0], [1], n_nodes=3, attributes={"layer": "L4"})
    graph.nodes["V_m"] = -65.0
    graph.add_edge(1, 2)
    graph.add_nodes(2)
    assert graph.edges.constant("layer") == "L4"
    assert graph.edges["layer"].tolist() == ["L4", "L4"]
    assert graph.nodes["V_m"].tolist() == [-65.0] * 5
    graph.add_edge(2, 0, layer="L5")
    assert graph.edges["layer"].tolist() == ["L4", "L4", "L5"]


@pytest.mark.parametrize(
    ("attributes", "error", "message"),
    [
        ({"wieght": 2.0}, UnknownNameError, "unknown edge column 'wieght'; did you mean 'weight'"),
        ({"weight": [1.0, 2.0]}, ParameterError, "one value for each of the 1 edges"),
        ({"weight": np.nan}, ParameterError, "finite"),
        ({"weight": "strong"}, ParameterError, "a number, an array or a distribution"),
        ({"delay": -1.0}, ParameterError, r"edges\['delay'\]: got '-1', expected a finite number >= 0 ms"),
        ({"layer": 3}, ParameterError, "expected strings"),
        ({"layer": ["a", "b"]}, ParameterError, r"shape \(1,\)"),
        ({"layer": Uniform(0.0, 1.0)}, ParameterError, "only weights and delays are drawn"),
    ],
)
def test_wrong_edge_values_are_refused_and_nothing_is_added(attributes, error, message):
    graph = Graph.from_edges([0, 1], [1, 2], n_nodes=4, weights=[1.0, 2.0], attributes={"layer": "a"})
    with pytest.raises(error, match=message):
        graph.add_edges([2], [3], attributes=attributes)
    assert graph.n_edges == graph.edges["weight"].size == graph.edges["layer"].size == 2


def test_add_edge_wants_one_pair():
    with pytest.raises(EdgeError, match="one node, not an array"):
        Graph(3).add_edge([0], 1)


@few
@given(pairs, st.sets(st.integers(0, 4)), st.booleans())
def test_deleting_nodes_renumbers_the_others_in_order(edges, deleted, directed):
    graph = graph_of(edges, directed)
    graph.edges["rank"] = np.arange(len(edges))
    graph.nodes["old"] = np.arange(5)
    graph.set_positions(np.arange(10.0).reshape(5, 2))
    graph.delete_nodes(list(deleted))
    expected = PlainGraph(5, [(*pair, rank) for rank, pair in enumerate(edges)], directed).without_nodes(deleted)
    assert graph.n_nodes == expected.n
    assert [(*e, r) for e, r in zip(edges_of(graph), graph.edges["rank"].tolist(), strict=True)] == expected.edges
    kept = [node for node in range(5) if node not in deleted]
    assert graph.nodes["old"].tolist() == kept
    assert graph.positions[:, 0].tolist() == [2.0 * node for node in kept]


@few
@given(pairs, st.data())
def test_deleting_edges_keeps_the_order_of_the_others_and_drops_caches(edges, data):
    graph = graph_of(edges)
    graph.edges["rank"] = np.arange(len(edges))
    rows = data.draw(st.sets(st.integers(0, len(edges) - 1))) if edges else set()
    graph.out_csr(), graph.in_csr()
    graph.delete_edges(list(rows))
    assert graph.edges["rank"].tolist() == [row for row in range(len(edges)) if row not in rows]
    assert graph.in_degree().tolist() == PlainGraph(5, [(s, t, 1) for s, t in edges_of(graph)]).degree("in")
    assert graph.out_csr().rows.size == graph.n_edges


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda g: g.delete_edges([2]), r"delete_edges: rows: got 2, expected numbers from 0 to 1"),
        (lambda g: g.delete_edges([-1]), "got -1"),
        (lambda g: g.delete_nodes([3]), "delete_nodes: ids: got 3"),
        (lambda g: g.delete_nodes(["a"]), "expected integers"),
        (lambda g: g.add_nodes(-1), "add_nodes: n: got -1"),
        (lambda g: g.add_nodes(1.0), "add_nodes: n: got 1.0"),
        (lambda g: g.add_nodes(True), "add_nodes: n: got True"),
        (lambda g: g.add_nodes(1, positions=[[0.0, 0.0]]), "the other nodes have none"),
        (lambda g: g.add_nodes(2, attributes={"V_m": [1.0]}), r"nodes\['V_m'\]: got 'an array of shape \(1,\)'"),
        (lambda g: g.set_positions([[0.0, 0.0]]), r"shape \(3, 2\) or \(3, 3\)"),
        (lambda g: g.set_positions([[0.0]] * 3), r"shape \(3, 2\) or \(3, 3\)"),
        (lambda g: g.set_positions([[0.0, 0.0], [np.inf, 0.0], [0.0, 0.0]]), "for node 1"),
        (lambda g: g.set_positions("here"), "expected numbers"),
    ],
)
def test_wrong_changes_are_refused_and_nothing_changes(call, message):
    graph = Graph.from_edges([0, 1], [1, 2])
    graph.nodes["V_m"] = [1.0, 2.0, 3.0]
    with pytest.raises(ParameterError, match=message):
        call(graph)
    assert (graph.n_nodes, graph.n_edges, graph.positions) == (3, 2, None)
    assert graph.nodes["V_m"].tolist() == [1.0, 2.0, 3.0]


def test_unknown_node_column_is_refused_while_there_are_nodes():
    with pytest.raises(UnknownNameError, match="unknown node column 'V_mm'"):
        Graph(1).add_nodes(1, attributes={"V_mm": 0.0})
    graph = Graph()
    graph.add_nodes(2, attributes={"V_m": [1.0, 2.0]})
    graph.add_nodes(1)
    assert np.array_equal(graph.nodes["V_m"], [1.0, 2.0, np.nan], equal_nan=True)


def test_new_nodes_of_a_graph_in_space_need_positions():
    graph = Graph(1, positions=[[0.0, 0.0]])
    with pytest.raises(ParameterError, match=r"add_nodes: positions: got None, expected shape \(1, 2\)"):
        graph.add_nodes(1)
    with pytest.raises(ParameterError, match="got '3 coordinates', expected 2"):
        graph.add_nodes(1, positions=[[0.0, 0.0, 0.0]])
    assert graph.n_nodes == 1
    assert graph.add_nodes(1, positions=[[3.0, 4.0]]).tolist() == [1]
    graph.add_edge(0, 1)
    assert graph.edge_distances().tolist() == [5.0]
    assert Graph().add_nodes(0).size == 0


def test_distances_follow_positions_and_go_round_a_periodic_shape():
    graph = Graph.from_edges([0], [1], positions=[[-4.0, 0.0], [4.0, 0.0]])
    assert graph.edges["distance"].tolist() == [8.0]
    graph.set_positions([[-4.0, 0.0], [-1.0, 4.0]])
    assert graph.edges["distance"].tolist() == [5.0]
    graph.set_positions([[-4.0, 0.0], [4.0, 0.0]], shape=Shape.rectangle(10.0, 10.0, periodic=True))
    assert graph.edges["distance"].tolist() == [2.0]
    graph.set_positions(None)
    assert graph.positions is None
    assert "distance" not in graph.edges


def test_positions_are_read_only_and_fit_the_dimension_of_the_shape():
    graph = Graph(1, positions=[[0.0, 0.0]])
    with pytest.raises(ValueError, match="read-only"):
        graph.positions[0, 0] = 1.0
    with pytest.raises(ParameterError, match="got '3 coordinates', expected 2, as the shape has"):
        graph.set_positions([[0.0, 0.0, 0.0]], shape=Shape.disk(5.0))
    assert graph.shape is None
    with pytest.raises(ParameterError, match="as the shape has"):
        Graph(1, positions=[[0.0, 0.0, 0.0]], shape=Shape.disk(5.0))


def test_distances_of_many_edges_equal_those_taken_at_once():
    rng = np.random.default_rng(2)
    places = rng.random((50, 3))
    source, target = rng.integers(0, 50, (2, 1_200_000))
    graph = Graph.from_edges(source, target, positions=places)
    assert np.allclose(graph.edge_distances(), np.linalg.norm(places[source] - places[target], axis=1), rtol=1e-14)
