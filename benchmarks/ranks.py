"""The cortical microcircuit on netspike over MPI processes (ranks): time beside threads, and memory of each rank.

    python benchmarks/ranks.py --scale 0.1 --json

needs the extra mpi. Each setting is launched anew in every round, in turns: two ranks of one thread
each beside two threads of one process; then 1, 2 and 4 ranks for memory, which should fall as 1 / ranks.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.microcircuit_models import Netspike, n_synapses
from benchmarks.workers import memory

STRETCHES = 5


def work(scale: float, drive: str, threads: int, *, stretch: float) -> dict[str, Any] | None:
    """What each process does; on the first rank returns the times of the slowest one in s and the memory of all in bytes."""
    from mpi4py import MPI

    comm = MPI.COMM_WORLD

    def slowest(call: Callable[[], Any]) -> float:
        comm.Barrier()
        began = time.perf_counter()
        call()
        return comm.allreduce(time.perf_counter() - began, MPI.MAX)

    model = Netspike(scale, drive, threads=threads, seed=55)
    before, _ = memory()
    build = slowest(model.build)
    model.run(stretch)
    laps = [slowest(lambda: model.run(stretch)) for _ in range(STRETCHES)]
    _, peak = memory()
    peaks, grown = comm.gather(peak), comm.gather(peak - before)
    if comm.Get_rank() > 0:
        return None
    return {"build": build, "s_per_s": statistics.median(laps) * 1000.0 / stretch, "peaks": peaks, "grown": grown}


def launch(ranks: int, threads: int, options: argparse.Namespace, *, stretch: float) -> dict[str, Any]:
    """Run `work` on so many ranks; a single one is started without mpiexec."""
    command = [sys.executable, *(["-m", "simcore", "run", "-n", str(ranks)] if ranks > 1 else [])]
    settings = {"scale": options.scale, "drive": options.drive, "threads": threads, "stretch": stretch}
    command += [__file__, "--work", *(f"--{name}={value}" for name, value in settings.items())]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def show_ranks(options: argparse.Namespace) -> dict[str, float]:
    """Measure, print two tables, return the figures."""
    size = n_synapses(options.scale)
    print(f"scale {options.scale:g}, {size / 1e6:,.1f} million synapses, {options.drive} drive, {options.rounds} rounds\n")
    settings = {"2 threads": (1, 2), "2 ranks": (2, 1)}
    runs: dict[str, list[dict]] = {name: [] for name in settings}
    for turn in range(options.rounds):
        for name in list(settings)[:: 1 if turn % 2 == 0 else -1]:
            runs[name].append(launch(*settings[name], options, stretch=options.stretch))
    seconds = {name: statistics.median(run["s_per_s"] for run in each) for name, each in runs.items()}
    print(f"{'':12}{'build s':>10}{'s per s':>10}   each round")
    for name, each in runs.items():
        build = statistics.median(run["build"] for run in each)
        laps = " ".join(f"{run['s_per_s']:.3g}" for run in each)
        print(f"{name:12}{build:10.2f}{seconds[name]:10.3f}   {laps}")
    ratio = statistics.median(b["s_per_s"] / a["s_per_s"] for a, b in zip(*runs.values(), strict=True))
    print(f"two ranks take {ratio:.2f} times as long as two threads\n")
    result = {"ranks_ratio": ratio, "threads_s_per_s": seconds["2 threads"], "ranks_s_per_s": seconds["2 ranks"]}
    return result | _memory_of_ranks(size, options)


def _memory_of_ranks(size: int, options: argparse.Namespace) -> dict[str, float]:
    print(f"{'ranks':>5}{'largest MB':>12}{'of it grown':>13}{'x ranks, B/synapse':>20}")
    result = {}
    for ranks in (1, 2, 4):
        run = launch(ranks, 1, options, stretch=10.0)
        grown = max(run["grown"])
        print(f"{ranks:5}{max(run['peaks']) / 1e6:12.1f}{grown / 1e6:13.1f}{grown * ranks / size:20.2f}")
        result[f"rank_bytes_of_{ranks}"] = grown
    return result


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the neurons and of the inputs of each")
    parser.add_argument("--drive", choices=("poisson", "dc"), default="poisson")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--stretch", type=float, default=200.0, help="biological time of a sample in ms")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON on the last line")
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--threads", type=int, default=1, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        answer = work(options.scale, options.drive, options.threads, stretch=options.stretch)
        if answer is not None:
            print(json.dumps(answer))
        return
    result = show_ranks(options)
    if options.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
