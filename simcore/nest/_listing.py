"""Lists of connections: which edges there are between some nodes, in NEST's order.

NEST lists connections by synapse model; within one, those between neurons come first, then those to devices, then those from
devices, each by source and then in the order in which they were made.
"""

from typing import Any

import numpy as np

from simcore.nest._kernel import kernel
from simcore.nest._links import RecorderLink, SimulatedLink
from simcore.nest._models import SynapseEntry

__all__ = ["listed", "ports"]


def listed(
    source: np.ndarray | None, target: np.ndarray | None, entry: SynapseEntry | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Connections between some nodes, in NEST's order.

    Parameters
    ----------
    source, target : ndarray of int64, optional
        Ids; None takes all.
    entry : SynapseEntry, optional
        Only connections of that model.

    Returns
    -------
    links, numbers, sources, targets : ndarray of int64, shape (n,)
        Position of the link, number of the edge in it, and ids of the ends.
    """
    chosen = [k for k, link in enumerate(kernel.links) if entry is None or link.entry is entry]
    columns = [
        _simulated(chosen, source, target),
        *(_of_recorder(k, source, target) for k in chosen if isinstance(kernel.links[k], RecorderLink)),
    ]
    columns = [own for own in columns if own[0].size] or columns[:1]
    joined = columns[0] if len(columns) == 1 else map(np.concatenate, zip(*columns, strict=True))
    links, numbers, sources, targets = _ordered(*joined)
    return links, numbers, sources, targets


def _simulated(chosen: list[int], source: np.ndarray | None, target: np.ndarray | None) -> tuple[np.ndarray, ...]:
    """Link, number, source and target of the edges that are projections of simcore."""
    own = {k: link.projection.index for k, link in enumerate(kernel.links) if isinstance(link, SimulatedLink)}
    wanted = own.keys() & set(chosen)
    if not wanted:
        return (np.zeros(0, dtype=np.int64),) * 4
    columns = ["projection", "number", "source", "target"]
    found = kernel.simulation.connectivity(sources=_of_simcore(source), targets=_of_simcore(target), columns=columns)
    link_of = np.full(max(own.values()) + 1, -1, dtype=np.int64)
    for k, index in own.items():
        link_of[index] = k if k in wanted else -1
    links = link_of[found["projection"]]
    keep = links >= 0
    parts = (links, found["number"], found["source"], found["target"])
    return parts if keep.all() else tuple(part[keep] for part in parts)


def _of_simcore(ids: np.ndarray | None) -> np.ndarray | None:
    """Neurons and stimulators among some nodes."""
    if ids is None:
        return None
    parts = [group.first + positions for group, positions, _ in kernel.split(ids) if group.kind != "recorder"]
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def _of_recorder(k: int, source: np.ndarray | None, target: np.ndarray | None) -> tuple[np.ndarray, ...]:
    link: Any = kernel.links[k]
    columns = link.columns
    keep = np.ones(link.n_edges, dtype=bool)
    keep &= True if source is None else np.isin(columns["source"], source)
    keep &= True if target is None else np.isin(columns["target"], target)
    ends = (columns[name][keep] for name in ("number", "source", "target"))
    return (np.full(int(keep.sum()), k, dtype=np.int64), *ends)


def _ordered(links: np.ndarray, numbers: np.ndarray, sources: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, ...]:
    """Edges that are given in order of creation, in NEST's order."""
    if not links.size:
        return links, numbers, sources, targets
    names = list(kernel.models.synapses)
    groups = np.array([3 * names.index(link.entry.name) + link.place for link in kernel.links])
    present = np.flatnonzero(np.bincount(links))
    if np.unique(groups[present]).size == 1:
        return _by_source(links, numbers, sources, targets)
    group = groups[links]
    parts = [np.flatnonzero(group == one) for one in np.unique(groups[present])]
    ordered = [_by_source(links[part], numbers[part], sources[part], targets[part]) for part in parts]
    return tuple(map(np.concatenate, zip(*ordered, strict=True)))


def _by_source(links: np.ndarray, numbers: np.ndarray, sources: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, ...]:
    from simcore.kernel.ordering import ordered_by_source

    several = [links] if (links != links[0]).any() else []
    sources, numbers, targets, *rest = ordered_by_source(sources, [numbers, targets, *several], kernel.n_nodes + 1)
    return (rest[0] if rest else links), numbers, sources, targets


def ports(links: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Places of some edges in NEST's lists: of a model's connections between neurons, else of a source's to or from devices.

    Parameters
    ----------
    links, numbers : ndarray of int64, shape (n,)
        The edges; the place of one that was removed is -1.
    """
    out = np.full(links.size, -1, dtype=np.int64)
    for name in {kernel.links[k].entry.name for k in np.unique(links)}:
        of_link, number, source, _ = listed(None, None, kernel.models.synapse(name))
        places = np.array([link.place for link in kernel.links])[of_link]
        port = np.arange(of_link.size)
        for place in (1, 2):
            own = np.flatnonzero(places == place)
            starts = np.flatnonzero(np.diff(source[own], prepend=-1))
            port[own] = np.arange(own.size) - np.repeat(starts, np.diff([*starts, own.size]))
        # Edges by link and number.
        order = np.lexsort((number, of_link))
        for k in np.unique(links):
            there = order[of_link[order] == k]
            wanted = np.flatnonzero((links == k) & np.isin(numbers, number[there]))
            out[wanted] = port[there[np.searchsorted(number[there], numbers[wanted])]]
    return out
