"""Modularity against NetworkX and igraph, communities against planted ones, other searches and their definition."""

import random

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netgraph import Graph, NeuralPop
from netgraph import analysis as an
from netgraph.analysis import _leiden
from netgraph.network import Network
from simcore.errors import ParameterError
from tests.reference.awkward_graphs import as_networkx, awkward_graphs, random_graph, relabelled

GRAPHS = awkward_graphs()


def groups_of(labels):
    return [set(np.flatnonzero(labels == k).tolist()) for k in np.unique(labels)]


@pytest.mark.parametrize("name", [name for name, graph in GRAPHS.items() if graph.n_edges])
@pytest.mark.parametrize("weight", [None, "weight"])
def test_modularity_equals_networkx_and_for_undirected_graphs_igraph(name, weight):
    graph = GRAPHS[name]
    labels = np.random.default_rng(1).integers(0, 3, size=graph.n_nodes)
    for resolution in (1.0, 0.4):
        other = as_networkx(graph)
        expected = nx.community.modularity(other, groups_of(labels), weight=weight, resolution=resolution)
        assert an.modularity(graph, labels, weight=weight, resolution=resolution) == pytest.approx(expected)
    other = igraph.Graph(n=graph.n_nodes, edges=np.column_stack([graph.source, graph.target]), directed=graph.directed)
    weights = graph.edges["weight"].tolist() if weight else None
    expected = other.modularity(labels.tolist(), weights=weights, directed=graph.directed)
    assert an.modularity(graph, labels, weight=weight) == pytest.approx(expected)


def test_labels_may_be_the_names_of_groups():
    plain = random_graph(50, 400, 1)
    net = Network.from_edges(plain.source, plain.target, population=NeuralPop.exc_and_inhib(50))
    names = net.population.group_of(np.arange(50))
    assert an.modularity(net, names) == pytest.approx(an.modularity(plain, net.neuron_types))


def test_known_graphs_have_their_modularity():
    complete = Graph.from_edges(*np.nonzero(~np.eye(6, dtype=bool)))
    assert an.modularity(complete, np.zeros(6, dtype=int)) == pytest.approx(0.0)
    assert an.modularity(complete, np.arange(6)) == pytest.approx(-1 / 6)
    triangles = Graph.from_edges(np.arange(30), np.arange(30) // 3 * 3 + (np.arange(30) + 1) % 3)
    assert an.modularity(triangles, np.arange(30) // 3) == pytest.approx(1 - 1 / 10)
    assert np.isnan(an.modularity(Graph(3), [0, 1, 2]))
    assert np.isnan(an.modularity(Graph(0), np.zeros(0, dtype=int)))


def planted(n, k, *, inside, between, seed, directed):
    """A graph with `k` groups of nodes."""
    rng = np.random.default_rng(seed)
    label = rng.permutation(n) % k
    edges = rng.random((n, n)) < np.where(label[:, None] == label, inside, between)
    np.fill_diagonal(edges, False)
    source, target = np.nonzero(edges if directed else np.triu(edges))
    return Graph.from_edges(source, target, n_nodes=n, directed=directed), label


def adjusted_rand(a, b):
    """Adjusted Rand index (Hubert & Arabie 1985)."""
    table = np.zeros((a.max() + 1, b.max() + 1))
    np.add.at(table, (a, b), 1)

    def pairs(x):
        return (x * (x - 1) / 2).sum()

    rows, columns = pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    by_chance = rows * columns / pairs(np.array(len(a)))
    return (pairs(table) - by_chance) / ((rows + columns) / 2 - by_chance)


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_planted_communities_are_found(directed, seed):
    graph, label = planted(300, 6, inside=0.3, between=0.03, seed=seed, directed=directed)
    labels, sizes = an.communities(graph, seed=seed)
    assert adjusted_rand(labels, label) > 0.98
    assert an.modularity(graph, labels) >= an.modularity(graph, label)
    np.testing.assert_array_equal(np.bincount(labels), sizes)
    lowest = [np.flatnonzero(labels == k)[0] for k in range(len(sizes))]
    keys = list(zip((-sizes).tolist(), lowest, strict=True))
    assert keys == sorted(keys)


def test_directions_tell_communities_apart_that_are_invisible_without_them():
    """As many edges lead from one kind of node to the other as are inside a kind, but nearly all of them one way."""
    kind = np.arange(200) // 100
    likely = np.where(kind[:, None] == kind, 0.10, np.where(kind[:, None] < kind, 0.18, 0.02))
    source, target = np.nonzero(np.random.default_rng(2).random((200, 200)) < likely)
    graph = Graph.from_edges(source, target, n_nodes=200)
    assert abs(an.modularity(Graph.from_edges(source, target, directed=False), kind)) < 0.02
    assert an.modularity(graph, kind) > 0.05
    assert an.modularity(graph, an.communities(graph, seed=1)[0]) >= an.modularity(graph, kind)


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("weight", [None, "weight"])
@pytest.mark.parametrize("seed", range(3))
def test_modularity_reached_is_no_worse_than_that_of_other_searches(directed, weight, seed):
    graph = random_graph(120, 500, seed, directed=directed)
    best = max(an.modularity(graph, an.communities(graph, weight=weight, seed=s)[0], weight=weight) for s in range(10))
    other = as_networkx(graph)
    louvain = max(
        nx.community.modularity(other, nx.community.louvain_communities(other, weight=weight, seed=s), weight=weight)
        for s in range(3)
    )
    assert best > louvain - 1e-12
    if not directed:
        other = igraph.Graph(n=120, edges=np.column_stack([graph.source, graph.target]))
        weights = graph.edges["weight"].tolist() if weight else None
        random.seed(seed)  # where igraph takes its numbers from
        found = [other.community_leiden("modularity", weights=weights, n_iterations=5).membership for _ in range(3)]
        assert best > max(an.modularity(graph, labels, weight=weight) for labels in found) - 0.005


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10**6),
    st.booleans(),
    st.sampled_from([None, "weight"]),
    st.integers(1, 60),
    st.sampled_from([1.0, 0.5, 2.0]),
)
def test_no_node_gains_by_leaving_and_every_community_hangs_together(seed, directed, weight, n_edges, resolution):
    graph = random_graph(14, n_edges, seed, directed=directed)
    labels, sizes = an.communities(graph, weight=weight, resolution=resolution, seed=seed, n_iterations=50)
    options = {"weight": weight, "resolution": resolution}
    reached = an.modularity(graph, labels, **options)
    for node in range(14):
        for other in range(len(sizes) + 1):
            changed = labels.copy()
            changed[node] = other
            assert an.modularity(graph, changed, **options) <= reached + 1e-9
    for k in range(len(sizes)):
        assert an.is_connected(graph.subgraph(np.flatnonzero(labels == k)), mode="weak")


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.permutations(range(12)), st.booleans())
def test_relabelling_nodes_keeps_modularity(seed, new, directed):
    graph, new = random_graph(12, 30, seed, directed=directed), np.array(new)
    labels = np.random.default_rng(seed).integers(0, 4, size=12)
    moved = np.empty(12, dtype=int)
    moved[new] = labels
    before = an.modularity(graph, labels, weight="weight")
    assert an.modularity(relabelled(graph, new)[0], moved, weight="weight") == pytest.approx(before)


