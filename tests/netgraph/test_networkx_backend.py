"""The NetworkX backend: registration, what runs on our arrays, what is kept, what comes back, and what is refused."""

import logging
import subprocess
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from networkx.utils.backends import _registered_algorithms

from netgraph import Graph, Network, NeuralPop
from netgraph._networkx_info import NATIVE, backend_info
from netgraph._networkx_methods import _FOREIGN
from netgraph.convert import _nx_backend, from_networkx, to_networkx
from netgraph.convert._nx_native import TABLE
from simcore.errors import FrozenNetworkError, ParameterError
from tests.reference.networkx_backend import PROJECT, registered  # noqa: F401  (a fixture)

ROOT = Path(__file__).resolve().parents[2]


def triangle(**options):
    return Graph.from_edges([0, 1, 2, 2], [1, 2, 0, 3], weights=[1.0, 2.0, 3.0, 4.0], **options)


def alike(ours, theirs):
    """Numbers that are equal up to rounding."""
    return ours == pytest.approx(theirs, nan_ok=True, abs=1e-9)


def test_an_installed_backend_needs_no_setting_and_costs_networkx_no_library(tmp_path):
    points = PROJECT["entry-points"]
    info = tmp_path / "netspike-0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: netspike\nVersion: 0\n")
    groups = ("networkx.backends", "networkx.backend_info")
    (info / "entry_points.txt").write_text("".join(f"[{g}]\nnetgraph = {points[g]['netgraph']}\n" for g in groups))
    code = (
        f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(ROOT)!r}]; import networkx as nx;"
        "assert 'netgraph' in nx.utils.backends.backends, nx.utils.backends.backends;"
        "heavy = [m for m in ('numpy', 'scipy', 'numba', 'igraph', 'netgraph.graph') if m in sys.modules];"
        "assert not heavy, heavy;"
        "import netgraph as ng; g = ng.Graph.from_edges([0, 1, 2], [1, 2, 0]);"
        "print(nx.betweenness_centrality(g), nx.number_of_isolates(g), type(nx.path_graph(3, backend='netgraph')).__name__)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert answer.stdout == "{0: 0.5, 1: 0.5, 2: 0.5} 0 Graph\n", answer.stderr


def test_the_page_of_networkx_lists_exactly_what_runs_on_our_arrays():
    assert list(NATIVE) == sorted(NATIVE)
    assert set(NATIVE) == set(TABLE)
    assert set(TABLE) <= set(_registered_algorithms)
    assert set(backend_info()["functions"]) == set(NATIVE)


def test_networkx_keeps_the_private_names_that_the_backend_relies_on():
    dispatch = _registered_algorithms["pagerank"].__wrapped__
    assert dispatch.graphs == {"G": 0}
    assert dispatch.orig_func(nx.path_graph(2)) == pytest.approx({0: 0.5, 1: 0.5})
    assert not dispatch._returns_graph
    assert not dispatch._will_call_mutate_input((nx.path_graph(2),), {})


def test_names_of_a_networkx_graph_come_back_when_it_is_sent_to_this_backend():
    theirs = nx.relabel_nodes(nx.path_graph(4), dict(enumerate("abcd")))
    theirs.edges["a", "b"]["weight"] = 3
    assert nx.clustering(theirs, backend="netgraph") == dict.fromkeys("abcd", 0)
    assert nx.node_connected_component(theirs, "b", backend="netgraph") == set("abcd")
    assert nx.average_shortest_path_length(theirs, weight="weight", backend="netgraph") == pytest.approx(16 / 6)
    assert nx.pagerank(theirs, backend="netgraph") == pytest.approx(nx.pagerank(theirs), abs=1e-12)
    assert nx.voterank(theirs, backend="netgraph") == nx.voterank(theirs)
    with nx.config(backend_priority=["netgraph"]):
        assert nx.degree_centrality(theirs).keys() == set("abcd")
        assert nx.pagerank(theirs).keys() == set("abcd")
        assert nx.square_clustering(theirs).keys() == set("abcd")


