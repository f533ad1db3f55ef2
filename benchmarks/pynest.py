"""The same PyNEST script on `simcore.nest` and on NEST, side by side: what one line changed is worth.

A balanced network after Brunel (10,000 neurons, 10 million synapses, built by rules of ``Connect``), two million weights read,
V_m of 100,000 neurons set from an array, 1,000 small populations created, and 1,000 small simulations with ``ResetKernel``
before each. Each simulator lives in a process of its own; the two take turns, so that both meet the same machine.

    python benchmarks/pynest.py --threads 2 --rounds 3 --json
    python benchmarks/pynest.py --size 0.01 --jobs populations,resets
"""

import argparse
import json
import os
import statistics
import sys
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.workers import Worker, in_turns, memory, serve

# Sizes of the jobs at size 1.
NEURONS, IN_DEGREE, WIRED, SET, POPULATIONS, RESETS = 10_000, 1000, 2000, 100_000, 1000, 1000

# Of a job: what is done before the clock starts, and what is measured.
JOBS = {
    "build": ("clear", "build", "10,000 neurons built by rules"),
    "run": ("settle", "run", "... simulated, s per s"),
    "connections": ("wire", "connections", "GetConnections of 2 million"),
    "weights": ("nothing", "weights", "... and their weights"),
    "set_values": ("make", "set_values", "V_m of 100,000 from an array"),
    "populations": ("clear", "populations", "1,000 populations created"),
    "resets": ("clear", "resets", "1,000 small simulations"),
}


