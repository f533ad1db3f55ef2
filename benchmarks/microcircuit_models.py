"""The cortical microcircuit on netspike and on NEST, behind the same few methods, and a process for each.

The numbers of the model are those of `examples/cortical_microcircuit.py`; how NEST makes a network of them is written here.
"""

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

import simcore
from benchmarks.workers import Worker, serve
from examples.cortical_microcircuit import (
    DELAY_EXC,
    DELAY_INH,
    N_EXTERNAL,
    N_NEURONS,
    NEURON,
    RATE_EXTERNAL,
    V_MEAN,
    V_STD,
    currents,
    microcircuit,
    synapse_numbers,
    weights,
)

__all__ = ["MODELS", "Nest", "Netspike", "n_neurons", "n_synapses", "start_worker"]

# What NEST can hold of one synapse model on one thread.
NEST_LIMIT = 134_217_726


def n_neurons(scale: float) -> np.ndarray:
    """Number of neurons of each population."""
    return np.rint(N_NEURONS * scale).astype(int)


def n_synapses(scale: float) -> int:
    """Number of synapses between neurons."""
    return int(synapse_numbers(scale).sum())


class Netspike:
    """The microcircuit on netspike.

    Parameters
    ----------
    scale : float
        Share of the neurons, and of the inputs of each.
    drive : str
        "poisson" or "dc".
    threads : int
    seed : int
    """

    def __init__(self, scale: float, drive: str, *, threads: int, seed: int) -> None:
        self.scale, self.drive = scale, drive
        small = simcore.Simulation(dt=0.1, seed=seed, threads=threads)
        for nodes in microcircuit(small, scale=0.01, drive=drive).values():
            small.record(nodes, "spikes")
        small.run(5.0)  # compiles, or loads what was compiled
        small.close()
        self.sim = simcore.Simulation(dt=0.1, seed=seed, threads=threads)

    def build(self) -> None:
        """Make nodes and synapses, ready to run."""
        populations = microcircuit(self.sim, scale=self.scale, drive=self.drive)
        self.recorders = [self.sim.record(nodes, "spikes") for nodes in populations.values()]
        self.sim.run(0.0)

    def run(self, duration: float) -> dict[str, float]:
        """Simulate `duration` ms; returns the parts of the wall time in s."""
        timing = self.sim.run(duration, progress=False).timing
        return {name: float(value) for name, value in timing.items() if name not in ("total", "real_time_factor")}

    def n_spikes(self) -> list[int]:
        """Spikes of each population so far."""
        return [len(recorder) for recorder in self.recorders]

    def spikes(self) -> tuple[np.ndarray, np.ndarray]:
        """Times in ms, and neurons counted from 0 through all populations."""
        spikes = self.sim.results.spikes
        return spikes.times, spikes.ids

    def save_spikes(self, path: str) -> None:
        """Write the spikes to a file."""
        times, ids = self.spikes()
        np.savez(path, times=times, ids=ids)


class Nest:
    """The microcircuit on NEST; the arguments are those of `Netspike`."""

    def __init__(self, scale: float, drive: str, *, threads: int, seed: int) -> None:
        os.environ.setdefault("PYNEST_QUIET", "1")
        import nest

        nest.verbosity = nest.VerbosityLevel.ERROR
        nest.ResetKernel()
        nest.local_num_threads, nest.resolution, nest.rng_seed = threads, 0.1, seed
        self.nest, self.scale, self.drive = nest, scale, drive

    def build(self) -> None:
        """Make nodes and synapses, ready to run."""
        nest, start = self.nest, currents(self.scale, self.drive)
        populations = []
        for k, number in enumerate(n_neurons(self.scale)):
            v_m = nest.random.normal(V_MEAN[k], V_STD[k])
            populations.append(nest.Create("iaf_psc_exp", int(number), NEURON | {"V_m": v_m, "I_e": float(start[k])}))
        self._connect(populations)
        if self.drive == "poisson":
            self._drive(populations)
        self.recorders = [nest.Create("spike_recorder") for _ in populations]
        for population, recorder in zip(populations, self.recorders, strict=True):
            nest.Connect(population, recorder)
        nest.Prepare()

    def _connect(self, populations: list[Any]) -> None:
        nest, numbers, (weight, _) = self.nest, synapse_numbers(self.scale), weights()
        models = self._synapse_models(numbers)
        for t, s in zip(*np.nonzero(numbers), strict=True):
            mean, delay = weight[t, s] / np.sqrt(self.scale), DELAY_INH if s % 2 else DELAY_EXC
            low, high = (-np.inf, 0.0) if mean < 0 else (0.0, np.inf)
            synapse = {
                "synapse_model": models[s],
                "weight": nest.math.redraw(nest.random.normal(mean, 0.1 * abs(mean)), min=low, max=high),
                "delay": nest.math.redraw(nest.random.normal(delay, 0.5 * delay), min=nest.resolution / 2, max=np.inf),
            }
            nest.Connect(populations[s], populations[t], {"rule": "fixed_total_number", "N": int(numbers[t, s])}, synapse)

    def _synapse_models(self, numbers: np.ndarray) -> list[str]:
        """Name of the synapse model of each source: as few copies as NEST's limit leaves, since each costs it time."""
        for kinds in (["all"] * 8, ["exc", "inh"] * 4, [f"from_{k}" for k in range(8)]):
            counts = [sum(n for n, k in zip(numbers.sum(axis=0), kinds, strict=True) if k == kind) for kind in set(kinds)]
            if max(counts) < 0.99 * NEST_LIMIT * self.nest.local_num_threads:
                break
        for kind in sorted(set(kinds)):
            self.nest.CopyModel("static_synapse", kind)
        return kinds

    def _drive(self, populations: list[Any]) -> None:
        weight = weights()[1] / np.sqrt(self.scale)
        for population, number in zip(populations, N_EXTERNAL, strict=True):
            noise = self.nest.Create("poisson_generator", params={"rate": RATE_EXTERNAL * number * self.scale})
            self.nest.Connect(noise, population, syn_spec={"weight": weight, "delay": DELAY_EXC})

    def run(self, duration: float) -> dict[str, float]:
        """Simulate `duration` ms."""
        self.nest.Run(duration)
        return {}

    def n_spikes(self) -> list[int]:
        """Spikes of each population so far."""
        return [int(recorder.n_events) for recorder in self.recorders]

    def spikes(self) -> tuple[np.ndarray, np.ndarray]:
        """Times in ms, and neurons counted from 0 through all populations."""
        events = [recorder.events for recorder in self.recorders]
        return np.concatenate([e["times"] for e in events]), np.concatenate([e["senders"] for e in events]) - 1

    def save_spikes(self, path: str) -> None:
        """Write the spikes to a file."""
        times, ids = self.spikes()
        np.savez(path, times=times, ids=ids)


MODELS = {"netspike": Netspike, "nest": Nest}


def start_worker(name: str, scale: float, drive: str, *, threads: int, seed: int) -> Worker:
    """Start a process with one of `MODELS`."""
    return Worker(__file__, name, scale, drive, threads, seed)


if __name__ == "__main__":
    name, scale, drive, threads, seed = sys.argv[1:]
    serve(lambda: MODELS[name](float(scale), drive, threads=int(threads), seed=int(seed)))
