"""Columns of edges and nodes; weights and delays from numbers, arrays, distributions and linear rules."""

import sys

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from netgraph import Graph
from netgraph.attributes import DistanceDelay, Linear, edge_values
from netgraph.space import Shape
from simcore.distributions import Constant, Exponential, Lognormal, Normal, Uniform
from simcore.errors import ParameterError, UnknownNameError
from simcore.random import Purpose, uniforms

few = settings(max_examples=40, deadline=None)


def ring(n=4, **columns):
    return Graph.from_edges(np.arange(n), np.roll(np.arange(n), -1), **columns)


@pytest.mark.parametrize(
    ("given", "dtype"),
    [
        ([1, 2, 3, 4], np.int64),
        (np.arange(4, dtype=np.uint8), np.int64),
        ([1.5, 2, 3, 4], np.float64),
        (np.ones(4, dtype=np.float32), np.float64),
        ([True, False, True, True], np.bool_),
    ],
)
def test_numbers_become_int64_float64_or_bool(given, dtype):
    graph = ring()
    graph.edges["x"] = given
    assert graph.edges["x"].dtype == graph.edges.dtype("x") == dtype
    assert graph.edges["x"].tolist() == list(given)


def test_text_may_come_as_list_object_array_or_array():
    graph = ring()
    for text in (["a", "bc", "", "d"], np.array(["a", "bc", "", "d"]), np.array(["a", "bc", "", "d"], dtype=object)):
        graph.nodes["layer"] = text
        assert graph.nodes["layer"].tolist() == ["a", "bc", "", "d"]
        assert graph.nodes.dtype("layer").kind == "U"


def test_constant_column_is_one_number_however_many_edges():
    n = 1_000_000
    graph = Graph.from_edges(np.zeros(n, dtype=int), np.ones(n, dtype=int), weights=155.0)
    assert graph.edges["weight"].shape == (n,)
    assert graph.edges["weight"].strides == (0,)
    assert graph.edges.constant("weight") == 155.0
    assert sys.getsizeof(graph._edge_store.raw("weight")) < 200


def test_columns_are_read_only_copies_of_what_was_given():
    graph = ring()
    mine = np.array([1.0, 2.0, 3.0, 4.0])
    graph.edges["weight"] = mine
    mine[0] = 99.0
    assert graph.edges["weight"][0] == 1.0
    for name, value in (("weight", mine), ("x", 2.0)):
        graph.edges[name] = value
        with pytest.raises(ValueError, match="read-only"):
            graph.edges[name][0] = 5.0


def test_columns_are_a_mapping_in_order_of_creation():
    graph = ring(weights=1.0, attributes={"b": 2, "a": "x"})
    assert list(graph.edges) == ["b", "a", "weight"]
    assert len(graph.edges) == 3
    assert "a" in graph.edges
    del graph.edges["a"]
    assert "a" not in graph.edges
    assert dict(graph.edges).keys() == {"b", "weight"}
    assert repr(graph.edges) == "<4 edges; b: int64 = 2, weight: float64 = 1.0>"
    assert repr(Graph(2).nodes) == "<2 nodes; no columns>"


def test_columns_are_equal_if_names_and_values_are():
    graph = ring(attributes={"x": [1.0, np.nan, 2.0, 3.0], "layer": "L4"})
    twin = graph.copy()
    assert graph.edges == twin.edges
    twin.edges["layer"] = ["L4", "L4", "L4", "L5"]
    assert graph.edges != twin.edges
    assert graph.edges != ring().edges
    assert graph.edges != {}


