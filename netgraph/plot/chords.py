"""Connections between groups as ribbons in a circle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_number
from netgraph.graph import Graph
from netgraph.plot._edges import opacity
from netgraph.plot._style import axes_or_new, colours_of, folded, named_ids
from simcore.errors import ParameterError
from simcore.parameter import as_floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["chord_diagram"]

# Beyond this many groups nothing could be told apart.
_MOST = 100
# Where ribbons begin and end, as their arrows: further in at the target.
_RIM, _SOURCE, _TARGET = (1.0, 1.06), 0.985, 0.94


def chord_diagram(
    data: Any,
    *,
    weight: str | None = None,
    groups: Any = None,
    names: Sequence[str] | None = None,
    gap: float = 3.0,
    alpha: float = 0.6,
    colours: Any = None,
    ax: Axes | None = None,
) -> Axes:
    """How strongly groups are connected: ribbons from group to group, as wide as their edges are many.

    Every group has an arc as long as what leaves and what enters it. A ribbon has the colour of the group where it comes from,
    begins at the arc of that group, and ends a little away from that of its target. Connections without direction have one
    ribbon that touches both.

    Parameters
    ----------
    data : Graph or array_like, shape (n_groups, n_groups)
        A network; a graph with `groups`; a graph whose nodes are the groups, named by the node column ``"name"`` or
        ``"label"`` if there is one; or a matrix from rows to columns, of values >= 0, without direction if it is symmetric.
    weight : str, optional
        Edge column to sum; None counts edges.
    groups : NeuralPop or mapping of names to groups or ids, optional
        None takes the groups of the graph's population. An edge counts for the first group that holds its node; nodes of no
        group are left out.
    names : sequence of str, optional
        Names of the groups of a matrix or of nodes.
    gap : float
        Between two arcs [degrees].
    alpha : float
        Opacity of the ribbons.
    colours : mapping, sequence or colour, optional
        Colours of the groups.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    ax : matplotlib Axes
        Its artists have the gids ``"arcs"`` and ``"ribbons"``.

    Raises
    ------
    UnknownNameError
        If there is no such edge column.
    ParameterError
        If the matrix is not square, or holds a value that is negative or not finite; if there are more than 100 groups, or too
        few names.

    Examples
    --------
    >>> ax = chord_diagram([[0, 2], [1, 0]], names=["a", "b"])
    >>> [text.get_text() for text in ax.texts]
    ['a', 'b']
    """
    matrix, found, directed = _matrix(data, weight, groups)
    labels = _names(names, found, len(matrix))
    chosen = colours_of("chord_diagram", labels, colours)
    check_number("chord_diagram: gap", gap, 0.0, unit="degrees")
    alpha = opacity("chord_diagram: alpha", alpha, len(matrix))
    ax = axes_or_new(ax, size=(5.6, 5.6))
    arcs, ends = _angles(matrix, np.radians(min(gap, 180.0 / max(len(matrix), 1))), directed=directed)
    _draw_ribbons(ax, matrix, ends, chosen, directed=directed, alpha=alpha)
    _draw_arcs(ax, arcs, chosen)
    _write_names(ax, arcs, labels)
    ax.set(xlim=(-1.35, 1.35), ylim=(-1.35, 1.35), aspect="equal")
    ax.set_axis_off()
    return ax


def _matrix(data: Any, weight: str | None, groups: Any) -> tuple[NDArray[np.float64], list[str] | None, bool]:
    """What goes from each group to each, names if they are known, and whether there is a direction."""
    if not isinstance(data, Graph):
        return _checked(data, weight, groups)
    named = named_ids("chord_diagram", data.structure if groups is None else groups, graph=data)
    if named:
        group = np.full(data.n_nodes, len(named), dtype=np.int64)  # the last one, for nodes of no group, is dropped
        for k, ids in reversed(list(enumerate(named.values()))):
            group[ids] = k
        names, k = list(named), len(named)
    else:
        group, k = np.arange(data.n_nodes), data.n_nodes
        column = next((data.nodes[name] for name in ("name", "label") if name in data.nodes), np.arange(k))
        names = [str(value) for value in column]
    _check_size(k)
    side = k + 1
    place = group[data.source] * side + group[data.target]
    values = None if weight is None else data._numeric_column(weight)
    matrix = np.bincount(place, values, minlength=side * side).reshape(side, side)[:k, :k].astype(np.float64)
    if not data.directed:
        matrix = matrix + matrix.T - np.diag(np.diag(matrix))
    return _not_negative(matrix), names, data.directed


def _checked(data: Any, weight: str | None, groups: Any) -> tuple[NDArray[np.float64], None, bool]:
    for name, value in (("weight", weight), ("groups", groups)):
        if value is not None:
            raise ParameterError(f"chord_diagram: {name}", got=value, expected="None with a matrix")
    expected = "a Graph, or a square matrix of numbers"
    dense = data.toarray() if hasattr(data, "toarray") else data
    matrix = as_floats("chord_diagram: data", dense, expected)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ParameterError("chord_diagram: data", got=f"an array of shape {matrix.shape}", expected=expected)
    _check_size(len(matrix))
    return _not_negative(matrix), None, not np.array_equal(matrix, matrix.T)


def _not_negative(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    bad = ~(np.isfinite(matrix) & (matrix >= 0))
    if bad.any():
        i, j = np.argwhere(bad)[0]
        raise ParameterError("chord_diagram: data", got=f"{matrix[i, j]:g} from {i} to {j}", expected="finite values >= 0")
    return matrix


def _check_size(k: int) -> None:
    if k > _MOST:
        raise ParameterError("chord_diagram: data", got=f"{k} groups", expected=f"at most {_MOST}; `groups` joins nodes")


def _names(names: Any, found: list[str] | None, k: int) -> list[str]:
    if names is None:
        return found if found is not None else [str(i) for i in range(k)]
    if isinstance(names, str) or len(names) != k or len({str(name) for name in names}) < k:
        raise ParameterError("chord_diagram: names", got=names, expected=f"{k} different names")
    return [str(name) for name in names]


def _angles(matrix: NDArray[np.float64], gap: float, *, directed: bool) -> tuple[Any, Any]:
    """Angles of the arcs, shape (k, 2), and of both ends of each ribbon, shape (k, k, 2, 2).

    ``ends[i, j, 0]`` lies on the arc of i, ``ends[i, j, 1]`` on that of j. Around an arc, ribbons lie in the order of the arcs
    that they go to, so that those of one group do not cross each other.
    """
    k = len(matrix)
    size = matrix.sum(axis=1) + matrix.sum(axis=0) if directed else matrix.sum(axis=1)
    total = size.sum()
    scale = (2 * np.pi - k * gap) / total if total > 0 else 0.0
    length = size * scale if total > 0 else np.full(k, 2 * np.pi / max(k, 1) - gap)
    stop = np.pi / 2 - np.concatenate([[0.0], np.cumsum(length + gap)[:-1]]) if k else np.zeros(0)
    arcs = np.column_stack([stop - length, stop])
    ends = np.zeros((k, k, 2, 2))
    for i in range(k):
        at = stop[i]
        # Downwards from its upper end (arcs follow each other clockwise): first what goes to the arc before it.
        for j in [(i - step) % k for step in _order(k)]:
            for part in (0, 1) if directed else (0,):
                value = matrix[i, j] if part == 0 else matrix[j, i]
                place = (i, j, 0) if part == 0 else (j, i, 1)
                ends[place] = at - value * scale, at
                at -= value * scale
    if not directed:
        ends[:, :, 1] = ends.swapaxes(0, 1)[:, :, 0]
    return arcs, ends


def _order(k: int) -> list[int]:
    """Steps to the other arcs, the own one half-way."""
    steps = list(range(1, k))
    return [*steps[: k // 2], 0, *steps[k // 2 :]]


def _draw_arcs(ax: Any, arcs: Any, colours: Sequence[Any]) -> None:
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Wedge

    low, high = _RIM
    wedges = [Wedge((0.0, 0.0), high, *np.degrees(arc), width=high - low) for arc in arcs]
    ax.add_collection(PatchCollection(wedges, facecolors=colours, linewidths=0.0, gid="arcs", zorder=2), autolim=False)


def _draw_ribbons(ax: Any, matrix: Any, ends: Any, colours: Sequence[Any], *, directed: bool, alpha: float) -> None:
    """All ribbons in one artist, the widest below."""
    from matplotlib.collections import PathCollection

    present = matrix > 0 if directed else np.triu(matrix > 0)
    pairs = np.argwhere(present)
    pairs = pairs[np.argsort(-matrix[pairs[:, 0], pairs[:, 1]], kind="stable")]
    paths = [_ribbon(*ends[i, j], target=_TARGET if directed else _SOURCE) for i, j in pairs]
    # Without direction, of two groups the one from which more goes out gives the colour.
    strong = matrix.sum(axis=1)
    shown = [colours[i if directed or strong[i] >= strong[j] else j] for i, j in pairs]
    style: dict[str, Any] = {"facecolors": shown, "edgecolors": shown, "linewidths": 0.2, "alpha": alpha, "zorder": 1}
    ax.add_collection(PathCollection(paths, gid="ribbons", **style), autolim=False)


def _ribbon(start: Any, end: Any, *, target: float) -> Any:
    """A closed path: along an arc, over to the other, along that one and back, bent towards the middle."""
    from matplotlib.path import Path

    first, second = _along(start, _SOURCE), _along(end, target)
    points = np.concatenate([first, [[0.0, 0.0]], second, [[0.0, 0.0]], first[:1]])
    straight, bent = [Path.LINETO] * (len(first) - 1), [Path.CURVE3, Path.CURVE3]
    if end[1] == start[0]:  # from a group to itself, side by side: there is no way back
        return Path(np.delete(points, -2, axis=0), [Path.MOVETO, *straight, *bent, *straight, Path.LINETO])
    return Path(points, [Path.MOVETO, *straight, *bent, *straight, *bent])


def _along(arc: Any, radius: float) -> Any:
    angle = np.linspace(arc[0], arc[1], 48)
    return radius * np.column_stack([np.cos(angle), np.sin(angle)])


def _write_names(ax: Any, arcs: Any, names: Sequence[str]) -> None:
    """Names around the circle: level if few, else turned outwards; each begins at its arc."""
    many = len(names) > 12
    for (start, stop), name in zip(arcs, names, strict=True):
        angle = (start + stop) / 2
        x, y = 1.1 * np.cos(angle), 1.1 * np.sin(angle)
        left = x < -1e-9
        style: dict[str, Any] = {"ha": "right" if left else "left", "va": "center", "parse_math": False}
        if many:
            turn = np.degrees(angle) % 360
            style.update(rotation=turn + 180 if left else turn, rotation_mode="anchor", fontsize="small")
        elif abs(x) < 0.25:
            style.update(ha="center", va="bottom" if y > 0 else "top")
        ax.text(x, y, folded(name, 20), **style)
