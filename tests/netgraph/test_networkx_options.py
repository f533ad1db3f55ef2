"""Every option of the functions that run on our arrays, on graphs of every kind: what NetworkX gives, or its error."""

import warnings
from collections.abc import Iterator

import networkx as nx
import numpy as np
import pytest

from netgraph import Graph, Network, NeuralPop
from netgraph.convert import _nx_backend, to_networkx
from netgraph.convert._nx_native import TABLE
from tests.reference.networkx_backend import registered, same  # noqa: F401  (a fixture)

CALLS = {
    "average clustering of some, with weights": lambda g: nx.average_clustering(g, [0, 1, 3], weight="weight"),
    "average clustering above zero": lambda g: nx.average_clustering(g, count_zeros=False),
    "betweenness": lambda g: nx.betweenness_centrality(g, normalized=False),
    "betweenness with endpoints": lambda g: nx.betweenness_centrality(g, endpoints=True, weight="weight"),
    "betweenness, both": lambda g: nx.betweenness_centrality(g, endpoints=True, normalized=False, weight="weight"),
    "betweenness, sampled": lambda g: nx.betweenness_centrality(g, k=2, seed=3),
    "betweenness, all sampled": lambda g: nx.betweenness_centrality(g, k=len(g), seed=3),
    "betweenness of edges": lambda g: nx.edge_betweenness_centrality(g, normalized=False),
    "betweenness of edges, with lengths": lambda g: nx.edge_betweenness_centrality(g, weight="weight"),
    "betweenness of edges, sampled": lambda g: nx.edge_betweenness_centrality(g, k=2, seed=3),
    "center": lambda g: nx.center(g, weight="weight"),
    "center by bounds": lambda g: nx.center(g, usebounds=True),
    "closeness of one": lambda g: nx.closeness_centrality(g, 1, distance="weight"),
    "closeness without a factor": lambda g: nx.closeness_centrality(g, wf_improved=False),
    "closeness of nobody": lambda g: nx.closeness_centrality(g, 99),
    "clustering, a column of text": lambda g: nx.clustering(g, weight="kind"),
    "clustering of some, read once": lambda g: nx.clustering(g, iter([0, 1]), weight="weight"),
    "diameter": lambda g: nx.diameter(g, weight="weight"),
    "diameter by bounds": lambda g: nx.diameter(g, usebounds=True),
    "diameter, known": lambda g: nx.diameter(g, e={0: 3, 1: 7}),
    "distance between two": lambda g: nx.shortest_path_length(g, 0, 3, weight="weight"),
    "distance between two, other method": lambda g: nx.shortest_path_length(g, 0, 3, weight="weight", method="bellman-ford"),
    "distance between two, a wrong method": lambda g: nx.shortest_path_length(g, 0, 3, weight="weight", method="walk"),
    "distance to itself": lambda g: nx.dijkstra_path_length(g, 1, 1),
    "distance to nobody": lambda g: nx.dijkstra_path_length(g, 1, 99),
    "steps between two": lambda g: nx.shortest_path_length(g, 0, 3),
    "steps from one": lambda g: nx.shortest_path_length(g, 0),
    "steps to one": lambda g: nx.shortest_path_length(g, target=3),
    "steps of all": lambda g: dict(nx.shortest_path_length(g)),
    "distances of all": lambda g: dict(nx.shortest_path_length(g, weight="weight")),
    "distances of all within some": lambda g: dict(nx.all_pairs_dijkstra_path_length(g, cutoff=2.5)),
    "distances from one within some": lambda g: nx.single_source_dijkstra_path_length(g, 0, cutoff=3.0, weight="weight"),
    "distances in whole steps": lambda g: dict(nx.shortest_path_length(g, weight="steps")),
    "distances by a function": lambda g: nx.single_source_dijkstra_path_length(g, 0, weight=lambda u, v, d: 2),
    "distances without a name": lambda g: nx.single_source_dijkstra_path_length(g, 0, weight=None),
    "steps within 2": lambda g: nx.single_source_shortest_path_length(g, 0, cutoff=2),
    "steps within 0": lambda g: nx.single_target_shortest_path_length(g, 3, cutoff=0),
    "steps within less than 0": lambda g: nx.single_target_shortest_path_length(g, 3, cutoff=-1),
    "steps within 1.5": lambda g: dict(nx.all_pairs_shortest_path_length(g, cutoff=1.5)),
    "steps from nobody": lambda g: nx.single_source_shortest_path_length(g, 99),
    "distances as a matrix": lambda g: nx.floyd_warshall_numpy(g, weight="weight"),
    "distances as a matrix of some": lambda g: nx.floyd_warshall_numpy(g, [0, 1], weight="weight"),
    "eccentricity": lambda g: nx.eccentricity(g, weight="weight"),
    "eccentricity of one": lambda g: nx.eccentricity(g, 2),
    "eccentricity, known": lambda g: nx.eccentricity(g, sp=dict(nx.all_pairs_shortest_path_length(to_nx(g)))),
    "eigenvector, loose": lambda g: nx.eigenvector_centrality(g, tol=1e-2, max_iter=500),
    "eigenvector, no time": lambda g: nx.eigenvector_centrality(g, max_iter=2),
    "eigenvector, a start": lambda g: nx.eigenvector_centrality(g, nstart={n: n + 1 for n in to_nx(g)}, max_iter=500),
    "harmonic of some": lambda g: nx.harmonic_centrality(g, [0, 2, 99]),
    "harmonic from some": lambda g: nx.harmonic_centrality(g, sources=[0, 2]),
    "harmonic, with lengths": lambda g: nx.harmonic_centrality(g, distance="weight"),
    "k_core, 1": lambda g: nx.k_core(g, 1),
    "k_core, too large": lambda g: nx.k_core(g, 50),
    "k_core, known": lambda g: nx.k_core(g, 1, core_number=dict.fromkeys(to_nx(g), 1)),
    "k_shell, 2": lambda g: nx.k_shell(g, 2),
    "katz": lambda g: nx.katz_centrality(g, alpha=0.02, beta=2.0, normalized=False, weight="weight"),
    "katz, numbers of nodes": lambda g: nx.katz_centrality(g, alpha=0.02, beta={n: n + 1.0 for n in to_nx(g)}),
    "katz, exact": lambda g: nx.katz_centrality_numpy(g, alpha=0.02, beta=2, normalized=False, weight="weight"),
    "katz, alpha too large": lambda g: nx.katz_centrality_numpy(g, alpha=3.0),
    "katz, numbers of nodes, exact": lambda g: nx.katz_centrality_numpy(g, alpha=0.02, beta={n: n + 1.0 for n in to_nx(g)}),
    "layer": lambda g: nx.attribute_assortativity_coefficient(g, "layer"),
    "layer of some": lambda g: nx.attribute_assortativity_coefficient(g, "layer", nodes=[0, 1]),
    "layer as a number": lambda g: nx.numeric_assortativity_coefficient(g, "layer"),
    "size": lambda g: nx.numeric_assortativity_coefficient(g, "size"),
    "size as a category": lambda g: nx.attribute_assortativity_coefficient(g, "size"),
    "group": lambda g: nx.attribute_assortativity_coefficient(g, "group"),
    "modularity": lambda g: nx.community.modularity(g, [{0, 1}, {2, 3, 4}], resolution=0.5),
    "modularity without weights": lambda g: nx.community.modularity(g, ([0, 1], [2], (3, 4)), weight=None),
    "modularity, read once": lambda g: nx.community.modularity(g, iter([{0, 1}, {2, 3, 4}])),
    "modularity of no partition": lambda g: nx.community.modularity(g, [{0, 1}, {1, 2, 3}]),
    "pagerank": lambda g: nx.pagerank(g, 0.6, weight=None),
    "pagerank, jumps": lambda g: nx.pagerank(g, personalization={0: 1.0, 2: 3.0}, dangling={1: 1}),
    "pagerank, no jumps": lambda g: nx.pagerank(g, personalization={0: 0}),
    "pagerank, no time": lambda g: nx.pagerank(g, max_iter=1),
    "pagerank, a start": lambda g: nx.pagerank(g, nstart={0: 1}),
    "periphery": lambda g: nx.periphery(g, weight="weight"),
    "radius": lambda g: nx.radius(g, weight="weight"),
    "rich club": lambda g: nx.rich_club_coefficient(g, normalized=False),
    "rich club, compared": lambda g: nx.rich_club_coefficient(g, Q=2, seed=1),
    "subgraph centrality": lambda g: nx.subgraph_centrality(g, normalized=True),
    "subgraph centrality, exp": lambda g: nx.subgraph_centrality_exp(g, normalized=True),
    "triads": lambda g: nx.triadic_census(g),
    "triads of some": lambda g: nx.triadic_census(g, [0, 1]),
    "triangles of one": lambda g: nx.triangles(g, 1),
    "triangles of some": lambda g: nx.triangles(g, [0, 2, 99]),
}


