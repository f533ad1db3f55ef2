"""Generators of whole graphs: numbers, distributions, reproducibility, refusals."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import netgraph as ng
import netgraph.generation as gen
from netgraph.space import Shape
from simcore.distributions import Uniform
from simcore.errors import EdgeError, ParameterError, TooLargeError, UnknownNameError
from tests.reference import graphs


def assert_simple(graph):
    """No self-loops and no parallel edges, whatever the direction if undirected."""
    assert (graph.source != graph.target).all()
    source, target = graph.source.astype(np.int64), graph.target.astype(np.int64)
    if not graph.directed:
        source, target = np.minimum(source, target), np.maximum(source, target)
    assert len(np.unique(source * graph.n_nodes + target)) == graph.n_edges


GENERATORS = {
    "all_to_all": lambda **kw: gen.all_to_all(nodes=40, **kw),
    "erdos_renyi edges": lambda **kw: gen.erdos_renyi(edges=300, nodes=40, **kw),
    "erdos_renyi p": lambda **kw: gen.erdos_renyi(p=0.2, nodes=40, **kw),
    "erdos_renyi reciprocity": lambda **kw: gen.erdos_renyi(edges=300, reciprocity=0.4, nodes=40, **kw),
    "fixed_degree": lambda **kw: gen.fixed_degree(7, nodes=40, **kw),
    "gaussian_degree": lambda **kw: gen.gaussian_degree(9.0, 3.0, "out", nodes=40, **kw),
    "from_degree_list": lambda **kw: gen.from_degree_list(np.arange(40), "out", **kw),
    "distance_rule edges": lambda **kw: gen.distance_rule(50.0, edges=300, nodes=40, **kw),
    "distance_rule max_proba": lambda **kw: gen.distance_rule(50.0, "gaussian", max_proba=0.9, nodes=40, **kw),
}
UNDIRECTED = [key for key in GENERATORS if "degree" not in key and "reciprocity" not in key]


@pytest.mark.parametrize("make", GENERATORS.values(), ids=GENERATORS)
def test_directed_graphs_are_simple_unless_asked(make):
    graph = make(seed=1)
    assert graph.directed
    assert graph.n_edges > 100
    assert_simple(graph)


@pytest.mark.parametrize("key", UNDIRECTED)
def test_undirected_graphs_are_simple_and_use_both_orders_of_nodes(key):
    graph = GENERATORS[key](seed=1, directed=False)
    assert not graph.directed
    assert graph.n_edges > 50
    assert_simple(graph)
    degree = graph.degree()
    assert degree.max() < 40
    # Every node has partners with larger and with smaller numbers.
    assert (degree > 0).all()


@pytest.mark.parametrize("make", GENERATORS.values(), ids=GENERATORS)
def test_one_seed_gives_one_graph_for_any_number_of_threads(make):
    one = make(seed=5, threads=1, weights=Uniform(0.0, 1.0))
    for threads in (2, 5):
        other = make(seed=5, threads=threads, weights=Uniform(0.0, 1.0))
        np.testing.assert_array_equal(one.source, other.source)
        np.testing.assert_array_equal(one.target, other.target)
        np.testing.assert_array_equal(one.edges["weight"], other.edges["weight"])


@pytest.mark.parametrize("rule", [{"edges": 60000}, {"p": 0.02}, {"edges": 60000, "reciprocity": 0.3}, {"scale": 20.0}])
def test_large_graphs_are_cut_into_slices_without_a_trace(rule):
    make = gen.distance_rule if "scale" in rule else gen.erdos_renyi
    more = {"avg_deg": 30} if "scale" in rule else {}
    one = make(**rule, **more, nodes=2000, seed=5, threads=1)
    other = make(**rule, **more, nodes=2000, seed=5, threads=3)
    np.testing.assert_array_equal(one.source, other.source)
    np.testing.assert_array_equal(one.target, other.target)


@pytest.mark.parametrize("key", [key for key in GENERATORS if key != "all_to_all"])
def test_other_seeds_give_other_graphs_and_a_generator_gives_seeds(key):
    def edges(**kw):
        graph = GENERATORS[key](**kw)
        return sorted(zip(graph.source.tolist(), graph.target.tolist(), strict=True))

    assert edges(seed=1) == edges(seed=1) != edges(seed=2)
    assert edges() != edges()
    assert edges(rng=np.random.default_rng(3)) == edges(rng=np.random.default_rng(3)) != edges(rng=np.random.default_rng(4))
    rng = np.random.default_rng(3)
    assert edges(rng=rng) != edges(rng=rng)


# Complete graphs and Erdős–Rényi graphs.


@pytest.mark.parametrize("directed", [True, False])
def test_complete_graphs_equal_those_of_networkx(directed):
    graph = gen.all_to_all(nodes=7, directed=directed)
    twin = nx.complete_graph(7, create_using=nx.DiGraph if directed else nx.Graph)
    np.testing.assert_array_equal(graph.adjacency().toarray(), nx.to_numpy_array(twin))
    assert graph.density == 1.0


@pytest.mark.parametrize("directed", [True, False])
def test_complete_graphs_with_self_loops_have_them_once(directed):
    graph = gen.all_to_all(nodes=5, directed=directed, self_loops=True)
    np.testing.assert_array_equal(graph.adjacency().toarray(), np.ones((5, 5)))


@given(n=st.integers(2, 30), density=st.floats(0, 1), directed=st.booleans(), seed=st.integers(0, 2**64 - 1))
@settings(max_examples=50, deadline=None)
def test_erdos_renyi_has_exactly_the_edges_of_its_density(n, density, directed, seed):
    graph = gen.erdos_renyi(density=density, nodes=n, directed=directed, seed=seed)
    possible = n * (n - 1) if directed else n * (n - 1) // 2
    assert graph.n_edges == round(density * possible)
    assert abs(graph.density - density) <= 0.5 / possible + 1e-12
    assert_simple(graph)


def test_average_degree_means_edges_for_each_node_or_mean_degree():
    assert gen.erdos_renyi(avg_deg=7, nodes=50, seed=1).in_degree().mean() == 7
    assert gen.erdos_renyi(avg_deg=7, nodes=50, directed=False, seed=1).degree().mean() == 7
    assert gen.distance_rule(100.0, avg_deg=7, nodes=50, directed=False, seed=1).degree().mean() == 7


@pytest.mark.parametrize("directed", [True, False])
def test_all_graphs_of_so_many_edges_are_equally_likely(directed):
    # Three nodes: every graph is enumerated.
    matrices, n_batches, size = [], 30, 100
    for seed in range(n_batches * size):
        graph = gen.erdos_renyi(edges=2, nodes=3, directed=directed, seed=seed, threads=1)
        keys = (
            graph.source * 3 + graph.target
            if directed
            else np.minimum(graph.source, graph.target) * 3 + np.maximum(graph.source, graph.target)
        )
        matrices.append(tuple(sorted(keys.tolist())))
    kinds = sorted(set(matrices))
    assert len(kinds) == (15 if directed else 3)
    found = np.array([[matrices[b * size : (b + 1) * size].count(k) for k in kinds] for b in range(n_batches)])
    p_values = stats.chisquare(found, axis=1).pvalue
    assert stats.kstest(p_values, "uniform").pvalue > 1e-3


@pytest.mark.parametrize("directed", [True, False])
def test_erdos_renyi_with_p_has_binomial_degrees(directed):
    p_values = []
    for seed in range(60):
        graph = gen.erdos_renyi(p=0.02, nodes=400, directed=directed, seed=seed)
        total = stats.binom(400 * 399 // (1 if directed else 2), 0.02)
        u = total.cdf(graph.n_edges - 1) + np.random.default_rng(seed).uniform() * total.pmf(graph.n_edges)
        p_values.append(u)
        if directed and seed < 5:
            law = stats.binom(399, 0.02)
            cuts = np.unique(law.ppf(np.linspace(0, 1, 9)[1:-1]))
            for degree in (graph.in_degree(), graph.out_degree()):
                observed = np.histogram(degree, np.r_[-1, cuts + 0.5, 400])[0]
                assert stats.chisquare(observed, np.diff(np.r_[0, law.cdf(cuts), 1]) * 400).pvalue > 1e-4
    assert stats.kstest(p_values, "uniform").pvalue > 1e-3


@pytest.mark.parametrize("r", [0.0, 0.2, 0.5, 0.9, 1.0])
def test_reciprocity_is_the_share_asked_for_with_distinct_edges(r):
    graph = gen.erdos_renyi(edges=2000, reciprocity=r, nodes=100, seed=3)
    assert graph.n_edges == 2000
    assert_simple(graph)
    assert graphs.reciprocity(graph.source.tolist(), graph.target.tolist()) == pytest.approx(r, abs=1e-12)
    twin = nx.DiGraph(list(zip(graph.source.tolist(), graph.target.tolist(), strict=True)))
    assert nx.reciprocity(twin) == pytest.approx(r, abs=1e-12)


@given(n=st.integers(2, 25), seed=st.integers(0, 2**64 - 1), data=st.data())
@settings(max_examples=50, deadline=None)
def test_any_attainable_reciprocity_is_met_to_the_nearest_pair(n, seed, data):
    r = data.draw(st.floats(0, 1))
    edges = data.draw(st.integers(1, n * (n - 1) // 2))
    graph = gen.erdos_renyi(edges=edges, reciprocity=r, nodes=n, seed=seed)
    assert graph.n_edges == edges
    assert_simple(graph)
    measured = graphs.reciprocity(graph.source.tolist(), graph.target.tolist())
    assert abs(measured - r) <= 1.0 / edges + 1e-12


def test_an_odd_edge_stays_single_at_full_reciprocity():
    graph = gen.erdos_renyi(edges=3, reciprocity=1.0, nodes=3, seed=1)
    assert graph.n_edges == 3
    assert graphs.reciprocity(graph.source.tolist(), graph.target.tolist()) == pytest.approx(2 / 3)


def test_without_reciprocity_reverses_come_by_chance():
    graph = gen.erdos_renyi(density=0.25, nodes=300, seed=3)
    assert graphs.reciprocity(graph.source.tolist(), graph.target.tolist()) == pytest.approx(0.25, abs=0.01)


def test_single_edges_of_a_reciprocal_graph_run_either_way():
    graph = gen.erdos_renyi(edges=4000, reciprocity=0.2, nodes=200, seed=3)
    edges = set(zip(graph.source.tolist(), graph.target.tolist(), strict=True))
    single = [(s, t) for s, t in edges if (t, s) not in edges]
    assert stats.binomtest(sum(s < t for s, t in single), len(single)).pvalue > 1e-3
    assert stats.chisquare(graph.in_degree(), np.full(200, 20.0)).pvalue > 1e-3


def test_a_multigraph_draws_with_replacement():
    graph = gen.erdos_renyi(edges=5000, nodes=20, multigraph=True, seed=1)
    assert graph.n_edges == 5000
    assert (graph.source != graph.target).all()
    keys = np.bincount(graph.source * 20 + graph.target, minlength=400).reshape(20, 20)
    assert stats.chisquare(keys[~np.eye(20, dtype=bool)]).pvalue > 1e-3


# Degrees.


@pytest.mark.parametrize("degree_type", ["in", "out"])
def test_degrees_are_those_asked_for(degree_type):
    def degrees(graph):
        return graph.in_degree() if degree_type == "in" else graph.out_degree()

    assert (degrees(gen.fixed_degree(13, degree_type, nodes=50, seed=1)) == 13).all()
    wanted = np.random.default_rng(1).integers(0, 50, 50)
    graph = gen.from_degree_list(wanted, degree_type, seed=1)
    np.testing.assert_array_equal(degrees(graph), wanted)
    assert_simple(graph)


def test_the_other_degrees_of_a_fixed_degree_graph_are_uniform_over_nodes():
    graph = gen.fixed_degree(50, "in", nodes=2000, seed=1)
    variance = 50 * (1 - 50 / 1999)
    assert stats.chi2(1999).cdf(((graph.out_degree() - 50.0) ** 2).sum() / variance) == pytest.approx(0.5, abs=0.499)


def test_gaussian_degrees_are_rounded_normal_numbers():
    p_values = []
    for seed in range(60):
        degree = gen.gaussian_degree(30.0, 5.0, nodes=500, seed=seed).in_degree()
        cuts = np.array([23, 26, 28, 30, 32, 34, 37]) + 0.5
        observed = np.histogram(degree, np.r_[-1, cuts, 1000])[0]
        expected = np.diff(np.r_[0, stats.norm(30, 5).cdf(cuts), 1]) * 500
        p_values.append(stats.chisquare(observed, expected).pvalue)
    assert stats.kstest(p_values, "uniform").pvalue > 1e-3


def test_gaussian_degrees_stay_between_zero_and_the_other_nodes():
    degree = gen.gaussian_degree(10.0, 30.0, nodes=30, seed=1).in_degree()
    assert degree.min() == 0
    assert degree.max() == 29


def test_a_multigraph_reaches_degrees_beyond_the_other_nodes():
    graph = gen.fixed_degree(50, nodes=10, multigraph=True, seed=1)
    assert (graph.in_degree() == 50).all()
    assert (graph.source != graph.target).all()
    assert gen.gaussian_degree(50.0, 1.0, nodes=10, multigraph=True, seed=1).in_degree().min() > 40


# What all have in common.


def test_a_population_makes_a_network_with_weights_and_delays():
    population = ng.NeuralPop.exc_and_inhib(50, en_model="iaf_psc_exp", in_model="iaf_psc_exp")
    network = gen.gaussian_degree(10.0, 2.0, population=population, weights=155.0, delays=5.0, seed=1)
    assert isinstance(network, ng.Network)
    assert network.population is population
    assert network.edges.constant("weight") == 155.0
    assert network.edges.constant("delay") == 5.0
    assert network.type == network.name == "gaussian_degree"


def test_delays_do_not_become_weights():
    graph = gen.fixed_degree(3, nodes=10, delays=7.0, seed=1)
    assert "weight" not in graph.edges
    assert graph.edges.constant("delay") == 7.0


def test_weights_are_arrays_or_drawn_from_distributions_and_hold_for_later_edges():
    values = np.arange(30.0)
    np.testing.assert_array_equal(gen.fixed_degree(3, nodes=10, weights=values, seed=1).edges["weight"], values)
    graph = gen.fixed_degree(3, nodes=10, weights=Uniform(2.0, 3.0), seed=1)
    graph.add_edges([0], [0], allow_self_loops=True)
    assert ((graph.edges["weight"] > 2.0) & (graph.edges["weight"] < 3.0)).all()
    assert len(np.unique(graph.edges["weight"])) == 31


def test_a_shape_places_the_nodes_and_positions_are_kept():
    disk = Shape.disk(100.0)
    graph = gen.erdos_renyi(edges=20, nodes=30, shape=disk, seed=1)
    assert graph.shape is disk
    assert disk.contains(graph.positions).all()
    points = np.random.default_rng(1).uniform(0, 10, (30, 3))
    np.testing.assert_array_equal(gen.fixed_degree(2, positions=points, seed=1).positions, points)


def test_generators_in_a_network_of_one_node_make_no_edges():
    assert gen.erdos_renyi(edges=0, nodes=1).n_edges == 0
    assert gen.all_to_all(nodes=1).n_edges == 0
    assert gen.gaussian_degree(0.0, 1.0, nodes=1, seed=1).n_edges == 0


# Refusals.


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: gen.erdos_renyi(edges=91, nodes=10), EdgeError, "91 distinct edges wanted, but only 90 pairs"),
        (lambda: gen.erdos_renyi(edges=46, nodes=10, directed=False), EdgeError, "46 distinct edges wanted, but only 45"),
        (lambda: gen.erdos_renyi(edges=5, nodes=1, multigraph=True), EdgeError, "only 0 pairs"),
        (lambda: gen.erdos_renyi(nodes=10), ParameterError, "exactly one of density, edges, avg_deg, p"),
        (lambda: gen.erdos_renyi(edges=3, p=0.1, nodes=10), ParameterError, "exactly one of"),
        (lambda: gen.erdos_renyi(density=1.2, nodes=10), ParameterError, "density: got 1.2"),
        (lambda: gen.erdos_renyi(avg_deg=-1, nodes=10), ParameterError, "avg_deg: got -1"),
        (lambda: gen.erdos_renyi(avg_deg=float("nan"), nodes=10), ParameterError, "avg_deg: got nan"),
        (lambda: gen.erdos_renyi(p=-0.1, nodes=10), ParameterError, "p: got -0.1"),
        (lambda: gen.erdos_renyi(edges=2.5, nodes=10), ParameterError, "edges: got 2.5"),
        (lambda: gen.erdos_renyi(edges=10, reciprocity=1.2, nodes=10), ParameterError, "reciprocity: got 1.2"),
        (lambda: gen.erdos_renyi(edges=80, reciprocity=0.2, nodes=10), EdgeError, "need 72 pairs of nodes, but only 45"),
        (lambda: gen.erdos_renyi(p=0.1, reciprocity=0.2, nodes=10), ParameterError, "none with p"),
        (lambda: gen.erdos_renyi(edges=9, reciprocity=0.2, nodes=10, directed=False), ParameterError, "directed: got False"),
        (lambda: gen.erdos_renyi(edges=9, reciprocity=0.2, nodes=10, multigraph=True), ParameterError, "with multigraph"),
        (lambda: gen.erdos_renyi(edges=9, reciprocity=0.2, nodes=10, self_loops=True), ParameterError, "with self_loops"),
        (lambda: gen.erdos_renyi(p=0.1, nodes=10, multigraph=True), ParameterError, "multigraph with p"),
        (lambda: gen.fixed_degree(10, nodes=10), EdgeError, "node 0 wants an in-degree of 10, but only 9 sources"),
        (lambda: gen.fixed_degree(2.0, nodes=10), ParameterError, "degree: got 2.0"),
        (lambda: gen.fixed_degree(-2, nodes=10), ParameterError, "degree: got -2"),
        (lambda: gen.fixed_degree(2, "both", nodes=10), UnknownNameError, "unknown degree_type of fixed_degree 'both'"),
        (lambda: gen.gaussian_degree(5.0, -1.0, nodes=10), ParameterError, "std: got -1.0"),
        (lambda: gen.gaussian_degree(12.0, 1.0, nodes=10), EdgeError, "of 12 wanted, but at most 9"),
        (lambda: gen.gaussian_degree(float("inf"), 1.0, nodes=10), ParameterError, "avg: got inf"),
        (lambda: gen.from_degree_list([1, 5, 0], "out"), EdgeError, "node 1 wants an out-degree of 5, but only 2 targets"),
        (lambda: gen.from_degree_list([1, -5, 0]), ParameterError, "-5 at position 1"),
        (lambda: gen.from_degree_list([1.0, 2.0]), ParameterError, "expected integers"),
        (lambda: gen.from_degree_list([1, 2], nodes=3), ParameterError, "one for each of the 3 nodes"),
        (lambda: gen.all_to_all(), ParameterError, "a number of nodes, or a population"),
        (lambda: gen.all_to_all(nodes=0), ParameterError, "at least one node"),
        (lambda: gen.all_to_all(nodes=5, positions=np.zeros((4, 2))), ParameterError, "the same number from each"),
        (lambda: gen.all_to_all(nodes=5, population=5), ParameterError, "a NeuralPop"),
        (lambda: gen.all_to_all(nodes=5, threads=0), ParameterError, "threads: got 0"),
        (lambda: gen.all_to_all(nodes=5, seed=1, rng=np.random.default_rng()), ParameterError, "either seed or rng"),
        (lambda: gen.all_to_all(nodes=5, rng=5), ParameterError, "numpy.random.Generator"),
        (lambda: gen.all_to_all(nodes=5, seed=-1), ParameterError, "seed: got -1"),
        (lambda: gen.all_to_all(nodes=5, weights=np.ones(19)), ParameterError, "one value for each of the 20 edges"),
        (lambda: gen.all_to_all(nodes=5, weights="heavy"), ParameterError, "weight"),
        (
            lambda: gen.all_to_all(nodes=3 * 10**5),
            TooLargeError,
            r"generate: 9.0e\+10 edges need about 720 GB, and .* are free",
        ),
        (lambda: gen.all_to_all(nodes=5, shape="sq"), ParameterError, "shape: got 'sq'"),
        (lambda: gen.all_to_all(nodes=5, name=7), ParameterError, "name: got 7"),
        (lambda: gen.all_to_all(positions=[[0, 0], [1]]), ParameterError, "positions"),
        (lambda: gen.fixed_degree(2, ["in"], nodes=4), UnknownNameError, "unknown degree_type"),
        (lambda: gen.fixed_degree(10**30, nodes=4), ParameterError, "degree: got 1000"),
        (lambda: gen.from_degree_list([[1], [2, 3]]), ParameterError, "a flat array of integers"),
        (lambda: gen.from_degree_list(5), ParameterError, "one whole number for each node"),
        (
            lambda: gen.from_degree_list(np.array([0, 2**63], dtype=np.uint64)),
            ParameterError,
            "9223372036854775808 at position 1",
        ),
        (lambda: gen.erdos_renyi(edges=10**13, nodes=9, multigraph=True), TooLargeError, r"1.0e\+13 edges need about 80 TB"),
        (lambda: gen.erdos_renyi(edges=3, nodes=1, multigraph=True), EdgeError, "erdos_renyi: 3 edges wanted, but only 0"),
        (lambda: gen.erdos_renyi(edges=3, nodes=9, reciprocity=0.5, directed=False), ParameterError, "its own reverse"),
    ],
)
def test_what_cannot_be_drawn_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_undirected_networks_and_negative_weights_are_refused():
    population = ng.NeuralPop.uniform(5, neuron_model="iaf_psc_exp")
    with pytest.raises(ParameterError, match="directed: got False"):
        gen.all_to_all(population=population, directed=False)
    with pytest.raises(ParameterError, match=">= 0 in a network"):
        gen.all_to_all(population=population, weights=-1.0)


def test_a_refused_network_leaves_its_population_free():
    population = ng.NeuralPop.uniform(5, neuron_model="iaf_psc_exp")
    refused = []
    calls = [
        lambda: gen.fixed_degree(9, population=population),
        lambda: gen.all_to_all(population=population, weights=-1.0),
        lambda: gen.all_to_all(population=population, delays=[1.0]),
        lambda: ng.Network.from_edges([0], [9], population=population),
        lambda: ng.Network.from_graph(ng.Graph.from_edges([0], [1], n_nodes=5, attributes={"type": -1}), population),
    ]
    for call in calls:
        with pytest.raises((EdgeError, ParameterError)) as error:
            call()
        refused.append(error)  # as a notebook keeps the last error, and all that its frames hold
    net = ng.Network(population)
    net.delete_nodes([0])
    assert population.size == 4
