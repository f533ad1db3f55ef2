"""Shapes on paper: borders, holes, areas, and refusals."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from netgraph.plot import draw_shape
from netgraph.space import Shape
from simcore.errors import ParameterError


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def lines(ax, gid):
    return [line.get_xydata() for line in ax.lines if line.get_gid() == gid]


def test_borders_holes_and_areas_are_drawn_where_they_are():
    ground = Shape.rectangle(100.0, 60.0).difference(Shape.disk(5.0, (20.0, 0.0)))
    ax = draw_shape(ground.with_area("pit", Shape.rectangle(20.0, 20.0, (-30.0, 0.0))))
    ends = sorted((p.min(axis=0).round(2).tolist(), p.max(axis=0).round(2).tolist()) for p in lines(ax, "shape"))
    assert [-50.0, -30.0] in [low for low, _ in ends]
    assert any(np.allclose([low, high], [[15.0, -5.0], [25.0, 5.0]], atol=0.1) for low, high in ends)
    (pit,) = lines(ax, "area")
    assert (pit.min(axis=0).tolist(), pit.max(axis=0).tolist()) == ([-40.0, -10.0], [-20.0, 10.0])
    assert (ax.get_xlabel(), ax.get_aspect()) == ("x [µm]", 1.0)


def test_shapes_of_three_dimensions_get_their_axes():
    ax = draw_shape(Shape.box(10.0, 20.0, 30.0))
    assert ax.name == "3d"
    assert len(ax.lines) > 0
    assert draw_shape(Shape.ball(5.0), ax=ax) is ax


@pytest.mark.parametrize("shape", [None, "disk", [[0, 0], [1, 1]]])
def test_what_is_no_shape_is_refused(shape):
    with pytest.raises(ParameterError, match=r"shape: got .* expected a netgraph\.space\.Shape"):
        draw_shape(shape)
    assert plt.get_fignums() == []


def test_axes_of_another_dimension_are_refused():
    with pytest.raises(ParameterError, match="draw_shape: ax: got .* expected axes for 3 dimensions"):
        draw_shape(Shape.ball(5.0), ax=plt.figure().add_subplot())
