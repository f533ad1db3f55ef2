"""Generation and analysis of graphs beside NNGT, NetworkX, igraph and networkit: time, peak memory, bytes per edge, ratios.

Each round runs every job of every library in a process of its own, in turn, so that all meet the same machine; a small run
compiles and loads what is needed before the clock starts. Libraries that are not installed are left out, and said to be; one
that needs an environment of its own is named with its interpreter.

    python benchmarks/graphs.py                                          all jobs at sizes that all libraries can do
    python benchmarks/graphs.py --size full --libraries netgraph,igraph  the sizes that netgraph is made for
    python benchmarks/graphs.py --jobs erdos_renyi,clustering --rounds 5 --json
    python benchmarks/graphs.py --python nngt=/path/to/environment/bin/python
"""

import argparse
import importlib.util
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

LIBRARIES = ("netgraph", "nngt", "networkx", "igraph", "networkit")
# Longest time of one run [s]; whoever takes longer is shown with a dash.
PATIENCE = 900.0


class Job:
    """One task: what each library calls for it, on a graph that is made before the clock starts, if it needs one.

    Parameters
    ----------
    sizes : dict
        Nodes and edges by name of the size; "warm" is what is run first.
    calls : dict
        By library, a function of the input and the numbers of nodes and edges; it gives a number of edges, or what has one.
    make : dict, optional
        By library, a function of the numbers that makes the input.
    alone : frozenset of str
        Libraries that do not do quite the same; the table marks them and no ratio counts them.
    """

    def __init__(
        self,
        sizes: dict[str, tuple[int, int]],
        calls: dict[str, Callable[..., Any]],
        make: dict[str, Callable[..., Any]] | None = None,
        alone: frozenset[str] = frozenset(),
    ) -> None:
        self.sizes, self.calls, self.make, self.alone = sizes, calls, make or {}, alone


def _gen() -> Any:
    import netgraph.generation

    return netgraph.generation


def _nngt() -> Any:
    import nngt.generation

    return nngt.generation


def _nx() -> Any:
    import networkx

    return networkx


def _ig() -> Any:
    import igraph

    return igraph.Graph


def _nk() -> Any:
    import networkit

    return networkit


def _random(directed: bool) -> dict[str, Callable[..., Any]]:
    """The same kind of random graph as input of each library."""

    def of_netgraph(n: int, m: int) -> Any:
        graph = _gen().erdos_renyi(nodes=n, edges=m, directed=directed, seed=1)
        graph.out_csr()
        return graph

    def of_networkit(n: int, m: int) -> Any:
        from netgraph.convert import to_networkit

        return to_networkit(_gen().erdos_renyi(nodes=n, edges=m, directed=directed, seed=1))

    return {
        "netgraph": of_netgraph,
        "networkit": of_networkit,
        "igraph": lambda n, m: _ig().Erdos_Renyi(n=n, m=m, directed=directed),
        "networkx": lambda n, m: _nx().gnm_random_graph(n, m, seed=1, directed=directed),
        "nngt": lambda n, m: _nngt().erdos_renyi(nodes=n, edges=m, directed=directed),
    }


def _no_input(_: Any) -> None:
    return None


