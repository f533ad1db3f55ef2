"""Degree lists of undirected graphs, total degrees of directed ones, and true reciprocity for all of them."""

import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import netgraph as ng
import netgraph.generation as gen
from netgraph.analysis import reciprocity
from netgraph.generation._graphical import is_digraphic, is_graphical
from netgraph.generation._greedy import havel_hakimi, kleitman_wang
from simcore.errors import EdgeError, ParameterError


def pairs(graph):
    return list(zip(graph.source.tolist(), graph.target.tolist(), strict=True))


def assert_joined_once(graph):
    """No self-loops, and no two edges between the same nodes, in whatever direction."""
    assert all(s != t for s, t in pairs(graph))
    assert len({frozenset(edge) for edge in pairs(graph)}) == graph.n_edges


def test_whether_degrees_are_graphical_is_what_networkx_says():
    found = set()
    for degrees in itertools.product(range(5), repeat=5):
        answer = nx.is_graphical(list(degrees))
        assert is_graphical(np.array(degrees)) == answer
        found.add(answer)
    rng = np.random.default_rng(1)
    for _ in range(2000):
        n = rng.integers(1, 9)
        ins = rng.integers(0, n + 1, n)
        outs = rng.permutation(ins)
        answer = nx.is_digraphical(ins.tolist(), outs.tolist())
        assert is_digraphic(outs, ins, loops=False) == answer
        found.add(answer)
    assert found == {True, False}


@given(data=st.data(), n=st.integers(1, 12))
@settings(max_examples=60, deadline=None)
def test_graphs_are_found_without_search(data, n):
    twin = data.draw(
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda e: e[0] != e[1]), max_size=60)
    )
    edges = np.array(sorted({(min(e), max(e)) for e in twin}), dtype=np.int64).reshape(-1, 2)
    degrees = np.bincount(edges.ravel(), minlength=n)
    first, second = havel_hakimi(degrees)
    np.testing.assert_array_equal(np.bincount(np.concatenate([first, second]), minlength=n), degrees)
    assert len({frozenset(e) for e in zip(first.tolist(), second.tolist(), strict=True)}) == len(first)
    assert (first != second).all()
    edges = np.array(sorted(set(twin)), dtype=np.int64).reshape(-1, 2)
    outs, ins = np.bincount(edges[:, 0], minlength=n), np.bincount(edges[:, 1], minlength=n)
    source, target = kleitman_wang(outs, ins, loops=False)
    np.testing.assert_array_equal(np.bincount(source, minlength=n), outs)
    np.testing.assert_array_equal(np.bincount(target, minlength=n), ins)
    assert (source != target).all()
    assert len(set(zip(source.tolist(), target.tolist(), strict=True))) == len(source)


@given(data=st.data(), n=st.integers(2, 14), seed=st.integers(0, 2**64 - 1))
@settings(max_examples=60, deadline=None)
def test_any_graphical_list_is_met_exactly_and_any_other_refused(data, n, seed):
    degrees = data.draw(st.lists(st.integers(0, n - 1), min_size=n, max_size=n))
    if nx.is_graphical(degrees):
        graph = gen.from_degree_list(degrees, directed=False, seed=seed)
        np.testing.assert_array_equal(graph.degree(), degrees)
        assert_joined_once(graph)
        graph = gen.from_degree_list(degrees, "total", seed=seed)
        np.testing.assert_array_equal(graph.degree(), degrees)
        assert_joined_once(graph)
    else:
        with pytest.raises(EdgeError, match="must be even|no simple graph has these degrees"):
            gen.from_degree_list(degrees, directed=False, seed=seed)


