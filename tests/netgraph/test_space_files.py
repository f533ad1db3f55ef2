"""Shapes from SVG, DXF and WKT: what was drawn, to the tolerance; anything else is refused."""

import sys

import numpy as np
import pytest

from netgraph.space import Shape
from simcore.errors import NetspikeError, ParameterError, UnknownNameError

for module in ("shapely", "svgelements", "ezdxf"):
    pytest.importorskip(module)

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9mm" viewBox="0 0 100 100">'
CIRCLE = '<circle id="dish" cx="50" cy="50" r="40"/>'
SQUARE = '<rect id="well" x="40" y="40" width="20" height="20"/>'


@pytest.fixture
def svg(tmp_path):
    def read(body, head=HEAD, **options):
        path = tmp_path / "drawing.svg"
        path.write_text(head + body + "</svg>")
        return Shape.from_file(path, **options)

    return read


@pytest.fixture
def dxf(tmp_path):
    import ezdxf

    def read(draw, **options):
        document = ezdxf.new()
        draw(document, document.modelspace())
        document.saveas(tmp_path / "drawing.dxf")
        return Shape.from_file(tmp_path / "drawing.dxf", **options)

    return read


def assert_near(got, expected):
    np.testing.assert_allclose(got, expected, atol=1e-9)


def test_svg_is_read_in_units_of_its_view_box_with_y_upwards(svg):
    shape = svg('<rect x="10" y="20" width="30" height="40"/>')
    assert_near(shape.bounds, [[10, -60], [40, -20]])
    assert shape.area == pytest.approx(1200.0)
    assert_near(svg('<rect x="10" width="30" height="40"/>', scale=0.5).bounds, [[5, -20], [20, 0]])
    assert_near(svg('<rect x="7" width="30" height="40"/>', width=60.0, centre=(1, 2)).bounds, [[-29, -38], [31, 42]])


@pytest.mark.parametrize("tolerance", [1.0, 0.1, 0.001])
def test_curves_are_followed_to_the_tolerance(svg, dxf, tolerance):
    drawn = [
        svg(CIRCLE, tolerance=tolerance, centre=(0, 0)),
        dxf(lambda _, m: m.add_circle((3, 4), 40), tolerance=tolerance, centre=(0, 0)),
        dxf(lambda _, m: m.add_lwpolyline([(0, 0, 0, 0, 1), (80, 0, 0, 0, 1)], close=True), tolerance=tolerance, centre=(0, 0)),
    ]
    for shape in drawn:
        corners = shape.outline()[0]
        middle = 0.5 * (corners[1:] + corners[:-1])
        np.testing.assert_allclose(np.hypot(*corners.T), 40.0, atol=1e-5)
        assert (np.hypot(*middle.T) > 40.0 - tolerance * 1.001 - 1e-5).all()
        assert shape.area == pytest.approx(1600 * np.pi, abs=2 * np.pi * 40 * tolerance)
    assert len(svg(CIRCLE, tolerance=0.001).outline()[0]) > len(svg(CIRCLE).outline()[0])


def test_bezier_curves_have_the_analytic_area(svg):
    cubic = svg('<path d="M 0 0 C 0 40 60 40 60 0 Z"/>', tolerance=1e-3)
    t = np.linspace(0, 1, 200_001)
    x, y = 180 * (1 - t) * t**2 + 60 * t**3, 120 * (1 - t) ** 2 * t + 120 * (1 - t) * t**2
    assert cubic.area == pytest.approx(np.trapezoid(y, x), rel=1e-4)
    quadratic = svg('<path d="m 0 0 q 30 60 60 0 z"/>', tolerance=1e-3)
    assert quadratic.area == pytest.approx(2 / 3 * 60 * 30, rel=1e-4)


def test_transformations_and_references_of_svg_are_followed(svg):
    turned = svg('<g transform="rotate(30) scale(2)"><path d="M10,10h20v20h-20z m5,5h10v10h-10z"/></g>')
    assert turned.area == pytest.approx(1200.0)
    assert "1 holes" in repr(turned)
    used = svg('<defs><rect id="d" width="3" height="3"/></defs><use xlink:href="#d" x="5"/>')
    assert_near(used.bounds, [[5, -3], [8, 0]])
    symbol = svg('<symbol id="s"><rect width="3" height="3"/></symbol><use href="#s" x="5"/>')
    assert_near(symbol.bounds, [[5, -3], [8, 0]])
    hidden = '<clipPath id="c"><rect width="90" height="90"/></clipPath><rect width="2" height="1" style="display:none"/>'
    assert svg(hidden + "<text>words</text>" + SQUARE).area == pytest.approx(400.0)


