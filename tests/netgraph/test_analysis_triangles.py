"""Numbers of triangles and triplets, closure, and reciprocity of nodes, against NetworkX, igraph and naive loops."""

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netgraph import Graph
from netgraph import analysis as an
from simcore.errors import ParameterError, UnknownNameError
from tests.reference.triads import closed_and_all_walks, ratio, triangles_and_triplets

METHODS = ["onnela", "barrat", "zhang", "continuous"]
MODES = ["total", "cycle", "middleman", "fan-in", "fan-out"]
CLOSURES = ["cycle-out", "cycle-in", "fan-in", "fan-out"]


def random_graph(n, n_edges, seed, *, directed=True):
    """Random edges, parallel ones and self-loops among them, with weights."""
    rng = np.random.default_rng(seed)
    source, target = rng.integers(0, n, size=(2, n_edges))
    return Graph.from_edges(source, target, n_nodes=n, directed=directed, weights=rng.uniform(0.1, 3.0, size=n_edges))


def to_networkx(graph):
    """Without self-loops; one edge for parallel ones."""
    other = nx.DiGraph() if graph.directed else nx.Graph()
    other.add_nodes_from(range(graph.n_nodes))
    other.add_edges_from(zip(graph.source.tolist(), graph.target.tolist(), strict=True))
    other.remove_edges_from(list(nx.selfloop_edges(other)))
    return other


def by_node(values):
    return np.array([values[i] for i in range(len(values))])


def relabelled(graph, new):
    kwargs = {"n_nodes": graph.n_nodes, "directed": graph.directed, "weights": graph.edges["weight"]}
    return Graph.from_edges(new[graph.source], new[graph.target], **kwargs)


