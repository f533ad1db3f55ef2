"""Sparse graphs with a given clustering: the clustering by NetworkX, exact numbers, connectedness, refusals."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import netgraph as ng
import netgraph.generation as gen
from netgraph.generation.clustered import SparseClustered
from simcore.errors import EdgeError, ParameterError


def twin(graph):
    made = (nx.DiGraph if graph.directed else nx.Graph)()
    made.add_nodes_from(range(graph.n_nodes))
    made.add_edges_from(zip(graph.source.tolist(), graph.target.tolist(), strict=True))
    return made


def clustering(graph):
    """Closed triplets over all, from dense matrices; of directed graphs after Fagiolo 2007."""
    a = nx.to_numpy_array(twin(graph))
    total = a.sum(axis=0) + a.sum(axis=1)
    if not graph.directed:
        return np.trace(a @ a @ a) / (a.sum(axis=0) * (a.sum(axis=0) - 1)).sum()
    both = a + a.T
    return np.trace(both @ both @ both) / 2 / (total * (total - 1) - 2 * np.diag(a @ a)).sum()


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("connected", [True, False])
@pytest.mark.parametrize(("c", "degree"), [(0.05, 6), (0.2, 4), (0.5, 10), (0.8, 16)])
def test_clustering_and_number_of_edges_are_those_asked_for(directed, connected, c, degree):
    graph = gen.sparse_clustered(c, avg_deg=degree, nodes=600, directed=directed, connected=connected, seed=1)
    assert graph.n_edges == 600 * degree // (1 if directed else 2)
    assert clustering(graph) == pytest.approx(c, rel=0.02)
    other = twin(graph)
    assert other.number_of_edges() == graph.n_edges  # none is parallel
    assert nx.number_of_selfloops(other) == 0
    assert not connected or nx.is_connected(nx.Graph(other))


def test_full_clustering_is_separate_cliques():
    graph = gen.sparse_clustered(1.0, avg_deg=4, nodes=50, directed=False, connected=False, seed=1)
    assert sorted(len(piece) for piece in nx.connected_components(twin(graph))) == [5] * 10


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**64 - 1), st.booleans(), st.floats(0.1, 0.9), st.floats(2.5, 12))
def test_what_is_drawn_is_near_enough_or_refused(seed, directed, c, degree):
    try:
        graph = gen.sparse_clustered(c, avg_deg=degree, nodes=120, rtol=0.1, directed=directed, seed=seed)
    except (EdgeError, ParameterError) as error:
        assert "clustering" in str(error)  # noqa: PT017
        return
    assert clustering(graph) == pytest.approx(c, rel=0.1)
    assert nx.is_connected(nx.Graph(twin(graph)))


def test_the_graph_is_the_same_for_any_number_of_threads():
    made = [gen.sparse_clustered(0.3, avg_deg=8, nodes=400, seed=5, threads=threads) for threads in (1, 2, 3)]
    for other in made[1:]:
        np.testing.assert_array_equal(made[0].source, other.source)
        np.testing.assert_array_equal(made[0].target, other.target)


@pytest.mark.parametrize("directed", [True, False])
def test_few_trials_find_the_number_of_moved_edges(directed, monkeypatch):
    measured, measure = [], SparseClustered._clustering
    monkeypatch.setattr(SparseClustered, "_clustering", lambda *args: measured.append(measure(*args)) or measured[-1])
    for c in (0.05, 0.3, 0.6):
        gen.sparse_clustered(c, avg_deg=10, nodes=4000, directed=directed, seed=1)
    assert len(measured) <= 12


def test_groups_of_nodes_without_edges_are_connected():
    net = ng.Network(ng.NeuralPop.exc_and_inhib(300))
    rows = gen.connect_groups(net, "excitatory", "excitatory", "sparse_clustered", c=0.4, avg_deg=8, weights=2.0, seed=1)
    assert len(rows) == 240 * 8
    assert max(net.source.max(), net.target.max()) < 240
    assert ng.analysis.global_clustering(net) == pytest.approx(0.4, rel=0.02)
    with pytest.raises(ParameterError, match="nodes that have none yet"):
        gen.connect_groups(net, "excitatory", "excitatory", "sparse_clustered", c=0.4, avg_deg=2)
    assert net.n_edges == len(rows)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"c": 0.0}, ParameterError, r"c: got 0.0, expected a number in \(0, 1\]"),
        ({"c": 1.5}, ParameterError, "c: got 1.5"),
        ({"c": 0.05, "avg_deg": 10}, ParameterError, "a clustering above the density"),
        ({"avg_deg": 0.5}, EdgeError, "25 edges cannot connect 50 nodes; connected=False"),
        ({"c": 0.9, "avg_deg": 2}, EdgeError, "the nearest clustering found for c = 0.9 is"),
        ({"nodes": 1, "avg_deg": 0}, EdgeError, "no edges wanted"),
        ({"rtol": 0.0}, ParameterError, "rtol: got 0.0"),
        ({"edges": 100}, ParameterError, "exactly one of density, edges, avg_deg"),
        ({"self_loops": True}, ParameterError, "self_loops: got True"),
        ({"connected": 1}, ParameterError, "connected"),
    ],
)
def test_what_makes_no_sense_is_refused(options, error, message):
    with pytest.raises(error, match=message):
        gen.sparse_clustered(**{"c": 0.5, "avg_deg": 4, "nodes": 50, "seed": 1} | options)


def test_different_sides_are_refused():
    with pytest.raises(ParameterError, match="the same nodes on both sides"):
        gen.connect_nodes(ng.Graph(30), range(10), range(20), "sparse_clustered", c=0.5, avg_deg=3)
