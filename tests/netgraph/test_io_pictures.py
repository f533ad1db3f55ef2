"""GEXF, Pajek and DOT of other programs are read, and theirs read ours."""

import re

import igraph
import networkx as nx
import numpy as np
import pytest

import netgraph.io as io
from netgraph import Graph
from simcore.errors import FileFormatError, TooLargeError


def ends(graph):
    return list(zip(graph.source.tolist(), graph.target.tolist(), strict=True))


def read(folder, text, name):
    (folder / name).write_text(text)
    return io.load(folder / name)


@pytest.mark.parametrize("version", ["1.1draft", "1.2draft", "1.3"])
@pytest.mark.parametrize("kind", [nx.DiGraph, nx.Graph])
def test_gexf_of_networkx_is_read(version, kind, tmp_path):
    theirs = kind()
    theirs.add_node("a", size=1.5, on=True, label="node & <a>")
    theirs.add_node("b", size=2.5, on=False, label="b")
    theirs.add_edge("a", "b", weight=0.25, kind="k")
    nx.write_gexf(theirs, tmp_path / "a.gexf", version=version)
    graph = io.load(tmp_path / "a.gexf")
    assert graph.directed is theirs.is_directed()
    assert graph.nodes["label"].tolist() == ["node & <a>", "b"]
    assert graph.nodes["id"].tolist() == ["a", "b"]
    assert graph.nodes["size"].tolist() == [1.5, 2.5]
    assert graph.nodes["on"].tolist() == [True, False]
    assert graph.edges["weight"].tolist() == [0.25]
    assert graph.edges["kind"].tolist() == ["k"]


def test_gexf_and_graphml_are_not_taken_for_each_other(tmp_path):
    path = io.save(Graph(1), tmp_path / "a.xml", "gexf")
    with pytest.raises(FileFormatError, match=r"a\.xml, line 2: got '<gexf>', expected <graphml>"):
        io.load(path)
    path = io.save(Graph(1), tmp_path / "a.xml")
    with pytest.raises(FileFormatError, match="line 2: got '<graphml>', expected <gexf>"):
        io.load(path, "gexf")


def test_networkx_reads_our_gexf_to_the_bit(tmp_path):
    graph = Graph.from_edges([0, 2, 2], [1, 0, 2], n_nodes=4, weights=[0.1, 1e-200, 1 / 3])
    graph.nodes["note"] = ["a", 'b"&\n', "<c>", "é"]
    theirs = nx.read_gexf(io.save(graph, tmp_path / "a.gexf"), node_type=int)
    assert {(u, v): d["weight"] for u, v, d in theirs.edges(data=True)} == {(0, 1): 0.1, (2, 0): 1e-200, (2, 2): 1 / 3}
    assert [theirs.nodes[i]["note"] for i in range(4)] == graph.nodes["note"].tolist()


GEPHI = """<?xml version='1.0' encoding='UTF-8'?>
<gexf xmlns="http://gexf.net/1.3" version="1.3" xmlns:viz="http://gexf.net/1.3/viz">
<meta lastmodifieddate="2024-01-01"><creator>Gephi 0.10</creator><title>mine</title></meta>
<graph defaultedgetype="directed" mode="static">
<attributes class="node"><attribute id="class" title="Modularity Class" type="integer"><default>0</default></attribute>
<attribute id="s" title="score" type="double"/></attributes>
<nodes><node id="10.0" label="Myriel"><attvalues><attvalue for="class" value="3"/></attvalues>
<viz:size value="4.0"/><viz:position x="-266.8" y="299.6"/><viz:color r="235" g="81" b="72"/></node>
<node id="11.0" label="Napoleon"><attvalues><attvalue for="s" value="0.5"/></attvalues>
<viz:position x="1" y="2"/></node></nodes><edges>
<edge id="0" source="11.0" target="10.0" weight="2.0"/><edge id="1" source="10.0" target="11.0" type="mutual"/></edges>
</graph></gexf>"""