def to_nx(graph):
    return graph if isinstance(graph, nx.Graph) else to_networkx(graph)


def made(source, target, *, weights=None, **options):
    """A graph of five nodes with columns."""
    graph = Graph.from_edges(source, target, n_nodes=5, weights=weights, **options)
    graph.nodes["layer"] = ["L1", "L2", "L1", "L1", "L2"]
    graph.nodes["size"] = [3, 1, 4, 1, 5]
    graph.edges["steps"] = np.arange(1, graph.n_edges + 1)
    graph.edges["kind"] = [f"k{i}" for i in range(graph.n_edges)]
    return graph


ENDS = [0, 1, 2, 2, 3, 4, 0], [1, 2, 0, 3, 4, 0, 3]
FLOATS, WHOLE = [1.0, 2.0, 3.5, 1.0, 0.5, 2.5, 4.0], [1, 2, 3, 1, 2, 1, 4]


def network():
    population = NeuralPop.exc_and_inhib(5, iratio=0.4, en_model="iaf_psc_exp", in_model="iaf_psc_exp")
    net = Network.from_edges(*ENDS, population=population, weights=FLOATS)
    net.nodes["layer"] = ["L1", "L2", "L1", "L1", "L2"]
    net.nodes["size"] = [3, 1, 4, 1, 5]
    net.edges["steps"] = np.arange(1, 8)
    return net


