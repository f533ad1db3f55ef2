"""Points apart from each other, and points on grids."""

import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import pdist

from netgraph.space import Shape
from simcore.errors import ParameterError, TooLargeError

FIELD = Shape.rectangle(100.0, 60.0, (10.0, 0.0))
TORUS = Shape.rectangle(100.0, 60.0, periodic=True)
PLACES = {
    "rectangle": FIELD,
    "torus": TORUS,
    "disk": Shape.disk(50.0),
    "box": Shape.box(30.0, 20.0, 10.0),
    "periodic box": Shape.box(30.0, 20.0, 10.0, periodic=True),
    "ring": Shape.disk(50.0).difference(Shape.disk(20.0)),
}


def separations(points, shape):
    if not shape.periodic:
        return pdist(points)
    gaps = points[:, None] - points[None]
    gaps -= shape.period * np.rint(gaps / shape.period)
    return np.linalg.norm(gaps, axis=-1)[np.triu_indices(len(points), 1)]


def naive_packing(candidates, n, distance, shape):
    kept = []
    for point in candidates:
        if all(separations(np.array([point, other]), shape)[0] >= distance for other in kept):
            kept.append(point)
        if len(kept) == n:
            return np.array(kept)
    return None


@pytest.fixture(params=PLACES)
def shape(request):
    return PLACES[request.param]


def test_points_keep_apart_and_lie_in_the_shape(shape):
    points = shape.sample(150, seed=3, min_distance=2.5)
    assert points.shape == (150, shape.ndim)
    assert shape.contains(points).all()
    assert separations(points, shape).min() >= 2.5


def test_points_are_the_first_candidates_that_are_far_enough_from_those_before(shape):
    n, distance = 40, 0.6 * (shape.measure / 40) ** (1 / shape.ndim)
    naive = naive_packing(shape.sample(4000, seed=8), n, distance, shape)
    np.testing.assert_array_equal(shape.sample(n, seed=8, min_distance=distance), naive)


def test_a_longer_sample_apart_begins_with_the_shorter_one(shape):
    long = shape.sample(100, seed=1, min_distance=1.0)
    np.testing.assert_array_equal(shape.sample(30, seed=1, min_distance=1.0), long[:30])


def test_new_points_keep_apart_from_those_that_are_there(shape):
    old = shape.sample(60, seed=1, min_distance=2.0)
    new = shape.sample(60, seed=1, min_distance=2.0, others=old)
    assert separations(np.concatenate([old, new]), shape).min() >= 2.0


def test_a_tiny_distance_changes_nothing_and_nearest_neighbours_are_those_of_a_poisson_process():
    points = TORUS.sample(4000, seed=5, min_distance=1e-9)
    np.testing.assert_array_equal(points, TORUS.sample(4000, seed=5))
    from netgraph.space import nearest

    nearest_one = nearest(points, 1, shape=TORUS).distances[::8, 0]
    law = 1 - np.exp(-4000 / TORUS.area * np.pi * nearest_one**2)
    assert stats.kstest(law, "uniform").pvalue > 1e-3


def test_a_cell_list_of_one_or_two_cells_sees_all_images():
    small = Shape.rectangle(10.0, 10.0, periodic=True)
    for distance in (3.0, 4.0, 6.0):
        points = small.sample(2, seed=2, min_distance=distance)
        assert separations(points, small).min() >= distance
    assert small.sample(1, seed=2, min_distance=1e6).shape == (1, 2)
    assert small.sample(0, seed=2, min_distance=1.0).shape == (0, 2)


