"""Shapes, placement and distances."""

import pickle
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from netgraph.space import Shape, distances
from simcore.errors import ParameterError

STAR = [(0, 0), (10, 0), (10, 10), (5, 4), (0, 10)]
HOLE = [(2, 1), (8, 1), (8, 3), (2, 3)]
SHAPES = {
    "rectangle": Shape.rectangle(20.0, 10.0, (100.0, -50.0)),
    "torus": Shape.rectangle(20.0, 10.0, periodic=True),
    "disk": Shape.disk(7.0, (3.0, 4.0)),
    "far disk": Shape.disk(1.0, (1e7, -1e7)),
    "ellipse": Shape.ellipse(10.0, 2.0, (-5.0, 1.0)),
    "box": Shape.box(10.0, 20.0, 30.0, centre=(1.0, 2.0, 3.0)),
    "ball": Shape.ball(5.0, (1.0, 2.0, 3.0)),
    "ellipsoid": Shape.ellipsoid(5.0, 2.0, 8.0, centre=(-4.0, 0.0, 100.0)),
    "cylinder": Shape.cylinder(4.0, 10.0, (1.0, 1.0, 1.0)),
    "sheet": Shape.ellipse(20.0, 10.0).extruded(3.0, bottom=-1.0),
    "ring": Shape.disk(10.0).difference(Shape.disk(6.0)),
    "dumb-bell": Shape.disk(5.0, (-6.0, 0.0)).union(Shape.disk(5.0, (6.0, 0.0)), Shape.rectangle(6.0, 3.0)),
    "lens": Shape.disk(5.0, (-3.0, 0.0)).intersection(Shape.disk(5.0, (3.0, 0.0))),
    "torus with a pillar": Shape.rectangle(20.0, 10.0, periodic=True).difference(Shape.disk(4.0, (10.0, 5.0))),
    "drilled block": Shape.box(10.0, 10.0, 10.0).difference(Shape.cylinder(3.0, 12.0), Shape.ball(4.0, (5.0, 5.0, 5.0))),
}


@pytest.fixture(params=[*SHAPES, "polygon"])
def shape(request):
    if request.param == "polygon":
        pytest.importorskip("shapely")
        return Shape.polygon(STAR, holes=[HOLE])
    return SHAPES[request.param]


def test_sampled_points_lie_in_the_shape_and_its_bounds(shape):
    points = shape.sample(2000, seed=5)
    low, high = shape.bounds
    assert points.shape == (2000, shape.ndim)
    assert shape.contains(points).all()
    assert (points >= low).all()
    assert (points <= high).all()


def test_measure_is_the_share_of_the_bounds_that_the_shape_contains(shape):
    low, high = shape.bounds
    grid = np.random.default_rng(1).uniform(low, high, size=(40_000, shape.ndim))
    share = shape.measure / np.prod(high - low)
    error = np.sqrt(share * (1 - share) / len(grid))
    assert abs(shape.contains(grid).mean() - share) <= 4 * error


def test_samples_fill_the_shape_uniformly(shape):
    """Chi-square over cells of the bounds against cell areas found by a fine independent sample."""
    low, high = shape.bounds
    cells = [np.linspace(low[k], high[k], 5) for k in range(shape.ndim)]
    fine = np.random.default_rng(2).uniform(low, high, size=(400_000, shape.ndim))
    area, _ = np.histogramdd(fine[shape.contains(fine)], bins=cells)
    got, _ = np.histogramdd(shape.sample(4000, seed=11), bins=cells)
    wide = area > 0.01 * area.sum()
    expected = np.append(area[wide], area[~wide].sum()) / area.sum() * 4000
    counts = np.append(got[wide], got[~wide].sum())
    used = expected > 0
    assert counts[~used].sum() == 0
    assert stats.chisquare(counts[used], expected[used]).pvalue > 1e-3


def test_disk_sample_has_the_analytic_distribution_of_the_radius():
    points = Shape.disk(3.0).sample(5000, seed=2)
    share = (np.hypot(*points.T) / 3.0) ** 2
    assert stats.kstest(share, "uniform").pvalue > 1e-3
    assert stats.kstest(np.arctan2(points[:, 1], points[:, 0]) / (2 * np.pi) + 0.5, "uniform").pvalue > 1e-3


def test_each_point_depends_on_its_own_number_alone(shape):
    long = shape.sample(50, seed=9)
    np.testing.assert_array_equal(shape.sample(20, seed=9), long[:20])
    np.testing.assert_array_equal(shape.sample(10, seed=9, first=30), long[30:40])


def test_other_seeds_give_other_points_and_no_seed_never_the_same(shape):
    assert not np.array_equal(shape.sample(5, seed=1), shape.sample(5, seed=2))
    assert not np.array_equal(shape.sample(5), shape.sample(5))


def test_empty_sample_keeps_the_number_of_dimensions(shape):
    assert shape.sample(0, seed=1).shape == (0, shape.ndim)