KINDS = {
    "directed": lambda: made(*ENDS, weights=FLOATS),
    "undirected": lambda: made(*ENDS, weights=FLOATS, directed=False),
    "whole weights": lambda: made(*ENDS, weights=WHOLE),
    "no weights": lambda: made(*ENDS, directed=False),
    "zero weights": lambda: made(*ENDS, weights=[0.0, 1.0, 0.0, 2.0, 1.0, 0.0, 3.0], directed=False),
    "negative weights": lambda: made(*ENDS, weights=[2, 1, -1, 3, 1, 1, 4]),
    "loops": lambda: made([*ENDS[0], 1], [*ENDS[1], 1], weights=[*FLOATS, 1.5]),
    "undirected loops": lambda: made([*ENDS[0], 1], [*ENDS[1], 1], weights=[*FLOATS, 1.5], directed=False),
    "parallel": lambda: made([*ENDS[0], 0, 2], [*ENDS[1], 1, 3], weights=[*FLOATS, 0.5, 1.0]),
    "undirected parallel": lambda: made([*ENDS[0], 1, 2], [*ENDS[1], 0, 3], weights=[*FLOATS, 0.5, 1.0], directed=False),
    "in two parts": lambda: made([0, 1, 3], [1, 2, 4], weights=[1.0, 2.0, 3.0]),
    "in two undirected parts": lambda: made([0, 1, 2, 3], [1, 2, 0, 4], weights=[1, 2, 3, 1], directed=False),
    "a tree": lambda: made([0, 0, 1, 1], [1, 2, 3, 4], weights=[1.0, 2.0, 1.0, 1.0], directed=False),
    "network": network,
}


