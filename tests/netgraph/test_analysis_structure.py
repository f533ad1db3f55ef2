"""Degrees, reciprocity, components, paths and spectra against NetworkX, igraph, naive loops and analytic values."""

import subprocess
import sys

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netgraph import Graph, NeuralPop
from netgraph import analysis as an
from simcore.errors import NumericalError, ParameterError, UnknownNameError


def random_graph(n, n_edges, seed, *, directed=True):
    """Random edges, parallel ones and self-loops among them, with weights."""
    rng = np.random.default_rng(seed)
    source, target = rng.integers(0, n, size=(2, n_edges))
    return Graph.from_edges(source, target, n_nodes=n, directed=directed, weights=rng.uniform(0.1, 3.0, size=n_edges))


def to_networkx(graph, kind=None):
    kind = kind or (nx.MultiDiGraph if graph.directed else nx.MultiGraph)
    other = kind()
    other.add_nodes_from(range(graph.n_nodes))
    rows = zip(graph.source.tolist(), graph.target.tolist(), graph.edges["weight"].tolist(), strict=True)
    other.add_weighted_edges_from(rows)
    return other


def to_igraph(graph):
    return igraph.Graph(n=graph.n_nodes, edges=np.column_stack([graph.source, graph.target]), directed=graph.directed)


def relabelled(graph, new):
    kwargs = {"n_nodes": graph.n_nodes, "directed": graph.directed, "weights": graph.edges["weight"]}
    return Graph.from_edges(new[graph.source], new[graph.target], **kwargs)


STAR = Graph.from_edges(np.zeros(5, dtype=int), np.arange(1, 6), directed=False)
RING = Graph.from_edges(np.arange(10), (np.arange(10) + 1) % 10)
COMPLETE = Graph.from_edges(*np.nonzero(~np.eye(6, dtype=bool)))


@pytest.mark.parametrize("mode", ["in", "out", "total"])
def test_degree_distribution_counts_every_node_once_in_whole_bins(mode):
    graph = random_graph(300, 3000, 0)
    counts, edges = an.degree_distribution(graph, mode=mode, bins=1000)
    np.testing.assert_allclose(np.diff(edges), 1.0)
    expected = np.bincount(graph.degree(mode=mode))
    np.testing.assert_array_equal(counts, expected[int(edges[0] + 0.5) :])
    assert counts.sum() == 300


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=60), st.sampled_from(["auto", "sturges", 1, 3, 7]))
def test_bins_of_counted_degrees_hold_equally_many_whole_numbers_and_all_nodes(degrees, bins):
    source = np.repeat(np.arange(len(degrees)), degrees)
    graph = Graph.from_edges(source, np.zeros_like(source), n_nodes=len(degrees))
    counts, edges = an.degree_distribution(graph, mode="out", bins=bins)
    assert counts.sum() == len(degrees)
    assert (np.diff(edges) == np.diff(edges)[0]).all()
    assert ((edges - 0.5) % 1 == 0).all()
    if isinstance(bins, int):
        assert len(counts) <= bins


def test_weighted_and_logarithmic_distributions_count_all_nodes_of_a_degree_above_zero():
    graph = random_graph(500, 1500, 1)
    counts, edges = an.degree_distribution(graph, mode="in", weight="weight")
    np.testing.assert_array_equal(counts, np.histogram(graph.in_degree(weight="weight"), bins=edges)[0])
    assert counts.sum() == 500
    counts, edges = an.degree_distribution(graph, mode="in", weight="weight", log=True, bins=6)
    assert counts.sum() == (graph.in_degree() > 0).sum()
    np.testing.assert_allclose(np.diff(np.log(edges)), np.log(edges[-1] / edges[0]) / 6)
    counts, edges = an.degree_distribution(graph, mode="in", log=True, bins=30)
    assert counts.sum() == (graph.in_degree() > 0).sum()
    np.testing.assert_array_equal(edges % 1, 0.5)  # no bin is narrower than the step between degrees
    counts, edges = an.degree_distribution(graph, bins=[0, 5, 500])
    assert counts.tolist() == [(graph.degree() < 5).sum(), (graph.degree() >= 5).sum()]


def test_degree_distribution_of_some_nodes_counts_those_alone():
    assert an.degree_distribution(STAR, nodes=[0])[0].tolist() == [1]
    assert an.degree_distribution(STAR, nodes=[0])[1].tolist() == [4.5, 5.5]
    assert an.degree_distribution(Graph(3), log=True)[0].tolist() == [0]
    assert an.degree_distribution(Graph(0))[0].tolist() == [0]


@pytest.mark.parametrize("bins", ["no rule", -3, 2.5, [3, 1]])
def test_bins_that_make_no_sense_are_refused(bins):
    with pytest.raises(ParameterError, match="degree_distribution: bins"):
        an.degree_distribution(STAR, bins=bins)


