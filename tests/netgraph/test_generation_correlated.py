"""Correlated degrees: the assortativity and the correlation asked for, with all degrees kept."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import netgraph as ng
import netgraph.generation as gen
from netgraph.analysis import assortativity
from simcore.errors import EdgeError, ParameterError, UnknownNameError

NEAR = 2e-3


def degrees(n, seed):
    rng = np.random.default_rng(seed)
    ins = np.minimum(rng.zipf(2.6, n) + 3, 60)
    return ins, rng.permutation(ins)


def pairs(graph):
    return list(zip(graph.source.tolist(), graph.target.tolist(), strict=True))


def assert_simple(graph):
    assert all(s != t for s, t in pairs(graph))
    assert len({e if graph.directed else frozenset(e) for e in pairs(graph)}) == graph.n_edges


@pytest.mark.parametrize("kinds", [("out", "in"), ("in", "in"), ("in", "out"), ("out", "out"), ("total", "total")])
@pytest.mark.parametrize("r", [-0.06, 0.0, 0.25])
def test_assortativity_is_the_one_asked_for_and_degrees_stay(kinds, r):
    ins, outs = degrees(4000, 1)
    source, target = kinds
    graph = gen.correlated_degrees(ins, outs, assortativity=r, source=source, target=target, seed=1)
    assert assortativity(graph, source=source, target=target) == pytest.approx(r, abs=NEAR)
    np.testing.assert_array_equal(graph.in_degree(), ins)
    np.testing.assert_array_equal(graph.out_degree(), outs)
    assert_simple(graph)


@pytest.mark.parametrize("r", [-0.07, 0.2, 0.5])
def test_undirected_graphs_have_it_too(r):
    k = degrees(4000, 2)[0]
    k[0] += k.sum() % 2
    graph = gen.correlated_degrees(k, assortativity=r, directed=False, seed=1)
    assert assortativity(graph) == pytest.approx(r, abs=NEAR)
    np.testing.assert_array_equal(graph.degree(), k)
    assert_simple(graph)


def test_other_kinds_of_degrees_stay_uncorrelated():
    rng = np.random.default_rng(1)
    ins, outs = np.tile([3, 6, 12, 19], 1000), rng.permutation(np.tile([3, 6, 12, 19], 1000))
    graph = gen.correlated_degrees(ins, outs, assortativity=0.4, seed=1)
    for source, target in (("in", "in"), ("in", "out"), ("out", "out")):
        assert abs(assortativity(graph, source=source, target=target)) < 0.05


@pytest.mark.parametrize("rho", [-0.05, 0.0, 0.4, 0.9, 1.0])
def test_in_and_out_degrees_of_a_node_have_the_correlation_asked_for(rho):
    ins, outs = degrees(4000, 3)
    graph = gen.correlated_degrees(ins, outs, correlation=rho, seed=1)
    assert np.corrcoef(graph.in_degree(), graph.out_degree())[0, 1] == pytest.approx(rho, abs=NEAR)
    np.testing.assert_array_equal(np.sort(graph.in_degree()), np.sort(ins))
    np.testing.assert_array_equal(graph.out_degree(), outs)
    assert_simple(graph)


def test_both_correlations_hold_at_once():
    ins, outs = degrees(4000, 4)
    graph = gen.correlated_degrees(ins, outs, correlation=0.5, assortativity=0.2, source="out", target="out", seed=1)
    assert np.corrcoef(graph.in_degree(), graph.out_degree())[0, 1] == pytest.approx(0.5, abs=NEAR)
    assert assortativity(graph, source="out", target="out") == pytest.approx(0.2, abs=NEAR)


@given(n=st.integers(20, 60), r=st.floats(-0.15, 0.3), directed=st.booleans(), seed=st.integers(0, 2**64 - 1))
@settings(max_examples=40, deadline=None)
def test_small_graphs_come_as_near_as_a_part_of_the_standard_error(n, r, directed, seed):
    k = np.arange(n) % 7 + 1
    k[0] += k.sum() % 2
    outs = {"out_degrees": k[::-1]} if directed else {}
    graph = gen.correlated_degrees(k, **outs, assortativity=r, directed=directed, seed=seed)
    assert abs(assortativity(graph) - r) <= max(0.01, 0.2 / np.sqrt(graph.n_edges)) + 1e-12
    np.testing.assert_array_equal(graph.in_degree(), k)
    assert_simple(graph)


def test_groups_are_connected_beside_edges_that_exist():
    net = ng.Network.exc_and_inhib(1000, en_model="iaf_psc_exp", in_model="iaf_psc_exp")
    gen.connect_groups(net, "excitatory", "inhibitory", "erdos_renyi", edges=4000, seed=1)
    outs, ins = np.arange(800) % 8 + 1, np.arange(200) % 5 * 9
    rows = gen.connect_groups(
        net, "excitatory", "inhibitory", "correlated_degrees", in_degrees=ins, out_degrees=outs, assortativity=0.3, seed=1
    )
    assert len(set(pairs(net))) == net.n_edges
    new = ng.Graph.from_edges(net.source[rows], net.target[rows], n_nodes=1000)
    assert assortativity(new) == pytest.approx(0.3, abs=NEAR)
    np.testing.assert_array_equal(new.in_degree()[net.neuron_types == -1], ins)
    graph = ng.Graph(50)
    order = np.random.default_rng(1).permutation(50)
    k = np.arange(50) % 9 + 1
    more = {"in_degrees": k, "out_degrees": k, "correlation": -0.5}
    gen.connect_nodes(graph, np.arange(50), order, "correlated_degrees", seed=1, **more)
    assert np.corrcoef(graph.in_degree(), graph.out_degree())[0, 1] == pytest.approx(-0.5, abs=0.03)
    np.testing.assert_array_equal(graph.out_degree(), k)


def test_multigraphs_have_it_with_parallel_edges():
    k = np.tile([10, 30], 20)
    graph = gen.correlated_degrees(k, k, assortativity=0.6, multigraph=True, seed=1)
    assert assortativity(graph) == pytest.approx(0.6, abs=0.01)
    assert len(set(pairs(graph))) < graph.n_edges
    assert (graph.source != graph.target).all()


def test_one_seed_gives_one_graph_for_any_number_of_threads():
    ins, outs = degrees(6000, 5)
    more = {"assortativity": 0.1, "correlation": 0.3}
    one = gen.correlated_degrees(ins, outs, seed=5, threads=1, **more)
    for threads in (2, 3):
        assert pairs(one) == pairs(gen.correlated_degrees(ins, outs, seed=5, threads=threads, **more))
    assert pairs(one) != pairs(gen.correlated_degrees(ins, outs, seed=6, **more))


K = [1, 2, 3, 4, 4, 4]


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: gen.correlated_degrees(K, K), ParameterError, "an assortativity, a correlation, or both"),
        (lambda: gen.correlated_degrees(K, K, assortativity=1.5), ParameterError, "assortativity: got 1.5"),
        (lambda: gen.correlated_degrees(K, K, correlation=-2), ParameterError, "correlation: got -2"),
        (lambda: gen.correlated_degrees(K, K, assortativity=0.1, source="inn"), UnknownNameError, "did you mean 'in'"),
        (lambda: gen.correlated_degrees(K, assortativity=0.1), ParameterError, "out_degrees: got None"),
        (lambda: gen.correlated_degrees(K, K, assortativity=0.1, directed=False), ParameterError, "have one degree"),
        (
            lambda: gen.correlated_degrees(K, correlation=0.1, directed=False),
            ParameterError,
            "correlation: got 0.1, expected None",
        ),
        (lambda: gen.correlated_degrees([2] * 6, [2] * 6, assortativity=0.1), EdgeError, "all degrees at one end .* are equal"),
        (
            lambda: gen.correlated_degrees([2] * 6, [1, 3] * 3, correlation=0.1),
            EdgeError,
            "all degrees at one end .* are equal",
        ),
        (
            lambda: gen.correlated_degrees([1] * 90 + [9] * 10, [1] * 90 + [9] * 10, correlation=-0.5),
            EdgeError,
            "a correlation of -0.5 wanted, but with these degrees it lies between -0.111 and 1",
        ),
        (
            lambda: gen.correlated_degrees([1] * 90 + [30] * 3, [1] * 90 + [30] * 3, assortativity=0.95),
            EdgeError,
            "an assortativity of 0.95 was not found: -?0.* is about what these degrees allow",
        ),
        (
            lambda: gen.correlated_degrees([2, 1], [1, 1], assortativity=0.5),
            EdgeError,
            "out-degrees sum to 2, the in-degrees to 3",
        ),
        (
            lambda: gen.connect_nodes(
                ng.Graph(6),
                [0, 1, 2],
                [3, 4, 5],
                "correlated_degrees",
                in_degrees=[1, 2, 1],
                out_degrees=[2, 1, 1],
                correlation=0.1,
            ),
            ParameterError,
            "the same nodes on both sides",
        ),
    ],
)
def test_correlations_that_cannot_be_are_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()
