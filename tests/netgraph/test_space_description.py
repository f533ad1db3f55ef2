"""Descriptions of shapes: they survive JSON to the bit, and what no shape has is refused."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netgraph.space import Shape
from simcore.errors import NetspikeError

length = st.floats(1e-3, 1e6, allow_nan=False)
place = st.floats(-1e6, 1e6, allow_nan=False)


def through_json(shape):
    return Shape.from_dict(json.loads(json.dumps(shape.to_dict())))


def leaves():
    two, three = st.tuples(place, place), st.tuples(place, place, place)
    return st.one_of(
        st.builds(lambda w, h, c, p: Shape.rectangle(w, h, c, periodic=p), length, length, two, st.booleans()),
        st.builds(lambda w, h, d, c, p: Shape.box(w, h, d, centre=c, periodic=p), length, length, length, three, st.booleans()),
        st.builds(Shape.ellipse, length, length, two),
        st.builds(lambda r, c: Shape.ellipsoid(*r, centre=c), st.tuples(length, length, length), three),
        st.builds(Shape.cylinder, length, length, three),
    )


@settings(max_examples=200, deadline=None)
@given(leaves())
def test_simple_shapes_survive_json_to_the_bit(shape):
    back = through_json(shape)
    assert back == shape
    assert np.array_equal(back.bounds, shape.bounds)
    assert back.periodic == shape.periodic


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(place, place), min_size=3, max_size=3, unique=True))
def test_polygons_survive_json_to_the_bit(corners):
    pytest.importorskip("shapely")
    try:
        shape = Shape.polygon(corners)
    except NetspikeError:
        return
    assert through_json(shape) == shape
    assert through_json(shape.extruded(0.1, bottom=1 / 3)) == shape.extruded(0.1, bottom=1 / 3)


def test_combined_shapes_and_areas_survive_json_to_the_bit():
    dish = Shape.rectangle(0.1 + 0.2, 1 / 3, (1e-7, 1e7), periodic=True)
    shape = dish.difference(Shape.disk(0.01, (1e-7, 1e7))).intersection(Shape.disk(0.1, (0.0, 1e7)))
    both = Shape.disk(1 / 3).union(Shape.ellipse(0.1, 2.0), Shape.rectangle(0.1, 5.0))
    for one in (shape, both, both.extruded(0.1)):
        assert through_json(one) == one
        np.testing.assert_array_equal(through_json(one).sample(20, seed=1), one.sample(20, seed=1))
    properties = {"stiffness": 1 / 3, "coats": ["laminin", None, True], "n": 3, "more": {"ü": []}}
    zoned = both.with_area("core", Shape.disk(0.2), height=-0.1, properties=properties).with_area("tip", Shape.disk(0.1))
    back = through_json(zoned)
    assert back == zoned
    assert hash(back) == hash(zoned)
    assert list(back.areas) == ["core", "tip"]
    assert back.areas["core"].properties == properties


DISK = {"kind": "ellipse", "radii": [1.0, 1.0], "centre": [0.0, 0.0]}


def zoned(name, shape, **changes):
    area = {"name": name, "shape": shape, "height": 0.0, "properties": {}, **changes}
    return {"kind": "zoned", "shape": DISK, "areas": [area]}


@pytest.mark.parametrize(
    ("description", "message"),
    [
        (None, "dictionary that describes a shape"),
        ([DISK], "dictionary that describes a shape"),
        ({}, "unknown kind of shape"),
        ({"kind": "elipse"}, "did you mean 'ellipse'"),
        ({"kind": ["ellipse"]}, "unknown kind of shape"),
        ({"kind": "ellipse", "radii": [1.0, 1.0]}, r"the names \['radii'\]"),
        ({**DISK, "colour": "red"}, "colour"),
        ({**DISK, "radii": [1.0]}, "radii: .*2 numbers"),
        ({**DISK, "radii": ["1", "2"]}, "radii"),
        ({**DISK, "radii": [True, True]}, "radii"),
        ({**DISK, "radii": [-1.0, 1.0]}, "radius_x"),
        ({**DISK, "radii": [np.nan, 1.0]}, "radius_x"),
        ({**DISK, "centre": [0.0, np.inf]}, "centre"),
        ({**DISK, "centre": None}, "centre"),
        ({"kind": "rectangle", "sides": [1, 2], "centre": [0, 0], "periodic": 1}, "periodic"),
        ({"kind": "polygon", "parts": []}, "parts"),
        ({"kind": "polygon", "parts": [[]]}, r"parts\[0\]"),
        ({"kind": "polygon", "parts": [[[[0, 0], [1, 1]]]]}, "at least 3 corners"),
        ({"kind": "polygon", "parts": [[[[0, 0], [1, 1], [1, "a"]]]]}, "rings of points"),
        ({"kind": "polygon", "parts": [[[[0, 0], [1, 1], [1, 0], [0, 1]]]]}, "Self-intersection"),
        ({"kind": "prism", "base": DISK, "bottom": 0.0, "height": 0.0}, "height"),
        ({"kind": "union", "parts": []}, "parts"),
        ({"kind": "union", "parts": [DISK, 3]}, r"parts\[1\]"),
        ({"kind": "difference", "parts": [DISK, DISK]}, "difference.* µm² left"),
        ({"kind": "zoned", "shape": DISK, "areas": []}, "areas"),
        ({**zoned("a", DISK), "shape": zoned("b", DISK)}, "a shape without areas"),
        ({"kind": "zoned", "shape": DISK, "areas": [{"name": "a"}]}, r"areas\[0\]"),
        (zoned("", DISK), "with_area: name"),
        (zoned("a", None), "dictionary that describes a shape"),
        (zoned("a", DISK, properties=[]), "area 'a': properties"),
        (zoned("a", DISK, height="3"), "area 'a': height"),
        (zoned("a", {**DISK, "centre": [9.0, 0.0]}), "area 'a': .*nothing to lie in"),
        ({"kind": "prism", "base": {"kind": "prism"}, "bottom": 0.0, "height": 1.0}, "base: prism"),
    ],
)
def test_descriptions_of_no_shape_are_refused(description, message):
    pytest.importorskip("shapely")
    with pytest.raises(NetspikeError, match=message):
        Shape.from_dict(description)


def test_a_description_nested_without_end_is_refused_before_python_gives_up():
    endless = DISK
    for _ in range(800):
        endless = {"kind": "prism", "base": endless, "bottom": 0.0, "height": 1.0}
    with pytest.raises(NetspikeError, match="at most 50 levels"):
        Shape.from_dict(endless)
