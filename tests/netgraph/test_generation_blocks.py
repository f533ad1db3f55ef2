"""Stochastic block models: numbers and probabilities by pair of blocks, all ways to say what the blocks are, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import netgraph as ng
import netgraph.generation as gen
from simcore.errors import EdgeError, ParameterError, UnknownNameError

SIZES = [7, 1, 0, 12]


def counted(graph, label, n):
    """Number of edges by pair of blocks; of undirected ones by pair without order."""
    ends = label[graph.source], label[graph.target]
    if not graph.directed:
        ends = np.minimum(*ends), np.maximum(*ends)
    return np.bincount(ends[0] * n + ends[1], minlength=n * n).reshape(n, n)


def possible(sizes, *, directed, self_loops):
    sizes = np.array(sizes)
    pairs = np.outer(sizes, sizes)
    if directed:
        return pairs - (0 if self_loops else np.diag(sizes))
    return np.triu(pairs, 1) + np.diag(sizes * (sizes + (1 if self_loops else -1)) // 2)


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("self_loops", [True, False])
def test_each_pair_of_nodes_has_the_probability_of_its_blocks(directed, self_loops):
    p = np.array([[0.5, 1.0, 0.3, 0.1], [1.0, 0.7, 0.2, 0.0], [0.3, 0.2, 0.9, 0.4], [0.1, 0.0, 0.4, 0.3]])
    label = np.repeat(np.arange(4), SIZES)
    n, found = 400, np.zeros((20, 20))
    for seed in range(n):
        graph = gen.stochastic_block_model(p=p, sizes=SIZES, directed=directed, self_loops=self_loops, seed=seed, threads=1)
        ends = (graph.source, graph.target) if directed else np.sort([graph.source, graph.target], axis=0)
        np.add.at(found, tuple(ends), 1)
    chance = p[label[:, None], label[None]]
    chance = chance if directed else np.triu(chance)
    chance = chance if self_loops else chance * (1 - np.eye(20))
    assert not found[chance == 0].any()
    assert (found[chance == 1] == n).all()
    law = stats.binom(n, chance)
    u = law.cdf(found - 1) + np.random.default_rng(1).uniform(size=chance.shape) * law.pmf(found)
    assert stats.kstest(u[(chance > 0) & (chance < 1)], "uniform").pvalue > 1e-3


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=5).filter(sum), st.booleans(), st.booleans(), st.integers(0, 2**64 - 1))
def test_numbers_of_edges_are_met_exactly_and_edges_are_distinct(sizes, directed, self_loops, seed):
    n = len(sizes)
    free = possible(sizes, directed=directed, self_loops=self_loops)
    wanted = np.random.default_rng(seed).integers(0, free + 1)
    matrix = wanted if directed else wanted + np.triu(wanted, 1).T
    graph = gen.stochastic_block_model(edges=matrix, sizes=sizes, directed=directed, self_loops=self_loops, seed=seed)
    label = np.repeat(np.arange(n), sizes)
    np.testing.assert_array_equal(graph.nodes["block"], label)
    np.testing.assert_array_equal(counted(graph, label, n), wanted)
    ends = (graph.source, graph.target) if directed else np.sort([graph.source, graph.target], axis=0)
    assert len(set(zip(*np.array(ends).tolist(), strict=True))) == graph.n_edges
    assert self_loops or not (graph.source == graph.target).any()


def test_edges_of_a_pair_of_blocks_are_uniform_among_its_pairs():
    found = np.zeros((6, 6))
    for seed in range(3000):
        graph = gen.stochastic_block_model(edges=[[3, 2], [5, 0]], sizes=[4, 2], seed=seed, threads=1)
        found[graph.source, graph.target] += 1
    for rows, cols, number in ((slice(0, 4), slice(0, 4), 3), (slice(0, 4), slice(4, 6), 2), (slice(4, 6), slice(0, 4), 5)):
        part = found[rows, cols]
        part = part[~np.eye(4, dtype=bool)] if part.shape == (4, 4) else part.ravel()
        # Edges of one graph are distinct, which makes the counts less variable than independent ones.
        spread = 1 - number / part.size
        statistic = ((part - part.mean()) ** 2 / part.mean()).sum() / spread * (part.size - 1) / part.size
        assert 1e-3 < stats.chi2(part.size - 1).sf(statistic) < 1 - 1e-3


def test_density_is_that_of_the_graph():
    graph = gen.stochastic_block_model(density=[[0.25]], sizes=[40], seed=1)
    assert graph.density == pytest.approx(0.25)
    graph = gen.stochastic_block_model(density=[[0.25]], sizes=[40], directed=False, seed=1)
    assert graph.density == pytest.approx(0.25)
    graph = gen.stochastic_block_model(density=np.full((2, 2), 0.5), sizes=[10, 20], seed=1)
    np.testing.assert_array_equal(counted(graph, graph.nodes["block"], 2), [[45, 100], [100, 190]])


def test_a_multigraph_has_as_many_edges_as_wanted_between_few_nodes():
    graph = gen.stochastic_block_model(edges=[[0, 500], [0, 0]], sizes=[2, 3], multigraph=True, seed=1)
    found = np.zeros((5, 5))
    np.add.at(found, (graph.source, graph.target), 1)
    assert found[:2, 2:].sum() == 500
    assert stats.chisquare(found[:2, 2:].ravel()).pvalue > 1e-3


@pytest.mark.parametrize("directed", [True, False])
def test_the_graph_is_the_same_for_any_number_of_threads(directed):
    sizes = np.random.default_rng(1).integers(0, 60, 30)
    p = np.random.default_rng(2).uniform(0, 0.3, (30, 30))
    made = [
        gen.stochastic_block_model(p=p + p.T, sizes=sizes, directed=directed, seed=9, threads=threads) for threads in (1, 2, 3)
    ]
    for other in made[1:]:
        np.testing.assert_array_equal(made[0].source, other.source)
        np.testing.assert_array_equal(made[0].target, other.target)


# What the blocks are


def population():
    groups = [ng.NeuralGroup([4, 0, 2], neuron_type=1), ng.NeuralGroup([1, 3], neuron_type=-1)]
    return ng.NeuralPop.from_groups(groups, names=["E", "I"])


def test_groups_of_a_population_are_the_blocks_in_their_order():
    net = gen.stochastic_block_model(p=[[0, 1], [0, 0]], population=population(), weights=2.0, delays=1.5, seed=1)
    assert isinstance(net, ng.Network)
    assert sorted(zip(net.source.tolist(), net.target.tolist(), strict=True)) == [(s, t) for s in (0, 2, 4) for t in (1, 3)]
    assert "block" not in net.nodes
    by_name = gen.stochastic_block_model(p={("E", "I"): 1.0}, population=population(), seed=1)
    np.testing.assert_array_equal(by_name.adjacency().toarray(), net.adjacency().toarray())


@pytest.mark.parametrize(
    "groups", [{"a": [0, 3], "b": [1]}, [[0, 3], [1]], [ng.Group([0, 3], name="a"), ng.Group([1], name="b")]]
)
def test_nodes_in_no_group_stay_unconnected(groups):
    graph = gen.stochastic_block_model(p=np.ones((2, 2)), groups=groups, nodes=5, seed=1)
    assert sorted(zip(graph.source.tolist(), graph.target.tolist(), strict=True)) == [
        (0, 1), (0, 3), (1, 0), (1, 3), (3, 0), (3, 1),
    ]  # fmt: skip


def test_names_choose_some_groups_of_a_population():
    net = gen.stochastic_block_model(p=[[1.0]], groups=["I"], population=population(), seed=1)
    assert sorted(zip(net.source.tolist(), net.target.tolist(), strict=True)) == [(1, 3), (3, 1)]


def test_a_node_column_tells_the_blocks_of_a_graph_that_exists():
    graph = ng.Graph(6)
    graph.nodes["layer"] = ["x", "y", "x", "y", "y", "x"]
    rows = gen.connect_nodes(graph, None, None, "stochastic_block_model", groups="layer", p={("x", "y"): 1.0}, weights=3.0)
    assert len(rows) == 9
    assert set(graph.nodes["layer"][graph.source]) == {"x"}
    assert set(graph.nodes["layer"][graph.target]) == {"y"}


@pytest.mark.parametrize("directed", [True, False])
def test_edges_that_exist_are_not_drawn_again(directed):
    graph = gen.erdos_renyi(nodes=20, p=0.3, directed=directed, seed=1)
    before = graph.n_edges
    gen.connect_nodes(graph, None, None, "stochastic_block_model", sizes=[8, 12], p=np.ones((2, 2)), seed=2)
    assert graph.n_edges == (380 if directed else 190)
    assert graph.n_edges > before
    assert (np.asarray(graph.adjacency().toarray()) <= 1).all()


@pytest.mark.parametrize("directed", [True, False])
def test_sources_and_targets_bound_where_edges_go(directed):
    graph = ng.Graph(20, directed=directed)
    gen.connect_nodes(graph, range(5), range(10, 16), "stochastic_block_model", sizes=[12, 8], p=np.ones((2, 2)), seed=2)
    assert graph.n_edges == 30
    assert set(graph.source.tolist() + graph.target.tolist()) == {0, 1, 2, 3, 4, 10, 11, 12, 13, 14, 15}


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: gen.stochastic_block_model(sizes=[2, 2]), ParameterError, "exactly one of p, density, edges"),
        (lambda: gen.stochastic_block_model(p=[[0.1]], nodes=3), ParameterError, "groups or sizes, or a population"),
        (lambda: gen.stochastic_block_model(p=[[0.1]], sizes=[3], groups=[[1]]), ParameterError, "either sizes or groups"),
        (lambda: gen.stochastic_block_model(p=[[0.1]], sizes=[3, 4]), ParameterError, r"expected shape \(2, 2\)"),
        (lambda: gen.stochastic_block_model(p=[[0.1, 0.2]], sizes=[3]), ParameterError, "a square matrix"),
        (lambda: gen.stochastic_block_model(p=[[1.2]], sizes=[3]), ParameterError, r"got '1.2 in row 0, column 0'.*\[0, 1\]"),
        (lambda: gen.stochastic_block_model(p=[[np.nan]], sizes=[3]), ParameterError, "nan in row 0"),
        (lambda: gen.stochastic_block_model(edges=[[2.5]], sizes=[3]), ParameterError, "whole numbers"),
        (lambda: gen.stochastic_block_model(edges=[[7]], sizes=[3]), EdgeError, "7 edges wanted from '0' to '0', but only 6"),
        (lambda: gen.stochastic_block_model(edges=[[1]], sizes=[1]), EdgeError, "only 0 pairs are free"),
        (lambda: gen.stochastic_block_model(p=[["x"]], sizes=[3]), ParameterError, "a matrix of numbers"),
        (lambda: gen.stochastic_block_model(p=[[0.1]], sizes=[-3]), ParameterError, "a number of nodes for each block"),
        (lambda: gen.stochastic_block_model(p=[[0.1]], sizes=[3], nodes=4), ParameterError, "got '3 nodes in all', expected 4"),
        (
            lambda: gen.stochastic_block_model(p=[[0.1, 0.2], [0.3, 0.1]], sizes=[3, 4], directed=False),
            ParameterError, "symmetry, for an undirected graph",
        ),
        (
            lambda: gen.stochastic_block_model(p=np.ones((2, 2)), groups=[[0, 1], [1, 2]], nodes=4),
            ParameterError, "group '1': got 'node 1, which is in '0' too'|share no node",
        ),
        (
            lambda: gen.stochastic_block_model(p={("E", "X"): 0.1}, population=population()),
            UnknownNameError, "unknown group in stochastic_block_model 'X'",
        ),
        (lambda: gen.stochastic_block_model(p=[[1.0]], groups=["a"], nodes=4), ParameterError, "or structure that knows"),
        (lambda: gen.stochastic_block_model(p=[[0.1]], sizes=[3], multigraph=True), ParameterError, "each pair is drawn once"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_undirected_sides_that_overlap_in_part_are_refused():
    graph = ng.Graph(9, directed=False)
    with pytest.raises(ParameterError, match="the same nodes on both sides, or different ones"):
        gen.connect_nodes(graph, range(5), range(3, 8), "stochastic_block_model", sizes=[9], p=[[0.5]])
    assert graph.n_edges == 0
