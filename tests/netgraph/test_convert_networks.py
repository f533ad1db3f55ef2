"""Networks go to other libraries and come back as networks; what no longer fits is left out aloud."""

import json
import sys
import types

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from netgraph import Graph, Group, Network, NeuralPop, Structure
from netgraph.convert import (
    from_any,
    from_graph_tool,
    from_igraph,
    from_networkit,
    from_networkx,
    from_pandas,
    to_graph_tool,
    to_igraph,
    to_networkit,
    to_networkx,
    to_pandas,
)
from netgraph.space import Shape
from simcore.errors import FileFormatError, ParameterError
from simcore.models import REGISTRY as NEURONS
from tests.reference import graph_tool_double
from tests.reference.networkx_backend import registered  # noqa: F401  (a fixture)
from tests.reference.stored import assert_same_population, networks

WAYS = {
    "networkx": lambda graph, **more: from_networkx(to_networkx(graph), **more),
    "igraph": lambda graph, **more: from_igraph(to_igraph(graph), **more),
    "graph_tool": lambda graph, **more: from_graph_tool(to_graph_tool(graph), **more),
    "pandas": lambda graph, **more: from_pandas(*to_pandas(graph)[::-1], **more),
}


@pytest.fixture(autouse=True, scope="module")
def graph_tool():
    """graph-tool, or its stand-in where it is not installed."""
    patch = pytest.MonkeyPatch()
    if "graph_tool" not in sys.modules:
        module = types.ModuleType("graph_tool")
        module.Graph = graph_tool_double.Graph
        patch.setitem(sys.modules, "graph_tool", module)
    yield
    patch.undo()


def some_network(**space):
    population = NeuralPop.exc_and_inhib(5, iratio=0.4, en_model="iaf_psc_exp", in_model="iaf_psc_exp")
    population.create_meta_group([0, 4], "ends")
    return Network.from_edges([0, 1, 4, 2], [1, 2, 0, 0], population=population, weights=2.0, delays=3.0, **space)


def rows(graph):
    """Ends, weight and delay of each edge, sorted, since NetworkX lists edges node by node."""
    columns = (graph.edges[name].tolist() for name in ("weight", "delay"))
    return sorted(zip(graph.source.tolist(), graph.target.tolist(), *columns, strict=True))


@pytest.mark.parametrize("library", WAYS)
@settings(max_examples=30, deadline=None)
@given(network=networks())
def test_every_network_comes_back_from_every_library(library, network):
    for columns, kept in ((network.nodes, ()), (network.edges, ("weight", "delay", "contacts"))):
        for name in [name for name in columns if name not in kept]:
            del columns[name]
    back = WAYS[library](network)
    assert type(back) is Network
    assert_same_population(back.population, network.population)
    assert rows(back) == rows(network)
    assert back.positions is None if network.positions is None else back.positions.tolist() == network.positions.tolist()
    if network.n_edges:  # without edges there is nothing that could have their attributes
        assert (list(back.edges), back._rules) == (list(network.edges), network._rules)
    assert list(back.nodes) == []


@pytest.mark.parametrize("library", WAYS)
def test_shape_and_rules_come_back_with_a_graph_that_has_no_population(library):
    graph = Graph.from_edges([0, 1], [1, 2], positions=[[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]], shape=Shape.disk(20.0))
    graph.set_weights(("uniform", 1.0, 2.0), seed=3)
    graph.edges["contacts"] = [1, 2]
    back = WAYS[library](graph)
    assert type(back) is Graph
    assert (back.shape, back._rules) == (graph.shape, graph._rules)
    for one in (graph, back):
        one.add_edges([2, 0], [0, 2])
    assert back.edges == graph.edges


def test_a_plain_graph_carries_no_text():
    graph = Graph.from_edges([0, 1], [1, 2], weights=2.0)
    assert to_networkx(graph).graph == {}
    assert to_igraph(graph).attributes() == ["name"]
    assert to_pandas(graph)[0].attrs == {}


@pytest.mark.parametrize("library", WAYS)
def test_a_structure_comes_back_and_names_the_groups_of_nodes(library):
    graph = Graph.from_edges([0, 1, 2, 3], [1, 2, 3, 4])
    graph.structure = Structure.from_groups([Group([4, 2]), Group([0])], ["a", "b"])
    graph.structure.create_meta_group([1, 4], "label", properties={"colour": "red"})
    back = WAYS[library](graph)
    assert (back.structure, list(back.nodes)) == (graph.structure, [])
    assert from_networkit(to_networkit(graph, node_attributes=["group"]), node_attributes={"group": str}).nodes[
        "group"
    ].tolist() == ["b", "", "a", "", "a"]
    part = to_networkx(graph).subgraph([2, 3, 4]).copy()
    moved = to_igraph(graph).permute_vertices([4, 3, 2, 1, 0])
    for changed, groups in ((part, ["a", "", "a"]), (moved, ["a", "", "a", "", "b"])):
        with pytest.warns(UserWarning, match="the structure is left out: it is of other nodes"):
            left = from_any(changed)
        assert (left.structure, left.nodes["group"].tolist()) == (None, groups)
    graph.nodes["group"] = 1
    with pytest.raises(ParameterError, match=r"nodes\['group'\]: got .a column beside groups of nodes"):
        WAYS[library](graph)


def test_networkit_keeps_nothing_but_nodes_and_edges():
    assert type(from_networkit(to_networkit(some_network()))) is Graph


