"""Rings and the small worlds made of them: exact lattices, reciprocity, shortcuts, moved edges, refusals."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import netgraph as ng
import netgraph.generation as gen
from simcore.errors import EdgeError, ParameterError, UnknownNameError

MAKE = {
    "circular": lambda k, **options: gen.circular(k, **options),
    "newman_watts": lambda k, **options: gen.newman_watts(k, proba_shortcut=0.2, **options),
    "watts_strogatz": lambda k, **options: gen.watts_strogatz(k, 0.3, **options),
}


def keys(graph):
    """A number for each edge, equal for the two directions if undirected."""
    ends = graph.source.astype(int), graph.target.astype(int)
    if not graph.directed:
        ends = np.minimum(*ends), np.maximum(*ends)
    return ends[0] * graph.n_nodes + ends[1]


def reciprocity(graph):
    return np.isin(graph.target.astype(int) * graph.n_nodes + graph.source, keys(graph)).mean()


def ring_distance(graph):
    apart = np.abs(graph.source.astype(int) - graph.target)
    return np.minimum(apart, graph.n_nodes - apart)


@pytest.mark.parametrize(("n", "k"), [(3, 2), (5, 4), (10, 2), (11, 6), (10, 0), (1, 0)])
def test_the_undirected_ring_is_the_lattice_of_networkx(n, k):
    graph = gen.circular(k, nodes=n, directed=False)
    twin = nx.watts_strogatz_graph(n, k, 0.0) if k else nx.empty_graph(n)
    np.testing.assert_array_equal(graph.adjacency().toarray(), nx.to_numpy_array(twin))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.integers(0, 10), st.floats(0, 1), st.sampled_from(["random", "closest"]), st.integers(0, 99))
def test_any_reciprocity_is_met_to_the_nearest_pair(n, half, r, choice, seed):
    half = min(half, (n - 1) // 2)
    graph = gen.circular(2 * half, reciprocity=r, reciprocity_choice=choice, nodes=n, seed=seed)
    pairs = n * half
    both = round(r * pairs / (2 - r))
    assert graph.n_edges == pairs + both
    assert len(np.unique(keys(graph))) == graph.n_edges
    assert (ring_distance(graph) <= half).all()
    if graph.n_edges:
        assert reciprocity(graph) == pytest.approx(2 * both / (pairs + both))


def test_the_closest_pairs_are_joined_both_ways_first():
    graph = gen.circular(6, reciprocity=0.5, reciprocity_choice="closest", nodes=30, seed=1)
    both = np.isin(graph.target.astype(int) * 30 + graph.source, keys(graph))
    assert np.bincount(ring_distance(graph)[both]).tolist() == [0, 60]  # 90 pairs: 30 of them both ways
    mixed = gen.circular(6, reciprocity=0.5, nodes=30, seed=1)
    both = np.isin(mixed.target.astype(int) * 30 + mixed.source, keys(mixed))
    assert (np.bincount(ring_distance(mixed)[both], minlength=4)[1:] > 0).all()


def test_directions_of_single_edges_are_random():
    forward = [
        int(((g.target.astype(int) - g.source) % 50 <= 2).sum())
        for g in (gen.circular(4, reciprocity=0.0, nodes=50, seed=seed) for seed in range(300))
    ]
    u = stats.binom(100, 0.5).cdf(np.array(forward) - 1) + np.random.default_rng(1).uniform(size=300) * stats.binom(
        100, 0.5
    ).pmf(forward)
    assert stats.kstest(u, "uniform").pvalue > 1e-3


# Shortcuts


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("r", [0.0, 0.4, 1.0])
def test_shortcuts_are_added_to_a_whole_ring(directed, r):
    r = r if directed else 1.0
    graph = gen.newman_watts(4, edges=500, reciprocity_circular=r, nodes=80, directed=directed, seed=3)
    ring = 80 * 2 + (round(r * 160 / (2 - r)) if directed else 0)
    assert graph.n_edges == 500
    assert len(np.unique(keys(graph))) == 500
    assert (ring_distance(graph)[:ring] <= 2).all()
    assert not (graph.source == graph.target).any()


def test_the_number_of_shortcuts_is_binomial_and_they_are_uniform_among_free_pairs():
    found, numbers = np.zeros((12, 12)), []
    for seed in range(2000):
        graph = gen.newman_watts(2, proba_shortcut=0.25, nodes=12, seed=seed, threads=1)
        numbers.append(graph.n_edges - 24)
        np.add.at(found, (graph.source[24:], graph.target[24:]), 1)
    law = stats.binom(24, 0.25)
    expected = law.pmf(np.arange(25)) * 2000
    middle = expected > 5
    counts = np.bincount(numbers, minlength=25)
    assert stats.chisquare(counts[middle], expected[middle] * counts[middle].sum() / expected[middle].sum()).pvalue > 1e-3
    apart = np.abs(np.subtract.outer(np.arange(12), np.arange(12)))
    free = np.minimum(apart, 12 - apart) > 1
    assert not found[~free].any()
    assert stats.chisquare(found[free]).pvalue > 1e-3


# Moved edges


@pytest.mark.parametrize("shuffle", ["random", "sources", "targets"])
@pytest.mark.parametrize("r", [0.0, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("p", [0.0, 0.2, 1.0])
def test_moving_edges_keeps_their_number_for_any_reciprocity(shuffle, r, p):
    # NNGT 2.8 raises an IndexError for 4 neighbours, 100 nodes and a reciprocity of 0.5.
    graph = gen.watts_strogatz(4, p, shuffle=shuffle, reciprocity_circular=r, nodes=100, seed=2)
    ring = gen.circular(4, reciprocity=r, nodes=100, seed=2)
    assert graph.n_edges == ring.n_edges == 200 + round(r * 200 / (2 - r))
    assert len(np.unique(keys(graph))) == graph.n_edges
    assert not (graph.source == graph.target).any()
    if shuffle == "sources" or p == 0.0:
        np.testing.assert_array_equal(graph.target, ring.target)
    if shuffle == "targets" or p == 0.0:
        np.testing.assert_array_equal(graph.source, ring.source)


@pytest.mark.parametrize("p", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("directed", [True, False])
def test_clustering_falls_as_edges_are_moved(p, directed):
    # A triangle of the ring stays if none of its edges moves: C(p) = C(0) (1 - p)**3 (Barrat & Weigt 2000).
    graph = gen.watts_strogatz(10, p, nodes=4000, directed=directed, seed=5)
    start = 3 * (5 - 1) / (2 * (2 * 5 - 1))
    both = nx.Graph(zip(graph.source.tolist(), graph.target.tolist(), strict=True)) if not directed else None
    found = nx.transitivity(both) if both is not None else ng.analysis.global_clustering(graph)
    assert found == pytest.approx(start * (1 - p) ** 3, abs=0.02)


def test_moved_targets_are_uniform():
    found = np.zeros(21)
    for seed in range(400):
        graph = gen.watts_strogatz(4, 1.0, shuffle="targets", nodes=21, seed=seed, threads=1)
        mine = graph.source == 0
        found[graph.target[mine]] += 1
    assert found[0] == 0
    assert found.sum() == 4 * 400
    assert stats.chisquare(found[3:19]).pvalue > 1e-3  # its neighbours on the ring are free only once those edges have moved


def test_a_ring_that_is_nearly_complete_can_be_moved_too():
    graph = gen.watts_strogatz(4, 1.0, nodes=5, seed=1)
    np.testing.assert_array_equal(graph.adjacency().toarray(), 1 - np.eye(5))


# Every family


@pytest.mark.parametrize("name", MAKE)
@pytest.mark.parametrize("directed", [True, False])
def test_the_graph_is_the_same_for_any_number_of_threads(name, directed):
    made = [MAKE[name](6, nodes=500, directed=directed, seed=4, threads=threads) for threads in (1, 2, 3)]
    for other in made[1:]:
        np.testing.assert_array_equal(keys(made[0]), keys(other))
    assert made[0].type == name
    assert not np.array_equal(keys(made[0]), keys(MAKE[name](6, nodes=500, directed=directed, seed=5))) or name == "circular"


@pytest.mark.parametrize("name", MAKE)
@pytest.mark.parametrize("directed", [True, False])
def test_a_part_of_a_graph_is_connected_and_what_exists_is_kept(name, directed):
    graph = gen.erdos_renyi(nodes=40, p=0.2, directed=directed, seed=1)
    before = keys(graph)
    parameters = {"circular": {}, "newman_watts": {"proba_shortcut": 0.5}, "watts_strogatz": {"proba_shortcut": 0.5}}[name]
    nodes = np.arange(30)[::-1]
    rows = gen.connect_nodes(graph, nodes, nodes, name, coord_nb=4, weights=2.0, seed=3, **parameters)
    after = keys(graph)
    np.testing.assert_array_equal(after[: len(before)], before)
    assert len(np.unique(after)) == graph.n_edges > len(before)
    assert max(graph.source[rows].max(), graph.target[rows].max()) < 30


def test_networks_and_groups_are_connected_too():
    net = gen.newman_watts(10, proba_shortcut=0.1, population=ng.NeuralPop.exc_and_inhib(100), weights=3.0, delays=1.0, seed=1)
    assert isinstance(net, ng.Network)
    assert net.edges["weight"].min() == 3.0
    other = ng.Network(ng.NeuralPop.exc_and_inhib(100))
    rows = gen.connect_groups(other, "inhibitory", "inhibitory", "circular", coord_nb=4, seed=1)
    assert set(other.source[rows]) == set(range(80, 100))


def test_self_loops_come_where_they_are_allowed():
    graph = gen.watts_strogatz(2, 1.0, nodes=30, self_loops=True, seed=1)
    assert (graph.source == graph.target).any()


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: gen.circular(3, nodes=10), ParameterError, "circular: coord_nb: got 3, expected an even number"),
        (lambda: gen.circular(10, nodes=10), ParameterError, "got '10 neighbours among 10 nodes'"),
        (
            lambda: gen.circular(4, reciprocity=1.2, nodes=10),
            ParameterError,
            r"reciprocity: got 1.2, expected a number in \[0, 1\]",
        ),
        (lambda: gen.circular(4, reciprocity_choice="close", nodes=9), UnknownNameError, "did you mean 'closest'"),
        (lambda: gen.circular(4, reciprocity=0.5, nodes=9, directed=False), ParameterError, "1 for an undirected graph"),
        (lambda: gen.newman_watts(4, nodes=9), ParameterError, "exactly one of proba_shortcut, edges"),
        (lambda: gen.newman_watts(4, edges=10, nodes=9), EdgeError, "10 edges wanted, but the ring alone has 36"),
        (lambda: gen.newman_watts(4, edges=73, nodes=9), EdgeError, "37 distinct edges wanted, but only 36 pairs are free"),
        (lambda: gen.newman_watts(4, proba_shortcut=-0.1, nodes=9), ParameterError, "proba_shortcut: got -0.1"),
        (lambda: gen.watts_strogatz(4, 1.5, nodes=9), ParameterError, "proba_shortcut: got 1.5"),
        (lambda: gen.watts_strogatz(4, 0.5, shuffle="target", nodes=9), UnknownNameError, "did you mean 'targets'"),
    ],
)
def test_what_makes_no_sense_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize("multigraph", [True, False])
def test_a_ring_needs_the_same_nodes_on_both_sides_and_distinct_edges(multigraph):
    graph = ng.Graph(10)
    targets = range(5) if multigraph else range(1, 6)
    message = "edges are distinct" if multigraph else "the same nodes on both sides"
    with pytest.raises(ParameterError, match=message):
        gen.connect_nodes(graph, range(5), targets, "circular", coord_nb=2, multigraph=multigraph)
    assert graph.n_edges == 0
