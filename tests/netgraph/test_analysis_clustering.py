"""Clustering against NetworkX, igraph, naive loops and analytic values."""

import itertools

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netgraph import Graph
from netgraph.analysis import global_clustering, local_clustering
from simcore.errors import ParameterError, UnknownNameError


def random_graph(n, n_edges, seed, *, directed, simple=True):
    """Random edges with weights; parallel edges and self-loops unless `simple`."""
    rng = np.random.default_rng(seed)
    source, target = rng.integers(0, n, size=(2, n_edges))
    if simple:
        pairs = np.column_stack([source, target]) if directed else np.sort(np.column_stack([source, target]), axis=1)
        pairs = np.unique(pairs[source != target], axis=0)
        source, target = pairs.T
    return Graph.from_edges(source, target, n_nodes=n, directed=directed, weights=rng.uniform(0.1, 3.0, size=len(source)))


def to_networkx(graph):
    other = nx.DiGraph() if graph.directed else nx.Graph()
    other.add_nodes_from(range(graph.n_nodes))
    rows = zip(graph.source.tolist(), graph.target.tolist(), graph.edges["weight"].tolist(), strict=True)
    other.add_weighted_edges_from(rows)
    return other


def by_node(values, n):
    return np.array([values[i] for i in range(n)])


def naive(graph, weight, mode):
    """Sums over ordered pairs of neighbours, straight from the definitions: closed triplets and all of them, by node."""
    n = graph.n_nodes
    a, w = np.zeros((n, n)), np.zeros((n, n))
    values = np.ones(graph.n_edges) if weight is None else graph.edges[weight]
    for s, t, v in zip(graph.source, graph.target, values, strict=True):
        if s != t:
            for i, j in [(s, t)] if graph.directed else [(s, t), (t, s)]:
                a[i, j], w[i, j] = 1, w[i, j] + v
    r = a if weight is None else np.cbrt(w / w.max())
    closed, triplets = np.zeros(n), np.zeros(n)
    for i, (j, k) in itertools.product(range(n), itertools.permutations(range(n), 2)):
        if i in (j, k):
            continue
        if mode == "cycle":
            closed[i] += r[i, j] * r[j, k] * r[k, i]
            triplets[i] += a[i, j] * a[k, i]
        elif mode == "middleman":
            closed[i] += r[i, j] * r[k, j] * r[k, i]
            triplets[i] += a[i, j] * a[k, i]
        elif mode == "fan-in":
            closed[i] += r[j, i] * r[j, k] * r[k, i]
            triplets[i] += a[j, i] * a[k, i]
        elif mode == "fan-out":
            closed[i] += r[i, j] * r[j, k] * r[i, k]
            triplets[i] += a[i, j] * a[i, k]
        else:
            closed[i] += (r[i, j] + r[j, i]) * (r[j, k] + r[k, j]) * (r[k, i] + r[i, k]) / 2
            triplets[i] += (a[i, j] + a[j, i]) * (a[i, k] + a[k, i])
    return closed, triplets


def ratio(closed, triplets):
    return np.divide(closed, triplets, out=np.zeros_like(closed), where=triplets > 0)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("weight", [None, "weight"])
