"""Configuration model: in- and out-degrees met exactly, equally likely graphs, what cannot be."""

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
from netgraph.generation._shuffle import shuffled
from simcore.errors import EdgeError, ParameterError
from simcore.rules import Stream


def pairs(graph):
    return list(zip(graph.source.tolist(), graph.target.tolist(), strict=True))


def assert_degrees(graph, ins, outs):
    np.testing.assert_array_equal(graph.in_degree(), ins)
    np.testing.assert_array_equal(graph.out_degree(), outs)


def test_all_orders_are_equally_likely_whoever_shuffles():
    counts = dict.fromkeys(itertools.permutations(range(4)), 0)
    for seed in range(2400):
        counts[tuple(shuffled(np.arange(4), Stream(seed, 0), 0, 1).tolist())] += 1
    assert stats.chisquare(list(counts.values())).pvalue > 1e-3
    # Many buckets and several chunks.
    values = np.arange(2_500_000, dtype=np.int32)
    one = shuffled(values, Stream(1, 0), 0, 1)
    np.testing.assert_array_equal(one, shuffled(values, Stream(1, 0), 0, 3))
    np.testing.assert_array_equal(np.sort(one), values)
    table = np.histogram2d(values, one, bins=20)[0]
    assert stats.chisquare(table.ravel(), ddof=38).pvalue > 1e-3
    moved = np.diff(one.astype(np.int64))
    assert stats.kstest(np.abs(moved[::7]) / len(values), stats.triang(0).cdf).pvalue > 1e-3


@given(data=st.data(), n=st.integers(1, 12), loops=st.booleans(), seed=st.integers(0, 2**64 - 1))
@settings(max_examples=80, deadline=None)
def test_degrees_of_any_graph_are_met(data, n, loops, seed):
    nodes = st.integers(0, n - 1)
    hidden = data.draw(st.lists(st.tuples(nodes, nodes).filter(lambda e: loops or e[0] != e[1]), max_size=100, unique=True))
    edges = np.array(hidden, dtype=np.int64).reshape(-1, 2)
    outs, ins = np.bincount(edges[:, 0], minlength=n), np.bincount(edges[:, 1], minlength=n)
    graph = gen.configuration_model(ins, outs, self_loops=loops, seed=seed)
    assert_degrees(graph, ins, outs)
    assert len(set(pairs(graph))) == graph.n_edges
    assert loops or all(s != t for s, t in pairs(graph))


