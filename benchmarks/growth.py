"""How time and memory of netspike grow with the number of synapses: the microcircuit from 1e6 synapses to all of it."""

import numpy as np

from benchmarks.microcircuit_models import n_neurons, n_synapses, start_worker

__all__ = ["exponents", "growth", "print_growth"]

WANTED = (1e6, 3e6, 1e7, 3e7, 1e8, 3e8)


def growth(largest: float, drive: str, *, threads: int, seed: int, rounds: int, stretch: float) -> list[dict[str, float]]:
    """Build and simulate sizes up to the scale `largest`, each in a process of its own.

    Returns
    -------
    rows : list of dict
        Of each size `synapses`, `neurons`, `build_s`, `s_per_s` (of the fastest round) and `bytes`, the peak of memory beyond
        that of an empty simulation.
    """
    scales = np.minimum(np.sqrt(np.array(WANTED) / n_synapses(1.0)), 1.0)
    return [
        _measure(scale, drive, threads=threads, seed=seed, rounds=rounds, stretch=stretch)
        for scale in scales
        if scale <= largest
    ]


def _measure(scale: float, drive: str, *, threads: int, seed: int, rounds: int, stretch: float) -> dict[str, float]:
    worker = start_worker("netspike", scale, drive, threads=threads, seed=seed)
    build = worker.ask("build")["seconds"]
    worker.ask("run", stretch)
    laps = [worker.ask("run", stretch) for _ in range(rounds)]
    worker.close()
    return {
        "synapses": n_synapses(scale),
        "neurons": int(n_neurons(scale).sum()),
        "build_s": build,
        "s_per_s": min(lap["seconds"] for lap in laps) * 1000.0 / stretch,
        "bytes": laps[-1]["grown"],
    }


def exponents(rows: list[dict[str, float]], name: str) -> tuple[float, float]:
    """Exponent with which a figure grows with the synapses: of a fit to all rows, and the largest between neighbours.

    1 is linear; a share that does not grow with the synapses makes it less.
    """
    x, y = (np.log([row[key] for row in rows]) for key in ("synapses", name))
    slope = np.polyfit(x, y, 1)[0]
    return float(slope), float((np.diff(y) / np.diff(x)).max())


def print_growth(rows: list[dict[str, float]]) -> None:
    """A table of sizes, and how each figure grows."""
    print(f"{'synapses':>12}{'neurons':>9}{'build s':>10}{'us/syn.':>9}{'s per s':>10}{'ns/syn.':>9}{'MB':>9}{'B/syn.':>8}")
    for row in rows:
        n = row["synapses"]
        build = f"{row['build_s']:10.3f}{row['build_s'] * 1e6 / n:9.4f}"
        run = f"{row['s_per_s']:10.3f}{row['s_per_s'] * 1e9 / n:9.2f}"
        print(f"{n:12,}{row['neurons']:9,}{build}{run}{row['bytes'] / 1e6:9.1f}{row['bytes'] / n:8.2f}")
