"""What the plots share: axes, colours that colour-blind readers can tell apart, groups, legends beside the data."""

import functools
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netgraph._ids import as_node_ids
from simcore.errors import ParameterError, UnknownNameError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from netgraph.graph import Graph

__all__ = [
    "GREY",
    "PALETTE",
    "SEQUENTIAL",
    "axes_or_new",
    "colours_of",
    "degree_label",
    "folded",
    "frame",
    "ink",
    "legend_beside",
    "limits",
    "name_ticks",
    "named_ids",
    "note",
    "note_missing",
    "of_groups",
]

# Okabe & Ito's palette without its yellow, which is lost on white (https://jfly.uni-koeln.de/color).
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
GREY = "#808080"
# Maps of numbers to colours that rise in lightness, for nodes and for edges.
SEQUENTIAL = {"nodes": "viridis", "edges": "cividis"}
# Height of a line of a legend [pt].
_LINE = 15.5


def axes_or_new(ax: "Axes | None", *, size: tuple[float, float] = (6.4, 4.0), projection: str | None = None) -> "Axes":
    """`ax`, or the axes of a new figure of `size` inches."""
    if ax is not None:
        if not hasattr(ax, "transAxes"):
            raise ParameterError("plot: ax", got=ax, expected="matplotlib axes, or None for a new figure")
        return ax
    from matplotlib import pyplot as plt  # loads on first use

    _, new = plt.subplots(figsize=size, layout="compressed", subplot_kw={"projection": projection})
    return new


def frame(ax: "Axes", *, x: str, y: str) -> None:
    """Label the axes and take away the lines that hold no scale."""
    ax.set_xlabel(x)
    ax.set_ylabel(y)
    ax.spines[["top", "right"]].set_visible(False)


def ink() -> Any:
    """Colour of text, which can be seen on the background of the style in use."""
    from matplotlib import rcParams

    return rcParams["text.color"]


def folded(name: str, width: int = 24) -> str:
    r"""A long name in several lines, which leave room for the picture.

    Examples
    --------
    >>> folded("pyramidal cells of layer 2/3")
    'pyramidal cells of layer\n2/3'
    """
    return "\n".join(textwrap.wrap(name, width, break_on_hyphens=False)) or name


def name_ticks(ax: "Axes", places: Sequence[float], names: Sequence[str]) -> None:
    """Names below the axes, the turned further the more they are."""
    turn = 0 if sum(map(len, names)) <= 40 else 30 if len(names) <= 12 else 90
    style: dict[str, Any] = {"rotation": turn, "ha": "right" if turn == 30 else "center", "parse_math": False}
    style |= {"fontsize": "small"} if len(names) > 25 else {}
    ax.set_xticks(places, list(map(folded, names)), **style)


def named_ids(where: str, groups: Any, *, graph: "Graph | None" = None) -> dict[str, NDArray[np.int64]]:
    """Ids, of nodes of `graph` if given, by name from a population or a mapping of names to groups or arrays; none for None."""
    if groups is None:
        return {}
    if not isinstance(groups, Mapping):
        raise ParameterError(f"{where}: groups", got=groups, expected="a population, or a mapping of names to groups or ids")
    ids_of = functools.partial(as_node_ids, n_nodes=2**63 - 1) if graph is None else graph._node_ids
    return {str(name): ids_of(g, where=f"{where}: groups[{name!r}]") for name, g in groups.items()}


def of_groups(ids: NDArray[np.int64], groups: Mapping[str, NDArray[np.int64]]) -> NDArray[np.int64]:
    """Number of the first group that holds each id; -1 for none."""
    number = np.full(ids.shape, -1, dtype=np.int64)
    for k, members in reversed(list(enumerate(groups.values()))):
        number[np.isin(ids, members)] = k
    return number