JOBS: dict[str, Job] = {
    "erdos_renyi": Job(
        {"warm": (100, 1000), "small": (100_000, 1_000_000), "full": (1_000_000, 100_000_000)},
        {
            "netgraph": lambda _, n, m: _gen().erdos_renyi(nodes=n, edges=m, seed=1),
            "nngt": lambda _, n, m: _nngt().erdos_renyi(nodes=n, edges=m),
            "networkx": lambda _, n, m: _nx().gnm_random_graph(n, m, seed=1, directed=True),
            "igraph": lambda _, n, m: _ig().Erdos_Renyi(n=n, m=m, directed=True),
            "networkit": lambda _, n, m: _nk().generators.ErdosRenyiGenerator(n, m / (n * (n - 1)), True).generate(),
        },
    ),
    "gaussian_degree": Job(
        {"warm": (100, 1000), "small": (10_000, 1_000_000), "full": (100_000, 100_000_000)},
        {
            "netgraph": lambda _, n, m: _gen().gaussian_degree(m / n, 0.1 * m / n, nodes=n, seed=1),
            "nngt": lambda _, n, m: _nngt().gaussian_degree(m / n, 0.1 * m / n, nodes=n),
        },
    ),
    "distance_rule": Job(
        {"warm": (100, 1000), "small": (5_000, 250_000), "full": (100_000, 10_000_000)},
        {
            "netgraph": lambda _, n, m: _gen().distance_rule(200.0, avg_deg=m / n, nodes=n, seed=1),
            "nngt": lambda _, n, m: _nngt().distance_rule(200.0, avg_deg=m / n, nodes=n),
        },
    ),
    "scale_free": Job(
        {"warm": (1000, 5000), "small": (100_000, 1_000_000), "full": (1_000_000, 10_000_000)},
        {
            "netgraph": lambda _, n, m: _gen().random_scale_free(2.7, 2.7, nodes=n, edges=m, seed=1),
            "nngt": lambda _, n, m: _nngt().random_scale_free(2.7, 2.7, nodes=n, edges=m),
            "igraph": lambda _, n, m: _ig().Static_Power_Law(n, m, 2.7, 2.7),
        },
    ),
    "preferential_attachment": Job(
        {"warm": (100, 500), "small": (100_000, 500_000), "full": (1_000_000, 10_000_000)},
        {
            "netgraph": lambda _, n, m: _gen().price_scale_free(m // n, nodes=n, directed=False, seed=1),
            "nngt": lambda _, n, m: _nngt().price_scale_free(m // n, nodes=n, directed=False),
            "networkx": lambda _, n, m: _nx().barabasi_albert_graph(n, m // n, seed=1),
            "igraph": lambda _, n, m: _ig().Barabasi(n, m // n),
            "networkit": lambda _, n, m: _nk().generators.BarabasiAlbertGenerator(m // n, n, m // n).generate(),
        },
    ),
    "watts_strogatz": Job(
        {"warm": (100, 500), "small": (100_000, 500_000), "full": (1_000_000, 10_000_000)},
        {
            "netgraph": lambda _, n, m: _gen().watts_strogatz(2 * m // n, 0.1, nodes=n, directed=False, seed=1),
            "nngt": lambda _, n, m: _nngt().watts_strogatz(2 * m // n, 0.1, nodes=n, directed=False),
            "networkx": lambda _, n, m: _nx().watts_strogatz_graph(n, 2 * m // n, 0.1, seed=1),
            "igraph": lambda _, n, m: _ig().Watts_Strogatz(1, n, m // n, 0.1),
            "networkit": lambda _, n, m: _nk().generators.WattsStrogatzGenerator(n, m // n, 0.1).generate(),
        },
    ),
    "block_model": Job(
        {"warm": (200, 1000), "small": (20_000, 400_000), "full": (200_000, 10_000_000)},
        {
            "netgraph": lambda _, n, m: _gen().stochastic_block_model(p=_blocks(n, m), sizes=[n // 10] * 10, seed=1),
            "networkx": lambda _, n, m: _nx().stochastic_block_model([n // 10] * 10, _blocks(n, m), seed=1, directed=True),
            "igraph": lambda _, n, m: _ig().SBM(_blocks(n, m), [n // 10] * 10, True, False),
        },
    ),
    "configuration_model": Job(
        {"warm": (200, 1000), "small": (100_000, 1_000_000), "full": (1_000_000, 10_000_000)},
        {
            "netgraph": lambda d, n, m: _gen().configuration_model(*d, seed=1),
            "igraph": lambda d, n, m: _ig().Degree_Sequence(*d, method="fast_heur_simple"),
        },
        {name: lambda n, m: _degrees(n, m) for name in ("netgraph", "igraph")},
    ),
    "rewiring": Job(
        {"warm": (100, 1000), "small": (100_000, 1_000_000), "full": (1_000_000, 10_000_000)},
        {
            "netgraph": lambda g, n, m: _gen().random_rewire(g, constraints="both-degrees", swaps_per_edge=1.0, seed=1),
            "igraph": lambda g, n, m: g.rewire(n=m),
            "networkit": lambda g, n, m: _run(_nk().randomization.EdgeSwitching(g, 1.0)),
            "networkx": lambda g, n, m: _nx().directed_edge_swap(g, nswap=m // 100, max_tries=10**9, seed=1),
        },
        _random(True),
        frozenset({"networkx"}),
    ),
    "clustering_directed": Job(
        {"warm": (100, 1000), "small": (10_000, 200_000), "full": (100_000, 10_000_000)},
        {
            "netgraph": lambda g, n, m: _analysis().local_clustering(g),
            "nngt": lambda g, n, m: _nngt_analysis().local_clustering(g, method="continuous"),
            "networkx": lambda g, n, m: _nx().clustering(g),
        },
        _random(True),
    ),
    "clustering_undirected": Job(
        {"warm": (100, 1000), "small": (10_000, 200_000), "full": (100_000, 5_000_000)},
        {
            "netgraph": lambda g, n, m: _analysis().local_clustering(g),
            "nngt": lambda g, n, m: _nngt_analysis().local_clustering_binary_undirected(g),
            "networkx": lambda g, n, m: _nx().clustering(g),
            "igraph": lambda g, n, m: g.transitivity_local_undirected(mode="zero"),
            "networkit": lambda g, n, m: _run(_nk().centrality.LocalClusteringCoefficient(g, True)),
        },
        _random(False),
    ),
    "betweenness": Job(
        {"warm": (50, 200), "small": (2_000, 20_000), "full": (10_000, 100_000)},
        {
            "netgraph": lambda g, n, m: _analysis().betweenness(g, progress=False),
            "nngt": lambda g, n, m: _nngt_analysis().betweenness(g, btype="node"),
            "networkx": lambda g, n, m: _nx().betweenness_centrality(g),
            "igraph": lambda g, n, m: g.betweenness(),
            "networkit": lambda g, n, m: _run(_nk().centrality.Betweenness(g)),
        },
        _random(True),
    ),
}


def _analysis() -> Any:
    import netgraph.analysis

    return netgraph.analysis


def _nngt_analysis() -> Any:
    import nngt.analysis

    return nngt.analysis


def _run(algorithm: Any) -> Any:
    algorithm.run()
    return algorithm


def _blocks(n: int, m: int) -> list[list[float]]:
    """Ten blocks, half of the edges inside of them."""
    inside = 0.5 * m / (n * (n / 10))
    return [[inside if i == j else inside / 9 for j in range(10)] for i in range(10)]


def _degrees(n: int, m: int) -> tuple[list[int], list[int]]:
    """Degrees of a random graph: out, then in, as plain lists."""
    import numpy as np

    rng = np.random.default_rng(1)
    return tuple(np.bincount(rng.integers(0, n, m), minlength=n).tolist() for _ in range(2))  # type: ignore[return-value]


def n_edges(result: Any) -> int | None:
    """Number of edges of a graph of any library."""
    for name in ("n_edges", "ecount", "number_of_edges", "numberOfEdges", "edge_nb"):
        found = getattr(result, name, None)
        if found is not None:
            return int(found() if callable(found) else found)
    return None


def measure(job: str, library: str, size: str) -> dict[str, Any]:
    """Run one job here: seconds, edges, and memory in MB beyond what was there before, at its peak and after."""
    task = JOBS[job]
    make = task.make.get(library)
    call = task.calls[library]
    warm = task.sizes["warm"]
    call(make(*warm) if make else None, *warm)
    given = make(*task.sizes[size]) if make else None
    before, begin = _resident(), time.perf_counter()
    result = call(given, *task.sizes[size])
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "edges": n_edges(result), "peak_MB": peak - before, "MB": _resident() - before}


def _resident() -> float:
    """Memory of this process now [MB]."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def run(job: str, library: str, size: str, python: str) -> dict[str, Any] | None:
    """The same in a process of its own; None if it fails or takes too long."""
    command = [python, __file__, f"--size={size}", "--case", job, library]
    with tempfile.TemporaryDirectory() as home:  # NNGT writes its configuration when it is imported
        env = {**os.environ, "HOME": home} if library == "nngt" else dict(os.environ)
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, env=env, check=False)
        except subprocess.TimeoutExpired:
            return None
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        print(f"  {job} of {library} failed: {last[0]}", file=sys.stderr)
        return None
    return json.loads(done.stdout.splitlines()[-1])


def compare(jobs: list[str], libraries: list[str], args: argparse.Namespace, pythons: dict[str, str]) -> dict[str, float]:
    """All rounds of all jobs; print a table of each, and return the ratios."""
    figures: dict[str, float] = {}
    for job in jobs:
        names = [name for name in libraries if name in JOBS[job].calls]
        runs: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
        for _ in range(args.rounds):
            for name in list(names):
                found = run(job, name, args.size, pythons.get(name, sys.executable))
                if found is None:
                    names.remove(name)
                else:
                    runs[name].append(found)
        figures |= report(job, args.size, {name: found for name, found in runs.items() if found})
    return figures


def report(job: str, size: str, runs: dict[str, list[dict[str, Any]]]) -> dict[str, float]:
    """Print the table of one job."""
    n, m = JOBS[job].sizes[size]
    print(f"\n{job}: {n:,} nodes, {m:,} edges")
    print(f"{'':12}{'s':>10}{'ratio':>8}{'peak MB':>10}{'bytes/edge':>12}")
    middle = {name: statistics.median(one["seconds"] for one in found) for name, found in runs.items()}
    figures = {}
    for name, found in runs.items():
        peak = statistics.median(one["peak_MB"] for one in found)
        kept = statistics.median(one["MB"] for one in found) * 2**20 / m
        ratio = middle[name] / middle.get("netgraph", float("nan"))
        mark = " not the same job" if name in JOBS[job].alone else ""
        print(f"{name:12}{middle[name]:10.3f}{ratio:8.1f}{peak:10.0f}{kept:12.1f}{mark}")
        figures[f"{job}_{name}_s"] = round(middle[name], 4)
        if name != "netgraph" and not mark and "netgraph" in middle:
            figures[f"{job}_{name}_ratio"] = round(ratio, 3)
        if name == "netgraph":
            figures[f"{job}_peak_MB"] = round(peak, 1)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=["warm", "small", "full"], default="small")
    parser.add_argument("--jobs", default=",".join(JOBS), help="names with commas between them")
    parser.add_argument("--libraries", default=",".join(LIBRARIES), help="names with commas between them")
    parser.add_argument("--python", action="append", default=[], metavar="LIBRARY=PATH", help="interpreter of one library")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.add_argument("--case", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.case:
        print(json.dumps(measure(*args.case, args.size)))
        return
    pythons = dict(entry.split("=", 1) for entry in args.python)
    jobs, libraries = args.jobs.split(","), args.libraries.split(",")
    for name, known in [*((job, JOBS) for job in jobs), *((library, LIBRARIES) for library in libraries)]:
        if name not in known:
            parser.error(f"unknown {name!r}; choose from {', '.join(known)}")
    missing = [name for name in libraries if name not in pythons and importlib.util.find_spec(name) is None]
    if missing:
        print(f"not installed, left out: {', '.join(missing)}")
    print(f"medians of {args.rounds} rounds; ratio: time over that of netgraph")
    figures = compare(jobs, [name for name in libraries if name not in missing], args, pythons)
    if args.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
