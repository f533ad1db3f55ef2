"""Distances, paths and efficiency against NetworkX, SciPy, igraph and analytic values; samples against their own errors."""

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra

from netgraph import Graph
from netgraph import analysis as an
from netgraph.analysis import _searches
from simcore.errors import ParameterError, TooLargeError, UnknownNameError
from tests.reference.awkward_graphs import as_networkx, awkward_graphs, random_graph, relabelled

GRAPHS = awkward_graphs()
CHAIN = Graph.from_edges(range(6), range(1, 7), directed=False)


def distances_of(graph, weight):
    """All distances by NetworkX."""
    result = np.full((graph.n_nodes, graph.n_nodes), np.inf)
    length = weight or (lambda u, v, data: 1)
    for s, row in nx.all_pairs_dijkstra_path_length(as_networkx(graph), weight=length):
        result[s, list(row)] = list(row.values())
    return result


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("weight", [None, "weight"])
def test_distances_and_what_is_made_of_them_equal_networkx(name, weight):
    graph = GRAPHS[name]
    n = graph.n_nodes
    expected = distances_of(graph, weight)
    np.testing.assert_allclose(an.shortest_distances(graph, weight=weight), expected)
    np.testing.assert_allclose(an.eccentricity(graph, weight=weight), expected.max(axis=1))
    np.testing.assert_allclose(an.eccentricity(graph, weight=weight, mode="in"), expected.max(axis=0))
    pairs = expected[~np.eye(n, dtype=bool)]
    efficiency = an.global_efficiency(graph, weight=weight)
    assert efficiency == pytest.approx((1 / pairs).mean() if pairs.size else np.nan, nan_ok=True)
    assert an.diameter(graph, weight=weight, unconnected="infinite") == expected.max()
    assert an.diameter(graph, weight=weight, unconnected="pairs") == expected[np.isfinite(expected)].max()
    harmonic = an.average_path_length(graph, weight=weight, unconnected="harmonic")
    assert harmonic == pytest.approx(np.divide(1, efficiency) if efficiency else np.inf, nan_ok=True)
    part = an.largest_component(graph)
    inside = expected[np.ix_(*[an.connected_components(graph)[0] == 0] * 2)]
    assert an.diameter(graph, weight=weight, unconnected="largest") == pytest.approx(inside.max())
    assert an.diameter(part, weight=weight) == pytest.approx(inside.max())


@pytest.mark.parametrize("directed", [True, False])
def test_distances_with_lengths_of_zero_equal_scipy_and_igraph(directed):
    graph = random_graph(60, 150, 3, directed=directed, lengths="zeros")
    other = igraph.Graph(n=60, edges=np.column_stack([graph.source, graph.target]), directed=directed)
    expected = np.array(other.distances(weights=graph.edges["weight"].tolist(), mode="out"))
    np.testing.assert_array_equal(an.shortest_distances(graph, weight="weight"), expected)
    graph.set_weights(graph.edges["weight"] + 1.0)
    shortest = np.zeros((60, 60))  # of parallel edges
    for s, t, w in zip(graph.source, graph.target, graph.edges["weight"], strict=True):
        for i, j in [(s, t)] if directed else [(s, t), (t, s)]:
            shortest[i, j] = min(w, shortest[i, j] or np.inf)
    np.testing.assert_array_equal(an.shortest_distances(graph, weight="weight"), dijkstra(shortest))


