"""NodeCollection: some nodes in order of their ids, what ``Create`` returns."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from simcore.nest._kernel import kernel
from simcore.nest._status import change_nodes, shown
from simcore.nest.errors import raised

__all__ = ["NodeCollection", "nodes_of"]


class NodeCollection:
    """Nodes in ascending order of their ids; values of models are attributes: ``neurons.V_m``, ``neurons.V_m = -60.0``.

    Parameters
    ----------
    data : array_like of int, optional
        Ids, ascending, each once; none makes an empty collection.

    Raises
    ------
    BadProperty, UnknownNode
        Ids that do not ascend, or that no node has.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> neurons = nest.Create("iaf_psc_alpha", 3)
    >>> neurons.V_m = [-70.0, -65.0, -60.0]
    >>> neurons[1:].get("V_m")
    (-65.0, -60.0)
    """

    def __init__(self, data: Any = ()) -> None:
        if isinstance(data, (str, Mapping)) or not np.iterable(data):
            raise TypeError(f"NodeCollection: got {data!r}, expected a list of ids")
        ids = data._current() if isinstance(data, NodeCollection) else np.asarray(list(data))
        if ids.size and (ids.dtype.kind not in "iu" or ids.ndim != 1):
            raise TypeError(f"NodeCollection: got {data!r}, expected a list of whole numbers")
        ids = ids.astype(np.int64)
        kernel.check_ids(ids)
        steps = np.diff(ids)
        if (steps < 0).any():
            raise raised("BadProperty", f"NodeCollection: ids must ascend; got {data!r}")
        if (steps == 0).any():
            raise raised("BadProperty", f"NodeCollection: every id must come once; got {data!r}")
        self._fill(ids)

    @classmethod
    def _made(cls, ids: np.ndarray, layer: Any = None) -> "NodeCollection":
        """A collection of ids that are known to be good; `layer` gives their positions."""
        made = cls.__new__(cls)
        made._fill(ids, layer)
        return made

    def _fill(self, ids: np.ndarray, layer: Any = None) -> None:
        ids.flags.writeable = False
        for name, value in {"_ids": ids, "_layer": layer, "_epoch": kernel.epoch}.items():
            object.__setattr__(self, name, value)

    def _current(self) -> np.ndarray:
        """The ids, unless the network is gone."""
        kernel.check_epoch(self._epoch, "NodeCollection")
        return self._ids

    # -- as a sequence -------------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return self._ids.size

    def __bool__(self) -> bool:
        return self._ids.size > 0

    def __iter__(self) -> Iterator["NodeCollection"]:
        return (self[k] for k in range(len(self)))

    def __contains__(self, node: Any) -> bool:
        ids = self._current()
        if isinstance(node, NodeCollection):
            return bool(np.isin(node._current(), ids).all())
        if not isinstance(node, (int, np.integer)):
            raise TypeError(f"NodeCollection: in: got {node!r}, expected an id or a NodeCollection")
        at = int(np.searchsorted(ids, node))
        return at < ids.size and int(ids[at]) == node

    def __getitem__(self, key: Any) -> "NodeCollection":
        at = self._positions(key)
        return NodeCollection._made(self._current()[at], None if self._layer is None else self._layer.take(at))

    def _positions(self, key: Any) -> np.ndarray:
        n = len(self)
        if isinstance(key, slice):
            if (key.step or 1) < 1:
                raise IndexError(f"NodeCollection: got a step of {key.step}, expected a positive one")
            for bound in (key.start, key.stop):
                if bound is not None and not -n <= bound <= n:
                    raise IndexError(f"NodeCollection: got {bound} in a slice, expected at most {n}")
            return np.arange(n)[key]
        if isinstance(key, int) and not isinstance(key, bool) and -n <= key < n:
            return np.array([key % n])
        at = np.asarray(key)
        if at.dtype == bool:
            if at.shape != (n,):
                raise raised("BadProperty", f"NodeCollection: got a mask of shape {at.shape}, expected ({n},)")
            return np.flatnonzero(at)
        if at.size and at.dtype.kind not in "iu" or at.ndim > 1:
            raise IndexError(f"NodeCollection: got {key!r}, expected a position, a slice, a list of positions or a mask")
        if ((at < -n) | (at >= n)).any():
            wrong = int(np.ravel(at)[np.ravel((at < -n) | (at >= n))][0])
            raise IndexError(f"NodeCollection: got position {wrong}, expected one from {-n} to {n - 1}")
        at = np.atleast_1d(np.where(at < 0, at + n, at)).astype(np.int64)
        if (np.diff(at) <= 0).any():
            raise raised("BadProperty", f"NodeCollection: positions must ascend, each once; got {key!r}")
        return at

    def __add__(self, other: Any) -> "NodeCollection":
        if not isinstance(other, NodeCollection):
            return NotImplemented
        first, second = self._current(), other._current()
        ids = np.concatenate([first, second])
        follows = first.size and second.size and first[-1] < second[0]
        if not follows and np.unique(ids).size < ids.size:
            raise raised("BadProperty", "NodeCollection: collections that share nodes cannot be joined")
        if len(self) == 0 or len(other) == 0:
            return self if len(other) == 0 else other
        if self._layer is None or other._layer is None:
            return NodeCollection._made(ids if follows else np.sort(ids))
        order = np.argsort(ids, kind="stable")
        return NodeCollection._made(ids[order], self._layer.joined(other._layer, order))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NodeCollection):
            return NotImplemented
        return self._epoch == other._epoch and np.array_equal(self._ids, other._ids)

    __hash__ = None  # type: ignore[assignment]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self._current(), dtype=dtype)

    def tolist(self) -> list[int]:
        """Ids as a list."""
        return self._current().tolist()

    def index(self, node_id: int) -> int:
        """Position of a node given by id.

        Raises
        ------
        ValueError
            The node is not in the collection.
        """
        if node_id not in self:
            raise ValueError(f"{node_id} is not in NodeCollection")
        return int(np.searchsorted(self._ids, node_id))

    # -- values --------------------------------------------------------------------------------------------------------------

    def get(self, *params: Any, output: str = "") -> Any:
        """Values of the nodes.

        Parameters
        ----------
        *params : str or list of str
            Nothing for all values; a name for one; a list of names for several; a name and what is wanted of that value, for
            recorders: ``get("events", "times")``, ``get("events", ["senders", "times"])``.
        output : {"", "pandas", "json"}
            Form of the result: Python objects, a DataFrame with a row for each node, or a JSON text.

        Returns
        -------
        values : number, tuple, dict, DataFrame or str
            One value for a single node, else a tuple in the order of the nodes; a dictionary by name for several names.

        Raises
        ------
        UnknownKey
            A name that the nodes do not have; it is a KeyError.
        """
        return shown(self._current(), params, output)

    def set(self, params: Any = None, **kwargs: Any) -> None:
        """Set values of the nodes; a refused call changes nothing.

        Parameters
        ----------
        params : dict or list of dict, optional
            Names and values: a number for all nodes, a list or array with one for each, or a `Parameter`; or a dictionary for
            each node.
        **kwargs
            The same as keywords.
        """
        if params is not None and kwargs:
            raise TypeError("set: got a dictionary and keywords, expected one of them")
        change_nodes(self._current(), kwargs if params is None else params, self._layer)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name == "spatial":
            return None if self._layer is None else self._layer.described(self._current())
        return self.get(name)

    def __setattr__(self, name: str, value: Any) -> None:
        self.set({name: value})

    def __dir__(self) -> list[str]:
        parts = kernel.split(self._ids) if self._epoch == kernel.epoch else ()
        names = [name for group, _, _ in parts for name in group.names()]
        return sorted({*super().__dir__(), *names, "spatial"})

    # -- text ----------------------------------------------------------------------------------------------------------------

    def _parts(self) -> list[str]:
        parts = []
        for group, positions, _ in kernel.split(self._current()):
            for run in np.split(positions, np.flatnonzero(np.diff(positions) != 1) + 1):
                first, last = (group.first + int(run[k]) for k in (0, -1))
                end = f", last={last}" if run.size > 1 else ""
                parts.append(f"model={group.entry.name}, size={run.size}, first={first}{end}")
        return parts

    def __repr__(self) -> str:
        if self._epoch != kernel.epoch:
            return f"NodeCollection(<stale: {len(self)} nodes of before ResetKernel()>)"
        if not len(self):
            return "NodeCollection(<empty>)"
        metadata = "None" if self._layer is None else "spatial"
        parts = self._parts()
        shown = parts if len(parts) <= 30 else [*parts[:15], f"... {len(parts) - 30} more", *parts[-15:]]
        lead = " " if len(parts) == 1 else "\n               "
        return f"NodeCollection(metadata={metadata},{lead}{(';' + lead).join(shown)})"


def nodes_of(value: Any, where: str) -> NodeCollection:
    """The value, if it is a collection of nodes."""
    if not isinstance(value, NodeCollection):
        raise TypeError(f"{where}: got {value!r}, expected a NodeCollection")
    return value
