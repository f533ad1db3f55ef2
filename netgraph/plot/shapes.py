"""Shapes on paper: borders, holes and areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from netgraph._base import checked_shape
from netgraph.plot._style import GREY, axes_or_new, frame
from simcore.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from netgraph.space import Shape

__all__ = ["draw_outline", "draw_shape", "finish", "space_axes"]


def draw_shape(shape: Shape, *, ax: Axes | None = None) -> Axes:
    """The border of a shape with its holes, and dashed those of its areas.

    Parameters
    ----------
    shape : netgraph.space.Shape
        In two or three dimensions.
    ax : matplotlib Axes, optional
        Where to draw, with three dimensions for a shape that has them; a new figure if None.

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ParameterError
        No shape, or axes of another dimension.

    Examples
    --------
    >>> from netgraph.space import Shape
    >>> draw_shape(Shape.disk(100.0)).get_xlabel()
    'x [µm]'
    """
    if checked_shape(shape) is None:
        raise ParameterError("draw_shape: shape", got=None, expected="a netgraph.space.Shape")
    axes = space_axes("draw_shape", ax, shape.ndim)
    draw_outline(axes, shape)
    finish(axes, in_space=True)
    return axes


def draw_outline(ax: Any, shape: Shape) -> None:
    """The lines of a shape, with the gids ``"shape"`` and ``"area"``."""
    for line in shape.outline():
        ax.plot(*line.T, color=GREY, linewidth=1.2, zorder=1.5, solid_joinstyle="round", gid="shape")
    for name in shape.areas:
        for line in shape.region(name).outline():
            ax.plot(*line.T, color=GREY, linewidth=1.0, linestyle="--", zorder=1.5, gid="area")


def space_axes(where: str, ax: Any, ndim: int) -> Any:
    """`ax` if it has `ndim` dimensions, or new axes."""
    if ax is not None and (ndim == 3) != (getattr(ax, "name", None) == "3d"):
        raise ParameterError(f"{where}: ax", got=ax, expected=f"axes for {ndim} dimensions")
    return axes_or_new(ax, size=(6.4, 5.2), projection="3d" if ndim == 3 else None)


def finish(ax: Any, *, in_space: bool) -> None:
    """Name the axes of space; take those of a layout away."""
    ax.set_aspect("equal")
    if not in_space:
        ax.set_axis_off()
        return
    if ax.name == "3d":
        from matplotlib.ticker import MaxNLocator

        sides = np.ptp(np.reshape(ax.get_w_lims(), (3, 2)), axis=1)
        zoom = min(1.0, 0.65 * float(np.linalg.norm(sides)) / sides[2])  # high ones would be cut off
        ax.set_box_aspect(sides, zoom=zoom)
        for axis, side in zip((ax.xaxis, ax.yaxis, ax.zaxis), sides, strict=True):
            axis.set_major_locator(MaxNLocator(max(1, round(8 * side / sides.max()))))
        ax.zaxis.labelpad = 7.0 * sides[2] / sides.max() / zoom
        ax.set_xlabel("x [µm]")
        ax.set_ylabel("y [µm]")
        ax.set_zlabel("z [µm]")
        return
    frame(ax, x="x [µm]", y="y [µm]")