def test_distances_weigh_the_paths_of_networkx_too():
    graph = Graph.from_edges([0, 1, 0], [1, 2, 2], positions=[[0.0, 0.0], [1.0, 0.0], [9.0, 0.0]], directed=False)
    assert nx.average_shortest_path_length(graph, weight="distance") == pytest.approx(6.0)
    assert nx.dijkstra_path_length(graph, 0, 2, weight="distance") == pytest.approx(9.0)
    assert nx.betweenness_centrality(graph, weight="distance") == nx.betweenness_centrality(
        to_networkx(graph), weight="distance"
    )
    assert to_networkx(graph).edges[0, 2]["distance"] == 9.0


def test_edges_that_networkx_hides_stay_hidden():
    theirs = nx.path_graph(3)
    theirs.edges[0, 1]["weight"] = None
    with pytest.raises(nx.NetworkXNoPath):
        nx.dijkstra_path_length(theirs, 0, 2, backend="netgraph")
    with pytest.raises(TypeError):
        nx.clustering(theirs, weight="weight", backend="netgraph")


def test_zero_weights_are_edges_of_a_matrix():
    graph = Graph.from_edges([0, 1], [1, 2], weights=[0.0, 2.0])
    order = [2, 1, 0]
    assert alike(nx.to_numpy_array(graph, order, nonedge=-1.0), nx.to_numpy_array(to_networkx(graph), order, nonedge=-1.0))


def test_preferring_the_backend_for_generators_gives_our_graphs():
    with nx.config(backend_priority={"generators": ["netgraph"], "algos": ["netgraph"]}):
        graph = nx.barbell_graph(3, 2)
        rings = nx.connected_caveman_graph(3, 4)
    assert isinstance(graph, Graph)
    assert isinstance(rings, Graph)
    assert (graph.n_nodes, graph.n_edges, graph.directed) == (8, 9, False)
    assert isinstance(nx.DiGraph([(0, 1)], backend="netgraph"), Graph)
    assert isinstance(nx.path_graph(3), nx.Graph)
    assert nx.gn_graph(6, seed=1, backend="netgraph").directed


def test_graphs_that_functions_make_of_ours_are_ours_with_their_columns():
    graph = triangle(name="kept", positions=[[0.0, 0.0], [1.0, 0.0], [2.0, 5.0], [3.0, 0.0]])
    graph.nodes["layer"] = ["L1", "L2", "L3", "L4"]
    turned = nx.reverse(graph)
    assert isinstance(turned, Graph)
    assert sorted(zip(turned.source, turned.target, turned.edges["weight"], strict=True)) == sorted(
        zip(graph.target, graph.source, graph.edges["weight"], strict=True)
    )
    assert turned.nodes == graph.nodes
    assert np.array_equal(turned.positions, graph.positions)
    part = nx.ego_graph(graph, 2)
    assert part.nodes["label"].tolist() == [0, 2, 3]
    assert part.nodes["layer"].tolist() == ["L1", "L3", "L4"]


def test_nodes_keep_their_numbers_in_whatever_order_networkx_meets_them():
    tree = nx.bfs_tree(Graph.from_edges([3, 3, 1], [1, 2, 0]), 3)
    assert "label" not in tree.nodes
    assert sorted(zip(tree.source.tolist(), tree.target.tolist(), strict=True)) == [(1, 0), (3, 1), (3, 2)]


def test_graphs_that_our_columns_cannot_hold_stay_those_of_networkx():
    assert isinstance(nx.condensation(triangle()), nx.DiGraph)  # sets of members as attributes
    assert isinstance(nx.line_graph(triangle()), nx.DiGraph)  # nodes that are pairs
    residual = nx.algorithms.flow.edmonds_karp(triangle(), 0, 3, capacity="weight")
    assert residual.graph["flow_value"] == 1.0


