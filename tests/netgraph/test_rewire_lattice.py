"""Lattices made of a graph's edges: distances on the ring, reciprocity, sorted weights, degrees."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import netgraph as ng
import netgraph.generation as gen
from netgraph import Graph
from netgraph.analysis import local_clustering, reciprocity
from simcore.errors import EdgeError, ParameterError, UnknownNameError


def ring_distance(graph):
    apart = np.abs(graph.source.astype(int) - graph.target)
    return np.minimum(apart, graph.n_nodes - apart)


def example(*, directed=True, edges=600, n=60):
    graph = gen.erdos_renyi(nodes=n, edges=edges, directed=directed, weights=("uniform", 1.0, 2.0), seed=1)
    graph.edges["delay"] = graph.edges["weight"] * 3.0
    graph.edges["kind"] = np.where(graph.edges["weight"] > 1.5, "strong", "weak")
    return graph


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 15), st.floats(0.0, 1.0), st.booleans(), st.sampled_from([None, 0.0, 0.3, 1.0]))
def test_pairs_are_joined_in_order_of_their_distance(n, density, directed, share):
    m = round(density * (n * (n - 1) if directed else n * (n - 1) // 2))
    graph = gen.erdos_renyi(nodes=n, edges=m, directed=directed, seed=1)
    lattice = gen.lattice_rewire(graph, reciprocity=share if directed else None, seed=2)
    assert lattice.n_edges == m
    Graph.from_edges(
        lattice.source, lattice.target, n_nodes=n, directed=directed, allow_multi_edges=False, allow_self_loops=False
    )
    joined = {tuple(sorted(pair)) for pair in zip(lattice.source.tolist(), lattice.target.tolist(), strict=True)}
    every = sorted(min(v - u, n - v + u) for u in range(n) for v in range(u + 1, n))
    assert sorted(min(v - u, n - v + u) for u, v in joined) == every[: len(joined)]


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_the_reciprocity_is_the_one_asked_for(share):
    assert abs(reciprocity(gen.lattice_rewire(example(), reciprocity=share, seed=1)) - share) < 2 / 600
    assert reciprocity(gen.lattice_rewire(example(), seed=1)) == 1.0


def test_a_lattice_has_the_clustering_of_a_ring():
    lattice = gen.lattice_rewire(example(directed=False, edges=300), seed=1)
    # 3 (k - 2) / (4 (k - 1)) with k = 10 neighbours (Watts & Strogatz 1998).
    np.testing.assert_allclose(local_clustering(lattice), 3 * 8 / (4 * 9))


def test_the_last_edges_are_spread_evenly():
    lattice = gen.lattice_rewire(example(directed=False, edges=80), seed=1)
    ends = np.sort(lattice.source[ring_distance(lattice) == 2])
    np.testing.assert_array_equal(ends, np.arange(20) * 3)


@pytest.mark.parametrize("constraints", [None, "both-degrees"])
@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize(("distance_sort", "sign"), [("inverse", -1), ("linear", 1)])
def test_weights_are_sorted_by_distance_and_others_follow(constraints, directed, distance_sort, sign):
    graph = example(directed=directed, edges=500)
    lattice = gen.lattice_rewire(graph, constraints, weight="weight", distance_sort=distance_sort, seed=1)
    weight, distance = lattice.edges["weight"], ring_distance(lattice)
    np.testing.assert_array_equal(np.sort(weight), np.sort(graph.edges["weight"]))
    for d in np.unique(distance)[:-1]:
        assert (sign * weight[distance <= d]).max() <= (sign * weight[distance > d]).min()
    np.testing.assert_allclose(lattice.edges["delay"], weight * 3.0)
    assert ((weight > 1.5) == (lattice.edges["kind"] == "strong")).all()


def test_the_shortest_edges_have_the_largest_weights():
    lattice = gen.lattice_rewire(example(), weight="weight", seed=1)
    order = np.argsort(ring_distance(lattice), kind="stable")
    ranked = lattice.edges["weight"][order].reshape(5, 120)
    assert (ranked[:-1].min(axis=1) >= ranked[1:].max(axis=1)).all()
    back = lattice.edge_id(lattice.target, lattice.source)
    # The two edges of a pair have values next to each other among all.
    rank = np.argsort(np.argsort(lattice.edges["weight"]))
    assert (np.abs(rank - rank[back]) == 1).all()


def test_each_column_can_be_sorted_or_shuffled_by_itself():
    graph = example()
    graph.edges["delay"] = 10.0 - graph.edges["weight"]
    lattice = gen.lattice_rewire(graph, edge_attributes="distance", seed=1)
    for name in ("weight", "delay"):
        assert np.corrcoef(ring_distance(lattice), lattice.edges[name])[0, 1] < -0.95
    alone = gen.lattice_rewire(graph, weight="weight", edge_attributes="independent", seed=1)
    assert np.corrcoef(ring_distance(alone), alone.edges["weight"])[0, 1] < -0.95
    assert abs(np.corrcoef(ring_distance(alone), alone.edges["delay"])[0, 1]) < 0.15
    free = gen.lattice_rewire(graph, seed=1)
    assert abs(np.corrcoef(ring_distance(free), free.edges["weight"])[0, 1]) < 0.15
    np.testing.assert_allclose(free.edges["delay"], 10.0 - free.edges["weight"])


@pytest.mark.parametrize("directed", [True, False])
def test_a_lattice_that_keeps_degrees_is_shorter_and_more_clustered(directed):
    rng = np.random.default_rng(1)
    graph = Graph(200, directed=directed)
    graph.add_edges((rng.random(2000) ** 1.5 * 200).astype(int), rng.integers(0, 200, 2000), ignore_invalid=True)
    mean = [ring_distance(graph).mean()]
    for swaps in (1, 10, 100):
        lattice = gen.lattice_rewire(graph, "both-degrees", swaps_per_edge=swaps, seed=1)
        assert (lattice.in_degree() == graph.in_degree()).all()
        assert (lattice.out_degree() == graph.out_degree()).all()
        mean.append(ring_distance(lattice).mean())
    assert mean[0] > mean[1] > mean[2] > mean[3]
    assert local_clustering(lattice).mean() > 2 * local_clustering(graph).mean()
    Graph.from_edges(lattice.source, lattice.target, directed=directed, allow_multi_edges=False, allow_self_loops=False)


@pytest.mark.parametrize("directed", [True, False])
def test_a_graph_of_equal_degrees_becomes_nearly_the_ring(directed):
    ring = gen.circular(10, nodes=3000, directed=directed)
    graph = gen.random_rewire(ring, "both-degrees", seed=1)
    lattice = gen.lattice_rewire(graph, "both-degrees", seed=2)
    assert ring_distance(lattice).mean() < 1.1 * ring_distance(ring).mean()
    assert local_clustering(lattice).mean() > 0.9 * local_clustering(ring).mean()
    kept = gen.lattice_rewire(ring, "both-degrees", seed=2)
    np.testing.assert_array_equal(np.sort(ring_distance(kept)), np.sort(ring_distance(ring)))


def test_directed_edges_are_little_longer_than_the_degrees_make_them():
    graph = gen.erdos_renyi(nodes=3000, edges=15_000, seed=1)
    across = np.cumsum(graph.out_degree() - graph.in_degree())
    shortest = np.abs(across - np.median(across)).sum() / graph.n_edges
    assert ring_distance(gen.lattice_rewire(graph, "both-degrees", seed=2)).mean() < shortest + 1.5


@pytest.mark.parametrize("constraints", [None, "both-degrees"])
def test_one_seed_gives_one_lattice_and_the_graph_stays_as_it_is(constraints):
    graph = example()
    before = graph.copy()
    options = {"weight": "weight", "node_attributes": "independent"}
    one, two = (gen.lattice_rewire(graph, constraints, seed=4, threads=threads, **options) for threads in (1, 3))
    np.testing.assert_array_equal(one.source, two.source)
    np.testing.assert_array_equal(one.target, two.target)
    assert one.edges == two.edges
    assert graph.edges == before.edges
    np.testing.assert_array_equal(graph.target, before.target)
    assert one.type == "lattice_rewire"


def test_a_network_stays_a_network():
    net = gen.erdos_renyi(edges=200, population=ng.NeuralPop.uniform(40, neuron_model="iaf_psc_exp"), seed=1)
    lattice = gen.lattice_rewire(net, seed=1)
    assert isinstance(lattice, ng.Network)
    assert lattice.population.size == 40
    assert lattice.n_edges == 200


@pytest.mark.parametrize("n", [0, 1, 4])
def test_graphs_without_edges_stay_so(n):
    for constraints in (None, "both-degrees"):
        assert gen.lattice_rewire(Graph(n), constraints, seed=1).n_edges == 0


@pytest.mark.parametrize(
    ("kwargs", "error", "message"),
    [
        ({"constraints": "in-degree"}, UnknownNameError, "both-degrees"),
        ({"reciprocity": 1.5}, ParameterError, r"\[0, 1\]"),
        ({"reciprocity": 0.5, "constraints": "both-degrees"}, ParameterError, "None for undirected"),
        ({"weight": "wieght"}, UnknownNameError, "weight"),
        ({"weight": "kind"}, ParameterError, "numbers"),
        ({"distance_sort": "reverse"}, UnknownNameError, "inverse"),
        ({"edge_attributes": "preserve_in"}, UnknownNameError, "distance"),
        ({"swaps_per_edge": 5}, ParameterError, "no edges are switched"),
    ],
)
def test_what_makes_no_sense_is_refused(kwargs, error, message):
    with pytest.raises(error, match=message):
        gen.lattice_rewire(example(), **kwargs)


def test_more_edges_than_pairs_and_undirected_reciprocity_are_refused():
    with pytest.raises(EdgeError, match="3 distinct edges wanted, but 2 nodes have only 2"):
        gen.lattice_rewire(Graph.from_edges([0, 0, 0], [1, 1, 1]))
    with pytest.raises(EdgeError, match="self-loops"):
        gen.lattice_rewire(Graph.from_edges([0, 1], [0, 0]), "both-degrees")
    with pytest.raises(ParameterError, match="None for undirected"):
        gen.lattice_rewire(example(directed=False), reciprocity=0.5)
