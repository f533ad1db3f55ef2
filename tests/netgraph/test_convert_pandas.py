"""Tables of pandas: names of nodes, types of columns, categories, missing values, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from netgraph import Graph
from netgraph.convert import from_any, from_pandas, to_pandas
from simcore.errors import ParameterError, UnknownNameError


def test_tables_have_a_row_for_every_node_and_edge_and_the_types_of_the_columns():
    graph = Graph.from_edges([2, 0, 2], [1, 1, 1], n_nodes=4, weights=2.0, attributes={"k": [1, 2, 3], "kind": ["a", "b", ""]})
    graph.set_positions(np.arange(8.0).reshape(4, 2))
    graph.nodes["flag"] = [True, False, False, True]
    nodes, edges = to_pandas(graph)
    assert list(nodes.columns) == ["flag", "x", "y"]
    assert nodes.index.tolist() == [0, 1, 2, 3]
    assert list(edges.columns) == ["source", "target", "k", "kind", "weight", "distance"]
    assert edges["kind"].tolist() == ["a", "b", ""]
    assert (nodes["flag"].dtype, edges["k"].dtype, edges["weight"].dtype) == (bool, np.int64, np.float64)
    edges.loc[0, "weight"] = 9.0  # the tables are copies
    assert graph.edges["weight"].tolist() == [2.0, 2.0, 2.0]


def test_names_come_from_the_ends_in_order_of_mention_or_from_the_index_of_the_nodes():
    edges = pd.DataFrame({"pre": ["b", "c"], "post": ["a", "b"]})
    graph = from_pandas(edges, source="pre", target="post")
    assert graph.nodes["label"].tolist() == ["b", "a", "c"]
    assert (graph.source.tolist(), graph.target.tolist()) == ([0, 2], [1, 0])
    nodes = pd.DataFrame({"size": [1.5, 2.5, 3.5, 4.5]}, index=["a", "b", "c", "d"])
    graph = from_pandas(edges, nodes, source="pre", target="post", directed=False)
    assert graph.nodes["label"].tolist() == ["a", "b", "c", "d"]
    assert graph.nodes["size"].tolist() == [1.5, 2.5, 3.5, 4.5]
    assert (graph.source.tolist(), graph.directed) == ([1, 2], False)
    assert "label" not in from_pandas(pd.DataFrame({"source": [0], "target": [3]})).nodes
    assert from_any(pd.DataFrame({"source": [0], "target": [3]})).n_nodes == 4


def test_every_type_of_pandas_that_holds_bool_numbers_or_text_is_taken():
    edges = pd.DataFrame(
        {
            "source": pd.array([0, 1, 2], dtype="Int32"),
            "target": np.array([1, 2, 0], dtype=np.uint8),
            "layer": pd.Categorical(["L4", "L5", "L4"]),
            "level": pd.Categorical([3, 1, 3]),
            "flag": pd.array([True, False, True], dtype="boolean"),
            "count": pd.array([1, 2, 3], dtype="Int64"),
            "short": np.array([0.5, 1.5, 2.5], dtype=np.float32),
            "text": pd.array(["x", None, "z"], dtype="string"),
            "object": np.array(["x", "y", None], dtype=object),
            "gaps": pd.array([0.5, None, 1.5], dtype="Float64"),
            "weight": [1.0, np.nan, 2.0],
        }
    )
    graph = from_pandas(edges)
    assert graph.edges["layer"].tolist() == ["L4", "L5", "L4"]
    assert graph.edges["level"].tolist() == [3, 1, 3]
    assert graph.edges["flag"].tolist() == [True, False, True]
    assert graph.edges["count"].dtype == np.int64
    assert graph.edges["short"].tolist() == [0.5, 1.5, 2.5]
    assert graph.edges["text"].tolist() == ["x", "", "z"]
    assert graph.edges["object"].tolist() == ["x", "y", ""]
    assert np.array_equal(graph.edges["gaps"], [0.5, np.nan, 1.5], equal_nan=True)
    assert graph.edges["weight"].tolist() == [1.0, 1.0, 2.0]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"k": pd.array([1, None], dtype="Int64")}, "edge attribute 'k': got '1 missing values of type Int64'"),
        ({"k": pd.array([True, None], dtype="boolean")}, "1 missing values of type boolean"),
        ({"k": pd.to_datetime(["2026-01-01", "2026-01-02"])}, "edge attribute 'k': got 'type datetime64"),
        ({"k": pd.Categorical(pd.to_datetime(["2026-01-01", "2026-01-02"]))}, "got 'type datetime64"),
        ({"k": [1j, 2j]}, "got 'type complex128'"),
        ({"k": [[1], [2]]}, "values of type list"),
        ({"k": [1, "a"]}, "values of type int, str"),
        ({"k": pd.Categorical([2.5, None])}, None),
        ({"source": [0, None]}, "column 'source': got '1 missing ends'"),
        ({"source": [0, -1]}, "-1"),
    ],
)
def test_columns_that_cannot_be_held_are_refused_with_their_name(columns, message):
    edges = pd.DataFrame({"source": [0, 1], "target": [1, 0]} | columns)
    if message is None:
        assert np.isnan(from_pandas(edges).edges["k"][1])
        return
    with pytest.raises(ParameterError if columns.get("source") != [0, -1] else Exception, match=message):
        from_pandas(edges)
    if "k" in columns:
        assert list(from_pandas(edges, edge_attributes=[]).edges) == []


def test_tables_that_do_not_fit_together_are_refused():
    edges = pd.DataFrame({"source": ["a", "b"], "target": ["b", "x"]})
    with pytest.raises(UnknownNameError, match="unknown node in column 'target' 'x'"):
        from_pandas(edges, pd.DataFrame(index=["a", "b"]))
    with pytest.raises(ParameterError, match="'a' more than once"):
        from_pandas(edges, pd.DataFrame(index=["a", "a"]))
    with pytest.raises(UnknownNameError, match="unknown column of an end 'sorce'; did you mean 'source'"):
        from_pandas(edges, source="sorce")
    with pytest.raises(ParameterError, match="each name once"):
        from_pandas(pd.DataFrame([[0, 1, 2]], columns=["source", "target", "source"]))
    with pytest.raises(ParameterError, match=r"expected pandas\.DataFrame"):
        from_pandas([[0, 1]])
    with pytest.raises(UnknownNameError, match="unknown edge attribute 'k'"):
        from_pandas(edges, edge_attributes=["k"])


def test_columns_named_like_ends_or_positions_are_refused():
    with pytest.raises(ParameterError, match=r"edges\['source'\].*beside the ends of edges"):
        to_pandas(Graph.from_edges([0], [1], attributes={"source": [1]}))
    graph = Graph(2, positions=[[0.0, 1.0], [2.0, 3.0]])
    graph.nodes["x"] = 5
    with pytest.raises(ParameterError, match=r"nodes\['x'\].*beside positions"):
        to_pandas(graph)


def test_an_empty_table_is_an_empty_graph():
    assert from_pandas(pd.DataFrame({"source": [], "target": []})).n_nodes == 0
    nodes, edges = to_pandas(Graph(0))
    assert (len(nodes), len(edges)) == (0, 0)
    assert from_pandas(edges, nodes).n_nodes == 0
