"""Shapes made from shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

        return Prism.on(self, check_positive("extruded: height", height, "µm"), check_number("extruded: bottom", bottom))