def test_areas_and_volumes_are_the_analytic_ones():
    assert Shape.rectangle(2.0, 3.0).area == 6.0
    assert Shape.disk(2.0).area == pytest.approx(4 * np.pi)
    assert Shape.ellipse(2.0, 3.0).area == pytest.approx(6 * np.pi)
    assert Shape.box(2.0, 3.0, 4.0).volume == 24.0


def test_volumes_of_round_bodies_and_sheets_are_the_analytic_ones():
    assert Shape.ball(2.0).volume == pytest.approx(32 / 3 * np.pi)
    assert Shape.ellipsoid(1.0, 2.0, 3.0).volume == pytest.approx(8 * np.pi)
    assert Shape.cylinder(2.0, 3.0).volume == pytest.approx(12 * np.pi)
    assert Shape.rectangle(4.0, 5.0).extruded(3.0).volume == 60.0


def test_ball_sample_has_the_analytic_distribution_of_radius_and_height():
    points = Shape.ball(3.0, (1.0, 0.0, 0.0)).sample(5000, seed=4) - (1.0, 0.0, 0.0)
    radius = np.linalg.norm(points, axis=1)
    assert stats.kstest((radius / 3.0) ** 3, "uniform").pvalue > 1e-3
    assert stats.kstest(points[:, 2] / radius / 2 + 0.5, "uniform").pvalue > 1e-3
    assert stats.kstest(np.arctan2(points[:, 1], points[:, 0]) / (2 * np.pi) + 0.5, "uniform").pvalue > 1e-3


def test_moved_shapes_hold_the_moved_points(shape):
    way = np.arange(1.0, shape.ndim + 1)
    moved = shape.moved(way)
    points = np.random.default_rng(3).uniform(*shape.bounds, size=(200, shape.ndim))
    np.testing.assert_array_equal(moved.contains(points + way), shape.contains(points))
    assert moved.measure == pytest.approx(shape.measure)
    assert type(moved) is type(shape)


def test_polygon_area_leaves_out_its_holes():
    pytest.importorskip("shapely")
    assert Shape.polygon(STAR).area == pytest.approx(70.0)
    assert Shape.polygon(STAR, holes=[HOLE]).area == pytest.approx(58.0)


def test_polygon_holes_contain_nothing_but_their_border():
    pytest.importorskip("shapely")
    inside = Shape.polygon(STAR, holes=[HOLE]).contains([(5, 2), (2, 2), (1, 1), (5, 9), (0, 0)])
    np.testing.assert_array_equal(inside, [False, True, True, False, True])


def test_outlines_are_closed_and_lie_on_the_border(shape):
    for line in shape.outline():
        assert line.shape[1] == shape.ndim
        if shape.ndim == 2 and not hasattr(shape, "parts"):
            np.testing.assert_allclose(line[0], line[-1])
    if not shape.periodic and shape != SHAPES["lens"]:
        low, high = shape.bounds
        every = np.concatenate(shape.outline())
        np.testing.assert_allclose(every.min(axis=0), low)
        np.testing.assert_allclose(every.max(axis=0), high)


def test_shapes_compare_by_their_measures_and_survive_pickling(shape):
    assert pickle.loads(pickle.dumps(shape)) == shape
    assert hash(pickle.loads(pickle.dumps(shape))) == hash(shape)
    assert Shape.disk(1.0) == Shape.ellipse(1.0, 1.0)
    assert Shape.disk(1.0) != Shape.disk(2.0)
    assert Shape.rectangle(1.0, 1.0) != Shape.rectangle(1.0, 1.0, periodic=True)


def test_only_rectangles_and_boxes_can_be_periodic():
    assert Shape.rectangle(1.0, 1.0, periodic=True).periodic
    assert Shape.box(1.0, 1.0, 1.0, periodic=True).periodic
    assert not Shape.rectangle(1.0, 1.0).periodic
    assert not Shape.disk(1.0).periodic


@pytest.mark.parametrize("periodic", [False, True])
@pytest.mark.parametrize("ndim", [2, 3])
def test_distances_equal_the_least_over_all_images(ndim, periodic):
    sides = (10.0, 6.0, 4.0)[:ndim]
    make = Shape.rectangle if ndim == 2 else Shape.box
    space = make(*sides, centre=(1.0,) * ndim, periodic=periodic)
    a, b = space.sample(60, seed=1), space.sample(60, seed=2)
    shifts = np.stack(np.meshgrid(*[(-1, 0, 1) if periodic else (0,)] * ndim), axis=-1).reshape(-1, ndim) * sides
    naive = [min(np.linalg.norm(q + s - p) for s in shifts) for p, q in zip(a, b, strict=True)]
    np.testing.assert_allclose(distances(a, b, space), naive, rtol=1e-12)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(*[st.floats(-1e3, 1e3)] * 4), min_size=1, max_size=20),
    st.tuples(st.integers(-3, 3), st.integers(-3, 3)),
)
def test_periodic_distance_is_symmetric_bounded_and_ignores_whole_periods(rows, periods):
    torus = Shape.rectangle(7.0, 5.0, periodic=True)
    a, b = np.array(rows)[:, :2], np.array(rows)[:, 2:]
    d = distances(a, b, torus)
    np.testing.assert_allclose(distances(b, a, torus), d, atol=1e-9)
    np.testing.assert_allclose(distances(a, b + np.array(periods) * (7.0, 5.0), torus), d, atol=1e-9)
    assert (d <= np.hypot(3.5, 2.5) + 1e-9).all()
    assert (d <= distances(a, b) + 1e-9).all()


