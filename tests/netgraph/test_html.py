"""What notebooks show of a graph: sizes, groups and degrees; soon, and with all names escaped."""

import re
import time

import numpy as np
import pytest

from netgraph import Graph, Network, NeuralGroup, NeuralPop, _html


def heights(html):
    return np.array([float(h) for h in re.findall(r"<rect [^>]*height='([\d.]+)'", html)])


def test_networks_show_their_groups_with_sizes():
    html = Network(NeuralPop.exc_and_inhib(10))._repr_html_()
    assert re.search(r"<td>excitatory</td><td>8</td>.*<td>inhibitory</td><td>2</td>", html)


def test_columns_are_listed_and_names_escaped():
    graph = Graph.from_edges([0], [1], name="<b>", attributes={"<i>": [1.0]})
    graph.nodes["<script>alert(1)</script>"] = 1.0
    html = graph._repr_html_()
    assert "<script>" not in html
    assert "<i>" not in html
    assert "&lt;script&gt;" in html
    assert "Graph &#x27;&lt;b&gt;&#x27;" in html


def test_groups_with_dangerous_names_are_escaped():
    population = NeuralPop.from_groups([NeuralGroup(2, 1, neuron_model="iaf_psc_exp")], ["<img src=x>"])
    assert "<img" not in Network(population)._repr_html_()


def test_bars_are_the_histogram_of_total_degrees():
    graph = Graph.from_edges([0, 0, 0, 1], [1, 2, 3, 2])  # degrees 3 2 2 1
    html = graph._repr_html_()
    np.testing.assert_allclose(heights(html), [20.0, 40.0, 20.0])
    assert "degree 1 to 3, mean 2" in html


@pytest.mark.parametrize("n_nodes", [500, 3000, 70_000])
def test_degrees_of_large_graphs_are_exact_for_a_sample_of_nodes(monkeypatch, n_nodes):
    rng = np.random.default_rng(0)
    graph = Graph.from_edges(*rng.integers(0, n_nodes, (2, 300_000)), n_nodes=n_nodes)
    monkeypatch.setattr(_html, "_MANY_EDGES", 1000)
    monkeypatch.setattr(_html, "_EDGES", 10_000)
    found = _html._degrees(graph)
    stride = -(-n_nodes // found.size)
    assert 200 <= found.size < n_nodes
    np.testing.assert_array_equal(found, graph.degree()[::stride])
    assert f"of {found.size:,} sampled nodes, mean of all" in graph._repr_html_()


def test_degrees_that_are_known_are_taken_as_they_are(monkeypatch):
    monkeypatch.setattr(_html, "_MANY_EDGES", 1000)
    rng = np.random.default_rng(0)
    graph = Graph.from_edges(*rng.integers(0, 3000, (2, 20_000)), n_nodes=3000)
    graph.in_csr(), graph.out_csr()
    assert _html._degrees(graph).size == 3000
    assert "sampled" not in graph._repr_html_()


def test_weights_of_large_graphs_are_looked_at_in_a_sample(monkeypatch):
    monkeypatch.setattr(_html, "_MANY_EDGES", 1000)
    monkeypatch.setattr(_html, "_ROWS", 2000)
    graph = Graph.from_edges(np.zeros(2000, int), np.ones(2000, int), weights=np.arange(2000.0), delays=2.0)
    html = graph._repr_html_()
    assert "0 to 1999 in a sample, mean 1,000" in html
    assert "<td>2 ms</td>" in html


def test_millions_of_edges_are_shown_at_once():
    rng = np.random.default_rng(0)
    source, target = rng.integers(0, 100_000, (2, 3_000_000), dtype=np.int32)
    graph = Graph.from_edges(source, target, n_nodes=100_000, weights=rng.random(3_000_000))
    graph._repr_html_()
    start = time.process_time()
    graph._repr_html_()
    # 0.01 s on a machine with nothing else to do.
    assert time.process_time() - start < 0.2


def test_graphs_without_nodes_or_edges_have_no_bars():
    for graph in (Graph(0), Graph(4)):
        assert "<svg" not in graph._repr_html_()
    assert "none yet" in Graph.from_edges([], [], n_nodes=2, weights=[])._repr_html_()
