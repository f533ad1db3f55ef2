"""Large graphs as complete `Graph` objects: seconds, edges per second and peak memory of each generator, beside igraph's.

100,000 nodes and 10 million distinct edges, by default. Each round runs every case in a process of its own, in turn,
so that all meet the same machine; what was compiled is loaded before the clock starts.

    python benchmarks/generate.py --threads 2 --rounds 5 --json
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

PEER = "igraph erdos_renyi"


def cases(nodes: int, degree: int, threads: int) -> dict[str, tuple[Callable[[int], Any], bool]]:
    """Name of each case, how to run it for a number of nodes, and whether it is ours."""
    import netgraph.generation as gen

    common: dict[str, Any] = {"seed": 1, "threads": threads}

    def of_igraph(n: int) -> Any:
        import igraph

        return igraph.Graph.Erdos_Renyi(n=n, m=n * min(degree, n // 4), directed=True)

    def mean(n: int) -> int:
        return min(degree, n // 4)

    return {
        "gaussian_degree": (lambda n: gen.gaussian_degree(mean(n), 0.15 * mean(n), nodes=n, **common), True),
        "fixed_degree": (lambda n: gen.fixed_degree(mean(n), nodes=n, **common), True),
        "erdos_renyi": (lambda n: gen.erdos_renyi(edges=n * mean(n), nodes=n, **common), True),
        "erdos_renyi p": (lambda n: gen.erdos_renyi(p=mean(n) / (n - 1), nodes=n, **common), True),
        "erdos_renyi r=0.3": (lambda n: gen.erdos_renyi(edges=n * mean(n), reciprocity=0.3, nodes=n, **common), True),
        "distance_rule exp": (lambda n: gen.distance_rule(200.0, avg_deg=mean(n), nodes=n, **common), True),
        "distance_rule lin": (lambda n: gen.distance_rule(500.0, "lin", avg_deg=mean(n), nodes=n, **common), True),
        "distance_rule p": (lambda n: gen.distance_rule(200.0, max_proba=mean(n) / 251.0, nodes=n, **common), True),
        PEER: (of_igraph, False),
    }


def measure(name: str, nodes: int, degree: int, threads: int) -> dict[str, float]:
    """Run one case here: seconds, edges, and peak memory in MB beyond what was there before."""
    make, ours = cases(nodes, degree, threads)[name]
    make(1000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.perf_counter()
    graph = make(nodes)
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {"seconds": seconds, "edges": graph.n_edges if ours else graph.ecount(), "MB": peak / 1024}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--degree", type=int, default=100)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.case:
        print(json.dumps(measure(args.case, args.nodes, args.degree, args.threads)))
        return
    names = list(cases(args.nodes, args.degree, args.threads))
    found: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    options = [f"--nodes={args.nodes}", f"--degree={args.degree}", f"--threads={args.threads}"]
    for _ in range(args.rounds):
        for name in names:
            command = [sys.executable, __file__, *options, f"--case={name}"]
            output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            found[name].append(json.loads(output.splitlines()[-1]))
    medians = {name: statistics.median(run["seconds"] for run in runs) for name, runs in found.items()}
    print(f"{args.nodes:,} nodes, {args.threads} threads, medians of {args.rounds} rounds")
    print(f"{'':22}{'s':>8}{'M edges/s':>11}{'M edges':>9}{'MB':>7}")
    for name, runs in found.items():
        edges, memory = runs[0]["edges"] / 1e6, statistics.median(run["MB"] for run in runs)
        print(f"{name:22}{medians[name]:8.3f}{edges / medians[name]:11.1f}{edges:9.2f}{memory:7.0f}")
    ratio = medians[PEER] / medians["erdos_renyi"]
    print(f"erdos_renyi is {ratio:.1f} times as fast as igraph's")
    if args.json:
        seconds = {f"{name.replace(' ', '_')}_s": round(value, 4) for name, value in medians.items()}
        print(json.dumps({"ratio": round(ratio, 2), **seconds}))


if __name__ == "__main__":
    main()
