"""CreateMask: masks from the names and numbers that PyNEST gives them."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from simcore.errors import did_you_mean
from simcore.nest._masks import Ball, Box, Combined, Ellipsoid, GridMask, Mask, Shifted, as_vector, rotation
from simcore.nest._models import check_names
from simcore.nest._parameter import checked_number
from simcore.nest.errors import raised

__all__ = ["CreateMask", "as_mask"]


def CreateMask(masktype: str, specs: Mapping[str, Any], anchor: Any = None) -> Mask:
    """A region of the positions around a node.

    Parameters
    ----------
    masktype : str
        In 2 dimensions ``"rectangular"`` (``lower_left, upper_right, azimuth_angle``), ``"circular"`` (``radius``),
        ``"doughnut"`` (``inner_radius, outer_radius``), ``"elliptical"`` (``major_axis, minor_axis, azimuth_angle``); in 3
        ``"box"``, ``"spherical"`` and ``"ellipsoidal"`` (also with ``polar_axis`` and ``polar_angle``); for grids ``"grid"``
        (``shape``).
        Angles are in degrees; the axes of an ellipse are its full lengths.
    specs : dict
        Its lengths and angles.
    anchor : sequence of float, optional
        Where the mask's origin lies, seen from the node; of a grid mask the column and row of the mask that lie on the node.

    Returns
    -------
    mask : Mask

    Raises
    ------
    UndefinedName, UnaccessedDictionaryEntry, BadProperty, TypeMismatch
        A mask that does not exist, or cannot have these numbers.

    Examples
    --------
    >>> CreateMask("circular", {"radius": 0.5}, anchor=[1.0, 0.0]).Inside([1.2, 0.3])
    True
    """
    if masktype not in _SHAPES:
        hint = did_you_mean(masktype, _SHAPES)
        raise raised("UndefinedName", f"CreateMask: unknown mask {masktype!r}{hint} (there are: {', '.join(_SHAPES)})")
    if not isinstance(specs, Mapping):
        raise raised("TypeMismatch", f"CreateMask: {masktype}: got {specs!r}, expected a dictionary")
    make, n_dimensions, needed, optional = _SHAPES[masktype]
    where = f"CreateMask: {masktype}"
    check_names(where, specs, (*needed, *optional))
    for key in needed:
        if key not in specs:
            raise raised("BadProperty", f"{where}: got {', '.join(specs) or 'nothing'}, expected also {key!r}")
    mask = make(where, specs, n_dimensions)
    for name, given in ((f"{where}: anchor", specs.get("anchor")), ("CreateMask: anchor", anchor)):
        if given is not None:
            mask = _shifted(mask, given, name)
    return mask


def as_mask(value: Any) -> Mask:
    """A mask, or the dictionary that says of which shape it is.

    Parameters
    ----------
    value : Mask or dict
        ``{"circular": {"radius": 0.5}, "anchor": [1.0, 0.0]}``; the anchor is optional.

    Examples
    --------
    >>> as_mask({"circular": {"radius": 0.5}}).Inside([0.5, 0.0])
    True
    """
    if isinstance(value, Mask):
        return value
    if not isinstance(value, Mapping):
        raise raised("TypeMismatch", f"Connect: mask: got {value!r}, expected a mask or a dictionary")
    shapes = [key for key in value if key != "anchor"]
    if len(shapes) != 1:
        raise raised("BadProperty", f"Connect: mask: got the shapes {shapes}, expected one of {', '.join(_SHAPES)}")
    return CreateMask(shapes[0], value[shapes[0]], value.get("anchor"))


def _shifted(mask: Mask, anchor: Any, where: str) -> Mask:
    if isinstance(mask, GridMask):
        return GridMask(mask.shape, mask.anchor + _whole(anchor, mask.n_dimensions, where))
    return Shifted(mask, as_vector(anchor, mask.n_dimensions, where))


def _ball(where: str, specs: Mapping[str, Any], n_dimensions: int) -> Mask:
    return Ball(_length(where, specs, "radius"), n_dimensions)


def _doughnut(where: str, specs: Mapping[str, Any], n_dimensions: int) -> Mask:
    inner = checked_number(specs["inner_radius"], f"{where}: inner_radius")
    outer = _length(where, specs, "outer_radius")
    if not inner < outer:
        raise raised("BadProperty", f"{where}: inner_radius: got {inner:g}, expected < outer_radius = {outer:g}")
    whole = Ball(outer, n_dimensions)
    return Combined("-", whole, Ball(inner, n_dimensions)) if inner >= 0.0 else whole


def _box(where: str, specs: Mapping[str, Any], n_dimensions: int) -> Mask:
    low, high = (as_vector(specs[key], n_dimensions, f"{where}: {key}") for key in ("lower_left", "upper_right"))
    if not (low < high).all():
        got = f"{high.tolist()} and lower_left {low.tolist()}"
        raise raised("BadProperty", f"{where}: upper_right: got {got}, expected the larger number in each dimension")
    return Box(low, high, _turn(where, specs, n_dimensions))


def _ellipsoid(where: str, specs: Mapping[str, Any], n_dimensions: int) -> Mask:
    names = ("major_axis", "minor_axis", "polar_axis")[:n_dimensions]
    axes = np.array([_length(where, specs, name) for name in names])
    if axes[0] < axes[1]:
        raise raised("BadProperty", f"{where}: major_axis: got {axes[0]:g}, expected >= minor_axis = {axes[1]:g}")
    return Ellipsoid(axes, _turn(where, specs, n_dimensions))


def _grid(where: str, specs: Mapping[str, Any], n_dimensions: int) -> Mask:
    shape = specs["shape"]
    n = len(shape) if isinstance(shape, (list, tuple, np.ndarray)) else 0
    if n not in (2, 3):
        raise raised("BadProperty", f"{where}: shape: got {shape!r}, expected columns and rows, or columns, rows and layers")
    cells = _whole(shape, n, f"{where}: shape")
    if (cells < 1).any():
        raise raised("BadProperty", f"{where}: shape: got {cells.tolist()}, expected numbers above 0")
    return GridMask(cells, np.zeros(n, dtype=np.int64))


def _length(where: str, specs: Mapping[str, Any], name: str) -> float:
    value = checked_number(specs[name], f"{where}: {name}")
    if value <= 0.0:
        raise raised("BadProperty", f"{where}: {name}: got {value:g}, expected > 0")
    return value


def _turn(where: str, specs: Mapping[str, Any], n_dimensions: int) -> np.ndarray | None:
    azimuth, polar = (checked_number(specs.get(name, 0.0), f"{where}: {name}") for name in ("azimuth_angle", "polar_angle"))
    return rotation(azimuth, polar, n_dimensions)


def _whole(value: Any, n_dimensions: int, where: str) -> np.ndarray:
    numbers = as_vector(value, n_dimensions, where)
    if not all(isinstance(v, (int, np.integer)) for v in value):
        raise raised("TypeMismatch", f"{where}: got {value!r}, expected whole numbers")
    return numbers.astype(np.int64)


# Function that makes it, dimensions, keys that it needs, and keys that it may have.
_SHAPES: dict[str, tuple[Callable[[str, Mapping[str, Any], int], Mask], int, tuple[str, ...], tuple[str, ...]]] = {
    "rectangular": (_box, 2, ("lower_left", "upper_right"), ("azimuth_angle",)),
    "circular": (_ball, 2, ("radius",), ("anchor",)),
    "doughnut": (_doughnut, 2, ("inner_radius", "outer_radius"), ("anchor",)),
    "elliptical": (_ellipsoid, 2, ("major_axis", "minor_axis"), ("azimuth_angle", "anchor")),
    "box": (_box, 3, ("lower_left", "upper_right"), ("azimuth_angle", "polar_angle")),
    "spherical": (_ball, 3, ("radius",), ("anchor",)),
    "ellipsoidal": (_ellipsoid, 3, ("major_axis", "minor_axis", "polar_axis"), ("azimuth_angle", "polar_angle", "anchor")),
    "grid": (_grid, 2, ("shape",), ()),
}
