"""Connections made between runs: which of them carry the spikes of the last slice.

NEST hands the spikes of a slice over when the next one begins, to all connections that a source then has of a synapse model, if
it had one when it fired. (It finds the source by its place in a table. Where a source is new to the model this place is another
one's, which then gets these spikes, or they are lost. That is not followed.)
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.nest._links import SimulatedLink
from simcore.nest._listing import listed

if TYPE_CHECKING:
    from simcore.nest._kernel import Kernel
    from simcore.nest._models import SynapseEntry

__all__ = ["parts_by_begin"]

_ALL = slice(None)


def parts_by_begin(kernel: "Kernel", entry: "SynapseEntry", sources: np.ndarray) -> list[tuple[float | None, Any]]:
    """Parts of new connections from some nodes, by when what they carry begins.

    Parameters
    ----------
    kernel : Kernel
    entry : SynapseEntry
        Their synapse model.
    sources : ndarray of int64
        Ids of their sources, all neurons or all stimulators.

    Returns
    -------
    parts : list of (float or None, index)
        Time in ms of the first spikes that a part carries, None for now; and which of the connections it is.
    """
    step = kernel.step
    if not step or kernel.group_of(int(sources[0])).kind != "neuron":
        return [(None, _ALL)]
    nodes, grid = np.unique(sources), kernel.simulation.grid
    emitted = grid.steps_nearest(kernel.simulation.last_spikes(kernel.nodes(nodes))) - 1
    has_fired = emitted >= kernel.slice_begin
    fired = nodes[has_fired]
    begins = np.full(nodes.size, step)
    begins[has_fired] = np.maximum(_connected_since(kernel, entry, fired), kernel.slice_begin)
    found = np.unique(begins[has_fired])
    if found.size < 2:
        return [(grid.times(int(found[0])) if found.size and found[0] < step else None, _ALL)]
    begin_of = begins[np.searchsorted(nodes, sources)]
    return [(None if begin == step else grid.times(int(begin)), begin_of == begin) for begin in np.unique(begins)]


def _connected_since(kernel: "Kernel", entry: "SynapseEntry", nodes: np.ndarray) -> np.ndarray:
    """Steps at which the oldest of the connections of some nodes to neurons, of a model, were made; now if there are none."""
    made = np.array([link.made if isinstance(link, SimulatedLink) else kernel.step for link in kernel.links], dtype=np.int64)
    out = np.full(nodes.size, kernel.step)
    if nodes.size and (made < kernel.step).any():
        links, _, sources, _ = listed(nodes, None, entry)
        np.minimum.at(out, np.searchsorted(nodes, sources), made[links])
    return out