@pytest.mark.parametrize("seed", range(3))
def test_undirected_triangles_and_triplets_equal_networkx_and_igraph(seed):
    graph = random_graph(60, 400, seed, directed=False)
    other = to_networkx(graph)
    triangles = an.triangle_count(graph)
    np.testing.assert_array_equal(triangles, by_node(nx.triangles(other)))
    assert triangles.dtype == an.triplet_count(graph).dtype == np.int64
    simple = igraph.Graph(n=60, edges=list(other.edges))
    assert triangles.sum() == 3 * len(simple.list_triangles())
    degree = by_node(dict(other.degree()))
    np.testing.assert_array_equal(an.triplet_count(graph), degree * (degree - 1) // 2)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kwargs", [{}, *({"weight": "weight", "method": m} for m in METHODS)])
def test_directed_triangles_and_triplets_equal_the_naive_sums(mode, kwargs):
    graph = random_graph(11, 60, 3)
    closed, triplets = triangles_and_triplets(graph, mode=mode, **kwargs)
    np.testing.assert_allclose(an.triangle_count(graph, mode=mode, **kwargs), closed, atol=1e-12)
    np.testing.assert_allclose(an.triplet_count(graph, mode=mode, **kwargs), triplets, atol=1e-12)


@pytest.mark.parametrize("kwargs", [{}, *({"weight": "weight", "method": m} for m in METHODS)])
@pytest.mark.parametrize("directed", [True, False])
def test_triangles_over_triplets_is_clustering(kwargs, directed):
    graph = random_graph(40, 160, 4, directed=directed)
    triangles, triplets = an.triangle_count(graph, **kwargs), an.triplet_count(graph, **kwargs)
    np.testing.assert_allclose(ratio(triangles, triplets), an.local_clustering(graph, **kwargs), rtol=1e-13)
    assert triangles.sum() / triplets.sum() == pytest.approx(an.global_clustering(graph, **kwargs))
    np.testing.assert_array_equal(an.triangle_count(graph, nodes=[5, 1], **kwargs), triangles[[5, 1]])
    np.testing.assert_array_equal(an.triplet_count(graph, nodes=[5, 1], **kwargs), triplets[[5, 1]])


def test_all_edges_between_three_nodes_form_eight_triangles():
    full = Graph.from_edges(*np.nonzero(~np.eye(3, dtype=bool)))
    assert an.triangle_count(full).tolist() == [8, 8, 8]
    assert [an.triangle_count(full, mode=mode)[0] for mode in MODES[1:]] == [2, 2, 2, 2]
    assert an.triplet_count(full).tolist() == [8, 8, 8]


@pytest.mark.parametrize("method", METHODS)
def test_a_node_with_one_neighbour_has_exactly_no_triplet(method):
    """In sums of roots minus their squares, rounding errors would take the place of zero."""
    rng = np.random.default_rng(5)
    graph = Graph.from_edges(np.zeros(50, int), np.arange(1, 51), directed=False, weights=rng.uniform(0.1, 1.0, 50))
    assert (an.triplet_count(graph, weight="weight", method=method)[1:] == 0).all()
    assert np.isnan(an.local_clustering(graph, weight="weight", method=method, undefined=np.nan)[1:]).all()


def test_graphs_without_nodes_edges_or_weight_have_no_triangles():
    for graph in (Graph(0), Graph(1), Graph(4, directed=False), Graph.from_edges([0, 1], [0, 1])):
        assert an.triangle_count(graph).tolist() == an.triplet_count(graph).tolist() == [0] * graph.n_nodes
        assert an.local_closure(graph).tolist() == [0.0] * graph.n_nodes
        assert np.isnan(an.local_reciprocity(graph)).all()
    weightless = Graph.from_edges([0, 1, 2], [1, 2, 0], weights=0.0)
    for method in METHODS:
        assert an.triangle_count(weightless, weight="weight", method=method).tolist() == [0.0] * 3


@pytest.mark.parametrize("mode", CLOSURES)
@pytest.mark.parametrize("kwargs", [{}, {"weight": "weight", "method": "zhang"}, {"weight": "weight"}])
def test_directed_closure_equals_the_naive_sum_over_walks(mode, kwargs):
    graph = random_graph(11, 50, 6)
    twin = {"method": "continuous", **kwargs} if kwargs else {}
    closed, walks = closed_and_all_walks(graph, mode=mode, **twin)
    np.testing.assert_allclose(an.local_closure(graph, mode=mode, **kwargs), ratio(closed, walks), atol=1e-12)
    got = an.local_closure(graph, mode=mode, undefined=np.nan, **kwargs)
    np.testing.assert_array_equal(np.isnan(got), walks == 0)


@pytest.mark.parametrize("kwargs", [{}, {"weight": "weight", "method": "zhang"}, {"weight": "weight"}])
def test_undirected_closure_equals_the_naive_sum_over_walks(kwargs):
    graph = random_graph(12, 30, 7, directed=False)
    closed, walks = closed_and_all_walks(graph, **({"method": "continuous", **kwargs} if kwargs else {}))
    np.testing.assert_allclose(an.local_closure(graph, **kwargs), ratio(closed, walks), atol=1e-12)
    np.testing.assert_allclose(an.local_closure(graph, nodes=[4, 2], **kwargs), ratio(closed, walks)[[4, 2]], atol=1e-12)


# Written down from NNGT 2.8.0, `nngt.analysis.local_closure(..., weights="weight", method="continuous")`.
FROM_NNGT = {
    "cycle-out": [0.159717896572, 0.152765352846, 0.270616513087, 0.466807466044, 0.18847921507, 0.193326159643],
    "cycle-in": [0.154622632183, 0.326823514531, 0.427411129167, 0.16421286188, 0.310281819026, 0.101586232228],
    "fan-in": [0.061362032246, 0.0, 0.124798479289, 0.0, 0.084822330759, 0.0],
    "fan-out": [0.076784355901, 0.066893247478, 0.052730624305, 0.0, 0.0, 0.0],
}


@pytest.mark.parametrize("mode", CLOSURES)
def test_weighted_closure_equals_that_of_nngt(mode):
    source, target = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 0, 2], [1, 2, 2, 0, 0, 3, 4, 1, 5, 2, 0, 3, 5, 4]
    weights = [1.0, 0.5, 2.0, 0.25, 1.5, 3.0, 0.75, 0.1, 2.5, 1.25, 0.6, 0.9, 1.75, 0.4]
    graph = Graph.from_edges(source, target, weights=weights)
    np.testing.assert_allclose(an.local_closure(graph, weight="weight", mode=mode), FROM_NNGT[mode], atol=1e-11)