def test_random_addition_covers_nearly_what_theory_allows():
    """Feder 1980: disks cover 0.547 of the plane at most."""
    disks = Shape.rectangle(100.0, 100.0, periodic=True)
    n = round(0.52 * disks.area / (np.pi / 4 * 2.0**2))
    assert len(disks.sample(n, seed=1, min_distance=2.0)) == n
    with pytest.raises(ParameterError, match=r"min_distance: got '2 µm, with which (\d+) of 1894 points") as caught:
        disks.sample(round(1894), seed=1, min_distance=2.0)
    reached = int(str(caught.value).split("with which ")[1].split(" ")[0])
    assert 0.48 < reached * np.pi / disks.area < 0.55


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: FIELD.sample(1000, min_distance=50.0), "1000 points have no room"),
        (lambda: FIELD.sample(3, min_distance=0.0), "min_distance"),
        (lambda: FIELD.sample(3, min_distance=np.nan), "min_distance"),
        (lambda: FIELD.sample(3, min_distance="2"), "min_distance"),
        (lambda: FIELD.sample(3, others=[[0, 0]]), "none without min_distance"),
        (lambda: FIELD.sample(3, min_distance=1.0, others=[[0, 0, 0]]), "others"),
        (lambda: FIELD.grid(), "neither.*either spacing or counts"),
        (lambda: FIELD.grid(1.0, counts=3), "both.*either spacing or counts"),
        (lambda: FIELD.grid(0.0), "spacing"),
        (lambda: FIELD.grid([1.0, np.inf]), "spacing"),
        (lambda: FIELD.grid([1.0, 2.0, 3.0]), "2 of them"),
        (lambda: FIELD.grid("x"), "spacing"),
        (lambda: FIELD.grid(counts=2.5), "whole numbers"),
        (lambda: FIELD.grid(counts=0), "whole numbers"),
        (lambda: FIELD.grid(1e-6), "at most 1e"),
        (lambda: FIELD.grid(1.0, jitter=1.5), "jitter"),
        (lambda: FIELD.grid(1.0, jitter=0.5, seed=-1), "seed"),
        (lambda: TORUS.grid(7.0), "divisors of the period"),
    ],
)
def test_placements_that_mean_nothing_are_refused(make, message):
    with pytest.raises(ParameterError, match=message):
        make()


def test_more_points_than_memory_holds_are_refused_before_they_are_drawn(monkeypatch):
    monkeypatch.setattr("simcore.memory.free_bytes", lambda: 10**9)
    for options in ({}, {"min_distance": 1e-3}):
        with pytest.raises(TooLargeError, match="Shape.sample: 5.0e.07 points need about 2.0 GB"):
            FIELD.sample(50_000_000, seed=1, **options)


def test_a_grid_has_the_asked_spacing_or_counts_around_the_middle():
    points = FIELD.grid(10.0)
    assert len(points) == 60
    np.testing.assert_allclose(np.unique(points[:, 0]), np.arange(-35.0, 60.0, 10.0))
    np.testing.assert_allclose(np.unique(points[:, 1]), np.arange(-25.0, 30.0, 10.0))
    np.testing.assert_allclose(points[1] - points[0], [0.0, 10.0])
    np.testing.assert_allclose(FIELD.grid([30.0, 25.0])[:, 0], np.repeat([-20.0, 10.0, 40.0], 2))
    np.testing.assert_allclose(FIELD.grid(counts=[4, 1])[:, 0], [-27.5, -2.5, 22.5, 47.5])
    assert FIELD.grid(1000.0).tolist() == [[10.0, 0.0]]
    assert Shape.box(4.0, 3.0, 2.0).grid(1.0).shape == (24, 3)
    assert Shape.box(4.0, 3.0, 2.0).grid(counts=3).shape == (27, 3)


def test_a_grid_keeps_the_points_in_the_shape_or_the_area():
    ring = PLACES["ring"].grid(2.0)
    radius = np.hypot(*ring.T)
    assert ((radius >= 20.0) & (radius <= 50.0)).all()
    assert len(ring) == pytest.approx(PLACES["ring"].area / 4.0, rel=0.01)
    zoned = FIELD.with_area("a", Shape.disk(10.0))
    assert (zoned.area_of(zoned.grid(1.0, area="a")) == "a").all()


@pytest.mark.parametrize("jitter", [0.2, 1.0])
def test_jittered_points_stay_in_their_cells_and_fill_them_uniformly(jitter):
    still, moved = FIELD.grid(2.0), FIELD.grid(2.0, jitter=jitter, seed=3)
    way = (moved - still) / (2.0 * jitter) + 0.5
    assert stats.kstest(way.ravel(), "uniform").pvalue > 1e-3
    np.testing.assert_array_equal(FIELD.grid(2.0, jitter=jitter, seed=3), moved)
    assert not np.array_equal(FIELD.grid(2.0, jitter=jitter), FIELD.grid(2.0, jitter=jitter))


def test_jittered_points_stay_in_the_shape(shape):
    size = 0.2 * shape.bounds[1].max() - 0.2 * shape.bounds[0].max()
    spacing = None if shape.periodic else size
    counts = 5 if shape.periodic else None
    points = shape.grid(spacing, counts=counts, jitter=1.0, seed=2)
    assert shape.contains(points).all()
    assert len(points) == len(shape.grid(spacing, counts=counts))
