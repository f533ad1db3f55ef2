"""SynapseCollection and GetConnections: connections as they are, read, changed and removed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from simcore.nest._kernel import kernel
from simcore.nest._listing import listed, ports
from simcore.nest._nodes import NodeCollection, nodes_of
from simcore.nest._status import as_json
from simcore.nest.errors import UnknownKey, nest_errors, raised

__all__ = ["Disconnect", "GetConnections", "SynapseCollection"]

# What every connection has; read from the collection itself or from its link.
_OWN = ("source", "target", "port", "synapse_model", "synapse_id", "target_thread")
_STORED = ("weight", "delay", "receptor")


class SynapseCollection:
    """Connections, in NEST's order: by synapse model, then source, then creation; ``connections.weight = 2.0`` sets values.

    `GetConnections` makes it.

    Attributes
    ----------
    print_full : bool
        Whether printing shows all rows of a long table.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> neurons = nest.Create("iaf_psc_alpha", 2)
    >>> nest.Connect(neurons, neurons, syn_spec={"weight": [[1.0, 2.0], [3.0, 4.0]]})
    >>> nest.GetConnections(neurons[0]).get(["target", "weight"])
    {'target': [1, 2], 'weight': [1.0, 3.0]}
    """

    def __init__(self, links: np.ndarray, numbers: np.ndarray, sources: np.ndarray, targets: np.ndarray) -> None:
        own = {
            "_links": links, "_numbers": numbers, "_sources": sources, "_targets": targets, "_epoch": kernel.epoch,
            "print_full": False,
        }  # fmt: skip
        for name, value in own.items():
            object.__setattr__(self, name, value)

    def _check(self) -> None:
        kernel.check_epoch(self._epoch, "SynapseCollection")
        for k, where in self._parts():
            removed = kernel.links[k].removed
            if removed.size and np.isin(self._numbers[where], removed).any():
                raise raised(
                    "InexistentConnection",
                    "this SynapseCollection is stale: some of its connections were removed; call GetConnections() again",
                )

    def _parts(self) -> list[tuple[int, Any]]:
        """Links of the connections, with positions in the collection."""
        if self._links.size and np.all(self._links == self._links[0]):
            return [(int(self._links[0]), slice(None))]
        order = np.argsort(self._links, kind="stable")
        parts = np.split(order, np.flatnonzero(np.diff(self._links[order])) + 1) if order.size else []
        return [(int(self._links[part[0]]), part) for part in parts]

    # -- as a sequence -------------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return self._links.size

    def __iter__(self) -> Iterator["SynapseCollection"]:
        return (self[k] for k in range(len(self)))

    def __getitem__(self, key: Any) -> "SynapseCollection":
        if isinstance(key, (int, np.integer)) and not -len(self) <= key < len(self):
            raise IndexError(f"SynapseCollection: got position {key}, expected one below {len(self)}")
        at: Any = [int(key)] if isinstance(key, (int, np.integer)) else np.arange(len(self))[key]
        return SynapseCollection(self._links[at], self._numbers[at], self._sources[at], self._targets[at])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SynapseCollection):
            return NotImplemented
        same = self._epoch == other._epoch and np.array_equal(self._links, other._links)
        return same and np.array_equal(self._numbers, other._numbers)

    __hash__ = None  # type: ignore[assignment]

    def sources(self) -> Iterator[int]:
        """Ids of the sources, one after the other."""
        return iter(self._sources.tolist())

    def targets(self) -> Iterator[int]:
        """Ids of the targets, one after the other."""
        return iter(self._targets.tolist())

    @property
    def distance(self) -> list[float]:
        """Distances between the ends of the connections, by the shortest way; NaN where a node has no position.

        Examples
        --------
        >>> import simcore.nest as nest
        >>> nest.ResetKernel()
        >>> layer = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([2, 1]))
        >>> nest.Connect(layer[0], layer)
        >>> nest.GetConnections().distance
        [0.0, 0.5]
        """
        self._check()
        out = np.full(len(self), np.nan)
        for there, to, rows in kernel.split(self._targets):
            for here, at, some in kernel.split(self._sources[rows]) if there.layer is not None else ():
                if here.layer is not None and here.layer.n_dimensions == there.layer.n_dimensions:
                    ways = there.layer.displacement(here.layer.positions[at], there.layer.positions[to[some]])
                    out[rows[some]] = np.sqrt((ways * ways).sum(axis=1))
        return out.tolist()

    # -- values --------------------------------------------------------------------------------------------------------------

    def get(self, keys: Any = None, output: str = "") -> Any:
        """Values of the connections.

        Parameters
        ----------
        keys : str or list of str, optional
            One value, or several; None for all.
        output : {"", "pandas", "json"}
            Form of the result.

        Returns
        -------
        values : number, list, dict, DataFrame or str
            A list in the order of the connections, one number for a single connection; a dictionary by name for several keys.
            Connections whose model lacks a value have None.
        """
        self._check()
        if output not in ("", "pandas", "json"):
            raise ValueError(f"get: output: got {output!r}, expected '', 'pandas' or 'json'")
        names = [keys] if isinstance(keys, str) else self._names() if keys is None else list(keys)
        columns = {name: self._column(name) for name in names}
        if output == "pandas":
            return self._frame(columns)
        found = {name: values[0] if len(self) == 1 else values for name, values in columns.items()}
        result = found[keys] if isinstance(keys, str) else found
        return as_json(result) if output == "json" else result

    def _names(self) -> list[str]:
        own = [name for k, _ in self._parts() for name in kernel.links[k].entry.record.settable]
        return sorted({*_OWN, *_STORED, *own})

    def _column(self, name: str) -> list[Any]:
        if name not in self._names():
            if not len(self):
                return []
            raise UnknownKey(f"these connections have no {name!r}; they have: {', '.join(self._names())}")
        if name in ("source", "target"):
            return (self._sources if name == "source" else self._targets).tolist()
        if name == "target_thread":
            return (self._targets % kernel.settings.local_num_threads).tolist()
        if name == "port":
            return ports(self._links, self._numbers).tolist()
        if name in ("synapse_model", "synapse_id"):
            return self._models(name)
        parts = self._parts()
        if len(parts) == 1 and self._has(parts[0][0], name):
            return kernel.links[parts[0][0]].values(name, self._numbers, self._targets).tolist()
        out = np.full(len(self), None, dtype=object)
        for k, where in parts:
            if self._has(k, name):
                out[where] = kernel.links[k].values(name, self._numbers[where], self._targets[where]).tolist()
        return out.tolist()

    def _has(self, link: int, name: str) -> bool:
        return name in _STORED or name in kernel.links[link].entry.record.settable

    def _models(self, name: str) -> list[Any]:
        names = list(kernel.models.synapses)
        out = np.empty(len(self), dtype=object)
        for k, where in self._parts():
            entry = kernel.links[k].entry
            out[where] = entry.name if name == "synapse_model" else names.index(entry.name)
        return out.tolist()

    def _frame(self, columns: Mapping[str, list[Any]]) -> Any:
        try:
            import pandas as pd
        except ImportError as error:
            raise ImportError("get(output='pandas') needs pandas: pip install netspike[pandas]") from error
        return pd.DataFrame(columns, index=self._sources.tolist())

    def set(self, params: Any = None, **kwargs: Any) -> None:
        """Set values of the connections; a refused call changes nothing.

        Parameters
        ----------
        params : dict or list of dict, optional
            Names and values: a number for all, or a list with one for each connection; or a dictionary for each of them.
        **kwargs
            The same as keywords.
        """
        if params is not None and kwargs:
            raise TypeError("set: got a dictionary and keywords, expected one of them")
        self._check()
        values = kwargs if params is None else params
        if not isinstance(values, Mapping):
            values = self._columns_of(values)
        changes = [change for name_values in [dict(values)] for change in self._changes(name_values)]
        with nest_errors(EdgeError="BadProperty"):
            for change in changes:
                change()

    def _columns_of(self, values: Any) -> dict[str, Any]:
        is_list = isinstance(values, (list, tuple)) and all(isinstance(one, Mapping) for one in values)
        if not is_list or len(values) != len(self):
            got = f"{len(values)} of them" if is_list else repr(values)
            raise TypeError(f"set: got {got}, expected a dictionary, or a list of {len(self)} dictionaries")
        names = dict.fromkeys(name for one in values for name in one)
        return {name: self._column_with(name, values) for name in names}

    def _column_with(self, name: str, values: Sequence[Mapping[str, Any]]) -> list[Any]:
        """A column with what the dictionaries say; where one does not name it, it stays as it is."""
        is_partial = any(name not in one for one in values)
        present = self._column(name) if is_partial and name in self._names() else [None] * len(values)
        return [one.get(name, was) for one, was in zip(values, present, strict=True)]

    def _changes(self, values: Mapping[str, Any]) -> list[Callable[[], None]]:
        changes = []
        for name, value in values.items():
            if np.ndim(value) == 1 and len(value) != len(self):
                raise raised(
                    "BadProperty", f"set: {name}: got {len(value)} values, expected one, or one for each of {len(self)}"
                )
        values = {name: np.asarray(value) if np.ndim(value) else value for name, value in values.items()}
        for k, where in self._parts():
            link = kernel.links[k]
            for name in values:
                if not (name in ("weight", "delay") or name in link.entry.record.settable):
                    known = ["weight", "delay", *link.entry.record.settable]
                    raise raised(
                        "UnaccessedDictionaryEntry", f"{link.entry.name} has no {name!r} to set; it has: {', '.join(known)}"
                    )
            own = {name: value[where] if np.ndim(value) else value for name, value in values.items()}
            changes.append(link.change(self._numbers[where], own))
        return changes

    def disconnect(self) -> None:
        """Remove the connections."""
        self._check()
        for k, where in self._parts():
            kernel.links[k].remove(self._numbers[where])

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self.get(name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "print_full":
            object.__setattr__(self, name, bool(value))
        else:
            self.set({name: value})

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._names()})

    # -- text ----------------------------------------------------------------------------------------------------------------

    def __str__(self) -> str:
        if self._epoch != kernel.epoch:
            return f"<stale SynapseCollection: {len(self)} connections of before ResetKernel()>"
        if not len(self):
            return "The synapse collection does not contain any connections."
        n, edge = len(self), 15
        if n <= 2 * edge + 6 or self.print_full:
            return _table(self._rows())
        dots = [("...",) * len(_HEADER)]
        return _table([*self[:edge]._rows(), *dots, *self[n - edge :]._rows()]) + f"\n({n} connections)"

    def _rows(self) -> list[tuple[str, ...]]:
        names = ("source", "target", "synapse_model", "weight", "delay")
        columns = [self._column(name) for name in names]
        return [(str(s), str(t), m, f"{w:#.4g}", f"{d:#.4g}") for s, t, m, w, d in zip(*columns, strict=True)]

    def __repr__(self) -> str:
        return str(self)


_HEADER = ("source", "target", "synapse model", "weight", "delay")


def _table(rows: list[tuple[str, ...]]) -> str:
    """The rows under a header and a line, as NEST prints them."""
    widths = [max(len(name) + 2, *(len(row[k]) for row in rows)) for k, name in enumerate(_HEADER)]
    head = " ".join(name.center(width) for name, width in zip(_HEADER, widths, strict=True))
    lines = [" ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))[1:] for row in rows]
    return "\n".join([head, " ".join("-" * width for width in widths), *lines])


def GetConnections(
    source: NodeCollection | None = None,
    target: NodeCollection | None = None,
    synapse_model: str | None = None,
    synapse_label: int | None = None,
) -> SynapseCollection:
    """Connections between some nodes.

    Parameters
    ----------
    source, target : NodeCollection, optional
        Only connections from, and onto, these.
    synapse_model : str, optional
        Only connections of that model.
    synapse_label : int, optional
        Labels are not there yet; None is the only value.

    Returns
    -------
    connections : SynapseCollection
        By synapse model, then source, then creation.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> neurons = nest.Create("iaf_psc_alpha", 3)
    >>> nest.Connect(neurons[0], neurons[1:])
    >>> len(nest.GetConnections(source=neurons[0]))
    2
    """
    if synapse_label is not None:
        raise raised("NotImplemented", "GetConnections: synapse_label: labels of synapses are not there yet")
    entry = None if synapse_model is None else kernel.models.synapse(synapse_model)
    return SynapseCollection(*listed(_ids_of(source, "source"), _ids_of(target, "target"), entry))


def _ids_of(nodes: Any, name: str) -> np.ndarray | None:
    return None if nodes is None else nodes_of(nodes, f"GetConnections: {name}")._current()


def Disconnect(*args: Any, conn_spec: Any = None, syn_spec: Any = None) -> None:
    """Remove connections.

    Parameters
    ----------
    *args : SynapseCollection, or two NodeCollection
        Connections; or sources and targets.
    conn_spec : str or dict, optional
        For two collections: ``"one_to_one"`` removes one connection from each source to the target at its place,
        ``"all_to_all"`` one between all pairs; one_to_one if None.
    syn_spec : str or dict, optional
        Only connections of that synapse model; static_synapse if None.

    Raises
    ------
    InexistentConnection
        There is none between some pair; nothing has changed then.
    """
    if len(args) == 1 and isinstance(args[0], SynapseCollection):
        if conn_spec is not None or syn_spec is not None:
            raise TypeError("Disconnect: conn_spec and syn_spec go with two NodeCollections, not with a SynapseCollection")
        args[0].disconnect()
        return
    if len(args) != 2 or not all(isinstance(nodes, NodeCollection) for nodes in args):
        raise TypeError("Disconnect: expected a SynapseCollection, or two NodeCollections")
    sources, targets = (nodes._current() for nodes in args)
    rule = conn_spec if isinstance(conn_spec, str) else (conn_spec or {}).get("rule", "one_to_one")
    model = syn_spec if isinstance(syn_spec, str) else (syn_spec or {}).get("synapse_model", "static_synapse")
    if rule not in ("one_to_one", "all_to_all"):
        raise raised("BadProperty", f"Disconnect: conn_spec: got {rule!r}, expected 'one_to_one' or 'all_to_all'")
    if rule == "one_to_one" and sources.size != targets.size:
        sizes = f"{sources.size} sources and {targets.size} targets"
        raise raised("DimensionMismatch", f"Disconnect: rule 'one_to_one': got {sizes}, expected as many of each")
    pairs = (np.repeat(sources, targets.size), np.tile(targets, sources.size)) if rule == "all_to_all" else (sources, targets)
    found = GetConnections(*args, synapse_model=model)
    _first_of_each(found, pairs).disconnect()


def _first_of_each(found: SynapseCollection, pairs: tuple[np.ndarray, np.ndarray]) -> SynapseCollection:
    """The first connection between each pair of nodes."""
    span = kernel.n_nodes + 1
    there, first = np.unique(found._sources * span + found._targets, return_index=True)
    wanted = pairs[0] * span + pairs[1]
    at = np.minimum(np.searchsorted(there, wanted), max(there.size - 1, 0))
    missing = np.ones(wanted.size, dtype=bool) if not there.size else there[at] != wanted
    if missing.any():
        k = int(np.flatnonzero(missing)[0])
        raise raised("InexistentConnection", f"Disconnect: there is no connection from {pairs[0][k]} to {pairs[1][k]}")
    return found[first[at]]
