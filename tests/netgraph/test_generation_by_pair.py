"""Parameters by pair of groups, and connectivity after measured profiles."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import netgraph as ng
import netgraph.generation as gen
from netgraph.attributes import DistanceDelay
from netgraph.space import Shape
from simcore.errors import EdgeError, ParameterError, UnknownNameError

SHEET = Shape.rectangle(400.0, 300.0, periodic=True)


def population(n_exc=80, n_inh=20):
    groups = [ng.NeuralGroup(n_exc, neuron_type=1), ng.NeuralGroup(n_inh, neuron_type=-1)]
    return ng.NeuralPop.from_groups(groups, names=["E", "I"])


def between(net, first, second):
    """Rows of the edges from one group to the other."""
    return np.isin(net.source, net.population[first].ids) & np.isin(net.target, net.population[second].ids)


# Any generator


def test_each_pair_of_groups_has_its_own_number_of_edges():
    wanted = {("E", "E"): 500, ("I", "E"): 77, ("E", "I"): 13}
    net = gen.erdos_renyi(edges=wanted, population=population(), seed=1)
    assert {pair: int(between(net, *pair).sum()) for pair in wanted} == wanted
    assert net.n_edges == 590
    assert not (net.source == net.target).any()


def test_values_by_pair_equal_connecting_the_pairs_one_after_the_other_in_law():
    rate = {("E", "E"): 0.1, ("I", "E"): 0.6, ("I", "I"): 0.3}
    found = {pair: [] for pair in rate}
    for seed in range(200):
        net = gen.erdos_renyi(p=rate, population=population(30, 10), seed=seed)
        for pair in rate:
            found[pair].append(between(net, *pair).sum())
        assert not between(net, "E", "I").any()
    for pair, n in {("E", "E"): 870, ("I", "E"): 300, ("I", "I"): 90}.items():
        law = stats.binom(n, rate[pair])
        u = law.cdf(np.array(found[pair]) - 1) + np.random.default_rng(1).uniform(size=200) * law.pmf(found[pair])
        assert stats.kstest(u, "uniform").pvalue > 1e-3
    assert abs(np.corrcoef(found["E", "E"], found["I", "E"])[0, 1]) < 0.3


def test_rules_of_distance_differ_by_pair_and_delays_follow_the_distance():
    scale, most = {("E", "E"): 20.0, ("E", "I"): 25.0}, {("E", "E"): 1.0, ("E", "I"): 0.5}
    delay = DistanceDelay(velocity=200.0, offset=0.5)
    options = {"population": population(400, 100), "shape": SHEET, "seed": 3, "delays": delay}
    net = gen.distance_rule(scale, max_proba=most, **options)
    lengths = {pair: net.edge_distances()[between(net, *pair)] for pair in scale}
    assert sum(map(len, lengths.values())) == net.n_edges
    # In the plane lengths of an exponential rule have mean 2 s; a source has 2 pi s**2 p times the density of targets.
    assert lengths["E", "E"].mean() == pytest.approx(40.0, rel=0.1)
    expected = 400 * 100 / (400 * 300) * 0.5 * 2 * np.pi * 25.0**2
    assert len(lengths["E", "I"]) == pytest.approx(expected, abs=4 * np.sqrt(expected))
    np.testing.assert_allclose(net.edges["delay"], 0.5 + net.edge_distances() / 200.0)


def test_parts_are_the_same_for_any_number_of_threads():
    scale, edges = {("E", "E"): 30.0, ("I", "E"): 10.0}, {("E", "E"): 900, ("I", "E"): 100}
    options = {"population": population(), "shape": SHEET, "seed": 5}
    made = [gen.distance_rule(scale, edges=edges, threads=threads, **options) for threads in (1, 2, 3)]
    for other in made[1:]:
        np.testing.assert_array_equal(made[0].source, other.source)
        np.testing.assert_array_equal(made[0].target, other.target)


def test_values_by_pair_connect_nodes_of_a_network_that_exists():
    net = gen.erdos_renyi(p={("E", "E"): 0.5}, population=population(10, 5), seed=1)
    before = net.n_edges
    rows = gen.connect_nodes(net, range(5), None, "erdos_renyi", p={("E", "I"): 1.0, ("E", "E"): 1.0}, seed=2)
    assert len(rows) == net.n_edges - before
    assert set(net.source[rows]) <= set(range(5))
    pairs = net.source.astype(int) * 15 + net.target
    assert len(np.unique(pairs)) == net.n_edges  # those that existed were not drawn again
    assert between(net, "E", "I")[rows].sum() == 25


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ({("E", "X"): 0.1}, UnknownNameError, "unknown group 'X'"),
        ({"E": 0.1}, ParameterError, "erdos_renyi: p: got 'E', expected pairs of names"),
        ({("E", "E"): 1.5}, ParameterError, "erdos_renyi: p: got 1.5"),
        ({}, ParameterError, "no pair"),
        ({("all", "E"): 0.1, ("E", "E"): 0.1}, ParameterError, "pairs that share no edge"),
    ],
)
def test_pairs_that_make_no_sense_are_refused(values, error, message):
    pop = population()
    pop.create_meta_group(range(100), "all")
    with pytest.raises(error, match=message):
        gen.erdos_renyi(p=values, population=pop)


def test_mappings_need_the_same_pairs_and_a_population():
    with pytest.raises(ParameterError, match="distance_rule: max_proba: got .*'I'.*, expected a value for the same pairs"):
        gen.distance_rule({("E", "E"): 1.0, ("E", "I"): 2.0}, max_proba={("E", "E"): 1.0}, population=population())
    with pytest.raises(ParameterError, match="the graph has no population"):
        gen.erdos_renyi(p={("E", "E"): 0.1}, nodes=10)
    net = gen.erdos_renyi(p=0.1, population=population(), seed=1)
    with pytest.raises(EdgeError, match="no pair of groups has nodes among the sources"):
        gen.connect_nodes(net, [0, 1], [2, 3], "erdos_renyi", p={("I", "E"): 0.1})


def test_degrees_differ_by_pair_of_groups():
    degrees = {("E", "E"): 10, ("I", "E"): 4, ("E", "I"): 7}
    net = gen.fixed_degree(degrees, population=population(), seed=1)
    for (first, second), degree in degrees.items():
        own = between(net, first, second)
        counts = np.bincount(net.target[own], minlength=100)[net.population[second].ids]
        assert (counts == degree).all()
    net = gen.gaussian_degree({("E", "I"): 20.0, ("I", "I"): 5.0}, 0.0, "out", population=population(), seed=1)
    assert set(net.out_degree(net.population["E"].ids)) == {20}
    assert set(net.out_degree(net.population["I"].ids)) == {5}
    net = gen.from_degree_list({("E", "I"): np.arange(20), ("I", "I"): np.full(20, 3)}, population=population(), seed=1)
    np.testing.assert_array_equal(net.in_degree(net.population["I"].ids), np.arange(20) + 3)
    net = gen.random_scale_free(3.0, edges={("E", "E"): 400, ("E", "I"): 50}, population=population(), seed=1)
    assert net.n_edges == 450


# Measured profiles


def test_a_measured_profile_is_met_in_every_bin_of_every_pair():
    borders = [0.0, 30.0, 60.0, 100.0]
    measured = {("E", "E"): [0.5, 0.2, 0.05], ("E", "I"): [0.1, 0.6, 0.0], ("I", "E"): [0.9, 0.9, 0.9]}
    net = gen.connectivity_profile(borders, measured, population=population(600, 150), shape=SHEET, seed=2)
    ids = {name: net.population[name].ids for name in ("E", "I")}
    assert not between(net, "I", "I").any()
    for (first, second), values in measured.items():
        every = np.array([(s, t) for s in ids[first] for t in ids[second] if s != t])
        gaps = np.abs(net.positions[every[:, 0]] - net.positions[every[:, 1]])
        d = np.sqrt((np.minimum(gaps, [400.0, 300.0] - gaps) ** 2).sum(axis=1))
        drawn = net.edge_distances()[between(net, first, second)]
        possible = np.histogram(d, borders)[0]
        found = np.histogram(drawn, borders)[0]
        assert drawn.size == found.sum()
        for k, p in enumerate(values):
            assert (
                stats.binomtest(int(found[k]), int(possible[k]), p).pvalue > 1e-3 if 0 < p < 1 else found[k] == p * possible[k]
            )


def test_a_profile_without_groups_holds_for_all_nodes_and_undirected_graphs():
    graph = gen.connectivity_profile([0.0, 50.0, 100.0], [0.8, 0.0, 0.4], nodes=300, shape=SHEET, directed=False, seed=1)
    lengths = graph.edge_distances()
    density = 300 / (400 * 300)
    r = np.linspace(0, 100, 2001)
    chance = np.interp(r, [0, 50, 100], [0.8, 0.0, 0.4])
    expected = 300 / 2 * density * np.trapezoid(chance * 2 * np.pi * r, r)
    assert abs(graph.n_edges - expected) < 5 * np.sqrt(expected)
    assert lengths.max() < 100.0
    cdf = np.concatenate([[0], np.cumsum((chance * r)[:-1])])
    assert stats.kstest(lengths, lambda x: np.interp(x, r, cdf / cdf[-1])).pvalue > 1e-3


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**64 - 1), st.integers(1, 60))
def test_a_profile_of_ones_connects_all_within_reach(seed, n):
    graph = gen.connectivity_profile([0.0, 120.0], [1.0], nodes=n, shape=SHEET, seed=seed)
    gaps = np.abs(graph.positions[:, None] - graph.positions[None])
    near = np.sqrt((np.minimum(gaps, [400.0, 300.0] - gaps) ** 2).sum(axis=-1)) < 120.0
    np.fill_diagonal(near, False)
    np.testing.assert_array_equal(graph.adjacency().toarray() > 0, near)


def test_profiles_come_from_tables_in_any_order_of_columns(tmp_path):
    path = tmp_path / "measured.csv"
    path.write_text("probability, from, to, target, source\n0.5,0,50,E,E\n0.3,0,80,I,E\n0.1,50,120,E,E\n")
    distances, probabilities = gen.read_profile(path)
    assert distances == {("E", "E"): [0.0, 50.0, 120.0], ("E", "I"): [0.0, 80.0]}
    assert probabilities == {("E", "E"): [0.5, 0.1], ("E", "I"): [0.3]}
    net = gen.connectivity_profile(distances, probabilities, population=population(), shape=SHEET, seed=1)
    assert net.edge_distances()[between(net, "E", "I")].max() < 80.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("source,target,from,to\n", "line 1: got .* expected the columns source, target, from, to, probability"),
        ("source,target,from,to,probability\nE,E,0,50,much\n", "line 2: probability: got 'much', expected a number"),
        ("source,target,from,to,probability\nE,E,0,50,.1\nE,E,60,90,.1\n", "line 3: got 'a bin from 60 to 90', .*begins at 50"),
        ("source,target,from,to,probability\nE,E,50,50,.1\n", "line 2: got 'a bin from 50 to 50'"),
        ("source,target,from,to,probability\nE,E,0\n", "line 2: to: got None"),
        ("source,target,from,to,probability\n", "got 'no rows'"),
    ],
)
def test_tables_that_cannot_be_read_are_refused_with_their_line(tmp_path, text, message):
    path = tmp_path / "measured.csv"
    path.write_text(text)
    with pytest.raises(ParameterError, match=message):
        gen.read_profile(path)


def test_profiles_need_positions_and_probabilities():
    with pytest.raises(ParameterError, match="connectivity_profile: positions: got None"):
        gen.connectivity_profile([0.0, 10.0], [0.5], nodes=10)
    with pytest.raises(ParameterError, match=r"probabilities: got \[2.0\]"):
        gen.connectivity_profile([0.0, 10.0], [2.0], nodes=10, shape=SHEET)