def test_some_rows_are_set_and_the_type_widens():
    graph = ring(attributes={"k": 1})
    graph.edges.set_rows("k", [3, 0], [7, 8])
    assert graph.edges["k"].tolist() == [8, 1, 1, 7]
    graph.edges.set_rows("k", 1, 0.5)
    assert graph.edges["k"].tolist() == [8.0, 0.5, 1.0, 7.0]
    graph.edges.set_rows("weight", [2], 3.0)
    assert graph.edges["weight"].tolist() == [1.0, 1.0, 3.0, 1.0]
    graph.nodes.set_rows("layer", [1], "L4")
    assert graph.nodes["layer"].tolist() == ["", "L4", "", ""]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda g: g.edges["weigth"], UnknownNameError, "unknown edge column 'weigth'; did you mean 'weight'"),
        (lambda g: g.nodes["V_m"], UnknownNameError, r"unknown node column 'V_m'; choose from: \(none\)"),
        (lambda g: g.edges.constant("x"), UnknownNameError, "unknown edge column 'x'"),
        (lambda g: g.edges.dtype("x"), UnknownNameError, "unknown edge column 'x'"),
        (lambda g: g.edges.__delitem__("x"), UnknownNameError, "unknown edge column 'x'"),
        (lambda g: g.edges.__setitem__("x", [1.0]), ParameterError, r"edges\['x'\]: got 'an array of shape \(1,\)', .*\(4,\)"),
        (lambda g: g.edges.__setitem__("x", np.ones((4, 1))), ParameterError, r"shape \(4, 1\)"),
        (lambda g: g.edges.__setitem__("x", [[1], [1, 2]]), ParameterError, "a number, a string or a flat array"),
        (lambda g: g.edges.__setitem__("x", 1j), ParameterError, "complex128"),
        (lambda g: g.edges.__setitem__("x", None), ParameterError, "got None"),
        (lambda g: g.edges.__setitem__("x", ["a", None, "b", "c"]), ParameterError, "got None"),
        (lambda g: g.edges.__setitem__("x", np.array(["2020"] * 4, "M8[Y]")), ParameterError, "datetime64"),
        (lambda g: g.edges.__setitem__("x", np.full(4, 2**63, np.uint64)), ParameterError, "below 2"),
        (lambda g: g.edges.__setitem__("x", Uniform(0.0, 1.0)), ParameterError, "set_weights and set_delays draw"),
        (lambda g: g.edges.__setitem__("", 1), ParameterError, "expected a name"),
        (lambda g: g.edges.__setitem__(3, 1), ParameterError, "expected a name"),
        (lambda g: g.edges.__setitem__("weight", "a"), ParameterError, "expected numbers"),
        (lambda g: g.edges.__setitem__("weight", [1.0, np.inf, 1.0, 1.0]), ParameterError, "got 'inf at row 1'"),
        (lambda g: g.edges.__setitem__("delay", [1.0, 1.0, -0.5, 1.0]), ParameterError, "got '-0.5 at row 2'"),
        (lambda g: g.edges.__setitem__("type", [1, -1, 0, 1]), ParameterError, r"\+1 \(excitatory\) or -1"),
        (lambda g: g.edges.__setitem__("type", 1.0), ParameterError, r"\+1 \(excitatory\) or -1"),
        (lambda g: g.edges.set_rows("weight", [4], 1.0), ParameterError, "rows: got 4, expected numbers from 0 to 3"),
        (lambda g: g.edges.set_rows("weight", [0, 1], [1.0]), ParameterError, r"shape \(2,\)"),
        (lambda g: g.edges.set_rows("weight", [0], "a"), ParameterError, "expected numbers"),
        (lambda g: g.edges.set_rows("weight", [0], np.nan), ParameterError, "finite"),
    ],
)
def test_wrong_columns_are_refused_by_name_and_nothing_changes(call, error, message):
    graph = ring(weights=[1.0, 2.0, 3.0, 4.0])
    with pytest.raises(error, match=message):
        call(graph)
    assert list(graph.edges) == ["weight"]
    assert graph.edges["weight"].tolist() == [1.0, 2.0, 3.0, 4.0]


def test_distance_is_read_only_not_listed_and_ends_a_column_of_that_name():
    graph = ring(attributes={"distance": 3.0})
    assert graph.edges["distance"].tolist() == [3.0] * 4
    graph.set_positions([[0.0, 0.0], [2.0, 0.0], [2.0, 1.0], [0.0, 1.0]])
    assert graph.edges["distance"].tolist() == [2.0, 1.0, 2.0, 1.0]
    assert list(graph.edges) == []
    assert "distance" in graph.edges
    assert graph.edges.constant("distance") is None
    assert graph.edges.dtype("distance") == np.float64
    for change in (lambda: graph.edges.__setitem__("distance", 1.0), lambda: graph.edges.__delitem__("distance")):
        with pytest.raises(ParameterError, match="computed from the positions"):
            change()


