"""Plots: the artists hold the data, the axes say what they show, and nothing outside the axes changes."""

import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import StepPatch

from netgraph import Graph, NeuralPop, analysis, plot
from netgraph.plot._style import PALETTE
from netgraph.space import Shape
from simcore.errors import ParameterError, UnknownNameError

Network = pytest.importorskip("netgraph.network").Network


@pytest.fixture(autouse=True)
def close_figures():
    plt.close("all")
    yield
    plt.close("all")


@pytest.fixture
def ax():
    return Figure(figsize=(6, 4)).subplots()


def random_network(n=40, n_edges=200, seed=0, **kwargs):
    rng = np.random.default_rng(seed)
    source = rng.integers(0, n, size=n_edges)
    target = (source + rng.integers(1, n, size=n_edges)) % n
    return Network.from_edges(source, target, population=NeuralPop.exc_and_inhib(n, iratio=0.25), **kwargs)


def lines_of(ax):
    return next(c for c in ax.collections if isinstance(c, LineCollection))


def nodes_of(ax):
    return next(c for c in ax.collections if isinstance(c, PathCollection))


def legend_of(ax):
    legend = ax.get_legend()
    return [] if legend is None else [t.get_text() for t in legend.get_texts()]


def steps_of(ax):
    return [p.get_data() for p in ax.patches if isinstance(p, StepPatch)]


SPIKES = (np.array([1.0, 2.0, 3.0, 4.0, 5.0, 60.0]), np.array([0, 4, 2, 2, 9, 0]))


def every_plot(ax=None):
    net = random_network(positions=Shape.disk(100.0).sample(40, seed=1), shape=Shape.disk(100.0))
    yield plot.degree_distribution(net, ax=ax)
    yield plot.draw_network(net, ax=ax)
    yield plot.raster(*SPIKES, ax=ax)
    yield plot.rate_histogram(*SPIKES, window=(0.0, 100.0), ax=ax)


def test_plots_draw_into_the_axes_given_and_open_no_figure(ax):
    for got in every_plot(ax):
        assert got is ax
    assert plt.get_fignums() == []


def test_plots_without_axes_make_a_figure_of_their_own_each():
    made = list(every_plot())
    assert len({id(a.get_figure()) for a in made}) == len(made) == len(plt.get_fignums())


def test_plots_change_no_global_state_and_show_nothing(monkeypatch, ax):
    monkeypatch.setattr(plt, "show", lambda *a, **k: pytest.fail("plt.show was called"))
    before = mpl.rcParams.copy()
    list(every_plot(ax))
    assert mpl.rcParams == before


def test_importing_the_plots_does_not_load_matplotlib():
    code = "import sys, netgraph.plot; sys.exit(int('matplotlib' in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_degree_distribution_draws_the_histogram_of_the_analysis(ax):
    net = random_network()
    counts, edges = analysis.degree_distribution(net, mode="in")
    plot.degree_distribution(net, mode="in", ax=ax)
    drawn = steps_of(ax)[0]
    np.testing.assert_array_equal(drawn.values, counts)
    np.testing.assert_array_equal(drawn.edges, edges)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("in-degree", "nodes")
    assert ax.get_ylim()[0] == 0


def test_several_modes_are_told_apart_by_colour_and_legend(ax):
    plot.degree_distribution(random_network(), mode=["in", "out"], ax=ax)
    assert sorted(legend_of(ax)) == ["in", "out"]
    assert len({p.get_edgecolor() for p in ax.patches if not p.get_fill()}) == 2
    assert ax.get_xlabel() == "degree"


def test_density_of_degrees_integrates_to_one(ax):
    plot.degree_distribution(random_network(), density=True, ax=ax)
    values, edges, _ = steps_of(ax)[0]
    assert (values * np.diff(edges)).sum() == pytest.approx(1.0)
    assert ax.get_ylabel() == "probability density"


def test_logarithmic_degree_distribution_has_logarithmic_axes_and_no_empty_bins(ax):
    net = random_network()
    counts, edges = analysis.degree_distribution(net, log=True, bins=15)
    plot.degree_distribution(net, log=True, bins=15, ax=ax)
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    y = ax.lines[0].get_ydata()
    np.testing.assert_allclose(y, (counts / counts.sum() / np.diff(edges))[counts > 0])


def test_weighted_degree_distribution_names_the_weight(ax):
    net = random_network()
    net.set_weights(2.0)
    plot.degree_distribution(net, mode="out", weight="weight", ax=ax)
    assert ax.get_xlabel() == "out-degree, weighted by weight"


def test_network_draws_every_node_at_its_position_and_every_edge_between_two(ax):
    positions = Shape.rectangle(100.0, 50.0).sample(40, seed=2)
    net = random_network(positions=positions)
    plot.draw_network(net, curve="none", ax=ax)
    np.testing.assert_allclose(nodes_of(ax).get_offsets(), positions)
    expected = np.stack([positions[net.source], positions[net.target]], axis=1)
    np.testing.assert_allclose(np.array(lines_of(ax).get_segments()), expected)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("x [µm]", "y [µm]")
    assert ax.get_aspect() == 1.0
    assert len(ax.texts) == 0