@pytest.mark.parametrize("degrees", [[2, 2, 2, 1, 1], [3, 3, 2, 2, 2]])
def test_undirected_graphs_with_given_degrees_are_equally_likely(degrees):
    n = len(degrees)
    edges = list(itertools.combinations(range(n), 2))
    possible = [
        frozenset(chosen)
        for chosen in itertools.combinations(edges, sum(degrees) // 2)
        if [sum(node in e for e in chosen) for node in range(n)] == degrees
    ]
    size, batches = 20 * len(possible), 12
    p_values = []
    for batch in range(batches):
        counts = dict.fromkeys(possible, 0)
        for seed in range(size):
            graph = gen.from_degree_list(degrees, directed=False, seed=batch * size + seed, threads=1)
            counts[frozenset((min(e), max(e)) for e in pairs(graph))] += 1
        p_values.append(stats.chisquare(list(counts.values())).pvalue)
    assert stats.kstest(p_values, "uniform").pvalue > 1e-3


def test_extreme_degrees_that_random_swaps_do_not_meet_are_met():
    n = 400
    stars = np.r_[np.full(3, n - 1), np.full(n - 3, 3)]
    threshold = np.array(sorted((sum((i + j) > n for j in range(1, n + 1) if j != i) for i in range(1, n + 1)), reverse=True))
    for degrees in (stars, threshold, np.full(n, n - 1)):
        graph = gen.from_degree_list(degrees, directed=False, seed=1)
        np.testing.assert_array_equal(graph.degree(), degrees)
        assert_joined_once(graph)


@pytest.mark.parametrize("degree_type", ["in", "out", "total"])
def test_all_degree_types_are_the_degree_of_an_undirected_graph(degree_type):
    assert (gen.fixed_degree(7, degree_type, nodes=50, directed=False, seed=1).degree() == 7).all()


def test_total_degrees_of_directed_graphs_run_in_random_directions():
    graph = gen.fixed_degree(40, "total", nodes=500, seed=1)
    assert graph.directed
    assert (graph.degree() == 40).all()
    assert_joined_once(graph)
    assert stats.chi2(500).cdf(((graph.in_degree() - 20.0) ** 2 / 10.0).sum()) == pytest.approx(0.5, abs=0.499)
    # Also where every graph is the same, but for the directions.
    complete = [gen.fixed_degree(3, "total", nodes=4, seed=seed) for seed in range(100)]
    forward = sum((g.source < g.target).sum() for g in complete)
    assert stats.binomtest(int(forward), 600).pvalue > 1e-3


@pytest.mark.parametrize("directed", [True, False])
def test_gaussian_total_degrees_are_rounded_normal_numbers_of_even_sum(directed):
    p_values = []
    for seed in range(40):
        degree = gen.gaussian_degree(30.0, 5.0, "total", nodes=501, directed=directed, seed=seed).degree()
        assert degree.sum() % 2 == 0
        cuts = np.array([23, 26, 28, 30, 32, 34, 37]) + 0.5
        expected = np.diff(np.r_[0, stats.norm(30, 5).cdf(cuts), 1]) * 501
        p_values.append(stats.chisquare(np.histogram(degree, np.r_[-1, cuts, 1000])[0], expected).pvalue)
    assert stats.kstest(p_values, "uniform").pvalue > 1e-3


def test_one_gaussian_degree_alone_is_rounded_the_other_way_if_the_sum_is_odd():
    odd = 0
    for seed in range(20):
        found = gen.gaussian_degree(12.0, 3.0, directed=False, nodes=61, seed=seed).degree()
        drawn = gen.gaussian_degree(12.0, 3.0, nodes=61, seed=seed).in_degree()
        odd += drawn.sum() % 2
        assert np.abs(found - drawn).sum() == drawn.sum() % 2
    assert 0 < odd < 20


def test_gaussian_degrees_that_no_graph_has_are_lowered():
    graph = gen.gaussian_degree(10.0, 30.0, nodes=30, directed=False, seed=1)
    degree = graph.degree()
    drawn = gen.gaussian_degree(10.0, 30.0, nodes=30, seed=1).in_degree()
    assert not is_graphical(drawn - (np.arange(30) == 0) * (drawn.sum() % 2))
    assert_joined_once(graph)
    changed = degree != drawn
    assert (degree <= drawn).all() or np.abs(degree - drawn)[degree > drawn].sum() == 1
    assert degree[changed].max() >= degree.max() - 1


def test_multigraphs_pair_their_ends_and_have_loops_if_asked():
    graph = gen.fixed_degree(60, nodes=10, directed=False, multigraph=True, seed=1)
    assert (graph.degree() == 60).all()
    assert (graph.source != graph.target).all()
    graph = gen.from_degree_list([5, 1], directed=False, multigraph=True, self_loops=True, seed=1)
    np.testing.assert_array_equal(graph.degree(), [5, 1])
    graph = gen.from_degree_list([5, 2, 2, 1], directed=False, multigraph=True, seed=1)  # one node is at every edge
    np.testing.assert_array_equal(graph.degree(), [5, 2, 2, 1])
    assert (graph.source != graph.target).all()


# Reciprocity: NNGT accepts it for these generators and ignores it.


@pytest.mark.parametrize("share", [0.0, 0.25, 0.6, 1.0])
@pytest.mark.parametrize("degree_type", ["in", "out", "total"])
def test_reciprocity_is_met_to_the_nearest_pair_and_degrees_stay(degree_type, share):
    graph = gen.fixed_degree(12, degree_type, reciprocity=share, nodes=200, seed=2)
    assert (graph.degree(mode=degree_type) == 12).all()
    assert len(set(pairs(graph))) == graph.n_edges
    assert reciprocity(graph) == pytest.approx(share, abs=1.0 / graph.n_edges)
    graph = gen.gaussian_degree(12.0, 3.0, degree_type, reciprocity=min(share, 0.8), nodes=200, seed=2)
    assert reciprocity(graph) == pytest.approx(min(share, 0.8), abs=1.0 / graph.n_edges)
    plain = gen.gaussian_degree(12.0, 3.0, degree_type, nodes=200, seed=2)
    np.testing.assert_array_equal(graph.degree(mode=degree_type), plain.degree(mode=degree_type))


@given(n=st.integers(4, 20), seed=st.integers(0, 2**64 - 1), data=st.data())
@settings(max_examples=60, deadline=None)
def test_reciprocity_of_small_graphs_does_not_depend_on_luck(n, seed, data):
    degree = data.draw(st.integers(1, (n - 1) // 2))
    share = data.draw(st.floats(0, 1))
    graph = gen.fixed_degree(degree, reciprocity=share, nodes=n, seed=seed)
    assert (graph.in_degree() == degree).all()
    assert len(set(pairs(graph))) == graph.n_edges
    assert reciprocity(graph) == pytest.approx(share, abs=1.0 / graph.n_edges + 1e-12)


def test_partners_of_a_reciprocal_graph_are_uniform():
    degree = np.zeros(100)
    for seed in range(40):
        degree += gen.fixed_degree(10, "in", reciprocity=0.3, nodes=100, seed=seed).out_degree()
    assert stats.chisquare(degree).pvalue > 1e-3
    assert (gen.fixed_degree(10, "in", reciprocity=0.3, nodes=100, seed=1).out_degree() != 10).any()


# Beside edges that exist, and between groups.


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("share", [None, 0.5])
def test_pairs_that_are_joined_already_are_left_out(directed, share):
    if share is not None and not directed:
        return
    graph = ng.Graph(40, directed=directed)
    gen.connect_nodes(graph, np.arange(30), np.arange(30), "erdos_renyi", edges=200, seed=1)
    nodes = np.random.default_rng(1).permutation(30)
    more = {} if share is None else {"reciprocity": share}
    degrees = np.arange(30) % 7 + 2
    degrees[0] += degrees.sum() % 2
    rows = gen.connect_nodes(
        graph, nodes, nodes[::-1], "from_degree_list", degrees=degrees, degree_type="total", seed=1, **more
    )
    added = np.bincount(np.r_[graph.source[rows], graph.target[rows]], minlength=40)
    np.testing.assert_array_equal(added[nodes], degrees)
    old = {frozenset(e) for e in pairs(graph)[:200]}
    new = [frozenset(e) for e in pairs(graph)[200:]]
    assert not old & set(new)
    assert len(set(pairs(graph)[200:])) == len(new)


def test_in_degrees_between_groups_of_an_undirected_graph_are_those_of_the_targets():
    graph = ng.Graph(30, directed=False)
    gen.connect_nodes(graph, np.arange(20), np.arange(20, 30), "fixed_degree", degree=6, seed=1)
    assert (graph.degree()[20:] == 6).all()
    gen.connect_nodes(graph, np.arange(20), np.arange(20, 30), "fixed_degree", degree=3, degree_type="out", seed=1)
    assert graph.degree()[:20].sum() == 60 + 60
    assert_joined_once(graph)


def test_groups_get_in_degrees_at_the_targets_not_as_in_nngt_at_the_sources():
    net = ng.Network.exc_and_inhib(10, en_model="iaf_psc_exp", in_model="iaf_psc_exp")
    gen.connect_groups(net, "excitatory", "inhibitory", "fixed_degree", degree=2, degree_type="in", seed=1)
    np.testing.assert_array_equal(net.in_degree(), [0] * 8 + [2, 2])
    gen.connect_neural_types(net, -1, -1, "fixed_degree", degree=1, degree_type="total", seed=1)
    assert net.n_edges == 5


@pytest.mark.parametrize("threads", [2, 3])
def test_total_degrees_do_not_depend_on_threads(threads):
    for more in ({"directed": False}, {"degree_type": "total"}, {"reciprocity": 0.4}):
        one = gen.gaussian_degree(20.0, 5.0, nodes=3000, seed=3, threads=1, **more)
        other = gen.gaussian_degree(20.0, 5.0, nodes=3000, seed=3, threads=threads, **more)
        assert pairs(one) == pairs(other)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: gen.fixed_degree(3, nodes=5, directed=False), EdgeError, "the degrees sum to 15, .* must be even"),
        (
            lambda: gen.from_degree_list([3, 3, 1, 1], directed=False),
            EdgeError,
            "2 nodes with the largest degrees want 6 .* but 4",
        ),
        (lambda: gen.from_degree_list([4, 1, 1], directed=False), EdgeError, "node 0 wants a degree of 4, but only 2 partners"),
        (
            lambda: gen.fixed_degree(2, nodes=6, directed=False, self_loops=True),
            ParameterError,
            "self_loops with total degrees",
        ),
        (lambda: gen.fixed_degree(2, nodes=6, directed=False, reciprocity=1.0), ParameterError, "its own reverse"),
        (lambda: gen.fixed_degree(2, nodes=6, reciprocity=1.5), ParameterError, "reciprocity: got 1.5"),
        (lambda: gen.fixed_degree(3, "total", nodes=6, reciprocity=1.0), EdgeError, "the degrees allow 0.667 at most"),
        (lambda: gen.fixed_degree(5, nodes=6, reciprocity=0.2), EdgeError, "need 27 pairs of nodes, but there are 15"),
        (lambda: gen.fixed_degree(2, nodes=6, reciprocity=0.5, multigraph=True), ParameterError, "reciprocity with multigraph"),
        (
            lambda: gen.from_degree_list([5, 1, 1, 1], directed=False, multigraph=True),
            EdgeError,
            "a degree of 5 needs self-loops: all others sum to 3",
        ),
        (
            lambda: gen.connect_nodes(ng.Graph(6), [0, 1, 2], [2, 3, 4], "fixed_degree", degree=1, degree_type="total"),
            ParameterError,
            "the same nodes on both sides; configuration_model takes",
        ),
        (
            lambda: gen.connect_nodes(ng.Graph(6, directed=False), [0, 1], [1, 2], "fixed_degree", degree=1),
            ParameterError,
            "the same nodes on both sides",
        ),
        (
            lambda: gen.connect_nodes(ng.Graph(6), [0, 1], [2, 3], "fixed_degree", degree=1, reciprocity=0.5),
            ParameterError,
            "fixed_degree: reciprocity: got 'different sources and targets'",
        ),
    ],
)
def test_degrees_that_cannot_be_are_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_what_leaves_no_room_beside_existing_edges_is_refused():
    graph = ng.Graph.from_edges([0, 2], [1, 3], n_nodes=4, directed=False)
    gen.connect_nodes(graph, None, None, "fixed_degree", degree=2, seed=1)
    assert graph.density == 1.0
    # What is free is a path of three nodes and a node by itself: two nodes of degree 1 must be neighbours there.
    graph = ng.Graph.from_edges([0, 0, 0, 1], [1, 2, 3, 3], n_nodes=4, directed=False)
    with pytest.raises(EdgeError, match="no graph with these degrees was found beside the edges that exist"):
        gen.connect_nodes(graph, None, None, "from_degree_list", degrees=[0, 1, 0, 1], seed=1)
    assert graph.n_edges == 4


@given(data=st.data(), n=st.integers(3, 9), seed=st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_a_graph_beside_existing_edges_is_found_if_there_is_one(data, n, seed):
    all_pairs = list(itertools.combinations(range(n), 2))
    kinds = data.draw(st.lists(st.integers(0, 2), min_size=len(all_pairs), max_size=len(all_pairs)))
    old = [pair for pair, kind in zip(all_pairs, kinds, strict=True) if kind == 0]
    hidden = [pair for pair, kind in zip(all_pairs, kinds, strict=True) if kind == 1]
    degrees = np.bincount(np.array(hidden, dtype=np.int64).ravel(), minlength=n)
    graph = ng.Graph.from_edges([s for s, _ in old], [t for _, t in old], n_nodes=n, directed=False)
    gen.connect_nodes(graph, None, None, "from_degree_list", degrees=degrees, seed=seed)
    assert_joined_once(graph)
    np.testing.assert_array_equal(graph.degree(), degrees + np.bincount(np.array(old, dtype=np.int64).ravel(), minlength=n))
