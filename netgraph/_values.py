"""Weights and delays of a graph: set at once, and given to later edges by the same rule."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from netgraph._base import GraphBase
from netgraph.attributes import DistanceDelay, Linear, Rule, _LinearRange, evaluate, parse_edge_value
from simcore.distributions import Distribution

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
        self._check_mutable(f"set the {name}s of edges")
        rule = as_rule(parse_edge_value(value, name), name, seed)
        column = self._rule_values(rule, name, np.arange(self.n_edges), {}, (self.source, self.target))
        self._edge_store.put(name, self._check_column("edge", name, column))
        self._rules.pop(name, None)
        if isinstance(rule, Rule):
            self._rules[name] = rule

    def _rule_values(
        self, rule: Any, name: str, rows: np.ndarray, given: Mapping[str, np.ndarray], ends: tuple[np.ndarray, np.ndarray]
    ) -> np.ndarray:
        """Values of a rule, a number or an array for the edges between `ends`, which are or will be at `rows`.

        Columns that a linear rule needs come from `given`, from the ends' distances, or from the graph.
        """

        def lookup(column: str) -> np.ndarray:
            if column in given:
                return np.broadcast_to(given[column], rows.shape)
            if self.edges._is_distance(column):
                return self._distances_between(*ends)
            self.edges._require(column)
            if rows.size and rows[0] >= self.n_edges:
                return np.broadcast_to(self._edge_store.fill(column), rows.shape)
            return self._edge_store.array(column)[rows]

        if not isinstance(rule, Rule):
            return np.asarray(evaluate(rule, name, None, keys=rows, lookup=lookup))
        if isinstance(rule.spec, _LinearRange):
            if rows.size == 0:
                return np.empty(0)
            rule.spec = rule.spec.settled(lookup(rule.spec.attribute))
        keys = rows + rule.shift if rule.shift else rows
        return np.asarray(evaluate(rule.spec, name, rule.seed, keys=keys, lookup=lookup))

    def _new_edge_columns(self, given: Mapping[str, np.ndarray], ends: tuple[np.ndarray, np.ndarray]) -> dict[str, np.ndarray]:
        """Checked columns for new edges between `ends`: those given, and those that rules draw."""
        rows = np.arange(self.n_edges, self.n_edges + ends[0].size) if self._rules else np.empty(0, dtype=np.int64)
        columns = {name: self._check_column("edge", name, column) for name, column in given.items()}
        drawn_first = sorted(self._rules, key=lambda name: not isinstance(self._rules[name].spec, Distribution))
        for name in drawn_first:
            if name not in columns:
                values = self._rule_values(self._rules[name], name, rows, columns, ends)
                columns[name] = self._check_column("edge", name, values)
        for name, column in columns.items():
            self._edge_store.check(name, column, f"edges[{name!r}]")
        return columns


def as_rule(spec: Any, name: str, seed: int | None) -> Any:
    """A Rule for what later edges can follow; a number or array as it is."""
    if isinstance(spec, (Linear, DistanceDelay, _LinearRange)):
        return Rule(spec, 0)
    if not isinstance(spec, Distribution):
        return spec
    from simcore.random import check_seed, fresh_seed  # Numba loads on first use

    return Rule(spec, fresh_seed() if seed is None else check_seed(seed, f"seed of {name}s"))
