"""Choice between parameters."""

from typing import Any

from simcore.nest._parameter import Conditional, Parameter, as_parameter
from simcore.nest.errors import raised

__all__ = ["conditional"]


def conditional(condition: Parameter, param_if_true: Any, param_if_false: Any) -> Parameter:
    """One value where a condition holds, else another.

    Parameters
    ----------
    condition : Parameter
        Usually a comparison; it holds where its value is not 0.
    param_if_true, param_if_false : Parameter or float

    Returns
    -------
    parameter : Parameter

    Raises
    ------
    TypeMismatch
        A condition that is no `Parameter`.

    Examples
    --------
    >>> from simcore.nest import random
    >>> conditional(random.uniform() < 2.0, 5.0, 7.0).GetValue()
    5.0
    """
    where = "nest.logic.conditional"
    if not isinstance(condition, Parameter):
        raise raised("TypeMismatch", f"{where}: condition: got {condition!r}, expected a comparison of Parameters")
    branches = [as_parameter(value, where) for value in (param_if_true, param_if_false)]
    return Conditional(condition, *branches)
