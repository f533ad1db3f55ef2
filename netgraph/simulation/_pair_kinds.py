"""Which kind of synapse joins each pair of groups, from the projections of a simulation."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from netgraph._membership import warn
from netgraph.groups import NeuralGroup
from netgraph.synapse_spec import DEFAULT_SYNAPSE, describe
from simcore.description import Projection
from simcore.synapses import REGISTRY

__all__ = ["pair_synapses"]


def pair_synapses(
    projections: Sequence[Projection], edges: Mapping[str, np.ndarray], groups: Mapping[str, NeuralGroup]
) -> dict[Any, dict[str, Any]]:
    """A ``syn_spec`` that gives each pair of groups the synapses that its edges have.

    A population has one kind of synapse for each pair of groups. Where the edges of a pair have several, or parameters of their
    own, a warning says so, and the kind that was connected first stands for all.

    Parameters
    ----------
    projections : sequence of Projection
        Those of the simulation.
    edges : dict of str to ndarray, shape (n_edges,)
        ``"source"``, ``"target"`` (nodes) and ``"projection"``.
    groups : dict of str to NeuralGroup
        Groups of the nodes, by name.
    """
    kinds, kind_of = _kinds(projections)
    pairs = _kinds_of_pairs(edges, kind_of, groups)
    _warn_of_losses([(pair, [kinds[k] for k in found]) for pair, found in pairs.items()])
    first = {pair: found[0] for pair, found in pairs.items()}
    # A receptor other than 0 may be missing in groups that get no such edges, so it stands with its pairs only.
    common = Counter(k for k in first.values() if kinds[k]["receptor_type"] == 0).most_common(1)
    general = common[0][0] if common else None
    spec: dict[Any, dict[str, Any]] = {} if general is None else {"default": _entry(kinds[general])}
    if spec.get("default") == {"synapse_model": DEFAULT_SYNAPSE}:
        spec = {}
    has_default = bool(spec)
    return spec | {pair: _entry(kinds[k], in_full=has_default) for pair, k in first.items() if k != general}


def _kinds(projections: Sequence[Projection]) -> tuple[list[dict[str, Any]], np.ndarray]:
    """The different kinds of synapse, and the number of each projection's kind.

    A kind is an entry of ``syn_spec`` with all values of the synapse model, None for one that differs between edges.
    """
    kinds: list[dict[str, Any]] = []
    numbers: dict[Any, int] = {}
    kind_of = np.zeros(len(projections), dtype=np.int64)
    for projection in projections:
        model = projection.synapse
        values = {name: _one_number(value) for name, value in projection.parameters.items()}
        key = (id(model), projection.receptor, *values.values())
        if key not in numbers:
            numbers[key] = len(kinds)
            is_built_in = model.name in REGISTRY and REGISTRY.get(model.name) is model
            name = model.name if is_built_in else model
            kinds.append({"synapse_model": name, "receptor_type": projection.receptor, **values})
        kind_of[projection.index] = numbers[key]
    return kinds, kind_of


def _one_number(value: Any) -> float | None:
    """A value that all edges have, or None."""
    values = np.atleast_1d(value)
    return float(values[0]) if values.size and (values == values[0]).all() else None


def _kinds_of_pairs(
    edges: Mapping[str, np.ndarray], kind_of: np.ndarray, groups: Mapping[str, NeuralGroup]
) -> dict[tuple[str, str], list[int]]:
    """Numbers of the kinds of each pair of groups that has edges, ascending."""
    if edges["source"].size == 0:
        return {}
    names, n_kinds = list(groups), int(kind_of.max()) + 1
    group_of = np.empty(1 + max(int(g.ids.max()) for g in groups.values()), dtype=np.int64)
    for number, group in enumerate(groups.values()):
        group_of[group.ids] = number
    cell = group_of[edges["source"]]
    cell *= len(names)
    cell += group_of[edges["target"]]
    cell *= n_kinds
    cell += kind_of[edges["projection"]]
    found: dict[tuple[str, str], list[int]] = {}
    for one in np.flatnonzero(np.bincount(cell)).tolist():
        pair, kind = divmod(one, n_kinds)
        found.setdefault((names[pair // len(names)], names[pair % len(names)]), []).append(kind)
    return found


def _warn_of_losses(pairs: Sequence[tuple[tuple[str, str], list[dict[str, Any]]]]) -> None:
    """Warn of what one kind of synapse for each pair of groups cannot say."""
    lost = []
    for (source, target), kinds in pairs:
        varying = {name for kind in kinds for name, value in kind.items() if value is None}
        if len(kinds) > 1:
            lost.append(f"from {source!r} to {target!r} are several ({'; '.join(map(_words, kinds))})")
        elif varying:
            lost.append(f"from {source!r} to {target!r} differ in {', '.join(sorted(varying))}")
    if lost:
        more = f", and so on for {len(lost) - 1} more pairs of groups" if len(lost) > 1 else ""
        warn(
            f"from_simulation: synapses {lost[0]}{more}; a network has one kind for each pair of groups, "
            "so the first stands for all, with default values where they differ"
        )


def _words(kind: Mapping[str, Any]) -> str:
    entry = _entry(kind)
    values = describe({name: value for name, value in entry.items() if name != "synapse_model"})
    model = entry["synapse_model"]
    return f"{getattr(model, 'name', model)}{', ' if values else ''}{values}"


def _entry(kind: Mapping[str, Any], *, in_full: bool = False) -> dict[str, Any]:
    """An entry of ``syn_spec``: what differs from the model's defaults, or all values if a more general entry may set some."""
    model = REGISTRY.get(kind["synapse_model"])
    usual = {"receptor_type": 0, **model.defaults()}
    for name, state in model.state.items():
        usual[name] = kind[state.start] if isinstance(state.start, str) else state.start
    known = {name: value for name, value in kind.items() if value is not None}
    return {name: value for name, value in known.items() if name == "synapse_model" or in_full or value != usual[name]}
