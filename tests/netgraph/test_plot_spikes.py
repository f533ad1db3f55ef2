"""Plots of spikes: every spike and every rate is where the data say."""

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import StepPatch

from netgraph import Graph, NeuralPop, analysis, plot
from netgraph.plot._style import PALETTE
from simcore.errors import ParameterError, UnknownNameError

SPIKES = (np.array([1.0, 2.0, 3.0, 4.0, 5.0, 60.0]), np.array([0, 4, 2, 2, 9, 0]))


@pytest.fixture(autouse=True)
def close_figures():
    plt.close("all")
    yield
    plt.close("all")


@pytest.fixture
def ax():
    return Figure(figsize=(6, 4)).subplots()


def legend_of(ax):
    legend = ax.get_legend()
    return [] if legend is None else [t.get_text() for t in legend.get_texts()]


def steps_of(ax):
    return [p.get_data() for p in ax.patches if isinstance(p, StepPatch)]


def points_of(ax):
    return {line.get_label(): np.column_stack(line.get_data()) for line in ax.lines}


def test_raster_draws_every_spike_at_its_time_and_id(ax):
    plot.raster(*SPIKES, ax=ax)
    (points,) = points_of(ax).values()
    np.testing.assert_allclose(points, np.column_stack(SPIKES))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("time [ms]", "neuron id")
    assert ax.get_ylim() == (-0.5, 9.5)


def test_raster_rows_follow_the_order_and_leave_out_other_nodes(ax):
    plot.raster(*SPIKES, order=[4, 0, 7, 2], ax=ax)
    (points,) = points_of(ax).values()
    np.testing.assert_allclose(points, [[1, 1], [2, 0], [3, 3], [4, 3], [60, 1]])
    assert ax.get_ylim() == (-0.5, 3.5)
    assert ax.get_ylabel() == "neurons"


def test_raster_keeps_to_the_window(ax):
    plot.raster(*SPIKES, window=(1.0, 5.0), ax=ax)
    (points,) = points_of(ax).values()
    np.testing.assert_allclose(points[:, 0], [2.0, 3.0, 4.0, 5.0])
    assert ax.get_xlim() == (1.0, 5.0)


def test_raster_stacks_and_colours_groups(ax):
    plot.raster(*SPIKES, groups={"a": [2, 4], "b": [9, 0, 2], "c": [5]}, ax=ax)
    points = points_of(ax)
    np.testing.assert_allclose(points["a"], [[2, 1], [3, 0], [4, 0]])
    np.testing.assert_allclose(points["b"], [[1, 3], [5, 2], [60, 3]])
    assert points["c"].shape == (0, 2)
    assert [line.get_color() for line in ax.lines] == list(PALETTE[:3])
    assert legend_of(ax) == ["c", "b", "a"]
    assert ax.get_ylim() == (-0.5, 4.5)


def test_raster_colours_groups_in_a_given_order_and_others_grey(ax):
    plot.raster(*SPIKES, order=[9, 2, 0], groups={"a": [0], "b": [9]}, colours={"a": "red", "b": "k"}, ax=ax)
    points = points_of(ax)
    np.testing.assert_allclose(points["a"], [[1, 2], [60, 2]])
    np.testing.assert_allclose(points["b"], [[5, 0]])
    np.testing.assert_allclose(np.column_stack(ax.lines[2].get_data()), [[3, 1], [4, 1]])
    assert [line.get_color() for line in ax.lines] == ["red", "k", "#808080"]


def test_raster_takes_a_population_for_its_groups(ax):
    population = NeuralPop.exc_and_inhib(10)
    plot.raster(*SPIKES, groups=population, ax=ax)
    points = points_of(ax)
    assert len(points["excitatory"]) == 5
    assert len(points["inhibitory"]) == 1


def test_many_spikes_are_pixels_and_all_of_them_are_drawn(ax):
    rng = np.random.default_rng(0)
    n = 300_000
    plot.raster(rng.uniform(0, 1000, n), rng.integers(0, 1000, n), ax=ax)
    (line,) = ax.lines
    assert len(line.get_xdata()) == n
    assert line.get_marker() == ","
    assert line.get_rasterized()
    small = plot.raster(*SPIKES, ax=Figure().subplots()).lines[0]
    assert small.get_marker() == "|"
    assert not small.get_rasterized()


def test_raster_without_spikes_is_empty(ax):
    plot.raster([], [], order=[0, 1, 2], window=(0.0, 10.0), ax=ax)
    assert ax.get_ylim() == (-0.5, 2.5)
    plot.raster([], [], ax=ax)


def test_rate_histogram_draws_the_population_rate(ax):
    plot.rate_histogram(*SPIKES, bin_width=10.0, nodes=range(10), window=(0.0, 100.0), ax=ax)
    ((values, edges, _),) = steps_of(ax)
    rate, expected = analysis.population_rate(*SPIKES, bin_width=10.0, nodes=range(10), window=(0.0, 100.0))
    np.testing.assert_allclose(values, rate)
    np.testing.assert_allclose(edges, expected)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("time [ms]", "rate [Hz]")
    assert ax.get_xlim() == (0.0, 100.0)
    assert ax.get_ylim()[0] == 0


def test_rate_histogram_draws_one_line_for_each_group(ax):
    groups = {"a": [0, 1], "b": [2, 4, 9, 11]}
    plot.rate_histogram(*SPIKES, bin_width=50.0, groups=groups, window=(0.0, 100.0), ax=ax)
    np.testing.assert_allclose([s.values for s in steps_of(ax)], [[10.0, 10.0], [20.0, 0.0]])
    assert legend_of(ax) == ["b", "a"]


def test_more_groups_than_the_palette_has_get_distinct_colours(ax):
    groups = {f"g{i}": [i] for i in range(12)}
    plot.raster(*SPIKES, groups=groups, ax=ax)
    assert len({line.get_color() for line in ax.lines}) == 12


def test_a_long_legend_in_a_low_figure_fits_beside_the_data():
    ax = plot.rate_histogram(*SPIKES, groups={f"area {k} of the left hemisphere": [k] for k in range(30)}, window=(0.0, 100.0))
    ax.figure.canvas.draw()
    assert ax.bbox.height > 100.0
    assert ax.get_legend().get_window_extent().y0 > 0.0


@pytest.mark.parametrize(
    ("error", "call", "message"),
    [
        (ParameterError, lambda: plot.raster([1.0], [0, 1]), "one length"),
        (ParameterError, lambda: plot.raster(*SPIKES, order=[1, 1]), "raster: order"),
        (ParameterError, lambda: plot.raster(*SPIKES, groups=[0, 1]), "raster: groups"),
        (ParameterError, lambda: plot.raster(*SPIKES, groups={"a": [0], "b": [2]}, colours=["red"]), "2 colours"),
        (UnknownNameError, lambda: plot.raster(*SPIKES, groups={"a": [0]}, colours={"b": "red"}), "'a'"),
        (ParameterError, lambda: plot.raster(*SPIKES, colours="no colour"), "raster: colours"),
        (ParameterError, lambda: plot.rate_histogram(*SPIKES), "window"),
        (
            ParameterError,
            lambda: plot.rate_histogram(*SPIKES, nodes=[0], groups={"a": [0]}, window=(0.0, 1.0)),
            "None together with groups",
        ),
        (UnknownNameError, lambda: plot.degree_distribution(Graph(3), mode="inn"), "mode of degree"),
    ],
)
def test_wrong_spikes_orders_groups_and_colours_are_refused_before_a_figure_is_made(error, call, message):
    with pytest.raises(error, match=message):
        call()
    assert plt.get_fignums() == []
