"""Assortativity of attributes, degrees of each type, and the graph between groups, against igraph, NetworkX and naive loops."""

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netgraph import Graph, Group, NeuralPop, Structure
from netgraph import analysis as an
from netgraph.network import Network
from simcore.errors import ParameterError, UnknownNameError


def random_graph(n, n_edges, seed, *, directed=True):
    """Random edges, parallel ones and self-loops among them, with weights and delays."""
    rng = np.random.default_rng(seed)
    source, target = rng.integers(0, n, size=(2, n_edges))
    weights, delays = rng.uniform(0.1, 3.0, size=(2, n_edges))
    return Graph.from_edges(source, target, n_nodes=n, directed=directed, weights=weights, delays=delays)


def to_igraph(graph):
    return igraph.Graph(n=graph.n_nodes, edges=np.column_stack([graph.source, graph.target]), directed=graph.directed)


def to_networkx(graph, labels):
    other = nx.MultiDiGraph()
    other.add_nodes_from((i, {"label": label}) for i, label in enumerate(labels.tolist()))
    other.add_edges_from(zip(graph.source.tolist(), graph.target.tolist(), strict=True))
    return other


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_assortativity_of_numbers_and_categories_equals_igraph_and_networkx(directed, seed):
    graph = random_graph(50, 300, seed, directed=directed)
    numbers = np.random.default_rng(seed).integers(0, 5, 50)
    got = an.attribute_assortativity(graph, numbers)
    assert got == pytest.approx(to_igraph(graph).assortativity(numbers.tolist(), directed=directed))
    got = an.attribute_assortativity(graph, numbers, categorical=True)
    assert got == pytest.approx(to_igraph(graph).assortativity_nominal(numbers.tolist(), directed=directed))
    if directed:  # NetworkX counts an undirected self-loop in one direction alone
        assert got == pytest.approx(nx.attribute_assortativity_coefficient(to_networkx(graph, numbers), "label"))
    graph.nodes["kind"] = numbers.astype(str)
    assert an.attribute_assortativity(graph, "kind") == pytest.approx(got)
    structure = Structure.from_groups([Group(np.flatnonzero(numbers == k)) for k in range(5)])
    assert an.attribute_assortativity(graph, structure) == pytest.approx(got)


@pytest.mark.parametrize("directed", [True, False])
def test_an_edge_of_weight_k_counts_as_k_edges(directed):
    graph = random_graph(20, 80, 3, directed=directed)
    times = np.random.default_rng(4).integers(0, 4, 80)
    graph.edges["times"] = times
    repeated = Graph.from_edges(np.repeat(graph.source, times), np.repeat(graph.target, times), n_nodes=20, directed=directed)
    numbers = np.random.default_rng(5).normal(size=20)
    for attribute in (numbers, numbers > 0):
        expected = an.attribute_assortativity(repeated, attribute)
        assert an.attribute_assortativity(graph, attribute, weight="times") == pytest.approx(expected)


def test_assortativity_of_known_attributes():
    pairs = Graph.from_edges([0, 1, 2, 3], [1, 0, 3, 2])
    assert an.attribute_assortativity(pairs, [True, True, False, False]) == 1.0
    assert an.attribute_assortativity(pairs, ["a", "b", "a", "b"]) == -1.0
    assert an.attribute_assortativity(pairs, [1.0, 2.0, 1.0, 2.0]) == -1.0
    assert np.isnan(an.attribute_assortativity(pairs, ["a"] * 4))
    assert np.isnan(an.attribute_assortativity(pairs, [1.0] * 4))
    assert np.isnan(an.attribute_assortativity(Graph(4), ["a", "b", "a", "b"]))
    half = Structure.from_groups({"a": Group([0, 1]), "b": Group([2, 3])})
    assert an.attribute_assortativity(pairs, half) == 1.0


