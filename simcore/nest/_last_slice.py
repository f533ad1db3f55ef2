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

# Stands for a node that has not fired in the last slice, so that it does not matter when what it sends begins.
_SILENT = -1


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
    if not kernel.step or kernel.group_of(int(sources[0])).kind != "neuron":
        return [(None, _ALL)]
    if entry.name not in kernel.carried_since:
        kernel.carried_since[entry.name] = _carried_since(kernel, entry)
    since = kernel.carried_since[entry.name]
    begins = np.where(sources < since.size, since[np.minimum(sources, since.size - 1)], _SILENT)
    found = np.unique(begins[begins != _SILENT])
    times = [None if step == kernel.step else kernel.simulation.grid.times(int(step)) for step in found]
    if found.size < 2:
        return [(times[0] if times else None, _ALL)]
    begins[begins == _SILENT] = found[0]
    return [(time, begins == step) for time, step in zip(times, found, strict=True)]


def _carried_since(kernel: "Kernel", entry: "SynapseEntry") -> np.ndarray:
    """Step of the first spikes that new connections of a model carry, by id of the source; int64, shape (n_nodes + 1,).

    That is when the oldest of the source's connections to neurons was made, or the begin of the slice, or now if it has none.
    """
    sim, step, begin = kernel.simulation, kernel.step, kernel.slice_begin
    fired = sim.nodes.ids[sim.grid.steps_nearest(sim.last_spikes(sim.nodes)) > begin]
    out = np.full(kernel.n_nodes + 1, _SILENT)
    out[fired] = step
    made = np.array([link.made if isinstance(link, SimulatedLink) else step for link in kernel.links], dtype=np.int64)
    if fired.size and (made < step).any():
        links, _, sources, _ = listed(fired, None, entry)
        np.minimum.at(out, sources, made[links])
        out[fired] = np.maximum(out[fired], begin)
    return out
