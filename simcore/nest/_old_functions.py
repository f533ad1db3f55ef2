"""GetStatus and SetStatus: what PyNEST had before collections had ``get`` and ``set``; most scripts use them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from simcore.nest._connections import SynapseCollection
from simcore.nest._nodes import NodeCollection
from simcore.nest._old_names import warn_once
from simcore.nest._status import all_names, as_json, read_nodes

__all__ = ["GetStatus", "SetStatus"]


def GetStatus(nodes_or_conns: Any, keys: Any = None, output: str = "") -> Any:
    """Values of nodes or connections, one entry for each.

    Parameters
    ----------
    nodes_or_conns : NodeCollection, SynapseCollection or list of int
    keys : str or list of str, optional
        One value of each; or a tuple of values; None gives a dictionary of all.
    output : {"", "json"}
        ``"json"`` gives a JSON text.

    Returns
    -------
    values : tuple, or list for one value of connections
        In the order of the nodes or connections.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> nest.GetStatus(nest.Create("iaf_psc_alpha"), ["V_reset", "V_th"])
    ((-70.0, -55.0),)
    """
    warn_once("GetStatus()", "nodes.get(...) or connections.get(...)")
    found = _collection(nodes_or_conns)
    n = len(found)
    if isinstance(keys, str):
        values: Any = _column(found, keys)
        values = values if isinstance(found, SynapseCollection) else tuple(values)
    elif keys is None:
        names = found._names() if isinstance(found, SynapseCollection) else all_names(found._current())
        columns = [_column(found, name, absent=True) for name in names]
        values = tuple(dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))
        if isinstance(found, NodeCollection):
            values = tuple({name: value for name, value in one.items() if value is not None} for one in values)
    else:
        columns = [_column(found, name) for name in keys]
        values = tuple(zip(*columns, strict=True)) if columns else ((),) * n
    return as_json(values) if output == "json" else values


def _column(found: Any, name: str, *, absent: bool = False) -> list[Any]:
    if isinstance(found, SynapseCollection):
        found._check()
        return found._column(name)
    return read_nodes(found._current(), name, absent=absent)


def SetStatus(nodes_or_conns: Any, params: Any, val: Any = None) -> None:
    """Set values of nodes or connections; a refused call changes nothing.

    Parameters
    ----------
    nodes_or_conns : NodeCollection, SynapseCollection or list of int
    params : dict, list of dict or str
        Values for all, or one dictionary for each; or a name, with `val`.
    val : Any, optional
        One value, or a list with one for each.

    Raises
    ------
    TypeError
        A name without a value, or a dictionary with one.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> neuron = nest.Create("iaf_psc_alpha")
    >>> nest.SetStatus(neuron, {"I_e": 376.0})
    >>> neuron.I_e
    376.0
    """
    warn_once("SetStatus()", "nodes.set(...) or connections.set(...)")
    found = _collection(nodes_or_conns)
    if isinstance(params, str) == (val is None):
        got = f"{params!r} without a value" if val is None else f"{params!r} and val = {val!r}"
        raise TypeError(f"SetStatus: params: got {got}, expected a name and its value, or a dictionary alone")
    if isinstance(params, str):
        found.set({params: val})
    elif isinstance(params, Mapping) or len(params) != 1 or len(found) == 1:
        found.set(params[0] if len(found) == 1 and not isinstance(params, Mapping) else params)
    else:
        found.set(params[0])


def _collection(value: Any) -> Any:
    """A collection, also of ids in any order as NEST 2 had them."""
    if isinstance(value, (NodeCollection, SynapseCollection)):
        return value
    if not np.iterable(value) or isinstance(value, (str, Mapping)):
        raise TypeError(f"got {value!r}, expected a NodeCollection or a SynapseCollection")
    listed = [int(one._current()[0]) if isinstance(one, NodeCollection) and len(one) == 1 else one for one in value]
    return NodeCollection(listed)
