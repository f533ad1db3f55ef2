"""The view in the browser: what the page holds, that it needs no network, and that no name of a user's can run in it."""

import json
import re
import sys

import numpy as np
import pytest
from matplotlib.colors import to_hex

from netgraph import Graph, Network, NeuralPop, plot
from netgraph.plot._style import PALETTE
from netgraph.space import Shape
from simcore.errors import ParameterError, UnknownNameError

bokeh_models = pytest.importorskip("bokeh.models")

EVIL = "</script><script>alert(1)</script>", "<img src=x onerror=alert(2)>", "@{a0}{safe} $name {{x}}"


def page(graph, monkeypatch=None, **kwargs):
    """The models of the page by type, read back from its JSON."""
    from bokeh.document import Document

    view = plot.browse(graph, **kwargs)
    (found,) = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', view.html, flags=re.DOTALL)
    text = found.strip().replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    (document,) = (Document.from_json(d) for d in json.loads(text).values())
    models = {}
    for model in document.models:
        models.setdefault(type(model).__name__, []).append(model)
    return models


def glyphs(models):
    renderers = {type(r.glyph).__name__: r for r in models["GlyphRenderer"]}
    return renderers["Scatter"], renderers["Segment"]


def spec(models):
    """What the scripts know about each value."""
    return next(js.args["table"] for js in models["CustomJS"] if "glyph" in js.args)


@pytest.fixture
def net():
    rng = np.random.default_rng(0)
    source, target = rng.integers(0, 40, (2, 300))
    positions = Shape.disk(50.0).sample(40, seed=1)
    net = Network.from_edges(source, target, population=NeuralPop.exc_and_inhib(40), positions=positions)
    net.nodes["depth"] = rng.normal(size=40)
    net.nodes["layer"] = ["L4", "L5"] * 20
    return net


def test_nodes_and_edges_lie_where_they_are(net):
    nodes, edges = glyphs(page(net))
    np.testing.assert_allclose(np.column_stack([nodes.data_source.data[k] for k in "xy"]), net.positions)
    ends = np.column_stack([edges.data_source.data[k] for k in ("x0", "y0", "x1", "y1")])
    np.testing.assert_allclose(ends, np.hstack([net.positions[net.source], net.positions[net.target]]))


def test_every_value_can_be_chosen_for_colours_and_numbers_for_sizes(net):
    rank = np.linspace(0.0, 1.0, 40)
    models = page(net, attributes={"rank": rank})
    colour, size = sorted(models["Select"], key=lambda s: s.title)
    assert colour.options == ["group", "in-degree", "out-degree", "total degree", "depth", "layer", "rank"]
    assert size.options == ["in-degree", "out-degree", "total degree", "depth", "rank"]
    assert (colour.value, size.value) == ("group", "total degree")
    data = glyphs(models)[0].data_source.data
    np.testing.assert_allclose(data[spec(models)["rank"]["field"]], rank)
    assert list(data[spec(models)["layer"]["field"]]) == ["L4", "L5"] * 20
    np.testing.assert_allclose(data[spec(models)["in-degree"]["field"]], net.in_degree())


def test_groups_colour_nodes_at_first_and_numbers_have_a_bar(net):
    models = page(net)
    fill = glyphs(models)[0].glyph.fill_color
    assert fill.field == spec(models)["group"]["field"]
    assert (fill.transform.factors, fill.transform.palette) == (["excitatory", "inhibitory"], [to_hex(c) for c in PALETTE[:2]])
    assert (models["Legend"][0].visible, models["ColorBar"][0].visible) == (True, False)
    models = page(net, colour="depth")
    fill = glyphs(models)[0].glyph.fill_color
    assert (fill.transform.low, fill.transform.high) == (net.nodes["depth"].min(), net.nodes["depth"].max())
    assert (models["Legend"][0].visible, models["ColorBar"][0].visible) == (False, True)
    assert models["ColorBar"][0].title == "depth"


def test_areas_grow_with_the_value_or_are_as_given(net):
    data = glyphs(page(net, size="in-degree"))[0].data_source.data
    area = np.asarray(data["size"]) ** 2
    assert np.corrcoef(area, net.in_degree())[0, 1] == pytest.approx(1.0)
    data = glyphs(page(net, size=9.0))[0].data_source.data
    assert set(data["size"]) == {9.0}


def test_pointing_at_a_node_shows_all_its_values(net):
    (hover,) = page(net)["HoverTool"]
    assert [name for name, _ in hover.tooltips] == [
        "node",
        "group",
        "in-degree",
        "out-degree",
        "total degree",
        "depth",
        "layer",
    ]