def test_edges_to_nodes_in_no_group_are_left_out():
    graph = random_graph(30, 200, 6)
    structure = Structure(30)
    structure.create_group(np.arange(0, 10), "a")
    structure.create_group(np.arange(15, 25), "b")
    inside = np.isin(graph.source, structure.ids) & np.isin(graph.target, structure.ids)
    part = Graph.from_edges(graph.source[inside], graph.target[inside], n_nodes=30)
    expected = an.attribute_assortativity(part, structure.group_of(range(30)))
    assert an.attribute_assortativity(graph, structure) == pytest.approx(expected)
    assert an.structure_graph(graph, structure).edges["n_edges"].sum() == inside.sum()


@pytest.mark.parametrize(
    ("attribute", "kwargs", "error", "message"),
    [
        ("kind", {}, UnknownNameError, "unknown node column"),
        ([1.0, 2.0], {}, ParameterError, "one finite number for each node"),
        ([1.0, 2.0, np.nan], {}, ParameterError, "one finite number for each node"),
        (["a", "b"], {}, ParameterError, "labels of 2 nodes"),
        (["a", "b", "c"], {"categorical": False}, ParameterError, "numbers, since categorical is False"),
        ([0, 1, 1], {"categorical": "yes"}, ParameterError, "categorical: got 'yes'"),
        ([[0], [1], [1]], {"categorical": True}, ParameterError, "one label for each node"),
        (Structure.from_groups([Group(2)]), {}, ParameterError, "labels of 2 nodes"),
        ([0, 1, 1], {"weight": "bad"}, ParameterError, "-1.0 in row 0 of column 'bad'"),
    ],
)
def test_attributes_that_do_not_fit_are_refused(attribute, kwargs, error, message):
    graph = Graph.from_edges([0], [1], n_nodes=3, attributes={"bad": [-1.0]})
    with pytest.raises(error, match=message):
        an.attribute_assortativity(graph, attribute, **kwargs)


@pytest.mark.parametrize("mode", ["in", "out", "total"])
@pytest.mark.parametrize("edge_type", ["excitatory", "inhibitory"])
@pytest.mark.parametrize("weight", [None, "weight"])
def test_degrees_and_strengths_of_a_type_count_its_edges_in_every_mode(mode, edge_type, weight):
    """NNGT 2.8 knows the inhibitory edges of mode "in" alone."""
    graph = random_graph(40, 300, 7)
    population = NeuralPop.exc_and_inhib(40, iratio=0.3)
    net = Network.from_edges(graph.source, graph.target, population=population, weights=graph.edges["weight"])
    sign = 1 if edge_type == "excitatory" else -1
    expected = np.zeros(40)
    for s, t, w in zip(net.source, net.target, net.edges["weight"], strict=True):
        if population.neuron_types()[s] == sign:
            expected[t] += (mode != "out") * (1 if weight is None else w)
            expected[s] += (mode != "in") * (1 if weight is None else w)
    np.testing.assert_allclose(net.degree(mode=mode, edge_type=edge_type, weight=weight), expected)
    graph.edges["type"] = population.neuron_types()[graph.source].astype(np.int64)
    np.testing.assert_allclose(graph.degree(mode=mode, edge_type=edge_type, weight=weight), expected)
    both = sum(net.degree(mode=mode, edge_type=kind) for kind in ("excitatory", "inhibitory"))
    np.testing.assert_array_equal(both, net.degree(mode=mode))


