"""A naive twin of the read-back of edges: one edge after another, in plain Python."""

import numpy as np

from simcore.distributions import Distribution
from simcore.random import Purpose, uniform_pairs


def edges_of(sim, *, projections=None, sources=None, targets=None):
    """Rows (source id, target id, weight, delay in ms, number of the projection), in the order in which edges were made.

    Drawn weights are in double precision.

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
                drawn = uniform_pairs(projection.seed, Purpose.EDGE_VALUES + projection.index, [key])
                steps = _value(projection.delay, number, drawn[0])
                if isinstance(projection.delay, Distribution):
                    steps = max(1, int(sim.grid.steps_nearest(steps)))
                weight = _value(projection.weight, number, drawn[1])
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


def _value(given, number, drawn):
    if isinstance(given, Distribution):
        return given.quantile(drawn)[0]
    return given[number] if isinstance(given, np.ndarray) else given


def assert_same(rows, expected):
    """Rows are those of `edges_of`; drawn weights have single precision."""
    assert [row[:2] + row[3:] for row in rows] == [row[:2] + row[3:] for row in expected]
    np.testing.assert_allclose([row[2] for row in rows], [row[2] for row in expected], rtol=2.0**-23, atol=2.0**-23)
