"""Changes to edges of any simulation: other weights, signs where they are taken, delays, states; and removal."""

import numpy as np

COLUMNS = ["number", "weight", "delay"]


def edit(sim, rng):
    """Change some edges of every projection, and remove some."""
    for projection in list(sim.projections):
        edges = sim.connectivity(projection, columns=COLUMNS, local=False)
        n = edges["number"].size
        some = rng.permutation(n)[: n // 7]
        factor = rng.choice([0.5, 1.1, 1.0], some.size)
        sim.set_edges(projection, edges["number"][some], weight=edges["weight"][some] * factor)
        few = some[: some.size // 2]
        sim.set_edges(projection, edges["number"][few], weight=_turned(sim, projection, edges["weight"][few]))
        if rng.random() < 0.4:
            sim.set_edges(projection, edges["number"][few], delay=rng.integers(2, 50, few.size) * 0.1)
        if projection.synapse.state:
            sim.set_edges(projection, edges["number"][some], x=rng.random(some.size), U=rng.random(some.size), tau_rec=60.0)
        gone = rng.permutation(n)[: n // 9]
        sim.disconnect(projection, edges["number"][gone])


def _turned(sim, projection, weights):
    """Smaller weights of the other sign, if all targets take both."""
    targets = projection.end_nodes[1]
    models = [p.model for p in sim.populations if ((targets >= p.first) & (targets < p.first + p.size)).any()]
    signed = all(model.takes_signed_weights(projection.receptor) for model in models)
    return weights * (-0.3 if signed else 0.3)
