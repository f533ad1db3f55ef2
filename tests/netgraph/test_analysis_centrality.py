"""Closeness, eigenvectors, walks against NetworkX, igraph, dense matrices and analytic values."""

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from netgraph import Graph, NeuralPop
from netgraph import analysis as an
from netgraph.network import Network
from simcore.errors import NumericalError, ParameterError, UnknownNameError
from tests.reference.awkward_graphs import as_networkx, awkward_graphs, by_node, random_graph, relabelled

GRAPHS = awkward_graphs()


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("weight", [None, "weight"])
def test_closeness_and_harmonic_equal_networkx(name, weight):
    graph, other = GRAPHS[name], as_networkx(GRAPHS[name])
    n = graph.n_nodes
    for improved in (True, False):
        expected = by_node(nx.closeness_centrality(other, distance=weight, wf_improved=improved), n)
        np.testing.assert_allclose(an.closeness(graph, weight=weight, wf_improved=improved), expected)
    expected = by_node(nx.harmonic_centrality(other, distance=weight), n)
    np.testing.assert_allclose(an.harmonic(graph, weight=weight), expected)
    np.testing.assert_allclose(an.harmonic(graph, weight=weight, normalized=True) * max(n - 1, 1), expected)


@pytest.mark.parametrize("mode", ["in", "out", "all"])
@pytest.mark.parametrize("weight", [None, "weight"])
def test_modes_of_closeness_and_harmonic_are_those_of_igraph(mode, weight):
    graph = random_graph(60, 120, 3)
    other = igraph.Graph(n=60, edges=np.column_stack([graph.source, graph.target]), directed=True)
    lengths = graph.edges["weight"].tolist() if weight else None
    expected = np.nan_to_num(other.closeness(mode=mode, weights=lengths))
    np.testing.assert_allclose(an.closeness(graph, mode=mode, weight=weight, wf_improved=False), expected)
    expected = other.harmonic_centrality(mode=mode, weights=lengths)
    np.testing.assert_allclose(an.harmonic(graph, mode=mode, weight=weight, normalized=True), expected)
    some = an.harmonic(graph, nodes=[9, 4], mode=mode, weight=weight, normalized=True)
    np.testing.assert_allclose(some, [expected[9], expected[4]])


def test_distances_of_zero_make_closeness_infinite():
    graph = Graph.from_edges([0, 1], [1, 2], directed=False, weights=[0.0, 1.0])
    assert an.harmonic(graph, weight="weight").tolist() == [np.inf, np.inf, 2.0]
    assert an.closeness(graph, weight="weight").tolist() == [2.0, 2.0, 1.0]
    assert an.closeness(Graph.from_edges([0], [1], weights=0.0), weight="weight").tolist() == [0.0, np.inf]


@pytest.mark.parametrize("mode", ["in", "out", "all"])
@pytest.mark.parametrize("weight", [None, "weight"])
def test_a_sample_of_all_nodes_gives_the_exact_closeness_without_error(mode, weight):
    graph = random_graph(40, 80, 4)
    options = {"mode": mode, "weight": weight}
    for sampled, exact in [(an.sampled_closeness, an.closeness), (an.sampled_harmonic, an.harmonic)]:
        value, error = sampled(graph, 40, **options)
        np.testing.assert_allclose(value, exact(graph, **options))
        np.testing.assert_array_equal(error, 0.0)
    value = an.sampled_closeness(graph, 40, **options, wf_improved=False).value
    np.testing.assert_allclose(value, an.closeness(graph, **options, wf_improved=False))


@pytest.mark.parametrize("improved", [True, False])
def test_sampled_closeness_knows_its_error(improved):
    graph = random_graph(100, 250, 5)
    exact = an.closeness(graph, wf_improved=improved)
    found = [an.sampled_closeness(graph, 40, wf_improved=improved, seed=s) for s in range(600)]
    spread = np.sqrt(np.mean([(value - exact) ** 2 for value, _ in found], axis=0))
    told = np.sqrt(np.mean([error**2 for _, error in found], axis=0))
    central = np.isfinite(an.shortest_distances(graph)).sum(axis=0) > 50
    np.testing.assert_allclose(told[central], spread[central], rtol=0.25)
    assert told[central].mean() == pytest.approx(spread[central].mean(), rel=0.1)
    bias = np.mean([value for value, _ in found], axis=0) - exact
    assert np.abs(bias[central]).mean() < 0.15 * spread[central].mean()


