"""Small-world measures against NNGT, NetworkX, values put together from their parts, and what is known of model graphs."""

import networkx as nx
import numpy as np
import pytest

from netgraph import Graph, NeuralPop
from netgraph import analysis as an
from netgraph.analysis import small_world
from netgraph.generation import lattice_rewire, random_rewire
from netgraph.network import Network
from simcore.errors import ParameterError, UnknownNameError

# A graph, a lattice and a random graph of 8 nodes and 13 edges.
WEIGHTS = [1.0, 0.5, 2.0, 0.25, 1.5, 3.0, 0.75, 0.4, 2.5, 1.25, 0.6, 0.9, 1.75]
GRAPH = [0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 0, 3], [1, 2, 3, 4, 5, 6, 7, 0, 2, 3, 4, 4, 7]
LATTICE = [0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4], [1, 2, 3, 4, 5, 6, 7, 0, 2, 3, 4, 5, 6]
RANDOM = [0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4], [3, 5, 7, 6, 0, 2, 1, 4, 6, 4, 6, 5, 5]


def given_graphs():
    graph = Graph.from_edges(*GRAPH, directed=False, weights=WEIGHTS)
    lattice = Graph.from_edges(*LATTICE, directed=False, weights=sorted(WEIGHTS, reverse=True))
    return graph, {"lattice": lattice, "random": Graph.from_edges(*RANDOM, directed=False, weights=WEIGHTS[::-1])}


def watts_strogatz(n, k, p, seed, *, directed=False):
    other = nx.connected_watts_strogatz_graph(n, k, p, seed=seed)
    source, target = np.array(other.edges).T
    if directed:
        source, target = np.append(source, target), np.append(target, source)
    weights = np.random.default_rng(seed).uniform(0.2, 2.0, len(source))
    return Graph.from_edges(source, target, n_nodes=n, directed=directed, weights=weights)


# Written down from NNGT 2.8.0, `nngt.analysis.small_world_propensity(..., clustering="continuous", return_deviations=True)`.
FROM_NNGT = {
    (None, False): (0.181379887317, 1.0, 0.583333333333),
    (None, True): (0.24480962665, 1.0, 0.375),
    ("weight", False): (0.108230073753, 1.293587705352, 0.768444664708),
    ("weight", True): (0.121756790687, 1.293587705352, 0.736628990339),
}


@pytest.mark.parametrize(("weight", "use_global"), FROM_NNGT)
def test_propensity_and_deviations_equal_those_of_nngt_with_the_same_references(weight, use_global):
    graph, references = given_graphs()
    found = an.small_world_propensity(graph, weight=weight, use_global_clustering=use_global, **references)
    assert tuple(found) == pytest.approx(FROM_NNGT[weight, use_global], abs=1e-11)


@pytest.mark.parametrize("weight", [None, "weight"])
@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("method", ["continuous", "onnela"])
def test_propensity_is_what_clustering_and_paths_of_the_references_make_it(weight, directed, method):
    graph = watts_strogatz(40, 6, 0.1, 1, directed=directed)
    lattice, random = lattice_rewire(graph, weight=weight, seed=2), random_rewire(graph, seed=3)
    c, length = [], []
    for g in (graph, lattice, random):
        c.append(an.local_clustering(g, weight=weight, method=method).mean())
        other = nx.DiGraph() if directed else nx.Graph()
        rows = zip(g.source.tolist(), g.target.tolist(), (1 / g.edges["weight"]).tolist(), strict=True)
        other.add_weighted_edges_from(rows)
        length.append(nx.average_shortest_path_length(other, weight=weight))
    of_c, of_l = (c[1] - c[0]) / (c[1] - c[2]), (length[0] - length[2]) / (length[1] - length[2])
    found = an.small_world_propensity(graph, weight=weight, method=method, lattice=lattice, random=random)
    assert found.clustering_deviation == pytest.approx(of_c)
    assert found.path_deviation == pytest.approx(of_l)
    limited = np.clip([of_c, of_l], 0, 1)
    assert found.propensity == pytest.approx(1 - np.sqrt((limited**2).sum() / 2))


