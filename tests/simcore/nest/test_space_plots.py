"""Pictures of nodes with positions, their partners, masks and probabilities."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

import simcore.nest as ours


@pytest.fixture(autouse=True)
def _fresh():
    ours.ResetKernel()
    yield
    plt.close("all")


def offsets(figure, k):
    return np.asarray(figure.axes[0].collections[k].get_offsets())


def test_pictures_show_nodes_and_their_partners_where_they_are():
    nodes = ours.Create("iaf_psc_alpha", positions=ours.spatial.grid([5, 5], extent=[5.0, 5.0]))
    ball = {"circular": {"radius": 1.1}}
    ours.Connect(nodes, nodes, {"rule": "pairwise_bernoulli", "p": 1.0, "mask": ball})
    layer = ours.PlotLayer(nodes, nodecolor="g", nodesize=7)
    np.testing.assert_allclose(offsets(layer, 0), ours.GetPosition(nodes))
    for figure in (ours.PlotTargets(nodes[12], nodes), ours.PlotSources(nodes, nodes[12])):
        assert sorted(map(tuple, offsets(figure, 0))) == [(-1.0, 0.0), (0.0, -1.0), (0.0, 0.0), (0.0, 1.0), (1.0, 0.0)]
        np.testing.assert_allclose(offsets(figure, 1), [[0.0, 0.0]])
    assert ours.PlotTargets(nodes[0], nodes, fig=layer) is layer
    assert len(layer.axes[0].collections) == 3


def test_pictures_are_drawn_into_the_current_axes_of_a_figure():
    nodes = ours.Create("iaf_psc_alpha", positions=ours.spatial.grid([3, 3]))
    ours.Connect(nodes, nodes)
    figure, axes = plt.subplots(1, 2)
    for ax in axes:
        plt.sca(ax)
        ours.PlotLayer(nodes, fig=figure)
        ours.PlotTargets(nodes[0], nodes, fig=figure)
        ours.PlotSources(nodes, nodes[0], fig=figure)
    assert [len(ax.collections) for ax in axes] == [5, 5]


def test_pictures_show_masks_and_probabilities():
    nodes = ours.Create("iaf_psc_alpha", positions=ours.spatial.grid([5, 5], extent=[5.0, 5.0]))
    falloff = ours.spatial_distributions.gaussian(ours.spatial.distance, std=1.0)
    figure = ours.PlotTargets(nodes[12], nodes, mask={"circular": {"radius": 1.1}}, probability_parameter=falloff)
    axes = figure.axes[0]
    picture = axes.images[0].get_array()
    assert picture.shape == (100, 100)
    assert picture.max() == pytest.approx(1.0, abs=0.01)
    assert picture[50, 0] == pytest.approx(np.exp(-(2.75**2) / 2), abs=0.01)
    border = next(c for c in axes.collections if c.get_paths() and len(c.get_paths()[0].vertices) > 50).get_paths()[0].vertices
    np.testing.assert_allclose(np.hypot(*border.T), 1.1, atol=0.02)
    _, own = plt.subplots()
    ours.PlotProbabilityParameter(nodes[12], falloff, edges=[0.0, 1.0, -1.0, 1.0], shape=[11, 21], ax=own)
    assert own.images[0].get_array().shape == (21, 11)
    assert own.images[0].get_array()[10, 0] == 1.0
    with pytest.raises(ValueError, match="neither parameter nor mask"):
        ours.PlotProbabilityParameter(nodes[12])


def test_pictures_of_nodes_in_three_dimensions_are_solid():
    nodes = ours.Create("iaf_psc_alpha", positions=ours.spatial.grid([2, 2, 2]))
    ours.Connect(nodes, nodes)
    assert ours.PlotLayer(nodes).axes[0].name == "3d"
    assert len(ours.PlotTargets(nodes[0], nodes).axes[0].collections) == 2
    with pytest.raises(ours.NESTErrors.BadProperty, match="3 dimensions"):
        ours.PlotTargets(nodes[0], nodes, mask={"spherical": {"radius": 1.0}})
