"""Which synapse model, with which parameters, joins each pair of groups: entries from general to specific, merged.

Entries apply in this order, each on top of what the earlier ones gave: ``"default"``; then pairs (source, target), where the
source part decides first and the target part second, a part being more specific the later it stands in: neuron type (1 or -1),
meta group, group name. So (type, type) < (type, name) < (name, type) < (name, name), and meta groups sit between types and
names. Entries that are equally specific apply in the order in which they were written. An entry with another ``synapse_model``
drops the parameters that this model does not have.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from netgraph.neuron_parameters import check_distribution
from netgraph.tables import brief, html_table, text_table
from simcore.distributions import Constant, Distribution, parse
from simcore.errors import ParameterError, UnknownNameError
from simcore.parameter import check_names, check_value
from simcore.synapses import REGISTRY, SynapseModel

__all__ = ["DEFAULT_SYNAPSE", "META", "NAME", "RESERVED", "TYPE", "SynapseRow", "SynapseSpec", "SynapseTable", "describe"]

DEFAULT_SYNAPSE = "static_synapse"
RESERVED = ("synapse_model", "receptor_type")
_HINTS = {
    "weight": "no weight here: it belongs to the graph's edges (weights=..., net.set_weights)",
    "delay": "no delay here: it belongs to the graph's edges (delays=..., net.set_delays)",
    "model": "the key 'synapse_model'",
}
# How specific a part of a pair is.
TYPE, META, NAME = 0, 1, 2


class SynapseSpec:
    """The parsed form of what the user gave as ``syn_spec``.

    Parameters
    ----------
    spec : None, str, SynapseModel or dict
        A synapse model for all; one dictionary ``{"synapse_model": ..., "receptor_type": ..., parameter: value}`` for all; or a
        dictionary of these whose keys are ``"default"`` and pairs (source, target) of group names, meta group names and neuron
        types. Values of parameters are numbers or distributions.

    Raises
    ------
    UnknownNameError
        A key, synapse model or parameter that does not exist.
    ParameterError
        A value out of range; ``weight``, ``delay`` or ``model`` among the keys.

    Examples
    --------
    >>> spec = SynapseSpec({"default": "tsodyks2_synapse", (1, "b"): {"U": 0.6}})
    >>> spec.resolve({1: TYPE, "a": NAME}, {-1: TYPE, "b": NAME})
    {'synapse_model': 'tsodyks2_synapse', 'receptor_type': 0, 'U': 0.6}
    """

    def __init__(self, spec: Any = None) -> None:
        self._entries = {_checked_key(key): _checked_entry(f"syn_spec[{key!r}]", entry) for key, entry in _pairs(spec).items()}

    @property
    def entries(self) -> Mapping[Any, Mapping[str, Any]]:
        """Key to parameters of each entry, as given and read-only."""
        return MappingProxyType({key: MappingProxyType(entry) for key, entry in self._entries.items()})

    @property
    def parts(self) -> tuple[str | int, ...]:
        """Names of groups and meta groups, and neuron types, in the keys, in order, each once."""
        return tuple(dict.fromkeys(part for key in self._entries if key != "default" for part in key))

    def check_names(self, known: Iterable[str]) -> None:
        """Refuse a name that no group or meta group has, naming the entry and the nearest name."""
        names = set(known)
        for key in self._entries:
            for part in key if key != "default" else ():
                if isinstance(part, str) and part not in names:
                    raise UnknownNameError(f"group in syn_spec[{key!r}]", got=part, choices=names)

    def resolve(self, source: Mapping[Any, int], target: Mapping[Any, int]) -> dict[str, Any]:
        """What joins two groups.

        Parameters
        ----------
        source, target : dict
            The parts that stand for the group (its type, its meta groups, its name), each with how specific it is: 0, 1 or 2.

        Returns
        -------
        synapse : dict
            ``"synapse_model"`` (as given: a name or a `SynapseModel`), ``"receptor_type"`` (int), and the parameters that were
            given.

        Raises
        ------
        UnknownNameError
            A parameter that the synapse model, given there or in a more general entry, does not have.
        """
        found: dict[str, Any] = {"synapse_model": DEFAULT_SYNAPSE, "receptor_type": 0}
        for key, entry in self._matching(source, target):
            if "synapse_model" in entry:
                settable = REGISTRY.get(entry["synapse_model"]).settable
                found = {name: value for name, value in found.items() if name in RESERVED or name in settable}
            found |= entry
            _check_parameters(f"syn_spec[{key!r}]", REGISTRY.get(found["synapse_model"]), _parameters(found))
        return found

    def without(self, names: Iterable[str]) -> "SynapseSpec":
        """The entries whose keys name none of the given groups."""
        gone = set(names)
        new = SynapseSpec()
        new._entries = {key: entry for key, entry in self._entries.items() if key == "default" or not gone & set(key)}
        return new

    def _matching(self, source: Mapping[Any, int], target: Mapping[Any, int]) -> list[tuple[Any, dict[str, Any]]]:
        """Entries for the pair, the most general first."""
        default = [("default", self._entries["default"])] if "default" in self._entries else []
        pairs = [(k, e) for k, e in self._entries.items() if k != "default" and k[0] in source and k[1] in target]
        return default + sorted(pairs, key=lambda item: (source[item[0][0]], target[item[0][1]]))

    def __eq__(self, other: object) -> bool:
        return self._entries == other._entries if isinstance(other, SynapseSpec) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"SynapseSpec({self._entries!r})"


@dataclass(frozen=True)
class SynapseRow:
    """What one pair of groups gets: the synapse model's name, the receptor type, and the parameters that were given."""

    source: str
    target: str
    synapse_model: str
    receptor_type: int = 0
    params: Mapping[str, Any] = field(default_factory=dict)


