"""The benchmarks run, at a small size, and end with the figures that they promise."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def figures(script, *options):
    """The figures of the last line."""
    command = [sys.executable, str(ROOT / "benchmarks" / script), *options, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_microcircuit_beside_nest_gives_times_memory_and_ratios():
    pytest.importorskip("nest", reason="NEST is the peer of this benchmark")
    found = figures("microcircuit.py", "--scale=0.02", "--drive=both", "--rounds=1", "--stretch=10", "--warmup=10")
    names = {"ratio", "memory_ratio", "build_ratio", "netspike_s_per_s", "nest_s_per_s", "netspike_bytes_per_synapse"}
    assert names | {f"dc_{name}" for name in names} <= found.keys()
    assert all(value > 0 for value in found.values())


def test_growth_gives_exponents_of_time_and_memory():
    found = figures("microcircuit.py", "--growth", "--scale=0.11", "--rounds=1", "--stretch=10")
    assert {"build_s_exponent", "s_per_s_exponent", "bytes_exponent"} <= found.keys()


def test_sizes_that_do_not_fit_in_memory_are_refused_with_both_figures():
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "microcircuit.py"), "--scale=100"],
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "need about" in done.stderr
    assert "are available" in done.stderr


def test_graphs_beside_other_libraries_give_times_and_ratios():
    found = figures("graphs.py", "--size=warm", "--rounds=1", "--libraries=netgraph,igraph")
    assert {"erdos_renyi_netgraph_s", "erdos_renyi_igraph_s", "erdos_renyi_igraph_ratio", "erdos_renyi_peak_MB"} <= found.keys()
    assert {f"{job}_netgraph_s" for job in ("distance_rule", "rewiring", "clustering_directed", "betweenness")} <= found.keys()


def test_one_pynest_script_on_both_simulators_gives_times_and_ratios():
    pytest.importorskip("nest", reason="NEST is the peer of this benchmark")
    found = figures("pynest.py", "--size=0.02", "--rounds=1", "--duration=200")
    jobs = ("build", "run", "connections", "weights", "set_values", "populations", "resets")
    assert {f"{job}_{name}" for job in jobs for name in ("netspike_s", "nest_s", "ratio")} <= found.keys()
    assert {"peak_netspike_MB", "peak_nest_MB", "resets_netspike_grown_MB", "resets_nest_grown_MB"} <= found.keys()
    assert all(value > 0 for name, value in found.items() if "grown" not in name)
    assert found["rate_netspike_Hz"] == pytest.approx(found["rate_nest_Hz"], rel=0.25)
