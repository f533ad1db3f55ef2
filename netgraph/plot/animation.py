"""Activity on a network as a film: nodes light up when they spike, a line moves over the raster."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netgraph._checks import check_flag, check_number, check_positive
from netgraph.analysis._spikes import Spikes, select
from netgraph.graph import check_graph
from netgraph.plot._edges import sampled
from netgraph.plot._layout import places
from netgraph.plot._nodes import node_areas, node_colours
from netgraph.plot._paths import straight
from netgraph.plot._style import axes_or_new, ink, named_ids, note
from netgraph.plot.shapes import draw_outline, finish
from netgraph.plot.spikes import raster
from simcore.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.animation import FuncAnimation

    from netgraph.graph import Graph

__all__ = ["animate_activity", "save_animation"]

# What a silent node and a silent edge look like.
_SILENT, _EDGE = 0.85, 0.75
_MOST_FRAMES = 20_000


def animate_activity(
    graph: Graph,
    times: Any,
    ids: ArrayLike | None = None,
    *,
    window: tuple[float, float] | None = None,
    step: float = 1.0,
    fade: float = 10.0,
    fps: float = 20.0,
    layout: Any = None,
    node_size: Any = 20.0,
    node_colour: Any = "group",
    max_edges: int = 500,
    seed: int = 0,
    groups: Any = None,
    show_raster: bool = True,
    ax: Any = None,
) -> FuncAnimation:
    """A film of the spikes of a network, which a notebook shows and `save_animation` writes to a file.

    A node that spikes takes its colour, and its outgoing edges that are drawn take it too; both fade away.

    Parameters
    ----------
    graph : Graph
    times, ids, window
        Spikes, and the time to show [ms], as in `raster`; the window is needed unless the object knows its own.
    step : float [ms]
        Of the network's time between two pictures.
    fade : float [ms]
        Time in which a lit node falls to 1/e.
    fps : float
        Pictures a second.
    layout, node_size, seed, groups
        As in `draw_network`.
    node_colour : str, array_like or colour
        Names, groups or a colour, as in `draw_network`.
    max_edges : int
        Of more edges, a random sample of this many is drawn, and the picture says so; 0 draws none.
    show_raster : bool
        Draw the raster below.
    ax : matplotlib Axes, or a pair of these with the raster, optional
        Where to draw; a new figure if None.

    Returns
    -------
    film : matplotlib.animation.FuncAnimation
        Keep it while it plays.

    Raises
    ------
    ParameterError
        If a spike is of no node, positions have three dimensions, colours are numbers, or there are more than 20,000 pictures.

    Examples
    --------
    >>> from netgraph import Graph
    >>> graph = Graph.from_edges([0, 1], [1, 2])
    >>> film = animate_activity(graph, [1.0, 2.5], [0, 1], window=(0.0, 5.0))
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     save_animation(film, f"{folder}/spikes.gif", dpi=20.0).name
    'spikes.gif'
    """
    from matplotlib.animation import FuncAnimation

    where = "animate_activity"
    check_graph(f"{where}: graph", graph)
    for name, value in (("step", step), ("fade", fade)):
        check_positive(f"{where}: {name}", value, "ms")
    check_positive(f"{where}: fps", fps, "pictures a second")
    spikes = select(where, times, ids, nodes=None, window=window)
    graph._node_ids(spikes.nodes, f"{where}: ids")
    moments = _moments(spikes.window, step)
    named = named_ids(where, graph.structure if groups is None else groups, graph=graph)
    stage = _stage(graph, spikes, named, layout=layout, size=node_size, colour=node_colour, max_edges=max_edges, seed=seed)
    above, below = _axes(ax, check_flag(f"{where}: show_raster", show_raster))
    if below is not None:
        _draw_raster(below, graph, spikes, named)
    show = stage.draw(above, below, fade=float(fade))
    show(moments[0])
    if ax is None:
        figure = above.get_figure(root=True)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # as it is now: found anew for each picture, the layout takes most of the time
    options: dict[str, Any] = {"frames": moments, "interval": 1000.0 / fps, "blit": False, "cache_frame_data": False}
    return FuncAnimation(above.get_figure(root=True), show, **options)


def save_animation(film: FuncAnimation, path: str | Path, *, fps: float = 20.0, dpi: float = 100.0) -> Path:
    """Write a film to a file.

    Parameters
    ----------
    film : matplotlib.animation.FuncAnimation
        From `animate_activity`.
    path : str or Path
        Ends in .gif, .webp or .apng; or in .mp4, .mov or .webm, which need the program ffmpeg.
    fps : float
        Pictures a second.
    dpi : float
        Dots an inch.

    Returns
    -------
    path : Path

    Raises
    ------
    ParameterError
        If the ending is another one, or ffmpeg is missing.
    FileNotFoundError
        If there is no such folder.
    """
    from matplotlib.animation import writers

    path = Path(path)
    check_positive("save_animation: fps", fps, "pictures a second")
    check_number("save_animation: dpi", dpi, 1.0)
    kinds = {".gif": "pillow", ".webp": "pillow", ".apng": "pillow", ".mp4": "ffmpeg", ".mov": "ffmpeg", ".webm": "ffmpeg"}
    writer = kinds.get(path.suffix.lower())
    if writer is None:
        raise ParameterError("save_animation: path", got=str(path), expected=f"a name that ends in {', '.join(kinds)}")
    if not writers.is_available(writer):
        raise ParameterError(
            "save_animation: path", got=str(path), expected="a name that ends in .gif: ffmpeg is not installed"
        )
    if not path.parent.is_dir():
        raise FileNotFoundError(f"save_animation: there is no such folder: {str(path.parent)!r}")
    film.save(path, writer=writer, fps=fps, dpi=dpi)  # type: ignore[arg-type]
    return path


class _Stage(NamedTuple):
    """What is drawn once, and how it changes with time."""

    graph: Graph
    positions: Any
    in_space: bool
    rgb: NDArray[np.float64]
    areas: NDArray[np.float64]
    rows: NDArray[np.int64]
    times: NDArray[np.float64]
    nodes: NDArray[np.int64]

    def light(self, now: float, fade: float) -> NDArray[np.float64]:
        """How brightly each node shines: 1 at its spike, then less and less."""
        last = np.full(self.graph.n_nodes, -np.inf)
        upto = np.searchsorted(self.times, now, side="right")
        last[self.nodes[:upto]] = self.times[:upto]  # in order of time: the last one stays
        return np.exp((last - now) / fade)

    def draw(self, above: Any, below: Any, *, fade: float) -> Callable[[float], list[Any]]:
        """Draw everything once; returns the function that shows a moment [ms]."""
        from matplotlib.collections import LineCollection

        graph, rows = self.graph, self.rows
        if self.in_space and graph.shape is not None:
            draw_outline(above, graph.shape)
        space = graph.shape if self.in_space else None
        segments, place = straight(self.positions[graph.source[rows]], self.positions[graph.target[rows]], space)
        source = graph.source[rows][place]
        lines = above.add_collection(LineCollection(segments, linewidths=0.6, zorder=1, gid="edges"), autolim=False)
        style: dict[str, Any] = {"edgecolors": "0.6", "linewidths": 0.3, "zorder": 2, "gid": "nodes"}
        dots = above.scatter(*self.positions.T, s=self.areas, c=np.full((graph.n_nodes, 3), _SILENT), **style)
        finish(above, in_space=self.in_space)
        if rows.size < graph.n_edges:
            note(above, f"{rows.size:,} of {graph.n_edges:,} edges drawn")
        clock = above.set_title("", fontsize="medium", loc="right")
        hand = None if below is None else below.axvline(0.0, color=ink(), linewidth=1.0, gid="now")

        def show(now: float) -> list[Any]:
            light = self.light(float(now), fade)[:, None]
            dots.set_facecolors(light * self.rgb + (1 - light) * _SILENT)
            shine = light[source]
            lines.set_colors(np.hstack([shine * self.rgb[source] + (1 - shine) * _EDGE, 0.25 + 0.65 * shine]))
            clock.set_text(f"{now:.6g} ms")
            if hand is not None:
                hand.set_xdata([now, now])
            return [dots, lines, clock]

        return show


def _stage(
    graph: Graph, spikes: Spikes, named: Any, *, layout: Any, size: Any, colour: Any, max_edges: int, seed: int
) -> _Stage:
    where = "animate_activity"
    positions, in_space = places(where, graph, layout, named, seed=seed)
    if positions.shape[1] != 2:
        raise ParameterError(f"{where}: layout", got="positions in three dimensions", expected="two, such as layout='spring'")
    rgba, numbers, _, _ = node_colours(where, graph, colour, named)
    if numbers is not None:
        raise ParameterError(f"{where}: node_colour", got="numbers", expected="names, groups or a colour")
    rows, _ = sampled(where, graph.n_edges, max_edges, seed)
    order = np.argsort(spikes.times, kind="stable")
    times, nodes = spikes.times[order], spikes.nodes[spikes.rows][order]
    return _Stage(graph, positions, in_space, rgba[:, :3], node_areas(where, graph, size), rows, times, nodes)


def _moments(window: Any, step: float) -> NDArray[np.float64]:
    """Times of the pictures, from start to stop."""
    begin, end = window
    n = int(np.ceil((end - begin) / step - 1e-9)) + 1
    if n > _MOST_FRAMES:
        raise ParameterError("animate_activity: step", got=step, expected=f"a step that gives at most {_MOST_FRAMES} pictures")
    return np.minimum(begin + step * np.arange(n), end)


def _axes(ax: Any, show_raster: bool) -> tuple[Any, Any]:
    """Axes for the network and for the raster, which may be None."""
    expected = "a pair of axes" if show_raster else "matplotlib axes, or None for a new figure"
    if ax is None and show_raster:
        from matplotlib import pyplot as plt  # loads on first use

        ax = plt.subplots(2, 1, figsize=(6.4, 7.0), layout="constrained", height_ratios=[2.2, 1.0])[1]
    pair = tuple(np.atleast_1d(np.asarray(ax, dtype=object))) if show_raster else (ax, None)
    if len(pair) != 2 or not all(hasattr(a, "transAxes") for a in pair if a is not None):
        raise ParameterError("animate_activity: ax", got=ax, expected=expected)
    return (axes_or_new(pair[0], size=(6.4, 5.2)), pair[1])


def _draw_raster(ax: Any, graph: Graph, spikes: Spikes, named: Any) -> None:
    """All nodes from the bottom up, group by group."""
    stacked = np.concatenate([*named.values(), np.arange(graph.n_nodes)])
    order = stacked[np.sort(np.unique(stacked, return_index=True)[1])]
    raster(spikes.times, spikes.nodes[spikes.rows], groups=named or None, order=order, window=spikes.window, ax=ax)