def test_gexf_of_gephi_has_labels_places_defaults_and_mutual_edges(tmp_path):
    graph = read(tmp_path, GEPHI, "a.gexf")
    assert (graph.name, graph.directed) == ("mine", True)
    assert graph.nodes["label"].tolist() == ["Myriel", "Napoleon"]
    assert graph.nodes["id"].tolist() == ["10.0", "11.0"]
    assert graph.nodes["Modularity Class"].tolist() == [3, 0]
    assert graph.positions.tolist() == [[-266.8, 299.6], [1.0, 2.0]]
    assert ends(graph) == [(1, 0), (0, 1), (1, 0)]
    assert graph.edges["weight"].tolist() == [2.0, 1.0, 1.0]
    assert np.isnan(graph.nodes["score"][0])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("<meta", "<!-- x --><meta></meta><meta", None),
        ("<?xml version='1.0' encoding='UTF-8'?>", "<!DOCTYPE g [<!ENTITY a 'b'>]>", "line 1: got 'a document type'"),
        ('target="10.0"', 'target="12.0"', "line 11: .*'12.0'"),
        ('value="3"', 'value="three"', "line 7: .*three.*an integer"),
        ("</graph>", "", "mismatched tag"),
        ("graph ", "graphs ", "mismatched|no element <graph>"),
        (' source="11.0"', "", "line 11: .*no attribute 'source'"),
    ],
)
def test_broken_gexf_is_refused_with_its_line(old, new, message, tmp_path):
    text = GEPHI.replace(old, new, 1)
    if message is None:
        assert read(tmp_path, text, "a.gexf").n_nodes == 2
        return
    with pytest.raises(FileFormatError, match=rf"a\.gexf.*{message}"):
        read(tmp_path, text, "a.gexf")


PAJEK = """*Network "my net"
% a comment
*Vertices 4
1 "the first" 0.1 0.2 0.5 ellipse ic Red x_fact 2
2 second 0.3 0.4 0.5 box ic "Light Blue"

4 "4"
*Arcs :1 "likes"
1 2 2.5
2 3 1 c Blue
*Edges
3 4
*Arcslist
4 1 2
*Partition other
"""


def test_pajek_has_labels_shapes_arcs_edges_and_lists(tmp_path):
    graph = read(tmp_path, PAJEK, "a.net")
    assert (graph.name, graph.directed, graph.n_nodes) == ('"my net"', True, 4)
    assert graph.nodes["label"].tolist() == ["the first", "second", "", "4"]
    assert graph.nodes["ic"].tolist() == ["Red", "Light Blue", "", ""]
    assert graph.nodes["x"][1] == 0.3
    assert graph.positions is None
    assert ends(graph) == [(0, 1), (1, 2), (2, 3), (3, 0), (3, 1), (3, 2)]
    assert graph.edges["weight"].tolist() == [2.5, 1.0, 1.0, 1.0, 1.0, 1.0]
    assert graph.edges["c"].tolist() == ["", "Blue", "", "", "", ""]


def test_pajek_matrices_and_undirected_networks_are_read(tmp_path):
    graph = read(tmp_path, "*Vertices 2\n*Matrix\n0 2\n1 3\n", "a.net")
    assert (ends(graph), graph.edges["weight"].tolist()) == ([(0, 1), (1, 0), (1, 1)], [2.0, 1.0, 3.0])
    graph = read(tmp_path, "*vertices 3 2\n1 a 0.1 0.2\n2 b 0.3 0.4\n3 c 0.5 0.6\n*edges\n1 3\n2 3\n", "a.net")
    assert not graph.directed
    assert graph.nodes["mode"].tolist() == [1, 1, 2]
    assert graph.positions.tolist() == [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]


