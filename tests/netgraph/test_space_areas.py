"""Named areas inside shapes, obstacles at random, and groups of neurons in places of their own."""

import numpy as np
import pytest
from scipy import stats

import netgraph as ng
from netgraph.space import Shape, group_positions, random_obstacles
from simcore.errors import ParameterError, UnknownNameError

FIELD = (
    Shape.rectangle(100.0, 100.0)
    .with_area(
        "left", Shape.rectangle(100.0, 100.0, (-50.0, 0.0)), height=5.0, properties={"coat": "laminin", "k": np.int64(2)}
    )
    .with_area("spot", Shape.disk(20.0), properties={"coat": "poly-lysine"})
)
TORUS = Shape.rectangle(100.0, 100.0, periodic=True).with_area("corner", Shape.disk(20.0, (50.0, 50.0)))
SLAB = (
    Shape.rectangle(100.0, 100.0)
    .extruded(30.0)
    .with_area("deep", Shape.box(100.0, 100.0, 10.0, centre=(0, 0, 5)))
    .with_area("vessel", Shape.cylinder(5.0, 100.0))
)


def test_the_area_added_last_lies_on_top_and_what_is_outside_does_not_count():
    assert FIELD.region("spot").area == pytest.approx(400 * np.pi)
    assert FIELD.region("left").area == pytest.approx(5000 - 200 * np.pi)
    assert FIELD.region("").area == pytest.approx(5000 - 200 * np.pi)
    assert FIELD.area == 10_000.0
    points = [(-10.0, 0.0), (-40.0, 0.0), (40.0, 0.0), (-60.0, 0.0)]
    assert FIELD.area_of(points).tolist() == ["spot", "left", "", ""]


def test_areas_of_a_body_are_bodies():
    assert SLAB.region("vessel").volume == pytest.approx(750 * np.pi, rel=1e-5)
    assert SLAB.region("deep").volume == pytest.approx(1e5 - 250 * np.pi, rel=1e-5)
    assert SLAB.area_of([(0, 0, 5), (30, 0, 5), (30, 0, 15)]).tolist() == ["vessel", "deep", ""]


def test_areas_go_on_across_a_periodic_border():
    region = TORUS.region("corner")
    assert region.area == pytest.approx(400 * np.pi, rel=1e-6)
    assert TORUS.area_of([(-49, -49), (49, -49), (0, 0)]).tolist() == ["corner", "corner", ""]
    points = TORUS.sample(500, seed=1, area="corner")
    assert (np.hypot(*(50 - np.abs(points)).T) <= 20.0).all()
    assert region.periodic
    np.testing.assert_array_equal(region.period, [100.0, 100.0])


@pytest.mark.parametrize("area", ["left", "spot", ""])
def test_points_of_an_area_lie_in_it_uniformly(area):
    points = FIELD.sample(3000, seed=7, area=area)
    assert (FIELD.area_of(points) == area).all()
    fine = np.random.default_rng(1).uniform(-50, 50, (200_000, 2))
    fine = fine[FIELD.area_of(fine) == area]
    cells = [np.linspace(-50, 50, 6)] * 2
    expected, got = (np.histogram2d(*p.T, bins=cells)[0].ravel() for p in (fine, points))
    wide = expected > 0.01 * expected.sum()
    assert got[expected == 0].sum() == 0
    expected, got = (np.append(c[wide], c[~wide].sum()) for c in (expected / expected.sum() * 3000, got))
    assert stats.chisquare(got[expected > 0], expected[expected > 0]).pvalue > 1e-3


def test_properties_of_areas_are_found_for_points():
    points = [(-40.0, 0.0), (0.0, 0.0), (40.0, 0.0)]
    assert FIELD.area_values("height", points).tolist() == [5.0, 0.0, 0.0]
    np.testing.assert_array_equal(FIELD.area_values("k", points), [2.0, np.nan, np.nan])
    assert FIELD.area_values("k", points, default=1.0).tolist() == [2.0, 1.0, 1.0]
    assert FIELD.area_values("coat", points, default="none").tolist() == ["laminin", "poly-lysine", "none"]


def test_properties_cannot_be_changed_from_outside():
    FIELD.areas["left"].properties["k"] = 9.0
    assert FIELD.areas["left"].properties == {"coat": "laminin", "k": 2.0}
    with pytest.raises(TypeError):
        FIELD.areas["other"] = None