def test_a_copy_is_kept_until_anything_changes_and_no_longer(monkeypatch):
    copies = []
    monkeypatch.setattr(_nx_backend, "to_networkx", lambda graph: copies.append(1) or to_networkx(graph))
    graph = triangle(positions=np.zeros((4, 2)))
    nx.average_neighbor_degree(graph)
    nx.square_clustering(graph)
    assert len(copies) == 1
    changes = [
        lambda: graph.add_edges([3], [0]),
        lambda: graph.delete_edges([0]),
        lambda: graph.add_nodes(1, positions=[[1.0, 1.0]]),
        lambda: graph.edges.update(weight=2.0),
        lambda: graph.edges.set_rows("weight", [1], [7.0]),
        lambda: graph.nodes.update(size=1.0),
        lambda: graph.nodes.__delitem__("size"),
        lambda: graph.set_weights(("uniform", 1.0, 2.0), seed=1),
        lambda: graph.set_positions(np.ones((5, 2))),
        lambda: setattr(graph, "name", "other"),
        lambda: graph.delete_nodes([4]),
    ]
    for i, change in enumerate(changes):
        change()
        found = nx.average_neighbor_degree(graph, weight="weight")
        assert len(copies) == i + 2
        assert found == nx.average_neighbor_degree(to_networkx(graph), weight="weight")
    with nx.config(cache_converted_graphs=False):
        graph.name = "again"
        nx.average_neighbor_degree(graph)
        nx.average_neighbor_degree(graph)
        assert len(copies) == len(changes) + 3


def test_a_kept_copy_follows_the_groups_of_a_network():
    population = NeuralPop(4)
    population.create_group([0, 1], "first", neuron_model="iaf_psc_exp")
    with pytest.warns(UserWarning, match="not complete"):
        net = Network.from_edges([0, 2, 1], [1, 3, 2], population=population)
    assert nx.get_node_attributes(net, "group") == {0: "first", 1: "first", 2: "", 3: ""}
    population.create_group([2, 3], "second", neuron_type=-1, neuron_model="iaf_psc_exp")
    assert nx.get_node_attributes(net, "group") == {0: "first", 1: "first", 2: "second", 3: "second"}
    assert nx.get_node_attributes(net, "type") == {0: 1, 1: 1, 2: -1, 3: -1}
    assert nx.attribute_assortativity_coefficient(net, "group") == pytest.approx(0.4)


def test_networkx_sets_and_removes_columns():
    graph = triangle()
    nx.set_node_attributes(graph, {0: "a", 2: "c", 99: "nobody"}, "kind")
    nx.set_node_attributes(graph, {1: {"size": 2.5}, 3: {"size": 1.5}})
    nx.set_node_attributes(graph, {i: (float(i), 0.0) for i in range(4)}, "pos")
    nx.set_edge_attributes(graph, {(0, 1): 10.0, (3, 0): 9.0}, "weight")
    nx.set_edge_attributes(graph, 5, "contacts")
    assert graph.nodes["kind"].tolist() == ["a", "", "c", ""]
    assert np.array_equal(graph.nodes["size"], [np.nan, 2.5, np.nan, 1.5], equal_nan=True)
    assert graph.positions[:, 0].tolist() == [0.0, 1.0, 2.0, 3.0]
    assert graph.edges["weight"].tolist() == [10.0, 2.0, 3.0, 4.0]
    assert graph.edges.constant("contacts") == 5
    nx.remove_edge_attributes(graph, "contacts", "nothing")
    nx.remove_node_attributes(graph, "size", "nothing")
    assert (list(graph.edges), list(graph.nodes)) == (["weight"], ["kind"])
    parallel = Graph.from_edges([0, 1, 0], [1, 0, 1], directed=False)
    nx.set_edge_attributes(parallel, {(0, 1, 2): 3.0, (1, 0, 1): 2.0, (0, 1, 5): 9.0}, "weight")
    assert parallel.edges["weight"].tolist() == [1.0, 2.0, 3.0]


def test_setting_attributes_is_refused_as_a_whole():
    graph = triangle()
    with pytest.raises(ParameterError, match="finite number"):
        nx.set_edge_attributes(graph, {(0, 1): {"contacts": 1, "weight": np.nan}})
    with pytest.raises(ParameterError, match="one for every node"):
        nx.set_node_attributes(graph, {0: (0.0, 1.0)}, "pos")
    with pytest.raises(ParameterError, match="of their own"):
        nx.set_node_attributes(graph, {i: {"pos": (0.0, 1.0), "size": 1} for i in range(4)})
    with pytest.raises(ParameterError, match="one type"):
        nx.set_node_attributes(graph, {0: 1, 1: "a"}, "mixed")
    with pytest.raises(ParameterError, match="nbunch"):
        nx.remove_node_attributes(graph, "size", nbunch=[1])
    assert (list(graph.nodes), list(graph.edges), graph.positions) == ([], ["weight"], None)
    net = Network.uniform(3, neuron_model="iaf_psc_exp")
    net.add_edges([0], [1])
    net._attach(object(), "a simulation")
    with pytest.raises(FrozenNetworkError):
        nx.set_edge_attributes(net, {(0, 1): 2.0}, "weight")