class Script:
    """A script for PyNEST: the same lines for both simulators.

    Parameters
    ----------
    name : {"netspike", "nest"}
    threads : int
    size : float
        All sizes are multiplied by it.
    """

    def __init__(self, name: str, threads: int, size: float) -> None:
        if name == "netspike":
            import simcore.nest as nest
        else:
            os.environ["PYNEST_QUIET"] = "1"
            import nest
        self.nest, self.threads, self.size = nest, threads, size
        nest.verbosity = nest.VerbosityLevel.ERROR
        wanted, self.size = self.size, 0.01
        for prepare, job, _ in JOBS.values():  # compiles, or loads what was compiled
            getattr(self, prepare)()
            getattr(self, job)(*([10.0] if job == "run" else []))
        self.size = wanted

    def _number(self, full: int) -> int:
        return max(2, round(full * self.size))

    def nothing(self) -> None:
        """What is measured next needs no preparation."""

    def clear(self) -> None:
        """Start from an empty kernel."""
        self.nest.ResetKernel()
        self.nest.set(local_num_threads=self.threads, rng_seed=1)

    def build(self) -> None:
        """Make the balanced network, up to the point where it runs."""
        nest, n = self.nest, self._number(NEURONS)
        params = {"tau_m": 20.0, "tau_syn_ex": 0.5, "tau_syn_in": 0.5, "V_m": nest.random.uniform(-70.0, -55.0)}
        exc, inh = nest.Create("iaf_psc_exp", n * 4 // 5, params), nest.Create("iaf_psc_exp", n // 5, params)
        for source, share, weight in ((exc, 0.8, 80.0), (inh, 0.2, -400.0)):
            rule = {"rule": "fixed_indegree", "indegree": self._number(round(share * IN_DEGREE))}
            nest.Connect(source, exc + inh, rule, {"weight": weight, "delay": 1.5})
        drive = nest.Create("poisson_generator", params={"rate": 12000.0})
        nest.Connect(drive, exc + inh, syn_spec={"weight": 80.0, "delay": 1.5})
        self.recorder = nest.Create("spike_recorder")
        nest.Connect(exc + inh, self.recorder)
        nest.Simulate(0.1)

    def settle(self) -> None:
        """Let the network forget how it began."""
        self.nest.Simulate(100.0)
        self.recorder.n_events = 0

    def run(self, duration: float) -> float:
        """Simulate for `duration` ms; the mean rate in Hz."""
        self.nest.Simulate(duration)
        return self.recorder.n_events / self._number(NEURONS) / duration * 1000.0

    def wire(self) -> None:
        """Make a network whose weights are read."""
        self.clear()
        n = self._number(WIRED)
        self.nodes = self.nest.Create("iaf_psc_exp", n)
        rule = {"rule": "fixed_indegree", "indegree": min(IN_DEGREE, n)}
        self.nest.Connect(self.nodes, self.nodes, rule, {"weight": self.nest.random.uniform(1.0, 2.0)})
        self.nest.Simulate(0.1)

    def connections(self) -> int:
        """Find all connections."""
        self.found = self.nest.GetConnections(self.nodes, self.nodes)
        return len(self.found)

    def weights(self) -> float:
        """Read the weights of all connections."""
        return float(np.mean(self.found.get("weight")))

    def make(self) -> None:
        """Make the neurons whose potentials are set, and these."""
        self.clear()
        self.nodes = self.nest.Create("iaf_psc_exp", self._number(SET))
        self.values = np.linspace(-70.0, -60.0, len(self.nodes))

    def set_values(self) -> None:
        """Set the potentials."""
        self.nodes.V_m = self.values

    def populations(self) -> int:
        """Create many small populations."""
        for _ in range(self._number(POPULATIONS)):
            self.nest.Create("iaf_psc_alpha", 10, {"C_m": 200.0})
        return int(self.nest.network_size)

    def resets(self) -> list[float]:
        """Many small simulations, each on an empty kernel; memory in bytes after a tenth of them and at the end."""
        nest, n, seen = self.nest, self._number(RESETS), []
        for k in range(n):
            nest.ResetKernel()
            nest.rng_seed = k + 1
            neurons = nest.Create("iaf_psc_alpha", 10, {"I_e": 400.0})
            noise = nest.Create("poisson_generator", params={"rate": 1000.0})
            recorder = nest.Create("spike_recorder")
            nest.Connect(noise, neurons, syn_spec={"weight": 100.0})
            nest.Connect(neurons, neurons, {"rule": "fixed_indegree", "indegree": 3}, {"weight": 20.0})
            nest.Connect(neurons, recorder)
            nest.Simulate(20.0)
            recorder.get("events", "times")
            if k in (n // 10, n - 1):
                seen.append(memory()[0])
        return seen


def compare(jobs: list[str], rounds: int, *, duration: float, options: list[str]) -> dict[str, float]:
    """Do the jobs on both, in turns; print a table."""
    workers = {name: Worker(__file__, f"--serve={name}", *options) for name in ("netspike", "nest")}
    print(f"{'':32}{'netspike s':>12}{'NEST s':>12}{'NEST / netspike':>18}")
    result: dict[str, float] = {}
    for job in jobs:
        prepare, method, title = JOBS[job]
        laps: dict[str, list[dict[str, Any]]] = {name: [] for name in workers}
        for _ in range(rounds):
            in_turns(workers, 1, prepare)
            for name, (answer,) in in_turns(workers, 1, method, *([duration] if job == "run" else [])).items():
                laps[name].append(answer)
        scale = 1000.0 / duration if job == "run" else 1.0
        seconds = {name: [answer["seconds"] * scale for answer in given] for name, given in laps.items()}
        ratio = statistics.median(a / b for a, b in zip(seconds["nest"], seconds["netspike"], strict=True))
        middle = {name: statistics.median(values) for name, values in seconds.items()}
        print(f"{title:32}{middle['netspike']:12.4f}{middle['nest']:12.4f}{ratio:18.1f}")
        result |= {f"{job}_{name}_s": value for name, value in middle.items()} | {f"{job}_ratio": ratio}
        if job == "run":
            result |= {f"rate_{name}_Hz": given[-1]["value"] for name, given in laps.items()}
            result |= {f"peak_{name}_MB": given[-1]["grown"] / 1e6 for name, given in laps.items()}
        if job == "resets":
            result |= {f"resets_{name}_grown_MB": (g[-1]["value"][-1] - g[-1]["value"][0]) / 1e6 for name, g in laps.items()}
    for worker in workers.values():
        worker.close()
    for text, key in {
        "mean rate, Hz": "rate_{}_Hz",
        "memory, MB": "peak_{}_MB",
        "grown in resets, MB": "resets_{}_grown_MB",
    }.items():
        if key.format("nest") in result:
            print(f"{text:32}{result[key.format('netspike')]:12.2f}{result[key.format('nest')]:12.2f}")
    return result


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--duration", type=float, default=1000.0, help="of a simulation of the network, in ms")
    parser.add_argument("--size", type=float, default=1.0, help="all sizes are multiplied by it")
    parser.add_argument("--jobs", default=",".join(JOBS), help=f"some of {', '.join(JOBS)}; 'run' needs 'build'")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON on the last line")
    parser.add_argument("--serve", choices=("netspike", "nest"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        return serve(lambda: Script(options.serve, options.threads, options.size))
    jobs = [job for job in JOBS if job in options.jobs.split(",")]
    own = [f"--threads={options.threads}", f"--size={options.size}"]
    result = compare(jobs, options.rounds, duration=options.duration, options=own)
    if options.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