def test_rows_and_columns_of_distances_are_the_sources_and_targets_in_the_order_given(monkeypatch):
    graph = random_graph(150, 500, 4)
    for weight in (None, "weight"):
        whole = an.shortest_distances(graph, weight=weight)
        sources, targets = np.random.default_rng(0).integers(0, 150, size=(2, 130))
        some = an.shortest_distances(graph, sources, targets, weight=weight)
        np.testing.assert_array_equal(some, whole[np.ix_(sources, targets)])
        with monkeypatch.context() as patch:
            patch.setattr(_searches, "_NUMBERS", 1000)  # few sources at a time
            np.testing.assert_array_equal(an.shortest_distances(graph, weight=weight), whole)
    assert an.shortest_distances(graph, [], [1, 2]).shape == (0, 2)
    assert an.shortest_distances(graph, 3, []).shape == (1, 0)
    assert an.shortest_distances(Graph(0)).shape == (0, 0)


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("weight", [None, "weight"])
def test_shortest_paths_are_those_of_networkx(name, weight):
    graph, other = GRAPHS[name], as_networkx(GRAPHS[name])
    n = graph.n_nodes
    for source, target in {(0, n - 1), (n - 1, 0), (n // 2, n // 3), (n // 2, n // 2), (0, n // 4)}:
        try:
            expected = sorted({tuple(path) for path in nx.all_shortest_paths(other, source, target, weight=weight)})
        except nx.NetworkXNoPath:
            expected = []
        found = [path.tolist() for path in an.all_shortest_paths(graph, source, target, weight=weight)]
        assert sorted(map(tuple, found)) == expected
        assert found == sorted(found, key=lambda path: path[::-1])
        one = an.shortest_path(graph, source, target, weight=weight)
        assert one.dtype == np.int64
        assert one.tolist() == (found[0] if found else [])


def test_paths_do_not_run_in_circles_of_length_zero():
    """0 -> 1 -> 2 -> 0 costs nothing; the path with the fewest edges that cost nothing is the one."""
    graph = Graph.from_edges([0, 1, 2, 0, 2], [1, 2, 0, 2, 3], weights=[0.0, 0.0, 0.0, 0.0, 1.0])
    assert [path.tolist() for path in an.all_shortest_paths(graph, 0, 3, weight="weight")] == [[0, 2, 3]]
    assert an.shortest_path(graph, 1, 1, weight="weight").tolist() == [1]


def test_paths_of_a_graph_with_very_many_come_one_at_a_time():
    side = np.arange(900).reshape(30, 30)
    source = np.concatenate([side[:, :-1].ravel(), side[:-1].ravel()])
    target = np.concatenate([side[:, 1:].ravel(), side[1:].ravel()])
    paths = an.all_shortest_paths(Graph.from_edges(source, target), 0, 899)
    assert all(len(next(paths)) == 59 for _ in range(5))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.permutations(range(12)), st.booleans(), st.sampled_from([None, "weight"]), st.integers(0, 40))
def test_relabelling_nodes_permutes_distances(seed, new, directed, weight, n_edges):
    graph, new = random_graph(12, n_edges, seed, directed=directed, lengths="zeros"), np.array(new)
    other, _ = relabelled(graph, new)
    before, after = an.shortest_distances(graph, weight=weight), an.shortest_distances(other, weight=weight)
    np.testing.assert_array_equal(after[np.ix_(new, new)], before)
    assert (before[:, :, None] + before[None, :, :] >= before[:, None, :]).all()  # no way round is shorter
    np.testing.assert_allclose(an.local_efficiency(other)[new], an.local_efficiency(graph))
    np.testing.assert_array_equal(an.eccentricity(other, weight=weight)[new], an.eccentricity(graph, weight=weight))
    for metric in (an.global_efficiency, lambda g, weight: an.diameter(g, weight=weight, unconnected="pairs")):
        np.testing.assert_allclose(metric(other, weight=weight), metric(graph, weight=weight))


@pytest.mark.parametrize("name", GRAPHS)
def test_efficiency_of_undirected_graphs_equals_networkx(name):
    graph = GRAPHS[name]
    other = nx.Graph(as_networkx(graph).to_undirected())
    other.remove_edges_from(list(nx.selfloop_edges(other)))
    undirected = graph.to_undirected() if graph.directed else graph
    if graph.n_nodes > 1:
        assert an.global_efficiency(undirected) == pytest.approx(nx.global_efficiency(other))
    assert an.local_efficiency(undirected).mean() == pytest.approx(nx.local_efficiency(other))


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("weight", [None, "weight"])
def test_local_efficiency_is_the_efficiency_of_the_subgraph_of_the_neighbours(directed, weight):
    graph = random_graph(40, 400, 5, directed=directed)
    expected = []
    for node in range(40):
        around = np.setdiff1d(graph.neighbours(node), node)
        expected.append(an.global_efficiency(graph.subgraph(around), weight=weight))
    np.testing.assert_allclose(an.local_efficiency(graph, weight=weight), expected)
    np.testing.assert_allclose(an.local_efficiency(graph, nodes=[7, 3], weight=weight), [expected[7], expected[3]])


def test_local_efficiency_of_many_neighbours_needs_more_than_one_word_of_sources():
    graph = random_graph(120, 8000, 6)
    got = an.local_efficiency(graph, nodes=[0])
    assert got[0] == pytest.approx(an.global_efficiency(graph.subgraph(np.setdiff1d(graph.neighbours(0), 0))))


def test_nodes_with_fewer_than_two_neighbours_take_the_value_asked_for():
    assert an.local_efficiency(CHAIN, undefined=np.nan)[[0, 1]].tolist() == pytest.approx([np.nan, 0.0], nan_ok=True)
    assert an.local_efficiency(Graph(3)).tolist() == [0.0, 0.0, 0.0]
    assert an.local_efficiency(Graph(0)).shape == (0,)


def test_known_graphs_have_their_analytic_distances():
    np.testing.assert_array_equal(an.eccentricity(CHAIN), [6, 5, 4, 3, 4, 5, 6])
    assert an.diameter(CHAIN) == 6.0
    assert an.diameter(Graph(1)) == 0.0
    assert np.isnan(an.diameter(Graph(0)))
    assert np.isnan(an.global_efficiency(Graph(1)))
    assert an.global_efficiency(Graph(4)) == 0.0
    assert an.average_path_length(Graph(4), unconnected="harmonic") == np.inf
    assert an.eccentricity(Graph.from_edges([0], [1]), mode="all").tolist() == [1.0, 1.0]
    zero = Graph.from_edges([0, 1], [1, 0], weights=0.0)
    assert an.global_efficiency(zero, weight="weight") == np.inf
    assert an.average_path_length(zero, weight="weight", unconnected="harmonic") == 0.0
    assert an.average_path_length(zero, weight="weight") == 0.0


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("weight", [None, "weight"])
def test_the_sampled_diameter_is_a_lower_bound_and_exact_for_trees(directed, weight):
    graph = random_graph(80, 300, 7, directed=directed)
    exact = an.diameter(graph, weight=weight, unconnected="largest")
    bounds = [an.sampled_diameter(graph, 3, weight=weight, unconnected="largest", seed=seed) for seed in range(20)]
    assert max(bounds) <= exact
    assert np.mean(bounds) > 0.8 * exact
    tree = Graph.from_edges((np.arange(1, 200) - 1) // 2, np.arange(1, 200), directed=False)
    tree.set_weights(np.random.default_rng(8).uniform(1, 2, size=199))
    assert an.sampled_diameter(tree, 3, weight=weight) == pytest.approx(an.diameter(tree, weight=weight))
    assert an.sampled_diameter(Graph(3), 3, unconnected="infinite") == np.inf
    assert np.isnan(an.sampled_diameter(Graph(0), 3))


@pytest.mark.parametrize("unconnected", ["pairs", "largest", "harmonic"])
@pytest.mark.parametrize("weight", [None, "weight"])
def test_sampled_path_length_is_right_within_the_error_that_it_tells(unconnected, weight):
    graph = random_graph(150, 350, 9)
    exact = an.average_path_length(graph, weight=weight, unconnected=unconnected)
    sample = [an.sampled_path_length(graph, 50, weight=weight, unconnected=unconnected, seed=s) for s in range(300)]
    values, errors = np.array(sample).T
    spread = np.sqrt(((values - exact) ** 2).mean())
    assert values.mean() == pytest.approx(exact, abs=4 * spread / np.sqrt(300) + 0.1 * spread)
    assert np.sqrt((errors**2).mean()) == pytest.approx(spread, rel=0.2)
    assert an.sampled_path_length(graph, 999, weight=weight, unconnected=unconnected) == pytest.approx((exact, 0.0))


def test_sampled_efficiency_is_unbiased_and_knows_its_error():
    graph = random_graph(150, 350, 10)
    exact = an.global_efficiency(graph, weight="weight")
    values, errors = np.array([an.sampled_efficiency(graph, 30, weight="weight", seed=s) for s in range(300)]).T
    spread = np.sqrt(((values - exact) ** 2).mean())
    assert abs(values.mean() - exact) < 4 * spread / np.sqrt(300)
    assert np.sqrt((errors**2).mean()) == pytest.approx(spread, rel=0.15)
    assert np.isnan(an.sampled_efficiency(Graph(1), 3)).all()


def test_samples_of_path_lengths_without_a_finite_mean_say_so():
    assert an.sampled_path_length(Graph(5), 3, unconnected="infinite", seed=1) == (np.inf, 0.0)
    assert an.sampled_path_length(Graph(5), 3, unconnected="harmonic", seed=1) == (np.inf, 0.0)
    assert np.isnan(an.sampled_path_length(Graph(5), 3, unconnected="pairs", seed=1)).all()
    assert np.isnan(an.sampled_path_length(Graph(1), 3)).all()


@pytest.mark.parametrize(
    ("error", "call", "message"),
    [
        (ParameterError, lambda: an.shortest_distances(CHAIN, [7]), "shortest_distances: sources"),
        (ParameterError, lambda: an.shortest_distances(CHAIN, targets=[-1]), "shortest_distances: targets"),
        (UnknownNameError, lambda: an.shortest_distances(CHAIN, weight="weihgt"), "unknown edge column"),
        (ParameterError, lambda: an.shortest_path(CHAIN, 0, 7), "shortest_path: target"),
        (ParameterError, lambda: an.shortest_path(CHAIN, [0], 1), "shortest_path: source"),
        (ParameterError, lambda: an.all_shortest_paths(CHAIN, 9, 0), "all_shortest_paths: source"),
        (UnknownNameError, lambda: an.eccentricity(CHAIN, mode="total"), "unknown mode of eccentricity"),
        (ParameterError, lambda: an.eccentricity(CHAIN, nodes=[8]), "eccentricity: nodes"),
        (ParameterError, lambda: an.diameter(Graph(3)), "diameter: got '3 components"),
        (UnknownNameError, lambda: an.diameter(CHAIN, unconnected="harmonic"), "way of diameter"),
        (ParameterError, lambda: an.sampled_diameter(CHAIN, 2), "at least 3"),
        (ParameterError, lambda: an.sampled_path_length(Graph(3), 3), "3 components"),
        (ParameterError, lambda: an.local_efficiency(CHAIN, undefined="x"), "local_efficiency: undefined"),
        (ParameterError, lambda: an.global_efficiency("graph"), "global_efficiency: graph"),
    ],
)
def test_what_cannot_be_meant_is_refused(error, call, message):
    with pytest.raises(error, match=message):
        call()


def test_distances_that_do_not_fit_into_the_memory_are_refused_before_the_work():
    with pytest.raises(TooLargeError, match="10000000 x 10000000 distances need about 800 TB"):
        an.shortest_distances(Graph(10_000_000))


def test_connectedness_follows_the_mode():
    chain = Graph.from_edges([0, 1], [1, 2])
    assert not an.is_connected(chain)
    assert not an.is_connected(chain, mode="strong")
    assert an.is_connected(chain, mode="weak")
    assert an.is_connected(Graph(1))
    assert not an.is_connected(Graph(0))
    assert not an.is_connected(Graph(2), mode="weak")
    with pytest.raises(UnknownNameError, match="did you mean 'weak'"):
        an.is_connected(chain, mode="week")


@pytest.mark.parametrize("mode", ["strong", "weak"])
def test_the_largest_component_is_that_of_networkx_with_its_columns(mode):
    graph = random_graph(60, 70, 11)
    find = nx.strongly_connected_components if mode == "strong" else nx.weakly_connected_components
    expected = sorted(max(find(as_networkx(graph)), key=len))
    graph.nodes["old"] = np.arange(60)
    part = an.largest_component(graph, mode=mode)
    assert part.nodes["old"].tolist() == expected
    assert an.is_connected(part, mode=mode)
    rows = np.isin(graph.source, expected) & np.isin(graph.target, expected)
    np.testing.assert_array_equal(part.edges["weight"], graph.edges["weight"][rows])
    assert an.largest_component(Graph(0)).n_nodes == 0
    assert an.largest_component(Graph(4)).n_nodes == 1


def test_samples_with_distances_of_zero_are_infinite_without_a_known_error():
    ring = Graph.from_edges(range(9), [*range(1, 9), 0], weights=0.0)
    value, error = an.sampled_harmonic(ring, 5, weight="weight", seed=1)
    assert (value == np.inf).all()
    assert np.isnan(error).all()
    assert an.sampled_efficiency(ring, 5, weight="weight", seed=1) == pytest.approx((np.inf, np.nan), nan_ok=True)
    value, error = an.sampled_closeness(ring, 5, weight="weight", seed=1)
    assert (value == np.inf).all()
    assert np.isnan(error).all()
    assert an.sampled_path_length(ring, 5, weight="weight", seed=1) == (0.0, 0.0)
    found = an.sampled_path_length(ring, 5, weight="weight", unconnected="harmonic", seed=1)
    assert found == pytest.approx((0.0, np.nan), nan_ok=True)