def test_inner_outlines_are_holes_or_areas(svg, dxf):
    assert svg(CIRCLE + SQUARE, tolerance=1e-3).area == pytest.approx(1600 * np.pi - 400, rel=1e-4)
    inner = '<circle cx="50" cy="50" r="5"/>'
    assert svg(SQUARE + CIRCLE + inner, parts="all", tolerance=1e-3).area == pytest.approx(1625 * np.pi - 400, rel=1e-4)
    zoned = svg(inner + CIRCLE + SQUARE, inner="areas", tolerance=1e-3)
    assert list(zoned.areas) == ["well", "area 1"]
    assert zoned.region("well").area == pytest.approx(400 - 25 * np.pi, rel=1e-4)
    assert zoned.area == pytest.approx(1600 * np.pi, rel=1e-4)

    def draw(_, model):
        model.add_circle((0, 0), 10)
        for x in (-5, 5):
            model.add_circle((x, 0), 1, dxfattribs={"layer": "pits"})

    pits = dxf(draw, inner="areas", tolerance=1e-3)
    assert list(pits.areas) == ["pits"]
    assert pits.region("pits").area == pytest.approx(2 * np.pi, rel=2e-3)
    assert dxf(draw, names=["pits"], parts="all", tolerance=1e-3).area == pytest.approx(2 * np.pi, rel=2e-3)


def test_several_parts_are_refused_unless_asked_for(svg):
    body = SQUARE + '<rect x="70" y="40" width="10" height="10"/>'
    with pytest.raises(ParameterError, match='2 separate polygons.*parts="largest"'):
        svg(body)
    assert svg(body, parts="largest").area == pytest.approx(400.0)
    both = svg(body, parts="all")
    assert both.area == pytest.approx(500.0)
    assert both.contains(both.sample(200, seed=1)).all()
    assert Shape.from_dict(both.to_dict()) == both


def test_lines_and_arcs_of_dxf_that_close_together_are_one_outline(dxf):
    def draw(_, model):
        model.add_line((0, 0), (10, 0))
        model.add_arc((5, 10), 5, 0, 180)
        model.add_line((10, 0), (10, 10))
        model.add_line((0, 10), (0, 0.0001))

    assert dxf(draw, tolerance=1e-3).area == pytest.approx(100 + 12.5 * np.pi, rel=1e-4)
    assert dxf(lambda _, m: m.add_ellipse((0, 0), (10, 0), 0.5), tolerance=1e-3).area == pytest.approx(50 * np.pi, rel=2e-4)


def test_blocks_of_dxf_are_followed(dxf):
    def draw(document, model):
        document.blocks.new("B").add_circle((0, 0), 1)
        model.add_blockref("B", (0, 0))
        model.add_blockref("B", (9, 0), dxfattribs={"xscale": 2, "yscale": 2})

    assert dxf(draw, parts="all", tolerance=1e-3).area == pytest.approx(5 * np.pi, rel=3e-3)


def test_wkt_is_read_from_texts_and_files(tmp_path):
    text = "POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0), (2 2, 4 2, 4 4, 2 4, 2 2))"
    shape = Shape.from_wkt(text, scale=2.0, centre=(0.0, 0.0))
    assert shape.area == pytest.approx(384.0)
    np.testing.assert_allclose(shape.bounds, [[-10, -10], [10, 10]])
    (tmp_path / "a.wkt").write_text(text + "\n")
    assert Shape.from_file(tmp_path / "a.wkt", width=20.0, centre=(0, 0)) == shape
    several = "MULTIPOLYGON (((0 0, 4 0, 0 4, 0 0)), ((10 10, 16 10, 10 16, 10 10)))"
    assert Shape.from_wkt(several, parts="all").area == pytest.approx(26.0)
    assert Shape.from_wkt(several, parts="largest").area == pytest.approx(18.0)
    with pytest.raises(ParameterError, match="2 separate polygons"):
        Shape.from_wkt(several)


