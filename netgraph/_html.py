"""What a notebook shows of a graph: a small table and a histogram of degrees."""

from html import escape
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from netgraph._degrees import DegreeMethods

__all__ = ["graph_html"]

_BINS = 24
_WIDTH, _HEIGHT = 192, 40


def graph_html(graph: "DegreeMethods") -> str:
    """A table of sizes and ranges, and the histogram of total degrees as inline SVG."""
    kind = "directed" if graph.directed else "undirected"
    title = f"{type(graph).__name__} {graph.name!r}"
    rows = [("nodes", f"{graph.n_nodes:,}"), ("edges", f"{graph.n_edges:,} {kind}"), ("density", f"{graph.density:.3g}")]
    for name, unit in (("weight", ""), ("delay", " ms")):
        if name in graph.edges:
            rows.append((name, _range(graph.edges.constant(name), graph.edges[name]) + unit))
    if graph.positions is not None:
        rows.append(("space", f"{graph.positions.shape[1]}-D, {graph.shape or 'no shape'}"))
    cells = "".join(f"<tr><th style='text-align:left'>{escape(k)}</th><td>{escape(v)}</td></tr>" for k, v in rows)
    return f"<div><b>{escape(title)}</b><table>{cells}</table>{_degree_histogram(graph)}</div>"


def _range(constant: float | None, values: np.ndarray) -> str:
    if constant is not None:
        return f"{constant:g}"
    return f"{values.min():g} to {values.max():g}" if values.size else "none yet"


def _degree_histogram(graph: "DegreeMethods") -> str:
    if graph.n_nodes == 0 or graph.n_edges == 0:
        return ""
    degree = graph.degree()
    low, high = int(degree.min()), int(degree.max())
    counts, _ = np.histogram(degree, bins=min(_BINS, high - low + 1), range=(low - 0.5, high + 0.5))
    width = _WIDTH / counts.size
    heights = _HEIGHT * counts / counts.max()
    bars = "".join(
        f"<rect x='{i * width:.1f}' y='{_HEIGHT - h:.1f}' width='{0.9 * width:.1f}' height='{h:.1f}'/>"
        for i, h in enumerate(heights)
    )
    label = f"degree {low} to {high}, mean {degree.mean():.3g}"
    svg = f"<svg width='{_WIDTH}' height='{_HEIGHT}' fill='currentColor' role='img' aria-label='{label}'>{bars}</svg>"
    return f"{svg}<div><small>{label}</small></div>"
