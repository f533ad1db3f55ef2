"""Edges read back as arrays, from netspike and from NEST: seconds for all edges and for those of a filter, and a graph of them.

Two million edges between 20,000 neurons by default: 1,600,000 with weights and delays that are drawn, 400,000 with one weight.
Each round runs the cases in processes of their own, in turn, so that all meet the same machine.

    python benchmarks/read_back.py --threads 2 --rounds 3 --json
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

N_EXC, N_INH, K_EXC, K_INH = 16_000, 4_000, 80, 20
SOME = 200
CASES = ("static_synapse", "tsodyks2_synapse", "NEST")


def netspike_calls(synapse: str, threads: int) -> dict[str, Callable[[], int]]:
    """What is measured on netspike; each call returns the number of edges that it found."""
    import netgraph as ng
    from simcore import Simulation, rules
    from simcore.distributions import Normal

    sim = Simulation(dt=0.1, seed=1, threads=threads)
    exc, inh = sim.create("iaf_psc_exp", N_EXC), sim.create("iaf_psc_exp", N_INH)
    drawn: dict[str, Any] = {"weight": Normal(20.0, 2.0, 0.0), "delay": Normal(1.5, 0.5, 0.1), "synapse": synapse}
    sim.connect(exc, exc + inh, rules.FixedIndegree(K_EXC), **drawn)
    made = sim.connect(inh, exc + inh, rules.FixedIndegree(K_INH), weight=-100.0, delay=1.5)
    sim._prepare()
    spread, row = sim.nodes[:: len(sim.nodes) // SOME], sim.nodes[:SOME]

    def found(**options: Any) -> int:
        return int(sim.connectivity(**options)["source"].size)

    return {
        "all edges": found,
        "one projection": lambda: found(projection=made),
        "one target": lambda: found(targets=row[:1]),
        f"{SOME} targets in a row": lambda: found(targets=row),
        f"{SOME} targets far apart": lambda: found(targets=spread),
        "one source": lambda: found(sources=row[:1]),
        f"{SOME} sources": lambda: found(sources=spread),
        f"{SOME} sources, {SOME} targets": lambda: found(sources=spread, targets=spread),
        "Network.from_simulation": lambda: ng.Network.from_simulation(sim, names=["exc", "inh"]).n_edges,
    }


def nest_calls(threads: int) -> dict[str, Callable[[], int]]:
    """The same on NEST, as far as it goes."""
    os.environ["PYNEST_QUIET"] = "1"
    import nest

    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.ResetKernel()
    nest.local_num_threads, nest.resolution = threads, 0.1
    exc, inh = nest.Create("iaf_psc_exp", N_EXC), nest.Create("iaf_psc_exp", N_INH)
    drawn = {
        "weight": nest.math.max(nest.random.normal(20.0, 2.0), 0.0),
        "delay": nest.math.max(nest.random.normal(1.5, 0.5), 0.1),
    }
    for pre, indegree, synapse in ((exc, K_EXC, drawn), (inh, K_INH, {"weight": -100.0, "delay": 1.5})):
        nest.Connect(pre, exc + inh, {"rule": "fixed_indegree", "indegree": indegree}, synapse)

    def found(**options: Any) -> int:
        edges = nest.GetConnections(**options).get(["source", "target", "weight", "delay"])
        return len(edges["source"])

    every, row = exc + inh, exc[:SOME]
    spread = every[:: len(every) // SOME]
    return {
        "all edges": found,
        "one target": lambda: found(target=row[:1]),
        f"{SOME} targets in a row": lambda: found(target=row),
        f"{SOME} targets far apart": lambda: found(target=spread),
        "one source": lambda: found(source=row[:1]),
        f"{SOME} sources": lambda: found(source=spread),
        f"{SOME} sources, {SOME} targets": lambda: found(source=spread, target=spread),
    }


def measure(case: str, threads: int) -> dict[str, tuple[float, int]]:
    """Seconds and number of edges of each call, run here; netspike's calls run once before, so that they are compiled."""
    calls = nest_calls(threads) if case == "NEST" else netspike_calls(case, threads)
    times = {}
    for name, call in calls.items():
        if case != "NEST":
            call()
        begin = time.perf_counter()
        n_edges = call()
        times[name] = (time.perf_counter() - begin, n_edges)
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.add_argument("--case", choices=CASES, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.case:
        print(json.dumps(measure(args.case, args.threads)))
        return
    found: dict[str, list[Any]] = {case: [] for case in CASES}
    for _ in range(args.rounds):
        for case in CASES:
            command = [sys.executable, __file__, f"--threads={args.threads}", f"--case={case}"]
            output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            found[case].append(json.loads(output.splitlines()[-1]))
    seconds = {case: {n: statistics.median(run[n][0] for run in runs) for n in runs[0]} for case, runs in found.items()}
    print(f"milliseconds, {args.threads} threads, medians of {args.rounds} rounds")
    print(f"{'':28}{'edges':>10}" + "".join(f"{case:>18}" for case in CASES))
    for name, (_, n_edges) in found[CASES[0]][0].items():
        times = [f"{1e3 * seconds[case][name]:18.1f}" if name in seconds[case] else f"{'-':>18}" for case in CASES]
        print(f"{name:28}{n_edges:10d}" + "".join(times))
    ratio = seconds["NEST"]["all edges"] / seconds["static_synapse"]["all edges"]
    print(f"netspike reads all edges {ratio:.0f} times as fast as NEST")
    if args.json:
        all_s = {f"{case}_s": round(seconds[case]["all edges"], 4) for case in CASES}
        print(json.dumps({"ratio": round(ratio, 1), **all_s}))


if __name__ == "__main__":
    main()
