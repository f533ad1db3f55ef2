"""Models by name: what can be created and connected, with the defaults that scripts set, and copies under other names.

The physics is simcore's; this file holds names. What NEST has and is not here is said to be missing, and not to be misspelt.
"""

import difflib
import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simcore import devices, models, synapses
from simcore.devices import DeviceModel
from simcore.errors import did_you_mean
from simcore.models import NeuronModel
from simcore.nest._missing import NODE_MODELS, SYNAPSE_MODELS
from simcore.nest._recorder_models import RECORDERS, RecorderModel
from simcore.nest.errors import raised
from simcore.synapses import SynapseModel

__all__ = ["NestModels", "NodeEntry", "SynapseEntry", "check_names"]


@dataclass
class NodeEntry:
    """A node model under a name.

    Parameters
    ----------
    name : str
        Name under which scripts create it.
    record : NeuronModel, DeviceModel or RecorderModel
        What it is.
    defaults : dict
        Values that ``SetDefaults`` or ``CopyModel`` put in the place of the model's own.
    """

    name: str
    record: NeuronModel | DeviceModel | RecorderModel
    defaults: dict[str, Any] = field(default_factory=dict)

    @property
    def element_type(self) -> str:
        """NEST's word for its kind: neuron, stimulator or recorder."""
        kinds = {NeuronModel: "neuron", DeviceModel: "stimulator", RecorderModel: "recorder"}
        return kinds[type(self.record)]


@dataclass
class SynapseEntry:
    """A synapse model under a name, with the defaults of its connections."""

    name: str
    record: SynapseModel
    defaults: dict[str, Any] = field(default_factory=dict)

    def values(self) -> dict[str, Any]:
        """Weight, delay, receptor, parameters and start values of a connection that is given none."""
        own = {name: value.default for name, value in self.record.parameters.items()}
        for name, state in self.record.state.items():
            own[name] = own[state.start] if isinstance(state.start, str) else state.start
        return {"weight": 1.0, "delay": 1.0, "receptor_type": 0, **own, **self.defaults}


class NestModels:
    """All node and synapse models of a kernel, the built-in ones and copies.

    Examples
    --------
    >>> "iaf_psc_alpha" in NestModels().nodes
    True
    """

    def __init__(self) -> None:
        records, own = _records()
        self.nodes = {name: NodeEntry(name, record) for name, record in records.items()}
        self.synapses = {name: SynapseEntry(name, record) for name, record in own.items()}

    def node(self, name: Any) -> NodeEntry:
        """The node model of that name, or UnknownModelName."""
        if isinstance(name, str) and name in self.synapses:
            raise raised(
                "UnknownModelName", f"{name!r} is a synapse model; Connect(..., syn_spec={name!r}) makes such connections"
            )
        if not isinstance(name, str) or name not in self.nodes:
            raise raised("UnknownModelName", _unknown("node model", name, self.nodes, NODE_MODELS))
        return self.nodes[name]

    def synapse(self, name: Any) -> SynapseEntry:
        """The synapse model of that name, or UnknownSynapseType."""
        if not isinstance(name, str) or name not in self.synapses:
            raise raised("UnknownSynapseType", _unknown("synapse model", name, self.synapses, SYNAPSE_MODELS))
        return self.synapses[name]

    def any(self, name: Any) -> NodeEntry | SynapseEntry:
        """The node or synapse model of that name, or UnknownComponent."""
        found = self.nodes.get(name) or self.synapses.get(name)
        if found is None:
            known = {*self.nodes, *self.synapses}
            raise raised("UnknownComponent", _unknown("model", name, known, {*NODE_MODELS, *SYNAPSE_MODELS}))
        return found

    def copy(self, existing: str, new: str) -> NodeEntry | SynapseEntry:
        """A copy of a model under a new name."""
        if existing not in self.nodes and existing not in self.synapses:
            known = {*self.nodes, *self.synapses}
            raise raised("UnknownModelName", _unknown("model", existing, known, {*NODE_MODELS, *SYNAPSE_MODELS}))
        if not isinstance(new, str) or not new:
            raise raised("NewModelNameExists", f"CopyModel: new: got {new!r}, expected a name")
        if new in self.nodes or new in self.synapses:
            raise raised("NewModelNameExists", f"CopyModel: new: {new!r} is the name of an existing model; choose another")
        entry = self.any(existing)
        return type(entry)(new, entry.record, dict(entry.defaults))  # type: ignore[arg-type]

    def add(self, entry: NodeEntry | SynapseEntry) -> None:
        """Keep a copied model."""
        table: dict[str, Any] = self.nodes if isinstance(entry, NodeEntry) else self.synapses
        table[entry.name] = entry


@functools.cache
def _records() -> tuple[dict[str, Any], dict[str, Any]]:
    """Node models and synapse models of simcore under NEST's names, sorted."""
    nodes = {name: registry.get(name) for registry in (models.REGISTRY, devices.REGISTRY) for name in registry.names()}
    own = {name: synapses.REGISTRY.get(name) for name in synapses.REGISTRY.names()}
    # NEST's variants that need less memory differ in nothing else.
    own |= {f"{name}_hpc": record for name, record in own.items() if f"{name}_hpc" in SYNAPSE_MODELS}
    return dict(sorted({**nodes, **RECORDERS}.items())), dict(sorted(own.items()))


def _unknown(kind: str, name: Any, known: Iterable[str], of_nest: Iterable[str]) -> str:
    """What is said of a name that is none: NEST has it and we do not yet, or nobody has."""
    lists = "(nest.node_models and nest.synapse_models list what exists)"
    if name not in of_nest:
        return f"unknown {kind} {name!r}{did_you_mean(name, sorted(known))} {lists}"
    near = difflib.get_close_matches(str(name), sorted(known), n=1, cutoff=0.3)
    hint = f"; nearest here: {near[0]!r}" if near else ""
    return f"{kind} {name!r} of NEST is not there yet{hint} {lists}"


def check_names(where: str, given: Mapping[str, Any], known: Iterable[str]) -> None:
    """Refuse names that nothing answers to, naming the nearest.

    Parameters
    ----------
    where : str
        Which call or model.
    given : mapping
        What was given, by name.
    known : iterable of str
        Names that exist.
    """
    choices = sorted(known)
    for name in given:
        if name not in choices:
            hint = did_you_mean(name, choices) or ";"
            raise raised("UnaccessedDictionaryEntry", f"{where}: unknown name {name!r}{hint} choose from: {', '.join(choices)}")