FORMS = [
    (("uniform", 1.0, 3.0), Uniform(1.0, 3.0)),
    ({"distribution": "uniform", "lower": 1.0, "upper": 3.0}, Uniform(1.0, 3.0)),
    ({"distribution": "normal", "avg": 2.0, "std": 0.5}, Normal(2.0, 0.5)),
    ({"distribution": "gaussian", "avg": 2.0, "std": 0.5, "lower": 1.0, "upper": 4.0}, Normal(2.0, 0.5, 1.0, 4.0)),
    ({"distribution": "lognormal", "position": 0.1, "scale": 0.4}, Lognormal(0.1, 0.4)),
    (Exponential(2.0), Exponential(2.0)),
]


@pytest.mark.parametrize(("spec", "distribution"), FORMS)
@pytest.mark.parametrize(("quantity", "purpose"), [("weight", Purpose.GRAPH_WEIGHTS), ("delay", Purpose.GRAPH_DELAYS)])
def test_a_draw_is_the_quantile_of_the_rows_own_uniform_number(spec, distribution, quantity, purpose):
    graph = ring(50)
    values = edge_values(spec, graph, np.arange(50), quantity=quantity, seed=7)
    assert np.array_equal(values, distribution.quantile(uniforms(7, purpose, np.arange(50))))
    some = edge_values(spec, graph, [40, 3], quantity=quantity, seed=7)
    assert some.tolist() == [values[40], values[3]]


def test_drawn_weights_have_the_distribution_asked_for():
    graph = ring(40_000)
    graph.set_weights(Normal(5.0, 2.0, 0.0, np.inf), seed=11)
    expected = scipy.stats.truncnorm(-2.5, np.inf, loc=5.0, scale=2.0)
    assert scipy.stats.kstest(graph.edges["weight"], expected.cdf).pvalue > 1e-3
    graph.set_delays(Lognormal(0.5, 0.3), seed=11)
    assert scipy.stats.kstest(graph.edges["delay"], scipy.stats.lognorm(0.3, scale=np.exp(0.5)).cdf).pvalue > 1e-3
    assert abs(np.corrcoef(graph.edges["weight"], graph.edges["delay"])[0, 1]) < 0.02


def test_numbers_and_constants_give_one_number():
    graph = ring()
    for value in (3, np.float32(3.0), Constant(3.0), ("constant", 3.0), {"distribution": "constant", "value": 3.0}):
        assert edge_values(value, graph, [0, 1], quantity="weight") == 3.0
        graph.set_weights(value)
        assert graph.edges.constant("weight") == 3.0


def test_same_seed_same_weights_and_no_seed_fresh_ones():
    a, b, c, d = ring(), ring(), ring(), ring()
    a.set_weights(Uniform(0.0, 1.0), seed=3)
    b.set_weights(Uniform(0.0, 1.0), seed=3)
    c.set_weights(Uniform(0.0, 1.0))
    d.set_weights(Uniform(0.0, 1.0))
    assert np.array_equal(a.edges["weight"], b.edges["weight"])
    assert not np.array_equal(c.edges["weight"], d.edges["weight"])


@few
@given(st.lists(st.integers(1, 6), min_size=1, max_size=6), st.integers(0, 2**40))
def test_a_graph_made_in_pieces_has_the_weights_of_one_made_at_once(pieces, seed):
    n = sum(pieces)
    whole = ring(n)
    whole.set_weights(Uniform(0.0, 1.0), seed=seed)
    whole.set_delays(Linear("weight", 2.0, 1.0))
    grown = Graph(n)
    grown.set_weights(Uniform(0.0, 1.0), seed=seed)
    grown.set_delays(Linear("weight", 2.0, 1.0))
    begin = 0
    for size in pieces:
        grown.add_edges(whole.source[begin : begin + size], whole.target[begin : begin + size], allow_self_loops=True)
        begin += size
    assert np.array_equal(grown.edges["weight"], whole.edges["weight"])
    assert np.array_equal(grown.edges["delay"], 1.0 + 2.0 * whole.edges["weight"])


def test_no_draw_is_used_twice_when_edges_are_deleted_and_added():
    graph = ring(20)
    graph.set_weights(Uniform(0.0, 1.0), seed=1)
    seen = set(graph.edges["weight"].tolist())
    for derived in (graph, graph.subgraph(np.arange(15))):
        old = set(derived.edges["weight"].tolist())
        derived.delete_edges([0, 1, 2])
        rows = derived.add_edges([0, 0, 0, 0, 0], [5, 6, 7, 8, 9])
        new = set(derived.edges["weight"][rows].tolist())
        assert len(new) == 5
        assert not new & (seen | old)