def result_of(call, graph):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            result = call(graph)
        except Exception as error:  # the kinds of errors are compared
            return type(error)
    assert not isinstance(result, Iterator)
    return result


@pytest.mark.parametrize("kind", KINDS)
def test_every_option_gives_for_our_graph_what_it_gives_for_its_own(kind):
    graph, different = KINDS[kind](), {}
    for name, call in CALLS.items():
        ours, theirs = result_of(call, graph), result_of(call, to_networkx(graph))
        if not same(ours, theirs):
            different[name] = ours, theirs
    assert different == {}


@pytest.mark.parametrize("kind", KINDS)
def test_every_option_gives_for_a_graph_of_networkx_what_it_gives_there(kind):
    """Its nodes are in another order than their names."""
    theirs = nx.relabel_nodes(to_networkx(KINDS[kind]()), {0: 3, 1: 0, 2: 1, 3: 2, 4: 4})
    different = {}
    for name, call in CALLS.items():
        wanted = result_of(call, theirs)
        with nx.config(backend_priority=["netgraph"], warnings_to_ignore={"cache"}):
            ours = result_of(call, theirs)
        if not same(ours, wanted):
            different[name] = ours, wanted
    assert different == {}


def test_what_networkx_does_in_another_way_is_left_to_it(monkeypatch):
    given = []
    monkeypatch.setattr(_nx_backend, "to_networkx", lambda graph: given.append(1) or to_networkx(graph))
    left = ["betweenness, sampled", "harmonic from some", "steps between two", "layer of some", "pagerank, a start"]
    for name in left:
        graph = KINDS["directed"]()
        result_of(CALLS[name], graph)
        assert given, name
        given.clear()
    result_of(CALLS["betweenness"], KINDS["directed"]())
    assert not given


def test_pairs_of_nodes_are_those_of_the_graph_when_it_was_asked():
    graph = KINDS["directed"]()
    wanted = dict(nx.all_pairs_shortest_path_length(to_networkx(graph)))
    pairs = nx.all_pairs_shortest_path_length(graph)
    graph.delete_edges([0, 1, 2])
    graph.add_nodes(2)
    assert dict(pairs) == wanted


def test_many_sources_come_in_pieces():
    graph = Graph.from_edges(range(600), [*range(1, 600), 0])
    pairs = list(nx.all_pairs_dijkstra_path_length(graph, cutoff=2))
    assert [node for node, _ in pairs] == list(range(600))
    assert pairs[599] == (599, {599: 0, 0: 1, 1: 2})


def test_lengths_too_large_for_floats_stay_exact():
    graph = Graph.from_edges([0, 1, 2], [1, 2, 0], attributes={"steps": [2**53, 1, 1]})
    assert nx.dijkstra_path_length(graph, 0, 2, weight="steps") == 2**53 + 1
    assert nx.eccentricity(graph, 0, weight="steps") == 2**53 + 1


def test_the_core_of_a_network_is_a_network():
    net = network()
    net.add_edges([0, 3], [2, 2])
    core = nx.k_core(net, 3)
    assert isinstance(core, Network)
    assert core.nodes["label"].tolist() == list(nx.k_core(to_networkx(net), 3)) == [0, 2, 3]
    assert core.population.size == 3


def test_results_are_numbers_of_python():
    graph = KINDS["undirected"]()
    for name in ("betweenness_centrality", "closeness_centrality", "core_number", "pagerank", "triangles", "eccentricity"):
        (kind,) = {type(value) for value in getattr(nx, name)(graph).values()}
        assert kind in (int, float)
        assert name in TABLE
    assert {type(n) for _, found in nx.shortest_path_length(graph, weight="steps") for n in found.values()} == {int}
    assert isinstance(nx.floyd_warshall_numpy(graph), np.ndarray)