def test_errors_of_closeness_that_the_sample_does_not_tell_are_nan():
    value, error = an.sampled_closeness(Graph.from_edges([0, 1, 2], [1, 2, 3], n_nodes=9), 4, seed=1)
    assert (value[4:] == 0).all()
    assert np.isnan(error[4:]).all()


def test_sampled_harmonic_is_unbiased_and_knows_its_error():
    graph = random_graph(100, 250, 6)
    exact = an.harmonic(graph, mode="out", weight="weight")
    found = [an.sampled_harmonic(graph, 20, mode="out", weight="weight", seed=s) for s in range(400)]
    spread = np.mean([(value - exact) ** 2 for value, _ in found], axis=0)
    bias = np.mean([value for value, _ in found], axis=0) - exact
    reached = spread > 0
    assert np.abs(bias[reached] / np.sqrt(spread[reached] / 400)).max() < 4.0  # of some 100 standard normal numbers
    assert np.mean([error**2 for _, error in found]) == pytest.approx(spread.mean(), rel=0.1)


def strong(n, n_edges, seed, *, directed):
    """A connected graph with parallel edges and self-loops."""
    graph = random_graph(n, n_edges, seed, directed=directed)
    ring = np.arange(n)
    return Graph.from_edges(
        np.append(graph.source, ring),
        np.append(graph.target, (ring + 1) % n),
        directed=directed,
        weights=np.append(graph.edges["weight"], np.ones(n)),
    )


def dense(graph, weight):
    return graph.adjacency(weight).toarray().astype(float)


@pytest.mark.parametrize("n", [30, 300])
@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("weight", [None, "weight"])
def test_eigenvector_centrality_equals_the_dense_eigenvector_and_networkx(n, directed, weight):
    graph = strong(n, 5 * n, 7, directed=directed)
    values, vectors = np.linalg.eig(dense(graph, weight).T)
    leading = np.abs(vectors[:, values.real.argmax()].real)
    got = an.eigenvector_centrality(graph, weight=weight)
    np.testing.assert_allclose(got, leading / np.linalg.norm(leading), atol=1e-9)
    simple = nx.DiGraph() if directed else nx.Graph()
    simple.add_nodes_from(range(n))
    for s, t in zip(graph.source.tolist(), graph.target.tolist(), strict=True):
        simple.add_edge(s, t)
    lone = Graph.from_edges(*np.array(list(simple.edges)).T, n_nodes=n, directed=directed)
    expected = by_node(nx.eigenvector_centrality(simple, max_iter=5000, tol=1e-12), n)
    np.testing.assert_allclose(an.eigenvector_centrality(lone), expected, atol=1e-8)


def test_eigenvector_centrality_flows_downstream_from_the_leading_component_alone():
    """A triangle with twice the weight of another feeds a node; a node feeds the triangle."""
    source, target = [0, 1, 2, 2, 6, 3, 4, 5, 0], [1, 2, 0, 7, 0, 4, 5, 3, 3]
    graph = Graph.from_edges(source, target, weights=[2.0, 2.0, 2.0, 1.0, 5.0, 1.0, 1.0, 1.0, 1.0])
    got = an.eigenvector_centrality(graph, weight="weight")
    matrix = dense(graph, "weight").T
    np.testing.assert_allclose(matrix @ got, 2.0 * got, atol=1e-12)
    assert got[6] == 0.0
    assert (got[[0, 1, 2, 3, 4, 5, 7]] > 0).all()
    with pytest.raises(ParameterError, match="2 components that share the largest eigenvalue 1"):
        an.eigenvector_centrality(graph)