def test_the_scale_of_weights_and_edges_of_no_weight_do_not_matter():
    graph = random_graph(100, 400, 3)
    expected = an.communities(graph, weight="weight", seed=1)[0]
    for factor in (2.0**-40, 2.0**40):
        other = Graph.from_edges(graph.source, graph.target, n_nodes=100, weights=factor * graph.edges["weight"])
        np.testing.assert_array_equal(an.communities(other, weight="weight", seed=1)[0], expected)
    source, target = np.append(graph.source, np.arange(50)), np.append(graph.target, np.arange(50, 100))
    other = Graph.from_edges(source, target, n_nodes=100, weights=np.append(graph.edges["weight"], np.zeros(50)))
    np.testing.assert_array_equal(an.communities(other, weight="weight", seed=1)[0], expected)


def test_the_same_seed_gives_the_same_communities_and_other_slices_do_not_matter(monkeypatch):
    graph = random_graph(400, 1200, 4)
    first = an.communities(graph, seed=5)[0]
    np.testing.assert_array_equal(an.communities(graph, seed=5)[0], first)
    assert any((an.communities(graph, seed=s)[0] != first).any() for s in range(3))
    monkeypatch.setattr(_leiden, "_STEPS", 50)
    np.testing.assert_array_equal(an.communities(graph, seed=5)[0], first)


def test_more_iterations_are_never_worse_and_a_large_resolution_leaves_nodes_alone():
    graph = random_graph(300, 900, 5)
    reached = [an.modularity(graph, an.communities(graph, seed=1, n_iterations=n)[0]) for n in (1, 2, 5, 20)]
    assert reached == sorted(reached)
    assert an.communities(graph, resolution=1e6, seed=1)[1].max() <= 2
    assert len(an.communities(random_graph(300, 3000, 6), resolution=1e-6, seed=1)[1]) <= 2


def test_graphs_with_nothing_to_find_have_each_node_alone():
    assert an.communities(Graph(3), seed=1)[0].tolist() == [0, 1, 2]
    assert an.communities(Graph(0))[1].shape == (0,)
    loops = Graph.from_edges([0, 1], [0, 1], weights=1.0)
    assert an.communities(loops, seed=1)[1].tolist() == [1, 1]
    nothing = Graph.from_edges([0, 1], [1, 2], weights=0.0)
    assert an.communities(nothing, weight="weight", seed=1)[1].tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda g: an.communities(g, resolution=0.0), "communities: resolution"),
        (lambda g: an.communities(g, n_iterations=0), "n_iterations: got 0, expected at least 1"),
        (lambda g: an.communities(g, seed="x"), "communities: seed"),
        (lambda g: an.communities(g, weight="bad"), "communities: weight"),
        (lambda g: an.modularity(g, [0, 1]), "modularity: labels: got .0, 1., expected 3 integers or strings"),
        (lambda g: an.modularity(g, [0.5, 1.0, 2.0]), "modularity: labels"),
        (lambda g: an.modularity(g, [[0], [1, 2]]), "modularity: labels"),
        (lambda g: an.modularity(g, [0, 1, 2], resolution=np.nan), "modularity: resolution"),
        (lambda g: an.modularity(g, [0, 1, 2], weight="bad"), "modularity: weight"),
    ],
)
def test_what_cannot_be_meant_is_refused(call, message):
    graph = Graph.from_edges([0, 1], [1, 2], attributes={"bad": [1.0, -1.0]})
    with pytest.raises(ParameterError, match=message):
        call(graph)
