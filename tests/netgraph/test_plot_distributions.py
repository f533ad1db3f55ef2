"""Distributions, fits, comparisons of groups and correlations: what is drawn is what is in the columns."""

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import StepPatch
from scipy import stats

from netgraph import Graph, Network, NeuralPop, analysis, plot
from netgraph.plot._style import PALETTE
from simcore.errors import ParameterError, UnknownNameError


@pytest.fixture(autouse=True)
def close_figures():
    plt.close("all")
    yield
    plt.close("all")


@pytest.fixture
def ax():
    return Figure(figsize=(6, 4)).subplots()


@pytest.fixture
def net():
    rng = np.random.default_rng(0)
    source, target = rng.integers(0, 100, (2, 1000))
    positions = rng.uniform(0.0, 100.0, (100, 2))
    net = Network.from_edges(source, target, population=NeuralPop.exc_and_inhib(100, iratio=0.25), positions=positions)
    net.set_weights(rng.lognormal(0.0, 0.5, 1000))
    net.set_delays(rng.uniform(1.0, 5.0, 1000))
    net.nodes["depth"] = rng.normal(size=100)
    net.nodes["layer"] = np.array(["L4", "L5"] * 50)
    return net


def steps(ax):
    return [p.get_data() for p in ax.patches if isinstance(p, StepPatch) and p.get_fill()]


def texts(ax):
    return [t.get_text() for t in ax.get_legend().get_texts()]


def fits(ax):
    return [line for line in ax.lines if line.get_gid() == "fit"]


def test_degrees_of_groups_share_their_bins(net, ax):
    plot.degree_distribution(net, mode="in", groups=net.population, ax=ax)
    (a, edges, _), (b, other, _) = steps(ax)
    np.testing.assert_array_equal(edges, other)
    assert (a.sum(), b.sum()) == (75, 25)
    np.testing.assert_array_equal(a, np.histogram(net.in_degree(net.population["excitatory"]), edges)[0])
    assert sorted(texts(ax)) == ["excitatory", "inhibitory"]


def test_fits_are_drawn_as_densities_with_their_parameters(net, ax):
    plot.degree_distribution(net, fit=["normal", "exponential"], ax=ax)
    assert ax.get_ylabel() == "probability density"
    normal, exponential = fits(ax)
    mean, std = stats.norm.fit(net.degree())
    np.testing.assert_allclose(normal.get_ydata(), stats.norm.pdf(normal.get_xdata(), mean, std))
    np.testing.assert_allclose(exponential.get_ydata(), np.exp(-exponential.get_xdata() / mean) / mean)
    assert texts(ax) == [f"normal, {mean:.3g} ± {std:.2g}", f"exponential, mean {mean:.3g}"]


def test_a_power_law_is_drawn_over_its_tail_with_the_tail_s_share(ax):
    k = np.arange(1, 1000)
    degree = np.random.default_rng(0).choice(k, p=k**-2.5 / (k**-2.5).sum(), size=2000)
    graph = Graph.from_edges(np.repeat(np.arange(2000), degree), np.zeros(degree.sum(), dtype=int))
    plot.degree_distribution(graph, mode="out", log=True, fit="power law", ax=ax)
    (line,) = fits(ax)
    fit = analysis.fit_power_law(degree)
    assert line.get_xdata().min() == fit.parameters["xmin"]
    np.testing.assert_allclose(line.get_ydata(), fit.share * fit.pdf(line.get_xdata()))
    assert texts(ax)[0].startswith(f"power law, exponent {fit.parameters['exponent']:.2f} ± ")


def test_any_column_of_edges_or_nodes_has_a_distribution(net, ax):
    plot.attribute_distribution(net, "weight", bins=20, ax=ax)
    counts, edges, _ = steps(ax)[0]
    np.testing.assert_array_equal(counts, np.histogram(net.edges["weight"], edges)[0])
    assert (ax.get_xlabel(), ax.get_ylabel(), counts.sum()) == ("weight", "edges", 1000)
    assert plot.attribute_distribution(net, "delay").get_xlabel() == "delay [ms]"
    assert plot.attribute_distribution(net, "distance").get_xlabel() == "distance [µm]"
    assert plot.attribute_distribution(net, "depth").get_ylabel() == "nodes"
    assert steps(plot.attribute_distribution(net, np.arange(100), bins=4))[0].values.tolist() == [25] * 4
    assert plot.attribute_distribution(net, "total").get_xlabel() == "total degree"


def test_whole_numbers_have_bins_around_them():
    counts, edges, _ = steps(plot.attribute_distribution(Graph(5), [1, 1, 2, 4, 4], of="nodes"))[0]
    assert edges.tolist() == [0.5, 1.5, 2.5, 3.5, 4.5]
    assert counts.tolist() == [2, 1, 0, 2]


def test_edges_belong_to_the_group_of_their_source(net, ax):
    plot.attribute_distribution(net, "weight", groups=net.population, ax=ax)
    excitatory = np.isin(net.source, net.population["excitatory"].ids)
    assert [s.values.sum() for s in steps(ax)] == [excitatory.sum(), (~excitatory).sum()]


