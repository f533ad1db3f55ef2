"""The synapses of a population: its specification, resolved for pairs of its groups."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from netgraph._membership import Membership
from netgraph.groups import Group, NeuralGroup
from netgraph.synapse_spec import META, NAME, RESERVED, TYPE, SynapseRow, SynapseSpec, SynapseTable
from simcore.errors import ParameterError, UnknownNameError

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
        return self._resolve(self._spec, self._member(source_group), self._member(target_group))

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
        rows = []
        for source in self._groups.values():
            for target in self._groups.values():
                found = self._resolve(spec, source, target)
                model = found["synapse_model"]
                params = {name: value for name, value in found.items() if name not in RESERVED}
                rows.append(SynapseRow(source.name, target.name, getattr(model, "name", model), found["receptor_type"], params))
        return SynapseTable(rows)

    def _resolve(self, spec: SynapseSpec, source: NeuralGroup, target: NeuralGroup) -> dict[str, Any]:
        found = spec.resolve(self._parts(spec, source), self._parts(spec, target))
        model = target.model
        # Whether the default suits is a question of pairs that have edges; sending asks it.
        if model is not None and found["receptor_type"] not in (0, *model.receptors()):
            where = f"syn_spec: receptor_type from group {source.name!r} to group {target.name!r}"
            raise ParameterError(where, got=found["receptor_type"], expected=f"one of {model.name}: {model.receptors()}")
        return found

    def _parts(self, spec: SynapseSpec, group: NeuralGroup) -> dict[Any, int]:
        """Parts of a key that stand for the group, with how specific each is."""
        parts: dict[Any, int] = {group.neuron_type: TYPE, group.name: NAME}
        for name in spec.names:
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

    def _member(self, group: Any) -> Any:
        """The group of that name or position; a group of the population is returned as it is."""
        if isinstance(group, Group):
            if self._groups.get(group.name or "") is not group:
                raise UnknownNameError("group", got=group.name, choices=self._groups)
            return group
        if isinstance(group, (int, np.integer)) and not isinstance(group, bool):
            return self[int(group)]  # type: ignore[index]
        return self._group(group)
