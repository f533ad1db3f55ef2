"""A balanced network on netspike and on NEST, side by side: build, simulate, memory. Then a large graph.

10,000 `iaf_psc_exp` neurons, in-degree 1000 (800 excitatory, 200 inhibitory; 10 million synapses), Poisson drive, about 33 Hz.
Each simulator lives in a process of its own; the two take turns, so that both meet the same machine.

    python benchmarks/vs_nest.py --threads 2 --rounds 5 --json
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from typing import Any

N_EXC, N_INH, K_EXC, K_INH = 8000, 2000, 800, 200
WEIGHT, INHIBITION, DELAY, RATE = 80.0, 5.0, 1.5, 12000.0
NEURON = {"tau_m": 20.0, "tau_syn_ex": 0.5, "tau_syn_in": 0.5, "C_m": 250.0}
WARM_UP = 100.0


class Netspike:
    """The network on netspike."""

    def __init__(self, threads: int) -> None:
        import simcore

        self.sim = simcore.Simulation(dt=0.1, seed=1, threads=threads)
        small = simcore.Simulation(dt=0.1, seed=1, threads=threads)
        self._wire(small, 0.1)
        small.run(5.0)  # compiles, or loads what was compiled

    @staticmethod
    def _wire(sim: Any, scale: float) -> Any:
        from simcore import rules

        start = {"V_m": ("uniform", -70.0, -55.0)}
        exc = sim.create("iaf_psc_exp", int(N_EXC * scale), NEURON | start)
        inh = sim.create("iaf_psc_exp", int(N_INH * scale), NEURON | start)
        sim.connect(exc, exc + inh, rules.FixedIndegree(int(K_EXC * scale)), weight=WEIGHT, delay=DELAY)
        sim.connect(inh, exc + inh, rules.FixedIndegree(int(K_INH * scale)), weight=-INHIBITION * WEIGHT, delay=DELAY)
        sim.connect(sim.create("poisson_generator", params={"rate": RATE}), exc + inh, weight=WEIGHT, delay=DELAY)
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

    def __init__(self, threads: int) -> None:
        os.environ["PYNEST_QUIET"] = "1"
        import nest

        nest.verbosity = nest.VerbosityLevel.ERROR
        nest.ResetKernel()
        nest.local_num_threads, nest.resolution, nest.rng_seed = threads, 0.1, 1
        self.nest = nest

    def build(self) -> None:
        """Make nodes and synapses."""
        nest = self.nest
        start = {"V_m": nest.random.uniform(-70.0, -55.0)}
        exc = nest.Create("iaf_psc_exp", N_EXC, NEURON | start)
        inh = nest.Create("iaf_psc_exp", N_INH, NEURON | start)
        for source, number, weight in ((exc, K_EXC, WEIGHT), (inh, K_INH, -INHIBITION * WEIGHT)):
            rule = {"rule": "fixed_indegree", "indegree": number}
            nest.Connect(source, exc + inh, rule, {"weight": weight, "delay": DELAY})
        drive = nest.Create("poisson_generator", params={"rate": RATE})
        nest.Connect(drive, exc + inh, syn_spec={"weight": WEIGHT, "delay": DELAY})
        self.recorder = nest.Create("spike_recorder")
        nest.Connect(exc + inh, self.recorder)
        nest.Simulate(0.1)  # sorts the connections

    def run(self, duration: float) -> None:
        """Simulate `duration` ms."""
        self.nest.Simulate(duration)

    def n_spikes(self) -> int:
        """Spikes so far."""
        return int(self.recorder.n_events)


def serve(name: str, threads: int) -> None:
    """Worker process: answer commands on standard input with one JSON line each."""
    output = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever a simulator prints goes elsewhere
    model = {"netspike": Netspike, "nest": Nest}[name](threads)
    before = _resident()
    for line in sys.stdin:
        command, *arguments = line.split()
        start = time.perf_counter()
        answer = {"value": getattr(model, command)(*map(float, arguments))}
        answer["seconds"] = time.perf_counter() - start
        answer["grown"], answer["peak"] = _resident() - before, _peak() - before
        answer["total"] = _peak()
        print(json.dumps(answer), file=output)


def _resident() -> float:
    """Resident memory of this process in MB."""
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) / 1e3 for line in file if line.startswith("VmRSS"))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


class Worker:
    """The other end of `serve`."""

    def __init__(self, name: str, threads: int) -> None:
        command = [sys.executable, __file__, "--serve", name, "--threads", str(threads)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def ask(self, *command: Any) -> dict[str, Any]:
        """Send a command and wait for its answer."""
        assert self.process.stdin is not None and self.process.stdout is not None  # pipes, as asked for
        self.process.stdin.write(" ".join(map(str, command)) + "\n")
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the worker ended with status {self.process.wait()}")
        return json.loads(line)


def compare(threads: int, rounds: int, duration: float) -> dict[str, float]:
    """Build and simulate on both, in turns; print a table."""
    n_synapses = (N_EXC + N_INH) * (K_EXC + K_INH)
    workers = {name: Worker(name, threads) for name in ("netspike", "nest")}
    build = {name: w.ask("build")["seconds"] for name, w in workers.items()}
    for worker in workers.values():
        worker.ask("run", WARM_UP)
    before = {name: w.ask("n_spikes")["value"] for name, w in workers.items()}
    laps: dict[str, list[float]] = {name: [] for name in workers}
    for turn in range(rounds):
        for name in list(workers)[:: 1 if turn % 2 == 0 else -1]:
            laps[name].append(workers[name].ask("run", duration)["seconds"] * 1000.0 / duration)
    last = {name: w.ask("n_spikes") for name, w in workers.items()}
    size = f"{N_EXC + N_INH} neurons, {n_synapses / 1e6:g} million synapses"
    print(f"{size}, {threads} threads, {rounds} x {duration:g} ms in turns\n")
    columns = ("build s", "s per s", "fastest", "rate Hz", "peak MB")
    print(" " * 12 + "".join(f"{c:>10}" for c in columns) + f"{'B/synapse':>11}{'process MB':>12}")
    for name in workers:
        rate = (last[name]["value"] - before[name]) / (N_EXC + N_INH) / (rounds * duration / 1000.0)
        print(
            f"{name:12}{build[name]:10.2f}{statistics.median(laps[name]):10.3f}{min(laps[name]):10.3f}{rate:10.2f}"
            f"{last[name]['peak']:10.1f}{last[name]['peak'] * 1e6 / n_synapses:11.1f}{last[name]['total']:12.1f}"
        )
    ratios = [a / b for a, b in zip(laps["nest"], laps["netspike"], strict=True)]
    result = {
        "ratio": statistics.median(ratios),
        "memory_ratio": last["nest"]["peak"] / last["netspike"]["peak"],
        "build_ratio": build["nest"] / build["netspike"],
        "netspike_s_per_s": statistics.median(laps["netspike"]),
        "nest_s_per_s": statistics.median(laps["nest"]),
        "netspike_bytes_per_synapse": last["netspike"]["peak"] * 1e6 / n_synapses,
        "nest_bytes_per_synapse": last["nest"]["peak"] * 1e6 / n_synapses,
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
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--duration", type=float, default=1000.0, help="of a turn, in ms")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON on the last line")
    parser.add_argument("--serve", choices=("netspike", "nest"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        return serve(options.serve, options.threads)
    result = compare(options.threads, options.rounds, options.duration) | large_graph(options.rounds)
    if options.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
