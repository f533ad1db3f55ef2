"""Which node is in which group: joining, leaving, renumbering and freezing. `Structure` is the public face."""

import gc
import inspect
import warnings
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from netgraph._ids import as_node_ids
from netgraph.groups import Group, MetaGroup, check_name, node_ids
from simcore.errors import FrozenNetworkError, ParameterError, UnknownNameError

__all__ = ["Membership", "untouched_on_error", "warn"]


class Membership:
    """Groups that share nodes without overlap, meta groups that may overlap, and who uses them."""

    _group_class: type[Group] = Group
    _words = ("structure", "graph", "graph")

    def __init__(self, declared: int | None) -> None:
        self._declared = declared
        self._groups: dict[str, Any] = {}
        self._meta_groups: dict[str, MetaGroup] = {}
        self._index: np.ndarray | None = None
        self._forget_users()

    def _forget_users(self) -> None:
        self._holders: weakref.WeakKeyDictionary[Any, str] = weakref.WeakKeyDictionary()
        self._networks: weakref.WeakSet = weakref.WeakSet()

    def __getstate__(self) -> dict[str, Any]:
        return {**{k: v for k, v in self.__dict__.items() if k not in ("_holders", "_networks")}, "_index": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._forget_users()

    @property
    def size(self) -> int:
        """Number of nodes: what was declared, or as many as the ids of the groups need."""
        last = max((int(g.ids.max()) for g in self._groups.values() if g.ids.size), default=-1)
        return max(self._declared or 0, last + 1)

    def group_index(self) -> np.ndarray:
        """Position of each node's group, by node; -1 for nodes in no group. Read-only int64 array of shape (size,)."""
        if self._index is None:
            index = np.full(self.size, -1, dtype=np.int64)
            for i, group in enumerate(self._groups.values()):
                index[group.ids] = i
            index.setflags(write=False)
            self._index = index
        return self._index

    # Freezing

    @property
    def _frozen_by(self) -> str | None:
        """The simulation that uses the structure, in words; None if there is none."""
        return next(iter(self._holders.values()), None)

    @_frozen_by.setter
    def _frozen_by(self, text: str | None) -> None:
        self._freeze(Membership, text)

    def _freeze(self, holder: Any, text: str | None) -> None:
        """Note that `holder`, as long as it lives, has been sent to `text`; None when it is not any more."""
        if text is None:
            self._holders.pop(holder, None)
        else:
            self._holders[holder] = text

    def _check_mutable(self, what: str) -> None:
        if self._holders:
            gc.collect()
        if self._frozen_by is not None:
            raise FrozenNetworkError(f"cannot change {what}: it was sent to {self._frozen_by}; close it first with sim.close()")

    def _changed(self) -> None:
        self._index = None

    # Joining

    def _adopt(self, groups: dict[str, Any]) -> None:
        """Check new groups, give ids to those made with a number, and make them part of the structure."""
        self._check_mutable("the groups")
        for i, (name, group) in enumerate(groups.items()):
            check_name(name, f"{type(self).__name__}: name of group {i}")
            self._check_new(name, group, self._group_class)
        if len({id(g) for g in groups.values()}) < len(groups):
            expected = "each group once; use group.copy()"
            raise ParameterError(f"{type(self).__name__}: groups", got=list(groups), expected=expected)
        ids = self._assign(groups)
        self._check_growth(ids)
        for name, group in groups.items():
            self._take_in(name, group)
            if group.ids.size == 0:
                group._set_ids(ids[name])
        self._after_growth(f"group {list(groups)[-1]!r}" if groups else "")

    def _take_in(self, name: str, group: Any) -> None:
        group._name, group._parent = name, self
        self._groups[name] = group

    def _extend(self, group: Any, extra: Group) -> None:
        """Give the nodes of `extra` to `group`, after its own."""
        self._check_mutable(f"group {group.name!r}")
        ids = self._assign({group.name: extra})
        self._check_growth(ids)
        group._check_extendable()
        declared = group._declared
        self._append(group, ids[group.name])
        self._after_growth(f"group {group.name!r}")
        if declared is not None:
            warn(f"group {group.name!r} was made for {declared} nodes and now has {group.size}")

    def _append(self, group: Any, ids: np.ndarray) -> None:
        """Give nodes to a group, after its own, and to the meta groups that hold all of it."""
        labels = [meta for meta in self._meta_groups.values() if group.ids.size and np.isin(group.ids, meta.ids).all()]
        for one in (group, *labels):
            one._set_ids(np.concatenate([one.ids, ids[~np.isin(ids, one.ids)]]))
        group._declared = None

    def _extend_meta(self, label: MetaGroup, nodes: Any) -> MetaGroup:
        """Give nodes to a meta group, after its own; those that it has stay where they are."""
        self._check_mutable(label._label)
        ids = node_ids(nodes, f"{label._label}: nodes", size=self.size)
        label._set_ids(np.concatenate([label.ids, ids[~np.isin(ids, label.ids)]]))
        self._changed()
        return label

    def _adopt_meta(self, groups: dict[str, MetaGroup]) -> None:
        self._check_mutable("the meta groups")
        for i, (name, group) in enumerate(groups.items()):
            check_name(name, f"{type(self).__name__}: name of meta group {i}")
            self._check_new(name, group, MetaGroup)
            node_ids(group.ids, f"meta group {name!r}", size=self.size)
        for name, group in groups.items():
            group._name, group._parent = name, self
            self._meta_groups[name] = group
        self._changed()

    def _check_new(self, name: str, group: Any, kind: type[Group]) -> None:
        where = f"{type(self).__name__}: {'meta group' if kind is MetaGroup else 'group'} {name!r}"
        fits = isinstance(group, kind) and isinstance(group, MetaGroup) == (kind is MetaGroup)
        if not fits:
            raise ParameterError(where, got=group, expected=f"a {kind.__name__}")
        if group.parent is not None:
            raise ParameterError(where, got=f"a group of another {self._words[0]}", expected="a free group; use group.copy()")
        if name in self._groups or name in self._meta_groups:
            raise ParameterError(where, got="a name that is taken", expected="one group a name")

    def _assign(self, groups: dict[str, Any]) -> dict[str, np.ndarray]:
        """Ids of new groups by name: their own, or the lowest that are free; overlaps are refused."""
        owned = [(name, g.ids) for name, g in (*self._groups.items(), *groups.items())]
        taken = np.concatenate([np.empty(0, dtype=np.int64), *(ids for _, ids in owned)])
        values, counts = np.unique(taken, return_counts=True)
        if (counts > 1).any():
            node = int(values[counts > 1][0])
            first, *_, last = (name for name, ids in owned if node in ids)
            got = f"node {node}, which is in group {first!r} too" if first != last else f"node {node}, which it has already"
            raise ParameterError(f"group {last!r}", got=got, expected="groups that do not overlap")
        wanted = [g.size if g.ids.size == 0 else 0 for g in groups.values()]
        is_free = np.ones(taken.size + sum(wanted), dtype=bool)
        is_free[values[values < is_free.size]] = False
        free = np.flatnonzero(is_free)
        parts = np.split(free[: sum(wanted)], np.cumsum(wanted))
        return {name: g.ids if g.ids.size else part for (name, g), part in zip(groups.items(), parts, strict=False)}

    def _check_growth(self, ids: dict[str, np.ndarray]) -> None:
        """Refuse nodes that a network of this structure has not."""
        last, name = max(((int(i.max()), n) for n, i in ids.items() if i.size), default=(-1, ""))
        if last >= self.size and self._users():
            _, user, short = self._words
            expected = f"ids below {self.size}, the number of nodes of its {user}; use {short}.add_nodes(n, group=...)"
            raise ParameterError(f"group {name!r}: ids", got=last, expected=expected)

    def _after_growth(self, what: str) -> None:
        self._changed()
        if self._declared is not None and self.size > self._declared:
            declared, self._declared = self._declared, self.size
            warn(f"{type(self).__name__} was made for {declared} nodes; {what} takes it to {self.size}")

    def _grow(self, group: Any, ids: np.ndarray) -> None:
        """Give new nodes of the graph to a group, after its own, or to none."""
        size = self.size + ids.size
        if group is not None:
            self._append(group, ids)
        self._declared = size
        self._changed()

    # Leaving

    def _remap(self, new_of_old: np.ndarray, size: int) -> None:
        """Renumber nodes, -1 for those that leave; groups and labels that lose all their nodes leave too."""
        for groups in (self._groups, self._meta_groups):
            for name, group in list(groups.items()):
                new = new_of_old[group.ids]
                group._keep(new >= 0, new[new >= 0])
                if group.ids.size == 0:
                    group._parent = None
                    del groups[name]
        self._declared = size or None
        self._changed()

    def _users(self) -> list[Any]:
        """The living graphs of this structure."""
        if self._networks:
            gc.collect()
        return list(self._networks)

    def _check_unshared(self, network: Any, what: str) -> None:
        """Refuse to renumber nodes under another graph that uses the same structure."""
        others = [n.name for n in self._networks if n is not network] and [n.name for n in self._users() if n is not network]
        if others:
            word, user, short = self._words
            got = f"one that {user} {others[0]!r} uses too"
            raise ParameterError(f"{what}: {word}", got=got, expected=f"a {word} of its own; change {short}.copy()")

    # Reading

    def _check_own(self, nodes: Any, where: str) -> None:
        """Refuse another population, and its groups, whose ids mean other neurons; free groups are as good as their ids.

        A plain structure is no other population: it may divide the same neurons in another way.
        """
        holder = nodes.parent if isinstance(nodes, Group) else nodes
        if holder is not self and type(holder) is type(self):
            other = f"another {type(self).__name__}"
            got = f"group {nodes.name!r} of {other}" if isinstance(nodes, Group) else other
            raise ParameterError(where, got=got, expected="ids, free groups, or groups of its own")

    def _node_ids(self, nodes: Any, where: str) -> np.ndarray:
        """Ids of nodes from a number, an array or a group."""
        self._check_own(nodes, where)
        return as_node_ids(nodes, self.size, where)

    def _member(self, group: Any) -> Any:
        """The group of that name or position; a group of the structure is returned as it is."""
        name = group.name if isinstance(group, MetaGroup) else group
        if isinstance(name, str) and name in self._meta_groups:
            expected = f"a group: {', '.join(self._groups) or 'there are none'}"
            raise ParameterError("group", got=self._meta_groups[name], expected=expected)
        if isinstance(group, Group):
            if self._groups.get(group.name or "") is not group:
                raise UnknownNameError("group", got=group, choices=self._groups)
            return group
        if isinstance(group, (int, np.integer)) and not isinstance(group, bool):
            if not -len(self._groups) <= group < len(self._groups):
                raise UnknownNameError("group number", got=int(group), choices=map(str, range(len(self._groups))))
            return list(self._groups.values())[group]
        if not isinstance(group, str) or group not in self._groups:
            raise UnknownNameError("group", got=group, choices=self._groups)
        return self._groups[group]

    def _is_unfilled(self, name: Any) -> bool:
        return isinstance(name, str) and name in self._groups and self._groups[name].size == 0

    def _taken(self) -> np.ndarray:
        return np.concatenate([np.empty(0, dtype=np.int64), *(g.ids for g in self._groups.values())])

    def _problems(self) -> list[str]:
        """What keeps the structure from being complete, one sentence each."""
        problems = [] if self._groups else ["there are no groups"]
        problems += [f"group {name!r} is empty" for name, group in self._groups.items() if group.ids.size == 0]
        free = np.flatnonzero(self.group_index() < 0)
        if free.size:
            problems.append(f"{free.size} of {self.size} nodes are in no group (first: {free[0]})")
        return problems


@contextmanager
def untouched_on_error(*groups: dict[str, Any]) -> Iterator[None]:
    """Bring the groups back to what they were if the block raises."""
    before = [(group, dict(group.__dict__)) for many in groups for group in many.values() if isinstance(group, Group)]
    try:
        yield
    except Exception:
        for group, state in before:
            group.__dict__.update(state)
        raise


def warn(text: str) -> None:
    """Warn at the line outside this package that led here."""
    frame, level = inspect.currentframe(), 1
    while frame is not None and frame.f_globals.get("__name__", "").split(".")[0] == "netgraph":
        frame, level = frame.f_back, level + 1
    warnings.warn(text, UserWarning, stacklevel=level)
