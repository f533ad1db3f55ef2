"""Switches of edges make all graphs equally likely: against lists of all graphs, and against igraph."""

import collections

import igraph
import numpy as np
import pytest
from scipy import stats

import netgraph.generation as gen
from netgraph import Graph
from netgraph.analysis import local_clustering, reciprocity
from netgraph.generation._rewire_swaps import Rule, switch_edges
from tests.reference import realizations

CYCLE = [(0, 1), (1, 2), (2, 0)]
MIXED = [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3), (2, 0), (3, 4), (4, 0), (4, 1)]
LOOPY = [(0, 1), (1, 2), (2, 0), (0, 0), (1, 1)]
HEXAGON = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0), (0, 3)]
TURNING = [(0, 1), (1, 0), (2, 3), (3, 1), (0, 2)]
BLOCKS = np.array([0, 0, 1, 1, 1])


def visits(pairs, rule, *, runs, swaps=20.0, group_edges=1 << 14):
    """How often each graph is the result of runs with different seeds."""
    source, target = np.array(pairs, dtype=np.int32).T
    counts = collections.Counter()
    for seed in range(runs):
        s, t, _ = switch_edges((source, target), rule, swaps, seed=seed, threads=1, group_edges=group_edges)
        edges = zip(s.tolist(), t.tolist(), strict=True)
        keep_order = rule.directed or rule.turning
        counts[frozenset(edges if keep_order else (tuple(sorted(edge)) for edge in edges))] += 1
    return counts


def assert_uniform(counts, states):
    assert set(counts) == states
    assert stats.chisquare([counts[state] for state in states]).pvalue > 1e-3


def test_a_cycle_of_three_edges_turns_round():
    assert_uniform(visits(CYCLE, Rule(3, True), runs=1000), realizations.digraphs(CYCLE, 3))


# A group of about two edges, in which few pairs meet at a time, must lead to the same distribution.
@pytest.mark.parametrize(("group_edges", "swaps"), [(1 << 14, 20.0), (2, 40.0)])
def test_all_digraphs_with_given_degrees_are_equally_likely(group_edges, swaps):
    states = realizations.digraphs(MIXED, 5)
    assert len(states) == 123
    assert_uniform(visits(MIXED, Rule(5, True), runs=1500, swaps=swaps, group_edges=group_edges), states)


def test_all_digraphs_with_self_loops_are_equally_likely():
    assert_uniform(visits(LOOPY, Rule(3, True, loops=True), runs=2000), realizations.digraphs(LOOPY, 3, loops=True))


@pytest.mark.parametrize(("group_edges", "swaps"), [(1 << 14, 8.0), (1, 16.0)])
def test_all_undirected_graphs_with_given_degrees_are_equally_likely(group_edges, swaps):
    states = realizations.graphs(HEXAGON, 6)
    assert len(states) == 54
    assert_uniform(visits(HEXAGON, Rule(6, False), runs=1500, swaps=swaps, group_edges=group_edges), states)


@pytest.mark.parametrize(("group_edges", "swaps"), [(1 << 14, 10.0), (1, 16.0)])
def test_all_digraphs_with_given_total_degrees_are_equally_likely(group_edges, swaps):
    states = realizations.graphs(TURNING, 4, turning=True)
    assert len(states) == 52
    assert_uniform(visits(TURNING, Rule(4, False, turning=True), runs=1500, swaps=swaps, group_edges=group_edges), states)


def test_all_digraphs_with_given_degrees_and_blocks_are_equally_likely():
    blocks = realizations.blocks_of(MIXED, BLOCKS)
    states = {s for s in realizations.digraphs(MIXED, 5) if realizations.blocks_of(s, BLOCKS) == blocks}
    assert len(states) == 66
    assert_uniform(visits(MIXED, Rule(5, True, labels=BLOCKS), runs=1000, swaps=80.0), states)


def test_parallel_edges_are_as_likely_as_joining_ends_at_random_makes_them():
    # Two edges from 0 and two from 1 end twice at 2 and twice at 3: of six ways to deal out the ends, two give parallel edges.
    graph = Graph.from_edges([0, 0, 1, 1], [2, 3, 2, 3])
    double = 0
    for seed in range(1500):
        null = gen.random_rewire(graph, "both-degrees", multigraph=True, self_loops=bool(seed % 2), swaps_per_edge=8, seed=seed)
        double += null.edge_rows(0, 2).size != 1
    assert stats.binomtest(double, 1500, 1 / 3).pvalue > 1e-3


def test_rejected_and_accepted_switches_add_up_to_what_was_asked():
    graph = gen.erdos_renyi(nodes=100, edges=800, seed=1)
    *_, accepted = switch_edges((graph.source, graph.target), Rule(100, True), 5.0, seed=1)
    # A proposal is void if an edge is there (8 % each), for both of two, or if it would be a self-loop or change nothing.
    assert 0.75 < accepted / 4000 < 0.92


def test_a_rewired_graph_remembers_none_of_its_edges_beyond_chance():
    graph = gen.erdos_renyi(nodes=400, edges=16000, seed=1)
    kept = []
    for swaps in (0.0, 0.5, 2.0, 10.0):
        null = gen.random_rewire(graph, "both-degrees", swaps_per_edge=swaps, seed=2)
        found = graph.adjacency().multiply(null.adjacency()).sum()
        kept.append(found / graph.n_edges)
    assert kept[0] == 1.0
    assert 0.25 < kept[1] < 0.55
    assert kept[2] < 0.16
    # Chance: the density, 16000 / (400 * 399) = 0.1, with a standard deviation of 0.0023.
    assert abs(kept[3] - 0.1003) < 0.008


@pytest.mark.parametrize("directed", [True, False])
def test_hubs_and_triangles_are_those_of_graphs_that_igraph_rewires(directed):
    rng = np.random.default_rng(3)
    ends = (rng.pareto(1.5, 4000) * 8).astype(np.int64) % 120, rng.integers(0, 120, 4000)
    graph = Graph(120, directed=directed)
    graph.add_edges(*ends, ignore_invalid=True)
    ours, theirs = [], []
    for seed in range(60):
        null = gen.random_rewire(graph, "both-degrees", swaps_per_edge=20, seed=seed)
        ours.append((local_clustering(null).mean(), reciprocity(null)))
        other = igraph.Graph(120, np.column_stack([graph.source, graph.target]), directed=directed)
        other.rewire(n=20 * graph.n_edges)
        back = Graph.from_edges(*np.array(other.get_edgelist()).T, n_nodes=120, directed=directed)
        theirs.append((local_clustering(back).mean(), reciprocity(back)))
    for a, b in zip(np.transpose(ours), np.transpose(theirs), strict=True):
        assert stats.ks_2samp(a, b).pvalue > 1e-3


def test_small_groups_of_nodes_mix_as_well_as_one():
    rng = np.random.default_rng(5)
    graph = Graph(300)
    graph.add_edges(rng.integers(0, 300, 6000), (rng.pareto(1.2, 6000) * 20).astype(np.int64) % 300, ignore_invalid=True)
    measured = {1 << 14: [], 200: []}
    for group_edges, values in measured.items():
        for seed in range(60):
            ends = switch_edges((graph.source, graph.target), Rule(300, True), 10.0, seed=seed, group_edges=group_edges)[:2]
            values.append(reciprocity(Graph.from_edges(*ends, n_nodes=300)))
    assert stats.ks_2samp(*measured.values()).pvalue > 1e-3