def rewired_ring(p, seed):
    """Ring of 150 nodes with 8 neighbours each, weights falling with the distance, a share p of the edges moved elsewhere."""
    rng = np.random.default_rng(seed)
    steps = np.tile(np.arange(1, 5), 150)
    source = np.repeat(np.arange(150), 4)
    target = np.where(rng.random(600) < p, source + rng.integers(5, 145, 600), source + steps) % 150
    return Graph.from_edges(source, target, directed=False, weights=1.0 / steps)


@pytest.mark.parametrize("weight", [None, "weight"])
def test_rings_with_some_edges_moved_are_small_worlds_between_lattice_and_randomness(weight):
    """The propensity is highest, and omega nearest to 0, between order and randomness (Muldoon 2016, Telesford 2011)."""
    options, found = {"weight": weight, "n_nulls": 3, "seed": 5}, {}
    for p in (0.0, 0.1, 1.0):
        graph = rewired_ring(p, 4)
        measures = an.small_world_propensity, an.small_world_sigma, an.small_world_omega
        found[p] = [np.ravel(measure(graph, **options))[0] for measure in measures]
    assert found[0.0][0] == pytest.approx(1 - np.sqrt(1 / 2), abs=0.05)
    assert found[1.0][0] == pytest.approx(1 - np.sqrt(1 / 2), abs=0.1)
    assert found[0.1][0] > 0.65
    assert found[0.1][1] > 3
    assert found[1.0][1] == pytest.approx(1.0, abs=0.35)
    assert found[0.0][2] < -0.4
    assert found[1.0][2] > 0.7
    assert abs(found[0.1][2]) < 0.35


def test_sigma_is_near_to_that_of_networkx():
    graph = watts_strogatz(30, 6, 0.1, 6)
    other = nx.Graph(list(zip(graph.source.tolist(), graph.target.tolist(), strict=True)))
    sigma = an.small_world_sigma(graph, use_global_clustering=True, n_nulls=40, seed=7)
    assert sigma == pytest.approx(nx.sigma(other, niter=5, nrand=5, seed=8), rel=0.15)


@pytest.mark.parametrize("weight", [None, "weight"])
def test_sigma_and_omega_are_made_of_clustering_and_paths_of_their_references(weight, monkeypatch):
    graph, references = given_graphs()
    monkeypatch.setattr(small_world, "random_graph", lambda *_: references["random"])
    monkeypatch.setattr(small_world, "lattice_graph", lambda *_: references["lattice"])
    c, length = {}, {}
    for name, g in {"graph": graph, **references}.items():
        other = nx.Graph()
        rows = zip(g.source.tolist(), g.target.tolist(), g.edges["weight"].tolist(), strict=True)
        other.add_edges_from((s, t, {"weight": w, "length": 1 / w}) for s, t, w in rows)
        c[name] = nx.average_clustering(other, weight=weight)
        length[name] = nx.average_shortest_path_length(other, weight=weight and "length")
    options = {"weight": weight, "method": "onnela", "n_nulls": 2, "seed": 1}
    expected = (c["graph"] / c["random"]) / (length["graph"] / length["random"])
    assert an.small_world_sigma(graph, **options) == pytest.approx(expected)
    expected = length["random"] / length["graph"] - c["graph"] / c["lattice"]
    assert an.small_world_omega(graph, **options) == pytest.approx(expected)


@pytest.mark.parametrize("measure", [an.small_world_propensity, an.small_world_sigma, an.small_world_omega])
def test_the_seed_alone_decides_what_is_drawn(measure, monkeypatch):
    graph, found = watts_strogatz(40, 8, 0.2, 9), []
    for threads in (1, 2, 5):
        monkeypatch.setattr("simcore.compile.default_threads", lambda threads=threads: threads)
        found.append(measure(graph, weight="weight", n_nulls=4, seed=10))
    assert found[0] == found[1] == found[2]
    assert measure(graph, weight="weight", n_nulls=4, seed=11) != found[0]


@pytest.mark.parametrize("measure", [an.small_world_propensity, an.small_world_sigma, an.small_world_omega])
def test_self_loops_parallel_edges_and_a_population_do_not_matter(measure):
    graph = watts_strogatz(30, 8, 0.2, 12, directed=True)
    source, target = np.append(graph.source, [0, 3]), np.append(graph.target, [0, graph.target[graph.source == 3][0]])
    net = Network.from_edges(source, target, population=NeuralPop.exc_and_inhib(30))
    np.testing.assert_allclose(measure(net, n_nulls=2, seed=13), measure(graph, n_nulls=2, seed=13))