def test_fits_fit_histograms_of_a_part_of_the_values(ax):
    values = stats.expon.ppf((np.arange(20_000) + 0.5) / 20_000)
    plot.attribute_distribution(Graph(20_000), values, bins=np.linspace(1.0, 2.0, 11), fit="exponential", ax=ax)
    drawn = steps(ax)[0]
    (line,) = fits(ax)
    middle = (drawn.edges[1:] + drawn.edges[:-1]) / 2
    np.testing.assert_allclose(np.interp(middle, *line.get_data()), drawn.values, rtol=0.01)


def test_boxes_on_a_logarithmic_axis_say_what_they_leave_out(ax):
    plot.compare_groups(Graph(4), [0.0, 1.0, np.nan, 10.0], of="nodes", groups={"a": [0, 1], "b": [2, 3]}, log=True, ax=ax)
    assert [t.get_text() for t in ax.texts] == ["2 of 4 values left out"]


def test_names_are_counted_in_bars(net, ax):
    plot.attribute_distribution(net, "layer", groups=net.population, ax=ax)
    assert [bar.get_height() for bar in ax.patches] == [38, 37, 12, 13]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["L4", "L5"]


def test_values_that_cannot_be_drawn_are_left_out_and_counted(ax):
    graph = Graph(5)
    graph.nodes["v"] = [1.0, np.nan, 0.0, -2.0, 10.0]
    plot.attribute_distribution(graph, "v", log=True, ax=ax)
    assert [t.get_text() for t in ax.texts] == ["3 of 5 values left out"]
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert [t.get_text() for t in plot.attribute_distribution(graph, "v").texts] == ["1 of 5 values left out"]


def test_large_columns_get_a_hundred_bins_and_empty_ones_are_drawn():
    graph = Graph(200_000)
    graph.nodes["v"] = np.random.default_rng(0).normal(size=200_000)
    assert steps(plot.attribute_distribution(graph, "v"))[0].values.size == 100
    empty = Graph.from_edges([], [], n_nodes=2, weights=1.0)
    for log in (False, True):
        plot.attribute_distribution(empty, "weight", log=log).figure.canvas.draw()


def test_boxes_show_the_quartiles_of_each_group(net, ax):
    plot.compare_groups(net, "weight", log=True, ax=ax)
    groups = [np.isin(net.source, group.ids) for group in net.population.values()]
    boxes = [p.get_path().vertices[:, 1] for p in ax.patches]
    for some, box in zip(groups, boxes, strict=True):
        np.testing.assert_allclose([box.min(), box.max()], np.quantile(net.edges["weight"][some], [0.25, 0.75]))
    assert [to_hex(p.get_facecolor()) for p in ax.patches] == [c.lower() for c in PALETTE[:2]]
    assert (ax.get_yscale(), ax.get_ylabel()) == ("log", "weight")


def test_few_values_are_drawn_as_dots_beside_their_box(net, ax):
    plot.compare_groups(net, "depth", ax=ax)
    dots = [np.sort(c.get_offsets()[:, 1]) for c in ax.collections]
    np.testing.assert_allclose(dots[1], np.sort(net.nodes["depth"][net.population["inhibitory"].ids]))
    many = plot.compare_groups(net, "weight")
    assert many.collections == [] or len(many.collections) == 0


def test_a_correlation_has_the_line_of_least_squares_and_r(net, ax):
    depth = net.in_degree() * 2.0 + net.nodes["depth"]
    plot.attribute_correlation(net, "in", depth, ax=ax)
    fit = stats.linregress(net.in_degree(), depth)
    (line,) = ax.lines
    x, y = line.get_data()
    np.testing.assert_allclose(y, fit.intercept + fit.slope * x)
    assert texts(ax) == [f"r = {fit.rvalue:.3g}, slope {fit.slope:.3g} ± {fit.stderr:.2g}"]
    np.testing.assert_allclose(ax.collections[0].get_offsets(), np.column_stack([net.in_degree(), depth]))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("in-degree", "y")


def test_logarithmic_correlations_find_exponents_and_leave_out_the_rest(ax):
    graph = Graph(20)
    x = np.arange(20.0)
    plot.attribute_correlation(graph, x, 3.0 * x**2.0, of="nodes", log=True, ax=ax)
    assert texts(ax)[0].startswith("r = 1, exponent 2 ± ")
    assert [t.get_text() for t in ax.texts] == ["1 of 20 pairs left out"]


def test_groups_have_a_colour_and_a_line_each_and_many_points_are_cells(net):
    ax = plot.attribute_correlation(net, "weight", "delay", groups=net.population)
    assert [len(c.get_offsets()) for c in ax.collections] == [len(c) for c in
        (np.flatnonzero(np.isin(net.source, g.ids)) for g in net.population.values())]  # fmt: skip
    assert [line.get_color() for line in ax.lines] == list(PALETTE[:2])
    cells = plot.attribute_correlation(net, "weight", "delay", kind="hexbin")
    assert cells.collections[0].get_array().sum() == 1000
    large = Graph(6000)
    drawn = plot.attribute_correlation(large, np.arange(6000), np.arange(6000) % 7, line=False)
    assert drawn.collections[0].get_array().sum() == 6000
    assert len(drawn.lines) == 0