def test_an_array_has_no_rule_and_later_edges_get_one():
    graph = ring()
    graph.set_weights(Uniform(5.0, 6.0), seed=1)
    graph.set_weights([2.0, 3.0, 4.0, 5.0])
    graph.add_edge(0, 2)
    assert graph.edges["weight"].tolist() == [2.0, 3.0, 4.0, 5.0, 1.0]


def test_a_number_is_a_rule_that_outlives_other_values():
    graph = ring()
    graph.set_weights(2.0)
    graph.add_edge(0, 2, weight=9.0)
    graph.add_edge(0, 3)
    assert graph.edges["weight"].tolist() == [2.0] * 4 + [9.0, 2.0]
    graph.edges["weight"] = 3.0
    graph.add_edge(1, 3)
    assert graph.edges.constant("weight") == 3.0


def test_a_column_that_is_set_ends_the_rule_that_drew_it():
    graph = ring()
    graph.set_weights(Uniform(5.0, 6.0), seed=1)
    graph.edges["weight"] = 3.0
    graph.add_edge(0, 2)
    assert graph.edges.constant("weight") == 3.0
    graph.set_weights(Uniform(5.0, 6.0), seed=1)
    del graph.edges["weight"]
    graph.add_edge(0, 3)
    assert not graph.is_weighted


def test_a_copy_has_the_same_future():
    graph = ring(weights=2.0)
    graph.set_delays(Uniform(5.0, 6.0), seed=1)
    twin = graph.copy()
    for one in (graph, twin):
        one.add_edges([0, 1], [2, 3])
    assert twin.edges.constant("weight") == 2.0
    assert np.array_equal(graph.edges["delay"], twin.edges["delay"])


def test_attributes_of_new_edges_may_be_drawn_and_linear():
    graph = Graph(4, positions=[[0.0, 0.0], [30.0, 0.0], [0.0, 40.0], [30.0, 40.0]])
    attributes = {"weight": Uniform(1.0, 2.0), "delay": DistanceDelay(10.0, 1.0)}
    graph.add_edges([0, 0, 0], [1, 2, 3], attributes=attributes, seed=5)
    assert graph.edges["delay"].tolist() == [4.0, 5.0, 6.0]
    assert np.array_equal(graph.edges["weight"], edge_values(Uniform(1.0, 2.0), graph, [0, 1, 2], quantity="weight", seed=5))
    graph.add_edge(3, 0)
    assert graph.edges["delay"].tolist() == [4.0, 5.0, 6.0, 1.0]


def test_distance_delay_is_a_rule_for_later_edges_too():
    shape = Shape.rectangle(100.0, 100.0, periodic=True)
    graph = Graph.from_edges([0], [1], n_nodes=3, positions=[[-45.0, 0.0], [45.0, 0.0], [0.0, 30.0]], shape=shape)
    graph.set_delays(DistanceDelay(velocity=20.0, offset=0.5))
    graph.add_nodes(1, positions=[[0.0, -10.0]])
    graph.add_edges([2, 3], [3, 3], allow_self_loops=True)
    assert graph.edges["delay"].tolist() == [1.0, 2.5, 0.5]


def test_linear_range_is_fixed_by_the_first_edges_it_meets():
    spec = {"distribution": "lin_corr", "correl_attribute": "contacts", "lower": 10.0, "upper": 20.0}
    graph = ring(attributes={"contacts": [0, 1, 3, 4]})
    graph.set_weights(spec)
    assert graph.edges["weight"].tolist() == [10.0, 12.5, 17.5, 20.0]
    graph.add_edge(0, 2, contacts=8)
    assert graph.edges["weight"].tolist()[-1] == 30.0
    empty = Graph(4)
    empty.set_weights(spec)
    empty.add_edges([0, 1], [1, 2], attributes={"contacts": [1, 2]})
    empty.add_edges([2], [3], attributes={"contacts": [3]})
    assert empty.edges["weight"].tolist() == [10.0, 20.0, 30.0]


def test_linear_takes_slope_and_offset_by_nngts_names():
    graph = ring(attributes={"contacts": [0, 1, 3, 4]})
    graph.set_weights({"distribution": "lin_corr", "correl_attribute": "contacts", "slope": 2.0, "offset": 1.0})
    assert graph.edges["weight"].tolist() == [1.0, 3.0, 7.0, 9.0]
    followed = ring(delays=Linear("weight", 0.5), weights=[2.0, 4.0, 6.0, 8.0])
    assert followed.edges["delay"].tolist() == [1.0, 2.0, 3.0, 4.0]


