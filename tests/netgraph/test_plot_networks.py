"""Drawn networks: which edges, their ways, arrows and loops, layouts, shapes, labels, and what sizes and colours say."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure

from netgraph import Graph, Network, NeuralPop, plot
from netgraph.plot._paths import bends, heads, lines, loops
from netgraph.plot._style import GREY, PALETTE
from netgraph.space import Shape
from simcore.errors import ParameterError, UnknownNameError


@pytest.fixture(autouse=True)
def close_figures():
    plt.close("all")
    yield
    plt.close("all")


@pytest.fixture
def ax():
    return Figure(figsize=(6, 5)).subplots()


def of(ax, gid):
    """The artists of this kind."""
    return [a for a in (*ax.collections, *ax.lines, *ax.texts) if a.get_gid() == gid]


def one(ax, gid):
    (artist,) = of(ax, gid)
    return artist


def ends(ax):
    """First and last point of each drawn edge."""
    return np.array([[s[0], s[-1]] for s in one(ax, "edges").get_segments()])


PLACES = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 3.0], [0.0, 3.0]])


def square(edges=((0, 1), (1, 0), (1, 2), (2, 3), (2, 3), (3, 3)), **kwargs):
    source, target = zip(*edges, strict=True)
    return Graph.from_edges(source, target, n_nodes=4, positions=PLACES, **kwargs)


# Ways of edges


def test_opposite_edges_bend_apart_and_parallel_ones_further_each():
    bend = bends("reciprocal", np.array([0, 1, 1, 2, 2, 2]), np.array([1, 0, 2, 3, 3, 3]))
    assert bend[0] == bend[1] > 0
    assert bend[2] == bend[3] == 0
    assert bend[3] < bend[4] < bend[5]
    points = lines(np.array([[0.0, 0.0], [4.0, 0.0]]), np.array([[4.0, 0.0], [-4.0, 0.0]]), bend[:2])
    middle = points[:, points.shape[1] // 2, 1]
    assert middle[0] > 0.3
    assert middle[1] < -0.3


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=30))
def test_no_two_edges_between_the_same_nodes_are_drawn_on_one_another(pairs):
    source, target = np.array(pairs).T
    bend = bends("reciprocal", source, target)
    # An edge bends to its own left: seen from the lower node, one back bends to the other side.
    side = np.where(source <= target, bend, -bend)
    apart = source != target
    key = np.minimum(source, target) * 10 + np.maximum(source, target)
    drawn = list(zip(key[apart].tolist(), side[apart].round(9).tolist(), strict=True))
    assert len(set(drawn)) == len(drawn)


def test_bent_edges_begin_and_end_at_their_nodes(ax):
    graph = square()
    for curve in ("reciprocal", "groups", "all", "none"):
        ax.clear()
        plot.draw_network(graph, curve=curve, groups={"a": [0, 1], "b": [2, 3]}, ax=ax)
        np.testing.assert_allclose(ends(ax), np.stack([PLACES[graph.source], PLACES[graph.target]], axis=1)[:5])


def test_edges_between_groups_bend_towards_the_middle_and_others_are_straight(ax):
    graph = square(edges=((0, 1), (1, 2)))
    plot.draw_network(graph, curve="groups", groups={"a": [0, 1], "b": [2, 3]}, ax=ax)
    within, between = one(ax, "edges").get_segments()
    np.testing.assert_allclose(within[:, 1], 0.0, atol=1e-12)
    assert between[8, 0] < 3.5


def test_arrow_heads_touch_the_border_of_the_target_and_point_at_it():
    points = lines(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0]]), np.zeros(1))
    (corners,) = heads(points, np.array([5.0]), np.array([2.0]))
    np.testing.assert_allclose(corners[0], [-3.0, -4.0])
    np.testing.assert_allclose(corners[1:].mean(axis=0), [-7.0 * 0.6, -7.0 * 0.8])


def test_loops_touch_their_node_and_lie_away_from_the_middle():
    (ring,) = loops(np.array([[2.0, 0.0]]), np.array([4.0]))
    assert ring.mean(axis=0)[0] > 4.0
    assert np.linalg.norm(ring, axis=1).min() < 4.0


def test_directed_graphs_have_an_arrow_for_each_edge_and_self_loops_are_drawn(ax):
    plot.draw_network(square(), ax=ax)
    assert len(one(ax, "arrows").get_paths()) == 5
    np.testing.assert_allclose(one(ax, "arrows").get_offsets(), PLACES[[1, 0, 2, 3, 3]])
    assert len(one(ax, "loops").get_paths()) == 1
    np.testing.assert_allclose(one(ax, "loops").get_offsets(), PLACES[[3]])


def test_arrows_are_left_out_where_there_are_many_edges_or_no_directions():
    rng = np.random.default_rng(0)
    many = Graph.from_edges(*rng.integers(0, 50, (2, 1500)), n_nodes=50)
    assert of(plot.draw_network(many), "arrows") == []
    assert len(of(plot.draw_network(many, arrows=True), "arrows")) == 1
    assert of(plot.draw_network(square(), arrows=False), "arrows") == []
    undirected = square(directed=False)
    assert of(plot.draw_network(undirected), "arrows") == []
    with pytest.raises(ParameterError, match="arrows: got True, expected a directed graph"):
        plot.draw_network(undirected, arrows=True)


def test_ends_of_edges_are_thick_in_three_dimensions():
    graph = Graph.from_edges([0, 1], [1, 2], positions=[[0, 0, 0], [1, 0, 0], [1, 1, 1]])
    ax = plot.draw_network(graph, edge_width=1.0)
    assert min(one(ax, "arrows").get_linewidths()) == 3.0
    np.testing.assert_allclose(np.array(one(ax, "arrows")._segments3d)[:, 1], [[1, 0, 0], [1, 1, 1]])
    with pytest.raises(ParameterError, match="three dimensions"):
        plot.draw_network(graph, curve="all")


# Which edges and nodes


def test_parts_of_a_network_are_drawn_as_asked():
    graph = square()
    groups = {"low": [0, 1], "high": [2, 3]}

    def drawn(**kwargs):
        ax = plot.draw_network(graph, groups=groups, curve="none", **kwargs)
        found = np.array(one(ax, "edges").get_segments()).reshape(-1, 4).tolist()
        wanted = [r for r in range(5) if [*PLACES[graph.source[r]], *PLACES[graph.target[r]]] in found]
        return wanted, len(found), len(one(ax, "nodes").get_offsets()) if not isinstance(kwargs.get("nodes"), str) else None

    assert drawn(edges=[2, 0]) == ([0, 2], 2, 4)
    assert drawn(sources=[1]) == ([1, 2], 2, 4)
    assert drawn(targets="low") == ([0, 1], 2, 4)
    assert drawn(sources="low", targets="high") == ([2], 1, 4)
    assert drawn(nodes=[0, 1]) == ([0, 1], 2, 2)
    assert drawn(nodes="low")[0] == [0, 1]
    assert drawn(edges=[])[1] == 0


def test_edges_below_a_threshold_are_left_out_by_size():
    graph = square(weights=[1.0, -2.0, 3.0, 4.0, 0.0, 9.0], delays=[5.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    assert len(ends(plot.draw_network(graph, threshold=2.0))) == 3
    assert len(ends(plot.draw_network(graph, threshold=("delay", 2.0)))) == 1


def test_many_edges_are_drawn_in_random_order_so_that_none_hide_the_others():
    rng = np.random.default_rng(0)
    graph = Graph.from_edges(np.repeat(np.arange(100), 30), rng.integers(0, 100, 3000), positions=rng.uniform(size=(100, 2)))
    first = ends(plot.draw_network(graph, curve="none"))[:, 0]
    assert len(first) > 2900
    place = [int(np.flatnonzero((graph.positions == p).all(axis=1))[0]) for p in first]
    assert np.corrcoef(place, np.arange(len(place)))[0, 1] < 0.1


def test_ten_thousand_edges_are_drawn_fast_and_as_three_artists():
    rng = np.random.default_rng(0)
    graph = Graph.from_edges(*rng.integers(0, 1000, (2, 10_000)), n_nodes=1000, positions=rng.uniform(size=(1000, 2)))
    plot.draw_network(square()).figure.canvas.draw()
    start = time.process_time()
    ax = plot.draw_network(graph, max_edges=10_000, arrows=True)
    ax.figure.canvas.draw()
    # Below 0.7 s on a machine with nothing else to do.
    assert time.process_time() - start < 3.0
    assert len(ax.collections) == 4


# Looks


def test_widths_grow_with_the_size_of_a_value():
    graph = square(weights=[1.0, -2.0, 3.0, 4.0, 0.0, 9.0])
    width = one(plot.draw_network(graph, edge_width="weight"), "edges").get_linewidths()
    np.testing.assert_allclose(width, 0.3 + 2.7 * np.array([1, 2, 3, 4, 0]) / 9)
    assert set(one(plot.draw_network(graph, edge_width=2.5), "edges").get_linewidths()) == {2.5}


def test_numbers_of_edges_colour_lines_arrows_and_loops_alike():
    graph = square(weights=[1.0, 2.0, 3.0, 4.0, 5.0, 9.0])
    ax = plot.draw_network(graph, edge_colour="weight")
    np.testing.assert_allclose(one(ax, "edges").get_array(), [1, 2, 3, 4, 5])
    np.testing.assert_allclose(one(ax, "loops").get_array(), [9])
    assert {(a.norm.vmin, a.norm.vmax) for gid in ("edges", "arrows", "loops") for a in of(ax, gid)} == {(1.0, 9.0)}
    ax.figure.canvas.draw()
    top = one(ax, "edges").cmap(1.0)
    np.testing.assert_allclose(one(ax, "loops").get_edgecolor()[0][:3], top[:3])
    assert [bar.get_xlabel() for bar in ax.figure.axes[1:]] == ["weight"]


def test_names_of_edges_get_a_legend_and_arrays_are_values_too():
    graph = square()
    graph.edges["kind"] = ["a", "b", "a", "b", "a", "b"]
    ax = plot.draw_network(graph, edge_colour="kind", node_colour=np.array(["x", "x", "y", "y"]))
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["x", "y", "a", "b"]
    assert to_hex(one(ax, "edges").get_colors()[1]) == PALETTE[1].lower()
    ax = plot.draw_network(graph, node_colour=[1.0, np.nan, 3.0, 4.0], node_size=[1, 2, 3, 4])
    ax.figure.canvas.draw()
    np.testing.assert_allclose(one(ax, "nodes").get_facecolors()[1], to_rgba(GREY))
    assert (np.diff(one(ax, "nodes").get_sizes()) > 0).all()


def test_shapes_tell_groups_apart_and_share_the_colours_of_numbers():
    graph = square()
    graph.nodes["depth"] = [1.0, 2.0, 3.0, 4.0]
    ax = plot.draw_network(graph, node_shape="group", groups={"a": [0, 3], "b": [1]}, node_colour="depth")
    nodes = of(ax, "nodes")
    assert [len(n.get_offsets()) for n in nodes] == [2, 1, 1]
    assert len({n.get_paths()[0].vertices.shape for n in nodes}) > 1
    assert {(n.norm.vmin, n.norm.vmax) for n in nodes} == {(1.0, 4.0)}
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["a", "b"]


def test_labels_never_overlap_and_the_picture_says_how_many_there_are():
    rng = np.random.default_rng(0)
    graph = Graph(60, positions=rng.uniform(size=(60, 2)))
    ax = plot.draw_network(graph, labels=np.array([f"a long name {i}" for i in range(60)]))
    ax.figure.canvas.draw()
    written = of(ax, "label")
    boxes = [text.get_window_extent().get_points() for text in written]
    for i, a in enumerate(boxes):
        assert not any((a[0] < b[1]).all() and (b[0] < a[1]).all() for b in boxes[:i])
    assert 5 < len(written) < 60
    assert f"{len(written)} of 60 labels written" in [t.get_text() for t in ax.texts]
    assert sorted(t.get_text() for t in of(plot.draw_network(square(), labels=True), "label")) == ["0", "1", "2", "3"]


def test_names_with_dollars_or_underscores_are_written_as_they_are():
    graph = square()
    graph.nodes["kind"] = ["_a", "$x$ and $", "_a", "b"]
    ax = plot.draw_network(graph, node_colour="kind", labels="kind")
    ax.figure.canvas.draw()
    assert {t.get_text().strip() for t in ax.get_legend().get_texts()} == {"_a", "$x$ and $", "b"}


def test_a_legend_of_very_many_names_says_how_many_more_there_are():
    ax = plot.draw_network(Graph(40), node_colour=np.array([f"n{i:02}" for i in range(40)]))
    assert [t.get_text() for t in ax.get_legend().get_texts()][-2:] == ["n16", "and 23 more"]


def test_the_largest_nodes_of_a_large_network_do_not_fill_the_picture():
    rng = np.random.default_rng(0)
    ax = plot.draw_network(Graph(30_000, positions=rng.uniform(size=(30_000, 2))))
    assert one(ax, "nodes").get_sizes().sum() < 0.2 * 460 * 370
    assert one(ax, "nodes").get_rasterized()


# Layouts


@pytest.mark.parametrize("kind", ["circular", "grouped", "spring", "graphopt", "kamada_kawai"])
def test_layouts_are_finite_and_the_same_for_the_same_seed(kind):
    rng = np.random.default_rng(0)
    for graph in (Graph(0), Graph(1), Graph(3), Graph.from_edges([0, 0, 1, 1], [0, 1, 2, 0], n_nodes=5),
                  Graph.from_edges(*rng.integers(0, 50, (2, 200)), n_nodes=50, directed=False)):  # fmt: skip
        found = plot.layout(graph, kind, seed=3)
        assert found.shape == (graph.n_nodes, 2)
        assert np.isfinite(found).all()
        assert np.abs(found).max(initial=0.0) <= 1 + 1e-9
        np.testing.assert_array_equal(found, plot.layout(graph, kind, seed=3))


def test_springs_bring_neighbours_together_and_depend_on_the_seed_alone():
    import random

    ring = Graph.from_edges(np.arange(30), (np.arange(30) + 1) % 30)
    state = random.getstate()
    found = plot.layout(ring, "spring", seed=1)
    assert random.getstate() == state
    near = np.linalg.norm(found[ring.source] - found[ring.target], axis=1).mean()
    apart = np.linalg.norm(found[:15] - found[15:], axis=1).mean()
    assert near < 0.4 * apart
    assert not np.array_equal(found, plot.layout(ring, "spring", seed=2))


def test_a_circular_layout_keeps_groups_together():
    found = plot.layout(Graph(6), "circular", groups={"a": [4, 0], "b": [2, 4]})
    angle = np.degrees(np.arctan2(*found.T[::-1])).round() % 360
    assert np.argsort(angle).tolist() == [4, 0, 2, 1, 3, 5]


def test_networks_are_drawn_in_layouts_and_at_given_places(ax):
    graph = square()
    plot.draw_network(graph, layout=[[0, 0], [1, 0], [2, 0], [3, 5]], ax=ax)
    np.testing.assert_allclose(one(ax, "nodes").get_offsets()[3], [3, 5])
    assert not ax.axison
    assert plot.draw_network(graph, layout="positions").axison
    spring = one(plot.draw_network(graph, layout="spring", seed=4), "nodes").get_offsets()
    np.testing.assert_allclose(spring, plot.layout(graph, "spring", seed=4))
    assert plot.draw_network(graph, layout=np.zeros((4, 3))).name == "3d"


REFUSED = {
    "layout": ({"layout": "sprnig"}, UnknownNameError, "did you mean 'spring'"),
    "no positions": ({"layout": "positions"}, ParameterError, "has no positions"),
    "places": ({"layout": [[0.0, 0.0]]}, ParameterError, "1 points', expected one for each of 40"),
    "curve": ({"curve": "bent"}, UnknownNameError, "curve of draw_network"),
    "group": ({"sources": "excitatry"}, UnknownNameError, "did you mean 'excitatory'"),
    "node": ({"targets": [40]}, ParameterError, "targets: got 40"),
    "row": ({"edges": [200]}, ParameterError, "edges: got 200"),
    "threshold": ({"threshold": "big"}, ParameterError, "threshold: got 'big'"),
    "column": ({"threshold": ("wieght", 1.0)}, UnknownNameError, "did you mean 'weight'"),
    "width": ({"edge_width": "delya"}, UnknownNameError, "did you mean 'delay'"),
    "negative width": ({"edge_width": -1.0}, ParameterError, "edge_width"),
    "colours": ({"node_colour": [1, 2]}, ParameterError, r"node_colour: got .*expected a name, or an array of shape \(40,\)"),
    "shape": ({"node_shape": "gruop"}, ParameterError, "node_shape: got 'gruop'"),
    "shapes": ({"node_shape": np.array([str(i) for i in range(40)])}, ParameterError, "at most 7 names"),
    "labels": ({"labels": "nme"}, UnknownNameError, "draw_network: labels"),
    "flag": ({"show_shape": "yes"}, ParameterError, "show_shape: got 'yes'"),
    "arrows": ({"arrows": "yes"}, ParameterError, "arrows: got 'yes'"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_drawn_is_refused_before_a_figure_is_made(case):
    rng = np.random.default_rng(0)
    net = Network.from_edges(*rng.integers(0, 40, (2, 200)), population=NeuralPop.exc_and_inhib(40))
    arguments, error, message = REFUSED[case]
    with pytest.raises(error, match=message):
        plot.draw_network(net, **arguments)
    assert plt.get_fignums() == []


def test_layouts_that_take_too_long_are_refused_naming_one_that_does_not():
    with pytest.raises(ParameterError, match="5000 nodes', expected at most 2000 for 'kamada_kawai'; 'spring' takes more"):
        plot.layout(Graph(5000), "kamada_kawai")


def test_shapes_go_round_periodic_borders_with_arrows_and_bends():
    torus = Shape.rectangle(10.0, 10.0, periodic=True)
    graph = Graph.from_edges([0, 1], [1, 0], positions=[[-4.0, 0.0], [4.0, 1.0]], shape=torus)
    ax = plot.draw_network(graph)
    assert len(one(ax, "edges").get_segments()) == 4
    np.testing.assert_allclose(one(ax, "arrows").get_offsets(), graph.positions[[1, 0]])
    corners = one(ax, "arrows").get_paths()[0].vertices
    assert corners[:3, 0].min() > 0  # the edge to node 1 comes from its right


def test_areas_of_a_shape_have_dashed_borders():
    shape = Shape.disk(10.0).with_area("left", Shape.rectangle(4.0, 4.0, (-4.0, 0.0)))
    ax = plot.draw_network(Graph(3, positions=shape.sample(3, seed=0), shape=shape))
    assert one(ax, "area").get_linestyle() == "--"
    low, high = shape.region("left").bounds
    border = one(ax, "area").get_xydata()
    np.testing.assert_allclose([border.min(axis=0), border.max(axis=0)], [low, high])
    assert len(of(ax, "shape")) == 1


def test_bent_edges_and_loops_lie_inside_the_axes(ax):
    graph = Graph.from_edges([0, 1, 1], [1, 0, 1], positions=[[0.0, 0.0], [0.0, 10.0]])
    plot.draw_network(graph, ax=ax)
    ax.figure.canvas.draw()
    points = np.concatenate(one(ax, "edges").get_segments())
    low, high = np.transpose([ax.get_xlim(), ax.get_ylim()])
    assert (points > low).all()
    assert (points < high).all()
    top = ax.transData.transform([0.0, 10.0])[1] + one(ax, "loops").get_paths()[0].vertices[:, 1].max() * ax.figure.dpi / 72
    assert top < ax.bbox.y1


def test_edges_coloured_as_their_nodes_are_explained_once():
    graph = square()
    names = np.array(["a", "b", "a", "b"])
    ax = plot.draw_network(graph, node_colour=names, edge_colour=names[graph.source])
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["a", "b"]


def test_labels_and_loops_are_drawn_in_three_dimensions_too():
    graph = Graph.from_edges([0, 1], [1, 1], positions=[[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]])
    ax = plot.draw_network(graph, labels=["first", "second"])
    ax.figure.canvas.draw()
    assert sorted(t.get_text().strip() for t in of(ax, "label")) == ["first", "second"]
    (ring,) = np.array(one(ax, "loops")._segments3d)
    np.testing.assert_allclose(ring[0], [1.0, 1.0, 1.0])
    crowd = plot.draw_network(Graph(30, positions=np.random.default_rng(0).uniform(size=(30, 3))), labels=True, node_size=900.0)
    assert f"{len(of(crowd, 'label'))} of 30 labels written" in [t.get_text() for t in crowd.texts]