class SynapseTable:
    """What each pair of groups gets, one `SynapseRow` a pair; prints as a table.

    Examples
    --------
    >>> print(SynapseTable([SynapseRow("a", "b", "tsodyks2_synapse", params={"U": 0.6})]))
    source  target  synapse_model     receptor_type  parameters
    a       b       tsodyks2_synapse  0              U = 0.6
    """

    def __init__(self, rows: Iterable[SynapseRow]) -> None:
        self.rows = tuple(rows)

    def _cells(self) -> tuple[list[str], list[list[Any]]]:
        header = ["source", "target", "synapse_model", "receptor_type", "parameters"]
        return header, [[r.source, r.target, r.synapse_model, r.receptor_type, describe(r.params)] for r in self.rows]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[SynapseRow]:
        return iter(self.rows)

    def __str__(self) -> str:
        return text_table(*self._cells())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html_table(*self._cells(), caption="synapses")


def describe(params: Mapping[str, Any]) -> str:
    """Parameters in one table cell.

    Examples
    --------
    >>> describe({"U": 0.6, "tau_rec": 100.0})
    'U = 0.6, tau_rec = 100'
    """
    return ", ".join(f"{name} = {brief(value)}" for name, value in params.items())


def _pairs(spec: Any) -> dict[Any, Any]:
    """Key to entry; what holds for all pairs stands under ``"default"``."""
    if spec is None:
        return {}
    if isinstance(spec, (str, SynapseModel)):
        return {"default": spec}
    if not isinstance(spec, Mapping):
        raise ParameterError("syn_spec", got=spec, expected="a synapse model or a dictionary")
    if any(key == "default" or isinstance(key, tuple) for key in spec):
        return dict(spec)
    nested = [k for k, v in spec.items() if not isinstance(k, str) or (isinstance(v, Mapping) and "distribution" not in v)]
    if nested:
        raise UnknownNameError("key of syn_spec", got=nested[0], choices=["default", "(source, target)"])
    return {"default": dict(spec)} if spec else {}


def _checked_key(key: Any) -> Any:
    if key == "default":
        return key
    if not isinstance(key, tuple) or len(key) != 2:
        raise UnknownNameError("key of syn_spec", got=key, choices=["default", "(source, target)"])
    return _checked_part(key, key[0]), _checked_part(key, key[1])


def _checked_part(key: Any, part: Any) -> Any:
    if isinstance(part, str):
        return part
    if not isinstance(part, (int, np.integer)) or isinstance(part, bool) or part not in (1, -1):
        raise ParameterError(
            f"syn_spec[{key!r}]", got=part, expected="the name of a group or meta group, or a neuron type 1 or -1"
        )
    return int(part)


def _checked_entry(where: str, given: Any) -> dict[str, Any]:
    if isinstance(given, (str, SynapseModel)):
        given = {"synapse_model": given}
    if not isinstance(given, Mapping):
        raise ParameterError(where, got=given, expected="a synapse model or a dictionary")
    for name, hint in _HINTS.items():
        if name in given:
            raise ParameterError(f"{where}: {name}", got=given[name], expected=hint)
    entry = {name: value if name in RESERVED else _plain(f"{where}: {name}", value) for name, value in given.items()}
    if "synapse_model" in entry:
        model = entry["synapse_model"]
        if not isinstance(model, SynapseModel) and model not in REGISTRY.names():
            raise UnknownNameError(f"synapse model in {where}", got=model, choices=REGISTRY.names())
        _check_parameters(where, REGISTRY.get(model), _parameters(entry))
    if "receptor_type" in entry:
        entry["receptor_type"] = _checked_receptor(where, entry["receptor_type"])
    return entry


def _checked_receptor(where: str, receptor: Any) -> int:
    if isinstance(receptor, bool) or not isinstance(receptor, (int, np.integer)) or receptor < 0:
        raise ParameterError(f"{where}: receptor_type", got=receptor, expected="a whole number >= 0")
    return int(receptor)


def _plain(where: str, value: Any) -> Any:
    """A number or a distribution; an array has no meaning for a pair of groups."""
    parsed = parse(value, where)
    if isinstance(parsed, np.ndarray):
        raise ParameterError(where, got=value, expected="a number or a distribution")
    return float(parsed.value) if isinstance(parsed, Constant) else parsed


def _check_parameters(where: str, model: SynapseModel, params: Mapping[str, Any]) -> None:
    check_names(f"parameter of {model.name} in {where}", params, model.settable)
    for name, value in params.items():
        if isinstance(value, Distribution):
            check_distribution(f"{where}: {name}", value, model.settable[name])
        else:
            check_value(f"{where}: {name}", value, model.settable[name])


def _parameters(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name not in RESERVED}