def test_more_edges_than_allowed_are_sampled_and_the_plot_says_so(ax):
    net = random_network(n_edges=1234, positions=Shape.disk(10.0).sample(40, seed=3))
    plot.draw_network(net, max_edges=100, ax=ax)
    drawn = np.array(lines_of(ax).get_segments())
    assert len(drawn) == 100
    assert [t.get_text() for t in ax.texts] == ["100 of 1,234 edges drawn"]
    again = plot.draw_network(net, max_edges=100, ax=Figure().subplots())
    np.testing.assert_array_equal(np.array(lines_of(again).get_segments()), drawn)
    other = plot.draw_network(net, max_edges=100, seed=1, ax=Figure().subplots())
    assert not np.array_equal(np.array(lines_of(other).get_segments()), drawn)


def test_nodes_and_edges_take_the_colours_of_the_groups(ax):
    net = random_network(positions=Shape.disk(10.0).sample(40, seed=3))
    plot.draw_network(net, ax=ax)
    blue, orange = to_rgba(PALETTE[0]), to_rgba(PALETTE[1])
    expected = [blue if i in net.population["excitatory"].ids else orange for i in range(40)]
    np.testing.assert_allclose(nodes_of(ax).get_facecolors(), expected)
    np.testing.assert_allclose(lines_of(ax).get_colors()[:, :3], np.array(expected)[net.source][:, :3])
    assert sorted(legend_of(ax)) == ["excitatory", "inhibitory"]


def test_nodes_can_be_coloured_by_degree_column_words_or_one_colour():
    net = random_network(positions=Shape.disk(10.0).sample(40, seed=3))
    net.nodes["depth"] = np.linspace(0.0, 1.0, 40)
    net.nodes["layer"] = np.array(["L4", "L5"] * 20)
    ax = plot.draw_network(net, node_colour="in")
    np.testing.assert_array_equal(nodes_of(ax).get_array(), net.in_degree())
    assert ax.get_figure().axes[1].get_ylabel() == "in-degree"
    ax = plot.draw_network(net, node_colour="depth")
    np.testing.assert_allclose(nodes_of(ax).get_array(), net.nodes["depth"])
    assert ax.get_figure().axes[1].get_ylabel() == "depth"
    ax = plot.draw_network(net, node_colour="layer")
    assert sorted(legend_of(ax)) == ["L4", "L5"]
    ax = plot.draw_network(net, node_colour="red", edge_colour="k")
    np.testing.assert_allclose(nodes_of(ax).get_facecolors(), [to_rgba("red")] * 40)
    np.testing.assert_allclose(lines_of(ax).get_colors()[:, :3], [[0.0, 0.0, 0.0]])
    assert legend_of(ax) == []


def test_areas_of_nodes_grow_with_degree_or_column():
    net = random_network(positions=Shape.disk(10.0).sample(40, seed=3))
    sizes = nodes_of(plot.draw_network(net, node_size="out")).get_sizes()
    assert np.corrcoef(sizes, net.out_degree())[0, 1] == pytest.approx(1.0)
    assert sizes.min() > 0
    net.nodes["mass"] = np.arange(40.0)
    sizes = nodes_of(plot.draw_network(net, node_size="mass")).get_sizes()
    assert (np.diff(sizes) > 0).all()
    np.testing.assert_array_equal(np.unique(nodes_of(plot.draw_network(net, node_size=7.0)).get_sizes()), [7.0])


def test_the_border_of_the_shape_is_drawn_unless_unwanted():
    shape = Shape.rectangle(100.0, 50.0)
    net = random_network(positions=shape.sample(40, seed=2), shape=shape)
    ax = plot.draw_network(net)
    np.testing.assert_allclose(np.column_stack(ax.lines[0].get_data()), shape.outline()[0])
    assert len(plot.draw_network(net, show_shape=False).lines) == 0


def test_edges_of_a_periodic_shape_go_round_its_border():
    torus = Shape.rectangle(10.0, 10.0, periodic=True)
    graph = Graph.from_edges([0, 0], [1, 2], positions=[[-4.0, 0.0], [4.0, 1.0], [-2.0, 0.0]], shape=torus)
    ax = plot.draw_network(graph, edge_colour="k")
    segments = np.array(lines_of(ax).get_segments())
    expected = [[[-4, 0], [-6, 1]], [[-4, 0], [-2, 0]], [[6, 0], [4, 1]]]
    np.testing.assert_allclose(segments, expected)
    clip = lines_of(ax).get_clip_box().transformed(ax.transData.inverted())
    np.testing.assert_allclose(clip.get_points(), torus.bounds)
    assert ax.get_xlim()[0] > -6
    ax = plot.draw_network(graph, groups={"a": [0], "b": [1, 2]})
    assert len(lines_of(ax).get_colors()) == 3