BOMB = "".join(f'<g id="g{i}">' + f'<use xlink:href="#g{i + 1}"/>' * 10 + "</g>" for i in range(9))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('<path d="M 0 0 L foo 3 Z"/>', "<path>: d: got 'L '"),
        ('<path d="M 0 0 L 3"/>', "<path>: d: got 'L 3'"),
        ('<path d="L 3 3"/>', "begins with M"),
        ('<path d="M ' + "1" * 50_000 + '! z"/>', "<path>: d"),
        ('<polygon points="' + "1" * 50_000 + " " * 50_000 + '!"/>', "pairs of numbers"),
        ('<rect width="' + "1" * 50_000 + " " * 50_000 + '!"/>', "a length"),
        ('<rect transform="' + "scale(1" * 5_000 + '"/>', "SVG transformations"),
        ("".join(f'<g id="g{i}"><use href="#g{i + 1}"/></g>' for i in range(3000)) + '<g id="g3000"/>', "an SVG drawing"),
        ('<path d="M 0 0 A 5 5 0 0 x 9 9 z"/>', "<path>: d"),
        ('<path d="M 0 0 L 9 9 L 0 9"/>', r"closed outlines alone"),
        ('<path d="M 0 0 B 9 9 z"/>', "<path>: d: got 'B 9 9 '"),
        ('<line x1="0" y1="0" x2="3" y2="3"/>', "closed outlines alone"),
        ('<polyline points="0,0 9,9 9,0"/>', "closed outlines alone"),
        ('<polygon points="0,0 1,1 2"/>', "pairs of numbers"),
        ('<rect width="abc" height="3"/>', "width: got 'abc'"),
        ('<rect width="-3" height="3"/>', "width: got '-3'"),
        ('<rect x="nan" width="3" height="3"/>', "x: got 'nan'"),
        ('<circle r="1e400"/>', "finite coordinates"),
        ('<rect transform="foo(3)" width="10" height="10"/>', "SVG transformations"),
        ('<rect transform="scale(0)" width="10" height="10"/>', "at least 3 corners"),
        ('<use id="u" xlink:href="#u"/>', "draws itself"),
        ('<g id="g"><use xlink:href="#g"/></g>', "draws itself"),
        ('<use xlink:href="#nobody"/>', "the id of an element"),
        (BOMB + '<rect id="g9" width="1" height="1"/>', "at most 100000"),
        ("<g>" * 150 + "</g>" * 150, "at most 100 levels"),
        ("", "no outlines"),
        ("<text>only words</text>", "no outlines"),
        ('<polygon id="bow" points="0,0 10,10 10,0 0,10"/>', r"outline 1 \('bow'\): got 'Self-intersection"),
        (SQUARE + '<rect x="50" y="50" width="20" height="20"/>', r"outline 1 \('well'\) and outline 2 that cross"),
        (SQUARE + SQUARE, "cross or are the same"),
        (SQUARE + "<rect", "malformed XML"),
    ],
)
def test_drawings_that_are_malformed_or_hostile_are_refused(svg, body, message):
    with pytest.raises(ParameterError, match=message):
        svg(body)


def test_files_that_are_no_svg_are_refused(svg, tmp_path):
    with pytest.raises(ParameterError, match="defines entities"):
        svg(SQUARE, head='<!DOCTYPE svg [<!ENTITY a "b">]>' + HEAD)
    (tmp_path / "page.svg").write_text("<html></html>")
    with pytest.raises(ParameterError, match="<html>"):
        Shape.from_file(tmp_path / "page.svg")
    (tmp_path / "bytes.svg").write_bytes(bytes(range(256)))
    with pytest.raises(ParameterError, match="malformed XML"):
        Shape.from_file(tmp_path / "bytes.svg")


def endless(document, model):
    block = document.blocks.new("B")
    block.add_blockref("B", (1, 0))
    model.add_blockref("B", (0, 0))


def many(document, model):
    document.blocks.new("B").add_circle((0, 0), 1)
    model.add_blockref(
        "B", (0, 0), dxfattribs={"row_count": 30000, "column_count": 30000, "row_spacing": 3, "column_spacing": 3}
    )


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda _, m: (m.add_line((0, 0), (9, 0)), m.add_line((9, 0), (9, 9))), "lines that together close"),
        (lambda _, m: m.add_lwpolyline([(0, 0), (9, 9), (9, 0), (0, 9)], close=True), "Self-intersection"),
        (lambda _, m: m.add_polyline3d([(0, 0, 0), (9, 0, 5), (9, 9, 0)], close=True), "a plane drawing"),
        (lambda _, m: m.add_text("only words"), "no outlines"),
        (endless, "a DXF drawing|at most 500"),
        (many, "at most 500 entities"),
    ],
)
def test_dxf_drawings_that_mean_nothing_are_refused(dxf, monkeypatch, draw, message):
    monkeypatch.setattr("netgraph.space._dxf._MOST_ENTITIES", 500)
    with pytest.raises(ParameterError, match=message):
        dxf(draw)