def test_more_edges_and_nodes_than_allowed_are_sampled_and_the_page_says_so(net):
    models = page(net, max_edges=50)
    assert len(glyphs(models)[1].data_source.data["x0"]) == 50
    assert models["Div"][0].text == "50 of 300 edges drawn"
    models = page(net, max_nodes=20)
    nodes, edges = glyphs(models)
    ids = nodes.data_source.data["id"]
    inside = np.isin(net.source, ids) & np.isin(net.target, ids)
    assert len(edges.data_source.data["x0"]) == inside.sum()
    assert models["Div"][0].text == f"20 of 40 nodes drawn, {inside.sum()} of 300 edges drawn"
    np.testing.assert_allclose(nodes.data_source.data[spec(models)["in-degree"]["field"]], net.in_degree()[ids])


def test_pages_need_no_network(net):
    html = plot.browse(net).html
    assert not re.search(r"<(script|link)[^>]*\s(src|href)=", html)
    assert "cdn.bokeh.org" not in re.sub(r"<script type=\"text/javascript\">.*?</script>", "", html, flags=re.DOTALL)


def test_names_and_values_cannot_run_in_the_page():
    graph = Graph.from_edges([0, 1], [1, 2], name=EVIL[0])
    graph.nodes[EVIL[1]] = list(EVIL)
    view = plot.browse(graph, colour=EVIL[1], attributes={EVIL[2]: [1.0, 2.0, 3.0]}, groups={EVIL[0]: [0], EVIL[1] + " ": [1]})
    for text in (view.html, view._repr_html_()):
        assert not any(evil in text for evil in EVIL[:2])
    frame = view._repr_html_()
    assert "sandbox='allow-scripts allow-downloads'" in frame
    assert frame.count("<iframe") == 1
    assert "<script" not in frame
    # Templates of Bokeh name fields of our own alone, so that braces or @ in names mean nothing.
    models = page(graph, attributes={EVIL[2]: [1.0, 2.0, 3.0]})
    assert all(re.fullmatch(r"@(id|a\d+)", value) for _, value in models["HoverTool"][0].tooltips)


def test_nodes_without_value_or_group_are_grey():
    graph = Graph(4)
    graph.nodes["v"] = [1.0, np.nan, 2.0, 3.0]
    models = page(graph, groups={"a": [0, 1]}, size="v")
    assert glyphs(models)[0].glyph.fill_color.transform.palette == [PALETTE[0].lower(), "#808080"]
    assert list(glyphs(models)[0].data_source.data[spec(models)["group"]["field"]]) == ["a", "a", "none", "none"]
    assert np.isfinite(glyphs(models)[0].data_source.data["size"]).all()


@pytest.mark.parametrize(
    "graph", [Graph(0), Graph(1), Graph.from_edges([0], [0]), Graph.from_edges([0, 1], [1, 2], directed=False)]
)
def test_graphs_of_hardly_anything_have_a_page(graph):
    models = page(graph)
    assert len(glyphs(models)[0].data_source.data["id"]) == graph.n_nodes
    assert ("in-degree" in spec(models)) == graph.directed


def test_space_of_three_dimensions_is_seen_from_above_and_layouts_have_no_axes():
    graph = Graph.from_edges([0], [1], positions=[[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]])
    models = page(graph)
    assert glyphs(models)[0].data_source.data["y"].tolist() == [1.0, 4.0]
    assert {a.axis_label for a in models["LinearAxis"]} == {"x [µm]", "y [µm]"}
    models = page(graph, layout="circular")
    assert not any(a.visible for a in models["LinearAxis"])


def test_views_are_saved_shown_and_described(net, tmp_path, monkeypatch):
    view = plot.browse(net)
    path = view.save(tmp_path / "net.html")
    assert path.read_text(encoding="utf-8") == view.html
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    view.show()
    assert opened[0].startswith("file://")
    assert opened[0].endswith(".html")
    assert repr(view).startswith("<BrowserView: ")
    with pytest.raises(ParameterError, match="ends in .html"):
        view.save(tmp_path / "net.txt")
    with pytest.raises(FileNotFoundError, match="no such folder"):
        view.save(tmp_path / "missing" / "net.html")


REFUSED = {
    "colour": ({"colour": "dpeth"}, UnknownNameError, "did you mean 'depth'"),
    "size": ({"size": "layer"}, UnknownNameError, "size of browse 'layer'"),
    "number": ({"size": -1.0}, ParameterError, "size: got -1.0"),
    "attribute": ({"attributes": {"a": [1.0]}}, ParameterError, r"attributes\['a'\]: got .*shape \(1,\)"),
    "objects": ({"attributes": {"a": [object()] * 40}}, ParameterError, "numbers or texts"),
    "width": ({"width": 10}, ParameterError, "width: got 10, expected 200 to 5000 px"),
    "nodes": ({"max_nodes": -1}, ParameterError, "browse: max_nodes"),
    "edges": ({"max_edges": 1.5}, ParameterError, "browse: max_edges"),
    "layout": ({"layout": "srping"}, UnknownNameError, "did you mean 'spring'"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_shown_is_refused(net, case):
    arguments, error, message = REFUSED[case]
    with pytest.raises(error, match=message):
        plot.browse(net, **arguments)


def test_without_bokeh_the_extra_is_named(net, monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "bokeh"]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match=r'pip install "netspike\[browser\]"'):
        plot.browse(net)