@pytest.mark.parametrize(("source", "target"), [("out", "in"), ("in", "in"), ("out", "out"), ("in", "out")])
def test_assortativity_equals_networkx_for_every_pair_of_degrees(source, target):
    graph = random_graph(60, 400, 2)
    expected = nx.degree_assortativity_coefficient(to_networkx(graph), x=source, y=target)
    assert an.assortativity(graph, source=source, target=target) == pytest.approx(expected)
    weighted = nx.degree_pearson_correlation_coefficient(to_networkx(graph), x=source, y=target, weight="weight")
    assert an.assortativity(graph, source=source, target=target, weight="weight") == pytest.approx(weighted)


@pytest.mark.parametrize("directed", [True, False])
def test_assortativity_equals_igraph(directed):
    graph = random_graph(60, 400, 3, directed=directed)
    assert an.assortativity(graph) == pytest.approx(to_igraph(graph).assortativity_degree(directed=directed))


def test_assortativity_of_a_star_is_minus_one_and_of_a_ring_undefined():
    assert an.assortativity(STAR) == pytest.approx(-1.0)
    assert np.isnan(an.assortativity(RING))
    assert np.isnan(an.assortativity(Graph(3)))


@pytest.mark.parametrize("seed", range(4))
def test_reciprocity_equals_igraph_and_networkx_when_loops_and_parallel_edges_are_taken_out(seed):
    graph = random_graph(30, 300, seed)
    simple = to_igraph(graph).simplify()
    assert an.reciprocity(graph) == pytest.approx(simple.reciprocity())
    other = to_networkx(graph, nx.DiGraph)
    other.remove_edges_from(list(nx.selfloop_edges(other)))
    assert an.reciprocity(graph) == pytest.approx(nx.overall_reciprocity(other))


def test_weighted_reciprocity_is_the_matched_share_of_the_weight():
    graph = random_graph(15, 120, 4)
    w = np.zeros((15, 15))
    np.add.at(w, (graph.source, graph.target), graph.edges["weight"])
    np.fill_diagonal(w, 0)
    assert an.reciprocity(graph, weight="weight") == pytest.approx(np.minimum(w, w.T).sum() / w.sum())


def test_reciprocity_of_known_graphs():
    assert an.reciprocity(RING) == 0.0
    assert an.reciprocity(COMPLETE) == 1.0
    assert an.reciprocity(STAR) == 1.0
    assert an.reciprocity(Graph.from_edges([0, 1, 0], [1, 0, 2])) == pytest.approx(2 / 3)
    assert np.isnan(an.reciprocity(Graph.from_edges([0, 1], [0, 1])))
    with pytest.raises(ParameterError, match="reciprocity: weight"):
        an.reciprocity(Graph.from_edges([0], [1], weights=-1.0), weight="weight")


@pytest.mark.parametrize("mode", ["strong", "weak"])
@pytest.mark.parametrize("seed", range(3))
def test_components_equal_networkx_and_come_by_decreasing_size(mode, seed):
    graph = random_graph(80, 90, seed)
    labels, sizes = an.connected_components(graph, mode=mode)
    find = nx.strongly_connected_components if mode == "strong" else nx.weakly_connected_components
    expected = {frozenset(c) for c in find(to_networkx(graph))}
    assert {frozenset(np.flatnonzero(labels == k).tolist()) for k in range(len(sizes))} == expected
    np.testing.assert_array_equal(np.bincount(labels), sizes)
    lowest = [np.flatnonzero(labels == k)[0] for k in range(len(sizes))]
    keys = list(zip((-sizes).tolist(), lowest, strict=True))
    assert keys == sorted(keys)


def test_components_of_undirected_and_empty_graphs():
    graph = random_graph(80, 50, 5, directed=False)
    labels, sizes = an.connected_components(graph)
    assert sorted(sizes.tolist()) == sorted(len(c) for c in nx.connected_components(to_networkx(graph)))
    np.testing.assert_array_equal(an.connected_components(graph, mode="weak")[0], labels)
    assert an.connected_components(Graph(3))[0].tolist() == [0, 1, 2]
    assert an.connected_components(Graph(0))[1].shape == (0,)
    with pytest.raises(UnknownNameError, match="did you mean 'strong'"):
        an.connected_components(graph, mode="storng")


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("weight", [None, "weight"])
def test_path_length_equals_networkx_with_the_shortest_of_parallel_edges(directed, weight):
    graph = random_graph(40, 400, 6, directed=directed)
    expected = nx.average_shortest_path_length(to_networkx(graph), weight=weight)
    assert an.average_path_length(graph, weight=weight) == pytest.approx(expected)
    assert an.average_path_length(graph, weight=weight, sources=range(40)) == pytest.approx(expected)


