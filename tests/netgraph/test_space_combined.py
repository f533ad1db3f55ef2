"""Unions, differences and intersections: measures, membership, samples and borders."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from netgraph.space import Shape
from simcore.errors import ParameterError

FIELD = Shape.rectangle(10.0, 10.0)
OPERATIONS = ["union", "difference", "intersection"]
TORUS = Shape.rectangle(10.0, 10.0, periodic=True)


def lens(radius, apart):
    """Area that two disks share (Weisstein, Circle-Circle Intersection)."""
    return 2 * radius**2 * np.arccos(apart / 2 / radius) - apart / 2 * np.sqrt(4 * radius**2 - apart**2)


def ball_lens(radius, apart):
    """Volume that two balls share."""
    return np.pi / 12 * (4 * radius + apart) * (2 * radius - apart) ** 2


@pytest.mark.parametrize(
    ("shape", "area"),
    [
        (FIELD.difference(Shape.disk(1.0)), 100 - np.pi),
        (
            FIELD.difference(Shape.disk(1.0), Shape.disk(1.0, (3.0, 0.0)), Shape.rectangle(1.0, 1.0, (-3.0, 0.0))),
            99 - 2 * np.pi,
        ),
        (FIELD.difference(Shape.rectangle(4.0, 4.0, (5.0, 1.0)), Shape.rectangle(2.0, 2.0, (4.0, 1.0))), 92.0),
        (FIELD.difference(Shape.disk(1.0, (50.0, 0.0))), 100.0),
        (TORUS.difference(Shape.disk(1.0, (2.0, 2.0))), 100 - np.pi),
        (FIELD.union(Shape.rectangle(10.0, 10.0, (5.0, 0.0))), 150.0),
        (Shape.disk(1.0).union(Shape.disk(1.0, (0.0, 5.0))), 2 * np.pi),
        (FIELD.intersection(Shape.disk(1.0)), np.pi),
        (TORUS.intersection(Shape.disk(1.0)), np.pi),
        (FIELD.difference(Shape.disk(2.0)).intersection(Shape.disk(3.0)), 5 * np.pi),
        (Shape.disk(2.0).union(Shape.disk(1.0)), 4 * np.pi),
        (Shape.disk(3.0).difference(Shape.disk(2.0)).union(Shape.disk(1.0)), 6 * np.pi),
        (Shape.disk(1.0).union(Shape.disk(1.0, (0.6, 0.8))), 2 * np.pi - lens(1.0, 1.0)),
        (Shape.disk(1.0).intersection(Shape.disk(1.0, (0.0, 1.0))), lens(1.0, 1.0)),
        (Shape.disk(1.0).intersection(Shape.disk(1.0, (1.5, 0.0))), lens(1.0, 1.5)),
        (TORUS.difference(Shape.disk(1.0, (5.0, 5.0))), 100 - np.pi),
        (TORUS.difference(Shape.disk(1.0, (25.0, -15.0))), 100 - np.pi),
        (TORUS.intersection(Shape.disk(2.0, (-5.0, 0.0))), 4 * np.pi),
    ],
)
def test_areas_of_combined_shapes_are_the_analytic_ones(shape, area):
    assert shape.area == pytest.approx(area, rel=1e-6)


@pytest.mark.parametrize(
    ("shape", "volume"),
    [
        (Shape.box(9.0, 9.0, 9.0).difference(Shape.cylinder(2.0, 20.0)), 729 - 36 * np.pi),
        (Shape.box(9.0, 9.0, 9.0).difference(Shape.ball(2.0, (4.5, 4.5, 4.5))), 729 - 4 / 3 * np.pi),
        (Shape.box(9.0, 9.0, 9.0, periodic=True).difference(Shape.ball(2.0, (4.5, 0.0, 0.0))), 729 - 32 / 3 * np.pi),
        (
            Shape.box(9.0, 9.0, 9.0).difference(Shape.ball(2.0), Shape.box(1.0, 1.0, 1.0, centre=(3, 3, 3))),
            728 - 32 / 3 * np.pi,
        ),
        (Shape.ball(1.0).intersection(Shape.ball(1.0, (0.0, 0.6, 0.8))), ball_lens(1.0, 1.0)),
        (Shape.ball(1.0).union(Shape.ball(1.0, (0.0, 0.0, 1.0))), 8 / 3 * np.pi - ball_lens(1.0, 1.0)),
        (FIELD.difference(Shape.disk(1.0)).extruded(3.0), 300 - 3 * np.pi),
    ],
)
def test_volumes_of_combined_bodies_are_the_analytic_ones(shape, volume):
    assert shape.volume == pytest.approx(volume, rel=5e-5)


def drawn_shapes():
    # Thousandths: shapely loses digits beside numbers of 1e-309.
    place = st.tuples(*[st.integers(-4000, 4000).map(lambda k: k / 1000)] * 2)
    size = st.integers(500, 4000).map(lambda k: k / 1000)
    corners = [(0, 0), (3, 0), (3, 1), (1, 1), (1, 3), (0, 3)]
    return st.one_of(
        st.builds(Shape.disk, size, place),
        st.builds(Shape.ellipse, size, size, place),
        st.builds(Shape.rectangle, size, size, place),
        st.builds(lambda x: Shape.polygon(corners).moved(x), place),
    )


def as_shapely(shape):
    import shapely

    if shape.to_dict()["kind"] == "ellipse":
        disk = shapely.Point(0, 0).buffer(1.0, quad_segs=1 << 11)
        return shapely.affinity.translate(shapely.affinity.scale(disk, *shape.radii, origin=(0, 0)), *shape.centre)
    return shapely.Polygon(shape.outline()[0])


@settings(max_examples=30, deadline=None)
@given(
    drawn_shapes(), st.lists(drawn_shapes(), min_size=1, max_size=3), st.sampled_from(["union", "difference", "intersection"])
)
def test_areas_and_membership_are_those_of_shapely(first, others, operation):
    pytest.importorskip("shapely")
    import shapely
    import shapely.affinity

    pieces = [as_shapely(other) for other in others]
    whole = getattr(as_shapely(first), operation)(pieces[0] if operation == "intersection" else shapely.unary_union(pieces))
    for piece in pieces[1:] if operation == "intersection" else ():
        whole = whole.intersection(piece)
    try:
        shape = getattr(first, operation)(*others)
    except ParameterError:
        assert whole.area < 2e-3 * first.area
        return
    # The chords of the twin's disks leave out 1e-7 of each.
    assert shape.area == pytest.approx(whole.area, rel=1e-6, abs=3e-7 * sum(part.area for part in (first, *others)))
    points = np.random.default_rng(1).uniform(-8, 8, (300, 2))
    clear = shapely.distance(shapely.points(points), whole.boundary) > 1e-4
    np.testing.assert_array_equal(shape.contains(points)[clear], shapely.contains_xy(whole, *points[clear].T))
    drawn = shape.sample(50, seed=1)
    assert (shapely.distance(shapely.points(drawn), whole) < 1e-4).all()
    for line in shape.outline():
        assert (shapely.distance(shapely.points(line), whole.boundary) < 1e-3 * 8).all()


def test_hundreds_of_overlapping_obstacles_have_the_area_that_shapely_finds():
    pytest.importorskip("shapely")
    import shapely

    places = np.random.default_rng(0).uniform(-50, 50, (200, 2))
    field = Shape.rectangle(100.0, 100.0).difference(*[Shape.disk(2.5, place) for place in places])
    disks = shapely.unary_union(shapely.points(places).tolist()).buffer(2.5, quad_segs=200)
    assert field.area == pytest.approx(shapely.box(-50, -50, 50, 50).difference(disks).area, rel=1e-5)


def test_a_union_is_sampled_uniformly_where_its_parts_overlap():
    shape = Shape.rectangle(2.0, 2.0).union(Shape.rectangle(2.0, 2.0, (1.0, 0.0)), Shape.rectangle(1.0, 2.0, (0.5, 0.0)))
    bins = np.linspace(-1, 2, 7)
    chances = [stats.chisquare(np.histogram(shape.sample(2000, seed=s)[:, 0], bins)[0]).pvalue for s in range(40)]
    assert stats.kstest(chances, "uniform").pvalue > 1e-3


def test_unions_within_unions_are_sampled_uniformly():
    pair = Shape.rectangle(1.0, 1.0).union(Shape.rectangle(1.0, 1.0, (2.0, 0.0)))
    other = Shape.rectangle(1.0, 1.0, (4.0, 0.0)).union(Shape.rectangle(1.0, 1.0, (6.0, 0.0)))
    points = Shape.union(pair, other, Shape.rectangle(1.0, 1.0, (8.0, 0.0))).sample(5000, seed=1)
    place = np.rint(points[:, 0] / 2)
    inside = points - np.column_stack([2 * place, np.zeros(5000)]) + 0.5
    cells = place * 4 + np.floor(inside[:, 0] * 2) * 2 + np.floor(inside[:, 1] * 2)
    assert stats.chisquare(np.bincount(cells.astype(int), minlength=20)).pvalue > 1e-3


def test_obstacles_go_on_across_a_periodic_border():
    holed = TORUS.difference(Shape.disk(2.0, (5.0, 5.0)))
    assert holed.periodic
    np.testing.assert_array_equal(holed.period, [10.0, 10.0])
    corners = [(-4.9, -4.9), (4.9, 4.9), (-4.9, 4.9), (4.9, -4.9)]
    assert not holed.contains(corners).any()
    assert holed.contains([(0.0, 0.0), (-4.9, 0.0)]).all()


def test_parts_across_a_periodic_border_share_and_draw_what_they_should():
    """A disk across the border and another one that meets its image on the other side."""
    corner, other = Shape.disk(2.0, (5.0, 0.0)), Shape.disk(2.0, (-4.0, 0.0))
    both = TORUS.intersection(corner, other)
    assert both.area == pytest.approx(lens(2.0, 1.0), rel=1e-6)
    middle = TORUS.intersection(Shape.disk(1.0, (-3.5, 0.0)), corner)
    assert middle.area == pytest.approx(TORUS.intersection(corner).intersection(Shape.disk(1.0, (-3.5, 0.0))).area, rel=1e-6)
    angle = np.linspace(0, 2 * np.pi, 24)
    for shape in (both, middle, TORUS.difference(corner, other)):
        around = np.stack([np.cos(angle), np.sin(angle)], axis=-1) * 0.01 + np.concatenate(shape.outline())[:, None]
        inside = shape.contains(around.reshape(-1, 2)).reshape(around.shape[:2])
        assert inside.any(axis=1).all()
        assert not inside.all(axis=1).any()
    x = np.concatenate(TORUS.intersection(corner).outline())[:, 0]
    assert (np.abs(x) >= 3.0 - 1e-9).all()


def test_the_border_of_an_obstacle_belongs_to_what_is_left():
    left = FIELD.difference(Shape.rectangle(2.0, 2.0), Shape.disk(1.0, (3.0, 0.0)))
    np.testing.assert_array_equal(left.contains([(1.0, 0.0), (0.0, 0.0), (3.0, 1.0), (3.0, 0.5)]), [True, False, True, False])
    back = FIELD.difference(left)
    np.testing.assert_array_equal(back.contains([(1.0, 0.0), (0.0, 0.0), (2.0, 2.0)]), [True, True, False])


def test_cuts_through_bodies_agree_with_membership():
    body = Shape.box(4.0, 4.0, 4.0).difference(Shape.ball(1.5, (1.0, 0.0, 0.5))).union(Shape.cylinder(0.5, 8.0))
    points = np.random.default_rng(2).uniform(-2.5, 2.5, (100, 3))
    inside = body.contains(points)
    for point, expected in zip(points, inside, strict=True):
        cut = body._section(point[2])
        assert (cut is not None and cut.contains(point[:2])[0]) == expected


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: FIELD.difference(FIELD), "difference: got '0 µm² left'"),
        (lambda: FIELD.difference(Shape.disk(20.0)), "difference"),
        (lambda: FIELD.intersection(Shape.disk(1.0, (50.0, 0.0))), "intersection: got '0 µm² left'"),
        (lambda: Shape.ball(1.0).intersection(Shape.ball(1.0, (3.0, 0.0, 0.0))), "0 µm³ left"),
        (lambda: FIELD.difference(Shape.ball(1.0)), "shapes of 2 dimensions"),
        (lambda: FIELD.difference([Shape.disk(1.0)]), r"shapes of 2 dimensions; those of a list as difference\(\*shapes\)"),
        (lambda: FIELD.union("disk"), "shapes of 2 dimensions"),
        (lambda: FIELD.difference(TORUS), "without periodic border"),
        (lambda: TORUS.union(FIELD), "without periodic border"),
        (lambda: TORUS.difference(Shape.rectangle(1e9, 1.0)), "nothing much larger"),
    ],
)
def test_combinations_that_mean_nothing_are_refused(make, message):
    with pytest.raises(ParameterError, match=message):
        make()
