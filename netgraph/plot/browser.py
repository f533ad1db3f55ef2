"""A network in the browser: pan, zoom, point at nodes, choose what colours and sizes show. Made by Bokeh, works offline."""

from __future__ import annotations

import webbrowser
from collections.abc import Mapping
from html import escape
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_choice, check_count, check_mapping, check_number
from netgraph.graph import check_graph
from netgraph.plot._bokeh import Attribute, make_page
from netgraph.plot._edges import sampled
from netgraph.plot._layout import places
from netgraph.plot._paths import straight
from netgraph.plot._style import degree_label, named_ids
from netgraph.plot._values import Shown, as_shown, group_values
from simcore.errors import ParameterError

if TYPE_CHECKING:
    from netgraph.graph import Graph

__all__ = ["BrowserView", "browse"]

_SIDES = 200, 5000  # smallest and largest width and height [px]


class BrowserView:
    """A page that shows a network; a notebook displays it when it is the last value of a cell.

    Attributes
    ----------
    html : str
        The whole page, which needs no network.

    Examples
    --------
    >>> from netgraph import Graph
    >>> view = browse(Graph.from_edges([0, 1], [1, 2]))
    >>> view.html.lstrip().startswith("<!DOCTYPE html>")
    True
    """

    def __init__(self, html: str, *, width: int, height: int) -> None:
        self.html = html
        self._width, self._height = width, height

    def save(self, path: str | Path) -> Path:
        """Write the page to a file ending in .html.

        Raises
        ------
        ParameterError
            If the name ends otherwise.
        FileNotFoundError
            If there is no such folder.
        """
        path = Path(path)
        if path.suffix.lower() not in (".html", ".htm"):
            raise ParameterError("BrowserView.save: path", got=str(path), expected="a name that ends in .html")
        if not path.parent.is_dir():
            raise FileNotFoundError(f"BrowserView.save: there is no such folder: {str(path.parent)!r}")
        path.write_text(self.html, encoding="utf-8")
        return path

    def show(self) -> None:
        """Open the page in the browser, from a temporary file."""
        with NamedTemporaryFile("w", suffix=".html", prefix="netgraph-", delete=False, encoding="utf-8") as file:
            file.write(self.html)
        webbrowser.open(Path(file.name).as_uri())

    def __repr__(self) -> str:
        return f"<BrowserView: {len(self.html) / 1e6:.1f} MB of HTML; .save(path) or .show()>"

    def _repr_html_(self) -> str:
        # A page of its own, which cannot reach the notebook around it.
        style = f"width='{self._width + 40}' height='{self._height + 40}' style='border: none'"
        return f"<iframe srcdoc='{escape(self.html)}' sandbox='allow-scripts allow-downloads' {style}></iframe>"