@pytest.mark.parametrize("weight", [None, "weight"])
def test_paths_of_an_unconnected_graph_are_treated_as_asked(weight):
    graph = random_graph(60, 90, 7)
    other = to_networkx(graph)
    lengths = dict(nx.all_pairs_dijkstra_path_length(other, weight=weight or (lambda u, v, d: 1)))
    pairs = [d for s, row in lengths.items() for t, d in row.items() if s != t]
    assert an.average_path_length(graph, weight=weight, unconnected="pairs") == pytest.approx(np.mean(pairs))
    assert an.average_path_length(graph, weight=weight, unconnected="infinite") == np.inf
    largest = other.subgraph(max(nx.strongly_connected_components(other), key=len))
    expected = nx.average_shortest_path_length(largest, weight=weight)
    assert an.average_path_length(graph, weight=weight, unconnected="largest") == pytest.approx(expected)
    with pytest.raises(ParameterError, match="components, the largest of"):
        an.average_path_length(graph, weight=weight)


def test_paths_from_some_sources_are_those_of_networkx():
    graph = random_graph(60, 90, 8)
    labels, _ = an.connected_components(graph)
    inside = np.flatnonzero(labels == 0)
    start = [*np.flatnonzero(labels != 0)[:2].tolist(), *inside[:2].tolist()]
    lengths = dict(nx.all_pairs_shortest_path_length(to_networkx(graph)))
    pairs = [d for s in start for t, d in lengths[s].items() if s != t]
    assert an.average_path_length(graph, unconnected="pairs", sources=start) == pytest.approx(np.mean(pairs))
    assert an.average_path_length(graph, unconnected="infinite", sources=start) == np.inf
    pairs = [lengths[s][t] for s in start if s in inside for t in inside if s != t]
    assert an.average_path_length(graph, unconnected="largest", sources=start) == pytest.approx(np.mean(pairs))


def test_path_lengths_of_known_graphs():
    assert an.average_path_length(RING) == pytest.approx(5.0)
    assert an.average_path_length(COMPLETE) == pytest.approx(1.0)
    assert an.average_path_length(STAR) == pytest.approx((5 * 1 * 2 + 5 * 4 * 2) / 30)
    assert np.isnan(an.average_path_length(Graph(1)))
    assert np.isnan(an.average_path_length(Graph(3), unconnected="pairs"))
    assert np.isnan(an.average_path_length(Graph(3), unconnected="pairs", sources=[0]))
    with pytest.raises(UnknownNameError, match="did you mean 'largest'"):
        an.average_path_length(RING, unconnected="larges")
    with pytest.raises(ParameterError, match="average_path_length: sources"):
        an.average_path_length(RING, sources=[10])


@pytest.mark.parametrize("n", [30, 220])
@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("weight", [None, "weight"])
def test_spectral_radius_equals_numpy_for_small_and_large_graphs(n, directed, weight):
    graph = random_graph(n, 5 * n, 9, directed=directed)
    expected = np.abs(np.linalg.eigvals(graph.adjacency(weight).toarray().astype(float))).max()
    assert an.spectral_radius(graph, weight=weight) == pytest.approx(expected)


@pytest.mark.parametrize("n", [100, 250])
def test_spectral_radius_takes_the_sign_of_inhibitory_edges(n):
    plain = random_graph(n, 20 * n, 10)
    signs = np.where(np.arange(n) < 0.8 * n, 1, -4)
    matrix = signs[:, None].clip(-1, 1) * plain.adjacency("weight").toarray()
    expected = np.abs(np.linalg.eigvals(matrix)).max()
    plain.edges["type"] = np.sign(signs)[plain.source]
    assert an.spectral_radius(plain, weight="weight", typed=True) == pytest.approx(expected)
    assert an.spectral_radius(plain, weight="weight") > 1.2 * expected


def test_spectral_radius_of_a_network_is_signed_by_its_population():
    Network = pytest.importorskip("netgraph.network").Network
    plain = random_graph(50, 600, 11)
    net = Network.from_edges(
        plain.source,
        plain.target,
        population=NeuralPop.exc_and_inhib(50, iratio=0.4),
        weights=plain.edges["weight"],
    )
    matrix = plain.adjacency("weight").toarray()
    expected = np.abs(np.linalg.eigvals(np.asarray(net.neuron_types, dtype=float)[:, None] * matrix)).max()
    assert an.spectral_radius(net, weight="weight") == pytest.approx(expected)
    unsigned = np.abs(np.linalg.eigvals(matrix)).max()
    assert an.spectral_radius(net, weight="weight", typed=False) == pytest.approx(unsigned)