def naive_structure(graph, labels):
    """Number of edges, sums of weights and delays, and set of linked pairs, by pair of labels."""
    found = {}
    columns = graph.edges["weight"], graph.edges["delay"]
    for s, t, w, d in zip(graph.source.tolist(), graph.target.tolist(), *columns, strict=True):
        key, pair = (labels[s], labels[t]), (s, t)
        if not graph.directed:
            key, pair = tuple(sorted(key)), tuple(sorted(pair))
        n, total, late, pairs = found.get(key, (0, 0.0, 0.0, set()))
        found[key] = n + 1, total + w, late + d, pairs | ({pair} if s != t else set())
    return found


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("n_labels", [1, 3, 40])
def test_structure_graph_equals_a_naive_count(directed, n_labels):
    graph = random_graph(40, 150, 8, directed=directed)
    labels = np.random.default_rng(9).integers(0, n_labels, 40)
    graph.nodes["part"] = labels
    groups = an.structure_graph(graph, "part")
    names, sizes = np.unique(labels, return_counts=True)
    assert groups.nodes["name"].tolist() == names.astype(str).tolist()
    assert groups.nodes["size"].tolist() == sizes.tolist()
    assert groups.directed == directed
    expected = naive_structure(graph, labels)
    keys = sorted(expected)
    assert list(zip(names[groups.source].tolist(), names[groups.target].tolist(), strict=True)) == keys
    size = dict(zip(names.tolist(), sizes.tolist(), strict=True))
    for row, key in enumerate(keys):
        n, total, late, pairs = expected[key]
        possible = size[key[0]] * (size[key[1]] - (key[0] == key[1])) / (1 if directed or key[0] != key[1] else 2)
        assert groups.edges["n_edges"][row] == n
        assert groups.edges["weight"][row] == pytest.approx(total)
        assert groups.edges["mean_weight"][row] == pytest.approx(total / n)
        assert groups.edges["delay"][row] == pytest.approx(late / n)
        assert groups.edges["probability"][row] == pytest.approx(len(pairs) / possible if possible else 0.0)


def test_structure_graph_of_a_network_has_its_groups_in_their_order():
    population = NeuralPop.exc_and_inhib(10, iratio=0.4)
    net = Network.from_edges([0, 1, 6, 9], [6, 7, 0, 8], population=population, weights=[1.0, 2.0, 3.0, 4.0], delays=2.0)
    groups = an.structure_graph(net)
    assert groups.nodes["name"].tolist() == list(population) == ["excitatory", "inhibitory"]
    assert groups.adjacency("weight").toarray().tolist() == [[0.0, 3.0], [3.0, 4.0]]
    assert groups.edges["delay"].tolist() == [2.0, 2.0, 2.0]
    np.testing.assert_allclose(groups.edges["probability"], [2 / 24, 1 / 24, 1 / 12])
    assert type(groups) is Graph


def test_structure_graph_of_graphs_without_edges_columns_or_groups():
    assert an.structure_graph(Graph(3), ["a", "b", "a"]).n_edges == 0
    assert an.structure_graph(Graph(0), []).n_nodes == 0
    bare = an.structure_graph(Graph.from_edges([0, 0], [1, 0]), ["a", "b"])
    assert set(bare.edges) == {"n_edges", "probability"}
    assert bare.edges["probability"].tolist() == [0.0, 1.0]
    with pytest.raises(ParameterError, match="a graph without groups"):
        an.structure_graph(Graph(3))
    with pytest.raises(ParameterError, match="structure_graph: by"):
        an.structure_graph(Graph(3), [1, 2])
    with pytest.raises(ParameterError, match="structure_graph: by"):
        an.structure_graph(Graph(3), 5)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.permutations(range(12)), st.booleans())
def test_relabelling_nodes_changes_neither_assortativity_nor_the_structure(seed, new, directed):
    graph, new = random_graph(12, 40, seed, directed=directed), np.array(new)
    columns = {"weights": graph.edges["weight"], "delays": graph.edges["delay"]}
    other = Graph.from_edges(new[graph.source], new[graph.target], n_nodes=12, directed=directed, **columns)
    labels = np.random.default_rng(seed).integers(0, 3, 12)
    moved = np.empty_like(labels)
    moved[new] = labels
    for categorical in (True, False):
        before, after = (
            an.attribute_assortativity(g, x, weight="weight", categorical=categorical)
            for g, x in ((graph, labels), (other, moved))
        )
        np.testing.assert_allclose(after, before, atol=1e-9)
    before, after = an.structure_graph(graph, labels), an.structure_graph(other, moved)
    for name in before.edges:
        np.testing.assert_allclose(after.edges[name], before.edges[name])