def colours_of(where: str, names: Sequence[str], colours: Any) -> list[Any]:
    """One colour for each name: from `colours` (a mapping, a sequence or one colour), or from the palette."""
    from matplotlib import colormaps
    from matplotlib.colors import is_color_like

    if colours is None:
        if len(names) <= len(PALETTE):
            return [ink() if colour == "#000000" else colour for colour in PALETTE[: len(names)]]
        return [tuple(c) for c in colormaps["plasma"](np.linspace(0.0, 0.78, len(names)))]  # its end is lost on white
    if isinstance(colours, Mapping):
        for name in names:
            if name not in colours:
                raise UnknownNameError(f"group in the colours of {where}", got=name, choices=colours)
        chosen = [colours[name] for name in names]
    else:
        listed = list(colours) if isinstance(colours, Iterable) else []
        chosen = [colours] * len(names) if is_color_like(colours) else listed
    if len(chosen) < len(names) or not all(is_color_like(c) for c in chosen):
        raise ParameterError(
            f"{where}: colours", got=colours, expected=f"{len(names)} colours, or a mapping of group names to colours"
        )
    return chosen[: len(names)]


def legend_beside(
    ax: "Axes",
    names: Sequence[str],
    colours: Sequence[Any],
    *,
    markers: Sequence[str] | None = None,
    title: str | None = None,
    upwards: bool = True,
    inside: bool = False,
) -> None:
    """A legend of coloured marks, upwards or not, on the right of the data; or inside, also if the figure makes no room.

    Of many names the first are listed, and the legend says how many there are. Markers such as ``"-"`` and ``"--"`` are lines.
    """
    from matplotlib.lines import Line2D

    figure = ax.get_figure()
    beside = not inside and figure is not None and figure.get_layout_engine() is not None
    handles = []
    for name, colour, marker in zip(names, colours, markers or "s" * len(names), strict=True):
        style: dict[str, Any] = {"linestyle": "none", "marker": marker, "markersize": 7, "markeredgewidth": 0.0}
        style = {"linewidth": 2.0, "linestyle": marker} if marker in ("-", "--", ":", "-.") else style
        label = folded(name) if beside and marker != "-" else name
        handles.append(Line2D([], [], color=colour, label=f" {label}" if label.startswith("_") else label, **style))
    lines = sum(1 + str(handle.get_label()).count("\n") for handle in handles)
    most = max(3, (_room(ax) - (title is not None)) * len(handles) // max(lines, 1))
    if len(handles) > most:
        more = Line2D([], [], linestyle="none", label=f"and {len(handles) - most + 1} more")
        handles = [more, *handles[: most - 1]] if upwards else [*handles[: most - 1], more]
    place: dict[str, Any] = {"loc": "best"}
    if beside:  # without a layout it would lie on the next axes of a grid
        place = {"loc": "upper left", "bbox_to_anchor": (1.01, 1.0), "borderaxespad": 0.0, "frameon": False}
    legend = ax.legend(handles=handles[::-1] if upwards else handles, handletextpad=0.3, title=title, **place)
    for text in legend.get_texts():
        text.set_parse_math(False)  # a name with two dollars is no formula


def _room(ax: "Axes") -> int:
    """Lines of a legend that is not higher than the axes will be."""
    figure = ax.get_figure(root=True)
    height = 4.0 if figure is None else ax.get_position().height * figure.get_figheight()
    return int(72.0 * height / _LINE)


def limits(values: NDArray[np.float64]) -> Any:
    """A norm over the finite values; over 0 to 1 if there are none."""
    from matplotlib.colors import Normalize

    known = values[np.isfinite(values)]
    return Normalize(known.min(), known.max()) if known.size else Normalize(0.0, 1.0)


def note(ax: "Axes", text: str) -> Any:
    """A remark above the left corner of the axes, as an artist."""
    style: dict[str, Any] = {"transform": ax.transAxes, "fontsize": "small", "color": ink(), "alpha": 0.65, "va": "bottom"}
    place: Any = ax
    return place.text2D(0.0, 1.0, text, **style) if ax.name == "3d" else place.text(0.0, 1.01, text, **style)


def note_missing(ax: "Axes", n: int, n_drawn: int, what: str) -> None:
    """Say how many are not in the picture, if any."""
    if n_drawn < n:
        note(ax, f"{n - n_drawn:,} of {n:,} {what} left out")


def degree_label(mode: str) -> str:
    """Words for a kind of degree on an axis.

    Examples
    --------
    >>> degree_label("in"), degree_label("total")
    ('in-degree', 'total degree')
    """
    return "total degree" if mode == "total" else f"{mode}-degree"