def test_spectral_radius_of_known_graphs():
    assert an.spectral_radius(RING) == pytest.approx(1.0)
    assert an.spectral_radius(COMPLETE) == pytest.approx(5.0)
    assert an.spectral_radius(STAR) == pytest.approx(np.sqrt(5))
    assert an.spectral_radius(Graph(4)) == 0.0
    loop = Graph.from_edges([0, 1], [0, 0], weights=[-3.0, 1.0])
    assert an.spectral_radius(loop, weight="weight") == 3.0


def test_spectral_radius_of_many_small_components_is_that_of_the_strongest():
    """Thousands of them are one stack of small matrices, not a loop."""
    source = np.arange(20_000)
    weights = np.random.default_rng(13).random(20_000)
    pairs = Graph.from_edges(source, source ^ 1, weights=weights)
    assert an.spectral_radius(pairs, weight="weight") == pytest.approx(np.sqrt(weights[::2] * weights[1::2]).max())
    cycles = Graph.from_edges(source[:300], source[:300] // 3 * 3 + (source[:300] + 1) % 3, weights=weights[:300])
    expected = np.cbrt(weights[:300].reshape(-1, 3).prod(axis=1)).max()
    assert an.spectral_radius(cycles, weight="weight") == pytest.approx(expected)


def test_spectral_radius_of_a_graph_without_cycles_is_exactly_zero():
    """The iteration alone returns small numbers for such a matrix, far from being symmetric."""
    source, target = np.triu_indices(400, 1)
    assert an.spectral_radius(Graph.from_edges(source, target)) == 0.0


def test_spectral_radius_of_a_long_ring_does_not_depend_on_the_iteration():
    """All 250 eigenvalues have modulus 1, the worst case for a method that looks for the largest one."""
    ring = Graph.from_edges(np.arange(250), (np.arange(250) + 1) % 250, weights=np.where(np.arange(250) > 0, 1.0, -1.0))
    assert an.spectral_radius(ring) == pytest.approx(1.0, abs=1e-6)
    assert an.spectral_radius(ring, weight="weight") == pytest.approx(1.0, abs=1e-6)


def test_spectral_radius_of_random_signs_is_that_of_the_circular_law():
    rng = np.random.default_rng(12)
    n, p = 600, 0.1
    source, target = np.nonzero(rng.random((n, n)) < p)
    graph = Graph.from_edges(source, target, attributes={"type": rng.choice([-1, 1], size=len(source))})
    assert an.spectral_radius(graph, typed=True) == pytest.approx(np.sqrt(n * p), rel=0.1)


def test_signs_that_nothing_tells_are_refused():
    with pytest.raises(ParameterError, match="edge column 'type'"):
        an.spectral_radius(RING, typed=True)


def test_a_component_too_large_for_the_direct_method_says_so(monkeypatch):
    from netgraph.analysis import spectral

    monkeypatch.setattr(spectral, "_DENSE_AT_MOST", 100)

    def fail(*args, **kwargs):
        from scipy.sparse.linalg import ArpackNoConvergence

        raise ArpackNoConvergence("no convergence", np.array([]), np.array([]))

    monkeypatch.setattr("scipy.sparse.linalg.eigs", fail)
    ring = Graph.from_edges(np.arange(300), (np.arange(300) + 1) % 300, weights=np.linspace(1.0, 2.0, 300))
    with pytest.raises(NumericalError, match="component of 300 nodes"):
        an.spectral_radius(ring, weight="weight")


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.permutations(range(12)), st.booleans())
def test_relabelling_nodes_keeps_global_metrics_and_permutes_components(seed, new, directed):
    graph, new = random_graph(12, 20, seed, directed=directed), np.array(new)
    other = relabelled(graph, new)
    for metric, kwargs in [
        (an.reciprocity, {}),
        (an.reciprocity, {"weight": "weight"}),
        (an.assortativity, {}),
        (an.average_path_length, {"unconnected": "pairs"}),
        (an.spectral_radius, {"weight": "weight"}),
    ]:
        np.testing.assert_allclose(metric(other, **kwargs), metric(graph, **kwargs), rtol=1e-6, atol=1e-6)
    labels, sizes = an.connected_components(graph)
    new_labels, new_sizes = an.connected_components(other)
    np.testing.assert_array_equal(new_sizes, sizes)
    same = labels[:, None] == labels[None, :]
    new_same = new_labels[:, None] == new_labels[None, :]
    np.testing.assert_array_equal(new_same[np.ix_(new, new)], same)


def test_importing_the_analysis_loads_none_of_the_heavy_libraries():
    heavy = "{'scipy', 'igraph', 'networkx', 'numba', 'matplotlib'}"
    code = f"import sys, netgraph.analysis, netgraph.plot, netgraph.space; sys.exit(' '.join({heavy} & set(sys.modules)) or 0)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
