"""Cores against NetworkX, igraph and their definition."""

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netgraph import Graph
from netgraph import analysis as an
from simcore.errors import ParameterError, UnknownNameError
from tests.reference.awkward_graphs import as_networkx, awkward_graphs, by_node, random_graph

GRAPHS = awkward_graphs()


def simple(graph):
    """Without self-loops and parallel edges."""
    other = (nx.DiGraph if graph.directed else nx.Graph)(as_networkx(graph))
    other.remove_edges_from(list(nx.selfloop_edges(other)))
    return other


@pytest.mark.parametrize("name", GRAPHS)
def test_core_numbers_and_onion_layers_equal_networkx(name):
    graph, other = GRAPHS[name], simple(GRAPHS[name])
    np.testing.assert_array_equal(an.core_numbers(graph), by_node(nx.core_number(other), graph.n_nodes))
    if not graph.directed:
        np.testing.assert_array_equal(an.onion_layers(graph), by_node(nx.onion_layers(other), graph.n_nodes))


@pytest.mark.parametrize("mode", ["total", "in", "out"])
@pytest.mark.parametrize("seed", range(4))
def test_core_numbers_of_each_degree_equal_igraph(mode, seed):
    graph = random_graph(60, 400, seed)
    other = igraph.Graph(n=60, edges=np.column_stack([graph.source, graph.target]), directed=True).simplify()
    expected = other.coreness(mode="all" if mode == "total" else mode)
    np.testing.assert_array_equal(an.core_numbers(graph, mode=mode), expected)


def by_definition(graph, mode):
    """Take away nodes one after the other as long as one has too small a degree."""
    a = np.zeros((graph.n_nodes, graph.n_nodes), dtype=int)
    a[graph.source, graph.target] = 1
    if not graph.directed:
        a |= a.T
    np.fill_diagonal(a, 0)
    weights = {"in": (1, 0), "out": (0, 1), "total": (1, int(graph.directed))}[mode]
    cores = np.zeros(graph.n_nodes, dtype=int)
    for k in range(1, 2 * graph.n_nodes):
        inside = np.ones(graph.n_nodes, dtype=bool)
        while True:
            part = a * inside[:, None] * inside
            few = inside & (weights[0] * part.sum(axis=0) + weights[1] * part.sum(axis=1) < k)
            if not few.any():
                break
            inside &= ~few
        cores[inside] = k
    return cores


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.booleans(), st.sampled_from(["total", "in", "out"]), st.integers(0, 60))
def test_core_numbers_are_those_of_the_definition_and_layers_refine_them(seed, directed, mode, n_edges):
    graph = random_graph(12, n_edges, seed, directed=directed)
    cores, layers = an.core_numbers(graph, mode=mode), an.onion_layers(graph, mode=mode)
    np.testing.assert_array_equal(cores, by_definition(graph, mode))
    assert sorted(set(layers)) == list(range(1, layers.max() + 1))
    order = np.argsort(layers, kind="stable")
    assert (np.diff(cores[order]) >= 0).all()


def test_the_k_core_is_the_subgraph_of_networkx_and_keeps_columns():
    graph = random_graph(80, 300, 1, directed=False)
    graph.nodes["old"] = np.arange(80)
    for k in (None, 0, 3, 5):
        expected = sorted(nx.k_core(simple(graph), k))
        assert an.k_core(graph, k).nodes["old"].tolist() == expected
    assert an.k_core(graph, 1000).n_nodes == 0
    assert an.k_core(graph, 3).n_nodes < 80
    directed = random_graph(80, 300, 2)
    part = an.k_core(directed, 2, mode="in")
    assert part.n_nodes > 0
    assert part.in_degree().min() >= 2


def test_known_graphs_have_their_cores():
    assert an.core_numbers(Graph(3)).tolist() == [0, 0, 0]
    assert an.core_numbers(Graph(0)).shape == an.onion_layers(Graph(0)).shape == (0,)
    complete = Graph.from_edges(*np.nonzero(~np.eye(6, dtype=bool)))
    assert set(an.core_numbers(complete)) == {10}
    assert set(an.core_numbers(complete, mode="in")) == {5}
    assert an.k_core(Graph(0)).n_nodes == 0


def test_what_cannot_be_meant_is_refused():
    with pytest.raises(UnknownNameError, match="mode of core_numbers 'all'"):
        an.core_numbers(Graph(3), mode="all")
    with pytest.raises(UnknownNameError, match="mode of onion_layers"):
        an.onion_layers(Graph(3), mode="all")
    with pytest.raises(ParameterError, match="k_core: k: got -1"):
        an.k_core(Graph(3), -1)