@given(data=st.data(), n=st.integers(1, 7), seed=st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_what_no_graph_has_is_refused(data, n, seed):
    ins = data.draw(st.lists(st.integers(0, n), min_size=n, max_size=n))
    outs = data.draw(st.permutations(ins))
    if nx.is_digraphical(ins, list(outs)):
        assert_degrees(gen.configuration_model(ins, outs, seed=seed), ins, outs)
    else:
        with pytest.raises(EdgeError, match="no simple graph has these degrees"):
            gen.configuration_model(ins, outs, seed=seed)


@given(data=st.data(), n=st.integers(2, 8), directed=st.booleans(), seed=st.integers(0, 2**32))
@settings(max_examples=80, deadline=None)
def test_a_graph_beside_existing_edges_is_found_between_any_groups(data, n, directed, seed):
    nodes = st.lists(st.integers(0, n - 1), min_size=1, unique=True)
    sources, targets = data.draw(nodes), data.draw(nodes)
    if not directed:
        targets = [t for t in range(n) if t not in sources]
        if not targets:
            return
    free = [(s, t) for s in sources for t in targets if s != t]
    kinds = data.draw(st.lists(st.integers(0, 2), min_size=len(free), max_size=len(free)))
    old = [pair[:: 1 if directed else -1] for pair, kind in zip(free, kinds, strict=True) if kind == 0]
    hidden = [pair for pair, kind in zip(free, kinds, strict=True) if kind == 1]
    outs = [sum(s == node for s, _ in hidden) for node in sources]
    ins = [sum(t == node for _, t in hidden) for node in targets]
    graph = ng.Graph.from_edges([s for s, _ in old], [t for _, t in old], n_nodes=n, directed=directed)
    gen.connect_nodes(graph, sources, targets, "configuration_model", in_degrees=ins, out_degrees=outs, seed=seed)
    new = pairs(graph)[len(old) :]
    assert [sum(s == node for s, _ in new) for node in sources] == outs
    assert [sum(t == node for _, t in new) for node in targets] == ins
    taken = {frozenset(e) for e in old} if not directed else set(old)
    assert not taken & {e if directed else frozenset(e) for e in new}
    assert len(set(new)) == len(new)
    assert all(s != t for s, t in new)


def test_paths_free_a_place_where_no_swap_does():
    # Beside the existing edges there is one graph alone: a cycle through all nodes.
    n = 60
    order = np.random.default_rng(1).permutation(n)
    cycle = np.zeros((n, n), dtype=bool)
    cycle[order, np.roll(order, 1)] = True
    graph = ng.Graph.from_edges(*np.nonzero(~cycle & ~np.eye(n, dtype=bool)), n_nodes=n)
    rows = gen.connect_nodes(graph, None, None, "fixed_degree", degree=0, seed=1)
    assert rows.size == 0
    ones = np.ones(n, dtype=int)
    rows = gen.connect_nodes(graph, None, None, "configuration_model", in_degrees=ones, out_degrees=ones, seed=1)
    assert {pairs(graph)[row] for row in rows} == set(zip(*np.nonzero(cycle), strict=True))
    graph = ng.Graph.from_edges([0, 0, 1], [1, 2, 2], n_nodes=4)
    with pytest.raises(EdgeError, match="no graph has these degrees beside the edges that exist: node 0 finds no target"):
        gen.connect_nodes(graph, [0, 1], [1, 2], "configuration_model", in_degrees=[0, 1], out_degrees=[1, 0], seed=1)
    assert graph.n_edges == 3


def test_degrees_that_one_graph_alone_has_are_met():
    n = 500
    graph = gen.configuration_model(np.arange(n), np.arange(n)[::-1], seed=1)
    assert set(pairs(graph)) == {(s, t) for s in range(n) for t in range(s + 1, n)}
    assert gen.configuration_model(np.full(60, 59), np.full(60, 59), seed=1).density == 1.0


@pytest.mark.parametrize(
    ("ins", "outs"), [([1, 1, 1, 1], [1, 1, 1, 1]), ([2, 1, 1, 0], [1, 1, 1, 1]), ([1, 2, 2, 1], [2, 1, 1, 2])]
)
def test_directed_graphs_with_given_degrees_are_equally_likely(ins, outs):
    n = len(ins)
    edges = list(itertools.permutations(range(n), 2))
    possible = [
        frozenset(chosen)
        for chosen in itertools.combinations(edges, sum(ins))
        if [sum(t == v for _, t in chosen) for v in range(n)] == ins
        and [sum(s == v for s, _ in chosen) for v in range(n)] == outs
    ]
    p_values = []
    size = 20 * len(possible)
    for batch in range(12):
        counts = dict.fromkeys(possible, 0)
        for seed in range(size):
            counts[frozenset(pairs(gen.configuration_model(ins, outs, seed=batch * size + seed, threads=1)))] += 1
        p_values.append(stats.chisquare(list(counts.values())).pvalue)
    assert stats.kstest(p_values, "uniform").pvalue > 1e-3


def test_sparse_edges_are_as_likely_as_their_degrees_say():
    ins, outs = np.tile([1, 2, 4, 8], 100), np.tile([8, 4, 2, 1], 100)
    found = np.zeros((4, 4))
    for seed in range(20):
        graph = gen.configuration_model(ins, outs, seed=seed)
        np.add.at(found, (graph.source % 4, graph.target % 4), 1)
    expected = np.outer([8, 4, 2, 1], [1, 2, 4, 8]) / 225 * found.sum()
    assert stats.chisquare(found.ravel(), expected.ravel(), ddof=6).pvalue > 1e-3


def test_a_multigraph_pairs_ends_freely_and_without_loops_unless_asked():
    graph = gen.configuration_model([6, 1, 1], [1, 6, 1], multigraph=True, seed=1)
    assert_degrees(graph, [6, 1, 1], [1, 6, 1])
    assert all(s != t for s, t in pairs(graph))
    loops = [gen.configuration_model([2, 1], [2, 1], multigraph=True, self_loops=True, seed=s) for s in range(300)]
    # Three ends each: both of node 0 meet its own with probability 1/3, one of them else.
    both = sum((g.source == g.target).sum() == 3 for g in loops)
    assert stats.binomtest(int(both), 300, 1 / 3).pvalue > 1e-3


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7])
def test_reciprocity_is_met_with_all_degrees(share):
    rng = np.random.default_rng(1)
    outs = rng.integers(3, 20, 300)
    ins = outs + rng.permutation(np.repeat([-2, 2], 150))
    graph = gen.configuration_model(ins, outs, reciprocity=share, seed=1)
    assert_degrees(graph, ins, outs)
    assert len(set(pairs(graph))) == graph.n_edges
    assert reciprocity(graph) == pytest.approx(share, abs=1.0 / graph.n_edges)
    # Between the same nodes in another order, beside edges that exist.
    order = rng.permutation(300)
    graph = ng.Graph(300)
    gen.connect_nodes(graph, None, None, "erdos_renyi", edges=500, seed=1)
    more = {"in_degrees": ins[order], "out_degrees": outs, "reciprocity": share}
    rows = gen.connect_nodes(graph, np.arange(300), order, "configuration_model", seed=1, **more)
    new = {pairs(graph)[row] for row in rows}
    np.testing.assert_array_equal(np.bincount(graph.target[rows], minlength=300), ins)
    np.testing.assert_array_equal(np.bincount(graph.source[rows], minlength=300), outs)
    assert sum((t, s) in new for s, t in new) == pytest.approx(share * len(new), abs=1)
    assert not {frozenset(e) for e in pairs(graph)[:500]} & {frozenset(e) for e in new}


