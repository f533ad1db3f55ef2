"""The synapses of a population: its specification, resolved for pairs of its groups."""

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np

from netgraph._membership import Membership
from netgraph.groups import NeuralGroup
from netgraph.synapse_spec import META, NAME, RESERVED, TYPE, SynapseRow, SynapseSpec, SynapseTable
from simcore.errors import ParameterError

__all__ = ["PairSynapses"]


class PairSynapses(Membership):
    """What a `NeuralPop` knows about synapses between its groups."""

    _spec: SynapseSpec

    @property
    def syn_spec(self) -> Mapping[Any, Mapping[str, Any]]:
        """Synapses between groups, as given: ``"default"`` or (source, target) to parameters.

        The mapping is read-only; set the whole to change it. Names are checked as soon as every neuron is in a group.
        """
        return self._spec.entries

    @syn_spec.setter
    def syn_spec(self, spec: Any) -> None:
        self._check_mutable("syn_spec")
        new = SynapseSpec(spec)
        if not self._problems():
            self._table_of(new)
        self._spec = new

    def resolve_synapse(self, source_group: Any, target_group: Any) -> dict[str, Any]:
        """What joins two groups: all entries of ``syn_spec`` that fit, merged from general to specific.

        The order of the entries is described in `netgraph.synapse_spec`.

        Parameters
        ----------
        source_group, target_group : str, int or NeuralGroup
            Name, position or object of a group of the population.

        Returns
        -------
        synapse : dict
            ``"synapse_model"`` (the name, or the `SynapseModel` that was given), ``"receptor_type"`` (int, 0 if none was
            given), and the parameters that were given: numbers or distributions.

        Raises
        ------
        UnknownNameError
            No such group, or an entry of ``syn_spec`` names one that does not exist.
        ParameterError
            A meta group of ``syn_spec`` holds part of one of the groups, or the target's model has no such receptor type.

        Examples
        --------
        >>> from netgraph.population import NeuralPop
        >>> pop = NeuralPop.exc_and_inhib(10, en_model="iaf_psc_exp", in_model="iaf_psc_exp",
        ...     syn_spec={"default": "tsodyks2_synapse", ("inhibitory", 1): {"tau_rec": 100.0}})
        >>> pop.resolve_synapse("inhibitory", "excitatory")
        {'synapse_model': 'tsodyks2_synapse', 'receptor_type': 0, 'tau_rec': 100.0}
        """
        self._spec.check_names([*self._groups, *self._meta_groups])
        source, target = self._member(source_group), self._member(target_group)
        found = self._spec.resolve(self._parts(self._spec, source), self._parts(self._spec, target))
        _check_receptor(found, source, target)
        return found

    def synapse_table(self) -> SynapseTable:
        """What each pair of groups gets: an object with ``rows`` that prints as a table.

        Examples
        --------
        >>> from netgraph.population import NeuralPop
        >>> print(NeuralPop.uniform(5, neuron_model="iaf_psc_exp").synapse_table())
        source         target         synapse_model   receptor_type  parameters
        default_group  default_group  static_synapse  0
        """
        return self._table_of(self._spec)

    def _table_of(self, spec: SynapseSpec) -> SynapseTable:
        spec.check_names([*self._groups, *self._meta_groups])
        parts = {name: self._parts(spec, group) for name, group in self._groups.items()}
        alike = {name: frozenset(own.items()) for name, own in parts.items()}
        resolved: dict[Any, dict[str, Any]] = {}  # pairs that no entry tells apart are resolved once
        rows = []
        for source, target in itertools.product(self._groups.values(), repeat=2):
            pair = alike[source.name], alike[target.name]
            if pair not in resolved:
                resolved[pair] = spec.resolve(parts[source.name], parts[target.name])
            found = resolved[pair]
            _check_receptor(found, source, target)
            model = found["synapse_model"]
            params = {name: value for name, value in found.items() if name not in RESERVED}
            rows.append(SynapseRow(source.name, target.name, getattr(model, "name", model), found["receptor_type"], params))
        return SynapseTable(rows)

    def _parts(self, spec: SynapseSpec, group: NeuralGroup) -> dict[Any, int]:
        """Parts of keys of the specification that stand for the group, with how specific each is."""
        own: dict[Any, int] = {group.neuron_type: TYPE, group.name: NAME}
        parts = {part: own[part] for part in spec.parts if part in own}
        for name in spec.parts:
            if name not in self._meta_groups:
                continue
            inside = np.isin(group.ids, self._meta_groups[name].ids)
            if inside.any() and not inside.all():
                got = f"{int(inside.sum())} of the {group.size} nodes of group {group.name!r}"
                raise ParameterError(
                    f"syn_spec: meta group {name!r}", got=got, expected="whole groups, since synapses are given by group"
                )
            if inside.any():
                parts[name] = META
        return parts


def _check_receptor(found: Mapping[str, Any], source: NeuralGroup, target: NeuralGroup) -> None:
    model, receptor = target.model, found["receptor_type"]
    # Whether the default suits is a question of pairs that have edges; sending asks it.
    if model is not None and receptor not in (0, *model.receptors()):
        where = f"syn_spec: receptor_type from group {source.name!r} to group {target.name!r}"
        raise ParameterError(where, got=receptor, expected=f"one of {model.name}: {model.receptors()}")
