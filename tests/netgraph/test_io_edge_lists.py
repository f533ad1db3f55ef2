"""Edge lists and neighbour lists of other programs: delimiters, headers, comments, names, ids, NNGT's files."""

import gzip

import networkx as nx
import numpy as np
import pytest

import netgraph.io as io
from netgraph import Graph
from simcore.errors import FileFormatError, ParameterError, UnknownNameError


def written(folder, text, name="a.txt"):
    (folder / name).write_text(text)
    return folder / name


def ends(graph):
    return list(zip(graph.source.tolist(), graph.target.tolist(), strict=True))


def test_snap_lists_number_the_ids_that_occur_and_keep_them_as_labels(tmp_path):
    text = "# Directed graph\n# Nodes: 3 Edges: 3\n# FromNodeId\tToNodeId\n30\t1412\n30\t3352\n3352\t30\n"
    path = tmp_path / "a.txt.gz"
    path.write_bytes(gzip.compress(text.encode()))
    graph = io.load(path)
    assert graph.nodes["label"].tolist() == [30, 1412, 3352]
    assert ends(graph) == [(0, 1), (0, 2), (2, 0)]


def test_konect_lists_have_weights_between_any_white_space(tmp_path):
    graph = io.load(written(tmp_path, "% sym weighted\n%\n1 2  0.5\n 2   3 1.5\n\n"), directed=False)
    assert ends(graph) == [(0, 1), (1, 2)]
    assert graph.edges["weight"].tolist() == [0.5, 1.5]
    assert not graph.directed
    assert list(graph.nodes) == []


def test_first_id_makes_ids_literal_with_isolated_nodes(tmp_path):
    path = written(tmp_path, "1,4\n4,6\n", "a.csv")
    graph = io.load(path, first_id=1)
    assert (graph.n_nodes, ends(graph)) == (6, [(0, 3), (3, 5)])
    assert io.load(path, n_nodes=10).n_nodes == 10
    with pytest.raises(FileFormatError, match=r"a\.csv, line 1: got '1 as source', expected a node from 2"):
        io.load(path, first_id=2)
    with pytest.raises(FileFormatError, match=r"line 2: got '6 as target', expected a node from 0 to 4"):
        io.load(path, n_nodes=5)


def test_columns_are_named_chosen_and_typed(tmp_path):
    text = 'from;kind;to;w;on;n\n"a;1";x "y";b;0.5;True;7\nb;z;"a;1";nan;False;8\n'.replace('x "y"', '"x ""y"""')
    path = written(tmp_path, text)
    graph = io.load(path)
    assert graph.nodes["label"].tolist() == ["a;1", "b"]
    assert ends(graph) == [(0, 1), (1, 0)]
    assert graph.edges["kind"].tolist() == ['x "y"', "z"]
    assert graph.edges["on"].tolist() == [True, False]
    assert graph.edges["n"].dtype == np.int64
    assert np.isnan(graph.edges["w"][1])
    assert list(io.load(path, attributes=["n"]).edges) == ["n"]
    assert ends(io.load(path, source="to", target=0)) == [(0, 1), (1, 0)]
    assert list(io.load(path, header=True, names=["s", "k", "t", "a", "b", "c"], source="s", target="t").edges) == [
        "k",
        "a",
        "b",
        "c",
    ]
    with pytest.raises(UnknownNameError, match="column of the file 'nn'.*'n'"):
        io.load(path, attributes=["nn"])
    with pytest.raises(UnknownNameError, match="column for source 'fro'; did you mean 'from'"):
        io.load(path, source="fro")


def test_quoted_line_breaks_comment_signs_and_gaps_survive_in_foreign_files(tmp_path):
    text = 'source,target,note,size\n0,1,"a\n# no comment",1\n# a comment\n1,2,,\n'
    graph = io.load(written(tmp_path, text, "a.csv"))
    assert graph.edges["note"].tolist() == ["a\n# no comment", ""]
    assert graph.edges["size"][0] == 1.0
    assert np.isnan(graph.edges["size"][1])


