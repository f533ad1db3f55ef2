"""Growth by preferential attachment: numbers of edges, laws of the degrees, reciprocity, edges that exist."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import betaln

import netgraph as ng
import netgraph.generation as gen
from netgraph.analysis import reciprocity
from simcore.errors import ParameterError


def pairs(graph):
    return list(zip(graph.source.tolist(), graph.target.tolist(), strict=True))


def price_law(k, m, c):
    """Share of nodes with in-degree k in a large graph of Price (Newman 2010, equation 14.34)."""
    return np.exp(betaln(k + c, 2 + c / m) - betaln(c, 1 + c / m))


def assert_law(degree, lowest, law):
    """The shares of the degrees are those of the law, grouped where they are few."""
    n = len(degree)
    k = np.arange(lowest, lowest + 3000)
    expected = law(k) * n
    groups = np.unique(np.minimum(np.cumsum(expected) // (n / 40), 36), return_inverse=True)[1]
    found = np.bincount(np.minimum(degree, k[-1]) - lowest, minlength=k.size)
    expected = np.bincount(groups, expected)
    expected[-1] += n - expected.sum()
    assert stats.chisquare(np.bincount(groups, found), expected).pvalue > 1e-4


@pytest.mark.parametrize(("m", "c"), [(3, 1.0), (5, 4.0), (2, 6.0)])
def test_in_degrees_of_price_follow_the_known_law(m, c):
    graph = gen.price_scale_free(m, c=c, nodes=30_000, multigraph=True, seed=1)
    assert_law(graph.in_degree(), 0, lambda k: price_law(k, m, c))
    assert (graph.out_degree()[1:] == m).all()


def test_degrees_of_barabasi_and_albert_follow_the_known_law():
    m = 4
    graph = gen.barabasi_albert(m, nodes=30_000, directed=False, seed=1)
    assert_law(graph.degree(), m, lambda k: 2 * m * (m + 1) / (k * (k + 1.0) * (k + 2.0)))
    twin = nx.barabasi_albert_graph(30_000, m, seed=1)
    theirs = np.array([d for _, d in twin.degree()])
    assert stats.ks_2samp(graph.degree(), theirs).pvalue > 1e-3


@pytest.mark.parametrize("back", [0.2, 1.0])
def test_edges_back_count_for_the_exponent_and_have_the_stated_share(back):
    m, c = 4, 3.0
    graph = gen.price_scale_free(m, c=c, reciprocity=back, nodes=60_000, seed=2)
    assert len(set(pairs(graph))) == graph.n_edges
    assert reciprocity(graph) == pytest.approx(2 * back / (1 + back), abs=0.005)
    degree = graph.in_degree()
    high = degree[degree >= 60]
    # Hill's estimate with the shift of the law, of exponent 2 + back + c / m.
    exponent = 1 + high.size / np.log((high + c) / (59.5 + c)).sum()
    assert abs(exponent - (2 + back + c / m)) < 3 * (exponent - 1) / np.sqrt(high.size)


def test_a_power_other_than_one_changes_how_large_the_largest_get():
    flat, linear, steep = (
        gen.price_scale_free(3, gamma=gamma, nodes=4000, seed=1).in_degree().max() for gamma in (0.0, 1.0, 1.6)
    )
    assert 5 * flat < linear < steep / 3


def test_with_power_zero_all_earlier_nodes_are_equally_likely():
    n, runs = 40, 400
    found = np.zeros(n)
    for seed in range(runs):
        found += gen.price_scale_free(1, gamma=0.0, nodes=n, seed=seed).in_degree()
    later = np.array([sum(1.0 / t for t in range(v + 1, n)) for v in range(n)]) * runs
    assert stats.chisquare(found[:-1], later[:-1]).pvalue > 1e-3


def test_both_ways_to_draw_give_the_same_law():
    # A power that differs from one by nothing that counts goes through the weights.
    one = np.concatenate([gen.price_scale_free(3, c=2.0, nodes=2000, seed=s).in_degree() for s in range(5)])
    other = np.concatenate([gen.price_scale_free(3, c=2.0, gamma=1 + 1e-12, nodes=2000, seed=s).in_degree() for s in range(5)])
    assert (one != other).any()
    assert stats.ks_2samp(one, other).pvalue > 1e-3


@given(
    n=st.integers(1, 40),
    m=st.integers(1, 12),
    gamma=st.sampled_from([0.0, 0.5, 1.0, 2.0]),
    directed=st.booleans(),
    seed=st.integers(0, 2**64 - 1),
)
@settings(max_examples=80, deadline=None)
def test_each_node_sends_its_edges_to_different_earlier_ones(n, m, gamma, directed, seed):
    graph = gen.price_scale_free(m, gamma=gamma, nodes=n, directed=directed, seed=seed)
    np.testing.assert_array_equal(np.bincount(graph.source, minlength=n), np.minimum(np.arange(n), m))
    assert (graph.target < graph.source).all()
    assert len(set(pairs(graph))) == graph.n_edges


@pytest.mark.parametrize("gamma", [1.0, 1.3])
def test_multigraphs_send_all_their_edges(gamma):
    graph = gen.price_scale_free(5, gamma=gamma, nodes=50, multigraph=True, seed=1)
    assert graph.n_edges == 49 * 5
    assert len(set(pairs(graph))) < graph.n_edges
    assert gen.barabasi_albert(5, nodes=50, multigraph=True, directed=False, seed=1).n_edges == 49 * 5


@pytest.mark.parametrize("model", ["price_scale_free", "barabasi_albert"])
@pytest.mark.parametrize("directed", [True, False])
def test_growth_goes_on_beside_edges_that_exist_in_the_order_of_the_nodes(model, directed):
    graph = ng.Graph(60, directed=directed)
    gen.connect_nodes(graph, np.arange(50), np.arange(50), "erdos_renyi", edges=250, seed=1)
    order = np.random.default_rng(1).permutation(50)
    rows = gen.connect_nodes(graph, order, order[::-1], model, m=4, seed=2)
    place = np.argsort(order)
    new = [pairs(graph)[row] for row in rows]
    assert all(place[s] > place[t] for s, t in new)
    old = {frozenset(e) for e in pairs(graph)[:250]}
    assert not old & {frozenset(e) for e in new}
    assert len(set(new)) == len(new)
    free = [sum(frozenset((v, u)) not in old for u in order[: place[v]]) for v in range(50)]
    np.testing.assert_array_equal(np.bincount([s for s, _ in new], minlength=50), np.minimum(free, 4))


def test_edges_that_exist_attract_more():
    hits = 0
    for seed in range(200):
        graph = ng.Graph.from_edges(np.arange(11, 40), np.zeros(29, dtype=int), n_nodes=40)
        rows = gen.connect_nodes(graph, np.arange(11), np.arange(11), "price_scale_free", m=1, c=1.0, seed=seed)
        assert rows.size == 10
        hits += (graph.target[rows] == 0).sum()
    # Only edges between the nodes that grow count: node 0 has none of them.
    plain = sum((gen.price_scale_free(1, c=1.0, nodes=11, seed=seed).target == 0).sum() for seed in range(200))
    assert abs(hits - plain) < 5 * np.sqrt(2 * 2000)
    more = 0
    for seed in range(200):
        graph = ng.Graph.from_edges(np.repeat(np.arange(1, 11), 5), np.zeros(50, dtype=int), n_nodes=11)
        rows = gen.connect_nodes(graph, None, None, "price_scale_free", m=1, c=1.0, multigraph=True, seed=seed)
        more += (graph.target[rows] == 0).sum()
    assert more > 1.5 * plain


def test_one_seed_gives_one_graph_and_networks_grow_too():
    assert pairs(gen.price_scale_free(4, nodes=500, seed=1, threads=1)) == pairs(
        gen.price_scale_free(4, nodes=500, seed=1, threads=3)
    )
    assert pairs(gen.price_scale_free(4, nodes=500, seed=1)) != pairs(gen.price_scale_free(4, nodes=500, seed=2))
    # A node's draws are its own: more nodes change nothing before them.
    assert (
        pairs(gen.price_scale_free(4, nodes=500, seed=1)) == pairs(gen.price_scale_free(4, nodes=900, seed=1))[: 10 + 4 * 495]
    )
    population = ng.NeuralPop.uniform(50, neuron_model="iaf_psc_exp")
    net = gen.barabasi_albert(3, population=population, weights=2.0, seed=1)
    assert isinstance(net, ng.Network)
    gen.connect_neural_types(net, 1, 1, "price_scale_free", m=2, seed=1)
    assert len(set(pairs(net))) == net.n_edges == 144 + 91  # the first four are joined already, the fifth to all but one


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: gen.price_scale_free(0, nodes=9), ParameterError, "m: got 0"),
        (lambda: gen.price_scale_free(2.0, nodes=9), ParameterError, "m: got 2.0"),
        (lambda: gen.price_scale_free(2, c=-1.0, nodes=9), ParameterError, "c: got -1.0"),
        (lambda: gen.price_scale_free(2, c=0.0, nodes=9), ParameterError, "would never get any"),
        (lambda: gen.price_scale_free(2, gamma=-1.0, nodes=9), ParameterError, "gamma: got -1.0"),
        (lambda: gen.price_scale_free(2, gamma=500.0, nodes=9), ParameterError, "gamma: got 500.0, expected less"),
        (lambda: gen.price_scale_free(2, reciprocity=1.1, nodes=9), ParameterError, "reciprocity: got 1.1"),
        (lambda: gen.price_scale_free(2, reciprocity=None, nodes=9), ParameterError, "reciprocity: got None"),
        (lambda: gen.price_scale_free(2, reciprocity=0.5, nodes=9, directed=False), ParameterError, "its own reverse"),
        (lambda: gen.price_scale_free(2, nodes=9, self_loops=True), ParameterError, "edges go to earlier nodes"),
        (lambda: gen.barabasi_albert(-1, nodes=9), ParameterError, "m: got -1"),
        (
            lambda: gen.connect_nodes(ng.Graph(9), [0, 1], [2, 3], "barabasi_albert", m=1),
            ParameterError,
            "the same nodes on both sides",
        ),
    ],
)
def test_what_cannot_grow_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()
