"""Structure: the nodes of a graph divided into named groups that do not overlap, and labelled by meta groups that may."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from netgraph._membership import Membership, untouched_on_error
from netgraph.groups import Group, MetaGroup
from netgraph.tables import html_table, text_table
from simcore.errors import ParameterError, UnknownNameError

__all__ = ["Structure"]


class Structure(Membership, Mapping):
    """Named groups of nodes: a mapping from name to group, in the order in which the groups were added.

    Parameters
    ----------
    size : int, optional
        Number of nodes that the groups are going to share. Groups that need more give a warning and enlarge the structure.

    Examples
    --------
    >>> structure = Structure(10)
    >>> structure.create_group(6, "a")
    Group('a', 6 nodes)
    >>> structure.create_group([9, 7], "b").ids
    array([9, 7])
    >>> structure.is_valid
    False
    """

    def __init__(self, size: int | None = None) -> None:
        if size is not None and (isinstance(size, bool) or not isinstance(size, (int, np.integer)) or size < 1):
            raise ParameterError(f"{type(self).__name__}: size", got=size, expected="a number of nodes >= 1")
        super().__init__(None if size is None else int(size))

    @classmethod
    def from_groups(cls, groups: Any, names: Sequence[str] | None = None, *, meta_groups: Any = None) -> Self:
        """A structure of groups that were made before.

        Groups made with ids keep them; groups made with a number get the lowest free ids, in the order given: 0..n0-1,
        n0..n0+n1-1, and so on when no group has ids.

        Parameters
        ----------
        groups : list of Group, or dict of str to Group
            The groups; they become part of the structure, which is their `parent`.
        names : list of str, optional
            One name a group; without, the groups' own names, or else "0", "1", and so on ("meta 0", ... for meta groups).
        meta_groups : list of MetaGroup, or dict of str to MetaGroup, optional
            Labels that may overlap.

        Returns
        -------
        structure : Structure

        Raises
        ------
        ParameterError
            Groups that overlap, belong to another structure, or share a name.

        Examples
        --------
        >>> structure = Structure.from_groups([Group(3), Group(2)], ["a", "b"])
        >>> structure["b"].ids
        array([3, 4])
        """
        new = cls()
        new._join(groups, names, meta_groups)
        return new

    @property
    def ids(self) -> np.ndarray:
        """Ids of all nodes in groups, ascending; int64."""
        return np.sort(self._taken())

    @property
    def is_valid(self) -> bool:
        """Whether every node is in exactly one group and no group is empty."""
        return not self._problems()

    @property
    def meta_groups(self) -> Mapping[str, MetaGroup]:
        """Name to meta group, read-only."""
        return MappingProxyType(self._meta_groups)

    def create_group(self, nodes: Any, name: str, *, properties: Mapping[str, Any] | None = None) -> Any:
        """Make a group of nodes that are in no group yet.

        Parameters
        ----------
        nodes : int or array_like of int
            Number of nodes, which takes the lowest free ids, or the ids, whose order is kept.
        name : str
            Name of the new group, or of a group that is still empty and is filled.
        properties : dict, optional
            Anything worth keeping with the group.

        Returns
        -------
        group : Group

        Examples
        --------
        >>> Structure(5).create_group(2, "a").ids
        array([0, 1])
        """
        if self._is_unfilled(name) and not properties:
            return self.add_to_group(name, nodes)
        return self.add_group(Group(nodes, name=name, properties=properties))

    def add_group(self, group: Any, name: str | None = None) -> Any:
        """Take in a group that was made before; see `from_groups`.

        Parameters
        ----------
        group : Group
            A group that belongs to no other structure.
        name : str, optional
            Its name here; without, its own name.

        Returns
        -------
        group : Group
            The same object.

        Examples
        --------
        >>> structure = Structure(5)
        >>> structure.add_group(Group(2), "a")
        Group('a', 2 nodes)
        """
        self._adopt({name or getattr(group, "name", None) or "": group})
        return group

    def create_meta_group(self, nodes: Any, name: str, *, properties: Mapping[str, Any] | None = None) -> MetaGroup:
        """Label nodes; the label may overlap groups and other labels.

        Parameters
        ----------
        nodes : array_like of int, or str, Group or list of these
            Ids, or groups and names of groups, whose nodes it takes in that order.
        name : str
            Name of the label; no group may have it.
        properties : dict, optional
            Anything worth keeping with it.

        Returns
        -------
        meta_group : MetaGroup

        Examples
        --------
        >>> structure = Structure.from_groups([Group(3), Group(2)], ["a", "b"])
        >>> structure.create_meta_group(["b", "a"], "all").ids
        array([3, 4, 0, 1, 2])
        """
        meta = MetaGroup(self._ids_of_groups(nodes, f"meta group {name!r}: nodes"), name=name, properties=properties)
        self._adopt_meta({name: meta})
        return meta

    def add_to_group(self, name: "str | Group", nodes: Any) -> Any:
        """Add nodes to a group or a meta group, after those that it has.

        A group takes nodes that are in no group yet. Meta groups that hold all of the group get them too, so that a label of
        whole groups stays one.

        Parameters
        ----------
        name : str or Group
            Name of the group or meta group, or the group.
        nodes : int or array_like of int, or for a meta group also str, Group or list of these
            Ids, or number of nodes, which takes the lowest free ids. A meta group takes ids, or groups and names of groups, and
            keeps those of their nodes that it has where they are.

        Returns
        -------
        group : Group
            The group or meta group.

        Raises
        ------
        ParameterError
            A node is in a group already, or a parameter of the group is an array, which would no longer fit.

        Examples
        --------
        >>> structure = Structure.from_groups([Group([0, 1, 2]), Group(2)], ["a", "b"])
        >>> structure.add_to_group("a", [6, 5]).ids
        array([0, 1, 2, 6, 5])
        >>> label = structure.create_meta_group([0, 6], "label")
        >>> structure.add_to_group("label", "a").ids
        array([0, 6, 1, 2, 5])
        """
        label = self._meta_groups.get(name) if isinstance(name, str) else name
        if isinstance(label, MetaGroup) and label is self._meta_groups.get(label.name or ""):
            return self._extend_meta(label, self._ids_of_groups(nodes, f"add_to_group: {label._label}"))
        group = self._member(name)
        self._check_mutable(f"group {group.name!r}")
        self._extend(group, Group(nodes, name=group.name))
        return group

    def group_of(self, nodes: Any) -> np.ndarray:
        """Name of the group of each node, ``""`` for nodes in no group.

        Parameters
        ----------
        nodes : array_like of int, shape (n,)

        Returns
        -------
        names : ndarray of str, shape (n,)

        Examples
        --------
        >>> Structure.from_groups([Group(3), Group(2)], ["a", "b"]).group_of([4, 0]).tolist()
        ['b', 'a']
        """
        ids = self._node_ids(nodes, "group_of: nodes")
        return np.array([*self._groups, ""])[self.group_index()[ids]]

    def copy(self) -> Self:
        """An independent structure with copies of all groups; it belongs to no network and is not frozen.

        Examples
        --------
        >>> structure = Structure.from_groups([Group(3)], ["a"])
        >>> structure.copy() == structure, structure.copy()["a"] is structure["a"]
        (True, False)
        """
        new = object.__new__(type(self))
        new.__setstate__(self.__getstate__())
        for groups in ("_groups", "_meta_groups"):
            copies = {name: group.copy() for name, group in getattr(self, groups).items()}
            for group in copies.values():
                group._parent = new
            setattr(new, groups, copies)
        return new

    __copy__ = copy

    def _as_plain(self) -> "Structure":
        """A structure of the same groups and labels, without what neurons have."""
        groups, labels = {}, {name: label.copy() for name, label in self._meta_groups.items()}
        for name, group in self._groups.items():
            groups[name] = Group(name=name, properties=group.properties)
            groups[name]._set_ids(group.ids)
            groups[name]._declared = group._declared
        new = Structure()
        new._adopt(groups)
        new._declared = self._declared
        new._adopt_meta(labels)
        return new

    def _ids_of_groups(self, nodes: Any, where: str) -> Any:
        """The ids of a group or a list of groups and their names; anything else as it is."""
        listed = nodes if isinstance(nodes, (list, tuple)) else [nodes]
        if not listed or not all(isinstance(n, (str, Group)) for n in listed):
            return nodes
        return np.concatenate([self._node_ids(self[n] if isinstance(n, str) else n, where) for n in listed])

    def _join(self, groups: Any, names: Sequence[str] | None, meta_groups: Any) -> None:
        """Take in groups and meta groups together, or nothing."""
        named, meta = _named(groups, names, "groups"), _named({} if meta_groups is None else meta_groups, None, "meta_groups")
        with untouched_on_error(named, meta):
            self._adopt(named)
            self._adopt_meta(meta)
            self._check_joined()

    def _check_joined(self) -> None:
        """A hook: refuse what the groups do not go with."""

    # Names, order, equality

    def __getitem__(self, key: str | int) -> Any:
        if isinstance(key, str) and key in self._meta_groups:
            return self._meta_groups[key]
        if isinstance(key, str) and key not in self._groups:
            raise UnknownNameError("group", got=key, choices=[*self._groups, *self._meta_groups])
        return self._member(key)

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._groups))

    def __len__(self) -> int:
        return len(self._groups)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._groups

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return bool(self._content() == other._content()) if type(other) is type(self) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def _content(self) -> tuple:
        return self.size, list(self._groups.items()), list(self._meta_groups.items())

    # Looks

    def _table(self) -> tuple[list[str], list[list[Any]]]:
        return ["group", "size"], [[name, group.size] for name, group in self._groups.items()]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.size} nodes in {len(self)} groups: {', '.join(self._groups)})"

    def __str__(self) -> str:
        return text_table(*self._table())

    def _repr_html_(self) -> str:
        return html_table(*self._table(), caption=repr(self))


def _named(groups: Any, names: Sequence[str] | None, what: str) -> dict[str, Any]:
    """Name to group from a list with names or a dictionary."""
    if isinstance(groups, Mapping):
        if names is not None:
            raise ParameterError(f"{what}: names", got=names, expected="no names, since the dictionary's keys are the names")
        return dict(groups)
    if not isinstance(groups, Iterable) or isinstance(groups, str):
        raise ParameterError(what, got=groups, expected="a list of groups, or a dictionary of them by name")
    groups = list(groups)
    if names is None:
        prefix = "meta " if what == "meta_groups" else ""
        names = [getattr(g, "name", None) or f"{prefix}{i}" for i, g in enumerate(groups)]
    names = names if isinstance(names, str) or not isinstance(names, Iterable) else list(names)
    if not isinstance(names, list) or len(names) != len(groups):
        raise ParameterError(f"{what}: names", got=names, expected=f"a list of {len(groups)} names, one a group")
    if len(set(names)) < len(names):
        raise ParameterError(f"{what}: names", got=list(names), expected="different names")
    return dict(zip(names, groups, strict=True))