def browse(
    graph: Graph,
    *,
    layout: Any = None,
    colour: str | None = None,
    size: str | float = "total degree",
    attributes: Mapping[str, Any] | None = None,
    groups: Any = None,
    max_edges: int = 5000,
    max_nodes: int = 20_000,
    seed: int = 0,
    width: int = 760,
    height: int = 560,
) -> BrowserView:
    """A page to look at a network in: pan, zoom, point at a node to see its values, choose what colours and sizes show.

    Parameters
    ----------
    graph : Graph
        Three-dimensional positions are seen from above, along z.
    layout : str or array_like, optional
        As in `draw_network`.
    colour : str, optional
        What colours show at first: ``"group"``, a node column, ``"in-degree"``, ``"out-degree"``, ``"total degree"`` or one of
        `attributes`; None takes the groups, or else the total degree.
    size : str or float
        What the area of the nodes shows at first, numbers from the same list; or the diameter of all [px].
    attributes : mapping of names to arrays of shape (n_nodes,), optional
        More values to choose from, such as what the functions of `netgraph.analysis` return.
    groups : NeuralPop or mapping of names to groups or ids, optional
        None takes the groups of the graph's population, if it has one.
    max_edges, max_nodes : int
        Of more edges, a random sample of this many is drawn, and of more nodes; the page says so.
    seed : int
        Seed of the samples and the layout.
    width, height : int [px]

    Returns
    -------
    view : BrowserView

    Raises
    ------
    ImportError
        If Bokeh is not installed (``pip install "netspike[browser]"``).
    UnknownNameError
        If there is no such value.
    ParameterError
        If an attribute does not fit the nodes.

    Examples
    --------
    >>> from netgraph import Graph
    >>> browse(Graph.from_edges([0, 1], [1, 2]), size=12.0)
    <BrowserView: ... MB of HTML; .save(path) or .show()>
    """
    where = "browse"
    check_graph(f"{where}: graph", graph)
    for name, side in (("width", width), ("height", height)):
        if not _SIDES[0] <= check_count(side, f"{where}: {name}") <= _SIDES[1]:
            raise ParameterError(f"{where}: {name}", got=side, expected=f"{_SIDES[0]} to {_SIDES[1]} px")
    named = named_ids(where, graph.structure if groups is None else groups, graph=graph)
    values = _attributes(graph, named, attributes)
    first = colour or ("group" if named else "total degree")
    check_choice(f"colour of {where}", first, values)
    if not isinstance(size, str):
        check_number(f"{where}: size", size, 0.0, unit="px")
    else:
        check_choice(f"size of {where}", size, [name for name, shown in values.items() if shown.names is None])
    nodes, ends, said = _parts(graph, max_nodes, max_edges, seed)
    positions, in_space = places(where, graph, layout, named, seed=seed)
    shown = [Attribute.of(name, shown, nodes) for name, shown in values.items()]
    page = make_page(
        graph.name,
        positions[nodes, :2],
        nodes,
        _segments(graph, positions[:, :2], ends, in_space=in_space and positions.shape[1] == 2),
        shown,
        colour=first,
        size=size,
        said=said,
        labels=("x [µm]", "y [µm]") if in_space else None,
        sides=(int(width), int(height)),
    )
    return BrowserView(page, width=int(width), height=int(height))


def _attributes(graph: Graph, named: Mapping[str, NDArray[np.int64]], given: Any) -> dict[str, Shown]:
    """Everything that can be chosen, by name."""
    modes = ("in", "out", "total") if graph.directed else ("total",)
    values = {"group": group_values(np.arange(graph.n_nodes), named)} if named else {}
    values |= {degree_label(mode): as_shown(graph.degree(mode=mode), "") for mode in modes}
    values |= {name: as_shown(graph.nodes[name], name) for name in graph.nodes}
    for name, array in check_mapping("browse: attributes", given).items():
        values[str(name)] = as_shown(_column(graph, name, array), str(name))
    return values


def _column(graph: Graph, name: Any, array: Any) -> NDArray[Any]:
    values = np.asarray(array)
    if values.shape != (graph.n_nodes,) or values.dtype.kind not in "biufU":
        got = f"an array of {values.dtype}, shape {values.shape}"
        raise ParameterError(f"browse: attributes[{name!r}]", got=got, expected=f"numbers or texts, shape ({graph.n_nodes},)")
    return values


def _parts(graph: Graph, max_nodes: int, max_edges: int, seed: int) -> tuple[NDArray[Any], NDArray[Any], str]:
    """Nodes and rows of edges to draw, and what is left out in words."""
    check_count(max_nodes, "browse: max_nodes")
    nodes, said = np.arange(graph.n_nodes), []
    candidates: Any = graph.n_edges
    if graph.n_nodes > max_nodes:
        nodes = np.sort(np.random.default_rng(seed).choice(graph.n_nodes, size=max_nodes, replace=False))
        drawn = np.zeros(graph.n_nodes, dtype=bool)
        drawn[nodes] = True
        candidates = np.flatnonzero(drawn[graph.source] & drawn[graph.target])
        said.append(f"{nodes.size:,} of {graph.n_nodes:,} nodes drawn")
    rows, _ = sampled("browse", candidates, max_edges, seed)
    if rows.size < graph.n_edges:
        said.append(f"{rows.size:,} of {graph.n_edges:,} edges drawn")
    return nodes, rows, ", ".join(said)


def _segments(graph: Graph, positions: Any, rows: NDArray[Any], *, in_space: bool) -> NDArray[np.float64]:
    """Both ends of each drawn edge, shape (n, 4); those round a periodic border are there twice, from each of their ends."""
    space = graph.shape if in_space else None
    segments, _ = straight(positions[graph.source[rows]], positions[graph.target[rows]], space)
    return segments.reshape(-1, 4)
