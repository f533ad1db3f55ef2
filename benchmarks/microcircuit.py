"""The cortical microcircuit (77,169 neurons, 299 million synapses) on netspike and on NEST: build, simulate, memory.

Each simulator lives in a process of its own; both stay there, and the two take turns, so that both meet the same machine.
Times are wall seconds, of a simulation per second of biological time; what netspike compiled is loaded before the clock starts.

    python benchmarks/microcircuit.py --json                      # full scale: 18 GB for both
    python benchmarks/microcircuit.py --scale 0.1 --drive both    # a tenth of the neurons and of the inputs of each
    python benchmarks/microcircuit.py --growth                    # netspike alone, from 1e6 to 3e8 synapses
    python benchmarks/microcircuit.py --ranks                     # netspike alone, MPI processes beside threads
    python benchmarks/microcircuit.py --statistics --scale 0.1    # distributions of rates, CVs and correlations
"""

import argparse
import json
import os
import statistics
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.agreement import agreement
from benchmarks.growth import exponents, growth, print_growth
from benchmarks.microcircuit_models import MODELS, n_neurons, n_synapses, start_worker
from benchmarks.ranks import show_ranks
from benchmarks.workers import available_memory, in_turns
from examples.cortical_microcircuit import FULL_RATES, NAMES

# What the two need together at most, in bytes: for each synapse, and for all else.
BYTES_PER_SYNAPSE, BYTES_ELSE = 53.0, 2e9


def require_memory(scale: float) -> None:
    """End here, and say why, if the two simulators do not fit in memory together."""
    need, free = n_synapses(scale) * BYTES_PER_SYNAPSE + BYTES_ELSE, available_memory()
    if need > free:
        fits = np.sqrt(max(free - BYTES_ELSE, 0.0) / BYTES_PER_SYNAPSE / n_synapses(1.0))
        raise SystemExit(
            f"both together need about {need / 1e9:.1f} GB at scale {scale:g}, and {free / 1e9:.1f} GB are available; "
            f"try --scale {np.floor(fits * 20) / 20:g}"
        )


def take_turns(options: Namespace) -> dict[str, dict[str, Any]]:
    """Build and simulate on both; what was measured of each simulator.

    Returns
    -------
    found : dict of str to dict
        By simulator: `builds` in s, `laps` in s per s, `parts` of each lap, `rates` in Hz, `peak` of memory in bytes, and how
        much of it has `grown` since the start.
    """
    settings = {"threads": options.threads, "seed": options.seed}
    found: dict[str, dict[str, Any]] = {name: {"builds": []} for name in MODELS}
    workers, before = {}, {}
    for turn in range(options.builds):
        for worker in workers.values():
            worker.close()
        for name in list(MODELS)[:: 1 if turn % 2 == 0 else -1]:
            workers[name] = start_worker(name, options.scale, options.drive, **settings)
            found[name]["builds"].append(workers[name].ask("build")["seconds"])
    for name, worker in workers.items():
        worker.ask("run", options.warmup)
        before[name] = worker.ask("n_spikes")["value"]
    answers = in_turns(workers, options.rounds, "run", options.stretch)
    for name, worker in workers.items():
        found[name]["laps"] = [answer["seconds"] * 1000.0 / options.stretch for answer in answers[name]]
        found[name]["parts"] = [answer["value"] for answer in answers[name]]
        last = worker.ask("n_spikes")
        spikes = np.subtract(last["value"], before[name])
        found[name]["rates"] = spikes / n_neurons(options.scale) / (options.rounds * options.stretch / 1000.0)
        found[name] |= {key: last[key] for key in ("peak", "grown")}
        worker.close()
    return found


def side_by_side(options: Namespace) -> dict[str, float]:
    """Measure both simulators and print tables."""
    require_memory(options.scale)
    found, size = take_turns(options), n_synapses(options.scale)
    ours, theirs = found["netspike"], found["nest"]
    ratios = [b / a for a, b in zip(ours["laps"], theirs["laps"], strict=True)]
    result = {
        "ratio": statistics.median(ratios),
        "memory_ratio": theirs["peak"] / ours["peak"],
        "build_ratio": statistics.median(b / a for a, b in zip(ours["builds"], theirs["builds"], strict=True)),
    }
    print(f"{headline(options)}, {options.rounds} x {options.stretch:g} ms in turns\n")
    print(f"{'':10}{'build s':>10}{'s per s':>10}{'peak MB':>10}{'B/synapse':>11}   each turn")
    for name, of in found.items():
        result |= {
            f"{name}_s_per_s": statistics.median(of["laps"]),
            f"{name}_build_s": statistics.median(of["builds"]),
            f"{name}_peak_bytes": of["peak"],
            f"{name}_bytes_per_synapse": of["grown"] / size,
        }
        figures = f"{result[f'{name}_build_s']:10.2f}{result[f'{name}_s_per_s']:10.3f}{of['peak'] / 1e6:10.1f}"
        turns = f"{_listed(of['laps'])}; built in {_listed(of['builds'])} s"
        print(f"{name:10}{figures}{of['grown'] / size:11.1f}   {turns}")
    figures = f"{result['build_ratio']:10.1f}{result['ratio']:10.1f}{result['memory_ratio']:10.1f}"
    print(f"{'ratio':10}{figures}{theirs['grown'] / ours['grown']:11.1f}   {_listed(ratios)}")
    print_rates(ours["rates"], theirs["rates"])
    print_parts(ours["parts"], options.stretch, whole=statistics.fmean(ours["laps"]))
    return result


