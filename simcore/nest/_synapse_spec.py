"""Synapse specifications: what ``syn_spec`` says of the connections, checked, and spread over the edges where it differs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from simcore.nest._models import SynapseEntry, check_names
from simcore.nest._parameter import Parameter
from simcore.nest.errors import raised

__all__ = ["CollocatedSynapses", "SynapseSpec", "synapse_specs"]

# Shape of an array of values for the rules that take one: of the edges target by target, or source by source.
_FLAT = ("one_to_one", "fixed_total_number")
_TABLES = {
    "all_to_all": "n_target x n_source", "fixed_indegree": "n_target x indegree", "fixed_outdegree": "n_source x outdegree",
}  # fmt: skip


class CollocatedSynapses:
    """Several synapse specifications for the same pairs of nodes.

    Parameters
    ----------
    *args : dict
        Specifications, each as for ``Connect``.

    Examples
    --------
    >>> len(CollocatedSynapses({"weight": 1.0}, {"weight": -2.0}))
    2
    """

    def __init__(self, *args: Any) -> None:
        self.syn_specs = args

    def __len__(self) -> int:
        return len(self.syn_specs)


@dataclass(frozen=True)
class SynapseSpec:
    """One synapse specification.

    Parameters
    ----------
    entry : SynapseEntry
        Synapse model.
    values : dict
        Weight, delay and parameters: numbers, arrays or `Parameter` objects. Those that were not given are left out.
    receptor : int or ndarray of int64
    """

    entry: SynapseEntry
    values: dict[str, Any]
    receptor: Any

    @property
    def is_compact(self) -> bool:
        """Whether simcore can draw the values itself: numbers, and distributions of weights and delays."""
        return np.ndim(self.receptor) == 0 and all(_is_compact(name, value) for name, value in self.values.items())

    def compact(self) -> dict[str, Any]:
        """The values as simcore takes them beside a rule."""
        return {n: v.distribution() if isinstance(v, Parameter) else v for n, v in self.values.items()}


def _is_compact(name: str, value: Any) -> bool:
    if isinstance(value, Parameter):
        return name in ("weight", "delay") and value.distribution() is not None
    return np.ndim(value) == 0


def synapse_specs(kernel: Any, syn_spec: Any) -> list[SynapseSpec]:
    """The specifications in what ``Connect`` was given, checked for names and types."""
    if isinstance(syn_spec, CollocatedSynapses):
        if not syn_spec.syn_specs:
            raise raised("BadProperty", "CollocatedSynapses: got none, expected at least one specification")
        return [_spec(kernel, one) for one in syn_spec.syn_specs]
    return [_spec(kernel, syn_spec)]


def _spec(kernel: Any, given: Any) -> SynapseSpec:
    given = {} if given is None else given
    given = {"synapse_model": given} if isinstance(given, str) else given
    if not isinstance(given, Mapping):
        raise TypeError(f"Connect: syn_spec: got {given!r}, expected a name, a dictionary or CollocatedSynapses")
    rest = dict(given)
    if "model" in rest and "synapse_model" not in rest:
        from simcore.nest._old_names import warn_once

        warn_once("syn_spec key 'model'", "'synapse_model'")
        rest["synapse_model"] = rest.pop("model")
    entry = kernel.models.synapse(rest.pop("synapse_model", "static_synapse"))
    settable = entry.record.settable
    check_names(f"Connect: {entry.name}", rest, ("weight", "delay", "receptor_type", *settable))
    receptor = _receptor(rest.pop("receptor_type", entry.defaults.get("receptor_type", 0)))
    own = {name: value for name, value in entry.defaults.items() if name in ("weight", "delay") or name in settable}
    values = {"delay": 1.0, **own, **{name: _value(entry, name, value) for name, value in rest.items()}}
    return SynapseSpec(entry, values, receptor)


def _receptor(value: Any) -> Any:
    array = np.asarray(value)
    if array.dtype.kind not in "iu":
        raise raised("TypeMismatch", f"Connect: receptor_type: got {value!r}, expected a whole number")
    return int(value) if array.ndim == 0 else array.astype(np.int64)


def _value(entry: SynapseEntry, name: str, value: Any) -> Any:
    if isinstance(value, Parameter):
        return value
    try:
        array = np.asarray(value)
    except ValueError:  # rows of several lengths
        array = np.asarray(None)
    if array.dtype.kind not in "iuf":
        expected = "a number, an array or a Parameter"
        raise raised("BadProperty", f"Connect: {entry.name}: {name}: got {value!r}, expected {expected}")
    if not np.isfinite(array).all():
        kind = "BadDelay" if name == "delay" else "BadProperty"
        raise raised(kind, f"Connect: {name}: got {value!r}, expected finite numbers")
    return float(value) if array.ndim == 0 else array.astype(np.float64)


def values_of_edges(value: Any, name: str, *, rule: Mapping[str, Any], edges: Any, ends: Any, where: Any) -> Any:
    """A value for each edge: an array of shape (n_edges,), or the one number of all.

    Parameters
    ----------
    value : float, ndarray or Parameter
    name : str
        What it is, for errors.
    rule : mapping
        The rule's specification; it says which arrays fit.
    edges : tuple of ndarray
        Sources and targets of the edges, target by target.
    ends : tuple of ndarray
        Sources and targets that the rule was given.
    where : Where
        What a `Parameter` is evaluated with.
    """
    if isinstance(value, Parameter):
        return value.evaluate(where)
    if np.ndim(value) == 0:
        return value
    kind, n = rule["rule"], edges[0].size
    if value.ndim == 1 and kind not in _FLAT:
        expected = "rule 'one_to_one' or 'fixed_total_number' for a list of values"
        raise TypeError(f"Connect: {name}: got a list of values with rule {kind!r}, expected {expected}")
    if value.ndim == 2 and kind not in _TABLES or value.ndim > 2:
        expected = "rule 'all_to_all', 'fixed_indegree' or 'fixed_outdegree' for a table of values"
        raise TypeError(f"Connect: {name}: got an array of shape {value.shape} with rule {kind!r}, expected {expected}")
    shape = _shape(rule, (ends[0].size, ends[1].size), n)
    if value.shape != shape:
        layout = f" ({_TABLES[kind]})" if kind in _TABLES else ""
        raise ValueError(f"Connect: {name}: got an array of shape {value.shape}, expected {shape}{layout}")
    if value.size != n:  # a rule without the connections of nodes with themselves
        columns = np.searchsorted(ends[0], edges[0])
        return value[columns] if kind == "one_to_one" else value[np.searchsorted(ends[1], edges[1]), columns]
    if kind != "fixed_outdegree":
        return value.ravel()
    out = np.empty(n)
    out[np.argsort(edges[0], kind="stable")] = value.ravel()
    return out


def _shape(rule: Mapping[str, Any], sizes: tuple[int, int], n: int) -> tuple[int, ...]:
    n_sources, n_targets = sizes
    if rule["rule"] == "one_to_one":
        return (n_sources,)
    if rule["rule"] in ("all_to_all", "fixed_indegree"):
        return (n_targets, n_sources if rule["rule"] == "all_to_all" else rule["indegree"])
    return (n_sources, rule["outdegree"]) if rule["rule"] == "fixed_outdegree" else (n,)