CIRCLE_OF = "0\nSECTION\n2\nENTITIES\n0\nCIRCLE\n10\n{}\n20\n0\n40\n{}\n0\nENDSEC\n0\nEOF\n"


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", bytes(range(256)) * 9, CIRCLE_OF.format("foo", 1).encode(), CIRCLE_OF.format(0, "1e400").encode()]
    + [CIRCLE_OF.format(0, 1)[:-20].encode(), CIRCLE_OF.format(0, 0).encode(), b"0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\nXX"],
)
def test_files_that_are_no_dxf_are_refused(tmp_path, content):
    (tmp_path / "a.dxf").write_bytes(content)
    with pytest.raises(ParameterError):
        Shape.from_file(tmp_path / "a.dxf")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "WKT"),
        ("hello", "WKT"),
        ("(" * 100_000, "WKT"),
        (3, "a text"),
        ("POLYGON EMPTY", "nothing"),
        ("POINT (1 1)", "Point"),
        ("POLYGON Z ((0 0 1, 4 0 1, 0 4 1, 0 0 1))", "Polygon Z"),
        ("POLYGON ((0 0, 4 0, 0 4))", "WKT"),
        ("POLYGON ((0 0, 4 4, 4 0, 0 4, 0 0))", "Self-intersection"),
        ("POLYGON ((0 0, nan 0, 0 4, 0 0))", "finite coordinates|WKT"),
        ("POLYGON ((0 0, 1e400 0, 0 4, 0 0))", "finite coordinates"),
        ("MULTIPOLYGON (((0 0, 9 0, 9 9, 0 0)), ((1 0, 9 0, 9 8, 1 0)))", "Self-intersection|Nested|neither cross"),
        ("CURVEPOLYGON (CIRCULARSTRING (0 0, 4 0, 4 4, 0 4, 0 0))", "WKT|plane POLYGON"),
    ],
)
def test_wkt_that_means_nothing_is_refused(text, message):
    with pytest.raises(ParameterError, match=message):
        Shape.from_wkt(text, parts="all")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scale": 0.0}, "scale"),
        ({"scale": 1.0, "width": 3.0}, "either scale or width"),
        ({"width": -3.0}, "width"),
        ({"tolerance": 1e-9}, "at least 1e-06 of the drawing"),
        ({"tolerance": 0.0}, "tolerance"),
        ({"parts": "some"}, "unknown parts"),
        ({"inner": "hole"}, "did you mean 'holes'"),
        ({"names": "well"}, "a list of texts"),
        ({"names": ["wall"]}, "no outlines named wall"),
        ({"centre": (1, 2, 3)}, "centre"),
    ],
)
def test_options_that_mean_nothing_are_refused(svg, options, message):
    with pytest.raises(NetspikeError, match=message):
        svg(SQUARE, **options)


def test_a_name_that_is_not_in_the_drawing_is_refused_beside_one_that_is(svg):
    with pytest.raises(ParameterError, match="no outlines named wel"):
        svg('<rect id="well" width="9" height="9"/>', names=["well", "wel"])


def test_unknown_and_missing_files_are_told_apart(tmp_path):
    with pytest.raises(UnknownNameError, match="ending of a drawing"):
        Shape.from_file(tmp_path / "a.png")
    with pytest.raises(ParameterError, match="a path"):
        Shape.from_file(3)
    for name in ("a.svg", "a.dxf", "a.wkt"):
        with pytest.raises(FileNotFoundError):
            Shape.from_file(tmp_path / name)
    (tmp_path / "b.wkt").write_text("POINT (1 1)")
    with pytest.raises(ParameterError, match="tolerance"):
        Shape.from_file(tmp_path / "b.wkt", tolerance=1.0)


@pytest.mark.parametrize(("module", "name"), [("svgelements", "a.svg"), ("ezdxf", "a.dxf"), ("shapely", "a.wkt")])
def test_a_missing_library_names_the_extra(monkeypatch, tmp_path, module, name):
    (tmp_path / name).write_text("")
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=r'pip install "netspike\[geo\]"'):
        Shape.from_file(tmp_path / name)
