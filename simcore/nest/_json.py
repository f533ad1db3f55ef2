"""Results as JSON texts."""

from typing import Any

from simcore.nest._status import as_json, plain

__all__ = ["serialize_data", "to_json"]


def serialize_data(data: Any) -> Any:
    """The data as lists, dictionaries, numbers and texts, which JSON has.

    Parameters
    ----------
    data : NodeCollection, ndarray, mapping, sequence or number

    Returns
    -------
    plain : list, dict, number or str

    Examples
    --------
    >>> import numpy as np
    >>> serialize_data({"V_m": np.array([-70.0, -65.0])})
    {'V_m': [-70.0, -65.0]}
    """
    return plain(data)


def to_json(data: Any, **kwargs: Any) -> str:
    """The data as a JSON text.

    Parameters
    ----------
    data : NodeCollection, ndarray, mapping, sequence or number
    **kwargs
        Options of `json.dumps`, such as ``indent=2``.

    Examples
    --------
    >>> to_json((1, 2.5))
    '[1, 2.5]'
    """
    return as_json(data, **kwargs)
