"""What a notebook shows of a graph: a small table and a histogram of degrees, soon also of very large graphs."""

from html import escape
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from netgraph._degrees import DegreeMethods

__all__ = ["graph_html"]

_BINS = 24
_WIDTH, _HEIGHT = 192, 40
# Larger graphs are sampled: rows of columns, and nodes, at least so many, that together have about so many edges.
_MANY_EDGES = 2_000_000
_ROWS, _NODES, _EDGES = 100_000, 200, 1 << 20
# Ends of edges are read in pieces that fit into the processor's cache.
_PIECE = 1 << 17


def graph_html(graph: "DegreeMethods") -> str:
    """A table of sizes and ranges, and the histogram of total degrees as inline SVG."""
    kind = "directed" if graph.directed else "undirected"
    title = f"{type(graph).__name__} {graph.name!r}"
    rows = [("nodes", f"{graph.n_nodes:,}"), ("edges", f"{graph.n_edges:,} {kind}"), ("density", f"{graph.density:.3g}")]
    for name, unit in (("weight", ""), ("delay", " ms")):
        if name in graph.edges:
            rows.append((name, _range(graph, name, unit)))
    if graph.positions is not None:
        rows.append(("space", f"{graph.positions.shape[1]}-D, {graph.shape or 'no shape'}"))
    for kind, columns in (("node", graph.nodes), ("edge", graph.edges)):
        others = [name for name in columns if kind == "node" or name not in ("weight", "delay")]
        if others:
            rows.append((f"{kind} columns", ", ".join(others)))
    cells = "".join(f"<tr><th style='text-align:left'>{escape(k)}</th><td>{escape(v)}</td></tr>" for k, v in rows)
    return f"<div><b>{escape(title)}</b><table style='margin:0'>{cells}</table>{_degree_histogram(graph)}</div>"


def _range(graph: "DegreeMethods", name: str, unit: str) -> str:
    constant = graph.edges.constant(name)
    if constant is not None:
        return f"{constant:g}{unit}"
    if graph.n_edges > _MANY_EDGES:
        rows = np.linspace(0, graph.n_edges - 1, _ROWS).astype(np.int64)
        values = graph.edges[name][rows]
        return f"{values.min():g} to {values.max():g}{unit} in a sample, mean {_short(values.mean())}{unit}"
    values = graph.edges[name]
    return f"{values.min():g} to {values.max():g}{unit}" if values.size else "none yet"


def _short(value: float) -> str:
    """Three digits, or a whole number.

    Examples
    --------
    >>> _short(0.01234), _short(12345.6)
    ('0.0123', '12,346')
    """
    return f"{value:,.0f}" if 999.5 <= value < 1e9 else f"{value:.3g}"


def _degree_histogram(graph: "DegreeMethods") -> str:
    if graph.n_nodes == 0 or graph.n_edges == 0:
        return ""
    degree = _degrees(graph)
    low, high = int(degree.min()), int(degree.max())
    counts, _ = np.histogram(degree, bins=min(_BINS, high - low + 1), range=(low - 0.5, high + 0.5))
    width = _WIDTH / counts.size
    heights = _HEIGHT * counts / counts.max()
    bars = "".join(
        f"<rect x='{i * width:.1f}' y='{_HEIGHT - h:.1f}' width='{0.9 * width:.1f}' height='{h:.1f}'/>"
        for i, h in enumerate(heights)
    )
    mean = _short(2 * graph.n_edges / graph.n_nodes)
    label = f"degree {low} to {high}, mean {mean}"
    if degree.size < graph.n_nodes:
        label = f"degree {low} to {high} of {degree.size:,} sampled nodes, mean of all {mean}"
    svg = f"<svg width='{_WIDTH}' height='{_HEIGHT}' fill='currentColor' role='img' aria-label='{label}'>{bars}</svg>"
    return f"{svg}<div><small>{label}</small></div>"


def _degrees(graph: "DegreeMethods") -> np.ndarray:
    """Total degrees: of all nodes if that is soon done, else of every so many-th one."""
    stored = graph._caches.keys() >= {"in", "out"}
    if stored or graph.n_edges <= _MANY_EDGES or graph.n_nodes < 2 * _NODES:
        return graph.degree()
    stride = 1 << min((graph.n_nodes // _NODES).bit_length() - 1, (graph.n_edges // _EDGES).bit_length())
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as pool:
        ends = pool.map(lambda end: _counts(end, stride, graph.n_nodes), (graph.source, graph.target))
        return sum(ends)  # type: ignore[return-value]


def _counts(end: np.ndarray, stride: int, n_nodes: int) -> np.ndarray:
    """How often nodes 0, stride, 2 stride, ... occur; stride is a power of two."""
    counts = np.zeros(-(-n_nodes // stride), dtype=np.int64)
    rest = np.empty(_PIECE, dtype=end.dtype)
    for start in range(0, end.size, _PIECE):
        piece = end[start : start + _PIECE]
        found = piece[np.bitwise_and(piece, end.dtype.type(stride - 1), out=rest[: piece.size]) == 0]
        counts += np.bincount(found // stride, minlength=counts.size)
    return counts