def test_eigenvector_centrality_of_a_long_ring_and_of_lattices_converges():
    ring = Graph.from_edges(np.arange(1000), (np.arange(1000) + 1) % 1000, directed=False)
    np.testing.assert_allclose(an.eigenvector_centrality(ring), 1000**-0.5)
    chain = Graph.from_edges(np.arange(999), np.arange(1, 1000), directed=False)
    expected = np.sin(np.pi * np.arange(1, 1001) / 1001)
    np.testing.assert_allclose(an.eigenvector_centrality(chain), expected / np.linalg.norm(expected), atol=1e-6)


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("weight", [None, "weight"])
def test_katz_solves_its_equation_and_equals_networkx(directed, weight):
    graph = random_graph(60, 200, 8, directed=directed)
    matrix = dense(graph, weight).T
    limit = 1 / np.abs(np.linalg.eigvals(matrix)).max()
    for alpha, step in [(None, 0.9 * limit), (0.5 * limit, 0.5 * limit), (0.0, 0.0)]:
        expected = np.linalg.solve(np.eye(60) - step * matrix, np.full(60, 2.0))
        got = an.katz_centrality(graph, alpha=alpha, beta=2.0, weight=weight, normalized=False)
        np.testing.assert_allclose(got, expected, rtol=1e-10)
    digraph = nx.from_numpy_array(dense(graph, weight), create_using=nx.DiGraph)
    expected = by_node(nx.katz_centrality_numpy(digraph, alpha=0.5 * limit, weight="weight"), 60)
    np.testing.assert_allclose(an.katz_centrality(graph, alpha=0.5 * limit, weight=weight), expected, rtol=1e-8)
    with pytest.raises(ParameterError, match="katz_centrality: alpha: got .*less than 1 / spectral radius"):
        an.katz_centrality(graph, alpha=limit * 1.01, weight=weight)


def test_katz_of_graphs_without_cycles_takes_any_alpha():
    chain = Graph.from_edges([0, 1], [1, 2])
    np.testing.assert_allclose(an.katz_centrality(chain, alpha=10.0, normalized=False), [1, 11, 111])
    np.testing.assert_allclose(an.katz_centrality(chain, normalized=False), [1, 1.1, 1.11])
    assert an.katz_centrality(Graph(0)).shape == (0,)


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("weight", [None, "weight"])
def test_pagerank_equals_networkx(name, weight):
    graph = GRAPHS[name]
    n = graph.n_nodes
    digraph = nx.from_numpy_array(dense(graph, weight), create_using=nx.DiGraph)
    for damping in (0.85, 0.3):
        expected = by_node(nx.pagerank(digraph, alpha=damping, tol=1e-14, max_iter=10_000), n)
        np.testing.assert_allclose(an.pagerank(graph, damping=damping, weight=weight), expected, atol=1e-12)
    jump = np.arange(1, n + 1) % 3 + 0.5 * (n < 3)
    expected = by_node(nx.pagerank(digraph, personalization=dict(enumerate(jump)), tol=1e-14, max_iter=10_000), n)
    np.testing.assert_allclose(an.pagerank(graph, weight=weight, personalization=jump), expected, atol=1e-12)


def test_pagerank_of_known_graphs():
    assert an.pagerank(Graph(4)).tolist() == [0.25] * 4
    assert an.pagerank(Graph(0)).shape == (0,)
    assert an.pagerank(Graph.from_edges([0], [1]), damping=0.0).tolist() == [0.5, 0.5]
    graph = random_graph(50, 200, 9)
    assert an.pagerank(graph, damping=0.9999).sum() == pytest.approx(1.0)


def test_leading_vectors_of_a_bipartite_graph_and_of_a_ring_with_a_slow_approach_to_them():
    nodes = np.arange(300)
    bipartite = Graph.from_edges(nodes % 150, 150 + nodes**2 % 150, directed=False, weights=1.0 + nodes / 300)
    ends = np.tile(nodes, 2), np.concatenate([nodes + 1, nodes + 2]) % 300
    ring = Graph.from_edges(*ends, directed=False, weights=1.0 + np.arange(600) / 300)
    for graph in (an.largest_component(bipartite), ring):
        values, vectors = np.linalg.eigh(dense(graph, "weight"))
        found = an.eigenvector_centrality(graph, weight="weight")
        np.testing.assert_allclose(found, np.abs(vectors[:, -1]), atol=1e-9)
        assert an.spectral_radius(graph, weight="weight") == pytest.approx(values[-1], rel=1e-9)
    np.testing.assert_allclose(an.hits(ring, weight="weight")[0], found / found.sum(), atol=1e-9)
    with pytest.raises(ParameterError, match="or eigenvector_centrality if the graph is bipartite"):
        an.hits(bipartite)


