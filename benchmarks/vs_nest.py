"""A balanced network on netspike and on NEST, side by side: build, simulate, memory. Then a large graph.

10,000 neurons of a model, in-degree 1000 (800 excitatory, 200 inhibitory; 10 million synapses), Poisson drive, about 30 Hz.
Each simulator lives in a process of its own; the two take turns, so that both meet the same machine.

    python benchmarks/vs_nest.py --model iaf_psc_exp --threads 2 --rounds 5 --json
"""

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.workers import Worker, in_turns, serve

N_EXC, N_INH, K_EXC, K_INH = 8000, 2000, 800, 200
DELAY, WARM_UP = 1.5, 100.0

# Of each model: parameters, weight of excitation and of inhibition (pA; for conductances nS), and rate of the drive in Hz.
CURRENT = {"tau_m": 20.0, "tau_syn_ex": 0.5, "tau_syn_in": 0.5, "C_m": 250.0}
CONDUCTANCE = {"g_L": 12.5, "tau_syn_ex": 0.5, "tau_syn_in": 0.5, "C_m": 250.0}
MODELS: dict[str, tuple[dict[str, float], float, float, float]] = {
    "iaf_psc_exp": (CURRENT, 80.0, -400.0, 12000.0),
    "iaf_psc_alpha": (CURRENT, 29.4, -147.0, 12000.0),
    "iaf_cond_exp": (CONDUCTANCE, 1.3, -16.0, 12000.0),
}


class Netspike:
    """The network on netspike."""

    def __init__(self, model: str, threads: int) -> None:
        import simcore

        self.model, self.sim = model, simcore.Simulation(dt=0.1, seed=1, threads=threads)
        small = simcore.Simulation(dt=0.1, seed=1, threads=threads)
        self._wire(small, 0.1)
        small.run(5.0)  # compiles, or loads what was compiled

    def _wire(self, sim: Any, scale: float) -> Any:
        from simcore import rules

        params, excitation, inhibition, rate = MODELS[self.model]
        start = {"V_m": ("uniform", -70.0, -55.0)}
        exc = sim.create(self.model, int(N_EXC * scale), params | start)
        inh = sim.create(self.model, int(N_INH * scale), params | start)
        sim.connect(exc, exc + inh, rules.FixedIndegree(int(K_EXC * scale)), weight=excitation, delay=DELAY)
        sim.connect(inh, exc + inh, rules.FixedIndegree(int(K_INH * scale)), weight=inhibition, delay=DELAY)
        sim.connect(sim.create("poisson_generator", params={"rate": rate}), exc + inh, weight=excitation, delay=DELAY)
        return sim.record(exc + inh, "spikes")

    def build(self) -> None:
        """Make nodes and synapses."""
        self.spikes = self._wire(self.sim, 1.0)
        self.sim.run(0.0)

    def run(self, duration: float) -> None:
        """Simulate `duration` ms."""
        self.sim.run(duration, progress=False)

    def n_spikes(self) -> int:
        """Spikes so far."""
        return len(self.spikes)


class Nest:
    """The network on NEST."""

    def __init__(self, model: str, threads: int) -> None:
        os.environ["PYNEST_QUIET"] = "1"
        import nest

        nest.verbosity = nest.VerbosityLevel.ERROR
        nest.ResetKernel()
        nest.local_num_threads, nest.resolution, nest.rng_seed = threads, 0.1, 1
        self.nest, self.model = nest, model

    def build(self) -> None:
        """Make nodes and synapses."""
        nest = self.nest
        params, excitation, inhibition, rate = MODELS[self.model]
        start = {"V_m": nest.random.uniform(-70.0, -55.0)}
        exc = nest.Create(self.model, N_EXC, params | start)
        inh = nest.Create(self.model, N_INH, params | start)
        for source, number, weight in ((exc, K_EXC, excitation), (inh, K_INH, inhibition)):
            rule = {"rule": "fixed_indegree", "indegree": number}
            nest.Connect(source, exc + inh, rule, {"weight": weight, "delay": DELAY})
        drive = nest.Create("poisson_generator", params={"rate": rate})
        nest.Connect(drive, exc + inh, syn_spec={"weight": excitation, "delay": DELAY})
        self.recorder = nest.Create("spike_recorder")
        nest.Connect(exc + inh, self.recorder)
        nest.Simulate(0.1)  # sorts the connections

    def run(self, duration: float) -> None:
        """Simulate `duration` ms."""
        self.nest.Simulate(duration)

    def n_spikes(self) -> int:
        """Spikes so far."""
        return int(self.recorder.n_events)