def headline(options: Namespace) -> str:
    """What is simulated."""
    size = f"{n_neurons(options.scale).sum():,} neurons, {n_synapses(options.scale) / 1e6:,.1f} million synapses"
    return f"scale {options.scale:g}: {size}, {options.drive} drive, {options.threads} threads"


def say_load() -> None:
    """How many other processes want the cores: a busy machine slows both simulators, and not alike."""
    print(f"load of the machine before the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")


def _listed(values: list[float]) -> str:
    return " ".join(f"{value:.3g}" for value in values)


def print_rates(ours: np.ndarray, theirs: np.ndarray) -> None:
    """Rates of the populations beside each other."""
    print(f"\n{'rates [Hz]':16}" + "".join(f"{name:>8}" for name in NAMES))
    for label, rates in {"netspike": ours, "nest": theirs, "published, full": FULL_RATES}.items():
        print(f"{label:16}" + "".join(f"{rate:8.3f}" for rate in rates))


def print_parts(parts: list[dict[str, float]], stretch: float, *, whole: float) -> None:
    """How the wall time of netspike splits, if its results say so."""
    for k, name in enumerate(sorted({name for each in parts for name in each})):
        if k == 0:
            print(f"\n{'netspike':16}{'s per s':>10}{'share':>8}")
        mean = statistics.fmean(each.get(name, 0.0) for each in parts) * 1000.0 / stretch
        print(f"{name:16}{mean:10.3f}{mean / whole:8.1%}")


def show_growth(options: Namespace) -> dict[str, float]:
    """Time and memory of netspike over sizes."""
    rows = growth(
        options.scale, options.drive, threads=options.threads, seed=options.seed, rounds=options.rounds, stretch=options.stretch
    )
    print(f"netspike, {options.drive} drive, {options.threads} threads, fastest of {options.rounds} x {options.stretch:g} ms\n")
    print_growth(rows)
    print("\nexponent of growth with the synapses: of a fit, and the largest from one row to the next")
    result = {}
    for name in ("build_s", "s_per_s", "bytes"):
        fitted, largest = exponents(rows, name)
        print(f"{name:10}{fitted:8.2f}{largest:8.2f}")
        result |= {f"{name}_exponent": fitted, f"{name}_largest_exponent": largest}
    return result


def show_agreement(options: Namespace) -> dict[str, float]:
    """Distances of the distributions of single-neuron activity."""
    seeds = range(options.seed, options.seed + options.seeds)
    window = (options.warmup, options.warmup + options.duration)
    found = agreement(options.scale, options.drive, threads=options.threads, seeds=seeds, window=window)
    print(f"{headline(options)}, {options.duration:g} ms after {options.warmup:g} ms, {options.seeds} seeds of each\n")
    print(f"{'Kolmogorov-Smirnov':20}{'netspike-NEST':>15}{'NEST-NEST':>11}{'ratio':>8}")
    result = {}
    for name, (between, among) in found.items():
        print(f"{name:20}{between:15.4f}{among:11.4f}{between / among:8.2f}")
        result |= {f"{name}_distance": between, f"{name}_distance_nest": among, f"{name}_ratio": between / among}
    return result


MEASURES = {"growth": show_growth, "ranks": show_ranks, "statistics": show_agreement}


def parse() -> Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the neurons and of the inputs of each")
    parser.add_argument("--drive", choices=("poisson", "dc", "both"), default="poisson")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=55)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--builds", type=int, default=3, help="how often each builds the network, in a new process")
    parser.add_argument("--stretch", type=float, default=200.0, help="biological time of a turn in ms")
    parser.add_argument("--warmup", type=float, default=500.0, help="in ms")
    parser.add_argument("--growth", action="store_true", help="time and memory of netspike from 1e6 synapses to --scale")
    parser.add_argument("--ranks", action="store_true", help="two MPI processes beside two threads; memory of 1, 2 and 4")
    parser.add_argument("--statistics", action="store_true", help="distributions of single-neuron activity")
    parser.add_argument("--duration", type=float, default=5000.0, help="for --statistics: biological time in ms")
    parser.add_argument("--seeds", type=int, default=3, help="for --statistics: runs of each simulator")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON on the last line")
    options = parser.parse_args()
    if options.builds < 1 or options.rounds < 1:
        parser.error("--builds and --rounds must be at least 1")
    if options.statistics and options.seeds < 2:
        parser.error("--seeds: at least 2, since runs of NEST are compared with each other")
    if options.growth and options.scale < 0.11:
        parser.error("--growth: a --scale of at least 0.11, which leaves two sizes")
    return options


def main() -> None:
    """Measure what the options ask for; with both drives, the figures of the constant one are called dc_..."""
    options = parse()
    measures = [measure for name, measure in MEASURES.items() if getattr(options, name)] or [side_by_side]
    say_load()
    result: dict[str, float] = {}
    for drive in ("poisson", "dc") if options.drive == "both" else (options.drive,):
        prefix = "dc_" if options.drive == "both" and drive == "dc" else ""
        for measure in measures:
            figures = measure(Namespace(**vars(options) | {"drive": drive}))
            result |= {prefix + name: value for name, value in figures.items()}
            print()
    if options.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
