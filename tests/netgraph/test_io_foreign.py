"""Files of other programs are read, and theirs read ours: GraphML, GML and Matrix Market."""

import igraph
import networkx as nx
import numpy as np
import pytest
import scipy.io
import scipy.sparse

import netgraph.io as io
from netgraph import Graph
from simcore.errors import FileFormatError, TooLargeError

XML = '<?xml version="1.0"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'


def odd_networkx(kind=nx.DiGraph):
    graph = kind()
    graph.add_node("b & <c>", layer=4, size=1.5, on=True, note='say "é"')
    graph.add_node("a", layer=5, size=float("inf"), on=False, note="")
    graph.add_node("alone", layer=-1, size=0.25, on=True, note="x")
    graph.add_edge("a", "b & <c>", weight=0.1, kind="k1")
    graph.add_edge("a", "a", weight=2.0, kind="k2")
    return graph


def as_rows(graph):
    labels = graph.nodes["label"].tolist()
    columns = [graph.edges[name].tolist() for name in sorted(graph.edges)]
    ends = [[labels[i] for i in end.tolist()] for end in (graph.source, graph.target)]
    return sorted(zip(*ends, *columns, strict=True))


@pytest.mark.parametrize("fmt", ["graphml", "gml"])
@pytest.mark.parametrize("kind", [nx.DiGraph, nx.Graph, nx.MultiDiGraph])
def test_files_of_networkx_are_read_with_names_and_attributes(fmt, kind, tmp_path):
    theirs, path = odd_networkx(kind), tmp_path / f"a.{fmt}"
    getattr(nx, f"write_{fmt}")(theirs, path)
    graph = io.load(path)
    assert graph.directed is theirs.is_directed()
    assert graph.nodes["label"].tolist() == ["b & <c>", "a", "alone"]
    assert graph.nodes["layer"].tolist() == [4, 5, -1]
    assert graph.nodes["size"].tolist() == [1.5, np.inf, 0.25]
    assert graph.nodes["note"].tolist() == ['say "é"', "", "x"]
    assert [bool(v) for v in graph.nodes["on"]] == [True, False, True]
    edges = {tuple(sorted((u, v))): (d["weight"], d["kind"]) for u, v, d in theirs.edges(data=True)}
    labels = graph.nodes["label"]
    for row in range(2):
        ends = tuple(sorted((str(labels[graph.source[row]]), str(labels[graph.target[row]]))))
        assert edges[ends] == (graph.edges["weight"][row], graph.edges["kind"][row])


@pytest.mark.parametrize("fmt", ["graphml", "gml"])
@pytest.mark.parametrize("directed", [True, False])
def test_networkx_reads_ours_to_the_bit(fmt, directed, tmp_path):
    graph = Graph.from_edges([0, 2, 2], [1, 0, 2], n_nodes=4, directed=directed, weights=[0.1, 1e-200, 1 / 3])
    graph.nodes["note"] = ["a", 'b"&', "<c>", "é"]
    graph.nodes["depth"] = [1e300, -5.0, 0.1, 1e22]
    path = io.save(graph, tmp_path / f"a.{fmt}")
    theirs = nx.read_graphml(path, node_type=int) if fmt == "graphml" else nx.read_gml(path, label="id")
    assert theirs.is_directed() is directed
    assert list(theirs) == [0, 1, 2, 3]
    weights = {(0, 1): 0.1, (2, 0) if directed else (0, 2): 1e-200, (2, 2): 1 / 3}
    assert {(u, v): d["weight"] for u, v, d in theirs.edges(data=True)} == weights
    assert [theirs.nodes[i]["note"] for i in range(4)] == graph.nodes["note"].tolist()
    assert [theirs.nodes[i]["depth"] for i in range(4)] == graph.nodes["depth"].tolist()