def test_large_integers_underscores_and_other_digits_are_not_changed(tmp_path):
    graph = io.load(written(tmp_path, "0 1 9007199254740993 1_0 ٣\n1 0 2 5 4\n"), names=["s", "t", "big", "odd", "arabic"])
    assert graph.edges["big"].tolist() == [9007199254740993, 2]
    assert graph.edges["odd"].tolist() == ["1_0", "5"]
    assert graph.edges["arabic"].tolist() == ["٣", "4"]


def test_edge_columns_that_cannot_have_their_name_are_renamed(tmp_path):
    graph = io.load(written(tmp_path, "source,target,type,weight\n0,1,inh,heavy\n1,0,exc,light\n", "a.csv"))
    assert graph.edges["type_attribute"].tolist() == ["inh", "exc"]
    assert graph.edges["weight_attribute"].tolist() == ["heavy", "light"]
    signed = io.load(written(tmp_path, "source,target,type,weight\n0,1,-1,2\n1,0,1,3\n", "b.csv"))
    assert signed.edges["type"].tolist() == [-1, 1]
    assert signed.edges["weight"].dtype == np.float64


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("0 1\n1 2 3\n", {}, "line 2: got '3 values', expected 2"),
        ("0\n1\n", {}, "1 column in the first row"),
        ("0 1\n", {"names": ["a", "b", "c"]}, "got '2 columns', expected 3"),
        ("a,b,a\n0,1,2\n", {}, "two columns 'a'"),
        ("0 1\n1 x\n", {"first_id": 0}, "line 2: got 'x as target'"),
        ("0 1 nan\n", {}, r"edges\['weight'\].*nan.*finite"),
        ("0 \udcff1\n", {}, "line 1: got 'the byte 0xff', expected text in utf-8"),
        ("target,other\n1,2\n", {"header": True}, "got \"column 'target' for both ends\""),
        ("source,target\n1,\n,2\n3,4\n", {}, "line 2: got 'an edge without an end'"),
        ("0 1 {}\n1 2 {3}\n", {}, r"line 2: got '1 2 \{3\}', expected two nodes and a dictionary"),
    ],
)
def test_broken_edge_lists_are_refused_with_their_line(text, options, message, tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(FileFormatError, match=rf"a\.txt.*{message}"):
        io.load(path, **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_nodes": -1}, "n_nodes: got -1, expected a whole number"),
        ({"n_nodes": 2.0}, "n_nodes: got 2.0, expected a whole number"),
        ({"first_id": "0"}, "first_id: got '0', expected a whole number"),
        ({"names": "ab"}, "names: got 'ab', expected a list of names"),
        ({"attributes": "weight"}, "attributes: got 'weight', expected a list of names"),
        ({"source": 1}, "got \"column 'target' for both ends\", expected two columns"),
        ({"comments": 3}, "comments: got 3"),
        ({"encoding": "utf-9"}, "encoding: got 'utf-9', expected the name of an encoding"),
        ({"encoding": 8}, "encoding: got 8, expected the name of an encoding"),
    ],
)
def test_wrong_options_are_refused_as_such(options, message, tmp_path):
    with pytest.raises(ParameterError, match=f"load.*{message}"):
        io.load(written(tmp_path, "0,1\n1,2\n", "a.csv"), **options)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("1.0,2\n2.0,3\n", []),
        ("5.0,2\n2,5\n", [2, 5]),
        ("nan,2\n2,3\n", ["nan", "2", "3"]),
        ("0.5,2.0\n2.0,3.0\n", ["0.5", "2.0", "3.0"]),
        ('a, b\nb, "c d"\n', ["a", "b", "c d"]),
        ("0,99999999999999999999\n1,2\n", ["0", "99999999999999999999", "1", "2"]),
    ],
)
def test_names_of_nodes_mean_the_same_in_both_columns(text, labels, tmp_path):
    graph = io.load(written(tmp_path, text, "a.csv"))
    assert (graph.nodes["label"].tolist() if "label" in graph.nodes else []) == labels


