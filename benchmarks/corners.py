"""Corners of use where a simulator might be unexpectedly slow, each in a process of its own; and the start of a small network.

    python benchmarks/corners.py --threads 2 --json

An operation is the update of one neuron by one step, or the arrival of one spike at one synapse.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import simcore
from benchmarks.workers import Worker, serve
from simcore import rules
from simcore.distributions import Uniform

# I_e in pA that makes an iaf_psc_exp with t_ref = 2 ms fire at about 200 Hz.
FAST = 2000.0

START = """
import simcore
from simcore import rules
sim = simcore.Simulation(dt=0.1, seed=1)
neurons = sim.create("iaf_psc_exp", 100, {"I_e": 300.0})
noise = sim.create("poisson_generator", params={"rate": 10000.0})
sim.connect(noise, neurons, weight=30.0, delay=1.0)
sim.connect(neurons, neurons, rules.FixedIndegree(10), weight=20.0, delay=1.0)
spikes = sim.record(neurons, "spikes")
while not len(spikes):
    sim.run(10.0)
"""


def one_neuron(sim: simcore.Simulation) -> None:
    """A single neuron, at dt = 0.1 ms."""
    sim.record(sim.create("iaf_psc_exp", params={"I_e": 400.0}), "spikes")


def tiny_populations(sim: simcore.Simulation) -> None:
    """100 populations of 10 neurons, each connected with each: 10,000 projections."""
    populations = [sim.create("iaf_psc_exp", 10, {"I_e": 400.0}) for _ in range(100)]
    for source in populations:
        for target in populations:
            sim.connect(source, target, rules.FixedIndegree(2), weight=10.0, delay=1.0)
        sim.record(source, "spikes")


def many_delays(sim: simcore.Simulation) -> None:
    """Delays from one step to 100 ms in one projection, 10 Hz."""
    neurons = sim.create("iaf_psc_exp", 10_000, {"V_m": Uniform(-70.0, -55.0), "I_e": 384.0})
    sim.connect(neurons, neurons, rules.FixedIndegree(100), weight=0.1, delay=Uniform(0.1, 100.0))
    sim.record(neurons, "spikes")


def one_delay(sim: simcore.Simulation) -> None:
    """The same with a delay of 1.5 ms, to compare."""
    neurons = sim.create("iaf_psc_exp", 10_000, {"V_m": Uniform(-70.0, -55.0), "I_e": 384.0})
    sim.connect(neurons, neurons, rules.FixedIndegree(100), weight=0.1, delay=1.5)
    sim.record(neurons, "spikes")


def silent(sim: simcore.Simulation) -> None:
    """No spike at all."""
    neurons = sim.create("iaf_psc_exp", 10_000)
    sim.connect(neurons, neurons, rules.FixedIndegree(100), weight=0.1, delay=1.5)
    sim.record(neurons, "spikes")


def fast(sim: simcore.Simulation) -> None:
    """200 Hz."""
    neurons = sim.create("iaf_psc_exp", 10_000, {"V_m": Uniform(-70.0, -55.0), "I_e": FAST})
    sim.connect(neurons, neurons, rules.FixedIndegree(100), weight=0.1, delay=1.5)
    sim.record(neurons, "spikes")


def unconnected(sim: simcore.Simulation) -> None:
    """A million neurons and no synapse."""
    sim.record(sim.create("iaf_psc_exp", 1_000_000), "spikes")


# By case: biological time in ms.
CASES: dict[Callable[[simcore.Simulation], None], float] = {
    one_neuron: 10_000.0,
    tiny_populations: 1000.0,
    one_delay: 1000.0,
    many_delays: 1000.0,
    silent: 1000.0,
    fast: 1000.0,
    unconnected: 100.0,
}


class Case:
    """One of the cases, as a worker runs it."""

    def __init__(self, wire: Callable[[simcore.Simulation], None], threads: int) -> None:
        self.wire, self.threads = wire, threads
        for warm in (one_neuron, one_delay):
            small = simcore.Simulation(dt=0.1, seed=1, threads=threads)
            warm(small)
            small.run(5.0)  # compiles, or loads what was compiled
            small.close()

    def build(self) -> dict[str, int]:
        """Make nodes and synapses; returns their numbers."""
        self.sim = simcore.Simulation(dt=0.1, seed=1, threads=self.threads)
        self.wire(self.sim)
        self.sim.run(0.0)
        return {"neurons": self.sim.n_nodes, "synapses": sum(p.n_edges for p in self.sim.projections)}

    def run(self, duration: float) -> int:
        """Simulate; returns the number of spikes."""
        return len(self.sim.run(duration, progress=False).spikes)


def measure(wire: Callable[[simcore.Simulation], None], duration: float, *, threads: int) -> dict[str, float]:
    """Build and run one case in a process of its own."""
    worker = Worker(__file__, f"--serve={wire.__name__}", f"--threads={threads}")
    built, ran = worker.ask("build"), worker.ask("run", duration)
    worker.close()
    neurons, synapses, spikes = built["value"]["neurons"], built["value"]["synapses"], ran["value"]
    operations = neurons * duration / 0.1 + spikes * synapses / neurons
    return {
        "build_s": built["seconds"],
        "run_s": ran["seconds"],
        "s_per_s": ran["seconds"] * 1000.0 / duration,
        "rate_Hz": spikes / neurons / (duration / 1000.0),
        "us_per_step": ran["seconds"] * 1e6 / (duration / 0.1),
        "ns_per_operation": ran["seconds"] * 1e9 / operations,
        "MB": ran["grown"] / 1e6,
    }


def start() -> dict[str, float]:
    """Seconds from the start of the interpreter to the first spike, with nothing compiled and with all of it."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"NETSPIKE_CACHE_DIR": folder, "PYTHONPATH": str(Path(__file__).parents[1])}
        found = {}
        for name in ("cold_start_s", "warm_start_s"):
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", START], env=environment, check=True)
            found[name] = time.perf_counter() - began
    return found


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON on the last line")
    parser.add_argument("--serve", choices=[case.__name__ for case in CASES], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        wire = next(case for case in CASES if case.__name__ == options.serve)
        return serve(lambda: Case(wire, options.threads))
    found = {}
    for case, duration in CASES.items():
        found[case.__name__] = row = measure(case, duration, threads=options.threads)
        if len(found) == 1:
            print(f"{options.threads} threads\n\n{'':18}" + "".join(f"{name:>17}" for name in row))
        print(f"{case.__name__:18}" + "".join(f"{value:17.3f}" for value in row.values()))
    result = {f"{case}_{name}": value for case, row in found.items() for name, value in row.items()} | start()
    print(f"\nstart to first spike: {result['warm_start_s']:.2f} s, with nothing compiled {result['cold_start_s']:.2f} s")
    if options.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
