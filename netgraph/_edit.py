"""Adding and deleting nodes and edges: everything is checked, in arrays, before anything changes."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from netgraph._checks import check_count, check_flag, check_given_seed, check_mapping
from netgraph._columns import Columns, is_drawn
from netgraph._ids import as_ids, endpoints, id_dtype, one_end
from netgraph._pairs import find_rows, first_occurrence, pair_keys
from netgraph._store import GrowingArray, as_column
from netgraph._values import ValueMethods, as_rule
from netgraph.attributes import parse_edge_value
from simcore.errors import EdgeError, ParameterError, UnknownNameError

__all__ = ["EditMethods"]


class EditMethods(ValueMethods):
    """Adding and deleting."""

    def add_nodes(
        self, n: int, *, group: Any = None, attributes: Mapping[str, Any] | None = None, positions: Any = None
    ) -> np.ndarray:
        """Add nodes after the existing ones.

        Parameters
        ----------
        n : int
            How many.
        group : str or Group, optional
            The group of the graph's structure that they join; no group if None.
        attributes : dict, optional
            Values of node columns for the new nodes; a column that is not given gets its constant, NaN, 0, False or "". New
            columns can only be made this way while the graph has no nodes.
        positions : array_like, shape (n, 2) or (n, 3), optional
            Needed if the graph has positions.

        Returns
        -------
        ids : ndarray of int64, shape (n,)

        Raises
        ------
        ParameterError, UnknownNameError
            Positions missing or not wanted, unknown columns or groups, wrong lengths.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> Graph(2).add_nodes(3)
        array([2, 3, 4])
        """
        self._check_mutable("add nodes")
        count = check_count(n, "add_nodes: n")
        total = check_count(self._n_nodes + count, "add_nodes: n_nodes")
        columns = _given_columns(check_mapping("add_nodes: attributes", attributes), self.nodes, count)
        for name, column in columns.items():
            columns[name] = self._check_column("node", name, column)
            self._node_store.check(name, column, f"nodes[{name!r}]")
        joined = self._joined_positions(positions, count)
        member = self._joined_group(group)
        self._node_store.grow(count, columns)
        self._positions = joined
        self._n_nodes = total
        self._widen_ids()
        self._changed()
        new = np.arange(total - count, total)
        if self._structure is not None:
            self._structure._grow(member, new)
        return new

    def add_edges(
        self,
        source: Any,
        target: Any,
        *,
        attributes: Mapping[str, Any] | None = None,
        allow_multi_edges: bool = False,
        allow_self_loops: bool = False,
        ignore_invalid: bool = False,
        seed: int | None = None,
    ) -> np.ndarray:
        """Add edges after the existing ones.

        Parameters
        ----------
        source, target : array_like of int, shape (n,)
            Node ids.
        attributes : dict, optional
            Values of edge columns: a number, a string or an array of shape (n,); for ``"weight"`` and ``"delay"`` also what
            `set_weights` takes. A column that is not given follows its rule or constant, else it gets NaN, 0, False or ""
            (1.0 for weight and delay, 1 for type). Other new columns can only be made this way while the graph has no edges.
        allow_multi_edges, allow_self_loops : bool
            Whether several edges between two nodes, and edges from a node to itself, are added.
        ignore_invalid : bool
            Leave out duplicates and self-loops that are not allowed instead of refusing all; of equal edges the first is kept.
        seed : int, optional
            Seed of weights and delays that `attributes` draws; a fresh one if None.

        Returns
        -------
        rows : ndarray of int64, shape (n_added,)
            Rows of the new edges.

        Raises
        ------
        EdgeError
            Ids out of range, unequal lengths, duplicates or self-loops; the first is named, and nothing is added.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> graph = Graph(3)
        >>> graph.add_edges([0, 1, 1], [1, 2, 1], ignore_invalid=True)
        array([0, 1])
        """
        begin = self.n_edges
        strict = not check_flag("add_edges: ignore_invalid", ignore_invalid)
        allowed = {"multi": allow_multi_edges, "loops": allow_self_loops, "strict": strict}
        self._add_edges(source, target, attributes, seed=seed, **allowed)
        return np.arange(begin, self.n_edges)

    def add_edge(
        self,
        source: int,
        target: int,
        *,
        allow_multi_edges: bool = False,
        allow_self_loops: bool = False,
        seed: int | None = None,
        **attributes: Any,
    ) -> int:
        """Add one edge; see `add_edges`.

        Parameters
        ----------
        source, target : int
            Node ids.
        allow_multi_edges, allow_self_loops, seed
            See `add_edges`.
        **attributes
            Values of edge columns.

        Returns
        -------
        row : int
            Row of the new edge.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> graph = Graph(2)
        >>> graph.add_edge(0, 1, weight=3.0)
        0
        """
        ends = one_end(source, "source", "add_edge"), one_end(target, "target", "add_edge")
        allowed = {"allow_multi_edges": allow_multi_edges, "allow_self_loops": allow_self_loops}
        return int(self.add_edges(*ends, attributes=attributes, seed=seed, **allowed)[0])

    def delete_nodes(self, ids: Any) -> None:
        """Delete nodes with their edges; the others are renumbered without gaps, in their order.

        Parameters
        ----------
        ids : array_like of int or Group
            Node ids.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> graph = Graph.from_edges([0, 1, 2], [1, 2, 0])
        >>> graph.delete_nodes([0])
        >>> graph.source, graph.target
        (array([0], dtype=int32), array([1], dtype=int32))
        """
        self._check_mutable("delete nodes")
        keep = np.ones(self._n_nodes, dtype=bool)
        keep[self._node_ids(ids, "delete_nodes: ids")] = False
        if self._structure is not None:
            self._structure._check_unshared(self, "delete_nodes")
        kept = np.flatnonzero(keep)
        renumbered = np.cumsum(keep, dtype=id_dtype(self._n_nodes)) - 1
        rows = np.flatnonzero(keep[self.source] & keep[self.target])
        self._keep_edges(rows, renumbered[self.source[rows]], renumbered[self.target[rows]])
        self._node_store.take(kept, kept.size)
        if self._positions is not None:
            self._positions = self._checked_positions(self._positions[kept], kept.size)
        self._n_nodes = kept.size
        self._changed()
        if self._structure is not None:
            self._structure._remap(np.where(keep, renumbered, -1).astype(np.int64), kept.size)

    def delete_edges(self, rows: Any) -> None:
        """Delete edges; the others move up and keep their order.

        Parameters
        ----------
        rows : array_like of int
            Rows of edges.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> graph = Graph.from_edges([0, 1], [1, 0])
        >>> graph.delete_edges([0])
        >>> graph.source
        array([1], dtype=int32)
        """
        self._check_mutable("delete edges")
        keep = np.ones(self.n_edges, dtype=bool)
        keep[as_ids(rows, self.n_edges, "delete_edges: rows")] = False
        kept = np.flatnonzero(keep)
        self._keep_edges(kept, self.source[kept], self.target[kept])

    def clear_edges(self) -> None:
        """Delete all edges; columns stay, empty, with their rules.

        Examples
        --------
        >>> from netgraph.graph import Graph
        >>> graph = Graph.from_edges([0], [1])
        >>> graph.clear_edges()
        >>> graph.n_edges
        0
        """
        self.delete_edges(np.arange(self.n_edges))

    def _add_edges(
        self,
        source: Any,
        target: Any,
        attributes: Mapping[str, Any] | None,
        *,
        multi: bool,
        loops: bool,
        strict: bool,
        seed: int | None = None,
    ) -> None:
        """Check and append edges; see `add_edges`."""
        self._check_mutable("add edges")
        check_flag("add_edges: allow_multi_edges", multi)
        check_flag("add_edges: allow_self_loops", loops)
        s, t = endpoints(source, target, self._n_nodes)
        columns = self._edge_attributes(attributes, (s, t), seed)
        keep = self._valid_edges(s, t, multi=multi, loops=loops, strict=strict)
        if keep is not None:
            s, t = s[keep], t[keep]
            columns = {name: column[keep] if column.ndim else column for name, column in columns.items()}
        self._append(s, t, columns)

    def _append_edges_unchecked(self, source: np.ndarray, target: np.ndarray) -> None:
        """Append edges that are known to be right; an empty graph adopts the arrays without a copy."""
        dtype = id_dtype(self._n_nodes)
        self._append(np.ascontiguousarray(source, dtype=dtype), np.ascontiguousarray(target, dtype=dtype), {})

    def _append(self, source: np.ndarray, target: np.ndarray, given: Mapping[str, np.ndarray]) -> None:
        rules = {name: rule.copy() for name, rule in self._rules.items()}
        columns = self._new_edge_columns(given, (source, target), rules)
        self._rules = rules
        self._source.append(source)
        self._target.append(target)
        self._edge_store.grow(source.size, columns)
        self._changed()

    def _edge_attributes(
        self, given: Mapping[str, Any] | None, ends: tuple[np.ndarray, np.ndarray], seed: int | None
    ) -> dict[str, np.ndarray]:
        """Columns for new edges from what the user gave; weights and delays may be drawn or follow another column."""
        check_given_seed(seed, "seed")
        given = check_mapping("attributes of edges", given)
        ruled = {name: given.pop(name) for name in ("delay", "weight") if name in given}
        columns = _given_columns(given, self.edges, ends[0].size)
        for name, value in ruled.items():
            rule = as_rule(parse_edge_value(value, name), name, seed)
            columns[name] = self._rule_values(rule, name, self.n_edges, columns, ends)
        return columns

    def _valid_edges(
        self, source: np.ndarray, target: np.ndarray, *, multi: bool, loops: bool, strict: bool
    ) -> np.ndarray | None:
        """Mask of the edges that may be added, None if all may; EdgeError at the first that may not if `strict`."""
        checks = []
        if not loops:
            checks.append(("is a self-loop", source != target))
        if not multi:
            checks.append(("exists already", self._is_new(source, target)))
            keys = pair_keys(source, target, n_nodes=self._n_nodes, directed=self._directed)
            checks.append(("is given twice", first_occurrence(keys)))
        keep = None
        for fault, good in checks:
            if good.all():
                continue
            if strict:
                row = int(np.flatnonzero(~good)[0])
                raise EdgeError(
                    f"add_edges: the edge from {source[row]} to {target[row]} (position {row}) {fault}{_WAY_OUT[fault]}"
                )
            keep = good if keep is None else keep & good
        return keep

    def _is_new(self, source: np.ndarray, target: np.ndarray) -> np.ndarray:
        """Mask of the pairs that no edge of the graph joins."""
        return find_rows((self.source, self.target), (source, target), n_nodes=self._n_nodes, directed=self._directed) < 0

    def _keep_edges(self, rows: np.ndarray, source: np.ndarray, target: np.ndarray) -> None:
        """Keep the edges `rows`, whose ends are now `source` and `target`."""
        for rule in self._rules.values():
            rule.shift += self.n_edges - rows.size
        self._source, self._target = GrowingArray(source), GrowingArray(target)
        self._edge_store.take(rows, rows.size)
        self._changed()

    def _joined_group(self, group: Any) -> Any:
        """The group that new nodes join, None for no group."""
        if self._structure is None:
            if group is not None:
                raise ParameterError("add_nodes: group", got=group, expected="none: the graph has no structure")
            return None
        self._structure._check_unshared(self, "add_nodes")
        if group is None:
            return None
        member = self._structure._member(group)
        member._check_extendable()
        return member

    def _joined_positions(self, positions: Any, count: int) -> np.ndarray | None:
        """Positions of the old nodes and of `count` new ones."""
        if self._positions is None and (self._n_nodes > 0 or positions is None):
            if positions is not None:
                raise ParameterError("add_nodes: positions", got="positions", expected="none: the other nodes have none")
            return None
        if positions is None:
            if count == 0:
                return self._positions
            raise ParameterError("add_nodes: positions", got=None, expected=f"shape ({count}, 2) or ({count}, 3)")
        new = self._checked_positions(positions, count)
        if self._positions is None:
            return new
        if new.shape[1] != self._positions.shape[1]:
            raise ParameterError(
                "add_nodes: positions", got=f"{new.shape[1]} coordinates", expected=str(self._positions.shape[1])
            )
        return self._checked_positions(np.concatenate([self._positions, new]), self._n_nodes + count)

    def _widen_ids(self) -> None:
        """Hold ids as int64 once there are too many nodes for int32."""
        dtype = id_dtype(self._n_nodes)
        if self._source.view.dtype != dtype:
            self._source, self._target = GrowingArray(self.source.astype(dtype)), GrowingArray(self.target.astype(dtype))


_WAY_OUT = {
    "is a self-loop": "; allow_self_loops=True adds it, ignore_invalid=True leaves it out",
    "exists already": "; allow_multi_edges=True adds it, ignore_invalid=True leaves it out",
    "is given twice": "; allow_multi_edges=True adds it, ignore_invalid=True leaves it out",
}


def _given_columns(given: Mapping[str, Any], existing: Columns, n: int) -> dict[str, np.ndarray]:
    """Checked values of columns for `n` new rows; new names only while there are no rows."""
    columns = {}
    for name, value in given.items():
        existing._refuse_computed(name)
        if name not in existing and existing._store.size > 0:
            raise UnknownNameError(f"{existing._kind} column", got=name, choices=existing)
        if is_drawn(value):
            expected = "a number or an array; only weights and delays are drawn"
            raise ParameterError(existing._where(name), got=value, expected=expected)
        columns[name] = as_column(value, n, existing._where(name))
    return columns