LINEAR = {"distribution": "lin_corr"}


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (
            [1.0, 2.0],
            ParameterError,
            "weight: got 'an array of length 2', expected a number or one value for each of the 4 edges",
        ),
        ([[1.0]], ParameterError, "one-dimensional"),
        (np.nan, ParameterError, "finite"),
        ("strong", ParameterError, "a number, an array or a distribution"),
        (("unifrom", 0.0, 1.0), UnknownNameError, "unknown distribution for weight 'unifrom'; did you mean 'uniform'"),
        (("uniform", 1.0), ParameterError, "values for low, high"),
        ({"distribution": "normal", "mean_value": 1.0}, UnknownNameError, "parameter of the distribution 'normal'"),
        ({"value": 3.0}, ParameterError, "the key 'distribution'"),
        ({**LINEAR, "correl_attribute": "x"}, ParameterError, "with slope"),
        ({**LINEAR, "slope": 1.0}, ParameterError, "correl_attribute with slope"),
        ({**LINEAR, "correl_attribute": "x", "lower": 1.0, "upper": 2.0, "offset": 1.0}, ParameterError, "no offset"),
        ({**LINEAR, "correl_attribute": "x", "lower": 1.0, "upper": 2.0}, ParameterError, "2 everywhere"),
        ({**LINEAR, "correl_attribute": "x", "noise_scale": 1.0}, UnknownNameError, "noise_scale"),
        (Linear("y", 1.0), UnknownNameError, "unknown edge column 'y'"),
        (Linear("layer", 1.0), ParameterError, r"edges\['layer'\]: got 'strings'"),
        (Linear("weight", 1.0), ParameterError, "does not follow the weights"),
        (Linear("delay", 1.0), ParameterError, "does not follow the weights"),
        (Linear("distance", 1.0), ParameterError, "no positions"),
    ],
)
def test_wrong_weights_are_refused_and_nothing_changes(value, error, message):
    graph = ring(weights=7.0, delays=Linear("weight", 1.0), attributes={"x": 2.0, "layer": "L4"})
    with pytest.raises(error, match=message):
        graph.set_weights(value)
    assert graph.edges.constant("weight") == 7.0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Linear("x", "steep"), "Linear: slope: got 'steep'"),
        (lambda: Linear("x", 1.0, np.inf), "Linear: offset: got inf"),
        (lambda: DistanceDelay(0.0), "velocity: got 0.0, expected a finite number > 0 um/ms"),
        (lambda: DistanceDelay(1.0, -0.1), "offset: got -0.1, expected a finite number >= 0 ms"),
        (lambda: DistanceDelay(True), "velocity: got True"),
        (
            lambda: ring(delays=Normal(0.0, 1.0), seed=1),
            r"edges\['delay'\]: got '-.* at row \d', expected a finite number >= 0 ms; a distribution takes bounds",
        ),
        (lambda: ring(weights=Uniform(0.0, 1.0), seed=-1), "seed: got -1"),
        (lambda: edge_values(1.0, ring(), [9], quantity="weight"), "edge_values: rows: got 9"),
    ],
)
def test_wrong_rules_are_refused(make, message):
    with pytest.raises(ParameterError, match=message):
        make()


def test_quantity_is_weight_or_delay():
    with pytest.raises(UnknownNameError, match="unknown quantity of edges 'wait'"):
        edge_values(1.0, ring(), [0], quantity="wait")


def test_the_linear_distribution_is_among_the_names_and_asks_for_a_dictionary():
    graph = Graph.from_edges([0, 1], [1, 0], attributes={"contacts": [2, 5]})
    with pytest.raises(UnknownNameError, match="unknown distribution for weight 'lin_cor'; did you mean 'lin_corr'"):
        graph.set_weights({"distribution": "lin_cor", "correl_attribute": "contacts", "slope": 2.0})
    with pytest.raises(UnknownNameError, match="for delay 'lin_cor'; did you mean 'lin_corr'.* choose from: .*uniform"):
        graph.set_delays(("lin_cor", "contacts", 0.1, 2.0))
    with pytest.raises(ParameterError, match="distribution 'lin_corr': got .'lin_corr', .*, expected a dictionary"):
        graph.set_weights(("lin_corr", "contacts", 0.1, 2.0))
    assert "weight" not in graph.edges
