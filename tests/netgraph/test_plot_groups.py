"""Heat maps, chord diagrams and hive plots: what each cell, ribbon and arc stands for."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure

from netgraph import Graph, Network, NeuralPop, plot
from netgraph.analysis import structure_graph
from netgraph.plot._style import PALETTE
from simcore.errors import ParameterError, UnknownNameError


@pytest.fixture(autouse=True)
def close_figures():
    plt.close("all")
    yield
    plt.close("all")


@pytest.fixture
def ax():
    return Figure(figsize=(5, 5)).subplots()


def one(ax, gid):
    (artist,) = [a for a in (*ax.collections, *ax.lines) if a.get_gid() == gid]
    return artist


def notes(ax):
    return [t.get_text() for t in ax.texts]


GROUPS = {"b": [3, 0], "a": [1]}  # node 2 is in none
EDGES = [(0, 1), (0, 1), (3, 0), (1, 2), (2, 2), (1, 3)]


def small(**kwargs):
    source, target = zip(*EDGES, strict=True)
    return Graph.from_edges(source, target, n_nodes=4, **kwargs)


# Heat maps


def cells(ax):
    return np.ma.filled(one(ax, "cells").get_array().astype(float), np.nan)


def naive_cells(graph, order, values, n):
    """Sum over the edges of each pair of nodes, in the order of rows."""
    place = {node: k for k, node in enumerate(order)}
    total, count = np.zeros((n, n)), np.zeros((n, n))
    for s, t, v in zip(graph.source.tolist(), graph.target.tolist(), values, strict=True):
        pairs = {(s, t)} if graph.directed else {(s, t), (t, s)}
        for a, b in pairs:
            total[place[a], place[b]] += v
            count[place[a], place[b]] += 1
    return np.where(count > 0, total, np.nan), count


@pytest.mark.parametrize("directed", [True, False])
def test_each_pair_of_nodes_has_a_cell_sorted_by_group(ax, directed):
    weights = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 0.0])
    graph = small(weights=weights, directed=directed)
    order = [3, 0, 1, 2]
    total, count = naive_cells(graph, order, np.ones(6), 4)
    plot.adjacency_heatmap(graph, groups=GROUPS, show="sum", ax=ax)
    np.testing.assert_array_equal(cells(ax), total)
    total, count = naive_cells(graph, order, weights, 4)
    drawn = plot.adjacency_heatmap(graph, groups=GROUPS, weight="weight", show="sum")
    np.testing.assert_array_equal(cells(drawn), total)
    drawn = plot.adjacency_heatmap(graph, groups=GROUPS, weight="weight", show="mean")
    np.testing.assert_allclose(cells(drawn), total / np.where(count > 0, count, np.nan))


def test_groups_are_named_and_their_borders_drawn(ax):
    plot.adjacency_heatmap(small(), groups=GROUPS, ax=ax)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["b", "a", "no group"]
    assert ax.get_yticks().tolist() == [1.0, 2.5, 3.5]
    assert sorted(line.get_ydata()[0] for line in ax.lines if line.get_xdata()[0] == 0)[-2:] == [2, 3]
    assert (ax.get_ylabel(), ax.get_xlabel()) == ("source", "target")
    assert ax.get_ylim() == (4.0, 0.0)


def test_nodes_are_sorted_within_their_group(ax):
    rng = np.random.default_rng(0)
    graph = Graph.from_edges(*rng.integers(0, 30, (2, 200)), n_nodes=30)
    plot.adjacency_heatmap(graph, sort="out", ax=ax)
    assert (np.diff(np.nansum(cells(ax), axis=1)) >= 0).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40), st.integers(1, 12), st.integers(0, 2**31))
def test_bins_keep_the_number_of_edges_and_lie_in_one_group_each(n, bins, seed):
    rng = np.random.default_rng(seed)
    graph = Graph.from_edges(*rng.integers(0, n, (2, 100)), n_nodes=n)
    first = int(rng.integers(1, n + 1))
    ax = plot.adjacency_heatmap(graph, groups={"a": np.arange(first)}, show="sum", bins=bins, ax=Figure().subplots())
    borders = one(ax, "cells").get_coordinates()[0, :, 0]
    assert np.nansum(cells(ax)) == 100
    assert first in borders
    assert (np.diff(borders) > 0).all()
    assert borders[-1] == n
    dense = plot.adjacency_heatmap(graph, groups={"a": np.arange(first)}, bins=bins, ax=Figure().subplots())
    width = np.diff(borders)
    np.testing.assert_allclose(cells(dense), cells(ax) / np.outer(width, width))


def test_inhibitory_edges_are_blue_and_excitatory_ones_red(ax):
    net = Network.from_edges([0, 9], [1, 2], population=NeuralPop.exc_and_inhib(10), weights=2.0)
    plot.adjacency_heatmap(net, weight="weight", signed=True, ax=ax)
    assert (cells(ax)[0, 1], cells(ax)[9, 2]) == (2.0, -2.0)
    mesh = one(ax, "cells")
    assert (mesh.norm.vmin, mesh.norm.vmax) == (-2.0, 2.0)
    red, blue = mesh.to_rgba([2.0, -2.0])
    assert red[0] > red[2]
    assert blue[2] > blue[0]


def test_a_million_edges_are_binned_fast():
    rng = np.random.default_rng(0)
    graph = Graph.from_edges(*rng.integers(0, 100_000, (2, 1_000_000)), n_nodes=100_000)
    start = time.process_time()
    ax = plot.adjacency_heatmap(graph)
    assert time.process_time() - start < 1.5
    assert cells(ax).shape == (400, 400)


def test_outliers_among_many_cells_do_not_make_the_others_pale(ax):
    rng = np.random.default_rng(0)
    source, target = rng.integers(0, 200, (2, 20_000))
    graph = Graph.from_edges(np.append(source, np.zeros(1000, int)), np.append(target, np.zeros(1000, int)), n_nodes=200)
    plot.adjacency_heatmap(graph, ax=ax)
    mesh = one(ax, "cells")
    assert mesh.norm.vmax < 10 < np.nanmax(cells(ax))
    assert mesh.colorbar.extend == "max"


def test_names_that_have_no_room_are_left_out_and_the_picture_says_so():
    ax = plot.adjacency_heatmap(Graph(60), groups={f"population {i}": [i] for i in range(60)})
    assert 5 < len(ax.get_yticks()) < 60
    assert notes(ax)[0].endswith("of 60 groups named")


@pytest.mark.parametrize(
    "graph", [Graph(0), Graph(1), Graph(30), Graph.from_edges([0], [0]), Graph.from_edges([0], [1], weights=0.0)]
)
@pytest.mark.parametrize("log", [True, False])
def test_graphs_with_hardly_any_edges_have_heat_maps(graph, log):
    plot.adjacency_heatmap(graph, log=log).figure.canvas.draw()


# Chord diagrams


def arcs(ax):
    """Length of each arc, in radians."""
    ax.figure.canvas.draw()
    found = []
    for path in one(ax, "arcs").get_paths():
        outer = path.vertices[np.isclose(np.linalg.norm(path.vertices, axis=1), 1.06)]
        found.append(np.ptp(np.unwrap(np.arctan2(outer[:, 1], outer[:, 0]))))
    return np.array(found)


def ribbons(ax):
    """Widths of both ends of each ribbon, in radians, and its colour."""
    drawn = one(ax, "ribbons")
    out = []
    for path, colour in zip(drawn.get_paths(), drawn.get_facecolors(), strict=True):
        points = path.vertices
        half = [points[:48], points[49:97]]
        widths = [np.ptp(np.unwrap(np.arctan2(p[:, 1], p[:, 0]))) for p in half]
        out.append((*widths, *(float(np.linalg.norm(p[0])) for p in half), to_hex(colour)))
    return out


def test_ribbons_are_as_wide_as_the_matrix_says_and_have_the_colour_of_their_source(ax):
    matrix = np.array([[1.0, 4.0], [2.0, 0.0]])
    plot.chord_diagram(matrix, names=["a", "b"], gap=0.0, ax=ax)
    unit = 2 * np.pi / (2 * matrix.sum())
    found = sorted(ribbons(ax))
    assert [r[0] / unit for r in found] == [pytest.approx(v) for v in (1.0, 2.0, 4.0)]
    assert [r[1] / unit for r in found] == [pytest.approx(v) for v in (1.0, 2.0, 4.0)]
    assert [r[4] for r in found] == [PALETTE[0].lower(), PALETTE[1].lower(), PALETTE[0].lower()]
    assert all(r[2] > r[3] for r in found)  # ends keep away from the target's arc
    np.testing.assert_allclose(arcs(ax), np.array([8.0, 6.0]) * unit)
    assert notes(ax) == ["a", "b"]


def test_symmetric_matrices_have_one_ribbon_for_two_groups(ax):
    plot.chord_diagram([[1.0, 4.0], [4.0, 2.0]], gap=0.0, ax=ax)
    found = ribbons(ax)
    assert len(found) == 3
    assert all(r[2] == r[3] for r in found)
    np.testing.assert_allclose(arcs(ax), np.array([5.0, 6.0]) * 2 * np.pi / 11)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 7), st.integers(0, 2**31))
def test_ribbons_fill_the_arcs_exactly_without_overlap(k, seed):
    from netgraph.plot.chords import _angles

    matrix = np.random.default_rng(seed).integers(0, 5, (k, k)).astype(float)
    spans, ends = _angles(matrix, 0.02, directed=True)
    for i in range(k):
        here = [tuple(ends[i, j, 0]) for j in range(k)] + [tuple(ends[j, i, 1]) for j in range(k)]
        here = sorted(span for span in here if span[1] > span[0])
        assert all(a[1] <= b[0] + 1e-9 for a, b in zip(here, here[1:], strict=False))
        assert sum(b - a for a, b in here) == pytest.approx(spans[i, 1] - spans[i, 0] if matrix.any() else 0.0, abs=1e-9)


def test_networks_and_graphs_of_groups_have_the_same_diagram():
    net = Network.from_edges([0, 1, 9, 9], [9, 2, 0, 8], population=NeuralPop.exc_and_inhib(10), weights=[1.0, 2.0, 3.0, 4.0])
    groups = Graph.from_edges([0, 0, 1, 1], [1, 0, 0, 1], weights=[1.0, 2.0, 3.0, 4.0])
    groups.nodes["name"] = ["excitatory", "inhibitory"]
    matrix = [[2.0, 1.0], [3.0, 4.0]]
    drawn = [plot.chord_diagram(net, weight="weight"), plot.chord_diagram(groups, weight="weight"), plot.chord_diagram(matrix)]
    for ax in drawn[1:]:
        np.testing.assert_allclose([r[:2] for r in ribbons(ax)], [r[:2] for r in ribbons(drawn[0])])
    again = plot.chord_diagram(structure_graph(net), weight="weight")
    assert sorted(r[:2] for r in ribbons(again)) == [pytest.approx(r[:2]) for r in sorted(ribbons(drawn[0]))]
    assert notes(drawn[0]) == notes(drawn[1]) == notes(again) == ["excitatory", "inhibitory"]
    assert len(ribbons(plot.chord_diagram(net))) == 4


def test_nodes_of_no_group_and_groups_without_edges_leave_no_ribbon(ax):
    plot.chord_diagram(small(), groups={**GROUPS, "empty": []}, ax=ax)
    assert len(ribbons(ax)) == 3
    assert arcs(ax)[2] == pytest.approx(0.0, abs=1e-9)
    for nothing in (np.zeros((3, 3)), np.zeros((0, 0)), Graph(4), [[1.0]]):
        plot.chord_diagram(nothing).figure.canvas.draw()


# Hive plots


def test_nodes_lie_on_the_axis_of_their_group_as_far_out_as_their_value(ax):
    graph = Graph.from_edges([0, 1, 2], [1, 2, 0])
    plot.hive_plot(graph, axes=["a", "b", "c"], radial=[0.0, 5.0, 10.0], ax=ax)
    points = one(ax, "nodes").get_offsets()
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), [0.12, 0.56, 1.0])
    np.testing.assert_allclose(np.degrees(np.arctan2(*points.T[::-1])), [90.0, -30.0, -150.0])
    segments = one(ax, "edges").get_segments()
    np.testing.assert_allclose([[s[0], s[-1]] for s in segments], points[[[0, 1], [1, 2], [2, 0]]], atol=1e-12)
    np.testing.assert_allclose(one(ax, "edges").get_colors()[:, :3], [to_rgba(c)[:3] for c in PALETTE[:3]])


def test_axes_with_inner_edges_are_doubled_and_the_edges_run_between_the_copies(ax):
    graph = Graph.from_edges([0, 0], [1, 2])
    plot.hive_plot(graph, axes=["a", "a", "b"], ax=ax)
    assert len([line for line in ax.lines if line.get_gid() == "axis"]) == 3
    assert len(one(ax, "nodes").get_offsets()) == 5
    inner = one(ax, "edges").get_segments()[0]
    angle = np.degrees(np.arctan2(inner[:, 1], inner[:, 0]))
    assert angle[0] > 90 > angle[-1]


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 6), st.integers(0, 2**31))
def test_edges_begin_and_end_at_copies_of_their_nodes_and_never_go_the_long_way_round(k, seed):
    rng = np.random.default_rng(seed)
    graph = Graph.from_edges(*rng.integers(0, 12, (2, 30)), n_nodes=12)
    axis = np.array([f"axis {i}" for i in rng.integers(0, k, 12)])
    ax = plot.hive_plot(graph, axes=axis, ax=Figure().subplots())
    points = one(ax, "nodes").get_offsets()
    for s in one(ax, "edges").get_segments():
        for end in (s[0], s[-1]):
            assert np.linalg.norm(points - end, axis=1).min() < 1e-9
        turn = np.abs(np.diff(np.unwrap(np.arctan2(s[:, 1], s[:, 0])))).sum()
        assert turn <= np.pi * 1.4


def test_numbers_are_divided_into_axes_with_as_many_nodes_each():
    graph = Graph(9)
    graph.nodes["depth"] = np.arange(9.0)
    ax = plot.hive_plot(graph, axes="depth", radial="depth", scale="rank")
    assert notes(ax) == ["depth 0 to 2.67", "depth 2.67 to 5.33", "depth 5.33 to 8"]
    radius = np.linalg.norm(one(ax, "nodes").get_offsets(), axis=1).reshape(3, 3)
    np.testing.assert_allclose(radius, np.tile(0.12 + 0.88 * np.array([1, 3, 5]) / 6, (3, 1)))
    ax = plot.hive_plot(graph, axes="depth", bins=[0.0, 4.0, 6.0])
    assert notes(ax) == ["depth 0 to 4", "depth 4 to 6", "7 of 9 nodes on an axis"]


def test_more_edges_than_allowed_are_sampled_in_hive_plots():
    rng = np.random.default_rng(0)
    net = Network.from_edges(*rng.integers(0, 40, (2, 500)), population=NeuralPop.exc_and_inhib(40))
    ax = plot.hive_plot(net, max_edges=50)
    assert len(one(ax, "edges").get_segments()) == 50
    assert "50 of 500 edges drawn" in notes(ax)
    assert notes(ax)[:2] == ["excitatory", "inhibitory"]


REFUSED = {
    "show": (lambda: plot.adjacency_heatmap(small(), show="densty"), UnknownNameError, "did you mean 'density'"),
    "mean": (lambda: plot.adjacency_heatmap(small(), show="mean"), ParameterError, "'density' or 'sum' without weight"),
    "weight": (lambda: plot.adjacency_heatmap(small(weights=1.0), weight="wieght"), UnknownNameError, "did you mean 'weight'"),
    "types": (lambda: plot.adjacency_heatmap(small(), signed=True), ParameterError, "without types"),
    "bins": (lambda: plot.adjacency_heatmap(small(), bins=0), ParameterError, "bins: got 0"),
    "sort": (lambda: plot.adjacency_heatmap(small(), sort="inn"), UnknownNameError, "did you mean 'in'"),
    "heat map": (lambda: plot.adjacency_heatmap([[1]]), ParameterError, "expected a netgraph.Graph"),
    "square": (lambda: plot.chord_diagram(np.zeros((2, 3))), ParameterError, r"shape \(2, 3\)"),
    "negative": (lambda: plot.chord_diagram([[0, -1], [0, 0]]), ParameterError, "-1 from 0 to 1"),
    "nan": (lambda: plot.chord_diagram([[np.nan]]), ParameterError, "nan from 0 to 0"),
    "too many": (lambda: plot.chord_diagram(Graph(101)), ParameterError, "101 groups', expected at most 100"),
    "names": (lambda: plot.chord_diagram([[1]], names=["a", "b"]), ParameterError, "names: got"),
    "same names": (lambda: plot.chord_diagram(np.ones((2, 2)), names=["a", "a"]), ParameterError, "2 different names"),
    "matrix": (lambda: plot.chord_diagram("matrix"), ParameterError, "a square matrix of numbers"),
    "matrix weight": (lambda: plot.chord_diagram([[1]], weight="weight"), ParameterError, "None with a matrix"),
    "alpha": (lambda: plot.chord_diagram([[1]], alpha=2.0), ParameterError, "alpha: got 2.0"),
    "axes": (lambda: plot.hive_plot(small(), axes="groop", groups=GROUPS), UnknownNameError, "did you mean 'group'"),
    "no groups": (lambda: plot.hive_plot(small()), ParameterError, "axes: got 'group'"),
    "scale": (lambda: plot.hive_plot(small(), groups=GROUPS, scale="lin"), UnknownNameError, "scale of hive_plot"),
    "log": (lambda: plot.hive_plot(small(), groups=GROUPS, edge_alpha=2), ParameterError, "edge_alpha"),
    "zero": (lambda: plot.hive_plot(Graph(2), axes=["a", "b"], scale="log"), ParameterError, "values > 0 for scale='log'"),
    "many axes": (lambda: plot.hive_plot(Graph(20), axes=np.arange(20).astype(str)), ParameterError, "20 axes"),
    "hive bins": (lambda: plot.hive_plot(small(), axes="in", bins=0), ParameterError, "bins: got 0"),
    "hive borders": (lambda: plot.hive_plot(small(), axes="in", bins=[2, 1]), ParameterError, "increasing borders"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_drawn_is_refused_before_a_figure_is_made(case):
    call, error, message = REFUSED[case]
    with pytest.raises(error, match=message):
        call()
    assert plt.get_fignums() == []