def test_pajek_of_networkx_is_read_and_ours_by_networkx_and_igraph(tmp_path):
    theirs = nx.MultiDiGraph([("a b", "c"), ("c", "c"), ("c", "a b")])
    nx.write_pajek(theirs, tmp_path / "a.net")
    back = io.load(tmp_path / "a.net")
    labels = back.nodes["label"].tolist()
    assert sorted((labels[s], labels[t]) for s, t in ends(back)) == sorted((u, v) for u, v, _ in theirs.edges)
    graph = Graph.from_edges([0, 2, 2], [1, 0, 2], n_nodes=4, weights=[0.1, 1e-200, 1 / 3])
    path = io.save(graph, tmp_path / "b.net")
    assert igraph.Graph.Read(str(path), format="pajek").get_edgelist() == ends(graph)
    read_back = nx.read_pajek(path)
    assert {(int(u), int(v)): d["weight"] for u, v, d in read_back.edges(data=True)} == {
        (0, 1): 0.1,
        (2, 0): 1e-200,
        (2, 2): 1 / 3,
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("*Arcs\n1 2\n", r"line 1: got '\*arcs', expected \*Vertices before it"),
        ("*Vertices two\n", "line 1: got 'two', expected the number of vertices"),
        ("*Vertices 1000000000000\n", "line 1: got 1000000000000"),
        ("*Vertices 2\n1 a\n7 b\n", "line 3: got '7', expected a vertex from 1 to 2"),
        ("*Vertices 2\n*Arcs\n1 2\n1 3\n", "line 4: got '3 as target', expected a node from 1 to 2"),
        ("*Vertices 2\n*Arcs\n1 2\n1 x 2\n", "line 4: got 'x as target'"),
        ("*Vertices 2\n*Arcs\n1 2\n1\n", "line 4: .*two vertices"),
        ("*Vertices 2\n*Arcs\n1\n", "line 3: .*two vertices"),
        ("*Vertices 3\n*Arcslist\n1 2 3\n2 9\n", "line 4: got '9 as target'"),
        ("*Vertices 2\n*Matrix\n0 1\n1 x\n", "line 4: got 'x', expected a number"),
        ("*Vertices 2\n*Matrix\n0 1\n", "got '1 rows of the matrix', expected 2"),
        ("*Vertices 2\n*Vertices 2\n", r"line 2: .*\*Vertices twice"),
        ("*Vertices 2\n*Nonsense\n", "line 2: .*Nonsense"),
        ("hello\n", r"no \*Vertices"),
    ],
)
def test_broken_pajek_is_refused_with_its_line(text, message, tmp_path):
    with pytest.raises(FileFormatError, match=rf"a\.net.*{message}"):
        read(tmp_path, text, "a.net")


DOT = """/* made
by hand */
strict digraph "my graph" {
  // defaults
  node [shape=box, "on"=true]; rankdir=LR
  a [label="first \\"one\\"", pos="1,2!"] b -> c:n -> a [weight=2.5]
  b -> c [weight=7; color="re" + "d"]
  edge [kind=x];
  subgraph cluster_1 { label=inner; d; e [shape=circle pos="3 4"]; d -> e }
  {a b} -> subgraph cluster_1
  # last line of a preprocessor
  f [label=<b<i>x</i>>, -1.5=2]
}
ignored"""


def test_dot_has_defaults_chains_subgraphs_ports_and_comments(tmp_path):
    graph = read(tmp_path, DOT, "a.dot")
    assert (graph.name, graph.directed) == ("my graph", True)
    assert graph.nodes["id"].tolist() == ["a", "b", "c", "d", "e", "f"]
    assert graph.nodes["label"].tolist() == ['first "one"', "b", "c", "d", "e", "b<i>x</i>"]
    assert graph.nodes["shape"].tolist() == ["box", "box", "box", "box", "circle", "box"]
    assert graph.nodes["subgraph"].tolist() == ["", "", "", "cluster_1", "cluster_1", ""]
    assert graph.nodes["on"].tolist() == [True] * 6
    assert ends(graph) == [(1, 2), (2, 0), (3, 4), (0, 3), (0, 4), (1, 3), (1, 4)]
    assert graph.edges["weight"].tolist() == [7.0, 2.5, 1.0, 1.0, 1.0, 1.0, 1.0]
    assert graph.edges["color"].tolist() == ["red", *[""] * 6]
    assert graph.edges["kind"].tolist() == ["", "", "x", "x", "x", "x", "x"]


