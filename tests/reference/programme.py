"""What a user may do with a simulation, from building to saving and growing; the same for any number of ranks and threads.

Run as a script under mpiexec, it does everything on all ranks, and the first one writes what was found to a file.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np

import simcore
from simcore import Simulation, rules
from simcore.distributions import Normal, Uniform
from simcore.weight_recorder import WeightRecorder
from tests.reference import everything

PIECES = (0.1, 0.7, 0.0, 3.3, 0.2, 11.6, 4.1)


def run(threads):
    """All that was found, by name: arrays."""
    found = {}
    for name, part in {"whole": _whole, "pieces": _pieces, "resumed": _resumed, "grown": _grown, "burst": _burst}.items():
        found |= {f"{name}: {key}": value for key, value in part(threads).items()}
    return found


def _whole(threads):
    sim, spikes, traces = everything.build(threads=threads)
    sim.run(sum(PIECES))
    return contents(sim, spikes, traces)


def _pieces(threads):
    sim, spikes, traces = everything.build(threads=threads)
    for piece in PIECES:
        sim.run(piece)
    return contents(sim, spikes, traces)


def _resumed(threads):
    """Saved and loaded in the middle, after states were drawn anew and read."""
    sim, *_ = everything.build(threads=threads)
    sim.run(6.3)
    old = sim.populations[0]
    neurons = sim.nodes[old.first : old.first + old.size]
    neurons.set(V_m=Uniform(-65.0, -60.0))
    neurons[::2].set(V_m=neurons[1::2].get("V_m"))
    folder = tempfile.mkdtemp() if sim.rank == 0 else None
    path = Path(sim.ranks.share(folder)[0]) / "state.npz"
    sim.save(path)
    sim = simcore.load(path, threads=threads)
    sim.run(9.1)
    _, spikes, *traces = sim.recorders
    return contents(sim, spikes, traces)


def _grown(threads):
    """New neurons, edges onto old and new ones, shorter delays and changed stimuli between runs."""
    sim = Simulation(dt=0.1, seed=5, threads=threads)
    old = sim.create("iaf_psc_exp", 700, {"V_m": Uniform(-70.0, -55.0), "I_e": 380.0})
    drive = sim.create("poisson_generator", params={"rate": 5000.0})
    sim.connect(drive, old, weight=40.0)
    sim.connect(old, old, rules.FixedIndegree(20), weight=8.0, delay=Uniform(2.0, 6.0))
    recorders = [sim.record(old, "spikes"), sim.record(old[::90], "V_m", interval=0.3)]
    sim.run(8.0)
    new = sim.create("iaf_cond_alpha", 500, {"V_m": Uniform(-69.0, -56.0)}, ids=np.arange(5000, 4500, -1))
    sim.connect(old, new, rules.FixedTotalNumber(15000), weight=3.0, delay=0.4, synapse="tsodyks2_synapse")
    sim.connect(new, old, rules.FixedOutdegree(9), weight=Normal(-30.0, 3.0, high=0.0), delay=0.2)
    sim.connect(drive, new, weight=2.0, delay=0.1)
    plastic = {"synapse": "stdp_synapse", "params": {"lambda": 0.2, "Wmax": 30.0}}
    made = sim.connect(
        old + new, old[::2], rules.FixedIndegree(5), weight=Uniform(1.0, 20.0), delay=Uniform(0.3, 9.0), **plastic
    )
    sim.record_weights(made, targets=old[:40])
    recorders += [sim.record(new[::70] + old[3:5], "V_m", interval=0.2)]
    sim.run(8.0)
    old[::3].set(I_e=Uniform(300.0, 500.0), V_m=-66.0)
    drive.set(rate=9000.0)
    sim.run(8.0)
    return contents(sim, recorders[0], recorders[1:])


def _burst(threads):
    """All neurons fire at once, now and then: far more spikes than one message holds."""
    sim = Simulation(dt=0.1, seed=2, threads=threads)
    neurons = sim.create("iaf_psc_delta", 12_000, {"t_ref": 0.5})
    pulses = sim.create("spike_generator", params={"spike_times": [1.0, 1.3, 4.0, 4.1, 9.0]})
    sim.connect(pulses, neurons, weight=30.0, delay=0.3)
    sim.connect(neurons, neurons, rules.OneToOne(), weight=0.1, delay=Uniform(0.4, 2.0))
    spikes, traces = sim.record(neurons, "spikes"), sim.record(neurons[::997], "V_m", interval=0.1)
    sim.run(10.0)
    return contents(sim, spikes, [traces])


def contents(sim, spikes, traces):
    """Spikes, traces, states of all neurons, and edges with the state of their synapses."""
    found = {"times": spikes.times, "ids": spikes.ids}
    for k, recorder in enumerate(traces):
        found |= {f"trace {k} {name}": recorder[name] for name in recorder.names}
    for k, recorder in enumerate(r for r in sim.recorders if isinstance(r, WeightRecorder)):
        found |= {f"weights {k} {name}": getattr(recorder, name) for name in ("times", "sources", "targets", "weights")}
    for group in sim.populations:
        nodes = sim.nodes[group.first : group.first + group.size]
        for name in group.model.settable:
            values = nodes.get(name)
            # Lists of numbers of equally many receptors.
            found[f"{group.model.name} {group.first} {name}"] = np.stack(values) if values.dtype == object else values
    for k, projection in enumerate(sim.projections):
        found |= {f"edges {k} {name}": values for name, values in sim.connectivity(projection).items()}
    return found


if __name__ == "__main__":
    threads_, path_ = int(sys.argv[1]), sys.argv[2]
    result = run(threads_)
    ranks = Simulation().ranks
    for other in ranks.share({name: values.tobytes() for name, values in result.items()}):
        assert other == {name: values.tobytes() for name, values in result.items()}
    if ranks.rank == 0:
        np.savez(path_, **result)
