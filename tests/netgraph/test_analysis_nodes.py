"""Finding nodes by their values: naive selection, ties, properties, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netgraph import Graph
from netgraph.analysis import betweenness, find_nodes
from simcore.errors import ParameterError, UnknownNameError


def labelled():
    graph = Graph.from_edges([0, 1, 2, 4, 4], [3, 3, 0, 3, 0], n_nodes=6)
    graph.nodes.update(layer=["L4", "L5", "L4", "L2", "L5", "L4"], depth=[1.0, np.nan, 3.0, 2.0, 3.0, -1.0])
    return graph


def test_nodes_are_found_by_degree_column_and_any_measure():
    graph = labelled()
    assert find_nodes(graph, "in-degree", equal=2).tolist() == [0]
    assert find_nodes(graph, "out-degree", lower_bound=1, upper_bound=2).tolist() == [0, 1, 2]
    assert find_nodes(graph, "total-degree", equal=0).tolist() == [5]
    assert find_nodes(graph, "layer", equal="L4").tolist() == [0, 2, 5]
    assert find_nodes(graph, "depth", lower_bound=2.0).tolist() == [2, 3, 4]
    assert find_nodes(graph, betweenness(graph), lower_bound=1e-9).tolist() == [0]


def test_conditions_are_met_together():
    assert find_nodes(labelled(), "depth", upper_fraction=0.5, upper_bound=3.0).tolist() == [3]
    assert find_nodes(labelled(), "depth", lower_fraction=0.5, lower_bound=0.0).tolist() == [0, 3]


def test_a_fraction_takes_all_that_equal_its_last_value_and_never_nan():
    assert find_nodes(labelled(), "depth", upper_fraction=1 / 6).tolist() == [2, 4]
    assert find_nodes(labelled(), "depth", upper_fraction=1.0).tolist() == [0, 2, 3, 4, 5]
    assert find_nodes(labelled(), "depth", lower_fraction=1.0).tolist() == [0, 2, 3, 4, 5]
    assert find_nodes(labelled(), "depth", lower_fraction=0.0).tolist() == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-3, 3), max_size=12), st.floats(0.0, 1.0), st.integers(-3, 3), st.randoms(use_true_random=False))
def test_relabelling_nodes_relabels_those_found(values, share, bound, random):
    graph = Graph(len(values))
    new = random.sample(range(len(values)), len(values))
    moved = np.zeros(len(values), dtype=int)
    moved[new] = values
    for condition in ({"upper_fraction": share}, {"lower_fraction": share}, {"lower_bound": bound}, {"equal": bound}):
        found = find_nodes(graph, np.array(values, dtype=int), **condition)
        assert sorted(new[i] for i in found) == find_nodes(graph, moved, **condition).tolist()
        ordered = sorted(values, reverse="upper_fraction" in condition)
        count = round(share * len(values))
        naive = {
            "upper_fraction": [i for i, v in enumerate(values) if count and v >= ordered[count - 1]],
            "lower_fraction": [i for i, v in enumerate(values) if count and v <= ordered[count - 1]],
            "lower_bound": [i for i, v in enumerate(values) if v >= bound],
            "equal": [i for i, v in enumerate(values) if v == bound],
        }
        assert found.tolist() == naive[next(iter(condition))]


@pytest.mark.parametrize(
    ("by", "condition", "error", "message"),
    [
        ("depth", {}, ParameterError, "got 'no condition'"),
        ("dept", {"equal": 1}, UnknownNameError, "did you mean 'depth'"),
        ([1.0, 2.0], {"equal": 1}, ParameterError, r"shape \(6,\)"),
        ("layer", {"lower_bound": 1.0}, ParameterError, "texts have equal="),
        ("layer", {"equal": 4}, ParameterError, "equal: got 4, expected a text"),
        ("depth", {"equal": "L4"}, ParameterError, "equal: got 'L4', expected a number"),
        ("depth", {"equal": [1.0]}, ParameterError, "equal: got"),
        ("depth", {"upper_fraction": 1.5}, ParameterError, "upper_fraction: got 1.5, expected a share"),
        ("depth", {"lower_bound": np.nan}, ParameterError, "lower_bound: got nan"),
    ],
)
def test_conditions_that_make_no_sense_are_refused(by, condition, error, message):
    with pytest.raises(error, match=message):
        find_nodes(labelled(), by, **condition)
    with pytest.raises(ParameterError, match="find_nodes: graph"):
        find_nodes([1, 2], "in-degree", equal=1)