def test_closure_weighted_by_walks_averages_to_transitivity():
    """Every closed triplet is a closed walk seen from its end (Yin et al. 2019)."""
    graph = random_graph(50, 250, 8, directed=False)
    degree = by_node(dict(to_networkx(graph).degree()))
    walks = by_node({i: sum(degree[j] - 1 for j in to_networkx(graph).adj[i]) for i in range(50)})
    assert an.local_closure(graph) @ walks / walks.sum() == pytest.approx(an.global_clustering(graph))


@pytest.mark.parametrize("directed", [True, False])
def test_reciprocity_of_nodes_equals_networkx(directed):
    graph = random_graph(30, 120, 9, directed=directed)
    other = to_networkx(graph)
    other = other if directed else nx.DiGraph(other)
    linked = [i for i in range(30) if other.degree(i)]
    expected = nx.reciprocity(other, linked)
    np.testing.assert_allclose(an.local_reciprocity(graph, nodes=linked), [expected[i] for i in linked])


def test_weighted_reciprocity_of_nodes_is_the_matched_share_of_their_weight():
    graph = random_graph(15, 60, 10)
    w = np.zeros((15, 15))
    np.add.at(w, (graph.source, graph.target), graph.edges["weight"])
    np.fill_diagonal(w, 0)
    matched, total = 2 * np.minimum(w, w.T).sum(axis=1), w.sum(axis=0) + w.sum(axis=1)
    np.testing.assert_allclose(an.local_reciprocity(graph, weight="weight"), matched / total)
    assert an.reciprocity(graph, weight="weight") == pytest.approx(matched.sum() / total.sum())


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.permutations(range(10)), st.booleans(), st.sampled_from(MODES), st.sampled_from(CLOSURES))
def test_relabelling_nodes_permutes_triangles_closure_and_reciprocity(seed, new, directed, mode, closure):
    graph, new = random_graph(10, 35, seed, directed=directed), np.array(new)
    other = relabelled(graph, new)
    modes = ({"mode": mode}, {"mode": closure}) if directed else ({}, {})
    for metric, kwargs in [
        (an.triangle_count, modes[0]),
        (an.triplet_count, {**modes[0], "weight": "weight", "method": "continuous"}),
        (an.local_closure, {**modes[1], "weight": "weight"}),
        (an.local_reciprocity, {"weight": "weight"}),
    ]:
        np.testing.assert_allclose(metric(other, **kwargs)[new], metric(graph, **kwargs), atol=1e-12)


@pytest.mark.parametrize("function", [an.triangle_count, an.triplet_count, an.local_closure, an.local_reciprocity])
def test_unknown_nodes_columns_and_what_is_no_graph_are_refused(function):
    graph = Graph.from_edges([0, 1], [1, 2], weights=1.0, attributes={"bad": [1.0, -1.0]})
    with pytest.raises(ParameterError, match=f"{function.__name__}: nodes"):
        function(graph, nodes=[3])
    with pytest.raises(UnknownNameError, match="did you mean 'weight'"):
        function(graph, weight="wieght")
    with pytest.raises(ParameterError, match="-1.0 in row 1 of column 'bad'"):
        function(graph, weight="bad")
    with pytest.raises(ParameterError, match=f"{function.__name__}: graph"):
        function("graph")


def test_unknown_modes_and_modes_of_undirected_graphs_are_refused():
    undirected = Graph(3, directed=False)
    with pytest.raises(UnknownNameError, match="did you mean 'fan-in'"):
        an.triangle_count(undirected, mode="fanin")
    with pytest.raises(ParameterError, match="'total' for an undirected graph"):
        an.triplet_count(undirected, mode="cycle")
    with pytest.raises(UnknownNameError, match="did you mean 'cycle-out'"):
        an.local_closure(undirected, mode="cycle-uot")
    with pytest.raises(ParameterError, match="'cycle-out' for an undirected graph"):
        an.local_closure(undirected, mode="fan-in")
    with pytest.raises(UnknownNameError, match="unknown method of local_closure"):
        an.local_closure(undirected, method="barrat")