def test_values_without_spread_are_drawn_without_a_line(ax):
    plot.attribute_correlation(Graph(3), [1, 1, 1], [1, 2, 3], ax=ax)
    assert len(ax.lines) == 0
    plot.attribute_correlation(Graph(0), [], [], of="nodes", ax=ax)


def test_betweenness_of_nodes_and_edges_has_a_distribution(net, ax):
    plot.betweenness_distribution(net, bins=7, ax=ax)
    counts, edges, _ = steps(ax)[0]
    np.testing.assert_array_equal(counts, np.histogram(analysis.betweenness(net), edges)[0])
    assert ax.get_xlabel() == "betweenness of nodes"
    ax = plot.betweenness_distribution(net, of="edges", weight="delay", bins=7)
    counts, edges, _ = steps(ax)[0]
    np.testing.assert_array_equal(counts, np.histogram(analysis.edge_betweenness(net, weight="delay"), edges)[0])
    assert ax.get_xlabel() == "betweenness of edges, lengths from delay"
    ax = plot.betweenness_distribution(net, n_sources=20, seed=3, bins=7)
    counts, edges, _ = steps(ax)[0]
    np.testing.assert_array_equal(counts, np.histogram(analysis.sampled_betweenness(net, 20, seed=3).value, edges)[0])
    assert len(steps(plot.betweenness_distribution(net, groups=net.population))) == 2


REFUSED = {
    "betweenness": (lambda n: plot.betweenness_distribution(n, of="node"), UnknownNameError, "did you mean 'nodes'"),
    "lengths": (lambda n: plot.betweenness_distribution(n, weight="dlay"), UnknownNameError, "did you mean 'delay'"),
    "sources": (lambda n: plot.betweenness_distribution(n, n_sources=1), ParameterError, "n_sources"),
    "column": (lambda n: plot.attribute_distribution(n, "wieght"), UnknownNameError, "did you mean 'weight'"),
    "array": (lambda n: plot.attribute_distribution(n, np.zeros(7)), ParameterError, r"shape \(1000,\) for edges or \(100,\)"),
    "of": (lambda n: plot.attribute_distribution(n, "weight", of="node"), UnknownNameError, "did you mean 'nodes'"),
    "of nodes": (lambda n: plot.attribute_distribution(n, "weight", of="nodes"), UnknownNameError, "attribute_distribution"),
    "names fitted": (lambda n: plot.attribute_distribution(n, "layer", fit="normal"), ParameterError, "numbers, for fits"),
    "fit": (lambda n: plot.attribute_distribution(n, "weight", fit="norml"), UnknownNameError, "did you mean 'normal'"),
    "fit type": (lambda n: plot.attribute_distribution(n, "weight", fit=3), ParameterError, "fit: got 3"),
    "counts": (lambda n: plot.degree_distribution(n, fit="normal", density=False), ParameterError, "with fits"),
    "bins": (lambda n: plot.attribute_distribution(n, "weight", bins=0), ParameterError, "bins: got 0"),
    "rule": (lambda n: plot.attribute_distribution(n, "weight", bins="many"), ParameterError, "bins: got 'many'"),
    "borders": (lambda n: plot.attribute_distribution(n, "weight", bins=[1, 1]), ParameterError, "increasing borders"),
    "modes": (lambda n: plot.degree_distribution(n, mode=["in", "out"], groups=n.population), ParameterError, "several modes"),
    "nodes": (lambda n: plot.degree_distribution(n, nodes=[1], groups=n.population), ParameterError, "None together"),
    "mixed": (lambda n: plot.attribute_correlation(n, "weight", "in"), ParameterError, "edges alone, or of nodes alone"),
    "names": (lambda n: plot.attribute_correlation(n, "layer", "in"), ParameterError, "a column of numbers"),
    "kind": (lambda n: plot.attribute_correlation(n, "in", "out", kind="dots"), UnknownNameError, "kind of"),
    "cells": (
        lambda n: plot.attribute_correlation(n, "in", "out", kind="hexbin", groups=n.population),
        ParameterError,
        "'scatter' with groups",
    ),
    "no groups": (lambda n: plot.compare_groups(Graph(3), "in"), ParameterError, "groups, or a network with a population"),
    "layer": (lambda n: plot.compare_groups(n, "layer"), ParameterError, "a column of numbers"),
    "graph": (lambda n: plot.compare_groups(3, "in"), ParameterError, "expected a netgraph.Graph"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_drawn_is_refused_before_a_figure_is_made(net, case):
    call, error, message = REFUSED[case]
    with pytest.raises(error, match=message):
        call(net)
    assert plt.get_fignums() == []


def test_a_name_of_both_edges_and_nodes_needs_a_choice(net):
    net.nodes["weight"] = 1.0
    with pytest.raises(ParameterError, match="'edges' or 'nodes', as both could be meant"):
        plot.attribute_distribution(net, "weight")
    assert plot.attribute_distribution(net, "weight", of="nodes").get_ylabel() == "nodes"