def test_local_clustering_equals_networkx(directed, weight, seed):
    graph = random_graph(40, 200, seed, directed=directed)
    expected = by_node(nx.clustering(to_networkx(graph), weight=weight), 40)
    np.testing.assert_allclose(local_clustering(graph, weight=weight), expected, atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_barrat_clustering_of_an_undirected_graph_equals_igraph(seed):
    graph = random_graph(40, 200, seed, directed=False)
    other = igraph.Graph(n=40, edges=np.column_stack([graph.source, graph.target]))
    expected = other.transitivity_local_undirected(mode="zero", weights=graph.edges["weight"].tolist())
    np.testing.assert_allclose(local_clustering(graph, weight="weight", method="barrat"), expected, atol=1e-12)


@pytest.mark.parametrize("mode", ["total", "cycle", "middleman", "fan-in", "fan-out"])
@pytest.mark.parametrize("weight", [None, "weight"])
@pytest.mark.parametrize("simple", [True, False])
def test_directed_modes_equal_the_naive_sum_also_with_parallel_edges_and_self_loops(mode, weight, simple):
    graph = random_graph(12, 50, 4, directed=True, simple=simple)
    closed, triplets = naive(graph, weight, mode)
    np.testing.assert_allclose(local_clustering(graph, weight=weight, mode=mode), ratio(closed, triplets), atol=1e-12)
    assert global_clustering(graph, weight=weight, mode=mode) == pytest.approx(closed.sum() / triplets.sum())


@pytest.mark.parametrize("weight", [None, "weight"])
def test_undirected_sums_equal_the_naive_ones_with_parallel_edges_and_self_loops(weight):
    graph = random_graph(12, 50, 5, directed=False, simple=False)
    closed, triplets = naive(graph, weight, "fan-out")
    np.testing.assert_allclose(local_clustering(graph, weight=weight), ratio(closed, triplets), atol=1e-12)
    assert global_clustering(graph, weight=weight) == pytest.approx(closed.sum() / triplets.sum())


def test_directed_barrat_equals_the_naive_sum_over_pairs_of_edges():
    """Clemente & Grassi (2018): each pair of edges at a node, in whatever directions, counts with its mean weight."""
    graph = random_graph(12, 60, 6, directed=True)
    a, w = np.zeros((12, 12)), np.zeros((12, 12))
    a[graph.source, graph.target], w[graph.source, graph.target] = 1, graph.edges["weight"]
    closed, triplets = np.zeros(12), np.zeros(12)
    ends = [(a, w), (a.T, w.T)]
    for i, (j, k) in itertools.product(range(12), itertools.permutations(range(12), 2)):
        if i in (j, k):
            continue
        for (a1, w1), (a2, w2) in itertools.product(ends, ends):
            pair = (w1[i, j] + w2[i, k]) / 2 * a1[i, j] * a2[i, k]
            triplets[i] += pair
            closed[i] += pair * (a[j, k] + a[k, j]) / 2
    got = local_clustering(graph, weight="weight", method="barrat")
    np.testing.assert_allclose(got, ratio(closed, triplets), atol=1e-12)
    expected = closed.sum() / triplets.sum()
    assert global_clustering(graph, weight="weight", method="barrat") == pytest.approx(expected)


@pytest.mark.parametrize("method", ["onnela", "barrat"])
@pytest.mark.parametrize("directed", [False, True])
def test_equal_weights_change_nothing(method, directed):
    graph = random_graph(30, 150, 7, directed=directed)
    graph.set_weights(2.5)
    np.testing.assert_allclose(local_clustering(graph, weight="weight", method=method), local_clustering(graph))


@pytest.mark.parametrize("method", ["onnela", "barrat"])
@pytest.mark.parametrize("weight", [None, "weight"])
def test_a_directed_graph_with_both_directions_clusters_as_the_undirected_one(method, weight):
    graph = random_graph(30, 150, 8, directed=False)
    both = Graph.from_edges(
        np.append(graph.source, graph.target),
        np.append(graph.target, graph.source),
        n_nodes=30,
        weights=np.tile(graph.edges["weight"], 2),
    )
    kwargs = {"weight": weight, "method": method}
    np.testing.assert_allclose(local_clustering(both, **kwargs), local_clustering(graph, **kwargs), atol=1e-12)
    assert global_clustering(both, **kwargs) == pytest.approx(global_clustering(graph, **kwargs))


@pytest.mark.parametrize("seed", range(3))
def test_global_clustering_equals_the_transitivity_of_networkx_and_igraph(seed):
    graph = random_graph(40, 160, seed, directed=False)
    other = igraph.Graph(n=40, edges=np.column_stack([graph.source, graph.target]))
    assert global_clustering(graph) == pytest.approx(nx.transitivity(to_networkx(graph)))
    assert global_clustering(graph) == pytest.approx(other.transitivity_undirected())


def test_ring_complete_graph_and_star_have_their_analytic_clustering():
    n = 20
    nodes = np.arange(n)
    ring = Graph.from_edges(np.tile(nodes, 2), np.concatenate([(nodes + 1) % n, (nodes + 2) % n]), directed=False)
    np.testing.assert_allclose(local_clustering(ring), 3 * (4 - 2) / (4 * (4 - 1)))
    source, target = np.nonzero(~np.eye(6, dtype=bool))
    complete = Graph.from_edges(source, target)
    for mode in ("total", "cycle", "middleman", "fan-in", "fan-out"):
        np.testing.assert_allclose(local_clustering(complete, mode=mode), 1.0)
    star = Graph.from_edges(np.zeros(5, dtype=int), np.arange(1, 6), directed=False)
    np.testing.assert_array_equal(local_clustering(star), 0.0)
    assert global_clustering(star) == 0.0
    cycle = Graph.from_edges([0, 1, 2], [1, 2, 0])
    np.testing.assert_allclose(local_clustering(cycle, mode="cycle"), 1.0)
    np.testing.assert_allclose(local_clustering(cycle, mode="middleman"), 0.0)
    np.testing.assert_allclose(local_clustering(cycle), 0.5)


def test_edges_of_weight_zero_are_edges():
    graph = Graph.from_edges([0, 1, 2, 0], [1, 2, 0, 3], directed=False, weights=[1.0, 1.0, 1.0, 0.0])
    expected = by_node(nx.clustering(to_networkx(graph), weight="weight"), 4)
    np.testing.assert_allclose(local_clustering(graph, weight="weight"), expected)
    graph.set_weights(0.0)
    np.testing.assert_array_equal(local_clustering(graph, weight="weight"), 0.0)


def test_nodes_without_triplets_take_the_value_asked_for():
    graph = Graph.from_edges([0, 1, 2, 2], [1, 2, 0, 3], n_nodes=5, directed=False)
    np.testing.assert_allclose(local_clustering(graph), [1, 1, 1 / 3, 0, 0])
    np.testing.assert_allclose(local_clustering(graph, undefined=np.nan), [1, 1, 1 / 3, np.nan, np.nan])
    np.testing.assert_allclose(local_clustering(graph, nodes=[2, 4, 0]), [1 / 3, 0, 1])
    empty = Graph(3)
    assert local_clustering(empty).tolist() == [0.0, 0.0, 0.0]
    assert np.isnan(global_clustering(empty, undefined=np.nan))
    assert local_clustering(Graph(0)).shape == (0,)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.permutations(range(10)), st.booleans(), st.sampled_from([None, "onnela", "barrat"]))
