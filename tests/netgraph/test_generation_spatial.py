"""Hubs and small worlds in space: the laws of their edges, exponents, refusals."""

import numpy as np
import pytest
from scipy import stats

import netgraph as ng
import netgraph.generation as gen
from netgraph.generation.spatial_scale_free import SpatialScaleFree
from netgraph.space import Shape
from simcore.errors import EdgeError, ParameterError, UnknownNameError
from tests.reference import graphs

SHEET = Shape.rectangle(1000.0, 1000.0, periodic=True)


def hill(degrees, share):
    """Exponent of the density of the largest `share` of the degrees (Hill 1975)."""
    tail = np.sort(degrees)[-int(share * len(degrees)) :]
    return 1 + 1 / np.log(tail / (tail[0] - 0.5)).mean()


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("edges", [1, 2])
def test_pairs_are_drawn_in_proportion_to_both_factors_and_the_fall_off(directed, edges, monkeypatch):
    points = np.array([[0.0, 0.0], [1.0, 0.0], [3.0, 0.5]])
    out, into = np.array([3.0, 0.5, 1.0]), np.array([0.2, 2.0, 1.0])
    into = into if directed else out
    monkeypatch.setattr(SpatialScaleFree, "_factors", lambda self, site, nodes, exponent, side: (into if side else out)[nodes])
    pairs = [(s, t) for s in range(3) for t in range(3) if (s != t if directed else s < t)]
    rates = [out[s] * into[t] * graphs.falloff(graphs.distance(points[s], points[t]), 4.0, "exp") for s, t in pairs]
    law = graphs.race_probabilities(rates, edges)
    p_values, size = [], 100
    for batch in range(12):
        found = dict.fromkeys(law, 0)
        for seed in range(batch * size, (batch + 1) * size):
            options = {"positions": points, "directed": directed, "seed": seed, "threads": 1}
            graph = gen.spatial_scale_free(3.0, 3.0, 4.0, edges=edges, **options)
            ends = zip(graph.source.tolist(), graph.target.tolist(), strict=True)
            found[frozenset(pairs.index(pair if directed else tuple(sorted(pair))) for pair in ends)] += 1
        p_values.append(stats.chisquare(list(found.values()), np.array(list(law.values())) * size).pvalue)
    assert stats.kstest(p_values, "uniform").pvalue > 1e-3


def test_hubs_among_many_sources_are_drawn_as_often_as_their_factor_says():
    # Enough sources that the tree of boxes is deep, and hubs sit in boxes of ordinary nodes.
    graph = gen.spatial_scale_free(3.0, 3.0, 300.0, edges=20_000, nodes=6000, shape=SHEET, seed=2)
    factors = SpatialScaleFree(3.0, 3.0, 300.0, edges=1)

    class Site:
        seed, salt = 2, 0
        graph = ng.Graph(1)

    own = factors._factors(Site, np.arange(6000), 3.0, 0)
    groups = np.argsort(np.argsort(own)) * 12 // 6000
    found = np.bincount(groups, weights=graph.out_degree())
    share = np.bincount(groups, weights=own)
    expected = share / share.sum() * 20_000
    # Drawing without replacement takes a little from the hubs and gives it to the others, all alike.
    ratio = found[:-1] / expected[:-1]
    assert (np.abs(ratio / ratio.mean() - 1) < 4 / np.sqrt(expected[:-1])).all()
    assert 0.85 < found[-1] / expected[-1] < 1.02


@pytest.mark.parametrize(("in_exp", "out_exp"), [(2.5, 3.5), (3.0, 2.3)])
def test_the_tails_of_the_degrees_have_the_exponents_asked_for(in_exp, out_exp):
    graph = gen.spatial_scale_free(in_exp, out_exp, 400.0, avg_deg=30, nodes=20_000, shape=SHEET, seed=1)
    assert graph.n_edges == 600_000
    assert hill(graph.in_degree(), 0.03) == pytest.approx(in_exp, abs=0.25)
    assert hill(graph.out_degree(), 0.03) == pytest.approx(out_exp, abs=0.25)


def test_lengths_of_edges_follow_the_fall_off():
    graph = gen.spatial_scale_free(3.0, 3.0, 20.0, avg_deg=2, nodes=5000, shape=SHEET, seed=3)
    assert graph.edge_distances().mean() == pytest.approx(40.0, rel=0.15)  # 2 s in the plane; hubs reach a little farther


@pytest.mark.parametrize("directed", [True, False])
def test_the_graph_is_the_same_for_any_number_of_threads(directed):
    options = {"avg_deg": 8, "nodes": 1000, "shape": SHEET, "directed": directed, "seed": 5}
    made = [gen.spatial_scale_free(2.5, 2.5, 50.0, threads=threads, **options) for threads in (1, 2, 3)]
    for other in made[1:]:
        np.testing.assert_array_equal(made[0].source, other.source)
        np.testing.assert_array_equal(made[0].target, other.target)
    assert (made[0].adjacency().toarray() <= 1).all()


