"""Shape: an area or a volume in which neurons lie; lengths in µm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from netgraph._checks import check_flag, check_positive
from netgraph.space._combining import CombiningMethods
from netgraph.space._placing import PlacingMethods
from netgraph.space.distance import checked_points
from simcore.errors import ParameterError

__all__ = ["Shape"]


class Shape(PlacingMethods, CombiningMethods):
    """An area (2-D) or a volume (3-D), made by one of the class methods; it never changes.

    Shapes are closed: their border belongs to them. Two shapes are equal if their kind and their measures are. Others are made
    of them by `union`, `difference`, `intersection` and `extruded`; `with_area` names a part of one and gives it properties.

    Attributes
    ----------
    ndim : int
        2 or 3.
    periodic : bool
        Whether opposite sides are joined, so that distances go to the nearest image.

    Examples
    --------
    >>> dish = Shape.disk(500.0)
    >>> dish.sample(3, seed=1).shape
    (3, 2)
    >>> bool(dish.contains(dish.sample(3, seed=1)).all())
    True
    """

    @staticmethod
    def rectangle(width: float, height: float, centre: ArrayLike = (0.0, 0.0), *, periodic: bool = False) -> Shape:
        """Rectangle with sides along the axes.

        Parameters
        ----------
        width, height : float [µm]
            Extent along x and y, above 0.
        centre : array_like of float, shape (2,) [µm]
        periodic : bool
            Join opposite sides (a torus).

        Examples
        --------
        >>> Shape.rectangle(20.0, 10.0).area
        200.0
        """
        from netgraph.space.forms import Cuboid

        sides = _lengths("rectangle", width=width, height=height)
        return Cuboid(sides, _centre("rectangle: centre", centre, 2), check_flag("rectangle: periodic", periodic))

    @staticmethod
    def box(width: float, height: float, depth: float, *, centre: ArrayLike = (0.0, 0.0, 0.0), periodic: bool = False) -> Shape:
        """Box in three dimensions with sides along the axes.

        Parameters
        ----------
        width, height, depth : float [µm]
            Extent along x, y and z, above 0.
        centre : array_like of float, shape (3,) [µm]
        periodic : bool
            Join opposite sides.

        Examples
        --------
        >>> Shape.box(10.0, 10.0, 2.0).volume
        200.0
        """
        from netgraph.space.forms import Cuboid

        sides = _lengths("box", width=width, height=height, depth=depth)
        return Cuboid(sides, _centre("box: centre", centre, 3), check_flag("box: periodic", periodic))

    @staticmethod
    def disk(radius: float, centre: ArrayLike = (0.0, 0.0)) -> Shape:
        """Disk.

        Parameters
        ----------
        radius : float [µm]
            Above 0.
        centre : array_like of float, shape (2,) [µm]

        Examples
        --------
        >>> Shape.disk(2.0).bounds
        array([[-2., -2.],
               [ 2.,  2.]])
        """
        from netgraph.space.forms import Ellipsoid

        return Ellipsoid(_lengths("disk", radius=radius) * 2, _centre("disk: centre", centre, 2))

    @staticmethod
    def ellipse(radius_x: float, radius_y: float, centre: ArrayLike = (0.0, 0.0)) -> Shape:
        """Ellipse with half-axes along x and y.

        Parameters
        ----------
        radius_x, radius_y : float [µm]
            Half-axes, above 0.
        centre : array_like of float, shape (2,) [µm]

        Examples
        --------
        >>> Shape.ellipse(2.0, 1.0).contains([[1.5, 0.0], [0.0, 1.5]])
        array([ True, False])
        """
        from netgraph.space.forms import Ellipsoid

        radii = _lengths("ellipse", radius_x=radius_x, radius_y=radius_y)
        return Ellipsoid(radii, _centre("ellipse: centre", centre, 2))

    @staticmethod
    def ball(radius: float, centre: ArrayLike = (0.0, 0.0, 0.0)) -> Shape:
        """Ball, in three dimensions.

        Parameters
        ----------
        radius : float [µm]
            Above 0.
        centre : array_like of float, shape (3,) [µm]

        Examples
        --------
        >>> round(Shape.ball(3.0).volume, 6)
        113.097336
        """
        from netgraph.space.forms import Ellipsoid

        return Ellipsoid(_lengths("ball", radius=radius) * 3, _centre("ball: centre", centre, 3))

    @staticmethod
    def ellipsoid(radius_x: float, radius_y: float, radius_z: float, *, centre: ArrayLike = (0.0, 0.0, 0.0)) -> Shape:
        """Ellipsoid with half-axes along x, y and z.

        Parameters
        ----------
        radius_x, radius_y, radius_z : float [µm]
            Half-axes, above 0.
        centre : array_like of float, shape (3,) [µm]

        Examples
        --------
        >>> Shape.ellipsoid(3.0, 2.0, 1.0).contains([[2.5, 0.0, 0.0], [0.0, 0.0, 2.5]])
        array([ True, False])
        """
        from netgraph.space.forms import Ellipsoid

        radii = _lengths("ellipsoid", radius_x=radius_x, radius_y=radius_y, radius_z=radius_z)
        return Ellipsoid(radii, _centre("ellipsoid: centre", centre, 3))

    @staticmethod
    def cylinder(radius: float, height: float, centre: ArrayLike = (0.0, 0.0, 0.0)) -> Shape:
        """Upright cylinder; for other bases see `extruded`.

        Parameters
        ----------
        radius, height : float [µm]
            Above 0; the axis goes along z.
        centre : array_like of float, shape (3,) [µm]

        Examples
        --------
        >>> Shape.cylinder(1.0, 4.0).bounds
        array([[-1., -1., -2.],
               [ 1.,  1.,  2.]])
        """
        from netgraph.space.prism import Prism

        r, h = _lengths("cylinder", radius=radius, height=height)
        *middle, z = _centre("cylinder: centre", centre, 3)
        return Prism(Shape.disk(r, middle), z - 0.5 * h, h)

    @staticmethod
    def polygon(points: ArrayLike, holes: Any = ()) -> Shape:
        """Polygon, with holes if wanted; needs shapely (``pip install "netspike[geo]"``).

        Parameters
        ----------
        points : array_like of float, shape (n, 2) [µm]
            Corners in order, n >= 3; repeating the first at the end is not needed.
        holes : sequence of array_like of float, shape (m, 2) [µm]
            Corners of the obstacles, inside the polygon and apart from each other.

        Raises
        ------
        ImportError
            If shapely is not installed.
        ParameterError
            If a ring crosses itself, has no area, or a hole does not lie inside.

        Examples
        --------
        >>> Shape.polygon([(0, 0), (4, 0), (0, 4)]).area
        8.0
        """
        from netgraph.space.polygon import Polygon

        return Polygon.from_points(points, holes)

    @staticmethod
    def from_wkt(
        text: str,
        *,
        scale: float | None = None,
        width: float | None = None,
        centre: ArrayLike | None = None,
        parts: str = "one",
    ) -> Shape:
        """Polygon from well-known text, ``"POLYGON ((0 0, 4 0, 0 4, 0 0))"``; needs shapely.

        Parameters
        ----------
        text : str
            A ``POLYGON`` or ``MULTIPOLYGON`` in a plane.
        scale, width, centre, parts
            See `from_file`.

        Raises
        ------
        ParameterError
            Anything else, or rings that cross.

        Examples
        --------
        >>> Shape.from_wkt("POLYGON ((0 0, 4 0, 0 4, 0 0))", scale=10.0).area
        800.0
        """
        from netgraph.space.drawings import shape_from_wkt

        return shape_from_wkt(text, {"scale": scale, "width": width, "centre": centre}, parts=parts)

    @staticmethod
    def from_file(
        path: Any,
        *,
        scale: float | None = None,
        width: float | None = None,
        centre: ArrayLike | None = None,
        tolerance: float | None = None,
        parts: str = "one",
        inner: str = "holes",
        names: Sequence[str] | None = None,
    ) -> Shape:
        """Shape from a drawing in a file of type SVG, DXF or WKT; needs ``pip install "netspike[geo]"``.

        Outlines must be closed; in DXF, lines and arcs that close together are joined. An outline inside another one is a hole,
        one inside a hole a part again.

        Parameters
        ----------
        path : path-like
            A file whose name ends with .svg, .dxf or .wkt.
        scale : float, optional [µm]
            Length of a unit of the drawing, 1 if None: of SVG, the unit of its view box, or a pixel of 1/96 inch without one.
        width : float, optional [µm]
            Instead of `scale`: extent along x of all outlines.
        centre : array_like of float, shape (2,), optional [µm]
            Where the middle of the drawing's bounds comes to lie; without, coordinates are those of the drawing. The y axis of
            SVG is turned round, so that the shape looks as drawn.
        tolerance : float, optional [µm]
            How far the chords that replace curves may be from them; a thousandth of the drawing if None.
        parts : {"one", "largest", "all"}
            Which of several separate polygons: one is expected, the largest is taken, or all are one shape.
        inner : {"holes", "areas"}
            Whether outlines inside another one are holes, or areas of the shape. Areas are named as the outlines are: by ``id``
            in SVG, by layer in DXF; outlines of the same name are one area, those without are "area 1", "area 2", and so on.
        names : list of str, optional
            Take the outlines of these names alone.

        Raises
        ------
        ParameterError
            A malformed file, open lines, outlines that cross themselves or each other.
        UnknownNameError
            Another type of file.
        """
        from netgraph.space.drawings import shape_from_file

        size = {"scale": scale, "width": width, "centre": centre}
        return shape_from_file(path, size, tolerance=tolerance, parts=parts, inner=inner, names=names)

    @staticmethod
    def from_dict(description: Mapping[str, Any]) -> Shape:
        """The shape that `to_dict` described.

        Parameters
        ----------
        description : dict
            As `to_dict` gives it, also after a round trip through JSON.

        Raises
        ------
        ParameterError, UnknownNameError
            Anything that no shape has: unknown kinds, names that miss or are too many, lengths that are none.

        Examples
        --------
        >>> Shape.from_dict({"kind": "rectangle", "sides": [20.0, 10.0], "centre": [0.0, 0.0], "periodic": True})
        Shape.rectangle(20, 10, centre=(0.0, 0.0), periodic=True)
        """
        from netgraph.space._description import shape_of

        return shape_of(description)


def _lengths(kind: str, **values: float) -> tuple[float, ...]:
    return tuple(check_positive(f"{kind}: {name}", value, "µm") for name, value in values.items())


def _centre(where: str, value: ArrayLike, ndim: int) -> tuple[float, ...]:
    array = checked_points(where, value)
    if array.shape != (1, ndim) or np.ndim(value) != 1:
        raise ParameterError(where, got=value, expected=f"{ndim} coordinates [µm]")
    return tuple(array[0].tolist())
