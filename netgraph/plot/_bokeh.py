"""The page of a browser view, from arrays: everything that Bokeh does."""

from __future__ import annotations

from html import escape
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgraph.plot._style import GREY, SEQUENTIAL, colours_of
from netgraph.plot._values import Shown

__all__ = ["Attribute", "make_page"]

# Names beyond which a legend would hide the picture; largest diameters [px] of many and of few nodes; nodes from which on the
# graphics card draws.
_MOST_NAMES = 20
_LARGEST = 5.0, 22.0
_MANY = 2000

_SET_COLOUR = """
const chosen = table[this.value];
if (chosen.names === null) {
  numbers.low = chosen.low; numbers.high = chosen.high;
  glyph.fill_color = {field: chosen.field, transform: numbers};
  bar.title = chosen.label;
} else {
  names.factors = chosen.names; names.palette = chosen.palette;
  glyph.fill_color = {field: chosen.field, transform: names};
  legend.items[0].label = {field: chosen.field};
}
bar.visible = chosen.names === null;
legend.visible = chosen.names !== null && chosen.names.length <= most;
legend.change.emit();
"""

_SET_SIZE = """
const chosen = table[this.value];
const values = nodes.data[chosen.field];
const size = new Float64Array(values.length);
for (let i = 0; i < size.length; i++) {
  const share = chosen.top > 0 && values[i] > 0 ? Math.min(values[i] / chosen.top, 1) : 0;
  size[i] = Math.sqrt(least * least + (most * most - least * least) * share);
}
nodes.data = {...nodes.data, size: size};
"""


class Attribute(NamedTuple):
    """Values of the drawn nodes under a name: numbers, or texts."""

    name: str
    values: NDArray[Any]
    names: list[str] | None

    @classmethod
    def of(cls, name: str, shown: Shown, nodes: NDArray[Any]) -> Attribute:
        """From values of all nodes."""
        values = shown.values[nodes]
        if shown.names is None:
            return cls(name, values, None)
        names = [*shown.names, "none"] if (values < 0).any() else shown.names
        return cls(name, np.array(names, dtype=object)[values], names)

    def spec(self, field: str) -> dict[str, Any]:
        """What the scripts of the page need to know."""
        from matplotlib.colors import to_hex

        if self.names is not None:
            palette = [to_hex(c) for c in colours_of("browse", self.names, None)]
            if self.names[-1:] == ["none"]:
                palette = [*(to_hex(c) for c in colours_of("browse", self.names[:-1], None)), GREY]
            return {"field": field, "label": self.name, "names": self.names, "palette": palette}
        known = self.values[np.isfinite(self.values)]
        low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
        high = high if high > low else low + 1.0  # a colour bar needs a length
        return {
            "field": field,
            "label": self.name,
            "names": None,
            "low": low,
            "high": high,
            "top": float(known.max(initial=0.0)),
        }


def make_page(
    title: str, positions: Any, ids: Any, segments: Any, attributes: list[Attribute], *,
    colour: str, size: str | float, said: str, labels: tuple[str, str] | None, sides: tuple[int, int],
) -> str:  # fmt: skip
    """The whole page as HTML, with all scripts inside.

    Columns of the page have names of our own, so that no name of the user's can mean anything to Bokeh's templates.
    """
    try:
        from bokeh.embed import file_html
        from bokeh.layouts import column, row
        from bokeh.models import ColumnDataSource
        from bokeh.models.widgets import Div, Select, Toggle
        from bokeh.resources import INLINE
    except ImportError as error:
        raise ImportError('browse needs Bokeh: pip install "netspike[browser]"') from error
    table = {a.name: a.spec(f"a{k}") for k, a in enumerate(attributes)}
    data = {f"a{k}": a.values for k, a in enumerate(attributes)}
    diameter = np.full(len(ids), size) if not isinstance(size, str) else _diameters(attributes, size)
    nodes = ColumnDataSource({"x": positions[:, 0], "y": positions[:, 1], "id": ids, "size": diameter, **data})
    plot, parts = _figure(nodes, segments, table[colour], attributes, labels=labels, sides=sides)
    names: list[Any] = list(table)
    numeric: list[Any] = [a.name for a in attributes if a.names is None]
    colours = Select(title="colour", value=colour, options=names, width=200)
    shown = size if isinstance(size, str) else ""
    sizes = Select(title="size", value=shown, options=numeric if shown else ["", *numeric], width=200)
    _connect(colours, sizes, table, nodes, parts)
    edges = Toggle(label="edges", active=True, width=80, align="end")
    edges.js_link("active", parts["edges"], "visible")
    note = Div(text=escape(said), width=sides[0])
    page = column(row(colours, sizes, edges), plot, note)
    return file_html(page, resources=INLINE, title=title)