def test_areas_stay_when_the_shape_is_cut_moved_or_extruded():
    holed = FIELD.difference(Shape.disk(5.0))
    assert holed.region("spot").area == pytest.approx(375 * np.pi)
    moved = FIELD.moved((1000.0, 0.0))
    assert moved.area_of([(990.0, 0.0), (960.0, 0.0)]).tolist() == ["spot", "left"]
    assert moved.areas["left"].height == 5.0
    sheet = FIELD.extruded(10.0, bottom=-5.0)
    assert sheet.region("spot").volume == pytest.approx(4000 * np.pi)
    assert FIELD.union(Shape.rectangle(10.0, 10.0, (90.0, 0.0))).area_of([(0.0, 0.0), (90.0, 0.0)]).tolist() == ["spot", ""]


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: FIELD.with_area("left", Shape.disk(1.0)), ParameterError, "another area of this name"),
        (lambda: FIELD.with_area("", Shape.disk(1.0)), ParameterError, "outside all areas"),
        (lambda: FIELD.with_area(3, Shape.disk(1.0)), ParameterError, "a text"),
        (lambda: FIELD.with_area("far", Shape.disk(1.0, (500.0, 0.0))), ParameterError, "area 'far'"),
        (lambda: FIELD.with_area("all", Shape.disk(500.0)), ParameterError, "area 'left'"),
        (lambda: FIELD.with_area("ball", Shape.ball(1.0)), ParameterError, "2 dimensions"),
        (lambda: FIELD.with_area("torus", TORUS), ParameterError, "without periodic border"),
        (lambda: FIELD.with_area("a", Shape.disk(1.0), height=np.nan), ParameterError, "height"),
        (lambda: FIELD.with_area("a", Shape.disk(1.0), properties={"k": np.nan}), ParameterError, "finite numbers"),
        (lambda: FIELD.with_area("a", Shape.disk(1.0), properties={"k": {1, 2}}), ParameterError, "what JSON can hold"),
        (lambda: FIELD.with_area("a", Shape.disk(1.0), properties={3: 1}), ParameterError, "texts as names"),
        (lambda: FIELD.with_area("a", Shape.disk(1.0), properties={"height": 1}), ParameterError, "height"),
        (lambda: FIELD.sample(3, area="lefd"), UnknownNameError, "did you mean 'left'"),
        (lambda: Shape.disk(1.0).sample(3, area="left"), UnknownNameError, "left"),
        (lambda: FIELD.area_values("coats", [[0, 0]]), UnknownNameError, "did you mean 'coat'"),
        (lambda: FIELD.area_values("coat", [[0, 0]]), ParameterError, "numbers alone or texts alone"),
        (lambda: FIELD.area_of([[0, 0, 0]]), ParameterError, "Shape.area_of"),
    ],
)
def test_areas_that_mean_nothing_are_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_obstacles_lie_at_random_and_apart():
    dish = Shape.disk(500.0)
    pillars = random_obstacles(dish, Shape.disk(10.0, (99.0, 99.0)), share=0.2, gap=4.0, seed=1)
    assert len(pillars) == 500
    centres = np.array([pillar.centre for pillar in pillars])
    apart = np.linalg.norm(centres[:, None] - centres[None], axis=-1)[~np.eye(500, dtype=bool)]
    assert apart.min() >= 24.0
    assert dish.contains(centres).all()
    np.testing.assert_allclose(random_obstacles(dish, Shape.disk(10.0), n=500, gap=4.0, seed=1)[7].centre, centres[7])
    left = dish.difference(*pillars)
    points = left.sample(300, seed=2)
    assert not any(pillar.contains(points).any() for pillar in pillars)


def test_obstacles_of_several_forms_become_an_area_or_lie_in_one():
    forms = [Shape.disk(r) for r in (1.0, 2.0, 3.0)]
    found = random_obstacles(FIELD, forms, area="spot", seed=3)
    assert [obstacle.radii[0] for obstacle in found] == [1.0, 2.0, 3.0]
    assert all(FIELD.area_of(obstacle.centre) == "spot" for obstacle in found)
    grown = FIELD.with_area("stubs", found[0].union(*found[1:]), height=9.0)
    assert (grown.area_values("height", grown.sample(50, seed=1, area="stubs")) == 9.0).all()
    boxes = random_obstacles(SLAB, Shape.box(1.0, 2.0, 3.0), n=4, seed=1)
    assert all(SLAB.contains(0.5 * box.bounds.sum(axis=0)).all() for box in boxes)
    assert random_obstacles(SLAB, Shape.ball(1.0), n=0) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"form": Shape.disk(1.0)}, "either a number or a share"),
        ({"form": Shape.disk(1.0), "n": 3, "share": 0.1}, "either a number or a share"),
        ({"form": Shape.ball(1.0), "n": 3}, "2 dimensions"),
        ({"form": "disk", "n": 3}, "2 dimensions|a shape, or several"),
        ({"form": [], "n": 3}, "a shape, or several"),
        ({"form": [Shape.disk(1.0)] * 2, "n": 3}, "another number with 2 forms"),
        ({"form": Shape.disk(20.0), "n": 30, "gap": 1.0}, "random_obstacles: min_distance.*room"),
        ({"form": Shape.disk(1.0), "n": 3, "gap": -1.0}, "gap"),
        ({"form": Shape.disk(1.0), "share": -1.0}, "share"),
    ],
)
def test_obstacles_that_mean_nothing_are_refused(arguments, message):
    with pytest.raises(ParameterError, match=message):
        random_obstacles(FIELD, **arguments)