def test_dot_positions_and_undirected_graphs_are_read(tmp_path):
    graph = read(tmp_path, 'graph { a [pos="1,2"]; b [pos="3.5,-4!"]; a -- b -- a }', "a.gv")
    assert graph.positions.tolist() == [[1.0, 2.0], [3.5, -4.0]]
    assert (graph.directed, ends(graph)) == (False, [(0, 1), (1, 0)])


def test_igraph_writes_dot_that_we_read(tmp_path):
    theirs = igraph.Graph([(0, 1), (1, 2), (2, 2)], directed=True)
    theirs.es["weight"] = [0.5, 1.5, 2.5]
    theirs.vs["name"] = ['a "b"', "node", "c"]
    theirs.write(str(tmp_path / "a.dot"), format="dot")
    graph = io.load(tmp_path / "a.dot")
    assert ends(graph) == [(0, 1), (1, 2), (2, 2)]
    assert graph.edges["weight"].tolist() == [0.5, 1.5, 2.5]


def test_our_dot_follows_the_grammar_word_by_word(tmp_path):
    graph = Graph.from_edges(
        [0, 2], [1, 0], attributes={"node": ['say "x"', "b"], "w": [0.5, 1e-9]}, positions=[[0, 1], [2, 3], [4, 5]]
    )
    text = io.save(graph, tmp_path / "a.dot").read_text()
    string = r'"(?:[^"\\]|\\")*"'
    pair = rf"[A-Za-z_0-9]+={string}"
    lines = text.splitlines()
    assert re.fullmatch(rf"digraph {string} {{", lines[0])
    assert re.fullmatch(rf"graph \[{pair}\];", lines[1])
    for line in lines[2:5]:
        assert re.fullmatch(rf"\d+ \[{pair}(?:, {pair})*\];", line)
    for line in lines[5:-1]:
        assert re.fullmatch(rf"\d+ -> \d+ \[{pair}(?:, {pair})*\];", line)
    assert lines[-1] == "}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("digraph {\n a -- b }", "line 2: got '--', expected -> in a digraph"),
        ("graph {\n a -- b;\n c -> d; }", "line 3: got '->'"),
        ("digraph {\n a -> ;}", "line 2: got ';', expected a name"),
        ("digraph {\n a [x=", "line 2: got 'the end of the file'"),
        ('digraph {\n a [x="open] }', "line 2: got "),
        ("digraph { a -> b\n", "line 2: got 'the end of the file'"),
        ("tree { }", "line 1: got 'tree', expected graph or digraph"),
        ("digraph { a [x=<open }", "expected a closing >"),
        ("digraph " + "{" * 100_000, "a file in the format 'dot'"),
        ("digraph { a -> b [weight=nan]; }", "finite"),
    ],
)
def test_broken_dot_is_refused_with_its_line(text, message, tmp_path):
    with pytest.raises(FileFormatError, match=rf"a\.dot.*{message}"):
        read(tmp_path, text, "a.dot")


def test_edges_between_large_subgraphs_are_refused_before_they_fill_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("simcore.memory.free_bytes", lambda: 10**8)
    many = " ".join(f"n{i}" for i in range(2000))
    with pytest.raises(TooLargeError, match="edges between subgraphs need about 400 MB"):
        read(tmp_path, f"digraph {{ {{{many}}} -> {{{many}}} }}", "a.dot")