@pytest.mark.parametrize("fmt", ["graphml", "gml"])
def test_igraph_reads_ours_and_we_read_theirs(fmt, tmp_path):
    graph = Graph.from_edges([0, 2, 2, 0], [1, 0, 2, 1], n_nodes=4, weights=[0.5, 1e-200, 1 / 3, 2.0])
    graph.nodes["note"] = ["a", 'b"&', "<c>", "d"]
    theirs = igraph.Graph.Read(str(io.save(graph, tmp_path / f"a.{fmt}")), format=fmt)
    assert theirs.get_edgelist() == [(0, 1), (2, 0), (2, 2), (0, 1)]
    assert theirs.es["weight"] == graph.edges["weight"].tolist()
    assert theirs.vs["note"] == graph.nodes["note"].tolist()
    theirs.vs["name"] = ["n x", "n y", "n z", "n w"]
    theirs.write(str(tmp_path / f"b.{fmt}"), format=fmt)
    back = io.load(tmp_path / f"b.{fmt}")
    assert back.source.tolist() == [0, 2, 2, 0]
    assert np.allclose(back.edges["weight"], graph.edges["weight"], rtol=1e-14, atol=0.0)
    assert back.nodes["name"].tolist() == theirs.vs["name"]
    assert back.nodes["note"].tolist() == graph.nodes["note"].tolist()


@pytest.mark.parametrize("fmt", ["graphml", "gml"])
def test_networkx_reads_parallel_edges_of_ours(fmt, tmp_path):
    graph = Graph.from_edges([0, 0, 1], [1, 1, 0], weights=[1.0, 2.0, 3.0])
    path = io.save(graph, tmp_path / f"a.{fmt}")
    theirs = nx.read_graphml(path) if fmt == "graphml" else nx.read_gml(path)
    assert sorted(d["weight"] for _, _, d in theirs.edges(data=True)) == [1.0, 2.0, 3.0]


def test_graphml_takes_defaults_gaps_positions_and_directions_of_single_edges(tmp_path):
    path = tmp_path / "a.graphml"
    path.write_text(
        XML
        + """<key id="x" for="node" attr.name="x" attr.type="double"/><key id="y" for="node" attr.name="y" attr.type="double"/>
        <key id="c" for="node" attr.name="colour" attr.type="string"><default>red</default></key>
        <key id="k" for="node" attr.name="count" attr.type="int"/>
        <key id="t" for="edge" attr.name="type" attr.type="string"/>
        <key id="w" for="edge" attr.name="weight" attr.type="double"/>
        <graph id="g" edgedefault="undirected">
        <node id="n0"><data key="x">1</data><data key="y">2</data></node>
        <node id="n1"><data key="x">3</data><data key="y">4.5</data><data key="c">blue</data><data key="k">7</data></node>
        <edge source="n0" target="n1" directed="true"><data key="w">2</data></edge>
        <edge source="n1" target="n0"><data key="t">gap</data></edge></graph></graphml>"""
    )
    graph = io.load(path)
    assert graph.directed
    assert graph.positions.tolist() == [[1.0, 2.0], [3.0, 4.5]]
    assert graph.nodes["colour"].tolist() == ["red", "blue"]
    assert np.isnan(graph.nodes["count"][0])
    assert graph.nodes["count"][1] == 7
    assert (graph.source.tolist(), graph.target.tolist()) == ([0, 1, 0], [1, 0, 1])
    assert graph.edges["weight"].tolist() == [2.0, 1.0, 1.0]
    assert graph.edges["type_attribute"].tolist() == ["", "gap", "gap"]


BOMB = """<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]>\n"""
OUTSIDE = """<!DOCTYPE g [<!ENTITY file SYSTEM "file:///etc/hostname">]>\n"""