def test_three_dimensional_positions_get_three_dimensional_axes():
    box = Shape.box(10.0, 10.0, 5.0)
    net = random_network(n_edges=300, positions=box.sample(40, seed=4), shape=box)
    ax = plot.draw_network(net, max_edges=50)
    assert ax.name == "3d"
    assert ax.get_zlabel() == "z [µm]"
    ax.get_figure().canvas.draw()
    assert len(lines_of(ax).get_segments()) == 50
    assert [t.get_text() for t in ax.texts] == ["50 of 300 edges drawn"]
    with pytest.raises(ParameterError, match="axes for 3 dimensions"):
        plot.draw_network(net, ax=Figure().subplots())


@pytest.mark.parametrize("sizes", [[30, 10], [900, 9], [5] * 30, [100, 3, 3, 3, 100, 3, 100], [400, *[4] * 20]])
def test_without_positions_each_group_lies_on_a_circle_whose_radius_grows_with_the_root_of_its_size(sizes):
    ids = np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1])
    groups = {str(k): group for k, group in enumerate(ids)}
    points = plot.layout(Graph(sum(sizes)), "grouped", groups=groups)
    ax = plot.draw_network(Graph(sum(sizes)), groups=groups)
    np.testing.assert_allclose(np.sort(nodes_of(ax).get_offsets(), axis=0), np.sort(points, axis=0))
    centres = np.array([points[group].mean(axis=0) for group in ids])
    radii = np.array(
        [np.linalg.norm(points[group] - centre, axis=1).mean() for group, centre in zip(ids, centres, strict=True)]
    )
    np.testing.assert_allclose(radii / radii[0], np.sqrt(np.divide(sizes, sizes[0])))
    assert np.linalg.norm(points, axis=1).max() <= 1.0 + 1e-9
    room = np.linalg.norm(centres[:, None] - centres, axis=2) - np.add.outer(radii, radii)
    assert room[~np.eye(len(sizes), dtype=bool)].min() > 0.0
    assert not ax.axison


def test_networks_without_edges_or_nodes_can_be_drawn():
    plot.draw_network(Graph(5))
    plot.draw_network(Graph(0))
    plot.draw_network(Graph.from_edges([0], [0], positions=[[1.0, 1.0]]))


@pytest.mark.parametrize(
    ("error", "kwargs", "message"),
    [
        (UnknownNameError, {"node_size": "totl"}, "did you mean 'total'"),
        (UnknownNameError, {"node_colour": "gruop"}, "did you mean 'group'"),
        (ParameterError, {"node_size": "layer"}, "a column of numbers"),
        (ParameterError, {"node_size": -1.0}, "draw_network: node_size"),
        (UnknownNameError, {"edge_colour": "wieght"}, "draw_network: edge_colour 'wieght'; did you mean 'weight'"),
        (ParameterError, {"max_edges": -1}, "draw_network: max_edges"),
        (ParameterError, {"max_edges": 1.5}, "draw_network: max_edges"),
        (ParameterError, {"groups": [1, 2]}, "draw_network: groups"),
        (ParameterError, {"ax": "here"}, "draw_network: ax|plot: ax"),
    ],
)
def test_wrong_sizes_colours_and_limits_are_refused(error, kwargs, message):
    net = random_network()
    net.nodes["layer"] = np.array(["L4", "L5"] * 20)
    with pytest.raises(error, match=message):
        plot.draw_network(net, **kwargs)
    assert plt.get_fignums() == []


WITH_LEGEND = {
    "network": lambda ax: plot.draw_network(random_network(positions=Shape.disk(10.0).sample(40, seed=3)), ax=ax),
    "raster": lambda ax: plot.raster([1.0, 2.0], [0, 1], groups={"a": [0], "b": [1]}, ax=ax),
    "rate_histogram": lambda ax: plot.rate_histogram(
        [1.0, 2.0], [0, 1], groups={"a": [0], "b": [1]}, window=(0.0, 10.0), ax=ax
    ),
    "degree_distribution": lambda ax: plot.degree_distribution(random_network(), mode=["in", "out"], ax=ax),
}


def legend_box(ax):
    ax.figure.canvas.draw()
    return ax.get_legend().get_window_extent()


@pytest.mark.parametrize("layout", [None, "tight", "constrained", "compressed"])
@pytest.mark.parametrize("name", WITH_LEGEND)
def test_a_legend_never_lies_on_the_next_axes_of_a_grid(name, layout):
    _, axes = plt.subplots(1, 2, figsize=(12.0, 4.0), layout=layout)
    WITH_LEGEND[name](axes[0])
    box = legend_box(axes[0])
    assert box.x1 < axes[1].get_tightbbox().x0
    assert (box.x0 > axes[0].bbox.x1) == (layout is not None)


@pytest.mark.parametrize("name", WITH_LEGEND)
def test_the_legend_of_a_figure_of_its_own_stands_beside_the_data(name):
    ax = WITH_LEGEND[name](None)
    assert legend_box(ax).x0 > ax.bbox.x1


def test_legends_of_networks_in_three_dimensions_lie_inside_axes_without_a_layout():
    _, ax = plt.subplots(subplot_kw={"projection": "3d"})
    plot.draw_network(random_network(positions=Shape.box(9.0, 9.0, 9.0).sample(40, seed=3)), ax=ax)
    assert legend_box(ax).x1 <= ax.bbox.x1