@pytest.mark.parametrize("n", [40, 300])
@pytest.mark.parametrize("directed", [True, False])
def test_hits_equals_networkx(n, directed):
    graph = strong(n, 4 * n, 10, directed=directed)
    digraph = nx.from_numpy_array(dense(graph, "weight"), create_using=nx.DiGraph)
    expected = nx.hits(digraph, tol=1e-14, max_iter=10_000)
    for got, wanted in zip(an.hits(graph, weight="weight"), expected, strict=True):
        np.testing.assert_allclose(got, by_node(wanted, n), atol=1e-8)


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("weight", [None, "weight"])
def test_communicability_and_subgraph_centrality_are_the_matrix_exponential(directed, weight):
    graph = random_graph(40, 150, 11, directed=directed)
    matrix = dense(graph, weight)
    radius = np.abs(np.linalg.eigvals(matrix)).max()
    np.testing.assert_allclose(an.communicability(graph, weight=weight), expm(matrix), rtol=1e-8)
    got = an.subgraph_centrality(graph, weight=weight, normalized=True)
    np.testing.assert_allclose(got, np.diag(expm(matrix)) / np.exp(radius), rtol=1e-7)


def test_subgraph_centrality_equals_networkx_and_igraph_has_no_other():
    graph = Graph.from_edges(*np.nonzero(np.triu(np.random.default_rng(12).random((30, 30)) < 0.2, 1)), directed=False)
    other = nx.Graph(as_networkx(graph))
    np.testing.assert_allclose(an.subgraph_centrality(graph), by_node(nx.subgraph_centrality(other), 30))
    rows = nx.communicability(other)
    np.testing.assert_allclose(an.communicability(graph), [by_node(rows[i], 30) for i in range(30)])


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("normalized", [True, False])
def test_sampled_subgraph_centrality_is_right_within_the_error_that_it_tells(directed, normalized):
    graph = strong(200, 600, 13, directed=directed)
    exact = an.subgraph_centrality(graph, weight="weight", normalized=normalized)
    options = {"weight": "weight", "normalized": normalized}
    value, error = an.sampled_subgraph_centrality(graph, 400, seed=1, **options)
    off = (value - exact) / error
    assert np.abs(off).max() < 5.0
    assert 0.8 < off.std() < 1.2
    fewer = an.sampled_subgraph_centrality(graph, 100, seed=2, **options).error
    assert (fewer / error).mean() == pytest.approx(2.0, rel=0.1)
    again = an.sampled_subgraph_centrality(graph, 100, seed=2, **options).error
    np.testing.assert_array_equal(fewer, again)


def test_walks_of_a_dense_graph_overflow_unless_normalized():
    """30 nodes linked with weight 25: the radius is 725, and the normalized centrality 1 / 30 + (29 / 30) exp(-750)."""
    graph = Graph.from_edges(*np.nonzero(~np.eye(30, dtype=bool)), weights=25.0)
    for call in (an.subgraph_centrality, an.communicability, lambda g, **w: an.sampled_subgraph_centrality(g, 2, **w)):
        with pytest.raises(NumericalError, match=r"exp\(725\) is more than a number can hold; choose normalized=True"):
            call(graph, weight="weight")
    np.testing.assert_allclose(an.subgraph_centrality(graph, weight="weight", normalized=True), 1 / 30)
    value, error = an.sampled_subgraph_centrality(graph, 2, weight="weight", normalized=True, seed=1)
    np.testing.assert_allclose(value, 1 / 30, rtol=1e-9)
    assert error.max() < 1e-12


@pytest.mark.parametrize("n", [30, 300])
@pytest.mark.parametrize("directed", [True, False])
def test_eigenvalues_equal_those_of_the_dense_matrix(n, directed):
    graph = random_graph(n, 5 * n, 14, directed=directed)
    expected = np.linalg.eigvals(dense(graph, "weight"))
    expected = expected[np.argsort(-np.abs(expected))]
    got = an.eigenvalues(graph, weight="weight")
    np.testing.assert_allclose(np.sort_complex(got), np.sort_complex(expected), atol=1e-8)
    assert (np.diff(np.abs(got)) < 1e-8).all()
    np.testing.assert_allclose(an.eigenvalues(graph, 6, weight="weight"), got[:6], atol=1e-6)
    graph.set_weights(1e-12 * graph.edges["weight"])
    np.testing.assert_allclose(an.eigenvalues(graph, weight="weight"), 1e-12 * got, atol=1e-20)
    graph.set_weights(1e12 * graph.edges["weight"])
    radius = an.spectral_radius(graph, weight="weight")
    assert np.abs(got[0]) == pytest.approx(radius)
    assert radius == an.spectral_radius(graph, weight="weight")  # to the bit
    np.testing.assert_array_equal(an.eigenvalues(graph, 6, weight="weight"), an.eigenvalues(graph, 6, weight="weight"))