def test_functions_of_networkx_that_keep_all_nodes_give_networks():
    net = some_network(positions=np.eye(5)[:, :2] * 3, shape=Shape.disk(20.0))
    turned = nx.reverse(net)
    assert isinstance(turned, Network)
    assert turned.population == net.population
    assert turned.shape == net.shape
    assert rows(turned) == sorted((t, s, w, d) for s, t, w, d in rows(net))


def test_a_population_of_other_nodes_is_left_out_aloud():
    theirs = to_networkx(some_network())
    cut = theirs.subgraph([0, 1, 4]).copy()
    swapped = to_networkx(some_network())
    swapped.nodes[0]["group"] = "inhibitory"
    bare = to_networkx(some_network())
    for _, data in bare.nodes(data=True):
        del data["type"]
    moved = to_igraph(some_network()).permute_vertices([4, 3, 2, 1, 0])
    for graph in (cut, swapped, bare, theirs.to_undirected(), moved):
        with pytest.warns(UserWarning, match="the population is left out: it is of other nodes"):
            back = from_any(graph)
        assert type(back) is Graph
        assert "group" in back.nodes


def test_a_shape_stays_when_the_population_goes():
    net = some_network(positions=np.eye(5)[:, :2] * 3, shape=Shape.disk(20.0))
    with pytest.warns(UserWarning, match="left out"):
        back = from_networkx(to_networkx(net).subgraph([0, 1]).copy())
    assert (type(back), back.shape) == (Graph, net.shape)


def test_chosen_attributes_are_columns_alone():
    theirs = to_networkx(some_network())
    for options in ({"node_attributes": ["group"]}, {"edge_attributes": []}):
        assert type(from_networkx(theirs, **options)) is Graph
    assert from_networkx(theirs, node_attributes=["type"]).nodes["type"].tolist() == [1, 1, 1, -1, -1]


def test_rules_of_columns_that_are_gone_and_fills_of_another_type_are_left_out():
    graph = Graph.from_edges([0, 1], [1, 2])
    graph.set_weights(("uniform", 1.0, 2.0), seed=3)
    graph.edges["contacts"] = 3
    graph.edges.set_rows("contacts", [0], [7])
    theirs = to_networkx(graph)
    for _, _, data in theirs.edges(data=True):
        del data["weight"]
        data["contacts"] = "many"
    back = from_networkx(theirs)
    assert back._rules == {}
    back.add_edges([2], [0])
    assert back.edges["contacts"].tolist() == ["many", "many", ""]


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.update(version=2),
        lambda note: note.pop("about"),
        lambda note: note.update(about=[1]),
        lambda note: note["about"].update(rules=5),
        lambda note: note["about"]["population"].pop("groups"),
        lambda note: note["about"]["population"].update(declared="many"),
        lambda note: note["about"].update(shape={"kind": "heart"}),
    ],
)
def test_a_broken_description_is_refused(change):
    theirs = to_networkx(some_network())
    note = json.loads(theirs.graph["netgraph"])
    change(note)
    theirs.graph["netgraph"] = json.dumps(note, separators=(",", ":"))
    with pytest.raises(FileFormatError, match="from_networkx: attribute 'netgraph' of the graph"):
        from_networkx(theirs)
    theirs.graph["netgraph"] = theirs.graph["netgraph"][:-9]
    with pytest.raises(FileFormatError, match="from_networkx: attribute 'netgraph' of the graph"):
        from_networkx(theirs)


def test_attributes_of_this_name_that_are_no_description_do_not_matter():
    for value in (5, None, "my notes", {"a": 1}, '{"format":"netgraph","version":1}'):
        assert type(from_networkx(nx.DiGraph([(0, 1)], netgraph=value))) is Graph


def test_positions_outside_of_the_shape_are_refused():
    theirs = to_networkx(some_network(positions=np.eye(5)[:, :2] * 3, shape=Shape.disk(20.0)))
    theirs.nodes[0]["pos"] = (99.0, 0.0)
    with pytest.raises(FileFormatError, match="attribute 'netgraph' of the graph"):
        from_networkx(theirs)
    del theirs.graph["netgraph"]
    assert type(from_networkx(theirs)) is Graph


def test_models_of_ones_own_are_asked_for():
    import dataclasses

    mine = dataclasses.replace(NEURONS.get("iaf_psc_exp"), name="mine")
    population = NeuralPop.exc_and_inhib(4, iratio=0.5, en_model=mine, in_model="iaf_psc_exp")
    net = Network.from_edges([0], [1], population=population)
    for way in WAYS.values():
        with pytest.raises(FileFormatError, match="'mine', a model of your own"):
            way(net)
        assert way(net, models=[mine]).population == population


def test_what_has_no_text_stays_behind_aloud():
    net = some_network()
    net.population.create_meta_group([1], "odd", properties={"thing": object()})
    for convert in (to_networkx, to_igraph, to_graph_tool, to_pandas):
        with pytest.warns(UserWarning, match="groups, shape and rules stay behind: .*object"):
            convert(net)


def test_networkx_writes_files_of_networks_that_are_read_again(tmp_path):
    from netgraph.io import load

    theirs = to_networkx(some_network())
    nx.write_graphml(theirs, tmp_path / "a.graphml")
    assert load(tmp_path / "a.graphml").nodes["group"].tolist() == ["excitatory"] * 3 + ["inhibitory"] * 2
    again = nx.read_graphml(tmp_path / "a.graphml", node_type=int)
    assert from_networkx(again).population == some_network().population