@pytest.mark.parametrize(
    "call",
    [
        lambda g: nx.double_edge_swap(g, seed=1),
        lambda g: nx.relabel_nodes(g, {0: 1}, copy=False),
        lambda g: nx.stochastic_graph(g, copy=False),
        lambda g: nx.barycenter(g, attr="centre"),
        lambda g: nx.contracted_nodes(g, 0, 1, copy=False),
    ],
)
def test_functions_that_change_their_graph_are_refused_and_leave_ours_alone(call, caplog):
    graph = triangle()
    with caplog.at_level(logging.DEBUG, "networkx"), pytest.raises(NotImplementedError, match="will mutate an input"):
        call(graph)
    assert "to_networkx" in caplog.text
    assert (graph.source.tolist(), list(graph.nodes)) == ([0, 1, 2, 2], [])


def test_functions_that_leave_the_graph_as_it_was_run_on_a_copy():
    graph = triangle()
    tree = nx.maximum_spanning_arborescence(Graph.from_edges([0, 0, 1], [1, 2, 2], weights=[1.0, 2.0, 3.0]))
    assert sorted(tree.edges["weight"]) == [1.0, 3.0]
    undirected = triangle(directed=False)
    theirs = to_networkx(undirected)
    assert nx.incremental_closeness_centrality(undirected, (0, 3)) == nx.incremental_closeness_centrality(theirs, (0, 3))
    assert undirected.n_edges == graph.n_edges == 4
    nx.incremental_closeness_centrality(to := nx.path_graph(3), (0, 2), backend="netgraph")
    assert to.number_of_edges() == 2


def test_what_graphs_of_networkx_have_and_ours_do_not_says_how_to_get_it():
    classes = (nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph)
    theirs = {name for kind in classes for name in dir(kind) if not name.startswith("_")}
    theirs |= {"graph", "_adj", "_node", "_pred", "_succ"}
    graph = triangle()
    assert {name for name in theirs if not hasattr(graph, name)} == set(_FOREIGN)
    for name in ("adj", "successors", "remove_edge", "graph"):
        with pytest.raises(AttributeError, match=f"'{name}', which graphs of NetworkX have; .*to_networkx"):
            getattr(graph, name)
    with pytest.raises(AttributeError, match="no attribute 'frobnicate'$"):
        graph.frobnicate  # noqa: B018
    for call in (nx.nodes, nx.edges, lambda g: nx.draw_networkx_edges(triangle(), {i: (i, 0) for i in range(4)})):
        with pytest.raises((TypeError, KeyError)):
            call(graph)
    with pytest.raises(TypeError, match="holds columns by name .*to_networkx"):
        graph.nodes()
    for call in (nx.draw, nx.spring_layout, list):
        with pytest.raises(TypeError, match=r"not iterable: range\(graph.n_nodes\) are its nodes.*to_networkx"):
            call(graph)
    with pytest.raises(nx.NetworkXError):
        nx.DiGraph(graph)


def test_graphs_are_copied_and_pickled_as_before():
    import copy
    import pickle

    graph = triangle()
    nx.average_neighbor_degree(graph)
    for twin in (copy.copy(graph), copy.deepcopy(graph), pickle.loads(pickle.dumps(graph))):
        assert twin.edges == graph.edges
        assert nx.average_neighbor_degree(twin) == nx.average_neighbor_degree(graph)


def test_graphs_of_both_libraries_go_together_where_the_backend_is_named():
    graph = from_networkx(nx.cycle_graph(4))
    assert nx.is_isomorphic(graph, nx.cycle_graph(4), backend="netgraph")
    assert nx.is_isomorphic(graph, nx.cycle_graph(4), backend="networkx")
    both = nx.union_all([graph, graph], rename=("a", "b"))
    assert both.nodes["label"].tolist() == ["a0", "a1", "a2", "a3", "b0", "b1", "b2", "b3"]
