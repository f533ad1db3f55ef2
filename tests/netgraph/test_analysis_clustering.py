"""Clustering against NetworkX, igraph, naive loops and analytic values."""

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netgraph import Graph
from netgraph.analysis import _triangles, global_clustering, local_clustering
from simcore.errors import ParameterError, UnknownNameError
from tests.reference.triads import ratio, triangles_and_triplets


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


def six_nodes():
    source, target = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 0, 2], [1, 2, 2, 0, 0, 3, 4, 1, 5, 2, 0, 3, 5, 4]
    return Graph.from_edges(source, target, weights=[1.0, 0.5, 2.0, 0.25, 1.5, 3.0, 0.75, 0.1, 2.5, 1.25, 0.6, 0.9, 1.75, 0.4])


def by_node(values, n):
    return np.array([values[i] for i in range(n)])


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


MODES = ["total", "cycle", "middleman", "fan-in", "fan-out"]
METHODS = ["onnela", "barrat", "zhang", "continuous"]
KINDS = [{}, *({"weight": "weight", "method": method} for method in METHODS)]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kwargs", KINDS)
@pytest.mark.parametrize("simple", [True, False])
def test_directed_clustering_equals_the_naive_sum_also_with_parallel_edges_and_self_loops(mode, kwargs, simple):
    graph = random_graph(12, 50, 4, directed=True, simple=simple)
    closed, triplets = triangles_and_triplets(graph, mode=mode, **kwargs)
    np.testing.assert_allclose(local_clustering(graph, mode=mode, **kwargs), ratio(closed, triplets), atol=1e-12)
    assert global_clustering(graph, mode=mode, **kwargs) == pytest.approx(closed.sum() / triplets.sum())


@pytest.mark.parametrize("kwargs", KINDS)
@pytest.mark.parametrize("simple", [True, False])
def test_undirected_clustering_equals_the_naive_sum_also_with_parallel_edges_and_self_loops(kwargs, simple):
    graph = random_graph(12, 40, 5, directed=False, simple=simple)
    closed, triplets = triangles_and_triplets(graph, **kwargs)
    np.testing.assert_allclose(local_clustering(graph, **kwargs), ratio(closed, triplets), atol=1e-12)
    assert global_clustering(graph, **kwargs) == pytest.approx(closed.sum() / triplets.sum())


# Written down from NNGT 2.8.0, `nngt.analysis.local_clustering`, for the graph of `six_nodes`.
FROM_NNGT = {
    ("continuous", "total"): [0.071025151669, 0.274619320553, 0.075965462155, 0.165588911867, 0.128015616761, 0.034708661167],
    ("zhang", "total"): [0.082203041513, 0.330383480826, 0.056336963097, 0.164203612479, 0.124352331606, 0.027465820312],
    ("continuous", "cycle"): [0.133795657601, 0.460742057633, 0.158612774406, 0.433457056236, 0.340558565384, 0.118719061509],
    ("continuous", "middleman"): [0.025526299141, 0.165054003155, 0.027369022319, 0.098041404645, 0.0, 0.0],
    ("continuous", "fan-in"): [0.070613603693, 0.0, 0.069047604431, 0.0, 0.283650222487, 0.0],
    ("continuous", "fan-out"): [0.056203833362, 0.288106433082, 0.038924462457, 0.0, 0.0, 0.0],
}


@pytest.mark.parametrize(("method", "mode"), FROM_NNGT)
def test_weighted_directed_clustering_equals_that_of_the_authors_of_the_continuous_definition(method, mode):
    got = local_clustering(six_nodes(), weight="weight", method=method, mode=mode)
    np.testing.assert_allclose(got, FROM_NNGT[method, mode], atol=1e-11)


