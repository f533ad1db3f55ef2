"""Functions of NetworkX that run on our arrays: each gives what NetworkX gives, for its options and on drawn graphs, too."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netgraph import Graph
from netgraph.convert import _nx_backend, to_networkx
from netgraph.convert._nx_native import SETTERS, TABLE
from tests.reference.networkx_backend import outcome, registered, same  # noqa: F401  (a fixture)


def ring(*, directed=True):
    """Two triangles that share an edge; a path leads from each node to each other."""
    graph = Graph.from_edges([0, 1, 2, 2, 3], [1, 2, 0, 3, 1], directed=directed, weights=[1.0, 2.0, 3.0, 4.0, 5.5])
    graph.nodes["layer"] = ["L1", "L2", "L1", "L1"]
    graph.nodes["size"] = [3, 1, 4, 1]
    return graph


@pytest.fixture
def never_converted(monkeypatch):
    """Fails a test that makes a NetworkX graph."""

    def fail(*_, **__):
        raise AssertionError("a graph was converted")

    monkeypatch.setattr(_nx_backend, "to_networkx", fail)


NATIVE_CALLS = {
    "adjacency_matrix": lambda g: nx.adjacency_matrix(g, [2, 0, 1], weight="weight").toarray(),
    "average_clustering": lambda g: nx.average_clustering(g, weight="weight"),
    "clustering": lambda g: nx.clustering(g, [0, 2], weight="weight"),
    "clustering of a node": lambda g: nx.clustering(g, 0),
    "degree_assortativity_coefficient": lambda g: nx.degree_assortativity_coefficient(g, "out", "out"),
    "degree_centrality": lambda g: nx.degree_centrality(g),
    "degree_pearson_correlation_coefficient": lambda g: nx.degree_pearson_correlation_coefficient(g, weight="weight"),
    "density": lambda g: nx.density(g),
    "is_empty": lambda g: nx.is_empty(g),
    "is_isolate": lambda g: nx.is_isolate(g, 3),
    "isolates": lambda g: list(nx.isolates(g)),
    "number_of_isolates": lambda g: nx.number_of_isolates(g),
    "number_of_selfloops": lambda g: nx.number_of_selfloops(g),
    "all_pairs_dijkstra_path_length": lambda g: list(nx.all_pairs_dijkstra_path_length(g)),
    "all_pairs_shortest_path_length": lambda g: list(nx.all_pairs_shortest_path_length(g, cutoff=2)),
    "attribute_assortativity_coefficient": lambda g: nx.attribute_assortativity_coefficient(g, "layer"),
    "average_shortest_path_length": lambda g: nx.average_shortest_path_length(g, weight="weight"),
    "betweenness_centrality": lambda g: nx.betweenness_centrality(g, weight="weight"),
    "center": lambda g: nx.center(g, weight="weight"),
    "closeness_centrality": lambda g: nx.closeness_centrality(g, distance="weight"),
    "core_number": lambda g: nx.core_number(g),
    "diameter": lambda g: nx.diameter(g, weight="weight"),
    "dijkstra_path_length": lambda g: nx.dijkstra_path_length(g, 0, 3),
    "eccentricity": lambda g: nx.eccentricity(g, [0, 3], weight="weight"),
    "edge_betweenness_centrality": lambda g: nx.edge_betweenness_centrality(g, weight="weight"),
    "eigenvector_centrality": lambda g: nx.eigenvector_centrality(g, weight="weight"),
    "eigenvector_centrality_numpy": lambda g: nx.eigenvector_centrality_numpy(g, weight="weight"),
    "floyd_warshall_numpy": lambda g: nx.floyd_warshall_numpy(g, [3, 1, 0, 2]),
    "harmonic_centrality": lambda g: nx.harmonic_centrality(g, [0, 2], distance="weight"),
    "katz_centrality": lambda g: nx.katz_centrality(g, alpha=0.05, weight="weight"),
    "katz_centrality_numpy": lambda g: nx.katz_centrality_numpy(g, alpha=0.05, weight="weight"),
    "modularity": lambda g: nx.community.modularity(g, [{0, 1}, {2, 3}]),
    "numeric_assortativity_coefficient": lambda g: nx.numeric_assortativity_coefficient(g, "size"),
    "pagerank": lambda g: nx.pagerank(g, personalization={0: 1, 3: 2}),
    "periphery": lambda g: nx.periphery(g, weight="weight"),
    "radius": lambda g: nx.radius(g, weight="weight"),
    "shortest_path_length": lambda g: nx.shortest_path_length(g, target=1, weight="weight"),
    "single_source_bellman_ford_path_length": lambda g: nx.single_source_bellman_ford_path_length(g, 3),
    "single_source_dijkstra_path_length": lambda g: nx.single_source_dijkstra_path_length(g, 3, cutoff=6),
    "single_source_shortest_path_length": lambda g: nx.single_source_shortest_path_length(g, 3, cutoff=1),
    "single_target_shortest_path_length": lambda g: nx.single_target_shortest_path_length(g, 3),
    "sizes": lambda g: (nx.number_of_nodes(g), nx.number_of_edges(g), len(g), nx.is_directed(g), g.is_multigraph()),
    "to_numpy_array": lambda g: nx.to_numpy_array(g, [3, 2], dtype=float, nonedge=-1.0),
    "to_scipy_sparse_array": lambda g: nx.to_scipy_sparse_array(g, weight=None, format="csc").toarray(),
}
DIRECTED_CALLS = {
    "in_degree_centrality": lambda g: nx.in_degree_centrality(g),
    "is_strongly_connected": lambda g: nx.is_strongly_connected(g),
    "is_weakly_connected": lambda g: nx.is_weakly_connected(g),
    "number_strongly_connected_components": lambda g: nx.number_strongly_connected_components(g),
    "number_weakly_connected_components": lambda g: nx.number_weakly_connected_components(g),
    "out_degree_centrality": lambda g: nx.out_degree_centrality(g),
    "overall_reciprocity": lambda g: nx.overall_reciprocity(g),
    "reciprocity": lambda g: nx.reciprocity(g, [0, 2, 3]),
    "strongly_connected_components": lambda g: {frozenset(part) for part in nx.strongly_connected_components(g)},
    "triadic_census": lambda g: nx.triadic_census(g),
    "weakly_connected_components": lambda g: list(nx.weakly_connected_components(g)),
}
UNDIRECTED_CALLS = {
    "communicability": lambda g: nx.communicability(g),
    "communicability_exp": lambda g: nx.communicability_exp(g),
    "connected_components": lambda g: list(nx.connected_components(g)),
    "estrada_index": lambda g: nx.estrada_index(g),
    "global_efficiency": lambda g: nx.global_efficiency(g),
    "is_connected": lambda g: nx.is_connected(g),
    "local_efficiency": lambda g: nx.local_efficiency(g),
    "node_connected_component": lambda g: nx.node_connected_component(g, 2),
    "number_connected_components": lambda g: nx.number_connected_components(g),
    "onion_layers": lambda g: nx.onion_layers(g),
    "rich_club_coefficient": lambda g: nx.rich_club_coefficient(g, normalized=False),
    "subgraph_centrality": lambda g: nx.subgraph_centrality(g, normalized=True),
    "subgraph_centrality_exp": lambda g: nx.subgraph_centrality_exp(g),
    "transitivity": lambda g: nx.transitivity(g),
    "triangles": lambda g: nx.triangles(g),
}


ELSEWHERE = {"hits", "k_core", "k_shell"}


@pytest.mark.parametrize("call", [*NATIVE_CALLS, *DIRECTED_CALLS])
def test_our_functions_answer_for_a_directed_graph_without_a_copy(call, never_converted):
    function = (NATIVE_CALLS | DIRECTED_CALLS)[call]
    assert same(function(ring()), function(to_networkx(ring())))


@pytest.mark.parametrize("call", [*NATIVE_CALLS, *UNDIRECTED_CALLS])
def test_our_functions_answer_for_an_undirected_graph_without_a_copy(call, never_converted):
    function = (NATIVE_CALLS | UNDIRECTED_CALLS)[call]
    assert same(function(ring(directed=False)), function(to_networkx(ring(directed=False))))


def test_every_function_of_the_table_is_called_here():
    assert set(TABLE) <= {*NATIVE_CALLS, *DIRECTED_CALLS, *UNDIRECTED_CALLS, *ELSEWHERE, *SETTERS}


@pytest.mark.parametrize("directed", [True, False])
def test_hubs_are_those_of_networkx_within_its_tolerance(directed, never_converted):
    ours, theirs = nx.hits(ring(directed=directed)), nx.hits(to_networkx(ring(directed=directed)))
    for one, other in zip(ours, theirs, strict=True):
        assert one == pytest.approx(other, abs=1e-7)


def test_cores_of_a_graph_are_graphs_that_know_their_nodes(never_converted):
    graph = Graph.from_edges([0, 1, 2, 3, 4, 5], [3, 2, 3, 1, 1, 5], directed=False, positions=np.eye(6)[:, :2])
    graph.delete_edges([5])
    assert nx.k_core(graph).nodes["label"].tolist() == [1, 2, 3]
    assert nx.k_core(graph, 1).n_nodes == 5
    assert nx.k_shell(graph, 0).nodes["label"].tolist() == [5]
    assert nx.k_core(graph).positions.tolist() == [[0.0, 1.0], [0.0, 0.0], [0.0, 0.0]]


def test_cores_of_a_networkx_graph_keep_attributes_that_columns_cannot_hold():
    theirs = nx.complete_graph(4)
    theirs.nodes[1]["size"] = 3
    with nx.config(backend_priority=["netgraph"]):
        assert dict(nx.k_core(theirs).nodes(data=True)) == {0: {}, 1: {"size": 3}, 2: {}, 3: {}}


ALONE = {
    *("attribute_assortativity_coefficient", "dijkstra_path_length", "is_isolate", "modularity", "node_connected_component"),
    *("numeric_assortativity_coefficient", "single_source_bellman_ford_path_length", "single_source_dijkstra_path_length"),
    *("single_source_shortest_path_length", "single_target_shortest_path_length", "hits"),
}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_our_functions_agree_on_drawn_graphs_of_every_kind(data):
    n = data.draw(st.integers(1, 7))
    node = st.integers(0, n - 1)
    edges = data.draw(st.lists(st.tuples(node, node, st.sampled_from([0.0, 0.5, 1.0, 2.0])), max_size=14))
    source, target, weights = map(list, zip(*edges, strict=True)) if edges else ([], [], [])
    graph = Graph.from_edges(source, target, n_nodes=n, directed=data.draw(st.booleans()), weights=weights)
    theirs = to_networkx(graph)
    for name in sorted(set(TABLE) - ALONE - set(SETTERS)):
        function = nx.community.modularity if name == "modularity" else getattr(nx, name)
        ours, wanted = (outcome(function, g) for g in (graph, theirs))
        if "components" in name and isinstance(ours, tuple):
            ours, wanted = (sorted(map(sorted, parts)) for parts in (ours, wanted))
        assert same(ours, wanted), name