@pytest.mark.parametrize("delimiter", [" ", "\t", ",", "|"])
def test_dictionaries_that_networkx_writes_are_columns(delimiter, tmp_path):
    theirs = nx.DiGraph([(0, 1, {"weight": 2.5, "kind": 'a "b"'}), (1, 2, {}), (2, 0, {"on": True})])
    nx.write_edgelist(theirs, tmp_path / "a.txt", delimiter=delimiter)
    graph = io.load(tmp_path / "a.txt")
    assert (graph.source.tolist(), graph.target.tolist()) == ([0, 1, 2], [1, 2, 0])
    assert {name: graph.edges[name].tolist() for name in graph.edges} == {
        "weight": [2.5, 1.0, 1.0],
        "kind": ['a "b"', "", ""],
        "on": [False, False, True],
    }


@pytest.mark.parametrize(("word", "directed"), [("Undirected", False), ("Directed", True)])
def test_tables_of_gephi_say_whether_edges_have_a_direction(word, directed, tmp_path):
    path = tmp_path / "edges.csv"
    path.write_text(f"Source,Target,Type,Id,Label,Weight\n0,1,{word},0,,1.0\n1,2,{word},1,,2.5\n")
    graph = io.load(path)
    assert (graph.directed, list(graph.edges)) == (directed, ["Id", "Label", "Weight"])
    assert io.load(path, directed=True).edges["Type"].tolist() == [word, word]
    path.write_text("Source,Target,Type\n0,1,Directed\n1,2,Undirected\n")
    with pytest.raises(FileFormatError, match="directed and undirected edges.*directed= decides"):
        io.load(path)
    path.write_text("Source,Target,Type\n0,1,exc\n1,2,Directed\n")
    assert io.load(path).directed


MATRICES = {
    "5 rows of 5 values": "0,1,0,0,1\n1,0,0,0,0\n0,1,0,1,0\n0,0,0,0,1\n1,1,0,0,0\n",
    "5 rows of 6 values": ",a,b,c,d,e\na,0,1,0,0,1\nb,1,0,0,0,0\nc,0,1,0,1,0\nd,0,0,0,0,1\ne,1,1,0,0,0\n",
}


@pytest.mark.parametrize("got", MATRICES)
def test_a_matrix_is_not_taken_for_a_list_of_edges(got, tmp_path):
    path = written(tmp_path, MATRICES[got])
    with pytest.raises(FileFormatError, match=f"{got}, which look like a matrix.*from_matrix"):
        io.load(path)
    assert io.load(path, source=0, target=1).n_edges == 5


def test_notes_of_ours_that_somebody_broke_are_refused(tmp_path):
    path = io.save(Graph.from_edges([0, 1], [1, 2], weights=[1.0, 2.0]), tmp_path / "a.csv")
    text = path.read_text()
    for broken, message in (
        (text.replace('"n_nodes":3', '"n_nodes":2'), "line 4: got '2 as target', expected a node from 0 to 1"),
        (text.replace('"n_nodes":3', '"n_nodes":1000000000000'), "line 1: got 1000000000000"),
        (text.replace("2.0", "two"), "line 4: got \"two as 'weight'"),
        (text.replace('"version":1', '"version":99'), "version 99"),
        (text.replace('"kind":"float64"', '"kind":"object"'), "a note of netgraph"),
        (
            text.replace('"about":{}', '"about":{"rules":{"weight":{"spec":{"$rule":"os.system"},"seed":1,"shift":0}}}'),
            "unknown distr",
        ),
        (text.replace('"about":{}', '"about":{"population":{"class":"object"}}'), "not a graph that can be"),
        (text.replace('"about":{}', '"about":' + "[" * 100000), "a note of netgraph in JSON"),
    ):
        path.write_text(broken)
        with pytest.raises(FileFormatError, match=message):
            io.load(path)


def test_rows_that_somebody_added_to_a_file_of_ours_are_read(tmp_path):
    path = io.save(Graph.from_edges([0, 1], [1, 2], weights=2.0), tmp_path / "a.csv")
    path.write_text(path.read_text() + "2,0,5.0\n")
    assert io.load(path).edges["weight"].tolist() == [2.0, 2.0, 5.0]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", " "])