@pytest.mark.parametrize("doctype", [BOMB, OUTSIDE, '<!DOCTYPE graphml SYSTEM "http://example.org/g.dtd">\n'])
def test_graphml_with_a_document_type_is_refused(doctype, tmp_path):
    path = tmp_path / "a.graphml"
    path.write_text(f'<?xml version="1.0"?>\n{doctype}<graphml><graph edgedefault="directed"/></graphml>')
    with pytest.raises(FileFormatError, match=r"a\.graphml, line 2: got 'a document type'"):
        io.load(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '<graph edgedefault="directed"><node id="a"/>\n<edge source="a" target="b"/></graph></graphml>',
            "line 4: .*an edge with 'b'",
        ),
        ('<graph edgedefault="directed"><node id="a"/><node id="a"/></graph></graphml>', "two nodes 'a'"),
        ('<graph edgedefault="directed">\n\n<edge source="a"/></graph></graphml>', "line 5: .*no attribute 'target'"),
        ('<graph edgedefault="directed"><node id="a"></graph></graphml>', "line 3: .*mismatched tag"),
        ('<graph><node id="a"><graph/></node></graph></graphml>', "line 3: .*a graph inside a graph"),
        ("<graph><hyperedge/></graph></graphml>", "line 3: .*hyperedge"),
        ("</graphml>", "no element <graph>"),
        ("<graph/>", "line 3: .*no element found"),
        (
            '<key id="d" for="node" attr.name="n" attr.type="int"/>\n<graph><node id="a"/>\n'
            '<node id="b"><data key="d">1.5</data></node></graph></graphml>',
            "line 5: got .1.5 as .*'n.*of row 1 of the nodes., expected an integer",
        ),
    ],
)
def test_broken_graphml_is_refused_with_its_line(text, message, tmp_path):
    path = tmp_path / "a.graphml"
    path.write_text(XML + text)
    with pytest.raises(FileFormatError, match=rf"a\.graphml.*{message}"):
        io.load(path)


def test_gml_takes_graphics_comments_and_lists(tmp_path):
    path = tmp_path / "a.gml"
    path.write_text(
        '# made by hand\nCreator "me"\ngraph [ directed 1 label "my graph"\n'
        ' node [ id 7 label "A&amp;B" graphics [ x 1.5 y 2 fill "#ff0000" ] tags [ a 1 b 2 ] ]\n'
        ' node [ id 9 label "C" graphics [ x 3 y 4 ] ]\n edge [ source 7 target 9 value 3 ] # end\n]\n'
    )
    graph = io.load(path)
    assert (graph.name, graph.directed) == ("my graph", True)
    assert graph.nodes["label"].tolist() == ["A&B", "C"]
    assert graph.nodes["id"].tolist() == [7, 9]
    assert graph.positions.tolist() == [[1.5, 2.0], [3.0, 4.0]]
    assert graph.edges["value"].tolist() == [3]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("graph [ node [ id 0 ]\n edge [ source 0 target 5 ] ]", "line 2: .*an edge with '5'"),
        ("graph [ node [ id 0 ]\nnode [ ] ]", "line 2: .*no 'id'"),
        ("graph [\n node [ id 0 ]\n", "line 3: .*the end of the file.*closing bracket"),
        ("graph [\n node ] ]", "line 2: .*got ']', expected a value"),
        ('graph [ node [ id 0 ]\n name "open ]', "line 2: "),
        ("graph [ node [ id 0 ]\n node [ id 1 label ] ]", "line 2: got 'a key without a value'"),
        ("nothing 1", r"no graph \[ ... \]"),
        (
            'graph [ node [ id 0 a 1 ]\n node [ id 1 a "x" b [ ] ] edge [ source 0 target 1 w 1 ]\n edge [ source 0 ] ]',
            "line 3: .*'target'",
        ),
    ],
)
def test_broken_gml_is_refused_with_its_line(text, message, tmp_path):
    path = tmp_path / "a.gml"
    path.write_text(text)
    with pytest.raises(FileFormatError, match=rf"a\.gml.*{message}"):
        io.load(path)


