"""The main job in one file: three groups of neurons, wired as a graph, simulated, and drawn by their place in the graph.

Parameters of the three firing patterns (tonic, regular bursting, adaptation) are those of Naud et al. 2008, table 1
(doi:10.1007/s00422-008-0264-7), for the model of Brette & Gerstner 2005 (doi:10.1152/jn.00686.2005). The oscillators get half
of the table's current, which brings their rate near 25 Hz and lets the network set their rhythm.
"""

import textwrap
from pathlib import Path
from typing import Any

import numpy as np

import netgraph as ng

__all__ = ["build_network", "main"]

GROUPS: dict[str, tuple[int, dict[str, float]]] = {
    "oscillators": (400, {"g_L": 10.0, "E_L": -70.0, "a": 2.0, "tau_w": 30.0, "b": 0.0, "V_reset": -58.0, "I_e": 250.0}),
    "bursters": (200, {"g_L": 10.0, "E_L": -58.0, "a": 2.0, "tau_w": 120.0, "b": 100.0, "V_reset": -46.0, "I_e": 210.0}),
    "adaptive": (200, {"g_L": 12.0, "E_L": -70.0, "a": 2.0, "tau_w": 300.0, "b": 60.0, "V_reset": -58.0, "I_e": 500.0}),
}
COMMON = {"C_m": 200.0, "V_th": -50.0, "Delta_T": 2.0}
SYNAPSES: dict[Any, dict[str, Any]] = {
    "default": {"synapse_model": "tsodyks2_synapse"},
    ("oscillators", "bursters"): {"U": 0.6},
    ("oscillators", "oscillators"): {"U": 0.7},
    ("oscillators", "adaptive"): {"U": 0.5},
}


def build_network(*, seed: int = 42) -> ng.Network:
    """Three groups of `aeif_psc_alpha` neurons with a Gaussian in-degree of 100 ± 15.

    Parameters
    ----------
    seed : int
        Of the graph: the same seed gives the same edges.

    Returns
    -------
    network : Network
        800 neurons, weights of 155 pA, delays of 5 ms.

    Examples
    --------
    >>> build_network().n_nodes
    800
    """
    from netgraph.generation import gaussian_degree

    groups = [
        ng.NeuralGroup(size, neuron_model="aeif_psc_alpha", neuron_param={**COMMON, **parameters})
        for size, parameters in GROUPS.values()
    ]
    population = ng.NeuralPop.from_groups(groups, names=list(GROUPS), syn_spec=SYNAPSES)
    return gaussian_degree(100.0, 15.0, population=population, weights=155.0, delays=5.0, name="demo", seed=seed)


def main(
    output: str | Path = "netspike-demo.png",
    *,
    duration: float = 1600.0,
    seed: int = 42,
    threads: int | None = None,
    progress: bool | None = None,
) -> Any:
    """Build the network, print its metrics, simulate it, print the activity and write the raster.

    Parameters
    ----------
    output : str or Path
        File of the picture.
    duration : float
        Simulated time in ms.
    seed : int
        Of the graph and of the simulation.
    threads : int, optional
        Threads to use; all cores if None.
    progress : bool, optional
        Whether to show a progress bar; None shows it in a terminal.

    Returns
    -------
    results : simcore.Results

    Examples
    --------
    >>> main("raster.png", duration=200.0)  # doctest: +SKIP
    """
    from netgraph import simulation as ns

    network = build_network(seed=seed)
    _print_metrics(network)
    simulation = network.to_sim(dt=0.1, seed=seed, threads=threads)
    ns.randomize_neural_states(network, {"w": ("uniform", 0.0, 200.0)})
    ns.monitor_groups(network, network.population)
    print(f"\nSimulating {duration:g} ms; a first run compiles the models, once ...", flush=True)
    results = simulation.run(duration, progress=progress)
    _print_activity(network, results)
    _draw(network, Path(output))
    simulation.close()
    return results


def _print_metrics(network: ng.Network) -> None:
    degree = network.in_degree()
    rows = [
        ("nodes", f"{network.n_nodes}"),
        ("edges", f"{network.n_edges}"),
        ("density", f"{network.density:.4f}"),
        ("in-degree", f"{degree.mean():.1f} ± {degree.std():.1f}"),
        ("out-degree", f"{network.out_degree().mean():.1f} ± {network.out_degree().std():.1f}"),
        ("reciprocity", f"{ng.analysis.reciprocity(network):.4f}"),
        ("global clustering", f"{ng.analysis.global_clustering(network):.4f}"),
        ("average path length", f"{ng.analysis.average_path_length(network):.3f}"),
        ("spectral radius", f"{ng.analysis.spectral_radius(network):.2f}"),
    ]
    print("The graph")
    print("\n".join(f"  {name:<20}{value}" for name, value in rows))
    print("\nIts synapses")
    print(textwrap.indent(str(network.population.synapse_table()), "  "), flush=True)


def _print_activity(network: ng.Network, results: Any) -> None:
    window = (results.meta["start"], results.meta["stop"])
    print(f"\n{'Its activity':<16}rate [Hz]   CV of inter-spike intervals")
    for name, group in network.population.items():
        rate = ng.analysis.firing_rates(results, nodes=group, window=window).mean()
        cv = ng.analysis.cv_isi(results, nodes=group, window=window)
        print(f"  {name:<14}{rate:9.1f}   {np.nanmean(cv) if np.isfinite(cv).any() else np.nan:.2f}")
    timing = results.timing
    print(f"\n{len(results.spikes)} spikes in {window[1] - window[0]:g} ms, simulated in {timing['total']:.2f} s:")
    print(f"real-time factor {timing['real_time_factor']:.2f} (wall-clock time over simulated time)")


def _draw(network: ng.Network, output: Path) -> None:
    from matplotlib.figure import Figure  # no window, no global state

    from netgraph.simulation import plot_activity

    figure = Figure(figsize=(9.0, 5.0), layout="constrained")
    plot_activity(network, sort="in-degree", ax=figure.subplots())
    figure.savefig(output, dpi=150)
    print(f"raster, sorted by in-degree: {output}")
