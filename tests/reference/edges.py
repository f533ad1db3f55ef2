"""A naive twin of the read-back of edges: one edge after another, in plain Python."""

import numpy as np

from simcore.distributions import Distribution
from simcore.random import Purpose, uniforms


def edges_of(sim, *, projections=None, sources=None, targets=None):
    """Rows (source id, target id, weight, delay in ms, number of the projection), in the order in which edges were made.

    Parameters
    ----------
    sim : Simulation
    projections : sequence of Projection, optional
    sources, targets : collection of int, optional
        Ids of the nodes whose edges are wanted.
    """
    ids, rows = sim.nodes.ids.tolist(), []
    for projection in sim.projections if projections is None else projections:
        for source, target, number, key in _ends(projection):
            row = (ids[source], ids[target])
            if (sources is None or row[0] in sources) and (targets is None or row[1] in targets):
                steps = _value(projection, projection.delay, number, key, Purpose.DELAYS)
                if isinstance(projection.delay, Distribution):
                    steps = max(1, int(sim.grid.steps_nearest(steps)))
                weight = _value(projection, projection.weight, number, key, Purpose.WEIGHTS)
                if isinstance(projection.weight, Distribution):
                    weight = np.float32(weight)
                rows.append((*row, float(weight), sim.grid.times(int(steps)), projection.index))
    return rows


def _ends(projection):
    """Source, target, number and random key of each edge."""
    if projection.rule is None:
        for number, (source, target) in enumerate(zip(projection.sources, projection.targets, strict=True)):
            yield int(source), int(target), number, number
        return
    number = 0
    for row, target in enumerate(projection.targets):
        drawn = projection.rule.draw(projection.sources, projection.targets, projection.stream, row, row + 1)
        for place, position in enumerate(drawn):
            yield int(projection.sources[position]), int(target), number, (row << 32) | place
            number += 1


def _value(projection, given, number, key, purpose):
    if isinstance(given, Distribution):
        return given.quantile(uniforms(projection.seed, purpose + projection.index, [key]))[0]
    return given[number] if isinstance(given, np.ndarray) else given