def test_groups_are_connected_and_edges_that_exist_are_kept():
    net = gen.spatial_scale_free(2.5, 2.5, 50.0, avg_deg=3, population=ng.NeuralPop.exc_and_inhib(200), shape=SHEET, seed=1)
    before = net.n_edges
    rows = gen.connect_groups(
        net, "inhibitory", "excitatory", "spatial_scale_free", in_exp=3.0, out_exp=2.5, scale=100.0, edges=300, seed=2
    )
    assert len(rows) == net.n_edges - before == 300
    assert set(net.source[rows]) <= set(range(160, 200))
    assert (net.adjacency().toarray() <= 1).all()


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"in_exp": 2.0}, ParameterError, "in_exp: got 2.0, expected a number above 2"),
        ({"scale": 0.0}, ParameterError, "scale: got 0"),
        ({"rule": "gausian"}, UnknownNameError, "did you mean 'gaussian'"),
        ({"edges": 5}, ParameterError, "exactly one of density, edges, avg_deg"),
        ({"directed": False, "out_exp": 3.0}, ParameterError, "out_exp: got 3.0, expected in_exp, 2.5, if undirected"),
        ({"avg_deg": 60}, EdgeError, "wanted, but only"),
        ({"shape": None}, ParameterError, "positions: got None"),
        ({"rule": "lin", "scale": 1.0, "avg_deg": 20}, EdgeError, "pairs are near enough"),
    ],
)
def test_what_makes_no_sense_is_refused(options, error, message):
    given = {"in_exp": 2.5, "out_exp": 2.5, "scale": 50.0, "avg_deg": 3, "nodes": 50, "shape": SHEET, "seed": 1} | options
    with pytest.raises(error, match=message):
        gen.spatial_scale_free(**given)


# Small worlds


def nearest(points, k, period=None):
    """The k nearest of each point, by brute force."""
    gaps = np.abs(points[:, None] - points[None])
    gaps = gaps if period is None else np.minimum(gaps, period - gaps)
    d = (gaps**2).sum(axis=-1)
    np.fill_diagonal(d, np.inf)
    return np.sort(np.argsort(d, axis=1)[:, :k], axis=1)


@pytest.mark.parametrize("periodic", [True, False])
@pytest.mark.parametrize("ndim", [2, 3])
def test_without_shortcuts_each_node_connects_to_its_nearest(periodic, ndim):
    sides = (300.0, 200.0, 100.0)[:ndim]
    shape = Shape.rectangle(*sides, periodic=periodic) if ndim == 2 else Shape.box(*sides, periodic=periodic)
    graph = gen.spatial_small_world(5, 0.0, nodes=150, shape=shape, seed=1)
    np.testing.assert_array_equal(graph.source, np.repeat(np.arange(150), 5))
    found = np.sort(graph.target.reshape(150, 5), axis=1)
    np.testing.assert_array_equal(found, nearest(graph.positions, 5, np.array(sides) if periodic else None))


def test_nodes_at_one_place_do_not_connect_to_themselves():
    graph = gen.spatial_small_world(3, 0.0, positions=np.zeros((10, 2)), seed=1)
    assert not (graph.source == graph.target).any()
    assert (graph.adjacency().toarray() <= 1).all()
    assert graph.n_edges == 30


def test_undirected_pairs_are_one_edge():
    graph = gen.spatial_small_world(4, 0.0, nodes=80, shape=SHEET, directed=False, seed=1)
    expected = np.zeros((80, 80), dtype=int)
    expected[np.repeat(np.arange(80), 4), nearest(graph.positions, 4, 1000.0).ravel()] = 1
    np.testing.assert_array_equal(graph.adjacency().toarray(), expected | expected.T)


@pytest.mark.parametrize("directed", [True, False])
def test_a_share_of_the_edges_leads_anywhere(directed):
    options = {"nodes": 2000, "shape": SHEET, "directed": directed, "seed": 2}
    graph, lattice = gen.spatial_small_world(8, 0.25, **options), gen.spatial_small_world(8, 0.0, **options)
    assert graph.n_edges == lattice.n_edges
    np.testing.assert_array_equal(graph.source, lattice.source)
    moved = graph.target != lattice.target
    assert stats.binomtest(int(moved.sum()), graph.n_edges, 0.25).pvalue > 1e-3
    # Uniform targets in the periodic sheet: the mean distance of two points of the unit torus is 0.3826.
    assert graph.edge_distances()[moved].mean() == pytest.approx(382.6, rel=0.02)
    pairs = np.minimum(graph.source, graph.target).astype(int) * 2000 + np.maximum(graph.source, graph.target)
    pairs = pairs if not directed else graph.source.astype(int) * 2000 + graph.target
    assert len(np.unique(pairs)) == graph.n_edges


def test_small_worlds_between_groups_lead_from_sources_to_targets_only():
    net = ng.Network(ng.NeuralPop.exc_and_inhib(100), positions=SHEET.sample(100, 1), shape=SHEET)
    rows = gen.connect_groups(net, "inhibitory", "excitatory", "spatial_small_world", n_nearest=5, proba_shortcut=0.3, seed=1)
    assert len(rows) == 100
    assert set(net.source[rows]) == set(range(80, 100))
    assert net.target[rows].max() < 80
    again = gen.connect_groups(net, "inhibitory", "excitatory", "spatial_small_world", n_nearest=5, proba_shortcut=0.3, seed=1)
    assert len(again) < 100  # what exists is not made again
    assert (net.adjacency().toarray() <= 1).all()


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"n_nearest": 50}, EdgeError, "the 50 nearest of 49 nodes wanted"),
        ({"n_nearest": -1}, ParameterError, "n_nearest: got -1"),
        ({"proba_shortcut": 2.0}, ParameterError, r"proba_shortcut: got 2.0, expected a number in \[0, 1\]"),
        ({"shape": None}, ParameterError, "positions: got None"),
    ],
)
def test_small_worlds_that_make_no_sense_are_refused(options, error, message):
    given = {"n_nearest": 5, "proba_shortcut": 0.1, "nodes": 50, "shape": SHEET} | options
    with pytest.raises(error, match=message):
        gen.spatial_small_world(**given)
