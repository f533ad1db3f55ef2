"""Graphs in space: the law of distances, exact numbers of edges, periodic and three-dimensional space, refusals."""

import numpy as np
import pytest
from scipy import stats

import netgraph as ng
import netgraph.generation as gen
from netgraph.space import Shape
from simcore.errors import EdgeError, ParameterError, UnknownNameError
from tests.reference import graphs

FORMS = ["exp", "gaussian", "lin"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("directed", [True, False])
def test_max_proba_gives_each_pair_its_own_chance(form, directed):
    points = np.random.default_rng(2).uniform(-10, 10, (40, 2))
    p = 0.7 * graphs.probabilities(points, points, 6.0, form)
    np.fill_diagonal(p, 0.0)
    p = p if directed else np.triu(p)
    found, n = np.zeros((40, 40)), 300
    for seed in range(n):
        graph = gen.distance_rule(6.0, form, max_proba=0.7, positions=points, directed=directed, seed=seed, threads=1)
        ends = (graph.source, graph.target) if directed else np.sort([graph.source, graph.target], axis=0)
        found[tuple(ends)] += 1
    assert not found[p == 0.0].any()
    law = stats.binom(n, p)
    u = law.cdf(found - 1) + np.random.default_rng(1).uniform(size=p.shape) * law.pmf(found)
    assert stats.kstest(u[p > 0], "uniform").pvalue > 1e-3


@pytest.mark.parametrize(("form", "edges"), [("exp", 1), ("exp", 2), ("gaussian", 2), ("lin", 3)])
def test_an_exact_number_is_drawn_one_after_the_other_in_proportion(form, edges):
    points = np.array([[0.0, 0.0], [1.0, 0.0], [3.0, 0.5]])
    pairs = [(s, t) for s in range(3) for t in range(3) if s != t]
    weights = [graphs.falloff(graphs.distance(points[s], points[t]), 4.0, form) for s, t in pairs]
    law = graphs.race_probabilities(weights, edges)
    p_values, size = [], 200
    for batch in range(12):
        found = dict.fromkeys(law, 0)
        for seed in range(batch * size, (batch + 1) * size):
            graph = gen.distance_rule(4.0, form, edges=edges, positions=points, seed=seed, threads=1)
            drawn = zip(graph.source.tolist(), graph.target.tolist(), strict=True)
            found[frozenset(pairs.index(pair) for pair in drawn)] += 1
        p_values.append(stats.chisquare(list(found.values()), np.array(list(law.values())) * size).pvalue)
    assert stats.kstest(p_values, "uniform").pvalue > 1e-3


@pytest.mark.parametrize("ndim", [2, 3])
@pytest.mark.parametrize("periodic", [True, False])
def test_lengths_of_edges_follow_the_rule(ndim, periodic):
    sides = [100.0, 80.0, 60.0][:ndim]
    shape = Shape.rectangle(*sides, periodic=periodic) if ndim == 2 else Shape.box(*sides, periodic=periodic)
    graph = gen.distance_rule(8.0, edges=3000, nodes=1500, shape=shape, seed=1)
    assert graph.n_edges == 3000
    period = np.array(sides) if periodic else None
    gaps = np.abs(graph.positions[:, None] - graph.positions[None])
    gaps = gaps if period is None else np.minimum(gaps, period - gaps)
    d = np.sqrt((gaps**2).sum(-1))
    weights = np.exp(-d / 8.0)
    np.fill_diagonal(weights, 0.0)
    # So few of the pairs are drawn that drawing one after the other is drawing independently.
    order = np.argsort(d.ravel())
    law = np.cumsum(weights.ravel()[order]) / weights.sum()
    u = np.interp(graph.edge_distances(), d.ravel()[order], law)
    assert stats.kstest(u, "uniform").pvalue > 1e-3


def test_all_pairs_are_drawn_if_asked_for():
    graph = gen.distance_rule(20.0, density=1.0, nodes=50, seed=1)
    assert graph.n_edges == 50 * 49
    assert graph.density == 1.0
    undirected = gen.distance_rule(200.0, "gaussian", density=1.0, nodes=50, directed=False, seed=1)
    assert undirected.density == 1.0


def test_without_a_shape_nodes_lie_in_a_square_of_the_neuron_density():
    graph = gen.distance_rule(20.0, edges=10, nodes=500, seed=1)
    assert graph.shape.area == pytest.approx(500 / 1000.0 * 1e6)
    assert gen.distance_rule(20.0, edges=10, nodes=500, neuron_density=100.0, seed=1).shape.area == pytest.approx(5e6)


def test_a_distance_rule_network_has_its_population_and_delays_by_distance():
    population = ng.NeuralPop.exc_and_inhib(60, en_model="iaf_psc_exp", in_model="iaf_psc_exp")
    delays = ng.attributes.DistanceDelay(velocity=100.0, offset=1.0)
    net = gen.distance_rule(50.0, avg_deg=5, population=population, shape=Shape.disk(100.0), delays=delays, seed=1)
    assert isinstance(net, ng.Network)
    np.testing.assert_allclose(net.edges["delay"], 1.0 + net.edge_distances() / 100.0)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: gen.distance_rule(0.0, edges=1, nodes=5), ParameterError, "scale: got 0.0"),
        (lambda: gen.distance_rule(10.0, "cubic", edges=1, nodes=5), UnknownNameError, "choose from: exp, gaussian, lin"),
        (lambda: gen.distance_rule(10.0, nodes=5), ParameterError, "exactly one of density, edges, avg_deg, max_proba"),
        (lambda: gen.distance_rule(10.0, max_proba=1.5, nodes=5), ParameterError, "max_proba: got 1.5"),
        (lambda: gen.distance_rule(10.0, edges=21, nodes=5), EdgeError, "21 distinct edges wanted, but only 20 pairs"),
        (lambda: gen.distance_rule(10.0, edges=2), ParameterError, "a number of nodes"),
        (lambda: gen.distance_rule(10.0, edges=2, population=5), ParameterError, "a NeuralPop"),
        (lambda: gen.distance_rule(10.0, edges=2, nodes=5, neuron_density=0.0), ParameterError, "a finite number > 0 per mm"),
        (
            lambda: gen.distance_rule(10.0, edges=2, nodes=5, shape=Shape.disk(1.0), neuron_density=5.0),
            ParameterError,
            "none with a shape or positions",
        ),
        (
            lambda: gen.distance_rule(1.0, "lin", edges=5, positions=[[0.0, 0.0], [0.5, 0.0], [9.0, 0.0]]),
            EdgeError,
            "5 edges wanted, but only 2 pairs are near enough",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_positions_outside_the_shape_are_refused_before_anything_is_drawn():
    positions = np.array([[0.0, 0.0], [9.0, 0.0], [1.0, 1.0], [0.0, -7.0]])
    with pytest.raises(ParameterError, match=r"positions: got .2 of 4 outside, the first \[9.0, 0.0\] of node 1.*all in Shape"):
        gen.distance_rule(5.0, shape=Shape.rectangle(10.0, 10.0), positions=positions, avg_deg=1)