def test_one_point_is_paired_with_every_row():
    np.testing.assert_allclose(distances((0, 0), [(3, 4), (6, 8)]), [5, 10])
    assert distances(np.empty((0, 2)), np.empty((0, 2))).shape == (0,)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Shape.rectangle(0.0, 1.0), "rectangle: width"),
        (lambda: Shape.rectangle(1.0, np.nan), "rectangle: height"),
        (lambda: Shape.rectangle(1.0, 1.0, periodic="no"), "rectangle: periodic: got 'no'"),
        (lambda: Shape.polygon(STAR, holes=None), "polygon: holes: got None"),
        (lambda: Shape.rectangle(1.0, 1.0, (0, 0, 0)), "rectangle: centre"),
        (lambda: Shape.disk(-1.0), "disk: radius"),
        (lambda: Shape.disk("big"), "disk: radius"),
        (lambda: Shape.ellipse(1.0, np.inf), "ellipse: radius_y"),
        (lambda: Shape.box(1.0, 1.0, 0.0), "box: depth"),
        (lambda: Shape.ball(-1.0), "ball: radius"),
        (lambda: Shape.ellipsoid(1.0, 0.0, 1.0), "ellipsoid: radius_y"),
        (lambda: Shape.cylinder(1.0, np.nan), "cylinder: height"),
        (lambda: Shape.ball(1.0, (0, 0)), "ball: centre"),
        (lambda: Shape.disk(1.0).extruded(-1.0), "extruded: height"),
        (lambda: Shape.ball(1.0).extruded(1.0), "extruded: .*two-dimensional"),
        (lambda: Shape.rectangle(1.0, 1.0, periodic=True).extruded(1.0), "not periodic"),
        (lambda: Shape.disk(1.0).moved((1.0, 2.0, 3.0)), "Shape.moved"),
        (lambda: Shape.disk(1.0).moved([(1.0, 2.0), (3.0, 4.0)]), "Shape.moved"),
        (lambda: Shape.disk(1.0).volume, "Shape.volume"),
        (lambda: Shape.box(1.0, 1.0, 1.0).area, "Shape.area"),
        (lambda: Shape.disk(1.0).sample(-1, seed=1), "Shape.sample: n"),
        (lambda: Shape.disk(1.0).sample(2.5, seed=1), "Shape.sample: n"),
        (lambda: Shape.disk(1.0).sample(2, seed=-1), "Shape.sample: seed"),
        (lambda: Shape.disk(1.0).contains([[1.0, 2.0, 3.0]]), "Shape.contains"),
        (lambda: distances([[0, 0], [1, 1]], [[0, 0], [1, 1], [2, 2]]), "points to pair"),
        (lambda: distances([[0, 0]], [[0, 0, 0]]), "points to pair"),
        (lambda: distances([[0, 0]], [[0, np.nan]]), "finite coordinates"),
        (lambda: distances([[0, 0]], [["a", "b"]]), "array of coordinates"),
        (lambda: distances([0, 0], [1, 1], Shape.box(1.0, 1.0, 1.0)), "3 coordinates"),
    ],
)
def test_wrong_measures_and_points_are_refused(make, message):
    with pytest.raises(ParameterError, match=message):
        make()


@pytest.mark.parametrize(
    ("points", "holes", "message"),
    [
        ([(0, 0), (1, 0)], (), "at least 3 corners"),
        ([(0, 0), (1, 1), (1, 0), (0, 1)], (), "Self-intersection"),
        ([(0, 0), (1, 0), (2, 0)], (), "polygon"),
        (STAR, [[(20, 20), (21, 20), (21, 21)]], "Hole lies outside"),
        ([(0, 0), (1e4, 1e4), (1e4, 1e4 + 1e-3)], (), "bounding rectangle"),
    ],
)
def test_wrong_polygons_are_refused(points, holes, message):
    pytest.importorskip("shapely")
    with pytest.raises(ParameterError, match=message):
        Shape.polygon(points, holes)


def test_polygon_without_shapely_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "shapely", None)
    with pytest.raises(ImportError, match=r'pip install "netspike\[geo\]"'):
        Shape.polygon(STAR)
