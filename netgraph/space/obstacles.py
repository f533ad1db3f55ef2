"""Obstacles at random places."""

from __future__ import annotations

from collections.abc import Sequence

from netgraph._checks import check_count, check_number
from netgraph.space._placing import points_apart
from netgraph.space.shape import Shape
from simcore.errors import ParameterError

__all__ = ["random_obstacles"]


def random_obstacles(
    shape: Shape,
    form: Shape | Sequence[Shape],
    *,
    n: int | None = None,
    share: float | None = None,
    gap: float | None = None,
    area: str | None = None,
    seed: int | None = None,
) -> list[Shape]:
    """Obstacles whose centres are drawn uniformly in a shape, to be taken from it or to become an area of it.

    Parameters
    ----------
    shape : Shape
        Where the centres lie; obstacles may reach beyond its border.
    form : Shape or sequence of Shape
        What an obstacle looks like, wherever it lies; or one form for each of them.
    n : int, optional
        Number of obstacles; that of the forms if there are several. Or:
    share : float, optional
        Sum of their areas or volumes relative to that of the shape, or of the area, with one form.
    gap : float, optional [µm]
        Least distance between the circles, or balls, around any two obstacles; without it they may overlap.
    area : str, optional
        Name of the area where the centres lie.
    seed : int, optional

    Returns
    -------
    obstacles : list of Shape

    Raises
    ------
    ParameterError
        Both or none of number and share, or no room for so many.

    Examples
    --------
    >>> dish = Shape.disk(500.0)
    >>> pillars = random_obstacles(dish, Shape.disk(10.0), share=0.1, gap=5.0, seed=1)
    >>> len(pillars), dish.difference(*pillars).area < 0.91 * dish.area
    (250, True)
    >>> raised = dish.with_area("pillars", pillars[0].union(*pillars[1:]), height=30.0)
    >>> len(raised.sample(20, seed=2, area="pillars"))
    20
    """
    from simcore.random import check_seed, fresh_seed

    _check_shape("random_obstacles: shape", shape)
    forms = [form] if isinstance(form, Shape) else list(form) if isinstance(form, Sequence) else []
    if not forms:
        raise ParameterError("random_obstacles: form", got=form, expected="a shape, or several")
    for one in forms:
        if not isinstance(one, Shape) or one.ndim != shape.ndim:
            raise ParameterError("random_obstacles: form", got=one, expected=f"shapes of {shape.ndim} dimensions")
    where = shape if area is None else shape.region(area)
    number = _number(where, forms, n, share)
    seed = fresh_seed() if seed is None else check_seed(seed, "random_obstacles: seed")
    if gap is None:
        centres = where.sample(number, seed)
    else:
        apart = 2.0 * max(one._ball()[1] for one in forms) + check_number("random_obstacles: gap", gap, 0.0, unit="µm")
        centres = points_apart(where, number, seed, distance=apart, what="random_obstacles")
    forms = [one._ground() for one in forms] * (number if len(forms) == 1 else 1)
    return [one._moved(centre - one._ball()[0]) for one, centre in zip(forms, centres, strict=True)]


def _number(where: Shape, forms: list[Shape], n: int | None, share: float | None) -> int:
    if len(forms) > 1:
        if share is not None or (n is not None and check_count(n, "random_obstacles: n") != len(forms)):
            expected = f"neither share nor another number with {len(forms)} forms"
            raise ParameterError("random_obstacles", got={"n": n, "share": share}, expected=expected)
        return len(forms)
    if (n is None) == (share is None):
        raise ParameterError("random_obstacles", got={"n": n, "share": share}, expected="either a number or a share")
    if n is not None:
        return check_count(n, "random_obstacles: n")
    return round(check_number("random_obstacles: share", share, 0.0) * where.measure / forms[0].measure)


def _check_shape(where: str, shape: object) -> None:
    if not isinstance(shape, Shape):
        raise ParameterError(where, got=shape, expected="a netgraph.space.Shape")
