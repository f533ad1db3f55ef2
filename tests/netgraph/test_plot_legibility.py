"""Plots can be read: in a dark style, with long names, with truths and missing values, and with units on their axes."""

import itertools

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgb, to_rgba
from mpl_toolkits.mplot3d.proj3d import proj_transform

from netgraph import Graph, Network, NeuralPop, plot
from netgraph.analysis import activity_phases
from netgraph.space import Shape

LONG = "a very long name of a group of excitatory neurons in layer 2/3"


@pytest.fixture(autouse=True)
def close_figures():
    plt.close("all")
    yield
    plt.close("all")


def network(seed=0):
    rng = np.random.default_rng(seed)
    pop = NeuralPop.exc_and_inhib(60, iratio=0.5)
    net = Network.from_edges(*rng.integers(0, 60, (2, 600)), population=pop, positions=rng.uniform(0, 90, (60, 2)))
    net.set_delays(rng.uniform(1.0, 5.0, 600))
    net.nodes["even"] = np.arange(60) % 2 == 0
    return net


def by_gid(ax, gid):
    return [a for a in (*ax.collections, *ax.lines, *ax.texts) if a.get_gid() == gid]


def names(ax):
    return [t.get_text() for t in ax.get_legend().get_texts()]


def contrast(colour, background):
    """Ratio of luminances as in WCAG 2, from 1 to 21."""
    linear = [
        np.where(c <= 0.03928, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
        for c in map(np.array, map(to_rgb, (colour, background)))
    ]
    light, dark = sorted(([0.2126, 0.7152, 0.0722] @ c + 0.05 for c in linear), reverse=True)
    return light / dark


@pytest.mark.parametrize("style", ["default", "dark_background"])
def test_lines_and_labels_stand_out_from_the_background_of_the_style(style):
    net = network()
    with plt.style.context(style):
        behind = plt.rcParams["axes.facecolor"]
        drawn = [*by_gid(plot.attribute_correlation(net, "in", "out"), "line")]
        drawn += by_gid(plot.attribute_distribution(net, "delay", fit="normal"), "fit")
        drawn += [line for line in plot.compare_groups(net, "in").lines if len(line.get_xdata()) == 2]
        labels = by_gid(plot.draw_network(net, labels=True), "label")
        assert min(contrast(artist.get_color(), behind) for artist in [*drawn, *labels]) > 4.0
        for label in labels:
            (stroke,) = label.get_path_effects()
            assert contrast(stroke._gc["foreground"], label.get_color()) > 4.0
        heat = plot.adjacency_heatmap(net)
        cells = by_gid(heat, "cells")[0]
        assert contrast(cells.to_rgba(cells.get_array().max())[:3], heat.get_facecolor()[:3]) > 4.0


def test_colours_of_many_groups_are_not_lost_on_white():
    ax = plot.raster([1.0], [0], groups={str(k): [k] for k in range(30)})
    assert min(contrast(line.get_color(), "white") for line in ax.lines) > 2.0


@pytest.mark.parametrize(
    "draw",
    [
        lambda net, groups: plot.draw_network(net, groups=groups, labels=True),
        lambda net, groups: plot.adjacency_heatmap(net, groups=groups),
        lambda net, groups: plot.chord_diagram(net, groups=groups),
        lambda net, groups: plot.attribute_correlation(net, "in", "out", groups=groups),
        lambda net, groups: plot.raster(np.arange(60.0), np.arange(60), groups=groups),
    ],
)
def test_long_names_leave_room_for_the_picture(draw):
    ax = draw(network(), {LONG: range(30), "b": range(30, 60)})
    ax.figure.canvas.draw()
    assert min(ax.bbox.width / ax.figure.bbox.width, ax.bbox.height / ax.figure.bbox.height) > 0.35


def test_truths_are_names_for_colours_and_numbers_where_numbers_are_needed():
    net = network()
    assert names(plot.draw_network(net, node_colour="even", node_shape="even", node_size="even")) == ["False", "True"]
    assert [t.get_text() for t in plot.hive_plot(net, axes="even").texts] == ["False", "True"]
    bars = plot.attribute_distribution(net, "even")
    assert [bar.get_height() for bar in bars.patches] == [30, 30]
    assert names(plot.attribute_correlation(net, "even", "in"))[0].startswith("r = ")


def test_texts_of_a_table_are_names():
    area = np.array(["V1", "V2"] * 30, dtype=object)  # as pandas gives a column of texts
    assert names(plot.draw_network(network(), node_colour=area)) == ["V1", "V2"]


def test_delays_and_distances_have_their_units_everywhere():
    net = network()
    assert plot.compare_groups(net, "delay").get_ylabel() == "delay [ms]"
    assert plot.attribute_correlation(net, "distance", "delay").get_xlabel() == "distance [µm]"
    for ax, label in (
        (plot.draw_network(net, edge_colour="distance"), "distance [µm]"),
        (plot.adjacency_heatmap(net, weight="delay", show="mean"), "mean delay [ms]"),
    ):
        assert label in [text for a in ax.figure.axes for text in (a.get_xlabel(), a.get_ylabel())]


def test_the_picture_says_how_many_nodes_are_grey_or_have_no_degree():
    net = network()
    net.nodes["age"] = np.where(np.arange(60) < 7, np.nan, 1.0)
    assert [t.get_text() for t in plot.draw_network(net, node_colour="age").texts] == ["7 of 60 nodes grey, without age"]
    star = Graph.from_edges([0, 0], [1, 2])
    assert [t.get_text() for t in plot.degree_distribution(star, mode="in", log=True).texts] == ["1 of 3 degrees left out"]


@pytest.mark.parametrize("of", ["degrees", "column"])
def test_on_logarithmic_axes_the_density_of_a_whole_number_is_its_share_at_that_number(of):
    degree = np.repeat([1, 2, 3, 40], [50, 30, 15, 5])
    graph = Graph.from_edges(np.repeat(np.arange(100), degree), np.zeros(degree.sum(), dtype=int), n_nodes=100)
    options = {"log": True, "bins": 30}
    if of == "degrees":
        ax = plot.degree_distribution(graph, mode="out", **options)
    else:
        ax = plot.attribute_distribution(graph, degree, of="nodes", **options)
    x, y = ax.lines[0].get_data()
    np.testing.assert_allclose(x[:3], [1.0, 2.0, 3.0])
    np.testing.assert_allclose(y[:3], [0.5, 0.3, 0.15])


def test_whole_numbers_lie_in_the_middles_of_their_cells():
    rng = np.random.default_rng(0)
    x, y = rng.binomial(20, 0.3, 6000), rng.binomial(12, 0.5, 6000)
    cells = plot.attribute_correlation(Graph(6000), x, y, of="nodes").collections[0]
    found = {(round(a, 3), round(b, 3)): n for (a, b), n in zip(cells.get_offsets(), cells.get_array(), strict=True)}
    values, counts = np.unique(np.column_stack([x, y]), axis=0, return_counts=True)
    assert found == {(a, b): n for (a, b), n in zip(values.tolist(), counts.tolist(), strict=True)}


def test_self_loops_in_space_are_larger_than_their_nodes():
    ax = plot.draw_network(Graph.from_edges([0, 1], [0, 0], positions=[[0, 0, 0], [9, 9, 9]]))
    ax.figure.canvas.draw()
    node, loop = by_gid(ax, "nodes")[0], by_gid(ax, "loops")[0]
    shown = ax.transData.transform(np.concatenate([path.vertices for path in loop.get_paths()]))
    assert np.ptp(shown, axis=0).max() > np.sqrt(node.get_sizes().max()) / 2 * ax.figure.dpi / 72.0


def test_the_box_around_a_high_column_is_drawn_whole():
    ax = plot.draw_shape(Shape.cylinder(150.0, 1500.0))
    ax.figure.canvas.draw()
    corners = np.array(list(itertools.product(ax.get_xlim(), ax.get_ylim(), ax.get_zlim())))
    x, y, _ = proj_transform(*corners.T, ax.get_proj())
    shown = ax.transData.transform(np.column_stack([x, y]))
    low, high = ax.figure.bbox.get_points()
    assert (shown > low).all()
    assert (shown < high).all()


def test_phases_drawn_alone_are_explained():
    ax = plot.shade_phases(activity_phases([1.0, 1.1, 8.0], [0, 1, 0], window=(0.0, 10.0)))
    assert (ax.get_xlabel(), ax.get_yticks().size) == ("time [ms]", 0)
    assert "quiescent" in names(ax)
    assert ax.patches[0].get_facecolor() in [to_rgba(h.get_color()) for h in ax.get_legend().legend_handles]