def test_eigenvalues_of_a_network_are_signed_by_its_population_and_nothing_has_none():
    plain = random_graph(50, 600, 15)
    pop = NeuralPop.exc_and_inhib(50, iratio=0.4)
    net = Network.from_edges(plain.source, plain.target, population=pop, weights=plain.edges["weight"])
    signed = np.asarray(net.neuron_types, dtype=float)[:, None] * dense(plain, "weight")
    np.testing.assert_allclose(an.eigenvalues(net, weight="weight").sum(), np.trace(signed), atol=1e-9)
    np.testing.assert_allclose(an.eigenvalues(net, weight="weight", typed=False).sum(), plain.adjacency("weight").trace())
    assert an.eigenvalues(Graph(0)).shape == an.eigenvalues(plain, 0).shape == (0,)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.permutations(range(12)), st.booleans())
def test_relabelling_nodes_permutes_centralities(seed, new, directed):
    graph, new = strong(12, 10, seed, directed=directed), np.array(new)
    other, _ = relabelled(graph, new)
    for measure in (
        an.closeness,
        an.harmonic,
        an.pagerank,
        an.katz_centrality,
        an.eigenvector_centrality,
        lambda g: an.subgraph_centrality(g, weight="weight"),
        lambda g: an.core_numbers(g, mode="total"),
    ):
        np.testing.assert_allclose(measure(other)[new], measure(graph), rtol=1e-7, atol=1e-9)


BAD = Graph.from_edges([0, 1], [1, 0], weights=1.0, attributes={"bad": [1.0, -2.0]})


@pytest.mark.parametrize(
    ("error", "call", "message"),
    [
        (UnknownNameError, lambda: an.closeness(BAD, mode="total"), "unknown mode of closeness"),
        (UnknownNameError, lambda: an.sampled_harmonic(BAD, 3, mode="x"), "unknown mode of sampled_harmonic"),
        (ParameterError, lambda: an.harmonic(BAD, weight="bad"), "harmonic: weight: got .-2.0 in row 1"),
        (ParameterError, lambda: an.closeness(BAD, wf_improved=2), "closeness: wf_improved"),
        (ParameterError, lambda: an.harmonic(BAD, normalized="x"), "harmonic: normalized"),
        (ParameterError, lambda: an.closeness(BAD, nodes=[2]), "closeness: nodes"),
        (ParameterError, lambda: an.sampled_closeness(BAD, 1), "at least 3"),
        (ParameterError, lambda: an.eigenvector_centrality(BAD, weight="bad"), "eigenvector_centrality: weight"),
        (ParameterError, lambda: an.eigenvector_centrality(Graph.from_edges([0], [1])), "a graph without cycles"),
        (ParameterError, lambda: an.katz_centrality(BAD, beta=0.0), "katz_centrality: beta"),
        (ParameterError, lambda: an.katz_centrality(BAD, alpha=-0.1), "katz_centrality: alpha"),
        (ParameterError, lambda: an.pagerank(BAD, damping=1.0), "pagerank: damping: got 1.0, expected less than 1"),
        (ParameterError, lambda: an.pagerank(BAD, personalization=[1.0]), "2 finite numbers >= 0, one a node"),
        (ParameterError, lambda: an.pagerank(BAD, personalization=[0.0, 0.0]), "some of them above 0"),
        (ParameterError, lambda: an.pagerank(BAD, personalization="ab"), "pagerank: personalization"),
        (ParameterError, lambda: an.hits(Graph(3)), "a graph without cycles"),
        (ParameterError, lambda: an.hits(BAD), "2 components that share the largest eigenvalue 1"),
        (ParameterError, lambda: an.communicability(BAD, weight="bad"), "communicability: weight"),
        (ParameterError, lambda: an.sampled_subgraph_centrality(BAD, 1), "n_samples: got 1"),
        (ParameterError, lambda: an.eigenvalues(BAD, 3), "eigenvalues: k: got 3"),
        (ParameterError, lambda: an.eigenvalues(BAD, typed=True), "eigenvalues: typed"),
    ],
)
def test_what_cannot_be_meant_is_refused(error, call, message):
    with pytest.raises(error, match=message):
        call()
