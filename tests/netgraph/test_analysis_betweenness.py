"""Betweenness against NetworkX, igraph and analytic values; samples against their own errors."""

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netgraph import Graph, _progress
from netgraph import analysis as an
from netgraph.analysis import _searches
from simcore.errors import NumericalError, ParameterError, UnknownNameError
from tests.reference.awkward_graphs import as_networkx, awkward_graphs, by_node, random_graph, relabelled

GRAPHS = awkward_graphs()


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("weight", [None, "weight"])
def test_betweenness_equals_networkx(name, weight):
    graph, other = GRAPHS[name], as_networkx(GRAPHS[name])
    for normalized in (True, False):
        for endpoints in (True, False):
            expected = nx.betweenness_centrality(other, weight=weight, normalized=normalized, endpoints=endpoints)
            got = an.betweenness(graph, weight=weight, normalized=normalized, endpoints=endpoints)
            np.testing.assert_allclose(got, by_node(expected, graph.n_nodes), atol=1e-12)


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("weight", [None, "weight"])
def test_edge_betweenness_equals_networkx(name, weight):
    graph, other = GRAPHS[name], as_networkx(GRAPHS[name])
    for normalized in (True, False):
        expected = nx.edge_betweenness_centrality(other, weight=weight, normalized=normalized)
        rows = {key: value for (_, _, key), value in expected.items()}
        got = an.edge_betweenness(graph, weight=weight, normalized=normalized)
        np.testing.assert_allclose(got, by_node(rows, graph.n_edges), atol=1e-12)


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("weight", [None, "weight"])
def test_betweenness_of_simple_graphs_equals_igraph(directed, weight):
    source, target = np.nonzero(np.triu(np.random.default_rng(3).random((60, 60)) < 0.1, 1))
    graph = Graph.from_edges(target, source, n_nodes=60, directed=directed)
    graph.set_weights(np.random.default_rng(4).uniform(1, 2, size=graph.n_edges))
    other = igraph.Graph(n=60, edges=np.column_stack([target, source]), directed=directed)
    lengths = graph.edges["weight"].tolist() if weight else None
    expected = other.betweenness(weights=lengths)
    np.testing.assert_allclose(an.betweenness(graph, weight=weight, normalized=False), expected, atol=1e-9)
    expected = other.edge_betweenness(weights=lengths)
    np.testing.assert_allclose(an.edge_betweenness(graph, weight=weight, normalized=False), expected, atol=1e-9)


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_lengths_of_zero_count_as_infinitely_small_ones(directed, seed):
    graph = random_graph(30, 100, seed, directed=directed, lengths="zeros")
    other = as_networkx(graph, zero=2.0**-20)  # sums of such numbers are exact
    expected = by_node(nx.betweenness_centrality(other, weight="weight"), 30)
    np.testing.assert_allclose(an.betweenness(graph, weight="weight"), expected, atol=1e-12)
    rows = {key: value for (_, _, key), value in nx.edge_betweenness_centrality(other, weight="weight").items()}
    np.testing.assert_allclose(an.edge_betweenness(graph, weight="weight"), by_node(rows, 100), atol=1e-12)


def test_a_length_too_small_to_add_anything_counts_as_zero():
    """1 + 1e-30 is 1 in float64: there and back between 1 and 2 must not make a third path."""
    graph = Graph.from_edges([0, 0, 1, 2, 1], [1, 2, 2, 1, 3], weights=[1.0, 1.0, 1e-30, 1e-30, 1.0])
    zero = Graph.from_edges([0, 0, 1, 2, 1], [1, 2, 2, 1, 3], weights=[1.0, 1.0, 0.0, 0.0, 1.0])
    np.testing.assert_array_equal(an.betweenness(graph, weight="weight"), an.betweenness(zero, weight="weight"))