def test_relabelling_nodes_permutes_local_clustering(seed, new, directed, method):
    graph = random_graph(10, 35, seed, directed=directed, simple=False)
    new = np.array(new)
    weights = graph.edges["weight"]
    other = Graph.from_edges(new[graph.source], new[graph.target], n_nodes=10, directed=directed, weights=weights)
    kwargs = {} if method is None else {"weight": "weight", "method": method}
    before, after = local_clustering(graph, **kwargs), local_clustering(other, **kwargs)
    np.testing.assert_allclose(after[new], before, atol=1e-12)
    assert (before >= 0).all()
    assert (before <= 1 + 1e-12).all()


def test_a_graph_cut_into_pieces_for_the_threads_gives_the_same_clustering():
    """Enough work for several pieces, with all edges at few nodes so that some pieces are empty."""
    rng = np.random.default_rng(9)
    source, target = rng.integers(0, 400, size=(2, 80_000))
    graph = Graph.from_edges(source, target, n_nodes=3000)
    a = (graph.adjacency().toarray() > 0).astype(float)[:400, :400]
    np.fill_diagonal(a, 0)
    s = a + a.T
    k = s.sum(axis=1)
    expected = np.einsum("ij,ji->i", s @ s, s) / 2 / (k * (k - 1) - 2 * (a * a.T).sum(axis=1))
    np.testing.assert_allclose(local_clustering(graph)[:400], expected)


@pytest.mark.parametrize(
    ("error", "kwargs", "message"),
    [
        (UnknownNameError, {"mode": "cyle"}, "did you mean 'cycle'"),
        (UnknownNameError, {"method": "onela"}, "did you mean 'onnela'"),
        (UnknownNameError, {"weight": "wieght"}, "did you mean 'weight'"),
        (ParameterError, {"weight": "weight", "method": "barrat", "mode": "cycle"}, "'total' with method 'barrat'"),
        (ParameterError, {"weight": "bad"}, "-1.0 in row 1 of column 'bad'"),
    ],
)
def test_wrong_modes_methods_and_weights_are_refused(error, kwargs, message):
    graph = Graph.from_edges([0, 1], [1, 2], weights=1.0, attributes={"bad": [1.0, -1.0]})
    with pytest.raises(error, match=message):
        local_clustering(graph, **kwargs)
    with pytest.raises(error, match=message):
        global_clustering(graph, **kwargs)


def test_a_mode_in_an_undirected_graph_and_unknown_nodes_are_refused():
    with pytest.raises(ParameterError, match="'total' for an undirected graph"):
        local_clustering(Graph(3, directed=False), mode="cycle")
    with pytest.raises(ParameterError, match="local_clustering: nodes"):
        local_clustering(Graph(3), nodes=[3])
