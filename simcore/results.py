"""Results: spikes and traces as arrays, usable and storable without the simulation that made them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from simcore.archive import read_archive, refuse_broken, write_archive
from simcore.errors import ParameterError, UnknownNameError

__all__ = ["Results", "Spikes", "Traces"]

_FORMAT = ("netspike-results", 1)
_KIND = "a file of netspike results"


class Spikes:
    """Spikes sorted by time, then id.

    Parameters
    ----------
    times : array_like of float64, shape (n,)
        Times in ms.
    ids : array_like of int64, shape (n,)
        Ids of the nodes that spiked.
    nodes : array_like of int64, shape (n_nodes,), optional
        Ids of all nodes that were recorded, silent ones included; None if that is not known.

    Examples
    --------
    >>> spikes = Spikes([1.0, 2.0, 2.5], [3, 4, 3])
    >>> spikes.of([3]).times
    array([1. , 2.5])
    """

    def __init__(self, times: Any, ids: Any, nodes: Any = None) -> None:
        self.times = np.asarray(times, dtype=np.float64)
        self.ids = np.asarray(ids, dtype=np.int64)
        self.nodes = None if nodes is None else np.asarray(nodes, dtype=np.int64)
        if self.times.shape != self.ids.shape or self.times.ndim != 1:
            raise ParameterError("Spikes", got=f"{self.times.shape} and {self.ids.shape}", expected="two arrays of one length")

    @classmethod
    def empty(cls) -> "Spikes":
        """No spikes."""
        return cls(np.zeros(0), np.zeros(0, dtype=np.int64))

    def __len__(self) -> int:
        return self.times.size

    def between(self, start: float, stop: float) -> "Spikes":
        """Spikes after `start` and not after `stop` [ms]."""
        keep = (self.times > start) & (self.times <= stop)
        return Spikes(self.times[keep], self.ids[keep], self.nodes)

    def of(self, ids: Any) -> "Spikes":
        """Spikes of some nodes, given by id or as Nodes."""
        wanted = getattr(ids, "ids", ids)
        keep = np.isin(self.ids, wanted)
        nodes = None if self.nodes is None else self.nodes[np.isin(self.nodes, wanted)]
        return Spikes(self.times[keep], self.ids[keep], nodes)

    def by_node(self, ids: Any) -> list[np.ndarray]:
        """Spike times of each node of `ids`, in that order."""
        wanted = np.asarray(getattr(ids, "ids", ids), dtype=np.int64)
        order = np.argsort(self.ids, kind="stable")
        sorted_ids, times = self.ids[order], self.times[order]
        first, last = np.searchsorted(sorted_ids, wanted, "left"), np.searchsorted(sorted_ids, wanted, "right")
        return [times[a:b] for a, b in zip(first, last, strict=True)]

    def to_pandas(self) -> Any:
        """A DataFrame with the columns ``time`` [ms] and ``id``."""
        return _import("pandas", "pandas").DataFrame({"time": self.times, "id": self.ids})

    def __repr__(self) -> str:
        return f"Spikes({len(self)} spikes of {np.unique(self.ids).size} nodes)"


class Traces:
    """State variables over time.

    Parameters
    ----------
    times : ndarray of float64, shape (n_times,)
        Times in ms.
    ids : ndarray of int64, shape (n_nodes,)
        Ids of the nodes, one a column.
    values : dict of str to ndarray of float64, shape (n_times, n_nodes)
        The traces by name.
    units : dict of str to str
        Unit of each variable.

    Examples
    --------
    >>> traces = Traces(np.array([1.0, 2.0]), np.array([7]), {"V_m": np.array([[-70.0], [-69.0]])}, {"V_m": "mV"})
    >>> traces["V_m"][:, 0]
    array([-70., -69.])
    """

    def __init__(
        self, times: np.ndarray, ids: np.ndarray, values: dict[str, np.ndarray], units: dict[str, str] | None = None
    ) -> None:
        self.times, self.ids, self.values, self.units = times, ids, values, dict(units or {})

    @classmethod
    def joined(cls, pieces: Sequence["Traces"], ids: np.ndarray, names: Sequence[str]) -> "Traces":
        """Pieces of the same nodes and variables, one after the other."""
        times = np.concatenate([np.zeros(0), *(p.times for p in pieces)])
        values = {n: np.concatenate([np.zeros((0, ids.size)), *(p.values[n] for p in pieces)]) for n in names}
        return cls(times, ids, values, pieces[0].units if pieces else {})

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self.values:
            raise UnknownNameError("recorded variable", got=name, choices=self.values)
        return self.values[name]

    def of(self, node: int) -> dict[str, np.ndarray]:
        """Traces of one node by name, each of shape (n_times,)."""
        where = np.flatnonzero(self.ids == node)
        if where.size == 0:
            raise ParameterError("Traces: node", got=node, expected=f"one of the {self.ids.size} recorded ids")
        return {name: values[:, where[0]] for name, values in self.values.items()}

    def to_pandas(self) -> Any:
        """A DataFrame with one row a time and node: ``time``, ``id`` and the variables."""
        columns = {"time": np.repeat(self.times, self.ids.size), "id": np.tile(self.ids, self.times.size)}
        return _import("pandas", "pandas").DataFrame(columns | {n: v.reshape(-1) for n, v in self.values.items()})

    def __repr__(self) -> str:
        return f"Traces({', '.join(self.values)} of {self.ids.size} nodes at {self.times.size} times)"


class Results:
    """What was recorded during a run, with a record of where it comes from.

    Parameters
    ----------
    spikes : Spikes
        All recorded spikes.
    traces : list of Traces
        One for each recorder of state variables, in the order in which they were made.
    meta : dict
        Provenance: versions, seed, dt, start and stop of the run, wall time, threads.

    Examples
    --------
    >>> results = Results(Spikes([1.0], [0]), [], {"start": 0.0, "stop": 10.0})
    >>> len(results.spikes)
    1
    """

    def __init__(self, spikes: Spikes, traces: Sequence[Traces], meta: dict[str, Any]) -> None:
        self.spikes, self.traces, self.meta = spikes, list(traces), dict(meta)

    @property
    def timing(self) -> dict[str, float]:
        """Wall time of the run in s, and how many times longer than the simulated time it took."""
        return self.meta.get("timing", {})

    def __getitem__(self, name: str) -> np.ndarray:
        """The traces of a variable that one recorder holds; shape (n_times, n_nodes)."""
        holding = [t for t in self.traces if name in t.values]
        if not holding:
            raise UnknownNameError("recorded variable", got=name, choices={n for t in self.traces for n in t.values})
        if len(holding) > 1:
            expected = "one; use results.traces[k][name]"
            raise ParameterError(f"results[{name!r}]", got=f"{len(holding)} recorders", expected=expected)
        return holding[0][name]

    def save(self, path: str | Path) -> Path:
        """Write everything to an ``.npz`` file, without pickle; read it with `Results.load`.

        Parameters
        ----------
        path : str or Path
            File name; ``.npz`` is added if missing.

        Returns
        -------
        path : Path
            The file that was written.
        """
        path = Path(path)
        path = path if path.suffix == ".npz" else path.with_name(path.name + ".npz")
        units = [trace.units for trace in self.traces]
        header = {"format": _FORMAT[0], "version": _FORMAT[1], "meta": self.meta, "traces": units}
        arrays = {"spike_times": self.spikes.times, "spike_ids": self.spikes.ids}
        arrays |= {} if self.spikes.nodes is None else {"spike_nodes": self.spikes.nodes}
        for k, trace in enumerate(self.traces):
            arrays |= {f"trace{k}_times": trace.times, f"trace{k}_ids": trace.ids}
            arrays |= {f"trace{k}_value_{name}": values for name, values in trace.values.items()}
        return write_archive(path, header, arrays)

    @classmethod
    def load(cls, path: str | Path) -> "Results":
        """Read what `save` wrote.

        Raises
        ------
        NetspikeError
            The file is not of this kind.
        """
        header, data = read_archive(Path(path), _KIND, _FORMAT)
        with refuse_broken(Path(path), _KIND):
            traces = [_traces_from(k, units, data) for k, units in enumerate(header["traces"])]
            times, ids = _array(data, "spike_times", "iuf", 1), _array(data, "spike_ids", "iu", 1)
            if times.size != ids.size:
                raise ValueError(f"{times.size} spike times and {ids.size} ids")
            nodes = _array(data, "spike_nodes", "iu", 1) if "spike_nodes" in data else None
            return cls(Spikes(times, ids, nodes), traces, dict(header["meta"]))

    def to_pandas(self) -> Any:
        """The spikes as a DataFrame; each of ``traces`` has its own ``to_pandas``."""
        return self.spikes.to_pandas()

    def to_neo(self) -> Any:
        """A Neo block with one spike train a node that spiked and one signal a recorded variable (extra ``neo``)."""
        neo, pq = _import("neo", "neo"), _import("quantities", "neo")
        start, stop = self.meta.get("start", 0.0), self.meta.get("stop", float(np.max(self.spikes.times, initial=0.0)))
        segment = neo.Segment(name="netspike")
        ids = np.unique(self.spikes.ids)
        for node, times in zip(ids, self.spikes.by_node(ids), strict=True):
            segment.spiketrains.append(neo.SpikeTrain(times * pq.ms, t_start=start * pq.ms, t_stop=stop * pq.ms, id=int(node)))
        for trace in self.traces:
            for name, values in trace.values.items():
                segment.irregularlysampledsignals.append(
                    neo.IrregularlySampledSignal(
                        trace.times * pq.ms, values, units=trace.units.get(name) or "dimensionless", name=name, ids=trace.ids
                    )
                )
        block = neo.Block(name="netspike", netspike=json.dumps(self.meta))
        block.segments.append(segment)
        return block

    def __repr__(self) -> str:
        nodes = self.spikes.nodes
        spikes = "no spikes recorded" if nodes is not None and nodes.size == 0 else f"{len(self.spikes)} spikes"
        traces = "".join(f", {t!r}" for t in self.traces)
        return f"Results({spikes}{traces})"

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><td>{k}</td><td>{v}</td></tr>" for k, v in self.meta.items() if not isinstance(v, dict))
        times = self.timing
        speed = f"<tr><td>wall time</td><td>{times['total']:.3g} s</td></tr>" if "total" in times else ""
        traces = "".join(f"<tr><td>traces</td><td>{t!r}</td></tr>" for t in self.traces)
        return f"<table><tr><td>spikes</td><td>{self.spikes!r}</td></tr>{traces}{speed}{rows}</table>"


def _import(name: str, extra: str) -> Any:
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError:
        raise ImportError(f'{name} is not installed: pip install "netspike[{extra}]"') from None


def _array(data: dict[str, np.ndarray], name: str, kinds: str, ndim: int) -> np.ndarray:
    """An array of the file, of the right kind of numbers and number of dimensions."""
    array = data[name]
    if array.dtype.kind not in kinds or array.ndim != ndim:
        raise ValueError(f"{name} has {array.ndim} dimensions of {array.dtype}")
    return array


def _traces_from(k: int, units: dict[str, str], data: dict[str, np.ndarray]) -> Traces:
    """The k-th recorder's traces, as `Results.save` stored them."""
    times, ids = _array(data, f"trace{k}_times", "iuf", 1), _array(data, f"trace{k}_ids", "iu", 1)
    prefix = f"trace{k}_value_"
    names = [name for name in data if name.startswith(prefix)]
    values = {name[len(prefix) :]: _array(data, name, "iuf", 2) for name in names}
    if any(value.shape != (times.size, ids.size) for value in values.values()):
        raise ValueError(f"values of recorder {k} are not as many as times and nodes")
    return Traces(times, ids, values, units)
