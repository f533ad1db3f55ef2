"""Weights and delays of a graph: set at once, and given to later edges by the same rule."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from netgraph._base import GraphBase
from netgraph._checks import check_given_seed
from netgraph.attributes import DistanceDelay, Linear, LinearRange, Rule, evaluate, parse_edge_value
from simcore.distributions import Distribution
from simcore.errors import ParameterError, UnknownNameError

__all__ = ["ValueMethods", "as_rule"]


class ValueMethods(GraphBase):
    """Weights, delays and distances of edges."""

    def set_weights(self, value: Any, *, seed: int | None = None) -> None:
        """Set the weights of all edges, and the rule for later ones.

        A number, a distribution and a linear rule also hold for edges that are added later (each with a draw of its own); an
        array has no rule: later edges then need a weight, or get 1.0.

        Parameters
        ----------
        value : number, array_like, Distribution, Linear, tuple or dict
            See `netgraph.attributes.edge_values`. Weights of a network are positive: the type of the source gives the sign.
        seed : int, optional
            Seed of the draws; a fresh one if None.

        Raises
        ------
        ParameterError
            Wrong length or values that are not finite.
        FrozenNetworkError
            The network is in a simulation.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> graph = Graph.from_edges([0, 1], [1, 0])
        >>> graph.set_weights(2.5)
        >>> rows = graph.add_edges([0], [0], allow_self_loops=True)
        >>> graph.edges["weight"]
        array([2.5, 2.5, 2.5])
        """
        self._set_quantity("weight", value, seed)

    def set_delays(self, value: Any, *, seed: int | None = None) -> None:
        """Set the delays [ms] of all edges, and the rule for later ones; see `set_weights`.

        Parameters
        ----------
        value : number, array_like, Distribution, Linear, DistanceDelay, tuple or dict
            Not negative; a simulation needs at least one time step.
        seed : int, optional
            Seed of the draws; a fresh one if None.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> graph = Graph.from_edges([0, 1], [1, 0])
        >>> graph.set_delays([1.5, 2.0])
        >>> graph.edges["delay"]
        array([1.5, 2. ])
        """
        self._set_quantity("delay", value, seed)

    def edge_distances(self) -> np.ndarray:
        """Distance between the ends of each edge [um], from the positions as they are now.

        Returns
        -------
        distances : ndarray of float64, shape (n_edges,)
            The shortest way around, if the shape is periodic.

        Raises
        ------
        ParameterError
            The graph has no positions.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> Graph.from_edges([0], [1]).edge_distances()
        Traceback (most recent call last):
        ...
        simcore.errors.ParameterError: distances of 'graph': got 'no positions', expected positions: see set_positions
        """
        return self._distances_between(self.source, self.target)

    @property
    def is_weighted(self) -> bool:
        """Whether the edges have a column ``"weight"``."""
        return "weight" in self._edge_store

    def _set_quantity(self, name: str, value: Any, seed: int | None) -> None:
        self._check_sent("edge", name, "set")
        rule = as_rule(parse_edge_value(value, name), name, seed)
        self._check_no_circle(rule, name)
        column = self._rule_values(rule, name, 0, {}, (self.source, self.target))
        self._edge_store.put(name, self._check_column("edge", name, column))
        self._rules.pop(name, None)
        if isinstance(rule, Rule):
            self._rules[name] = rule

    def _check_no_circle(self, rule: Any, name: str) -> None:
        """Refuse a linear rule that follows its own column, or one that follows it."""
        attribute = getattr(rule.spec, "attribute", None) if isinstance(rule, Rule) else None
        other = self._rules.get(attribute) if attribute is not None else None
        if attribute == name or (other is not None and getattr(other.spec, "attribute", None) == name):
            raise ParameterError(f"{name}: attribute", got=attribute, expected=f"a column that does not follow the {name}s")

    def _rule_values(
        self, rule: Any, name: str, begin: int, given: Mapping[str, np.ndarray], ends: tuple[np.ndarray, np.ndarray]
    ) -> np.ndarray:
        """Values of a rule, a number or an array for the edges between `ends`, whose rows are or will be `begin` and on.

        Columns that a linear rule needs come from `given`, from the ends' distances, or from the graph.
        """
        n = ends[0].size

        def lookup(column: str) -> np.ndarray:
            if column in given:
                return np.broadcast_to(given[column], (n,))
            if self._follows_positions(column):
                return self._distances_between(*ends)
            is_new = begin >= self.n_edges
            if is_new and column not in self._edge_store:
                kind = f"edge column, which the {name}s of new edges follow,"
                raise UnknownNameError(kind, got=column, choices=self._edge_store)
            self.edges._require(column)
            return np.broadcast_to(self._edge_store.fill(column) if is_new else self._edge_store.raw(column), (n,))

        if not isinstance(rule, Rule):
            return np.asarray(evaluate(rule, name, None, keys=range(n), lookup=lookup))
        if isinstance(rule.spec, LinearRange):
            if n == 0:
                return np.empty(0)
            rule.spec = rule.spec.settled(lookup(rule.spec.attribute))
        first = begin + rule.shift
        return np.asarray(evaluate(rule.spec, name, rule.seed, keys=range(first, first + n), lookup=lookup))

    def _new_edge_columns(
        self, given: Mapping[str, np.ndarray], ends: tuple[np.ndarray, np.ndarray], rules: Mapping[str, Rule]
    ) -> dict[str, np.ndarray]:
        """Checked columns for new edges between `ends`: those given, and those that `rules`, which may settle, draw."""
        columns = {name: self._check_column("edge", name, column) for name, column in given.items()}
        leaders_first = sorted(rules, key=lambda name: getattr(rules[name].spec, "attribute", None) in rules)
        for name in leaders_first:
            if name not in columns:
                values = self._rule_values(rules[name], name, self.n_edges, columns, ends)
                columns[name] = self._check_column("edge", name, values)
        for name, column in columns.items():
            self._edge_store.check(name, column, f"edges[{name!r}]")
        return columns


def as_rule(spec: Any, name: str, seed: int | None) -> Any:
    """A Rule for what later edges can follow; a number or array as it is."""
    check_given_seed(seed, f"seed of {name}s")
    if isinstance(spec, (Linear, DistanceDelay, LinearRange)):
        return Rule(spec, 0)
    if not isinstance(spec, Distribution):
        return spec
    from simcore.random import fresh_seed  # Numba loads on first use

    return Rule(spec, fresh_seed() if seed is None else int(seed))