def test_known_graphs_have_their_analytic_betweenness():
    star = Graph.from_edges(np.zeros(5, dtype=int), np.arange(1, 6), directed=False)
    np.testing.assert_allclose(an.betweenness(star), [1, 0, 0, 0, 0, 0])
    np.testing.assert_allclose(an.edge_betweenness(star, normalized=False), 5.0)
    ring = Graph.from_edges(np.arange(9), (np.arange(9) + 1) % 9)
    np.testing.assert_allclose(an.betweenness(ring, normalized=False), 8 * 7 / 2)
    np.testing.assert_allclose(an.edge_betweenness(ring, normalized=False), 9 * 8 / 2)
    assert an.betweenness(Graph(0)).shape == an.edge_betweenness(Graph(0)).shape == (0,)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.permutations(range(12)), st.booleans(), st.sampled_from([None, "weight"]), st.integers(0, 40))
def test_relabelling_nodes_permutes_betweenness(seed, new, directed, weight, n_edges):
    graph, new = random_graph(12, n_edges, seed, directed=directed, lengths="zeros"), np.array(new)
    other, order = relabelled(graph, new)
    before, after = an.betweenness(graph, weight=weight), an.betweenness(other, weight=weight)
    np.testing.assert_allclose(after[new], before, atol=1e-12)
    before, after = an.edge_betweenness(graph, weight=weight), an.edge_betweenness(other, weight=weight)
    np.testing.assert_allclose(after, before[order], atol=1e-12)
    # Every path of k edges leads over k edges: the sums are those of the hops, which are the lengths if edges are counted.
    if weight is None:
        distances = an.shortest_distances(graph)
        total = distances[np.isfinite(distances)].sum() / (1 if directed else 2)
        assert an.edge_betweenness(graph, normalized=False).sum() == pytest.approx(total)


@pytest.mark.parametrize("weight", [None, "weight"])
def test_any_number_of_threads_gives_the_same_bits(monkeypatch, weight):
    graph = random_graph(150, 900, 5)
    monkeypatch.setattr(_searches, "_STEPS", 3000)
    monkeypatch.setattr(_searches, "_STEPS_WITH_LENGTHS", 3000)
    found = []
    for threads in (1, 2, 5):
        monkeypatch.setattr("simcore.compile.default_threads", lambda threads=threads: threads)
        sample = an.sampled_betweenness(graph, 40, weight=weight, seed=1)
        closeness = an.sampled_closeness(graph, 40, weight=weight, seed=1)
        found.append([an.betweenness(graph, weight=weight), an.edge_betweenness(graph, weight=weight), *sample, *closeness])
    for other in found[1:]:
        for a, b in zip(found[0], other, strict=True):
            np.testing.assert_array_equal(a, b)
    np.testing.assert_allclose(found[0][0], by_node(nx.betweenness_centrality(as_networkx(graph), weight=weight), 150))


@pytest.mark.parametrize("directed", [True, False])
def test_a_sample_of_all_nodes_is_exact_without_error(directed):
    graph = random_graph(40, 150, 6, directed=directed)
    for endpoints in (True, False):
        value, error = an.sampled_betweenness(graph, 40, endpoints=endpoints)
        np.testing.assert_allclose(value, an.betweenness(graph, endpoints=endpoints))
        np.testing.assert_array_equal(error, 0.0)
    value, error = an.sampled_edge_betweenness(graph, 100, weight="weight")
    np.testing.assert_allclose(value, an.edge_betweenness(graph, weight="weight"))
    np.testing.assert_array_equal(error, 0.0)


def deviations(sample, exact, n_samples):
    """Mean, over samples, of the estimates less the truth in units of its error, and the mean squares of both errors."""
    values, errors = zip(*(sample(seed) for seed in range(n_samples)), strict=True)
    values, errors = np.array(values), np.array(errors)
    spread = ((values - exact) ** 2).mean(axis=0)
    return (values.mean(axis=0) - exact) / np.sqrt(np.maximum(spread / n_samples, 1e-300)), spread, (errors**2).mean(axis=0)


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("endpoints", [True, False])
def test_sampled_betweenness_is_unbiased_and_knows_its_error(directed, endpoints):
    graph = random_graph(50, 150, 7, directed=directed)
    exact = an.betweenness(graph, endpoints=endpoints)
    bias, spread, told = deviations(lambda s: an.sampled_betweenness(graph, 15, endpoints=endpoints, seed=s), exact, 400)
    assert np.abs(bias[exact > 0]).max() < 4.0  # of some 50 standard normal numbers
    assert told.sum() == pytest.approx(spread.sum(), rel=0.1)
    likely = spread > np.median(spread)
    np.testing.assert_allclose(told[likely], spread[likely], rtol=0.5)


