"""Neighbourhoods by k-d tree against all distances, and positions of graphs."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import netgraph as ng
from netgraph.space import Shape, distances, nearest, neighbours_within, pairs_within
from simcore.errors import ParameterError

SPACES = {
    "open": Shape.rectangle(20.0, 10.0),
    "torus": Shape.rectangle(20.0, 10.0, (3.0, 4.0), periodic=True),
    "box": Shape.box(8.0, 8.0, 8.0, periodic=True),
    "torus with a hole": Shape.rectangle(20.0, 10.0, periodic=True).difference(Shape.disk(2.0)),
}


@pytest.fixture(params=SPACES)
def space(request):
    return SPACES[request.param]


def every_distance(points, space):
    n = len(points)
    matrix = distances(np.repeat(points, n, axis=0), np.tile(points, (n, 1)), space).reshape(n, n)
    np.fill_diagonal(matrix, np.inf)
    return matrix


@pytest.mark.parametrize("radius", [0.0, 1.5, 4.0, 30.0])
def test_neighbours_and_pairs_within_a_radius_are_those_of_all_distances(space, radius):
    points = space.sample(80, seed=2)
    points[7] = points[3]
    every = every_distance(points, space)
    near = neighbours_within(points, radius, shape=space)
    rows, others = np.nonzero(every <= radius)
    np.testing.assert_array_equal(np.repeat(np.arange(80), np.diff(near.starts)), rows)
    np.testing.assert_array_equal(near.nodes, others)
    np.testing.assert_array_equal(near.distances, every[rows, others])
    pairs = pairs_within(points, radius, shape=space)
    np.testing.assert_array_equal(pairs.first, rows[rows < others])
    np.testing.assert_array_equal(pairs.second, others[rows < others])
    np.testing.assert_array_equal(pairs.distances, every[pairs.first, pairs.second])


@pytest.mark.parametrize("k", [1, 5, 79])
def test_the_nearest_are_those_of_all_distances(space, k):
    points = space.sample(80, seed=4)
    every = every_distance(points, space)
    found = nearest(points, k, shape=space)
    np.testing.assert_array_equal(found.nodes, np.argsort(every, axis=1)[:, :k])
    np.testing.assert_array_equal(found.distances, np.sort(every, axis=1)[:, :k])


def test_subsets_have_neighbours_in_the_other_subset_alone(space):
    points = space.sample(60, seed=5)
    every = every_distance(points, space)
    nodes, among = np.array([40, 3, 17, 5]), np.arange(10, 60)[::-1]
    near = neighbours_within(points, 4.0, nodes=nodes, among=among, shape=space)
    for k, node in enumerate(nodes):
        expected = np.intersect1d(among, np.flatnonzero(every[node] <= 4.0))
        np.testing.assert_array_equal(near.nodes[near.starts[k] : near.starts[k + 1]], expected)
    found = nearest(points, 3, nodes=nodes, among=among, shape=space)
    allowed = every[np.ix_(nodes, np.sort(among))]
    np.testing.assert_array_equal(found.nodes, np.sort(among)[np.argsort(allowed, axis=1)[:, :3]])
    pairs = pairs_within(points, 4.0, nodes=among, shape=space)
    first, second = np.nonzero(np.triu(every <= 4.0))
    inside = (first >= 10) & (second >= 10)
    np.testing.assert_array_equal([pairs.first, pairs.second], [first[inside], second[inside]])


def test_points_in_the_same_place_are_neighbours_but_nobody_of_himself():
    points = np.zeros((5, 2))
    found = nearest(points, 4)
    assert not (found.nodes == np.arange(5)[:, None]).any()
    assert (np.sort(found.nodes, axis=1) == [[j for j in range(5) if j != i] for i in range(5)]).all()
    assert not (nearest(points, 2).nodes == np.arange(5)[:, None]).any()
    assert len(pairs_within(points, 0.0).first) == 10


def test_nearest_among_other_points_counts_all_of_them():
    points = [[0.0, 0.0], [1.0, 0.0], [5.0, 0.0]]
    assert nearest(points, 2, nodes=[0], among=[2, 1]).nodes.tolist() == [[1, 2]]
    with pytest.raises(ParameterError, match="from 1 to 1"):
        nearest(points, 2, nodes=[0, 1], among=[2, 1])


def test_few_points_have_few_neighbours():
    for points in (np.empty((0, 2)), np.empty((0, 3)), [[1.0, 2.0]]):
        near = neighbours_within(points, 1.0)
        assert near.starts.tolist() == [0] * (len(points) + 1)
        assert len(near.nodes) == len(pairs_within(points, 1.0).first) == 0
        with pytest.raises(ParameterError, match="from 1 to 0"):
            nearest(points, 1)


def test_points_on_the_border_or_beyond_are_seen_in_the_period():
    torus = SPACES["torus"]
    low, high = torus.bounds
    points = np.array([low, high, low - 1e-17, high + 20.0 * np.array([1, 0.5])])
    found = neighbours_within(points, 1e-9, shape=torus)
    assert np.diff(found.starts).tolist() == [3, 3, 3, 3]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=12), st.randoms(use_true_random=False))
def test_relabelling_nodes_relabels_their_pairs(rows, random):
    points = np.array(rows, dtype=float)
    order = np.arange(len(points))
    random.shuffle(order)
    before, after = pairs_within(points, 2.0), pairs_within(points[order], 2.0)
    renamed = np.sort(np.stack([order[after.first], order[after.second]]), axis=0)
    assert set(map(tuple, renamed.T)) == set(zip(before.first.tolist(), before.second.tolist(), strict=True))


def test_a_graph_lends_its_positions_and_its_shape():
    torus = SPACES["torus"]
    graph = ng.Graph(50, positions=torus.sample(50, seed=1), shape=torus)
    for of_graph, of_points in [
        (neighbours_within(graph, 3.0), neighbours_within(graph.positions, 3.0, shape=torus)),
        (nearest(graph, 3, nodes=[4, 5]), nearest(graph.positions, 3, nodes=[4, 5], shape=torus)),
        (pairs_within(graph, 3.0), pairs_within(graph.positions, 3.0, shape=torus)),
    ]:
        for got, expected in zip(of_graph, of_points, strict=True):
            np.testing.assert_array_equal(got, expected)
    pop = ng.NeuralPop.from_groups([ng.NeuralGroup(20), ng.NeuralGroup(30)], names=["a", "b"])
    net = ng.Network(pop, positions=graph.positions, shape=torus)
    found = nearest(net, 2, nodes=net.population["a"], among=net.population["b"])
    assert (found.nodes >= 20).all()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: neighbours_within(ng.Graph(3), 1.0), "a graph with positions"),
        (lambda: pairs_within(ng.Graph(2, positions=[[0, 0], [1, 1]]), 1.0, shape=SPACES["open"]), "none beside a graph"),
        (lambda: pairs_within([[0, 0]], -1.0), "radius"),
        (lambda: pairs_within([[0, 0]], np.nan), "radius"),
        (lambda: pairs_within([[0, np.nan]], 1.0), "finite coordinates"),
        (lambda: pairs_within([[0, 1, 2, 3]], 1.0), r"shape \(n, 2\) or \(n, 3\)"),
        (lambda: pairs_within([], 1.0), r"shape \(n, 2\)"),
        (lambda: pairs_within([[0, 0]], 1.0, shape=SPACES["box"]), r"shape \(n, 3\)"),
        (lambda: pairs_within([[0, 0]], 1.0, shape="box"), "netgraph.space.Shape"),
        (lambda: neighbours_within([[0, 0]], 1.0, nodes=[1]), "nodes: got 1"),
        (lambda: neighbours_within([[0, 0]], 1.0, nodes=[0, 0]), "0 more than once"),
        (lambda: nearest([[0, 0], [1, 1]], 0), "nearest: k"),
        (lambda: nearest([[0, 0], [1, 1]], 1.5), "nearest: k"),
    ],
)
def test_neighbourhoods_that_mean_nothing_are_refused(make, message):
    with pytest.raises(ParameterError, match=message):
        make()


# Positions of graphs


def test_distances_follow_the_positions():
    """NNGT keeps the old distances when nodes are moved."""
    torus = SPACES["torus"]
    graph = ng.Graph.from_edges([0, 1, 2], [1, 2, 0], positions=torus.sample(3, seed=1), shape=torus)
    for seed in (1, 2):
        graph.set_positions(torus.sample(3, seed=seed))
        expected = distances(graph.positions[graph.source], graph.positions[graph.target], torus)
        np.testing.assert_array_equal(graph.edges["distance"], expected)
        np.testing.assert_array_equal(graph.edge_distances(), expected)
    graph.set_positions(graph.positions, shape=Shape.rectangle(100.0, 100.0))
    np.testing.assert_array_equal(
        graph.edges["distance"], np.linalg.norm(np.diff(graph.positions[[0, 1, 2, 0]], axis=0), axis=1)
    )


def test_stored_distances_end_when_positions_come():
    graph = ng.Graph.from_edges([0], [1], attributes={"distance": [7.0]})
    assert graph.edges["distance"].tolist() == [7.0]
    graph.set_positions([[0.0, 0.0], [3.0, 4.0]])
    assert graph.edges["distance"].tolist() == [5.0]


def test_adding_edges_to_a_large_graph_builds_no_matrix():
    """NNGT builds all distances of all nodes, 191 MB for 100 edges at 5000 nodes."""
    space = Shape.rectangle(1000.0, 1000.0)
    graph = ng.Graph(5000, positions=space.sample(5000, seed=1), shape=space)
    graph.set_delays({"distribution": "lin_corr", "correl_attribute": "distance", "slope": 0.01, "offset": 1.0})
    graph.add_edges([0], [1])
    tracemalloc.start()
    graph.add_edges(np.arange(100), np.arange(100, 200))
    assert graph.edges["distance"].size == 101
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2e6


@pytest.mark.parametrize("network", [False, True])
def test_positions_stay_aligned_when_nodes_come_and_go(network):
    space = Shape.box(10.0, 10.0, 10.0)
    points = space.sample(9, seed=1)
    if network:
        pop = ng.NeuralPop.from_groups([ng.NeuralGroup(4), ng.NeuralGroup(2)], names=["a", "b"])
        graph, group = ng.Network(pop, positions=points[:6], shape=space), {"group": "a"}
    else:
        graph, group = ng.Graph(6, positions=points[:6], shape=space), {}
    graph.nodes["mark"] = np.arange(6)
    graph.add_edges([0, 1, 5, 2], [5, 2, 4, 0])
    graph.add_nodes(3, positions=points[6:], attributes={"mark": [6, 7, 8]}, **group)
    graph.add_edges([8, 7], [5, 0])
    graph.delete_nodes([1, 6, 4])
    np.testing.assert_array_equal(graph.positions, points[graph.nodes["mark"]])
    marks = graph.nodes["mark"]
    expected = np.linalg.norm(points[marks[graph.source]] - points[marks[graph.target]], axis=1)
    np.testing.assert_allclose(graph.edges["distance"], expected)
    with pytest.raises(ParameterError, match="outside"):
        graph.add_nodes(1, positions=[[99.0, 0.0, 0.0]], **group)
    with pytest.raises(ParameterError, match="positions"):
        graph.add_nodes(1, **group)
    assert graph.n_nodes == 6


def test_nodes_added_later_go_on_with_the_stream_of_their_shape():
    disk = Shape.disk(50.0)
    graph = ng.Graph(10, positions=disk.sample(10, seed=4), shape=disk)
    graph.add_nodes(5, positions=disk.sample(5, seed=4, first=10))
    np.testing.assert_array_equal(graph.positions, disk.sample(15, seed=4))


def test_generators_take_every_kind_of_shape():
    sheet = Shape.rectangle(100.0, 100.0).difference(Shape.disk(20.0)).extruded(10.0)
    graph = ng.generation.distance_rule(20.0, avg_deg=5, nodes=100, shape=sheet, seed=1)
    assert sheet.contains(graph.positions).all()
    holed = Shape.rectangle(100.0, 100.0, periodic=True).difference(Shape.disk(20.0, (50.0, 0.0)))
    graph = ng.generation.distance_rule(20.0, avg_deg=5, nodes=100, shape=holed, seed=1)
    gaps = graph.positions[graph.source] - graph.positions[graph.target]
    gaps -= 100 * np.rint(gaps / 100)
    np.testing.assert_allclose(graph.edges["distance"], np.linalg.norm(gaps, axis=1))
