"""What is easily got wrong with metrics and plots is refused by name."""

import inspect

import matplotlib as mpl
import numpy as np
import pytest

from netgraph import Graph, analysis, plot
from simcore.errors import ParameterError, TooLargeError, UnknownNameError

mpl.use("agg")
plt = pytest.importorskip("matplotlib.pyplot")


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def triangle():
    return Graph.from_edges([0, 1, 2], [1, 2, 0], attributes={"text": ["a", "b", "c"], "gap": [1.0, np.nan, 2.0]})


TIMES, IDS, MANY = [1.0, 2.0, 3.0], [0, 1, 0], np.arange(10**6)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: analysis.spectral_radius(triangle(), weight="text"), ParameterError, "got 'strings'"),
        (lambda: analysis.spectral_radius(triangle(), typed="yes"), ParameterError, "typed: got 'yes'"),
        (lambda: analysis.reciprocity(triangle(), weight=["gap"]), UnknownNameError, "unknown edge column"),
        (lambda: analysis.local_clustering(triangle(), undefined="x"), ParameterError, "undefined: got 'x'"),
        (lambda: analysis.local_clustering(triangle(), mode=["total"]), UnknownNameError, "unknown mode"),
        (lambda: analysis.degree_distribution(triangle(), weight="gap"), ParameterError, "a column of finite numbers"),
        (lambda: analysis.degree_distribution(triangle(), bins=["a", "b"]), ParameterError, "two or more increasing borders"),
        (lambda: analysis.degree_distribution(triangle(), bins=[1]), ParameterError, "two or more increasing borders"),
        (lambda: analysis.degree_distribution(triangle(), bins=[]), ParameterError, "two or more increasing borders"),
        (lambda: analysis.degree_distribution(triangle(), bins=[0, 2], log=True), ParameterError, "above 0, since log"),
        (
            lambda: analysis.pairwise_correlation(TIMES, IDS, bin_width=1.0, window=(0, 4), seed="x"),
            ParameterError,
            "seed: got 'x'",
        ),
        (lambda: analysis.smoothed_rate(TIMES, IDS, std=1e-12, window=(0, 4)), TooLargeError, "bins need about"),
        (lambda: analysis.spike_counts(TIMES, IDS, bin_width=1e-308, window=(0, 400)), TooLargeError, "inf bins need about"),
        (
            lambda: analysis.correlation_matrix(TIMES, range(3), bin_width=1.0, nodes=MANY, window=(0, 4)),
            TooLargeError,
            "correl",
        ),
        (
            lambda: analysis.pairwise_correlation(TIMES, range(3), bin_width=1.0, nodes=MANY, window=(0, 4)),
            TooLargeError,
            "pairs",
        ),
        (lambda: analysis.fit_distribution(TIMES, "normal").pdf("a"), ParameterError, "Fit.pdf: x: got 'a'"),
        (lambda: plot.degree_distribution(triangle(), mode=[]), ParameterError, "mode: got"),
        (lambda: plot.raster(TIMES, IDS, marker="zz"), ParameterError, "marker: got 'zz'"),
        (lambda: plot.raster(TIMES, IDS, colours=5), ParameterError, "colours: got 5"),
        (lambda: plot.draw_network(triangle(), edge_alpha=5), ParameterError, "edge_alpha: got 5"),
        (lambda: plot.draw_network(triangle(), edge_alpha="x"), ParameterError, "edge_alpha: got 'x'"),
        (lambda: plot.draw_network(triangle(), max_edges=1, seed=-1), ParameterError, "seed: got -1"),
        (lambda: plot.draw_network(triangle(), groups={"a": [0, 7]}), ParameterError, r"groups\['a'\]: got 7"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(make, error, message):
    with pytest.raises(error, match=message):
        make()
    assert plt.get_fignums() == []


def test_degrees_of_a_graph_without_edges_are_drawn_on_logarithmic_axes():
    ax = plot.degree_distribution(Graph(3), log=True)
    ax.figure.canvas.draw()
    assert ax.get_xscale() == ax.get_yscale() == "log"
    assert not ax.lines


def needs_a_graph_alone(function):
    first, *others = inspect.signature(function).parameters.values()
    return first.name == "graph" and all(other.default is not other.empty for other in others)


FUNCTIONS = [*filter(inspect.isfunction, vars(analysis).values()), plot.draw_network, plot.degree_distribution]
METRICS = [function for function in FUNCTIONS if needs_a_graph_alone(function)]


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: f"{metric.__module__}.{metric.__name__}")
def test_what_is_no_graph_and_what_is_no_name_of_a_column_are_refused_as_such(metric):
    for graph in (3, None, [[0, 1], [1, 0]]):
        with pytest.raises(ParameterError, match=r": graph: got .*, expected a netgraph.Graph"):
            metric(graph)
    if "weight" in inspect.signature(metric).parameters:
        with pytest.raises(UnknownNameError, match="unknown edge column"):
            metric(triangle(), weight=triangle().edges["gap"])


@pytest.mark.parametrize("metric", [analysis.pagerank, analysis.hits, analysis.spectral_radius, analysis.closeness])
def test_weights_whose_sums_are_infinite_are_refused(metric):
    graph = Graph.from_edges([0, 1, 2], [1, 2, 0], weights=1e308)
    with pytest.raises(ParameterError, match=r"weight: got .*, expected .* whose sum is below 1e\+300"):
        metric(graph, weight="weight")