def test_edges_of_weight_zero_are_on_no_path():
    ends = [0, 1, 2, 3, 4, 0], [1, 2, 3, 4, 0, 2]
    graph = Graph.from_edges(*ends, directed=False, weights=[1.0, 1.0, 1.0, 1.0, 1.0, 0.0])
    without = Graph.from_edges(ends[0][:5], ends[1][:5], directed=False, weights=1.0)
    reference = Graph.from_edges([0, 1, 2, 3, 0], [1, 2, 3, 4, 2], directed=False, weights=0.5)
    line = Graph.from_edges([0, 1, 2, 3], [1, 2, 3, 4], directed=False, weights=0.5)
    found = [an.small_world_propensity(g, weight="weight", lattice=reference, random=line) for g in (graph, without)]
    assert tuple(found[0]) == pytest.approx(tuple(found[1]))


def test_a_graph_that_is_not_connected_is_refused_or_treated_as_asked():
    graph = watts_strogatz(30, 6, 0.1, 14)
    apart = Graph.from_edges(np.append(graph.source, 30), np.append(graph.target, 31), directed=False)
    for measure in (an.small_world_propensity, an.small_world_sigma, an.small_world_omega):
        with pytest.raises(ParameterError, match="graph: got '2 components, the largest of 30 nodes'"):
            measure(apart, n_nulls=2, seed=1)
        assert np.isfinite(measure(apart, n_nulls=2, seed=1, unconnected="largest")).all()
        assert np.isfinite(measure(apart, n_nulls=2, seed=1, unconnected="pairs")).all()
    with pytest.raises(ParameterError, match="random: got '2 components"):
        an.small_world_propensity(graph, random=apart, n_nulls=2, seed=1)


def test_random_references_that_fall_apart_are_measured_over_pairs_with_a_path():
    ring = watts_strogatz(60, 4, 0.0, 15)
    found = [an.small_world_propensity(ring, unconnected=way, n_nulls=5, seed=1) for way in ("error", "pairs")]
    assert found[0] == found[1]
    assert np.isfinite(found[0]).all()


def test_measures_that_nothing_defines_are_nan():
    square = Graph.from_edges([0, 1, 2, 3], [1, 2, 3, 0], directed=False)
    assert np.isnan(an.small_world_sigma(square, n_nulls=2, seed=1))
    same = an.small_world_propensity(square, lattice=square, random=square)
    assert np.isnan(tuple(same)).all()
    assert np.isnan(tuple(an.small_world_propensity(Graph(1), n_nulls=1, seed=1))).all()


@pytest.mark.parametrize("measure", [an.small_world_propensity, an.small_world_sigma, an.small_world_omega])
def test_arguments_that_make_no_sense_are_refused(measure):
    graph, _ = given_graphs()
    with pytest.raises(UnknownNameError, match="did you mean 'continuous'"):
        measure(graph, method="continous")
    with pytest.raises(UnknownNameError, match="did you mean 'largest'"):
        measure(graph, unconnected="larges")
    with pytest.raises(UnknownNameError, match="did you mean 'weight'"):
        measure(graph, weight="wieght")
    with pytest.raises(ParameterError, match="n_nulls: got 0, expected a whole number >= 1"):
        measure(graph, n_nulls=0)
    with pytest.raises(ParameterError, match="seed: got 'x'"):
        measure(graph, seed="x")
    with pytest.raises(ParameterError, match="use_global_clustering: got 1"):
        measure(graph, use_global_clustering=1)
    with pytest.raises(ParameterError, match="graph: got 'graph'"):
        measure("graph")


def test_references_must_be_graphs_with_the_weights():
    graph, references = given_graphs()
    with pytest.raises(ParameterError, match="small_world_propensity: lattice"):
        an.small_world_propensity(graph, lattice="ring", seed=1)
    bare = Graph.from_edges(*RANDOM, directed=False)
    with pytest.raises(UnknownNameError, match="unknown edge column 'weight'"):
        an.small_world_propensity(graph, weight="weight", random=bare, lattice=references["lattice"])