def test_continuous_clustering_does_not_jump_when_an_edge_fades_away():
    """The requirement that the continuous definition was made for (Fardet & Levina 2021); that of Onnela fails it."""
    ends = [0, 1, 2, 0, 3, 3], [1, 2, 0, 3, 1, 2]
    without = Graph.from_edges(ends[0][:5], ends[1][:5], weights=[1.0, 0.5, 0.8, 0.6, 0.9])
    for value, distance in ((0.0, 1e-15), (1e-12, 1e-4)):
        faded = Graph.from_edges(*ends, weights=[1.0, 0.5, 0.8, 0.6, 0.9, value])
        apart = {
            method: np.abs(np.subtract(*(local_clustering(g, weight="weight", method=method) for g in (faded, without)))).max()
            for method in METHODS
        }
        assert apart["continuous"] <= distance
        assert apart["onnela"] > 0.05


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("directed", [False, True])
def test_equal_weights_change_nothing(method, directed):
    graph = random_graph(30, 150, 7, directed=directed)
    graph.set_weights(2.5)
    np.testing.assert_allclose(local_clustering(graph, weight="weight", method=method), local_clustering(graph))


@pytest.mark.parametrize("method", METHODS)
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
@given(st.integers(0, 10**6), st.permutations(range(10)), st.booleans(), st.sampled_from([None, *METHODS]))
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


@pytest.mark.parametrize("kwargs", KINDS)
@pytest.mark.parametrize("directed", [False, True])
def test_clustering_of_some_nodes_is_that_of_all_nodes_there(kwargs, directed):
    graph = random_graph(300, 900, 10, directed=directed, simple=False)
    nodes = [7, 250, 3, 3]
    got = local_clustering(graph, nodes=nodes, **kwargs)
    np.testing.assert_allclose(got, local_clustering(graph, **kwargs)[nodes], rtol=1e-13)


def graph_with_hubs(seed):
    """1000 nodes, edges mostly at 40 of them."""
    rng = np.random.default_rng(seed)
    source, target = rng.integers(0, 40, 20_000), rng.integers(0, 1000, 20_000)
    other = rng.integers(0, 1000, (2, 10_000))
    ends = np.concatenate([np.stack([source, target]), other], axis=1)
    return Graph.from_edges(*ends, n_nodes=1000, weights=rng.uniform(0.1, 1.0, ends.shape[1]))


def test_hubs_and_a_graph_cut_into_pieces_have_the_clustering_of_a_matrix_product(monkeypatch):
    monkeypatch.setattr(_triangles, "_STEPS", 20_000)
    graph = graph_with_hubs(9)
    w = graph.adjacency("weight").toarray()
    np.fill_diagonal(w, 0)
    a, r = (w > 0).astype(float), np.cbrt(w / w.max())
    k, s = (a + a.T).sum(axis=1), r + r.T
    triplets = k * (k - 1) - 2 * (a * a.T).sum(axis=1)
    expected = np.einsum("ij,ji->i", s @ s, s) / 2 / np.maximum(triplets, 1)
    np.testing.assert_allclose(local_clustering(graph, weight="weight"), expected)
    cycles = np.einsum("ij,ji->i", a @ a, a) / np.maximum(a.sum(axis=0) * a.sum(axis=1) - (a * a.T).sum(axis=1), 1)
    np.testing.assert_allclose(local_clustering(graph, mode="cycle"), cycles)


def test_weighted_clustering_has_the_same_bits_for_any_number_of_threads(monkeypatch):
    monkeypatch.setattr(_triangles, "_STEPS", 20_000)
    graph, found = graph_with_hubs(11), []
    for threads in (1, 2, 3, 7):
        monkeypatch.setattr("simcore.compile.default_threads", lambda threads=threads: threads)
        found.append(local_clustering(graph, weight="weight", method="continuous"))
    for other in found[1:]:
        np.testing.assert_array_equal(other, found[0])


@pytest.mark.parametrize(
    ("error", "kwargs", "message"),
    [
        (UnknownNameError, {"mode": "cyle"}, "did you mean 'cycle'"),
        (UnknownNameError, {"method": "onela"}, "did you mean 'onnela'"),
        (UnknownNameError, {"weight": "wieght"}, "did you mean 'weight'"),
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
