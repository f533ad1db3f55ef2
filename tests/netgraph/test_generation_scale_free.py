"""Scale-free graphs: the fitted exponents are those asked for, the number of edges and the reciprocity are exact."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import netgraph as ng
import netgraph.generation as gen
from netgraph.analysis import reciprocity
from simcore.errors import EdgeError, ParameterError, UnknownNameError
from tests.reference.power_law import fitted_exponent


def pairs(graph):
    return list(zip(graph.source.tolist(), graph.target.tolist(), strict=True))


def assert_exponent(degrees, exponent):
    """The fit of the tail, which begins above the lowest degree, is within three standard errors, and also farther out."""
    lowest = int(degrees.min()) + 1
    for begin in (lowest, 2 * lowest + 3):
        fit, error = fitted_exponent(degrees, begin)
        assert abs(fit - exponent) < 3 * error + 0.01, (fit, error, begin)


@pytest.mark.parametrize(("in_exp", "out_exp", "avg_deg"), [(2.5, 2.5, 10), (2.2, 3.1, 7.3), (2.8, 2.1, 20), (3.5, 2.5, 0.6)])
def test_fitted_exponents_are_those_asked_for_where_nngt_gives_one_more(in_exp, out_exp, avg_deg):
    graph = gen.random_scale_free(in_exp, out_exp, avg_deg=avg_deg, nodes=20_000, seed=1)
    assert graph.n_edges == round(avg_deg * 20_000)
    assert_exponent(graph.in_degree(), in_exp)
    assert_exponent(graph.out_degree(), out_exp)
    assert len(set(pairs(graph))) == graph.n_edges
    assert (graph.source != graph.target).all()


@pytest.mark.parametrize("exponent", [2.3, 3.0])
def test_undirected_degrees_have_the_exponent_too(exponent):
    graph = gen.random_scale_free(exponent, avg_deg=8, nodes=20_000, directed=False, seed=2)
    assert graph.n_edges == 80_000
    assert_exponent(graph.degree(), exponent)
    assert len({frozenset(e) for e in pairs(graph)}) == graph.n_edges


def test_all_of_the_law_is_met_not_its_exponent_alone():
    p_values = []
    for seed in range(30):
        degree = gen.random_scale_free(2.5, avg_deg=6, nodes=4000, seed=seed, cutoff="structural").in_degree()
        lowest, largest = int(degree.min()) + 1, int(np.sqrt(6 * 4000))
        assert degree.max() <= largest
        law = np.arange(lowest, largest + 1) ** -2.5
        tail = np.bincount(degree[degree >= lowest], minlength=largest + 1)[lowest:]
        expected = law / law.sum() * tail.sum()
        groups = np.unique(np.minimum(np.cumsum(expected) // 40, 60), return_inverse=True)[1]
        p_values.append(stats.chisquare(np.bincount(groups, tail), np.bincount(groups, expected)).pvalue)
    assert stats.kstest(p_values, "uniform").pvalue > 1e-3


def test_in_and_out_degrees_are_independent_and_nodes_are_alike():
    graph = gen.random_scale_free(3.5, avg_deg=8, nodes=20_000, seed=1)
    ins, outs = graph.in_degree(), graph.out_degree()
    assert stats.spearmanr(ins, outs).pvalue > 1e-3
    assert stats.spearmanr(np.arange(20_000), ins).pvalue > 1e-3


@given(
    n=st.integers(1, 30),
    density=st.floats(0, 1),
    exponent=st.floats(1.2, 5),
    directed=st.booleans(),
    seed=st.integers(0, 2**64 - 1),
)
@settings(max_examples=80, deadline=None)
def test_the_number_of_edges_is_exact_and_edges_are_distinct(n, density, exponent, directed, seed):
    possible = n * (n - 1) // (1 if directed else 2)
    number = round(density * possible)
    try:
        graph = gen.random_scale_free(exponent, edges=number, nodes=n, directed=directed, cutoff=None, seed=seed)
    except EdgeError as error:
        assert "no simple graph has the degrees drawn" in str(error)  # noqa: PT017
        assert density > 0.1
        return
    assert graph.n_edges == number
    assert len({e if directed else frozenset(e) for e in pairs(graph)}) == number
    assert all(s != t for s, t in pairs(graph))


def test_cutoffs_bound_the_degrees():
    largest = {}
    for cutoff in (None, "natural", "structural", 60):
        degree = np.stack(
            [gen.random_scale_free(2.2, avg_deg=5, nodes=3000, seed=seed, cutoff=cutoff).in_degree() for seed in range(5)]
        )
        assert (degree.sum(axis=1) == 15_000).all()
        largest[cutoff] = int(degree.max())
    assert largest[60] <= 60 < largest["structural"] <= int(np.sqrt(15_000)) < largest["natural"]
    assert largest["natural"] <= min(2 * 3000 ** (1 / 1.2), 2999)
    assert largest[None] <= 2999


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 1.0])
def test_reciprocity_is_the_share_asked_for_with_distinct_edges_unlike_in_nngt(share):
    graph = gen.random_scale_free(2.6, avg_deg=6, reciprocity=share, nodes=5000, seed=1)
    assert graph.n_edges == 30_000
    assert len(set(pairs(graph))) == 30_000
    assert reciprocity(graph) == pytest.approx(share, abs=1.0 / 30_000)
    assert_exponent(graph.in_degree(), 2.6)
    assert_exponent(graph.out_degree(), 2.6)


def test_low_reciprocity_leaves_in_and_out_degrees_independent():
    plain = gen.random_scale_free(2.6, avg_deg=6, nodes=5000, seed=1)
    graph = gen.random_scale_free(2.6, avg_deg=6, reciprocity=0.3, nodes=5000, seed=1)
    np.testing.assert_array_equal(graph.in_degree(), plain.in_degree())
    np.testing.assert_array_equal(graph.out_degree(), plain.out_degree())


@pytest.mark.parametrize("more", [{}, {"directed": False}, {"reciprocity": 0.7}])
def test_one_seed_gives_one_graph_for_any_number_of_threads(more):
    one = gen.random_scale_free(2.3, avg_deg=8, nodes=6000, seed=5, threads=1, **more)
    for threads in (2, 3):
        assert pairs(one) == pairs(gen.random_scale_free(2.3, avg_deg=8, nodes=6000, seed=5, threads=threads, **more))
    assert pairs(one) != pairs(gen.random_scale_free(2.3, avg_deg=8, nodes=6000, seed=6, **more))


def test_groups_of_several_sizes_are_connected_beside_what_exists():
    net = ng.Network.exc_and_inhib(1000, en_model="iaf_psc_exp", in_model="iaf_psc_exp")
    gen.connect_groups(net, "excitatory", "inhibitory", "erdos_renyi", edges=3000, seed=1)
    rows = gen.connect_groups(net, "excitatory", "inhibitory", "random_scale_free", in_exp=2.5, avg_deg=4, seed=1)
    assert len(rows) == 3200
    assert len(set(pairs(net))) == net.n_edges == 6200
    assert (net.neuron_types[net.target] == -1).all()
    gen.connect_neural_types(net, 1, 1, "random_scale_free", in_exp=2.5, edges=2000, reciprocity=0.5, seed=1)
    assert net.n_edges == 8200
    graph = ng.Graph(100, directed=False)
    gen.connect_nodes(graph, np.arange(60), np.arange(60, 100), "random_scale_free", in_exp=2.5, out_exp=3.0, edges=300, seed=1)
    assert graph.n_edges == 300
    assert graph.degree()[:60].sum() == 300


def test_multigraphs_and_empty_graphs():
    graph = gen.random_scale_free(2.5, edges=300, nodes=12, multigraph=True, self_loops=True, cutoff=None, seed=1)
    assert graph.n_edges == 300
    assert gen.random_scale_free(2.5, edges=0, nodes=1).n_edges == 0
    assert gen.random_scale_free(2.5, density=0.0, nodes=5, directed=False).n_edges == 0


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: gen.random_scale_free(1.0, edges=5, nodes=9), ParameterError, "in_exp: got 1.0, expected a number > 1"),
        (lambda: gen.random_scale_free(None, edges=5, nodes=9), ParameterError, "in_exp: got None"),
        (lambda: gen.random_scale_free(2.5, float("nan"), edges=5, nodes=9), ParameterError, "out_exp: got nan"),
        (lambda: gen.random_scale_free(2.5, nodes=9), ParameterError, "exactly one of density, edges, avg_deg"),
        (lambda: gen.random_scale_free(2.5, edges=9, density=0.1, nodes=9), ParameterError, "exactly one of"),
        (lambda: gen.random_scale_free(2.5, edges=9, nodes=9, cutoff="sharp"), UnknownNameError, "unknown cutoff"),
        (lambda: gen.random_scale_free(2.5, edges=9, nodes=9, cutoff=0), ParameterError, "cutoff: got 0"),
        (
            lambda: gen.random_scale_free(2.5, edges=90, nodes=20, cutoff=4),
            EdgeError,
            "degree of 4.5 wanted, but degrees end at 4",
        ),
        (lambda: gen.random_scale_free(2.5, edges=9, nodes=1), EdgeError, "nodes have no partners"),
        (lambda: gen.random_scale_free(2.5, edges=9, nodes=9, reciprocity=-0.1), ParameterError, "reciprocity: got -0.1"),
        (
            lambda: gen.random_scale_free(2.5, edges=9, nodes=9, reciprocity=0.1, directed=False),
            ParameterError,
            "its own reverse",
        ),
        (lambda: gen.random_scale_free(2.5, 3.0, edges=9, nodes=9, directed=False), ParameterError, "edges have one degree"),
        (
            lambda: gen.random_scale_free(2.5, edges=9, nodes=9, directed=False, self_loops=True),
            ParameterError,
            "multigraph=True",
        ),
        (
            lambda: gen.random_scale_free(2.5, edges=9, nodes=9, reciprocity=0.5, multigraph=True),
            ParameterError,
            "with multigraph",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()