def test_delimiters_are_chosen_and_checked(delimiter, tmp_path):
    graph = Graph.from_edges([0, 1], [1, 2], attributes={"a b": ["x, y;|\t z", '"'], "w": [1.5, 2.5]})
    path = io.save(graph, tmp_path / "a.el", delimiter=delimiter)
    assert io.load(path).edges == graph.edges
    with pytest.raises(ParameterError, match="delimiter: got '1'"):
        io.save(graph, path, delimiter="1")


def test_networkx_reads_our_lists_and_we_read_theirs(tmp_path):
    graph = Graph.from_edges([0, 2, 2], [1, 0, 2], n_nodes=4, weights=[0.1, 1e-200, 1 / 3])
    rows = io.save(graph, tmp_path / "a.el").read_text().splitlines()[2:]
    theirs = nx.parse_edgelist(rows, create_using=nx.DiGraph, data=[("weight", float)])
    assert {(int(u), int(v)): d["weight"] for u, v, d in theirs.edges(data=True)} == dict(
        zip(ends(graph), graph.edges["weight"].tolist(), strict=True)
    )
    named = nx.DiGraph([("a", "b"), ("a", "c"), ("c", "a")])
    named.add_node("alone")
    nx.write_adjlist(named, tmp_path / "a.nn")
    back = io.load(tmp_path / "a.nn")
    labels = back.nodes["label"].tolist()
    assert sorted(labels) == ["a", "alone", "b", "c"]
    assert {(labels[s], labels[t]) for s, t in ends(back)} == set(named.edges)


NNGT = """@directed=False
@node_attributes=['lab', 'k']
@node_attr_types=['string', 'int']
@edge_attributes=['weight', 'n']
@edge_attr_types=['double', 'int']
@name=Graph
@size=4
@x=0. 1. 2. 3.
@y=0. 0. 1. 1.
@na_lab="a" "b c" "c" "d"
@na_k=1 2 3 4
"""


@pytest.mark.parametrize(
    ("fmt", "rows"),
    [("neighbour_list", "0 \n1 0;1.5;7\n2 0;2.5;8 1;3.5;9\n3 \n"), ("edge_list", "1 0 1.5;7\n2 0 2.5;8\n2 1 3.5;9\n")],
)
def test_files_of_nngt_are_read_without_their_pickles(fmt, rows, tmp_path):
    path = written(tmp_path, NNGT + "@structure=gAJjb3MKc3lzdGVtCnEAWAQAAAB0cnVlcQGFcQJScQMu\n" + rows)
    with pytest.warns(UserWarning, match="pickled population, which could run anything and is not read"):
        graph = io.load(path, fmt)
    assert (graph.n_nodes, graph.directed, graph.name) == (4, False, "Graph")
    assert ends(graph) == [(1, 0), (2, 0), (2, 1)]
    assert graph.edges["weight"].tolist() == [1.5, 2.5, 3.5]
    assert graph.edges["n"].tolist() == [7, 8, 9]
    assert graph.nodes["lab"].tolist() == ["a", "b c", "c", "d"]
    assert graph.nodes["k"].tolist() == [1, 2, 3, 4]
    assert graph.positions.tolist() == [[0, 0], [1, 0], [2, 1], [3, 1]]
    broken = written(tmp_path, NNGT + rows.replace(";8", ""))
    with pytest.raises(FileFormatError, match="line 1[34]: "):
        io.load(broken, fmt)


def test_a_bar_is_shown_when_asked_for(tmp_path, capsys, monkeypatch):
    shown = []
    monkeypatch.setattr("tqdm.tqdm", lambda **options: shown.append(options) or Bar())
    graph = Graph.from_edges(np.zeros(70_000, int), np.ones(70_000, int), attributes={"note": "x"})
    path = io.save(graph, tmp_path / "a.csv", progress=True)
    io.load(path, progress=True)
    assert [bar["desc"] for bar in shown] == ["save", "load a.csv"]
    io.load(io.save(graph, path, progress=False), progress=False)
    assert len(shown) == 2


class Bar:
    """What a bar is asked to do."""

    def update(self, n):
        assert n > 0

    def close(self):
        pass