def _diameter_range(n: int) -> tuple[float, float]:
    most = float(np.clip(380.0 / np.sqrt(max(n, 1)), *_LARGEST))
    return most / 5, most


def _diameters(attributes: list[Attribute], name: str) -> NDArray[np.float64]:
    """Diameters [px] whose squares grow with the values; the scripts of the page do the same."""
    values = next(a.values for a in attributes if a.name == name)
    top = values[np.isfinite(values)].max(initial=0.0)
    share = np.clip(np.nan_to_num(values), 0.0, top) / top if top > 0 else np.zeros(values.size)
    least, most = _diameter_range(values.size)
    return np.sqrt(least**2 + (most**2 - least**2) * share)


def _figure(nodes: Any, segments: Any, first: dict[str, Any], attributes: Any, *, labels: Any, sides: Any) -> tuple[Any, Any]:
    """The picture, and those of its parts that change."""
    from bokeh.models import CategoricalColorMapper, ColumnDataSource, HoverTool, LinearColorMapper
    from bokeh.models.annotations import ColorBar, Legend, LegendItem
    from bokeh.plotting import figure
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    tools = "pan,wheel_zoom,box_zoom,reset,save"
    many: Any = "webgl" if len(nodes.data["id"]) > _MANY else "canvas"
    plot = figure(
        width=sides[0], height=sides[1], tools=tools, active_scroll="wheel_zoom", match_aspect=True, output_backend=many
    )
    plot.axis.visible = plot.grid.visible = labels is not None
    if labels is not None:
        plot.xaxis.axis_label, plot.yaxis.axis_label = labels
    ends = ColumnDataSource(dict(zip(("x0", "y0", "x1", "y1"), segments.T, strict=True)))
    alpha = float(np.clip(14.0 / np.sqrt(max(len(segments), 1)), 0.1, 0.6))
    edges = plot.segment("x0", "y0", "x1", "y1", source=ends, line_color="#505050", line_alpha=alpha, line_width=0.8)
    shades = [to_hex(c) for c in colormaps[SEQUENTIAL["nodes"]](np.linspace(0.0, 1.0, 256))]
    numbers = LinearColorMapper(palette=shades, nan_color=GREY, low=first.get("low", 0.0), high=first.get("high", 1.0))
    names = CategoricalColorMapper(factors=first["names"] or [], palette=first.get("palette") or [GREY], nan_color=GREY)
    mapper = numbers if first["names"] is None else names
    dots: Any = plot.scatter(
        "x", "y", size="size", source=nodes, line_color="white", line_width=0.5,
        fill_color={"field": first["field"], "transform": mapper},
    )  # fmt: skip
    dots.nonselection_glyph = None
    tips = [("node", "@id"), *((a.name, f"@a{k}") for k, a in enumerate(attributes))]
    plot.add_tools(HoverTool(renderers=[dots], tooltips=tips))
    few = first["names"] is not None and len(first["names"]) <= _MOST_NAMES
    legend = Legend(items=[LegendItem(label={"field": first["field"]}, renderers=[dots])], visible=few)
    bar = ColorBar(color_mapper=numbers, title=first["label"], visible=first["names"] is None)
    plot.add_layout(legend, "right")
    plot.add_layout(bar, "right")
    return plot, {"edges": edges, "glyph": dots.glyph, "numbers": numbers, "names": names, "legend": legend, "bar": bar}


def _connect(colours: Any, sizes: Any, table: dict[str, Any], nodes: Any, parts: dict[str, Any]) -> None:
    """What choosing changes."""
    from bokeh.models import CustomJS

    used = {name: parts[name] for name in ("glyph", "numbers", "names", "legend", "bar")}
    colours.js_on_change("value", CustomJS(args={"table": table, "most": _MOST_NAMES, **used}, code=_SET_COLOUR))
    least, most = _diameter_range(len(nodes.data["id"]))
    arguments = {"table": table, "nodes": nodes, "least": least, "most": most}
    sizes.js_on_change("value", CustomJS(args=arguments, code=f"if (this.value === '') return;\n{_SET_SIZE}"))