def population():
    groups = [ng.NeuralGroup([5, 0, 3]), ng.NeuralGroup([1, 2]), ng.NeuralGroup([4], neuron_type=-1)]
    return ng.NeuralPop.from_groups(groups, names=["a", "b", "c"])


def test_groups_lie_in_their_own_places():
    places = {"a": "left", "b": Shape.disk(5.0, (40.0, 40.0)), "c": [[1.0, 2.0]]}
    positions = group_positions(population(), places, shape=FIELD, seed=3)
    assert (FIELD.area_of(positions[[5, 0, 3]]) == "left").all()
    assert places["b"].contains(positions[[1, 2]]).all()
    assert positions[4].tolist() == [1.0, 2.0]
    graph = ng.Graph(6, positions=positions, shape=FIELD)
    assert graph.shape.area_of(graph.positions)[0] == "left"


def test_positions_of_groups_do_not_depend_on_the_other_groups():
    one = group_positions(population(), {"a": "left", "b": "spot", "c": "spot"}, shape=FIELD, seed=3)
    other = group_positions(population(), {"a": "left", "b": "", "c": [[0.0, 0.0]]}, shape=FIELD, seed=3)
    np.testing.assert_array_equal(one[[0, 3, 5]], other[[0, 3, 5]])


def test_groups_keep_apart_from_each_other_around_the_border():
    pop = ng.NeuralPop.from_groups([ng.NeuralGroup(60), ng.NeuralGroup(20), ng.NeuralGroup(1)], names=["a", "b", "c"])
    places = {"a": "", "b": "corner", "c": [[45.0, 45.0]]}
    positions = group_positions(pop, places, shape=TORUS, seed=2, min_distance=6.0)
    gaps = positions[:, None] - positions[None]
    gaps -= 100 * np.rint(gaps / 100)
    assert np.linalg.norm(gaps, axis=-1)[~np.eye(81, dtype=bool)].min() >= 6.0
    assert (TORUS.area_of(positions[60:80]) == "corner").all()


def test_a_place_outside_the_shape_lends_only_what_lies_in_it():
    places = dict.fromkeys("abc", Shape.disk(30.0, (50.0, 0.0)))
    positions = group_positions(population(), places, shape=FIELD, seed=1)
    assert FIELD.contains(positions).all()
    assert TORUS.contains(group_positions(population(), dict.fromkeys("abc", TORUS), shape=TORUS, seed=1)).all()
    assert group_positions(population(), dict.fromkeys("abc", Shape.ball(1.0)), seed=1).shape == (6, 3)


@pytest.mark.parametrize(
    ("places", "error", "message"),
    [
        ({"a": "left", "b": "left"}, ParameterError, r"places\['c'\].*a place for each group"),
        ({"a": "left", "b": "left", "c": "left", "d": "left"}, UnknownNameError, "unknown group 'd'"),
        ({"a": "left", "b": "left", "c": "lefd"}, UnknownNameError, "did you mean 'left'"),
        ({"a": "left", "b": "left", "c": [[0, 0], [1, 1]]}, ParameterError, "1, one for each node"),
        ({"a": "left", "b": "left", "c": [[0, 0, 0]]}, ParameterError, "as many everywhere"),
        (None, ParameterError, "a place for each group"),
    ],
)
def test_places_that_mean_nothing_are_refused(places, error, message):
    with pytest.raises(error, match=message):
        group_positions(population(), places, shape=FIELD, seed=1)


def test_group_positions_refuses_what_are_no_complete_groups():
    with pytest.raises(ParameterError, match="a Structure or a NeuralPop"):
        group_positions([1, 2], {}, seed=1)
    structure = ng.Structure(5)
    structure.create_group(3, "a")
    with pytest.raises(ParameterError, match="each of nodes 0, 1, 2"):
        group_positions(structure, {"a": Shape.disk(1.0)}, seed=1)
    with pytest.raises(ParameterError, match="without shape= there are no areas"):
        group_positions(population(), dict.fromkeys("abc", "left"), seed=1)