@pytest.mark.parametrize("more", [{}, {"reciprocity": 0.3}])
def test_one_seed_gives_one_graph_for_any_number_of_threads(more):
    rng = np.random.default_rng(1)
    outs = np.minimum(rng.zipf(2.2, 5000) + 4, 600)
    ins = rng.permutation(outs)
    one = gen.configuration_model(ins, outs, seed=5, threads=1, **more)
    assert one.n_edges > 2**15
    for threads in (2, 3):
        assert pairs(one) == pairs(gen.configuration_model(ins, outs, seed=5, threads=threads, **more))
    assert pairs(one) != pairs(gen.configuration_model(ins, outs, seed=6, **more))


def test_a_network_gets_weights_and_delays():
    population = ng.NeuralPop.exc_and_inhib(50, en_model="iaf_psc_exp", in_model="iaf_psc_exp")
    net = gen.configuration_model(np.full(50, 5), np.full(50, 5), population=population, weights=2.0, delays=3.0, seed=1)
    assert isinstance(net, ng.Network)
    assert net.type == "configuration_model"
    assert net.edges.constant("weight") == 2.0
    gen.connect_groups(
        net, "inhibitory", "excitatory", "configuration_model", in_degrees=[1] * 40, out_degrees=[4] * 10, seed=1
    )
    assert net.n_edges == 290


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: gen.configuration_model([1, 1], [1, 0]), EdgeError, "out-degrees sum to 1, the in-degrees to 2"),
        (lambda: gen.configuration_model([1, 0], [1, 0]), EdgeError, "node with the largest out-degree wants 1 .* but 0 are"),
        (
            lambda: gen.configuration_model([1, 1], [1, 1, 0]),
            ParameterError,
            "out_degrees: got '3 numbers', expected one for each",
        ),
        (lambda: gen.configuration_model([1, -1], [0, 0]), ParameterError, "in_degrees: got '-1 at position 1'"),
        (lambda: gen.configuration_model([1.0, 1.0], [1, 1]), ParameterError, "in_degrees: .* expected integers"),
        (lambda: gen.configuration_model(2, [1, 1]), ParameterError, "one whole number for each node"),
        (lambda: gen.configuration_model([1, 1], [1, 1], directed=False), ParameterError, "from_degree_list draws undirected"),
        (lambda: gen.configuration_model([1, 1], [1, 1], reciprocity=2), ParameterError, "reciprocity: got 2"),
        (lambda: gen.configuration_model([2, 0, 0], [0, 1, 1], reciprocity=1.0), EdgeError, "the degrees allow 0 at most"),
        (lambda: gen.configuration_model([9, 0], [9, 0], multigraph=True), EdgeError, "of the same node need self-loops"),
        (lambda: gen.configuration_model([2**31], [2**31]), ParameterError, "numbers from 0 to"),
        (lambda: gen.configuration_model([2**30] * 9, [2**30] * 9, multigraph=True), MemoryError, "edges need about"),
    ],
)
def test_degrees_that_cannot_be_are_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()
