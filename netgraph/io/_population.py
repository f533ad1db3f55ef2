"""Structures and populations as plain JSON and arrays: groups, labels, types, models, parameters and synapses."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from netgraph.groups import Group, MetaGroup, NeuralGroup
from netgraph.io._json import Arrays, decode, encode
from netgraph.population import NeuralPop
from netgraph.structure import Structure
from netgraph.synapse_spec import RESERVED, SynapseSpec
from simcore._registry import Registry
from simcore.errors import ParameterError
from simcore.model_checks import is_own
from simcore.models import REGISTRY as NEURONS
from simcore.models import NeuronModel
from simcore.synapses import REGISTRY as SYNAPSES
from simcore.synapses import SynapseModel

__all__ = ["decode_structure", "encode_structure", "group_types"]

_CLASSES: dict[str, type[Structure]] = {"Structure": Structure, "NeuralPop": NeuralPop}
_REGISTRIES: dict[type, Registry] = {NeuronModel: NEURONS, SynapseModel: SYNAPSES}


def encode_structure(structure: Structure, arrays: Arrays | None = None) -> dict[str, Any]:
    """A structure or population as JSON; `arrays` takes its arrays, see `netgraph.io._json.encode`.

    A model of the user's own is stored by its name alone.

    Raises
    ------
    ParameterError
        Properties of groups that are no plain values.
    """
    tree: dict[str, Any] = {
        "class": "NeuralPop" if isinstance(structure, NeuralPop) else "Structure",
        "declared": structure._declared,
        "groups": [_encode_group(group, arrays) for group in structure.values()],
        "meta_groups": [_encode_group(group, arrays) for group in structure.meta_groups.values()],
    }
    if isinstance(structure, NeuralPop):
        default = structure._default_model
        tree["default_model"] = None if default is None else _encode_model(NEURONS.get(default))
        tree["syn_spec"] = [
            [None if key == "default" else list(key), _encode_entry(entry, f"syn_spec[{key!r}]")]
            for key, entry in structure._spec.entries.items()
        ]
    return tree


def decode_structure(tree: Mapping[str, Any], arrays: Arrays | None = None, *, models: Sequence[Any] = ()) -> Structure:
    """The structure or population that `encode_structure` was given.

    Parameters
    ----------
    tree : dict
        What it returned.
    arrays : dict, optional
        The arrays that it filled.
    models : sequence of NeuronModel or SynapseModel
        Models of the user's own that are named in `tree`.

    Raises
    ------
    ValueError, KeyError, TypeError
        Something that `encode_structure` does not write; `NetspikeError` for what the classes refuse.
    """
    cls = _CLASSES[tree["class"]]
    if cls is NeuralPop:
        spec = {"default" if key is None else tuple(key): _decode_entry(entry, models) for key, entry in tree["syn_spec"]}
        default = tree["default_model"]
        known = {} if default is None else {"default_model": _named_model(default, NeuronModel, models)}
        population = NeuralPop(tree["declared"], with_models=default is not None, **known)
        population._spec = SynapseSpec(spec or None)
        structure: Structure = population
    else:
        structure = Structure(tree["declared"])
    structure._adopt({g["name"]: _decode_group(g, cls._group_class, arrays, models=models) for g in tree["groups"]})
    labels: dict[str, Any] = {g["name"]: _decode_group(g, MetaGroup, arrays) for g in tree["meta_groups"]}
    structure._adopt_meta(labels)
    return structure


def group_types(tree: Mapping[str, Any], arrays: Arrays | None, size: int) -> np.ndarray:
    """Type of each of `size` neurons, 1 or -1, from what `encode_structure` returned; 1 for those in no group."""
    types = np.ones(size, dtype=np.int8)
    for group in tree["groups"]:
        if group["ids"] is not None:
            types[decode(group["ids"], arrays)] = group["type"]
    return types


def _encode_group(group: Group, arrays: Arrays | None) -> dict[str, Any]:
    label = group._label
    tree: dict[str, Any] = {
        "name": group.name,
        "ids": encode(group.ids, f"{label}: ids", arrays) if group.ids.size else None,
        "declared": group._declared,
        "properties": encode(dict(group.properties), f"{label}: properties", arrays),
    }
    if isinstance(group, NeuralGroup):
        tree["type"] = group.neuron_type
        tree["model"] = None if group.model is None else _encode_model(group.model)
        tree["param"] = encode(dict(group.neuron_param), f"{label}: neuron_param", arrays)
    return tree


def _decode_group(tree: Mapping[str, Any], cls: type[Group], arrays: Arrays | None, *, models: Sequence[Any] = ()) -> Group:
    ids = None if tree["ids"] is None else np.asarray(decode(tree["ids"], arrays))
    if issubclass(cls, NeuralGroup):
        model = None if tree["model"] is None else _decode_model(tree["model"], NeuronModel, models)
        param = decode(tree["param"], arrays)
        group: Group = cls(ids, tree["type"], neuron_model=model, neuron_param=param, name=tree["name"])
    else:
        group = cls(ids, name=tree["name"])
    group._properties = decode(tree["properties"], arrays)
    group._declared = tree["declared"]
    return group


def _encode_entry(entry: Mapping[str, Any], where: str) -> dict[str, Any]:
    """One entry of a synapse specification; its model stands apart from the parameters."""
    values = encode({name: value for name, value in entry.items() if name != "synapse_model"}, where)
    model = entry.get("synapse_model")
    named = {} if model is None else {"synapse_model": _encode_model(SYNAPSES.get(model))}
    return {"order": list(entry), "values": values, **named}


def _decode_entry(tree: Mapping[str, Any], models: Sequence[Any]) -> dict[str, Any]:
    values = decode(tree["values"])
    if "synapse_model" in tree:
        values["synapse_model"] = _named_model(tree["synapse_model"], SynapseModel, models)
    if any(name not in RESERVED and isinstance(value, (list, dict)) for name, value in values.items()):
        raise ValueError("a synapse parameter that is neither a number nor a distribution")
    return {name: values[name] for name in tree["order"]}


def _encode_model(model: Any) -> dict[str, Any]:
    return {"name": model.name, "own": not _is_known(model)}


def _is_known(model: Any) -> bool:
    registry: Any = _REGISTRIES[type(model)]
    if isinstance(model, NeuronModel) and model.family is not None:
        return not is_own(model)
    return model.name in registry.names() and registry.get(model.name) == model


def _named_model(tree: Mapping[str, Any], kind: type, models: Sequence[Any]) -> Any:
    """The name of a model that comes with the simulator, or the record of the user's own."""
    model = _decode_model(tree, kind, models)
    return model if tree["own"] else model.name


def _decode_model(tree: Mapping[str, Any], kind: type, models: Sequence[Any]) -> Any:
    name = tree["name"]
    if not tree["own"]:
        return _REGISTRIES[kind].get(name)
    mine = [model for model in models if isinstance(model, kind) and getattr(model, "name", None) == name]
    if not mine:
        expected = "load(path, models=[...]) with that model: files hold no code"
        raise ParameterError(f"models: {kind.__name__}", got=f"a file with {name!r}, a model of your own", expected=expected)
    return mine[-1]