@pytest.mark.parametrize("symmetry", ["general", "symmetric", "skew-symmetric"])
@pytest.mark.parametrize("field", ["real", "integer", "pattern"])
@pytest.mark.parametrize("is_dense", [True, False])
def test_matrices_of_scipy_are_read(symmetry, field, is_dense, tmp_path):
    if field == "pattern" and (is_dense or symmetry == "skew-symmetric"):
        return
    matrix = np.array([[0, 2, 0, 0], [0, 5, 7, 0], [1, 0, 0, 0], [0, 0, 0, 3]])
    matrix = {"general": matrix, "symmetric": matrix + matrix.T, "skew-symmetric": matrix - matrix.T}[symmetry]
    stored = matrix if is_dense else scipy.sparse.coo_array(matrix)
    scipy.io.mmwrite(tmp_path / "a.mtx", stored, field=field, symmetry=symmetry)
    graph = io.load(tmp_path / "a.mtx")
    assert graph.directed == (symmetry != "symmetric")
    both = io.load(tmp_path / "a.mtx", directed=True)
    expected = (matrix != 0) if field == "pattern" else matrix
    assert np.array_equal(both.adjacency("weight" if field != "pattern" else None).toarray(), expected)
    assert graph.n_edges == (np.count_nonzero(np.triu(matrix)) if symmetry == "symmetric" else np.count_nonzero(matrix))


def test_scipy_reads_ours(tmp_path):
    for directed in (True, False):
        graph = Graph.from_edges([0, 2, 1], [1, 0, 1], n_nodes=4, directed=directed, weights=[0.1, 1e-200, 1 / 3])
        io.save(graph, tmp_path / "a.mtx")
        assert np.array_equal(scipy.io.mmread(tmp_path / "a.mtx").toarray(), graph.adjacency("weight").toarray())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("%%MatrixMarket matrix coordinate complex general\n1 1 0\n", "line 1: .*complex"),
        ("1 2 3\n", "line 1"),
        ("%%MatrixMarket matrix coordinate real general\n% c\n2 3 1\n1 1 1\n", "line 3: .*square"),
        ("%%MatrixMarket matrix coordinate real general\n2 2 2\n1 1 1\n", "got '1 entries', expected 2"),
        (
            "%%MatrixMarket matrix coordinate real general\n2 2 1\n\n1 3 1\n",
            "line 4: got '3 as target', expected a node from 1 to 2",
        ),
        ("%%MatrixMarket matrix coordinate real general\n2 2 1\n1 x 1\n", "line 3: got 'x as target'"),
        ("%%MatrixMarket matrix coordinate real general\n2 2 2\n1 1 1\n1 2\n", "line 4: got '2 values', expected 3"),
        ("%%MatrixMarket matrix coordinate real general\n2 2 1\n1 1 one\n", "line 3: got \"one as 'weight'"),
        ("%%MatrixMarket matrix array real general\n2 2\n1\n2\n3\n", "got '3 entries', expected 4"),
        ("%%MatrixMarket matrix array real general\n2 2\n1\n2\n3\n٤\n", "line 6: got '٤', expected a number"),
        ("%%MatrixMarket matrix coordinate pattern skew-symmetric\n2 2 1\n2 1\n", "line 1: .*pattern skew"),
        ("%%MatrixMarket matrix coordinate real general\n", "rows, columns and number"),
    ],
)
def test_broken_matrices_are_refused_with_their_line(text, message, tmp_path):
    path = tmp_path / "a.mtx"
    path.write_text(text)
    with pytest.raises(FileFormatError, match=rf"a\.mtx.*{message}"):
        io.load(path)


def test_a_header_that_claims_too_much_takes_no_memory(tmp_path, monkeypatch):
    path = tmp_path / "a.mtx"
    path.write_text("%%MatrixMarket matrix coordinate pattern general\n1000000000000 1000000000000 0\n")
    with pytest.raises(FileFormatError, match="line 2: got 1000000000000, expected a number of nodes from 0 to"):
        io.load(path)
    path.write_text("%%MatrixMarket matrix coordinate pattern general\n3000000000 3000000000 0\n")
    monkeypatch.setattr("simcore.memory.free_bytes", lambda: 10**9)
    with pytest.raises(TooLargeError, match=r"3.0e\+09 nodes need about 24 GB, and 1.0 GB"):
        io.load(path)