def test_sampled_edge_betweenness_is_unbiased_and_knows_its_error():
    graph = random_graph(50, 150, 8, directed=False)
    graph.set_weights(np.ceil(graph.edges["weight"]))
    exact = an.edge_betweenness(graph, weight="weight")
    bias, spread, told = deviations(lambda s: an.sampled_edge_betweenness(graph, 15, weight="weight", seed=s), exact, 400)
    assert np.abs(bias[exact > 0]).max() < 4.0
    assert told.sum() == pytest.approx(spread.sum(), rel=0.1)


def test_the_same_seed_samples_the_same_nodes_and_another_seed_others():
    graph = random_graph(50, 150, 9)
    first, same, other = (an.sampled_betweenness(graph, 10, seed=seed).value for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, same)
    assert (first != other).any()


def test_more_paths_than_a_number_can_hold_are_refused():
    """A chain of 1100 diamonds has 2**1100 shortest paths from end to end."""
    hubs = 3 * np.arange(1101)
    source = np.concatenate([hubs[:-1], hubs[:-1], hubs[:-1] + 1, hubs[:-1] + 2])
    target = np.concatenate([hubs[:-1] + 1, hubs[:-1] + 2, hubs[1:], hubs[1:]])
    graph = Graph.from_edges(source, target, weights=1.0)
    for weight in (None, "weight"):
        with pytest.raises(NumericalError, match="more than 1e308 shortest paths"):
            an.betweenness(graph, weight=weight)
        with pytest.raises(NumericalError, match="more than 1e308 shortest paths"):
            an.edge_betweenness(graph, weight=weight)


def test_long_work_shows_an_estimate_and_names_the_sampled_variant(monkeypatch, capsys):
    monkeypatch.setattr(_progress, "_LONG", -1.0)
    an.betweenness(random_graph(30, 60, 1), progress=True)
    assert "sampled_betweenness is faster" in capsys.readouterr().err
    an.edge_betweenness(random_graph(30, 60, 1), progress=True)
    assert "sampled_edge_betweenness is faster" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "call", "message"),
    [
        (ParameterError, lambda g: an.betweenness([1, 2]), "betweenness: graph"),
        (UnknownNameError, lambda g: an.betweenness(g, weight="wieght"), "did you mean 'weight'"),
        (ParameterError, lambda g: an.betweenness(g, weight="bad"), "betweenness: weight: got .-1.0 in row 1"),
        (ParameterError, lambda g: an.betweenness(g, weight="huge"), "whose sum is below"),
        (ParameterError, lambda g: an.betweenness(g, normalized=1), "betweenness: normalized"),
        (ParameterError, lambda g: an.edge_betweenness(g, normalized="no"), "edge_betweenness: normalized"),
        (ParameterError, lambda g: an.betweenness(g, endpoints=None), "betweenness: endpoints"),
        (ParameterError, lambda g: an.sampled_betweenness(g, 2), "at least 3, to tell the error"),
        (ParameterError, lambda g: an.sampled_edge_betweenness(g, 3.5), "n_sources: got 3.5"),
        (ParameterError, lambda g: an.sampled_betweenness(g, 3, seed=-1), "seed: got -1"),
    ],
)
def test_what_cannot_be_meant_is_refused(error, call, message):
    bad = {"bad": [1.0, -1.0, 1.0, 1.0], "huge": [1e308] * 4}
    graph = Graph.from_edges([0, 1, 2, 3], [1, 2, 3, 4], weights=1.0, attributes=bad)
    with pytest.raises(error, match=message):
        call(graph)