SIMULATORS = {"netspike": Netspike, "nest": Nest}


def compare(model: str, threads: int, rounds: int, *, duration: float) -> dict[str, float]:
    """Build and simulate on both, in turns; print a table."""
    n_synapses = (N_EXC + N_INH) * (K_EXC + K_INH)
    workers = {name: Worker(__file__, f"--serve={name}", f"--model={model}", f"--threads={threads}") for name in SIMULATORS}
    build = {name: w.ask("build")["seconds"] for name, w in workers.items()}
    for worker in workers.values():
        worker.ask("run", WARM_UP)
    before = {name: w.ask("n_spikes")["value"] for name, w in workers.items()}
    answers = in_turns(workers, rounds, "run", duration)
    laps = {name: [answer["seconds"] * 1000.0 / duration for answer in given] for name, given in answers.items()}
    last = {name: w.ask("n_spikes") for name, w in workers.items()}
    for worker in workers.values():
        worker.close()
    size = f"{N_EXC + N_INH} {model}, {n_synapses / 1e6:g} million synapses"
    print(f"{size}, {threads} threads, {rounds} x {duration:g} ms in turns\n")
    columns = ("build s", "s per s", "fastest", "rate Hz", "peak MB")
    print(" " * 12 + "".join(f"{c:>10}" for c in columns) + f"{'B/synapse':>11}{'process MB':>12}")
    for name in workers:
        rate = (last[name]["value"] - before[name]) / (N_EXC + N_INH) / (rounds * duration / 1000.0)
        print(
            f"{name:12}{build[name]:10.2f}{statistics.median(laps[name]):10.3f}{min(laps[name]):10.3f}{rate:10.2f}"
            f"{last[name]['grown'] / 1e6:10.1f}{last[name]['grown'] / n_synapses:11.1f}{last[name]['peak'] / 1e6:12.1f}"
        )
    ratios = [a / b for a, b in zip(laps["nest"], laps["netspike"], strict=True)]
    result = {
        "ratio": statistics.median(ratios),
        "memory_ratio": last["nest"]["grown"] / last["netspike"]["grown"],
        "build_ratio": build["nest"] / build["netspike"],
        "netspike_s_per_s": statistics.median(laps["netspike"]),
        "nest_s_per_s": statistics.median(laps["nest"]),
        "netspike_bytes_per_synapse": last["netspike"]["grown"] / n_synapses,
        "nest_bytes_per_synapse": last["nest"]["grown"] / n_synapses,
    }
    print(
        f"\nsimulation {result['ratio']:.1f} times as fast (each turn: {', '.join(f'{r:.1f}' for r in ratios)}), "
        f"memory 1/{result['memory_ratio']:.1f}, build {result['build_ratio']:.1f} times as fast"
    )
    return result


def large_graph(rounds: int) -> dict[str, float]:
    """A Gaussian in-degree graph of 100,000 nodes and 10 million distinct edges."""
    from netgraph.generation import gaussian_degree

    gaussian_degree(10.0, 1.0, nodes=1000, seed=1)  # compiles, or loads what was compiled
    laps = []
    for seed in range(rounds):
        start = time.perf_counter()
        graph = gaussian_degree(100.0, 15.0, nodes=100_000, seed=seed)
        laps.append(time.perf_counter() - start)
    seconds = statistics.median(laps)
    size = f"{graph.n_nodes} nodes, {graph.n_edges} edges"
    print(f"\nGaussian in-degree graph, {size}: {seconds:.2f} s (fastest {min(laps):.2f} s)")
    return {"graph_s": seconds}


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", choices=tuple(MODELS), default="iaf_psc_exp")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--duration", type=float, default=1000.0, help="of a turn, in ms")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON on the last line")
    parser.add_argument("--serve", choices=tuple(SIMULATORS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        return serve(lambda: SIMULATORS[options.serve](options.model, options.threads))
    result = compare(options.model, options.threads, options.rounds, duration=options.duration) | large_graph(options.rounds)
    if options.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
