"""Shapes made from shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netgraph._checks import check_number, check_positive
from netgraph.space._core import ShapeCore

if TYPE_CHECKING:
    from netgraph.space.shape import Shape

__all__ = ["CombiningMethods"]


class CombiningMethods(ShapeCore):
    """Shapes made from shapes."""

    def extruded(self, height: float, bottom: float = 0.0) -> Shape:
        """The upright body whose every cut is this two-dimensional shape: a sheet with a thickness.

        Parameters
        ----------
        height : float [µm]
            Extent along z, above 0.
        bottom : float [µm]
            Where along z the body begins.

        Raises
        ------
        ParameterError
            A shape that is not two-dimensional, or that is periodic.

        Examples
        --------
        >>> from netgraph.space import Shape
        >>> Shape.rectangle(100.0, 50.0).extruded(10.0).volume
        50000.0
        """
        from netgraph.space.prism import Prism

        height, bottom = check_positive("extruded: height", height, "µm"), check_number("extruded: bottom", bottom)
        return self._with_areas(Prism.on(self._ground(), height, bottom), lambda part: Prism.on(part, height, bottom))

    def union(self, *others: Shape) -> Shape:
        """What lies in this shape or in any of the others.

        Parameters
        ----------
        *others : Shape
            Of as many dimensions; none may be periodic.

        Returns
        -------
        shape : Shape
            With the areas of this one.

        Raises
        ------
        ParameterError
            No shapes, other dimensions, or periodic ones.

        Examples
        --------
        >>> from netgraph.space import Shape
        >>> Shape.rectangle(10.0, 10.0).union(Shape.rectangle(10.0, 2.0, (10.0, 0.0))).area
        120.0
        """
        return self._combined("union", others)

    def difference(self, *obstacles: Shape) -> Shape:
        """What is left of this shape without the obstacles, which may overlap each other and reach beyond its border.

        Parameters
        ----------
        *obstacles : Shape
            Of as many dimensions. In a periodic shape they go on across its border.

        Returns
        -------
        shape : Shape
            Periodic if this one is, and with its areas. The border of an obstacle belongs to what is left.

        Raises
        ------
        ParameterError
            No shapes, other dimensions, periodic ones, or almost nothing left.

        Notes
        -----
        Areas and volumes are exact where obstacles keep apart and well inside, else integrated: to about 1e-6 in a plane, and
        1e-4 in space.

        Examples
        --------
        >>> from netgraph.space import Shape
        >>> round(Shape.rectangle(10.0, 10.0).difference(Shape.disk(1.0)).area, 6)
        96.858407
        """
        return self._combined("difference", obstacles)

    def intersection(self, *others: Shape) -> Shape:
        """What lies in this shape and in each of the others.

        Parameters
        ----------
        *others : Shape
            Of as many dimensions. In a periodic shape they go on across its border.

        Returns
        -------
        shape : Shape
            Periodic if this one is, and with its areas.

        Raises
        ------
        ParameterError
            No shapes, other dimensions, periodic ones, or almost nothing in common.

        Examples
        --------
        >>> from netgraph.space import Shape
        >>> Shape.rectangle(10.0, 10.0).intersection(Shape.rectangle(10.0, 10.0, (5.0, 0.0))).bounds
        array([[ 0., -5.],
               [ 5.,  5.]])
        """
        return self._combined("intersection", others)

    def with_area(self, name: str, where: Shape, *, height: float = 0.0, properties: Mapping[str, Any] | None = None) -> Shape:
        """The same shape with a named area: a part of it with a height and any properties.

        An area lies on top of those that were added before: where they overlap, the last one counts.

        Parameters
        ----------
        name : str
            Not empty, and not the name of another area of the shape.
        where : Shape
            What the area covers; what reaches beyond the shape does not count or, if that is periodic, goes on across it.
        height : float [µm]
            Level of the area above that of the rest.
        properties : dict, optional
            Anything that JSON can hold, such as ``{"stiffness": 2.0}``.

        Returns
        -------
        shape : Shape

        Raises
        ------
        ParameterError
            A name that is taken, properties that JSON cannot hold, or an area outside the shape.

        Examples
        --------
        >>> from netgraph.space import Shape
        >>> dish = Shape.disk(500.0).with_area("groove", Shape.rectangle(800.0, 50.0), height=-20.0)
        >>> list(dish.areas), dish.areas["groove"].height
        (['groove'], -20.0)
        >>> dish.area_of([[0.0, 0.0], [0.0, 100.0]])
        array(['groove', ''], dtype='<U6')
        """
        from netgraph.space.areas import Area, Zoned

        area = Area.checked(name, where, height, properties)
        return Zoned.of(self._ground(), (*self.areas.values(), area))

    def region(self, area: str) -> Shape:
        """The shape of an area, without what lies outside the whole or under areas on top of it; "" is the rest.

        Examples
        --------
        >>> from netgraph.space import Shape
        >>> field = Shape.rectangle(10.0, 10.0).with_area("left", Shape.rectangle(10.0, 10.0, (-5.0, 0.0)))
        >>> field.region("left").area, field.region("").area
        (50.0, 50.0)
        """
        from netgraph.space.areas import check_area

        check_area(self._ground(), area)
        return self._ground()

    def area_of(self, points: ArrayLike) -> NDArray[np.str_]:
        """Name of the area that each point lies in; "" outside all areas.

        Parameters
        ----------
        points : array_like of float, shape (n, ndim) or (ndim,) [µm]

        Returns
        -------
        names : ndarray of str, shape (n,)

        Examples
        --------
        >>> from netgraph.space import Shape
        >>> Shape.disk(1.0).area_of([[0.0, 0.0]])
        array([''], dtype='<U1')
        """
        names = np.array(["", *self.areas])
        return names[self._area_numbers(self._own_points("Shape.area_of: points", points)) + 1]

    def area_values(self, name: str, points: ArrayLike, *, default: Any = np.nan) -> NDArray[Any]:
        """Property of the area that each point lies in.

        Parameters
        ----------
        name : str
            ``"height"`` or the name of a property: numbers, or texts.
        points : array_like of float, shape (n, ndim) or (ndim,) [µm]
        default : number or str
            Value outside all areas and in areas without this property; heights are 0 there.

        Returns
        -------
        values : ndarray, shape (n,)

        Raises
        ------
        UnknownNameError
            No area has the property.
        ParameterError
            Values that are neither all numbers nor all texts.

        Examples
        --------
        >>> from netgraph.space import Shape
        >>> dish = Shape.disk(500.0).with_area("groove", Shape.rectangle(800.0, 50.0), height=-20.0)
        >>> dish.area_values("height", [[0.0, 0.0], [0.0, 100.0]])
        array([-20.,   0.])
        """
        from netgraph.space.areas import property_values

        values = property_values(self.areas, name, default)
        return values[self._area_numbers(self._own_points("Shape.area_values: points", points)) + 1]

    def _area_numbers(self, points: NDArray[np.float64]) -> NDArray[np.int64]:
        """Number of the area that each point lies in, -1 outside all."""
        return np.full(len(points), -1)

    def _combined(self, operation: str, others: tuple[Shape, ...]) -> Shape:
        from netgraph.space.combined import Combined

        return self._with_areas(Combined.of(operation, (self, *others)), lambda part: part)

    def _with_areas(self, ground: Shape, change: Callable[[Shape], Shape]) -> Shape:
        """Another ground with the areas of this one, each changed in the same way."""
        from netgraph.space.areas import Zoned

        return Zoned.of(ground, tuple(area.on(change(area.shape)) for area in self.areas.values())) if self.areas else ground
