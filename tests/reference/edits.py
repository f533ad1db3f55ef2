"""Changes to edges of any simulation: other weights, signs where they are taken, delays, states; and removal.

Run as a script under mpiexec, it does everything on all ranks, and the first one writes what was found to a file.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np

import simcore
from simcore import Simulation, rules
from simcore.distributions import Normal, Uniform
from tests.reference.programme import contents

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


def build(threads):
    """Neurons of two models with edges of all kinds, and stimulators that draw."""
    sim = Simulation(dt=0.1, seed=4, threads=threads)
    a = sim.create("iaf_psc_exp", 300, {"V_m": Uniform(-70.0, -56.0), "I_e": 390.0})
    b = sim.create("parrot_neuron", 260)
    drive, noise = sim.create("poisson_generator", 2, {"rate": 4000.0}), sim.create("noise_generator", params={"std": 50.0})
    sim.connect(a, a, rules.FixedIndegree(9), weight=Normal(5.0, 9.0), delay=Uniform(0.3, 4.0))
    sim.connect(a, b, rules.FixedIndegree(2), delay=0.7)
    sim.connect(b, a, rules.FixedTotalNumber(1200), weight=-4.0, delay=1.5, synapse="tsodyks2_synapse")
    edges = np.random.default_rng(1).integers(0, 300, (2, 900))
    listed = {"weight": np.linspace(-3.0, 9.0, 900), "delay": np.linspace(0.2, 7.0, 900)}
    sim.connect_edges(*edges, **listed, synapse="tsodyks2_synapse", params={"U": np.linspace(0.1, 0.9, 900)})
    sim.connect_edges(*edges[::-1], **listed)
    sim.connect(drive, a, weight=Uniform(0.0, 30.0), delay=Uniform(0.1, 2.0))
    sim.connect(noise, a[::2], delay=0.4)
    spikes = sim.record(a + b, "spikes")
    return sim, spikes, [sim.record(a[5:15], ["V_m", "I_syn_ex", "I_syn_in"], interval=0.7)]


def run(threads):
    """Edges changed, removed and added before the first run, between runs, after a file, after a reset; and another seed."""
    sim, spikes, traces = build(threads)
    rng = np.random.default_rng(8)
    edit(sim, rng)
    for piece in (9.1, 6.0):
        sim.run(piece)
        late = {"delay": 0.9, "synapse": "tsodyks2_synapse", "since": sim.time - 0.1}
        sim.connect(sim.nodes[:300], sim.nodes[300:560], rules.FixedIndegree(1), **late)
        edit(sim, rng)
    folder = tempfile.mkdtemp() if sim.rank == 0 else None
    path = Path(sim.ranks.share(folder)[0]) / "state.npz"
    sim.save(path)
    sim.run(5.0)
    found = {f"not saved {name}": values for name, values in contents(sim, spikes, traces).items()}
    sim = simcore.load(path, threads=threads)
    spikes, *traces = sim.recorders
    sim.run(5.0)
    found |= {f"saved {name}": values for name, values in contents(sim, spikes, traces).items()}
    sim.reseed(77)
    edit(sim, rng)
    sim.run(5.0)
    found |= {f"reseeded {name}": values for name, values in contents(sim, spikes, traces).items()}
    sim.reset()
    sim.run(20.0)
    found["delays"] = np.array(sim.delay_range)
    return found | {f"reset {name}": values for name, values in contents(sim, spikes, traces).items()}


if __name__ == "__main__":
    result = run(int(sys.argv[1]))
    if Simulation().rank == 0:
        np.savez(sys.argv[2], **result)
